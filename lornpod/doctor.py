"""Whether this machine and this store are ready to publish: examined by doing, each fault with its remedy.

The store is written to, below ``doctor/``, and left as it was.
"""

from __future__ import annotations

import json
import platform
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from . import align, webclient
from .audio import ffmpeg
from .errors import Finding, Level, LornpodError, StoreError
from .messages import later, tr
from .publish import verify
from .publish.stores import FolderStore, Store

if TYPE_CHECKING:
    from .model import Network
    from .publish.bucket import Bucket, Race

_SKEW_S = 30  # from 15 minutes on servers refuse requests; apps show a case early or late long before
_ROOM_BYTES = 2_000_000_000  # some hours of sound while they are made
_SETTLE_S = (0.5, 1, 2, 4)  # servers read new settings a little later
_DAMAGED_HINT = later(
    "lornpod compares what was stored with what it sent, and reads it back where nobody tells"
)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found of one *subject*. ``level`` is None where all is well."""

    subject: str
    said: str
    remedy: str = ""
    level: Level | None = None


T = TypeVar("T")
Examination = Iterator[Diagnosis]


def machine(folder: Path) -> Examination:
    """What of this machine publishing needs; *folder* is where files are made."""
    yield Diagnosis("python", platform.python_version())
    yield from _ffmpeg()
    if lacks := align.lacking():
        said = tr("no {lacks}: hand-edited transcripts get no times", lacks=lacks)
        hint = tr("install espeak-ng, or `pip install 'lornpod[align]'`")
        yield Diagnosis("alignment", said, hint, Level.WARNING)
    else:
        yield Diagnosis("alignment", tr("espeak-ng reads transcripts to itself, to find them in the sound"))
    free = shutil.disk_usage(folder).free
    room = tr("{free_gb:.1f} GB free in {folder}", free_gb=free / 1e9, folder=folder)
    if free < _ROOM_BYTES:
        yield Diagnosis(
            "disk", room, tr("make room: an hour of sound takes up to 1 GB on its way"), Level.WARNING
        )
    else:
        yield Diagnosis("disk", room)


def _ffmpeg() -> Examination:
    try:
        found = ffmpeg.installed()
    except LornpodError as error:
        yield Diagnosis("ffmpeg", error.message, error.hint, Level.ERROR)
        return
    yield Diagnosis("ffmpeg", tr("{version} at {path}", version=found.version, path=found.path))
    missing = sorted({"libmp3lame", "ebur128"} - found.encoders - found.filters)
    if missing:
        hint = tr("install a full ffmpeg, or `pip install imageio-ffmpeg` and unset LORNPOD_FFMPEG")
        yield Diagnosis(
            "mp3", tr("this ffmpeg has no {missing}", missing=", ".join(missing)), hint, Level.ERROR
        )
    else:
        yield Diagnosis("mp3", tr("libmp3lame encodes, ebur128 measures"))


# ---------------------------------------------------------------- the store


def store(store: Store, network: Network, *, fix: bool = False) -> Examination:
    """Whether *store* keeps what it is given and apps can read it; *fix* sets what its owner may set."""
    patient = _Patient(store, network, f"doctor/{secrets.token_hex(8)}")
    try:
        yield from _examined(patient, fix)
    finally:
        with suppress(StoreError):
            patient.clean()


@dataclass(frozen=True, slots=True)
class _Patient:
    """A store under examination; what is put for it lies below *folder*."""

    store: Store
    network: Network
    folder: str

    def key(self, name: str) -> str:
        return f"{self.folder}/{name}"

    def listed(self) -> set[str]:
        """What lies there, as a listing tells."""
        return set(self.store.keys(f"{self.folder}/"))

    def clean(self) -> None:
        for key in self.listed():
            self.store.delete(key)


def _examined(patient: _Patient, fix: bool) -> Examination:
    from .publish.s3 import S3Store

    bucket: Bucket | None = None
    if isinstance(patient.store, S3Store):
        from .publish.bucket import Bucket

        bucket = Bucket(patient.store)
        found = bucket.credentials()
        if not found:
            hint = tr("set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or s3: profile")
            yield Diagnosis("credentials", tr("none found"), hint, Level.ERROR)
            return
        yield Diagnosis("credentials", tr("found: {found}", found=found))
    try:
        yield _kept(patient)
    except StoreError as error:
        yield _failed("write", error)
        return
    if bucket is not None:
        yield from _of_the_bucket(patient, bucket, fix)
    yield from _public(patient, settle=fix)


def _failed(subject: str, error: StoreError) -> Diagnosis:
    return Diagnosis(subject, str(Finding("", error.message, error.where)), error.hint, Level.ERROR)


def _kept(patient: _Patient) -> Diagnosis:
    """What is written is read back, listed at once, and gone when it is deleted."""
    key, data = patient.key("kept.bin"), secrets.token_bytes(100_000)
    began = time.monotonic()
    _put(patient.store, key, data, "application/octet-stream")
    faults = {
        tr("it reads back something else"): patient.store.get(key) != data,
        tr("a listing does not show it"): key not in patient.listed(),
    }
    patient.store.delete(key)
    faults[tr("a listing still shows what was deleted")] = key in patient.listed()
    wrong = [said for said, holds in faults.items() if holds]
    if wrong:
        hint = tr("lornpod needs reads and listings that see every write (docs/bucket.md)")
        return Diagnosis("write", "; ".join(wrong), hint, Level.ERROR)
    took_ms = 1000 * (time.monotonic() - began)
    return Diagnosis(
        "write", tr("written, read back, listed and deleted in {took_ms:.0f} ms", took_ms=took_ms)
    )


def _put(store: Store, key: str, data: bytes, media_type: str) -> None:
    store.put(key, data, media_type=media_type, cache_control="no-store")


# ---------------------------------------------------------------- a bucket


def _of_the_bucket(patient: _Patient, bucket: Bucket, fix: bool) -> Examination:
    examinations: Sequence[tuple[str, Callable[[], Diagnosis]]] = (
        ("clock", lambda: _clock(bucket.clock_skew_s())),
        ("checksums", lambda: _checksums(bucket.refuses_damage(patient.key("damaged.bin")))),
        (
            "conditions",
            lambda: _conditions(
                bucket.race_to_create(patient.key("created.bin")),
                bucket.race_to_replace(patient.key("replaced.bin")),
                trusted=bucket.store.conditional,
            ),
        ),
        ("unfinished", lambda: _abandoned(bucket, fix)),
        ("cors", lambda: _cors(bucket, fix)),
    )
    for subject, examine in examinations:
        try:
            yield examine()
        except StoreError as error:
            yield _undecided(subject, error)


def _undecided(subject: str, error: StoreError) -> Diagnosis:
    """The question could not be put: who may publish need not be allowed to read the bucket's settings."""
    from .publish.bucket import NoSuchSetting

    level = Level.ADVICE if isinstance(error, NoSuchSetting) else Level.WARNING
    return Diagnosis(subject, error.message, error.hint, level)


