"""The channel's tags that feedgen does not know, one small function each, in the order of :data:`CHANNEL`.

Sources: Apple's “A Podcaster's Guide to RSS”; the podcast namespace 1.0; PSP-1; RFC 5005.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from feedgen.ext.base import BaseExtension

from ..model import Feed, Network, Record, Stated, stated
from . import tags
from .kin import Kin, feed_guid
from .namespaces import (
    ATOM,
    HISTORY,
    ITUNES,
    NAMESPACES,
    PODCAST,
    Element,
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


def last_build_date(channel: Channel) -> Iterator[Element]:
    """By content, never by the clock: the newest record or appearance."""
    if channel.built is not None:
        yield element("", "lastBuildDate", rfc2822(channel.built))


def atom_hub(channel: Channel) -> Iterator[Element]:
    """Where apps can subscribe to be told of changes (WebSub, 4; beside exactly one rel="self")."""
    for hub in channel.network.hubs:
        yield element(ATOM, "link", rel="hub", href=uri(hub))


def atom_pages(channel: Channel) -> Iterator[Element]:
    for rel, href in channel.paging.links:
        yield element(ATOM, "link", rel=rel, href=href)


def archive(channel: Channel) -> Iterator[Element]:
    if channel.paging.archive:
        yield element(HISTORY, "archive")


# ---------------------------------------------------------------- Apple


def itunes_author(channel: Channel) -> Iterator[Element]:
    yield element(ITUNES, "author", author_of(channel.network, channel.feed))


def itunes_title(channel: Channel) -> Iterator[Element]:
    if channel.feed.itunes_title:
        yield element(ITUNES, "title", channel.feed.itunes_title)


def itunes_image(channel: Channel) -> Iterator[Element]:
    if channel.cover:
        yield element(ITUNES, "image", href=channel.address(channel.cover))


def itunes_category(channel: Channel) -> Iterator[Element]:
    for category in channel.feed.categories or channel.network.categories:
        made = element(ITUNES, "category", text=category.name)
        if category.sub:
            made.append(element(ITUNES, "category", text=category.sub))
        yield made


def itunes_explicit(channel: Channel) -> Iterator[Element]:
    yield element(ITUNES, "explicit", boolean(is_explicit(channel.network, channel.feed)))


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


# ---------------------------------------------------------------- podcast namespace


def podcast_guid_tag(channel: Channel) -> Iterator[Element]:
    yield element(PODCAST, "guid", feed_guid(channel.network, channel.feed))


def podcast_locked(channel: Channel) -> Iterator[Element]:
    locked = "no" if channel.stated.locked is False else "yes"
    yield element(PODCAST, "locked", locked, owner=channel.network.owner_email)


def podcast_medium(channel: Channel) -> Iterator[Element]:
    yield element(PODCAST, "medium", channel.feed.medium)


def podcast_license(channel: Channel) -> Iterator[Element]:
    yield from tags.license_tag(channel.stated.license, channel.stated.license_href)


def podcast_funding(channel: Channel) -> Iterator[Element]:
    yield from tags.funding(channel.stated.funding)


def podcast_person(channel: Channel) -> Iterator[Element]:
    yield from tags.persons(channel.stated.hosts, (), channel.stated.credits, channel.address)


def podcast_location(channel: Channel) -> Iterator[Element]:
    yield from tags.location(channel.stated.place)


def podcast_image(channel: Channel) -> Iterator[Element]:
    yield from tags.images(channel.stated.images, channel.address)


def podcast_block(channel: Channel) -> Iterator[Element]:
    """All platforms, and each by its slug; a “no” for one wins over the “yes” for all."""
    if channel.feed.block:
        yield element(PODCAST, "block", "yes")
    for service in channel.stated.block_services:
        yield element(PODCAST, "block", "yes", id=service)
    for service in channel.stated.allow_services:
        yield element(PODCAST, "block", "no", id=service)


def podcast_txt(channel: Channel) -> Iterator[Element]:
    yield from tags.txt(channel.stated.txt)


def podcast_update_frequency(channel: Channel) -> Iterator[Element]:
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


def podcast_podping(channel: Channel) -> Iterator[Element]:
    if channel.stated.podping is not None:
        yield element(PODCAST, "podping", usesPodping=boolean(channel.stated.podping))


def podcast_chat(channel: Channel) -> Iterator[Element]:
    yield from tags.chat(channel.stated.chat)


def podcast_social(channel: Channel) -> Iterator[Element]:
    yield from tags.social(channel.stated.social)


def podcast_value(channel: Channel) -> Iterator[Element]:
    yield from tags.value(channel.stated.value)


def podcast_publisher(channel: Channel) -> Iterator[Element]:
    """Half of a two-way proof: the other half is the publisher's feed, which lists this one."""
    if channel.kin.publisher is not None:
        made = element(PODCAST, "publisher")
        made.extend(tags.remote_items([channel.kin.publisher]))
        yield made


def podcast_podroll(channel: Channel) -> Iterator[Element]:
    if channel.kin.podroll:
        made = element(PODCAST, "podroll")
        made.extend(tags.remote_items(channel.kin.podroll))
        yield made


def podcast_remote_item(channel: Channel) -> Iterator[Element]:
    yield from tags.remote_items(channel.kin.listed)


def podcast_trailer(channel: Channel) -> Iterator[Element]:
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


def podcast_live_item(channel: Channel) -> Iterator[Element]:
    """Last: feedparser takes the title of a liveItem for the channel's where it comes first."""
    for live in channel.feed.live:
        made = element(PODCAST, "liveItem", status=live.status, start=iso(live.start), end=iso(live.end))
        made.append(element("", "title", live.title))
        if live.description:
            made.append(element("", "description", live.description))
        if live.href:
            made.append(element("", "link", uri(live.href)))
        guid = element("", "guid", live.guid)
        guid.set("isPermaLink", "false")
        made.append(guid)
        made.append(element("", "enclosure", url=uri(live.url), length="0", type=live.media_type))
        if live.image:
            made.append(element(ITUNES, "image", href=channel.address(live.image)))
        made.extend(tags.content_links(live.links))
        made.extend(tags.chat(live.chat))
        yield made


Tag = Callable[[Channel], Iterator[Element]]

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
    """Puts the channel's tags after feedgen's own and before the items."""

    channel: Channel

    def extend_ns(self) -> dict[str, str]:
        return NAMESPACES

    def extend_rss(self, feed: Element) -> Element:
        within = feed[0]
        for own in within.findall("lastBuildDate"):  # feedgen's is the time of now
            within.remove(own)
        for tag in ARCHIVE if self.channel.paging.archive else CHANNEL:
            within.extend(tag(self.channel))
        return feed
