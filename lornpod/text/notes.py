"""Markdown becomes safe HTML and plain text; a case becomes its summary and its show notes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from html import escape, unescape
from typing import TYPE_CHECKING

from ..model import Case, Chapter, Person
from .quotes import quoted
from .reading import fit_for_xml
from .times import clock

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

# ---------------------------------------------------------------- Markdown

_TAGS = {
    "a", "b", "blockquote", "br", "code", "em", "h2", "h3", "h4", "hr", "i", "li", "ol", "p", "pre",
    "strong", "ul",
}  # fmt: skip
_ATTRIBUTES: dict[str, set[str]] = {"*": set(), "a": {"href", "title"}}
_SCHEMES = {"http", "https", "mailto", "tel"}

# What acts, or fetches what acts. Where allowing these changes the outcome, some were there.
_ACTIVE_TAGS = {
    "applet", "audio", "base", "body", "button", "dialog", "embed", "form", "frame", "frameset", "iframe",
    "input", "link", "math", "meta", "object", "script", "select", "svg", "textarea", "video",
}  # fmt: skip
_ACTIVE_SCHEMES = {"data", "javascript", "vbscript"}


def html(markdown: str) -> str:
    """*markdown* (CommonMark) as HTML that every app and page can show.

    Kept are paragraphs, lists, links, emphasis, quotes, code and headings (as h2 to h4); bare
    addresses become links, pictures their alternative text. Scripts, styles, event handlers and
    addresses other than http, https, mailto and tel are gone, whether from Markdown or raw HTML.
    """
    return _clean(_markdown().render(fit_for_xml(markdown)))


def unsafe(markdown: str) -> bool:
    """True when :func:`html` takes something active out: a script, a frame, a form, ``onclick``,
    ``javascript:``."""
    if not _MAY_BE_ACTIVE.search(markdown):
        return False
    import nh3

    rendered = _markdown().render(fit_for_xml(markdown))
    anything = nh3.ALLOWED_TAGS | _TAGS  # whatever may carry a handler
    harmless = nh3.clean(
        rendered, tags=anything, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, clean_content_tags=set()
    )
    as_given = nh3.clean(
        rendered,
        tags=anything | _ACTIVE_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES | _ACTIVE_SCHEMES,
        clean_content_tags=set(),
        generic_attribute_prefixes={"on"},
    )
    return as_given != harmless


# Spares nearly every text the two cleanings: without these nothing can be a tag or a hidden scheme.
_MAY_BE_ACTIVE = re.compile(r"<|&|script|data:", re.IGNORECASE)


def text(markdown: str) -> str:
    """The words of *markdown* alone: paragraphs apart by blank lines, list items one a line."""
    return _plain(html(markdown))


def _clean(rendered: str) -> str:
    import nh3

    return nh3.clean(
        rendered,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_absolute,
        url_schemes=_SCHEMES,
        link_rel=None,
    ).strip()


def _absolute(_tag: str, attribute: str, value: str) -> str | None:
    """Relative addresses are dropped: in a feed nobody knows what they are relative to."""
    address = value.strip()
    return address if attribute != "href" or _SCHEME.match(address) else None


_SCHEME = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": True})
    # One judge of addresses, :func:`_clean`: the parser's own would show refused links as raw Markdown.
    parser.validateLink = lambda _: True  # type: ignore[assignment, method-assign]
    parser.core.ruler.push("lornpod", _adapt)
    return parser


def _adapt(state: StateCore) -> None:
    """Headings as h2 to h4, pictures as their text, bare addresses as links."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(max(int(token.tag[1]), 2), 4)}"
        elif token.type == "inline":
            token.children = list(_linked(token.children or []))


_ADDRESS = re.compile(r"https?://[^\s<>\"“”«»]+")


def _linked(tokens: Sequence[Token]) -> Iterator[Token]:
    depth = 0
    for token in tokens:
        depth += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type == "image":
            yield _text_token("".join(child.content for child in token.children or []))
        elif token.type == "text" and depth == 0 and "://" in token.content:
            yield from _link_addresses(token.content)
        else:
            yield token


def _link_addresses(content: str) -> Iterator[Token]:
    from markdown_it.token import Token

    done = 0
    for found in _ADDRESS.finditer(content):
        address = found[0].rstrip(".,;:!?*_'’")
        # "(https://example.org)": the bracket is the sentence's, unless the address opened it.
        if address.endswith(")") and "(" not in address:
            address = address.rstrip(").,;:")
        yield _text_token(content[done : found.start()])
        yield Token("link_open", "a", 1, attrs={"href": address})
        yield _text_token(address)
        yield Token("link_close", "a", -1)
        done = found.start() + len(address)
    yield _text_token(content[done:])


