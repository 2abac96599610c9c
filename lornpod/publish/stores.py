"""Where published objects lie: one small interface, a store in memory, and one in a folder.

A key is a relative path of plain ASCII names (``media/C0901/a-1f3a.mp3``). Any key that could lead out
of a folder, hide in it, or read differently on another system is refused by every store alike.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO, Protocol

from ..errors import LornpodError, NotInStore, StoreError
from ..messages import tr

_BLOCK_BYTES = 1 << 20
_MAX_KEY_BYTES = 900  # S3 allows 1,024 with the store's own prefix
_MAX_NAME_BYTES = 255  # what file systems allow
# Other letters than these differ between file systems (NFC, NFD). A name begins with no dot, and ends with
# neither a dot nor a space.
_LETTER = r"[ !#-)+-.0-9;=@A-Z\[\]^_`a-z{}~]"
_NAME = rf"(?!\.){_LETTER}+(?<![. ])"
_SAFE = re.compile(rf"{_NAME}(?:/{_NAME})*")
_PART = re.compile(r"\.[0-9a-f]{16}\.part")


@dataclass(frozen=True, slots=True)
class Stored:
    """An object as a listing tells of it. ``md5`` is hexadecimal, None where nobody knows it without
    reading; where the server encrypts, it may be something else that looks like one, so that an equal
    value proves equal content and a different one proves nothing. ``stamp`` is another whenever something
    else was put there, and empty where the store tells nothing of the kind."""

    key: str
    length_bytes: int
    md5: str | None = None
    modified: datetime | None = None
    stamp: str = ""


Advance = Callable[[int], None]
Pieces = Sequence[bytes]


def unheard(length_bytes: int) -> None:
    """Tell nobody of the bytes that were sent."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What is left of a put that broke off; *discard* throws it away."""

    name: str
    discard: Callable[[], None]


class Store(Protocol):
    """Objects by key. Every method may be called from several threads at once.

    A store retries by itself what can be retried (connections that break, busy servers) for as long as
    its patience lasts, then raises StoreError; callers never retry. All methods are idempotent: doing
    one again after a failure, or after a success nobody heard of, leaves the same objects.
    """

    address: str  # as people write it, for messages
    # Whether no network lies between, so that a request costs next to nothing; its listing tells no MD5 then.
    near: bool

    def list(self, prefix: str) -> Iterator[Stored]:
        """All objects whose key starts with *prefix*, in no promised order; what was put before the
        call is there. Parts of unfinished puts never are, nor anything whose name is no key."""
        ...

    def keys(self, prefix: str) -> Iterator[str]:
        """The keys of all that :meth:`list` tells of, which may cost less to find out."""
        ...

    def head(self, key: str) -> Stored | None: ...

    def get(self, key: str) -> bytes:
        """The whole object, never a part of it. NotInStore where there is none."""
        ...

    def put(
        self,
        key: str,
        source: bytes | Path,
        *,
        media_type: str,
        cache_control: str,
        advanced: Advance = unheard,
    ) -> None:
        """Store *source* under *key*: when this returns, readers see all of it; when it raises, they see
        what was there before, or all of it, never a part. Content is checked on its way.

        *advanced* hears how many bytes went out, and a negative number when an attempt starts over;
        what it raises ends the put. LornpodError where *source* cannot be read.
        """
        ...

    def replace(
        self, key: str, pieces: Pieces, over: Stored | None, *, media_type: str, cache_control: str
    ) -> str | None:
        """Put *pieces*, one after another, over what was seen at *key* (None: nothing) and return its
        stamp, which may be empty; None, and nothing is put, where the store can tell that somebody else has
        put something there since. A store that cannot tell puts it always: nothing may rest on this."""
        ...

    def delete(self, key: str) -> None:
        """Nothing is at *key* any more, whether or not there was."""
        ...

    def unfinished(self, before: datetime) -> Sequence[Unfinished]:
        """Puts that were begun before that time and never ended, as far as the store can tell."""
        ...


