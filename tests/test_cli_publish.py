"""From a folder to a feed, and what bad input gets: one line each, and nothing stored."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import feedparser
import pytest

from lornpod import cli

from .workspaces import CASE, Run, add_case, write_cover, write_wav


def stored(root: Path) -> dict[str, bytes]:
    """Every object in the local store, by key."""
    store = root / "public"
    return {
        path.relative_to(store).as_posix(): path.read_bytes() for path in store.rglob("*") if path.is_file()
    }


# ---------------------------------------------------------------- the main job


def test_one_command_makes_a_feed_that_a_reader_understands(root: Path, run: Run) -> None:
    code, _, err = run("publish")
    assert code == 0, err
    feed = feedparser.parse((root / "public/feeds/innovasjon.xml").read_bytes())
    (episode,) = feed.entries
    assert not feed.bozo
    assert feed.feed.title == "Innovasjon i offentlig sektor"
    assert episode.title == "Små skritt & store broer"
    (enclosure,) = episode.enclosures
    assert enclosure.type == "audio/mpeg"
    media = root / "public" / enclosure.href.removeprefix("https://cdn.example.org/pod/")
    assert int(enclosure.length) == media.stat().st_size


def test_everything_that_a_feed_names_is_in_the_store(root: Path, run: Run) -> None:
    assert run("publish")[0] == 0
    from lxml import etree

    for feed in (root / "public/feeds").glob("*.xml"):
        for element in etree.parse(feed).iter():
            for name, value in element.attrib.items():
                if name in ("url", "href", "src") and str(value).startswith("https://cdn.example.org/pod/"):
                    key = str(value).removeprefix("https://cdn.example.org/pod/")
                    assert (root / "public" / key).is_file(), f"{feed.name}: {element.tag} names {key}"


def test_the_second_publish_does_nothing_and_says_so(root: Path, run: Run) -> None:
    assert run("publish")[0] == 0
    before = {path: path.stat().st_mtime_ns for path in (root / "public").rglob("*")}
    code, out, err = run("publish")
    assert code == 0
    assert "nothing" in out + err
    assert {path: path.stat().st_mtime_ns for path in (root / "public").rglob("*")} == before


def test_a_machine_without_a_cache_makes_nothing_again(root: Path, run: Run) -> None:
    assert run("publish")[0] == 0
    before = stored(root)
    shutil.rmtree(root / "build")
    assert run("publish")[0] == 0
    assert stored(root) == before
    assert not list((root / "build").rglob("*.mp3"))


def test_a_new_title_makes_a_new_version_with_the_same_guid(root: Path, run: Run) -> None:
    assert run("publish")[0] == 0
    guid = feedparser.parse((root / "public/feeds/alle.xml").read_bytes()).entries[0].id
    (root / "episodes/C0901/case.md").write_text(CASE.replace("Små skritt", "Store skritt"), "utf-8")
    assert run("publish")[0] == 0
    (entry,) = feedparser.parse((root / "public/feeds/alle.xml").read_bytes()).entries
    assert entry.title == "Store skritt & store broer"
    assert entry.id == guid
    assert len(list((root / "public/records/C0901").iterdir())) == 2


def test_feeds_are_renewed_without_any_case_folder(root: Path, run: Run) -> None:
    assert run("publish")[0] == 0
    before = stored(root)
    shutil.rmtree(root / "episodes")
    (root / "public/feeds/alle.xml").unlink()
    assert run("feeds", "--check")[0] == 1
    assert not (root / "public/feeds/alle.xml").exists()
    assert run("feeds")[0] == 0
    assert stored(root) == before
    assert run("feeds", "--check")[0] == 0


def test_a_scheduled_case_waits_for_its_time(root: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1772300000")  # 28 February 2026
    assert run("publish")[0] == 0
    assert not feedparser.parse((root / "public/feeds/alle.xml").read_bytes()).entries
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1772500000")  # 3 March 2026
    assert run("feeds")[0] == 0
    assert len(feedparser.parse((root / "public/feeds/alle.xml").read_bytes()).entries) == 1


def test_a_draft_stays_here(root: Path, run: Run) -> None:
    (root / "episodes/C0901/case.md").write_text(CASE.replace("published: 260302\n", ""), "utf-8")
    code, _, err = run("publish")
    assert code == 0
    assert "C0901" in err
    assert not any(key.startswith(("records/", "media/")) for key in stored(root))


def test_status_tells_each_case_as_a_table_and_as_json(root: Path, run: Run) -> None:
    add_case(root, "C0902", CASE.replace("901", "902").replace("published: 260302\n", ""), seconds=0)
    assert run("publish")[0] == 0
    code, out, _ = run("status", "--json")
    rows = {row["case"]: row for row in json.loads(out)}
    assert code == 0
    assert rows["C0901"]["version"] == 1
    assert rows["C0902"]["version"] is None
    assert "C0901" in run("status")[1]


def test_publish_tells_programs_what_it_did(root: Path, run: Run) -> None:
    code, out, _ = run("publish", "--json")
    told = json.loads(out)
    assert code == 0
    assert told["published"] == {"C0901": 1}
    assert sorted(told["feeds_written"]) == ["alle", "innovasjon"]


def test_quiet_says_nothing_when_all_is_well(run: Run, root: Path) -> None:
    assert run("--quiet", "publish") == (0, "", "")


# ---------------------------------------------------------------- bad input


def no_audio(root: Path) -> None:
    (root / "episodes/C0901/audio.wav").unlink()


def audio_is_text(root: Path) -> None:
    no_audio(root)
    (root / "episodes/C0901/audio.mp3").write_text("not sound " * 5000, "utf-8")


def cut_mp3(root: Path) -> None:
    from lornpod.audio.probe import ffmpeg

    wav, mp3 = root / "episodes/C0901/audio.wav", root / "episodes/C0901/audio.mp3"
    subprocess.run([ffmpeg(), "-v", "error", "-i", wav, "-b:a", "64k", mp3], check=True)
    wav.unlink()
    mp3.write_bytes(mp3.read_bytes()[: mp3.stat().st_size // 2])


def case_text(old: str, new: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        path = root / "episodes/C0901/case.md"
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")

    return change


def two_of_one_number(root: Path) -> None:
    add_case(root, "C0902")


def small_cover(root: Path) -> None:
    write_cover(root / "artwork/cover.jpg", 1399)


BAD = {
    "missing audio": (no_audio, "episodes/C0901/case.md", "no audio"),
    "audio that is not audio": (audio_is_text, "episodes/C0901/audio.mp3", ""),
    "a truncated MP3": (cut_mp3, "episodes/C0901/audio.mp3", "cut"),
    "front matter that is not YAML": (
        case_text("themes: Inno", "themes: [Inno"),
        "episodes/C0901/case.md:",
        "",
    ),
    "an unknown key": (case_text("quote:", "qoute:"), "episodes/C0901/case.md:10", "quote"),
    "two cases with one number": (two_of_one_number, "error: episodes/C0902/case.md:2", "901"),
    "a chapter past the end": (
        case_text("start: 00:03", "start: 12:30"),
        "episodes/C0901/case.md:13",
        "12:30",
    ),
    "a time that is none": (case_text("start: 00:03", "start: 12:99"), "episodes/C0901/case.md:13", "12:99"),
    "chapters out of order": (case_text('"00:00"', '"00:04"'), "episodes/C0901/case.md:13", "order"),
    "an unknown theme": (
        case_text("themes: Innovasjon", "themes: Inovasjon"),
        "episodes/C0901/case.md:5",
        "Innovasjon",
    ),
    "a cover of 1399 px": (small_cover, "lornpod.yaml:9", "1399"),
    "a picture outside the folder": (
        case_text("language: no", "image: ../../artwork/cover.jpg"),
        "episodes/C0901/case.md:9",
        "",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_gets_a_line_with_file_and_remedy_and_nothing_is_stored(
    root: Path, run: Run, name: str
) -> None:
    spoil, where, said = BAD[name]
    spoil(root)
    code, _, err = run("publish")
    assert code == 1, err
    lines = [line for line in err.splitlines() if line.startswith("error:")]
    assert all("; " in line for line in lines), "a remedy follows the semicolon"
    (line,) = [line for line in lines if where in line]
    assert said in line
    assert "Traceback" not in err
    assert stored(root) == {}


def test_all_mistakes_are_told_at_once(root: Path, run: Run) -> None:
    small_cover(root)
    add_case(root, "C0902", CASE.replace("901", "902").replace("title:", "titel:"))
    add_case(root, "C0903", CASE.replace("901", "903"), seconds=0)
    case_text("start: 00:03", "start: 12:30")(root)
    code, _, err = run("publish")
    assert code == 1
    for place in ("lornpod.yaml:9", "C0901/case.md:13", "C0902/case.md:3", "C0903/case.md"):
        assert any(line.startswith("error:") and place in line for line in err.splitlines()), place


def test_a_latin_1_transcript_is_read_with_a_warning(root: Path, run: Run) -> None:
    path = root / "episodes/C0901/transcript.txt"
    path.write_bytes(path.read_text("utf-8").encode("latin-1"))
    code, _, err = run("publish")
    assert code == 0
    assert any(line.startswith("warning:") and "transcript.txt" in line for line in err.splitlines())
    (text,) = [data for key, data in stored(root).items() if key.startswith("text/") and key.endswith(".txt")]
    assert "Vi bygger broer mens vi går på dem." in text.decode("utf-8")


def test_a_script_in_the_notes_is_left_out_with_a_warning(root: Path, run: Run) -> None:
    case_text("forteller om **broer**.", "forteller <script>alert(1)</script><b onclick='x()'>mer</b>.")(root)
    code, _, err = run("publish")
    assert code == 0
    assert any(line.startswith("warning:") and "case.md" in line for line in err.splitlines())
    notes = (
        feedparser.parse((root / "public/feeds/alle.xml").read_bytes(), sanitize_html=False)
        .entries[0]
        .content[0]
        .value
    )
    assert "script" not in notes
    assert "onclick" not in notes
    assert "mer" in notes


@pytest.mark.parametrize("case_id", ["../C0901", "..", "C0901/..", "a/b", ".hidden", "C 1"])
def test_a_case_id_that_leads_elsewhere_is_refused(root: Path, run: Run, case_id: str) -> None:
    for command in ("publish", "new"):
        code, _, err = run(command, case_id)
        assert code == 1
        (line,) = [line for line in err.splitlines() if line.startswith("error:")]
        assert case_id in line
    assert stored(root) == {}


def test_a_case_that_does_not_exist_is_told(run: Run) -> None:
    code, _, err = run("publish", "C0999")
    assert code == 1
    assert "C0999" in err


def test_an_endpoint_that_does_not_answer_gets_one_line_in_a_few_seconds(
    root: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "someone")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "unheard-of-secret")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    began = time.monotonic()
    code, _, err = run("publish", "--store", "s3://bucket/pod")
    assert time.monotonic() - began < 30
    assert code == 3
    (line,) = [line for line in err.splitlines() if line.startswith("error:")]
    assert "127.0.0.1:9" in line
    assert "unheard-of-secret" not in err


def test_outside_a_workspace_the_way_in_is_told(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["-C", str(tmp_path), "publish"]) == 1
    assert "lornpod init" in capfd.readouterr().err


# ---------------------------------------------------------------- the program itself


def test_help_comes_at_once() -> None:
    def took() -> float:
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", "lornpod", "--help"], check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - began

    assert min(took() for _ in range(5)) < 0.2 * float(os.environ.get("SLOWNESS", "2"))


def test_heavy_libraries_wait_until_they_are_used() -> None:
    code = "import sys, lornpod.cli; lornpod.cli.run(['--help']); print(sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    for name in ("boto3", "PIL", "lxml", "mutagen", "pydantic", "feedgen", "yaml", "rich"):
        assert f"'{name}'" not in loaded


def test_an_unknown_command_suggests_the_nearest(capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["publsh"]) == 2
    assert "publish" in capfd.readouterr().err


def test_a_new_workspace_publishes_at_once(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["init", str(tmp_path / "pod"), "--name", "Fjord & fjell"]) == 0
    assert cli.run(["-C", str(tmp_path / "pod"), "publish"]) == 0, capfd.readouterr().err
    feeds = list((tmp_path / "pod/public/feeds").glob("*.xml"))
    assert feeds
    assert feedparser.parse(feeds[0].read_bytes()).entries


def test_a_new_case_is_a_draft_that_reads_without_errors(root: Path, run: Run) -> None:
    code, out, _ = run("new", "C0910")
    assert code == 0
    assert Path(out.strip()).is_file()
    assert run("check", "C0910")[0] == 0
    assert run("new", "C0910")[0] == 1
    write_wav(root / "episodes/C0910/audio.wav", 3)
    assert run("publish", "C0910")[0] == 0


def test_who_follows_another_producers_version_is_told_whose_and_when(
    root: Path, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LORNPOD_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("LORNPOD_PUBLISHER", "kari")
    assert run("-q", "publish")[0] == 0
    other = tmp_path / "other"
    shutil.copytree(root, other)
    case = (other / "episodes/C0901/case.md").read_text("utf-8")
    (other / "episodes/C0901/case.md").write_text(case.replace("Små skritt", "Store skritt"), "utf-8")
    monkeypatch.setenv("LORNPOD_PUBLISHER", "ola")
    code, _, err = run("-q", "-C", str(other), "publish")
    assert (code, err) == (0, "")
    monkeypatch.setenv("LORNPOD_PUBLISHER", "kari")
    code, _, err = run("-q", "publish")
    assert code == 0
    (line,) = err.splitlines()
    assert line.startswith("warning: C0901: ola published version 2 after yours (20")
    assert "this run replaces it" in line
    assert run("-q", "publish")[2] == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_publish_that_is_told_to_end_ends_soon_and_leaves_nothing_half(root: Path, number: int) -> None:
    write_wav(root / "episodes/C0901/audio.wav", 6.0, times=400)  # to be mastered for well over half a minute
    command = [sys.executable, "-m", "lornpod", "-C", str(root), "publish"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        end = time.monotonic() + 30
        while not list(root.glob("build/C0901/.*")) and time.monotonic() < end:
            time.sleep(0.02)
        process.send_signal(number)
        told = time.monotonic()
        _, err = process.communicate(timeout=30)
    assert time.monotonic() - told < 5
    assert process.returncode == 130
    assert "run the command again" in err
    assert "Traceback" not in err
    assert list((root / "build/C0901").iterdir()) == []
    assert stored(root) == {}


IN_A_CALLBACK = """
import gc, os, signal, sys, time, weakref
from lornpod import cli

