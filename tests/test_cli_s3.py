"""The same publish into a folder and into a bucket of a real server gives the same objects."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import boto3
import feedparser
import pytest

from lornpod import cli
from lornpod.publish.stores import open_store

from .servers import KEY, SECRET, seaweedfs
from .workspaces import workspace

POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::pod/net/*"}
    ],
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with seaweedfs(tmp_path_factory.mktemp("weed")) as address:
        yield address


@pytest.fixture
def bucket(server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A bucket that everybody may read; its address for apps."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_ENDPOINT_URL": server,
        "AWS_EC2_METADATA_DISABLED": "true",
        "SOURCE_DATE_EPOCH": "1780000000",
        "LORNPOD_PUBLISHER": "test",
        "LORNPOD_BASE_URL": f"{server}/pod/net/",
    }.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("s3", region_name="us-east-1")
    client.create_bucket(Bucket="pod")
    client.put_bucket_policy(Bucket="pod", Policy=json.dumps(POLICY))
    return f"{server}/pod/net/"


def objects(address: str, root: Path) -> dict[str, bytes]:
    store = open_store(address, root=root, s3={})
    return {stored.key: store.get(stored.key) for stored in store.list("")}


def published(stored: dict[str, bytes]) -> dict[str, bytes]:
    """What apps and browsers read: not the caches, which hold what each kind of store is slow to tell."""
    caches = ("catalog", "feeds.json")
    return {key: data for key, data in stored.items() if not key.startswith(caches)}


def test_a_bucket_gets_what_a_folder_gets_and_anybody_can_subscribe(tmp_path: Path, bucket: str) -> None:
    root = workspace(tmp_path / "ws")
    assert cli.run(["-C", str(root), "-q", "publish"]) == 0
    assert cli.run(["-C", str(root), "-q", "publish", "--store", "s3://pod/net"]) == 0
    in_bucket, in_folder = objects("s3://pod/net", root), objects("public", root)
    assert published(in_bucket) == published(in_folder)
    assert len(published(in_bucket)) >= 12

    with urllib.request.urlopen(bucket + "feeds/alle.xml") as answer:
        assert answer.headers["Content-Type"] == "application/rss+xml; charset=utf-8"
        assert answer.headers["Cache-Control"] == "public, max-age=300"
        (episode,) = feedparser.parse(answer.read()).entries
    (enclosure,) = episode.enclosures
    assert enclosure.href.startswith(bucket)
    with urllib.request.urlopen(enclosure.href) as answer:
        assert len(answer.read()) == int(enclosure.length)
        assert answer.headers["Content-Type"] == "audio/mpeg"
        assert "immutable" in answer.headers["Cache-Control"]
    part = urllib.request.Request(enclosure.href, headers={"Range": "bytes=0-2"})
    with urllib.request.urlopen(part) as answer:
        assert (answer.status, answer.read()) == (206, b"ID3")

    before = objects("s3://pod/net", root)
    assert cli.run(["-C", str(root), "-q", "publish", "--store", "s3://pod/net"]) == 0
    assert objects("s3://pod/net", root) == before
