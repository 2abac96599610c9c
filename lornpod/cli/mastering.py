"""The command that masters without publishing, and tells what was found and done: master."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from ..errors import LornpodError
from ..messages import later, tr
from .desk import Desk, Place, alone
from .making import of_each

if TYPE_CHECKING:
    from ..audio.master import Mastered
    from ..model import CaseFolder
    from ..release.maker import Maker


_WORTH_TELLING_MS = 1000  # of silence

_CHANNELS = {
    "mono": later("mono"),
    "stereo": later("stereo"),
    "left only": later("left only"),
    "right only": later("right only"),
    "out of phase": later("out of phase"),
}


@click.command()
@click.argument("cases", nargs=-1, metavar="[CASE]...")
@click.option("-j", "--jobs", type=click.IntRange(1, 64), help="Cases at once. Default: one per core.")
@click.option("--json", "as_json", is_flag=True, help="Print all that is known of each as JSON.")
@click.pass_obj
def master(desk: Desk, cases: tuple[str, ...], jobs: int | None, as_json: bool) -> None:
    """Master the CASEs named, or all that have a recording, and say what was found and done.

    The finished sound waits in build/ for `lornpod publish`, which does not master it again. Nothing is
    stored.
    """
    from ..release.cache import Cache
    from ..release.maker import Maker

    read = desk.read(cases or None, Place(None, None))
    desk.stop_at_errors(read.findings)
    silent = [folder.case.id for folder in read.cases if folder.audio is None]
    if cases and silent:
        hint = tr("put the recording in its folder")
        raise LornpodError(tr("has no audio"), f"episodes/{silent[0]}", hint)
    folders = [folder for folder in read.cases if folder.audio is not None]

    def make(working: Maker, folder: CaseFolder) -> Mastered:
        return working.mastered(folder)

    with alone(read.root), desk.terminal.progress():
        cache = Cache(read.root / "build")
        maker = Maker(read.root, read.network, read.feeds, cache, desk.terminal.notify)
        try:
            made = of_each(maker, folders, jobs or os.cpu_count() or 1, make)
        finally:
            cache.save()
    reports = list(zip((folder.case.id for folder in folders), made, strict=True))
    if as_json:
        desk.terminal.json([_in_full(case_id, one) for case_id, one in reports])
    else:
        desk.terminal.table([_row(case_id, one) for case_id, one in reports], empty=tr("no recordings yet"))


def _in_full(case_id: str, made: Mastered) -> dict[str, object]:
    """All that is known of one, the derived along with the measured."""
    seen = made.survey
    silence = {"silent_head_ms": seen.silent_head_ms, "silent_tail_ms": seen.silent_tail_ms}
    return {"case": case_id, **asdict(made), "survey": {**asdict(seen), **silence}}


def _row(case_id: str, made: Mastered) -> dict[str, object]:
    """One line of the table; a cell is empty where there is nothing to say."""
    seen = made.survey
    longest_ms = max(seen.silent_head_ms, seen.silent_tail_ms)
    silence = f"{seen.silent_head_ms / 1000:.1f} s + {seen.silent_tail_ms / 1000:.1f} s"
    return {
        "case": case_id,
        "length": _clock(made.sound.duration_ms),
        "LUFS before": seen.loudness.integrated_lufs,
        "after": made.after.integrated_lufs,
        "LRA": made.after.range_lu,
        "dBTP": round(made.after.true_peak_dbtp, 1),
        "gain": f"{made.gain_db:+.1f} dB" if made.encoded else tr("kept"),
        "limited": tr(
            "{peaks_limited}, most {most_limited_db:g} dB",
            peaks_limited=made.peaks_limited,
            most_limited_db=made.most_limited_db,
        )
        if made.limited
        else None,
        "clipped": seen.clipped_samples or None,
        "silence": silence if longest_ms >= _WORTH_TELLING_MS else None,
        "channels": tr(_CHANNELS[seen.stereo or ("mono" if seen.channels == 1 else "stereo")]),
        "kHz": seen.sample_rate_hz / 1000,
    }


def _clock(ms: int) -> str:
    return f"{ms // 60000}:{ms // 1000 % 60:02d}"
