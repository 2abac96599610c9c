"""The feeds hold what PSP-1, Apple and the podcast namespace ask, as readers of others' making see it."""

from __future__ import annotations

import gzip
import io
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import unquote
from uuid import UUID, uuid5

import feedparser
import podcastparser
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from lornpod.feeds import rss
from lornpod.feeds.namespaces import uri
from lornpod.model import (
    Category,
    Chapter,
    Feed,
    Link,
    Network,
    Person,
    Place,
    Record,
    Rendition,
    Soundbite,
    podcast_guid,
)

from . import builders as build

SPEC = Path(__file__).parents[2] / "shared" / "spec"

Element: TypeAlias = "etree._Element"
NS = {
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "psc": "http://podlove.org/simple-chapters",
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
    "fh": "http://purl.org/syndication/history/1.0",
}
CDN = "https://cdn.example.org/pod/"
DAY = timedelta(days=1)

NETWORK = build.network(
    copyright="Fjordheim kommune",
    license="cc-by-4.0",
    license_href="https://creativecommons.org/licenses/by/4.0/",
    funding=(Link("Støtt oss", "https://example.org/stott?a=1&b=2"),),
    case_href="https://example.org/case/{id}",
)
FEED = build.feed(new_feed_url="https://new.example.org/feed.xml")
CASE = build.case(
    season=2,
    episode=7,
    explicit=True,
    image="art/c0901-ee.jpg",
    guests=(replace(build.KARI, img="art/kari-dd.jpg"),),
    place=Place("Trøndelag", geo="geo:63.43,10.39", osm="R406567", country="NO"),
)
RICH = build.record(case=CASE)
COVER = "art/cover-ff.jpg"


def root_of(*records: Record, network: Network = NETWORK, feed: Feed = FEED, cover: str = COVER) -> Element:
    return etree.fromstring(rss.render(network, feed, records, cover=cover))


def channel_of(*records: Record, **how: Any) -> Element:
    return root_of(*records, **how)[0]


def item_of(record: Record, **how: Any) -> Element:
    (item,) = channel_of(record, **how).findall("item")
    return item


def text(parent: Element, path: str) -> str | None:
    return parent.findtext(path, namespaces=NS)


def attributes(parent: Element, path: str) -> list[dict[str, str]]:
    return [dict(found.attrib) for found in parent.findall(path, NS)]  # type: ignore[arg-type]


# ---------------------------------------------------------------- as other readers see it


@pytest.fixture(scope="module")
def rich_xml() -> bytes:
    return rss.render(NETWORK, FEED, [RICH], cover=COVER)


def test_feedparser_reads_the_channel(rich_xml: bytes) -> None:
    read = feedparser.parse(rich_xml)
    channel = read.feed
    assert not read.bozo
    assert channel.title == "Innovasjon i offentlig sektor"
    assert channel.subtitle == "Samtaler om å fornye det offentlige."
    assert channel.link == "https://example.org/"
    assert {"rel": "self", "href": CDN + "feeds/offentlig-innovasjon.xml", "type": "application/rss+xml"} in (
        channel.links
    )
    assert (channel.language, channel.rights, channel.generator) == ("nb", "Fjordheim kommune", "lornpod")
    assert channel.image.href == CDN + COVER
    assert [tag.term for tag in channel.tags] == ["Education", "Courses"]
    assert channel.itunes_type == "episodic"
    assert channel["itunes_new-feed-url"] == "https://new.example.org/feed.xml"
    assert channel.podcast_guid == "9cfe2a01-3a9d-5795-9c19-1f51b17e78e9"
    assert channel.podcast_medium == "podcast"
    assert channel.updated_parsed[:6] == (2026, 3, 2, 5, 0, 0)
    # feedparser takes itunes:owner for the author, whichever of the two comes last, and keeps the
    # attributes alone of a tag it does not know; it knows explicit as yes and clean only.
    assert channel.author_detail == {"name": "Redaksjonen", "email": "post@example.org"}
    assert channel.podcast_locked == {"owner": "post@example.org"}
    assert channel.itunes_explicit is None


def test_feedparser_reads_the_item(rich_xml: bytes) -> None:
    (entry,) = feedparser.parse(rich_xml).entries
    assert entry.title == "Små skritt & store broer"
    assert entry.link == "https://example.org/case/C0901"
    assert (entry.id, entry.guidislink) == (RICH.guid, False)
    assert entry.published_parsed[:6] == (2026, 3, 2, 5, 0, 0)
    (enclosure,) = entry.enclosures
    assert (enclosure.href, enclosure.length, enclosure.type) == (
        CDN + "media/C0901/c0901-sma-skritt-1f3a9c02ab34.mp3",
        "1440000",
        "audio/mpeg",
    )
    assert entry.summary == "Kari Nordmann forteller om broer."
    assert entry.content[0].value == "<p>Kari Nordmann forteller om <strong>broer</strong>.</p>"
    assert entry.itunes_duration == "90"
    assert (entry.itunes_season, entry.itunes_episode, entry.itunes_episodetype) == ("2", "7", "full")
    assert entry.image.href == CDN + "art/c0901-ee.jpg"
    assert [(one.start_parsed, one.title) for one in entry.psc_chapters.chapters] == [
        (timedelta(seconds=0), "Velkommen"),
        (timedelta(seconds=30), "Broen som ble bygd baklengs"),
        (timedelta(seconds=75, milliseconds=250), "Veien videre"),
    ]
    assert entry.podcast_chapters == {
        "url": CDN + "chapters/C0901/c0901-cc.json",
        "type": "application/json+chapters",
    }
    # Of a tag that it does not know, feedparser keeps the last one, and its attributes alone.
    assert entry.podcast_transcript["url"] == CDN + "text/C0901/c0901-bb.html"
    assert entry.podcast_person["href"] == "https://example.org/kari"
    assert entry.itunes_explicit is None  # as above: it knows yes and clean only


def read_by_podcastparser(xml: bytes) -> dict[str, Any]:
    read: dict[str, Any] = podcastparser.parse("https://cdn.example.org/feed.xml", io.BytesIO(xml))
    return read


def test_podcastparser_reads_the_channel(rich_xml: bytes) -> None:
    read = read_by_podcastparser(rich_xml)
    expected = {
        "title": "Innovasjon i offentlig sektor",
        "description": "Samtaler om å fornye det offentlige.",
        "link": "https://example.org/",
        "language": "nb",
        "generator": "lornpod",
        "cover_url": CDN + COVER,
        "explicit": False,
        "type": "episodic",
        "itunes_author": "Lærerommet",
        "itunes_categories": [["Education", "Courses"]],
        "itunes_owner": {"name": "Redaksjonen", "email": "post@example.org"},
        "new_url": "https://new.example.org/feed.xml",
    }
    assert {name: read[name] for name in expected} == expected
    # It looks for podcast tags under the namespace's old address, so it sees none of them.
    assert "import_prohibited" not in read
    assert "funding_url" not in read


