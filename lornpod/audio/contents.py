"""Everything that a file of sound says of itself: its tags frame by frame, chapters, pictures, stream.

An MP3 is told here; M4A and Opus have their tags otherwise (:mod:`containers`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from mutagen import MutagenError, id3
from mutagen.apev2 import APEv2

from ..errors import Finding, Level, MediaError
from ..messages import later, later_each, tr
from . import found, frames, mpeg, slots
from .frames import Block
from .tags import ChapterTag, unreadable

# The frames that podcasting uses, as people call them.
NAMES = later_each({
    "TIT2": "title", "TIT3": "subtitle", "TIT1": "theme", "TPE1": "artist", "TPE2": "publisher",
    "TALB": "show", "TRCK": "number", "TPOS": "season", "TCON": "genre", "TDRC": "date", "TYER": "year",
    "TDAT": "day and month", "TIME": "time", "TDRL": "release date", "TLAN": "language",
    "TLEN": "length in ms",
    "TCOP": "copyright", "TPUB": "publisher", "TENC": "encoded by", "TSSE": "encoder", "COMM": "comment",
    "USLT": "transcript", "SYLT": "transcript with times", "APIC": "picture", "WXXX": "link",
    "TXXX": "own field", "PCST": "podcast", "TGID": "guid", "WFED": "feed", "TDES": "description",
    "TCAT": "category", "TKWD": "keywords", "CHAP": "chapter", "CTOC": "table of chapters",
    "WOAF": "web page", "WORS": "web page of the station",
    # MPEG-4 has atoms, as iTunes names them
    "©nam": "title", "©ART": "artist", "aART": "publisher", "©alb": "show", "©day": "date", "©gen": "genre",
    "©cmt": "comment", "©lyr": "transcript", "desc": "description", "ldes": "long description",
    "trkn": "number", "disk": "season", "cprt": "copyright", "purl": "feed", "egid": "guid",
    "catg": "category", "keyw": "keywords", "pcst": "podcast", "©too": "encoder", "----": "own field",
    # Opus has comments
    "TITLE": "title", "ARTIST": "artist", "ALBUM": "show", "ALBUMARTIST": "publisher", "DATE": "date",
    "GENRE": "genre", "TRACKNUMBER": "number", "DESCRIPTION": "description", "COMMENT": "comment",
    "LYRICS": "transcript", "COPYRIGHT": "copyright", "LANGUAGE": "language", "CONTACT": "link",
    "PODCASTURL": "feed", "ENCODER": "encoder",
})  # fmt: skip
_PICTURES = later_each(
    {0: "other", 1: "icon", 2: "other icon", 3: "front cover", 4: "back cover", 8: "artist"}
)
_FRONT_COVER = 3
_V2_3 = (2, 3, 0)
_FLAGS = {
    2: ((0x80, "unsynchronised"), (0x40, "compressed")),
    3: ((0x80, "unsynchronised"), (0x40, "extended header"), (0x20, "experimental")),
    4: ((0x80, "unsynchronised"), (0x40, "extended header"), (0x20, "experimental"), (0x10, "footer")),
}
_FFMPEG_LOSES_BYTES = 128
_OTHERS = {b"RIFF": later("a WAV"), b"fLaC": "FLAC", b"FORM": "AIFF", b"caff": "CAF", b"OggS": "Ogg"}
_FIRST_PAGE_BYTES = 512


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of the tag that players read. ``text`` is what it says, or how large it is."""

    id: str
    text: str
    description: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in the tag: ``of`` is empty, or the title of its chapter."""

    of: str
    kind: str
    media_type: str
    description: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag in the file. ``fields`` are those of APE and ID3v1; ``spare_bytes`` is padding.

    ``room_bytes`` is by how much frames that are edited often can grow in place, None where they cannot.
    """

    kind: str
    at: int
    length_bytes: int
    flags: tuple[str, ...] = ()
    spare_bytes: int = 0
    room_bytes: int | None = None
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Coded:
    """The sound of a file that is no MP3. ``codec`` as people call it, and as RFC 6381 does."""

    codec: str
    duration_ms: int
    sample_rate_hz: int
    channels: int
    kbps: float


@dataclass(frozen=True, slots=True)
class Contents:
    """What was found. ``stream`` is None where no MPEG audio lies in the file; ``coded`` in an MP3.

    ``remarks`` say what players will stumble over.
    """

    length_bytes: int
    audio_at: int
    audio_bytes: int
    stream: mpeg.Stream | None
    tags: tuple[Tag, ...]
    frames: tuple[Frame, ...]
    chapters: tuple[ChapterTag, ...]
    pictures: tuple[Picture, ...]
    remarks: tuple[Finding, ...]
    coded: Coded | None = None


