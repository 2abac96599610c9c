"""The commands about transcripts and chapters, from file to file."""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from lornpod import cli
from lornpod.model import Cue, Transcript
from lornpod.release.maker import Maker

from . import tools
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


def test_an_arrow_in_the_text_is_told(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "t.vtt"
    path.write_text("WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nFra A --> B\n", "utf-8")
    assert f"{path}:4: “-->” that is no timing" in run("transcript", "check", path)[2]


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


# ---------------------------------------------------------------- chapters


def test_the_chapters_of_a_case_are_shown(run: Run) -> None:
    assert run("chapters", "show", "C0901")[1] == "00:00:00  Velkommen\n00:00:03  Broen\n"


def test_chapters_go_from_a_case_to_a_file_and_back_to_a_case(run: Run, root: Path, tmp_path: Path) -> None:
    case_md = root / "episodes/C0901/case.md"
    for name in ("k.json", "k.psc", "k.chapters.txt", "k.ffmetadata", "k.labels", "k.csv", "k.xmp"):
        assert run("chapters", "convert", "C0901", tmp_path / name)[0] == 0
        before = case_md.read_text("utf-8")
        assert run("chapters", "convert", tmp_path / name, "C0901", "--force")[0] == 0
        assert run("chapters", "show", case_md)[1] == "00:00:00  Velkommen\n00:00:03  Broen\n"
        assert before.splitlines()[:10] == case_md.read_text("utf-8").splitlines()[:10]


def test_a_cases_chapters_are_not_replaced_unless_it_is_meant(run: Run, root: Path, tmp_path: Path) -> None:
    (tmp_path / "k.txt").write_text("00:00 A\n00:02 B\n", "utf-8")
    before = (root / "episodes/C0901/case.md").read_bytes()
    code, _, err = run("chapters", "convert", tmp_path / "k.txt", "C0901")
    assert (code, (root / "episodes/C0901/case.md").read_bytes()) == (1, before)
    assert "--force" in err


def test_what_a_format_does_not_carry_is_told(run: Run, tmp_path: Path) -> None:
    text = "00:00:00.000 A <https://example.org/>\n00:01:00.500 B\n"
    (tmp_path / "k.chapters.txt").write_text(text, "utf-8")
    code, out, err = run("chapters", "convert", tmp_path / "k.chapters.txt", "-", "--to", "youtube")
    assert (code, out) == (0, "00:00 A\n01:00 B\n")
    assert "does not carry links" in err
    assert "does not carry parts of seconds" in err


def test_cue_points_go_into_a_copy_of_a_wav_file_and_come_out_of_it(
    run: Run, root: Path, tmp_path: Path
) -> None:
    sound, target = root / "episodes/C0901/audio.wav", tmp_path / "marked.wav"
    assert run("chapters", "convert", "C0901", target)[0] == 2
    assert run("chapters", "convert", "C0901", target, "--sound", sound)[0] == 0
    assert run("chapters", "show", target)[1] == "00:00:00  Velkommen\n00:00:03  Broen\n"
    assert run("chapters", "convert", "C0901", target, "--sound", sound)[0] == 1


def test_the_chapters_of_a_published_mp3_are_read(run: Run, root: Path) -> None:
    assert run("publish")[0] == 0
    (mp3,) = (root / "public/media/C0901").glob("*.mp3")
    assert [line.split("  ")[1] for line in run("chapters", "show", mp3)[1].splitlines()] == [
        "Velkommen", "Broen",
    ]  # fmt: skip


def test_check_tells_what_is_wrong_and_what_apps_would_not_take(run: Run, root: Path) -> None:
    code, out, err = run("chapters", "check", "C0901")
    assert (code, out) == (0, "episodes/C0901/case.md:11: 2 chapters\n")
    assert "3 or more" in err
    case_md = root / "episodes/C0901/case.md"
    case_md.write_text(case_md.read_text("utf-8").replace("00:03", "00:59"), "utf-8")
    code, _, err = run("chapters", "check", "C0901")
    assert code == 1
    assert "past the end of the recording" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("convert", "nei.json", "ut.psc"), "no such file"),
        (("convert", "C0901", "ut.doc"), "--to"),
        (("convert", "C0901", "-"), "--to"),
        (("convert", "C0901", "ut.mp3"), "published"),
        (("convert", "C0901", "C0999"), "no such case"),
        (("convert", "C0901", "ut.json", "--to", "vtt"), "none of case, json"),
        (("show", "C0999"), "no such case"),
    ],
)
def test_what_cannot_be_done_with_chapters_is_told_in_a_line(
    run: Run, arguments: tuple[str, ...], said: str
) -> None:
    code, _, err = run("chapters", *arguments)
    assert code in (1, 2)
    assert said in err
    assert "Traceback" not in err


