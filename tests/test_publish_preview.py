"""A preview shows what is not published yet, says so, and follows what is saved."""

from __future__ import annotations

import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import feedparser
import pytest

from lornpod.cli.desk import Desk, Place
from lornpod.cli.serving import _preview
from lornpod.errors import InputError
from lornpod.events import Advanced, Event, Started
from lornpod.pages.linked import qr_lines
from lornpod.publish.preview import Preview
from lornpod.publish.serve import FolderServer
from lornpod.terminal import Terminal

from .workspaces import CASE, add_case, workspace, write_wav

if TYPE_CHECKING:
    from playwright.sync_api import Browser

DRAFT = CASE.replace("published: 260302\n", "").replace("number: 901", "number: 902")
LATER = CASE.replace("published: 260302", "published: 2180-05-17").replace("number: 901", "number: 903")


@dataclass(frozen=True)
class Shown:
    root: Path
    preview: Preview
    address: str

    def get(self, key: str) -> str:
        with urllib.request.urlopen(self.address + key, timeout=30) as answer:
            said: str = answer.read().decode()
        return said


@pytest.fixture
def shown(tmp_path: Path) -> Iterator[Shown]:
    """A workspace with a case that is due, one that is to come, and a draft without sound, in preview."""
    root = workspace(tmp_path / "ws")
    add_case(root, "C0902", DRAFT, seconds=0)
    add_case(root, "C0903", LATER)
    server = FolderServer(("127.0.0.1", 0), root / "build/preview/store")
    address = f"http://127.0.0.1:{server.server_address[1]}/"
    preview = _preview(Desk(str(root), Terminal(quiet=True)), Place(None, address), server.folder)
    preview.renew()
    server.preview = preview
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield Shown(root, preview, address)
    server.shutdown()
    thread.join()
    server.server_close()


def save(shown: Shown, text: str, case_id: str = "C0902") -> None:
    (shown.root / f"episodes/{case_id}/case.md").write_text(text, "utf-8")


def test_drafts_and_cases_to_come_are_shown_and_marked(shown: Shown) -> None:
    front = shown.get("index.html")
    assert "Utkast: Små skritt" in front
    assert "Kommer 17. mai 2180: Små skritt" in front
    assert front.count("Små skritt") == 3
    assert "<h1>Utkast: Små skritt" in shown.get("cases/C0902/index.html")
    feed = feedparser.parse(shown.get("feeds/alle.xml"))
    assert len(feed.entries) == 3
    assert all(shown.get("index.html") for _ in range(2))


def test_its_feeds_lead_to_sound_that_it_serves(shown: Shown) -> None:
    for entry in feedparser.parse(shown.get("feeds/alle.xml")).entries:
        (enclosure,) = entry.enclosures
        assert enclosure.href.startswith(shown.address)
        with urllib.request.urlopen(enclosure.href, timeout=30) as answer:
            assert answer.headers["Content-Type"] == enclosure.type
            assert len(answer.read()) == int(enclosure.length)


def test_nothing_of_it_is_published(shown: Shown) -> None:
    assert not (shown.root / "public").exists()


def test_what_is_saved_is_shown_and_only_that_is_made_anew(shown: Shown) -> None:
    shown.preview.moved()
    assert not shown.preview.moved()
    page = shown.root / "build/preview/store/cases/C0901/index.html"
    before = page.stat().st_mtime_ns
    save(shown, DRAFT.replace("Små skritt & store broer", "Et nytt utkast"))
    assert shown.preview.moved()
    shown.preview.renew()
    assert "Utkast: Et nytt utkast" in shown.get("cases/C0902/index.html")
    assert shown.preview.version == 2
    again = page.stat().st_mtime_ns
    shown.preview.renew()
    assert page.stat().st_mtime_ns == again >= before


def test_a_mistake_keeps_what_was_shown(shown: Shown) -> None:
    before = shown.get("index.html")
    (shown.root / "lornpod.yaml").write_text("name: [", "utf-8")
    with pytest.raises(InputError):
        shown.preview.renew()
    assert shown.get("index.html") == before


def test_a_case_that_is_gone_is_gone(shown: Shown) -> None:
    for path in (shown.root / "episodes/C0902").iterdir():
        path.unlink()
    (shown.root / "episodes/C0902").rmdir()
    shown.preview.renew()
    assert "Utkast" not in shown.get("index.html")


def test_a_page_loads_again_when_something_is_saved(shown: Shown, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{shown.address}cases/C0902/index.html")
    save(shown, DRAFT.replace("Små skritt & store broer", "Lagret nå"))
    page.wait_for_timeout(300)
    shown.preview.renew()
    page.wait_for_selector("h1:text('Lagret nå')", timeout=10_000)
    page.close()


def test_a_qr_code_for_the_terminal_can_be_scanned() -> None:
    """Its rows are those that segno draws as a picture."""
    import segno

    code = list(
        segno.make("http://192.168.1.5:8000/index.html", error="m", micro=False).matrix_iter(border=2)
    )
    lines = qr_lines("http://192.168.1.5:8000/index.html")
    dark = [[char in upper for char in line] for line in lines for upper in (" ▄", " ▀")]
    assert dark[: len(code)] == [[bool(cell) for cell in row] for row in code]


def test_a_case_that_cannot_be_shown_keeps_back_no_other(shown: Shown) -> None:
    (shown.root / "episodes/C0903/audio.wav").write_bytes(b"no sound")
    save(shown, DRAFT.replace("Små skritt & store broer", "Et nytt utkast"))
    shown.preview.renew()
    assert [error.where for error in shown.preview.wrong] == ["episodes/C0903/audio.wav"]
    front = shown.get("index.html")
    assert "Utkast: Et nytt utkast" in front
    assert "Kommer 17. mai 2180" in front, "what was shown of it stays"


def test_no_recording_is_read_to_show_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = workspace(tmp_path / "ws")
    monkeypatch.setattr("lornpod.release.cache.sha256_of", lambda path: pytest.fail(f"{path} was read"))
    monkeypatch.setattr("lornpod.audio.probe.run", lambda *_, **__: pytest.fail("ffmpeg was started"))
    preview = _preview(Desk(str(root), Terminal(quiet=True)), Place(None, "http://x/"), tmp_path / "preview")
    preview.renew()
    assert preview.wrong == []
    sound = next((tmp_path / "preview/media/C0901").iterdir())
    assert sound.read_bytes() == (root / "episodes/C0901/audio.wav").read_bytes()


def test_a_recording_that_is_replaced_is_shown_anew(tmp_path: Path) -> None:
    root = workspace(tmp_path / "ws")
    preview = _preview(Desk(str(root), Terminal(quiet=True)), Place(None, "http://x/"), tmp_path / "preview")
    preview.renew()
    write_wav(root / "episodes/C0901/audio.wav", 3.0)
    preview.renew()
    sounds = [path.read_bytes() for path in (tmp_path / "preview/media/C0901").iterdir()]
    assert (root / "episodes/C0901/audio.wav").read_bytes() in sounds


def test_progress_is_told_where_it_takes_long(tmp_path: Path) -> None:
    root = workspace(tmp_path / "ws")
    preview = _preview(Desk(str(root), Terminal(quiet=True)), Place(None, "http://x/"), tmp_path / "preview")
    told: list[Event] = []
    preview.renew(told.append)
    assert [event for event in told if isinstance(event, Started) and event.task == "cases"] != []
    assert sum(event.by for event in told if isinstance(event, Advanced) and event.task == "cases") == 1
