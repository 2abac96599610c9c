"""A case page becomes a case and a transcript: everything it says, and nothing that it does not."""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lornpod import cli, workspace
from lornpod.errors import Finding, InputError, Level, LornpodError, errors_in
from lornpod.importing import lines, page, profiles
from lornpod.model import Link, Person, Question
from lornpod.text import notes, transcripts
from lornpod.webclient import Client, NoAnswer, open_public_connection

from . import builders
from .workspaces import NETWORK, write_cover

PAGE = """\
LØRN Case #C0907
Å lære av en bru
Hva kan en bru lære oss om tillit? I denne episoden av #LØRN møter Ola brubyggeren Kari Anne Nordmann.

Kari Anne Nordmann

Fagleder bru og ferge

Fjordheim Kommune

"Vi bygger bruer mens vi går på dem – og «stoler» på at de holder."

Varighet: 37 min

LYTTE

Ta quiz og få læringsbevis

0.00

Ferdig med quiz?

Hvem er du, og hvorfor bruer?

Jeg er vokst opp ved en fjord uten bru, og det var *langt* å gå.

Vi var tre søsken.

Hva betyr mest i arbeidet deres?

1. april måler vi alt på nytt …

Hvem er du, og hvorfor bruer?

Jeg er vokst opp ved en fjord uten bru, og det var *langt* å gå.

Vi var tre søsken.

Hva betyr mest i arbeidet deres?

1. april måler vi alt på nytt …

Vis mer
Tema: innovasjon i offentlig sektor
Organisasjon: Fjordheim Kommune
Perspektiv: Offentlig sektor
Dato: 260304
Sted: MØRE OG ROMSDAL
Vert: Ola Vik

Dette er hva du vil lære:


Hvorfor en bru skal gi etter

Mer læring:

Tuva Myrvang: Bruer og folk

Kart over bruene https://example.org/bruer

Del denne Casen

Din neste LØRNing

Dette er LØRN Cases

En slik tekst står på alle sider.

Flere caser i samme tema

More Cases in the same topic

#C0902
Bærekraft

Tuva Myrvang

Forsker

#C0903
Bærekraft

Utskrift av samtalen: Å lære av en bru

Velkommen til Lørn.Tech med Ola Vik og venner.

\xa0

Ola Vik: Hei, og velkommen. Hvem er du?

\xa0

Kari Anne Nordmann: Jeg bygger bruer.

Kari Anne: Og river noen.

Ola: Takk for at du kom.

Kari Anne: Selv takk.

Og hils hjem.

Ola: Det skal jeg.

Du har lyttet til en podcast fra Lørn.Tech. Følg oss.

Quiz for Case #C0907

Du må være Medlem for å ta quiz
"""
NETWORK_VALUE = builders.network(themes=("Innovasjon i offentlig sektor", "Bærekraft"))
LORN = profiles.load("lorn")
REAL_PAGE = Path(__file__).parent.parent.parent / "shared/lorn-case-c0608.txt"
GUEST = Person("Kari Anne Nordmann", "Fagleder bru og ferge", "Fjordheim Kommune")


def read(text: str = PAGE, profile: profiles.Profile = LORN) -> page.Page:
    return page.read(lines.read(text.encode(), "side.txt"), profile, NETWORK_VALUE, "side.txt")


def told(read_page: page.Page) -> list[Finding]:
    """What is told beside what the profile says is no part of a case."""
    return [one for one in read_page.findings if one.code != "page-passed-over"]


def as_html(text: str) -> str:
    """*text* as a page of a site: a paragraph a line, headings, a menu and a footer around it."""
    blocks = "\n".join(f"<div><p>{escape(row)}</p></div>" for row in text.split("\n") if row.strip())
    return (
        "<!DOCTYPE html><html lang='nb'><head><title>Case</title><script>var a = '<p>Nei</p>'</script>"
        f"<style>p {{ color: red }}</style></head><body>{blocks}<!-- <p>Heller ikke</p> --></body></html>"
    )


def as_browser(text: str, *, questions: str = "<h3>{}</h3>", answers: str = "<div><p>{}</p></div>") -> str:
    """*text* as a browser saves a page of it: banner, menu and footer around, nested blocks, headings."""
    said = []
    for at, row in enumerate(one for one in text.replace("\xa0", "").split("\n") if one.strip()):
        label, colon, value = row.partition(": ")
        if at == 0:
            said.append(f"<div class='k'><span>{escape(row)}</span></div>")
        elif at == 1:
            said.append(f"<h1>{escape(row)}</h1>")
        elif row.endswith("?") and not colon:
            said.append(questions.format(escape(row)))
        elif label in ("Tema", "Organisasjon", "Perspektiv", "Dato", "Sted", "Vert", "Varighet"):
            said.append(f"<div><div><b>{label}:</b>&nbsp;<span>{escape(value)}</span></div></div>")
        elif LORN.parts["transcript"].match(row) or LORN.parts["passed_over"].match(row) or row.endswith(":"):
            said.append(f"<h2>{escape(row)}</h2>")
        elif colon and len(label) < 30:
            said.append(f"<p><strong>{escape(label)}:</strong> {escape(value)}</p><p>&nbsp;</p>")
        else:
            said.append(answers.format(escape(row)))
    inside = "\n".join(said)
    return f"""<!DOCTYPE html>
<!-- saved from url=(0036)https://example.org/case/907 -->
<html lang="no"><head><meta charset="utf-8"><title>Case</title><script async src="x.js"></script>
<link rel="canonical" href="https://example.org/case/907"><style>.a{{color:red}}</style>
<script type="application/ld+json">{{"@type": "PodcastEpisode", "name": "Noe annet"}}</script></head>
<body><div role="dialog"><p>Vi bruker informasjonskapsler.</p><button>Godta alle</button></div>
<header><nav><ul><li><a href="/">Hjem</a></li><li><a href="/cases">Alle caser</a></li></ul></nav></header>
<main><div><div><section>{inside}</section></div></div></main>
<footer><p>© 2026 Fjordheim AS</p><a href="/personvern">Personvern</a></footer>
<noscript>Slå på JavaScript</noscript><iframe src="https://example.org/x"></iframe></body></html>"""


