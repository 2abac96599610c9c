"""The whole workspace, from all its files: what is wrong with any of them comes together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path

from ..errors import Finding, InputError, Level, LornpodError, errors_in
from ..messages import tr
from ..model import CaseFolder
from .kept import Kept
from .place import (
    CASE_ID,
    CASE_ID_HINT,
    CASES,
    Shows,
    Workspace,
    case_folders,
    case_ids,
    has_case,
    in_order,
    printable,
)

ReadCase = Callable[[str], tuple[CaseFolder | None, list[Finding]]]


def read(root: Path, only: Sequence[str] | None = None) -> Workspace:
    """The workspace at *root* with the cases whose ids are in *only*: None for all, () for none.

    Raises InputError, with the findings of all files, when lornpod.yaml itself cannot be used.
    """
    from .reading import CaseReader, read_shows  # which bring YAML and pydantic

    shows = read_shows(root)
    return _whole(root, shows, *_cases(root, only, CaseReader(root, shows.network)))


def recall(root: Path, only: Sequence[str] | None = None) -> Workspace:
    """The same, without reading again what has not changed since it was last recalled here: it is kept in
    build/."""
    kept = Kept(root)
    shows = kept.shows()
    return _whole(root, shows, *_cases(root, only, kept.case))


def check_case_id(case_id: str) -> str:
    """*case_id*, when it can name a folder on any machine; raises LornpodError otherwise."""
    if not CASE_ID.fullmatch(case_id):
        raise LornpodError(
            tr("{case_id} cannot be a case's id", case_id=_shown(case_id)), hint=tr(CASE_ID_HINT)
        )
    return case_id


def _whole(root: Path, shows: Shows, cases: Sequence[CaseFolder], findings: Iterable[Finding]) -> Workspace:
    together = (*shows.findings, *findings)
    if shows.network is None:
        raise InputError(together)
    return Workspace(root, shows.network, shows.network_lines, shows.feeds, tuple(cases), together)


def _cases(
    root: Path, only: Sequence[str] | None, read_one: ReadCase
) -> tuple[list[CaseFolder], list[Finding]]:
    if only is not None and not only:
        return [], []
    folders = case_folders(root)
    wanted, findings = _chosen(root, folders, only)
    read = {case_id: read_one(case_id) for case_id in wanted}
    cases = [case for case, _ in read.values() if case]
    complaints = {case_id: found for case_id, (_, found) in read.items()}
    for case_id, finding in (*_same_numbers(cases), *_same_names(wanted, folders)):
        complaints[case_id].append(finding)
    for case_id in wanted:
        findings += in_order(complaints[case_id])
    return [case for case in cases if not errors_in(complaints[case.case.id])], findings


def _chosen(root: Path, folders: list[str], only: Sequence[str] | None) -> tuple[list[str], list[Finding]]:
    """The ids to read, sorted, and what is wrong with the names."""
    if only is None:
        chosen, findings = list[str](), list[Finding]()
        for name in folders:
            complaint = _folder_complaint(root, name)
            findings += [complaint] if complaint else []
            chosen += [] if complaint else [name]
        return chosen, findings
    known = case_ids(root)
    unknown = [case_id for case_id in dict.fromkeys(only) if case_id not in known]
    return sorted(set(only) - set(unknown)), [_unknown_case(case_id, known) for case_id in unknown]


def _folder_complaint(root: Path, name: str) -> Finding | None:
    where = f"{CASES}/{printable(name)}"
    if not has_case(root, name):
        hint = tr("write one (`lornpod new` shows how), or remove the folder")
        return Finding("no-case", tr("no case.md in this folder"), where, hint=hint, level=Level.WARNING)
    if not CASE_ID.fullmatch(name):
        hint = tr("rename the folder: {case_id_hint}", case_id_hint=tr(CASE_ID_HINT))
        return Finding("case-id", tr("{name} cannot be a case's id", name=_shown(name)), where, hint=hint)
    return None


def _unknown_case(case_id: str, known: tuple[str, ...]) -> Finding:
    if not CASE_ID.fullmatch(case_id):
        return Finding(
            "case-id", tr("{case_id} cannot be a case's id", case_id=_shown(case_id)), hint=tr(CASE_ID_HINT)
        )
    folded = {name.casefold(): name for name in known}
    near = get_close_matches(case_id.casefold(), folded, n=1)
    hint = (
        tr("did you mean {folded}?", folded=folded[near[0]])
        if near
        else tr("`lornpod new {case_id}` makes it", case_id=case_id)
    )
    return Finding("no-case", tr("there is no such case"), f"{CASES}/{case_id}", hint=hint)


def _same_numbers(cases: list[CaseFolder]) -> Iterator[tuple[str, Finding]]:
    bearers: dict[int, list[CaseFolder]] = {}
    for case in cases:
        if case.case.number is not None:
            bearers.setdefault(case.case.number, []).append(case)
    for number, same in bearers.items():
        for case in same if len(same) > 1 else ():
            others = ", ".join(other.lines.where("number") for other in same if other is not case)
            message, where = (
                tr("{number} is the number of {others} too", number=number, others=others),
                case.lines.where("number"),
            )
            yield case.case.id, Finding("same-number", message, where, "number", tr("give each its own"))


def _same_names(wanted: list[str], folders: list[str]) -> Iterator[tuple[str, Finding]]:
    """Ids that Windows and macOS take for one."""
    alike: dict[str, list[str]] = {}
    for name in folders:
        alike.setdefault(name.casefold(), []).append(name)
    for case_id in wanted:
        for other in alike[case_id.casefold()]:
            if other != case_id:
                message = tr("differs from {cases}/{other} only in capital letters", cases=CASES, other=other)
                yield (
                    case_id,
                    Finding("case-id", message, f"{CASES}/{case_id}", hint=tr("rename one of them")),
                )


def _shown(name: str) -> str:
    from .values import shown

    return shown(name)
