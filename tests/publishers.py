"""Several publishers at once, each a process with a store of its own, on one bucket."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import TYPE_CHECKING

import feedparser

from lornpod.model import EPOCH, Artifact, Content, Feed, Record, Release, Where
from lornpod.publish import apply, history, records
from lornpod.publish.press import Press
from lornpod.publish.stores import open_store

from . import builders
from .servers import KEY, SECRET

if TYPE_CHECKING:
    from multiprocessing.queues import SimpleQueue
    from multiprocessing.synchronize import Barrier

    from lornpod.publish.stores import Store

FEEDS = (builders.feed(), Feed("alle", "Alle", "Alt.", Where()))
_NOWHERE = Path("/nowhere")  # no store in a folder is opened from here
SHARED = "C0001"  # the case that all publish at once
_PATIENCE_S = 120


def processes() -> ForkServerContext:
    """New processes that have lornpod loaded already; they are nobody's fork but a fresh server's."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.publishers", "lornpod.publish.s3", "lornpod.cli.publishing"])
    return context


def started(target: Callable[..., None], *args: object) -> ForkServerProcess:
    """A new process that does *target* in this one's environment; the server of processes has its own."""
    process = processes().Process(target=_in, args=(dict(os.environ), target, args), daemon=True)
    process.start()
    return process


