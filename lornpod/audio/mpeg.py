"""MPEG audio as it lies in a file: headers of frames, how many there are, what an encoder says of itself.

Sources: ISO/IEC 11172-3, 2.4.1.3, and 13818-3 (half the rates); MPEG 2.5 as Fraunhofer and LAME write it; the
Xing, Info, LAME and VBRI headers as LAME 3.100 and ffmpeg write and read them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import BinaryIO

_BLOCK_BYTES = 1 << 20
_SEARCHED_BYTES = 4 << 20  # what may lie before the first frame
_AGREEING = 3  # frames one after another that no chance makes
_SYNC = re.compile(rb"\xff[\xe2-\xe7\xf2-\xf7\xfa-\xff][\x10-\xef]")
_OTHERS = (b"RIFF", b"RF64", b"fLaC", b"OggS", b"FORM", b"\x1aE\xdf\xa3", b"caff", b"wvpk", b"MAC ")

_KBPS = {
    (1, 1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (1, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (1, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_VERSIONS = {0: "2.5", 2: "2", 3: "1"}
_RATES_HZ = {"1": (44100, 48000, 32000), "2": (22050, 24000, 16000), "2.5": (11025, 12000, 8000)}
_MODES = ("stereo", "joint stereo", "dual channel", "mono")


@dataclass(frozen=True, slots=True)
class Frame:
    """What the four bytes of a frame's header say. ``length_bytes`` includes them."""

    version: str
    layer: int
    kbps: int
    sample_rate_hz: int
    mode: str
    length_bytes: int
    samples: int

    @property
    def channels(self) -> int:
        return 1 if self.mode == "mono" else 2

    @property
    def side_bytes(self) -> int:
        """How long the side information of layer III is (11172-3, 2.4.1.7)."""
        if self.version == "1":
            return 17 if self.channels == 1 else 32
        return 9 if self.channels == 1 else 17

    @property
    def stream(self) -> tuple[str, int, int]:
        """What no frame of one stream changes."""
        return self.version, self.layer, self.sample_rate_hz


@dataclass(frozen=True, slots=True)
class Encoded:
    """What the header frame of an encoder says: ``kind`` is Xing (VBR), Info (CBR) or VBRI.

    ``frames`` and ``length_bytes`` are None where it does not say. ``encoder`` is such as LAME3.100.
    ``delay`` and ``padding`` are samples at the head and tail that players leave out.
    """

    kind: str
    frames: int | None
    length_bytes: int | None
    seekable: bool
    encoder: str = ""
    delay: int = 0
    padding: int = 0


@dataclass(frozen=True, slots=True)
class Stream:
    """All frames of a file. ``frames`` counts those with sound, without the encoder's header.

    ``junk_before_bytes`` lie before the first frame, ``junk_bytes`` between and after frames;
    ``missing_bytes`` is what the last frame lacks. ``kbps`` is the average, ``rates`` those that occur.
    """

    first: Frame
    frames: int
    kbps: float
    rates: tuple[int, ...]
    junk_before_bytes: int
    junk_bytes: int
    missing_bytes: int
    encoded: Encoded | None

    @property
    def duration_ms(self) -> int:
        """What is heard: without the delay and padding that the encoder tells of."""
        gap = self.encoded.delay + self.encoded.padding if self.encoded and self.encoded.encoder else 0
        samples = max(self.frames * self.first.samples - gap, 0)
        return round(1000 * samples / self.first.sample_rate_hz)


