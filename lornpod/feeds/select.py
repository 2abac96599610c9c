"""Which episodes a feed shows: pure functions of its definition, the latest records and the time."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from ..model import Case, Feed, Record, Where


@dataclass(frozen=True, slots=True)
class Entry:
    """What must be known of a record to tell which feeds show it, and where. ``key`` is the record's own
    in the store, and ``appeared`` when the newest of it came: written, or published."""

    key: str
    case_id: str
    number: int
    case_number: int | None
    guid: str
    withdrawn: bool
    published: datetime | None
    appeared: datetime
    themes: tuple[str, ...]
    perspective: str
    hosts: tuple[str, ...]
    guests: tuple[str, ...]
    language: str
    trailer: bool


def entry_of(record: Record, key: str) -> Entry:
    """What is to be known of *record*, which lies at *key*."""
    case = record.case
    return Entry(
        key=key,
        case_id=case.id,
        number=record.number,
        case_number=case.number,
        guid=record.guid,
        withdrawn=record.withdrawn,
        published=case.published,
        appeared=max(record.recorded_at, case.published or record.recorded_at),
        themes=case.themes,
        perspective=case.perspective,
        hosts=tuple(person.name for person in case.hosts),
        guests=tuple(person.name for person in case.guests),
        language=case.language,
        trailer=case.episode_type == "trailer",
    )


def matches(where: Where, case: Case) -> bool:
    """True when *case* meets every condition of *where*; an empty one takes all."""
    hosts, guests = (tuple(person.name for person in people) for people in (case.hosts, case.guests))
    return _meets(where, case.themes, case.perspective, hosts, guests, case.language)


def takes(where: Where, entry: Entry) -> bool:
    """The same of the case of *entry*."""
    return _meets(where, entry.themes, entry.perspective, entry.hosts, entry.guests, entry.language)


def _meets(
    where: Where,
    themes: tuple[str, ...],
    perspective: str,
    hosts: tuple[str, ...],
    guests: tuple[str, ...],
    language: str,
) -> bool:
    return (
        (not where.theme or _share(where.theme, themes))
        and (not where.perspective or _share(where.perspective, (perspective,)))
        and (not where.host or _share(where.host, hosts))
        and (not where.guest or _share(where.guest, guests))
        and (not where.language or _share(where.language, (language,)))
    )


def _share(wanted: tuple[str, ...], had: tuple[str, ...]) -> bool:
    return not _folded(wanted).isdisjoint(_folded(had))


def due(record: Record, now: datetime) -> bool:
    """True when listeners may see the episode at *now*: it has a date that has come, and is not withdrawn."""
    published = record.case.published
    return not record.withdrawn and published is not None and published <= now


def slots(feed: Feed, entries: Iterable[Entry], now: datetime) -> tuple[Entry, ...]:
    """The entries that *feed* has shown by *now*, newest first; those of one instant by case id. With those
    that were withdrawn since, whose places in the feed's archives stay theirs."""
    if feed.is_list:
        return ()
    found = [
        entry
        for entry in entries
        if entry.published is not None and entry.published <= now and takes(feed.where, entry)
    ]
    found.sort(key=lambda entry: (entry.case_id, -entry.number))
    found.sort(key=_published, reverse=True)
    return tuple(found)


def _published(entry: Entry) -> datetime:
    assert entry.published is not None  # noqa: S101 - slots() saw to it
    return entry.published


@lru_cache(maxsize=1 << 16)  # a network has few themes, and many cases of each
def _folded(values: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(_fold, values))


def _fold(value: str) -> str:
    """As Unicode compares without case (3.13, D145): macOS writes å as two characters, others as one."""
    decomposed = unicodedata.normalize("NFD", unicodedata.normalize("NFD", value).casefold())
    return " ".join(decomposed.split())
