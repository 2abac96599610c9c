"""Commands about pictures: artwork check, artwork make, card."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import Finding, LornpodError, errors_in
from ..messages import tr
from .desk import Desk, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..model import FeedFile
    from ..workspace import Workspace

_SHAPES = ("square", "wide", "tall")


def _focus(context: click.Context, option: click.Parameter, value: str) -> tuple[float, float]:
    """Parts of width and height of ``50,40``, which are percent."""
    try:
        across, down = (float(part) / 100 for part in value.split(","))
    except ValueError:
        raise click.BadParameter(
            tr("{value!r} is no point; write such as 50,40", value=value), context, option
        ) from None
    if not (0 <= across <= 1 and 0 <= down <= 1):
        raise click.BadParameter(tr("percent go from 0 to 100"), context, option)
    return across, down


@click.group()
def artwork() -> None:
    """Look at covers, and make them as Apple takes them."""


@artwork.command()
@click.argument("pictures", nargs=-1, type=click.Path(path_type=Path), metavar="[PICTURE]...")
@click.option("--json", "as_json", is_flag=True, help="Print the table as JSON.")
@click.pass_obj
def check(desk: Desk, pictures: tuple[Path, ...], as_json: bool) -> None:
    """Hold PICTUREs, or every cover of the workspace, against Apple's rules.

    Leaves with 1 where one of them would be refused.
    """
    from ..art import images

    found = [(str(path), path) for path in pictures] or list(_covers(desk.read(None, Place(None, None))))
    rows: list[dict[str, object]] = []
    findings: list[Finding] = []
    for name, path in found:
        try:
            facts = images.inspect(path, name, whole=True)
        except LornpodError as error:
            findings.append(Finding("picture", error.message, error.where, hint=error.hint))
            continue
        said = list(images.cover_findings(facts, name))
        findings += said
        size = f"{facts.width} × {facts.height}"
        verdict = max(
            (one.level.value for one in said), key=["advice", "warning", "error"].index, default="ok"
        )
        rows.append(
            {
                "picture": name,
                "size": size,
                "format": facts.format,
                "colours": facts.mode,
                "kB": round(facts.length_bytes / 1000),
                "verdict": verdict,
            }
        )
    if as_json:
        desk.terminal.json({"pictures": rows, "findings": [one.as_json() for one in findings]})
    else:
        shown = [{**row, "verdict": tr(str(row["verdict"]))} for row in rows]
        desk.terminal.table(shown, empty=tr("no covers here; `lornpod artwork make` draws them"))
        desk.terminal.findings(findings)
    if errors_in(findings):
        raise click.exceptions.Exit(1)


def _covers(read: Workspace) -> Iterator[tuple[str, Path]]:
    """Each picture of the workspace that is a cover, once, and its name there."""
    shared = [(read.root, read.network.artwork), *((read.root, file.feed.artwork) for file in read.feeds)]
    own = [(folder.folder, folder.case.image) for folder in read.cases]
    paths = [folder / name for folder, name in (*shared, *own) if name and "://" not in name]
    for path in dict.fromkeys(paths):
        yield path.relative_to(read.root).as_posix(), path


@artwork.command()
@click.argument("slugs", nargs=-1, metavar="[FEED]...")
@click.option(
    "--from", "picture", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Cut the cover out of this picture instead of drawing one; for one FEED.",
)  # fmt: skip
@click.option(
    "--focus", default="50,50", show_default=True, callback=_focus, metavar="X,Y",
    help="What to keep in the middle of the square, in percent from the left and the top.",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Write over covers that are there.")
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
@click.pass_obj
def make(
    desk: Desk,
    slugs: tuple[str, ...],
    picture: Path | None,
    focus: tuple[float, float],
    force: bool,
    as_json: bool,
) -> None:
    """Make covers for FEEDs, or for every feed without one: artwork/FEED.jpg, as Apple takes them.

    Square, 3000 pixels, sRGB without alpha, within 512 kB; beside it FEED-1400.jpg for small apps and
    FEED-wide.jpg in 16:9. A feed that names no artwork has the file of its name for a cover.
    """
    from .. import workspace
    from ..release import artwork as making

    if picture is not None and len(slugs) != 1:
        raise click.UsageError(tr("--from makes the cover of one FEED: name it"))
    read = desk.read((), Place(None, None))
    desk.stop_at_errors(read.findings)
    written: list[str] = []
    for file in _chosen(read, slugs):
        files = making.cover_files(file.feed, read.network, picture, focus)
        for name, data in files.items():
            workspace.write_file(read.root, name, data, force=force)
            written.append(name)
        _remind(desk, file, next(iter(files)))
    if as_json:
        desk.terminal.json({"written": written})
        return
    for name in written:
        desk.terminal.result(name)
    if not written:
        desk.terminal.say(tr("nothing to do: every feed has a cover; name a FEED to draw it one"))


def _chosen(read: Workspace, slugs: tuple[str, ...]) -> list[FeedFile]:
    known = {file.feed.slug: file for file in read.feeds}
    for slug in slugs:
        if slug not in known:
            raise LornpodError(
                tr("there is no such feed"),
                f"feeds/{slug}.md",
                tr("known are {known}", known=", ".join(known)),
            )
    return [known[slug] for slug in slugs] or [file for file in read.feeds if not file.feed.artwork]


def _remind(desk: Desk, file: FeedFile, made: str) -> None:
    if file.feed.artwork not in ("", made):
        where = file.lines.where("artwork")
        desk.terminal.say(
            tr(
                "{where}: the feed still has {artwork}; write artwork: {made}",
                where=where,
                artwork=file.feed.artwork,
                made=made,
            )
        )


@click.command()
@click.argument("case")
@click.option("--shape", type=click.Choice(_SHAPES), help="Default: all three.")
@click.option("--text", help="Set this instead of the case's quote.")
@click.option("--title", "by_title", is_flag=True, help="Set the title instead of the quote.")
@click.option("--picture/--no-picture", "pictured", default=True, help="With or without the guest's picture.")
@click.option(
    "-o", "--output", "--out", type=click.Path(path_type=Path),
    help="The file, or the folder for all three. Default: CASE-SHAPE.jpg here.",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Write over files that are there.")
@click.option("--json", "as_json", is_flag=True, help="Print what was set and measured as JSON.")
@click.pass_obj
def card(
    desk: Desk,
    case: str,
    shape: str | None,
    text: str | None,
    by_title: bool,
    pictured: bool,
    output: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """Set the guest quote of CASE as a picture to share: square, wide (16:9) and tall (9:16).

    On the guest's picture where the case has one, else on the colours of its theme. Where there is no
    quote the title is set. Words have a contrast of at least 4.5 with all that they stand on.
    """
    from ..art import cards
    from ..release import cards as setting
    from ..release.cache import Cache
    from ..release.maker import Maker

    read = desk.read([case], Place(None, None))
    desk.stop_at_errors(read.findings)
    (folder,) = read.cases
    maker = Maker(read.root, read.network, read.feeds, Cache(read.root / "build"))
    said = maker.card_says(replace(folder, case=replace(folder.case, quote=None)) if by_title else folder)
    said = replace(said, text=text, quoted=True) if text else said
    portrait = setting.portrait(folder) if pictured else None
    rows: list[dict[str, object]] = []
    for one in (shape,) if shape else _SHAPES:
        target = _target(case, one, output, alone=shape is not None)
        if target.exists() and not force:
            raise LornpodError(tr("is there already"), str(target), tr("give --output, or --force"))
        drawn = cards.card(said, one, portrait)
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_name(f".{target.name}.part")
        beside.write_bytes(drawn.jpeg)
        beside.replace(target)
        rows.append(
            {
                "file": str(target),
                "shape": one,
                "size": f"{drawn.width} × {drawn.height}",
                "kB": round(len(drawn.jpeg) / 1000),
                "lines": len(drawn.lines),
                "contrast": round(min(drawn.contrast), 1),
            }
        )
    if as_json:
        desk.terminal.json(rows)
    else:
        desk.terminal.table(rows, empty="")


def _target(case: str, shape: str, output: Path | None, *, alone: bool) -> Path:
    name = f"{case}-{shape}.jpg"
    if output is None:
        return Path(name)
    return output if alone and not output.is_dir() else output / name
