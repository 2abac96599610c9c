"""Transcripts: one row a format, read leniently and written strictly.

Every cue's text is one line. Untimed text has a cue a paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from ..errors import Finding, Level
from ..messages import tr
from ..model import Case, Person, Transcript
from . import office
from .captions import is_srt, is_vtt, parse_captions, render_srt, render_vtt
from .documents import is_html, parse_html, render_html
from .json_cues import (
    dialect,
    parse_json,
    render_dote,
    render_json,
    render_podlove,
    render_whisper,
    render_whisperx,
)
from .reading import NotText, Parsed, Remark, decode, in_order, joined_words
from .turns import parse_text, render_text


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write a transcript. The first suffix is the one that files are given.

    ``sniff`` is true of text that can be nothing else. ``parse`` takes the people whom short names may stand
    for. ``timed`` formats carry times, and can be written of timed transcripts only; ``speakers`` and
    ``words`` (times of single words) say what else is carried. ``published`` are the formats that apps read.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    media_type: str
    sniff: Callable[[str], bool]
    parse: Callable[[str, Sequence[Person]], Parsed]
    render: Callable[[Transcript, str], str | bytes]
    timed: bool = False
    speakers: bool = True
    words: bool = False
    published: bool = False


def _untitled(render: Callable[[Transcript], str]) -> Callable[[Transcript, str], str]:
    return lambda transcript, _: render(transcript)


def _json(name: str, title: str, render: Callable[[Transcript], str], **carries: bool) -> Format:
    """A dialect of JSON."""
    return Format(
        name,
        title,
        (".json",),
        "application/json",
        lambda text: dialect(text) == name,
        parse_json,
        _untitled(render),
        timed=True,
        **carries,
    )


_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_ODT = "application/vnd.oasis.opendocument.text"

# In the order in which apps prefer them, then the others; a text that no row knows is plain.
FORMATS: tuple[Format, ...] = (
    Format(
        "vtt",
        "WebVTT",
        (".vtt", ".webvtt"),
        "text/vtt",
        is_vtt,
        parse_captions,
        _untitled(render_vtt),
        timed=True,
        published=True,
    ),
    Format(
        "srt",
        "SubRip",
        (".srt",),
        "application/x-subrip",
        is_srt,
        parse_captions,
        _untitled(render_srt),
        timed=True,
        published=True,
    ),
    _json("json", "JSON of the podcast namespace", render_json, published=True),
    Format(
        "html",
        "HTML of cite, time and p",
        (".html", ".htm"),
        "text/html",
        is_html,
        parse_html,
        render_html,
        published=True,
    ),
    Format(
        "txt",
        "text with speaker turns",
        (".txt", ".md"),
        "text/plain",
        lambda _: False,
        parse_text,
        lambda transcript, _: render_text(transcript) + "\n",
        published=True,
    ),
    _json("whisper", "Whisper's JSON, whisper.cpp's too", render_whisper, speakers=False, words=True),
    _json("whisperx", "WhisperX's JSON", render_whisperx, words=True),
    _json("podlove", "Podlove's JSON", render_podlove),
    _json("dote", "DOTe's JSON", render_dote),
    Format("docx", "Word document", (".docx",), _WORD, lambda _: False, parse_text, office.render_docx),
    Format("odt", "OpenDocument text", (".odt",), _ODT, lambda _: False, parse_text, office.render_odt),
)
_BY_NAME = {row.name: row for row in FORMATS}
_PLAIN = _BY_NAME["txt"]

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
        message = tr("cannot be read: {strerror}", strerror=error.strerror or error)
        return _nothing(language, where, message, tr("check that the file is there"))
    if data is None:
        return _nothing(
            language,
            where,
            tr("longer than {max_mb} MB", max_mb=_MAX_BYTES // 1_000_000),
            tr("give a transcript"),
        )
    return parse(data, language=language, people=people, where=where, name=path.name)


def parse(
    data: bytes, *, language: str = "", people: Sequence[Person] = (), where: str = "", name: str = ""
) -> tuple[Transcript, tuple[Finding, ...]]:
    """The transcript in *data*, as :func:`read`; *name* is the file's, if it had one.

    Without a *language* it is in the one that it says it is in, or an unknown one (``und``).
    """
    try:
        row, text, remarks = _opened(data, name)
        parsed = row.parse(text, people)
    except NotText as error:
        hint = tr("save it as plain text, VTT, SRT or JSON")
        return _nothing(language, where, tr("not a transcript but {error}", error=error), hint)
    said = [*remarks, *(_by_paragraph(parsed.remarks) if row.name in _OFFICE else parsed.remarks)]
    cues = [one.cue for one in parsed.spoken]
    if row.timed:
        cues, mended = in_order(parsed.spoken)
        said += mended
        cues = joined_words(cues)
    findings = tuple(_finding(remark, where) for remark in said)
    language = language or parsed.language or "und"
    if not cues:
        _, empty = _nothing(
            language, where, tr("no words in the transcript"), tr("write it, or remove the file")
        )
        findings += empty
    return Transcript(tuple(cues), language, tuple(parsed.anchors)), findings


_OFFICE = ("docx", "odt")


def _opened(data: bytes, name: str) -> tuple[Format, str, list[Remark]]:
    """The format of *data*, and its text. Raises NotText."""
    if office.is_archive(data):
        kind, paragraphs = office.paragraphs(data)
        row = _BY_NAME[kind]
        return row, "\n\n".join(paragraphs), _misnamed(row, PurePath(name).suffix.lower(), line=0)
    text, remarks = decode(data)
    row, doubts = _format(name, text)
    return row, text, [*remarks, *doubts]


def _by_paragraph(remarks: Sequence[Remark]) -> list[Remark]:
    """*remarks* on a document that has no lines; every other line of its text is a paragraph of it."""
    return [
        replace(remark, line=0, field=f"paragraph {remark.line // 2 + 1}") if remark.line else remark
        for remark in remarks
    ]


def detect(data: bytes, name: str = "") -> Format | None:
    """The format that *data* is in; None where it is no transcript."""
    try:
        return _opened(data, name)[0]
    except NotText:
        return None


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
    return seen, _misnamed(seen, suffix)


def _misnamed(row: Format, suffix: str, line: int = 1) -> list[Remark]:
    if not suffix or suffix in row.suffixes:
        return []
    return [
        Remark(
            "transcript-format",
            tr("called {suffix} but holds {upper}", suffix=suffix, upper=row.name.upper()),
            line,
            tr("rename it"),
        )
    ]


def _finding(remark: Remark, where: str) -> Finding:
    place = f"{where}:{remark.line}" if where and remark.line else where
    return Finding(remark.code, remark.message, place, remark.field, remark.hint, remark.level)


def _nothing(language: str, where: str, message: str, hint: str) -> tuple[Transcript, tuple[Finding, ...]]:
    finding = Finding("transcript-unreadable", message, where, hint=hint, level=Level.ERROR)
    return Transcript((), language), (finding,)


def awaits_times(transcript: Transcript, case: Case) -> bool:
    """True where *transcript* is text without times, in the language that is spoken in *case*."""
    same = _spoken(transcript.language) == _spoken(case.language)
    return bool(transcript.cues) and not transcript.timed and same


def _spoken(language: str) -> str:
    """The language that one hears: Bokmål and Nynorsk are two ways to write it."""
    primary = language.casefold().partition("-")[0]
    return "no" if primary in ("nb", "nn") else primary


def outputs(transcript: Transcript) -> tuple[Format, ...]:
    """The formats that *transcript* is published in: without times, those that carry none."""
    return tuple(row for row in FORMATS if row.published and (transcript.timed or not row.timed))


def render(transcript: Transcript, format: Format, *, title: str) -> bytes:  # noqa: A002
    """*transcript* as a file of *format*, in UTF-8; *title* heads the HTML document.

    Raises ValueError when *format* carries times and *transcript* has none.
    """
    if format.timed and not transcript.timed:
        raise ValueError(f"an untimed transcript cannot be written as {format.name}")
    rendered = format.render(transcript, title)
    return rendered if isinstance(rendered, bytes) else rendered.encode("utf-8", "replace")


def lost(transcript: Transcript, format: Format) -> tuple[str, ...]:  # noqa: A002
    """What *transcript* has and *format* does not carry, in words."""
    return tuple(
        what
        for what, has, carried in (
            (tr("times of cues"), transcript.timed, format.timed),
            (tr("speakers"), any(cue.speaker for cue in transcript.cues), format.speakers),
            (tr("times of words"), any(cue.words for cue in transcript.cues), format.words),
        )
        if has and not carried
    )


def plain(transcript: Transcript) -> str:
    """The words as text, paragraphs apart by blank lines, with ``Name: `` where a turn begins."""
    return render_text(transcript)
