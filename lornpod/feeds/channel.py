"""The channel's tags that feedgen does not know, one small function each, in the order of :data:`CHANNEL`.

Sources: Apple's “A Podcaster's Guide to RSS”; the podcast namespace 1.0; PSP-1; RFC 5005.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from feedgen.ext.base import BaseExtension
from lxml import etree

from ..model import Feed, Live, Network, Record, Stated, stated
from . import tags
from .kin import Kin, feed_guid
from .namespaces import (
    AROUND,
    ATOM,
    HISTORY,
    ITUNES,
    NAMESPACES,
    PODCAST,
    Xml,
    address,
    boolean,
    element,
    first,
    iso,
    number,
    rfc2822,
    short,
    uri,
)

_LONG = 128


@dataclass(frozen=True)
class Paging:
    """Where a document stands among those of a feed (RFC 5005): links by rel, whether it is an archive, and
    then its own *url*."""

    links: tuple[tuple[str, str], ...] = ()
    archive: bool = False
    url: str = ""


@dataclass(frozen=True)
class Channel:
    """What a channel's tags are made of. ``built`` is the time of the newest that it shows."""

    network: Network
    feed: Feed
    cover: str
    url: str
    built: datetime | None = None
    trailers: Sequence[Record] = ()
    kin: Kin = field(default_factory=Kin)
    paging: Paging = field(default_factory=Paging)

    @cached_property
    def stated(self) -> Stated:
        return stated(self.network, self.feed)

    @property
    def link(self) -> str:
        return uri(first(self.feed.link, self.network.website))

    def address(self, reference: str) -> str:
        return address(self.network, reference)


# ---------------------------------------------------------------- RSS, Atom, RFC 5005


def last_build_date(channel: Channel) -> Iterator[Xml]:
    """By content, never by the clock: the newest record or appearance."""
    if channel.built is not None:
        yield element("", "lastBuildDate", rfc2822(channel.built))


def atom_hub(channel: Channel) -> Iterator[Xml]:
    """Where apps can subscribe to be told of changes (WebSub, 4; beside exactly one rel="self")."""
    for hub in channel.network.hubs:
        yield element(ATOM, "link", rel="hub", href=uri(hub))


def atom_pages(channel: Channel) -> Iterator[Xml]:
    for rel, href in channel.paging.links:
        yield element(ATOM, "link", rel=rel, href=href)


def archive(channel: Channel) -> Iterator[Xml]:
    if channel.paging.archive:
        yield element(HISTORY, "archive")


# ---------------------------------------------------------------- Apple


def itunes_author(channel: Channel) -> Iterator[Xml]:
    yield element(ITUNES, "author", author_of(channel.network, channel.feed))


def itunes_title(channel: Channel) -> Iterator[Xml]:
    if channel.feed.itunes_title:
        yield element(ITUNES, "title", channel.feed.itunes_title)


def itunes_image(channel: Channel) -> Iterator[Xml]:
    if channel.cover:
        yield element(ITUNES, "image", href=channel.address(channel.cover))


def itunes_category(channel: Channel) -> Iterator[Xml]:
    for category in channel.feed.categories or channel.network.categories:
        within = [element(ITUNES, "category", text=category.sub)] if category.sub else []
        yield element(ITUNES, "category", "", within, text=category.name)


def itunes_explicit(channel: Channel) -> Iterator[Xml]:
    yield element(ITUNES, "explicit", boolean(is_explicit(channel.network, channel.feed)))


def itunes_owner(channel: Channel) -> Iterator[Xml]:
    if channel.network.owner_email:
        name = element(ITUNES, "name", first(channel.network.owner_name, channel.network.name))
        email = element(ITUNES, "email", channel.network.owner_email)
        yield element(ITUNES, "owner", "", (name, email))


def itunes_type(channel: Channel) -> Iterator[Xml]:
    yield element(ITUNES, "type", channel.feed.type)


