"""What was computed before and still holds: ``build/`` in the workspace. Always safe to delete.

A fact about a file is kept with the file's size and modification time, and is forgotten when either
moves. That a case is published is kept with the fingerprint of all that it is made of, and a mastered
episode with the recipe that it was made by.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ..model import Sound

if TYPE_CHECKING:
    from collections.abc import Callable

_VERSION = 1  # of what facts.json holds; another version is read as empty


class Cache:
    """The facts and sounds kept for one workspace. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._facts: dict[str, dict[str, dict[str, Any]]] | None = None
        self._lock = threading.Lock()
        self._changed = False

    def sha256(self, path: Path) -> str:
        """The SHA-256 of the file at *path*, in hexadecimal; read only when the file has changed."""
        return str(self._fact(path, "sha256", lambda: sha256_of(path)))

    def version(self, path: Path) -> str:
        """What stands for the content of the file at *path* where nobody will hold it against that: another
        for each file, size and time, in as many characters as a SHA-256. The file is not read."""
        said = f"{path.resolve()}\n{stamp_of(path)}"
        return hashlib.sha256(said.encode()).hexdigest()

    def sound(self, path: Path, where: str, probe: Callable[[Path, str], Sound]) -> Sound:
        """What *probe* says of the file at *path*. Raises what *probe* raises, and keeps no failure."""
        return Sound(**self._fact(path, "sound", lambda: asdict(probe(path, where))))

    def remember(self, path: Path, name: str, value: Any) -> None:
        """Keep what was found of the file at *path*, as JSON has it, until the file changes."""
        self._fact(path, name, lambda: value)

    def recall(self, path: Path, name: str) -> Any:
        """What was remembered of the file as it is now; None where nothing was."""
        with self._lock:
            known = self._load("files").get(str(path.resolve()), {})
        return known.get(name) if path.exists() and known.get("stamp") == stamp_of(path) else None

    def case_folder(self, case_id: str) -> Path:
        """Where the made files of a case are kept; it exists afterwards."""
        folder = self.folder / case_id
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def settled(self, case_id: str) -> tuple[str, str]:
        """The fingerprint of a case when it was last published from here, and the key of its record then."""
        with self._lock:
            found = self._load("cases").get(case_id, {})
        return str(found.get("fingerprint", "")), str(found.get("record", ""))

    def settle(self, case_id: str, fingerprint: str, record: str) -> None:
        """Remember that a case of that *fingerprint* is published as the record at that key."""
        fact = {"fingerprint": fingerprint, "record": record}
        with self._lock:
            cases = self._load("cases")
            if cases.get(case_id) != fact:
                cases[case_id] = fact
                self._changed = True

    def save(self) -> None:
        """Write the facts down, whole or not at all."""
        with self._lock:
            if self._facts is None or not self._changed:
                return
            self.folder.mkdir(parents=True, exist_ok=True)
            write_json(self.folder / "facts.json", {"version": _VERSION, **self._facts})
            self._changed = False

    def _fact(self, path: Path, name: str, compute: Callable[[], Any]) -> Any:
        key, stamp = str(path.resolve()), stamp_of(path)
        with self._lock:
            known = self._load("files").get(key, {})
            if known.get("stamp") == stamp and name in known:
                return known[name]
        value = compute()
        with self._lock:
            facts = self._load("files")
            if facts.get(key, {}).get("stamp") != stamp:
                facts[key] = {"stamp": stamp}
            facts[key][name] = value
            self._changed = True
        return value

    def _load(self, of: Literal["files", "cases"]) -> dict[str, dict[str, Any]]:
        if self._facts is None:
            found = read_json(self.folder / "facts.json")
            whole = found if found.get("version") == _VERSION else {}
            self._facts = {name: whole.get(name, {}) for name in ("files", "cases")}
        return self._facts[of]


def stamp_of(path: Path) -> list[int]:
    """What changes when the file at *path* does: its size and its modification time in nanoseconds."""
    stat = path.stat()
    return [stat.st_size, stat.st_mtime_ns]


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, streamed."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file of ours; empty when the file is absent or damaged."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write_json(path: Path, value: object) -> None:
    """Replace the file at *path* with *value*, atomically."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    beside.write_text(json.dumps(value), "utf-8")
    beside.replace(path)
