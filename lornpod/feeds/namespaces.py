"""The tags that feedgen does not know, one small function each, and the extensions that carry them.

A channel tag is a function of a :class:`Channel`, an item tag of an :class:`Item`; each yields the
elements it stands for, and the tuples at the end give their order. Sources: Apple's “A Podcaster's
Guide to RSS”; the podcast namespace 1.0; Podlove Simple Chapters 1.2; PSP-1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from textwrap import shorten
from typing import TypeAlias
from urllib.parse import quote

from feedgen.ext.base import BaseEntryExtension, BaseExtension
from lxml import etree

from ..model import Artifact, Feed, Network, Person, Record, podcast_guid

ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
PODCAST = "https://podcastindex.org/namespace/1.0"
ATOM = "http://www.w3.org/2005/Atom"
PSC = "http://podlove.org/simple-chapters"
NAMESPACES = {"itunes": ITUNES, "podcast": PODCAST, "psc": PSC}

_CAPTIONS = frozenset({"text/vtt", "application/x-subrip"})
# XML 1.0, 2.2: what is no Char cannot stand in a document, not even as a reference.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# XML 1.0, 2.11: a reader makes them line feeds, save where they are escaped, as in CDATA they cannot be.
_LINE_END = re.compile("\r\n?")
# RFC 3986, 2.2, and the percent sign of what is encoded already.
_URI_CHARS = "%:/?#[]@!$&'()*+,;="
_LONE_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
_HOST = re.compile("(://(?:[^/?#@]*@)?)([^/?#@:]+)")

Element: TypeAlias = "etree._Element"


def clean(text: str) -> str:
    """*text* without what XML cannot hold and without outer white space, its lines ended by line feeds."""
    return _LINE_END.sub("\n", _NOT_XML.sub("", text)).strip()


def first(*texts: str) -> str:
    """The first of *texts* that says something, clean."""
    return next(filter(None, map(clean, texts)), "")


def uri(address: str) -> str:
    """*address* in ASCII (RFC 3987, 3.1), the host as DNS has it; what is percent-encoded stays as it is."""
    escaped = _LONE_PERCENT.sub("%25", _HOST.sub(_dns_name, clean(address), count=1))
    return quote(escaped, safe=_URI_CHARS)


def address(network: Network, reference: str) -> str:
    """The address of *reference*, as apps ask for it."""
    return uri(network.url(reference))


def _dns_name(found: re.Match[str]) -> str:
    before, host = found.groups()
    try:
        return before + (host if host.isascii() else host.encode("idna").decode("ascii"))
    except UnicodeError:
        return before + host


def rfc2822(instant: datetime) -> str:
    """*instant* as RSS dates are written, in UTC (RFC 2822, 3.3)."""
    return format_datetime(instant.astimezone(UTC))


def element(namespace: str, name: str, said: str = "", /, **attributes: str) -> Element:
    """An element with those of its *attributes* that are not empty."""
    made = etree.Element(f"{{{namespace}}}{name}" if namespace else name)
    made.text = clean(said) or None
    for attribute, value in attributes.items():
        if cleaned := clean(value):
            made.set(attribute, cleaned)
    return made


@dataclass(frozen=True, slots=True)
class Channel:
    """What a channel's tags are made of."""

    network: Network
    feed: Feed
    records: tuple[Record, ...]
    cover: str

    @property
    def url(self) -> str:
        return uri(self.network.feed_url(self.feed.slug))

    @property
    def link(self) -> str:
        return uri(first(self.feed.link, self.network.website))


@dataclass(frozen=True, slots=True)
class Item:
    """What an item's tags are made of."""

    network: Network
    record: Record

    def url(self, reference: str) -> str:
        return address(self.network, reference)


# ---------------------------------------------------------------- channel


def last_build_date(channel: Channel) -> Iterator[Element]:
    """By content, never by the clock: the newest record or appearance."""
    instants = [
        max(record.recorded_at, record.case.published or record.recorded_at) for record in channel.records
    ]
    if instants:
        yield element("", "lastBuildDate", rfc2822(max(instants)))


def atom_hub(channel: Channel) -> Iterator[Element]:
    """Where apps can subscribe to be told of changes (WebSub, 4; beside exactly one rel="self")."""
    for hub in channel.network.hubs:
        yield element(ATOM, "link", rel="hub", href=uri(hub))


