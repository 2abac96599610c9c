"""What status and show tell of cases, to people and to programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lornpod.terminal import Terminal

from .workspaces import CASE, Run, add_case


def test_status_tells_what_is_there_what_is_wrong_and_what_is_published(root: Path, run: Run) -> None:
    run("publish")
    add_case(root, "C0902", CASE.replace("number: 901", "number: 902"), seconds=0)
    add_case(root, "C0903", "---\ntitel: Feil\n---\n", seconds=0)
    code, out, _ = run("status", "--json")
    assert code == 0
    first, second, third = json.loads(out)
    assert (first["case"], first["state"], first["version"], first["errors"]) == ("C0901", "published", 1, 0)
    assert first["LUFS"] == pytest.approx(-16, abs=0.5)
    assert (second["state"], second["audio"], second["errors"]) == ("not published", None, 1)
    assert third["state"] == "not readable"
    assert third["errors"] >= 1
    code, out, err = run("status")
    assert "published, v1" in out
    assert "✗ 1" in out
    assert "1 published" in err


def test_show_draws_a_case_with_its_waveform_and_chapters(root: Path, run: Run) -> None:
    code, out, err = run("show", "C0901")
    assert code == 0, err
    lines = out.splitlines()
    assert lines[0] == "C0901  Små skritt & store broer"
    assert any(set(line) & set("▁▂▃▄▅▆▇█") for line in lines)
    assert any(line.split() == ["2", "0:03", "Broen"] for line in lines)
    assert "not published" in out
    assert max(map(len, lines)) <= 110


def test_show_gives_programs_the_same(root: Path, run: Run) -> None:
    run("publish")
    code, out, _ = run("show", "C0901", "--json")
    assert code == 0
    told = json.loads(out)
    assert told["chapter_list"] == [
        {"start_ms": 0, "title": "Velkommen"},
        {"start_ms": 3000, "title": "Broen"},
    ]
    assert told["duration_ms"] == pytest.approx(6000, abs=100)
    assert len(told["waveform"]) == 240
    assert all(0 <= level <= 1 for level in told["waveform"])
    assert told["version"] == 1


def test_a_case_without_sound_is_shown_without_a_waveform(root: Path, run: Run) -> None:
    (root / "episodes/C0901/audio.wav").unlink()
    code, out, err = run("show", "C0901")
    assert code == 0, err
    assert "█" not in out
    assert "no audio" in err


def test_a_case_that_is_not_there_is_told(run: Run) -> None:
    code, _, err = run("show", "C0999")
    assert code == 1
    assert "no such case" in err


def test_a_waveform_stands_as_high_as_its_sound_is_loud(capsys: pytest.CaptureFixture[str]) -> None:
    Terminal().waveform([0.0, 0.5, 1.0, 0.25], [0.0, 0.5])
    rows = capsys.readouterr().out.split("\n")
    heights = ["".join(row[at : at + 1] for row in rows[:5]).replace(" ", "") for at in range(4)]
    assert len(heights[0]) == 0
    assert len(heights[2]) == 5
    assert len(heights[3]) < len(heights[1]) < len(heights[2])
    assert rows[5] == "1 2"
