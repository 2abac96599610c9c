"""A film of pictures that are drawn while it is encoded, and one sound."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from . import frames
from .ffmpeg import Heard, run, source, unheard

FPS = 25


def film(
    pictures: Iterable[bytes],
    size: tuple[int, int],
    sound: Path,
    target: Path,
    *,
    title: str,
    artist: str,
    where: str = "",
    heard: Heard = unheard,
) -> None:
    """Write *pictures*, 25 a second, with *sound* as the MP4 *target*; whole or not at all.

    Each picture is *size* in RGB, three bytes a pixel, and is asked for when it is needed. H.264 and AAC in
    the profile that every phone and network takes, with its index first. *heard* is told how far it is, in
    seconds. Raises MediaError for sound that cannot be read, MissingTool for an ffmpeg without H.264.
    """
    width, height = size
    drawn = ["-f", "rawvideo", "-pixel_format", "rgb24", "-video_size", f"{width}x{height}"]
    colours = [
        "-colorspace",
        "bt709",
        "-color_primaries",
        "bt709",
        "-color_trc",
        "bt709",
        "-color_range",
        "tv",
    ]
    video = [
        "-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p", *colours,
        "-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-profile:v", "high", "-g", str(2 * FPS),
    ]  # fmt: skip
    audio = ["-c:a", "aac", "-b:a", "160k", "-ar", "48000"]
    told = ["-metadata", f"title={title}", "-metadata", f"artist={artist}", "-movflags", "+faststart"]
    with frames.whole(target) as part:
        run(
            [
                *drawn, "-framerate", str(FPS), "-i", "pipe:0", *source(sound),
                "-map", "0:v:0", "-map", "1:a:0", *video, *audio, *told, "-shortest", "-f", "mp4",
                f"file:{part}",
            ],
            where=where or str(sound),
            heard=heard,
            fed=pictures,
        )  # fmt: skip
