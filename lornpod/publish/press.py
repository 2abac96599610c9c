"""Feeds and pages from records: rendered, held against what is stored, and written until the records stand
still.

Whoever writes feeds lists the records again afterwards and renders anew if they moved: so two publishers
at once lose no episode, on servers without conditional puts too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from ..errors import Finding, InputError
from ..events import Advanced, Finished, Notify, Started, silent
from ..feeds import rss, select
from ..model import Content, Feed, Network, Record, feed_key
from . import records
from .changes import FeedChange, feed_change, guid_moved
from .headers import CHANGING, IMMUTABLE, RSS, content_type
from .records import Known
from .stores import Store, Stored
from .together import at_once

if TYPE_CHECKING:
    from ..pages.site import Page
    from .site import Pages

_PAGES_A_BATCH = 250  # a run that is cut off goes on from the last whole batch
_NOTHING_BROUGHT: Mapping[str, bytes] = {}
Cover = Content | str  # an artifact, or the address of a picture elsewhere; empty for none


@dataclass(frozen=True, slots=True)
class Sheet:
    """A feed whose bytes in the store (None: it is not there) are not what they should be.

    *archives* are those that it leads to and the store does not have; *added* and *removed* the documents
    of those that only the new one has, and of those that only the old one had.
    """

    feed: Feed
    before: bytes | None
    after: bytes
    stored: Stored | None = None
    archives: tuple[rss.Archive, ...] = ()
    added: tuple[bytes, ...] = ()
    removed: tuple[bytes, ...] = ()

    @property
    def guid_moved(self) -> tuple[Finding, ...]:
        if self.before is None:
            return ()
        return tuple(guid_moved(self.feed, rss.guid_of(self.before), rss.guid_of(self.after)))

    @property
    def change(self) -> FeedChange | None:
        """What subscribers will see of it."""
        before = None if self.before is None else (self.before, *self.removed)
        return feed_change(self.feed, before, (self.after, *self.added))


@dataclass(frozen=True, slots=True)
class Renewed:
    """What was written: the slugs of feeds, and how many pages; and what is *known* then."""

    slugs: frozenset[str]
    pages: int
    known: Known


@dataclass(frozen=True, slots=True)
class _Shown:
    """By feed, the records that it shows in order, and which cases are in it."""

    slots: Mapping[str, Sequence[Record]]
    members: dict[str, set[str]]


@dataclass(slots=True)
class Press:
    """Prints the feeds of one network into one store, as they are at *now*, and its *pages*.

    *pictures* are those that network and feeds name, by key.
    """

    store: Store
    network: Network
    feeds: Sequence[Feed]
    covers: Mapping[str, Cover]
    now: datetime
    pages: Pages | None = None
    pictures: Mapping[str, Content] = field(default_factory=dict)
    _renderer: rss.Renderer = field(init=False)
    _read: dict[str, tuple[str, bytes]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._renderer = rss.Renderer(self.network, self.feeds)

    def pending(self, known: Known, was: Known | None = None) -> tuple[Sheet, ...]:
        """The feeds that must be written for the store to show what is *known*. One listing, and a
        request for each of them, but for those that show what *was* known and by their MD5 say so."""
        stored = {one.key: one for one in self.store.list("feeds/")}
        shown, before = self._shown(known), self._shown(was) if was is not None else None
        sheets = (self._sheet(feed, shown, stored, before) for feed in self.feeds)
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
        task = "feeds"
        notify(Started(task))
        written: set[str] = set()
        pages = 0
        while True:
            if sheets is None:
                sheets = self.pending(known)
            moved = [finding for sheet in sheets for finding in sheet.guid_moved]
            sound = [sheet for sheet in sheets if not sheet.guid_moved]
            overtaken = False
            for sheet in sound:
                if self._write(sheet):
                    written.add(sheet.feed.slug)
                    notify(Advanced(task, 1))
                else:
                    overtaken = True
            some = self._write_pages(known, brought, notify)
            pages += some
            if not (sound or some or unsure):
                break
            unsure, sheets = False, None
            before, known = known, records.moved(self.store, known)
            if before.keys == known.keys and not overtaken:
                break
        if self.pages is not None:
            self.pages.save()
        records.save_catalog(self.store, known)
        notify(Finished(task, f"{len(written)} of {len(self.feeds)} written"))
        if moved:
            raise InputError(moved)
        return Renewed(frozenset(written), pages, known)

    def pages_pending(self, known: Known) -> int:
        """How many pages must be written for the store to show what is *known*."""
        return len(self.pages.pending(known)) if self.pages is not None else 0

    def _write_pages(self, known: Known, brought: Mapping[str, bytes], notify: Notify) -> int:
        """Write the pages that are pending, those of cases before those that lead to them."""
        if self.pages is None:
            return 0
        site, pending = self.pages, self.pages.pending(known)

        def write(page: Page) -> None:
            site.write(page, brought)
            notify(Advanced("pages", 1))

        if pending:
            notify(Started("pages", len(pending)))
            for _, kind in groupby(pending, key=lambda page: page.key.partition("/")[0]):
                for some in _batches(list(kind)):
                    at_once(write, some)
                    if len(some) == _PAGES_A_BATCH:
                        site.save()
            notify(Finished("pages", f"{len(pending)} written"))
        return len(pending)

    def _shown(self, known: Known) -> _Shown:
        slots = {feed.slug: select.slots(feed, known.latest.values(), self.now) for feed in self.feeds}
        members = {
            slug: {record.case.id for record in of if not record.withdrawn} for slug, of in slots.items()
        }
        return _Shown(slots, members)

    def _edition(self, feed: Feed, shown: _Shown) -> rss.Edition:
        cover = self.covers.get(feed.slug, "")
        reference = cover if isinstance(cover, str) else cover.artifact.key
        self._renderer.members = shown.members
        return self._renderer.edition(feed, shown.slots[feed.slug], cover=reference)

    def _sheet(
        self, feed: Feed, shown: _Shown, stored: Mapping[str, Stored], was: _Shown | None
    ) -> Sheet | None:
        edition = self._edition(feed, shown)
        after, archives = edition.current, edition.archives
        there = stored.get(feed_key(feed.slug))
        missing = tuple(archive for archive in archives if archive.key not in stored)
        if there is None:
            return Sheet(feed, None, after, None, missing, tuple(one.data for one in archives))
        if not missing and there.md5 == hashlib.md5(after, usedforsecurity=False).hexdigest():
            return None
        if was is not None and there.md5 is not None and there.key not in self._read:
            guessed = self._edition(feed, was).current
            if hashlib.md5(guessed, usedforsecurity=False).hexdigest() == there.md5:
                self._read[there.key] = (there.md5, guessed)
        before = self._stored(there)
        if not missing and before == after:
            return None
        removed, shared = self._older(feed, before, {archive.key for archive in archives}, stored)
        keys = [archive.key for archive in archives]
        added = archives[keys.index(shared) + 1 if shared else 0 :]
        return Sheet(feed, before, after, there, missing, tuple(one.data for one in added), removed)

    def _older(
        self, feed: Feed, current: bytes, kept: Container[str], stored: Mapping[str, Stored]
    ) -> tuple[tuple[bytes, ...], str]:
        """The archives that the stored feed *current* leads to, up to the first that is *kept*; its key.

        Each is known by a digest of what it holds, older ones included: what is behind it is the same.
        """
        found: list[bytes] = []
        seen: set[str] = set()
        document = current
        while True:
            key = rss.archive_before(document, feed.slug)
            if key in kept:
                return tuple(found), key
            if key not in stored or key in seen:
                return tuple(found), ""
            seen.add(key)
            document = self._stored(stored[key])
            found.append(document)

    def _stored(self, stored: Stored) -> bytes:
        """The stored feed; asked for once as long as its MD5 says that it is the same."""
        md5, data = self._read.get(stored.key, ("", b""))
        if not md5 or md5 != stored.md5:
            data = self.store.get(stored.key)
            self._read[stored.key] = (stored.md5 or "", data)
        return data

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
            self.store.put(archive.key, archive.data, media_type=content_type(RSS), cache_control=IMMUTABLE)
        key = feed_key(sheet.feed.slug)
        return self.store.replace(
            key, sheet.after, sheet.stored, media_type=content_type(RSS), cache_control=CHANGING
        )

    def _named(self, sheet: Sheet) -> Iterator[Content]:
        """The pictures that the new feed names and the old one did not."""
        cover = self.covers.get(sheet.feed.slug, "")
        pictures = (*([cover] if isinstance(cover, Content) else []), *self.pictures.values())
        for content in pictures:
            name = content.artifact.key.encode()
            if name in sheet.after and name not in (sheet.before or b""):
                yield content


def _batches(pages: Sequence[Page]) -> Iterator[Sequence[Page]]:
    for start in range(0, len(pages), _PAGES_A_BATCH):
        yield pages[start : start + _PAGES_A_BATCH]


def refuse(findings: Sequence[Finding], *, force: bool) -> None:
    """Raise InputError for what is risky, unless *force* means it; nothing excuses a guid that moves."""
    against = [finding for finding in findings if not force or finding.code.endswith("guid-moved")]
    if against:
        raise InputError(against)
