"""A store in an S3-compatible bucket.

Written for the servers there are, not for Amazon's alone: no trailing checksums, no conditional requests
unless the owner found that they hold; a Content-MD5 of ours guards what is sent. All retrying is done here,
with one budget of time: botocore's own neither bounds the time nor repeats a download that breaks off.
"""

from __future__ import annotations

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
from typing import TYPE_CHECKING, Any, TypeVar

import boto3
from botocore import exceptions as boto
from botocore.config import Config

from ..errors import LornpodError, NotInStore, StoreError
from ..messages import later, tr
from .sending import Block, Ended, Wire
from .stores import (
    Advance,
    Pieces,
    Stored,
    Unfinished,
    blocks_of,
    checked_key,
    checked_prefix,
    is_key,
    length_of,
    unheard,
)
from .together import at_once, pause

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import (
        CompletedPartTypeDef,
        ListObjectsV2OutputTypeDef,
        MultipartUploadTypeDef,
    )

T = TypeVar("T")

SETTINGS = ("addressing", "conditional", "endpoint", "profile", "region")
PART_BYTES = 8 << 20  # what is read and sent at once; of 10,000 parts at most: objects up to 80 GB
_PARTS_IN_MEMORY = 8
_PARTS_AT_ONCE = 4  # of one object
PAGE_KEYS = 1000  # the most that a server lists at once
_KNOCK_S = 6.0  # how long a server may take for its first answer
_PATIENCE_S = 60.0  # how long a server that has answered once may fail
_MIN_ATTEMPTS = 3  # so that an upload which takes longer than the patience is tried again too
_LONGEST_PAUSE_S = 8.0
_CONNECTIONS = 32
_NOTHING: Mapping[str, Any] = {}
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
_CREDENTIALS_HINT = later("check the access key and secret (AWS_ACCESS_KEY_ID and so on, or s3: profile)")
_ENDPOINT_HINT = later("check s3: endpoint in lornpod.yaml, AWS_ENDPOINT_URL and the network")


class _UploadOver(StoreError):
    """The multipart upload cannot be completed any more: it was completed or thrown away by someone else,
    or its parts are not those that were sent."""


