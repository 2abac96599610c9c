"""ffmpeg as a process: found, run with progress, ended with its caller, and its complaints in one line."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING

from ..errors import LornpodError, MediaError, MissingTool
from ..messages import tr

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

Heard = Callable[[float], None]

# Sound and video files as ffmpeg names their formats. Playlists and scripts (concat, hls, dash, sdp) are
# left out: a file may say so of itself, whatever its name, and would have ffmpeg open what it points to.
_FORMATS = (
    "aac,ac3,aiff,amr,ape,asf,au,avi,caf,eac3,flac,matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,mp3,mpeg,mpegts,"
    "ogg,w64,wav,wv"
)


PROGRESS = ("-progress", "pipe:1")  # tells on stdout how far it has come


_PIPE_BYTES = 1 << 20


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
    hint = tr("install ffmpeg, or `pip install imageio-ffmpeg`")
    try:
        from imageio_ffmpeg import get_ffmpeg_exe

        return str(get_ffmpeg_exe())
    except (ImportError, RuntimeError):
        raise MissingTool(tr("there is no ffmpeg on this machine"), hint=hint) from None


def is_there() -> bool:
    """Whether there is an ffmpeg at all."""
    try:
        ffmpeg()
    except MissingTool:
        return False
    return True


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
    *before, last = stages
    stages = (*before, [*PROGRESS, *last])
    with running(*stages, where=where, folder=folder, fed=fed is not None) as programs:
        if fed is None:
            follow(programs.stdout, heard)
        else:
            following = threading.Thread(target=follow, args=(programs.stdout, heard), daemon=True)
            following.start()
            programs.feed(fed)
            following.join()
        return programs.said()


class Running:
    """Runs of ffmpeg that work at once, each reading what the one before it writes."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._processes: list[subprocess.Popen[bytes]] = []
        self._ears: list[Callable[[], str]] = []

    def start(self, stage: Sequence[str], folder: Path | None, *, fed: bool) -> None:
        """Start one more, which reads what the last one writes; the first what it is *fed*, or nothing."""
        first: IO[bytes] | int = subprocess.PIPE if fed else subprocess.DEVNULL
        reads = self._processes[-1].stdout if self._processes else None
        self._processes.append(_started(stage, reads or first, folder))
        self._ears.append(_listening(self._processes[-1]))

    @property
    def stdout(self) -> IO[bytes]:
        """What the last of them writes."""
        stdout = self._processes[-1].stdout
        assert stdout is not None  # noqa: S101 - it is a pipe
        return stdout

    def feed(self, fed: Iterable[Buffer]) -> None:
        """Write what the first of them is *fed*, until it has enough; why it has, it says itself."""
        stdin = self._processes[0].stdin
        assert stdin is not None  # noqa: S101 - it is a pipe
        with suppress(BrokenPipeError):
            for block in fed:
                stdin.write(block)
        self._close()

    def _close(self) -> None:
        for process in self._processes[:1]:
            if process.stdin is not None:
                with suppress(BrokenPipeError):
                    process.stdin.close()

    def said(self) -> str:
        """What the last of them said on stderr, when all have ended. Raises MediaError with the complaint of
        the one that failed."""
        for process in self._processes:
            process.wait()
        said = [ear() for ear in self._ears]
        failed = [
            # A negative one is the number of a signal.
            text + "\n" + tr("ended with code {code}", code=process.returncode)
            for process, text in zip(self._processes, said, strict=True)
            if process.returncode
        ]
        if failed:
            raise _failure(failed, self._where)
        return said[-1]

    def end(self) -> None:
        """End those that still run."""
        for process in self._processes:
            process.kill()
            process.wait()
        for ear in self._ears:
            ear()
        self._close()
        for process in self._processes:
            if process.stdout is not None:
                process.stdout.close()


