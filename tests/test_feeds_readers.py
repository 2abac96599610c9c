"""What others' readers see in our feeds, field by field, and where each of them sees something else.

The feeds are those of the demo workspace and of 1,500 generated cases; the readers feedparser,
podcastparser, and npm's podcast-partytime and feedsmith; the schema the podcast namespace's own.
"""

from __future__ import annotations

import calendar
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import feedparser
import podcastparser
import pytest
from lxml import etree

from lornpod import workspace
from lornpod.feeds import rss
from lornpod.feeds.namespaces import NAMESPACES
from lornpod.model import (
    AlternateEnclosure,
    Credit,
    Feed,
    Frequency,
    Link,
    Network,
    Record,
    Social,
    Soundbite,
    Source,
    Txt,
    Value,
)
from lornpod.model import Recipient as ValueRecipient
from lornpod.release.pictures import shown

from . import builders as build
from . import tools

ROOT = Path(__file__).parents[1]
SCHEMA = ROOT.parent / "shared" / "spec" / "podcast.xsd"
CDN = "https://cdn.example.org/pod/"
PODCAST = f"{{{NAMESPACES['podcast']}}}"
COUNT = 1500

NETWORK = build.network(
    license="cc-by-4.0",
    license_href="https://creativecommons.org/licenses/by/4.0/",
    funding=(Link("Støtt oss", "https://example.org/stott?a=1&b=2"),),
    case_href="https://example.org/case/{id}",
)
FEED = build.feed(
    credits=(Credit("Ida Berg", "producer", "creative direction"),),
    update_frequency=Frequency("Hver mandag", "FREQ=WEEKLY;BYDAY=MO"),
    txt=(Txt("abc", "verify"),),
    max_megabytes=50,
)


@cache
def cases() -> tuple[Record, ...]:
    """1,500 episodes, the newest first; every field is somewhere, and some have none of what may be left."""
    made = []
    for number in range(COUNT, 0, -1):
        case = build.case(
            id=f"C{number:04d}",
            number=number,
            title=f"Nr. {number}: «Små skritt» & <store> broer",
            published=datetime(2018, 1, 1, 5, tzinfo=UTC) + timedelta(days=2 * number),
            season=number % 4 or None,
            season_name="Broene" if number % 4 else "",
            episode=number if number % 3 else None,
            episode_display=f"Kap. {number}" if number % 3 == 1 else "",
            episode_type=("full", "bonus")[number % 7 == 0],
            explicit=(None, True, False)[number % 3],
            image=f"art/c{number}.jpg" if number % 2 else "",
            soundbites=(Soundbite(1_073_000, 60_500, "Om broer"),) if number % 5 == 0 else (),
            guests=(replace(build.KARI, img="art/kari.jpg"),) if number % 6 else (),
            summary=f"Kari Nordmann forteller om bro {number}.",
        )
        if number % 10 == 0:
            case = replace(
                case,
                alternates=(
                    AlternateEnclosure(
                        "video/mp4", (Source(f"https://video.example.org/{number}.mp4"),), 1000, title="Film"
                    ),
                ),
                social=(Social("activitypub", f"https://example.social/@l/{number}", "@l"),),
                value=Value("lightning", "keysend", (ValueRecipient("node", "02d5", 100, "Lærerommet"),)),
            )
        media = replace(build.record().media, artifact=build.artifact(key=f"media/C{number:04d}/x.mp3"))
        made.append(build.record(guid=f"guid-{number}", case=case, media=media))
    return tuple(made)


@cache
def generated() -> bytes:
    return rss.render(NETWORK, FEED, cases(), cover="art/cover-ff.jpg")


@cache
def demo() -> dict[str, bytes]:
    """The demo's feeds, with its cases as they stand (and the sound of none)."""
    read = workspace.read(ROOT)
    ready = shown(read.network, [file.feed for file in read.feeds], ROOT)
    some = [build.record(guid=one.case.id, case=replace(one.case, image="")) for one in read.cases]
    renderer = rss.Renderer(ready.network, ready.feeds)
    return {
        feed.slug: renderer.render(feed, () if feed.is_list else some, cover="art/c.jpg")
        for feed in ready.feeds
    }


# ---------------------------------------------------------------- the namespace's own schema

# What the namespace's documents have and its schema, which is older, does not.
LATER: Mapping[str, Sequence[str]] = {"location": ("country", "rel")}


