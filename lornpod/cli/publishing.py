"""Commands that publish: publish, feeds."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import Finding, MissingTool
from ..messages import later, tr
from ..terminal import bytes_text
from .desk import (
    Desk,
    Place,
    alone,
    force_option,
    now,
    open_store,
    place_options,
    press_of,
    publisher,
)

if TYPE_CHECKING:
    from ..model import CaseFolder, Record, Release
    from ..publish.apply import Outcome
    from ..publish.records import Known
    from ..publish.stores import Store
    from ..release.cache import Cache
    from ..release.maker import Maker
    from ..workspace import Workspace


@click.command()
@click.argument("cases", nargs=-1, metavar="[CASE]...")
@place_options
@click.option(
    "-j", "--jobs", type=click.IntRange(1, 64), help="Cases to master at once. Default: one per core."
)
@force_option
@click.option(
    "--repair",
    is_flag=True,
    help="Put again what the store has lost or cut; of the CASEs named, everything.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@click.pass_obj
def publish(
    desk: Desk,
    cases: tuple[str, ...],
    store: str | None,
    base_url: str | None,
    jobs: int | None,
    force: bool,
    repair: bool,
    as_json: bool,
) -> None:
    """Publish the CASEs named, or all, and renew the feeds that show them.

    Each case is checked, mastered to the set loudness, tagged, and put into the store; then the feeds
    are written. What has not changed is not made or sent again. A case without `published` is a draft
    and stays here; one with a date to come waits in the store until `lornpod feeds` finds it due.
    """
    from ..publish import seals

    whole, asked = not (cases or force or repair or as_json), ("publish", store, base_url)
    if whole and (said := seals.unbroken(Path(desk.directory), asked, now().timestamp())) is not None:
        for line in said:
            desk.terminal.remark(*line)
        return

    from ..publish import apply, records
    from ..release.cache import Cache
    from ..release.maker import Maker

    began_ns = seals.clock_ns(desk.root)
    read = desk.read(cases or None, Place(store, base_url))
    lacking: list[MissingTool] = []
    with alone(read.root), desk.terminal.progress():
        cache = Cache(read.root / "build")
        try:
            target = open_store(read.network, read.root)
            known = records.load(target)
            damaged = _damaged(target, known, cases) if repair else frozenset()
            maker = Maker(read.root, read.network, read.feeds, cache, desk.terminal.notify)
            prints = maker.fingerprints(read.cases)
            releases = released(
                desk,
                read,
                maker,
                known,
                prints,
                named=bool(cases),
                jobs=jobs,
                damaged=damaged,
                lacking=lacking,
            )
            press = press_of(read, target, telling=desk)
            outcome = apply.publish(
                press,
                releases,
                known,
                by=publisher(),
                damaged=damaged,
                force=force,
                notify=desk.terminal.notify,
            )
            _tell_of_others(desk, cache, known, outcome)
            _settle(cache, outcome, releases, prints)
        finally:
            cache.save()
    _tell(desk, outcome, as_json)
    desk.terminal.findings(remark for release in releases for remark in release.remarks)
    left = tuple(_unrepaired(known, releases, damaged.difference(outcome.repaired)))
    desk.terminal.findings(left)
    for error in lacking:
        desk.terminal.complain(str(error))
    if left or lacking:
        raise click.exceptions.Exit(1 if left else lacking[0].exit_code)
    if whole and outcome.nothing and not desk.terminal.complaints:
        settings = read.network, read.feeds, [folder.assembly for folder in read.cases]
        seals.seal(read.root, began_ns, asked, settings, press, known, desk.terminal.remarks)


def _tell_of_others(desk: Desk, cache: Cache, known: Known, outcome: Outcome) -> None:
    """Whose versions this run has followed without having seen them: they came since it was last run here."""
    for case_id in outcome.published:
        _, ours = cache.settled(case_id)
        theirs = known.latest.get(case_id)
        if theirs is None or ours not in known.listed or ours == known.keys[case_id]:
            continue
        if theirs.by != publisher():
            said = tr(
                "{case_id}: {by} published version {number} after yours ({theirs})",
                case_id=case_id,
                by=theirs.by,
                number=theirs.number,
                theirs=_when(theirs),
            )
            hint = tr("`lornpod history {case_id}` shows both", case_id=case_id)
            desk.terminal.complain(
                tr("{said}; this run replaces it; {hint}", said=said, hint=hint), later("warning"), "yellow"
            )


def _when(record: Record) -> str:
    return tr("{recorded_at:%Y-%m-%d %H:%M} UTC", recorded_at=record.recorded_at)


def _settle(cache: Cache, outcome: Outcome, releases: Sequence[Release], prints: Mapping[str, str]) -> None:
    """Remember what is published as it stands here, but for what somebody else has published meanwhile."""
    theirs = {conflict.case_id for conflict in outcome.conflicts if not conflict.ours_counts}
    for case_id in {release.record.case.id for release in releases} - theirs:
        if case_id in outcome.keys:
            cache.settle(case_id, prints[case_id], outcome.keys[case_id])


def _unrepaired(known: Known, releases: Sequence[Release], damaged: Collection[str]) -> Iterator[Finding]:
    """What stays *damaged*, since the cases that it belongs to were not at hand."""
    if not damaged:
        return  # and no record is read
    at_hand = {release.record.case.id for release in releases}
    for case_id, record in known.latest.items():
        lost = [artifact.key for artifact in record.artifacts if artifact.key in damaged]
        if lost and case_id not in at_hand:
            said = tr("the store does not have {lost} as recorded", lost=", ".join(lost))
            hint = tr(
                "publish it again from where its folder is, or `lornpod unpublish {case_id}`", case_id=case_id
            )
            yield Finding("not-repaired", said, case_id, hint=hint)


def _damaged(store: Store, known: Known, cases: Sequence[str]) -> frozenset[str]:
    """What is to be put again: all files of *cases*, or of any case what the store lacks."""
    from ..publish import history

    shown = [record for case_id, record in known.latest.items() if not cases or case_id in cases]
    if cases:
        return frozenset(artifact.key for record in shown for artifact in record.artifacts)
    return history.damaged(store, (record for record in shown if not record.withdrawn))


def _tell(desk: Desk, outcome: Outcome, as_json: bool) -> None:
    """What a publish did, for people or for programs."""
    for conflict in outcome.conflicts:
        theirs = conflict.theirs
        rule = (
            tr("this version counts, and theirs is in the history")
            if conflict.ours_counts
            else tr("that version counts; publish again to replace it")
        )
        said = tr(
            "{case_id}: {by} published it at the same time ({theirs})",
            case_id=conflict.case_id,
            by=theirs.by,
            theirs=_when(theirs),
        )
        desk.terminal.complain(
            tr("{said}, and by rule {rule}", said=said, rule=rule), later("warning"), "yellow"
        )
    if as_json:
        desk.terminal.json(
            {
                "published": dict(outcome.published),
                "unchanged": list(outcome.unchanged),
                "scheduled": list(outcome.scheduled),
                "objects": outcome.objects,
                "bytes": outcome.length_bytes,
                "feeds_written": list(outcome.feeds.written),
                "feeds_unchanged": list(outcome.feeds.unchanged),
                "pages_written": outcome.feeds.pages,
                "conflicts": [conflict.case_id for conflict in outcome.conflicts],
                "repaired": list(outcome.repaired),
            }
        )
        return
    for key in outcome.repaired:
        desk.terminal.say(tr("put again: {key}", key=key))
    if not (outcome.published or outcome.repaired or outcome.feeds.written or outcome.feeds.pages):
        desk.terminal.say(tr("nothing to do: everything is published as it stands"))
        return
    for case_id, number in outcome.published.items():
        when = tr(", to appear at its time") if case_id in outcome.scheduled else ""
        desk.terminal.say(
            tr("published {case_id}, version {number}{when}", case_id=case_id, number=number, when=when)
        )
    desk.terminal.say(
        tr(
            "{objects} objects, {size}; feeds written: {written}; pages written: {pages}",
            objects=outcome.objects,
            size=bytes_text(outcome.length_bytes),
            written=", ".join(outcome.feeds.written) or tr("none"),
            pages=outcome.feeds.pages,
        )
    )


@click.command()
@place_options
@click.option(
    "--check",
    "check_only",
    is_flag=True,
    help="Write nothing; leave with 1 if a feed or page would change.",
)
@click.option("--addresses", is_flag=True, help="Only print the feeds' addresses.")
@force_option
@click.option("--json", "as_json", is_flag=True, help="Print which feeds were written as JSON.")
@click.pass_obj
def feeds(
    desk: Desk,
    store: str | None,
    base_url: str | None,
    check_only: bool,
    addresses: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Renew feeds and pages from what is published: from records alone, without cases or audio.

    Writes only what changed. A scheduled case appears when its time has come.
    """
    from ..publish import apply

    read = desk.read((), Place(store, base_url))
    desk.stop_at_errors(read.findings)
    if addresses:
        for file in read.feeds:
            desk.terminal.result(f"{read.network.feed_url(file.feed.slug)}  {file.feed.title}")
        return
    with desk.terminal.progress():
        outcome = apply.renew_feeds(
            press_of(read, open_store(read.network, read.root), telling=desk),
            force=force,
            check_only=check_only,
            notify=desk.terminal.notify,
        )
    if as_json:
        written, unchanged = list(outcome.written), list(outcome.unchanged)
        desk.terminal.json({"written": written, "unchanged": unchanged, "pages": outcome.pages})
    elif not (outcome.written or outcome.pages):
        desk.terminal.say(tr("nothing to do: every feed and page is up to date"))
    elif check_only:
        pages = [tr("{pages} pages", pages=outcome.pages)] if outcome.pages else []
        desk.terminal.say(tr("not up to date: {written}", written=", ".join((*outcome.written, *pages))))
    elif outcome.pages:
        desk.terminal.say(tr("{pages} pages written", pages=outcome.pages))
    if check_only and (outcome.written or outcome.pages):
        raise click.exceptions.Exit(1)


