"""A store in an S3-compatible bucket.

Written for the servers there are, not for Amazon's alone: no trailing checksums, no conditional requests
unless the owner found that they hold; a Content-MD5 of ours guards what is sent. All retrying is done here,
with one budget of time: botocore's own neither bounds the time nor repeats a download that breaks off.
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
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import boto3
from botocore import exceptions as boto
from botocore.config import Config

from ..errors import LornpodError, NotInStore, StoreError
from .stores import (
    Advance,
    Stored,
    Unfinished,
    blocks_of,
    checked_key,
    checked_prefix,
    is_key,
    length_of,
    open_source,
    read_block,
    unheard,
)

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import (
        CompletedPartTypeDef,
        ListObjectsV2OutputTypeDef,
        MultipartUploadTypeDef,
        PutObjectOutputTypeDef,
    )

T = TypeVar("T")

SETTINGS = ("addressing", "conditional", "endpoint", "profile", "region")
SINGLE_PUT_BYTES = 64 << 20  # up to here an ETag is an MD5
PART_BYTES = 16 << 20  # of 10,000 parts at most: objects up to 160 GB
PAGE_KEYS = 1000  # the most that a server lists at once
_KNOCK_S = 6.0  # how long a server may take for its first answer
_PATIENCE_S = 60.0  # how long a server that has answered once may fail
_MIN_ATTEMPTS = 3  # so that an upload which takes longer than the patience is tried again too
_LONGEST_PAUSE_S = 8.0
_MOST_RESUMED = 3  # unfinished uploads of one key that are looked into
_ETAG = re.compile(r"[0-9a-f]{32}(-[0-9]+)?")
_USER_INFO = re.compile(r"//[^/@]*@")
_QUERY = re.compile(r"\?[^\s\"]*")
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
_OVERTAKEN = {404, 409, 412}  # what a conditional put is answered that came too late
_UPLOAD_OVER = {"InvalidPart", "InvalidPartOrder", "NoSuchUpload"}
_NO_CREDENTIALS = (
    boto.CredentialRetrievalError,
    boto.NoCredentialsError,
    boto.PartialCredentialsError,
    boto.ProfileNotFound,
    boto.SSOError,
    boto.TokenRetrievalError,
)
_CREDENTIALS_HINT = "check the access key and secret (AWS_ACCESS_KEY_ID and so on, or s3: profile)"
_ENDPOINT_HINT = "check s3: endpoint in lornpod.yaml, AWS_ENDPOINT_URL and the network"


class _UploadOver(StoreError):
    """The multipart upload cannot be completed any more: it was completed or thrown away by someone else,
    or its parts are not those that were sent."""


class _Ended(Exception):
    """A request's body could not be read on, or whoever hears of its progress ended it: not the network."""

    def __init__(self, why: BaseException) -> None:
        super().__init__()
        self.why = why


