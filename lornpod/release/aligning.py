"""Hand-edited text, timed by its sound: when it is done, what is kept of it, and what is said about it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import align
from ..align import Alignment, Sound, Timed
from ..errors import Finding, Level
from ..events import Advanced, Finished, Notify, Started, silent
from ..messages import Message, later, tr
from ..model import Cue, Word
from ..text.times import clock
from .cache import read_json, write_json

HOW_TO = later("`pip install 'lornpod[align]'` times it by the sound")


@dataclass(frozen=True, slots=True)
class Aligner:
    """Times the transcripts of one case; what it has found lies in *folder*, its cache."""

    folder: Path
    by: str
    model: str
    task: str
    notify: Notify = silent

    def kept(self, cues: Sequence[Cue], language: str, mastering: str) -> Alignment | None:
        """The alignment of these *cues* with the sound of that digest, if it is known already."""
        state = read_json(self._file(language, ".json"))
        return _read(state) if state.get("key") == key(cues, self.by, mastering) else None

    def align(
        self, cues: Sequence[Cue], language: str, mastering: str, sound: Sound, *, anew: bool = False
    ) -> Alignment:
        """The times of *cues*, found now; what did not change since the last time stays, unless it is to be
        had *anew*. Raises MissingTool, LornpodError."""
        from ..align import espeak, refiners

        state = self._file(language, ".npz")
        if anew:
            state.unlink(missing_ok=True)
        self.notify(Started(self.task, 100))
        aligned = espeak.align(
            cues,
            sound,
            language,
            state=state,
            key=_digest(mastering, repr(sound.spoken_ms)),
            tick=lambda part: self.notify(Advanced(self.task, 100 * part)),
        )
        if self.by != "espeak" and not aligned.refusal:
            aligned = refiners.refined(self.by, self.model, aligned, sound, language, lambda _: None)
        self.notify(Finished(self.task, tr("{count} sentences timed", count=len(aligned.sentences))))
        write_json(self._file(language, ".json"), {"key": key(cues, self.by, mastering), **_written(aligned)})
        return aligned

    def _file(self, language: str, suffix: str) -> Path:
        name = "".join(sign for sign in language.lower() if sign.isalnum() or sign == "-")
        return self.folder / f"aligned-{name}{suffix}"


def key(cues: Sequence[Cue], aligner: str, mastering: str) -> str:
    """The digest of all that the times of *cues* depend on; *mastering* is that of the sound."""
    return _digest(
        aligner, str(align.METHOD), mastering, repr([(one.text, one.speaker, one.start_ms) for one in cues])
    )


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()


def _written(aligned: Alignment) -> dict[str, Any]:
    return {
        "sentences": [
            {
                "text": one.cue.text,
                "speaker": one.cue.speaker,
                "start_ms": one.cue.start_ms,
                "end_ms": one.cue.end_ms,
                "words": [[word.start_ms, word.end_ms] for word in one.cue.words],
                "confidence": one.confidence,
                "reason": _kept(one.reason),
                "unsaid": one.unsaid,
            }
            for one in aligned.sentences
        ],
        "unwritten_ms": aligned.unwritten_ms,
        "refusal": _kept(aligned.refusal),
    }


def _read(state: dict[str, Any]) -> Alignment | None:
    try:
        return Alignment(
            tuple(_timed(one) for one in state["sentences"]),
            tuple((start, end) for start, end in state["unwritten_ms"]),
            _told(state["refusal"]),
        )
    except (KeyError, TypeError, ValueError):
        return None


def _timed(one: dict[str, Any]) -> Timed:
    words = tuple(Word(text, *span) for text, span in zip(one["text"].split(), one["words"], strict=True))
    cue = Cue(one["text"], one["speaker"], one["start_ms"], one["end_ms"], words)
    return Timed(cue, one["confidence"], _told(one["reason"]), one["unsaid"])


def _kept(said: Message | str) -> object:
    return [said.template, dict(said.values)] if isinstance(said, Message) else said


def _told(state: Any) -> Message | str:
    return Message(*state) if isinstance(state, list) else str(state)


# ---------------------------------------------------------------- what is said about it

_SHOWN_CHARS = 60


def untimed(lacks: str, where: str) -> Finding:
    """What is said where *lacks* keeps a text from being timed."""
    said = tr(
        "published without times, which apps want to show it: {lacks} is not there to find them", lacks=lacks
    )
    return Finding("transcript-untimed", said, where, hint=tr(HOW_TO), level=Level.ADVICE)


def summary(aligned: Alignment, case_id: str, where: str) -> Iterator[Finding]:
    """What a publisher must know: that times are refused, or how many are in doubt."""
    hint = tr("`lornpod transcript check {case_id}` lists them", case_id=case_id)
    if aligned.refusal:
        said = tr("published as text and HTML alone, without times: {refusal}", refusal=aligned.refusal)
        hint = tr(
            "see whether text and recording belong together, and pin places with anchors such as [12:30]"
        )
        yield _warning("transcript-refused", said, where, hint)
    elif aligned.doubtful or aligned.unwritten_ms:
        passages = (
            tr(", {count} passages are not in the text", count=len(aligned.unwritten_ms))
            if aligned.unwritten_ms
            else ""
        )
        many = tr(
            "{count} of {count_sentences} sentences",
            count=len(aligned.doubtful),
            count_sentences=len(aligned.sentences),
        )
        said = tr("the times of {many} are in doubt{passages}", many=many, passages=passages)
        yield _warning("transcript-doubtful", said, where, hint)


def details(aligned: Alignment, where: str, authored: Callable[[int], int]) -> Iterator[Finding]:
    """Each doubt, with the time to listen at, in the order of time. *authored* gives the time that an author
    writes for one of the finished sound."""
    if aligned.refusal:
        hint = tr(
            "see whether text and recording belong together, and pin places with anchors such as [12:30]"
        )
        yield _warning(
            "transcript-refused",
            tr("its times are not published: {refusal}", refusal=aligned.refusal),
            where,
            hint,
        )
    at_ms: list[tuple[int, Finding]] = []
    for one in aligned.sentences:
        start_ms = one.cue.start_ms or 0
        if one.unsaid:
            said = tr(
                "not heard in the recording, about {start}: “{text}”",
                start=_at(start_ms),
                text=_short(one.cue.text),
            )
            at_ms.append(
                (
                    start_ms,
                    _warning(
                        "transcript-unsaid", said, where, tr("listen, and take it out if it is not said")
                    ),
                )
            )
        elif one.doubtful:
            said = tr(
                "{start} “{text}”: {reason} (confidence {confidence:.2f})",
                start=_at(start_ms),
                text=_short(one.cue.text),
                reason=one.reason,
                confidence=one.confidence,
            )
            hint = tr(
                "listen; if it is wrong, write [{start}] with the right time before it",
                start=_at(authored(start_ms)),
            )
            at_ms.append((start_ms, _warning("transcript-doubtful", said, where, hint)))
    for start_ms, end_ms in aligned.unwritten_ms:
        said = tr(
            "{start} to {end}: something is said or played that the text does not have",
            start=_at(start_ms),
            end=_at(end_ms),
        )
        at_ms.append(
            (start_ms, _warning("transcript-unwritten", said, where, tr("listen, and write what is missing")))
        )
    yield from (finding for _, finding in sorted(at_ms, key=lambda pair: pair[0]))


def _at(ms: int) -> str:
    return clock(ms, hours=False)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARS else f"{text[:_SHOWN_CHARS].rstrip()}…"


def _warning(code: str, message: str, where: str, hint: str) -> Finding:
    return Finding(code, message, where, hint=hint, level=Level.WARNING)