class Thing:
    pass

def callback(_):
    os.kill(os.getpid(), signal.SIGINT)
    for _ in range(1000):
        pass

def command(*arguments, **options):
    thing = Thing()
    watched = weakref.ref(thing, callback)
    del thing
    time.sleep(20)

cli.group.main = command
cli.main()
"""


def test_an_interruption_is_not_lost_in_a_callback_of_pythons_own() -> None:
    """As at the end of an import: what is raised there goes to nobody."""
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-c", IN_A_CALLBACK], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "stopped: interrupted; run the command again to go on\n")
    assert time.monotonic() - began < 15


# ---------------------------------------------------------------- what the store has lost


def lose(root: Path) -> dict[str, bytes]:
    """Take a transcript away and cut the sound, as a bad disk would; what was there before."""
    before = stored(root)
    (text,) = (key for key in before if key.startswith("text/") and key.endswith(".html"))
    (sound,) = (key for key in before if key.startswith("media/"))
    (root / "public" / text).unlink()
    (root / "public" / sound).write_bytes(before[sound][:1000])
    return before


def test_repair_puts_again_what_the_store_lost_and_writes_no_new_version(root: Path, run: Run) -> None:
    run("publish")
    before = lose(root)
    code, out, err = run("publish", "--repair", "--json")
    assert code == 0, err
    assert len(json.loads(out)["repaired"]) == 2
    assert json.loads(out)["published"] == {}
    assert stored(root) == before


def test_repair_makes_the_sound_again_where_this_machine_has_none(root: Path, run: Run) -> None:
    run("publish")
    before = lose(root)
    shutil.rmtree(root / "build")
    code, _, err = run("publish", "--repair")
    assert code == 0, err
    assert stored(root) == before


def test_repair_of_a_named_case_puts_everything_again(root: Path, run: Run) -> None:
    run("publish")
    before = stored(root)
    (sound,) = (key for key in before if key.startswith("media/"))
    (root / "public" / sound).write_bytes(bytes(len(before[sound])))  # of the same length
    assert run("publish", "--repair", "C0901")[0] == 0
    assert stored(root) == before


def test_repair_with_nothing_lost_does_nothing(root: Path, run: Run) -> None:
    run("publish")
    before = stored(root)
    code, _, err = run("publish", "--repair")
    assert (code, stored(root)) == (0, before)
    assert "nothing to do" in err


def test_repair_tells_of_lost_files_whose_case_is_not_here(root: Path, run: Run) -> None:
    run("publish")
    lose(root)
    shutil.rmtree(root / "episodes/C0901")
    code, _, err = run("publish", "--repair")
    assert code == 1
    (line,) = (line for line in err.splitlines() if "as recorded" in line)
    assert line.startswith("error: C0901: the store does not have ")


def test_a_plan_says_why_each_object_is_put(root: Path, run: Run) -> None:
    assert {one["reason"] for one in json.loads(run("plan", "--format", "json")[1])["objects"]} == {
        "C0901 is new"
    }
    run("publish")
    case = root / "episodes/C0901/case.md"
    case.write_text(case.read_text("utf-8").replace("Små skritt", "Store skritt"), "utf-8")
    code, out, _ = run("plan")
    assert code == 0
    assert "C0901 is changed: title, media" in out


def test_a_plan_says_which_feed_would_say_less(root: Path, run: Run) -> None:
    settings, case = root / "lornpod.yaml", root / "episodes/C0901/case.md"
    settings.write_text(f"{settings.read_text('utf-8')}max_megabytes: 0.1\n", "utf-8")
    case.write_text(case.read_text("utf-8") + "\n\n" + "Om broer og veier. " * 6_000, "utf-8")
    status, out, _ = run("plan", "--format", "json")
    assert status == 0
    told = [one for one in json.loads(out)["findings"] if one["where"] == "feeds/alle.md"]
    assert [(one["code"], one["level"]) for one in told] == [("feed-shortened", "advice")]
    line = f"feeds/alle.md: max_megabytes: {told[0]['message']}"
    assert f"! {line}" in run("plan")[1]
    assert "says no more than its summary" in run("plan", "--format", "markdown")[1]
    assert run("publish")[0] == 0
    assert run("plan")[1] == "nothing to do: everything is published as it stands\n"


# ---------------------------------------------------------------- soundbites and clips

VTT = """WEBVTT

