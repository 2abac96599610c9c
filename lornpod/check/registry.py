"""The register of rules: what a rule is, and all of them by code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import Finding, Level
from ..messages import tr
from . import sources

if TYPE_CHECKING:
    from pathlib import Path

    from ..model import Sound
    from ..workspace import Workspace


def unsurveyed(path: Path) -> None:
    """Nothing is known of any recording."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What rules of the workspace look at: the workspace, how the sound of a file is told, and what was found
    of a recording when it was mastered."""

    workspace: Workspace
    probe: Callable[[Path, str], Sound]
    surveyed: Callable[[Path], Mapping[str, Any] | None] = unsurveyed


@dataclass(frozen=True, slots=True)
class Rule:
    """A coded rule. ``of`` is what one call of ``look`` judges.

    In a workspace ``network``, ``feed`` or ``case``; in a feed ``document`` (the whole), ``entry`` (its
    channel and each item), ``episode`` (each item), ``feeds`` (one among several), or ``reader`` for what the
    reader itself refuses. ``authored``, ``found``, ``address`` and ``ignored`` are told elsewhere.
    """

    code: str
    title: str
    why: str
    level: Level
    of: str
    look: Callable[..., Iterable[Any]]  # findings; of `feeds` with the feed that each is on
    source: str
    remedy: str


RULES: list[Rule] = []

Look = TypeVar("Look", bound=Callable[..., Iterable[object]])


def rule(
    code: str,
    of: str,
    title: str,
    level: Level = Level.ERROR,
    *,
    source: str = sources.HOUSE,
    remedy: str = "",
    why: str = "",
) -> Callable[[Look], Look]:
    """Make a function a rule over each *of*. *why* is its docstring, unless given here."""

    def registered(look: Look) -> Look:
        reason = " ".join((why or look.__doc__ or "").split())
        RULES.append(Rule(code, title, reason, level, of, look, source, remedy))
        return look

    return registered


@cache
def all_rules() -> Sequence[Rule]:
    """Every rule, by code."""
    from . import (  # noqa: F401
        choice,
        entry_rules,
        episode_rules,
        media,
        namespace_rules,
        rules,
        show_rules,
        told_elsewhere,
    )

    return sorted(RULES, key=lambda rule: rule.code)


def told(rule: Rule, finding: Finding) -> Finding:
    """*finding* as *rule* tells it: with its code, its level, and its remedy where it names none."""
    if finding.code:
        return finding
    return replace(finding, code=rule.code, level=rule.level, hint=finding.hint or tr(rule.remedy))
