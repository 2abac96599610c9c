"""Carries a plan out: artifacts, then records, then the feeds, in an order that is right at every point."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..errors import Finding, errors_in
from ..events import Advanced, Finished, Notify, Started, silent
from ..feeds import rss, select
from ..messages import later, tr
from ..model import Content, Network, Record, Release
from . import records
from .changes import FeedChange
from .headers import IMMUTABLE, content_type
from .plan import Plan, plan
from .press import Press, Sheet, refuse
from .records import Known
from .stores import Store
from .together import at_once

_ASK_FIRST_BYTES = 1 << 20  # an object from here on may be there already, from a run that was cut off


@dataclass(frozen=True, slots=True)
class Preview:
    """What a publish would do: its records and artifacts, and what becomes of each feed. ``remarks`` are what
    there is to know of it that stands against nothing."""

    plan: Plan
    feeds: tuple[FeedChange, ...]
    sheets: tuple[Sheet, ...] = ()
    remarks: tuple[Finding, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What stands against it: mistakes of the plan, and what is risky for subscribers."""
        return (*self.plan.findings, *self.risks)

    @property
    def risks(self) -> tuple[Finding, ...]:
        return tuple(risk for change in self.feeds for risk in change.risks)

    @property
    def empty(self) -> bool:
        return not (self.plan.contents or self.plan.records or self.sheets)


@dataclass(frozen=True, slots=True)
class FeedsOutcome:
    """The slugs of the feeds that were written (or would be, when only checking) and of the others; and
    how many *pages* were written, or would be."""

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    pages: int = 0


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody published *case_id* at the same time. *ours_counts* by rule, else *theirs* does; both are in
    the history."""

    case_id: str
    theirs: Record
    ours_counts: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a publish did. ``published`` has the new record's number by case id, ``keys`` the key of the
    record that counts then, ``repaired`` the keys of what was put again."""

    published: Mapping[str, int]
    unchanged: tuple[str, ...]
    scheduled: tuple[str, ...]
    objects: int
    length_bytes: int
    feeds: FeedsOutcome
    conflicts: tuple[Conflict, ...] = field(default=())
    repaired: tuple[str, ...] = field(default=())
    keys: Mapping[str, str] = field(default_factory=dict)

    @property
    def nothing(self) -> bool:
        """Nothing was to be done."""
        return not (self.published or self.objects or self.feeds.written or self.feeds.pages)


def preview(
    press: Press,
    releases: Sequence[Release],
    known: Known,
    *,
    by: str,
    damaged: Collection[str] = (),
    there: Collection[str] = (),
) -> Preview:
    """What publishing *releases* would do; reads the feeds that would change, and writes nothing.

    *there* are keys in the store beside those that the latest records name.
    """
    todo = plan(releases, known, now=press.now, by=by, damaged=damaged, there=there)
    sheets = press.pending(known.with_records(todo.records))
    return Preview(todo, _changes(sheets), sheets, tuple(_remarks(press.network, sheets)))


def publish(
    press: Press,
    releases: Sequence[Release],
    known: Known,
    *,
    by: str,
    damaged: Collection[str] = (),
    force: bool = False,
    notify: Notify = silent,
) -> Outcome:
    """Make *releases* the latest records of the press's store, put again what is at the *damaged* keys,
    and renew the feeds.

    Raises InputError before anything is stored when a guid would move, a number is taken, or, without
    *force*, something risky would happen to a feed; and StoreError when the store fails: what was
    stored by then stays, and the next run goes on from it.
    """
    ahead, known = _seen_ahead(press, releases, known, by, damaged)
    todo = ahead.plan
    refuse(errors_in(todo.findings), force=False)
    refuse(ahead.risks, force=force)
    if ahead.empty:
        pages = _nothing_but_pages(press, known, notify)
        return Outcome({}, todo.unchanged, (), 0, 0, pages, keys=known.keys)
    upload(press.store, todo, notify)
    new, now_known = _as_of_now(press, releases, known, todo, by)
    written = _write_records(press.store, new)
    renewed = press.renew(
        now_known.with_records(new),
        unsure=bool(written),
        sheets=ahead.sheets if now_known is known else None,
        brought=_scripts(todo),
        notify=notify,
    )
    after = renewed.known
    return Outcome(
        published={record.case.id: record.number for record in new},
        unchanged=todo.unchanged,
        scheduled=tuple(record.case.id for record in new if not select.due(record, press.now)),
        objects=len(todo.contents) + len(written),
        length_bytes=sum(content.artifact.length_bytes for content in todo.contents),
        feeds=_outcome(press, renewed.slugs, renewed.pages),
        conflicts=tuple(_conflicts(press.store, written, after)),
        repaired=tuple(sorted(todo.damaged)),
        keys=after.keys,
    )


def revise(press: Press, record: Record, known: Known, *, notify: Notify = silent) -> FeedsOutcome:
    """Write *record*, whose artifacts are all in the store, and renew the feeds that it changes.

    For going back and taking away, where a change of the feeds is what is meant.
    """
    _write_records(press.store, [record])
    renewed = press.renew(known.with_records([record]), unsure=True, notify=notify)
    return _outcome(press, renewed.slugs, renewed.pages)


def renew_feeds(
    press: Press, *, force: bool = False, check_only: bool = False, notify: Notify = silent
) -> FeedsOutcome:
    """Render feeds and pages from the store's records alone, and write those that changed; or only tell
    which. Pages that vanished from the store are written again.

    Raises InputError for what is risky, unless *force* means it.
    """
    known = records.load(press.store)
    if press.pages is not None:
        press.pages.look_again()
    sheets = press.pending(known)
    if check_only:
        return _outcome(press, (sheet.feed.slug for sheet in sheets), press.pages_pending(known))
    # A guid that would move holds back its own feed alone: Press.renew tells of it.
    if not force:
        refuse(
            [risk for one in _changes(sheets) for risk in one.risks if risk not in one.guid_risks],
            force=False,
        )
    if not sheets:
        return _nothing_but_pages(press, known, notify)
    renewed = press.renew(known, unsure=False, sheets=sheets, notify=notify)
    return _outcome(press, renewed.slugs, renewed.pages)


