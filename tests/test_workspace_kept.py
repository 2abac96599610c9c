"""The shows of a workspace are recalled as they were read, and read again when anything has moved."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given

from lornpod import messages, workspace
from lornpod.errors import InputError, errors_in

from .test_workspace_writing import POOLS, SEEDS, authored
from .workspaces import ALL, INNOVATION, NETWORK, write_cover

NO_READING = patch("lornpod.workspace.reading.read", side_effect=AssertionError("it was read again"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "feeds").mkdir()
    (tmp_path / "artwork").mkdir()
    (tmp_path / "lornpod.yaml").write_text(NETWORK.replace("guid", "# guid"), "utf-8")
    (tmp_path / "feeds/innovasjon.md").write_text(INNOVATION, "utf-8")
    (tmp_path / "feeds/alle.md").write_text(ALL, "utf-8")
    write_cover(tmp_path / "artwork/cover.jpg")
    return tmp_path


@given(POOLS, SEEDS)
def test_what_is_recalled_is_what_was_read(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], seed: int
) -> None:
    root = tmp_path_factory.mktemp("workspace")
    authored(root, lines, seed)
    read = workspace.shows(root)
    assert read == workspace.read(root, ())
    with NO_READING:
        recalled = workspace.shows(root)
    assert recalled == read
    assert repr(recalled) == repr(read)  # 1 and 1.0 are equal, and make other digests


def test_what_was_doubtful_is_told_again(root: Path) -> None:
    doubts = workspace.shows(root).findings
    assert [finding.code for finding in doubts] == ["network-guid"]
    with NO_READING:
        assert workspace.shows(root).findings == doubts


def test_what_was_doubtful_is_told_in_the_language_of_the_run(root: Path) -> None:
    (in_english,) = workspace.shows(root).findings
    with messages.speaking("nb"):
        (in_norwegian,) = workspace.shows(root).findings
    assert in_norwegian.message != in_english.message


@pytest.mark.parametrize(
    "change",
    [
        lambda root: (root / "lornpod.yaml").write_text(NETWORK, "utf-8"),
        lambda root: (root / "feeds/alle.md").write_text(ALL.replace("samtaler", "samtalar"), "utf-8"),
        lambda root: (root / "feeds/alle.md").rename(root / "feeds/alt.md"),
        lambda root: (root / "feeds/alle.md").unlink(),
        lambda root: (root / "feeds/ny.md").write_text("---\ntitle: Ny\n---\nNy.\n", "utf-8"),
    ],
    ids=["network", "feed", "renamed", "removed", "added"],
)
def test_a_change_is_seen(root: Path, change: Callable[[Path], object]) -> None:
    before = workspace.shows(root)
    change(root)
    assert workspace.shows(root) == workspace.read(root, ()) != before


def test_a_picture_that_went_is_missed(root: Path) -> None:
    workspace.shows(root)
    (root / "artwork/cover.jpg").unlink()
    assert [finding.field for finding in errors_in(workspace.shows(root).findings)] == ["artwork"]
    write_cover(root / "artwork/cover.jpg")
    assert not errors_in(workspace.shows(root).findings)


def test_mistakes_are_not_kept(root: Path) -> None:
    (root / "feeds/feil.md").write_text("---\ntitel: Feil\n---\n", "utf-8")
    assert errors_in(workspace.shows(root).findings)
    assert not (root / "build/shows.json").exists()
    (root / "lornpod.yaml").write_text("name: [\n", "utf-8")
    with pytest.raises(InputError):
        workspace.shows(root)


@pytest.mark.parametrize("damage", [b"", b"{}", b"[" * 100_000, b"\xff", b'{"made_of":1}'])
def test_a_damaged_note_is_as_none(root: Path, damage: bytes) -> None:
    read = workspace.shows(root)
    (root / "build/shows.json").write_bytes(damage)
    assert workspace.shows(root) == read
    with NO_READING:
        assert workspace.shows(root) == read


def test_nothing_rests_on_a_place_to_write(root: Path) -> None:
    (root / "build").write_text("a file where the folder would be", "utf-8")
    assert workspace.shows(root) == workspace.read(root, ())


def test_to_recall_takes_neither_yaml_nor_pydantic(root: Path) -> None:
    command = ["-C", str(root), "feeds"]
    code = f"import sys; from lornpod.cli import run; run({command!r}); print(sorted(sys.modules))"
    first, second = (
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
        for _ in range(2)
    )
    assert "'pydantic'" in first
    assert "'pydantic'" not in second
    assert "'yaml'" not in second
