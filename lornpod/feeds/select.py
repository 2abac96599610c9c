"""Which episodes a feed shows: pure functions of its definition, the latest records and the time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from operator import attrgetter, itemgetter
from typing import NamedTuple, Protocol

from ..model import Case, Feed, Record, Where, folded


class Entry(NamedTuple):
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


class _Chosen(Protocol):
    """What a feed's ``where`` looks at."""

    @property
    def themes(self) -> tuple[str, ...]: ...
    @property
    def perspective(self) -> str: ...
    @property
    def hosts(self) -> tuple[str, ...]: ...
    @property
    def guests(self) -> tuple[str, ...]: ...
    @property
    def language(self) -> str: ...


@dataclass(frozen=True, slots=True)
class _OfCase:
    themes: tuple[str, ...]
    perspective: str
    hosts: tuple[str, ...]
    guests: tuple[str, ...]
    language: str


_LOOKS_AT: dict[str, Callable[[_Chosen], tuple[str, ...]]] = {
    "theme": attrgetter("themes"),
    "perspective": lambda one: (one.perspective,),
    "host": attrgetter("hosts"),
    "guest": attrgetter("guests"),
    "language": lambda one: (one.language,),
}


def matches(where: Where, case: Case) -> bool:
    """True when *case* meets every condition of *where*; an empty one takes all."""
    hosts, guests = (tuple(person.name for person in people) for people in (case.hosts, case.guests))
    one = _OfCase(case.themes, case.perspective, hosts, guests, case.language)
    return all(not wanted.isdisjoint(_folded(had(one))) for had, wanted in _conditions(where))


def _conditions(where: Where) -> list[tuple[Callable[[_Chosen], tuple[str, ...]], frozenset[str]]]:
    """How to look at each thing that *where* names, and what it wants there."""
    wanted = {name: getattr(where, name) for name in _LOOKS_AT}
    return [(_LOOKS_AT[name], _folded(values)) for name, values in wanted.items() if values]


def due(record: Record, now: datetime) -> bool:
    """True when listeners may see the episode at *now*: it has a date that has come, and is not withdrawn."""
    published = record.case.published
    return not record.withdrawn and published is not None and published <= now


def slots(feed: Feed, entries: Iterable[Entry], now: datetime) -> tuple[Entry, ...]:
    """The entries that *feed* has shown by *now*, newest first; those of one instant by case id. With those
    that were withdrawn since, whose places in the feed's archives stay theirs."""
    return Appeared(entries, now).slots(feed)


class Appeared:
    """The entries that have had their time by *now*, sorted once for all feeds."""

    def __init__(self, entries: Iterable[Entry], now: datetime) -> None:
        dated = [
            (one.published, one) for one in entries if one.published is not None and one.published <= now
        ]
        dated.sort(key=lambda pair: (pair[1].case_id, -pair[1].number))
        dated.sort(key=itemgetter(0), reverse=True)
        self._entries = tuple(one for _, one in dated)

    def slots(self, feed: Feed) -> tuple[Entry, ...]:
        """Those that *feed* has shown; see :func:`slots`."""
        if feed.is_list:
            return ()
        found: Iterable[Entry] = self._entries
        for had, wanted in _conditions(feed.where):
            met = _Met(wanted)
            found = [one for one in found if met[had(one)]]
        return tuple(found)


class _Met(dict[tuple[str, ...], bool]):
    """Whether values share one with those that are *wanted*: a network has few, and many cases of each."""

    def __init__(self, wanted: frozenset[str]) -> None:
        super().__init__()
        self._wanted = wanted

    def __missing__(self, values: tuple[str, ...]) -> bool:
        self[values] = shares = not self._wanted.isdisjoint(_folded(values))
        return shares


@lru_cache(maxsize=1 << 16)  # a network has few themes, and many cases of each
def _folded(values: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(folded, values))
