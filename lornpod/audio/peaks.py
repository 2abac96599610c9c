"""True peaks, and what keeps them below a ceiling: of a stream, some tenths of a second at a time.

Between samples a signal is what a band-limited interpolation makes of it (ITU-R BS.1770-5, annex 2:
four times the rate). Its taps bound how far it can rise above the samples around, so that only what is
loud enough to matter is interpolated: of speech, a few blocks in a hundred.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Block: TypeAlias = NDArray[np.float32]  # samples of all channels: (length, channels)

_UNIT = 32  # samples that are judged together, 0.7 ms; also the reach of the interpolation
_ATTACK_DB = 1.0  # of gain in a unit: six decibels take 4 ms
_RELEASE_DB = 0.09  # likewise: six decibels take 50 ms
_AHEAD = 40  # units that the limiter looks ahead: the ramp before a peak of 40 dB over the ceiling
_APART = 70  # units: attenuations less than 50 ms from one another are of one peak
_AT_ONCE = 24  # units: OpenBLAS keeps so small a product on one core, where the others are encoding
_LEAST = 1e-6


def _interpolation() -> NDArray[np.float32]:
    """The matrix from 3 units of samples to the three values after each sample of the middle one."""
    reach = np.arange(-_UNIT // 2 + 1, _UNIT // 2 + 1)
    window = np.kaiser(4 * _UNIT + 1, 7.0)
    matrix = np.zeros((3 * _UNIT, 3 * _UNIT), np.float32)
    for phase in (1, 2, 3):
        taps = np.sinc(reach - phase / 4) * window[2 * _UNIT + 4 * reach - phase]
        for at in range(_UNIT):
            matrix[_UNIT + at + reach, 3 * at + phase - 1] = taps / taps.sum()
    return matrix


_MATRIX = _interpolation()
_BOUND = float(np.abs(_MATRIX).sum(axis=0).max())


def decibels(amplitude: float) -> float:
    """*amplitude* in decibels of full scale; silence is −120."""
    return float(20 * np.log10(max(amplitude, _LEAST)))


def _unit_peaks(samples: Block, above: float) -> NDArray[np.float32]:
    """The peak of each unit of *samples* but the first and the last: the true one where it may be above
    *above*, and otherwise one that is not."""
    channels = samples.shape[1]
    flat = samples.reshape(-1, _UNIT * channels)
    peaks = np.maximum(flat.max(axis=1), -flat.min(axis=1))
    around = np.maximum(np.maximum(peaks[:-2], peaks[1:-1]), peaks[2:])
    found: NDArray[np.float32] = peaks[1:-1].copy()
    loud = np.flatnonzero(around * _BOUND > above)
    if loud.size:
        loud = np.pad(loud, (0, -loud.size % _AT_ONCE), "edge")
        near = samples.reshape(-1, _UNIT, channels)
        for channel in range(channels):
            units = near[:, :, channel]
            three = np.concatenate((units[loud], units[loud + 1], units[loud + 2]), axis=1)
            between = (three.reshape(-1, _AT_ONCE, 3 * _UNIT) @ _MATRIX).reshape(three.shape)
            found[loud] = np.maximum(found[loud], np.maximum(between.max(axis=1), -between.min(axis=1)))
    return found


class _Units:
    """Cuts a stream into whole units, each time with *behind* of them again that came before."""

    def __init__(self, channels: int, behind: int) -> None:
        self._kept = np.zeros((_UNIT, channels), np.float32)  # silence comes before the first sample
        self._behind = behind * _UNIT

    def add(self, block: Block) -> Block:
        """What there is in whole units; empty where it is not more than what came before."""
        samples = np.concatenate((self._kept, block))
        whole = len(samples) - len(samples) % _UNIT
        if whole <= self._behind:
            self._kept = samples
            return samples[:0]
        self._kept = samples[whole - self._behind :]
        return samples[:whole]


class TruePeak:
    """The highest true peak of what was added, as an amplitude."""

    def __init__(self, channels: int) -> None:
        self._units = _Units(channels, 2)
        self._silence = np.zeros((3 * _UNIT, channels), np.float32)
        self.highest = 0.0

    def add(self, block: Block) -> None:
        samples = self._units.add(block)
        if len(samples):
            highest = max(self.highest, float(max(samples.max(), -samples.min())))
            self.highest = max(highest, float(_unit_peaks(samples, highest).max()))

    def end(self) -> float:
        """The highest of all, when everything was added."""
        self.add(self._silence)
        return self.highest


class Limiter:
    """Turns a stream down around each true peak over *ceiling* (an amplitude), all channels alike.

    The gain falls within milliseconds before the peak and recovers after it; all else passes as it is,
    sample by sample. ``peaks`` counts those that were turned down, ``most_db`` is by how much at most.
    """

    def __init__(self, channels: int, ceiling: float) -> None:
        self._units = _Units(channels, _AHEAD + 2)
        self._silence = np.zeros(((_AHEAD + 3) * _UNIT, channels), np.float32)
        self._ceiling = ceiling
        self._before_db = 0.0  # of attenuation at the end of what was given out
        self._since = _APART + 1  # units from the last that was over the ceiling
        self.peaks = 0
        self.most_db = 0.0

    def through(self, blocks: Iterable[Block]) -> Iterator[Block]:
        """*blocks*, limited; as many samples as came in."""
        owed = 0
        for block in blocks:
            owed += len(block)
            limited = self._limited(block)
            owed -= len(limited)
            yield limited
        yield self._limited(self._silence)[:owed]

    def _limited(self, block: Block) -> Block:
        """What can be given out: all units that have enough of what comes after them."""
        samples = self._units.add(block)
        if not len(samples):
            return samples
        over_db = 20 * np.log10(np.maximum(_unit_peaks(samples, self._ceiling) / self._ceiling, 1))
        ready = len(over_db) - _AHEAD
        self._count(over_db[:ready])
        passed = samples[_UNIT : (ready + 1) * _UNIT]
        return self._turned_down(passed, over_db) if self._before_db or over_db.any() else passed

    def _turned_down(self, passed: Block, over_db: NDArray[np.float64]) -> Block:
        """*passed* by gains that run straight from the edge of each unit to the next."""
        edges = np.concatenate((over_db[:1], np.maximum(over_db[:-1], over_db[1:]), over_db[-1:]))
        edges[0] = max(edges[0], self._before_db)
        at = np.arange(len(edges))
        rising = np.maximum.accumulate((edges - _ATTACK_DB * at)[::-1])[::-1] + _ATTACK_DB * at
        falling = np.maximum.accumulate(edges + _RELEASE_DB * at) - _RELEASE_DB * at
        down_db = np.maximum(rising, falling)[: len(passed) // _UNIT + 1]
        self._before_db = float(down_db[-1]) if down_db[-1] > _LEAST else 0.0
        gains = 10 ** (-down_db / 20)
        share = np.arange(_UNIT) / _UNIT
        along = gains[:-1, None] * (1 - share) + gains[1:, None] * share
        limited: Block = passed * along.astype(np.float32).reshape(-1, 1)
        return limited

    def _count(self, over_db: NDArray[np.float64]) -> None:
        """Count the peaks among the units that are given out."""
        at = np.flatnonzero(over_db)
        if at.size:
            self.peaks += int((np.diff(at, prepend=-self._since) > _APART).sum())
            self.most_db = max(self.most_db, float(over_db.max()))
            self._since = -int(at[-1])
        self._since += len(over_db)
