"""A workspace run past the rules: its own, and those of the feeds that would come of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from ..errors import Finding, LornpodError
from ..events import Advanced, Finished, Notify, Started, silent
from ..feeds import reading, rss, select
from ..messages import later, tr, trn
from . import drafts
from .choice import lived_with
from .of_feeds import Entry, FeedChecker, findings_of, seen_of
from .platforms import Shown, preview
from .registry import Seen, all_rules, told, unsurveyed
from .rules import transcripts_of

if TYPE_CHECKING:
    from pathlib import Path

    from ..model import CaseFolder, FeedFile, Lines, Record, Sound
    from ..workspace import Workspace

# Of what a publish makes, or of what is published: they say nothing of what is authored.
_OF_THE_PUBLISHED = (
    "spotify-empty",
    "feed-guid-differs",
    "rss-size",
    "psp-self",
    "psp-self-other",
    "psp-recommended",
)
# What rules of the workspace say better, at the line of the one chapter.
_SAID_BETTER = (
    "psc-order", "psc-past-end", "podcast-soundbite-end", "podcast-soundbite-length",
    "podcast-soundbite-value",
    "apple-category", "apple-image", "apple-owner", "rss-description", "apple-transcript-type",
)  # fmt: skip
_NOT_OF_DRAFTS = frozenset({*_OF_THE_PUBLISHED, *_SAID_BETTER})


def workspace_findings(
    workspace: Workspace,
    probe: Callable[[Path, str], Sound],
    *,
    surveyed: Callable[[Path], Mapping[str, Any] | None] = unsurveyed,
    whole: bool = False,
    jobs: int = 1,
    notify: Notify = silent,
) -> tuple[Finding, ...]:
    """All that the rules find and the network does not live with, what the reader found first.

    *whole*: these are all cases, so that an entry of ``check.ignore`` which takes nothing is told. Cases
    are looked at *jobs* at a time.
    """
    seen = Seen(workspace, probe, surveyed)
    found = [*workspace.findings, *_by_rules("network", seen, workspace)]
    for file in workspace.feeds:
        found.extend(_by_rules("feed", seen, file))
    task = later("check")
    notify(Started(task, len(workspace.cases)))

    def look(folder: CaseFolder) -> tuple[tuple[Finding, ...], Record]:
        said, draft = tuple(_by_rules("case", seen, folder)), _draft(folder, seen)
        notify(Advanced(task, 1))
        return said, draft

    with ThreadPoolExecutor(jobs) as pool:
        looked = list(pool.map(look, workspace.cases))
    found.extend(chain.from_iterable(said for said, _ in looked))
    found.extend(_news(_of_drafts(workspace, [draft for _, draft in looked]), found))
    cases, feeds = len(workspace.cases), len(workspace.feeds)
    notify(
        Finished(
            task,
            f"{trn('{count} case', '{count} cases', cases)}, {trn('{count} feed', '{count} feeds', feeds)}",
        )
    )
    return tuple(lived_with(found, workspace.network.ignored, workspace.network_lines, whole=whole))


def _by_rules(of: str, seen: Seen, subject: Workspace | FeedFile | CaseFolder) -> Iterator[Finding]:
    for one in all_rules():
        if one.of == of:
            for finding in one.look(subject, seen):
                yield told(one, finding)


def case_preview(
    workspace: Workspace, folder: CaseFolder, slug: str, probe: Callable[[Path, str], Sound]
) -> tuple[str, tuple[Shown, ...]]:
    """What platforms will make of the case in *folder*, published or not, and the title of the show it is
    looked at in: the feed *slug*, or where that is empty the first that takes the case.

    Raises LornpodError where no feed is there that does.
    """
    seen = Seen(workspace, probe)
    record = _draft(folder, seen)
    feeds = [file.feed for file in workspace.feeds]
    taking = [feed for feed in feeds if not feed.is_list and select.matches(feed.where, record.case)]
    home = next((feed for feed in taking if slug in ("", feed.slug)), None)
    if home is None:
        named = tr("the feed {slug}", slug=slug) if slug else tr("a feed")
        hint = (
            tr("it is in {taking}", taking=", ".join(feed.slug for feed in taking))
            if taking
            else tr("see the feeds' `where:`")
        )
        raise LornpodError(
            tr("{named} that takes {id} is not there", named=named, id=folder.case.id),
            folder.lines.where(),
            hint,
        )
    document = _document(drafts.feed_of(workspace.network, home, feeds, [record]))
    looked = seen_of(document)
    (entry,) = looked.episodes
    if folder.case.published is None:
        entry = Entry([tag for tag in entry.tags if tag.name != "pubDate"], entry.line, entry.number)
    return home.title, preview(looked.show, entry)


# ---------------------------------------------------------------- what would be published


def _draft(folder: CaseFolder, seen: Seen) -> Record:
    sound = None
    if folder.audio is not None:
        with suppress(LornpodError):  # said by audio-unreadable
            sound = seen.probe(folder.audio, str(folder.audio))
    scripts = [script for script, _ in transcripts_of(folder, seen) if script.cues]
    return drafts.record_of(folder, seen.workspace.network, scripts, sound)


def _of_drafts(workspace: Workspace, records: Sequence[Record]) -> Iterator[Finding]:
    """What the rules of feeds find in the drafts, at the lines where it was authored."""
    by_guid = {record.guid: folder for record, folder in zip(records, workspace.cases, strict=True)}
    feeds = [file.feed for file in workspace.feeds]
    looked: set[str] = set()
    checker = FeedChecker()
    for file in workspace.feeds:
        document = _document(drafts.feed_of(workspace.network, file.feed, feeds, records))
        yield from _too_large(document, file, workspace, records)
        seen = seen_of(document)
        checker.add(file.lines.file, seen)
        fresh = [entry for entry in seen.episodes if entry.text("guid") not in looked]
        looked.update(entry.text("guid") for entry in fresh)
        for entry, finding in findings_of(replace(seen, episodes=tuple(fresh))):
            if finding.code in _NOT_OF_DRAFTS:
                continue
            folder = by_guid.get(entry.text("guid")) if entry.number else None
            if folder is not None:
                yield _authored(finding, folder.lines, drafts.OF_CASE, folder.lines)
            elif not entry.number:
                yield _authored(finding, file.lines, drafts.OF_FEED, workspace.network_lines)
    by_file = {file.lines.file: file for file in workspace.feeds}
    for finding in checker.shared():
        if finding.code not in _NOT_OF_DRAFTS:
            own = by_file[finding.where.rpartition(":")[0] or finding.where].lines
            yield _authored(finding, own, drafts.OF_FEED, workspace.network_lines)


def _too_large(
    document: reading.Document, file: FeedFile, workspace: Workspace, records: Sequence[Record]
) -> Iterator[Finding]:
    """A feed that stays larger than it may although all its episodes say less. *document* has all of them,
    also those that its `limit` or its archives keep out of it."""
    if document.length_bytes <= rss.most_megabytes(workspace.network, file.feed) * 1_000_000:
        return
    feeds = [one.feed for one in workspace.feeds]
    edition = drafts.edition_of(workspace.network, file.feed, feeds, records)
    own = "max_megabytes" in file.lines.of or "max_megabytes" not in workspace.network_lines.of
    where = (file.lines if own else workspace.network_lines).where("max_megabytes")
    found = rss.size_findings(workspace.network, file.feed, edition, where)
    yield from (finding for finding in found if finding.code == "feed-too-large")


def _document(data: bytes) -> reading.Document:
    return reading.read(data, "draft", keep_xml=False)


def _authored(finding: Finding, lines: Lines, fields: Mapping[str, str], otherwise: Lines) -> Finding:
    """The finding where it is authored: in *lines*, or where these are silent in *otherwise*."""
    tag = finding.field.rpartition("].")[2] or finding.field
    field = fields.get(tag, "")
    home = lines if not field or field in lines.of or field not in otherwise.of else otherwise
    message = finding.message if field else f"{tag}: {finding.message}"
    return replace(finding, where=home.where(field), field=field, message=message)


def _news(findings: Iterator[Finding], before: Sequence[Finding]) -> Iterator[Finding]:
    """Those of *findings* that say something of a field of which nothing was said; each once."""
    known = {(one.where, one.field) for one in before}
    told_already: set[Finding] = set()
    for finding in findings:
        if (finding.where, finding.field) not in known and finding not in told_already:
            told_already.add(finding)
            yield finding
