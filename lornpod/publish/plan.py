"""What a publish would do, as a value: a pure function of the releases and the records that are known."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from ..errors import Finding, StoreError
from ..messages import later, tr
from ..model import Content, Record, Release
from .records import Known

_DAMAGED = later("the store does not have it as recorded")
_VERSION = {"number", "recorded_at", "by", "case"}  # of a record, what says nothing of the episode itself


@dataclass(frozen=True, slots=True)
class Plan:
    """The objects to put, and the records to write once all that they name is there.

    ``findings`` are what stands against it: nothing may be stored while one of them is an error.
    ``unchanged`` are the ids of cases whose records stay as they are. ``damaged`` are the keys among the
    contents at which the store has something else, or nothing, against what a record says. ``reasons``
    has why, by the key of each content, and by the case id of each record.
    """

    contents: tuple[Content, ...]
    records: tuple[Record, ...]
    unchanged: tuple[str, ...]
    findings: tuple[Finding, ...]
    damaged: frozenset[str] = frozenset()
    reasons: Mapping[str, str] = field(default_factory=dict)


def plan(
    releases: Sequence[Release],
    known: Known,
    *,
    now: datetime,
    by: str,
    damaged: Collection[str] = (),
    there: Collection[str] = (),
) -> Plan:
    """What it takes to make *releases* the latest records, written at *now* by *by*, and to put again
    what is at *damaged* keys. *there* is what the store has beside what the latest records name.

    Raises StoreError when a release names an artifact that it neither brings nor had before.
    """
    news = [release for release in releases if _is_news(release, known)]
    contents: dict[str, Content] = {}
    reasons = {release.record.case.id: _reason(release.record, known) for release in news}
    for release in releases:
        case_id = release.record.case.id
        for content in _missing(release, known, damaged, there):
            key = content.artifact.key
            if key in contents or not (key in damaged or case_id in reasons):
                continue
            contents[key] = content
            reasons[key] = (
                tr(_DAMAGED)
                if key in damaged
                else tr("{case_id} is {reason}", case_id=case_id, reason=reasons[case_id])
            )
    return Plan(
        contents=tuple(contents.values()),
        records=tuple(_numbered(release.record, known, now, by) for release in news),
        unchanged=tuple(release.record.case.id for release in releases if release not in news),
        findings=tuple(finding for release in news for finding in _objections(release.record, known)),
        damaged=frozenset(contents).intersection(damaged),
        reasons=reasons,
    )


def _is_news(release: Release, known: Known) -> bool:
    latest = known.latest.get(release.record.case.id)
    return latest is None or not release.record.says_the_same_as(latest)


def _reason(record: Record, known: Known) -> str:
    """Why there is a record to write: “new”, or “changed: title, media”."""
    latest = known.latest.get(record.case.id)
    if latest is None:
        return tr("new")
    of_case = [one.name for one in fields(record.case) if _differ(record.case, latest.case, one.name)]
    rest = [
        one.name for one in fields(record) if one.name not in _VERSION and _differ(record, latest, one.name)
    ]
    return tr("changed: {of_case}", of_case=", ".join((*of_case, *rest)))


def _differ(one: object, other: object, name: str) -> bool:
    return bool(getattr(one, name) != getattr(other, name))


def _numbered(record: Record, known: Known, now: datetime, by: str) -> Record:
    latest = known.latest.get(record.case.id)
    return replace(record, number=latest.number + 1 if latest else 1, recorded_at=now, by=by)


def _missing(
    release: Release, known: Known, damaged: Collection[str], there: Collection[str]
) -> Iterator[Content]:
    """The contents that no earlier record of the case has brought into the store, or that are *damaged*."""
    latest = known.latest.get(release.record.case.id)
    named = {artifact.key for artifact in latest.artifacts} if latest else set[str]()
    brought = {content.artifact.key for content in release.contents}

    def stored(key: str) -> bool:
        return (key in named or key in there) and key not in damaged

    for artifact in release.record.artifacts:
        if artifact.key not in brought and not stored(artifact.key):
            raise StoreError(
                tr("{key} is named but nowhere to be had", key=artifact.key), release.record.case.id
            )
    yield from (content for content in release.contents if not stored(content.artifact.key))


def _objections(record: Record, known: Known) -> Iterator[Finding]:
    """Why *record* must not be written: a guid that would move, a number that another case has."""
    case = record.case
    file = f"episodes/{case.id}/case.md"
    latest = known.latest.get(case.id)
    if latest is not None and case.guid is not None and case.guid != latest.guid:
        yield Finding(
            "guid-moved",
            tr(
                "the episode was published with the guid {guid}; with another, apps show it twice",
                guid=latest.guid,
            ),
            file,
            "guid",
            tr("write `guid: {guid}`, or take the line out", guid=latest.guid),
        )
    elif latest is not None and record.guid != latest.guid:
        said = tr("{by} published it first, with the guid {guid}", by=latest.by, guid=latest.guid)
        yield Finding("guid-moved", said, file, hint=tr("run this again"))
    for other in known.entries.values():
        if other.case_id != case.id and not other.withdrawn and case.number is not None:
            if other.case_number == case.number:
                yield Finding(
                    "number-taken",
                    tr(
                        "{case_id} was published with the number {number}",
                        case_id=other.case_id,
                        number=case.number,
                    ),
                    file,
                    "number",
                    tr("give this case its own number"),
                )
            if other.guid == record.guid:
                yield Finding(
                    "guid-taken",
                    tr(
                        "{case_id} was published with the guid {guid}",
                        case_id=other.case_id,
                        guid=record.guid,
                    ),
                    file,
                    "guid",
                    tr("take the line `guid:` out"),
                )