def itunes_author(channel: Channel) -> Iterator[Element]:
    yield element(ITUNES, "author", author_of(channel.network, channel.feed))


def itunes_image(channel: Channel) -> Iterator[Element]:
    if channel.cover:
        yield element(ITUNES, "image", href=address(channel.network, channel.cover))


def itunes_category(channel: Channel) -> Iterator[Element]:
    for category in channel.feed.categories or channel.network.categories:
        made = element(ITUNES, "category", text=category.name)
        if category.sub:
            made.append(element(ITUNES, "category", text=category.sub))
        yield made


def itunes_explicit(channel: Channel) -> Iterator[Element]:
    explicit = channel.feed.explicit if channel.feed.explicit is not None else channel.network.explicit
    yield element(ITUNES, "explicit", _boolean(explicit))


def itunes_owner(channel: Channel) -> Iterator[Element]:
    if channel.network.owner_email:
        owner = element(ITUNES, "owner")
        owner.append(element(ITUNES, "name", first(channel.network.owner_name, channel.network.name)))
        owner.append(element(ITUNES, "email", channel.network.owner_email))
        yield owner


def itunes_type(channel: Channel) -> Iterator[Element]:
    yield element(ITUNES, "type", channel.feed.type)


def itunes_new_feed_url(channel: Channel) -> Iterator[Element]:
    if channel.feed.new_feed_url:
        yield element(ITUNES, "new-feed-url", uri(channel.feed.new_feed_url))


def itunes_block(channel: Channel) -> Iterator[Element]:
    if channel.feed.block:
        yield element(ITUNES, "block", "Yes")


def itunes_complete(channel: Channel) -> Iterator[Element]:
    if channel.feed.complete:
        yield element(ITUNES, "complete", "Yes")


def podcast_guid_tag(channel: Channel) -> Iterator[Element]:
    """Over the address that apps have, so that no spelling of the network's host moves it."""
    yield element(PODCAST, "guid", first(channel.feed.guid, podcast_guid(channel.url)))


def podcast_locked(channel: Channel) -> Iterator[Element]:
    locked = "yes" if channel.network.locked else "no"
    yield element(PODCAST, "locked", locked, owner=channel.network.owner_email)


def podcast_medium(_: Channel) -> Iterator[Element]:
    yield element(PODCAST, "medium", "podcast")


def podcast_license(channel: Channel) -> Iterator[Element]:
    if channel.network.license:
        yield element(PODCAST, "license", channel.network.license, url=uri(channel.network.license_href))


def podcast_funding(channel: Channel) -> Iterator[Element]:
    for link in channel.network.funding:
        yield element(PODCAST, "funding", link.title, url=uri(link.href))


CHANNEL: tuple[Callable[[Channel], Iterator[Element]], ...] = (
    last_build_date,
    atom_hub,
    itunes_author,
    itunes_image,
    itunes_category,
    itunes_explicit,
    itunes_owner,
    itunes_type,
    itunes_new_feed_url,
    itunes_block,
    itunes_complete,
    podcast_guid_tag,
    podcast_locked,
    podcast_medium,
    podcast_license,
    podcast_funding,
)

# ---------------------------------------------------------------- item


def pub_date(item: Item) -> Iterator[Element]:
    if item.record.case.published is not None:
        yield element("", "pubDate", rfc2822(item.record.case.published))


def itunes_duration(item: Item) -> Iterator[Element]:
    """Whole seconds (Apple); at least one."""
    yield element(ITUNES, "duration", str(max(1, round(item.record.media.sound.duration_ms / 1000))))


def itunes_item_image(item: Item) -> Iterator[Element]:
    if item.record.case.image:
        yield element(ITUNES, "image", href=item.url(item.record.case.image))


def itunes_item_explicit(item: Item) -> Iterator[Element]:
    explicit = item.record.case.explicit
    yield element(ITUNES, "explicit", _boolean(item.network.explicit if explicit is None else explicit))


def itunes_episode(item: Item) -> Iterator[Element]:
    case = item.record.case
    yield element(ITUNES, "episodeType", case.episode_type)
    if case.season is not None:
        yield element(ITUNES, "season", str(case.season))
    if case.episode is not None:
        yield element(ITUNES, "episode", str(case.episode))


def podcast_season(item: Item) -> Iterator[Element]:
    if item.record.case.season is not None:
        yield element(PODCAST, "season", str(item.record.case.season))


