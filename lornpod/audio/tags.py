"""The ID3 tag of an episode: what players show, and the chapters that they jump by.

ID3v2.3, not v2.4: ffmpeg 5.1 and mpv lose every v2.4 chapter with a sub-frame of 128 bytes or more.
Sources: id3.org/id3v2.3.0; ID3v2 Chapter Frame Addendum 1.0; the podcast frames as iTunes writes them.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from ..errors import MediaError
from ..messages import tr
from . import frames, id3_bytes, mpeg, slots

_TABLE_CHILDREN = 255  # a CTOC counts its children in one byte (Chapter Frame Addendum, 3.2)
QUOTE, THEME, QUOTED = "QUOTE", "THEME", "QUOTE_BY"

# ISO 639-1 to the 639-2 codes that ID3 asks for; what is not here is written as given, or as unknown.
_LANGUAGES = {
    "nb": "nob", "nn": "nno", "no": "nor", "en": "eng", "sv": "swe", "da": "dan", "fi": "fin", "is": "isl",
    "se": "sme", "de": "deu", "fr": "fra", "es": "spa", "it": "ita", "nl": "nld", "pl": "pol", "pt": "por",
    "uk": "ukr", "ru": "rus", "ar": "ara", "zh": "zho", "ja": "jpn",
}  # fmt: skip
BCP_47 = {long: short for short, long in _LANGUAGES.items()}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as bytes of a JPEG or PNG."""

    data: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class ChapterTag:
    """One chapter, [start_ms, end_ms)."""

    start_ms: int
    end_ms: int
    title: str
    href: str = ""
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """What is said from *start_ms* on."""

    start_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class Tags:
    """Everything that goes into an episode's tag; what is empty is left out.

    ``language`` is a BCP 47 tag, of which ID3 keeps the language alone (ISO 639-2). ``published`` is
    kept to the minute, in UTC. ``track`` is the case's number. ``transcript`` is plain text, ``lines``
    are the same words with times.
    """

    title: str
    artist: str = ""
    show: str = ""
    publisher: str = ""
    theme: str = ""
    track: int | None = None
    published: datetime | None = None
    length_ms: int = 0
    language: str = ""
    summary: str = ""
    quote: str = ""
    quote_by: str = ""
    website: str = ""
    feed_url: str = ""
    guid: str = ""
    category: str = ""
    keywords: tuple[str, ...] = ()
    copyright: str = ""
    cover: Picture | None = None
    chapters: tuple[ChapterTag, ...] = ()
    transcript: str = ""
    lines: tuple[Line, ...] = ()


# What became of a file: its tag said so already, was edited in place, or it was written anew.
Written = Literal["kept", "in place", "copied"]


def iso639_2(language: str) -> str:
    """The three-letter code of a BCP 47 tag (ISO 639-2/T): nb-NO gives nob; ``und`` for an unknown one."""
    primary = language.partition("-")[0].lower()
    return _LANGUAGES.get(primary, primary if re.fullmatch("[a-z]{3}", primary) else "und")


def digest(tags: Tags) -> str:
    """A digest of everything in the tag, in hexadecimal: equal tags on any machine are equal here."""
    fields = asdict(tags)
    if not tags.lines:
        del fields["lines"]  # so that what was published before there were any is still the same
    said = json.dumps(fields, sort_keys=True, default=_plain)
    return hashlib.sha256(said.encode()).hexdigest()


def write(path: Path, tags: Tags, target: Path | None = None) -> Written:
    """Replace all tags of the MP3 at *path*, or write it with them to *target*; whole or not at all.

    In place where the file's tag has room for it (:mod:`slots`), else as one copy. ID3v1, APE and Lyrics3
    tags go too; the audio stays byte for byte. Raises MediaError when the file holds no MPEG audio, the tag
    would be larger than 256 MB, or the disk is full; the file is then unchanged, or whole as it was to be.
    """
    parts = _rendered(tags)
    if parts.length_bytes > slots.LONGEST_BYTES or len(parts.often) > slots.OFTEN_BYTES:
        hint = tr("make pictures smaller, or chapters fewer")
        raise MediaError(
            tr("its tag would have {length_mb:,.0f} MB", length_mb=parts.length_bytes / 1e6), str(path), hint
        )
    try:
        with path.open("rb") as file:
            lie = frames.layout(file)
            sounds = mpeg.first(file, lie.start, lie.end) is not None
    except OSError as error:
        raise unreadable(path, error) from None
    if not sounds:
        raise MediaError(tr("there is no MPEG audio to tag"), str(path), tr("see whether this is an MP3"))
    if target in (None, path) and len(lie.heads) == 1 and not lie.tails:
        done = _edited(path, lie.start, parts)
        if done is not None:
            return done
    with frames.whole(target or path) as part:
        frames.copy(path, part, head=slots.rendered(parts))
    return "copied"


