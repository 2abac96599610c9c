"""Commands that show how things stand: status, show."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from ..errors import Finding, Level
from ..messages import figures, later, tr
from ..model import CaseFolder, Record
from ..terminal import Coloured
from .desk import Desk, Place, now, open_store, place_options

if TYPE_CHECKING:
    from ..model import Chapter
    from ..release.cache import Cache
    from ..release.maker import Maker
    from ..workspace import Workspace

_COLOURS = {
    later("published"): "green",
    later("scheduled"): "cyan",
    later("draft"): "dim",
    later("withdrawn"): "dim",
    later("not published"): "yellow",
}
_MARKS = {Level.ERROR: ("✗", "red"), Level.WARNING: ("!", "yellow"), Level.ADVICE: ("i", "cyan")}
_BARS = 240  # of a waveform, where nobody has a width


@click.command()
@place_options
@click.option("--json", "as_json", is_flag=True, help="Print the table as JSON.")
@click.pass_obj
def status(desk: Desk, store: str | None, base_url: str | None, as_json: bool) -> None:
    """Show each case: what lies in its folder, what the checks find, and its published version."""
    from ..publish import records
    from ..release.cache import Cache

    read = desk.read(None, Place(store, base_url))
    desk.terminal.findings(finding for finding in read.findings if not _case_of(finding))
    known = records.load(open_store(read.network, read.root))
    cache = Cache(read.root / "build")
    found = _findings(read, cache)
    cache.save()
    rows = [_row(one, known.latest.get(one.case.id), found.get(one.case.id, ())) for one in read.cases]
    here = {folder.case.id for folder in read.cases}
    unread = {name: some for name, some in found.items() if name not in here and name not in known.latest}
    rows += [_row_of_record(record) for case_id, record in known.latest.items() if case_id not in here]
    rows += [
        {**_NOTHING, "case": name, "state": later("not readable"), **_counted(some)}
        for name, some in unread.items()
    ]
    rows.sort(key=lambda row: str(row["case"]))
    if as_json:
        desk.terminal.json(rows)
        return
    desk.terminal.table(
        [_shown(row) for row in rows], empty=tr("no cases yet; make one with `lornpod new CASE`")
    )
    if rows:
        states = Counter(str(row["state"]) for row in rows)
        desk.terminal.say(", ".join(f"{count} {tr(state)}" for state, count in states.most_common()))


_NOTHING: Mapping[str, object] = {
    "case": "", "title": None, "date": None, "audio": None, "transcript": None, "chapters": 0,
    "state": None, "version": None, "LUFS": None, "length": None,
}  # fmt: skip


def _findings(read: Workspace, cache: Cache) -> dict[str, list[Finding]]:
    """What reader and rules find, by case."""
    from .. import check
    from ..audio import probe

    found = check.workspace_findings(
        read, lambda path, where: cache.sound(path, where, probe.probe), jobs=os.cpu_count() or 1
    )
    by_case: dict[str, list[Finding]] = {}
    for finding in found:
        if case_id := _case_of(finding):
            by_case.setdefault(case_id, []).append(finding)
    return by_case


def _case_of(finding: Finding) -> str:
    """The case whose file a finding is about; empty for what is about the network or a feed."""
    folder, _, rest = finding.where.partition("/")
    return rest.partition("/")[0].partition(":")[0] if folder == "episodes" else ""


def _counted(findings: Sequence[Finding]) -> dict[str, object]:
    counts = Counter(finding.level.value for finding in findings)
    return {"errors": counts["error"], "warnings": counts["warning"], "advice": counts["advice"]}


def _row(folder: CaseFolder, record: Record | None, findings: Sequence[Finding]) -> dict[str, object]:
    case = folder.case
    return {
        "case": case.id,
        "title": case.title,
        "date": f"{case.published:%Y-%m-%d}" if case.published else None,
        "audio": folder.audio.name if folder.audio else None,
        "transcript": ", ".join(path.name.partition(".")[2] for path in folder.transcripts) or None,
        "chapters": len(case.chapters),
        **_published(record, draft=case.published is None),
        **_counted(findings),
    }


def _row_of_record(record: Record) -> dict[str, object]:
    """A case that is published, and whose folder is not in this workspace."""
    case = record.case
    return {
        "case": case.id,
        "title": case.title,
        "date": f"{case.published:%Y-%m-%d}" if case.published else None,
        "audio": None,
        "transcript": None,
        "chapters": len(case.chapters),
        **_published(record, draft=False),
        **_counted(()),
    }


def _published(record: Record | None, *, draft: bool) -> dict[str, object]:
    if record is None:
        return {"state": "draft" if draft else "not published", "version": None, "LUFS": None, "length": None}
    due = record.case.published is not None and record.case.published <= now()
    return {
        "state": "withdrawn" if record.withdrawn else "published" if due else "scheduled",
        "version": record.number,
        "LUFS": record.media.loudness and record.media.loudness.integrated_lufs,
        "length": _length(record.media.sound.duration_ms),
    }


def _length(duration_ms: int) -> str:
    seconds = round(duration_ms / 1000)
    return f"{seconds // 60}:{seconds % 60:02d}"


def _shown(row: Mapping[str, object]) -> dict[str, object]:
    """A row as people read it: short, and in the colours of what it means."""
    state, version = str(row["state"]), row["version"]
    said = f"{tr(state)}, v{version}" if version else tr(state)
    return {
        "case": Coloured(str(row["case"]), "bold"),
        "title": row["title"],
        "date": row["date"],
        "length": row["length"],
        "audio": row["audio"] or Coloured("–", "dim"),
        "LUFS": row["LUFS"],
        "transcript": row["transcript"] or Coloured("–", "dim"),
        "chapters": row["chapters"] or Coloured("–", "dim"),
        "findings": _verdict(row),
        "published": Coloured(said, _COLOURS.get(state, "red")),
    }


def _verdict(row: Mapping[str, object]) -> Coloured:
    for name, (mark, colour) in (("errors", _MARKS[Level.ERROR]), ("warnings", _MARKS[Level.WARNING])):
        if row[name]:
            return Coloured(f"{mark} {row[name]}", colour)
    return Coloured(f"✓ {row['advice']}i" if row["advice"] else "✓", "green")


@click.command()
@click.argument("case")
@place_options
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON, the waveform as numbers.")
@click.pass_obj
def show(desk: Desk, case: str, store: str | None, base_url: str | None, as_json: bool) -> None:
    """Show one case: its people, its waveform with chapters, what the checks find, and what is published."""
    from ..publish import records
    from ..release.cache import Cache
    from ..release.maker import Maker

    read = desk.read([case], Place(store, base_url))
    desk.stop_at_errors(read.findings)
    (folder,) = read.cases
    record = records.load(open_store(read.network, read.root)).latest.get(case)
    cache = Cache(read.root / "build")
    maker = Maker(read.root, read.network, read.feeds, cache)
    found = _findings(read, cache).get(case, [])
    width = None if as_json else desk.terminal.width
    levels, chapters, duration_ms = _sound(maker, folder, width or _BARS)
    cache.save()
    row = _row(folder, record, found)
    if as_json:
        desk.terminal.json(
            {
                **row,
                "guests": [person.name for person in folder.case.guests],
                "hosts": [person.name for person in folder.case.hosts],
                "themes": list(folder.case.themes),
                "quote": folder.case.quote.text if folder.case.quote else None,
                "duration_ms": duration_ms,
                "chapter_list": [{"start_ms": one.start_ms, "title": one.title} for one in chapters],
                "waveform": [round(level, 4) for level in levels],
                "findings": [one.as_json() for one in found],
                "page": read.network.case_url(folder.case),
            }
        )
        return
    _tell(desk, read, folder, row)
    if levels:
        starts = [one.start_ms / max(1, duration_ms) for one in chapters]
        desk.terminal.waveform(levels, starts)
    for number, one in enumerate(chapters):
        desk.terminal.chapter(number, _length(one.start_ms), one.title)
    if found:
        desk.terminal.result()
    desk.terminal.findings(found)


def _sound(
    maker: Maker, folder: CaseFolder, count: int
) -> tuple[tuple[float, ...], tuple[Chapter, ...], int]:
    """The waveform in *count* bars, the chapters with both times, and how long it lasts, of the finished
    sound where there is one, else of the recording; nothing where there is neither."""
    from ..audio.levels import levels
    from ..release.cache import read_json
    from ..text.chapters import complete

    episode = maker.cache.folder / folder.case.id / "episode.mp3"
    finished = episode.exists() and "sound" in read_json(episode.with_suffix(".json"))
    path = episode if finished else folder.audio
    if path is None:
        return (), folder.case.chapters, 0
    sketched = maker.sketch(folder, None).record
    duration_ms = sketched.media.sound.duration_ms
    return levels(path, count, folder.case.id), complete(sketched.case.chapters, duration_ms), duration_ms


def _tell(desk: Desk, read: Workspace, folder: CaseFolder, row: Mapping[str, object]) -> None:
    """The case in words."""
    case = folder.case
    people = [
        ", ".join(filter(None, (person.name, person.role, person.organisation)))
        for person in (*case.guests, *case.hosts)
    ]
    sound = str(row["audio"] or tr("none"))
    if row["length"]:
        sound += f", {row['length']}, {figures(str(row['LUFS']))} LUFS"
    state, version = str(row["state"]), row["version"]
    published = tr("{state}, version {version}", state=tr(state), version=version) if version else tr(state)
    facts = (
        (later("people"), "; ".join(people)),
        (later("themes"), ", ".join(case.themes)),
        (later("date"), row["date"] or ""),
        (later("sound"), sound),
        (later("transcript"), row["transcript"] or tr("none")),
        (later("quote"), case.quote.text if case.quote else ""),
        (later("published"), Coloured(published, _COLOURS[state])),
        (later("page"), read.network.case_url(case) if version else ""),
    )
    desk.terminal.heading(f"{case.id}  {case.title}")
    for name, said in facts:
        if said:
            desk.terminal.fact(tr(name), said)
    desk.terminal.result()
