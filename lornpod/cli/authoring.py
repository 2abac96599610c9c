"""Commands about authored files: init, new, schema."""

from __future__ import annotations

from pathlib import Path

import click

from ..messages import tr
from .desk import Desk


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
        desk.terminal.say(tr("wrote {path}", path=path))
    desk.terminal.say(tr("next: cd {directory} && lornpod publish && lornpod serve", directory=directory))


@click.command()
@click.argument("case_id", metavar="CASE")
@click.pass_obj
def new(desk: Desk, case_id: str) -> None:
    """Make episodes/CASE/case.md, a draft with every field explained in comments."""
    from .. import workspace

    path = workspace.new_case(desk.root, case_id)
    desk.terminal.result(str(path))
    desk.terminal.say(tr("next: fill it in, put the recording beside it, then: lornpod publish ") + case_id)


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
