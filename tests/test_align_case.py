"""A real case page, from its text to what apps show and to its chapters, as two Finnish voices speak it.

They read Norwegian by Finnish rules: what is found is found in spite of that. The guest's answers are short
here; LORNPOD_CASE=whole speaks all of it, three quarters of an hour (`make soak`). The page is not part of
this project; without it the tests are skipped.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from lornpod.cli import run as lornpod
from lornpod.model import Transcript
from lornpod.text import transcripts

from . import caption_readers, spoken_case, tools
from .caption_readers import OF_SRT, OF_VTT, Reader
from .spoken_case import CASE, SpokenCase

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from .workspaces import Run

ANSWERS = None if os.environ.get("LORNPOD_CASE") == "whole" else 1  # sentences of each


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> SpokenCase:
    """The case, published once."""
    if not spoken_case.PAGE.is_file():
        pytest.skip("the page of the case is not here")
    for program in ("festival", "espeak-ng"):
        tools.program(program)
    made = spoken_case.spoken(tmp_path_factory.mktemp("case") / "ws", answers=ANSWERS)
    assert lornpod(["-q", "-C", str(made.root), "publish"]) == 0
    return made


@pytest.fixture
def root(case: SpokenCase) -> Path:
    return case.root


def published(case: SpokenCase, kind: str) -> bytes:
    (path,) = (case.root / "public/text" / CASE).glob(f"*.{kind}")
    return path.read_bytes()


def read(case: SpokenCase, kind: str) -> Transcript:
    transcript, findings = transcripts.parse(published(case, kind), people=case.people, name=f"t.{kind}")
    assert findings == ()
    return transcript


def test_its_sentences_are_found_in_spite_of_a_foreign_accent(case: SpokenCase, run: Run) -> None:
    code, out, _ = run("transcript", "align", CASE, "--json")
    assert code == 0
    (document,) = json.loads(out)
    found_s = np.array([one["cue"]["start_ms"] for one in document["sentences"]]) / 1000
    off_s = np.abs(found_s - [line.start_s for line in case.talk.lines])
    doubtful = np.array([one["confidence"] < 0.5 for one in document["sentences"]])
    median_s, p95_s = np.percentile(off_s, [50, 95])
    print(
        f"{case.talk.seconds / 60:.0f} minutes, {len(off_s)} sentences: median {median_s:.3f} s,"
        f" p95 {p95_s:.3f} s, max {off_s.max():.2f} s; {doubtful.mean():.0%} in doubt"
    )
    assert median_s <= 0.1
    assert p95_s <= 0.5
    assert off_s.max() <= 2


@pytest.mark.parametrize("kind", ["vtt", "srt", "json", "html", "txt"])
def test_every_format_has_all_its_words(case: SpokenCase, kind: str) -> None:
    said = " ".join(line.text for line in case.talk.lines)
    assert " ".join(cue.text for cue in read(case, kind).cues).split() == said.split()


def test_vtt_srt_and_json_have_the_same_turns_at_the_same_times(case: SpokenCase) -> None:
    vtt, srt, document = (caption_readers.turns(read(case, kind)) for kind in ("vtt", "srt", "json"))
    assert vtt == document
    assert {turn.speaker for turn in vtt} == {"", *(person.name for person in case.people)}
    # SubRip has no narrator after a name: what one says is the last speaker's.
    told = vtt[:1]
    for turn in vtt[1:]:
        if turn.speaker:
            told.append(turn)
        else:
            told[-1] = replace(told[-1], text=f"{told[-1].text} {turn.text}", end_ms=turn.end_ms)
    assert srt == told


@pytest.mark.parametrize("reader", OF_VTT.values(), ids=OF_VTT)
def test_its_vtt_is_read_by_others_as_it_was_written(case: SpokenCase, reader: Reader) -> None:
    data = published(case, "vtt")
    caption_readers.ours(data, case.people).same_as(reader(data), str(reader))


@pytest.mark.parametrize("reader", OF_SRT.values(), ids=OF_SRT)
def test_its_srt_is_read_by_others_as_it_was_written(case: SpokenCase, reader: Reader) -> None:
    data = published(case, "srt")
    caption_readers.cards(data).same_as(replace(reader(data), voices=None), str(reader))


def test_a_browser_reads_its_vtt_as_it_was_written(case: SpokenCase, browser: Browser) -> None:
    data = published(case, "vtt")
    caption_readers.ours(data, case.people).same_as(caption_readers.by_text_track(data, browser), "TextTrack")


def test_its_questions_are_proposed_as_chapters_where_they_are_put(case: SpokenCase, run: Run) -> None:
    code, out, _ = run("chapters", "suggest", CASE, "--json")
    assert code == 0
    proposed: list[dict[str, Any]] = json.loads(out)["proposed"]
    put = case.put()
    assert len(proposed) >= 6
    assert {one["title"]: one["turn"] - 1 for one in proposed}.items() <= {
        question: turn for question, (turn, _) in put.items()
    }.items()
    for one in proposed:
        assert abs(one["start_ms"] / 1000 - put[one["title"]][1]) <= 2, one["title"]


def test_accepted_chapters_are_published_at_those_times(case: SpokenCase, run: Run) -> None:
    proposed = json.loads(run("chapters", "suggest", CASE, "--json")[1])["proposed"]
    assert run("chapters", "suggest", CASE, "--accept")[0] == 0
    assert run("publish")[0] == 0
    (path,) = (case.root / "public/chapters" / CASE).glob("*.json")
    chapters = json.loads(path.read_bytes())["chapters"]
    assert [(one["title"], one["startTime"]) for one in chapters[1:]] == [
        (one["title"], one["start_ms"] / 1000) for one in proposed
    ]
