"""Turns cut into sentences, and the anchors that pin them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lornpod.model import Anchor, Cue, Person, Transcript
from lornpod.text import transcripts
from lornpod.text.sentences import sentences

PEOPLE = (Person("Kari Nordmann"), Person("Ola Vik"))


def read(text: str) -> Transcript:
    return transcripts.parse(text.encode(), people=PEOPLE, name="t.txt")[0]


def said(text: str) -> list[str]:
    return [finding.code for finding in transcripts.parse(text.encode(), people=PEOPLE, name="t.txt")[1]]


def texts(*paragraphs: str) -> list[str]:
    return [cue.text for cue in sentences(Transcript(tuple(map(Cue, paragraphs)), "nb"))]


def test_an_anchor_is_taken_out_of_the_text_and_pins_the_words_after_it() -> None:
    found = read("Kari: Vi begynte smått. [12:30] Så kom den store prøven.\n\nOla: [1:00:05.5] Ja vel.")
    assert [cue.text for cue in found.cues] == ["Vi begynte smått. Så kom den store prøven.", "Ja vel."]
    assert found.anchors == (Anchor(0, 3, 750_000), Anchor(1, 0, 3_605_500))
    assert [(cue.text, cue.start_ms) for cue in sentences(found)] == [
        ("Vi begynte smått.", None),
        ("Så kom den store prøven.", 750_000),
        ("Ja vel.", 3_605_500),
    ]


def test_an_anchor_before_a_name_pins_the_turn() -> None:
    found = read("[00:05] Kari: Hei på deg.\n\nOla: Hei.")
    assert [(cue.speaker, cue.text) for cue in found.cues] == [
        ("Kari Nordmann", "Hei på deg."),
        ("Ola Vik", "Hei."),
    ]
    assert found.anchors == (Anchor(0, 0, 5000),)


def test_an_anchor_alone_on_its_line_pins_the_next_paragraph() -> None:
    found = read("Kari: Hei.\n\n[00:05]\n\nOla: Hallo.")
    assert [cue.text for cue in found.cues] == ["Hei.", "Hallo."]
    assert found.anchors == (Anchor(1, 0, 5000),)


@pytest.mark.parametrize("text", ["Kari: Nå [12:30] går vi [12:10] hjem.", "Kari: Nå [12:75] går vi."])
def test_an_anchor_that_cannot_be_is_told_and_left_out(text: str) -> None:
    assert "transcript-anchor" in said(text)
    assert "[" not in read(text).cues[0].text


def test_sentences_end_where_people_end_them() -> None:
    assert texts("Det var den 3. mai i fjor. Kommer du? Ja, jeg kommer kl. 8 til møtet.") == [
        "Det var den 3. mai i fjor.",
        "Kommer du? Ja, jeg kommer kl. 8 til møtet.",
    ]


def test_short_sentences_go_with_the_next() -> None:
    assert texts("Ja. Nei. Det er helt riktig sagt.") == ["Ja. Nei. Det er helt riktig sagt."]


def test_long_sentences_are_cut_at_commas() -> None:
    parts = texts(", ".join(["så gikk vi videre over fjellet"] * 12))
    assert len(parts) > 1
    assert max(map(len, parts)) <= 200
    assert all(part.endswith(",") for part in parts[:-1])


@given(st.lists(st.text(alphabet="abc.,?! Å1", min_size=1), max_size=4))
def test_no_word_is_lost_torn_or_moved(paragraphs: list[str]) -> None:
    whole = [" ".join(one.split()) for one in paragraphs if one.split()]
    assert " ".join(texts(*whole)).split() == " ".join(whole).split()
