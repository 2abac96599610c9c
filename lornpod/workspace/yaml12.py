"""YAML text as plain data by the core schema of YAML 1.2, with the line of every value.

PyYAML reads YAML 1.1, where ``no`` is false, ``12:30`` is 750 and ``0608`` is octal. Only its parser is
used here: it turns text into events, and this module makes data of them. That is also safer: PyYAML's
C composer recurses and dies with a segmentation fault on a few thousand open brackets (6.0.3, tried).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml
from yaml import events

from ..errors import Finding
from ..messages import later, tr
from ..model import Lines

Data: TypeAlias = "bool | int | float | str | list[Data] | dict[str, Data] | None"

LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one is missing in some builds

_MAX_CHARS = 2_000_000
_MAX_VALUES = 100_000  # aliases counted by what they stand for: nested ones otherwise grow past all memory
_MAX_DEPTH = 32
_TOO_DEEP = later("more than {count} levels inside each other")

# YAML 1.2.2, 10.3.2, tag resolution.
_NULL = re.compile(r"null|Null|NULL|~|")
_BOOL = re.compile(r"true|True|TRUE|false|False|FALSE")
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_SPECIAL_FLOAT = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")

# What XML 1.0 (section 2.2, Char) cannot hold can never reach a feed.
UNWRITABLE = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# YAML 1.1 breaks lines at these, 1.2 does not. Text copied from layout programs has them.
_OLD_BREAKS = {0x85: " ", 0x2028: " ", 0x2029: " "}

_TAG = "tag:yaml.org,2002:"


class Whole(int):
    """An integer that remembers how it was written: ``050204`` is a date to its author."""

    raw: str


class Real(float):
    """A floating-point number that remembers how it was written."""

    raw: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """*data* is None when the text could not be read; then *findings* says why."""

    data: Data
    lines: Lines
    findings: tuple[Finding, ...] = ()


def parse(text: str, file: str, first_line: int = 1) -> Parsed:
    """The data in *text*, which starts at line *first_line* of *file*. Never raises.

    Numbers come as :class:`Whole` and :class:`Real`, mappings with the keys as they are written.
    """
    builder = _Builder(file, first_line)
    data = builder.build(text.translate(_OLD_BREAKS))
    return Parsed(data, Lines(file, builder.lines), tuple(builder.findings))


def quoted(text: str) -> str:
    """*text* as a double-quoted YAML scalar on one line."""
    return '"' + "".join(_ESCAPES.get(char) or _escaped(char) for char in text) + '"'


_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_UNPRINTABLE = re.compile(r"[\0-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def _escaped(char: str) -> str:
    return char if not _UNPRINTABLE.match(char) else f"\\u{ord(char):04x}"


# ---------------------------------------------------------------- events -> data


class _Unreadable(Exception):
    """The text cannot be made sense of from here on."""

    def __init__(self, message: str, line: int, hint: str) -> None:
        super().__init__(message)
        self.message, self.line, self.hint = message, line, hint


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet. ``key`` is the one that waits for its value."""

    into: list[Data] | dict[str, Data]
    path: str
    anchor: str | None
    values_before: int
    key: str | None = None
    key_is_used: bool = False

    def child_path(self) -> str:
        if isinstance(self.into, list):
            return f"{self.path}[{len(self.into)}]"
        return f"{self.path}.{self.key}" if self.path else str(self.key)


