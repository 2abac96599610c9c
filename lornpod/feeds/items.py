"""The item's tags, one small function each, in the order of :data:`ITEM`.

Sources: Apple's “A Podcaster's Guide to RSS”; the podcast namespace 1.0; Podlove Simple Chapters 1.2;
PSP-1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..model import Artifact, Credit, Network, Person, Record
from . import tags
from .namespaces import (
    DC,
    ITUNES,
    PODCAST,
    PSC,
    Xml,
    address,
    boolean,
    clean,
    element,
    escaped,
    first,
    number,
    rfc2822,
    seconds,
    short,
    uri,
)
from .renditions import alternates

_LONG = 128
_BRIEF = 300  # characters of a summary that says as little as it can
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


def title(item: Item) -> Iterator[Xml]:
    yield element("", "title", first(item.record.case.title, item.record.case.id))


def link(item: Item) -> Iterator[Xml]:
    if address := uri(item.network.case_url(item.record.case)):
        yield element("", "link", address)


def description(item: Item) -> Iterator[Xml]:
    if said := clean(item.record.case.summary):
        yield element("", "description", said)


def brief_description(item: Item) -> Iterator[Xml]:
    if said := short(item.record.case.summary, _BRIEF):
        yield element("", "description", said)


def content_encoded(item: Item) -> Iterator[Xml]:
    """The show notes; where nothing is said of the case besides, they are its description."""
    if notes := clean(item.record.notes):
        tag = "content:encoded" if clean(item.record.case.summary) else "description"
        # CDATA cannot hold its own end, and an item's start is looked for: such notes are escaped instead,
        # which says the same.
        whole = "]]>" in notes or "<item>" in notes
        yield f"<{tag}>{escaped(notes) if whole else f'<![CDATA[{notes}]]>'}</{tag}>"


def guid(item: Item) -> Iterator[Xml]:
    if said := clean(item.record.guid):
        yield f'<guid isPermaLink="false">{escaped(said)}</guid>'


def enclosure(item: Item) -> Iterator[Xml]:
    media = item.record.media.artifact
    length = number(media.length_bytes)
    yield element("", "enclosure", url=item.url(media.key), length=length, type=media.media_type)


def pub_date(item: Item) -> Iterator[Xml]:
    if item.record.case.published is not None:
        yield element("", "pubDate", rfc2822(item.record.case.published))


def dc_creator(item: Item) -> Iterator[Xml]:
    """Who made the episode: its hosts, each of them."""
    for host in item.record.case.hosts or item.inherited.hosts:
        if clean(host.name):
            yield element(DC, "creator", host.name)


def media_thumbnail(item: Item) -> Iterator[Xml]:
    yield from tags.thumbnail(item.record.case.images, item.record.case.image, item.url)


# ---------------------------------------------------------------- Apple


def itunes_title(item: Item) -> Iterator[Xml]:
    if item.record.case.itunes_title:
        yield element(ITUNES, "title", item.record.case.itunes_title)


def itunes_duration(item: Item) -> Iterator[Xml]:
    """Whole seconds (Apple); at least one."""
    yield element(ITUNES, "duration", str(max(1, round(item.record.media.sound.duration_ms / 1000))))


def itunes_image(item: Item) -> Iterator[Xml]:
    if item.record.case.image:
        yield element(ITUNES, "image", href=item.url(item.record.case.image))


def itunes_explicit(item: Item) -> Iterator[Xml]:
    own = item.record.case.explicit
    yield element(ITUNES, "explicit", boolean(item.inherited.explicit if own is None else own))


def itunes_episode(item: Item) -> Iterator[Xml]:
    """Apple takes whole numbers alone."""
    case = item.record.case
    yield element(ITUNES, "episodeType", case.episode_type)
    if case.season is not None:
        yield element(ITUNES, "season", number(case.season))
    if isinstance(case.episode, int):
        yield element(ITUNES, "episode", number(case.episode))


def itunes_block(item: Item) -> Iterator[Xml]:
    if item.record.case.block:
        yield element(ITUNES, "block", "Yes")


# ---------------------------------------------------------------- podcast namespace


def podcast_season(item: Item) -> Iterator[Xml]:
    case = item.record.case
    if case.season is not None:
        yield element(PODCAST, "season", number(case.season), name=case.season_name)


def podcast_episode(item: Item) -> Iterator[Xml]:
    case = item.record.case
    if case.episode is not None:
        yield element(PODCAST, "episode", number(case.episode), display=case.episode_display)


def podcast_person(item: Item) -> Iterator[Xml]:
    """An item's list replaces its channel's: it is whole, with the show's hosts where the case has none."""
    case = item.record.case
    if case.hosts or case.guests or case.credits:
        hosts = case.hosts or item.inherited.hosts
        others = case.credits or item.inherited.credits
        yield from tags.persons(hosts, case.guests, others, item.url)


