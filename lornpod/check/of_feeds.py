"""A feed document, ours or anybody's, run past the rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from ..errors import Finding
from ..feeds import reading
from ..messages import tr
from .registry import all_rules, told

if TYPE_CHECKING:
    from ..feeds.reading import Document, Tag


Findings = Iterator[Finding]
_MOST_BYTES_OF_PAGES = 640_000_000


class Entry:
    """The channel, or an item: its tags by name. ``number`` counts items from 1 and is 0 for the channel."""

    def __init__(self, tags: Sequence[Tag], line: int, number: int = 0) -> None:
        self.tags, self.line, self.number = tags, line, number
        self._of: dict[str, list[Tag]] = {}
        for tag in tags:
            self._of.setdefault(tag.name, []).append(tag)

    def all(self, *names: str) -> list[Tag]:
        """The tags of these names, those of the first name first."""
        return [tag for name in names for tag in self._of.get(name, ())]

    def first(self, *names: str) -> Tag | None:
        return next(iter(self.all(*names)), None)

    def text(self, *names: str) -> str:
        """What the first of these tags that says something says."""
        return next((tag.text for tag in self.all(*names) if tag.text), "")

    @cached_property
    def title(self) -> str:
        return self.text("title", "itunes:title")

    @cached_property
    def podcast(self) -> Mapping[str, Sequence[tuple[Tag, str]]]:
        """Every tag of the podcast namespace by name, however deep, each with the name of what holds it."""
        found: dict[str, list[tuple[Tag, str]]] = {}
        stack: list[tuple[Tag, str]] = [
            (tag, "item" if self.number else "channel") for tag in reversed(self.tags)
        ]
        while stack:
            tag, holder = stack.pop()
            if tag.name.startswith("podcast:"):
                found.setdefault(tag.name, []).append((tag, holder))
                stack.extend((child, tag.name) for child in reversed(tag.children))
        return found

    def lacks(self, field: str, message: str, hint: str = "") -> Finding:
        """A finding on the entry itself."""
        return Finding("", message, str(self.line), field, hint)


@dataclass(frozen=True, slots=True)
class SeenFeed:
    """What rules of a feed look at. ``url`` is where it was found, empty where that is not known; ``asked``
    what was asked for, where that led there.

    ``now`` is the time against which dates to come are told; None tells none.
    """

    document: Document
    show: Entry
    episodes: tuple[Entry, ...]
    url: str = ""
    now: datetime | None = None
    asked: str = ""


def at(tag: Tag, message: str, hint: str = "") -> Finding:
    """A finding on *tag*, whose code, level and remedy its rule fills in."""
    return Finding("", message, str(tag.line), tag.name, hint)


def seen_of(document: Document, *, url: str = "", now: datetime | None = None) -> SeenFeed:
    """*document* as rules look at it."""
    show = Entry(document.tags, document.line)
    episodes = tuple(Entry(item.tags, item.line, number) for number, item in enumerate(document.items, 1))
    return SeenFeed(document, show, episodes, url, now)


class FeedChecker:
    """Looks at one feed after the other, and at what they share. ``following`` are the addresses of the
    pages that the last one names (RFC 5005); none any more where the pages will not end."""

    def __init__(self, now: datetime | None = None) -> None:
        self.following: tuple[str, ...] = ()
        self._now = now
        self._pages = self._bytes_of_pages = 0
        self._seen: list[tuple[str, SeenFeed]] = []

    def look(self, data: bytes, where: str, *, url: str = "", page: bool = False) -> tuple[Finding, ...]:
        """All that the rules find in the feed *data*, by line; ``where`` of each is *where* and its line.

        *url* is where *where* led, if it is an address. A *page* of a feed that was looked at before is not
        held against the others.
        """
        self.following = ()
        try:
            document = reading.read(data, where, keep_xml=False)
        except reading.Refused as refusal:
            by_code = {rule.code: rule for rule in all_rules()}
            finding = Finding("", refusal.message, str(refusal.line or ""), hint=refusal.hint)
            return (_placed(told(by_code[refusal.code], finding), where),)
        seen = replace(seen_of(document, url=url, now=self._now), asked=where if url else "")
        if not page:
            self.add(where, seen)
        links = (document.link(rel) for rel in ("next", "prev-archive"))
        self.following = tuple(link for link in links if reading.is_web(link))
        found = [_placed(finding, where) for _, finding in findings_of(seen)]
        found += [_placed(finding, where) for finding in self._end_of_pages(page, len(data))]
        return tuple(sorted(found, key=_line))

    def _end_of_pages(self, page: bool, length_bytes: int) -> Findings:
        """Told once, and no page follows any more, when there are more of them than any feed has."""
        self._pages += page
        self._bytes_of_pages += page * length_bytes
        if self.following and (
            self._pages > reading.MAX_PAGES or self._bytes_of_pages > _MOST_BYTES_OF_PAGES
        ):
            self.following = ()
            rule = next(one for one in all_rules() if one.code == "rss-limit")
            said = tr("the feed has more than {max_pages} pages", max_pages=reading.MAX_PAGES)
            if self._pages <= reading.MAX_PAGES:
                said = tr("its pages have more than {most_mb} MB", most_mb=_MOST_BYTES_OF_PAGES // 1_000_000)
            yield told(rule, Finding("", said))

    def add(self, where: str, seen: SeenFeed) -> None:
        """Hold *seen* against the others, unlooked at."""
        self._seen.append((where, seen))

    def shared(self) -> tuple[Finding, ...]:
        """What two of the feeds share that each should have to itself. Pages of one feed count as one."""
        return tuple(
            _placed(told(rule, finding), where)
            for rule in all_rules()
            if rule.of == "feeds"
            for where, finding in rule.look(self._seen)
        )


def feed_findings(
    data: bytes, where: str, *, url: str = "", now: datetime | None = None
) -> tuple[Finding, ...]:
    """All that the rules find in the one feed *data*; see :meth:`FeedChecker.look`."""
    return FeedChecker(now).look(data, where, url=url)


def findings_of(seen: SeenFeed) -> Iterator[tuple[Entry, Finding]]:
    """Each finding with the entry that it is on; ``where`` is its line alone."""
    rules = all_rules()
    for rule in rules:
        if rule.of == "document":
            for finding in rule.look(seen):
                yield seen.show, told(rule, finding)
    entry_rules = [rule for rule in rules if rule.of == "entry"]
    episode_rules = [rule for rule in rules if rule.of in ("entry", "episode")]
    for entry in (seen.show, *seen.episodes):
        for rule in episode_rules if entry.number else entry_rules:
            for finding in rule.look(entry, seen):
                yield entry, _named(entry, told(rule, finding))


def _named(entry: Entry, finding: Finding) -> Finding:
    """The finding with the title of the episode that it is on."""
    if not entry.number:
        return finding
    title = entry.title if len(entry.title) <= 60 else f"{entry.title[:59]}…"
    field = f"item[{entry.number}]" + (f".{finding.field}" if finding.field else "")
    return replace(
        finding, field=field, message=f"{finding.message} (“{title}”)" if title else finding.message
    )


def _placed(finding: Finding, where: str) -> Finding:
    """Fit for a terminal, whatever the feed holds."""
    line = finding.where
    return replace(
        finding,
        where=f"{where}:{line}" if line not in ("", "0") else where,
        message=_printable(finding.message),
        hint=_printable(finding.hint),
        field=_printable(finding.field),
    )


def _printable(text: str, most: int = 400) -> str:
    short = text if len(text) <= most else f"{text[: most - 1]}…"
    if short.isprintable():
        return short
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in short)


def _line(finding: Finding) -> int:
    digits = finding.where.rpartition(":")[2]
    return int(digits) if digits.isdigit() else 0