00:00.000 --> 00:02.000
<v Ola Vik>Velkommen.

00:02.000 --> 00:04.000
<v Kari Nordmann>Vi bygger broer mens vi går på dem.
"""


def time_transcript(root: Path) -> None:
    (root / "episodes/C0901/transcript.txt").unlink()
    (root / "episodes/C0901/transcript.vtt").write_text(VTT, "utf-8")


def soundbites(root: Path) -> list[tuple[str | None, str | None, str | None]]:
    from lxml import etree

    feed = etree.fromstring((root / "public/feeds/alle.xml").read_bytes())
    found = feed.iter("{https://podcastindex.org/namespace/1.0}soundbite")
    return [(one.get("startTime"), one.get("duration"), one.text) for one in found]


def test_where_the_quote_is_said_becomes_a_soundbite(root: Path, run: Run) -> None:
    time_transcript(root)
    assert run("publish")[0] == 0
    assert soundbites(root) == [("0.000", "4.000", "Vi bygger broer mens vi går på dem.")]


def test_soundbites_by_hand_come_first(root: Path, run: Run) -> None:
    time_transcript(root)
    case = root / "episodes/C0901/case.md"
    bites = "soundbites:\n  - {start: 0:01, end: 0:03.5, title: Broen}\nchapters:"
    case.write_text(case.read_text("utf-8").replace("chapters:", bites), "utf-8")
    assert run("publish")[0] == 0
    assert soundbites(root) == [("1.000", "2.500", "Broen")]


def test_a_soundbite_outside_the_recording_is_refused(root: Path, run: Run) -> None:
    case = root / "episodes/C0901/case.md"
    bites = "soundbites:\n  - {start: 0:03, end: 0:02}\n  - {start: 0:01, end: 9:00}\nchapters:"
    case.write_text(case.read_text("utf-8").replace("chapters:", bites), "utf-8")
    code, out, _ = run("check")
    assert code == 1
    assert "soundbites[0].end: ends at 00:00:02, not after its start at 00:00:03" in out
    assert "soundbites[1].end: ends at 00:09:00, past the end of the recording" in out


def test_a_quote_that_nobody_says_is_told(root: Path, run: Run) -> None:
    case = root / "episodes/C0901/case.md"
    assert "nobody is known to have said it" not in run("check")[1]
    case.write_text(
        case.read_text("utf-8").replace("quote: Vi bygger broer", "quote: Havet er blått"), "utf-8"
    )
    code, out, _ = run("check")
    assert code == 0
    said = next(line for line in out.splitlines() if "quote: nobody is known to have said it" in line)
    assert said.split()[:3] == ["warning", "quote-not-said", "episodes/C0901/case.md:10"]


def test_an_excerpt_is_cut_around_the_quote(root: Path, run: Run, tmp_path: Path) -> None:
    time_transcript(root)
    target = tmp_path / "clip.mp3"
    code, out, err = run("excerpt", "C0901", "--quote", "-o", str(target), "--json")
    assert code == 0, err
    told = json.loads(out)
    assert told["file"] == str(target)
    assert told["start_ms"] < 500
    assert target.read_bytes()[:3] == b"ID3"
    code, _, err = run("excerpt", "C0901", "--from", "0:01", "--to", "3", "-o", str(target))
    assert code == 1
    assert "is there already" in err
    assert run("excerpt", "C0901", "--from", "0:01", "--to", "3", "-o", str(target), "--force")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "either --quote, or --from and --to"),
        (("--quote", "--from", "1"), "either --quote, or --from and --to"),
        (("--from", "1"), "belong together"),
        (("--from", "0:75", "--to", "3"), "is not a time"),
    ],
)
def test_an_excerpt_needs_a_span(root: Path, run: Run, arguments: tuple[str, ...], said: str) -> None:
    code, _, err = run("excerpt", "C0901", *arguments)
    assert code == 2
    assert said in err


def test_an_excerpt_around_a_quote_without_times_is_refused(root: Path, run: Run) -> None:
    code, _, err = run("excerpt", "C0901", "--quote")
    assert code == 1
    assert "nobody knows where the quote is said" in err


# ---------------------------------------------------------------- what stands as published


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The transcripts that are read, as they are read."""
    from lornpod.text import transcripts

    found: list[str] = []
    real = transcripts.read

    def read(path: Path, **options: Any) -> Any:
        found.append(path.parent.name)
        return real(path, **options)

    monkeypatch.setattr(transcripts, "read", read)
    return found


