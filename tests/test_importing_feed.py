"""A feed of any host becomes a workspace that keeps its guids, and says what it could not carry."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import feedparser
import podcastparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lornpod import cli, workspace
from lornpod.errors import Finding, LornpodError, errors_in
from lornpod.feeds import reading
from lornpod.feeds import rss as our_rss
from lornpod.feeds.namespaces import NAMESPACES
from lornpod.importing import carry, feed, losses
from lornpod.model import Case, Chapter, Person, Picture, Place, Soundbite
from lornpod.release.pictures import shown
from lornpod.text import notes
from lornpod.webclient import Client

from . import builders
from . import test_feeds_namespace as everything

DATA = Path(__file__).parent / "data"
HOSTS = sorted((DATA / "hosts").glob("*.xml"))
BASE = "http://localhost:8000/"


def unreachable(url: str) -> bytes:
    raise AssertionError(f"{url} was asked for")


def read(data: bytes, where: str = "feed.xml") -> feed.Show:
    return feed.read(reading.read_all(data, where, unreachable), where, base_url=BASE)


def of_host(name: str) -> feed.Show:
    return read((DATA / f"hosts/{name}.xml").read_bytes())


def items(*said: str, channel: str = "") -> bytes:
    """A small feed of *said*, each the inside of an item."""
    inside = "".join(f"<item>{one}</item>" for one in said)
    return f"""<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
        xmlns:atom="http://www.w3.org/2005/Atom" xmlns:podcast="https://podcastindex.org/namespace/1.0"
        xmlns:psc="http://podlove.org/simple-chapters" xmlns:content="http://purl.org/rss/1.0/modules/content/">
        <channel><title>Bruer</title><link>https://example.org/</link><language>nb</language>{channel}{inside}
        </channel></rss>""".encode()


def item(guid: str = "g1", more: str = "", url: str = "https://example.org/a.mp3") -> str:
    return (
        f'<title>En bru</title><guid>{guid}</guid><enclosure url="{url}" length="9" type="audio/mpeg"/>{more}'
    )


# ---------------------------------------------------------------- as other hosts write them


@pytest.mark.parametrize("path", HOSTS, ids=lambda path: path.stem)
def test_an_independent_reader_and_the_import_agree_field_by_field(path: Path) -> None:
    theirs = feedparser.parse(path.read_bytes())
    ours = read(path.read_bytes())
    assert ours.feed.title == theirs.feed.title
    assert ours.network.website == theirs.feed.link
    episodes = {episode.case.title: episode for episode in ours.episodes}
    assert set(episodes) == {entry.title for entry in theirs.entries}
    for entry in theirs.entries:
        episode = episodes[entry.title]
        assert episode.sound is not None
        assert episode.sound.url == entry.enclosures[0].href
        assert episode.case.guid == entry.get("id", episode.sound.url)
        published = episode.case.published
        assert published is not None
        assert published.utctimetuple()[:6] == entry.published_parsed[:6]


@pytest.mark.parametrize("path", HOSTS, ids=lambda path: path.stem)
def test_durations_are_those_that_another_reader_finds(path: Path) -> None:
    theirs = podcastparser.parse("https://example.org/feed.xml", path.open("rb"))
    durations = {episode.case.title: episode.duration_ms for episode in read(path.read_bytes()).episodes}
    for episode in theirs["episodes"]:
        # It knows one spelling of the namespace alone, and then finds none.
        known_to_both = b"DTDs/PodCast" not in path.read_bytes()
        assert not known_to_both or durations[episode["title"]] == episode["total_time"] * 1000


@pytest.mark.parametrize("path", HOSTS, ids=lambda path: path.stem)
def test_every_host_becomes_a_workspace_that_reads_back_as_imported(path: Path, tmp_path: Path) -> None:
    show = read(path.read_bytes())
    carry.carry(replace(show, episodes=tuple(map(without_files, show.episodes))), tmp_path, Client())
    read_back = workspace.read(tmp_path)
    assert not errors_in(read_back.findings)
    assert [replace(folder.case, id="") for folder in read_back.cases] == [one.case for one in show.episodes]
    (file,) = read_back.feeds
    assert file.feed == show.feed
    assert read_back.network == show.network


def without_files(episode: feed.Episode) -> feed.Episode:
    return replace(episode, transcripts=(), chapters=None)


def test_people_places_and_numbers_are_carried() -> None:
    (episode,) = of_host("castopod").episodes
    case = episode.case
    ola = Person("Ola Vik", img="https://bruer.castopod.example/ola.jpg", href="https://example.org/ola")
    assert (case.hosts, case.guests) == ((ola,), (Person("Kari Nordmann"),))
    assert case.place == Place("Trøndelag", geo="geo:63.43,10.39", osm="R406567")
    assert (case.season, case.episode) == (2, 7)


def test_chapters_of_podlove_are_carried_to_the_millisecond() -> None:
    (episode,) = of_host("podlove").episodes
    assert episode.case.chapters == (
        Chapter(0, "Velkommen"),
        Chapter(750_250, "Bruer & tvil", None, "https://example.org/b", "https://example.org/b.jpg"),
    )


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p>Om <strong>vind</strong>.</p>", "<p>Om <strong>vind</strong>.</p>"),
        ("<p>En</p>\n\n<ul>\n<li>To</li></ul>", "<p>En</p>\n<ul>\n<li>To</li>\n</ul>"),
        ("Rett tekst med *stjerne*", "<p>Rett tekst med *stjerne*</p>"),
        ("<h2>A</h2>\n\n\n## B", "<h2>A</h2> ## B"),
        ("<pre>a\n  b</pre>", "<pre>a\n  b</pre>"),
    ],
)
def test_show_notes_are_shown_as_they_were(html: str, shown: str) -> None:
    (episode,) = read(items(item(more=f"<content:encoded><![CDATA[{html}]]></content:encoded>"))).episodes
    assert notes.html(episode.case.introduction) == shown


def test_a_locked_feed_is_told_as_locked() -> None:
    assert any("is locked" in one.message for one in of_host("buzzsprout").findings)


def test_the_channels_people_stand_for_an_item_without_its_own() -> None:
    show = read(items(item(), channel='<podcast:person role="host">Ola Vik</podcast:person>'))
    assert show.episodes[0].case.hosts == (Person("Ola Vik"),)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Mon, 02 Mar 2026 06:00:00 +0100", datetime(2026, 3, 2, 5, tzinfo=UTC)),
        ("02 Mar 26 05:00 GMT", datetime(2026, 3, 2, 5, tzinfo=UTC)),
        ("2026-03-02T05:00:00Z", datetime(2026, 3, 2, 5, tzinfo=UTC)),
        ("en gang i mars", None),
    ],
)
def test_dates_are_read_as_hosts_write_them(written: str, expected: datetime | None) -> None:
    show = read(items(item(more=f"<pubDate>{written}</pubDate>")))
    assert show.episodes[0].case.published == expected
    assert bool([one for one in show.findings if "not a date" in one.message]) == (expected is None)


def test_an_item_without_a_title_is_called_by_its_guid_on_one_line_and_told() -> None:
    show = read(items(item("g\n1").replace("<title>En bru</title>", "")))
    assert (show.episodes[0].case.title, show.episodes[0].case.guid) == ("g 1", "g\n1")
    assert any("no title" in one.message for one in show.findings)


def test_the_same_guid_twice_is_one_episode_and_told() -> None:
    show = read(items(item("a"), item("a"), item("b")))
    assert [episode.case.guid for episode in show.episodes] == ["a", "b"]
    assert any("the guid of an earlier item: a" in one.message for one in show.findings)


def test_what_has_neither_guid_nor_sound_is_no_episode_and_told() -> None:
    show = read(items("<title>En melding</title>"))
    assert show.episodes == ()
    assert any("no episode" in one.message for one in show.findings)


def test_relative_addresses_are_those_of_the_feeds_own_site() -> None:
    notes_html = '<p>Se <a href="/om/bru">brua</a> og <em>dette</em>.</p>'
    inside = item(url="lyd/a.mp3", more="<link>/e/1</link><itunes:image href='//cdn.example.org/a.jpg'/>")
    inside += f"<content:encoded><![CDATA[{notes_html}]]></content:encoded>"
    (episode,) = read(items(inside)).episodes
    assert episode.sound is not None
    assert episode.sound.url == "https://example.org/lyd/a.mp3"
    assert (episode.case.href, episode.case.image) == (
        "https://example.org/e/1",
        "https://cdn.example.org/a.jpg",
    )
    assert 'href="https://example.org/om/bru"' in episode.case.introduction


def test_a_name_that_may_be_a_host_without_https_is_not_taken_for_a_path() -> None:
    show = read(items(item(more="<link>example.org/e/1</link>")))
    assert show.episodes[0].case.href == ""
    assert any("example.org/e/1' is not a web address" in one.message for one in show.findings)


@pytest.mark.parametrize(
    "spelled", ["https://podlove.org/simple-chapters/", "http://podlove.org/Simple-Chapters"]
)
def test_namespaces_are_known_however_hosts_spell_them(spelled: str) -> None:
    more = '<psc:chapters><psc:chapter start="0" title="Start"/></psc:chapters>'
    data = items(item(more=more)).replace(b"http://podlove.org/simple-chapters", spelled.encode())
    assert read(data).episodes[0].case.chapters == (Chapter(0, "Start"),)


def test_a_language_that_the_feed_does_not_state_is_told() -> None:
    show = read(items(item()).replace(b"<language>nb</language>", b""))
    assert any("states no language" in one.message for one in show.findings)


# ---------------------------------------------------------------- our own feed, in and out


def test_our_feed_in_and_our_feed_out_says_the_same_of_every_episode(tmp_path: Path) -> None:
    network, show = builders.network(), builders.feed()
    second = builders.case(
        id="C0902", title="]]> & «æøå»", season=1, episode=2, episode_type="bonus", explicit=True, guests=()
    )
    records = [
        builders.record(),
        builders.record(guid="guid-2", case=second, transcripts=(), chapters=None, notes="<p>To</p>"),
    ]
    published = our_rss.render(network, show, records, cover="https://cdn.example.org/c.jpg")
    imported = read(published)
    episodes = tuple(map(without_files, imported.episodes))
    carry.carry(replace(imported, episodes=episodes), tmp_path, Client())
    read_back = workspace.read(tmp_path)
    cases = {folder.case.guid: folder.case for folder in read_back.cases}
    # What was made of the sound and the texts is theirs; what the author stated comes from the import.
    again = [
        replace(record, case=replace(cases[record.guid], id=record.case.id, summary=record.case.summary))
        for record in records
    ]
    (file,) = read_back.feeds
    out = our_rss.render(
        replace(read_back.network, base_url=network.base_url), file.feed, again, cover=file.feed.artwork
    )
    assert our_rss.items_of(out) == our_rss.items_of(published)
    before, after = our_rss.Published(published).channel, our_rss.Published(out).channel
    moved = {"atom:link", "link"}
    assert {key: said for key, said in after.items() if key not in moved} == {
        key: said for key, said in before.items() if key not in moved
    }


@pytest.mark.parametrize("language", ["nb", "en"])
@pytest.mark.parametrize("people", [1, 2])
def test_our_show_notes_come_in_and_go_out_without_their_lists_twice(language: str, people: int) -> None:
    tuva = Person("Tuva & Co", "Forsker, dr. philos.", "UiO", href="https://example.org/t?a=1&b=2")
    case = builders.case(language=language, guests=(builders.KARI, tuva)[:people], learning_points=())
    said = notes.show_notes(case, case.chapters, url=str)
    network, show = builders.network(language=language), builders.feed(language=language)
    published = our_rss.render(
        network, show, [builders.record(case=case, notes=said)], cover="https://e.org/c.jpg"
    )
    (episode,) = read(published).episodes
    again = replace(episode.case, language=language)
    assert [(one.name, one.role, one.organisation) for one in again.guests] == [
        (one.name, one.role, one.organisation) for one in case.guests
    ]
    assert letters(notes.show_notes(again, again.chapters, url=str)) == letters(said)
    assert "Velkommen" not in again.introduction


def letters(html: str) -> str:
    return "".join(notes.text(html).split())


@pytest.mark.parametrize(
    "end", ["<p><strong>Vert:</strong> Tuva Myrvang</p>", "<p><strong>Gjest:</strong> x</p>"]
)
def test_lists_that_are_of_others_are_the_authors_own_words(end: str) -> None:
    more = f"<content:encoded><![CDATA[<p>Om.</p>{end}]]></content:encoded>"
    more += "<podcast:person>Ola Vik</podcast:person>"
    (episode,) = read(items(item(more=more))).episodes
    assert notes.text(episode.case.introduction).split() == ["Om.", *notes.text(end).split()]


def test_a_feed_that_states_everything_comes_in_and_goes_out_whole(tmp_path: Path) -> None:
    found = everything.written(tmp_path / "before")
    ready = shown(found.network, [file.feed for file in found.feeds], found.root)
    case = replace(
        found.cases[0].case,
        chapters=builders.case().chapters,
        soundbites=(Soundbite(12_500, 30_250, "Om vind"), Soundbite(60_000, 15_000)),
        images=(
            Picture("https://example.org/wide.jpg", "En bro", "16/9", 1920, 1080, "image/jpeg", "social"),
        ),
    )
    record = builders.record(case=case, transcripts=(), chapters=None)
    published = our_rss.render(ready.network, ready.feeds[0], [record], cover="https://cdn.example.org/c.jpg")
    imported = read(published)
    told = losses.of(imported, imported.network, imported.feed)
    assert (told.of_show, told.of_episodes) == ((), ((),))
    assert [one.message for one in imported.findings] == []

    carry.carry(
        replace(imported, episodes=tuple(map(without_files, imported.episodes))), tmp_path / "after", Client()
    )
    back = workspace.read(tmp_path / "after")
    assert not errors_in(back.findings)
    again = replace(record, case=replace(back.cases[0].case, id=case.id, summary=case.summary))
    network = replace(back.network, base_url=ready.network.base_url)
    out = our_rss.render(network, back.feeds[0].feed, [again], cover=back.feeds[0].feed.artwork)
    assert our_rss.items_of(out) == our_rss.items_of(published)
    before, after = our_rss.Published(published).channel, our_rss.Published(out).channel
    assert {name for name in before | after if before.get(name) != after.get(name)} <= {"atom:link"}


PAST_THE_RULES = """
<podcast:medium>{medium}</podcast:medium>
<podcast:person>{long}</podcast:person>
<podcast:location country="XX">{long}</podcast:location>
<podcast:block id="spotify">no</podcast:block><podcast:block id="spotify">yes</podcast:block>
<podcast:socialInteract protocol="disabled"/>
<podcast:socialInteract protocol="activitypub" uri="https://example.org/1"/>
<podcast:trailer url="https://example.org/t.mp3" pubdate="Mon, 02 Mar 2026 05:00:00 +0000">T</podcast:trailer>
<item><title>A</title><guid>1</guid><pubDate>Mon, 02 Mar 2026 05:00:00 +0000</pubDate>
<podcast:episode display="{long}">three</podcast:episode><podcast:season name="S">x</podcast:season>
<podcast:soundbite startTime="1" duration="20">{long}</podcast:soundbite>
<podcast:alternateEnclosure type="audio/opus" default="true"><podcast:source uri="https://e.org/1"/>
</podcast:alternateEnclosure><podcast:alternateEnclosure type="audio/opus" default="true">
<podcast:source uri="https://e.org/2"/></podcast:alternateEnclosure></item>
"""


@pytest.mark.parametrize("medium", ["podcast", "podcastL", "publisher"])
def test_what_other_hosts_write_past_the_namespaces_rules_is_a_workspace_without_mistakes(
    medium: str, tmp_path: Path
) -> None:
    channel = PAST_THE_RULES.format(medium=medium, long="Kari Nordmann " * 20)
    namespaces = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
    head = "<title>T</title><link>https://example.org/</link><description>D</description>"
    show = read(f"<rss version='2.0' {namespaces}><channel>{head}{channel}</channel></rss>".encode())
    carry.carry(show, tmp_path, Client())
    back = workspace.read(tmp_path)
    assert not errors_in(back.findings)
    (file,), (folder,) = back.feeds, back.cases
    assert len(file.feed.hosts[0].name) <= 128
    assert file.feed.hosts[0].name.startswith("Kari Nordmann Kari")
    assert [one.uri for one in file.feed.social] == ["https://example.org/1"]
    assert file.feed.allow_services == ()
    assert [one.default for one in folder.case.alternates] == [True, False]
    assert folder.case.season_name == folder.case.episode_display == ""


# ---------------------------------------------------------------- hostile feeds

BOMB = b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "lol">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>
<rss><channel><title>&c;</title></channel></rss>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<rss><channel><title>&a;</title></channel></rss>"""


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (BOMB, "declares a document type"),
        (OUTSIDE, "declares a document type"),
        (BOMB.replace(b'<?xml version="1.0"?>', b"").decode().encode("utf-16"), "declares a document type"),
        (b'<!DOCTYPE rss SYSTEM "http://127.0.0.1/x.dtd"><rss><channel/></rss>', "declares a document type"),
        (b"<rss>" + b"<a>" * 5000, "more than 30 elements inside each other"),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'/>", "this is <atom:feed>, not <rss>"),
        (b"<rss version='2.0'/>", "without a <channel>"),
        (b"<rss><channel><title>", "not well-formed XML"),
        (b"\x00\x01\x02", "not well-formed XML"),
        (b"", "not well-formed XML"),
        (b'<?xml version="1.0" encoding="nonsense"?><rss/>', "not well-formed XML"),
        (b" " * (reading.MAX_BYTES + 1), "larger than 32 MB"),
    ],
)
def test_a_feed_that_cannot_be_trusted_is_refused_in_one_line(data: bytes, reason: str) -> None:
    with pytest.raises(LornpodError) as raised:
        read(data)
    assert reason in str(raised.value)
    assert str(raised.value).startswith("feed.xml: ")
    assert "\n" not in str(raised.value)


