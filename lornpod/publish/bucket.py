"""A bucket's manners and settings: what its server keeps of S3's promises, and what an owner has set.

Nothing in a publish rests on what is asked here. It tells a producer what a bucket can do, and sets what
only its owner may.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Barrier
from typing import TYPE_CHECKING, Any, TypeVar

import boto3
from botocore import exceptions as boto

from ..errors import StoreError
from ..messages import tr
from .s3 import S3Store, code_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

T = TypeVar("T")
Rules = Sequence[Mapping[str, Any]]

RUNNERS = 8
ROUNDS = 3
ABANDONED_DAYS = 7
_CORS_ID, _LIFECYCLE_ID = "lornpod-web-players", "lornpod-unfinished-uploads"
_NOT_SET = {"NoSuchCORSConfiguration", "NoSuchLifecycleConfiguration"}
_HAS_NONE = {"405", "501", "MethodNotAllowed", "NotImplemented", "NotSupported"}
_LOST = {"409", "412", "ConditionalRequestConflict", "OperationAborted", "PreconditionFailed"}

# Players on other sites fetch transcripts and chapters, and ask for ranges of sound (Fetch standard, CORS).
CORS_RULE: dict[str, Any] = {
    "ID": _CORS_ID,
    "AllowedOrigins": ["*"],
    "AllowedMethods": ["GET", "HEAD"],
    "AllowedHeaders": ["Range", "If-None-Match", "If-Modified-Since"],
    "ExposeHeaders": ["Content-Length", "Content-Range", "ETag", "Accept-Ranges"],
    "MaxAgeSeconds": 86400,
}


class NoSuchSetting(StoreError):
    """The server does not know the setting at all."""


@dataclass(frozen=True, slots=True)
class Race:
    """How many of :data:`ROUNDS` races, of :data:`RUNNERS` puts each, had one winner whose content stayed,
    and the most winners of any. ``refused`` says that the server takes no such request."""

    sound: int
    most_winners: int
    refused: bool = False

    @property
    def atomic(self) -> bool:
        return not self.refused and self.sound == ROUNDS


@dataclass(frozen=True, slots=True)
class Bucket:
    """The bucket of an S3Store. Every method may raise StoreError."""

    store: S3Store

    def credentials(self) -> str:
        """Where boto3 found the credentials (``env``, ``shared-credentials-file``, …); empty: nowhere."""
        try:
            found = boto3.session.Session(profile_name=self.store.settings.get("profile")).get_credentials()
        except boto.BotoCoreError:
            return ""
        return str(found.method) if found is not None else ""

    def clock_skew_s(self) -> float | None:
        """How many seconds this machine's clock is ahead of the server's; None where it tells no time."""
        answer = self.store.ask(
            tr("read the clock"),
            lambda client: client.list_objects_v2(
                Bucket=self.store.bucket, Prefix=self.store.prefix, MaxKeys=1
            ),
        )
        told = answer["ResponseMetadata"]["HTTPHeaders"].get("date", "")
        try:
            return (datetime.now(UTC) - parsedate_to_datetime(told)).total_seconds()
        except (ValueError, TypeError):
            return None

    def refuses_damage(self, key: str) -> bool:
        """Whether an object that does not fit its Content-MD5 is refused. What was taken is deleted."""
        wrong = base64.b64encode(hashlib.md5(b"other", usedforsecurity=False).digest()).decode()
        try:
            self._once(
                lambda client: client.put_object(**self.store.place(key), Body=b"sent", ContentMD5=wrong)
            )
        except StoreError as error:
            if _code(error) in ("BadDigest", "InvalidDigest"):
                return True
            raise
        self.store.delete(key)
        return False

    def race_to_create(self, key: str) -> Race:
        """Whether ``If-None-Match: *`` lets exactly one of many writers at once make an object."""
        return self._raced(key, lambda: {"IfNoneMatch": "*"})

    def race_to_replace(self, key: str) -> Race:
        """Whether ``If-Match`` lets exactly one of many writers at once replace an object."""

        def put_first() -> dict[str, Any]:
            answer = self.store.ask(
                tr("store"), lambda client: client.put_object(**self.store.place(key), Body=b"first")
            )
            return {"IfMatch": answer["ETag"]}

        return self._raced(key, put_first)

    def _raced(self, key: str, prepare: Callable[[], dict[str, Any]]) -> Race:
        sound = most = 0
        with ThreadPoolExecutor(RUNNERS) as pool:
            for _ in range(ROUNDS):
                self.store.delete(key)
                condition, start = prepare(), Barrier(RUNNERS)
                runs = [pool.submit(self._run, key, b"%d" % n, condition, start) for n in range(RUNNERS)]
                codes = [run.result() for run in runs]
                if any(code in _HAS_NONE for code in codes):
                    return Race(0, 0, refused=True)
                winners = [b"%d" % n for n, code in enumerate(codes) if not code]
                sound += len(winners) == 1 and self.store.get(key) == winners[0]
                most = max(most, len(winners))
        self.store.delete(key)
        return Race(sound, most)

    def _run(self, key: str, body: bytes, condition: dict[str, Any], start: Barrier) -> str:
        """The error code of one conditional put; empty for one that was taken."""
        start.wait(timeout=30)
        try:
            self._once(lambda client: client.put_object(**self.store.place(key), Body=body, **condition))
        except StoreError as error:
            code = _code(error)
            if code in _HAS_NONE | _LOST:
                return code
            raise
        return ""

    # ------------------------------------------------------------ settings of the owner

    def cors_rules(self) -> Rules:
        """The rules for pages of other sites; none where none are set. Raises NoSuchSetting."""
        return self._setting(
            "CORS", lambda client: client.get_bucket_cors(Bucket=self.store.bucket)["CORSRules"]
        )

    def let_web_players_read(self) -> None:
        """Add the rule that lets pages of every site read; the other rules stay."""
        others = [rule for rule in self.cors_rules() if rule.get("ID") != _CORS_ID]
        rules: Any = {"CORSRules": [*others, CORS_RULE]}
        self._set(
            "CORS",
            lambda client: client.put_bucket_cors(Bucket=self.store.bucket, CORSConfiguration=rules),
        )

    def abandoned_after_days(self) -> int | None:
        """After how many days a rule ends unfinished uploads below the prefix; None: never.
        Raises NoSuchSetting."""
        days = [
            int(ending["DaysAfterInitiation"])
            for rule in self._lifecycle()
            if rule.get("Status") == "Enabled" and self.store.prefix.startswith(_prefix_of(rule))
            if "DaysAfterInitiation" in (ending := rule.get("AbortIncompleteMultipartUpload", {}))
        ]
        return min(days, default=None)

    def end_abandoned_uploads(self) -> None:
        """Add the rule that ends uploads nobody finishes; the other rules stay."""
        others = [rule for rule in self._lifecycle() if rule.get("ID") != _LIFECYCLE_ID]
        rule = {
            "ID": _LIFECYCLE_ID,
            "Status": "Enabled",
            "Filter": {"Prefix": self.store.prefix},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": ABANDONED_DAYS},
        }
        rules: Any = {"Rules": [*others, rule]}
        self._set(
            tr("lifecycle rules"),
            lambda client: client.put_bucket_lifecycle_configuration(
                Bucket=self.store.bucket, LifecycleConfiguration=rules
            ),
        )

    def _lifecycle(self) -> Rules:
        return self._setting(
            tr("lifecycle rules"),
            lambda client: client.get_bucket_lifecycle_configuration(Bucket=self.store.bucket)["Rules"],
        )

    def _setting(self, name: str, read: Callable[[S3Client], Any]) -> Rules:
        try:
            rules: Rules = self.store.ask(tr("read the bucket's {name}", name=name), read)
        except StoreError as error:
            if _code(error) in _NOT_SET:
                return ()
            raise _unknown(name, error) from error
        return rules

    def _set(self, name: str, write: Callable[[S3Client], object]) -> None:
        try:
            self.store.ask(tr("set the bucket's {name}", name=name), write)
        except StoreError as error:
            raise _unknown(name, error) from error

    # ------------------------------------------------------------ asking

    def _once(self, call: Callable[[S3Client], T]) -> T:
        """What the server answers the first time: a second try would hide what it did with the first."""
        refused: list[boto.ClientError] = []

        def attempt(client: S3Client) -> T | None:
            try:
                return call(client)
            except boto.ClientError as error:
                refused.append(error)
                return None

        answer = self.store.ask(tr("store"), attempt)
        if answer is None:
            raise StoreError(tr("the server refuses it"), self.store.address) from refused[0]
        return answer


def _code(error: StoreError) -> str:
    """The S3 error code of a refusal, else its HTTP status; empty where the server did not answer."""
    cause = error.__cause__
    if not isinstance(cause, boto.ClientError):
        return ""
    code, status = code_of(cause)
    return code or str(status)


def _unknown(name: str, error: StoreError) -> StoreError:
    """*error*, or NoSuchSetting where the server means that it knows no such thing."""
    if _code(error) in _HAS_NONE:
        return NoSuchSetting(tr("the server has no {name}", name=name), error.where)
    return error


def _prefix_of(rule: Mapping[str, Any]) -> str:
    """Below which keys a lifecycle rule holds, in either of the two ways to write it."""
    return str(rule.get("Filter", {}).get("Prefix") or rule.get("Prefix") or "")