def test_a_case_that_stands_as_published_is_not_even_read(root: Path, run: Run, reads: list[str]) -> None:
    add_case(root, "C0902", CASE.replace("901", "902"))
    run("publish")
    assert set(reads) == {"C0901", "C0902"}
    reads.clear()
    code, _, err = run("publish")
    assert (code, reads) == (0, [])
    assert "nothing to do" in err
    assert run("plan")[1] == "nothing to do: everything is published as it stands\n"
    assert reads == []


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("episodes/C0901/case.md", "Små skritt", "Store skritt"),
        ("episodes/C0901/transcript.txt", "Fint", "Flott"),
        ("lornpod.yaml", "name: Lærerommet", "name: Lærerværelset"),
        ("feeds/innovasjon.md", "title: Innovasjon", "title: Fornyelse"),
    ],
)
def test_whatever_changes_is_made_again(
    root: Path, run: Run, reads: list[str], file: str, before: str, after: str
) -> None:
    run("publish")
    reads.clear()
    path = root / file
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")
    code, _, err = run("publish")
    assert code == 0, err
    assert set(reads) == {"C0901"}
    assert "feeds written" in err


def test_a_picture_that_changes_is_published(root: Path, run: Run) -> None:
    run("publish")
    write_cover(root / "artwork/cover.jpg", colour=(10, 90, 40))
    code, _, err = run("publish")
    assert code == 0
    assert "published C0901, version 2" in err  # its tag holds the cover


def test_what_was_taken_back_meanwhile_is_published_again(root: Path, run: Run) -> None:
    run("publish")
    case = root / "episodes/C0901/case.md"
    case.write_text(case.read_text("utf-8").replace("Små", "Store"), "utf-8")
    run("publish")
    run("rollback", "C0901")
    assert "version 4" in run("publish")[2]


def test_another_store_is_given_everything(root: Path, run: Run, tmp_path: Path) -> None:
    run("publish")
    other = tmp_path / "other"
    assert run("publish", "--store", str(other))[0] == 0
    assert {path.name for path in (other / "feeds").iterdir()} == {"alle.xml", "innovasjon.xml"}


def test_an_excerpt_becomes_a_film(root: Path, run: Run, tmp_path: Path) -> None:
    target = tmp_path / "clip.mp4"
    code, _, err = run(
        "excerpt", "C0901", "--from", "0:01", "--to", "0:02", "--video", "--shape", "wide", "-o", str(target)
    )
    assert code == 0, err
    assert target.read_bytes()[4:8] == b"ftyp"
    assert run("excerpt", "C0901", "--from", "0:01", "--to", "0:02", "--video", "-o", str(target))[0] == 1
