"""Intro, jingles and outro: where they lie, how loud they are, how they fade; and the recording between."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lornpod.audio import master
from lornpod.audio.master import Mastered
from lornpod.audio.samples import decoded
from lornpod.errors import MediaError
from lornpod.model import Assembly, AudioSettings, Jingle, Piece, Stretch

from .test_audio_master import RATE_HZ, holds_its_promise, voice, wav

SETTINGS = AudioSettings()


def tone(seconds: float, hz: float = 1000, gain: float = 0.02) -> list[float]:
    return [gain * math.sin(2 * math.pi * hz * at / RATE_HZ) for at in range(int(seconds * RATE_HZ))]


@pytest.fixture
def piece(tmp_path: Path) -> Piece:
    """Four quiet seconds of a tone."""
    return Piece(wav(tmp_path / "piece.wav", [tone(4)]))


def mastered(tmp_path: Path, assembly: Assembly, seconds: float = 10) -> tuple[Path, Mastered]:
    source = wav(tmp_path / "audio.wav", [voice(seconds)])
    return made(source, assembly)


def made(source: Path, assembly: Assembly) -> tuple[Path, Mastered]:
    target = source.with_name("episode.mp3")
    return target, master.master(source, target, SETTINGS, assembly=assembly, task="x", where="audio.wav")


def share_of_tone(path: Path, from_s: float, to_s: float, hz: float = 1000) -> float:
    """How much of the energy in a span is within 20 Hz of *hz*."""
    samples = np.concatenate(list(decoded(path, 44100, 1, "")))[int(from_s * 44100) : int(to_s * 44100), 0]
    power = np.abs(np.fft.rfft(samples)) ** 2
    near = np.abs(np.fft.rfftfreq(len(samples), 1 / 44100) - hz) < 20
    return float(power[near].sum() / power.sum())


def level_db(path: Path, from_s: float, to_s: float) -> float:
    samples = np.concatenate(list(decoded(path, 44100, 1, "")))[int(from_s * 44100) : int(to_s * 44100)]
    return float(10 * np.log10((samples**2).mean() + 1e-12))


def test_intro_and_outro_lie_around_the_recording(tmp_path: Path, piece: Piece) -> None:
    path, done = mastered(tmp_path, Assembly(intro=piece, outro=piece))
    holds_its_promise(path, done)
    assert done.timeline.stretches == (Stretch(0, 10_000, 4_000),)
    assert done.sound.duration_ms == pytest.approx(18_000, abs=60)
    spans = [(0.1, 3.9), (4.2, 13.8), (14.2, 17.8)]
    assert [share_of_tone(path, *span) > 0.9 for span in spans] == [True, False, True]


def test_pieces_are_as_loud_as_the_speech_or_as_much_softer_as_is_wanted(
    tmp_path: Path, piece: Piece
) -> None:
    path, _ = mastered(tmp_path, Assembly(intro=piece, outro=replace(piece, level_lu=-6)))
    assert level_db(path, 1, 3) - level_db(path, 15, 17) == pytest.approx(6, abs=0.5)
    # A tone of 1 kHz at 0 dB of RMS has −0.7 + 0.7 LUFS in mono (ITU-R BS.1770).
    assert level_db(path, 1, 3) == pytest.approx(SETTINGS.loudness_lufs, abs=0.8)


def test_a_jingle_parts_the_recording_and_moves_what_follows(tmp_path: Path, piece: Piece) -> None:
    jingle = Jingle(6_000, replace(piece, overlap_ms=500))
    path, done = mastered(tmp_path, Assembly(jingles=(jingle,)))
    assert done.timeline.stretches == (Stretch(0, 6_000, 0), Stretch(6_000, 10_000, 9_000))
    assert done.timeline.finished_ms(7_000) == 10_000
    spans = [(1, 5), (6.2, 8.8), (10, 13)]
    assert [share_of_tone(path, *span) > 0.9 for span in spans] == [False, True, False]


def test_a_jingle_may_be_placed_in_the_finished_audio(tmp_path: Path, piece: Piece) -> None:
    jingles = (Jingle(9_000, piece), Jingle(15_000, piece))
    _, done = mastered(tmp_path, Assembly(intro=piece, jingles=jingles, times="finished"))
    assert [(one.start_ms, one.end_ms, one.at_ms) for one in done.timeline.stretches] == [
        (0, 5_000, 4_000), (5_000, 7_000, 13_000), (7_000, 10_000, 19_000),
    ]  # fmt: skip


def test_a_crossfade_fades_both_over_the_overlap(tmp_path: Path, piece: Piece) -> None:
    crossed = replace(piece, overlap_ms=2_000, crossfade=True)
    path, done = mastered(tmp_path, Assembly(intro=crossed))
    assert done.timeline.stretches[0].at_ms == 2_000
    shares = [share_of_tone(path, at, at + 0.4) for at in (1.0, 2.2, 3.6, 4.2)]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0.95
    assert shares[-1] < 0.2


def test_of_a_piece_the_part_is_played_that_was_named(tmp_path: Path) -> None:
    two = wav(tmp_path / "two.wav", [tone(3, 1000) + tone(3, 2000)])
    path, done = mastered(tmp_path, Assembly(intro=Piece(two, 3_000, 5_000, fade_in_ms=500)))
    assert done.timeline.stretches[0].at_ms == 2_000
    assert share_of_tone(path, 0.1, 1.9, 2000) > 0.95
    assert level_db(path, 0.05, 0.15) < level_db(path, 1, 1.9) - 6


def test_silence_is_taken_off_both_ends_on_request(tmp_path: Path) -> None:
    silence = [0.0] * RATE_HZ
    source = wav(tmp_path / "audio.wav", [silence * 3 + voice(6) + silence * 2])
    path, done = made(source, Assembly(trim_silence=True))
    (stretch,) = done.timeline.stretches
    assert stretch.start_ms == pytest.approx(2_700, abs=150)
    assert stretch.end_ms == pytest.approx(9_300, abs=150)
    assert stretch.at_ms == 0
    assert done.sound.duration_ms == pytest.approx(stretch.end_ms - stretch.start_ms, abs=60)
    holds_its_promise(path, done)
    assert made(source, Assembly())[1].sound.duration_ms == pytest.approx(11_000, abs=60)


def test_a_click_is_where_the_timeline_says(tmp_path: Path, piece: Piece) -> None:
    """Chapters and captions are placed by the timeline: it must be true of the sound."""
    samples = voice(10, gain=0.3)
    for at in (int(3.0 * RATE_HZ), int(8.0 * RATE_HZ)):
        samples[at - RATE_HZ // 2 : at + RATE_HZ // 2] = [0.0] * RATE_HZ
        samples[at : at + 8] = [0.5] * 8
    source = wav(tmp_path / "audio.wav", [samples])
    wanted = Assembly(intro=replace(piece, overlap_ms=700), jingles=(Jingle(5_000, piece),))
    path, done = made(source, wanted)
    heard = np.abs(np.concatenate(list(decoded(path, 44100, 1, "")))[:, 0])
    for raw_ms in (3_000, 8_000):
        expected = done.timeline.finished_ms(raw_ms) * 44.1
        near = heard[int(expected) - 20_000 : int(expected) + 20_000]
        assert (int(near.argmax()) - 20_000) / 44.1 == pytest.approx(0, abs=2)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (lambda piece: Assembly(intro=replace(piece, overlap_ms=5_000)), "too short to overlap"),
        (lambda piece: Assembly(jingles=(Jingle(20_000, piece),)), "not inside what was recorded"),
        (lambda piece: Assembly(outro=replace(piece, start_ms=9_000)), "holds no sound"),
    ],
)
def test_pieces_that_do_not_fit_are_refused(tmp_path: Path, piece: Piece, wanted: object, said: str) -> None:
    assert callable(wanted)
    with pytest.raises(MediaError, match=said) as refused:
        mastered(tmp_path, wanted(piece))
    assert refused.value.hint


def test_a_piece_longer_than_three_minutes_is_refused(tmp_path: Path) -> None:
    long = wav(tmp_path / "long.wav", [[0.1] * (RATE_HZ * 181)])
    with pytest.raises(MediaError, match="three minutes"):
        mastered(tmp_path, Assembly(intro=Piece(long)))


def test_every_piece_counts_in_the_recipe(tmp_path: Path, piece: Piece) -> None:
    def recipe(assembly: Assembly, sha: str = "a") -> str:
        return master.recipe("0" * 64, SETTINGS, assembly, lambda _: sha)

    assert recipe(Assembly()) == master.recipe("0" * 64, SETTINGS)
    found = {
        recipe(Assembly()),
        recipe(Assembly(intro=piece)),
        recipe(Assembly(intro=piece), "b"),
        recipe(Assembly(outro=piece)),
        recipe(Assembly(intro=replace(piece, overlap_ms=1))),
        recipe(Assembly(intro=piece, times="finished")),
        recipe(Assembly(trim_silence=True)),
    }
    assert len(found) == 7
