"""Each rule of feeds fires on its fault alone, at its line, and none fires on sound feeds of many shapes."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path
from threading import Thread
from typing import ClassVar

import pytest
from rich.console import Console

from lornpod import check, cli, webclient
from lornpod.audio.ffmpeg import ffmpeg
from lornpod.check import media, of_feeds
from lornpod.cli.checking import annotation
from lornpod.errors import Finding, Level
from lornpod.feeds import reading, rss
from lornpod.model import Chapter, Person, Soundbite, podcast_guid
from lornpod.terminal import Terminal

from . import builders, corpus, feed_shapes

ROOT = Path(__file__).parent.parent
NOW = datetime(2027, 1, 1, tzinfo=UTC)
URL = "https://example.org/feed.xml"
OF_FEEDS = ("reader", "document", "entry", "episode")


def findings(data: bytes) -> tuple[Finding, ...]:
    return check.feed_findings(data, "feed.xml", url=URL, now=NOW)


@pytest.mark.parametrize(
    ("code", "edits"), corpus.FAULTS, ids=[f"{at}-{code}" for at, (code, _) in enumerate(corpus.FAULTS)]
)
def test_a_feed_with_one_fault_gets_the_one_finding_it_deserves(code: str, edits: corpus.Edit) -> None:
    assert {finding.code for finding in findings(corpus.text(edits))} == {code}


@pytest.mark.parametrize(("name", "edits"), corpus.SOUND, ids=[name for name, _ in corpus.SOUND])
def test_a_sound_feed_has_no_findings(name: str, edits: corpus.Edit) -> None:
    assert findings(corpus.text(edits)) == ()


@pytest.mark.parametrize(
    ("host", "amiss", "feed"), feed_shapes.SHAPES, ids=[host for host, _, _ in feed_shapes.SHAPES]
)
def test_a_feed_as_a_host_writes_it_gets_the_findings_that_are_true(
    host: str, amiss: set[str], feed: str
) -> None:
    found = findings(feed.encode())
    assert {one.code for one in found} - {"psp-self-other"} == amiss
    assert [one for one in found if one.level is Level.ERROR] == []


def test_every_rule_of_feeds_has_a_faulty_feed() -> None:
    shown = {code for code, _ in corpus.FAULTS}
    too_large_for_a_row = {"rss-limit", "rss-size"}
    assert {rule.code for rule in check.all_rules() if rule.of in OF_FEEDS} - too_large_for_a_row == shown
    assert len(corpus.FAULTS) >= 60
    assert len(corpus.SOUND) >= 60


def test_a_feed_past_the_limits_and_a_large_one_are_told() -> None:
    long = corpus.text(("Om vind.", "Om vind. " + "ø" * 1_900)).decode()
    item = long[long.index("<item>") : long.index("</item>") + 7]
    many = "".join(item.replace("b-2", f"c-{n}").replace("vind.mp3", f"{n}.mp3") for n in range(2_000))
    large = long.replace("<item>", f"{many}<item>", 1)
    assert len(large.encode()) > 10_000_000
    assert "rss-size" in {finding.code for finding in findings(large.encode())}
    (refused,) = findings(b" " * 32_000_001)
    assert refused.code == "rss-limit"
    (nested,) = findings(b"<rss><channel>" + b"<a>" * 40 + b"</a>" * 40 + b"</channel></rss>")
    assert nested.code == "rss-limit"


def test_a_finding_names_line_field_episode_and_remedy() -> None:
    data = corpus.text(("<itunes:episode>7", "<itunes:episode>VII"))
    line = data.decode().split("\n").index("<itunes:episode>VII</itunes:episode>") + 1
    (finding,) = findings(data)
    assert finding.where == f"feed.xml:{line}"
    assert finding.field == "item[1].itunes:episode"
    assert "“Vind på brua”" in finding.message
    assert finding.hint


@pytest.mark.parametrize(
    ("data", "message", "hint"),
    [
        (
            corpus.text(("@latin-1", "")),
            "Invalid bytes in character encoding",
            "in the encoding that it says",
        ),
        (corpus.text(("Om vind.", "Om&nbsp;vind.")), "Entity 'nbsp' not defined", "&#160;"),
        (corpus.text(("<item>", "<item><ukjent:noe/>")), "Namespace prefix ukjent", "declare the namespace"),
        (b"<!DOCTYPE HTML><html><body>404</body></html>", "this is a web page", "look at the feed's address"),
        (b'{"error": 404}', "Start tag expected", "mend the file"),
        (b"", "Document is empty", "mend the file"),
    ],
)
def test_what_is_no_feed_is_told_in_one_line_with_what_to_do(data: bytes, message: str, hint: str) -> None:
    (finding,) = findings(data)
    assert message in finding.message
    assert hint in finding.hint
    assert "\n" not in str(finding)


def test_lines_are_right_past_sixty_five_thousand() -> None:
    data = corpus.text(("<item>", "<item>" + "\n" * 70_000)).replace(b"nb</language>", b"nx</language>")
    late = data.replace(b"<itunes:duration>60<", b"<itunes:duration>x<")
    line = late[: late.index(b"<itunes:duration>x<")].count(b"\n") + 1
    assert f"feed.xml:{line}" in {finding.where for finding in findings(late)}


def test_what_a_feed_says_cannot_steer_the_terminal() -> None:
    (finding,) = findings(corpus.text(("<language>nb<", "<language>\u202enb\u2028x<")))
    assert str(finding).isprintable()


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("feed-shared-guid", ("b-1", "b-1")),
        ("feed-guid-differs", ("b-1<", "b-1-again<")),
    ],
)
def test_what_feeds_share_is_told(code: str, changes: tuple[str, str]) -> None:
    looked = check.FeedChecker()
    looked.look(corpus.text(()), "a.xml")
    looked.look(corpus.text(changes).replace(b"feed.xml", b"b.xml"), "b.xml")
    assert code in {finding.code for finding in looked.shared()}


def test_what_many_feeds_share_is_told_once() -> None:
    looked = check.FeedChecker()
    for name in "abcd":
        looked.look(corpus.text(()).replace(b"feed.xml", f"{name}.xml".encode()), f"{name}.xml")
    (cover,) = [one for one in looked.shared() if one.code == "feed-shared-cover"]
    assert cover.message == "is that of a.xml, and of 2 more"
    assert cover.where.startswith("b.xml:")


@pytest.mark.parametrize(
    ("lists", "names", "told"),
    [(True, True, []), (False, False, []), (True, False, ["show"]), (False, True, ["show"])],
)
def test_a_publisher_and_its_shows_prove_each_other(lists: bool, names: bool, told: list[str]) -> None:
    item = f'<podcast:remoteItem medium="publisher" feedGuid="{corpus.UUID}"/>'
    show = corpus.text(corpus.show(f"<podcast:publisher>{item}</podcast:publisher>" if names else ""))
    own = "917393e3-1b1e-5cef-ace4-edaa54e1f810"
    listed = f'<podcast:remoteItem feedGuid="{own}"/>' if lists else ""
    publisher = corpus.text(
        (
            ("@items", ""),
            (f"<podcast:guid>{own}", f"<podcast:guid>{corpus.UUID}"),
            corpus.show(f"<podcast:medium>publisher</podcast:medium>{listed}"),
        )
    )
    looked = check.FeedChecker()
    looked.look(publisher, "publisher")
    looked.look(show, "show")
    found = [one for one in looked.shared() if one.code == "podcast-publisher-one-way"]
    assert [one.where.partition(":")[0] for one in found] == told


def test_feeds_of_one_network_that_share_episodes_alone_are_sound() -> None:
    looked = check.FeedChecker()
    looked.look(corpus.text(()), "a.xml")
    other = corpus.text(
        (
            ("<title>Bruer og folk</title>", "<title>Fjord og fjell</title>"),
            ("Samtaler om å bygge bruer.", "Samtaler om fjorder."),
            ("917393e3-1b1e-5cef-ace4-edaa54e1f810", corpus.UUID),
            ('<itunes:image href="https://example.org/cover.jpg"', '<itunes:image href="https://example.org/2.jpg"'),
            ("feed.xml", "b.xml"),
        )
    )  # fmt: skip
    looked.look(other, "b.xml")
    assert looked.shared() == ()


def test_pages_of_one_feed_share_what_they_share() -> None:
    looked = check.FeedChecker()
    looked.look(corpus.text(corpus.show('<atom:link rel="next" href="https://example.org/2.xml"/>')), "1")
    looked.look(corpus.text(("feed.xml", "2.xml")), "2")
    assert looked.shared() == ()


@pytest.mark.parametrize(
    ("pages", "most_bytes", "said"), [(3, 1 << 30, "more than 3 pages"), (99, 12_000, "more than 0 MB")]
)
def test_pages_that_never_end_are_followed_no_further(
    pages: int, most_bytes: int, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MAX_PAGES", pages)
    monkeypatch.setattr(of_feeds, "_MOST_BYTES_OF_PAGES", most_bytes)
    looked = check.FeedChecker(NOW)
    told: list[Finding] = []
    for number in range(20):
        link = f'<atom:link rel="next" href="https://example.org/{number}.xml"/>'
        told += looked.look(corpus.text(corpus.show(link)), f"{number}", page=number > 0)
        if not looked.following:
            break
    (limit,) = [one for one in told if one.code == "rss-limit"]
    assert (number, limit.where, said in limit.message) == (4, "4", True)


def test_our_own_feeds_of_1500_cases_are_sound() -> None:
    network = builders.network(copyright="Lærerommet", license="cc-by-4.0")
    records = [
        builders.record(
            case=builders.case(
                id=f"C{n:04d}",
                number=n,
                title=f"Samtale & bru nr {n}" if n % 3 else "🌉 " + "ø" * 200,
                published=NOW - timedelta(days=n),
                season=1 + n // 100 if n % 2 else None,
                episode=1 + n % 100 if n % 2 else None,
                explicit=n % 7 == 0,
                hosts=(Person("Ola Vik", img="art/ola.jpg"),) * (n % 2),
                soundbites=(Soundbite(1_000, 20_000, "Bruer"),) if n % 5 == 0 else (),
                chapters=() if n % 4 == 0 else (Chapter(0, "Hei", 30_000), Chapter(30_000, "Hade", 90_000)),
                summary="Kari Nordmann forteller. " * (n % 90),
            ),
            media=builders.record().media.__class__(
                builders.artifact(key=f"media/C{n:04d}/c{n:04d}.mp3"),
                builders.record().media.sound,
                builders.record().media.loudness,
            ),
            guid=f"guid-{n}",
        )
        for n in range(1, 1_501)
    ]
    data = rss.render(network, builders.feed(), records, cover="art/cover-aa.jpg")
    assert len(re.findall(b"<item>", data)) == 1_500
    url = network.feed_url(builders.feed().slug)
    found = check.feed_findings(data, "feed.xml", url=url, now=NOW)
    assert [one for one in found if one.level is not Level.ADVICE] == []


def test_the_guid_of_our_feeds_is_made_of_the_address_without_its_scheme() -> None:
    url = builders.network().feed_url(builders.feed().slug)
    wrong = builders.feed(guid=podcast_guid(f"x://{url}"))
    data = rss.render(builders.network(), wrong, [builders.record()], cover="art/c.jpg")
    assert "podcast-guid-scheme" in {one.code for one in check.feed_findings(data, "f", url=url)}


EXAMPLE = ROOT.parent / "shared/spec/example.xml"


@pytest.mark.skipif(not EXAMPLE.is_file(), reason="the namespace's example is not here")
def test_the_namespaces_own_example_is_sound_but_for_its_placeholder() -> None:
    found = check.feed_findings(EXAMPLE.read_bytes(), "example.xml")
    assert [one.code for one in found if one.code.startswith("podcast-")] == ["podcast-guid-value"]
    assert [one for one in found if one.level is Level.ERROR] == []


BOMB = b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><rss><channel><title x="&c;">&c;</title></channel></rss>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<rss><channel><title>&a;</title></channel></rss>"""


