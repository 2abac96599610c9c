"""Which episodes a feed shows: pure functions of its definition, the latest records and the time."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime

from ..model import Case, Feed, Record, Where


def matches(where: Where, case: Case) -> bool:
    """True when *case* meets every condition of *where*; an empty one takes all."""
    conditions = (
        (where.theme, case.themes),
        (where.perspective, (case.perspective,)),
        (where.host, tuple(person.name for person in case.hosts)),
        (where.guest, tuple(person.name for person in case.guests)),
        (where.language, (case.language,)),
    )
    return all(not wanted or _folded(wanted) & _folded(had) for wanted, had in conditions)


def due(record: Record, now: datetime) -> bool:
    """True when listeners may see the episode at *now*: it has a date that has come, and is not withdrawn."""
    return not record.withdrawn and _has_come(record, now)


def shown(feed: Feed, records: Iterable[Record], now: datetime) -> tuple[Record, ...]:
    """The records that *feed* shows at *now*, newest first; those of one instant by case id."""
    return tuple(record for record in slots(feed, records, now) if not record.withdrawn)[: feed.limit]


def slots(feed: Feed, records: Iterable[Record], now: datetime) -> tuple[Record, ...]:
    """The records that *feed* has shown by *now*, in the order of :func:`shown`: with those that were
    withdrawn since, whose places in the feed's archives stay theirs."""
    if feed.is_list:
        return ()
    found = [record for record in records if _has_come(record, now) and matches(feed.where, record.case)]
    found.sort(key=lambda record: (record.case.id, -record.number))
    found.sort(key=_published, reverse=True)
    return tuple(found)


def _has_come(record: Record, now: datetime) -> bool:
    return record.case.published is not None and record.case.published <= now


def _published(record: Record) -> datetime:
    assert record.case.published is not None  # noqa: S101 - due() saw to it
    return record.case.published


def _folded(values: Iterable[str]) -> set[str]:
    return {_fold(value) for value in values}


def _fold(value: str) -> str:
    """As Unicode compares without case (3.13, D145): macOS writes å as two characters, others as one."""
    decomposed = unicodedata.normalize("NFD", unicodedata.normalize("NFD", value).casefold())
    return " ".join(decomposed.split())