def podcast_location(item: Item) -> Iterator[Xml]:
    yield from tags.location(item.record.case.place, item.record.case.other_places)


def podcast_license(item: Item) -> Iterator[Xml]:
    yield from tags.license_tag(item.record.case.license, item.record.case.license_href)


def podcast_funding(item: Item) -> Iterator[Xml]:
    yield from tags.funding(item.record.case.funding)


def podcast_image(item: Item) -> Iterator[Xml]:
    yield from tags.images(item.record.case.images, item.url)


def podcast_txt(item: Item) -> Iterator[Xml]:
    yield from tags.txt(item.record.case.txt)


def podcast_chat(item: Item) -> Iterator[Xml]:
    yield from tags.chat(item.record.case.chat)


def podcast_social(item: Item) -> Iterator[Xml]:
    yield from tags.social(item.record.case.social)


def podcast_value(item: Item) -> Iterator[Xml]:
    yield from tags.value(item.record.case.value)


def podcast_content_link(item: Item) -> Iterator[Xml]:
    yield from tags.content_links(item.record.case.content_links)


def podcast_alternate_enclosure(item: Item) -> Iterator[Xml]:
    yield from tags.alternate_enclosures(alternates(item.record, item.url))


def podcast_transcript(item: Item) -> Iterator[Xml]:
    """The episode's own language first: AntennaPod takes the first of the best type whatever its language."""
    for artifact in _texts(item):
        yield _transcript(item, artifact)


def first_transcript(item: Item) -> Iterator[Xml]:
    for artifact in _texts(item)[:1]:
        yield _transcript(item, artifact)


def _texts(item: Item) -> list[Artifact]:
    own = item.record.case.language.casefold()
    return sorted(item.record.transcripts, key=lambda artifact: artifact.language.casefold() != own)


def _transcript(item: Item, artifact: Artifact) -> Xml:
    return element(
        PODCAST,
        "transcript",
        url=item.url(artifact.key),
        type=artifact.media_type,
        language=artifact.language,
        rel="captions" if artifact.media_type in _CAPTIONS else "",
    )


def podcast_chapters(item: Item) -> Iterator[Xml]:
    chapters = item.record.chapters
    if chapters is not None:
        yield element(PODCAST, "chapters", url=item.url(chapters.key), type=chapters.media_type)


def psc_chapters(item: Item) -> Iterator[Xml]:
    if item.record.case.chapters:
        chapters = (
            element(
                PSC,
                "chapter",
                start=_clock(chapter.start_ms),
                title=chapter.title,
                href=uri(chapter.href) if chapter.href else "",
                image=item.url(chapter.img) if chapter.img else "",
            )
            for chapter in item.record.case.chapters
        )
        yield element(PSC, "chapters", "", chapters, version="1.2")


def podcast_soundbite(item: Item) -> Iterator[Xml]:
    """A title of at most 128 characters (podcast namespace, soundbite)."""
    for bite in item.record.case.soundbites:
        start, duration = seconds(bite.start_ms), seconds(bite.duration_ms)
        title = short(bite.title, _LONG)
        yield element(PODCAST, "soundbite", title, startTime=start, duration=duration)


Tag = Callable[[Item], Iterator[Xml]]

ITEM: tuple[Tag, ...] = (
    title,
    link,
    description,
    content_encoded,
    guid,
    enclosure,
    pub_date,
    dc_creator,
    itunes_title,
    itunes_duration,
    media_thumbnail,  # before the episode's picture: gPodder shows whichever comes last
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

# Of a short item: its notes are on its page, and its chapters in the file that podcast:chapters names.
SHORT: tuple[Tag, ...] = tuple(tag for tag in ITEM if tag not in (content_encoded, psc_chapters))

# Of a brief one: what it takes to find the episode in an app, and to play and read it there.
BRIEF: tuple[Tag, ...] = (
    title,
    link,
    brief_description,
    guid,
    enclosure,
    pub_date,
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
    podcast_txt,
    podcast_social,
    podcast_value,
    first_transcript,
    podcast_chapters,
)
LEVELS = (ITEM, SHORT, BRIEF)


def written(item: Item, level: int = 0) -> bytes:
    """*item* as it stands in a feed that declares :data:`NAMESPACES`, with the tags of its *level*: in the
    bytes that feedgen would write, which a test holds, and ten times as fast."""
    return f"<item>{''.join(xml for tag in LEVELS[level] for xml in tag(item))}</item>".encode()


def _clock(ms: int) -> str:
    """HH:MM:SS.mmm (Podlove Simple Chapters, Normal Play Time)."""
    seconds, millis = divmod(ms, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{millis:03d}"
