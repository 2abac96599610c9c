"""Programs and readers that are not ours, as `tests/tools/install` brings them, for tests to ask.

Where one is missing its test is skipped; with LORNPOD_TESTS=all, as CI runs them, it fails instead.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent


def program(*names: str) -> str:
    """The path of the first of *names* that is installed."""
    found = next(filter(None, map(shutil.which, names)), None)
    return found or _do_without(names[0])


def chromium() -> str:
    """The path of a Chromium."""
    return program("chromium", "chromium-browser", "google-chrome")


def node(module: str, script: str, *arguments: str, stdin: str = "") -> Any:
    """What *script*, a JavaScript module, prints as JSON. It imports the npm package *module*, finds
    *arguments* in `process.argv.slice(1)`, and *stdin* where it reads it."""
    node = program("node")
    if not (FOLDER / "node_modules" / module).is_dir():
        _do_without(f"npm's {module}")
    done = subprocess.run(
        [node, "--input-type=module", "-e", script, "--", *arguments],
        cwd=FOLDER,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode:
        raise AssertionError(done.stderr)
    return json.loads(done.stdout)


def _do_without(what: str) -> str:
    if os.environ.get("LORNPOD_TESTS") == "all":
        pytest.fail(f"{what} is missing: run tests/tools/install")
    pytest.skip(f"no {what}: run tests/tools/install")