def _edited(path: Path, length_bytes: int, parts: slots.Parts) -> Written | None:
    """The edit in place; None where the file is to be copied instead."""
    try:
        with path.open("r+b", buffering=0) as file:
            if os.fstat(file.fileno()).st_nlink > 1:
                return None  # under another name it is another file to somebody
            edited = slots.edited(file, length_bytes, parts, lambda: _sync(file.fileno()))
        if edited:  # the size stays, and a write leaves the time of a clock that is coarse
            now = time.time_ns()
            os.utime(path, ns=(now, now))
    except PermissionError:
        return None
    except OSError as error:
        raise frames.unwritable(path, error) from None
    return None if edited is False else "in place" if edited else "kept"


# Of what is written, its place and size stay: the data alone must reach the disk. Windows and macOS lack it.
_sync = getattr(os, "fdatasync", os.fsync)


def read(path: Path) -> Tags:
    """What podcasting uses of the tag at *path*; empty where there is none.

    Raises MediaError for a file that is not there, or a tag that is broken.
    """
    from . import found  # which brings mutagen along: not needed to write

    return found.tags(path)


def unreadable(path: Path, error: OSError) -> MediaError:
    """What is said of a file that cannot be read."""
    return MediaError(
        tr("cannot be read ({strerror})", strerror=error.strerror),
        str(path),
        tr("see whether the file is there"),
    )


# ---------------------------------------------------------------- writing


def _rendered(tags: Tags) -> slots.Parts:
    """The tag's frames in the order in which players meet them; what is large comes last."""
    chapters = b"".join(_chapter_frames(tags.chapters))
    pictured = any(chapter.picture for chapter in tags.chapters)
    often = [*_frames(tags), b"" if pictured else chapters]
    return slots.Parts(b"".join(often), b"".join([chapters if pictured else b"", *_large(tags)]))


def _frames(tags: Tags) -> Iterator[bytes]:
    language = iso639_2(tags.language)
    texts = {
        "TIT2": tags.title,
        "TPE1": tags.artist,
        "TALB": tags.show,
        "TPE2": tags.publisher,
        "TPUB": tags.publisher,
        "TCON": "Podcast",
        "TIT1": tags.theme,
        "TRCK": "" if tags.track is None else str(tags.track),
        "TLEN": str(tags.length_ms) if tags.length_ms else "",
        "TLAN": language if tags.language else "",
        "TCOP": tags.copyright,
        "TDES": tags.summary,
        "TGID": tags.guid,
        "TCAT": tags.category,
        "TKWD": ", ".join(tags.keywords),
    }
    if tags.published is not None:
        instant = tags.published.astimezone(UTC)
        texts |= {"TYER": f"{instant:%Y}", "TDAT": f"{instant:%d%m}", "TIME": f"{instant:%H%M}"}
    for name, said in texts.items():
        if said:
            yield id3_bytes.text(name, said)
    yield id3_bytes.frame("PCST", (1).to_bytes(4))
    if tags.feed_url:
        yield id3_bytes.feed(tags.feed_url)
    if tags.website:
        yield id3_bytes.link(tags.website)
    for name, said in ((QUOTE, tags.quote), (QUOTED, tags.quote_by), (THEME, tags.theme)):
        if said:
            yield id3_bytes.described("TXXX", name, said)
    # The quote stands in a frame of its own, and here, where an ordinary player shows it.
    comment = "\n\n".join(part for part in (_attributed(tags), tags.summary) if part)
    if comment:
        yield id3_bytes.in_language("COMM", language, comment)


def _large(tags: Tags) -> Iterator[bytes]:
    language = iso639_2(tags.language)
    if tags.transcript:
        yield id3_bytes.in_language("USLT", language, tags.transcript)
    if tags.lines:
        yield id3_bytes.synchronised(language, ((line.start_ms, line.text) for line in tags.lines))
    if tags.cover is not None:
        yield id3_bytes.picture(tags.cover.data, tags.cover.media_type, "Cover")


def _attributed(tags: Tags) -> str:
    if not tags.quote:
        return ""
    start, end = "«»" if iso639_2(tags.language) in ("nob", "nno", "nor") else "“”"
    return f"{start}{tags.quote}{end}" + (f" – {tags.quote_by}" if tags.quote_by else "")


def _chapter_frames(chapters: Sequence[ChapterTag]) -> Iterator[bytes]:
    """A CHAP a chapter and an ordered table that lists them, itself of tables where they are many."""
    names = [f"chp{index}" for index in range(len(chapters))]
    for name, chapter in zip(names, chapters, strict=True):
        within = id3_bytes.text("TIT2", chapter.title)
        if chapter.href:
            within += id3_bytes.link(chapter.href)
        if chapter.picture is not None:
            within += id3_bytes.picture(chapter.picture.data, chapter.picture.media_type, "")
        yield id3_bytes.chapter(name, chapter.start_ms, chapter.end_ms, within)
    level = 0
    while len(names) > _TABLE_CHILDREN:
        groups = [names[first : first + _TABLE_CHILDREN] for first in range(0, len(names), _TABLE_CHILDREN)]
        tables = [f"toc{level}-{index}" for index in range(len(groups))]
        for table, group in zip(tables, groups, strict=True):
            yield id3_bytes.table(table, group, top=False)
        names, level = tables, level + 1
    if names:
        yield id3_bytes.table("toc", names, top=True)


def _plain(value: object) -> str:
    return hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else str(value)
