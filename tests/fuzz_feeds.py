"""Feeds and case pages to be fuzzed: good ones of many hosts, and damage that leaves XML well-formed."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Protocol

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
    from lornpod.importing import carry, feed
    from lornpod.webclient import Client, NoAnswer

    class Offline(Client):
        def ask(self, *_: object, **__: object) -> Answer:
            raise NoAnswer("verify-unreachable", "nobody is there")

    def empty_page(_: str) -> bytes:
        return b"<rss><channel/></rss>"

    show = feed.read(reading.read_all(data, "feed.xml", empty_page), "feed.xml", base_url="https://e.org/")
    for episode in show.episodes[:20]:
        workspace.case_text(episode.case, show.network, ())
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

    html = "".join(f"<p>{line}</p>" for line in OURS.splitlines() if line)
    real = [PAGE.read_bytes()] if PAGE.exists() else []
    return [OURS.encode(), f"<html><body><h1>{OURS[:40]}</h1>{html}</body></html>".encode(), *real]


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
        Reader("check.feed", feeds, words, _check, _OF_XML),
        Reader("feeds.import", feeds, words, _import_feed, _OF_XML),
        Reader("pages.import", tuple(_pages()), (*_PAGE_WORDS, *SCRAPS), _import_page),
    )


READERS: tuple[Reader, ...] = _readers()
