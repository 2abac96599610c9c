"""What is to be imported, from a file or the web, never more of it than a limit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from ..errors import LornpodError
from ..messages import tr
from ..webclient import Answer, Client, NoAnswer

_WEB = re.compile(r"https?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes of *name*. ``url`` is where they came from on the web; ``html`` None is unknown."""

    name: str
    data: bytes
    url: str = ""
    html: bool | None = None
    charset: str = ""


def read(wanted: str, client: Client, *, limit_bytes: int) -> Source:
    """The file or the web page *wanted*. Raises LornpodError where it cannot be had, or is longer."""
    if _WEB.match(wanted):
        return _from_web(wanted, client, limit_bytes)
    try:
        with Path(wanted).open("rb") as stream:
            data = stream.read(limit_bytes + 1)
    except (OSError, ValueError) as error:
        reason = str(getattr(error, "strerror", None) or error).lower()
        raise LornpodError(
            tr("cannot be read: {reason}", reason=reason), wanted, tr("give a file or an address")
        ) from None
    if len(data) > limit_bytes:
        raise _too_long(wanted, limit_bytes)
    return Source(wanted, data)


def _from_web(wanted: str, client: Client, limit_bytes: int) -> Source:
    try:
        answer = client.ask("GET", encoded(wanted), limit_bytes=limit_bytes)
    except NoAnswer as failure:
        failure.where = wanted
        raise
    if answer.status != 200:
        raise _refused(wanted, answer)
    if not answer.whole:
        raise _too_long(wanted, limit_bytes)
    html = {"text/html": True, "application/xhtml+xml": True, "text/plain": False}.get(answer.media_type)
    return Source(wanted, answer.body, answer.url, html, answer.charset)


def _refused(wanted: str, answer: Answer) -> NoAnswer:
    failure = NoAnswer(
        "web-status",
        tr("the server answers {status}", status=answer.status),
        tr("look at the address in a browser"),
    )
    failure.where = wanted
    return failure


def _too_long(wanted: str, limit_bytes: int) -> LornpodError:
    return LornpodError(
        tr("longer than {limit_mb} MB", limit_mb=limit_bytes // 1_000_000),
        wanted,
        tr("look whether it is what you mean"),
    )


def web(url: str) -> str:
    """*url*, where it is a web address: what a feed names is never read from this machine's files."""
    if not _WEB.match(url):
        raise LornpodError(tr("not a web address"), url, tr("have the host mend the feed"))
    return url


def encoded(url: str) -> str:
    """*url* in ASCII, as browsers ask for what people write: the name by IDNA, the rest percent-encoded."""
    try:
        parts = urlsplit(url.strip())
        host = parts.netloc.encode("idna").decode() if not parts.netloc.isascii() else parts.netloc
    except ValueError as error:
        raise NoAnswer("web-url", tr("this is no address: {error}", error=error)) from None
    path, query = (quote(part, safe="!#$%&'()*+,/:;=?@[]~") for part in (parts.path, parts.query))
    return urlunsplit((parts.scheme, host, path, query, ""))
