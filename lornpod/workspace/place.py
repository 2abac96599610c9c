"""Where a workspace is, and what is known of one that was read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..errors import Finding, LornpodError
from ..messages import tr
from ..model import CaseFolder, FeedFile, Lines, Network

NETWORK_FILE = "lornpod.yaml"
FEEDS = "feeds"


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
