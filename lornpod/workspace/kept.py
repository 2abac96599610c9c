"""The shows of a workspace as they were read last, kept in build/: to read YAML and to check every field
takes longer than to renew a feed.

What is kept counts while the files that it was read from say the same to the letter, the pictures and sounds
that they name are still there, and the code that read them is the same.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path

import msgspec

from .. import messages, model
from ..errors import Finding, errors_in
from ..model import FeedFile, Lines, Network
from .place import NETWORK_FILE, Workspace, feed_files

_FILE = "build/shows.json"
_UNREADABLE = (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError)


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is written down: a digest of what was read, the files that it names, and what it said."""

    made_of: str
    named: tuple[str, ...]
    network: Network
    network_lines: Lines
    feeds: tuple[FeedFile, ...]
    findings: tuple[Finding, ...]


def shows(root: Path) -> Workspace:
    """The workspace at *root* without its cases; see :func:`reading.read`, whose errors it raises."""
    made_of = _made_of(root)
    kept = _recalled(root)
    if kept is not None and kept.made_of == made_of and all(_is_file(root, name) for name in kept.named):
        return Workspace(root, kept.network, kept.network_lines, kept.feeds, (), kept.findings)
    from .reading import read  # which brings YAML and pydantic

    found = read(root, ())
    if not errors_in(found.findings):
        _keep(root, made_of, found)
    return found


def _made_of(root: Path) -> str:
    """A digest of all that reading depends on but for files that are only named."""
    made = hashlib.sha256(messages.language().encode())
    for path in (*sorted(Path(__file__).parent.glob("*.py")), Path(model.__file__)):
        status = path.stat()
        made.update(f"{path.name} {status.st_size} {status.st_mtime_ns}\n".encode())
    for path in (root / NETWORK_FILE, *feed_files(root)):
        with suppress(OSError):  # which the reader will say
            said = path.read_bytes()
            made.update(f"{path.name} {len(said)}\n".encode("utf-8", "surrogateescape") + said)
    return made.hexdigest()


def _recalled(root: Path) -> _Kept | None:
    try:
        return msgspec.json.decode((root / _FILE).read_bytes(), type=_Kept, dec_hook=_path)
    except _UNREADABLE:
        return None


def _keep(root: Path, made_of: str, found: Workspace) -> None:
    """Write *found* down, where that can be done; nothing rests on it."""
    named = tuple(sorted(set(_files(root, (found.network, found.feeds)))))
    kept = _Kept(made_of, named, found.network, found.network_lines, found.feeds, found.findings)
    path = root / _FILE
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        path.parent.mkdir(exist_ok=True)
        part.write_bytes(msgspec.json.encode(kept, enc_hook=str))
        part.replace(path)
    except OSError:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _path(_: type, value: object) -> Path:
    return Path(str(value))


def _is_file(root: Path, name: str) -> bool:
    return os.path.isfile(root / name)  # noqa: PTH113 - never raises


def _files(root: Path, value: object) -> Iterator[str]:
    """Whatever in *value* is the name of a file, as seen from *root*."""
    if isinstance(value, str | Path):
        name = str(value)
        if name and "://" not in name and _is_file(root, name):
            yield name
    elif is_dataclass(value):
        for one in fields(value):
            yield from _files(root, getattr(value, one.name))
    elif isinstance(value, Mapping):
        yield from _files(root, tuple(value.values()))
    elif isinstance(value, Iterable) and not isinstance(value, bytes):
        for one in value:
            yield from _files(root, one)
