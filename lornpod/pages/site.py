"""A network's pages from its feeds and records: which there are, what each depends on, and its bytes.

A page is a pure function of what :class:`Site` is given; its digest tells whether it would be another
one, without rendering it. A new case changes few pages: its own, the one before it, its shows' first
pages, the front page and the sitemap.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import islice, pairwise
from pathlib import Path

from ..model import Case, Cue, Feed, Network, Record, Where, case_page_key, feed_key, show_page_key
from . import linked
from .templates import Templates, stored
from .topics import Topic, Topics, topics
from .words import Words, words

HTML = "text/html"
FRONT = "index.html"
SITEMAP = "sitemap.xml"

_NEWEST = 12  # on the front page
_PART = 60  # cases on a page of a show's archive
_RELATED = 3

Passages = Sequence[Sequence[Cue]]


@dataclass(frozen=True, slots=True)
class Script:
    """A transcript in passages, each the cues of one speaker; ``timed`` where every cue has its times."""

    passages: Passages = ()
    language: str = ""
    timed: bool = False


@dataclass(frozen=True, slots=True)
class Show:
    """A feed and all the cases that it has ever shown, newest first; *cover* is a key in the store."""

    feed: Feed
    records: tuple[Record, ...]
    cover: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One object of the site. *record* is the one whose transcript it shows, None for every other page;
    the same *digest* means the same bytes."""

    key: str
    digest: str
    media_type: str
    record: Record | None
    render: Callable[[Script], bytes]


