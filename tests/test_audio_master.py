"""The finished sound: as loud as it was asked to be, never clipped, whole or not at all."""

from __future__ import annotations

import array
import hashlib
import math
import os
import random
import re
import shutil
import subprocess
import threading
import wave
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import av
import pytest

from lornpod.audio import frames, master, tags
from lornpod.audio.ffmpeg import ffmpeg
from lornpod.audio.master import Mastered
from lornpod.errors import MediaError
from lornpod.events import Advanced, Event, Finished, Started
from lornpod.model import AudioSettings

from .workspaces import speech_like, write_wav

SETTINGS = AudioSettings()
RATE_HZ = 16000  # of what is made here, for speed


def heard_loudness(path: Path, by: str = "") -> tuple[float, float]:
    """Integrated loudness and true peak, as a run of ffmpeg's meter of its own says."""
    command = [
        by or ffmpeg(),
        "-hide_banner",
        "-nostats",
        "-i",
        str(path),
        "-filter_complex",
        "ebur128=peak=true",
    ]
    said = subprocess.run([*command, "-f", "null", "-"], check=True, capture_output=True).stderr.decode()
    summary = said[said.rindex("Summary:") :]
    values = re.findall(r"(?:I|Peak): +(-?[\d.]+) ", summary)
    return float(values[0]), float(values[1])


def decoded(path: Path, finer: int = 1) -> array.array[float]:
    """The samples of the first channel as PyAV decodes them, at *finer* times their rate."""
    samples = array.array("f")
    with av.open(str(path)) as file:
        rate = finer * file.streams.audio[0].rate
        resampler = av.AudioResampler(format="fltp", layout=file.streams.audio[0].layout, rate=rate)
        for frame in (*file.decode(audio=0), None):
            for piece in resampler.resample(frame):
                samples.frombytes(bytes(piece.planes[0])[: 4 * piece.samples])
    return samples


def refined_peak_db(path: Path) -> float:
    samples = decoded(path, finer=4)
    return 20 * math.log10(max(max(samples), -min(samples)))


def wav(path: Path, channels: list[list[float]], rate_hz: int = RATE_HZ) -> Path:
    """A WAV of 16 bits with these samples between −1 and 1."""
    samples = array.array("h")
    for together in zip(*channels, strict=True):
        samples.extend(round(max(-1.0, min(1.0, sample)) * 32767) for sample in together)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(samples.tobytes())
    return path


def voice(seconds: float, rate_hz: int = RATE_HZ, *, gain: float = 1.0, seed: int = 1) -> list[float]:
    samples = array.array("h")
    samples.frombytes(speech_like(seconds, rate_hz, seed))
    return [sample / 32768 * gain for sample in samples]


