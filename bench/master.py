"""Mastering an episode of 42 minutes: lornpod against ffmpeg-normalize and a bare ffmpeg, in one run.

    python bench/master.py [--minutes M] [--pairs N] [--eight] [--long] [--only]

The recording is speech of two synthesised voices (espeak-ng) with pauses and a room's noise, 44.1 kHz, 16
bits, stereo. lornpod publishes the case into an empty store as a program that starts anew, its modules
compiled before: checked, mastered to −16 LUFS, tagged with 14 chapters and a cover, stored, its card drawn,
feed and pages written. Against it, in turn:

- ``ffmpeg -i in.wav -b:a 128k out.mp3``: no loudness, no tags (aim: at most 1.35 times as long);
- ``ffmpeg-normalize``: two passes, same target, ceiling, rates, no tags (aim: at most 0.40 of it),
  where it is installed (`make bench` brings it).

Loudness and true peak of each result are those of pyloudnorm, where it is installed, and of ffmpeg's ebur128.
--eight publishes eight such cases on one core and on two (aim: 1.8 times the throughput). --long compares the
Python process's peak memory for 10 minutes and for 10 hours (aim: under 100 MB, and flat).
Wall time depends on what else the machine does; CPU seconds (user and system, all processes) hardly do.
"""

from __future__ import annotations

import argparse
import array
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import wave
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from PIL import Image

from lornpod.audio.ffmpeg import ffmpeg

RATE_HZ = 44_100
_TEXTS = (
    "Velkommen til Lærerommet. I dag skal vi snakke om hvordan broer blir bygd mens man går på dem.",
    "Jeg leder et lite fagmiljø i kommunen, og vi prøver stadig noe nytt. Det viktigste er å begynne på den"
    " andre bredden, og å tenke på dem som skal bruke broen, ikke på dem som skal bygge den.",
    "Hva mener du med det? Kan du gi et eksempel fra hverdagen, og si hvem som var med på det?",
    "Jo, vi satte oss ned med naboene, og så tegnet vi veien slik de går i dag. Man må våge å feile.",
)


@dataclass(frozen=True, slots=True)
class Figure:
    """What a program took. ``python_mb`` is the peak of its first process alone."""

    wall_s: float
    cpu_s: float
    python_mb: float


def timed(command: list[str], **more: str) -> Figure:
    """Run *command* to its end, in an environment with *more*."""
    before = os.times()
    began = time.perf_counter()
    environment = os.environ | more
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with subprocess.Popen(command, env=environment) as process:
        peak_mb = 0.0
        while process.poll() is None:
            peak_mb = max(peak_mb, _highest_mb(process.pid))
            time.sleep(0.05)
    wall = time.perf_counter() - began
    after = os.times()
    if process.returncode:
        raise SystemExit(f"failed: {' '.join(command)}")
    cpu = after.children_user - before.children_user + after.children_system - before.children_system
    return Figure(wall, cpu, peak_mb)


def _highest_mb(pid: int) -> float:
    """The most memory that the process had so far; its ru_maxrss would start with ours."""
    try:
        told = Path(f"/proc/{pid}/status").read_text("utf-8")
    except OSError:
        return 0.0
    found = re.search(r"VmHWM:\s+(\d+) kB", told)
    return int(found[1]) / 1024 if found else 0.0


# ---------------------------------------------------------------- the recording


