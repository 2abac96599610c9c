"""Chapters: their ends, and one row a format that they are read and written in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ..errors import Finding, InputError, Level
from ..messages import tr
from ..model import Chapter
from .chapter_lists import (
    Listed,
    is_audacity,
    is_ffmetadata,
    is_list,
    is_mp4chaps,
    next_starts,
    parse_audacity,
    parse_ffmetadata,
    parse_list,
    render_audacity,
    render_ffmetadata,
    render_mp4chaps,
    render_youtube,
    without_plain_ends,
)
from .chapter_tables import (
    is_audition,
    is_reaper,
    parse_audition,
    parse_reaper,
    render_audition,
    render_reaper,
)
from .chapter_xml import is_psc, is_xmp, parse_psc, parse_xmp, render_psc, render_xmp
from .json_cues import is_json
from .reading import NotText, Remark, decode
from .times import clock, milliseconds, seconds

__all__ = [
    "FORMATS",
    "MEDIA_TYPE",
    "Format",
    "complete",
    "detect",
    "doubts",
    "for_name",
    "lost",
    "parse",
    "parse_json",
    "render",
    "render_json",
    "without_plain_ends",
]

MEDIA_TYPE = "application/json+chapters"


def complete(chapters: Sequence[Chapter], duration_ms: int) -> tuple[Chapter, ...]:
    """*chapters* with every ``end_ms`` filled: the next chapter's start, or the end of the sound.

    No chapter ends after the sound or before its own start. The order stays as given.
    """
    starts = [chapter.start_ms for chapter in chapters[1:]] + [duration_ms]
    return tuple(
        replace(chapter, end_ms=max(chapter.start_ms, min(_given(chapter.end_ms, following), duration_ms)))
        for chapter, following in zip(chapters, starts, strict=False)
    )


def _given(end_ms: int | None, otherwise: int) -> int:
    return otherwise if end_ms is None else end_ms


def render_json(chapters: Sequence[Chapter], *, title: str, podcast: str, url: Callable[[str], str]) -> bytes:
    """A JSON Chapters 1.2.0 document. *title* is the episode's; *url* gives the address of a reference."""
    named = {"title": title, "podcastName": podcast}
    document = {
        "version": "1.2.0",
        **{field: said for field, said in named.items() if said},
        "chapters": [dict(_fields(chapter, url)) for chapter in chapters],
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def _fields(chapter: Chapter, url: Callable[[str], str]) -> Iterator[tuple[str, object]]:
    yield "startTime", seconds(chapter.start_ms)
    if chapter.end_ms is not None:
        yield "endTime", seconds(chapter.end_ms)
    yield "title", chapter.title
    if chapter.img:
        yield "img", url(chapter.img)
    if chapter.href:
        yield "url", url(chapter.href)


def parse_json(data: bytes) -> tuple[Chapter, ...]:
    """The chapters of a JSON Chapters document, in its order.

    Those with ``toc: false`` change the picture only and are no chapters to a listener: left out.
    Raises InputError with everything that is wrong.
    """
    try:
        listed = _parse_json(decode(data)[0])
    except NotText as error:
        hint = tr("give a JSON Chapters 1.2 document")
        raise InputError(
            [Finding("chapters-json", tr("not chapters but {error}", error=error), hint=hint)]
        ) from error
    if listed.remarks:
        raise InputError(_finding(remark, "") for remark in listed.remarks)
    return tuple(listed.chapters)


def _parse_json(text: str) -> Listed:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotText(tr("damaged JSON ({error})", error=error)) from error
    entries = document.get("chapters") if isinstance(document, dict) else document
    if not isinstance(entries, list):
        raise NotText(tr("JSON without a list of chapters"))
    listed = Listed()
    for index, entry in enumerate(entries):
        fields = entry if isinstance(entry, dict) else {}
        start_ms = milliseconds(fields.get("startTime"))
        if start_ms is not None and fields.get("toc") is not False:
            listed.chapters.append(_chapter(fields, start_ms))
        elif fields.get("toc") is not False:
            field, hint = f"chapters[{index}]", tr("mend or remove it")
            listed.remarks.append(Remark("chapters-json", tr("no startTime in seconds"), 0, hint, field))
    return listed


def _chapter(entry: Mapping[str, object], start_ms: int) -> Chapter:
    end_ms = milliseconds(entry.get("endTime"))
    return Chapter(
        start_ms,
        _text(entry, "title"),
        end_ms if end_ms is not None and end_ms >= start_ms else None,
        href=_text(entry, "url"),
        img=_text(entry, "img"),
    )


def _text(entry: Mapping[str, object], name: str) -> str:
    value = entry.get(name)
    # A lone surrogate can be written in JSON and in no file.
    return value.strip().encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _is_json(text: str) -> bool:
    return is_json(text) and '"startTime"' in text


# ---------------------------------------------------------------- the formats


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write chapters. The first suffix is the one that files are given.

    ``sniff`` is true of text that can be nothing else. ``render`` takes the episode's title too. ``keeps``
    says what is carried beside starts and titles (``end``, ``href``, ``img``), ``step_ms`` how finely
    times are written.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    media_type: str
    sniff: Callable[[str], bool]
    parse: Callable[[str], Listed]
    render: Callable[[Sequence[Chapter], str], str]
    keeps: frozenset[str] = frozenset()
    step_ms: int = 1


def _render_json(chapters: Sequence[Chapter], title: str) -> str:
    return render_json(chapters, title=title, podcast="", url=str).decode()


# What is sniffed first stands first: a list of times is the least particular.
FORMATS: tuple[Format, ...] = (
    Format(
        "json",
        "JSON Chapters 1.2",
        (".json",),
        MEDIA_TYPE,
        _is_json,
        _parse_json,
        _render_json,
        frozenset({"end", "href", "img"}),
    ),
    Format(
        "psc",
        "Podlove Simple Chapters 1.2",
        (".psc", ".xml"),
        "application/xml",
        is_psc,
        parse_psc,
        render_psc,
        frozenset({"href", "img"}),
    ),
    Format(
        "xmp",
        "markers in XMP, as Audition writes them",
        (".xmp",),
        "application/rdf+xml",
        is_xmp,
        parse_xmp,
        render_xmp,
        frozenset({"end", "href"}),
    ),
    Format(
        "ffmetadata",
        "ffmpeg's metadata",
        (".ffmetadata", ".ffmeta"),
        "text/plain",
        is_ffmetadata,
        parse_ffmetadata,
        render_ffmetadata,
        frozenset({"end"}),
    ),
    Format(
        "audition",
        "Audition's marker list",
        (".csv", ".tsv"),
        "text/tab-separated-values",
        is_audition,
        parse_audition,
        render_audition,
        frozenset({"end", "href"}),
    ),
    Format(
        "reaper",
        "Reaper's markers and regions",
        (".csv",),
        "text/csv",
        is_reaper,
        parse_reaper,
        render_reaper,
        frozenset({"end"}),
    ),
    Format(
        "audacity",
        "Audacity's labels",
        (".labels", ".labels.txt"),
        "text/plain",
        is_audacity,
        parse_audacity,
        render_audacity,
        frozenset({"end"}),
    ),
    Format(
        "mp4chaps",
        "mp4chaps, with Podlove's links",
        (".chapters.txt", ".txt", ".chap"),
        "text/plain",
        is_mp4chaps,
        parse_list,
        render_mp4chaps,
        frozenset({"href"}),
    ),
    Format(
        "youtube",
        "a list as in YouTube's descriptions",
        (".youtube.txt",),
        "text/plain",
        is_list,
        parse_list,
        render_youtube,
        step_ms=1000,
    ),
)


def parse(data: bytes, *, where: str = "", name: str = "") -> tuple[tuple[Chapter, ...], tuple[Finding, ...]]:
    """The chapters in *data* in the order of time, and what there is to say about them as ``where:line``.

    The format follows from the content; *name*, the file's, decides where that leaves doubt. An error, with
    no chapters, tells that there are none.
    """
    try:
        text, remarks = decode(data)
        listed = _format(text, name).parse(text)
    except NotText as error:
        return (), (_none(where, tr("no chapters but {error}", error=error)),)
    ordered = sorted(listed.chapters, key=lambda chapter: chapter.start_ms)
    remarks += listed.remarks
    if ordered != listed.chapters:
        remarks.append(
            Remark("chapters-order", tr("out of order, sorted by time"), hint=tr("check the times"))
        )
    findings = [_finding(remark, where) for remark in remarks]
    return tuple(ordered), tuple(findings if ordered else [*findings, _none(where, tr("no chapters in it"))])


def detect(data: bytes, name: str = "") -> Format | None:
    """The format that *data* is in; None where it is no text."""
    try:
        return _format(decode(data)[0], name)
    except NotText:
        return None


def _format(text: str, name: str) -> Format:
    seen = next((row for row in FORMATS if row.sniff(text)), None)
    return seen or for_name(name) or FORMATS[-1]


def for_name(name: str) -> Format | None:
    """The format that files called *name* are written in."""
    lower = name.lower()
    fitting = [(len(end), row) for row in FORMATS for end in row.suffixes if lower.endswith(end)]
    return max(fitting, key=lambda one: one[0], default=(0, None))[1]


def render(chapters: Sequence[Chapter], format: Format, *, title: str = "") -> bytes:  # noqa: A002
    """*chapters* as a file of *format*, in UTF-8; *title* is the episode's."""
    return format.render(chapters, title).encode("utf-8", "replace")


def lost(chapters: Sequence[Chapter], keeps: frozenset[str], step_ms: int = 1) -> tuple[str, ...]:
    """What *chapters* have that a format of which this is told does not carry, in words."""
    told = {
        tr("ends"): "end" not in keeps and any(one.end_ms is not None for one in chapters),
        tr("links"): "href" not in keeps and any(one.href for one in chapters),
        tr("pictures"): "img" not in keeps and any(one.img for one in chapters),
        tr("parts of seconds"): any(one.start_ms % step_ms for one in chapters),
    }
    return tuple(what for what, is_lost in told.items() if is_lost)


def doubts(chapters: Sequence[Chapter], where: str) -> Iterator[Finding]:
    """What apps would not show or take of *chapters*, which are in the order of time."""

    def advice(message: str, hint: str, field: str = "") -> Finding:
        return Finding("chapters-apps", message, where, field, hint, Level.ADVICE)

    if 0 < len(chapters) < _FEWEST:
        said = tr(
            "{count} of them, where Apple and YouTube take a list of {fewest} or more",
            count=len(chapters),
            fewest=_FEWEST,
        )
        yield advice(said, tr("add some, or leave the list out"))
    for index, (one, next_ms) in enumerate(zip(chapters, next_starts(chapters), strict=True)):
        field = f"chapters[{index}]"
        if not one.title:
            yield advice(tr("no title at {start}", start=clock(one.start_ms)), tr("write one"), field)
        if next_ms == one.start_ms:
            yield advice(
                tr("two begin at {start}", start=clock(one.start_ms)), tr("remove one of them"), field
            )
        elif next_ms is not None and next_ms - one.start_ms < _SHORTEST_MS:
            said = tr(
                "“{title}” lasts less than {shortest_s} seconds, where YouTube drops the list",
                title=one.title,
                shortest_s=_SHORTEST_MS // 1000,
            )
            yield advice(said, tr("join it with its neighbour"), field)
        if one.end_ms is not None and next_ms is not None and one.end_ms > next_ms:
            yield advice(
                tr("“{title}” ends after the next begins", title=one.title), tr("correct its end"), field
            )


_FEWEST = 3
_SHORTEST_MS = 10_000


def _finding(remark: Remark, where: str) -> Finding:
    place = f"{where}:{remark.line}" if where and remark.line else where
    return Finding(remark.code, remark.message, place, remark.field, remark.hint, remark.level)


def _none(where: str, message: str) -> Finding:
    return Finding(
        "chapters-unreadable", message, where, hint=tr("give a file of chapters that docs/formats.md lists")
    )
