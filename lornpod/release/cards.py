"""The cards of a case: what is set on them, and whether they need setting anew."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ..art import cards
from ..art.cards import Said
from ..model import Card, CardShape, Case, CaseFolder, Feed, Network

if TYPE_CHECKING:
    from pathlib import Path

    from .cache import Cache
    from .shelf import Shelf


def said(case: Case, network: Network, home: Feed | None) -> Said:
    """What the card of *case* says: its quote and who says it, or its title and who is in it.

    *home* is the show whose colour it has.
    """
    speaker = next((one for one in (*case.guests, *case.hosts) if one.name == case.quoted), None)
    theme = case.themes[0] if case.themes else ""
    colour = (home.colour if home else "") or network.colour
    if case.quote is None:
        names = ", ".join(person.name for person in case.guests)
        only = case.guests[0] if len(case.guests) == 1 else None
        text, by, described, quoted = case.title, names, only, False
    else:
        text, by, described, quoted = case.quote.text, case.quoted, speaker, True
    role = ", ".join(filter(None, (described.role, described.organisation))) if described else ""
    return Said(text, by, role, theme, network.name, case.language, quoted, colour)


def portrait(folder: CaseFolder) -> Path | None:
    """The picture of whoever the card quotes: a file beside the case, or None."""
    case = folder.case
    named = case.quoted or (case.guests[0].name if case.guests else "")
    people = [person for person in (*case.guests, *case.hosts) if person.name == named]
    found = next((person.img for person in people if person.img and "://" not in person.img), "")
    return folder.folder / found if found else None


def wanted(case: Case, network: Network) -> tuple[CardShape, ...]:
    """The shapes that are published for *case*."""
    if network.cards == "none":
        return ()
    return ("wide", "square") if network.cards == "episode" and not case.image else ("wide",)


def put(
    folder: CaseFolder, network: Network, home: Feed | None, kept: Sequence[Card], cache: Cache, shelf: Shelf
) -> Iterator[Card]:
    """The cards of the case in *folder*, on the *shelf* unless *kept* from before has them by their recipe.

    None for a text that no typeface has the letters of.
    """
    case = folder.case
    spoken = said(case, network, home)
    if cards.unknown(spoken):
        return
    picture = portrait(folder)
    for shape in wanted(case, network):
        recipe = _recipe(spoken, shape, cache.sha256(picture) if picture else "")
        before = next((card for card in kept if card.recipe == recipe), None)
        if before is not None:
            yield before
            continue
        drawn = cards.card(spoken, shape, picture)
        artifact = shelf.put("image", "art", drawn.jpeg, "image/jpeg", ".jpg")
        yield Card(shape, artifact, drawn.width, drawn.height, recipe)


def _recipe(spoken: Said, shape: str, picture: str) -> str:
    return hashlib.sha256(f"{cards.EDITION}\n{spoken!r}\n{shape}\n{picture}".encode()).hexdigest()[:32]