class S3Store:
    """Objects in a bucket, below the address's prefix.

    *settings* may name endpoint, region, profile, addressing (``path``, ``virtual``) and conditional
    (``true``: the server's conditional puts are atomic); what is missing, and the credentials, boto3 finds
    in its usual places. Nothing is asked before the first use; then a
    listing finds out within seconds whether server, bucket and credentials are right.
    """

    near = False

    def __init__(
        self, address: str, settings: Mapping[str, str] | None = None, *, patience_s: float = _PATIENCE_S
    ) -> None:
        named = _ADDRESS.fullmatch(address)
        if not named:
            raise LornpodError(
                tr("{address!r} names no bucket", address=address), hint=tr("write s3://bucket/prefix")
            )
        self.address = address
        self.bucket = named[1]
        self.prefix = f"{checked_key(named[2])}/" if named[2] else ""
        self.settings = _checked(settings or {})
        self.conditional = self.settings.get("conditional") == "true"
        self._patience_s = patience_s
        self._opening = threading.Lock()
        self._opened: tuple[S3Client, Wire] | None = None
        self._room = threading.BoundedSemaphore(_PARTS_IN_MEMORY)
        self._closed: tuple[float, StoreError] | None = None

    @property
    def way(self) -> Mapping[str, str] | None:
        """Where requests to the bucket go and what they are signed for, once that was found out."""
        if self._opened is None:
            return None
        return {**self._opened[1].way, "prefix": self.prefix, "profile": self.settings.get("profile", "")}

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

    def keys(self, prefix: str) -> Iterator[str]:
        return (stored.key for stored in self.list(prefix))

    def head(self, key: str) -> Stored | None:
        place = self.place(key)
        try:
            found = self.ask(tr("look at {key}", key=key), lambda client: client.head_object(**place))
        except NotInStore:
            return None
        return Stored(key, found["ContentLength"], _md5_of(found), found["LastModified"])

    def get(self, key: str) -> bytes:
        place = self.place(key)
        return self.ask(tr("read {key}", key=key), lambda client: client.get_object(**place)["Body"].read())

    def put(
        self,
        key: str,
        source: bytes | Path,
        *,
        media_type: str,
        cache_control: str,
        advanced: Advance = unheard,
    ) -> None:
        headers = {"ContentType": media_type, "CacheControl": cache_control}
        length = length_of(source)
        if length > PART_BYTES:
            self._put_in_parts(key, source, length, headers, advanced)
            return
        with self._room:
            block = Block(_bytes_of(source, range(length)))
            answer = self._send(
                tr("store {key}", key=key), self.place(key), block, advanced, headers=_named(headers)
            )
        self._check(key, answer, block.md5.hex(), source)

    def _check(self, key: str, answer: Mapping[str, Any], etag: str, source: bytes | Path) -> None:
        """StoreError where the server, as servers do that ignore Content-MD5, stored something else.

        Where it encrypts, an ETag only looks like a digest; where it doesn't tell, the content decides.
        """
        encrypted = answer.get("ServerSideEncryption", "AES256") != "AES256"
        if not encrypted and _etag_of(answer) not in ("", etag) and self._md5(key) != _md5(source):
            raise StoreError(
                tr("{address} stored something else than what was sent", address=self.address), key
            )

    def _md5(self, key: str) -> bytes:
        place = self.place(key)

        def read(client: S3Client) -> bytes:
            digest = hashlib.md5(usedforsecurity=False)
            for block in client.get_object(**place)["Body"].iter_chunks(1 << 20):
                digest.update(block)
            return digest.digest()

        return self.ask(tr("read {key}", key=key), read)

    def replace(
        self, key: str, pieces: Pieces, over: Stored | None, *, media_type: str, cache_control: str
    ) -> str | None:
        data = b"".join(pieces)
        if not self.conditional or (over is not None and over.md5 is None):
            self.put(key, data, media_type=media_type, cache_control=cache_control)
            return ""
        headers = _named({"ContentType": media_type, "CacheControl": cache_control})
        headers |= {"If-None-Match": "*"} if over is None else {"If-Match": f'"{over.md5}"'}
        try:
            self._send(tr("store {key}", key=key), self.place(key), Block(data), unheard, headers=headers)
        except StoreError as error:
            if (
                not isinstance(error.__cause__, boto.ClientError)
                or code_of(error.__cause__)[1] not in _OVERTAKEN
            ):
                raise
            # It may be our own put that was there first: one whose answer was lost is sent again.
            return "" if self._holds(key, data) else None
        return ""

    def _holds(self, key: str, data: bytes) -> bool:
        try:
            return self.get(key) == data
        except NotInStore:
            return False

    def delete(self, key: str) -> None:
        place = self.place(key)
        with suppress(NotInStore):  # so some servers say, unlike Amazon's
            self.ask(tr("delete {key}", key=key), lambda client: client.delete_object(**place))

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
                    tr("list unfinished uploads"),
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
            self.ask(tr("end an upload"), lambda client: client.abort_multipart_upload(**place))

    # ------------------------------------------------------------ large objects

    def _put_in_parts(
        self, key: str, source: bytes | Path, length: int, headers: dict[str, str], advanced: Advance
    ) -> None:
        """Multipart: nothing is at *key* before the upload is completed.

        An upload that broke off stays open, and the next put of the same content goes on where it ended.
        """
        place = self.place(key)
        starts = range(0, length, PART_BYTES)
        parts = {n: range(at, min(at + PART_BYTES, length)) for n, at in enumerate(starts, 1)}
        upload, sent = self._begun(place, source, parts) or (self._begin(place, headers), {})
        tally = _Tally(advanced)
        try:
            answer = self._complete(place, upload, source, parts, sent, tally)
        except _UploadOver:
            # Completed by an attempt whose answer was lost, or by another publisher; or its parts were
            # mixed with those of another content, and then only an upload of one's own helps.
            sent |= {n: _Part(_md5(source, parts[n])) for n in parts.keys() - sent.keys()}
            if self._has(place, _etag_of_parts(sent)):
                tally(length - tally.total)
                return
            tally(-tally.total)
            sent = {}
            answer = self._complete(place, self._begin(place, headers), source, parts, sent, tally)
        self._check(key, answer, _etag_of_parts(sent), source)

    def _begin(self, place: dict[str, Any], headers: dict[str, str]) -> str:
        what = tr("store {place}", place=place["Key"])
        begun = self.ask(what, lambda client: client.create_multipart_upload(**place, **headers))  # type: ignore[arg-type]
        return begun["UploadId"]

    def _complete(
        self,
        place: dict[str, Any],
        upload: str,
        source: bytes | Path,
        parts: Mapping[int, range],
        sent: dict[int, _Part],
        advanced: Advance,
    ) -> Mapping[str, Any]:
        """What the server says of the object made of *parts*; those that are *sent* already are not sent
        again, and the others join them. Every part is read once, and few are in memory."""
        what = tr("store {place}", place=place["Key"])
        stopped = threading.Event()

        def heard(length_bytes: int) -> None:
            if stopped.is_set():
                raise KeyboardInterrupt  # another part has failed
            advanced(length_bytes)

        def send(number: int) -> None:
            query = {"partNumber": number, "uploadId": upload}
            with self._room:
                block = Block(_bytes_of(source, parts[number]))
                answer = self._send(what, place, block, heard, query=query)
            sent[number] = _Part(block.md5, answer["ETag"])

        for number in sent:
            advanced(len(parts[number]))
        at_once(send, sorted(parts.keys() - sent.keys()), stopped, jobs=_PARTS_AT_ONCE)
        etags: list[CompletedPartTypeDef] = [{"PartNumber": n, "ETag": sent[n].etag} for n in parts]
        return self.ask(
            what,
            lambda client: client.complete_multipart_upload(
                **place, UploadId=upload, MultipartUpload={"Parts": etags}
            ),
        )

    def _has(self, place: dict[str, Any], etag: str) -> bool:
        try:
            found = self.ask(
                tr("look at {place}", place=place["Key"]), lambda client: client.head_object(**place)
            )
        except NotInStore:
            return False
        return _etag_of(found) == etag

    def _begun(
        self, place: dict[str, Any], source: bytes | Path, parts: Mapping[int, range]
    ) -> tuple[str, dict[int, _Part]] | None:
        """An upload that was begun with these very *parts*, the newest, and those that it has.

        One whose parts are others, or that has none yet, may be another publisher's of another content.
        """
        for upload in self._uploads(place)[:_MOST_RESUMED]:
            there = self._parts(place, upload)
            if not there or not there.keys() <= parts.keys():
                continue
            sent: dict[int, _Part] = {}
            for number, etag in there.items():
                part = _Part(_md5(source, parts[number]))
                if part.md5.hex() != etag:
                    break
                sent[number] = part
            else:
                return upload, sent
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
                page = self.ask(tr("list parts"), lambda client, asked=asked: client.list_parts(**asked))  # type: ignore[misc]
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
        opening = self._opened_by(asked) if self._opened is None else None
        return opening or self.ask(tr("list objects"), lambda client: client.list_objects_v2(**asked))

    def place(self, key: str) -> dict[str, Any]:
        """Bucket and Key of the object at *key*, as requests name it."""
        return {"Bucket": self.bucket, "Key": self.prefix + checked_key(key)}

    def ask(self, what: str, call: Callable[[S3Client], T]) -> T:
        """What the server answers; asked again while what fails may pass, for as long as patience lasts.

        Raises StoreError, whose cause is the server's refusal where it answered.
        """
        return self._asked(what, lambda client, _: call(client))

    def _asked(self, what: str, call: Callable[[S3Client, Wire], T]) -> T:
        client, wire = self._open_now()
        return self._patiently(what, lambda: call(client, wire), self._patience_s, _MIN_ATTEMPTS)

    def _patiently(self, what: str, call: Callable[[], T], patience_s: float, least_attempts: int) -> T:
        end = time.monotonic() + patience_s
        pause_s = 0.1
        for attempt in count(1):
            try:
                return call()
            except (boto.BotoCoreError, boto.ClientError, boto.HTTPClientError, OSError) as error:
                late = time.monotonic() + pause_s > end and attempt >= least_attempts
                if late or not _may_pass(error):
                    raise self._said(what, error) from error
            pause(pause_s * random.uniform(0.5, 1.5))  # noqa: S311 - only spreads retries
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
        raise AssertionError  # count() does not end

    def _send(
        self,
        what: str,
        place: Mapping[str, Any],
        block: Block,
        advanced: Advance,
        *,
        headers: Mapping[str, str] = _NOTHING,
        query: Mapping[str, object] = _NOTHING,
    ) -> Mapping[str, str]:
        """What the server says to a block of an object, or of a part of one."""
        try:
            return self._asked(what, lambda _, wire: wire.put(place["Key"], block, advanced, headers, query))
        except Ended as ended:
            raise ended.why from ended.why.__cause__

    # ------------------------------------------------------------ opening

    def _open_now(self) -> tuple[S3Client, Wire]:
        """The ways to the server; made, and tried, at the first use."""
        while self._opened is None:
            self._opened_by({"Bucket": self.bucket, "Prefix": self.prefix, "MaxKeys": 1})
        return self._opened

    def _opened_by(self, listing: dict[str, Any]) -> ListObjectsV2OutputTypeDef | None:
        """The answer to *listing*, which opened the store; None where another thread has opened it."""
        since = time.monotonic()
        with self._opening:
            if self._closed is not None and since < self._closed[0]:
                raise self._closed[1]  # what another thread found out while this one waited
            if self._opened is not None:
                return None
            try:
                self._opened, answer = self._open(listing)
            except StoreError as error:
                self._closed = time.monotonic(), error
                raise
            return answer

    def _open(self, listing: dict[str, Any]) -> tuple[tuple[S3Client, Wire], ListObjectsV2OutputTypeDef]:
        """StoreError, within seconds, where server, bucket or credentials are wrong."""
        try:
            session = boto3.session.Session(profile_name=self.settings.get("profile"))
        except boto.BotoCoreError as error:
            raise self._said(tr("open it"), error) from error
        found: list[tuple[str, str]] = []

        def note(request: Any, **_: object) -> None:
            """Remember where botocore sends requests to the bucket, and the region it signs them for."""
            signed = request.context.get("signing", {}).get("region")
            found.append((request.url.partition("?")[0], signed or knocking.meta.region_name))

        knocking = self._made(session, connect_s=3, read_s=5)
        knocking.meta.events.register_first("request-created.s3.ListObjectsV2", note)
        answer = self._patiently(
            tr("list the bucket"),
            lambda: knocking.list_objects_v2(**listing),
            min(_KNOCK_S, self._patience_s),
            1,
        )
        client = self._made(session, connect_s=5, read_s=30)
        return (client, Wire(session, *found[-1], connections=_CONNECTIONS)), answer

    def _made(self, session: boto3.session.Session, *, connect_s: float, read_s: float) -> S3Client:
        config = Config(
            signature_version="s3v4",
            connect_timeout=connect_s,
            read_timeout=read_s,
            retries={"mode": "standard", "total_max_attempts": 1},
            max_pool_connections=_CONNECTIONS,
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
            raise self._said(tr("open it"), error) from error
        return client

    def _said(self, what: str, error: Exception) -> StoreError:
        """*error* as one line that says what, where and what to do. Never holds a key or a secret."""
        address = self.settings.get("endpoint") or os.environ.get("AWS_ENDPOINT_URL_S3")
        address = address or os.environ.get("AWS_ENDPOINT_URL") or "Amazon S3"
        where = tr("{store} at {address}", store=self.address, address=_USER_INFO.sub("//", address))
        if isinstance(error, boto.ClientError):
            return _refusal(what, where, error)
        if isinstance(error, _NO_CREDENTIALS):
            return StoreError(tr("no credentials for the store"), where, tr(_CREDENTIALS_HINT))
        if _is_untrusted(error):
            return StoreError(tr("the server's certificate is not trusted"), where, tr(_ENDPOINT_HINT))
        if isinstance(error, boto.HTTPClientError | boto.ConnectionError | OSError):
            return StoreError(
                tr("the store does not answer ({error})", error=_reason(error)), where, tr(_ENDPOINT_HINT)
            )
        return StoreError(
            tr("cannot {what}: {error}", what=what, error=_reason(error)), where, tr(_ENDPOINT_HINT)
        )


@dataclass(frozen=True, slots=True)
class _Part:
    """A part that the server has: its MD5, and the ETag that the server gave it (else the MD5)."""

    md5: bytes
    given: str = ""

    @property
    def etag(self) -> str:
        return self.given or f'"{self.md5.hex()}"'


class _Tally:
    """Passes progress on and keeps the sum."""

    def __init__(self, advanced: Advance) -> None:
        self._advanced, self.total = advanced, 0
        self._lock = threading.Lock()

    def __call__(self, length_bytes: int) -> None:
        with self._lock:
            self.total += length_bytes
        self._advanced(length_bytes)


def _checked(settings: Mapping[str, str]) -> dict[str, str]:
    """The settings that are set; LornpodError for one that nobody knows."""
    unknown = sorted(set(settings) - set(SETTINGS))
    if unknown:
        raise LornpodError(
            tr("s3: {unknown} is not known", unknown=unknown[0]),
            hint=tr("there are {settings}", settings=", ".join(SETTINGS)),
        )
    return {name: value for name, value in settings.items() if value}


def _etag_of(answer: Mapping[str, Any]) -> str:
    """An answer's ETag where it looks like an MD5, or one of parts, which has their number behind a dash."""
    etag = str(answer.get("ETag", "")).strip('"').lower()
    return etag if _ETAG.fullmatch(etag) else ""


def _md5_of(answer: Mapping[str, Any]) -> str | None:
    """The MD5 in an answer's ETag, where it looks like one."""
    etag = _etag_of(answer)
    return etag if etag and "-" not in etag else None


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    """boto3's arguments as HTTP has them: ``ContentType`` is ``Content-Type``."""
    return {re.sub(r"\B([A-Z])", r"-\1", name): value for name, value in headers.items()}


def _bytes_of(source: bytes | Path, span: range) -> bytes:
    if isinstance(source, bytes) and len(span) == len(source):
        return source
    return b"".join(blocks_of(source, span.start, len(span)))


def _md5(source: bytes | Path, span: range | None = None) -> bytes:
    digest = hashlib.md5(usedforsecurity=False)
    for block in blocks_of(source) if span is None else blocks_of(source, span.start, len(span)):
        digest.update(block)
    return digest.digest()


def _etag_of_parts(parts: Mapping[int, _Part]) -> str:
    """The ETag of an object of *parts*, as S3 makes it: the MD5 of their MD5s, and how many they are."""
    joined = b"".join(parts[number].md5 for number in sorted(parts))
    return f"{hashlib.md5(joined, usedforsecurity=False).hexdigest()}-{len(parts)}"


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
        return _UploadOver(
            tr("cannot {what}: the upload was ended by someone else", what=what), where, tr("try again")
        )
    if code == "NoSuchBucket":
        return StoreError(
            tr("there is no such bucket"), where, tr("make it, or correct `store:` in lornpod.yaml")
        )
    if status == 404:
        return NotInStore(tr("cannot {what}: there is no such object", what=what), where)
    if code in _WRONG_CREDENTIALS:
        return StoreError(
            tr("the store refuses the credentials ({code})", code=code), where, tr(_CREDENTIALS_HINT)
        )
    if code == "RequestTimeTooSkewed":
        return StoreError(tr("the store finds this machine's clock wrong"), where, tr("set the time"))
    if status == 403:
        hint = tr("give the key the right to list, read and write (docs/bucket.md)")
        return StoreError(tr("not allowed to {what}", what=what), where, hint)
    if status in (301, 307) or code in ("AuthorizationHeaderMalformed", "PermanentRedirect"):
        return StoreError(tr("the bucket is in another region"), where, tr("set s3: region in lornpod.yaml"))
    answer = f"{status} {'' if code == str(status) else code}".rstrip()
    answered = tr("cannot {what}: the store answered {answer}", what=what, answer=answer)
    hint = (
        tr("try again later")
        if status >= 500 and status != 501
        else tr("ask who runs the store what it means")
    )
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
