"""A seal on a workspace and its store: what both were when a whole run found nothing to do.

While neither has moved there is nothing to do again, and no file is read to know it: of each the size, the
times and the inode are what they were. A file whose times are not older than the run that read it is never
sealed: another edit within the same tick of the clock would leave no trace (git's “racy” entries).
"""

from __future__ import annotations

import hashlib
import json
import os
import sysconfig
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import StoreError
from .glance import Glance, Unclear
from .stores import FolderStore, Store, Stored

if TYPE_CHECKING:
    from .press import Press
    from .records import Known

_FILE = "build/seal.json"
AUTHORED = ("lornpod.yaml", "feeds", "episodes", "artwork", "pages")
_HOLDS_S = 24 * 3600.0
_PAGES = "pages.json"
_PROGRAMS = ("ffmpeg", "espeak-ng")
_HEEDED = ("AWS_", "LANG", "LC_", "LORNPOD_", "PATH", "SOURCE_DATE_EPOCH", "USER")
_SECRET = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"}

Line = tuple[str, str, str]  # what was said to the user: text, label and colour; a remark has no label


class _Unsealable(Exception):
    """Something here cannot be told by its stamps."""


@dataclass(frozen=True, slots=True)
class _Seal:
    """What is written down. *named* are files besides those in the workspace's usual places, *store* is how
    to look at the store, *said* what the run had to say."""

    root: str
    asked: str
    files: str
    stored: str
    named: list[str]
    store: dict[str, str]
    since: float
    until: float
    said: list[list[str]]


def clock_ns(root: Path) -> int:
    """The time of the file system that *root* is on, now, as its files would be stamped."""
    folder = root / "build"
    folder.mkdir(exist_ok=True)
    path = folder / ".clock"
    path.write_bytes(b"")
    os.utime(path)
    return path.stat().st_mtime_ns


def unbroken(start: Path, asked: Sequence[object], now: float | None = None) -> tuple[Line, ...] | None:
    """What the sealed run said, where nothing can have changed since; None where that is not certain.

    *asked* are the command's options. The store is asked for its listings alone.
    """
    try:
        seal = _read(start)
        instant = time.time() if now is None else now
        if seal is None or not seal.since <= instant < seal.until:
            return None
        root = Path(seal.root)
        if seal.asked != _around(root, asked) or seal.files != _stamps(root, seal.named, None):
            return None
        if seal.stored != _stored_now(seal.store):
            return None
    except (OSError, StoreError, Unclear, _Unsealable, KeyError, TypeError, ValueError):
        return None
    return tuple((text, label, colour) for text, label, colour in seal.said)


def seal(
    root: Path,
    began_ns: int,
    asked: Sequence[object],
    settings: object,
    press: Press,
    known: Known,
    said: Sequence[Line],
) -> None:
    """Seal *root* and the press's store, which a run that *began* then has found to need nothing, as far as
    they can be told by stamps and listings. *settings* hold whatever names files of the workspace."""
    (root / _FILE).unlink(missing_ok=True)
    now = press.now.timestamp()
    due = (entry.published.timestamp() for entry in known.entries.values() if entry.published is not None)
    named = sorted(set(_named(root, settings)))
    try:
        made = _Seal(
            str(root.absolute()),
            _around(root, asked),
            _stamps(root, named, began_ns),
            _state(known.listed, press.listed, press.pages.list_md5 if press.pages is not None else ""),
            named,
            _way_to(press.store, pages=press.pages is not None),
            now,
            min([now + _HOLDS_S, *(one for one in due if one > now)]),
            [list(line) for line in said],
        )
    except (OSError, _Unsealable):
        return
    part = root / f"{_FILE}.part"
    part.write_text(json.dumps(asdict(made)), "utf-8")
    part.replace(root / _FILE)


def _read(start: Path) -> _Seal | None:
    start = start.absolute()
    for folder in (start, *start.parents):
        if (folder / "lornpod.yaml").is_file():
            path = folder / _FILE
            found = _Seal(**json.loads(path.read_bytes())) if path.is_file() else None
            return found if found is not None and found.root == str(folder) else None
    return None


# ---------------------------------------------------------------- the workspace


