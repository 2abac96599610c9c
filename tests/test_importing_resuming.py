"""Recordings come whole and once, whatever a server does and whenever an import is killed."""

from __future__ import annotations

import gzip
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from lornpod import cli, webclient, workspace
from lornpod.errors import LornpodError
from lornpod.feeds import reading
from lornpod.importing import download
from lornpod.webclient import Client, open_connection

from .workspaces import write_cover, write_wav

SOUND = random.Random(1).randbytes(600_000)
OTHER = random.Random(2).randbytes(600_000)
V1, V2 = '"v1"', '"v2"'


@dataclass
class Host:
    """A server of sounds, each at any address. ``turns`` are what changes with each question, in order;
    ``cut`` (hang up after so many bytes) and ``status`` (and nothing else) last for one answer."""

    url: str = ""
    body: bytes = SOUND
    etag: str = V1
    headers: dict[str, str] = field(default_factory=dict)
    ranges: bool = True
    heeds_if_range: bool = True
    leads_to: str = ""  # another server, which it sends everybody to who wants a sound
    signs: bool = False  # leads to another address each time
    claims: int = 0  # so many more bytes than it sends
    cut: int | None = None
    status: int | None = None
    turns: list[dict[str, Any]] = field(default_factory=list)
    pause_s: float = 0.0
    files: dict[str, bytes] = field(default_factory=dict)  # by path; others than sounds
    asked: list[tuple[str, str]] = field(default_factory=list)
    sent: Counter[str] = field(default_factory=Counter)

    @property
    def ranges_asked(self) -> list[str]:
        return [wanted for path, wanted in self.asked if not self.signs or "sign=" in path]


@pytest.fixture
def host() -> Iterator[Host]:
    served = Host()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range", "")
            served.asked.append((self.path, wanted))
            if self.path in served.files:
                self._send(200, {}, served.files[self.path])
            elif served.leads_to:
                self._send(302, {"Location": f"{served.leads_to}{self.path}"}, b"")
            elif served.signs and "sign=" not in self.path:
                self._send(302, {"Location": f"{self.path}?sign={len(served.asked)}"}, b"")
            else:
                served.cut = served.status = None
                for name, value in (served.turns.pop(0) if served.turns else {}).items():
                    setattr(served, name, value)
                self._sound(int(wanted[6:-1]) if wanted and served.ranges else 0)

        def _sound(self, start: int) -> None:
            if served.status is not None:
                self._send(served.status, served.headers, b"")
                return
            if served.heeds_if_range and self.headers.get("If-Range", served.etag) != served.etag:
                start = 0
            headers = {"Content-Type": "audio/mpeg", "ETag": served.etag, **served.headers}
            whole = len(served.body)
            if start >= whole:
                self._send(416, {**headers, "Content-Range": f"bytes */{whole}"}, b"")
            elif start:
                headers["Content-Range"] = f"bytes {start}-{whole - 1}/{whole}"
                self._send(206, headers, served.body[start:])
            else:
                self._send(200, headers, served.body)

        def _send(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in headers.items():
                if value:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body) + served.claims))
            self.end_headers()
            for at in range(0, len(body[: served.cut]), 20_000):
                block = body[: served.cut][at : at + 20_000]
                self.wfile.write(block)
                served.sent[self.path.partition("?")[0]] += len(block)
                time.sleep(served.pause_s)

        def handle(self) -> None:
            with suppress(OSError):  # whoever asked was killed
                super().handle()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    served.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield served
    server.shutdown()
    thread.join()
    server.server_close()


def fetch(host: Host, folder: Path) -> Path:
    client = Client(open_connection, max_wait_s=0)
    try:
        return download.download(
            client, f"{host.url}/a.mp3", folder, media_type="audio/mpeg", task="E0001", notify=lambda _: None
        )
    finally:
        client.close()


def left(host: Host, folder: Path, size: int, *, total: int | None = None) -> None:
    """What a run left that was killed after *size* bytes."""
    (folder / ".audio.part").write_bytes(SOUND[:size])
    known = {"url": f"{host.url}/a.mp3", "validator": V1, "total": total}
    (folder / ".audio.part.json").write_text(json.dumps(known), "utf-8")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# ---------------------------------------------------------------- whatever a server does