# ---------------------------------------------------------------- keys


def checked_key(key: str) -> str:
    """*key*, if it is one that every store can hold; StoreError otherwise."""
    if not is_key(key):
        raise StoreError(tr("{key!r} cannot be a key in a store", key=key))
    return key


def is_key(name: str) -> bool:
    """Whether every store can hold an object of that name."""
    return (
        _SAFE.fullmatch(name) is not None
        and len(name) <= _MAX_KEY_BYTES
        and (len(name) <= _MAX_NAME_BYTES or max(map(len, name.split("/"))) <= _MAX_NAME_BYTES)
    )


def checked_prefix(prefix: str) -> str:
    """*prefix*, if keys can start with it."""
    if prefix:
        checked_key(prefix.removesuffix("/"))
    return prefix


# ---------------------------------------------------------------- sources


@contextmanager
def readable(source: bytes | Path) -> Iterator[None]:
    """Says that *source* cannot be read where it can't, so that no disk is taken for a failing store."""
    try:
        yield
    except OSError as error:
        raise LornpodError(
            tr("cannot read {source!s}: {strerror}", source=source, strerror=error.strerror or error)
        ) from error


def open_source(source: bytes | Path) -> BinaryIO:
    """*source* as a binary file to read and seek in."""
    with readable(source):
        return io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")


def length_of(source: bytes | Path) -> int:
    with readable(source):
        return len(source) if isinstance(source, bytes) else source.stat().st_size


def read_block(file: BinaryIO, source: bytes | Path, left: int) -> bytes:
    """The next bytes of *file*, which is *source* opened: at most *left*, at least one."""
    with readable(source):
        block = file.read(min(left, _BLOCK_BYTES))
    if not block:
        raise LornpodError(
            tr("{source!s} became shorter while it was read", source=source), hint=tr("try again")
        )
    return block


def blocks_of(source: bytes | Path, start: int = 0, length: int | None = None) -> Iterator[bytes]:
    """The bytes of *source* from *start* on, a megabyte at a time, to its end or *length* of them."""
    left = length_of(source) - start if length is None else length
    with open_source(source) as file:
        file.seek(start)
        while left:
            block = read_block(file, source, left)
            left -= len(block)
            yield block


# ---------------------------------------------------------------- in memory


@dataclass(frozen=True, slots=True)
class _Kept:
    data: bytes
    media_type: str
    cache_control: str
    modified: datetime


class MemoryStore:
    """Objects in this process, for tests and dry runs. *conditional*: it tells who came too late."""

    near = False  # as a bucket, which it stands in for

    def __init__(self, *, conditional: bool = False) -> None:
        self.address = "memory"
        self._conditional = conditional
        self._objects: dict[str, _Kept] = {}
        self._lock = threading.Lock()

    def list(self, prefix: str) -> Iterator[Stored]:
        checked_prefix(prefix)
        with self._lock:
            kept = sorted(self._objects.items())
        return (_stored(key, value) for key, value in kept if key.startswith(prefix))

    def keys(self, prefix: str) -> Iterator[str]:
        return (stored.key for stored in self.list(prefix))

    def head(self, key: str) -> Stored | None:
        kept = self._objects.get(checked_key(key))
        return None if kept is None else _stored(key, kept)

    def get(self, key: str) -> bytes:
        kept = self._objects.get(checked_key(key))
        if kept is None:
            raise NotInStore(tr("{address} has no {key}", address=self.address, key=key))
        return kept.data

    def headers(self, key: str) -> tuple[str, str]:
        """The Content-Type and Cache-Control that *key* was put with."""
        return self._objects[key].media_type, self._objects[key].cache_control

    def put(
        self,
        key: str,
        source: bytes | Path,
        *,
        media_type: str,
        cache_control: str,
        advanced: Advance = unheard,
    ) -> None:
        checked_key(key)
        data = bytearray()
        for block in blocks_of(source):
            data += block
            advanced(len(block))
        with self._lock:
            self._objects[key] = _Kept(bytes(data), media_type, cache_control, datetime.now(UTC))

    def replace(
        self, key: str, pieces: Pieces, over: Stored | None, *, media_type: str, cache_control: str
    ) -> str | None:
        data = b"".join(pieces)
        if not self._conditional:
            self.put(key, data, media_type=media_type, cache_control=cache_control)
            return ""
        with self._lock:
            there = self._objects.get(checked_key(key))
            if (over and over.md5) != (there and _stored(key, there).md5):
                return None
            self._objects[key] = _Kept(data, media_type, cache_control, datetime.now(UTC))
            return ""

    def delete(self, key: str) -> None:
        with self._lock:
            self._objects.pop(checked_key(key), None)

    def unfinished(self, before: datetime) -> Sequence[Unfinished]:  # noqa: ARG002  nothing is ever left
        return ()


