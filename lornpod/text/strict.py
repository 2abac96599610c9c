"""What apps would refuse, or lose, in a transcript file as it stands. lornpod's own are written otherwise."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from ..errors import Finding, Level
from ..messages import later, tr
from .captions import SRT_CHARS, VTT_CHARS
from .reading import NotText, decode
from .transcripts import Format

_HINT = later("lornpod publishes it mended; `lornpod transcript convert` mends the file")

Fault = tuple[int, str, Level]  # line, what is wrong, and how bad


def findings(data: bytes, row: Format, where: str) -> tuple[Finding, ...]:
    """What readers of *row*'s format would refuse in *data*; of each fault the first place and the number."""
    look = _LOOKS.get(row.name)
    if look is None:
        return ()
    try:
        text, _ = decode(data)
    except NotText:
        return ()
    faults: dict[tuple[str, Level], list[int]] = {}
    for line, what, level in look(text):
        faults.setdefault((what, level), []).append(line)
    return tuple(
        Finding(
            "transcript-strict",
            tr("{what} ({count} times)", what=what, count=len(lines)) if len(lines) > 1 else what,
            f"{where}:{lines[0]}" if lines[0] else where,
            hint=tr(_HINT),
            level=level,
        )
        for (what, level), lines in faults.items()
    )


# ---------------------------------------------------------------- captions

_TIMING = re.compile(r"\s*(?P<times>[\d:.,]+\s*-->\s*[\d:.,]+)(?P<settings>\s+\S.*)?\Z")
_STRICT = {
    "vtt": re.compile(r"\d{2,}:[0-5]\d:[0-5]\d\.\d{3} --> \d{2,}:[0-5]\d:[0-5]\d\.\d{3}\Z"),
    "srt": re.compile(r"\d{2,}:[0-5]\d:[0-5]\d,\d{3} --> \d{2,}:[0-5]\d:[0-5]\d,\d{3}\Z"),
}
_TAG = re.compile(r"<[^<>]*>")


def _vtt(text: str) -> Iterator[Fault]:
    lines = text.split("\n")
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    header = lines[first].lstrip("\ufeff")
    if not header.startswith("WEBVTT"):
        yield first + 1, tr("the file does not begin with WEBVTT: no strict reader takes it"), Level.WARNING
    elif header.strip() != "WEBVTT" or (first + 1 < len(lines) and lines[first + 1].strip()):
        yield first + 1, tr("text in the header: some readers refuse the file"), Level.WARNING
    for number, line in enumerate(lines, 1):
        block = re.match(r"(NOTE|STYLE|REGION)(?:\s|\Z)", line)
        if block and (number < 2 or not lines[number - 2].strip()):
            said = tr(
                "a {block} block: some readers refuse the file, ffmpeg reads no cue after a STYLE",
                block=block[1],
            )
            yield number, said, Level.WARNING
    yield from _captions(lines, "vtt", VTT_CHARS)
    voices = "<v" in text
    if not voices and re.search(r"^(?:\d\d:.*-->.*\n)[^\W\d_][\w .'’-]{1,60}:\s", text, re.MULTILINE):
        yield 0, tr("names stand in the text: Apple reads speakers from <v Name> only"), Level.WARNING


def _srt(text: str) -> Iterator[Fault]:
    yield from _captions(text.split("\n"), "srt", SRT_CHARS)


def _captions(lines: list[str], kind: str, chars: int) -> Iterator[Fault]:
    for number, line in enumerate(lines, 1):
        timing = _TIMING.match(line[:300])
        if timing is None:
            if "-->" in line:
                said = tr("“-->” that is no timing: strict readers lose the cue, or the file")
                yield number, said, Level.WARNING
            if len(_TAG.sub("", line)) > chars and not line.startswith("WEBVTT"):
                yield number, tr("a line of more than {chars} characters", chars=chars), Level.ADVICE
            continue
        if timing["settings"]:
            yield number, tr("cue settings: some readers refuse the cue"), Level.WARNING
        if not _STRICT[kind].match(timing["times"]):
            clock = "00:00:01.000" if kind == "vtt" else "00:00:01,000"
            said = tr(
                "a time that is not written {clock}: AntennaPod drops the whole file at the first",
                clock=clock,
            )
            yield number, said, Level.WARNING


# ---------------------------------------------------------------- JSON and HTML


def _json(text: str) -> Iterator[Fault]:
    """What the podcast namespace's transcripts.md asks of the document."""
    try:
        document = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return
    if not isinstance(document, dict):
        yield 0, tr("a list where an object with version and segments belongs"), Level.WARNING
        return
    if not isinstance(document.get("version"), str):
        yield 0, tr("no version"), Level.WARNING
    segments = document.get("segments")
    for segment in segments if isinstance(segments, list) else []:
        fields = segment if isinstance(segment, dict) else {}
        for field in ("startTime", "endTime"):
            if isinstance(fields.get(field), bool) or not isinstance(fields.get(field), int | float):
                yield 0, tr("a segment whose {field} is no number of seconds", field=field), Level.WARNING
        if not isinstance(fields.get("body"), str):
            yield 0, tr("a segment without body"), Level.WARNING


def _html(text: str) -> Iterator[Fault]:
    if not re.search(r"<cite[\s>]", text, re.IGNORECASE):
        yield 0, tr("no cite: readers do not see who speaks"), Level.WARNING
    if re.search(r"<(?:div|section|article|table|ul)[\s>]", text, re.IGNORECASE):
        yield 0, tr("cite, time and p are not direct children of body"), Level.WARNING


_LOOKS: dict[str, Callable[[str], Iterator[Fault]]] = {"vtt": _vtt, "srt": _srt, "json": _json, "html": _html}
