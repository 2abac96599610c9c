"""What four readers see in a feed, all of it, and what each of them ought to see of what we say.

A view is what a reader says of the channel, and of each item by guid: every field that it reads, by name.
Those that lie in a mapping of their own are named ``podcast.persons``.
"""

from __future__ import annotations

import calendar
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cached_property
from typing import Any, Protocol, TypeAlias

import feedparser
import podcastparser
from lxml import etree

from lornpod.feeds import rss
from lornpod.feeds.namespaces import NAMESPACES, uri
from lornpod.model import (
    AlternateEnclosure,
    Chapter,
    Credit,
    Feed,
    Live,
    Network,
    Person,
    Picture,
    Place,
    Recipient,
    Record,
    RemoteItem,
    Value,
    podcast_guid,
    stated,
)

from . import tools
from .said_again import cleaned, item_wanted, show_wanted

Fields: TypeAlias = dict[str, Any]
COVER = "art/cover-ff.jpg"
OLD_PODCAST = "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md"


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a reader sees something else than is said: why, and what it sees of a value, given the feed and
    the guid of the item, which is empty for the channel."""

    why: str
    sees: Callable[[Any, Made, str], Any]


@dataclass(frozen=True, slots=True)
class View:
    """What one reader says of one feed."""

    channel: Fields
    items: Mapping[str, Fields]


@dataclass(frozen=True)
class Made:
    """A feed and all that it was made of."""

    network: Network
    feed: Feed
    records: Sequence[Record]
    feeds: Sequence[Feed] = ()

    @cached_property
    def xml(self) -> bytes:
        return rss.Renderer(self.network, self.feeds).render(self.feed, self.records, cover=COVER)

    @cached_property
    def show(self) -> Fields:
        """What the channel is to say, of the network's other feeds too."""
        show = show_wanted(self.network, self.feed, self.records)
        if self.feed.is_publisher:
            return show | {"publisher": None, "podroll": (), "remote_items": self._others(publisher=False)}
        shows = {one.url.split("/")[-1].removesuffix(".xml"): one for one in self._others(publisher=False)}
        podroll = stated(self.network, self.feed).podroll
        recommended = [shows[name] for name in podroll if isinstance(name, str) and name in shows]
        above = self._others(publisher=True)
        return show | {
            "publisher": above[0] if above and not self.feed.block else show["publisher"],
            "podroll": (*show["podroll"], *recommended),
        }

    def _others(self, *, publisher: bool) -> tuple[RemoteItem, ...]:
        return tuple(
            RemoteItem(
                podcast_guid(self.network.feed_url(one.slug)),
                self.network.feed_url(one.slug),
                medium=one.medium,
                title=one.title,
            )
            for one in self.feeds
            if one.is_publisher == publisher and not one.block
        )

    @cached_property
    def items(self) -> Mapping[str, Fields]:
        """What each item is to say."""
        return {one.guid: item_wanted(self.network, self.feed, one) for one in self.records}

    @property
    def built(self) -> datetime | None:
        """When the feed last changed."""
        moments = [max(one.recorded_at, one.case.published or one.recorded_at) for one in self.records]
        return max(moments, default=None)

    def url(self, reference: str) -> str:
        return uri(self.network.url(reference))

    def hosts(self, guid: str) -> list[str]:
        """Who makes an episode: its hosts, or its show's."""
        (record,) = (one for one in self.records if one.guid == guid)
        return [one.name for one in record.case.hosts or self.feed.hosts or self.network.hosts]

    def last_text(self, guid: str) -> str:
        """The address of an item's last transcript."""
        (record,) = (one for one in self.records if one.guid == guid)
        return self.url(record.transcripts[-1].key)

    @property
    def own_url(self) -> str:
        return uri(self.network.feed_url(self.feed.slug))

    @property
    def owner(self) -> tuple[str, str]:
        """Name and address of the owner; nothing without an address."""
        named = cleaned(self.network.owner_name) or cleaned(self.network.name)
        return (named, self.network.owner_email) if self.network.owner_email else ("", "")


class Reader(Protocol):
    """Somebody else's reader of feeds."""

    @property
    def faults(self) -> Mapping[str, Fault]:
        """Its own, by field: ``channel.links``, ``item.chapters``."""
        ...

    def views(self, feeds: Sequence[Made]) -> list[View]:
        """What it says of each feed."""
        ...

    def ought(self, made: Made) -> View:
        """What it would say of *made* without its faults: nothing of what it does not read."""
        ...


def said(**values: Any) -> Fields:
    """The *values* that say something; of a name that ends in an underscore, without it."""
    return {
        name.removesuffix("_"): value for name, value in values.items() if value not in (None, "", (), [], {})
    }


def flat(fields: Mapping[str, Any], *within: str) -> Fields:
    """*fields* with those inside the mappings *within* beside the others."""
    flattened: Fields = {}
    for name, value in fields.items():
        if name in within:
            flattened |= {f"{name}.{inner}": one for inner, one in value.items()}
        else:
            flattened[name] = value
    return flattened


