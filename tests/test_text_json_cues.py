"""JSON transcripts of others: read whatever their fields are called, written as each wants them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lornpod.model import Cue, Person, Transcript, Word
from lornpod.text import transcripts

ROWS = {row.name: row for row in transcripts.FORMATS}
DIALECTS = [row for row in transcripts.FORMATS if row.suffixes == (".json",)]
PEOPLE = (Person("Kari Nordmann"), Person("Ola Vik"))

WHISPER = {
    "text": " Hei på deg. Takk.",
    "segments": [
        {
            "id": 0, "seek": 0, "start": 0.0, "end": 1.5, "text": " Hei på deg.", "tokens": [50364, 1],
            "temperature": 0.0, "avg_logprob": -0.2, "compression_ratio": 1.0, "no_speech_prob": 0.01,
            "words": [
                {"word": " Hei", "start": 0.1, "end": 0.4, "probability": 0.9},
                {"word": " på", "start": 0.4, "end": 0.6, "probability": 0.9},
                {"word": " deg", "start": 0.6, "end": 0.9, "probability": 0.9},
                {"word": ".", "start": 0.9, "end": 0.9, "probability": 0.9},
            ],
        },
        {"id": 1, "start": 1.5, "end": 2.25, "text": " Takk.", "words": []},
    ],
    "language": "no",
}  # fmt: skip
WHISPER_CPP = {
    "systeminfo": "AVX = 1", "params": {"language": "no"}, "result": {"language": "no"},
    "transcription": [
        {"timestamps": {"from": "00:00:00,000", "to": "00:00:01,500"}, "offsets": {"from": 0, "to": 1500},
         "text": " Hei på deg."},
        {"timestamps": {"from": "00:00:01,500", "to": "00:00:02,250"}, "offsets": {"from": 1500, "to": 2250},
         "text": " Takk."},
    ],
}  # fmt: skip
WHISPERX = {
    "segments": [
        {
            "start": 0.0, "end": 1.5, "text": " Det var 17 av dem.", "speaker": "SPEAKER_00",
            "words": [
                {"word": "Det", "start": 0.0, "end": 0.2, "score": 0.8, "speaker": "SPEAKER_00"},
                {"word": "var", "start": 0.2, "end": 0.4, "score": 0.8, "speaker": "SPEAKER_00"},
                {"word": "17"},
                {"word": "av", "start": 1.0, "end": 1.2, "score": 0.8, "speaker": "SPEAKER_00"},
                {"word": "dem.", "start": 1.2, "end": 1.5, "score": 0.8, "speaker": "SPEAKER_00"},
            ],
        },
    ],
    "word_segments": [],
}  # fmt: skip
DOTE = {
    "lines": [
        {"startTime": "00:00:00,000", "endTime": "00:00:01,500", "speakerDesignation": "Kari",
         "text": "Hei på deg."},
        {"startTime": "00:00:01,500", "endTime": "00:00:02,250", "speakerDesignation": "Ola Vik",
         "text": "Takk."},
    ]
}  # fmt: skip
PODLOVE = [
    {"start": "00:00:00.000", "start_ms": 0, "end": "00:00:01.500", "end_ms": 1500, "speaker": "3",
     "voice": "Kari", "text": "Hei på deg."},
    {"start": "00:00:01.500", "start_ms": 1500, "end": "00:00:02.250", "end_ms": 2250, "speaker": "4",
     "voice": "Ola Vik", "text": "Takk."},
]  # fmt: skip


def read(document: object) -> tuple[Transcript, list[str]]:
    data = json.dumps(document).encode()
    transcript, findings = transcripts.parse(data, people=PEOPLE, name="t.json")
    return transcript, [finding.code for finding in findings]


@pytest.mark.parametrize(
    ("document", "speakers", "language"),
    [
        (WHISPER, ("", ""), "no"),
        (WHISPER_CPP, ("", ""), "und"),
        (DOTE, ("Kari Nordmann", "Ola Vik"), "und"),
        (PODLOVE, ("Kari Nordmann", "Ola Vik"), "und"),
        ({"transcripts": PODLOVE}, ("Kari Nordmann", "Ola Vik"), "und"),
    ],
    ids=["whisper", "whisper.cpp", "dote", "podlove", "podlove-player"],
)
def test_cues_are_read_with_their_times(document: object, speakers: tuple[str, str], language: str) -> None:
    transcript, codes = read(document)
    assert [(cue.text, cue.speaker, cue.start_ms, cue.end_ms) for cue in transcript.cues] == [
        ("Hei på deg.", speakers[0], 0, 1500), ("Takk.", speakers[1], 1500, 2250),
    ]  # fmt: skip
    assert (transcript.language, codes) == (language, [])


def test_the_words_of_whisper_have_their_times_though_tokens_are_parts_of_words() -> None:
    transcript, _ = read(WHISPER)
    assert transcript.cues[0].words == (Word("Hei", 100, 400), Word("på", 400, 600), Word("deg.", 600, 900))
    assert transcript.cues[1].words == ()


def test_a_word_that_whisperx_could_not_time_gets_what_lies_between_its_neighbours() -> None:
    transcript, codes = read(WHISPERX)
    assert [(word.text, word.start_ms, word.end_ms) for word in transcript.cues[0].words][1:4] == [
        ("var", 200, 400), ("17", 400, 1000), ("av", 1000, 1200),
    ]  # fmt: skip
    assert codes == ["transcript-speaker"]


@pytest.mark.parametrize(
    "words",
    [
        [{"word": "noe"}, {"word": "annet"}],
        [{"word": "Det", "start": 5, "end": 1}, {"word": "gikk", "start": 0, "end": 1}],
        [{"word": "Det", "start": 0, "end": 1}, {"word": 5}],
        "Det gikk",
        [None],
    ],
)
def test_words_that_do_not_fit_the_text_are_left_out_and_the_text_stays(words: object) -> None:
    transcript, _ = read({"segments": [{"start": 0, "end": 2, "text": "Det gikk", "words": words}]})
    assert transcript.cues == (Cue("Det gikk", "", 0, 2000),)


letters = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=8)


@st.composite
def timed(draw: st.DrawFn) -> Transcript:
    """A timed transcript whose words have times, or not, cue by cue."""
    at, cues = 0, []
    for _ in range(draw(st.integers(1, 6))):
        words, start_ms = draw(st.lists(letters, min_size=2, max_size=5)), at + draw(st.integers(0, 500))
        at = start_ms + draw(st.integers(0, 300))
        spans = []
        for word in words:
            first_ms = at
            at += draw(st.integers(0, 700))
            spans.append(Word(word, first_ms, at))
        at += draw(st.integers(1, 300))
        known = tuple(spans) if draw(st.booleans()) else ()
        who = draw(st.sampled_from(["", "Kari Nordmann", "Ola Vik"]))
        cues.append(Cue(" ".join(words), who, start_ms, at, known))
    return Transcript(tuple(cues), "nb")


@pytest.mark.parametrize("row", DIALECTS, ids=lambda row: row.name)
@given(timed())
def test_what_a_dialect_can_carry_reads_back_the_same(
    row: transcripts.Format, transcript: Transcript
) -> None:
    carried = tuple(
        replace(
            cue,
            speaker=cue.speaker if row.speakers else "",
            words=cue.words if row.words else (),
        )
        for cue in transcript.cues
    )
    data = transcripts.render(transcript, row, title="")
    assert transcripts.detect(data) == row
    assert transcripts.parse(data, language="nb", people=PEOPLE) == (replace(transcript, cues=carried), ())


def test_what_a_format_cannot_carry_is_named() -> None:
    cue = Cue("Hei på deg", "Ola Vik", 0, 900, (Word("Hei", 0, 1), Word("på", 1, 2), Word("deg", 2, 3)))
    transcript = Transcript((cue,), "nb")
    assert transcripts.lost(transcript, ROWS["whisper"]) == ("speakers",)
    assert transcripts.lost(transcript, ROWS["vtt"]) == ("times of words",)
    assert transcripts.lost(transcript, ROWS["docx"]) == ("times of cues", "times of words")
    assert transcripts.lost(transcript, ROWS["whisperx"]) == ()


def test_a_long_cue_is_divided_where_its_words_are_said() -> None:
    said = (
        "Først kommer en lang setning som ikke får plass på ett kort. Så kommer den neste setningen, som er"
    )
    texts = said.split(" ")
    words = tuple(Word(text, 10_000 + n * 100, 10_000 + n * 100 + 90) for n, text in enumerate(texts))
    late = tuple(
        replace(word, start_ms=word.start_ms + 5000, end_ms=word.end_ms + 5000) for word in words[12:]
    )
    cue = Cue(" ".join(texts), "", 10_000, 17_000, words[:12] + late)
    back, _ = transcripts.parse(
        transcripts.render(Transcript((cue,), "nb"), ROWS["srt"], title=""), name="t.srt"
    )
    assert (back.cues[0].end_ms, back.cues[1].start_ms) == (11_190, 16_200)
