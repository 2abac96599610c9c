"""Colours that belong together, grown from one name or one colour, and how well one reads on another.

Made in OKLCH (Björn Ottosson, “A perceptual color space”, 2020), where equal steps look equal: every theme
gets a hue of its own and the same lightness as the others.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass

Colour = tuple[int, int, int]

# Apart enough to be told from each other; between brown and green a dark ground is mud, and left out.
_HUES = (12.0, 38.0, 58.0, 142.0, 165.0, 190.0, 215.0, 240.0, 262.0, 284.0, 310.0, 338.0)
READABLE = 4.5  # WCAG 2.2, 1.4.3, contrast (minimum)


@dataclass(frozen=True, slots=True)
class Palette:
    """A dark *ground* for type, two shades of it for shapes, an *accent*, and light *paper* to write with."""

    ground: Colour
    shade: Colour
    tint: Colour
    accent: Colour
    paper: Colour


def palette(name: str, colour: str = "") -> Palette:
    """The palette of *name*: always the same, and after the hue of *colour* (``#0f4c3f``) where it is given.

    Paper and accent are readable on ground, shade and tint.
    """
    if colour:
        lightness, chroma, hue = _oklch(rgb(colour))
        lightness, chroma = min(max(lightness, 0.22), 0.36), min(chroma, 0.13)
    else:
        digest = hashlib.sha256(name.strip().casefold().encode()).digest()
        lightness, chroma, hue = 0.30, 0.085, _HUES[digest[0] % len(_HUES)]
    ground = _srgb(lightness, chroma, hue)
    return Palette(
        ground,
        _srgb(lightness - 0.055, chroma * 0.95, hue),
        _srgb(lightness + 0.075, chroma * 1.05, hue),
        _readable(_srgb(0.82, 0.125, hue + 62), _srgb(lightness + 0.075, chroma * 1.05, hue)),
        _srgb(0.972, 0.014, hue + 62),
    )


def rgb(colour: str) -> Colour:
    """Red, green and blue of ``#0f4c3f``."""
    number = int(colour.removeprefix("#"), 16)
    return number >> 16, number >> 8 & 255, number & 255


def contrast(one: Colour, other: Colour) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: Colour) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2)."""
    red, green, blue = (_linear(channel / 255) for channel in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def blend(one: Colour, other: Colour, part: float) -> Colour:
    """*one* with *part* (0 to 1) of *other* laid over it."""
    mixed = [round(a + (b - a) * part) for a, b in zip(one, other, strict=True)]
    return mixed[0], mixed[1], mixed[2]


def _readable(colour: Colour, ground: Colour) -> Colour:
    """*colour*, made lighter until it reads on *ground*."""
    for step in range(20):
        lighter = blend(colour, (255, 255, 255), step / 20)
        if contrast(lighter, ground) >= READABLE:
            return lighter
    return 255, 255, 255


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _companded(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055


def _oklch(colour: Colour) -> tuple[float, float, float]:
    """Lightness 0 to 1, chroma and hue in degrees of an sRGB colour."""
    red, green, blue = (_linear(channel / 255) for channel in colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.degrees(math.atan2(b, a))


def _srgb(lightness: float, chroma: float, hue: float) -> Colour:
    """The nearest sRGB colour of that lightness and hue: chroma gives way where the screen has none."""
    for step in range(40):
        channels = _channels(lightness, chroma * (1 - step / 40), hue)
        if all(-0.0005 <= channel <= 1.0005 for channel in channels):
            break
    red, green, blue = (round(255 * _companded(min(max(channel, 0), 1))) for channel in channels)
    return red, green, blue


def _channels(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    """Linear red, green and blue, outside 0 to 1 where sRGB does not reach."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
