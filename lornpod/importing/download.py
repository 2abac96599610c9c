"""Recordings from the host that had them: resumed where they broke off, whole before they get their name."""

from __future__ import annotations

import contextlib
import json
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from ..errors import LornpodError
from ..events import Advanced, Finished, Notify, Started
from ..messages import tr
from ..webclient import Answer, Client, NoAnswer, retry_after_s
from ..workspace import AUDIO_SUFFIXES
from .source import encoded

MAX_BYTES = 4_000_000_000
_ATTEMPTS = 3  # in a row that bring nothing
_SUFFIXES = {
    "audio/mpeg": ".mp3",
    "audio/mp3": ".mp3",
    "audio/x-m4a": ".m4a",
    "audio/m4a": ".m4a",
    "audio/mp4": ".m4a",
    "audio/aac": ".aac",
    "audio/ogg": ".ogg",
    "audio/opus": ".opus",
    "audio/flac": ".flac",
    "audio/wav": ".wav",
    "audio/x-wav": ".wav",
    "video/mp4": ".mp4",
}
_CONTENT_RANGE = re.compile(r"bytes ([0-9]{1,18})-[0-9]{1,18}/([0-9]{1,18}|\*)")
BUSY = "web-busy"  # the code of the failure of a server that asks to be left alone
_CAN_GO_ON = frozenset({"verify-cut-off", "verify-timeout", BUSY})
_BUSY_STATUSES = frozenset({429, 503})
_MAX_WAIT_S = 120.0
_PART = ".audio.part"


def recording_in(folder: Path) -> Path | None:
    """The recording that *folder* has already."""
    names = sorted(folder.iterdir()) if folder.is_dir() else []
    return next(
        (path for path in names if path.suffix.lower() in AUDIO_SUFFIXES and path.name[0] != "."), None
    )


def forget_part(folder: Path) -> None:
    """Take away what a download left that has its recording."""
    for name in (_PART, f"{_PART}.json"):
        (folder / name).unlink(missing_ok=True)


def download(client: Client, url: str, folder: Path, *, media_type: str, task: str, notify: Notify) -> Path:
    """The recording at *url* as ``audio.*`` in *folder*, which must exist.

    What an earlier run left is gone on with by Range and If-Range (RFC 9110, 13.1.5, 14.2), or begun anew
    where the file has changed. A server that is busy is asked again when it says (Retry-After), two minutes
    later at most. Raises LornpodError; what came so far stays for the next run.
    """
    target = folder / f"audio{_suffix(url, media_type)}"
    part = _Part.left_by_earlier_run(folder / _PART, url)
    notify(Started(task, None, "bytes"))
    idle = 0
    while not part.whole:
        before = part.size
        try:
            part.go_on(client, notify, task)
        except NoAnswer as failure:
            idle = idle + 1 if part.size <= before else 0
            if failure.code not in _CAN_GO_ON or idle >= _ATTEMPTS:
                failure.where = url
                if not part.size:
                    forget_part(folder)
                raise
            time.sleep(part.wait_s)
    notify(Finished(task, tr("downloaded")))
    part.become(target)
    return target


def _suffix(url: str, media_type: str) -> str:
    """By what the file is said to be, else by its name; nothing else of the name is used."""
    named = PurePosixPath(unquote(urlsplit(url).path)).suffix.lower()
    return _SUFFIXES.get(media_type, named if named in AUDIO_SUFFIXES else ".mp3")


def _validator(answer: Answer) -> str:
    """What tells this version of a file; a weak one does not promise the same bytes (RFC 9110, 13.1.5)."""
    etag = answer.headers.get("etag", "")
    return etag if etag.startswith('"') else answer.headers.get("last-modified", "")


