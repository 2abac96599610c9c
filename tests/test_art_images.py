"""Pictures: what they are, what Apple takes, and what goes into tags and the store."""

from __future__ import annotations

import io
import random
import struct
import zlib
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from lornpod.art import images
from lornpod.errors import Level, MediaError

RED = (200, 30, 30)


def picture(path: Path, size: tuple[int, int] = (64, 64), mode: str = "RGB", **options: object) -> Path:
    colour: object = {
        "RGB": RED,
        "RGBA": (*RED, 128),
        "L": 90,
        "LA": (90, 128),
        "CMYK": (0, 200, 200, 20),
    }.get(mode, 0)
    Image.new(mode, size, colour).save(path, **options)  # type: ignore[arg-type]
    return path


def noisy(path: Path, side: int) -> Path:
    noise = random.Random(1).randbytes(side * side * 3)
    Image.frombytes("RGB", (side, side), noise).save(path, quality=95)
    return path


def with_exif(
    path: Path, orientation: int = 1, *, gps: bool = False, size: tuple[int, int] = (60, 30)
) -> Path:
    exif = Image.Exif()
    exif[0x0112] = orientation
    if gps:
        exif[0x8825] = {1: "N", 2: (63.0, 25.0, 0.0)}
    image = Image.new("RGB", size, "white")
    image.paste(RED, (0, 0, size[0] // 2, size[1]))
    image.save(path, exif=exif, quality=95)
    return path


def decoded(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        return image


def codes(facts: images.ImageFacts) -> dict[str, Level]:
    return {finding.code: finding.level for finding in images.cover_findings(facts, "feeds/a.md:3")}


# ---------------------------------------------------------------- facts


def test_facts_are_those_of_the_file(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.jpg", (80, 40), dpi=(72, 72))
    assert images.inspect(path) == images.ImageFacts(
        80, 40, "JPEG", "RGB", False, path.stat().st_size, 72, "image/jpeg", ".jpg"
    )


def test_width_and_height_are_as_shown(tmp_path: Path) -> None:
    facts = images.inspect(with_exif(tmp_path / "a.jpg", orientation=6, size=(60, 30)))
    assert (facts.width, facts.height) == (30, 60)


@pytest.mark.parametrize(("mode", "alpha"), [("RGB", False), ("RGBA", True), ("LA", True), ("L", False)])
def test_alpha_is_seen(mode: str, alpha: bool, tmp_path: Path) -> None:
    assert images.inspect(picture(tmp_path / "a.png", mode=mode)).alpha is alpha


def test_a_transparent_palette_colour_is_alpha(tmp_path: Path) -> None:
    assert images.inspect(picture(tmp_path / "a.png", mode="P", transparency=0)).alpha


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
@pytest.mark.parametrize("kept", [0.1, 0.5, 0.98])
def test_a_picture_cut_short_is_refused(suffix: str, kept: float, tmp_path: Path) -> None:
    path = noisy(tmp_path / f"a{suffix}", 64)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * kept)])
    with pytest.raises(MediaError) as caught:
        images.inspect(path, "artwork/a")
    assert caught.value.where == "artwork/a"


@pytest.mark.parametrize("data", [b"", b"text", b"%!PS-Adobe-3.0 EPSF-3.0\n", b"<svg/>", b"\xff\xd8\xff\xd9"])
def test_what_is_no_picture_is_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(data)
    with pytest.raises(MediaError):
        images.inspect(path)


def test_a_missing_picture_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="no such picture"):
        images.inspect(tmp_path / "nei.jpg")


@pytest.mark.parametrize("side", [9_600, 20_000, 60_000])
def test_a_decompression_bomb_is_refused_unopened(side: int, tmp_path: Path) -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    path = tmp_path / "a.png"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")
    )
    with pytest.raises(MediaError, match="pixels"):
        images.inspect(path)


