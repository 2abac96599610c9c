"""What all tests share: servers, and property tests without a clock (the first example pays for imports)."""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as lornpod.align has it, before anybody imports numpy

# Commands are asked in English; their languages have tests of their own.
os.environ.update(LC_ALL="C.UTF-8", LANGUAGE="")

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from . import tools

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from .servers import Servers
    from .workspaces import Run

# The same examples each time, so that a change is held against what it changed; `make fuzz` draws others.
settings.register_profile("lornpod", deadline=None, derandomize="LORNPOD_EXAMPLES" not in os.environ)
settings.load_profile("lornpod")


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Real S3 servers, each started when a test first asks for it."""
    from .servers import Servers

    with ExitStack() as ending:
        yield Servers(tmp_path_factory.mktemp("servers"), ending)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small workspace with one case."""
    from .workspaces import workspace

    return workspace(tmp_path / "ws")


@pytest.fixture
def run(root: Path, capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in the workspace."""
    from lornpod import cli

    def command(*arguments: str) -> tuple[int, str, str]:
        code = cli.run(["-C", str(root), *arguments])
        out, err = capfd.readouterr()
        return code, out, err

    return command


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real browser without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as running:
        started = running.chromium.launch(
            executable_path=tools.chromium(),
            args=["--no-sandbox", "--mute-audio", "--disable-background-networking", "--disable-sync"],
        )
        yield started
        started.close()


@pytest.fixture
def as_publisher(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The credentials of one who may do everything, and nothing of this machine's own settings."""
    from .servers import KEY, SECRET

    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "no-credentials"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "no-config"))
