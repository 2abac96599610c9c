"""A short clip out of an episode: cut at breaths, faded in and out, as an MP3."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import LornpodError
from ..messages import tr
from . import frames, short
from .ffmpeg import run, source

MOST_MS = 5 * 60_000  # what is faded is held in memory: of stereo, about 10 MB a minute
LEAST_MS = 500
FADE_MS = 250
_REACH_MS = 400  # how far an edge may move to a breath
_BREATH_MS = 60
_STEP_MS = 10
_KBPS = {1: 96, 2: 128}


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What was cut, in milliseconds of the episode."""

    start_ms: int
    end_ms: int


def excerpt(
    episode: Path,
    target: Path,
    start_ms: int,
    end_ms: int,
    *,
    title: str,
    artist: str,
    snap: bool = False,
    where: str = "",
) -> Excerpt:
    """Write the sound of *episode* from *start_ms* to *end_ms* as *target*, an MP3 or, where its name ends
    in .wav, a WAV; whole or not at all.

    *snap* moves each edge, by less than half a second, to where it is quietest. Only the excerpt is
    decoded. Raises LornpodError for a span that is empty, longer than :data:`MOST_MS` or past the
    end, MediaError for sound that cannot be read.
    """
    where = where or str(episode)
    _refuse(start_ms, end_ms, where)
    from_ms = max(0, start_ms - _REACH_MS)
    sound = short.cut(episode, from_ms, end_ms + _REACH_MS, where)
    with tempfile.TemporaryDirectory() as folder:
        faded = Path(folder) / "faded.wav"
        if from_ms + len(sound) < end_ms - _REACH_MS:
            said = tr(
                "the sound ends at {from_s:.1f} s, before the excerpt does",
                from_s=(from_ms + len(sound)) / 1000,
            )
            raise LornpodError(said, where, tr("give an earlier end"))
        start, end = start_ms - from_ms, min(end_ms - from_ms, len(sound))
        if snap:
            start, end = _breath(sound, start), _breath(sound, end)
        fade_ms = min(FADE_MS, (end - start) // 2)
        sound[start:end].fade_in(fade_ms).fade_out(fade_ms).export(faded, format="wav").close()
        _encode(faded, target, sound.channels, title, artist, where)
    return Excerpt(from_ms + start, from_ms + end)


def _refuse(start_ms: int, end_ms: int, where: str) -> None:
    length_ms = end_ms - start_ms
    if start_ms < 0 or length_ms < LEAST_MS:
        raise LornpodError(tr("the excerpt has no length"), where, tr("give an end after the start"))
    if length_ms > MOST_MS:
        said = tr("the excerpt would last {length_min:.1f} minutes", length_min=length_ms / 60_000)
        raise LornpodError(said, where, tr("choose at most {most_min} minutes", most_min=MOST_MS // 60_000))


def _breath(sound: Any, at_ms: int) -> int:
    """The middle of the quietest moment near *at_ms*; of several as quiet, the nearest."""
    first, last = max(0, at_ms - _REACH_MS), min(len(sound), at_ms + _REACH_MS) - _BREATH_MS
    moments = range(first, max(last, first) + 1, _STEP_MS)
    middle = _BREATH_MS // 2
    return middle + min(moments, key=lambda ms: (sound[ms : ms + _BREATH_MS].rms, abs(ms + middle - at_ms)))


def _encode(faded: Path, target: Path, channels: int, title: str, artist: str, where: str) -> None:
    told = ["-metadata", f"title={title}", "-metadata", f"artist={artist}"]
    mp3 = ["-c:a", "libmp3lame", "-b:a", f"{_KBPS[min(channels, 2)]}k", "-id3v2_version", "3", "-bitexact"]
    wav = ["-c:a", "pcm_s16le", "-bitexact"]
    form = [*wav, "-f", "wav"] if target.suffix.lower() == ".wav" else [*mp3, "-f", "mp3"]
    with frames.whole(target) as part:
        run([*source(faded), "-map", "0:a:0", *told, *form, f"file:{part}"], where=where)