def test_pages_that_lead_in_a_circle_are_refused() -> None:
    page = items(item(), channel='<atom:link rel="next" href="https://example.org/2"/>')
    back = items(item("g2"), channel='<atom:link rel="next" href="https://example.org/2"/>')
    with pytest.raises(LornpodError, match="lead in a circle"):
        reading.read_all(page, "https://example.org/1", lambda _: back)


def test_all_pages_of_a_feed_are_one_feed_and_an_episode_on_two_pages_is_one() -> None:
    pages = {
        "https://example.org/2": items(
            item("b"), item("c"), channel='<atom:link rel="next" href="https://example.org/3"/>'
        ),
        "https://example.org/3": items(item("d")),
    }
    first = items(item("a"), item("b"), channel='<atom:link rel="next" href="https://example.org/2"/>')
    whole = reading.read_all(first, "x", pages.__getitem__)
    assert [reading.guid(one) for one in whole.items] == ["a", "b", "c", "d"]


def test_the_next_page_may_be_named_from_where_the_feed_lies() -> None:
    first = items(item("a"), channel='<atom:link rel="next" href="/feed?page=2"/>')
    second = items(item("b"), channel='<atom:link rel="next" href="?page=3"/>')
    third = items(item("c"), channel='<atom:link rel="next" href="https://[::1"/>')
    pages = {"https://example.org/feed?page=2": second, "https://example.org/feed?page=3": third}
    with pytest.raises(KeyError, match="::1"):
        reading.read_all(first, "https://example.org/feed", pages.__getitem__)
    pages["https://[::1"] = items(item("d"))
    whole = reading.read_all(first, "https://example.org/feed", pages.__getitem__)
    assert [reading.guid(one) for one in whole.items] == ["a", "b", "c", "d"]