def schema() -> etree.XMLSchema:
    if not SCHEMA.exists():
        pytest.skip(f"no {SCHEMA}")
    text = SCHEMA.read_text("utf-8")
    # lxml refuses mixed content beside simple content, which means nothing there.
    return etree.XMLSchema(etree.fromstring(text.replace(' mixed="true"', "").encode()))


def known(of: etree.XMLSchema) -> set[str]:
    names = re.findall(r'^\t<xs:element name="(\w+)"', SCHEMA.read_text("utf-8"), re.MULTILINE)
    return set(names)


def faults(xml: bytes) -> list[str]:
    """What the schema has against the elements that it knows."""
    checks = schema()
    names, wrong = known(checks), []
    for element in etree.fromstring(xml).iter(f"{PODCAST}*"):
        name = etree.QName(element).localname
        if name not in names:
            continue
        alone = etree.Element(name)
        alone.text = element.text
        for attribute, value in element.attrib.items():
            if attribute not in LATER.get(name, ()):
                alone.set(str(attribute), str(value))
        alone.extend(_plain(child) for child in element)
        if not checks.validate(alone):
            wrong.append(f"{etree.tostring(element)!r}: {checks.error_log}")
    return wrong


def _plain(element: etree._Element) -> etree._Element:
    made = etree.Element(etree.QName(element).localname)
    for attribute, value in element.attrib.items():
        made.set(str(attribute), str(value))
    return made


def test_the_schema_knows_a_wrong_element() -> None:
    wrong = b'<rss xmlns:podcast="%b"><podcast:locked owner="x">perhaps</podcast:locked></rss>'
    assert len(faults(wrong % NAMESPACES["podcast"].encode())) == 1


def test_the_feed_of_1500_cases_keeps_to_the_namespaces_schema() -> None:
    assert faults(generated()) == []


def test_the_demos_feeds_keep_to_the_namespaces_schema() -> None:
    for slug, xml in demo().items():
        assert faults(xml) == [], slug


# ---------------------------------------------------------------- what we say, for readers to be held against


def expected(record: Record) -> dict[str, Any]:
    case, media = record.case, record.media
    assert case.published is not None
    return {
        "title": case.title,
        "guid": record.guid,
        "link": f"https://example.org/case/{case.id}",
        "summary": case.summary,
        "notes": record.notes,
        "published": int(case.published.timestamp()),
        "enclosure": (CDN + media.artifact.key, media.artifact.length_bytes, "audio/mpeg"),
        "duration": 90,
        "explicit": bool(case.explicit),
        "season": case.season,
        "episode": case.episode,
        "type": case.episode_type,
        "image": CDN + case.image if case.image else None,
    }


def differing(read: Sequence[Mapping[str, Any]], fields: Sequence[str]) -> dict[str, list[str]]:
    """For each field the cases in which a reader saw something else than we said."""
    assert len(read) == COUNT
    wrong: dict[str, list[str]] = {}
    for record, seen in zip(cases(), read, strict=True):
        for name in fields:
            if seen[name] != expected(record)[name]:
                wrong.setdefault(name, []).append(record.case.id)
    return wrong


FIELDS = list(expected(build.record()))


def feedparser_reads(xml: bytes) -> list[dict[str, Any]]:
    def as_int(said: str | None) -> int | None:
        return int(said) if said is not None else None

    return [
        {
            "title": entry.title,
            "guid": entry.id,
            "link": entry.link,
            "summary": entry.summary,
            "notes": entry.content[0].value,
            "published": calendar.timegm(entry.published_parsed),
            "enclosure": (one.href, int(one.length), one.type),
            "duration": int(entry.itunes_duration),
            "explicit": entry.itunes_explicit,
            "season": as_int(entry.get("itunes_season")),
            "episode": as_int(entry.get("itunes_episode")),
            "type": entry.itunes_episodetype,
            "image": entry.image.href if "image" in entry else None,
        }
        for entry in feedparser.parse(xml).entries
        for one in entry.enclosures
    ]


