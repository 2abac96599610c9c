"""Show notes: Markdown to safe HTML and plain text. html.parser and lxml are the independent readers."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from lornpod.model import Chapter, Link, Person, Quote, Soundbite
from lornpod.text import notes
from lornpod.text.quotes import quoted

from .builders import KARI, OLA, case, network

# ---------------------------------------------------------------- Markdown


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("**a** og *b*", "<p><strong>a</strong> og <em>b</em></p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("[a](https://example.org/?x=1&y=2)", '<p><a href="https://example.org/?x=1&amp;y=2">a</a></p>'),
        ("# A", "<h2>A</h2>"),
        ("###### A", "<h4>A</h4>"),
        ("![broen over elva](bro.jpg)", "<p>broen over elva</p>"),
        ("5 < 6 & 7", "<p>5 &lt; 6 &amp; 7</p>"),
        ("`<script>`", "<p><code>&lt;script&gt;</code></p>"),
        ("[a](/her)", "<p><a>a</a></p>"),
        ("<b>fet</b>", "<p><b>fet</b></p>"),
    ],
)
def test_markdown_becomes_simple_html(markdown: str, expected: str) -> None:
    assert notes.html(markdown) == expected


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Se https://example.org/a_b.", "https://example.org/a_b"),
        ("(https://example.org/a)", "https://example.org/a"),
        ("https://example.org/a_(b)", "https://example.org/a_(b)"),
        ("«https://example.org/?a=1&b=2»", "https://example.org/?a=1&b=2"),
    ],
)
def test_a_bare_address_becomes_a_link_without_the_sentences_marks(text: str, address: str) -> None:
    (link,) = lxml_html.fromstring(notes.html(text)).iter("a")
    assert (link.get("href"), link.text) == (address, address)


def test_an_address_that_is_a_link_already_is_not_linked_again() -> None:
    assert notes.html("[https://example.org](https://example.org)").count("<a ") == 1


ACTIVE = [
    "<script>alert(1)</script>",
    "hei <img src=x onerror=alert(1)>",
    "<iframe src='https://example.org'></iframe>",
    "[klikk](javascript:alert(1))",
    "[klikk](JaVaScRiPt:alert(1))",
    "[klikk](javas&#99;ript:alert(1))",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<p onclick=alert(1)>x</p>",
    '<a title=">" onmouseover=alert(1) href="https://example.org">x</a>',
    "<svg onload=alert(1)>",
    "<form action='https://example.org'><input></form>",
    "<object data=x></object>",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "<scr<script>ipt>alert(1)</script>",
]
HARMLESS = [
    "Et manuskript om JavaScript: nyttig.",
    "`<script>` er en tagg",
    "    <script>i en kodeblokk</script>",
    "5 < 6, on = av",
    "<b>fet</b> <span>x</span> <https://example.org>",
    "[a](https://example.org/?data:x&onclick=1)",
    'AT&T onclick="x"',
]


@pytest.mark.parametrize("markdown", ACTIVE)
def test_active_html_is_gone_and_told(markdown: str) -> None:
    assert notes.unsafe(markdown)
    assert not dangerous(notes.html(markdown))


@pytest.mark.parametrize("markdown", HARMLESS)
def test_harmless_text_is_not_called_unsafe(markdown: str) -> None:
    assert not notes.unsafe(markdown)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.bad: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        allowed = "a b blockquote br code em h2 h3 h4 hr i li ol p pre strong ul"
        self.bad += [tag] if tag not in allowed.split() else []
        for name, value in attrs:
            fine = tag == "a" and (
                name == "title"
                or (name == "href" and (value or "").lower().startswith(("http", "mailto:", "tel:")))
            )
            self.bad += [] if fine else [f"{name}={value}"]


def dangerous(text: str) -> list[str]:
    reader = _Reader()
    reader.feed(text)
    return reader.bad


_SCRAPS = [*ACTIVE, *HARMLESS, "<", ">", "</", '"', "'", "&", "](", "[", "javascript:", "\n", "\n\n",
           "- ", "> ", "#", "`", "<!--", "-->", "<p ", "on", "=", "\x00", "https://", "*",
           "<a href="]  # fmt: skip


@given(st.lists(st.sampled_from(_SCRAPS), max_size=12).map("".join))
def test_whatever_is_written_the_html_is_of_allowed_parts(markdown: str) -> None:
    assert dangerous(notes.html(markdown)) == []
    assert "\n\n\n" not in notes.text(markdown)
    notes.unsafe(markdown)


def test_plain_text_keeps_paragraphs_items_and_characters() -> None:
    markdown = (
        "# Bro\n\nHei *du* &\nhallo [der](https://example.org).  \nNy linje\n\n- en\n- to\n\n> sitat < 5"
    )
    assert notes.text(markdown) == "Bro\n\nHei du & hallo der.\nNy linje\n\n• en\n• to\n\nsitat < 5"


# ---------------------------------------------------------------- summary


def test_the_authors_summary_is_the_summary() -> None:
    assert notes.summary(case(summary=" Om broer. ")) == "Om broer."


def test_without_a_summary_the_introduction_is_the_summary() -> None:
    assert notes.summary(case(summary="")) == "Kari Nordmann forteller om broer."


def test_a_long_introduction_is_cut_after_a_sentence_without_an_ellipsis() -> None:
    told = "Den f.eks. bygde broen sto i ca. 12 år. " * 30
    found = notes.summary(case(summary="", introduction=told))
    assert found.endswith(" år.")
    assert 200 < len(found) <= 600


def test_paragraphs_that_fit_are_kept_whole() -> None:
    told = "\n\n".join([f"Avsnitt {'bro ' * 40}slutt."] * 5)
    found = notes.summary(case(summary="", introduction=told))
    assert len(found) <= 600
    assert found.endswith("slutt.")


def test_a_sentence_too_long_is_cut_between_words_with_an_ellipsis() -> None:
    found = notes.summary(case(summary="", introduction="bro og vei " * 200))
    assert found.endswith(("bro…", "og…", "vei…"))
    assert len(found) <= 600


@given(st.text(st.sampled_from("aå. \n!😀«»"), min_size=1).map(lambda text: "bro" + text * 400))
def test_a_summary_has_at_most_4000_bytes(text: str) -> None:
    found = notes.summary(case(summary=text))
    assert len(found.encode()) <= 4000
    assert found.rstrip("…").strip(" ,;:–-") in text


def test_a_case_with_nothing_but_a_title_has_a_summary() -> None:
    assert notes.summary(case(summary="", introduction="", questions=())) == "Små skritt & store broer"


# ---------------------------------------------------------------- show notes


def shown(**changes: object) -> str:
    its = case(**changes)
    return notes.show_notes(its, its.chapters, url=network().url)


def test_show_notes_hold_everything_in_order() -> None:
    text = shown(learning_points=("Broer",), links=(Link("Om broer", "https://example.org/?a=1&b=2"),))
    parts = [
        "<p>Kari Nordmann forteller om <strong>broer</strong>.</p>",
        "<blockquote><p>«Vi bygger broer mens vi går på dem.»</p></blockquote>",
        "<p>— Kari Nordmann, Fagleder, Fjordheim kommune</p>",
        "<p><strong>Hvem er du?</strong></p>",
        "<p>Jeg leder et <em>lite</em> fagmiljø.</p>",
        "<li>00:00:00 Velkommen</li>",
        "<li>Broer</li>",
        '<li><a href="https://example.org/?a=1&amp;b=2">Om broer</a></li>',
        '<p><strong>Gjest:</strong> <a href="https://example.org/kari">Kari Nordmann</a>, Fagleder, ',
        "<p><strong>Vert:</strong> Ola Vik</p>",
    ]
    places = [text.find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)


def test_chapters_are_a_list_that_starts_at_nought_even_where_the_first_does_not() -> None:
    late = (Chapter(12_000, "A & B"), Chapter(60_000, "C"))
    items = [item.text for item in lxml_html.fromstring(f"<div>{shown(chapters=late)}</div>").iter("li")]
    assert items == ["00:00:00 Innledning", "00:00:12 A & B", "00:01:00 C"]


def test_titles_are_escaped_once() -> None:
    text = shown(chapters=(Chapter(0, "R&D <nå>"),), guests=(Person("A & B"),), links=(Link("x & <y>", ""),))
    assert "00:00:00 R&amp;D &lt;nå&gt;" in text
    assert "<strong>Gjest:</strong> A &amp; B</p>" in text
    assert "<li>x &amp; &lt;y&gt;</li>" in text
    assert "&amp;amp;" not in text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nb", ("Gjester:", "Kapitler", "«Vi")),
        ("no", ("Gjester:", "Kapitler", "«Vi")),
        ("nn-NO", ("Gjester:", "Kapittel", "«Vi")),
        ("en-GB", ("Guests:", "Chapters", "“Vi")),
        ("fi", ("Guests:", "Chapters", "”Vi")),
    ],
)
def test_headings_and_quotation_marks_are_in_the_cases_language(
    language: str, words: tuple[str, ...]
) -> None:
    text = shown(language=language, guests=(KARI, OLA))
    assert [word for word in words if word not in text] == []


def test_the_quote_links_to_where_it_is_heard_on_the_page_that_plays_it() -> None:
    quote = Quote("Vi bygger broer " + "og broer " * 20)
    its = case(quote=quote, soundbites=(Soundbite(1, 2, "En annen"), Soundbite(750_250, 20_000, quote.title)))
    page = "https://cdn.example.org/cases/C0901/index.html"
    said = notes.show_notes(its, (), url=network().url, page=page)
    assert f'kommune <a href="{page}#t=00:12:30">00:12:30</a></p>' in said
    assert "#t=" not in notes.show_notes(its, (), url=network().url)
    assert "#t=" not in notes.show_notes(replace(its, soundbites=its.soundbites[:1]), (), url=str, page=page)


def test_a_quote_by_another_is_attributed_to_them() -> None:
    assert "<p>— Peter Ås</p>" in shown(quote=Quote("Alt endrer seg.", by="Peter Ås"))


def test_a_link_with_an_unsafe_address_is_text() -> None:
    its = case(links=(Link("x", "javascript:alert(1)"),))
    assert "<li>x</li>" in notes.show_notes(its, (), url=lambda reference: reference)


def test_an_unclosed_tag_in_one_answer_does_not_reach_the_next() -> None:
    first = case().questions[0]
    text = shown(questions=(replace(first, answer="<b>fet"), replace(first, answer="vanlig")))
    assert "<p><b>fet</b></p>" in text
    assert "<p>vanlig</p>" in text


@given(st.lists(st.sampled_from(_SCRAPS), max_size=6).map("".join))
def test_no_field_of_a_case_brings_anything_active_into_the_notes(scrap: str) -> None:
    its = case(
        introduction=scrap,
        quote=Quote(scrap, by=scrap),
        learning_points=(scrap,),
        links=(Link(scrap, scrap),),
        guests=(Person(scrap, scrap, scrap, href=scrap),),
        questions=(replace(case().questions[0], question=scrap, answer=scrap),),
        chapters=(Chapter(0, scrap),),
    )
    assert dangerous(notes.show_notes(its, its.chapters, url=lambda reference: reference)) == []


def test_no_character_comes_through_that_a_feed_cannot_hold() -> None:
    odd = "a\x00b\x0bc\x1fd\ud800e\uffff"
    its = case(
        title=odd,
        summary="",
        introduction=odd,
        learning_points=(odd,),
        quote=Quote(odd, by=odd),
        chapters=(Chapter(0, odd),),
    )
    for text in (notes.show_notes(its, its.chapters, url=str), notes.summary(its)):
        element = lxml_html.Element("description")
        element.text = text  # raises ValueError for what XML cannot hold
        assert "abcde" in text


# ---------------------------------------------------------------- quotation marks


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Hei.", "nb", "«Hei.»"),
        ("«Hei.»", "nb", "«Hei.»"),
        ('"Hei."', "nb", "«Hei.»"),
        ("“Hei.”", "en", "“Hei.”"),
        ("«A» og «B»", "nb", "««A» og «B»»"),
        ("Hei.", "de-AT", "„Hei.“"),
        ("Hei.", "fr", "«Hei.»"),
        ("Hei.", "xx", "“Hei.”"),
        ("", "nb", "«»"),
    ],
)
def test_outer_marks_are_the_languages_and_never_doubled(text: str, language: str, expected: str) -> None:
    assert quoted(text, language) == expected
