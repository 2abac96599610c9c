"""Commands about what is said: transcript align, recognise, convert, check and show."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import Finding, LornpodError, errors_in
from ..messages import later, tr
from .desk import Desk, Place, alone, format_for, looks_like_a_path, making, put

if TYPE_CHECKING:
    from ..align import Alignment
    from ..model import CaseFolder, Person, Transcript


@click.group()
def transcript() -> None:
    """Time, read, check and convert transcripts.

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
            self.data, language=self.language, people=self.people, where=self.where, name=self.name
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
        elif looks_like_a_path(name):
            raise LornpodError(tr("there is no such file"), name, tr("check the path"))
        else:
            found += _of_case(desk, name)
    return found


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
    return of_case(folder)


def of_case(folder: CaseFolder) -> list[Source]:
    """The transcripts of the case in *folder*. Raises LornpodError where there is none."""
    if not folder.transcripts:
        hint = tr("put transcript.txt, or one with times, beside case.md")
        raise LornpodError(tr("the case has no transcript"), folder.lines.where(), hint)
    root = folder.folder.parent.parent
    return [
        _with_case(path, _bytes(path, where), where, folder)
        for path in folder.transcripts
        for where in [path.relative_to(root).as_posix()]
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
        reason = tr("cannot be read: {strerror}", strerror=(error.strerror or str(error)).lower())
        raise LornpodError(reason, where, tr("check the file")) from None


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
            document = {"source": source.where, "language": read.language, "timed": read.timed}
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


# ---------------------------------------------------------------- check


@transcript.command()
@click.argument("names", nargs=-1, metavar="[CASE|FILE|-]...")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@click.pass_obj
def check(desk: Desk, names: tuple[str, ...], as_json: bool) -> None:
    """Say what was mended in reading transcripts, and what apps would refuse in the files as they are.

    Without names, the transcripts of all cases. Where text has been timed by the sound, each time that is
    in doubt is listed, with the place to listen at, and what is said but not written or written but not
    said. What lornpod publishes is written anew, strictly, so
    that warnings do not stop it. Leaves with 1 where a transcript cannot be read.
    """
    from ..text import strict, transcripts

    rows: list[dict[str, object]] = []
    found: list[Finding] = []
    for source in sources(desk, names) if names else _of_all_cases(desk):
        read, findings = source.read()
        found += _doubts(desk, source, read)
        kind = transcripts.detect(source.data, source.name)
        findings += strict.findings(source.data, kind, source.where) if kind else ()
        found += findings
        speakers = dict.fromkeys(cue.speaker for cue in read.cues if cue.speaker)
        rows.append(
            {
                "source": source.where,
                "format": kind.name if kind else "",
                "cues": len(read.cues),
                "timed": later("yes") if read.timed else later("no"),
                "speakers": ", ".join(speakers),
            }
        )
    if as_json:
        desk.terminal.json({"transcripts": rows, "findings": [finding.as_json() for finding in found]})
    else:
        shown = [{**row, "timed": tr(str(row["timed"]))} for row in rows]
        desk.terminal.table(shown, empty=tr("no transcripts"))
        desk.terminal.findings(found)
    if errors_in(found):
        raise click.exceptions.Exit(1)


def _doubts(desk: Desk, source: Source, read: Transcript) -> tuple[Finding, ...]:
    """What is doubtful about the times that alignment has found for text without times."""
    from ..release import aligning
    from ..text import transcripts

    if source.case is None or read.timed or not transcripts.awaits_times(read, source.case.case):
        return ()
    its_own = Desk(str(source.case.folder), desk.terminal)
    with making(its_own, its_own.read((), Place(None, None))) as maker:
        aligned = maker.known_alignment(source.case, read)
        authored = partial(maker.authored_ms, source.case)
    return tuple(aligning.details(aligned, source.where, authored)) if aligned else ()


def _of_all_cases(desk: Desk) -> list[Source]:
    read = desk.read(None, Place(None, None))
    return [source for folder in read.cases if folder.transcripts for source in of_case(folder)]


# ---------------------------------------------------------------- align


@transcript.command()
@click.argument("cases", nargs=-1, required=True, metavar="CASE...")
@click.option("--force", is_flag=True, help="Time everything anew, also what is known already.")
@click.option("--json", "as_json", is_flag=True, help="Print sentences and words with their times as JSON.")
@click.pass_obj
def align(desk: Desk, cases: tuple[str, ...], force: bool, as_json: bool) -> None:
    """Find out when each word of the hand-edited transcripts of CASEs is said in the finished sound.

    `lornpod publish` does it by itself. What is found is kept in build/; after an edit only what was
    edited is timed again. Write [12:30] before words whose time you know, where it goes astray. Needs
    espeak-ng: `pip install 'lornpod[align]'` brings it. Leaves with 1 where no times are to be trusted.
    """
    from ..release import aligning

    read = desk.read(cases, Place(None, None))
    desk.stop_at_errors(read.findings)
    found: list[tuple[str, str, Alignment]] = []
    with alone(read.root), desk.terminal.progress(), making(desk, read) as maker:
        for folder in read.cases:
            texts = maker.untimed(folder)
            if not texts:
                hint = tr("it needs a recording, and text without times in the language of the case")
                raise LornpodError(tr("there is nothing to time"), folder.lines.where(), hint)
            found += [
                (folder.case.id, where, maker.aligned(folder, text, anew=force)) for where, text in texts
            ]
    for case_id, where, aligned in found:
        desk.terminal.findings(aligning.summary(aligned, case_id, where))
        if not as_json and not aligned.refusal:
            doubtful = len(aligned.doubtful)
            desk.terminal.say(
                tr(
                    "{where}: {count} sentences timed, {doubtful} in doubt",
                    where=where,
                    count=len(aligned.sentences),
                    doubtful=doubtful,
                )
            )
    if as_json:
        desk.terminal.json([{"case": one, "source": where, **asdict(that)} for one, where, that in found])
    if any(aligned.refusal for _, _, aligned in found):
        raise click.exceptions.Exit(1)


# ---------------------------------------------------------------- recognise


@transcript.command()
@click.argument("case", metavar="CASE")
@click.option("--by", metavar="NAME", help="Default: `transcripts: {recogniser: …}` of lornpod.yaml.")
@click.option("--model", metavar="PATH", help="Default: `transcripts: {model: …}` of lornpod.yaml.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Default: CASE's transcript.vtt."
)
@click.option("--force", is_flag=True, help="Write over a transcript that is there.")
@click.pass_obj
def recognise(
    desk: Desk, case: str, by: str | None, model: str | None, output: Path | None, force: bool
) -> None:
    """Write down what is said in CASE, for you to proofread, with a recogniser and a model that you have.

    Recognisers are faster-whisper, pywhispercpp and whisper-cli (docs/aligning.md). They name no speakers
    and make mistakes: proofread before you publish.
    """
    from ..text import transcripts

    read = desk.read([case], Place(None, None))
    desk.stop_at_errors(read.findings)
    (folder,) = read.cases
    chosen = by or read.network.transcripts.recogniser
    known = ("faster-whisper", "pywhispercpp", "whisper-cli")
    if chosen not in known:
        raise click.UsageError(
            tr("--by: {chosen!r} is none of {known}", chosen=chosen, known=", ".join(known))
        )
    if folder.transcripts and output is None and not force:
        hint = tr("give --output another file, or --force")
        raise LornpodError(tr("the case has a transcript already"), folder.lines.where(), hint)
    target = output or folder.folder / "transcript.vtt"
    row = format_for(transcripts.FORMATS, None, str(target))
    with alone(read.root), desk.terminal.progress(), making(desk, read) as maker:
        found = maker.recognised(folder, chosen, model or read.network.transcripts.model)
    if not found.cues:
        raise LornpodError(tr("nothing was recognised"), folder.lines.where(), tr("listen to the recording"))
    put(desk, str(target), transcripts.render(found, row, title=folder.case.title), force=force)
    desk.terminal.say(
        tr(
            "{target}: {count} passages; proofread them, and name who speaks",
            target=target,
            count=len(found.cues),
        )
    )


# ---------------------------------------------------------------- convert


@transcript.command()
@click.argument("source", metavar="CASE|FILE|-")
@click.argument("target", metavar="FILE|-")
@click.option("--to", "to", metavar="FORMAT", help="Default: by the suffix of the target.")
@click.option("--speaker", "renamed", multiple=True, metavar="LABEL=NAME", help="Name a voice; repeatable.")
@click.option("--language", default="", metavar="TAG", help="Default: the case's, or what the source says.")
@click.option("--title", default="", help="Heads HTML and documents. Default: the case's title.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@click.pass_obj
def convert(
    desk: Desk,
    source: str,
    target: str,
    to: str | None,
    renamed: tuple[str, ...],
    language: str,
    title: str,
    force: bool,
) -> None:
    """Write a transcript in another format: every one in docs/formats.md, read and written.

    What was mended in reading, and what the target cannot carry, is told. Formats with times can be
    written of transcripts with times only. TARGET - is stdout and needs --to.
    """
    from ..text import transcripts

    row = format_for(transcripts.FORMATS, to, target)
    given = [(one, *one.read()) for one in sources(desk, [source])]
    # A case may have hand-edited text and a file of cues.
    one, read, findings = next((one for one in given if one[1].timed == row.timed), given[0])
    desk.stop_at_errors(findings)
    if row.timed and not read.timed and one.case:
        read = _timed(desk, one.case, read)
    if row.timed and not read.timed:
        hint = tr("choose html, txt, docx or odt, or give a transcript with times")
        raise LornpodError(tr("has no times, which {name} is made of", name=row.name), one.where, hint)
    read = replace(_renamed(read, renamed), language=language or read.language)
    for what in transcripts.lost(read, row):
        desk.terminal.say(tr("{name} does not carry {what}: left out", name=row.name, what=what))
    heading = title or (one.case.case.title if one.case else "") or Path(one.name).stem
    put(desk, target, transcripts.render(read, row, title=heading), force=force)


def _timed(desk: Desk, folder: CaseFolder, text: Transcript) -> Transcript:
    """*text* with the times of the finished audio, where alignment gives any that can be trusted."""
    from ..model import Transcript

    its_own = Desk(str(folder.folder), desk.terminal)
    read = its_own.read((), Place(None, None))
    with alone(read.root), desk.terminal.progress(), making(its_own, read) as maker:
        if text not in (untimed for _, untimed in maker.untimed(folder)):
            return text
        aligned = maker.aligned(folder, text)
    if aligned.refusal:
        raise LornpodError(
            tr("its times are not to be trusted: {refusal}", refusal=aligned.refusal), folder.lines.where()
        )
    return Transcript(aligned.cues, text.language)


def _renamed(read: Transcript, renamed: Sequence[str]) -> Transcript:
    names: dict[str, str] = {}
    for pair in renamed:
        label, equals, name = pair.partition("=")
        if not equals or not label.strip():
            raise click.UsageError(tr("--speaker: {pair!r} is not LABEL=NAME", pair=pair))
        names[label.strip()] = " ".join(name.split())
    absent = set(names) - {cue.speaker for cue in read.cues}
    if absent:
        known = ", ".join(dict.fromkeys(cue.speaker for cue in read.cues if cue.speaker)) or "nobody"
        raise click.UsageError(
            tr(
                "--speaker: {absent} does not speak; {known} does",
                absent=", ".join(sorted(absent)),
                known=known,
            )
        )
    return replace(
        read, cues=tuple(replace(cue, speaker=names.get(cue.speaker, cue.speaker)) for cue in read.cues)
    )