@contextmanager
def running(
    *stages: Sequence[str], where: str, fed: bool = False, folder: Path | None = None
) -> Iterator[Running]:
    """*stages* as they run in *folder*; whatever of them still runs at the end is ended.

    The first reads what it is *fed*, the last writes to ``stdout``, which is to be read to its end.
    """
    programs = Running(where)
    try:
        for stage in stages:
            programs.start(stage, folder, fed=fed)
        yield programs
    finally:
        programs.end()


SPEECH_HZ = 16_000
_BLOCK_BYTES = 1 << 17


def speech(path: Path, where: str = "") -> Iterator[bytes]:
    """The sound of *path* for those who listen to speech: 16-bit little-endian mono samples at 16 kHz.

    It comes in blocks, whole samples each. Raises MediaError, naming *where*, when it cannot be decoded;
    ffmpeg ends when nobody listens any more.
    """
    layout = ["-map", "0:a:0", "-ac", "1", "-ar", str(SPEECH_HZ), "-f", "s16le", "pipe:1"]
    with running([*source(path), *layout], where=where or str(path)) as programs:
        while block := programs.stdout.read(_BLOCK_BYTES):
            yield block
        programs.said()


def _started(
    arguments: Sequence[str], reads: IO[bytes] | int, folder: Path | None
) -> subprocess.Popen[bytes]:
    command = [ffmpeg(), "-hide_banner", "-nostdin", "-y", "-nostats", *arguments]
    try:
        process = subprocess.Popen(
            command,
            stdin=reads,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
        )
        _widen(process.stdin, process.stdout)
        return process
    except OSError as error:
        hint = tr("install ffmpeg, or mend LORNPOD_FFMPEG where it is set")
        raise MissingTool(
            tr(
                "ffmpeg cannot be started ({strerror}: {command})",
                strerror=error.strerror,
                command=command[0],
            ),
            hint=hint,
        ) from None
    finally:
        if not isinstance(reads, int):
            reads.close()  # so that the writer hears of it when its reader ends


def _widen(*pipes: IO[bytes] | None) -> None:
    """Let *pipes* hold more than they would: their two ends then wait less for one another."""
    for pipe in filter(None, pipes):
        with suppress(AttributeError, OSError):  # not Linux, or more than one user may have
            fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def follow(progress: IO[bytes], heard: Heard) -> None:
    """Tell *heard* what a run of ffmpeg with :data:`PROGRESS` says on its stdout, until it ends."""
    for line in progress:
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
        return MediaError(tr("the disk is full"), where, tr("make room, then run again"))
    if unknown := re.search(r"Unknown encoder '(\w+)'", text):
        form = {"libmp3lame": "MP3", "libx264": tr("H.264 video"), "libopus": "Opus"}.get(
            unknown[1], unknown[1]
        )
        hint = tr("install a complete ffmpeg, or name one in LORNPOD_FFMPEG")
        return MissingTool(tr("{ffmpeg} cannot write {form}", ffmpeg=ffmpeg(), form=form), hint=hint)
    return MediaError(
        tr("ffmpeg cannot use it ({text})", text=complaint(text)), where, tr("see whether a player plays it")
    )


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
    return (told or [tr("no reason given")])[0].rstrip(".")[:160]


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
        hint = tr("install ffmpeg, or mend LORNPOD_FFMPEG where it is set")
        raise MissingTool(tr("{ffmpeg} is no ffmpeg", ffmpeg=ffmpeg()), hint=hint)
    return Installed(ffmpeg(), version[1], _names("-encoders"), _names("-filters"))


def _names(option: str) -> frozenset[str]:
    """The second word of each line that begins with flags: “ A....D libmp3lame   …”."""
    return frozenset(re.findall(r"^ [A-Z.|]{2,6} (\w+) ", _said(option), re.MULTILINE))


def _said(option: str) -> str:
    process = _started([option], subprocess.DEVNULL, None)
    said, _ = process.communicate()
    return said.decode("utf-8", "replace")
