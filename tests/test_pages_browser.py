"""A real browser plays a published case: by mouse, by keyboard, on a phone."""

from __future__ import annotations

import threading
import wave
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lornpod.model import Chapter, Release
from lornpod.publish.serve import FolderServer
from lornpod.publish.stores import FolderStore

from . import builders
from .test_publish_apply import artifact
from .test_publish_site import publish, spoken

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHAPTERS = (
    Chapter(0, "Velkommen", 12_000),
    Chapter(12_000, "Broen", 25_250),
    Chapter(25_250, "Veien", 41_000),
)
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 900}


def silence(path: Path, seconds: int) -> bytes:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        file.writeframes(b"\x80" * 8000 * seconds)
    return path.read_bytes()


def with_sound(made: Release, data: bytes) -> Release:
    sound = artifact(made.record.case.id, "media", "media", ".wav", data, "audio/wav")
    case = replace(made.record.case, chapters=CHAPTERS)
    record = replace(made.record, case=case, media=replace(made.record.media, artifact=sound.artifact))
    return Release(record, (sound, *made.contents[1:]))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A store of three cases, served as `lornpod serve` does; C0902 has a transcript with times."""
    folder = tmp_path_factory.mktemp("published")
    server = FolderServer(("127.0.0.1", 0), folder / "public")
    base = f"http://127.0.0.1:{server.server_address[1]}/"
    data = silence(folder / "silence.wav", 42)
    cases = [with_sound(spoken(case_id), data) for case_id in ("C0901", "C0902", "C0903")]
    store = FolderStore(folder / "public")
    publish(store, *cases, now=datetime(2026, 4, 1, tzinfo=UTC), network=builders.network(base_url=base))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield base
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def case(browser: Browser, address: str) -> Iterator[Page]:
    """The page of C0902 at desktop width; any message in the console or request elsewhere fails the test."""
    context = browser.new_context(viewport=DESKTOP)
    page = context.new_page()
    troubles: list[str] = []
    page.on("console", lambda said: troubles.append(said.text) if said.type in ("error", "warning") else None)
    page.on("response", lambda answer: troubles.append(answer.url) if answer.status >= 400 else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("request", lambda asked: None if asked.url.startswith(address) else troubles.append(asked.url))
    page.goto(f"{address}cases/C0902/index.html")
    ready(page)
    yield page
    context.close()
    assert troubles == []


def until(page: Page, condition: str) -> None:
    """Wait for an expression to hold; the page's own policy forbids what playwright has for that."""
    for _ in range(200):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never came: {condition}")


def ready(page: Page) -> None:
    until(page, "document.getElementById('audio').readyState >= 1")


def at(page: Page) -> float:
    return float(page.evaluate("document.getElementById('audio').currentTime"))


def plays(page: Page) -> None:
    """Wait until the sound goes on."""
    until(page, f"document.getElementById('audio').currentTime > {at(page)} + .05")


def near(page: Page, seconds: float) -> bool:
    return seconds - 0.01 <= at(page) < seconds + 3


def current(page: Page, selector: str) -> Any:
    return page.locator(selector).all_inner_texts()


def test_a_click_on_a_chapter_plays_from_there(case: Page) -> None:
    case.click("text=Veien")
    plays(case)
    assert near(case, 25.25)
    assert current(case, ".chapters a[aria-current]") == ["0:25\nVeien"]
    assert case.url.endswith("#t=0:25.25")


def test_a_click_on_a_word_of_the_transcript_plays_from_there(case: Page) -> None:
    case.click("text=Setning 17 om broer.")
    plays(case)
    assert near(case, 17)


def test_the_transcript_follows_the_sound(case: Page) -> None:
    case.evaluate("document.getElementById('audio').currentTime = 30.5")
    case.wait_for_selector(".words span.now")
    assert current(case, ".words span.now") == ["Setning 30 om broer."]
    assert current(case, "#chapter") == ["Veien"]


def test_words_that_are_spoken_are_kept_in_view(case: Page) -> None:
    case.set_viewport_size({"width": 360, "height": 500})
    case.click("text=Setning 1 om broer.")
    plays(case)
    case.evaluate("document.getElementById('audio').currentTime = 38.1")
    until(
        case,
        """(() => {
            const box = document.querySelector(".words span[data-t='38']").getBoundingClientRect();
            return box.top > 0 && box.bottom < innerHeight;
        })()""",
    )


@pytest.mark.parametrize(("mark", "seconds"), [("0:12.5", 12.5), ("20", 20), ("0:00:31", 31)])
def test_a_shared_address_begins_at_its_time(case: Page, address: str, mark: str, seconds: float) -> None:
    case.goto(f"{address}index.html")
    case.goto(f"{address}cases/C0902/index.html#t={mark}")
    ready(case)
    until(case, f"document.getElementById('audio').currentTime >= {seconds}")
    assert near(case, seconds)
    assert case.evaluate("document.getElementById('audio').paused")


