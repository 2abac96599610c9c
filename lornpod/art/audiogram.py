"""The pictures of an audiogram: a card on which words come as they are spoken, over a waveform that fills."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from . import cards, images, lettering
from .cards import Said
from .colours import Palette, blend, palette
from .lettering import Box, Setting, Style

if TYPE_CHECKING:
    from PIL import Image

SIZES = {"square": (1080, 1080), "wide": (1280, 720), "tall": (1080, 1920)}
BARS = 84
_LOUD = 0.8  # the power that levels are drawn by: speech fills the height, and whispers are seen
_LEAST = 0.04


@dataclass(frozen=True, slots=True)
class Caption:
    """Words, from when until when they are shown, in milliseconds of the excerpt."""

    text: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class _Stage:
    """The picture that stays, and where words and waveform go."""

    image: Image.Image
    words: Box
    wave: Box
    colours: Palette


def frames(
    said: Said,
    shape: str,
    portrait: Path | None,
    captions: Sequence[Caption],
    levels: Sequence[float],
    duration_ms: int,
    fps: int,
) -> Iterator[bytes]:
    """Each picture of an audiogram as RGB bytes, *fps* a second, for *duration_ms*.

    *said* is as on a card; its text is shown where there are no *captions*. Raises LornpodError for
    characters that no typeface has, before the first picture.
    """
    captions = captions or (Caption(said.text, 0, duration_ms),)
    cards.refuse_unknown("".join(caption.text for caption in captions) + cards.around(said))
    stage = _stage(said, SIZES[shape], portrait)
    settings = _settings(captions, stage, said.language)
    quiet, loud = _waves(stage, levels)
    still, shown, done = stage.image, -2, stage.wave[0]
    for number in range(-(-duration_ms * fps // 1000)):
        at_ms = number * 1000 // fps
        now = next((at for at, one in enumerate(captions) if one.start_ms <= at_ms < one.end_ms), -1)
        reached = stage.wave[0] + (stage.wave[2] - stage.wave[0]) * at_ms // max(1, duration_ms)
        if now != shown:
            still, shown, done = stage.image.copy(), now, stage.wave[0]
            still.paste(quiet, stage.wave[:2])
            if now >= 0:
                _show(still, settings[now], stage)
        if reached > done:
            part = (done - stage.wave[0], 0, reached - stage.wave[0], stage.wave[3] - stage.wave[1])
            still.paste(loud.crop(part), (done, stage.wave[1]))
            done = reached
        yield still.tobytes()


def _stage(said: Said, size: tuple[int, int], portrait: Path | None) -> _Stage:
    from PIL import Image

    width, height = size
    unit = min(size) / 100
    colours = palette(said.seed, said.colour)
    image = Image.new("RGB", size, colours.ground)
    margin = round(8 * unit)
    side = width // (4 if height > width else 7 if width == height else 12)
    cards.tiles(image, said.seed, colours, (0, 0, width, side), side)
    picture = images.opened(portrait) if portrait else None
    layout = (margin, side + round(0.7 * margin), width - margin, height - margin)
    top, foot = cards.surroundings(image, said, layout, colours, picture)
    tall = round(11 * unit)
    wave = (margin, round(foot - tall - 6 * unit), width - margin, round(foot - 6 * unit))
    words = (margin, round(top + 5 * unit), width - margin, round(wave[1] - 5 * unit))
    return _Stage(image, words, wave, colours)


def _settings(captions: Sequence[Caption], stage: _Stage, language: str) -> list[Setting]:
    """All captions in one size: the largest that the longest of them lets be."""
    left, top, right, bottom = stage.words
    unit = min(stage.image.size) / 100
    width, height = right - left, bottom - top

    def fitted(text: str, size: float) -> Setting:
        style = Style("serif", 520, size)
        return lettering.fit(
            text, style, width, height, least=3 * unit, leading=1.2, language=language,
            seen_on=stage.image.width,
        )  # fmt: skip

    most = (10 if stage.image.height > stage.image.width else 8) * unit
    size = min(fitted(caption.text, most).style.size for caption in captions)
    return [fitted(caption.text, size) for caption in captions]


def _show(image: Image.Image, setting: Setting, stage: _Stage) -> None:
    free = stage.words[3] - stage.words[1] - setting.height
    lettering.draw(image, setting, (stage.words[0], stage.words[1] + free * 0.46), stage.colours.paper)


def _waves(stage: _Stage, levels: Sequence[float]) -> tuple[Image.Image, Image.Image]:
    """The waveform as it is before it is reached, and after."""
    from PIL import Image, ImageDraw

    finer = 4
    width, height = stage.wave[2] - stage.wave[0], stage.wave[3] - stage.wave[1]
    mask = Image.new("L", (width * finer, height * finer))
    draw = ImageDraw.Draw(mask)
    step = width * finer / max(1, len(levels))
    loudest = max(levels, default=0) or 1.0
    for at, level in enumerate(levels):
        half = max(_LEAST, (level / loudest) ** _LOUD) * height * finer / 2
        left = at * step + step * 0.2
        box = (left, height * finer / 2 - half, left + step * 0.6, height * finer / 2 + half)
        draw.rounded_rectangle(box, radius=step * 0.3, fill=255)
    mask = mask.reduce(finer)
    ground = stage.colours.ground
    made = []
    for colour in (blend(ground, stage.colours.paper, 0.3), stage.colours.accent):
        image = Image.new("RGB", (width, height), ground)
        image.paste(colour, mask=mask)
        made.append(image)
    return made[0], made[1]
