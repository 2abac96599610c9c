"""What is written of a case is read back as it was, and files come all or not at all."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lornpod import workspace
from lornpod.errors import LornpodError, errors_in
from lornpod.model import Assembly, Case, Feed, Network, Piece
from lornpod.text import notes
from lornpod.text.markdown import escaped
from lornpod.text.reading import one_line

from . import builders
from .whole import Whole, fields_within, said_in
from .workspaces import NETWORK

WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"),
    min_size=1,
    max_size=60,
).map(lambda said: " ".join(one_line(said).split()) or "x")
# YAML's reader makes spaces of the old line breaks; nothing else may change.
LINES = WORDS.filter(lambda said: not set("\x85\u2028\u2029") & set(said))
POOLS = st.lists(LINES, min_size=1, max_size=12)
SEEDS = st.integers(0, 2**32)
# Of a case's folder: neither a network nor a case can hold them.
NOT_WRITTEN = {("Assembly", "jingles"), ("Assembly", "times"), ("Jingle", "at_ms"), ("Jingle", "piece")}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("workspace")
    (folder / "lornpod.yaml").write_text(NETWORK.replace("artwork: artwork/cover.jpg\n", ""), "utf-8")
    return folder


def read_back(root: Path, case: Case, text: str) -> Case:
    folder = root / "episodes" / case.id
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "case.md").write_bytes(text.encode())
    read = workspace.read(root, [case.id])
    assert not errors_in(read.findings), text
    return read.cases[0].case


@given(POOLS, SEEDS)
def test_a_case_is_read_back_as_it_was(root: Path, lines: list[str], seed: int) -> None:
    network = workspace.read(root, ()).network
    case = Whole(random.Random(seed), lines).case()
    assert read_back(root, case, workspace.case_text(case, network)) == case


@given(POOLS, SEEDS)
def test_network_and_feed_are_read_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], seed: int
) -> None:
    root = tmp_path_factory.mktemp("workspace")
    network, feed = authored(root, lines, seed)
    read = workspace.read(root, ())
    assert read.network == network
    assert [file.feed for file in read.feeds] == [feed]


def authored(root: Path, lines: list[str], seed: int) -> tuple[Network, Feed]:
    """A network with a feed, as they were written into *root*."""
    made = Whole(random.Random(seed), lines)
    network, feed = in_folder(made.network(), root), made.feed()
    for folder in ("feeds", "models", "lyd"):
        (root / folder).mkdir()
    for piece in (network.assembly.intro, network.assembly.outro, network.assembly.jingle):
        if piece is not None:
            piece.file.touch()
    (root / "lornpod.yaml").write_bytes(workspace.network_text(network, root=root).encode())
    (root / "feeds/alle.md").write_bytes(workspace.feed_text(feed).encode())
    return network, feed


def in_folder(network: Network, root: Path) -> Network:
    """*network* with its sounds in *root*."""
    assembly = network.assembly
    pieces = {name: getattr(assembly, name) for name in ("intro", "outro", "jingle")}
    placed = {name: piece and replace(piece, file=root / piece.file) for name, piece in pieces.items()}
    return replace(network, assembly=replace(assembly, **placed))


def test_every_field_that_the_model_has_is_among_what_is_read_back() -> None:
    # A field that is new is no part of the values above until it can be written and read.
    said = {
        one
        for seed in range(300)
        for made in (Whole(random.Random(seed), ("Én", "To & tre")),)
        for whole in (made.network(), made.feed(), made.case())
        for one in said_in(whole)
    }
    known = fields_within(Network) | fields_within(Feed) | fields_within(Case)
    assert known - said == NOT_WRITTEN


def test_a_sound_outside_the_workspace_is_not_lost_in_silence(tmp_path: Path) -> None:
    network = builders.network(assembly=Assembly(intro=Piece(Path("/elsewhere/intro.wav"))))
    with pytest.raises(ValueError, match=r"intro\.wav"):
        workspace.network_text(network, root=tmp_path)


def test_a_day_is_written_as_a_day_and_any_other_moment_to_the_microsecond(root: Path) -> None:
    network = workspace.read(root, ()).network
    six = datetime(2026, 3, 2, 5, tzinfo=UTC)
    assert "published: 2026-03-02\n" in workspace.case_text(builders.case(published=six), network)
    odd = six + timedelta(seconds=1, microseconds=2)
    case = builders.case(published=odd)
    assert read_back(root, case, workspace.case_text(case, network)).published == odd


def test_both_moments_of_the_hour_that_comes_twice_keep_apart(root: Path) -> None:
    network = workspace.read(root, ()).network
    for hour in (0, 1):
        case = builders.case(published=datetime(2026, 10, 25, hour, 30, tzinfo=UTC))
        assert read_back(root, case, workspace.case_text(case, network)).published == case.published


def test_remarks_are_comments_on_one_line_each(root: Path) -> None:
    network = workspace.read(root, ()).network
    text = workspace.case_text(builders.case(), network, ["Duration:\n---\n42"])
    assert text.startswith("---\n# Duration: --- 42\n")
    assert read_back(root, builders.case(), text).title == builders.case().title


@given(LINES)
def test_escaped_words_are_shown_as_they_are(words: str) -> None:
    shown = notes.text(escaped(words))
    assert " ".join(shown.split()) == " ".join(words.split())


@given(st.text(alphabet="*_`#<>[]()!&;~=+-.0123456789 abæ\\\"'|:/", max_size=30).map(one_line))
def test_escaped_markup_is_shown_as_it_is(words: str) -> None:
    assert " ".join(notes.text(escaped(words)).split()) == " ".join(words.split())


# ---------------------------------------------------------------- files

FILES = {"case.md": b"---\ntitle: New\n---\n", "transcript.txt": b"Hei.\n"}


def names(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_all_files_of_a_case_are_written_beside_a_recording(tmp_path: Path) -> None:
    folder = tmp_path / "episodes/C0001"
    folder.mkdir(parents=True)
    (folder / "audio.mp3").write_bytes(b"sound")
    assert workspace.write_case(tmp_path, "C0001", FILES) == (folder / "case.md", folder / "transcript.txt")
    assert names(folder) == {**FILES, "audio.mp3": b"sound"}


@pytest.mark.parametrize("name", ["case.md", "transcript.txt"])
def test_nothing_is_written_where_one_file_is_there_already(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "episodes/C0001"
    folder.mkdir(parents=True)
    (folder / name).write_bytes(b"mine")
    with pytest.raises(LornpodError, match=rf"episodes/C0001/{name}: is there already; give --force"):
        workspace.write_case(tmp_path, "C0001", FILES)
    assert names(folder) == {name: b"mine"}


def test_force_writes_anew_and_leaves_no_trace(tmp_path: Path) -> None:
    workspace.write_case(tmp_path, "C0001", FILES)
    workspace.write_case(tmp_path, "C0001", {**FILES, "case.md": b"newer"}, force=True)
    assert names(tmp_path / "episodes/C0001") == {**FILES, "case.md": b"newer"}


@pytest.mark.parametrize("force", [False, True])
def test_a_disk_that_fails_at_the_last_file_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, force: bool
) -> None:
    folder = tmp_path / "episodes/C0001"
    before = {"case.md": b"mine", "transcript.txt": b"mine too"} if force else {}
    if force:
        workspace.write_case(tmp_path, "C0001", before)
    real_replace = Path.replace

    def fail_replace(path: Path, target: Path) -> Path:
        if Path(target).name == "transcript.txt" and path.read_bytes() == FILES["transcript.txt"]:
            raise OSError(28, "No space left on device")
        return real_replace(path, target)

    monkeypatch.setattr(Path, "replace", fail_replace)
    if not force:  # a file system without hard links, so that names are taken by replacing
        monkeypatch.setattr("os.link", lambda *_: (_ for _ in ()).throw(OSError(1, "Not permitted")))
    with pytest.raises(LornpodError, match="no space left"):
        workspace.write_case(tmp_path, "C0001", FILES, force=force)
    left = names(folder)
    assert {name: data for name, data in left.items() if data} == before


def test_an_id_that_leaves_the_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LornpodError, match="cannot be a case's id"):
        workspace.write_case(tmp_path, "../C0001", FILES)


def test_a_case_with_a_title_alone_has_no_other_field(root: Path) -> None:
    network = workspace.read(root, ()).network
    text = workspace.case_text(replace(Case("C0001", "A title", "nb")), network)
    assert text == "---\ntitle: A title\n---\n"