def podcastparser_reads(xml: bytes) -> list[dict[str, Any]]:
    return [
        {
            "title": episode["title"],
            "guid": episode["guid"],
            "link": episode["link"],
            "summary": episode["description"],
            "notes": episode["description_html"],
            "published": episode["published"],
            "enclosure": (one["url"], one["file_size"], one["mime_type"]),
            "duration": episode["total_time"],
            "explicit": episode["explicit"],
            "season": episode.get("season"),
            "episode": episode.get("number"),
            "type": episode["type"],
            "image": episode.get("episode_art_url"),
        }
        for episode in podcastparser.parse(CDN, io.BytesIO(xml))["episodes"]
        for one in episode["enclosures"]
    ]


_PARTYTIME = """
import { readFileSync } from 'node:fs';
import { parseFeed } from 'podcast-partytime';
console.log = () => {}; console.warn = () => {};
process.stdout.write(JSON.stringify(parseFeed(readFileSync(0, 'utf8'), { allowMissingGuid: true })));
"""
_FEEDSMITH = """
import { readFileSync } from 'node:fs';
import { parseRssFeed } from 'feedsmith';
process.stdout.write(JSON.stringify(parseRssFeed(readFileSync(0, 'utf8'))));
"""


@cache
def partytime(xml: bytes) -> dict[str, Any]:
    read: dict[str, Any] = tools.node("podcast-partytime", _PARTYTIME, stdin=xml.decode())
    return read


@cache
def feedsmith(xml: bytes) -> dict[str, Any]:
    read: dict[str, Any] = tools.node("feedsmith", _FEEDSMITH, stdin=xml.decode())
    return read


def _instant(said: str) -> int:
    return int(datetime.fromisoformat(said).timestamp())


def partytime_reads(xml: bytes) -> list[dict[str, Any]]:
    return [
        {
            "title": item.get("title"),
            "guid": item["guid"],
            "link": item.get("link"),
            "summary": item.get("description"),
            "notes": item.get("content"),
            "published": _instant(item["pubDate"]),
            "enclosure": (item["enclosure"]["url"], item["enclosure"]["length"], item["enclosure"]["type"]),
            "duration": item["duration"],
            "explicit": item["explicit"],
            "season": item.get("podcastSeason", {}).get("number"),
            "episode": item.get("podcastEpisode", {}).get("number"),
            "type": item.get("itunesEpisodeType"),
            "image": item.get("itunesImage"),
        }
        for item in partytime(xml)["items"]
    ]


def feedsmith_reads(xml: bytes) -> list[dict[str, Any]]:
    from email.utils import parsedate_to_datetime

    return [
        {
            "title": item["title"],
            "guid": item["guid"]["value"],
            "link": item["link"],
            "summary": item["description"],
            "notes": item["content"]["encoded"],
            "published": int(parsedate_to_datetime(item["pubDate"]).timestamp()),
            "enclosure": (one["url"], one["length"], one["type"]),
            "duration": item["itunes"]["duration"],
            "explicit": item["itunes"].get("explicit", False),
            "season": item["itunes"].get("season"),
            "episode": item["itunes"].get("episode"),
            "type": item["itunes"]["episodeType"],
            "image": item["itunes"].get("image"),
        }
        for item in feedsmith(xml)["items"]
        for one in item["enclosures"]
    ]


# The fields in which a reader sees something else than we say, and why.
DIFFERENT: dict[Callable[[bytes], list[dict[str, Any]]], set[str]] = {
    feedparser_reads: {"explicit"},  # it knows yes and clean alone
    podcastparser_reads: set(),
    partytime_reads: set(),
    feedsmith_reads: set(),
}


@pytest.mark.parametrize("reads", DIFFERENT, ids=lambda reads: reads.__name__)
def test_a_reader_sees_1500_episodes_field_by_field_as_we_say_them(
    reads: Callable[[bytes], list[dict[str, Any]]],
) -> None:
    wrong = differing(reads(generated()), FIELDS)
    assert set(wrong) == DIFFERENT[reads], {name: ids[:3] for name, ids in wrong.items()}


# ---------------------------------------------------------------- the namespace, as those see it who know it


