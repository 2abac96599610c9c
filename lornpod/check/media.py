"""What the beginning of an MP3 tells: whether it is one, and how it is made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..errors import Finding, Level
from ..messages import tr
from .registry import all_rules, rule
from .sources import APPLE_AUDIO, HOUSE

HEAD_BYTES = 1 << 16  # as much of a file as is asked for, after its tag

# Kilobits a second by index: layer III of MPEG 1, and of MPEG 2 and 2.5 (ISO 11172-3, 2.4.2.3; 13818-3).
_KBPS_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBPS_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_HZ = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_IN_A_ROW = 3  # frames that must follow each other: two bytes of anything look like the start of one


@dataclass(frozen=True, slots=True)
class Frame:
    """The header of an MPEG audio frame of layer III."""

    bitrate_kbps: int
    sample_rate_hz: int
    mono: bool
    length_bytes: int


def tag_bytes(data: bytes) -> int:
    """How long the ID3v2 tag at the head of a file is, by its first ten bytes; 0 where there is none."""
    if len(data) < 10 or data[:3] != b"ID3" or max(data[6:10]) > 127:
        return 0
    size = 0
    for byte in data[6:10]:
        size = size << 7 | byte
    return 10 + size + (10 if data[5] & 0x10 else 0)


def frames(data: bytes) -> tuple[Frame, ...]:
    """The frames that follow each other from the first in *data*; none where it holds no MP3."""
    for start in range(max(0, len(data) - 4)):
        if data[start] == 0xFF and data[start + 1] & 0xE0 == 0xE0:
            found = tuple(_row(data, start))
            if len(found) >= _IN_A_ROW:
                return found
    return ()


def _row(data: bytes, at: int) -> Iterator[Frame]:
    while at + 4 <= len(data) and (frame := _frame(data[at : at + 4])) is not None:
        yield frame
        at += frame.length_bytes


def _frame(head: bytes) -> Frame | None:
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    kbps_at, hz_at = head[2] >> 4, head[2] >> 2 & 3
    if (
        head[0] != 0xFF
        or head[1] & 0xE0 != 0xE0
        or version == 1
        or layer != 1
        or kbps_at in (0, 15)
        or hz_at == 3
    ):
        return None
    kbps = (_KBPS_1 if version == 3 else _KBPS_2)[kbps_at]
    hz = _HZ[version][hz_at]
    length = (144_000 if version == 3 else 72_000) * kbps // hz + (head[2] >> 1 & 1)
    return Frame(kbps, hz, head[3] >> 6 == 3, length)


def mp3_findings(data: bytes, where: str) -> Iterator[Finding]:
    """What is wrong with the MP3 that begins, after its tag, with *data*."""
    found = frames(data)
    if not found:
        yield _finding("media-content", where, tr("the feed says audio/mpeg, and it is no MP3"))
        return
    first = found[0]
    kbps = round(sum(frame.bitrate_kbps for frame in found) / len(found))
    if first.sample_rate_hz not in (44100, 48000):
        yield _finding(
            "media-sample-rate", where, tr("{sample_rate_hz} Hz", sample_rate_hz=first.sample_rate_hz)
        )
    lowest, highest = (96, 128) if first.mono else (128, 256)
    if not lowest <= kbps <= highest:
        said = tr(
            "{kbps} kbit/s {which}, where {lowest} to {highest} are asked for",
            kbps=kbps,
            which=tr("mono") if first.mono else tr("stereo"),
            lowest=lowest,
            highest=highest,
        )
        yield _finding("media-bitrate", where, said)


def _finding(code: str, where: str, message: str) -> Finding:
    own = next(one for one in all_rules() if one.code == code)
    return Finding(code, message, where, hint=own.remedy, level=own.level)


def _asked(*_: object) -> Iterator[Finding]:
    """Found where the file is asked for: see :func:`mp3_findings`."""
    yield from ()


rule(
    "media-content", "address", "What is called MP3 is MP3",
    source=HOUSE, why="Players stop at what they take for a damaged file: a web page, or another format.",
    remedy="look at what lies there, and write its own type",
)(_asked)  # fmt: skip
rule(
    "media-sample-rate", "address", "MP3 has 44.1 or 48 kHz", Level.WARNING,
    source=APPLE_AUDIO, why="Apple asks for these two; old players play others too fast.",
    remedy="encode it at 44.1 kHz",
)(_asked)  # fmt: skip
rule(
    "media-bitrate", "address", "MP3 has 96 to 128 kbit/s mono, 128 to 256 stereo", Level.ADVICE,
    source=APPLE_AUDIO, why="So Apple asks; Spotify takes 96 to 320. Less is heard, more is paid for.",
    remedy="encode it anew",
)(_asked)  # fmt: skip
