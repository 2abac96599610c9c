"""Readers are given a hundred thousand damaged inputs: no traceback, no hang. Not a timed test: `make fuzz`.

    python -m tests.fuzz [ROOM[.NAME]] [INPUTS | --each INPUTS]

INPUTS are of all readers together, or of each.

Every reader of files that others write is a :class:`Target` in ``TARGETS``: good inputs, and what reads them.
Each input is a good one of the reader's own or of its neighbours', damaged a few times: bytes changed, cut
out, doubled, taken from elsewhere, or replaced by what formats are made of; or, where a target has damages of
its own, its structure: tags, attributes, depth, lines, encodings, numbers and dates. Target and number tell
an input: it is made again from them on any machine. Whatever escapes but a LornpodError is a fault, and so is
an input that takes two seconds; it is then kept in build/fuzz/. So is a reader with which the run has taken
more than 500 MB. Leaves with 1 where there was a fault.
"""

from __future__ import annotations

import faulthandler
import random
import resource
import signal
import sys
import time
import traceback
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import FrameType

from lornpod.errors import LornpodError

from . import fuzz_feeds, fuzz_text

LONGEST_CPU_S = 2
MOST_MB = 500  # of memory, Python and all readers together
_KEPT = Path("build/fuzz")
_LONGEST_BYTES = 200_000
_SWOLLEN_BYTES = 40_000


@dataclass(frozen=True, slots=True)
class Target:
    """A reader, called ``room.name``: good inputs, what its format is made of, and what reads one input."""

    name: str
    seeds: tuple[bytes, ...]
    scraps: tuple[bytes, ...]
    read: Callable[[bytes, random.Random], object]
    damages: tuple[fuzz_feeds.Damage, ...] = ()  # that leave its format whole, for half of the inputs

    @property
    def room(self) -> str:
        return self.name.partition(".")[0]


# To be added to by every room that reads what others write.
TARGETS: tuple[Target, ...] = tuple(
    Target(f"text.{reader.name}", (reader.seed,), fuzz_text.SCRAPS, reader.read)
    for reader in fuzz_text.READERS
) + tuple(
    Target(reader.name, reader.seeds, reader.scraps, reader.read, reader.damages)
    for reader in fuzz_feeds.READERS
)


# ---------------------------------------------------------------- damage

_NUMBERS = (b"\x00" * 4, b"\xff" * 4, b"\x80\x00\x00\x00", b"\x01\x00\x00\x00", b"\xff\xff\xff\x7f")


def damaged(target: Target, number: int) -> bytes:
    """The input *number* of *target*."""
    chance = random.Random(f"{target.name}:{number}")
    own = number % 4 != 3
    data = bytearray(chance.choice(target.seeds if own else _neighbours(target.room)))
    damages = target.damages if target.damages and number % 2 else _DAMAGES
    for _ in range(chance.choice((1, 1, 2, 3, 5, 12))):
        chance.choice(damages)(data, chance, target)
    if number % 50 == 49:
        _swell(data, chance, target)
    return bytes(data[:_LONGEST_BYTES])


@cache
def _neighbours(room: str) -> tuple[bytes, ...]:
    return tuple(seed for target in TARGETS if target.room == room for seed in target.seeds)


def _at(data: bytearray, chance: random.Random) -> tuple[int, int]:
    """A place and a length there, mostly short."""
    at = chance.randint(0, len(data))
    return at, min(int(chance.expovariate(1 / 8)), len(data) - at)


def _flip(data: bytearray, chance: random.Random, _: Target) -> None:
    if data:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _insert(data: bytearray, chance: random.Random, target: Target) -> None:
    at, length = _at(data, chance)
    data[at : at + chance.choice((0, length))] = chance.choice(target.scraps)


def _number(data: bytearray, chance: random.Random, _: Target) -> None:
    at, _length = _at(data, chance)
    data[at : at + 4] = chance.choice(_NUMBERS)


def _delete(data: bytearray, chance: random.Random, _: Target) -> None:
    at, length = _at(data, chance)
    del data[at : at + length]


