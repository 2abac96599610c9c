"""A recording becomes the episode's MP3: as loud as listeners expect, and never clipped.

Loudness by EBU R128 (ITU-R BS.1770-4): measured, moved by one constant gain, and limited only where
that gain would drive true peaks over the ceiling. What is encoded is measured while it is written,
since MP3 overshoots; where it misses, gain or limit is corrected and the encoding done anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

from ..errors import MediaError
from ..events import Advanced, Finished, Notify, Started, silent
from ..model import AudioSettings, Loudness, Sound
from . import frames
from .ffmpeg import run
from .ffmpeg import source as reading
from .probe import probe

_METHOD = 2  # of mastering; another number makes every episode anew
_WINDOW_LU = 0.5  # what is promised, and of a source that is good enough to be left alone
_NEAR_LU = 0.3  # what is tried for
_ENOUGH_LU = 0.4  # what will do after some tries: the meter rounds to tenths
_TRIES = 6
_NEAR_TRIES = 2
_GATE_LUFS = -70.0  # the absolute gate: below it, nothing was measured
_BLOCK_MS = 400  # R128 measures in blocks; a sound shorter than one has no loudness
_LIMITED_PULL = 1.5  # for a limiter takes a third of what is added (measured on speech with bangs)
_LIMITED_LOSS = 0.4  # of loudness with every decibel that the limit is lowered by (likewise)
_LEAST_RISE = 0.3  # of loudness with every decibel of gain: less says that no gain will do
_LOST_S = 0.5  # of what a codec may round off
_BRIEF_MS = 3000  # below it, the 50 ms of silence that a player skips count: the file is measured again
_HEADROOM_DB = 1.0  # MP3 adds up to 0.2 dB to limited speech and 1.2 dB to limited noise (measured)
_MUCH_LIMITING_DB = 1.0  # what a limiter takes off before its loss of loudness is worth a rehearsal
_REHEARSED_DB = (0.0, 1.0, 2.5, 5.0, 10.0)
_REHEARSED_MS = 150_000
_EXCERPT_S = 5

# LAME attenuates by itself at these rates in kbit/s and below, in every CBR mode (presets.c; measured).
_ENCODER_SCALE = ((160, 0.95), (192, 0.97), (224, 0.98))

_VALUE = r":\s*(-?[\d.]+|-?inf|nan) "
_LOUD = re.compile(rf"Summary:.*?I{_VALUE}LUFS.*?LRA{_VALUE}LU\b", re.DOTALL)
_TRUE_PEAK = re.compile(rf"True peak:\s+Peak{_VALUE}dBFS")
_MAX_VOLUME = re.compile(rf"max_volume{_VALUE}dB")
_REHEARSED = re.compile(rf"\[ebur128@(\w+) @ \S+ Summary:.*?I{_VALUE}LUFS", re.DOTALL)

_R128 = "ebur128=framelog=verbose"
_PEAK_ROOM_DB = 12  # over full scale, where 16-bit integers still hold a peak that is turned down


@dataclass(frozen=True, slots=True)
class Mastered:
    """What became of a recording. ``before`` is the recording in the channels of the episode.

    ``encoded`` is False where its MP3 frames were kept as they were.
    """

    sound: Sound
    before: Loudness
    after: Loudness
    gain_db: float
    limited: bool
    encoded: bool


def recipe(source_sha256: str, settings: AudioSettings) -> str:
    """A digest of all that the mastered sound depends on, in hexadecimal."""
    said = json.dumps([_METHOD, source_sha256, asdict(settings)], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def master(
    source: Path,
    target: Path,
    settings: AudioSettings,
    *,
    task: str,
    notify: Notify = silent,
    where: str = "",
) -> Mastered:
    """Write the mastered MP3, without any tag, to *target*; whole or not at all.

    The result lies within ±0.5 LU of the target and at or under the true-peak ceiling, as measured on
    the finished file. An MP3 that lies there already keeps its frames byte for byte. Raises MediaError,
    naming *where*, for what is no sound, is cut short, silent, or shorter than 0.4 seconds.
    """
    where = where or str(source)
    found = probe(source, where)
    if found.duration_ms < _BLOCK_MS:
        said = f"too short to have a loudness ({found.duration_ms / 1000:g} s)"
        raise MediaError(said, where, "see whether this is the right file")
    steps = _Steps(task, notify, 2 * found.duration_ms / 1000)
    work = _Work(source, found, settings, steps, where)
    with frames.whole(target) as part:
        made = work.done(part)
    change = f"{made.before.integrated_lufs:.1f} to {made.after.integrated_lufs:.1f} LUFS"
    notify(Finished(task, f"mastered, {change}" if made.encoded else "kept as it is"))
    return made


def measure(path: Path, *, where: str = "") -> Loudness:
    """The loudness and true peak of the sound in *path*, which is decoded to its end."""
    where = where or str(path)
    arguments = [*reading(path), "-map", "0:a:0", "-af", f"{_R128}:peak=true", "-f", "null", "-"]
    return _loudness(run(arguments, where=where), _TRUE_PEAK, where)


@dataclass(frozen=True, slots=True)
class _Work:
    """One recording on the bench."""

    path: Path
    found: Sound
    settings: AudioSettings
    steps: _Steps
    where: str

    def done(self, part: Path) -> Mastered:
        """The episode's MP3 in *part*: the source's own frames where they need nothing."""
        before = self._surveyed(exactly=self._is_episode_mp3())
        if self._is_episode_mp3() and _within(before, self.settings, _WINDOW_LU):
            frames.copy(self.path, part)
            return Mastered(probe(part, self.where), before, before, 0.0, limited=False, encoded=False)
        if before.integrated_lufs <= _GATE_LUFS:
            raise MediaError("the recording is silent", self.where, "see whether this is the right file")
        return self._encoded(part, before)

    def _surveyed(self, *, exactly: bool) -> Loudness:
        """The loudness of the source, as the episode's channels.

        ebur128's true peak takes more than twice as long as all the rest of it; integers at four times the
        rate find the same peak within 0.1 dB in two thirds of that.
        """
        chain = [self._layout, f"{_R128}:peak=true"]
        if not exactly:
            rate = self.found.sample_rate_hz * max(1, round(192_000 / self.found.sample_rate_hz))
            chain = [
                self._layout,
                _R128,
                f"volume=-{_PEAK_ROOM_DB}dB",
                "aformat=sample_fmts=s16",
                f"aresample={rate}:osf=s16",
                "volumedetect",
            ]
        self.steps.begin()
        said = run(
            [*reading(self.path), "-map", "0:a:0", "-af", ",".join(chain), "-f", "null", "-"],
            where=self.where,
            heard=self.steps.heard,
        )
        if exactly:
            return _loudness(said, _TRUE_PEAK, self.where)
        return _loudness(said, _MAX_VOLUME, self.where, room_db=_PEAK_ROOM_DB)

    def _encoded(self, part: Path, before: Loudness) -> Mastered:
        """The recording at the target's loudness, as an MP3 in *part*."""
        target, ceiling = self.settings.loudness_lufs, self.settings.true_peak_dbtp
        gain, limit = target - before.integrated_lufs, ceiling - _HEADROOM_DB
        if before.true_peak_dbtp + gain - limit > _MUCH_LIMITING_DB:
            gain = self._rehearsed(before, limit)
        for again in range(_TRIES):
            limited = before.true_peak_dbtp + gain > limit
            after = self._encode(part, gain, limit if limited else None)
            if _within(after, self.settings, _NEAR_LU if again < _NEAR_TRIES else _ENOUGH_LU):
                _to_disk(part)
                return Mastered(probe(part, self.where), before, after, round(gain, 2), limited, encoded=True)
            over = after.true_peak_dbtp - ceiling
            if over > 0:
                limit = min(limit, before.true_peak_dbtp + gain) - over - 0.2
                gain += over * _LIMITED_LOSS if limited else 0
            gain += (target - after.integrated_lufs) * (_LIMITED_PULL if limited else 1)
        said = f"{after.integrated_lufs:.1f} LUFS with peaks at {after.true_peak_dbtp:.1f} dBTP"
        raise MediaError(
            f"cannot be brought to {target:g} LUFS: its peaks stand too far above its speech ({said})",
            self.where,
            "even out the recording, or set `audio: {loudness: …}` lower",
        )

    def _rehearsed(self, before: Loudness, limit_dbtp: float) -> float:
        """The gain that makes up for what the limiter takes from the loudness.

        Heard at several gains at once on excerpts of some minutes: a second encoding costs more.
        """
        plain = self.settings.loudness_lufs - before.integrated_lufs
        period_s = max(_EXCERPT_S, _EXCERPT_S * self.found.duration_ms / _REHEARSED_MS)
        heads = [f"aselect='lt(mod(t,{period_s:.3f}),{_EXCERPT_S})'", self._layout, "asetpts=N/SR/TB"]
        graph = [f"[0:a:0]{','.join(heads)},asplit={len(_REHEARSED_DB) + 1}[raw]" + _labels("in")]
        graph.append("[raw]ebur128@raw=framelog=verbose[heard]")
        for index, more in enumerate(_REHEARSED_DB):
            chain = [_gain(plain + more), _limiter(limit_dbtp), f"ebur128@g{index}=framelog=verbose"]
            graph.append(f"[in{index}]{','.join(chain)},anullsink")
        said = run(
            [*reading(self.path), "-filter_complex", ";".join(graph), "-map", "[heard]", "-f", "null", "-"],
            where=self.where,
        )
        heard = {name: _number(value) for name, value in _REHEARSED.findall(said)}
        if heard["raw"] <= _GATE_LUFS:
            return plain
        lost = [heard["raw"] + plain + more - heard[f"g{i}"] for i, more in enumerate(_REHEARSED_DB)]
        return plain + _made_up([more - loss for more, loss in zip(_REHEARSED_DB, lost, strict=True)])

    def _encode(self, part: Path, gain_db: float, limit_dbtp: float | None) -> Loudness:
        """Write *part*, and what it measures: three programs at once, for LAME takes one core alone."""
        channels = self._channels
        rate = self.settings.sample_rate_hz
        kbps = self.settings.bitrate_mono_kbps if channels == 1 else self.settings.bitrate_stereo_kbps
        chain = [self._layout, _gain(gain_db)]
        if limit_dbtp is not None:
            # Peaks between samples: of speech, twice the rate shows all but 0.1 dB (measured).
            chain += [f"aresample={2 * rate}", _limiter(limit_dbtp)]
        scale = next((scale for most, scale in _ENCODER_SCALE if kbps <= most), 1.0)
        chain += [f"aresample={rate}", f"volume={1 / scale:.6f}:precision=float", "asetpts=N/SR/TB"]
        mp3 = "f=mp3:id3v2_version=0:write_id3v1=0:fflags=+bitexact"
        self.steps.begin()
        said = run(
            [
                *reading(self.path), "-v", "error", "-map", "0:a:0", "-map_metadata", "-1",
                "-af", ",".join(chain), "-c:a", "pcm_f32le", "-f", "nut", "pipe:1",
            ],
            [
                "-v", "error", "-f", "nut", "-i", "pipe:0", "-map", "0:a:0", "-map_metadata", "-1",
                "-c:a", "libmp3lame", "-b:a", f"{kbps}k", "-bitexact",
                "-f", "tee", rf"[{mp3}]file:{part.name}|[{mp3}]pipe\:1",
            ],
            ["-f", "mp3", "-i", "pipe:0", "-af", f"{_R128}:peak=true", "-f", "null", "-"],
            where=self.where,
            heard=self.steps.heard,
            folder=part.parent,
        )  # fmt: skip
        self._refuse_lost(part, kbps)
        if self.found.duration_ms < _BRIEF_MS:
            return measure(part, where=self.where)
        return _loudness(said, _TRUE_PEAK, self.where)

    def _refuse_lost(self, part: Path, kbps: int) -> None:
        """Refuse what is shorter than it was: ffmpeg says nothing where tee meets a full disk (5.1, 9.0)."""
        whole_s, heard_s = self.found.duration_ms / 1000, self.steps.at
        if heard_s < whole_s - max(_LOST_S, whole_s / 500):
            said = f"the recording is damaged: of {whole_s:.1f} seconds, {heard_s:.1f} can be decoded"
            raise MediaError(said, self.where, "export it again")
        if part.stat().st_size < (heard_s - _LOST_S) * kbps * 125:
            raise MediaError("the disk is full", self.where, "make room, then run again")

    @property
    def _channels(self) -> int:
        wanted = {"mono": 1, "stereo": 2, "keep": min(self.found.channels, 2)}
        return wanted[self.settings.channels]

    @property
    def _layout(self) -> str:
        layout = "mono" if self._channels == 1 else "stereo"
        return f"aformat=sample_fmts=flt:channel_layouts={layout}"

    def _is_episode_mp3(self) -> bool:
        """Whether the source is an MP3 as the settings would have it, but perhaps for its loudness."""
        settings, found = self.settings, self.found
        allowed = (
            (settings.bitrate_mono_kbps, 128) if found.channels == 1 else (settings.bitrate_stereo_kbps, 256)
        )
        return (
            found.codec == "mp3"
            and found.sample_rate_hz in (44100, 48000)
            and found.channels == self._channels
            and min(allowed) <= found.bitrate_kbps <= max(allowed)
        )