def itunes_new_feed_url(channel: Channel) -> Iterator[Xml]:
    if channel.feed.new_feed_url:
        yield element(ITUNES, "new-feed-url", uri(channel.feed.new_feed_url))


def itunes_block(channel: Channel) -> Iterator[Xml]:
    if channel.feed.block:
        yield element(ITUNES, "block", "Yes")


def itunes_complete(channel: Channel) -> Iterator[Xml]:
    if channel.feed.complete:
        yield element(ITUNES, "complete", "Yes")


# ---------------------------------------------------------------- podcast namespace


def podcast_guid_tag(channel: Channel) -> Iterator[Xml]:
    yield element(PODCAST, "guid", feed_guid(channel.network, channel.feed))


def podcast_locked(channel: Channel) -> Iterator[Xml]:
    locked = "no" if channel.stated.locked is False else "yes"
    yield element(PODCAST, "locked", locked, owner=channel.network.owner_email)


def podcast_medium(channel: Channel) -> Iterator[Xml]:
    yield element(PODCAST, "medium", channel.feed.medium)


def podcast_license(channel: Channel) -> Iterator[Xml]:
    yield from tags.license_tag(channel.stated.license, channel.stated.license_href)


def podcast_funding(channel: Channel) -> Iterator[Xml]:
    yield from tags.funding(channel.stated.funding)


def podcast_person(channel: Channel) -> Iterator[Xml]:
    yield from tags.persons(channel.stated.hosts, (), channel.stated.credits, channel.address)


def podcast_location(channel: Channel) -> Iterator[Xml]:
    yield from tags.location(channel.stated.place, channel.stated.other_places)


def podcast_image(channel: Channel) -> Iterator[Xml]:
    yield from tags.images(channel.stated.images, channel.address)


def podcast_block(channel: Channel) -> Iterator[Xml]:
    """All platforms, and each by its slug; a “no” for one wins over the “yes” for all."""
    if channel.feed.block:
        yield element(PODCAST, "block", "yes")
    for service in channel.stated.block_services:
        yield element(PODCAST, "block", "yes", id=service)
    for service in channel.stated.allow_services:
        yield element(PODCAST, "block", "no", id=service)


def podcast_txt(channel: Channel) -> Iterator[Xml]:
    yield from tags.txt(channel.stated.txt)


def podcast_update_frequency(channel: Channel) -> Iterator[Xml]:
    frequency = channel.stated.update_frequency
    if frequency is not None:
        complete = boolean(True) if frequency.complete or channel.feed.complete else ""
        yield element(
            PODCAST,
            "updateFrequency",
            short(frequency.text, _LONG),
            rrule=frequency.rrule,
            dtstart=iso(frequency.start),
            complete=complete,
        )


def podcast_podping(channel: Channel) -> Iterator[Xml]:
    if channel.stated.podping is not None:
        yield element(PODCAST, "podping", usesPodping=boolean(channel.stated.podping))


def podcast_chat(channel: Channel) -> Iterator[Xml]:
    yield from tags.chat(channel.stated.chat)


def podcast_social(channel: Channel) -> Iterator[Xml]:
    yield from tags.social(channel.stated.social)


def podcast_value(channel: Channel) -> Iterator[Xml]:
    yield from tags.value(channel.stated.value)


def podcast_publisher(channel: Channel) -> Iterator[Xml]:
    """Half of a two-way proof: the other half is the publisher's feed, which lists this one."""
    if channel.kin.publisher is not None:
        yield element(PODCAST, "publisher", "", tags.remote_items([channel.kin.publisher]))


def podcast_podroll(channel: Channel) -> Iterator[Xml]:
    if channel.kin.podroll:
        yield element(PODCAST, "podroll", "", tags.remote_items(channel.kin.podroll))


def podcast_remote_item(channel: Channel) -> Iterator[Xml]:
    yield from tags.remote_items(channel.kin.listed)


