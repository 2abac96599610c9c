"""Readers of captions that are not ours: webvtt-py, pysubs2, a browser's TextTrack, and npm's media-captions,
node-webvtt and subtitle. What each makes of the same bytes can be compared, field by field."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pysubs2
import webvtt

from lornpod.model import Person, Transcript
from lornpod.text import transcripts

from . import tools

if TYPE_CHECKING:
    from playwright.sync_api import Browser


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


def ours(data: bytes, people: Sequence[Person]) -> Seen:
    """What we read, as our own strict output says."""
    transcript, _ = transcripts.parse(data, people=people)
    return Seen(
        [cue.start_ms or 0 for cue in transcript.cues],
        [cue.end_ms or 0 for cue in transcript.cues],
        [cue.text for cue in transcript.cues],
        [cue.speaker for cue in transcript.cues],
    )


def cards(data: bytes) -> Seen:
    """The cards of an SRT file with the names in them, for no other reader knows them for names."""
    blocks = [block.split("\n") for block in data.decode().strip().split("\n\n")]
    spans = [[in_ms(clock) for clock in block[1].split(" --> ")] for block in blocks]
    texts = [one_line("\n".join(block[2:])) for block in blocks]
    return Seen([start for start, _ in spans], [end for _, end in spans], texts)


@dataclass(frozen=True, slots=True)
class Turn:
    """What somebody says in one go."""

    speaker: str
    text: str
    start_ms: int | None
    end_ms: int | None


def turns(transcript: Transcript) -> list[Turn]:
    """The turns of *transcript*: the same, however it is cut into cards."""
    grouped = ((who, list(cues)) for who, cues in groupby(transcript.cues, key=lambda cue: cue.speaker))
    return [
        Turn(who, " ".join(cue.text for cue in cues), cues[0].start_ms, cues[-1].end_ms)
        for who, cues in grouped
    ]


def one_line(text: str) -> str:
    return " ".join(re.split(r"[ \n]+", text.strip()))


def bare(text: str) -> tuple[str, str]:
    """The voice and the words of a VTT payload, for readers that hand it out as it stands."""
    voice = re.match(r"<v(?:\.\S+)? ([^>]*)>", text)
    return html.unescape(voice[1]) if voice else "", one_line(html.unescape(re.sub(r"<[^>]*>", "", text)))


def in_ms(clock: str) -> int:
    hours, minutes, seconds, rest = (int(part) for part in re.split("[:,.]", clock))
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest


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


def by_text_track(data: bytes, browser: Browser) -> Seen:
    """What the `<track>` of a video has in a browser."""
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
    return Seen(
        [round(cue["start"] * 1000) for cue in cues],
        [round(cue["end"] * 1000) for cue in cues],
        [one_line(cue["text"]) for cue in cues],
        [cue["voice"] for cue in cues],
    )


Reader = Callable[[bytes], Seen]

OF_VTT: dict[str, Reader] = {
    "webvtt-py": by_webvtt_py,
    "pysubs2": partial(by_pysubs2, kind="vtt"),
    "media-captions": partial(by_media_captions, kind="vtt"),
    "node-webvtt": by_node_webvtt,
    "subtitle": partial(by_subtitle, kind="vtt"),
}
OF_SRT: dict[str, Reader] = {
    "webvtt-py": by_webvtt_py_as_srt,
    "pysubs2": partial(by_pysubs2, kind="srt"),
    "media-captions": partial(by_media_captions, kind="srt"),
    "subtitle": partial(by_subtitle, kind="srt"),
}
