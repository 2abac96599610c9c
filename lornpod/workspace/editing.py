"""Chapters put into a case.md that somebody wrote: every other byte of it stays, its comments with it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..errors import InputError, LornpodError
from ..messages import tr
from ..model import CaseFolder, Chapter
from .namespace import FILES
from .scaffold import dumped
from .source import Source, read_markdown
from .writing import chapter_fields, replace_file

_ROW = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_COMMENT = re.compile(r"(?:^|\s)#")
_FIELD = "chapters"


def add_chapters(folder: CaseFolder, chapters: Sequence[Chapter], *, anew: bool = False) -> Path:
    """Put *chapters* among those of the case.md in *folder*, by time; *anew*, in place of them. Its path.

    The file is replaced whole or not at all. Raises LornpodError where it has been written meanwhile, or
    where it is such that its comments could not be kept.
    """
    path = folder.folder / "case.md"
    try:
        before = path.read_bytes()
    except OSError as error:
        reason = tr("cannot be read: {strerror}", strerror=(error.strerror or str(error)).lower())
        raise LornpodError(reason, folder.lines.file, tr("check the file")) from None
    kept = () if anew else folder.case.chapters
    after = with_chapters(before, folder.lines.file, kept, chapters)
    replace_file(path, before, after)
    return path


def with_chapters(content: bytes, file: str, kept: Sequence[Chapter], chapters: Sequence[Chapter]) -> bytes:
    """*content*, a case.md with the chapters *kept*, with *chapters* added; where none are kept, instead."""
    source = read_markdown(content, file)
    if source.data is None:
        raise InputError(source.findings)
    text = content.decode("utf-8-sig")
    mark = content[: len(content) - len(text.encode())]
    rows = _ROW.findall(text)
    end = "\r\n" if rows and rows[0].endswith("\r\n") else "\n"
    for edited in _edited(rows, source, kept, chapters, end):
        candidate = mark + "".join(edited).encode()
        if _says_the_same_but_for_chapters(source, read_markdown(candidate, file), kept, chapters):
            return candidate
    hint = tr("write the chapters one a line, each as `- 00:12:30 Title`, without comments in brackets")
    raise LornpodError(
        tr("its chapters cannot be edited without losing a comment"), source.lines.where(_FIELD), hint
    )


def _edited(
    rows: Sequence[str], source: Source, kept: Sequence[Chapter], chapters: Sequence[Chapter], end: str
) -> Iterator[list[str]]:
    """The rows as they could be, the best way first."""
    top = sorted(
        (line - 1, key) for key, line in source.lines.of.items() if "." not in key and "[" not in key
    )
    closing = source.body_line - 2
    edges = [*(line for line, _ in top), closing]
    block = {key: (line, edges[index + 1]) for index, (line, key) in enumerate(top)}
    merged = sorted([*kept, *chapters], key=lambda chapter: chapter.start_ms)
    if _FIELD in block:
        first, last = block[_FIELD]
        last = _content_end(rows, first, last)
        items = [source.lines.of.get(f"{_FIELD}[{index}]", 0) - 1 for index in range(len(kept))]
        if items and min(items) > first:
            yield _inserted(rows, items, last, kept, chapters, end)
        elif not any(_COMMENT.search(row) for row in rows[first + 1 : last]):
            comment = re.search(r"\s+#.*", rows[first])
            said = comment[0].rstrip() if comment and not kept else ""
            if said or " #" not in rows[first]:
                head = [f"{_FIELD}:{said}{end}"]
                yield [*rows[:first], *head, *_items(merged, "  ", end), *rows[last:]]
        return
    order = list(FILES["case"].model_fields)
    before = [key for key in block if key in order and order.index(key) < order.index(_FIELD)]
    lines = [f"{_FIELD}:{end}", *_items(merged, "  ", end)]
    places = [_content_end(rows, *block[key]) for key in before]
    for place in (max(places, default=closing), closing):
        yield [*rows[:place], *lines, *rows[place:]]


def _content_end(rows: Sequence[str], first: int, last: int) -> int:
    """After the last row of a field; blank rows, and comments at the margin, are the next field's."""
    while last > first + 1 and (not rows[last - 1].strip() or rows[last - 1].startswith("#")):
        last -= 1
    return last


def _inserted(
    rows: Sequence[str],
    items: Sequence[int],
    last: int,
    kept: Sequence[Chapter],
    chapters: Sequence[Chapter],
    end: str,
) -> list[str]:
    """The rows with *chapters* between the *items*, above the comments that stand over the next."""
    indent = re.match(r"\s*", rows[items[0]])
    before = indent[0] if indent else ""
    edited, starts = list(rows), [chapter.start_ms for chapter in kept]
    gaps: dict[int, list[Chapter]] = {}
    for chapter in sorted(chapters, key=lambda chapter: chapter.start_ms):
        gaps.setdefault(bisect_right(starts, chapter.start_ms), []).append(chapter)
    for index in sorted(gaps, reverse=True):
        place = items[index] if index < len(items) else last
        while index < len(items) and rows[place - 1].lstrip().startswith("#"):
            place -= 1
        edited[place:place] = _items(gaps[index], before, end)
    return edited


def _items(chapters: Sequence[Chapter], indent: str, end: str) -> list[str]:
    """A list in YAML: `- 00:12:30 Title` where that says all, else with its fields."""
    said = "".join(dumped([_written(chapter)]) for chapter in chapters)
    return [f"{indent}{row}{end}" for row in said.splitlines()]


def _written(chapter: Chapter) -> str | dict[str, object]:
    fields = chapter_fields(chapter)
    short = set(fields) == {"start", "title"} and not chapter.title.startswith(("-", "–", "—"))
    return f"{fields['start']} {fields['title']}" if short else fields


def _says_the_same_but_for_chapters(
    old: Source, new: Source, kept: Sequence[Chapter], chapters: Sequence[Chapter]
) -> bool:
    def rest(source: Source) -> dict[str, object]:
        return {key: value for key, value in (source.data or {}).items() if key != _FIELD}

    listed = (new.data or {}).get(_FIELD)
    count = len(kept) + len(chapters)
    return (
        rest(new) == rest(old)
        and new.body == old.body
        and (len(listed) if isinstance(listed, list) else 0) == count
    )
