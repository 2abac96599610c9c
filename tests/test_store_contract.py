"""One contract for all stores: in memory, in a folder, on real S3 servers, over http and https, on a mock."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from lornpod.errors import LornpodError, NotInStore, StoreError
from lornpod.publish.s3 import S3Store
from lornpod.publish.stores import FolderStore, MemoryStore, Store, Stored, is_key, open_store, unheard

from .servers import Servers

LATER = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture(params=["memory", "folder", "seaweedfs", "seaweedfs over https", "moto", "rclone"])
def store(
    request: pytest.FixtureRequest,
    servers: Servers,
    tmp_path: Path,
    as_publisher: None,
    monkeypatch: pytest.MonkeyPatch,
) -> Store:
    """An empty store of each kind."""
    if request.param == "memory":
        return MemoryStore()
    if request.param == "folder":
        return FolderStore(tmp_path / "store")
    kind, _, https = request.param.partition(" over ")
    bucket, address = servers.bucket(kind), servers.address(kind)
    if https:
        address, certificate = servers.over_https()
        monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate))
    # rclone's server fails for good at what others do: it is not asked again for long.
    patience_s = 2 if kind == "rclone" else 60
    return S3Store(f"s3://{bucket}/some/prefix", {"endpoint": address}, patience_s=patience_s)


def put(store: Store, key: str, source: bytes | Path, advanced: Callable[[int], None] = unheard) -> None:
    store.put(key, source, media_type="audio/mpeg", cache_control="public, max-age=300", advanced=advanced)


def put_all(store: Store, keys: list[str]) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(partial(put, store, source=b"x"), keys))


def keys(store: Store, prefix: str = "") -> set[str]:
    listed = {stored.key for stored in store.list(prefix)}
    assert set(store.keys(prefix)) == listed
    return listed


def md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


# ---------------------------------------------------------------- put, get, head, list, delete


def test_what_is_put_is_got_listed_and_headed_at_once(store: Store) -> None:
    before = datetime.now(UTC) - timedelta(seconds=5)
    put(store, "media/C0901/a-0.mp3", b"sound")
    assert store.get("media/C0901/a-0.mp3") == b"sound"
    (listed,) = store.list("media/")
    headed = store.head("media/C0901/a-0.mp3")
    assert headed is not None
    for told in (listed, headed):
        assert (told.key, told.length_bytes) == ("media/C0901/a-0.mp3", 5)
        assert told.md5 in (None, md5(b"sound"))
        assert told.modified is not None
        assert before <= told.modified <= datetime.now(UTC) + timedelta(seconds=5)


def test_what_is_not_there_is_told_so(store: Store) -> None:
    assert store.head("media/none.mp3") is None
    assert keys(store) == keys(store, "media/") == set()
    with pytest.raises(NotInStore, match=r"media/none\.mp3"):
        store.get("media/none.mp3")
    store.delete("media/none.mp3")


def test_nothing_lies_where_only_longer_keys_do(store: Store) -> None:
    put(store, "media/C0901/a.mp3", b"x")
    assert store.head("media/C0901") is None
    with pytest.raises(NotInStore):
        store.get("media/C0901")
    try:
        store.delete("media/C0901")
    except StoreError as error:  # rclone's server, whose folders are real ones
        assert "500 InternalError" in str(error)
    assert keys(store) == {"media/C0901/a.mp3"}


@pytest.mark.parametrize("length", [0, 1, 21_000_001])
def test_a_file_is_stored_whole_whatever_its_length(store: Store, tmp_path: Path, length: int) -> None:
    data = (bytes(range(251)) * (length // 251 + 1))[:length]
    (tmp_path / "sound").write_bytes(data)
    heard: list[int] = []
    put(store, "media/sound.mp3", tmp_path / "sound", heard.append)
    assert store.get("media/sound.mp3") == data
    assert sum(heard) == length
    (listed,) = store.list("media/sound")
    assert listed.length_bytes == length
    assert listed.md5 in (None, md5(data))


def test_empty_bytes_are_an_object(store: Store) -> None:
    put(store, "text/empty.txt", b"")
    assert store.get("text/empty.txt") == b""
    assert keys(store) == {"text/empty.txt"}


def test_a_second_put_replaces_and_a_delete_takes_away(store: Store) -> None:
    put(store, "feeds/a.xml", b"one, which is longer")
    put(store, "feeds/a.xml", b"two")
    assert store.get("feeds/a.xml") == b"two"
    store.delete("feeds/a.xml")
    store.delete("feeds/a.xml")
    assert store.head("feeds/a.xml") is None
    assert keys(store) == set()


def test_a_listing_has_all_and_only_what_starts_with_the_prefix(store: Store) -> None:
    put_all(store, ["records/C1/1.json", "records/C10/1.json", "recordsx/1.json", "feeds/a.xml"])
    assert keys(store, "records/") == {"records/C1/1.json", "records/C10/1.json"}
    assert keys(store, "records/C1/") == {"records/C1/1.json"}
    assert keys(store, "records/C1") == {"records/C1/1.json", "records/C10/1.json"}
    assert len(keys(store)) == 4


# ---------------------------------------------------------------- keys


def test_odd_keys_are_stored_under_their_very_names(store: Store) -> None:
    odd = ["a b/c+d%20e&f=g~h.mp3", "x", "-", "(a)/b/c/d/e/f,@!$'", "a" * 255]
    put_all(store, odd)
    assert [store.get(key) for key in odd] == [b"x"] * len(odd)
    assert keys(store) == set(odd)
    for key in odd:
        store.delete(key)
    assert keys(store) == set()


BAD_KEYS = [
    "", "/", "/x", "//x", "x/", "a//b", ".", "..", "../x", "a/../b", "a/..", "./x", ".x", "a/.b", "a./b",
    "a ", "a\nb", "a\0b", "a\x7fb", "a\\b", "C:x", "a?b", "a*", "a|b", 'a"b', "a<b", "blåbær", "a\u202eb",
    "\ud800", "a" * 256, "a/" * 450 + "b",
]  # fmt: skip


def test_keys_that_could_lead_astray_are_refused_by_every_method(store: Store) -> None:
    for key in BAD_KEYS:
        assert not is_key(key)
        for refused in everything_with(store, key):
            with pytest.raises(StoreError, match="cannot be a key"):
                refused()
        with pytest.raises(StoreError, match="cannot be a key"):
            keys(store, f"{key}/" if key else "/")


def everything_with(store: Store, key: str) -> list[Callable[[], object]]:
    return [
        partial(put, store, key, b"x"),
        *(partial(do, key) for do in (store.get, store.head, store.delete)),
    ]


# ---------------------------------------------------------------- failures and races


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError, OSError, StoreError])
def test_a_put_that_its_listener_breaks_off_leaves_what_was_there(
    store: Store, tmp_path: Path, error: type[BaseException]
) -> None:
    put(store, "media/a.mp3", b"old")
    (tmp_path / "sound").write_bytes(b"x" * 3_000_000)

    def broken(_: int) -> None:
        raise error("enough")

    with pytest.raises((error, StoreError), match="enough"):
        put(store, "media/a.mp3", tmp_path / "sound", broken)
    assert store.get("media/a.mp3") == b"old"
    assert keys(store) == {"media/a.mp3"}


def test_a_source_that_cannot_be_read_is_told_and_leaves_what_was_there(store: Store, tmp_path: Path) -> None:
    put(store, "media/a.mp3", b"old")
    (tmp_path / "folder").mkdir()
    for source in (tmp_path / "gone.mp3", tmp_path / "folder"):
        with pytest.raises(LornpodError, match=f"cannot read .*{source.name}"):
            put(store, "media/a.mp3", source)
    assert store.get("media/a.mp3") == b"old"


def test_a_source_that_shrinks_on_the_way_is_told_and_leaves_what_was_there(
    store: Store, tmp_path: Path
) -> None:
    put(store, "media/a.mp3", b"old")
    source = tmp_path / "sound"
    source.touch()
    os.truncate(source, 60_000_000)  # more than any store reads ahead

    def shrink(_: int) -> None:
        source.write_bytes(b"")

    with pytest.raises(LornpodError, match="shorter"):
        put(store, "media/a.mp3", source, shrink)
    assert store.get("media/a.mp3") == b"old"


def test_puts_of_one_key_at_once_leave_one_of_them_whole(store: Store) -> None:
    versions = [bytes([number]) * 200_000 for number in range(6)]
    start = threading.Barrier(len(versions))

    def put_together(version: bytes) -> None:
        start.wait()
        put(store, "feeds/a.xml", version)

    with ThreadPoolExecutor(len(versions)) as pool:
        list(pool.map(put_together, versions))
    assert store.get("feeds/a.xml") in versions
    assert keys(store) == {"feeds/a.xml"}


def test_readers_see_one_version_or_the_other_while_it_is_replaced(
    store: Store, request: pytest.FixtureRequest
) -> None:
    if "[rclone]" in request.node.name:
        pytest.skip("rclone's server replaces in place: a reader may see part of what is being written")
    old, new = b"o" * 300_000, b"n" * 400_000
    put(store, "feeds/a.xml", old)
    ended = threading.Event()

    def replace() -> None:
        try:
            for version in (new, old, new):
                put(store, "feeds/a.xml", version)
        finally:
            ended.set()

    with ThreadPoolExecutor(1) as pool:
        replacing = pool.submit(replace)
        while not ended.is_set():
            assert store.get("feeds/a.xml") in (old, new)
        replacing.result()
    assert store.get("feeds/a.xml") == new


def test_nothing_is_unfinished_after_puts_that_ended(store: Store) -> None:
    put(store, "media/a.mp3", b"sound")
    assert list(store.unfinished(LATER)) == []


# ---------------------------------------------------------------- a folder alone


def test_a_folder_store_never_follows_a_link_below_its_folder(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret.txt").write_text("secret", "utf-8")
    (tmp_path / "store").mkdir()
    (tmp_path / "store/way").symlink_to(tmp_path / "outside")
    (tmp_path / "store/file.txt").symlink_to(tmp_path / "outside/secret.txt")
    store = FolderStore(tmp_path / "store")
    for key in ("way/secret.txt", "file.txt"):
        for refused in everything_with(store, key):
            with pytest.raises(StoreError, match="symbolic link"):
                refused()
    with pytest.raises(StoreError, match="symbolic link"):
        put(store, "way/new.txt", b"x")
    assert keys(store) == set()
    assert (tmp_path / "outside/secret.txt").read_text("utf-8") == "secret"
    assert [path.name for path in (tmp_path / "outside").iterdir()] == ["secret.txt"]


def test_the_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "store").symlink_to(tmp_path / "disk")
    put(FolderStore(tmp_path / "store"), "media/a.mp3", b"x")
    assert (tmp_path / "disk/media/a.mp3").read_bytes() == b"x"


def test_a_folder_shows_neither_hidden_files_nor_parts_of_killed_puts(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "store")
    put(store, "media/a.mp3", b"x")
    (tmp_path / "store/media/.0011223344556677.part").write_bytes(b"half")
    (tmp_path / "store/media/a\\b").write_bytes(b"no key")
    (tmp_path / "store/.git").mkdir()
    (tmp_path / "store/.git/config").write_bytes(b"hidden")
    assert keys(store) == {"media/a.mp3"}


def test_old_parts_of_killed_puts_can_be_thrown_away_and_nothing_else(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "store")
    put(store, "media/a.mp3", b"x")
    part, strange = (tmp_path / f"store/media/.{name}.part" for name in ("0011223344556677", "download"))
    part.write_bytes(b"half")
    strange.write_bytes(b"somebody else's")
    assert list(store.unfinished(datetime.now(UTC) - timedelta(days=1))) == []
    (left,) = store.unfinished(LATER)
    left.discard()
    left.discard()
    assert not part.exists()
    assert strange.exists()


def test_a_broken_put_leaves_no_file_in_the_folder(tmp_path: Path) -> None:
    def broken(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        put(FolderStore(tmp_path / "store"), "media/a.mp3", b"x", broken)
    assert [path for path in (tmp_path / "store").rglob("*") if path.is_file()] == []


def test_a_stored_file_may_be_read_by_a_web_server(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"")  # as this process's mask has it
    (tmp_path / "private").write_bytes(b"x")
    (tmp_path / "private").chmod(0o600)
    put(FolderStore(tmp_path / "store"), "media/a.mp3", tmp_path / "private")
    assert (tmp_path / "store/media/a.mp3").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_what_the_file_system_refuses_is_one_line(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "store", "public")
    put(store, "media", b"x")
    with pytest.raises(StoreError, match=r"^media/a\.mp3: public: ") as caught:
        put(store, "media/a.mp3", b"x")
    assert "\n" not in str(caught.value)


# ---------------------------------------------------------------- replacing what was seen


def replace(store: Store, data: bytes, over: Stored | None) -> bool:
    stamp = store.replace(
        "feeds/a.xml", (data[:2], data[2:]), over, media_type="application/rss+xml", cache_control="no-cache"
    )
    return stamp is not None


def test_what_was_seen_is_replaced(store: Store) -> None:
    assert replace(store, b"first", None)
    assert replace(store, b"second", store.head("feeds/a.xml"))
    assert store.get("feeds/a.xml") == b"second"


def test_a_stamp_is_that_of_what_was_put(store: Store) -> None:
    stamps = []
    for _ in range(100):
        stamp = store.replace("feeds/a.xml", [b"same"], None, media_type="", cache_control="")
        listed, looked_at = next(store.list("feeds/")), store.head("feeds/a.xml")
        assert looked_at is not None
        assert stamp == listed.stamp == looked_at.stamp
        stamps.append(stamp)
        if not store.near:
            break
    assert len(set(stamps)) == len(stamps) or not store.near


@pytest.fixture(params=["memory", "seaweedfs", "moto"])
def conditional(
    request: pytest.FixtureRequest, servers: Servers, tmp_path: Path, as_publisher: None
) -> Store:
    """A store that can tell who came too late."""
    if request.param == "memory":
        return MemoryStore(conditional=True)
    settings = {"endpoint": servers.address(request.param), "conditional": "true"}
    return open_store(f"s3://{servers.bucket(request.param)}/net", root=tmp_path, s3=settings)


def test_what_somebody_else_has_put_meanwhile_is_not_replaced(conditional: Store) -> None:
    assert replace(conditional, b"theirs", None)
    assert not replace(conditional, b"ours", None)
    seen = conditional.head("feeds/a.xml")
    assert replace(conditional, b"theirs again", seen)
    assert not replace(conditional, b"ours", seen)
    assert conditional.get("feeds/a.xml") == b"theirs again"
    conditional.delete("feeds/a.xml")
    assert not replace(conditional, b"ours", seen)
    assert conditional.head("feeds/a.xml") is None


def test_a_replacement_that_is_there_already_is_done(conditional: Store) -> None:
    seen = conditional.head("feeds/a.xml")
    assert replace(conditional, b"ours", seen)
    if not isinstance(conditional, MemoryStore):  # whose answers are never lost
        assert replace(conditional, b"ours", seen)


def test_of_many_replacements_at_once_one_is_done(conditional: Store) -> None:
    replace(conditional, b"first", None)
    seen = conditional.head("feeds/a.xml")
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda n: replace(conditional, b"%d" % n, seen), range(8)))
    assert done.count(True) == 1
    assert conditional.get("feeds/a.xml") == b"%d" % done.index(True)


# ---------------------------------------------------------------- by address


@pytest.mark.parametrize("address", ["", " ", "ftp://x/y", "http://x/y", "s3://", "s3:///x", "s3://A B/x", "s3://b/../x",
                                     "S3://bucket", "~nobody-of-that-name/x", "a\0b"])  # fmt: skip
def test_what_is_no_store_is_told(tmp_path: Path, address: str) -> None:
    with pytest.raises(LornpodError) as caught:
        open_store(address, root=tmp_path, s3={})
    assert "\n" not in str(caught.value)


def test_a_folder_that_holds_the_authored_files_is_refused(tmp_path: Path) -> None:
    for address in (".", "..", "/", str(tmp_path), "public/.."):
        with pytest.raises(LornpodError, match="authored files"):
            open_store(address, root=tmp_path, s3={})


def test_a_store_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "public").write_bytes(b"")
    with pytest.raises(LornpodError, match="is a file"):
        open_store("public", root=tmp_path, s3={})


def test_a_relative_folder_lies_below_the_workspace(tmp_path: Path) -> None:
    put(open_store("public", root=tmp_path, s3={}), "feeds/a.xml", b"x")
    assert (tmp_path / "public/feeds/a.xml").read_bytes() == b"x"
