"""Several publishers at once on a real server; `make soak` has many more rounds of it."""

from __future__ import annotations

import subprocess
import sys
import threading
import time

import pytest

from lornpod.publish.together import at_once, pause

from .publishers import environment, race
from .servers import Servers


@pytest.mark.parametrize(("kind", "publishers", "rounds"), [("seaweedfs", 2, 3), ("rclone", 5, 2)])
def test_publishers_at_once_lose_nothing_and_hear_of_each_other(
    servers: Servers, kind: str, publishers: int, rounds: int
) -> None:
    """rclone's server ignores conditions, and nobody asks for any: they are not needed."""
    bucket = servers.bucket(kind)
    with environment():
        ended = race(f"s3://{bucket}/net", publishers, rounds, {"endpoint": servers.address(kind)})
    assert not ended.violations, "\n".join(ended.violations)


def test_pauses_between_attempts_end_when_another_request_has_failed() -> None:
    begun = threading.Barrier(3)

    def work(number: int) -> None:
        begun.wait()
        if number == 0:
            raise OSError("no room")
        at_once(lambda _: pause(60), [1, 2])  # as the parts of an object do

    began = time.monotonic()
    with pytest.raises(OSError, match="no room"):
        at_once(work, range(3))
    assert time.monotonic() - began < 5


STUCK = """
import os, signal, threading
from lornpod.publish.together import at_once, pause

def work(number):
    if number:
        pause(60)
    threading.Event().wait(60)  # as a read of a socket, which nothing ends

threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    at_once(work, range(4))
except KeyboardInterrupt:
    os._exit(130)
"""


def test_ctrl_c_waits_neither_for_pauses_nor_for_a_server_that_does_not_answer() -> None:
    began = time.monotonic()
    assert subprocess.run([sys.executable, "-c", STUCK], timeout=50, check=False).returncode == 130
    assert time.monotonic() - began < 15