CUT = {"cut": 100_000}
ON = "bytes=100000-"
WAYS: dict[str, tuple[list[dict[str, Any]], list[str]]] = {
    "hangs up twice": ([CUT, {"cut": 250_000}], ["", ON, "bytes=350000-"]),
    "knows no ranges": ([{**CUT, "ranges": False}], ["", ON]),
    "says nothing of versions": ([{**CUT, "etag": ""}], ["", ""]),
    "has a weak ETag alone": ([{**CUT, "etag": 'W/"v1"'}], ["", ""]),
    "has a date alone": (
        [{**CUT, "etag": "", "heeds_if_range": False,
          "headers": {"Last-Modified": "Mon, 02 Mar 2026 06:00:00 GMT"}}], ["", ON],
    ),
    "leads to addresses signed anew": ([{**CUT}], ["", ON]),
    "is busy": ([{"status": 429, "headers": {"Retry-After": "0"}}], ["", ""]),
    "is busy to a date": (
        [{"status": 503, "headers": {"Retry-After": formatdate(1.7e9, usegmt=True)}}], ["", ""],
    ),
    "is busy in the middle": ([CUT, {"status": 429, "headers": {"Retry-After": "0"}}], ["", ON, ON]),
    "has another file meanwhile": ([CUT, {"etag": V2, "body": OTHER}], ["", ON]),
    "has another file and heeds no If-Range": (
        [CUT, {"etag": V2, "body": OTHER, "heeds_if_range": False}], ["", ON, ""],
    ),
    "has a shorter file meanwhile": (
        [CUT, {"etag": V2, "body": OTHER[:90_000], "heeds_if_range": False}], ["", ON, ""],
    ),
    "packs what is packed": (
        [{**CUT, "body": gzip.compress(SOUND), "headers": {"Content-Encoding": "gzip"}}], ["", ""],
    ),
}  # fmt: skip


@pytest.mark.parametrize("behaves", WAYS)
def test_a_recording_comes_whole_from_a_server_that(behaves: str, host: Host, tmp_path: Path) -> None:
    host.turns, asks = [dict(turn) for turn in WAYS[behaves][0]], WAYS[behaves][1]
    host.signs = "signed" in behaves
    path = fetch(host, tmp_path)
    assert path.read_bytes() == (gzip.decompress(host.body) if "packs" in behaves else host.body)
    assert names(tmp_path) == ["audio.mp3"]
    assert host.ranges_asked == asks


NEVER = {
    "claims more than it sends": {"claims": 50},
    "always hangs up at the same byte and knows no ranges": {"ranges": False, "cut_always": 70_000},
    "is always busy": {"status_always": 429},
}


@pytest.mark.parametrize("behaves", NEVER)
def test_what_never_comes_whole_never_has_its_name(behaves: str, host: Host, tmp_path: Path) -> None:
    said = NEVER[behaves]
    host.ranges, host.claims = bool(said.get("ranges", True)), int(said.get("claims", 0))
    host.headers = {"Retry-After": "0"}
    host.turns = [{"cut": said.get("cut_always"), "status": said.get("status_always")} for _ in range(50)]
    with pytest.raises(LornpodError):
        fetch(host, tmp_path)
    assert "audio.mp3" not in names(tmp_path)
    assert len(host.asked) <= 8


# ---------------------------------------------------------------- what a killed run left


def test_all_that_an_earlier_run_has_is_not_asked_for_again(host: Host, tmp_path: Path) -> None:
    left(host, tmp_path, len(SOUND), total=len(SOUND))
    assert fetch(host, tmp_path).read_bytes() == SOUND
    assert (host.asked, names(tmp_path)) == ([], ["audio.mp3"])


def test_all_of_it_is_known_as_such_where_the_server_says_how_long_it_is(host: Host, tmp_path: Path) -> None:
    left(host, tmp_path, len(SOUND))
    assert fetch(host, tmp_path).read_bytes() == SOUND
    assert host.ranges_asked == [f"bytes={len(SOUND)}-"]
    assert host.sent["/a.mp3"] == 0


