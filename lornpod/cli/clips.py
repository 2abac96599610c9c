"""The command that cuts clips out of episodes: excerpt."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import LornpodError
from .desk import Desk, Place, alone

if TYPE_CHECKING:
    from ..model import CaseFolder
    from ..release import Maker


def _clock(context: click.Context, option: click.Parameter, value: str | None) -> int | None:
    """Milliseconds of a time as authored files have it: 12:30, 1:02:03.5, or whole seconds."""
    if value is None:
        return None
    from ..workspace import values

    try:
        return 1000 * int(value) if value.isdecimal() else values.time_ms(value)
    except values.Mistake as mistake:
        raise click.BadParameter(f"{mistake.message}; {mistake.hint}", context, option) from None


@click.command()
@click.argument("case")
@click.option("--quote", "by_quote", is_flag=True, help="Cut out what is around the guest quote.")
@click.option("--from", "start_ms", callback=_clock, metavar="TIME", help="Where it begins, such as 12:30.")
@click.option("--to", "end_ms", callback=_clock, metavar="TIME", help="Where it ends, such as 13:05.")
@click.option("--snap/--exact", default=None, help="Move the edges to breaths. Default: for --quote alone.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Default: CASE-TIME.mp3 here."
)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@click.option("--json", "as_json", is_flag=True, help="Print what was cut as JSON.")
@click.pass_obj
def excerpt(
    desk: Desk,
    case: str,
    by_quote: bool,
    start_ms: int | None,
    end_ms: int | None,
    snap: bool | None,
    output: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """Cut a clip out of the finished sound of CASE, with fades, as an MP3.

    Either from one time of it to another, or around the guest quote, which a transcript with times must have.
    """
    if by_quote == (start_ms is not None or end_ms is not None):
        raise click.UsageError("give either --quote, or --from and --to")
    if not by_quote and (start_ms is None or end_ms is None):
        raise click.UsageError("--from and --to belong together")
    from ..audio import excerpt as cutting
    from ..release import Cache, Maker
    from ..text.times import clock

    read = desk.read([case], Place(None, None))
    desk.stop_at_errors(read.findings)
    (folder,) = read.cases
    with alone(read.root), desk.terminal.progress():
        cache = Cache(read.root / "build")
        maker = Maker(read.root, read.network, read.feeds, cache, desk.terminal.notify)
        if start_ms is None or end_ms is None:
            start_ms, end_ms = _around_the_quote(maker, folder)
        target = output or Path(f"{case}-{clock(start_ms, hours=False).replace(':', '.')}.mp3")
        if target.exists() and not force:
            raise LornpodError("is there already", str(target), "give --output, or --force")
        try:
            cut = cutting.excerpt(
                maker.episode(folder),
                target,
                start_ms,
                end_ms,
                title=folder.case.title,
                artist=", ".join(person.name for person in folder.case.guests) or read.network.name,
                snap=by_quote if snap is None else snap,
                where=case,
            )
        finally:
            cache.save()
    if as_json:
        desk.terminal.json({"file": str(target), "start_ms": cut.start_ms, "end_ms": cut.end_ms})
        return
    span = f"{clock(cut.start_ms, millis=True, hours=False)} to {clock(cut.end_ms, millis=True, hours=False)}"
    desk.terminal.say(f"{target}: {span} of {case}")


def _around_the_quote(maker: Maker, folder: CaseFolder) -> tuple[int, int]:
    if folder.case.quote is None:
        raise LornpodError("has no quote", folder.lines.where(), "write `quote:`, or give --from and --to")
    bite = maker.around_the_quote(folder)
    if bite is None:
        hint = "give --from and --to, or a transcript with times that has the quote"
        raise LornpodError("nobody knows where the quote is said", folder.lines.where("quote"), hint)
    return bite.start_ms, bite.start_ms + bite.duration_ms
