"""The files of a show's cover: the square that directories ask for, and the sizes beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..art import cards, images
from ..art.cards import Said

if TYPE_CHECKING:
    from pathlib import Path

    from ..model import Feed, Network

FOLDER = "artwork"
SMALL_PX = 1400


def cover_files(
    feed: Feed, network: Network, picture: Path | None = None, focus: tuple[float, float] = (0.5, 0.5)
) -> dict[str, bytes]:
    """The cover of *feed* by file name, the main one first: cut out of *picture*, or drawn.

    Raises MediaError for a picture that is none, or whose shorter side is under 1400 pixels.
    """
    stem = f"{FOLDER}/{feed.slug}"
    title, colour = feed.title or network.name, feed.colour or network.colour
    if picture is not None:
        made = images.covers(picture, focus)
        return {f"{stem}{suffix}.jpg": data for suffix, data in made.items()}
    language = feed.language or network.language
    drawn = cards.cover(title, network.name, language=language, colour=colour)
    said = Said(title, network=network.name, language=language, quoted=False, colour=colour, look=title)
    return {
        f"{stem}.jpg": drawn.jpeg,
        f"{stem}-{SMALL_PX}.jpg": images.smaller(drawn.jpeg, SMALL_PX),
        f"{stem}-wide.jpg": cards.card(said, "wide").jpeg,
    }
