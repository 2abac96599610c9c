"""An authored file taken apart: its text, its front matter, and the sections of its body."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ..errors import Finding
from ..messages import tr
from ..model import Lines, Question
from .yaml12 import UNWRITABLE, Data, parse

MAX_BYTES = 8_000_000


@dataclass(frozen=True, slots=True)
class Source:
    """What stands in one file. *data* is None where it cannot be used; *findings* then says why."""

    data: dict[str, Data] | None
    lines: Lines
    findings: tuple[Finding, ...]
    body: str = ""
    body_line: int = 1


def read_yaml(content: bytes, file: str) -> Source:
    """A file that is YAML from end to end."""
    text, findings = _decoded(content, file)
    if text is None:
        return Source(None, Lines(file), findings)
    return _mapping(text, file, 1)


def read_markdown(content: bytes, file: str) -> Source:
    """A file of YAML front matter between ``---`` lines and a Markdown body, without its comments."""
    text, findings = _decoded(content, file)
    if text is None:
        return Source(None, Lines(file), findings)
    rows = text.split("\n")
    opening = next((at for at, row in enumerate(rows) if row.strip()), 0)
    if rows[opening].rstrip() != "---":
        hint = tr("begin the file with a line ---, then `key: value` lines, then a line ---")
        return _unusable("front-matter", tr("no front matter"), file, opening + 1, hint)
    closing = next((at for at in range(opening + 1, len(rows)) if rows[at].rstrip() in ("---", "...")), None)
    if closing is None:
        hint = tr("put a line --- after the last field")
        return _unusable("front-matter", tr("the front matter never ends"), file, opening + 1, hint)
    source = _mapping("\n".join(rows[opening + 1 : closing]), file, opening + 2)
    body, complaints = _body(rows[closing + 1 :], file, closing + 2)
    return replace(source, body=body, body_line=closing + 2, findings=(*source.findings, *complaints))


def _mapping(text: str, file: str, first_line: int) -> Source:
    parsed = parse(text, file, first_line)
    data = parsed.data
    if data is None and not parsed.findings:
        data = {}
    if data is not None and not isinstance(data, dict):
        return _unusable(
            "yaml",
            tr("no `key: value` lines"),
            file,
            first_line,
            tr("write one field a line, such as title: …"),
        )
    return Source(data, parsed.lines, parsed.findings)


def _unusable(code: str, message: str, file: str, line: int, hint: str) -> Source:
    return Source(None, Lines(file), (Finding(code, message, f"{file}:{line}", hint=hint),))


def _decoded(content: bytes, file: str) -> tuple[str | None, tuple[Finding, ...]]:
    """The text, its lines ended by line feeds alone, without byte order mark."""

    def refused(message: str, hint: str, line: int = 1) -> tuple[None, tuple[Finding, ...]]:
        return None, (Finding("encoding", message, f"{file}:{line}", hint=hint),)

    if len(content) > MAX_BYTES:
        return refused(tr("larger than 8 MB"), tr("keep texts only in this file"))
    if not content.strip():
        return refused(tr("the file is empty"), tr("`lornpod new` writes one with every field explained"))
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return refused(tr("the text is UTF-16"), tr("save it as UTF-8"))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return refused(
            tr("not UTF-8 (byte 0x{content:02X})", content=content[error.start]),
            tr("save the file as UTF-8"),
            line,
        )
    return text.replace("\r\n", "\n").replace("\r", "\n"), ()


# ---------------------------------------------------------------- Markdown

_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})(.*)")
_HEADING = re.compile(r" {0,3}##(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_COMMENT = re.compile(r" {0,3}<!--")


class _Fences:
    """Follows a Markdown text row by row and knows which rows are code (CommonMark 0.31, 4.5)."""

    def __init__(self) -> None:
        self._open = ""

    def holds(self, row: str) -> bool:
        """True for rows of a fenced code block, the fences included."""
        fence = _FENCE.match(row)
        if self._open:
            if fence and fence[1].startswith(self._open) and not fence[2].strip():
                self._open = ""
            return True
        self._open = fence[1] if fence else ""
        return bool(fence)


def _body(rows: list[str], file: str, first_line: int) -> tuple[str, list[Finding]]:
    """The body with as many lines, but with comments blanked: what an author notes is not published."""
    findings = [
        Finding(
            "character",
            tr("a control character that no feed can hold (U+{found:04X})", found=ord(found[0])),
            f"{file}:{first_line + at}",
            hint=tr("delete it"),
        )
        for at, row in enumerate(rows)
        if (found := UNWRITABLE.search(row))
    ]
    kept, fences, comment_line = list[str](), _Fences(), 0
    for at, row in enumerate(rows):
        if not comment_line and not fences.holds(row) and _COMMENT.match(row):
            comment_line = first_line + at
        kept.append("" if comment_line else row)
        if comment_line and "-->" in row:
            comment_line = 0
    if comment_line:
        where = f"{file}:{comment_line}"
        findings.append(
            Finding(
                "comment", tr("a comment opens here and never closes"), where, hint=tr("close it with -->")
            )
        )
    return "\n".join(kept), findings


@dataclass(frozen=True, slots=True)
class Sections:
    """The text before the first ``##`` heading, and each heading with the text below it."""

    introduction: str
    introduction_line: int
    questions: tuple[Question, ...]
    question_lines: tuple[int, ...]


def sections(body: str, first_line: int) -> Sections:
    """*body* at its ``##`` headings; those inside code fences are text."""
    texts: list[list[str]] = [[]]
    headings: list[tuple[str, int]] = []
    fences = _Fences()
    for at, row in enumerate(body.split("\n")):
        heading = None if fences.holds(row) else _HEADING.match(row)
        if heading:
            headings.append((heading[1] or "", first_line + at))
            texts.append([])
        else:
            texts[-1].append(row)
    opening = next((at for at, row in enumerate(texts[0]) if row.strip()), 0)
    introduction, *answers = (_trimmed("\n".join(rows)) for rows in texts)
    questions = tuple(Question(heading, text) for (heading, _), text in zip(headings, answers, strict=True))
    return Sections(introduction, first_line + opening, questions, tuple(line for _, line in headings))


def _trimmed(text: str) -> str:
    """*text* without empty lines around it; the indentation of its first line can mean something."""
    return re.sub(r"\A(?:[ \t]*\n)+", "", text).rstrip()
