"""Feeds and case pages to be fuzzed: good ones of many hosts, and damage that leaves XML well-formed."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Protocol

from lxml import etree

if TYPE_CHECKING:
    from lornpod.importing.profiles import Profile
    from lornpod.webclient import Answer

DATA = Path(__file__).parent / "data"
PAGE = Path(__file__).parent.parent.parent / "shared/lorn-case-c0608.txt"


class Seeded(Protocol):
    @property
    def seeds(self) -> tuple[bytes, ...]: ...


Damage = Callable[[bytearray, random.Random, Seeded], None]


@dataclass(frozen=True, slots=True)
class Reader:
    """What reads one input, good ones to damage, what they are made of, and damage of their format's own."""

    name: str
    seeds: tuple[bytes, ...]
    scraps: tuple[bytes, ...]
    read: Callable[[bytes, random.Random], object]
    damages: tuple[Damage, ...] = ()


SCRAPS = (
    b"", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\n\n\n", b" " * 500,
    "\u202e\u2028æ\u0301🌉".encode(),
    b"-1", b"0", b"1e309", b"99999999999999999999", b"NaN", b"00:99:99", b"2026-02-31", b"../../etc/passwd",
    b"&amp;amp;", b"&#0;", b"&#x110000;", b"]]>", b"<![CDATA[", b"<!--", b"-->",
    b"<a " + b"b='c' " * 300 + b">",
    b"<x>" * 40, b"[" * 300, b"{{", b"file:///etc/passwd", b"http://[::1", b"https://\xc3\xa5.example/ %zz",
    b"javascript:alert(1)", "Å".encode("latin-1"),
)  # fmt: skip

# ---------------------------------------------------------------- damage that leaves XML well-formed

_TEXT = re.compile(rb">([^<>]+)<")
_VALUE = re.compile(rb"=\"([^\"<]*)\"")
_ELEMENT = re.compile(rb"<([a-z]+:?[A-Za-z-]+)(?: [^<>]*)?(?:/>|>[^<>]*</\1>)")
_ITEM = re.compile(rb"<item>.*?</item>", re.DOTALL)


