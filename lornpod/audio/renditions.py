"""The episode in other codecs: Opus for those who pay for what they load, AAC for cars and old shelves.

Encoded from the same samples as the MP3, never from the MP3; chapters, cover and texts as each container
has them: an M4A's chapter track and atoms, an Ogg's comments.
"""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import MediaError
from ..messages import tr
from ..model import Codec
from . import frames
from .ffmpeg import run, running, source
from .master import Samples
from .samples import raw, written
from .tags import Tags

METHOD = 1  # of making them; another number makes each anew


@dataclass(frozen=True, slots=True)
class Form:
    """How a codec is stored: its names to the world, how ffmpeg makes it, how a file *bears* tags.

    ``kbps`` are for mono and for stereo, unless the network says otherwise.
    """

    media_type: str
    suffix: str
    codecs: str
    title: str
    kbps: tuple[int, int]
    encoder: str
    container: tuple[str, ...]
    bear: Callable[[Path, Tags], None]


def _copied(bare: Path, target: Path, tags: Tags, form: Form, where: str) -> None:
    """Copy the sound of *bare*; in an M4A with chapters of both kinds that players know."""
    with tempfile.TemporaryDirectory() as folder:
        chapters = Path(folder) / "chapters.txt"
        chapters.write_text(_ffmetadata(tags), "utf-8")
        told = ["-f", "ffmetadata", "-i", f"file:{chapters}", "-map", "0:a:0", "-map_metadata:g", "-1"]
        stored = ["-map_chapters", "1" if tags.chapters else "-1", "-c", "copy", "-bitexact"]
        run([*source(bare), *told, *stored, *form.container, f"file:{target}"], where=where)


def _bear_atoms(path: Path, tags: Tags) -> None:
    """The texts and the cover as iTunes names them in an M4A."""
    from mutagen.mp4 import MP4, AtomDataType, MP4Cover, MP4FreeForm

    file = MP4(path)
    atoms: dict[str, Any] = {
        "\xa9nam": tags.title,
        "\xa9ART": tags.artist,
        "\xa9alb": tags.show,
        "aART": tags.publisher,
        "\xa9day": tags.published and f"{tags.published:%Y-%m-%dT%H:%M:%SZ}",
        "\xa9gen": "Podcast",
        "\xa9cmt": tags.quote,
        "desc": tags.summary[:255],
        "ldes": tags.summary,
        "\xa9lyr": tags.transcript,
        "cprt": tags.copyright,
        "purl": tags.feed_url,
        "egid": tags.guid,
        "catg": tags.category,
        "keyw": ",".join(tags.keywords),
    }
    for name, value in atoms.items():
        if value:
            file[name] = [value]
    file["pcst"] = True
    if tags.track:
        file["trkn"] = [(tags.track % 65536, 0)]
    if tags.language:
        file["----:com.apple.iTunes:LANGUAGE"] = [MP4FreeForm(tags.language.encode(), AtomDataType.UTF8)]
    if tags.cover:
        png = tags.cover.media_type == "image/png"
        kind = MP4Cover.FORMAT_PNG if png else MP4Cover.FORMAT_JPEG
        file["covr"] = [MP4Cover(tags.cover.data, kind)]
    file.save()


def _ffmetadata(tags: Tags) -> str:
    """Chapters as ffmpeg reads them (ffmpeg-formats, Metadata)."""
    lines = [";FFMETADATA1"]
    for chapter in tags.chapters:
        # ffmpeg 5.1 takes the backslash before a line's end for an escape of that end.
        ending = " " if chapter.title.endswith("\\") else ""
        title = "".join(f"\\{letter}" if letter in "=;#\\\n" else letter for letter in chapter.title + ending)
        span = f"START={chapter.start_ms}", f"END={chapter.end_ms}"
        lines += ["[CHAPTER]", "TIMEBASE=1/1000", *span, f"title={title}"]
    return "\n".join(lines) + "\n"


def _clock(ms: int) -> str:
    """A chapter's time as comments have it."""
    return f"{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d}.{ms % 1000:03d}"


def _bear_comments(path: Path, tags: Tags) -> None:
    """The texts, chapters and the cover as comments (RFC 7845, 5.2; Xiph's Chapter Extension)."""
    from mutagen.flac import Picture
    from mutagen.oggopus import OggOpus

    file = OggOpus(path)
    comments = {
        "TITLE": tags.title,
        "ARTIST": tags.artist,
        "ALBUM": tags.show,
        "ALBUMARTIST": tags.publisher,
        "DATE": tags.published and f"{tags.published:%Y-%m-%d}",
        "GENRE": "Podcast",
        "TRACKNUMBER": str(tags.track or ""),
        "DESCRIPTION": tags.summary,
        "COMMENT": tags.quote,
        "LYRICS": tags.transcript,
        "COPYRIGHT": tags.copyright,
        "LANGUAGE": tags.language,
        "CONTACT": tags.website,
        "PODCASTURL": tags.feed_url,
    }
    for name, value in comments.items():
        if value:
            file[name] = [value]
    for number, chapter in enumerate(tags.chapters):
        file[f"CHAPTER{number:03d}"] = [_clock(chapter.start_ms)]
        file[f"CHAPTER{number:03d}NAME"] = [chapter.title]
        if chapter.href:
            file[f"CHAPTER{number:03d}URL"] = [chapter.href]
    if tags.cover:
        picture = Picture()
        picture.type, picture.mime, picture.data = 3, tags.cover.media_type, tags.cover.data
        file["METADATA_BLOCK_PICTURE"] = [base64.b64encode(picture.write()).decode()]
    file.save()


FORMS: dict[Codec, Form] = {
    # RFC 7845, 9; the feed's `codecs` tells it from Vorbis.
    "opus": Form("audio/ogg", ".opus", "opus", "Opus", (32, 64), "libopus", ("-f", "ogg"), _bear_comments),
    # RFC 4337 and RFC 6381: MPEG-4 audio, object type 2 (AAC-LC).
    "aac": Form(
        "audio/mp4",
        ".m4a",
        "mp4a.40.2",
        "AAC",
        (64, 96),
        "aac",
        ("-movflags", "+faststart", "-f", "ipod"),
        _bear_atoms,
    ),
}


def encode(found: Samples, target: Path, codec: Codec, kbps: int, where: str) -> None:
    """Write the samples *found* to *target* in *codec*, without tags; whole or not at all."""
    with frames.whole(target) as part:
        form = FORMS[codec]
        told = [
            *raw(found.rate_hz, found.channels),
            "-map",
            "0:a:0",
            "-c:a",
            form.encoder,
            "-b:a",
            f"{kbps}k",
        ]
        command = ["-v", "error", *told, "-bitexact", *form.container, f"file:{part}"]
        with running(command, where=where, fed=True) as program:
            written(found.blocks, program)
            program.said()


def dress(bare: Path, target: Path, codec: Codec, tags: Tags, where: str) -> None:
    """Write what *bare* holds with *tags* to *target*; whole or not at all. Raises MediaError."""
    from mutagen import MutagenError

    with frames.whole(target) as part:
        try:
            _copied(bare, part, tags, FORMS[codec], where)
            FORMS[codec].bear(part, tags)
        except MutagenError as error:
            raise MediaError(
                tr("cannot be tagged ({error})", error=error), where, tr("report this as a bug of lornpod")
            ) from error
