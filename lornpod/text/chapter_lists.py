"""Chapters as lines of text: mp4chaps, YouTube's lists, Audacity's labels, ffmpeg's metadata."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from ..messages import tr
from ..model import Chapter
from .reading import Remark, one_line
from .times import MAX_MS, clock, time_of


@dataclass(slots=True)
class Listed:
    """The chapters that a parser found, in the order of the input, and what there is to say about it."""

    chapters: list[Chapter] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


def left_out(line: int, why: str) -> Remark:
    return Remark(
        "chapters-line", tr("{why}; left out", why=one_line(why)[:200]), line, tr("mend or remove it")
    )


def milliseconds(text: str) -> int | None:
    """A decimal number of seconds in ms, exactly; None where it is none or beyond all recordings."""
    if not _DECIMAL.match(text):
        return None
    ms = round(Fraction(text.replace(",", ".")) * 1000)
    return ms if 0 <= ms <= MAX_MS else None


_DECIMAL = re.compile(r"-?\d{1,12}(?:[.,]\d{0,12})?\Z")

# ---------------------------------------------------------------- a time and a title

_TIME = r"\d{1,4}:\d{1,2}(?::\d{1,2})?(?:[.,]\d{1,9})?"
_MARKED = re.compile(
    rf"\s*(?:[-*•–]\s+|\d{{1,3}}[.)]\s+)?[\[(]?(?P<start>{_TIME})[\])]?"
    rf"(?:\s*[-–—]\s*[\[(]?(?P<end>{_TIME})[\])]?(?=\s|\Z))?(?:\s*[-–—:|]\s+|\s+|\Z)(?P<title>.*)\Z"
)
_LINK = re.compile(r"(?P<title>.*?)\s*<(?P<href>[a-z][a-z0-9+.-]{1,20}:[^\s<>]+)>\Z", re.IGNORECASE)
_MP4CHAPS = re.compile(r"\d{1,4}:\d\d:\d\d\.\d{3}(?:\s|\Z)")


def is_mp4chaps(text: str) -> bool:
    lines = [line for line in text.split("\n") if line.strip()]
    return bool(lines) and all(_MP4CHAPS.match(line) for line in lines[:50])


def is_list(text: str) -> bool:
    """True where two lines of the first hundred begin with a time."""
    return sum(bool(_MARKED.match(line)) for line in text.split("\n")[:100]) > 1


def parse_list(text: str) -> Listed:
    """The lines that begin with a time, as people and programs write them; a title may end with
    ``<https://…>``, as Podlove writes it. Of other lines it is told that they are left out."""
    listed = Listed()
    others: list[int] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        found = _MARKED.match(line)
        start_ms = time_of(found["start"]) if found else None
        if found is None:
            others.append(number)
        elif start_ms is None:
            listed.remarks.append(left_out(number, tr("{found} is not a time", found=found["start"])))
        else:
            title, href = _linked(one_line(found["title"]))
            end_ms = time_of(found["end"]) if found["end"] else None
            later = end_ms if end_ms is not None and end_ms > start_ms else None
            listed.chapters.append(Chapter(start_ms, title, later, href))
    if others:
        many = tr("{count} lines", count=len(others)) if len(others) > 1 else tr("a line")
        listed.remarks.append(left_out(others[0], tr("{many} without a time at the start", many=many)))
    return listed


def _linked(title: str) -> tuple[str, str]:
    found = _LINK.match(title)
    return (found["title"], found["href"]) if found else (title, "")


def render_mp4chaps(chapters: Sequence[Chapter], _title: str) -> str:
    """A line a chapter, to the millisecond; links in angle brackets, as Podlove writes them."""
    return "".join(
        f"{clock(one.start_ms, millis=True)} {one_line(one.title)}{f' <{one.href}>' if one.href else ''}\n"
        for one in chapters
    )


def render_youtube(chapters: Sequence[Chapter], _title: str) -> str:
    """A line a chapter, to the second, with hours in all lines or in none."""
    hours = any(one.start_ms >= 3_600_000 for one in chapters)
    return "".join(f"{clock(one.start_ms, hours=hours)} {one_line(one.title)}\n" for one in chapters)


# ---------------------------------------------------------------- Audacity

_LABEL = re.compile(r"(-?\d[\d.,]*)\t(-?\d[\d.,]*)(?:\t(.*))?\Z")


def is_audacity(text: str) -> bool:
    lines = [line for line in text.split("\n") if line.strip()]
    return bool(lines) and _LABEL.match(lines[0]) is not None


def parse_audacity(text: str) -> Listed:
    """The labels of a label track; a label of no length is a chapter without an end.

    Lines that begin with a backslash tell frequencies, and are skipped.
    """
    listed = Listed()
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line.startswith("\\"):
            continue
        found = _LABEL.match(line)
        start_ms = milliseconds(found[1]) if found else None
        end_ms = milliseconds(found[2]) if found else None
        if found is None or start_ms is None or end_ms is None:
            listed.remarks.append(left_out(number, tr("not start, end and label with tabs between")))
        else:
            later = end_ms if end_ms > start_ms else None
            listed.chapters.append(Chapter(start_ms, one_line(found[3] or ""), later))
    return listed


