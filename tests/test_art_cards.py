"""Cards and covers: nothing overflows, everything is readable, and lines break where a typesetter would."""

from __future__ import annotations

import io
import random
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from lornpod.art import cards, images, lettering
from lornpod.art.cards import SHAPES, Drawn, Said
from lornpod.art.colours import blend, contrast, palette
from lornpod.art.lettering import Style
from lornpod.errors import LornpodError

LONG = (
    "Vi trodde lenge at broen måtte tegnes ferdig før noen kunne gå på den, men så la vi ut den første "
    "planken likevel. Folk kom, sto der og vippet, og fortalte oss mer på en ettermiddag enn rapportene "
    "hadde gjort på tre år. Siden har vi alltid begynt i det små, og våget å si det høyt når noe ikke "
    "bærer, også når det er vårt eget forslag som går i vannet, og ingen andre ved elva tør å ta ordet først."
)
QUOTES = {
    "one word": "Læring.",
    "short": "Vi bygger broer mens vi går på dem.",
    "400 characters": LONG,
    "quotation marks": 'Hun sa "slutt å planlegge" og «begynn», og det gjorde vi.',
    "letters": "Ærlige øyne på Åsgårdstrand: ČŠŽ čšž đŋŧ é ü ß, 100 % og 1 000 kr.",
    "emoji": "Ø, å og æ er også bokstaver 🚀 ❤️ 👩‍🔬 – bruk dem!",
    "long word": "Menneskerettighetskonvensjonsforhandlingene ble avsluttet.",
    "all capitals": "AVTALT ER AVTALT, SA HUN, OG GIKK.",
}
ROLE = "Prosjektleder brobyggerkommunen BRO3.0, Fjordheim kommune"


def said(text: str, language: str = "nb") -> Said:
    return Said(text, "Kari Margrethe Nordmann-Åsgårdsen", ROLE, "Innovasjon", "Lærerommet", language)


@pytest.fixture(scope="module")
def portraits(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path | None]:
    folder = tmp_path_factory.mktemp("portraits")
    Image.new("RGB", (900, 900), "white").save(folder / "white.png")
    Image.new("RGB", (300, 400), "white").save(folder / "small.png")
    noise = random.Random(1).randbytes(600 * 800 * 3)
    Image.frombytes("RGB", (600, 800), noise).save(folder / "noise.png")
    return {"none": None, **{name: folder / f"{name}.png" for name in ("white", "small", "noise")}}


def decoded(drawn: Drawn) -> Image.Image:
    return Image.open(io.BytesIO(drawn.jpeg)).convert("RGB")


# ---------------------------------------------------------------- cards


@pytest.mark.parametrize("portrait", ["none", "white", "small", "noise"])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("quote", ["one word", "400 characters", "emoji", "long word"])
def test_nothing_overflows_and_all_is_readable(
    quote: str, shape: str, portrait: str, portraits: dict[str, Path | None]
) -> None:
    drawn = cards.card(said(QUOTES[quote]), shape, portraits[portrait])
    width, height = SHAPES[shape]
    edge = min(width, height) * 0.01
    assert len(drawn.ink) == 4
    for left, top, right, bottom in drawn.ink:
        assert left >= edge
        assert top >= edge
        assert right <= width - edge
        assert bottom <= height - edge
    assert min(drawn.contrast) >= 4.5
    ink = sorted(drawn.ink, key=lambda box: box[1])
    assert all(upper[3] <= lower[1] + edge for upper, lower in pairwise(ink))
    assert len(drawn.jpeg) <= 512_000


@pytest.mark.parametrize("shape", SHAPES)
def test_a_card_is_a_jpeg_of_its_shape(shape: str) -> None:
    drawn = cards.card(said("Hei."), shape)
    assert (drawn.width, drawn.height) == SHAPES[shape] == decoded(drawn).size


@pytest.mark.parametrize("quote", QUOTES)
def test_no_word_is_lost(quote: str) -> None:
    drawn = cards.card(said(QUOTES[quote]), "square")
    set_text = " ".join(drawn.lines).replace("\u2010 ", "").replace("\u00a0", " ").replace("\u202f", " ")
    letters = "".join(char for char in set_text if char.isalnum())
    assert letters == "".join(char for char in QUOTES[quote] if char.isalnum())


@pytest.mark.parametrize(
    ("quote", "divided"), [("long word", True), ("400 characters", False), ("short", False)]
)
def test_words_are_divided_only_when_they_must_be(quote: str, divided: bool) -> None:
    assert cards.card(said(QUOTES[quote]), "square").hyphenated is divided


def test_a_quote_has_the_quotation_marks_of_its_language_and_inner_ones_inside() -> None:
    nb = " ".join(cards.card(said('Hun sa "kom" til oss.'), "wide").lines)
    assert nb == "«Hun sa ‘kom’ til oss.»"
    en = " ".join(cards.card(said('She said "come" to us.', language="en"), "wide").lines)
    assert en == "“She said ‘come’ to us.”"


def test_without_a_quote_a_card_shows_the_title_without_marks() -> None:
    titled = Said("Små skritt", quoted=False, theme="Innovasjon")
    assert " ".join(cards.card(titled, "wide").lines) == "Små skritt"


def test_a_quote_that_cannot_fit_ends_in_an_ellipsis_within_its_marks() -> None:
    drawn = cards.card(said(LONG * 8), "wide")
    assert drawn.lines[-1].endswith("…»")
    assert max(box[3] for box in drawn.ink) < SHAPES["wide"][1]


def test_the_same_card_is_the_same_bytes() -> None:
    assert cards.card(said("Hei."), "wide").jpeg == cards.card(said("Hei."), "wide").jpeg