@pytest.mark.parametrize(
    "data",
    [
        BOMB,
        OUTSIDE,
        BOMB.decode().replace(' version="1.0"?', ' version="1.0" encoding="UTF-16"?').encode("utf-16"),
    ],
)
def test_entities_are_refused_before_they_are_made_use_of(data: bytes) -> None:
    assert [one.code for one in findings(data)] == ["rss-doctype"]


@pytest.mark.parametrize(
    "data",
    [
        b"<rss><channel>" + b"<a/>" * 3_000_000,
        b"<rss><channel>" + b"<item><a/></item>" * 80_000,
        b"<rss><channel>" + b"<a>" * 10_000,
        corpus.text(corpus.show("<podcast:liveItem/>" * 10_000)),
        corpus.text((corpus.TITLE, f"<title>{'#1 ' * 300_000}</title>")),
        corpus.text(("Om vind.", "&lt;a " * 300_000)),
        corpus.text(("Om vind.", "00:01 " * 300_000)),
    ],
    ids=["tags", "items", "depth", "live items", "a long title", "half tags", "times"],
)
def test_what_is_too_much_costs_little(data: bytes) -> None:
    began = time.process_time()
    assert findings(data)
    assert time.process_time() - began < 6


# ---------------------------------------------------------------- the command


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    path = tmp_path / "feed.xml"
    path.write_bytes(corpus.text(("<itunes:episode>7", "<itunes:episode>VII")))
    return path


