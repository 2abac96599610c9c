"""The local server behaves as podcast apps ask of a host."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from lornpod.publish.serve import FolderServer

SOUND = bytes(range(256)) * 40


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    (tmp_path / "store/media").mkdir(parents=True)
    (tmp_path / "store/feeds").mkdir()
    (tmp_path / "store/media/a.mp3").write_bytes(SOUND)
    (tmp_path / "store/media/empty.txt").write_bytes(b"")
    (tmp_path / "store/media/æ ø.vtt").write_text("WEBVTT\n", "utf-8")
    (tmp_path / "store/feeds/alle.xml").write_text("<rss/>", "utf-8")
    (tmp_path / "store/.part").write_text("half", "utf-8")
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    (tmp_path / "store/way-out").symlink_to(tmp_path / "secret.txt")
    server = FolderServer(("127.0.0.1", 0), tmp_path / "store")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


def ask(port: int, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request(
        method, path, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


def test_head_tells_type_and_length_without_the_body(port: int) -> None:
    status, headers, body = ask(port, "/media/a.mp3", "HEAD")
    assert (status, headers["content-type"], headers["content-length"], body) == (
        200,
        "audio/mpeg",
        "10240",
        b"",
    )
    assert headers["accept-ranges"] == "bytes"


@pytest.mark.parametrize(
    ("asked", "status", "span"),
    [
        ("bytes=0-1", 206, slice(0, 2)),
        ("bytes=10000-", 206, slice(10000, None)),
        ("bytes=-5", 206, slice(-5, None)),
        ("bytes=5-99999", 206, slice(5, None)),
        ("bytes=-99999", 200, slice(0, None)),
        ("bytes=9-3", 200, slice(0, None)),
        ("bytes=0-1,5-6", 200, slice(0, None)),
        ("lines=1-2", 200, slice(0, None)),
        ("bytes=-", 200, slice(0, None)),
    ],
)
def test_a_byte_range_is_answered_as_asked(port: int, asked: str, status: int, span: slice) -> None:
    told, headers, body = ask(port, "/media/a.mp3", Range=asked)
    assert (told, body) == (status, SOUND[span])
    assert int(headers["content-length"]) == len(body)


@pytest.mark.parametrize(
    ("path", "asked"), [("/media/a.mp3", "bytes=10240-"), ("/media/empty.txt", "bytes=-3")]
)
def test_a_range_outside_the_file_is_refused_with_its_length(port: int, path: str, asked: str) -> None:
    status, headers, _ = ask(port, path, Range=asked)
    assert status == 416
    assert headers["content-range"].startswith("bytes */")


def test_a_feed_that_has_not_changed_is_not_sent_again(port: int) -> None:
    _, headers, _ = ask(port, "/feeds/alle.xml")
    assert headers["content-type"] == "application/rss+xml; charset=utf-8"
    assert ask(port, "/feeds/alle.xml", If_None_Match=headers["etag"])[0] == 304
    assert ask(port, "/feeds/alle.xml", If_None_Match=f"W/{headers['etag']}")[0] == 304
    assert ask(port, "/feeds/alle.xml", If_Modified_Since=headers["last-modified"])[0] == 304
    assert ask(port, "/feeds/alle.xml", If_None_Match='"other"')[0] == 200
    assert ask(port, "/feeds/alle.xml", If_Modified_Since="last week")[0] == 200


def test_a_page_of_another_site_may_read_transcripts(port: int) -> None:
    status, headers, body = ask(port, "/media/%C3%A6%20%C3%B8.vtt", Origin="https://player.example")
    assert (status, headers["access-control-allow-origin"], body) == (200, "*", b"WEBVTT\n")
    assert headers["content-type"].startswith("text/vtt")
    assert ask(port, "/media/a.mp3", "OPTIONS")[0] == 204


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/way-out",
        "/.part",
        "/media/%00",
        "/media",
        "/..%2fsecret.txt",
    ],
)
def test_nothing_outside_the_store_is_served(port: int, path: str) -> None:
    assert ask(port, path)[0] == 404


def test_a_folder_without_its_slash_leads_to_the_page_in_it(port: int, tmp_path: Path) -> None:
    (tmp_path / "store/cases/C0901").mkdir(parents=True)
    (tmp_path / "store/cases/C0901/index.html").write_text("<p>C0901", "utf-8")
    status, headers, _ = ask(port, "/cases/C0901?from=feed")
    assert (status, headers["location"]) == (301, "/cases/C0901/?from=feed")
    for address in ("/cases/C0901/", "/cases/C0901/index.html"):
        assert ask(port, address)[2] == b"<p>C0901"


def test_a_redirect_never_leaves_the_host(port: int, tmp_path: Path) -> None:
    (tmp_path / "store/cases").mkdir()
    (tmp_path / "store/cases/index.html").write_text("<p>", "utf-8")
    assert ask(port, "//cases")[1]["location"] == "/cases/"


def test_a_sitemap_is_no_feed(port: int, tmp_path: Path) -> None:
    (tmp_path / "store/sitemap.xml").write_text("<urlset/>", "utf-8")
    assert ask(port, "/sitemap.xml")[1]["content-type"] == "application/xml"
