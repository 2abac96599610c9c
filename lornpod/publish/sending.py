"""Bytes on their way to a bucket: read once, hashed and sent a block at a time.

Requests that carry content go past boto3's own path, which takes most of a small object's time on rules
and models that are the same for each; botocore signs them, sends them over its connections and reads
refusals. What they say, and whatever is wrong with it, is as if the client had sent them.
"""

from __future__ import annotations

import base64
import hashlib
import socket
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import boto3
from botocore import exceptions as boto
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.httpsession import URLLib3Session
from botocore.parsers import create_parser
from botocore.utils import get_environ_proxies

from .signing import Keys

Advance = Callable[[int], None]

_SLICE_BYTES = 1 << 18  # how often progress is told
_CONNECT_S, _READ_S = 5, 30
_SIGNS_HEADERS = Config(s3={"payload_signing_enabled": False})
_TOLD = {"ETag": "etag", "ServerSideEncryption": "x-amz-server-side-encryption"}


class Ended(Exception):
    """Whoever hears of a request's progress ended it: not the network."""

    def __init__(self, why: BaseException) -> None:
        super().__init__()
        self.why = why


@dataclass(slots=True)
class Block:
    """Some of an object's bytes, sent in one request; ``md5`` is theirs."""

    data: bytes
    md5: bytes = field(init=False)

    def __post_init__(self) -> None:
        self.md5 = hashlib.md5(self.data, usedforsecurity=False).digest()


class _Body:
    """A block as the body of one attempt; tells how much of it went out."""

    def __init__(self, data: bytes, advanced: Advance) -> None:
        self._data, self._advanced = memoryview(data), advanced
        self.told = 0
        self.ended: BaseException | None = None

    def __iter__(self) -> Iterator[memoryview]:
        for start in range(0, len(self._data), _SLICE_BYTES):
            piece = self._data[start : start + _SLICE_BYTES]
            yield piece
            self.went(len(piece))

    def went(self, length_bytes: int) -> None:
        self.told += length_bytes
        try:
            self._advanced(length_bytes)
        except BaseException as error:
            # botocore takes whatever is raised while a body is sent for an error of the connection.
            self.ended = error
            raise


def found_keys(profile: str) -> Keys | None:
    """The credentials that boto3 finds now; None where there are none."""
    try:
        found = boto3.session.Session(profile_name=profile or None).get_credentials()
        keys = found.get_frozen_credentials() if found is not None else None
    except boto.BotoCoreError:
        return None
    return Keys(keys.access_key or "", keys.secret_key or "", keys.token or "") if keys is not None else None


class Wire:
    """The way to one bucket. Safe to use from several threads.

    *bucket_url* is the bucket's address and *region* what requests to it are signed for, as botocore
    found them out.
    """

    def __init__(
        self, session: boto3.session.Session, bucket_url: str, region: str, connections: int
    ) -> None:
        self._bucket_url = bucket_url.rstrip("/")
        self._region = region
        self._credentials = session.get_credentials()
        self._secure = bucket_url.startswith("https:")
        bundle = session._session.get_config_variable("ca_bundle")
        self._http = URLLib3Session(
            verify=bundle or True,
            proxies=get_environ_proxies(bucket_url),
            timeout=(_CONNECT_S, _READ_S),  # type: ignore[arg-type]
            max_pool_connections=connections,
            socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],  # type: ignore[list-item]
        )
        self._refusals = create_parser("rest-xml")

    @property
    def way(self) -> Mapping[str, str]:
        return {"url": self._bucket_url, "region": self._region}

    def put(
        self,
        full_key: str,
        block: Block,
        advanced: Advance,
        headers: Mapping[str, str],
        query: Mapping[str, object],
    ) -> Mapping[str, str]:
        """What boto3 would say of a PUT of *block*: its ETag, and ServerSideEncryption where there is any.

        Raises what a client of boto3 would; Ended where *advanced* raises. One attempt: if it fails,
        what went out is told back.
        """
        url = f"{self._bucket_url}/{quote(full_key, safe='/~')}"
        if query:
            url += f"?{urlencode(query)}"
        request = AWSRequest("PUT", url, dict(headers), block.data)
        request.headers["Content-MD5"] = base64.b64encode(block.md5).decode()
        # The MD5 is among the headers that are signed, and so binds the content: no second hash of it.
        request.context["client_config"] = _SIGNS_HEADERS
        if self._credentials is None:
            raise boto.NoCredentialsError
        S3SigV4Auth(self._credentials.get_frozen_credentials(), "s3", self._region).add_auth(request)
        request.headers["Content-Length"] = str(len(block.data))
        prepared = request.prepare()
        body = _Body(block.data, advanced)
        small = len(block.data) <= _SLICE_BYTES
        if not small:
            prepared.body = body  # type: ignore[assignment]
        try:
            body.went(0)  # whoever has had enough ends it here, between attempts that the server refuses
            answer = self._http.send(prepared)
            if answer.status_code >= 300:
                raise boto.ClientError(self._refusal(answer), "PutObject")
            if small:
                body.went(len(block.data))
        except BaseException as error:
            if body.ended is not None:
                raise Ended(body.ended) from error
            if body.told:
                advanced(-body.told)
            raise
        told = {name: answer.headers.get(header) for name, header in _TOLD.items()}
        return {name: value for name, value in told.items() if value}

    def _refusal(self, answer: Any) -> Any:
        said = {"status_code": answer.status_code, "headers": answer.headers, "body": answer.content}
        return self._refusals.parse({**said, "context": {"operation_name": "PutObject"}}, None)  # type: ignore[arg-type]
