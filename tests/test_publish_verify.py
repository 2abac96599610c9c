"""Each fault of a host or a feed is found by its own code, and a sound site gives no finding."""

from __future__ import annotations

import datetime as dt
import gzip
import ipaddress
import json
import random
import re
import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path

import pytest

from lornpod import webclient
from lornpod.cli.desk import Desk
from lornpod.cli.verifying import verify as command
from lornpod.errors import Finding, Level
from lornpod.events import Advanced, Event, Finished, Started
from lornpod.feeds import rss
from lornpod.model import Feed
from lornpod.publish import records, verify
from lornpod.publish.serve import FolderServer
from lornpod.publish.verify import Report
from lornpod.terminal import Terminal

from . import builders
from .workspaces import workspace

SOUND = b"ID3" + bytes(range(256)) * 20
JPEG = b"\xff\xd8\xff\xe0" + bytes(60)
VTT = "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\n<v Ola Vik>Blåbær på fjellet\n".encode()
SRT = "1\n00:00:00,000 --> 00:00:02,000\nOla Vik: Blåbær på fjellet\n".encode()
SEGMENTS = b'{"version":"1.0.0","segments":[{"speaker":"Ola Vik","startTime":0,"endTime":2,"body":"Hei"}]}'
CHAPTERS = b'{"version":"1.2.0","chapters":[{"startTime":0,"title":"Velkommen"},{"startTime":2.5}]}'
FEED = """\
<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:psc="http://podlove.org/simple-chapters"
 xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:podcast="https://podcastindex.org/namespace/1.0">
<channel>
<title>Bærekraft &amp; broer</title><description>Samtaler</description><link>https://example.org/</link>
<atom:link rel="self" href="{base}feeds/a.xml"/><language>nb</language>
<itunes:author>Lærerommet</itunes:author><itunes:explicit>false</itunes:explicit>
<itunes:category text="Education"><itunes:category text="Courses"/></itunes:category>
<itunes:image href="{base}art/c.jpg"/><podcast:guid>917393e3-1b1e-5cef-ace4-edaa54e1f810</podcast:guid>
<item>
<title>Små skritt</title><guid isPermaLink="false">g1</guid>
<enclosure url="{base}media/a.mp3?x=1&amp;y=2" length="{length}" type="audio/mpeg"/>
<podcast:transcript url="{base}text/a.vtt" type="text/vtt"/>
<podcast:transcript url="{base}text/a.srt" type="application/x-subrip"/>
<podcast:transcript url="{base}text/a.json" type="application/json"/>
<podcast:transcript url="{base}text/a.html" type="text/html"/>
<podcast:chapters url="{base}chapters/a.json" type="application/json+chapters"/>
<podcast:person img="{base}art/p.webp">Kari Nordmann</podcast:person><podcast:person>Ola Vik</podcast:person>
<psc:chapters version="1.2"><psc:chapter start="00:00:00" title="Velkommen"/></psc:chapters>
</item>
</channel>
</rss>
"""
SECOND_ITEM = """\
<item><title>Broen</title><guid isPermaLink="false">g2</guid>
<enclosure url="{base}media/b.mp3" length="{length}" type="audio/mpeg"/></item>
</channel>"""


A, V, F = "/media/a.mp3", "/text/a.vtt", "/feeds/a.xml"


# ---------------------------------------------------------------- a server that does as it is told


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Reply:
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def with_headers(self, **changes: str | None) -> Reply:
        """With some headers set (``content_type="…"``) or, where None, left out."""
        named = {name.replace("_", "-"): value for name, value in changes.items()}
        kept = {name: value for name, value in self.headers.items() if name not in named}
        return replace(
            self, headers=kept | {name: value for name, value in named.items() if value is not None}
        )

    def raw(self, method: str) -> bytes:
        lines = [
            f"HTTP/1.1 {self.status} Whatever",
            *(f"{name}: {value}" for name, value in self.headers.items()),
        ]
        body = b"" if method == "HEAD" or self.status == 304 else self.body
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


# An answer, or bytes to send before hanging up, with pauses in seconds between them.
Fault = Callable[[Request, Reply], "Reply | bytes | list[bytes | float]"]


def no_fault(request: Request, reply: Reply) -> Reply:
    return reply


TYPES = {
    "/art/c.jpg": "image/jpeg",
    "/art/p.webp": "image/webp",
    "/chapters/a.json": "application/json+chapters",
    "/feeds/a.xml": "application/rss+xml; charset=utf-8",
    "/feeds/b.xml": "application/rss+xml; charset=utf-8",
    "/media/a.mp3": "audio/mpeg",
    "/media/b.mp3": "audio/mpeg",
    "/text/a.html": "text/html; charset=utf-8",
    "/text/a.json": "application/json",
    "/text/a.srt": "application/x-subrip; charset=utf-8",
    "/text/a.vtt": "text/vtt",
}


