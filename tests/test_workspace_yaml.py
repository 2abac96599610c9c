"""YAML 1.2 core, with lines: what authors write is what is read."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lornpod.workspace import yaml12
from lornpod.workspace.yaml12 import parse, quoted

LOADERS = [yaml.SafeLoader, *([yaml.CSafeLoader] if hasattr(yaml, "CSafeLoader") else [])]


@pytest.fixture(params=LOADERS, ids=lambda loader: loader.__name__)
def _each_loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml12, "LOADER", request.param)


pytestmark = pytest.mark.usefixtures("_each_loader")


def said(text: str) -> list[str]:
    return [str(finding) for finding in parse(text, "x.yaml").findings]


@pytest.mark.parametrize(
    ("scalar", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("NO", "NO"),
        ("12:30", "12:30"),
        ("1:02:03", "1:02:03"),
        ("2026-03-02", "2026-03-02"),
        ("2026-03-02 06:30:00", "2026-03-02 06:30:00"),
        ("0608", 608),
        ("200204", 200204),
        ("0o17", 15),
        ("0x1F", 31),
        ("0b11", "0b11"),
        ("1_000", "1_000"),
        ("-16", -16),
        ("-16.5", -16.5),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("1.", 1.0),
        (".inf", math.inf),
        ("-.INF", -math.inf),
        ("true", True),
        ("False", False),
        ("tRue", "tRue"),
        ("null", None),
        ("~", None),
        ("", None),
        ("'null'", "null"),
        ('"12"', "12"),
        ("!!str 12", "12"),
        ("!!float 3", 3.0),
        ("=", "="),
        ("<<x", "<<x"),
        ("9" * 5000, "9" * 5000),
    ],
)
def test_plain_scalars_follow_the_core_schema(scalar: str, value: object) -> None:
    parsed = parse(f"key: {scalar}\n", "x.yaml")
    assert not parsed.findings
    assert parsed.data == {"key": value}
    assert isinstance(parsed.data, dict)
    assert isinstance(parsed.data["key"], bool) == isinstance(value, bool)


def test_keys_are_what_was_written() -> None:
    assert parse("no: 1\n0608: 2\ntrue: 3\n", "x.yaml").data == {"no": 1, "0608": 2, "true": 3}


def test_numbers_remember_how_they_were_written() -> None:
    data: Any = parse("date: 050204\nversion: 1.10\n", "x.yaml").data
    assert (data["date"].raw, data["version"].raw) == ("050204", "1.10")


@given(st.text(st.characters(exclude_categories=["Cs"]).filter(lambda c: not yaml12.UNWRITABLE.match(c))))
def test_whatever_is_quoted_is_read_back(text: str) -> None:
    parsed = parse(f"- {quoted(text)}\n- next", "x.yaml")
    assert parsed.data == [text, "next"]
    assert parsed.lines.of["[1]"] == 2


SIMPLE = st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.text("aø:#-\"'\n 0", max_size=8)
KEYS = st.text("abcø", min_size=1, max_size=4)
TREES = st.recursive(
    SIMPLE,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


@given(TREES)
def test_json_is_yaml(tree: object) -> None:
    parsed = parse(json.dumps(tree, ensure_ascii=False), "x.yaml")
    assert not parsed.findings
    assert parsed.data == tree


def test_each_value_knows_its_line() -> None:
    text = "title: a\n\nchapters:\n  - start: 0\n    title: >\n      long\n  - {start: 5,\n     title: b}\n"
    lines = parse(text, "case.md", first_line=2).lines
    assert lines.where("title") == "case.md:2"
    assert lines.where("chapters") == "case.md:4"
    assert lines.where("chapters[0].title") == "case.md:6"
    assert lines.where("chapters[1]") == "case.md:8"
    assert lines.where("chapters[1].title") == "case.md:9"


def test_old_line_separators_do_not_shift_lines() -> None:
    parsed = parse("a: one\u2028two\nb: x\x85y\nc: 1\n", "x.yaml")
    assert parsed.data == {"a": "one two", "b": "x y", "c": 1}
    assert parsed.lines.of["c"] == 3


def test_a_key_that_stands_twice_is_told_with_both_lines() -> None:
    assert said("a: 1\nb:\n  c: 1\n  c: 2\na: 3\n") == [
        "x.yaml:4: b.c: stands twice, first in line 3; keep one",
        "x.yaml:5: a: stands twice, first in line 1; keep one",
    ]


def test_aliases_stand_for_what_was_anchored() -> None:
    assert parse("a: &x [1, {b: c}]\nd: *x\ne: &y text\nf: *y\n", "x.yaml").data == {
        "a": [1, {"b": "c"}],
        "d": [1, {"b": "c"}],
        "e": "text",
        "f": "text",
    }


def test_a_billion_laughs_are_refused_before_they_are_laughed() -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    (complaint,) = said("\n".join(rows))
    assert "more than 100,000 values" in complaint


def test_a_list_cannot_hold_itself() -> None:
    assert said("a: &a [*a]") == [
        "x.yaml:1: *a refers to nothing; put a text that begins with * in quotes, or define &a above"
    ]


@pytest.mark.parametrize("text", ["[" * 100_000, "- " * 100_000, "{a: " * 100_000, "? " * 100_000])
def test_depth_without_end_is_refused(text: str) -> None:
    (complaint,) = said(text)
    assert "levels inside each other" in complaint or "where a key belongs" in complaint


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: b\nc: d: e\n", 2, "a colon and a space inside a value; put the whole value in quotes"),
        ("a: 1\nb: 'x\nc: y\n", 2, "a quotation mark opens here and never closes"),
        ('a: 1\nb: "x\nc: y\n', 2, "a quotation mark opens here and never closes"),
        ("a:\n\t- b\n", 2, "a tab in the indentation; use spaces"),
        ("a: @b\n", 1, "a value cannot begin with @; put the whole value in quotes"),
        ("a: `b`\n", 1, "a value cannot begin with `"),
        ("a: %b\n", 1, "a value cannot begin with %"),
        ("a: *b\n", 1, "put a text that begins with * in quotes"),
        ("a: 1\nb: [1, 2\nc: 3\n", 2, "close it with `]`"),
        ("a: {b\n", 1, "close it with `}`"),
        ("a: [\n", 1, "a `[` or `{` that is not closed"),
        ("  a: 1\nb: 2\n", 2, "begin all keys in the same column"),
        ("a: 'it's'\n", 1, "does not fit what stands above"),
        ('a: "it" is\n', 1, "does not fit what stands above"),
        ("- a\nb: c\n", 2, "list above it"),
        ("a: |x\n  b\n", 1, "begin the text on the next line"),
        ('a: "\\q"\n', 1, "backslash"),
        ("a: -\n  - x\n - y\n", 1, ""),
        ("a: 1\n---\nb: 2\n", 2, "a second YAML document"),
        ("a: !!python/object:os.system x\n", 1, "means nothing here"),
        ("a: !x [1]\n", 1, "means nothing here"),
        ("a: !!int x\n", 1, "'x' is not a int"),
        ("? [a]\n: b\n", 1, "where a key belongs"),
        ("<<: {a: 1}\n", 1, "merge keys"),
        ("a: 1\nb: \x07\n", 2, "control character"),
        ('a: 1\nb: "\\x07"\n', 2, "control character that no feed can hold (U+0007); delete it"),
    ],
)
def test_mistakes_are_told_with_line_and_remedy(text: str, line: int, words: str) -> None:
    complaint = said(text)[0]
    assert complaint.startswith(f"x.yaml:{line}: ")
    assert words in complaint
    assert "\n" not in complaint


@given(st.text(max_size=60) | st.text("ab:-[]{}&*!|>'\"%@`#, \n\t?~0.", max_size=40))
def test_no_text_makes_the_reader_stumble(text: str) -> None:
    parsed = parse(text, "x.yaml")
    assert parsed.data is None or not any(finding.hint == "" for finding in parsed.findings)
    rows = text.count("\n") + text.count("\r") + 2
    assert all(line <= rows for line in parsed.lines.of.values())
