"""Versions of a case: which there are, going back to one, taking the episode away, and sweeping up.

Nothing here changes a record: going back writes a new one that equals an older one, and taking away one
that says withdrawn. Only :func:`sweep` deletes, and only what nothing names any more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from urllib.parse import unquote

from ..errors import LornpodError, StoreError
from ..feeds import rss
from ..messages import tr
from ..model import Record
from . import records
from .records import RECORDS
from .stores import Store, Stored

_SWEPT = ("media/", "text/", "chapters/", "art/")
_KEY_IN_ADDRESS = re.compile(r"/((?:media|text|chapters|art)/[^?#]+)")


@dataclass(frozen=True, slots=True)
class Version:
    """A record of a case, its key, and whether it is the one that counts."""

    record: Record
    key: str
    counts: bool


def history(store: Store, case_id: str) -> tuple[Version, ...]:
    """All versions of a case, the newest first; of two with one number, the one that counts first.

    Raises LornpodError when the case was never published.
    """
    keys = list(store.keys(f"{RECORDS}{case_id}/"))
    latest = records.latest_keys(keys).get(case_id)
    if latest is None:
        raise LornpodError(tr("was never published"), case_id, tr("`lornpod status` lists the cases"))
    ordered = sorted((key for key in keys if records.latest_keys([key])), reverse=True)
    return tuple(Version(records.decode(store.get(key), key), key, key == latest) for key in ordered)


def back_to(versions: Sequence[Version], number: int | None) -> Record:
    """The record that going back to *number* (None: to what was before) would publish again.

    Raises LornpodError where there is no such version.
    """
    latest = versions[0].record
    for version in versions[1:] if number is None else versions:
        record = version.record
        if number is None and record.says_the_same_as(latest):
            continue
        if number is None or record.number == number:
            return record
    numbers = ", ".join(str(version.record.number) for version in versions)
    said = tr("has no earlier version") if number is None else tr("has no version {number}", number=number)
    raise LornpodError(said, latest.case.id, tr("there is {numbers}", numbers=numbers))


def successor(latest: Record, record: Record, *, now: datetime, by: str) -> Record:
    """*record* as the version after *latest*."""
    return replace(record, number=latest.number + 1, recorded_at=now, by=by)


def missing(store: Store, record: Record) -> list[str]:
    """The keys of what *record* names and the store no longer has."""
    return [artifact.key for artifact in record.artifacts if store.head(artifact.key) is None]


def damaged(store: Store, shown: Iterable[Record]) -> frozenset[str]:
    """The keys that *shown* name and at which the store has nothing, or something of another length."""
    stored = {one.key: one.length_bytes for room in _SWEPT for one in store.list(room)}
    return frozenset(
        artifact.key
        for record in shown
        for artifact in record.artifacts
        if stored.get(artifact.key) != artifact.length_bytes
    )


# ---------------------------------------------------------------- sweeping up


@dataclass(frozen=True, slots=True)
class Sweep:
    """What nothing names any more: old records, archives that no feed leads to, and artifacts that only
    they named."""

    records: tuple[Stored, ...]
    artifacts: tuple[Stored, ...]
    archives: tuple[Stored, ...] = ()

    @property
    def all(self) -> tuple[Stored, ...]:
        """In an order in which nothing that is left names what is gone."""
        return (*self.records, *self.archives, *self.artifacts)

    @property
    def length_bytes(self) -> int:
        return sum(stored.length_bytes for stored in self.all)


def sweepable(store: Store, *, before: datetime) -> Sweep:
    """What may be deleted: older than *before*, and named by no feed and by no record that is kept.

    Kept are the record that counts of every case, and every record that counted at *before* or later.
    Whatever was stored since *before* is kept: it may belong to a publish that is under way. An archive
    is kept for as long as an app may hold the feed that led to it.
    """
    listed = {stored.key: stored for stored in store.list(RECORDS)}
    old = frozenset(_outlived(listed, before))
    kept = [records.decode(store.get(key), key) for key in listed if key not in old]
    named = {artifact.key for record in kept for artifact in record.artifacts}
    named |= {reference for record in kept for reference in _pictures(record)}
    feeds = {stored.key: stored for stored in store.list("feeds/")}
    archives = frozenset(_outlived_archives(store, feeds, before))
    named |= set(_named_by_feeds(store, feeds.keys() - archives))
    stale = (stored for room in _SWEPT for stored in store.list(room))
    return Sweep(
        records=tuple(listed[key] for key in sorted(old)),
        artifacts=tuple(stored for stored in stale if stored.key not in named and _older(stored, before)),
        archives=tuple(feeds[key] for key in sorted(archives)),
    )


def sweep(store: Store, found: Sweep) -> None:
    """Delete what was found."""
    for stored in found.all:
        store.delete(stored.key)


def _outlived(listed: dict[str, Stored], before: datetime) -> Iterator[str]:
    """The keys of records that had stopped counting by *before*: their successor is as old as that."""
    by_case: dict[str, list[str]] = {}
    for key in listed:
        for case_id in records.latest_keys([key]):
            by_case.setdefault(case_id, []).append(key)
    for keys in by_case.values():
        keys.sort()
        for key, later in pairwise(keys):
            if _older(listed[key], before) and _older(listed[later], before):
                yield key


def _outlived_archives(store: Store, feeds: Mapping[str, Stored], before: datetime) -> Iterator[str]:
    """The keys of archives that no feed has led to since *before*.

    One had an heir when the archive of its number came that a feed leads to now; where there is none, when
    the feed itself was written.
    """
    linked: dict[tuple[str, str], Stored] = {}
    for key in feeds:
        slug = key.removeprefix("feeds/").removesuffix(".xml")
        document = store.get(key) if "/" not in slug else b""
        while (older := rss.archive_before(document, slug)) in feeds and _place(older) not in linked:
            linked[_place(older)] = feeds[older]
            document = store.get(older)
    for key, stored in feeds.items():
        folder, _, _ = key.removeprefix("feeds/").rpartition("/")
        heir = linked.get(_place(key), feeds.get(f"feeds/{folder}.xml"))
        replaced = folder and heir is not None and heir.key != key and _older(heir, before)
        if replaced and _older(stored, before):
            yield key


def _place(archive: str) -> tuple[str, str]:
    """The folder and the number of an archive's key."""
    folder, _, name = archive.rpartition("/")
    return folder, name.partition("-")[0]


def _older(stored: Stored, before: datetime) -> bool:
    return stored.modified is not None and stored.modified < before


def _pictures(record: Record) -> Iterable[str]:
    case = record.case
    people = (*(one.img for one in (*case.hosts, *case.guests)), *(one.img for one in case.credits))
    pictures = (picture.href for picture in case.images)
    return (case.image, *people, *pictures, *(chapter.img for chapter in case.chapters))


def _named_by_feeds(store: Store, keys: Iterable[str]) -> Iterator[str]:
    """Every key that the feeds and archives at *keys* name, whatever address the store had when they were
    written.

    Raises StoreError for a feed that cannot be read.
    """
    for key in keys:
        addresses = rss.addresses_of(store.get(key))
        if addresses is None:
            said = tr("is no feed, so nobody can tell what it names")
            raise StoreError(said, key, tr("renew it by `lornpod feeds`, or delete it"))
        for address in addresses:
            if named := _KEY_IN_ADDRESS.search(unquote(address)):
                yield named[1]
