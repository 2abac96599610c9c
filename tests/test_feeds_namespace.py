"""What a publisher states in authored files stands in the feed, as the podcast namespace has it."""

from __future__ import annotations

import re
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
from lornpod.workspace.namespace import SharedEntry, StatedEntry

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
place:
  - {name: Trøndelag, geo: "63.43,10.39", osm: r406567, country: "no", rel: subject}
  - {name: Arendal, rel: creator}
images:
  - {href: wide.jpg, alt: En bro, purpose: Artwork Social}
  - {href: "https://example.org/square.webp", width: 512, type: image/webp}
  - {href: "https://example.org/small,square.jpg", width: 150, height: 150}
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
  - {protocol: nostr, uri: "nostr:note1", priority: 2}
value:
  suggested: 0.00000005000
  recipients:
    - {name: Lærerommet, type: node, address: 02d5c1, split: 95, custom_key: 696969, custom_value: abc}
    - {type: lnaddress, address: app@example.org, split: 5, fee: true}
publisher: {guid: 917393e3-1b1e-5cef-ace4-edaa54e1f810, url: "https://example.org/publisher.xml"}
podroll:
  - {guid: 917393e3-1b1e-5cef-ace4-edaa54e1f810, url: "https://example.org/other.xml", title: Andre}
trailers:
  - {title: Hva er Broer?, url: "https://example.org/t.mp3", published: 2026-01-05, length: 1000,
     type: audio/mpeg, season: 1}
live:
  - {title: Fra Arendal, guid: live-1, status: pending, start: 2026-08-12 12:00, end: 2026-08-12 13:00,
     url: "https://stream.example.org/live.mp3", links: [{title: Her, href: "https://example.org/live"}],
     description: Om broer., href: "https://example.org/arendal", image: ola.jpg, guests: [Kari Nordmann],
     hosts: [Ola Vik], place: Arendal, credits: [{name: Ida Berg, role: producer}], license: cc-by-4.0,
     funding: [{title: Gi, href: "https://example.org/gi"}], images: [wide.jpg],
     alternates: [{type: application/x-mpegurl, sources: "https://stream.example.org/live.m3u8"}],
     txt: [x], chat: {server: irc.example.org, protocol: irc},
     social: [{protocol: disabled}],
     value: {recipients: [{type: lnaddress, address: post@example.org, split: 1}]}}
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
place: [{name: Fjordheim, rel: creator}, {name: Trondheim, rel: subject}]
images: [wide.jpg]
txt: [{purpose: ai-content, text: false}]
chat: {server: irc.example.org, protocol: irc}
social: [{protocol: activitypub, uri: "https://example.social/@l/2"}]
value:
  recipients: [{type: node, address: 02d5c1, split: 100}]
  time_splits:
    - {start: "01:03", end: "07:31", recipients: [{type: node, address: 03e1, split: 10}]}
    - {start: "1:00:00.5", end: "1:03:57.5", remote_start: "02:54", percentage: 95,
       remote: {guid: 917393e3-1b1e-5cef-ace4-edaa54e1f810, item: "https://example.org/#3", medium: music}}
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
  - type: audio/opus
    sources: https://example.org/1.opus
    integrity: |
      -----BEGIN PGP SIGNATURE-----
      Version: 1

      iQEzBAABCAAdFiEE
      aBcD
      =abcd
      -----END PGP SIGNATURE-----
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
    "podcast:location": [("Trøndelag", PLACE), ("Arendal", {"rel": "creator"})],
    "podcast:images": [
        (
            "",
            {"srcset": "https://example.org/square.webp 512w, https://example.org/small%2Csquare.jpg 150w"},
        )
    ],
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
        ("", {"protocol": "nostr", "uri": "nostr:note1", "priority": "2"}),
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
    "podcast:liveItem/title": [("Fra Arendal", {})],
    "podcast:liveItem/description": [("Om broer.", {})],
    "podcast:liveItem/link": [("https://example.org/arendal", {})],
    "podcast:liveItem/guid": [("live-1", {"isPermaLink": "false"})],
    "podcast:liveItem/enclosure": [
        ("", {"url": "https://stream.example.org/live.mp3", "length": "0", "type": "audio/mpeg"})
    ],
    "podcast:liveItem/podcast:contentLink": [("Her", {"href": "https://example.org/live"})],
    "podcast:liveItem/podcast:location": [("Arendal", {})],
    "podcast:liveItem/podcast:license": [("cc-by-4.0", {})],
    "podcast:liveItem/podcast:funding": [("Gi", {"url": "https://example.org/gi"})],
    "podcast:liveItem/podcast:alternateEnclosure": [("", {"type": "application/x-mpegurl"})],
    "podcast:liveItem/podcast:alternateEnclosure/podcast:source": [
        ("", {"uri": "https://stream.example.org/live.m3u8"})
    ],
    "podcast:liveItem/podcast:txt": [("x", {})],
    "podcast:liveItem/podcast:chat": [("", {"server": "irc.example.org", "protocol": "irc"})],
    "podcast:liveItem/podcast:socialInteract": [("", {"protocol": "disabled"})],
    "podcast:liveItem/podcast:value/podcast:valueRecipient": [
        ("", {"type": "lnaddress", "address": "post@example.org", "split": "1"})
    ],
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
    (_, picture), *_ = said(channel, "podcast:image")
    assert picture.pop("href").startswith("https://cdn.example.org/pod/art/wide-")
    assert picture == {
        "alt": "En bro",
        "aspect-ratio": "16/9",
        "width": "1920",
        "height": "1080",
        "purpose": "artwork social",
    }


