"""An episode as it is put together: intro, recording, jingles and outro, mixed as they stream.

The short pieces are cut and faded in memory and wait on disk; the recording passes through, a block at a
time. Pieces come to the loudness that the speech shall have.
"""

from __future__ import annotations

import wave
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from ..errors import MediaError
from ..messages import tr
from ..model import Assembly, AudioSettings, Piece, Stretch, Timeline
from . import loudness, short
from .peaks import Block
from .samples import Reader, decoded, every
from .survey import Survey

MOST_MS = 3 * 60_000  # of a piece, which is held in memory while it is cut
_STEP = 1 << 14


@dataclass(frozen=True, slots=True)
class _Part:
    """A sound in the episode: at which sample it begins, how long it is, and its fades, in samples."""

    at: int
    length: int
    wav: Path | None  # None: the recording
    gain: float = 1.0
    fade_in: int = 0
    fade_out: int = 0

    @property
    def end(self) -> int:
        return self.at + self.length


@dataclass(frozen=True, slots=True)
class Program:
    """What an episode is mixed of: the recording alone, where nothing is to be added."""

    path: Path
    where: str
    rate_hz: int
    channels: int
    duration_ms: int
    timeline: Timeline = field(default_factory=Timeline)
    parts: tuple[_Part, ...] = ()

    def blocks(self, gain_db: float, wanted: Callable[[int], bool] = every) -> Iterator[Block]:
        """The samples, the recording *gain_db* louder; of a recording alone, those blocks whose number is
        *wanted*."""
        gain = np.float32(10 ** (gain_db / 20))
        found = decoded(
            self.path, self.rate_hz, self.channels, self.where, wanted if not self.parts else every
        )
        louder = (block * gain for block in found)
        return self._mixed(louder) if self.parts else louder

    def _mixed(self, found: Iterator[Block]) -> Iterator[Block]:
        recording = Reader(found, self.channels)
        recording.skip(_samples(self.timeline.stretches[0].start_ms, self.rate_hz))
        pieces = [None if part.wav is None else _Wav(part.wav, self.channels) for part in self.parts]
        for begin, end in pairwise(sorted({edge for part in self.parts for edge in (part.at, part.end)})):
            sounding = [
                (part, piece or recording)
                for part, piece in zip(self.parts, pieces, strict=True)
                if part.at <= begin < part.end
            ]
            for at in range(begin, end, _STEP):
                mixed = np.zeros((min(_STEP, end - at), self.channels), np.float32)
                for part, reader in sounding:
                    heard = reader.read(len(mixed))
                    mixed[: len(heard)] += _faded(part, at - part.at, heard)
                yield mixed
        recording.skip(1 << 62)  # to its end, so that damage in what was trimmed is told too


class _Wav:
    """Reads a piece of 16 bits."""

    def __init__(self, path: Path, channels: int) -> None:
        with wave.open(str(path)) as header:
            self._left = header.getnframes() * 2 * channels
        self._at = path.stat().st_size - self._left
        self._path, self._channels = path, channels

    def read(self, length: int) -> Block:
        with self._path.open("rb") as file:
            file.seek(self._at)
            data = file.read(min(self._left, 2 * self._channels * length))
        self._at += len(data)
        self._left -= len(data)
        return np.frombuffer(data, "<i2").reshape(-1, self._channels).astype(np.float32) / np.float32(32768)


def _faded(part: _Part, at: int, heard: Block) -> Block:
    """*heard*, which is *part* from sample *at* on."""
    if part.gain != 1:
        heard = heard * np.float32(part.gain)
    places = np.arange(at, at + len(heard))
    for fade, far in ((part.fade_in, places), (part.fade_out, part.length - 1 - places)):
        if fade and (far < fade).any():
            heard = heard * np.clip(far / fade, 0, 1).astype(np.float32)[:, None]
    return heard


# ---------------------------------------------------------------- where everything comes to lie


def assembled(
    path: Path,
    found: Survey,
    wanted: Assembly,
    folder: Path,
    settings: AudioSettings,
    channels: int,
    where: str,
) -> Program:
    """The episode of the recording at *path*, which was *found* to be so; pieces wait in *folder*.

    Raises MediaError for pieces that cannot be used, or that do not fit.
    """
    plain = Program(path, where, settings.sample_rate_hz, channels, found.duration_ms)
    if not wanted.pieces and (not wanted.trim_silence or found.sound_ms == (0, found.duration_ms)):
        return plain
    span = found.sound_ms if wanted.trim_silence else (0, found.duration_ms)
    pieces = [
        _made(_crossed(piece, wanted), folder / f"piece{at}.wav", settings.loudness_lufs, plain)
        for at, piece in enumerate(wanted.pieces)
    ]
    return _laid_out(plain, wanted, span, pieces)


@dataclass(frozen=True, slots=True)
class _Made:
    piece: Piece
    wav: Path
    length_ms: int
    gain: float


