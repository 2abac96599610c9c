"""Chapters out of whatever holds them, and into it: files of chapters, case.md, the sound itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .audio import cues, tags
from .errors import Finding, LornpodError
from .messages import tr
from .model import Chapter
from .text import chapters

_MAX_BYTES = 20_000_000
_ALL = frozenset({"end", "href", "img"})


@dataclass(frozen=True, slots=True)
class Holder:
    """Something that holds chapters: a format of :data:`chapters.FORMATS`, or a file of another purpose.

    ``written`` says how chapters get into it.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    keeps: frozenset[str]
    step_ms: int = 1
    written: str = "convert"


HOLDERS: tuple[Holder, ...] = (
    Holder("case", "case.md", ("case.md",), _ALL, written="convert, suggest --accept"),
    *(Holder(row.name, row.title, row.suffixes, row.keeps, row.step_ms) for row in chapters.FORMATS),
    Holder("wav", "cue points in a WAV file", (".wav",), frozenset({"end"}), written="convert --sound"),
    Holder("id3", "CHAP and CTOC in an MP3's tag", (".mp3",), _ALL, written="publish"),
)


def read(path: Path, where: str) -> tuple[tuple[Chapter, ...], tuple[Finding, ...]]:
    """The chapters in the file *path* by time, but for a case.md, and what there is to say about them.

    Raises LornpodError for what cannot be read.
    """
    try:
        with path.open("rb") as file:
            head = file.read(12)
            if cues.is_wav(head):
                return _of_wav(path, where)
            if head[:3] == b"ID3" or path.suffix.lower() == ".mp3":
                return _of_mp3(path, where)
            data = head + file.read(_MAX_BYTES)
    except OSError as error:
        reason = tr("cannot be read: {strerror}", strerror=(error.strerror or str(error)).lower())
        raise LornpodError(reason, where, tr("check the file")) from None
    if len(data) > _MAX_BYTES:
        raise LornpodError(
            tr("longer than {max_mb} MB", max_mb=_MAX_BYTES // 1_000_000),
            where,
            tr("give a file of chapters"),
        )
    return chapters.parse(data, where=where, name=path.name)


def _of_wav(path: Path, where: str) -> tuple[tuple[Chapter, ...], tuple[Finding, ...]]:
    found = tuple(
        Chapter(cue.start_ms, cue.title, cue.start_ms + cue.length_ms if cue.length_ms else None)
        for cue in cues.read(path)
    )
    return found, () if found else (_none(where, tr("no cue points in it")),)


def _of_mp3(path: Path, where: str) -> tuple[tuple[Chapter, ...], tuple[Finding, ...]]:
    found = chapters.without_plain_ends(
        [Chapter(one.start_ms, one.title, one.end_ms, one.href) for one in tags.read(path).chapters]
    )
    return tuple(found), () if found else (_none(where, tr("no chapters in its tag")),)


def _none(where: str, message: str) -> Finding:
    return Finding("chapters-unreadable", message, where, hint=tr("give a file that has some"))


def write_wav(source: Path, target: Path, given: Sequence[Chapter]) -> None:
    """A copy of the WAV file *source* at *target*, with *given* as its cue points. Raises MediaError."""
    points = [
        cues.CuePoint(one.start_ms, one.title, None if one.end_ms is None else one.end_ms - one.start_ms)
        for one in given
    ]
    cues.write(source, target, points)