def _around(root: Path, asked: Sequence[object]) -> str:
    """A digest of what a run depends on beside files: its options, the environment, what is installed."""
    heeded = sorted(
        (name, value)
        for name, value in os.environ.items()
        if name.startswith(_HEEDED) and name not in _SECRET
    )
    package = Path(__file__).parent.parent
    code = [
        (entry.path, entry.stat().st_size, entry.stat().st_mtime_ns)
        for entry in _walked(str(package))
        if entry.name.endswith((".py", ".mo", ".html", ".css", ".js"))
    ]
    installed = Path(sysconfig.get_path("purelib")).stat().st_mtime_ns
    programs = [_program(name) for name in _PROGRAMS]
    return _digest(repr((str(root), list(map(str, asked)), heeded, code, installed, programs)))


def _program(name: str) -> str:
    """Where a program is on the path; shutil takes longer to import than this to run."""
    places = (os.path.join(folder, name) for folder in os.environ.get("PATH", "").split(os.pathsep))  # noqa: PTH118
    return next((place for place in places if os.access(place, os.X_OK)), "")


def _stamps(root: Path, named: Iterable[str], began_ns: int | None) -> str:
    """A digest of what the file system says of all authored files, and of those *named*.

    _Unsealable where that does not tell whether they change; where *began_ns* is given, also for what may
    have changed since then.
    """
    lines: list[str] = []
    newest = 0

    def note(path: str, status: os.stat_result | None) -> None:
        nonlocal newest
        if status is None:
            lines.append(f"{path} -")
            return
        newest = max(newest, status.st_mtime_ns, status.st_ctime_ns)
        times = f"{status.st_mtime_ns} {status.st_ctime_ns}"
        lines.append(f"{path} {status.st_mode} {status.st_size} {times} {status.st_ino}")

    for room in AUTHORED:
        path = str(root / room)
        note(path, _status(path))
        for entry in _walked(path):
            if entry.is_symlink():
                note(entry.path, _status(entry.path))
                if entry.is_dir():
                    raise _Unsealable
            else:
                note(entry.path, entry.stat(follow_symlinks=False))
    for name in named:
        note(name, _status(name))
    if began_ns is not None and newest >= began_ns:
        raise _Unsealable
    return _digest("\n".join(lines))


def _walked(folder: str) -> Iterator[os.DirEntry[str]]:
    """Everything below *folder*, in an order that stays; nothing where it is none. No link is followed."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return
    for entry in entries:
        yield entry
        if entry.is_dir(follow_symlinks=False):
            yield from _walked(entry.path)


def _status(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)  # noqa: PTH116
    except (FileNotFoundError, NotADirectoryError):
        return None


def _named(root: Path, value: object) -> Iterator[str]:
    """Whatever in *value* may be the name of a file, as seen from *root*: what is not there may come."""
    from ..workspace.kept import texts_in  # which a look at a seal does not need

    for one in texts_in(value):
        if isinstance(one, Path) or (
            0 < len(one) < 400 and "://" not in one and "\n" not in one and "\0" not in one
        ):
            yield str(root / one)


# ---------------------------------------------------------------- the store


def _state(records: Iterable[str], feeds: Iterable[Stored], pages_md5: str) -> str:
    """A digest of a store: the keys of its records, its feeds, and its list of pages."""
    shown = sorted(f"{one.key} {one.length_bytes} {_version(one)}" for one in feeds)
    return _digest("\n".join((*sorted(records), *shown, pages_md5)))


def _version(stored: Stored) -> str:
    if stored.md5 is None and stored.modified is None:
        raise _Unsealable
    return stored.md5 or str(stored.modified)


def _way_to(store: Store, *, pages: bool) -> dict[str, str]:
    """How a later run looks at *store* without opening it."""
    kept = "yes" if pages else ""
    if isinstance(store, FolderStore):
        return {"folder": str(store.folder.absolute()), "pages": kept}
    way = getattr(store, "way", None)
    if way is None:
        raise _Unsealable
    return {**way, "pages": kept}


def _stored_now(way: Mapping[str, str]) -> str:
    if "folder" in way:
        store = FolderStore(Path(way["folder"]))
        pages = hashlib.md5(store.get(_PAGES), usedforsecurity=False).hexdigest() if way["pages"] else ""
        return _state(store.keys("records/"), store.list("feeds/"), pages)
    with closing(Glance(way["url"], way["region"], way["prefix"], way["profile"])) as bucket:
        listed = bucket.list(_PAGES) if way["pages"] else iter(())
        pages = next((one.md5 or "" for one in listed), "")
        return _state([stored.key for stored in bucket.list("records/")], bucket.list("feeds/"), pages)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
