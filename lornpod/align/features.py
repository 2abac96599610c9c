"""What the aligner hears: cepstra and loudness every 10 ms, streamed, and where somebody speaks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = [
    "FRAME_MS",
    "RATE_HZ",
    "Floats",
    "Heard",
    "averaged",
    "cepstra",
    "hear",
    "normalised",
    "with_slopes",
    "without_channel",
]

Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]

RATE_HZ = 16_000
FRAME_MS = 10
_HOP = RATE_HZ * FRAME_MS // 1000
_WINDOW = 400
_FFT = 512
_BANDS = 30
_CEPSTRA = 13
_AT_ONCE = 4096  # frames, so that spectra of a long episode never stand in memory together


def _mel_filters(low_hz: float = 80, high_hz: float = 7600) -> Floats:
    mel = 2595 * np.log10(1 + np.array([low_hz, high_hz]) / 700)
    edges = 700 * (10 ** (np.linspace(mel[0], mel[1], _BANDS + 2) / 2595) - 1)
    bins = np.fft.rfftfreq(_FFT, 1 / RATE_HZ)
    left, centre, right = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    rising, falling = (bins - left) / (centre - left), (right - bins) / (right - centre)
    return np.maximum(0, np.minimum(rising, falling)).T.astype(np.float32)


_FILTERS = _mel_filters()
_COSINES = (
    np.cos(np.pi / _BANDS * (np.arange(_BANDS)[:, None] + 0.5) * np.arange(_CEPSTRA)[None])
    * np.sqrt(2 / _BANDS)
).astype(np.float32)
_HAMMING = np.hamming(_WINDOW).astype(np.float32)
_VOICE_BINS = slice(5, 112)  # 150 to 3500 Hz: a telephone's voice too


@dataclass(frozen=True, slots=True)
class Heard:
    """The sound of an episode as frames of 10 ms: cepstra (frames × 13), and which are speech."""

    cepstra: Floats
    speech: Flags

    def __len__(self) -> int:
        return len(self.cepstra)


def hear(blocks: Iterable[bytes]) -> Heard:
    """The frames of 16 kHz mono 16-bit little-endian samples, which come in blocks of any size."""
    parts = [cepstra(samples) for samples in _overlapping(blocks)]
    if not parts:
        return Heard(np.zeros((0, _CEPSTRA), np.float32), np.zeros(0, bool))
    loudness = np.concatenate([db for _, db in parts])
    return Heard(np.concatenate([c for c, _ in parts]), _speech(loudness))


def _overlapping(blocks: Iterable[bytes]) -> Iterator[Floats]:
    """The samples in pieces that overlap, so that framed one by one they give the frames of the whole."""
    step = _AT_ONCE * _HOP
    kept = bytearray()
    for block in blocks:
        kept += block
        while len(kept) >= 2 * (step - _HOP + _WINDOW):
            yield _samples(kept[: 2 * (step - _HOP + _WINDOW)])
            del kept[: 2 * step]
    if len(kept) >= 2 * _WINDOW:
        yield _samples(kept[: len(kept) // 2 * 2])


def _samples(data: bytes | bytearray) -> Floats:
    return np.frombuffer(bytes(data), "<i2").astype(np.float32) / np.float32(32768)


def cepstra(samples: Floats, hop: int = _HOP) -> tuple[Floats, Floats]:
    """13 mel cepstra, and the loudness of the voice band in dB, of windows of 25 ms every *hop* samples."""
    if len(samples) < _WINDOW:
        samples = np.pad(samples, (0, _WINDOW - len(samples)))
    windows = np.lib.stride_tricks.sliding_window_view(samples, _WINDOW)[::hop]
    found = np.empty((len(windows), _CEPSTRA), np.float32)
    loudness = np.empty(len(windows), np.float32)
    for at in range(0, len(windows), _AT_ONCE):
        spectrum = np.fft.rfft(windows[at : at + _AT_ONCE] * _HAMMING, _FFT)
        power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
        found[at : at + _AT_ONCE] = np.log(power @ _FILTERS + 1e-8) @ _COSINES
        loudness[at : at + _AT_ONCE] = 10 * np.log10(power[:, _VOICE_BINS].sum(1) + 1e-7)
    return found, loudness


def _speech(loudness: Floats) -> Flags:
    """Which frames are speech, by loudness alone: without pre-emphasis, or a telephone's voice is lost."""
    smooth = np.convolve(loudness, np.ones(5) / 5, "same")
    low, high = np.percentile(smooth, [5, 90])
    return np.asarray(smooth > low + max(3.0, 0.2 * (high - low)))


def normalised(frames: Floats, counted: Flags) -> Floats:
    """*frames* with mean 0 and deviation 1 in each column, as measured over those *counted*."""
    if not counted.any():
        counted = np.ones(len(frames), bool)
    measured = frames[counted]
    return np.asarray((frames - measured.mean(0)) / (measured.std(0) + 1e-6), np.float32)


def without_channel(frames: Floats, counted: Flags, half_window: int = 400) -> Floats:
    """*frames* less their mean over the speech of ±4 s: the microphone, the telephone, part of the voice."""
    weight = counted.astype(np.float64) + 1e-3
    count = len(frames)
    first = np.maximum(np.arange(count) - half_window, 0)
    last = np.minimum(np.arange(count) + half_window, count)
    summed = np.concatenate([[0.0], np.cumsum(weight)])
    held = summed[last] - summed[first] + 100
    without = np.empty_like(frames)
    for column in range(frames.shape[1]):  # one at a time, for sums want double precision
        values = frames[:, column] * weight
        running = np.concatenate([[0.0], np.cumsum(values)])
        without[:, column] = (
            frames[:, column] - (running[last] - running[first] + 100 * values.sum() / summed[-1]) / held
        )
    return without


def averaged(frames: Floats, many: int) -> Floats:
    """The means of *many* frames each; what is left over at the end is left out."""
    whole = len(frames) // many
    return np.asarray(frames[: whole * many].reshape(whole, many, -1).mean(1), np.float32)


def with_slopes(frames: Floats) -> Floats:
    """*frames* beside their first and second slopes: three times as many columns."""
    first = _slopes(frames)
    return np.concatenate([frames, first * 2, _slopes(first) * 3], 1).astype(np.float32)


def _slopes(frames: Floats) -> Floats:
    padded = np.pad(frames, ((2, 2), (0, 0)), "edge")
    return np.asarray((2 * (padded[4:] - padded[:-4]) + padded[3:-1] - padded[1:-3]) / 10)
