"""Draw the demo's covers and its guest's portrait.

    python artwork/draw_covers.py

Needs Pillow, and the Bricolage Grotesque typeface (SIL Open Font License 1.1):
`pip install fontpkg-bricolage-grotesque`. The finished pictures are part of the demo, so that only
who changes them needs it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE_COVER = ROOT / "lornpod" / "workspace" / "template" / "artwork" / "cover.jpg"
PORTRAIT = ROOT / "episodes" / "C0901" / "guest.jpg"

SIZE = 3000
MARGIN = 230
OVERSAMPLING = 2

INK, NIGHT = "#14213D", "#1B2C54"
PAPER, CREAM = "#FFF6E5", "#FBE3BE"
CORAL, SUN, SKY = "#F2644B", "#FFC145", "#8EC5E8"
FOREST, LEAF, LIME = "#0F4C3F", "#2F8F6B", "#C6DE7A"

Point = tuple[float, float]
Box = tuple[float, float, float, float]


# ---------------------------------------------------------------- shapes


def rounded(box: Box, radii: tuple[float, float, float, float]) -> list[Point]:
    """A rectangle whose corners (top left, top right, bottom right, bottom left) have *radii*."""
    left, top, right, bottom = box
    corners = (
        (left, top, 1, 1, 180),
        (right, top, -1, 1, 270),
        (right, bottom, -1, -1, 0),
        (left, bottom, 1, -1, 90),
    )
    path: list[Point] = []
    for (x, y, inward_x, inward_y, start), radius in zip(corners, radii, strict=True):
        centre = (x + inward_x * radius, y + inward_y * radius)
        path += arc(centre, radius, start, start + 90) if radius else [(x, y)]
    return path


def arc(centre: Point, radius: float, start: float, end: float) -> list[Point]:
    """Points along a circle, in degrees clockwise from three o'clock."""
    steps = max(2, int(abs(end - start) / 0.5))
    angles = [math.radians(start + (end - start) * step / steps) for step in range(steps + 1)]
    return [(centre[0] + radius * math.cos(a), centre[1] + radius * math.sin(a)) for a in angles]


def circle(centre: Point, radius: float) -> list[Point]:
    return arc(centre, radius, 0, 360)


def bubble(box: Box, *, tail: str) -> list[Point]:
    """A speech bubble: a circle with one square corner, at the bottom *tail* (left or right)."""
    half = (box[2] - box[0]) / 2
    return rounded(box, (half, half, half, 0) if tail == "left" else (half, half, 0, half))


class Picture:
    """A picture in coordinates of its finished size, drawn larger so that edges come out smooth."""

    def __init__(self, size: int, background: str) -> None:
        self._size = size
        self._scale = OVERSAMPLING
        self._image = Image.new("RGB", (size * self._scale,) * 2, background)

    def fill(self, colour: str, *shapes: Sequence[Point]) -> None:
        """Paint what all *shapes* have in common."""
        mask = self._mask(shapes[0])
        for shape in shapes[1:]:
            mask = ImageChops.multiply(mask, self._mask(shape))
        self._image.paste(colour, mask=mask)

    def _mask(self, shape: Sequence[Point]) -> Image.Image:
        mask = Image.new("L", self._image.size)
        scaled = [(x * self._scale, y * self._scale) for x, y in shape]
        ImageDraw.Draw(mask).polygon(scaled, fill=255)
        return mask

    def finished(self) -> Image.Image:
        return self._image.reduce(self._scale)


# ---------------------------------------------------------------- letters


def typeface(size: int, weight: int = 800) -> ImageFont.FreeTypeFont:
    """Bricolage Grotesque of *size* pixels, in its cut for headlines."""
    spec = find_spec("fontpkg_bricolage_grotesque")
    if spec is None or spec.origin is None:
        raise SystemExit("the typeface is missing; run: pip install fontpkg-bricolage-grotesque")
    font = ImageFont.truetype(next(Path(spec.origin).parent.glob("files/*.ttf")), size)
    optical_size, width = 96, 100
    font.set_variation_by_axes([optical_size, weight, width])
    return font


