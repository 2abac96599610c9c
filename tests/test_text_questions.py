"""Written questions are found where the host puts them, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lornpod import workspace
from lornpod.importing import lines, page, profiles
from lornpod.model import Case, Chapter, Cue, Person, Question, Transcript, Word
from lornpod.text import questions, transcripts

from .builders import network

HOST, GUEST = Person("Ola Vik"), Person("Kari Nordmann")


def case(*written: tuple[str, str]) -> Case:
    asked = tuple(Question(question, answer) for question, answer in written)
    return Case("C0901", "Broer", "nb", hosts=(HOST,), guests=(GUEST,), questions=asked)


# ---------------------------------------------------------------- a real interview

# By hand: which written question (from 1) is put in which turn (from 0), in whatever wording. Questions 2 and
# 3 are never put; 1 is, in words of its own.
_PUT = {1: 9, 4: 65, 5: 69, 6: 75, 7: 79, 8: 87, 9: 91}


def test_in_a_real_interview_every_question_that_is_put_is_found_at_its_turn_and_no_other_is() -> None:
    source = Path(__file__).parent.parent.parent / "shared" / "lorn-case-c0608.txt"
    if not source.exists():
        pytest.skip("the example page is not beside the checkout")
    read = page.read(lines.read(source.read_bytes(), "page"), profiles.load("lorn"), network(), "page")
    assert read.transcript is not None
    found = questions.find(read.case, read.transcript)
    assert {put.question + 1: put.turn for put in found} == _PUT


# By hand, of the demo's cases: the other questions are put in no wording that has a word of theirs.
@pytest.mark.parametrize(
    ("case_id", "put"), [("C0901", {4: 9}), ("C0902", {}), ("C0903", {1: 1})], ids=lambda one: str(one)
)
def test_in_the_demo_nothing_is_proposed_but_what_is_put(case_id: str, put: dict[int, int]) -> None:
    (folder,) = workspace.read(Path(__file__).parent.parent, [case_id]).cases
    people = (*folder.case.hosts, *folder.case.guests)
    (path,) = [path for path in folder.transcripts if path.name.startswith("transcript.")][:1]
    transcript, _ = transcripts.read(path, language="nb", people=people, where=path.name)
    found = questions.find(folder.case, transcript)
    assert {one.question + 1: one.turn for one in found} == put


# ---------------------------------------------------------------- an invented one

TALK = """\
Velkommen til Lærerommet.

Ola Vik: Hei og velkommen! Fortell litt om deg selv.

Kari Nordmann: Jeg leder et lite fagmiljø i Fjordheim, og er utdannet lærer.

Ola Vik: Fint. Men bruene, da. Hva var det som gjorde at dere satte i gang med dem?

Kari Nordmann: Elva flommet over hver vår, og barna kom ikke til skolen.

Ola Vik: Ja, skolen, ja.

Kari Nordmann: Så vi bygde den første av tømmer som lå der.

Ola Vik: Og hvilke feil har du lært mest av?

Kari Nordmann: At vi spurte kommunen før vi spurte naboene.

Ola Vik: Takk skal du ha.
"""
ASKED = case(
    ("Hvem er du?", "Jeg er lærer og leder et fagmiljø i Fjordheim."),
    ("Hva gjorde at dere begynte å bygge bruer?", "Elva flommer om våren, og barna må til skolen."),
    ("Hva synes du om kunstig intelligens?", "Den skriver gode dikt."),
    ("Hvilken feil lærte du mest av?", "Vi burde ha spurt naboene først."),
)


def untimed(text: str = TALK) -> Transcript:
    return transcripts.parse(text.encode(), language="nb", people=(HOST, GUEST), name="t.txt")[0]


def timed(transcript: Transcript) -> Transcript:
    """Ten seconds a cue."""
    cues = tuple(
        replace(cue, start_ms=index * 10_000, end_ms=index * 10_000 + 9_000)
        for index, cue in enumerate(transcript.cues)
    )
    return replace(transcript, cues=cues)


def test_questions_are_found_in_other_words_and_what_is_not_asked_is_not() -> None:
    found = questions.find(ASKED, untimed())
    assert [(put.question, put.turn) for put in found] == [(0, 1), (1, 3), (3, 7)]
    assert [put.start_ms for put in found] == [None] * 3
    assert found[1].said == "Hva var det som gjorde at dere satte i gang med dem?"


def test_a_chapter_begins_where_the_sentence_does() -> None:
    found = questions.find(ASKED, timed(untimed()))
    assert [put.cue for put in found] == [1, 3, 7]
    assert found[2].start_ms == 70_000
    assert 30_000 < (found[1].start_ms or 0) < 39_000


def test_the_time_of_a_word_is_better_than_a_share_of_its_cue() -> None:
    transcript = timed(untimed())
    cue = transcript.cues[3]
    words = tuple(Word(text, 30_000 + n * 100, 30_090 + n * 100) for n, text in enumerate(cue.text.split()))
    cues = (*transcript.cues[:3], replace(cue, words=words), *transcript.cues[4:])
    found = questions.find(ASKED, replace(transcript, cues=cues))
    assert found[1].start_ms == 30_000 + 100 * cue.text.split().index("Hva")


def test_one_that_only_answers_puts_no_question() -> None:
    cues = (Cue("Hva synes du om kunstig intelligens? spurte hun.", "Kari Nordmann"), Cue("Ja?", "Ola Vik"))
    assert questions.find(ASKED, Transcript(cues, "nb")) == ()


def test_an_english_interview_is_understood_as_well() -> None:
    text = (
        "Ola Vik: Could you introduce yourself?\n\nKari Nordmann: I teach rivers.\n\nOla Vik: Oh, I see.\n\n"
        "Kari Nordmann: Yes.\n\nOla Vik: So why do bridges fail, in your view?\n\nKari Nordmann: Ice.\n\n"
        "Ola Vik: And what will you do next year?\n\nKari Nordmann: Sleep."
    )
    asked = case(
        ("Who are you?", "A teacher."),
        ("Why do bridges fail?", "Because of ice."),
        ("What is your favourite quote?", "I have none."),
    )
    found = questions.find(asked, untimed(text))
    assert [(put.question, put.turn) for put in found] == [(0, 0), (1, 4)]


def test_proposals_begin_at_nought_and_leave_alone_what_is_there() -> None:
    found = questions.find(ASKED, timed(untimed()))
    first, *rest = questions.as_chapters(found, ASKED.questions, (), "Innledning")
    assert first == Chapter(0, "Innledning")
    assert [one.title for one in rest] == [ASKED.questions[index].question for index in (0, 1, 3)]
    kept = (Chapter(0, "Start"), Chapter(72_000, "Feil"))
    (added,) = questions.as_chapters(found, ASKED.questions, kept, "Innledning")
    assert added.title == ASKED.questions[1].question


@pytest.mark.parametrize("cues", [(), (Cue("…"),), (Cue("?", "Ola Vik"),), (Cue("", "Ola Vik"),)])
def test_next_to_nothing_said_proposes_nothing(cues: tuple[Cue, ...]) -> None:
    assert questions.find(ASKED, Transcript(cues, "nb")) == ()
    assert questions.find(case(("???", ""), ("", "")), Transcript(cues, "nb")) == ()
