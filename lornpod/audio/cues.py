"""Cue points in WAV files, as sound editors write them: ``cue `` chunks with the labels of ``LIST adtl``.

Sources: Microsoft's Multimedia Programming Interface and Data Specifications 1.0 (RIFF, cue, adtl); EBU Tech
3306 (RF64). The sound itself is never read into memory.
"""

from __future__ import annotations

import os
import shutil
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ..errors import MediaError
from ..messages import tr
from . import frames

_RIFF = (b"RIFF", b"RF64", b"BW64")
_MAX_CHUNK_BYTES = 4_000_000  # of labels: tens of thousands of them
_MAX_CHUNKS = 10_000
_MAX_RIFF_BYTES = 0xFFFFFFFF - 8
_POINT = struct.Struct("<II4sIII")
_UNTOLD = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class CuePoint:
    """A marker, or with ``length_ms`` a region."""

    start_ms: int
    title: str
    length_ms: int | None = None


@dataclass(frozen=True, slots=True)
class _Chunk:
    id: bytes
    start: int  # of its data
    length: int


def is_wav(head: bytes) -> bool:
    """True for the first twelve bytes of a WAV file."""
    return head[:4] in _RIFF and head[8:12] == b"WAVE"


def read(path: Path) -> tuple[CuePoint, ...]:
    """The cue points of the WAV file *path*, by time; those without a label have an empty title.

    Raises MediaError for what is no WAV file or cannot be read.
    """
    try:
        with path.open("rb") as file:
            chunks = list(_chunks(file, path))
            rate_hz = _rate(file, chunks, path)
            points, labels, lengths = dict[int, int](), dict[int, str](), dict[int, int]()
            for chunk in chunks:
                if chunk.id == b"cue ":
                    points.update(_points(_data(file, chunk)))
                elif chunk.id == b"LIST":
                    _labels(_data(file, chunk), labels, lengths)
    except OSError as error:
        raise _unreadable(path, error) from None
    found = [
        CuePoint(
            _ms(sample, rate_hz),
            labels.get(name, ""),
            _ms(sample + lengths[name], rate_hz) - _ms(sample, rate_hz) if lengths.get(name) else None,
        )
        for name, sample in points.items()
    ]
    return tuple(sorted(found, key=lambda cue: cue.start_ms))


def write(source: Path, target: Path, cues: Sequence[CuePoint]) -> None:
    """A copy of the WAV file *source* at *target*, with *cues* in place of those it had; whole or not at all.

    Raises MediaError when *source* is no WAV file, or larger than the 4 GB that one can hold.
    """
    try:
        with source.open("rb") as old, frames.whole(target) as part:
            chunks = list(_chunks(old, source))
            rate_hz = _rate(old, chunks, source)
            old.seek(0)
            if old.read(4) != b"RIFF":
                raise MediaError(
                    tr("is RF64, to which no cue points are added"), str(source), tr("give a RIFF WAV")
                )
            with part.open("wb") as new:
                _copy(old, new, chunks, _rendered(cues, rate_hz, source), source)
            shutil.copymode(source, part)
    except OSError as error:
        raise MediaError(
            tr("cannot be read ({strerror})", strerror=error.strerror),
            str(source),
            tr("see whether it is there"),
        ) from None


def _unreadable(path: Path, error: OSError) -> MediaError:
    return MediaError(
        tr("cannot be read ({strerror})", strerror=error.strerror),
        str(path),
        tr("see whether the file is there"),
    )


# ---------------------------------------------------------------- chunks


def _chunks(file: BinaryIO, path: Path) -> Iterator[_Chunk]:
    """The chunks of the file as far as they go; the last may be cut short, or of no told length."""
    end = file.seek(0, os.SEEK_END)
    file.seek(0)
    if not is_wav(file.read(12)):
        raise MediaError(tr("is no WAV file"), str(path), tr("give a WAV file"))
    at, wide = 12, 0
    for _ in range(_MAX_CHUNKS):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            return
        name, length = head[:4], int.from_bytes(head[4:], "little")
        if name == b"ds64":  # the true lengths of an RF64 file
            wide = int.from_bytes(file.read(16)[8:], "little")
        if name == b"data" and length == _UNTOLD:
            length = wide or end - at - 8
        length = min(length, end - at - 8)
        yield _Chunk(name, at + 8, length)
        at += 8 + length + length % 2