def write(image: Image.Image, lines: Sequence[str], colour: str) -> None:
    """Set *lines* as large as the margins let them be, the last one's baseline on the lower margin."""
    room = SIZE - 2 * MARGIN
    font = typeface(int(1000 * room / max(typeface(1000).getlength(line) for line in lines)))
    for above, line in enumerate(reversed(lines)):
        _set(image, (MARGIN, SIZE - MARGIN - above * font.size * 0.97), line, colour, font)


def _set(image: Image.Image, at: Point, line: str, colour: str, font: ImageFont.FreeTypeFont) -> None:
    """Set *line* with its first stem, not the white space before it, at *at*."""
    side = int(font.size)
    ink = Image.new("L", (side, 2 * side))
    ImageDraw.Draw(ink).text((0, side), line, 255, font, anchor="ls")
    bearing = (ink.getbbox() or (0,))[0]
    ImageDraw.Draw(image).text((at[0] - bearing, at[1]), line, colour, font, anchor="ls")


# ---------------------------------------------------------------- covers


def conversation(picture: Picture, box: Box, left: str, right: str, both: str) -> None:
    """The network's mark: two speech bubbles, and what they have in common."""
    across, down = box[2] - box[0], box[3] - box[1]
    one = bubble((box[0], box[1], box[0] + down, box[3]), tail="left")
    other = bubble((box[0] + across - down, box[1], box[2], box[3]), tail="right")
    picture.fill(left, one)
    picture.fill(right, other)
    picture.fill(both, one, other)


def network_cover() -> Image.Image:
    picture = Picture(SIZE, NIGHT)
    conversation(picture, (MARGIN, 330, SIZE - MARGIN, 1890), CORAL, PAPER, SUN)
    image = picture.finished()
    write(image, ["Lærerommet"], PAPER)
    return image


def innovation_cover() -> Image.Image:
    """A ball that takes small steps up."""
    picture = Picture(SIZE, SUN)
    ground, rise, tread = 2010, 300, (SIZE - MARGIN) / 4
    tops = [(MARGIN + (number + 0.5) * tread, ground - (number + 1) * rise) for number in range(4)]
    for (middle, top), colour in zip(tops, ("#F79A3B", CORAL, "#C23B2E", INK), strict=True):
        picture.fill(colour, rounded((middle - tread / 2, top, SIZE, ground), (150, 0, 0, 0)))
    picture.fill(INK, rounded((0, ground, SIZE, SIZE), (0, 0, 0, 0)))
    for start, end in pairwise(tops):
        trail(picture, start, end)
    radius = 205
    picture.fill(PAPER, circle((tops[-1][0], tops[-1][1] - radius), radius))
    return signed(picture, ["Innovasjon i", "offentlig sektor"], INK, (CORAL, INK, PAPER))


def trail(picture: Picture, start: Point, end: Point) -> None:
    """Where the ball went from *start* to *end*, as dots along its leap."""
    leap, dots = 300, 8
    for dot in range(dots):
        part = dot / dots
        x = start[0] + part * (end[0] - start[0])
        y = start[1] + part * (end[1] - start[1]) - 4 * part * (1 - part) * leap
        picture.fill(PAPER, circle((x, y - 70), 27))


