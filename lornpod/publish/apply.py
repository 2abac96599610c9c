"""Carries a plan out: artifacts, then records, then the feeds, in an order that is right at every point.

Whoever writes feeds lists the records again afterwards and renders anew if they moved: so two publishers
at once lose no episode, on servers without conditional puts too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from ..errors import Finding, InputError, errors_in
from ..events import Advanced, Finished, Notify, Started, silent
from ..feeds import rss, select
from ..model import Content, Feed, Network, Record, Release, feed_key
from . import records
from .headers import CHANGING, IMMUTABLE, RSS, content_type
from .plan import Plan, plan
from .records import Known
from .stores import Store

Cover = Content | str
T = TypeVar("T")
_JOBS = 8
_ASK_FIRST_BYTES = 1 << 20  # an object from here on may be there already, from a run that was cut off


@dataclass(frozen=True, slots=True)
class FeedsOutcome:
    """The slugs of the feeds that were written (or would be, when only checking) and of the others."""

    written: tuple[str, ...]
    unchanged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody published *case_id* at the same time, and by rule *theirs* counts; ours is in the history."""

    case_id: str
    theirs: Record


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a publish did. ``published`` has the new record's number by case id."""

    published: Mapping[str, int]
    unchanged: tuple[str, ...]
    scheduled: tuple[str, ...]
    objects: int
    length_bytes: int
    feeds: FeedsOutcome
    conflicts: tuple[Conflict, ...] = field(default=())


def publish(
    store: Store,
    releases: Sequence[Release],
    network: Network,
    feeds: Sequence[Feed],
    covers: Mapping[str, Cover],
    *,
    known: Known,
    now: datetime,
    by: str,
    notify: Notify = silent,
) -> Outcome:
    """Make *releases* the latest records of *store* and renew the feeds.

    Raises InputError before anything is stored when a guid would move or a number is taken, and
    StoreError when the store fails; what was stored by then stays, and the next run goes on from it.
    """
    todo = plan(releases, known, now=now, by=by)
    if errors_in(todo.findings):
        raise InputError(todo.findings)
    sent = _upload(store, todo, notify)
    written = _write_records(store, todo.records)
    outcome, after = _renewed(
        store,
        network,
        feeds,
        covers,
        known.with_records(todo.records),
        now=now,
        notify=notify,
        unsure=bool(written),
    )
    return Outcome(
        published={record.case.id: record.number for record in todo.records},
        unchanged=todo.unchanged,
        scheduled=tuple(record.case.id for record in todo.records if not select.due(record, now)),
        objects=len(sent) + len(written),
        length_bytes=sum(sent),
        feeds=outcome,
        conflicts=tuple(
            Conflict(case_id, after.latest[case_id])
            for case_id, key in written.items()
            if after.keys.get(case_id) != key
        ),
    )


def renew_feeds(
    store: Store,
    network: Network,
    feeds: Sequence[Feed],
    covers: Mapping[str, Cover],
    *,
    now: datetime,
    notify: Notify = silent,
    check_only: bool = False,
) -> FeedsOutcome:
    """Render *feeds* from the store's records alone, and write those that changed; or only tell which.

    Raises InputError when a feed's podcast:guid would change; the other feeds are written all the same.
    """
    known = records.load(store)
    if check_only:
        look = _Look(store, network, covers, now)
        changed = [feed.slug for feed in feeds if look.change(feed, known) is not None]
        return _outcome(feeds, changed)
    return _renewed(store, network, feeds, covers, known, now=now, notify=notify)[0]


# ---------------------------------------------------------------- artifacts and records


def _upload(store: Store, todo: Plan, notify: Notify) -> list[int]:
    """Put the plan's contents, several at once; the length of each. The first failure ends it."""
    if not todo.contents:
        return []
    task = "upload"
    total = sum(content.artifact.length_bytes for content in todo.contents)
    notify(Started(task, total, "bytes"))

    def put(content: Content) -> None:
        artifact = content.artifact
        if artifact.length_bytes >= _ASK_FIRST_BYTES:
            there = store.head(artifact.key)
            if there is not None and there.length_bytes == artifact.length_bytes:
                notify(Advanced(task, artifact.length_bytes))
                return
        store.put(
            artifact.key,
            content.source,
            media_type=content_type(artifact.media_type),
            cache_control=IMMUTABLE,
            advanced=lambda count: notify(Advanced(task, count)),
        )

    _at_once(put, todo.contents)
    notify(Finished(task, f"{len(todo.contents)} files"))
    return [content.artifact.length_bytes for content in todo.contents]


