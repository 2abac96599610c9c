"""Commands about the tag of a file: tags show, tags write."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..messages import later, tr
from ..terminal import bytes_text
from .desk import Desk, Place, alone, open_store, place_options

if TYPE_CHECKING:
    from ..audio.contents import Contents, Tag

_LONG_CHARS = 200
_CHANNELS = {1: later("mono"), 2: later("stereo")}
_HOW = {
    "kept": later("said so already"),
    "in place": later("edited in place"),
    "copied": later("written anew, with room for edits"),
}


@click.group()
def tags() -> None:
    """Read the tags of MP3, M4A and Opus, and write those of MP3s."""


@tags.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON, texts in full.")
@click.pass_obj
def show(desk: Desk, file: Path, as_json: bool) -> None:
    """Print all that FILE says of itself: tags, chapters, pictures, and the sound behind them.

    FILE is an MP3, an M4A or an Opus file.
    """
    from ..audio import contents

    found = contents.read(file)
    if as_json:
        desk.terminal.json(_document(file, found))
        return
    for title, rows in _tables(found):
        if rows:
            desk.terminal.result(title)
            desk.terminal.table(rows, empty="", folding=list(rows[0])[-1])
    desk.terminal.findings(found.remarks)


@tags.command()
@click.argument("case")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@place_options
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
@click.pass_obj
def write(
    desk: Desk, case: str, file: Path | None, store: str | None, base_url: str | None, as_json: bool
) -> None:
    """Write the tag of CASE anew: into its finished sound, or into the MP3 FILE.

    The finished sound lies in build/ and is mastered first where it is not there; nothing is published.
    Without FILE, the next publish finds the tag written. In place where the tag has room, which costs
    about nothing; otherwise as one copy. The sound stays byte for byte.
    """
    from ..publish import records
    from ..release.cache import Cache
    from ..release.maker import Maker

    read = desk.read([case], Place(store, base_url))
    desk.stop_at_errors(read.findings)
    (folder,) = read.cases
    known = records.load(open_store(read.network, read.root)).latest.get(folder.case.id)
    with alone(read.root), desk.terminal.progress():
        cache = Cache(read.root / "build")
        maker = Maker(read.root, read.network, read.feeds, cache, desk.terminal.notify)
        try:
            path, how = maker.tag(folder, known, file)
        finally:
            cache.save()
    if as_json:
        desk.terminal.json({"file": str(path), "written": how})
    else:
        desk.terminal.say(f"{path}: {tr(_HOW[how])}")


# ---------------------------------------------------------------- for programs


def _document(file: Path, found: Contents) -> dict[str, object]:
    from ..art import images

    chapters = [
        {
            "start_ms": chapter.start_ms,
            "end_ms": chapter.end_ms,
            "title": chapter.title,
            "href": chapter.href,
            "picture": chapter.picture is not None,
        }
        for chapter in found.chapters
    ]
    pictures = []
    for picture in found.pictures:
        width, height = images.size_px(picture.data) or (None, None)
        pictures.append(
            {
                "chapter": picture.of,
                "kind": tr(picture.kind),
                "media_type": picture.media_type,
                "description": picture.description,
                "width_px": width,
                "height_px": height,
                "length_bytes": len(picture.data),
            }
        )
    return {
        "file": str(file),
        "length_bytes": found.length_bytes,
        "audio": _sound(found),
        "tags": [{**asdict(tag), "fields": dict(tag.fields)} for tag in found.tags],
        "frames": [asdict(frame) for frame in found.frames],
        "chapters": chapters,
        "pictures": pictures,
        "remarks": [remark.as_json() for remark in found.remarks],
    }


def _sound(found: Contents) -> dict[str, object]:
    stream = found.stream
    if found.coded is not None:
        return {**asdict(found.coded), "kbps": round(found.coded.kbps, 1)}
    place: dict[str, object] = {"at": found.audio_at, "length_bytes": found.audio_bytes}
    if stream is None:
        return place
    first, encoded = stream.first, stream.encoded
    return place | {
        "codec": f"MPEG {first.version} layer {first.layer}",
        "duration_ms": stream.duration_ms,
        "frames": stream.frames,
        "kbps": round(stream.kbps, 1),
        "rates_kbps": list(stream.rates),
        "sample_rate_hz": first.sample_rate_hz,
        "mode": first.mode,
        "junk_before_bytes": stream.junk_before_bytes,
        "junk_bytes": stream.junk_bytes,
        "missing_bytes": stream.missing_bytes,
        "header": asdict(encoded) if encoded else None,
    }


# ---------------------------------------------------------------- for people

Rows = list[dict[str, object]]


def _tables(found: Contents) -> Iterator[tuple[str, Rows]]:
    from ..art import images
    from ..audio.contents import NAMES
    from ..text.times import clock

    yield tr("Sound"), [{"fact": tr(name), "value": value} for name, value in _sound_words(found)]
    yield tr("Tags"), [_tag_row(tag) for tag in found.tags]
    yield (
        tr("Frames"),
        [
            {
                "frame": frame.id,
                "what": tr(NAMES.get(frame.id, "")),
                "of": " ".join(part for part in (frame.description, frame.language) if part),
                "text": _short(frame.text),
            }
            for frame in found.frames
        ],
    )
    yield (
        tr("Chapters"),
        [
            {
                "from": clock(chapter.start_ms, millis=True),
                "to": clock(chapter.end_ms, millis=True),
                "picture": tr("yes") if chapter.picture else "",
                "link": chapter.href,
                "title": chapter.title,
            }
            for chapter in found.chapters
        ],
    )
    yield (
        tr("Pictures"),
        [
            {
                "kind": tr(picture.kind),
                "type": picture.media_type,
                "size": "{} × {} px".format(*(images.size_px(picture.data) or ("?", "?"))),
                "bytes": bytes_text(len(picture.data)),
                "of": picture.of or picture.description,
            }
            for picture in found.pictures
        ],
    )


def _sound_words(found: Contents) -> Iterator[tuple[str, str]]:
    from ..text.times import clock

    stream, coded = found.stream, found.coded
    if coded is not None:
        mode = tr(_CHANNELS.get(coded.channels, "")) or tr("{channels} channels", channels=coded.channels)
        yield later("codec"), f"{coded.codec}, {mode}, {coded.sample_rate_hz} Hz"
        yield later("duration"), clock(coded.duration_ms, millis=True)
        yield later("bit rate"), tr("{kbps:.0f} kbit/s{spread}", kbps=coded.kbps, spread="")
        yield later("bytes"), bytes_text(found.length_bytes)
        return
    if stream is None:
        yield later("codec"), tr("no MPEG audio")
        return
    first, encoded = stream.first, stream.encoded
    yield (
        later("codec"),
        tr(
            "MPEG {version} layer {layer}, {mode}, {sample_rate_hz} Hz",
            version=first.version,
            layer=first.layer,
            mode=first.mode,
            sample_rate_hz=first.sample_rate_hz,
        ),
    )
    yield (
        later("duration"),
        tr(
            "{duration}, {frames} frames",
            duration=clock(stream.duration_ms, millis=True),
            frames=stream.frames,
        ),
    )
    spread = (
        tr(", {lowest} to {highest}", lowest=stream.rates[0], highest=stream.rates[-1])
        if len(stream.rates) > 1
        else tr(", constant")
    )
    yield later("bit rate"), tr("{kbps:.0f} kbit/s{spread}", kbps=stream.kbps, spread=spread)
    yield (
        later("bytes"),
        tr("{size} from byte {audio_at} on", size=bytes_text(found.audio_bytes), audio_at=found.audio_at),
    )
    if encoded is None:
        yield later("header"), tr("none of Xing, Info or VBRI")
        return
    gap = (
        tr(", {delay} samples of delay, {padding} of padding", delay=encoded.delay, padding=encoded.padding)
        if encoded.encoder
        else ""
    )
    by = tr(" by {encoder}", encoder=encoded.encoder) if encoded.encoder else ""
    yield (
        later("header"),
        tr(
            "{kind}{by}, {frames} frames{gap}",
            kind=encoded.kind,
            by=by,
            frames=encoded.frames or tr("unknown"),
            gap=gap,
        ),
    )


def _tag_row(tag: Tag) -> dict[str, object]:
    facts = [*tag.flags, *(f"{name}: {value}" for name, value in tag.fields)]
    if tag.spare_bytes:
        facts.append(tr("padding {size}", size=bytes_text(tag.spare_bytes)))
    if tag.room_bytes is not None:
        facts.append(tr("edits in place, room for {size} more", size=bytes_text(tag.room_bytes)))
    return {
        "tag": tag.kind,
        "at": tag.at,
        "bytes": bytes_text(tag.length_bytes),
        "facts": _short("; ".join(facts)),
    }


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONG_CHARS else line[: _LONG_CHARS - 1] + "…"
