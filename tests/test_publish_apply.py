"""Publishing is right at every point: order, repetition, failure, two at once."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser
import pytest
from lxml import etree

from lornpod.errors import InputError, NotInStore, StoreError
from lornpod.model import EPOCH, Artifact, ArtifactKind, Content, Feed, Record, Release, Where, feed_key
from lornpod.publish import apply, records
from lornpod.publish.plan import plan
from lornpod.publish.press import Press
from lornpod.publish.stores import FolderStore, MemoryStore, Store

from . import builders
from .stores import Counting, Failing, Meddling

NOW = datetime(2026, 4, 1, tzinfo=UTC)
BASE = builders.network().base_url
COVER = Content(Artifact("image", "art/cover-00aa00aa00aa.jpg", "image/jpeg", 5, "0" * 64), b"cover")


def artifact(
    case_id: str, kind: ArtifactKind, room: str, suffix: str, data: bytes, media_type: str
) -> Content:
    made = Artifact(
        kind, f"{room}/{case_id}/x-{hash(data) & 0xFFFFFFFF:08x}{suffix}", media_type, len(data), "0" * 64
    )
    return Content(made, data)


def release(case_id: str = "C0901", title: str = "Broer", **changes: Any) -> Release:
    number = int(case_id[1:])
    sound = artifact(case_id, "media", "media", ".mp3", f"{case_id} {title}".encode(), "audio/mpeg")
    text = artifact(case_id, "transcript", "text", ".html", f"<p>{case_id}</p>".encode(), "text/html")
    record = builders.record(case=builders.case(id=case_id, number=number, title=title, **changes))
    media = replace(record.media, artifact=sound.artifact)
    record = replace(
        record,
        number=0,
        recorded_at=EPOCH,
        by="",
        guid=f"guid-{case_id}",
        media=media,
        transcripts=(text.artifact,),
        chapters=None,
    )
    return Release(record, (sound, text))


FEEDS = (builders.feed(), Feed("alle", "Alle", "Alt.", Where()))


def press(store: Store, feeds: Sequence[Feed] = FEEDS, now: datetime = NOW) -> Press:
    return Press(store, builders.network(), feeds, {feed.slug: COVER for feed in feeds}, now)


def publish(
    store: Store, *releases: Release, by: str = "kari", now: datetime = NOW, force: bool = False
) -> apply.Outcome:
    return apply.publish(press(store, now=now), releases, records.load(store), by=by, force=force)


def named_by_feeds(store: Store) -> dict[str, set[str]]:
    """What each stored feed names in the store, by the feed's key."""
    found: dict[str, set[str]] = {}
    for stored in list(store.list("feeds/")):
        root = etree.fromstring(store.get(stored.key))
        values = [str(value) for element in root.iter() for value in element.attrib.values()]
        found[stored.key] = {value.removeprefix(BASE) for value in values if value.startswith(BASE)}
    return found


def assert_nothing_named_is_absent(store: Store) -> None:
    there = {stored.key for stored in store.list("")}
    for key, named in named_by_feeds(store).items():
        assert named <= there, key
    for stored in list(store.list("records/")):
        record = records.decode(store.get(stored.key), stored.key)
        assert {one.key for one in record.artifacts} <= there, stored.key


def titles(store: Store, slug: str = "alle") -> list[str]:
    return [entry.title for entry in feedparser.parse(store.get(f"feeds/{slug}.xml")).entries]


# ---------------------------------------------------------------- order and repetition


def test_artifacts_come_before_their_record_and_records_before_feeds() -> None:
    store = Counting(MemoryStore())
    publish(store, release("C0901"), release("C0902"))
    rooms = [key.partition("/")[0] for method, key in store.requests if method == "put"]
    order = [rooms.index("records"), len(rooms) - 1 - rooms[::-1].index("records")]
    assert all(rooms.index(room) < order[0] for room in ("media", "text"))
    assert set(rooms[: order[0]]) == {"media", "text"}
    assert rooms.index("feeds") > order[1]
    assert rooms.index("art") < rooms.index("feeds")


def test_the_second_publish_puts_nothing_and_asks_little() -> None:
    store = Counting(MemoryStore())
    publish(store, release())
    store.requests.clear()
    outcome = publish(store, release(), now=NOW.replace(month=5), by="ola")
    assert outcome.published == {}
    assert outcome.feeds.written == ()
    assert len(store.requests) <= 8
    assert {method for method, _ in store.requests} <= {"get", "list", "head"}


