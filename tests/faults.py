"""A small HTTP proxy on loopback that notes every request and breaks those it is told to break."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

_HOP = {"connection", "content-length", "expect", "keep-alive", "transfer-encoding"}


@dataclass
class Fault:
    """What to do to the next *times* requests of *method* whose path and query contain *about*.

    ``answer``: the server never hears of it, the client gets *status* and *code*. ``cut up``: the
    connection breaks in the middle of the request's body. ``cut down``: it breaks in the middle of the
    answer's. ``lose``: the server does it, the client hears nothing. ``wait``: all is well, after *seconds*.
    ``crawl``: so is it, but the request's body is read a little at a time, over *seconds*.
    """

    do: Literal["answer", "cut up", "cut down", "lose", "wait", "crawl"]
    method: str = ""
    about: str = ""
    times: int = 1
    status: int = 503
    code: str = "SlowDown"
    seconds: float = 0.0


@dataclass(frozen=True)
class Request:
    method: str
    target: str
    headers: Mapping[str, str]


class Proxy(ThreadingHTTPServer):
    """Passes requests on to *upstream*, but for the faults that are due; with a *tls* context over https."""

    daemon_threads = True

    def __init__(self, upstream: str, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream = urlsplit(upstream).netloc
        if tls is not None:
            self.socket = tls.wrap_socket(self.socket, server_side=True)
        self.address = f"{'https' if tls else 'http'}://127.0.0.1:{self.server_address[1]}"
        self.faults: list[Fault] = []
        self.requests: list[Request] = []
        self.choosing: Callable[[Request], Fault | None] | None = None  # what to do to a request, if anything
        self.altering: Callable[[bytes], bytes] | None = None  # what happens to the body of a PUT
        self._lock = threading.Lock()

    def due(self, request: Request) -> Fault | None:
        """The fault to do to *request*, which is noted."""
        with self._lock:
            self.requests.append(request)
            if self.choosing and (chosen := self.choosing(request)):
                return chosen
            for fault in self.faults:
                if fault.times and fault.method in ("", request.method) and fault.about in request.target:
                    fault.times -= 1
                    return fault
        return None

    def count(self, method: str, about: str = "") -> int:
        return sum(request.method == method and about in request.target for request in self.requests)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hung up is no event."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Proxy

    def _pass_on(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        fault = self.server.due(Request(self.command, self.path, dict(self.headers)))
        do = fault.do if fault else ""
        if fault and do == "crawl":
            body = self._crawled(length, fault.seconds)
        else:
            body = self.rfile.read(length // 2 if do == "cut up" else length)
        if fault and do == "answer":
            said = f"<Error><Code>{fault.code}</Code><Message>said the proxy</Message></Error>"
            self._answer(fault.status, [("Content-Type", "application/xml")], said.encode())
            return
        if fault and do == "wait":
            time.sleep(fault.seconds)
        if do != "cut up":
            if self.server.altering and self.command == "PUT":
                body = self.server.altering(body)
            status, headers, data = self._ask(body)
            if do not in ("cut down", "lose"):
                self._answer(status, headers, data)
                return
            if do == "cut down":
                self._answer(status, headers, data, len(data) // 2)
        self.close_connection = True

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _pass_on  # noqa: N815

    def _crawled(self, length: int, seconds: float) -> bytes:
        """The request's body, as over a slow line."""
        step = max(1, length // 20)
        pieces = []
        for start in range(0, length, step):
            pieces.append(self.rfile.read(min(step, length - start)))
            time.sleep(seconds / 20)
        return b"".join(pieces)

    def _ask(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        upstream = HTTPConnection(self.server.upstream, timeout=30)
        try:
            upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in _HOP - {"content-length"}:
                    upstream.putheader(name, value)
            upstream.endheaders(body or None)
            answer = upstream.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            upstream.close()

    def _answer(
        self, status: int, headers: list[tuple[str, str]], data: bytes, sent: int | None = None
    ) -> None:
        self.send_response_only(status)
        length = str(len(data))
        for name, value in headers:
            if name.lower() not in _HOP:
                self.send_header(name, value)
            elif name.lower() == "content-length" and self.command == "HEAD":
                length = value
        if status != 204:
            self.send_header("Content-Length", length)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data[:sent])

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@contextmanager
def proxied(upstream: str, tls: ssl.SSLContext | None = None) -> Iterator[Proxy]:
    """A proxy before *upstream*, until the block ends."""
    proxy = Proxy(upstream, tls)
    thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.shutdown()
        proxy.server_close()
        thread.join()


def certificate(folder: Path) -> Path:
    """A file with a new key and a certificate for 127.0.0.1 that nobody but its reader trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    address = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(secret + signed.public_bytes(Encoding.PEM))
    return path