# ---------------------------------------------------------------- what the page says


def test_number_title_and_introduction_are_read() -> None:
    case = read().case
    assert (case.id, case.number, case.title) == ("C0907", 907, "Å lære av en bru")
    assert case.introduction.startswith("Hva kan en bru lære oss")
    assert case.introduction.endswith("brubyggeren Kari Anne Nordmann.")


def test_the_guest_comes_with_role_and_organisation_and_the_host_by_name() -> None:
    assert read().case.guests == (GUEST,)
    assert read().case.hosts == (Person("Ola Vik"),)


def test_the_quote_loses_its_outer_marks_and_keeps_its_typography() -> None:
    quote = read().case.quote
    assert quote is not None
    assert quote.text == "Vi bygger bruer mens vi går på dem – og «stoler» på at de holder."


def test_questions_that_the_page_repeats_come_once_with_all_paragraphs_of_their_answers() -> None:
    assert read().case.questions == (
        Question(
            "Hvem er du, og hvorfor bruer?",
            "Jeg er vokst opp ved en fjord uten bru, og det var \\*langt\\* å gå.\n\nVi var tre søsken.",
        ),
        Question("Hva betyr mest i arbeidet deres?", "1\\. april måler vi alt på nytt …"),
    )


def test_words_that_look_like_markup_are_shown_as_the_page_has_them() -> None:
    answers = [notes.text(question.answer) for question in read().case.questions]
    assert "*langt*" in answers[0]
    assert answers[1] == "1. april måler vi alt på nytt …"


def test_theme_and_place_come_in_the_spelling_of_the_network_and_the_profile() -> None:
    case = read().case
    assert case.themes == ("Innovasjon i offentlig sektor",)
    assert case.perspective == "Offentlig sektor"
    assert case.place is not None
    assert case.place.name == "Møre og Romsdal"


def test_the_date_of_six_digits_is_a_morning_in_the_networks_time_zone() -> None:
    published = read().case.published
    assert published is not None
    assert published.isoformat() == "2026-03-04T05:00:00+00:00"


@pytest.mark.parametrize(
    ("written", "duration_ms"),
    [
        ("42 min", 2_520_000),
        ("1 t 5 min", 3_900_000),
        ("1 time og 5 minutter", 3_900_000),
        ("37:30", 2_250_000),
        ("1:02:03", 3_723_000),
        ("en stund", None),
    ],
)
def test_the_duration_is_read_as_people_write_it(written: str, duration_ms: int | None) -> None:
    assert read(PAGE.replace("37 min", written)).duration_ms == duration_ms


def test_learning_points_links_and_related_cases_are_read() -> None:
    case = read().case
    assert case.learning_points == ("Hvorfor en bru skal gi etter",)
    assert case.links == (
        Link("Tuva Myrvang: Bruer og folk"),
        Link("Kart over bruene", "https://example.org/bruer"),
    )
    assert case.related == ("C0902", "C0903")


def test_the_transcript_has_full_names_and_the_narrators_opening_and_closing_lines() -> None:
    transcript = read().transcript
    assert transcript is not None
    speakers = [cue.speaker for cue in transcript.cues]
    kari = GUEST.name
    assert speakers == ["", "Ola Vik", kari, kari, "Ola Vik", kari, kari, "Ola Vik", ""]
    assert transcript.cues[0].text.startswith("Velkommen til")
    assert transcript.cues[-1].text.startswith("Du har lyttet til")


def test_a_whole_page_leaves_nothing_missing_and_nothing_unrecognised() -> None:
    read_page = read()
    assert read_page.missing == ()
    assert told(read_page) == []


# ---------------------------------------------------------------- HTML


def test_html_says_what_the_text_says() -> None:
    from_text, from_html = read(), read(as_html(PAGE))
    assert from_html.case == from_text.case
    assert from_html.transcript == from_text.transcript
    assert told(from_html) == []


def test_html_lists_are_learning_points_one_by_one_and_links_keep_their_addresses() -> None:
    text = as_html(PAGE.replace("Hvorfor en bru skal gi etter", "PUNKTER").replace("Tuva Myrvang: ", "LENKE"))
    text = text.replace("PUNKTER", "<ul><li>Vind</li><li>Vær og &laquo;tvil&raquo;</li></ul>")
    text = text.replace("LENKEBruer og folk", "Tuva Myrvang: <a href='/bok?a=1&amp;b=2'>Bruer og folk</a>")
    document = lines.read(text.encode(), "side.html", url="https://example.org/case/907")
    case = page.read(document, LORN, NETWORK_VALUE, "side.html").case
    assert case.learning_points == ("Vind", "Vær og «tvil»")
    assert case.links[0] == Link("Tuva Myrvang: Bruer og folk", "https://example.org/bok?a=1&b=2")
    assert case.href == "https://example.org/case/907"


