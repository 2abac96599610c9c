"""A workspace run past the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import TYPE_CHECKING, Any

from ..errors import Finding
from ..events import Advanced, Finished, Notify, Started, silent
from .choice import lived_with
from .registry import Seen, all_rules, told, unsurveyed

if TYPE_CHECKING:
    from pathlib import Path

    from ..model import CaseFolder, FeedFile, Sound
    from ..workspace import Workspace


def workspace_findings(
    workspace: Workspace,
    probe: Callable[[Path, str], Sound],
    *,
    surveyed: Callable[[Path], Mapping[str, Any] | None] = unsurveyed,
    whole: bool = False,
    jobs: int = 1,
    notify: Notify = silent,
) -> tuple[Finding, ...]:
    """All that the rules find and the network does not live with, what the reader found first.

    *whole*: these are all cases, so that an entry of ``check.ignore`` which takes nothing is told. Cases
    are looked at *jobs* at a time.
    """
    seen = Seen(workspace, probe, surveyed)
    found = [*workspace.findings, *_by_rules("network", seen, workspace)]
    for file in workspace.feeds:
        found.extend(_by_rules("feed", seen, file))
    task = "check"
    notify(Started(task, len(workspace.cases)))

    def look(folder: CaseFolder) -> tuple[Finding, ...]:
        said = tuple(_by_rules("case", seen, folder))
        notify(Advanced(task, 1))
        return said

    with ThreadPoolExecutor(jobs) as pool:
        found.extend(chain.from_iterable(pool.map(look, workspace.cases)))
    cases, feeds = len(workspace.cases), len(workspace.feeds)
    notify(Finished(task, f"{cases} case{'s' * (cases != 1)}, {feeds} feed{'s' * (feeds != 1)}"))
    return tuple(lived_with(found, workspace.network.ignored, workspace.network_lines, whole=whole))


def _by_rules(of: str, seen: Seen, subject: Workspace | FeedFile | CaseFolder) -> Iterator[Finding]:
    for one in all_rules():
        if one.of == of:
            for finding in one.look(subject, seen):
                yield told(one, finding)