def _crossed(piece: Piece, wanted: Assembly) -> Piece:
    """*piece* with the fades that its crossfade means, where it has none of its own."""
    if not piece.crossfade:
        return piece
    fade_in_ms = 0 if piece is wanted.intro else piece.overlap_ms
    fade_out_ms = 0 if piece is wanted.outro else piece.overlap_ms
    return replace(
        piece,
        fade_in_ms=piece.fade_in_ms or fade_in_ms,
        fade_out_ms=piece.fade_out_ms or fade_out_ms,
    )


def _made(piece: Piece, target: Path, loudness_lufs: float, program: Program) -> _Made:
    """*piece* as a WAV at *target*: cut and faded, with the gain that brings it to *loudness_lufs*."""
    where, rate, channels = piece.file.name, program.rate_hz, program.channels
    end_ms = min(piece.end_ms or piece.start_ms + MOST_MS + 1, piece.start_ms + MOST_MS + 1)
    sound = short.cut(piece.file, piece.start_ms, end_ms, where, "-ac", str(channels), rate_hz=rate)
    if not 0 < len(sound) <= MOST_MS:
        said = (
            tr("is longer than three minutes")
            if len(sound)
            else tr("holds no sound from where it shall begin")
        )
        raise MediaError(said, where, tr("give its `start` and `end`"))
    if piece.fade_in_ms:
        sound = sound.fade_in(min(piece.fade_in_ms, len(sound)))
    if piece.fade_out_ms:
        sound = sound.fade_out(min(piece.fade_out_ms, len(sound)))
    sound.export(target, format="wav").close()
    heard = loudness.integrated(_whole(target, channels), rate, channels, where)
    gain_db = 0.0 if heard <= loudness.GATE_LUFS else loudness_lufs - heard + piece.level_lu
    return _Made(piece, target, len(sound), 10 ** (gain_db / 20))


def _whole(path: Path, channels: int) -> Iterator[Block]:
    reader = _Wav(path, channels)
    while len(block := reader.read(_STEP)):
        yield block


def _laid_out(plain: Program, wanted: Assembly, span: tuple[int, int], made: Sequence[_Made]) -> Program:
    """Everything in its place."""
    queue = list(made)
    rate = plain.rate_hz
    parts: list[_Part] = []
    stretches: list[Stretch] = []

    def put(one: _Made, at_ms: int) -> int:
        """Place a piece; where it ends."""
        parts.append(_Part(_samples(at_ms, rate), _samples(one.length_ms, rate), one.wav, one.gain))
        return at_ms + one.length_ms

    at_ms, raw_ms, fade_in_ms = 0, span[0], 0
    if wanted.intro is not None:
        intro = queue.pop(0)
        _refuse_overlap(intro, 1)
        at_ms = put(intro, 0) - intro.piece.overlap_ms
        fade_in_ms = _crossfade(intro.piece)

    def record(until_ms: int, fade_out_ms: int) -> None:
        """Place the recording up to *until_ms* of it."""
        stretches.append(Stretch(raw_ms, until_ms, at_ms))
        length = _samples(until_ms - raw_ms, rate)
        fades = _samples(fade_in_ms, rate), _samples(fade_out_ms, rate)
        parts.append(_Part(_samples(at_ms, rate), length, None, 1.0, *fades))

    for jingle in wanted.jingles:
        one = queue.pop(0)
        _refuse_overlap(one, 2)
        parted_ms = jingle.at_ms if wanted.times == "recording" else jingle.at_ms - at_ms + raw_ms
        if not raw_ms < parted_ms < span[1]:
            said = tr("a jingle at {at_s:g} s is not inside what was recorded", at_s=jingle.at_ms / 1000)
            raise MediaError(said, plain.where, tr("correct `at`"))
        record(parted_ms, _crossfade(one.piece))
        at_ms = put(one, stretches[-1].until_ms - one.piece.overlap_ms) - one.piece.overlap_ms
        raw_ms, fade_in_ms = parted_ms, _crossfade(one.piece)
    outro = queue.pop(0) if wanted.outro is not None else None
    record(span[1], _crossfade(outro.piece) if outro else 0)
    end_ms = stretches[-1].until_ms
    if outro is not None:
        _refuse_overlap(outro, 1)
        end_ms = max(end_ms, put(outro, max(0, end_ms - outro.piece.overlap_ms)))
    return replace(plain, duration_ms=end_ms, timeline=Timeline(tuple(stretches)), parts=tuple(parts))


def _refuse_overlap(made: _Made, sides: int) -> None:
    if made.piece.overlap_ms * sides > made.length_ms:
        said = tr(
            "lasts {length_s:g} s, too short to overlap by {overlap_s:g} s",
            length_s=made.length_ms / 1000,
            overlap_s=made.piece.overlap_ms / 1000,
        )
        raise MediaError(said, made.piece.file.name, tr("make `overlap` smaller"))


def _crossfade(piece: Piece) -> int:
    return piece.overlap_ms if piece.crossfade else 0


def _samples(ms: int, rate_hz: int) -> int:
    return round(ms * rate_hz / 1000)
