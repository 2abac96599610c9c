"""Commands about what is said: transcript show."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import Finding, LornpodError
from .desk import Desk, Place

if TYPE_CHECKING:
    from ..model import CaseFolder, Person, Transcript


@click.group()
def transcript() -> None:
    """Read, check and convert transcripts.

    Every command takes a case, a file in any format that docs/formats.md lists, or - for stdin.
    """


@dataclass(frozen=True, slots=True)
class Source:
    """A transcript that the user named: its bytes, and what the case it belongs to says of it."""

    name: str
    data: bytes
    where: str
    language: str = ""
    people: tuple[Person, ...] = ()
    case: CaseFolder | None = None

    def read(self) -> tuple[Transcript, tuple[Finding, ...]]:
        from ..text import transcripts

        return transcripts.parse(
            self.data, language=self.language or "und", people=self.people, where=self.where, name=self.name
        )


def sources(desk: Desk, names: Sequence[str]) -> list[Source]:
    """The transcripts of the cases and the files that *names* are; a file counts before a case of its name.

    Raises LornpodError for what is neither, or for a case without a transcript.
    """
    found: list[Source] = []
    for name in names:
        if name == "-":
            found.append(Source("", sys.stdin.buffer.read(), "stdin"))
        elif Path(name).is_file():
            found.append(_file(desk, Path(name), name))
        elif _looks_like_a_path(name):
            raise LornpodError("there is no such file", name, "check the path")
        else:
            found += _of_case(desk, name)
    return found


def _looks_like_a_path(name: str) -> bool:
    return "/" in name or "." in name


def _file(desk: Desk, path: Path, where: str) -> Source:
    """The file at *path*, with its case's people where it lies in the folder of a case."""
    from ..workspace import CASES

    data = _bytes(path, where)
    folder = path.absolute().parent
    if folder.parent.name == CASES and (folder / "case.md").is_file():
        read = Desk(str(folder), desk.terminal).read([folder.name], Place(None, None))
        for case in read.cases:
            return _with_case(path, data, where, case)
    return Source(path.name, data, where)


def _of_case(desk: Desk, case_id: str) -> list[Source]:
    read = desk.read([case_id], Place(None, None))
    desk.stop_at_errors(read.findings)
    (folder,) = read.cases
    if not folder.transcripts:
        hint = "put transcript.txt, or one with times, beside case.md"
        raise LornpodError("the case has no transcript", folder.lines.where(), hint)
    return [
        _with_case(path, _bytes(path, where), where, folder)
        for path in folder.transcripts
        for where in [path.relative_to(read.root).as_posix()]
    ]


def _with_case(path: Path, data: bytes, where: str, folder: CaseFolder) -> Source:
    from ..text import transcripts

    case = folder.case
    language = transcripts.language_of(path.name, case.language)
    return Source(path.name, data, where, language, (*case.hosts, *case.guests), folder)


def _bytes(path: Path, where: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = f"cannot be read: {(error.strerror or str(error)).lower()}"
        raise LornpodError(reason, where, "check the file") from None


# ---------------------------------------------------------------- show


@transcript.command()
@click.argument("names", nargs=-1, required=True, metavar="CASE|FILE|-...")
@click.option("--json", "as_json", is_flag=True, help="Print the cues as JSON, with the times of words.")
@click.pass_obj
def show(desk: Desk, names: tuple[str, ...], as_json: bool) -> None:
    """Print transcripts readably: who speaks, when where times are known, and what they say."""
    documents = []
    for source in sources(desk, names):
        read, findings = source.read()
        desk.stop_at_errors(findings)
        if as_json:
            document = {"source": source.where, "language": source.language, "timed": read.timed}
            documents.append({**document, "cues": [asdict(cue) for cue in read.cues]})
        else:
            _print(desk, read)
    if as_json:
        desk.terminal.json(documents)


def _print(desk: Desk, read: Transcript) -> None:
    from ..text.times import clock
    from ..text.turns import paragraphs

    speaker = None
    for cue in paragraphs(read):
        at = f"{clock(cue.start_ms)}  " if read.timed and cue.start_ms is not None else ""
        named = f"{cue.speaker}: " if cue.speaker and cue.speaker != speaker else ""
        speaker = cue.speaker
        desk.terminal.result(f"{at}{named}{cue.text}\n")