def test_podcastparser_reads_the_item(rich_xml: bytes) -> None:
    (episode,) = read_by_podcastparser(rich_xml)["episodes"]
    expected = {
        "title": "Små skritt & store broer",
        "link": "https://example.org/case/C0901",
        "guid": RICH.guid,
        "published": int(datetime(2026, 3, 2, 5, 0, tzinfo=UTC).timestamp()),
        "description": "Kari Nordmann forteller om broer.",
        "description_html": "<p>Kari Nordmann forteller om <strong>broer</strong>.</p>",
        "total_time": 90,
        "explicit": True,
        "season": 2,
        "number": 7,
        "type": "full",
        "episode_art_url": CDN + "art/c0901-ee.jpg",
        "enclosures": [
            {
                "url": CDN + "media/C0901/c0901-sma-skritt-1f3a9c02ab34.mp3",
                "file_size": 1440000,
                "mime_type": "audio/mpeg",
            }
        ],
        # It drops the fractions of a Podlove time: 00:01:15.250 was written.
        "chapters": [
            {"start": 0, "title": "Velkommen"},
            {"start": 30, "title": "Broen som ble bygd baklengs", "href": "https://example.org/bro"},
            {"start": 75, "title": "Veien videre"},
        ],
    }
    assert {name: episode[name] for name in expected} == expected


def test_podcastparser_reads_persons_transcript_and_chapters_under_the_name_it_knows(rich_xml: bytes) -> None:
    old = b"https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md"
    (episode,) = read_by_podcastparser(rich_xml.replace(NS["podcast"].encode(), old))["episodes"]
    assert [(one["name"], one["role"]) for one in episode["persons"]] == [
        ("Ola Vik", "host"),
        ("Kari Nordmann", "guest"),
    ]
    assert episode["persons"][1]["href"] == "https://example.org/kari"
    assert episode["persons"][1]["img"] == CDN + "art/kari-dd.jpg"
    assert episode["transcript_url"] == CDN + "text/C0901/c0901-bb.html"  # it keeps the last of them
    assert episode["chapters_json_url"] == CDN + "chapters/C0901/c0901-cc.json"


# ---------------------------------------------------------------- what is required


def test_the_channel_has_every_tag_that_psp_1_and_apple_ask_for() -> None:
    channel = channel_of(RICH)
    for path in [
        "title",
        "description",
        "link",
        "language",
        "copyright",
        "generator",
        "lastBuildDate",
        "image/url",
        "image/title",
        "image/link",
        "itunes:author",
        "itunes:explicit",
        "itunes:type",
        "itunes:owner/itunes:name",
        "itunes:owner/itunes:email",
        "podcast:guid",
        "podcast:locked",
        "podcast:medium",
        "podcast:license",
        "podcast:funding",
    ]:
        assert text(channel, path), path
    assert attributes(channel, "atom:link") == [
        {"href": CDN + "feeds/offentlig-innovasjon.xml", "rel": "self", "type": "application/rss+xml"}
    ]
    assert attributes(channel, "itunes:image") == [{"href": CDN + COVER}]


def test_the_item_has_every_tag_that_psp_1_and_apple_ask_for() -> None:
    item = item_of(RICH)
    for path in ["title", "description", "link", "guid", "pubDate", "itunes:duration", "itunes:explicit"]:
        assert text(item, path), path
    for path in ["enclosure", "itunes:image", "podcast:transcript", "podcast:chapters"]:
        assert item.find(path, NS) is not None, path


def test_the_namespaces_are_declared_once_at_the_top(rich_xml: bytes) -> None:
    for prefix, namespace in NS.items():
        assert rich_xml.count(f'xmlns:{prefix}="{namespace}"'.encode()) == 1
    assert rich_xml.count(b"xmlns:") == len(NS)


def test_the_feed_is_utf_8_and_ends_in_a_line() -> None:
    xml = rss.render(NETWORK, FEED, [RICH])
    assert xml.startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n")
    assert "Små skritt".encode() in xml
    assert xml.endswith(b"</rss>\n")


def test_what_the_channel_says_stands_before_its_items() -> None:
    names = [child.tag for child in channel_of(RICH, build.record(case=build.case(id="C0002")))]
    assert names[names.index("item") :] == ["item", "item"]


def test_nothing_that_may_stand_once_stands_twice() -> None:
    channel, item = channel_of(RICH), item_of(RICH)
    repeatable = {f"{{{NS['podcast']}}}{name}" for name in ("person", "transcript", "funding")}
    for parent in (channel, item):
        names = [str(child.tag) for child in parent if child.tag not in repeatable]
        assert len(names) == len(set(names))


@pytest.mark.parametrize("explicit", [True, False])
def test_explicit_is_true_or_false(explicit: bool) -> None:
    said = "true" if explicit else "false"
    assert text(channel_of(network=build.network(explicit=explicit)), "itunes:explicit") == said
    assert text(channel_of(feed=build.feed(explicit=explicit)), "itunes:explicit") == said
    assert text(item_of(build.record(case=build.case(explicit=explicit))), "itunes:explicit") == said
    assert text(item_of(build.record(), network=build.network(explicit=explicit)), "itunes:explicit") == said


def test_an_episode_that_says_it_is_clean_stays_so_in_an_explicit_network() -> None:
    item = item_of(build.record(case=build.case(explicit=False)), network=build.network(explicit=True))
    assert text(item, "itunes:explicit") == "false"


def test_a_subcategory_stands_within_its_category_and_categories_keep_their_order() -> None:
    feed = build.feed(categories=(Category("Society & Culture", "Documentary"), Category("Technology")))
    first, second = channel_of(feed=feed).findall("itunes:category", NS)
    assert first.get("text") == "Society & Culture"
    assert [child.get("text") for child in first] == ["Documentary"]
    assert (second.get("text"), len(second)) == ("Technology", 0)


@pytest.mark.parametrize(
    "cover",
    ["art/c.jpg", "art/c.png", "art/c.webp", "https://img.example.org/cover", "https://x.example/?id=1"],
)
def test_a_cover_is_shown_whatever_its_address_ends_in(cover: str) -> None:
    channel = channel_of(cover=cover)
    address = cover if "://" in cover else CDN + cover
    assert attributes(channel, "itunes:image") == [{"href": address}]
    assert text(channel, "image/url") == address


def test_the_picture_of_the_channel_bears_its_title_and_link() -> None:
    channel = channel_of(feed=build.feed(title="Læring & liv", link="https://example.org/læring"))
    assert text(channel, "image/title") == text(channel, "title") == "Læring & liv"
    assert text(channel, "image/link") == text(channel, "link") == "https://example.org/l%C3%A6ring"


def test_a_feed_without_a_cover_has_no_empty_picture() -> None:
    channel = channel_of(cover="")
    assert channel.find("image") is None
    assert channel.find("itunes:image", NS) is None


