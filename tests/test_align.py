"""Text and sound -> times. The sound is spoken by another synthesiser than the one that the aligner asks."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from lornpod.align import Alignment, Sound, espeak, features, fine, timing, voice, words
from lornpod.audio.ffmpeg import speech
from lornpod.model import Cue

from . import recordings, tools
from .recordings import Talk


@pytest.fixture(scope="module")
def talk() -> Talk:
    """Fifteen sentences by two voices, between jingles, with pauses and false starts."""
    tools.program("espeak-ng")
    return recordings.talk(15, seed=11, words=(4, 12), jingle_s=5)


@pytest.fixture(scope="module")
def episode(talk: Talk, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return talk.save(tmp_path_factory.mktemp("talk") / "talk.mp3")


def cues_of(talk: Talk) -> list[Cue]:
    return [Cue(line.text, line.speaker) for line in talk.lines]


def aligned(
    cues: Sequence[Cue], episode: Path, seconds: float, folder: Path, language: str = "en"
) -> Alignment:
    sound = Sound(lambda: speech(episode), ((0, round(seconds * 1000)),))
    return espeak.align(cues, sound, language, state=folder / "s.npz", key="k", tick=lambda _: None)


@pytest.fixture(scope="module")
def alignment(talk: Talk, episode: Path, tmp_path_factory: pytest.TempPathFactory) -> Alignment:
    return aligned(cues_of(talk), episode, talk.seconds, tmp_path_factory.mktemp("state"))


def errors_s(found: Alignment, talk: Talk) -> list[float]:
    return [
        abs((cue.start_ms or 0) / 1000 - line.start_s)
        for cue, line in zip(found.cues, talk.lines, strict=True)
        if line.start_s is not None
    ]


def test_sentences_are_found_where_another_voice_says_them(alignment: Alignment, talk: Talk) -> None:
    assert alignment.refusal == ""
    off = errors_s(alignment, talk)
    assert np.median(off) <= 0.10
    assert np.percentile(off, 95) <= 0.5
    assert max(off) <= 2.0


def test_every_word_has_its_time_within_its_sentence_and_after_the_one_before(alignment: Alignment) -> None:
    for cue in alignment.cues:
        assert [word.text for word in cue.words] == cue.text.split()
        times = [time for word in cue.words for time in (word.start_ms, word.end_ms)]
        assert times == sorted(times)
        assert (cue.start_ms, cue.end_ms) == (times[0], times[-1])
    starts = [(cue.start_ms or 0, cue.end_ms or 0) for cue in alignment.cues]
    assert all(end <= start for (_, end), (start, _) in pairwise(starts))


def test_words_are_found_where_they_are_said(alignment: Alignment, talk: Talk) -> None:
    """A sentence that ends sounds until its last word has ended."""
    for cue, line, following in zip(alignment.cues, talk.lines, talk.lines[1:], strict=False):
        assert line.start_s is not None
        assert following.start_s is not None
        assert (cue.end_ms or 0) / 1000 < following.start_s + 0.3
        lasting = (cue.end_ms or 0) - (cue.start_ms or 0)
        middle = cue.words[len(cue.words) // 2]
        assert 0.2 * lasting < middle.start_ms - (cue.start_ms or 0) < 0.85 * lasting


def test_few_of_the_right_times_are_doubted(alignment: Alignment) -> None:
    assert len(alignment.doubtful) <= 4
    assert all(one.reason for one in alignment.doubtful)
    assert not any(one.unsaid for one in alignment.sentences)


def test_a_wrong_transcript_is_refused(talk: Talk, episode: Path, tmp_path: Path) -> None:
    other = [
        Cue(text, line.speaker) for text, line in zip(recordings.sentences(15, 77), talk.lines, strict=True)
    ]
    assert aligned(other, episode, talk.seconds, tmp_path).refusal


def test_the_right_sentences_in_another_order_are_refused(talk: Talk, episode: Path, tmp_path: Path) -> None:
    cues = cues_of(talk)
    random.Random(3).shuffle(cues)
    assert aligned(cues, episode, talk.seconds, tmp_path).refusal


def test_doubts_are_plain_values_that_can_be_written_down(alignment: Alignment) -> None:
    for one in alignment.sentences:
        assert (type(one.confidence), type(one.unsaid), type(one.doubtful)) == (float, bool, bool)


def test_a_sentence_that_nobody_says_is_told(talk: Talk, episode: Path, tmp_path: Path) -> None:
    cues = cues_of(talk)
    (unsaid,) = recordings.sentences(1, 99)
    found = aligned([*cues[:7], Cue(unsaid, cues[7].speaker), *cues[7:]], episode, talk.seconds, tmp_path)
    assert found.refusal == ""
    assert [one.cue.text for one in found.sentences if one.unsaid] == [unsaid]
    rest = replace(found, sentences=(*found.sentences[:7], *found.sentences[8:]))
    assert max(errors_s(rest, talk)) <= 2.0


def test_a_passage_that_nobody_wrote_is_told(talk: Talk, episode: Path, tmp_path: Path) -> None:
    cues = cues_of(talk)
    found = aligned([*cues[:6], *cues[8:]], episode, talk.seconds, tmp_path)
    assert found.refusal == ""
    start_s, end_s = talk.lines[6].start_s or 0, talk.lines[8].start_s or 0
    assert any(
        abs(start / 1000 - start_s) < 1 and abs(end / 1000 - end_s) < 1.5 for start, end in found.unwritten_ms
    )


def test_the_jingles_are_told_unless_they_are_known_to_be_there(
    alignment: Alignment, talk: Talk, episode: Path, tmp_path: Path
) -> None:
    assert alignment.unwritten_ms[0][0] < 500
    assert alignment.unwritten_ms[-1][1] > talk.seconds * 1000 - 2000
    spoken = ((5000, round(talk.seconds * 1000) - 5000),)
    sound = Sound(lambda: speech(episode), spoken)
    found = espeak.align(cues_of(talk), sound, "en", state=tmp_path / "s", key="k", tick=lambda _: None)
    assert all(start >= 4900 and end < talk.seconds * 1000 - 4000 for start, end in found.unwritten_ms)
    assert max(errors_s(found, talk)) <= 2.0


def test_norwegian_gives_valid_times_in_order(talk: Talk, episode: Path, tmp_path: Path) -> None:
    """No claim about their being right: the words are English."""
    cues = aligned(cues_of(talk), episode, talk.seconds, tmp_path, "nb").cues
    times = [time for cue in cues for word in cue.words for time in (word.start_ms, word.end_ms)]
    assert times == sorted(times)
    assert 0 <= times[0] <= times[-1] <= talk.seconds * 1000


# ---------------------------------------------------------------- after an edit


def test_an_edited_sentence_is_timed_with_its_neighbours_and_nothing_else_moves(
    talk: Talk, episode: Path, tmp_path: Path
) -> None:
    cues = cues_of(talk)
    wrong = Cue("Something else that an editor misheard here.", cues[8].speaker)
    before = aligned([*cues[:8], wrong, *cues[9:]], episode, talk.seconds, tmp_path)

    def deaf() -> list[bytes]:
        raise AssertionError("the sound is heard again")

    sound = Sound(deaf, ((0, round(talk.seconds * 1000)),))
    after = espeak.align(cues, sound, "en", state=tmp_path / "s.npz", key="k", tick=lambda _: None)
    assert after.cues[:6] == before.cues[:6]
    assert after.cues[11:] == before.cues[11:]
    assert max(errors_s(after, talk)[6:11]) <= 0.5


@pytest.mark.parametrize("change", ["taken out", "put in", "first", "last"])
def test_sentences_come_and_go_without_the_rest_being_moved(
    change: str, talk: Talk, episode: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(espeak, "_FEW", 0)  # as if the talk were long
    cues = cues_of(talk)
    start, given = {
        "taken out": (cues, [*cues[:5], *cues[6:]]),
        "put in": ([*cues[:5], *cues[6:]], cues),
        "first": (cues[1:], cues),
        "last": (cues[:-1], cues),
    }[change]
    before = {one.text: one for one in aligned(start, episode, talk.seconds, tmp_path).cues}
    after = aligned(given, episode, talk.seconds, tmp_path)
    moved = [one.text for one in after.cues if one.text in before and before[one.text] != one]
    assert len(moved) <= 2
    if len(given) == len(cues):
        assert np.percentile(errors_s(after, talk), 95) <= 0.5


def test_a_damaged_state_is_as_none(talk: Talk, episode: Path, tmp_path: Path) -> None:
    (tmp_path / "s.npz").write_bytes(b"PK\x03\x04 nothing of ours")
    assert aligned(cues_of(talk), episode, talk.seconds, tmp_path).refusal == ""


# ---------------------------------------------------------------- anchors


def test_a_pinned_sentence_is_where_it_is_pinned_and_the_rest_follows(
    talk: Talk, episode: Path, tmp_path: Path
) -> None:
    cues = cues_of(talk)
    at_s = talk.lines[9].start_s or 0
    cues[9] = replace(cues[9], start_ms=int(at_s) * 1000)
    found = aligned(cues, episode, talk.seconds, tmp_path)
    assert max(errors_s(found, talk)) <= 2.0
    cues[9] = replace(cues[9], start_ms=int(at_s + 4) * 1000)
    found = aligned(cues, episode, talk.seconds, tmp_path)
    assert abs((found.cues[9].start_ms or 0) - int(at_s + 4) * 1000) <= 1000


# ---------------------------------------------------------------- parts


@pytest.mark.parametrize("size", [1, 999, 4096, 1 << 20])
def test_the_same_is_heard_in_blocks_of_any_size(size: int) -> None:
    data = np.random.default_rng(2).normal(0, 3000, 1_500_000).astype("<i2").tobytes()
    if size == 1:
        data = data[:8001]
    blocks = (data[at : at + size] for at in range(0, len(data), size))
    heard, whole = features.hear(blocks), features.hear([data])
    assert np.array_equal(heard.cepstra, whole.cepstra)
    assert len(heard) == 1 + (len(data) // 2 - 400) // 160


def test_nothing_is_heard_in_nothing() -> None:
    assert len(features.hear([])) == 0


@pytest.mark.parametrize(
    ("text", "spoken", "expected"),
    [
        ("en to tre", ["eːn", "tuː", "treː"], [(0, 1), (1, 2), (2, 3)]),
        ("i 2024 da", ["iː", "tuːtʉːsən", "ɔ", "çʉːəfiːrə", "dɑː"], [(0, 1), (1, 4), (4, 5)]),
        ("her – der", ["heːr", "deːr"], [(0, 1), (1, 1), (1, 2)]),
        ("best of the things", ["bɛst", "ʌvðə", "θɪŋz"], [(0, 1), (1, 1.4), (1.4, 2), (2, 3)]),
        ("…", ["ə"], [(0, 1)]),
    ],
)
def test_words_of_the_text_are_matched_with_those_that_a_voice_makes(
    text: str, spoken: list[str], expected: list[tuple[float, float]]
) -> None:
    found = words.spans(text.split(), [tuple(one) for one in spoken])
    assert [(round(a, 1), round(b, 1)) for a, b in found] == expected


def test_the_words_of_a_long_text_keep_their_order_and_take_no_time() -> None:
    text = list(recordings.sentences(30, 5))
    spoken = [tuple(word) for sentence in text for word in sentence.split()]
    found = words.spans(" ".join(text).split(), spoken)
    assert found == [(float(at), at + 1.0) for at in range(len(spoken))]


@pytest.mark.parametrize("kind", ["program", "library"])
def test_the_program_and_the_library_say_the_same(kind: str) -> None:
    program: voice.Speaker = voice.Program(tools.program("espeak-ng"))
    speaker = program if kind == "program" else voice.Library()
    assert {"nb", "en-us"} <= speaker.voices()
    samples, rate_hz, ipa = speaker.speak("nb", "Vi bygger broer, mens vi går.")
    assert 1.5 < len(samples) / rate_hz < 4
    expected = program.speak("nb", "Vi bygger broer, mens vi går.")[2]
    assert [len(word) for word in voice.phones(ipa)] == pytest.approx(
        [len(word) for word in voice.phones(expected)], abs=1
    )


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("no", "nb"),
        ("nb", "nb"),
        ("nn-NO", "nb"),
        ("en", "en-us"),
        ("en-GB", "en-gb"),
        ("sv", "sv"),
        ("tlh", ""),
    ],
)
def test_a_language_has_the_voice_that_is_nearest(language: str, expected: str) -> None:
    voices = frozenset({"nb", "en-us", "en-gb", "sv", "de"})
    assert voice.voice_of(language, voices) == expected


@pytest.mark.parametrize(
    ("fits", "gap", "after", "strays"),
    [
        ((0.3, 3.6, 3.6, 3.6, 3.6, 3.6), 250, 0, [0]),  # a jingle, taken for the first word
        ((3.6, 3.6, 3.6, 3.6, 3.6, 0.3), 250, 4, [5]),  # and for the last
        ((3.0, 3.6, 3.6, 3.6, 3.6, 3.6), 250, 0, []),  # the word, and a pause
        ((0.3, 3.6, 3.6, 3.6, 3.6, 3.6), 20, 0, []),  # mumbled
        ((0.3, 0.3, 0.3, 3.6, 3.6, 3.6), 250, 2, []),  # too much of it to be a mistake
    ],
)
def test_a_word_apart_from_its_sentence_that_sounds_unlike_itself_is_not_there(
    fits: tuple[float, ...], gap: int, after: int, strays: list[int]
) -> None:
    """Six words of 30 frames each, with a *gap* *after* one of them."""
    line = fine.line_of([[["a"]] * 6], [0], {"a": 0})
    begins = np.array([30.0 * number + (gap if number > after else 0) for number in range(6)] + [np.nan])
    found = timing.strays_of(
        line,
        fine.Stretch(0, 1000, 0, 1, 0, 1),
        np.repeat(np.arange(6), 30),
        np.repeat(fits, 30).astype(np.float32),
        begins,
        begins + 30,
    )
    assert found.tolist() == strays
