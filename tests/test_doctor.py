"""doctor examines by doing: what it finds of a machine and a store, and that it leaves no trace."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from lornpod import align, cli, doctor
from lornpod.audio import ffmpeg
from lornpod.errors import Level
from lornpod.model import Network
from lornpod.publish import bucket as buckets
from lornpod.publish.s3 import S3Store
from lornpod.publish.serve import FolderServer
from lornpod.publish.stores import FolderStore, MemoryStore, Stored

from . import builders
from .faults import Fault, proxied
from .servers import KEY, SECRET, Servers, client
from .workspaces import workspace

Found = dict[str, doctor.Diagnosis]


def network(base_url: str) -> Network:
    return replace(builders.network(), base_url=base_url)


def by_subject(examination: Iterator[doctor.Diagnosis]) -> Found:
    """The worst that was said of each subject."""
    order = [Level.ERROR, Level.WARNING, Level.ADVICE, None]
    found: Found = {}
    for one in sorted(examination, key=lambda one: order.index(one.level)):
        found.setdefault(one.subject, one)
    return found


# ---------------------------------------------------------------- the machine


def test_a_machine_with_a_whole_ffmpeg_is_ready(tmp_path: Path) -> None:
    assert [one.subject for one in doctor.machine(tmp_path) if one.level is Level.ERROR] == []


@contextmanager
def pretended(monkeypatch: pytest.MonkeyPatch, script: Path, text: str) -> Iterator[None]:
    """ffmpeg is *script*, which does *text*."""
    script.write_text(f"#!/bin/sh\n{text}\n")
    script.chmod(0o755)
    monkeypatch.setenv("LORNPOD_FFMPEG", str(script))
    ffmpeg.ffmpeg.cache_clear()
    try:
        yield
    finally:
        ffmpeg.ffmpeg.cache_clear()


@pytest.mark.skipif(os.name != "posix", reason="the pretended ffmpeg is a shell script")
def test_an_ffmpeg_that_lacks_an_encoder_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = 'case "$*" in *version*) echo "ffmpeg version 7.1 x";; *filters*) echo " T.. ebur128 A->N x"; esac'
    with pretended(monkeypatch, tmp_path / "ffmpeg", text):
        found = by_subject(doctor.machine(tmp_path))
    assert found["ffmpeg"].level is None
    assert found["mp3"].said == "this ffmpeg has no libmp3lame"
    assert found["mp3"].level is Level.ERROR


@pytest.mark.skipif(os.name != "posix", reason="the pretended ffmpeg is a shell script")
def test_what_is_no_ffmpeg_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pretended(monkeypatch, tmp_path / "ffmpeg", "echo hello"):
        found = by_subject(doctor.machine(tmp_path))
    assert "is no ffmpeg" in found["ffmpeg"].said
    assert found["ffmpeg"].level is Level.ERROR


def test_what_alignment_lacks_is_told_with_a_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(align, "which", lambda _: None)
    monkeypatch.setattr(align, "find_spec", lambda _: None)
    found = by_subject(doctor.machine(tmp_path))["alignment"]
    assert found.level is Level.WARNING
    assert "espeak-ng" in found.said
    assert "lornpod[align]" in found.remedy


def test_a_missing_ffmpeg_is_told_with_a_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LORNPOD_FFMPEG", str(tmp_path / "none"))
    ffmpeg.ffmpeg.cache_clear()
    try:
        found = by_subject(doctor.machine(tmp_path))
    finally:
        ffmpeg.ffmpeg.cache_clear()
    assert found["ffmpeg"].level is Level.ERROR
    assert "install ffmpeg" in found["ffmpeg"].remedy


# ---------------------------------------------------------------- a folder


def test_a_folder_that_nobody_serves_is_advice(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "public")
    found = by_subject(doctor.store(store, network("http://127.0.0.1:9/")))
    assert found["write"].level is None
    assert found["public"].level is Level.ADVICE
    assert "lornpod serve" in found["public"].remedy
    assert list(store.list("")) == []


def test_a_folder_that_is_served_is_read_as_apps_do(tmp_path: Path) -> None:
    server = FolderServer(("127.0.0.1", 0), tmp_path)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        base_url = f"http://127.0.0.1:{server.server_address[1]}/"
        found = by_subject(doctor.store(FolderStore(tmp_path), network(base_url)))
    finally:
        server.shutdown()
        server.server_close()
    assert {one.level for one in found.values()} == {None}


class Forgetful(MemoryStore):
    """Reads back something else, and lists late."""

    def get(self, key: str) -> bytes:
        return super().get(key)[:-1]

    def list(self, prefix: str) -> Iterator[Stored]:
        return iter(stored for stored in super().list(prefix) if not stored.key.endswith("kept.bin"))


def test_a_store_that_loses_what_it_is_given_is_told(tmp_path: Path) -> None:
    found = by_subject(doctor.store(Forgetful(), network("http://127.0.0.1:9/")))
    assert found["write"].level is Level.ERROR
    assert found["write"].said == "it reads back something else; a listing does not show it"


# ---------------------------------------------------------------- a bucket


@pytest.fixture
def one_round(monkeypatch: pytest.MonkeyPatch) -> None:
    """Races are not what is looked at; SeaweedFS lets their losers wait for seconds."""
    monkeypatch.setattr(buckets, "ROUNDS", 1)


POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}],
}


def open_to_all(address: str, bucket: str) -> None:
    (statement,) = POLICY["Statement"]
    policy = POLICY | {"Statement": [{**statement, "Resource": f"arn:aws:s3:::{bucket}/*"}]}  # type: ignore[dict-item]
    client(address).put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))


def test_a_new_bucket_is_told_what_it_lacks(servers: Servers, as_publisher: None, one_round: None) -> None:
    address, bucket = servers.address("seaweedfs"), servers.bucket("seaweedfs")
    store = S3Store(f"s3://{bucket}/net", {"endpoint": address})
    found = by_subject(doctor.store(store, network(f"{address}/{bucket}/net/")))
    levels = {subject: one.level for subject, one in found.items()}
    assert levels == {
        "credentials": None,
        "write": None,
        "clock": None,
        "checksums": None,
        "conditions": Level.ADVICE,
        "unfinished": Level.WARNING,
        "cors": Level.WARNING,
        "public": Level.ERROR,
    }
    assert "403" in found["public"].said
    assert list(store.list("")) == []


def test_fix_sets_cors_and_lifecycle_and_keeps_the_other_rules(
    servers: Servers, as_publisher: None, one_round: None
) -> None:
    address, bucket = servers.address("seaweedfs"), servers.bucket("seaweedfs")
    open_to_all(address, bucket)
    asking = client(address)
    own = {"ID": "own", "AllowedOrigins": ["https://own.example"], "AllowedMethods": ["PUT"]}
    asking.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [own]})  # type: ignore[list-item]
    theirs = {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": "logs/"}, "Expiration": {"Days": 3}}
    asking.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [theirs]})  # type: ignore[list-item]
    store = S3Store(f"s3://{bucket}/net", {"endpoint": address, "conditional": "true"})
    for _ in range(2):
        found = by_subject(doctor.store(store, network(f"{address}/{bucket}/net/"), fix=True))
        assert {subject: one.level for subject, one in found.items() if one.level} == {}
    assert "feeds use them" in found["conditions"].said
    origins = [rule["AllowedOrigins"] for rule in asking.get_bucket_cors(Bucket=bucket)["CORSRules"]]
    assert origins == [["https://own.example"], ["*"]]
    rules = asking.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    assert [rule["ID"] for rule in rules] == ["old", "lornpod-unfinished-uploads"]
    assert list(store.list("")) == []


def test_a_setting_that_trusts_broken_conditions_is_an_error(
    servers: Servers, as_publisher: None, one_round: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, bucket = servers.address("seaweedfs"), servers.bucket("seaweedfs")
    store = S3Store(f"s3://{bucket}/net", {"endpoint": address, "conditional": "true"})
    ignoring = lambda self, key: buckets.Race(sound=0, most_winners=8)  # noqa: ARG005, E731
    monkeypatch.setattr(buckets.Bucket, "race_to_replace", ignoring)
    found = by_subject(doctor.store(store, network(f"{address}/{bucket}/net/")))
    assert found["conditions"].level is Level.ERROR
    assert "up to 8 winners" in found["conditions"].said


def test_a_server_that_takes_damaged_content_is_advice(
    servers: Servers, as_publisher: None, one_round: None
) -> None:
    address, bucket = servers.address("moto"), servers.bucket("moto")
    store = S3Store(f"s3://{bucket}/net", {"endpoint": address})
    found = by_subject(doctor.store(store, network(f"{address}/{bucket}/net/")))
    assert found["checksums"].level is Level.ADVICE
    assert list(store.list("")) == []


def test_a_server_without_settings_is_advice(servers: Servers, as_publisher: None, one_round: None) -> None:
    address, bucket = servers.address("seaweedfs"), servers.bucket("seaweedfs")
    with proxied(address) as proxy:
        for about in ("cors", "lifecycle"):
            proxy.faults.append(Fault("answer", "GET", about, 9, 501, "NotImplemented"))
        store = S3Store(f"s3://{bucket}/net", {"endpoint": proxy.address})
        found = by_subject(doctor.store(store, network(f"{address}/{bucket}/net/")))
    assert (found["cors"].said, found["cors"].level) == ("the server has no CORS", Level.ADVICE)
    assert found["unfinished"].level is Level.ADVICE


def test_missing_credentials_are_told_and_nothing_else_is_asked(
    servers: Servers, as_publisher: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    store = S3Store("s3://bucket/net", {"endpoint": servers.address("moto")})
    (only,) = doctor.store(store, network("http://127.0.0.1:9/"))
    assert (only.subject, only.level) == ("credentials", Level.ERROR)


def test_wrong_credentials_are_told_in_one_line(
    servers: Servers, as_publisher: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    store = S3Store(f"s3://{servers.bucket('seaweedfs')}/net", {"endpoint": servers.address("seaweedfs")})
    found = by_subject(doctor.store(store, network("http://127.0.0.1:9/")))
    assert found["write"].level is Level.ERROR
    assert "credentials" in found["write"].said
    assert set(found) == {"credentials", "write"}


def test_a_clock_that_is_wrong_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = format_datetime(datetime.now(UTC) - timedelta(minutes=2), usegmt=True)
    told = {"ResponseMetadata": {"HTTPHeaders": {"date": theirs}}}
    monkeypatch.setattr(S3Store, "ask", lambda *_: told)
    ahead_s = buckets.Bucket(S3Store("s3://bucket/net", {})).clock_skew_s()
    assert ahead_s is not None
    assert 120 <= ahead_s < 130


# ---------------------------------------------------------------- the command


def test_the_command_never_prints_a_secret(
    tmp_path: Path,
    servers: Servers,
    as_publisher: None,
    one_round: None,
    capfd: pytest.CaptureFixture[str],
) -> None:
    root, address = workspace(tmp_path / "ws"), servers.address("seaweedfs")
    (root / "lornpod.yaml").write_text(
        (root / "lornpod.yaml").read_text("utf-8") + f"s3: {{endpoint: '{address}'}}\n", "utf-8"
    )
    store = f"s3://{servers.bucket('seaweedfs')}/net"
    base_url = store.replace("s3:/", address)
    assert cli.run(["-C", str(root), "doctor", "--json", "--store", store, "--base-url", base_url]) == 1
    said = capfd.readouterr()
    found = {one["subject"]: one["level"] for one in json.loads(said.out)}
    assert (found["credentials"], found["write"], found["public"]) == ("ok", "ok", "error")
    for secret in (KEY, SECRET):
        assert secret not in said.out + said.err


def test_outside_a_workspace_the_machine_alone_is_examined(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LORNPOD_WORKSPACE", raising=False)
    assert cli.run(["doctor"]) == 0
    said = capfd.readouterr()
    assert "ffmpeg" in said.out
    assert "public" not in said.out
    assert "no workspace here" in said.err
