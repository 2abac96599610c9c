"""ffmpeg as a process: found, run with progress, ended with its caller, and its complaints in one line."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from ..errors import MediaError, MissingTool

Heard = Callable[[float], None]

# Sound and video files as ffmpeg names their formats. Playlists and scripts (concat, hls, dash, sdp) are
# left out: a file may say so of itself, whatever its name, and would have ffmpeg open what it points to.
_FORMATS = (
    "aac,ac3,aiff,amr,ape,asf,au,avi,caf,eac3,flac,matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,mp3,mpeg,mpegts,"
    "ogg,w64,wav,wv"
)


def unheard(seconds: float) -> None:
    """Tell nobody how far ffmpeg has come."""


@cache
def ffmpeg() -> str:
    """The path of ffmpeg: LORNPOD_FFMPEG, else the one on PATH, else the one that imageio-ffmpeg brings.

    Raises MissingTool where there is none.
    """
    given = os.environ.get("LORNPOD_FFMPEG")
    if given:
        return given
    found = shutil.which("ffmpeg")
    if found:
        return found
    hint = "install ffmpeg, or `pip install imageio-ffmpeg`"
    try:
        from imageio_ffmpeg import get_ffmpeg_exe

        return str(get_ffmpeg_exe())
    except (ImportError, RuntimeError):
        raise MissingTool("there is no ffmpeg on this machine", hint=hint) from None


def source(path: Path) -> list[str]:
    """The arguments that read *path*: a file by any name, and never anything that it points to."""
    return ["-protocol_whitelist", "file", "-format_whitelist", _FORMATS, "-i", f"file:{path.absolute()}"]


def run(arguments: Sequence[str], *, where: str, heard: Heard = unheard) -> str:
    """What ffmpeg said on stderr; *heard* is told how many seconds of audio are done.

    Raises MediaError with ffmpeg's last complaint when it fails. Ends ffmpeg whatever ends the caller.
    """
    command = [ffmpeg(), "-hide_banner", "-nostdin", "-y", "-nostats", "-progress", "pipe:1", *arguments]
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
    except OSError as error:
        hint = "install ffmpeg, or mend LORNPOD_FFMPEG where it is set"
        raise MissingTool(f"ffmpeg cannot be started ({error.strerror}: {command[0]})", hint=hint) from None
    heard_lines = process.stdout
    assert heard_lines is not None  # noqa: S101 - it is a pipe
    said: list[bytes] = []
    listener = threading.Thread(target=lambda: said.append(_read(process)), daemon=True)
    listener.start()
    try:
        for line in heard_lines:
            if line.startswith(b"out_time_us=") and line[12:].strip().isdigit():
                heard(int(line[12:]) / 1e6)
        process.wait()
    except BaseException:
        process.kill()
        process.wait()
        raise
    finally:
        listener.join()
        heard_lines.close()
    text = b"".join(said).decode("utf-8", "replace")
    if process.returncode:
        raise MediaError(f"ffmpeg cannot use it ({complaint(text)})", where, "see whether a player plays it")
    return text


def _read(process: subprocess.Popen[bytes]) -> bytes:
    """stderr to its end, keeping the last megabyte."""
    assert process.stderr is not None  # noqa: S101 - it is a pipe
    kept = bytearray()
    with process.stderr as stream:
        while block := os.read(stream.fileno(), 1 << 16):
            kept += block
            del kept[: -(1 << 20)]
    return bytes(kept)


def complaint(text: str) -> str:
    """ffmpeg's last words that say what is wrong, without paths and addresses."""
    lines = [
        re.sub(r"^\[[^\]]*\]\s*|file:\S+:\s*|0x[0-9a-f]+", "", line).strip() for line in text.splitlines()
    ]
    wrong = re.compile(
        r"invalid|error|not found|no such|fail|unknown|unsupported|denied|missing|could not", re.IGNORECASE
    )
    told = [line for line in lines if wrong.search(line) and not line.startswith("Conversion failed")]
    return (told or [line for line in lines if line] or ["no reason given"])[0].rstrip(".")[:160]
