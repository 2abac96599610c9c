"""Tells the world that feeds have changed: WebSub hubs and Podping. A failure is told, never raised.

WebSub (w3.org/TR/websub, 7): a POST of ``hub.mode=publish`` and ``hub.url``. Podping (podping.cloud): a
GET with the feed's address and the key in the Authorization header.
"""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from http.client import HTTPException
from urllib.parse import urlencode, urlsplit

from .. import __version__
from ..errors import Finding, Level
from ..messages import tr
from .together import at_once

PODPING = "https://podping.cloud/"
_PATIENCE_S = 10.0
_AT_ONCE = 4

Send = Callable[[urllib.request.Request], int]


def announce(
    feed_urls: Sequence[str], hubs: Sequence[str], podping_key: str = "", *, send: Send | None = None
) -> tuple[Finding, ...]:
    """Tell each hub, and Podping where there is a key, of each feed once; a warning for each failure.

    *send* sends a request and returns the status; it raises OSError when nobody answers.
    """
    requests = [request for url in feed_urls for request in _requests(url, hubs, podping_key)]
    deliver = send or _send
    told: dict[int, Finding | None] = {}

    def tell(number: int) -> None:
        told[number] = _failure(requests[number], deliver)

    at_once(tell, range(len(requests)), jobs=_AT_ONCE)
    return tuple(finding for number in sorted(told) if (finding := told[number]) is not None)


def _requests(url: str, hubs: Sequence[str], podping_key: str) -> Iterator[urllib.request.Request]:
    agent = {"User-Agent": f"lornpod/{__version__}"}
    for hub in hubs:
        form = urlencode({"hub.mode": "publish", "hub.url": url}).encode()
        yield urllib.request.Request(hub, data=form, headers=agent, method="POST")  # noqa: S310 - see _send
    if podping_key:
        query = urlencode({"url": url, "reason": "update", "medium": "podcast"})
        keyed = {**agent, "Authorization": podping_key}
        yield urllib.request.Request(f"{PODPING}?{query}", headers=keyed)  # noqa: S310 - https


def _failure(request: urllib.request.Request, send: Send) -> Finding | None:
    hub = urlsplit(request.full_url).netloc
    try:
        status = send(request)
    except (OSError, HTTPException, ValueError) as error:
        said = tr("does not answer ({error})", error=error)
    else:
        if 200 <= status < 300:
            return None
        said = tr("answered {status}", status=status)
    hint = tr("apps notice by themselves, later; the feeds are published")
    return Finding(
        "hub", tr("was not told of a changed feed: it {said}", said=said), hub, hint=hint, level=Level.WARNING
    )


def _send(request: urllib.request.Request) -> int:
    if urlsplit(request.full_url).scheme not in ("http", "https"):
        raise ValueError("a hub is an http or https address")
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE_S) as answer:  # noqa: S310 - seen to above
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
