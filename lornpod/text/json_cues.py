"""Transcripts in JSON: the podcast namespace's, Podlove's, DOTe's, and what Whisper and WhisperX write.

One reader takes them all, whatever their fields are called; each has its own writer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from ..messages import tr
from ..model import Cue, Person, Transcript, Word
from .reading import NotText, Parsed, Remark, Spoken, name_line, one_line, share
from .times import clock, milliseconds, seconds, time_of
from .turns import Names

# ---------------------------------------------------------------- reading

# More than a bracket: “[00:12:30] Kari: …” and “[musikk]” begin hand-written text.
_JSON = re.compile(r"\ufeff?\s*(?:\{\s*[\"}]|\[\s*[{\[\]])")
_LISTS = ("segments", "lines", "transcripts", "transcription")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*\Z")
_NO_NAME = re.compile(r"(?:speaker|spk|taler)[ _-]?\d+\Z", re.IGNORECASE)


def is_json(text: str) -> bool:
    return _JSON.match(text) is not None


def dialect(text: str) -> str:
    """Whose JSON *text* is: ``json`` (podcast namespace), ``podlove``, ``dote``, ``whisper`` or
    ``whisperx``; empty where it is none, or damaged."""
    if not is_json(text):
        return ""
    try:
        document = _document(text)
    except ValueError:
        return ""
    names = set(document) if isinstance(document, dict) else set[str]()
    first: Mapping[str, object] = next((one for one in _listed(document) if isinstance(one, dict)), {})
    if "lines" in names or "speakerDesignation" in first:
        return "dote"
    if "transcripts" in names or {"start_ms", "voice"} & set(first):
        return "podlove"
    if "word_segments" in names:
        return "whisperx"
    if "transcription" in names or ("start" in first and "text" in first):
        return "whisper"
    return "json"


def parse_json(text: str, people: Sequence[Person]) -> Parsed:
    """The segments of a JSON transcript in any of the dialects, with the times of words where it has them.

    Times are seconds, clocks or milliseconds, as the dialects have them; a segment without an end lasts
    to the next.
    """
    try:
        document = _document(text)
    except ValueError as error:
        raise NotText(tr("damaged JSON ({error})", error=error)) from error
    listed = _listed(document)
    if not listed and not isinstance(document, list) and not _holds_a_list(document):
        raise NotText(tr("JSON without a list of segments"))
    names, parsed = Names(people), Parsed(language=_language(document))
    for index, segment in enumerate(listed):
        fields = segment if isinstance(segment, dict) else {}
        start_ms = _time(fields, "start")
        words = next((fields[name] for name in ("body", "text") if isinstance(fields.get(name), str)), None)
        if start_ms is None or words is None:
            message = tr("no startTime and body; left out")
            parsed.remarks.append(Remark("transcript-cue", message, field=f"segments[{index}]"))
        elif said := one_line(words):
            end_ms = _time(fields, "end")
            spoken = _words(said, fields.get("words"), start_ms, end_ms)
            parsed.spoken.append(Spoken(Cue(said, _speaker(fields, names), start_ms, end_ms, spoken)))
    parsed.remarks += _nameless(parsed.spoken)
    return parsed


@lru_cache(maxsize=1)  # to tell the dialect and to read it are two steps
def _document(text: str) -> object:
    """What the JSON says. Raises ValueError with the reason where it is none."""
    try:
        return json.loads(text.removeprefix("\ufeff"))
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _listed(document: object) -> list[object]:
    if isinstance(document, dict):
        document = next((document[name] for name in _LISTS if isinstance(document.get(name), list)), [])
    return document if isinstance(document, list) else []


def _holds_a_list(document: object) -> bool:
    return isinstance(document, dict) and any(isinstance(document.get(name), list) for name in _LISTS)


def _language(document: object) -> str:
    language = document.get("language") if isinstance(document, dict) else None
    return language if isinstance(language, str) and _LANGUAGE.match(language) else ""


_EDGES = {"start": ("start_ms", "startTime", "from"), "end": ("end_ms", "endTime", "to")}


def _time(fields: Mapping[str, object], edge: str) -> int | None:
    """The *edge* of a segment in ms: ``start_ms``, ``startTime``, ``start``, or whisper.cpp's offsets."""
    in_ms, in_seconds, offset = _EDGES[edge]
    exact = fields.get(in_ms)
    offsets = fields.get("offsets")
    if exact is None and isinstance(offsets, dict):
        exact = offsets.get(offset)
    if isinstance(exact, int) and not isinstance(exact, bool):
        return milliseconds(exact / 1000) if abs(exact) < 1e15 else None
    said = fields.get(in_seconds, fields.get(edge))
    return time_of(said) if isinstance(said, str) and ":" in said else milliseconds(said)


def _speaker(fields: Mapping[str, object], names: Names) -> str:
    said = next((fields[name] for name in ("voice", "speakerDesignation", "speaker") if fields.get(name)), "")
    return names.resolve(name_line(said)) if isinstance(said, str) else ""