def picture_kind(number: int) -> str:
    """What the type of a picture means (id3v2.3.0, 4.15)."""
    return _PICTURES.get(number, f"type {number}")


def read(path: Path) -> Contents:
    """Everything that the MP3, M4A or Opus file at *path* says of itself; MPEG frames are counted to the end.

    Raises MediaError for a file that is not there, or that has neither such sound nor tags.
    """
    from . import containers

    try:
        with path.open("rb") as file:
            length = file.seek(0, 2)
            file.seek(0)
            head = file.read(12)
            if head[4:8] == b"ftyp":
                return containers.m4a(path, file, length)
            if head[:4] == b"OggS" and b"OpusHead" in file.read(_FIRST_PAGE_BYTES):  # RFC 7845, 3
                return containers.opus(path, file, length)
            lie = frames.layout(file)
            stream = mpeg.walk(file, lie.start, lie.end)
            if stream is None and not (lie.heads or lie.tails):
                raise MediaError(*_no_mp3(file, path))
            blocks = tuple(_tag(file, block) for block in (*lie.heads, *lie.tails))
    except OSError as error:
        raise unreadable(path, error) from None
    try:
        tag = found.loaded(path)
        if getattr(tag, "version", _V2_3) < _V2_3:
            tag.update_to_v23()  # whose names have three letters
        wrong = ""
    except MediaError as error:
        tag, wrong = id3.ID3(), error.message
    chapters = tuple(found.chapters_of(tag))
    pictures = tuple(_pictures(tag, chapters))
    remarks = tuple(_remarks(str(path), tag, wrong, stream, lie, chapters))
    listed = tuple(frame for one in tag.values() for frame in _frames(one))
    unknown = tuple(_unknown(raw) for raw in tag.unknown_frames if raw[:4] != slots.NAME)
    return Contents(
        length_bytes=length,
        audio_at=lie.start,
        audio_bytes=lie.end - lie.start,
        stream=stream,
        tags=blocks,
        frames=(*listed, *unknown),
        chapters=chapters,
        pictures=pictures,
        remarks=remarks,
    )


def _no_mp3(file: BinaryIO, path: Path) -> tuple[str, str, str]:
    file.seek(0)
    head = file.read(12)
    kind = tr(_OTHERS.get(head[:4], ""))
    said = tr("this is {kind}, not an MP3", kind=kind) if kind else tr("this is no MP3")
    return said, str(path), tr("tags are read from MP3, M4A and Opus")


# ---------------------------------------------------------------- tags as they lie


def _tag(file: BinaryIO, block: Block) -> Tag:
    file.seek(block.start)
    data = file.read(block.end - block.start)
    plain = Tag(block.kind, block.start, len(data))
    if block.kind.startswith("ID3v2"):
        begins = max(data.find(b"ID3"), 0)
        version = data[begins + 3]
        flags = tuple(name for bit, name in _FLAGS.get(version, ()) if data[begins + 5] & bit)
        room = slots.room(data)
        spare = 0 if room is not None else len(data) - len(data.rstrip(b"\0"))
        return Tag(block.kind, block.start, len(data), flags, spare, room)
    if block.kind.startswith("ID3v1"):
        return Tag(*_head(plain), fields=tuple(_v1_fields(data)))
    if block.kind.startswith("APE"):
        return Tag(*_head(plain), fields=tuple(_ape_fields(data)))
    return plain


def _head(tag: Tag) -> tuple[str, int, int]:
    return tag.kind, tag.at, tag.length_bytes


def _v1_fields(data: bytes) -> Iterator[tuple[str, str]]:
    found = id3.ParseID3v1(data[-128:]) or {}
    for name, frame in found.items():
        yield NAMES.get(name.partition(":")[0], name), str(frame)


def _ape_fields(data: bytes) -> Iterator[tuple[str, str]]:
    try:
        for name, value in APEv2(BytesIO(data)).items():
            yield name, str(value) if value.kind == 0 else tr("{count} bytes", count=len(bytes(value.value)))
    except (MutagenError, ValueError):
        yield "", tr("cannot be read")


# ---------------------------------------------------------------- frames


def _frames(frame: Any) -> Iterator[Frame]:
    name = frame.FrameID
    if name in ("CHAP", "APIC", "PIC"):
        return  # they stand in lists of their own
    if name == "CTOC":
        top = tr("top level, ") if frame.flags & id3.CTOCFlags.TOP_LEVEL else ""
        order = tr("ordered") if frame.flags & id3.CTOCFlags.ORDERED else tr("unordered")
        entries = tr(
            "{count} entries, {top}{order}", count=len(frame.child_element_ids), top=top, order=order
        )
        yield Frame(name, entries, frame.element_id)
    elif name in ("SYLT", "SLT"):
        last = (
            tr(", the last at {text} ms", text=frame.text[-1][1]) if frame.text and frame.format == 2 else ""
        )
        yield Frame(name, tr("{count} lines{last}", count=len(frame.text), last=last), frame.desc, frame.lang)
    else:
        described, language = getattr(frame, "desc", ""), getattr(frame, "lang", "")
        yield Frame(name, _text(frame), str(described), str(language))


