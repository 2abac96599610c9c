"""From text and sound to what apps show: `lornpod publish`, `transcript align` and `transcript check`."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from lornpod import align
from lornpod.cli import run as lornpod

from . import recordings, tools, workspaces
from .recordings import GUEST, HOST, Talk

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def talk() -> Talk:
    tools.program("espeak-ng")
    return recordings.talk(12, seed=21, words=(4, 9), jingle_s=4)


@pytest.fixture(scope="module")
def made(talk: Talk, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one English case, published once."""
    root = workspaces.workspace(tmp_path_factory.mktemp("align") / "ws")
    settings = root / "lornpod.yaml"
    settings.write_text(settings.read_text("utf-8").replace("transcripts: {aligner: none}\n", ""), "utf-8")
    folder = root / "episodes" / "C0901"
    for path in folder.glob("audio.*"):
        path.unlink()
    talk.save(folder / "audio.mp3")
    case = folder / "case.md"
    case.write_text(case.read_text("utf-8").replace("language: no", "language: en"), "utf-8")
    (folder / "transcript.txt").write_text(talk.text(), "utf-8")
    for other in (root / "episodes").iterdir():
        if other.name != "C0901":
            shutil.rmtree(other)
    assert lornpod(["-q", "-C", str(root), "publish"]) == 0
    return root


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "ws", symlinks=True))


@pytest.fixture
def run(root: Path, capfd: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: str) -> tuple[int, str, str]:
        capfd.readouterr()
        code = lornpod(["-C", str(root), *arguments])
        out, err = capfd.readouterr()
        return code, out, err

    return command


def vtt(root: Path) -> str:
    """The newest captions of the case."""
    paths = (root / "public/text/C0901").glob("*.vtt")
    return max(paths, key=lambda path: path.stat().st_mtime_ns).read_text("utf-8")


def starts_s(text: str) -> list[float]:
    found = re.findall(r"^(\d\d):(\d\d):(\d\d\.\d{3}) -->", text, re.MULTILINE)
    return [int(h) * 3600 + int(m) * 60 + float(s) for h, m, s in found]


def test_text_is_published_with_times_and_speakers(root: Path, talk: Talk) -> None:
    text = vtt(root)
    assert {HOST, GUEST} == set(re.findall(r"<v ([^>]+)>", text))
    starts = starts_s(text)
    assert starts == sorted(starts)
    said = [line.start_s for line in talk.lines if line.start_s is not None]
    # Where a speaker begins a sentence, a cue begins.
    assert sum(min(abs(at - start) for start in starts) < 0.5 for at in said) >= 0.8 * len(said)
    lines = [line for block in text.split("\n\n")[1:] for line in block.split("\n")[1:]]
    assert max(len(re.sub("<[^>]*>", "", line)) for line in lines) <= 65
    assert len(list((root / "public/text/C0901").iterdir())) == 5


def test_the_second_publish_does_nothing(run: Run) -> None:
    code, _, err = run("publish")
    assert code == 0
    assert "nothing to do" in err


