"""The guest quote is found where the guest says it, edited or not, and nowhere else."""

from __future__ import annotations

import pytest

from lornpod.model import Cue, Quote, Transcript
from lornpod.text import quotes

KARI, OLA = "Kari Nordmann", "Ola Vik"


def script(*said: tuple[str, str]) -> Transcript:
    """A cue of ten seconds for each (speaker, text)."""
    cues = [Cue(text, who, 10_000 * n, 10_000 * (n + 1)) for n, (who, text) in enumerate(said)]
    return Transcript(tuple(cues), "nb")


TALK = script(
    (OLA, "Velkommen skal du være. Hva gjør dere når broene blir for dyre?"),
    (KARI, "Vi begynner i det små. Først måler vi."),
    (KARI, "Så sier jeg alltid at vi bygger broer mens vi, på en måte, går på dem."),
    (KARI, "Og når det er gjort, så måler vi en gang til."),
    (OLA, "Dere bygger broer mens dere går på dem, altså."),
)


@pytest.mark.parametrize(
    "text",
    [
        "Vi bygger broer mens vi på en måte går på dem",
        "«Vi bygger broer mens vi går på dem.»",
        "vi BYGGER broer, mens vi går på dem!",
        "Mens vi går på dem, bygger vi broer",
    ],
)
def test_a_quote_is_found_though_it_was_edited(text: str) -> None:
    said = quotes.where_said(Quote(text), KARI, TALK)
    assert said is not None
    assert 20_000 <= said.start_ms < said.end_ms <= 30_000


def test_a_quote_is_found_across_cues_of_one_turn() -> None:
    said = quotes.where_said(Quote("Først måler vi. Så sier jeg alltid at vi bygger broer"), KARI, TALK)
    assert said is not None
    assert 10_000 <= said.start_ms < 20_000 < said.end_ms < 30_000


def test_the_words_of_another_are_not_the_guests() -> None:
    assert quotes.where_said(Quote("Hva gjør dere når broene blir for dyre?"), KARI, TALK) is None
    said = quotes.where_said(Quote("Hva gjør dere når broene blir for dyre?"), OLA, TALK)
    assert said is not None
    assert said.end_ms <= 10_000


@pytest.mark.parametrize("text", ["Kunsten er lang og livet kort", "måler broer en gang hver", "", "…", "vi"])
def test_what_nobody_said_is_not_found(text: str) -> None:
    said = quotes.where_said(Quote(text), KARI, TALK)
    assert said is None or text == "vi"


def test_a_short_turn_is_not_taken_for_a_long_quote() -> None:
    talk = script((KARI, "Broer."), (OLA, "Ja?"), (KARI, "Jeg liker å bade."))
    assert quotes.where_said(Quote("Broer er det vi alle trenger mest av i dag"), KARI, talk) is None


def test_where_no_turn_is_the_guests_any_turn_counts() -> None:
    talk = script(("", "Vi bygger broer mens vi går på dem."))
    assert quotes.where_said(Quote("Vi bygger broer mens vi går på dem"), KARI, talk) is not None


def test_an_exact_quote_wins_over_one_that_is_only_like_it() -> None:
    talk = script(
        (KARI, "Vi bygger bruer mens vi går på dem."),
        (OLA, "Ja?"),
        (KARI, "Vi bygger broer mens vi går på dem."),
    )
    said = quotes.where_said(Quote("Vi bygger broer mens vi går på dem."), KARI, talk)
    assert said is not None
    assert (said.start_ms, said.score) == (20_000, 100)


def test_a_soundbite_is_long_enough_and_begins_and_ends_with_a_cue() -> None:
    quote = Quote("bygger broer mens vi på en måte går på dem")
    said = quotes.where_said(quote, KARI, TALK)
    assert said is not None
    bite = quotes.soundbite(quote, said, TALK)
    assert (bite.start_ms, bite.duration_ms, bite.title) == (20_000, 20_000, quote.text)


def test_a_soundbite_at_the_end_reaches_back() -> None:
    quote = Quote("Dere bygger broer mens dere går på dem, altså.")
    said = quotes.where_said(quote, OLA, TALK)
    assert said is not None
    bite = quotes.soundbite(quote, said, TALK)
    assert (bite.start_ms, bite.duration_ms) == (30_000, 20_000)


def test_a_soundbite_begins_and_ends_at_a_breath_though_cues_are_parts_of_sentences() -> None:
    parts = [
        ("Da vi begynte,", 0, 5000), ("var det ingen som trodde på det.", 5000, 9000),
        ("Men jeg sier alltid", 9100, 12_000), ("at vi bygger broer", 12_000, 15_000),
        ("mens vi går på dem,", 15_000, 19_000), ("og så måler vi,", 19_000, 22_000),
        ("og måler.", 22_000, 26_000), ("Slik er det", 26_000, 28_000), ("bare.", 28_000, 30_000),
    ]  # fmt: skip
    talk = Transcript(tuple(Cue(text, KARI, start, end) for text, start, end in parts), "nb")
    quote = Quote("Vi bygger broer mens vi går på dem")
    said = quotes.where_said(quote, KARI, talk)
    assert said is not None
    bite = quotes.soundbite(quote, said, talk)
    assert (bite.start_ms, bite.start_ms + bite.duration_ms) == (9100, 26_000)


def test_in_a_cue_that_is_too_long_a_soundbite_begins_with_the_quote() -> None:
    text = "Og så videre. " * 50 + "Vi bygger broer mens vi går på dem. " + "Og så videre. " * 50
    talk = Transcript((Cue(text.strip(), KARI, 0, 600_000),), "nb")
    quote = Quote("Vi bygger broer mens vi går på dem.")
    said = quotes.where_said(quote, KARI, talk)
    assert said is not None
    bite = quotes.soundbite(quote, said, talk)
    assert bite.start_ms == said.start_ms
    assert said.end_ms <= bite.start_ms + bite.duration_ms <= said.start_ms + 120_000


def test_a_soundbite_is_never_longer_than_apps_play() -> None:
    talk = Transcript((Cue("Vi bygger broer mens vi går på dem.", KARI, 0, 600_000),), "nb")
    quote = Quote("Vi bygger broer mens vi går på dem.")
    said = quotes.where_said(quote, KARI, talk)
    assert said is not None
    assert quotes.soundbite(quote, said, talk).duration_ms == 120_000


def test_a_long_quote_is_a_short_title() -> None:
    text = "Vi bygger broer mens vi går på dem. " * 8
    talk = Transcript((Cue(text, KARI, 0, 60_000),), "nb")
    said = quotes.where_said(Quote(text), KARI, talk)
    assert said is not None
    assert len(quotes.soundbite(Quote(text), said, talk).title) <= 128
