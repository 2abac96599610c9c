"""Speak the demo's transcripts: each episode's sound, and its cue times as they truly are.

    python episodes/make_speech.py [FOLDER ...]

Needs espeak-ng (with its `nb` voice) and ffmpeg on PATH. The same text gives the same sound. A VTT
gets its times rewritten; for plain text they are printed, to take the chapters from.
"""

from __future__ import annotations

import array
import math
import re
import subprocess
import sys
import tempfile
import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

EPISODES = Path(__file__).resolve().parent
EXAMPLE = EPISODES.parent / "lornpod" / "workspace" / "template" / "episodes" / "0001"

# A whole number of samples to the millisecond, so that cue times are exact.
RATE_HZ = 48_000
SAMPLES_PER_MS = RATE_HZ // 1000

# espeak-ng is bright and dry. This takes the buzz off and evens out the words.
WARMTH = (
    "highpass=f=70,equalizer=f=220:t=q:w=0.9:g=2.5,equalizer=f=3400:t=q:w=0.8:g=-5,lowpass=f=6800,"
    "acompressor=threshold=-24dB:ratio=2.5:attack=8:release=120,"
    "silenceremove=start_periods=1:start_threshold=-50dB,areverse,"
    "silenceremove=start_periods=1:start_threshold=-50dB,afade=d=0.012,areverse,afade=d=0.004"
)


FFMPEG = ("ffmpeg", "-nostdin", "-v", "error", "-y", "-bitexact")


@dataclass(frozen=True)
class Voice:
    """How somebody speaks; *variant* and *pitch* are espeak-ng's."""

    variant: str
    pitch: int = 50
    words_per_minute: int = 152


@dataclass(frozen=True)
class Episode:
    """A folder with a transcript, and how its sound is to be.

    The episodes differ in level (RMS of the speech) and treble, as recordings do before mastering.
    *words* are said where the folder has no transcript.
    """

    folder: Path
    audio: str
    encoding: tuple[str, ...]
    level_dbfs: float
    treble_hz: int = 8000
    language: str = "nb"
    words: str = ""


@dataclass(frozen=True)
class Line:
    """A sentence or two of one speaker; *turn* counts the changes of speaker."""

    text: str
    speaker: str
    turn: int


@dataclass(frozen=True)
class Spoken:
    line: Line
    start_ms: int
    end_ms: int


NARRATOR = Voice("m1", pitch=36, words_per_minute=142)
VOICES = {
    "Ola": Voice("m7", pitch=58),
    "Kari": Voice("f2", pitch=52, words_per_minute=156),
    "Tuva": Voice("f3", pitch=54, words_per_minute=156),
    "Eirik": Voice("m3", pitch=42, words_per_minute=150),
    "Ingeborg": Voice("f4", pitch=50, words_per_minute=150),
}
HOSTS = {"Ola", "Tuva"}

MP3 = ("-c:a", "libmp3lame", "-b:a", "48k", "-ar", "24000", "-ac", "1")
MP3_VBR = ("-c:a", "libmp3lame", "-q:a", "6", "-ar", "24000", "-ac", "1")
FLAC = ("-c:a", "flac", "-compression_level", "12", "-sample_fmt", "s16", "-ar", "16000", "-ac", "1")
EXAMPLE_WORDS = """\
Ola Vik: Why did you begin on the other side?

Kari Nordmann: Because the road was there already. We build bridges while we walk on them.
"""
DEMO = (
    Episode(EPISODES / "C0901", "audio.mp3", MP3_VBR, level_dbfs=-23),
    Episode(EPISODES / "C0902", "audio.flac", FLAC, level_dbfs=-42, treble_hz=5200),
    Episode(EPISODES / "C0903", "audio.mp3", MP3, level_dbfs=-17),
    Episode(EXAMPLE, "audio.mp3", MP3, level_dbfs=-21, language="en-gb", words=EXAMPLE_WORDS),
)


# ---------------------------------------------------------------- what is said


def lines_of(transcript: str) -> Iterator[Line]:
    """What is said in *transcript*, a sentence at a time, or a cue at a time in a VTT."""
    turn, before = 0, ""
    timed = transcript.startswith("WEBVTT")
    for speaker, text in _said_in_cues(transcript) if timed else _said_in_text(transcript):
        turn += speaker != before
        before = speaker
        for sentence in [text] if timed else re.split(r"(?<=[.!?])\s+", text):
            yield Line(sentence, speaker, turn)


def _said_in_text(transcript: str) -> Iterator[tuple[str, str]]:
    """First name of the speaker (or none) and the words, a paragraph at a time."""
    for paragraph in transcript.strip().split("\n\n"):
        name, colon, words = paragraph.partition(": ")
        yield (name.partition(" ")[0], words) if colon else ("", paragraph)


def _said_in_cues(vtt: str) -> Iterator[tuple[str, str]]:
    """First name of the speaker (or none) and the words, a cue at a time."""
    for cue in vtt.strip().split("\n\n")[1:]:
        voice, end, words = cue.partition("\n")[2].removeprefix("<v ").partition(">")
        yield (voice.partition(" ")[0], words) if end else ("", voice)


