"""Records as objects: their bytes and keys, which one counts, and the catalogue that saves requests.

A record's key ends in the start of its bytes' SHA-256, so that no two publishers can overwrite each
other and damage shows. Of several records of a case the highest number counts, and of several with
that number the highest hash: a rule that every reader can apply to a mere listing.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from ..errors import NotInStore, StoreError
from ..model import Record
from .headers import CHANGING
from .stores import Store

if TYPE_CHECKING:
    from pydantic import TypeAdapter

RECORDS = "records/"
CATALOG = "catalog.jsonl.gz"
_KEY = re.compile(r"records/([^/]+)/([0-9]{6,})-([0-9a-f]{8})\.json")
_LINE_MIDDLE = b'","record":'
_LINE_START = b'{"key":"'
_FETCHERS = 8

# ---------------------------------------------------------------- one record


def encode(record: Record) -> tuple[str, bytes]:
    """The key and the bytes of *record*: one line of JSON with sorted names and times in UTC, so that
    equal records are equal bytes."""
    text = json.dumps(
        asdict(record),
        ensure_ascii=False,
        allow_nan=False,
        sort_keys=True,
        separators=(",", ":"),
        default=_in_utc,
    )
    data = text.encode() + b"\n"
    return f"{RECORDS}{record.case.id}/{record.number:06d}-{_digest(data)}.json", data


def decode(data: bytes, key: str = "") -> Record:
    """The record in *data*, which was stored under *key*.

    Fields that this version doesn't know are ignored, those that it misses take their defaults.
    Raises StoreError, with the key, for what is no record or isn't what its key says.
    """
    named = _KEY.fullmatch(key)
    if named and named[3] != _digest(data):
        raise StoreError("the record is damaged: its content has another hash than its name", key)
    from pydantic import ValidationError

    try:
        record = _adapter().validate_json(data)
    except ValidationError as error:
        wrong = error.errors(include_url=False)[0]
        said = " ".join((".".join(map(str, wrong["loc"])), wrong["msg"])).strip()
        raise StoreError(f"this is no record that lornpod can read: {said}", key) from error
    if named and (record.case.id, record.number) != (named[1], int(named[2])):
        raise StoreError(f"the record says it is number {record.number} of {record.case.id}", key)
    return record


def _in_utc(value: object) -> str:
    if not isinstance(value, datetime):
        raise TypeError(f"{value!r} has no place in a record")
    return value.astimezone(UTC).isoformat()


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:8]


@cache
def _adapter() -> TypeAdapter[Record]:
    from pydantic import TypeAdapter

    return TypeAdapter(Record)


# ---------------------------------------------------------------- which one counts


def latest_keys(listing: Iterable[str]) -> dict[str, str]:
    """The key of the record that counts, by case id. Whatever else the listing holds is passed over."""
    best: dict[str, tuple[int, str, str]] = {}
    for key in listing:
        if named := _KEY.fullmatch(key):
            rank = (int(named[2]), named[3], key)
            best[named[1]] = max(best.get(named[1], rank), rank)
    return {case_id: best[case_id][2] for case_id in sorted(best)}


def rivals(key: str, listing: Iterable[str]) -> list[str]:
    """The other records with the case and number of *key*: somebody published at the same time."""
    stem = key.rpartition("-")[0] + "-"
    return sorted(other for other in listing if other.startswith(stem) and other != key)


@dataclass(frozen=True, slots=True)
class Known:
    """What a store's records say, as of one listing.

    ``latest`` has the record that counts of each case (withdrawn ones too) and ``keys`` its key;
    ``listed`` are all keys of records. ``sources`` are the latest records' bytes as they were stored:
    a newer version may have written fields that this one doesn't know.
    """

    latest: Mapping[str, Record] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    listed: frozenset[str] = frozenset()
    sources: Mapping[str, bytes] = field(default_factory=dict)
    catalogued: frozenset[str] = frozenset()

    def with_records(self, records: Iterable[Record]) -> Known:
        """What would be known once *records* were stored."""
        sources = dict(map(encode, records))
        return _known(self.listed | sources.keys(), self, sources)


def load(store: Store) -> Known:
    """Everything known of the store's records: one listing, one catalogue, then what the catalogue
    misses. Raises StoreError for a record that is damaged."""
    listed = _listed(store)
    catalog = _read_catalog(store)
    return _following(store, Known(sources=catalog, catalogued=frozenset(catalog)), listed)


def moved(store: Store, known: Known) -> Known:
    """What is known after listing the records again; fetches only those that are new."""
    return _following(store, known, _listed(store))


def _listed(store: Store) -> frozenset[str]:
    return frozenset(stored.key for stored in store.list(RECORDS))


def _following(store: Store, known: Known, listed: frozenset[str]) -> Known:
    wanted = [key for key in latest_keys(listed).values() if key not in known.sources]
    with ThreadPoolExecutor(_FETCHERS) as pool:
        fetched = dict(zip(wanted, pool.map(store.get, wanted), strict=True))
    return _known(listed, known, fetched)


def _known(listed: frozenset[str], before: Known, fetched: Mapping[str, bytes]) -> Known:
    """What *listed* amounts to, from what was known *before* and what was *fetched* since."""
    keys = latest_keys(listed)
    sources = {key: fetched[key] if key in fetched else before.sources[key] for key in keys.values()}
    latest = {}
    for case_id, key in keys.items():
        same = before.keys.get(case_id) == key
        latest[case_id] = before.latest[case_id] if same else decode(sources[key], key)
    return Known(latest, keys, listed, sources, before.catalogued)


# ---------------------------------------------------------------- the catalogue


def save_catalog(store: Store, known: Known) -> bool:
    """Store the latest records as one object, unless the stored one has the same; True when written.

    A cache in JSON Lines: whoever writes last wins, and what it misses or has too much costs the next
    reader requests, never truth.
    """
    if known.catalogued == frozenset(known.keys.values()):
        return False
    lines = b"".join(
        _LINE_START + key.encode() + _LINE_MIDDLE + known.sources[key].rstrip(b"\n") + b"}\n"
        for key in known.keys.values()
    )
    data = gzip.compress(lines, 6, mtime=0)
    store.put(CATALOG, data, media_type="application/gzip", cache_control=CHANGING)
    return True


def _read_catalog(store: Store) -> dict[str, bytes]:
    """The catalogue's records by key. A damaged line or an absent catalogue is as good as empty."""
    try:
        packed = store.get(CATALOG)
    except NotInStore:
        return {}
    try:
        lines = gzip.decompress(packed).splitlines()
    except (OSError, EOFError, zlib.error):
        return {}
    return dict(_sound(lines))


def _sound(lines: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """The records among *lines* that are what their keys say."""
    for line in lines:
        start, middle, rest = line.partition(_LINE_MIDDLE)
        key = start.removeprefix(_LINE_START).decode("utf-8", "replace")
        data = rest.removesuffix(b"}") + b"\n"
        named = _KEY.fullmatch(key)
        if middle and named and named[3] == _digest(data):
            yield key, data
