"""When each word of a transcript is said: sentences and their sound -> times, and how far to trust them.

Light to import: what needs numpy is imported when it is used.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from shutil import which

from ..messages import Message
from ..model import Cue

# Read by numpy when it is imported. The products of matrices here are small: threads would lose all their
# time waiting for each other (15 minutes aligned in 14 s of one core, in 70 s of two).
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

METHOD = 2  # counted up whenever the same words and sound may give other times
DOUBTFUL = 0.5  # a confidence below this is a doubt


@dataclass(frozen=True, slots=True)
class Sound:
    """What is listened to: 16-bit mono samples at 16 kHz in blocks, as often as asked for.

    ``spoken_ms`` are the spans of it that can hold speech of the transcript: not the intro, the outro
    and the jingles.
    """

    blocks: Callable[[], Iterable[bytes]]
    spoken_ms: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Timed:
    """A sentence with its times and those of its words.

    ``confidence`` is from 0 to 1; below 0.5 the time is in doubt for the ``reason``. ``unsaid``: the
    sentence is probably not in the recording.
    """

    cue: Cue
    confidence: float = 1.0
    reason: Message | str = ""
    unsaid: bool = False

    @property
    def doubtful(self) -> bool:
        return self.confidence < DOUBTFUL


@dataclass(frozen=True, slots=True)
class Alignment:
    """The sentences of a transcript in time. With a ``refusal`` their times are not to be shown.

    ``unwritten_ms`` are spans in which something is said or played that the transcript does not have.
    """

    sentences: tuple[Timed, ...]
    unwritten_ms: tuple[tuple[int, int], ...] = ()
    refusal: Message | str = ""

    @property
    def cues(self) -> tuple[Cue, ...]:
        return tuple(one.cue for one in self.sentences)

    @property
    def doubtful(self) -> tuple[Timed, ...]:
        return tuple(one for one in self.sentences if one.doubtful)


def lacking() -> str:
    """What is not installed that alignment needs; empty where nothing is."""
    there = which("espeak-ng") or find_spec("espeakng_loader")
    return "" if there else "espeak-ng"
