"""Stress for the aligner: whatever is more than two seconds off must be in doubt.

    python -m tests.align_stress [SENTENCES]       default: 150, some twenty minutes of sound a set

Talks with jingles, an advertisement of 83 seconds, a guest on the telephone, and passages that only the sound
or only the text has. Leaves with 1 where a sentence is more than 2.05 s off and not in doubt, where one that
nobody says is not, or where a talk is refused.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from lornpod.align import Sound, espeak
from lornpod.audio.ffmpeg import speech
from lornpod.model import Cue

from . import recordings

SETS: dict[str, dict[str, Any]] = {
    "plain": {"seed": 31},
    "jingles of 25 s": {"seed": 32, "jingle_s": 25.0},
    "an advertisement": {"seed": 33, "advertisement_s": 83.0},
    "on the telephone": {"seed": 34, "telephone": True},
    "not written": {"seed": 35, "unwritten_s": 40.0},
    "not said": {"seed": 36, "unsaid": 4},
    "all of it": {
        "seed": 37,
        "advertisement_s": 83.0,
        "unwritten_s": 30.0,
        "unsaid": 3,
        "telephone": True,
        "false_starts": 0.3,
    },
}
_FAR_S = 2.0
_ROUNDING_S = 0.05


def main() -> None:
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 150
    wrong = 0
    for name, options in SETS.items():
        talk = recordings.talk(many, **options)
        with tempfile.TemporaryDirectory() as folder:
            mp3 = talk.save(Path(folder, "talk.mp3"))
            found = espeak.align(
                [Cue(line.text, line.speaker) for line in talk.lines],
                Sound(lambda mp3=mp3: speech(mp3), ((0, round(talk.seconds * 1000)),)),  # type: ignore[misc]
                "en",
                state=Path(folder, "state.npz"),
                key="stress",
                tick=lambda _: None,
            )
        off = np.array(
            [
                np.nan if line.start_s is None else abs((one.cue.start_ms or 0) / 1000 - line.start_s)
                for one, line in zip(found.sentences, talk.lines, strict=True)
            ]
        )
        doubtful = np.array([one.doubtful for one in found.sentences])
        unsaid = np.isnan(off)
        missed = int(((off > _FAR_S + _ROUNDING_S) & ~doubtful).sum() + (unsaid & ~doubtful).sum())
        wrong += missed + bool(found.refusal)
        far, share = int((off > _FAR_S).sum()), f"{doubtful.mean():.0%}"
        print(
            f"{name:18} {len(off)} sentences, median {np.nanmedian(off):.3f} s, "
            f"p95 {np.nanpercentile(off, 95):.3f} s, max {np.nanmax(off):.1f} s; {far} more than 2 s off; "
            f"{share} in doubt, {missed} missed; {len(found.unwritten_ms)} not written {found.refusal}",
            flush=True,
        )
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
