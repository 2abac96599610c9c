"""What is wrong with a workspace beyond what its reader says: rules as data, run over what was read.

A rule is one decorated function that yields findings; its docstring is its reason. The reader of the
workspace has complained of its own before: of what is missing, unknown or malformed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

from ..errors import Finding, Level
from ..events import Advanced, Finished, Notify, Started, silent

if TYPE_CHECKING:
    from pathlib import Path

    from ..model import CaseFolder, FeedFile, Sound
    from ..workspace import Workspace

__all__ = ["RULES", "Rule", "Seen", "workspace_findings"]


@dataclass(frozen=True, slots=True)
class Seen:
    """What rules look at: the workspace, and how the sound of a file is told."""

    workspace: Workspace
    probe: Callable[[Path, str], Sound]


@dataclass(frozen=True, slots=True)
class Rule:
    """A coded rule. ``of`` is what one call of ``look`` judges."""

    code: str
    title: str
    why: str
    level: Level
    of: str
    look: Callable[..., Iterable[Finding]]


RULES: list[Rule] = []

Look = TypeVar("Look", bound=Callable[..., Iterable[Finding]])


def rule(code: str, of: str, title: str, level: Level = Level.ERROR) -> Callable[[Look], Look]:
    """Make a function a rule over each *of*: ``case``, ``feed`` or ``network``."""

    def registered(look: Look) -> Look:
        RULES.append(Rule(code, title, " ".join((look.__doc__ or "").split()), level, of, look))
        return look

    return registered


def workspace_findings(
    workspace: Workspace, probe: Callable[[Path, str], Sound], *, jobs: int = 1, notify: Notify = silent
) -> tuple[Finding, ...]:
    """All that the rules find, with what the reader found first; cases are looked at *jobs* at a time."""
    from . import rules  # noqa: F401  (its decorators fill RULES)

    seen = Seen(workspace, probe)
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
    return tuple(found)


def _by_rules(of: str, seen: Seen, subject: Workspace | FeedFile | CaseFolder) -> Iterator[Finding]:
    for one in RULES:
        if one.of == of:
            for finding in one.look(subject, seen):
                yield finding if finding.code else replace(finding, code=one.code, level=one.level)
