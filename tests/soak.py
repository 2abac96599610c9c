"""Publishers are killed at every step in turn, and race each other, while subscribers read: `make soak`.

    python -m tests.soak [folder] [bucket] [together] [--every N]

folder: a publish into a folder is killed (SIGKILL) a little later each time, from its first moment through
mastering to past its end. bucket: a publish into a real S3 server is killed at its first request, at its
second, and so on to its last, once before the server hears of it and once after, with a file that goes in
one piece and with one in parts. Meanwhile a subscriber reads every feed over HTTP, over and over, and looks
at each thing it names; now and then a publish is left to end, and the feeds must then say what the
workspace says. together: two and eight publishers at once on one bucket, a hundred rounds each.

With --every N only each Nth kill or round is done. Leaves with 1 where anything was ever missing or wrong.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from lxml import etree

from lornpod import cli

from .faults import Fault, Proxy, Request, proxied
from .publishers import environment, race, started
from .servers import client, rclone, seaweedfs
from .workspaces import CASE, add_case, workspace, write_wav

SLUGS = ("alle", "innovasjon")
CASES = ("C0901", "C0902", "C0903")
LARGE = "C0904"  # its MP3 goes in three parts
_LARGE_S = 600
_MOMENTS: tuple[Literal["cut up", "lose"], ...] = ("cut up", "lose")  # before it arrives, after it was done
_FOLDER_KILLS = 240
_DIGEST = re.compile(r"-([0-9a-f]{12})\.\w+$")  # of the content, in an artifact's key


class Subscriber(threading.Thread):
    """Reads every feed at *base* over and over until it is told to stop, and looks at all that it names.

    An artifact's content is held against the digest in its name the first time, its length every time.
    """

    def __init__(self, base: str) -> None:
        super().__init__(daemon=True)
        self.base, self.polls, self.looks = base, 0, 0
        self.violations: list[str] = []
        self.ended = threading.Event()
        self._lengths: dict[str, int] = {}
        self._connection = HTTPConnection(urlsplit(base).netloc, timeout=30)

    def run(self) -> None:
        while not self.ended.is_set():
            for slug in SLUGS:
                self.read(slug)

    def read(self, slug: str) -> None:
        status, data = self._ask("GET", f"{self.base}feeds/{slug}.xml")
        if status != 200:
            self.violations.append(f"{slug}: {status}")
            return
        self.polls += 1
        try:
            root = etree.fromstring(data)
        except etree.XMLSyntaxError as error:
            self.violations.append(f"{slug}: {error}")
            return
        named: dict[str, str | None] = {}
        for element in root.iter():
            values = [*map(str, element.attrib.values()), (element.text or "").strip()]
            named |= {one: element.get("length") for one in values if one.startswith(self.base)}
        for url, length in named.items():
            self.look_at(slug, url, length)
        guids = [guid.text for guid in root.iter("guid")]
        if len(guids) != len(set(guids)):
            self.violations.append(f"{slug}: a guid twice")

    def look_at(self, slug: str, url: str, length: str | None) -> None:
        self.looks += 1
        known = self._lengths.get(url)
        status, data = self._ask("GET" if known is None else "HEAD", url)
        told = len(data)
        if status != 200:
            self.violations.append(f"{slug} names {url}: {status}")
            return
        digest = _DIGEST.search(url)
        if known is None and digest:
            if hashlib.sha256(data).hexdigest()[:12] != digest[1]:
                self.violations.append(f"{slug}: {url} is not what its name says")
            self._lengths[url] = told
        elif known is not None and self._length != known:
            self.violations.append(f"{slug}: {url} had {known} bytes, now {self._length}")
        if length is not None and int(length) != self._length:
            self.violations.append(f"{slug}: {url} has {self._length} bytes, not {length}")

    def _ask(self, method: str, url: str) -> tuple[int, bytes]:
        self._connection.request(method, urlsplit(url).path)
        answer = self._connection.getresponse()
        data = answer.read()
        self._length = int(answer.headers.get("Content-Length", -1))
        return answer.status, data


@dataclass(slots=True)
class Site:
    """A workspace that is published over and over, and what it should then say."""

    root: Path
    base: str
    titles: dict[str, str] = field(default_factory=dict)
    wrong_ends: int = 0

    def rename(self, case_id: str, title: str) -> None:
        path = self.root / "episodes" / case_id / "case.md"
        text = path.read_text("utf-8")
        path.write_text(text.replace(f"title: {self.titles[case_id]}\n", f"title: {title}\n"), "utf-8")
        self.titles[case_id] = title

    def started(self) -> ForkServerProcess:
        """A publish in a process of its own."""
        return started(_publish, str(self.root))

    def publish(self) -> None:
        """A publish that is left to end, after which feeds and workspace must agree."""
        process = self.started()
        process.join()
        with urllib.request.urlopen(f"{self.base}feeds/alle.xml") as answer:
            root = etree.fromstring(answer.read())
        shown = sorted(title.text or "" for title in root.findall("channel/item/title"))
        if process.exitcode != 0 or shown != sorted(self.titles.values()):
            self.wrong_ends += 1
            print(f"a publish ended with {process.exitcode}: {shown} for {self.titles}")

    def check(self) -> None:
        """The feeds and pages are what anybody would write."""
        if cli.run(["-q", "-C", str(self.root), "feeds", "--check"]) != 0:
            self.wrong_ends += 1


def _publish(root: str) -> None:
    sys.exit(cli.run(["-q", "-C", root, "publish"]))


def site(folder: Path, base: str, store: str, *, large: bool = False) -> Site:
    """Three small cases, and a large one when asked for; published nowhere yet."""
    root = workspace(folder / "ws")
    network = (root / "lornpod.yaml").read_text("utf-8")
    network = network.replace("https://cdn.example.org/pod", base.rstrip("/"))
    network += f"store: {json.dumps(store)}\n" + "audio: {bitrate: {mono: 256}}\n" * large
    (root / "lornpod.yaml").write_text(network, "utf-8")
    for number, case_id in enumerate(CASES[1:], start=902):
        add_case(root, case_id, CASE.replace("901", str(number)), seconds=4)
    if large:
        add_case(root, LARGE, CASE.replace("901", "904"), seconds=0)
        write_wav(root / "episodes" / LARGE / "audio.wav", 10, times=_LARGE_S // 10)
    ids = (*CASES, LARGE) if large else CASES
    return Site(root, base, dict.fromkeys(ids, "Små skritt & store broer"))


@contextmanager
def subscribed(name: str, place: Site, kills: Callable[[], int]) -> Iterator[list[bool]]:
    """A subscriber reads while the block runs; its counts are printed, and whether all was well noted."""
    subscriber = Subscriber(place.base)
    subscriber.start()
    result: list[bool] = []
    yield result
    subscriber.ended.set()
    subscriber.join()
    for said in subscriber.violations[:20]:
        print(said)
    print(
        f"{name}: {kills()} kills, {subscriber.polls} polls, {subscriber.looks} things looked at, "
        f"{len(subscriber.violations)} violations, {place.wrong_ends} wrong ends",
        flush=True,
    )
    result.append(not (subscriber.violations or place.wrong_ends))


# ---------------------------------------------------------------- into a folder, killed by the clock


class _Quiet(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def folder(work: Path, every: int) -> bool:
    """Kills from the first moment of a publish, which masters one case anew, to past its last."""
    public = work / "public"
    public.mkdir(parents=True)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(public))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        place = site(work, f"http://127.0.0.1:{server.server_address[1]}/", str(public))
        chance, done = random.Random(1), 0
        place.publish()
        began = time.monotonic()
        _record_anew(place, "C0901", 0)
        place.publish()
        whole_s = time.monotonic() - began
        with (
            environment(),
            subscribed(f"folder, over the {whole_s:.1f} s of a publish", place, lambda: done) as well,
        ):
            for turn in range(0, _FOLDER_KILLS, every):
                _record_anew(place, chance.choice(CASES), turn + 1)
                process = place.started()
                process.join(1.15 * whole_s * turn / _FOLDER_KILLS)
                done += process.exitcode is None
                process.kill()
                process.join()
                if turn // every % 10 == 9:
                    place.publish()
            place.publish()
            place.check()
        server.shutdown()
    return well[0]


def _record_anew(place: Site, case_id: str, turn: int) -> None:
    """Another title and, every other time, another recording, which is then mastered."""
    place.rename(case_id, f"Tittel {turn}")
    if turn % 2 == 0:
        write_wav(place.root / "episodes" / case_id / "audio.wav", 4.0 + turn % 3)


# ---------------------------------------------------------------- into a bucket, killed by the request


def bucket(work: Path, every: int) -> bool:
    """Kills at each request of a publish in turn, before it arrives and after it was done."""
    work.mkdir()
    with seaweedfs(work) as server, proxied(server) as proxy:
        outside = client(server)
        outside.create_bucket(Bucket="soak")
        statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
        policy = {"Version": "2012-10-17", "Statement": [{**statement, "Resource": "arn:aws:s3:::soak/*"}]}
        outside.put_bucket_policy(Bucket="soak", Policy=json.dumps(policy))
        with environment(AWS_ENDPOINT_URL=proxy.address):
            place = site(work, f"{server}/soak/net/", "s3://soak/net", large=True)
            place.publish()
            kills = [0]
            with subscribed("bucket, at each request", place, lambda: kills[0]) as well:
                for case_id in (CASES[0], LARGE):
                    for do in _MOMENTS:
                        steps = _kill_at_each_request(place, proxy, case_id, do, every)
                        print(f"  {case_id}: killed at {steps} requests in turn ({do})", flush=True)
                        kills[0] += steps
                place.publish()
                place.check()
    return well[0]


class Killer:
    """Kills a *process* at its nth request to a proxy, which then does to that request as it is told."""

    def __init__(self, at: int, do: Literal["cut up", "lose"]) -> None:
        self.process: ForkServerProcess | None = None
        self.ready, self.hit = threading.Event(), False
        self._left, self._do, self._lock = at, do, threading.Lock()

    def __call__(self, _: Request) -> Fault | None:
        with self._lock:
            self._left -= 1
            if self._left > 0:
                return None
            if self.hit:
                return Fault("cut up")  # it is dead: nothing more of it arrives
            self.ready.wait()
            assert self.process is not None
            self.process.kill()
            self.hit = True
            return Fault(self._do)


def _kill_at_each_request(
    place: Site, proxy: Proxy, case_id: str, do: Literal["cut up", "lose"], every: int
) -> int:
    """How often a publish of *case_id* was killed: at its first request, its second, …, until one ended."""
    for kills in range(1_000):
        killer = Killer(1 + kills * every, do)
        place.rename(case_id, f"{do} {kills}")
        proxy.choosing = killer
        killer.process = place.started()
        killer.ready.set()
        killer.process.join()
        proxy.choosing = None
        if not killer.hit:
            return kills
        if kills % 5 == 4:
            place.publish()
    raise AssertionError("a publish never ended")


# ---------------------------------------------------------------- several at once


def together(work: Path, every: int) -> bool:
    """Two and eight publishers at once: a hundred rounds on SeaweedFS, and on a server without conditions."""
    work.mkdir()
    well = True
    for name, start in (("SeaweedFS", seaweedfs), ("rclone's server", rclone)):
        home = work / name
        home.mkdir()
        with start(home) as server, environment():
            for publishers in (2, 8):
                rounds, violations, same = 0, 0, 0
                for turn in range(max(1, 10 // every)):
                    client(server).create_bucket(Bucket=f"race{publishers}-{turn}")
                    address = f"s3://race{publishers}-{turn}/net"
                    ended = race(address, publishers, 10, {"endpoint": server})
                    for said in ended.violations[:20]:
                        print(said)
                    rounds, violations = rounds + ended.rounds, violations + len(ended.violations)
                    same += ended.same_number
                print(
                    f"{name}: {publishers} publishers at once, {rounds} rounds, {violations} violations; "
                    f"{same} times one version of one case by several",
                    flush=True,
                )
                well = well and not violations
    return well


PARTS: Mapping[str, Callable[[Path, int], bool]] = {"folder": folder, "bucket": bucket, "together": together}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], metavar="part")
    parser.add_argument("--every", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        well = [PARTS[name](Path(work) / name, asked.every) for name in asked.parts or PARTS]
    return not all(well)


if __name__ == "__main__":
    sys.exit(main())
