"""Where in an MP3 file the audio lies, between the tags at its head and at its tail.

ID3v2 (id3.org/id3v2.3.0, 3.1), ID3v1 (last 128 bytes), APEv2 (a footer or header of 32 bytes) and
Lyrics3v2. Everything else is audio, byte for byte.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_BLOCK_BYTES = 1 << 20


def span(file: BinaryIO) -> tuple[int, int]:
    """First byte of the audio and the byte after its last."""
    end = file.seek(0, os.SEEK_END)
    start = _head(file, end)
    while (tail := _tail(file, start, end)) < end:
        end = tail
    return start, end


def copy(source: Path, target: Path, head: bytes = b"") -> None:
    """Write *head* and then the audio of *source* to *target*, and see it onto the disk."""
    with source.open("rb") as old, target.open("wb") as new:
        new.write(head)
        for block in _blocks(old):
            new.write(block)
        new.flush()
        os.fsync(new.fileno())
    shutil.copymode(source, target)


def audio_sha256(path: Path) -> str:
    """The SHA-256 of the audio alone: no edit of tags may change it."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for block in _blocks(file):
            digest.update(block)
    return digest.hexdigest()


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    start, end = span(file)
    file.seek(start)
    while start < end and (block := file.read(min(_BLOCK_BYTES, end - start))):
        start += len(block)
        yield block


def _head(file: BinaryIO, end: int) -> int:
    """After all ID3v2 and APEv2 tags at the head; some files have several."""
    start = 0
    while start < end:
        file.seek(start)
        head = file.read(32)
        if head[:3] == b"ID3" and len(head) >= 10 and all(byte < 128 for byte in head[6:10]):
            size = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
            footer = 10 if head[5] & 0x10 else 0
            start += 10 + size + footer
        elif head[:8] == b"APETAGEX":
            start += 32 + int.from_bytes(head[12:16], "little")
        else:
            break
    return min(start, end)


def _tail(file: BinaryIO, start: int, end: int) -> int:
    """Where the last tag before *end* begins; *end* where there is none."""
    file.seek(max(start, end - 128))
    if end - start >= 128 and file.read(3) == b"TAG":
        return end - 128
    if end - start >= 32:
        file.seek(end - 32)
        footer = file.read(32)
        if footer[:8] == b"APETAGEX":
            size = int.from_bytes(footer[12:16], "little")
            header = 32 if int.from_bytes(footer[20:24], "little") & 0x80000000 else 0
            return max(start, end - size - header) if size >= 32 else end
    if end - start >= 15:
        file.seek(end - 15)
        lyrics = file.read(15)
        if lyrics[6:] == b"LYRICS200" and lyrics[:6].isdigit():
            return max(start, end - 15 - int(lyrics[:6]))
    return end