def test_an_address_to_share_tells_the_time(case: Page) -> None:
    case.evaluate("document.getElementById('audio').currentTime = 12.6")
    case.check("#from")
    assert case.input_value("#address").endswith("/cases/C0902/index.html#t=0:12")
    case.uncheck("#from")
    assert case.input_value("#address").endswith("/cases/C0902/index.html")


def test_the_browser_s_own_sharing_gets_the_address_with_its_time(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.add_init_script("navigator.share = async (what) => { window.shared = what; }")
    page.goto(f"{address}cases/C0902/index.html#t=0:17")
    ready(page)
    page.check("#from")
    page.click("#send")
    until(page, "window.shared")
    assert page.evaluate("shared.url").endswith("cases/C0902/index.html#t=0:17")
    page.close()


def test_without_sharing_in_the_browser_there_is_no_button_for_it(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.add_init_script("delete Navigator.prototype.share")
    page.goto(f"{address}cases/C0902/index.html")
    ready(page)
    assert page.locator("#send").is_hidden()
    page.close()


def test_a_headset_s_keys_go_from_chapter_to_chapter(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.add_init_script(
        "window.acts = {}; MediaSession.prototype.setActionHandler = (act, done) => { acts[act] = done; }"
    )
    page.goto(f"{address}cases/C0902/index.html")
    ready(page)
    assert page.evaluate("navigator.mediaSession.metadata.title") == page.inner_text("h1")
    assert page.evaluate("navigator.mediaSession.metadata.artist") == page.inner_text(".people b")
    page.evaluate("acts.nexttrack()")
    plays(page)
    second = float(page.locator(".chapters a[data-t]").nth(1).get_attribute("data-t") or 0)
    assert near(page, second)
    page.evaluate("acts.previoustrack()")
    until(page, f"document.getElementById('audio').currentTime < {second}")
    page.close()


def test_search_finds_words_in_the_transcript_and_gives_them_back(case: Page) -> None:
    before = case.inner_html("#words")
    case.fill("#find", "SETNING 3")
    assert current(case, "#found") == ["11 treff"]
    case.press("#find", "Enter")
    case.press("#find", "Enter")
    assert current(case, "#found") == ["2 av 11"]
    assert current(case, "mark.at") == ["Setning 3"]
    case.fill("#find", "elefant")
    assert current(case, "#found") == ["Ingen treff"]
    case.fill("#find", "")
    assert case.inner_html("#words") == before


def test_the_keyboard_alone_reaches_chapter_speed_search_and_transcript(case: Page) -> None:
    def reach(selector: str) -> None:
        for _ in range(120):
            case.keyboard.press("Tab")
            if case.evaluate(f"document.activeElement.matches({selector!r})"):
                return
        pytest.fail(f"{selector} is not reached")

    reach(".skip")
    case.keyboard.press("Enter")
    assert case.evaluate("document.activeElement.id") == "main"
    reach("[data-skip='30']")
    case.keyboard.press("Space")
    assert near(case, 30)
    reach("#speed")
    case.keyboard.type("1,5")
    assert case.evaluate("document.getElementById('audio').playbackRate") == 1.5
    reach(".chapters a[data-t='12']")
    case.keyboard.press("Enter")
    plays(case)
    assert near(case, 12)
    reach("#find")
    case.keyboard.type("setning 20")
    case.keyboard.press("Enter")
    assert current(case, "#found") == ["1 av 1"]
    reach(".words a.time[data-t='3']")
    case.keyboard.press("Enter")
    plays(case)
    assert near(case, 3)


def test_a_speed_once_chosen_stays(case: Page, address: str) -> None:
    case.select_option("#speed", "1.2")
    case.goto(f"{address}cases/C0901/index.html")
    ready(case)
    assert case.evaluate("document.getElementById('audio').playbackRate") == 1.2


def test_an_address_can_be_copied(case: Page, address: str) -> None:
    case.context.grant_permissions(["clipboard-read", "clipboard-write"])
    case.goto(f"{address}shows/alle/index.html")
    case.click("[data-copy]")
    case.wait_for_selector("text=Kopiert")
    assert case.evaluate("navigator.clipboard.readText()") == f"{address}feeds/alle.xml"


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_no_page_is_wider_than_the_window(
    browser: Browser, address: str, size: dict[str, int], script: bool
) -> None:
    context = browser.new_context(viewport=size, java_script_enabled=script)
    page = context.new_page()
    for key in ("index.html", "shows/alle/index.html", "cases/C0902/index.html"):
        page.goto(address + key)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], key
    context.close()


def test_without_a_script_text_and_player_are_there_and_no_dead_button(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}cases/C0902/index.html")
    assert page.locator("text=Setning 17 om broer.").is_visible()
    assert page.locator("audio").is_visible()
    assert not [button for button in page.locator("button, select").all() if button.is_visible()]
    context.close()


def test_a_case_leads_to_the_next_and_back_to_the_front(case: Page, address: str) -> None:
    case.click(".around a[rel=next]")
    assert case.url == f"{address}cases/C0903/index.html"
    case.click(".brand")
    assert case.url == f"{address}index.html"
    case.click(".cases li:last-child a")
    assert case.url == f"{address}cases/C0901/index.html"