def test_one_case_into_a_large_network_costs_few_requests() -> None:
    store = Counting(MemoryStore())
    publish(store, *(release(f"C{number:04d}") for number in range(1, 301)))
    store.requests.clear()
    publish(store, release("C0950"))
    own = [key for method, key in store.requests if method == "put" and "/C0950/" in key]
    assert len(own) == 3
    assert len(store.requests) - len(own) + 1 <= 20


def test_a_new_version_puts_only_what_changed_and_keeps_the_guid() -> None:
    store = Counting(MemoryStore())
    publish(store, release())
    store.requests.clear()
    outcome = publish(store, release(title="Større broer"))
    put = [key for method, key in store.requests if method == "put"]
    assert outcome.published == {"C0901": 2}
    assert [key.partition("/")[0] for key in put[:2]] == ["media", "records"]
    assert titles(store) == ["Større broer"]
    assert feedparser.parse(store.get("feeds/alle.xml")).entries[0].id == "guid-C0901"


def test_an_episode_whose_time_has_not_come_waits_in_the_store() -> None:
    store = MemoryStore()
    outcome = publish(store, release(published=NOW.replace(month=6)))
    assert outcome.scheduled == ("C0901",)
    assert titles(store) == []
    later = apply.renew_feeds(press(store, now=NOW.replace(month=7)))
    assert set(later.written) == {"alle", "offentlig-innovasjon"}
    assert titles(store) == ["Broer"]


def test_objects_are_stored_with_their_types_and_lifetimes() -> None:
    store = MemoryStore()
    publish(store, release())
    headers = {stored.key: store.headers(stored.key) for stored in store.list("")}
    for key, (media_type, cache) in headers.items():
        hashed = not key.startswith(("feeds", "catalog"))
        assert ("immutable" in cache) == hashed, key
        assert ("max-age=31536000" in cache) == hashed, key
        assert media_type, key
    assert headers["feeds/alle.xml"] == ("application/rss+xml; charset=utf-8", "public, max-age=300")


# ---------------------------------------------------------------- failure


def test_whatever_request_fails_nothing_named_is_absent_and_the_next_run_completes() -> None:
    whole = Counting(MemoryStore())
    publish(whole, release("C0901"), release("C0902"))
    publish(whole, release("C0901", title="Ny"))
    steps = len(whole.requests)
    for at in range(1, steps + 1):
        inner = MemoryStore()
        store = Failing(inner, at)
        try:
            publish(store, release("C0901"), release("C0902"))
            publish(store, release("C0901", title="Ny"))
        except StoreError as error:
            assert "\n" not in str(error)
        assert_nothing_named_is_absent(inner)
        publish(inner, release("C0901"), release("C0902"))
        publish(inner, release("C0901", title="Ny"))
        assert sorted(titles(inner)) == ["Broer", "Ny"]
        assert_nothing_named_is_absent(inner)


def test_a_release_that_names_what_nobody_brings_is_refused() -> None:
    bare = Release(release().record, ())
    with pytest.raises(StoreError, match="nowhere"):
        publish(MemoryStore(), bare)


def test_an_authors_guid_that_moves_a_published_one_is_refused_before_anything_is_stored() -> None:
    store = MemoryStore()
    publish(store, release())
    before = {stored.key for stored in store.list("")}
    moved = release(title="Ny", guid="another")
    with pytest.raises(InputError, match="guid-C0901"):
        publish(store, moved)
    assert {stored.key for stored in store.list("")} == before


def test_a_number_that_another_published_case_has_is_refused() -> None:
    store = MemoryStore()
    publish(store, release("C0901"))
    twin = release("C0902")
    twin = replace(twin, record=replace(twin.record, case=replace(twin.record.case, number=901)))
    with pytest.raises(InputError, match="C0901"):
        publish(store, twin)


def test_a_feed_whose_guid_would_move_is_left_alone_and_the_others_are_written() -> None:
    store = MemoryStore()
    publish(store, release())
    stored = store.get("feeds/alle.xml")
    feeds = [
        replace(feed, title="Ny " + feed.title, guid="g" if feed.slug == "alle" else "") for feed in FEEDS
    ]
    with pytest.raises(InputError, match=r"feeds/alle\.md.*podcast:guid would change"):
        apply.renew_feeds(press(store, feeds))
    assert store.get("feeds/alle.xml") == stored
    assert b"Ny Innovasjon" in store.get("feeds/offentlig-innovasjon.xml")