def test_links_in_an_answer_become_markdown() -> None:
    text = as_html(PAGE).replace("uten bru", "uten <a href='https://example.org/b_r_u'>bru [1]</a>")
    answer = read(text).case.questions[0].answer
    assert 'href="https://example.org/b_r_u">bru [1]</a>' in notes.html(answer)


def test_characters_of_private_use_stand_for_no_link() -> None:
    document = lines.read(
        "<p>\ue0000\ue001 \ue00099\ue001 <a href='https://example.org/'>a</a></p>".encode(), "x"
    )
    assert [line.markdown for line in document.lines] == ["0 99 [a](<https://example.org/>)"]


def test_a_page_names_its_own_address() -> None:
    text = as_html(PAGE).replace("<head>", "<head><link rel='canonical' href='https://example.org/c/907'>")
    assert read(text).case.href == "https://example.org/c/907"


def test_scripts_styles_and_comments_are_not_read() -> None:
    document = lines.read(as_html("Synlig").encode(), "side.html")
    assert [line.text for line in document.lines] == ["Synlig"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_norwegian_letters_survive_any_encoding(encoding: str) -> None:
    data = PAGE.replace("\xa0", "").encode(encoding)
    document = lines.read(data, "side.txt")
    assert page.read(document, LORN, NETWORK_VALUE, "side.txt").case.title == "Å lære av en bru"


def test_letters_taken_apart_by_another_system_are_put_together() -> None:
    assert lines.read("Å lære".encode(), "x").lines[0].text == "Å lære"


BROWSERS = {
    "headings": {},
    "strong": {"questions": "<p><strong>{}</strong></p>"},
    "breaks": {"questions": "<b>{}</b><br>", "answers": "{}<br><br>"},
}


@pytest.mark.parametrize("way", BROWSERS)
def test_a_page_as_a_browser_saves_it_says_what_the_text_says(way: str) -> None:
    from_text, saved = read(), read(as_browser(PAGE, **BROWSERS[way]))
    assert replace(saved.case, href="") == from_text.case
    assert saved.case.href == "https://example.org/case/907"
    assert saved.transcript == from_text.transcript
    assert told(saved) == []


def test_a_footer_below_the_transcript_is_no_speech_and_is_told_as_passed_over() -> None:
    saved = read(as_browser(re.sub(r"(?s)Quiz for.*", "", PAGE)))
    assert saved.transcript == read().transcript
    footer = (
        as_browser(re.sub(r"(?s)Quiz for.*", "", PAGE))
        .split("\n")
        .index('<footer><p>© 2026 Fjordheim AS</p><a href="/personvern">Personvern</a></footer>')
        + 1
    )
    (passed,) = [one for one in saved.findings if one.code == "page-passed-over"]
    assert footer in numbers_in(passed.message)


def numbers_in(said: str) -> set[int]:
    """The lines that *said* names, as “3, 5–9”."""
    runs = re.findall(r"([0-9]+)(?:–([0-9]+))?", said)
    return {number for first, last in runs for number in range(int(first), int(last or first) + 1)}


def letters(said: str) -> str:
    """What is said, without regard to white space, capitals, quotation marks and signs of Markdown."""
    return re.sub(r"[^\w]", "", said).casefold()


def unaccounted(text: str, read_page: page.Page) -> list[str]:
    """The rows of the page that are neither in what is written nor told as not recognised or passed over."""
    written = "".join(letters(data.decode()) for data in page.files(read_page, NETWORK_VALUE).values())
    spoken = letters("".join(cue.text for cue in read_page.transcript.cues)) if read_page.transcript else ""
    known: set[int] = set()
    for one in read_page.findings:
        if one.code == "page-passed-over":
            known |= numbers_in(one.message)
        elif one.code == "page-unrecognised":
            found = re.match(r"lines ([0-9]+) to ([0-9]+)", one.message)
            first = int(one.where.rpartition(":")[2])
            known |= set(range(first, int(found[2]) + 1 if found else first + 1))
    labels = [label for said in LORN.fields.values() for label in said]
    lost = []
    for number, row in enumerate(text.split("\n"), 1):
        said = row.strip(" \xa0")
        label, colon, value = said.partition(":")
        heading = any(patterns.match(said) for patterns in LORN.parts.values())
        if not said or number in known or heading:
            continue
        value = value if colon and (label in labels or len(label) < 40) else said
        value = re.sub(r"(LØRN Case #C0*| min\Z)", "", value)
        if letters(value) not in written and letters(value) not in spoken:
            lost.append(said)
    return lost


def made_up(text: str, read_page: page.Page) -> list[str]:
    """What case.md states that does not stand on the page."""
    case, of_page = read_page.case, letters(text)
    said = [
        case.title, case.perspective, *case.themes, *case.learning_points, *case.related,
        *(value for one in (*case.guests, *case.hosts) for value in (one.name, one.role, one.organisation)),
        *(value for one in case.links for value in (one.title, one.href)),
        *re.split(r"(?<=[.!?…])\s", notes.text(case.introduction)),
        *(part for one in case.questions for part in re.split(r"(?<=[.!?…])\s", notes.text(one.answer))),
        *(notes.text(one.question) for one in case.questions),
        case.quote.text if case.quote else "", case.place.name if case.place else "", str(case.number or ""),
        case.published.astimezone(ZoneInfo("Europe/Oslo")).strftime("%y%m%d") if case.published else "",
        *(cue.text for cue in (read_page.transcript.cues if read_page.transcript else ())),
    ]  # fmt: skip
    return [one for one in said if letters(one) not in of_page]


@pytest.mark.parametrize("cut", ["", r'"Vi bygger .*\n', r"Perspektiv: .*\n", r"(?s)Utskrift.*?(?=Quiz)"])
def test_every_sentence_is_written_or_told_and_none_is_made_up(cut: str) -> None:
    text = re.sub(cut, "", PAGE) if cut else PAGE
    text = text.replace("LYTTE\n", "LYTTE\n\nMeld deg på vårt nyhetsbrev nå.\n\nOg en ting til.\n", 1)
    read_page = read(text)
    assert unaccounted(text, read_page) == []
    assert made_up(text, read_page) == []


def test_the_sections_of_a_page_may_stand_in_any_order() -> None:
    fields = re.search(r"(?s)Tema: .*?Ola Vik\n", PAGE)
    speech = re.search(r"(?s)Utskrift av.*?Følg oss\.\n", PAGE)
    lists = re.search(r"(?s)Dette er hva.*?example\.org/bruer\n", PAGE)
    assert fields and speech and lists  # noqa: PT018
    whole = read()
    for moved in (fields[0], speech[0], lists[0], speech[0] + lists[0], lists[0] + speech[0]):
        text = PAGE
        for part in (speech[0], lists[0], fields[0]):
            text = text.replace(part, "") if part in moved else text
        read_page = read(text.replace("LYTTE\n", f"{moved}\nLYTTE\n", 1))
        assert (read_page.case, read_page.transcript) == (whole.case, whole.transcript)
        assert told(read_page) == []


@pytest.mark.parametrize(
    "written", ["04.03.2026", "4.3.2026", "4.3.26", "4. mars 2026", "2026-03-04", "260304"]
)
def test_a_day_is_read_as_the_profile_says_that_days_are_written(written: str) -> None:
    published = read(PAGE.replace("260304", written)).case.published
    assert published is not None
    assert published.isoformat() == "2026-03-04T05:00:00+00:00"


@pytest.mark.parametrize("written", ["04/03/2026", "YYMMDD", "31.02.2026", "4. Mars-april 2026"])
def test_a_day_that_could_be_another_is_left_out_and_told(written: str) -> None:
    read_page = read(PAGE.replace("260304", written))
    assert read_page.case.published is None
    assert any(f"'{written}'" in one.message for one in read_page.findings)


def test_a_guest_who_says_nothing_is_one_too_and_told() -> None:
    two = PAGE.replace(
        'Fjordheim Kommune\n\n"Vi',
        'Fjordheim Kommune\n\nTuva Myrvang\n\nForsker\n\nFjordheim høyskole\n\n"Vi',
        1,
    )
    read_page = read(two)
    assert read_page.case.guests == (GUEST, Person("Tuva Myrvang", "Forsker", "Fjordheim høyskole"))
    assert [one.code for one in told(read_page)] == ["page-guest"]


def test_a_page_marked_as_another_language_is_told() -> None:
    marked = as_html(PAGE).replace("lang='nb'", "lang='en-GB'")
    (finding,) = told(read(marked))
    assert "“en-GB”, and the case is “nb”" in finding.message


@pytest.mark.parametrize("ends", ["\r\n", "\r"])
def test_line_ends_of_other_systems_are_line_ends(ends: str) -> None:
    read_page = read(PAGE.replace("\n", ends))
    assert (read_page.case, read_page.transcript) == (read().case, read().transcript)


# ---------------------------------------------------------------- what the page does not say


@pytest.mark.parametrize(
    ("cut", "missing"),
    [
        (r"Varighet: .*\n", "duration"),
        (r"Tema: .*\n", "theme"),
        (r"Perspektiv: .*\n", "perspective"),
        (r"Dato: .*\n", "date"),
        (r"Sted: .*\n", "place"),
        (r"Vert: .*\n", "host"),
        (r'"Vi bygger .*\n', "quote"),
        (r"Hvorfor en bru skal.*\n", "learning points"),
        (r"(?s)Tuva Myrvang: .*?(?=Del)", "more learning"),
        (r"(?s)Flere caser.*?(?=Utskrift)", "related cases"),
        (r"(?s)Utskrift.*?(?=Quiz)", "transcript"),
        (r"(?s)Hvem er du, og hvorfor bruer.*?(?=Vis mer)", "questions"),
    ],
)
def test_what_is_not_on_the_page_is_left_out_and_named(cut: str, missing: str) -> None:
    read_page = read(re.sub(cut, "", PAGE))
    assert read_page.missing == (missing,)
    (finding,) = [one for one in read_page.findings if one.code == "page-missing"]
    assert finding.message == f"not on the page: {missing}"


def test_what_is_not_recognised_is_told_by_its_line_and_left_out() -> None:
    text = PAGE.replace("Ferdig med quiz?\n", "Ferdig med quiz?\n\nMeld deg på nyhetsbrevet\n")
    read_page = read(text)
    (finding,) = told(read_page)
    line = text.split("\n").index("Meld deg på nyhetsbrevet") + 1
    assert finding.where == f"side.txt:{line}"
    assert "not recognised" in finding.message
    assert "nyhetsbrevet" not in page.files(read_page, NETWORK_VALUE)["case.md"].decode()


def test_a_date_that_does_not_exist_is_left_out_and_told() -> None:
    read_page = read(PAGE.replace("260304", "261332"))
    assert read_page.case.published is None
    line = PAGE.split("\n").index("Dato: 260304") + 1
    assert [one.where for one in read_page.findings if "261332" in one.message] == [f"side.txt:{line}"]


def test_a_theme_that_the_network_does_not_have_is_told() -> None:
    (finding,) = told(read(PAGE.replace("Tema: innovasjon", "Tema: Renovasjon")))
    assert "is no theme of the network" in finding.message


def test_several_learning_points_run_together_are_kept_as_one_and_told() -> None:
    read_page = read(
        PAGE.replace("Hvorfor en bru skal gi etter", "Vind og vær Tvil og tro Bruer i Fjordheim")
    )
    assert len(read_page.case.learning_points) == 1
    assert [one.code for one in told(read_page)] == ["page-points"]


def test_a_guest_whom_no_transcript_names_is_read_by_position_and_told() -> None:
    read_page = read(re.sub(r"(?s)Utskrift.*?(?=Quiz)", "", PAGE))
    assert read_page.case.guests == (GUEST,)
    assert [one.level for one in read_page.findings if one.code == "page-guest"] == [Level.ADVICE]


def test_an_introduction_alone_makes_no_guest() -> None:
    text = re.sub(r"(?s)Kari Anne Nordmann\n\nFagleder.*?Kommune\n\n", "", PAGE)
    read_page = read(re.sub(r"(?s)Utskrift.*?(?=Quiz)", "", text))
    assert read_page.case.guests == ()
    assert "guest" in read_page.missing


def test_two_guests_are_told_apart_by_the_transcript() -> None:
    text = PAGE.replace(
        'Fjordheim Kommune\n\n"', 'Fjordheim Kommune\n\nTuva Myrvang\n\nForsker\n\nFjordheim høyskole\n\n"', 1
    ).replace("Ola: Det skal jeg.", "Tuva Myrvang: Ja.\n\nTuva: Jo.\n\nOla: Det skal jeg.")
    assert read(text).case.guests == (GUEST, Person("Tuva Myrvang", "Forsker", "Fjordheim høyskole"))


def test_two_hosts_and_two_themes_are_two() -> None:
    text = PAGE.replace("Vert: Ola Vik", "Vert: Ola Vik og Tuva Myrvang")
    text = text.replace("Tema: innovasjon", "Tema: Bærekraft\nTema: innovasjon")
    case = read(text).case
    assert [host.name for host in case.hosts] == ["Ola Vik", "Tuva Myrvang"]
    assert case.themes == ("Bærekraft", "Innovasjon i offentlig sektor")


def test_a_question_with_two_answers_is_kept_twice_and_told() -> None:
    first, _, second = PAGE.rpartition("1. april måler vi alt på nytt …")
    read_page = read(f"{first}Vi hviler.{second}")
    assert len(read_page.case.questions) == 3
    assert [one.code for one in told(read_page)] == ["page-question"]


def test_a_teaser_of_an_answer_gives_way_to_the_whole() -> None:
    text = PAGE.replace("og det var *langt* å gå.\n\nVi var tre søsken.", "og det …", 1)
    questions = read(text).case.questions
    assert len(questions) == 2
    assert questions[0].answer.endswith("Vi var tre søsken.")


def test_a_transcript_that_would_be_taken_for_another_format_is_told() -> None:
    read_page = read(PAGE.replace("Velkommen til Lørn.Tech", "<p>Velkommen til Lørn.Tech"))
    assert "page-transcript" in [one.code for one in read_page.findings]


def test_a_page_of_another_kind_is_refused_in_one_line() -> None:
    with pytest.raises(LornpodError, match=r"^side.txt: no case page: .*; look whether"):
        read("Noe helt annet.\n")


@pytest.mark.parametrize("data", [b"PK\x03\x04rest", b"%PDF-1.7", b"\x00\x01\x02\x03" * 9])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(LornpodError, match="not a page but"):
        lines.read(data, "side.txt")


# ---------------------------------------------------------------- profiles


def test_a_profile_of_ones_own_reads_pages_with_other_words(tmp_path: Path) -> None:
    own = tmp_path / "elsewhere.toml"
    own.write_text(
        'case = ["Episode {id}"]\nbetween_people = [" and "]\n[fields]\ndate = ["Date"]\nhost = ["Hosts"]\n'
        '[parts]\ntranscript = ["Transcript"]\n',
        "utf-8",
    )
    text = (
        "Episode 12\nBridges\n\nDate: 2026-03-04\nHosts: Ola Vik and Tuva Myrvang\n\nTranscript\n\nOla: Hi.\n"
    )
    case = read(text, profiles.load(str(own))).case
    assert (case.id, case.number, case.title) == ("12", 12, "Bridges")
    assert len(case.hosts) == 2


def test_a_page_of_another_podcast_is_read_by_words_alone(tmp_path: Path) -> None:
    own = tmp_path / "elsewhere.toml"
    own.write_text(
        'case = ["Episode {id}: {title}"]\nlanguage = "en"\nclosing = ["Thanks for listening*"]\n'
        'dates = ["MONTH D, YYYY"]\nbetween_people = [" and "]\n'
        'months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", '
        '"October", "November", "December"]\n'
        '[fields]\nguest = ["Guest"]\ndate = ["Released"]\nhost = ["Hosts"]\n'
        '[parts]\ntranscript = ["Transcript"]\n',
        "utf-8",
    )
    text = (
        "Episode 12: Bridges\n\nAbout bridges and trust.\n\nGuest: Kari Nordmann, Engineer, Fjordheim\n"
        "Released: March 4, 2026\nHosts: Ola Vik and Tuva Myrvang\n\nTranscript\n\nOla Vik: Hi.\n\n"
        "Kari Nordmann: Hello.\n\nThanks for listening to Bridges.\n\nSubscribe to our letter.\n"
    )
    read_page = read(text, profiles.load(str(own)))
    case = read_page.case
    assert (case.id, case.title, case.language) == ("12", "Bridges", "en")
    assert case.introduction == "About bridges and trust."
    assert case.guests == (Person("Kari Nordmann", "Engineer", "Fjordheim"),)
    assert case.published is not None
    assert case.published.isoformat() == "2026-03-04T05:00:00+00:00"
    assert read_page.transcript is not None
    assert [cue.speaker for cue in read_page.transcript.cues] == ["Ola Vik", "Kari Nordmann", ""]
    assert any("Subscribe to our letter" in one.message for one in read_page.findings)


def test_pages_in_english_have_a_profile_of_their_own() -> None:
    english = {
        "Varighet": "Duration", "Tema": "Topic", "Organisasjon": "Organization", "Perspektiv": "Perspective",
        "Dato: 260304": "Date: 4 March 2026", "Sted": "Location", "Vert": "Host", "LYTTE": "LISTEN",
        "Dette er hva du vil lære": "This is what you will learn", "Mer læring": "More learning",
        "Utskrift av samtalen": "Transcript of the conversation", "Velkommen til": "Welcome to",
        "Du har lyttet til": "You have been listening to", "Vis mer": "Show more",
    }  # fmt: skip
    text = PAGE
    for norwegian, words in english.items():
        assert norwegian in text
        text = text.replace(norwegian, words)
    read_page = read(text, profiles.load("lorn-en"))
    assert read_page.case.language == "en"
    assert replace(read_page.case, language="nb") == read().case
    assert (read_page.missing, told(read_page)) == ((), [])


def test_a_profile_tells_what_is_wrong_with_its_days(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('based_on = "lorn"\nmonths = ["januar"]\ndates = ["D.M", "D.D.YYYY"]\n', "utf-8")
    with pytest.raises(InputError) as raised:
        profiles.load(str(own))
    assert [one.field for one in raised.value.findings] == ["months", "dates", "dates"]


def test_a_profile_based_on_a_shipped_one_changes_only_what_it_says(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('based_on = "lorn"\n[fields]\nplace = ["Hvor"]\n', "utf-8")
    read_page = read(PAGE.replace("Sted:", "Hvor:"), profiles.load(str(own)))
    assert read_page.case.place is not None
    assert read_page.missing == ()


def test_all_mistakes_of_a_profile_are_told_together(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        'ignored = "Vis"\ncolour = "red"\n[fields]\nplce = ["Sted"]\n[parts]\nlinks = [1]\n', "utf-8"
    )
    with pytest.raises(InputError) as raised:
        profiles.load(str(own))
    assert [one.field for one in raised.value.findings] == [
        "ignored",
        "colour",
        "fields.plce",
        "parts.links",
        "case",
    ]


@pytest.mark.parametrize("name", ["nosuch", "nosuch.toml"])
def test_an_unknown_profile_is_refused(name: str) -> None:
    with pytest.raises(LornpodError, match=r"there is no page profile .* lorn"):
        profiles.load(name)


# ---------------------------------------------------------------- the command


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "workspace"
    folder.mkdir()
    (folder / "lornpod.yaml").write_text(NETWORK, "utf-8")
    write_cover(folder / "artwork/cover.jpg")
    monkeypatch.chdir(folder)
    (folder / "side.txt").write_text(PAGE, "utf-8")
    return folder


def test_what_is_written_passes_check_up_to_the_recording(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["import", "page", "side.txt"]) == 0
    assert capsys.readouterr().out.split() == ["episodes/C0907/case.md", "episodes/C0907/transcript.txt"]
    cli.run(["check", "--json"])
    findings = json.loads(capsys.readouterr().out)
    assert [one["code"] for one in findings if one["level"] == "error"] == ["audio-missing"]


def test_what_is_written_is_read_back_as_the_page_says(root: Path) -> None:
    cli.run(["import", "page", "side.txt"])
    read_back = workspace.read(root)
    (folder,) = read_back.cases
    expected = page.read(lines.read(PAGE.encode(), "x"), LORN, read_back.network, "x")
    assert folder.case == expected.case
    people = (*folder.case.hosts, *folder.case.guests)
    said, findings = transcripts.read(folder.transcripts[0], language="nb", people=people, where="t")
    assert (said, findings) == (expected.transcript, ())


def test_a_second_import_overwrites_nothing_without_force(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.run(["import", "page", "side.txt"])
    case = root / "episodes/C0907/case.md"
    case.write_text("mine", "utf-8")
    assert cli.run(["import", "page", "side.txt"]) == 1
    assert "is there already; give --force" in capsys.readouterr().err
    assert case.read_text("utf-8") == "mine"
    assert cli.run(["import", "page", "--force", "side.txt"]) == 0
    assert case.read_text("utf-8") != "mine"


def test_a_dry_run_prints_the_files_and_writes_none(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["import", "page", "--dry-run", "side.txt"]) == 0
    shown = capsys.readouterr().out
    assert "==> episodes/C0907/case.md <==\n---\n" in shown
    assert "==> episodes/C0907/transcript.txt <==\nVelkommen" in shown
    assert not (root / "episodes").exists()


def test_a_page_that_cannot_be_used_does_not_stop_the_others(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "other.txt").write_text(PAGE.replace("C0907", "C0908"), "utf-8")
    (root / "again.txt").write_text(PAGE, "utf-8")
    assert cli.run(["import", "page", "nosuch.txt", "side.txt", "again.txt", "other.txt"]) == 1
    said = capsys.readouterr()
    assert "nosuch.txt: cannot be read: no such file" in said.err
    assert "again.txt: C0907 again, as in side.txt" in said.err
    assert workspace.case_ids(root) == ("C0907", "C0908")
    assert "Traceback" not in said.err


def test_json_tells_what_was_read(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.run(["import", "page", "--json", "side.txt"])
    (told,) = json.loads(capsys.readouterr().out)
    assert (told["id"], told["missing"], told["duration_ms"]) == ("C0907", [], 37 * 60_000)


class _Site(BaseHTTPRequestHandler):
    """A site: /case in Norwegian HTML, /away leads to it, /none is nothing."""

    pages: ClassVar[dict[str, bytes]] = {"/case": as_html(PAGE).encode("cp1252")}

    def do_GET(self) -> None:
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "/case")
        else:
            self.send_response(200 if self.path in self.pages else 404)
            self.send_header("Content-Type", "text/html; charset=windows-1252")
        body = self.pages.get(self.path, b"")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_page_on_the_web_is_read_in_its_own_encoding_and_names_its_address(root: Path, site: str) -> None:
    assert cli.run(["import", "page", "--allow-private", f"{site}/away"]) == 0
    (folder,) = workspace.read(root).cases
    assert folder.case.title == "Å lære av en bru"
    assert folder.case.href == f"{site}/case"


def test_a_page_that_is_not_there_is_told_with_its_address(
    root: Path, site: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["import", "page", "--allow-private", f"{site}/none"]) == 3
    assert f"{site}/none: the server answers 404" in capsys.readouterr().err


def test_an_address_inside_a_private_network_is_refused_unless_allowed(
    root: Path, site: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["import", "page", f"{site}/case"]) == 3
    assert "is inside a private network; give --allow-private" in capsys.readouterr().err


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "10.0.0.1",
        "169.254.169.254",
        "192.168.1.1",
        "[::1]",
        "[::ffff:10.0.0.1]",
        "[64:ff9b::a00:1]",
        "[2002:a00:1::]",
        "[fe80::1]",
        "0.0.0.0",  # noqa: S104
        "224.0.0.1",
    ],
)
def test_no_spelling_of_a_private_address_is_asked(host: str) -> None:
    with pytest.raises(NoAnswer, match="inside a private network"):
        Client(open_public_connection).ask("GET", f"http://{host}/")


# ---------------------------------------------------------------- a real page


@pytest.fixture(scope="module")
def rows() -> list[str]:
    return [" ".join(row.split()) for row in REAL_PAGE.read_text("utf-8").split("\n")]


@pytest.fixture(scope="module")
def read_page() -> page.Page:
    document = lines.read(REAL_PAGE.read_bytes(), "side.txt")
    return page.read(document, LORN, builders.network(), "side.txt")


@pytest.mark.skipif(not REAL_PAGE.is_file(), reason="the page is not here")
class TestARealPage:
    """Every field of a page as it was published, told by its shape alone."""

    def test_nothing_is_missing_or_unrecognised(self, read_page: page.Page) -> None:
        assert read_page.missing == ()
        assert {one.code for one in told(read_page)} <= {"page-points"}

    def test_head_and_fields(self, read_page: page.Page, rows: list[str]) -> None:
        case = read_page.case
        assert (case.id, case.number, case.title) == ("C0608", 608, rows[1])
        assert notes.text(case.introduction) == rows[2]
        (guest,) = case.guests
        assert [guest.name, guest.role, guest.organisation] == [rows[4], rows[6], rows[8]]
        assert case.quote is not None
        assert f'"{case.quote.text}"' == rows[10]
        assert read_page.duration_ms == 42 * 60_000
        assert case.published is not None
        assert case.published.isoformat() == "2020-02-04T05:00:00+00:00"
        assert [f"Tema: {theme}" for theme in case.themes] == [rows[99]]
        assert f"Perspektiv: {case.perspective}" == rows[101]
        assert case.place is not None
        assert f"Sted: {case.place.name.upper()}" == rows[103]
        assert [f"Vert: {host.name}" for host in case.hosts] == [rows[104]]

    def test_each_of_nine_questions_once_with_its_answer(self, read_page: page.Page, rows: list[str]) -> None:
        questions = read_page.case.questions
        assert len(questions) == len({one.question for one in questions}) == 9
        said = [text for one in questions for text in (notes.text(one.question), notes.text(one.answer))]
        assert said == [row for row in rows[26:61] if row]

    def test_learning_points_links_and_related_cases(self, read_page: page.Page, rows: list[str]) -> None:
        case = read_page.case
        assert [notes.text(point) for point in case.learning_points] == [rows[109]]
        assert [link.title for link in case.links] == [rows[113]]
        assert [f"#{one}" for one in case.related] == [row for row in rows if re.fullmatch(r"#C\d+", row)]

    def test_every_word_of_the_transcript_in_order_with_three_voices(
        self, read_page: page.Page, rows: list[str]
    ) -> None:
        transcript, case = read_page.transcript, read_page.case
        assert transcript is not None
        begin = next(at for at, row in enumerate(rows) if row.startswith("Utskrift")) + 1
        end = next(at for at, row in enumerate(rows) if row.startswith("Quiz for Case"))
        spoken = [row for row in rows[begin:end] if row]
        assert [one.text for one in transcript.cues] == [
            re.sub(r"^[A-ZÆØÅ][\w ]{3,30}: ?", "", row) for row in spoken
        ]
        assert {one.speaker for one in transcript.cues} == {"", case.guests[0].name, case.hosts[0].name}
        assert [at for at, one in enumerate(transcript.cues) if not one.speaker] == [0, len(spoken) - 1]

    def test_every_sentence_is_written_or_told_and_none_is_made_up(self, read_page: page.Page) -> None:
        text = REAL_PAGE.read_text("utf-8")
        assert unaccounted(text, read_page) == []
        assert made_up(text, read_page) == []

    @pytest.mark.parametrize("way", BROWSERS)
    def test_a_browser_saves_the_same(self, read_page: page.Page, way: str) -> None:
        saved = as_browser(REAL_PAGE.read_text("utf-8"), **BROWSERS[way])
        from_html = page.read(lines.read(saved.encode(), "side.html"), LORN, builders.network(), "side.html")
        assert replace(from_html.case, href="") == read_page.case
        assert from_html.transcript == read_page.transcript

    def test_html_of_the_same_page_says_the_same(self, read_page: page.Page) -> None:
        document = lines.read(as_html(REAL_PAGE.read_text("utf-8")).encode(), "side.html")
        from_html = page.read(document, LORN, builders.network(), "side.html")
        assert (from_html.case, from_html.transcript) == (read_page.case, read_page.transcript)


# ---------------------------------------------------------------- any input

FUZZ = settings(max_examples=int(os.environ.get("LORNPOD_FUZZ", "60")))
PIECES = st.sampled_from(
    [
        *PAGE.split("\n"),
        "Tema:",
        "Utskrift av samtalen:",
        "Kari: ",
        "---",
        "## Hei",
        "<!--",
        "#",
        "```",
        "\ufeff",
        "A\u2028B",
        "Hva?",
        "<p>Hei</p>",
        "<a href='x'>",
        "</div></a>",
        "&amp;&#0;&#xD800;",
        "- punkt",
        "C0001",
    ]
)


@FUZZ
@given(st.data())
def test_a_mutated_page_is_read_back_as_it_was_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    rows = PAGE.split("\n")
    for _ in range(data.draw(st.integers(1, 12))):
        at = data.draw(st.integers(0, len(rows) - 1))
        match data.draw(st.sampled_from(["drop", "put", "swap", "noise"])):
            case "drop" if len(rows) > 1:
                del rows[at : at + data.draw(st.integers(1, 20))]
            case "put":
                rows.insert(at, data.draw(PIECES))
            case "swap":
                other = data.draw(st.integers(0, len(rows) - 1))
                rows[at], rows[other] = rows[other], rows[at]
            case _:
                rows.insert(at, data.draw(st.text(max_size=40)))
        rows = rows or [""]
    text = "\n".join(rows)
    if data.draw(st.booleans()):
        text = as_html(text)
    try:
        document = lines.read(text.encode("utf-8", "replace"), "side")
        read_page = page.read(document, LORN, NETWORK_VALUE, "side")
    except LornpodError as error:
        assert "\n" not in str(error)
        return
    _assert_authored(read_page)


def _assert_authored(read_page: page.Page) -> None:
    """What is written of *read_page* reads back as it."""
    from lornpod.workspace import border, namespace, source

    written = page.files(read_page, NETWORK_VALUE)
    read_back = source.read_markdown(written["case.md"], "case.md")
    assert read_back.data is not None, read_back.findings
    near = border.Surroundings(ZoneInfo("Europe/Oslo"), None)
    entry, findings = border.check(namespace.CaseFile, read_back.data, read_back.lines, near)
    assert not errors_in((*read_back.findings, *findings)), written["case.md"].decode()
    assert isinstance(entry, namespace.CaseFile)
    body = source.sections(read_back.body, 1)
    assert (body.introduction, body.questions) == (read_page.case.introduction, read_page.case.questions)
    assert entry.title == read_page.case.title
    if read_page.transcript is not None:
        people = (*read_page.case.hosts, *read_page.case.guests)
        said, findings2 = transcripts.parse(
            written["transcript.txt"], language="nb", people=people, name="transcript.txt"
        )
        told = any(one.code == "page-transcript" for one in read_page.findings)
        assert not errors_in(findings2) or told
        assert (said == read_page.transcript) is not told


@FUZZ
@given(st.binary(max_size=400))
def test_bytes_of_any_kind_are_lines_or_refused(data: bytes) -> None:
    for html in (None, True, False):
        try:
            document = lines.read(data, "side", html=html)
        except LornpodError as error:
            assert "\n" not in str(error)
        else:
            assert all(line.text.strip() and "\n" not in line.text for line in document.lines)
