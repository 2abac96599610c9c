"""Type: letters shaped and kerned, lines broken where a typesetter would, and all of it measured.

Source Serif 4 and Source Sans 3 with their optical sizes; emoji in one colour, as letters are (Noto Emoji).
HarfBuzz shapes and draws, so that the same text is the same pixels on any machine.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ..errors import MissingTool
from ..messages import tr

if TYPE_CHECKING:
    import uharfbuzz
    from PIL import Image

    from .colours import Colour

Family = Literal["serif", "sans"]
Box = tuple[int, int, int, int]  # left, top, right, bottom, in pixels

_PACKAGES = {
    "serif": ("fontpkg_source_serif_4", "SourceSerif4[[]*.ttf"),
    "sans": ("fontpkg_source_sans_3", "SourceSans3[[]*.ttf"),
}
_EMOJI = Path(__file__).parent / "fonts" / "NotoEmoji-Medium.ttf"
_EMOJI_SCALE, _EMOJI_DROP = 0.86, 0.02  # of the letters' size: as high as capitals with a little to spare
_LATIN_END = 0x180  # Latin-1 and Latin Extended-A, which both families have whole
_PHONE_PT = 375  # how wide a phone shows a picture: what is small there gets the cut for small sizes
_OPENING, _CLOSING = "«»‹›“”„‘’\"'([¿¡–—-…", "»«›‹”“‘’\"').,;:!?…-–—"
_JOINING = re.compile("[\u200d\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
_BREAK = re.compile(r"[ \t\r\n\v\f\u2028\u2029]+")
_INSIDE = re.compile(r"(?<=[\w»”’)][-–—/])(?=\w)")  # where a word may end its line without a hyphen of ours


@dataclass(frozen=True, slots=True)
class Style:
    """Letters of one kind. *size* is in pixels, *optical* in points as the reader sees them, *tracking*
    in thousandths of the size."""

    family: Family
    weight: int
    size: float
    optical: float = 20
    tracking: float = 0

    def seen_on(self, width: int) -> Style:
        """The same letters in the cut for their size on a picture *width* pixels wide, held as a phone."""
        return replace(self, optical=min(max(self.size * _PHONE_PT / width, 8), 60))


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is set: *hang* is how far its opening mark stands out to the left, *width* what lies
    between the margins, without marks that hang there."""

    text: str
    hang: float
    width: float


@dataclass(frozen=True, slots=True)
class Setting:
    """Lines of one style. *leading* is from one baseline to the next, in pixels."""

    lines: tuple[Line, ...]
    style: Style
    leading: float
    hyphenated: bool = False

    @property
    def cap_height(self) -> float:
        return _metric(self.style, "H") * self.style.size

    @property
    def height(self) -> float:
        """From the top of the first capitals to the last baseline."""
        return self.cap_height + self.leading * (len(self.lines) - 1)

    @property
    def width(self) -> float:
        return max(line.width for line in self.lines)

    @property
    def drop(self) -> float:
        """How far letters reach below the last baseline."""
        return _metric(self.style, "p", below=True) * self.style.size


def unknown(text: str) -> str:
    """The characters of *text* that none of the typefaces has."""
    if all(char == " " or (char.isprintable() and ord(char) < _LATIN_END) for char in text):
        return ""  # most texts, without a look into the typefaces
    known = (_characters("serif"), _characters("sans"), _characters("emoji"))
    normal = unicodedata.normalize("NFC", text)
    return "".join(
        dict.fromkeys(
            char
            for char in normal
            if not char.isspace() and not _JOINING.match(char) and not any(ord(char) in one for one in known)
        )
    )


# ---------------------------------------------------------------- breaking lines


