"""Dates, times, quotes and addresses as authors write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lornpod.model import Category
from lornpod.workspace import apple_categories, values
from lornpod.workspace.values import Mistake
from lornpod.workspace.yaml12 import parse

OSLO = ZoneInfo("Europe/Oslo")


def scalar(written: str) -> object:
    """What stands after a key in YAML."""
    data = parse(f"key: {written}", "x").data
    assert isinstance(data, dict)
    return data["key"]


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2026-03-02", "2026-03-02T05:00"),
        ("2026-07-02", "2026-07-02T04:00"),
        ("2026-03-02 14:30", "2026-03-02T13:30"),
        ("2026-03-02T14:30:15", "2026-03-02T13:30:15"),
        ("2026-03-02T14:30:00+05:30", "2026-03-02T09:00"),
        ("2026-03-02T14:30Z", "2026-03-02T14:30"),
        ("2026-03-02 14:30 +0100", "2026-03-02T13:30"),
        ("200204", "2020-02-04T05:00"),
        ("'200204'", "2020-02-04T05:00"),
        ("050204", "2005-02-04T05:00"),
        ("000229", "2000-02-29T05:00"),
        ("20200204", "2020-02-04T05:00"),
    ],
)
def test_dates_in_all_their_forms(written: str, utc: str) -> None:
    moment = values.instant(scalar(written), OSLO)
    assert moment == datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert moment.tzinfo is UTC


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("2026-02-30", "does not exist in the calendar"),
        ("201302", "does not exist in the calendar"),
        ("2026-03-02 24:30", "does not exist in the calendar"),
        ("2026-03-29 02:30", "is skipped by the clocks of Europe/Oslo"),
        ("next week", "is not a date"),
        ("2. mars 2026", "is not a date"),
        ("02.03.2026", "is not a date"),
        ("0001-01-01", "cannot be meant"),
        ("9999-12-31T23:59-12:00", "cannot be meant"),
        ("1.5", "is not a date"),
        ("true", "not a text"),
        ("[2026]", "where a text belongs"),
    ],
)
def test_dates_that_are_none(written: str, words: str) -> None:
    with pytest.raises(Mistake) as caught:
        values.instant(scalar(written), OSLO)
    assert words in caught.value.message
    assert caught.value.hint


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_date_means_six_o_clock_there_in_every_form(day: date) -> None:
    forms = {f"{day:%Y-%m-%d}", f"{day:%Y%m%d}", f"{day:%y%m%d}", f"{day:%Y-%m-%d} 06:00"}
    moments = {values.instant(scalar(form), OSLO) for form in forms}
    assert {moment.astimezone(OSLO).isoformat()[:16] for moment in moments} == {f"{day}T06:00"}


@pytest.mark.parametrize(
    ("written", "time_ms"),
    [
        ("00:00", 0),
        ("12:30", 750_000),
        ("75:00", 4_500_000),
        ("1:02:03", 3_723_000),
        ("01:02:03.5", 3_723_500),
        ("00:00.007", 7),
        ("00:01,250", 1_250),
        ("90", 90_000),
        ("90.25", 90_250),
        ("0", 0),
    ],
)
def test_times_in_all_their_forms(written: str, time_ms: int) -> None:
    assert values.time_ms(scalar(written)) == time_ms


@pytest.mark.parametrize(
    "written",
    [
        "12:99",
        "1:60:00",
        "12.30.00",
        "-1",
        "-00:10",
        "'90'",
        ".inf",
        ".nan",
        "1e9",
        "999:00:00",
        "12:3",
        "true",
        "soon",
    ],
)
def test_times_that_are_none(written: str) -> None:
    with pytest.raises(Mistake):
        values.time_ms(scalar(written))


def test_a_wrong_time_says_what_to_write() -> None:
    with pytest.raises(Mistake) as caught:
        values.time_ms("12:99")
    assert (caught.value.message, caught.value.hint) == ("'12:99' is not a time", "write MM:SS or HH:MM:SS")


@given(st.integers(0, values.MAX_TIME_MS))
def test_clock_times_are_read_to_the_millisecond(time_ms: int) -> None:
    hours, minutes = time_ms // 3_600_000, time_ms // 60_000 % 60
    clock = f"{hours:02}:{minutes:02}:{time_ms // 1000 % 60:02}.{time_ms % 1000:03}"
    assert values.time_ms(clock) == time_ms


@pytest.mark.parametrize("written", ["608", "0608", "C0608", "'#C0608'", "'0608'", "LORN-608"])
def test_case_numbers_in_all_their_forms(written: str) -> None:
    assert values.case_number(scalar(written)) == 608


@pytest.mark.parametrize("written", ["0", "C", "6O8", "1.5", "-3", "true", "[1]", "''"])
def test_case_numbers_that_are_none(written: str) -> None:
    with pytest.raises(Mistake):
        values.case_number(scalar(written))


@pytest.mark.parametrize(
    ("written", "bare"),
    [
        ('"Vi bygger."', "Vi bygger."),
        ("“Vi bygger.”", "Vi bygger."),
        ("«Vi bygger.»", "Vi bygger."),
        ("„Vi bygger.“", "Vi bygger."),
        ("”Vi bygger.”", "Vi bygger."),
        ("»Vi bygger.«", "Vi bygger."),
        ("'Vi bygger.'", "Vi bygger."),
        ("‘It’s ours’", "It’s ours"),
        ("« “Vi bygger.” »", "Vi bygger."),
        ("«Han sa «ja» til meg»", "Han sa «ja» til meg"),
        ("“A” and “B”", "“A” and “B”"),
        ('"A" and "B"', '"A" and "B"'),
        ("Han sa «ja»", "Han sa «ja»"),
        ("Vi bygger.", "Vi bygger."),
    ],
)
def test_outer_quotation_marks_are_taken_off(written: str, bare: str) -> None:
    assert values.unquoted(written) == bare


@given(st.text("ab \"'“”„«»‘’", max_size=12))
def test_taking_quotation_marks_off_is_done_once_and_for_all(said: str) -> None:
    bare = values.unquoted(said)
    assert values.unquoted(bare) == bare
    assert bare in said


@pytest.mark.parametrize(
    ("said", "hint"),
    [
        ("www.example.org", "write https://www.example.org"),
        ("javascript:alert(1)", "write https://…"),
        ("ftp://example.org/x", "write https://…"),
        ("https://", "write https://…"),
        ("http://[::1", "write https://…"),
        ("https://example.org:99999/", "write https://…"),
        ("https://example.org/a b", "write https://…"),
        ('https://example.org/"><script>', "write https://…"),
        ("post@example.org", "write mailto:post@example.org"),
        ("/etc/passwd", "write https://…"),
    ],
)
def test_what_is_no_address_is_refused(said: str, hint: str) -> None:
    with pytest.raises(Mistake) as caught:
        values.address(said)
    assert caught.value.hint == hint


@pytest.mark.parametrize(
    "said", ["https://example.org", "HTTP://example.org/å?q=1#x", "mailto:post@example.org"]
)
def test_web_and_mail_addresses_are_taken_as_they_are(said: str) -> None:
    assert values.address(said) == said


@pytest.mark.parametrize(
    ("said", "language"),
    [("no", "no"), ("nb", "nb"), ("nb_NO", "nb-NO"), ("en-GB", "en-GB"), ("sr-Latn-RS", "sr-Latn-RS")],
)
def test_language_tags(said: str, language: str) -> None:
    assert values.language(scalar(said)) == language


@pytest.mark.parametrize("said", ["norsk", "Norwegian", "n", "no-", "false", "12"])
def test_language_names_are_no_tags(said: str) -> None:
    with pytest.raises(Mistake):
        values.language(scalar(said))


def test_an_unknown_time_zone_names_the_nearest() -> None:
    with pytest.raises(Mistake) as caught:
        values.time_zone("Europe/Olso")
    assert caught.value.hint == "write Europe/Oslo"


@pytest.mark.parametrize("said", ["../../etc/passwd", "/etc/localtime", "Europe", "", "a\0b"])
def test_time_zones_are_no_paths(said: str) -> None:
    with pytest.raises(Mistake):
        values.time_zone(said)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("education", "Education"),
        ("Education > courses", "Education > Courses"),
        ("Courses", "Education > Courses"),
        ("Health and Fitness", "Health & Fitness"),
        ("Tecnology", "Technology"),
        ("Society & Culture/Philosophy", "Society & Culture > Philosophy"),
    ],
)
def test_a_wrong_category_names_the_nearest(said: str, meant: str) -> None:
    with pytest.raises(Mistake) as caught:
        values.category(said)
    assert caught.value.hint == f"did you mean {meant}?"


def test_every_category_is_read_as_apple_spells_it() -> None:
    for name, subs in apple_categories.CATEGORIES.items():
        assert values.category(name) == Category(name)
        for sub in subs:
            assert values.category(f"{name}>{sub}") == Category(name, sub)


def test_the_categories_are_as_many_as_apple_has() -> None:
    assert len(apple_categories.CATEGORIES) == 19
    assert len(apple_categories.CHOICES) == 19 + 91
