"""The command that shows a plan: as text, as JSON, as Markdown for a pull request."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from os.path import commonprefix
from typing import TYPE_CHECKING, Literal

import click

from ..messages import tr
from ..terminal import bytes_text
from .desk import Desk, Place, alone, open_store, place_options, press_of, publisher
from .publishing import released

if TYPE_CHECKING:
    from ..publish.apply import Preview
    from ..publish.changes import FeedChange, FieldChange

_SHOWN_CHARS = 80
_LEAD_CHARS = 20  # of what both sides have in common


@click.command()
@click.argument("cases", nargs=-1, metavar="[CASE]...")
@place_options
@click.option("--feeds", "feeds_only", is_flag=True, help="Only the feeds, from records: needs no audio.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="How to show it; markdown for a pull request.",
)
@click.pass_obj
def plan(
    desk: Desk,
    cases: tuple[str, ...],
    store: str | None,
    base_url: str | None,
    feeds_only: bool,
    form: Literal["text", "json", "markdown"],
) -> None:
    """Show what `lornpod publish` would do: objects to put, feeds and items that change, what is risky.

    Audio is mastered into build/ where it must be, so that sizes are true; nothing is stored.
    """
    from ..publish import apply, records
    from ..release.cache import Cache
    from ..release.maker import Maker

    read = desk.read(() if feeds_only else cases or None, Place(store, base_url))
    target = open_store(read.network, read.root)
    with alone(read.root), desk.terminal.progress():
        cache = Cache(read.root / "build")
        try:
            known = records.load(target)
            maker = Maker(read.root, read.network, read.feeds, cache, desk.terminal.notify)
            prints = maker.fingerprints(read.cases)
            releases = released(desk, read, maker, known, prints, named=bool(cases))
            ahead = apply.preview(press_of(read, target), releases, known, by=publisher())
        finally:
            cache.save()
    if form == "json":
        desk.terminal.json(as_json(ahead))
    else:
        lines = as_text(ahead) if form == "text" else as_markdown(ahead)
        desk.terminal.result("\n".join(lines))


def as_json(ahead: Preview) -> dict[str, object]:
    """The preview for programs."""
    return {
        "objects": [
            {**asdict(content.artifact), "reason": ahead.plan.reasons[content.artifact.key]}
            for content in ahead.plan.contents
        ],
        "records": {record.case.id: record.number for record in ahead.plan.records},
        "unchanged": list(ahead.plan.unchanged),
        "feeds": [asdict(change) for change in ahead.feeds],
        "findings": [finding.as_json() for finding in (*ahead.findings, *ahead.remarks)],
    }


def as_text(ahead: Preview) -> Iterator[str]:
    """The preview for a terminal: + comes, - goes, ~ changes."""
    if ahead.empty and not ahead.findings:
        yield tr("nothing to do: everything is published as it stands")
        return
    for content in ahead.plan.contents:
        artifact = content.artifact
        why = ahead.plan.reasons[artifact.key]
        yield f"+ {artifact.key}  {bytes_text(artifact.length_bytes)}  {why}"
    for record in ahead.plan.records:
        yield tr(
            "+ record {number} of {id}  {reasons}",
            number=record.number,
            id=record.case.id,
            reasons=ahead.plan.reasons[record.case.id],
        )
    for change in ahead.feeds:
        yield f"{'+' if change.new else '~'} feeds/{change.slug}.xml  {_summary(change)}"
        yield from (f"    {line}" for line in _items(change))
    yield from (f"! {finding}" for finding in (*ahead.findings, *ahead.remarks))


def as_markdown(ahead: Preview) -> Iterator[str]:
    """The preview as a comment on a pull request."""
    yield tr("### What publishing this would do")
    yield ""
    if ahead.empty and not ahead.findings:
        yield tr("Nothing: everything is published as it stands.")
        return
    if ahead.findings:
        yield tr("**Look at these first:**")
        yield ""
        yield from (f"- ⚠️ {_markdown(str(finding))}" for finding in ahead.findings)
        yield ""
    if ahead.remarks:
        yield from (f"- {_markdown(str(remark))}" for remark in ahead.remarks)
        yield ""
    total = bytes_text(sum(content.artifact.length_bytes for content in ahead.plan.contents))
    yield tr(
        "{count} objects to put, {total}; {count_records} new versions.",
        count=len(ahead.plan.contents),
        total=total,
        count_records=len(ahead.plan.records),
    )
    yield ""
    if ahead.plan.contents:
        yield tr("| object | bytes | reason |")
        yield "| --- | --- | --- |"
        for content in ahead.plan.contents:
            artifact = content.artifact
            why = _markdown(ahead.plan.reasons[artifact.key])
            yield f"| `{artifact.key}` | {bytes_text(artifact.length_bytes)} | {why} |"
        yield ""
    if ahead.feeds:
        yield tr("| feed | change |")
        yield "| --- | --- |"
        for change in ahead.feeds:
            said = "<br>".join(_markdown(line) for line in (_summary(change), *_items(change)))
            yield f"| `{change.slug}` | {said} |"


def _summary(change: FeedChange) -> str:
    counts = (
        (len(change.added), tr("added")),
        (len(change.removed), tr("removed")),
        (len(change.changed), tr("changed")),
    )
    said = ", ".join(f"{count} {word}" for count, word in counts if count)
    return said or (tr("an empty feed") if change.new else tr("the channel changes"))


def _items(change: FeedChange) -> Iterator[str]:
    yield from (_field(tr("channel"), one) for one in change.channel if one.name != "lastBuildDate")
    yield from (f"+ {change.titles[guid]}" for guid in change.added)
    yield from (f"- {change.titles[guid]}" for guid in change.removed)
    for guid, fields in change.changed.items():
        yield from (_field(change.titles[guid], one) for one in fields)


def _field(of: str, change: FieldChange) -> str:
    """A field's change in a line, both sides from shortly before where they part."""
    before, after = (" ".join(text.split()) for text in (change.before, change.after))
    start = max(0, len(commonprefix([before, after])) - _LEAD_CHARS)  # noqa: RUF071 - texts, not paths
    return f"~ {of}: {change.name}: {_short(before, start)} → {_short(after, start)}"


def _short(text: str, start: int) -> str:
    shown = text[start : start + _SHOWN_CHARS]
    if not shown:
        return "nothing"
    return ("…" if start else "") + shown + ("…" if len(text) > start + _SHOWN_CHARS else "")


def _markdown(text: str) -> str:
    """*text* as it is, in Markdown."""
    for character in "\\`*_[]<>|#":
        text = text.replace(character, "\\" + character)
    return text
