"""A page as lines: plain text as it is, HTML as a reader sees it, one line a paragraph."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from ..errors import LornpodError
from ..messages import tr
from ..model import Link
from ..text.documents import is_html
from ..text.markdown import escaped
from ..text.markdown import link as markdown_link
from ..text.reading import NotText, decode, one_line

MAX_BYTES = 8_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank. ``number`` is where it stands in the page's source, from 1.

    ``begins`` is True where a blank line or a block's edge comes before it. ``heading`` and ``item`` are
    what HTML says of it, and ``around`` that it stands in a menu, a footer or a dialogue; ``links`` what it
    links to. ``markdown`` is ``text`` with its links.
    """

    number: int
    text: str
    markdown: str
    begins: bool = True
    heading: bool = False
    item: bool = False
    links: tuple[Link, ...] = ()
    around: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A page's lines, its own address and its language (BCP 47), each where it gives one."""

    lines: tuple[Line, ...]
    href: str = ""
    language: str = ""


def read(data: bytes, where: str, *, html: bool | None = None, charset: str = "", url: str = "") -> Document:
    """The lines of the page in *data*, which came from *url* if it came from the web.

    *html* is None where the content shall tell; *charset* is the server's word. Raises LornpodError for
    what is no text.
    """
    if len(data) > MAX_BYTES:
        raise LornpodError(
            tr("larger than {max_mb} MB", max_mb=MAX_BYTES // 1_000_000), where, tr("give a single page")
        )
    text = unicodedata.normalize("NFC", _text(data, where, charset))
    if html or (html is None and is_html(text)):
        return _read_html(text, url)
    return Document(tuple(_text_lines(text)), url)


def _text(data: bytes, where: str, charset: str) -> str:
    try:
        text, _ = decode(data)
    except NotText as error:
        raise LornpodError(
            tr("not a page but {error}", error=error), where, tr("save it as plain text or HTML")
        ) from None
    if charset:
        with suppress(LookupError, UnicodeError):  # a server may name one that is none, or not this
            text = data.decode(charset).replace("\r\n", "\n").replace("\r", "\n")
    return text


def _text_lines(text: str) -> Iterator[Line]:
    begins = True
    for number, row in enumerate(text.split("\n"), 1):
        if said := one_line(row):
            yield Line(number, said, escaped(said), begins)
        begins = not said


# ---------------------------------------------------------------- HTML

_UNSEEN = frozenset(
    {"head", "script", "style", "template", "noscript", "svg", "iframe", "select", "textarea"}
)
_INLINE = frozenset(
    {
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
    }
    | {"img", "ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub"}
    | {"sup", "time", "tt", "u", "var", "wbr"}
)
# Stands for a link while the words around it are escaped; of private use, and kept out of the words.
_MARK = "\ue000{}\ue001"
_MARKS = re.compile("\ue000([0-9]+)\ue001")
_NO_MARKS = {0xE000: None, 0xE001: None}
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def _read_html(text: str, url: str) -> Document:
    """What a reader sees of an HTML page. Nothing is fetched and no script is run."""
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return Document((), url)
    links = (one.get("href", "") for one in root.iter("link") if one.get("rel") == "canonical")
    canonical = next(links, "").strip()
    rows = _Rows(url or canonical)
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if not isinstance(element.tag, str):
            rows.say(element.tail)
        elif event == "start":
            around = _is_around(element)
            rows.begin(element.tag, element.sourceline or 0, element.get("href", ""), element.text, around)
        else:
            rows.end(element.tag, element.tail)
    rows.break_line()
    return Document(tuple(rows.lines), _joined(url, canonical) or url, root.get("lang", "").strip())


_AROUND = frozenset({"nav", "dialog"})
_ROLES = frozenset({"navigation", "dialog", "alertdialog", "contentinfo", "search", "menu"})


def _is_around(element: Any) -> bool:
    """Whether *element* is of the site, not of what the page says (HTML, ARIA 1.2). A footer inside an
    article or a quotation is of that."""
    if element.get("role", "").lower() in _ROLES or element.tag in _AROUND:
        return True
    inside = ("article", "main", "section", "blockquote", "figure")
    return element.tag == "footer" and next(element.iterancestors(*inside), None) is None


def _joined(base: str, href: str) -> str:
    """*href* as an absolute web address; empty where it is none."""
    try:
        address = urljoin(base, href.strip())
    except ValueError:
        return ""
    return address if re.match(r"(?:https?://|mailto:)[^\s]+\Z", address, re.IGNORECASE) else ""


class _Rows:
    """Collects lines from the elements of a page in order."""

    def __init__(self, base: str) -> None:
        self.lines: list[Line] = []
        self._base = base
        self._unseen = 0
        self._number = 0
        self._begins = True
        self._broken = False
        self._within: list[str] = []
        self._around: list[str] = []
        self._said: list[str] = []
        self._marked: list[str] = []
        self._links: list[Link] = []
        self._link: tuple[str, list[str]] | None = None

    def begin(self, tag: str, number: int, href: str, text: str | None, around: bool) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag not in _INLINE:
            blank = self._broken and not "".join(self._said).strip()
            self.break_line()
            self._broken = tag == "br"
            self._begins = self._begins or (self._broken and blank)  # a blank line, to those who see it
            if around or self._around:
                self._around.append(tag)
            self._begins = self._begins or tag != "br"
            self._within.append(tag)
        self._number = number if not "".join(self._said).strip() else self._number
        if tag == "a" and (address := _joined(self._base, href)):
            self._link = (address, [])
        self.say(text)

    def end(self, tag: str, tail: str | None) -> None:
        if tag in _UNSEEN:
            self._unseen -= 1
        elif tag not in _INLINE:
            self.break_line()
            self._begins = self._begins or tag != "br"
            self._within.pop()
            if self._around:
                self._around.pop()
        elif tag == "a":
            self._end_link()
        self.say(tail)

    def say(self, words: str | None) -> None:
        if words and not self._unseen:
            words = words.translate(_NO_MARKS)
            self._said.append(words)
            (self._link[1] if self._link else self._marked).append(words)

    def _end_link(self) -> None:
        if self._link is None:
            return
        href, words = self._link
        self._link = None
        if title := one_line("".join(words)):
            self._links.append(Link(title, href))
            # White space around the words of a link belongs outside of it.
            before, after = (" " if words[at].strip() != words[at] else "" for at in (0, -1))
            self._marked += [before, _MARK.format(len(self._links) - 1), after]
        else:
            self._marked += words

    def break_line(self) -> None:
        """End the line that was being said."""
        self._end_link()
        if said := one_line("".join(self._said)):
            heading = bool(_HEADINGS.intersection(self._within))
            item = "li" in self._within
            links = tuple(self._links)
            around = bool(self._around)
            self.lines.append(
                Line(self._number, said, self._markdown(), self._begins, heading, item, links, around)
            )
            self._begins = False
        self._said, self._marked, self._links = [], [], []

    def _markdown(self) -> str:
        def link(mark: re.Match[str]) -> str:
            one = self._links[int(mark[1])]
            return markdown_link(one.title, one.href)

        return _MARKS.sub(link, escaped("".join(self._marked)))
