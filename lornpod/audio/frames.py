"""Where in an MP3 file the audio lies, between the tags at its head and at its tail.

ID3v2 at the head (id3.org/id3v2.3.0, 3.1) or at the tail (id3v2.4.0-structure, 3.4), ID3v1 (the last
128 bytes) with its enhanced form (227 before them), APEv2 (a footer or header of 32 bytes) and
Lyrics3v2. Everything else is audio, byte for byte.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ..errors import MediaError

_BLOCK_BYTES = 1 << 20
_LONGEST_FOOTER = 128 + 227


def span(file: BinaryIO) -> tuple[int, int]:
    """First byte of the audio and the byte after its last."""
    end = file.seek(0, os.SEEK_END)
    start = _head(file, end)
    while (tail := _tail(file, start, end)) < end:
        end = tail
    return start, end


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """A temporary file beside *target*, which takes its place where all goes well and is gone where not.

    Raises MediaError for what the disk refuses.
    """
    part = target.absolute().with_name(f".lornpod-{os.getpid()}-{threading.get_ident()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield part
        part.replace(target)
    except OSError as error:
        hint = "see whether the disk is full, or the folder closed to you"
        raise MediaError(f"cannot be written ({error.strerror})", str(target), hint) from None
    finally:
        part.unlink(missing_ok=True)


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
            size = _syncsafe(head[6:10])
            footer = 10 if head[5] & 0x10 else 0
            start += 10 + size + footer
        elif head[:8] == b"APETAGEX":
            start += 32 + int.from_bytes(head[12:16], "little")
        else:
            break
    return min(start, end)


def _tail(file: BinaryIO, start: int, end: int) -> int:
    """Where the last tag before *end* begins; *end* where there is none."""
    file.seek(max(start, end - _LONGEST_FOOTER))
    last = file.read(end - file.tell())
    return max(start, end - _tag_bytes(last))


def _tag_bytes(last: bytes) -> int:
    """How long the tag is of which *last* are the last bytes; 0 where they are of none."""
    if last[-128:-125] == b"TAG":
        enhanced = last[-128 - 227 :].startswith(b"TAG+") and len(last) == _LONGEST_FOOTER
        return 128 + (227 if enhanced else 0)
    if last[-32:-24] == b"APETAGEX":
        size = int.from_bytes(last[-20:-16], "little")
        header = 32 if int.from_bytes(last[-12:-8], "little") & 0x80000000 else 0
        return size + header if size >= 32 else 0
    if last[-9:] == b"LYRICS200" and last[-15:-9].isdigit():
        return int(last[-15:-9]) + 15
    if last[-10:-7] == b"3DI" and all(byte < 128 for byte in last[-4:]):
        return _syncsafe(last[-4:]) + 20
    return 0


def _syncsafe(size: bytes) -> int:
    """Four bytes of seven bits each (id3v2.3.0, 3.1)."""
    return size[0] << 21 | size[1] << 14 | size[2] << 7 | size[3]