class Site(socketserver.ThreadingTCPServer):
    """A sound host of ``files``, but for what ``fault`` makes of its answers."""

    daemon_threads = True
    request_queue_size = 64
    allow_reuse_address = True

    def __init__(self, fault: Fault = no_fault, context: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.fault, self.context = fault, context
        self.asked: list[Request] = []
        self.connections = 0
        port = self.server_address[1]
        self.base = f"{'https' if context else 'http'}://127.0.0.1:{port}/"
        self.feed_url = self.base + "feeds/a.xml"
        self.files = {
            "/art/c.jpg": JPEG,
            "/art/p.webp": b"RIFF....WEBP",
            "/chapters/a.json": CHAPTERS,
            "/media/a.mp3": SOUND,
            "/media/b.mp3": SOUND,
            "/text/a.html": b"<cite>Ola Vik:</cite><p>Hei</p>",
            "/text/a.json": SEGMENTS,
            "/text/a.srt": SRT,
            "/text/a.vtt": VTT,
        }
        self.write_feed(FEED)

    def write_feed(self, text: str, path: str = "/feeds/a.xml") -> None:
        self.files[path] = text.replace("{base}", self.base).replace("{length}", str(len(SOUND))).encode()

    def get_request(self) -> tuple[socket.socket, object]:
        connection, address = super().get_request()
        self.connections += 1
        if self.context is not None:
            connection = self.context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        return connection, address

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever asks may hang up."""

    def reply(self, request: Request) -> Reply:
        """What a sound host answers."""
        path = request.path.partition("?")[0]
        body = self.files.get(path)
        if body is None:
            return Reply(404, {"content-length": "4"}, b"none")
        headers = {
            "content-type": TYPES[path],
            "content-length": str(len(body)),
            "etag": f'"{len(body)}"',
            "last-modified": "Mon, 02 Mar 2026 05:00:00 GMT",
            "accept-ranges": "bytes",
            "access-control-allow-origin": "*",
        }
        if request.headers.get("if-none-match") == headers["etag"]:
            return Reply(304, {"etag": headers["etag"]})
        span = re.fullmatch(r"bytes=(\d+)-(\d+)", request.headers.get("range", ""))
        if span is None:
            return Reply(200, headers, body)
        part = body[int(span[1]) : int(span[2]) + 1]
        told = f"bytes {span[1]}-{int(span[1]) + len(part) - 1}/{len(body)}"
        return Reply(206, {**headers, "content-length": str(len(part)), "content-range": told}, part)


class _Conversation(socketserver.StreamRequestHandler):
    server: Site

    def handle(self) -> None:
        while line := self.rfile.readline().decode():
            method, path, _ = line.split()
            headers = {}
            while (header := self.rfile.readline().decode().strip()) != "":
                name, _, value = header.partition(":")
                headers[name.lower()] = value.strip()
            request = Request(method, path, headers)
            self.server.asked.append(request)
            answer = self.server.fault(request, self.server.reply(request))
            if isinstance(answer, Reply):
                self.wfile.write(answer.raw(method))
                continue
            for step in answer if isinstance(answer, list) else [answer]:
                if isinstance(step, float):
                    time.sleep(step)
                else:
                    self.wfile.write(step)
            return  # and hang up


@contextmanager
def served(fault: Fault = no_fault, context: ssl.SSLContext | None = None) -> Iterator[Site]:
    with Site(fault, context) as site:
        thread = threading.Thread(target=site.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield site
        finally:
            site.shutdown()
            thread.join()


def patient(scheme: str, host: str, port: int) -> HTTPConnection:
    return HTTPConnection(host, port, timeout=5)


def impatient(scheme: str, host: str, port: int) -> HTTPConnection:
    """For servers that are silent; a busy machine may be too slow for it elsewhere too."""
    return HTTPConnection(host, port, timeout=0.1)


def report_on(site: Site, **options: object) -> Report:
    given = {"jobs": 4, "open_connection": patient} | options
    return verify.verify([site.feed_url], **given)  # type: ignore[arg-type]


def codes(report: Report) -> set[str]:
    return {finding.code for finding in report.findings}


def at(path: str, change: Fault) -> Fault:
    """*change* for requests of *path* alone."""
    return lambda request, reply: change(request, reply) if request.path.partition("?")[0] == path else reply


def said(level: Level, findings: tuple[Finding, ...]) -> set[str]:
    return {finding.code for finding in findings if finding.level is level}


# ---------------------------------------------------------------- sound sites


def test_a_sound_site_gives_no_finding() -> None:
    with served() as site:
        report = report_on(site, expected={site.base + "media/a.mp3?x=1&y=2": len(SOUND)})
    assert report.findings == ()
    assert (report.feeds, report.episodes, report.urls) == (1, 1, 8)
    assert report.requests == len(site.asked)
    (feed,) = report.per_feed
    assert (feed.title, feed.episodes, feed.urls, feed.errors) == ("Bærekraft & broer", 1, 8, 0)


def publish_by_hand(store: Path, base_url: str, slugs: tuple[str, ...]) -> None:
    """One episode, as lornpod renders it, below *store*."""
    files = {
        "media/C0901/c0901-sma-skritt-1f3a9c02ab34.mp3": SOUND,
        "text/C0901/c0901-aa.vtt": VTT,
        "text/C0901/c0901-bb.html": b"<cite>Ola Vik</cite><p>Hei</p>",
        "chapters/C0901/c0901-cc.json": CHAPTERS,
        "art/cover-dd.jpg": JPEG,
    }
    network = builders.network(base_url=base_url)
    record = builders.record()
    record = replace(
        record,
        media=replace(record.media, artifact=replace(record.media.artifact, length_bytes=len(SOUND))),
        transcripts=tuple(replace(one, length_bytes=len(files[one.key])) for one in record.transcripts),
        chapters=record.chapters and replace(record.chapters, length_bytes=len(CHAPTERS)),
    )
    key, data = records.encode(record)
    files[key] = data
    for slug in slugs:
        feed = Feed(slug, f"Feed {slug}", "Samtaler")
        files[f"feeds/{slug}.xml"] = rss.render(network, feed, [record], cover="art/cover-dd.jpg")
    for name, content in files.items():
        (store / name).parent.mkdir(parents=True, exist_ok=True)
        (store / name).write_bytes(content)


@contextmanager
def folder_served(store: Path) -> Iterator[str]:
    """The address at which *store* is served by lornpod's own server."""
    store.mkdir(parents=True, exist_ok=True)
    with FolderServer(("127.0.0.1", 0), store) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


def test_what_lornpod_renders_and_serves_itself_gives_no_finding(tmp_path: Path) -> None:
    with folder_served(tmp_path) as base:
        publish_by_hand(tmp_path, base, ("alle", "innovasjon"))
        report = verify.verify([f"{base}feeds/alle.xml", f"{base}feeds/innovasjon.xml"], jobs=4)
    assert report.findings == ()
    assert (report.feeds, report.episodes, report.urls) == (2, 1, 5)


@pytest.mark.parametrize(
    ("second", "said"),
    [
        (FEED.replace("917393e3", "817393e3"), "its podcast:guid is 817393e3"),
        (
            FEED.replace("<language>", '<atom:link rel="next" href="{base}feeds/a.xml"/><language>'),
            "never end",
        ),
    ],
)
def test_archives_of_another_feed_or_without_end_are_found(second: str, said: str) -> None:
    with served() as site:
        site.write_feed(changed("<language>", '<atom:link rel="next" href="{base}feeds/b.xml"/><language>'))
        site.write_feed(second, "/feeds/b.xml")
        found = [one for one in report_on(site).findings if one.code == "verify-archive"]
    assert [said in one.message for one in found] == [True]


# ---------------------------------------------------------------- faults of the feed's text


def changed(before: str, after: str) -> str:
    assert before in FEED
    return FEED.replace(before, after)


BOMB = (
    '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9))
    + "]>\n<rss"
)
TEXTS = {
    "self link elsewhere": ("verify-self-link", changed("feeds/a.xml", "feeds/old.xml")),
    "no self link": ("verify-self-link", changed('rel="self"', 'rel="alternate"')),
    "no title": ("verify-channel", changed("<title>Bærekraft &amp; broer</title>", "")),
    "empty description": ("verify-channel", changed("Samtaler", " ")),
    "no language": ("verify-channel", changed("<language>nb</language>", "")),
    "no category": ("verify-channel", re.sub("<itunes:category.*category>", "", FEED)),
    "no cover": ("verify-channel", changed('<itunes:image href="{base}art/c.jpg"/>', "")),
    "no episode title": ("verify-item", changed("<title>Små skritt</title>", "")),
    "no guid": ("verify-item", changed('<guid isPermaLink="false">g1</guid>', "")),
    "no enclosure": ("verify-item", re.sub("<enclosure.*/>", "", FEED)),
    "one guid twice": ("verify-guid", changed("</channel>", SECOND_ITEM.replace("g2", "g1"))),
    "one enclosure twice": (
        "verify-enclosure-twice",
        changed("</channel>", SECOND_ITEM.replace("media/b.mp3", "media/a.mp3?x=1&amp;y=2")),
    ),
    "nothing to hear": ("verify-empty", re.sub("<item>.*</item>", "", FEED, flags=re.DOTALL)),
    "cut": ("verify-xml", FEED[:900]),
    "bare ampersand": ("verify-xml", changed("&amp;", "&")),
    "unknown entity": ("verify-xml", changed("&amp;", "&aelig;")),
    "empty": ("verify-xml", ""),
    "a page": ("verify-not-rss", "<html><body>Hei</body></html>"),
    "document type": ("verify-doctype", changed("<rss", "<!DOCTYPE rss>\n<rss")),
    "bomb": ("verify-doctype", changed("<rss", BOMB).replace("Samtaler", "&j;")),
    "outside": (
        "verify-doctype",
        changed("<rss", '<!DOCTYPE rss [<!ENTITY f SYSTEM "file:///etc/hosts">]>\n<rss').replace(
            "Samtaler", "&f;"
        ),
    ),
    "wrong length": ("verify-length", changed("{length}", "17")),
    "no length": ("verify-length", changed(' length="{length}"', "")),
    "audio/mp3": ("verify-type", changed("audio/mpeg", "audio/mp3")),
    "unknown transcript": ("verify-type", changed("text/vtt", "text/markdown")),
    "letters in an address": ("verify-url", changed("text/a.vtt", "text/å.vtt")),
    "space in an address": ("verify-url", changed("text/a.vtt", "text/a b.vtt")),
    "relative address": ("verify-url", changed("{base}text/a.vtt", "/text/a.vtt")),
    "other scheme": ("verify-url", changed("{base}text/a.vtt", "ftp://example.org/a.vtt")),
    "bad port": ("verify-url", changed("{base}text/a.vtt", "http://127.0.0.1:99999/a.vtt")),
    "bad host": ("verify-url", changed("{base}text/a.vtt", "https://a..b/a.vtt")),
    "no address": ("verify-url", changed("{base}art/c.jpg", "#c.jpg")),
    "absent transcript": ("verify-status", changed("text/a.vtt", "text/none.vtt")),
    "absent enclosure": ("verify-status", changed("media/a.mp3", "media/none.mp3")),
    "absent cover": ("verify-status", changed("art/c.jpg", "art/none.jpg")),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_fault_in_the_feed_is_found(name: str) -> None:
    code, text = TEXTS[name]
    with served() as site:
        site.write_feed(text)
        report = report_on(site)
    assert codes(report) == {code}
    assert all(site.base in f.where or code == "verify-url" for f in report.findings)


@pytest.mark.parametrize(
    ("path", "media_type", "wrong"),
    [(A, "audio/mpeg", "audio/mp3"), (V, "text/vtt", "text/markdown")],
)
def test_a_type_that_apps_do_not_know_is_found_though_the_host_says_the_same(
    path: str, media_type: str, wrong: str
) -> None:
    with served(at(path, headers(content_type=wrong))) as site:
        site.write_feed(changed(media_type, wrong))
        (finding,) = report_on(site).findings
    assert finding.code == "verify-type"
    assert f"the feed says type '{wrong}'" in finding.message


def test_a_recommended_field_that_is_missing_is_a_warning() -> None:
    with served() as site:
        site.write_feed(changed("<itunes:author>Lærerommet</itunes:author>", ""))
        (finding,) = report_on(site).findings
    assert (finding.code, finding.level) == ("verify-channel", Level.WARNING)
    assert "itunes:author" in finding.message


def test_a_feed_of_another_encoding_and_deep_nesting_is_read_or_refused_in_peace() -> None:
    with served() as site:
        site.files["/feeds/a.xml"] = b"<rss>" + b"<a>" * 100_000
        assert codes(report_on(site)) == {"verify-xml"}
        site.files["/feeds/a.xml"] = b"\xff\xfe\x00<rss>\x00"
        assert codes(report_on(site)) == {"verify-xml"}


# ---------------------------------------------------------------- faults of the host


def head_only(change: Fault) -> Fault:
    return lambda request, reply: change(request, reply) if request.method == "HEAD" else reply


def ranges_only(change: Fault) -> Fault:
    return lambda request, reply: change(request, reply) if "range" in request.headers else reply


def headers(**changes: str | None) -> Fault:
    return lambda _, reply: reply.with_headers(**changes)


def body(content: bytes) -> Fault:
    return lambda _, reply: replace(reply, body=content).with_headers(content_length=str(len(content)))


def status(code: int) -> Fault:
    return lambda *_: Reply(code, {"content-length": "0", "retry-after": "0"})


def raw(*steps: bytes | float) -> Fault:
    return lambda *_: list(steps)


def last_byte_missing(request: Request, reply: Reply) -> Reply:
    asked = request.headers.get("range", "")
    return (
        Reply(416, {"content-length": "0"}) if asked == f"bytes={len(SOUND) - 1}-{len(SOUND) - 1}" else reply
    )


def cut(request: Request, reply: Reply) -> bytes:
    """An answer that ends before its time."""
    return reply.raw(request.method)[:-20]


def another_total(_: Request, reply: Reply) -> Reply:
    span = reply.headers["content-range"].partition("/")[0]
    return reply.with_headers(content_range=f"{span}/77")


def always_whole(request: Request, reply: Reply) -> Reply:
    return Reply(200, {**reply.headers, "content-length": str(len(SOUND))}, SOUND)


def numbered_redirect(request: Request, reply: Reply) -> Reply:
    count = int(request.path.partition("?")[2] or 0) if request.path.startswith("/text") else 0
    return Reply(302, {"location": f"/text/a.vtt?{count + 1}", "content-length": "0"})


PACKED = gzip.compress(VTT)
HOSTS: dict[str, tuple[str, Fault]] = {
    "feed gone": ("verify-status", at(F, status(410))),
    "feed forbidden": ("verify-status", at(F, status(403))),
    "feed busy": ("verify-status", at(F, status(503))),
    "feed as a page": ("verify-feed-type", at(F, headers(content_type="text/html; charset=utf-8"))),
    "feed without a type": ("verify-feed-type", at(F, headers(content_type=None))),
    "feed as Latin-1": ("verify-charset", at(F, headers(content_type="text/xml; charset=ISO-8859-1"))),
    "no validators": ("verify-validator", at(F, headers(etag=None, last_modified=None))),
    "deaf to conditions": ("verify-conditional", at(F, headers(etag='"1"'))),
    "HEAD forbidden": ("verify-status", at(A, head_only(status(405)))),
    "HEAD forbidden for covers": ("verify-head", at("/art/c.jpg", head_only(status(405)))),
    "no length": ("verify-length", at(A, head_only(headers(content_length=None)))),
    "another type": ("verify-type", at(A, headers(content_type="application/octet-stream"))),
    "audio packed": ("verify-encoding", at(A, head_only(headers(content_encoding="gzip")))),
    "no Accept-Ranges": ("verify-accept-ranges", at(A, headers(accept_ranges=None))),
    "ranges ignored": ("verify-range", at(A, ranges_only(always_whole))),
    "ranges refused": ("verify-range", at(A, ranges_only(status(416)))),
    "another range": ("verify-range", at(A, ranges_only(headers(content_range="bytes 0-9/5123")))),
    "no Content-Range": ("verify-range", at(A, ranges_only(headers(content_range=None)))),
    "range of another file": ("verify-range", at(A, ranges_only(another_total))),
    "range with too much": ("verify-range", at(A, ranges_only(body(b"ID3")))),
    "file ends early": ("verify-range", at(A, last_byte_missing)),
    "no CORS": ("verify-cors", at(V, headers(access_control_allow_origin=None))),
    "CORS for another": (
        "verify-cors",
        at("/chapters/a.json", headers(access_control_allow_origin="https://a.no")),
    ),
    "VTT as text": ("verify-type", at(V, headers(content_type="text/plain; charset=utf-8"))),
    "SRT to be guessed": ("verify-charset", at("/text/a.srt", headers(content_type="application/x-subrip"))),
    "no WEBVTT": ("verify-transcript", at(V, body(VTT.removeprefix(b"WEBVTT")))),
    "VTT in Latin-1": ("verify-transcript", at(V, body(VTT.decode().encode("latin-1")))),
    "no SRT": ("verify-transcript", at("/text/a.srt", body(b"<p>Not here</p>"))),
    "empty page": ("verify-transcript", at("/text/a.html", body(b" "))),
    "half JSON": ("verify-transcript", at("/text/a.json", body(SEGMENTS[:40]))),
    "JSON without segments": ("verify-transcript", at("/text/a.json", body(CHAPTERS))),
    "deep JSON": ("verify-chapters", at("/chapters/a.json", body(b"[" * 100_000))),
    "JSON null": ("verify-chapters", at("/chapters/a.json", body(b"null"))),
    "chapter without a time": (
        "verify-chapters",
        at("/chapters/a.json", body(b'{"version":"1.2.0","chapters":[{"startTime":"0"}]}')),
    ),
    "chapters out of order": (
        "verify-chapters-value",
        at("/chapters/a.json", body(b'{"version":"1.2.0","chapters":[{"startTime":9},{"startTime":3}]}')),
    ),
    "a chapter's picture in a folder": (
        "verify-chapters-value",
        at("/chapters/a.json", body(b'{"version":"1.2.0","chapters":[{"startTime":0,"img":"a.jpg"}]}')),
    ),
    "a chapter's place without coordinates": (
        "verify-chapters-value",
        at(
            "/chapters/a.json",
            body(b'{"version":"1","chapters":[{"startTime":0,"location":{"name":"Oslo"}}]}'),
        ),
    ),
    "a note among cues": ("transcript-strict", at(V, body(VTT + b"\nNOTE en merknad\n"))),
    "cues without milliseconds": (
        "transcript-strict",
        at(V, body(b"WEBVTT\n\n00:00 --> 00:02\n<v Ola Vik>Hei\n")),
    ),
    "cover is a page": ("verify-image", at("/art/c.jpg", body(b"<html></html>"))),
    "PNG as JPEG": ("verify-type", at("/art/c.jpg", body(b"\x89PNG\r\n\x1a\n" + bytes(8)))),
    "picture as bytes": ("verify-type", at("/art/p.webp", headers(content_type="application/octet-stream"))),
    "redirects in a circle": (
        "verify-redirects",
        at(V, lambda request, _: Reply(301, {"location": request.path, "content-length": "0"})),
    ),
    "redirects for ever": ("verify-redirects", at(V, numbered_redirect)),
    "redirects to mail": (
        "verify-redirects",
        at(V, lambda *_: Reply(301, {"location": "mailto:a@b.no", "content-length": "0"})),
    ),
    "redirects to no address": (
        "verify-redirects",
        at(V, lambda *_: Reply(301, {"location": "http://[", "content-length": "0"})),
    ),
    "hangs up": ("verify-cut-off", at(V, raw(b""))),
    "hangs up in the body": (
        "verify-cut-off",
        at(V, raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nWEBVTT")),
    ),
    "feed cut": ("verify-cut-off", at(F, cut)),
    "broken chunks": (
        "verify-cut-off",
        at(V, raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nWEBVTT\r\nzz\r\n")),
    ),
    "no status line": ("verify-http", at(V, raw(b"SSH-2.0-OpenSSH_9.2\r\n"))),
    "status without number": ("verify-http", at(V, raw(b"HTTP/1.1 two-hundred OK\r\n\r\n"))),
    "endless header": ("verify-http", at(V, raw(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000))),
    "too many headers": ("verify-http", at(V, raw(b"HTTP/1.1 200 OK\r\n" + b"X: x\r\n" * 200 + b"\r\n"))),
    "silent": ("verify-timeout", at(V, raw(0.4))),
    "silent in the body": (
        "verify-timeout",
        at(V, raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nW", 0.4)),
    ),
    "feed silent": ("verify-timeout", at(F, raw(0.4))),
    "brotli": ("verify-encoding", at(V, headers(content_encoding="br"))),
    "not gzip": ("verify-encoding", at(V, headers(content_encoding="gzip"))),
    "half gzip": (
        "verify-cut-off",
        at(
            V, lambda request, reply: body(PACKED[:-20])(request, reply.with_headers(content_encoding="gzip"))
        ),
    ),
}


@pytest.mark.parametrize("name", HOSTS)
def test_a_fault_of_the_host_is_found(name: str) -> None:
    code, fault = HOSTS[name]
    with served(fault) as site:
        report = report_on(site, open_connection=impatient if "silent" in name else patient)
    assert codes(report) == {code}, report.findings
    assert all(finding.where.startswith(site.base) for finding in report.findings)
    assert all("\n" not in str(finding) for finding in report.findings)


@pytest.mark.parametrize(
    "fault",
    [
        at(V, headers(content_encoding="gzip")),
        at(F, headers(content_encoding="gzip")),
    ],
)
def test_what_is_packed_with_gzip_is_read(fault: Fault) -> None:
    def packed(request: Request, reply: Reply) -> Reply:
        told = fault(request, reply)
        assert isinstance(told, Reply)
        if told is reply or "content-encoding" not in told.headers:
            return told
        content = gzip.compress(told.body)
        return replace(told, body=content).with_headers(content_length=str(len(content)))

    with served(packed) as site:
        assert report_on(site).findings == ()


def test_an_answer_that_drips_ends_all_the_same() -> None:
    drip: list[bytes | float] = [b"HTTP/1.1 200 OK\r\n"]
    for _ in range(90):
        drip += [b"X-Drip: 1\r\n", 0.01]
    with served(at(V, raw(*drip))) as site:
        report = report_on(
            site, open_connection=lambda _, host, port: HTTPConnection(host, port, timeout=0.03)
        )
    assert codes(report) == {"verify-timeout"}


def test_headers_in_no_encoding_are_borne() -> None:
    with served(headers(x_name="\xe6\xf8\xff", server="\x80\x81")) as site:
        assert report_on(site).findings == ()


def test_a_server_that_is_busy_for_a_moment_is_asked_again() -> None:
    refused: list[str] = []

    def busy_once(request: Request, reply: Reply) -> Reply:
        if request.path in refused:
            return reply
        refused.append(request.path)
        return Reply(503, {"content-length": "0", "retry-after": "0"})

    with served(busy_once) as site:
        assert report_on(site).findings == ()


def test_a_redirect_is_followed() -> None:
    def moved(request: Request, reply: Reply) -> Reply:
        if request.path.startswith("/media/") and "moved" not in request.path:
            return Reply(302, {"location": "/media/a.mp3?moved#part", "content-length": "0"})
        return reply

    with served(moved) as site:
        assert report_on(site).findings == ()


def test_a_server_that_closes_each_connection_is_no_fault() -> None:
    def closing(request: Request, reply: Reply) -> bytes:
        return reply.raw(request.method)  # promises keep-alive and hangs up

    with served(closing) as site:
        assert report_on(site).findings == ()


def test_connections_are_kept() -> None:
    with served() as site:
        report = report_on(site, jobs=1)
    assert report.requests > 10
    assert site.connections == 2  # the feed's thread, and the addresses'


def test_a_body_is_not_taken_beyond_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "FEED_LIMIT_BYTES", 10_000)
    monkeypatch.setattr(verify, "TEXT_LIMIT_BYTES", 2_000)
    bomb = gzip.compress(FEED.encode() + b" " * 5_000_000)

    def bombed(request: Request, reply: Reply) -> Reply:
        if request.path != F:
            return reply
        return replace(reply, body=bomb).with_headers(content_encoding="gzip", content_length=str(len(bomb)))

    with served(at(V, body(VTT * 60))) as site:
        assert codes(report_on(site)) == {"verify-too-large"}
    with served(bombed) as site:
        assert codes(report_on(site)) == {"verify-too-large"}


def test_audio_is_never_downloaded_whole() -> None:
    sent: list[int] = []

    def endless(request: Request, reply: Reply) -> Reply | list[bytes | float]:
        if request.method != "GET":
            return reply.with_headers(content_length="9000000000")
        start = f"HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\nContent-Length: {1 << 40}\r\n\r\n".encode()
        return _Counted(sent, [start, *([bytes(1 << 16)] * 2000)])

    with served(at(A, endless)) as site:
        report = report_on(site)
    assert codes(report) == {"verify-range", "verify-length"}
    assert len(sent) < 1000


class _Counted(list):  # type: ignore[type-arg]
    """Steps that note when they are taken."""

    def __init__(self, sent: list[int], steps: list[bytes]) -> None:
        super().__init__(steps)
        self.sent = sent

    def __iter__(self) -> Iterator[bytes]:
        for step in list.__iter__(self):
            self.sent.append(len(step))
            yield step


@pytest.mark.parametrize("seed", range(20))
def test_no_damage_to_any_answer_stops_the_work(seed: int) -> None:
    """Bytes are changed, doubled and cut anywhere, in the headers too; what comes of it is a report."""
    chance = random.Random(seed)

    def damaged(request: Request, reply: Reply) -> bytes:
        answer = bytearray(reply.raw(request.method))
        for _ in range(chance.choice((0, 1, 5))):
            at = chance.randrange(min(len(answer), 400))
            answer[at : at + chance.randrange(3)] = chance.randbytes(chance.randrange(4))
        return bytes(answer[: chance.choice((len(answer), len(answer), chance.randrange(len(answer))))])

    with served(damaged) as site:
        reports = [report_on(site) for _ in range(3)]
    assert all(report.requests for report in reports)
    assert all(str(finding).isprintable() for report in reports for finding in report.findings)
    assert any(report.findings for report in reports)


# ---------------------------------------------------------------- several feeds, records, dead hosts


def test_an_address_in_several_feeds_is_asked_once() -> None:
    with served() as site:
        site.write_feed(changed("feeds/a.xml", "feeds/b.xml").replace("917393e3", "a17393e3"), "/feeds/b.xml")
        urls = [site.feed_url, site.base + "feeds/b.xml", site.feed_url]
        report = verify.verify(urls, jobs=4, open_connection=patient)
    assert report.findings == ()
    assert (report.feeds, report.episodes, report.urls) == (2, 1, 8)
    asked = [(request.method, request.path, request.headers.get("range")) for request in site.asked]
    assert len([one for one in asked if "/feeds/" not in one[1]]) == len(
        {one for one in asked if "/feeds/" not in one[1]}
    )


def test_two_feeds_that_claim_to_be_one_podcast_are_found() -> None:
    with served() as site:
        site.write_feed(changed("feeds/a.xml", "feeds/b.xml"), "/feeds/b.xml")
        report = verify.verify([site.feed_url, site.base + "feeds/b.xml"], open_connection=patient)
    assert codes(report) == {"verify-podcast-guid"}


def test_an_episode_with_another_guid_in_another_feed_is_found() -> None:
    with served() as site:
        text = changed("feeds/a.xml", "feeds/b.xml").replace("917393e3", "a17393e3").replace(">g1<", ">g9<")
        site.write_feed(text, "/feeds/b.xml")
        report = verify.verify([site.feed_url, site.base + "feeds/b.xml"], open_connection=patient)
    assert codes(report) == {"verify-guid"}
    assert [feed.warnings for feed in report.per_feed] == [0, 1]


@pytest.mark.parametrize("path", ["media/a.mp3?x=1&y=2", "text/a.vtt", "chapters/a.json", "art/c.jpg"])
def test_a_file_of_another_length_than_its_record_says_is_found(path: str) -> None:
    with served() as site:
        (finding,) = report_on(site, expected={site.base + path: 12}).findings
    assert finding.code == "verify-length"
    assert "its record says 12" in finding.message
    assert finding.where == site.base + path


def test_a_server_that_is_not_there_is_left_alone_after_some_tries() -> None:
    with socket.create_server(("127.0.0.1", 0)) as dead:
        port = dead.getsockname()[1]
    many = "".join(
        f'<podcast:transcript url="http://127.0.0.1:{port}/{n}.vtt" type="text/vtt"/>' for n in range(40)
    )
    with served() as site:
        site.write_feed(changed("</item>", many + "</item>"))
        report = report_on(site, jobs=1)
    assert [f.code for f in report.findings] == ["verify-unreachable"] * 5 + ["verify-not-asked"] * 35


def test_a_feed_on_a_server_that_is_not_there_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as dead:
        port = dead.getsockname()[1]
    report = verify.verify([f"http://127.0.0.1:{port}/a.xml", "not an address"])
    assert [finding.code for finding in report.findings] == ["verify-unreachable", "verify-url"]
    assert [feed.errors for feed in report.per_feed] == [1, 1]


def test_progress_is_told_to_the_end() -> None:
    events: list[Event] = []
    with served() as site:
        report_on(site, notify=events.append)
    started = [event for event in events if isinstance(event, Started)]
    assert [event.total for event in started] == [1, 8]
    for start in started:
        assert sum(e.by for e in events if isinstance(e, Advanced) and e.task == start.task) == start.total
    assert len([event for event in events if isinstance(event, Finished)]) == 2


def test_what_a_server_says_cannot_steer_the_terminal() -> None:
    fault = at(F, headers(content_type="\x1b[2Jtext/html\x9b"))
    with served(fault) as site:
        site.write_feed(changed("Små skritt</title>", "\u202eSmå</title>").replace(">g1<", "><"))
        report = report_on(site)
    assert {"verify-feed-type", "verify-item"} <= codes(report)
    assert all(str(finding).isprintable() for finding in report.findings)


# ---------------------------------------------------------------- https


def elsewhere(site: Site) -> webclient.OpenConnection:
    """Every host name leads to *site*."""
    return lambda *_: HTTPConnection("127.0.0.1", site.server_address[1], timeout=1)


def test_a_feed_over_plain_http_is_a_warning() -> None:
    with served() as site:
        site.write_feed(FEED.replace("{base}", "http://cdn.example.org/"))
        report = verify.verify(["http://cdn.example.org/feeds/a.xml"], open_connection=elsewhere(site))
    assert [(f.code, f.level) for f in report.findings] == [("verify-plain-http", Level.WARNING)]


def test_plain_http_in_a_feed_over_https_is_a_warning() -> None:
    with served() as site:
        text = FEED.replace("{base}feeds", "https://cdn.example.org/feeds")
        site.write_feed(text.replace("{base}", "http://cdn.example.org/"))
        report = verify.verify(["https://cdn.example.org/feeds/a.xml"], open_connection=elsewhere(site))
    assert [(f.code, f.level) for f in report.findings] == [("verify-plain-http", Level.WARNING)]
    assert "8 of its addresses" in report.findings[0].message


def test_a_redirect_from_https_to_http_is_an_error() -> None:
    def down(request: Request, reply: Reply) -> Reply:
        if "moved" in request.path:
            return reply
        return Reply(302, {"location": "http://cdn.example.org/text/a.vtt?moved", "content-length": "0"})

    with served(at(V, down)) as site:
        site.write_feed(FEED.replace("{base}", "https://cdn.example.org/"))
        report = verify.verify(["https://cdn.example.org/feeds/a.xml"], open_connection=elsewhere(site))
    assert said(Level.ERROR, report.findings) == codes(report) == {"verify-redirects"}


@cache
def certificate() -> tuple[bytes, bytes]:
    """A key and a certificate for 127.0.0.1 that signs itself, as PEM."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private, made.public_bytes(serialization.Encoding.PEM)


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    path = tmp_path / "site.pem"
    path.write_bytes(b"".join(certificate()))
    return path


@pytest.fixture
def server_side(pem: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


def test_a_certificate_that_signs_itself_is_an_error(server_side: ssl.SSLContext) -> None:
    with served(context=server_side) as site:
        (finding,) = verify.verify([site.feed_url]).findings
    assert (finding.code, finding.level) == ("verify-certificate", Level.ERROR)
    assert "self" in finding.message


def test_a_sound_site_over_https_gives_no_finding(pem: Path, server_side: ssl.SSLContext) -> None:
    trust = ssl.create_default_context(cafile=pem)
    with served(context=server_side) as site:
        report = verify.verify(
            [site.feed_url],
            jobs=2,
            open_connection=lambda _, host, port: HTTPSConnection(host, port, timeout=5, context=trust),
        )
    assert report.findings == ()


def test_a_server_that_speaks_no_tls_is_an_error() -> None:
    with served() as site:
        report = verify.verify([site.feed_url.replace("http://", "https://")])
    assert [finding.code for finding in report.findings] == ["verify-tls"]


# ---------------------------------------------------------------- the command

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str, directory: Path = tmp_path) -> tuple[int, str, str]:
        code = command.main(list(arguments), standalone_mode=False, obj=Desk(str(directory), Terminal()))
        out, err = capfd.readouterr()
        return code or 0, out, err

    return call


def test_the_command_needs_no_workspace_for_an_address(run: Run) -> None:
    with served() as site:
        code, out, err = run("--feed", site.feed_url)
    assert code == 0
    assert out.split() == [*out.split()[:-5], site.feed_url, "1", "8", "0", "0"]
    assert err.splitlines()[-1].startswith("1 feeds, 1 episodes, 8 URLs")


def test_the_command_leaves_with_1_for_an_error_and_0_for_a_warning(run: Run) -> None:
    with served(at(V, headers(access_control_allow_origin=None))) as site:
        code, _, err = run("--feed", site.feed_url)
    assert code == 1
    assert re.search(rf"^error: {site.base}text/a.vtt: no CORS header.*; let the bucket", err, re.MULTILINE)
    with served(at(A, headers(accept_ranges=None))) as site:
        code, _, err = run("--feed", site.feed_url)
    assert code == 0
    assert f"warning: {site.base}media/a.mp3" in err


def test_the_command_prints_the_whole_report_as_json(run: Run) -> None:
    with served(at(V, status(404))) as site:
        code, out, _ = run("--feed", site.feed_url, "--json")
    told = json.loads(out)
    assert code == 1
    assert (told["feeds"], told["episodes"], told["urls"]) == (1, 1, 8)
    (finding,) = told["findings"]
    assert (finding["code"], finding["level"], finding["where"]) == (
        "verify-status",
        "error",
        site.base + "text/a.vtt",
    )
    assert told["per_feed"][0]["errors"] == 1


def test_many_findings_of_one_kind_are_summed_up(run: Run) -> None:
    many = "".join(f'<podcast:transcript url="å{n}" type="text/vtt"/>' for n in range(50))
    with served() as site:
        site.write_feed(changed("</item>", many + "</item>"))
        _, _, err = run("--feed", site.feed_url)
    assert len([line for line in err.splitlines() if line.startswith("error: å")]) == 20
    assert "error: 30 more like these (verify-url); --json lists them all" in err


def test_the_command_looks_at_all_feeds_of_a_workspace_and_at_its_records(tmp_path: Path, run: Run) -> None:
    root = workspace(tmp_path / "ws")
    with folder_served(root / "public") as base:
        publish_by_hand(root / "public", base, ("alle", "innovasjon"))
        code, out, err = run("--base-url", base, directory=root)
        assert (code, out.count("feeds/")) == (0, 2), err
        (root / "public/text/C0901/c0901-aa.vtt").write_bytes(VTT + VTT)
        code, _, err = run("--base-url", base, directory=root)
    assert code == 1
    assert re.search(rf"c0901-aa.vtt: it is {2 * len(VTT)} bytes, its record says {len(VTT)}", err)


def test_a_store_that_cannot_be_read_leaves_the_public_addresses(tmp_path: Path, run: Run) -> None:
    root = workspace(tmp_path / "ws")
    with folder_served(root / "public") as base:
        publish_by_hand(root / "public", base, ("alle", "innovasjon"))
        for record in (root / "public/records").rglob("*.json"):
            record.write_text("damaged")
        code, _, err = run("--base-url", base, directory=root)
    assert code == 0
    assert "warning: " in err
    assert "lengths are held against the feeds alone" in err