def test_type_new_address_block_and_complete_are_said_when_they_hold() -> None:
    plain = channel_of(feed=build.feed())
    for name in ("new-feed-url", "block", "complete"):
        assert plain.find(f"itunes:{name}", NS) is None
    feed = build.feed(type="serial", new_feed_url="https://n.example/f.xml", block=True, complete=True)
    channel = channel_of(feed=feed)
    assert [text(channel, f"itunes:{name}") for name in ("type", "new-feed-url", "block", "complete")] == [
        "serial",
        "https://n.example/f.xml",
        "Yes",
        "Yes",
    ]


@pytest.mark.parametrize("locked", [True, False])
def test_locked_says_yes_or_no_and_who_may_open_it(locked: bool) -> None:
    tag = channel_of(network=build.network(locked=locked)).find("podcast:locked", NS)
    assert tag is not None
    assert (tag.text, tag.items()) == ("yes" if locked else "no", [("owner", "post@example.org")])


def test_each_hub_is_named_beside_the_one_address_of_the_feed() -> None:
    hubs = ("https://hub.example/", "https://annen.example/?a=1&b=2")
    links = attributes(channel_of(network=build.network(hubs=hubs)), "atom:link")
    assert [link["href"] for link in links if link["rel"] == "hub"] == list(hubs)
    assert [link["rel"] for link in links].count("self") == 1


def test_a_licence_says_where_it_can_be_read() -> None:
    (licence,) = attributes(channel_of(), "podcast:license")
    assert licence == {"url": "https://creativecommons.org/licenses/by/4.0/"}


def test_without_an_address_nobody_is_named_as_owner() -> None:
    channel = channel_of(network=build.network(owner_email=""))
    assert channel.find("itunes:owner", NS) is None
    assert attributes(channel, "podcast:locked") == [{}]


def test_a_feed_that_says_little_falls_back_to_its_network() -> None:
    bare = Feed(slug="alle", title="Alle")
    channel = channel_of(feed=bare)
    assert text(channel, "description") == "Samtaler om å lære."
    assert text(channel, "link") == "https://example.org/"
    assert text(channel, "language") == "nb"
    assert text(channel, "copyright") == "Fjordheim kommune"
    assert text(channel, "itunes:author") == "Lærerommet"
    assert [one.get("text") for one in channel.iter(f"{{{NS['itunes']}}}category")] == [
        "Education",
        "Courses",
    ]


def test_what_a_feed_says_itself_goes_before_its_network() -> None:
    feed = build.feed(
        description="Egen",
        link="https://egen.example/",
        language="nn",
        copyright="Ola Vik",
        author="Ola",
        categories=(Category("News"),),
    )
    channel = channel_of(feed=feed)
    said = [text(channel, n) for n in ("description", "link", "language", "copyright", "itunes:author")]
    assert said == ["Egen", "https://egen.example/", "nn", "Ola Vik", "Ola"]
    assert attributes(channel, "itunes:category") == [{"text": "News"}]


@pytest.mark.parametrize("blank", ["", " \n", "\x00"])
def test_what_is_required_is_said_even_where_the_author_said_nothing(blank: str) -> None:
    channel = channel_of(
        build.record(case=build.case(title=blank, summary=blank), notes=blank),
        feed=Feed(slug="alle", title=blank, description=blank, language=blank, author=blank, link=blank),
        network=build.network(description=blank, author=blank, owner_name=blank, copyright=blank),
    )
    for path in [
        "title",
        "description",
        "link",
        "language",
        "itunes:author",
        "itunes:owner/itunes:name",
        "item/title",
    ]:
        assert text(channel, path), path
    assert channel.find("copyright") is None


def test_the_generator_has_no_version() -> None:
    # A version in it would change every feed of the network, and so every app's copy, with each release.
    generator = channel_of().find("generator")
    assert generator is not None
    assert (generator.text, generator.items()) == ("lornpod", [])


@pytest.mark.parametrize(
    ("duration_ms", "said"), [(0, "1"), (400, "1"), (90_000, "90"), (90_600, "91"), (3_661_000, "3661")]
)
def test_a_duration_is_in_whole_seconds_and_never_none(duration_ms: int, said: str) -> None:
    media = build.record().media
    record = build.record(media=replace(media, sound=replace(media.sound, duration_ms=duration_ms)))
    assert text(item_of(record), "itunes:duration") == said


def test_dates_are_rfc_2822_in_universal_time() -> None:
    at = datetime.fromisoformat("2026-12-31T23:30:05.250-05:00")
    said = text(item_of(build.record(case=build.case(published=at))), "pubDate")
    assert said == "Fri, 01 Jan 2027 04:30:05 +0000"
    assert parsedate_to_datetime(said) == at.replace(microsecond=0)


def test_season_and_episode_are_left_out_where_there_are_none() -> None:
    item = item_of(build.record())
    for path in ["itunes:season", "itunes:episode", "podcast:season", "podcast:episode", "itunes:image"]:
        assert item.find(path, NS) is None
    assert text(item, "itunes:episodeType") == "full"


def test_the_same_season_and_episode_stand_under_both_names() -> None:
    item = item_of(RICH)
    assert [text(item, f"{ns}:{name}") for ns in ("itunes", "podcast") for name in ("season", "episode")] == [
        "2",
        "7",
        "2",
        "7",
    ]


def test_a_person_without_a_name_is_not_named() -> None:
    item = item_of(build.record(case=build.case(hosts=(Person(" "),), guests=(Person("Kari"),))))
    assert [person.text for person in item.findall("podcast:person", NS)] == ["Kari"]


def transcript(language: str, media_type: str, name: str) -> Any:
    return build.artifact(kind="transcript", key=f"text/{name}", media_type=media_type, language=language)


def test_the_transcripts_in_the_episodes_own_language_come_first_in_the_order_given() -> None:
    # AntennaPod takes the first of the best type and does not look at the language.
    given = (
        transcript("en", "text/vtt", "en.vtt"),
        transcript("en", "application/json", "en.json"),
        transcript("NB", "text/vtt", "nb.vtt"),
        transcript("nb", "application/json", "nb.json"),
    )
    item = item_of(build.record(transcripts=given))
    found = [one["url"].rpartition("/")[2] for one in attributes(item, "podcast:transcript")]
    assert found == ["nb.vtt", "nb.json", "en.vtt", "en.json"]


@pytest.mark.parametrize(
    ("media_type", "captions"),
    [
        ("text/vtt", True),
        ("application/x-subrip", True),
        ("application/json", False),
        ("text/html", False),
        ("text/plain", False),
    ],
)
def test_captions_are_called_so_and_documents_are_not(media_type: str, captions: bool) -> None:
    item = item_of(build.record(transcripts=(transcript("nb", media_type, "a"),)))
    (found,) = attributes(item, "podcast:transcript")
    assert found == {
        "url": CDN + "text/a",
        "type": media_type,
        "language": "nb",
        **({"rel": "captions"} if captions else {}),
    }


