"""What a publish costs in requests, counted between lornpod and a real server."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lornpod import cli
from lornpod.publish import records
from lornpod.publish.stores import open_store

from . import builders
from .faults import Proxy, proxied
from .servers import Servers
from .workspaces import CASE, workspace

CASES = 1_500
PERSPECTIVE = (
    "---\ntitle: Offentlig sektor\nwhere: {perspective: Offentlig sektor}\n---\nFra det offentlige.\n"
)
OWN = tuple(f"/{room}/C0901/" for room in ("media", "text", "chapters", "art", "records", "cases"))


@pytest.fixture(params=["feeds alone", "with pages"])
def proxy(
    request: pytest.FixtureRequest,
    servers: Servers,
    tmp_path: Path,
    as_publisher: None,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Proxy]:
    """A proxy before a bucket where a network of 1,500 cases is published; a workspace of it in tmp_path."""
    root, bucket = workspace(tmp_path / "ws"), servers.bucket("seaweedfs")
    for name in ("AWS_ENDPOINT_URL", "LORNPOD_STORE"):
        monkeypatch.delenv(name, raising=False)
    (root / "feeds/perspektiv.md").write_text(PERSPECTIVE, "utf-8")
    with (root / "lornpod.yaml").open("a", encoding="utf-8") as network:
        network.write(f"perspectives: [Offentlig sektor]\nstore: s3://{bucket}/net\n")
        network.write("site: false\n" if request.param == "feeds alone" else "")
    text = CASE.replace("hosts:", "perspective: Offentlig sektor\nhosts:")
    (root / "episodes/C0901/case.md").write_text(text, "utf-8")
    server = servers.address("seaweedfs")
    fill(f"s3://{bucket}/net", server)
    monkeypatch.setenv("AWS_ENDPOINT_URL", server)
    assert cli.run(["-q", "-C", str(root), "feeds"]) == 0
    with proxied(server) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.address)
        yield proxy


def fill(address: str, endpoint: str) -> None:
    """Put the records of 1,500 cases, the newest before C0901."""
    store = open_store(address, root=Path.cwd(), s3={"endpoint": endpoint})
    base = builders.record(transcripts=(), chapters=None)
    newest = datetime(2026, 3, 1, tzinfo=UTC)

    def put(number: int) -> None:
        case = replace(
            base.case,
            id=f"C{10_000 + number}",
            number=10_000 + number,
            published=newest - timedelta(days=number),
        )
        key, data = records.encode(replace(base, case=case, guid=f"guid-{number}"))
        store.put(key, data, media_type="application/json", cache_control="no-store")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(put, range(CASES)))


def test_a_case_into_a_network_of_1500_costs_20_requests_10_for_pages_and_nothing_to_do_8(
    proxy: Proxy, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """In three feeds. The case's own are its artifacts, its record and its page; of pages there are besides
    its neighbour's, a show's for each feed, the front page and the sitemap, and records are read for them."""
    most = 20 if "feeds alone" in request.node.name else 30
    publish = ["-q", "-C", str(tmp_path / "ws"), "publish"]
    assert cli.run(publish) == 0
    own = [one for one in proxy.requests if any(room in one.target for room in OWN)]
    others = [f"{one.method} {one.target}" for one in proxy.requests if one not in own]
    assert sum("/feeds/" in line and line.startswith("PUT") for line in others) == 3
    assert all(one.method == "PUT" for one in own)
    assert len(others) <= most, "\n".join(others)
    proxy.requests.clear()
    assert cli.run(publish) == 0
    assert len(proxy.requests) <= 8, "\n".join(f"{one.method} {one.target}" for one in proxy.requests)
    assert {one.method for one in proxy.requests} == {"GET"}
    proxy.requests.clear()
    assert cli.run(publish) == 0
    looked = [one.target for one in proxy.requests]
    assert len(looked) <= 4, "\n".join(looked)  # records, by the thousand, and feeds, and the list of pages
    assert all("list-type=2" in target for target in looked)
