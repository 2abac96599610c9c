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
import threading
import zlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import cast

import msgspec

from ..errors import NotInStore, StoreError
from ..feeds.select import Entry, entry_of
from ..messages import tr
from ..model import Record
from .headers import CHANGING
from .stores import Store
from .together import at_once

RECORDS = "records/"
CATALOG = "catalog.json.gz"
BLOCKS = "catalog/"
_KEY = re.compile(r"records/([^/]+)/([0-9]{6,})-([0-9a-f]{8})\.json")
_LINE_MIDDLE = b'","record":'
_LINE_START = b'{"key":"'
_NUMBERED = re.compile("([A-Za-z_-]*)([0-9]{1,9})")
_FETCHERS = 8
_RAW_BYTES = 24_000_000  # of records, before more of them are packed, or not kept
_IN_A_BLOCK = 500
_FEW = 16  # records that are asked for one by one, blocks or not
_READ_RECORDS = 1600
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)  # what msgspec says of bad JSON
_PACKED = 1  # zlib's level: twice as fast as 6, and a quarter larger

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


def decode(data: bytes, key: str = "", *, checked: bool = False) -> Record:
    """The record in *data*, which was stored under *key*, and *checked* against it before or not.

    Fields that this version doesn't know are ignored, those that it misses take their defaults.
    Raises StoreError, with the key, for what is no record or isn't what its key says.
    """
    named = _KEY.fullmatch(key) if checked else _check_digest(data, key)
    try:
        record = _RECORD.decode(data)
    except UNREADABLE as error:
        raise StoreError(
            tr("this is no record that lornpod can read: {said}", said=str(error)), key
        ) from error
    if named and (record.case.id, record.number) != (named[1], int(named[2])):
        raise StoreError(
            tr("the record says it is number {number} of {id}", number=record.number, id=record.case.id), key
        )
    return record


def _check_digest(data: bytes, key: str) -> re.Match[str] | None:
    """What *key* says of a record; raises StoreError where *data* is not what it names."""
    named = _KEY.fullmatch(key)
    if named and named[3] != _digest(data):
        raise StoreError(tr("the record is damaged: its content has another hash than its name"), key)
    return named


def _read_entry(data: bytes, key: str) -> Entry:
    """What feeds choose the record in *data* by, without reading the rest of it. Raises StoreError for what
    is damaged."""
    _check_digest(data, key)
    try:
        return entry_of(cast("Record", _BRIEF.decode(data)), key)
    except UNREADABLE:
        return entry_of(decode(data, key), key)  # which says what is wrong


def _in_utc(value: object) -> str:
    if not isinstance(value, datetime):
        raise TypeError(f"{value!r} has no place in a record")
    return value.astimezone(UTC).isoformat()


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class _Named:
    name: str


@dataclass(frozen=True, slots=True)
class _BriefCase:
    id: str
    language: str
    number: int | None = None
    published: datetime | None = None
    themes: tuple[str, ...] = ()
    perspective: str = ""
    hosts: tuple[_Named, ...] = ()
    guests: tuple[_Named, ...] = ()
    episode_type: str = "full"


@dataclass(frozen=True, slots=True)
class _Brief:
    """As much of a record as :func:`entry_of` looks at."""

    number: int
    guid: str
    case: _BriefCase
    recorded_at: datetime
    withdrawn: bool = False


# Made here, once, and not where they are first needed: two threads that make decoders of one type at the same
# time crash msgspec (0.22).
_RECORD = msgspec.json.Decoder(Record)
_BRIEF = msgspec.json.Decoder(_Brief)


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