def _text(frame: Any) -> str:
    if frame.FrameID == "WFED":
        return found.feed_url(frame)
    if hasattr(frame, "url"):
        return str(frame.url)
    if hasattr(frame, "text"):
        return str(frame.text if isinstance(frame.text, str) else frame).replace("\0", " / ")
    if hasattr(frame, "data"):
        return tr("{count} bytes", count=len(frame.data))
    return str(getattr(frame, "value", "") or getattr(frame, "count", ""))


def _unknown(raw: bytes) -> Frame:
    return Frame(raw[:4].decode("latin-1"), tr("{count} bytes, not readable", count=max(len(raw) - 10, 0)))


def _pictures(tag: Any, chapters: tuple[ChapterTag, ...]) -> Iterator[Picture]:
    for frame in tag.getall("APIC") + tag.getall("PIC"):
        yield Picture("", picture_kind(int(frame.type)), frame.mime, frame.desc, frame.data)
    for chapter in chapters:
        if chapter.picture is not None:
            yield Picture(chapter.title, "chapter", chapter.picture.media_type, "", chapter.picture.data)


# ---------------------------------------------------------------- what players stumble over


def _remarks(
    where: str,
    tag: Any,
    wrong: str,
    stream: mpeg.Stream | None,
    lie: frames.Layout,
    chapters: tuple[ChapterTag, ...],
) -> Iterator[Finding]:
    def said(code: str, message: str, hint: str = "") -> Finding:
        return Finding(code, message, where, hint=hint, level=Level.WARNING)

    if wrong:
        yield said("tag-broken", wrong, tr("write it anew"))
    if sum(block.kind.startswith("ID3v2") for block in lie.heads) > 1:
        yield said(
            "tag-several", tr("it has several ID3v2 tags; players read the first"), tr("write them anew")
        )
    if lie.tails:
        kinds = ", ".join(block.kind for block in lie.tails)
        yield said(
            "tag-old",
            tr("it has {kinds} at its end, which may say something else", kinds=kinds),
            tr("write it anew"),
        )
    if chapters and not any(one.flags & id3.CTOCFlags.TOP_LEVEL for one in tag.getall("CTOC")):
        hint = tr("write them anew: Apple and Overcast show none")
        yield said("chapters-unlisted", tr("its chapters stand in no table of contents"), hint)
    if getattr(tag, "version", _V2_3) >= (2, 4, 0) and any(_is_long(chapter) for chapter in chapters):
        hint = tr("write v2.3: ffmpeg 5.1 and mpv lose chapters with long titles or pictures")
        yield said("chapters-v2.4", tr("its chapters stand in an ID3v2.4 tag"), hint)
    if any(picture.type != _FRONT_COVER for picture in tag.getall("APIC")[:1]):
        yield said(
            "cover-type", tr("its first picture is not said to be the front cover"), tr("write it anew")
        )
    yield from _stream_remarks(stream, said)


def _is_long(chapter: ChapterTag) -> bool:
    return chapter.picture is not None or len(chapter.title.encode()) >= _FFMPEG_LOSES_BYTES


def _stream_remarks(stream: mpeg.Stream | None, said: Any) -> Iterator[Finding]:
    if stream is None:
        yield said("audio-absent", tr("no MPEG audio follows its tags"), tr("export or copy it again"))
        return
    if stream.junk_before_bytes:
        yield said(
            "audio-junk",
            tr(
                "{junk_before_bytes} bytes before the first frame are no sound",
                junk_before_bytes=stream.junk_before_bytes,
            ),
        )
    if stream.junk_bytes:
        yield said(
            "audio-damaged",
            tr("{junk_bytes} bytes among its frames are no sound", junk_bytes=stream.junk_bytes),
        )
    if stream.missing_bytes:
        yield said(
            "audio-cut",
            tr("its last frame lacks {missing_bytes} bytes", missing_bytes=stream.missing_bytes),
            tr("copy it again"),
        )
    promised = stream.encoded.frames if stream.encoded else None
    if promised and promised - stream.frames > max(1, promised // 500):
        lost = tr(
            "its header promises {promised} frames, it has {frames}", promised=promised, frames=stream.frames
        )
        yield said("audio-short", lost, tr("export or copy it again"))
    if stream.encoded is None and len(stream.rates) > 1:
        yield said(
            "audio-vbr", tr("its bit rate varies and no Xing header says so"), tr("players guess its length")
        )
