"""Where a workspace is, what lies in it, and what is known of one that was read."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..errors import Finding, LornpodError
from ..messages import later, tr
from ..model import CaseFolder, FeedFile, Lines, Network

NETWORK_FILE = "lornpod.yaml"
FEEDS = "feeds"
CASES = "episodes"
ARTWORK = "artwork"
CASE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
CASE_ID_HINT = later("use up to 64 letters A to Z, digits, - and _, such as C0608")


@dataclass(frozen=True, slots=True)
class Workspace:
    """Everything that was authored, as far as it could be read.

    ``feeds`` and ``cases`` (sorted by slug and id) leave out those with errors; ``findings`` says
    what is wrong or doubtful, in the order of the files.
    """

    root: Path
    network: Network
    network_lines: Lines
    feeds: tuple[FeedFile, ...]
    cases: tuple[CaseFolder, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Shows:
    """A workspace without its cases. *network* is None where lornpod.yaml cannot be used; the feeds are
    those without errors."""

    network: Network | None
    network_lines: Lines
    feeds: tuple[FeedFile, ...]
    findings: tuple[Finding, ...]


def find_root(start: Path) -> Path:
    """The nearest folder upward from *start* that holds lornpod.yaml."""
    start = start.absolute()
    for folder in (start, *start.parents):
        if (folder / NETWORK_FILE).is_file():
            return folder
    raise LornpodError(
        tr("no {network_file} in this folder or any above it", network_file=NETWORK_FILE),
        str(start),
        tr("go to your workspace, or make one with `lornpod init DIR`"),
    )


def feed_files(root: Path) -> list[Path]:
    """The files of feeds/ that define one, by name."""
    return sorted(path for path in (root / FEEDS).glob("*.md") if path.name[0] not in "._")


def case_file(root: Path, case_id: str) -> Path:
    return root / CASES / case_id / "case.md"


def has_case(root: Path, name: str) -> bool:
    return os.path.isfile(case_file(root, name))  # noqa: PTH113 - never raises


def case_folders(root: Path) -> list[str]:
    """The names of the folders in episodes/, but for hidden ones, sorted."""
    if not os.path.isdir(root / CASES):  # noqa: PTH112 - never raises
        return []
    return sorted(entry.name for entry in listing(root / CASES) if entry.name[0] != "_" and entry.is_dir())


def case_ids(root: Path) -> tuple[str, ...]:
    """The ids of all cases, whether they can be read or not, sorted."""
    return tuple(name for name in case_folders(root) if CASE_ID.fullmatch(name) and has_case(root, name))


def listing(folder: Path) -> list[os.DirEntry[str]]:
    """What lies in *folder*, but for hidden files. Raises LornpodError when nobody may look."""
    try:
        with os.scandir(folder) as entries:
            return [entry for entry in entries if entry.name[0] != "."]
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise LornpodError(
            tr("cannot be read: {reason}", reason=reason), printable(str(folder)), tr("check the folder")
        ) from None


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """The findings of one file by line."""

    def line(finding: Finding) -> int:
        digits = finding.where.rpartition(":")[2]
        return int(digits) if digits.isdigit() else 0

    return sorted(findings, key=line)


def printable(name: str) -> str:
    """*name* on one line and in Unicode: file names may hold line breaks, and bytes that are no text."""
    return " ".join(name.encode(errors="replace").decode().split())