def rfc2822(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC))


def iso(moment: datetime | None) -> str | None:
    """As JavaScript writes a moment."""
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def people_of(fields: Fields) -> list[tuple[Person | Credit, str, str]]:
    """Each person with role and group."""
    return [
        *((one, "host", "cast") for one in fields["hosts"]),
        *((one, "guest", "cast") for one in fields.get("guests", ())),
        *((one, one.role, one.group) for one in fields["credits"]),
    ]


def places_of(fields: Fields) -> list[Place]:
    return [one for one in (fields["place"], *fields["other_places"]) if one is not None]


def thumbnail_of(fields: Fields) -> Picture | None:
    """The picture for YouTube: the still one that is nearest to 16:9 where one is wide, else the square."""
    pictures: tuple[Picture, ...] = fields["images"]
    wide = [one for one in pictures if one.ratio > 1 and not one.media_type.startswith("video/")]
    if wide:
        return min(wide, key=lambda one: abs(one.ratio - 16 / 9))
    return Picture(fields["image"]) if fields["image"] else None


def fields_of(live: Live) -> Fields:
    from dataclasses import fields

    return {one.name: getattr(live, one.name) for one in fields(Live)}


# ---------------------------------------------------------------- feedsmith

_FEEDSMITH = """
import { readFileSync } from 'node:fs';
import { parseRssFeed } from 'feedsmith';
process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map((xml) => parseRssFeed(xml))));
"""


