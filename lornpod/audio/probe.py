"""What a sound file is, told from the file and not from its header alone."""

from __future__ import annotations

import re
from pathlib import Path

from ..errors import MediaError
from ..messages import tr
from ..model import Sound
from . import frames, mpeg, wav
from .ffmpeg import ffmpeg, is_there, run, source

__all__ = ["ffmpeg", "probe"]

_DURATION = re.compile(r"^  Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)", re.MULTILINE)
_STREAM = re.compile(r"^ {2,4}Stream #0:\d+.*?: Audio: (\w+).*?, (\d+) Hz, ([^,\n]+)(?:,.*)?$", re.MULTILINE)
_KBPS = re.compile(r"(\d+) kb/s")
_AVERAGE = re.compile(r"^  Duration: .* bitrate: (\d+) kb/s", re.MULTILINE)
_GUESSED = "Estimating duration from bitrate"
_LAYOUTS = {"mono": 1, "stereo": 2, "downmix": 2, "quad": 4, "hexagonal": 6, "octagonal": 8}
_CUT_MS = 500  # of what a header may promise more than there is: encoders round


def probe(path: Path, where: str = "") -> Sound:
    """The sound in *path*: its real duration, codec, sample rate, channels and bit rate.

    The file is read to its end, not decoded. Raises MediaError, naming *where*, when it is absent,
    empty, holds no sound, or is shorter than its header says. Without ffmpeg an MP3 is told by its frames,
    and MissingTool is raised for all else.
    """
    where = where or str(path)
    _refuse_absent(path, where)
    if not is_there() and (counted := _counted(path)) is not None:
        return counted
    try:
        said, held_ms = _copied(path, where, "0:a:0")
    except MediaError as error:
        raise MediaError(tr("this is no sound that ffmpeg can read"), where, tr("export it again")) from error
    header, _, _ = said.partition("\nOutput #0")
    stream = _STREAM.search(header)
    if stream is None or not held_ms:
        raise MediaError(tr("the file holds no sound"), where, tr("see whether this is the recording"))
    promised_ms = _promised_ms(path, header)
    if _is_cut(promised_ms, held_ms):
        _, longest_ms = _copied(path, where, "0:a:0", "0:V:0?")  # of a video the picture may last longer
        if _is_cut(promised_ms, longest_ms):
            said = tr(
                "its header says {promised}, it holds {held}",
                promised=_clock(promised_ms),
                held=_clock(held_ms),
            )
            raise MediaError(
                tr("the file is cut short: {said}", said=said), where, tr("export or copy it again")
            )
    codec = stream[1]
    kbps = _KBPS.search(stream[0]) or _AVERAGE.search(header)
    return Sound(
        # ffmpeg 5.1 does not count the last frame of FLAC when it copies; its header is exact.
        duration_ms=promised_ms if codec == "flac" and promised_ms else held_ms,
        codec=codec,
        sample_rate_hz=int(stream[2]),
        channels=_channels(stream[3].strip()),
        bitrate_kbps=0 if codec.startswith("pcm") or not kbps else int(kbps[1]),
    )


def glance(path: Path, where: str = "") -> Sound:
    """What the headers of the file at *path* promise: good enough to show, not to publish. Costs
    milliseconds, however long the recording; the frames of an MP3 are counted where no header does.

    Raises what :func:`probe` raises, which is asked where the headers do not tell.
    """
    from mutagen import File, MutagenError
    from mutagen.mp3 import BitrateMode, MPEGInfo

    where = where or str(path)
    _refuse_absent(path, where)
    try:
        found = File(path)
    except (MutagenError, OSError, ValueError):  # damaged, or no file that it knows
        found = None
    info = found.info if found is not None else None
    if isinstance(info, MPEGInfo) and info.bitrate_mode is BitrateMode.UNKNOWN:
        return _counted(path) or probe(path, where)
    length_s, rate_hz = getattr(info, "length", 0), getattr(info, "sample_rate", 0)
    if not length_s or not rate_hz:
        return probe(path, where)
    codec = path.suffix.lower().removeprefix(".")
    kbps = round((getattr(info, "bitrate", 0) or 0) / 1000)
    return Sound(round(length_s * 1000), codec, rate_hz, getattr(info, "channels", 0) or 2, kbps)


def _refuse_absent(path: Path, where: str) -> None:
    try:
        size = path.stat().st_size
    except OSError as error:
        hint = tr("see whether the file is there")
        raise MediaError(tr("cannot be read ({strerror})", strerror=error.strerror), where, hint) from None
    if path.is_dir():
        raise MediaError(tr("this is a folder"), where, tr("name the recording in it"))
    if not size:
        raise MediaError(tr("the file is empty"), where, tr("export it again"))


def _counted(path: Path) -> Sound | None:
    """What the frames of an MP3 say; None for what is none."""
    with path.open("rb") as file:
        lie = frames.layout(file)
        stream = mpeg.walk(file, lie.start, lie.end)
    if stream is None or stream.first.layer != 3:
        return None
    first = stream.first
    return Sound(stream.duration_ms, "mp3", first.sample_rate_hz, first.channels, round(stream.kbps))


def _copied(path: Path, where: str, *streams: str) -> tuple[str, int]:
    """What ffmpeg says of *path*, and how many milliseconds its *streams* hold."""
    held_ms = 0

    def heard(seconds: float) -> None:
        nonlocal held_ms
        held_ms = round(seconds * 1000)

    maps = [argument for stream in streams for argument in ("-map", stream)]
    said = run([*source(path), *maps, "-c", "copy", "-f", "null", "-"], where=where, heard=heard)
    return said, held_ms


def _is_cut(promised_ms: int, held_ms: int) -> bool:
    return promised_ms - held_ms > max(_CUT_MS, promised_ms // 500)


def _promised_ms(path: Path, header: str) -> int:
    """How long the file says it is; 0 where it says nothing and ffmpeg can but guess."""
    if wav_ms := wav.promised_ms(path):
        return wav_ms
    promised = _DURATION.search(header)
    if promised is None or _GUESSED in header:
        return 0
    hours, minutes, seconds = promised.groups()
    return round((int(hours) * 3600 + int(minutes) * 60 + float(seconds)) * 1000)


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
