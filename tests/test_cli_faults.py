"""Whatever the network and the server do, a publish ends well, or says in one line what failed and goes on
the next time."""

from __future__ import annotations

import os
import random
import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from lornpod import cli
from lornpod.errors import StoreError
from lornpod.publish.s3 import PART_BYTES, S3Store
from lornpod.publish.stores import open_store

from .faults import Fault, Proxy, Request, certificate, proxied
from .servers import SECRET, Servers
from .workspaces import workspace

ALWAYS = 10_000
KINDS = {
    "cut up": Fault("cut up"),
    "cut down": Fault("cut down"),
    "lost answer": Fault("lose"),
    "500": Fault("answer", status=500, code="InternalError"),
    "503": Fault("answer", status=503, code="SlowDown"),
    "delay": Fault("wait", seconds=0.05),
    "throttle": Fault("crawl", seconds=0.2),
}
HARMLESS = {"delay", "throttle"}
# Each fault at all requests, and each kind of request with two faults.
STAYING = [(kind, "") for kind in KINDS if kind not in HARMLESS]
STAYING += [
    (kind, about) for about in ("records/", "media/", "feeds/", "catalog") for kind in ("cut up", "503")
]
STAYING += [("lost answer", "cases/"), ("500", "list-type")]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace whose case is mastered already, so that each test pays for its requests alone."""
    root = workspace(tmp_path_factory.mktemp("made") / "ws")
    assert cli.run(["-q", "-C", str(root), "publish"]) == 0
    return root


@pytest.fixture
def proxy(
    servers: Servers, made: Path, as_publisher: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Proxy]:
    """A proxy before an empty bucket, where the workspace is told to publish; patience is short."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780000000")
    monkeypatch.setenv("LORNPOD_PUBLISHER", "test")
    monkeypatch.setenv("LORNPOD_STORE", f"s3://{servers.bucket('seaweedfs')}/net")
    monkeypatch.setattr(S3Store.__init__, "__kwdefaults__", {"patience_s": 0.5})
    monkeypatch.setattr("lornpod.publish.s3._MIN_ATTEMPTS", 2)
    with proxied(servers.address("seaweedfs")) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.address)
        yield proxy


def publish(root: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    capsys.readouterr()
    code = cli.run(["-q", "-C", str(root), "publish"])
    return code, capsys.readouterr().err.splitlines()


def assert_published(root: Path) -> None:
    """The bucket holds what a folder would, byte for byte, and nothing is left to do."""
    there = open_store(os.environ["LORNPOD_STORE"], root=root, s3={})
    folder = open_store("public", root=root, s3={})
    assert {one.key: one.length_bytes for one in there.list("media/")} == {
        one.key: one.length_bytes for one in folder.list("media/")
    }
    assert cli.run(["-q", "-C", str(root), "feeds", "--check"]) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_that_passes_is_not_even_told(
    made: Path, proxy: Proxy, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    """Every fifth request fails, and what failed once does not fail again."""
    seen = [0]
    failed: set[tuple[str, str]] = set()

    def choose(request: Request) -> Fault | None:
        seen[0] += 1
        what = (request.method, request.target)
        if seen[0] % 5 or what in failed:
            return None
        failed.add(what)
        return replace(KINDS[kind])

    proxy.choosing = choose
    assert publish(made, capsys) == (0, [])
    proxy.choosing = None
    assert_published(made)


@pytest.mark.parametrize(("kind", "about"), STAYING)
def test_a_fault_that_stays_is_told_in_one_line_and_the_next_run_completes(
    made: Path, proxy: Proxy, capsys: pytest.CaptureFixture[str], kind: str, about: str
) -> None:
    proxy.faults.append(replace(KINDS[kind], about=about, times=ALWAYS))
    code, said = publish(made, capsys)
    assert code == 3
    (line,) = said
    assert line.startswith("error: ")
    assert "s3://" in line
    assert SECRET not in line
    proxy.faults.clear()
    assert publish(made, capsys) == (0, [])
    assert_published(made)


@pytest.mark.parametrize("https", [False, True])
def test_a_server_that_refuses_trailing_checksums_is_published_to(
    servers: Servers,
    made: Path,
    proxy: Proxy,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    https: bool,
) -> None:
    """It answers 400 to what SDKs send by default since 2025, over https alone."""

    def choose(request: Request) -> Fault | None:
        sent = {name.lower(): value for name, value in request.headers.items()}
        trailing = "x-amz-trailer" in sent or "aws-chunked" in sent.get("content-encoding", "")
        trailing = trailing or sent.get("x-amz-content-sha256", "").startswith("STREAMING")
        return Fault("answer", status=400, code="InvalidRequest") if trailing else None

    with ExitStack() as ending:
        if https:
            file = certificate(tmp_path)
            monkeypatch.setenv("AWS_CA_BUNDLE", str(file))
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(file)
            proxy = ending.enter_context(proxied(servers.address("seaweedfs"), tls))
            monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.address)
        proxy.choosing = choose
        assert publish(made, capsys) == (0, [])
        assert_published(made)
        assert proxy.count("PUT", "/media/") == 1


def test_a_large_put_over_a_line_that_keeps_breaking_ends_well(proxy: Proxy, tmp_path: Path) -> None:
    """Parts that are through are not sent again, by a run or by the next."""
    sound = tmp_path / "sound"
    sound.write_bytes(random.Random(3).randbytes(3 * PART_BYTES + 1))
    chance = random.Random(4)
    proxy.choosing = lambda one: (
        Fault("cut up") if "partNumber" in one.target and chance.random() < 0.4 else None
    )
    store = open_store(os.environ["LORNPOD_STORE"], root=tmp_path, s3={})
    for _ in range(20):
        try:
            store.put("media/a.mp3", sound, media_type="audio/mpeg", cache_control="no-store")
            break
        except StoreError:  # the next run goes on
            continue
    assert store.get("media/a.mp3") == sound.read_bytes()
