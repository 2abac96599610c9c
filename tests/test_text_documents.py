"""Transcripts as JSON and HTML; lxml is the independent reader of the HTML."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from lornpod.errors import Level
from lornpod.model import Cue, Person, Transcript
from lornpod.text import transcripts

PEOPLE = (Person("Kari Nordmann"), Person("Ola Vik"))
JSON, HTML = transcripts.FORMATS[2:4]

lines = st.lists(
    st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1), min_size=1, max_size=6
).map(" ".join)
speakers = st.sampled_from(["", "Kari Nordmann", "Ola Vik", "Å & B <C>"])
spans = st.lists(st.integers(1, 100_000), min_size=2, max_size=16).map(
    lambda steps: [sum(steps[: n + 1]) for n in range(len(steps) // 2 * 2)]
)


@st.composite
def timed(draw: st.DrawFn) -> Transcript:
    times = draw(spans)
    cues = [
        Cue("to ord " + draw(lines), draw(speakers), start_ms, end_ms)
        for start_ms, end_ms in zip(times[::2], times[1::2], strict=True)
    ]
    return Transcript(tuple(cues), "nb")


@given(timed())
def test_json_reads_back_the_same(transcript: Transcript) -> None:
    data = transcripts.render(transcript, JSON, title="")
    assert transcripts.parse(data, language="nb") == (transcript, ())


def test_json_has_the_fields_of_the_namespace() -> None:
    cues = (Cue("Velkommen.", "", 0, 1500), Cue("Hei.", "Kari Nordmann", 1500, 3_723_004))
    document = json.loads(transcripts.render(Transcript(cues, "nb"), JSON, title=""))
    assert document == {
        "version": "1.0.0",
        "segments": [
            {"startTime": 0, "endTime": 1.5, "body": "Velkommen."},
            {"speaker": "Kari Nordmann", "startTime": 1.5, "endTime": 3723.004, "body": "Hei."},
        ],
    }


def test_json_of_speech_recognition_is_read() -> None:
    data = json.dumps(
        {"text": "…", "segments": [{"id": 0, "start": 0.0, "end": "1.5", "text": " Hei på deg."}]}
    )
    transcript, findings = transcripts.parse(data.encode(), language="nb")
    assert (transcript.cues, findings) == ((Cue("Hei på deg.", "", 0, 1500),), ())


def test_a_segment_without_end_lasts_to_the_next() -> None:
    data = b'{"segments":[{"startTime":1,"body":"To ord"},{"startTime":1.5,"endTime":2,"body":"Ja da"}]}'
    transcript, _ = transcripts.parse(data, language="nb")
    assert [(cue.start_ms, cue.end_ms) for cue in transcript.cues] == [(1000, 1500), (1500, 2000)]


@pytest.mark.parametrize(
    "segment", ["1", "null", '{"body":"x"}',
                '{"startTime":"x","body":"x"}', '{"startTime":-1,"body":"x"}',
                '{"startTime":1e999,"body":"x"}', '{"startTime":NaN,"body":"x"}',
                '{"startTime":true,"body":"x"}',
                '{"startTime":1,"body":5}']
)  # fmt: skip
def test_a_malformed_segment_is_left_out_and_told_by_its_index(segment: str) -> None:
    data = f'{{"segments":[{{"startTime":0,"endTime":1,"body":"Hei"}},{segment}]}}'
    transcript, (warning,) = transcripts.parse(data.encode(), language="nb", where="t.json")
    assert len(transcript.cues) == 1
    assert (warning.where, warning.field, warning.level) == ("t.json", "segments[1]", Level.WARNING)


@pytest.mark.parametrize("data", [b'{"segments":', b"[" * 100_000, b'{"segments":5}', b'{"a":' * 100_000])
def test_json_that_is_no_transcript_is_an_error_in_one_line(data: bytes) -> None:
    transcript, (error,) = transcripts.parse(data, language="nb", name="t.json", where="t.json")
    assert (transcript.cues, error.level) == ((), Level.ERROR)
    assert "\n" not in str(error)


untimed = st.lists(st.builds(Cue, lines, speakers), min_size=1, max_size=8).map(
    lambda cues: Transcript(tuple(cues), "nn")
)


@given(untimed)
def test_untimed_turns_written_as_html_read_back_the_same(told: Transcript) -> None:
    # Without any name an HTML page is read as text with turns.
    transcript = Transcript((*told.cues, Cue("Takk.", "Ola Vik")), told.language)
    data = transcripts.render(transcript, HTML, title="Tittel")
    assert transcripts.parse(data, language="nn") == (transcript, ())


@given(untimed, lines)
def test_html_is_cite_time_and_p_directly_in_body(transcript: Transcript, title: str) -> None:
    document = html.document_fromstring(transcripts.render(transcript, HTML, title=title))
    body = document.find("body")
    assert body is not None
    assert {element.tag for element in body} <= {"cite", "p"}
    assert [p.text for p in body.iter("p")] == [cue.text for cue in transcript.cues]
    assert all(not len(element) for element in body)
    assert document.get("lang") == "nn"
    assert document.findtext("head/title") == title


def test_html_of_a_timed_transcript_puts_turns_together_under_their_time() -> None:
    cues = (
        Cue("Hei", "Ola Vik", 1000, 2000),
        Cue("på deg.", "Ola Vik", 2000, 3000),
        Cue("Takk.", "Kari Nordmann", 3_723_004, 3_724_000),
        Cue("Slutt.", "", 3_725_000, 3_726_000),
    )
    body = html.document_fromstring(transcripts.render(Transcript(cues, "nb"), HTML, title="T")).find("body")
    assert body is not None
    assert [(element.tag, element.text) for element in body] == [
        ("cite", "Ola Vik:"), ("time", "00:00:01"), ("p", "Hei på deg."),
        ("cite", "Kari Nordmann:"), ("time", "01:02:03"), ("p", "Takk."),
        ("cite", None), ("time", "01:02:05"), ("p", "Slutt."),
    ]  # fmt: skip


def test_the_html_of_other_hosts_is_read() -> None:
    page = """<html><head><title>Ikke sagt</title><style>p { color: red }</style></head><body>
    <!-- <p>skjult</p> --><script>if (1 < 2) { nei }</script>
    <cite>Kari:</cite><time>0:00</time><p>Hei &amp;<br>hallo <b>alle</b>.</p><p>Mer.</p>
    <cite>Ola Vik</cite> <time>0:12</time> <p>Ja.</p></body></html>"""
    transcript, findings = transcripts.parse(page.encode(), language="nb", people=PEOPLE)
    assert transcript.cues == (
        Cue("Hei & hallo alle.", "Kari Nordmann"),
        Cue("Mer.", "Kari Nordmann"),
        Cue("Ja.", "Ola Vik"),
    )
    assert findings == ()


def test_html_with_names_in_its_text_is_read_as_turns() -> None:
    page = b"<div><p>Kari: Hei.</p><p>Ola: Hallo.</p></div>"
    transcript, _ = transcripts.parse(page, language="nb", people=PEOPLE)
    assert transcript.cues == (Cue("Hei.", "Kari Nordmann"), Cue("Hallo.", "Ola Vik"))


def test_a_tag_that_never_ends_takes_no_longer_than_its_length() -> None:
    page = b"<html>" + b"<a" + b"b" * 400_000  # in minutes, if every shorter name were tried
    began = time.process_time()
    transcripts.parse(page, language="nb", people=PEOPLE, name="t.html")
    assert time.process_time() - began < 5
