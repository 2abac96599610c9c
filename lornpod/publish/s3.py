"""A store in an S3-compatible bucket.

Written for the servers there are, not for Amazon's alone: no conditional requests, no trailing
checksums; a Content-MD5 of ours guards what is sent. All retrying is done here, with one budget of
time: botocore's own neither bounds the time nor repeats a download that breaks off.
"""

from __future__ import annotations

import base64
import hashlib
import os
import random
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import boto3
from botocore import exceptions as boto
from botocore.config import Config

from ..errors import LornpodError, NotInStore, StoreError
from .stores import Advance, Stored, Unfinished, checked_key, checked_prefix, length_of, open_source, unheard

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import (
        CompletedPartTypeDef,
        ListObjectsV2OutputTypeDef,
        PutObjectOutputTypeDef,
    )

T = TypeVar("T")

SETTINGS = ("addressing", "endpoint", "profile", "region")
SINGLE_PUT_BYTES = 64 << 20  # up to here an ETag is an MD5
PART_BYTES = 16 << 20  # of 10,000 parts at most: objects up to 160 GB
_KNOCK_S = 6.0  # how long a server may take for its first answer
_PATIENCE_S = 60.0  # how long a server that has answered once may fail
_MIN_ATTEMPTS = 3  # so that an upload which takes longer than the patience is tried again too
_LONGEST_PAUSE_S = 8.0
_MD5 = re.compile(r"[0-9a-f]{32}")
_ADDRESS = re.compile(r"s3://([A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9])(?:/+(.*?))?/*")

# What another attempt can mend, beside every status from 500 on. Codes of S3 and of its imitators.
_PASSING = {
    "408",
    "429",
    "BadDigest",
    "IncompleteBody",
    "OperationAborted",
    "RequestTimeout",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "TooManyRequests",
    "XAmzContentSHA256Mismatch",
}
_WRONG_CREDENTIALS = {
    "ExpiredToken",
    "InvalidAccessKeyId",
    "InvalidToken",
    "SignatureDoesNotMatch",
    "TokenRefreshRequired",
}
_CREDENTIALS_HINT = "check the access key and secret (AWS_ACCESS_KEY_ID and so on, or s3: profile)"
_ENDPOINT_HINT = "check s3: endpoint in lornpod.yaml, AWS_ENDPOINT_URL and the network"


class _NoSuchUpload(StoreError):
    """The multipart upload is over: completed or thrown away by someone else."""


