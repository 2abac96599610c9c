"""Transcripts as written are read alike by readers that are not ours; where not, reader and field are told.

webvtt-py, pysubs2, a browser's TextTrack, and npm's media-captions, node-webvtt and subtitle.
"""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pysubs2
import pytest
import webvtt

from lornpod.model import Cue, Person, Transcript
from lornpod.text import transcripts

from . import tools

if TYPE_CHECKING:
    from playwright.sync_api import Browser

VTT, SRT, JSON = transcripts.FORMATS[:3]
KARI, OLA = "Kari Nordmann", "Ola Åse Vik"
PEOPLE = tuple(map(Person, (KARI, OLA, "Silvija Seres", "Tone Merethe Aasen")))
PAGE = Path(__file__).parent.parent.parent / "shared" / "lorn-case-c0608.txt"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a reader finds, field by field; a reader that tells no voices has none."""

    starts: list[int]
    ends: list[int]
    texts: list[str]
    voices: list[str] | None = None

    def same_as(self, other: Seen, reader: str) -> None:
        """Fail with the field and the first place where the two differ."""
        for field in ("starts", "ends", "texts", "voices"):
            mine, theirs = getattr(self, field), getattr(other, field)
            if theirs is None:
                continue
            assert len(mine) == len(theirs), f"{reader}: {len(theirs)} {field} where {len(mine)} were written"
            for index, (one, another) in enumerate(zip(mine, theirs, strict=True)):
                assert one == another, f"{reader}: {field}[{index}] is {another!r}, written was {one!r}"


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


def ours(data: bytes) -> Seen:
    """What we read, as our own strict output says."""
    transcript, _ = transcripts.parse(data, people=PEOPLE)
    return Seen(
        [cue.start_ms or 0 for cue in transcript.cues],
        [cue.end_ms or 0 for cue in transcript.cues],
        [cue.text for cue in transcript.cues],
        [cue.speaker for cue in transcript.cues],
    )


def one_line(text: str) -> str:
    return " ".join(re.split(r"[ \n]+", text.strip()))


def bare(text: str) -> tuple[str, str]:
    """The voice and the words of a VTT payload, for readers that hand it out as it stands."""
    voice = re.match(r"<v(?:\.\S+)? ([^>]*)>", text)
    return html.unescape(voice[1]) if voice else "", one_line(html.unescape(re.sub(r"<[^>]*>", "", text)))


# ---------------------------------------------------------------- Python's readers


def by_webvtt_py(data: bytes) -> Seen:
    captions = webvtt.from_buffer(io.BytesIO(data), format="vtt").captions
    return Seen(
        [in_ms(caption.start) for caption in captions],
        [in_ms(caption.end) for caption in captions],
        [bare(caption.raw_text)[1] for caption in captions],
        [html.unescape(caption.voice or "") for caption in captions],
    )


def by_webvtt_py_as_srt(data: bytes) -> Seen:
    captions = webvtt.from_buffer(io.BytesIO(data), format="srt").captions
    return Seen(
        [in_ms(caption.start) for caption in captions],
        [in_ms(caption.end) for caption in captions],
        [one_line(caption.raw_text) for caption in captions],
    )


def by_pysubs2(data: bytes, kind: str) -> Seen:
    read = pysubs2.SSAFile.from_string(data.decode(), format_=kind, keep_html_tags=True)
    events = list(read)
    words = [one_line(event.text.replace("\\N", "\n")) for event in events]
    if kind == "vtt":
        words = [bare(text)[1] for text in words]
    return Seen([event.start for event in events], [event.end for event in events], words)


# ---------------------------------------------------------------- JavaScript's readers

_STDIN = "import fs from 'node:fs'; const text = fs.readFileSync(0, 'utf8');"


def _of_seconds(cues: Iterable[Any], words: Callable[[str], tuple[str, str]]) -> Seen:
    listed = list(cues)
    told = [words(cue["text"]) for cue in listed]
    return Seen(
        [round(cue["start"] * 1000) for cue in listed],
        [round(cue["end"] * 1000) for cue in listed],
        [text for _, text in told],
        [voice for voice, _ in told],
    )


def by_media_captions(data: bytes, kind: str) -> Seen:
    script = (
        f"{_STDIN} import {{parseText}} from 'media-captions';"
        f"const read = await parseText(text, {{type: '{kind}', strict: {str(kind == 'vtt').lower()}}});"
        "if (read.errors.length) throw new Error(JSON.stringify(read.errors));"
        "const cues = read.cues.map(c => ({start: c.startTime, end: c.endTime, text: c.text}));"
        "console.log(JSON.stringify(cues))"
    )
    cues = tools.node("media-captions", script, stdin=data.decode())
    return _of_seconds(cues, bare if kind == "vtt" else lambda text: ("", one_line(text)))


def by_node_webvtt(data: bytes) -> Seen:
    script = (
        f"{_STDIN} import webvtt from 'node-webvtt'; const read = webvtt.parse(text, {{strict: true}});"
        "if (!read.valid || read.errors.length) throw new Error(JSON.stringify(read.errors));"
        "console.log(JSON.stringify(read.cues))"
    )
    return _of_seconds(tools.node("node-webvtt", script, stdin=data.decode()), bare)


def by_subtitle(data: bytes, kind: str) -> Seen:
    script = (
        f"{_STDIN} import {{parseSync}} from 'subtitle';"
        "const cues = parseSync(text).filter(node => node.type === 'cue').map(node => node.data);"
        "const told = cues.map(c => ({start: c.start / 1000, end: c.end / 1000, text: c.text}));"
        "console.log(JSON.stringify(told))"
    )
    cues = tools.node("subtitle", script, stdin=data.decode())
    return _of_seconds(cues, bare if kind == "vtt" else lambda text: ("", one_line(text)))


# ---------------------------------------------------------------- the promises


@TALKS
@pytest.mark.parametrize(
    "reader", [by_webvtt_py, lambda data: by_pysubs2(data, "vtt"),
               lambda data: by_media_captions(data, "vtt"), by_node_webvtt,
               lambda data: by_subtitle(data, "vtt")],
    ids=["webvtt-py", "pysubs2", "media-captions", "node-webvtt", "subtitle"],
)  # fmt: skip
def test_vtt_is_read_by_others_as_it_was_written(
    talk: Callable[[], Transcript], reader: Callable[[bytes], Seen], request: pytest.FixtureRequest
) -> None:
    data = transcripts.render(talk(), VTT, title="")
    ours(data).same_as(reader(data), request.node.callspec.id)


@TALKS
@pytest.mark.parametrize(
    "reader", [by_webvtt_py_as_srt, lambda data: by_pysubs2(data, "srt"),
               lambda data: by_media_captions(data, "srt"), lambda data: by_subtitle(data, "srt")],
    ids=["webvtt-py", "pysubs2", "media-captions", "subtitle"],
)  # fmt: skip
def test_srt_is_read_by_others_as_it_was_written(
    talk: Callable[[], Transcript], reader: Callable[[bytes], Seen], request: pytest.FixtureRequest
) -> None:
    data = transcripts.render(talk(), SRT, title="")
    seen = reader(data)
    written = cards(data)
    written.same_as(replace(seen, voices=None), request.node.callspec.id)


def cards(data: bytes) -> Seen:
    """The cards of an SRT file with the names in them, for no other reader knows them for names."""
    blocks = [block.split("\n") for block in data.decode().strip().split("\n\n")]
    spans = [[in_ms(clock) for clock in block[1].split(" --> ")] for block in blocks]
    texts = [one_line("\n".join(block[2:])) for block in blocks]
    return Seen([start for start, _ in spans], [end for _, end in spans], texts)


def in_ms(clock: str) -> int:
    hours, minutes, seconds, rest = (int(part) for part in re.split("[:,.]", clock))
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest


@TALKS
def test_a_browser_reads_vtt_as_it_was_written(talk: Callable[[], Transcript], browser: Browser) -> None:
    data = transcripts.render(talk(), VTT, title="")
    page = browser.new_page()
    try:
        page.set_content("<!DOCTYPE html><video></video>")
        cues = page.evaluate(
            """text => new Promise((resolve, reject) => {
                const track = document.createElement("track");
                track.src = URL.createObjectURL(new Blob([text], {type: "text/vtt"}));
                track.default = true;
                track.onerror = () => reject(new Error("the track was refused"));
                track.onload = () => resolve(Array.from(track.track.cues, cue => {
                    const voice = cue.getCueAsHTML().querySelector("span[title]");
                    return {start: cue.startTime, end: cue.endTime,
                            text: cue.getCueAsHTML().textContent, voice: voice ? voice.title : ""};
                }));
                document.querySelector("video").append(track);
            })""",
            data.decode(),
        )
    finally:
        page.close()
    seen = Seen(
        [round(cue["start"] * 1000) for cue in cues],
        [round(cue["end"] * 1000) for cue in cues],
        [one_line(cue["text"]) for cue in cues],
        [cue["voice"] for cue in cues],
    )
    ours(data).same_as(seen, "TextTrack")


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
    assert [word for _, text, *_ in told["vtt"] for word in text.split(" ")] == words
    # SubRip has no escapes, and no narrator after a name: what one says is the last speaker's.
    as_srt = [word for _, text, *_ in told["srt"] for word in text.split(" ")]
    as_srt = [word.replace("→", "-->").translate(str.maketrans("‹›", "<>")) for word in as_srt]
    assert as_srt == [html.unescape(word) for word in words]
    heard: list[str] = []
    for cue in transcript.cues:
        heard.append(cue.speaker or (heard[-1] if heard else ""))
    assert [turn[0] for turn in told["srt"]] == [who for who, _ in groupby(heard)]


def turns(transcript: Transcript) -> list[tuple[str, str, int | None, int | None]]:
    grouped = groupby(transcript.cues, key=lambda cue: cue.speaker)
    made = []
    for speaker, cues in ((who, list(group)) for who, group in grouped):
        text = " ".join(cue.text for cue in cues)
        made.append((speaker, text, cues[0].start_ms, cues[-1].end_ms))
    return made