def test_podlove_times_are_those_of_the_chapters_to_the_millisecond() -> None:
    starts = (0, 1, 59_999, 3_600_000, 4_521_007, 90_061_500)
    chapters = tuple(Chapter(start, f"Del {start}") for start in starts)
    item = item_of(build.record(case=build.case(chapters=chapters)))
    assert [one["start"] for one in attributes(item, "psc:chapters/psc:chapter")] == [
        "00:00:00.000",
        "00:00:00.001",
        "00:00:59.999",
        "01:00:00.000",
        "01:15:21.007",
        "25:01:01.500",
    ]
    assert attributes(item, "psc:chapters") == [{"version": "1.2"}]


def test_a_podlove_chapter_has_its_link_and_picture() -> None:
    chapters = (Chapter(0, "Start", href="https://example.org/a", img="art/start-aa.jpg"),)
    item = item_of(build.record(case=build.case(chapters=chapters)))
    (found,) = attributes(item, "psc:chapters/psc:chapter")
    assert (found["href"], found["image"]) == ("https://example.org/a", CDN + "art/start-aa.jpg")


def test_an_episode_with_nothing_but_sound_is_still_an_item() -> None:
    bare = build.case(guests=(), hosts=(), place=None, quote=None, chapters=(), questions=())
    item = item_of(build.record(case=bare, notes="", transcripts=(), chapters=None))
    for path in [
        "podcast:person",
        "podcast:location",
        "podcast:transcript",
        "podcast:chapters",
        "psc:chapters",
    ]:
        assert item.find(path, NS) is None
    assert item.find("enclosure") is not None


# ---------------------------------------------------------------- the namespace's own schema


def schema() -> tuple[etree.XMLSchema, set[str]]:
    """The schema of the podcast namespace, and the names that it knows."""
    source = SPEC / "podcast-wrapper.xsd"
    if not source.exists():
        pytest.skip("the schema of the podcast namespace is not here")
    declared = etree.parse(SPEC / "podcast.xsd").getroot().findall("{*}element")
    return etree.XMLSchema(etree.parse(source)), {str(one.get("name")) for one in declared}


def complaints(channel: Element) -> tuple[list[str], set[str]]:
    """What the schema says of the podcast tags of *channel*, and the names of those that it knows."""
    validator, known = schema()
    wrapper = etree.Element(f"{{{NS['podcast']}}}test-wrapper")
    for one in list(channel.iter(f"{{{NS['podcast']}}}*")):
        if etree.QName(one).localname in known:
            wrapper.append(one)
    validator.validate(wrapper)
    found = {etree.QName(one).localname for one in wrapper}
    return [str(error.message) for error in validator.error_log], found  # type: ignore[attr-defined]


def test_podcast_tags_are_valid_by_the_schema_of_their_namespace() -> None:
    case = replace(CASE, season=None, place=Place("Trøndelag", geo="geo:63.43,10.39", osm="R406567"))
    said, found = complaints(channel_of(build.record(case=case)))
    assert found == {"locked", "funding", "person", "location", "transcript", "chapters", "episode"}
    assert said == []


def test_the_schema_lags_behind_the_namespace_in_two_places_only() -> None:
    # It asks for a season's name, which the namespace leaves free, and has no location/@country yet.
    said, _ = complaints(channel_of(RICH))
    season, location = said
    assert "season': The attribute 'name' is required" in season
    assert "location', attribute 'country'" in location


# ---------------------------------------------------------------- the same bytes

RECORDS = [
    build.record(case=build.case(id=f"C{number:04}", title=f"Broen «{number}»"), guid=f"guid-{number}")
    for number in range(5)
]
ALL = [RICH, *RECORDS]

SCRIPT = """
import sys
from tests import test_feeds_rss as here
sys.stdout.buffer.write(here.rss.render(here.NETWORK, here.FEED, here.ALL, cover=here.COVER))
"""


def test_the_same_input_gives_the_same_bytes_on_another_machine() -> None:
    here = rss.render(NETWORK, FEED, ALL, cover=COVER)
    for seed, zone, locale in (("1", "Pacific/Auckland", "C"), ("4242", "America/Caracas", "nb_NO.UTF-8")):
        env = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale}
        there = subprocess.run(
            [sys.executable, "-c", SCRIPT], cwd=Path(__file__).parents[1], env=env, stdout=-1, check=True
        )
        assert there.stdout == here