class Feedsmith:
    """npm's feedsmith. It reads comments of items alone (podcast:socialInteract), and of streams what belongs
    to the namespace."""

    faults: Mapping[str, Fault] = {}
    within = ("dc", "content", "itunes", "podcast", "psc", "media", "atom")

    def views(self, feeds: Sequence[Made]) -> list[View]:
        stdin = json.dumps([one.xml.decode() for one in feeds])
        return [self._view(read) for read in tools.node("feedsmith", _FEEDSMITH, stdin=stdin)]

    def _view(self, read: Fields) -> View:
        items = read.pop("items", [])
        return View(
            flat(read, *self.within), {one["guid"]["value"]: flat(one, *self.within) for one in items}
        )

    def ought(self, made: Made) -> View:
        items = {guid: self._item(made, record) for guid, record in _by_guid(made).items()}
        return View(self._channel(made), items)

    def _channel(self, made: Made) -> Fields:
        show = made.show
        name, email = made.owner
        hubs = [said(href=uri(hub), rel="hub") for hub in made.network.hubs]
        own = {"href": made.own_url, "rel": "self", "type": rss.MEDIA_TYPE}
        blocks = [
            *([{"value": True}] if show["block"] else []),
            *({"value": True, "id": service} for service in show["block_services"]),
            *({"value": False, "id": service} for service in show["allow_services"]),
        ]
        frequency = show["update_frequency"]
        return said(
            title=show["title"],
            link=show["link"],
            description=show["description"],
            language=show["language"],
            copyright=show["copyright"],
            lastBuildDate=made.built and rfc2822(made.built),
            generator="lornpod",
            docs="http://www.rssboard.org/rss-specification",
            image={"url": made.url(COVER), "title": show["title"], "link": show["link"]},
        ) | {
            "atom.links": [own, *hubs],
            **_named(
                "itunes",
                image=made.url(COVER),
                explicit=show["explicit"],
                author=show["author"],
                title=show["itunes_title"],
                type=show["type"],
                newFeedUrl=show["new_feed_url"],
                block=show["block"] or None,
                complete=show["complete"] or None,
                categories=[
                    said(text=one.name, categories=[{"text": one.sub}] if one.sub else [])
                    for one in show["categories"]
                ],
                owner=said(name=name, email=email),
            ),
            **_named(
                "podcast",
                guid=show["guid"],
                medium=show["medium"],
                locked=said(value=show["locked"], owner=made.network.owner_email),
                fundings=[said(url=one.href, display=one.title) for one in show["funding"]],
                trailers=[
                    said(
                        display=one.title,
                        url=one.url,
                        pubDate=rfc2822(one.published),
                        length=one.length_bytes,
                        type=one.media_type,
                        season=one.season,
                    )
                    for one in show["trailers"]
                ],
                liveItems=[
                    said(
                        status=one.status,
                        start=iso(one.start),
                        end=iso(one.end),
                        contentLinks=[said(href=link.href, display=link.title) for link in one.links],
                        **self._shared(fields_of(one)),
                    )
                    for one in show["live"]
                ],
                blocks=blocks,
                updateFrequency=frequency
                and said(
                    display=frequency.text,
                    complete=frequency.complete or None,
                    dtstart=iso(frequency.start),
                    rrule=frequency.rrule,
                ),
                podping=None if show["podping"] is None else {"usesPodping": show["podping"]},
                publisher=said(remoteItem=show["publisher"] and self._remote(show["publisher"])),
                podroll=said(remoteItems=[self._remote(one) for one in show["podroll"]]),
                remoteItems=[self._remote(one) for one in show["remote_items"]],
                **{name: one for name, one in self._shared(show).items() if name != "socialInteracts"},
            ),
        }

    def _item(self, made: Made, record: Record) -> Fields:
        item, media = made.items[record.guid], record.media.artifact
        notes = cleaned(record.notes) if cleaned(record.case.summary) else ""
        picture = thumbnail_of(item)
        season, episode = item["season"], item["episode"]
        hosts = made.hosts(record.guid)
        assert item["published"] is not None
        return {
            **said(
                title=item["title"],
                link=item["href"],
                description=item["summary"],
                enclosures=[
                    {"url": made.url(media.key), "length": media.length_bytes, "type": media.media_type}
                ],
                guid={"value": record.guid, "isPermaLink": False},
                pubDate=rfc2822(item["published"]),
            ),
            **_named("dc", creators=hosts),
            **_named("content", encoded=notes),
            **_named(
                "itunes",
                duration=90,
                image=item["image"],
                explicit=item["explicit"],
                title=item["itunes_title"],
                episode=episode if isinstance(episode, int) else None,
                season=season,
                episodeType=item["episode_type"],
                block=item["block"] or None,
            ),
            **_named(
                "podcast",
                transcripts=[
                    said(
                        url=made.url(one.key),
                        type=one.media_type,
                        language=one.language,
                        rel="captions" if one.media_type in ("text/vtt", "application/x-subrip") else "",
                    )
                    for one in record.transcripts
                ],
                chapters=record.chapters
                and {"url": made.url(record.chapters.key), "type": record.chapters.media_type},
                soundbites=[
                    {"startTime": one.start_ms / 1000, "duration": one.duration_ms / 1000}
                    | said(display=one.title)
                    for one in item["soundbites"]
                ],
                season=said(number=season, name=item["season_name"]),
                episode=said(number=episode, display=item["episode_display"]),
                **self._shared(item),
            ),
            **_named("psc", chapters=[self._chapter(one) for one in item["chapters"]]),
            **_named(
                "media",
                thumbnails=[said(url=picture.href, width=picture.width_px, height=picture.height_px)]
                if picture
                else [],
            ),
        }

    def _chapter(self, one: Chapter) -> Fields:
        return said(start=_clock(one.start_ms), title=one.title, href=one.href, image=one.img)

    def _shared(self, fields: Fields) -> Fields:
        """What channels, streams and items have."""
        chat = fields["chat"]
        return {
            "persons": [
                said(display=one.name, role=role, group=group, img=one.img, href=one.href)
                for one, role, group in people_of(fields)
            ],
            "locations": [
                said(display=one.name, rel=one.rel, geo=one.geo, osm=one.osm, country=one.country)
                for one in places_of(fields)
            ],
            "license": said(display=fields["license"], url=fields["license_href"]),
            "alternateEnclosures": [self._alternate(one) for one in fields.get("alternates", ())],
            "values": [self._value(fields["value"])] if fields["value"] else [],
            "images": [
                said(
                    href=one.href,
                    alt=one.alt,
                    aspectRatio=one.aspect_ratio,
                    width=one.width_px,
                    height=one.height_px,
                    type=one.media_type,
                    purpose=one.purpose,
                )
                for one in fields["images"]
            ],
            "socialInteracts": [
                said(uri=one.uri, protocol=one.protocol, accountId=one.account, accountUrl=one.account_href)
                | ({} if one.priority is None else {"priority": one.priority})
                for one in fields["social"]
            ],
            "txts": [said(display=one.text, purpose=one.purpose) for one in fields["txt"]],
            "chat": chat
            and said(server=chat.server, protocol=chat.protocol, accountId=chat.account, space=chat.space),
        }

    def _alternate(self, one: AlternateEnclosure) -> Fields:
        kind, _, value = one.integrity.partition(" ")
        return said(
            type=one.media_type,
            length=one.length_bytes,
            bitrate=one.bitrate_bps,
            height=one.height_px,
            lang=one.language,
            title=one.title,
            rel=one.rel,
            codecs=one.codecs,
            default=one.default or None,
            sources=[said(uri=source.uri, contentType=source.media_type) for source in one.sources],
            integrity=said(type=kind, value=value),
        )

    def _remote(self, one: RemoteItem) -> Fields:
        return said(feedGuid=one.guid, feedUrl=one.url, itemGuid=one.item, medium=one.medium, title=one.title)

    def _recipients(self, recipients: Iterable[Recipient]) -> list[Fields]:
        return [
            said(
                name=one.name,
                customKey=one.custom_key,
                customValue=one.custom_value,
                type=one.type,
                address=one.address,
                split=one.split,
                fee=one.fee or None,
            )
            for one in recipients
        ]

    def _value(self, value: Value) -> Fields:
        return said(
            type=value.type,
            method=value.method,
            suggested=float(value.suggested) if value.suggested else None,
            valueRecipients=self._recipients(value.recipients),
            valueTimeSplits=[
                {"startTime": one.start_ms / 1000, "duration": one.duration_ms / 1000}
                | said(
                    remoteStartTime=one.remote_start_ms / 1000 if one.remote_start_ms else None,
                    remoteItem=one.remote and self._remote(one.remote),
                    valueRecipients=self._recipients(one.recipients),
                )
                | ({} if one.percentage is None else {"remotePercentage": one.percentage})
                for one in value.time_splits
            ],
        )


