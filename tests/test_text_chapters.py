"""Chapters: ends, clock, JSON Chapters 1.2."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lornpod.errors import InputError
from lornpod.model import Chapter
from lornpod.text import chapters
from lornpod.text.times import clock

from .builders import case, network


def document(given: tuple[Chapter, ...]) -> bytes:
    return chapters.render_json(given, title="T", podcast="P", url=network().url)


def test_a_chapter_ends_where_the_next_starts_and_the_last_with_the_sound() -> None:
    found = chapters.complete((Chapter(0, "A"), Chapter(1500, "B"), Chapter(4000, "C")), 9000)
    assert [chapter.end_ms for chapter in found] == [1500, 4000, 9000]


def test_an_end_that_the_author_gave_stays() -> None:
    assert chapters.complete((Chapter(0, "A", 900), Chapter(1500, "B")), 9000)[0].end_ms == 900


@given(st.lists(st.builds(Chapter, st.integers(0, 10**7), st.just("x"), st.none() | st.integers(0, 10**7))))
def test_no_chapter_ends_before_it_starts(given: list[Chapter]) -> None:
    found = chapters.complete(given, 5 * 10**6)
    assert [chapter.start_ms for chapter in found] == [chapter.start_ms for chapter in given]
    assert all(chapter.end_ms is not None and chapter.end_ms >= chapter.start_ms for chapter in found)


@pytest.mark.parametrize(
    ("ms", "options", "said"),
    [
        (750_000, {}, "00:12:30"),
        (750_999, {}, "00:12:30"),
        (750_250, {"millis": True}, "00:12:30.250"),
        (750_000, {"hours": False}, "12:30"),
        (4_350_000, {"hours": False}, "01:12:30"),
        (0, {"millis": True}, "00:00:00.000"),
        (360_000_000, {}, "100:00:00"),
    ],
)
def test_the_clock_counts_whole_units(ms: int, options: dict[str, bool], said: str) -> None:
    assert clock(ms, **options) == said


@given(
    st.lists(
        st.builds(
            Chapter,
            st.integers(0, 10**8),
            st.text(st.characters(exclude_categories=["Cs"])).map(str.strip),
            href=st.sampled_from(["", "https://example.org/æ?a=1&b=2"]),
            img=st.sampled_from(["", "https://example.org/a.jpg"]),
        )
    )
)
def test_json_chapters_read_back_to_the_millisecond(given: list[Chapter]) -> None:
    assert chapters.parse_json(document(tuple(given))) == tuple(given)


def test_json_chapters_have_the_fields_of_version_1_2() -> None:
    assert json.loads(document((*case().chapters[:2], Chapter(90_000, "Slutt", img="art/x y.jpg")))) == {
        "version": "1.2.0",
        "title": "T",
        "podcastName": "P",
        "chapters": [
            {"startTime": 0, "endTime": 30, "title": "Velkommen"},
            {
                "startTime": 30,
                "endTime": 75.25,
                "title": "Broen som ble bygd baklengs",
                "url": "https://example.org/bro",
            },
            {"startTime": 90, "title": "Slutt", "img": "https://cdn.example.org/pod/art/x%20y.jpg"},
        ],
    }


def test_times_past_a_thousand_seconds_have_no_separator() -> None:
    assert b'"startTime": 12345.678' in document((Chapter(12_345_678, "A"),))


def test_the_first_chapter_at_nought_is_kept() -> None:
    assert chapters.parse_json(b'{"version":"1.2.0","chapters":[{"startTime":0,"title":"A"}]}') == (
        Chapter(0, "A"),
    )


def test_hidden_chapters_are_left_out() -> None:
    data = (
        b'{"chapters":[{"startTime":0,"title":"A"},{"startTime":5,"img":"https://x.example/y","toc":false}]}'
    )
    assert [chapter.title for chapter in chapters.parse_json(data)] == ["A"]


def test_the_example_of_the_specification_is_read() -> None:
    example = Path(__file__).parent.parent.parent / "shared" / "spec" / "chapters-example.json"
    if not example.exists():
        pytest.skip("the specification's example is not beside the checkout")
    found = chapters.parse_json(example.read_bytes())
    assert (len(found), found[1].start_ms, found[1].title) == (9, 168_000, "Hearing Aids")


def test_every_chapter_without_a_time_is_named() -> None:
    with pytest.raises(InputError) as caught:
        chapters.parse_json(b'{"chapters":[{"title":"A"},{"startTime":1},{"startTime":"x"},5]}')
    assert [finding.field for finding in caught.value.findings] == [
        "chapters[0]",
        "chapters[2]",
        "chapters[3]",
    ]


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[" * 100_000, b"5", b'{"chapters":5}', b"\xff\xfe\x00", b'"\\ud800"']
)
def test_what_is_no_chapters_document_is_an_input_error(data: bytes) -> None:
    with pytest.raises(InputError):
        chapters.parse_json(data)


@given(
    st.binary(max_size=200) | st.text(st.sampled_from('{}[]":,1.e-ntrufalsechapstTime\\ud8')).map(str.encode)
)
def test_no_bytes_break_the_reader(data: bytes) -> None:
    try:
        found = chapters.parse_json(data)
    except InputError:
        return
    document(found)
