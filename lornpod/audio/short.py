"""Short sounds, held in memory: cut by ffmpeg, faded by pydub."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from typing import Any

from .ffmpeg import run, source


def cut(path: Path, start_ms: int, end_ms: int | None, where: str, *layout: str, rate_hz: int = 44100) -> Any:
    """The sound of *path* from *start_ms* to *end_ms* (None: its end) as a pydub segment of 16 bits.

    *layout* are ffmpeg's arguments for the channels. What lies before the span is skipped, not decoded.
    """
    length = ["-t", f"{(end_ms - start_ms) / 1000:.3f}"] if end_ms is not None else []
    form = ["-map", "0:a:0", "-ar", str(rate_hz), *layout, "-c:a", "pcm_s16le", "-f", "wav"]
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "cut.wav"
        run(["-ss", f"{start_ms / 1000:.3f}", *source(path), *length, *form, f"file:{target}"], where=where)
        return _segment(target)


def _segment(path: Path) -> Any:
    with warnings.catch_warnings():
        # pydub 0.25 looks for ffmpeg on PATH, which it is not used for here, and has odd escapes.
        warnings.simplefilter("ignore")
        from pydub import AudioSegment
    with path.open("rb") as file:
        return AudioSegment.from_wav(file)
