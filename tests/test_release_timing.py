"""Authored times where their moments are in the finished audio: behind an intro, around a jingle, trimmed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lornpod.model import (
    Assembly,
    Chapter,
    Cue,
    Recipient,
    RemoteItem,
    Soundbite,
    Stretch,
    Timeline,
    TimeSplit,
    Transcript,
    Value,
)
from lornpod.release.timing import placed, placed_cues

from .builders import case

# Two seconds trimmed off the head, an intro of eight, a jingle of five at 60 s, trimmed again at 100 s.
TIMELINE = Timeline((Stretch(2_000, 60_000, 8_000), Stretch(60_000, 100_000, 71_000)))
RAW, FINISHED = Assembly(), Assembly(times="finished")


def test_without_an_assembly_every_moment_is_where_it_was() -> None:
    assert Timeline().finished_ms(12_345) == 12_345
    assert Timeline().spoken_ms(90_000) == ((0, 90_000),)


def test_what_was_put_in_front_and_between_moves_what_comes_after() -> None:
    assert [TIMELINE.finished_ms(ms) for ms in (2_000, 10_000, 59_999, 60_000, 80_000)] == [
        8_000, 16_000, 65_999, 71_000, 91_000,
    ]  # fmt: skip


def test_what_ends_at_a_jingle_ends_before_it() -> None:
    assert TIMELINE.finished_ms(60_000, end=True) == 66_000


def test_what_was_trimmed_is_at_the_nearest_moment_that_is_left() -> None:
    assert TIMELINE.finished_ms(0) == 8_000
    assert TIMELINE.finished_ms(200_000, end=True) == 111_000


def test_the_recording_is_known_apart_from_what_was_added() -> None:
    assert TIMELINE.spoken_ms(120_000) == ((8_000, 66_000), (71_000, 111_000))


@given(st.lists(st.integers(0, 150_000), min_size=2).map(sorted))
def test_the_order_of_moments_stays(moments: list[int]) -> None:
    found = [TIMELINE.finished_ms(ms) for ms in moments]
    assert found == sorted(found)


def test_chapters_and_soundbites_move_and_the_first_covers_the_intro() -> None:
    authored = case(
        chapters=(Chapter(0, "Velkommen"), Chapter(30_000, "Broen", 60_000), Chapter(60_000, "Veien")),
        soundbites=(Soundbite(40_000, 20_000),),
    )
    moved = placed(authored, RAW, TIMELINE)
    assert [(one.start_ms, one.end_ms) for one in moved.chapters] == [
        (0, None), (36_000, 66_000), (71_000, None),
    ]  # fmt: skip
    assert moved.soundbites == (Soundbite(46_000, 20_000),)


def test_the_spans_that_others_are_paid_for_move_and_those_of_their_own_feeds_stay() -> None:
    splits = (
        TimeSplit(40_000, 20_000, (Recipient("node", "02d5", 1),)),
        TimeSplit(60_000, 15_000, remote=RemoteItem("guid"), remote_start_ms=1_000),
    )
    value = Value("lightning", "keysend", (Recipient("node", "02d5", 1),), time_splits=splits)
    moved = placed(case(value=value), RAW, TIMELINE).value
    assert moved is not None
    assert [(one.start_ms, one.duration_ms) for one in moved.time_splits] == [
        (46_000, 20_000),
        (71_000, 15_000),
    ]
    assert moved.time_splits[1].remote_start_ms == 1_000


def test_cues_move_and_untimed_turns_stay() -> None:
    script = Transcript((Cue("Hei.", "Ola", 10_000, 12_000), Cue("Uten tid.")), "nb")
    (moved,) = placed_cues([script], RAW, TIMELINE)
    assert moved.cues == (Cue("Hei.", "Ola", 16_000, 18_000), Cue("Uten tid."))


def test_times_of_the_finished_audio_stay() -> None:
    assert placed(case(), FINISHED, TIMELINE) == case()
