"""What an ID3 tag says, as mutagen finds it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from mutagen import MutagenError, id3

from ..errors import MediaError
from ..messages import tr
from .tags import BCP_47, QUOTE, QUOTED, THEME, ChapterTag, Line, Picture, Tags, unreadable

_FRONT_COVER = 3
_MILLISECONDS = 2


def tags(path: Path) -> Tags:
    """As :func:`lornpod.audio.tags.read` gives them."""
    tag = loaded(path)
    tag.update_to_v23()
    return _as_tags(tag)


def loaded(path: Path) -> Any:
    """The first ID3v2 tag of the file at *path* as mutagen has it, its frames as they are; empty for none.

    Raises MediaError for a file that is not there, or a tag that is broken.
    """
    try:
        with path.open("rb") as file:
            return id3.ID3(file, known_frames=_KNOWN_FRAMES, translate=False, load_v1=False)
    except id3.ID3NoHeaderError:
        return id3.ID3()
    except OSError as error:
        raise unreadable(path, error) from None
    except RecursionError:
        said = tr("its tag cannot be read (chapters in chapters, without end)")
        raise MediaError(said, str(path), tr("write it anew")) from None
    except (MutagenError, ValueError) as error:
        said = tr("its tag cannot be read ({error})", error=str(error) or tr("it is cut short"))
        raise MediaError(said, str(path), tr("write it anew")) from None


def _guarded(kind: Any) -> Any:
    """*kind* of frame, but that of one tag not more is unpacked than memory holds.

    mutagen unpacks whatever it finds, and packed zeros become a thousand times larger.
    """

    def from_data(cls: Any, header: Any, flags: int, data: bytes) -> Any:
        if flags & (_PACKED_V2_3 if header.version < (2, 4, 0) else _PACKED_V2_4):
            header.packed_bytes = getattr(header, "packed_bytes", 0) + len(data)
            if header.packed_bytes > _PACKED_BYTES:
                raise NotImplementedError  # which makes it a frame that is not known
        return super(guarded, cls)._fromData(header, flags, data)

    guarded: Any = type(kind.__name__, (kind,), {"_fromData": classmethod(from_data)})
    return guarded


_PACKED_V2_3, _PACKED_V2_4 = 0x80, 0x08  # flags of a frame (id3v2.3.0, 3.3.1; id3v2.4.0-structure, 4.1.2)
_PACKED_BYTES = 64 << 10  # become 66 MB at most
_KNOWN_FRAMES = {
    **id3.Frames_2_2,
    **{name: _guarded(kind) for name, kind in id3.Frames.items()},
    # Apple's has an encoding before the address, where mutagen expects none.
    "WFED": _guarded(type("WFED", (id3.BinaryFrame,), {})),
}
_ENCODINGS = ("latin-1", "utf-16", "utf-16-be", "utf-8")  # id3v2.4.0-structure, 4


def feed_url(frame: Any) -> str:
    """The address in a WFED of :func:`loaded`, with an encoding before it or without."""
    data: bytes = frame.data
    encoding = _ENCODINGS[data[0]] if data and data[0] < len(_ENCODINGS) else ""
    said = data[1:].decode(encoding, "replace") if encoding else data.decode("latin-1")
    return said.rstrip("\0")


def _as_tags(tag: Any) -> Tags:
    def text(name: str) -> str:
        return str(tag[name]) if name in tag else ""

    described = {frame.desc: str(frame) for frame in tag.getall("TXXX")}
    comments = [frame for frame in tag.getall("COMM") if not frame.desc]
    lyrics = tag.getall("USLT")
    timed = [frame for frame in tag.getall("SYLT") if frame.format == _MILLISECONDS]
    covers = [frame for frame in tag.getall("APIC") if frame.type == _FRONT_COVER]
    keywords = tuple(word.strip() for word in text("TKWD").split(",") if word.strip())
    return Tags(
        title=text("TIT2"),
        artist=text("TPE1"),
        show=text("TALB"),
        publisher=text("TPE2"),
        theme=described.get(THEME, ""),
        track=_whole(text("TRCK").partition("/")[0]),
        published=_instant(text("TYER"), text("TDAT"), text("TIME")),
        length_ms=_whole(text("TLEN")) or 0,
        language=BCP_47.get(text("TLAN"), text("TLAN")),
        summary=text("TDES") or (str(comments[0]) if comments and QUOTE not in described else ""),
        quote=described.get(QUOTE, ""),
        quote_by=described.get(QUOTED, ""),
        website=next((frame.url for frame in tag.getall("WXXX") if not frame.desc), ""),
        feed_url=feed_url(tag["WFED"]) if "WFED" in tag else "",
        guid=text("TGID"),
        category=text("TCAT"),
        keywords=keywords,
        copyright=text("TCOP"),
        cover=Picture(covers[0].data, covers[0].mime) if covers else None,
        chapters=tuple(chapters_of(tag)),
        transcript=str(lyrics[0]) if lyrics else "",
        lines=tuple(Line(at_ms, words) for words, at_ms in timed[0].text) if timed else (),
    )


def chapters_of(tag: Any) -> Iterator[ChapterTag]:
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
