"""Odd files: each is told for what it is, tagged with its sound untouched, or refused in one line."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lornpod.audio import contents, frames, tags
from lornpod.audio.probe import probe
from lornpod.cli import run
from lornpod.errors import LornpodError, MediaError

from .odd_files import ODD, TOLERANCE_MS, Made, Odd
from .test_audio_tags import FULL
from .workspaces import CASE, workspace

each = pytest.mark.parametrize("one", ODD, ids=lambda one: one.name)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The file of an odd one, and what is its sound; made once."""
    folder, known = tmp_path_factory.mktemp("odd"), dict[str, Made]()

    def make(one: Odd) -> tuple[Path, bytes]:
        path = folder / f"{one.name}.mp3"
        if one.name not in known:
            known[one.name] = one.make()
            path.write_bytes(known[one.name].data)
        return path, known[one.name].sound

    return make


def refusal(error: LornpodError, path: Path) -> str:
    """What is said: one line, which names the file and a remedy."""
    said = str(error)
    assert said.startswith(f"{path}: ")
    assert "\n" not in said
    assert error.hint
    return said


def test_the_corpus_is_large_and_every_name_its_own() -> None:
    assert len({one.name for one in ODD}) == len(ODD) >= 40


@each
def test_it_is_told_for_what_it_is_or_refused(made: Any, one: Odd) -> None:
    path, _ = made(one)
    if one.refused:
        with pytest.raises(MediaError, match=one.refused) as refused:
            probe(path)
        refusal(refused.value, path)
        return
    found = probe(path)
    assert found.duration_ms == pytest.approx(one.duration_ms, abs=TOLERANCE_MS)
    assert (found.codec, found.sample_rate_hz) == (one.codec, one.rate_hz)


@each
def test_all_that_it_says_of_itself_is_shown_with_what_players_stumble_over(made: Any, one: Odd) -> None:
    path, _ = made(one)
    if one.unreadable:
        with pytest.raises(MediaError, match=r"this is .*MP3") as refused:
            contents.read(path)
        refusal(refused.value, path)
        return
    found = contents.read(path)
    assert {remark.code for remark in found.remarks} == one.remarks
    titles = [frame.text for frame in found.frames if frame.id == "TIT2" and "bytes" not in frame.text]
    assert titles[:1] == ([one.title] if one.title else [])
    if found.stream is None:
        assert one.untagged
    elif not one.refused:
        assert found.stream.duration_ms == pytest.approx(one.duration_ms, abs=TOLERANCE_MS)
        assert found.stream.first.sample_rate_hz == one.rate_hz


@each
def test_a_tag_leaves_every_byte_of_its_sound_or_the_whole_file_alone(
    made: Any, one: Odd, tmp_path: Path
) -> None:
    source, sound = made(one)
    path = tmp_path / source.name
    path.hardlink_to(source)  # a copy is written, never the original
    before = path.stat().st_mtime_ns
    if one.untagged:
        with pytest.raises(MediaError, match=one.untagged) as refused:
            tags.write(path, FULL)
        refusal(refused.value, path)
        assert path.stat().st_mtime_ns == before
        assert path.samefile(source)
        return
    assert tags.read(path).title == one.title if "tag-broken" not in one.remarks else True
    assert tags.write(path, FULL) == "copied"
    assert tags.read(path) == FULL
    with path.open("rb") as file:
        lie = frames.layout(file)
        file.seek(lie.start)
        assert file.read() == sound
    assert (len(lie.heads), lie.tails) == (1, ())
    assert source.stat().st_mtime_ns == before
    assert tags.write(path, replace(FULL, title="En annen tittel")) == "in place"
    with path.open("rb") as file:
        file.seek(lie.start)
        assert file.read() == sound


# Not those that a case's chapters do not fit, or that take long.
RECORDINGS = dict(enumerate((one for one in ODD if one.name not in ("two-frames", "twenty-hours")), 1000))


@pytest.fixture(scope="module")
def cases(made: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in which every odd file is the recording of a case."""
    root = workspace(tmp_path_factory.mktemp("cases") / "ws")
    for number, one in RECORDINGS.items():
        folder = root / f"episodes/C{number}"
        folder.mkdir()
        text = CASE.replace("901", str(number)).replace("00:03", "00:01").replace("Små", one.name)
        (folder / "case.md").write_text(text, "utf-8")
        (folder / "audio.mp3").hardlink_to(made(one)[0])
    return root


def test_check_refuses_what_is_no_recording_with_one_line_each_and_nothing_else(
    cases: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["-C", str(cases), "check", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    errors = [finding for finding in found if finding["level"] == "error"]
    expected = {f"episodes/C{number}/audio.mp3" for number, one in RECORDINGS.items() if one.refused}
    assert sorted(finding["where"] for finding in errors) == sorted(expected)
    assert all("\n" not in finding["message"] and finding["hint"] for finding in errors)


PUBLISHED = ["noise-before", "ape-lyrics3-id3v1", "rate-8000", "tag-of-an-unknown-version"]


def test_publish_makes_of_the_others_what_any_reader_opens(
    cases: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    named = {one.name: f"C{number}" for number, one in RECORDINGS.items()}
    assert run(["-C", str(cases), "-q", "publish", *(named[name] for name in PUBLISHED)]) == 0
    assert capsys.readouterr().err == ""
    for name in PUBLISHED:
        (stored,) = (cases / "public/media" / named[name]).glob("*.mp3")
        found = contents.read(stored)
        assert found.remarks == ()
        assert [chapter.title for chapter in found.chapters] == ["Velkommen", "Broen"]
        assert probe(stored).duration_ms == pytest.approx(1500, abs=2 * TOLERANCE_MS)


def test_publish_refuses_a_broken_one_in_one_line_and_stores_nothing(
    cases: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = next(number for number, one in RECORDINGS.items() if one.name == "half-an-upload")
    before = sorted((cases / "public").rglob("*")) if (cases / "public").exists() else []
    assert run(["-C", str(cases), "publish", f"C{number}"]) == 1
    said = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error")]
    assert len(said) == 1
    assert "cut short" in said[0]
    assert (sorted((cases / "public").rglob("*")) if (cases / "public").exists() else []) == before
