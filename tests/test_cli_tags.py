"""`lornpod tags`: what a file says of itself, and the tag that a case gives it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from lornpod.audio import frames, tags
from lornpod.cli import run

from .test_audio_tags import FULL, mp3, sound
from .workspaces import workspace, write_cover

__all__ = ["mp3", "sound"]  # fixtures


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return workspace(tmp_path / "ws")


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(arguments) == 0
    return capsys.readouterr().out


def retitle(root: Path, title: str) -> None:
    path = root / "episodes/C0901/case.md"
    lines = [
        f"title: {title}" if line.startswith("title:") else line for line in path.read_text().split("\n")
    ]
    path.write_text("\n".join(lines), "utf-8")


def test_show_lists_frames_chapters_pictures_and_the_sound(
    mp3: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cover = tags.Picture(write_cover(tmp_path / "cover.jpg", 300).read_bytes(), "image/jpeg")
    tags.write(mp3, replace(FULL, cover=cover))
    shown = told(capsys, "tags", "show", str(mp3))
    for word in (
        FULL.title,
        FULL.guid,
        "nob",
        "Velkommen",
        "00:00:03.000",
        "image/jpeg",
        "layer 3",
        "room for",
    ):
        assert word in shown


def test_show_tells_programs_everything(
    mp3: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cover = tags.Picture(write_cover(tmp_path / "cover.jpg", 300).read_bytes(), "image/jpeg")
    tags.write(mp3, replace(FULL, cover=cover, lines=(tags.Line(0, "Hei"),)))
    found = json.loads(told(capsys, "tags", "show", "--json", str(mp3)))
    assert {frame["id"]: frame["text"] for frame in found["frames"]}["USLT"] == FULL.transcript
    assert {
        "TIT2",
        "TPE1",
        "TALB",
        "TRCK",
        "TCON",
        "TLAN",
        "TLEN",
        "COMM",
        "SYLT",
        "WXXX",
        "PCST",
        "TGID",
    } < {frame["id"] for frame in found["frames"]}
    assert [chapter["title"] for chapter in found["chapters"]] == ["Velkommen", "Broen"]
    front, chapter = found["pictures"]
    assert (front["kind"], front["width_px"], front["height_px"]) == ("front cover", 300, 300)
    assert (chapter["chapter"], chapter["width_px"]) == ("Broen", None)
    assert found["audio"]["duration_ms"] == pytest.approx(4000, abs=2)
    assert found["audio"]["header"]["kind"] == "Info"
    assert found["tags"][0]["room_bytes"] > 1000
    assert found["remarks"] == []


def test_what_is_no_mp3_is_refused_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.m4a").write_bytes(b"\0\0\0\x20ftypM4A " + bytes(500))
    for name, said in (("a.m4a", "MPEG-4"), ("absent.mp3", "cannot be read"), (".", "cannot be read")):
        assert run(["tags", "show", str(tmp_path / name)]) == 1
        error = capsys.readouterr().err
        assert said in error
        assert error.count("\n") == 1


def test_write_renews_the_tag_of_the_finished_sound_and_the_next_publish_finds_it_so(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    episode = root / "build/C0901/episode.mp3"
    written = ["-C", str(root), "tags", "write", "C0901", "--json"]
    assert json.loads(told(capsys, *written)) == {"file": str(episode), "written": "copied"}
    assert json.loads(told(capsys, *written))["written"] == "kept"
    retitle(root, "En helt annen tittel")
    assert json.loads(told(capsys, *written))["written"] == "in place"
    assert tags.read(episode).title == "En helt annen tittel"
    before = episode.stat().st_mtime_ns
    told(capsys, "-C", str(root), "publish")
    assert episode.stat().st_mtime_ns == before
    (stored,) = (root / "public/media/C0901").glob("*.mp3")
    assert stored.read_bytes() == episode.read_bytes()


def test_a_new_title_after_a_publish_leaves_what_was_published_as_it_was(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told(capsys, "-C", str(root), "publish")
    (stored,) = (root / "public/media/C0901").glob("*.mp3")
    before = stored.read_bytes()
    retitle(root, "Ny")
    told(capsys, "-C", str(root), "tags", "write", "C0901")
    assert stored.read_bytes() == before
    told(capsys, "-C", str(root), "publish")
    titles = {tags.read(path).title for path in (root / "public/media/C0901").glob("*.mp3")}
    assert titles == {"Små skritt & store broer", "Ny"}


def test_write_tags_another_mp3_and_nothing_else(
    root: Path, mp3: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    digest = frames.audio_sha256(mp3)
    told(capsys, "-C", str(root), "tags", "write", "C0901", str(mp3))
    found = tags.read(mp3)
    assert found.title == "Små skritt & store broer"
    assert [chapter.end_ms for chapter in found.chapters] == [3000, found.length_ms]
    assert frames.audio_sha256(mp3) == digest
    assert not (root / "build/C0901/episode.mp3").exists()


def test_write_leaves_what_is_no_mp3_as_it_is(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wav = root / "episodes/C0901/audio.wav"
    before = wav.read_bytes()
    assert run(["-C", str(root), "tags", "write", "C0901", str(wav)]) == 1
    assert "there is no MPEG audio to tag" in capsys.readouterr().err
    assert wav.read_bytes() == before