class S3Store:
    """Objects in a bucket, below the address's prefix.

    *settings* may name endpoint, region, profile and addressing (``path``, ``virtual``); what is missing,
    and the credentials, boto3 finds in its usual places. Nothing is asked before the first use; then one
    small request finds out within seconds whether server, bucket and credentials are right.
    """

    def __init__(
        self, address: str, settings: Mapping[str, str] | None = None, *, patience_s: float = _PATIENCE_S
    ) -> None:
        named = _ADDRESS.fullmatch(address)
        if not named:
            raise LornpodError(f"{address!r} names no bucket", hint="write s3://bucket/prefix")
        self.address = address
        self._bucket = named[1]
        self._prefix = f"{checked_key(named[2])}/" if named[2] else ""
        self._settings = _checked(settings or {})
        self._patience_s = patience_s
        self._opening = threading.Lock()
        self._opened: S3Client | None = None

    def list(self, prefix: str) -> Iterator[Stored]:
        checked_prefix(prefix)
        token = ""
        while True:
            page = self._page(prefix, token, 1000)
            for found in page.get("Contents", ()):
                key = found["Key"].removeprefix(self._prefix)
                if key and not key.endswith("/"):  # consoles make “folders” of empty objects
                    yield Stored(key, found["Size"], _md5_of(found), found["LastModified"])
            token = page.get("NextContinuationToken", "")
            if not page.get("IsTruncated") or not token:
                return

    def head(self, key: str) -> Stored | None:
        place = self._place(key)
        try:
            found = self._ask(f"look at {key}", lambda client: client.head_object(**place))
        except NotInStore:
            return None
        return Stored(key, found["ContentLength"], _md5_of(found), found["LastModified"])

    def get(self, key: str) -> bytes:
        place = self._place(key)
        return self._ask(f"read {key}", lambda client: client.get_object(**place)["Body"].read())

    def put(
        self,
        key: str,
        source: bytes | Path,
        *,
        media_type: str,
        cache_control: str,
        advanced: Advance = unheard,
    ) -> None:
        headers: dict[str, Any] = {"ContentType": media_type, "CacheControl": cache_control}
        length = length_of(source)
        if length > SINGLE_PUT_BYTES:
            self._put_in_parts(key, source, length, headers, advanced)
            return
        place = self._place(key)

        def send(client: S3Client, body: _Body) -> PutObjectOutputTypeDef:
            return client.put_object(
                **place,
                **headers,
                Body=body,  # type: ignore[arg-type]
                ContentMD5=body.content_md5,
            )

        answer, md5 = self._send(f"store {key}", source, 0, length, advanced, send)
        stored = _md5_of(answer)
        # Servers that ignore Content-MD5 show here. Some ETags only look like an MD5, so the content decides.
        if stored not in (None, md5) and hashlib.md5(self.get(key), usedforsecurity=False).hexdigest() != md5:
            raise StoreError(f"{self.address} stored something else than what was sent", key)

    def delete(self, key: str) -> None:
        place = self._place(key)
        self._ask(f"delete {key}", lambda client: client.delete_object(**place))

    def unfinished(self, before: datetime) -> Sequence[Unfinished]:
        page = self._ask(
            "list unfinished uploads",
            lambda client: client.list_multipart_uploads(Bucket=self._bucket, Prefix=self._prefix),
        )
        return tuple(
            Unfinished(
                f"{upload['Key']} {upload['UploadId']}",
                partial(self._abort, upload["Key"], upload["UploadId"]),
            )
            for upload in page.get("Uploads", ())
            if upload["Initiated"] < before
        )

    def _abort(self, full_key: str, upload: str) -> None:
        """Throw the parts of an upload away."""
        place: dict[str, Any] = {"Bucket": self._bucket, "Key": full_key, "UploadId": upload}
        with suppress(_NoSuchUpload):
            self._ask("end an upload", lambda client: client.abort_multipart_upload(**place))

    # ------------------------------------------------------------ large objects

    def _put_in_parts(
        self, key: str, source: bytes | Path, length: int, headers: dict[str, Any], advanced: Advance
    ) -> None:
        """Multipart: nothing is at *key* before the upload is completed.

        An upload that broke off stays open, and the next put of the key goes on where it ended.
        """
        place = self._place(key)
        what = f"store {key}"
        upload = (
            self._open_upload(place)
            or self._ask(
                what,
                lambda client: client.create_multipart_upload(**place, **headers),
            )["UploadId"]
        )
        try:
            there = self._parts(place, upload)
            parts: list[CompletedPartTypeDef] = []
            for number, start in enumerate(range(0, length, PART_BYTES), 1):
                size = min(PART_BYTES, length - start)
                etag = self._put_part(place, upload, number, source, start, size, there, advanced)
                parts.append({"PartNumber": number, "ETag": etag})
            self._ask(
                what,
                lambda client: client.complete_multipart_upload(
                    **place, UploadId=upload, MultipartUpload={"Parts": parts}
                ),
            )
        except _NoSuchUpload:
            # Completed already: by an attempt whose answer was lost, or by another publisher.
            found = self.head(key)
            if found is None or found.length_bytes != length:
                raise

    def _put_part(
        self,
        place: dict[str, Any],
        upload: str,
        number: int,
        source: bytes | Path,
        start: int,
        size: int,
        there: Mapping[int, str],
        advanced: Advance,
    ) -> str:
        """The ETag of one part, which is sent unless the server has it with the same MD5."""
        if there.get(number) == _span_md5(source, start, size).hex():
            advanced(size)
            return f'"{there[number]}"'
        answer, _ = self._send(
            f"store {place['Key']}",
            source,
            start,
            size,
            advanced,
            lambda client, body: client.upload_part(
                **place,
                UploadId=upload,
                PartNumber=number,
                Body=body,  # type: ignore[arg-type]
                ContentMD5=body.content_md5,
            ),
        )
        return answer["ETag"]

    def _open_upload(self, place: dict[str, Any]) -> str | None:
        """An upload of this very key that somebody has begun, the newest first."""
        try:
            page = self._ask(
                "list unfinished uploads",
                lambda client: client.list_multipart_uploads(Bucket=place["Bucket"], Prefix=place["Key"]),
            )
        except StoreError:  # a right that publishers may lack, or a server that can't
            return None
        found = [upload for upload in page.get("Uploads", ()) if upload["Key"] == place["Key"]]
        return max(found, key=lambda upload: upload["Initiated"])["UploadId"] if found else None

    def _parts(self, place: dict[str, Any], upload: str) -> dict[int, str]:
        """The MD5s of an upload's parts, by number, of the first 1,000 parts."""
        try:
            page = self._ask("list parts", lambda client: client.list_parts(**place, UploadId=upload))
        except (NotInStore, _NoSuchUpload):
            raise
        except StoreError:
            return {}
        return {part["PartNumber"]: md5 for part in page.get("Parts", ()) if (md5 := _md5_of(part))}

    # ------------------------------------------------------------ asking

    def _page(self, prefix: str, token: str, most: int) -> ListObjectsV2OutputTypeDef:
        asked: dict[str, Any] = {"Bucket": self._bucket, "Prefix": self._prefix + prefix, "MaxKeys": most}
        if token:
            asked["ContinuationToken"] = token
        return self._ask("list objects", lambda client: client.list_objects_v2(**asked))

    def _place(self, key: str) -> dict[str, Any]:
        return {"Bucket": self._bucket, "Key": self._prefix + checked_key(key)}

    def _ask(self, what: str, call: Callable[[S3Client], T]) -> T:
        """What the server answers; asked again while what fails may pass, for as long as patience lasts."""
        return self._patiently(what, call, self._client(), self._patience_s, _MIN_ATTEMPTS)

    def _patiently(
        self,
        what: str,
        call: Callable[[S3Client], T],
        client: S3Client,
        patience_s: float,
        least_attempts: int,
    ) -> T:
        end = time.monotonic() + patience_s
        pause_s = 0.1
        for attempt in count(1):
            try:
                return call(client)
            except (boto.BotoCoreError, boto.ClientError, boto.HTTPClientError, OSError) as error:
                late = time.monotonic() + pause_s > end and attempt >= least_attempts
                if late or not _may_pass(error):
                    raise self._said(what, error) from error
            time.sleep(pause_s * random.uniform(0.5, 1.5))  # noqa: S311 - only spreads retries
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
        raise AssertionError  # count() does not end

    def _send(
        self,
        what: str,
        source: bytes | Path,
        start: int,
        size: int,
        advanced: Advance,
        send: Callable[[S3Client, _Body], T],
    ) -> tuple[T, str]:
        """The answer to sending a span of *source*, and the span's MD5 in hexadecimal."""
        md5 = _span_md5(source, start, size)

        def attempt(client: S3Client) -> T:
            with open_source(source) as file:
                body = _Body(file, start, size, md5, advanced)
                try:
                    return send(client, body)
                except BaseException:
                    body.take_back()
                    raise

        return self._ask(what, attempt), md5.hex()

    # ------------------------------------------------------------ opening

    def _client(self) -> S3Client:
        """The client; made, and tried on the server, at the first use."""
        with self._opening:
            if self._opened is None:
                knocking = self._made(connect_s=3, read_s=5)
                asked: dict[str, Any] = {"Bucket": self._bucket, "Prefix": self._prefix, "MaxKeys": 1}
                self._patiently(
                    "reach it",
                    lambda client: client.list_objects_v2(**asked),
                    knocking,
                    min(_KNOCK_S, self._patience_s),
                    1,
                )
                self._opened = self._made(connect_s=5, read_s=30)
            return self._opened

    def _made(self, *, connect_s: float, read_s: float) -> S3Client:
        config = Config(
            signature_version="s3v4",
            connect_timeout=connect_s,
            read_timeout=read_s,
            retries={"mode": "standard", "total_max_attempts": 1},
            max_pool_connections=32,
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            s3={"addressing_style": self._settings.get("addressing", "auto")},  # type: ignore[arg-type]
        )
        try:
            session = boto3.session.Session(profile_name=self._settings.get("profile"))
            client: S3Client = session.client(
                "s3",
                endpoint_url=self._settings.get("endpoint"),
                region_name=self._settings.get("region") or session.region_name or "us-east-1",
                config=config,
            )
        except (boto.BotoCoreError, ValueError) as error:
            raise self._said("open it", error) from error
        # Signing reads a body before it is sent; only what is sent counts as progress.
        client.meta.events.register_first("request-created.s3", _signing)
        client.meta.events.register_last("request-created.s3", _sending)
        return client

    def _said(self, what: str, error: Exception) -> StoreError:
        """*error* as one line that says what, where and what to do. Never holds a key or a secret."""
        address = self._settings.get("endpoint") or os.environ.get("AWS_ENDPOINT_URL_S3")
        address = address or os.environ.get("AWS_ENDPOINT_URL") or "Amazon S3"
        where = f"{self.address} at {address}"
        if isinstance(error, boto.ClientError):
            return _refusal(what, where, error)
        if isinstance(error, boto.NoCredentialsError | boto.PartialCredentialsError | boto.ProfileNotFound):
            return StoreError("no credentials for the store", where, _CREDENTIALS_HINT)
        if isinstance(error, boto.SSLError):
            return StoreError("the server's certificate is not trusted", where, _ENDPOINT_HINT)
        if isinstance(error, boto.HTTPClientError | boto.ConnectionError | OSError):
            return StoreError(f"the store does not answer ({_reason(error)})", where, _ENDPOINT_HINT)
        return StoreError(f"cannot {what}: {_reason(error)}", where, _ENDPOINT_HINT)