class S3Store:
    """Objects in a bucket, below the address's prefix.

    *settings* may name endpoint, region, profile, addressing (``path``, ``virtual``) and conditional
    (``true``: the server's conditional puts are atomic); what is missing, and the credentials, boto3 finds
    in its usual places. Nothing is asked before the first use; then one
    small request finds out within seconds whether server, bucket and credentials are right.
    """

    def __init__(
        self, address: str, settings: Mapping[str, str] | None = None, *, patience_s: float = _PATIENCE_S
    ) -> None:
        named = _ADDRESS.fullmatch(address)
        if not named:
            raise LornpodError(f"{address!r} names no bucket", hint="write s3://bucket/prefix")
        self.address = address
        self.bucket = named[1]
        self.prefix = f"{checked_key(named[2])}/" if named[2] else ""
        self.settings = _checked(settings or {})
        self.conditional = self.settings.get("conditional") == "true"
        self._patience_s = patience_s
        self._opening = threading.Lock()
        self._opened: S3Client | None = None
        self._closed: tuple[float, StoreError] | None = None

    def list(self, prefix: str) -> Iterator[Stored]:
        checked_prefix(prefix)
        token = ""
        while True:
            page = self._page(prefix, token)
            for found in page.get("Contents", ()):
                key = found["Key"].removeprefix(self.prefix)
                if is_key(key):  # consoles make “folders” of empty objects, named “media/”
                    yield Stored(key, found["Size"], _md5_of(found), found["LastModified"])
            token = page.get("NextContinuationToken", "")
            if not page.get("IsTruncated") or not token:
                return

    def head(self, key: str) -> Stored | None:
        place = self.place(key)
        try:
            found = self.ask(f"look at {key}", lambda client: client.head_object(**place))
        except NotInStore:
            return None
        return Stored(key, found["ContentLength"], _md5_of(found), found["LastModified"])

    def get(self, key: str) -> bytes:
        place = self.place(key)
        return self.ask(f"read {key}", lambda client: client.get_object(**place)["Body"].read())

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
        place = self.place(key)
        whole = _span(source, 1, 0, length)

        def send(client: S3Client, body: _Body) -> PutObjectOutputTypeDef:
            return client.put_object(
                **place,
                **headers,
                Body=body,  # type: ignore[arg-type]
                ContentMD5=body.content_md5,
            )

        answer = self._send(f"store {key}", source, whole, advanced, send)
        self._check(key, answer, whole.md5.hex(), source)

    def _check(self, key: str, answer: Mapping[str, Any], etag: str, source: bytes | Path) -> None:
        """StoreError where the server, as servers do that ignore Content-MD5, stored something else.

        Where it encrypts, an ETag only looks like a digest; where it doesn't tell, the content decides.
        """
        encrypted = answer.get("ServerSideEncryption", "AES256") != "AES256"
        if not encrypted and _etag_of(answer) not in ("", etag) and self._md5(key) != _md5(source):
            raise StoreError(f"{self.address} stored something else than what was sent", key)

    def _md5(self, key: str) -> bytes:
        place = self.place(key)

        def read(client: S3Client) -> bytes:
            digest = hashlib.md5(usedforsecurity=False)
            for block in client.get_object(**place)["Body"].iter_chunks(1 << 20):
                digest.update(block)
            return digest.digest()

        return self.ask(f"read {key}", read)

    def replace(
        self, key: str, data: bytes, over: Stored | None, *, media_type: str, cache_control: str
    ) -> bool:
        if not self.conditional or (over is not None and over.md5 is None):
            self.put(key, data, media_type=media_type, cache_control=cache_control)
            return True
        asked: dict[str, Any] = {
            **self.place(key),
            "Body": data,
            "ContentMD5": base64.b64encode(_md5(data)).decode(),
            "ContentType": media_type,
            "CacheControl": cache_control,
        }
        asked |= {"IfNoneMatch": "*"} if over is None else {"IfMatch": f'"{over.md5}"'}
        try:
            self.ask(f"store {key}", lambda client: client.put_object(**asked))
        except StoreError as error:
            if (
                not isinstance(error.__cause__, boto.ClientError)
                or code_of(error.__cause__)[1] not in _OVERTAKEN
            ):
                raise
            # It may be our own put that was there first: one whose answer was lost is sent again.
            return self._holds(key, data)
        return True

    def _holds(self, key: str, data: bytes) -> bool:
        try:
            return self.get(key) == data
        except NotInStore:
            return False

    def delete(self, key: str) -> None:
        place = self.place(key)
        with suppress(NotInStore):  # so some servers say, unlike Amazon's
            self.ask(f"delete {key}", lambda client: client.delete_object(**place))

    def unfinished(self, before: datetime) -> Sequence[Unfinished]:
        return tuple(
            Unfinished(
                f"{upload['Key']} {upload['UploadId']}",
                partial(self._abort, upload["Key"], upload["UploadId"]),
            )
            for upload in self._open_uploads(self.prefix)
            if upload["Initiated"] < before
        )

    def _open_uploads(self, prefix: str) -> Iterator[MultipartUploadTypeDef]:
        """All multipart uploads of keys below *prefix* that were never ended."""
        asked: dict[str, Any] = {"Bucket": self.bucket, "Prefix": prefix}
        while True:
            now = dict(asked)
            try:
                page = self.ask(
                    "list unfinished uploads",
                    lambda client, now=now: client.list_multipart_uploads(**now),  # type: ignore[misc]
                )
            except _UploadOver:  # so rclone's server says that there are none
                return
            yield from page.get("Uploads", ())
            asked["KeyMarker"] = page.get("NextKeyMarker", "")
            asked["UploadIdMarker"] = page.get("NextUploadIdMarker", "")
            if not page.get("IsTruncated") or not asked["KeyMarker"] or asked == now:
                return

    def _abort(self, full_key: str, upload: str) -> None:
        """Throw the parts of an upload away."""
        place: dict[str, Any] = {"Bucket": self.bucket, "Key": full_key, "UploadId": upload}
        with suppress(_UploadOver, NotInStore):
            self.ask("end an upload", lambda client: client.abort_multipart_upload(**place))

    # ------------------------------------------------------------ large objects

    def _put_in_parts(
        self, key: str, source: bytes | Path, length: int, headers: dict[str, Any], advanced: Advance
    ) -> None:
        """Multipart: nothing is at *key* before the upload is completed.

        An upload that broke off stays open, and the next put of the same content goes on where it ended.
        """
        place = self.place(key)
        starts = range(0, length, PART_BYTES)
        parts = [_span(source, n, at, min(PART_BYTES, length - at)) for n, at in enumerate(starts, 1)]
        etag = (
            f"{hashlib.md5(b''.join(p.md5 for p in parts), usedforsecurity=False).hexdigest()}-{len(parts)}"
        )
        upload, there = self._begun(place, parts) or (self._begin(place, headers), frozenset[int]())
        tally = _Tally(advanced)
        try:
            answer = self._complete(place, upload, source, parts, there, tally)
        except _UploadOver:
            # Completed by an attempt whose answer was lost, or by another publisher; or its parts were
            # mixed with those of another content, and then only an upload of one's own helps.
            if self._has(place, etag):
                tally(length - tally.total)
                return
            tally(-tally.total)
            answer = self._complete(place, self._begin(place, headers), source, parts, frozenset(), tally)
        self._check(key, answer, etag, source)

    def _begin(self, place: dict[str, Any], headers: dict[str, Any]) -> str:
        what = f"store {place['Key']}"
        return self.ask(what, lambda client: client.create_multipart_upload(**place, **headers))["UploadId"]

    def _complete(
        self,
        place: dict[str, Any],
        upload: str,
        source: bytes | Path,
        parts: Sequence[_Span],
        there: frozenset[int],
        advanced: Advance,
    ) -> Mapping[str, Any]:
        """What the server says of the object made of *parts*; those that are *there* are not sent."""
        what = f"store {place['Key']}"
        etags: list[CompletedPartTypeDef] = []
        for part in parts:
            if part.number in there:
                advanced(part.size)
                etag = f'"{part.md5.hex()}"'
            else:
                etag = self._send(what, source, part, advanced, partial(_send_part, place, upload, part))
            etags.append({"PartNumber": part.number, "ETag": etag})
        return self.ask(
            what,
            lambda client: client.complete_multipart_upload(
                **place, UploadId=upload, MultipartUpload={"Parts": etags}
            ),
        )

    def _has(self, place: dict[str, Any], etag: str) -> bool:
        try:
            found = self.ask(f"look at {place['Key']}", lambda client: client.head_object(**place))
        except NotInStore:
            return False
        return _etag_of(found) == etag

    def _begun(self, place: dict[str, Any], parts: Sequence[_Span]) -> tuple[str, frozenset[int]] | None:
        """An upload that was begun with these very *parts*, the newest, and the numbers that it has.

        One whose parts are others, or that has none yet, may be another publisher's of another content.
        """
        md5s = {part.number: part.md5.hex() for part in parts}
        for upload in self._uploads(place)[:_MOST_RESUMED]:
            there = self._parts(place, upload)
            if there and there.items() <= md5s.items():
                return upload, frozenset(there)
        return None

    def _uploads(self, place: dict[str, Any]) -> Sequence[str]:
        """The uploads of this very key, the newest first; none where the server doesn't tell."""
        try:
            found = [one for one in self._open_uploads(place["Key"]) if one["Key"] == place["Key"]]
        except StoreError as error:
            if not _is_refusal(error):
                raise
            return ()
        found.sort(key=lambda upload: upload["Initiated"], reverse=True)
        return [upload["UploadId"] for upload in found]

    def _parts(self, place: dict[str, Any], upload: str) -> dict[int, str | None]:
        """The MD5s of an upload's parts, by number."""
        found: dict[int, str | None] = {}
        marker = 0
        while True:
            asked = {**place, "UploadId": upload, "PartNumberMarker": marker}
            try:
                page = self.ask("list parts", lambda client, asked=asked: client.list_parts(**asked))  # type: ignore[misc]
            except StoreError as error:
                if not _is_refusal(error):
                    raise
                return {}
            found |= {part["PartNumber"]: _md5_of(part) for part in page.get("Parts", ())}
            last = max(found, default=0)
            if not page.get("IsTruncated") or last <= marker:
                return found
            marker = last

    # ------------------------------------------------------------ asking

    def _page(self, prefix: str, token: str) -> ListObjectsV2OutputTypeDef:
        asked: dict[str, Any] = {
            "Bucket": self.bucket,
            "Prefix": self.prefix + prefix,
            "MaxKeys": PAGE_KEYS,
        }
        if token:
            asked["ContinuationToken"] = token
        return self.ask("list objects", lambda client: client.list_objects_v2(**asked))

    def place(self, key: str) -> dict[str, Any]:
        """Bucket and Key of the object at *key*, as requests name it."""
        return {"Bucket": self.bucket, "Key": self.prefix + checked_key(key)}

    def ask(self, what: str, call: Callable[[S3Client], T]) -> T:
        """What the server answers; asked again while what fails may pass, for as long as patience lasts.

        Raises StoreError, whose cause is the server's refusal where it answered.
        """
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
        span: _Span,
        advanced: Advance,
        send: Callable[[S3Client, _Body], T],
    ) -> T:
        """The answer to sending a span of *source*."""

        def attempt(client: S3Client) -> T:
            with open_source(source) as file:
                body = _Body(file, source, span, advanced)
                try:
                    return send(client, body)
                except BaseException as error:
                    # botocore takes whatever reading the body raises for an error of the connection.
                    if body.ended is not None:
                        raise _Ended(body.ended) from error
                    body.take_back()
                    raise

        try:
            return self.ask(what, attempt)
        except _Ended as ended:
            raise ended.why from ended.why.__cause__

    # ------------------------------------------------------------ opening

    def _client(self) -> S3Client:
        """The client; made, and tried on the server, at the first use."""
        since = time.monotonic()
        with self._opening:
            if self._closed is not None and since < self._closed[0]:
                raise self._closed[1]  # what another thread found out while this one waited
            if self._opened is None:
                try:
                    self._opened = self._open()
                except StoreError as error:
                    self._closed = time.monotonic(), error
                    raise
            return self._opened

    def _open(self) -> S3Client:
        """StoreError, within seconds, where server, bucket or credentials are wrong."""
        try:
            session = boto3.session.Session(profile_name=self.settings.get("profile"))
        except boto.BotoCoreError as error:
            raise self._said("open it", error) from error
        asked: dict[str, Any] = {"Bucket": self.bucket, "Prefix": self.prefix, "MaxKeys": 1}
        self._patiently(
            "list the bucket",
            lambda client: client.list_objects_v2(**asked),
            self._made(session, connect_s=3, read_s=5),
            min(_KNOCK_S, self._patience_s),
            1,
        )
        return self._made(session, connect_s=5, read_s=30)

    def _made(self, session: boto3.session.Session, *, connect_s: float, read_s: float) -> S3Client:
        config = Config(
            signature_version="s3v4",
            connect_timeout=connect_s,
            read_timeout=read_s,
            retries={"mode": "standard", "total_max_attempts": 1},
            max_pool_connections=32,
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            s3={"addressing_style": self.settings.get("addressing", "auto")},  # type: ignore[arg-type]
        )
        try:
            client: S3Client = session.client(
                "s3",
                endpoint_url=self.settings.get("endpoint"),
                region_name=self.settings.get("region") or session.region_name or "us-east-1",
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
        address = self.settings.get("endpoint") or os.environ.get("AWS_ENDPOINT_URL_S3")
        address = address or os.environ.get("AWS_ENDPOINT_URL") or "Amazon S3"
        where = f"{self.address} at {_USER_INFO.sub('//', address)}"
        if isinstance(error, boto.ClientError):
            return _refusal(what, where, error)
        if isinstance(error, _NO_CREDENTIALS):
            return StoreError("no credentials for the store", where, _CREDENTIALS_HINT)
        if _is_untrusted(error):
            return StoreError("the server's certificate is not trusted", where, _ENDPOINT_HINT)
        if isinstance(error, boto.HTTPClientError | boto.ConnectionError | OSError):
            return StoreError(f"the store does not answer ({_reason(error)})", where, _ENDPOINT_HINT)
        return StoreError(f"cannot {what}: {_reason(error)}", where, _ENDPOINT_HINT)


@dataclass(frozen=True, slots=True)
class _Span:
    """Some of a source's bytes, sent in one request; the *number* counts from 1."""

    number: int
    start: int
    size: int
    md5: bytes


class _Tally:
    """Passes progress on and keeps the sum."""

    def __init__(self, advanced: Advance) -> None:
        self._advanced, self.total = advanced, 0

    def __call__(self, length_bytes: int) -> None:
        self.total += length_bytes
        self._advanced(length_bytes)


class _Body:
    """A span of a file as a request's body, which tells how much of it went out; *ended* is why it broke."""

    def __init__(self, file: BinaryIO, source: bytes | Path, span: _Span, advanced: Advance) -> None:
        self._file, self._source, self._span, self._advanced = file, source, span, advanced
        self.content_md5 = base64.b64encode(span.md5).decode()
        self._at = self._told = 0
        self.counts = True
        self.ended: BaseException | None = None
        file.seek(span.start)

    def read(self, size: int = -1) -> bytes:
        left = self._span.size - self._at
        wanted = left if size is None or size < 0 else min(size, left)
        try:
            data = self._read(wanted)
            if self.counts and data:
                self._told += len(data)
                self._advanced(len(data))
        except BaseException as error:
            self.ended = error
            raise
        return data

    def _read(self, wanted: int) -> bytes:
        blocks = []
        while wanted:
            block = read_block(self._file, self._source, wanted)
            blocks.append(block)
            wanted -= len(block)
            self._at += len(block)
        return b"".join(blocks)

    def seek(self, offset: int, whence: int = 0) -> int:
        base = {0: 0, 1: self._at, 2: self._span.size}[whence]
        self._at = max(0, base + offset)
        self._file.seek(self._span.start + self._at)
        if self.counts and self._told > self._at:
            self._advanced(self._at - self._told)
            self._told = self._at
        return self._at

    def tell(self) -> int:
        return self._at

    def __len__(self) -> int:
        return self._span.size

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


def _etag_of(answer: Mapping[str, Any]) -> str:
    """An answer's ETag where it looks like an MD5, or one of parts, which has their number behind a dash."""
    etag = str(answer.get("ETag", "")).strip('"').lower()
    return etag if _ETAG.fullmatch(etag) else ""


def _md5_of(answer: Mapping[str, Any]) -> str | None:
    """The MD5 in an answer's ETag, where it looks like one."""
    etag = _etag_of(answer)
    return etag if etag and "-" not in etag else None


def _md5(source: bytes | Path, start: int = 0, length: int | None = None) -> bytes:
    digest = hashlib.md5(usedforsecurity=False)
    for block in blocks_of(source, start, length):
        digest.update(block)
    return digest.digest()


def _span(source: bytes | Path, number: int, start: int, size: int) -> _Span:
    return _Span(number, start, size, _md5(source, start, size))


def _send_part(place: dict[str, Any], upload: str, part: _Span, client: S3Client, body: _Body) -> str:
    """The ETag that the server gave the part."""
    return client.upload_part(
        **place,
        UploadId=upload,
        PartNumber=part.number,
        Body=body,  # type: ignore[arg-type]
        ContentMD5=body.content_md5,
    )["ETag"]


def code_of(error: boto.ClientError) -> tuple[str, int]:
    """The S3 error code and the HTTP status of a server's refusal."""
    return (
        str(error.response.get("Error", {}).get("Code", "")),
        int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)),
    )


