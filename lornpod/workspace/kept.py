"""What was read of a workspace, kept in build/: to read YAML and to check every field takes many times as
long as to see that nothing has changed.

What is kept of a file counts while that says the same to the letter, the same files lie beside it, what it
names is still there, and so is the code that read it. What had a mistake in it is not kept.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import TZPATH

import msgspec

from .. import messages, model
from ..errors import Finding, errors_in
from ..model import CaseFolder
from .place import ARTWORK, NETWORK_FILE, Shows, case_file, feed_files, listing

if TYPE_CHECKING:
    from hashlib import _Hash as _Digest

    from .reading import CaseReader

_UNREADABLE = (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError)


@dataclass(frozen=True, slots=True)
class _Shows:
    """What is written down: a digest of what was read, the files that it names, and what it said."""

    made_of: str
    named: tuple[str, ...]
    said: Shows


@dataclass(frozen=True, slots=True)
class _Case:
    """The same of a case."""

    made_of: str
    named: tuple[str, ...]
    said: CaseFolder
    findings: list[Finding]


def _path(_: type, value: object) -> Path:
    return Path(str(value))


# Made here, once: two threads that make decoders of one type at the same time crash msgspec (0.22).
_SHOWS = msgspec.json.Decoder(_Shows, dec_hook=_path)
_CASE = msgspec.json.Decoder(_Case, dec_hook=_path)
_AnyKept = TypeVar("_AnyKept", _Shows, _Case)


class Kept:
    """What is kept of the workspace at *root*."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._folder = root / "build/read"
        self._shows: Shows | None = None

    def shows(self) -> Shows:
        """See :func:`reading.read_shows`."""
        path, made_of = self._folder / "shows.json", self._network.copy()
        _add_listing(made_of, self.root / ARTWORK)  # a feed may have a cover there without naming it
        for file in feed_files(self.root):
            _add(made_of, file)
        kept = _recalled(path, _SHOWS, made_of.hexdigest(), self.root)
        if kept is not None:
            self._shows = kept.said
        else:
            from .reading import read_shows  # which brings YAML and pydantic

            self._shows = said = read_shows(self.root)
            if said.network is not None and not errors_in(said.findings):
                named = _there(self.root, _names((said.network, said.feeds)))
                _keep(path, _Shows(made_of.hexdigest(), named, said))
        return self._shows

    def case(self, case_id: str) -> tuple[CaseFolder | None, list[Finding]]:
        """See :class:`reading.CaseReader`."""
        file = case_file(self.root, case_id)
        path, made_of = self._folder / f"cases/{case_id}.json", self._network.copy()
        _add_listing(made_of, file.parent)
        _add(made_of, file)
        kept = _recalled(path, _CASE, made_of.hexdigest(), file.parent)
        if kept is not None:
            return kept.said, kept.findings
        found, findings = self._reader(case_id)
        if found is not None and not errors_in(findings):
            # Whatever lies beside it was listed.
            elsewhere = (name for name in _names((found.case, found.assembly)) if "/" in name)
            named = _there(file.parent, elsewhere)
            _keep(path, _Case(made_of.hexdigest(), named, found, findings))
        return found, findings

    @cached_property
    def _reader(self) -> CaseReader:
        from .reading import CaseReader

        return CaseReader(self.root, (self._shows or self.shows()).network)

    @cached_property
    def _network(self) -> _Digest:
        """A digest of what all reading depends on: where it is, lornpod.yaml, the language of what is said,
        the code, the libraries, and what is known of time zones."""
        made = hashlib.sha256(f"{self.root.absolute()}\n{messages.language()}\n{TZPATH}\n".encode())
        code = (*sorted(Path(__file__).parent.glob("*.py")), Path(model.__file__))
        for path in (*code, Path(sysconfig.get_path("purelib")), *map(Path, TZPATH)):
            with suppress(FileNotFoundError):
                status = path.stat()
                made.update(f"{path.name} {status.st_size} {status.st_mtime_ns}\n".encode())
        _add(made, self.root / NETWORK_FILE)
        return made


def _add_listing(made_of: _Digest, folder: Path) -> None:
    """Add the names of what lies in *folder* to the digest."""
    entries = listing(folder) if os.path.isdir(folder) else ()  # noqa: PTH112 - never raises
    for name, is_file in sorted((entry.name, entry.is_file()) for entry in entries):
        made_of.update(f"{name} {is_file}\n".encode("utf-8", "surrogateescape"))


def _add(made_of: _Digest, file: Path) -> None:
    with suppress(OSError):  # which the reader will say
        said = file.read_bytes()
        made_of.update(f"{file.name} {len(said)}\n".encode("utf-8", "surrogateescape") + said)


def _recalled(
    path: Path, decoder: msgspec.json.Decoder[_AnyKept], made_of: str, folder: Path
) -> _AnyKept | None:
    """What was kept at *path*, of *made_of*, where the files in *folder* that it names are still there."""
    try:
        kept = decoder.decode(path.read_bytes())
    except _UNREADABLE:
        return None
    return kept if kept.made_of == made_of and all(_is_file(folder, name) for name in kept.named) else None


def _keep(path: Path, kept: _Shows | _Case) -> None:
    """Write *kept* down, where that can be done; nothing rests on it."""
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(msgspec.json.encode(kept, enc_hook=str))
        part.replace(path)
    except OSError:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _there(folder: Path, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({name for name in names if _is_file(folder, name)}))


def _is_file(folder: Path, name: str) -> bool:
    return os.path.isfile(folder / name)  # noqa: PTH113 - never raises


def _names(value: object) -> Iterator[str]:
    """Whatever in *value* may be the name of a file."""
    for name in map(str, texts_in(value)):
        if 0 < len(name) < 1000 and "\n" not in name and "://" not in name:
            yield name


def texts_in(value: object) -> Iterator[str | Path]:
    """Every text and path in *value* and whatever it holds."""
    if isinstance(value, str | Path):
        yield value
    elif is_dataclass(value):
        for one in fields(value):
            yield from texts_in(getattr(value, one.name))
    elif isinstance(value, Mapping):
        yield from texts_in(tuple(value.values()))
    elif isinstance(value, Iterable) and not isinstance(value, bytes):
        for one in value:
            yield from texts_in(one)