class _Body:
    """A span of a file as a request's body, which tells how much of it went out."""

    def __init__(self, file: BinaryIO, start: int, size: int, md5: bytes, advanced: Advance) -> None:
        self._file, self._start, self._size, self._advanced = file, start, size, advanced
        self.content_md5 = base64.b64encode(md5).decode()
        self._at = self._told = 0
        self.counts = True
        file.seek(start)

    def read(self, size: int = -1) -> bytes:
        left = self._size - self._at
        data = self._file.read(left if size is None or size < 0 else min(size, left))
        self._at += len(data)
        if self.counts and data:
            self._told += len(data)
            self._advanced(len(data))
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        base = {0: 0, 1: self._at, 2: self._size}[whence]
        self._at = max(0, base + offset)
        self._file.seek(self._start + self._at)
        if self.counts and self._told > self._at:
            self._advanced(self._at - self._told)
            self._told = self._at
        return self._at

    def tell(self) -> int:
        return self._at

    def __len__(self) -> int:
        return self._size

    def take_back(self) -> None:
        """Untell what went out: the attempt failed."""
        if self._told:
            self._advanced(-self._told)
            self._told = 0


def _signing(request: Any, **_: object) -> None:
    if isinstance(request.body, _Body):
        request.body.counts = False


def _sending(request: Any, **_: object) -> None:
    if isinstance(request.body, _Body):
        request.body.counts = True


