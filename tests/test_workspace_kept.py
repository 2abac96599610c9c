"""A workspace is recalled as it was read, and read again when anything has moved."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import assume, given

from lornpod import messages, workspace
from lornpod.errors import InputError, errors_in
from lornpod.workspace.source import read_markdown

from .test_workspace_writing import POOLS, SEEDS, authored
from .whole import Whole
from .workspaces import ALL, CASE, INNOVATION, NETWORK, write_cover

NO_SHOWS = patch("lornpod.workspace.reading.read_shows", side_effect=AssertionError("read again"))
NO_CASES = patch("lornpod.workspace.reading.CaseReader", side_effect=AssertionError("read again"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "feeds").mkdir()
    (tmp_path / "artwork").mkdir()
    (tmp_path / "lornpod.yaml").write_text(NETWORK.replace("guid", "# guid"), "utf-8")
    (tmp_path / "feeds/innovasjon.md").write_text(INNOVATION, "utf-8")
    (tmp_path / "feeds/alle.md").write_text(ALL, "utf-8")
    write_cover(tmp_path / "artwork/cover.jpg")
    for case_id, number in (("C0901", 901), ("C0902", 902)):
        folder = tmp_path / "episodes" / case_id
        write_cover(folder / "bilder/kari.jpg")
        (folder / "case.md").write_text(
            CASE.replace("901", str(number)).replace("role:", "img: bilder/kari.jpg, role:"), "utf-8"
        )
        (folder / "audio.mp3").write_bytes(b"sound")
    return tmp_path


@given(POOLS, SEEDS)
def test_what_is_recalled_is_what_was_read(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], seed: int
) -> None:
    root = tmp_path_factory.mktemp("workspace")
    network, _ = authored(root, lines, seed)
    case = Whole(random.Random(seed), lines).case()
    folder = root / "episodes" / case.id
    folder.mkdir(parents=True)
    (folder / "case.md").write_bytes(workspace.case_text(case, network).encode())
    read = workspace.read(root)
    assume(not errors_in(read.findings))  # a network and a case of their own may contradict each other
    assert [one.case.id for one in read.cases] == [case.id]
    assert workspace.recall(root) == read
    with NO_SHOWS, NO_CASES:
        recalled = workspace.recall(root)
    assert recalled == read
    assert repr(recalled) == repr(read)  # 1 and 1.0 are equal, and make other digests


def test_what_was_doubtful_is_told_again(root: Path) -> None:
    doubts = workspace.recall(root).findings
    assert [finding.code for finding in doubts] == ["network-guid"]
    with NO_SHOWS, NO_CASES:
        assert workspace.recall(root).findings == doubts


def test_what_was_doubtful_is_told_in_the_language_of_the_run(root: Path) -> None:
    (in_english,) = workspace.recall(root).findings
    with messages.speaking("nb"):
        (in_norwegian,) = workspace.recall(root).findings
    assert in_norwegian.message != in_english.message


@pytest.mark.parametrize(
    "change",
    [
        lambda root: (root / "lornpod.yaml").write_text(NETWORK, "utf-8"),
        lambda root: (root / "feeds/alle.md").write_text(ALL.replace("samtaler", "samtalar"), "utf-8"),
        lambda root: (root / "feeds/alle.md").rename(root / "feeds/alt.md"),
        lambda root: (root / "feeds/alle.md").unlink(),
        lambda root: (root / "feeds/ny.md").write_text("---\ntitle: Ny\n---\nNy.\n", "utf-8"),
        lambda root: write_cover(root / "artwork/alle.jpg"),
        lambda root: (root / "episodes/C0902/case.md").write_text(CASE.replace("901", "903"), "utf-8"),
        lambda root: shutil.rmtree(root / "episodes/C0902"),
        lambda root: shutil.copytree(root / "episodes/C0902", root / "episodes/C0903"),
        lambda root: (root / "episodes/C0902/audio.mp3").rename(root / "episodes/C0902/audio.wav"),
        lambda root: (root / "episodes/C0902/audio.mp3").unlink(),
        lambda root: (root / "episodes/C0902/transcript.txt").write_text("Hei.", "utf-8"),
        lambda root: (root / "episodes/C0902/bilder/kari.jpg").unlink(),
    ],
    ids=[
        *("network", "feed", "renamed", "removed", "added", "a cover without being named"),
        *("case", "no case", "new case", "another recording", "no recording", "transcript", "picture"),
    ],
)
def test_a_change_is_seen(root: Path, change: Callable[[Path], object]) -> None:
    before = workspace.recall(root)
    change(root)
    assert workspace.recall(root) == workspace.read(root) != before


def test_a_picture_that_went_is_missed(root: Path) -> None:
    workspace.recall(root)
    (root / "artwork/cover.jpg").unlink()
    assert [finding.field for finding in errors_in(workspace.recall(root).findings)] == ["artwork"]
    write_cover(root / "artwork/cover.jpg")
    assert not errors_in(workspace.recall(root).findings)


def test_of_many_cases_the_one_that_changed_is_read(root: Path) -> None:
    workspace.recall(root)
    (root / "episodes/C0902/case.md").write_text(CASE.replace("901", "903"), "utf-8")
    with NO_SHOWS, patch("lornpod.workspace.reading.read_markdown", wraps=read_markdown) as read:
        recalled = workspace.recall(root)
    assert [call.args[1] for call in read.call_args_list] == ["episodes/C0902/case.md"]
    assert recalled == workspace.read(root)


def test_a_workspace_that_was_copied_with_what_is_kept_names_its_own_files(
    root: Path, tmp_path: Path
) -> None:
    workspace.recall(root)
    there = shutil.copytree(root, tmp_path / "elsewhere")
    assert workspace.recall(there) == workspace.read(there)
    assert {case.folder for case in workspace.recall(there).cases} == {
        there / "episodes/C0901",
        there / "episodes/C0902",
    }


def test_a_case_whose_number_another_takes_is_told(root: Path) -> None:
    workspace.recall(root)
    (root / "episodes/C0902/case.md").write_text(CASE, "utf-8")
    found = errors_in(workspace.recall(root).findings)
    assert [finding.code for finding in found] == ["same-number", "same-number"]


def test_mistakes_are_not_kept(root: Path) -> None:
    (root / "feeds/feil.md").write_text("---\ntitel: Feil\n---\n", "utf-8")
    assert errors_in(workspace.recall(root).findings)
    assert not (root / "build/read/shows.json").exists()
    (root / "lornpod.yaml").write_text("name: [\n", "utf-8")
    with pytest.raises(InputError):
        workspace.recall(root)


@pytest.mark.parametrize("damage", [b"", b"{}", b"[" * 100_000, b"\xff", b'{"made_of":1}'])
def test_a_damaged_note_is_as_none(root: Path, damage: bytes) -> None:
    read = workspace.recall(root)
    (root / "build/read/shows.json").write_bytes(damage)
    assert workspace.recall(root) == read
    with NO_SHOWS, NO_CASES:
        assert workspace.recall(root) == read


def test_nothing_rests_on_a_place_to_write(root: Path) -> None:
    (root / "build").write_text("a file where the folder would be", "utf-8")
    assert workspace.recall(root) == workspace.read(root)


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
