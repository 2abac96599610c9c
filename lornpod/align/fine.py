"""Where each word is, to a hundredth of a second: hidden Markov models of phones, trained on the episode.

Three states a phone and speaker, one Gaussian each. Before each word there may be silence or something
that nobody wrote, and a word may be missing. An episode is decoded in stretches that begin and end
between sentences, many stretches side by side: memory and time grow with its length.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .features import Flags, Floats

Ints = npt.NDArray[np.int64]

STATES = 3  # a phone
_NEVER = np.float32(-1e9)

# Logarithms of the probabilities of moves; of a word that is missing, for itself and for each of its phones.
_LOOP, _STEP = -0.35, -1.0
_INTO_GAP, _IN_GAP, _OUT_OF_GAP = -1.5, -0.03, -1.0
_DELETED, _DELETED_PHONE = -40.0, -10.0
_UNSAID, _UNSAID_PHONE = -100.0, -1.0  # of a whole sentence
_SHARPNESS = 0.5  # of the Gaussians' scores: frames that overlap count less than independent ones
_UNWRITTEN = 2.0  # how much worse than the background a gap takes what is spoken

_ROWS = 128  # frames scored at once
_CELLS = 48_000_000  # frames × states decoded side by side; a byte each


# ---------------------------------------------------------------- the line of states


@dataclass(frozen=True, slots=True)
class Line:
    """The states of all sentences in a row: a gap before each word, then the word's phones; a last gap.

    ``emission`` numbers a state's Gaussian, −1 for a gap. ``word`` and ``sentence`` are those that a
    state belongs to; ``gaps`` the states that are gaps, ``sentences`` those before each sentence.
    """

    emission: Ints
    word: Ints
    sentence: Ints
    gaps: Ints
    sentences: Ints
    phones: Ints  # of each word

    @property
    def states(self) -> int:
        return len(self.emission)


def line_of(
    sentences: Sequence[Sequence[Sequence[str]]], speakers: Sequence[int], inventory: dict[str, int]
) -> Line:
    """The line of *sentences*, which are words, which are phones of *inventory*."""
    emission: list[int] = []
    word: list[int] = []
    sentence: list[int] = []
    gaps: list[int] = []
    firsts: list[int] = []
    phones: list[int] = []
    for index, words in enumerate(sentences):
        firsts.append(len(emission))
        for spoken in words:
            number = len(phones)
            phones.append(len(spoken))
            gaps.append(len(emission))
            ids = [(speakers[index] * len(inventory) + inventory[phone]) * STATES for phone in spoken]
            states = [-1, *(one + part for one in ids for part in range(STATES))]
            emission += states
            word += [number] * len(states)
            sentence += [index] * len(states)
    gaps.append(len(emission))
    firsts.append(len(emission))
    emission.append(-1)
    word.append(len(phones))
    sentence.append(len(sentences))
    return Line(*(np.array(one, np.int64) for one in (emission, word, sentence, gaps, firsts, phones)))


@dataclass(frozen=True, slots=True)
class Stretch:
    """Frames [start, stop) in which the sentences [first, last) are said.

    Of those only [own_first, own_last) are wanted: the others are there for the edges to be right.
    """

    start: int
    stop: int
    first: int
    last: int
    own_first: int
    own_last: int


Emissions = Callable[[int, int], tuple[Floats, Floats]]
"""The scores of all Gaussians, and of a gap, at the frames [start, stop)."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """The likeliest way through a stretch: the state of the line at each of its frames."""

    stretch: Stretch
    path: Ints


def decode(line: Line, stretches: Sequence[Stretch], emissions: Emissions) -> Iterator[Decoded]:
    """The likeliest way through each of *stretches*, in no order."""
    for group in _groups(line, stretches):
        yield from _decoded(line, group, emissions)


def _size(line: Line, stretch: Stretch) -> int:
    return int(line.sentences[stretch.last] - line.sentences[stretch.first]) + 1


def _groups(line: Line, stretches: Sequence[Stretch]) -> Iterator[list[Stretch]]:
    """Stretches of like length together, as many as may stand in memory."""
    group: list[Stretch] = []
    cells = 0
    for stretch in sorted(stretches, key=lambda one: (one.stop - one.start, one.first)):
        frames = stretch.stop - stretch.start
        states = max([_size(line, one) for one in group] + [_size(line, stretch)])
        cells = frames * states * (len(group) + 1)
        if group and (cells > _CELLS or len(group) == 64):
            yield group
            group = []
        group.append(stretch)
    if group:
        yield group


class _Side:
    """What the states of stretches that are decoded side by side have in common: a row each."""

    def __init__(self, line: Line, group: Sequence[Stretch]) -> None:
        self.sizes = [_size(line, one) for one in group]
        self.width = max(self.sizes)
        shape = (len(group), self.width)
        self.loop = np.full(shape, _LOOP, np.float32)
        self.step = np.full(shape, _STEP, np.float32)
        self.skip = np.full(shape, _NEVER, np.float32)  # past a gap
        self.emission: list[Ints] = []
        self.gaps: list[Ints] = []
        self.before: list[Ints] = []
        self.before_sentence: list[Ints] = []
        flat_gaps, flat_before, deleted = [], [], []
        flat_ends, flat_begins, unsaid = [], [], []
        for row, (stretch, size) in enumerate(zip(group, self.sizes, strict=True)):
            begin = int(line.sentences[stretch.first])
            first, last = np.searchsorted(line.gaps, [begin, begin + size])
            gaps = line.gaps[first:last] - begin
            self.gaps.append(gaps)
            self.emission.append(np.maximum(line.emission[begin : begin + size], 0))
            self.loop[row, gaps] = _IN_GAP
            self.step[row, gaps] = _INTO_GAP
            self.step[row, gaps[:-1] + 1] = _OUT_OF_GAP
            self.skip[row, gaps[:-1] + 1] = _STEP
            flat_gaps.append(row * self.width + gaps[1:])
            flat_before.append(row * self.width + gaps[:-1])
            phones = line.phones[first : last - 1]
            deleted.append(_DELETED + _DELETED_PHONE * phones.astype(np.float32))
            bounds = line.sentences[stretch.first : stretch.last + 1] - begin
            flat_ends.append(row * self.width + bounds[1:])
            flat_begins.append(row * self.width + bounds[:-1])
            many = np.add.reduceat(phones, np.searchsorted(gaps, bounds[:-1]))
            unsaid.append(_UNSAID + _UNSAID_PHONE * many.astype(np.float32))
            self.before.append(_to(size, gaps[1:], gaps[:-1]))
            self.before_sentence.append(_to(size, bounds[1:], bounds[:-1]))
        self.flat_gaps, self.flat_before = np.concatenate(flat_gaps), np.concatenate(flat_before)
        self.deleted = np.concatenate(deleted).astype(np.float32)
        self.flat_ends, self.flat_begins = np.concatenate(flat_ends), np.concatenate(flat_begins)
        self.unsaid = np.concatenate(unsaid).astype(np.float32)


def _to(size: int, at: Ints, values: Ints) -> Ints:
    found = np.zeros(size, np.int64)
    found[at] = values
    return found


def _decoded(line: Line, group: Sequence[Stretch], emissions: Emissions) -> Iterator[Decoded]:
    side = _Side(line, group)
    lengths = [one.stop - one.start for one in group]
    moves = np.empty((max(lengths), len(group), side.width), np.uint8)
    scores = np.full((len(group), side.width), _NEVER, np.float32)
    scores[:, :2] = 0
    ends = [scores[row].copy() for row in range(len(group))]
    given = np.full((_ROWS, len(group), side.width), _NEVER, np.float32)
    new, other = np.empty_like(scores), np.empty_like(scores)
    better = np.empty(scores.shape, bool)
    for at in range(0, max(lengths), _ROWS):
        for row, stretch in enumerate(group):
            stop = min(at + _ROWS, lengths[row])
            if stop > at:
                phones, gap = emissions(stretch.start + at, stretch.start + stop)
                into = given[: stop - at, row]
                into[:, : side.sizes[row]] = phones[:, side.emission[row]]
                into[:, side.gaps[row]] = gap[:, None]
        for frame in range(at, min(at + _ROWS, max(lengths))):
            move = moves[frame]
            if frame:
                np.add(scores, side.loop, out=new)
                move[:, 0] = 0
                np.add(scores[:, :-1], side.step[:, 1:], out=other[:, 1:])
                np.greater(other[:, 1:], new[:, 1:], out=better[:, 1:])
                move[:, 1:] = better[:, 1:]
                np.maximum(new[:, 1:], other[:, 1:], out=new[:, 1:])
                np.add(scores[:, :-2], side.skip[:, 2:], out=other[:, 2:])
                np.greater(other[:, 2:], new[:, 2:], out=better[:, 2:])
                np.copyto(move[:, 2:], 2, where=better[:, 2:])
                np.maximum(new[:, 2:], other[:, 2:], out=new[:, 2:])
                for code, source, target, price in (
                    (3, side.flat_before, side.flat_gaps, side.deleted),
                    (4, side.flat_begins, side.flat_ends, side.unsaid),
                ):
                    without = scores.reshape(-1)[source] + price
                    chosen = without > new.reshape(-1)[target]
                    move.reshape(-1)[target[chosen]] = code
                    new.reshape(-1)[target[chosen]] = without[chosen]
                scores, new = new, scores
            scores += given[frame - at]
            if frame % _ROWS == _ROWS - 1:
                scores -= scores.max(1, keepdims=True)
            for row in [row for row, length in enumerate(lengths) if length == frame + 1]:
                ends[row] = scores[row].copy()
    paths = _traced(line, group, side, moves, ends)
    return map(Decoded, group, paths)


def _traced(
    line: Line,
    group: Sequence[Stretch],
    side: _Side,
    moves: npt.NDArray[np.uint8],
    ends: Sequence[Floats],
) -> list[Ints]:
    found: list[Ints] = []
    for row, stretch in enumerate(group):
        end = side.sizes[row] - 1
        state = end if ends[row][end] >= ends[row][max(0, end - 1)] else end - 1
        back = {3: side.before[row], 4: side.before_sentence[row]}
        own = moves[: stretch.stop - stretch.start, row]
        path = np.empty(len(own), np.int64)
        for frame in range(len(own) - 1, -1, -1):
            path[frame] = state
            if frame:
                move = int(own[frame, state])
                state = state - move if move < 3 else int(back[move][state])
        found.append(path + line.sentences[stretch.first])
    return found


# ---------------------------------------------------------------- the models


@dataclass(frozen=True, slots=True)
class Gaussians:
    """Means and variances, a row each, in the dimensions of the frames."""

    means: Floats
    variances: Floats

    def scores(self, frames: Floats) -> Floats:
        """The logarithm of the density of each row at each of *frames*, less what is the same for all."""
        return self.scorer()(frames)

    def scorer(self, scale: float = 1.0) -> Callable[[Floats], Floats]:
        """:meth:`scores` times *scale*, made ready for many calls: one product of matrices each."""
        inverse = 1 / self.variances
        constant = (self.means**2 * inverse).sum(1) + np.log(self.variances).sum(1)
        weights = np.concatenate([-0.5 * inverse, self.means * inverse], 1).T * scale
        weights, constant = weights.astype(np.float32), (-0.5 * scale * constant).astype(np.float32)

        def scored(frames: Floats) -> Floats:
            found = np.concatenate([frames**2, frames], 1) @ weights
            found += constant
            return np.asarray(found, np.float32)

        return scored

    def own_scores(self, frames: Floats, rows: Ints) -> Floats:
        """As :meth:`scores`, of one row for each of *frames*."""
        variances = self.variances[rows]
        found = ((frames - self.means[rows]) ** 2 / variances + np.log(variances)).sum(1)
        return np.asarray(-0.5 * found, np.float32)


@dataclass(frozen=True, slots=True)
class Voices:
    """All that the words of one episode are recognised by: the phones of each speaker, silence, and what
    any speech is like (the background)."""

    phones: Gaussians
    silence: Gaussians
    background: Gaussians
    weights: Floats

    def likeness(self, frames: Floats) -> Floats:
        """How like speech as such each of *frames* is, in the measure of :meth:`emissions`."""
        found = np.empty(len(frames), np.float32)
        for at in range(0, len(frames), _SUMMED_AT_ONCE):
            scores = self.background.scores(frames[at : at + _SUMMED_AT_ONCE]) + self.weights
            found[at : at + _SUMMED_AT_ONCE] = scores.max(1) * _SHARPNESS
        return found

    def emissions(self, frames: Floats, speech: Flags, likeness: Floats) -> Emissions:
        """The scores of phones and gaps at *frames*, whose :meth:`likeness` is given."""
        phone_scores, quiet_scores = self.phones.scorer(_SHARPNESS), self.silence.scorer(_SHARPNESS)

        def scored(start: int, stop: int) -> tuple[Floats, Floats]:
            here, spoken = frames[start:stop], speech[start:stop]
            phones, quiet = phone_scores(here), quiet_scores(here)[:, 0]
            # A gap where nobody speaks is as good as the best phone.
            silent = np.where(spoken, quiet, phones.max(1))
            return phones, np.maximum(silent, likeness[start:stop] - np.float32(_UNWRITTEN))

        return scored

    def advantage(self, frames: Floats, rows: Ints, likeness: Floats) -> Floats:
        """How much better the phone states *rows* explain *frames* than speech as such does."""
        return np.asarray(self.phones.own_scores(frames, rows) * _SHARPNESS - likeness, np.float32)


def background_of(frames: Floats, many: int = 24, rounds: int = 8) -> tuple[Gaussians, Floats]:
    """Some Gaussians that *frames* are like, found by k-means, and the logarithms of their weights."""
    chance = np.random.default_rng(0)
    some = frames[chance.choice(len(frames), min(len(frames), 20_000), replace=False)]
    many = min(many, len(some))
    means = some[chance.choice(len(some), many, replace=False)].copy()
    variances = np.tile(some.var(0) + np.float32(0.05), (many, 1))
    nearest = np.zeros(len(some), np.int64)
    for _ in range(rounds):
        nearest = Gaussians(means, variances).scores(some).argmax(1)
        for index in range(many):
            own = some[nearest == index]
            if len(own) > 20:
                means[index], variances[index] = own.mean(0), own.var(0) + 0.05
    weights = np.log(np.bincount(nearest, minlength=many) / len(some) + 1e-4)
    return Gaussians(means, variances), weights.astype(np.float32)


def silence_of(frames: Floats) -> Gaussians:
    return Gaussians(frames.mean(0, keepdims=True), frames.var(0, keepdims=True) + np.float32(0.1))


_PRIOR = 60.0  # frames that what all speakers have in common counts for, against a speaker's own
_PRIOR_OF_ALL = 10.0
_LEAST_VARIANCE = 0.08
_SUMMED_AT_ONCE = 50_000


def estimated(frames: Floats, labels: Ints, many: int, pool: int) -> Gaussians:
    """The Gaussians of *many* labels (−1: none) over *frames*, drawn towards those of all speakers.

    Label *n* is a speaker's own version of label *n* modulo *pool* (maximum a posteriori estimates).
    """
    counts, sums, squares = _sums(frames, labels, many)
    total = max(counts.sum(), 1.0)
    mean = sums.sum(0) / total
    variance = squares.sum(0) / total - mean**2

    folded = (-1, pool)
    pooled_counts = counts.reshape(folded).sum(0)
    pooled_sums = sums.reshape(*folded, sums.shape[1]).sum(0)
    pooled_squares = squares.reshape(*folded, sums.shape[1]).sum(0)
    held = (pooled_counts + _PRIOR_OF_ALL)[:, None]
    pooled_means = (pooled_sums + _PRIOR_OF_ALL * mean) / held
    spread = (pooled_squares + _PRIOR_OF_ALL * (variance + mean**2)) / held - pooled_means**2
    pooled_variances = np.maximum(spread, _LEAST_VARIANCE)

    versions = many // pool
    prior_means, prior_variances = (
        np.tile(pooled_means, (versions, 1)),
        np.tile(pooled_variances, (versions, 1)),
    )
    held = (counts + _PRIOR)[:, None]
    means = (sums + _PRIOR * prior_means) / held
    spread = (squares + _PRIOR * (prior_variances + prior_means**2)) / held - means**2
    variances = np.maximum(spread, _LEAST_VARIANCE)
    return Gaussians(means.astype(np.float32), variances.astype(np.float32))


def _sums(
    frames: Floats, labels: Ints, many: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """How many frames have each label, their sums and sums of squares; in pieces, for memory."""
    counts = np.zeros(many)
    sums, squares = np.zeros((many, frames.shape[1])), np.zeros((many, frames.shape[1]))
    for at in range(0, len(frames), _SUMMED_AT_ONCE):
        part = labels[at : at + _SUMMED_AT_ONCE]
        used = np.flatnonzero(part >= 0)
        if not len(used):
            continue
        order = used[np.argsort(part[used], kind="stable")]
        ordered = part[order]
        values = frames[at : at + _SUMMED_AT_ONCE][order].astype(np.float64)
        starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
        present = ordered[starts]
        counts[present] += np.diff(np.r_[starts, len(ordered)])
        sums[present] += np.add.reduceat(values, starts, 0)
        squares[present] += np.add.reduceat(values**2, starts, 0)
    return counts, sums, squares
