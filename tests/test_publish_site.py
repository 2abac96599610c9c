"""Pages beside the feeds: written after what they name, only where they changed, at few requests."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lornpod.errors import StoreError
from lornpod.model import Content, Cue, Network, Release, Transcript
from lornpod.publish import apply, records
from lornpod.publish.press import Press
from lornpod.publish.site import MADE, Pages, passages
from lornpod.publish.stores import FolderStore, MemoryStore, Store
from lornpod.text import transcripts

from . import builders
from .stores import Counting, Failing, Meddling
from .test_publish_apply import COVER, FEEDS, artifact, release

NOW = datetime(2026, 4, 1, tzinfo=UTC)
NAMED = re.compile(r'(?:href|src)="(?:\.\./)*((?:media|text|art|feeds)/[^"#]+)')
CUES = tuple(
    Cue(
        f"Setning {number} om broer.",
        ("Ola Vik", "Kari Nordmann")[number // 3 % 2],
        start,
        start + 900,
    )
    for number, start in enumerate(range(0, 40_000, 1_000))
)


def spoken(case_id: str = "C0901", **changes: Any) -> Release:
    """A release of its own day whose transcript has times."""
    case_changes = {"published": datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=int(case_id[1:]))}
    made = release(case_id, **(case_changes | changes))
    told = Transcript((*CUES, Cue(f"Dette er {case_id}.", "Ola Vik", 40_000, 41_000)), "nb")
    row = next(row for row in transcripts.FORMATS if row.name == "json")
    data = transcripts.render(told, row, title="")
    text = artifact(case_id, "transcript", "text", ".json", data, row.media_type)
    text = Content(replace(text.artifact, language="nb"), data)
    record = replace(made.record, transcripts=(*made.record.transcripts, text.artifact))
    return Release(record, (*made.contents, text))


def press(
    store: Store, *, now: datetime = NOW, own: Path | None = None, network: Network | None = None
) -> Press:
    network = network or builders.network()
    covers = {feed.slug: COVER for feed in FEEDS}
    return Press(store, network, FEEDS, covers, now, Pages(store, network, FEEDS, covers, now, own))


def publish(store: Store, *releases: Release, force: bool = False, **options: Any) -> apply.Outcome:
    return apply.publish(press(store, **options), releases, records.load(store), by="kari", force=force)


def page(store: Store, key: str) -> str:
    return store.get(key).decode()


def put(store: Counting) -> list[str]:
    return [key for method, key in store.requests if method == "put"]


def is_page(key: str) -> bool:
    return key.endswith(".html") and not key.startswith("text/")


# ---------------------------------------------------------------- order


def test_a_page_comes_after_every_artifact_and_feed_that_it_names() -> None:
    inner = MemoryStore()

    class Checking(Counting):
        def put(self, key: str, source: bytes | Path, **how: Any) -> None:
            if is_page(key) and isinstance(source, bytes):
                named = re.findall(
                    r'(?:href|src)="(?:\.\./)*((?:media|text|art|feeds)/[^"#]+)', source.decode()
                )
                there = {stored.key for stored in inner.list("")}
                assert set(named) <= there, key
                checked.append(key)
            super().put(key, source, **how)

    checked: list[str] = []
    publish(Checking(inner), spoken("C0001"), spoken("C0002"))
    assert {"index.html", "cases/C0001/index.html", "shows/alle/index.html"} <= set(checked)


def test_lists_of_cases_come_after_the_pages_that_they_lead_to() -> None:
    store = Counting(MemoryStore())
    publish(store, *(spoken(f"C{number:04}") for number in range(1, 20)))
    pages = [key for key in put(store) if is_page(key)]
    last_case = max(place for place, key in enumerate(pages) if key.startswith("cases/"))
    assert all(place > last_case for place, key in enumerate(pages) if not key.startswith("cases/"))


def test_wherever_a_publish_breaks_off_the_next_one_ends_it() -> None:
    whole = Counting(MemoryStore())
    publish(whole, spoken("C0001"), spoken("C0002"))
    for step in range(1, len(whole.requests) + 1):
        inner = MemoryStore()
        with pytest.raises(StoreError):
            publish(Failing(inner, step), spoken("C0001"), spoken("C0002"))
        publish(inner, spoken("C0001"), spoken("C0002"))
        for stored in list(whole.inner.list("")):
            if is_page(stored.key):
                assert inner.get(stored.key) == whole.get(stored.key), f"{stored.key} after step {step}"


# ---------------------------------------------------------------- only what changed


def test_the_second_publish_writes_no_page() -> None:
    store = Counting(MemoryStore())
    first = publish(store, spoken("C0001"), spoken("C0002"))
    store.requests.clear()
    second = publish(store, spoken("C0001"), spoken("C0002"))
    assert (first.feeds.pages, second.feeds.pages) == (10, 0)
    assert put(store) == []
    assert len(store.requests) <= 8


def test_one_case_into_a_large_network_costs_few_requests_with_its_pages() -> None:
    store = Counting(MemoryStore())
    publish(store, *(spoken(f"C{number:04}") for number in range(1, 301)))
    store.requests.clear()
    publish(store, spoken("C0950"))
    own = [key for key in put(store) if "/C0950/" in key]
    assert len(own) == 5  # sound, two transcripts, record, page
    assert {key for key in put(store) if is_page(key)} == {
        "cases/C0950/index.html", "cases/C0300/index.html", "shows/alle/index.html",
        "shows/offentlig-innovasjon/index.html", "topics/offentlig-sektor/index.html", "index.html",
    }  # fmt: skip
    # Of the requests, the record and the page are the case's own too, but counted.
    assert len(store.requests) - len(own) + 1 <= 24


def test_a_transcript_is_asked_for_only_where_its_page_is_made_anew() -> None:
    store = Counting(MemoryStore())
    publish(store, *(spoken(f"C{number:04}") for number in range(1, 31)))
    assert not [key for method, key in store.requests if method == "get" and key.startswith("text/")]
    store.requests.clear()
    publish(store, spoken("C0031"))
    read = [key for method, key in store.requests if method == "get" and key.startswith("text/")]
    assert [key.split("/")[1] for key in read] == ["C0030"]


def test_a_changed_template_is_published_though_no_feed_changed(tmp_path: Path) -> None:
    store = MemoryStore()
    publish(store, spoken("C0001"), own=tmp_path)
    (tmp_path / "theme.css").write_text(":root { --accent: #123456; }", "utf-8")
    outcome = publish(store, spoken("C0001"), own=tmp_path)
    assert (outcome.feeds.written, outcome.feeds.pages) == ((), 1)
    assert "--accent: #123456" in page(store, "assets/site.css")


def test_pages_are_the_same_from_a_publish_and_from_records_alone() -> None:
    store, other = MemoryStore(), MemoryStore()
    publish(store, spoken("C0001"), spoken("C0002"))
    for stored in list(store.list("")):
        if stored.key.split("/")[0] in ("media", "text", "records", "art"):
            other.put(stored.key, store.get(stored.key), media_type="x", cache_control="x")
    outcome = apply.renew_feeds(press(other))
    assert outcome.pages == 10
    for stored in list(store.list("")):
        assert other.get(stored.key) == store.get(stored.key), stored.key


# ---------------------------------------------------------------- from records alone


def test_a_page_that_vanished_from_the_store_is_written_again() -> None:
    store = MemoryStore()
    publish(store, spoken("C0001"))
    before = page(store, "cases/C0001/index.html")
    store.delete("cases/C0001/index.html")
    outcome = apply.renew_feeds(press(store))
    assert outcome.pages == 1
    assert page(store, "cases/C0001/index.html") == before


@pytest.mark.parametrize("damage", [b"", b"[]", b'{"index.html": 3}', b"\xff"])
def test_a_damaged_list_of_pages_costs_writing_them_again_and_nothing_else(damage: bytes) -> None:
    store = MemoryStore()
    publish(store, spoken("C0001"))
    before = {stored.key: store.get(stored.key) for stored in list(store.list(""))}
    store.put(MADE, damage, media_type="application/json", cache_control="")
    apply.renew_feeds(press(store))
    assert {stored.key: store.get(stored.key) for stored in list(store.list(""))} == before


def test_check_tells_of_pages_and_writes_none() -> None:
    store = Counting(MemoryStore())
    publish(store, spoken("C0001"), now=datetime(2023, 1, 1, tzinfo=UTC))
    store.requests.clear()
    outcome = apply.renew_feeds(press(store), check_only=True)
    assert outcome.pages == 6  # the case, two shows, its perspective, the front page, the sitemap
    assert put(store) == []


def test_a_scheduled_case_has_no_page_before_its_time() -> None:
    store = MemoryStore()
    publish(store, spoken("C0001"), spoken("C0002", published=NOW + timedelta(days=1)))
    assert store.head("cases/C0002/index.html") is None
    assert "C0002" not in page(store, "index.html")
    apply.renew_feeds(press(store, now=NOW + timedelta(days=2)))
    assert "Dette er C0002." in page(store, "cases/C0002/index.html")
    assert "C0002" in page(store, "cases/C0001/index.html")


def test_the_page_of_a_withdrawn_case_says_that_it_is_gone_and_nothing_leads_there() -> None:
    store = MemoryStore()
    publish(store, spoken("C0001"), spoken("C0002"), spoken("C0003"))
    known = records.load(store)
    withdrawn = replace(known.latest["C0002"], withdrawn=True, number=2)
    apply.revise(press(store), withdrawn, known)
    assert "ikke tilgjengelig" in page(store, "cases/C0002/index.html")
    for stored in list(store.list("")):
        if is_page(stored.key):
            assert "C0002" not in page(store, stored.key), stored.key
    again = replace(withdrawn, withdrawn=False, number=3)
    apply.revise(press(store), again, records.load(store))
    assert "Dette er C0002." in page(store, "cases/C0002/index.html")


def test_of_two_publishers_at_once_neither_loses_a_page() -> None:
    inner = MemoryStore()
    publish(inner, spoken("C0001"))
    meddling = Meddling(inner, "cases/", lambda: publish(inner, spoken("C0003")))
    publish(meddling, spoken("C0002"))
    fresh = MemoryStore()
    publish(fresh, spoken("C0001"), spoken("C0002"), spoken("C0003"))
    for stored in list(fresh.list("")):
        if is_page(stored.key):
            assert inner.get(stored.key) == fresh.get(stored.key), stored.key


# ---------------------------------------------------------------- transcripts


def test_the_page_shows_the_transcript_with_times_where_there_is_one() -> None:
    store = MemoryStore()
    publish(store, spoken("C0901"))
    told = page(store, "cases/C0901/index.html")
    assert '<span data-t="40">Dette er C0901.</span>' in told


def test_the_page_shows_an_untimed_transcript_as_text() -> None:
    store = MemoryStore()
    publish(store, release("C0901"))
    told = page(store, "cases/C0901/index.html")
    assert "<p>C0901</p>" in told
    assert 'id="find"' in told


def test_a_transcript_in_the_cases_own_language_comes_first() -> None:
    made = spoken("C0901")
    english = Content(replace(made.contents[-1].artifact, language="en", key="text/C0901/x-en.json"), b"{}")
    record = replace(made.record, transcripts=(english.artifact, *made.record.transcripts))
    store = MemoryStore()
    publish(store, Release(record, (*made.contents, english)))
    assert "Dette er C0901." in page(store, "cases/C0901/index.html")


def test_a_transcript_that_the_store_has_lost_keeps_back_no_page() -> None:
    store = MemoryStore()
    publish(store, spoken("C0001"), spoken("C0002"))
    for stored in list(store.list("")):
        if is_page(stored.key) or stored.key == MADE or stored.key.startswith("text/C0001/"):
            store.delete(stored.key)
    assert apply.renew_feeds(press(store)).pages == 10
    assert "Dette er C0002." in page(store, "cases/C0002/index.html")
    assert 'id="words"' not in page(store, "cases/C0001/index.html")


@pytest.mark.parametrize("timed", [True, False])
def test_passages_hold_every_cue_once_and_in_order(timed: bool) -> None:
    cues = CUES if timed else tuple(replace(cue, start_ms=None, end_ms=None) for cue in CUES)
    made = list(passages(Transcript(cues, "nb")))
    assert tuple(cue for group in made for cue in group) == cues
    assert all(len({cue.speaker for cue in group}) == 1 for group in made)


# ---------------------------------------------------------------- where links lead


def test_feeds_lead_to_the_pages_unless_another_address_is_given() -> None:
    case, network = builders.case(), builders.network()
    assert network.case_url(case) == "https://cdn.example.org/pod/cases/C0901/index.html"
    assert replace(network, site=False).case_url(case) == network.website
    assert replace(network, case_href="https://e.org/{id}").case_url(case) == "https://e.org/C0901"
    assert network.case_url(replace(case, href="https://e.org/x")) == "https://e.org/x"


def test_pages_may_be_left_out() -> None:
    store = MemoryStore()
    plain = replace(press(store), pages=None)
    apply.publish(plain, [spoken("C0001")], records.load(store), by="kari")
    assert not [stored.key for stored in store.list("") if is_page(stored.key)]


def test_pages_are_stored_as_what_they_are_and_may_change() -> None:
    store = MemoryStore()
    publish(store, spoken("C0001"))
    types = {
        key: store.headers(key) for key in ("index.html", "sitemap.xml", "feeds.opml", "assets/player.js")
    }
    assert {key: media_type for key, (media_type, _) in types.items()} == {
        "index.html": "text/html; charset=utf-8",
        "sitemap.xml": "application/xml",
        "feeds.opml": "text/x-opml; charset=utf-8",
        "assets/player.js": "text/javascript; charset=utf-8",
    }
    assert all("immutable" not in cache for _, cache in types.values())


def test_a_folder_has_the_same_pages_as_any_store(tmp_path: Path) -> None:
    folder, memory = FolderStore(tmp_path / "public"), MemoryStore()
    publish(folder, spoken("C0001"))
    publish(memory, spoken("C0001"))
    made: Callable[[Store], dict[str, bytes]] = lambda store: {  # noqa: E731
        stored.key: store.get(stored.key) for stored in store.list("") if is_page(stored.key)
    }
    assert made(folder) == made(memory)
    assert json.loads(folder.get(MADE)) == json.loads(memory.get(MADE))