def test_a_feed_says_the_same_a_year_later(monkeypatch: pytest.MonkeyPatch) -> None:
    class Later(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.now(tz) + 365 * DAY

    here = rss.render(NETWORK, FEED, ALL)
    for module in ("feedgen.feed", "feedgen.entry"):  # where the present time comes in
        monkeypatch.setattr(f"{module}.datetime", Later)
    assert rss.render(NETWORK, FEED, ALL) == here


def dates_in(xml: bytes) -> set[datetime]:
    found = re.findall(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000", xml.decode())
    return {parsedate_to_datetime(date) for date in found}


def test_no_date_in_a_feed_is_of_now() -> None:
    its_own = {record.case.published for record in RECORDS}
    assert dates_in(rss.render(NETWORK, FEED, RECORDS)) == its_own
    assert dates_in(rss.render(NETWORK, FEED, [])) == set()


def test_an_empty_feed_has_no_build_date() -> None:
    assert channel_of().find("lastBuildDate") is None


MONDAY = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("published", "recorded", "built"),
    [
        (MONDAY, MONDAY - DAY, MONDAY),  # scheduled: the feed changes when the episode appears
        (MONDAY, MONDAY + DAY, MONDAY + DAY),  # mended later: the feed changes with the record
    ],
)
def test_the_build_date_is_when_the_feed_last_changed(
    published: datetime, recorded: datetime, built: datetime
) -> None:
    record = build.record(case=build.case(published=published), recorded_at=recorded)
    older = build.record(
        case=build.case(id="C0001", published=MONDAY - 9 * DAY), recorded_at=MONDAY - 9 * DAY
    )
    for records in ([record, older], [older, record]):
        said = text(channel_of(*records), "lastBuildDate")
        assert said is not None
        assert parsedate_to_datetime(said) == built


def test_items_stand_in_the_order_given() -> None:
    assert [item.findtext("guid") for item in channel_of(*RECORDS).findall("item")] == [
        f"guid-{number}" for number in range(5)
    ]
    assert channel_of(*reversed(RECORDS)).findtext("item/guid") == "guid-4"


def test_a_shared_renderer_gives_what_a_fresh_one_gives() -> None:
    shared = rss.Renderer(NETWORK)
    feeds = [FEED, build.feed(slug="alle", title="Alle", language="nn"), FEED]
    for feed, records in zip(feeds, (RECORDS, RECORDS[::-1], RECORDS[1:3]), strict=True):
        assert shared.render(feed, records, cover=COVER) == rss.render(NETWORK, feed, records, cover=COVER)


@pytest.mark.parametrize("number", [0, 7])
def test_a_shared_renderer_tells_two_records_of_one_number_apart(number: int) -> None:
    # Two publishers may write one number at once, and everything unpublished has number 0.
    one = build.record(number=number, case=build.case(title="Den ene"))
    other = build.record(number=number, case=build.case(title="Den andre"))
    shared = rss.Renderer(NETWORK)
    for record in (one, other, one):
        assert shared.render(FEED, [record]) == rss.render(NETWORK, FEED, [record])


def test_what_is_given_twice_is_shown_twice() -> None:
    # An item made once must not wander from where it stands to where it is shown next.
    assert len(channel_of(RICH, RICH).findall("item")) == 2


def test_a_shared_renderer_is_not_deceived_by_records_that_come_and_go() -> None:
    shared = rss.Renderer(NETWORK)
    for number in range(50):  # each record is gone before the next one is made, maybe in its place
        title = f"Samtale {number}"
        xml = shared.render(FEED, [build.record(case=build.case(title=title))])
        assert etree.fromstring(xml).findtext("channel/item/title") == title


# ---------------------------------------------------------------- any text

NASTY = [
    "]]>",
    "<![CDATA[",
    "&amp;",
    "&amp;amp;",
    "&#0;",
    "&",
    "<b>",
    "</title>",
    "<!--",
    "\r\n",
    "\r",
    "\x00",
    "\x0b",
    "\x7f",
    "\x85",
    "\u2028",
    "\ufeff",
    "\ufffe",
    "\ud83d",
    "\U0001f600",
    "\U0001f468\u200d\U0001f469",
    "å",
    "a\u030a",
    '"',
    "'",
    "%",
    "%20",
]
anything = st.lists(
    st.sampled_from(NASTY) | st.text(st.characters(exclude_categories=()), max_size=5), max_size=6
).map("".join)


def is_xml(char: str) -> bool:
    return char in "\t\n\r" or " " <= char <= "\ud7ff" or "\ue000" <= char <= "\ufffd" or char >= "\U00010000"


def cleaned(said: str) -> str:
    """The documented clean-up."""
    return "".join(filter(is_xml, said)).replace("\r\n", "\n").replace("\r", "\n").strip()


@settings(max_examples=150)
@given(anything, anything, anything, anything)
@example("a ]]> b", "Fisk &amp; &lt;b&gt;", "<p>\r\nA &amp; B ]]&gt;\r</p>", "R&D")
def test_any_text_reads_back_as_it_was_written(title: str, summary: str, notes: str, name: str) -> None:
    case = build.case(
        title=f"T{title}",
        summary=f"S{summary}",
        hosts=(Person(f"N{name}"),),
        guests=(),
        place=Place(f"P{name}"),
        chapters=(Chapter(0, f"C{name}"),),
    )
    network = build.network(author=f"A{name}", copyright=f"R{name}", owner_name=f"O{name}")
    feed = build.feed(title=f"F{title}", description=f"D{summary}", categories=(Category(f"K{name}"),))
    channel = channel_of(build.record(case=case, notes=f"<p>{notes}"), network=network, feed=feed)
    (item,) = channel.findall("item")
    assert text(channel, "title") == text(channel, "image/title") == cleaned(f"F{title}")
    assert text(channel, "description") == cleaned(f"D{summary}")
    assert text(channel, "copyright") == cleaned(f"R{name}")
    assert text(channel, "itunes:author") == cleaned(f"A{name}")
    assert text(channel, "itunes:owner/itunes:name") == cleaned(f"O{name}")
    assert attributes(channel, "itunes:category") == [{"text": cleaned(f"K{name}")}]
    assert text(item, "title") == cleaned(f"T{title}")
    assert text(item, "description") == cleaned(f"S{summary}")
    assert text(item, "content:encoded") == cleaned(f"<p>{notes}")
    assert text(item, "podcast:person") == cleaned(f"N{name}")
    assert text(item, "podcast:location") == cleaned(f"P{name}")
    assert attributes(item, "psc:chapters/psc:chapter")[0]["title"] == cleaned(f"C{name}")


@given(anything)
def test_no_language_guid_or_type_breaks_the_feed(said: str) -> None:
    network = build.network(language=said or "nb", owner_email=said, license=said, license_href=said)
    record = build.record(
        guid=f"g{said}", transcripts=(transcript(said, f"t{said}", "a"),), case=build.case(language=said)
    )
    channel = channel_of(record, network=network, feed=build.feed(guid=said, new_feed_url=said))
    assert text(channel, "item/guid") == cleaned(f"g{said}")


def test_an_ampersand_is_escaped_once() -> None:
    xml = rss.render(
        build.network(categories=(Category("Society & Culture"),)),
        build.feed(title="Liv & lære"),
        [build.record(notes='<p>A &amp; B <a href="https://x.example/?a=1&amp;b=2">C</a></p>')],
        cover="https://x.example/cover?w=1&h=2",
    ).decode()
    assert "&amp;amp;" not in xml
    assert "<title>Liv &amp; lære</title>" in xml
    assert 'text="Society &amp; Culture"' in xml
    assert 'href="https://x.example/cover?w=1&amp;h=2"' in xml
    # HTML keeps its own escape, as it stands between CDATA's brackets.
    assert '<![CDATA[<p>A &amp; B <a href="https://x.example/?a=1&amp;b=2">C</a></p>]]>' in xml


def test_notes_that_hold_the_end_of_cdata_are_escaped_instead() -> None:
    xml = rss.render(NETWORK, FEED, [build.record(notes="<p>x[y[0]]>1</p>")])
    assert b"CDATA" not in xml
    assert etree.fromstring(xml).findtext("channel/item/content:encoded", namespaces=NS) == "<p>x[y[0]]>1</p>"


# ---------------------------------------------------------------- addresses


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("https://example.org/a", "https://example.org/a"),
        (
            "https://example.org/blå bær?q=æ&r=1#ø",
            "https://example.org/bl%C3%A5%20b%C3%A6r?q=%C3%A6&r=1#%C3%B8",
        ),
        ("https://example.org/bl%C3%A5%20b", "https://example.org/bl%C3%A5%20b"),
        ("https://example.org/100%", "https://example.org/100%25"),
        ("https://example.org/100%25", "https://example.org/100%25"),
        ("https://blåbær.example/å", "https://xn--blbr-roah.example/%C3%A5"),
        ("https://ola:vik@blåbær.example:8080", "https://ola:vik@xn--blbr-roah.example:8080"),
        ("https://[2001:db8::1]:80/a", "https://[2001:db8::1]:80/a"),
        ("https://x.example/?next=https://å.example", "https://x.example/?next=https://%C3%A5.example"),
        ("mailto:kåre@example.org", "mailto:k%C3%A5re@example.org"),
        (" https://example.org/\n", "https://example.org/"),
        ("", ""),
    ],
)
def test_an_address_is_percent_encoded_once(written: str, sent: str) -> None:
    assert uri(written) == sent