def _repeat(data: bytearray, chance: random.Random, _: Target) -> None:
    at, length = _at(data, chance)
    data[at:at] = data[at : at + length] * chance.choice((1, 2, 40))


def _swell(data: bytearray, chance: random.Random, target: Target) -> None:
    """Many times the same, by which readers show whose time grows faster than their input."""
    at, length = _at(data, chance)
    many = chance.choice((bytes(data[at : at + length]), chance.choice(target.scraps))) or b" "
    data[at:at] = many * (_SWOLLEN_BYTES // len(many))


def _move(data: bytearray, chance: random.Random, _: Target) -> None:
    at, length = _at(data, chance)
    taken = data[at : at + length]
    del data[at : at + length]
    to = chance.randint(0, len(data))
    data[to:to] = taken


def _cut(data: bytearray, chance: random.Random, _: Target) -> None:
    del data[chance.randint(0, len(data)) :]


def _splice(data: bytearray, chance: random.Random, target: Target) -> None:
    other = chance.choice(_neighbours(target.room))
    data[chance.randint(0, len(data)) :] = other[chance.randint(0, len(other)) :]


_DAMAGES = (_flip, _flip, _insert, _insert, _insert, _delete, _repeat, _move, _number, _cut, _splice)


# ---------------------------------------------------------------- the run


class Hang(Exception):
    """A reader took longer than LONGEST_CPU_S."""


def _hang(_signal: int, _frame: FrameType | None) -> None:
    raise Hang


def fault_in(target: Target, number: int, data: bytes | None = None) -> BaseException | None:
    """What escapes from *target* on its input *number*, which *data* is; None where it holds."""
    data = damaged(target, number) if data is None else data
    signal.signal(signal.SIGVTALRM, _hang)
    signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST_CPU_S)
    try:
        target.read(data, random.Random(number))
    except LornpodError as error:
        return AssertionError(f"more than a line: {error}") if "\n" in str(error) else None
    except Exception as error:  # noqa: BLE001  (whatever escapes is what is looked for)
        return error
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return None


def _most_mb() -> int:
    """The most memory that this process has had so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000


def main(arguments: Sequence[str]) -> int:
    parser = ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("wanted", nargs="?", default="", metavar="ROOM[.NAME]")
    parser.add_argument("inputs", nargs="?", type=int, default=100_000)
    parser.add_argument("--each", type=int, metavar="INPUTS")
    given = parser.parse_args(arguments)
    wanted = given.wanted
    targets = [one for one in TARGETS if one.name.startswith(wanted)]
    if not targets:
        print(f"no target is called {wanted}; there are {', '.join(one.name for one in TARGETS)}")
        return 2
    faults, each = 0, given.each or -(-given.inputs // len(targets))
    for target in targets:
        began, slowest_s, swollen_mb, heaviest = time.process_time(), 0.0, 0, ""
        for number in range(each):
            data = damaged(target, number)
            at, before_mb = time.process_time(), _most_mb()
            faulthandler.dump_traceback_later(60, exit=True)  # where even a signal is not heard
            fault = fault_in(target, number, data)
            slowest_s = max(slowest_s, time.process_time() - at)
            if _most_mb() - before_mb > swollen_mb:
                swollen_mb, heaviest = _most_mb() - before_mb, f" (input {number} most)"
            if fault is not None:
                faults += 1
                _KEPT.mkdir(parents=True, exist_ok=True)
                kept = _KEPT / f"{target.name}-{number}"
                kept.write_bytes(data)
                print(f"{kept}:", "".join(traceback.format_exception(fault)), sep="\n")
        took_s = time.process_time() - began
        faults += _most_mb() > MOST_MB
        said = f"{took_s:.1f} s of CPU, slowest {slowest_s * 1000:.0f} ms, {_most_mb()} MB at most by now"
        said += f", an input took {swollen_mb} MB more{heaviest}"
        print(f"{target.name}: {each} inputs, {said}", flush=True)
    faulthandler.cancel_dump_traceback_later()
    print(f"{each * len(targets)} inputs to {len(targets)} readers: {faults} faults")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
