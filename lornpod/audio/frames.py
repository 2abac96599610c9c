"""Where in an MP3 file the audio lies, between the tags at its head and at its tail.

ID3v2 at the head (id3.org/id3v2.3.0, 3.1) or at the tail (id3v2.4.0-structure, 3.4), ID3v1 (the last
128 bytes) with its enhanced form (227 before them), APEv2 (a footer or header of 32 bytes) and
Lyrics3v2. Everything else is audio, byte for byte.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from ..errors import MediaError
from ..messages import tr

_BLOCK_BYTES = 1 << 20
# What copy_file_range says where it does not work: across or within some file systems, or older kernels.
_NOT_HERE = (errno.EXDEV, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM)
_LONGEST_FOOTER = 128 + 227
_LONGEST_APE = 16 << 20  # the specification's own limit
_APE, _APE_BYTES = b"APETAGEX", 32  # of its header, and of its footer


@dataclass(frozen=True, slots=True)
class Block:
    """A tag in the file, [start, end): ``kind`` is such as ID3v2.3, ID3v1, APEv2, Lyrics3v2."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The tags before the audio and those after it, and the audio between them, [start, end)."""

    heads: tuple[Block, ...]
    tails: tuple[Block, ...]
    start: int
    end: int


def layout(file: BinaryIO) -> Layout:
    """How the file lies.

    A tag at the tail counts as one where it is whole: its last bytes may be the audio's as well.
    """
    end = file.seek(0, os.SEEK_END)
    heads = tuple(_heads(file, end))
    start = heads[-1].end if heads else 0
    tails: list[Block] = []
    while tail := _tail(file, start, end):
        tails.append(tail)
        end = tail.start
    return Layout(heads, tuple(reversed(tails)), start, end)


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
        raise unwritable(target, error) from None
    finally:
        part.unlink(missing_ok=True)


def unwritable(path: Path, error: OSError) -> MediaError:
    """What is said of a disk that refuses."""
    hint = tr("see whether the disk is full, or the folder closed to you")
    return MediaError(tr("cannot be written ({strerror})", strerror=error.strerror), str(path), hint)


def copy(source: Path, target: Path, head: bytes = b"") -> None:
    """Write *head* and then the audio of *source* to *target*, and see it onto the disk."""
    with source.open("rb") as old, target.open("wb") as new:
        lie = layout(old)
        new.write(head)
        new.flush()
        at = _shared(old, new, lie)
        for block in _blocks(old, at, lie.end):
            new.write(block)
        new.flush()
        os.fsync(new.fileno())
    target.chmod(stat.S_IMODE(source.stat().st_mode))


def _shared(old: BinaryIO, new: BinaryIO, lie: Layout) -> int:
    """How far the system copied the audio by itself, within a file system that shares blocks at no cost."""
    at = lie.start
    try:
        while at < lie.end and (copied := os.copy_file_range(old.fileno(), new.fileno(), lie.end - at, at)):
            at += copied
    except AttributeError:  # not Linux
        pass
    except OSError as error:
        if error.errno not in _NOT_HERE:
            raise
    return at


def audio_sha256(path: Path) -> str:
    """The SHA-256 of the audio alone: no edit of tags may change it."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        lie = layout(file)
        for block in _blocks(file, lie.start, lie.end):
            digest.update(block)
    return digest.hexdigest()


def _blocks(file: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    file.seek(start)
    while start < end:
        block = file.read(min(_BLOCK_BYTES, end - start))
        if not block:
            raise OSError(errno.EIO, "the file became shorter while it was read")
        start += len(block)
        yield block


def _heads(file: BinaryIO, end: int) -> Iterator[Block]:
    """All ID3v2 and APEv2 tags at the head; some files have several."""
    start = 0
    while start < end:
        file.seek(start)
        head = file.read(_APE_BYTES)
        if head[:3] == b"ID3" and len(head) >= 10 and 0xFF not in head[3:5] and _is_syncsafe(head[6:10]):
            footer = 10 if head[5] & 0x10 else 0
            block = Block(f"ID3v2.{head[3]}", start, start + 10 + _syncsafe(head[6:10]) + footer)
        elif head[:8] == _APE:
            block = Block(_ape(head), start, start + _APE_BYTES + int.from_bytes(head[12:16], "little"))
        else:
            return
        start = min(block.end, end)
        yield replace(block, end=start)


def _tail(file: BinaryIO, start: int, end: int) -> Block | None:
    """The last tag before *end*, if it begins at *start* or behind it."""
    file.seek(max(start, end - _LONGEST_FOOTER))
    last = file.read(end - file.tell())

    def at(length: int) -> bytes:
        file.seek(max(start, end - length))
        return file.read(11) if start <= end - length else b""

    def block(kind: str, length: int) -> Block:
        return Block(kind, end - length, end)

    if last[-128:-125] == b"TAG":
        enhanced = last[-128 - 227 :].startswith(b"TAG+") and len(last) == _LONGEST_FOOTER
        return block("ID3v1 enhanced" if enhanced else "ID3v1", 128 + (227 if enhanced else 0))
    if last[-32:-24] == _APE and len(last) >= _APE_BYTES:
        footer = last[-32:]
        size = int.from_bytes(footer[12:16], "little")
        if int.from_bytes(footer[20:24], "little") >> 31:
            return block(_ape(footer), size + 32) if at(size + 32).startswith(_APE) else None
        if start <= end - size and size <= _LONGEST_APE:
            file.seek(end - size)
            if _are_ape_items(file.read(size - 32) if size >= 32 else b"?", footer):
                return block(_ape(footer), size)
        return None
    if last[-9:] == b"LYRICS200" and last[-15:-9].isdigit():
        length = int(last[-15:-9]) + 15
        return block("Lyrics3v2", length) if at(length) == b"LYRICSBEGIN" else None
    if last[-10:-7] == b"3DI" and _is_syncsafe(last[-4:]):
        length = _syncsafe(last[-4:]) + 20
        return block(f"ID3v2.{last[-7]}", length) if at(length).startswith(b"ID3") else None
    return None


def _ape(head: bytes) -> str:
    return "APEv1" if head[8:12] == b"\xe8\x03\0\0" else "APEv2"


def _are_ape_items(data: bytes, footer: bytes) -> bool:
    """Whether *data* is as many items as the *footer* of an APE tag counts, and nothing more."""
    at = 0
    for _ in range(int.from_bytes(footer[16:20], "little")):
        value = int.from_bytes(data[at : at + 4], "little")
        key = data.find(b"\0", at + 8)
        if key < 0:
            return False
        at = key + 1 + value
    return at == len(data)


def _is_syncsafe(size: bytes) -> bool:
    return len(size) == 4 and all(byte < 128 for byte in size)


def _syncsafe(size: bytes) -> int:
    """Four bytes of seven bits each (id3v2.3.0, 3.1)."""
    return size[0] << 21 | size[1] << 14 | size[2] << 7 | size[3]