def test_pages_that_are_too_large_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_MAX_BYTES_OF_ALL", 3000)
    asked: list[str] = []

    def page(url: str) -> bytes:
        asked.append(url)
        return items(item(url), channel=f'<atom:link rel="next" href="?{len(asked)}"/>')

    with pytest.raises(LornpodError, match="larger than 0 MB together"):
        reading.read_all(page("https://example.org/"), "https://example.org/", page)
    assert len(asked) < 8


def test_names_with_dots_and_slashes_never_reach_the_disk(tmp_path: Path) -> None:
    data = items(
        item("../../g", more="<itunes:season>1</itunes:season>", url="https://example.org/../../x.sh")
    )
    data = data.replace(b"<title>Bruer</title>", b"<title>../../Bruer</title>")
    root = tmp_path / "deep/workspace"
    carry.carry(read(data), root, Client())
    made = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert made == {
        f"deep/workspace/{name}"
        for name in (
            "lornpod.yaml",
            "feeds/bruer.md",
            "feeds/bruer.channel.xml",
            "episodes/E0001/case.md",
            "episodes/E0001/feed-item.xml",
        )
    }


# ---------------------------------------------------------------- a host that serves


@dataclass
class Host:
    """A server: what it serves by path, what it was asked, and after how many bytes it hangs up once."""

    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    hang_up_at: dict[str, int] = field(default_factory=dict)
    etag: str = '"v1"'
    ranges: bool = True
    url: str = ""