class Sources:
    """Records' bytes as they were stored, by key: those that this run has got, and those in the blocks of
    the catalogue, each got when it is first needed. Safe to use from several threads.

    From some amount on they are kept packed: a network's records are larger than its feeds. What a store
    that is near has is then not kept at all, but read again.
    """

    def __init__(self, store: Store | None = None) -> None:
        self._store = store
        self._kept: dict[str, bytes] = {}
        self._kept_bytes = 0
        self._packed: set[str] = set()
        self._checked: set[str] = set()
        self._opened: set[str] = set()
        self._lock = threading.RLock()

    @property
    def _near(self) -> bool:
        return self._store is not None and self._store.near

    def put(self, key: str, data: bytes, *, stored: bool = False) -> None:
        """Keep *data*; *stored*: the store has it."""
        with self._lock:
            self._kept_bytes += len(data)
            if self._kept_bytes > _RAW_BYTES:
                if stored and self._near:
                    return
                data = zlib.compress(data, _PACKED)
                self._packed.add(key)
            self._kept[key] = data

    def get(self, key: str) -> bytes:
        """The bytes of the record at *key*; raises NotInStore where nobody has it."""
        with self._lock:
            if key not in self._kept and not self._near:
                self._open(block_of(key))
            data = self._kept.get(key)
            if data is not None:
                return zlib.decompress(data) if key in self._packed else data
        if self._store is None:
            raise NotInStore(tr("there is no such record"), key)
        data = self._store.get(key)
        self.put(key, data, stored=True)
        return data

    def read(self, key: str) -> Record:
        """The record at *key*; raises what :meth:`get` and :func:`decode` raise."""
        data = self.get(key)
        return decode(data, key, checked=key in self._checked and key in self._kept)

    def entry(self, key: str) -> Entry:
        """What feeds choose the record at *key* by."""
        data = self.get(key)
        found = _read_entry(data, key)
        self._checked.add(key)
        return found

    def _open(self, name: str) -> None:
        """Take the records out of a block of the catalogue, as far as they are what their keys say."""
        if self._store is None or name in self._opened:
            return
        self._opened.add(name)
        try:
            packed = self._store.get(name)
        except NotInStore:
            return
        for key, data in _sound(_lines(packed)):
            if key not in self._kept:
                self.put(key, data)


class Latest(Mapping[str, Record]):
    """The record that counts of each case, by case id; each is read when it is asked for."""

    def __init__(self, keys: Mapping[str, str], sources: Sources) -> None:
        self._keys, self._sources = keys, sources
        self._read: OrderedDict[str, Record] = OrderedDict()
        self._lock = threading.Lock()

    def __getitem__(self, case_id: str) -> Record:
        key = self._keys[case_id]
        with self._lock:
            if case_id not in self._read:
                self._read[case_id] = self._sources.read(key)
                if len(self._read) > _READ_RECORDS:
                    self._read.popitem(last=False)
            return self._read[case_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def __repr__(self) -> str:
        return f"Latest({dict(self)!r})"


@dataclass(frozen=True, slots=True)
class Known:
    """What a store's records say, as of one listing.

    ``latest`` has the record that counts of each case (withdrawn ones too), ``keys`` its key, and
    ``entries`` what feeds choose by, which is known without reading it; ``listed`` are all keys of
    records, and ``catalogued`` those that the stored catalogue has.
    """

    entries: Mapping[str, Entry] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    listed: frozenset[str] = frozenset()
    sources: Sources = field(default_factory=Sources)
    catalogued: frozenset[str] = frozenset()
    latest: Mapping[str, Record] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "latest", Latest(self.keys, self.sources))

    def with_records(self, records: Iterable[Record]) -> Known:
        """What would be known once *records* were stored."""
        new: dict[str, Entry] = {}
        for record in records:
            key, data = encode(record)
            self.sources.put(key, data)
            new[key] = entry_of(record, key)
        return _known(self.listed | new.keys(), self, new)


def load(store: Store) -> Known:
    """Everything known of the store's records: one listing, the catalogue's index, then what the index
    misses. Raises StoreError for a record that is damaged."""
    listed = _listed(store)
    entries = {entry.key: entry for entry in _read_index(store)}
    sources = Sources(store)
    before = Known(
        {entry.case_id: entry for entry in entries.values()},
        {entry.case_id: entry.key for entry in entries.values()},
        sources=sources,
        catalogued=frozenset(entries),
    )
    return _following(store, before, listed)


def moved(store: Store, known: Known) -> Known:
    """What is known after listing the records again; fetches only those that are new."""
    listed = _listed(store)
    return known if listed == known.listed else _following(store, known, listed)


def _listed(store: Store) -> frozenset[str]:
    return frozenset(store.keys(RECORDS))