def fit(
    text: str,
    style: Style,
    width: float,
    height: float,
    *,
    least: float,
    leading: float = 1.16,
    language: str = "",
    seen_on: int = 0,
    most_lines: int = 99,
) -> Setting:
    """*text* as large as it can be within *width* and *height*: from ``style.size`` down to *least* pixels.

    *leading* is a multiple of the size. A word is divided only where the whole would otherwise have to be
    set by a third smaller, or would not fit at all. What fits not even then ends in an ellipsis.
    """
    words = _words(text)
    if not words:
        return Setting((Line("", 0, 0),), style, style.size * leading)

    def tried(size: float, hyphens: bool) -> Setting | None:
        sized = replace(style, size=size)
        sized = sized.seen_on(seen_on) if seen_on else sized
        most = min(most_lines, 1 + max(0, int((height - size * 0.5) / (size * leading))))
        lines = broken(words, sized, width, language if hyphens else None, most)
        if lines is None:
            return None
        made = Setting(
            lines, sized, round(size * leading), any(line.text.endswith("\u2010") for line in lines)
        )
        fits = made.height + made.drop <= height and made.width <= width + 0.5
        return made if fits else None

    whole = _largest(lambda size: tried(size, hyphens=False), style.size, least)
    if whole is None or whole.style.size < style.size * 0.67:
        divided = _largest(lambda size: tried(size, hyphens=True), style.size, least)
        if divided is not None and (whole is None or whole.style.size < divided.style.size * 0.67):
            whole = divided
    if whole is not None:
        return _calmest(whole, lambda size: tried(size, hyphens=whole.hyphenated), least)
    if len(words) > 1:
        return fit(
            _shorter(words), style, width, height, least=least, leading=leading, language=language,
            seen_on=seen_on, most_lines=most_lines,
        )  # fmt: skip
    return fit(
        text, style, width, height, least=least * 0.8, leading=leading, language=language, seen_on=seen_on
    )


_Tried = Callable[[float], Setting | None]


def _calmest(largest: Setting, tried: _Tried, least: float) -> Setting:
    """*largest*, or one a little smaller whose lines are more even: the largest is not always the best."""
    if not 2 < len(largest.lines) < 9:
        return largest
    sizes = [largest.style.size * part for part in (0.94, 0.88, 0.82, 0.76)]
    others = [tried(size) for size in sizes if size >= least]
    known = [largest, *(other for other in others if other is not None and not other.hyphenated)]
    return min(known, key=lambda one: _unrest(one) + 0.55 * (1 - one.style.size / largest.style.size))


def _unrest(setting: Setting) -> float:
    """How uneven the lines are: 0 for a block."""
    widest = setting.width
    slacks = [1 - line.width / widest for line in setting.lines]
    last = slacks.pop()
    return max(slack * slack for slack in slacks) + (0.3 if last > 0.75 else 0.0)