def _checked(settings: Mapping[str, str]) -> dict[str, str]:
    """The settings that are set; LornpodError for one that nobody knows."""
    unknown = sorted(set(settings) - set(SETTINGS))
    if unknown:
        raise LornpodError(f"s3: {unknown[0]} is not known", hint=f"there are {', '.join(SETTINGS)}")
    return {name: value for name, value in settings.items() if value}


def _md5_of(answer: Mapping[str, Any]) -> str | None:
    """The MD5 in an answer's ETag, where it looks like one; an object of parts has a dash in it."""
    etag = str(answer.get("ETag", "")).strip('"').lower()
    return etag if _MD5.fullmatch(etag) else None


def _span_md5(source: bytes | Path, start: int, size: int) -> bytes:
    digest = hashlib.md5(usedforsecurity=False)
    with open_source(source) as file:
        file.seek(start)
        while size > 0 and (block := file.read(min(size, 1 << 20))):
            digest.update(block)
            size -= len(block)
    return digest.digest()


def _code(error: boto.ClientError) -> tuple[str, int]:
    return (
        str(error.response.get("Error", {}).get("Code", "")),
        int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)),
    )


def _may_pass(error: Exception) -> bool:
    """Whether asking again may help."""
    if isinstance(error, boto.ClientError):
        code, status = _code(error)
        return status >= 500 or code in _PASSING or str(status) in _PASSING
    if isinstance(error, boto.SSLError | boto.NoCredentialsError):
        return False
    return isinstance(error, boto.HTTPClientError | boto.ConnectionError | boto.IncompleteReadError | OSError)


def _refusal(what: str, where: str, error: boto.ClientError) -> StoreError:
    """What a server's refusal means to the one who publishes."""
    code, status = _code(error)
    if code == "NoSuchUpload":
        return _NoSuchUpload(f"cannot {what}: the upload is over", where)
    if code == "NoSuchBucket":
        return StoreError("there is no such bucket", where, "make it, or correct `store:` in lornpod.yaml")
    if status == 404:
        return NotInStore(f"cannot {what}: there is no such object", where)
    if code in _WRONG_CREDENTIALS:
        return StoreError(f"the store refuses the credentials ({code})", where, _CREDENTIALS_HINT)
    if status == 403:
        hint = "give the key the right to list, read and write (docs/bucket.md)"
        return StoreError(f"not allowed to {what}", where, hint)
    if status in (301, 307) or code in ("AuthorizationHeaderMalformed", "PermanentRedirect"):
        return StoreError("the bucket is in another region", where, "set s3: region in lornpod.yaml")
    return StoreError(f"cannot {what}: the store answered {status} {code}".rstrip(), where, "try again later")


def _reason(error: Exception) -> str:
    """The first line of what *error* says."""
    return str(error).partition("\n")[0].rstrip(".")[:200]