@lru_cache(maxsize=4096)
def frame(head: bytes) -> Frame | None:
    """The frame that *head*, four bytes, begins; None where it begins none, or one of free format."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    version, layer = _VERSIONS.get(head[1] >> 3 & 3), 4 - (head[1] >> 1 & 3)
    kbps_index, rate_index = head[2] >> 4, head[2] >> 2 & 3
    if version is None or layer == 4 or kbps_index in (0, 15) or rate_index == 3:
        return None
    half = 1 if version == "1" else 2
    kbps = _KBPS[half, layer if half == 1 else min(layer, 2)][kbps_index - 1]
    rate = _RATES_HZ[version][rate_index]
    padding = head[2] >> 1 & 1
    samples = 384 if layer == 1 else 1152 if layer == 2 or half == 1 else 576
    slot = 4 if layer == 1 else 1
    length = (samples // 8 // slot * kbps * 1000 // rate + padding) * slot
    return Frame(version, layer, kbps, rate, _MODES[head[3] >> 6], length, samples)


def first(file: BinaryIO, start: int, end: int) -> int | None:
    """Where between *start* and *end* the first frame begins; None where no MPEG audio is found.

    Three frames must follow one another, or as many as there are. A WAV that holds MP3 is none.
    """
    file.seek(start)
    head = file.read(min(end - start, 1 << 14))
    if head.startswith(_OTHERS) or head[4:8] == b"ftyp":
        return None
    if _agree(head, 0, end - start):
        return start
    file.seek(start)
    data = file.read(min(end - start, _SEARCHED_BYTES))
    return next((start + at for at in _starts(data, 0) if _agree(data, at, end - start)), None)


def _starts(data: bytes, at: int) -> Iterator[int]:
    return (match.start() for match in _SYNC.finditer(data, at))


def _agree(data: bytes, at: int, length: int) -> bool:
    """Whether frames of one stream follow one another from *at*, in a file of that *length*."""
    stream = None
    for number in range(_AGREEING):
        found = frame(data[at : at + 4])
        if found is None or (stream and found.stream != stream):
            return False
        stream = found.stream
        at += found.length_bytes
        if at + 4 > min(len(data), length):
            return number > 0 or at == length
    return True


def walk(file: BinaryIO, start: int, end: int) -> Stream | None:
    """The stream between *start* and *end*, every frame of it counted; None where there is none."""
    begins = first(file, start, end)
    if begins is None:
        return None
    file.seek(begins)
    head = file.read(4)
    opening = frame(head)
    assert opening is not None  # noqa: S101 - it was found
    file.seek(begins)
    encoded = _encoded(opening, file.read(opening.length_bytes))
    heads, at, junk = _counted(file, begins, end, opening.stream)
    if encoded is not None:
        heads[head] -= 1
    # Several headers say the same of their frames: they differ in how stereo is coded.
    sounding = [(found, count) for of, count in heads.items() if count and (found := frame(of))]
    frames = sum(count for _, count in sounding)
    bits = sum(found.kbps * count for found, count in sounding)
    rates = tuple(sorted({found.kbps for found, _ in sounding}))
    kbps = bits / frames if frames else opening.kbps
    return Stream(opening, frames, kbps, rates, begins - start, junk, max(0, at - end), encoded)


def _counted(
    file: BinaryIO, start: int, end: int, stream: tuple[str, int, int]
) -> tuple[Counter[bytes], int, int]:
    """How often each header occurs, where the last frame ends, and how many bytes belong to no frame."""
    heads: Counter[bytes] = Counter()
    lengths: dict[bytes, int] = {}
    base, at, junk = start, 0, 0
    file.seek(start)
    data = file.read(min(_BLOCK_BYTES, end - start))
    while True:
        last = len(data) - 4
        while at <= last:
            head = data[at : at + 4]
            length = lengths.get(head)
            if length is None:
                found = frame(head)
                if found is None or found.stream != stream:
                    break
                length = lengths[head] = found.length_bytes
            heads[head] += 1
            at += length
        if at <= last:  # lost: on to the next frame that another one follows
            following = next((near for near in _starts(data, at + 1) if _follows(data, near, stream)), None)
            junk += (last + 1 if following is None else following) - at
            at = last + 1 if following is None else following
            if following is not None:
                continue
        base += at
        if base >= end - 3:
            return heads, base, junk + max(0, end - base)
        file.seek(base)
        data, at = file.read(min(_BLOCK_BYTES, end - base)), 0
        if len(data) < 4:
            return heads, base, junk + len(data)


def _follows(data: bytes, at: int, stream: tuple[str, int, int]) -> bool:
    found = frame(data[at : at + 4])
    if found is None or found.stream != stream:
        return False
    after = frame(data[at + found.length_bytes : at + found.length_bytes + 4])
    return after.stream == stream if after else at + found.length_bytes + 4 > len(data)


def _encoded(opening: Frame, data: bytes) -> Encoded | None:
    """What *data*, the first frame, says of all; None where it is a frame like any other."""
    at = 4 + opening.side_bytes
    kind = data[at : at + 4]
    if opening.layer == 3 and kind in (b"Xing", b"Info"):
        return _xing(kind.decode(), data[at + 4 :])
    if data[36:40] == b"VBRI" and len(data) >= 54:
        length, frames = int.from_bytes(data[46:50]), int.from_bytes(data[50:54])
        return Encoded("VBRI", frames, length, seekable=True, delay=int.from_bytes(data[42:44]))
    return None


def _xing(kind: str, data: bytes) -> Encoded:
    flags = int.from_bytes(data[:4])
    at, said = 4, dict[int, int]()
    for flag, size in ((1, 4), (2, 4), (4, 100), (8, 4)):
        if flags & flag:
            said[flag] = int.from_bytes(data[at : at + min(size, 4)])
            at += size
    lame = data[at : at + 36]
    name = lame[:9].split(b"\0")[0]
    known = len(lame) == 36 and name.isascii() and name[:1].isalpha()
    gap = int.from_bytes(lame[21:24]) if known else 0
    return Encoded(
        kind,
        said.get(1),
        said.get(2),
        seekable=4 in said,
        encoder=name.decode("ascii").strip() if known else "",
        delay=gap >> 12,
        padding=gap & 0xFFF,
    )
