"""What a bucket's store does when the network, the server or the credentials are not as they should be."""

from __future__ import annotations

import io
import json
import random
import socket
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from lornpod.errors import LornpodError, NotInStore, StoreError
from lornpod.publish import s3
from lornpod.publish.headers import CHANGING, IMMUTABLE, RSS, content_type
from lornpod.publish.s3 import S3Store
from lornpod.publish.stores import Store, unheard

from .faults import Fault, Proxy, certificate, proxied
from .servers import READER_KEY, READER_SECRET, SECRET, Servers, client

pytestmark = pytest.mark.usefixtures("as_publisher")

LATER = datetime.now(UTC) + timedelta(days=1)
MEGABYTE = 1 << 20
LEAST_PART = 5 * MEGABYTE  # of Amazon's, and of the servers here


@pytest.fixture(params=["seaweedfs", "moto"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def proxy(servers: Servers) -> Iterator[Proxy]:
    """A proxy before SeaweedFS."""
    with proxied(servers.address("seaweedfs")) as proxy:
        yield proxy


@pytest.fixture
def behind(servers: Servers, proxy: Proxy) -> S3Store:
    """A store in an empty bucket, reached through the proxy, that has answered once."""
    store = S3Store(f"s3://{servers.bucket('seaweedfs')}/net", {"endpoint": proxy.address}, patience_s=20)
    assert list(store.list("")) == []
    proxy.requests.clear()
    return store


@pytest.fixture
def sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of three parts, the last a short one."""
    monkeypatch.setattr(s3, "PART_BYTES", LEAST_PART)
    path = tmp_path / "sound"
    path.write_bytes(random.Random(1).randbytes(2 * LEAST_PART + 300_000))
    return path


def put(store: Store, key: str, source: bytes | Path, advanced: Callable[[int], None] = unheard) -> None:
    store.put(key, source, media_type="audio/mpeg", cache_control=IMMUTABLE, advanced=advanced)


def said(work: Callable[[], object], within_s: float = 12) -> str:
    """What the StoreError of *work* says: one line, no secrets, soon."""
    began = time.monotonic()
    with pytest.raises(StoreError) as caught:
        work()
    assert time.monotonic() - began < within_s
    text = str(caught.value)
    assert "\n" not in text
    assert SECRET not in text
    assert READER_SECRET not in text
    assert caught.value.hint
    return text


def listing(
    endpoint: str, address: str = "s3://pod/net", *, profile: str = "", patience_s: float = 60
) -> Callable[[], object]:
    store = S3Store(address, {"endpoint": endpoint, "profile": profile}, patience_s=patience_s)
    return lambda: list(store.list(""))


# ---------------------------------------------------------------- who does not answer


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def test_a_port_where_nobody_listens_is_told_soon() -> None:
    address = f"http://127.0.0.1:{closed_port()}"
    text = said(listing(address, patience_s=1))
    assert "does not answer" in text
    assert f"s3://pod/net at {address}" in text
    assert "endpoint" in text


def test_a_server_that_takes_the_call_and_never_answers_is_given_up_soon_by_all_who_wait() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=64) as silent:
        store = S3Store("s3://pod/net", {"endpoint": f"http://127.0.0.1:{silent.getsockname()[1]}"})
        began = time.monotonic()
        with ThreadPoolExecutor(4) as pool:
            asking = [pool.submit(said, partial(store.get, "feeds/a.xml"), 15) for _ in range(4)]
        assert all("does not answer" in asked.result() for asked in asking)
        assert time.monotonic() - began < 15


def test_a_name_that_no_server_has_is_told() -> None:
    assert "does not answer" in said(listing("http://nowhere.invalid", patience_s=0))


def test_a_store_that_failed_to_open_opens_when_the_server_is_back(servers: Servers) -> None:
    bucket = servers.bucket("moto")
    with proxied(servers.address("moto")) as proxy:
        store = S3Store(f"s3://{bucket}", {"endpoint": proxy.address}, patience_s=0)
        proxy.faults.append(Fault("answer", status=503))
        said(lambda: list(store.list("")))
        put(store, "feeds/a.xml", b"x")
    assert "feeds/a.xml" in str(client(servers.address("moto")).list_objects_v2(Bucket=bucket)["Contents"])


# ---------------------------------------------------------------- who is refused


def test_a_wrong_secret_is_told(servers: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another-secret")
    text = said(listing(servers.address("seaweedfs")))
    assert "refuses the credentials" in text
    assert "another-secret" not in text
    assert "AWS_ACCESS_KEY_ID" in text


def test_an_unknown_key_is_told(servers: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDUNKNOWN")
    assert "refuses the credentials" in said(listing(servers.address("seaweedfs")))


def test_missing_credentials_are_told(servers: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert "no credentials" in said(listing(servers.address("seaweedfs")))


def test_a_profile_that_is_not_there_is_told(servers: Servers) -> None:
    text = said(listing(servers.address("seaweedfs"), profile="network"))
    assert "no credentials" in text


def test_a_program_for_credentials_that_fails_is_told_without_what_it_printed(
    servers: Servers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "login"
    program.write_text("#!/bin/sh\necho hush-hush >&2\nexit 1\n", "utf-8")
    program.chmod(0o755)
    (tmp_path / "config").write_text(f"[profile network]\ncredential_process = {program}\n", "utf-8")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    text = said(listing(servers.address("seaweedfs"), profile="network"))
    assert "no credentials" in text
    assert "hush-hush" not in text


def test_a_missing_bucket_is_told(servers: Servers, kind: str) -> None:
    text = said(listing(servers.address(kind), "s3://nowhere/net"))
    assert "no such bucket" in text
    assert "s3://nowhere/net" in text
    assert "lornpod.yaml" in text


def test_what_a_reader_may_not_do_is_told(servers: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", READER_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", READER_SECRET)
    store = S3Store(f"s3://{servers.bucket('seaweedfs')}/net", {"endpoint": servers.address("seaweedfs")})
    assert list(store.list("")) == []
    for work in (partial(put, store, "feeds/a.xml", b"x"), partial(store.delete, "feeds/a.xml")):
        text = said(work)
        assert "not allowed" in text
        assert "feeds/a.xml" in text


@pytest.mark.parametrize(
    ("status", "code", "told"),
    [
        (403, "RequestTimeTooSkewed", "clock"),
        (400, "ExpiredToken", "refuses the credentials"),
        (400, "AuthorizationHeaderMalformed", "region"),
        (400, "InvalidRequest", "400 InvalidRequest"),
        (501, "NotImplemented", "501 NotImplemented"),
        (403, "AccessDenied", "not allowed to list"),
    ],
)
def test_a_refusal_is_told_at_once(proxy: Proxy, status: int, code: str, told: str) -> None:
    proxy.faults.append(Fault("answer", times=99, status=status, code=code))
    assert told in said(listing(proxy.address), within_s=3)


def test_an_endpoint_that_is_no_address_is_told() -> None:
    assert "localhost:9000" in said(listing("localhost:9000"))


def test_a_password_in_the_endpoint_is_never_told() -> None:
    text = said(listing(f"http://kari:{SECRET}@127.0.0.1:{closed_port()}", patience_s=0))
    assert "kari" not in text
    assert "?" not in text


def test_an_unknown_setting_is_told() -> None:
    with pytest.raises(LornpodError, match="adressing is not known"):
        S3Store("s3://pod", {"adressing": "path"})


# ---------------------------------------------------------------- what passes


FAULTS = [
    Fault("answer", times=2, status=503, code="SlowDown"),
    Fault("answer", times=1, status=500, code="InternalError"),
    Fault("answer", times=1, status=429, code="TooManyRequests"),
    Fault("answer", "PUT", times=1, status=400, code="RequestTimeout"),
    Fault("cut up", times=2),
    Fault("cut down", times=2),
    Fault("lose", times=2),
    Fault("wait", times=1, seconds=0.3),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.do} {fault.code}")
def test_what_may_pass_is_tried_again(behind: S3Store, proxy: Proxy, fault: Fault) -> None:
    def fail_again() -> None:
        proxy.faults[:] = [replace(fault)]

    heard: list[int] = []
    data = bytes(range(250)) * 2000
    fail_again()
    put(behind, "media/a.mp3", data, heard.append)
    assert sum(heard) == len(data)
    fail_again()
    assert behind.get("media/a.mp3") == data
    fail_again()
    assert [stored.key for stored in behind.list("media/")] == ["media/a.mp3"]
    fail_again()
    behind.delete("media/a.mp3")
    fail_again()
    assert behind.head("media/a.mp3") is None
    assert len(proxy.requests) >= 5


def test_a_put_that_the_server_keeps_refusing_can_be_ended(behind: S3Store, proxy: Proxy) -> None:
    heard: list[int] = []

    def advanced(length_bytes: int) -> None:
        heard.append(length_bytes)
        if len(heard) == 3:
            raise KeyboardInterrupt

    proxy.faults.append(Fault("answer", "PUT", times=1000))
    with pytest.raises(KeyboardInterrupt):
        put(behind, "feeds/a.xml", b"x", advanced)
    assert proxy.count("PUT") == 2
    assert sum(heard) == 0


def test_patience_ends(servers: Servers) -> None:
    bucket = servers.bucket("seaweedfs")
    with proxied(servers.address("seaweedfs")) as proxy:
        store = S3Store(f"s3://{bucket}", {"endpoint": proxy.address}, patience_s=1)
        assert list(store.list("")) == []
        proxy.faults.append(Fault("answer", times=1000))
        text = said(lambda: put(store, "feeds/a.xml", b"x"), within_s=5)
    assert "503 SlowDown" in text
    assert "try again later" in text
    assert proxy.count("PUT") >= 3


def test_a_404_to_a_delete_is_a_delete(behind: S3Store, proxy: Proxy) -> None:
    proxy.faults.append(Fault("answer", "DELETE", status=404, code="NoSuchKey"))
    behind.delete("media/none.mp3")
    assert proxy.count("DELETE") == 1


@pytest.mark.parametrize("length", [1000, 1_000_000, LEAST_PART + 1])
def test_content_that_was_changed_on_its_way_is_never_stored(
    behind: S3Store, proxy: Proxy, sound: Path, monkeypatch: pytest.MonkeyPatch, length: int
) -> None:
    put(behind, "media/a.mp3", b"old")
    proxy.altering = lambda body: body.replace(b"x", b"y")
    monkeypatch.setattr(behind, "_patience_s", 0)
    said(lambda: put(behind, "media/a.mp3", b"x" * length))
    assert behind.get("media/a.mp3") == b"old"


@pytest.mark.parametrize("length", [2 * MEGABYTE, 3 * LEAST_PART])
def test_a_file_is_read_once_and_little_of_it_is_in_memory(
    behind: S3Store, sound: Path, monkeypatch: pytest.MonkeyPatch, length: int
) -> None:
    path = sound.with_name("read")
    path.write_bytes(random.Random(2).randbytes(length))
    read: list[int] = []
    opened = io.open

    class Watched(io.FileIO):
        def readinto(self, buffer: Any) -> int | None:
            count = super().readinto(buffer)
            read.append(count or 0)
            return count

    def watching(self: Path, mode: str = "r", *rest: Any) -> Any:
        return io.BufferedReader(Watched(self)) if self == path else opened(self, mode, *rest)

    monkeypatch.setattr(Path, "open", watching)
    put(behind, "media/a.mp3", path)
    assert sum(read) == length


def test_a_server_that_checks_nothing_and_stores_something_else_is_found_out(servers: Servers) -> None:
    with proxied(servers.address("moto")) as proxy:
        store = S3Store(f"s3://{servers.bucket('moto')}", {"endpoint": proxy.address}, patience_s=0)
        proxy.altering = lambda body: body.replace(b"sound", b"noise")
        with pytest.raises(StoreError, match="something else"):
            put(store, "media/a.mp3", b"sound")


# ---------------------------------------------------------------- listings


def test_a_listing_goes_on_page_after_page(
    servers: Servers, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "PAGE_KEYS", 3)
    store = S3Store(f"s3://{servers.bucket(kind)}/net", {"endpoint": servers.address(kind)})
    keys = [f"records/C{number:02d}/1.json" for number in range(10)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(partial(put, store, source=b"x"), keys))
    assert sorted(stored.key for stored in store.list("records/")) == keys


def test_a_listing_goes_on_past_a_thousand_objects(servers: Servers) -> None:
    bucket, outside = servers.bucket("moto"), client(servers.address("moto"))
    for number in range(1005):
        outside.put_object(Bucket=bucket, Key=f"net/r/{number:04d}", Body=b"")
    store = S3Store(f"s3://{bucket}/net", {"endpoint": servers.address("moto")})
    assert len({stored.key for stored in store.list("r/")}) == 1005


def test_what_others_keep_in_the_bucket_is_not_seen(servers: Servers, kind: str) -> None:
    bucket, outside = servers.bucket(kind), client(servers.address(kind))
    for key in ("elsewhere/a.mp3", "net/.DS_Store", "net/media/", "net/media/a.mp3", "net2/a.mp3", "network"):
        outside.put_object(Bucket=bucket, Key=key, Body=b"")
    store = S3Store(f"s3://{bucket}/net/", {"endpoint": servers.address(kind)})
    assert [stored.key for stored in store.list("")] == ["media/a.mp3"]


def test_a_bucket_without_a_prefix_is_a_store(servers: Servers, kind: str) -> None:
    store = S3Store(f"s3://{servers.bucket(kind)}", {"endpoint": servers.address(kind)})
    put(store, "feeds/a.xml", b"x")
    assert [stored.key for stored in store.list("")] == ["feeds/a.xml"]


# ---------------------------------------------------------------- what readers get


def everybody_reads(endpoint: str, bucket: str) -> None:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
    policy = {
        "Version": "2012-10-17",
        "Statement": [{**statement, "Resource": f"arn:aws:s3:::{bucket}/net/*"}],
    }
    client(endpoint).put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))


def test_anybody_reads_what_a_public_bucket_holds_with_its_type_and_lifetime(
    servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "PART_BYTES", LEAST_PART)
    endpoint, bucket = servers.address("seaweedfs"), servers.bucket("seaweedfs")
    store = S3Store(f"s3://{bucket}/net", {"endpoint": endpoint})
    store.put("feeds/a.xml", b"<rss/>", media_type=content_type(RSS), cache_control=CHANGING)
    put(store, "media/a.mp3", b"x" * (LEAST_PART + 1))
    url = f"{endpoint}/{bucket}/net/"
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(f"{url}feeds/a.xml")
    everybody_reads(endpoint, bucket)
    told = {}
    for key in ("feeds/a.xml", "media/a.mp3"):
        with urllib.request.urlopen(urllib.request.Request(f"{url}{key}", method="HEAD")) as answer:
            told[key] = [answer.headers[name] for name in ("Content-Type", "Cache-Control", "Content-Length")]
    assert told["feeds/a.xml"] == ["application/rss+xml; charset=utf-8", "public, max-age=300", "6"]
    assert told["media/a.mp3"] == ["audio/mpeg", "public, max-age=31536000, immutable", "5242881"]


@pytest.mark.parametrize(
    ("media_type", "header"),
    [
        ("text/vtt", "text/vtt; charset=utf-8"),
        ("text/html", "text/html; charset=utf-8"),
        ("application/x-subrip", "application/x-subrip; charset=utf-8"),
        ("application/json+chapters", "application/json+chapters"),  # JSON has no charset (RFC 8259, 11)
        ("audio/mpeg", "audio/mpeg"),
        ("image/jpeg", "image/jpeg"),
    ],
)
def test_text_is_sent_as_utf_8(media_type: str, header: str) -> None:
    assert content_type(media_type) == header


# ---------------------------------------------------------------- over https


def trusted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """The server's side of https with a certificate that this process trusts."""
    file = certificate(folder)
    monkeypatch.setenv("AWS_CA_BUNDLE", str(file))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(file)
    return tls


def test_over_https_the_same_is_stored_and_guarded_by_its_md5(
    servers: Servers, sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = servers.bucket("seaweedfs")
    with proxied(servers.address("seaweedfs"), trusted(sound.parent, monkeypatch)) as proxy:
        store = S3Store(f"s3://{bucket}/net", {"endpoint": proxy.address})
        put(store, "feeds/a.xml", b"<rss/>")
        put(store, "media/a.mp3", sound)
        assert (store.get("feeds/a.xml"), store.get("media/a.mp3")) == (b"<rss/>", sound.read_bytes())
        sent = [request.headers for request in proxy.requests if request.method == "PUT"]
    assert len(sent) == 4
    assert all("Content-MD5" in headers for headers in sent)
    assert not any("x-amz-trailer" in headers for headers in sent)  # servers stored it with the content


def test_over_https_what_breaks_is_sent_again(
    servers: Servers, sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = servers.bucket("seaweedfs")
    with proxied(servers.address("seaweedfs"), trusted(sound.parent, monkeypatch)) as proxy:
        store = S3Store(f"s3://{bucket}/net", {"endpoint": proxy.address})
        proxy.faults.append(Fault("cut up", "PUT", times=4))  # some are SSLErrors, some are not
        put(store, "feeds/a.xml", b"x" * 500_000)
        assert store.get("feeds/a.xml") == b"x" * 500_000


def test_a_certificate_that_nobody_trusts_is_told_at_once(
    servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with proxied(servers.address("seaweedfs"), trusted(tmp_path, monkeypatch)) as proxy:
        monkeypatch.delenv("AWS_CA_BUNDLE")
        assert "certificate is not trusted" in said(listing(proxy.address), within_s=3)


# ---------------------------------------------------------------- in parts


def broken_after(length: int) -> Callable[[int], None]:
    """A listener that ends a put after so many bytes."""
    heard: list[int] = []

    def advanced(length_bytes: int) -> None:
        heard.append(length_bytes)
        if sum(heard) > length:
            raise KeyboardInterrupt

    return advanced


def test_a_large_object_goes_in_parts_on_every_server(
    servers: Servers, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "PART_BYTES", LEAST_PART)
    data = bytes(range(256)) * 42_000  # 10.7 MB
    (tmp_path / "sound").write_bytes(data)
    heard: list[int] = []
    with proxied(servers.address(kind)) as proxy:
        store = S3Store(f"s3://{servers.bucket(kind)}/net", {"endpoint": proxy.address})
        put(store, "media/a.mp3", tmp_path / "sound", heard.append)
        assert proxy.count("PUT", "partNumber") == 3
        assert proxy.count("GET", "media/a.mp3") == 0  # its ETag proves it
        assert store.get("media/a.mp3") == data
    assert sum(heard) == len(data)
    assert list(store.unfinished(LATER)) == []


@pytest.fixture
def one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts are sent in their order."""
    monkeypatch.setattr(s3, "_PARTS_AT_ONCE", 1)


@pytest.mark.usefixtures("one_by_one")
def test_a_broken_upload_goes_on_where_it_ended(behind: S3Store, proxy: Proxy, sound: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        put(behind, "media/a.mp3", sound, broken_after(LEAST_PART + MEGABYTE))
    assert behind.head("media/a.mp3") is None
    assert list(behind.list("")) == []
    (left,) = behind.unfinished(LATER)
    assert "media/a.mp3" in left.name

    outside = client(proxy.address)
    (begun,) = outside.list_multipart_uploads(Bucket=behind.bucket)["Uploads"]
    there = outside.list_parts(Bucket=behind.bucket, Key=begun["Key"], UploadId=begun["UploadId"])["Parts"]
    assert 1 <= len(there) < 3
    proxy.requests.clear()
    heard: list[int] = []
    put(behind, "media/a.mp3", sound, heard.append)
    sent = {number for number in (1, 2, 3) if proxy.count("PUT", f"partNumber={number}&")}
    assert sent == {1, 2, 3} - {part["PartNumber"] for part in there}
    assert behind.get("media/a.mp3") == sound.read_bytes()
    assert sum(heard) == sound.stat().st_size
    assert list(behind.unfinished(LATER)) == []


@pytest.mark.usefixtures("one_by_one")
def test_the_upload_of_another_content_is_not_gone_on_with(behind: S3Store, sound: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        put(behind, "media/a.mp3", sound, broken_after(LEAST_PART + MEGABYTE))
    other = bytes(reversed(sound.read_bytes()))
    put(behind, "media/a.mp3", other)
    assert behind.get("media/a.mp3") == other
    (left,) = behind.unfinished(LATER)
    left.discard()
    assert list(behind.unfinished(LATER)) == []


def test_an_abandoned_upload_is_thrown_away_and_once_more(behind: S3Store, sound: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        put(behind, "media/a.mp3", sound, broken_after(MEGABYTE))
    assert list(behind.unfinished(datetime.now(UTC) - timedelta(days=1))) == []
    (left,) = behind.unfinished(LATER)
    left.discard()
    left.discard()
    assert list(behind.unfinished(LATER)) == []
    put(behind, "media/a.mp3", sound)
    assert behind.get("media/a.mp3") == sound.read_bytes()


@pytest.mark.parametrize("do", ["cut up", "lose", "answer"])
@pytest.mark.parametrize("about", ["partNumber=2", "uploadId="])
def test_a_part_that_fails_is_sent_again(
    behind: S3Store, proxy: Proxy, sound: Path, do: str, about: str
) -> None:
    method = "PUT" if "part" in about else "POST"
    proxy.faults.append(Fault(do, method, about, times=2))  # type: ignore[arg-type]
    heard: list[int] = []
    put(behind, "media/a.mp3", sound, heard.append)
    assert behind.get("media/a.mp3") == sound.read_bytes()
    assert sum(heard) == sound.stat().st_size
    assert proxy.count("PUT", "partNumber=1") == 1
    assert list(behind.unfinished(LATER)) == []


def test_an_upload_that_somebody_ended_is_begun_anew(behind: S3Store, proxy: Proxy, sound: Path) -> None:
    ended: list[str] = []
    heard: list[int] = []

    def advanced(length_bytes: int) -> None:
        heard.append(length_bytes)
        if sum(heard) > LEAST_PART + MEGABYTE and not ended:
            for upload in behind.unfinished(LATER):
                upload.discard()
                ended.append(upload.name)

    put(behind, "media/a.mp3", sound, advanced)
    assert ended
    assert behind.get("media/a.mp3") == sound.read_bytes()
    assert sum(heard) == sound.stat().st_size


@pytest.mark.parametrize("status", [403, 501])
def test_a_server_that_lists_no_uploads_takes_large_objects_too(
    behind: S3Store, proxy: Proxy, sound: Path, status: int
) -> None:
    proxy.faults.append(Fault("answer", "GET", "uploads", 9, status, "NotImplemented"))
    put(behind, "media/a.mp3", sound)
    assert behind.get("media/a.mp3") == sound.read_bytes()


def test_large_puts_of_one_key_at_once_leave_one_of_them_whole(behind: S3Store, sound: Path) -> None:
    versions = [bytes([number]) * (LEAST_PART + 1 + number) for number in range(3)]
    start = threading.Barrier(len(versions))

    def put_together(version: bytes) -> None:
        start.wait()
        put(behind, "media/a.mp3", version)

    with ThreadPoolExecutor(len(versions)) as pool:
        list(pool.map(put_together, versions))
    assert behind.get("media/a.mp3") in versions


def test_a_missing_object_of_a_reachable_store_is_told(behind: S3Store) -> None:
    with pytest.raises(NotInStore, match=r"media/none\.mp3"):
        behind.get("media/none.mp3")


# ---------------------------------------------------------------- listings in pages


class Paging:
    """A server with *count* unfinished uploads, of as many parts, that tells of a thousand at a time."""

    def __init__(self, count: int, *, heeds_markers: bool = True) -> None:
        self.count, self.heeds_markers, self.asked = count, heeds_markers, 0

    def _page(self, after: int) -> tuple[range, bool]:
        self.asked += 1
        start = after if self.heeds_markers else 0
        return range(start, min(start + 1000, self.count)), start + 1000 < self.count

    def list_multipart_uploads(self, KeyMarker: str = "", **_: Any) -> dict[str, Any]:  # noqa: N803
        numbers, more = self._page(int(KeyMarker[2:]) + 1 if KeyMarker else 0)
        long_ago = datetime(2020, 1, 1, tzinfo=UTC)
        return {
            "Uploads": [{"Key": f"a/{n}", "UploadId": str(n), "Initiated": long_ago} for n in numbers],
            "IsTruncated": more,
            "NextKeyMarker": f"a/{numbers[-1]}" if numbers else "",
        }

    def list_parts(self, PartNumberMarker: int = 0, **_: Any) -> dict[str, Any]:  # noqa: N803
        numbers, more = self._page(PartNumberMarker)
        return {
            "Parts": [{"PartNumber": n + 1, "ETag": f'"{n:032x}"'} for n in numbers],
            "IsTruncated": more,
        }


@pytest.mark.parametrize("count", [0, 1, 1000, 1001, 2500])
def test_listings_are_read_to_their_end(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    server = Paging(count)
    monkeypatch.setattr(S3Store, "ask", lambda *asked: asked[-1](server))
    store = S3Store("s3://bucket/a", {})
    assert len(store.unfinished(datetime.now(UTC))) == count
    assert len(store._parts({}, "upload")) == count


def test_a_server_that_heeds_no_marker_is_not_asked_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Paging(2500, heeds_markers=False)
    monkeypatch.setattr(S3Store, "ask", lambda *asked: asked[-1](server))
    S3Store("s3://bucket/a", {}).unfinished(datetime.now(UTC))
    S3Store("s3://bucket/a", {})._parts({}, "upload")
    assert server.asked <= 4
