"""Commands about authored files: init, new, schema, check."""

from __future__ import annotations

import os
from pathlib import Path

import click

from ..errors import Level, errors_in
from .desk import Desk, Place


@click.command()
@click.argument("directory", metavar="DIR")
@click.option("--name", default="My podcast", show_default=True, help="What the network is called.")
@click.pass_obj
def init(desk: Desk, directory: str, name: str) -> None:
    """Make a new workspace in DIR: a network, a feed and an example case that publish at once.

    Files that are there already are never overwritten.
    """
    from .. import workspace

    for path in workspace.init(Path(directory), name=name):
        desk.terminal.say(f"wrote {path}")
    desk.terminal.say(f"next: cd {directory} && lornpod publish && lornpod serve")


@click.command()
@click.argument("case_id", metavar="CASE")
@click.pass_obj
def new(desk: Desk, case_id: str) -> None:
    """Make episodes/CASE/case.md, a draft with every field explained in comments."""
    from .. import workspace

    path = workspace.new_case(desk.root, case_id)
    desk.terminal.result(str(path))
    desk.terminal.say("next: fill it in, put the recording beside it, then: lornpod publish " + case_id)


@click.command()
@click.argument("kind", required=False, type=click.Choice(["network", "feed", "case"]))
@click.pass_obj
def schema(desk: Desk, kind: str | None) -> None:
    """Print the JSON Schema of lornpod.yaml (network), a feed's or a case's front matter; all without KIND.

    Editors complete and check YAML by it: the README tells how to set one up.
    """
    from .. import workspace

    schemas = workspace.schemas()
    desk.terminal.json(schemas[kind] if kind else schemas)


@click.command()
@click.argument("cases", nargs=-1, metavar="[CASE]...")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.pass_obj
def check(desk: Desk, cases: tuple[str, ...], as_json: bool) -> None:
    """Say all that is wrong or doubtful with the workspace, or with the CASEs named.

    Leaves with 1 when there is an error; warnings and advice alone leave with 0.
    """
    from .. import check as checks
    from ..audio import probe
    from ..release import Cache

    read = desk.read(cases or None, Place(None, None))
    cache = Cache(read.root / "build")
    with desk.terminal.progress():
        findings = checks.workspace_findings(
            read,
            lambda path, where: cache.sound(path, where, probe.probe),
            jobs=os.cpu_count() or 1,
            notify=desk.terminal.notify,
        )
    cache.save()
    errors = errors_in(findings)
    if as_json:
        desk.terminal.json([finding.as_json() for finding in findings])
    else:
        desk.terminal.findings(findings)
        warnings = sum(finding.level is Level.WARNING for finding in findings)
        desk.terminal.say(f"{_count(len(errors), 'error')}, {_count(warnings, 'warning')}")
    if errors:
        raise click.exceptions.Exit(1)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
