"""What others' readers see in our feeds, every field that they read, and where each sees something else.

The feeds are those of the demo workspace, one of 1,500 generated cases that state all there is, and sixty
shows of generated networks; the readers feedparser, podcastparser, and npm's podcast-partytime and feedsmith;
the schema the podcast namespace's own.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from lornpod import workspace
from lornpod.feeds.namespaces import NAMESPACES
from lornpod.model import Case, Feed, Network, Record, RemoteItem, TimeSplit
from lornpod.release.pictures import shown

from . import builders as build
from .reader_views import (
    Feedparser,
    Feedsmith,
    Fields,
    Made,
    Partytime,
    Podcastparser,
    Reader,
)
from .whole import Whole, fields_within, said_in

ROOT = Path(__file__).parents[1]
SCHEMA = ROOT.parent / "shared" / "spec" / "podcast.xsd"
PODCAST = f"{{{NAMESPACES['podcast']}}}"
COUNT = 1500

LINES = (
    "Små skritt & store broer", "«Vi bygger» broer", "Kari \"K\" Nordmann's", "😀 مرحبا בעולם", "50 % av #2",
    "a < b > c", "Ærlig talt: Åse på øya", "日本語の題名", "— det var alt …",
)  # fmt: skip
# What readers that guess may take for numbers, nothing, or times.
ODD_LINES = (*LINES, "2026", "0042", "no", "null", "1e3", "12:30", "-1", "NaN")

READERS: dict[str, Reader] = {
    "feedparser": Feedparser(),
    "podcastparser": Podcastparser(),
    "podcastparser, by the namespace's old name": Podcastparser(old=True),
    "podcast-partytime": Partytime(),
    "feedsmith": Feedsmith(),
}


def record(made: Whole, number: int) -> Record:
    case = replace(made.case(f"C{number:04d}"), published=made.moment())
    plain = build.record()
    some = tuple(replace(one, key=f"text/{case.id}/{at}.vtt") for at, one in enumerate(plain.transcripts))
    media = replace(plain.media, artifact=build.artifact(key=f"media/{case.id}/x.mp3", length_bytes=number))
    return build.record(guid=f"guid-{number}", case=case, media=media, transcripts=some)


@cache
def generated() -> Made:
    """1,500 episodes of a show that states all that it can; each states two thirds of what it may."""
    made = Whole(random.Random(COUNT), LINES)
    network, wanted = made.network(), fields_within(Feed)
    shows = (made.feed() for _ in range(2000))
    feed = max(shows, key=lambda one: len(wanted & set(said_in(one))) if not one.is_list else 0)
    feed = replace(feed, limit=None, max_megabytes=50)
    return Made(network, feed, [record(made, number) for number in range(COUNT, 0, -1)])


def some_shows(lines: Sequence[str], count: int = 60) -> list[Made]:
    """Shows of as many networks, with three episodes each, or none where it lists others."""
    shows = []
    for seed in range(count):
        made = Whole(random.Random(seed), lines)
        network, feed = made.network(), made.feed()
        shows.append(Made(network, feed, [] if feed.is_list else [record(made, at) for at in (3, 2, 1)]))
    return shows


@cache
def demo() -> list[Made]:
    """The demo's feeds, with its cases as they stand (and the sound of none)."""
    read = workspace.read(ROOT)
    ready = shown(read.network, [file.feed for file in read.feeds], ROOT)
    some = [build.record(guid=one.case.id, case=replace(one.case, image="")) for one in read.cases]
    return [
        Made(ready.network, feed, () if feed.is_list else some, feeds=ready.feeds) for feed in ready.feeds
    ]


def test_the_generated_feeds_state_all_that_can_be_stated() -> None:
    feeds = [generated(), *some_shows(LINES)]
    said = {one for made in feeds for one in said_in(made.feed)}
    of_episodes = {("Value", "time_splits"), *fields_within(TimeSplit)} - fields_within(RemoteItem)
    assert fields_within(Feed) - said - of_episodes == set()
    said = {one for record in generated().records for one in said_in(record.case)}
    assert fields_within(Case) - said == set()


# ---------------------------------------------------------------- the namespace's own schema

# Where the schema, which is older, and the namespace's documents differ: what it does not have, and what it
# asks for.
LATER = {("location", "country"), ("location", "rel"), ("value", "valueTimeSplit")}
NO_LONGER_REQUIRED = {("season", "name"), ("locked", "owner")}


def schema() -> etree.XMLSchema:
    if not SCHEMA.exists():
        pytest.skip(f"no {SCHEMA}")
    text = SCHEMA.read_text("utf-8")
    # lxml refuses mixed content beside simple content, which means nothing there.
    return etree.XMLSchema(etree.fromstring(text.replace(' mixed="true"', "").encode()))


def known(of: etree.XMLSchema) -> set[str]:
    names = re.findall(r'^\t<xs:element name="(\w+)"', SCHEMA.read_text("utf-8"), re.MULTILINE)
    return set(names)


def faults(xml: bytes, *, as_it_is: bool = False) -> list[str]:
    """What the schema has against the elements that it knows; *as_it_is* with what is known of its age."""
    checks = schema()
    names, wrong = known(checks), []
    for element in etree.fromstring(xml, etree.XMLParser(huge_tree=True)).iter(f"{PODCAST}*"):
        name = etree.QName(element).localname
        if name not in names:
            continue
        alone = _plain(element)
        if not as_it_is:
            _grown_up(alone)
        if not checks.validate(alone):
            wrong += [f"{name}: {error.message}" for error in checks.error_log]  # type: ignore[attr-defined]
    return wrong


