"""A real case page as a workspace whose recording two Finnish voices speak, Norwegian by Finnish rules.

They are another synthesiser than the aligner's, and pronounce much of it wrongly. The page is not part of
this project: where it is not beside the checkout there is nothing to speak.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from lornpod.cli import run
from lornpod.model import Case, Cue, Person
from lornpod.text import transcripts
from lornpod.text.sentences import sentences
from lornpod.workspace import read

from . import recordings, tools, workspaces
from .recordings import Talk

PAGE = Path(__file__).parent.parent.parent / "shared" / "lorn-case-c0608.txt"
CASE = "C0608"
VOICES = ("suo_fi_lj_diphone", "hy_fi_mv_diphone")

# By hand: which written question (from 1) is put in which turn (from 0), and in which of its sentences. The
# other two of nine are never put.
PUT = {1: (9, 0), 4: (65, 2), 5: (69, 0), 6: (75, 0), 7: (79, 1), 8: (87, 0), 9: (91, 0)}


@dataclass(frozen=True, slots=True)
class SpokenCase:
    """The workspace at *root* with the case, and the recording's truth: what is said when, turn by turn."""

    root: Path
    case: Case
    talk: Talk
    turns: tuple[tuple[int, ...], ...]  # the numbers of the lines that are their sentences

    @property
    def people(self) -> tuple[Person, ...]:
        return (*self.case.hosts, *self.case.guests)

    def put(self) -> dict[str, tuple[int, float]]:
        """In which turn each written question is put, and at which second."""
        asked = {}
        for number, (turn, sentence) in PUT.items():
            start_s = self.talk.lines[self.turns[turn][sentence]].start_s
            assert start_s is not None
            asked[self.case.questions[number - 1].question] = (turn, start_s)
        return asked


def spoken(root: Path, *, answers: int | None = None) -> SpokenCase:
    """The case in a new workspace at *root*; of each turn of a guest only the first *answers* sentences, if
    so many are given, in its transcript as in its recording."""
    workspaces.workspace(root)
    for leftover in sorted((root / "episodes").rglob("*"), reverse=True):
        leftover.rmdir() if leftover.is_dir() else leftover.unlink()
    settings = root / "lornpod.yaml"
    settings.write_text(settings.read_text("utf-8").replace("transcripts: {aligner: none}\n", ""), "utf-8")
    assert run(["-q", "-C", str(root), "import", "page", str(PAGE)]) == 0
    (folder,) = read(root, [CASE]).cases
    (path,) = folder.transcripts
    people = (*folder.case.hosts, *folder.case.guests)
    script, _ = transcripts.read(path, language="nb", people=people, where=path.name)
    guests = {person.name for person in folder.case.guests}
    turns = [
        said[: answers if said[0].speaker in guests else None]
        for said in (list(group) for _, group in groupby(sentences(script), key=lambda cue: cue.speaker))
    ]
    path.write_text("\n\n".join(map(_paragraph, turns)) + "\n", "utf-8")
    talk = _talk([cue for turn in turns for cue in turn])
    talk.save(folder.folder / "audio.mp3")
    return SpokenCase(root, folder.case, talk, tuple(_numbered(turns)))


def _paragraph(turn: Sequence[Cue]) -> str:
    named = f"{turn[0].speaker}: " if turn[0].speaker else ""
    return named + " ".join(cue.text for cue in turn)


def _numbered(turns: Sequence[Sequence[Cue]]) -> Iterator[tuple[int, ...]]:
    done = 0
    for turn in turns:
        yield tuple(range(done, done + len(turn)))
        done += len(turn)


def _talk(cues: Sequence[Cue]) -> Talk:
    """*cues* one after the other, with the pauses of a conversation between them."""
    speakers = list(dict.fromkeys(cue.speaker for cue in cues))
    made = Talk(3)
    made.pause(0.5)
    voices = [VOICES[speakers.index(cue.speaker) % len(VOICES)] for cue in cues]
    for cue, samples in zip(cues, _spoken([cue.text for cue in cues], voices), strict=True):
        made.say(cue.speaker, cue.text, samples)
        made.pause(abs(made.chance.gauss(0.3, 0.2)))
    return made


_AT_ONCE = 20  # sentences spoken by one process


def _spoken(texts: Sequence[str], voices: Sequence[str]) -> list[recordings.Samples]:
    """*texts* by voices of Festival, which know no letters but Finnish ones."""
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(2) as pool:
        list(pool.map(
            lambda first: _speak(texts, voices, range(first, min(first + _AT_ONCE, len(texts))), Path(name)),
            range(0, len(texts), _AT_ONCE),
        ))  # fmt: skip
        return [recordings.read_wav(Path(name, f"{number}.wav")) for number in range(len(texts))]


def _speak(texts: Sequence[str], voices: Sequence[str], numbers: range, folder: Path) -> None:
    plain = [re.sub(r"[^\w ,.?]", " ", text.translate(_FINNISH)) for text in texts]
    script = "\n".join(
        f'(voice_{voices[number]}) (utt.save.wave (utt.synth (Utterance Text "{plain[number]}"))'
        f' "{folder / f"{number}.wav"}" \'riff)'
        for number in numbers
    )
    subprocess.run(
        [tools.program("festival"), "--pipe"],
        input=script.encode("latin-1", "replace"),
        check=True,
        capture_output=True,
    )


_FINNISH = str.maketrans("æøåÆØÅéü", "äöoÄÖOey")