def _nameless(spoken: Sequence[Spoken]) -> Iterator[Remark]:
    """Voices that a recogniser told apart and nobody has named."""
    for label in dict.fromkeys(one.cue.speaker for one in spoken):
        if _NO_NAME.match(label):
            hint = tr("lornpod transcript convert --speaker {label}='Full Name' names them", label=label)
            yield Remark(
                "transcript-speaker",
                tr("“{label}” is a recogniser's label, not a name", label=label),
                hint=hint,
            )


def _words(text: str, listed: object, start_ms: int, end_ms: int | None) -> tuple[Word, ...]:
    """The words of *text* with the times in *listed*, tokens of a recogniser; none where they are of other
    words, or out of order.

    A recogniser's tokens may be parts of words, and of some it does not know the time (WhisperX, numbers):
    these share what lies between their neighbours.
    """
    if not isinstance(listed, list) or end_ms is None:
        return ()
    tokens = [one for one in listed if isinstance(one, dict)]
    said = ["".join(token.split()) for one in tokens if isinstance(token := one.get("word"), str)]
    spans = [(_time(one, "start"), _time(one, "end")) for one in tokens]
    if len(said) != len(tokens) or "".join(said) != "".join(text.split()):
        return ()
    timed = list(_filled(said, spans, start_ms, end_ms))
    edges = [edge for span in timed for edge in span]
    if edges != sorted(edges) or (edges and not start_ms <= edges[0] <= edges[-1] <= end_ms):
        return ()
    # The token that each letter belongs to.
    owner = [index for index, token in enumerate(said) for _ in token]
    words, done = [], 0
    for word in text.split():
        first, last = owner[done], owner[done + len(word) - 1]
        words.append(Word(word, timed[first][0], timed[last][1]))
        done += len(word)
    return tuple(words)


def _filled(
    said: Sequence[str], spans: Sequence[tuple[int | None, int | None]], start_ms: int, end_ms: int
) -> Iterator[tuple[int, int]]:
    waiting: list[str] = []
    free_ms = start_ms
    for token, (first_ms, last_ms) in zip(said, spans, strict=True):
        if first_ms is None or last_ms is None:
            waiting.append(token)
            continue
        yield from _shared(waiting, free_ms, first_ms)
        waiting.clear()
        yield first_ms, last_ms
        free_ms = last_ms
    yield from _shared(waiting, free_ms, end_ms)


def _shared(tokens: Sequence[str], start_ms: int, end_ms: int) -> list[tuple[int, int]]:
    return share(start_ms, max(start_ms, end_ms), [len(token) + 1 for token in tokens]) if tokens else []


# ---------------------------------------------------------------- writing


def render_json(transcript: Transcript) -> str:
    """JSON 1.0.0 of the podcast namespace: a segment a cue; the narrator's have no ``speaker``."""
    segments = [
        {**_named(cue, "speaker"), **_seconds(cue, "startTime", "endTime"), "body": cue.text}
        for cue in transcript.cues
    ]
    return _dumped({"version": "1.0.0", "segments": segments})


def render_whisper(transcript: Transcript) -> str:
    """What ``whisper --output_format json`` writes; its format has no speakers."""
    segments = [
        {"id": index, **_seconds(cue, "start", "end"), "text": f" {cue.text}", **_tokens(cue, " ")}
        for index, cue in enumerate(transcript.cues)
    ]
    text = " ".join(cue.text for cue in transcript.cues)
    return _dumped({"text": text, "segments": segments, "language": transcript.language})


def render_whisperx(transcript: Transcript) -> str:
    """What WhisperX writes after alignment and diarisation."""
    segments = [
        {**_seconds(cue, "start", "end"), "text": cue.text, **_named(cue, "speaker"), **_tokens(cue)}
        for cue in transcript.cues
    ]
    words = [token for cue in transcript.cues for token in _tokens(cue).get("words", [])]
    return _dumped({"segments": segments, "word_segments": words, "language": transcript.language})


def render_dote(transcript: Transcript) -> str:
    """DOTe's lines, with clocks to the millisecond."""
    lines = [
        {
            "startTime": clock(cue.start_ms or 0, millis=True).replace(".", ","),
            "endTime": clock(cue.end_ms or 0, millis=True).replace(".", ","),
            "speakerDesignation": cue.speaker,
            "text": cue.text,
        }
        for cue in transcript.cues
    ]
    return _dumped({"lines": lines})


def render_podlove(transcript: Transcript) -> str:
    """The list that Podlove's publisher and web player exchange."""
    return _dumped(
        [
            {
                "start": clock(cue.start_ms or 0, millis=True),
                "start_ms": cue.start_ms,
                "end": clock(cue.end_ms or 0, millis=True),
                "end_ms": cue.end_ms,
                "speaker": cue.speaker,
                "voice": cue.speaker,
                "text": cue.text,
            }
            for cue in transcript.cues
        ]
    )


def _named(cue: Cue, field: str) -> dict[str, str]:
    return {field: cue.speaker} if cue.speaker else {}


def _seconds(one: Cue | Word, start: str, end: str) -> dict[str, int | float]:
    return {start: seconds(one.start_ms or 0), end: seconds(one.end_ms or 0)}


def _tokens(cue: Cue, before: str = "") -> dict[str, list[object]]:
    tokens: list[object] = [
        {"word": before + word.text, **_seconds(word, "start", "end")} for word in cue.words
    ]
    return {"words": tokens} if tokens else {}


def _dumped(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
