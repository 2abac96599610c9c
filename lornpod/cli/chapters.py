"""Commands about chapters: chapters show."""

from __future__ import annotations

import click

from ..errors import LornpodError
from .desk import Desk, Place


@click.group()
def chapters() -> None:
    """Read, check, convert and propose chapters."""


@chapters.command()
@click.argument("case", metavar="CASE")
@click.pass_obj
def show(desk: Desk, case: str) -> None:
    """Print the chapters of CASE, one a line."""
    from ..text.times import clock

    read = desk.read([case], Place(None, None))
    desk.stop_at_errors(read.findings)
    (folder,) = read.cases
    if not folder.case.chapters:
        raise LornpodError("the case has no chapters", folder.lines.where(), "write `chapters:`")
    for chapter in folder.case.chapters:
        desk.terminal.result(f"{clock(chapter.start_ms)} {chapter.title}")
