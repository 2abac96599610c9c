"""The web pages, as browsers, screen readers and search engines take them."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lornpod.errors import LornpodError
from lornpod.model import Chapter, Cue, Feed, Link, Network, Person, Question, Record, Where
from lornpod.pages import words
from lornpod.pages.site import Page, Script, Show, Site
from lornpod.text import notes

from . import builders

H = "{http://www.w3.org/1999/xhtml}"
ASSETS = Path(words.__file__).parent / "assets"

CUES = (
    Cue("Velkommen.", "", 0, 1_500),
    Cue("Hvorfor bygge en bro baklengs?", "Ola Vik", 2_250, 5_000),
    Cue("Fordi den gamle sto i veien.", "Kari Nordmann", 5_000, 9_000),
    Cue("Og fordi vi kunne.", "Kari Nordmann", 9_000, 12_400),
)
SCRIPT = Script(((CUES[0],), (CUES[1],), CUES[2:]), "nb", timed=True)


def record(number: int = 901, **changes: Any) -> Record:
    """A case of its own day, its number's."""
    day = datetime(2024, 1, 1, 5, tzinfo=UTC) + timedelta(days=number)
    case = builders.case(
        id=f"C{number:04}",
        number=number,
        title=changes.pop("title", f"Samtale {number}"),
        published=day,
        learning_points=("Å bygge *broer*", "1. mai er ingen liste"),
        links=(Link("Boken om broer", "https://example.org/bok"),),
    )
    return builders.record(case=replace(case, **changes))


def site(records: list[Record], *, network: Network | None = None, own: Path | None = None) -> Site:
    newest_first = sorted(records, key=lambda one: one.case.published or one.recorded_at, reverse=True)
    everything = Feed("alle", "Lærerommet", "Alt.", Where())
    shows = [
        Show(builders.feed(), tuple(newest_first), "art/cover-1f3a9c02ab34.jpg"),
        Show(everything, tuple(newest_first)),
    ]
    versions = {one.case.id: f"{one.number}" for one in records}
    return Site(network or builders.network(), shows, versions, notes.html, own)


def rendered(whole: Site, script: Script = SCRIPT) -> dict[str, bytes]:
    return {page.key: page.render(script if page.record else Script()) for page in whole.pages()}


def parsed(page: bytes) -> ET.Element:
    """The page as browsers build it; the first error of syntax is raised."""
    found: ET.Element = html5lib.HTMLParser(strict=True).parse(page)
    return found


def html_of(pages: dict[str, bytes]) -> Iterator[tuple[str, ET.Element]]:
    return ((key, parsed(data)) for key, data in pages.items() if key.endswith(".html"))