def sustainability_cover() -> Image.Image:
    """A plant before a rising sun."""
    picture = Picture(SIZE, "#DCEBC4")
    ground, stem, sun = 2120, 1270, circle((2060, 1130), 710)
    picture.fill(CORAL, sun)
    picture.fill(FOREST, rounded((0, ground, SIZE, SIZE), (0, 0, 0, 0)))
    picture.fill(FOREST, rounded((stem - 26, 790, stem + 26, ground), (26, 26, 0, 0)))
    leaves = ((2010, 740, FOREST, SUN), (1560, 590, LEAF, "#FFE3A3"), (1190, 440, FOREST, SUN))
    for base, across, colour, sunlit in leaves:
        right = rounded((stem, base - across, stem + across, base), (across, 0, across, 0))
        left = rounded((stem - across, base - across, stem, base), (0, across, 0, across))
        picture.fill(colour, left)
        picture.fill(colour, right)
        picture.fill(sunlit, right, sun)
    return signed(picture, ["Bærekraft"], FOREST, (LEAF, FOREST, CORAL))


def signed(
    picture: Picture, title: Sequence[str], name_colour: str, mark: tuple[str, str, str]
) -> Image.Image:
    """The finished cover with its title below, and the network's mark and name above."""
    conversation(picture, (MARGIN, MARGIN, MARGIN + 235, MARGIN + 140), *mark)
    image = picture.finished()
    _set(image, (MARGIN + 285, MARGIN + 122), "Lærerommet", name_colour, typeface(150, 700))
    write(image, title, PAPER)
    return image


# ---------------------------------------------------------------- the guest


def portrait() -> Image.Image:
    """Kari Nordmann, who does not exist."""
    picture = Picture(800, "#BFE0D6")
    skin, shade, hair, blouse = "#F3B795", "#E29C79", "#C98A2B", INK
    picture.fill("#A9D3C7", circle((400, 380), 330))
    # Hair behind, neck, shoulders.
    picture.fill(hair, rounded((205, 150, 595, 640), (195, 195, 90, 90)))
    picture.fill(blouse, rounded((90, 610, 710, 900), (230, 230, 0, 0)))
    picture.fill(shade, rounded((335, 480, 465, 690), (0, 0, 65, 65)))
    # Face, ears, fringe.
    picture.fill(skin, rounded((255, 225, 545, 575), (140, 140, 145, 145)))
    fringe = rounded((205, 150, 595, 640), (195, 195, 90, 90))
    picture.fill(hair, fringe, circle((300, 150), 205))
    picture.fill(hair, fringe, circle((560, 190), 120))
    # Glasses, eyes, nose, mouth.
    for x in (330, 470):
        picture.fill(NIGHT, circle((x, 400), 58))
        picture.fill("#F8CDB4", circle((x, 400), 48))
        picture.fill(INK, circle((x, 400), 13))
    picture.fill(NIGHT, rounded((384, 392, 416, 403), (0, 0, 0, 0)))
    picture.fill(shade, rounded((388, 420, 412, 470), (12, 12, 12, 12)))
    picture.fill("#B4402F", circle((400, 470), 50), rounded((300, 497, 500, 600), (0, 0, 0, 0)))
    # Collar and brooch, in the network's colours.
    picture.fill(PAPER, [(335, 625), (400, 720), (300, 700)])
    picture.fill(PAPER, [(465, 625), (400, 720), (500, 700)])
    picture.fill(CORAL, circle((560, 735), 26))
    return picture.finished()


def neutral_cover() -> Image.Image:
    """For a new workspace: the two who talk, and no name."""
    picture = Picture(SIZE, "#E8E4DA")
    conversation(picture, (MARGIN, 720, SIZE - MARGIN, 2280), "#3F5873", "#A9BBC9", "#F4F1EA")
    return picture.finished()


def save(image: Image.Image, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, "JPEG", quality=78, optimize=True, dpi=(72, 72))


def main() -> None:
    save(network_cover(), ROOT / "artwork" / "laererommet.jpg")
    save(innovation_cover(), ROOT / "artwork" / "innovasjon.jpg")
    save(sustainability_cover(), ROOT / "artwork" / "baerekraft.jpg")
    save(neutral_cover(), TEMPLATE_COVER)
    save(portrait(), PORTRAIT)


if __name__ == "__main__":
    main()