def test_letters_that_no_typeface_has_are_told() -> None:
    with pytest.raises(LornpodError, match="漢"):
        cards.card(said("Om 漢字."), "wide")


def test_no_words_lie_on_a_face(tmp_path: Path) -> None:
    """Faces in portraits end where seven tenths of the picture do: here one of 300 by 510 pixels."""
    portrait = Image.new("RGB", (900, 900), (20, 40, 60))
    portrait.paste((250, 120, 30), (300, 120, 600, 630))
    portrait.save(tmp_path / "face.png")
    card = decoded(cards.card(said("Vi bygger broer mens vi går på dem."), "square", tmp_path / "face.png"))
    red, _, blue = card.split()
    face = ImageChops.subtract(red, blue).point([255 * (warmth > 100) for warmth in range(256)]).getbbox()
    assert face is not None
    left, top, right, bottom = face
    assert right - left > 150
    assert (bottom - top) / (right - left) > 1.6


def test_the_portrait_shows_where_no_words_are(portraits: dict[str, Path | None]) -> None:
    image = decoded(cards.card(said("Kort sagt."), "wide", portraits["white"]))
    assert image.getpixel((1590, 450)) == (255, 255, 255)
    assert contrast(palette("Innovasjon").ground, image.getpixel((20, 450))) < 1.1  # type: ignore[arg-type]


# ---------------------------------------------------------------- covers


@pytest.mark.parametrize(
    "title",
    ["KI", "Innovasjon i offentlig sektor", "Samfunnssikkerhet og beredskap 🚀", "Ærøskøbing på Åland"],
)
def test_a_drawn_cover_is_as_apple_wants_it(title: str, tmp_path: Path) -> None:
    drawn = cards.cover(title, "Lærerommet")
    (tmp_path / "cover.jpg").write_bytes(drawn.jpeg)
    facts = images.inspect(tmp_path / "cover.jpg", whole=True)
    assert list(images.cover_findings(facts, "cover")) == []
    assert (facts.width, facts.height) == (3000, 3000)
    assert min(drawn.contrast) >= 4.5
    assert all(left >= 100 and right <= 2900 and bottom <= 2950 for left, _, right, bottom in drawn.ink)


def test_every_theme_has_a_look_of_its_own() -> None:
    themes = ("Bærekraft", "Ledelse", "Forskning", "Helse")
    assert len({cards.cover(theme, "Lærerommet").jpeg for theme in themes}) == len(themes)


# ---------------------------------------------------------------- letters and lines


def lines(text: str, size: float = 60, width: float = 900) -> list[str]:
    found = lettering.broken(text.split(), Style("serif", 500, size), width)
    assert found is not None
    return [line.text for line in found]


def test_letters_are_kerned() -> None:
    def width(text: str) -> float:
        return lettering.broken([text], Style("serif", 500, 100), 9999)[0].width  # type: ignore[index]

    assert width("AVA") < width("A") + width("V") + width("A") - 5


def test_no_lone_short_word_stays_for_the_last_line() -> None:
    text = "Vi lærte mer av det som gikk galt enn av alt det som gikk helt etter planen i år"
    for width in range(500, 1000, 25):
        assert len(lines(text, width=width)[-1]) > 8


def test_lines_are_even() -> None:
    text = "Broen ble bygd baklengs fordi ingen våget å begynne på den andre siden av elva"
    widths = [line.width for line in lettering.broken(text.split(), Style("serif", 500, 60), 1000) or ()]
    assert min(widths) > 0.75 * max(widths)


def test_marks_hang_and_stems_stand_on_the_margin() -> None:
    image = Image.new("L", (800, 400), 0).convert("RGB")
    style = Style("serif", 500, 100, 40)
    setting = lettering.fit("«Hus hjem» “Hage her”", style, 330, 400, least=90)
    lettering.draw(image, setting, (150, 20), (255, 255, 255))
    starts = []
    for at in range(len(setting.lines)):
        band = image.crop((150, round(20 + at * setting.leading), 800, round(90 + at * setting.leading)))
        starts.append(150 + (band.convert("L").point(lambda value: 255 * (value > 96)).getbbox() or (0,))[0])
    assert setting.lines[0].hang > 20
    assert all(abs(start - 150) <= 4 for start in starts)
    assert (image.convert("L").getbbox() or (150,))[0] < 140


@settings(max_examples=60)
@given(st.text(max_size=120), st.integers(80, 900))
def test_any_text_can_be_set_within_its_width(text: str, width: int) -> None:
    setting = lettering.fit(text, Style("sans", 400, 80), width, 600, least=8)
    assert setting.width <= width + 0.5
    assert setting.height <= 600


# ---------------------------------------------------------------- colours


def test_contrast_is_as_the_wcag_has_it() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((118, 118, 118), (255, 255, 255)) == pytest.approx(4.54, abs=0.01)


@given(st.text(max_size=20), st.one_of(st.just(""), st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)))
def test_every_palette_can_be_read(name: str, colour: str) -> None:
    made = palette(name, colour)
    for ground in (made.ground, made.shade, made.tint):
        assert contrast(made.paper, ground) >= 4.5
        assert contrast(made.accent, ground) >= 4.5
    assert contrast(blend(made.paper, made.ground, 0.16), made.ground) >= 4.5


def test_contrast_is_that_of_the_worst_pixel() -> None:
    image = Image.new("RGB", (10, 10), "black")
    image.putpixel((5, 5), (118, 118, 118))
    assert cards.least_contrast(image, (0, 0, 10, 10), (255, 255, 255)) == pytest.approx(4.54, abs=0.01)
    assert cards.least_contrast(image, (0, 0, 5, 5), (255, 255, 255)) == pytest.approx(21)