# ---------------------------------------------------------------- what the commands above are made of


def released(
    desk: Desk,
    read: Workspace,
    maker: Maker,
    known: Known,
    prints: Mapping[str, str],
    *,
    named: bool,
    jobs: int | None = None,
    damaged: Collection[str] = (),
    lacking: list[MissingTool] | None = None,
) -> tuple[Release, ...]:
    """The release of each case that is to be published, checked and made unless it stands as published.

    *prints* are the cases' fingerprints; *named*: the user named the cases. Raises InputError for all
    that is wrong with any of them. Cases for which a program is missing are left out, and *lacking* is told;
    without it, or where there is no other case, MissingTool is raised.
    """
    standing = {
        case_id
        for case_id, fingerprint in prints.items()
        if fingerprint
        and not damaged
        and maker.cache.settled(case_id) == (fingerprint, known.keys.get(case_id))
    }
    changed = tuple(folder for folder in read.cases if folder.case.id not in standing)
    _stop_at_errors(desk, replace(read, cases=changed), maker.cache)
    ready = _to_publish(desk, read, known, named=named)
    fresh = tuple(folder for folder in ready if folder.case.id not in standing)
    from ..model import Release

    missing: list[MissingTool] = []
    releases = _made(maker, fresh, known, jobs or os.cpu_count() or 1, damaged, missing)
    made = {one.record.case.id: one for one in releases}
    if missing and (lacking is None or not made):
        raise missing[0]
    if lacking is not None:
        lacking.extend(missing)
    ids = [folder.case.id for folder in ready if folder.case.id in standing or folder.case.id in made]
    return tuple(made[case_id] if case_id in made else Release(known.latest[case_id], ()) for case_id in ids)


