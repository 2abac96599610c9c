"""Names of artifacts: ASCII, readable, and changed with the content."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from lornpod.model import slug
from lornpod.release.shelf import Shelf


def test_norwegian_letters_are_spelled_as_in_addresses() -> None:
    assert slug("Små skritt & store broer på Ærøya") == "sma-skritt-store-broer-pa-aeroya"


@given(st.text())
def test_any_title_gives_a_short_plain_name(title: str) -> None:
    assert re.fullmatch(r"([a-z0-9]+(-[a-z0-9]+)*)?", slug(title))
    assert len(slug(title)) <= 60


def test_a_long_title_is_cut_between_words() -> None:
    assert slug("forvaltning " * 20) == "-".join(["forvaltning"] * 5)
    assert len(slug("x" * 300)) == 60


def test_another_content_gets_another_key_and_the_same_content_the_same() -> None:
    shelf = Shelf("C0901", "Broer")
    first = shelf.put("transcript", "text", b"a", "text/vtt", ".vtt", language="nb")
    again = shelf.put("transcript", "text", b"a", "text/vtt", ".vtt", language="nb")
    other = shelf.put("transcript", "text", b"b", "text/vtt", ".vtt", language="nb")
    assert first == again
    assert first.key.startswith("text/C0901/c0901-broer-nb-")
    assert first.key != other.key
    assert len(shelf.contents) == 2
