"""Hubs hear of each changed feed once, and what goes wrong there never fails a publish."""

from __future__ import annotations

import threading
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from lornpod.errors import Level
from lornpod.feeds import rss
from lornpod.publish import hubs

from . import builders

FEEDS = ["https://cdn.example.org/feeds/a.xml", "https://cdn.example.org/feeds/b.xml"]


def test_each_hub_hears_of_each_feed_once_as_websub_asks() -> None:
    heard: list[tuple[str, str, dict[str, list[str]]]] = []

    def send(request: urllib.request.Request) -> int:
        assert isinstance(request.data, bytes)
        heard.append((request.get_method(), request.full_url, parse_qs(request.data.decode())))
        return 204

    assert hubs.announce(FEEDS, ["https://hub.example/"], send=send) == ()
    assert sorted(form["hub.url"][0] for _, _, form in heard) == FEEDS
    for method, url, form in heard:
        assert (method, url, form["hub.mode"]) == ("POST", "https://hub.example/", ["publish"])


def test_podping_hears_with_the_key_in_its_header() -> None:
    heard: list[urllib.request.Request] = []

    def send(request: urllib.request.Request) -> int:
        heard.append(request)
        return 200

    assert hubs.announce(FEEDS[:1], [], "the-key", send=send) == ()
    (request,) = heard
    assert urlsplit(request.full_url).netloc == "podping.cloud"
    assert parse_qs(urlsplit(request.full_url).query) == {
        "url": FEEDS[:1],
        "reason": ["update"],
        "medium": ["podcast"],
    }
    assert request.get_header("Authorization") == "the-key"


def test_nobody_is_told_without_hubs_or_key() -> None:
    def send(request: urllib.request.Request) -> int:
        raise AssertionError(request)

    assert hubs.announce(FEEDS, [], send=send) == ()


@pytest.fixture
def grumpy() -> Iterator[str]:
    """A hub that answers 500."""

    class Grumpy(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_error(500)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Grumpy)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_hub_that_fails_or_does_not_answer_is_a_warning_in_one_line(grumpy: str) -> None:
    found = hubs.announce(FEEDS[:1], [grumpy, "http://127.0.0.1:9/", "ftp://hub.example/"], "")
    assert len(found) == 3
    assert {finding.level for finding in found} == {Level.WARNING}
    assert "500" in str(found[0])
    assert not any("\n" in str(finding) for finding in found)


def test_a_feed_names_its_hubs_beside_one_self_link() -> None:
    network = builders.network(hubs=("https://hub.example/",))
    feed = rss.render(network, builders.feed(), []).decode()
    assert '<atom:link rel="hub" href="https://hub.example/"/>' in feed
    assert feed.count('rel="self"') == 1
