"""Transcripts: one row a format, read leniently and written strictly.

Every cue's text is one line. Untimed text has a cue a paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from ..errors import Finding, Level
from ..model import Person, Transcript
from .captions import is_srt, is_vtt, parse_captions, render_srt, render_vtt
from .documents import is_html, is_json, parse_html, parse_json, render_html, render_json
from .reading import NotText, Parsed, Remark, decode, in_order, joined_words
from .turns import parse_text, render_text


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write a transcript. The first suffix is the one that files are given.

    ``sniff`` is true of text that can be nothing else. ``timed`` formats carry times; they can be
    written of timed transcripts only. ``parse`` takes the people whom short names may stand for.
    """

    name: str
    suffixes: tuple[str, ...]
    media_type: str
    sniff: Callable[[str], bool]
    parse: Callable[[str, Sequence[Person]], Parsed]
    render: Callable[[Transcript, str], str]
    timed: bool


# In the order in which apps prefer them; a text that no row knows is plain.
FORMATS: tuple[Format, ...] = (
    Format(
        "vtt", (".vtt", ".webvtt"), "text/vtt", is_vtt, parse_captions, lambda t, _: render_vtt(t), timed=True
    ),
    Format(
        "srt",
        (".srt",),
        "application/x-subrip",
        is_srt,
        parse_captions,
        lambda t, _: render_srt(t),
        timed=True,
    ),
    Format(
        "json", (".json",), "application/json", is_json, parse_json, lambda t, _: render_json(t), timed=True
    ),
    Format("html", (".html", ".htm"), "text/html", is_html, parse_html, render_html, timed=False),
    Format(
        "txt",
        (".txt", ".md"),
        "text/plain",
        lambda _: False,
        parse_text,
        lambda t, _: render_text(t) + "\n",
        timed=False,
    ),
)
_PLAIN = FORMATS[-1]

_LANGUAGE = re.compile(r"transcript\.([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)\.\w+", re.IGNORECASE)
_MAX_BYTES = 20_000_000  # of a transcript: a thousand hours of talk


def language_of(name: str, otherwise: str) -> str:
    """The language that a transcript's file name tells: ``transcript.en.vtt`` is in English."""
    named = _LANGUAGE.fullmatch(name)
    return named[1] if named else otherwise


def read(
    path: Path, *, language: str, people: Sequence[Person], where: str
) -> tuple[Transcript, tuple[Finding, ...]]:
    """The transcript in the file *path*, and what there is to say about it.

    The format follows from the suffix, unless the content is plainly another. Short names become the
    full names of *people*. Warnings tell what was mended or left out, as ``where:line``; an error, with
    a transcript of no cues, that the file is empty or cannot be read.
    """
    try:
        data = path.read_bytes() if path.stat().st_size <= _MAX_BYTES else None
    except OSError as error:
        message = f"cannot be read: {error.strerror or error}"
        return _nothing(language, where, message, "check that the file is there")
    if data is None:
        return _nothing(language, where, f"longer than {_MAX_BYTES // 1_000_000} MB", "give a transcript")
    return parse(data, language=language, people=people, where=where, name=path.name)


def parse(
    data: bytes, *, language: str, people: Sequence[Person] = (), where: str = "", name: str = ""
) -> tuple[Transcript, tuple[Finding, ...]]:
    """The transcript in *data*, as :func:`read`; *name* is the file's, if it had one."""
    try:
        text, remarks = decode(data)
        row, doubts = _format(name, text)
        parsed = row.parse(text, people)
    except NotText as error:
        hint = "save it as plain text, VTT, SRT or JSON"
        return _nothing(language, where, f"not a transcript but {error}", hint)
    remarks += [*doubts, *parsed.remarks]
    cues = [one.cue for one in parsed.spoken]
    if row.timed:
        cues, mended = in_order(parsed.spoken)
        remarks += mended
        cues = joined_words(cues)
    findings = tuple(_finding(remark, where) for remark in remarks)
    if not cues:
        _, empty = _nothing(language, where, "no words in the transcript", "write it, or remove the file")
        findings += empty
    return Transcript(tuple(cues), language), findings


def _format(name: str, text: str) -> tuple[Format, list[Remark]]:
    """The format of *text*, by the suffix of *name* unless the content says otherwise."""
    suffix = PurePath(name).suffix.lower()
    named = next((row for row in FORMATS if suffix in row.suffixes), None)
    if named and named.sniff(text):
        return named, []
    seen = next((row for row in FORMATS if row.sniff(text)), None)
    if named is None or named is _PLAIN:
        return seen or _PLAIN, []
    if seen is None:
        return named, []
    said = Remark("transcript-format", f"called {suffix} but holds {seen.name.upper()}", 1, "rename it")
    return seen, [said]


def _finding(remark: Remark, where: str) -> Finding:
    place = f"{where}:{remark.line}" if where and remark.line else where
    return Finding(remark.code, remark.message, place, remark.field, remark.hint, remark.level)


def _nothing(language: str, where: str, message: str, hint: str) -> tuple[Transcript, tuple[Finding, ...]]:
    finding = Finding("transcript-unreadable", message, where, hint=hint, level=Level.ERROR)
    return Transcript((), language), (finding,)


def outputs(transcript: Transcript) -> tuple[Format, ...]:
    """The formats that *transcript* can be written in: without times, those that carry none."""
    return tuple(row for row in FORMATS if transcript.timed or not row.timed)


def render(transcript: Transcript, format: Format, *, title: str) -> bytes:  # noqa: A002
    """*transcript* as a file of *format*, in UTF-8; *title* heads the HTML document.

    Raises ValueError when *format* carries times and *transcript* has none.
    """
    if format.timed and not transcript.timed:
        raise ValueError(f"an untimed transcript cannot be written as {format.name}")
    return format.render(transcript, title).encode("utf-8", "replace")


def plain(transcript: Transcript) -> str:
    """The words as text, paragraphs apart by blank lines, with ``Name: `` where a turn begins."""
    return render_text(transcript)
