"""How sure each time is, and whether so many are in doubt that none is to be shown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter

import numpy as np

from ..messages import Message, later
from .timing import SECOND, Found, Places, deviations

# From here on a time is in doubt. Chosen on 3,338 synthesised cues, stress included.
_APART_S = 1.0  # between the coarse and the fine pass
_UNLIKE = -2.5  # deviations from how well the speaker's other sentences fit
_LEAST_ADVANTAGE = 0.5
_USUAL_ADVANTAGE = 2.0
_PACE = 0.7  # logarithm of how much faster or slower than the speaker otherwise
_GAP_S = 1.5  # inside a sentence
_DELETED = 0.2  # share of phones
_BEFORE_S = 8.0  # of something else before it

# The episode's gate: a wrong transcript gives −0.9, 70 % and 99 %, a right one 1.8, 28 % and 15 %.
_GATE_ADVANTAGE = 1.0
_GATE_APART = 0.4
_GATE_DOUBTFUL = 0.4
_FEW = 5  # sentences that tell nothing of what is usual


@dataclass(frozen=True, slots=True)
class Doubt:
    """How a sentence's time is doubted: *confidence* from 0 to 1, below 0.5 with the reason.

    It is no probability: 0.5 is where a measure passes the mark at which times often prove wrong.
    ``unsaid``: most of the sentence was not found, and is probably not in the recording.
    """

    confidence: float
    reason: Message | str = ""
    unsaid: bool = False


def doubts(found: Sequence[Found], speakers: Sequence[str]) -> list[Doubt]:
    """What to think of each sentence's time."""
    likeness = _by_speaker(np.array([one.advantage for one in found]), speakers)
    pace = np.array(
        [math.log(max(one.end - one.begin, 1) / one.spoken) if one.heard else 0.0 for one in found]
    )
    pace = np.nan_to_num(pace - _medians(pace, speakers))
    before = 0.0
    said: list[Doubt] = []
    for index, one in enumerate(found):
        lost = max(0.0, 1 - one.heard)
        if math.isnan(one.begin):
            said.append(Doubt(0.0, Message(later("none of its words was found")), unsaid=True))
            continue
        apart = abs(one.begin - one.rough) / SECOND
        gap = _widest_gap(one) / SECOND
        wait = (one.begin - before) / SECOND if index else 0.0
        before = one.end
        measures = (
            (
                math.inf if math.isnan(apart) else apart / _APART_S,
                Message(
                    later("two ways of finding it do not agree")
                    if math.isfinite(apart)
                    else later("only one way finds it")
                ),
            ),
            (
                likeness[index] / _UNLIKE,
                Message(later("it sounds less like its words than the speaker's others")),
            ),
            (
                (_USUAL_ADVANTAGE - one.advantage) / (_USUAL_ADVANTAGE - _LEAST_ADVANTAGE),
                Message(later("it hardly sounds like its words")),
            ),
            (abs(pace[index]) / _PACE, _paced(pace[index])),
            (gap / _GAP_S, Message(later("{gap:.1f} s of something else inside it"), {"gap": gap})),
            (lost / _DELETED, Message(later("{lost} % of it was not found"), {"lost": round(100 * lost)})),
            (wait / _BEFORE_S, Message(later("{wait:.0f} s of something else before it"), {"wait": wait})),
        )
        worst, reason = max(measures, key=itemgetter(0))
        confidence = 1 / (1 + max(worst, 0.0) ** 2)
        # Half of it missing, or squeezed into a third of its time where it fits badly.
        unsaid = lost > 0.5 or (
            one.advantage < _LEAST_ADVANTAGE and (pace[index] < -_PACE or math.isinf(worst))
        )
        said.append(Doubt(round(float(confidence), 3), reason if worst >= 1 else "", bool(unsaid)))
    return said


def refusal(found: Sequence[Found], said: Sequence[Doubt]) -> Message | str:
    """Why no time is to be shown; empty where they may be."""
    apart = np.array([not abs(one.begin - one.rough) <= _APART_S * SECOND for one in found])
    advantage = float(np.nanmedian([*(one.advantage for one in found), -9.0 if apart.all() else math.nan]))
    doubtful = sum(one.confidence < 0.5 for one in said) / len(said)
    if not advantage >= _GATE_ADVANTAGE:
        return Message(later("the recording does not sound like this text"))
    if apart.mean() > _GATE_APART:
        said_of = later("two ways of timing it disagree on {share} of the sentences")
        return Message(said_of, {"share": _percent(float(apart.mean()))})
    if doubtful > _GATE_DOUBTFUL:
        return Message(later("{share} of the sentences are in doubt"), {"share": _percent(doubtful)})
    return ""


def _percent(share: float) -> str:
    return f"{round(100 * share)} %"


def _paced(pace: float) -> Message:
    slowly = later("it would be said {times:.1f} times as slowly as usual")
    fast = later("it would be said {times:.1f} times as fast as usual")
    return Message(slowly if pace > 0 else fast, {"times": float(math.exp(abs(pace)))})


def _widest_gap(one: Found) -> float:
    known = np.flatnonzero(np.isfinite(one.begins))
    gaps = one.begins[known[1:]] - one.ends[known[:-1]]
    return float(gaps.max()) if len(gaps) else 0.0


def _by_speaker(values: Places, speakers: Sequence[str]) -> Places:
    """Deviations among the sentences of each speaker, or among all where one says few."""
    all_of_them = deviations(values)
    for speaker in dict.fromkeys(speakers):
        own = np.array([one == speaker for one in speakers])
        if own.sum() > _FEW:
            all_of_them[own] = deviations(values[own])
    return all_of_them


def _medians(values: Places, speakers: Sequence[str]) -> Places:
    medians = np.full(len(values), np.nanmedian(values))
    for speaker in dict.fromkeys(speakers):
        own = np.array([one == speaker for one in speakers])
        if own.sum() > _FEW:
            medians[own] = np.nanmedian(values[own])
    return medians
