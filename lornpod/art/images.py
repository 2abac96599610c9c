"""What a picture is, what directories ask of it, and what is made of it for tags and the store."""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import Finding, Level, MediaError
from ..messages import tr

if TYPE_CHECKING:
    from PIL import Image

_MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png"}
_SUFFIXES = {"JPEG": (".jpg", ".jpeg"), "PNG": (".png",)}
# Everything else that Pillow opens (EPS through Ghostscript, say) stays shut.
_READABLE = ("JPEG", "MPO", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF")

_MIN_COVER_PX, _MAX_COVER_PX = 1400, 3000  # Apple
COVER_BYTES = 512_000  # by custom of hosts; slow networks and small apps give up above it
_TAIL_BYTES = 4096
_ORIENTATION, _GPS = 0x0112, 0x8825  # EXIF 2.32, 4.6.4 and 4.6.3


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What a picture file is. Width and height are as shown, after the EXIF orientation.

    ``mode`` is Pillow's (RGB, L, P, CMYK …), ``alpha`` true when it can be transparent anywhere,
    ``dpi`` 0 where the file does not say. ``suffix`` is the file's own, in lower case.
    """

    width: int
    height: int
    format: str
    mode: str
    alpha: bool
    length_bytes: int
    dpi: int
    media_type: str
    suffix: str


def inspect(path: Path, where: str = "", *, whole: bool = False) -> ImageFacts:
    """What the picture at *path* is, from its header and its last bytes; *whole* decodes all of it.

    A file that is cut short is seen by its missing end mark. Raises MediaError when the file is no
    picture, is cut short, or is larger than 89 million pixels; *where* is how messages name it.
    """
    with _opened(path, where) as image:
        if whole or not _has_end(path, image.format or ""):
            image.load()
        return _facts(image, path)


def size_px(data: bytes) -> tuple[int, int] | None:
    """Width and height of a picture in memory, from its header; None where it is none."""
    try:
        with _opened(BytesIO(data), "picture") as image:
            return image.size
    except MediaError:
        return None


def _facts(image: Image.Image, path: Path) -> ImageFacts:
    name = "JPEG" if image.format == "MPO" else image.format or ""
    turned = _exif(image).get(_ORIENTATION, 1) in (5, 6, 7, 8)
    width, height = image.size[::-1] if turned else image.size
    dpi = image.info.get("dpi", (0,))
    return ImageFacts(
        width,
        height,
        name,
        image.mode,
        image.has_transparency_data,
        path.stat().st_size,
        round(float(dpi[0])) if isinstance(dpi, tuple) else 0,
        _MEDIA_TYPES.get(name, f"image/{name.lower()}"),
        path.suffix.lower(),
    )


# ---------------------------------------------------------------- covers


def cover_findings(facts: ImageFacts, where: str) -> Iterator[Finding]:
    """How a picture falls short as the cover of a show or an episode, by Apple's rules.

    Size and shape are errors, for nobody else can mend them; what :func:`for_store` mends by
    converting the picture are warnings.
    """
    side_px, other_px = facts.width, facts.height
    if side_px != other_px:
        yield Finding(
            "artwork-square",
            tr(
                "the cover is {side_px} × {other_px} px, and must be square",
                side_px=side_px,
                other_px=other_px,
            ),
            where,
            hint=tr("crop it"),
        )
    if min(side_px, other_px) < _MIN_COVER_PX or max(side_px, other_px) > _MAX_COVER_PX:
        yield Finding(
            "artwork-size",
            tr(
                "the cover is {side_px} × {other_px} px, where Apple takes {min_cover_px} to {max_cover_px}",
                side_px=side_px,
                other_px=other_px,
                min_cover_px=_MIN_COVER_PX,
                max_cover_px=_MAX_COVER_PX,
            ),
            where,
            hint=tr("export it at 3000 × 3000 px"),
        )
    yield from _mended(facts, where)
    if facts.length_bytes > COVER_BYTES:
        yield Finding(
            "artwork-bytes",
            tr(
                "the cover is {length_kb:,.0f} kB, where hosts keep to {cover_kb}",
                length_kb=facts.length_bytes / 1000,
                cover_kb=COVER_BYTES // 1000,
            ),
            where,
            hint=tr("save it as a JPEG of lower quality"),
            level=Level.ADVICE,
        )


def _mended(facts: ImageFacts, where: str) -> Iterator[Finding]:
    def warning(code: str, message: str, hint: str) -> Finding:
        return Finding(code, message, where, hint=hint, level=Level.WARNING)

    if facts.format not in _MEDIA_TYPES:
        hint = tr("a JPEG is made of it; save it as JPEG or PNG to choose how it looks")
        yield warning(
            "artwork-format",
            tr("the cover is {format}, where Apple takes JPEG and PNG", format=facts.format),
            hint,
        )
    elif facts.suffix not in _SUFFIXES[facts.format]:
        hint = tr("rename it to {suffixes}", suffixes=_SUFFIXES[facts.format][0])
        yield warning(
            "artwork-format",
            tr("the cover is {format} but is called {suffix}", format=facts.format, suffix=facts.suffix),
            hint,
        )
    if facts.alpha:
        hint = tr("it is laid on white; save it without an alpha channel")
        yield warning("artwork-alpha", tr("the cover can be transparent, which Apple refuses"), hint)
    elif facts.mode != "RGB":
        hint = tr("a JPEG in sRGB is made of it; save it in RGB to choose how it looks")
        yield warning(
            "artwork-mode", tr("the cover's colours are {mode}, where Apple takes RGB", mode=facts.mode), hint
        )


# ---------------------------------------------------------------- what is made of a picture


def for_tag(path: Path, *, side_px: int = 1000, max_bytes: int = 300_000) -> tuple[bytes, str]:
    """The picture at *path* as a JPEG for an ID3 tag, and its media type.

    At most *side_px* a side and *max_bytes* long, upright, in sRGB, without metadata, baseline (not
    progressive, which car stereos cannot show). The same Pillow makes the same bytes.
    Raises MediaError as :func:`inspect` does.
    """
    with _opened(path, "") as image:
        image.draft("RGB", (2 * side_px, 2 * side_px))  # decodes a large JPEG at an eighth of the cost
        if image.mode == "RGB":
            image.thumbnail((side_px, side_px), _lanczos())  # before it is copied: covers are large
        picture = _upright_rgb(image)
        picture.thumbnail((side_px, side_px), _lanczos())
        while True:
            for quality in (88, 80, 72, 64):
                jpeg = _jpeg(picture, quality)
                if len(jpeg) <= max_bytes:
                    return jpeg, "image/jpeg"
            if max(picture.size) <= 16:
                raise MediaError(
                    tr("no picture fits in {max_bytes} bytes", max_bytes=max_bytes),
                    str(path),
                    tr("allow more"),
                )
            picture.thumbnail((picture.width * 3 // 4, picture.height * 3 // 4), _lanczos())


def for_store(path: Path) -> tuple[bytes | Path, str, str]:
    """What is uploaded of the picture at *path*: the file or new bytes, the media type, the suffix.

    A JPEG or PNG in RGB without alpha goes as it is. What is of another kind, lies on its side by its
    EXIF orientation, or tells by EXIF where it was taken is made an upright sRGB JPEG without metadata,
    within 512 kB where a good quality allows.
    Raises MediaError as :func:`inspect` does.
    """
    facts = inspect(path)
    with _opened(path, "") as image:
        exif = _exif(image)
        as_it_is = (
            facts.format in _MEDIA_TYPES
            and facts.mode == "RGB"
            and not facts.alpha
            and exif.get(_ORIENTATION, 1) == 1
            and _GPS not in exif
        )
        if as_it_is:
            return path, facts.media_type, _SUFFIXES[facts.format][0]
        picture = _upright_rgb(image)
        made = (_jpeg(picture, quality) for quality in (92, 88, 84))
        best = next((jpeg for jpeg in made if len(jpeg) <= COVER_BYTES), None)
        return best or _jpeg(picture, quality=80), "image/jpeg", ".jpg"


def opened(path: Path) -> Image.Image:
    """The picture at *path*, whole, upright and in sRGB. Raises MediaError as :func:`inspect` does."""
    with _opened(path, "") as image:
        return _upright_rgb(image)


def cropped(picture: Image.Image, size: tuple[int, int], focus: tuple[float, float]) -> Image.Image:
    """As much of *picture* as has the shape of *size*, and in that size: what lies at *focus* (parts of
    width and height, 0 to 1) is as near to the middle as the picture's edges let it be."""
    width, height = picture.size
    scale = min(width / size[0], height / size[1])
    across, down = size[0] * scale, size[1] * scale
    left = max(min(focus[0] * width - across / 2, width - across), 0.0)
    top = max(min(focus[1] * height - down / 2, height - down), 0.0)
    return picture.resize(
        size, _lanczos(), box=(left, top, min(left + across, width), min(top + down, height))
    )


def covers(path: Path, focus: tuple[float, float]) -> dict[str, bytes]:
    """The picture at *path* as JPEGs by the end of their name: "" square, at most 3000 pixels and within
    512 kB; "-1400" the same smaller; "-wide" in 16:9. What lies at *focus* is kept.

    Nothing is enlarged. Raises MediaError where the shorter side is under 1400 pixels, and as
    :func:`inspect` does.
    """
    picture = opened(path)
    shorter = min(picture.size)
    if shorter < _MIN_COVER_PX:
        said = tr(
            "the picture is {width} × {height} px, and Apple takes no cover under 1400",
            width=picture.width,
            height=picture.height,
        )
        raise MediaError(said, str(path), tr("take a larger picture, or have a cover drawn"))
    side = min(shorter, _MAX_COVER_PX)
    square = cropped(picture, (side, side), focus)
    wide_px = min(1920, picture.width, picture.height * 16 // 9)
    return {
        "": within(square, COVER_BYTES),
        "-1400": within(cropped(square, (_MIN_COVER_PX, _MIN_COVER_PX), (0.5, 0.5)), COVER_BYTES),
        "-wide": within(cropped(picture, (wide_px, wide_px * 9 // 16), focus), COVER_BYTES),
    }


def smaller(jpeg: bytes, side_px: int) -> bytes:
    """A square JPEG made smaller."""
    from PIL import Image

    with Image.open(BytesIO(jpeg)) as image:
        return within(image.convert("RGB").resize((side_px, side_px), _lanczos()), COVER_BYTES)


def within(picture: Image.Image, max_bytes: int) -> bytes:
    """*picture* as a JPEG of at most *max_bytes*, of the best quality that has them, without metadata."""
    for quality in (92, 88, 84, 80, 74, 68, 60, 50, 40, 30):
        jpeg = _jpeg(picture, quality)
        if len(jpeg) <= max_bytes:
            break
    return jpeg


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    written = BytesIO()
    # 4:4:4 for what is stored: covers are lettering in flat colours, which subsampling frays.
    picture.save(
        written, "JPEG", quality=quality, optimize=True, subsampling=0 if quality > 80 else 2, exif=b""
    )
    return written.getvalue()


def _upright_rgb(image: Image.Image) -> Image.Image:
    """*image* turned as its EXIF says, in sRGB, on white where it was transparent."""
    from PIL import Image, ImageOps

    image.load()
    profile = image.info.get("icc_profile")
    upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith("I"):  # 16 bits a channel: Pillow would clip instead of scaling
        upright = upright.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if upright.has_transparency_data:
        layer = upright.convert("RGBA")
        upright = Image.new("RGB", layer.size, "white")
        upright.paste(layer, mask=layer.getchannel("A"))
    elif profile and upright.mode in ("RGB", "CMYK", "L"):
        upright = _to_srgb(upright, profile)
    plain = upright.convert("RGB")
    plain.info.clear()
    return plain


def _to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    from PIL import ImageCms

    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, source, target, outputMode="RGB") or image
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image  # a broken or unfit profile: the numbers themselves are the best guess


def _lanczos() -> Image.Resampling:
    from PIL import Image

    return Image.Resampling.LANCZOS


# ---------------------------------------------------------------- opening

_UNREADABLE = (
    OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, ArithmeticError, RuntimeError,
    MemoryError, struct.error, zlib.error,
)  # fmt: skip


@contextmanager
def _opened(path: Path | BytesIO, where: str) -> Iterator[Image.Image]:
    """The picture at *path*; whatever Pillow raises on a bad file, then or later, becomes a MediaError."""
    from PIL import Image, UnidentifiedImageError

    Image.init()
    # Between one and two times its limit Pillow only warns; its documentation offers the first filter.
    # Of damaged metadata it warns on standard error, where it tells a producer nothing.
    warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
    warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")
    named = where or str(path)
    try:
        with Image.open(path, formats=[name for name in _READABLE if name in Image.OPEN]) as image:
            yield image
    except MediaError:
        raise
    except FileNotFoundError as error:
        raise MediaError(tr("no such picture"), named, tr("check the file's name")) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise MediaError(
            tr("the picture has more than 89 million pixels"), named, tr("export it at 3000 × 3000 px")
        ) from error
    except UnidentifiedImageError as error:
        raise MediaError(tr("not a picture that can be read"), named, tr("save it as JPEG or PNG")) from error
    except _UNREADABLE as error:
        raise MediaError(
            tr("the picture is damaged or cut short"), named, tr("export it again as JPEG or PNG")
        ) from error


def _exif(image: Image.Image) -> dict[int, object]:
    """The EXIF fields of *image* that matter here; a damaged block counts as none."""
    try:
        exif = image.getexif()
        return {tag: exif[tag] for tag in (_ORIENTATION, _GPS) if tag in exif}
    except _UNREADABLE:
        return {}


def _has_end(path: Path, name: str) -> bool:
    """True when the file closes as its format says, or when its format does not say."""
    mark = {"JPEG": b"\xff\xd9", "MPO": b"\xff\xd9", "PNG": b"IEND"}.get(name, b"")
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - _TAIL_BYTES, 0))
        return mark in file.read()
