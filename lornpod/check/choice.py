"""Which findings are told: chosen by code, and less those that the network lives with for a reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from ..errors import Finding, Level
from ..messages import later, tr
from .registry import all_rules, rule

if TYPE_CHECKING:
    from ..model import Ignored, Lines


@dataclass(frozen=True, slots=True)
class Choice:
    """Rules by their codes, or by how these begin; without *select* all but *ignore*."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    def of(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Those of *findings* that are chosen."""
        return tuple(finding for finding in findings if self.takes(finding.code))

    def takes(self, code: str) -> bool:
        wanted = not self.select or any(begins(code, one) for one in self.select)
        return wanted and not any(begins(code, one) for one in self.ignore)


def begins(code: str, beginning: str) -> bool:
    """Whether *code* is *beginning* or goes on from it: ``apple`` takes ``apple-image``, not ``apples``."""
    return code == beginning or code.startswith(beginning if beginning.endswith("-") else f"{beginning}-")


def is_authored(code: str) -> bool:
    """Whether *code* is told by the reader of authored files."""
    return any(rule.code == code and rule.of == "authored" for rule in all_rules())


def unknown(beginnings: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Those of *beginnings* with which no rule's code begins, each with what may be meant."""
    codes = [rule.code for rule in all_rules()]
    for one in beginnings:
        if not any(begins(code, one) for code in codes):
            near = get_close_matches(one, codes, n=1)
            yield one, tr("did you mean {near}?", near=near[0]) if near else tr("see docs/rules.md")


def lived_with(
    findings: Sequence[Finding], ignored: Sequence[Ignored], lines: Lines, *, whole: bool
) -> Iterator[Finding]:
    """*findings* less those that are *ignored*, and what is wrong with the ignoring itself.

    *whole*: everything was looked at, so that an entry which takes nothing is of no use. What the reader
    says is an error stays: nothing was judged there.
    """
    used: set[int] = set()
    for finding in findings:
        unread = finding.level is Level.ERROR and is_authored(finding.code)
        taking = [at for at, one in enumerate(ignored) if one.reason and _takes(one, finding)]
        if unread or not taking:
            yield finding
        used.update(taking)
    for at, one in enumerate(ignored):
        field = f"check.ignore[{at}]"
        said = next((hint for _, hint in unknown([one.code])), "")
        if not one.reason:
            yield _of(
                "ignore-reason",
                tr("{code} is ignored without a reason, so it is not", code=one.code),
                lines,
                field,
            )
        elif said:
            yield _of(
                "ignore-unknown", tr("no rule's code begins with {code}", code=one.code), lines, field, said
            )
        elif whole and at not in used:
            yield _of("ignore-unused", tr("nothing is found of {code}", code=one.code), lines, field)


def _takes(ignored: Ignored, finding: Finding) -> bool:
    path = finding.where.partition(":")[0]
    inside = ignored.where.rstrip("/")
    return begins(finding.code, ignored.code) and (
        not inside or path == inside or path.startswith(f"{inside}/")
    )


def _of(code: str, message: str, lines: Lines, field: str, hint: str = "") -> Finding:
    own = next(one for one in all_rules() if one.code == code)
    return Finding(code, message, lines.where(field), field, hint or own.remedy, own.level)


def _after_the_others(*_: object) -> Iterator[Finding]:
    """Found when the others have been: see :func:`lived_with`."""
    yield from ()


for _code, _level, _title, _why, _remedy in (
    (
        "ignore-reason", Level.WARNING, "What is ignored has a reason",
        "Whoever reads lornpod.yaml next year must know whether it still holds.", later("write `reason:`"),
    ),
    (
        "ignore-unknown", Level.WARNING, "What is ignored exists",
        "A misspelt code ignores nothing, and what was meant is told on.",
        later("write a code of docs/rules.md"),
    ),
    (
        "ignore-unused", Level.ADVICE, "What is ignored is found",
        "An entry that takes nothing hides the finding when it comes back.", later("take it out"),
    ),
):  # fmt: skip
    rule(_code, "ignored", _title, _level, why=_why, remedy=_remedy)(_after_the_others)
