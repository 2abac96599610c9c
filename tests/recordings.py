"""Recordings of invented talks, spoken by synthesisers that lornpod does not use, with the truth beside them.

What is written and what is said differ as in life: pauses, false starts, jingles, advertisements, a
guest on the telephone, passages that only one of the two has. The truth is where each sentence was put.
"""

from __future__ import annotations

import random
import re
import subprocess
import tempfile
import wave
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from . import tools

Samples = npt.NDArray[np.float32]
RATE_HZ = 16_000

HOST, GUEST = "Ola Vik", "Kari Nordmann"
VOICES = {HOST: "rms", GUEST: "slt"}


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence, its speaker, and when it is said (in seconds; None: it is not)."""

    speaker: str
    text: str
    start_s: float | None = None


@dataclass(slots=True)
class Talk:
    """A recording in the making: what has been laid down so far, and where each line is in it."""

    seed: int = 1
    samples: list[Samples] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    unwritten: list[tuple[float, float]] = field(default_factory=list)
    at: int = 0
    chance: random.Random = field(default_factory=random.Random)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    @property
    def seconds(self) -> float:
        return self.at / RATE_HZ

    def lay(self, samples: Samples) -> None:
        self.samples.append(samples)
        self.at += len(samples)

    def pause(self, seconds: float) -> None:
        self.lay(np.zeros(int(seconds * RATE_HZ), np.float32))

    def jingle(self, seconds: float) -> None:
        self.lay(jingle(seconds, self.chance.randrange(1 << 30)))

    def say(self, speaker: str, text: str, spoken: Samples) -> None:
        """A line that is written and said."""
        self.lines.append(Line(speaker, text, self.seconds))
        self.lay(spoken)

    def say_unwritten(self, spoken: Samples) -> None:
        start_s = self.seconds
        self.lay(spoken)
        self.unwritten.append((start_s, self.seconds))

    def write_unsaid(self, speaker: str, text: str) -> None:
        self.lines.append(Line(speaker, text))

    def text(self) -> str:
        """The transcript as an editor writes it: a paragraph a turn."""
        turns: list[str] = []
        before = ""
        for line in self.lines:
            if line.speaker == before:
                turns[-1] += f" {line.text}"
            else:
                turns.append(f"{line.speaker}: {line.text}")
            before = line.speaker
        return "\n\n".join(turns) + "\n"

    def save(self, path: Path, *, noise_db: float = -50) -> Path:
        """The recording as an MP3 of 64 kbit/s, with noise of a room under it."""
        chance = np.random.default_rng(self.seed)
        with tempfile.TemporaryDirectory() as folder:
            whole = Path(folder, "whole.wav")
            with wave.open(str(whole), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(RATE_HZ)
                for part in self.samples:
                    noisy = part + chance.normal(0, 10 ** (noise_db / 20), len(part)).astype(np.float32)
                    file.writeframes((np.clip(noisy, -1, 1) * 32767).astype("<i2").tobytes())
            encode = ["-b:a", "64k", "-y", str(path)]
            subprocess.run(
                [tools.program("ffmpeg"), "-v", "error", "-nostdin", "-i", str(whole), *encode], check=True
            )
        return path


# ---------------------------------------------------------------- voices and sounds


def flite(text: str, voice: str, *, stretch: float = 1.0) -> Samples:
    """*text* as Festival Lite says it, at 16 kHz; *stretch* above 1 is slower."""
    with tempfile.TemporaryDirectory() as folder:
        spoken = Path(folder, "spoken.wav")
        options = ["-voice", voice, "--setf", f"duration_stretch={stretch}"]
        subprocess.run([tools.program("flite"), *options, "-t", text, "-o", str(spoken)], check=True)
        return read_wav(spoken)


def read_wav(path: Path) -> Samples:
    """A mono WAV at 16 kHz, without the silence around it."""
    with wave.open(str(path)) as file:
        rate_hz = file.getframerate()
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32)
    at = np.arange(int(len(samples) * RATE_HZ / rate_hz)) * (rate_hz / RATE_HZ)
    heard = np.asarray(np.interp(at, np.arange(len(samples)), samples) / 32768, np.float32)
    loud = np.flatnonzero(np.abs(heard) > 0.01)
    return heard[loud[0] : loud[-1] + 1] if len(loud) else heard


def on_the_telephone(samples: Samples) -> Samples:
    """Only what a telephone carries: 300 to 3400 Hz."""
    spectrum = np.fft.rfft(samples)
    hz = np.fft.rfftfreq(len(samples), 1 / RATE_HZ)
    spectrum[(hz < 300) | (hz > 3400)] = 0
    return np.asarray(np.fft.irfft(spectrum, len(samples)), np.float32)


def jingle(seconds: float, seed: int) -> Samples:
    """Chords on a beat, with a drum."""
    chance = np.random.default_rng(seed)
    t = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    tune = np.zeros(len(t))
    for beat in range(int(seconds * 2) + 1):
        since = t - beat / 2
        swell = np.where(since >= 0, np.exp(-3 * np.maximum(since, 0)), 0)
        for note in chance.choice([0, 3, 5, 7, 10, 12, 15], 3, replace=False):
            hz = 220 * 2 ** (note / 12)
            tune += swell * (np.sin(2 * np.pi * hz * t) + 0.4 * np.sin(4 * np.pi * hz * t))
        tune += (
            0.7 * np.where(since >= 0, np.exp(-40 * np.maximum(since, 0)), 0) * chance.normal(0, 1, len(t))
        )
    return np.asarray(0.25 * tune / np.abs(tune).max(), np.float32)


# ---------------------------------------------------------------- talks


@cache
def vocabulary() -> tuple[str, ...]:
    """English words, common and rare, from the licence that lies beside this file's folder."""
    text = (Path(__file__).parent.parent / "LICENSE").read_text("utf-8")
    return tuple(dict.fromkeys(word.lower() for word in re.findall(r"[A-Za-z]{2,}", text)))


