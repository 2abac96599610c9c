"""Public addresses asked as a podcast app asks them: plain HTTP with redirects, limits and time-outs.

Whatever a server does, an :class:`Answer` comes back or :class:`NoAnswer` is raised. Connections are
kept, one for each server and thread.
"""

from __future__ import annotations

import io
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from functools import cache, partial
from http.client import (
    HTTPConnection,
    HTTPException,
    HTTPResponse,
    HTTPSConnection,
    IncompleteRead,
    RemoteDisconnected,
)
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import quote, urljoin, urlsplit

from . import __version__
from .errors import LornpodError
from .messages import later, tr

TIMEOUT_S = 10.0
_PATIENCE = 12  # a whole answer may take so many times the time-out: a server can drip for ever
_MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_BUSY = frozenset({429, 503})
_MAX_WAIT_S = 5.0
_KEPT_CONNECTIONS = 8  # a thread
_FAILURES = 5  # in a row, before a server is left alone
_BLOCK_BYTES = 1 << 16
_AGENT = f"lornpod/{__version__} (looks at published feeds)"
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([^\s;\"']+)", re.IGNORECASE)
_UNSAFE = re.compile(r"[^\x21-\x7e]")

Origin = tuple[str, str, int]  # scheme, host, port
Take = Callable[[bytes], None]


class NoAnswer(LornpodError):
    """A server gave no answer that an app could use; ``code`` says what kind of failure it was."""

    exit_code = 3

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.code = code


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said. ``url`` is where the answer came from, after redirects.

    ``headers`` have lower-case names. ``body`` holds what was not handed on while it came; ``whole`` is
    False where there was more of it than the limit.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    whole: bool = True
    redirects: tuple[str, ...] = ()

    @property
    def media_type(self) -> str:
        """The Content-Type without its parameters, in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str:
        found = _CHARSET.search(self.headers.get("content-type", ""))
        return found[1].lower() if found else ""

    @property
    def length_bytes(self) -> int | None:
        """The Content-Length; None where it is absent or no number."""
        return _number(self.headers.get("content-length", ""))


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text.strip()) else None


def retry_after_s(answer: Answer) -> float:
    """How long a busy server wants to be left alone (RFC 9110, 10.2.3); half a second if it does not say."""
    said = answer.headers.get("retry-after", "")
    seconds = _number(said)
    if seconds is not None:
        return float(seconds)
    try:
        return max(0.0, parsedate_to_datetime(said).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return 0.5


def open_connection(scheme: str, host: str, port: int) -> HTTPConnection:
    """A connection that is not open yet; over https the server must prove who it is."""
    if scheme == "https":
        return HTTPSConnection(host, port, timeout=TIMEOUT_S, context=_trust())
    return HTTPConnection(host, port, timeout=TIMEOUT_S)


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


OpenConnection = Callable[[str, str, int], HTTPConnection]


def open_public_connection(scheme: str, host: str, port: int) -> HTTPConnection:
    """A connection that reaches no address inside a private network, whatever a name or redirect says."""
    connection = open_connection(scheme, host, port)
    connection._create_connection = _reach_public  # type: ignore[attr-defined]
    return connection


def _reach_public(address: tuple[str, int], timeout_s: float, _source: object = None) -> socket.socket:
    # What was looked at is what is connected to: a name may stand for another address the next time.
    found = socket.getaddrinfo(*address, type=socket.SOCK_STREAM)
    numbers = [str(one[4][0]) for one in found]
    for number in numbers:
        if not _is_public(ip_address(number.partition("%")[0])):
            who = number if number == address[0] else f"{address[0]} ({number})"
            said = tr("{who} is inside a private network", who=who)
            raise NoAnswer("web-private", said, tr("give --allow-private if you trust it"))
    failure: OSError | None = None
    for number in numbers:
        try:
            return socket.create_connection((number, address[1]), timeout_s)
        except OSError as error:
            failure = error
    raise failure or OSError(tr("the name has no address"))


_NAT64 = ip_network("64:ff9b::/96")


def _is_public(number: IPv4Address | IPv6Address) -> bool:
    inner: IPv4Address | None = None
    if isinstance(number, IPv6Address):
        inner = number.ipv4_mapped or number.sixtofour
        if number in _NAT64:
            inner = IPv4Address(int(number) & 0xFFFFFFFF)
    return number.is_global and not number.is_multicast if inner is None else _is_public(inner)


Begin = Callable[[Answer], None]
Reading = Callable[[str, HTTPResponse], Answer]


class Client:
    """Asks servers, from any number of threads. Close it when done.

    A server that cannot be reached several times in a row is left alone: thousands of addresses on a
    dead host must not cost a time-out each.
    """

    def __init__(
        self, open_connection: OpenConnection = open_connection, *, max_wait_s: float = _MAX_WAIT_S
    ) -> None:
        self.requests = 0
        self._max_wait_s = max_wait_s  # for a server that is busy
        self._open_connection = open_connection
        self._of_thread = threading.local()
        self._all: set[HTTPConnection] = set()
        self._failures: dict[Origin, int] = {}
        self._closed = False
        self._lock = threading.Lock()

    def close(self) -> None:
        """Break off whatever is under way, in every thread."""
        with self._lock:
            self._closed = True
            connections, self._all = self._all, set()
        for connection in connections:
            connection.close()

    def ask(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] = {},
        *,
        limit_bytes: int = _BLOCK_BYTES,
        take: Take | None = None,
        begin: Begin | None = None,
    ) -> Answer:
        """The answer at *url* and where it leads, up to *limit_bytes* of its body, unpacked.

        *take* is handed the body of a success block by block, after *begin* the start of its answer; both
        may raise. Raises NoAnswer.
        """
        read = partial(_read, limit_bytes=limit_bytes, take=take, begin=begin)
        asked = [url]
        while True:
            answer = self._patiently(method, asked[-1], headers, read)
            target = answer.headers.get("location")
            if answer.status not in _REDIRECTS or not target:
                return replace(answer, redirects=tuple(asked[:-1]))
            following = _joined(asked[-1], target)
            if following in asked:
                raise NoAnswer(
                    "verify-redirects", tr("its redirects lead in a circle"), tr("let it redirect once")
                )
            if len(asked) > _MAX_REDIRECTS:
                said = tr("it redirects more than {max_redirects} times", max_redirects=_MAX_REDIRECTS)
                raise NoAnswer("verify-redirects", said, tr("let it redirect once"))
            asked.append(following)

    def _patiently(self, method: str, url: str, headers: Mapping[str, str], read: Reading) -> Answer:
        """One answer; a server that says it is busy is asked a second time, a little later."""
        answer = self._once(method, url, headers, read)
        if answer.status in _BUSY:
            time.sleep(min(self._max_wait_s, retry_after_s(answer)))
            answer = self._once(method, url, headers, read)
        return answer

    def _once(self, method: str, url: str, headers: Mapping[str, str], read: Reading) -> Answer:
        origin, target = split(url)
        if self._failures.get(origin, 0) >= _FAILURES:
            said = tr(
                "it was not asked: {origin} could not be reached {failures} times in a row",
                origin=origin[1],
                failures=_FAILURES,
            )
            raise NoAnswer("verify-not-asked", said, tr("verify again when the server is there"))
        try:
            connection, response = self._send(origin, method, target, headers)
            try:
                answer = read(url, response)
            finally:
                if not response.isclosed():  # what is left of the body would be taken for the next answer
                    response.close()
                    connection.close()
        except (OSError, HTTPException, ValueError) as error:
            failure = _as_no_answer(error)
            if failure.code in _UNREACHED:
                self._failures[origin] = self._failures.get(origin, 0) + 1
            raise failure from error
        self._failures[origin] = 0
        return answer

    def _send(
        self, origin: Origin, method: str, target: str, headers: Mapping[str, str]
    ) -> tuple[HTTPConnection, HTTPResponse]:
        """A request and the start of its answer. A kept connection that turns out dead is replaced."""
        connection = self._kept(origin)
        while True:
            reused = connection.sock is not None
            try:
                with self._lock:
                    self.requests += 1
                connection.request(method, target, headers={"User-Agent": _AGENT, **headers})
                return connection, connection.getresponse()
            except (OSError, HTTPException, ValueError, NoAnswer) as error:
                connection.close()  # or it would take the next question for a second one
                if not reused or isinstance(error, TimeoutError | NoAnswer):
                    raise

    def _kept(self, origin: Origin) -> HTTPConnection:
        """This thread's connection to *origin*; the one that was unused longest makes room."""
        kept: dict[Origin, HTTPConnection] = self._of_thread.__dict__.setdefault("kept", {})
        connection = kept.pop(origin, None)
        if connection is None:
            connection = self._open_connection(*origin)
            connection.response_class = _Response
            if len(kept) >= _KEPT_CONNECTIONS:
                self._drop(kept.pop(next(iter(kept))))
        with self._lock:
            if self._closed:
                raise NoAnswer("verify-not-asked", tr("it was not asked: the work was broken off"))
            self._all.add(connection)
        kept[origin] = connection
        return connection

    def _drop(self, connection: HTTPConnection) -> None:
        with self._lock:
            self._all.discard(connection)
        connection.close()


# ---------------------------------------------------------------- addresses


def split(url: str) -> tuple[Origin, str]:
    """The server that *url* names, and what to ask it for. Raises NoAnswer for what apps cannot ask."""
    if _UNSAFE.search(url):
        hint = tr("percent-encode it (RFC 3986)")
        raise NoAnswer("verify-url", tr("the address has characters other than plain ASCII"), hint)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise NoAnswer("verify-url", tr("this is no address: {error}", error=error)) from None
    if parts.scheme not in ("http", "https") or not host:
        raise NoAnswer("verify-url", tr("this is no absolute http or https address"), tr("write https://…"))
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return (parts.scheme, host, port or (443 if parts.scheme == "https" else 80)), target


def _joined(url: str, location: str) -> str:
    """Where a Location header leads. http.client hands its bytes on as Latin-1."""
    try:
        text = quote(location.strip().encode("latin-1", "replace"), safe="!#$%&'()*+,/:;=?@[]~")
        target = urljoin(url, text).partition("#")[0]
        split(target)
    except (ValueError, NoAnswer):
        said = tr("it redirects to {location!r}, which is no http or https address", location=location)
        raise NoAnswer("verify-redirects", said, tr("let it redirect to where the file is")) from None
    return target


# ---------------------------------------------------------------- answers


class _Response(HTTPResponse):
    """An answer that must be complete in time: a time-out alone counts anew with each byte that drips."""

    def __init__(
        self, sock: socket.socket, debuglevel: int = 0, method: str | None = None, url: str | None = None
    ) -> None:
        super().__init__(sock, debuglevel, method, url)
        timeout_s = sock.gettimeout()
        if timeout_s is not None:
            raw = self.fp.detach()
            self.fp = io.BufferedReader(_Timed(raw, sock, timeout_s))


class _Timed(io.RawIOBase):
    """The bytes from *sock*, as long as the time for all of them has not run out."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, timeout_s: float) -> None:
        self._raw, self._sock, self._timeout_s = raw, sock, timeout_s
        self._deadline = time.monotonic() + _PATIENCE * timeout_s

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int | None:
        left_s = self._deadline - time.monotonic()
        if left_s <= 0:
            raise TimeoutError
        self._sock.settimeout(min(self._timeout_s, left_s))
        try:
            return self._raw.readinto(buffer)  # type: ignore[arg-type]  # a writable buffer
        finally:
            if self._sock.fileno() != -1:
                self._sock.settimeout(self._timeout_s)

    def close(self) -> None:
        self._raw.close()
        super().close()


def _read(
    url: str, response: HTTPResponse, limit_bytes: int, take: Take | None, begin: Begin | None
) -> Answer:
    headers: dict[str, str] = {}
    for name, value in response.getheaders():
        known = headers.get(name.lower())
        headers[name.lower()] = str(value) if known is None else f"{known}, {value}"
    kept = bytearray()
    accept = kept.extend if take is None or response.status not in (200, 206) else take
    if accept is take and begin is not None:
        begin(Answer(url, response.status, headers))
    count = 0
    for block in _unpacked(_blocks(response), headers.get("content-encoding", ""), response.status):
        accept(block[: limit_bytes - count])
        count += len(block)
        if count > limit_bytes:
            return Answer(url, response.status, headers, bytes(kept), whole=False)
    return Answer(url, response.status, headers, bytes(kept))


def _blocks(response: HTTPResponse) -> Iterator[bytes]:
    while block := response.read(_BLOCK_BYTES):
        yield block
    if response.length:
        raise NoAnswer(
            "verify-cut-off",
            tr("the body ended {length} bytes before its Content-Length", length=response.length),
        )


def _unpacked(blocks: Iterator[bytes], encoding: str, status: int) -> Iterator[bytes]:
    """The body without its Content-Encoding, never more than a block in memory."""
    encoding = encoding.strip().lower()
    if encoding in ("", "identity") or status == 206:
        yield from blocks
        return
    if encoding not in ("gzip", "x-gzip", "deflate"):
        said = tr("the body is packed as {encoding!r}, which was not asked for", encoding=encoding)
        raise NoAnswer("verify-encoding", said, tr("store it without Content-Encoding"))
    inflate = zlib.decompressobj(47)  # gzip or zlib, by their headers
    begun = False
    try:
        for block in blocks:
            begun = True
            while block and not inflate.eof:
                yield inflate.decompress(block, _BLOCK_BYTES)
                block = inflate.unconsumed_tail
    except zlib.error:
        said = tr("the body is not {encoding}, as its Content-Encoding says", encoding=encoding)
        raise NoAnswer("verify-encoding", said, tr("store it without Content-Encoding")) from None
    if begun and not inflate.eof:
        raise NoAnswer(
            "verify-cut-off",
            tr("the body is only the start of what was packed as {encoding}", encoding=encoding),
        )


# ---------------------------------------------------------------- failures

_UNREACHED = frozenset({"verify-unreachable", "verify-timeout", "verify-certificate", "verify-tls"})
_CERTIFICATE_HINT = later("renew the certificate, with the server's name and its whole chain")


def _as_no_answer(error: Exception) -> NoAnswer:
    """What *error* means to an app."""
    if isinstance(error, NoAnswer):
        return error
    if isinstance(error, ssl.SSLCertVerificationError):
        said = tr("its certificate is not valid: {verify_message}", verify_message=error.verify_message)
        return NoAnswer("verify-certificate", said, tr(_CERTIFICATE_HINT))
    if isinstance(error, TimeoutError):
        return NoAnswer("verify-timeout", tr("the server did not answer in time"))
    if isinstance(error, socket.gaierror):
        return NoAnswer(
            "verify-unreachable", tr("no server has this name"), tr("look at the address and the DNS")
        )
    if isinstance(error, RemoteDisconnected | ConnectionResetError | BrokenPipeError | IncompleteRead):
        return NoAnswer("verify-cut-off", tr("the server hung up in the middle"))
    if isinstance(error, ssl.SSLError):
        return NoAnswer(
            "verify-tls",
            tr("https does not work: {reason}", reason=error.reason or tr("the connection broke")),
        )
    if isinstance(error, OSError):
        said = tr("the server cannot be reached: {strerror}", strerror=error.strerror or error)
        return NoAnswer("verify-unreachable", said)
    if isinstance(error, HTTPException):
        return NoAnswer(
            "verify-http",
            tr("the answer is not HTTP: {name}: {error}", name=type(error).__name__, error=str(error)[:80]),
        )
    return NoAnswer("verify-url", tr("this address cannot be asked: {error}", error=error))
