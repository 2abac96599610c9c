"""Aligners with acoustic models: they hear each word where the house's own aligner has found it about.

Each is a row, and loads a model that the user has; none comes with lornpod or is allowed to fetch a model.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import LornpodError, MissingTool
from ..messages import later, tr
from ..model import Word
from . import Alignment, Sound, Timed
from .features import RATE_HZ, Floats

_GROUP_MS = 30_000
_AROUND_MS = 500  # heard on both sides of a group
_MOVED_MS = 3000  # what would move further is left where it is

Spans = list[tuple[float, float] | None]
"""A begin and an end in seconds for each word, None for one that the model cannot hear."""

Hear = Callable[[Floats, Sequence[str]], Spans]


@dataclass(frozen=True, slots=True)
class Refiner:
    """An aligner: its name in lornpod.yaml, its Python module, what installs it, what its model is to be."""

    name: str
    module: str
    install: str
    model: str
    load: Callable[[str, str], Hear]


def refined(
    name: str, model: str, rough: Alignment, sound: Sound, language: str, tick: Callable[[float], None]
) -> Alignment:
    """*rough* with the words' times as the aligner called *name* hears them. Doubts stay as they are.

    Raises MissingTool where it is not installed, LornpodError where its model is not there or cannot be used.
    """
    row = next(row for row in REFINERS if row.name == name)
    if find_spec(row.module) is None:
        raise MissingTool(tr("{name} is not installed", name=row.name), hint=row.install)
    try:
        hear = row.load(model, language)
        groups = list(_groups(rough.sentences))
        found: list[Timed] = []
        for group, samples, start_ms in _with_sound(groups, sound):
            texts = [word.text for one in group for word in one.cue.words]
            spans = iter(hear(samples, texts))
            found += [_moved(one, [next(spans) for _ in one.cue.words], start_ms) for one in group]
            tick(1 / len(groups))
    except (RuntimeError, ValueError, OSError, KeyError) as error:
        said = (str(error).strip().splitlines() or [tr("no reason given")])[-1][:160]
        hint = tr("it wants {model}", model=tr(row.model))
        raise LornpodError(
            tr("{name} cannot use its model: {said}", name=row.name, said=said), model, hint
        ) from error
    return replace(rough, sentences=tuple(_apart(found)))


def _groups(sentences: Sequence[Timed]) -> Iterator[list[Timed]]:
    group: list[Timed] = []
    for one in sentences:
        if group and (one.cue.end_ms or 0) - (group[0].cue.start_ms or 0) > _GROUP_MS:
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _with_sound(groups: Sequence[list[Timed]], sound: Sound) -> Iterator[tuple[list[Timed], Floats, int]]:
    """Each group with its samples, and where these begin; the sound is gone through once."""
    held, begin = bytearray(), 0
    blocks = iter(sound.blocks())
    for group in groups:
        start_ms = max((group[0].cue.start_ms or 0) - _AROUND_MS, 0)
        stop_ms = (group[-1].cue.end_ms or 0) + _AROUND_MS
        first, last = 2 * (start_ms * RATE_HZ // 1000), 2 * (stop_ms * RATE_HZ // 1000)
        while begin + len(held) < last and (block := next(blocks, b"")):
            held += block
        del held[: max(first - begin, 0)]
        begin = max(begin, first)
        data = bytes(held[: max(last - begin, 0)])
        yield group, np.frombuffer(data, "<i2").astype(np.float32) / np.float32(32768), start_ms


def _moved(one: Timed, spans: Spans, start_ms: int) -> Timed:
    words = []
    for word, span in zip(one.cue.words, spans, strict=True):
        here = None if span is None else (start_ms + round(span[0] * 1000), start_ms + round(span[1] * 1000))
        near = here is not None and abs(here[0] - word.start_ms) <= _MOVED_MS
        words.append(Word(word.text, *here) if here and near else word)
    return replace(one, cue=replace(one.cue, words=tuple(words)))


def _apart(sentences: Sequence[Timed]) -> Iterator[Timed]:
    """*sentences* with no word before the one it follows."""
    free_ms = 0
    for one in sentences:
        words = []
        for word in one.cue.words:
            start_ms = max(word.start_ms, free_ms)
            free_ms = max(word.end_ms, start_ms)
            words.append(Word(word.text, start_ms, free_ms))
        if words:
            free_ms = max(free_ms, words[0].start_ms + 1)
            cue = replace(one.cue, start_ms=words[0].start_ms, end_ms=free_ms, words=tuple(words))
            yield replace(one, cue=cue)
        else:
            yield one


# ---------------------------------------------------------------- torchaudio

_PLAIN = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "ß": "ss", "ð": "d", "þ": "th"})


def _torchaudio(model: str, _language: str) -> Hear:
    folder = Path(model or ".")
    if not (folder / "model.pt").is_file():
        raise FileNotFoundError(tr("model.pt is not in that folder"))
    import torch
    import torchaudio

    bundle: Any = torchaudio.pipelines.MMS_FA
    network = bundle.get_model(dl_kwargs={"model_dir": str(folder)})
    tokens, aligner, known = bundle.get_tokenizer(), bundle.get_aligner(), bundle.get_dict()

    def hear(samples: Floats, texts: Sequence[str]) -> Spans:
        plain = [_letters(text, known) for text in texts]
        spoken = [text for text in plain if text]
        if not spoken:
            return [None] * len(texts)
        with torch.inference_mode():
            emission, _ = network(torch.from_numpy(samples.copy()).unsqueeze(0))
            spans = iter(aligner(emission[0], tokens(spoken)))
        seconds = len(samples) / RATE_HZ / emission.shape[1]
        found: Spans = []
        for text in plain:
            span = next(spans) if text else None
            found.append((span[0].start * seconds, span[-1].end * seconds) if span else None)
        return found

    return hear


def _letters(word: str, known: dict[str, int]) -> str:
    """*word* in the letters that the model knows."""
    plain = unicodedata.normalize("NFKD", word.lower().translate(_PLAIN))
    return "".join(sign for sign in plain if sign in known and sign.isalpha())


# ---------------------------------------------------------------- WhisperX


def _whisperx(model: str, language: str) -> Hear:
    import whisperx

    primary = language.lower().partition("-")[0]
    code = "no" if primary in ("nb", "nn") else primary
    network, metadata = whisperx.load_align_model(
        language_code=code, device="cpu", model_name=model or None, model_cache_only=True
    )

    def hear(samples: Floats, texts: Sequence[str]) -> Spans:
        whole = [{"start": 0.0, "end": len(samples) / RATE_HZ, "text": " ".join(texts)}]
        found = whisperx.align(whole, network, metadata, samples, "cpu")["word_segments"]
        if len(found) != len(texts):
            return [None] * len(texts)
        return [(one["start"], one["end"]) if "start" in one and "end" in one else None for one in found]

    return hear


REFINERS: tuple[Refiner, ...] = (
    Refiner(
        "torchaudio",
        "torchaudio",
        "`pip install 'lornpod[torchaudio]'`",
        later("the folder of model.pt of MMS_FA, torchaudio's model for forced alignment"),
        _torchaudio,
    ),
    Refiner(
        "whisperx",
        "whisperx",
        "`pip install 'lornpod[whisperx]'`",
        later("a wav2vec 2.0 model of the language, as a folder"),
        _whisperx,
    ),
)
