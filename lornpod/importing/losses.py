"""What a feed said and ours will not: every element and attribute of it, held against what we would render.

Nothing is looked up in a list of what is carried: the show is rendered as it would be published, and read
again. So a field that is read wrongly, cut or left out is told like one that nobody knows.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

from ..feeds import reading, rss
from ..feeds.namespaces import uri
from ..model import EPOCH, Artifact, Feed, Media, Network, Record, Sound
from ..text import notes
from ..text.reading import fit_for_xml
from ..workspace.values import Mistake
from . import dates
from .feed import Episode, Show, is_explicit, is_html, time_ms

_AT_ONCE = 50  # episodes rendered and read again together: a feed has no limit, a document has


@dataclass(frozen=True, slots=True)
class Losses:
    """Names of what is no longer said, as ``acast:showId``, ``guid@isPermaLink`` or ``description <img>``.

    ``of_episodes`` are in the order of the show's episodes. ``anew`` names tags of the channel that every
    host makes for itself: they are there again, with what we say.
    """

    of_show: tuple[str, ...]
    anew: tuple[str, ...]
    of_episodes: tuple[tuple[str, ...], ...]


def of(show: Show, network: Network, feed: Feed) -> Losses:
    """What is lost of *show* where it is published as *feed* of *network*."""
    of_episodes: list[tuple[str, ...]] = []
    channel: _Said | None = None
    for start in range(0, max(len(show.episodes), 1), _AT_ONCE):
        batch = show.episodes[start : start + _AT_ONCE]
        records = [_record(one, f"E{at:04d}", network) for at, one in enumerate(batch, 1)]
        rendered = rss.render(network, feed, records, cover=feed.artwork or network.artwork)
        ours = reading.read(rendered, feed.slug, keep_xml=False)
        channel = channel or _Said(ours.tags)
        for episode, item in zip(batch, ours.items, strict=True):
            of_episodes.append(tuple(_lost(episode.tags, _Said(item.tags), channel)))
    assert channel is not None  # noqa: S101 - one batch at least, if of no episode
    theirs = [tag for tag in show.tags if not _is_anew(tag)]
    anew = dict.fromkeys(tag.name for tag in show.tags if _is_anew(tag))
    return Losses(tuple(_lost(theirs, channel, _Said(()))), tuple(anew), tuple(of_episodes))


def _record(episode: Episode, case_id: str, network: Network) -> Record:
    """*episode* as it would be published, its files aside."""
    case = replace(episode.case, id=case_id)
    case = replace(case, summary=notes.summary(case))
    sound = Sound(episode.duration_ms or 0, "mp3", 44100, 2)
    media = Media(Artifact("media", f"media/{case_id}.mp3", "audio/mpeg", 1, ""), sound, None)
    said = notes.show_notes(case, case.chapters, url=network.url)
    return Record(1, case.guid or case_id, case, media, EPOCH, notes=said)


# ---------------------------------------------------------------- what every host makes for itself

_ANEW = frozenset({"generator", "docs", "lastBuildDate", "fh:archive", "fh:complete", "itunes:new-feed-url"})
_ANEW_LINKS = frozenset(
    {"self", "hub", "first", "last", "next", "previous", "prev", "current", "prev-archive", "next-archive"}
)
# Of an item: files of our own stand in for those that they name. Of the first two there can be one.
_FILES = ("enclosure", "podcast:chapters", "podcast:transcript")
_OF_FILES = ("@url", "@length", "@type", "@language", "@rel")


def _is_anew(tag: reading.Tag) -> bool:
    return tag.name in _ANEW or (tag.name == "atom:link" and tag.get("rel").lower() in _ANEW_LINKS)


# ---------------------------------------------------------------- facts

Fact = tuple[str, str]  # a path such as itunes:owner/itunes:name or enclosure@url, and what it says

_BOOLEAN = frozenset({
    "itunes:explicit", "itunes:block", "itunes:complete", "googleplay:explicit", "googleplay:block",
    "podcast:locked", "podcast:block", "podcast:podping@usesPodping", "guid@isPermaLink",
})  # fmt: skip
_NUMBERS = frozenset({"itunes:season", "itunes:episode", "podcast:season", "podcast:episode"})
_DATES = frozenset({"pubDate", "dc:date"})
_FOLDED = frozenset({
    "language", "dc:language", "podcast:guid", "podcast:medium", "podcast:person@role",
    "podcast:person@group", "itunes:episodeType", "itunes:type", "podcast:license",
    "podcast:location@country",
})  # fmt: skip
_MOMENTS = ("podcast:trailer@pubdate", "@dtstart", "podcast:liveItem@start", "podcast:liveItem@end")
_TIMES = ("@startTime", "@remoteStartTime", "@duration", "psc:chapter@start")
_LONG = frozenset({
    "description", "content:encoded", "itunes:summary", "itunes:subtitle", "googleplay:description",
})  # fmt: skip
# Where else the same may be said; of an item also in its channel, which stands for all of its items.
_ELSEWHERE: Mapping[str, tuple[str, ...]] = {
    "title": ("itunes:title",),
    "itunes:title": ("title",),
    "itunes:author": ("dc:creator", "podcast:person"),
    "dc:creator": ("itunes:author", "podcast:person"),
    "author": ("itunes:author", "dc:creator", "podcast:person", "itunes:owner/itunes:email"),
    "managingEditor": ("itunes:owner/itunes:email",),
    "webMaster": ("itunes:owner/itunes:email",),
    "googleplay:author": ("itunes:author",),
    "googleplay:email": ("itunes:owner/itunes:email",),
    "googleplay:owner": ("itunes:owner/itunes:email",),
    "googleplay:image@href": ("itunes:image@href",),
    "googleplay:category@text": ("itunes:category@text",),
    "googleplay:explicit": ("itunes:explicit",),
    "googleplay:block": ("itunes:block",),
    "itunes:image": ("itunes:image@href",),
    "media:thumbnail@url": ("itunes:image@href", "podcast:image@href"),
    "image/url": ("itunes:image@href",),
    "image/title": ("title",),
    "image/link": ("link",),
    "itunes:season": ("podcast:season",),
    "podcast:season": ("itunes:season",),
    "itunes:episode": ("podcast:episode",),
    "podcast:episode": ("itunes:episode",),
    "dc:date": ("pubDate",),
    "dc:rights": ("copyright",),
    "dc:language": ("language",),
}
# What a channel says of its items too.
_OF_ALL = frozenset(
    {"itunes:author", "itunes:explicit", "itunes:image", "podcast:person", "podcast:location"}
)
# Saying this is saying nothing.
_DEFAULTS = frozenset({
    ("itunes:block", "false"), ("itunes:complete", "false"), ("googleplay:block", "false"),
    ("podcast:block", "false"), ("guid@isPermaLink", "false"), ("podcast:medium", "podcast"),
    ("itunes:episodeType", "full"), ("itunes:type", "episodic"), ("psc:chapters@version", "1.2"),
    ("psc:chapters@version", "1.1"), ("psc:chapters@version", "1.0"),
    ("podcast:alternateEnclosure@default", "false"),
})  # fmt: skip


def _facts(tag: reading.Tag, path: str, *, inner: bool = False) -> Iterator[Fact]:
    for name, value in tag.attributes.items():
        if (path, name) == ("podcast:images", "srcset"):  # is podcast:image by now
            pictures = (one.split()[:1] for one in value.split(","))
            yield from (("podcast:image@href", uri(href)) for one in pictures for href in one)
        elif value.strip():
            yield f"{path}@{name}", _canonical(f"{path}@{name}", value)
    if path in _LONG:
        yield path, tag.text
        return
    # The text of a channel's or an item's own tag is that of its children too.
    own = inner or not tag.children or _letters(tag.text) != _letters("".join(_texts(tag)))
    if own and tag.text:
        yield path, _canonical(path, tag.text)
    for child in tag.children:
        yield from _facts(child, f"{path}/{child.name}", inner=True)


def _texts(tag: reading.Tag) -> Iterator[str]:
    for child in tag.children:
        yield child.text
        yield from _texts(child)


def _canonical(path: str, said: str) -> str:
    """*said* so that what means the same is the same."""
    said = unicodedata.normalize("NFC", " ".join(said.split()))
    with suppress(Mistake, ValueError, ArithmeticError):
        if path in _BOOLEAN:
            return str(is_explicit(said)).lower()
        if path in _NUMBERS:
            return f"{Decimal(said).normalize():f}"
        if path in _DATES or path.endswith(_MOMENTS):
            return dates.instant(said).isoformat()
        if path == "itunes:duration" and (duration_ms := time_ms(said)) is not None:
            return str(max(1, round(duration_ms / 1000)))
        if path.endswith(_TIMES) and (at_ms := time_ms(said)) is not None:
            return str(at_ms)
    if path in _FOLDED:
        return said.casefold()
    if path == "podcast:location@geo":
        return said.removeprefix("geo:")
    return uri(said) if reading.is_web(said) else said


class _Said:
    """All that a channel or an item of ours says."""

    def __init__(self, tags: Iterable[reading.Tag]) -> None:
        self.facts = frozenset(said := [fact for tag in tags for fact in _facts(tag, tag.name)])
        self._left = Counter(said)
        long = [_Html.of(said) for path, said in self.facts if path in _LONG]
        titles = [_letters(said) for path, said in self.facts if path in ("title", "itunes:title")]
        self.letters = "\n".join((*(one.letters for one in long), *titles))
        self.marks = {mark for one in long for mark in one.marks}

    def takes(self, fact: Fact) -> bool:
        """Whether *fact* is said once more than it was asked for."""
        self._left[fact] -= 1
        return self._left[fact] >= 0

    def says_elsewhere(self, fact: Fact) -> bool:
        path, said = fact
        return any((other, said) in self.facts for other in _ELSEWHERE.get(path, ()) if other != path)

    def says_of_all(self, fact: Fact) -> bool:
        """Whether a channel says *fact* of its items."""
        return (fact[0].partition("@")[0] in _OF_ALL and fact in self.facts) or self.says_elsewhere(fact)


def _lost(tags: Iterable[reading.Tag], ours: _Said, around: _Said) -> Iterator[str]:
    """The names of what *tags* say and *ours* does not, each once; *around* is said of each item alike."""
    names: dict[str, None] = {}
    files = set(_FILES)
    for tag in tags:
        facts = [fact for fact in _facts(tag, tag.name) if fact not in _DEFAULTS]
        if tag.name in files:
            names |= dict.fromkeys(path for path, _ in facts if not path.endswith(_OF_FILES))
            files -= {tag.name} & set(_FILES[:2])
            continue
        if tag.name in _LONG:
            names |= dict.fromkeys(_lost_words(tag, ours))
            facts = [fact for fact in facts if fact[0] != tag.name]
        lost = [
            path
            for path, said in facts
            if not ours.takes((path, said))
            and not ours.says_elsewhere((path, said))
            and not around.says_of_all((path, said))
        ]
        whole = len(lost) == len(facts) or not {f"{tag.name}@href", f"{tag.name}@url"}.isdisjoint(lost)
        names |= dict.fromkeys([tag.name] if lost and whole else lost)
    yield from (name if name.isprintable() else ascii(name)[1:-1] for name in names)


# ---------------------------------------------------------------- words and their markup


def _letters(said: str) -> str:
    return "".join(unicodedata.normalize("NFC", said).split())


def _lost_words(tag: reading.Tag, ours: _Said) -> Iterator[str]:
    theirs = _Html.of(tag.text)
    if theirs.letters not in ours.letters:
        yield tag.name
        return
    for mark in theirs.marks:
        element, _, attribute = mark[0].partition(" ")
        if mark not in ours.marks and (not attribute or (element, "") in ours.marks or element in _DIVIDES):
            yield f"{tag.name} <{mark[0]}>"


# What divides words, which ours does too; other elements say something of them.
_DIVIDES = frozenset({"html", "body", "p", "br", "div", "span"})
_SAME = {"h1": "h2", "h5": "h4", "h6": "h4"}
_UNSEEN = ("head", "script", "style", "template", "noscript", "svg", "iframe", "select", "textarea")


@dataclass(frozen=True, slots=True)
class _Html:
    """The letters of a text, plain or HTML, and its markup: elements, and attributes with what they say."""

    letters: str
    marks: dict[tuple[str, str], None]

    @classmethod
    @lru_cache(maxsize=8)  # hosts say the same two or three times of an episode
    def of(cls, said: str) -> _Html:
        said = fit_for_xml(said)
        if is_html(said):
            from lxml import etree, html

            parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
            with suppress(etree.LxmlError, ValueError, AssertionError):
                root = html.document_fromstring(said.encode(), parser=parser)
                etree.strip_elements(root, etree.Comment, etree.ProcessingInstruction, with_tail=False)
                marks = dict.fromkeys(_marks(root))
                etree.strip_elements(root, *_UNSEEN, with_tail=False)
                return cls(_letters("".join(map(str, root.itertext()))), marks)
        return cls(_letters(said), {})


def _marks(root: Any) -> Iterator[tuple[str, str]]:
    for element in root.iter():
        name = _SAME.get(str(element.tag), str(element.tag))
        if name not in _DIVIDES:
            yield name, ""
        for attribute, value in element.attrib.items():
            yield f"{name} {attribute}", _canonical("", str(value))
