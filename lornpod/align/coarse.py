"""Where in the sound each sentence is, to a tenth of a second: dynamic time warping against synthetic speech.

A Viterbi search over all frames of the synthetic speech, one frame of the sound at a time. Between the
sentences there is a filler that takes what nobody wrote: jingles, advertisements, false starts; and a
sentence may be skipped that nobody said. States that are hopeless are left behind (a beam), so time
and memory grow with the length of the episode and not with its square.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .features import Flags, Floats

Ints = npt.NDArray[np.int64]

_OUT = np.float32(1e9)  # the cost of what cannot be
_BLOCK = 32  # frames that share one window of states
_FASTEST = 3  # synthetic frames that one frame of the sound may pass

# Costs of moves and of the filler, in deviations of the distance between frames.
_STAY, _TWO, _THREE = np.float32(0.6), np.float32(0.15), np.float32(1.2)
_STAY_AT_MOST = 0.1
_FILLER, _FILLER_IN_SILENCE = -0.6, -1.3
_INTO_FILLER = np.float32(0.2)
_SKIP, _SKIP_A_FRAME = 8.0, 0.25
_SILENCE_AT_LEAST = -0.3  # no match in silence is better than this


@dataclass(frozen=True, slots=True)
class Model:
    """The synthetic speech: its frames, and where each sentence begins and ends in them."""

    frames: Floats
    begins: Ints
    ends: Ints


class Path(NamedTuple):
    """The synthetic frame at each frame of the sound, or −1−k in the filler before sentence k.

    ``complete`` tells whether the end of the text was reached within the beam.
    """

    at: Ints
    complete: bool


def best_path(sound: Floats, silence: Flags, model: Model, beam: float) -> Path:
    """The cheapest path, as far as all its parts lie within *beam* of the best at their time."""
    search = _Search(sound, silence, model, beam)
    for block in range(search.blocks):
        search.forward(block)
    return search.traced()


class _Front(NamedTuple):
    """What the search knows at one time: costs of the states from *first* on, and of every filler."""

    first: int
    states: Floats
    fillers: Floats


class _Search:
    def __init__(self, sound: Floats, silence: Flags, model: Model, beam: float) -> None:
        self.sound, self.silence, self.model, self.beam = sound, silence, model, beam
        self.count = len(model.frames)
        self.sentences = len(model.begins)
        self.blocks = -(-len(sound) // _BLOCK)
        self.filler = np.where(silence, _FILLER_IN_SILENCE, _FILLER).astype(np.float32)
        self.skip = (_SKIP + _SKIP_A_FRAME * (model.ends - model.begins)).astype(np.float32)
        self.squares = (model.frames**2).sum(1)
        chosen = np.random.default_rng(0).choice(self.count, min(self.count, 1500), replace=False)
        self.sample, self.sample_squares = model.frames[chosen].T.copy(), self.squares[chosen]
        fillers = np.full(self.sentences + 1, _OUT, np.float32)
        fillers[0] = 0
        fillers[1:] = np.cumsum(self.skip)
        # Before the first frame nothing is matched: the first state can but be entered from the filler.
        self.fronts = [_Front(0, np.full(1, _OUT, np.float32), fillers)]

    def forward(self, block: int) -> None:
        """From the front before *block* to the one after it."""
        self.fronts.append(self._run(block, self.fronts[block], None, None))

    def _window(self, front: _Front) -> tuple[int, int]:
        """The states that may matter during a block, from the costs before it."""
        limit = min(front.states.min(), front.fillers.min()) + self.beam
        states = np.flatnonzero(front.states <= limit)
        fillers = np.flatnonzero(front.fillers <= limit)
        reach = _FASTEST * _BLOCK + 1
        bounds = [(front.first + states[0], front.first + states[-1] + reach)] if len(states) else []
        if len(fillers):
            last = min(int(fillers[-1]), self.sentences - 1)
            first = min(int(fillers[0]), self.sentences - 1)
            bounds.append((self.model.begins[first], self.model.begins[last] + reach))
        low = min(low for low, _ in bounds)
        return int(low), min(int(max(high for _, high in bounds)), self.count)

    def _costs(self, start: int, stop: int, low: int, high: int) -> Floats:
        """How unlike each frame of the sound is to the states, in deviations from what is usual for it."""
        sound = self.sound[start:stop]
        usual = self.sample_squares - 2 * (sound @ self.sample)
        costs = sound @ self.model.frames[low:high].T
        costs *= -2
        costs += self.squares[low:high]
        costs -= usual.mean(1, keepdims=True)
        costs /= usual.std(1, keepdims=True) + np.float32(1e-6)
        quiet = self.silence[start:stop]
        costs[quiet] = np.maximum(costs[quiet], _SILENCE_AT_LEAST)
        return np.asarray(costs, np.float32)

    def _run(
        self,
        block: int,
        front: _Front,
        moves: npt.NDArray[np.uint8] | None,
        filler_moves: npt.NDArray[np.uint8] | None,
    ) -> _Front:
        """One block forward; where *moves* are given, they are filled with how each state was reached."""
        start, stop = block * _BLOCK, min((block + 1) * _BLOCK, len(self.sound))
        low, high = self._window(front)
        costs = self._costs(start, stop, low, high)
        states = np.full(high - low, _OUT, np.float32)
        first, last = max(low, front.first), min(high, front.first + len(front.states))
        if first < last:
            states[first - low : last - low] = front.states[first - front.first : last - front.first]
        fillers = front.fillers.copy()
        begins, ends = self.model.begins, self.model.ends
        entering = slice(*np.searchsorted(begins, [low, high]))
        entries = begins[entering] - low
        leaving = slice(*np.searchsorted(ends - 1, [low, high]))
        exits = ends[leaving] - 1 - low
        into = slice(leaving.start + 1, leaving.stop + 1)

        new = np.empty(high - low, np.float32)
        other = np.empty(high - low, np.float32)
        better = np.empty(high - low, bool)
        for row in range(stop - start):
            cost = costs[row]
            trace = None if moves is None else moves[row]
            # A state is reached from the one before it, the second or third before, a filler, itself.
            new[0] = _OUT
            new[1:] = states[:-1]
            if trace is not None:
                trace[:] = 1
            for many, penalty in ((2, _TWO), (3, _THREE)):
                other[:many] = _OUT
                np.add(states[:-many], penalty, out=other[many:])
                if trace is not None:
                    np.less(other, new, out=better)
                    trace[better] = many
                np.minimum(new, other, out=new)
            new += cost
            entered = fillers[:-1][entering] + cost[entries]
            if trace is not None:
                trace[entries[entered < new[entries]]] = 4
            new[entries] = np.minimum(new[entries], entered)
            filler = self.filler[start + row]
            np.minimum(cost, min(_STAY_AT_MOST, filler + np.float32(0.2)), out=other)
            other += states
            other += _STAY
            if trace is not None:
                np.less(other, new, out=better)
                trace[better] = 0
            np.minimum(new, other, out=new)

            after = fillers.copy()
            how = None if filler_moves is None else filler_moves[row]
            left = states[exits] + _INTO_FILLER
            chosen = left < after[into]
            if how is not None:
                how[into][chosen] = 1
            after[into] = np.where(chosen, left, after[into])
            skipped = fillers[:-1] + self.skip
            chosen = skipped < after[1:]
            if how is not None:
                how[1:][chosen] = 2
            after[1:] = np.where(chosen, skipped, after[1:])
            after += filler
            fillers = after
            states, new = new, states
        best = min(states.min(), fillers.min())
        states -= best
        fillers -= best
        np.minimum(states, _OUT, out=states)
        np.minimum(fillers, _OUT, out=fillers)
        return _Front(low, states, fillers)

    def traced(self) -> Path:
        """The path back from the end of the text, or from the best state where the beam has lost it."""
        end = self.fronts[-1]
        at = np.empty(len(self.sound), np.int64)
        last_state = end.states[-1] if end.first + len(end.states) == self.count else _OUT
        complete = bool(min(end.fillers[-1], last_state) < _OUT / 2)
        in_filler, where = True, self.sentences
        if complete:
            in_filler = bool(end.fillers[-1] <= last_state)
            where = self.sentences if in_filler else self.count - 1
        elif end.states.min() < end.fillers.min():
            in_filler, where = False, end.first + int(end.states.argmin())
        else:
            where = int(end.fillers.argmin())
        for block in range(self.blocks - 1, -1, -1):
            front = self.fronts[block]
            start, stop = block * _BLOCK, min((block + 1) * _BLOCK, len(self.sound))
            low, high = self._window(front)
            moves = np.zeros((stop - start, high - low), np.uint8)
            filler_moves = np.zeros((stop - start, self.sentences + 1), np.uint8)
            self._run(block, front, moves, filler_moves)
            for row in range(stop - start - 1, -1, -1):
                if in_filler:
                    at[start + row] = -1 - where
                    move = filler_moves[row, where]
                    if move == 1:
                        in_filler, where = False, int(self.model.ends[where - 1]) - 1
                    elif move == 2:
                        where -= 1
                else:
                    at[start + row] = where
                    move = moves[row, where - low]
                    if move == 4:
                        in_filler = True
                        where = int(np.searchsorted(self.model.begins, where, "right")) - 1
                    else:
                        where -= int(move)
            self.fronts[block + 1] = self.fronts[0]  # no longer needed
        return Path(at, complete)
