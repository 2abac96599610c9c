"""Transcripts as written are read alike by readers that are not ours; where not, reader and field are told.

webvtt-py, pysubs2, a browser's TextTrack, and npm's media-captions, node-webvtt and subtitle.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lornpod.model import Cue, Person, Transcript
from lornpod.text import transcripts

from .caption_readers import OF_SRT, OF_VTT, Reader, by_text_track, cards, ours, turns

if TYPE_CHECKING:
    from playwright.sync_api import Browser

VTT, SRT, JSON = transcripts.FORMATS[:3]
KARI, OLA = "Kari Nordmann", "Ola Åse Vik"
PEOPLE = tuple(map(Person, (KARI, OLA, "Silvija Seres", "Tone Merethe Aasen")))
PAGE = Path(__file__).parent.parent.parent / "shared" / "lorn-case-c0608.txt"


def invented() -> Transcript:
    said = [
        ("", "Velkommen til Lærerommet – samtaler om å lære."),
        (OLA, "Hei, Kari & alle dere andre! Er 3 < 5 & 5 > 3, og hva med A --> B?"),
        (KARI, "Ja. " + "Vi bygger broer, sier jeg, mens vi går på dem, og så måler vi en gang til. " * 6),
        (KARI, "17"),
        (KARI, "«Sitat» med “mange” ‘tegn’… 😀 og æøå, 10\xa0000 kroner, 50 %."),
        (OLA, "Dette er ikke <b>fett</b> og ikke &amp; heller."),
        ("", "Du har hørt på Lærerommet."),
    ]
    cues, at_ms = [], 0
    for speaker, text in said:
        end_ms = at_ms + 61 * len(text) + 3
        cues.append(Cue(" ".join(text.split(" ")).strip(), speaker, at_ms, end_ms))
        at_ms = end_ms + 250
    # Beyond an hour, where clocks grow.
    return Transcript((*cues, Cue("Takk.", OLA, 3_725_004, 3_726_000)), "nb")


def real() -> Transcript:
    """The transcript of the case page, at the pace of speech."""
    if not PAGE.exists():
        pytest.skip("the example page is not beside the checkout")
    text = PAGE.read_text("utf-8").partition("Utskrift av samtalen")[2].partition("\n")[2]
    people = (Person("Silvija Seres"), Person("Tone Merethe Aasen"))
    read, _ = transcripts.parse(text.partition("Quiz for")[0].encode(), language="nb", people=people)
    cues, at_ms = [], 0
    for cue in read.cues:
        cues.append(replace(cue, start_ms=at_ms, end_ms=at_ms + 65 * len(cue.text) + 1))
        at_ms = (cues[-1].end_ms or 0) + 200
    return replace(read, cues=tuple(cues))


TALKS = pytest.mark.parametrize("talk", [invented, real], ids=["invented", "real"])


# ---------------------------------------------------------------- the promises


@TALKS
@pytest.mark.parametrize("reader", OF_VTT.values(), ids=OF_VTT)
def test_vtt_is_read_by_others_as_it_was_written(
    talk: Callable[[], Transcript], reader: Reader, request: pytest.FixtureRequest
) -> None:
    data = transcripts.render(talk(), VTT, title="")
    ours(data, PEOPLE).same_as(reader(data), request.node.callspec.id)


@TALKS
@pytest.mark.parametrize("reader", OF_SRT.values(), ids=OF_SRT)
def test_srt_is_read_by_others_as_it_was_written(
    talk: Callable[[], Transcript], reader: Reader, request: pytest.FixtureRequest
) -> None:
    data = transcripts.render(talk(), SRT, title="")
    cards(data).same_as(replace(reader(data), voices=None), request.node.callspec.id)


@TALKS
def test_a_browser_reads_vtt_as_it_was_written(talk: Callable[[], Transcript], browser: Browser) -> None:
    data = transcripts.render(talk(), VTT, title="")
    ours(data, PEOPLE).same_as(by_text_track(data, browser), "TextTrack")


@TALKS
def test_vtt_srt_and_json_say_the_same(talk: Callable[[], Transcript]) -> None:
    """Cards are cut to other lengths in each; who says what from when to when is the same."""
    transcript = talk()
    told = {}
    for row in (VTT, SRT, JSON):
        read, _ = transcripts.parse(
            transcripts.render(transcript, row, title=""),
            people=PEOPLE,
            name=f"t.{row.name}",
        )
        told[row.name] = turns(read)
    assert told["vtt"] == told["json"]
    document = json.loads(transcripts.render(transcript, JSON, title=""))
    assert [segment["body"] for segment in document["segments"]] == [cue.text for cue in transcript.cues]
    spans = [(round(one["startTime"] * 1000), round(one["endTime"] * 1000)) for one in document["segments"]]
    assert spans == [(cue.start_ms, cue.end_ms) for cue in transcript.cues]
    words = " ".join(cue.text for cue in transcript.cues).split(" ")
    assert [word for turn in told["vtt"] for word in turn.text.split(" ")] == words
    # SubRip has no escapes, and no narrator after a name: what one says is the last speaker's.
    as_srt = [word for turn in told["srt"] for word in turn.text.split(" ")]
    as_srt = [word.replace("→", "-->").translate(str.maketrans("‹›", "<>")) for word in as_srt]
    assert as_srt == [html.unescape(word) for word in words]
    heard: list[str] = []
    for cue in transcript.cues:
        heard.append(cue.speaker or (heard[-1] if heard else ""))
    assert [turn.speaker for turn in told["srt"]] == [who for who, _ in groupby(heard)]
