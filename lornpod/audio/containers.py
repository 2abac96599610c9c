"""What an M4A or an Opus file says of itself: its texts, chapters and pictures, as mutagen finds them."""

from __future__ import annotations

import base64
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from mutagen import MutagenError
from mutagen.flac import Picture as FlacPicture
from mutagen.mp4 import MP4, Atoms, MP4Cover, MP4FreeForm
from mutagen.ogg import OggPage
from mutagen.oggopus import OggOpus

from ..errors import MediaError
from ..messages import tr
from .contents import Coded, Contents, Frame, Picture, Tag, picture_kind
from .tags import ChapterTag

_WRONG = (MutagenError, ValueError, LookupError, struct.error, RecursionError, OverflowError)
_ILST = ("moov", "udta", "meta", "ilst")
_PNG, _JPEG = "image/png", "image/jpeg"
_PICTURE = "metadata_block_picture"
_CHAPTER = re.compile(r"chapter(\d{3})(name|url)?", re.IGNORECASE)  # Xiph's Chapter Extension
_TIME = re.compile(r"(\d+):(\d\d):(\d\d)(?:[.,](\d{1,3}))?")


def m4a(path: Path, file: BinaryIO, length_bytes: int) -> Contents:
    """Everything in the MPEG-4 *file* at *path*. Raises MediaError for what is damaged, or has no sound."""
    try:
        file.seek(0)
        found = MP4(file)
        file.seek(0)
        ilst = Atoms(file).path(*map(str.encode, _ILST))[-1] if found.tags is not None else None
    except _WRONG as error:
        raise _unreadable("MPEG-4 (M4A)", path, error) from None
    info, items = found.info, dict(found.tags or {})
    duration_ms = round(info.length * 1000)
    covers = tuple(_covers(items.pop("covr", [])))
    starts = [(round(one.start * 1000), str(one.title)) for one in found.chapters or ()]
    tags = (Tag("iTunes atoms", ilst.offset, ilst.length),) if ilst is not None else ()
    return Contents(
        length_bytes=length_bytes,
        audio_at=0,
        audio_bytes=length_bytes,
        stream=None,
        tags=tags,
        frames=tuple(frame for name, values in items.items() for frame in _atoms(name, values)),
        chapters=tuple(_in_turn([(at_ms, title, "") for at_ms, title in starts], duration_ms)),
        pictures=covers,
        remarks=(),
        coded=Coded(
            f"{info.codec_description} ({info.codec})",
            duration_ms,
            info.sample_rate,
            info.channels,
            info.bitrate / 1000,
        ),
    )


def opus(path: Path, file: BinaryIO, length_bytes: int) -> Contents:
    """Everything in the Ogg *file* at *path*. Raises MediaError for one that is damaged, or holds no Opus."""
    try:
        file.seek(0)
        found = OggOpus(file)
        file.seek(0)
        at = OggPage(file).size
    except _WRONG as error:
        raise _unreadable("Ogg", path, error) from None
    duration_ms = max(0, round(found.info.length * 1000))
    comments = [(str(name), str(value)) for name, value in found.tags or ()]
    said = [one for one in comments if one[0].lower() != _PICTURE and not _CHAPTER.fullmatch(one[0])]
    # The header of RFC 7845, 5.2, and a length before each comment.
    length = 16 + sum(5 + len(f"{name}{value}".encode()) for name, value in comments)
    return Contents(
        length_bytes=length_bytes,
        audio_at=0,
        audio_bytes=length_bytes,
        stream=None,
        tags=(Tag("Vorbis comments", at, length),),
        frames=tuple(Frame(name.upper(), value) for name, value in said),
        chapters=tuple(_in_turn(_listed(comments), duration_ms)),
        pictures=tuple(_blocks(value for name, value in comments if name.lower() == _PICTURE)),
        remarks=(),
        coded=Coded(
            "Opus",
            duration_ms,
            48_000,  # whatever it was made from (RFC 7845, 4)
            found.info.channels,
            length_bytes * 8 / duration_ms if duration_ms else 0.0,
        ),
    )


def _unreadable(kind: str, path: Path, error: Exception) -> MediaError:
    why = " ".join(str(error).split())[:100] or type(error).__name__
    hint = tr("see whether a player plays it; tags are read from MP3, M4A and Opus")
    return MediaError(tr("this {kind} cannot be read ({why})", kind=kind, why=why), str(path), hint)


def _in_turn(starts: list[tuple[int, str, str]], duration_ms: int) -> Iterator[ChapterTag]:
    """Chapters of which each begins where the one before ends."""
    ends = [*(start_ms for start_ms, _, _ in starts), duration_ms][1:]
    for (start_ms, title, href), end_ms in zip(starts, ends, strict=True):
        yield ChapterTag(start_ms, max(start_ms, end_ms), title, href)


# ---------------------------------------------------------------- M4A


def _atoms(name: str, values: Any) -> Iterator[Frame]:
    """An item of the list by its name, which an own field has in two parts behind four hyphens."""
    kind, _, own = name.partition(":")
    for value in values if isinstance(values, list) else [values]:
        yield Frame(kind.replace("\xa9", "©"), _plain(value), own)


def _plain(value: Any) -> str:
    if isinstance(value, tuple):  # a number, and of how many
        return " of ".join(str(part) for part in value if part)
    if isinstance(value, MP4FreeForm | bytes):
        return bytes(value).decode("utf-8", "replace")
    return "yes" if value is True else "no" if value is False else str(value)


def _covers(found: list[MP4Cover]) -> Iterator[Picture]:
    for cover in found:
        png = cover.imageformat == MP4Cover.FORMAT_PNG
        yield Picture("", picture_kind(3), _PNG if png else _JPEG, "", bytes(cover))


# ---------------------------------------------------------------- Opus


def _listed(comments: list[tuple[str, str]]) -> list[tuple[int, str, str]]:
    """The chapters among *comments*, in the order of their numbers."""
    parts: dict[str, dict[str, str]] = {}
    for name, value in comments:
        if found := _CHAPTER.fullmatch(name):
            parts.setdefault(found[1], {})[(found[2] or "").lower()] = value
    return [
        (start_ms, one.get("name", ""), one.get("url", ""))
        for _, one in sorted(parts.items())
        if (start_ms := _ms(one.get("", ""))) is not None
    ]


def _ms(clock: str) -> int | None:
    found = _TIME.fullmatch(clock.strip())
    if found is None:
        return None
    hours, minutes, seconds, part = found.groups()
    return (int(hours) * 3600 + int(minutes) * 60 + int(seconds)) * 1000 + int((part or "").ljust(3, "0"))


def _blocks(values: Iterator[str]) -> Iterator[Picture]:
    for value in values:
        try:
            found = FlacPicture(base64.b64decode(value))
        except _WRONG:
            continue  # what is no picture is shown by no player
        yield Picture("", picture_kind(found.type), found.mime, found.desc, found.data)