@dataclass(slots=True)
class Site:
    """The pages of one network, from what its shows hold.

    *versions* has a text for each case id that changes whenever its record does; *markdown* makes safe
    HTML; *own* is the folder of the workspace whose templates, style and script win over ours.
    """

    network: Network
    shows: Sequence[Show]
    versions: Mapping[str, str]
    markdown: Callable[[str], str]
    own: Path | None = None
    say: Words = field(init=False)
    _templates: Templates = field(init=False)
    _listed: tuple[Show, ...] = field(init=False)
    _newest: list[Record] = field(init=False)
    _topics: Topics = field(init=False)
    _shows_of: dict[str, list[Show]] = field(init=False, default_factory=dict)
    _tiles: dict[str, dict[str, object]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.say = words(self.network.language)
        self._templates = Templates(self.network, self.say, self.markdown, self.own)
        self._listed = tuple(show for show in self.shows if not show.feed.block)
        for show in self.shows:
            for record in show.records:
                self._shows_of.setdefault(record.case.id, []).append(show)
        feeds = [show.feed for show in self._listed]
        self._newest = self._newest_first(self._listed)
        self._topics = topics(feeds, self._newest)

    @property
    def look(self) -> str:
        """A digest of what all pages share: templates, style, script, and what is said of the network."""
        whole = hashlib.sha256(self._templates.digest.encode())
        for _, data, _ in self._templates.assets():
            whole.update(data)
        return whole.hexdigest()

    def pages(self) -> Iterator[Page]:
        """Every page, in the order in which they should be written: a page after those it needs."""
        for name, data, media_type in self._templates.assets():
            digest = hashlib.sha256(data).hexdigest()[:16]
            yield Page(name, digest, media_type, None, lambda _, data=data: data)  # type: ignore[misc]
        yield from self._case_pages()
        for show in self.shows:
            yield from self._show_pages(show)
        for topic in self._topics.own:
            yield from self._topic_pages(topic)
        yield self._front()
        yield self._sitemap()

    def gone(self, key: str) -> Page:
        """What stands at *key* when the case there is no longer shown."""
        return self._page(key, "gone.html", {"hidden": True})

    # ------------------------------------------------------------ cases

    def _newest_first(self, shows: Iterable[Show]) -> list[Record]:
        """Each case of *shows* once; those of one instant in the order of their ids."""
        found = {record.case.id: record for show in shows for record in show.records}
        ordered = sorted(found.values(), key=lambda record: record.case.id)
        return sorted(ordered, key=_published, reverse=True)

    def _case_pages(self) -> Iterator[Page]:
        listed = self._newest
        later = {a.case.id: b for b, a in pairwise(listed)}
        earlier = {b.case.id: a for b, a in pairwise(listed)}
        related = self._related(listed)
        for record in self._newest_first(self.shows):
            name = record.case.id
            yield self._case_page(record, earlier.get(name), later.get(name), related.get(name, ()))

    def _related(self, listed: Sequence[Record]) -> dict[str, tuple[Record, ...]]:
        """For each case those that its author names, those that came before it in its theme, and the next
        ones where these are few.

        So a list that is full stays as it is, whatever is published later.
        """
        by_id = {record.case.id: record for record in listed}
        by_theme: dict[str, list[Record]] = {}
        for record in listed:
            by_theme.setdefault(_theme(record.case), []).append(record)
        found: dict[str, tuple[Record, ...]] = {}
        for records in by_theme.values():
            for index, record in enumerate(records):
                before = records[index + 1 : index + 1 + _RELATED]
                after = records[max(0, index - (_RELATED - len(before))) : index]
                named = [by_id[name] for name in record.case.related if name in by_id]
                others = (one for one in (*before, *reversed(after)) if one not in named)
                found[record.case.id] = (*named, *islice(others, max(0, _RELATED - len(named))))
        return found

    def _case_page(
        self, record: Record, earlier: Record | None, later: Record | None, related: Sequence[Record]
    ) -> Page:
        case, own = record.case, self._shows_of[record.case.id]
        key = case_page_key(case.id)
        facts = {
            "version": self.versions[case.id],
            "previous": self._tile(earlier) if earlier else None,
            "next": self._tile(later) if later else None,
            "related": [self._tile(one) for one in related],
            "theme": case.themes[0] if case.themes else "",
            "shows": [self._show_facts(show) for show in own],
            "themed": [self._show_facts(show) for show in own if show.feed.where != Where()],
            "topics": self._topics.of(case),
            "hidden": all(show.feed.block for show in own),
        }
        return self._page(key, "case.html", facts, record, partial(self._case_context, record))

    def _case_context(self, record: Record) -> dict[str, object]:
        """What the page of a case is made of besides the facts that its digest is."""
        case, network = record.case, self.network
        own, canonical = network.url(case_page_key(case.id)), network.case_url(case)
        picture = next(filter(stored, self._pictures(record)), "")
        cards = {card.artifact.key for card in record.cards}
        return {
            "case": case,
            "facts": self._tile(record),
            "own": own,
            "canonical": canonical,
            "description": case.summary,
            "picture": picture,
            "portraits": [person.img for person in case.guests],
            "photo": case.image if case.image not in cards else "",
            "introduction": self._templates.prose(case.introduction),
            "quote_by": case.quoted,
            "audio": record.media.artifact,
            "downloads": list(self._downloads(record)),
            "linked_data": linked.episode(
                network,
                record,
                [show.feed for show in self._shows_of[case.id]],
                page=canonical,
                picture=network.url(picture),
            ),
        }

    def _pictures(self, record: Record) -> Iterator[str]:
        case, wide = record.case, record.card("wide")
        if wide is not None:
            yield wide.artifact.key
        yield case.image
        yield from (person.img for person in case.guests)
        yield from (show.cover for show in self._shows_of[case.id])

    def _downloads(self, record: Record) -> Iterator[dict[str, str]]:
        several = len({artifact.language for artifact in record.transcripts}) > 1
        for artifact in record.transcripts:
            name = artifact.key.rpartition(".")[2].upper()
            named = f"{name}, {artifact.language}" if several else name
            yield {"key": artifact.key, "title": self.say.download_transcript.format(format=named)}
        if record.chapters is not None:
            yield {"key": record.chapters.key, "title": self.say.download_chapters}
        for card in record.cards:
            yield {"key": card.artifact.key, "title": self.say.download_card}

    def _tile(self, record: Record) -> dict[str, object]:
        """What lists say of a case."""
        case = record.case
        if case.id not in self._tiles:
            published = _published(record)
            portraits = (person.img for person in case.guests)
            names = ", ".join(person.name for person in case.guests)
            self._tiles[case.id] = {
                "key": case_page_key(case.id),
                "title": case.title or case.id,
                "guests": names,
                "initials": _initials(names or case.title),
                "picture": next(filter(stored, (*portraits, case.image)), ""),
                "date": self.say.date(published, self.network.time_zone),
                "iso_date": published.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "length": self.say.length(record.media.sound.duration_ms),
                "language": case.language,
            }
        return self._tiles[case.id]

    # ------------------------------------------------------------ shows

    def _show_facts(self, show: Show) -> dict[str, object]:
        feed, network = show.feed, self.network
        return {
            "title": feed.title or network.name,
            "key": feed_key(feed.slug),
            "url": network.feed_url(feed.slug),
            "page": show_page_key(feed.slug),
            "cover": show.cover,
            "initials": _initials(feed.title or network.name),
            "language": feed.language or network.language,
        }

    def _show_pages(self, show: Show) -> Iterator[Page]:
        front, *parts = self._in_parts(show_page_key(show.feed.slug), show.records)
        yield self._show_page(show, *front)
        for part in parts:
            yield self._show_page(show, *part)

    def _in_parts(self, page: str, newest_first: Sequence[Record]) -> Iterator[tuple[str, dict[str, object]]]:
        """The keys of the pages that list these cases and what each lists: first *page* with the newest,
        then parts of full size counted from the oldest, which stay as they are when a case is added."""
        whole = list(reversed(newest_first))
        full = max(0, len(whole) // _PART - 1)
        parts = [
            {
                "page": f"{page.rpartition('/')[0]}/{number}.html",
                "title": self.say.page.format(first=number * _PART - _PART + 1, last=number * _PART),
            }
            for number in range(1, full + 1)
        ]
        newest = self._listing(whole[full * _PART :])
        yield page, {"newest": page, "parts": list(reversed(parts)), "part": "", "listed": newest}
        for index, part in enumerate(parts):
            # Only what came before it: so a later part does not change an earlier one.
            cases = self._listing(whole[index * _PART : (index + 1) * _PART])
            earlier = list(reversed(parts[: index + 1]))
            yield part["page"], {"newest": page, "parts": earlier, "part": part["title"], "listed": cases}

    def _listing(self, oldest_first: Sequence[Record]) -> list[dict[str, object]]:
        return [self._tile(record) for record in reversed(oldest_first)]

    def _show_page(self, show: Show, key: str, listing: Mapping[str, object]) -> Page:
        feed, network = show.feed, self.network
        description = feed.description or network.description
        front = not listing["part"]
        facts = self._show_facts(show)
        facts["paragraphs"] = [one.strip() for one in description.split("\n\n") if one.strip()]
        if front:
            facts["count"] = self.say.cases(len(show.records))
            facts["authors"] = feed.author or network.author
        context = {
            "show": facts,
            "shows": [self._show_facts(show)],
            "description": description,
            "hidden": feed.block,
            "picture": show.cover,
            **listing,
        }
        page = network.url(key)
        extra = partial(self._show_context, show, page) if front else lambda: {"canonical": page}
        return self._page(key, "show.html", context, more=extra)

    def _show_context(self, show: Show, page: str) -> dict[str, object]:
        cover = self.network.url(show.cover)
        return {
            "canonical": page,
            "apps": linked.apps(self.network.feed_url(show.feed.slug)),
            "qr": linked.qr(self.network.feed_url(show.feed.slug), self.say.subscribe_qr),
            "linked_data": linked.series(self.network, show.feed, page=page, picture=cover),
        }

    # ------------------------------------------------------------ themes and perspectives

    def _topic_pages(self, topic: Topic) -> Iterator[Page]:
        for key, listing in self._in_parts(topic.page, topic.records):
            said = {"title": topic.name, "count": self.say.cases(len(topic.records))}
            said = said if not listing["part"] else {"title": topic.name}  # so that a full part stays
            facts = {"topic": said, "canonical": self.network.url(key), **listing}
            yield self._page(key, "topic.html", facts)

    # ------------------------------------------------------------ the whole

    def _front(self) -> Page:
        shows = [
            {**self._show_facts(show), "count": self.say.cases(len(show.records))} for show in self._listed
        ]
        latest = [self._tile(record) for record in self._newest[:_NEWEST]]
        page = self.network.url(FRONT)
        facts = {
            "shows": shows,
            "topics": [
                {"title": one.name, "page": one.page, "count": self.say.cases(len(one.records))}
                for one in self._topics.own
            ],
            "latest": latest,
            "description": self.network.description,
            "canonical": page,
            "picture": next((show.cover for show in self._listed if show.cover), ""),
        }
        extra = partial(self._front_context, page)
        return self._page(FRONT, "index.html", facts, more=extra)

    def _front_context(self, page: str) -> dict[str, object]:
        return {"linked_data": linked.organisation(self.network, page=page)}

    def _sitemap(self) -> Page:
        """Our pages; a case whose own page is elsewhere is that site's to tell of."""
        network = self.network
        entries: list[dict[str, str]] = [{"url": network.url(FRONT), "changed": ""}]
        entries += [{"url": network.url(show_page_key(one.feed.slug)), "changed": ""} for one in self._listed]
        entries += [{"url": network.url(topic.page), "changed": ""} for topic in self._topics.own]
        for record in self._newest:
            page = network.url(case_page_key(record.case.id))
            if network.case_url(record.case) == page:
                changed = max(record.recorded_at, _published(record)).astimezone(UTC)
                entries.append({"url": page, "changed": f"{changed:%Y-%m-%d}"})
        return self._page(SITEMAP, "sitemap.xml", {"entries": entries}, media_type="application/xml")

    def _page(
        self,
        key: str,
        template: str,
        facts: Mapping[str, object],
        record: Record | None = None,
        more: Callable[[], Mapping[str, object]] = dict,
        media_type: str = HTML,
    ) -> Page:
        digest = hashlib.sha256(f"{self._templates.digest}\n{key}\n{facts!r}".encode()).hexdigest()[:16]

        def render(script: Script) -> bytes:
            said = {
                "passages": list(_passages(script, self.say.narrator)),
                "timed": script.timed,
                "transcript_language": script.language,
            }
            return self._templates.render(template, key, {**facts, **more(), **said})

        return Page(key, digest, media_type, record, render)


def _passages(script: Script, narrator: str) -> Iterator[dict[str, object]]:
    """The passages as a page shows them: a name where the speaker changes, and a start in milliseconds."""
    speaker, named = "", set[int]()
    for cues in script.passages:
        first = cues[0]
        start_ms = first.start_ms or 0
        changed = first.speaker != speaker
        speaker = first.speaker
        yield {
            "speaker": (speaker or narrator) if changed else "",
            "start_ms": start_ms,
            "named": start_ms not in named,  # two may begin together, and an id stands once
            "cues": cues,
        }
        named.add(start_ms)


def _published(record: Record) -> datetime:
    return record.case.published or record.recorded_at


def _theme(case: Case) -> str:
    return case.themes[0].strip().casefold() if case.themes else ""


def _initials(name: str) -> str:
    """Two letters in place of a picture."""
    letters = [word[0] for word in name.replace(",", " ").split() if word[0].isalnum()]
    return "".join(letters[:1] + letters[1:2]).upper()