def _clock(ahead_s: float | None) -> Diagnosis:
    if ahead_s is None:
        return Diagnosis("clock", tr("the server tells no time"), level=Level.ADVICE)
    said = tr(
        "{ahead_s:.0f} s {which} the server's",
        ahead_s=abs(ahead_s),
        which=tr("ahead of") if ahead_s > 0 else tr("behind"),
    )
    if abs(ahead_s) > _SKEW_S:
        return Diagnosis("clock", said, tr("set this machine's time (NTP)"), Level.WARNING)
    return Diagnosis("clock", said)


def _checksums(refused: bool) -> Diagnosis:
    if refused:
        return Diagnosis("checksums", tr("the server refuses what was damaged on its way"))
    return Diagnosis(
        "checksums", tr("the server takes what was damaged on its way"), tr(_DAMAGED_HINT), Level.ADVICE
    )


def _conditions(create: Race, replace: Race, *, trusted: bool) -> Diagnosis:
    """Conditional puts are an extra; they matter only where lornpod.yaml says that they hold."""
    subject = "conditions"
    if create.atomic and replace.atomic:
        said = tr("conditional puts are atomic: one winner in each race")
        if trusted:
            return Diagnosis(subject, tr("{said}; feeds use them", said=said))
        hint = tr(
            "set `s3: conditional: true` in lornpod.yaml, so that no older feed ever covers a newer one"
        )
        return Diagnosis(subject, said, hint, Level.ADVICE)
    refused = create.refused or replace.refused
    most = max(create.most_winners, replace.most_winners)
    said = (
        tr("the server takes no conditional puts")
        if refused
        else tr("conditional puts had up to {most} winners", most=most)
    )
    if trusted:
        hint = tr("take `conditional` out of s3: in lornpod.yaml")
        return Diagnosis(subject, said, hint, Level.ERROR)
    return Diagnosis(subject, tr("{said}; lornpod does not use them", said=said))


