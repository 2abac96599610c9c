"""A glance at a bucket: its listings, without boto3, which takes longer to import than they do.

Asked once each, over plain HTTP/1.1, with what an earlier run found out of the bucket; whatever is not as
expected is :class:`Unclear`, and then the real store is asked.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

from .signing import Keys, query, signed
from .stores import Stored, is_key

_PATIENCE_S = 5.0
_NAMES_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


class Unclear(Exception):
    """A glance does not tell."""


class Glance:
    """The bucket at *bucket_url*, requests to which are signed for *region*, below *prefix*."""

    def __init__(self, bucket_url: str, region: str, prefix: str, profile: str = "") -> None:
        self._url, self._region, self._prefix = bucket_url, region, prefix
        self._keys = _keys(profile)
        self._connection = _connection(bucket_url)

    def close(self) -> None:
        self._connection.close()

    def list(self, prefix: str) -> Iterator[Stored]:
        """What the bucket has whose key starts with *prefix*, as a store lists it; Unclear where it fails."""
        asked = {
            "list-type": "2",
            "prefix": self._prefix + prefix,
            "encoding-type": "url",
            "max-keys": "1000",
        }
        while True:
            page = self._page(asked)
            for found in page.iter("Contents"):
                key = unquote(found.findtext("Key", "")).removeprefix(self._prefix)
                etag = found.findtext("ETag", "").strip('"')
                if is_key(key):
                    yield Stored(key, int(found.findtext("Size", "-1")), etag)
            token = page.findtext("NextContinuationToken", "")
            if page.findtext("IsTruncated") != "true" or not token:
                return
            asked["continuation-token"] = token

    def _page(self, asked: dict[str, str]) -> ET.Element:
        url = f"{self._url}?{query(asked)}"
        parts = urlsplit(url)
        try:
            headers = dict(signed("GET", url, self._keys, self._region))
            self._connection.request("GET", f"{parts.path or '/'}?{parts.query}", headers=headers)
            answer = self._connection.getresponse()
            data = answer.read()
            if answer.status != 200 or b"<!DOCTYPE" in data:
                raise Unclear
            page = ET.fromstring(data)  # noqa: S314 - declares no entities: seen to above
        except (OSError, HTTPException, ET.ParseError, ValueError) as error:
            raise Unclear from error
        for element in page.iter():
            element.tag = element.tag.rpartition("}")[2]
        return page


def _connection(url: str) -> HTTPConnection:
    """A connection to where *url* leads; Unclear where that is through a proxy."""
    parts = urlsplit(url)
    around = {name.lower(): value for name, value in os.environ.items()}
    direct = (parts.hostname or "") in around.get("no_proxy", "").split(",")
    if not direct and any(around.get(name) for name in (f"{parts.scheme}_proxy", "all_proxy")):
        raise Unclear
    if parts.scheme != "https":
        return HTTPConnection(parts.netloc, timeout=_PATIENCE_S)
    import ssl
    from http.client import HTTPSConnection

    try:
        trusted = ssl.create_default_context(cafile=os.environ.get("AWS_CA_BUNDLE"))
    except (OSError, ValueError) as error:
        raise Unclear from error
    return HTTPSConnection(parts.netloc, timeout=_PATIENCE_S, context=trusted)


def _keys(profile: str) -> Keys:
    """The credentials that boto3 would take."""
    access, secret = (os.environ.get(name, "") for name in _NAMES_KEYS)
    if access and secret and not profile:
        return Keys(access, secret, os.environ.get("AWS_SESSION_TOKEN", ""))
    from .sending import found_keys

    found = found_keys(profile)
    if found is None:
        raise Unclear
    return found
