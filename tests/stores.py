"""Stores that count, fail or interfere, around one that works."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from lornpod.errors import StoreError
from lornpod.publish.stores import Advance, Pieces, Store, Stored, Unfinished, unheard


class Counting:
    """Notes every request as (method, key)."""

    def __init__(self, inner: Store) -> None:
        self.inner = inner
        self.address = inner.address
        self.near = inner.near
        self.requests: list[tuple[str, str]] = []
        self._lock = threading.Lock()

    def _note(self, method: str, key: str) -> None:
        with self._lock:
            self.requests.append((method, key))

    def list(self, prefix: str) -> Iterator[Stored]:
        self._note("list", prefix)
        return self.inner.list(prefix)

    def keys(self, prefix: str) -> Iterator[str]:
        self._note("list", prefix)
        return self.inner.keys(prefix)

    def head(self, key: str) -> Stored | None:
        self._note("head", key)
        return self.inner.head(key)

    def get(self, key: str) -> bytes:
        self._note("get", key)
        return self.inner.get(key)

    def put(
        self,
        key: str,
        source: bytes | Path,
        *,
        media_type: str,
        cache_control: str,
        advanced: Advance = unheard,
    ) -> None:
        self._note("put", key)
        self.inner.put(key, source, media_type=media_type, cache_control=cache_control, advanced=advanced)

    def replace(
        self, key: str, pieces: Pieces, over: Stored | None, *, media_type: str, cache_control: str
    ) -> str | None:
        self._note("put", key)
        return self.inner.replace(key, pieces, over, media_type=media_type, cache_control=cache_control)

    def delete(self, key: str) -> None:
        self._note("delete", key)
        self.inner.delete(key)

    def unfinished(self, before: datetime) -> Sequence[Unfinished]:
        return self.inner.unfinished(before)


class Failing(Counting):
    """Fails for good at the nth request: the network went away."""

    def __init__(self, inner: Store, at: int) -> None:
        super().__init__(inner)
        self._at = at

    def _note(self, method: str, key: str) -> None:
        super()._note(method, key)
        if len(self.requests) >= self._at:
            raise StoreError("the network went away", key)


class Meddling(Counting):
    """Calls *meddle* once, just before the first put of a key that starts with *prefix*."""

    def __init__(self, inner: Store, prefix: str, meddle: Callable[[], object]) -> None:
        super().__init__(inner)
        self._prefix, self._meddle = prefix, meddle
        self._done = False

    def _note(self, method: str, key: str) -> None:
        super()._note(method, key)
        if method == "put" and key.startswith(self._prefix) and not self._done:
            self._done = True
            self._meddle()
