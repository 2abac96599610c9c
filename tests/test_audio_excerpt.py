"""Excerpts: what they hold, where they are cut, and what is refused."""

from __future__ import annotations

import array
import math
import wave
from pathlib import Path

import pytest

from lornpod.audio import excerpt as cutting
from lornpod.audio import probe
from lornpod.audio.excerpt import excerpt
from lornpod.errors import LornpodError, MediaError

RATE = 44100


def write(path: Path, loud: list[tuple[float, float]], seconds: float, *, channels: int = 1) -> Path:
    """A tone within the spans of *loud*, in seconds, and silence elsewhere."""
    samples = array.array("h")
    for n in range(int(seconds * RATE)):
        sounding = any(start <= n / RATE < end for start, end in loud)
        value = round(12_000 * math.sin(n * 2 * math.pi * 440 / RATE)) if sounding else 0
        samples.extend([value] * channels)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return path


def levels(path: Path) -> list[int]:
    """The peak of each 20 ms of an MP3, as another decoder (PyAV) hears it."""
    import av

    samples = array.array("h")
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    with av.open(str(path)) as file:
        for frame in file.decode(audio=0):
            for mono in resampler.resample(frame):
                samples.frombytes(bytes(mono.planes[0])[: 2 * mono.samples])
    step = RATE // 50
    return [max(map(abs, samples[at : at + step])) for at in range(0, len(samples) - step, step)]


def cut(source: Path, start_ms: int, end_ms: int, *, snap: bool = False) -> tuple[Path, cutting.Excerpt]:
    target = source.with_name("clip.mp3")
    return target, excerpt(source, target, start_ms, end_ms, title="Broer", artist="Kari Nordmann", snap=snap)


@pytest.mark.parametrize("channels", [1, 2])
def test_an_excerpt_is_the_span_with_its_edges_faded(tmp_path: Path, channels: int) -> None:
    source = write(tmp_path / "a.wav", [(0, 6)], 6, channels=channels)
    target, made = cut(source, 1500, 4500)
    assert made == cutting.Excerpt(1500, 4500)
    sound = probe.probe(target)
    assert sound.channels == channels
    assert abs(sound.duration_ms - 3000) <= 60
    heard = levels(target)
    assert max(heard[0], heard[-1]) < 4000
    assert heard[len(heard) // 2] > 11_000
    assert heard[:6] == sorted(heard[:6])


def test_it_is_tagged_with_title_and_guest(tmp_path: Path) -> None:
    from mutagen.mp3 import MP3

    target, _ = cut(write(tmp_path / "a.wav", [(0, 3)], 3), 500, 2500)
    tags = MP3(target).tags
    assert tags is not None
    assert (str(tags["TIT2"]), str(tags["TPE1"])) == ("Broer", "Kari Nordmann")


def test_snapping_moves_the_edges_to_breaths(tmp_path: Path) -> None:
    source = write(tmp_path / "a.wav", [(0, 1.7), (2, 4.1), (4.4, 6)], 6)
    _, made = cut(source, 1600, 4500, snap=True)
    assert 1700 <= made.start_ms <= 2000
    assert 4100 <= made.end_ms <= 4400


def test_an_excerpt_may_end_with_the_episode(tmp_path: Path) -> None:
    target, made = cut(write(tmp_path / "a.wav", [(0, 3)], 3), 1000, 3200)
    assert made.end_ms == 3000
    assert abs(probe.probe(target).duration_ms - 2000) <= 60


@pytest.mark.parametrize(
    ("start_ms", "end_ms", "said"),
    [
        (1000, 1000, "no length"),
        (2000, 1000, "no length"),
        (-1, 1000, "no length"),
        (0, cutting.MOST_MS + 1, "choose at most 5 minutes"),
        (2000, 5000, "the sound ends at 3.0 s"),
        (9000, 10_000, "the sound"),
    ],
)
def test_a_span_that_cannot_be_cut_is_refused_and_nothing_is_written(
    tmp_path: Path, start_ms: int, end_ms: int, said: str
) -> None:
    source = write(tmp_path / "a.wav", [(0, 3)], 3)
    with pytest.raises(LornpodError, match=said):
        cut(source, start_ms, end_ms)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.wav"]


def test_what_is_no_sound_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(b"no sound at all" * 100)
    with pytest.raises(MediaError):
        cut(tmp_path / "a.mp3", 0, 1000)
    assert not (tmp_path / "clip.mp3").exists()
