"""Authored times, moved to where their moments are in the finished audio."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from ..model import Assembly, Case, Chapter, Cue, Soundbite, Timeline, TimeSplit, Transcript


def placed(case: Case, assembly: Assembly, timeline: Timeline) -> Case:
    """*case* with its chapters, soundbites and time splits in times of the finished audio.

    A first chapter that begins with the recording begins with the intro: Apple takes a list of chapters
    only where it starts at 00:00.
    """
    if not _moves(assembly, timeline):
        return case
    chapters = tuple(_placed(chapter, timeline) for chapter in case.chapters)
    if chapters and case.chapters[0].start_ms == 0:
        chapters = (replace(chapters[0], start_ms=0), *chapters[1:])
    bites = tuple(_placed_span(bite, timeline) for bite in case.soundbites)
    value = case.value
    if value is not None:
        splits = tuple(_placed_span(split, timeline) for split in value.time_splits)
        value = replace(value, time_splits=splits)
    return replace(case, chapters=chapters, soundbites=bites, value=value)


def placed_cues(
    scripts: Iterable[Transcript], assembly: Assembly, timeline: Timeline
) -> tuple[Transcript, ...]:
    """*scripts* with the times that they have in times of the finished audio."""
    if not _moves(assembly, timeline):
        return tuple(scripts)
    return tuple(
        _moved(script, timeline.finished_ms, lambda end_ms: timeline.finished_ms(end_ms, end=True))
        for script in scripts
    )


def authored_cues(script: Transcript, assembly: Assembly, timeline: Timeline) -> Transcript:
    """*script*, whose times are those of the finished audio, in the times that authors write."""
    if not _moves(assembly, timeline):
        return script
    return _moved(script, timeline.recorded_ms, timeline.recorded_ms)


Move = Callable[[int], int]


def _moved(script: Transcript, start: Move, end: Move) -> Transcript:
    def cue(one: Cue) -> Cue:
        return replace(
            one,
            start_ms=None if one.start_ms is None else start(one.start_ms),
            end_ms=None if one.end_ms is None else end(one.end_ms),
            words=tuple(
                replace(word, start_ms=start(word.start_ms), end_ms=end(word.end_ms)) for word in one.words
            ),
        )

    anchors = tuple(replace(anchor, at_ms=start(anchor.at_ms)) for anchor in script.anchors)
    return replace(script, cues=tuple(map(cue, script.cues)), anchors=anchors)


def _moves(assembly: Assembly, timeline: Timeline) -> bool:
    return assembly.times == "recording" and bool(timeline.stretches)


def _placed(chapter: Chapter, timeline: Timeline) -> Chapter:
    end_ms = None if chapter.end_ms is None else timeline.finished_ms(chapter.end_ms, end=True)
    return replace(chapter, start_ms=timeline.finished_ms(chapter.start_ms), end_ms=end_ms)


Span = TypeVar("Span", Soundbite, TimeSplit)


def _placed_span(span: Span, timeline: Timeline) -> Span:
    start_ms = timeline.finished_ms(span.start_ms)
    end_ms = timeline.finished_ms(span.start_ms + span.duration_ms, end=True)
    return replace(span, start_ms=start_ms, duration_ms=end_ms - start_ms)
