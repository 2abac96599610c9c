"""What can be wrong with the input or the surroundings, said in one line each.

A :class:`Finding` is a value: rules and readers yield them, the command line shows them.
A :class:`LornpodError` stops the work; only the command line catches it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import Enum


class Level(Enum):
    """How much a finding matters: only errors stop a publish."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know about the input.

    ``where`` is ``path:line`` or ``path``, relative to the workspace; ``field`` the path inside
    the file, such as ``chapters[3].start``; ``hint`` says what to do next.
    """

    code: str
    message: str
    where: str = ""
    field: str = ""
    hint: str = ""
    level: Level = Level.ERROR

    def as_json(self) -> dict[str, str]:
        """The finding for programs: its fields, the level by its name."""
        return {**asdict(self), "level": self.level.value}

    def __str__(self) -> str:
        place = ": ".join(part for part in (self.where, self.field) if part)
        said = f"{place}: {self.message}" if place else self.message
        return f"{said}; {self.hint}" if self.hint else said


class LornpodError(Exception):
    """Something that the user can mend. Says what, where, and what to do next.

    ``exit_code`` is what the command line leaves with: 1 for input that is wrong, 3 for a store or
    network that failed, 4 for a program that is missing.
    """

    exit_code = 1

    def __init__(self, message: str, where: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message, self.where, self.hint = message, where, hint

    def __str__(self) -> str:
        return str(Finding("", self.message, self.where, hint=self.hint))


class InputError(LornpodError):
    """All that is wrong with the authored files of a run, together."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))

    def __str__(self) -> str:
        return self.message


class MediaError(LornpodError):
    """A sound or picture file that cannot be used. The file itself is unchanged."""


class StoreError(LornpodError):
    """The store did not answer, refused, or broke off. What was stored before stays stored."""

    exit_code = 3


class NotInStore(StoreError):
    """The store answered: there is no such object."""


class MissingTool(LornpodError):
    """A program that the work needs is not on this machine."""

    exit_code = 4


def errors_in(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those of *findings* that stop a publish."""
    return tuple(finding for finding in findings if finding.level is Level.ERROR)
