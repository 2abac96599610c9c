"""Requests to S3, signed.

Signature Version 4 as S3 has it (docs.aws.amazon.com/AmazonS3/latest/API, “Authenticating Requests”); the
standard library alone, since to import botocore takes longer than a run with nothing to do may.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

_UNSIGNED = "UNSIGNED-PAYLOAD"


@dataclass(frozen=True, slots=True)
class Keys:
    """Credentials as they are at a moment; ``token`` is empty where they last."""

    access: str
    secret: str
    token: str = ""


def signed(method: str, url: str, keys: Keys, region: str, now: datetime | None = None) -> Mapping[str, str]:
    """The headers that make a request without content one by whose *keys* they are.

    *url* has its path percent-encoded as it is sent, and its query sorted by name.
    """
    instant = (now or datetime.now(UTC)).strftime("%Y%m%dT%H%M%SZ")
    parts = urlsplit(url)
    headers = {"host": parts.netloc, "x-amz-content-sha256": _UNSIGNED, "x-amz-date": instant}
    if keys.token:
        headers["x-amz-security-token"] = keys.token
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    asked = "\n".join((method, parts.path or "/", parts.query, lines, names, _UNSIGNED))
    scope = f"{instant[:8]}/{region}/s3/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{instant}\n{scope}\n{hashlib.sha256(asked.encode()).hexdigest()}"
    key = f"AWS4{keys.secret}".encode()
    for part in scope.split("/"):
        key = _keyed(key, part)
    signature = _keyed(key, text).hex()
    credential = f"{keys.access}/{scope}"
    headers["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={names}, Signature={signature}"
    )
    return headers


def query(asked: Mapping[str, str]) -> str:
    """*asked* as a signed address has it."""
    return "&".join(f"{name}={quote(asked[name], safe='-_.~')}" for name in sorted(asked))


def _keyed(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
