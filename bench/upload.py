"""Uploads: lornpod's store against s5cmd, rclone copy and aws s3 cp on one SeaweedFS server, in one run.

    PYTHONPATH=. python bench/upload.py [--share N]

50 files of 40 MB and 2,000 of 20 kB, put by each in turn into a bucket of its own, twice over; the better
time counts. lornpod is a fresh process that puts the files as a publish does when its episodes are made.
Then a run with nothing to do on 5,000 objects: a whole `lornpod publish` of a workspace whose store holds
that many, against `aws s3 sync` and `rclone sync` of as many files, rclone also with the options that suit
it best. With --share N only an Nth of the files. A peer that is not installed is named, and left out:
`make bench` brings them.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from lornpod import workspace as reading
from lornpod.model import Artifact, ArtifactKind, CaseFolder
from lornpod.publish import records
from lornpod.publish.stores import open_store
from lornpod.release.cache import Cache
from lornpod.release.maker import Maker
from tests import builders
from tests.faults import proxied
from tests.servers import KEY, SECRET, client, seaweedfs
from tests.workspaces import CASE, TRANSCRIPT, workspace, write_wav

ROUNDS = 2
KINDS: list[tuple[ArtifactKind, str]] = [
    ("media", "media"),
    *((("transcript", "text"),) * 5),
    ("chapters", "chapters"),
]
ARTIFACTS = len(KINDS) + 1  # and the record
PUT_ALL = """
import sys
from pathlib import Path
from lornpod.model import Artifact, Content
from lornpod.publish import apply
from lornpod.publish.plan import Plan
from lornpod.publish.stores import open_store
folder, address = Path(sys.argv[1]), sys.argv[2]
store = open_store(address, root=folder, s3={})
contents = [
    Content(Artifact("media", f"media/{path.name}", "audio/mpeg", path.stat().st_size, ""), path)
    for path in sorted(folder.iterdir())
]
apply.upload(store, Plan(tuple(contents), (), (), ()))
"""


def program(name: str) -> str | None:
    """Where a peer is: beside this Python, or on the path."""
    beside = Path(sys.executable).parent / name
    return str(beside) if beside.exists() else shutil.which(name)


def rclone(server: str) -> list[str]:
    """rclone's remote for *server*, with its connection on the command line."""
    return [
        "--config", os.devnull, "--s3-provider", "Other", "--s3-endpoint", server, "--s3-env-auth",
        "--s3-force-path-style", "--s3-no-check-bucket",
    ]  # fmt: skip


def puts(server: str, folder: Path, bucket: str) -> Mapping[str, Sequence[str] | None]:
    """How each puts all of *folder* into *bucket*; None for who is not here."""
    s5cmd, clone, aws = program("s5cmd"), program("rclone"), program("aws")
    to = f"s3://{bucket}/net/"
    return {
        "lornpod": [sys.executable, "-c", PUT_ALL, str(folder), to],
        "s5cmd": s5cmd and [s5cmd, "--endpoint-url", server, "--log", "error", "cp", f"{folder}/*", to],
        "rclone copy": clone
        and [clone, "copy", *rclone(server), str(folder), f":s3:{bucket}/net", "--transfers", "16"],
        "aws s3 cp": aws
        and [aws, "--endpoint-url", server, "s3", "cp", "--recursive", "--only-show-errors", str(folder), to],
    }


