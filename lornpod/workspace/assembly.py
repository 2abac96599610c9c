"""What episodes are put together from: a network's intro, outro and jingle, and what a case says instead."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..errors import Finding
from ..messages import tr
from ..model import Assembly, Jingle, Lines, Piece
from .border import NONE, AudioEntry, CaseAudioEntry, PieceEntry


def of_network(entry: AudioEntry, root: Path) -> Assembly:
    """What lornpod.yaml sets for every case; its files lie in *root*."""
    return Assembly(
        intro=_piece(entry.intro, root),
        outro=_piece(entry.outro, root),
        jingle=_piece(entry.jingle, root),
        trim_silence=entry.trim_silence,
    )


def of_case(entry: CaseAudioEntry, folder: Path, usual: Assembly) -> Assembly:
    """What a case says for itself, its files in *folder*, and otherwise the *usual*."""
    jingles = ((jingle, _piece(jingle, folder) if jingle.file else usual.jingle) for jingle in entry.jingles)
    found = [Jingle(jingle.at, piece) for jingle, piece in jingles if piece is not None]
    return Assembly(
        intro=_piece(entry.intro, folder) if entry.intro else usual.intro,
        outro=_piece(entry.outro, folder) if entry.outro else usual.outro,
        jingles=tuple(sorted(found, key=lambda jingle: jingle.at_ms)),
        trim_silence=usual.trim_silence if entry.trim_silence is None else entry.trim_silence,
        times=entry.times,
    )


def mistakes(entry: CaseAudioEntry, usual: Assembly, lines: Lines) -> Iterator[Finding]:
    """What cannot be told from one field alone."""
    named = {"intro": entry.intro, "outro": entry.outro}
    named |= {f"jingles[{at}]": jingle for at, jingle in enumerate(entry.jingles)}
    for name, piece in named.items():
        field = f"audio.{name}"
        if piece is not None and piece.end is not None and piece.end <= piece.start:
            hint = tr("correct one of the two")
            yield Finding("value", tr("ends before it begins"), lines.where(field), field, hint)
    for at, jingle in enumerate(entry.jingles):
        field = f"audio.jingles[{at}]"
        if not jingle.file and usual.jingle is None:
            hint = tr("name its file, or set `audio: {jingle: …}` in lornpod.yaml")
            yield Finding("value", tr("a jingle without a sound"), lines.where(field), field, hint)


def _piece(entry: PieceEntry | None, folder: Path) -> Piece | None:
    if entry is None or entry.file == NONE:
        return None
    return Piece(
        folder / entry.file,
        entry.start,
        entry.end,
        entry.fade_in,
        entry.fade_out,
        entry.overlap,
        entry.crossfade,
        entry.level,
    )
