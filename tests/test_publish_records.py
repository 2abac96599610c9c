"""Records: their bytes, their keys, which one counts, and the catalogue that saves requests."""

from __future__ import annotations

import gzip
import random
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lornpod.errors import StoreError
from lornpod.model import Chapter, Link, Person, Record
from lornpod.publish import records
from lornpod.publish.stores import MemoryStore

from . import builders
from .stores import Counting

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def put(store: Any, record: Record) -> str:
    key, data = records.encode(record)
    store.put(key, data, media_type="application/json", cache_control="")
    return key


@given(
    title=text,
    notes=text,
    guests=st.lists(st.builds(Person, text, text, text, text, text), max_size=3).map(tuple),
    chapters=st.lists(st.builds(Chapter, st.integers(0, 10**9), text), max_size=3).map(tuple),
    links=st.lists(st.builds(Link, text, text), max_size=2).map(tuple),
    number=st.integers(1, 10**6),
    withdrawn=st.booleans(),
)
def test_a_record_is_read_back_as_it_was_written(
    title: str,
    notes: str,
    guests: tuple[Person, ...],
    chapters: tuple[Chapter, ...],
    links: tuple[Link, ...],
    number: int,
    withdrawn: bool,
) -> None:
    case = builders.case(title=title, guests=guests, chapters=chapters, links=links)
    record = builders.record(case=case, notes=notes, number=number, withdrawn=withdrawn)
    key, data = records.encode(record)
    assert records.decode(data, key) == record


def test_equal_records_are_equal_bytes_and_another_is_another_key() -> None:
    assert records.encode(builders.record()) == records.encode(builders.record())
    assert records.encode(builders.record())[0] != records.encode(builders.record(by="ola"))[0]
    assert records.encode(builders.record(number=7))[0].startswith("records/C0901/000007-")


def test_a_damaged_record_is_told_by_its_key() -> None:
    key, data = records.encode(builders.record())
    with pytest.raises(StoreError, match="damaged"):
        records.decode(data[:-5] + b"00}}\n", key)
    with pytest.raises(StoreError, match="no record"):
        records.decode(b"{}")


def test_a_field_of_a_later_version_is_passed_over() -> None:
    _, data = records.encode(builders.record())
    later = data.replace(b'{"by":', b'{"added_later":[1],"by":')
    assert records.decode(later) == builders.record()


def test_the_highest_number_counts_and_then_the_highest_hash_in_any_order_of_listing() -> None:
    keys = [
        f"records/C1/{number:06d}-{digest}.json"
        for number, digest in [(1, "ff" * 4), (2, "00" * 4), (2, "0a" * 4)]
    ]
    keys += ["records/C2/000001-00000000.json", "records/C3/notes.txt", "records/C4/1-00000000.json"]
    for seed in range(20):
        random.Random(seed).shuffle(keys)
        assert records.latest_keys(keys) == {
            "C1": "records/C1/000002-0a0a0a0a.json",
            "C2": "records/C2/000001-00000000.json",
        }


def test_the_catalogue_saves_the_requests_for_records_that_have_not_moved() -> None:
    store = Counting(MemoryStore())
    for number in range(40):
        put(store, builders.record(case=builders.case(id=f"C{number:04d}")))
    records.save_catalog(store, records.load(store))
    newer = builders.record(case=builders.case(id="C0007", title="Ny"), number=2)
    put(store, newer)
    store.requests.clear()
    known = records.load(store)
    assert known.latest["C0007"] == newer
    assert len(known.latest) == 40
    assert [name for name, _ in store.requests] == ["list", "get", "get"]


@pytest.mark.parametrize(
    "damage",
    [b"", b"no gzip", gzip.compress(b"no json\n", mtime=0), gzip.compress(b'{"key":"x"}', mtime=0)[:-4]],
    ids=["empty", "no gzip", "no json", "cut"],
)
def test_a_damaged_catalogue_costs_requests_and_never_truth(damage: bytes) -> None:
    store = MemoryStore()
    put(store, builders.record())
    store.put(records.CATALOG, damage, media_type="", cache_control="")
    assert records.load(store).latest == {"C0901": builders.record()}


def test_a_catalogue_that_lies_about_a_record_is_not_believed() -> None:
    store = MemoryStore()
    key = put(store, builders.record())
    forged = records.encode(builders.record(by="somebody else"))[1]
    line = b'{"key":"' + key.encode() + b'","record":' + forged.rstrip() + b"}\n"
    store.put(records.CATALOG, gzip.compress(line), media_type="", cache_control="")
    assert records.load(store).latest["C0901"].by == "kari@studio"


def test_without_an_index_records_are_read_from_their_blocks() -> None:
    store = Counting(MemoryStore())
    for number in range(40):
        put(store, builders.record(case=builders.case(id=f"C{number:04d}")))
    before = records.load(store)
    records.save_catalog(store, before)
    store.delete(records.CATALOG)
    store.requests.clear()
    known = records.load(store)
    assert known.entries == before.entries
    assert [name for name, _ in store.requests] == ["list", "get", "get"]  # the index, and one block


def test_a_catalogue_of_records_that_are_all_gone_says_nothing() -> None:
    store = MemoryStore()
    put(store, builders.record())
    records.save_catalog(store, records.load(store))
    for key in list(store.keys("records/")):
        store.delete(key)
    known = records.load(store)
    assert not known.entries
    assert not known.keys
    assert records.save_catalog(store, known)


def test_the_catalogue_is_written_only_when_it_would_change() -> None:
    store = MemoryStore()
    put(store, builders.record())
    assert records.save_catalog(store, records.load(store))
    assert not records.save_catalog(store, records.load(store))


def test_records_that_differ_in_number_time_and_publisher_alone_say_the_same() -> None:
    one = builders.record()
    other = replace(one, number=9, by="ola", recorded_at=builders.record().recorded_at.replace(year=2030))
    assert one.says_the_same_as(other)
    assert not one.says_the_same_as(replace(other, notes="<p>Ny</p>"))


TOGETHER = """
import sys, threading
sys.setswitchinterval(1e-6)
from lornpod.publish import records
key, data = sys.argv[1], sys.stdin.buffer.read()
all_ready = threading.Barrier(8)
def read(number):
    all_ready.wait()
    for _ in range(20):
        records.decode(data, key)
        records._read_entry(data, key)
readers = [threading.Thread(target=read, args=(number,)) for number in range(8)]
[one.start() for one in readers]
[one.join() for one in readers]
"""


def test_several_threads_read_their_first_records_at_once() -> None:
    key, data = records.encode(builders.record())
    for _ in range(10):  # of ten programs five crashed where each thread made its own decoder
        done = subprocess.run(
            [sys.executable, "-c", TOGETHER, key], input=data, capture_output=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, b"")