@pytest.fixture
def host() -> Iterator[Host]:
    served = Host()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range", "")
            served.asked.append((self.path, wanted))
            if self.path.startswith("/circle"):
                self.send_response(302)
                self.send_header("Location", f"/circle?{len(served.asked)}")
                self.end_headers()
                return
            media_type, body = served.files.get(self.path, ("", b""))
            start = int(wanted[6:-1]) if wanted and served.ranges else 0
            if not media_type:
                self.send_response(404)
            elif start >= len(body) and start:
                self.send_response(416)
                body = b""
            elif start and self.headers.get("If-Range") == served.etag:
                self.send_response(206)
                self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
                body = body[start:]
            else:
                self.send_response(200)
            self.send_header("Content-Type", media_type)
            self.send_header("ETag", served.etag)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            cut = served.hang_up_at.pop(self.path, None)
            self.wfile.write(body[:cut])
            if cut is not None:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield served
    server.shutdown()
    thread.join()
    server.server_close()


SOUND = bytes(range(256)) * 4000
VTT = b"WEBVTT\n\n00:00:00.000 --> 00:00:02.000\n<v Ola Vik>Hei\n"
CHAPTERS = (
    b'{"version":"1.2.0","chapters":[{"startTime":0,"title":"Velkommen"},{"startTime":2.5,"title":"Bru"}]}'
)


