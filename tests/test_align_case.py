"""The transcript of a real case page, spoken by Finnish voices that read Norwegian with Finnish rules.

They are another synthesiser than the one of the aligner, and pronounce much of it wrongly:
what is found is found in spite of that. The page is not part of this project; without it the test is skipped.
"""

from __future__ import annotations

import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from lornpod.align import Alignment, Sound, espeak
from lornpod.audio.ffmpeg import speech
from lornpod.model import Cue, Person, Transcript
from lornpod.text import transcripts
from lornpod.text.sentences import sentences

from . import recordings, tools, workspaces
from .recordings import Talk

PAGE = Path(__file__).parent.parent.parent / "shared" / "lorn-case-c0608.txt"
SENTENCES = 40
VOICES = ("suo_fi_lj_diphone", "hy_fi_mv_diphone")


def festival(text: str, voice: str, path: Path) -> recordings.Samples:
    """*text* by a Finnish voice of Festival, which knows no letters but Finnish ones."""
    plain = re.sub(r"[^\w ,.?]", " ", text.translate(str.maketrans("æøåÆØÅéü", "äöoÄÖOey")))
    script = f'(voice_{voice}) (utt.save.wave (utt.synth (Utterance Text "{plain}")) "{path}" \'riff)'
    subprocess.run(
        [tools.program("festival"), "--pipe"],
        input=script.encode("latin-1", "replace"),
        check=True,
        capture_output=True,
    )
    return recordings.read_wav(path)


@pytest.fixture(scope="module")
def cues(tmp_path_factory: pytest.TempPathFactory) -> tuple[Cue, ...]:
    if not PAGE.is_file():
        pytest.skip("the page of the case is not here")
    from lornpod.cli import run

    root = workspaces.workspace(tmp_path_factory.mktemp("page") / "ws")
    assert run(["-q", "-C", str(root), "import", "page", str(PAGE)]) == 0
    folder = root / "episodes" / "C0608"
    people = [Person(name) for name in re.findall(r"name: (.+)", (folder / "case.md").read_text("utf-8"))]
    where = "transcript.txt"
    text, _ = transcripts.read(folder / where, language="nb", people=people, where=where)
    return sentences(text)[:SENTENCES]


@pytest.fixture(scope="module")
def talk(cues: tuple[Cue, ...], tmp_path_factory: pytest.TempPathFactory) -> Talk:
    folder = tmp_path_factory.mktemp("voices")
    people = list(dict.fromkeys(cue.speaker for cue in cues))
    with ThreadPoolExecutor(2) as pool:
        spoken = list(
            pool.map(
                lambda at: festival(
                    cues[at].text, VOICES[people.index(cues[at].speaker) % 2], folder / f"{at}.wav"
                ),
                range(len(cues)),
            )
        )
    made = Talk(3)
    made.pause(0.5)
    for cue, samples in zip(cues, spoken, strict=True):
        made.say(cue.speaker, cue.text, samples)
        made.pause(abs(made.chance.gauss(0.3, 0.2)))
    return made


@pytest.fixture(scope="module")
def found(cues: tuple[Cue, ...], talk: Talk, tmp_path_factory: pytest.TempPathFactory) -> Alignment:
    folder = tmp_path_factory.mktemp("case")
    mp3 = talk.save(folder / "talk.mp3")
    sound = Sound(lambda: speech(mp3), ((0, round(talk.seconds * 1000)),))
    return espeak.align(cues, sound, "nb", state=folder / "s.npz", key="case", tick=lambda _: None)


def test_its_sentences_are_found_in_spite_of_a_foreign_accent(found: Alignment, talk: Talk) -> None:
    assert found.refusal == ""
    off = np.array(
        [
            abs((cue.start_ms or 0) / 1000 - (line.start_s or 0))
            for cue, line in zip(found.cues, talk.lines, strict=True)
        ]
    )
    assert np.median(off) <= 0.1
    assert all(one.doubtful for one, error in zip(found.sentences, off, strict=True) if error > 2)


def words(read: Transcript) -> list[str]:
    return " ".join(cue.text for cue in read.cues).split()


def test_every_format_carries_the_times_of_the_whole_case(found: Alignment) -> None:
    timed = Transcript(found.cues, "nb")
    for one in transcripts.outputs(timed):
        again, _ = transcripts.parse(
            transcripts.render(timed, one, title="C0608"), name=f"t{one.suffixes[0]}"
        )
        assert (
            " ".join(cue.text for cue in again.cues).split()
            == " ".join(cue.text for cue in timed.cues).split()
        )
        if one.timed:
            assert all((a.end_ms or 0) <= (b.start_ms or 0) for a, b in pairwise(again.cues))
            assert {cue.speaker for cue in again.cues} == {cue.speaker for cue in timed.cues}


def test_a_reader_that_is_not_ours_has_the_same_cues(found: Alignment) -> None:
    vtt = next(row for row in transcripts.FORMATS if row.name == "vtt")
    text = transcripts.render(Transcript(found.cues, "nb"), vtt, title="").decode()
    script = """
        import { default as webvtt } from "node-webvtt";
        let text = ""; for await (const part of process.stdin) text += part;
        console.log(JSON.stringify(webvtt.parse(text, {strict: true}).cues.map(c => [c.start, c.end])));
    """
    theirs = tools.node("node-webvtt", script, stdin=text)
    ours, _ = transcripts.parse(text.encode(), name="t.vtt")
    assert [[cue.start_ms, cue.end_ms] for cue in ours.cues] == [
        [round(start * 1000), round(end * 1000)] for start, end in theirs
    ]
