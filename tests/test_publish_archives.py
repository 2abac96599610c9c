"""Long feeds in pages, and runs that touch no more than has changed: what is stored, and who reads it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
import podcastparser
import pytest

from lornpod.errors import StoreError
from lornpod.feeds import reading as imported
from lornpod.feeds import rss
from lornpod.feeds.namespaces import NAMESPACES
from lornpod.model import Feed, Network, Record, Where
from lornpod.publish import apply, history, records, verify
from lornpod.publish.press import Press
from lornpod.publish.proofs import PROOFS
from lornpod.publish.serve import FolderServer
from lornpod.publish.stores import FolderStore, MemoryStore, Store

from . import builders as build
from .stores import Counting, Failing
from .test_publish_history import Aged

NOW = datetime(2026, 4, 1, tzinfo=UTC)
BASE = build.network().base_url
PAGE = 10
FEED = Feed("alle", "Alle", "Alt.", Where(), page_size=PAGE)


def record(number: int, *, version: int = 1, withdrawn: bool = False, **changes: object) -> Record:
    case = build.case(
        id=f"C{number:04d}",
        number=number,
        title=f"Nr. {number}",
        published=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=number),
    )
    media = replace(build.record().media, artifact=build.artifact(key=f"media/C{number:04d}/x.mp3"))
    return build.record(
        number=version,
        guid=f"g{number}",
        case=replace(case, **changes),  # type: ignore[arg-type]
        media=media,
        transcripts=(),
        chapters=None,
        withdrawn=withdrawn,
        recorded_at=NOW - timedelta(days=1),
    )


def put(store: Store, *some: Record) -> None:
    for one in some:
        key, data = records.encode(one)
        store.put(key, data, media_type="application/json", cache_control="")


def renew(
    store: Store, *feeds: Feed, network: Network | None = None, force: bool = False
) -> apply.FeedsOutcome:
    press = Press(store, network or build.network(), feeds or (FEED,), {}, NOW)
    return apply.renew_feeds(press, force=force)


def filled(store: Store, count: int) -> None:
    put(store, *(record(number) for number in range(1, count + 1)))
    renew(store)


def feeds_in(store: Store) -> dict[str, bytes]:
    return {stored.key: store.get(stored.key) for stored in list(store.list("feeds/"))}


def fetch(store: Store, url: str) -> bytes:
    assert url.startswith(BASE)
    return store.get(url.removeprefix(BASE))


def pages(store: Store, rel: str = "next") -> Iterator[bytes]:
    """The documents of the feed, as an app follows their links."""
    url = BASE + "feeds/alle.xml"
    while url:
        document = fetch(store, url)
        yield document
        links = feedparser.parse(document).feed.links
        url = next((link.href for link in links if link.rel == rel), "")


def guids(store: Store, rel: str = "next") -> list[str]:
    return [entry.id for page in pages(store, rel) for entry in feedparser.parse(page).entries]


# ---------------------------------------------------------------- pages


@pytest.mark.parametrize(("count", "archives"), [(5, 0), (19, 0), (20, 1), (29, 1), (30, 2), (55, 4)])
def test_a_feed_of_two_pages_is_cut_from_its_oldest_end(count: int, archives: int) -> None:
    store = MemoryStore()
    filled(store, count)
    documents = [len(feedparser.parse(page).entries) for page in pages(store)]
    assert documents == [count - archives * PAGE] + [PAGE] * archives
    assert len(feeds_in(store)) == 1 + archives


@pytest.mark.parametrize("rel", ["next", "prev-archive"])
def test_whoever_follows_the_links_reads_every_episode_once_newest_first(rel: str) -> None:
    store = MemoryStore()
    filled(store, 47)
    assert guids(store, rel) == [f"g{number}" for number in range(47, 0, -1)]


def test_podcastparser_finds_the_next_page() -> None:
    store = MemoryStore()
    filled(store, 30)
    import io

    read = podcastparser.parse(BASE + "feeds/alle.xml", io.BytesIO(store.get("feeds/alle.xml")))
    assert fetch(store, read["paged_feed_next"]) == list(pages(store))[1]


def test_our_own_importer_reads_all_pages() -> None:
    store = MemoryStore()
    filled(store, 47)
    whole = imported.read_all(
        store.get("feeds/alle.xml"), BASE + "feeds/alle.xml", lambda url: fetch(store, url)
    )
    assert (len(whole.items), whole.pages) == (47, 4)


def test_archives_say_that_they_are_and_lead_back_to_the_feed() -> None:
    from lxml import etree

    store = MemoryStore()
    filled(store, 30)
    current, *archives = (etree.fromstring(page)[0] for page in pages(store))
    assert current.find("fh:archive", NAMESPACES) is None
    own = {current.findtext("podcast:guid", namespaces=NAMESPACES)}
    addresses = set()
    for archive in archives:
        assert archive.find("fh:archive", NAMESPACES) is not None
        own.add(archive.findtext("podcast:guid", namespaces=NAMESPACES))
        links = {
            str(one.get("rel")): str(one.get("href")) for one in archive.findall("atom:link", NAMESPACES)
        }
        assert links["current"] == BASE + "feeds/alle.xml"
        addresses.add(links["self"])
    assert len(own) == 1
    assert addresses == {BASE + key for key in feeds_in(store) if key != "feeds/alle.xml"}


def test_a_new_episode_rewrites_no_archive() -> None:
    store = MemoryStore()
    filled(store, 35)
    before = feeds_in(store)
    counting = Counting(store)
    put(store, record(36))
    assert renew(counting).written == ("alle",)
    assert [key for method, key in counting.requests if method == "put" and key.startswith("feeds/")] == [
        "feeds/alle.xml"
    ]
    after = feeds_in(store)
    assert {key for key in before if before[key] != after[key]} == {"feeds/alle.xml"}


def test_the_episode_that_fills_a_page_adds_one_archive_before_the_feed_names_it() -> None:
    store = MemoryStore()
    filled(store, 39)
    counting = Counting(store)
    put(store, record(40))
    renew(counting)
    written = [key for method, key in counting.requests if method == "put" and key.startswith("feeds/")]
    assert len(written) == 2
    assert written[0].startswith("feeds/alle/0003-")
    assert written[1] == "feeds/alle.xml"


def test_a_withdrawn_episode_leaves_the_others_on_their_pages() -> None:
    store = MemoryStore()
    filled(store, 35)
    first, second = list(pages(store))[2], list(pages(store))[1]
    put(store, record(15, version=2, withdrawn=True))
    renew(store, force=True)
    current, newer, oldest = pages(store)
    assert oldest == first
    assert [entry.id for entry in feedparser.parse(newer).entries] == [
        entry.id for entry in feedparser.parse(second).entries if entry.id != "g15"
    ]
    assert len(feedparser.parse(current).entries) == 15
    put(store, record(15, version=3))  # as a rollback does
    renew(store)
    assert list(pages(store))[1:] == [second, first]


def test_an_episode_to_come_takes_no_place_before_its_time() -> None:
    store = MemoryStore()
    filled(store, 29)
    put(store, record(30, published=NOW + timedelta(days=1)))
    renew(store)
    assert len(list(pages(store))) == 2
    press = Press(store, build.network(), (FEED,), {}, NOW + timedelta(days=2))
    apply.renew_feeds(press)
    assert len(list(pages(store))) == 3


def test_cutting_a_feed_loses_no_episode_and_is_no_risk() -> None:
    store = MemoryStore()
    put(store, *(record(number) for number in range(1, 36)))
    renew(store, replace(FEED, page_size=None))
    whole = guids(store)
    assert renew(store).written == ("alle",)
    assert guids(store) == whole
    assert renew(store, replace(FEED, page_size=None)).written == ("alle",)
    assert guids(store) == whole


def test_an_archive_that_the_store_has_lost_is_put_again() -> None:
    store = MemoryStore()
    filled(store, 30)
    (lost, *_) = [key for key in feeds_in(store) if "/0001-" in key]
    store.delete(lost)
    assert renew(store).written == ("alle",)
    assert lost in feeds_in(store)


def test_no_reader_ever_meets_a_page_that_is_not_there_whatever_request_fails() -> None:
    whole = MemoryStore()
    filled(whole, 39)
    for at in range(1, 14):
        store = MemoryStore()
        filled(store, 39)
        put(store, record(40))
        with contextlib.suppress(StoreError):
            renew(Failing(store, at))
        assert len(guids(store)) in (39, 40)
        renew(store)
        assert len(guids(store)) == 40


def test_a_plan_names_only_what_comes_goes_or_changes() -> None:
    store = MemoryStore()
    filled(store, 39)
    put(store, record(40), record(3, version=2, title="Ny"))
    press = Press(store, build.network(), (FEED,), {}, NOW)
    (sheet,) = press.pending(records.load(store))
    change = sheet.change
    assert change is not None
    assert (change.added, change.removed, set(change.changed)) == (("g40",), (), {"g3"})


def test_archives_that_nothing_leads_to_are_swept_after_the_grace_with_what_only_they_name() -> None:
    store = Aged()
    filled(store, 30)
    first = set(feeds_in(store))
    store.clock = NOW + timedelta(days=10)
    put(store, record(3, version=2, title="Ny"))
    renew(store)
    stale = {key for key in first if key.startswith("feeds/alle/")}
    assert not history.sweepable(store, before=NOW + timedelta(days=5)).archives
    found = history.sweepable(store, before=NOW + timedelta(days=20))
    assert {one.key for one in found.archives} == stale
    history.sweep(store, found)
    assert len(guids(store)) == 30
    assert len(feeds_in(store)) == 3


def test_verify_reads_the_archives_of_a_feed(tmp_path: Path) -> None:
    server = FolderServer(("127.0.0.1", 0), tmp_path)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        network = build.network(base_url=f"http://127.0.0.1:{server.server_address[1]}/", artwork="")
        store = FolderStore(tmp_path)
        put(store, *(record(number) for number in range(1, 31)))
        for number in range(1, 31):
            store.put(
                f"media/C{number:04d}/x.mp3", b"ID3" * 480_000, media_type="audio/mpeg", cache_control=""
            )
        renew(store, network=network)
        report = verify.verify([network.feed_url("alle")])
        assert report.episodes == 30
        oldest = next(key for key in feeds_in(store) if "/0001-" in key)
        store.delete(oldest)
        codes = {finding.code for finding in verify.verify([network.feed_url("alle")]).findings}
        assert "verify-status" in codes
    finally:
        server.shutdown()
        server.server_close()


# ---------------------------------------------------------------- size


def test_a_feed_too_large_shortens_its_oldest_episodes_by_the_hundred() -> None:
    store = MemoryStore()
    notes = f"<p>{'Kari forteller. ' * 400}</p>"  # 6.4 kB
    many = [replace(record(number), notes=notes) for number in range(1, 451)]
    put(store, *many)
    renew(store, replace(FEED, page_size=None, max_megabytes=2))
    xml = store.get("feeds/alle.xml")
    entries = feedparser.parse(xml).entries
    assert len(xml) < 2_000_000
    assert len(entries) == 450
    whole = ["content" in entry for entry in entries]
    assert whole == [True] * 150 + [False] * 300
    assert all(entry.summary and entry.enclosures for entry in entries)
    put(store, replace(record(451), notes=notes))
    renew(store, replace(FEED, page_size=None, max_megabytes=2))
    again = ["content" in entry for entry in feedparser.parse(store.get("feeds/alle.xml")).entries]
    assert again == [True] * 151 + [False] * 300


def test_a_feed_whose_summaries_are_too_much_says_least_of_its_oldest_and_takes_items_over() -> None:
    store, feed = MemoryStore(), replace(FEED, page_size=None, max_megabytes=0.6)
    put(
        store,
        *(replace(record(number, summary="Om broer. " * 100), notes="<p>x</p>") for number in range(450)),
    )
    renew(store, feed)
    first = store.get("feeds/alle.xml")
    lengths = [len(entry.summary) for entry in feedparser.parse(first).entries]
    assert len(first) < 600_000
    assert [length > 300 for length in lengths] == [True] * 150 + [False] * 300
    assert b"content:encoded>" not in first
    put(store, replace(record(450, summary="Ny."), notes="<p>x</p>"))
    renew(store, feed)
    again = rss.parts_of(store.get("feeds/alle.xml"))[1]
    assert again[1:] == rss.parts_of(first)[1]
    assert b"content:encoded>" not in again[0]


def test_a_plan_tells_of_a_feed_that_no_shortening_fits() -> None:
    def told(feed: Feed) -> list[tuple[str, str]]:
        store = MemoryStore()
        put(store, *(record(number) for number in range(1, 201)))
        press = Press(store, build.network(), (feed,), {}, NOW)
        ahead = apply.preview(press, (), records.load(store), by="Kari")
        (sheet,) = ahead.sheets
        assert sheet.edition.current.length_bytes == len(sheet.edition.current.data)
        return [(one.code, one.where) for one in ahead.remarks]

    assert told(replace(FEED, page_size=None, max_megabytes=0.1)) == [("feed-too-large", "feeds/alle.md")]
    assert told(replace(FEED, page_size=10, max_megabytes=0.1)) == []
    assert told(replace(FEED, page_size=None, limit=10, max_megabytes=0.1)) == []


def test_five_thousand_episodes_stay_below_ten_megabytes() -> None:
    import gzip

    notes = f"<p>{'Kari forteller om broer og veier. ' * 150}</p>"
    many = [replace(build.record(case=record(n).case), guid=f"g{n}", notes=notes) for n in range(5000)]
    xml = rss.render(build.network(), build.feed(), many)
    assert len(xml) < 10_000_000
    assert len(gzip.compress(xml, 6)) < 1_000_000
    assert xml.count(b"<item>") == 5000


# ---------------------------------------------------------------- no more than has changed


def test_a_run_with_nothing_to_do_reads_neither_records_nor_feeds() -> None:
    store = Counting(MemoryStore())
    filled(store, 35)
    store.requests.clear()
    assert renew(store).written == ()
    assert [key for method, key in store.requests if method == "get"] == [records.CATALOG, PROOFS]
    assert not [key for method, key in store.requests if method == "put"]


def test_one_changed_case_reads_its_record_and_the_feeds_that_show_it() -> None:
    plain = (
        Feed("alle", "Alle", "Alt.", Where()),
        Feed("tolv", "Tolv", "", Where(theme=("Tolv",))),
        Feed("andre", "Andre", "", Where(theme=("Andre",))),
    )
    store = Counting(MemoryStore())
    put(store, *(record(n, themes=("Tolv",) if n == 12 else ("Andre",)) for n in range(1, 30)))
    renew(store, *plain)
    put(store, record(12, version=2, title="Ny", themes=("Tolv",)))
    block = records.block_of("records/C0012/")
    store.requests.clear()
    assert set(renew(store, *plain).written) == {"alle", "tolv"}
    read = {key for method, key in store.requests if method == "get"}
    changed, _ = records.encode(record(12, version=2, title="Ny", themes=("Tolv",)))
    assert read == {records.CATALOG, PROOFS, "feeds/alle.xml", "feeds/tolv.xml", changed, block}


@pytest.mark.parametrize("damage", [b"", b"no gzip", b"{}"])
def test_damaged_proofs_cost_rendering_and_change_nothing(damage: bytes) -> None:
    store = MemoryStore()
    filled(store, 35)
    before = feeds_in(store)
    store.put(PROOFS, damage, media_type="", cache_control="")
    assert renew(store).written == ()
    assert feeds_in(store) == before


def test_a_feed_that_somebody_changed_is_made_again() -> None:
    store = MemoryStore()
    filled(store, 15)
    right = store.get("feeds/alle.xml")
    wrong = right.replace(b"Nr. 7", b"Nr. 8")
    store.put("feeds/alle.xml", wrong, media_type="", cache_control="")
    assert renew(store).written == ("alle",)
    assert store.get("feeds/alle.xml") == right


@pytest.mark.parametrize(
    "change",
    [
        lambda feed, network: (replace(feed, explicit=True), network),
        lambda feed, network: (feed, replace(network, author="En annen")),
        lambda feed, network: (feed, replace(network, case_href="https://example.org/{id}")),
        lambda feed, network: (replace(feed, title="Ny"), network),
        lambda feed, network: (replace(feed, hosts=(build.KARI,)), network),
        lambda feed, network: (replace(feed, where=Where(theme=("Ingen",))), network),
    ],
)
def test_items_taken_over_from_a_stored_feed_are_those_that_rendering_makes(change) -> None:  # type: ignore[no-untyped-def]
    warm, cold = MemoryStore(), MemoryStore()
    feed, network = change(FEED, build.network())
    for store in (warm, cold):
        put(store, *(record(number, hosts=()) for number in range(1, 36)))
    renew(warm)
    put(warm, record(36), record(7, version=2, title="Ny"))
    put(cold, record(36), record(7, version=2, title="Ny"))
    renew(warm, feed, network=network, force=True)
    renew(cold, feed, network=network, force=True)
    assert feeds_in(warm)["feeds/alle.xml"] == feeds_in(cold)["feeds/alle.xml"]
    assert feeds_in(warm).keys() >= feeds_in(cold).keys()


def test_notes_that_look_like_an_item_are_one_episodes_notes() -> None:
    store = MemoryStore()
    notes = "<pre>\n<item><guid>x</guid></item></pre>"
    put(store, replace(record(1), notes=notes), record(2))
    renew(store)
    published = rss.Published(store.get("feeds/alle.xml"))
    assert published.guids == ("g2", "g1")
    assert published.item("g1")["content:encoded"] == notes
    put(store, record(3))
    renew(store)
    assert rss.Published(store.get("feeds/alle.xml")).item("g1")["content:encoded"] == notes


def test_every_address_of_a_page_is_one_of_the_store() -> None:
    store = MemoryStore()
    filled(store, 30)
    for page in pages(store):
        for link in feedparser.parse(page).feed.links:
            assert urlsplit(link.href).scheme == "https"


def test_the_list_of_feeds_is_there_without_pages_and_written_again_only_when_it_changes() -> None:
    store = Counting(MemoryStore())
    filled(store, 3)
    assert b'xmlUrl="https://cdn.example.org/pod/feeds/alle.xml"' in store.get("feeds.opml")
    store.requests.clear()
    put(store, record(4))
    renew(store)
    assert ("put", "feeds.opml") not in store.requests
    renew(store, FEED, Feed("ny", "Ny", "Nye.", Where()))
    assert b"feeds/ny.xml" in store.get("feeds.opml")
