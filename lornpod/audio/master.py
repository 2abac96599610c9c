"""A recording becomes the episode's MP3: as loud as listeners expect, and never clipped.

Loudness by EBU R128 (ITU-R BS.1770-4): measured, moved by one constant gain, and limited only where
that gain would drive true peaks over the ceiling. What was encoded is measured again, since MP3
overshoots; where it misses, gain or ceiling is corrected and the encoding done anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import threading
from dataclasses import asdict, dataclass
from pathlib import Path

from ..errors import MediaError
from ..events import Advanced, Finished, Notify, Started, silent
from ..model import AudioSettings, Loudness, Sound
from . import frames
from .ffmpeg import run, source
from .probe import probe

_METHOD = 1  # of mastering; another number makes every episode anew
_WINDOW_LU = 0.5  # of a source that is good enough to be left alone
_NEAR_LU = 0.2  # of the target, for what we encode
_TRIES = 5
_HEADROOM_DB = 0.5  # what MP3 is expected to add to a true peak
_GATE_LUFS = -70.0  # the absolute gate: below it, nothing was measured

_VALUE = r":\s*(-?[\d.]+|-?inf|nan) "
_SUMMARY = re.compile(f"Summary:.*?I{_VALUE}LUFS.*?LRA{_VALUE}LU\\b.*?Peak{_VALUE}dBFS", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Mastered:
    """What became of a recording. ``encoded`` is False where its MP3 frames were kept as they were."""

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
    source_path: Path,
    target: Path,
    settings: AudioSettings,
    *,
    task: str,
    notify: Notify = silent,
    where: str = "",
) -> Mastered:
    """Write the mastered MP3, without any tag, to *target*; whole or not at all.

    The result lies within ±0.5 LU of the target and at or under the true-peak ceiling, as measured on
    the finished file. Raises MediaError, naming *where*, for what is no sound, is cut short, or silent.
    """
    where = where or str(source_path)
    found = probe(source_path, where)
    notify(Started(task, None, "seconds"))
    work = _Work(source_path, found, settings, task, notify, where)
    part = target.with_name(f".{target.name}.{os.getpid()}.{threading.get_ident()}.part")
    try:
        before = work.measured(source_path)
        made = work.kept(part, before) or work.encoded(part, before)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    change = f"{made.before.integrated_lufs:.1f} to {made.after.integrated_lufs:.1f} LUFS"
    notify(Finished(task, f"mastered, {change}" if made.encoded else "kept as it is"))
    return made


def measure(path: Path, *, where: str, task: str = "", notify: Notify = silent) -> Loudness:
    """The loudness and true peak of the sound in *path*, which is decoded to its end."""
    graph = "ebur128=peak=true:framelog=verbose"
    arguments = [*source(path), "-map", "0:a:0", "-af", graph, "-f", "null", "-"]
    said = run(arguments, where=where, heard=_Steps(task, notify))
    summary = _SUMMARY.search(said)
    if summary is None:
        raise MediaError("its loudness cannot be measured", where, "see whether a player plays it")
    integrated, spread, peak = (_number(value) for value in summary.groups())
    return Loudness(max(integrated, _GATE_LUFS), max(spread, 0.0), peak)


@dataclass(frozen=True, slots=True)
class _Work:
    """One recording on the bench."""

    path: Path
    found: Sound
    settings: AudioSettings
    task: str
    notify: Notify
    where: str

    def measured(self, path: Path) -> Loudness:
        return measure(path, where=self.where, task=self.task, notify=self.notify)

    def kept(self, part: Path, before: Loudness) -> Mastered | None:
        """A source MP3 that needs nothing, its frames copied to *part*; None where it needs something."""
        if not self._is_episode_mp3() or not _within(before, self.settings, _WINDOW_LU):
            return None
        frames.copy(self.path, part)
        return Mastered(probe(part, self.where), before, before, 0.0, limited=False, encoded=False)

    def encoded(self, part: Path, before: Loudness) -> Mastered:
        """The recording at the target's loudness, as an MP3 in *part*."""
        if before.integrated_lufs <= _GATE_LUFS:
            raise MediaError("the recording is silent", self.where, "see whether this is the right file")
        target, ceiling = self.settings.loudness_lufs, self.settings.true_peak_dbtp
        gain, limit = target - before.integrated_lufs, ceiling - _HEADROOM_DB
        limited = before.true_peak_dbtp + gain > limit
        for _ in range(_TRIES):
            self._encode(part, gain, limit if limited else None)
            after = self.measured(part)
            if _within(after, self.settings, _NEAR_LU):
                return Mastered(probe(part, self.where), before, after, gain, limited, encoded=True)
            if after.true_peak_dbtp > ceiling:
                limit -= after.true_peak_dbtp - ceiling + 0.1 if limited else 0.0
                limited = True
            gain += target - after.integrated_lufs
        if _within(after, self.settings, _WINDOW_LU):
            return Mastered(probe(part, self.where), before, after, gain, limited, encoded=True)
        said = f"{after.integrated_lufs:.1f} LUFS with peaks at {after.true_peak_dbtp:.1f} dBTP"
        raise MediaError(
            f"cannot be brought to {target:g} LUFS: its peaks stand too far above its speech ({said})",
            self.where,
            "even out the recording, or set `audio: {loudness: …}` lower",
        )

    def _encode(self, part: Path, gain_db: float, limit_dbtp: float | None) -> None:
        channels = self._channels()
        kbps = self.settings.bitrate_mono_kbps if channels == 1 else self.settings.bitrate_stereo_kbps
        rate = self.settings.sample_rate_hz
        layout = "mono" if channels == 1 else "stereo"
        chain = [
            f"aformat=sample_fmts=flt:channel_layouts={layout}",
            f"volume={gain_db:.3f}dB:precision=float",
        ]
        if limit_dbtp is not None:
            level = 10 ** (limit_dbtp / 20)
            chain += [
                # Peaks between samples show at four times the rate (BS.1770-4, annex 2).
                f"aresample={4 * rate}",
                f"alimiter=limit={level:.6f}:attack=5:release=50:level=false:latency=true",
            ]
        chain.append(f"aresample={rate}")
        run(
            [
                *source(self.path), "-map", "0:a:0", "-map_metadata", "-1", "-map_chapters", "-1",
                "-af", ",".join(chain), "-c:a", "libmp3lame", "-b:a", f"{kbps}k", "-ar", str(rate),
                "-ac", str(channels), "-id3v2_version", "0", "-write_id3v1", "0", "-bitexact", "-f", "mp3",
                f"file:{part.absolute()}",
            ],
            where=self.where,
            heard=_Steps(self.task, self.notify),
        )  # fmt: skip

    def _channels(self) -> int:
        wanted = {"mono": 1, "stereo": 2, "keep": min(self.found.channels, 2)}
        return wanted[self.settings.channels]

    def _is_episode_mp3(self) -> bool:
        """Whether the source is an MP3 as the settings would have it, but perhaps for its loudness."""
        settings, found = self.settings, self.found
        allowed = (
            (settings.bitrate_mono_kbps, 128) if found.channels == 1 else (settings.bitrate_stereo_kbps, 256)
        )
        return (
            found.codec == "mp3"
            and found.sample_rate_hz in (44100, 48000)
            and found.channels == self._channels()
            and min(allowed) <= found.bitrate_kbps <= max(allowed)
        )


def _within(loudness: Loudness, settings: AudioSettings, window_lu: float) -> bool:
    near = abs(loudness.integrated_lufs - settings.loudness_lufs) <= window_lu
    return near and loudness.true_peak_dbtp <= settings.true_peak_dbtp


class _Steps:
    """Turns how far a run has come into how far it came since."""

    def __init__(self, task: str, notify: Notify) -> None:
        self._task, self._notify, self._done = task, notify, 0.0

    def __call__(self, seconds: float) -> None:
        if self._task and seconds > self._done:
            self._notify(Advanced(self._task, seconds - self._done))
            self._done = seconds


def _number(text: str) -> float:
    value = float(text)
    return value if value == value and abs(value) != float("inf") else _GATE_LUFS
