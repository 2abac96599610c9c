"""Chapters: their ends, and the JSON Chapters 1.2 document."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from ..errors import Finding, InputError
from ..model import Chapter
from .times import milliseconds, seconds

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
    document = {
        "version": "1.2.0",
        "title": title,
        "podcastName": podcast,
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
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InputError([_wrong(f"not JSON: {error}")]) from error
    listed = document.get("chapters") if isinstance(document, dict) else document
    if not isinstance(listed, list):
        raise InputError([_wrong("no list of chapters in the JSON")])
    shown = [
        (index, entry)
        for index, entry in enumerate(listed)
        if not (isinstance(entry, dict) and entry.get("toc") is False)
    ]
    faults = [
        Finding(
            "chapters-json", "no startTime in seconds", field=f"chapters[{index}]", hint="mend or remove it"
        )
        for index, entry in shown
        if not isinstance(entry, dict) or milliseconds(entry.get("startTime")) is None
    ]
    if faults:
        raise InputError(faults)
    return tuple(_chapter(entry) for _, entry in shown)


def _chapter(entry: dict[str, object]) -> Chapter:
    start_ms, end_ms = milliseconds(entry.get("startTime")) or 0, milliseconds(entry.get("endTime"))
    return Chapter(
        start_ms,
        _text(entry, "title"),
        end_ms if end_ms is not None and end_ms >= start_ms else None,
        href=_text(entry, "url"),
        img=_text(entry, "img"),
    )


def _text(entry: dict[str, object], name: str) -> str:
    value = entry.get(name)
    # A lone surrogate can be written in JSON and in no file.
    return value.strip().encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _wrong(message: str) -> Finding:
    return Finding("chapters-json", message, hint="give a JSON Chapters 1.2 document")
