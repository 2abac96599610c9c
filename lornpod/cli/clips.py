"""The command that cuts clips out of episodes: excerpt."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import LornpodError
from ..messages import tr
from .desk import Desk, Place, alone

if TYPE_CHECKING:
    from ..audio.excerpt import Excerpt
    from ..model import CaseFolder
    from ..release.maker import Maker


_CAPTION_CHARS = 36  # a line of a video; two of them read well on a phone


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
@click.option("--video", is_flag=True, help="An MP4 with waveform, captions and the case's card.")
@click.option(
    "--shape",
    type=click.Choice(("square", "wide", "tall")),
    default="square",
    show_default=True,
    help="Of the video.",
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
    video: bool,
    shape: str,
    force: bool,
    as_json: bool,
) -> None:
    """Cut a clip out of the finished sound of CASE, with fades, as an MP3, or with --video as an MP4.

    Either from one time of it to another, or around the guest quote, which a transcript with times must have.
    In a video the words come as they are spoken where a transcript with times has them; else it shows the
    guest quote, or the title.
    """
    if by_quote == (start_ms is not None or end_ms is not None):
        raise click.UsageError(tr("give either --quote, or --from and --to"))
    if not by_quote and (start_ms is None or end_ms is None):
        raise click.UsageError(tr("--from and --to belong together"))
    from ..audio import excerpt as cutting
    from ..release.cache import Cache
    from ..release.maker import Maker
    from ..text.times import clock

    read = desk.read([case], Place(None, None))
    desk.stop_at_errors(read.findings)
    (folder,) = read.cases
    with alone(read.root), desk.terminal.progress():
        cache = Cache(read.root / "build")
        maker = Maker(read.root, read.network, read.feeds, cache, desk.terminal.notify)
        if start_ms is None or end_ms is None:
            start_ms, end_ms = _around_the_quote(maker, folder)
        moment, suffix = clock(start_ms, hours=False).replace(":", "."), ".mp4" if video else ".mp3"
        target = output or Path(f"{case}-{moment}{suffix}")
        if target.exists() and not force:
            raise LornpodError(tr("is there already"), str(target), tr("give --output, or --force"))
        try:
            make = partial(_film, maker, folder, shape) if video else cutting.excerpt
            cut = make(
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
    span = tr(
        "{start} to {end}",
        start=clock(cut.start_ms, millis=True, hours=False),
        end=clock(cut.end_ms, millis=True, hours=False),
    )
    desk.terminal.say(tr("{target}: {span} of {case}", target=target, span=span, case=case))


def _film(
    maker: Maker,
    folder: CaseFolder,
    shape: str,
    episode: Path,
    target: Path,
    start_ms: int,
    end_ms: int,
    *,
    title: str,
    artist: str,
    snap: bool,
    where: str,
) -> Excerpt:
    """As :func:`lornpod.audio.excerpt.excerpt`, with pictures."""
    import tempfile

    from ..art import audiogram
    from ..audio import excerpt as cutting
    from ..audio import film
    from ..audio.levels import levels
    from ..events import Advanced, Finished, Started
    from ..release import cards

    task, done = tr("{where} video", where=where), 0.0

    def heard(seconds: float) -> None:
        nonlocal done
        maker.notify(Advanced(task, max(0.0, seconds - done)))
        done = max(done, seconds)

    with tempfile.TemporaryDirectory() as scratch:
        sound = Path(scratch) / "sound.wav"
        cut = cutting.excerpt(
            episode, sound, start_ms, end_ms, title=title, artist=artist, snap=snap, where=where
        )
        length_ms = cut.end_ms - cut.start_ms
        said = maker.said_between(folder, cut.start_ms, cut.end_ms, _CAPTION_CHARS)
        pictures = audiogram.frames(
            maker.card_says(folder),
            shape,
            cards.portrait(folder),
            [audiogram.Caption(cue.text, cue.start_ms or 0, cue.end_ms or 0) for cue in said],
            levels(sound, audiogram.BARS, where),
            length_ms,
            film.FPS,
        )
        maker.notify(Started(task, length_ms / 1000, "seconds"))
        size = audiogram.SIZES[shape]
        film.film(pictures, size, sound, target, title=title, artist=artist, where=where, heard=heard)
        maker.notify(Finished(task))
    return cut


def _around_the_quote(maker: Maker, folder: CaseFolder) -> tuple[int, int]:
    if folder.case.quote is None:
        raise LornpodError(
            tr("has no quote"), folder.lines.where(), tr("write `quote:`, or give --from and --to")
        )
    bite = maker.around_the_quote(folder)
    if bite is None:
        hint = tr("give --from and --to, or a transcript with times that has the quote")
        raise LornpodError(tr("nobody knows where the quote is said"), folder.lines.where("quote"), hint)
    return bite.start_ms, bite.start_ms + bite.duration_ms