def test_checking_feeds_writes_nothing() -> None:
    store = Counting(MemoryStore())
    publish(store, release())
    store.requests.clear()
    changed = [replace(feed, title="Ny " + feed.title) for feed in FEEDS]
    outcome = apply.renew_feeds(press(store, changed), check_only=True)
    assert set(outcome.written) == {"alle", "offentlig-innovasjon"}
    assert not [method for method, _ in store.requests if method == "put"]


# ---------------------------------------------------------------- two at once


def test_an_episode_published_while_we_write_the_feeds_is_in_them_at_the_end() -> None:
    inner = MemoryStore()
    store = Meddling(inner, "feeds/", lambda: publish(inner, release("C0902", title="Andres")))
    publish(store, release("C0901", title="Vår"))
    assert sorted(titles(inner)) == ["Andres", "Vår"]


def test_no_feed_covers_one_that_was_written_since_it_was_listed() -> None:
    inner = MemoryStore(conditional=True)
    done: list[str | None] = []

    class Telling(Meddling):
        def replace(self, *args: Any, **kwargs: Any) -> str | None:
            done.append(super().replace(*args, **kwargs))
            return done[-1]

    store = Telling(inner, "feeds/", lambda: publish(inner, release("C0902", title="Andres")))
    publish(store, release("C0901", title="Vår"))
    assert None in done
    assert sorted(titles(inner)) == ["Andres", "Vår"]


def test_two_versions_at_once_leave_one_by_rule_and_tell_the_other() -> None:
    inner = MemoryStore()
    others: list[apply.Outcome] = []
    store = Meddling(
        inner, "records/", lambda: others.append(publish(inner, release(title="Andres"), by="ola"))
    )
    ours = publish(store, release(title="Vår"), by="kari")
    (stored,) = [titles(inner)]
    winner = records.load(inner).latest["C0901"]
    assert stored == [winner.case.title]
    assert len(list(inner.list("records/"))) == 2
    ((theirs, ours_counts),) = [(conflict.theirs.by, conflict.ours_counts) for conflict in ours.conflicts]
    assert (theirs, ours_counts) == ("ola", winner.by == "kari")


def test_what_others_published_during_an_upload_is_followed_by_a_later_version() -> None:
    inner = MemoryStore()
    store = Meddling(inner, "media/", lambda: publish(inner, release(title="Andres"), by="ola"))
    ours = publish(store, release(title="Vår"), by="kari")
    assert (ours.published, ours.conflicts) == ({"C0901": 2}, ())
    assert titles(inner) == ["Vår"]


def test_a_release_made_from_a_version_that_was_followed_since_may_name_what_that_one_brought() -> None:
    store = MemoryStore()
    first = release(title="Vår")
    publish(store, first)
    known = records.load(store)
    publish(store, release(title="Andres"), by="ola")
    retold = Release(replace(first.record, notes="<p>Nytt</p>"), ())
    assert apply.publish(press(store), [retold], known, by="kari").published == {"C0901": 3}
    assert titles(store) == ["Vår"]


