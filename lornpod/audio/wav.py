"""WAV as it lies in a file. Plain samples are read from it as they are: no program has to decode them.

Source: Multimedia Programming Interface and Data Specifications 1.0 (RIFF, WAVE); WAVEFORMATEXTENSIBLE.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from .peaks import Block

_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_GUID_TAIL = bytes.fromhex("000000001000800000aa00389b71")  # of the formats that have a number
_KINDS = {(_PCM, 16): "i2", (_PCM, 24): "i3", (_PCM, 32): "i4", (_FLOAT, 32): "f4"}
_SPEAKERS = {1: (0, 4), 2: (0, 3)}  # what mono and stereo are said to be played by
# What ffmpeg looks for too: DTS in 16 and in 14 bits, and what goes over S/PDIF (IEC 61937).
_NO_SAMPLES = re.compile(rb"\xfe\x7f\x01\x80|\xff\x1f\x00\xe8|\x72\xf8\x1f\x4e")
_PROBED_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Pcm:
    """Plain samples in a file: ``length`` of them in each channel from byte ``at`` on.

    ``kind`` is i2, i3, i4 or f4: whole numbers or floats, and how many bytes each has.
    """

    path: Path
    at: int
    length: int
    rate_hz: int
    channels: int
    kind: str

    def blocks(self, size: int, wanted: Callable[[int], bool]) -> Iterator[Block]:
        """The samples, *size* at a time, as ffmpeg decodes them; those blocks whose number is *wanted*."""
        width = self.channels * int(self.kind[1])
        with self.path.open("rb") as file:
            for number, begin in enumerate(range(0, self.length, size)):
                if not wanted(number):
                    continue
                file.seek(self.at + begin * width)
                data = file.read(min(size, self.length - begin) * width)
                yield _floats(data[: len(data) - len(data) % width], self.kind).reshape(-1, self.channels)


def _floats(data: bytes, kind: str) -> Block:
    import numpy as np

    if kind == "f4":
        return np.frombuffer(data, "<f4")
    if kind == "i3":
        wide = np.zeros((len(data) // 3, 4), np.uint8)
        wide[:, 1:] = np.frombuffer(data, np.uint8).reshape(-1, 3)
        data, kind = wide.tobytes(), "i4"
    whole = np.frombuffer(data, f"<{kind}")
    return whole.astype(np.float32) * np.float32(2.0 ** -(8 * whole.itemsize - 1))


def pcm(path: Path) -> Pcm | None:
    """The samples in the file at *path*, where it is a WAV that holds plain ones of one or two channels."""
    with path.open("rb") as file:
        form = b""
        for name, at, size in _chunks(file):
            if name == b"fmt ":
                form = file.read(min(size, 40))
            if name == b"data":
                return _samples(path, file, form, at, size)
    return None


def promised_ms(path: Path) -> int:
    """How long the header of a WAV says it is; 0 for a streamed one, and for what is no WAV.

    ffmpeg takes a data chunk that ends behind the file's end for shorter, without a word.
    """
    with path.open("rb") as file:
        bytes_per_second = 0
        for name, _, size in _chunks(file):
            if name == b"data":
                return 0 if _is_open(size) or not bytes_per_second else size * 1000 // bytes_per_second
            if name == b"fmt ":
                bytes_per_second = int.from_bytes(file.read(16)[8:12], "little")
    return 0


def _chunks(file: BinaryIO) -> Iterator[tuple[bytes, int, int]]:
    """The chunks of a WAV: name, where its content begins, and how long it says it is."""
    if re.fullmatch(b"RIFF....WAVE", file.read(12), re.DOTALL) is None:
        return
    at = 12
    while len(chunk := file.read(8)) == 8:
        size = int.from_bytes(chunk[4:], "little")
        yield chunk[:4], at + 8, size
        at += 8 + size + (size & 1)
        file.seek(at)


def _is_open(size: int) -> bool:
    """Whether a chunk says that it ends where the file does: written by a program that could not go back."""
    return size >= 0xFFFFFF00 or 0x7FFF0000 <= size <= 0x80000000


def _samples(path: Path, file: BinaryIO, form: bytes, at: int, size: int) -> Pcm | None:
    number, channels, rate_hz, width, bits = (
        int.from_bytes(form[begin:end], "little")
        for begin, end in ((0, 2), (2, 4), (4, 8), (12, 14), (14, 16))
    )
    if number == _EXTENSIBLE and channels in _SPEAKERS:
        usual = form[26:40] == _GUID_TAIL and int.from_bytes(form[20:24], "little") in _SPEAKERS[channels]
        number = int.from_bytes(form[24:26], "little") if usual else 0
    kind = _KINDS.get((number, bits), "")
    whole = kind and channels in _SPEAKERS and rate_hz and width == channels * bits // 8
    if not whole or _is_open(size) or at + size > path.stat().st_size:
        return None
    file.seek(at)
    if _NO_SAMPLES.search(file.read(_PROBED_BYTES)):
        return None
    return Pcm(path, at, size // width, rate_hz, channels, kind)
