"""True peaks as an interpolation of the whole finds them, and a limiter that keeps below its ceiling."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lornpod.audio.peaks import Block, Limiter, TruePeak, decibels

RATE_HZ = 44100


def cut(samples: Block, size: int) -> list[Block]:
    return [samples[at : at + size] for at in range(0, len(samples), size)]


def interpolated_peak(samples: Block) -> float:
    """The highest value at eight times the rate, by way of the spectrum of the whole."""
    silent = np.pad(samples, ((500, 500), (0, 0)))
    found = 0.0
    for channel in silent.T:
        spectrum = np.fft.rfft(channel.astype(np.float64))
        finer = np.fft.irfft(np.pad(spectrum, (0, 7 * len(channel) // 2)), 8 * len(channel)) * 8
        found = max(found, float(np.abs(finer).max()))
    return found


def like_speech(seconds: float, seed: int, gain: float = 0.2) -> Block:
    """Noise below 12 kHz in syllables, on two channels that differ."""
    chance = np.random.default_rng(seed)
    length = int(seconds * RATE_HZ)
    spectrum = np.fft.rfft(chance.standard_normal((length, 2)), axis=0)
    spectrum[int(12_000 * seconds) :] = 0
    samples = np.fft.irfft(spectrum, length, axis=0)
    syllables = np.abs(np.sin(np.arange(length) / 5000))[:, None]
    made: Block = (samples / samples.std() * gain * syllables).astype(np.float32)
    return made


@pytest.mark.parametrize("phase", [0.0, 0.3, np.pi / 4])
def test_a_tone_that_peaks_between_its_samples_is_heard_at_its_height(phase: float) -> None:
    tone = np.sin(np.pi / 2 * np.arange(20_000) + phase) * np.minimum(np.arange(20_000) / 5000, 1)
    peak = TruePeak(1)
    for block in cut(tone.astype(np.float32)[:, None], 4410):
        peak.add(block)
    assert decibels(peak.end()) == pytest.approx(0, abs=0.2)


@settings(max_examples=20)
@given(st.integers(0, 1000), st.integers(1, 30_000))
def test_however_it_is_cut_the_true_peak_is_that_of_the_whole(seed: int, size: int) -> None:
    samples = like_speech(0.5, seed)
    peak = TruePeak(2)
    for block in cut(samples, size):
        peak.add(block)
    assert decibels(peak.end()) == pytest.approx(decibels(interpolated_peak(samples)), abs=0.1)


def test_silence_has_no_peak() -> None:
    assert decibels(TruePeak(2).end()) == -120


@settings(max_examples=20)
@given(st.integers(0, 1000), st.integers(1, 30_000), st.floats(0.1, 0.9))
def test_what_is_limited_stays_under_the_ceiling_and_keeps_its_length(
    seed: int, size: int, ceiling: float
) -> None:
    samples = like_speech(0.5, seed, 0.4)
    limited = np.concatenate(list(Limiter(2, ceiling).through(cut(samples, size))))
    assert limited.shape == samples.shape
    assert decibels(interpolated_peak(limited)) <= decibels(ceiling) + 0.2


@settings(max_examples=10)
@given(st.integers(0, 1000), st.integers(1, 20_000))
def test_however_it_is_cut_the_same_comes_out(seed: int, size: int) -> None:
    samples = like_speech(0.5, seed, 0.4)
    whole = np.concatenate(list(Limiter(2, 0.5).through([samples])))
    assert np.allclose(np.concatenate(list(Limiter(2, 0.5).through(cut(samples, size)))), whole, atol=1e-6)


def test_what_is_below_the_ceiling_passes_sample_by_sample() -> None:
    samples = like_speech(1, 3)
    limiter = Limiter(2, 1.1 * interpolated_peak(samples))
    assert np.array_equal(np.concatenate(list(limiter.through(cut(samples, 5000)))), samples)
    assert (limiter.peaks, limiter.most_db) == (0, 0.0)


def test_peaks_are_counted_and_leave_the_rest_alone() -> None:
    samples = np.zeros((3 * RATE_HZ, 1), np.float32)
    samples[:, 0] = 0.01
    for at in (RATE_HZ, 2 * RATE_HZ):
        samples[at : at + 200] = 0.8
    limiter = Limiter(1, 0.4)
    limited = np.concatenate(list(limiter.through(cut(samples, 22_050))))
    assert limiter.peaks == 2
    assert limiter.most_db == pytest.approx(6.9, abs=1)  # a step overshoots between its samples
    assert np.array_equal(limited[: RATE_HZ - 1500], samples[: RATE_HZ - 1500])
    assert np.array_equal(
        limited[RATE_HZ + 8000 : 2 * RATE_HZ - 1500], samples[RATE_HZ + 8000 : 2 * RATE_HZ - 1500]
    )
