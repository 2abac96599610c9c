"""Mastering from the command line: its report, what goes around a recording, and machines without ffmpeg."""

from __future__ import annotations

import json
import math
import shutil
import sys
from pathlib import Path

import feedparser
import pytest
from lxml import etree

from lornpod.audio import ffmpeg, tags

from .test_audio_master import RATE_HZ, heard_loudness, voice, wav
from .test_feeds_rss import NS
from .workspaces import CASE, NETWORK, Run, add_case


def media(root: Path) -> Path:
    (path,) = (root / "public/media/C0901").glob("*.mp3")
    return path


# ---------------------------------------------------------------- the report


def test_the_report_tells_before_and_after_and_what_is_wrong_with_the_source(root: Path, run: Run) -> None:
    loud = [max(-1.0, min(1.0, 9 * sample)) for sample in voice(4)]
    silence = [0.0] * RATE_HZ * 7
    wav(root / "episodes/C0901/audio.wav", [silence + loud, [0.0] * (len(loud) + len(silence))])
    code, out, err = run("master", "--json")
    assert code == 0, err
    (report,) = json.loads(out)
    survey = report["survey"]
    assert report["case"] == "C0901"
    assert report["after"]["integrated_lufs"] == pytest.approx(-16, abs=0.3)
    assert report["after"]["true_peak_dbtp"] <= -1
    assert report["gain_db"] < 0
    assert survey["clipped_samples"] > 1000
    assert survey["stereo"] == "left only"
    assert (survey["sample_rate_hz"], survey["channels"]) == (RATE_HZ, 2)
    assert survey["silent_head_ms"] == pytest.approx(6_700, abs=150)
    assert not (root / "public").exists()
    _, table, _ = run("master")
    assert all(said in table for said in ("C0901", "left only", "16.0", "6.7 s + 0.0 s"))
    _, out, err = run("check")
    for said in ("samples stand at full scale", "only one channel", "begins with 7 seconds of silence"):
        assert said in out + err


def test_what_was_mastered_is_not_mastered_again_by_a_publish(root: Path, run: Run) -> None:
    assert run("master", "C0901")[0] == 0
    before = (root / "build/C0901/episode.json").stat().st_mtime_ns
    made = json.loads((root / "build/C0901/episode.json").read_text("utf-8"))["mastering"]
    assert run("publish")[0] == 0
    assert json.loads((root / "build/C0901/episode.json").read_text("utf-8"))["mastering"] == made
    assert before


def test_a_case_without_sound_cannot_be_mastered_and_others_are(root: Path, run: Run) -> None:
    add_case(root, "C0902", CASE.replace("901", "902"), seconds=0)
    assert "has no audio" in run("master", "C0902")[2]
    code, out, _ = run("master", "--json")
    assert code == 0
    assert [report["case"] for report in json.loads(out)] == ["C0901"]


# ---------------------------------------------------------------- around the recording

CUES = "WEBVTT\n\n00:00:02.000 --> 00:00:04.000\n<v Kari Nordmann>Vi bygger broer mens vi går på dem.\n"


