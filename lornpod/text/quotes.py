"""Quotes: their outer marks, as each language writes them, and where in the sound they are said."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby

from ..model import Cue, Quote, Soundbite, Transcript, quotation_marks
from .reading import ends_sentence

_PAIRS = {"«»", "»«", "„“", "“”", "””", '""'}


def quoted(text: str, language: str) -> str:
    """*text* in the quotation marks of *language* (BCP 47); marks that already enclose it give way."""
    marks, _ = quotation_marks(language)
    return marks[0] + _unquoted(text.strip()) + marks[1]


def _unquoted(text: str) -> str:
    """*text* without its outer marks, where the first and the last mark are one pair and not two quotes."""
    inner = text[1:-1]
    enclosed = len(text) > 1 and text[0] + text[-1] in _PAIRS and not {text[0], text[-1]} & set(inner)
    return inner.strip() if enclosed else text


# ---------------------------------------------------------------- where a quote is said

_SAME = 80.0  # of 100: editors smooth what guests say, and the sense is the same
_SAME_WORDS = 75.0  # in another order
LEAST_MS, MOST_MS = 15_000, 120_000  # podcast namespace, soundbite: advised
_BREATH_MS = 300  # a pause between words that is heard as one
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Said:
    """Where words were said; ``score`` is how like they are, of 100."""

    start_ms: int
    end_ms: int
    score: float


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start_ms: int
    end_ms: int


def where_said(quote: Quote, by: str, transcript: Transcript) -> Said | None:
    """Where *by* says *quote* in a timed transcript, edited or turned about; None where nobody does.

    Within one turn of *by*, or of anybody where no turn is theirs.
    """
    turns = [tuple(cues) for _, cues in groupby(transcript.cues, key=lambda cue: cue.speaker)]
    own = [turn for turn in turns if turn[0].speaker.casefold() == by.casefold()]
    words = [_words(turn) for turn in own or turns]
    wanted = [word for word in map(_plain, quote.text.split()) if word]
    for look in (_as_it_stands, _in_another_order):
        found = [said for turn in words for said in look(wanted, turn)]
        if found:
            return max(found, key=lambda said: said.score)
    return None


def soundbite(quote: Quote, said: Said, transcript: Transcript) -> Soundbite:
    """The cues around *said*, of the length that apps like to play, under the quote's own words.

    It begins and ends at a breath: where a sentence or a turn does, or at a pause. In cues longer than apps
    play it begins with the quote.
    """
    cues = transcript.cues
    first = max((n for n, cue in enumerate(cues) if _start(cue) <= said.start_ms), default=0)
    last = min((n for n, cue in enumerate(cues) if _end(cue) >= said.end_ms), default=len(cues) - 1)
    if _end(cues[last]) - _start(cues[first]) > MOST_MS:
        length_ms = min(max(said.end_ms - said.start_ms, LEAST_MS), MOST_MS)
        return Soundbite(said.start_ms, min(length_ms, _end(cues[-1]) - said.start_ms), quote.title)
    first, last = _back_to_breath(cues, first, last), _on_to_breath(cues, first, last)
    while _end(cues[last]) - _start(cues[first]) < LEAST_MS:
        if last + 1 < len(cues) and (cues[last + 1].speaker == cues[last].speaker or first == 0):
            last = _on_to_breath(cues, first, last + 1)
        elif first:
            first = _back_to_breath(cues, first - 1, last)
        else:
            break
    duration_ms = min(_end(cues[last]) - _start(cues[first]), MOST_MS)
    return Soundbite(_start(cues[first]), duration_ms, quote.title)


def _back_to_breath(cues: Sequence[Cue], first: int, last: int) -> int:
    """The cue at or before *first* that a breath comes before, as far as apps play so much."""
    at = first
    while at and not _is_breath(cues[at - 1], cues[at]):
        at -= 1
    return at if _end(cues[last]) - _start(cues[at]) <= MOST_MS else first


def _on_to_breath(cues: Sequence[Cue], first: int, last: int) -> int:
    at = last
    while at + 1 < len(cues) and not _is_breath(cues[at], cues[at + 1]):
        at += 1
    return at if _end(cues[at]) - _start(cues[first]) <= MOST_MS else last


def _is_breath(before: Cue, after: Cue) -> bool:
    pause_ms = _start(after) - _end(before)
    return before.speaker != after.speaker or ends_sentence(before.text) or pause_ms >= _BREATH_MS


def _as_it_stands(wanted: Sequence[str], words: Sequence[_Word]) -> Iterator[Said]:
    """Where the *wanted* words are within one turn, give or take a few."""
    from rapidfuzz import fuzz

    needle, text = " ".join(wanted), " ".join(word.text for word in words)
    if not needle or len(text) < len(needle) * _SAME / 100:  # the shorter would be looked for in the longer
        return
    found = fuzz.partial_ratio_alignment(needle, text, score_cutoff=_SAME)
    if found is not None:
        starts = list(accumulate((len(word.text) + 1 for word in words), initial=0))
        first = bisect_right(starts, found.dest_start + 1) - 1
        last = bisect_right(starts, max(found.dest_end - 2, found.dest_start)) - 1
        yield Said(words[first].start_ms, words[min(last, len(words) - 1)].end_ms, found.score)


def _in_another_order(wanted: Sequence[str], words: Sequence[_Word]) -> Iterator[Said]:
    """Where about as many words as are *wanted* are the same, sorted."""
    from rapidfuzz import fuzz, process

    needle = " ".join(sorted(wanted))
    for size in {round(len(wanted) * share) for share in (0.8, 1.0, 1.25)} - {0}:
        windows = [words[at : at + size] for at in range(len(words) - size + 1)]
        texts = [" ".join(sorted(word.text for word in window)) for window in windows]
        found = process.extractOne(needle, texts, scorer=fuzz.ratio, score_cutoff=_SAME_WORDS)
        if found is not None:
            yield Said(windows[found[2]][0].start_ms, windows[found[2]][-1].end_ms, found[1])


def _words(cues: Sequence[Cue]) -> list[_Word]:
    """The words of *cues*, each with its own time, or else its share of its cue's."""
    words = []
    for cue in cues:
        rate = (_end(cue) - _start(cue)) / max(1, len(cue.text))
        known = {index: (word.start_ms, word.end_ms) for index, word in enumerate(cue.words)}
        for index, match in enumerate(_WORD.finditer(cue.text)):
            if text := _plain(match[0]):
                first, last = match.span()
                guess = _start(cue) + round(rate * first), _start(cue) + round(rate * last)
                words.append(_Word(text, *known.get(index, guess)))
    return words


def _plain(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter.isalnum())


def _start(cue: Cue) -> int:
    return cue.start_ms or 0


def _end(cue: Cue) -> int:
    return cue.end_ms or 0