def _named(within: str, **values: Any) -> Fields:
    return {f"{within}.{name}": value for name, value in said(**values).items()}


def _by_guid(made: Made) -> dict[str, Record]:
    return {record.guid: record for record in made.records}


def _clock(ms: int) -> str:
    seconds, millis = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}.{millis:03d}"


# ---------------------------------------------------------------- podcast-partytime

_PARTYTIME = """
import { readFileSync } from 'node:fs';
process.env.PARTYTIME_LOG = 'silent';
console.log = () => {}; console.warn = () => {};
const { parseFeed } = await import('podcast-partytime');
const read = (xml) => parseFeed(xml, { allowMissingGuid: true });
process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(read)));
"""
# What it makes of the rest: when it read it, which tags it found, words and dates of all.
_ITS_OWN = ("lastUpdate", "pc20support", "categories", "type", "newestItemPubDate", "oldestItemPubDate",
            "lastPubDate", "podcastSeasons")  # fmt: skip


def _one_line(value: str | None, *_: object) -> str | None:
    return value and " ".join(value.split())


def _no_booleans(value: list[Fields] | None, *_: object) -> list[Fields] | None:
    seen = [one | {"value": "" if one["value"] in ("true", "false") else one["value"]} for one in value or ()]
    return seen if any(one["value"] for one in seen) else None


def _with_length(value: list[Fields] | None, *_: object) -> list[Fields] | None:
    return [one for one in value or () if "length" in one] or None


def _with_address(value: Fields | None, *_: object) -> Fields | None:
    return value if value and "url" in value else None


def _small_letters(value: Fields | None, *_: object) -> Fields | None:
    return value and value | {"protocol": value["protocol"].lower()}


def _named_by_another(value: Fields | None, made: Made, guid: str) -> Fields | None:
    """A season without a name has that of a later episode, where it is the season's first."""
    same = [key for key, item in made.items.items() if value and item["season"] == value["number"]]
    if value is None or "name" in value or same[0] != guid:
        return value
    names = (made.items[key]["season_name"] for key in same)
    return value | said(name=next(filter(None, names), ""))


def _stream(one: Fields) -> Fields:
    others = [said(**other) | {"length": 0} for other in one.get("alternativeEnclosures", ())]
    return one | said(
        description=_one_line(one.get("description")),
        alternativeEnclosures=others,
        chat=_small_letters(one.get("chat")),
    )


