"""What a sound file is, told from the file and not from its header alone."""

from __future__ import annotations

import re
from pathlib import Path

from ..errors import MediaError
from ..model import Sound
from .ffmpeg import ffmpeg, run, source

__all__ = ["ffmpeg", "probe"]

_DURATION = re.compile(r"Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)")
_STREAM = re.compile(r"Stream #0:\d+.*?: Audio: (\w+).*?, (\d+) Hz, ([^,]+)(?:,.*)?$", re.MULTILINE)
_KBPS = re.compile(r"(\d+) kb/s")
_LAYOUTS = {"mono": 1, "stereo": 2, "downmix": 2, "quad": 4, "hexagonal": 6, "octagonal": 8}
_CUT_MS = 500  # of what a header may promise more than there is: encoders round


def probe(path: Path, where: str = "") -> Sound:
    """The sound in *path*: its real duration, codec, sample rate, channels and bit rate.

    The file is read to its end, not decoded. Raises MediaError, naming *where*, when it is absent,
    empty, holds no sound, or is shorter than its header says.
    """
    where = where or str(path)
    try:
        size = path.stat().st_size
    except OSError as error:
        raise MediaError(
            f"cannot be read ({error.strerror})", where, "see whether the file is there"
        ) from None
    if not size:
        raise MediaError("the file is empty", where, "export it again")
    read_ms: list[int] = [0]

    def heard(seconds: float) -> None:
        read_ms[0] = round(seconds * 1000)

    try:
        said = run(
            [*source(path), "-map", "0:a:0", "-c", "copy", "-f", "null", "-"], where=where, heard=heard
        )
    except MediaError as error:
        raise MediaError("this is no sound that ffmpeg can read", where, "export it again") from error
    header, _, _ = said.partition("Output #0")
    stream = _STREAM.search(header)
    if stream is None or not read_ms[0]:
        raise MediaError("the file holds no sound", where, "see whether this is the recording")
    _refuse_cut(header, read_ms[0], where)
    kbps = _KBPS.search(stream[0])
    return Sound(
        duration_ms=read_ms[0],
        codec=stream[1],
        sample_rate_hz=int(stream[2]),
        channels=_channels(stream[3].strip()),
        bitrate_kbps=0 if stream[1].startswith("pcm") or not kbps else int(kbps[1]),
    )


def _refuse_cut(header: str, read_ms: int, where: str) -> None:
    promised = _DURATION.search(header)
    if promised is None:
        return
    hours, minutes, seconds = promised.groups()
    promised_ms = round((int(hours) * 3600 + int(minutes) * 60 + float(seconds)) * 1000)
    if promised_ms - read_ms > max(_CUT_MS, promised_ms // 500):
        raise MediaError(
            f"the file is cut short: its header says {_clock(promised_ms)}, it holds {_clock(read_ms)}",
            where,
            "export or copy it again",
        )


def _channels(layout: str) -> int:
    """The number of channels of a layout as ffmpeg names it: mono, 5.1(side), 3 channels."""
    name = layout.partition("(")[0].strip()
    if name in _LAYOUTS:
        return _LAYOUTS[name]
    if name.endswith("channels"):
        return int(name.split()[0])
    return sum(int(part) for part in re.findall(r"\d+", name)) or 2


def _clock(ms: int) -> str:
    return f"{ms // 60000}:{ms // 1000 % 60:02d}"
