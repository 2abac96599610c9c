"""Several publishers at once on a real server; `make soak` has many more rounds of it."""

from __future__ import annotations

import pytest

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