class Partytime:
    """npm's podcast-partytime, which Podcast Index and Podverse read feeds with. It writes roles and groups
    as the taxonomy does, with capitals, and has room for one place, without its country."""

    faults: Mapping[str, Fault] = {
        "channel.description": Fault("it makes one line of several", _one_line),
        "item.description": Fault("it makes one line of several", _one_line),
        "channel.podcastTxt": Fault("it takes the words true and false for no text", _no_booleans),
        "item.podcastTxt": Fault("it takes the words true and false for no text", _no_booleans),
        "item.podcastSoundbites": Fault(
            "a soundbite at the very beginning starts at 0, which it takes for nothing",
            lambda value, *_: value and [one for one in value if one["startTime"]],
        ),
        "item.alternativeEnclosures": Fault("it passes over those without a length", _with_length),
        "channel.podcastLiveItems": Fault(
            "it makes one line of several, and 0 of the lengths of other forms",
            lambda value, *_: value and [_stream(one) for one in value],
        ),
        "channel.license": Fault("it passes over a licence of one's own without an address", _with_address),
        "item.license": Fault("it passes over a licence of one's own without an address", _with_address),
        "channel.chat": Fault("it writes protocols in small letters", _small_letters),
        "item.chat": Fault("it writes protocols in small letters", _small_letters),
        "channel.locked": Fault(
            "it passes over a lock without an owner",
            lambda value, made, _: value if made.network.owner_email else None,
        ),
        "item.podcastSocialInteraction": Fault(
            "it does not see that no comments are wanted",
            lambda value, *_: [one for one in value or () if "url" in one] or None,
        ),
        "item.podcastSeason": Fault(
            "a season without a name gets the name that another episode gives it", _named_by_another
        ),
    }

    def views(self, feeds: Sequence[Made]) -> list[View]:
        stdin = json.dumps([one.xml.decode() for one in feeds])
        views = []
        for read in tools.node("podcast-partytime", _PARTYTIME, stdin=stdin):
            items = {one["guid"]: one for one in read.pop("items", [])}
            views.append(View({name: one for name, one in read.items() if name not in _ITS_OWN}, items))
        return views

    def ought(self, made: Made) -> View:
        return View(
            self._channel(made), {guid: self._item(made, one) for guid, one in _by_guid(made).items()}
        )

    def _channel(self, made: Made) -> Fields:
        show = made.show
        name, email = made.owner
        blocked = dict.fromkeys(show["block_services"], True)
        blocked |= dict.fromkeys(show["allow_services"], False)
        any_block = show["block"] or blocked
        hubs = [uri(hub) for hub in made.network.hubs]
        return said(
            title=show["title"],
            description=show["description"],
            link=show["link"],
            explicit=show["explicit"],
            itunesBlock=show["block"],
            itunesComplete=show["complete"],
            itunesImage=made.url(COVER),
            language=show["language"],
            itunesCategory=[f"{one.name} > {one.sub}" if one.sub else one.name for one in show["categories"]],
            generator="lornpod",
            pubDate=iso(made.built),
            lastBuildDate=iso(made.built),
            itunesType=show["type"],
            itunesNewFeedUrl=show["new_feed_url"],
            pubsub=said(self=made.own_url, hub=hubs[0] if hubs else ""),
            author=show["author"],
            owner=said(name=name, email=email),
            image={"url": made.url(COVER), "title": show["title"], "link": show["link"]},
            copyright=show["copyright"],
            locked=show["locked"],
            podcastOwner=made.network.owner_email,
            podcastFunding=[{"message": one.title, "url": one.href} for one in show["funding"]],
            trailers=[
                said(
                    title=one.title,
                    url=one.url,
                    pubdate=iso(one.published),
                    type=one.media_type,
                    length=one.length_bytes,
                    season=one.season,
                )
                for one in show["trailers"]
            ],
            guid=show["guid"],
            medium=show["medium"],
            podcastLiveItems=[self._live(one) for one in show["live"]],
            podcastBlocked="yes" if show["block"] else "no",
            podcastTxt=self._txt(show),
            podcastRemoteItems=[self._remote(one) for one in show["remote_items"]],
            podroll=[self._remote(one) for one in show["podroll"]],
            podcastPublisher=show["publisher"]
            and said(feedGuid=show["publisher"].guid, feedUrl=show["publisher"].url),
            podcastLocation=self._location(show),
            license=said(identifier=show["license"], url=show["license_href"]),
            **self._shared(show),
        ) | ({"podcastBlockedPlatforms": blocked} if any_block else {})

    def _item(self, made: Made, record: Record) -> Fields:
        item, media = made.items[record.guid], record.media.artifact
        season, episode = item["season"], item["episode"]
        notes = cleaned(record.notes) if cleaned(record.case.summary) else ""
        # An item has its channel's value where it has none (podcast namespace, value).
        value = item["value"] or made.show["value"]
        return said(
            guid=record.guid,
            enclosure={"url": made.url(media.key), "length": media.length_bytes, "type": media.media_type},
            duration=90,
            explicit=item["explicit"],
            title=item["title"],
            link=item["href"],
            itunesImage=item["image"],
            image=item["image"],
            itunesEpisode=episode if isinstance(episode, int) else None,
            itunesEpisodeType=item["episode_type"],
            itunesSeason=season,
            pubDate=iso(item["published"]),
            description=item["summary"],
            content=notes,
            podcastTranscripts=[
                said(
                    url=made.url(one.key),
                    type=one.media_type,
                    language=one.language,
                    rel="captions" if one.media_type in ("text/vtt", "application/x-subrip") else "",
                )
                for one in record.transcripts
            ],
            podcastChapters=record.chapters
            and {"url": made.url(record.chapters.key), "type": record.chapters.media_type},
            podcastSoundbites=[
                {
                    "startTime": one.start_ms / 1000,
                    "duration": one.duration_ms / 1000,
                    "title": one.title or made.show["title"],
                }
                for one in item["soundbites"]
            ],
            podcastSeason=said(number=season, name=item["season_name"]),
            podcastEpisode=said(number=episode, display=item["episode_display"]),
            podcastTxt=self._txt(item),
            podcastSocialInteraction=[
                said(platform=one.protocol, url=one.uri, profileUrl=one.account_href)
                | {"id": one.account}
                | ({} if one.priority is None else {"priority": one.priority})
                for one in item["social"]
            ],
            podcastLocation=self._location(item),
            license=said(identifier=item["license"], url=item["license_href"]),
            **self._shared(item | {"value": value}),
        )

    def _live(self, one: Live) -> Fields:
        return said(
            status=one.status,
            start=iso(one.start),
            end=iso(one.end),
            guid=one.guid,
            enclosure={"url": one.url, "length": 0, "type": one.media_type},
            title=one.title,
            description=one.description,
            link=one.href,
            image=one.image,
            contentLinks=[{"title": link.title, "url": link.href} for link in one.links],
            **self._shared(fields_of(one)),
        )

    def _txt(self, fields: Fields) -> list[Fields]:
        return [said(value=one.text, purpose=one.purpose) for one in fields["txt"]]

    def _location(self, fields: Fields) -> Fields | None:
        """It has room for one."""
        return next((said(name=one.name, osm=one.osm, geo=one.geo) for one in places_of(fields)), None)

    def _shared(self, fields: Fields) -> Fields:
        chat, value = fields["chat"], fields["value"]
        square = [
            one
            for one in fields["images"]
            if one.width_px and one.ratio == 1 and not one.media_type.startswith("video/")
        ]
        return {
            "podcastPeople": [
                said(name=one.name, role=role.title(), group=group.title(), img=one.img, href=one.href)
                for one, role, group in people_of(fields)
            ],
            "alternativeEnclosures": [self._alternate(one) for one in fields.get("alternates", ())],
            "value": value and self._value(value),
            "podcastImages": [
                {"raw": f"{href} {one.width_px}w", "parsed": {"url": href, "width": one.width_px}}
                for one in square
                for href in (one.href.replace(",", "%2C"),)
            ],
            "chat": chat
            and said(
                phase="7",
                protocol=chat.protocol,
                server=chat.server,
                accountId=chat.account,
                space=chat.space,
            ),
        }

    def _alternate(self, one: AlternateEnclosure) -> Fields:
        kind, _, value = one.integrity.partition(" ")
        return said(
            type=one.media_type,
            length=one.length_bytes,
            source=[
                {"uri": source.uri, "contentType": source.media_type or one.media_type}
                for source in one.sources
            ],
            default=one.default,
            integrity=said(type=kind, value=value),
            bitrate=one.bitrate_bps,
            height=one.height_px,
            lang=one.language,
            title=one.title,
            rel=one.rel,
            codecs=one.codecs,
        )

    def _remote(self, one: RemoteItem) -> Fields:
        return said(feedGuid=one.guid, feedUrl=one.url, itemGuid=one.item, medium=one.medium, title=one.title)

    def _recipients(self, recipients: Iterable[Recipient]) -> list[Fields]:
        return [
            said(
                name=one.name,
                customKey=one.custom_key,
                customValue=one.custom_value,
                type=one.type,
                address=one.address,
                split=one.split,
                fee=one.fee,
            )
            for one in recipients
        ]

    def _value(self, value: Value) -> Fields:
        return said(
            type=value.type,
            method=value.method,
            suggested=float(value.suggested) if value.suggested else None,
            recipients=self._recipients(value.recipients),
            valueTimeSplits=[
                {"startTime": one.start_ms / 1000, "duration": one.duration_ms / 1000}
                | (
                    {
                        "type": "remoteItem",
                        "remoteStartTime": one.remote_start_ms / 1000,
                        "remotePercentage": 100 if one.percentage is None else one.percentage,
                        "remoteItem": self._remote(one.remote),
                    }
                    if one.remote
                    else {"type": "recipients", "recipients": self._recipients(one.recipients)}
                )
                for one in value.time_splits
            ],
        )


