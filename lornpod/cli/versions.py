"""Commands about versions: history, rollback, unpublish, prune."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from ..errors import LornpodError, StoreError
from ..messages import tr
from ..terminal import bytes_text
from .desk import Desk, Place, now, open_store, place_options, press_of, publisher

if TYPE_CHECKING:
    from ..publish.apply import FeedsOutcome


@click.command()
@click.argument("case_id", metavar="CASE")
@place_options
@click.option("--json", "as_json", is_flag=True, help="Print the table as JSON.")
@click.pass_obj
def history(desk: Desk, case_id: str, store: str | None, base_url: str | None, as_json: bool) -> None:
    """Show all published versions of CASE, the newest first."""
    from ..publish import history as versions_of

    read = desk.read((), Place(store, base_url))
    rows: list[dict[str, object]] = [
        {
            "version": version.record.number,
            "title": version.record.case.title,
            "when": f"{version.record.recorded_at:%Y-%m-%d %H:%M}",
            "by": version.record.by,
            "state": "withdrawn" if version.record.withdrawn else "published",
            "counts": "yes" if version.counts else None,
            "media": version.record.media.artifact.sha256[:12],
        }
        for version in versions_of.history(open_store(read.network, read.root), case_id)
    ]
    if as_json:
        desk.terminal.json(rows)
    else:
        shown = [
            {**row, "state": tr(str(row["state"])), "counts": tr("yes") if row["counts"] else None}
            for row in rows
        ]
        desk.terminal.table(shown, empty="")


@click.command()
@click.argument("case_id", metavar="CASE")
@click.option("--to", "number", type=click.IntRange(min=1), help="The version. Default: the one before.")
@place_options
@click.pass_obj
def rollback(desk: Desk, case_id: str, number: int | None, store: str | None, base_url: str | None) -> None:
    """Publish an earlier version of CASE again, as a new version; the case folder is not looked at.

    To keep it so, put case.md in order too: the next `lornpod publish` publishes what stands there.
    """
    from ..publish import apply, records
    from ..publish import history as versions_of

    read = desk.read((), Place(store, base_url))
    target = open_store(read.network, read.root)
    versions = versions_of.history(target, case_id)
    chosen = versions_of.back_to(versions, number)
    gone = versions_of.missing(target, chosen)
    if gone:
        raise StoreError(
            tr("version {number} cannot come back: {gone} was pruned", number=chosen.number, gone=gone[0]),
            case_id,
        )
    known = records.load(target)
    record = versions_of.successor(known.latest[case_id], chosen, now=now(), by=publisher())
    with desk.terminal.progress():
        outcome = apply.revise(
            press_of(read, target, telling=desk), record, known, notify=desk.terminal.notify
        )
    desk.terminal.say(
        tr(
            "{case_id}: version {number} is version {chosen_number} again",
            case_id=case_id,
            number=record.number,
            chosen_number=chosen.number,
        )
    )
    _tell_feeds(desk, outcome)


@click.command()
@click.argument("case_id", metavar="CASE")
@place_options
@click.pass_obj
def unpublish(desk: Desk, case_id: str, store: str | None, base_url: str | None) -> None:
    """Take CASE out of every feed. Its files stay in the store until `lornpod prune`.

    It comes back by `lornpod publish CASE` or `lornpod rollback CASE`, not by `lornpod publish` alone.
    """
    from ..publish import apply, records

    read = desk.read((), Place(store, base_url))
    target = open_store(read.network, read.root)
    known = records.load(target)
    latest = known.latest.get(case_id)
    if latest is None:
        raise LornpodError(tr("was never published"), case_id, tr("`lornpod status` lists the cases"))
    if latest.withdrawn:
        desk.terminal.say(
            tr("nothing to do: {case_id} is withdrawn already, by {by}", case_id=case_id, by=latest.by)
        )
        return
    record = replace(latest, number=latest.number + 1, recorded_at=now(), by=publisher(), withdrawn=True)
    with desk.terminal.progress():
        outcome = apply.revise(
            press_of(read, target, telling=desk), record, known, notify=desk.terminal.notify
        )
    desk.terminal.say(tr("{case_id} is withdrawn, version {number}", case_id=case_id, number=record.number))
    _tell_feeds(desk, outcome)


@click.command()
@click.option(
    "--older-than", default="30d", show_default=True, metavar="TIME", help="Days or hours: 30d, 12h."
)
@click.option("--dry-run", is_flag=True, help="Delete nothing; only tell.")
@place_options
@click.option("--json", "as_json", is_flag=True, help="Print the keys as JSON.")
@click.pass_obj
def prune(
    desk: Desk, older_than: str, dry_run: bool, store: str | None, base_url: str | None, as_json: bool
) -> None:
    """Delete versions that stopped counting before TIME, and files that nothing names any more.

    Never what a feed names, nor the version that counts of any case, nor anything stored since TIME.
    Uploads that were begun before TIME and never ended are thrown away too.
    """
    from ..publish import history as versions_of

    read = desk.read((), Place(store, base_url))
    target = open_store(read.network, read.root)
    before = now() - _span(older_than)
    found = versions_of.sweepable(target, before=before)
    unfinished = target.unfinished(before)
    keys = [stored.key for stored in found.all]
    if not dry_run:
        versions_of.sweep(target, found)
        for upload in unfinished:
            upload.discard()
    if as_json:
        desk.terminal.json({"deleted": [] if dry_run else keys, "found": keys, "unfinished": len(unfinished)})
        return
    for key in keys:
        desk.terminal.result(key)
    did = tr("would delete") if dry_run else tr("deleted")
    desk.terminal.say(
        tr(
            "{did} {count} versions and {count_archives} files, {size}; {count_unfinished} "
            "unfinished uploads",
            did=did,
            count=len(found.records),
            count_archives=len(found.archives) + len(found.artifacts),
            size=bytes_text(found.length_bytes),
            count_unfinished=len(unfinished),
        )
    )


def _span(text: str) -> timedelta:
    """``30d`` or ``12h`` as a span of time."""
    said = re.fullmatch(r"(\d{1,5})([dh])", text.strip())
    if said is None:
        raise click.BadParameter(
            tr("{text!r} is no span of time; write 30d or 12h", text=text), param_hint="--older-than"
        )
    return timedelta(days=int(said[1])) if said[2] == "d" else timedelta(hours=int(said[1]))


def _tell_feeds(desk: Desk, outcome: FeedsOutcome) -> None:
    desk.terminal.say(tr("feeds written: {written}", written=", ".join(outcome.written) or tr("none")))