def test_people_and_pictures_of_a_stream_lie_in_the_store(channel: etree._Element) -> None:
    art = "https://cdn.example.org/pod/art/"
    people = said(channel, "podcast:liveItem/podcast:person")
    assert [(name, how["role"]) for name, how in people] == [
        ("Ola Vik", "host"),
        ("Kari Nordmann", "guest"),
        ("Ida Berg", "producer"),
    ]
    assert people[0][1]["img"].startswith(f"{art}ola-")
    ((_, image),) = said(channel, "podcast:liveItem/itunes:image")
    assert image["href"].startswith(f"{art}ola-")
    ((_, picture),) = said(channel, "podcast:liveItem/podcast:image")
    assert (picture["href"].startswith(f"{art}wide-"), picture["width"]) == (True, "1920")


ITEM_EXPECTED: dict[str, list[tuple[str, dict[str, str]]]] = {
    "itunes:title": [("Broen for Apple", {})],
    "itunes:block": [("Yes", {})],
    "itunes:season": [("2", {})],
    "itunes:episode": [],  # Apple takes whole numbers alone
    "podcast:season": [("2", {"name": "Broene"})],
    "podcast:episode": [("3.5", {"display": "Kap. 3½"})],
    "podcast:funding": [("Støtt oss", {"url": "https://example.org/stott"})],
    "podcast:license": [("cc-by-4.0", {"url": "https://creativecommons.org/licenses/by/4.0/"})],
    "podcast:location": [("Fjordheim", {"rel": "creator"}), ("Trondheim", {"rel": "subject"})],
    "podcast:txt": [("false", {"purpose": "ai-content"})],
    "podcast:chat": [("", {"server": "irc.example.org", "protocol": "irc"})],
    "podcast:socialInteract": [("", {"protocol": "activitypub", "uri": "https://example.social/@l/2"})],
    "podcast:value": [("", {"type": "lightning", "method": "keysend"})],
    "podcast:value/podcast:valueRecipient": [("", {"type": "node", "address": "02d5c1", "split": "100"})],
    "podcast:value/podcast:valueTimeSplit": [
        ("", {"startTime": "63.000", "duration": "388.000"}),
        (
            "",
            {
                "startTime": "3600.500",
                "duration": "237.000",
                "remoteStartTime": "174.000",
                "remotePercentage": "95",
            },
        ),
    ],
    "podcast:value/podcast:valueTimeSplit/podcast:valueRecipient": [
        ("", {"type": "node", "address": "03e1", "split": "10"})
    ],
    "podcast:value/podcast:valueTimeSplit/podcast:remoteItem": [
        ("", {"feedGuid": GUID, "itemGuid": "https://example.org/#3", "medium": "music"})
    ],
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
        ),
        ("", {"type": "audio/opus"}),
    ],
    "podcast:alternateEnclosure/podcast:source": [
        ("", {"uri": "https://video.example.org/1.mp4"}),
        ("", {"uri": "magnet:?xt=urn:btih:abc", "contentType": "application/x-bittorrent"}),
        ("", {"uri": "https://example.org/1.opus"}),
    ],
    "podcast:alternateEnclosure/podcast:integrity": [
        ("", {"type": "sri", "value": "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}),
        ("", {"type": "pgp-signature", "value": "iQEzBAABCAAdFiEEaBcD"}),
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


def root_of(field: str) -> str:
    return re.split(r"\W", field)[0]


def line_of(lines: str, field: str) -> int:
    return next(at for at, line in enumerate(lines.splitlines()) if line.startswith(root_of(field)))


LONG = "x" * 129
PAID = "{type: lnaddress, address: post@example.org, split: 1}"
FEED_GUID = f"guid: {GUID}"
STREAM = "title: x, url: 'https://e.org', links: [{title: y, href: 'https://e.org'}]"

# What a show can state, each with one rule broken: the field that is meant, and what the hint says.
MISTAKES = [
    ("locked: yes", "locked", "write true"),
    ("credits: [{name: Ida, role: producent}]", "credits[0].role", "did you mean producer?"),
    ("credits: [{name: Ida}]", "credits[0].role", "write role"),
    ("credits: [{name: Ida, role: host, group: writing}]", "credits[0]", "write group: cast"),
    ("credits: [{name: Ida, role: host, group: band}]", "credits[0].group", "write one of them"),
    (f"credits: [{{name: {LONG}, role: host}}]", "credits[0].name", "shorten it"),
    ("credits: [{name: Ida, role: host, href: ida}]", "credits[0].href", "https://"),
    ("credits: [{name: Ida, role: host, img: gone.jpg}]", "credits[0].img", "put the file there"),
    (f"hosts: [{LONG}]", "hosts[0].name", "shorten it"),
    ("hosts: [{name: Ola, img: gone.jpg}]", "hosts[0].img", "put the file there"),
    ("social: [{protocol: activitypub}]", "social[0].protocol", "write uri: the post's address"),
    ("social: [{protocol: disabled, uri: 'https://example.org'}]", "social[0].uri", "take uri out"),
    ("social: [{uri: 'https://example.org'}]", "social[0].protocol", "write protocol"),
    ("social: [{protocol: x, uri: post}]", "social[0].uri", "write it whole"),
    ("social: [{protocol: x, uri: 'a:b', priority: -1}]", "social[0].priority", "digits"),
    ("social: [{protocol: x, uri: 'a:b'}, {protocol: disabled}]", "social[1].protocol", "keep it alone"),
    ("update_frequency: {rrule: FREQ=DAILY}", "update_frequency.text", "write text"),
    (f"update_frequency: {LONG}", "update_frequency.text", "shorten it"),
    ("update_frequency: {text: x, rrule: weekly}", "update_frequency.rrule", "FREQ=WEEKLY"),
    ("update_frequency: {text: x, rrule: FREQ=DAYLY}", "update_frequency.rrule", "FREQ=WEEKLY"),
    ("update_frequency: {text: x, rrule: FREQ=WEEKLY;BYDAY=MA}", "update_frequency.rrule", "BYDAY=MO"),
    ("update_frequency: {text: x, rrule: FREQ=WEEKLY;INTERVAL=0}", "update_frequency.rrule", "FREQ=WEEKLY"),
    ("update_frequency: {text: x, rrule: FREQ=YEARLY;BYMONTH=13}", "update_frequency.rrule", "FREQ=WEEKLY"),
    ("update_frequency: {text: x, rrule: FREQ=DAILY;UNTIL=soon}", "update_frequency.rrule", "FREQ=WEEKLY"),
    ("update_frequency: {text: x, rrule: FREQ=DAILY;EVERY=2}", "update_frequency.rrule", "FREQ=WEEKLY"),
    ("update_frequency: {text: x, rrule: FREQ=DAILY;FREQ=DAILY}", "update_frequency.rrule", "FREQ=WEEKLY"),
    ("update_frequency: {text: x, rrule: FREQ=DAILY;COUNT=3}", "update_frequency.rrule", "add start"),
    (
        "update_frequency: {text: x, rrule: FREQ=DAILY;UNTIL=20261231, start: 2026-03-02}",
        "update_frequency.rrule",
        "T23:00:00Z",
    ),
    ("update_frequency: {text: x, complete: ja}", "update_frequency.complete", "write true"),
    ("update_frequency: {text: x, start: soon}", "update_frequency.start", "2026-03-02"),
    ("images: [{href: 'https://e.org/a.jpg', aspect_ratio: wide}]", "images[0].aspect_ratio", "16/9"),
    ("images: [{alt: En bro}]", "images[0].href", "write href"),
    ("images: [{href: 'https://e.org/a.jpg', width: 0}]", "images[0].width", "digits"),
    ("images: [{href: 'https://e.org/a.jpg', type: jpeg}]", "images[0].type", "video/mp4"),
    (f"images: [{{href: 'https://e.org/a.jpg', purpose: {LONG}}}]", "images[0].purpose", "shorten it"),
    (
        "images: [{href: 'https://e.org/a.jpg', aspect_ratio: 16/9, width: 900, height: 900}]",
        "images[0].aspect_ratio",
        "correct one",
    ),
    ("chat: {server: 'https://irc.example.org', protocol: irc}", "chat.server", "irc.example.org"),
    ("chat: {server: irc.example.org}", "chat.protocol", "write protocol"),
    ("chat: {protocol: irc}", "chat.server", "write server"),
    ("value: {recipients: [{type: node, address: x, split: 1.5}]}", "value.recipients[0].split", "digits"),
    ("value: {recipients: [{type: node, split: 1}]}", "value.recipients[0].address", "write address"),
    ("value: {recipients: [{address: x, split: 1}]}", "value.recipients[0].type", "write type"),
    ("value: {recipients: [{type: node, address: x}]}", "value.recipients[0].split", "write split"),
    ("value: {recipients: [{type: node, address: x, split: 0}]}", "value.recipients", "above 0"),
    (
        "value: {recipients: [{type: lnaddress, address: x, split: 1}]}",
        "value.recipients[0].address",
        "write such as",
    ),
    (
        "value: {recipients: [{type: node, address: x, split: 1, custom_value: y}]}",
        "value.recipients[0].custom_value",
        "custom_key",
    ),
    (f"value: {{suggested: much, recipients: [{PAID}]}}", "value.suggested", "0.00000005000"),
    ("value: {type: lightning}", "value.recipients", "write recipients"),
    (
        f"value: {{recipients: [{PAID}], time_splits: [{{start: 1, end: 9, recipients: [{PAID}]}}]}}",
        "value.time_splits",
        "write it in a case",
    ),
    ("medium: podkast", "medium", "did you mean podcast?"),
    ("medium: publisher\nlimit: 3", "medium", "take where, limit"),
    ("medium: podcastL", "medium", "write remote_items"),
    ("limit: 20\npage_size: 20", "page_size", "keep one of them"),
    (f"remote_items: [{{{FEED_GUID}}}]", "remote_items", "podcastL"),
    (f"medium: publisher\nremote_items: [{{{FEED_GUID}}}]", "remote_items", "by itself"),
    ("medium: musicL\nremote_items: [{guid: x}]", "remote_items[0].guid", "8-4-4-4-12"),
    (f"medium: musicL\nremote_items: [{{{FEED_GUID}, medium: x}}]", "remote_items[0].medium", "one of them"),
    (f"medium: musicL\nremote_items: [{{{FEED_GUID}, url: x}}]", "remote_items[0].url", "https://"),
    (f"publisher: {{{FEED_GUID}, medium: podcast}}", "publisher.medium", "one of them"),
    ("publisher: {url: 'https://e.org'}", "publisher.guid", "write guid"),
    ("podroll: [ingen]", "podroll", "known are"),
    ("podroll: [broer]", "podroll", ""),
    (f"podroll: [{{slug: a, {FEED_GUID}}}]", "podroll[0]", "write the slug"),
    ("place: {name: x, rel: over}", "place[0].rel", "one of them"),
    ("place: {rel: subject}", "place[0].name", "write name"),
    (f"place: {LONG}", "place[0].name", "shorten it"),
    ("place: {name: x, geo: '95,10'}", "place[0].geo", "geo:63.43,10.39"),
    ("place: {name: x, osm: 406567}", "place[0].osm", "R406567"),
    ("place: {name: x, country: UK}", "place[0].country", "write GB"),
    ("place: [x, {name: y, country: XX}]", "place[1].country", "such as NO"),
    (f"txt: {{text: x, purpose: {LONG}}}", "txt[0].purpose", "shorten it"),
    (f"txt: {'y' * 4001}", "txt[0].text", "shorten it"),
    ("txt: {purpose: verify}", "txt[0].text", "write text"),
    ("txt: {purpose: ai-content, text: perhaps}", "txt[0].text", "true or false"),
    (f"funding: [{{title: {LONG}, href: 'https://e.org'}}]", "funding[0].title", "shorten it"),
    ("funding: [{title: x}]", "funding[0].href", "write href"),
    ("funding: [{title: x, href: stott}]", "funding[0].href", "https://"),
    ("license: {href: 'https://e.org'}", "license.id", "write id"),
    (f"license: {LONG}", "license.id", "shorten it"),
    ("license: {id: x, href: 'https://e.org'}\nlicense_href: https://e.org", "license_href", "keep href"),
    ("block_services: ['Google Podcasts!']", "block_services[0]", "spotify"),
    ("block_services: spotfy", "block_services[0]", "did you mean spotify?"),
    ("allow_services: [apple, pod-verse]", "allow_services[1]", "did you mean podverse?"),
    ("block_services: apple\nallow_services: spotify, apple", "allow_services[1]", "one of the lists"),
    ("podping: ja", "podping", "write true"),
    ("max_megabytes: much", "max_megabytes", "such as 10"),
    ("page_size: 5", "page_size", "digits"),
    ("guid: podnews", "guid", "8-4-4-4-12"),
    ("type: weekly", "type", "one of them"),
    ("categories: [Bridges]", "categories[0]", "see podcasters"),
    ("new_feed_url: feed.xml", "new_feed_url", "https://"),
    ("complete: ja", "complete", "write true"),
    ("block: ja", "block", "write true"),
    (f"live: [{{guid: g, status: on, start: 260302, {STREAM}}}]", "live[0].status", "one"),
    (
        "live: [{title: x, guid: g, status: live, start: 260302, url: 'https://e.org'}]",
        "live[0].links",
        "write",
    ),
    (f"live: [{{status: live, start: 260302, {STREAM}}}]", "live[0].guid", "write guid"),
    (
        "live: [{title: x, guid: g, status: live, start: 260302, end: 260301, url: 'https://e.org',"
        " links: [{title: y, href: 'https://e.org'}]}]",
        "live[0].end",
        "correct one",
    ),
    (
        f"live: [{{guid: g, status: live, start: 260302, image: gone.jpg, {STREAM}}}]",
        "live[0].image",
        "put the",
    ),
    (
        f"live: [{{guid: g, status: live, start: 260302, guests: {{name: Kari, img: no.jpg}}, {STREAM}}}]",
        "live[0].guests[0].img",
        "put the file there",
    ),
    ("trailers: [{title: x, url: 'https://e.org/t.mp3'}]", "trailers[0].published", "published"),
    ("trailers: [{title: x, published: 260302}]", "trailers[0].url", "write url"),
    (
        f"trailers: [{{title: {LONG}, url: 'https://e.org', published: 260302}}]",
        "trailers[0].title",
        "shorten",
    ),
    (
        "trailers: [{title: x, url: 'https://e.org', published: 260302, season: 0}]",
        "trailers[0].season",
        "digit",
    ),
    (
        "trailers: [{title: x, url: 'https://e.org', published: 260302, length: 0}]",
        "trailers[0].length",
        "digit",
    ),
    (
        "trailers: [{title: x, url: 'https://e.org', published: 260302, type: audio/mp3}]",
        "trailers[0].type",
        "write audio/mpeg",
    ),
]


@pytest.mark.parametrize(("lines", "field", "hint"), MISTAKES, ids=lambda said: said[:60])
def test_a_mistake_is_told_with_its_line_and_its_remedy(
    tmp_path: Path, lines: str, field: str, hint: str
) -> None:
    (tmp_path / "feeds").mkdir()
    (tmp_path / "lornpod.yaml").write_text(NETWORK.partition("people:")[0], "utf-8")
    (tmp_path / "feeds/broer.md").write_text(f"---\ntitle: Broer\n{lines}\n---\n", "utf-8")
    (found,) = errors_in(read(tmp_path).findings)
    stands = next(
        at for at, line in enumerate(lines.splitlines()) if line.startswith(re.split(r"\W", field)[0])
    )
    assert (found.field, found.where) == (field, f"feeds/broer.md:{3 + stands}")
    assert hint in found.hint
    assert "\n" not in str(found)


# The same of an episode; what it shares with a show is said above.
CASE_MISTAKES = [
    ("alternates: [{type: video/mp4}]", "alternates[0].sources", "write sources"),
    ("alternates: [{sources: 'https://e.org/1.mp4'}]", "alternates[0].type", "write type"),
    ("alternates: [{type: mp4, sources: 'https://e.org/1.mp4'}]", "alternates[0].type", "write such as"),
    ("alternates: [{type: video/mp4, sources: '1.mp4'}]", "alternates[0].sources[0].uri", "whole"),
    ("alternates: [{type: audio/mp3, sources: 'https://e.org/1'}]", "alternates[0].type", "audio/mpeg"),
    (
        "alternates: [{type: video/mp4, sources: {uri: 'https://e.org/1', type: torrent}}]",
        "alternates[0].sources[0].type",
        "write such as",
    ),
    (
        "alternates: [{type: video/mp4, sources: 'https://e.org/1', integrity: sha256-x}]",
        "alternates[0].integrity",
        "sha256-",
    ),
    (
        "alternates: [{type: video/mp4, sources: 'a:b', integrity: '-----BEGIN PGP SIGNATURE-----'}]",
        "alternates[0].integrity",
        "sha256-",
    ),
    ("alternates: [{type: video/mp4, sources: 'a:b', length: 1.5}]", "alternates[0].length", "digits"),
    ("alternates: [{type: video/mp4, sources: 'a:b', bitrate: fast}]", "alternates[0].bitrate", "digits"),
    ("alternates: [{type: video/mp4, sources: 'a:b', height: tall}]", "alternates[0].height", "digits"),
    ("alternates: [{type: video/mp4, sources: 'a:b', language: norsk}]", "alternates[0].language", "nb"),
    (f"alternates: [{{type: video/mp4, sources: 'a:b', title: {LONG}}}]", "alternates[0].title", "shorten"),
    (f"alternates: [{{type: video/mp4, sources: 'a:b', rel: {LONG}}}]", "alternates[0].rel", "shorten"),
    (
        "alternates: [{type: video/mp4, sources: 'a:b', default: true},"
        " {type: audio/opus, sources: 'a:c', default: true}]",
        "alternates[1].default",
        "keep one",
    ),
    ("content_links: [{title: x}]", "content_links[0].href", "write href"),
    (f"content_links: [{{title: {LONG}, href: 'https://e.org'}}]", "content_links[0].title", "shorten"),
    ("episode: three", "episode", "digits"),
    ("episode: 1\nepisode_display: " + "x" * 33, "episode_display", "shorten"),
    ("episode_display: Kap. 3", "episode_display", "add episode"),
    ("season: 1.5", "season", "digits"),
    (f"season: 1\nseason_name: {LONG}", "season_name", "shorten"),
    ("season_name: Broene", "season_name", "add season"),
    ("license_href: https://e.org", "license_href", "add license"),
    ("episode_type: teaser", "episode_type", "did you mean trailer?"),
    ("images: [gone.jpg]", "images[0].href", "put the file there"),
    (f"soundbites: [{{start: 1, end: 20, title: {LONG}}}]", "soundbites[0].title", "shorten"),
    ("soundbites: [{start: 1}]", "soundbites[0].end", "write end"),
    ("soundbites: [{start: 1, end: 99:99}]", "soundbites[0].end", "MM:SS"),
    (f"guests: [{LONG}]", "guests[0].name", "shorten"),
    *(
        (
            f"value: {{recipients: [{PAID}], time_splits: [{{{split}}}]}}",
            f"value.time_splits[0].{field}",
            hint,
        )
        for split, field, hint in (
            (f"end: 9, recipients: [{PAID}]", "start", "write start"),
            (f"start: 1, recipients: [{PAID}]", "end", "write end"),
            (f"start: 9, end: 9, recipients: [{PAID}]", "end", "correct one"),
            ("start: 1, end: 9", "start", "write recipients, or remote"),
            (f"start: 1, end: 9, recipients: [{PAID}], remote: {{{FEED_GUID}}}", "remote", "recipients, or"),
            (f"start: 1, end: 9, recipients: [{PAID}], percentage: 5", "percentage", "take it out"),
            (f"start: 1, end: 9, remote: {{{FEED_GUID}}}, percentage: 101", "percentage", "digits"),
            (f"start: 1, end: 9, recipients: [{PAID}], remote_start: 5", "remote_start", "take it out"),
            ("start: 1, end: 9, remote: {item: x}", "remote.guid", "write guid"),
            ("start: 1, end: 9, recipients: [{type: node, address: x, split: 0}]", "recipients", "above 0"),
        )
    ),
]


@pytest.mark.parametrize(("lines", "field", "hint"), CASE_MISTAKES, ids=lambda said: said[:60])
def test_a_mistake_in_a_case_is_told_with_its_field(
    tmp_path: Path, lines: str, field: str, hint: str
) -> None:
    (tmp_path / "lornpod.yaml").write_text(NETWORK.partition("people:")[0], "utf-8")
    folder = tmp_path / "episodes/C0001"
    folder.mkdir(parents=True)
    (folder / "case.md").write_text(f"---\ntitle: Broen\n{lines}\n---\n", "utf-8")
    (finding,) = errors_in(read(tmp_path).findings)
    stands = lines.count("\n")
    assert (finding.field, finding.where) == (field, f"episodes/C0001/case.md:{3 + stands}")
    assert hint in finding.hint


OF_ALL_SHOWS = [
    one
    for one in MISTAKES
    if root_of(one[1]) in StatedEntry.model_fields and "limit" not in one[0] and "broer" not in one[0]
]
OF_ALL_LEVELS = [
    one for one in MISTAKES if root_of(one[1]) in SharedEntry.model_fields and one[1] != "value.time_splits"
]


@pytest.mark.parametrize(("lines", "field", "hint"), OF_ALL_SHOWS, ids=lambda said: said[:60])
def test_the_same_mistake_is_told_of_the_network(tmp_path: Path, lines: str, field: str, hint: str) -> None:
    plain = NETWORK.partition("people:")[0]
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds/broer.md").write_text("---\ntitle: Broer\n---\n", "utf-8")
    (tmp_path / "lornpod.yaml").write_text(f"{plain}{lines}\n", "utf-8")
    try:
        findings = read(tmp_path).findings
    except InputError as error:
        findings = error.findings
    (found,) = errors_in(findings)
    stands = next(
        at for at, line in enumerate(lines.splitlines()) if line.startswith(re.split(r"\W", field)[0])
    )
    assert (found.field, found.where) == (field, f"lornpod.yaml:{plain.count(chr(10)) + 1 + stands}")
    assert hint in found.hint


@pytest.mark.parametrize(("lines", "field", "hint"), OF_ALL_LEVELS, ids=lambda said: said[:60])
def test_the_same_mistake_is_told_of_a_case_and_of_a_stream(
    tmp_path: Path, lines: str, field: str, hint: str
) -> None:
    stream = "live: [{title: x, guid: g, status: live, start: 260302, url: 'https://e.org'"
    links = "links: [{title: y, href: 'https://e.org'}]"
    within = lines.replace("\n", ", ")
    (tmp_path / "feeds").mkdir()
    (tmp_path / "lornpod.yaml").write_text(NETWORK.partition("people:")[0], "utf-8")
    (tmp_path / "feeds/broer.md").write_text(
        f"---\ntitle: Broer\n{stream}, {links}, {within}}}]\n---\n", "utf-8"
    )
    folder = tmp_path / "episodes/C0001"
    folder.mkdir(parents=True)
    (folder / "case.md").write_text(f"---\ntitle: Broen\n{lines}\n---\n", "utf-8")
    of_stream, of_case = errors_in(read(tmp_path).findings)
    assert (of_stream.field, of_stream.where) == (f"live[0].{field}", "feeds/broer.md:3")
    stands = next(
        at for at, line in enumerate(lines.splitlines()) if line.startswith(re.split(r"\W", field)[0])
    )
    assert (of_case.field, of_case.where) == (field, f"episodes/C0001/case.md:{3 + stands}")
    assert hint in of_stream.hint
    assert hint in of_case.hint


def test_a_licences_text_may_belong_to_the_networks_licence(tmp_path: Path) -> None:
    feed = "title: Broer\nlicense_href: https://example.org/by\n"
    found = written(tmp_path, feed, network=f"{NETWORK}license: cc-by-4.0\n")
    told = stated(found.network, found.feeds[0].feed)
    assert (told.license, told.license_href) == ("cc-by-4.0", "https://example.org/by")
    (tmp_path / "lornpod.yaml").write_text(NETWORK, "utf-8")
    (finding,) = errors_in(read(tmp_path, ()).findings)
    assert (finding.where, finding.field) == ("feeds/broer.md:3", "license_href")


def test_beside_renditions_no_other_form_is_the_default(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / "lornpod.yaml").write_text(f"{NETWORK}audio: {{renditions: opus}}\n", "utf-8")
    (finding,) = errors_in(read(tmp_path).findings)
    assert finding.field == "alternates[0].default"
    assert finding.where.startswith("episodes/C0001/case.md:")


def test_a_network_cannot_name_the_text_of_no_licence(tmp_path: Path) -> None:
    (tmp_path / "lornpod.yaml").write_text(f"{NETWORK}license_href: https://e.org\n", "utf-8")
    with pytest.raises(InputError, match=r"lornpod.yaml:\d+: license_href: says nothing without license"):
        read(tmp_path)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;INTERVAL=1;BYDAY=MO,TU,WE,TH,FR",
        "FREQ=WEEKLY;BYDAY=FR;BYMONTHDAY=13",
        "FREQ=YEARLY;BYDAY=+4TH;BYMONTH=11",
        "FREQ=WEEKLY;UNTIL=2023-12-31T00:00:00.000Z;BYDAY=MO",
        "FREQ=MONTHLY;UNTIL=20231231T000000Z;BYDAY=-1SU;BYSETPOS=-1",
        "FREQ=YEARLY;BYWEEKNO=20;BYHOUR=8,9,23;BYMINUTE=0,59;WKST=SU",
    ],
)
def test_the_rules_of_recurrence_that_the_namespace_and_rfc_5545_show_are_taken(
    tmp_path: Path, rule: str
) -> None:
    found = written(tmp_path, f'title: Broer\nupdate_frequency: {{text: x, rrule: "{rule}"}}\n')
    frequency = found.feeds[0].feed.update_frequency
    assert frequency is not None
    assert frequency.rrule == rule


def test_a_show_that_is_listed_nowhere_cannot_be_recommended(tmp_path: Path) -> None:
    (tmp_path / "feeds").mkdir()
    (tmp_path / "lornpod.yaml").write_text(
        f"{NETWORK.partition('people:')[0]}podroll: [a, skjult]\n", "utf-8"
    )
    for slug, more in (
        ("a", "podroll: [utgiver]"),
        ("skjult", "block: true"),
        ("utgiver", "medium: publisher"),
    ):
        (tmp_path / f"feeds/{slug}.md").write_text(f"---\ntitle: {slug}\n{more}\n---\n", "utf-8")
    found = errors_in(read(tmp_path).findings)
    assert [(one.where, one.field) for one in found] == [
        ("lornpod.yaml:6", "podroll"),
        ("feeds/a.md:3", "podroll"),
    ]
    assert all("listed nowhere" in one.message for one in found)


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
