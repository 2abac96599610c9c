"""The ID3 tag of an episode: what players show, and the chapters that they jump by.

ID3v2.3, not v2.4: ffmpeg 5.1 and mpv lose every v2.4 chapter with a sub-frame of 128 bytes or more.
Sources: id3.org/id3v2.3.0; ID3v2 Chapter Frame Addendum 1.0; the podcast frames as iTunes writes them.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote as percent_encode

from mutagen import MutagenError, id3

from ..errors import MediaError
from . import frames

_PADDING_BYTES = 4096  # so that the next edit fits where this tag lies
_TABLE_CHILDREN = 255  # a CTOC counts its children in one byte (Chapter Frame Addendum, 3.2)
_FRONT_COVER = 3
_HEADER_BYTES = 10
_QUOTE, _THEME, _QUOTED = "QUOTE", "THEME", "QUOTE_BY"
_UTF16 = 1  # the only encoding of ID3v2.3 that has all letters

# ISO 639-1 to the 639-2 codes that ID3 asks for; what is not here is written as given, or as unknown.
_LANGUAGES = {
    "nb": "nob", "nn": "nno", "no": "nor", "en": "eng", "sv": "swe", "da": "dan", "fi": "fin", "is": "isl",
    "se": "sme", "de": "deu", "fr": "fra", "es": "spa", "it": "ita", "nl": "nld", "pl": "pol", "pt": "por",
    "uk": "ukr", "ru": "rus", "ar": "ara", "zh": "zho", "ja": "jpn",
}  # fmt: skip
_BCP_47 = {long: short for short, long in _LANGUAGES.items()}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as bytes of a JPEG or PNG."""

    data: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class ChapterTag:
    """One chapter, [start_ms, end_ms)."""

    start_ms: int
    end_ms: int
    title: str
    href: str = ""
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Tags:
    """Everything that goes into an episode's tag; what is empty is left out.

    ``language`` is a BCP 47 tag, of which ID3 keeps the language alone (ISO 639-2). ``published`` is
    kept to the minute, in UTC. ``track`` is the case's number. ``transcript`` is plain text.
    """

    title: str
    artist: str = ""
    show: str = ""
    publisher: str = ""
    theme: str = ""
    track: int | None = None
    published: datetime | None = None
    length_ms: int = 0
    language: str = ""
    summary: str = ""
    quote: str = ""
    quote_by: str = ""
    website: str = ""
    feed_url: str = ""
    guid: str = ""
    category: str = ""
    keywords: tuple[str, ...] = ()
    copyright: str = ""
    cover: Picture | None = None
    chapters: tuple[ChapterTag, ...] = ()
    transcript: str = ""


def iso639_2(language: str) -> str:
    """The three-letter code of a BCP 47 tag (ISO 639-2/T): nb-NO gives nob; ``und`` for an unknown one."""
    primary = language.partition("-")[0].lower()
    return _LANGUAGES.get(primary, primary if len(primary) == 3 and primary.isalpha() else "und")


def digest(tags: Tags) -> str:
    """A digest of everything in the tag, in hexadecimal: equal tags on any machine are equal here."""
    said = json.dumps(asdict(tags), sort_keys=True, default=_plain)
    return hashlib.sha256(said.encode()).hexdigest()


def write(path: Path, tags: Tags, target: Path | None = None) -> None:
    """Replace all tags of the MP3 at *path*, or write it with them to *target*; whole or not at all.

    ID3v1, APE and Lyrics3 tags go too; the audio stays byte for byte. Raises MediaError when the file
    holds no audio or the disk is full; the file is then unchanged.
    """
    target = target or path
    try:
        with path.open("rb") as file:
            start, end = frames.span(file)
    except OSError as error:
        raise _unreadable(path, error) from None
    if start >= end:
        raise MediaError("there is no audio to tag", str(path), "see whether this is an MP3")
    with frames.whole(target) as part:
        frames.copy(path, part, head=_rendered(tags))


def read(path: Path) -> Tags:
    """What podcasting uses of the tag at *path*; empty where there is none.

    Raises MediaError for a file that is not there, or a tag that is broken.
    """
    try:
        with path.open("rb") as file:
            tag = id3.ID3(file, translate=False)
        tag.update_to_v23()
    except id3.ID3NoHeaderError:
        return Tags("")
    except OSError as error:
        raise _unreadable(path, error) from None
    except (MutagenError, ValueError) as error:
        raise MediaError(f"its tag cannot be read ({error})", str(path), "write it anew") from None
    return _as_tags(tag)


