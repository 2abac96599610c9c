"""Turns cut into sentences, which is what is timed: long enough to be found, short enough to be shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..model import Cue, Transcript
from .reading import ends_sentence

_LEAST_CHARS = 20  # what is shorter goes with the sentence after it
_MOST_CHARS = 200


def sentences(transcript: Transcript) -> tuple[Cue, ...]:
    """The untimed *transcript* by sentences, short ones together and long ones cut at commas.

    Where the transcript has an anchor a sentence begins, and has the anchor's time as its start.
    """
    found: list[Cue] = []
    for index, cue in enumerate(transcript.cues):
        words = cue.text.split()
        pins = {
            one.word: one.at_ms for one in transcript.anchors if one.cue == index and one.word < len(words)
        }
        starts = sorted({0, *pins})
        for first, last in zip(starts, [*starts[1:], len(words)], strict=True):
            for number, part in enumerate(_parts(words[first:last])):
                at_ms = pins.get(first) if number == 0 else None
                found.append(replace(cue, text=" ".join(part), start_ms=at_ms, end_ms=None, words=()))
    return tuple(found)


def _parts(words: Sequence[str]) -> Iterator[Sequence[str]]:
    part: list[str] = []
    for index, word in enumerate(words):
        part.append(word)
        length = sum(map(len, part)) + len(part) - 1
        left = sum(map(len, words[index + 1 :])) + len(words) - index - 2
        enough = length >= _LEAST_CHARS and (left >= _LEAST_CHARS or left < 0)
        if enough and _is_end(words, index):
            yield from _divided(part)
            part = []
    if part:
        yield from _divided(part)


def _is_end(words: Sequence[str], index: int) -> bool:
    """True where a sentence ends: “kl. 8”, “3. mai” and “f.eks. noe” go on."""
    following = words[index + 1] if index + 1 < len(words) else ""
    begins_anew = not following or not following.lstrip("“”\"'«(–-—¿¡")[:1].islower()
    return ends_sentence(words[index]) and begins_anew and not words[index].rstrip(".").isdigit()


def _divided(words: Sequence[str]) -> Iterator[Sequence[str]]:
    """*words* in parts of at most 200 characters, as even as commas allow."""
    length = sum(map(len, words)) + len(words) - 1
    if length <= _MOST_CHARS or len(words) < 2:
        yield words
        return
    done, best, cost = 0, 1, float("inf")
    for index, word in enumerate(words[:-1], 1):
        done += len(word) + 1
        uneven = abs(done / length - 0.5)
        here = uneven + (0.0 if word[-1] in ",;:–—" else 0.3)
        if here < cost:
            best, cost = index, here
    yield from _divided(words[:best])
    yield from _divided(words[best:])