def _text_token(content: str) -> Token:
    from markdown_it.token import Token

    return Token("text", "", 0, content=content)


# ---------------------------------------------------------------- plain text

# What nh3 writes is well-formed, with every quotation mark inside an attribute escaped.
_TAG = re.compile(r'<(/?)([a-z0-9]+)(?:\s[a-z]+="[^"]*")*\s*/?>')
_SPACE = re.compile(r"[ \t\r\n\f]+")
_BREAKS = re.compile(r" ?\n[ \n]*")


def _plain(safe_html: str) -> str:
    parts = _TAG.split(_SPACE.sub(" ", safe_html))
    said = [unescape(parts[0])]
    for closing, tag, words in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        said.append(_mark(tag, closing=bool(closing)))
        said.append(unescape(words))
    return _BREAKS.sub(lambda gap: "\n\n" if gap[0].count("\n") > 1 else "\n", "".join(said)).strip()


def _mark(tag: str, *, closing: bool) -> str:
    """What stands in plain text for the beginning or end of an element."""
    if tag == "li":
        return "" if closing else "\n• "
    if tag == "br":
        return "\n"
    return "" if tag in ("a", "b", "code", "em", "i", "strong") else "\n\n"


# ---------------------------------------------------------------- summary

_SUMMARY_BYTES = 4000  # Apple and PSP-1: a description has at most so many
_SUMMARY_CHARS = 600  # of an introduction: what a reader of an episode list reads

_STOP = re.compile(r"[.!?…][\"”»’)]?(?=\s|\Z)")
_ABBREVIATIONS = frozenset(
    {
        "ca",
        "dr",
        "dvs",
        "eks",
        "etc",
        "evt",
        "hr",
        "inkl",
        "jf",
        "kl",
        "mr",
        "mrs",
        "nr",
        "prof",
        "st",
        "tlf",
        "vs",
    }
)


def summary(case: Case) -> str:
    """What the case is about, as plain text of at most 4,000 bytes.

    The author's own summary; else the beginning of the introduction, about 600 characters, up to a
    paragraph's or sentence's end where there is one; else of the first answer; else the title.
    """
    if case.summary.strip():
        return _at_most(fit_for_xml(case.summary).strip(), _SUMMARY_BYTES)
    first_answer = case.questions[0].answer if case.questions else ""
    said = text(case.introduction) or text(first_answer) or fit_for_xml(case.title)
    return _at_most(_beginning(said, _SUMMARY_CHARS), _SUMMARY_BYTES)


def _beginning(said: str, chars: int) -> str:
    """The first paragraphs of *said* that fit in *chars*, or as much of the first as does."""
    if len(said) <= chars:
        return said
    paragraph = said.rfind("\n\n", 0, chars)
    return said[:paragraph] if paragraph > 0 else _cut(said, chars)


def _at_most(said: str, length_bytes: int) -> str:
    room = length_bytes - len("…".encode())
    encoded = said.encode()
    return said if len(encoded) <= length_bytes else _cut(said, len(encoded[:room].decode(errors="ignore")))


def _cut(said: str, chars: int) -> str:
    """*said* up to its last sentence that ends within *chars*, else up to a word and an ellipsis."""
    stops = [stop.end() for stop in _STOP.finditer(said[: chars + 1]) if _is_end(said, stop)]
    if stops and chars // 3 < stops[-1] <= chars:
        return said[: stops[-1]]
    space = max(said.rfind(" ", 0, chars), said.rfind("\n", 0, chars))
    return said[: space if space > 0 else chars - 1].rstrip(" \n,;:–-") + "…"


def _is_end(said: str, stop: re.Match[str]) -> bool:
    """True when a stop ends a sentence, and is not that of “Dr.”, “f.eks.” or “3. mars”."""
    words = said[max(stop.start() - 40, 0) : stop.start()].split()
    word = words[-1].lstrip('(«“"') if words else ""
    short = len(word) < 2 or "." in word or word.isdigit() or word.lower() in _ABBREVIATIONS
    return not (stop[0][0] == "." and short)


# ---------------------------------------------------------------- show notes

_PHRASES: Mapping[str, Mapping[str, str]] = {
    "nb": {
        "guest": "Gjest", "guests": "Gjester", "host": "Vert", "hosts": "Verter", "chapters": "Kapitler",
        "start": "Innledning", "learning": "Du lærer om", "links": "Lenker", "quiz": "Ta quizen",
    },
    "nn": {
        "guest": "Gjest", "guests": "Gjester", "host": "Vert", "hosts": "Vertar", "chapters": "Kapittel",
        "start": "Innleiing", "learning": "Du lærer om", "links": "Lenkjer", "quiz": "Ta quizen",
    },
    "en": {
        "guest": "Guest", "guests": "Guests", "host": "Host", "hosts": "Hosts", "chapters": "Chapters",
        "start": "Introduction", "learning": "What you will learn", "links": "Links",
        "quiz": "Take the quiz",
    },
}  # fmt: skip