def _may_pass(error: Exception) -> bool:
    """Whether asking again may help."""
    if isinstance(error, boto.ClientError):
        code, status = code_of(error)
        return (status >= 500 and status != 501) or code in _PASSING or str(status) in _PASSING
    if _is_untrusted(error):
        return False
    return isinstance(error, boto.HTTPClientError | boto.ConnectionError | boto.IncompleteReadError | OSError)


def _refusal(what: str, where: str, error: boto.ClientError) -> StoreError:
    """What a server's refusal means to the one who publishes."""
    code, status = code_of(error)
    if code in _UPLOAD_OVER:
        return _UploadOver(f"cannot {what}: the upload was ended by someone else", where, "try again")
    if code == "NoSuchBucket":
        return StoreError("there is no such bucket", where, "make it, or correct `store:` in lornpod.yaml")
    if status == 404:
        return NotInStore(f"cannot {what}: there is no such object", where)
    if code in _WRONG_CREDENTIALS:
        return StoreError(f"the store refuses the credentials ({code})", where, _CREDENTIALS_HINT)
    if code == "RequestTimeTooSkewed":
        return StoreError("the store finds this machine's clock wrong", where, "set the time")
    if status == 403:
        hint = "give the key the right to list, read and write (docs/bucket.md)"
        return StoreError(f"not allowed to {what}", where, hint)
    if status in (301, 307) or code in ("AuthorizationHeaderMalformed", "PermanentRedirect"):
        return StoreError("the bucket is in another region", where, "set s3: region in lornpod.yaml")
    answered = f"cannot {what}: the store answered {status} {'' if code == str(status) else code}".rstrip()
    hint = "try again later" if status >= 500 and status != 501 else "ask who runs the store what it means"
    return StoreError(answered, where, hint)


def _is_untrusted(error: Exception) -> bool:
    """Whether the certificate is at fault: a connection that is cut over https is an SSLError too."""
    return isinstance(error, boto.SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(error)


def _is_refusal(error: StoreError) -> bool:
    """Whether the server answered, so that other requests may work."""
    return isinstance(error.__cause__, boto.ClientError)


def _reason(error: Exception) -> str:
    """The first line of what *error* says; of an address in it, neither user nor query."""
    line = str(error).partition("\n")[0].rstrip(".")
    return _QUERY.sub("", _USER_INFO.sub("//", line))[:200]