def _following(store: Store, known: Known, listed: frozenset[str]) -> Known:
    had = set(known.keys.values())
    wanted = [key for key in latest_keys(listed).values() if key not in had]
    fetched: dict[str, Entry] = {}

    # Many are missed where the index is lost, or of another version; the blocks may be there all the same.
    by_blocks = len(wanted) > _FEW

    def fetch(key: str) -> None:
        if not by_blocks:
            known.sources.put(key, store.get(key), stored=True)
        fetched[key] = known.sources.entry(key)

    at_once(fetch, wanted, jobs=1 if store.near else _FETCHERS)
    return _known(listed, known, fetched)


def _known(listed: frozenset[str], before: Known, new: Mapping[str, Entry]) -> Known:
    """What *listed* amounts to, from what was known *before* and the entries of *new* records by key."""
    keys = latest_keys(listed)
    entries = {
        case_id: before.entries[case_id] if before.keys.get(case_id) == key else new[key]
        for case_id, key in keys.items()
    }
    return Known(entries, keys, listed, before.sources, before.catalogued)


# ---------------------------------------------------------------- the catalogue


def save_catalog(store: Store, known: Known) -> bool:
    """Store the latest records in blocks, and an index of what feeds choose by, unless they are there;
    True when written.

    A cache: whoever writes last wins, and what it misses or has too much costs the next reader requests,
    never truth. A change writes one block of many, and the index. A store that is near has no blocks: its
    records are as quickly read one by one.
    """
    now = frozenset(known.keys.values())
    if known.catalogued == now:
        return False
    if not store.near:
        _save_blocks(store, known, now)
    text = msgspec.json.encode(_Index(Entry._fields, list(known.entries.values())))
    packed = gzip.compress(text, _PACKED, mtime=0)
    store.put(CATALOG, packed, media_type="application/gzip", cache_control=CHANGING)
    return True


def _save_blocks(store: Store, known: Known, now: frozenset[str]) -> None:
    changed = {block_of(key) for key in known.catalogued ^ now}
    by_block: dict[str, list[str]] = {}
    for key in known.keys.values():
        if block_of(key) in changed:
            by_block.setdefault(block_of(key), []).append(key)
    for name in sorted(changed):
        lines = b"".join(
            _LINE_START + key.encode() + _LINE_MIDDLE + known.sources.get(key).rstrip(b"\n") + b"}\n"
            for key in by_block.get(name, ())
        )
        packed = gzip.compress(lines, _PACKED, mtime=0)
        store.put(name, packed, media_type="application/gzip", cache_control=CHANGING)


def block_of(key: str) -> str:
    """The block of the catalogue that the record at *key* belongs in: cases are five hundred to a block
    by their numbers, and beside them lie those without."""
    case_id = key.split("/")[1] if key.count("/") == 2 else ""
    numbered = _NUMBERED.fullmatch(case_id)
    name = (
        f"{numbered[1]}{int(numbered[2]) // _IN_A_BLOCK}"
        if numbered
        else f"_{zlib.crc32(case_id.encode()) % 16}"
    )
    return f"{BLOCKS}{name}.jsonl.gz"


def _read_index(store: Store) -> list[Entry]:
    """The entries of the catalogue's index; none where it is absent, damaged or of another version."""
    try:
        index = _INDEX.decode(gzip.decompress(store.get(CATALOG)))
    except (NotInStore, OSError, EOFError, zlib.error, *UNREADABLE):
        return []
    return index.entries if index.fields == Entry._fields else []


@dataclass(frozen=True, slots=True)
class _Index:
    """The catalogue's index: entries as rows, and what their columns are."""

    fields: tuple[str, ...]
    entries: list[Entry]


_INDEX = msgspec.json.Decoder(_Index)


def _lines(packed: bytes) -> Iterator[bytes]:
    """The lines of a block; none of one that is damaged."""
    try:
        yield from gzip.decompress(packed).splitlines()
    except (OSError, EOFError, zlib.error):
        return


def _sound(lines: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """The records among *lines* that are what their keys say."""
    for line in lines:
        start, middle, rest = line.partition(_LINE_MIDDLE)
        key = start.removeprefix(_LINE_START).decode("utf-8", "replace")
        data = rest.removesuffix(b"}") + b"\n"
        named = _KEY.fullmatch(key)
        if middle and named and named[3] == _digest(data):
            yield key, data
