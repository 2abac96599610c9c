"""What five readers that are not ours find in our tags: the same, but for what each is known not to read."""

from __future__ import annotations

import json
import logging
import subprocess
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from mutagen import id3
from PIL import Image

from lornpod.audio import tags
from lornpod.audio.tags import ChapterTag, Line, Picture, Tags

from . import tools
from .test_audio_tags import FULL, many, sound

__all__ = ["sound"]  # a fixture


@cache
def drawn(side_px: int, kind: str) -> Picture:
    file = BytesIO()
    Image.new("RGB", (side_px, side_px), (18, 60, 110)).save(file, kind)
    return Picture(file.getvalue(), f"image/{kind.lower()}")


LINES = (Line(0, "Ola Vik: Hei 🌱"), Line(1500, "cafe\u0301 & <b>"), Line(2500, "未来の学び"))
WHOLE = replace(
    FULL,
    cover=drawn(300, "JPEG"),
    chapters=(
        ChapterTag(0, 1500, "Velkommen"),
        ChapterTag(1500, 3999, "Broen", "https://example.org/broen?a=1&b=2", drawn(64, "PNG")),
    ),
    lines=LINES,
)


def titled(title: str) -> Tags:
    chapters = (ChapterTag(0, 1000, title), ChapterTag(1000, 2500, "Midten"), ChapterTag(2500, 3999, title))
    return replace(WHOLE, title=title, artist=title, show=title, transcript=title, chapters=chapters)


HARD = {
    "whole": WHOLE,
    "emoji": titled("Bærekraft 🌱👩‍🔬 🇳🇴"),
    "combining": titled("cafe\u0301 na\u0308r A\u030angstro\u0308m"),
    "cjk": titled("未来の学び 한국어 漢字"),
    "right-to-left": titled("שלום عالم"),
    "long": titled("Å" * 130),
    "markup": titled("&lt;b&gt; <b>R&D</b> &amp; \"'"),
    "slashes": titled("AC/DC; fem\u00adti // ti"),
    "many-chapters": replace(WHOLE, chapters=many(300)),
    "no-title": replace(WHOLE, title="", chapters=(ChapterTag(0, 2000, ""), ChapterTag(2000, 3999, "Slutt"))),
    "nynorsk": replace(WHOLE, language="nn"),
    "english": replace(WHOLE, language="en-GB"),
}

Seen = dict[str, Any]


def expected(written: Tags) -> Seen:
    language = tags.iso639_2(written.language)
    quote = "“{}”" if language == "eng" else "«{}»"
    return {
        "title": written.title,
        "artist": written.artist,
        "show": written.show,
        "number": str(written.track),
        "genre": "Podcast",
        "comment": f"{quote.format(written.quote)} – {written.quote_by}\n\n{written.summary}",
        "language": language,
        "transcript": written.transcript,
        "transcript_language": language,
        "lines": [(line.start_ms, line.text) for line in written.lines],
        "lines_language": language,
        "guid": written.guid,
        "feed": written.feed_url,
        "website": written.website,
        "cover": written.cover and (written.cover.media_type, written.cover.data),
        "cover_px": (300, 300),
        "starts": [chapter.start_ms for chapter in written.chapters],
        "ends": [chapter.end_ms for chapter in written.chapters],
        "titles": [chapter.title for chapter in written.chapters],
        "links": [chapter.href for chapter in written.chapters],
        "pictures": [chapter.picture.data if chapter.picture else b"" for chapter in written.chapters],
    }


# ---------------------------------------------------------------- the readers


def by_ffprobe(path: Path) -> Seen:
    options = ["-v", "error", "-show_format", "-show_streams", "-show_chapters", "-of", "json"]
    done = subprocess.run(
        [tools.program("ffprobe"), *options, str(path)], check=True, capture_output=True, timeout=60
    )
    assert done.stderr == b""
    found = json.loads(done.stdout)
    said = found["format"]["tags"]
    (cover,) = [one for one in found["streams"] if one["codec_type"] == "video"]
    (lyrics,) = [name for name in said if name.startswith("lyrics-")]
    return {
        "title": said.get("title", ""),
        "artist": said["artist"],
        "show": said["album"],
        "number": said["track"],
        "genre": said["genre"],
        "comment": said["comment"],
        "language": said["language"],
        "transcript": said[lyrics],
        "transcript_language": lyrics.removeprefix("lyrics-"),
        "guid": said["TGID"],
        "cover_px": (cover["width"], cover["height"]),
        "starts": [round(float(one["start_time"]) * 1000) for one in found["chapters"]],
        "ends": [round(float(one["end_time"]) * 1000) for one in found["chapters"]],
        "titles": [one.get("tags", {}).get("title", "") for one in found["chapters"]],
    }


