"""The local store over HTTP, as a good host serves it: HEAD, byte ranges, types, CORS, conditional GET.

Follows RFC 9110 (ranges: 14, conditions: 13) for GET and HEAD of files. For hearing and trying what
was published on one's own machine; the real thing is served by a bucket or a web server.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from email.utils import formatdate, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import unquote, urlsplit

# Types that Apple and the podcast namespace name; whatever is not here is no object of ours.
MEDIA_TYPES = {
    ".aac": "audio/aac",
    ".css": "text/css; charset=utf-8",
    ".flac": "audio/flac",
    ".gz": "application/gzip",
    ".html": "text/html; charset=utf-8",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".m4a": "audio/x-m4a",
    ".mp3": "audio/mpeg",
    ".opml": "text/x-opml; charset=utf-8",
    ".opus": "audio/ogg",
    ".png": "image/png",
    ".srt": "application/x-subrip; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".vtt": "text/vtt; charset=utf-8",
    ".wav": "audio/wav",
    ".xml": "application/rss+xml; charset=utf-8",
}
_HASHED = re.compile(r"-[0-9a-f]{8,}\.\w+$")  # a name that holds a digest never changes its content
_RANGE = re.compile(r"bytes=(\d*)-(\d*)$")
_BLOCK_BYTES = 1 << 16


CHANGES, SCRIPT = "/-/changes", "/-/reload.js"
_WAIT_S = 20
_RELOADS = b"""// Loads the page again when what it shows has changed.
(async () => {
  for (let known = ""; ; ) {
    try {
      const answer = await fetch(`/-/changes?${known}`);
      const now = await answer.text();
      if (known && now !== known) { location.reload(); return; }
      known = now;
    } catch { await new Promise((done) => setTimeout(done, 2000)); }
  }
})();
"""


class Changing(Protocol):
    """What counts its changes."""

    version: int


class FolderServer(ThreadingHTTPServer):
    """Serves the files below *folder*; ``told`` is called with each request's line and status.

    With a ``preview`` its pages load again when that counts a change.
    """

    daemon_threads = True
    preview: Changing | None = None

    def __init__(
        self, address: tuple[str, int], folder: Path, told: Callable[[str], None] | None = None
    ) -> None:
        self.folder = folder.resolve()
        self.told = told
        super().__init__(address, _Handler)

    def file_at(self, target: str) -> Path | None:
        """The file that a request's target names, or None. Never one outside the folder, nor a hidden one."""
        names = [name for name in unquote(urlsplit(target).path).split("/") if name]
        if any(name.startswith(".") or "\0" in name or os.sep in name for name in names):
            return None
        path = self.folder.joinpath(*names)
        if path.is_dir():
            path = path / "index.html"
        try:
            inside = path.resolve().is_relative_to(self.folder)
        except OSError:
            return None
        return path if inside and path.is_file() else None

    def handle_error(self, request: object, client_address: object) -> None:
        """A listener who hung up in the middle of a file is no event."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FolderServer

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_OPTIONS(self) -> None:
        """A browser's question before it reads a transcript with a range or a condition (CORS)."""
        self.send_response(HTTPStatus.NO_CONTENT)
        self.send_header("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS")
        self.send_header("Access-Control-Allow-Headers", "Range, If-None-Match, If-Modified-Since")
        self.send_header("Access-Control-Max-Age", "86400")
        self.end_headers()

    def end_headers(self) -> None:
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header(
            "Access-Control-Expose-Headers", "Content-Length, Content-Range, ETag, Accept-Ranges"
        )
        super().end_headers()

    def _answer(self, *, with_body: bool) -> None:
        if self.server.preview is not None and self._answer_preview(self.server.preview):
            return
        path = self.server.file_at(self.path)
        if path is None:
            self._refuse(HTTPStatus.NOT_FOUND)
            return
        target, mark, query = self.path.partition("?")
        if path.name == "index.html" and not target.endswith(("/", "/index.html")):
            # Relative addresses in it would lead one folder too high.
            self._refuse(HTTPStatus.MOVED_PERMANENTLY, location="/" + target.strip("/") + "/" + mark + query)
            return
        with path.open("rb") as file:
            stat = os.fstat(file.fileno())
            etag = f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'
            if self._unchanged(etag, stat.st_mtime):
                self.send_response(HTTPStatus.NOT_MODIFIED)
                self._about(path, etag, stat.st_mtime)
                self.end_headers()
                return
            span = self._span(stat.st_size, etag)
            if span is None:
                self._refuse(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, f"bytes */{stat.st_size}")
                return
            first, last = span
            partial = (first, last) != (0, stat.st_size - 1)
            self.send_response(HTTPStatus.PARTIAL_CONTENT if partial else HTTPStatus.OK)
            self._about(path, etag, stat.st_mtime)
            self.send_header("Content-Type", self._media_type(path))
            self.send_header("Content-Length", str(last - first + 1))
            if partial:
                self.send_header("Content-Range", f"bytes {first}-{last}/{stat.st_size}")
            self.end_headers()
            if with_body:
                self._send(file, first, last - first + 1)

    def _answer_preview(self, preview: Changing) -> bool:
        """Answer what a preview has besides files: its script, its changes, and pages that ask for both."""
        target, _, known = self.path.partition("?")
        if target == SCRIPT:
            self._say(_RELOADS, "text/javascript; charset=utf-8")
        elif target == CHANGES:
            until = time.monotonic() + _WAIT_S
            while str(preview.version) == known and time.monotonic() < until:
                time.sleep(0.2)
            self._say(str(preview.version).encode(), "text/plain; charset=utf-8")
        else:
            path = self.server.file_at(self.path)
            if path is None or path.suffix != ".html":
                return False
            if path.name == "index.html" and not target.endswith(("/", "/index.html")):
                return False
            script = f'<script defer src="{SCRIPT}"></script></body>'.encode()
            self._say(path.read_bytes().replace(b"</body>", script), "text/html; charset=utf-8")
        return True

    def _say(self, body: bytes, media_type: str) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _media_type(self, path: Path) -> str:
        if path.name == "sitemap.xml":
            return "application/xml"
        if path.suffix == ".json" and self.server.folder / "chapters" in path.parents:
            return "application/json+chapters"
        return MEDIA_TYPES.get(path.suffix.lower(), "application/octet-stream")

    def _about(self, path: Path, etag: str, modified: float) -> None:
        forever = "public, max-age=31536000, immutable"
        self.send_header("Cache-Control", forever if _HASHED.search(path.name) else "no-cache")
        self.send_header("ETag", etag)
        self.send_header("Last-Modified", formatdate(modified, usegmt=True))
        self.send_header("Accept-Ranges", "bytes")

    def _unchanged(self, etag: str, modified: float) -> bool:
        """Whether the client has this already (RFC 9110, 13.1: If-None-Match is heard before the date)."""
        known = self.headers.get("If-None-Match")
        if known is not None:
            return known.strip() == "*" or etag in [
                tag.strip().removeprefix("W/") for tag in known.split(",")
            ]
        since = self.headers.get("If-Modified-Since")
        try:
            return since is not None and int(modified) <= parsedate_to_datetime(since).timestamp()
        except (TypeError, ValueError):
            return False

    def _span(self, length: int, etag: str) -> tuple[int, int] | None:
        """First and last byte to send: all of them for no range or an unknown kind; None outside the file."""
        asked = _RANGE.match(self.headers.get("Range", "").strip())
        if asked is None or self.headers.get("If-Range", etag) != etag or asked.groups() == ("", ""):
            return 0, length - 1
        start, end = asked.groups()
        if not start:  # the last so many bytes
            return (max(0, length - int(end)), length - 1) if int(end) and length else None
        first, last = int(start), min(int(end) if end else length - 1, length - 1)
        if end and int(end) < first:
            return 0, length - 1  # not a range at all: RFC 9110, 14.1.1
        return (first, last) if first < length else None

    def _send(self, file: BinaryIO, first: int, count: int) -> None:
        file.seek(first)
        while count > 0 and (block := file.read(min(_BLOCK_BYTES, count))):
            self.wfile.write(block)
            count -= len(block)

    def _refuse(self, status: HTTPStatus, content_range: str = "", location: str = "") -> None:
        body = f"{status.value} {status.phrase}\n".encode()
        self.send_response(status)
        if content_range:
            self.send_header("Content-Range", content_range)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the base class's name)
        if self.server.told is not None:
            self.server.told(format % args)