def _nothing_but_pages(press: Press, known: Known, notify: Notify) -> FeedsOutcome:
    """Renew where no feed is pending: pages change too by a template or a setting that feeds don't show."""
    if not press.pages_pending(known):
        press.settle(known)
        return _outcome(press, ())
    renewed = press.renew(known, unsure=False, notify=notify)
    return _outcome(press, renewed.slugs, renewed.pages)


def _scripts(todo: Plan) -> Mapping[str, bytes]:
    """The transcripts that this run has just put: a page need not ask the store for them."""
    texts = (content for content in todo.contents if content.artifact.kind == "transcript")
    return {text.artifact.key: text.source for text in texts if isinstance(text.source, bytes)}


def _seen_ahead(
    press: Press, releases: Sequence[Release], known: Known, by: str, damaged: Collection[str]
) -> tuple[Preview, Known]:
    """The preview, from records that are listed again where something stands against it.

    Making releases takes its time, and others publish meanwhile: what they brought is in the feeds
    already, and must not look as if it were to leave them. A feed is read before the records are listed,
    so that the listing has whatever the feed shows.
    """
    there = _there(releases, known)
    while True:
        ahead = preview(press, releases, known, by=by, damaged=damaged, there=there)
        if not ahead.findings:
            return ahead, known
        fresh = records.moved(press.store, known)
        if fresh.keys == known.keys:
            return ahead, known
        known = fresh


def _changes(sheets: Sequence[Sheet]) -> tuple[FeedChange, ...]:
    return tuple(change for sheet in sheets if (change := sheet.change) is not None)


def _remarks(network: Network, sheets: Sequence[Sheet]) -> Iterator[Finding]:
    for sheet in sheets:
        yield from rss.size_findings(network, sheet.feed, sheet.edition, f"feeds/{sheet.feed.slug}.md")


def _outcome(press: Press, changed: Iterable[str], pages: int = 0) -> FeedsOutcome:
    slugs = set(changed)
    return FeedsOutcome(
        tuple(feed.slug for feed in press.feeds if feed.slug in slugs),
        tuple(feed.slug for feed in press.feeds if feed.slug not in slugs),
        pages,
    )


# ---------------------------------------------------------------- artifacts and records


def _as_of_now(
    press: Press, releases: Sequence[Release], known: Known, todo: Plan, by: str
) -> tuple[Sequence[Record], Known]:
    """The records of *todo*, numbered after those that came since they were planned; and what is known then.

    Raises InputError where one of those has taken a guid or a number. Episodes that came meanwhile would
    else leave the feeds for a moment.
    """
    if not todo.records:
        return (), known
    fresh = records.moved(press.store, known)
    if fresh.listed == known.listed:
        return todo.records, known
    after = plan(releases, fresh, now=press.now, by=by, there=_there(releases, known))
    refuse(errors_in(after.findings), force=False)
    return after.records, fresh


def _there(releases: Sequence[Release], known: Known) -> frozenset[str]:
    """What *releases* may name without bringing it, since they were made when this was *known*."""
    latest = (known.latest.get(release.record.case.id) for release in releases)
    return frozenset(artifact.key for record in latest if record for artifact in record.artifacts)


def _conflicts(store: Store, written: Mapping[str, str], after: Known) -> Iterator[Conflict]:
    """Whose versions stand beside the *written* ones, or count in their place."""
    for case_id, key in written.items():
        counting = after.keys.get(case_id)
        if counting is not None and counting != key:
            yield Conflict(case_id, after.latest[case_id], ours_counts=False)
            continue
        for rival in records.rivals(key, after.listed):
            yield Conflict(case_id, records.decode(store.get(rival), rival), ours_counts=True)


def upload(store: Store, todo: Plan, notify: Notify = silent) -> None:
    """Put the plan's contents, several at once. The first failure ends it."""
    if not todo.contents:
        return
    task, files = later("upload"), later("files")
    total = sum(content.artifact.length_bytes for content in todo.contents)
    notify(Started(task, total, "bytes"))
    notify(Started(files, len(todo.contents)))
    stopped = threading.Event()

    def advanced(count: int) -> None:
        if stopped.is_set():
            raise KeyboardInterrupt  # ends the put that was about to go on
        notify(Advanced(task, count))

    def put(content: Content) -> None:
        artifact = content.artifact
        if artifact.length_bytes >= _ASK_FIRST_BYTES and artifact.key not in todo.damaged:
            there = store.head(artifact.key)
            if there is not None and there.length_bytes == artifact.length_bytes:
                notify(Advanced(task, artifact.length_bytes))
                notify(Advanced(files, 1))
                return
        store.put(
            artifact.key,
            content.source,
            media_type=content_type(artifact.media_type),
            cache_control=IMMUTABLE,
            advanced=advanced,
        )
        notify(Advanced(files, 1))

    at_once(put, todo.contents, stopped)
    notify(Finished(task))
    notify(Finished(files, tr("{count} put", count=len(todo.contents))))


def _write_records(store: Store, new: Sequence[Record]) -> dict[str, str]:
    """Put the records, all of whose artifacts are stored by now; their keys by case id."""
    written: dict[str, str] = {}

    def put(record: Record) -> None:
        key, data = records.encode(record)
        store.put(key, data, media_type="application/json", cache_control=IMMUTABLE)
        written[record.case.id] = key

    at_once(put, new)
    return written