@pytest.fixture
def show(host: Host) -> str:
    """The address of a feed with one episode, its sound, a transcript and chapters."""
    more = (
        f'<podcast:transcript url="{host.url}/t.html" type="text/html"/>'
        f'<podcast:transcript url="{host.url}/t.vtt" type="text/vtt" language="nb"/>'
        f'<podcast:chapters url="{host.url}/c.json" type="application/json+chapters"/>'
    )
    sound = f"{host.url}/a.mp3?x=1"
    data = items(item(more=more, url=sound).replace('length="9"', f'length="{len(SOUND)}"'))
    host.files = {
        "/feed": ("application/rss+xml", data),
        "/a.mp3?x=1": ("audio/mpeg", SOUND),
        "/t.vtt": ("text/vtt", VTT),
        "/t.html": ("text/html", b"<p>Hei</p>"),
        "/c.json": ("application/json", CHAPTERS),
    }
    return f"{host.url}/feed"


def run(*arguments: str) -> int:
    return cli.run(["import", "feed", "--allow-private", *arguments])


def test_transcripts_chapters_and_sound_come_with_the_show(show: str, tmp_path: Path) -> None:
    assert run(show, str(tmp_path), "--media") == 0
    (folder,) = workspace.read(tmp_path).cases
    assert folder.case.chapters == (Chapter(0, "Velkommen"), Chapter(2500, "Bru"))
    assert [path.name for path in folder.transcripts] == ["transcript.vtt"]
    assert folder.transcripts[0].read_bytes() == VTT
    assert folder.audio is not None
    assert (folder.audio.name, folder.audio.read_bytes()) == ("audio.mp3", SOUND)


def test_a_second_run_asks_for_the_feed_alone_and_changes_nothing(
    show: str, host: Host, tmp_path: Path
) -> None:
    run(show, str(tmp_path), "--media")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    host.asked.clear()
    assert run(show, str(tmp_path), "--media") == 0
    assert host.asked == [("/feed", "")]
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_connection_that_breaks_is_gone_on_with_where_it_broke(
    show: str, host: Host, tmp_path: Path
) -> None:
    host.hang_up_at["/a.mp3?x=1"] = 300_000
    assert run(show, str(tmp_path), "--media") == 0
    assert [wanted for path, wanted in host.asked if "a.mp3" in path] == ["", "bytes=300000-"]
    assert (tmp_path / "episodes/E0001/audio.mp3").read_bytes() == SOUND