@given(anything)
def test_an_encoded_address_is_ascii_and_stays_as_it_is(said: str) -> None:
    once = uri(f"https://example.org/{said}")
    assert once.isascii()
    assert " " not in once
    assert uri(once) == once
    if "%" not in said:
        assert unquote(once) == cleaned(f"https://example.org/{said}")


def test_every_address_in_a_feed_is_ascii() -> None:
    odd = "https://example.org/på vei/æ.jpg"
    case = build.case(
        href=odd,
        image="art/blå bær.jpg",
        hosts=(Person("Ola", img=odd, href=odd),),
        chapters=(Chapter(0, "Start", href=odd, img="art/ø.png"),),
    )
    record = build.record(
        case=case,
        media=replace(build.record().media, artifact=build.artifact(key="media/blå bær.mp3")),
        transcripts=(transcript("nb", "text/vtt", "å.vtt"),),
        chapters=build.artifact(kind="chapters", key="chapters/ø.json"),
    )
    network = build.network(
        funding=(Link("Støtt", odd),), license="x", license_href=odd, website=odd, hubs=(odd,)
    )
    feed = build.feed(slug="læring", link=odd, new_feed_url=odd)
    xml = rss.render(network, feed, [record], cover="art/omslag å.png")
    addresses = rss.addresses_of(xml)
    assert addresses is not None
    assert len(addresses) >= 19
    assert [one for one in addresses if not one.isascii() or " " in one or "%25" in one] == []
    assert f'url="{CDN}media/bl%C3%A5%20b%C3%A6r.mp3"'.encode() in xml


def test_a_network_on_a_host_with_letters_of_its_own_is_found_by_every_app() -> None:
    network = build.network(base_url="https://blåbær.example/på/")
    channel = channel_of(RICH, network=network)
    assert attributes(channel, "atom:link")[0]["href"].startswith(
        "https://xn--blbr-roah.example/p%C3%A5/feeds/"
    )
    addresses = rss.addresses_of(rss.render(network, FEED, [RICH], cover=COVER))
    assert addresses is not None
    assert all(address.isascii() for address in addresses)


def test_the_addresses_of_a_feed_name_every_object_that_it_needs() -> None:
    addresses = rss.addresses_of(rss.render(NETWORK, FEED, [RICH], cover=COVER))
    assert addresses is not None
    keys = (COVER, "art/c0901-ee.jpg", "art/kari-dd.jpg", *(artifact.key for artifact in RICH.artifacts))
    assert {CDN + key for key in keys} <= set(addresses)


@pytest.mark.parametrize("garbage", [b"", b"<html/>", b"<rss>"])
def test_what_is_no_feed_does_not_pass_for_one_that_names_nothing(garbage: bytes) -> None:
    assert rss.addresses_of(garbage) is None
    assert rss.addresses_of(b"<rss/>") == ()


# ---------------------------------------------------------------- reading a feed again


def test_a_feed_tells_the_guid_it_was_published_with() -> None:
    assert rss.guid_of(rss.render(NETWORK, build.feed(guid="g-1"), [])) == "g-1"
    assert rss.guid_of(rss.render(NETWORK, FEED, [RICH])) == podcast_guid(
        CDN + "feeds/offentlig-innovasjon.xml"
    )


def test_an_items_guid_is_not_the_feeds() -> None:
    xml = b'<rss><channel><item><guid xmlns="https://podcastindex.org/namespace/1.0">g</guid></item></channel></rss>'
    assert rss.guid_of(xml) is None


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"\x00\xff",
        b"<html><body>404</body></html>",
        b"<rss/>",
        b"<rss><channel>",
        b"<?xml version='1.0' encoding='x-unknown'?><rss/>",
        b"<a>" * 5000,
        "<rss/>".encode("utf-16"),
    ],
)
def test_what_is_no_feed_has_no_guid_and_no_items(garbage: bytes) -> None:
    assert rss.guid_of(garbage) is None
    assert rss.items_of(garbage) == {}


@given(st.binary(max_size=200) | st.text(max_size=50).map(lambda said: f"<rss>{said}</rss>".encode()))
def test_no_bytes_make_the_reader_fail(data: bytes) -> None:
    rss.guid_of(data)
    rss.items_of(data)
    rss.addresses_of(data)


LAUGHS = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(12))


@pytest.mark.parametrize(
    "place", ['<guid xmlns="%s">&l12;</guid>', '<a b="&l12;"/><guid xmlns="%s">g</guid>']
)
def test_a_bomb_of_entities_is_never_set_off(place: str) -> None:
    body = f"<rss><channel>{place % NS['podcast']}<item><guid>1</guid></item></channel></rss>"
    bomb = f'<!DOCTYPE rss [<!ENTITY l0 "ha">{LAUGHS}]>{body}'
    assert (rss.guid_of(bomb.encode()) or "") in ("", "g")
    for fields in rss.items_of(bomb.encode()).values():
        assert len(str(fields)) < 1000