def speech(folder: Path, minutes: float, channels: int = 2) -> Path:
    """A conversation of so many minutes."""
    chance = random.Random(3)
    noise = array.array("h", (chance.randint(-20, 20) for _ in range(RATE_HZ * 2)))
    turns = [_turn(folder, text, at, noise) for at, text in enumerate(_TEXTS)]
    if channels == 1:
        turns = [array.array("h", array.array("h", turn)[::2]).tobytes() for turn in turns]
    path = folder / f"speech{minutes:g}.wav"
    left = int(minutes * 60 * RATE_HZ) * 2 * channels
    with path.open("wb") as raw, wave.open(raw, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.setnframes(left // (2 * channels))
        while left:
            turn = chance.choice(turns)[:left]
            file.writeframesraw(turn)
            left -= len(turn)
    return path


def _turn(folder: Path, text: str, at: int, noise: array.array[int]) -> bytes:
    """One voice, nearer to its own microphone, and a second of silence."""
    spoken = folder / "turn.wav"
    voice = ("nb+m3", "nb+f2")[at % 2]
    subprocess.run(["espeak-ng", "-v", voice, "-s", "165", "-w", str(spoken), text], check=True)
    form = ["-f", "s16le", "-ac", "1", "-ar", str(RATE_HZ), "-"]
    raw = subprocess.run([ffmpeg(), "-v", "error", "-i", str(spoken), *form], check=True, capture_output=True)
    mono = array.array("h", raw.stdout)
    mono.extend([0] * RATE_HZ)
    gains = ((0.30, 0.20), (0.16, 0.24), (0.34, 0.26), (0.20, 0.28))[at]
    both = array.array("h", bytes(4 * len(mono)))
    for index, sample in enumerate(mono):
        for side, gain in enumerate(gains):
            both[2 * index + side] = int(sample * gain) + noise[(2 * index + side * 7) % len(noise)]
    return both.tobytes()


def workspace(root: Path, recording: Path, minutes: float, cases: int = 1) -> Path:
    """A workspace whose cases are all this recording, with 14 chapters and a cover, 300 kB in the tag."""
    (root / "feeds").mkdir(parents=True)
    (root / "artwork").mkdir()
    (root / "lornpod.yaml").write_text(
        "name: Lærerommet\nwebsite: https://example.org/\nbase_url: https://cdn.example.org/pod\n"
        "guid: 5f0e7c1a-3d0b-4e36-9a55-1b6a2f0d9c11\nowner: {name: R, email: post@example.org}\n"
        "categories: [Education > Courses]\nartwork: artwork/cover.jpg\n",
        "utf-8",
    )
    (root / "feeds/alle.md").write_text("---\ntitle: Alle samtaler\n---\nAlt.\n", "utf-8")
    noise = random.Random(4).randbytes(3 * 1400 * 1400 // 16)
    Image.frombytes("RGB", (350, 350), noise).resize((1400, 1400)).save(
        root / "artwork/cover.jpg", quality=90
    )
    for number in range(901, 901 + cases):
        folder = root / f"episodes/C{number:04}"
        folder.mkdir(parents=True)
        starts = [int(minutes * 60 * at / 14) for at in range(14)]
        chapters = "".join(f"  - {at // 60:02}:{at % 60:02} Kapittel om {at} sekunder\n" for at in starts)
        folder.joinpath("case.md").write_text(
            f"---\nnumber: {number}\ntitle: Samtale {number}\npublished: 260302\nguests: [Kari Nordmann]\n"
            f"language: nb\nchapters:\n{chapters}---\nOm broer.\n",
            "utf-8",
        )
        (folder / "audio.wav").symlink_to(recording)
    return root


# ---------------------------------------------------------------- the runs


def published(root: Path, *options: str, cores: str = "") -> Figure:
    """lornpod, from nothing: an empty store and no cache."""
    for name in ("build", "public"):
        shutil.rmtree(root / name, ignore_errors=True)
    bound = ["taskset", "-c", cores] if cores else []
    return timed([*bound, sys.executable, "-m", "lornpod", "-q", "-C", str(root), "publish", *options])


def heard(path: Path, *, by_pyloudnorm: bool = True) -> str:
    """What two meters say of a result; pyloudnorm has all of it in memory."""
    command = [
        ffmpeg(),
        "-hide_banner",
        "-nostats",
        "-i",
        str(path),
        "-af",
        "ebur128=peak=true",
        "-f",
        "null",
        "-",
    ]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    summary = said[said.rindex("Summary:") :]
    loudness, peak = re.findall(r"(?:I|Peak): +(-?[\d.]+) ", summary)
    return f"{loudness} LUFS, {peak} dBTP (ebur128)" + (_by_pyloudnorm(path) if by_pyloudnorm else "")


def _by_pyloudnorm(path: Path) -> str:
    """The integrated loudness by another meter, of the whole file."""
    try:
        import numpy as np
        import pyloudnorm
    except ImportError:
        return ""
    form = ["-f", "f32le", "-ac", "2", "-ar", str(RATE_HZ), "-"]
    raw = subprocess.run([ffmpeg(), "-v", "error", "-i", str(path), *form], check=True, capture_output=True)
    samples = np.frombuffer(raw.stdout, "<f4").reshape(-1, 2)
    return f", {pyloudnorm.Meter(RATE_HZ).integrated_loudness(samples):.2f} LUFS (pyloudnorm)"


def against(folder: Path, minutes: float, pairs: int) -> None:
    """lornpod and its peers, in turn."""
    recording = speech(folder, minutes)
    root = workspace(folder / "ws", recording, minutes)
    bare, normal = folder / "bare.mp3", folder / "normal.mp3"
    programs = {
        "bare ffmpeg": [ffmpeg(), "-v", "error", "-y", "-i", str(recording), "-b:a", "128k", str(bare)]
    }
    peer = shutil.which("ffmpeg-normalize", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if peer:
        options = ["-t", "-16", "-tp", "-1", "-ar", str(RATE_HZ), "-c:a", "libmp3lame", "-b:a", "128k", "-f"]
        programs["ffmpeg-normalize"] = [peer, str(recording), *options, "-o", str(normal)]
    figures: dict[str, list[Figure]] = {name: [] for name in ("lornpod", *programs)}
    published(workspace(folder / "first", speech(folder, 1), 1))  # compiles its modules
    for _ in range(pairs):
        figures["lornpod"].append(published(root))
        for name, command in programs.items():
            figures[name].append(timed(command, FFMPEG_PATH=ffmpeg()))
    print(f"{minutes:g} minutes, {pairs} pairs, medians")
    for name, found in figures.items():
        ratios = [ours.wall_s / its.wall_s for ours, its in zip(figures["lornpod"], found, strict=True)]
        print(
            f"{name:18} {median(one.wall_s for one in found):7.1f} s wall"
            f" {median(one.cpu_s for one in found):7.1f} s CPU"
            f" {max(one.python_mb for one in found):5.0f} MB   lornpod takes {median(ratios):.2f} of it"
        )
    (ours,) = (root / "public/media").rglob("*.mp3")
    for name, path in (("lornpod", ours), ("ffmpeg-normalize", normal)):
        if path.exists():
            print(f"{name:18} {heard(path)}")


def eight(folder: Path, minutes: float) -> None:
    """Throughput of eight cases on one core and on two."""
    root = workspace(folder / "eight", speech(folder, minutes), minutes, 8)
    one, two = published(root, "-j", "1", cores="0"), published(root, "-j", "2", cores="0,1")
    print(f"eight cases of {minutes:g} minutes: one core {one.wall_s:.1f} s, two cores {two.wall_s:.1f} s:")
    print(f"{one.wall_s / two.wall_s:.2f} times the throughput; {two.python_mb:.0f} MB")


def long(folder: Path) -> None:
    """Peak memory of the Python process for 10 minutes and 10 hours, in mono: WAV ends at 4 GB."""
    for minutes in (10, 600):
        recording = speech(folder, minutes, 1)
        root = workspace(folder / f"long{minutes}", recording, minutes)
        taken = published(root)
        print(
            f"{minutes} minutes in mono: {taken.python_mb:.0f} MB is the peak of Python,"
            f" {taken.wall_s:.1f} s wall, {taken.cpu_s:.1f} s CPU",
            flush=True,
        )
        (made,) = (root / "public/media").rglob("*.mp3")
        print(f"  {heard(made, by_pyloudnorm=minutes < 60)}", flush=True)
        shutil.rmtree(root)
        recording.unlink()


def main() -> None:
    parser = argparse.ArgumentParser(description="lornpod's mastering against its peers")
    parser.add_argument("--minutes", type=float, default=42)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--eight", action="store_true")
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--only", action="store_true", help="only what --eight and --long ask for")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if not chosen.only:
            against(folder, chosen.minutes, chosen.pairs)
        if chosen.eight:
            eight(folder, min(chosen.minutes, 10))
        if chosen.long:
            long(folder)


if __name__ == "__main__":
    main()
