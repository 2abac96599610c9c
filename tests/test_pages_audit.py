"""Every kind of page, held against rules that are not ours: HTML's, accessibility's, and a budget."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lornpod.model import Cue, Link, Question, QuizQuestion, Release, Transcript
from lornpod.publish.serve import FolderServer
from lornpod.publish.stores import FolderStore
from lornpod.text import transcripts

from . import builders, tools
from .test_pages_browser import CHAPTERS, DESKTOP, PHONE, silence, with_sound
from .test_publish_apply import artifact
from .test_publish_site import publish, spoken

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

LONG = 42 * 60_000
PAGES = {
    "front": "index.html",
    "show": "shows/alle/index.html",
    "topic": "topics/offentlig-sektor/index.html",
    "case": "cases/C0902/index.html",
    "long case": "cases/C0903/index.html",
    "gone": "cases/C0904/index.html",
}
QUIZ = (
    QuizQuestion("Hvor begynte de?", ("Ved den nære bredden", "Ved den fjerne"), (1,), "Der var **fjell**."),
    QuizQuestion("Hva trengtes?", ("Tid", "Penger", "Ingenting"), (0, 1)),
)


def rich(made: Release) -> Release:
    """*made* with everything that a case can have."""
    case = replace(
        made.record.case,
        quiz=QUIZ,
        quiz_href="https://example.org/quiz/902",
        reflection=("Hva kunne du begynne med?", "Hvem må være med?"),
        learning_points=("Å begynne på den andre siden",),
        links=(Link("Boka om broer", "https://example.org/bok"), Link("En film")),
        questions=(Question("Hvem er du?", "Jeg leder et *lite* fagmiljø.\\n\\n- ett\\n- to"),),
    )
    return replace(made, record=replace(made.record, case=case))


def of_42_minutes(made: Release) -> Release:
    """*made* as a conversation of 42 minutes: some 6,500 words in cues of four seconds."""
    sentence = "og da tenkte vi at broen kunne begynne på den andre siden"
    cues = tuple(
        Cue(
            f"{sentence} {start // 4000}.",
            ("Ola Vik", "Kari Nordmann")[start // 60_000 % 2],
            start,
            start + 3900,
        )
        for start in range(0, LONG, 4000)
    )
    data = transcripts.render(
        Transcript(cues, "nb"), next(one for one in transcripts.FORMATS if one.name == "json"), title="Lang"
    )
    made_of = artifact(made.record.case.id, "transcript", "text", ".json", data, "application/json")
    text = replace(made_of, artifact=replace(made_of.artifact, language="nb"))
    return Release(replace(made.record, transcripts=(text.artifact,)), (made.contents[0], text))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address and folder of a store with every kind of page."""
    folder = tmp_path_factory.mktemp("audited")
    server = FolderServer(("127.0.0.1", 0), folder / "public")
    base = f"http://127.0.0.1:{server.server_address[1]}/"
    store, network = FolderStore(folder / "public"), builders.network(base_url=base)
    data = silence(folder / "silence.wav", 42)
    cases = [with_sound(spoken(case_id), data) for case_id in ("C0901", "C0902", "C0903", "C0904")]
    cases[1:3] = [rich(cases[1]), of_42_minutes(rich(cases[2]))]
    now = datetime(2026, 4, 1, tzinfo=UTC)
    publish(store, *cases, now=now, network=network)
    later = replace(cases[3].record.case, published=datetime(2027, 1, 1, tzinfo=UTC))
    withheld = Release(replace(cases[3].record, case=later), cases[3].contents)
    publish(store, withheld, now=now, network=network, force=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield base, folder / "public"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context: BrowserContext = browser.new_context(viewport=DESKTOP)
    yield context.new_page()
    context.close()


def test_every_page_is_valid_html(site: tuple[str, Path]) -> None:
    """html-validate's standard rules, but for how tags are written."""
    script = """
      import { HtmlValidate } from "html-validate";
      import fs from "node:fs";
      // An id may hold whatever is no white space (HTML, 3.2.6); ours are times, as addresses carry them.
      const id = ["error", { relaxed: true }];
      const style = { "long-title": "off", "void-style": "off", "no-trailing-whitespace": "off" };
      const rules = { "valid-id": id, ...style };
      const judge = new HtmlValidate({ extends: ["html-validate:recommended"], rules });
      const found = [];
      for (const file of process.argv.slice(1)) {
        const report = await judge.validateString(fs.readFileSync(file, "utf8"));
        for (const result of report.results) for (const one of result.messages)
          found.push(`${file}:${one.line}: ${one.ruleId}: ${one.message}`);
      }
      console.log(JSON.stringify(found));
    """
    files = [str(site[1] / key) for key in PAGES.values()]
    assert tools.node("html-validate", script, *files) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", PAGES)
def test_no_page_shuts_anybody_out(site: tuple[str, Path], browser: Browser, kind: str, scheme: Any) -> None:
    """axe-core, all its rules for WCAG 2.2 and good practice, at phone and desktop width."""
    axe = tools.FOLDER / "node_modules/axe-core/axe.min.js"
    if not axe.exists():
        tools.node("axe-core", "")
    for size in (DESKTOP, PHONE):
        context = browser.new_context(viewport=size, color_scheme=scheme, bypass_csp=True)
        page = context.new_page()
        page.goto(site[0] + PAGES[kind])
        page.evaluate(axe.read_text("utf-8"))
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        found = page.evaluate("axe.run().then(found => found.violations)")
        context.close()
        told = [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]
        assert told == [], (kind, scheme, size)


@pytest.mark.parametrize("kind", PAGES)
def test_no_page_asks_another_host(site: tuple[str, Path], page: Page, kind: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site[0] + PAGES[kind], wait_until="networkidle")
    assert asked
    assert all(url.startswith((site[0], "data:")) for url in asked)


def test_a_page_of_42_minutes_keeps_to_its_budget(site: tuple[str, Path], page: Page) -> None:
    """Without sound: 150 kB and eight requests; and the page is there within a second on this machine."""
    sizes: dict[str, int] = {}
    page.on("response", lambda answer: sizes.update({answer.url: int(answer.headers["content-length"])}))
    page.goto(site[0] + PAGES["long case"], wait_until="load")
    text = {url: size for url, size in sizes.items() if "/media/" not in url}
    assert len(page.locator(".words span[data-t]").all()) == LONG // 4000
    assert sum(text.values()) < 150_000, text
    assert len(text) <= 8
    assert len(gzip.compress((site[1] / PAGES["long case"]).read_bytes())) < 40_000
    painted = page.evaluate(
        "performance.getEntriesByType('paint').find(one => one.name === 'first-contentful-paint').startTime"
    )
    assert painted < 1000 * 5  # other tests run beside this one
    shifted = page.evaluate(
        """new Promise((done) => {
            let sum = 0;
            const heard = (list) => { for (const one of list.getEntries()) sum += one.value; };
            new PerformanceObserver(heard).observe({ type: "layout-shift", buffered: true });
            setTimeout(() => done(sum), 300);
        })"""
    )
    assert shifted < 0.1


def test_the_quiz_is_judged_in_the_browser_and_told_to_nobody(site: tuple[str, Path], page: Page) -> None:
    page.goto(site[0] + PAGES["case"], wait_until="networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.check("text=Ved den fjerne")
    page.check("text=Tid")
    page.click("text=Sjekk svarene")
    assert page.inner_text("#score") == "1 av 2 riktige"
    assert page.locator(".verdict").all_inner_texts() == ["Riktig", "Ikke riktig"]
    assert page.is_visible("text=Der var fjell.")
    page.check("text=Penger")
    assert not page.locator(".verdict").nth(1).is_visible(), "a changed answer is not judged yet"
    page.click("text=Sjekk svarene")
    assert page.inner_text("#score") == "2 av 2 riktige"
    assert [url for url in asked if "/media/" not in url] == []
    assert page.url == site[0] + PAGES["case"]


def test_the_quiz_goes_by_keyboard_and_without_a_script(site: tuple[str, Path], browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site[0] + PAGES["case"])
    assert not page.is_visible("text=Sjekk svarene")
    page.focus("details summary")
    page.keyboard.press("Enter")
    assert page.is_visible("text=Der var fjell.")
    context.close()


def test_a_printed_case_has_its_questions_and_room_to_write(site: tuple[str, Path], page: Page) -> None:
    page.goto(site[0] + PAGES["case"])
    page.emulate_media(media="print")
    assert page.is_visible("text=Hva kunne du begynne med?")
    assert page.is_visible("text=Hvor begynte de?")
    assert not page.locator(".quiz summary").first.is_visible()
    assert not page.locator(".player").is_visible()
    line = page.locator(".reflection li").first.bounding_box()
    assert line
    assert line["height"] > 80


def test_linked_data_is_what_schema_org_calls_an_episode(site: tuple[str, Path]) -> None:
    text = (site[1] / PAGES["case"]).read_text("utf-8")
    start = text.index('<script type="application/ld+json">') + len('<script type="application/ld+json">')
    told = json.loads(text[start : text.index("</script>", start)])
    assert told["@type"] == "PodcastEpisode"
    assert [show["@type"] for show in told["partOfSeries"]] == ["PodcastSeries"] * len(told["partOfSeries"])
    assert len(CHAPTERS) == 3


@pytest.mark.parametrize("kind", PAGES)
def test_head_and_foot_stand_on_the_margins_of_the_page(
    site: tuple[str, Path], browser: Browser, kind: str
) -> None:
    for size in (DESKTOP, PHONE):
        page = browser.new_page(viewport=size)
        page.goto(site[0] + PAGES[kind])
        boxes = [page.locator(part).bounding_box() or {} for part in (".top", "main", ".foot")]
        page.close()
        assert len({(box["x"], box["width"]) for box in boxes}) == 1
        assert boxes[0]["x"] > 10
