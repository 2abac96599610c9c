"""The registry of transcript formats, and what no input may do to any of them."""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lornpod.errors import Level
from lornpod.model import Cue, Person, Transcript
from lornpod.text import transcripts

PEOPLE = (Person("Kari Nordmann"), Person("Ola Vik"), Person("Kari Vik"))
TIMED = Transcript((Cue("Hei på deg.", "Kari Nordmann", 0, 1500), Cue("Ja da.", "Ola Vik", 1500, 3000)), "nb")
UNTIMED = Transcript((Cue("Hei.", "Kari Nordmann"), Cue("Ja.", "Ola Vik")), "nb")


def test_a_timed_transcript_is_written_in_every_format_and_an_untimed_one_where_no_times_are() -> None:
    assert [row.name for row in transcripts.outputs(TIMED)] == ["vtt", "srt", "json", "html", "txt"]
    assert [row.name for row in transcripts.outputs(UNTIMED)] == ["html", "txt"]


def test_media_types_are_those_of_the_namespace() -> None:
    assert [row.media_type for row in transcripts.FORMATS if row.published] == [
        "text/vtt", "application/x-subrip", "application/json", "text/html", "text/plain",
    ]  # fmt: skip


def test_times_are_not_invented_when_writing() -> None:
    with pytest.raises(ValueError, match="untimed"):
        transcripts.render(UNTIMED, transcripts.FORMATS[0], title="")


@pytest.mark.parametrize("row", transcripts.FORMATS, ids=lambda row: row.name)
def test_every_format_is_known_by_its_content_alone(row: transcripts.Format) -> None:
    data = transcripts.render(TIMED, row, title="T")
    transcript, findings = transcripts.parse(data, language="nb", people=PEOPLE)
    assert [(cue.speaker, cue.text) for cue in transcript.cues] == [
        (cue.speaker if row.speakers else "", cue.text) for cue in TIMED.cues
    ]
    assert (transcript.timed, findings) == (row.timed, ())


def test_a_file_named_for_another_format_is_read_and_told(tmp_path: Path) -> None:
    path = tmp_path / "samtale.vtt"
    path.write_bytes(transcripts.render(TIMED, transcripts.FORMATS[1], title=""))
    transcript, (warning,) = transcripts.read(path, language="nb", people=PEOPLE, where="samtale.vtt")
    assert transcript == TIMED
    assert (warning.code, warning.level, warning.where) == (
        "transcript-format",
        Level.WARNING,
        "samtale.vtt:1",
    )


@pytest.mark.parametrize(
    "data", [b"", b"\xef\xbb\xbf", b" \n\xc2\xa0\n", b"WEBVTT\n\n", b"PK\x03\x04rest", b"%PDF-1.7",
             b"{\\rtf1 x}",
             b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", b"ok\x00\x01" * 99 + b"\x00\xff"]
)  # fmt: skip
@pytest.mark.parametrize("name", ["t.txt", "t.vtt", "t.srt", "t.html"])
def test_what_holds_no_words_is_an_error(data: bytes, name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    transcript, findings = transcripts.read(tmp_path / name, language="nb", people=(), where=name)
    assert transcript.cues == ()
    assert findings[-1].level is Level.ERROR
    assert findings[-1].where == name


def test_a_missing_file_is_an_error_and_no_traceback(tmp_path: Path) -> None:
    _, (error,) = transcripts.read(tmp_path / "nei.vtt", language="nb", people=(), where="nei.vtt")
    assert (error.level, error.where) == (Level.ERROR, "nei.vtt")


# ---------------------------------------------------------------- hostile input

_SCRAPS = [
    "-->",
    "<v Kari>",
    "<v ",
    "</v>",
    "<",
    ">",
    "&amp;",
    "&",
    "\n",
    "\n\n",
    "\r\n",
    "WEBVTT\n\n",
    "NOTE",
    "STYLE",
    "00:00:01.000 --> 00:00:02.000\n",
    "00:01,5 --> 00:99:00,1",
    "1\n",
    "Kari:",
    "Kari Nordmann:",
    "Ola Vik (x):",
    "K. Nordmann:",
    "**Kari:**",
    "[00:12:30]",
    "hei på deg.",
    "  ",
    "\xa0",
    "\u2028",
    "\x00",
    "\ud800",
    "{",
    "}",
    "[",
    "]",
    '"segments":',
    '"startTime":',
    "1.5",
    '"body":"x"',
    ",",
    "<p>",
    "</p>",
    "<cite>",
    "</cite>",
    "<time>",
    "<script>",
    "<!--",
    "---",
    "# ",
    "(",
    ")",
    "😀",
    "{\\an8}",
    "\ufeff",
    "A" * 70,
    '{"segments":[{"startTime":1,"body":"a"}]}',
]
scraps = st.lists(st.sampled_from(_SCRAPS), max_size=30).map("".join)
names = st.sampled_from(["", "t.vtt", "t.srt", "t.json", "t.html", "t.txt"])
encodings = st.sampled_from(["utf-8", "utf-16"])


def check(data: bytes, name: str) -> None:
    """The promises that hold for whatever came in."""
    transcript, findings = transcripts.parse(data, language="nb", people=PEOPLE, where="t", name=name)
    assert transcript.cues or any(finding.level is Level.ERROR for finding in findings)
    for cue in transcript.cues:
        assert cue.text == cue.text.strip() != ""
        assert len(cue.text.splitlines()) == 1
    if transcript.timed:
        spans = [(cue.start_ms or 0, cue.end_ms or 0) for cue in transcript.cues]
        assert all(start_ms < end_ms for start_ms, end_ms in spans)
        assert all(before[1] <= after[0] for before, after in pairwise(spans))
    for row in transcripts.outputs(transcript) if transcript.cues else ():
        assert transcripts.render(transcript, row, title="<T>").decode()


@given(scraps, names, encodings)
def test_no_scraps_of_any_format_break_a_reader(text: str, name: str, encoding: str) -> None:
    check(text.encode(encoding, "surrogatepass"), name)


@given(st.binary(max_size=300), names)
def test_no_bytes_break_a_reader(data: bytes, name: str) -> None:
    check(data, name)


@given(st.sampled_from(transcripts.FORMATS), st.data())
def test_no_damage_to_a_good_file_breaks_its_reader(row: transcripts.Format, draw: st.DataObject) -> None:
    data = bytearray(transcripts.render(TIMED, row, title="T"))
    for _ in range(draw.draw(st.integers(1, 4))):
        at = draw.draw(st.integers(0, max(len(data) - 1, 0)))
        length = draw.draw(st.integers(0, 12))
        data[at : at + length] = draw.draw(st.binary(max_size=6))
    check(bytes(data), "t" + row.suffixes[0])


@pytest.mark.parametrize(
    "scrap",
    ["<", "<a", "<v ", "{\\", "&a", "\n", "\xa0 ", "0", "0:", "00:00:", "-->", "Kari ", "Kari:\n", "o",
     "ord ",
     "<cite>", "<!--", "[", '{"a":', "**", "- ", "K. V", "<p"]
)  # fmt: skip
@pytest.mark.parametrize("name", ["t.vtt", "t.html", "t.txt"])
def test_reading_takes_time_in_proportion_to_length(scrap: str, name: str) -> None:
    data = (scrap * (60_000 // len(scrap))).encode()
    began = time.process_time()
    transcripts.parse(b"WEBVTT\n\n00:00.000 --> 00:01.000\n" + data, language="nb", people=PEOPLE, name=name)
    transcripts.parse(data, language="nb", people=PEOPLE, name=name)
    assert time.process_time() - began < 2  # some 0.05 s; quadratic readers take minutes