def _grown_up(element: etree._Element) -> None:
    for name, later in LATER:
        if element.tag == name:
            if later in element.attrib:
                del element.attrib[later]
            for child in element.findall(later):
                element.remove(child)
    for name, required in NO_LONGER_REQUIRED:
        if element.tag == name and required not in element.attrib:
            element.set(required, "")


def _plain(element: etree._Element) -> etree._Element:
    """*element* without its namespace, as the schema has it."""
    made = etree.Element(etree.QName(element).localname)
    made.text = element.text
    for attribute, value in element.attrib.items():
        made.set(str(attribute), str(value))
    made.extend(map(_plain, element))
    return made


def test_the_schema_knows_a_wrong_element() -> None:
    wrong = b'<rss xmlns:podcast="%b"><podcast:locked owner="x">perhaps</podcast:locked></rss>'
    assert len(faults(wrong % NAMESPACES["podcast"].encode())) == 1


def test_generated_feeds_keep_to_the_namespaces_schema() -> None:
    for made in (generated(), *some_shows(ODD_LINES)):
        assert faults(made.xml) == []


def test_the_demos_feeds_keep_to_the_namespaces_schema() -> None:
    for made in demo():
        assert faults(made.xml) == [], made.feed.slug


def test_the_schema_is_behind_in_these_places_and_no_others() -> None:
    said = {one for made in (generated(), *some_shows(LINES)) for one in faults(made.xml, as_it_is=True)}
    named = {re.search(r"^(\w+): .*(?:attribute '|This element|The attribute ')(\w*)", one) for one in said}
    assert {(one[1], one[2]) for one in named if one and one[2]} | {
        ("value", "valueTimeSplit") for one in said if "valueTimeSplit" in one
    } == LATER | NO_LONGER_REQUIRED


# ---------------------------------------------------------------- every field that a reader reads


def compared(reader: Reader, feeds: Sequence[Made]) -> tuple[dict[str, tuple[object, ...]], set[str]]:
    """What *reader* sees otherwise than its faults explain, an example for each field; and in which fields it
    sees something else than is said."""
    unexplained: dict[str, tuple[object, ...]] = {}
    differing: set[str] = set()
    for made, view in zip(feeds, reader.views(feeds), strict=True):
        ought = reader.ought(made)
        assert set(view.items) == set(ought.items)
        each: list[tuple[str, Fields, Fields]] = [("", ought.channel, view.channel)]
        each += [(guid, said, view.items[guid]) for guid, said in ought.items.items()]
        for guid, said, seen in each:
            for name in {*said, *seen}:
                key = f"{'item' if guid else 'channel'}.{name}"
                fault = reader.faults.get(key)
                expected = fault.sees(said.get(name), made, guid) if fault else said.get(name)
                if expected != seen.get(name):
                    unexplained.setdefault(key, (made.feed.title, guid, expected, seen.get(name)))
                if expected != said.get(name):
                    differing.add(key)
    return unexplained, differing


@pytest.mark.parametrize("name", READERS)
def test_a_reader_sees_all_of_1500_episodes_and_of_their_show_as_we_say_it(name: str) -> None:
    unexplained, _ = compared(READERS[name], [generated()])
    assert unexplained == {}


@pytest.mark.parametrize("name", READERS)
def test_a_reader_sees_sixty_shows_as_we_say_them_but_for_what_is_its_own_fault(name: str) -> None:
    reader = READERS[name]
    lines = LINES if name == "podcast-partytime" else ODD_LINES
    unexplained, differing = compared(reader, some_shows(lines))
    assert unexplained == {}
    assert differing == set(reader.faults)  # a fault that is mended is listed no longer


@pytest.mark.parametrize("name", READERS)
def test_a_reader_sees_the_demos_feeds_as_we_say_them(name: str) -> None:
    unexplained, _ = compared(READERS[name], demo())
    assert unexplained == {}


def test_partytime_takes_words_of_digits_for_numbers() -> None:
    # Which is why the feeds above that it reads have none.
    case = build.case(title="2026", guests=(replace(build.KARI, name="0042"),))
    made = Made(build.network(), build.feed(title="1e3"), [build.record(case=case)])
    (view,) = Partytime().views([made])
    (item,) = view.items.values()
    assert view.channel["title"] == "1000"
    assert "title" not in item
    assert [one["name"] for one in item["podcastPeople"]] == ["Ola Vik"]


def test_gpodder_shows_the_square_picture_where_there_is_a_wide_one_too() -> None:
    wide = build.picture(href="art/wide.jpg", width_px=1920, height_px=1080)
    made = Made(
        build.network(),
        build.feed(),
        [build.record(case=build.case(image="art/square.jpg", images=(wide,)))],
    )
    (view,) = Podcastparser().views([made])
    (item,) = view.items.values()
    assert item["episode_art_url"] == "https://cdn.example.org/pod/art/square.jpg"


def test_a_publishers_feed_is_read_as_a_list_of_its_shows() -> None:
    shows: list[Feed] = [build.feed(), build.feed(slug="utgiver", title="Lærerommet", medium="publisher")]
    network: Network = build.network()
    show, publisher = (Made(network, one, (), feeds=shows) for one in shows)
    for reader, listed, named in (
        (Feedsmith(), "podcast.remoteItems", "podcast.publisher"),
        (Partytime(), "podcastRemoteItems", "podcastPublisher"),
    ):
        of_show, of_publisher = reader.views([show, publisher])
        guids = [view.channel.get("podcast.guid") or view.channel["guid"] for view in (of_show, of_publisher)]
        assert [one["feedGuid"] for one in of_publisher.channel[listed]] == guids[:1]
        pointed = of_show.channel[named]
        assert pointed.get("remoteItem", pointed)["feedGuid"] == guids[1]
