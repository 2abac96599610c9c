"""Sentences -> the frames of every word, by a coarse pass and a fine one. No model, no network."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from . import coarse, fine, words
from .features import (
    FRAME_MS,
    RATE_HZ,
    Floats,
    Heard,
    averaged,
    cepstra,
    normalised,
    with_slopes,
    without_channel,
)
from .voice import Uttered, utter

Ints = npt.NDArray[np.int64]
Places = npt.NDArray[np.float64]  # in frames of 10 ms; NaN where nobody knows
Tick = Callable[[float], None]

SECOND = 1000 // FRAME_MS  # in frames
_SLACK = SECOND // 2  # what is pinned to a second is looked for so far around it


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is timed as one piece: its text, who says it, and the frame that it is pinned to, if any."""

    text: str
    speaker: str = ""
    pin: int | None = None


@dataclass(frozen=True, slots=True)
class Acoustics:
    """What an episode sounds like, once it is aligned: enough to time some of its sentences again."""

    voices: fine.Voices
    inventory: tuple[str, ...]
    speakers: tuple[str, ...]
    hop: int


@dataclass(frozen=True, slots=True)
class Found:
    """Where a sentence and each of its words are, in frames, and how well they fit.

    ``begins`` and ``ends`` are NaN for words that were not heard; ``rough`` is where the coarse pass has
    the start. ``advantage`` is how much better its own phones explain its frames than speech as such;
    ``heard`` the share of its phones that was found; ``spoken`` how many frames eSpeak NG takes for it.
    """

    begins: Places
    ends: Places
    rough: float
    advantage: float
    heard: float
    spoken: float

    @property
    def begin(self) -> float:
        return _extent(self.begins, self.ends)[0]

    @property
    def end(self) -> float:
        return _extent(self.begins, self.ends)[1]


def find(
    sentences: Sequence[Sentence], heard: Heard, language: str, edges: tuple[int, int], tick: Tick
) -> tuple[list[Found], Acoustics]:
    """Where *sentences* are within the frames *edges* of the sound; *tick* hears of parts of one."""
    uttered = utter([one.text for one in sentences], language, lambda n: tick(0.15 * n / len(sentences)))
    said = _Said(sentences, uttered, _hop(uttered, heard, edges))
    rough = _rough_places(sentences, heard, said, edges, tick)

    speakers = tuple(dict.fromkeys(one.speaker for one in sentences))
    inventory = tuple(sorted({phone for one in uttered for word in one.phones for phone in word}))
    line = _line(sentences, uttered, inventory, speakers)
    pool = len(inventory) * fine.STATES
    frames = with_slopes(normalised(heard.cepstra, heard.speech))
    labels = _seeds(rough, said, line, pool, len(frames))
    voices, found = _trained(
        line, sentences, frames, heard, edges, rough, labels, pool * len(speakers), said, tick
    )
    return found, Acoustics(voices, inventory, speakers, said.hop)


def find_again(
    sentences: Sequence[Sentence], heard: Heard, language: str, edges: tuple[int, int], known: Acoustics
) -> list[Found]:
    """As :func:`find`, by what is *known* of the episode's sound from an earlier alignment."""
    uttered = utter([one.text for one in sentences], language, lambda _: None)
    said = _Said(sentences, uttered, known.hop)
    rough = _rough_places(sentences, heard, said, edges, lambda _: None)
    known = _extended(known, sentences, uttered)
    line = _line(sentences, uttered, known.inventory, known.speakers)
    frames = with_slopes(normalised(heard.cepstra, heard.speech))
    likeness = np.zeros(len(frames), np.float32)
    likeness[slice(*edges)] = known.voices.likeness(frames[slice(*edges)])
    whole = fine.Stretch(*edges, 0, len(sentences), 0, len(sentences))
    emissions = known.voices.emissions(frames, heard.speech, likeness)
    decoded = fine.decode(line, [whole], emissions)
    return _measured(line, decoded, frames, likeness, known.voices, said, rough)[0]


