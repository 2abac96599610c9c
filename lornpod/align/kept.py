"""What is kept of an alignment, for a text that is edited to be timed again in a moment."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from . import fine
from .features import Heard
from .timing import Acoustics, Found, Sentence

_FOUND = ("rough", "advantage", "heard", "spoken")


@dataclass(frozen=True, slots=True)
class Kept:
    """An episode as it was aligned: its frames, its voices, its sentences and where they were found.

    ``sound`` is whatever its caller knows the sound by.
    """

    sound: str
    heard: Heard
    acoustics: Acoustics
    sentences: tuple[Sentence, ...]
    found: tuple[Found, ...]


def write(path: Path, kept: Kept) -> None:
    """Replace the file at *path*. Cepstra are kept in half precision: 7 MB for three quarters of an hour."""
    voices = kept.acoustics.voices
    about = {
        "sound": kept.sound,
        "inventory": kept.acoustics.inventory,
        "speakers": kept.acoustics.speakers,
        "hop": kept.acoustics.hop,
        "sentences": [[one.text, one.speaker, one.pin] for one in kept.sentences],
    }
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("wb") as file:
            np.savez(
                file,
                about=np.frombuffer(json.dumps(about).encode(), np.uint8),
                cepstra=kept.heard.cepstra.astype(np.float16),
                speech=np.packbits(kept.heard.speech),
                counts=np.array([len(one.begins) for one in kept.found]),
                begins=np.concatenate([one.begins for one in kept.found]),
                ends=np.concatenate([one.ends for one in kept.found]),
                found=np.array([[getattr(one, name) for name in _FOUND] for one in kept.found]),
                weights=voices.weights,
                **{
                    f"{name}_{part}": getattr(getattr(voices, name), part)
                    for name in ("phones", "silence", "background")
                    for part in ("means", "variances")
                },
            )
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def read(path: Path, sound: str) -> Kept | None:
    """What is kept at *path*, if it is of the same *sound* and whole."""
    try:
        # Opened here: numpy leaves open what it finds to be damaged.
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            about: dict[str, Any] = json.loads(file["about"].tobytes())
            if about["sound"] != sound:
                return None
            cepstra = file["cepstra"].astype(np.float32)
            speech = np.unpackbits(file["speech"], count=len(cepstra)).astype(bool)
            gaussians = {
                name: fine.Gaussians(file[f"{name}_means"], file[f"{name}_variances"])
                for name in ("phones", "silence", "background")
            }
            voices = fine.Voices(**gaussians, weights=file["weights"])
            bounds = np.cumsum(file["counts"])[:-1]
            begins, ends = np.split(file["begins"], bounds), np.split(file["ends"], bounds)
            numbers = file["found"]
        acoustics = Acoustics(voices, tuple(about["inventory"]), tuple(about["speakers"]), about["hop"])
        sentences = tuple(Sentence(*one) for one in about["sentences"])
        found = tuple(
            Found(first, last, *map(float, row))
            for first, last, row in zip(begins, ends, numbers, strict=True)
        )
        return Kept(sound, Heard(cepstra, speech), acoustics, sentences, found)
    except (OSError, ValueError, KeyError, TypeError, BadZipFile):
        return None
