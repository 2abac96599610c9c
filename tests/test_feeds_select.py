"""Which episodes a feed shows: laws that hold for any records, in any order."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lornpod.feeds.select import due, entry_of, matches, slots
from lornpod.model import Feed, Person, Record, Where

from . import builders as build

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)

CASE = build.case(
    themes=("Innovasjon i offentlig sektor", "Læring"),
    perspective="Offentlig sektor",
    hosts=(Person("Ola Vik"),),
    guests=(Person("Kari Nordmann"), Person("Åse Ødegård")),
    language="nb",
)


def shown(feed: Feed, records: Iterable[Record], now: datetime) -> tuple[Record, ...]:
    """The records of what *feed* shows, but for those that were withdrawn."""
    by_key = {str(at): record for at, record in enumerate(records)}
    chosen = slots(feed, (entry_of(record, key) for key, record in by_key.items()), now)
    return tuple(by_key[entry.key] for entry in chosen if not entry.withdrawn)[: feed.limit]


# ---------------------------------------------------------------- matches


def test_an_empty_where_takes_every_case() -> None:
    assert matches(Where(), CASE)
    assert matches(Where(), build.case(themes=(), perspective="", hosts=(), guests=()))


@pytest.mark.parametrize(
    "where",
    [
        Where(theme=("Læring",)),
        Where(perspective=("Offentlig sektor",)),
        Where(host=("Ola Vik",)),
        Where(guest=("Åse Ødegård",)),
        Where(language=("nb",)),
    ],
)
def test_a_condition_takes_the_cases_that_have_its_value_and_no_others(where: Where) -> None:
    other = build.case(themes=("Vann",), perspective="Forskning", hosts=(), guests=(), language="en")
    assert matches(where, CASE)
    assert not matches(where, other)


def test_the_values_of_a_condition_are_alternatives() -> None:
    assert matches(Where(theme=("Vann", "Læring")), CASE)


def test_every_condition_must_be_met() -> None:
    assert matches(Where(theme=("Læring",), host=("Ola Vik",)), CASE)
    assert not matches(Where(theme=("Læring",), host=("Per Lie",)), CASE)


def test_a_part_of_a_theme_is_another_theme() -> None:
    assert not matches(Where(theme=("Innovasjon",)), CASE)


@pytest.mark.parametrize(
    "spelled",
    [
        "ÅSE ØDEGÅRD",
        "  åse\tødegård\n",
        "Åse \u00a0 Ødegård",
        unicodedata.normalize("NFD", "Åse Ødegård"),
    ],
)
def test_capitals_white_space_and_composed_letters_make_no_difference(spelled: str) -> None:
    assert matches(Where(guest=(spelled,)), CASE)
    assert matches(Where(guest=("Åse Ødegård",)), build.case(guests=(Person(spelled),)))


words = st.text(st.characters(codec="utf-8"), max_size=12)
Spelling = Callable[[str], str]
fold_alike: st.SearchStrategy[Spelling] = st.sampled_from(
    [str, str.upper, str.lower, str.casefold, lambda text: f" \t{text}\n"]
)


@given(words, fold_alike, fold_alike)
def test_no_spelling_of_a_theme_escapes_its_feed(word: str, here: Spelling, there: Spelling) -> None:
    assert matches(Where(theme=(here(word),)), build.case(themes=(there(word),)))


# ---------------------------------------------------------------- due


def test_an_episode_is_due_from_its_very_second() -> None:
    record = build.record(case=build.case(published=NOW))
    assert due(record, NOW)
    assert not due(record, NOW - SECOND)


def test_an_instant_is_the_same_in_every_time_zone() -> None:
    oslo = datetime.fromisoformat("2026-06-01T14:00:00+02:00")
    assert due(build.record(case=build.case(published=oslo)), NOW)
    assert not due(build.record(case=build.case(published=oslo + SECOND)), NOW)


def test_drafts_and_withdrawn_episodes_are_never_due() -> None:
    assert not due(build.record(case=build.case(published=None)), NOW)
    assert not due(build.record(withdrawn=True), NOW)


# ---------------------------------------------------------------- shown


def some(case_id: str, published: datetime | None, *themes: str, withdrawn: bool = False) -> Record:
    case = build.case(id=case_id, published=published, themes=themes or ("Læring",))
    return build.record(case=case, withdrawn=withdrawn)


LEARNING = build.feed(where=Where(theme=("læring",)))

records = st.lists(
    st.builds(
        lambda case_id, days, theme, withdrawn: some(
            f"C{case_id}", None if days is None else NOW + timedelta(days=days), theme, withdrawn=withdrawn
        ),
        st.integers(0, 99),
        st.none() | st.integers(-3, 2),
        st.sampled_from(["Læring", "LÆRING ", "Vann"]),
        st.booleans(),
    ),
    max_size=12,
    unique_by=lambda record: record.case.id,
)
limits = st.none() | st.integers(0, 5)


@given(records, limits, st.randoms(use_true_random=False))
def test_the_order_of_the_records_makes_no_difference(
    found: list[Record], limit: int | None, chance: Random
) -> None:
    feed = build.feed(where=LEARNING.where, limit=limit)
    shuffled = list(found)
    chance.shuffle(shuffled)
    assert shown(feed, shuffled, NOW) == shown(feed, iter(found), NOW)


@given(records)
def test_a_feed_shows_what_is_due_and_matches_once_each_and_nothing_else(found: list[Record]) -> None:
    expected = {
        record.case.id
        for record in found
        if record.case.published is not None
        and record.case.published <= NOW
        and not record.withdrawn
        and record.case.themes[0].strip().lower() == "læring"
    }
    ids = [record.case.id for record in shown(LEARNING, found, NOW)]
    assert sorted(ids) == sorted(expected)


@given(records)
def test_the_newest_comes_first_and_those_of_one_instant_by_id(found: list[Record]) -> None:
    keys = [
        (-record.case.published.timestamp(), record.case.id)
        for record in shown(LEARNING, found, NOW)
        if record.case.published
    ]
    assert keys == sorted(keys)


@given(records, st.integers(0, 5))
def test_a_limit_keeps_the_newest(found: list[Record], limit: int) -> None:
    limited = build.feed(where=LEARNING.where, limit=limit)
    assert shown(limited, found, NOW) == shown(LEARNING, found, NOW)[:limit]


@given(records)
def test_time_alone_takes_no_episode_out_of_a_feed(found: list[Record]) -> None:
    later = shown(LEARNING, found, NOW + timedelta(days=1))
    assert set(shown(LEARNING, found, NOW)) <= set(later)


def test_two_versions_of_one_case_come_in_one_order() -> None:
    older, newer = build.record(number=1), build.record(number=2)
    feed = Feed(slug="alle", title="Alle")
    assert shown(feed, [older, newer], NOW) == shown(feed, [newer, older], NOW)
