"""Versions: going back, taking away, and sweeping up without taking what somebody needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lornpod.errors import LornpodError, StoreError
from lornpod.publish import apply, history, records
from lornpod.publish.stores import FolderStore, MemoryStore, Store, Stored

from .stores import Failing
from .test_publish_apply import NOW, assert_nothing_named_is_absent, press, publish, release, titles


class Aged(MemoryStore):
    """A store that says of every object when it was stored by a clock of ours."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = NOW
        self.stored_at: dict[str, datetime] = {}

    def put(self, key: str, source: bytes | Path, **named: object) -> None:
        super().put(key, source, **named)  # type: ignore[arg-type]
        self.stored_at[key] = self.clock

    def list(self, prefix: str):  # type: ignore[no-untyped-def]
        return iter([replace(one, modified=self.stored_at[one.key]) for one in super().list(prefix)])


def keys(found: tuple[Stored, ...]) -> set[str]:
    return {stored.key for stored in found}


def test_history_shows_every_version_and_which_one_counts() -> None:
    store = MemoryStore()
    publish(store, release(title="En"))
    publish(store, release(title="To"))
    versions = history.history(store, "C0901")
    assert [(one.record.number, one.record.case.title, one.counts) for one in versions] == [
        (2, "To", True),
        (1, "En", False),
    ]
    with pytest.raises(LornpodError, match="never published"):
        history.history(store, "C0999")


def test_going_back_publishes_the_earlier_version_again_as_a_new_one() -> None:
    store = MemoryStore()
    publish(store, release(title="En"))
    publish(store, release(title="To"))
    chosen = history.back_to(history.history(store, "C0901"), None)
    known = records.load(store)
    record = history.successor(known.latest["C0901"], chosen, now=NOW, by="ola")
    apply.revise(press(store), record, known)
    assert titles(store) == ["En"]
    assert [one.record.number for one in history.history(store, "C0901")] == [3, 2, 1]
    assert publish(store, release(title="En")).published == {}


def test_going_back_to_a_version_that_is_not_there_names_those_that_are() -> None:
    store = MemoryStore()
    publish(store, release())
    versions = history.history(store, "C0901")
    with pytest.raises(LornpodError, match="no version 7"):
        history.back_to(versions, 7)
    with pytest.raises(LornpodError, match="no earlier version"):
        history.back_to(versions, None)


def withdraw(store: Store) -> None:
    known = records.load(store)
    latest = known.latest["C0901"]
    record = replace(latest, number=latest.number + 1, withdrawn=True, by="ola")
    apply.revise(press(store), record, known)


def test_a_withdrawn_episode_leaves_every_feed_and_comes_back_when_published() -> None:
    store = MemoryStore()
    publish(store, release())
    withdraw(store)
    assert titles(store) == []
    assert titles(store, "offentlig-innovasjon") == []
    assert publish(store, release()).published == {"C0901": 3}
    assert titles(store) == ["Broer"]


def test_sweeping_takes_old_versions_and_what_only_they_named() -> None:
    store = Aged()
    publish(store, release(title="En"))
    old_media = records.load(store).latest["C0901"].media.artifact.key
    store.clock = NOW + timedelta(days=1)
    publish(store, release(title="To"))
    found = history.sweepable(store, before=NOW + timedelta(days=40))
    assert keys(found.artifacts) == {old_media}
    assert {key.split("/")[-1][:6] for key in keys(found.records)} == {"000001"}
    history.sweep(store, found)
    assert titles(store) == ["To"]
    assert_nothing_named_is_absent(store)
    assert [one.record.number for one in history.history(store, "C0901")] == [2]


def test_a_version_that_counted_within_the_grace_is_kept_with_all_it_names() -> None:
    store = Aged()
    publish(store, release(title="En"))
    store.clock = NOW + timedelta(days=50)
    publish(store, release(title="To"))
    found = history.sweepable(store, before=NOW + timedelta(days=49))
    assert (found.records, found.artifacts) == ((), ())


def test_what_a_publish_under_way_has_stored_is_kept() -> None:
    store = Aged()
    publish(store, release("C0901"))
    store.clock = NOW + timedelta(days=60)
    broken = Failing(store, 10)
    with pytest.raises(StoreError):
        publish(broken, release("C0902"))
    assert [key for key in store.stored_at if "/C0902/" in key]
    found = history.sweepable(store, before=NOW + timedelta(days=59))
    assert not [key for key in keys(found.artifacts) if "/C0902/" in key]
    later = history.sweepable(store, before=NOW + timedelta(days=61))
    assert [key for key in keys(later.artifacts) if "/C0902/" in key]


def test_a_withdrawn_episode_and_every_cover_in_a_feed_are_kept() -> None:
    store = Aged()
    publish(store, release())
    withdraw(store)
    found = history.sweepable(store, before=NOW + timedelta(days=99))
    assert not [key for key in keys(found.artifacts) if not key.startswith("records/")]
    assert "art/cover-00aa00aa00aa.jpg" in store.stored_at


def test_a_feed_that_cannot_be_read_stops_the_sweep() -> None:
    store = Aged()
    publish(store, release())
    store.put("feeds/old.xml", b"half a fee", media_type="", cache_control="")
    with pytest.raises(StoreError, match=r"feeds/old\.xml"):
        history.sweepable(store, before=NOW + timedelta(days=99))


def test_what_an_older_feed_at_another_address_names_is_kept() -> None:
    store = Aged()
    publish(store, release(title="En"))
    media = records.load(store).latest["C0901"].media.artifact.key
    feed = store.get("feeds/alle.xml").replace(b"https://cdn.example.org/pod/", b"https://old.example.org/")
    store.put("feeds/gone.xml", feed, media_type="", cache_control="")
    publish(store, release(title="To"))
    assert media not in keys(history.sweepable(store, before=NOW + timedelta(days=99)).artifacts)


def test_puts_that_broke_off_in_a_folder_are_found_and_thrown_away(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "store")
    store.put("media/a.mp3", b"a", media_type="", cache_control="")
    (tmp_path / "store/media/.0011223344556677.part").write_bytes(b"half")
    (left,) = store.unfinished(datetime.now(UTC) + timedelta(hours=1))
    assert store.unfinished(datetime.now(UTC) - timedelta(hours=1)) == ()
    left.discard()
    assert [path.name for path in (tmp_path / "store/media").iterdir()] == ["a.mp3"]