def _stop_at_errors(desk: Desk, read: Workspace, cache: Cache) -> None:
    """Show what the checks find; raise InputError when any of it is an error."""
    from .. import check
    from ..audio import probe

    findings = check.workspace_findings(
        read,
        lambda path, where: cache.sound(path, where, probe.probe),
        surveyed=lambda path: cache.recall(path, "survey"),
        jobs=os.cpu_count() or 1,
        notify=desk.terminal.notify,
    )
    desk.stop_at_errors(findings)


def _to_publish(desk: Desk, read: Workspace, known: Known, *, named: bool) -> tuple[CaseFolder, ...]:
    """The cases but for drafts, and but for withdrawn ones unless they were *named*."""
    drafts = {folder.case.id for folder in read.cases if folder.case.published is None}
    latest = [known.latest[folder.case.id] for folder in read.cases if folder.case.id in known.latest]
    withdrawn = set() if named else {record.case.id for record in latest if record.withdrawn}
    if drafts:
        desk.terminal.say(
            tr("left here as drafts, without `published`: {drafts}", drafts=", ".join(sorted(drafts)))
        )
    if withdrawn - drafts:
        desk.terminal.say(
            tr(
                "left withdrawn, since not named: {withdrawn}",
                withdrawn=", ".join(sorted(withdrawn - drafts)),
            )
        )
    return tuple(folder for folder in read.cases if folder.case.id not in drafts | withdrawn)


def _made(
    maker: Maker,
    folders: Sequence[CaseFolder],
    known: Known,
    jobs: int,
    damaged: Collection[str],
    lacking: list[MissingTool],
) -> tuple[Release, ...]:
    """The releases of all *folders*, with the sound itself where the store's is *damaged*.

    All that is wrong with any of them is raised together. Left out are those for which a program is missing,
    which *lacking* is told.
    """
    from .making import of_each

    def make(working: Maker, folder: CaseFolder) -> Release | None:
        try:
            return working.make(folder, known.latest.get(folder.case.id), lost=damaged)
        except MissingTool as error:
            lacking.append(error)
            return None

    return tuple(release for release in of_each(maker, folders, jobs, make) if release is not None)
