"""Timing a hand-edited transcript: `lornpod.align` against aeneas or against counting characters.

    python bench/align.py [MINUTES...]        default: 42 and 180

The talk is invented and spoken by Festival Lite, two voices between jingles with pauses, false starts and
the noise of a room, as an MP3 of 64 kbit/s; where each sentence was put is the truth. lornpod runs as a
process of its own, decoding included, with an empty cache; wall time, CPU seconds and the peak of its memory
(with its children's) are the operating system's. Then one sentence is edited and the talk is aligned again.

The peer is aeneas where its command is installed (it builds against the headers of espeak and numpy, and
often cannot be). Without it the peer is what every tool falls back on: sentences in proportion to their
characters.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests import recordings
from tests.recordings import Talk

SECONDS_A_SENTENCE = 7.1

ALIGN = """
import json, sys
from pathlib import Path
from lornpod.align import Sound, espeak
from lornpod.audio.ffmpeg import speech
from lornpod.model import Cue
given = json.loads(Path(sys.argv[1]).read_text("utf-8"))
sound = Sound(lambda: speech(Path(sys.argv[2])), ((0, round(given["seconds"] * 1000)),))
cues = [Cue(text, speaker) for speaker, text in given["lines"]]
found = espeak.align(cues, sound, "en", state=Path(sys.argv[3]), key="bench", tick=lambda _: None)
flagged = [one.doubtful for one in found.sentences]
starts = [cue.start_ms for cue in found.cues]
Path(sys.argv[4]).write_text(json.dumps({"starts": starts, "flagged": flagged, "refusal": found.refusal}))
"""


def measured(command: Sequence[str], folder: Path) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds and the peak in GB of *command*, children included."""
    watch = folder / "watch.py"
    watch.write_text(
        "import resource, subprocess, sys\n"
        "code = subprocess.run(sys.argv[1:]).returncode\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1e6)\n"
        "sys.exit(code)\n"
    )
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, str(watch), *command], stdout=subprocess.PIPE, text=True, check=True
    )
    cpu_s, peak_gb = map(float, done.stdout.split()[-2:])
    return time.monotonic() - began, cpu_s, peak_gb


def errors(starts_ms: Sequence[float], talk: Talk) -> str:
    off = np.array(
        [abs(at / 1000 - (line.start_s or 0)) for at, line in zip(starts_ms, talk.lines, strict=True)]
    )
    return (
        f"median {np.median(off):7.3f} s  p95 {np.percentile(off, 95):7.3f} s  max {off.max():7.2f} s  "
        f"> 1 s {100 * (off > 1).mean():5.1f} %"
    )


def by_characters(talk: Talk) -> list[float]:
    lengths = np.array([len(line.text) + 1 for line in talk.lines])
    return list(np.concatenate([[0], np.cumsum(lengths)[:-1]]) / lengths.sum() * talk.seconds * 1000)


def aeneas(talk: Talk, mp3: Path, folder: Path) -> list[float] | None:
    """Where aeneas has the sentences; None where it is not installed."""
    if not shutil.which("aeneas_execute_task"):
        return None
    text, out = folder / "lines.txt", folder / "aeneas.json"
    text.write_text("\n".join(line.text for line in talk.lines), "utf-8")
    config = "task_language=eng|is_text_type=plain|os_task_file_format=json"
    wall_s, cpu_s, peak_gb = measured(["aeneas_execute_task", str(mp3), str(text), config, str(out)], folder)
    print(f"  aeneas             {wall_s:7.1f} s wall {cpu_s:7.1f} s CPU {peak_gb:6.2f} GB")
    return [float(one["begin"]) * 1000 for one in json.loads(out.read_text("utf-8"))["fragments"]]


def run(minutes: float) -> tuple[float, float]:
    talk = recordings.talk(round(minutes * 60 / SECONDS_A_SENTENCE), seed=7)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        mp3 = talk.save(folder / "talk.mp3")
        given, found = folder / "given.json", folder / "found.json"
        command = [sys.executable, "-c", ALIGN, str(given), str(mp3), str(folder / "state.npz"), str(found)]

        def lornpod(lines: list[tuple[str, str]], what: str) -> tuple[float, float, float]:
            given.write_text(json.dumps({"lines": lines, "seconds": talk.seconds}), "utf-8")
            wall_s, cpu_s, peak_gb = measured(command, folder)
            print(f"  lornpod, {what:10}{wall_s:7.1f} s wall {cpu_s:7.1f} s CPU {peak_gb:6.2f} GB")
            return wall_s, cpu_s, peak_gb

        print(f"{talk.seconds / 60:.0f} minutes, {len(talk.lines)} sentences")
        lines = [(line.speaker, line.text) for line in talk.lines]
        lines[len(lines) // 2] = (lines[len(lines) // 2][0], "What an editor had misheard.")
        _, cpu_s, peak_gb = lornpod(lines, "all")
        lornpod([(line.speaker, line.text) for line in talk.lines], "one edit")
        answer = json.loads(found.read_text("utf-8"))
        print(f"  lornpod            {errors(answer['starts'], talk)}  {answer['refusal']}")
        unflagged = [
            abs(at / 1000 - (line.start_s or 0))
            for at, line, flagged in zip(answer["starts"], talk.lines, answer["flagged"], strict=True)
            if not flagged
        ]
        share = 100 * np.mean(answer["flagged"])
        print(f"  in doubt {share:.0f} %; the worst that is not: {max(unflagged):.2f} s off")
        print(f"  by characters      {errors(by_characters(talk), talk)}")
        peer = aeneas(talk, mp3, folder)
        if peer is None:
            print("  aeneas is not installed")
        else:
            print(f"  aeneas             {errors(peer, talk)}")
    return cpu_s, peak_gb


def main() -> None:
    lengths = [float(one) for one in sys.argv[1:]] or [42.0, 180.0]
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    taken = [run(minutes) for minutes in lengths]
    (first_cpu_s, first_gb), (last_cpu_s, last_gb) = taken[0], taken[-1]
    print(
        f"{lengths[-1] / lengths[0]:.1f} times as long: {last_cpu_s / first_cpu_s:.1f} times the CPU, "
        f"{last_gb / first_gb:.1f} times the memory"
    )


if __name__ == "__main__":
    main()
