"""What there is to know of a recording before it is mastered, in one pass over it."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..errors import MediaError
from ..messages import tr
from ..model import Loudness, Sound
from . import wav
from .ffmpeg import PROGRESS, Heard, follow, running, source, unheard
from .loudness import GATE_LUFS, METER, loudness
from .peaks import Block, TruePeak, decibels
from .samples import blocks, decoded, layout

Channels = Literal["", "left only", "right only", "out of phase"]

_STEP_MS = 50
_BELOW_LU = 26.0  # under the loudness of the whole: what never comes above it is silence to a listener
_MARGIN_MS = 300  # of silence that belongs to what begins or ends
_FULL_SCALE = 32766.5 / 32768
_ALONE = 1e-3  # of the energy: what is 30 dB under the other channel is no more than its crosstalk
_TO_NOBODY = ("-f", "null", "-")
_OPPOSED = -0.5  # correlation under which a phone's one loudspeaker loses most of the sound


@dataclass(frozen=True, slots=True)
class Survey:
    """A recording as it was delivered; ``loudness`` is measured in the channels of the episode.

    ``clipped_samples`` stand at full scale beside others. ``sound_ms`` is the span from its first sound to
    its last with the margin that trimming leaves: what is outside it is silence. ``stereo`` says what
    is wrong with the channels.
    """

    loudness: Loudness
    sample_rate_hz: int
    channels: int
    duration_ms: int
    clipped_samples: int
    sound_ms: tuple[int, int]
    stereo: Channels

    @property
    def silent_head_ms(self) -> int:
        return self.sound_ms[0]

    @property
    def silent_tail_ms(self) -> int:
        return self.duration_ms - self.sound_ms[1]


def survey(path: Path, found: Sound, channels: int, where: str, heard: Heard = unheard) -> Survey:
    """Look through the recording at *path*, which is *found* to be there and becomes *channels* wide.

    Raises MediaError where less of it can be decoded than there should be.
    """
    rate, own = found.sample_rate_hz, min(found.channels, 2)
    told = _Told(rate, own)

    def tell(some: Iterable[Block]) -> None:
        for block in some:
            told.add(block)
            heard(told.length / rate)

    meter = f"{layout(channels)},{METER}"
    plain = wav.pcm(path)
    if plain is not None and (plain.rate_hz, plain.channels) == (rate, own):
        measured = [*PROGRESS, *source(path), "-map", "0:a:0", "-af", meter, *_TO_NOBODY]
        with running(measured, where=where) as program:
            tell(decoded(path, rate, own, where))
            follow(program.stdout, heard)
            said = program.said()
    else:
        graph = f"[0:a:0]asplit[one][other];[one]{meter}[met];[other]{layout(own)}[own]"
        ends = ["-map", "[met]", *_TO_NOBODY, "-map", "[own]", "-f", "f32le", "pipe:1"]
        with running([*source(path), "-filter_complex", graph, *ends], where=where) as program:
            tell(blocks(program, rate, own))
            said = program.said()
    integrated, spread = loudness(said, where)
    duration_ms = round(1000 * told.length / rate)
    _refuse_damaged(found.duration_ms, duration_ms, where)
    return Survey(
        Loudness(integrated, spread, round(decibels(told.peak.end()), 1)),
        rate,
        found.channels,
        duration_ms,
        told.clipped,
        told.sound_ms(integrated, duration_ms),
        told.stereo(),
    )


def _refuse_damaged(whole_ms: int, heard_ms: int, where: str) -> None:
    if heard_ms < whole_ms - max(500, whole_ms // 500):  # a codec may round off some
        said = tr(
            "of {whole_s:.1f} seconds, {heard_s:.1f} can be decoded",
            whole_s=whole_ms / 1000,
            heard_s=heard_ms / 1000,
        )
        raise MediaError(tr("the recording is damaged: {said}", said=said), where, tr("export it again"))


class _Told:
    """What the samples tell, as they come."""

    def __init__(self, rate_hz: int, channels: int) -> None:
        self.length = 0
        self.clipped = 0
        self.peak = TruePeak(channels)
        self._energy = np.zeros((channels, channels))
        self._step = rate_hz * _STEP_MS // 1000
        self._rest = np.zeros((0, channels), np.float32)
        self._steps = array("f")  # the highest sample of each; three megabytes in ten hours

    def add(self, block: Block) -> None:
        self.length += len(block)
        self.peak.add(block)
        self._energy += block.T @ block
        if self.peak.highest >= _FULL_SCALE:
            self.clipped += _clipped(block)
        samples = np.concatenate((self._rest, block)) if len(self._rest) else block
        whole = len(samples) - len(samples) % self._step
        self._rest = samples[whole:]
        flat = samples[:whole].reshape(-1, self._step * samples.shape[1])
        if len(flat):
            self._steps.frombytes(np.maximum(flat.max(axis=1), -flat.min(axis=1)).tobytes())

    def sound_ms(self, integrated_lufs: float, duration_ms: int) -> tuple[int, int]:
        """From the first sound to the last, with a margin."""
        least = 10 ** ((integrated_lufs - _BELOW_LU) / 20)
        loud = np.flatnonzero(np.frombuffer(self._steps, np.float32) > least)
        if not loud.size or integrated_lufs <= GATE_LUFS:
            return 0, duration_ms
        first_ms, last_ms = int(loud[0]) * _STEP_MS, (int(loud[-1]) + 1) * _STEP_MS
        return max(0, first_ms - _MARGIN_MS), min(duration_ms, last_ms + _MARGIN_MS)

    def stereo(self) -> Channels:
        if len(self._energy) < 2:
            return ""
        left, right, shared = self._energy[0, 0], self._energy[1, 1], self._energy[0, 1]
        if right <= left * _ALONE:
            return "left only" if left else ""
        if left <= right * _ALONE:
            return "right only"
        return "out of phase" if shared / np.sqrt(left * right) < _OPPOSED else ""


def _clipped(block: Block) -> int:
    """How many samples stand at full scale next to another that does on the same side."""
    return sum(_in_runs(side) for side in (block >= _FULL_SCALE, block <= -_FULL_SCALE) if side.any())


def _in_runs(at_full_scale: NDArray[np.bool_]) -> int:
    beside = np.zeros_like(at_full_scale)
    together = at_full_scale[1:] & at_full_scale[:-1]
    beside[1:] |= together
    beside[:-1] |= together
    return int(beside.sum())