def _shorter(words: Sequence[str]) -> str:
    """*words* cut by about a tenth, with an ellipsis, and the quotation mark that closed them."""
    closing = words[-1][-1] if words[-1][-1] in "»”“’" and words[0][0] in "«“„”»‘" else ""
    kept = list(words[: max(1, min(len(words) - 1, len(words) * 9 // 10))])
    return " ".join(kept).rstrip(" .,;:–-…!?") + "\u202f…" + closing


def _largest(tried: _Tried, most: float, least: float) -> Setting | None:
    """The setting of the largest size that *tried* has one for, to a hundredth of the size."""
    best: Setting | None = tried(most)
    if best is not None:
        return best
    best = tried(least)
    if best is None:
        return None
    low, high = least, most
    while high - low > max(0.5, low / 100):
        middle = (low + high) / 2
        found = tried(middle)
        if found is None:
            high = middle
        else:
            best, low = found, middle
    return best


def broken(
    words: Sequence[str], style: Style, width: float, hyphenate: str | None = None, most_lines: int = 99
) -> tuple[Line, ...] | None:
    """*words* in as few lines as go into *width*, as even as can be; None where a word is too wide.

    Short words go to the next line rather than end one, and the last line holds more than a lone short
    word where it can. *hyphenate* names the language whose words may be divided; None for none.
    """
    pieces = _pieces(words, style, width, hyphenate)
    measured = _Measured(pieces, style)
    count = _greedy(measured, width)
    spans = _even(measured, width, count) if count and count <= most_lines else None
    return tuple(_line(_joined(pieces[a:b]), style) for a, b in spans) if spans else None


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a word that holds together; *joint* is what follows when the line goes on: a space or
    nothing; *hyphen* what is written when the line ends here."""

    text: str
    joint: str
    hyphen: str = ""


def _words(text: str) -> list[str]:
    return [word for word in _BREAK.split(unicodedata.normalize("NFC", text)) if word]


def _pieces(words: Sequence[str], style: Style, width: float, hyphenate: str | None) -> list[_Piece]:
    made: list[_Piece] = []
    for word in words:
        parts = [part for part in _INSIDE.split(word) if part]
        for at, part in enumerate(parts):
            joint = " " if at == len(parts) - 1 else ""
            if hyphenate is not None and _line(part, style).width > width:
                divided = _divided(part, hyphenate)
                made += [_Piece(one, "", "\u2010") for one in divided[:-1]]
                part = divided[-1]
            made.append(_Piece(part, joint))
    return made


def _divided(word: str, language: str) -> list[str]:
    """*word* in parts of at least three letters, where its language divides it."""
    import pyphen

    primary = language.partition("-")[0].lower()
    known = {"no": "nb_NO", "nb": "nb_NO", "nn": "nn_NO"}.get(primary)
    name = known or pyphen.language_fallback(language.replace("-", "_")) or "nb_NO"
    positions = pyphen.Pyphen(lang=name, left=3, right=3).positions(word)
    ends = [int(position) for position in positions] or list(range(6, len(word) - 3, 6))
    return [word[a:b] for a, b in zip([0, *ends], [*ends, len(word)], strict=True)]


def _joined(pieces: Sequence[_Piece]) -> str:
    return "".join(piece.text + piece.joint for piece in pieces[:-1]) + pieces[-1].text + pieces[-1].hyphen


class _Measured:
    """How wide any run of *pieces* is as a line: the sum of its parts, which kerning over spaces moves by
    less than anybody sees."""

    def __init__(self, pieces: Sequence[_Piece], style: Style) -> None:
        self.pieces, self._style = pieces, style
        self._space = _advance(" ", style)
        self._ends = [0.0]
        for piece in pieces:
            self._ends.append(self._ends[-1] + _advance(piece.text + piece.joint, style))
        self._firsts = [_line(piece.text, style).hang for piece in pieces]
        self._lasts = [_hung(piece.text + piece.hyphen, style) for piece in pieces]
        self._hyphens = [_advance(piece.hyphen, style) for piece in pieces]

    def width(self, start: int, end: int) -> float:
        last = end - 1
        trailing = self._space if self.pieces[last].joint else 0.0
        whole = self._ends[end] - self._ends[start] - trailing + self._hyphens[last]
        return whole - self._firsts[start] - self._lasts[last]


def _greedy(measured: _Measured, width: float) -> int | None:
    """How many lines they take at least; None where one piece is wider than a line."""
    count, start, whole = 0, 0, len(measured.pieces)
    while start < whole:
        end = start
        while end < whole and measured.width(start, end + 1) <= width:
            end += 1
        if end == start:
            return None
        count, start = count + 1, end
    return count


def _even(measured: _Measured, width: float, count: int) -> list[tuple[int, int]] | None:
    """The best of all ways to break them into *count* lines: where each begins and ends."""
    whole = len(measured.pieces)
    aim = max(min(width, measured.width(0, whole) / count * 1.04), 1.0)
    best: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]  # by number of lines: end -> cost, start
    for number in range(1, count + 1):
        reached: dict[int, tuple[float, int]] = {}
        for start, (cost, _) in best[-1].items():
            for end in range(start + 1, whole + 1):
                wide = measured.width(start, end)
                if wide > width:
                    break
                last = end == whole
                if last != (number == count):
                    continue
                price = cost + _price(measured.pieces[start:end], wide, aim, last=last and count > 1)
                if end not in reached or price < reached[end][0]:
                    reached[end] = (price, start)
        best.append(reached)
    if whole not in best[-1]:
        return None
    made: list[tuple[int, int]] = []
    end = whole
    for number in range(count, 0, -1):
        start = best[number][end][1]
        made.append((start, end))
        end = start
    return made[::-1]


def _price(pieces: Sequence[_Piece], width: float, aim: float, *, last: bool) -> float:
    """What a line costs beside a perfect one."""
    slack = (aim - width) / aim
    price = slack * slack
    word = pieces[-1].text.strip(_CLOSING)
    if last:
        lone = len(pieces) == 1 and len(pieces[0].text) < 9
        return price * 0.6 + (0.35 if lone else 0) + (0.2 if width < aim * 0.3 else 0)
    if pieces[-1].hyphen:
        price += 0.5
    elif len(word) <= 2:
        price += 0.03
    elif word.casefold() in _BINDING:
        price += 0.012
    if pieces[-1].text[-1] in ".,;:!?–":
        price -= 0.015
    return price


# Words that lean on the next one, in Norwegian and English.
_BINDING = frozenset(
    (
        "som", "og", "men", "for", "med", "til", "fra", "den", "det", "der", "han", "hun", "ein", "eit",
        "ikke", "ikkje", "har", "var", "kan", "skal", "vil", "når", "hva", "the", "and", "but", "with",
        "from", "that", "not", "was", "has", "can", "will", "who",
    )
)  # fmt: skip


# ---------------------------------------------------------------- shaping


@dataclass(frozen=True, slots=True)
class _Glyph:
    face: str
    index: int
    x: float  # in units of the size
    y: float
    scale: float


@lru_cache(maxsize=4096)
def _shaped(
    text: str, family: Family, weight: int, optical: int, tracking: float
) -> tuple[tuple[_Glyph, ...], float]:
    """The glyphs of *text* and its advance, in units of the size."""
    import uharfbuzz

    glyphs: list[_Glyph] = []
    x = 0.0
    for face, part in _runs(text, family):
        font = _font(face, weight, optical)
        upem = font.face.upem
        scale = _EMOJI_SCALE if face == "emoji" else 1.0
        drop = _EMOJI_DROP if face == "emoji" else 0.0
        buffer = uharfbuzz.Buffer()
        buffer.add_str(part)
        buffer.guess_segment_properties()
        uharfbuzz.shape(font, buffer, {"kern": True, "liga": tracking == 0, "lnum": True})
        for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            at = x + position.x_offset * scale / upem
            glyphs.append(_Glyph(face, info.codepoint, at, position.y_offset * scale / upem - drop, scale))
            x += position.x_advance * scale / upem + tracking / 1000
    return tuple(glyphs), x - (tracking / 1000 if glyphs else 0)


def _runs(text: str, family: Family) -> Iterator[tuple[str, str]]:
    """*text* in parts that one typeface has whole, and the name of that typeface."""
    own, other = _characters(family), "sans" if family == "serif" else "serif"
    face, part = "", ""
    for char in text:
        if face and _JOINING.match(char):
            wanted = face if face == "emoji" else ""
        elif ord(char) in own:
            wanted = family
        elif ord(char) in _characters("emoji"):
            wanted = "emoji"
        else:
            wanted = other if ord(char) in _characters(other) else ""
        if not wanted:
            continue  # see unknown(); a lone variation selector says nothing
        if wanted != face and part:
            yield face, part
            part = ""
        face, part = wanted, part + char
    if part:
        yield face, part


def _line(text: str, style: Style) -> Line:
    """*text* as one line, its marks at both ends hanging in the margins."""
    start = len(text) - len(text.lstrip(_OPENING[:12]))
    hang = _advance(text[:start], style) if start < len(text) else 0.0
    return Line(text, hang, _advance(text, style) - hang - _hung(text, style))


def _hung(text: str, style: Style) -> float:
    """How much of *text* hangs in the right margin: most of its closing marks."""
    kept = text.rstrip(_CLOSING)
    return 0.8 * _advance(text[len(kept) :], style) if kept else 0.0


def _advance(text: str, style: Style) -> float:
    if not text:
        return 0.0
    return _shaped(text, style.family, style.weight, round(style.optical), style.tracking)[1] * style.size


@cache
def _face(name: str) -> uharfbuzz.Face:
    import uharfbuzz

    return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(_file(name))))


def _file(name: str) -> Path:
    if name == "emoji":
        return _EMOJI
    package, pattern = _PACKAGES[name]
    spec = find_spec(package)
    found = sorted(Path(spec.origin).parent.joinpath("files").glob(pattern)) if spec and spec.origin else []
    if not found:
        hint = tr("pip install {package}", package=package.replace("_", "-"))
        raise MissingTool(tr("a typeface is missing from this machine"), hint=hint)
    return found[0]


@cache
def _characters(name: str) -> frozenset[int]:
    return frozenset(_face(name).unicodes)


@cache
def _font(name: str, weight: int, optical: int) -> uharfbuzz.Font:
    import uharfbuzz

    font = uharfbuzz.Font(_face(name))
    if name != "emoji":
        font.set_variations({"wght": weight, "opsz": optical})
    return font


def _metric(style: Style, char: str, *, below: bool = False) -> float:
    """How high (or, *below*, how deep) *char* reaches, in units of the size."""
    font = _font(style.family, style.weight, round(style.optical))
    extents = font.get_glyph_extents(font.get_nominal_glyph(ord(char)))
    reach = extents.y_bearing + extents.height if below else extents.y_bearing
    return float(abs(reach)) / float(font.face.upem)


# ---------------------------------------------------------------- drawing


def draw(image: Image.Image, setting: Setting, at: tuple[float, float], colour: Colour) -> Box:
    """Draw *setting* on *image*, its capitals' upper left corner at *at*; the box of its ink.

    Its marks hang to the left of *at*, and the first stem of each line stands on the margin.
    """
    boxes = []
    baseline = at[1] + setting.cap_height
    for line in setting.lines:
        boxes += _draw_line(image, line, setting.style, (at[0], baseline), colour)
        baseline += setting.leading
    left, top, right, bottom = zip(*(boxes or [(0, 0, 0, 0)]), strict=True)
    return min(left), min(top), max(right), max(bottom)


def _draw_line(
    image: Image.Image, line: Line, style: Style, at: tuple[float, float], colour: Colour
) -> list[Box]:
    """Draw a line with its baseline at *at*; the boxes of its ink, none for an empty one."""
    from PIL import Image as Pillow
    from uharfbuzz import RasterDraw

    glyphs, _ = _shaped(line.text, style.family, style.weight, round(style.optical), style.tracking)
    if not glyphs:
        return []
    raster = RasterDraw()
    bearing = _bearing(line, style)
    for glyph in glyphs:
        font = _font(glyph.face, style.weight, round(style.optical))
        scale = style.size * glyph.scale / font.face.upem
        x = at[0] - line.hang - bearing + glyph.x * style.size
        raster.transform = (scale, 0, 0, scale, x, glyph.y * style.size - at[1])
        raster.draw_glyph(font, glyph.index)
    drawn = raster.render()
    extents = drawn.extents
    if not extents.width or not extents.height:
        return []
    size = (extents.width, extents.height)
    mask = Pillow.frombytes("L", size, bytes(drawn.buffer), "raw", "L", extents.stride, -1)
    corner = (extents.x_origin, -(extents.y_origin + extents.height))
    image.paste(colour, (*corner, corner[0] + size[0], corner[1] + size[1]), mask)
    return [(*corner, corner[0] + size[0], corner[1] + size[1])]


def _bearing(line: Line, style: Style) -> float:
    """The white space before the first stem behind what hangs, so that stems stand on the margin."""
    text = line.text.lstrip(_OPENING[:12]) or line.text
    glyphs, _ = _shaped(text[:1], style.family, style.weight, round(style.optical), 0)
    if not glyphs or glyphs[0].face == "emoji":
        return 0.0
    font = _font(glyphs[0].face, style.weight, round(style.optical))
    extents = font.get_glyph_extents(glyphs[0].index)
    return float(extents.x_bearing) / float(font.face.upem) * style.size if extents else 0.0
