"""The model -> authored files: what :mod:`.reading` reads back as it was."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, fields, is_dataclass, replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from ..errors import LornpodError
from ..messages import tr
from ..model import (
    AudioSettings,
    Case,
    Category,
    Chapter,
    Feed,
    Live,
    Network,
    Person,
    Piece,
    Place,
    QuizQuestion,
    Quote,
    Soundbite,
    Stated,
    TimeSplit,
    TranscriptSettings,
    Value,
)
from .place import CASES
from .scaffold import cannot_write, dumped
from .whole import check_case_id

# ---------------------------------------------------------------- case.md

_WIDTH = 100


def case_text(case: Case, network: Network, remarks: Sequence[str] = ()) -> str:
    """case.md for *case* in *network*: fields that say nothing are left out.

    ``introduction`` and answers are Markdown without ``##`` headings. *remarks* stand as comments above
    the fields.
    """
    said = _filled(dict(_fields(case, network)))
    parts = [case.introduction, *(f"## {one.question}\n\n{one.answer}".rstrip() for one in case.questions)]
    body = "\n\n".join(part for part in parts if part)
    front = f"---\n{_head(remarks)}{dumped(said, width=_WIDTH)}---\n"
    return f"{front}{body}\n" if body else front


def _fields(case: Case, network: Network) -> Iterator[tuple[str, object]]:
    yield "number", case.number
    yield "title", case.title
    yield "published", case.published and _when(case.published, ZoneInfo(network.time_zone))
    yield "themes", list(case.themes)
    yield "perspective", case.perspective
    yield "guests", [_person(person) for person in case.guests]
    yield "hosts", [_person(person) for person in case.hosts]
    yield "place", _places(case)
    yield "language", "" if case.language == network.language else case.language
    yield "quote", case.quote and _quote(case.quote)
    yield "chapters", [chapter_fields(chapter) for chapter in case.chapters]
    yield "soundbites", [{**_span(bite), **_said({"title": bite.title})} for bite in case.soundbites]
    yield "summary", case.summary
    yield "learning_points", list(case.learning_points)
    yield "quiz", [_quiz(one) for one in case.quiz]
    yield "quiz_href", case.quiz_href
    yield "reflection", list(case.reflection)
    yield "links", [_said(asdict(link)) if link.href else link.title for link in case.links]
    yield "related", list(case.related)
    yield "keywords", list(case.keywords)
    yield "season", case.season
    yield "season_name", case.season_name
    yield "episode", case.episode
    yield "episode_display", case.episode_display
    yield "episode_type", "" if case.episode_type == "full" else case.episode_type
    yield "explicit", case.explicit
    yield "guid", case.guid
    yield "href", case.href
    yield "image", case.image
    yield "alternates", [_mapping(one) for one in case.alternates]
    yield "content_links", [asdict(link) for link in case.content_links]
    yield "itunes_title", case.itunes_title
    yield "block", case.block or None
    yield from _shared(case)


def _shared(of: Case | Stated | Live) -> Iterator[tuple[str, object]]:
    """The fields that a network, a feed, a case and a stream all have."""
    yield "credits", [_mapping(credit) for credit in of.credits]
    yield "funding", [asdict(link) for link in of.funding]
    yield "license", of.license
    yield "license_href", of.license_href
    yield "images", [_mapping(picture) for picture in of.images]
    yield "txt", [_mapping(text) for text in of.txt]
    yield "chat", of.chat and _mapping(of.chat)
    yield "social", [_mapping(post) for post in of.social]
    yield "value", of.value and _value(of.value)


def _value(value: Value) -> dict[str, object]:
    splits = [_time_split(one) for one in value.time_splits]
    return _filled({**_mapping(replace(value, time_splits=())), "time_splits": splits})


def _time_split(split: TimeSplit) -> dict[str, object]:
    return {
        **_span(split),
        **_filled(
            {
                "recipients": [_mapping(one) for one in split.recipients],
                "remote": split.remote and _mapping(split.remote),
                "remote_start": _clock(split.remote_start_ms) if split.remote_start_ms else "",
                "percentage": split.percentage,
            }
        ),
    }


def _in_common(of: Stated) -> Iterator[tuple[str, object]]:
    """The fields that a network and a feed both have."""
    yield "locked", of.locked
    yield "hosts", [_person(person) for person in of.hosts]
    yield "place", _places(of)
    yield from _shared(of)
    yield "block_services", list(of.block_services)
    yield "allow_services", list(of.allow_services)
    yield "podping", of.podping
    yield "update_frequency", of.update_frequency and _mapping(of.update_frequency)
    yield "publisher", of.publisher and _mapping(of.publisher)
    yield "podroll", [one if isinstance(one, str) else _mapping(one) for one in of.podroll]
    yield "page_size", of.page_size
    yield "max_megabytes", of.max_megabytes


# The model says units where authors need not.
_AUTHORED = {
    "media_type": "type",
    "length_bytes": "length",
    "bitrate_bps": "bitrate",
    "width_px": "width",
    "height_px": "height",
}


def _mapping(value: object) -> dict[str, object]:
    """A dataclass of the namespace as a mapping, without what says nothing."""
    assert is_dataclass(value)  # noqa: S101 - the model's own
    said = {_AUTHORED.get(one.name, one.name): getattr(value, one.name) for one in fields(value)}
    return {name: _authored(one) for name, one in said.items() if one or (one == 0 and one is not False)}


def _authored(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_authored(one) for one in value]
    return _mapping(value) if is_dataclass(value) else value


def _when(moment: datetime, zone: ZoneInfo) -> date | str:
    """The shortest way to write *moment*: a day where it is 06:00 there."""
    local = moment.astimezone(zone)
    if (local.hour, local.minute, local.second, local.microsecond) == (6, 0, 0, 0):
        return local.date()
    whole = local.second == 0 and local.microsecond == 0
    if whole and local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
        return f"{local:%Y-%m-%d %H:%M}"
    return local.isoformat()


def _said(said: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in said.items() if value not in ("", None)}


def _person(person: Person) -> str | dict[str, object]:
    return person.name if person == Person(person.name) else _said(asdict(person))


def _places(of: Case | Stated | Live) -> object:
    """One alone, or a list of them."""
    found = [_place(one) for one in (of.place, *of.other_places) if one is not None]
    return found[0] if len(found) == 1 else found


def _place(place: Place) -> str | dict[str, object]:
    return place.name if place == Place(place.name) else _said(asdict(place))


def _live(live: Live) -> dict[str, object]:
    its_own = {
        "title": live.title,
        "guid": live.guid,
        "status": live.status,
        "start": live.start.isoformat(),
        "end": live.end and live.end.isoformat(),
        "url": live.url,
        "type": live.media_type,
        "description": live.description,
        "href": live.href,
        "image": live.image,
        "links": [asdict(link) for link in live.links],
        "hosts": [_person(person) for person in live.hosts],
        "guests": [_person(person) for person in live.guests],
        "place": _places(live),
        "alternates": [_mapping(one) for one in live.alternates],
    }
    return _filled(its_own | dict(_shared(live)))


def _quote(quote: Quote) -> str | dict[str, object]:
    return _said(asdict(quote)) if quote.by else quote.text


def _quiz(one: QuizQuestion) -> dict[str, object]:
    right = [at + 1 for at in one.right]
    asked = {"question": one.question, "answers": list(one.answers)}
    return _said({**asked, "right": right[0] if len(right) == 1 else right, "why": one.why})


def chapter_fields(chapter: Chapter) -> dict[str, object]:
    """*chapter* as case.md says it, field by field, without those that say nothing."""
    end = {} if chapter.end_ms is None else {"end": _clock(chapter.end_ms)}
    start = {"start": _clock(chapter.start_ms), "title": chapter.title}
    return _said({**start, **end, "href": chapter.href, "img": chapter.img})


def _span(span: Soundbite | TimeSplit) -> dict[str, object]:
    return {"start": _clock(span.start_ms), "end": _clock(span.start_ms + span.duration_ms)}


def _clock(time_ms: int) -> str:
    whole_s, fraction_ms = divmod(time_ms, 1000)
    minutes, seconds = divmod(whole_s, 60)
    clock = f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"
    return f"{clock}.{fraction_ms:03d}" if fraction_ms else clock


# ---------------------------------------------------------------- files


def write_case(
    root: Path, case_id: str, files: Mapping[str, bytes], *, force: bool = False
) -> tuple[Path, ...]:
    """Put *files* into the folder of *case_id*, all of them or none; their paths.

    *force* replaces those that are there. Without it, raises LornpodError where a case.md, or any of
    *files*, is there already, whoever wrote it meanwhile.
    """
    folder = root / CASES / check_case_id(case_id)
    if not force:
        _refuse_existing(folder, root, ("case.md", *files))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with contextlib.ExitStack() as stack:
            ready = [(_beside(folder / name, data, stack), folder / name) for name, data in files.items()]
            _put_all(ready, stack, force=force)
    except FileExistsError as error:
        _refuse_existing(folder, root, files)
        raise LornpodError(tr("a file stands where a folder belongs"), str(error.filename)) from None
    except OSError as error:
        raise cannot_write(folder, error) from None
    return tuple(folder / name for name in files)


def _refuse_existing(folder: Path, root: Path, names: Sequence[str] | Mapping[str, bytes]) -> None:
    for name in names:
        if os.path.lexists(folder / name):
            where = (folder / name).relative_to(root).as_posix()
            raise LornpodError(tr("is there already"), where, tr("give --force to write it anew"))


def _beside(path: Path, data: bytes, stack: contextlib.ExitStack) -> Path:
    """A temporary file beside *path* with *data* in it, on its way to the disk."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    stack.callback(Path(name).unlink, missing_ok=True)
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    Path(name).chmod(0o644)
    return Path(name)


