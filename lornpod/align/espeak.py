"""The house's own aligner: whole episodes, and the neighbourhood of what was edited since."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path

import numpy as np

from ..messages import Message, later
from ..model import Cue, Word
from . import Alignment, Sound, Timed, doubt, kept, timing
from .features import FRAME_MS, Heard, hear
from .timing import SECOND, Found, Sentence

Tick = Callable[[float], None]

_EDITED = 0.2  # of the sentences: when more were edited, all are timed anew
_AROUND = 2  # sentences on either side are heard again with what was edited
_FEW = 60  # sentences are heard anew in no time, and too few for what a wrong one has taught to be harmless
_AROUND_AT_MOST = 12  # where those next to it are in doubt themselves
_UNWRITTEN = 3 * SECOND
_TOO_LONG = 2.5  # times as long as the recording could hold it


def align(
    cues: Sequence[Cue], sound: Sound, language: str, *, state: Path, key: str, tick: Tick
) -> Alignment:
    """The times of *cues*, which are sentences; one with a start already is pinned to it.

    What was learnt is kept in the file *state*: the same sound, told by *key*, need not be heard again, and
    after an edit only its neighbourhood is timed. *tick* hears of parts of one. Raises MissingTool without
    eSpeak NG, LornpodError for a language that it does not speak.
    """
    sentences = [Sentence(one.text, one.speaker, _frame(one.start_ms)) for one in cues]
    before = kept.read(state, f"{key} {language}")
    heard = before.heard if before else _within(hear(sound.blocks()), sound.spoken_ms)
    tick(0.1)
    edges = _edges(heard, sound.spoken_ms)
    if edges[1] - edges[0] < SECOND or not heard.speech.any():
        return Alignment(
            tuple(Timed(one) for one in cues),
            refusal=Message(later("nobody is heard to speak in the recording")),
        )
    edited = _edited(sentences, before) if before else None
    if before and edited is not None:
        acoustics, trained = before.acoustics, None
        if len(sentences) < _FEW:
            trained, acoustics = timing.find(sentences, heard, language, edges, tick)
        found = _again(sentences, before, edited, language, edges, trained)
    else:
        found, acoustics = timing.find(sentences, heard, language, edges, tick)
    now = kept.Kept(f"{key} {language}", heard, acoustics, tuple(sentences), tuple(found))
    kept.write(state, now)
    return _judged(cues, sentences, found, heard, edges)


def _frame(ms: int | None) -> int | None:
    return None if ms is None else ms // FRAME_MS


def _edges(heard: Heard, spoken_ms: Sequence[tuple[int, int]]) -> tuple[int, int]:
    first, last = spoken_ms[0][0] // FRAME_MS, -(-spoken_ms[-1][1] // FRAME_MS)
    return min(first, len(heard)), min(last, len(heard))


def _within(heard: Heard, spoken_ms: Sequence[tuple[int, int]]) -> Heard:
    """*heard* with silence where intro, jingles and outro are."""
    inside = np.zeros(len(heard), bool)
    for start_ms, end_ms in spoken_ms:
        inside[start_ms // FRAME_MS : -(-end_ms // FRAME_MS)] = True
    return replace(heard, speech=heard.speech & inside)


# ---------------------------------------------------------------- after an edit

Change = tuple[int, int, int, int]  # sentences [first, last) before, and [first, last) now


def _edited(sentences: Sequence[Sentence], before: kept.Kept) -> list[Change] | None:
    """What has changed since *before*; None where all is to be timed anew."""
    pins = [(one.text, one.pin) for one in sentences if one.pin is not None]
    if pins != [(one.text, one.pin) for one in before.sentences if one.pin is not None]:
        return None
    matcher = SequenceMatcher(None, before.sentences, sentences, autojunk=False)
    changes = [tuple(where) for tag, *where in matcher.get_opcodes() if tag != "equal"]
    many = sum(max(i2 - i1, j2 - j1) for i1, i2, j1, j2 in changes)
    return None if many > _EDITED * len(sentences) else [(a, b, c, d) for a, b, c, d in changes]


def _again(
    sentences: Sequence[Sentence],
    before: kept.Kept,
    changes: Sequence[Change],
    language: str,
    edges: tuple[int, int],
    trained: Sequence[Found] | None,
) -> list[Found]:
    """Where *sentences* are: most as *before*, those that changed and their neighbours anew.

    Where all were *trained* anew, those are taken from there; else heard by the voices known from *before*.
    """
    found: list[Found | None] = []
    at = 0
    for i1, i2, j1, j2 in changes:
        found += [*before.found[at:i1], *[None] * (j2 - j1)]
        at = i2
    found += before.found[at:]
    for _, _, first, last in changes:
        low, high = first, last
        while low > 0 and (first - low < _AROUND or not _firm(found, low)) and first - low < _AROUND_AT_MOST:
            low -= 1
        count = len(found)
        while (
            high < count
            and (high - last < _AROUND or not _firm(found, high - 1))
            and high - last < _AROUND_AT_MOST
        ):
            high += 1
        start, stop = _between(found, low, edges[0]), _between(found, high, edges[1])
        anew: Sequence[Found] = ()
        if trained is not None:
            anew = trained[low:high]
        elif stop - start > SECOND // 10:
            known, part = before.acoustics, sentences[low:high]
            anew = timing.find_again(part, before.heard, language, (start, stop), known)
        if anew:
            found[low:high] = map(_newer, found[low:high], anew)
    nothing = np.full(0, np.nan)
    return [one or Found(nothing, nothing, math.nan, math.nan, 0.0, 1.0) for one in found]


_SAME = SECOND // 20


def _newer(before: Found | None, now: Found) -> Found:
    """*now*, unless it is where it was *before*."""
    if before is None or not abs(before.begin - now.begin) + abs(before.end - now.end) <= _SAME:
        return now
    return before


def _firm(found: Sequence[Found | None], index: int) -> bool:
    one = found[index]
    return one is not None and one.advantage > 1 and one.heard > 0.8 and abs(one.begin - one.rough) < SECOND


def _between(found: Sequence[Found | None], index: int, edge: int) -> int:
    """A frame between the sentences before and after *index*; the *edge* where there is no such pair."""
    if index in (0, len(found)):
        return edge
    before, after = found[index - 1], found[index]
    if before is None or after is None or math.isnan(before.end) or math.isnan(after.begin):
        return edge if before is None or math.isnan(before.end) else int(before.end)
    return int((before.end + after.begin) / 2)


# ---------------------------------------------------------------- from frames to cues


def _judged(
    cues: Sequence[Cue],
    sentences: Sequence[Sentence],
    found: Sequence[Found],
    heard: Heard,
    edges: tuple[int, int],
) -> Alignment:
    doubts = doubt.doubts(found, [one.speaker for one in sentences])
    spans = [_of_words(cue, one) for cue, one in zip(cues, found, strict=True)]
    timed = _in_order(cues, spans, edges)
    judged = tuple(
        Timed(cue, said.confidence, said.reason, said.unsaid) for cue, said in zip(timed, doubts, strict=True)
    )
    return Alignment(judged, tuple(_unwritten(found, heard, edges)), doubt.refusal(found, doubts))


_FRAMES_A_LETTER = 7  # where a word was not heard, and there is room for it


def _of_words(cue: Cue, one: Found) -> list[tuple[float, float]]:
    """A span for each word of *cue*, in frames; those that were not heard between those that were.

    All are NaN where none was heard. A word that a long gap tears off its sentence is put beside the rest.
    """
    words = cue.text.split()
    begins, ends = one.begins.copy(), one.ends.copy()
    if len(begins) != len(words) or math.isnan(one.begin):
        return [(math.nan, math.nan)] * len(words)
    outside = (begins < one.begin) | (ends > one.end)
    begins[outside] = ends[outside] = math.nan
    if not np.isfinite(begins).any():
        return [(math.nan, math.nan)] * len(words)
    known = [int(index) for index in np.flatnonzero(np.isfinite(begins))]
    for before, after in pairwise([-1, *known, len(words)]):
        missing = range(before + 1, after)
        if not missing:
            continue
        wanted = [_FRAMES_A_LETTER * sum(map(str.isalnum, words[index])) for index in missing]
        total = sum(wanted)
        left = ends[before] if before >= 0 else begins[known[0]] - total
        right = begins[after] if after < len(words) else ends[known[-1]] + total
        at = left if after < len(words) or before >= 0 else right
        room = max(min(right - left, float(total)), 0.0)
        for index, share in zip(missing, wanted, strict=True):
            begins[index] = at
            at += room * share / total if total else 0.0
            ends[index] = at
    return list(zip(begins.tolist(), ends.tolist(), strict=True))


def _in_order(
    cues: Sequence[Cue], spans: Sequence[Sequence[tuple[float, float]]], edges: tuple[int, int]
) -> list[Cue]:
    """*cues* with times in ms, each word after the one before it; what was not found where there is room."""
    starts = [span[0][0] if span else math.nan for span in spans]
    timed: list[Cue] = []
    free_ms = edges[0] * FRAME_MS
    for index, (cue, span) in enumerate(zip(cues, spans, strict=True)):
        later = next((at for at in starts[index + 1 :] if not math.isnan(at)), float(edges[1]))
        if math.isnan(starts[index]):
            span = _squeezed(cue, free_ms / FRAME_MS, later)
        words: list[Word] = []
        pinned = cue.start_ms if cue.start_ms is not None else None
        for text, (begin, end) in zip(cue.text.split(), span, strict=True):
            start_ms = max(round(begin * FRAME_MS), free_ms)
            if pinned is not None and not words and abs(start_ms - pinned) > 1000:
                start_ms = max(pinned, free_ms)
            free_ms = max(min(round(end * FRAME_MS), round(later * FRAME_MS)), start_ms)
            words.append(Word(text, start_ms, free_ms))
        first_ms = words[0].start_ms if words else free_ms
        free_ms = max(free_ms, first_ms + 1)
        timed.append(replace(cue, start_ms=first_ms, end_ms=free_ms, words=tuple(words)))
    return timed


def _squeezed(cue: Cue, begin: float, later: float) -> list[tuple[float, float]]:
    words = cue.text.split()
    letters = [max(len(word), 1) for word in words]
    room = min(max(later - begin, 0.0), float(_FRAMES_A_LETTER * sum(letters)))
    bounds = begin + np.cumsum([0, *letters]) / max(sum(letters), 1) * room
    return list(pairwise(bounds.tolist()))


def _unwritten(found: Sequence[Found], heard: Heard, edges: tuple[int, int]) -> list[tuple[int, int]]:
    """Where somebody speaks, or something plays, for three seconds or more between the words of the text."""
    begins = np.concatenate([one.begins for one in found])
    ends = np.concatenate([one.ends for one in found])
    known = np.isfinite(begins)
    order = np.argsort(begins[known], kind="stable")
    starts = [*begins[known][order], float(edges[1])]
    stops = [float(edges[0]), *np.maximum.accumulate(ends[known][order])] if len(order) else [float(edges[0])]
    spans = []
    for stop, start in zip(stops, starts, strict=True):
        speech = np.flatnonzero(heard.speech[int(stop) : max(int(start), int(stop))])
        if len(speech) >= _UNWRITTEN:
            first, last = int(stop) + int(speech[0]), int(stop) + int(speech[-1]) + 1
            spans.append((first * FRAME_MS, last * FRAME_MS))
    return spans
