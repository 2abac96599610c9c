"""Several requests at once, ended together when one fails."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future

T = TypeVar("T")
_JOBS = 8
_GRACE_S = 1.5  # for what is under way when somebody has had enough: a server may not answer for long
_GLANCE_S = 0.1

_ours = threading.local()  # what may end the work of this thread


def at_once(
    work: Callable[[T], None],
    items: Iterable[T],
    stopped: threading.Event | None = None,
    *,
    jobs: int = _JOBS,
) -> None:
    """Do *work* on all *items*, *jobs* at once; what fails first is raised, and nothing new is begun then.

    *stopped* is set when something failed, so that work under way can end early; :func:`pause` does. Ctrl-C
    leaves behind what does not end soon.
    """
    if jobs == 1 and stopped is None:
        for item in items:
            work(item)
        return
    from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait

    stop = stopped or threading.Event()
    ends = (*_ends(), stop)

    def do(item: T) -> None:
        _ours.ends = ends
        work(item)

    pool = ThreadPoolExecutor(jobs)
    begun: list[Future[None]] = []
    try:
        begun = [pool.submit(do, item) for item in items]
        for done in wait(begun, return_when=FIRST_EXCEPTION).done:
            done.result()
    except BaseException as error:
        stop.set()
        pool.shutdown(wait=False, cancel_futures=True)
        under_way = [one for one in begun if not one.cancelled()]
        wait(under_way, None if isinstance(error, Exception) else _GRACE_S)
        raise
    pool.shutdown()


def pause(seconds: float) -> None:
    """Wait; KeyboardInterrupt as soon as the work that this is part of is ended."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if any(stopped.is_set() for stopped in _ends()):
            raise KeyboardInterrupt
        time.sleep(min(left, _GLANCE_S))


def _ends() -> tuple[threading.Event, ...]:
    return getattr(_ours, "ends", ())