def test_partytime_sees_the_namespaces_tags_of_the_channel() -> None:
    read = partytime(generated())
    assert read["locked"] is True
    assert read["podcastOwner"] == "post@example.org"
    assert read["guid"] == "9cfe2a01-3a9d-5795-9c19-1f51b17e78e9"
    assert read["medium"] == "podcast"
    assert read["podcastFunding"] == [{"message": "Støtt oss", "url": "https://example.org/stott?a=1&b=2"}]
    assert read["license"] == {"identifier": "cc-by-4.0", "url": NETWORK.license_href}
    # It writes roles as the taxonomy does, with a capital.
    assert [(one["name"], one["role"]) for one in read["podcastPeople"]] == [("Ida Berg", "Producer")]
    assert read["podcastTxt"] == [{"value": "abc", "purpose": "verify"}]


def test_feedsmith_sees_the_namespaces_tags_of_the_channel() -> None:
    read = feedsmith(generated())["podcast"]
    assert read["locked"] == {"value": True, "owner": "post@example.org"}
    assert read["guid"] == "9cfe2a01-3a9d-5795-9c19-1f51b17e78e9"
    assert read["medium"] == "podcast"
    assert read["fundings"] == [{"display": "Støtt oss", "url": "https://example.org/stott?a=1&b=2"}]
    assert read["license"] == {"display": "cc-by-4.0", "url": NETWORK.license_href}
    assert read["updateFrequency"] == {"display": "Hver mandag", "rrule": "FREQ=WEEKLY;BYDAY=MO"}
    assert read["txts"] == [{"display": "abc", "purpose": "verify"}]


@pytest.mark.parametrize("number", [1500, 1495, 1493, 7])
def test_feedsmith_sees_the_namespaces_tags_of_an_item(number: int) -> None:
    (record,) = [one for one in cases() if one.case.number == number]
    (item,) = [one for one in feedsmith(generated())["items"] if one["guid"]["value"] == f"guid-{number}"]
    read, case = item["podcast"], record.case
    people = [(one["display"], one["role"]) for one in read["persons"]]
    guests = [("Kari Nordmann", "guest")] if case.guests else []
    assert people == [("Ola Vik", "host"), *guests, ("Ida Berg", "producer")]
    assert [(one["url"], one["type"]) for one in read["transcripts"]] == [
        (CDN + one.key, one.media_type) for one in record.transcripts
    ]
    assert read["chapters"]["url"] == CDN + "chapters/C0901/c0901-cc.json"
    assert read.get("season", {}).get("number") == case.season
    assert read.get("episode", {}).get("display") == (case.episode_display or None)
    assert [one["startTime"] for one in read.get("soundbites", [])] == [
        one.start_ms / 1000 for one in case.soundbites
    ]
    assert [one["sources"][0]["uri"] for one in read.get("alternateEnclosures", [])] == [
        one.sources[0].uri for one in case.alternates
    ]
    assert [one["uri"] for one in read.get("socialInteracts", [])] == [one.uri for one in case.social]
    starts = [one["start"] for one in item["psc"]["chapters"]]
    assert starts == ["00:00:00.000", "00:00:30.000", "00:01:15.250"]
    assert item["dc"]["creators"] == ["Ola Vik"]


# ---------------------------------------------------------------- the demo


def test_every_reader_reads_the_demos_feeds() -> None:
    for slug, xml in demo().items():
        ours = list(rss.Published(xml).guids)
        assert [entry.id for entry in feedparser.parse(xml).entries] == ours, slug
        # podcastparser sorts by date, whatever the order of the feed.
        theirs = {one["guid"] for one in podcastparser.parse(CDN, io.BytesIO(xml))["episodes"]}
        assert theirs == set(ours), slug
        assert [one["guid"]["value"] for one in feedsmith(xml).get("items", [])] == ours, slug
        if ours:
            assert [one["guid"] for one in partytime(xml)["items"]] == ours, slug


def test_a_publishers_feed_is_read_by_feedsmith_as_a_list_of_its_shows() -> None:
    feeds: list[Feed] = [build.feed(), build.feed(slug="utgiver", title="Lærerommet", medium="publisher")]
    network: Network = build.network()
    renderer = rss.Renderer(network, feeds)
    read = feedsmith(renderer.render(feeds[1], []))
    back = feedsmith(renderer.render(feeds[0], []))
    (listed,) = read["podcast"]["remoteItems"]
    assert listed["feedGuid"] == back["podcast"]["guid"]
    assert back["podcast"]["publisher"]["remoteItem"]["feedGuid"] == read["podcast"]["guid"]
    assert json.dumps(listed["feedUrl"]) == f'"{CDN}feeds/offentlig-innovasjon.xml"'
