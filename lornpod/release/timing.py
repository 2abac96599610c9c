"""Authored times, moved to where their moments are in the finished audio."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..model import Assembly, Case, Chapter, Cue, Soundbite, Timeline, Transcript


def placed(case: Case, assembly: Assembly, timeline: Timeline) -> Case:
    """*case* with its chapters and soundbites in times of the finished audio.

    A first chapter that begins with the recording begins with the intro: Apple takes a list of chapters
    only where it starts at 00:00.
    """
    if not _moves(assembly, timeline):
        return case
    chapters = tuple(_placed(chapter, timeline) for chapter in case.chapters)
    if chapters and case.chapters[0].start_ms == 0:
        chapters = (replace(chapters[0], start_ms=0), *chapters[1:])
    bites = tuple(_placed_bite(bite, timeline) for bite in case.soundbites)
    return replace(case, chapters=chapters, soundbites=bites)


def placed_cues(
    scripts: Iterable[Transcript], assembly: Assembly, timeline: Timeline
) -> tuple[Transcript, ...]:
    """*scripts* with the times that they have in times of the finished audio."""
    if not _moves(assembly, timeline):
        return tuple(scripts)
    return tuple(
        replace(script, cues=tuple(_placed_cue(cue, timeline) for cue in script.cues)) for script in scripts
    )


def _placed_cue(cue: Cue, timeline: Timeline) -> Cue:
    words = tuple(
        replace(
            word,
            start_ms=timeline.finished_ms(word.start_ms),
            end_ms=timeline.finished_ms(word.end_ms, end=True),
        )
        for word in cue.words
    )
    return replace(
        cue,
        start_ms=None if cue.start_ms is None else timeline.finished_ms(cue.start_ms),
        end_ms=None if cue.end_ms is None else timeline.finished_ms(cue.end_ms, end=True),
        words=words,
    )


def _moves(assembly: Assembly, timeline: Timeline) -> bool:
    return assembly.times == "recording" and bool(timeline.stretches)


def _placed(chapter: Chapter, timeline: Timeline) -> Chapter:
    end_ms = None if chapter.end_ms is None else timeline.finished_ms(chapter.end_ms, end=True)
    return replace(chapter, start_ms=timeline.finished_ms(chapter.start_ms), end_ms=end_ms)


def _placed_bite(bite: Soundbite, timeline: Timeline) -> Soundbite:
    start_ms = timeline.finished_ms(bite.start_ms)
    end_ms = timeline.finished_ms(bite.start_ms + bite.duration_ms, end=True)
    return replace(bite, start_ms=start_ms, duration_ms=end_ms - start_ms)