@dataclass(slots=True)
class _Builder:
    file: str
    first_line: int
    lines: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    _open: list[_Open] = field(default_factory=list)
    _anchors: dict[str, tuple[Data, int]] = field(default_factory=dict)
    _values: int = 0
    _root: Data = None
    _documents: int = 0

    def build(self, text: str) -> Data:
        try:
            if len(text) > _MAX_CHARS:
                raise _Unreadable(
                    tr("more than 2,000,000 characters of YAML"), self.first_line, tr("shorten it")
                )
            for event in yaml.parse(text, Loader=LOADER):
                self._take(event)
        except yaml.MarkedYAMLError as error:
            opened = self.lines.get(self._open[-1].path, self.first_line) if self._open else self.first_line
            self._give_up(_explained(error, text, self.first_line, opened))
        except yaml.reader.ReaderError as error:
            # The C parser counts bytes here, the other one characters: find the culprit ourselves.
            culprit = UNWRITABLE.search(text) or re.search("[\x7f-\x9f]", text)
            at = culprit.start() if culprit else error.position
            line = self.first_line + text.count("\n", 0, at)
            self._give_up(
                _Unreadable(
                    tr("a control character that YAML forbids{culprit}", culprit=_named(culprit)),
                    line,
                    tr("delete it"),
                )
            )
        except (ValueError, OverflowError):  # the pure parser, of an escape beyond the last character
            why = _Unreadable(
                tr("an escape that is no character"), self.first_line, tr("write the character itself")
            )
            self._give_up(why)
        except _Unreadable as error:
            self._give_up(error)
        return self._root

    def _give_up(self, why: _Unreadable) -> None:
        self._root = None
        self.findings.append(Finding("yaml", why.message, f"{self.file}:{why.line}", hint=why.hint))

    def _take(self, event: events.Event) -> None:
        line = self.first_line + (event.start_mark.line if event.start_mark else 0)
        match event:
            case events.ScalarEvent():
                if self._is_key_next():
                    self._begin_key(event.value, line)
                else:
                    path = self._enter(line)
                    value = self._scalar(event, path, line)
                    self._remember(event.anchor, value, 1)
                    self._put(value)
            case events.SequenceStartEvent() | events.MappingStartEvent():
                self._begin(event, line)
            case events.SequenceEndEvent() | events.MappingEndEvent():
                done = self._open.pop()
                self._remember(done.anchor, done.into, self._values - done.values_before)
                self._put(done.into)
            case events.AliasEvent():
                self._alias(event.anchor, line)
            case events.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise _Unreadable(
                        tr("a second YAML document begins here"), line, tr("keep one, without `---` between")
                    )

    def _is_key_next(self) -> bool:
        top = self._open[-1] if self._open else None
        return top is not None and isinstance(top.into, dict) and top.key is None

    def _begin_key(self, key: str, line: int) -> None:
        top = self._open[-1]
        assert isinstance(top.into, dict)  # noqa: S101 - _is_key_next said so
        top.key, top.key_is_used = key, key in top.into
        path = top.child_path()
        self._check_characters(key, path, line)
        if key == "<<":
            raise _Unreadable(tr("merge keys (`<<`) are not in YAML 1.2"), line, tr("write the fields out"))
        if top.key_is_used:
            message = tr("stands twice, first in line {lines}", lines=self.lines.get(path, line))
            self._complain("yaml", message, path, line, tr("keep one"))
        else:
            self.lines[path] = line

    def _enter(self, line: int) -> str:
        """The path of the value that begins here; counts it."""
        self._count(1, line)
        if not self._open:
            return ""
        path = self._open[-1].child_path()
        self.lines.setdefault(path, line)
        return path

    def _count(self, values: int, line: int) -> None:
        self._values += values
        if self._values > _MAX_VALUES:
            raise _Unreadable(
                tr("more than {max_values:,} values", max_values=_MAX_VALUES),
                line,
                tr("shorten it, or use fewer aliases"),
            )

    def _begin(self, event: events.CollectionStartEvent, line: int) -> None:
        if self._is_key_next():
            raise _Unreadable(tr("a list or mapping where a key belongs"), line, tr("put the key in quotes"))
        is_list = isinstance(event, events.SequenceStartEvent)
        if event.tag not in (None, "!", _TAG + ("seq" if is_list else "map")):
            raise _Unreadable(tr("the tag {tag} means nothing here", tag=event.tag), line, tr("leave it out"))
        if len(self._open) >= _MAX_DEPTH:
            raise _Unreadable(tr(_TOO_DEEP, count=_MAX_DEPTH), line, tr("close the brackets"))
        before = self._values
        path = self._enter(line)
        into: list[Data] | dict[str, Data] = [] if is_list else {}
        self._open.append(_Open(into, path, event.anchor, before))

    def _put(self, value: Data) -> None:
        if not self._open:
            self._root = value
            return
        top = self._open[-1]
        if isinstance(top.into, list):
            top.into.append(value)
        elif top.key is not None:
            if not top.key_is_used:
                top.into[top.key] = value
            top.key = None

    def _remember(self, anchor: str | None, value: Data, values: int) -> None:
        if anchor is not None:
            self._anchors[anchor] = (value, values)

    def _alias(self, anchor: str | None, line: int) -> None:
        if self._is_key_next():
            raise _Unreadable(tr("an alias where a key belongs"), line, tr("write the key out"))
        known = self._anchors.get(anchor or "")
        if known is None:
            hint = tr("put a text that begins with * in quotes, or define &{anchor} above", anchor=anchor)
            raise _Unreadable(tr("*{anchor} refers to nothing", anchor=anchor), line, hint)
        self._enter(line)
        self._count(known[1], line)
        self._put(known[0])

    def _scalar(self, event: events.ScalarEvent, path: str, line: int) -> Data:
        text: str = event.value
        self._check_characters(text, path, line)
        tag = event.tag
        if tag in ("!", _TAG + "str") or (tag is None and event.style):
            return text
        resolved = _resolved(text)
        if tag is None or (tag in _TYPES and isinstance(resolved, _TYPES[tag])):
            return resolved
        if tag == _TAG + "float" and isinstance(resolved, Whole):
            return _real(text)
        meant = tr("{text!r} is not a {tag}", text=text, tag=tag.removeprefix(_TAG))
        message = meant if tag in _TYPES else tr("the tag {tag} means nothing here", tag=tag)
        self._complain("yaml", message, path, line, tr("leave the tag out"))
        return None

    def _complain(self, code: str, message: str, path: str, line: int, hint: str) -> None:
        self.findings.append(Finding(code, message, f"{self.file}:{line}", path, hint))

    def _check_characters(self, text: str, path: str, line: int) -> None:
        if found := UNWRITABLE.search(text):
            message = tr("a control character that no feed can hold{found}", found=_named(found))
            self._complain("character", message, path, line, tr("delete it"))


