"""Themes and perspectives: which there are among the cases, and where each has its page."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..model import Case, Feed, Record, Where, folded, slug, topic_page_key


@dataclass(frozen=True, slots=True)
class Topic:
    """A theme or perspective that no show is for, the *page* in the store that it has, and its cases,
    newest first."""

    name: str
    page: str
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Topics:
    """The themes and perspectives that have a page of their own, by their folded names."""

    by_name: Mapping[str, Topic]

    @property
    def own(self) -> Iterable[Topic]:
        return self.by_name.values()

    def of(self, case: Case) -> list[dict[str, str]]:
        """Name and page of those of *case*."""
        names = dict.fromkeys(map(folded, _names(case)))
        found = (self.by_name[name] for name in names if name in self.by_name)
        return [{"title": topic.name, "page": topic.page} for topic in found]


def topics(feeds: Iterable[Feed], records: Sequence[Record]) -> Topics:
    """The topics of *records*, which are in the order in which they are listed.

    A theme and a perspective of one name are one topic. It is spelled as in the oldest of its cases.
    """
    shown = {
        folded(name)
        for feed in feeds
        for name in (*feed.where.theme, *feed.where.perspective)
        if feed.where in (Where(theme=(name,)), Where(perspective=(name,)))
    }
    spelled: dict[str, str] = {}
    cases: dict[str, list[Record]] = {}
    for record in records:
        for key, name in {folded(name): name for name in _names(record.case)}.items():
            if key not in shown:
                spelled[key] = name.strip()
                cases.setdefault(key, []).append(record)
    slugs = {key: slug(key) for key in spelled}
    often = Counter(slugs.values())
    own: dict[str, Topic] = {}
    for key in sorted(spelled):
        name = slugs[key]
        if not name or often[name] > 1:  # written in other letters, or told apart by signs alone
            digest = hashlib.sha256(key.encode()).hexdigest()[:8]
            name = "-".join(part for part in (name, digest) if part)
        own[key] = Topic(spelled[key], topic_page_key(name), tuple(cases[key]))
    return Topics(own)


def _names(case: Case) -> tuple[str, ...]:
    return tuple(name for name in (*case.themes, case.perspective) if name.strip())