def timed(command: Sequence[str], environment: Mapping[str, str]) -> tuple[float, float, int]:
    """The seconds that *command* took, those of its CPU, and the most memory in bytes that a child had."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    took_s = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return took_s, cpu_s, after.ru_maxrss * 1024


def uploads(server: str, work: Path, environment: Mapping[str, str], count: int, size: int) -> None:
    """*count* files of *size* bytes by everybody."""
    folder = work / f"files-{size}"
    folder.mkdir()
    chance = random.Random(size)
    for number in range(count):
        (folder / f"{number:05d}.mp3").write_bytes(chance.randbytes(size))
    print(f"\n{count} files of {size / 1000:,.0f} kB")
    best: dict[str, float] = {}
    for turn in range(ROUNDS):
        for name in puts(server, folder, ""):
            bucket = f"up-{size}-{turn}-{name.replace(' ', '-')}"
            client(server).create_bucket(Bucket=bucket)
            command = puts(server, folder, bucket)[name]
            if command is None:
                if turn == 0:
                    print(f"  {name} is not installed: left out")
                continue
            took_s, cpu_s, _ = timed(command, environment)
            there = client(server).get_paginator("list_objects_v2").paginate(Bucket=bucket)
            found = [one for page in there for one in page.get("Contents", ())]
            if len(found) != count or {one["Size"] for one in found} != {size}:
                sys.exit(f"{name} left {len(found)} objects of {count}")
            best[name] = min(took_s, best.get(name, took_s))
            rate = (
                f"{count * size / took_s / 1e6:.0f} MB/s" if size > 1e6 else f"{count / took_s:.0f} objects/s"
            )
            print(f"  {name:12} {took_s:6.2f} s, {cpu_s:6.2f} s of CPU, {rate}")
            outside = client(server)
            for start in range(0, len(found), 1000):
                keys = [{"Key": one["Key"]} for one in found[start : start + 1000]]
                outside.delete_objects(Bucket=bucket, Delete={"Objects": keys})  # type: ignore[typeddict-item]
    peers = {name: took_s for name, took_s in best.items() if name != "lornpod"}
    for name, took_s in sorted(peers.items(), key=lambda one: one[1]):
        print(f"  lornpod took {best['lornpod'] / took_s:.2f} times as long as {name}")
    shutil.rmtree(folder)


# ---------------------------------------------------------------- nothing to do


def nothing_to_do(server: str, work: Path, environment: Mapping[str, str], objects: int) -> None:
    """A network whose store holds *objects*, published again; and as many files, synchronised again."""
    cases = objects // ARTIFACTS
    client(server).create_bucket(Bucket="idle")
    env = {**environment, "LORNPOD_STORE": "s3://idle/net"}
    root = published(work / "ws", cases, server)
    lornpod = [sys.executable, "-m", "lornpod", "-q", "-C", str(root), "publish"]
    subprocess.run([*lornpod[:-1], "feeds"], check=True, env=env)
    store = work / "mirror"
    outside = client(server)
    pages = outside.get_paginator("list_objects_v2").paginate(Bucket="idle", Prefix="net/")
    listed = [one for page in pages for one in page["Contents"]]
    for one in listed[:objects]:
        path = store / one["Key"].removeprefix("net/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(outside.get_object(Bucket="idle", Key=one["Key"])["Body"].read())
    print(f"\nnothing to do: lornpod has {cases} cases, {len(listed)} objects; the others {objects} files")
    client(server).create_bucket(Bucket="mirror")
    commands: dict[str, Sequence[str]] = {"lornpod publish": lornpod}
    if aws := program("aws"):
        commands["aws s3 sync"] = [aws, "--endpoint-url", server, "s3", "sync", str(store), "s3://mirror/net"]
    else:
        print("  aws is not installed: left out")
    if clone := program("rclone"):
        commands["rclone sync"] = [clone, "sync", *rclone(server), str(store), ":s3:mirror/net"]
        commands["rclone sync --fast-list --checksum"] = [
            *commands["rclone sync"],
            "--fast-list",
            "--checksum",
        ]
    else:
        print("  rclone is not installed: left out")
    best: dict[str, float] = {}
    for name, command in commands.items():
        timed(command, env)  # whatever there is to do
        turns = [timed(command, env) for _ in range(5)]
        best[name] = min(took_s for took_s, _, _ in turns)
        print(f"  {name:36} {best[name]:5.2f} s, {min(cpu_s for _, cpu_s, _ in turns):5.2f} s of CPU")
    (root / "build/seal.json").unlink()
    took_s, cpu_s, _ = timed(lornpod, env)
    print(f"  lornpod publish, reading all anew    {took_s:5.2f} s, {cpu_s:5.2f} s of CPU")
    with proxied(server) as proxy:
        for looks in ("whole, since it goes another way", "again"):
            timed(lornpod, {**env, "AWS_ENDPOINT_URL": proxy.address})
            if {one.method for one in proxy.requests} != {"GET"}:
                sys.exit("lornpod found something to do")
            print(f"  lornpod sent {len(proxy.requests)} requests: {looks}")
            proxy.requests.clear()
    for name, took_s in best.items():
        if name != "lornpod publish":
            print(f"  lornpod took {best['lornpod publish'] / took_s:.2f} times as long as {name}")


def published(root: Path, cases: int, server: str) -> Path:
    """A workspace of *cases*, and in the bucket and in its cache what publishing them leaves."""
    workspace(root)
    sound = write_wav(root / "sound.wav", 1.0)
    for number in range(1000, 1000 + cases):
        folder = root / "episodes" / f"C{number}"
        folder.mkdir()
        (folder / "case.md").write_text(CASE.replace("901", str(number)), "utf-8")
        (folder / "transcript.txt").write_text(TRANSCRIPT, "utf-8")
        os.link(sound, folder / "audio.wav")
    shutil.rmtree(root / "episodes/C0901")
    read = reading.read(root, None)
    cache = Cache(root / "build")
    network = replace(read.network, store="s3://idle/net")
    prints = Maker(root, network, read.feeds, cache).fingerprints(read.cases)
    store = open_store("s3://idle/net", root=root, s3={"endpoint": server})

    def put(folder: CaseFolder) -> None:
        case = folder.case
        made = [
            Artifact(kind, f"{room}/{case.id}/x-{number}", "text/plain", 100, "0" * 64)
            for number, (kind, room) in enumerate(KINDS)
        ]
        for artifact in made:
            store.put(artifact.key, b"x" * 100, media_type="text/plain", cache_control="no-store")
        base = builders.record(case=case)
        record = replace(
            base, guid=f"guid-{case.id}", media=replace(base.media, artifact=made[0]),
            transcripts=tuple(made[1:6]), chapters=made[6],
        )  # fmt: skip
        key, data = records.encode(record)
        store.put(key, data, media_type="application/json", cache_control="no-store")
        cache.settle(case.id, prints[case.id], key)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(put, read.cases))
    cache.save()
    return root


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--share", type=int, default=1)
    share = parser.parse_args().share
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as data:
        keys = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": "us-east-1"}
        with seaweedfs(Path(data)) as server:
            kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
            os.environ.update(keys)
            environment = {**kept, **keys, "AWS_ENDPOINT_URL": server, "AWS_EC2_METADATA_DISABLED": "true"}
            uploads(server, Path(folder), environment, 50 // share, 40_000_000)
            uploads(server, Path(folder), environment, 2000 // share, 20_000)
            nothing_to_do(server, Path(folder), environment, 5000 // share)


if __name__ == "__main__":
    main()