def phrases(language: str) -> Mapping[str, str]:
    """The headings of show notes in *language* (BCP 47); English where it is not one of ours."""
    primary = language.partition("-")[0].lower()
    return _PHRASES.get("nb" if primary == "no" else primary, _PHRASES["en"])


def show_notes(case: Case, chapters: Sequence[Chapter], *, url: Callable[[str], str], page: str = "") -> str:
    """The show notes of *case* as safe HTML, for content:encoded and pages. *url* resolves references.

    *page* is the address of a page that plays from ``#t=``: the quote links to where it is heard.

    Introduction, quote, questions and answers, chapters, learning points, links, guests and hosts.
    Headings are bold paragraphs: of block elements Apple and Spotify show only p, ul, ol and li.
    """
    words = phrases(case.language)
    blocks = [
        html(case.introduction),
        *_quote(case, page),
        *_questions(case),
        *_chapter_list(chapters, words),
        *_list(words["learning"], (_inline(point) for point in case.learning_points)),
        *_quiz(case, words),
        *_list(words["links"], (_anchor(link.title, url(link.href)) for link in case.links)),
        *_people(case.guests, words["guest"], words["guests"], url),
        *_people(case.hosts, words["host"], words["hosts"], url),
    ]
    return fit_for_xml("\n".join(block for block in blocks if block))


def _quote(case: Case, page: str) -> Iterator[str]:
    if case.quote is None or not case.quote.text.strip():
        return
    by = case.quoted
    known = [person for person in (*case.guests, *case.hosts) if person.name.casefold() == by.casefold()]
    yield f"<blockquote><p>{escape(quoted(case.quote.text, case.language), quote=False)}</p></blockquote>"
    said_by = f"— {escape(_described(known[0]) if known else by, quote=False)}" if by else ""
    at_ms = case.quote_at_ms
    heard = "" if at_ms is None or not page else _anchor(clock(at_ms), f"{page}#t={clock(at_ms)}")
    if said_by or heard:
        yield f"<p>{' '.join(part for part in (said_by, heard) if part)}</p>"


def _questions(case: Case) -> Iterator[str]:
    for question in case.questions:
        yield _heading(_inline(question.question))
        yield html(question.answer)


def _quiz(case: Case, words: Mapping[str, str]) -> Iterator[str]:
    if case.quiz_href:
        yield f"<p>{_anchor(words['quiz'], case.quiz_href)}</p>"


def _chapter_list(chapters: Sequence[Chapter], words: Mapping[str, str]) -> Iterator[str]:
    """Apple takes a list as chapters when it starts at 00:00:00 and has three entries or more; where the
    first chapter starts later, an entry for what comes before it leads the list."""
    entries = [(chapter.start_ms, chapter.title) for chapter in chapters]
    entries.sort(key=lambda entry: entry[0])
    if entries and entries[0][0] >= 1000:
        entries.insert(0, (0, words["start"]))
    yield from _list(
        words["chapters"], (f"{clock(start)} {escape(title, quote=False)}" for start, title in entries)
    )


def _people(people: Sequence[Person], one: str, several: str, url: Callable[[str], str]) -> Iterator[str]:
    if people:
        named = "; ".join(_introduced(person, url) for person in people)
        yield f"<p><strong>{one if len(people) == 1 else several}:</strong> {named}</p>"


def _introduced(person: Person, url: Callable[[str], str]) -> str:
    rest = _described(person)[len(person.name) :]
    return _anchor(person.name, url(person.href)) + escape(rest, quote=False)


def _described(person: Person) -> str:
    return ", ".join(part for part in (person.name, person.role, person.organisation) if part)


def _list(heading: str, items: Iterable[str]) -> Iterator[str]:
    lines = "\n".join(f"<li>{item}</li>" for item in items)
    if lines:
        yield f"{_heading(escape(heading, quote=False))}\n<ul>\n{lines}\n</ul>"


def _heading(inline: str) -> str:
    return f"<p><strong>{inline}</strong></p>"


def _inline(markdown: str) -> str:
    return _clean(_markdown().renderInline(fit_for_xml(markdown)))


def _anchor(title: str, href: str) -> str:
    shown = escape(title or href, quote=False)
    address = href.strip()
    return f'<a href="{escape(address)}">{shown}</a>' if _SCHEME.match(address) else shown
