"""How the work tells of its progress: values handed to a callable, which may be called from any thread.

The core knows nothing of terminals; ``lornpod.terminal`` turns events into bars or plain lines.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Unit = Literal["bytes", "seconds", "items"]


@dataclass(frozen=True, slots=True)
class Started:
    """A task began. ``total`` is in *unit*, or None where nobody can know."""

    task: str
    total: float | None = None
    unit: Unit = "items"


@dataclass(frozen=True, slots=True)
class Advanced:
    """A task came *by* further, in the unit that it was started with."""

    task: str
    by: float


@dataclass(frozen=True, slots=True)
class Finished:
    """A task is done; ``note`` says in a few words how it ended."""

    task: str
    note: str = ""


Event = Started | Advanced | Finished
Notify = Callable[[Event], None]


def silent(event: Event) -> None:
    """Notify nobody."""
