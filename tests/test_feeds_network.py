"""A network of many shows, as it lies in the store: what its feeds say of themselves, of each other, and of
the cases that they share."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import combinations

import pytest
from lxml import etree

from lornpod.feeds.namespaces import NAMESPACES
from lornpod.model import Feed, Where
from lornpod.publish import apply, records
from lornpod.publish.press import Press
from lornpod.publish.stores import MemoryStore

from . import builders as build

THEMES = tuple(f"Tema {number:02d}" for number in range(12))
NOW = datetime(2026, 4, 1, tzinfo=UTC)
NETWORK = build.network(podroll=("related",))
BASE = NETWORK.base_url
CASES = 180

SHOWS = (
    *(
        Feed(f"tema-{number:02d}", theme, f"Alt om {theme.lower()}.", Where(theme=(theme,)))
        for number, theme in enumerate(THEMES)
    ),
    Feed("alle", "Alle samtaler", "Alt fra Lærerommet."),
)
HIDDEN = Feed("utkast", "Utkast", "Ikke for alle.", block=True)
PUBLISHER = Feed("utgiver", "Lærerommet", "Alle seriene.", medium="publisher")


@cache
def published() -> MemoryStore:
    """The network's feeds with 180 cases, each of which has its theme and the two next to it."""
    store = MemoryStore()
    for number in range(CASES):
        themes = tuple(THEMES[(number + step) % len(THEMES)] for step in range(1 + number % 3))
        case = build.case(
            id=f"C{number:04d}",
            number=number + 1,
            title=f"Nr. {number}",
            themes=themes,
            published=datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=number),
        )
        media = replace(build.record().media, artifact=build.artifact(key=f"media/{case.id}/x.mp3"))
        key, data = records.encode(build.record(guid=f"guid-{number}", case=case, media=media))
        store.put(key, data, media_type="application/json", cache_control="")
    feeds = (*SHOWS, HIDDEN, PUBLISHER)
    covers = {feed.slug: f"art/{feed.slug}-0123456789ab.jpg" for feed in feeds}
    apply.renew_feeds(Press(store, NETWORK, feeds, covers, NOW))
    return store


@cache
def channel(slug: str) -> etree._Element:
    return etree.fromstring(published().get(f"feeds/{slug}.xml"))[0]


def said(slug: str, path: str) -> list[dict[str, str]]:
    found = channel(slug).findall(path, NAMESPACES)
    return [{str(name): str(value) for name, value in one.attrib.items()} for one in found]


def guid_of(slug: str) -> str | None:
    return channel(slug).findtext("podcast:guid", namespaces=NAMESPACES)


def test_each_feed_has_identity_title_description_and_cover_of_its_own() -> None:
    slugs = [feed.slug for feed in (*SHOWS, HIDDEN, PUBLISHER)]
    for path in ("podcast:guid", "title", "description", "image/url"):
        assert len({channel(slug).findtext(path, namespaces=NAMESPACES) for slug in slugs}) == len(slugs), (
            path
        )
    assert len({said(slug, "itunes:image")[0]["href"] for slug in slugs}) == len(slugs)


def test_one_case_is_one_episode_in_every_feed_that_shows_it() -> None:
    items = defaultdict(set)
    for feed in SHOWS:
        for item in channel(feed.slug).findall("item"):
            items[item.findtext("guid")].add(etree.tostring(item))
    assert len(items) == CASES
    assert {len(versions) for versions in items.values()} == {1}
    shown = [len(channel(feed.slug).findall("item")) for feed in SHOWS]
    assert shown == [30] * len(THEMES) + [CASES]


def test_the_publisher_lists_every_public_show_and_each_points_back_and_no_other() -> None:
    listed = {one["feedGuid"]: one for one in said("utgiver", "podcast:remoteItem")}
    assert set(listed) == {guid_of(feed.slug) for feed in SHOWS}
    for feed in SHOWS:
        assert listed[str(guid_of(feed.slug))] == {
            "medium": "podcast",
            "feedGuid": guid_of(feed.slug),
            "feedUrl": f"{BASE}feeds/{feed.slug}.xml",
            "title": feed.title,
        }
        assert said(feed.slug, "podcast:publisher/podcast:remoteItem") == [
            {
                "medium": "publisher",
                "feedGuid": guid_of("utgiver"),
                "feedUrl": f"{BASE}feeds/utgiver.xml",
                "title": "Lærerommet",
            }
        ]
    assert said("utkast", "podcast:publisher") == said("utgiver", "podcast:publisher") == []


@pytest.mark.parametrize("slug", [feed.slug for feed in SHOWS[:-1]])
def test_a_theme_recommends_those_that_it_has_most_cases_in_common_with(slug: str) -> None:
    def cases(of: str) -> set[str | None]:
        return {item.findtext("guid") for item in channel(of).findall("item")}

    own = cases(slug)
    others = [feed.slug for feed in SHOWS[:-1] if feed.slug != slug]
    shared = {other: len(own & cases(other)) / len(own | cases(other)) for other in others}
    recommended = [
        one["feedUrl"].rpartition("/")[2].removesuffix(".xml")
        for one in said(slug, "podcast:podroll/podcast:remoteItem")
    ]
    assert recommended
    assert (
        recommended == sorted((one for one in others if shared[one]), key=lambda one: (-shared[one], one))[:5]
    )
    assert {one["feedGuid"] for one in said(slug, "podcast:podroll/podcast:remoteItem")} == {
        guid_of(one) for one in recommended
    }


def test_the_list_for_import_has_every_public_show_once_and_neither_the_publisher_nor_the_hidden() -> None:
    outlines = etree.fromstring(published().get("feeds.opml")).findall("body/outline")
    assert [(one.get("text"), one.get("xmlUrl"), one.get("type")) for one in outlines] == [
        (feed.title, f"{BASE}feeds/{feed.slug}.xml", "rss") for feed in SHOWS
    ]
    assert {one.get("description") for one in outlines} == {feed.description for feed in SHOWS}


def test_no_two_shows_have_all_cases_in_common() -> None:
    # Or the tests above would prove little.
    sets = [frozenset(item.findtext("guid") for item in channel(feed.slug).findall("item")) for feed in SHOWS]
    assert all(one != other for one, other in combinations(sets, 2))
