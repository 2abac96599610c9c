"""Web pages from records, beside the feeds: which must be written, and with which transcript.

A list in the store says what every page was made of. So no page is read to know whether it changed, and
the transcript of a case is asked for only where its page is rendered anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from ..errors import NotInStore
from ..feeds import select
from ..model import Cue, Feed, Network, Record, Transcript
from ..pages.site import Page, Script, Show, Site
from ..text import notes, transcripts
from ..text.turns import paragraphs
from .headers import CHANGING, content_type
from .press import Cover
from .records import Known
from .stores import Store

MADE = "pages.json"  # digest of each page by key
_ALL = "*"  # beside them, that of what all pages were made of
_PAGES = ("cases/", "shows/", "topics/")  # what only this module writes

Slots = Mapping[str, Sequence[select.Entry]]  # what each feed has shown, by its slug


@dataclass(slots=True)
class Pages:
    """The site of one network in one store, as it is at *now*; *own* holds the workspace's templates.

    ``list_md5`` is the MD5 of the stored list of pages as it was read or written, empty before.
    """

    store: Store
    network: Network
    feeds: Sequence[Feed]
    covers: Mapping[str, Cover]
    now: datetime
    own: Path | None = None
    list_md5: str = field(init=False, default="")
    _made: dict[str, str] | None = field(init=False, default=None)
    _saved: dict[str, str] = field(init=False, default_factory=dict)
    _left: set[str] = field(init=False, default_factory=set)
    _whole: str = field(init=False, default="")
    _look: str = field(init=False, default="")

    def pending(self, known: Known) -> tuple[Page, ...]:
        """The pages that must be written for the store to show what is *known*, in the order of writing.

        One request the first time, none later; where nothing has changed no record is read.
        """
        appeared = select.Appeared(known.entries.values(), self.now)
        # Those that its limit leaves out keep their pages.
        slots = {feed.slug: appeared.slots(replace(feed, limit=None)) for feed in self.feeds}
        made, self._whole = self._read(), self._made_of(slots)
        if made.get(_ALL) == self._whole:
            return ()
        site = self._site(known, slots)
        wanted = {page.key: page for page in site.pages()}
        gone = (site.gone(key) for key in sorted(made.keys() - wanted.keys()) if key.startswith(_PAGES))
        pages = tuple(page for page in (*wanted.values(), *gone) if made.get(page.key) != page.digest)
        self._left = {page.key for page in pages}
        return pages

    def write(self, page: Page, brought: Mapping[str, bytes]) -> None:
        """Render *page* and put it. Its transcript is taken from what this run *brought*, or the store."""
        script = self._script(page.record, brought) if page.record is not None else Script()
        data = page.render(script)
        self.store.put(page.key, data, media_type=content_type(page.media_type), cache_control=CHANGING)
        self._read()[page.key] = page.digest
        self._left.discard(page.key)

    def look_again(self) -> None:
        """Hold the list of what was made against the store: what is not there counts as not made.

        A listing for each kind of page.
        """
        made = self._read()
        there = {key for prefix in (*_PAGES, "assets/") for key in self.store.keys(prefix)}
        lost = [key for key in made if "/" in key and key not in there]
        for key in (*lost, *([_ALL] if lost else [])):
            made.pop(key, None)

    def save(self) -> None:
        """Store the list of what was made, if it changed. A cache: without it all pages are made anew."""
        made = self._read()
        if self._whole and not self._left:
            made[_ALL] = self._whole
        if made != self._saved:
            data = json.dumps(made, indent=0, sort_keys=True).encode() + b"\n"
            self.store.put(MADE, data, media_type="application/json", cache_control=CHANGING)
            self._saved, self.list_md5 = dict(made), _md5(data)

    # ------------------------------------------------------------ what the above is made of

    def _read(self) -> dict[str, str]:
        if self._made is None:
            self._saved, self.list_md5 = _digests(self.store)
            self._made = dict(self._saved)
        return self._made

    def _made_of(self, slots: Slots) -> str:
        """A digest of all that the pages are made of."""
        shows = [
            (feed, self._cover_key(feed), [entry.key for entry in slots[feed.slug]]) for feed in self.feeds
        ]
        if not self._look:
            self._look = Site(self.network, (), {}, notes.html, self.own).look
        return hashlib.sha256(f"{self._look}\n{shows!r}".encode()).hexdigest()[:16]

    def _cover_key(self, feed: Feed) -> str:
        """The cover's key in the store; empty where it lies elsewhere."""
        cover = self.covers.get(feed.slug, "")
        key = cover if isinstance(cover, str) else cover.artifact.key
        return "" if "://" in key else key

    def _site(self, known: Known, slots: Slots) -> Site:
        shows = [self._show(feed, known, slots[feed.slug]) for feed in self.feeds if not feed.is_list]
        return Site(self.network, shows, known.keys, notes.html, self.own)

    def _show(self, feed: Feed, known: Known, slots: Sequence[select.Entry]) -> Show:
        whole = tuple(known.latest[entry.case_id] for entry in slots if not entry.withdrawn)
        return Show(feed, whole, self._cover_key(feed))

    def _script(self, record: Record, brought: Mapping[str, bytes]) -> Script:
        """The transcript that the page of *record* shows: in the case's language, with times if it can be.

        None where the store has lost it: one case's lost text must not keep back everybody's pages.
        """
        own = [
            one for one in record.transcripts if one.language.casefold() == record.case.language.casefold()
        ]
        best = ("application/json", "text/html", "text/plain")
        readable = [one for one in own or record.transcripts if one.media_type in best]
        if not readable:
            return Script()
        chosen = min(readable, key=lambda one: best.index(one.media_type))
        try:
            data = brought[chosen.key] if chosen.key in brought else self.store.get(chosen.key)
        except NotInStore:
            return Script()
        transcript, _ = transcripts.parse(data, language=chosen.language, name=chosen.key)
        return Script(tuple(passages(transcript)), transcript.language, transcript.timed)


def passages(transcript: Transcript) -> Iterator[tuple[Cue, ...]]:
    """The cues of each paragraph that people read."""
    cues = iter(transcript.cues)
    for paragraph in paragraphs(transcript):
        group = [next(cues)]
        left = len(paragraph.text) - len(group[0].text)
        while left > 0:
            group.append(next(cues))
            left -= 1 + len(group[-1].text)  # and the space between them
        yield tuple(group)


def _digests(store: Store) -> tuple[dict[str, str], str]:
    """What the stored list says, and its MD5; nothing where it is absent or damaged."""
    try:
        data = store.get(MADE)
        said = json.loads(data)
    except (NotInStore, ValueError):
        return {}, ""
    if not isinstance(said, dict):
        return {}, ""
    return {key: digest for key, digest in said.items() if isinstance(digest, str)}, _md5(data)


def _md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()