def _abandoned(bucket: Bucket, fix: bool) -> Diagnosis:
    subject = "unfinished"
    days = bucket.abandoned_after_days()
    if days is None and fix:
        bucket.end_abandoned_uploads()
        days = _settled(bucket.abandoned_after_days, lambda found: found is not None)
    if days is None:
        hint = tr("`lornpod doctor --fix` sets a rule; `lornpod prune` ends them too")
        return Diagnosis(
            subject, tr("uploads that nobody finishes are kept, and paid for"), hint, Level.WARNING
        )
    return Diagnosis(subject, tr("uploads that nobody finishes end after {days} days", days=days))


def _cors(bucket: Bucket, fix: bool) -> Diagnosis:
    """What is set; whether it has its effect is seen from outside."""
    from .publish.bucket import CORS_RULE

    wanted = set(CORS_RULE["AllowedMethods"])

    def lets_read() -> bool:
        return any(
            "*" in rule.get("AllowedOrigins", ()) and wanted <= set(rule.get("AllowedMethods", ()))
            for rule in bucket.cors_rules()
        )

    allowed = lets_read()
    if not allowed and fix:
        bucket.let_web_players_read()
        allowed = _settled(lets_read, bool)
    if not allowed:
        hint = tr("`lornpod doctor --fix` sets it, unless a CDN in front of the bucket does (docs/bucket.md)")
        return Diagnosis("cors", tr("no rule lets web players read"), hint, Level.WARNING)
    return Diagnosis("cors", tr("a rule lets web players of every site read"))


def _settled(ask: Callable[[], T], settled: Callable[[T], bool]) -> T:
    """What *ask* says once it is *settled*, or in the end."""
    said = ask()
    for pause_s in _SETTLE_S:
        if settled(said):
            break
        time.sleep(pause_s)
        said = ask()
    return said


# ---------------------------------------------------------------- as apps see it


def _public(patient: _Patient, *, settle: bool) -> Examination:
    """What apps are given at the network's base URL."""
    network, body = patient.network, secrets.token_bytes(4096)
    chapters = json.dumps({"version": "1.2.0", "chapters": [{"startTime": 0, "title": "Doctor"}]}).encode()
    sound, text = patient.key("sound.mp3"), patient.key("chapters.json")
    try:
        _put(patient.store, sound, body, "audio/mpeg")
        _put(patient.store, text, chapters, "application/json+chapters")
    except StoreError as error:
        yield _failed("public", error)
        return
    with closing(webclient.Client()) as client:

        def look() -> Sequence[Finding]:
            return (
                *verify.look_at(client, network.url(sound), "enclosure", "audio/mpeg", len(body)),
                *verify.look_at(
                    client, network.url(text), "chapters", "application/json+chapters", len(chapters)
                ),
            )

        found = _settled(look, lambda findings: not findings) if settle else look()
    yield from _as_apps(patient, found)


def _as_apps(patient: _Patient, found: Sequence[Finding]) -> Examination:
    base_url = patient.network.base_url
    if not found:
        yield Diagnosis(
            "public",
            tr("everybody may read {base_url}: types, lengths, ranges and CORS are right", base_url=base_url),
        )
    elif isinstance(patient.store, FolderStore) and {one.code for one in found} == {"verify-unreachable"}:
        hint = tr("`lornpod serve` does, for apps on this machine; a web server for everybody")
        yield Diagnosis(
            "public",
            tr("nobody serves {address} at {base_url}", address=patient.store.address, base_url=base_url),
            hint,
            Level.ADVICE,
        )
        return
    for said in dict.fromkeys((one.message, one.hint, one.level) for one in found):
        yield Diagnosis("public", f"{base_url}: {said[0]}", said[1], said[2])
    if verify.is_plain(base_url):
        hint = tr("serve it over https: directories take nothing else")
        yield Diagnosis("public", tr("{base_url} is plain http", base_url=base_url), hint, Level.WARNING)