def _in(environment: dict[str, str], target: Callable[..., None], args: tuple[object, ...]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    target(*args)


@contextmanager
def environment(**values: str) -> Iterator[None]:
    """The credentials of one who may do everything, and *values*, in this process's environment."""
    before = dict(os.environ)
    for name in [name for name in before if name.startswith(("AWS_", "LORNPOD_"))]:
        del os.environ[name]
    keys = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_EC2_METADATA_DISABLED": "true"}
    os.environ.update(keys | values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def release(case_id: str, title: str) -> Release:
    """A case of two small artifacts."""
    number = int(case_id[1:])

    def content(kind: str, room: str, suffix: str, media_type: str) -> Content:
        data = f"{kind} of {case_id}, {title}".encode()
        sha256 = hashlib.sha256(data).hexdigest()
        key = f"{room}/{case_id}/x-{sha256[:12]}{suffix}"
        return Content(Artifact(kind, key, media_type, len(data), sha256), data)  # type: ignore[arg-type]

    sound = content("media", "media", ".mp3", "audio/mpeg")
    text = content("transcript", "text", ".html", "text/html")
    record = builders.record(case=builders.case(id=case_id, number=number, title=title))
    record = replace(
        record,
        number=0,
        recorded_at=EPOCH,
        by="",
        guid=f"guid-{case_id}",
        media=replace(record.media, artifact=sound.artifact),
        transcripts=(text.artifact,),
        chapters=None,
    )
    return Release(record, (sound, text))


def press(store: Store) -> Press:
    return Press(store, builders.network(artwork=""), FEEDS, {}, datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class Told:
    """What one publisher was told at the end of a round: the number of its version of the shared case, and
    who was said to have published it at the same time, and when."""

    by: str
    number: int
    told_of: tuple[str, datetime] | None = None
    failed: str = ""


@dataclass(slots=True)
class Race:
    """How it ended."""

    publishers: int
    rounds: int
    lost: list[str] = field(default_factory=list)  # episodes that a feed does not show
    twice: list[str] = field(default_factory=list)  # guids that a feed shows twice
    stale: list[str] = field(default_factory=list)  # feeds that are older than the newest record
    untold: list[str] = field(default_factory=list)  # who was overtaken and not told, or told wrongly
    failed: list[str] = field(default_factory=list)
    same_number: int = 0  # how often several wrote the same version of the shared case

    @property
    def violations(self) -> list[str]:
        return [*self.lost, *self.twice, *self.stale, *self.untold, *self.failed]

    def __str__(self) -> str:
        return (
            f"{self.publishers} publishers, {self.rounds} rounds: {len(self.lost)} episodes lost, "
            f"{len(self.twice)} guids twice, {len(self.stale)} feeds too old, {len(self.untold)} not told, "
            f"{len(self.failed)} failed; one version of one case by several {self.same_number} times"
        )


def race(address: str, publishers: int, rounds: int, settings: Mapping[str, str]) -> Race:
    """*publishers* at once, *rounds* times: each brings an episode of its own and a new version of one that
    all bring. The feeds are looked at after every round. The bucket must be empty below *address*."""
    context = processes()
    barrier = context.Barrier(publishers + 1)
    heard: SimpleQueue[Told] = context.SimpleQueue()
    running = [
        started(_publish, address, one, rounds, dict(settings), barrier, heard) for one in range(publishers)
    ]
    result = Race(publishers, rounds)
    store = open_store(address, root=_NOWHERE, s3=settings)
    try:
        for turn in range(rounds):
            barrier.wait(_PATIENCE_S)  # all are ready: off they go
            told = [heard.get() for _ in range(publishers)]
            barrier.wait(_PATIENCE_S)  # all have ended
            _look(result, store, turn, told)
    except threading.BrokenBarrierError:
        result.failed.append("a publisher did not end")
    finally:
        for process in running:
            process.join(5)
            process.kill()
    return result


def _publish(
    address: str,
    publisher: int,
    rounds: int,
    settings: dict[str, str],
    barrier: Barrier,
    heard: SimpleQueue[Told],
) -> None:
    """One publisher's life."""
    store = open_store(address, root=_NOWHERE, s3=settings)
    by = f"publisher {publisher}"
    for turn in range(rounds):
        releases = [
            release(case_of(publisher, turn), f"Tittel {publisher} {turn}"),
            release(SHARED, f"Felles {publisher} {turn}"),
        ]
        barrier.wait(_PATIENCE_S)
        try:
            known = records.load(store)
            outcome = apply.publish(press(store), releases, known, by=by, force=True)
            theirs = next((one.theirs for one in outcome.conflicts if one.case_id == SHARED), None)
            told_of = (theirs.by, theirs.recorded_at) if theirs else None
            heard.put(Told(by, outcome.published[SHARED], told_of))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
            heard.put(Told(by, 0, failed=f"{by}, round {turn}: {error!r}"))
        barrier.wait(_PATIENCE_S)


def case_of(publisher: int, turn: int) -> str:
    return f"C{1000 + 100 * turn + publisher:04d}"


def _look(result: Race, store: Store, turn: int, told: Sequence[Told]) -> None:
    """Note what is wrong after a round."""
    result.failed += [one.failed for one in told if one.failed]
    known = records.load(store)
    for feed in FEEDS:
        shown = feedparser.parse(store.get(f"feeds/{feed.slug}.xml"))
        guids = Counter(entry.id for entry in shown.entries)
        wanted = {f"guid-{SHARED}"}
        wanted |= {
            f"guid-{case_of(one, past)}" for one in range(result.publishers) for past in range(turn + 1)
        }
        result.lost += [f"round {turn}, {feed.slug}: {guid}" for guid in wanted - guids.keys()]
        result.twice += [f"round {turn}, {feed.slug}: {guid}" for guid in guids if guids[guid] > 1]
        newest = max(record.recorded_at for record in known.latest.values())
        if parsedate_to_datetime(shown.feed.updated) < newest.replace(microsecond=0):
            result.stale.append(f"round {turn}, {feed.slug}: older than {newest}")
    waiting = press(store).pending(known)
    result.stale += [f"round {turn}, {sheet.feed.slug}: not what the records say" for sheet in waiting]
    _look_at_the_shared(result, store, turn, told, known.latest[SHARED])


def _look_at_the_shared(result: Race, store: Store, turn: int, told: Sequence[Told], latest: Record) -> None:
    """Nothing of it is lost, and who wrote the same version as the one that counts was told of that."""
    versions = history.history(store, SHARED)
    mine = {(version.record.by, version.record.number): version for version in versions}
    result.lost += [f"round {turn}: no version of {one}" for one in told if (one.by, one.number) not in mine]
    result.same_number += max(Counter(one.number for one in told).values()) > 1
    for number in {one.number for one in told}:
        rivals = [one for one in told if one.number == number and (one.by, number) in mine]
        said = {(version.record.by, version.record.recorded_at) for version in versions}
        told_of = [one.told_of for one in rivals if one.told_of is not None]
        result.untold += [f"round {turn}: told of nobody's {one}" for one in told_of if one not in said]
        # Whoever ends before another writes cannot know; the last to end sees all.
        if len(told_of) < len(rivals) - 1:
            result.untold.append(f"round {turn}: {rivals}")
    if [version.record for version in versions if version.counts] != [latest]:
        result.untold.append(f"round {turn}: history and feeds disagree on what counts")