@pytest.mark.parametrize("notes", [b"", b"{", b"[]", b'{"url": 3}', b"\xff"])
def test_a_part_of_which_nobody_knows_is_begun_anew(host: Host, tmp_path: Path, notes: bytes) -> None:
    (tmp_path / ".audio.part").write_bytes(OTHER[:1000])
    (tmp_path / ".audio.part.json").write_bytes(notes)
    assert fetch(host, tmp_path).read_bytes() == SOUND
    assert host.ranges_asked == [""]


def test_notes_of_another_version_are_not_written_over_bytes_of_this_one(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the two, the next run would go on with the one in the other."""
    left(host, tmp_path, 100_000)
    host.etag, host.body = V2, OTHER
    sizes: list[int] = []
    note = download._Part._note

    def noted(part: download._Part) -> None:
        sizes.append((tmp_path / ".audio.part").stat().st_size)
        note(part)

    monkeypatch.setattr(download._Part, "_note", noted)
    assert fetch(host, tmp_path).read_bytes() == OTHER
    assert sizes == [0]


def test_nothing_is_written_through_a_link(host: Host, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("mine", "utf-8")
    folder = tmp_path / "E0001"
    folder.mkdir()
    (folder / ".audio.part").symlink_to(elsewhere)
    assert fetch(host, folder).read_bytes() == SOUND
    assert not (folder / "audio.mp3").is_symlink()
    assert elsewhere.read_text("utf-8") == "mine"


# ---------------------------------------------------------------- the whole import, killed at any moment

EPISODES = 6


def feed_of(host: Host, *, guid: bool = True) -> str:
    known = "<podcast:guid>9b024349-ccf0-5f69-a609-6b82873eab3c</podcast:guid>" if guid else ""
    items = "".join(
        f"""<item><title>Bru {at}</title><guid>g{at}</guid>
        <pubDate>Mon, {at:02d} Mar 2026 06:00:00 GMT</pubDate>
        <enclosure url="{host.url}/{at}.mp3" length="{len(SOUND)}" type="audio/mpeg"/>
        <podcast:transcript url="{host.url}/{at}.vtt" type="text/vtt"/>
        <podcast:chapters url="{host.url}/{at}.json" type="application/json+chapters"/></item>"""
        for at in range(1, EPISODES + 1)
    )
    text = f"""<rss version="2.0" xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel><title>Bruer</title>
        <link>https://example.org/</link><language>nb</language>{known}{items}</channel></rss>"""
    host.files["/feed"] = text.encode()
    for at in range(1, EPISODES + 1):
        host.files[f"/{at}.vtt"] = f"WEBVTT\n\n00:00:00.000 --> 00:00:02.000\n<v Ola Vik>Hei {at}\n".encode()
        host.files[f"/{at}.json"] = b'{"version":"1.2.0","chapters":[{"startTime":0,"title":"Start"}]}'
    return f"{host.url}/feed"


def tree(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


def run(*arguments: str) -> int:
    return cli.run(["import", "feed", "--allow-private", *arguments])


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=lambda one: one.name)
def test_an_import_killed_at_any_moment_ends_as_if_it_never_was(
    how: signal.Signals, host: Host, tmp_path: Path
) -> None:
    address = feed_of(host)
    assert run(address, str(tmp_path / "clean"), "--media") == 0
    chance, root = random.Random(how), tmp_path / "killed"
    command = [
        sys.executable,
        "-m",
        "lornpod",
        "import",
        "feed",
        "--allow-private",
        address,
        str(root),
        "--media",
    ]
    host.sent.clear()
    host.pause_s = 0.01
    kills = 0
    for _ in range(10):
        whole = {path.parent.name for path in root.rglob("audio.mp3")}
        host.asked.clear()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            _, said = process.communicate(timeout=chance.uniform(0.45, 1.1))
            break
        except subprocess.TimeoutExpired:
            process.send_signal(how)
            _, said = process.communicate()
            kills += 1
        assert b"Traceback" not in said
        assert all(path.read_bytes() == SOUND for path in root.rglob("audio.mp3"))
        again = {f"E{path[1:-4]:0>4}" for path, _ in host.asked if path.endswith(".mp3")}
        assert not again & whole
    assert kills
    host.pause_s = 0
    assert run(address, str(root), "--media") == 0
    assert workspace.read(root).findings == workspace.read(tmp_path / "clean").findings
    seen = {name: data for name, data in tree(root).items() if not Path(name).name.startswith(".")}
    assert seen == tree(tmp_path / "clean")
    # What a kill costs is what was under way, no more: bytes that were on their way to a dead process.
    assert (
        sum(host.sent[f"/{at}.mp3"] for at in range(1, EPISODES + 1))
        < len(SOUND) * EPISODES + kills * 300_000
    )


@pytest.mark.parametrize("at", range(1, 25))
def test_an_import_that_ends_at_any_write_is_gone_on_with(
    at: int, host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the machine had been switched off before the nth file got its name: nothing is tidied up."""
    address = feed_of(host, guid=False)
    assert run(address, str(tmp_path / "clean")) == 0
    root, count = tmp_path / "killed", Counter[str]()
    link, unlink = os.link, Path.unlink

    class Off(BaseException):
        pass

    def off(*arguments: Any, **keywords: Any) -> None:
        count["link"] += 1
        if count["link"] >= at:
            monkeypatch.setattr(Path, "unlink", lambda *_, **__: None)
            raise Off
        link(*arguments, **keywords)

    monkeypatch.setattr(os, "link", off)
    with suppress(Off):
        run(address, str(root))
    monkeypatch.setattr(os, "link", link)
    monkeypatch.setattr(Path, "unlink", unlink)
    assert run(address, str(root)) == 0
    seen = {name: data for name, data in tree(root).items() if not Path(name).name.startswith(".")}
    assert seen == tree(tmp_path / "clean")


def test_chapters_that_failed_come_with_the_next_run(host: Host, tmp_path: Path) -> None:
    address = feed_of(host)
    gone = host.files.pop("/1.json")
    host.turns = [{"status": 404} for _ in range(2)]
    assert run(address, str(tmp_path)) == 0
    assert [bool(one.case.chapters) for one in workspace.read(tmp_path).cases] == [False, *[True] * 5]
    host.files["/1.json"] = gone
    assert run(address, str(tmp_path)) == 0
    assert [bool(one.case.chapters) for one in workspace.read(tmp_path).cases] == [True] * 6


def test_a_host_that_asks_to_be_left_alone_is(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    address = feed_of(host)
    host.headers = {"Retry-After": "3600"}
    host.turns = [{}, *({"status": 429} for _ in range(40))]
    assert run(address, str(tmp_path), "--media") == 1
    said = capsys.readouterr().err
    assert "the server is busy (429)" in said
    assert "the other recordings were not asked for; run this again later" in said
    assert {path for path, _ in host.asked if path.endswith(".mp3")} == {"/1.mp3", "/2.mp3"}
    host.turns = []
    assert run(address, str(tmp_path), "--media") == 0
    assert all(one.audio is not None for one in workspace.read(tmp_path).cases)


JPEG, PNG = b"\xff\xd8\xff" + SOUND[:500], b"\x89PNG\r\n\x1a\n" + SOUND[:500]


def with_pictures(host: Host) -> str:
    """A feed with a cover, which its first episode names again; its second has a picture of its own."""
    address = feed_of(host)
    itunes = 'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
    text = host.files["/feed"].decode().replace("<rss ", f"<rss {itunes} ")
    cover = f'<itunes:image href="{host.url}/cover?size=3000"/>'
    text = text.replace("<language>", f"{cover}<language>", 1)
    text = text.replace("<guid>g1<", f"{cover}<guid>g1<")
    text = text.replace("<guid>g2<", f'<itunes:image href="{host.url}/two.png"/><guid>g2<')
    text = text.replace(
        "<guid>g3<", f'<podcast:person img="{host.url}/ola">Ola Vik</podcast:person><guid>g3<'
    )
    host.files |= {"/feed": text.encode(), "/cover?size=3000": JPEG, "/two.png": PNG}
    return address


def test_pictures_come_with_the_recordings_and_authored_files_name_them(
    host: Host, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    address = with_pictures(host)
    assert run(address, str(tmp_path)) == 0
    assert not list(tmp_path.rglob("*.png"))
    assert run(address, str(tmp_path), "--media") == 0
    assert "1 picture of people and chapters stays at the old host" in capsys.readouterr().err
    read = workspace.read(tmp_path)
    assert not read.findings
    (file,) = read.feeds
    assert (read.network.artwork, file.feed.artwork) == ("artwork/bruer.jpg", "artwork/bruer.jpg")
    assert (tmp_path / "artwork/bruer.jpg").read_bytes() == JPEG
    assert [one.case.image for one in read.cases] == ["", "image.png", "", "", "", ""]
    assert (tmp_path / "episodes/E0002/image.png").read_bytes() == PNG
    before = tree(tmp_path)
    host.asked.clear()
    assert run(address, str(tmp_path), "--media") == 0
    assert (tree(tmp_path), host.asked) == (before, [("/feed", "")])


def test_what_is_no_picture_or_does_not_come_stays_an_address_and_is_told(
    host: Host, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    address = with_pictures(host)
    host.files |= {"/cover?size=3000": b"RIFF0000WEBP", "/two.png": b"<html>"}
    assert run(address, str(tmp_path), "--media") == 0
    assert capsys.readouterr().err.count("neither JPEG nor PNG") == 2
    read = workspace.read(tmp_path)
    assert read.network.artwork == f"{host.url}/cover?size=3000"
    assert read.cases[1].case.image == f"{host.url}/two.png"


def test_a_picture_that_an_author_chose_meanwhile_is_left_alone(host: Host, tmp_path: Path) -> None:
    address = with_pictures(host)
    assert run(address, str(tmp_path)) == 0
    case = tmp_path / "episodes/E0002/case.md"
    (case.parent / "mine.png").write_bytes(PNG)
    case.write_text(case.read_text("utf-8").replace(f"image: {host.url}/two.png", "image: mine.png"), "utf-8")
    assert run(address, str(tmp_path), "--media") == 0
    assert workspace.read(tmp_path).cases[1].case.image == "mine.png"
    assert not (case.parent / "image.png").exists()


def test_an_imported_show_is_checked_and_published_under_its_own_guids(host: Host, tmp_path: Path) -> None:
    address = with_pictures(host)
    host.body = write_wav(tmp_path / "a.wav", 4).read_bytes()
    host.headers = {"Content-Type": "audio/wav"}
    host.files["/cover?size=3000"] = write_cover(tmp_path / "cover.jpg").read_bytes()
    host.files["/two.png"] = host.files["/cover?size=3000"]
    text = host.files["/feed"].decode().replace("audio/mpeg", "audio/wav")
    owner = "<itunes:owner><itunes:email>kari@example.org</itunes:email></itunes:owner>"
    more = f"<description>Om bruer.</description>{owner}<itunes:category text='Arts'/>"
    text = text.replace("<language>", f"{more}<language>", 1)
    text = f"{text[: text.index('<item><title>Bru 3')]}</channel></rss>"
    host.files["/feed"] = text.encode()
    root = tmp_path / "ws"
    assert run(address, str(root), "--media", "--base-url", "https://cdn.example.org/pod/") == 0
    assert cli.run(["-C", str(root), "check"]) == 0
    assert cli.run(["-q", "-C", str(root), "publish"]) == 0
    published = reading.read((root / "public/feeds/bruer.xml").read_bytes(), "feed")
    assert sorted(map(reading.guid, published.items)) == ["g1", "g2"]


@pytest.mark.parametrize("way", ["itself", "a redirect", "a name"])
def test_nothing_that_a_feed_names_leads_into_a_private_network(
    way: str, host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Here 127.0.0.1 stands for the public web, and 127.0.0.2 for a network behind it."""
    resolve, reached = socket.getaddrinfo, list[object]()

    def resolved(name: str, port: int, *given: int, **options: int) -> object:
        return resolve("127.0.0.2" if name == "inne.example.org" else name, port, *given, **options)

    def connected(address: tuple[str, int], timeout_s: float) -> socket.socket:
        reached.append(address[0])
        return connect(address, timeout_s)

    connect = socket.create_connection
    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    monkeypatch.setattr(socket, "create_connection", connected)
    monkeypatch.setattr(webclient, "_is_public", lambda number: str(number) == "127.0.0.1")
    with_pictures(host)
    inside = f"http://{'inne.example.org' if way == 'a name' else '127.0.0.2'}:{host.url.rpartition(':')[2]}"
    if way == "a redirect":
        host.leads_to = inside
    else:
        host.files["/feed"] = host.files["/feed"].replace(host.url.encode(), inside.encode())
    for path in [one for one in host.files if one != "/feed"]:
        del host.files[path]
    assert cli.run(["import", "feed", "--media", f"{host.url}/feed", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert set(reached) == {"127.0.0.1"}
    assert said.count("inside a private network") == 3 * EPISODES + 2  # sounds, texts and chapters; pictures
    assert not [
        path for path in tmp_path.rglob("*") if path.suffix in (".mp3", ".vtt", ".jpg", ".png", ".part")
    ]


def test_what_a_link_leads_to_is_no_folder_of_ours(host: Host, tmp_path: Path) -> None:
    address, elsewhere = feed_of(host), tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / ".case.md-mine").write_text("mine", "utf-8")
    (tmp_path / "ws/episodes").mkdir(parents=True)
    (tmp_path / "ws/episodes/E0001").symlink_to(elsewhere)
    assert run(address, str(tmp_path / "ws")) == 0
    assert names(elsewhere) == [".case.md-mine"]
    assert len(workspace.read(tmp_path / "ws").cases) == EPISODES


def test_an_item_without_a_recording_is_a_draft_that_stops_no_publish(host: Host, tmp_path: Path) -> None:
    address = feed_of(host)
    text = (
        host.files["/feed"]
        .decode()
        .replace(
            "</channel>",
            "<item><title>En melding</title><guid>m</guid>"
            "<pubDate>Mon, 09 Mar 2026 06:00:00 GMT</pubDate></item></channel>",
        )
    )
    host.files["/feed"] = text.encode()
    assert run(address, str(tmp_path)) == 0
    (draft,) = [one.case for one in workspace.read(tmp_path).cases if one.case.published is None]
    assert draft.guid == "m"
    said = (tmp_path / "episodes" / draft.id / "case.md").read_text("utf-8")
    assert "# Published in the feed: 2026-03-09T06:00:00+00:00" in said


def test_a_folder_that_somebody_else_began_is_not_taken_for_an_episode(host: Host, tmp_path: Path) -> None:
    address = feed_of(host)
    mine = tmp_path / "episodes/E0001"
    mine.mkdir(parents=True)
    (mine / "audio.mp3").write_bytes(OTHER)
    assert run(address, str(tmp_path), "--media") == 0
    assert (names(mine), (mine / "audio.mp3").read_bytes()) == (["audio.mp3"], OTHER)
    assert [one.case.id for one in workspace.read(tmp_path).cases] == [f"E{at:04d}" for at in range(2, 8)]


@pytest.mark.parametrize("title", ["CON", "aux", "x" * 5000, "Bruer/../..", "\u202egnissel", "LPT1"])
def test_no_title_makes_a_name_that_some_machine_cannot_have(host: Host, tmp_path: Path, title: str) -> None:
    address = feed_of(host)
    host.files["/feed"] = host.files["/feed"].replace(b">Bruer<", f">{title}<".encode())
    assert run(address, str(tmp_path)) == 0
    (name,) = names_of_feeds(tmp_path)
    assert name.removesuffix(".md") not in ("con", "aux", "lpt1")
    assert len(name) < 80


def names_of_feeds(root: Path) -> list[str]:
    return [path.name for path in (root / "feeds").glob("*.md")]


def test_a_feed_without_a_guid_is_the_same_show_when_it_is_imported_again(host: Host, tmp_path: Path) -> None:
    address = feed_of(host, guid=False)
    (tmp_path / "feed.xml").write_bytes(host.files["/feed"])
    for source in (str(tmp_path / "feed.xml"),) * 2:
        assert run(source, str(tmp_path / "ws")) == 0
    assert names_of_feeds(tmp_path / "ws") == ["bruer.md"]
    assert address