def test_damage_inside_is_found_when_asked_for_the_whole(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png", (200, 200))
    data = bytearray(path.read_bytes())
    at = data.index(b"IDAT") + 4
    data[at : at + 8] = b"\0" * 8
    path.write_bytes(data)
    with pytest.raises(MediaError):
        images.inspect(path, whole=True)


# ---------------------------------------------------------------- covers

GOOD = images.ImageFacts(3000, 3000, "JPEG", "RGB", False, 400_000, 72, "image/jpeg", ".jpg")


@pytest.mark.parametrize(
    "facts", [GOOD, replace(GOOD, width=1400, height=1400), replace(GOOD, suffix=".jpeg")]
)
def test_a_cover_as_apple_wants_it_has_no_findings(facts: images.ImageFacts) -> None:
    assert codes(facts) == {}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (replace(GOOD, height=2999), {"artwork-square": Level.ERROR}),
        (replace(GOOD, width=1399, height=1399), {"artwork-size": Level.ERROR}),
        (replace(GOOD, width=3001, height=3001), {"artwork-size": Level.ERROR}),
        (replace(GOOD, format="WEBP", suffix=".webp"), {"artwork-format": Level.WARNING}),
        (replace(GOOD, format="PNG"), {"artwork-format": Level.WARNING}),
        (
            replace(GOOD, format="PNG", suffix=".png", mode="RGBA", alpha=True),
            {"artwork-alpha": Level.WARNING},
        ),
        (replace(GOOD, mode="CMYK"), {"artwork-mode": Level.WARNING}),
        (replace(GOOD, length_bytes=512_001), {"artwork-bytes": Level.ADVICE}),
    ],
)
def test_each_shortcoming_of_a_cover_is_told(facts: images.ImageFacts, expected: dict[str, Level]) -> None:
    assert codes(facts) == expected


def test_all_shortcomings_are_told_together() -> None:
    facts = replace(GOOD, width=100, height=50, format="GIF", mode="P", alpha=True, length_bytes=10**6)
    assert len(codes(facts)) == 5
    assert all(finding.where == "x" and finding.hint for finding in images.cover_findings(facts, "x"))


# ---------------------------------------------------------------- for tags


def test_the_tags_picture_is_a_small_baseline_jpeg(tmp_path: Path) -> None:
    data, media_type = images.for_tag(noisy(tmp_path / "a.jpg", 1500))
    image = decoded(data)
    assert (media_type, image.format, image.mode) == ("image/jpeg", "JPEG", "RGB")
    assert max(image.size) <= 1000
    assert len(data) <= 300_000
    assert not image.info.get("progressive")


def test_a_small_picture_is_not_enlarged(tmp_path: Path) -> None:
    assert decoded(images.for_tag(picture(tmp_path / "a.png", (50, 40)))[0]).size == (50, 40)


def test_the_shape_of_a_picture_stays(tmp_path: Path) -> None:
    assert decoded(images.for_tag(picture(tmp_path / "a.jpg", (2000, 1000)))[0]).size == (1000, 500)


def test_the_same_picture_makes_the_same_bytes(tmp_path: Path) -> None:
    path = noisy(tmp_path / "a.jpg", 300)
    assert images.for_tag(path) == images.for_tag(path)


def test_no_picture_is_made_longer_than_allowed(tmp_path: Path) -> None:
    assert len(images.for_tag(noisy(tmp_path / "a.jpg", 400), max_bytes=5_000)[0]) <= 5_000


def test_a_picture_on_its_side_is_turned_and_loses_its_metadata(tmp_path: Path) -> None:
    data, _ = images.for_tag(with_exif(tmp_path / "a.jpg", orientation=3, gps=True))
    image = decoded(data)
    left, right = image.getpixel((3, 15)), image.getpixel((56, 15))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert left[1] > 200 > 100 > right[1]
    assert dict(image.getexif()) == {}


def test_what_is_transparent_becomes_white(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(path)
    assert decoded(images.for_tag(path)[0]).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("name", "mode"),
    [("a.png", "L"), ("a.png", "P"), ("a.png", "1"), ("a.png", "I;16"), ("a.jpg", "CMYK"), ("a.tif", "F"),
     ("a.gif", "P"), ("a.webp", "RGBA"), ("a.bmp", "RGB")],
)  # fmt: skip
def test_every_kind_of_picture_becomes_a_jpeg_in_rgb(name: str, mode: str, tmp_path: Path) -> None:
    image = decoded(images.for_tag(picture(tmp_path / name, mode=mode))[0])
    assert (image.format, image.mode) == ("JPEG", "RGB")