def part_of(tmp_path: Path, host: Host, size: int) -> None:
    """What a run that was killed leaves."""
    folder = tmp_path / "episodes/E0001"
    (folder / ".audio.part").write_bytes(SOUND[:size])
    state = {"url": f"{host.url}/a.mp3?x=1", "validator": '"v1"'}
    (folder / ".audio.part.json").write_text(json.dumps(state), "utf-8")


def test_a_run_that_was_killed_is_gone_on_with(show: str, host: Host, tmp_path: Path) -> None:
    run(show, str(tmp_path))
    part_of(tmp_path, host, 500_000)
    assert run(show, str(tmp_path), "--media") == 0
    assert host.asked[-1] == ("/a.mp3?x=1", "bytes=500000-")
    folder = tmp_path / "episodes/E0001"
    assert (folder / "audio.mp3").read_bytes() == SOUND
    assert sorted(path.name for path in folder.iterdir()) == [
        "audio.mp3",
        "case.md",
        "feed-item.xml",
        "transcript.vtt",
    ]


@pytest.mark.parametrize("change", ["changed", "no ranges", "longer here than there"])
def test_a_file_that_cannot_be_gone_on_with_is_begun_anew(
    show: str, host: Host, tmp_path: Path, change: str
) -> None:
    run(show, str(tmp_path))
    part_of(tmp_path, host, 500_000)
    if change == "changed":
        host.etag = '"v2"'
    elif change == "no ranges":
        host.ranges = False
    else:
        (tmp_path / "episodes/E0001/.audio.part").write_bytes(SOUND * 2)
    assert run(show, str(tmp_path), "--media") == 0
    assert (tmp_path / "episodes/E0001/audio.mp3").read_bytes() == SOUND


def test_a_size_other_than_the_feeds_is_told(
    show: str, host: Host, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    host.files["/a.mp3?x=1"] = ("audio/mpeg", SOUND[:1000])
    assert run(show, str(tmp_path), "--media") == 0
    assert f"the recording has 1000 bytes, and {len(SOUND)} by the feed" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("served", "said"),
    [
        (("", b""), "answers 404"),
        (("text/html", b"<p>Logg inn</p>"), "a web page"),
        (("audio/mpeg", b""), "empty"),
    ],
)
def test_what_is_no_recording_is_refused_and_the_case_stays(
    show: str,
    host: Host,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    served: tuple[str, bytes],
    said: str,
) -> None:
    host.files["/a.mp3?x=1"] = served
    assert run(show, str(tmp_path), "--media") == 1
    assert said in capsys.readouterr().err
    (folder,) = workspace.read(tmp_path).cases
    assert folder.audio is None


def test_a_transcript_that_failed_comes_with_the_next_run(show: str, host: Host, tmp_path: Path) -> None:
    kept = host.files.pop("/t.vtt"), host.files.pop("/t.html")
    assert run(show, str(tmp_path)) == 0
    assert not list(tmp_path.rglob("transcript.*"))
    host.files |= {"/t.vtt": kept[0], "/t.html": kept[1]}
    assert run(show, str(tmp_path)) == 0
    assert [path.name for path in tmp_path.rglob("transcript.*")] == ["transcript.vtt"]


def test_a_transcript_without_times_becomes_text(show: str, host: Host, tmp_path: Path) -> None:
    host.files["/t.vtt"] = ("", b"")
    run(show, str(tmp_path))
    assert (tmp_path / "episodes/E0001/transcript.txt").read_text("utf-8") == "Hei\n"