def _put_all(ready: Sequence[tuple[Path, Path]], stack: contextlib.ExitStack, *, force: bool) -> None:
    """Give each file its name; where one fails, the others get back what was there."""
    with contextlib.ExitStack() as undo:
        for temporary, path in ready:
            if force and path.exists():
                kept = _beside(path, path.read_bytes(), stack)
                temporary.replace(path)
                undo.callback(kept.replace, path)
            else:
                _named(temporary, path)
                undo.callback(path.unlink)
        undo.pop_all()


def replace_file(path: Path, before: bytes, after: bytes) -> None:
    """Put *after* in the place of the file *path*, whole or not at all, where it still is *before*."""
    path = path.resolve()
    try:
        with contextlib.ExitStack() as stack:
            temporary = _beside(path, after, stack)
            temporary.chmod(path.stat().st_mode & 0o777)
            if path.read_bytes() != before:
                raise LornpodError(tr("has been written meanwhile"), str(path), tr("run this again"))
            temporary.replace(path)
    except OSError as error:
        raise cannot_write(path, error) from None


def _named(temporary: Path, path: Path) -> None:
    """Give *temporary* the name *path*; raises FileExistsError where somebody has taken it meanwhile."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        path.touch(exist_ok=False)
        temporary.replace(path)


# ---------------------------------------------------------------- lornpod.yaml, feeds/<slug>.md


def network_text(network: Network, remarks: Sequence[str] = (), *, root: Path = Path()) -> str:
    """lornpod.yaml for *network*, whose sounds are files below *root*."""
    said: dict[str, object] = {
        "name": network.name,
        "website": network.website,
        "base_url": network.base_url,
        "guid": network.guid,
        "description": network.description,
        "language": network.language,
        "time_zone": network.time_zone,
        "store": network.store,
        "author": network.author,
        "owner": _said({"name": network.owner_name, "email": network.owner_email}),
        "copyright": network.copyright,
        "explicit": network.explicit,
        "categories": [_category(one) for one in network.categories],
        "artwork": network.artwork,
        "case_href": network.case_href,
        "site": None if network.site else False,
        "colour": network.colour,
        "cards": "" if network.cards == "share" else network.cards,
        "people": [_person(person) for person in network.people],
        "hubs": list(network.hubs),
        "themes": list(network.themes),
        "perspectives": list(network.perspectives),
        **dict(_in_common(network)),
        "audio": _audio(network, root),
        "transcripts": _unusual(network.transcripts, TranscriptSettings()),
        "check": _said({"ignore": [_said(asdict(one)) for one in network.ignored] or None}),
        "s3": {name: said == "true" if name == "conditional" else said for name, said in network.s3.items()},
    }
    return _head(remarks) + dumped(_filled(said), width=_WIDTH)


def _audio(network: Network, root: Path) -> dict[str, object]:
    unusual = _unusual(network.audio, AudioSettings())
    bitrate = {
        "mono": unusual.pop("bitrate_mono_kbps", None),
        "stereo": unusual.pop("bitrate_stereo_kbps", None),
    }
    renamed = {_OF_AUDIO.get(name, name): said for name, said in unusual.items()}
    renditions = [
        _said({"codec": one.codec, "bitrate": one.bitrate_kbps or None}) for one in network.renditions
    ]
    pieces = {name: getattr(network.assembly, name) for name in ("intro", "outro", "jingle")}
    assembly = {name: piece and _piece(piece, root) for name, piece in pieces.items()}
    trimmed = network.assembly.trim_silence or None
    return _filled({
        **renamed, "bitrate": _said(bitrate), **assembly, "trim_silence": trimmed, "renditions": renditions
    })  # fmt: skip


def _piece(piece: Piece, root: Path) -> str | dict[str, object]:
    file = piece.file.relative_to(root).as_posix()
    if piece == Piece(piece.file):
        return file
    times = {"start": piece.start_ms, "fade_in": piece.fade_in_ms, "fade_out": piece.fade_out_ms}
    times["overlap"] = piece.overlap_ms
    return _filled(
        {
            "file": file,
            "end": None if piece.end_ms is None else _clock(piece.end_ms),
            **{name: _clock(ms) if ms else None for name, ms in times.items()},
            "crossfade": piece.crossfade or None,
            "level": piece.level_lu or None,
        }
    )


_OF_AUDIO = {"loudness_lufs": "loudness", "true_peak_dbtp": "true_peak", "sample_rate_hz": "sample_rate"}


def _unusual(settings: AudioSettings | TranscriptSettings, usual: object) -> dict[str, object]:
    """The *settings* that are not the *usual* ones."""
    return {name: said for name, said in asdict(settings).items() if said != getattr(usual, name)}


def feed_text(feed: Feed, remarks: Sequence[str] = ()) -> str:
    """feeds/<slug>.md for *feed*."""
    where = {key: list(said) for key, said in asdict(feed.where).items() if said}
    said: dict[str, object] = {
        "title": feed.title,
        "where": where,
        "guid": feed.guid,
        "link": feed.link,
        "language": feed.language,
        "author": feed.author,
        "categories": [_category(one) for one in feed.categories],
        "artwork": feed.artwork,
        "colour": feed.colour,
        "type": "" if feed.type == "episodic" else feed.type,
        "explicit": feed.explicit,
        "copyright": feed.copyright,
        "new_feed_url": feed.new_feed_url,
        "block": feed.block or None,
        "complete": feed.complete or None,
        "limit": feed.limit,
        "medium": "" if feed.medium == "podcast" else feed.medium,
        "itunes_title": feed.itunes_title,
        "remote_items": [_mapping(one) for one in feed.remote_items],
        "trailers": [_mapping(one) for one in feed.trailers],
        "live": [_live(one) for one in feed.live],
        **dict(_in_common(feed)),
    }
    front = f"---\n{_head(remarks)}{dumped(_filled(said), width=_WIDTH)}---\n"
    return f"{front}{feed.description}\n" if feed.description else front


def _filled(said: Mapping[str, object]) -> dict[str, object]:
    """*said* without the fields that say nothing."""
    return {key: value for key, value in said.items() if value not in (None, "", [], {})}


def _head(remarks: Sequence[str]) -> str:
    return "".join(f"# {' '.join(remark.split())}\n" for remark in remarks)


def _category(category: Category) -> str:
    return f"{category.name} > {category.sub}" if category.sub else category.name


def write_file(root: Path, name: str, data: bytes, *, force: bool = False) -> Path:
    """Put *data* into the new file *name* of the workspace; raises LornpodError where there is one, unless
    *force* replaces it."""
    path = root / name
    if not force:
        _refuse_existing(root, root, (name,))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.ExitStack() as stack:
            _put_all([(_beside(path, data, stack), path)], stack, force=force)
    except OSError as error:
        raise cannot_write(path, error) from None
    return path