class _Steps:
    """Turns how far each pass has come into how far the task came, and never over its total."""

    def __init__(self, task: str, notify: Notify, total_s: float) -> None:
        self._task, self._notify, self._left = task, notify, total_s
        self.at = 0.0  # of the pass
        notify(Started(task, total_s, "seconds"))

    def begin(self) -> None:
        self.at = 0.0

    def heard(self, seconds: float) -> None:
        by = min(seconds - self.at, self._left)
        self.at = max(self.at, seconds)
        if by > 0:
            self._left -= by
            self._notify(Advanced(self._task, by))


def _gain(gain_db: float) -> str:
    return f"volume={gain_db:.3f}dB:precision=float"


def _limiter(limit_dbtp: float) -> str:
    return f"alimiter=limit={10 ** (limit_dbtp / 20):.6f}:attack=5:release=50:level=false"


def _labels(name: str) -> str:
    return "".join(f"[{name}{index}]" for index in range(len(_REHEARSED_DB)))


def _made_up(gained: Sequence[float]) -> float:
    """Which gain above the plain one nets nothing but the plain one: in line with the two trials nearest."""
    points = list(zip(gained, _REHEARSED_DB, strict=True))
    nearest = next((pair for pair in pairwise(points) if pair[1][0] >= 0), (points[-2], points[-1]))
    (low, low_db), (high, high_db) = nearest
    rise = max((high - low) / (high_db - low_db), _LEAST_RISE)
    return max(0.0, low_db - low / rise)


def _within(loudness: Loudness, settings: AudioSettings, window_lu: float) -> bool:
    near = round(abs(loudness.integrated_lufs - settings.loudness_lufs), 2) <= window_lu
    return near and loudness.true_peak_dbtp <= settings.true_peak_dbtp


def _loudness(said: str, peak: re.Pattern[str], where: str, room_db: int = 0) -> Loudness:
    """What ffmpeg found, its peak in the words of *peak* and turned down by *room_db*."""
    loud, peaked = _LOUD.search(said), peak.search(said)
    if loud is None or peaked is None:
        raise MediaError("its loudness cannot be measured", where, "see whether a player plays it")
    integrated, spread = (_number(value) for value in loud.groups())
    return Loudness(max(integrated, _GATE_LUFS), max(spread, 0.0), round(_number(peaked[1]) + room_db, 1))


def _number(text: str) -> float:
    value = float(text)
    return value if value == value and abs(value) != float("inf") else _GATE_LUFS


def _to_disk(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