def by_mutagen(path: Path) -> Seen:
    found = id3.ID3(path)
    (text,), (timed,), (cover,) = (found.getall(name) for name in ("USLT", "SYLT", "APIC"))
    (comment,) = found.getall("COMM")
    chapters = sorted(found.getall("CHAP"), key=lambda one: int(one.element_id[3:]))
    within = [one.sub_frames for one in chapters]
    return {
        "title": str(found.get("TIT2", "")),
        "artist": str(found["TPE1"]),
        "show": str(found["TALB"]),
        "number": str(found["TRCK"]),
        "genre": str(found["TCON"]),
        "comment": str(comment),
        "language": str(found["TLAN"]),
        "transcript": str(text),
        "transcript_language": text.lang,
        "lines": [(at_ms, words) for words, at_ms in timed.text],
        "lines_language": timed.lang,
        "guid": str(found["TGID"]),
        "website": found["WXXX:"].url,
        "cover": (cover.mime, cover.data),
        "starts": [one.start_time for one in chapters],
        "ends": [one.end_time for one in chapters],
        "titles": [str(one.get("TIT2", "")) for one in within],
        "links": [one["WXXX:"].url if "WXXX:" in one else "" for one in within],
        "pictures": [one.getall("APIC")[0].data if one.getall("APIC") else b"" for one in within],
    }


def by_eyed3(path: Path) -> Seen:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import eyed3
    logging.getLogger("eyed3").setLevel(logging.CRITICAL)
    found = eyed3.load(str(path)).tag
    (text,), (comment,), (cover,) = list(found.lyrics), list(found.comments), list(found.images)
    chapters = sorted(found.chapters, key=lambda one: int(one.element_id[3:]))

    def raw(name: bytes) -> str:
        return str(found.frame_set[name][0].text)

    return {
        "title": found.title or "",
        "artist": found.artist,
        "show": found.album,
        "number": str(found.track_num[0]),
        "genre": found.genre.name,
        "comment": comment.text,
        "language": raw(b"TLAN"),
        "transcript": text.text,
        "transcript_language": text.lang.decode(),
        "guid": raw(b"TGID"),
        "feed": raw(b"WFED"),
        "website": found.user_url_frames[0].url,
        "cover": (cover.mime_type, cover.image_data),
        "starts": [one.times.start for one in chapters],
        "ends": [one.times.end for one in chapters],
        "titles": [one.title or "" for one in chapters],
        "links": [one.user_url or "" for one in chapters],
        "pictures": [
            one.sub_frames[b"APIC"][0].image_data if b"APIC" in one.sub_frames else b"" for one in chapters
        ],
    }


MUSIC_METADATA = """
import { parseFile } from 'music-metadata';
const found = await parseFile(process.argv.at(-1), { includeChapters: true });
const coded = (name, value) => value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
console.log(JSON.stringify({ common: found.common, chapters: found.format.chapters,
  native: found.native['ID3v2.3'], warnings: found.quality.warnings }, coded));
"""


def by_music_metadata(path: Path) -> Seen:
    from base64 import b64decode

    def decoded(data: Any) -> bytes:
        # JSON.stringify asks a Buffer for its own form first, and Uint8Array for none.
        return b64decode(data) if isinstance(data, str) else bytes(data["data"])

    found = tools.node("music-metadata", MUSIC_METADATA, str(path))
    assert found["warnings"] == []
    common, chapters = found["common"], found.get("chapters", [])
    text = next(one for one in common["lyrics"] if "text" in one)
    timed = next(one for one in common["lyrics"] if "syncText" in one)
    (cover,), (comment,) = common["picture"], common["comment"]
    native = {one["id"]: one["value"] for one in found["native"]}
    return {
        "title": common.get("title", ""),
        "artist": common["artist"],
        "show": common["album"],
        "number": str(common["track"]["no"]),
        "genre": common["genre"][0],
        "comment": comment["text"],
        "language": common["language"],
        "transcript": text["text"],
        "transcript_language": text["language"],
        "lines": [(one["timestamp"], one["text"]) for one in timed["syncText"]],
        "lines_language": timed["language"],
        "guid": common["podcastId"],
        "feed": common["podcasturl"],
        "website": native["WXXX"]["url"],
        "cover": (cover["format"], decoded(cover["data"])),
        "starts": [round(one["start"] * 1000) for one in chapters],
        "ends": [round(one["end"] * 1000) for one in chapters],
        "titles": [one.get("title", "") for one in chapters],
        "links": [one.get("url", {}).get("url", "") for one in chapters],
        "pictures": [decoded(one["image"]["data"]) if "image" in one else b"" for one in chapters],
    }


