"""The commands that judge: check the workspace, check-feed any feed."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import Finding, Level, LornpodError, errors_in
from ..messages import later, tr, trn
from .desk import Desk, Place, now, shortened

if TYPE_CHECKING:
    from ..check import Choice


def finding_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options by which findings are chosen and shown."""
    for option in (
        click.option(
            "--format",
            "form",
            type=click.Choice(["table", "json", "github"]),
            default="table",
            show_default=True,
            help="How to show findings; github: as annotations of a workflow's run.",
        ),
        click.option("--json", "as_json", is_flag=True, help="The same as --format json."),
        click.option(
            "--ignore", metavar="CODE,…", multiple=True, help="Leave out rules whose codes begin so."
        ),
        click.option("--select", metavar="CODE,…", multiple=True, help="Only rules whose codes begin so."),
    ):
        command = option(command)
    return command


@click.command()
@click.argument("cases", nargs=-1, metavar="[CASE]...")
@finding_options
@click.pass_obj
def check(
    desk: Desk,
    cases: tuple[str, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    as_json: bool,
    form: str,
) -> None:
    """Say all that is wrong or doubtful with the workspace, or with the CASEs named.

    docs/rules.md lists the rules; `check: {ignore: …}` in lornpod.yaml names those that you live with.
    Leaves with 1 when there is an error; warnings and advice alone leave with 0.
    """
    from .. import check as checks
    from ..audio import probe
    from ..release.cache import Cache

    choice = _choice(select, ignore)
    read = desk.read(cases or None, Place(None, None))
    cache = Cache(read.root / "build")
    with desk.terminal.progress():
        findings = checks.workspace_findings(
            read,
            lambda path, where: cache.sound(path, where, probe.probe),
            surveyed=lambda path: cache.recall(path, "survey"),
            whole=not cases and not select,
            jobs=os.cpu_count() or 1,
            notify=desk.terminal.notify,
        )
    cache.save()
    # What the reader could not read was not judged: that is always told.
    unread = [one for one in errors_in(findings) if checks.is_authored(one.code)]
    chosen = [one for one in findings if one in unread or choice.takes(one.code)]
    _end(desk, chosen, "json" if as_json else form, read.root)


@click.command("check-feed")
@click.argument("sources", nargs=-1, required=True, metavar="FILE|URL...")
@click.option(
    "--media", is_flag=True, help="Ask every address in it too: sound, covers, transcripts, chapters."
)
@click.option("--pages", is_flag=True, help="Follow its pages and archives (RFC 5005), and check each.")
@click.option("--allow-private", is_flag=True, help="Ask servers inside private networks too.")
@finding_options
@click.pass_obj
def check_feed(
    desk: Desk,
    sources: tuple[str, ...],
    media: bool,
    pages: bool,
    allow_private: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    as_json: bool,
    form: str,
) -> None:
    """Say all that is wrong or doubtful with a podcast's RSS, whoever made it.

    Needs no workspace. Of several feeds it also says what they share that each should have to itself.
    docs/rules.md lists the rules. Leaves with 1 when there is an error.
    """
    from .. import check as checks
    from ..feeds import reading
    from ..importing import source as anywhere
    from ..webclient import Client, open_connection, open_public_connection

    choice = _choice(select, ignore)
    findings: list[Finding] = []
    opened = open_connection if allow_private else open_public_connection
    looked = checks.FeedChecker(now())
    with closing(Client(opened)) as client, desk.terminal.progress():
        waiting = list(sources)
        asked = set(waiting)
        while waiting:
            wanted = waiting.pop(0)
            try:
                found = anywhere.read(wanted, client, limit_bytes=reading.MAX_BYTES)
            except LornpodError as error:
                findings.append(
                    Finding("feed-unreachable", error.message, error.where or wanted, hint=error.hint)
                )
                continue
            findings += looked.look(found.data, wanted, url=found.url, page=wanted not in sources)
            if pages:
                more = [one for one in looked.following if one not in asked]
                asked.update(more)
                waiting += more
            if media:
                from ..publish import verify

                findings += verify.media_of(
                    found.data, wanted, open_connection=opened, notify=desk.terminal.notify
                )
    findings += looked.shared()
    _end(desk, choice.of(findings), "json" if as_json else form, None)


_FATES = {
    "kept": later("kept"),
    "shortened": later("shortened"),
    "lost": later("lost"),
    "absent": later("absent"),
    "not documented": later("not documented"),
}


@click.command("preview-platforms")
@click.argument("case_id", metavar="CASE")
@click.option(
    "--feed", "slug", default="", metavar="SLUG", help="In this feed; else the first that takes it."
)
@click.option("--json", "as_json", is_flag=True, help="Print the rows as JSON, with their sources.")
@click.pass_obj
def preview_platforms(desk: Desk, case_id: str, slug: str, as_json: bool) -> None:
    """Show what each platform will show, shorten or lose of a CASE, by its own rules.

    Apple, Spotify, AntennaPod, gPodder and YouTube; each row names the document or source that says so.
    Nothing is made or published: drafts can be looked at.
    """
    from .. import check as checks
    from ..audio import probe
    from ..release.cache import Cache

    read = desk.read((case_id,), Place(None, None))
    desk.stop_at_errors([one for one in read.findings if one.level is Level.ERROR])
    cache = Cache(read.root / "build")
    show, rows = checks.case_preview(
        read, read.cases[0], slug, lambda path, where: cache.sound(path, where, probe.probe)
    )
    if as_json:
        desk.terminal.json([asdict(row) for row in rows])
        return
    desk.terminal.say(tr("{case_id} in {show}", case_id=case_id, show=show))
    sources = list(dict.fromkeys((row.source, row.address) for row in rows))
    told: str | None = None
    table: list[dict[str, object]] = []
    for row in rows:
        name, told = ("" if row.platform == told else row.platform), row.platform
        table.append(
            {
                "platform": name,
                "what": tr(row.what),
                "fate": tr(_FATES[row.fate]),
                "what is seen": row.seen,
                "source": sources.index((row.source, row.address)) + 1,
            }
        )
    desk.terminal.table(table, empty="", folding="what is seen")
    for number, (source, address) in enumerate(sources, start=1):
        desk.terminal.result(f"{number}  {source}: {address}")


def _choice(select: Sequence[str], ignore: Sequence[str]) -> Choice:
    """What the user chose; raises UsageError for codes that begin no rule's."""
    from ..check import Choice, unknown

    choice = Choice(tuple(_codes(select)), tuple(_codes(ignore)))
    for option, said in (("--select", choice.select), ("--ignore", choice.ignore)):
        for one, hint in unknown(said):
            raise click.UsageError(
                tr("{option}: no rule's code begins with {one!r}; {hint}", option=option, one=one, hint=hint)
            )
    return choice


def _codes(said: Iterable[str]) -> list[str]:
    return [code.strip() for codes in said for code in codes.split(",") if code.strip()]


def _end(desk: Desk, findings: Sequence[Finding], form: str, root: Path | None) -> None:
    """Show *findings* in their *form*; leave with 1 when any is an error. Paths are relative to *root*."""
    if form == "json":
        desk.terminal.json([finding.as_json() for finding in findings])
    elif form == "github":
        for finding in findings:
            desk.terminal.result(annotation(finding, root))
    else:
        desk.terminal.finding_table(list(shortened(findings)))
        count = Counter(finding.level for finding in findings)
        counts = (
            trn("{count} error", "{count} errors", count[Level.ERROR]),
            trn("{count} warning", "{count} warnings", count[Level.WARNING]),
            trn("{count} piece of advice", "{count} pieces of advice", count[Level.ADVICE]),
        )
        desk.terminal.say(", ".join(counts))
    if errors_in(findings):
        raise click.exceptions.Exit(1)


# ---------------------------------------------------------------- annotations

# Source: GitHub Docs, Workflow commands for GitHub Actions; the escapes are those of actions/toolkit.
_COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.ADVICE: "notice"}
_OF_TEXT = (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"))
_OF_PROPERTY = (*_OF_TEXT, (":", "%3A"), (",", "%2C"))


def annotation(finding: Finding, root: Path | None) -> str:
    """*finding* as a workflow command that GitHub shows at its line. Files below *root* are named from the
    repository's folder, where GITHUB_WORKSPACE says which that is, else from here."""
    path, _, line = finding.where.rpartition(":")
    if not line.isdigit():
        path, line = finding.where, ""
    said = str(Finding("", finding.message, "", finding.field, finding.hint))
    if "://" in path or not path:
        said = f"{finding.where}: {said}" if finding.where else said
        place = {}
    else:
        place = {"file": _from_repository(path, root), "line": line}
    properties = {**place, "title": f"{finding.level.value} {finding.code}"}
    shown = ",".join(f"{name}={_escaped(value, _OF_PROPERTY)}" for name, value in properties.items() if value)
    return f"::{_COMMANDS[finding.level]} {shown}::{_escaped(said, _OF_TEXT)}"


def _from_repository(path: str, root: Path | None) -> str:
    start = os.environ.get("GITHUB_WORKSPACE") or Path.cwd()
    whole = Path(path) if root is None else root / path
    return Path(os.path.relpath(whole, start)).as_posix()


def _escaped(text: str, escapes: Iterable[tuple[str, str]]) -> str:
    for sign, escape in escapes:
        text = text.replace(sign, escape)
    return text