def podcast_trailer(channel: Channel) -> Iterator[Xml]:
    """The show's cases of type trailer, newest first, then those that its author wrote down."""
    for record in channel.trailers:
        case, media = record.case, record.media.artifact
        if case.published is not None:
            yield element(
                PODCAST,
                "trailer",
                short(first(case.title, case.id), _LONG),
                url=channel.address(media.key),
                pubdate=rfc2822(case.published),
                length=number(media.length_bytes),
                type=media.media_type,
                season=number(case.season),
            )
    for trailer in channel.feed.trailers:
        yield element(
            PODCAST,
            "trailer",
            short(trailer.title, _LONG),
            url=uri(trailer.url),
            pubdate=rfc2822(trailer.published),
            length=number(trailer.length_bytes),
            type=trailer.media_type,
            season=number(trailer.season),
        )


def podcast_live_item(channel: Channel) -> Iterator[Xml]:
    """Last: feedparser takes the title of a liveItem for the channel's where it comes first."""
    for live in channel.feed.live:
        start, end = iso(live.start), iso(live.end)
        yield element(PODCAST, "liveItem", "", _live(channel, live), status=live.status, start=start, end=end)


def _live(channel: Channel, live: Live) -> Iterator[Xml]:
    yield element("", "title", live.title)
    if live.description:
        yield element("", "description", live.description)
    if live.href:
        yield element("", "link", uri(live.href))
    yield element("", "guid", live.guid, isPermaLink="false")
    yield element("", "enclosure", url=uri(live.url), length="0", type=live.media_type)
    if live.image:
        yield element(ITUNES, "image", href=channel.address(live.image))
    yield from tags.persons(live.hosts, live.guests, live.credits, channel.address)
    yield from tags.location(live.place, live.other_places)
    yield from tags.license_tag(live.license, live.license_href)
    yield from tags.funding(live.funding)
    yield from tags.images(live.images, channel.address)
    yield from tags.alternate_enclosures(live.alternates)
    yield from tags.content_links(live.links)
    yield from tags.txt(live.txt)
    yield from tags.chat(live.chat)
    yield from tags.social(live.social)
    yield from tags.value(live.value)


Tag = Callable[[Channel], Iterator[Xml]]

CHANNEL: tuple[Tag, ...] = (
    last_build_date,
    atom_hub,
    atom_pages,
    itunes_author,
    itunes_title,
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
    podcast_person,
    podcast_location,
    podcast_image,
    podcast_block,
    podcast_txt,
    podcast_update_frequency,
    podcast_podping,
    podcast_chat,
    podcast_social,
    podcast_value,
    podcast_publisher,
    podcast_podroll,
    podcast_remote_item,
    podcast_trailer,
    podcast_live_item,
)

# What an archive says of its show: what apps ask of a feed, and nothing that changes with the days.
ARCHIVE: tuple[Tag, ...] = (
    last_build_date,
    atom_pages,
    archive,
    itunes_author,
    itunes_image,
    itunes_category,
    itunes_explicit,
    itunes_type,
    itunes_block,
    podcast_guid_tag,
    podcast_locked,
    podcast_medium,
)

# ---------------------------------------------------------------- what several tags say


def author_of(network: Network, feed: Feed) -> str:
    return first(feed.author, network.author, network.name)


def is_explicit(network: Network, feed: Feed) -> bool:
    return network.explicit if feed.explicit is None else feed.explicit


# ---------------------------------------------------------------- feedgen's side


class ChannelExtension(BaseExtension):  # type: ignore[misc]
    """Puts the channel's tags after feedgen's own."""

    channel: Channel

    def extend_ns(self) -> dict[str, str]:
        return NAMESPACES

    def extend_rss(self, feed: etree._Element) -> etree._Element:
        within = feed[0]
        for own in within.findall("lastBuildDate"):  # feedgen's is the time of now
            within.remove(own)
        tags_of = ARCHIVE if self.channel.paging.archive else CHANNEL
        made = "".join(xml for tag in tags_of for xml in tag(self.channel))
        within.extend(etree.fromstring(f"{AROUND}{made}</rss>"))
        return feed