MPV = """
local utils = require "mp.utils"
mp.register_event("file-loaded", function()
  io.stdout:write(utils.format_json({ chapters = mp.get_property_native("chapter-list"),
    metadata = mp.get_property_native("metadata"), tracks = mp.get_property_native("track-list") }), "\\n")
  mp.command("quit")
end)
"""


def by_mpv(path: Path) -> Seen:
    script = path.with_suffix(".lua")
    script.write_text(MPV)
    options = ["--no-config", "--vo=null", "--ao=null", "--really-quiet", "--rebase-start-time=no"]
    command = [tools.program("mpv"), *options, f"--script={script}", str(path)]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, timeout=60).stdout)
    said = found["metadata"]
    (lyrics,) = [name for name in said if name.startswith("lyrics-")]
    (cover,) = [one for one in found["tracks"] if one.get("albumart")]
    return {
        "title": said.get("title", ""),
        "artist": said["artist"],
        "show": said["album"],
        "number": said["track"],
        "genre": said["genre"],
        "comment": said["comment"],
        "language": said["language"],
        "transcript": said[lyrics],
        "transcript_language": lyrics.removeprefix("lyrics-"),
        "guid": said["TGID"],
        "cover_px": (cover["demux-w"], cover["demux-h"]),
        "starts": [round(one["time"] * 1000) for one in found["chapters"]],
        "titles": [one["title"] for one in found["chapters"]],
    }


@dataclass(frozen=True)
class Reader:
    """A reader, and the fields that it is known not to read."""

    read: Callable[[Path], Seen]
    unread: frozenset[str]


FFMPEG = {"lines", "lines_language", "feed", "website", "cover", "links", "pictures"}
READERS = {
    "ffprobe": Reader(by_ffprobe, frozenset(FFMPEG)),
    # mutagen takes what is before the first NUL of a WFED for the address: nothing of Apple's form.
    "mutagen": Reader(by_mutagen, frozenset({"feed", "cover_px"})),
    "eyeD3": Reader(by_eyed3, frozenset({"lines", "lines_language", "cover_px"})),
    "music-metadata": Reader(by_music_metadata, frozenset({"cover_px"})),
    "mpv": Reader(by_mpv, frozenset({*FFMPEG, "ends"})),
}
# Where a reader shows something else than was written: the reader, the field, the case.
DIFFERENT: dict[tuple[str, str, str], Any] = {
    # A slash parts several artists (id3v2.3.0, 4.2.1): players show all of them, music-metadata the first.
    ("music-metadata", "artist", "slashes"): "AC",
    ("music-metadata", "artist", "markup"): "&lt;b&gt; <b>R&D<",
    # It looks for chapters below the top-level table alone, where more than 255 stand in tables below that.
    **{
        ("music-metadata", field, "many-chapters"): []
        for field in ("starts", "ends", "titles", "links", "pictures")
    },
    # A chapter without a title is one by its name in the tag to ffmpeg, and none to music-metadata.
    ("ffprobe", "titles", "no-title"): ["chp0", "Slutt"],
    ("mpv", "titles", "no-title"): ["chp0", "Slutt"],
    ("music-metadata", "starts", "no-title"): [2000],
    ("music-metadata", "ends", "no-title"): [3999],
    ("music-metadata", "titles", "no-title"): ["Slutt"],
    ("music-metadata", "links", "no-title"): [""],
    ("music-metadata", "pictures", "no-title"): [b""],
}


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("case", HARD)
def test_a_reader_finds_in_every_field_what_was_written(
    sound: Path, tmp_path: Path, name: str, case: str
) -> None:
    path, reader = tmp_path / "hard.mp3", READERS[name]
    tags.write(sound, HARD[case], path)
    seen, wanted = reader.read(path), expected(HARD[case])
    assert set(seen) == set(wanted) - reader.unread
    for field, value in seen.items():
        assert value == DIFFERENT.get((name, field, case), wanted[field]), field


@pytest.mark.parametrize("name", READERS)
def test_a_reader_finds_the_same_after_edits_in_place(sound: Path, tmp_path: Path, name: str) -> None:
    path, reader = tmp_path / "edited.mp3", READERS[name]
    tags.write(sound, WHOLE, path)
    for title in ("Kort", "Å" * 130, "Bærekraft 🌱"):
        edited = replace(titled(title), transcript=WHOLE.transcript)
        assert tags.write(path, replace(edited, chapters=WHOLE.chapters)) == "in place"
    seen = reader.read(path)
    assert (seen["title"], seen["artist"], seen["titles"]) == ("Bærekraft 🌱",) * 2 + (
        ["Velkommen", "Broen"],
    )
