"""Several ffmpegs at once: who is to blame, and that none outlives its caller."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from lornpod.audio import ffmpeg as process
from lornpod.audio import master
from lornpod.audio.ffmpeg import Running, complaint, run, running
from lornpod.errors import LornpodError, MediaError, MissingTool
from lornpod.model import AudioSettings

from .test_audio_master import peaky, wav

TONE = ["-v", "error", "-f", "lavfi", "-i", "sine=duration=2", "-f", "wav", "pipe:1"]
LONG_TONE = [part.replace("2", "100000") for part in TONE]
PASS_ON = ["-v", "error", "-f", "wav", "-i", "pipe:0", "-f", "wav", "pipe:1"]
END = ["-v", "error", "-f", "wav", "-i", "pipe:0", "-f", "null", "-"]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """Every program that is started from here on."""
    found: list[subprocess.Popen[bytes]] = []
    real = process._started

    def noted(*given: object) -> subprocess.Popen[bytes]:
        found.append(real(*given))  # type: ignore[arg-type]
        return found[-1]

    monkeypatch.setattr(process, "_started", noted)
    return found


def ended(programs: Sequence[subprocess.Popen[bytes]]) -> bool:
    return all(program.poll() is not None for program in programs)


def test_each_stage_reads_what_the_one_before_it_writes() -> None:
    heard: list[float] = []
    run(TONE, PASS_ON, END, where="", heard=heard.append)
    assert heard[-1] == pytest.approx(2.0, abs=0.01)


@pytest.mark.parametrize("guilty", range(3))
def test_the_stage_that_failed_of_itself_is_blamed(guilty: int, started: list[object]) -> None:
    stages = [LONG_TONE, PASS_ON, END]
    stages[guilty] = [*stages[guilty][:-3], "-af", "guilty", *stages[guilty][-3:]]
    with pytest.raises(MediaError, match="No such filter: 'guilty'") as failed:
        run(*stages, where="audio.wav")
    assert str(failed.value).startswith("audio.wav: ")
    assert "\n" not in str(failed.value)
    assert len(started) == 3


@pytest.mark.parametrize("ending", [KeyboardInterrupt, RuntimeError])
def test_no_program_outlives_its_caller(
    ending: type[BaseException], started: list[subprocess.Popen[bytes]]
) -> None:
    def heard(seconds: float) -> None:
        raise ending

    with pytest.raises(ending):
        run(LONG_TONE, PASS_ON, END, where="", heard=heard)
    assert len(started) == 3
    assert ended(started)


def test_a_program_that_was_killed_is_told_by_its_code(started: list[subprocess.Popen[bytes]]) -> None:
    def heard(seconds: float) -> None:
        started[0].kill()

    with pytest.raises(MediaError, match="ended with code -9"):
        run(LONG_TONE, END, where="", heard=heard)
    assert ended(started)


@pytest.mark.parametrize(
    ("said", "kind", "tells"),
    [
        (
            "[mp3 @ 0x5] x\nav_interleaved_write_frame(): No space left on device\n",
            MediaError,
            "disk is full",
        ),
        ("Unknown encoder 'libmp3lame'\n", MissingTool, "cannot write MP3"),
        ("file:/home/kari/lyd.wav: Invalid data found when processing input\n", MediaError, "Invalid data"),
    ],
)
def test_what_can_be_mended_is_told_so(said: str, kind: type[LornpodError], tells: str) -> None:
    failure = process._failure([said], "audio.wav")
    assert type(failure) is kind
    assert tells in str(failure)
    assert "/home/kari" not in str(failure)
    assert failure.hint


def test_a_complaint_is_one_short_line_without_addresses() -> None:
    said = "Input #0\n[mov @ 0x55d3a0] moov atom not found" + "!" * 500 + "\nmuxing overhead: unknown\n"
    assert complaint(said).startswith("moov atom not found!!")
    assert len(complaint(said)) == 160
    assert complaint("size=N/A muxing overhead: unknown") == "no reason given"


# ---------------------------------------------------------------- how often the whole is gone through


@pytest.fixture
def encodings(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry for each time that something was encoded."""
    found: list[int] = []

    def counted(*stages: Sequence[str], **given: Any) -> AbstractContextManager[Running]:
        found.extend(1 for stage in stages if "libmp3lame" in stage)
        return running(*stages, **given)

    monkeypatch.setattr(master, "running", counted)
    return found


def test_what_the_limiter_takes_is_made_up_for_beforehand(tmp_path: Path, encodings: list[int]) -> None:
    source = wav(tmp_path / "audio.wav", [peaky(8)])
    made = master.master(source, tmp_path / "episode.mp3", AudioSettings(), task="x")
    assert made.limited
    assert made.gain_db > AudioSettings().loudness_lufs - made.before.integrated_lufs + 10
    assert len(encodings) <= 2


def test_an_even_recording_is_encoded_once(tmp_path: Path, encodings: list[int]) -> None:
    tone = [0.05 * ((index // 50) % 2 * 2 - 1) for index in range(44100 * 5)]
    made = master.master(
        wav(tmp_path / "audio.wav", [tone]), tmp_path / "episode.mp3", AudioSettings(), task="x"
    )
    assert not made.limited
    assert len(encodings) == 1
