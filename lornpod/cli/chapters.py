"""Commands about chapters: chapters convert, check, show and suggest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import isfinite
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING

import click

from ..errors import Finding, LornpodError, errors_in
from ..messages import tr, trn
from .desk import Desk, Place, format_for, looks_like_a_path, making, put

if TYPE_CHECKING:
    from ..model import CaseFolder, Chapter, Transcript


@click.group()
def chapters() -> None:
    """Read, check, convert and propose chapters.

    Every command takes a case, or a file in any format that docs/formats.md lists: chapter files, the
    markers of sound editors, a WAV file's cue points, an MP3's tag.
    """


@dataclass(frozen=True, slots=True)
class _Given:
    """Chapters that the user named, and the case that they are of, if they are of one."""

    where: str
    chapters: tuple[Chapter, ...]
    findings: tuple[Finding, ...] = ()
    case: CaseFolder | None = None


def _given(desk: Desk, name: str) -> _Given:
    """The chapters of the case or file *name*; a file counts before a case of its name."""
    from .. import chapter_files

    path = Path(name)
    if path.name == "case.md" and path.is_file():
        return _of_case(Desk(str(path.absolute().parent), desk.terminal), path.absolute().parent.name)
    if path.is_file():
        return _Given(name, *chapter_files.read(path, name))
    if looks_like_a_path(name):
        raise LornpodError(tr("there is no such file"), name, tr("check the path"))
    return _of_case(desk, name)


def _of_case(desk: Desk, case_id: str) -> _Given:
    folder = _case(desk, case_id)
    return _Given(folder.lines.where("chapters"), folder.case.chapters, case=folder)


def _case(desk: Desk, case_id: str) -> CaseFolder:
    read = desk.read([case_id], Place(None, None))
    desk.stop_at_errors(read.findings)
    (folder,) = read.cases
    return folder


# ---------------------------------------------------------------- show


@chapters.command()
@click.argument("names", nargs=-1, required=True, metavar="CASE|FILE...")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON, with times in milliseconds.")
@click.pass_obj
def show(desk: Desk, names: tuple[str, ...], as_json: bool) -> None:
    """Print chapters, one a line: when they begin, and what they are about."""
    documents = []
    for given in (_given(desk, name) for name in names):
        desk.stop_at_errors(given.findings)
        if as_json:
            listed = [asdict(chapter) for chapter in given.chapters]
            documents.append({"source": given.where, "chapters": listed})
        elif given.chapters:
            _print(desk, given.chapters)
        else:
            desk.terminal.say(tr("{where}: no chapters", where=given.where))
    if as_json:
        desk.terminal.json(documents)


def _print(desk: Desk, listed: Sequence[Chapter]) -> None:
    from ..text.times import clock

    millis = any(chapter.start_ms % 1000 for chapter in listed)
    for chapter in listed:
        end = f" – {clock(chapter.end_ms, millis=millis)}" if chapter.end_ms is not None else ""
        link = f"  {chapter.href}" if chapter.href else ""
        desk.terminal.result(f"{clock(chapter.start_ms, millis=millis)}{end}  {chapter.title}{link}")


# ---------------------------------------------------------------- check


@chapters.command()
@click.argument("names", nargs=-1, required=True, metavar="CASE|FILE...")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@click.pass_obj
def check(desk: Desk, names: tuple[str, ...], as_json: bool) -> None:
    """Say what is wrong with chapters, what was mended in reading them, and what apps would not take.

    Leaves with 1 when there is an error; warnings and advice alone leave with 0.
    """
    from ..text import chapters as chapter_text

    found: list[Finding] = []
    for name in names:
        given = _given(desk, name)
        found += given.findings
        found += _by_rules(desk, given.case) if given.case else ()
        found += chapter_text.doubts(given.chapters, given.where)
        if not as_json:
            count = len(given.chapters)
            desk.terminal.result(
                trn("{where}: {count} chapter", "{where}: {count} chapters", count, where=given.where)
            )
    if as_json:
        desk.terminal.json([finding.as_json() for finding in found])
    else:
        desk.terminal.findings(found)
    if errors_in(found):
        raise click.exceptions.Exit(1)


def _by_rules(desk: Desk, folder: CaseFolder) -> list[Finding]:
    """What `lornpod check` says of the chapters of a case."""
    from .. import check as checks
    from ..audio import probe

    read = Desk(str(folder.folder), desk.terminal).read([folder.case.id], Place(None, None))
    found = checks.workspace_findings(read, probe.probe)
    return [
        one for one in found if one.code.startswith("chapter") and one.where.startswith(folder.lines.file)
    ]


# ---------------------------------------------------------------- convert


@chapters.command()
@click.argument("source", metavar="CASE|FILE")
@click.argument("target", metavar="CASE|FILE|-")
@click.option("--to", "to", metavar="FORMAT", help="Default: by the name of the target.")
@click.option("--sound", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="WAV",
              help="The sound that a WAV file of cue points is a copy of.")  # fmt: skip
@click.option("--force", is_flag=True, help="Write over a file, or in place of a case's chapters.")
@click.pass_obj
def convert(desk: Desk, source: str, target: str, to: str | None, sound: Path | None, force: bool) -> None:
    """Write chapters in another format, or into a case's case.md, whose comments and order stay.

    What was mended in reading, and what the target cannot carry, is told. TARGET - is stdout and needs
    --to.
    """
    from .. import chapter_files
    from ..text import chapters as chapter_text

    given = _given(desk, source)
    desk.stop_at_errors(given.findings)
    if not given.chapters:
        raise LornpodError(tr("has no chapters"), given.where, tr("give a case or a file that has some"))
    # What is neither a path nor stdout is a case.
    in_case = to is None and target != "-" and not looks_like_a_path(target)
    holder = format_for(chapter_files.HOLDERS, "case" if in_case else to, target)
    for what in chapter_text.lost(given.chapters, holder.keeps, holder.step_ms):
        desk.terminal.say(tr("{name} does not carry {what}: left out", name=holder.name, what=what))
    if holder.name == "case":
        _into_case(desk, target, given.chapters, force=force)
    elif holder.name == "wav":
        if sound is None:
            raise click.UsageError(
                tr("give --sound, the WAV file that the cue points are put into a copy of")
            )
        if Path(target).exists() and not force:
            raise LornpodError(tr("is there already"), target, tr("give --force to write it anew"))
        chapter_files.write_wav(sound, Path(target), given.chapters)
        desk.terminal.say(tr("wrote {target}", target=target))
    elif holder.name == "id3":
        hint = tr("write them into the case, and publish")
        raise LornpodError(tr("an MP3 gets its chapters when it is published"), target, hint)
    else:
        title = given.case.case.title if given.case else ""
        row = next(row for row in chapter_text.FORMATS if row.name == holder.name)
        put(desk, target, chapter_text.render(given.chapters, row, title=title), force=force)


def _into_case(desk: Desk, target: str, listed: Sequence[Chapter], *, force: bool) -> None:
    from .. import workspace

    path = Path(target)
    desk = Desk(str(path.absolute().parent), desk.terminal) if looks_like_a_path(target) else desk
    folder = _case(desk, path.absolute().parent.name if looks_like_a_path(target) else target)
    if folder.case.chapters and not force:
        where = folder.lines.where("chapters")
        raise LornpodError(
            tr("the case has chapters already"), where, tr("give --force to put these in their place")
        )
    path = workspace.add_chapters(folder, listed, anew=True)
    desk.terminal.say(tr("wrote {path}", path=path))


# ---------------------------------------------------------------- suggest


@chapters.command()
@click.argument("case", metavar="CASE")
@click.option("--accept", is_flag=True, help="Write what is proposed into the case's case.md.")
@click.option("--json", "as_json", is_flag=True, help="Print what is proposed, and why, as JSON.")
@click.pass_obj
def suggest(desk: Desk, case: str, accept: bool, as_json: bool) -> None:
    """Propose chapters of CASE: where its written questions are put in the transcript, in whatever wording.

    Shows why: the turn, the sentence, how much of the question is in it (likeness, of 100), and how many
    times as likely it is as any other turn (lead). Times need a transcript with times. --accept adds the
    chapters to those of case.md, whose comments and order stay.
    """
    from .. import workspace
    from ..text import questions
    from ..text.notes import phrases
    from ..text.times import clock

    folder = _case(desk, case)
    if not folder.case.questions:
        hint = tr("write each question as a `##` heading with its answer below")
        raise LornpodError(tr("the case has no questions"), folder.lines.where(), hint)
    transcript = _transcript_of(desk, folder)
    puts = questions.find(folder.case, transcript)
    written = [one.question for one in folder.case.questions]
    rows: list[dict[str, object]] = [
        {
            "start": "" if put.start_ms is None else clock(put.start_ms),
            "turn": put.turn + 1,
            "title": written[put.question],
            "said": put.said,
            "likeness": put.likeness,
            "lead": put.lead if isfinite(put.lead) else None,
        }
        for put in puts
    ]
    absent = [title for index, title in enumerate(written) if index not in {put.question for put in puts}]
    if as_json:
        listed = [{**row, "start_ms": put.start_ms} for row, put in zip(rows, puts, strict=True)]
        desk.terminal.json({"proposed": listed, "not_found": absent})
    else:
        table = [{**row, "said": shorten(str(row["said"]), 70, placeholder="…")} for row in rows]
        desk.terminal.table(table, empty=tr("none of the questions is found in the transcript"))
        for title in absent:
            desk.terminal.say(tr("not found: {title}", title=title))
    if not transcript.timed:
        hint = tr("times come with `lornpod transcript align`, or with a VTT, SRT or JSON file")
        if accept:
            raise LornpodError(tr("the transcript has no times"), folder.lines.where(), hint)
        desk.terminal.say(tr("the transcript has no times: {hint}", hint=hint))
    elif accept:
        start = phrases(folder.case.language)["start"]
        added = questions.as_chapters(puts, folder.case.questions, folder.case.chapters, start)
        if added:
            desk.terminal.say(tr("wrote {add_chapters}", add_chapters=workspace.add_chapters(folder, added)))
        else:
            desk.terminal.say(tr("nothing to add"))


def _transcript_of(desk: Desk, folder: CaseFolder) -> Transcript:
    """The case's transcript in its own language, with times where there is one that has them."""
    from .transcripts import of_case

    found = []
    for source in of_case(folder):
        transcript, findings = source.read()
        desk.stop_at_errors(findings)
        found.append(transcript)
    if folder.audio is not None and not any(one.timed for one in found):
        with making(desk, desk.read([folder.case.id], Place(None, None))) as maker:
            found += maker.known_times(folder)
    own = [one for one in found if one.language == folder.case.language] or found
    return max(own, key=lambda one: one.timed)
