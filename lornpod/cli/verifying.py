"""The commands that look at what there is: verify from outside, doctor at machine and store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import Level, LornpodError, StoreError, errors_in
from ..messages import later, tr
from .desk import Desk, Place, open_store, place_options, shortened

if TYPE_CHECKING:
    from ..doctor import Diagnosis
    from ..publish.verify import Report
    from ..workspace import Workspace


@click.command()
@click.option(
    "--feed",
    "feed_urls",
    multiple=True,
    metavar="URL",
    help="Look at this feed instead of the workspace's; may be given several times.",
)
@place_options
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(1, 64),
    default=16,
    show_default=True,
    help="Addresses to ask at once.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the whole report as JSON.")
@click.pass_obj
def verify(
    desk: Desk,
    feed_urls: tuple[str, ...],
    store: str | None,
    base_url: str | None,
    jobs: int,
    as_json: bool,
) -> None:
    """Look at the published feeds, and at all that they name, as podcast apps do.

    Asks the public addresses alone: whether feeds, audio, transcripts, chapters and covers are there,
    with the right type, length, byte ranges, CORS and certificate. Audio is never downloaded whole.
    With --feed it needs no workspace. Leaves with 1 when something is wrong.
    """
    from ..publish import verify as verifying

    expected: Mapping[str, int] = {}
    if not feed_urls:
        read = desk.read((), Place(store, base_url))
        desk.stop_at_errors(read.findings)
        feed_urls = tuple(read.network.feed_url(file.feed.slug) for file in read.feeds)
        expected = _recorded(desk, read)
    with desk.terminal.progress():
        report = verifying.verify(feed_urls, expected=expected, jobs=jobs, notify=desk.terminal.notify)
    if as_json:
        desk.terminal.json(_as_json(report))
    else:
        _show(desk, report)
    if errors_in(report.findings):
        raise click.exceptions.Exit(1)


def _recorded(desk: Desk, read: Workspace) -> dict[str, int]:
    """The length of each published file by address, as its record says; empty where no store is at hand."""
    from ..publish import records

    try:
        known = records.load(open_store(read.network, read.root))
    except StoreError as error:
        said = tr("{error}; lengths are held against the feeds alone", error=error)
        desk.terminal.complain(said, later("warning"), "yellow")
        return {}
    return {
        read.network.url(artifact.key): artifact.length_bytes
        for record in known.latest.values()
        for artifact in record.artifacts
    }


def _show(desk: Desk, report: Report) -> None:
    """The report for people: the findings and a summary on stderr, a row a feed on stdout."""
    desk.terminal.findings(shortened(report.findings))
    desk.terminal.table(
        [
            {
                "feed": feed.url,
                "episodes": feed.episodes,
                "URLs": feed.urls,
                "errors": feed.errors,
                "warnings": feed.warnings,
            }
            for feed in report.per_feed
        ],
        empty=tr("no feeds to look at"),
    )
    errors = len(errors_in(report.findings))
    warnings = len(report.findings) - errors
    desk.terminal.say(
        tr(
            "{feeds} feeds, {episodes} episodes, {urls} URLs, {requests} requests: {errors} "
            "errors, {warnings} warnings",
            feeds=report.feeds,
            episodes=report.episodes,
            urls=report.urls,
            requests=report.requests,
            errors=errors,
            warnings=warnings,
        )
    )


def _as_json(report: Report) -> dict[str, object]:
    return asdict(report) | {"findings": [finding.as_json() for finding in report.findings]}


@click.command()
@place_options
@click.option("--fix", is_flag=True, help="Set the bucket's CORS rule, and the one for unfinished uploads.")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@click.pass_obj
def doctor(desk: Desk, store: str | None, base_url: str | None, fix: bool, as_json: bool) -> None:
    """Tell whether this machine and this store are ready to publish, and how to mend what is not.

    Writes a few small objects below doctor/ in the store, reads them as apps do, and deletes them.
    Outside a workspace it looks at the machine alone. Leaves with 1 when something stands in the way.
    """
    found: list[Diagnosis] = []
    examined = _seen(_examined(desk, Place(store, base_url), fix), found)
    if as_json:
        rows = [asdict(one) | {"level": one.level.value if one.level else "ok"} for one in examined]
        desk.terminal.json(rows)
    else:
        desk.terminal.verdicts((one.subject, one.said, one.remedy, one.level) for one in examined)
    if any(one.level is Level.ERROR for one in found):
        raise click.exceptions.Exit(1)


def _seen(examined: Iterable[Diagnosis], found: list[Diagnosis]) -> Iterator[Diagnosis]:
    """Each of *examined* as it comes, noted in *found*."""
    for one in examined:
        found.append(one)
        yield one


def _examined(desk: Desk, place: Place, fix: bool) -> Iterator[Diagnosis]:
    from .. import doctor as examining

    root = _root(desk)
    yield from examining.machine(root or Path.cwd())
    if root is None:
        desk.terminal.say(tr("there is no workspace here: no store was looked at"))
        return
    read = desk.read((), place)
    desk.stop_at_errors(read.findings)
    yield from examining.store(open_store(read.network, read.root), read.network, fix=fix)


def _root(desk: Desk) -> Path | None:
    """The workspace's folder; None where the command is run outside of any."""
    try:
        return desk.root
    except LornpodError:
        if desk.directory != ".":
            raise
        return None