# ---------------------------------------------------------------- podcastparser


@dataclass(frozen=True)
class Podcastparser:
    """gPodder's podcastparser; with *old*, of feeds that name the podcast namespace as it alone knows it."""

    old: bool = False

    @property
    def faults(self) -> Mapping[str, Fault]:
        known = {
            "item.chapters": Fault(
                "it drops the fractions of Podlove's times",
                lambda value, *_: value and [one | {"start": int(one["start"])} for one in value],
            ),
            "item.description": Fault(
                "it takes HTML for no description, and the words in it for one",
                lambda value, *_: re.sub("<[^>]*>", "", value) if "<p>" in value else value,
            ),
        }
        last = Fault("it keeps the last of several transcripts", lambda _, made, guid: made.last_text(guid))
        return known | ({"item.transcript_url": last} if self.old else {})

    def views(self, feeds: Sequence[Made]) -> list[View]:
        return [self._view(one.xml) for one in feeds]

    def _view(self, xml: bytes) -> View:
        if self.old:
            xml = xml.replace(NAMESPACES["podcast"].encode(), OLD_PODCAST.encode())
        read = podcastparser.parse("https://cdn.example.org/feed.xml", io.BytesIO(xml))
        return View(read, {one["guid"]: one for one in read.pop("episodes")})

    def ought(self, made: Made) -> View:
        return View(
            self._channel(made), {guid: self._item(made, one) for guid, one in _by_guid(made).items()}
        )

    def _channel(self, made: Made) -> Fields:
        show = made.show
        name, email = made.owner
        known = said(
            title=show["title"],
            description=show["description"],
            link=show["link"],
            language=show["language"],
            generator="lornpod",
            cover_url=made.url(COVER),
            explicit=show["explicit"],
            type=show["type"],
            itunes_author=show["author"],
            itunes_categories=[[one.name, one.sub] if one.sub else [one.name] for one in show["categories"]],
            itunes_owner=said(name=name, email=email),
            new_url=show["new_feed_url"],
        )
        if self.old:
            known |= said(
                import_prohibited=show["locked"],
                funding_url=show["funding"][-1].href if show["funding"] else "",
            )
        return known

    def _item(self, made: Made, record: Record) -> Fields:
        item, media = made.items[record.guid], record.media.artifact
        episode = item["episode"]
        picture = thumbnail_of(item)
        known = {
            "guid": record.guid,
            "title": item["title"],
            "link": item["href"],
            "description": item["summary"],
            "published": int(item["published"].timestamp()),
            "total_time": 90,
            "explicit": item["explicit"],
            "type": item["episode_type"],
            "enclosures": [
                {
                    "url": made.url(media.key),
                    "file_size": media.length_bytes,
                    "mime_type": media.media_type,
                }
            ],
            "payment_url": None,
            **said(
                description_html=cleaned(record.notes),
                season=item["season"],
                number=episode if isinstance(episode, int) else None,
                episode_art_url=item["image"] or (picture.href if picture else ""),
                chapters=[
                    {"start": one.start_ms / 1000, "title": one.title} | said(href=one.href, image=one.img)
                    for one in item["chapters"]
                ],
            ),
        }
        if self.old:
            known |= said(
                persons=[
                    {
                        "name": one.name,
                        "role": role,
                        "group": group,
                        "img": one.img or None,
                        "href": one.href or None,
                    }
                    for one, role, group in people_of(item)
                ],
                transcript_url=made.url(record.transcripts[0].key) if record.transcripts else "",
                chapters_json_url=made.url(record.chapters.key) if record.chapters else "",
            )
        return known


