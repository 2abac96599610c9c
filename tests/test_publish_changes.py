"""What becomes of a feed, told item by item and field by field, and what is risky about it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lornpod.errors import InputError
from lornpod.feeds import rss
from lornpod.model import Feed, Record
from lornpod.publish import apply, records
from lornpod.publish.changes import FeedChange, feed_change
from lornpod.publish.stores import MemoryStore

from . import builders
from .stores import Counting
from .test_publish_apply import press, publish, release, titles


def record(number: int, **changes: Any) -> Record:
    case = builders.case(id=f"C{number:04d}", title=f"Nr {number}")
    return builders.record(case=replace(case, **changes), guid=f"g{number}")


def rendered(*shown: Record, **feed: Any) -> bytes:
    return rss.render(builders.network(), builders.feed(**feed), shown)


def change(before: bytes | None, after: bytes, **feed: Any) -> FeedChange:
    found = feed_change(builders.feed(**feed), None if before is None else (before,), (after,))
    assert found is not None
    return found


def codes(found: FeedChange) -> list[str]:
    return [risk.code for risk in found.risks]


def test_the_same_bytes_are_no_change() -> None:
    assert feed_change(builders.feed(), (rendered(record(1)),), (rendered(record(1)),)) is None


def test_a_new_feed_adds_all_and_risks_nothing() -> None:
    found = change(None, rendered(record(2), record(1)))
    assert (found.new, found.added, found.removed, codes(found)) == (True, ("g2", "g1"), (), [])


def test_a_changed_title_is_told_with_both_sides() -> None:
    found = change(rendered(record(1), record(2)), rendered(record(1), record(2, title="Ny")))
    (field,) = found.changed["g2"]
    assert (field.name, field.before, field.after) == ("title", "Nr 2", "Ny")
    assert list(found.changed) == ["g2"]
    assert codes(found) == []


def test_a_chapter_that_moves_is_told_in_its_field() -> None:
    chapters = builders.case().chapters
    moved = (chapters[0], replace(chapters[1], start_ms=31_000), chapters[2])
    found = change(rendered(record(1)), rendered(record(1, chapters=moved)))
    (field,) = found.changed["g1"]
    assert field.name == "psc:chapters"
    assert "00:00:31.000" in field.after


def test_an_episode_that_leaves_is_a_risk_by_its_title() -> None:
    found = change(rendered(record(1), record(2)), rendered(record(2)))
    assert codes(found) == ["episode-leaves"]
    assert "Nr 1" in str(found.risks[0])
    assert "--force" in str(found.risks[0])


def test_the_oldest_that_a_limit_lets_go_is_no_risk() -> None:
    found = change(rendered(record(1), limit=1), rendered(record(2), limit=1), limit=1)
    assert codes(found) == []


@pytest.mark.parametrize(("touched", "risky"), [(4, False), (5, False), (6, True)])
def test_more_than_a_third_of_a_feed_changing_is_a_risk(touched: int, risky: bool) -> None:
    before = [record(number) for number in range(15)]
    after = [record(number, title="Ny") if number < touched else record(number) for number in range(15)]
    assert codes(change(rendered(*before), rendered(*after))) == (["feed-changes-much"] if risky else [])


def test_a_small_feed_may_change_as_a_whole() -> None:
    before = [record(number) for number in range(4)]
    after = [record(number, title="Ny") for number in range(4)]
    assert codes(change(rendered(*before), rendered(*after))) == []


def test_a_podcast_guid_that_moves_is_a_risk_that_nothing_excuses() -> None:
    store = MemoryStore()
    publish(store, release())
    moved = [replace(feed, guid="another") for feed in (Feed("alle", "Alle"),)]
    with pytest.raises(InputError, match="podcast:guid would change"):
        apply.renew_feeds(press(store, moved), force=True)


def test_what_is_risky_is_refused_before_anything_is_stored_unless_it_is_meant() -> None:
    inner = MemoryStore()
    publish(inner, release("C0901"), release("C0902"))
    store = Counting(inner)
    moved = release("C0902", themes=("Annet",))
    with pytest.raises(InputError, match="would leave the feed"):
        publish(store, moved)
    assert not [key for method, key in store.requests if method == "put"]
    publish(inner, moved, force=True)
    assert titles(inner, "offentlig-innovasjon") == ["Broer"]


def test_a_preview_tells_everything_and_stores_nothing() -> None:
    store = Counting(MemoryStore())
    known = records.load(store)
    ahead = apply.preview(press(store), [release()], known, by="kari")
    assert [one.number for one in ahead.plan.records] == [1]
    assert {one.slug for one in ahead.feeds} == {"alle", "offentlig-innovasjon"}
    assert not [key for method, key in store.requests if method == "put"]
    publish(store, release())
    assert apply.preview(press(store), [release()], records.load(store), by="ola").empty