def _write_records(store: Store, new: Sequence[Record]) -> dict[str, str]:
    """Put the records, all of whose artifacts are stored by now; their keys by case id."""
    written: dict[str, str] = {}

    def put(record: Record) -> None:
        key, data = records.encode(record)
        store.put(key, data, media_type="application/json", cache_control=IMMUTABLE)
        written[record.case.id] = key

    _at_once(put, new)
    return written


def _at_once(work: Callable[[T], None], items: Iterable[T]) -> None:
    """Do *work* on all *items*, some at once; what fails first is raised, and nothing new is begun then."""
    with ThreadPoolExecutor(_JOBS) as pool:
        try:
            begun: list[Future[None]] = [pool.submit(work, item) for item in items]
            for done in wait(begun, return_when=FIRST_EXCEPTION).done:
                done.result()
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


# ---------------------------------------------------------------- feeds


@dataclass(frozen=True, slots=True)
class _Change:
    """A feed whose bytes in the store are not what they should be."""

    feed: Feed
    data: bytes
    cover: Cover


class _Look:
    """One look at the stored feeds, against which new ones are held."""

    def __init__(self, store: Store, network: Network, covers: Mapping[str, Cover], now: datetime) -> None:
        self._store, self._network, self._covers, self._now = store, network, covers, now
        self._renderer = rss.Renderer(network)
        self._stored = {stored.key: stored for stored in store.list("feeds/")}

    def change(self, feed: Feed, known: Known) -> _Change | None:
        """What must be written for *feed*; None when the store has it.

        Raises InputError when its podcast:guid would move.
        """
        cover = self._covers.get(feed.slug, "")
        reference = cover if isinstance(cover, str) else cover.artifact.key
        shown = select.shown(feed, known.latest.values(), self._now)
        data = self._renderer.render(feed, shown, cover=reference)
        stored = self._stored.get(feed_key(feed.slug))
        if stored is not None:
            if stored.md5 == hashlib.md5(data, usedforsecurity=False).hexdigest():
                return None
            before = self._store.get(stored.key)
            if before == data:
                return None
            _refuse_new_guid(feed, before, data)
        return _Change(feed, data, cover)


def _renewed(
    store: Store,
    network: Network,
    feeds: Sequence[Feed],
    covers: Mapping[str, Cover],
    known: Known,
    *,
    now: datetime,
    notify: Notify,
    unsure: bool = False,
) -> tuple[FeedsOutcome, Known]:
    """Write the feeds that changed until the records stand still; what was written, what is known then.

    *unsure*: the records may have moved since they were listed, even if no feed changes.
    """
    task = "feeds"
    notify(Started(task, len(feeds)))
    changed: set[str] = set()
    while True:
        look = _Look(store, network, covers, now)
        moved_guids: list[Finding] = []
        wrote = False
        for feed in feeds:
            try:
                change = look.change(feed, known)
            except InputError as error:
                moved_guids += error.findings
                continue
            if change is not None:
                _write_feed(store, change)
                changed.add(feed.slug)
                wrote = True
            notify(Advanced(task, 1))
        if not (wrote or unsure):
            break
        unsure = False
        after = records.moved(store, known)
        if after.keys == known.keys:
            break
        known = after
    records.save_catalog(store, known)
    notify(Finished(task, f"{len(changed)} of {len(feeds)} written"))
    if moved_guids:
        raise InputError(moved_guids)
    return _outcome(feeds, changed), known


def _write_feed(store: Store, change: _Change) -> None:
    """Put the feed after the cover that it names."""
    if isinstance(change.cover, Content):
        artifact = change.cover.artifact
        if store.head(artifact.key) is None:
            store.put(
                artifact.key,
                change.cover.source,
                media_type=content_type(artifact.media_type),
                cache_control=IMMUTABLE,
            )
    store.put(feed_key(change.feed.slug), change.data, media_type=content_type(RSS), cache_control=CHANGING)


def _refuse_new_guid(feed: Feed, before: bytes, after: bytes) -> None:
    """Directories take a feed with another podcast:guid for another show."""
    old, new = rss.guid_of(before), rss.guid_of(after)
    if old is not None and old != new:
        raise InputError(
            [
                Finding(
                    "feed-guid-moved",
                    f"podcast:guid would change from {old} to {new}",
                    f"feeds/{feed.slug}.md",
                    "guid",
                    f"write `guid: {old}` in its front matter",
                )
            ]
        )


def _outcome(feeds: Sequence[Feed], changed: Iterable[str]) -> FeedsOutcome:
    slugs = set(changed)
    return FeedsOutcome(
        tuple(feed.slug for feed in feeds if feed.slug in slugs),
        tuple(feed.slug for feed in feeds if feed.slug not in slugs),
    )