@pytest.mark.parametrize("publishers", [2, 8])
def test_many_publishers_at_once_lose_no_episode(publishers: int) -> None:
    store = MemoryStore()
    failures: list[BaseException] = []

    def work(who: int) -> None:
        try:
            for turn in range(3):
                publish(store, release(f"C{who}{turn:03d}", title=f"{who} {turn}"), by=str(who))
        except BaseException as error:  # noqa: BLE001 - told below
            failures.append(error)

    threads = [threading.Thread(target=work, args=(who,)) for who in range(1, publishers + 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    expected = sorted(f"{who} {turn}" for who in range(1, publishers + 1) for turn in range(3))
    assert sorted(titles(store)) == expected
    assert_nothing_named_is_absent(store)


# ---------------------------------------------------------------- the plan


def test_a_plan_is_a_value_and_empty_once_it_is_carried_out() -> None:
    known = records.Known()
    todo = plan([release()], known, now=NOW, by="kari")
    assert [record.number for record in todo.records] == [1]
    assert len(todo.contents) == 2
    after: list[Record] = list(todo.records)
    again = plan([release()], known.with_records(after), now=NOW, by="ola")
    assert (again.contents, again.records, again.unchanged) == ((), (), ("C0901",))


# ---------------------------------------------------------------- telling the world


def test_the_world_hears_of_each_written_feed_wherever_a_publish_was_cut_off() -> None:
    def told_by(store: Store) -> list[str]:
        told: list[str] = []
        telling = replace(press(store), announce=told.extend)
        with suppress(StoreError):
            apply.publish(telling, [release("C0901")], records.load(store), by="kari")
        return told

    whole = Counting(MemoryStore())
    everything = told_by(whole)
    assert sorted(everything) == sorted(feed.slug for feed in FEEDS if whole.head(f"feeds/{feed.slug}.xml"))
    assert len(everything) == len(set(everything))
    assert told_by(whole) == []
    for step in range(1, len(whole.requests) + 1):
        inner = MemoryStore()
        first = told_by(Failing(inner, step))
        assert set(first) | set(told_by(inner)) == set(everything), f"after step {step}"
        assert told_by(inner) == []


def test_the_next_run_tells_what_one_that_was_ended_while_it_told_did_not() -> None:
    store = MemoryStore()

    def ended(_: Sequence[str]) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        apply.publish(
            replace(press(store), announce=ended), [release("C0901")], records.load(store), by="kari"
        )
    told: list[str] = []
    outcome = apply.renew_feeds(replace(press(store), announce=told.extend))
    assert outcome.written == ()
    assert sorted(told) == sorted(feed.slug for feed in FEEDS)


class Replacing(MemoryStore):
    """A store that has nothing at a feed's key for a moment, as servers that replace in place do."""

    def __init__(self) -> None:
        super().__init__()
        self.away = 0

    def get(self, key: str) -> bytes:
        if key.startswith("feeds/") and self.away:
            self.away -= 1
            raise NotInStore(f"cannot read {key}: there is no such object")
        return super().get(key)


def test_a_feed_that_is_just_being_replaced_is_waited_for() -> None:
    store = Replacing()
    publish(store, release())
    store.away = 3
    outcome = publish(store, release("C0902"))
    assert store.away == 0
    assert outcome.published == {"C0902": 1}
    assert len(feedparser.parse(store.get(feed_key("alle"))).entries) == 2


def test_a_feed_that_stays_away_is_told_and_no_feed_is_written_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lornpod.publish.press.time.sleep", lambda _: None)
    store = Replacing()
    publish(store, release())
    before = {stored.key: MemoryStore.get(store, stored.key) for stored in list(store.list("feeds/"))}
    store.away = 10_000
    with pytest.raises(NotInStore):
        publish(store, release("C0902"))
    assert {key: MemoryStore.get(store, key) for key in before} == before


# ---------------------------------------------------------------- feeds in a folder, known by their stamps


@pytest.fixture
def folder(tmp_path: Path) -> FolderStore:
    store = FolderStore(tmp_path / "public")
    publish(store, release())
    return store


def read_and_written(store: Store) -> list[tuple[str, str]]:
    counting = Counting(store)
    apply.renew_feeds(press(counting))
    return [(method, key) for method, key in counting.requests if ".xml" in key or method == "put"]


def test_feeds_that_stand_as_they_were_written_are_not_read(folder: FolderStore) -> None:
    assert read_and_written(folder) == []


@pytest.mark.parametrize("same_time", [False, True])
def test_a_feed_that_somebody_else_has_changed_is_written_again(folder: FolderStore, same_time: bool) -> None:
    path, right = folder.folder / "feeds/alle.xml", folder.get("feeds/alle.xml")
    before = path.stat()
    other = path.with_name("other")
    other.write_bytes(right.replace(b"Kari", b"Siri"))
    other.replace(path)
    if same_time:  # as rsync leaves it
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert ("put", "feeds/alle.xml") in read_and_written(folder)
    assert folder.get("feeds/alle.xml") == right


def test_a_store_that_was_copied_is_read_and_not_written(folder: FolderStore, tmp_path: Path) -> None:
    shutil.copytree(folder.folder, tmp_path / "copy")
    found = read_and_written(FolderStore(tmp_path / "copy"))
    assert sorted(found) == [("get", feed_key(feed.slug)) for feed in FEEDS[::-1]]
