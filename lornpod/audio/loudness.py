"""EBU R128 as ffmpeg's meter tells it: integrated loudness and loudness range."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ..errors import MediaError
from ..messages import tr
from ..model import Loudness
from .ffmpeg import running, source
from .peaks import Block, TruePeak, decibels
from .samples import blocks, layout, raw, written

GATE_LUFS = -70.0  # the absolute gate: below it, nothing was measured
METER = "ebur128=framelog=verbose"

_VALUE = r":\s*(-?[\d.]+|-?inf|nan) "
_LOUD = re.compile(rf".*Summary:.*?I{_VALUE}LUFS.*?LRA{_VALUE}LU\b", re.DOTALL)


def loudness(said: str, where: str) -> tuple[float, float]:
    """Integrated loudness in LUFS and loudness range in LU, as :data:`METER` *said*."""
    found = _LOUD.match(said)  # the last: of a graph that it sets up twice, ffmpeg 5.1 tells twice
    if found is None:
        raise MediaError(tr("its loudness cannot be measured"), where, tr("see whether a player plays it"))
    integrated, spread = (_number(value) for value in found.groups())
    return max(integrated, GATE_LUFS), max(spread, 0.0)


def measure(path: Path, rate_hz: int, channels: int, where: str) -> Loudness:
    """The loudness and true peak of the sound in *path*, which is decoded to its end."""
    with running([*source(path), *to_measure(rate_hz, channels)], where=where) as program:
        peak = true_peak(blocks(program, rate_hz, channels), channels)
        integrated, spread = loudness(program.said(), where)
    return Loudness(integrated, spread, peak)


def to_measure(rate_hz: int, channels: int) -> list[str]:
    """The arguments that meter an input and hand its samples on."""
    graph = f"[0:a:0]aresample={rate_hz},{layout(channels)},asplit[one][on];[one]{METER}[met]"
    ends = ["-map", "[met]", "-f", "null", "-", "-map", "[on]", "-f", "f32le", "pipe:1"]
    return ["-filter_complex", graph, *ends]


def true_peak(found: Iterator[Block], channels: int) -> float:
    """The true peak of what is *found*, in dBTP."""
    peak = TruePeak(channels)
    for block in found:
        peak.add(block)
    return round(decibels(peak.end()), 2)


def integrated(found: Iterator[Block], rate_hz: int, channels: int, where: str) -> float:
    """The integrated loudness of samples, in LUFS."""
    meter = [*raw(rate_hz, channels), "-af", METER, "-f", "null", "-"]
    with running(meter, where=where, fed=True) as program:
        written(found, program)
        return loudness(program.said(), where)[0]


def _number(text: str) -> float:
    value = float(text)
    return value if value == value and abs(value) != float("inf") else GATE_LUFS
