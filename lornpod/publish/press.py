"""Feeds and pages from records: rendered, held against what is stored, and written until the records stand
still.

Whoever writes feeds lists the records again afterwards and renders anew if they moved: so two publishers
at once lose no episode, on servers without conditional puts too.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from ..errors import Finding, InputError, NotInStore
from ..events import Advanced, Finished, Notify, Started, silent
from ..feeds import opml, rss, select
from ..messages import later, tr
from ..model import Content, Feed, Network, Record, feed_key
from . import records
from .changes import FeedChange, feed_change, guid_moved
from .headers import CHANGING, IMMUTABLE, RSS, content_type
from .proofs import Proof, Proofs
from .records import Known
from .stores import Store, Stored
from .together import at_once

if TYPE_CHECKING:
    from ..pages.site import Page
    from .site import Pages

_PAGES_A_BATCH = 250  # a run that is cut off goes on from the last whole batch
_NOTHING_BROUGHT: Mapping[str, bytes] = {}
_REPLACED_S = (0.05, 0.1, 0.2, 0.4, 0.8)
Cover = Content | str  # an artifact, or the address of a picture elsewhere; empty for none


@dataclass(frozen=True, slots=True)
class Sheet:
    """A feed whose bytes in the store (None: it is not there) are not what they should be.

    *archives* are those that it leads to and the store does not have; *added* and *removed* the documents
    of those that only the new one has, and of those that only the old one had.
    """

    feed: Feed
    before: rss.Document | None
    edition: rss.Edition
    stored: Stored | None = None
    archives: tuple[rss.Archive, ...] = ()
    added: tuple[rss.Document, ...] = ()
    removed: tuple[rss.Document, ...] = ()

    @property
    def guid_moved(self) -> tuple[Finding, ...]:
        if self.before is None:
            return ()
        before, after = rss.guid_in(self.before.head), rss.guid_in(self.edition.current.head)
        return tuple(guid_moved(self.feed, before, after))

    @property
    def change(self) -> FeedChange | None:
        """What subscribers will see of it."""
        before = None if self.before is None else (self.before, *self.removed)
        return feed_change(self.feed, before, (self.edition.current, *self.added))


@dataclass(frozen=True, slots=True)
class _AsStored:
    """A feed as the store has it, taken apart, and the checksum of its bytes."""

    sum: str
    document: rss.Document


@dataclass(frozen=True, slots=True)
class Renewed:
    """What was written: the slugs of feeds, and how many pages; and what is *known* then."""

    slugs: frozenset[str]
    pages: int
    known: Known


@dataclass(slots=True)
class Press:
    """Prints the feeds of one network into one store, as they are at *now*, and its *pages*.

    *pictures* are those that network and feeds name, by key. *announce* tells the world of the feeds of these
    slugs; it is called before the press notes that they are written, so that a run which is cut off between
    the two leaves it to the next. ``listed`` has the feeds as the store had them
    when they were last looked at.
    """

    store: Store
    network: Network
    feeds: Sequence[Feed]
    covers: Mapping[str, Cover]
    now: datetime
    pages: Pages | None = None
    pictures: Mapping[str, Content] = field(default_factory=dict)
    announce: Callable[[Sequence[str]], None] | None = None
    _news: set[str] = field(init=False, default_factory=set)
    listed: tuple[Stored, ...] = field(init=False, default=())
    _known: Known = field(init=False, default_factory=Known)
    _renderer: rss.Renderer = field(init=False)
    _proofs: Proofs = field(init=False)
    _read: dict[str, _AsStored] = field(init=False, default_factory=dict)
    _items: dict[bytes, bytes] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._renderer = rss.Renderer(self.network, self.feeds, self._record)
        self._proofs = Proofs(self.store, self.network)

    def _record(self, entry: select.Entry) -> Record:
        return self._known.latest[entry.case_id]

    def pending(self, known: Known) -> tuple[Sheet, ...]:
        """The feeds that must be written for the store to show what is *known*. One listing, and a
        request for each of them."""
        self._known = known
        self.listed = tuple(self.store.list("feeds/"))
        stored = {one.key: one for one in self.listed}
        appeared = select.Appeared(known.entries.values(), self.now)
        slots = {feed.slug: appeared.slots(feed) for feed in self.feeds}
        self._renderer.members = {
            slug: {entry.case_id for entry in of if not entry.withdrawn} for slug, of in slots.items()
        }
        sheets = (self._sheet(feed, slots[feed.slug], stored) for feed in self.feeds)
        return tuple(sheet for sheet in sheets if sheet is not None)

    def renew(
        self,
        known: Known,
        *,
        unsure: bool,
        sheets: tuple[Sheet, ...] | None = None,
        brought: Mapping[str, bytes] = _NOTHING_BROUGHT,
        notify: Notify = silent,
    ) -> Renewed:
        """Write what is pending until the records stand still: feeds, then the pages that name them.


        *unsure*: the records may have moved since they were listed, even if nothing is pending. *sheets*
        are what is pending, where somebody has looked. *brought* are artifacts that this run has put, by key.
        Raises InputError for feeds whose podcast:guid would move; the others are written all the same.
        """
        task = later("feeds")
        notify(Started(task))
        written: set[str] = set()
        pages = 0
        while True:
            if sheets is None:
                sheets = self.pending(known)
            moved = [finding for sheet in sheets for finding in sheet.guid_moved]
            sound = [sheet for sheet in sheets if not sheet.guid_moved]
            put: set[str] = set()

            def write(sheet: Sheet, put: set[str] = put) -> None:
                if self._write(sheet):
                    put.add(sheet.feed.slug)
                    self._news.add(sheet.feed.slug)
                    notify(Advanced(task, 1))

            at_once(write, sound)
            written |= put
            some = self._write_pages(known, brought, notify)
            pages += some
            if not (sound or some or unsure):
                break
            unsure, sheets = False, None
            before, known = known, records.moved(self.store, known)
            if before.keys == known.keys and len(put) == len(sound):  # none was overtaken
                break
        if self.pages is not None:
            self.pages.save()
        self.settle(known)
        notify(
            Finished(
                task, tr("{count} of {count_feeds} written", count=len(written), count_feeds=len(self.feeds))
            )
        )
        if moved:
            raise InputError(moved)
        return Renewed(frozenset(written), pages, known)

    def settle(self, known: Known) -> None:
        """Store the list of all feeds and the catalogue of records, tell the world of feeds new to it,
        and note what feeds were made of."""
        self._write_opml()
        records.save_catalog(self.store, known)
        if self._news and self.announce is not None:
            self.announce([feed.slug for feed in self.feeds if feed.slug in self._news])
        self._news.clear()
        self._proofs.save()

    def _write_opml(self) -> None:
        data = opml.render(self.network, self.feeds)
        if self._proofs.of(opml.OPML) != (proof := Proof("", self._sum_of(data), "", ())):
            media_type = content_type(opml.MEDIA_TYPE)
            self.store.put(opml.OPML, data, media_type=media_type, cache_control=CHANGING)
            self._proofs.note(opml.OPML, proof)

    def pages_pending(self, known: Known) -> int:
        """How many pages must be written for the store to show what is *known*."""
        return len(self.pages.pending(known)) if self.pages is not None else 0

    def _write_pages(self, known: Known, brought: Mapping[str, bytes], notify: Notify) -> int:
        """Write the pages that are pending, those of cases before those that lead to them."""
        if self.pages is None:
            return 0
        site, pending = self.pages, self.pages.pending(known)
        task = later("pages")

        def write(page: Page) -> None:
            site.write(page, brought)
            notify(Advanced(task, 1))

        if pending:
            notify(Started(task, len(pending)))
            for _, kind in groupby(pending, key=lambda page: page.key.partition("/")[0]):
                for some in _batches(list(kind)):
                    at_once(write, some)
                    if len(some) == _PAGES_A_BATCH:
                        site.save()
            notify(Finished(task, tr("{count} written", count=len(pending))))
        return len(pending)

    def _sheet(self, feed: Feed, slots: Sequence[select.Entry], stored: Mapping[str, Stored]) -> Sheet | None:
        cover = self.covers.get(feed.slug, "")
        reference = cover if isinstance(cover, str) else cover.artifact.key
        there, proof = stored.get(feed_key(feed.slug)), self._proofs.of(feed.slug)
        digest = self._proofs.digest(self._renderer.made_of(feed, slots, cover=reference))
        before: _AsStored | None = None
        if there is not None and proof is not None and self._is_of(there, proof):
            if proof.digest == digest and stored.keys() >= set(proof.archives):
                self._proofs.stamp(feed.slug, there.stamp)
                return None
            before = self._stored(there)
            # Unless somebody has written it since it was listed.
            if proof.context == self._context(feed) and before.sum == proof.sum:
                self._renderer.remember(feed, proof.keys, proof.cut, before.document)
        edition = self._renderer.edition(feed, slots, cover=reference)
        made = Proof.of(edition, digest, self._context(feed), self._algorithm)
        self._proofs.note(feed.slug, made)
        sheet = self._difference(feed, edition, there, stored, before)
        if sheet is None and (proof is None or proof.sum != made.sum):
            self._news.add(feed.slug)  # who wrote it has not come to note it, nor to tell of it
        return sheet

    def _context(self, feed: Feed) -> str:
        """What makes an item beside its record."""
        return self._proofs.digest(self._renderer.inherited(feed))

    def _difference(
        self,
        feed: Feed,
        edition: rss.Edition,
        there: Stored | None,
        stored: Mapping[str, Stored],
        before: _AsStored | None,
    ) -> Sheet | None:
        """What must be written for the store to have *edition*; None where it has. *before* is the stored
        feed, where it was read already."""
        archives = edition.archives
        missing = tuple(archive for archive in archives if archive.key not in stored)
        if there is None:
            return Sheet(feed, None, edition, None, missing, tuple(one.document for one in archives))
        after = edition.current.sum(self._algorithm)
        if not missing and there.md5 == after:
            return None
        before = before or self._stored(there)
        if not missing and before.sum == after:
            return None
        removed, shared = self._older(feed, before.document, {archive.key for archive in archives}, stored)
        keys = [archive.key for archive in archives]
        added = tuple(one.document for one in archives[keys.index(shared) + 1 if shared else 0 :])
        return Sheet(feed, before.document, edition, there, missing, added, removed)

    def _older(
        self, feed: Feed, current: rss.Document, kept: Container[str], stored: Mapping[str, Stored]
    ) -> tuple[tuple[rss.Document, ...], str]:
        """The archives that the stored feed *current* leads to, up to the first that is *kept*; its key.

        Each is known by a digest of what it holds, older ones included: what is behind it is the same.
        """
        found: list[rss.Document] = []
        seen: set[str] = set()
        document = current
        while True:
            key = rss.archive_before(document, feed.slug)
            if key in kept:
                return tuple(found), key
            if key not in stored or key in seen:
                return tuple(found), ""
            seen.add(key)
            document = self._stored(stored[key]).document
            found.append(document)

    @property
    def _algorithm(self) -> str:
        """What a bucket's listing tells of its objects, or, where they are read for it, what is fast."""
        return "sha256" if self.store.near else "md5"

    def _sum_of(self, data: bytes) -> str:
        return hashlib.new(self._algorithm, data, usedforsecurity=False).hexdigest()

    def _is_of(self, stored: Stored, proof: Proof) -> bool:
        """Whether the stored feed is the one that *proof* is of; where the listing does not tell, it is read,
        and not kept."""
        if stored.stamp and stored.stamp == proof.stamp:
            return True
        return proof.sum == (stored.md5 or self._sum_of(self._fetch(stored.key)))

    def _fetch(self, key: str) -> bytes:
        """The feed at *key*, which was listed. A server that replaces in place has nothing there for a
        moment: it is asked again for a second or two."""
        for pause_s in _REPLACED_S:
            try:
                return self.store.get(key)
            except NotInStore:
                time.sleep(pause_s)
        return self.store.get(key)

    def _stored(self, stored: Stored) -> _AsStored:
        """The stored feed; asked for once as long as its checksum says that it is the same."""
        known = self._read.get(stored.key)
        if known is None or known.sum != stored.md5:
            data = self._fetch(stored.key)
            head, items = rss.parts_of(data)
            # An item that several feeds have is kept once.
            items = tuple(self._items.setdefault(item, item) for item in items)
            known = _AsStored(self._sum_of(data), rss.Document(head, items))
            if stored.md5:
                self._read[stored.key] = known
        return known

    def _write(self, sheet: Sheet) -> bool:
        """Put the feed after the pictures and archives that it names; False where somebody wrote it since
        it was listed.

        What the feed named before is there.
        """
        for content in self._named(sheet):
            if self.store.head(content.artifact.key) is None:
                media_type = content_type(content.artifact.media_type)
                self.store.put(
                    content.artifact.key, content.source, media_type=media_type, cache_control=IMMUTABLE
                )
        for archive in sheet.archives:
            data = archive.document.data
            self.store.put(archive.key, data, media_type=content_type(RSS), cache_control=IMMUTABLE)
        stamp = self.store.replace(
            feed_key(sheet.feed.slug),
            sheet.edition.current.pieces,
            sheet.stored,
            media_type=content_type(RSS),
            cache_control=CHANGING,
        )
        if stamp is not None:
            self._proofs.stamp(sheet.feed.slug, stamp)
        return stamp is not None

    def _named(self, sheet: Sheet) -> Iterator[Content]:
        """The pictures that the new feed names and the old one did not."""
        cover = self.covers.get(sheet.feed.slug, "")
        pictures = (*([cover] if isinstance(cover, Content) else []), *self.pictures.values())
        head, had = sheet.edition.current.head, sheet.before.head if sheet.before else b""
        for content in pictures:
            name = content.artifact.key.encode()
            if name in head and name not in had:
                yield content


def _batches(pages: Sequence[Page]) -> Iterator[Sequence[Page]]:
    for start in range(0, len(pages), _PAGES_A_BATCH):
        yield pages[start : start + _PAGES_A_BATCH]


def refuse(findings: Sequence[Finding], *, force: bool) -> None:
    """Raise InputError for what is risky, unless *force* means it; nothing excuses a guid that moves."""
    against = [finding for finding in findings if not force or finding.code.endswith("guid-moved")]
    if against:
        raise InputError(against)
