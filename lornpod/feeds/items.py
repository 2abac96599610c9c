"""The item's tags that feedgen does not know, one small function each, in the order of :data:`ITEM`.

Sources: Apple's “A Podcaster's Guide to RSS”; the podcast namespace 1.0; Podlove Simple Chapters 1.2;
PSP-1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from feedgen.ext.base import BaseEntryExtension

from ..model import Artifact, Credit, Network, Person, Record
from . import tags
from .namespaces import (
    DC,
    ITUNES,
    PODCAST,
    PSC,
    Element,
    address,
    boolean,
    clean,
    element,
    number,
    rfc2822,
    short,
    uri,
)
from .renditions import alternates

_LONG = 128
_CAPTIONS = frozenset({"text/vtt", "application/x-subrip"})


@dataclass(frozen=True, slots=True)
class Inherited:
    """What an episode has from its show, where it says nothing of its own."""

    explicit: bool
    hosts: tuple[Person, ...] = ()
    credits: tuple[Credit, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """What an item's tags are made of."""

    network: Network
    record: Record
    inherited: Inherited

    def url(self, reference: str) -> str:
        return address(self.network, reference)


# ---------------------------------------------------------------- RSS, Dublin Core, Media RSS


def pub_date(item: Item) -> Iterator[Element]:
    if item.record.case.published is not None:
        yield element("", "pubDate", rfc2822(item.record.case.published))


def dc_creator(item: Item) -> Iterator[Element]:
    """Who made the episode: its hosts, each of them."""
    for host in item.record.case.hosts or item.inherited.hosts:
        if clean(host.name):
            yield element(DC, "creator", host.name)


def media_thumbnail(item: Item) -> Iterator[Element]:
    yield from tags.thumbnail(item.record.case.images, item.record.case.image, item.url)


# ---------------------------------------------------------------- Apple


def itunes_title(item: Item) -> Iterator[Element]:
    if item.record.case.itunes_title:
        yield element(ITUNES, "title", item.record.case.itunes_title)


def itunes_duration(item: Item) -> Iterator[Element]:
    """Whole seconds (Apple); at least one."""
    yield element(ITUNES, "duration", str(max(1, round(item.record.media.sound.duration_ms / 1000))))


def itunes_image(item: Item) -> Iterator[Element]:
    if item.record.case.image:
        yield element(ITUNES, "image", href=item.url(item.record.case.image))


def itunes_explicit(item: Item) -> Iterator[Element]:
    own = item.record.case.explicit
    yield element(ITUNES, "explicit", boolean(item.inherited.explicit if own is None else own))


def itunes_episode(item: Item) -> Iterator[Element]:
    """Apple takes whole numbers alone."""
    case = item.record.case
    yield element(ITUNES, "episodeType", case.episode_type)
    if case.season is not None:
        yield element(ITUNES, "season", number(case.season))
    if isinstance(case.episode, int):
        yield element(ITUNES, "episode", number(case.episode))


def itunes_block(item: Item) -> Iterator[Element]:
    if item.record.case.block:
        yield element(ITUNES, "block", "Yes")


# ---------------------------------------------------------------- podcast namespace


def podcast_season(item: Item) -> Iterator[Element]:
    case = item.record.case
    if case.season is not None:
        yield element(PODCAST, "season", number(case.season), name=case.season_name)


def podcast_episode(item: Item) -> Iterator[Element]:
    case = item.record.case
    if case.episode is not None:
        yield element(PODCAST, "episode", number(case.episode), display=case.episode_display)


def podcast_person(item: Item) -> Iterator[Element]:
    """An item's list replaces its channel's: it is whole, with the show's hosts where the case has none."""
    case = item.record.case
    if case.hosts or case.guests or case.credits:
        hosts = case.hosts or item.inherited.hosts
        others = case.credits or item.inherited.credits
        yield from tags.persons(hosts, case.guests, others, item.url)


def podcast_location(item: Item) -> Iterator[Element]:
    yield from tags.location(item.record.case.place)


