"""What each feed in a store was made of, so that one that would be the same is neither rendered nor read.

A cache in the store: a feed of which it says nothing, or another checksum than the store does, is
rendered.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from dataclasses import dataclass, field, fields, replace
from functools import cache
from pathlib import Path

import msgspec

from .. import feeds, model
from ..errors import NotInStore
from ..feeds import rss
from ..model import Network
from .headers import CHANGING
from .records import UNREADABLE
from .stores import Store

PROOFS = "feeds.json.gz"
# Of a network, what no feed shows, and what differs from machine to machine.
_NOT_IN_FEEDS = frozenset(
    {"store", "s3", "audio", "assembly", "people", "themes", "perspectives", "time_zone"}
)


@dataclass(frozen=True, slots=True)
class Proof:
    """A feed as it was written: ``digest`` of all that it was made of, ``sum`` of its bytes, ``context`` of
    what made its items beside their records, the ``keys`` of those in order, how they are ``cut``, and the
    keys of its ``archives``; ``stamp`` is the stored object's, where its bytes were those."""

    digest: str
    sum: str
    context: str
    keys: tuple[str, ...]
    cut: rss.Cut = field(default_factory=rss.Cut)
    archives: tuple[str, ...] = ()
    stamp: str = field(default="", compare=False)  # what differs in nothing else need not be stored

    @classmethod
    def of(cls, edition: rss.Edition, digest: str, context: str, algorithm: str) -> Proof:
        return cls(
            digest,
            edition.current.sum(algorithm),
            context,
            tuple(entry.key for entry in edition.shown),
            edition.cut,
            tuple(archive.key for archive in edition.archives),
        )


_PROOFS = msgspec.json.Decoder(dict[str, Proof])  # made once: see records


class Proofs:
    """The proofs of one network's feeds in one store; got with one request when they are first needed."""

    def __init__(self, store: Store, network: Network) -> None:
        self._store = store
        said = [(one.name, getattr(network, one.name)) for one in fields(network) if _shows(one.name)]
        self._network = repr(said)
        self._found: dict[str, Proof] | None = None
        self._saved: dict[str, Proof] = {}

    def digest(self, made_of: object) -> str:
        """The digest of *made_of*, of the network, and of the code that makes feeds of them."""
        return hashlib.sha256(f"{_code()}\n{self._network}\n{made_of!r}".encode()).hexdigest()[:32]

    def of(self, slug: str) -> Proof | None:
        return self._read().get(slug)

    def note(self, slug: str, proof: Proof) -> None:
        self._read()[slug] = proof

    def stamp(self, slug: str, stamp: str) -> None:
        """Note the *stamp* of the stored feed, whose bytes are those that were noted of it."""
        found = self._read()
        if found[slug].stamp != stamp:
            found[slug] = replace(found[slug], stamp=stamp)

    def save(self) -> None:
        """Store the proofs, if they changed."""
        found = self._read()
        if found != self._saved:
            text = msgspec.json.encode(found, order="deterministic")
            packed = gzip.compress(text, 1, mtime=0)
            self._store.put(PROOFS, packed, media_type="application/gzip", cache_control=CHANGING)
            self._saved = dict(found)

    def _read(self) -> dict[str, Proof]:
        if self._found is None:
            self._saved = _stored(self._store)
            self._found = dict(self._saved)
        return self._found


def _stored(store: Store) -> dict[str, Proof]:
    """What the store says; nothing where that is absent or damaged."""
    try:
        return _PROOFS.decode(gzip.decompress(store.get(PROOFS)))
    except (NotInStore, OSError, EOFError, zlib.error, *UNREADABLE):
        return {}


def _shows(name: str) -> bool:
    return name not in _NOT_IN_FEEDS


@cache
def _code() -> str:
    """A digest of what makes feeds: our own code, and the libraries whose versions show in their bytes."""
    rooms = Path(feeds.__file__).parent
    made = hashlib.sha256()
    for path in (Path(model.__file__), *sorted(rooms.glob("*.py"))):
        made.update(path.read_bytes())
    made.update(rss.LIBRARIES.encode())
    return made.hexdigest()