def text_of(element: ET.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def case_page(script: Script = SCRIPT, **changes: Any) -> ET.Element:
    return parsed(rendered(site([record(**changes)]), script)["cases/C0901/index.html"])


@pytest.fixture(scope="module")
def pages() -> dict[str, bytes]:
    pictured = record(3, guests=(replace(builders.KARI, img="art/kari-1f3a9c02ab34.jpg"), builders.OLA))
    return rendered(site([record(1), record(2, chapters=(), quote=None), pictured, record(901)]))


# ---------------------------------------------------------------- a browser's view


def test_every_page_is_html_without_an_error(pages: dict[str, bytes]) -> None:
    assert {key.partition("/")[0] for key, _ in html_of(pages)} == {"index.html", "cases", "shows", "topics"}


def test_no_page_asks_another_host_for_anything(pages: dict[str, bytes]) -> None:
    loads = {"img": "src", "audio": "src", "script": "src", "link": "href", "source": "src", "iframe": "src"}
    for key, page in html_of(pages):
        for element in page.iter():
            address = element.get(loads.get(str(element.tag).removeprefix(H), ""), "")
            named_only = element.get("rel") in ("canonical", "alternate", "prev", "next")
            assert named_only or not re.match(r"\w+:|//", address), f"{key}: {address}"
        policy = page.find(f".//{H}meta[@http-equiv='Content-Security-Policy']")
        assert policy is not None
        assert policy.get("content", "").startswith("default-src 'none'")


def test_style_and_script_ask_another_host_for_nothing() -> None:
    for asset in ASSETS.iterdir():
        text = asset.read_text("utf-8").replace('xmlns="http://www.w3.org/2000/svg"', "")
        assert not re.search(r"https?:|//[a-z]+\.|@import|url\(|\bfetch\(|XMLHttp", text)


def test_pictures_that_lie_elsewhere_are_left_out() -> None:
    page = case_page(guests=(replace(builders.KARI, img="https://elsewhere.example/kari.jpg"),))
    assert not page.findall(f".//{H}img")


def test_every_link_within_the_site_leads_to_a_page_or_an_artifact(pages: dict[str, bytes]) -> None:
    artifacts = re.compile(r"(media|text|chapters|art|feeds)/|feeds\.opml$")
    for key, page in html_of(pages):
        for element in page.iter():
            for address in (element.get("href", ""), element.get("src", "")):
                target = address.partition("#")[0]
                if target and "://" not in target:
                    parts = [*key.split("/")[:-1]]
                    for part in target.split("/"):
                        parts = parts[:-1] if part == ".." else [*parts, part]
                    found = "/".join(parts)
                    assert found in pages or artifacts.match(found), f"{key}: {address}"


def test_a_long_case_is_a_small_page() -> None:
    """Forty-two minutes at 150 words a minute, in cues of a line."""
    word = ["brobygging", "og", "alt", "det", "andre", "vi", "lærte", "på", "veien"]
    cues = []
    for number in range(42 * 60 // 4):
        said = " ".join(word[(number + place) % len(word)] for place in range(10))
        start = number * 4_000 + 137
        cues.append(Cue(said.capitalize() + ".", ("Ola Vik", "Kari Nordmann")[number // 5 % 2], start, start))
    passages = tuple(tuple(cues[start : start + 5]) for start in range(0, len(cues), 5))
    chapters = tuple(Chapter(number * 180_000, f"Kapittel {number} om noe") for number in range(14))
    answer = "Et svar som har noen setninger. " * 12
    questions = tuple(Question(f"Spørsmål nummer {number}?", answer) for number in range(12))
    whole = site([record(chapters=chapters, questions=questions), record(902)])
    page = rendered(whole, Script(passages, "nb", timed=True))["cases/C0901/index.html"]
    assert sum(len(cue.text.split()) for cue in cues) >= 42 * 150
    assets = sum(len(asset.read_bytes()) for asset in ASSETS.iterdir())
    assert len(page) + assets < 150_000


# ---------------------------------------------------------------- everybody's view


def test_headings_go_down_one_level_at_a_time_from_a_single_h1(pages: dict[str, bytes]) -> None:
    for key, page in html_of(pages):
        levels = [int(str(tag.tag)[-1]) for tag in page.iter() if re.fullmatch(rf"{H}h[1-6]", str(tag.tag))]
        assert levels.count(1) == 1, key
        assert levels[0] == 1, key
        assert all(after <= before + 1 for before, after in pairwise(levels)), f"{key}: {levels}"


def test_headings_that_authors_write_fit_in() -> None:
    page = case_page(introduction="#### Dypt\n\nTekst", questions=(Question("Hva?", "## Høyt\n\nSvar"),))
    assert text_of(_one(page, "h4")) == "Høyt"
    assert "Dypt" in [text_of(heading) for heading in page.iter(f"{H}h2")]


def test_every_field_has_a_label_and_every_picture_a_text(pages: dict[str, bytes]) -> None:
    for key, page in html_of(pages):
        labelled = {label.get("for") for label in page.iter(f"{H}label")}
        within = {field for label in page.iter(f"{H}label") for field in label.iter()}
        for kind in ("input", "select"):
            for field in page.iter(H + kind):
                assert field in within or field.get("id") in labelled, key
        for button in page.iter(f"{H}button"):
            assert button.get("aria-label") or text_of(button), key
        for picture in page.iter(f"{H}img"):
            assert "alt" in picture.attrib, key
        for link in page.iter(f"{H}a"):
            assert text_of(link), key


def test_every_id_stands_once_and_every_reference_finds_one(pages: dict[str, bytes]) -> None:
    for key, page in html_of(pages):
        ids = [element.get("id", "") for element in page.iter() if element.get("id")]
        assert len(ids) == len(set(ids)), key
        for element in page.iter():
            for name in ("aria-labelledby", "for", "data-copy"):
                assert element.get(name) is None or element.get(name) in ids, key


def test_two_passages_that_begin_together_have_one_id() -> None:
    together = (replace(CUES[1], start_ms=2_000), replace(CUES[2], start_ms=2_000))
    page = case_page(Script(((together[0],), (together[1],)), "nb", timed=True))
    assert [time.get("id") for time in page.iter(f"{H}a") if time.get("class") == "time"] == ["t=0:02", None]


def test_what_needs_the_script_is_hidden_until_it_runs() -> None:
    page = case_page()
    hidden = {inner for part in page.iter() if part.get("hidden") is not None for inner in part.iter()}
    for element in page.iter():
        if "js" in element.get("class", "").split() or str(element.tag) in (f"{H}button", f"{H}select"):
            assert element in hidden


def test_words_in_another_language_say_so() -> None:
    article = _one(case_page(language="en"), "article")
    assert article.get("lang") == "en"
    assert _one(article, "audio").get("aria-label") == "Hør «Samtale 901»"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_have_contrast(scheme: str) -> None:
    """WCAG 2.2, 1.4.3: at least 4.5 for text; 1.4.11: 3 for the edge of a field."""
    colour = _colours(scheme)
    text = [
        ("ink", "paper"), ("ink", "card"), ("soft", "paper"), ("soft", "card"), ("accent", "paper"),
        ("accent", "card"), ("on-accent", "accent"), ("on-mark", "mark"), ("ink", "now"), ("accent", "now"),
    ]  # fmt: skip
    for front, back in text:
        assert _contrast(colour[front], colour[back]) >= 4.5, (front, back)
    assert _contrast(colour["soft"], colour["paper"]) >= 3


def _colours(scheme: str) -> dict[str, str]:
    blocks = re.findall(r":root \{(.*?)\}", (ASSETS / "site.css").read_text("utf-8"), re.DOTALL)
    found = [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)) for block in blocks[:2]]
    return found[0] | (found[1] if scheme == "dark" else {})


def _contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


# ---------------------------------------------------------------- a case


def test_a_case_shows_all_that_its_record_has() -> None:
    said = text_of(_one(case_page(), "main"))
    for part in (
        "Samtale 901", "Kari Nordmann", "Fagleder, Fjordheim kommune", "Ola Vik", "Hvem er du?",
        "Jeg leder et lite fagmiljø.", "«Vi bygger broer mens vi går på dem.»", "Å bygge broer",
        "1. mai er ingen liste", "Boken om broer", "0:30 Broen som ble bygd baklengs", "20. juni 2026",
        "Fordi den gamle sto i veien.", "Lydfil (MP3, 1,4 MB)", "Innovasjon i offentlig sektor",
    ):  # fmt: skip
        assert part in said, part


def test_without_a_script_a_chapter_opens_the_sound_at_its_time() -> None:
    links = [link for link in case_page().iter(f"{H}a") if link.get("data-moment")]
    assert [(link.get("href", "").rpartition("/")[2], link.get("data-moment")) for link in links] == [
        ("c0901-sma-skritt-1f3a9c02ab34.mp3#t=0", "0:00"),
        ("c0901-sma-skritt-1f3a9c02ab34.mp3#t=30", "0:30"),
        ("c0901-sma-skritt-1f3a9c02ab34.mp3#t=75.25", "1:15.25"),
    ]


def test_a_timed_transcript_has_the_start_of_each_cue() -> None:
    spans = [span for span in case_page().iter(f"{H}span") if span.get("data-t")]
    assert [(span.get("data-t"), text_of(span)) for span in spans] == [
        ("0", "Velkommen."),
        ("2.25", "Hvorfor bygge en bro baklengs?"),
        ("5", "Fordi den gamle sto i veien."),
        ("9", "Og fordi vi kunne."),
    ]


def test_an_untimed_transcript_reads_well_and_offers_no_times() -> None:
    untimed = tuple((replace(cue, start_ms=None, end_ms=None),) for cue in CUES)
    page = case_page(Script(untimed, "nb"))
    section = next(part for part in page.iter(f"{H}section") if part.get("class") == "transcript")
    assert "Ola Vik Hvorfor bygge en bro baklengs?" in text_of(section)
    assert not [
        element for element in section.iter() if element.get("data-t") or element.get("id") == "follow"
    ]


def test_a_case_without_a_transcript_has_no_empty_one() -> None:
    assert "Utskrift Søk" not in text_of(case_page(Script()))


def test_a_case_leads_to_the_one_before_and_after() -> None:
    whole = rendered(site([record(1), record(2), record(3)]))
    page = parsed(whole["cases/C0002/index.html"])
    leads = {link.get("rel"): link.get("href") for link in page.iter(f"{H}a") if link.get("rel")}
    assert leads["prev"] == "../../cases/C0001/index.html"
    assert leads["next"] == "../../cases/C0003/index.html"


def test_open_graph_and_linked_data_tell_what_the_page_is() -> None:
    page = case_page()
    graph = {meta.get("property"): meta.get("content") for meta in page.iter(f"{H}meta")}
    assert graph["og:title"] == "Samtale 901"
    assert graph["og:url"] == "https://cdn.example.org/pod/cases/C0901/index.html"
    assert graph["og:image"] == "https://cdn.example.org/pod/art/cover-1f3a9c02ab34.jpg"
    data = _linked_data(page)
    assert data["@type"] == "PodcastEpisode"
    assert data["duration"] == "PT1M30S"
    assert data["associatedMedia"]["contentUrl"].endswith("/media/C0901/c0901-sma-skritt-1f3a9c02ab34.mp3")
    assert {one["@type"] for one in data["partOfSeries"]} == {"PodcastSeries"}


def test_a_page_names_the_feeds_that_show_the_case() -> None:
    feeds = [link.get("href") for link in case_page().iter(f"{H}link") if link.get("rel") == "alternate"]
    assert feeds == ["../../feeds/offentlig-innovasjon.xml", "../../feeds/alle.xml"]


def test_a_case_with_a_page_elsewhere_gives_that_as_the_one_to_find() -> None:
    network = builders.network(case_href="https://example.org/case/{id}")
    whole = rendered(site([record()], network=network))
    page = parsed(whole["cases/C0901/index.html"])
    canonical = next(link for link in page.iter(f"{H}link") if link.get("rel") == "canonical")
    assert canonical.get("href") == "https://example.org/case/C0901"
    assert b"C0901" not in whole["sitemap.xml"]


HOSTILE = "</title></script><script>alert(1)</script> \" ' & <!-- ]]> {{ 7 * 7 }} {% raw %}"


def test_hostile_words_stay_words() -> None:
    person = Person(HOSTILE, HOSTILE, HOSTILE, img='x"><script>alert(2)</script>', href="javascript:alert(3)")
    hostile = record(
        title=HOSTILE,
        summary=HOSTILE,
        introduction=HOSTILE,
        guests=(person,),
        hosts=(person,),
        questions=(Question(HOSTILE, HOSTILE),),
        learning_points=(HOSTILE,),
        chapters=(Chapter(0, HOSTILE),),
        links=(Link(HOSTILE, "javascript:alert(4)"),),
        themes=(HOSTILE,),
        keywords=(HOSTILE,),
    )
    cue = Cue(HOSTILE, HOSTILE, 0, 1)
    pages = rendered(site([hostile, record(902)]), Script(((cue,),), "nb", timed=True))
    for _, page in html_of(pages):
        scripts = [script for script in page.iter(f"{H}script") if script.get("src") is None]
        assert all(script.get("type") == "application/ld+json" for script in scripts)
        assert all(json.loads(text_of(script)) for script in scripts)
        for element in page.iter():
            assert not any(name.startswith("on") for name in element.attrib)
            assert not element.get("href", "").startswith("javascript:")
    page = parsed(pages["cases/C0901/index.html"])
    assert "".join(_one(page, "h1").itertext()) == HOSTILE
    assert _linked_data(page)["name"] == HOSTILE
    ET.fromstring(pages["sitemap.xml"])  # noqa: S314


@settings(max_examples=25, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), min_size=1))
def test_any_title_is_said_to_the_letter(title: str) -> None:
    whole = site([record(title=title)])
    page = next(page for page in whole.pages() if page.record)
    heading = _one(parsed(page.render(Script())), "h1")
    assert "".join(heading.itertext()) == title


# ---------------------------------------------------------------- shows, front page, lists


def test_a_show_can_be_subscribed_to_from_every_usual_app(pages: dict[str, bytes]) -> None:
    page = parsed(pages["shows/offentlig-innovasjon/index.html"])
    links = {text_of(link): link.get("href") for link in page.iter(f"{H}a")}
    bare = "cdn.example.org/pod/feeds/offentlig-innovasjon.xml"
    assert links["Apple Podcasts"] == f"podcast://{bare}"
    assert links["Pocket Casts"] == f"pktc://subscribe/{bare}"
    encoded = "https%3A%2F%2Fcdn.example.org%2Fpod%2Ffeeds%2Foffentlig-innovasjon.xml"
    assert links["Overcast"] == f"overcast://x-callback-url/add?url={encoded}"
    assert links["RSS"] == f"https://{bare}"
    assert _linked_data(page)["webFeed"] == f"https://{bare}"


def test_the_qr_code_is_a_picture_with_a_name(pages: dict[str, bytes]) -> None:
    page = parsed(pages["shows/alle/index.html"])
    drawing = _one(page, "figure")[0]
    assert drawing.get("role") == "img"
    assert text_of(drawing) == "QR-kode med feedens adresse"


def test_a_large_show_has_parts_that_stay_as_they_are() -> None:
    before = {page.key: page.digest for page in site([record(number) for number in range(1, 301)]).pages()}
    after = {page.key: page.digest for page in site([record(number) for number in range(1, 302)]).pages()}
    parts = [key for key in before if re.fullmatch(r"shows/alle/\d+\.html", key)]
    assert len(parts) == 4
    assert all(before[key] == after[key] for key in parts)


def test_every_case_of_a_large_show_can_be_reached_from_its_page() -> None:
    whole = rendered(site([record(number) for number in range(1, 302)]), Script())
    listed: list[str] = []
    for key, data in whole.items():
        if key.startswith("shows/alle/"):
            listed += re.findall(r'<h3><a href="\.\./\.\./cases/(C\d+)/', data.decode())
    assert sorted(listed) == sorted(f"C{number:04}" for number in range(1, 302))
    front = parsed(whole["shows/alle/index.html"])
    numbered = {link.get("href") for link in front.iter(f"{H}a") if "/alle/" in link.get("href", "")}
    assert numbered >= {f"../../shows/alle/{part}.html" for part in range(1, 5)}


def test_a_blocked_show_is_found_nowhere_but_at_its_address() -> None:
    feed = builders.feed(block=True)
    whole = Site(builders.network(), [Show(feed, (record(),))], {"C0901": "1"}, notes.html)
    pages = rendered(whole)
    for key in ("index.html", "sitemap.xml"):
        assert b"C0901" not in pages[key]
        assert b"offentlig-innovasjon" not in pages[key]
    for key in ("cases/C0901/index.html", "shows/offentlig-innovasjon/index.html"):
        assert b'<meta name="robots" content="noindex">' in pages[key]


def test_the_sitemap_has_every_page_that_is_to_be_found(pages: dict[str, bytes]) -> None:
    found = ET.fromstring(pages["sitemap.xml"])  # noqa: S314
    places = {loc.text or "" for loc in found.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")}
    wanted = {key for key in pages if key.endswith(".html")}
    assert places == {f"https://cdn.example.org/pod/{key}" for key in wanted}


# ---------------------------------------------------------------- what a page depends on


def test_the_same_records_make_the_same_bytes_in_whatever_order_they_come() -> None:
    records = [record(number) for number in range(1, 9)]
    assert rendered(site(records)) == rendered(site(list(reversed(records))))


def test_the_same_digest_means_the_same_bytes() -> None:
    first = {page.key: page for page in site([record(1), record(2)]).pages()}
    second = {page.key: page for page in site([record(1), record(2), record(3)]).pages()}
    same = [key for key in first if first[key].digest == second[key].digest]
    assert "assets/site.css" in same
    for key in same:
        assert first[key].render(SCRIPT) == second[key].render(SCRIPT)


def test_other_bytes_mean_another_digest() -> None:
    first, second = site([record(1), record(2)]), site([record(1), record(2), record(3)])
    before, after = rendered(first), rendered(second)
    digests = {page.key: page.digest for page in first.pages()}
    changed = {page.key for page in second.pages() if digests.get(page.key) != page.digest}
    assert {key for key in after if before.get(key) != after[key]} <= changed


def test_a_new_case_changes_its_own_page_the_one_before_and_the_lists() -> None:
    records = [record(number) for number in range(1, 31)]
    before = {page.key: page.digest for page in site(records).pages()}
    after = {page.key: page.digest for page in site([*records, record(31)]).pages()}
    assert {key for key in after if before.get(key) != after[key]} == {
        "cases/C0031/index.html", "cases/C0030/index.html", "shows/alle/index.html",
        "shows/offentlig-innovasjon/index.html", "topics/offentlig-sektor/index.html", "index.html",
        "sitemap.xml",
    }  # fmt: skip


# ---------------------------------------------------------------- themes and perspectives


def topic_keys(records: list[Record], *feeds: Feed) -> list[str]:
    shows = [Show(feed, tuple(records)) for feed in feeds]
    versions = {one.case.id: f"{one.number}" for one in records}
    whole = Site(builders.network(), shows, versions, notes.html)
    return [page.key for page in whole.pages() if page.key.startswith("topics/")]


def test_a_perspective_without_a_feed_has_a_page_that_its_cases_and_the_front_lead_to(
    pages: dict[str, bytes],
) -> None:
    key = "topics/offentlig-sektor/index.html"
    page = parsed(pages[key])
    assert text_of(page.findall(f".//{H}h1")[0]) == "Offentlig sektor"
    listed = {link.get("href") for link in page.iter(f"{H}a")}
    assert {f"../../cases/C{number:04}/index.html" for number in (1, 2, 3, 901)} <= listed
    case = parsed(pages["cases/C0901/index.html"])
    assert f"../../{key}" in [link.get("href") for link in case.iter(f"{H}a")]
    front = parsed(pages["index.html"])
    assert key in [link.get("href") for link in front.iter(f"{H}a")]


def test_a_perspective_with_a_feed_of_its_own_has_no_second_page() -> None:
    everything = Feed("alle", "Alt", "Alt.", Where())
    own = Feed("sektor", "Sektor", "S.", Where(perspective=("offentlig  Sektor ",)))
    wider = Feed("to", "To", "T.", Where(perspective=("Offentlig sektor", "Forskning")))
    theme = Feed("innovasjon", "I", "I.", Where(theme=("Innovasjon i offentlig sektor",)))
    assert topic_keys([record(1)], everything, theme, own) == []
    assert topic_keys([record(1)], everything, theme, wider) == ["topics/offentlig-sektor/index.html"]


def test_topics_that_differ_in_signs_alone_or_in_other_letters_keep_pages_of_their_own() -> None:
    names = ("C++", "C", "教育", "教室")
    records = [record(number, themes=(name,), perspective="") for number, name in enumerate(names, 1)]
    keys = topic_keys(records, Feed("alle", "Alt", "Alt.", Where()))
    assert len(set(keys)) == 4
    assert all(re.fullmatch(r"topics/(c-)?[0-9a-f]{8}/index\.html", key) for key in keys)


def test_a_theme_and_a_perspective_of_one_name_are_one_topic_however_they_are_written() -> None:
    records = [record(1, themes=("Helse",), perspective=""), record(2, themes=(), perspective=" helse ")]
    assert topic_keys(records, Feed("alle", "Alt", "Alt.", Where())) == ["topics/helse/index.html"]


def test_a_topic_is_one_however_its_letters_are_encoded() -> None:
    apart = unicodedata.normalize("NFD", "Språk")
    records = [record(1, themes=("Språk",), perspective=""), record(2, themes=(apart,), perspective="")]
    assert topic_keys(records, Feed("alle", "Alt", "Alt.", Where())) == ["topics/sprak/index.html"]


def test_a_topic_of_blocked_shows_alone_has_no_page() -> None:
    assert topic_keys([record(1)], Feed("alle", "Alt", "Alt.", Where(), block=True)) == []


def test_a_new_case_leaves_the_full_parts_of_a_topic_as_they_are() -> None:
    def parts(count: int) -> dict[str, str]:
        whole = site([record(number) for number in range(1, count + 1)])
        return {page.key: page.digest for page in whole.pages() if page.key.startswith("topics/")}

    before, after = parts(130), parts(131)
    assert [key for key in after if after[key] != before.get(key)] == ["topics/offentlig-sektor/index.html"]
    assert "topics/offentlig-sektor/1.html" in after


def test_related_cases_are_of_the_same_theme_and_never_the_case_itself() -> None:
    other = record(5, themes=("Bærekraft",))
    pages = rendered(site([*(record(number) for number in (1, 2, 3, 4, 6)), other]), Script())
    for number in (1, 4, 6):
        page = parsed(pages[f"cases/C{number:04}/index.html"])
        related = next(part for part in page.iter(f"{H}section") if part.get("class") == "related")
        shown = [link.get("href", "")[12:17] for link in related.iter(f"{H}a")]
        assert len(shown) == 3
        assert not {f"C{number:04}", "C0005"} & set(shown)


# ---------------------------------------------------------------- languages and themes


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_language_says_everything(language: str) -> None:
    bokmal, other = words.words("nb"), words.words(language)
    assert other.messages.keys() == bokmal.messages.keys()
    for name, message in bokmal.messages.items():
        braces = r"\{\w+\}"
        assert sorted(re.findall(braces, message)) == sorted(re.findall(braces, other.messages[name])), name
    assert len(other.months) == 12


@pytest.mark.parametrize(
    ("language", "own"), [("nb", "Seriene"), ("nn", "Seriane"), ("en-GB", "The shows"), ("no", "Seriene")]
)
def test_pages_speak_the_networks_language(language: str, own: str) -> None:
    pages = rendered(site([record()], network=builders.network(language=language)))
    front = parsed(pages["index.html"])
    assert own in text_of(front)
    assert front.get("lang") in words.LANGUAGES


def test_a_language_that_is_not_ours_is_met_in_english() -> None:
    assert words.words("fi").language == "en"


def test_a_template_of_the_workspace_wins_and_may_build_on_ours(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(
        '{% extends "lornpod/index.html" %}{% block foot %}<p>Laget på Fjordheim</p>{% endblock %}', "utf-8"
    )
    front = parsed(rendered(site([record()], own=tmp_path))["index.html"])
    assert "Laget på Fjordheim" in text_of(front)
    assert "Siste samtaler" in text_of(front)


def test_a_variable_in_theme_css_wins(tmp_path: Path) -> None:
    (tmp_path / "theme.css").write_text(":root { --accent: #123456; }", "utf-8")
    style = rendered(site([record()], own=tmp_path))["assets/site.css"].decode()
    assert style.rindex("--accent: #123456") > style.rindex("--accent: #84d3c4")


def test_a_changed_template_changes_every_page_and_a_changed_style_none(tmp_path: Path) -> None:
    plain = {page.key: page.digest for page in site([record()], own=tmp_path).pages()}
    (tmp_path / "theme.css").write_text(":root { --accent: #123456; }", "utf-8")
    styled = {page.key: page.digest for page in site([record()], own=tmp_path).pages()}
    assert {key for key in plain if plain[key] != styled[key]} == {"assets/site.css"}
    (tmp_path / "cases.html").write_text("{% macro list(cases) %}{% endmacro %}", "utf-8")
    other = {page.key: page.digest for page in site([record()], own=tmp_path).pages()}
    assert all(styled[key] != other[key] for key in styled if not key.startswith("assets/"))


@pytest.mark.parametrize(
    ("template", "said"),
    [("{% if %}", "pages/index.html:1"), ("{{ nobody.there }}", "'nobody' is undefined")],
)
def test_a_template_that_cannot_be_filled_is_told_of(tmp_path: Path, template: str, said: str) -> None:
    (tmp_path / "index.html").write_text(template, "utf-8")
    with pytest.raises(LornpodError) as told:
        rendered(site([record()], own=tmp_path))
    assert said in str(told.value)


def test_a_page_for_what_is_gone_says_so_and_is_not_to_be_found() -> None:
    page: Page = site([]).gone("cases/C0001/index.html")
    told = parsed(page.render(Script()))
    assert "ikke tilgjengelig" in text_of(_one(told, "h1"))
    assert told.find(f".//{H}meta[@name='robots']") is not None


def _one(page: ET.Element, tag: str) -> ET.Element:
    found = list(page.iter(H + tag))
    assert len(found) == 1, tag
    return found[0]


def _linked_data(page: ET.Element) -> dict[str, Any]:
    scripts = [one for one in page.iter(f"{H}script") if one.get("type") == "application/ld+json"]
    assert len(scripts) == 1
    found: dict[str, Any] = json.loads("".join(scripts[0].itertext()))
    return found


def test_the_cases_that_an_author_names_come_before_others_of_the_theme() -> None:
    records = [record(number) for number in range(901, 908)]
    own = record(908, related=("C0902", "C0999"))
    page = rendered(site([*records, own]))["cases/C0908/index.html"].decode()
    related = page[page.index('class="related"') :]
    named = re.findall(r"cases/(C0\d+)/", related)
    assert list(dict.fromkeys(named))[:3] == ["C0902", "C0907", "C0906"]