def peaky(seconds: float, rate_hz: int = RATE_HZ) -> list[float]:
    """A quiet voice at a desk that somebody bangs twice a second."""
    chance = random.Random(7)
    samples = voice(seconds, rate_hz, gain=0.35)
    for start in range(rate_hz // 4, len(samples) - 400, rate_hz // 2):
        for offset in range(400):
            samples[start + offset] += 0.97 * math.exp(-offset / 60) * chance.choice((-1, 1))
    return samples


def converted(source: Path, target: Path, *options: str) -> Path:
    subprocess.run([ffmpeg(), "-v", "error", "-y", "-i", source, *options, target], check=True)
    return target


def mastered(source: Path, settings: AudioSettings = SETTINGS) -> tuple[Path, Mastered]:
    target = source.with_name("episode.mp3")
    return target, master.master(source, target, settings, task="C0901", where="episodes/C0901/audio")


def holds_its_promise(path: Path, made: Mastered, settings: AudioSettings = SETTINGS) -> None:
    loudness, peak = heard_loudness(path)
    assert loudness == pytest.approx(settings.loudness_lufs, abs=0.3)
    assert peak <= settings.true_peak_dbtp
    assert refined_peak_db(path) <= settings.true_peak_dbtp + 0.1
    assert made.after.integrated_lufs == pytest.approx(loudness, abs=0.11)
    assert made.after.true_peak_dbtp == pytest.approx(peak, abs=0.11)


# ---------------------------------------------------------------- as loud as asked


def test_quiet_speech_comes_to_the_target(tmp_path: Path) -> None:
    path, made = mastered(wav(tmp_path / "audio.wav", [voice(5, gain=0.05)]))
    holds_its_promise(path, made)
    assert made.gain_db > 20
    assert made.encoded


def test_another_ffmpeg_hears_the_same(tmp_path: Path) -> None:
    from imageio_ffmpeg import get_ffmpeg_exe

    path, made = mastered(wav(tmp_path / "audio.wav", [peaky(8), voice(8)]))
    loudness, peak = heard_loudness(path, get_ffmpeg_exe())
    assert loudness == pytest.approx(SETTINGS.loudness_lufs, abs=0.3)
    assert peak <= SETTINGS.true_peak_dbtp
    assert made.limited


def test_loud_speech_comes_to_the_target_without_a_limiter(tmp_path: Path) -> None:
    hum = [0.5 * math.sin(index / 9) + sample for index, sample in enumerate(voice(5))]
    path, made = mastered(wav(tmp_path / "audio.wav", [hum]))
    holds_its_promise(path, made)
    assert made.gain_db < 0
    assert not made.limited


def test_peaks_that_stay_just_below_the_ceiling_are_not_limited(tmp_path: Path) -> None:
    """The gain brings the highest to −1.8 dBTP, where the limit of what is limited would be −2."""
    samples = [0.3 * math.sin(index / 9) + sample / 2 for index, sample in enumerate(voice(5))]
    loudness, _ = heard_loudness(wav(tmp_path / "plain.wav", [samples]))
    at = max(range(len(samples)), key=lambda index: abs(samples[index]))
    samples[at] = math.copysign(10 ** ((loudness - SETTINGS.loudness_lufs - 1.8) / 20), samples[at])
    path, made = mastered(wav(tmp_path / "audio.wav", [samples]))
    holds_its_promise(path, made)
    assert -2 < made.before.true_peak_dbtp + made.gain_db < -1.6
    assert (made.peaks_limited, made.most_limited_db) == (0, 0)


def test_hot_peaks_are_limited_below_the_ceiling(tmp_path: Path) -> None:
    path, made = mastered(wav(tmp_path / "audio.wav", [peaky(5)]))
    holds_its_promise(path, made)
    assert made.limited


def test_of_a_long_recording_excerpts_tell_what_the_limiter_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(master, "_LONG_MS", 1000)
    path, made = mastered(wav(tmp_path / "audio.wav", [peaky(24)]))
    holds_its_promise(path, made)
    assert made.limited


def test_where_excerpts_were_not_like_the_whole_the_whole_is_heard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(master, "_LONG_MS", 1000)
    encodings: list[object] = []
    encode = master._Work._encode

    def counted(*given: Any) -> Any:
        encodings.append(given)
        return encode(*given)

    monkeypatch.setattr(master._Work, "_encode", counted)
    path, made = mastered(wav(tmp_path / "audio.wav", [peaky(24)]))
    holds_its_promise(path, made)
    assert len(encodings) == 2


def test_excerpts_of_ten_hours_are_as_long_as_those_of_two() -> None:
    for hours in (2, 10):
        blocks = hours * 7200
        wanted = [number for number in range(blocks) if master._excerpts(hours * 3_600_000)(number)]
        assert len(wanted) == pytest.approx(24 * 120, rel=0.01)
        assert max(wanted) > 0.99 * blocks


def test_two_voices_on_two_channels_stay_stereo(tmp_path: Path) -> None:
    left, right = voice(5, seed=1), voice(5, seed=2, gain=0.4)
    path, made = mastered(wav(tmp_path / "audio.wav", [left, right]))
    holds_its_promise(path, made)
    assert (made.sound.channels, made.sound.bitrate_kbps) == (2, 128)


@pytest.mark.parametrize(("channels", "count"), [("mono", 1), ("stereo", 2)])
def test_channels_become_what_the_settings_say(
    tmp_path: Path, channels: Literal["mono", "stereo"], count: int
) -> None:
    settings = replace(SETTINGS, channels=channels)
    source = wav(tmp_path / "audio.wav", [voice(5)] * (3 - count))
    path, made = mastered(source, settings)
    holds_its_promise(path, made, settings)
    with av.open(str(path)) as file:
        assert file.streams.audio[0].channels == made.sound.channels == count


def test_the_settings_decide_loudness_ceiling_rate_and_bit_rate(tmp_path: Path) -> None:
    settings = AudioSettings(-19.0, -2.0, bitrate_mono_kbps=64, sample_rate_hz=48000)
    path, made = mastered(wav(tmp_path / "audio.wav", [voice(5)]), settings)
    holds_its_promise(path, made, settings)
    assert (made.sound.sample_rate_hz, made.sound.bitrate_kbps) == (48000, 64)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("48k.wav", ["-ar", "48000", "-c:a", "pcm_s24le"]),
        ("audio.m4a", ["-c:a", "aac", "-b:a", "96k"]),
        ("audio.opus", ["-c:a", "libopus"]),
        ("low.mp3", ["-b:a", "32k", "-ar", "22050"]),
        ("surround.flac", ["-af", "aformat=channel_layouts=5.1"]),
        ("8bit.wav", ["-c:a", "pcm_u8", "-ar", "16000"]),
    ],
)
def test_any_recording_becomes_the_same_kind_of_mp3(tmp_path: Path, name: str, options: list[str]) -> None:
    source = converted(write_wav(tmp_path / "speech.wav", 6.0), tmp_path / name, *options)
    path, made = mastered(source)
    holds_its_promise(path, made)
    with av.open(str(path)) as file:
        assert (file.streams.audio[0].codec.name.startswith("mp3"), file.streams.audio[0].rate) == (
            True,
            44100,
        )
    assert made.sound.codec == "mp3"
    assert made.sound.duration_ms == pytest.approx(6000, abs=60)
    assert frames.audio_sha256(path) == hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_sound_begins_when_it_did(tmp_path: Path) -> None:
    """A limiter that looks ahead must not shift chapters and transcripts."""
    samples = [0.0] * RATE_HZ * 2 + peaky(4)
    path, made = mastered(wav(tmp_path / "audio.wav", [samples]))
    assert made.limited
    first = next(index for index, value in enumerate(decoded(path)) if abs(value) > 0.02)
    original = next(index for index, value in enumerate(samples) if abs(value) > 0.02)
    assert first / 44100 == pytest.approx(original / RATE_HZ, abs=0.06)


