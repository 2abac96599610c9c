"""What a publisher states in authored files stands in the feed, as the podcast namespace has it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from lornpod.errors import InputError, errors_in
from lornpod.feeds import rss
from lornpod.feeds.namespaces import NAMESPACES
from lornpod.model import Feed, Network, Record, stated
from lornpod.release.pictures import shown
from lornpod.workspace import Workspace, case_text, feed_text, network_text, read

from . import builders as build
from .workspaces import write_cover

GUID = "917393e3-1b1e-5cef-ace4-edaa54e1f810"
NETWORK = """\
name: Lærerommet
website: https://example.org/
base_url: https://cdn.example.org/pod
guid: 5f0e7c1a-3d0b-4e36-9a55-1b6a2f0d9c11
owner: {name: Redaksjonen, email: post@example.org}
people:
  - {name: Ola Vik, href: https://example.org/ola, img: ola.jpg}
"""
EVERYTHING = """\
title: Broer
locked: false
medium: podcast
itunes_title: Broer for Apple
funding: [{title: Støtt oss, href: "https://example.org/stott"}]
license: {id: cc-by-4.0, href: "https://creativecommons.org/licenses/by/4.0/"}
hosts: [Ola Vik]
credits:
  - {name: Ida Berg, role: Producer, href: "https://example.org/ida"}
  - {name: Per Dal, role: editor, group: video post-production}
place: {name: Trøndelag, geo: "63.43,10.39", osm: r406567, country: "no", rel: subject}
images:
  - {href: wide.jpg, alt: En bro, purpose: Artwork Social}
txt:
  - S6lpp
  - {purpose: verify, text: abc}
block: true
block_services: [google]
allow_services: spotify, apple
podping: true
update_frequency: {text: Hver mandag, rrule: "FREQ=WEEKLY;BYDAY=MO", start: 2026-03-02}
chat: {server: irc.example.org, protocol: irc, account: "@laererommet", space: "#broer"}
social:
  - {protocol: activitypub, uri: "https://example.social/@l/1", account: "@l",
     account_href: "https://example.social/@l", priority: 1}
  - {protocol: disabled}
value:
  suggested: 0.00000005000
  recipients:
    - {name: Lærerommet, type: node, address: 02d5c1, split: 95, custom_key: 696969, custom_value: abc}
    - {type: lnaddress, address: app@example.org, split: 5, fee: true}
publisher: {guid: 917393e3-1b1e-5cef-ace4-edaa54e1f810, url: "https://example.org/publisher.xml",
            medium: publisher}
podroll:
  - {guid: 917393e3-1b1e-5cef-ace4-edaa54e1f810, url: "https://example.org/other.xml", title: Andre}
trailers:
  - {title: Hva er Broer?, url: "https://example.org/t.mp3", published: 2026-01-05, length: 1000,
     type: audio/mpeg, season: 1}
live:
  - {title: Fra Arendal, guid: live-1, status: pending, start: 2026-08-12 12:00, end: 2026-08-12 13:00,
     url: "https://stream.example.org/live.mp3", links: [{title: Her, href: "https://example.org/live"}]}
"""
CASE = """\
---
title: Broen
published: 2026-03-02
guests: [Kari Nordmann]
season: 2
season_name: Broene
episode: 3.5
episode_display: Kap. 3½
itunes_title: Broen for Apple
block: true
credits: [{name: Ida Berg, role: producer}]
funding: [{title: Støtt oss, href: "https://example.org/stott"}]
license: cc-by-4.0
license_href: https://creativecommons.org/licenses/by/4.0/
place: {name: Fjordheim, rel: creator}
images: [wide.jpg]
txt: [{purpose: ai-content, text: "none"}]
chat: {server: irc.example.org, protocol: irc}
social: [{protocol: activitypub, uri: "https://example.social/@l/2"}]
value: {recipients: [{type: node, address: 02d5c1, split: 100}]}
content_links: [{title: På YouTube, href: "https://youtube.com/watch?v=1"}]
alternates:
  - type: video/mp4
    sources:
      - https://video.example.org/1.mp4
      - {uri: "magnet:?xt=urn:btih:abc", type: application/x-bittorrent}
    length: 734003200
    bitrate: 2500000
    height: 1080
    language: nb
    title: Film
    rel: film
    codecs: avc1.64001f, mp4a.40.2
    default: true
    integrity: sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
---
Om broer.
"""


def written(root: Path, feed: str = EVERYTHING, case: str = CASE, network: str = NETWORK) -> Workspace:
    """The workspace of these files, read back without a complaint."""
    (root / "feeds").mkdir(parents=True, exist_ok=True)
    (root / "lornpod.yaml").write_text(network, "utf-8")
    (root / "feeds/broer.md").write_text(f"---\n{feed}---\nSamtaler.\n", "utf-8")
    folder = root / "episodes/C0001"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "case.md").write_text(case, "utf-8")
    for place in (root, folder):
        write_picture(place / "wide.jpg", 1920, 1080)
    write_cover(root / "ola.jpg")
    found = read(root)
    assert not errors_in(found.findings), found.findings
    return found


def write_picture(path: Path, width: int, height: int) -> None:
    from PIL import Image

    Image.new("RGB", (width, height), (10, 20, 30)).save(path, "JPEG")


def record_of(found: Workspace) -> Record:
    return build.record(case=found.cases[0].case)


def rendered(found: Workspace, *records: Record) -> etree._Element:
    ready = shown(found.network, [file.feed for file in found.feeds], found.root)
    xml = rss.Renderer(ready.network, ready.feeds).render(ready.feeds[0], records)
    return etree.fromstring(xml)[0]


def said(parent: etree._Element, path: str) -> list[tuple[str, dict[str, str]]]:
    """Text and attributes of each element at *path*."""
    return [
        (str(one.text or ""), {str(name): str(value) for name, value in one.attrib.items()})
        for one in parent.findall(path, NAMESPACES)
    ]


@pytest.fixture(scope="module")
def channel(tmp_path_factory: pytest.TempPathFactory) -> etree._Element:
    found = written(tmp_path_factory.mktemp("everything"))
    return rendered(found, record_of(found))


PLACE = {"geo": "geo:63.43,10.39", "osm": "R406567", "country": "NO", "rel": "subject"}
EXPECTED: dict[str, list[tuple[str, dict[str, str]]]] = {
    "podcast:locked": [("no", {"owner": "post@example.org"})],
    "podcast:medium": [("podcast", {})],
    "itunes:title": [("Broer for Apple", {})],
    "podcast:funding": [("Støtt oss", {"url": "https://example.org/stott"})],
    "podcast:license": [("cc-by-4.0", {"url": "https://creativecommons.org/licenses/by/4.0/"})],
    "podcast:location": [("Trøndelag", PLACE)],
    "podcast:txt": [("S6lpp", {}), ("abc", {"purpose": "verify"})],
    "itunes:block": [("Yes", {})],
    "podcast:block": [
        ("yes", {}),
        ("yes", {"id": "google"}),
        ("no", {"id": "spotify"}),
        ("no", {"id": "apple"}),
    ],
    "podcast:podping": [("", {"usesPodping": "true"})],
    "podcast:updateFrequency": [
        ("Hver mandag", {"rrule": "FREQ=WEEKLY;BYDAY=MO", "dtstart": "2026-03-02T05:00:00.000Z"})
    ],
    "podcast:chat": [
        (
            "",
            {"server": "irc.example.org", "protocol": "irc", "accountId": "@laererommet", "space": "#broer"},
        )
    ],
    "podcast:socialInteract": [
        (
            "",
            {
                "protocol": "activitypub",
                "uri": "https://example.social/@l/1",
                "accountId": "@l",
                "accountUrl": "https://example.social/@l",
                "priority": "1",
            },
        ),
        ("", {"protocol": "disabled"}),
    ],
    "podcast:value": [("", {"type": "lightning", "method": "keysend", "suggested": "0.00000005000"})],
    "podcast:value/podcast:valueRecipient": [
        (
            "",
            {
                "name": "Lærerommet",
                "type": "node",
                "address": "02d5c1",
                "split": "95",
                "customKey": "696969",
                "customValue": "abc",
            },
        ),
        ("", {"type": "lnaddress", "address": "app@example.org", "split": "5", "fee": "true"}),
    ],
    "podcast:publisher/podcast:remoteItem": [
        ("", {"medium": "publisher", "feedGuid": GUID, "feedUrl": "https://example.org/publisher.xml"})
    ],
    "podcast:podroll/podcast:remoteItem": [
        ("", {"feedGuid": GUID, "feedUrl": "https://example.org/other.xml", "title": "Andre"})
    ],
    "podcast:trailer": [
        (
            "Hva er Broer?",
            {
                "url": "https://example.org/t.mp3",
                "pubdate": "Mon, 05 Jan 2026 05:00:00 +0000",
                "length": "1000",
                "type": "audio/mpeg",
                "season": "1",
            },
        )
    ],
    "podcast:liveItem": [
        (
            "",
            {
                "status": "pending",
                "start": "2026-08-12T10:00:00.000Z",
                "end": "2026-08-12T11:00:00.000Z",
            },
        )
    ],
    "podcast:liveItem/podcast:contentLink": [("Her", {"href": "https://example.org/live"})],
}


@pytest.mark.parametrize("path", EXPECTED)
def test_a_feed_says_what_its_file_states(channel: etree._Element, path: str) -> None:
    assert said(channel, path) == EXPECTED[path]


def test_people_and_pictures_of_a_show_lie_in_the_store(channel: etree._Element) -> None:
    host, producer, editor = said(channel, "podcast:person")
    assert host[0] == "Ola Vik"
    assert host[1].pop("img").startswith("https://cdn.example.org/pod/art/ola-")
    assert host[1] == {"role": "host", "group": "cast", "href": "https://example.org/ola"}
    assert producer == (
        "Ida Berg",
        {"role": "producer", "group": "creative direction", "href": "https://example.org/ida"},
    )
    assert editor == ("Per Dal", {"role": "editor", "group": "video post-production"})
    ((_, picture),) = said(channel, "podcast:image")
    assert picture.pop("href").startswith("https://cdn.example.org/pod/art/wide-")
    assert picture == {
        "alt": "En bro",
        "aspect-ratio": "16/9",
        "width": "1920",
        "height": "1080",
        "purpose": "artwork social",
    }


ITEM_EXPECTED: dict[str, list[tuple[str, dict[str, str]]]] = {
    "itunes:title": [("Broen for Apple", {})],
    "itunes:block": [("Yes", {})],
    "itunes:season": [("2", {})],
    "itunes:episode": [],  # Apple takes whole numbers alone
    "podcast:season": [("2", {"name": "Broene"})],
    "podcast:episode": [("3.5", {"display": "Kap. 3½"})],
    "podcast:funding": [("Støtt oss", {"url": "https://example.org/stott"})],
    "podcast:license": [("cc-by-4.0", {"url": "https://creativecommons.org/licenses/by/4.0/"})],
    "podcast:location": [("Fjordheim", {"rel": "creator"})],
    "podcast:txt": [("none", {"purpose": "ai-content"})],
    "podcast:chat": [("", {"server": "irc.example.org", "protocol": "irc"})],
    "podcast:socialInteract": [("", {"protocol": "activitypub", "uri": "https://example.social/@l/2"})],
    "podcast:value": [("", {"type": "lightning", "method": "keysend"})],
    "podcast:contentLink": [("På YouTube", {"href": "https://youtube.com/watch?v=1"})],
    "podcast:alternateEnclosure": [
        (
            "",
            {
                "type": "video/mp4",
                "length": "734003200",
                "bitrate": "2500000",
                "height": "1080",
                "lang": "nb",
                "title": "Film",
                "rel": "film",
                "codecs": "avc1.64001f, mp4a.40.2",
                "default": "true",
            },
        )
    ],
    "podcast:alternateEnclosure/podcast:source": [
        ("", {"uri": "https://video.example.org/1.mp4"}),
        ("", {"uri": "magnet:?xt=urn:btih:abc", "contentType": "application/x-bittorrent"}),
    ],
    "podcast:alternateEnclosure/podcast:integrity": [
        ("", {"type": "sri", "value": "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="})
    ],
    "dc:creator": [("Ola Vik", {})],
}


@pytest.mark.parametrize("path", ITEM_EXPECTED)
def test_an_item_says_what_its_case_states(channel: etree._Element, path: str) -> None:
    (item,) = channel.findall("item")
    assert said(item, path) == ITEM_EXPECTED[path]


def test_an_items_people_are_whole_with_the_shows_hosts_where_it_names_none(channel: etree._Element) -> None:
    (item,) = channel.findall("item")
    people = [(name, how["role"]) for name, how in said(item, "podcast:person")]
    assert people == [("Ola Vik", "host"), ("Kari Nordmann", "guest"), ("Ida Berg", "producer")]


def test_an_episode_without_people_leaves_them_to_its_channel(tmp_path: Path) -> None:
    found = written(tmp_path, case="---\ntitle: Broen\npublished: 260302\n---\nOm broer.\n")
    (item,) = rendered(found, record_of(found)).findall("item")
    assert said(item, "podcast:person") == []


def test_the_thumbnail_is_the_wide_picture_and_else_the_square_one() -> None:
    wide = build.picture(href="art/wide.jpg", width_px=1920, height_px=1080)
    banner = build.picture(href="art/banner.jpg", aspect_ratio="4/1")
    for images, image, url in [
        ((banner, wide), "art/square.jpg", "art/wide.jpg"),
        ((), "art/square.jpg", "art/square.jpg"),
    ]:
        case = build.case(images=images, image=image)
        channel = etree.fromstring(rss.render(build.network(), build.feed(), [build.record(case=case)]))[0]
        ((_, thumbnail),) = said(channel, "item/media:thumbnail")
        assert thumbnail["url"] == f"https://cdn.example.org/pod/{url}"


def test_a_case_of_type_trailer_is_the_shows_trailer_too() -> None:
    trailer = build.record(case=build.case(episode_type="trailer", season=2))
    channel = etree.fromstring(rss.render(build.network(), build.feed(), [trailer]))[0]
    ((title, how),) = said(channel, "podcast:trailer")
    assert title == trailer.case.title
    assert how == {
        "url": "https://cdn.example.org/pod/media/C0901/c0901-sma-skritt-1f3a9c02ab34.mp3",
        "pubdate": "Mon, 02 Mar 2026 05:00:00 +0000",
        "length": "1440000",
        "type": "audio/mpeg",
        "season": "2",
    }


def test_a_live_item_comes_after_all_that_the_channel_says_of_itself(channel: etree._Element) -> None:
    names = [str(child.tag) for child in channel]
    at = names.index(f"{{{NAMESPACES['podcast']}}}liveItem")
    assert set(names[at + 1 :]) == {"item"}


# ---------------------------------------------------------------- who speaks for whom


def test_an_item_has_its_feeds_explicit_before_its_networks() -> None:
    for own, feed, network, expected in [
        (None, True, False, "true"),
        (None, False, True, "false"),
        (None, None, True, "true"),
        (False, True, True, "false"),
    ]:
        record = build.record(case=build.case(explicit=own))
        xml = rss.render(build.network(explicit=network), build.feed(explicit=feed), [record])
        assert etree.fromstring(xml)[0].findtext("item/itunes:explicit", namespaces=NAMESPACES) == expected


def test_one_episode_in_two_feeds_takes_from_each_what_it_leaves_open() -> None:
    renderer = rss.Renderer(build.network())
    record = build.record()
    said_in = [
        etree.fromstring(renderer.render(build.feed(explicit=explicit), [record]))[0].findtext(
            "item/itunes:explicit", namespaces=NAMESPACES
        )
        for explicit in (True, False, True)
    ]
    assert said_in == ["true", "false", "true"]


def test_a_feed_states_what_it_says_and_the_network_the_rest(tmp_path: Path) -> None:
    network = (
        NETWORK
        + "license: {id: cc0, href: https://example.org/cc0}\nlocked: false\nchat: "
        + ("{server: irc.example.org, protocol: irc}\n")
    )
    found = written(tmp_path, "title: Broer\nlicense: cc-by-4.0\nlocked: true\n", network=network)
    told = stated(found.network, found.feeds[0].feed)
    assert (told.license, told.license_href) == ("cc-by-4.0", "")  # never the text of another licence
    assert told.locked is True
    assert told.chat == found.network.chat is not None


# ---------------------------------------------------------------- round trip and mistakes


def test_what_was_read_can_be_written_and_read_again(tmp_path: Path) -> None:
    found = written(tmp_path / "one")
    network, feed, folder = found.network, found.feeds[0].feed, found.cases[0]
    again = tmp_path / "two"
    body = feed_text(feed).partition("---\n")[2].partition("---\n")[0]
    read_back = written(again, body, case_text(folder.case, network), network_text(network))
    assert read_back.network == network
    assert read_back.feeds[0].feed == feed
    assert read_back.cases[0].case == folder.case


MISTAKES = [
    ("credits: [{name: Ida, role: producent}]", "credits[0].role", "did you mean producer?"),
    ("credits: [{name: Ida, role: host, group: writing}]", "credits[0]", "write group: cast"),
    ("social: [{protocol: activitypub}]", "social[0]", "write uri: the post's address"),
    ("social: [{protocol: disabled, uri: 'https://example.org'}]", "social[0]", "take uri out"),
    ("update_frequency: {text: x, rrule: weekly}", "update_frequency.rrule", "FREQ=WEEKLY"),
    ("update_frequency: {text: x, rrule: FREQ=DAILY;COUNT=3}", "update_frequency", "add start"),
    ("images: [{href: 'https://e.org/a.jpg', aspect_ratio: wide}]", "images[0].aspect_ratio", "16/9"),
    ("chat: {server: 'https://irc.example.org', protocol: irc}", "chat.server", "irc.example.org"),
    ("value: {recipients: [{type: node, address: x, split: 1.5}]}", "value.recipients[0].split", "digits"),
    ("value: {type: lightning}", "value.recipients", "write recipients"),
    ("medium: podkast", "medium", "did you mean podcast?"),
    ("medium: publisher\nlimit: 3", "", "take where, limit"),
    ("limit: 20\npage_size: 20", "", "keep one of them"),
    ("remote_items: [{guid: 917393e3-1b1e-5cef-ace4-edaa54e1f810}]", "", "podcastL"),
    ("podroll: [ingen]", "podroll", "known are"),
    ("podroll: [broer]", "podroll", ""),
    ("place: {name: x, rel: over}", "place.rel", ""),
    ("txt: {text: x, purpose: " + "y" * 129 + "}", "txt[0].purpose", "shorten it"),
    ("funding: [{title: " + "y" * 129 + ", href: 'https://e.org'}]", "funding[0].title", "shorten it"),
    ("block_services: ['Google Podcasts']", "block_services[0]", "spotify"),
    ("max_megabytes: much", "max_megabytes", "such as 10"),
    ("live: [{title: x, guid: g, status: on, start: 260302, url: 'https://e.org', links: []}]", "", ""),
    ("trailers: [{title: x, url: 'https://e.org/t.mp3'}]", "trailers[0].published", "published"),
]


@pytest.mark.parametrize(("lines", "field", "hint"), MISTAKES, ids=lambda said: said[:40])
def test_a_mistake_is_told_with_its_line_and_its_remedy(
    tmp_path: Path, lines: str, field: str, hint: str
) -> None:
    (tmp_path / "feeds").mkdir()
    (tmp_path / "lornpod.yaml").write_text(NETWORK.partition("people:")[0], "utf-8")
    (tmp_path / "feeds/broer.md").write_text(f"---\ntitle: Broer\n{lines}\n---\n", "utf-8")
    found = errors_in(read(tmp_path).findings)
    assert found
    assert any(
        field in one.field and hint in one.hint and one.where.startswith("feeds/broer.md") for one in found
    ), found


CASE_MISTAKES = [
    ("alternates: [{type: video/mp4}]", "alternates[0].sources"),
    ("alternates: [{type: mp4, sources: 'https://e.org/1.mp4'}]", "alternates[0].type"),
    ("alternates: [{type: video/mp4, sources: '1.mp4'}]", "alternates[0].sources[0].uri"),
    ("alternates: [{type: audio/mp3, sources: 'https://e.org/1'}]", "alternates[0].type"),
    (
        "alternates: [{type: video/mp4, sources: 'https://e.org/1', integrity: sha256-x}]",
        "alternates[0].integrity",
    ),
    ("episode: three", "episode"),
    ("episode_display: " + "x" * 33, "episode_display"),
    ("season_name: " + "x" * 129, "season_name"),
    ("images: [gone.jpg]", "images[0].href"),
]


@pytest.mark.parametrize(("lines", "field"), CASE_MISTAKES, ids=lambda said: said[:40])
def test_a_mistake_in_a_case_is_told_with_its_field(tmp_path: Path, lines: str, field: str) -> None:
    (tmp_path / "lornpod.yaml").write_text(NETWORK.partition("people:")[0], "utf-8")
    folder = tmp_path / "episodes/C0001"
    folder.mkdir(parents=True)
    (folder / "case.md").write_text(f"---\ntitle: Broen\n{lines}\n---\n", "utf-8")
    (finding,) = errors_in(read(tmp_path).findings)
    assert finding.where == "episodes/C0001/case.md:3"
    assert finding.field == field
    assert finding.hint


def test_two_publishers_feeds_are_one_too_many(tmp_path: Path) -> None:
    (tmp_path / "feeds").mkdir()
    (tmp_path / "lornpod.yaml").write_text(NETWORK.partition("people:")[0], "utf-8")
    for slug in ("a", "b"):
        (tmp_path / f"feeds/{slug}.md").write_text(f"---\ntitle: {slug}\nmedium: publisher\n---\n", "utf-8")
    (finding,) = errors_in(read(tmp_path).findings)
    assert finding.where == "feeds/b.md:3"


def test_a_network_with_a_wrong_role_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "lornpod.yaml").write_text(NETWORK + "credits: [{name: Ida, role: x}]\n", "utf-8")
    with pytest.raises(InputError):
        read(tmp_path)


# ---------------------------------------------------------------- a network of feeds

NOW = datetime(2026, 4, 1, tzinfo=UTC)
THEMES = ("Broer", "Tunneler", "Ferjer")


def network_of_feeds() -> tuple[Network, list[Feed]]:
    feeds = [
        build.feed(slug=theme.lower(), title=theme, where=build.where(theme=(theme,))) for theme in THEMES
    ]
    feeds.append(build.feed(slug="alle", title="Alle", where=build.where()))
    feeds.append(build.feed(slug="skjult", title="Skjult", where=build.where(), block=True))
    feeds.append(build.feed(slug="utgiver", title="Lærerommet", where=build.where(), medium="publisher"))
    return build.network(), feeds


def test_the_publishers_feed_and_its_shows_point_at_each_other() -> None:
    network, feeds = network_of_feeds()
    renderer = rss.Renderer(network, feeds)
    channels = {feed.slug: etree.fromstring(renderer.render(feed, []))[0] for feed in feeds}
    publisher = channels["utgiver"]
    assert publisher.findtext("podcast:medium", namespaces=NAMESPACES) == "publisher"
    listed = [how for _, how in said(publisher, "podcast:remoteItem")]
    assert {one["feedUrl"] for one in listed} == {
        f"https://cdn.example.org/pod/feeds/{slug}.xml" for slug in ("broer", "tunneler", "ferjer", "alle")
    }
    own_guid = publisher.findtext("podcast:guid", namespaces=NAMESPACES)
    for one in listed:
        slug = one["feedUrl"].rpartition("/")[2].removesuffix(".xml")
        channel = channels[slug]
        assert channel.findtext("podcast:guid", namespaces=NAMESPACES) == one["feedGuid"]
        ((_, back),) = said(channel, "podcast:publisher/podcast:remoteItem")
        assert (back["feedGuid"], back["medium"]) == (own_guid, "publisher")
        assert back["feedUrl"] == "https://cdn.example.org/pod/feeds/utgiver.xml"
    assert said(channels["skjult"], "podcast:publisher") == []


def test_a_podroll_names_the_shows_with_most_cases_in_common() -> None:
    network, feeds = network_of_feeds()
    renderer = rss.Renderer(build.network(podroll=("related",)), feeds)
    renderer.members = {
        "broer": {"C1", "C2", "C3"},
        "tunneler": {"C1"},
        "ferjer": {"C2", "C3", "C4"},
        "alle": {"C1", "C2", "C3", "C4"},
        "skjult": {"C1", "C2", "C3"},
    }
    channel = etree.fromstring(renderer.render(feeds[0], []))[0]
    roll = said(channel, "podcast:podroll/podcast:remoteItem")
    assert [how["title"] for _, how in roll] == ["Ferjer", "Tunneler"]
    assert network.podroll == ()


def test_a_list_of_others_has_no_items_of_its_own() -> None:
    from lornpod.feeds import select

    feed, record = build.feed(medium="podcastL", where=build.where()), build.record()
    entry = select.entry_of(record, "records/C0901/000001-1.json")
    assert select.slots(build.feed(), [entry], NOW) == (entry,)
    assert select.slots(feed, [entry], NOW) == ()


def test_the_list_of_feeds_can_be_imported_by_apps() -> None:
    from lornpod.feeds import opml

    network, feeds = network_of_feeds()
    outlines = list(etree.fromstring(opml.render(network, feeds)).iter("outline"))
    assert [(one.get("text"), one.get("xmlUrl")) for one in outlines] == [
        (title, f"https://cdn.example.org/pod/feeds/{title.lower()}.xml") for title in (*THEMES, "Alle")
    ]
    assert outlines[0].get("htmlUrl") == "https://cdn.example.org/pod/shows/broer/index.html"
    alone = etree.fromstring(opml.render(build.network(site=False), feeds))
    assert {one.get("htmlUrl") for one in alone.iter("outline")} == {"https://example.org/"}