def test_check_feed_needs_no_workspace_and_leaves_with_one_on_errors_alone(
    feed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(feed.parent)
    assert cli.run(["check-feed", str(feed)]) == 0
    assert "apple-number" in capsys.readouterr().out
    feed.write_bytes(corpus.text(("</description>", "</beskrivelse>")))
    assert cli.run(["check-feed", str(feed)]) == 1
    assert "rss-xml" in capsys.readouterr().out
    assert cli.run(["check-feed", str(feed.parent / "none.xml")]) == 1
    assert "feed-unreachable" in capsys.readouterr().out


def test_rules_are_chosen_by_code_or_beginning(feed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def codes(*options: str) -> set[str]:
        assert cli.run(["check-feed", str(feed), "--json", *options]) == 0
        return {one["code"] for one in json.loads(capsys.readouterr().out)}

    assert codes() == codes("--select", "apple") == codes("--select", "rss,apple-number") == {"apple-number"}
    assert (
        codes("--select", "rss") == codes("--ignore", "apple") == codes("--ignore", "apple-number") == set()
    )
    assert cli.run(["check-feed", str(feed), "--select", "appel-number"]) == 2
    assert "did you mean apple-number?" in capsys.readouterr().err


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_no_word_of_a_finding_is_cut_off_on_any_terminal(
    columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = StringIO()
    console = Console(file=shown, width=columns, highlight=False)
    monkeypatch.setattr(Terminal, "_console", lambda *_: console)
    place = f"https://feeds.example.org/{'a/long/way/' * 6}feed.xml:1234"
    Terminal().finding_table(
        [Finding("podcast-update-frequency-value", "er ikke en rytme", place, "rrule", "skriv den")]
    )
    text = " ".join(shown.getvalue().split())
    for said in ("error", "podcast-update-frequency-value", place, "rrule: er ikke en rytme; skriv den"):
        assert said in text


def test_json_has_the_keys_that_are_documented_and_nothing_else(
    feed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (ROOT / "docs/rules.md").read_text("utf-8")
    documented = re.findall(r"^\| `(\w+)` \|", page.partition("## The workspace")[0], re.MULTILINE)
    assert cli.run(["check-feed", str(feed), "--json"]) == 0
    (finding,) = json.loads(capsys.readouterr().out)
    assert sorted(finding) == sorted(documented)
    assert all(isinstance(value, str) for value in finding.values())
    feed.write_bytes(corpus.text(()))
    assert cli.run(["check-feed", str(feed), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_github_shows_a_finding_at_its_line(
    feed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_WORKSPACE", str(feed.parent.parent))
    assert cli.run(["check-feed", str(feed), "--format", "github"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"::warning file={feed.parent.name}/feed.xml,line=")
    assert ",title=warning apple-number::item[1].itunes:episode: " in out


def test_annotations_are_escaped_by_githubs_rules(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    monkeypatch.chdir(tmp_path)
    hostile = Finding("a,b", "100 %\n::error::x", "odd, name:file.md:3", "", "", Level.ERROR)
    line = annotation(hostile, tmp_path)
    assert line == "::error file=odd%2C name%3Afile.md,line=3,title=error a%2Cb::100 %25%0A::error::x"
    advice = annotation(Finding("c", "m", "https://example.org/f.xml:9", level=Level.ADVICE), None)
    assert advice == "::notice title=advice c::https://example.org/f.xml:9: m"


class _Host(BaseHTTPRequestHandler):
    files: ClassVar[dict[str, tuple[str, bytes]]] = {}

    def do_GET(self) -> None:
        kind, data = self.files.get(self.path, ("", b""))
        if kind.startswith("-> "):
            self.send_response(302)
            self.send_header("Location", kind.removeprefix("-> "))
            self.end_headers()
            return
        self.send_response(200 if kind else 404)
        self.send_header("Content-Type", kind or "text/plain")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(data)

    do_HEAD = do_GET  # noqa: N815 - http.server's name

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def host() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Host)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_private_address_is_asked_only_when_that_is_wanted(
    host: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _Host.files = {"/f.xml": ("application/rss+xml", corpus.text(()))}
    assert cli.run(["check-feed", f"{host}/f.xml"]) == 1
    assert "inside a private network" in capsys.readouterr().out
    assert cli.run(["check-feed", f"{host}/f.xml", "--allow-private", "--ignore", "psp-self-other"]) == 0


def test_neither_a_redirect_nor_a_name_leads_into_a_private_network(
    host: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = socket.getaddrinfo

    def resolved(name: str, port: int, *given: int, **options: int) -> object:
        numbers = {"inne.example.org": ["10.0.0.1"], "begge.example.org": ["127.0.0.1", "10.0.0.1"]}
        return [one for number in numbers.get(name, [name]) for one in asked(number, port, *given, **options)]

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    monkeypatch.setattr(webclient, "_is_public", lambda number: str(number) == "127.0.0.1")
    port = host.rpartition(":")[2]
    _Host.files = {
        "/f.xml": ("application/rss+xml", corpus.text(())),
        "/away": (f"-> http://127.0.0.2:{port}/f.xml", b""),
        "/named": (f"-> http://inne.example.org:{port}/f.xml", b""),
    }
    assert cli.run(["check-feed", f"{host}/f.xml", "--ignore", "psp-self-other"]) == 0
    capsys.readouterr()
    for address in (f"{host}/away", f"{host}/named", f"http://begge.example.org:{port}/f.xml"):
        assert cli.run(["check-feed", address, "--json"]) == 1
        (told,) = json.loads(capsys.readouterr().out)
        assert (told["code"], told["where"]) == ("feed-unreachable", address)
        assert "is inside a private network" in told["message"]


def test_what_a_feed_names_inside_a_private_network_is_not_asked(
    host: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    feed = tmp_path / "f.xml"
    named = (
        f"{host}/hemmelig.mp3",
        "http://169.254.169.254/meta.mp3",
        "http://[::1]/a.mp3",
        "http://localhost/a.mp3",
    )
    for address in named:
        named_alone = corpus.text(("https://example.org/vind.mp3", address))
        feed.write_bytes(named_alone.replace(b"https://example.org/", b"http://10.0.0.1/"))
        assert cli.run(["check-feed", str(feed), "--media", "--json", "--select", "web"]) == 1
        assert address in {
            one["where"] for one in json.loads(capsys.readouterr().out) if one["code"] == "web-private"
        }


@pytest.mark.parametrize(("says", "told"), [("asked", []), ("final", []), ("elsewhere", ["psp-self-other"])])
def test_a_feed_may_say_the_address_that_was_asked_for_or_where_that_led(
    says: str, told: list[str], host: str, capsys: pytest.CaptureFixture[str]
) -> None:
    address = {"asked": f"{host}/f.xml", "final": f"{host}/g.xml", "elsewhere": f"{host}/h.xml"}[says]
    data = corpus.text(()).replace(b"https://example.org/feed.xml", address.encode())
    _Host.files = {"/f.xml": (f"-> {host}/g.xml", b""), "/g.xml": ("application/rss+xml", data)}
    command = ("check-feed", f"{host}/f.xml", "--allow-private", "--json", "--select", "psp-self-other")
    assert cli.run(list(command)) == 0
    assert [one["code"] for one in json.loads(capsys.readouterr().out)] == told


def test_pages_are_followed_and_the_addresses_in_them_asked(
    host: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from PIL import Image

    Image.new("RGB", (1399, 1399)).save(tmp_path / "c.jpg", "JPEG")
    first = corpus.text(corpus.show(f'<atom:link rel="next" href="{host}/2.xml"/>'))
    first = first.replace(b"https://example.org/cover.jpg", f"{host}/cover.jpg".encode())
    first = re.sub(rb"https://example.org/(vind|is|ola)", f"{host}/\\1".encode(), first)
    second = corpus.text(("<itunes:duration>60", "<itunes:duration>x"))
    _Host.files = {
        "/f.xml": ("application/rss+xml", first),
        "/2.xml": ("application/rss+xml", second),
        "/cover.jpg": ("image/jpeg", (tmp_path / "c.jpg").read_bytes()),
    }
    command = ["check-feed", f"{host}/f.xml", "--allow-private", "--json", "--pages"]
    assert cli.run(command) == 1
    told = json.loads(capsys.readouterr().out)
    assert {one["where"].rpartition(":")[0] for one in told if one["code"] == "apple-duration-value"} == {
        f"{host}/2.xml"
    }
    assert cli.run([*command[:-1], "--media"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert {"verify-status", "artwork-size"} <= {one["code"] for one in told}
    of_the_feed = {one["code"] for one in told if one["where"] == f"{host}/f.xml"}
    assert of_the_feed == {"verify-validator"}
    _Host.files["/f.xml"] = ("text/html; charset=iso-8859-1", first)
    assert cli.run([*command[:-1], "--media"]) == 1
    told = json.loads(capsys.readouterr().out)
    of_the_feed = {one["code"] for one in told if one["where"] == f"{host}/f.xml"}
    assert of_the_feed == {"verify-validator", "verify-feed-type", "verify-charset"}


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        (("-ac", "1", "-b:a", "96k", "-ar", "44100"), set()),
        (("-ac", "2", "-b:a", "128k", "-ar", "48000"), set()),
        (("-ac", "2", "-abr", "1", "-b:a", "224k"), set()),
        (("-ac", "1", "-b:a", "64k", "-ar", "44100"), {"media-bitrate"}),
        (("-ac", "1", "-b:a", "96k", "-ar", "24000"), {"media-sample-rate"}),
        (("-f", "adts", "-c:a", "aac"), {"media-content"}),
        (("-f", "wav"), {"media-content"}),
    ],
)
def test_the_head_of_an_mp3_tells_how_it_was_made(
    options: tuple[str, ...], codes: set[str], tmp_path: Path
) -> None:
    path = tmp_path / "a.mp3"
    noise = ("-f", "lavfi", "-i", "anoisesrc=d=2:c=pink:r=44100")
    subprocess.run([ffmpeg(), "-v", "error", *noise, *options, "-id3v2_version", "3", path], check=True)
    data = path.read_bytes()
    found = list(media.mp3_findings(data[media.tag_bytes(data) :], "https://e.org/a.mp3"))
    assert {one.code for one in found} == codes


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfb", b"\xff" * 5000, b"<html>" * 2000, b"ID3\x03\x00\x00\xff\xff\xff\xff"]
)
def test_what_is_no_mp3_is_none(data: bytes) -> None:
    assert media.frames(data) == ()
    assert media.tag_bytes(data) == 0


# ---------------------------------------------------------------- the table of rules


def test_every_code_that_any_room_tells_is_a_rule() -> None:
    known = {rule.code for rule in check.all_rules()}
    told: set[str] = set()
    for room in ("publish/verify.py", "publish/reading.py", "art/images.py", "webclient.py"):
        source = (ROOT / "lornpod" / room).read_text("utf-8")
        told |= set(re.findall(r'"((?:verify|artwork|web)-[a-z-]+)"', source))
    for source_file in (ROOT / "lornpod/workspace").glob("*.py"):
        told |= set(re.findall(r'Finding\(\s*"([a-z][a-z-]*)"', source_file.read_text("utf-8")))
    for source_file in (ROOT / "lornpod/text").glob("*.py"):
        told |= set(re.findall(r'"(transcript-[a-z]+)"', source_file.read_text("utf-8")))
    assert told - known == set()


def test_every_rule_has_a_source_and_a_remedy() -> None:
    from lornpod.check import sources

    for rule in check.all_rules():
        assert rule.source in sources.ADDRESSES, rule.code
        assert rule.remedy, rule.code
        assert len(rule.why) > 15, rule.code
