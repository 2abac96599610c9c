"""Markers of sound editors as tables: Audition's and Reaper's CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

from ..messages import tr
from ..model import Chapter
from .chapter_lists import Listed, left_out, milliseconds
from .reading import one_line
from .times import clock, time_of

_DELIMITERS = ("\t", ";", ",")


def is_audition(text: str) -> bool:
    return {"name", "start", "duration"} <= set(_headings(text))


def is_reaper(text: str) -> bool:
    return _headings(text)[:3] == ["#", "name", "start"]


def _headings(text: str) -> list[str]:
    head = text.lstrip("\ufeff\n").partition("\n")[0][:1000]
    delimiter = max(_DELIMITERS, key=head.count)
    return [cell.strip().strip('"').lower() for cell in head.split(delimiter)]


def parse_audition(text: str) -> Listed:
    """The markers of an Audition marker list; one of no length is a chapter without an end. A description
    that is a web address is the chapter's link."""
    listed = Listed()
    for number, row in _rows(text, listed):
        start_ms, length_ms = _time(row.get("start", "")), _time(row.get("duration", ""))
        if start_ms is None:
            kind = row.get("time format", "")
            how = (
                tr(" ({kind} cannot be told without the sound)", kind=kind)
                if kind not in ("", "decimal")
                else ""
            )
            listed.remarks.append(
                left_out(number, tr("“{start}” is not a time{how}", start=row.get("start", ""), how=how))
            )
            continue
        end_ms = start_ms + length_ms if length_ms else None
        said = row.get("description", "").strip()
        href = said if said.startswith(("https://", "http://")) and " " not in said else ""
        listed.chapters.append(Chapter(start_ms, one_line(row.get("name", "")), end_ms, href))
    return listed


def render_audition(chapters: Sequence[Chapter], _title: str) -> str:
    rows = [["Name", "Start", "Duration", "Time Format", "Type", "Description"]]
    for one in chapters:
        length_ms = (one.end_ms or one.start_ms) - one.start_ms
        rows.append([one_line(one.title), _minutes(one.start_ms), _minutes(length_ms), "decimal", "Cue"])
        rows[-1].append(one.href)
    return _written(rows, "\t")


def parse_reaper(text: str) -> Listed:
    """The markers and regions of Reaper's region and marker manager; a region has an end."""
    listed = Listed()
    for number, row in _rows(text, listed):
        start_ms, end_ms = _time(row.get("start", "")), _time(row.get("end", ""))
        if start_ms is None:
            why = tr(
                "“{start}” is not a time (set Reaper's ruler to minutes and seconds)",
                start=row.get("start", ""),
            )
            listed.remarks.append(left_out(number, why))
            continue
        later = end_ms if end_ms is not None and end_ms > start_ms else None
        listed.chapters.append(Chapter(start_ms, one_line(row.get("name", "")), later))
    return listed


def render_reaper(chapters: Sequence[Chapter], _title: str) -> str:
    rows = [["#", "Name", "Start", "End", "Length"]]
    markers = regions = 0
    for one in chapters:
        if one.end_ms is None:
            markers += 1
            rows.append([f"M{markers}", one_line(one.title), _minutes(one.start_ms), "", ""])
        else:
            regions += 1
            span = (one.start_ms, one.end_ms, one.end_ms - one.start_ms)
            rows.append([f"R{regions}", one_line(one.title), *map(_minutes, span)])
    return _written(rows, ",")


def _rows(text: str, listed: Listed) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Every row below the headings with its line, by heading in small letters."""
    headings = _headings(text)
    delimiter = max(_DELIMITERS, key=text.lstrip("\ufeff\n").partition("\n")[0][:1000].count)
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=delimiter)
    begun = False
    try:
        for row in reader:
            if begun and any(cell.strip() for cell in row):
                yield reader.line_num, dict(zip(headings, row, strict=False))
            begun = begun or any(row)
    except csv.Error as error:
        listed.remarks.append(left_out(reader.line_num, tr("the rest of the table ({error})", error=error)))


def _written(rows: Sequence[Sequence[str]], delimiter: str) -> str:
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return file.getvalue()


def _time(text: str) -> int | None:
    """Both write clocks without leading noughts, ``0:12.345``, or seconds."""
    said = text.strip()
    return time_of(said) if ":" in said else milliseconds(said)


def _minutes(ms: int) -> str:
    """``0:12.345``, and ``1:00:12.345`` from an hour on, as both write it."""
    said = clock(ms, millis=True)
    return (
        said[1:] if said.startswith("0") and ms >= 3_600_000 else said.removeprefix("00:").removeprefix("0")
    )
