"""What is written of a case is read back as it was, and files come all or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lornpod import workspace
from lornpod.errors import LornpodError, errors_in
from lornpod.model import (
    AudioSettings,
    Case,
    Category,
    Chapter,
    Feed,
    Frequency,
    Ignored,
    Link,
    Network,
    Person,
    Place,
    Question,
    Quote,
    RenditionSettings,
    TranscriptSettings,
    Txt,
    Where,
)
from lornpod.text import notes
from lornpod.text.markdown import escaped
from lornpod.text.reading import one_line
from lornpod.workspace.values import unquoted

from . import builders
from .workspaces import NETWORK

WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"),
    min_size=1,
    max_size=60,
).map(lambda said: " ".join(one_line(said).split()) or "x")
# YAML's reader makes spaces of the old line breaks; nothing else may change.
LINES = WORDS.filter(lambda said: not set("\x85\u2028\u2029") & set(said))
ADDRESSES = st.sampled_from(("https://example.org/a", "https://example.org/b?c=d&e=%C3%A6"))
PEOPLE = st.builds(
    Person, LINES, st.just("") | LINES, st.just("") | LINES, st.just(""), st.just("") | ADDRESSES
)
TIMES = st.integers(0, 99 * 3_600_000)
CASES = st.builds(
    Case,
    id=st.just("C0901"),
    title=LINES.filter(lambda said: said != "Working title"),
    language=st.sampled_from(("nb", "en-GB")),
    number=st.none() | st.integers(1, 10**9 - 1),
    published=st.none() | st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    themes=st.lists(LINES, max_size=3).map(tuple),
    perspective=st.just("") | LINES,
    guests=st.lists(PEOPLE, max_size=3).map(tuple),
    hosts=st.lists(PEOPLE, max_size=2).map(tuple),
    place=st.none() | st.builds(Place, LINES, st.sampled_from(("", "geo:63.43,10.39"))),
    quote=st.none()
    | st.builds(Quote, LINES.filter(lambda said: unquoted(said) == said != ""), st.just("") | LINES),
    chapters=st.lists(st.builds(Chapter, TIMES, LINES, st.none() | TIMES), max_size=3).map(tuple),
    summary=st.just("") | LINES,
    introduction=st.just("") | LINES.map(escaped),
    questions=st.lists(st.builds(Question, LINES.map(escaped), LINES.map(escaped)), max_size=3).map(tuple),
    learning_points=st.lists(LINES, max_size=3).map(tuple),
    links=st.lists(st.builds(Link, LINES, st.just("") | ADDRESSES), max_size=3).map(tuple),
    related=st.lists(st.sampled_from(("C0001", "37")), max_size=2, unique=True).map(tuple),
    keywords=st.lists(LINES, max_size=3).map(tuple),
    season=st.none() | st.integers(1, 99),
    episode=st.none() | st.integers(1, 99),
    episode_type=st.sampled_from(("full", "trailer", "bonus")),
    explicit=st.none() | st.booleans(),
    guid=st.none() | LINES,
    href=st.just("") | ADDRESSES,
)


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


@given(CASES)
def test_a_case_is_read_back_as_it_was(root: Path, case: Case) -> None:
    network = workspace.read(root, ()).network
    assert read_back(root, case, workspace.case_text(case, network)) == case


STATED: dict[str, Any] = {
    "author": st.just("") | LINES,
    "copyright": st.just("") | LINES,
    "categories": st.lists(
        st.sampled_from((Category("Education", "Courses"), Category("Technology"))), unique=True, max_size=2
    ).map(tuple),
    "colour": st.sampled_from(("", "#0f4c3f")),
    "locked": st.none() | st.booleans(),
    "hosts": st.lists(PEOPLE, max_size=2).map(tuple),
    "place": st.none() | st.builds(Place, LINES, st.sampled_from(("", "geo:63.43,10.39"))),
    "funding": st.lists(st.builds(Link, LINES, ADDRESSES), max_size=2).map(tuple),
    "license": st.sampled_from(("", "cc-by-4.0")),
    "txt": st.lists(st.builds(Txt, LINES, st.just("") | LINES), max_size=2).map(tuple),
    "block_services": st.sampled_from(((), ("google",))),
    "podping": st.none() | st.booleans(),
    "update_frequency": st.none() | st.builds(Frequency, LINES, st.sampled_from(("", "FREQ=WEEKLY"))),
    "podroll": st.sampled_from(((), ("related",))),
    "page_size": st.none() | st.integers(10, 1000),
    "max_megabytes": st.none() | st.sampled_from((0.5, 8.0)),
}
NETWORKS = st.builds(
    Network,
    name=LINES,
    website=st.just("https://example.org/"),
    base_url=st.just("https://cdn.example.org/pod/"),
    guid=st.just("5f0e7c1a-3d0b-4e36-9a55-1b6a2f0d9c11"),
    description=st.just("") | LINES,
    language=st.sampled_from(("nb", "en-GB")),
    time_zone=st.sampled_from(("Europe/Oslo", "America/New_York")),
    owner_name=st.just("") | LINES,
    owner_email=st.sampled_from(("", "post@example.org")),
    explicit=st.booleans(),
    case_href=st.sampled_from(("", "https://example.org/{id}")),
    site=st.booleans(),
    hubs=st.sampled_from(((), ("https://hub.example/",))),
    people=st.lists(PEOPLE, max_size=2, unique_by=lambda one: one.name.casefold()).map(tuple),
    themes=st.lists(LINES, max_size=2, unique_by=str.casefold).map(tuple),
    perspectives=st.lists(LINES, max_size=2, unique_by=str.casefold).map(tuple),
    cards=st.sampled_from(("share", "episode", "none")),
    audio=st.builds(
        AudioSettings,
        st.sampled_from((-16.0, -16.5)),
        st.sampled_from((-1.0, -1.5)),
        st.sampled_from((96, 112)),
        st.sampled_from((128, 192)),
        st.sampled_from(("keep", "mono")),
        st.sampled_from((44100, 48000)),
    ),
    renditions=st.sampled_from(((), (RenditionSettings("opus"), RenditionSettings("aac", 96)))),
    transcripts=st.builds(
        TranscriptSettings,
        st.sampled_from(("espeak", "none")),
        st.sampled_from(("none", "faster-whisper")),
        st.sampled_from(("", "models/small")),
    ),
    ignored=st.lists(st.builds(Ignored, st.just("guest-missing"), LINES), max_size=1).map(tuple),
    s3=st.sampled_from(({}, {"endpoint": "https://s3.example.org", "conditional": "true"})),
    **STATED,
)
FEEDS = st.builds(
    Feed,
    slug=st.just("alle"),
    title=LINES,
    description=st.just("") | LINES.map(escaped),
    where=st.builds(Where, theme=st.lists(LINES, max_size=2).map(tuple)),
    link=st.just("") | ADDRESSES,
    language=st.sampled_from(("", "en")),
    type=st.sampled_from(("episodic", "serial")),
    explicit=st.none() | st.booleans(),
    new_feed_url=st.just("") | ADDRESSES,
    block=st.booleans(),
    complete=st.booleans(),
    limit=st.none() | st.integers(1, 300),
    itunes_title=st.just("") | LINES,
    **STATED,
).filter(lambda feed: feed.limit is None or feed.page_size is None)


@given(NETWORKS, FEEDS)
def test_network_and_feed_are_read_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, network: Network, feed: Feed
) -> None:
    root = tmp_path_factory.mktemp("workspace")
    (root / "feeds").mkdir()
    (root / "models").mkdir()
    (root / "lornpod.yaml").write_bytes(workspace.network_text(network).encode())
    (root / "feeds/alle.md").write_bytes(workspace.feed_text(feed).encode())
    read = workspace.read(root, ())
    assert read.network == network
    assert [file.feed for file in read.feeds] == [feed]


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