def test_a_feed_longer_than_the_limit_is_not_read_to_its_end(
    host: Host, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", 1_000_000)
    host.files["/feed"] = ("application/rss+xml", b" " * 1_000_001)
    assert run(f"{host.url}/feed", str(tmp_path)) == 1
    assert "longer than 1 MB" in capsys.readouterr().err


def test_redirects_without_end_are_refused_in_one_line(
    host: Host, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(f"{host.url}/circle", str(tmp_path)) == 3
    said = capsys.readouterr().err
    assert "it redirects more than 5 times" in said
    assert said.count("\n") == 1


def test_a_feed_inside_a_private_network_is_refused_unless_allowed(
    show: str, host: Host, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["import", "feed", show, str(tmp_path)]) == 3
    assert "inside a private network" in capsys.readouterr().err
    assert host.asked == []


def test_a_feed_cannot_make_the_import_ask_private_servers_or_read_files(
    host: Host, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret", "utf-8")
    more = (
        f'<podcast:transcript url="{host.url}/t.vtt" type="text/vtt"/>'
        f'<podcast:transcript url="file://{secret}" type="text/plain"/>'
        f'<podcast:transcript url="{secret}" type="text/plain"/>'
    )
    (tmp_path / "feed.xml").write_bytes(items(item(more=more)))
    root = tmp_path / "workspace"
    assert cli.run(["import", "feed", str(tmp_path / "feed.xml"), str(root)]) == 0
    assert host.asked == []
    assert not list(root.rglob("transcript.*"))
    paged = items(item(), channel=f'<atom:link rel="next" href="{secret}"/>')
    (tmp_path / "feed.xml").write_bytes(paged)
    assert cli.run(["import", "feed", str(tmp_path / "feed.xml"), str(root)]) == 1
    assert "not a web address" in capsys.readouterr().err


def test_a_show_added_to_a_network_has_a_feed_of_its_own_and_keeps_the_others(tmp_path: Path) -> None:
    (tmp_path / "one.xml").write_bytes(items(item("a")))
    two = items(item("b")).replace(b"<title>Bruer<", b"<title>Ferger<")
    two = two.replace(b"<link>https://example.org/<", b"<link>https://ferger.example/<")
    (tmp_path / "two.xml").write_bytes(two.replace(b"<language>nb<", b"<language>en<"))
    root = str(tmp_path / "workspace")
    assert cli.run(["import", "feed", str(tmp_path / "one.xml"), root]) == 0
    network = (tmp_path / "workspace/lornpod.yaml").read_bytes()
    assert cli.run(["import", "feed", str(tmp_path / "two.xml"), root]) == 0
    read_back = workspace.read(tmp_path / "workspace")
    assert [(file.feed.slug, file.feed.where.theme) for file in read_back.feeds] == [
        ("bruer", ()),
        ("ferger", ("Ferger",)),
    ]
    ferger = read_back.feeds[1].feed
    assert (ferger.link, ferger.language) == ("https://ferger.example/", "en")
    assert [one.case.language for one in read_back.cases] == ["nb", "en"]
    assert [(one.case.id, one.case.guid, one.case.themes) for one in read_back.cases] == [
        ("E0001", "a", ()),
        ("E0002", "b", ("Ferger",)),
    ]
    assert (tmp_path / "workspace/lornpod.yaml").read_bytes() == network


def test_the_report_names_what_was_not_carried(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = str(DATA / "hosts/castopod.xml")
    assert cli.run(["import", "feed", source, str(tmp_path / "a")]) == 0
    said = capsys.readouterr().out
    assert "1 episode in the feed: 1 written" in said
    assert "podcast:person" in said
    assert b'startTime="12.5"' in (tmp_path / "a/episodes/E0001/feed-item.xml").read_bytes()
    assert cli.run(["import", "feed", "--json", source, str(tmp_path / "b")]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["uncarried"]["podcast:person"] == 1
    assert told["of_show"] == []
    assert "generator" in told["anew"]


def test_a_show_that_moves_says_its_new_address_on_request(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, root = str(DATA / "hosts/castopod.xml"), tmp_path / "a"
    assert cli.run(["import", "feed", source, str(root), "--new-feed-url"]) == 1
    assert "is on this machine alone" in capsys.readouterr().err
    url = "https://cdn.example.org/pod/feeds/bruer-folk.xml"
    base = ["--base-url", "https://cdn.example.org/pod/"]
    assert cli.run(["import", "feed", source, str(tmp_path / "b"), *base, "--new-feed-url"]) == 0
    said = capsys.readouterr()
    assert f"new address: {url}" in said.out
    assert f"<itunes:new-feed-url>{url}</itunes:new-feed-url>" in said.err
    (file,) = workspace.read(tmp_path / "b", ()).feeds
    assert file.feed.new_feed_url == url


def test_a_show_that_was_imported_before_moves_without_another_word_of_its_file(tmp_path: Path) -> None:
    command = ["import", "feed", str(DATA / "hosts/castopod.xml"), str(tmp_path)]
    assert cli.run([*command, "--base-url", "https://cdn.example.org/pod/"]) == 0
    path = tmp_path / "feeds/bruer-folk.md"
    path.write_text(path.read_text("utf-8").replace("---\n", "---\n# mine\n", 1), "utf-8")
    before = path.read_text("utf-8")
    assert cli.run([*command, "--new-feed-url"]) == 0
    after = path.read_text("utf-8")
    line = "new_feed_url: https://cdn.example.org/pod/feeds/bruer-folk.xml\n"
    assert after.replace(line, "") == before
    assert cli.run([*command, "--new-feed-url"]) == 0
    assert path.read_text("utf-8") == after


def test_a_feed_that_has_moved_is_told() -> None:
    moved = "<itunes:new-feed-url>https://example.net/ny.xml</itunes:new-feed-url>"
    show = read(items(item(), channel=moved))
    assert any("moved to https://example.net/ny.xml" in one.message for one in show.findings)
    own = '<atom:link rel="self" href="https://example.net/ny.xml"/>'
    assert not any("moved to" in one.message for one in read(items(item(), channel=moved + own)).findings)


# ---------------------------------------------------------------- any input

FUZZ = settings(max_examples=int(os.environ.get("LORNPOD_FUZZ", "60")))
SEEDS = [path.read_bytes() for path in (*HOSTS, DATA / "feed.xml")]
PIECES = st.sampled_from(
    [
        b"<",
        b"&",
        b"]]>",
        b"<![CDATA[",
        b"&#x0;",
        b"&nbsp;",
        b"<!DOCTYPE a>",
        b"<item>",
        b"</item>",
        b"<title>Working title</title>",
        b"<itunes:duration>99:99:99</itunes:duration>",
        b"<pubDate>31 Feb 2026</pubDate>",
        b"<guid></guid>",
        b'length="-1"',
        b"<!-- ",
        b"## x",
        b"\xff",
        b"\xe2\x80\xa8",
        b'<podcast:location geo="x">\xc3\x86</podcast:location>',
        b"<itunes:season>0</itunes:season>",
        b"1" * 400,
    ]
)


def mutate(draw: Callable[..., object], data: bytes) -> bytes:
    for _ in range(int(str(draw(st.integers(1, 6))))):
        at = int(str(draw(st.integers(0, len(data)))))
        match draw(st.sampled_from(["put", "cut", "repeat", "flip"])):
            case "put":
                data = data[:at] + draw(PIECES) + data[at:]  # type: ignore[operator]
            case "cut":
                data = data[:at] + data[at + int(str(draw(st.integers(1, 60)))) :]
            case "repeat":
                data = data[:at] + data[at : at + 200] * 3 + data[at:]
            case _:
                data = data[:at] + bytes([draw(st.integers(0, 255))]) + data[at + 1 :]  # type: ignore[list-item]
    return data


@FUZZ
@given(st.sampled_from(SEEDS), st.data())
def test_a_mutated_feed_is_imported_so_that_it_reads_back_or_refused_in_one_line(
    seed: bytes, data: st.DataObject
) -> None:
    began = time.process_time()
    try:
        show = read(mutate(data.draw, seed))
    except LornpodError as error:
        assert "\n" not in str(error)
        return
    for episode in show.episodes:
        assert_authored(episode.case, show)
    assert time.process_time() - began < 2


def assert_authored(case: Case, show: feed.Show) -> None:
    """What is written of *case* is a case without a mistake, and the same."""
    from zoneinfo import ZoneInfo

    from lornpod.workspace import border, namespace, source

    written = workspace.case_text(replace(case, id="E0001"), show.network).encode()
    read_back = source.read_markdown(written, "case.md")
    near = border.Surroundings(ZoneInfo("Europe/Oslo"), None)
    entry, findings = border.check(namespace.CaseFile, read_back.data, read_back.lines, near)
    said: tuple[Finding, ...] = (*read_back.findings, *findings)
    assert not errors_in(said), written.decode()
    assert isinstance(entry, namespace.CaseFile)
    assert (entry.guid, entry.title, entry.published) == (case.guid, case.title, case.published)
    body = source.sections(read_back.body, 1)
    assert (body.introduction, body.questions) == (case.introduction, ())


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=40).map(
    lambda said: said.replace("\ufffe", "").replace("\uffff", "")
)
MARKED = st.sampled_from(
    [
        "<p>a</p>\n\n## b",
        "<!-- c",
        "<pre>\n```\n</pre>",
        "```\n## x",
        "---\n",
        "<div><div>",
        "&lt;b&gt;&#0;&#55296;",
        "* a\n* b",
        "-1",
        "1e309",
        "99999999999999999999",
        "https://[::1",
        "mailto:",
        "Working title",
        "12:99",
        "Mon, 00 Foo 0000 99:99:99 +9999",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
    ]
)


@FUZZ
@given(
    st.sampled_from(SEEDS), st.lists(st.tuples(st.integers(0, 10**6), WORDS | MARKED), min_size=1, max_size=9)
)
def test_any_words_in_any_field_are_imported_so_that_they_read_back(
    seed: bytes, changes: list[tuple[int, str]]
) -> None:
    from lxml import etree

    root = etree.fromstring(seed)
    places = [(element, name) for element in root.iter() for name in (None, *element.attrib)]
    for at, words in changes:
        element, name = places[at % len(places)]
        if name is None:
            element.text = words
        else:
            element.set(name, words)
    show = read(etree.tostring(root, encoding="utf-8"))
    for episode in show.episodes:
        assert_authored(episode.case, show)
    assert_show_authored(show)


def assert_show_authored(show: feed.Show) -> None:
    """What is written of the show itself is without a mistake, and the same."""
    from zoneinfo import ZoneInfo

    from lornpod.workspace import border, namespace, source

    near = border.Surroundings(ZoneInfo("UTC"), None)
    read_feed = source.read_markdown(workspace.feed_text(show.feed).encode(), "feed.md")
    entry, found = border.check(namespace.FeedFile, read_feed.data, read_feed.lines, near)
    assert isinstance(entry, namespace.FeedFile), found
    assert not errors_in(read_feed.findings)
    assert (entry.title, read_feed.body.strip()) == (show.feed.title, show.feed.description)
    read_network = source.read_yaml(workspace.network_text(show.network).encode(), "lornpod.yaml")
    network, found = border.check(namespace.NetworkFile, read_network.data, read_network.lines, near)
    assert isinstance(network, namespace.NetworkFile), found
    assert not errors_in(read_network.findings)
    assert (network.name, network.language) == (show.network.name, show.network.language)