def _value(data: bytearray, chance: random.Random, _: Seeded) -> None:
    """Another text or attribute, one that XML can hold."""
    found = list(chance.choice((_TEXT, _VALUE)).finditer(data))
    if found:
        one = chance.choice(found)
        said = chance.choice([*SCRAPS, one[1] * chance.randrange(1, 50), one[1][: len(one[1]) // 2]])
        text = said.decode("utf-8", "replace").encode("ascii", "xmlcharrefreplace").decode()
        kept = "".join(sign for sign in text if sign >= " " or sign in "\n\t")
        for sign, escape in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
            kept = kept.replace(sign, escape)
        data[one.start(1) : one.end(1)] = kept.encode()


def _element(data: bytearray, chance: random.Random, target: Seeded) -> None:
    """An element dropped, said again, moved, or one of another feed in its place."""
    found = list(_ELEMENT.finditer(data))
    if found:
        one, other = chance.choice(found), chance.choice(found)
        foreign = list(_ELEMENT.finditer(chance.choice(target.seeds)))
        known = [
            each[0] for each in foreign if b":" not in each[1] or b"xmlns:" + each[1].split(b":")[0] in data
        ]
        data[one.start() : one.end()] = chance.choice([b"", one[0] * 3, other[0], *known[-1:], *known[:3]])


def _item(data: bytearray, chance: random.Random, _: Seeded) -> None:
    found = list(_ITEM.finditer(data))
    if found:
        one = chance.choice(found)
        data[one.start() : one.end()] = one[0] * chance.choice((0, 2, 2, 100))


_OF_XML: tuple[Damage, ...] = (_value, _value, _value, _element, _element, _item)

# ---------------------------------------------------------------- damage to the tree: tags, attributes, depth

_LARGE = 100_000  # bytes; what is larger is not made larger yet
_WORDS = (
    "0", "-1", "1e309", "9" * 400, "99:99:99", "1:02:03.4567", "NaN", "true", "Yes", "", "260230",
    "Tue, 31 Feb 2026 25:61:61 EST", "Mon, 02 Mar 26 06:00 PST", "2026-02-30T99:99:99+99:99", "0001-01-01",
    "9999-12-31T23:59:59-14:00", "https://example.org/%zz", "//x", "../../x", "https://[::1",
    "data:text/html,x", "audio/mpeg", "nb-NO-x-" + "a" * 80, "geo:91,181", "FREQ=WEEKLY;BYDAY=XX",
    "\u202e\u0301\u2028", "a" * 5000, "<p>" * 60, "<b><i>x</b></i>", "&nbsp;&#0;",
)  # fmt: skip
_NAMES = (
    "title", "guid", "link", "item", "channel", "enclosure", "description", "pubDate", "image", "url", "href",
    "type", "length", "p", "div", "li", "h2", "nav", "footer", "br", "a", "table",
    "{http://www.itunes.com/dtds/podcast-1.0.dtd}duration", "{http://www.itunes.com/dtds/podcast-1.0.dtd}owner",
    "{https://podcastindex.org/namespace/1.0}value", "{https://podcastindex.org/namespace/1.0}liveItem",
    "{https://podcastindex.org/namespace/1.0}person", "{http://podlove.org/simple-chapters}chapters",
    "{http://purl.org/rss/1.0/modules/content/}encoded", "{urn:x}y",
)  # fmt: skip


def _tree(data: bytearray, chance: random.Random, _: Seeded) -> None:
    """One to five changes of the tree: what is where, under which name, with which attributes, how deep."""
    root = _parsed(bytes(data)) if len(data) < _LARGE else None
    if root is None:
        return
    for _round in range(chance.choice((1, 1, 2, 5))):
        elements = [one for one in root.iter() if isinstance(one.tag, str)]
        if len(elements) > 3000:
            break
        one, other = chance.choice(elements), chance.choice(elements)
        chance.choice(_OF_TREE)(one, other, chance)
    data[:] = etree.tostring(root, encoding="utf-8")


def _parsed(data: bytes) -> etree._Element | None:
    html = b"<html" in data[:2000].lower()
    parser = etree.HTMLParser(huge_tree=False) if html else etree.XMLParser(resolve_entities=False)
    try:
        return etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError):
        return None


def _drop(one: etree._Element, _: etree._Element, __: random.Random) -> None:
    parent = one.getparent()
    if parent is not None:
        parent.remove(one)


def _rename(one: etree._Element, other: etree._Element, chance: random.Random) -> None:
    one.tag = chance.choice((str(other.tag), chance.choice(_NAMES)))


def _say(one: etree._Element, _: etree._Element, chance: random.Random) -> None:
    one.text = _fit(chance.choice(_WORDS))


def _attribute(one: etree._Element, other: etree._Element, chance: random.Random) -> None:
    names = [*one.attrib, *other.attrib]
    name = chance.choice([*map(str, names), chance.choice(_NAMES)])
    if name in one.attrib and chance.random() < 0.4:
        del one.attrib[name]
    else:
        one.set(name, _fit(chance.choice((*_WORDS, str(other.text or "")))))


def _swap(one: etree._Element, other: etree._Element, _: random.Random) -> None:
    one.tag, other.tag = other.tag, one.tag


def _put(one: etree._Element, other: etree._Element, chance: random.Random) -> None:
    """Another part of the tree inside this one, once or many times."""
    length = len(etree.tostring(other, with_tail=False))
    if length < 20_000:
        part = deepcopy(other)  # it may hold what it is put into
        for _ in range(chance.choice((1, 1, 3, 60)) if length < 1000 else 1):
            one.append(deepcopy(part))


def _deepen(one: etree._Element, other: etree._Element, chance: random.Random) -> None:
    inner = one
    for _ in range(chance.choice((1, 3, 28, 200))):
        inner = etree.SubElement(inner, str(other.tag))
    inner.text = "x"


def _fit(said: str) -> str:
    return "".join(sign for sign in said if sign >= " " or sign in "\n\t")


_OF_TREE: tuple[Callable[[etree._Element, etree._Element, random.Random], None], ...] = (
    _drop, _rename, _say, _say, _attribute, _attribute, _attribute, _swap, _put, _deepen,
)  # fmt: skip
_ENCODINGS = (
    "utf-16", "utf-16-be", "utf-32", "latin-1", "cp1252", "koi8-r", "utf-7", "shift_jis", "utf-8-sig",
    "ebcdic-cp-be",
)  # fmt: skip


def _encode(data: bytearray, chance: random.Random, _: Seeded) -> None:
    """In another encoding, named rightly, wrongly or not at all."""
    if len(data) > _LARGE:
        return  # some grow by it, and again by the next
    said, really = chance.choice(_ENCODINGS), chance.choice(_ENCODINGS)
    text = re.sub(r"<\?xml[^>]*\?>", "", bytes(data).decode("utf-8", "replace"), count=1)
    named = chance.choice(("", f'<?xml version="1.0" encoding="{chance.choice((said, really))}"?>'))
    with suppress(LookupError):
        data[:] = (named + text).encode(really, "replace")


def _rows(data: bytearray, chance: random.Random, _: Seeded) -> None:
    """Lines taken away, said again, moved, run together, or ended as another system ends them."""
    ends = chance.choice((b"\n", b"\n", b"\r\n", b"\r", b"\n\xc2\xa0\n", b"<br>", b" "))
    rows = bytes(data).split(b"\n")
    at = chance.randrange(len(rows))
    block = rows[at : at + chance.choice((1, 1, 2, 10, 40))]
    kept = [*rows[:at], *rows[at + len(block) :]]
    to = chance.randint(0, len(kept))
    times = chance.choice((0, 1, 1, 2, 20 if len(data) < _LARGE else 1))
    data[:] = ends.join([*kept[:to], *block * times, *kept[to:]])


_STRUCTURE: tuple[Damage, ...] = (*_OF_XML, _tree, _tree, _tree, _tree, _encode)
_OF_PAGES: tuple[Damage, ...] = (_rows, _rows, _rows, _tree, _tree, _encode)

# ---------------------------------------------------------------- readers


def _feeds() -> list[bytes]:
    from . import corpus

    return [
        *(path.read_bytes() for path in sorted((DATA / "hosts").glob("*.xml"))),
        *(corpus.text(edits) for _, edits in corpus.SOUND),
    ]


@cache
def _feed_words() -> tuple[bytes, ...]:
    import re

    found = {
        tag for data in _feeds() for tag in re.findall(rb"</?[a-z]+:?[A-Za-z-]+[ />]|[A-Za-z]+=\"", data)
    }
    return (
        *sorted(found),
        b"<!DOCTYPE rss [<!ENTITY a 'b'>]>",
        b"&a;",
        b"encoding='utf-16'",
        b"xmlns:x='y' ",
    )


def _check(data: bytes, _: random.Random) -> None:
    from lornpod import check

    looked = check.FeedChecker()
    for finding in looked.look(data, "feed.xml", url="https://example.org/feed.xml"):
        if not str(finding).isprintable() or not finding.code:
            raise AssertionError(f"a finding that cannot be shown: {finding!r}")


def _import_feed(data: bytes, chance: random.Random) -> None:
    """A feed into a workspace that can be read again."""
    from lornpod import workspace
    from lornpod.feeds import reading
    from lornpod.importing import carry, feed, losses
    from lornpod.webclient import Client, NoAnswer

    class Offline(Client):
        def ask(self, *_: object, **__: object) -> Answer:
            raise NoAnswer("verify-unreachable", "nobody is there")

    def empty_page(_: str) -> bytes:
        return b"<rss><channel/></rss>"

    show = feed.read(reading.read_all(data, "feed.xml", empty_page), "feed.xml", base_url="https://e.org/")
    for episode in show.episodes[:20]:
        workspace.case_text(episode.case, show.network, ())
    told = losses.of(show, show.network, show.feed)
    if not all(name.isprintable() for names in (told.of_show, *told.of_episodes) for name in names):
        raise AssertionError(f"a loss that cannot be shown: {told}")
    if chance.random() < 0.02:
        with TemporaryDirectory() as folder:
            root = Path(folder)
            carry.carry(show, root, Offline())
            _only_inside(root)
            workspace.read(root)


def _only_inside(root: Path) -> None:
    """Nothing was written anywhere that a feed could have named."""
    for path in root.rglob("*"):
        top = path.relative_to(root).parts[0]
        if top not in ("episodes", "feeds", "lornpod.yaml"):
            raise AssertionError(f"written outside: {path}")


def _pages() -> list[bytes]:
    from .test_importing_page import PAGE as OURS
    from .test_importing_page import as_browser

    html = "".join(f"<p>{line}</p>" for line in OURS.splitlines() if line)
    real = [PAGE.read_bytes()] if PAGE.exists() else []
    return [
        OURS.encode(),
        f"<html><body><h1>{OURS[:40]}</h1>{html}</body></html>".encode(),
        as_browser(OURS).encode(),
        *real,
        *(as_browser(one.decode()).encode() for one in real),
    ]


def _import_page(data: bytes, chance: random.Random) -> None:
    from lornpod.importing import lines, page

    from . import builders

    html = None if chance.random() < 0.9 else chance.choice((True, False))
    document = lines.read(data, "page", html=html, charset="", url="https://example.org/case/1")
    read = page.read(document, _profile(), builders.network(), "page")
    page.files(read, builders.network())


@cache
def _profile() -> Profile:
    from lornpod.importing import profiles

    return profiles.load("lorn")


_PAGE_WORDS = tuple(
    word.encode()
    for word in (
        "Tema: ", "Dato: ", "Sted: ", "Vert: ", "Varighet: 37 min", "Case #C0907",
        "Dette er hva du vil lære:",
        "Mer læring:", "Transkripsjon", "“", "”", "?", "\n\n", "\n", ": ", "260304", "<p>", "</p>",
        "<script>",
        "<h2>", "<table>", "<a href='", "Ola: ", "Perspektiv: ", "Organisasjon: ", "<br>",
        "&nbsp;", "<ul><li>",
    )
)  # fmt: skip


def _readers() -> tuple[Reader, ...]:
    feeds, words = tuple(_feeds()), (*_feed_words(), *SCRAPS)
    return (
        Reader("check.feed", feeds, words, _check, _STRUCTURE),
        Reader("feeds.import", feeds, words, _import_feed, _STRUCTURE),
        Reader("pages.import", tuple(_pages()), (*_PAGE_WORDS, *SCRAPS), _import_page, _OF_PAGES),
    )


READERS: tuple[Reader, ...] = _readers()
