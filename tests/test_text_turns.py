"""Text with speaker turns: who is a speaker, whom a short name stands for, and what stays text."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lornpod.errors import Finding, Level
from lornpod.model import Cue, Person, Transcript
from lornpod.text import transcripts

KARI, OLA = Person("Kari Nordmann"), Person("Ola Vik")
PEOPLE = (KARI, OLA)


def turns(text: str, people: tuple[Person, ...] = PEOPLE) -> list[tuple[str, str]]:
    transcript, _ = transcripts.parse(text.encode(), language="nb", people=people, name="t.txt")
    return [(cue.speaker, cue.text) for cue in transcript.cues]


def said(text: str, people: tuple[Person, ...] = PEOPLE) -> tuple[Finding, ...]:
    return transcripts.parse(text.encode(), language="nb", people=people, name="t.txt", where="t.txt")[1]


def test_a_short_name_becomes_the_full_name_of_a_guest() -> None:
    assert turns("Kari: Hei.\n\nOla: Hallo.") == [("Kari Nordmann", "Hei."), ("Ola Vik", "Hallo.")]


def test_a_short_name_becomes_the_full_name_introduced_in_the_text() -> None:
    text = "Kari Nordmann: Hei.\n\nOla Vik: Hallo.\n\nKari: Fint?\n\nOla: Ja.\n\nKari: Bra."
    assert [who for who, _ in turns(text, ())] == [KARI.name, OLA.name, KARI.name, OLA.name, KARI.name]


def test_first_names_of_two_words_resolve_to_the_introduced_name() -> None:
    text = "Kari Anne Nordmann: Hei.\n\nOla: Hei.\n\nKari Anne: Ja.\n\nOla: Nei.\n\nKari Anne: Jo."
    assert [who for who, _ in turns(text, ())][::2] == ["Kari Anne Nordmann"] * 3


@pytest.mark.parametrize(
    "label",
    ["Kari", "Nordmann", "K. Nordmann", "Kari N.", "KN", "KARI", "kari nordmann".title(), "Kari\xa0Nordmann"],
)
def test_initials_surnames_and_capitals_stand_for_the_guest(label: str) -> None:
    assert turns(f"{label}: Hei.") == [("Kari Nordmann", "Hei.")]


def test_a_name_that_two_people_share_stays_as_written_and_is_told() -> None:
    people = (KARI, Person("Kari Vik"))
    assert turns("Kari: Hei.\n\nKari Vik: Hei.", people) == [("Kari", "Hei."), ("Kari Vik", "Hei.")]
    (warning,) = said("Kari: Hei.\n\nKari Vik: Hei.", people)
    assert (warning.where, warning.level) == ("t.txt:1", Level.WARNING)
    assert "Kari Nordmann or Kari Vik" in warning.message


def test_text_before_the_first_speaker_is_the_narrators() -> None:
    assert turns("Velkommen til podkasten.\n\nKari: Takk.")[0] == ("", "Velkommen til podkasten.")


def test_closing_words_after_single_paragraph_turns_are_the_narrators() -> None:
    text = "Du hører på podkasten.\n\nKari: A.\n\nOla: B.\n\nKari: C.\n\nOla: D.\n\nDu har hørt på podkasten."
    assert turns(text)[-2:] == [("Ola Vik", "D."), ("", "Du har hørt på podkasten.")]
    assert said(text) == ()


def test_closing_words_without_opening_words_are_told_as_advice() -> None:
    (advice,) = said("Kari: A.\n\nOla: B.\n\nKari: C.\n\nOla: D.\n\nDu har hørt på podkasten.")
    assert (advice.level, advice.where) == (Level.ADVICE, "t.txt:9")


def test_a_turn_keeps_its_paragraphs_apart_under_one_speaker() -> None:
    assert turns("Kari: Først.\n\nSå dette.\n\nOla: Ja.") == [
        ("Kari Nordmann", "Først."),
        ("Kari Nordmann", "Så dette."),
        ("Ola Vik", "Ja."),
    ]


def test_hard_wrapped_lines_are_one_paragraph() -> None:
    assert turns("Kari: en linje\nog en til\nOla: Ja.") == [
        ("Kari Nordmann", "en linje og en til"),
        ("Ola Vik", "Ja."),
    ]


def test_a_line_of_no_break_spaces_is_a_blank_line() -> None:
    assert turns("Kari:\xa0Hei.\n\xa0\n \u202f\nOla: Hei.") == [
        ("Kari Nordmann", "Hei."),
        ("Ola Vik", "Hei."),
    ]


def test_a_no_break_space_inside_a_sentence_stays() -> None:
    assert turns("Kari: Det koster 10\xa0000 kroner.")[0][1] == "Det koster 10\xa0000 kroner."


@pytest.mark.parametrize(
    "line",
    [
        "Note: this is said.",
        "Klokka 12:30 gikk vi.",
        "https://example.org/side: se der.",
        "Det er slik: vi bygger.",
        "Svaret er: ja.",
        "Og da sa jeg: nei.",
        "12:30 er klokka.",
        "Poenget: vi bygger.",
        "Kari:er rart.",
        "Hun het Kari: ja.",
    ],
)
def test_a_sentence_with_a_colon_is_no_speaker(line: str) -> None:
    assert turns(f"Kari: Først.\n\nOla: Ja.\n\nKari: Jo.\n\n{line}")[-1][1] == line


def test_a_remark_that_comes_back_is_still_no_speaker() -> None:
    text = "Kari: Hei.\n\nNote: første.\n\nOla: Ja.\n\nNote: andre.\n\nNote: tredje."
    assert "Note" not in dict(turns(text))


def test_an_unknown_single_name_is_a_speaker_when_it_comes_back() -> None:
    text = "Programleder: Hei.\n\nGjest: Hei.\n\nProgramleder: Hvordan?\n\nGjest: Slik."
    assert [who for who, _ in turns(text, ())] == ["Programleder", "Gjest"] * 2


def test_an_unknown_single_name_that_comes_once_is_told_as_advice() -> None:
    (advice,) = said("Kari: Hei.\n\nPublikum: Hva med oss?\n\nOla: Ja.")
    assert (advice.level, advice.where) == (Level.ADVICE, "t.txt:3")
    assert "Publikum" in advice.message


def test_an_unknown_full_name_that_comes_once_speaks_and_is_warned_of() -> None:
    text = "Kari: Hei.\n\nPer von Berg: Et spørsmål.\n\nOla: Ja."
    assert turns(text)[1] == ("Per von Berg", "Et spørsmål.")
    (warning,) = said(text)
    assert (warning.level, warning.where) == (Level.WARNING, "t.txt:3")


def test_a_misspelt_name_is_read_as_the_near_one_and_warned_of() -> None:
    text = "Silvija Aas: Hei.\n\nOla: Hei.\n\nSilvija: Ja.\n\nSivlija: Nei.\n\nOla: Jo."
    people = (Person("Silvija Aas"), OLA)
    assert turns(text, people)[3] == ("Silvija Aas", "Nei.")
    assert [finding.where for finding in said(text, people)] == ["t.txt:7"]


@pytest.mark.parametrize(
    "label",
    [
        "Kari Nordmann (lege):",
        "**Kari Nordmann:**",
        "**Kari**:",
        "Kari Nordmann, fagleder i Fjordheim:",
        "Kari [på telefon]:",
        "[00:12:30] Kari:",
        "Kari (12:30):",
    ],
)
def test_roles_bold_type_and_times_around_a_name_are_no_part_of_it(label: str) -> None:
    assert turns(f"{label} Hei.") == [("Kari Nordmann", "Hei.")]


def test_a_name_and_a_time_alone_on_a_line_begin_a_turn() -> None:
    text = "Kari Nordmann  00:00:05\nHei.\n\nOla Vik  00:00:09\nHallo."
    assert turns(text) == [("Kari Nordmann", "Hei."), ("Ola Vik", "Hallo.")]
    assert [finding.code for finding in said(text)] == ["transcript-times"]


def test_numbered_voices_are_speakers() -> None:
    text = "Taler 1: Hei.\n\nTaler 2: Hei.\n\nTaler 1: Ja.\n\nTaler 2: Nei."
    assert [who for who, _ in turns(text, ())] == ["Taler 1", "Taler 2"] * 2


def test_a_label_with_its_words_on_the_next_line_begins_a_turn() -> None:
    assert turns("Kari:\n\nHei.\n\nOla:\nHallo.") == [("Kari Nordmann", "Hei."), ("Ola Vik", "Hallo.")]


def test_names_with_particles_hyphens_and_dots_are_names() -> None:
    people = (Person("Anne-Lise H. von der Lippe"), Person("Siri d’Arc"))
    text = "Anne-Lise H. von der Lippe: Hei.\n\nSiri d’Arc: Hei."
    assert [who for who, _ in turns(text, people)] == [person.name for person in people]


def test_the_case_writes_the_name_even_where_the_text_has_a_middle_name() -> None:
    assert turns("Kari Anne Nordmann: Hei.") == [("Kari Nordmann", "Hei.")]


def test_markdown_headings_are_not_said() -> None:
    assert turns("# Samtalen\n\nKari: Hei.\n\n## Del to\n\nOla: Hei.") == [
        ("Kari Nordmann", "Hei."),
        ("Ola Vik", "Hei."),
    ]


def test_text_without_names_is_the_narrators() -> None:
    assert turns("En tekst.\n\nTo avsnitt.", ()) == [("", "En tekst."), ("", "To avsnitt.")]


def test_a_case_as_it_lies_on_the_web_has_two_voices_and_a_narrator() -> None:
    page = Path(__file__).parent.parent.parent / "shared" / "lorn-case-c0608.txt"
    if not page.exists():
        pytest.skip("the example page is not beside the checkout")
    text = page.read_text("utf-8").partition("Utskrift av samtalen")[2].partition("\n")[2]
    found = turns(text.partition("Quiz for")[0], ())
    speakers = Counter(who for who, _ in found)
    assert len(speakers) == 3
    assert speakers[""] == 2
    assert (found[0][0], found[-1][0]) == ("", "")
    assert all(len(who.split()) > 1 for who in speakers if who)


# ---------------------------------------------------------------- written and read again

words = st.sampled_from(["hei", "bro", "vei", "–", "«ja»", "10\xa0000", "æøå", "50", "%", "…", "nei,"])
sentences = st.lists(words, max_size=12).map(lambda some: " ".join(["Og", *some]))
speakers = st.sampled_from(["", "Kari Nordmann", "Ola Vik", "Per", "Anne-Lise von der Lippe"])
untimed = st.lists(st.builds(Cue, sentences, speakers), min_size=1, max_size=12).map(
    lambda cues: Transcript(tuple(cues), "nb")
)
EVERYBODY = tuple(map(Person, ["Kari Nordmann", "Ola Vik", "Per", "Anne-Lise von der Lippe"]))


@given(untimed)
def test_turns_written_as_text_read_back_the_same(transcript: Transcript) -> None:
    text = transcripts.plain(transcript).encode()
    assert transcripts.parse(text, language="nb", people=EVERYBODY, name="t.txt") == (transcript, ())


def test_words_that_look_like_a_name_are_written_so_that_they_stay_words() -> None:
    cues = (Cue("Først.", "Kari Nordmann"), Cue("Ola: det sa han.", "Kari Nordmann"), Cue("Ja.", "Ola Vik"))
    text = transcripts.plain(Transcript(cues, "nb"))
    assert turns(text) == [(cue.speaker, cue.text) for cue in cues]


def test_plain_text_of_a_timed_transcript_joins_the_cues_of_a_turn() -> None:
    cues = (Cue("Hei", "Ola Vik", 0, 1), Cue("på deg.", "Ola Vik", 1, 2), Cue("Takk.", "Kari Nordmann", 2, 3))
    assert transcripts.plain(Transcript(cues, "nb")) == "Ola Vik: Hei på deg.\n\nKari Nordmann: Takk."
