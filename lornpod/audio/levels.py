"""How loud sound is from moment to moment: what waveforms are drawn from."""

from __future__ import annotations

import array
import tempfile
from pathlib import Path

from .ffmpeg import run, source

_RATE_HZ = 4000  # enough to see syllables by; an hour is 29 MB on the disk, and never in memory


def levels(path: Path, count: int, where: str = "") -> tuple[float, ...]:
    """The mean of each of *count* equal stretches of the sound at *path*, 0 to 1 of full scale.

    Raises MediaError for sound that cannot be read.
    """
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "raw"
        layout = ["-map", "0:a:0", "-ac", "1", "-ar", str(_RATE_HZ), "-f", "s16le"]
        run([*source(path), *layout, f"file:{raw}"], where=where or str(path))
        total = raw.stat().st_size // 2
        means = []
        with raw.open("rb") as file:
            for index in range(count):
                wanted = total * (index + 1) // count - total * index // count
                samples = array.array("h", file.read(2 * wanted))
                means.append(sum(map(abs, samples)) / len(samples) / 32768 if samples else 0.0)
    return tuple(means)
