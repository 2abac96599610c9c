"""Themes and perspectives: which there are among the cases, and where each has its page."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..model import Case, Feed, Record, Where, show_page_key, slug, topic_page_key


@dataclass(frozen=True, slots=True)
class Topic:
    """A theme or perspective that no show is for, the *page* in the store that it has, and its cases,
    newest first."""

    name: str
    page: str
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Topics:
    """The page of each theme and perspective by its folded name: that of a show, or one of its own."""

    pages: Mapping[str, str]
    own: tuple[Topic, ...]

    def of(self, case: Case) -> list[dict[str, str]]:
        """Name and page of those topics of *case* that have a page of their own."""
        pages = {topic.page: topic.name for topic in self.own}
        found = (self.pages.get(_folded(name), "") for name in _names(case))
        return [{"title": pages[page], "page": page} for page in dict.fromkeys(found) if page in pages]


def topics(feeds: Iterable[Feed], records: Sequence[Record]) -> Topics:
    """The topics of *records*, which are in the order in which they are listed.

    A theme and a perspective of one name are one topic. It is spelled as in the oldest of its cases.
    """
    pages = {
        _folded(name): show_page_key(feed.slug)
        for feed in feeds
        for name in (*feed.where.theme, *feed.where.perspective)
        if feed.where in (Where(theme=(name,)), Where(perspective=(name,)))
    }
    spelled: dict[str, str] = {}
    cases: dict[str, list[Record]] = {}
    for record in records:
        for folded, name in {_folded(name): name for name in _names(record.case)}.items():
            if folded not in pages:
                spelled[folded] = name.strip()
                cases.setdefault(folded, []).append(record)
    slugs = {folded: slug(folded) for folded in spelled}
    often = Counter(slugs.values())
    own = []
    for folded in sorted(spelled):
        name = slugs[folded]
        if not name or often[name] > 1:  # written in other letters, or told apart by signs alone
            digest = hashlib.sha256(folded.encode()).hexdigest()[:8]
            name = "-".join(part for part in (name, digest) if part)
        pages[folded] = topic_page_key(name)
        own.append(Topic(spelled[folded], pages[folded], tuple(cases[folded])))
    return Topics(pages, tuple(own))


def _names(case: Case) -> tuple[str, ...]:
    return tuple(name for name in (*case.themes, case.perspective) if name.strip())


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