def _unreadable(path: Path, error: OSError) -> MediaError:
    return MediaError(f"cannot be read ({error.strerror})", str(path), "see whether the file is there")


# ---------------------------------------------------------------- writing


def _rendered(tags: Tags) -> bytes:
    """The tag's bytes, header and padding included, its frames in the order of :func:`_frames`.

    One frame at a time, because mutagen sorts frames by size, and players that know no table of
    contents show chapters as they lie in the file.
    """
    body = b"".join(_frame_bytes(frame) for frame in _frames(tags)) + bytes(_PADDING_BYTES)
    size = bytes(len(body) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\x00\x00" + size + body


def _frame_bytes(frame: Any) -> bytes:
    tag, file = id3.ID3(), io.BytesIO()
    tag.add(frame)
    tag.save(file, v1=0, v2_version=3, padding=lambda _: 0)
    return file.getvalue()[_HEADER_BYTES:]


def _frames(tags: Tags) -> Iterator[Any]:
    """Every frame, in the order in which players meet them: pictures last, being large."""
    language = iso639_2(tags.language)
    texts = {
        id3.TIT2: tags.title,
        id3.TPE1: tags.artist,
        id3.TALB: tags.show,
        id3.TPE2: tags.publisher,
        id3.TPUB: tags.publisher,
        id3.TCON: "Podcast",
        id3.TIT1: tags.theme,
        id3.TRCK: "" if tags.track is None else str(tags.track),
        id3.TLEN: str(tags.length_ms) if tags.length_ms else "",
        id3.TLAN: language if tags.language else "",
        id3.TCOP: tags.copyright,
        id3.TDES: tags.summary,
        id3.TGID: tags.guid,
        id3.TCAT: tags.category,
        id3.TKWD: ", ".join(tags.keywords),
    }
    for kind, text in texts.items():
        if text:
            yield kind(encoding=_UTF16, text=_clean(text))
    if tags.published is not None:
        instant = tags.published.astimezone(UTC)
        yield id3.TYER(encoding=0, text=f"{instant:%Y}")
        yield id3.TDAT(encoding=0, text=f"{instant:%d%m}")
        yield id3.TIME(encoding=0, text=f"{instant:%H%M}")
    yield id3.PCST(value=1)
    if tags.feed_url:
        yield id3.WFED(url=_uri(tags.feed_url))
    if tags.website:
        yield id3.WXXX(encoding=_UTF16, desc="", url=_uri(tags.website))
    yield from _words(tags, language)
    yield from _chapter_frames(tags.chapters)
    if tags.cover is not None:
        yield _picture(tags.cover, "Cover")


def _words(tags: Tags, language: str) -> Iterator[Any]:
    """The quote in a frame of its own, and where an ordinary player shows it; the text of the episode."""
    for name, text in ((_QUOTE, tags.quote), (_QUOTED, tags.quote_by), (_THEME, tags.theme)):
        if text:
            yield id3.TXXX(encoding=_UTF16, desc=name, text=_clean(text))
    comment = "\n\n".join(part for part in (_attributed(tags), tags.summary) if part)
    if comment:
        yield id3.COMM(encoding=_UTF16, lang=language, desc="", text=_clean(comment))
    if tags.transcript:
        yield id3.USLT(encoding=_UTF16, lang=language, desc="", text=_clean(tags.transcript))


def _attributed(tags: Tags) -> str:
    if not tags.quote:
        return ""
    start, end = "«»" if iso639_2(tags.language) in ("nob", "nno", "nor") else "“”"
    return f"{start}{tags.quote}{end}" + (f" – {tags.quote_by}" if tags.quote_by else "")


def _chapter_frames(chapters: Sequence[ChapterTag]) -> Iterator[Any]:
    """A CHAP a chapter and an ordered table that lists them, itself of tables where they are many."""
    names = [f"chp{index}" for index in range(len(chapters))]
    for name, chapter in zip(names, chapters, strict=True):
        within = [id3.TIT2(encoding=_UTF16, text=_clean(chapter.title))]
        if chapter.href:
            within.append(id3.WXXX(encoding=_UTF16, desc="", url=_uri(chapter.href)))
        if chapter.picture is not None:
            within.append(_picture(chapter.picture, ""))
        yield id3.CHAP(
            element_id=name,
            start_time=chapter.start_ms,
            end_time=chapter.end_ms,
            start_offset=0xFFFFFFFF,
            end_offset=0xFFFFFFFF,
            sub_frames=within,
        )
    level = 0
    while len(names) > _TABLE_CHILDREN:
        groups = [names[first : first + _TABLE_CHILDREN] for first in range(0, len(names), _TABLE_CHILDREN)]
        tables = [f"toc{level}-{index}" for index in range(len(groups))]
        for table, group in zip(tables, groups, strict=True):
            yield _table(table, group, top=False)
        names, level = tables, level + 1
    if names:
        yield _table("toc", names, top=True)


def _table(name: str, children: Sequence[str], *, top: bool) -> Any:
    flags = id3.CTOCFlags.ORDERED | (id3.CTOCFlags.TOP_LEVEL if top else 0)
    return id3.CTOC(element_id=name, flags=flags, child_element_ids=list(children), sub_frames=[])


def _picture(picture: Picture, description: str) -> Any:
    return id3.APIC(
        encoding=0, mime=picture.media_type, type=_FRONT_COVER, desc=description, data=picture.data
    )


def _clean(text: str) -> str:
    """*text* without NUL, which ends a text in ID3, and without halves of characters."""
    return text.replace("\0", "").encode("utf-16", "ignore").decode("utf-16")


def _uri(address: str) -> str:
    """*address* in ASCII: ID3 has addresses in Latin-1, and players pass them on as they are."""
    return percent_encode(address, safe="!#$%&'()*+,/:;=?@[]~")


def _plain(value: object) -> str:
    return hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else str(value)


# ---------------------------------------------------------------- reading


def _as_tags(tag: Any) -> Tags:
    def text(name: str) -> str:
        return str(tag[name]) if name in tag else ""

    described = {frame.desc: str(frame) for frame in tag.getall("TXXX")}
    comments = [frame for frame in tag.getall("COMM") if not frame.desc]
    lyrics = tag.getall("USLT")
    covers = [frame for frame in tag.getall("APIC") if frame.type == _FRONT_COVER]
    keywords = tuple(word.strip() for word in text("TKWD").split(",") if word.strip())
    return Tags(
        title=text("TIT2"),
        artist=text("TPE1"),
        show=text("TALB"),
        publisher=text("TPE2"),
        theme=described.get(_THEME, ""),
        track=_whole(text("TRCK").partition("/")[0]),
        published=_instant(text("TYER"), text("TDAT"), text("TIME")),
        length_ms=_whole(text("TLEN")) or 0,
        language=_BCP_47.get(text("TLAN"), text("TLAN")),
        summary=text("TDES") or (str(comments[0]) if comments and _QUOTE not in described else ""),
        quote=described.get(_QUOTE, ""),
        quote_by=described.get(_QUOTED, ""),
        website=next((frame.url for frame in tag.getall("WXXX") if not frame.desc), ""),
        feed_url=tag["WFED"].url if "WFED" in tag else "",
        guid=text("TGID"),
        category=text("TCAT"),
        keywords=keywords,
        copyright=text("TCOP"),
        cover=Picture(covers[0].data, covers[0].mime) if covers else None,
        chapters=tuple(_chapters(tag)),
        transcript=str(lyrics[0]) if lyrics else "",
    )


def _chapters(tag: Any) -> Iterator[ChapterTag]:
    """The chapters in the order of their top-level table; by time where a file has none."""
    chapters = {frame.element_id: frame for frame in tag.getall("CHAP")}
    tables = {frame.element_id: frame for frame in tag.getall("CTOC")}
    tops = [frame for frame in tables.values() if frame.flags & id3.CTOCFlags.TOP_LEVEL]
    names = list(_listed(tops[0], tables, set())) if tops else []
    ordered = [chapters[name] for name in names if name in chapters]
    for frame in ordered or sorted(chapters.values(), key=lambda frame: frame.start_time):
        links = frame.sub_frames.getall("WXXX")
        pictures = frame.sub_frames.getall("APIC")
        yield ChapterTag(
            start_ms=frame.start_time,
            end_ms=frame.end_time,
            title=str(frame.sub_frames["TIT2"]) if "TIT2" in frame.sub_frames else "",
            href=links[0].url if links else "",
            picture=Picture(pictures[0].data, pictures[0].mime) if pictures else None,
        )


def _listed(table: Any, tables: dict[str, Any], seen: set[str]) -> Iterator[str]:
    """The chapters below *table*; a table that holds itself is gone through once."""
    seen.add(table.element_id)
    for child in table.child_element_ids:
        if child not in tables:
            yield child
        elif child not in seen:
            yield from _listed(tables[child], tables, seen)


def _whole(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 12 else None


def _instant(year: str, day_month: str, time: str) -> datetime | None:
    try:
        return datetime.strptime(f"{year}{day_month or '0101'}{time or '0000'}+0000", "%Y%d%m%H%M%z")
    except ValueError:
        return None