def sentences(many: int, seed: int, length: tuple[int, int] = (5, 20)) -> Iterator[str]:
    """Sentences of so many words, in no order that makes sense, some with a comma."""
    chance = random.Random(seed)
    for _ in range(many):
        words = chance.choices(vocabulary(), k=chance.randint(*length))
        if len(words) > 8:
            words[len(words) // 2] += ","
        yield " ".join(words).capitalize() + chance.choice(["."] * 9 + ["?"])


FALSE_STARTS = ("well um", "you know I mean", "so yes er", "what we what we", "right")


def spoken_by_flite(said: Sequence[tuple[str, str]], seed: int, *, telephone: bool = False) -> list[Samples]:
    """Each of the speakers' lines, at a pace that varies; the guest *telephone*s where asked."""
    chance = random.Random(seed)
    paces = [chance.uniform(0.85, 1.2) for _ in said]

    def one(index: int) -> Samples:
        speaker, text = said[index]
        samples = flite(text, VOICES.get(speaker, speaker), stretch=paces[index])
        return on_the_telephone(samples) if telephone and speaker == GUEST else samples

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(one, range(len(said))))


def talk(
    many: int,
    seed: int = 1,
    *,
    jingle_s: float = 8.0,
    advertisement_s: float = 0.0,
    unwritten_s: float = 0.0,
    unsaid: int = 0,
    telephone: bool = False,
    false_starts: float = 0.15,
    words: tuple[int, int] = (5, 20),
) -> Talk:
    """An English talk of *many* sentences with what goes wrong in transcripts.

    A jingle of *jingle_s* at both ends; in the middle an advertisement by another voice, at a third of
    the way a passage of the guest's that the text leaves out, at two thirds *unsaid* sentences that
    are in the text alone; the guest on the *telephone*; *false_starts* are the share of sentences that
    begin with words which the text does not have.
    """
    made = Talk(seed)
    chance = made.chance
    written: list[tuple[str, str]] = []
    speaker = HOST
    for text in sentences(many, seed, words):
        written.append((speaker, text))
        if chance.random() < 0.4:
            speaker = GUEST if speaker == HOST else HOST
    spoken = spoken_by_flite(written, seed, telephone=telephone)
    starts = spoken_by_flite([(who, chance.choice(FALSE_STARTS)) for who, _ in written], seed + 1)
    extra = list(sentences(60, seed + 2))
    made.jingle(jingle_s)
    for index, ((who, text), samples) in enumerate(zip(written, spoken, strict=True)):
        made.pause(abs(chance.gauss(0.25, 0.25)))
        if index == many // 2 and advertisement_s:
            _fill(made, extra[:30], "awb", advertisement_s)
        if index == many // 3 and unwritten_s:
            _fill(made, extra[30:], VOICES[GUEST], unwritten_s)
        if index == 2 * many // 3:
            for missing in sentences(unsaid, seed + 3):
                made.write_unsaid(who, missing)
        if chance.random() < false_starts:
            made.lay(starts[index])
            made.pause(chance.uniform(0.05, 0.4))
        made.say(who, text, samples)
    made.pause(0.6)
    made.jingle(jingle_s)
    return made


def _fill(made: Talk, texts: Sequence[str], voice: str, seconds: float) -> None:
    parts: list[Samples] = []
    for text in texts:
        if sum(map(len, parts)) >= seconds * RATE_HZ:
            break
        parts += [flite(text, voice), np.zeros(RATE_HZ // 4, np.float32)]
    made.say_unwritten(np.concatenate(parts)[: int(seconds * RATE_HZ)])