_TYPES: dict[str, type[Any]] = {
    _TAG + "null": type(None),
    _TAG + "bool": bool,
    _TAG + "int": Whole,
    _TAG + "float": Real,
}


def _named(found: re.Match[str] | None) -> str:
    return f" (U+{ord(found[0]):04X})" if found else ""


def _resolved(text: str) -> Data:
    """What a plain scalar is."""
    # Nearly all values are words: none of what follows begins with any other character.
    if text and text[0] not in "~nNtTfF+-.0123456789":
        return text
    if _NULL.fullmatch(text):
        return None
    if _BOOL.fullmatch(text):
        return text.lower() == "true"
    # Python refuses to convert more than 4,300 digits; nobody writes a number of more than 100.
    if len(text) <= 100 and _INT.fullmatch(text):
        return _whole(text)
    if len(text) <= 100 and (_FLOAT.fullmatch(text) or _SPECIAL_FLOAT.fullmatch(text)):
        return _real(text)
    return text


def _whole(text: str) -> Whole:
    number = Whole(text[2:], {"0o": 8, "0x": 16}[text[:2]]) if text[:2] in ("0o", "0x") else Whole(text)
    number.raw = text
    return number


def _real(text: str) -> Real:
    number = Real(text.replace(".", "", 1) if _SPECIAL_FLOAT.fullmatch(text) else text)
    number.raw = text
    return number


# ---------------------------------------------------------------- complaints

# Part of what the parser says -> what the author has to know, and what to do. First match counts.
_MEANINGS = (
    ("maximum nesting depth", _TOO_DEEP, later("close the brackets")),  # libyaml's own limit, some hundreds
    (
        "mapping values are not allowed",
        later("a colon and a space inside a value"),
        later("put the whole value in quotes"),
    ),
    (
        "found unexpected end of stream",
        later("a quotation mark opens here and never closes"),
        later("close it, or write the quotation mark twice inside '…'"),
    ),
    (
        "found unexpected document indicator",
        later("a quotation mark opens here and never closes"),
        later("close it"),
    ),
    (
        "unknown escape character",
        later('a backslash inside "…" that means nothing'),
        later("write \\\\, or use '…' around it"),
    ),
    ("invalid Unicode", later("an escape that is no character"), later("write the character itself")),
    ("escape sequence", later("an escape that is not complete"), later("write the character itself")),
    (
        "could not find expected ':'",
        later("a line without a colon after its key"),
        later("write `key: value`"),
    ),
    (
        "flow sequence",
        later("a `[` that is not closed as it should be"),
        later("close it with `]`, with commas between"),
    ),
    (
        "flow mapping",
        later("a `{{` that is not closed as it should be"),
        later("close it with `}`, with commas between"),
    ),
    ("flow node", later("a `[` or `{{` that is not closed"), later("close it, or put the text in quotes")),
    (
        "block scalar",
        later("text on the same line as `|` or `>`"),
        later("begin the text on the next line, indented"),
    ),
    (
        "entries are not allowed",
        later("a list item (`- `) where none can be"),
        later("begin the list on its own line"),
    ),
    (
        "block collection",
        later("a line that is no part of the list above it"),
        later("begin it with `- `, or check its indentation"),
    ),
    (
        "expected key",
        later("a line that does not fit what stands above it"),
        later("check its indentation, and put a value with quotation marks inside in quotes"),
    ),
    (
        "expected <block end>",
        later("a line that does not fit what stands above it"),
        later("check its indentation and its quotes"),
    ),
    (
        "<document start>",
        later("a line that is indented less than the first"),
        later("begin all keys in the same column"),
    ),
)


def _explained(error: yaml.MarkedYAMLError, text: str, first_line: int, opened: int) -> _Unreadable:
    """*opened* is the line of the innermost thing that is open yet."""
    problem, context = str(error.problem or ""), str(error.context or "")
    mark = error.problem_mark or error.context_mark
    row = mark.line if mark else 0
    said = f"{context} {problem}"
    if "cannot start any token" in problem:
        return _bad_beginning(text, row, mark.column if mark else 0, first_line)
    # The mistake is where it was opened, not where the text ends without its end.
    if error.context_mark and ("quoted" in context or "flow" in context):
        row = error.context_mark.line
    if row >= len(text.rstrip().split("\n")):
        row = opened - first_line
    for part, message, hint in _MEANINGS:
        if part in said:
            return _Unreadable(tr(message, count=_MAX_DEPTH), first_line + row, tr(hint))
    return _Unreadable(
        tr("not YAML: {problem}", problem=problem or context), first_line + row, tr("mend this line")
    )


def _bad_beginning(text: str, row: int, column: int, first_line: int) -> _Unreadable:
    rows = text.split("\n")
    line = rows[row] if row < len(rows) else ""
    if "\t" in line[: len(line) - len(line.lstrip())] or line[column : column + 1] == "\t":
        return _Unreadable(tr("a tab in the indentation"), first_line + row, tr("use spaces"))
    culprit = line[column : column + 1]
    return _Unreadable(
        tr("a value cannot begin with {culprit}", culprit=culprit),
        first_line + row,
        tr("put the whole value in quotes"),
    )