# ---------------------------------------------------------------- sound


def speak(line: Line, language: str, folder: Path) -> array.array[float]:
    """*line* without silence before and after it; all lines are equally loud."""
    voice = VOICES.get(line.speaker, NARRATOR)
    raw, warm = folder / "raw.wav", folder / "warm.wav"
    speed = ("-p", str(voice.pitch), "-s", str(voice.words_per_minute))
    _run("espeak-ng", "-v", f"{language}+{voice.variant}", *speed, "-w", str(raw), line.text)
    _run(*FFMPEG, "-i", str(raw), "-af", WARMTH, "-ar", str(RATE_HZ), "-ac", "1", str(warm))
    with wave.open(str(warm)) as file:
        samples = array.array("h", file.readframes(file.getnframes()))
    rms = _rms(samples)
    return array.array("f", (sample / rms for sample in samples))


def _run(*command: str) -> None:
    subprocess.run(command, check=True)


def _rms(samples: Sequence[float]) -> float:
    return math.sqrt(sum(sample * sample for sample in samples) / len(samples))


def joined(lines: Sequence[Line], language: str) -> tuple[array.array[float], list[Spoken]]:
    """The whole conversation, and when each line is said."""
    samples, spoken = array.array("f"), list[Spoken]()
    with tempfile.TemporaryDirectory() as folder:
        for line in lines:
            start_ms = _start_ms(line, spoken[-1]) if spoken else 400
            _fill(samples, start_ms)
            samples.extend(speak(line, language, Path(folder)))
            end_ms = -(-len(samples) // SAMPLES_PER_MS)
            _fill(samples, end_ms)
            spoken.append(Spoken(line, start_ms, end_ms))
    _fill(samples, spoken[-1].end_ms + 900)
    return samples, spoken


def _start_ms(line: Line, before: Spoken) -> int:
    """When *line* begins.

    A host's turn begins on a whole second: chapters are written in those, and begin with a question.
    """
    if line.turn == before.line.turn:
        return before.end_ms + 260
    return -(-(before.end_ms + 350) // 1000) * 1000 if line.speaker in HOSTS else before.end_ms + 420


def _fill(samples: array.array[float], until_ms: int) -> None:
    """Lengthen *samples* with silence."""
    samples.extend(array.array("f", bytes(4 * (until_ms * SAMPLES_PER_MS - len(samples)))))


def encode(samples: array.array[float], episode: Episode) -> None:
    """Write *samples*, whose RMS is 1, as the episode's sound at its level."""
    target = episode.folder / episode.audio
    # The limiter catches the peaks of the loudest recording before the encoder clips them.
    filters = (
        f"volume={episode.level_dbfs}dB,alimiter=limit=0.9:level=0:attack=2,lowpass=f={episode.treble_hz}"
    )
    raw = ("-f", "f32le", "-ar", str(RATE_HZ), "-ac", "1", "-i", "-")
    command = (*FFMPEG, *raw, "-af", filters, *episode.encoding, "-map_metadata", "-1", str(target))
    subprocess.run(command, input=samples.tobytes(), check=True)


# ---------------------------------------------------------------- times


def clock(at_ms: int) -> str:
    """HH:MM:SS.mmm."""
    seconds, ms = divmod(at_ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{ms:03}"


def retime(vtt: Path, spoken: Sequence[Spoken]) -> None:
    """Give the cues of *vtt*, which are *spoken* one for one, the times at which they are said."""
    header, *cues = vtt.read_text("utf-8").strip().split("\n\n")
    timed = (
        f"{clock(said.start_ms)} --> {clock(said.end_ms)}\n{cue.partition(chr(10))[2]}"
        for said, cue in zip(spoken, cues, strict=True)
    )
    vtt.write_text("\n\n".join((header, *timed)) + "\n", "utf-8")


def make(episode: Episode) -> None:
    """Speak the episode, and tell its times."""
    transcript = next(episode.folder.glob("transcript.*"), None)
    words = episode.words or (transcript.read_text("utf-8") if transcript else "")
    samples, spoken = joined(list(lines_of(words)), episode.language)
    encode(samples, episode)
    if transcript and transcript.suffix == ".vtt":
        retime(transcript, spoken)
    length_bytes = (episode.folder / episode.audio).stat().st_size
    sys.stdout.write(f"{episode.folder.name}: {len(samples) / RATE_HZ:.1f} s, {length_bytes:,} bytes\n")
    for said in spoken:
        sys.stdout.write(f"  {clock(said.start_ms)}  {said.line.speaker or '-':9} {said.line.text}\n")


def main(names: Sequence[str]) -> None:
    """Make the episodes whose folders are *names*; without names, all."""
    for episode in DEMO:
        if not names or episode.folder.name in names:
            make(episode)


if __name__ == "__main__":
    main(sys.argv[1:])