ASKED = """\
WEBVTT

00:00.000 --> 00:01.000
<v Ola Vik>Hei og velkommen.

00:01.000 --> 00:02.000
<v Kari Nordmann>Takk.

00:02.000 --> 00:03.000
<v Ola Vik>Fortell litt om deg selv.

00:03.000 --> 00:04.000
<v Kari Nordmann>Jeg leder et lite fagmiljø.
"""


def test_suggested_chapters_are_written_into_the_case_and_its_comments_stay(run: Run, root: Path) -> None:
    folder = root / "episodes/C0901"
    (folder / "transcript.vtt").write_text(ASKED, "utf-8")
    case_md = folder / "case.md"
    text = case_md.read_text("utf-8")
    start, _, rest = text.partition("chapters:\n")
    case_md.write_text(f"{start}# ikke rør\n{rest.partition(chr(10))[2].partition(chr(10))[2]}", "utf-8")
    before = case_md.read_text("utf-8")
    document = json.loads(run("chapters", "suggest", "C0901", "--json")[1])
    assert [(one["title"], one["turn"], one["start_ms"]) for one in document["proposed"]] == [
        ("Hvem er du?", 3, 2000)
    ]
    assert case_md.read_text("utf-8") == before
    code, out, _ = run("chapters", "suggest", "C0901", "--accept")
    assert code == 0
    assert "Fortell litt om deg selv." in out
    after = case_md.read_text("utf-8")
    assert set(before.splitlines()) <= set(after.splitlines())
    assert run("chapters", "show", "C0901")[1] == "00:00:00  Innledning\n00:00:02  Hvem er du?\n"
    assert "nothing to add" in run("chapters", "suggest", "C0901", "--accept")[2]
    assert case_md.read_text("utf-8") == after


def test_without_times_chapters_are_proposed_by_turn_and_not_accepted(run: Run, root: Path) -> None:
    (root / "episodes/C0901/transcript.txt").write_text(
        "Ola Vik: Hei.\n\nKari Nordmann: Hei.\n\nOla Vik: Si litt om deg selv.\n\nKari Nordmann: Ja.", "utf-8"
    )
    before = (root / "episodes/C0901/case.md").read_bytes()
    code, out, err = run("chapters", "suggest", "C0901")
    assert (code, "Si litt om deg selv." in out) == (0, True)
    assert "no times" in err
    code, _, err = run("chapters", "suggest", "C0901", "--accept")
    assert (code, (root / "episodes/C0901/case.md").read_bytes()) == (1, before)


def test_times_that_the_sound_told_before_are_proposed(
    run: Run, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cues = (Cue("Fortell litt om deg selv.", "Ola Vik", 1500, 3000), Cue("Ja.", "Kari Nordmann", 3100, 4000))
    monkeypatch.setattr(Maker, "known_times", lambda *_: (Transcript(cues, "no"),))
    (one,) = json.loads(run("chapters", "suggest", "C0901", "--json")[1])["proposed"]
    assert (one["title"], one["start_ms"]) == ("Hvem er du?", 1500)


def test_a_published_case_has_the_same_chapter_times_everywhere(run: Run, root: Path) -> None:
    case_md = root / "episodes/C0901/case.md"
    text = case_md.read_text("utf-8")
    case_md.write_text(
        text.replace("start: 00:03,", "start: '00:03.123',").replace("00:00", "00:00.000"), "utf-8"
    )
    assert run("publish")[0] == 0
    public = root / "public"
    document = json.loads(next((public / "chapters/C0901").glob("*.json")).read_bytes())
    as_json = [(one["startTime"], one["title"]) for one in document["chapters"]]
    assert as_json == [(0, "Velkommen"), (3.123, "Broen")]
    feed = etree.fromstring((public / "feeds/alle.xml").read_bytes())
    as_psc = [(one.get("start"), one.get("title")) for one in feed.iter("{*}chapter")]
    assert as_psc == [("00:00:00.000", "Velkommen"), ("00:00:03.123", "Broen")]
    (mp3,) = (public / "media/C0901").glob("*.mp3")
    shown = subprocess.run(
        [tools.program("ffprobe"), "-v", "error", "-show_chapters", "-of", "json", str(mp3)],
        check=True,
        capture_output=True,
    )
    tagged = [(one["start_time"], one["tags"]["title"]) for one in json.loads(shown.stdout)["chapters"]]
    assert tagged == [("0.000000", "Velkommen"), ("3.123000", "Broen")]
    # Of the description apps read whole seconds.
    notes = str(feed.findtext(".//item/{http://purl.org/rss/1.0/modules/content/}encoded"))
    assert "<li>00:00:00 Velkommen</li>\n<li>00:00:03 Broen</li>" in notes