@dataclass(slots=True)
class _Part:
    """A download under way: the bytes so far, and beside them which version of which file they are of."""

    path: Path
    url: str
    size: int = 0
    total: int | None = None
    validator: str = ""
    whole: bool = False
    wait_s: float = 0.0

    @classmethod
    def left_by_earlier_run(cls, path: Path, url: str) -> _Part:
        """What there is of *url* at *path*; nothing where it is of another address, or nobody knows."""
        part = cls(path, url)
        with contextlib.suppress(OSError, ValueError, AttributeError):
            if path.is_symlink():
                path.unlink()  # nothing is written through it
            known = json.loads(part._notes.read_text("utf-8"))
            if known.get("url") == url and known.get("validator"):
                part.size, part.validator = path.stat().st_size, str(known["validator"])
                part.total = known.get("total")
                part.whole = 0 < part.size == part.total
        return part

    @property
    def _notes(self) -> Path:
        return self.path.with_name(f"{self.path.name}.json")

    def go_on(self, client: Client, notify: Notify, task: str) -> None:
        """Ask for what is missing yet."""
        if not self.validator:
            self.size = 0  # nobody could tell whether the rest is of the same file
        headers = {"Range": f"bytes={self.size}-", "If-Range": self.validator} if self.size else {}
        self.wait_s = 0.0
        try:
            with self.path.open("r+b" if self.size else "wb") as stream:

                def begin(answer: Answer) -> None:
                    self._begin(answer)
                    stream.seek(self.size)
                    stream.truncate()
                    self._note()  # never before what was there is gone

                def take(block: bytes) -> None:
                    stream.write(block)
                    self.size += len(block)
                    notify(Advanced(task, len(block)))

                answer = client.ask(
                    "GET", encoded(self.url), headers, limit_bytes=MAX_BYTES, take=take, begin=begin
                )
        except OSError as error:
            raise LornpodError(
                tr("cannot be written: {strerror}", strerror=error.strerror or error), str(self.path)
            ) from None
        self._end(answer)

    def _begin(self, answer: Answer) -> None:
        if answer.media_type in ("text/html", "application/xhtml+xml"):
            raise NoAnswer(
                "web-type", tr("the server sends a web page, not sound"), tr("look at it in a browser")
            )
        if answer.status == 206:
            found = _CONTENT_RANGE.fullmatch(answer.headers.get("content-range", ""))
            # A server that knows no If-Range sends the rest of another file.
            same = _validator(answer) in ("", self.validator)
            if found is None or int(found[1]) != self.size or not same:
                self.size, self.validator = 0, ""  # the next attempt begins anew
                raise NoAnswer("verify-cut-off", tr("the server sends another part than was asked for"))
            self.total = int(found[2]) if found[2] != "*" else None
            return
        self.size = 0
        packed = answer.headers.get("content-encoding", "identity") not in ("", "identity")
        self.total = None if packed else answer.length_bytes
        # Parts of what is packed are not parts of what is here.
        self.validator = "" if packed else _validator(answer)

    def _note(self) -> None:
        said = {"url": self.url, "validator": self.validator, "total": self.total}
        self._notes.write_text(json.dumps(said), "utf-8")

    def _end(self, answer: Answer) -> None:
        if answer.status == 416:
            # All of it is here, or the file is shorter than what is here: then it is another.
            if self.size and answer.headers.get("content-range", "") == f"bytes */{self.size}":
                self.whole = _validator(answer) in ("", self.validator)
            if self.whole:
                return
            self.size, self.validator = 0, ""
            raise NoAnswer("verify-cut-off", tr("the server has no more of it"))
        if answer.status in _BUSY_STATUSES:
            self.wait_s = min(_MAX_WAIT_S, retry_after_s(answer))
            raise NoAnswer(
                "web-busy",
                tr("the server is busy ({status})", status=answer.status),
                tr("run this again later"),
            )
        if answer.status not in (200, 206):
            raise NoAnswer(
                "web-status",
                tr("the server answers {status}", status=answer.status),
                tr("look at it in a browser"),
            )
        if not answer.whole:
            raise NoAnswer(
                "web-size",
                tr("longer than {max_gb} GB", max_gb=MAX_BYTES // 1_000_000_000),
                tr("fetch it by hand"),
            )
        if self.total is not None and self.size != self.total:
            raise NoAnswer(
                "verify-cut-off", tr("{size} of {total} bytes came", size=self.size, total=self.total)
            )
        if not self.size:
            raise NoAnswer("web-size", tr("the server sends an empty file"), tr("look at it in a browser"))
        self.whole = True

    def become(self, target: Path) -> None:
        """Give the file its name."""
        with self.path.open("rb") as stream:
            os.fsync(stream.fileno())
        self.path.replace(target)
        self._notes.unlink(missing_ok=True)