def render_audacity(chapters: Sequence[Chapter], _title: str) -> str:
    return "".join(
        f"{one.start_ms / 1000:.6f}\t{(one.end_ms or one.start_ms) / 1000:.6f}\t{one_line(one.title)}\n"
        for one in chapters
    )


# ---------------------------------------------------------------- ffmpeg

_ESCAPED = re.compile(r"([=;#\\\n])")
_UNESCAPED = re.compile(r"\\(.)", re.DOTALL)


def is_ffmetadata(text: str) -> bool:
    return text.lstrip("\ufeff").startswith(";FFMETADATA")


def parse_ffmetadata(text: str) -> Listed:
    """The chapters of an ffmetadata file. An end where the next begins says nothing, and neither does the
    end of a chapter of no length."""
    listed = Listed()
    for number, fields in _sections(text):
        timebase = _fraction(fields.get("timebase", "1/1000000000"))
        start, end = _whole(fields.get("start", "")), _whole(fields.get("end", ""))
        start_ms = round(start * timebase * 1000) if timebase is not None and start is not None else None
        if start_ms is None or not 0 <= start_ms <= MAX_MS:
            listed.remarks.append(left_out(number, tr("a chapter without START")))
            continue
        end_ms = round(end * timebase * 1000) if timebase is not None and end is not None else None
        later = end_ms if end_ms is not None and start_ms < end_ms <= MAX_MS else None
        listed.chapters.append(Chapter(start_ms, one_line(fields.get("title", "")), later))
    listed.chapters = without_plain_ends(listed.chapters)
    return listed


def without_plain_ends(chapters: Sequence[Chapter]) -> list[Chapter]:
    """*chapters* without the ends that the start of the next tells: None means the same."""
    return [
        replace(one, end_ms=None if one.end_ms == start_ms else one.end_ms)
        for one, start_ms in zip(chapters, next_starts(chapters), strict=True)
    ]


def next_starts(chapters: Sequence[Chapter]) -> list[int | None]:
    """Where the chapter after each begins; None for the last."""
    return [one.start_ms for one in chapters[1:]] + [None] * bool(chapters)


def _sections(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Every [CHAPTER] with its line, and its fields by their names in small letters."""
    fields: dict[str, str] | None = None
    begun = 0
    for number, line in _logical_lines(text):
        if line[:1] in ("", ";", "#"):
            continue
        if line.startswith("["):
            if fields is not None:
                yield begun, fields
            fields = {} if line.strip().upper() == "[CHAPTER]" else None
            begun = number
        elif fields is not None:
            name, _, value = _split(line)
            fields[name.strip().lower()] = value
    if fields is not None:
        yield begun, fields


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their numbers; one whose end is escaped goes on in the next."""
    kept: list[str] = []
    begun = 1
    for number, line in enumerate(text.split("\n"), 1):
        begun = begun if kept else number
        kept.append(line)
        if (len(line) - len(line.rstrip("\\"))) % 2 == 0:
            yield begun, "\n".join(kept)
            kept = []
    if kept:
        yield begun, "\n".join(kept)


def _split(line: str) -> tuple[str, str, str]:
    """Name and value at the first ``=`` that is not escaped."""
    at = 0
    while at < len(line) and line[at] != "=":
        at += 2 if line[at] == "\\" else 1
    return _unescaped(line[:at]), line[at : at + 1], _unescaped(line[at + 1 :])


def _unescaped(text: str) -> str:
    return _UNESCAPED.sub(lambda found: found[1], text)


def _fraction(text: str) -> Fraction | None:
    over, _, under = text.strip().partition("/")
    whole, part = _whole(over), _whole(under or "1")
    return Fraction(whole, part) if whole and part and whole > 0 and part > 0 else None


def _whole(text: str) -> int | None:
    return int(text) if re.fullmatch(r"\s*-?\d{1,18}\s*", text) else None


def render_ffmetadata(chapters: Sequence[Chapter], title: str) -> str:
    """An ffmetadata file: a chapter without an end ends where the next begins, the last where it starts."""
    parts = [";FFMETADATA1\n", f"title={_escaped(one_line(title))}\n" if title else ""]
    for one, following in zip(chapters, next_starts(chapters), strict=True):
        end_ms = one.end_ms or (one.start_ms if following is None else max(following, one.start_ms))
        parts.append(
            f"[CHAPTER]\nTIMEBASE=1/1000\nSTART={one.start_ms}\nEND={end_ms}\n"
            f"title={_escaped(one_line(one.title))}\n"
        )
    return "".join(parts)


def _escaped(text: str) -> str:
    return _ESCAPED.sub(r"\\\1", text)
