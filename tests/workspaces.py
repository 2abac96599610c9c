"""Small whole workspaces on disk: a network, feeds, cases with sound, a cover."""

from __future__ import annotations

import array
import math
import random
import wave
from collections.abc import Callable
from functools import cache
from pathlib import Path

Run = Callable[..., tuple[int, str, str]]  # a command; its exit code, stdout and stderr

NETWORK = """\
name: Lærerommet
website: https://example.org/
base_url: https://cdn.example.org/pod
guid: 5f0e7c1a-3d0b-4e36-9a55-1b6a2f0d9c11
description: Samtaler om å lære.
language: nb
owner: {name: Redaksjonen, email: post@example.org}
categories: [Education > Courses]
artwork: artwork/cover.jpg
themes: [Innovasjon i offentlig sektor, Bærekraft]
transcripts: {aligner: none}
"""
INNOVATION = """\
---
title: Innovasjon i offentlig sektor
where: {theme: Innovasjon i offentlig sektor}
---
Samtaler om å fornye det offentlige.
"""
ALL = "---\ntitle: Alle samtaler\n---\nAlt fra Lærerommet.\n"
CASE = """\
---
number: 901
title: Små skritt & store broer
published: 260302
themes: Innovasjon i offentlig sektor
guests:
  - {name: Kari Nordmann, role: Fagleder, organisation: Fjordheim kommune}
hosts: [Ola Vik]
language: no
quote: Vi bygger broer mens vi går på dem.
chapters:
  - {start: "00:00", title: Velkommen}
  - {start: 00:03, title: Broen}
---
Kari Nordmann forteller om **broer**.

## Hvem er du?

Jeg leder et *lite* fagmiljø.
"""
TRANSCRIPT = """\
Velkommen til Lærerommet.

Ola Vik: Hei, og velkommen.

Kari Nordmann: Takk. Vi bygger broer mens vi går på dem.

Ola: Fint.
"""


@cache
def speech_like(seconds: float, rate_hz: int = 16000, seed: int = 1) -> bytes:
    """16-bit mono samples with a voice's syllables and pauses, at about −22 LUFS."""
    chance = random.Random(seed)
    samples = array.array("h")
    level = 0.0
    for index in range(int(seconds * rate_hz)):
        t = index / rate_hz
        envelope = max(0.0, math.sin(2 * math.pi * 3.1 * t)) * (0.6 + 0.4 * math.sin(2 * math.pi * 0.3 * t))
        level = 0.7 * level + 0.3 * chance.uniform(-1, 1)
        voice = math.sin(2 * math.pi * 140 * t) + 0.5 * math.sin(2 * math.pi * 420 * t) + 1.5 * level
        samples.append(int(4500 * envelope * voice))
    return samples.tobytes()


def write_wav(path: Path, seconds: float = 6.0, rate_hz: int = 16000, *, times: int = 1) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        for _ in range(times):
            file.writeframes(speech_like(seconds, rate_hz))
    return path


def write_cover(path: Path, side_px: int = 1400, colour: tuple[int, int, int] = (18, 60, 110)) -> Path:
    from PIL import Image

    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (side_px, side_px), colour).save(path, "JPEG", quality=80)
    return path


def add_case(root: Path, case_id: str = "C0901", text: str = CASE, *, seconds: float = 6.0) -> Path:
    """A case with sound (none for 0 seconds) and a hand-edited transcript; its folder."""
    folder = root / "episodes" / case_id
    folder.mkdir(parents=True)
    (folder / "case.md").write_text(text, "utf-8")
    (folder / "transcript.txt").write_text(TRANSCRIPT, "utf-8")
    if seconds:
        write_wav(folder / "audio.wav", seconds)
    return folder


def workspace(root: Path) -> Path:
    """A network of two feeds and one case, which publishes without a complaint; its root."""
    (root / "feeds").mkdir(parents=True)
    (root / "lornpod.yaml").write_text(NETWORK, "utf-8")
    (root / "feeds/innovasjon.md").write_text(INNOVATION, "utf-8")
    (root / "feeds/alle.md").write_text(ALL, "utf-8")
    write_cover(root / "artwork/cover.jpg")
    add_case(root)
    return root
