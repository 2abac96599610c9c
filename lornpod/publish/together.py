"""Several requests at once, ended together when one fails."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from typing import TypeVar

T = TypeVar("T")
_JOBS = 8


def at_once(
    work: Callable[[T], None],
    items: Iterable[T],
    stopped: threading.Event | None = None,
    *,
    jobs: int = _JOBS,
) -> None:
    """Do *work* on all *items*, *jobs* at once; what fails first is raised, and nothing new is begun then.

    *stopped* is set when something failed, so that work under way can end early.
    """
    with ThreadPoolExecutor(jobs) as pool:
        try:
            begun: list[Future[None]] = [pool.submit(work, item) for item in items]
            for done in wait(begun, return_when=FIRST_EXCEPTION).done:
                done.result()
        except BaseException:
            if stopped is not None:
                stopped.set()
            pool.shutdown(wait=True, cancel_futures=True)
            raise
