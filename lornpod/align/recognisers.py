"""Recognisers of speech, for cases that nobody has written down: rows, each with a model that the user has.

None of them comes with lornpod, and none is allowed to fetch a model. What they write wants proofreading.
"""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import tempfile
import wave
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import LornpodError, MissingTool
from ..messages import later, tr
from ..model import Cue, Word
from . import Sound
from .features import RATE_HZ, Floats

_PIECE_S = 600  # so much sound is held at once
_QUIET_WITHIN_S = 20  # of its end, where a piece is cut

Recognise = Callable[[Path, Iterable[Floats], str], Iterator[tuple[int, Cue]]]
"""The cues in pieces of sound, by a model, in a language: the number of the piece, times from its start."""


@dataclass(frozen=True, slots=True)
class Recogniser:
    """A recogniser: its name in lornpod.yaml, the Python module or the program that it is, what installs it,
    and what the model is to be."""

    name: str
    module: str
    program: str
    install: str
    model: str
    recognise: Recognise

    @property
    def is_there(self) -> bool:
        if self.program:
            return shutil.which(self.program) is not None
        return find_spec(self.module) is not None


def recognise(
    name: str, model: Path, sound: Sound, language: str, tick: Callable[[float], None]
) -> list[Cue]:
    """What is said in *sound*, by the recogniser called *name* and the *model* at that path. Nobody is named.

    *tick* hears the seconds that are done. Raises MissingTool where the recogniser is not installed, and
    LornpodError where the model is not there or cannot be used.
    """
    row = next(row for row in RECOGNISERS if row.name == name)
    if not row.is_there:
        raise MissingTool(tr("{name} is not installed", name=row.name), hint=tr(row.install))
    if not model.name or not model.exists():
        raise LornpodError(
            tr("there is no model for {name}", name=row.name),
            str(model),
            tr("it wants {model}", model=tr(row.model)),
        )
    starts_ms: list[int] = []

    def pieces() -> Iterator[Floats]:
        at = 0
        for piece in _pieces(sound):
            starts_ms.append(at * 1000 // RATE_HZ)
            yield piece
            at += len(piece)
            tick(len(piece) / RATE_HZ)

    try:
        return [
            _later(cue, starts_ms[piece])
            for piece, cue in row.recognise(model, pieces(), language)
            if cue.text
        ]
    except LornpodError:
        raise
    except Exception as error:  # others' code, on a model that anybody may have damaged
        said = (str(error).strip().splitlines() or [tr("no reason given")])[-1][:160]
        hint = tr("see whether it is {model}", model=tr(row.model))
        raise LornpodError(
            tr("{name} cannot use the model: {said}", name=row.name, said=said), str(model), hint
        ) from error


def _later(cue: Cue, by_ms: int) -> Cue:
    words = tuple(Word(one.text, one.start_ms + by_ms, one.end_ms + by_ms) for one in cue.words)
    return replace(cue, start_ms=(cue.start_ms or 0) + by_ms, end_ms=(cue.end_ms or 0) + by_ms, words=words)


def _pieces(sound: Sound) -> Iterator[Floats]:
    """The sound in pieces of some ten minutes, cut where it is quietest; what is no speech is silent."""
    held: list[Floats] = []
    at = 0
    for block in sound.blocks():
        held.append(_silenced(np.frombuffer(block, "<i2").astype(np.float32) / np.float32(32768), at, sound))
        at += len(held[-1])
        if sum(map(len, held)) >= _PIECE_S * RATE_HZ:
            whole = np.concatenate(held)
            cut = _quietest(whole)
            yield whole[:cut]
            held = [whole[cut:]]
    rest = np.concatenate(held) if held else np.zeros(0, np.float32)
    if len(rest):
        yield rest


def _silenced(samples: Floats, at: int, sound: Sound) -> Floats:
    kept = np.zeros_like(samples)
    for start_ms, end_ms in sound.spoken_ms:
        first, last = start_ms * RATE_HZ // 1000 - at, end_ms * RATE_HZ // 1000 - at
        kept[max(first, 0) : max(last, 0)] = samples[max(first, 0) : max(last, 0)]
    return kept


def _quietest(samples: Floats) -> int:
    """A sample near the end about which it is quiet for a fifth of a second."""
    hop = RATE_HZ // 5
    tail = samples[-_QUIET_WITHIN_S * RATE_HZ :]
    power = (tail[: len(tail) // hop * hop].reshape(-1, hop) ** 2).mean(1)
    return len(samples) - len(tail) + int(power.argmin()) * hop + hop // 2


# ---------------------------------------------------------------- faster-whisper


def _faster_whisper(model: Path, pieces: Iterable[Floats], language: str) -> Iterator[tuple[int, Cue]]:
    from faster_whisper import WhisperModel

    whisper = WhisperModel(str(model), local_files_only=True)
    for index, piece in enumerate(pieces):
        segments, _ = whisper.transcribe(
            piece, language=_iso(language), word_timestamps=True, vad_filter=True
        )
        for segment in segments:
            words = tuple(
                Word(one.word.strip(), _ms(one.start), _ms(one.end))
                for one in segment.words or ()
                if one.word.strip()
            )
            yield index, _cue(segment.text, segment.start, segment.end, words)


def _cue(text: str, start_s: float, end_s: float, words: Sequence[Word] = ()) -> Cue:
    """A cue of a recogniser; the times of its words where they are the words of the text."""
    said = " ".join(text.split())
    fitting = tuple(words) if [one.text for one in words] == said.split() else ()
    return Cue(said, "", _ms(start_s), max(_ms(end_s), _ms(start_s) + 1), fitting)


def _ms(seconds: float) -> int:
    return round(seconds * 1000) if math.isfinite(seconds) else 0


def _iso(language: str) -> str:
    """Whisper's name of a language: Bokmål is its Norwegian."""
    primary = language.lower().partition("-")[0]
    return "no" if primary == "nb" else primary


# ---------------------------------------------------------------- whisper.cpp


def _pywhispercpp(model: Path, pieces: Iterable[Floats], language: str) -> Iterator[tuple[int, Cue]]:
    from pywhispercpp.model import Model

    _look_at_ggml(model)
    whisper = Model(str(model), redirect_whispercpp_logs_to=None)
    for index, piece in enumerate(pieces):
        for segment in whisper.transcribe(piece, language=_iso(language), print_progress=False):
            yield index, _cue(segment.text, segment.t0 / 100, segment.t1 / 100)  # in hundredths of a second


def _look_at_ggml(model: Path) -> None:
    """Raise ValueError for a file that is no model: pywhispercpp 1.5 then ends the whole process."""
    with model.open("rb") as file:
        if file.read(4) != b"lmgg":
            raise ValueError("it does not begin as one")


def _whisper_cli(model: Path, pieces: Iterable[Floats], language: str) -> Iterator[tuple[int, Cue]]:
    _look_at_ggml(model)
    for index, piece in enumerate(pieces):
        with tempfile.TemporaryDirectory(prefix="lornpod-") as folder:
            sound, written = Path(folder, "piece.wav"), Path(folder, "piece")
            with wave.open(str(sound), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(RATE_HZ)
                file.writeframes((piece * 32767).astype("<i2").tobytes())
            options = [
                "-m",
                str(model),
                "-f",
                str(sound),
                "-l",
                _iso(language),
                "-oj",
                "-of",
                str(written),
                "-np",
            ]
            done = subprocess.run(["whisper-cli", *options], capture_output=True, text=True, check=False)
            try:
                found: Any = json.loads(written.with_suffix(".json").read_bytes())
            except FileNotFoundError:
                raise RuntimeError(
                    done.stderr or tr("whisper-cli ended with code {code}", code=done.returncode)
                ) from None
        for segment in found["transcription"]:
            offsets = segment["offsets"]
            yield index, _cue(segment["text"], offsets["from"] / 1000, offsets["to"] / 1000)


RECOGNISERS: tuple[Recogniser, ...] = (
    Recogniser(
        "faster-whisper",
        "faster_whisper",
        "",
        "`pip install 'lornpod[faster-whisper]'`",
        later("a folder with a Whisper model for CTranslate2 (model.bin and its tokenizer)"),
        _faster_whisper,
    ),
    Recogniser(
        "pywhispercpp",
        "pywhispercpp",
        "",
        "`pip install 'lornpod[pywhispercpp]'`",
        later("a file with a Whisper model for whisper.cpp (ggml-….bin)"),
        _pywhispercpp,
    ),
    Recogniser(
        "whisper-cli",
        "",
        "whisper-cli",
        later("build whisper.cpp, and put its whisper-cli on PATH"),
        later("a file with a Whisper model for whisper.cpp (ggml-….bin)"),
        _whisper_cli,
    ),
)