@pytest.mark.parametrize("kind", ["", "% "])
def test_nothing_outside_the_feed_is_read(kind: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text('<!ENTITY x "hemmelig">' if kind else "hemmelig")
    xml = (
        f'<!DOCTYPE rss [<!ENTITY {kind}x SYSTEM "{secret.as_uri()}">{"%x;" if kind else ""}]><rss><channel>'
        f'<guid xmlns="{NS["podcast"]}">&x;</guid>'
        "<item><guid>1</guid><title>&x;</title></item></channel></rss>"
    ).encode()
    assert "hemmelig" not in f"{rss.guid_of(xml)}{rss.items_of(xml)}{rss.addresses_of(xml)}"


def test_no_definition_outside_the_feed_is_read(tmp_path: Path) -> None:
    definitions = tmp_path / "rss.dtd"
    definitions.write_text('<!ENTITY x "https://hemmelig.example/">')
    xml = (
        f'<!DOCTYPE rss SYSTEM "{definitions.as_uri()}"><rss><channel>'
        '<item><guid>1</guid><enclosure url="&x;"/></item></channel></rss>'
    ).encode()
    assert "hemmelig" not in f"{rss.items_of(xml)}{rss.addresses_of(xml)}"


def test_an_item_without_a_title_has_an_empty_one() -> None:
    assert rss.Published(b"<rss><channel><item><guid>1</guid></item></channel></rss>").title("1") == ""


def test_a_feed_of_a_whole_catalogue_can_be_read() -> None:
    # libxml2 refuses some lengths beyond 10 MB unless told otherwise; 1,500 cases come to more.
    notes = f"<p>{'Kari forteller. ' * 500}</p>"
    records = [build.record(case=build.case(id=f"C{n}"), guid=f"g{n}", notes=notes) for n in range(1500)]
    xml = rss.render(NETWORK, replace(FEED, max_megabytes=50), records)
    assert len(xml) > 12_000_000
    assert len(rss.Published(xml).guids) == 1500


def varied(count: int) -> list[Record]:
    """Episodes of which each says something else, in words of a language that has some 3,000 of them."""
    chance = random.Random(5000)
    letters = "eeeeeaaaiioousssrrrntttlldkmgvfpåøbhj"
    words = ["".join(chance.choices(letters, k=chance.randint(2, 11))) for _ in range(3000)]
    common = [1 / (rank + 3) for rank in range(len(words))]

    def text(many: int) -> str:
        return " ".join(chance.choices(words, common, k=many)).capitalize() + "."

    made = []
    for number in range(count, 0, -1):
        digest = f"{chance.getrandbits(256):064x}"
        case = build.case(
            id=f"C{number:04d}",
            number=number,
            title=text(6),
            summary=text(40),
            guests=(Person(text(2), href=f"https://example.org/{number}"),),
            chapters=tuple(Chapter(at * 300_000, text(4), (at + 1) * 300_000) for at in range(8)),
            published=MONDAY - number * DAY,
        )
        media = replace(
            build.record().media, artifact=build.artifact(key=f"media/{case.id}/{digest[:12]}.mp3")
        )
        notes = "".join(f"<h3>{text(9)}</h3><p>{text(90)}</p>" for _ in range(4))
        made.append(build.record(case=case, guid=digest[:36], media=media, notes=notes))
    return made


def test_a_feed_of_five_thousand_varied_episodes_stays_under_ten_megabytes() -> None:
    records = varied(5000)
    xml = rss.render(NETWORK, FEED, records)
    items = root_of_bytes(xml).findall("channel/item")
    assert len(xml) < 10_000_000
    assert len(gzip.compress(xml, 6, mtime=0)) < 0.3 * len(xml)
    assert [text(item, "guid") for item in items] == [record.guid for record in records]
    assert all(attributes(item, "enclosure") and text(item, "description") for item in items)
    whole = [text(item, "content:encoded") is not None for item in items]
    assert whole == sorted(whole, reverse=True)  # the newest say all
    assert 5000 - sum(whole) == -(-(5000 - sum(whole)) // 100) * 100
    assert sum(whole) > 0


def with_all_that_we_make(records: list[Record]) -> list[Record]:
    """The *records* with portraits, five transcripts, chapters, a picture, a clip and two other codecs."""
    chance = random.Random(10)

    def made(kind: str, room: str, case_id: str, suffix: str, media_type: str) -> Any:
        sha256 = f"{chance.getrandbits(256):064x}"
        key = f"{room}/{case_id}/{case_id.lower()}-sma-skritt-store-broer-{sha256[:12]}{suffix}"
        return build.artifact(kind=kind, key=key, media_type=media_type, sha256=sha256, language="nb")

    whole = []
    for record in records:
        case = replace(
            record.case,
            image=f"art/{record.case.id.lower()}-{chance.getrandbits(48):012x}.jpg",
            season=2,
            episode=record.case.number,
            guests=(replace(record.case.guests[0], img=f"art/kari-{chance.getrandbits(48):012x}.jpg"),),
            soundbites=(Soundbite(1_000_000, 30_000, record.case.title),),
        )
        texts = (
            (".vtt", "text/vtt"), (".srt", "application/x-subrip"), (".json", "application/json"),
            (".html", "text/html"), (".txt", "text/plain"),
        )  # fmt: skip
        sounds = (("opus", ".opus", "audio/ogg"), ("mp4a.40.2", ".m4a", "audio/mp4"))
        whole.append(
            replace(
                record,
                case=case,
                media=replace(record.media, artifact=made("media", "media", case.id, ".mp3", "audio/mpeg")),
                transcripts=tuple(made("transcript", "text", case.id, *one) for one in texts),
                chapters=made("chapters", "chapters", case.id, ".json", "application/json+chapters"),
                renditions=tuple(
                    Rendition(made("media", "media", case.id, suffix, kind), codecs, codecs, 32)
                    for codecs, suffix, kind in sounds
                ),
            )
        )
    return whole


def test_five_thousand_episodes_with_all_that_we_make_of_them_stay_under_ten_megabytes() -> None:
    records = with_all_that_we_make(varied(5000))
    xml = rss.render(NETWORK, FEED, records, cover=COVER)
    items = root_of_bytes(xml).findall("channel/item")
    assert len(xml) < 10_000_000
    assert len(gzip.compress(xml, 6, mtime=0)) < 0.2 * len(xml)
    assert [text(item, "guid") for item in items] == [record.guid for record in records]
    brief = [not item.findall("podcast:alternateEnclosure", NS) for item in items]
    assert brief == sorted(brief)  # the newest say more
    assert 0 < sum(brief) < 5000
    assert sum(brief) % 100 == 0
    for item, record in zip(items, records, strict=True):
        # What apps need of an episode to list, play, read and search it.
        assert text(item, "title") == record.case.title
        said = (text(item, "description") or "").removesuffix("…")
        assert record.case.summary.startswith(said)
        assert len(said) >= min(250, len(record.case.summary))
        assert [one["url"] for one in attributes(item, "enclosure")] == [CDN + record.media.artifact.key]
        assert attributes(item, "podcast:transcript")[0]["url"] == CDN + record.transcripts[0].key
        assert len(attributes(item, "podcast:chapters")) == 1
        assert len(item.findall("podcast:person", NS)) == 2


def root_of_bytes(xml: bytes) -> Element:
    return etree.fromstring(xml, etree.XMLParser(huge_tree=True))


def differing(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {name for name in {*before, *after} if before.get(name) != after.get(name)}


def moved_media(record: Record) -> Record:
    return replace(record, media=replace(record.media, artifact=build.artifact(key="media/C0901/ny.mp3")))


CHANGES: list[tuple[Record, set[str]]] = [
    (replace(RICH, number=9, by="ola@hjemme", recorded_at=MONDAY + DAY), set()),
    (replace(RICH, case=replace(CASE, title="Ny tittel")), {"title"}),
    (replace(RICH, case=replace(CASE, summary="Ny")), {"description"}),
    (replace(RICH, notes="<p>Nye</p>"), {"content:encoded"}),
    (replace(RICH, case=replace(CASE, published=MONDAY + DAY)), {"pubDate"}),
    (replace(RICH, case=replace(CASE, explicit=False)), {"itunes:explicit"}),
    (replace(RICH, case=replace(CASE, episode=8)), {"itunes:episode", "podcast:episode"}),
    (replace(RICH, case=replace(CASE, season=None)), {"itunes:season", "podcast:season"}),
    (replace(RICH, case=replace(CASE, hosts=())), {"podcast:person", "dc:creator"}),
    (replace(RICH, case=replace(CASE, guests=(Person("Åse"),))), {"podcast:person"}),
    (replace(RICH, case=replace(CASE, place=None)), {"podcast:location"}),
    (replace(RICH, case=replace(CASE, image="art/ny.jpg")), {"itunes:image", "media:thumbnail"}),
    (replace(RICH, case=replace(CASE, href="https://example.org/ny")), {"link"}),
    (replace(RICH, case=replace(CASE, chapters=CASE.chapters[:1])), {"psc:chapters"}),
    (replace(RICH, transcripts=RICH.transcripts[:1]), {"podcast:transcript"}),
    (replace(RICH, chapters=None), {"podcast:chapters"}),
    (moved_media(RICH), {"enclosure"}),
]


@pytest.mark.parametrize(
    ("after", "fields"), CHANGES, ids=lambda value: ",".join(sorted(value)) if isinstance(value, set) else ""
)
def test_it_can_be_told_field_by_field_what_changed(after: Record, fields: set[str]) -> None:
    old, new = (rss.items_of(rss.render(NETWORK, FEED, [record])) for record in (RICH, after))
    assert list(old) == list(new) == [RICH.guid]
    assert differing(old[RICH.guid], new[RICH.guid]) == fields


def test_a_field_says_what_a_reader_can_read() -> None:
    fields = rss.items_of(rss.render(NETWORK, FEED, [RICH]))[RICH.guid]
    portrait = CDN + "art/kari-dd.jpg"
    assert fields["title"] == "Små skritt & store broer"
    assert fields["podcast:person"].splitlines() == [
        'Ola Vik [group="cast" role="host"]',
        f'Kari Nordmann [group="cast" href="https://example.org/kari" img="{portrait}" role="guest"]',
    ]
    assert fields["psc:chapters"].splitlines()[1] == '[start="00:00:00.000" title="Velkommen"]'


def test_the_items_of_a_feed_keep_their_order() -> None:
    assert list(rss.items_of(rss.render(NETWORK, FEED, RECORDS[::-1]))) == [
        f"guid-{n}" for n in (4, 3, 2, 1, 0)
    ]


def test_the_channel_is_told_apart_from_its_items() -> None:
    one = rss.Published(rss.render(NETWORK, FEED, RECORDS))
    other = rss.Published(
        rss.render(NETWORK, replace(FEED, title="Ny", language="nn"), RECORDS[:2], cover=COVER)
    )
    assert differing(one.channel, other.channel) == {"title", "language", "image", "itunes:image"}
    assert one.guids[:2] == other.guids
    assert all(one.same(guid, other) for guid in other.guids)


# ---------------------------------------------------------------- faults seen elsewhere


def test_a_feeds_guid_is_made_of_its_address_without_the_scheme() -> None:
    assert podcast_guid("https://podnews.net/rss") == "9b024349-ccf0-5f69-a609-6b82873eab3c"
    assert podcast_guid("http://podnews.net/rss//") == "9b024349-ccf0-5f69-a609-6b82873eab3c"
    made = podcast_guid("https://mp3s.nashownotes.com/pc20rss.xml")
    assert made == "917393e3-1b1e-5cef-ace4-edaa54e1f810"
    namespace = UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
    expected = str(uuid5(namespace, "cdn.example.org/pod/feeds/offentlig-innovasjon.xml"))
    assert text(channel_of(), "podcast:guid") == expected


def test_a_feed_keeps_its_guid_when_its_address_changes() -> None:
    feed = build.feed(guid="917393e3-1b1e-5cef-ace4-edaa54e1f810")
    for base_url in (CDN, "https://elsewhere.example/"):
        channel = channel_of(network=build.network(base_url=base_url), feed=feed)
        assert text(channel, "podcast:guid") == feed.guid


@pytest.mark.parametrize("host", ["blåbær.example", "xn--blbr-roah.example"])
def test_a_feeds_guid_is_of_the_address_that_apps_have_however_it_was_written(host: str) -> None:
    channel = channel_of(network=build.network(base_url=f"https://{host}/"))
    address = attributes(channel, "atom:link")[0]["href"]
    expected = uuid5(UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6"), address.removeprefix("https://"))
    assert text(channel, "podcast:guid") == str(expected)


def test_every_feed_has_its_own_guid_address_and_cover() -> None:
    renderer = rss.Renderer(NETWORK)
    said = [
        etree.fromstring(renderer.render(build.feed(slug=slug), [RICH], cover=f"art/{slug}.jpg"))[0]
        for slug in ("vann", "skole", "helse")
    ]
    for path in ("podcast:guid", "image/url"):
        assert len({text(channel, path) for channel in said}) == 3
    for path in ("atom:link", "itunes:image"):
        assert len({attributes(channel, path)[0]["href"] for channel in said}) == 3


def test_one_case_in_many_feeds_is_one_episode() -> None:
    renderer = rss.Renderer(NETWORK)
    items = {
        etree.tostring(item)
        for slug in ("vann", "skole")
        for item in etree.fromstring(renderer.render(build.feed(slug=slug), [RICH])).iter("item")
    }
    assert len(items) == 1


def again(record: Record) -> Iterator[Record]:
    """*record* after all that can happen to an episode."""
    yield moved_media(record)
    yield replace(record, number=12)
    yield replace(
        record, case=replace(record.case, title="Ny", themes=("Vann",), href="https://example.org/ny")
    )


def test_a_guid_stays_when_file_title_theme_or_address_change() -> None:
    assert {text(item_of(record), "guid") for record in again(RICH)} == {RICH.guid}
    moved = item_of(RICH, network=replace(NETWORK, base_url="https://elsewhere.example/"))
    assert text(moved, "guid") == RICH.guid
    assert attributes(moved, "guid") == [{"isPermaLink": "false"}]


def test_an_mp3_is_audio_mpeg_and_its_length_is_in_plain_digits() -> None:
    media = replace(RICH.media, artifact=build.artifact(length_bytes=123_456_789))
    assert attributes(item_of(replace(RICH, media=media)), "enclosure") == [
        {"url": CDN + RICH.media.artifact.key, "length": "123456789", "type": "audio/mpeg"}
    ]


def test_a_new_cover_has_a_new_address_in_the_feed() -> None:
    old, new = (channel_of(cover=cover) for cover in ("art/cover-aa.jpg", "art/cover-bb.jpg"))
    assert attributes(old, "itunes:image") != attributes(new, "itunes:image")
    assert text(old, "image/url") != text(new, "image/url")


def test_the_first_chapter_is_there() -> None:
    (first, *rest) = attributes(item_of(RICH), "psc:chapters/psc:chapter")
    assert first == {"start": "00:00:00.000", "title": "Velkommen"}
    assert len(rest) == 2


def test_every_transcript_and_the_chapters_are_in_the_feed() -> None:
    item = item_of(RICH)
    assert [one["url"] for one in attributes(item, "podcast:transcript")] == [
        CDN + artifact.key for artifact in RICH.transcripts
    ]
    assert attributes(item, "podcast:chapters") == [
        {"url": CDN + "chapters/C0901/c0901-cc.json", "type": "application/json+chapters"}
    ]