def _hop(uttered: Sequence[Uttered], heard: Heard, edges: tuple[int, int]) -> int:
    """How many samples apart the frames of the synthetic speech are, for it to be as fast as the real."""
    spoken = sum(len(one.samples) for one in uttered) / RATE_HZ * SECOND
    speech = max(int(heard.speech[slice(*edges)].sum()), 1)
    return int(RATE_HZ * FRAME_MS // 1000 * float(np.clip(spoken / speech, 0.75, 1.33)))


class _Said:
    """The synthetic speech as frames: of each sentence its own, one after the other."""

    def __init__(self, sentences: Sequence[Sentence], uttered: Sequence[Uttered], hop: int) -> None:
        self.texts = [one.text for one in sentences]
        self.uttered, self.hop = tuple(uttered), hop
        self.lengths = np.array([len(one.samples) * SECOND / RATE_HZ for one in uttered])
        parts = [cepstra(one.samples, hop) for one in uttered]
        self.bounds = np.cumsum([0, *(len(frames) for frames, _ in parts)])
        self.cepstra = np.concatenate([frames for frames, _ in parts])
        self.loudness = np.concatenate([loudness for _, loudness in parts])
        self.loud = self.loudness > np.percentile(self.loudness, 90) - 40


def _line(
    sentences: Sequence[Sentence],
    uttered: Sequence[Uttered],
    inventory: Sequence[str],
    speakers: Sequence[str],
) -> fine.Line:
    numbered = {phone: number for number, phone in enumerate(inventory)}
    who = [speakers.index(one.speaker) for one in sentences]
    return fine.line_of([one.phones for one in uttered], who, numbered)


# ---------------------------------------------------------------- the coarse pass

_COARSE = 8  # frames of 10 ms are one of the coarse pass
_HALF = _COARSE // 2
_QUIET_SHARE = 0.25  # with less speech than this a coarse frame is silence
_BEAMS = (400.0, 1600.0)
_DOUBTFUL = 0.12  # when so many sentences are implausible, the pass is run again with a wider beam
_SHORT, _LONG = 0.55, 1.8  # as long as this, against the usual, and a sentence is plausible


@dataclass(frozen=True, slots=True)
class _Rough:
    """What the coarse pass finds: each sentence's start and end, which of them are plausible, and the
    synthetic frame of the coarse pass at each coarse frame (negative: none)."""

    starts: Places
    ends: Places
    plausible: npt.NDArray[np.bool_]
    at: Ints
    model: coarse.Model


def _rough_places(
    sentences: Sequence[Sentence], heard: Heard, said: _Said, edges: tuple[int, int], tick: Tick
) -> _Rough:
    sound = _coarse_sound(heard)
    quiet = averaged(heard.speech[:, None].astype(np.float32), _COARSE)[: len(sound), 0] < _QUIET_SHARE
    sound = sound[: len(quiet)]
    model = _coarse_model(said)
    count = len(sentences)
    starts, ends, at = np.full(count, np.nan), np.full(count, np.nan), np.full(len(sound), -1)
    for start, stop, first, last in _between_pins(sentences, edges):
        begin, end = max(start // _COARSE, 0), min(-(-stop // _COARSE), len(sound))
        if begin >= end or first >= last:
            continue
        base = model.begins[first]
        part = coarse.Model(
            model.frames[base : model.ends[last - 1]],
            model.begins[first:last] - base,
            model.ends[first:last] - base,
        )
        for beam, share in zip(_BEAMS, (0.5, 0.0), strict=True):
            path = coarse.best_path(sound[begin:end], quiet[begin:end], part, beam)
            tick(share * (end - begin) / len(sound))
            place = _placed(path.at, part, begin)
            plausible = _plausible(*place, said.lengths[first:last])
            if path.complete and 1 - plausible.mean() <= _DOUBTFUL:
                break
        starts[first:last], ends[first:last] = place
        at[begin:end] = np.where(path.at >= 0, path.at + base, -1)
    return _Rough(starts, ends, _plausible(starts, ends, said.lengths), at, model)


def _between_pins(
    sentences: Sequence[Sentence], edges: tuple[int, int]
) -> Iterator[tuple[int, int, int, int]]:
    """Frames [start, stop) and the sentences [first, last) in them, from each pinned place to the next."""
    places: list[tuple[int, int]] = []
    for index, sentence in enumerate(sentences):
        after = places[-1][1] if places else edges[0]
        if sentence.pin is not None and after < sentence.pin < edges[1]:
            places.append((index, sentence.pin))
    firsts = [(0, edges[0]), *((index, pin - _SLACK) for index, pin in places)]
    lasts = [*((index, pin + _SLACK) for index, pin in places), (len(sentences), edges[1])]
    for (first, start), (last, stop) in zip(firsts, lasts, strict=True):
        yield start, stop, first, last


def _coarse_sound(heard: Heard) -> Floats:
    frames = normalised(without_channel(heard.cepstra, heard.speech), heard.speech)
    halves = _weighted(averaged(frames, _HALF))
    return np.concatenate([halves[:-1], halves[1:]], 1)[::2]


def _coarse_model(said: _Said) -> coarse.Model:
    frames = normalised(without_channel(said.cepstra, said.loud), said.loud)
    parts = []
    for begin, end in pairwise(said.bounds):
        own = np.pad(frames[begin:end], ((0, -(end - begin) % _COARSE), (0, 0)), "edge")
        halves = _weighted(averaged(own, _HALF))
        parts.append(halves.reshape(len(halves) // 2, -1))
    bounds = np.cumsum([0, *(len(part) for part in parts)])
    return coarse.Model(np.concatenate(parts), bounds[:-1], bounds[1:])


def _weighted(frames: Floats) -> Floats:
    """*frames* with little weight on the loudness, beside their slopes."""
    weighted = frames.copy()
    weighted[:, 0] *= 0.3
    slopes = np.zeros_like(weighted)
    slopes[1:-1] = weighted[2:] - weighted[:-2]
    return np.concatenate([weighted, 0.7 * slopes], 1).astype(np.float32)


def _placed(at: Ints, model: coarse.Model, begin: int) -> tuple[Places, Places]:
    """Where the sentences of *model* begin and end, in frames of 10 ms, from the path *at*."""
    starts, ends = np.full(len(model.begins), np.nan), np.full(len(model.begins), np.nan)
    matched = np.flatnonzero(at >= 0)
    sentence = np.searchsorted(model.begins, at[matched], "right") - 1
    found, first = np.unique(sentence, return_index=True)
    starts[found] = (begin + matched[first]) * _COARSE
    found, last = np.unique(sentence[::-1], return_index=True)
    ends[found] = (begin + matched[::-1][last] + 1) * _COARSE
    return starts, ends


def _plausible(starts: Places, ends: Places, spoken: Places) -> npt.NDArray[np.bool_]:
    """Which sentences take about as long, against eSpeak NG, as the others do."""
    rates = (ends - starts) / np.maximum(spoken, SECOND / 5)
    usual = np.nanmedian(rates) if np.isfinite(rates).any() else 1.0
    return np.asarray((rates > _SHORT * usual) & (rates < _LONG * usual))


# ---------------------------------------------------------------- from coarse to fine


def _seeds(rough: _Rough, said: _Said, line: fine.Line, pool: int, count: int) -> Ints:
    """The Gaussian of each frame as far as the coarse pass tells (−1: none), to train the first models on."""
    synthetic = _synthetic_states(said, line, pool)
    labels = np.full(count, -1)
    matched = np.flatnonzero(rough.at >= 0)
    sentence = np.searchsorted(rough.model.begins, rough.at[matched], "right") - 1
    matched, sentence = matched[rough.plausible[sentence]], sentence[rough.plausible[sentence]]
    within = (rough.at[matched] - rough.model.begins[sentence]) * _COARSE + _COARSE // 2
    frame = np.minimum(said.bounds[sentence] + within, said.bounds[sentence + 1] - 1)
    states = line.emission[synthetic[frame]]
    for part in range(_COARSE):
        labels[matched * _COARSE + part] = states
    return labels


def _synthetic_states(said: _Said, line: fine.Line, pool: int) -> Ints:
    """The state of the line at each frame of the synthetic speech, whose sentences' places are known."""
    frames = with_slopes(normalised(said.cepstra, said.loud))
    quiet = said.loudness < np.percentile(said.loudness, 90) - 35
    common = replace(line, emission=np.where(line.emission < 0, -1, line.emission % pool))
    states = np.empty(len(frames), np.int64)
    stretches = []
    for index, (begin, end) in enumerate(pairwise(said.bounds)):
        own = np.arange(line.sentences[index], line.sentences[index + 1])
        own = own[line.emission[own] >= 0]
        states[begin:end] = own[np.arange(end - begin) * len(own) // (end - begin)]
        stretches.append(fine.Stretch(begin, end, index, index + 1, index, index + 1))
    for _ in range(3):
        labels = np.where(quiet, -1, common.emission[states])
        phones = fine.estimated(frames, labels, pool, pool)

        def emissions(start: int, stop: int, phones: fine.Gaussians = phones) -> tuple[Floats, Floats]:
            scores = phones.scores(frames[start:stop])
            gap = np.where(quiet[start:stop], scores.max(1) + 2, -1e4)
            return scores, gap.astype(np.float32)

        for found in fine.decode(common, stretches, emissions):
            states[found.stretch.start : found.stretch.stop] = found.path
    return states


# ---------------------------------------------------------------- the fine pass

_ROUNDS = 4
_HELD = SECOND // 4  # a state held longer is music or a mistake: no phone is to learn it
_CUT_AFTER = 25 * SECOND
_CUT_AT_MOST = 150 * SECOND
_CLOSE = 3 * SECOND // 2  # between sentences that are this near, nothing unwritten is said
_MARGIN = 2 * SECOND


def _trained(
    line: fine.Line,
    sentences: Sequence[Sentence],
    frames: Floats,
    heard: Heard,
    edges: tuple[int, int],
    rough: _Rough,
    labels: Ints,
    many: int,
    said: _Said,
    tick: Tick,
) -> tuple[fine.Voices, list[Found]]:
    """The models of the episode's voices and where they find every word; each round trains the next."""
    speech = heard.speech.copy()
    speech[: edges[0]] = speech[edges[1] :] = False
    spoken = frames[speech] if speech.any() else frames
    background, weights = fine.background_of(spoken)
    silence = fine.silence_of(frames[~heard.speech] if (~heard.speech).sum() > SECOND else frames)
    pool = many // len({one.speaker for one in sentences})
    voices = fine.Voices(
        fine.Gaussians(np.zeros((1, 1), np.float32), np.ones((1, 1), np.float32)),
        silence,
        background,
        weights,
    )
    likeness = voices.likeness(frames)
    starts, ends, solid = rough.starts, rough.ends, rough.plausible
    found: list[Found] = []
    for _ in range(_ROUNDS):
        labels[~speech] = -1
        voices = replace(voices, phones=fine.estimated(frames, labels, many, pool))
        emissions = voices.emissions(frames, heard.speech, likeness)
        stretches = list(_stretches(sentences, edges, starts, ends, solid))
        paths = fine.decode(line, stretches, emissions)
        found, labels = _measured(line, paths, frames, likeness, voices, said, rough)
        tick(0.35 / _ROUNDS)
        starts = np.array([one.begin for one in found])
        ends = np.array([one.end for one in found])
        fitting = np.array([one.advantage for one in found])
        heard_enough = np.array([one.heard > 0.8 for one in found])
        solid = _plausible(starts, ends, said.lengths) & heard_enough & (deviations(fitting) > -2.0)
    return voices, found


def _stretches(
    sentences: Sequence[Sentence],
    edges: tuple[int, int],
    starts: Places,
    ends: Places,
    solid: npt.NDArray[np.bool_],
) -> Iterator[fine.Stretch]:
    """The episode in stretches of half a minute or more, cut where the sentences on both sides are sure."""
    between = np.full(len(sentences) + 1, np.nan)
    between[1:-1] = (ends[:-1] + starts[1:]) / 2
    sure = np.zeros(len(sentences) + 1, bool)
    sure[1:-1] = solid[:-1] & solid[1:] & (np.abs(starts[1:] - ends[:-1]) < _CLOSE)
    for start, stop, first, last in _between_pins(sentences, edges):
        cuts = [(first, start)]
        for place in range(first + 1, last):
            since = between[place] - cuts[-1][1]
            if sure[place] and since > _CUT_AFTER and stop - between[place] > _CUT_AFTER / 2:
                cuts.append((place, int(between[place])))
            elif since > _CUT_AT_MOST:
                # Nothing is sure for so long: cut at what is likeliest.
                cuts.append((place, int(between[place])))
        cuts.append((last, stop))
        for index, ((own_first, begin), (own_last, end)) in enumerate(pairwise(cuts)):
            outer_first, outer_begin = cuts[max(index - 1, 0)]
            for place in range(own_first - 1, outer_first, -1):
                if sure[place] and begin - between[place] > _MARGIN:
                    outer_first, outer_begin = place, int(between[place])
                    break
            outer_last, outer_end = cuts[min(index + 2, len(cuts) - 1)]
            for place in range(own_last + 1, outer_last):
                if sure[place] and between[place] - end > _MARGIN:
                    outer_last, outer_end = place, int(between[place])
                    break
            if outer_begin < outer_end:
                yield fine.Stretch(outer_begin, outer_end, outer_first, outer_last, own_first, own_last)


def _measured(
    line: fine.Line,
    decoded: Iterable[fine.Decoded],
    frames: Floats,
    likeness: Floats,
    voices: fine.Voices,
    said: _Said,
    rough: _Rough,
) -> tuple[list[Found], Ints]:
    """Each sentence as the *paths* have it, and the labels of frames to train the next models on."""
    begins, ends = np.full(len(line.phones), np.nan), np.full(len(line.phones), np.nan)
    count = len(line.sentences) - 1
    advantage, heard = np.full(count, np.nan), np.zeros(count)
    labels = np.full(len(frames), -1)
    for one in decoded:
        stretch, path = one.stretch, one.path
        sentence = line.sentence[path]
        emission = line.emission[path]
        own = np.flatnonzero(
            (emission >= 0) & (sentence >= stretch.own_first) & (sentence < stretch.own_last)
        )
        if not len(own):
            continue
        at, word = own + stretch.start, line.word[path[own]]
        _extend(begins, ends, word, at)
        better = voices.advantage(frames[at], emission[own], likeness[at])
        stray = strays_of(line, stretch, word, better, begins, ends)
        begins[stray] = ends[stray] = np.nan
        right = ~np.isin(word, stray)
        own, at, better = own[right], at[right], better[right]
        changes = np.flatnonzero(np.r_[True, np.diff(path) != 0, True])
        held = np.repeat(np.diff(changes), np.diff(changes))[own]
        labels[at] = np.where(held <= _HELD, emission[own], -1)
        who = sentence[own] - stretch.own_first
        size = stretch.own_last - stretch.own_first
        taken = np.bincount(who, minlength=size)
        with np.errstate(invalid="ignore"):
            advantage[stretch.own_first : stretch.own_last] = np.bincount(who, better, size) / taken
        states = np.unique(path[own])
        visited = np.bincount(line.sentence[states] - stretch.own_first, minlength=size)
        all_states = line.phones * fine.STATES
        sizes = np.bincount(line.sentence[line.gaps[:-1]], all_states, count)
        heard[stretch.own_first : stretch.own_last] = visited / sizes[stretch.own_first : stretch.own_last]
    return [
        Found(
            *_of_text(said.texts[index], said.uttered[index].phones, begins[first:last], ends[first:last]),
            float(rough.starts[index]),
            float(advantage[index]),
            float(heard[index]),
            float(said.lengths[index]),
        )
        for index, (first, last) in enumerate(pairwise(np.searchsorted(line.gaps, line.sentences)))
    ], labels


def _of_text(
    text: str, phones: Sequence[Sequence[str]], begins: Places, ends: Places
) -> tuple[Places, Places]:
    """Where the words of *text* begin and end, from the places of those that the voice makes of them."""
    found = np.full((2, len(text.split())), np.nan)
    for index, (first, last) in enumerate(words.spans(text.split(), phones)):
        own = np.arange(int(first), max(math.ceil(last), int(first) + 1))[: len(begins)]
        known = own[np.isfinite(begins[own])] if last > first else own[:0]
        if len(known):
            length = ends[known[-1]] - begins[known[-1]]
            found[0, index] = begins[known[0]] + (first % 1) * (ends[known[0]] - begins[known[0]])
            found[1, index] = ends[known[-1]] - (math.ceil(last) - last) * length
    return found[0], found[1]


def deviations(values: Places) -> Places:
    """How far each of *values* is from their median, in standard deviations told robustly."""
    if not np.isfinite(values).any():
        return np.full(len(values), -np.inf)
    middle = np.nanmedian(values)
    spread = 1.4826 * np.nanmedian(np.abs(values - middle))
    return np.asarray(np.nan_to_num((values - middle) / max(spread, 0.1), nan=-np.inf))


def _extend(begins: Places, ends: Places, numbers: Ints, at: Ints) -> None:
    found, first = np.unique(numbers, return_index=True)
    begins[found] = at[first]
    found, last = np.unique(numbers[::-1], return_index=True)
    ends[found] = at[::-1][last] + 1


_APART = SECOND // 2  # from the rest of the sentence
_UNLIKE = 1.0  # advantage, in all; of words that are said it is nearly always more
_EDGE = 0.25  # of a sentence


def strays_of(
    line: fine.Line, stretch: fine.Stretch, word: Ints, better: Floats, begins: Places, ends: Places
) -> Ints:
    """The words at the edges of a sentence that a gap sets apart from the rest and that do not sound like
    themselves: a jingle or a false start was taken for them. *word* and *better* tell of each frame whose it
    is, and its advantage."""
    taken = np.bincount(word, minlength=len(begins))
    sums = np.bincount(word, better, len(begins))
    strays: list[Ints] = []
    own = line.sentences[stretch.own_first : stretch.own_last + 1]
    for first, last in pairwise(np.searchsorted(line.gaps, own)):
        known = first + np.flatnonzero(np.isfinite(begins[first:last]))
        wide = np.flatnonzero(begins[known[1:]] - ends[known[:-1]] >= _APART) + 1
        edges = [*(known[:at] for at in wide[::-1]), *(known[at:] for at in wide)]
        strays += [
            edge
            for edge in edges
            if taken[edge].sum() < _EDGE * taken[known].sum()
            and sums[edge].sum() < _UNLIKE * taken[edge].sum()
        ]
    return np.unique(np.concatenate([np.zeros(0, np.int64), *strays]))


_TORN = 3 * SECOND // 2


def _extent(begins: Places, ends: Places) -> tuple[float, float]:
    """Where a sentence begins and ends, less a few words that a long gap tears off its edge; NaN for none."""
    known = np.flatnonzero(np.isfinite(begins))
    if not len(known):
        return np.nan, np.nan
    gaps = begins[known[1:]] - ends[known[:-1]]
    if len(gaps) and gaps.max() > _TORN:
        at = int(gaps.argmax())
        held = (ends - begins)[known]
        left, right, whole = held[: at + 1].sum(), held[at + 1 :].sum(), held.sum()
        if left < 0.25 * whole and gaps[at] > 3 * left:
            known = known[at + 1 :]
        elif right < 0.25 * whole and gaps[at] > 3 * right:
            known = known[: at + 1]
    return float(begins[known[0]]), float(ends[known[-1]])


def _extended(known: Acoustics, sentences: Sequence[Sentence], uttered: Sequence[Uttered]) -> Acoustics:
    """*known* with the phones and speakers that it lacks, as what they have in common with the others."""
    inventory = tuple(
        dict.fromkeys([*known.inventory, *(p for one in uttered for w in one.phones for p in w)])
    )
    speakers = tuple(dict.fromkeys([*known.speakers, *(one.speaker for one in sentences)]))
    if (inventory, speakers) == (known.inventory, known.speakers):
        return known
    old = (len(known.speakers), len(known.inventory) * fine.STATES, known.voices.phones.means.shape[1])
    new = (len(speakers), len(inventory) * fine.STATES, old[2])

    def grown(values: Floats) -> Floats:
        given = values.reshape(old)
        wide = np.empty(new, np.float32)
        wide[:] = given.mean((0, 1))
        wide[:, : old[1]] = given.mean(0)
        wide[: old[0], : old[1]] = given
        return wide.reshape(-1, old[2])

    phones = fine.Gaussians(grown(known.voices.phones.means), grown(known.voices.phones.variances))
    return replace(known, voices=replace(known.voices, phones=phones), inventory=inventory, speakers=speakers)