def test_a_machine_that_has_no_cache_or_cannot_align_takes_the_times_over(
    run: Run, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sorted(path.relative_to(root) for path in (root / "public").rglob("*"))
    shutil.rmtree(root / "build")
    monkeypatch.setattr(align, "lacking", lambda: "espeak-ng")
    code, _, err = run("publish")
    assert code == 0, err
    assert sorted(path.relative_to(root) for path in (root / "public").rglob("*")) == before
    assert not list((root / "build").rglob("*.mp3"))


def test_without_the_means_text_and_html_are_published_and_the_way_is_told(
    run: Run, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(root / "public")
    shutil.rmtree(root / "build")
    monkeypatch.setattr(align, "lacking", lambda: "espeak-ng")
    code, _, err = run("publish")
    assert code == 0
    assert {path.suffix for path in (root / "public/text/C0901").iterdir()} == {".html", ".txt"}
    told = [line for line in err.splitlines() if "published without times" in line]
    assert len(told) == 1
    assert "pip install 'lornpod[align]'" in told[0]


def test_a_wrong_transcript_is_published_as_text_and_html_and_it_says_why(run: Run, root: Path) -> None:
    other = "\n\n".join(f"{HOST}: {text}" for text in recordings.sentences(12, 500, (4, 9)))
    (root / "episodes/C0901/transcript.txt").write_text(other, "utf-8")
    shutil.rmtree(root / "public")
    code, _, err = run("publish")
    assert code == 0
    assert {path.suffix for path in (root / "public/text/C0901").iterdir()} == {".html", ".txt"}
    assert "published as text and HTML alone, without times: " in err
    assert run("transcript", "align", "C0901")[0] == 1
    code, _, err = run("transcript", "check", "C0901")
    assert "its times are not published" in err


def test_check_lists_what_is_doubtful_with_a_time_to_listen_at(run: Run, root: Path, talk: Talk) -> None:
    turns = talk.text().split("\n\n")
    (unsaid,) = recordings.sentences(1, 98, (6, 8))
    middle = len(turns) // 2
    turns[middle] = f"{turns[middle].rstrip()} {unsaid}"
    (root / "episodes/C0901/transcript.txt").write_text("\n\n".join(turns), "utf-8")
    assert run("transcript", "align", "C0901")[0] == 0
    code, _, err = run("transcript", "check", "C0901")
    assert code == 0
    (told,) = [line for line in err.splitlines() if "not heard in the recording" in line]
    assert unsaid[:30] in told
    assert re.search(r"about \d\d:\d\d", told)


def test_intro_and_outro_are_known_and_times_are_told_as_authors_write_them(
    run: Run, root: Path, talk: Talk
) -> None:
    workspaces.write_wav(root / "intro.wav", 3.0)
    with (root / "lornpod.yaml").open("a", encoding="utf-8") as file:
        file.write("audio: {intro: intro.wav}\n")
    assert run("publish")[0] == 0
    said = [line.start_s + 3.0 for line in talk.lines if line.start_s is not None]
    starts = starts_s(vtt(root))
    assert sum(min(abs(at - start) for start in starts) < 0.5 for at in said) >= 0.8 * len(said)


def test_an_anchor_pins_a_place_and_is_never_shown(run: Run, root: Path, talk: Talk) -> None:
    path = root / "episodes/C0901/transcript.txt"
    line = next(line for line in talk.lines[6:] if line.start_s)
    at = f"[{int(line.start_s or 0) // 60:02}:{int(line.start_s or 0) % 60:02}]"
    path.write_text(talk.text().replace(line.text, f"{at} {line.text}"), "utf-8")
    assert run("publish")[0] == 0
    for text in (root / "public/text/C0901").iterdir():
        assert at not in text.read_text("utf-8")
    code, out, _ = run("transcript", "align", "C0901", "--json")
    assert code == 0
    (document,) = json.loads(out)
    cues = [one["cue"] for one in document["sentences"]]
    (pinned,) = [cue for cue in cues if cue["text"] == line.text]
    assert abs(pinned["start_ms"] / 1000 - (line.start_s or 0)) < 1.0


def test_align_prints_words_and_confidence_as_json(run: Run, talk: Talk) -> None:
    code, out, _ = run("transcript", "align", "C0901", "--json")
    assert code == 0
    (document,) = json.loads(out)
    assert document["case"] == "C0901"
    words = [word["text"] for one in document["sentences"] for word in one["cue"]["words"]]
    assert words == " ".join(line.text for line in talk.lines).split()
    assert all(0 <= one["confidence"] <= 1 for one in document["sentences"])


def test_a_text_is_converted_with_the_times_that_the_sound_gives(
    run: Run, root: Path, tmp_path: Path
) -> None:
    target = tmp_path / "words.json"
    assert run("transcript", "convert", "C0901", str(target), "--to", "whisperx")[0] == 0
    segments = json.loads(target.read_text("utf-8"))["segments"]
    assert all(segment["words"] for segment in segments)
    assert [segment["start"] for segment in segments] == sorted(segment["start"] for segment in segments)


def test_a_language_that_espeak_does_not_speak_is_told(run: Run, root: Path) -> None:
    case = root / "episodes/C0901/case.md"
    case.write_text(case.read_text("utf-8").replace("language: en", "language: tlh"), "utf-8")
    code, _, err = run("transcript", "align", "C0901")
    assert code == 1
    assert len([line for line in err.splitlines() if "does not speak 'tlh'" in line]) == 1
    assert run("publish")[0] == 0


def test_a_case_without_text_is_told(run: Run, root: Path) -> None:
    (root / "episodes/C0901/transcript.txt").unlink()
    code, _, err = run("transcript", "align", "C0901")
    assert code == 1
    assert "there is nothing to time" in err