def test_sixteen_bits_are_scaled_and_not_clipped(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("I;16", (20, 20), 0x4000).save(path)
    grey = decoded(images.for_tag(path)[0]).getpixel((5, 5))
    assert isinstance(grey, tuple)
    assert grey[0] in range(60, 69)


def test_a_broken_colour_profile_does_not_stop_the_picture(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.jpg", icc_profile=b"no profile at all")
    assert decoded(images.for_tag(path)[0]).size == (64, 64)


def test_an_embedded_profile_is_applied_and_left_out(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image = decoded(images.for_tag(picture(tmp_path / "a.jpg", icc_profile=profile))[0])
    assert "icc_profile" not in image.info


# ---------------------------------------------------------------- for the store


@pytest.mark.parametrize(("name", "media_type", "suffix"), [
    ("a.jpg", "image/jpeg", ".jpg"), ("a.jpeg", "image/jpeg", ".jpg"), ("a.png", "image/png", ".png"),
])  # fmt: skip
def test_a_plain_picture_is_stored_as_it_is(name: str, media_type: str, suffix: str, tmp_path: Path) -> None:
    path = picture(tmp_path / name)
    assert images.for_store(path) == (path, media_type, suffix)


def test_the_suffix_is_that_of_the_content(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png").rename(tmp_path / "a.jpg")
    assert images.for_store(path) == (path, "image/png", ".png")


@pytest.mark.parametrize(
    ("name", "mode"), [("a.png", "RGBA"), ("a.webp", "RGB"), ("a.gif", "P"), ("a.jpg", "CMYK")]
)
def test_what_apple_refuses_is_stored_as_a_jpeg(name: str, mode: str, tmp_path: Path) -> None:
    source, media_type, suffix = images.for_store(picture(tmp_path / name, mode=mode))
    assert isinstance(source, bytes)
    assert (media_type, suffix, decoded(source).mode) == ("image/jpeg", ".jpg", "RGB")


def test_where_a_photograph_was_taken_is_not_published(tmp_path: Path) -> None:
    path = with_exif(tmp_path / "a.jpg", gps=True)
    source, *_ = images.for_store(path)
    assert isinstance(source, bytes)
    assert b"Exif" in path.read_bytes()
    assert b"Exif" not in source


def test_a_portrait_on_its_side_is_stored_upright(tmp_path: Path) -> None:
    source, *_ = images.for_store(with_exif(tmp_path / "a.jpg", orientation=8, size=(60, 30)))
    assert isinstance(source, bytes)
    assert decoded(source).size == (30, 60)


def test_a_converted_cover_keeps_to_the_bytes_that_hosts_keep_to(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    grain = Image.effect_noise((1400, 1400), 8).convert("RGB")
    grain.convert("RGBA").save(path, compress_level=1)
    grain.save(tmp_path / "large.jpg", quality=92, subsampling=0)
    assert (tmp_path / "large.jpg").stat().st_size > 600_000
    source, *_ = images.for_store(path)
    assert isinstance(source, bytes)
    assert len(source) <= 512_000


def test_a_picture_cut_short_is_not_stored(tmp_path: Path) -> None:
    path = noisy(tmp_path / "a.jpg", 200)
    path.write_bytes(path.read_bytes()[:-3000])
    with pytest.raises(MediaError):
        images.for_store(path)


# ---------------------------------------------------------------- hostile files


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("pictures")
    return [
        with_exif(folder / "a.jpg", orientation=6, gps=True),
        picture(folder / "b.png", (20, 20), "RGBA"),
        picture(folder / "c.gif", (20, 20), "P"),
        picture(folder / "d.webp", (20, 20)),
        picture(folder / "e.tif", (20, 20)),
        picture(folder / "f.bmp", (20, 20)),
    ]


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_no_damage_to_a_picture_raises_anything_but_media_error(
    originals: list[Path], data: st.DataObject
) -> None:
    original = data.draw(st.sampled_from(originals))
    content = bytearray(original.read_bytes())
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, max(len(content) - 1, 0)))
        content[at : at + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=8))
    damaged = original.with_name("damaged" + original.suffix)
    damaged.write_bytes(content)
    with suppress(MediaError):
        images.inspect(damaged, whole=True)
    with suppress(MediaError):
        images.for_tag(damaged)
    with suppress(MediaError):
        images.for_store(damaged)
