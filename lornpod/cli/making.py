"""Cases worked at together: several at a time, and all that is wrong with any of them told together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from .. import memory
from ..errors import Finding, InputError, MediaError

if TYPE_CHECKING:
    from ..events import Event
    from ..model import CaseFolder
    from ..release.maker import Maker

Made = TypeVar("Made")


def of_each(
    maker: Maker, folders: Sequence[CaseFolder], jobs: int, make: Callable[[Maker, CaseFolder], Made]
) -> tuple[Made, ...]:
    """What *make* makes of each of *folders*, *jobs* at once, in their order.

    Raises InputError with all that is wrong with any of them. Whatever else ends one ends all.
    """
    memory.give_back()
    findings: list[Finding] = []
    stopped = threading.Event()

    def notify(event: Event) -> None:
        if stopped.is_set():
            raise KeyboardInterrupt  # ends the mastering that was about to tell of its progress
        maker.notify(event)

    working = replace(maker, notify=notify)

    def one(folder: CaseFolder) -> list[Made]:
        try:
            return [make(working, folder)]
        except InputError as error:
            findings.extend(error.findings)
        except MediaError as error:
            findings.append(Finding("media", error.message, error.where, hint=error.hint))
        return []

    with ThreadPoolExecutor(jobs) as pool:
        begun = [pool.submit(one, folder) for folder in folders]
        try:
            made = [found for future in begun for found in future.result()]
        except BaseException:
            stopped.set()
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    if findings:
        raise InputError(findings)
    return tuple(made)
