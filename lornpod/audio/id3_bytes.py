"""Frames of ID3v2.3 as bytes (id3.org/id3v2.3.0; Chapter Frame Addendum 1.0).

Written here and not by mutagen, which sorts the frames of a tag by size: players that know no table of
contents show chapters as they lie in the file. Texts are UTF-16, which alone has all letters in v2.3.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import quote as percent_encode

HEADER_BYTES = 10
_UTF16 = b"\x01"
_MILLISECONDS, _TRANSCRIPTION = b"\x02", b"\x02"
_NO_OFFSET = b"\xff" * 8
_TOP, _ORDERED = 2, 1
_FRONT_COVER = b"\x03"


def header(length_bytes: int) -> bytes:
    """The header of a tag of that length, itself included."""
    size = length_bytes - HEADER_BYTES
    return b"ID3\x03\0\0" + bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))


def frame(name: str, body: bytes) -> bytes:
    return name.encode() + len(body).to_bytes(4) + b"\0\0" + body


def text(name: str, said: str) -> bytes:
    return frame(name, _UTF16 + _ended(said))


def described(name: str, description: str, said: str) -> bytes:
    """A TXXX or its like."""
    return frame(name, _UTF16 + _ended(description) + _ended(said))


def in_language(name: str, language: str, said: str) -> bytes:
    """A COMM or USLT without a description. *language* is of ISO 639-2."""
    return frame(name, _UTF16 + language.encode() + _ended("") + _ended(said))


def synchronised(language: str, lines: Iterable[tuple[int, str]]) -> bytes:
    """A SYLT: what is said, each from its millisecond on."""
    said = b"".join(_ended(words) + at_ms.to_bytes(4) for at_ms, words in lines)
    return frame("SYLT", _UTF16 + language.encode() + _MILLISECONDS + _TRANSCRIPTION + _ended("") + said)


def feed(url: str) -> bytes:
    """A WFED: an encoding before the address, as Apple writes it and TagLib and eyeD3 read it."""
    return frame("WFED", b"\0" + _uri(url))


def link(url: str) -> bytes:
    """A WXXX without a description."""
    return frame("WXXX", _UTF16 + _ended("") + _uri(url))


def picture(data: bytes, media_type: str, description: str) -> bytes:
    """An APIC, as the front cover. *description* in ASCII."""
    mime = media_type.encode("ascii", "replace")
    return frame("APIC", b"\0" + mime + b"\0" + _FRONT_COVER + description.encode("ascii") + b"\0" + data)


def chapter(name: str, start_ms: int, end_ms: int, within: bytes) -> bytes:
    """A CHAP that holds the frames *within*."""
    times = start_ms.to_bytes(4) + end_ms.to_bytes(4)
    return frame("CHAP", name.encode() + b"\0" + times + _NO_OFFSET + within)


def table(name: str, children: Sequence[str], *, top: bool) -> bytes:
    """An ordered CTOC of at most 255 chapters or tables (Chapter Frame Addendum, 3.2)."""
    flags = bytes([_ORDERED | (_TOP if top else 0), len(children)])
    return frame(
        "CTOC", name.encode() + b"\0" + flags + b"".join(child.encode() + b"\0" for child in children)
    )


def clean(said: str) -> str:
    """*said* without NUL, which ends a text in ID3, and without halves of characters."""
    return said.replace("\0", "").encode("utf-16", "ignore").decode("utf-16")


def _ended(said: str) -> bytes:
    return b"\xff\xfe" + clean(said).encode("utf-16-le") + b"\0\0"


def _uri(url: str) -> bytes:
    """*url* in ASCII: ID3 has addresses in Latin-1, and players pass them on as they are."""
    return percent_encode(url, safe="!#$%&'()*+,/:;=?@[]~").encode()