# ---------------------------------------------------------------- feedparser


def _last_stream(name: str) -> Callable[[Any, Made, str], Any]:
    """What the last stream that has a *name* says by it, in place of what its channel says."""

    def sees(value: Any, made: Made, _: str) -> Any:
        said_there = [getattr(one, name) for one in made.show["live"] if getattr(one, name)]
        return said_there[-1] if said_there else value

    return sees


def _with_streams(value: list[Fields], made: Made, _: str) -> list[Fields]:
    return [
        *value,
        *(
            link
            for live in made.show["live"]
            for link in (
                *([{"rel": "alternate", "type": "text/html", "href": live.href}] if live.href else []),
                {"rel": "enclosure", "href": live.url, "length": "0", "type": live.media_type},
            )
        ),
    ]


def _owner(name: str) -> Callable[[Any, Made, str], Any]:
    def sees(value: Any, made: Made, _: str) -> Any:
        called, email = made.owner
        detail = {"name": called, "email": email}
        return {"author": called, "author_detail": detail, "authors": [detail]}[name] if email else value

    return sees


def _small_rel(value: Any, *_: object) -> Any:
    return value | {"rel": value["rel"].lower()} if isinstance(value, dict) and "rel" in value else value


_TAKES_STREAMS = "it takes what a stream says (podcast:liveItem) for its channel's word"
_TAKES_OWNER = "it takes the owner for the author"
_OLD_EXPLICIT = "it knows yes and clean alone"


