"""ffmpeg as a process: found, run with progress, ended with its caller, and its complaints in one line."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO

from ..errors import LornpodError, MediaError, MissingTool

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


def run(
    *stages: Sequence[str],
    where: str,
    heard: Heard = unheard,
    folder: Path | None = None,
    fed: Iterable[bytes] | None = None,
) -> str:
    """What the last of *stages* said on stderr; each of them reads what the one before it writes, and the
    first what it is *fed*, as it comes to want it.

    They run at once, in *folder*, and the last tells *heard* how many seconds of audio it has done.
    Raises MediaError with the complaint of the one that failed. Ends them whatever ends the caller.
    """
    processes: list[subprocess.Popen[bytes]] = []
    ears: list[Callable[[], str]] = []
    try:
        for index, stage in enumerate(stages, 1):
            progress = ["-progress", "pipe:1"] if index == len(stages) else []
            before = processes[-1].stdout if processes else None
            feeding = subprocess.PIPE if fed is not None and index == 1 else None
            processes.append(_started([*progress, *stage], before or feeding, folder))
            ears.append(_listening(processes[-1]))
        if fed is not None:
            following = threading.Thread(target=_follow, args=(processes[-1], heard), daemon=True)
            following.start()
            _feed(processes[0], fed)
            following.join()
        else:
            _follow(processes[-1], heard)
        for process in processes:
            process.wait()
    except BaseException:
        for process in processes:
            process.kill()
            process.wait()
        raise
    finally:
        said = [ear() for ear in ears]
        for process in processes:
            if process.stdout is not None:
                process.stdout.close()
    failed = [
        f"{text}\nended with code {process.returncode}"  # a negative one is the number of a signal
        for process, text in zip(processes, said, strict=True)
        if process.returncode
    ]
    if failed:
        raise _failure(failed, where)
    return said[-1]


def _feed(process: subprocess.Popen[bytes], fed: Iterable[bytes]) -> None:
    """Write what it is *fed* until it has enough."""
    assert process.stdin is not None  # noqa: S101 - it is a pipe
    try:
        for block in fed:
            process.stdin.write(block)
        process.stdin.close()
    except BrokenPipeError:  # it ended; why, it says itself
        with suppress(BrokenPipeError):
            process.stdin.close()


def _started(
    arguments: Sequence[str], reads: IO[bytes] | int | None, folder: Path | None
) -> subprocess.Popen[bytes]:
    command = [ffmpeg(), "-hide_banner", "-nostdin", "-y", "-nostats", *arguments]
    try:
        return subprocess.Popen(
            command,
            stdin=reads or subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
        )
    except OSError as error:
        hint = "install ffmpeg, or mend LORNPOD_FFMPEG where it is set"
        raise MissingTool(f"ffmpeg cannot be started ({error.strerror}: {command[0]})", hint=hint) from None
    finally:
        if reads is not None and not isinstance(reads, int):
            reads.close()  # so that the writer hears of it when its reader ends


def _follow(process: subprocess.Popen[bytes], heard: Heard) -> None:
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    for line in process.stdout:
        if line.startswith(b"out_time_us=") and line[12:].strip().isdigit():
            heard(int(line[12:]) / 1e6)


def _listening(process: subprocess.Popen[bytes]) -> Callable[[], str]:
    """Reads stderr from now on; what is returned waits for its end and gives its text."""
    said: list[bytes] = []
    listener = threading.Thread(target=lambda: said.append(_read(process)), daemon=True)
    listener.start()

    def text() -> str:
        listener.join()
        return b"".join(said).decode("utf-8", "replace")

    return text


def _failure(failed: Sequence[str], where: str) -> LornpodError:
    """What went wrong in the stage that failed of itself, and not since its neighbour had ended."""
    text = next((one for one in failed if one[0] != "\n" and "Broken pipe" not in one), failed[-1])
    if "No space left" in text:
        return MediaError("the disk is full", where, "make room, then run again")
    if unknown := re.search(r"Unknown encoder '(\w+)'", text):
        form = {"libmp3lame": "MP3", "libx264": "H.264 video"}.get(unknown[1], unknown[1])
        hint = "install a complete ffmpeg, or name one in LORNPOD_FFMPEG"
        return MissingTool(f"{ffmpeg()} cannot write {form}", hint=hint)
    return MediaError(f"ffmpeg cannot use it ({complaint(text)})", where, "see whether a player plays it")


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
        r"invalid|error|not found|no such|fail|unknown|unsupported|denied|missing|could not|signal|ended",
        re.IGNORECASE,
    )
    told = [
        line
        for line in lines
        if wrong.search(line) and not re.search("^Conversion failed|muxing overhead", line)
    ]
    return (told or ["no reason given"])[0].rstrip(".")[:160]


# ---------------------------------------------------------------- what it can do


@dataclass(frozen=True, slots=True)
class Installed:
    """The ffmpeg that is used: where it is, its version, and the names of its encoders and filters."""

    path: str
    version: str
    encoders: frozenset[str]
    filters: frozenset[str]


def installed() -> Installed:
    """What the ffmpeg at hand is able to do. Raises MissingTool where there is none that starts."""
    first = _said("-version").partition("\n")[0]
    version = re.match(r"ffmpeg version (\S+)", first)
    if version is None:
        hint = "install ffmpeg, or mend LORNPOD_FFMPEG where it is set"
        raise MissingTool(f"{ffmpeg()} is no ffmpeg", hint=hint)
    return Installed(ffmpeg(), version[1], _names("-encoders"), _names("-filters"))


def _names(option: str) -> frozenset[str]:
    """The second word of each line that begins with flags: “ A....D libmp3lame   …”."""
    return frozenset(re.findall(r"^ [A-Z.|]{2,6} (\w+) ", _said(option), re.MULTILINE))


def _said(option: str) -> str:
    process = _started([option], None, None)
    said, _ = process.communicate()
    return said.decode("utf-8", "replace")
