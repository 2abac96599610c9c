"""The commands about transcripts and chapters, from file to file."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from lornpod import cli

from .workspaces import workspace

Run = Callable[..., tuple[int, str, str]]

VTT = """\
WEBVTT - en tittel

00:01.000 --> 00:02.500 line:0
<v Kari>Hei på deg.

00:02.500 --> 00:04.000
<v Ola Vik>Takk.
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return workspace(tmp_path / "ws")


@pytest.fixture
def run(root: Path, capfd: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: object) -> tuple[int, str, str]:
        code = cli.run(["-C", str(root), *map(str, arguments)])
        out, err = capfd.readouterr()
        return code, out, err

    return command


@pytest.fixture
def vtt(tmp_path: Path) -> Path:
    path = tmp_path / "samtale.vtt"
    path.write_text(VTT, "utf-8")
    return path


# ---------------------------------------------------------------- transcripts


def test_a_case_is_shown_as_who_says_what(run: Run) -> None:
    code, out, _ = run("transcript", "show", "C0901")
    assert code == 0
    assert out.split("\n\n")[:2] == ["Velkommen til Lærerommet.", "Ola Vik: Hei, og velkommen."]


def test_times_are_shown_where_they_are_known(run: Run, vtt: Path) -> None:
    assert run("transcript", "show", vtt)[1] == "00:00:01  Kari: Hei på deg.\n\n00:00:02  Ola Vik: Takk.\n\n"


def test_a_file_in_a_case_folder_has_the_people_of_the_case(run: Run, root: Path) -> None:
    path = root / "episodes/C0901/transcript.vtt"
    path.write_text(VTT, "utf-8")
    (document,) = json.loads(run("transcript", "show", "--json", path)[1])
    assert [cue["speaker"] for cue in document["cues"]] == ["Kari Nordmann", "Ola Vik"]
    assert (document["timed"], document["language"]) == (True, "no")


def test_a_transcript_is_written_in_another_format_and_what_is_lost_is_told(
    run: Run, vtt: Path, tmp_path: Path
) -> None:
    target = tmp_path / "samtale.docx"
    code, out, err = run("transcript", "convert", vtt, target)
    assert (code, out) == (0, "")
    assert "docx does not carry times of cues" in err
    assert run("transcript", "show", target)[1].startswith("Kari: Hei på deg.")


def test_a_voice_can_be_named_and_the_result_go_to_stdout(run: Run, vtt: Path) -> None:
    code, out, _ = run("transcript", "convert", vtt, "-", "--to", "srt", "--speaker", "Kari=Kari Nordmann")
    assert code == 0
    assert out.startswith("1\n00:00:01,000 --> 00:00:02,500\nKari Nordmann: Hei på deg.\n")


def test_stdin_is_read(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(VTT.encode())))
    code, out, _ = run("transcript", "convert", "-", "-", "--to", "json")
    assert (code, json.loads(out)["segments"][0]["startTime"]) == (0, 1)


def test_a_file_that_is_there_is_not_written_over_unless_it_is_meant(run: Run, vtt: Path) -> None:
    code, _, err = run("transcript", "convert", vtt, vtt)
    assert (code, vtt.read_text("utf-8")) == (1, VTT)
    assert "--force" in err
    assert run("transcript", "convert", vtt, vtt, "--force")[0] == 0
    assert vtt.read_text("utf-8").startswith("WEBVTT\n\n00:00:01.000 --> 00:00:02.500\n<v Kari>")


def test_times_are_not_made_up(run: Run, tmp_path: Path) -> None:
    code, _, err = run("transcript", "convert", "C0901", tmp_path / "t.vtt")
    assert code == 1
    assert err.count("\n") == 1
    assert not (tmp_path / "t.vtt").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nei.vtt", "ut.srt"), "no such file"),
        (("C0999", "ut.txt"), "no such case"),
        (("C0901", "ut.doc"), "--to"),
        (("C0901", "-"), "--to"),
        (("C0901", "ut.txt", "--to", "rtf"), "none of vtt, srt"),
        (("C0901", "ut.txt", "--speaker", "Per=Nils"), "does not speak"),
        (("C0901", "/nei/ut.txt"), "cannot be written"),
    ],
)
def test_what_cannot_be_converted_is_told_in_a_line(run: Run, arguments: tuple[str, ...], said: str) -> None:
    code, _, err = run("transcript", "convert", *arguments)
    assert code in (1, 2)
    assert said in err
    assert "Traceback" not in err


def test_check_tells_what_was_mended_and_what_apps_would_refuse(run: Run, vtt: Path) -> None:
    code, out, err = run("transcript", "check", vtt)
    assert code == 0
    assert "samtale.vtt" in out
    assert f"{vtt}:1: text in the header" in err
    assert f"{vtt}:3: cue settings" in err
    assert f"{vtt}:3: a time that is not written 00:00:01.000" in err
    assert "(2 times)" in err


def test_what_lornpod_writes_has_nothing_that_apps_would_refuse(run: Run, vtt: Path, tmp_path: Path) -> None:
    for name in ("t.vtt", "t.srt", "t.json", "t.html"):
        assert run("transcript", "convert", vtt, tmp_path / name)[0] == 0
        report = json.loads(run("transcript", "check", "--json", tmp_path / name)[1])
        assert "transcript-strict" not in [finding["code"] for finding in report["findings"]]


def test_check_looks_at_all_cases_and_leaves_with_1_where_one_cannot_be_read(run: Run, root: Path) -> None:
    (root / "episodes/C0901/transcript.en.vtt").write_bytes(b"PK\x03\x04 no")
    code, out, err = run("transcript", "check")
    assert code == 1
    assert "episodes/C0901/transcript.txt" in out
    assert "episodes/C0901/transcript.en.vtt: not a transcript but" in err
