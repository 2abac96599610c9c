"""Where an interviewer puts the questions that the case has in writing, in whatever wording.

A question is looked for in every sentence of the hosts, word by word, and its written answer in what is said
there and next. Words count by how rare they are in the recording, and small words alone are nothing. A
turn is the question's where it stands out among all others; where two are about as likely, neither is.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from ..model import Case, Chapter, Cue, Question, Transcript

_LEAD = 1.5  # times as likely as any other turn; in a real interview the right ones lead by 1.7 to 7
_LIKE = 0.25  # of a question's words, by weight
_AS_WRITTEN = 0.8
_UNANSWERED = 0.02  # what a question counts whose written answer is not recognised


@dataclass(frozen=True, slots=True)
class Put:
    """Where a question is put.

    ``question`` is which of the written ones, ``turn`` which turn of the recording, ``cue`` the cue where
    the sentence ``said`` begins, all from 0. ``likeness`` is how much of the question is in the sentence,
    of 100; ``lead`` how many times as likely it is as any other turn. ``start_ms`` is None without times.
    """

    question: int
    turn: int
    cue: int
    said: str
    likeness: float
    lead: float
    start_ms: int | None


def find(case: Case, transcript: Transcript) -> tuple[Put, ...]:
    """Where the written questions of *case* are put, in the order of the recording, one a turn at most.

    The hosts' turns are looked at; where none is a host's, those that are no guest's. What cannot be told
    is left out.
    """
    turns = _turns(case, transcript)
    if not any(turn.asks for turn in turns) or not case.questions:
        return ()
    recording = _Recording(turns)
    best: dict[int, Put] = {}
    for index, question in enumerate(case.questions):
        put = recording.put(index, question)
        if put is not None and (put.turn not in best or best[put.turn].lead < put.lead):
            best[put.turn] = put
    return tuple(best[turn] for turn in sorted(best))


def as_chapters(
    puts: Sequence[Put], questions: Sequence[Question], kept: Sequence[Chapter], start: str
) -> tuple[Chapter, ...]:
    """The chapters that timed *puts* propose, but for those that *kept* has within some seconds.

    Where nothing begins at 00:00 a first chapter called *start* does: players want one there.
    """
    known = [chapter.start_ms for chapter in kept]
    proposed = [
        Chapter(put.start_ms, " ".join(questions[put.question].question.split()))
        for put in puts
        if put.start_ms is not None and all(abs(put.start_ms - ms) > _SAME_MS for ms in known)
    ]
    if proposed and min([*known, *(chapter.start_ms for chapter in proposed)]) > 0:
        proposed.insert(0, Chapter(0, start))
    return tuple(proposed)


_SAME_MS = 15_000

# ---------------------------------------------------------------- turns and sentences

_SENTENCE = re.compile(r"(?<=[.!?…])[\"”»’)\]]*\s+")


@dataclass(frozen=True)
class _Turn:
    """What one speaker says in one go. ``asks`` is True of those who may put questions."""

    first_cue: int
    cues: tuple[Cue, ...]
    asks: bool

    @cached_property
    def text(self) -> str:
        return " ".join(cue.text for cue in self.cues)

    @cached_property
    def stems(self) -> Counter[str]:
        return Counter(_stems(self.text))

    def sentences(self) -> Iterator[tuple[int, str]]:
        """Each sentence with the place in the text where it begins."""
        done = 0
        for gap in _SENTENCE.finditer(self.text):
            yield done, self.text[done : gap.end()].strip()
            done = gap.end()
        if done < len(self.text):
            yield done, self.text[done:]

    def at(self, place: int) -> tuple[int, int | None]:
        """The cue that holds the letter at *place*, and when that letter is said."""
        done = 0
        for index, cue in enumerate(self.cues):
            if place < done + len(cue.text) + 1 or index == len(self.cues) - 1:
                return self.first_cue + index, _said_at(cue, place - done)
            done += len(cue.text) + 1
        raise AssertionError("a turn has a cue")


def _said_at(cue: Cue, place: int) -> int | None:
    if cue.start_ms is None or cue.end_ms is None:
        return None
    word = len(cue.text[:place].split())
    if cue.words:
        return cue.words[min(word, len(cue.words) - 1)].start_ms if word else cue.start_ms
    return cue.start_ms + (cue.end_ms - cue.start_ms) * place // max(1, len(cue.text))


def _turns(case: Case, transcript: Transcript) -> list[_Turn]:
    hosts = {person.name.casefold() for person in case.hosts}
    guests = {person.name.casefold() for person in case.guests}
    speakers = {cue.speaker.casefold() for cue in transcript.cues}
    asking = speakers & hosts or speakers - guests
    turns, first = [], 0
    for speaker, grouped in groupby(transcript.cues, key=lambda cue: cue.speaker):
        cues = tuple(grouped)
        # Where somebody is named, the one without a name is the narrator.
        asks = speaker.casefold() in asking and (bool(speaker) or len(speakers) == 1)
        turns.append(_Turn(first, cues, asks))
        first += len(cues)
    return turns


# ---------------------------------------------------------------- likeness

# Endings of Scandinavian and English words, the longer first.
_ENDINGS = (
    "ende",
    "ene",
    "ens",
    "este",
    "ets",
    "ert",
    "ere",
    "ing",
    "er",
    "en",
    "et",
    "ed",
    "te",
    "es",
    "e",
    "s",
    "t",
)
_STEM_CHARS = 4
# What any question may share with any sentence, in a short recording even if it is rare there.
_SMALL_WORDS = frozenset({
    "hva", "hvem", "hvor", "hvordan", "hvorfor", "når", "hvilken", "hvilke", "hvilket", "kva", "kven",
    "korleis", "kvifor", "er", "var", "ble", "blir", "blitt", "har", "hadde", "kan", "vil", "skal", "må",
    "bør", "gjør", "gjøre", "gjort", "det", "den", "de", "dette", "dere", "dine", "din", "ditt", "du",
    "deg", "vi", "oss", "jeg", "meg", "man", "en", "et", "ei", "og", "eller", "men", "i", "på", "av",
    "til", "for", "fra", "om", "med", "ved", "som", "at", "så", "der", "her", "nå", "mest", "mer", "litt",
    "ikke", "what", "who", "where", "how", "why", "when", "which", "is", "are", "was", "were", "do",
    "does", "did", "have", "has", "had", "can", "will", "would", "should", "the", "a", "an", "and", "or",
    "but", "in", "on", "of", "to", "from", "about", "with", "by", "that", "this", "these", "you", "your",
    "we", "us", "it", "they", "most", "more", "not",
})  # fmt: skip
_WORD = re.compile(r"[^\W_]+")
_SPELT_ALIKE = 85.0  # of 100
_COMPOUND_CHARS = 4

# “Who are you?” has few words of its own, and is put in others.
_INTRODUCTION = re.compile(
    r"\b(?:hvem|kven) er du\b|\b(?:om|presenter\w*|introduser\w*) deg (?:selv|sjølv)\b"
    r"|\bwho are you\b|\b(?:about|introduce) yourself\b",
    re.IGNORECASE,
)
_INTRODUCED = 0.8


def _stems(text: str) -> list[str]:
    return [_stem(word) for word in _WORD.findall(text.casefold())]


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _STEM_CHARS:
            return word.removesuffix(ending)
    return word


_SMALL_STEMS = frozenset(map(_stem, _SMALL_WORDS))


class _Recording:
    """The turns of a recording, with the weight of every word in it."""

    def __init__(self, turns: Sequence[_Turn]) -> None:
        self.turns = turns
        self._within = Counter(stem for turn in turns for stem in set(turn.stems))
        asked = (stem for turn in turns if turn.asks for stem in turn.stems)
        self._vocabulary = sorted(set(asked))
        self._vectors = [self._vector(turn.stems) for turn in turns]

    def put(self, index: int, question: Question) -> Put | None:
        """Where the written *question*, number *index*, is put; None where no turn stands out."""
        alike = {stem: self._alike(stem) for stem in set(_stems(question.question))}
        answer = self._vector(Counter(_stems(question.answer)))
        ranked = sorted(self._candidates(index, question, alike, answer), key=lambda one: -one[0])
        if not ranked:
            return None
        (most, put), rest = ranked[0], ranked[1:]
        lead = most / rest[0][0] if rest and rest[0][0] else math.inf
        others = max((other.likeness for _, other in rest), default=0)
        as_written = put.likeness >= 100 * _AS_WRITTEN and put.likeness > others
        if put.likeness < 100 * _LIKE or not (lead >= _LEAD or as_written):
            return None
        return Put(put.question, put.turn, put.cue, put.said, put.likeness, round(lead, 1), put.start_ms)

    def _candidates(
        self,
        index: int,
        question: Question,
        alike: Mapping[str, Mapping[str, float]],
        answer: Mapping[str, float],
    ) -> Iterator[tuple[float, Put]]:
        """Every turn of the hosts that has words of the question, and how likely it is."""
        for number, turn in enumerate(self.turns):
            if not turn.asks:
                continue
            likeness, place, said = max(
                (
                    (self._likeness(question.question, alike, said), place, said)
                    for place, said in turn.sentences()
                ),
                key=lambda one: one[0],
                default=(0.0, 0, ""),
            )
            if likeness:
                heard = turn.stems + (
                    self.turns[number + 1].stems if number + 1 < len(self.turns) else Counter()
                )
                answered = _cosine(answer, self._vector(heard))
                cue, start_ms = turn.at(place)
                score = likeness * (_UNANSWERED + answered)
                yield score, Put(index, number, cue, said, round(100 * likeness, 1), 0.0, start_ms)

    def _weight(self, stem: str) -> float:
        return math.log((len(self.turns) + 1) / (self._within[stem] + 1))

    def _alike(self, stem: str) -> dict[str, float]:
        """The words of the hosts that are *stem*, are spelt nearly so, or share it in a compound."""
        from rapidfuzz import fuzz, process

        alike = {}
        for other in self._vocabulary:
            short, long = sorted((stem, other), key=len)
            if len(short) >= _COMPOUND_CHARS and (long.startswith(short) or long.endswith(short)):
                alike[other] = len(short) / len(long)
        if len(stem) > _COMPOUND_CHARS:
            near = process.extract(
                stem, self._vocabulary, scorer=fuzz.ratio, score_cutoff=_SPELT_ALIKE, limit=None
            )
            alike.update({other: score / 100 for other, score, _ in near})
        return {**alike, stem: 1.0}

    def _likeness(self, question: str, alike: Mapping[str, Mapping[str, float]], said: str) -> float:
        """How much of the question, by the weight of its words, is in what is *said*."""
        stems = set(_stems(said))
        weights = {stem: self._weight(stem) for stem in alike}
        total = sum(weights.values())
        shared = {
            stem: max((likeness for other, likeness in others.items() if other in stems), default=0)
            for stem, others in alike.items()
        }
        telling = any(share and stem not in _SMALL_STEMS for stem, share in shared.items())
        found = sum(weights[stem] * share for stem, share in shared.items()) if telling else 0
        introduced = _INTRODUCTION.search(question) and _INTRODUCTION.search(said)
        return max(found / total if total else 0, _INTRODUCED if introduced else 0)

    def _vector(self, stems: Mapping[str, int]) -> dict[str, float]:
        return {stem: (1 + math.log(count)) * self._weight(stem) for stem, count in stems.items()}


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    shared = sum(weight * other.get(stem, 0) for stem, weight in one.items())
    lengths = math.hypot(*one.values()) * math.hypot(*other.values())
    return shared / lengths if lengths else 0.0