def test_chapters_captions_and_soundbites_move_by_what_was_put_in_front(root: Path, run: Run) -> None:
    tone = [0.1 * math.sin(index / 5) for index in range(RATE_HZ * 3)]
    wav(root / "artwork/intro.wav", [tone])
    intro = "audio: {intro: {file: artwork/intro.wav, overlap: 0.5}}\n"
    (root / "lornpod.yaml").write_text(NETWORK + intro, "utf-8")
    (root / "episodes/C0901/transcript.txt").unlink()
    (root / "episodes/C0901/transcript.vtt").write_text(CUES, "utf-8")
    code, _, err = run("publish")
    assert code == 0, err
    path = media(root)
    assert heard_loudness(path)[0] == pytest.approx(-16, abs=0.3)
    assert [chapter.start_ms for chapter in tags.read(path).chapters] == [0, 5_500]
    (vtt,) = (root / "public/text/C0901").glob("*.vtt")
    assert "00:00:04.500 --> 00:00:06.500" in vtt.read_text("utf-8")
    item = etree.parse(root / "public/feeds/alle.xml").getroot().find("channel/item")
    assert item is not None
    starts = [one.get("start") for one in item.iterfind("psc:chapters/psc:chapter", NS)]
    assert starts == ["00:00:00.000", "00:00:05.500"]
    bite = item.find("podcast:soundbite", NS)
    assert bite is not None
    assert bite.get("startTime") == "4.500"
    assert "nothing to do" in run("publish")[2]

    wav(root / "artwork/intro.wav", [tone[:RATE_HZ]])
    assert run("publish")[0] == 0
    newest = max((root / "public/media/C0901").glob("*.mp3"), key=lambda path: path.stat().st_mtime_ns)
    assert [chapter.start_ms for chapter in tags.read(newest).chapters] == [0, 3_500]


def test_times_of_the_finished_audio_stay_where_they_are(root: Path, run: Run) -> None:
    wav(root / "artwork/intro.wav", [voice(2)])
    (root / "lornpod.yaml").write_text(NETWORK + "audio: {intro: artwork/intro.wav}\n", "utf-8")
    text = CASE.replace("language: no\n", "language: no\naudio: {times: finished}\n")
    (root / "episodes/C0901/case.md").write_text(text, "utf-8")
    assert run("publish")[0] == 0
    assert [chapter.start_ms for chapter in tags.read(media(root)).chapters] == [0, 3_000]


# ---------------------------------------------------------------- without ffmpeg


@pytest.fixture
def no_ffmpeg(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("LORNPOD_FFMPEG", raising=False)
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    ffmpeg.ffmpeg.cache_clear()


@pytest.fixture
def episode_mp3(root: Path, run: Run) -> Path:
    """The case's recording, finished elsewhere."""
    assert run("master")[0] == 0
    folder = root / "episodes/C0901"
    shutil.copy(root / "build/C0901/episode.mp3", folder / "audio.mp3")
    (folder / "audio.wav").unlink()
    shutil.rmtree(root / "build")
    return folder / "audio.mp3"


def test_without_ffmpeg_a_finished_mp3_is_tagged_and_published(
    root: Path, run: Run, episode_mp3: Path, no_ffmpeg: None
) -> None:
    code, _, err = run("publish")
    assert code == 0, err
    (entry,) = feedparser.parse((root / "public/feeds/alle.xml").read_bytes()).entries
    assert entry.itunes_duration == "6"
    path = media(root)
    assert tags.read(path).title == "Små skritt & store broer"
    assert episode_mp3.read_bytes() in path.read_bytes()
    assert json.loads(run("status", "--json")[1])[0]["LUFS"] is None
    assert "nothing to do" in run("publish")[2]


def test_without_ffmpeg_what_another_machine_published_stays(
    root: Path, run: Run, request: pytest.FixtureRequest
) -> None:
    assert run("publish")[0] == 0
    shutil.rmtree(root / "build")
    request.getfixturevalue("no_ffmpeg")
    code, _, err = run("publish")
    assert code == 0, err
    assert "nothing to do" in err


def test_without_ffmpeg_the_rest_says_what_is_missing_and_how_to_get_it(
    root: Path, run: Run, episode_mp3: Path, request: pytest.FixtureRequest
) -> None:
    add_case(root, "C0902", CASE.replace("901", "902"))
    request.getfixturevalue("no_ffmpeg")
    code, _, err = run("publish")
    assert code == 4
    assert "episodes/C0902/audio.wav" in err
    assert "pip install imageio-ffmpeg" in err
    assert media(root).exists()
    assert not (root / "public/media/C0902").exists()
    code, _, err = run("publish", "C0902")
    assert code == 4
    assert "there is no ffmpeg" in err or "without ffmpeg" in err
    assert run("master")[0] == 4
    assert run("check")[0] == 0