def podcast_license(item: Item) -> Iterator[Element]:
    yield from tags.license_tag(item.record.case.license, item.record.case.license_href)


def podcast_funding(item: Item) -> Iterator[Element]:
    yield from tags.funding(item.record.case.funding)


def podcast_image(item: Item) -> Iterator[Element]:
    yield from tags.images(item.record.case.images, item.url)


def podcast_txt(item: Item) -> Iterator[Element]:
    yield from tags.txt(item.record.case.txt)


def podcast_chat(item: Item) -> Iterator[Element]:
    yield from tags.chat(item.record.case.chat)


def podcast_social(item: Item) -> Iterator[Element]:
    yield from tags.social(item.record.case.social)


def podcast_value(item: Item) -> Iterator[Element]:
    yield from tags.value(item.record.case.value)


def podcast_content_link(item: Item) -> Iterator[Element]:
    yield from tags.content_links(item.record.case.content_links)


def podcast_alternate_enclosure(item: Item) -> Iterator[Element]:
    for other in alternates(item.record, item.url):
        made = element(
            PODCAST,
            "alternateEnclosure",
            type=other.media_type,
            length=number(other.length_bytes),
            bitrate=number(other.bitrate_bps),
            height=number(other.height_px),
            lang=other.language,
            title=other.title,
            rel=other.rel,
            codecs=other.codecs,
            default=boolean(True) if other.default else "",
        )
        for source in other.sources:
            made.append(element(PODCAST, "source", uri=uri(source.uri), contentType=source.media_type))
        if other.integrity:
            kind = "pgp-signature" if other.integrity.startswith("-----") else "sri"
            made.append(element(PODCAST, "integrity", type=kind, value=other.integrity))
        yield made


def podcast_transcript(item: Item) -> Iterator[Element]:
    """The episode's own language first: AntennaPod takes the first of the best type whatever its language."""
    own = item.record.case.language.casefold()
    for artifact in sorted(item.record.transcripts, key=lambda artifact: artifact.language.casefold() != own):
        yield _transcript(item, artifact)


def _transcript(item: Item, artifact: Artifact) -> Element:
    return element(
        PODCAST,
        "transcript",
        url=item.url(artifact.key),
        type=artifact.media_type,
        language=artifact.language,
        rel="captions" if artifact.media_type in _CAPTIONS else "",
    )


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
        title = short(bite.title, _LONG)
        yield element(PODCAST, "soundbite", title, startTime=start, duration=duration)


Tag = Callable[[Item], Iterator[Element]]

ITEM: tuple[Tag, ...] = (
    pub_date,
    dc_creator,
    itunes_title,
    itunes_duration,
    itunes_image,
    itunes_explicit,
    itunes_episode,
    itunes_block,
    podcast_season,
    podcast_episode,
    podcast_person,
    podcast_location,
    podcast_license,
    podcast_funding,
    podcast_image,
    media_thumbnail,
    podcast_txt,
    podcast_chat,
    podcast_social,
    podcast_value,
    podcast_content_link,
    podcast_alternate_enclosure,
    podcast_transcript,
    podcast_chapters,
    psc_chapters,
    podcast_soundbite,
)

# Of a short item: chapters are in the file that podcast:chapters names.
SHORT: tuple[Tag, ...] = tuple(tag for tag in ITEM if tag is not psc_chapters)


def _clock(ms: int) -> str:
    """HH:MM:SS.mmm (Podlove Simple Chapters, Normal Play Time)."""
    seconds, millis = divmod(ms, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{millis:03d}"


# ---------------------------------------------------------------- feedgen's side


class ItemExtension(BaseEntryExtension):  # type: ignore[misc]
    """Puts the item's tags after feedgen's own."""

    item: Item
    tags: tuple[Tag, ...] = ITEM

    def extend_rss(self, entry: Element) -> Element:
        for tag in self.tags:
            entry.extend(tag(self.item))
        return entry
