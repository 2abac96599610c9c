"""Pictures that are set, not photographed: the quote of a case on a card, and the cover of a show.

Whatever is written has a contrast of at least 4.5 with every pixel that it stands on: on a photograph a
scrim is laid, only where the words are and only as dark as these pixels need.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import LornpodError
from ..messages import tr
from ..model import quotation_marks
from . import images, lettering
from .colours import READABLE, Colour, Palette, blend, contrast, palette
from .lettering import Box, Style

if TYPE_CHECKING:
    from PIL import Image, ImageDraw

SHAPES = {"square": (1400, 1400), "wide": (1600, 900), "tall": (1080, 1920)}
COVER_PX = 3000
EDITION = 1  # of how cards look: a higher one has all of them drawn anew

_LEAST_PORTRAIT_PX = 480  # a smaller one would be blown up: it stands beside the name, in its own size
_ROLE_PART = 0.16  # how far what is said of a person is held back behind the name
_MARGIN_CONTRAST = 1.04  # so that no rounding afterwards takes a card below what is readable
_MEDALLION = 16  # its width, in hundredths of the card's shorter side
_FACE = (0.5, 0.36)  # where faces are in portraits


@dataclass(frozen=True, slots=True)
class Said:
    """What a card says: *text*, a quote unless *quoted* is false; who says it; of which theme and network.

    *language* decides on quotation marks and how words are divided; *colour* (``#0f4c3f``), where it is
    given, on the hue, and *look* is the name that colours and pattern grow from, for want of a theme.
    """

    text: str
    by: str = ""
    role: str = ""
    theme: str = ""
    network: str = ""
    language: str = "nb"
    quoted: bool = True
    colour: str = ""
    look: str = ""

    @property
    def seed(self) -> str:
        return self.theme or self.look or self.network


@dataclass(slots=True)
class Drawn:
    """A finished picture as JPEG within 512 kB, and what was measured of it: the *ink* of everything that
    is written, in pixels, and the *contrast* of each with the worst pixel that it stands on."""

    jpeg: bytes
    width: int
    height: int
    ink: list[Box] = field(default_factory=list)
    contrast: list[float] = field(default_factory=list)
    size: float = 0.0
    lines: tuple[str, ...] = ()
    hyphenated: bool = False


def unknown(said: Said) -> str:
    """The characters of *said* that no typeface at hand has; a card cannot be set with them."""
    return lettering.unknown(said.text + around(said))


def around(said: Said) -> str:
    """All that stands on a card beside its text."""
    return "".join((said.by, said.role, said.theme, said.network))


def card(said: Said, shape: str, portrait: Path | None = None) -> Drawn:
    """*said* as a card of a *shape* of :data:`SHAPES`, on the *portrait* or, without one, on its colours.

    Raises LornpodError for characters that no typeface has, MediaError for a portrait that is no picture.
    """
    refuse_unknown(said.text + around(said))
    size = SHAPES[shape]
    colours = palette(said.seed, said.colour)
    picture = images.opened(portrait) if portrait is not None else None
    if picture is None:
        return _on_colours(said, shape, size, colours, None)
    if min(picture.size) < _LEAST_PORTRAIT_PX:
        return _on_colours(said, shape, size, colours, picture)
    return _on_picture(said, shape, size, colours, picture)


def cover(title: str, network: str, *, language: str = "nb", colour: str = "") -> Drawn:
    """A square cover of 3000 pixels for the show *title* of *network*, by Apple's rules.

    Raises LornpodError for characters that no typeface has.
    """
    from PIL import Image

    refuse_unknown(title + network)
    side, unit = COVER_PX, COVER_PX / 100
    colours = palette(title, colour)
    image = Image.new("RGB", (side, side), colours.ground)
    margin, room = 8 * unit, 84 * unit
    style = Style("serif", 620, 17 * unit)
    setting = lettering.fit(
        _typeset(title, language, quoted=False), style, room, 50 * unit, least=4 * unit, leading=1.06,
        language=language, seen_on=side,
    )  # fmt: skip
    top = side - margin - setting.height - min(setting.drop, margin / 3)
    sheet = _Sheet(image)
    above = top
    label = None
    if network and network.casefold() != title.casefold():
        label = lettering.fit(
            network, Style("sans", 640, 4.4 * unit), room, 12 * unit, least=2 * unit, seen_on=side
        )
        above = top - label.height - 4.2 * unit
    tile, rows = _grid(side, above - 6 * unit)
    tiles(image, title, colours, (0, 0, side, tile * rows), tile)
    if label is not None:
        sheet.write(label, (margin, above), colours.accent)
    sheet.write(setting, (margin, top), colours.paper, main=True)
    return sheet.finished()


def _grid(width: int, height: float) -> tuple[int, int]:
    """The side and the rows of square tiles that fill *width* whole and *height* best."""
    sides = [-(-width // columns) for columns in (4, 5, 6, 7, 8)]
    side = min(sides, key=lambda side: (height < side, height % side))
    return side, max(1, int(height // side))


def refuse_unknown(text: str) -> None:
    """Raises LornpodError for characters of *text* that no typeface has."""
    if missing := lettering.unknown(text):
        hint = tr("write it in letters that it has: Latin, Greek, Cyrillic, and emoji")
        raise LornpodError(tr("no typeface here has {missing}", missing=" ".join(missing[:8])), hint=hint)


# ---------------------------------------------------------------- what is written


_DOUBLE = re.compile(r'["“”„«»](?=\S)(.+?)(?<=\S)["“”«»]')


def _typeset(text: str, language: str, *, quoted: bool) -> str:
    """*text* with the marks that a typesetter uses, in the quotation marks of *language* where *quoted*:
    what is quoted inside has the inner ones."""
    outer, inner = quotation_marks(language)
    marks = inner if quoted else outer
    text = " ".join(text.split())
    text = _DOUBLE.sub(lambda found: f"{marks[0]}{found[1]}{marks[1]}", text)
    text = re.sub(r"(?<=\w)'(?=\w)", "’", text)
    text = re.sub(r"(?<=\w)'(?=\s|$)", "’", text) if marks[1] != "’" else text
    text = text.replace("...", "…")
    text = re.sub(r"(?<=\s)-(?=\s)", "–", text)
    text = re.sub(r" (?=[–—] )", "\u00a0", text)  # a dash never begins a line
    text = re.sub(r" (?=[\u2600-\u27bf\U0001f000-\U0001faff])", "\u00a0", text)  # nor does an emoji
    text = re.sub(r"(?<=\d) (?=(?:%|kr|km|kg|°)(?:\W|$))", "\u202f", text)
    text = re.sub(r"(?<=\d) (?=\d{3}(?:\D|$))", "\u202f", text)
    return f"{outer[0]}{text}{outer[1]}" if quoted else text


@dataclass(slots=True)
class _Sheet:
    """A picture that is written on, and what was measured of it."""

    image: Image.Image
    ink: list[Box] = field(default_factory=list)
    contrast: list[float] = field(default_factory=list)
    main: lettering.Setting | None = None

    def write(
        self, setting: lettering.Setting, at: tuple[float, float], colour: Colour, *, main: bool = False
    ) -> Box:
        bare = self.image.copy()
        box = lettering.draw(self.image, setting, at, colour)
        if box[2] > box[0]:
            self.ink.append(box)
            self.contrast.append(least_contrast(bare, box, colour))
        if main:
            self.main = setting
        return box

    def finished(self) -> Drawn:
        setting = self.main
        return Drawn(
            images.within(self.image, images.COVER_BYTES),
            *self.image.size,
            self.ink,
            self.contrast,
            setting.style.size if setting else 0.0,
            tuple(line.text for line in setting.lines) if setting else (),
            bool(setting and setting.hyphenated),
        )


def least_contrast(image: Image.Image, box: Box, colour: Colour) -> float:
    """The contrast of *colour* with the pixel in *box* that it reads worst on."""
    part = image.crop(box).convert("RGB")
    seen = part.getcolors(part.width * part.height) or []
    return min(contrast(colour, one) for _, one in seen if isinstance(one, tuple) and len(one) == 3)


# ---------------------------------------------------------------- cards


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where on a card words may stand, and how large the quote may be at most, in pixels."""

    text: Box
    most: float
    low: bool = False  # all of it at the foot, and the label on the quote


def _on_colours(
    said: Said, shape: str, size: tuple[int, int], colours: Palette, portrait: Image.Image | None
) -> Drawn:
    from PIL import Image

    width, height = size
    unit = min(size) / 100
    margin = round(9 * unit)
    image = Image.new("RGB", size, colours.ground)
    long = len(said.text) > 170
    if shape == "wide":
        side = height // 4
        strip = side * (1 if long else 2)
        tiles(image, said.seed, colours, (width - strip, 0, width, height), side)
        layout = _Layout((margin, margin, width - strip - round(1.4 * margin), height - margin), 13 * unit)
    elif shape == "tall":
        side = width // 4
        rows = 1 if long else 2
        tiles(image, said.seed, colours, (0, 0, width, side * rows), side)
        top = side * rows + margin
        layout = _Layout((margin, top, width - margin, height - round(1.5 * margin)), 15 * unit)
    else:
        side = width // 7
        tiles(image, said.seed, colours, (0, 0, width, side), side)
        layout = _Layout((margin, side + round(0.75 * margin), width - margin, height - margin), 12.5 * unit)
    sheet = _Sheet(image)
    for setting, at, colour, main in _composed(said, size, layout, colours, portrait):
        sheet.write(setting, at, colour, main=main)
    if portrait is not None:
        _medallion(image, portrait, layout.text, unit)
    return sheet.finished()


def _on_picture(
    said: Said, shape: str, size: tuple[int, int], colours: Palette, portrait: Image.Image
) -> Drawn:
    from PIL import Image

    width, height = size
    unit = min(size) / 100
    margin = round(9 * unit)
    if shape == "wide":
        layout = _Layout((margin, margin, round(width * 0.61), height - margin), 11 * unit)
    else:
        foot = round(1.5 * margin) if shape == "tall" else margin
        most = (11 if shape == "tall" else 8.5) * unit
        layout = _Layout((margin, margin, width - margin, height - foot), most, low=True)
    parts = _composed(said, size, layout, colours, None)
    boxes = [_extent(setting, at) for setting, at, _, _ in parts]
    if shape == "wide":
        photo = (round(width * 0.55), 0, width, height)
    else:
        free = min(box[1] for box in boxes)
        if free < height * (0.4):
            return _on_colours(said, shape, size, colours, portrait)
        down = round(free + 7 * unit)
        # As wide as it is high: a wider one would be magnified until the words lie on the chin.
        photo = (0 if shape == "tall" else width - down, 0, width, down)
    under = Image.new("RGB", size, colours.ground)
    under.paste(images.cropped(portrait, (photo[2] - photo[0], photo[3] - photo[1]), _FACE), photo[:2])
    veil = _veil(size, photo)
    plain = Image.new("RGB", size, colours.ground)
    for strength in range(21):
        mask = _scrim(size, boxes, veil, strength / 20, round(4 * unit))
        image = Image.composite(plain, under, mask)
        if all(
            least_contrast(image, box, colour) >= READABLE * _MARGIN_CONTRAST
            for box, (_, _, colour, _) in zip(boxes, parts, strict=True)
        ):
            break
    sheet = _Sheet(image)
    for setting, at, colour, main in parts:
        sheet.write(setting, at, colour, main=main)
    return sheet.finished()


def _veil(size: tuple[int, int], photo: Box) -> Image.Image:
    """How much of the ground lies over the photograph: all at those of its edges that are not the
    picture's own, less and less towards its middle."""
    from PIL import Image, ImageChops

    width, height = size
    left, _, right, bottom = photo
    veil = Image.new("L", size, 0)
    if left > 0:
        reach = (right - left) * 0.5
        row = bytes(_eased(1 - (x - left) / reach) for x in range(width))
        veil = Image.frombytes("L", (width, 1), row).resize(size)
    if bottom < height:
        reach = bottom * 0.34
        column = bytes(_eased(1 - (bottom - y) / reach) for y in range(height))
        veil = ImageChops.lighter(veil, Image.frombytes("L", (1, height), column).resize(size))
    return veil


def _eased(part: float) -> int:
    """0 to 255 for 0 to 1, without a visible edge at either end."""
    part = min(max(part, 0.0), 1.0)
    return round(255 * part * part * (3 - 2 * part))


def _scrim(
    size: tuple[int, int], boxes: Sequence[Box], veil: Image.Image, strength: float, reach: int
) -> Image.Image:
    """*veil*, and of that *strength* what is needed under the words, with soft edges."""
    from PIL import Image, ImageChops, ImageFilter

    if not strength:
        return veil
    mask = Image.new("L", size, 0)
    for box in boxes:
        grown = (
            max(0, box[0] - 2 * reach),
            max(0, box[1] - 2 * reach),
            box[2] + 2 * reach,
            box[3] + 2 * reach,
        )
        mask.paste(round(255 * strength), grown)
    # Softened at an eighth: what is blurred has no details.
    small = mask.reduce(8).filter(ImageFilter.GaussianBlur(reach / 8))
    return ImageChops.lighter(veil, small.resize(size, Image.Resampling.BICUBIC))


def _extent(setting: lettering.Setting, at: tuple[float, float]) -> Box:
    """The box that *setting* will stand in, with what hangs out of it."""
    hang = max(line.hang for line in setting.lines)
    reach = setting.style.size * 0.6
    return (
        max(0, round(at[0] - hang)),
        max(0, round(at[1] - setting.style.size * 0.3)),
        round(at[0] + setting.width + reach),
        round(at[1] + setting.height + setting.drop),
    )


_Part = tuple[lettering.Setting, tuple[float, float], Colour, bool]


def _composed(
    said: Said, size: tuple[int, int], layout: _Layout, colours: Palette, portrait: Image.Image | None
) -> list[_Part]:
    """What is written on a card and where: label, quote, attribution."""
    unit = min(size) / 100
    left, top, right, _ = layout.text
    room = right - left
    label, parts, foot = _around(said, size, layout.text, colours, portrait is not None)
    head = top + (label.height + 6 * unit if label.width else 0)
    below = foot - (8 * unit if said.by or said.role else 0) - head
    most = layout.most * (1.5 if len(said.text) < 18 else 1)
    setting = _quote(said, Style("serif", 500, most), room, below, unit, size[0])
    at = head + (below - setting.height) * (1 if layout.low else 0.46)
    # A mark hangs in the margin, and not out of the picture.
    out = max(0.0, max(line.hang for line in setting.lines) - left * 0.72)
    parts.append((setting, (left + out, at), colours.paper, True))
    if label.width:
        above = at - 6 * unit - label.height if layout.low else top
        parts.append((label, (left, above), colours.accent, False))
    return parts


def _around(
    said: Said, size: tuple[int, int], box: Box, colours: Palette, pictured: bool
) -> tuple[lettering.Setting, list[_Part], float]:
    """The label; the attribution at the foot of *box*, beside a portrait where it is *pictured*; and where
    that begins."""
    unit = min(size) / 100
    left, _, right, bottom = box

    def small(text: str, weight: int, scale: float, aside: float = 0) -> lettering.Setting:
        style = Style("sans", weight, scale * unit)
        return lettering.fit(
            text, style, right - left - aside, 12 * unit, least=2.4 * unit, leading=1.24,
            language=said.language, seen_on=size[0], most_lines=2,
        )  # fmt: skip

    aside = _MEDALLION * 1.25 * unit if pictured else 0.0
    parts: list[_Part] = []
    foot = float(bottom)
    if said.role:
        role = small(said.role, 430, 3.7, aside)
        foot -= role.height
        soft = blend(colours.paper, colours.ground, _ROLE_PART)
        parts.append((role, (left + aside, foot), soft, False))
        foot -= 2.3 * unit
    if said.by:
        name = small(said.by, 640, 4.6, aside)
        foot -= name.height
        parts.append((name, (left + aside, foot), colours.paper, False))
    if pictured:
        foot = min(foot, bottom - _MEDALLION * unit)
    return small(" · ".join(filter(None, (said.network, said.theme))), 640, 3.8), parts, foot


def surroundings(
    image: Image.Image, said: Said, box: Box, colours: Palette, portrait: Image.Image | None
) -> tuple[float, float]:
    """Draw label and attribution in *box*, the portrait small beside it; where the room between begins and
    ends."""
    label, parts, foot = _around(said, image.size, box, colours, portrait is not None)
    for setting, at, colour, _ in (*parts, (label, box[:2], colours.accent, False)):
        lettering.draw(image, setting, at, colour)
    if portrait is not None:
        _medallion(image, portrait, box, min(image.size) / 100)
    return box[1] + label.height, foot


def _quote(
    said: Said, style: Style, room: float, height: float, unit: float, width: int
) -> lettering.Setting:
    """The quote, in looser lines where it is small."""
    text = _typeset(said.text, said.language, quoted=said.quoted)

    def fitted(leading: float) -> lettering.Setting:
        return lettering.fit(
            text, style, room, height, least=3 * unit, leading=leading, language=said.language, seen_on=width
        )

    setting = fitted(1.13)
    return setting if setting.style.size > 7 * unit else fitted(1.24)


def _medallion(image: Image.Image, portrait: Image.Image, box: Box, unit: float) -> None:
    """A small portrait, round, where the attribution begins."""
    from PIL import Image, ImageDraw

    side = round(_MEDALLION * unit)
    mask = Image.new("L", (side * 4, side * 4))
    ImageDraw.Draw(mask).ellipse((0, 0, side * 4 - 1, side * 4 - 1), fill=255)
    at = (box[0], box[3] - side)
    image.paste(images.cropped(portrait, (side, side), _FACE), at, mask.reduce(4))


# ---------------------------------------------------------------- a pattern of one's own


def tiles(image: Image.Image, name: str, colours: Palette, area: Box, side: int) -> None:
    """Fill *area* with tiles of quarter and half circles, another order for every *name*."""
    from PIL import Image, ImageDraw

    chance = random.Random(hashlib.sha256(name.strip().casefold().encode()).digest())  # noqa: S311 - a look
    finer = 4
    full = side * finer
    left, top, right, bottom = area
    before = ""
    for y in range(top, bottom, side):
        for x in range(left, right, side):
            tile = Image.new(
                "RGB", (full, full), chance.choice((colours.shade, colours.ground, colours.tint))
            )
            kinds = [kind for kind in _KINDS if kind != before]
            before = chance.choice(kinds)
            ink = colours.accent if chance.random() < 0.24 else chance.choice((colours.tint, colours.shade))
            _tile(ImageDraw.Draw(tile), before, ink, blend(colours.paper, ink, 0.12), full)
            shown = tile.reduce(finer).crop((0, 0, min(side, right - x), min(side, bottom - y)))
            image.paste(shown, (x, y))


_KINDS = ("ne", "nw", "se", "sw", "north", "south", "east", "west", "leaf", "fael", "dot", "rings")


def _tile(draw: ImageDraw.ImageDraw, kind: str, ink: Colour, light: Colour, side: int) -> None:
    """One tile: a quarter circle in a corner, half a circle, a leaf, or circles."""
    far = 2 * side
    corners = {"ne": (0, -side), "nw": (-side, -side), "se": (0, 0), "sw": (-side, 0)}
    halves = {
        "north": (0, -side // 2), "south": (0, side // 2), "east": (side // 2, 0), "west": (-side // 2, 0),
    }  # fmt: skip
    if kind in corners:
        x, y = corners[kind]
        draw.ellipse((x, y, x + far, y + far), fill=ink)
    elif kind in halves:
        x, y = halves[kind]
        draw.ellipse((x, y, x + side, y + side), fill=ink)
    elif kind in ("leaf", "fael"):
        draw.rectangle((0, 0, side, side), fill=ink)
        hole = side // 2
        spots = ((0, 0), (side, side)) if kind == "leaf" else ((side, 0), (0, side))
        for x, y in spots:
            draw.ellipse((x - hole, y - hole, x + hole, y + hole), fill=light)
    elif kind == "dot":
        inset = side // 5
        draw.ellipse((inset, inset, side - inset, side - inset), fill=ink)
    else:
        for part, colour in ((0, ink), (side // 6, light), (side // 3, ink)):
            draw.ellipse((part, part, side - part, side - part), fill=colour)