def test_the_same_recording_gives_the_same_bytes(tmp_path: Path) -> None:
    source = wav(tmp_path / "audio.wav", [peaky(4)])
    first = mastered(source)[0].read_bytes()
    assert mastered(source)[0].read_bytes() == first


def test_tags_of_the_recording_do_not_come_along(tmp_path: Path) -> None:
    source = converted(
        write_wav(tmp_path / "speech.wav"),
        tmp_path / "audio.mp3",
        "-b:a",
        "64k",
        "-metadata",
        "title=Opptak 3",
    )
    path, _ = mastered(source)
    assert b"Opptak" not in path.read_bytes()
    assert tags.read(path) == tags.Tags("")


# ---------------------------------------------------------------- left alone


@pytest.fixture(scope="module")
def episode(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What mastering made."""
    return mastered(wav(tmp_path_factory.mktemp("episode") / "audio.wav", [voice(5)]))[0]


def test_an_mp3_that_needs_nothing_is_kept_frame_by_frame(episode: Path, tmp_path: Path) -> None:
    sound, source = episode.read_bytes(), tmp_path / "finished.mp3"
    source.write_bytes(sound)
    tags.write(source, tags.Tags("Tittel", summary="Om saken"))
    with source.open("ab") as file:
        file.write(b"TAG".ljust(128, b"\0"))
    path, made = mastered(source)
    assert not made.encoded
    assert path.read_bytes() == sound
    assert made.before == made.after
    assert made.gain_db == 0


@pytest.mark.parametrize(
    "settings",
    [
        replace(SETTINGS, loudness_lufs=-18.0),
        replace(SETTINGS, true_peak_dbtp=-4.0),
        replace(SETTINGS, bitrate_mono_kbps=192),
        replace(SETTINGS, channels="stereo"),
    ],
    ids=["loudness", "peak", "bitrate", "channels"],
)
def test_an_mp3_that_the_settings_would_have_otherwise_is_made_anew(
    episode: Path, tmp_path: Path, settings: AudioSettings
) -> None:
    source = Path(shutil.copy(episode, tmp_path / "finished.mp3"))
    try:
        _, made = mastered(source, settings)
    except MediaError as refused:
        assert "peaks" in str(refused)
    else:
        assert made.encoded


# ---------------------------------------------------------------- refused


def refusal(source: Path, settings: AudioSettings = SETTINGS) -> str:
    """What is said; nothing may be left of the attempt."""
    before = sorted(source.parent.iterdir())
    with pytest.raises(MediaError) as refused:
        mastered(source, settings)
    assert sorted(source.parent.iterdir()) == before
    said = str(refused.value)
    assert said.startswith("episodes/C0901/audio: ")
    assert refused.value.hint
    assert "\n" not in said
    return said


@pytest.mark.parametrize("level", [0.0, 0.00004])
def test_silence_is_refused(tmp_path: Path, level: float) -> None:
    hum = [level * math.sin(index / 20) for index in range(RATE_HZ * 2)]
    assert "silent" in refusal(wav(tmp_path / "audio.wav", [hum]))


def test_channels_that_cancel_each_other_in_mono_are_said_to(tmp_path: Path) -> None:
    one = voice(3)
    path = wav(tmp_path / "audio.wav", [one, [-sample for sample in one]])
    with pytest.raises(MediaError, match="cancel each other") as refused:
        mastered(path, replace(SETTINGS, channels="mono"))
    assert "channels: stereo" in refused.value.hint
    assert not path.with_name("episode.mp3").exists()
    _, made = mastered(path)
    assert made.survey.stereo == "out of phase"


@pytest.mark.parametrize("seconds", [0.01, 0.1, 0.39])
def test_what_is_too_short_to_measure_is_refused(tmp_path: Path, seconds: float) -> None:
    assert "too short" in refusal(wav(tmp_path / "audio.wav", [voice(seconds)]))


@pytest.mark.parametrize("seconds", [0.5, 1.2])
def test_a_short_recording_is_mastered(tmp_path: Path, seconds: float) -> None:
    path, made = mastered(wav(tmp_path / "audio.wav", [voice(seconds)]))
    holds_its_promise(path, made)


def test_peaks_that_no_limiter_can_tame_are_refused_with_advice(tmp_path: Path) -> None:
    assert "peaks" in refusal(wav(tmp_path / "audio.wav", [peaky(4)]), AudioSettings(-8.0, -9.0))


def test_no_sound_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "audio.mp3"
    source.write_text("Dette er ingen lyd.", "utf-8")
    assert "no sound" in refusal(source)


def test_a_recording_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    source = write_wav(tmp_path / "audio.wav")
    source.write_bytes(source.read_bytes()[:100_000])
    assert "cut short" in refusal(source)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_a_full_disk_is_told_in_one_line(tmp_path: Path) -> None:
    part = tmp_path / f".lornpod-{os.getpid()}-{threading.get_ident()}.part"
    part.symlink_to("/dev/full")
    source, target = write_wav(tmp_path / "audio.wav"), tmp_path / "episode.mp3"
    with pytest.raises(MediaError, match="the disk is full"):
        master.master(source, target, SETTINGS, task="x")
    assert [path.name for path in tmp_path.iterdir()] == ["audio.wav"]


def test_a_recording_with_a_hole_is_refused_and_not_closed_up(tmp_path: Path) -> None:
    """Chapters and transcripts would come too late from there on."""
    source = converted(write_wav(tmp_path / "speech.wav", 8.0), tmp_path / "audio.flac")
    data = bytearray(source.read_bytes())
    middle = len(data) // 3
    data[middle : middle + len(data) // 4] = bytes(len(data) // 4)
    source.write_bytes(data)
    assert "damaged" in refusal(source)


def test_the_folder_of_the_result_is_made(tmp_path: Path) -> None:
    target = tmp_path / "build" / "C0901 [1]|2'3" / "episode.mp3"
    master.master(write_wav(tmp_path / "audio.wav"), target, SETTINGS, task="x")
    assert [path.name for path in target.parent.iterdir()] == ["episode.mp3"]


def test_an_interrupted_master_leaves_nothing_and_keeps_what_was_there(tmp_path: Path) -> None:
    source, target = write_wav(tmp_path / "audio.wav"), tmp_path / "episode.mp3"
    target.write_bytes(b"before")
    advanced = 0

    def interrupting(event: Event) -> None:
        nonlocal advanced
        advanced += isinstance(event, Advanced)
        if advanced == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        master.master(source, target, SETTINGS, task="x", notify=interrupting)
    assert target.read_bytes() == b"before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["audio.wav", "episode.mp3"]


# ---------------------------------------------------------------- how far it has come


@pytest.mark.parametrize("kind", ["plain", "limited", "kept"])
def test_progress_adds_up_to_the_total_that_was_told_and_never_beyond(
    episode: Path, tmp_path: Path, kind: str
) -> None:
    source = {
        "plain": lambda: wav(tmp_path / "audio.wav", [voice(5)]),
        "limited": lambda: wav(tmp_path / "audio.wav", [peaky(5)]),
        "kept": lambda: episode,
    }[kind]()
    events: list[Event] = []
    master.master(source, tmp_path / "episode.mp3", SETTINGS, task="C0901", notify=events.append)
    start, *advances, finish = events
    assert isinstance(start, Started)
    assert isinstance(finish, Finished)
    assert {event.task for event in events} == {"C0901"}
    assert start.unit == "seconds"
    steps = [event.by for event in advances if isinstance(event, Advanced)]
    assert len(steps) == len(advances)
    assert all(step >= 0 for step in steps)
    assert start.total is not None
    share = sum(steps) / start.total
    assert share <= 1.0001
    assert share > (0.4 if kind == "kept" else 0.95)
    assert finish.note


# ---------------------------------------------------------------- what it depends on


def test_a_recipe_is_of_the_recording_and_every_setting() -> None:
    changes: list[AudioSettings] = [
        replace(SETTINGS, loudness_lufs=-18.0),
        replace(SETTINGS, true_peak_dbtp=-2.0),
        replace(SETTINGS, bitrate_mono_kbps=128),
        replace(SETTINGS, bitrate_stereo_kbps=192),
        replace(SETTINGS, channels="mono"),
        replace(SETTINGS, sample_rate_hz=48000),
    ]
    recipes = [master.recipe("ab", settings) for settings in (SETTINGS, *changes)]
    assert len({*recipes, master.recipe("cd", SETTINGS)}) == 8
    assert master.recipe("ab", AudioSettings()) == recipes[0]