class Feedparser:
    """feedparser. Of each tag of the podcast namespace it keeps one, the last, and of that the attributes, or
    the words where there are none: what these are is asked of the XML."""

    faults: Mapping[str, Fault] = {
        "channel.subtitle": Fault(_TAKES_STREAMS, _last_stream("description")),
        "channel.subtitle_detail": Fault(_TAKES_STREAMS, _last_stream("description")),
        "channel.link": Fault(_TAKES_STREAMS, _last_stream("href")),
        "channel.links": Fault(_TAKES_STREAMS, _with_streams),
        "channel.id": Fault(_TAKES_STREAMS, _last_stream("guid")),
        "channel.guidislink": Fault(
            _TAKES_STREAMS, lambda value, made, _: False if made.show["live"] else value
        ),
        "channel.image": Fault(
            _TAKES_STREAMS,
            lambda value, made, _: {"href": _last_stream("image")(value["href"], made, "")},
        ),
        "channel.author": Fault(_TAKES_OWNER, _owner("author")),
        "channel.author_detail": Fault(_TAKES_OWNER, _owner("author_detail")),
        "channel.authors": Fault(_TAKES_OWNER, _owner("authors")),
        "channel.itunes_explicit": Fault(_OLD_EXPLICIT, lambda *_: None),
        "item.itunes_explicit": Fault(_OLD_EXPLICIT, lambda *_: None),
        "item.author_detail": Fault(
            "it names the first of several authors here, and the last as author",
            lambda value, made, guid: value and {"name": made.hosts(guid)[0]},
        ),
        "channel.podcast_alternateenclosure": Fault("it writes rel in small letters", _small_rel),
        "item.podcast_alternateenclosure": Fault("it writes rel in small letters", _small_rel),
        "item.href": Fault(
            "it makes an empty one of a thumbnail",
            lambda _, made, guid: "" if thumbnail_of(made.items[guid]) else None,
        ),
    }

    def views(self, feeds: Sequence[Made]) -> list[View]:
        return [self._view(one.xml) for one in feeds]

    def _view(self, xml: bytes) -> View:
        read = feedparser.parse(xml)
        assert not read.bozo
        return View(self._plain(read.feed), {one.id: self._plain(one) for one in read.entries})

    def _plain(self, read: Mapping[str, Any]) -> Fields:
        fields: Fields = {}
        for name, value in read.items():
            if name.endswith("_detail") and "value" in value:
                fields[name] = value["value"]
            elif name.endswith("_parsed"):
                fields[name] = calendar.timegm(value)
            else:
                fields[name] = value
        return fields

    def ought(self, made: Made) -> View:
        channel = etree.fromstring(made.xml)[0]
        items = {str(one.findtext("guid")): one for one in channel.findall("item")}
        for item in items.values():
            channel.remove(item)
        return View(
            self._channel(made) | self._podcast(channel),
            {
                guid: self._item(made, one) | self._podcast(items[guid])
                for guid, one in _by_guid(made).items()
            },
        )

    def _podcast(self, within: etree._Element) -> Fields:
        last: Fields = {}
        for one in within.iter(f"{{{NAMESPACES['podcast']}}}*"):
            attributes = {str(name).lower(): str(value) for name, value in one.attrib.items()}
            name = f"podcast_{etree.QName(one).localname.lower()}"
            last[name] = attributes or cleaned(one.text or "")
        return last

    def _channel(self, made: Made) -> Fields:
        show = made.show
        name, email = made.owner
        hubs = [{"rel": "hub", "href": uri(hub), "type": "text/html"} for hub in made.network.hubs]
        owner = said(name=name, email=email)
        terms = [term for one in show["categories"] for term in (one.name, one.sub) if term]
        built = made.built
        return said(
            title=show["title"],
            title_detail=show["title"],
            subtitle=show["description"],
            subtitle_detail=show["description"],
            link=show["link"],
            links=[
                {"rel": "alternate", "type": "text/html", "href": show["link"]},
                {"rel": "self", "type": rss.MEDIA_TYPE, "href": made.own_url},
                *hubs,
            ],
            language=show["language"],
            rights=show["copyright"],
            rights_detail=show["copyright"],
            generator="lornpod",
            generator_detail={"name": "lornpod"},
            docs="http://www.rssboard.org/rss-specification",
            image={"href": made.url(COVER)},
            updated=built and rfc2822(built),
            updated_parsed=built and int(built.timestamp()),
            author=show["author"],
            author_detail={"name": show["author"]},
            authors=[{"name": show["author"]}],
            publisher_detail=owner,
            tags=[{"term": term, "scheme": "http://www.itunes.com/", "label": None} for term in terms],
            itunes_type=show["type"],
            itunes_title=show["itunes_title"],
            itunes_block=1 if show["block"] else None,
            itunes_complete="Yes" if show["complete"] else "",
            **{"itunes_new-feed-url": show["new_feed_url"]},
        ) | {"itunes_explicit": show["explicit"]}

    def _item(self, made: Made, record: Record) -> Fields:
        item, media = made.items[record.guid], record.media.artifact
        episode, published = item["episode"], item["published"]
        notes = cleaned(record.notes) if cleaned(record.case.summary) else ""
        hosts = made.hosts(record.guid)
        picture = thumbnail_of(item)
        chapters = [
            {
                "start": _clock(one.start_ms),
                "start_parsed": timedelta(milliseconds=one.start_ms),
                "title": one.title,
            }
            | said(href=one.href, image=one.img)
            for one in item["chapters"]
        ]
        return said(
            id=record.guid,
            guidislink=False,
            title=item["title"],
            title_detail=item["title"],
            link=item["href"],
            links=[
                {"rel": "alternate", "type": "text/html", "href": item["href"]},
                {
                    "rel": "enclosure",
                    "href": made.url(media.key),
                    "length": str(media.length_bytes),
                    "type": media.media_type,
                },
            ],
            summary=item["summary"],
            summary_detail=item["summary"],
            content=[{"base": "", "language": None, "type": "text/html", "value": notes}] if notes else [],
            published=rfc2822(published),
            published_parsed=int(published.timestamp()),
            author=hosts[-1] if hosts else "",
            author_detail={"name": hosts[-1]} if hosts else {},
            authors=[{"name": host} for host in hosts],
            itunes_title=item["itunes_title"],
            itunes_duration="90",
            itunes_season=None if item["season"] is None else str(item["season"]),
            itunes_episode=str(episode) if isinstance(episode, int) else "",
            itunes_episodetype=item["episode_type"],
            itunes_block=1 if item["block"] else None,
            image={"href": item["image"]} if item["image"] else {},
            media_thumbnail=[
                said(
                    url=picture.href,
                    width=picture.width_px and str(picture.width_px),
                    height=picture.height_px and str(picture.height_px),
                )
            ]
            if picture
            else [],
            psc_chapters={"version": "1.2", "chapters": chapters} if chapters else {},
        ) | {"itunes_explicit": item["explicit"]}