def _stored(key: str, kept: _Kept) -> Stored:
    md5 = hashlib.md5(kept.data, usedforsecurity=False).hexdigest()
    return Stored(key, len(kept.data), md5, kept.modified)


# ---------------------------------------------------------------- in a folder


class FolderStore:
    """Objects as files below *folder*, as a web server can serve them.

    Headers are the web server's business: *media_type* and *cache_control* are not kept. A process that
    was killed may leave ``.<random>.part`` behind, which no listing shows.
    """

    near = True

    def __init__(self, folder: Path, address: str = "") -> None:
        self.folder = folder
        self.address = address or str(folder)

    def list(self, prefix: str) -> Iterator[Stored]:
        found: list[Stored] = []
        with _told(self.address, prefix):
            for key, entry in self._below(prefix):
                with suppress(FileNotFoundError):  # it went meanwhile
                    found.append(_as_stored(key, entry.stat(follow_symlinks=False)))
        return iter(found)

    def keys(self, prefix: str) -> Iterator[str]:
        with _told(self.address, prefix):
            return iter([key for key, _ in self._below(prefix)])

    def _below(self, prefix: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
        """The key of each file whose key starts with *prefix*, and what the folder says of it."""
        parent = checked_prefix(prefix).rpartition("/")[0]
        folders = [(self._place(parent), f"{parent}/")] if parent else [(str(self.folder), "")]
        while folders:
            folder, before = folders.pop()
            with suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as entries:
                for entry in entries:
                    key = before + entry.name
                    if entry.name[0] == ".":
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        folders.append((entry.path, f"{key}/"))
                    elif key.startswith(prefix) and is_key(key) and entry.is_file(follow_symlinks=False):
                        yield key, entry

    def head(self, key: str) -> Stored | None:
        path = self._path(key)
        with _told(self.address, key):
            return _as_stored(key, path.stat()) if path.is_file() else None

    def get(self, key: str) -> bytes:
        place = self._place(key)
        with _told(self.address, key):
            try:
                with open(place, "rb") as file:  # noqa: PTH123
                    return file.read()
            except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
                raise NotInStore(tr("{address} has no {key}", address=self.address, key=key)) from None

    def put(
        self,
        key: str,
        source: bytes | Path,
        *,
        media_type: str,  # noqa: ARG002  a folder keeps no headers
        cache_control: str,  # noqa: ARG002
        advanced: Advance = unheard,
    ) -> None:
        self._put(key, blocks_of(source), advanced)

    def _put(self, key: str, blocks: Iterable[bytes], advanced: Advance) -> str:
        path = self._path(key)
        part = path.with_name(f".{secrets.token_hex(8)}.part")
        with _told(self.address, key):
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                with _new_file(part) as file:
                    for block in blocks:
                        file.write(block)
                        advanced(len(block))
                    file.flush()
                    os.fsync(file.fileno())
                    stamp = _stamp_of(os.fstat(file.fileno()))
                part.replace(path)
                _sync_folder(path.parent)
            finally:
                part.unlink(missing_ok=True)
        return stamp

    def replace(
        self,
        key: str,
        pieces: Pieces,
        over: Stored | None,  # noqa: ARG002  no file system tells and replaces in one step
        *,
        media_type: str,  # noqa: ARG002  a folder keeps no headers
        cache_control: str,  # noqa: ARG002
    ) -> str:
        return self._put(key, pieces, unheard)

    def delete(self, key: str) -> None:
        path = self._path(key)
        with _told(self.address, key):
            if path.is_file():
                path.unlink(missing_ok=True)

    def unfinished(self, before: datetime) -> Sequence[Unfinished]:
        with _told(self.address, ""):
            return tuple(
                Unfinished(path.relative_to(self.folder).as_posix(), partial(path.unlink, missing_ok=True))
                for path in sorted(self.folder.rglob(".*.part"))
                if _PART.fullmatch(path.name) and _is_older(path, before)
            )

    def _path(self, key: str) -> Path:
        return Path(self._place(key))

    def _place(self, key: str) -> str:
        """Where *key* lies. The folder itself may be a symbolic link; below it, none is followed."""
        place = str(self.folder)
        for name in checked_key(key).split("/"):
            place = f"{place}{os.sep}{name}"
            if os.path.islink(place):  # noqa: PTH114 - a record is read in the time that a Path is made
                raise StoreError(
                    tr("{path} is a symbolic link, which stores do not follow", path=place),
                    self.address,
                    tr("move it away"),
                )
        return place


@contextmanager
def _told(address: str, key: str) -> Iterator[None]:
    """Turns what the file system says into StoreErrors."""
    try:
        yield
    except OSError as error:
        file = f" ({error.filename})" if error.filename else ""
        raise StoreError(f"{address}: {error.strerror or error}{file}", key) from error


def _new_file(path: Path) -> BinaryIO:
    """A new file of mode 666 less the umask: a web server under another user must be able to read it."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb", _BLOCK_BYTES)


def _is_older(path: Path, before: datetime) -> bool:
    try:
        return path.lstat().st_mtime < before.timestamp()
    except FileNotFoundError:  # its put ended meanwhile
        return False


def _as_stored(key: str, status: os.stat_result) -> Stored:
    modified = datetime.fromtimestamp(status.st_mtime, UTC)
    return Stored(key, status.st_size, None, modified, _stamp_of(status))


def _stamp_of(status: os.stat_result) -> str:
    """Whatever is put is a new file, and takes the place of the old one whole."""
    return f"{status.st_size}-{status.st_mtime_ns}-{status.st_ino}"


def _sync_folder(folder: Path) -> None:
    """Make a new name in *folder* outlast a power cut, where the system can (not on Windows)."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


# ---------------------------------------------------------------- by address


def open_store(address: str, *, root: Path, s3: Mapping[str, str]) -> Store:
    """The store at *address*: a folder, relative to *root*, or ``s3://bucket/prefix``.

    *s3* says where a bucket's server is: endpoint, region, profile, addressing (path or virtual).
    Nothing is created or asked yet. Raises LornpodError for any other address.
    """
    if address.startswith("s3://"):
        from .s3 import S3Store

        return S3Store(address, s3)
    if not address.strip() or re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", address):
        raise LornpodError(
            tr("{address!r} is no store", address=address), hint=tr("write a folder or s3://bucket/prefix")
        )
    try:
        folder = Path(os.path.normpath(root / Path(address).expanduser()))
        folder.resolve()
    except (RuntimeError, ValueError, OSError) as error:  # ~nobody, a NUL, links in a circle
        raise LornpodError(
            tr("the store {address!r} is no folder: {error}", address=address, error=error),
            hint=tr("name another"),
        ) from error
    if root.resolve().is_relative_to(folder.resolve()):
        raise LornpodError(
            tr("the store {address!r} would hold the authored files too", address=address),
            hint=tr("name a folder of its own"),
        )
    if folder.exists() and not folder.is_dir():
        raise LornpodError(tr("the store {address!r} is a file", address=address), hint=tr("name a folder"))
    return FolderStore(folder, address)