def _data(file: BinaryIO, chunk: _Chunk) -> bytes:
    file.seek(chunk.start)
    return file.read(min(chunk.length, _MAX_CHUNK_BYTES))


def _rate(file: BinaryIO, chunks: Sequence[_Chunk], path: Path) -> int:
    described = next((_data(file, chunk) for chunk in chunks if chunk.id == b"fmt "), b"")
    rate_hz = int.from_bytes(described[4:8], "little")
    if not rate_hz:
        raise MediaError(tr("tells no sample rate"), str(path), tr("see whether it plays"))
    return rate_hz


def _ms(samples: int, rate_hz: int) -> int:
    return (2000 * samples + rate_hz) // (2 * rate_hz)


def _points(data: bytes) -> Iterator[tuple[int, int]]:
    """Each cue point's name, a number, and its sample."""
    for at in range(4, len(data) - _POINT.size + 1, _POINT.size):
        name, _, chunk, _, _, sample = _POINT.unpack_from(data, at)
        if chunk == b"data":
            yield name, sample


def _labels(data: bytes, labels: dict[int, str], lengths: dict[int, int]) -> None:
    if data[:4] != b"adtl":
        return
    at = 4
    while at + 12 <= len(data):
        kind, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        name, body = int.from_bytes(data[at + 8 : at + 12], "little"), data[at + 12 : at + 8 + length]
        if kind == b"labl":
            labels[name] = _text(body)
        elif kind == b"ltxt" and len(body) >= 4:
            lengths[name] = int.from_bytes(body[:4], "little")
        at += 8 + length + length % 2


def _text(data: bytes) -> str:
    """A label: UTF-8 where it is, else what Windows programs write."""
    said = data.partition(b"\0")[0]
    try:
        return " ".join(said.decode("utf-8").split())
    except UnicodeDecodeError:
        return " ".join(said.decode("cp1252", "replace").split())


# ---------------------------------------------------------------- writing


def _rendered(cues: Sequence[CuePoint], rate_hz: int, path: Path) -> bytes:
    points, told = b"", b"adtl"
    for name, cue in enumerate(cues, 1):
        sample = _sample(cue.start_ms, rate_hz)
        if sample > _UNTOLD:
            raise MediaError(
                tr("has no place for a cue point at {start_s:g} s", start_s=cue.start_ms / 1000), str(path)
            )
        points += _POINT.pack(name, sample, b"data", 0, 0, sample)
        told += _chunk(b"labl", struct.pack("<I", name) + cue.title.encode("utf-8", "replace") + b"\0")
        if cue.length_ms:
            length = _sample(cue.start_ms + cue.length_ms, rate_hz) - sample
            told += _chunk(b"ltxt", struct.pack("<II4sHHHH", name, min(length, _UNTOLD), b"rgn ", 0, 0, 0, 0))
    return _chunk(b"cue ", struct.pack("<I", len(cues)) + points) + _chunk(b"LIST", told) if cues else b""


def _sample(ms: int, rate_hz: int) -> int:
    return (2 * ms * rate_hz + 1000) // 2000


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def _copy(old: BinaryIO, new: BinaryIO, chunks: Sequence[_Chunk], added: bytes, source: Path) -> None:
    """*old* with *added* after its chunks, without its own cue points and labels."""
    kept = [chunk for chunk in chunks if chunk.id != b"cue " and not _is_adtl(old, chunk)]
    size = 4 + sum(8 + chunk.length + chunk.length % 2 for chunk in kept) + len(added)
    if size > _MAX_RIFF_BYTES:
        raise MediaError(
            tr("is too large for a WAV file of cue points"), str(source), tr("give a shorter one")
        )
    new.write(b"RIFF" + struct.pack("<I", size) + b"WAVE")
    for chunk in kept:
        new.write(chunk.id + struct.pack("<I", chunk.length))
        old.seek(chunk.start)
        left = chunk.length
        while block := old.read(min(1 << 20, left)):
            new.write(block)
            left -= len(block)
        new.write(b"\0" * (chunk.length % 2))
    new.write(added)


def _is_adtl(file: BinaryIO, chunk: _Chunk) -> bool:
    file.seek(chunk.start)
    return chunk.id == b"LIST" and file.read(4) == b"adtl"
