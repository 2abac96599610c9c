"""What is told of a recording before it is mastered: clipping, silence, channels."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from lornpod.audio.probe import probe
from lornpod.audio.survey import Survey, survey

from .test_audio_master import RATE_HZ, heard_loudness, voice, wav


def surveyed(path: Path) -> Survey:
    found = probe(path)
    return survey(path, found, min(found.channels, 2), "audio.wav")


def test_a_clean_recording_has_nothing_to_tell(tmp_path: Path) -> None:
    path = wav(tmp_path / "a.wav", [voice(4), voice(4, seed=2)])
    found = surveyed(path)
    assert (found.clipped_samples, found.silent_head_ms, found.silent_tail_ms, found.stereo) == (0, 0, 0, "")
    assert (found.sample_rate_hz, found.channels, found.duration_ms) == (RATE_HZ, 2, 4000)
    loudness, peak = heard_loudness(path)
    assert found.loudness.integrated_lufs == pytest.approx(loudness, abs=0.11)
    assert found.loudness.true_peak_dbtp == pytest.approx(peak, abs=0.15)


def test_samples_that_stand_at_full_scale_are_counted(tmp_path: Path) -> None:
    loud = [max(-1.0, min(1.0, 1.6 * math.sin(index / 8))) for index in range(RATE_HZ)]
    path = wav(tmp_path / "a.wav", [loud])
    clipped = sum(abs(sample) == 1.0 for sample in loud)
    assert surveyed(path).clipped_samples == pytest.approx(clipped, rel=0.02)
    touching = [0.9] * RATE_HZ
    touching[1000] = touching[5000] = 1.0
    assert surveyed(wav(tmp_path / "b.wav", [touching])).clipped_samples == 0


def test_silence_at_both_ends_is_measured_over_the_rooms_noise(tmp_path: Path) -> None:
    hiss = voice(3, gain=0.003)
    found = surveyed(wav(tmp_path / "a.wav", [hiss + voice(4) + hiss[: RATE_HZ * 2]]))
    assert found.silent_head_ms == pytest.approx(3000 - 300, abs=150)
    assert found.silent_tail_ms == pytest.approx(2000 - 300, abs=150)


@pytest.mark.parametrize(
    ("channels", "said"),
    [
        ((1.0, 0.0), "left only"),
        ((0.01, 1.0), "right only"),
        ((1.0, -0.8), "out of phase"),
        ((1.0, 0.3), ""),
        ((0.0, 0.0), ""),
    ],
)
def test_what_is_wrong_with_the_channels_is_told(
    tmp_path: Path, channels: tuple[float, float], said: str
) -> None:
    one = voice(2)
    path = wav(tmp_path / "a.wav", [[gain * sample for sample in one] for gain in channels])
    assert surveyed(path).stereo == said