def podcast_episode(item: Item) -> Iterator[Element]:
    if item.record.case.episode is not None:
        yield element(PODCAST, "episode", str(item.record.case.episode))


def podcast_person(item: Item) -> Iterator[Element]:
    for role, people in (("host", item.record.case.hosts), ("guest", item.record.case.guests)):
        for person in people:
            if clean(person.name):  # the name cannot be blank (podcast namespace, person)
                yield _person(item, person, role)


def podcast_location(item: Item) -> Iterator[Element]:
    place = item.record.case.place
    if place is not None:
        yield element(PODCAST, "location", place.name, geo=place.geo, osm=place.osm, country=place.country)


def podcast_transcript(item: Item) -> Iterator[Element]:
    """The episode's own language first: AntennaPod takes the first of the best type whatever its language."""
    own = item.record.case.language.casefold()
    for artifact in sorted(item.record.transcripts, key=lambda artifact: artifact.language.casefold() != own):
        yield _transcript(item, artifact)


def podcast_chapters(item: Item) -> Iterator[Element]:
    chapters = item.record.chapters
    if chapters is not None:
        yield element(PODCAST, "chapters", url=item.url(chapters.key), type=chapters.media_type)


def psc_chapters(item: Item) -> Iterator[Element]:
    if item.record.case.chapters:
        made = element(PSC, "chapters", version="1.2")
        for chapter in item.record.case.chapters:
            made.append(
                element(
                    PSC,
                    "chapter",
                    start=_clock(chapter.start_ms),
                    title=chapter.title,
                    href=uri(chapter.href),
                    image=item.url(chapter.img),
                )
            )
        yield made


def podcast_soundbite(item: Item) -> Iterator[Element]:
    """Times in plain decimal seconds; a title of at most 128 characters (podcast namespace, soundbite)."""
    for bite in item.record.case.soundbites:
        start, duration = (f"{ms / 1000:.3f}" for ms in (bite.start_ms, bite.duration_ms))
        yield element(
            PODCAST,
            "soundbite",
            shorten(clean(bite.title), 128, placeholder="…"),
            startTime=start,
            duration=duration,
        )


ITEM: tuple[Callable[[Item], Iterator[Element]], ...] = (
    pub_date,
    itunes_duration,
    itunes_item_image,
    itunes_item_explicit,
    itunes_episode,
    podcast_season,
    podcast_episode,
    podcast_person,
    podcast_location,
    podcast_transcript,
    podcast_chapters,
    psc_chapters,
    podcast_soundbite,
)

# ---------------------------------------------------------------- what several tags say


def author_of(network: Network, feed: Feed) -> str:
    return first(feed.author, network.author, network.name)


def _boolean(value: bool) -> str:
    return "true" if value else "false"


def _person(item: Item, person: Person, role: str) -> Element:
    portrait, page = item.url(person.img), uri(person.href)
    return element(PODCAST, "person", person.name, role=role, group="cast", img=portrait, href=page)


def _transcript(item: Item, artifact: Artifact) -> Element:
    return element(
        PODCAST,
        "transcript",
        url=item.url(artifact.key),
        type=artifact.media_type,
        language=artifact.language,
        rel="captions" if artifact.media_type in _CAPTIONS else "",
    )


def _clock(ms: int) -> str:
    """HH:MM:SS.mmm (Podlove Simple Chapters, Normal Play Time)."""
    seconds, millis = divmod(ms, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{millis:03d}"


# ---------------------------------------------------------------- feedgen's side


class ChannelExtension(BaseExtension):  # type: ignore[misc]
    """Puts the channel's tags after feedgen's own and before the items."""

    channel: Channel

    def extend_ns(self) -> dict[str, str]:
        return NAMESPACES

    def extend_rss(self, feed: Element) -> Element:
        within = feed[0]
        for own in within.findall("lastBuildDate"):  # feedgen's is the time of now
            within.remove(own)
        for tag in CHANNEL:
            within.extend(tag(self.channel))
        return feed


class ItemExtension(BaseEntryExtension):  # type: ignore[misc]
    """Puts the item's tags after feedgen's own."""

    item: Item

    def extend_rss(self, entry: Element) -> Element:
        for tag in ITEM:
            entry.extend(tag(self.item))
        return entry
