"""A run with nothing to do ends before anything is read, and never where anything may have changed."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from lornpod import cli
from lornpod.publish import seals, signing

from .workspaces import CASE, Run, workspace

Change = Callable[[Path], object]
ASKED = ("publish", None, None)


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that was published, and then found to be so."""
    root = workspace(tmp_path_factory.mktemp("sealed") / "ws")
    (root / "pages").mkdir()
    (root / "artwork/spare.jpg").write_bytes(b"spare")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("LORNPOD_")]:
            patch.delenv(name)
        patch.setenv("LORNPOD_PUBLISHER", "kari")
        for _ in range(2):
            assert cli.run(["-q", "-C", str(root), "publish"]) == 0
    return root


@pytest.fixture
def root(sealed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sealed workspace of the test's own."""
    for name in [name for name in os.environ if name.startswith("LORNPOD_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LORNPOD_PUBLISHER", "kari")
    own = tmp_path / "ws"
    shutil.copytree(sealed, own)
    assert cli.run(["-q", "-C", str(own), "publish"]) == 0
    assert seals.unbroken(own, ASKED) is not None
    return own


def edited(path: str, old: bytes, new: bytes) -> Change:
    """An edit that keeps length and modification time, as nobody's editor does."""

    def change(root: Path) -> None:
        file = root / path
        before = file.stat()
        file.write_bytes(file.read_bytes().replace(old, new))
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
        after = file.stat()
        assert (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)

    return change


CHANGES: dict[str, Change] = {
    "a word of a case": edited("episodes/C0901/case.md", "Små".encode(), b"Sma "),
    "a sample of its sound": edited("episodes/C0901/audio.wav", b"\x00\x00", b"\x00\x01"),
    "a word of its transcript": edited("episodes/C0901/transcript.txt", b"e", b"a"),
    "a word of a feed": edited("feeds/alle.md", b"e", b"a"),
    "the network": edited("lornpod.yaml", b"e", b"a"),
    "a cover's bytes": edited("artwork/spare.jpg", b"spare", b"other"),
    "another transcript": lambda root: (root / "episodes/C0901/transcript.en.txt").write_text("Kari: Yes.\n"),
    "a case more": lambda root: shutil.copytree(root / "episodes/C0901", root / "episodes/C0902"),
    "a case less": lambda root: shutil.rmtree(root / "episodes/C0901"),
    "a feed less": lambda root: (root / "feeds/alle.md").unlink(),
    "a template": lambda root: (root / "pages/theme.css").write_text("p {}", "utf-8"),
    "a folder behind a link": lambda root: (root / "episodes/linked").symlink_to(root / "feeds"),
    "a record in the store": lambda root: (root / "public/records/C0901/000002-00000000.json").write_text(""),
    "a record gone": lambda root: shutil.rmtree(root / "public/records/C0901"),
    "a feed in the store": lambda root: (root / "public/feeds/alle.xml").write_text("<rss/>"),
    "a feed gone": lambda root: (root / "public/feeds/alle.xml").unlink(),
    "the list of pages": lambda root: (root / "public/pages.json").write_text("{}"),
    "all that is kept": lambda root: shutil.rmtree(root / "build"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_whatever_changes_breaks_the_seal(root: Path, change: Change) -> None:
    change(root)
    assert seals.unbroken(root, ASKED) is None


def test_a_changed_word_is_published_though_length_and_time_are_as_before(root: Path, run: Run) -> None:
    CHANGES["a word of a case"](root)
    code, _, err = run("-C", str(root), "publish")
    assert code == 0
    assert "published C0901, version 2" in err


@pytest.mark.parametrize("name", ["LORNPOD_LANGUAGE", "AWS_ENDPOINT_URL", "SOURCE_DATE_EPOCH", "PATH"])
def test_another_environment_breaks_the_seal(root: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "1")
    assert seals.unbroken(root, ASKED) is None


def test_other_options_and_another_place_break_the_seal(root: Path) -> None:
    assert seals.unbroken(root, ("publish", "elsewhere", None)) is None
    moved = root.rename(root.with_name("moved"))
    assert seals.unbroken(moved, ASKED) is None


def test_a_seal_holds_for_a_day_and_not_before_it_was_made(root: Path) -> None:
    now = time.time()
    assert seals.unbroken(root, ASKED, now + 23 * 3600) is not None
    assert seals.unbroken(root, ASKED, now + 25 * 3600) is None
    assert seals.unbroken(root, ASKED, now - 3600) is None


def test_a_seal_ends_when_a_scheduled_case_is_due(root: Path, run: Run) -> None:
    soon = datetime.fromtimestamp(time.time() + 7200, UTC)
    text = CASE.replace("901", "902")
    date = next(line for line in text.splitlines() if line.startswith("published:"))
    shutil.copytree(root / "episodes/C0901", root / "episodes/C0902")
    (root / "episodes/C0902/case.md").write_text(
        text.replace(date, f"published: {soon:%Y-%m-%dT%H:%M:%SZ}"), "utf-8"
    )
    for _ in range(2):
        assert run("-C", str(root), "publish")[0] == 0
    assert seals.unbroken(root, ASKED, soon.timestamp() - 60) is not None
    assert seals.unbroken(root, ASKED, soon.timestamp()) is None


def test_what_changed_within_the_run_is_not_sealed(
    root: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another edit in the same tick of the clock would leave no trace."""
    (root / "build/seal.json").unlink()
    case = root / "episodes/C0901/case.md"
    monkeypatch.setattr(seals, "clock_ns", lambda _: case.stat().st_ctime_ns)
    assert run("-C", str(root), "publish")[0] == 0
    assert not (root / "build/seal.json").exists()
    monkeypatch.undo()
    monkeypatch.setenv("LORNPOD_PUBLISHER", "kari")
    assert run("-C", str(root), "publish")[0] == 0
    assert (root / "build/seal.json").exists()


def test_a_sealed_run_says_what_a_whole_one_says_and_reads_nothing(
    root: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "build/seal.json").unlink()
    whole = run("-C", str(root), "publish")
    monkeypatch.setattr("lornpod.workspace.read", None)
    said = [line for line in whole[2].splitlines() if not line.startswith("check: ")]
    assert run("-C", str(root), "publish")[2].splitlines() == said
    assert any("nothing to do" in line for line in said)
    assert run("-q", "-C", str(root), "publish") == (0, "", "")


@pytest.mark.parametrize("damage", [b"", b"{}", b"[]", b'{"root": 1}', b"\xff"])
def test_a_damaged_seal_is_none(root: Path, damage: bytes) -> None:
    (root / "build/seal.json").write_bytes(damage)
    assert seals.unbroken(root, ASKED) is None


@pytest.mark.parametrize("token", ["", "a/token+of=ours"])
def test_requests_are_signed_as_botocore_signs_them(token: str) -> None:
    query = signing.query({"list-type": "2", "prefix": "net/æ ø/", "continuation-token": "a=b&c+d"})
    url = f"https://e.org:8333/bucket?{query}"
    now = datetime(2026, 3, 1, 12, 30, 15, tzinfo=UTC)
    ours = signing.signed("GET", url, signing.Keys("AKID", "secret", token), "eu-north-1", now)
    request = AWSRequest("GET", url, {})
    request.context["timestamp"] = f"{now:%Y%m%dT%H%M%SZ}"
    request.context["payload_signing_enabled"] = False
    request.headers["X-Amz-Content-SHA256"] = "UNSIGNED-PAYLOAD"
    request.headers["X-Amz-Date"] = request.context["timestamp"]
    theirs = S3SigV4Auth(Credentials("AKID", "secret", token or None), "s3", "eu-north-1")
    if token:
        request.headers["X-Amz-Security-Token"] = token
    canonical = theirs.canonical_request(request)
    signature = theirs.signature(theirs.string_to_sign(request, canonical), request)
    assert ours["authorization"].endswith(f"Signature={signature}")
