"""One contract for all stores: in memory, in a folder, on a real S3 server, on a mock of one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest

from lornpod.errors import LornpodError, NotInStore, StoreError
from lornpod.publish import s3
from lornpod.publish.stores import FolderStore, MemoryStore, Store, open_store

from . import servers

KINDS = ["memory", "folder", "seaweedfs", "moto"]


class Shelf:
    """Makes empty stores of each kind; a server is started when it is first asked for."""

    def __init__(self, folder: Path, running: ExitStack) -> None:
        self._folder, self._running = folder, running
        self._servers: dict[str, str] = {}
        self._count = 0

    def server(self, kind: str) -> str:
        if kind not in self._servers:
            home = self._folder / kind
            home.mkdir()
            start: Callable[[Path], object] = {"seaweedfs": servers.seaweedfs, "moto": servers.moto}[kind]
            self._servers[kind] = str(self._running.enter_context(start(home)))  # type: ignore[arg-type]
        return self._servers[kind]

    def store(self, kind: str) -> Store:
        self._count += 1
        if kind == "memory":
            return MemoryStore()
        if kind == "folder":
            return FolderStore(self._folder / f"store{self._count}")
        endpoint = self.server(kind)
        bucket = f"bucket{self._count}"
        boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1").create_bucket(Bucket=bucket)
        return open_store(f"s3://{bucket}/some/prefix", root=self._folder, s3={"endpoint": endpoint})


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    with pytest.MonkeyPatch.context() as environment, ExitStack() as running:
        environment.setenv("AWS_ACCESS_KEY_ID", servers.KEY)
        environment.setenv("AWS_SECRET_ACCESS_KEY", servers.SECRET)
        environment.setenv("AWS_EC2_METADATA_DISABLED", "true")
        yield Shelf(tmp_path_factory.mktemp("stores"), running)


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, shelf: Shelf) -> Store:
    return shelf.store(request.param)


def put(store: Store, key: str, source: bytes | Path) -> None:
    store.put(key, source, media_type="audio/mpeg", cache_control="public, max-age=300")


def test_what_is_put_is_got_listed_and_headed(store: Store) -> None:
    put(store, "media/C1/a-0.mp3", b"sound")
    assert store.get("media/C1/a-0.mp3") == b"sound"
    (stored,) = store.list("media/")
    headed = store.head("media/C1/a-0.mp3")
    assert headed is not None
    assert (stored.key, stored.length_bytes) == (headed.key, headed.length_bytes) == ("media/C1/a-0.mp3", 5)
    assert stored.md5 in (None, "a0ddd97b32cf08ae1b8a7a37e5d5ff54", _md5(b"sound"))


def _md5(data: bytes) -> str:
    import hashlib

    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def test_what_is_not_there_is_told_so(store: Store) -> None:
    assert store.head("media/none.mp3") is None
    assert list(store.list("media/")) == []
    with pytest.raises(NotInStore):
        store.get("media/none.mp3")
    store.delete("media/none.mp3")


def test_an_empty_object_and_one_from_a_file_are_stored_whole(store: Store, tmp_path: Path) -> None:
    data = bytes(range(256)) * 20_000
    (tmp_path / "sound").write_bytes(data)
    put(store, "media/long.mp3", tmp_path / "sound")
    put(store, "text/empty.txt", b"")
    assert store.get("media/long.mp3") == data
    assert store.get("text/empty.txt") == b""


def test_a_second_put_replaces_and_a_delete_takes_away(store: Store) -> None:
    put(store, "feeds/a.xml", b"one")
    put(store, "feeds/a.xml", b"two")
    assert store.get("feeds/a.xml") == b"two"
    store.delete("feeds/a.xml")
    assert store.head("feeds/a.xml") is None


def test_a_listing_has_all_and_only_what_starts_with_the_prefix(store: Store) -> None:
    for key in ("records/C1/1.json", "records/C10/1.json", "recordsx/1.json", "feeds/a.xml"):
        put(store, key, b"x")
    assert {stored.key for stored in store.list("records/")} == {"records/C1/1.json", "records/C10/1.json"}
    assert {stored.key for stored in store.list("records/C1/")} == {"records/C1/1.json"}
    assert len(list(store.list(""))) == 4


def test_progress_adds_up_to_the_length(store: Store, tmp_path: Path) -> None:
    (tmp_path / "sound").write_bytes(b"x" * 3_000_000)
    heard: list[int] = []
    store.put("a/b.mp3", tmp_path / "sound", media_type="", cache_control="", advanced=heard.append)
    assert sum(heard) == 3_000_000


@pytest.mark.parametrize("key", ["../x", "/x", "a//b", "a/../b", ".x", "a/.b", "a\nb", "a\\b", "a/", ""])
def test_a_key_that_could_lead_astray_is_refused(store: Store, key: str) -> None:
    with pytest.raises(StoreError):
        put(store, key, b"x")
    with pytest.raises(StoreError):
        store.get(key)


def test_a_put_that_is_broken_off_leaves_what_was_there(store: Store, tmp_path: Path) -> None:
    put(store, "media/a.mp3", b"old")
    (tmp_path / "sound").write_bytes(b"x" * 3_000_000)

    def broken(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.put("media/a.mp3", tmp_path / "sound", media_type="", cache_control="", advanced=broken)
    assert store.get("media/a.mp3") == b"old"
    assert [stored.key for stored in store.list("")] == ["media/a.mp3"]


def test_two_puts_of_one_key_at_once_leave_one_of_them_whole(store: Store) -> None:
    versions = [bytes([number]) * 200_000 for number in range(6)]
    threads = [threading.Thread(target=put, args=(store, "feeds/a.xml", one)) for one in versions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.get("feeds/a.xml") in versions


def test_nothing_is_unfinished_after_puts_that_ended(store: Store) -> None:
    put(store, "media/a.mp3", b"sound")
    assert list(store.unfinished(datetime.now(UTC) + timedelta(days=1))) == []


# ---------------------------------------------------------------- S3 alone


@pytest.fixture(params=["seaweedfs", "moto"])
def bucket(request: pytest.FixtureRequest, shelf: Shelf) -> Store:
    return shelf.store(request.param)


def test_a_listing_goes_on_past_a_thousand_objects(shelf: Shelf) -> None:
    store = shelf.store("moto")
    with ThreadPoolExecutor(8) as pool:
        for begun in [pool.submit(put, store, f"r/{number:04d}", b"") for number in range(1010)]:
            begun.result()
    assert len({stored.key for stored in store.list("r/")}) == 1010


def test_type_and_lifetime_reach_those_who_read(shelf: Shelf) -> None:
    store = shelf.store("moto")
    put(store, "media/a.mp3", b"sound")
    bucket = store.address.removeprefix("s3://").partition("/")[0]
    client = boto3.client("s3", endpoint_url=shelf.server("moto"), region_name="us-east-1")
    told = client.head_object(Bucket=bucket, Key="some/prefix/media/a.mp3")
    assert (told["ContentType"], told["CacheControl"]) == ("audio/mpeg", "public, max-age=300")


def test_a_large_object_goes_in_parts_and_a_broken_upload_goes_on_where_it_ended(
    bucket: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "SINGLE_PUT_BYTES", 5 << 20)
    monkeypatch.setattr(s3, "PART_BYTES", 5 << 20)
    data = b"".join(number.to_bytes(4, "big") for number in range(4_500_000))  # 18 MB: four parts
    (tmp_path / "sound").write_bytes(data)
    heard: list[int] = []

    def breaks(count: int) -> None:
        heard.append(count)
        if sum(heard) > 11 << 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bucket.put("media/a.mp3", tmp_path / "sound", media_type="", cache_control="", advanced=breaks)
    assert bucket.head("media/a.mp3") is None
    (left,) = bucket.unfinished(datetime.now(UTC) + timedelta(days=1))
    assert "media/a.mp3" in left.name

    sent: list[int] = []
    original = s3._Body.read

    def counted(body: s3._Body, size: int = -1) -> bytes:
        block = original(body, size)
        if body.counts:
            sent.append(len(block))
        return block

    monkeypatch.setattr(s3._Body, "read", counted)
    put(bucket, "media/a.mp3", tmp_path / "sound")
    assert bucket.get("media/a.mp3") == data
    assert sum(sent) <= len(data) - 2 * (5 << 20)
    assert list(bucket.unfinished(datetime.now(UTC) + timedelta(days=1))) == []


def test_an_abandoned_upload_is_thrown_away(
    bucket: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "SINGLE_PUT_BYTES", 5 << 20)
    (tmp_path / "sound").write_bytes(b"x" * (6 << 20))

    def breaks(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bucket.put("media/a.mp3", tmp_path / "sound", media_type="", cache_control="", advanced=breaks)
    (left,) = bucket.unfinished(datetime.now(UTC) + timedelta(days=1))
    left.discard()
    left.discard()
    assert list(bucket.unfinished(datetime.now(UTC) + timedelta(days=1))) == []


def refusal(address: str, endpoint: str, tmp_path: Path) -> str:
    with pytest.raises(StoreError) as caught:
        list(open_store(address, root=tmp_path, s3={"endpoint": endpoint}).list(""))
    said = str(caught.value)
    assert "\n" not in said
    assert servers.SECRET not in said
    return said


def test_wrong_credentials_and_a_missing_bucket_get_a_line_that_tells_what_to_do(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = shelf.server("seaweedfs")
    assert "no such bucket" in refusal("s3://nowhere/x", endpoint, tmp_path)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    assert "credentials" in refusal("s3://nowhere/x", endpoint, tmp_path)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    assert "no credentials" in refusal("s3://nowhere/x", endpoint, tmp_path)


def test_a_server_that_takes_the_call_and_never_answers_is_given_up_soon(tmp_path: Path) -> None:
    import socket
    import time

    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        said = refusal("s3://bucket/x", f"http://127.0.0.1:{silent.getsockname()[1]}", tmp_path)
        assert "does not answer" in said
        assert time.monotonic() - began < 20


@pytest.mark.parametrize("address", ["", "ftp://x/y", "http://x/y", "s3://", "s3:///x", "s3://A B/x"])
def test_what_is_no_store_is_told(tmp_path: Path, address: str) -> None:
    with pytest.raises(LornpodError):
        open_store(address, root=tmp_path, s3={})


def test_a_folder_that_holds_the_authored_files_is_refused(tmp_path: Path) -> None:
    for address in (".", "..", "/"):
        with pytest.raises(LornpodError):
            open_store(address, root=tmp_path, s3={})


# ---------------------------------------------------------------- a folder alone


def test_a_folder_store_never_follows_a_link_out_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret.txt").write_text("secret", "utf-8")
    (tmp_path / "store").mkdir()
    (tmp_path / "store/way").symlink_to(tmp_path / "outside")
    store = FolderStore(tmp_path / "store")
    with pytest.raises(StoreError):
        store.get("way/secret.txt")
    with pytest.raises(StoreError):
        put(store, "way/new.txt", b"x")
    assert list(store.list("")) == []


def test_a_part_of_a_killed_put_is_never_listed(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "store")
    put(store, "media/a.mp3", b"x")
    (tmp_path / "store/media/.0011223344556677.part").write_bytes(b"half")
    assert [stored.key for stored in store.list("")] == ["media/a.mp3"]
