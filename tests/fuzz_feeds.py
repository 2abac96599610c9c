"""Readers of other people's files, fed with files that are nearly right.

    python -m tests.fuzz_feeds TARGET... [-n INPUTS] [--seed NUMBER] [--keep FOLDER]

A target is a row in TARGETS: seeds, and a function that reads one input. It may raise LornpodError, which a
user is told in a line; anything else is a fault, and so is an input that takes more than two seconds of the
processor. Prints how many inputs were read, the slowest and the peak of the process's memory, and leaves with
1 on a fault; the inputs that did it are kept.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from lornpod.errors import LornpodError

if TYPE_CHECKING:
    from lornpod.importing.profiles import Profile
    from lornpod.webclient import Answer

DATA = Path(__file__).parent / "data"
PAGE = Path(__file__).parent.parent.parent / "shared/lorn-case-c0608.txt"
MOST_S, MOST_MB = 2.0, 500


Change = Callable[[bytearray, Sequence[bytes], Sequence[bytes], random.Random], None]


@dataclass(frozen=True, slots=True)
class Target:
    """What is fuzzed: inputs to begin with, words that matter to its reader, and the reader itself."""

    seeds: Callable[[], Sequence[bytes]]
    words: Sequence[bytes]
    read: Callable[[bytes, random.Random], object]
    changes: Sequence[Change] = ()  # kinds that leave the format whole, for half of the inputs


@dataclass(slots=True)
class Result:
    """What came of a run; ``faults`` says of each input that did not go well what happened."""

    inputs: int = 0
    refused: int = 0
    slowest_s: float = 0.0
    peak_mb: float = 0.0
    faults: list[tuple[bytes, str]] = field(default_factory=list)


def run(target: Target, inputs: int, seed: int = 0) -> Result:
    """Read *inputs* mutations of the target's seeds, the same for the same *seed*."""
    chance, result = random.Random(seed), Result()
    seeds = list(target.seeds())
    for _ in range(inputs):
        gently = target.changes and chance.random() < 0.5
        changes = target.changes if gently else _CHANGES
        data = mutated(chance.choice(seeds), seeds, target.words, chance, changes)
        began = time.process_time()
        try:
            target.read(data, chance)
        except LornpodError as error:
            result.refused += 1
            if "\n" in str(error.message) or not error.message:
                result.faults.append((data, f"not one line: {error.message!r}"))
        except Exception:  # noqa: BLE001 - that is what is looked for
            result.faults.append((data, traceback.format_exc(limit=-4)))
        took = time.process_time() - began
        if took > MOST_S:
            result.faults.append((data, f"took {took:.1f} s"))
        result.slowest_s = max(result.slowest_s, took)
        result.inputs += 1
    result.peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return result


# ---------------------------------------------------------------- mutations


def mutated(
    data: bytes,
    seeds: Sequence[bytes],
    words: Sequence[bytes],
    chance: random.Random,
    changes: Sequence[Change],
) -> bytes:
    """*data* after one to eight *changes*."""
    changed = bytearray(data)
    for _ in range(1 << chance.randrange(4)):
        chance.choice(changes)(changed, seeds, words, chance)
        if len(changed) > 400_000:
            del changed[400_000:]
    return bytes(changed)


_CHANGES: list[Change] = []


def _change(function: Change) -> Change:
    _CHANGES.append(function)
    return function


def _span(data: bytearray, chance: random.Random) -> slice:
    start = chance.randrange(len(data) + 1)
    return slice(start, start + int(chance.paretovariate(0.6)))


@_change
def _flip(data: bytearray, _s: Sequence[bytes], _w: Sequence[bytes], chance: random.Random) -> None:
    for _ in range(chance.randrange(1, 6)):
        if data:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


@_change
def _drop(data: bytearray, _s: Sequence[bytes], _w: Sequence[bytes], chance: random.Random) -> None:
    del data[_span(data, chance)]


@_change
def _repeat(data: bytearray, _s: Sequence[bytes], _w: Sequence[bytes], chance: random.Random) -> None:
    span = _span(data, chance)
    some = bytes(data[span])
    data[span.start : span.start] = some * min(1 << chance.randrange(12), 200_000 // max(1, len(some)))


@_change
def _insert(data: bytearray, _s: Sequence[bytes], words: Sequence[bytes], chance: random.Random) -> None:
    at = chance.randrange(len(data) + 1)
    data[at:at] = chance.choice([*words, *_ANYWHERE])


@_change
def _replace(data: bytearray, _s: Sequence[bytes], words: Sequence[bytes], chance: random.Random) -> None:
    """One word that the reader knows by another."""
    word = chance.choice(words)
    places = data.count(word)
    if places:
        at = -1
        for _ in range(chance.randrange(places) + 1):
            at = data.index(word, at + 1)
        data[at : at + len(word)] = chance.choice([*words, *_ANYWHERE])


@_change
def _splice(data: bytearray, seeds: Sequence[bytes], _w: Sequence[bytes], chance: random.Random) -> None:
    other = bytearray(chance.choice(seeds))
    data[_span(data, chance)] = other[_span(other, chance)]


@_change
def _cut(data: bytearray, _s: Sequence[bytes], _w: Sequence[bytes], chance: random.Random) -> None:
    if chance.random() < 0.3:
        del data[chance.randrange(len(data) + 1) :]


# ---------------------------------------------------------------- changes that leave XML well-formed

_TEXT = re.compile(rb">([^<>]+)<")
_VALUE = re.compile(rb"=\"([^\"<]*)\"")
_ELEMENT = re.compile(rb"<([a-z]+:?[A-Za-z-]+)(?: [^<>]*)?(?:/>|>[^<>]*</\1>)")
_ITEM = re.compile(rb"<item>.*?</item>", re.DOTALL)


def _value(data: bytearray, _s: Sequence[bytes], _w: Sequence[bytes], chance: random.Random) -> None:
    """Another text or attribute, one that XML can hold."""
    found = list(chance.choice((_TEXT, _VALUE)).finditer(data))
    if found:
        one = chance.choice(found)
        said = chance.choice([*_ANYWHERE, one[1] * chance.randrange(1, 50), one[1][: len(one[1]) // 2]])
        text = said.decode("utf-8", "replace").encode("ascii", "xmlcharrefreplace").decode()
        kept = "".join(sign for sign in text if sign >= " " or sign in "\n\t")
        for sign, escape in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
            kept = kept.replace(sign, escape)
        data[one.start(1) : one.end(1)] = kept.encode()


def _element(data: bytearray, seeds: Sequence[bytes], _w: Sequence[bytes], chance: random.Random) -> None:
    """An element dropped, said again, moved, or one of another feed in its place."""
    found = list(_ELEMENT.finditer(data))
    if found:
        one, other = chance.choice(found), chance.choice(found)
        foreign = list(_ELEMENT.finditer(chance.choice(seeds)))
        known = [
            each[0] for each in foreign if b":" not in each[1] or b"xmlns:" + each[1].split(b":")[0] in data
        ]
        data[one.start() : one.end()] = chance.choice([b"", one[0] * 3, other[0], *known[-1:], *known[:3]])


def _item(data: bytearray, _s: Sequence[bytes], _w: Sequence[bytes], chance: random.Random) -> None:
    found = list(_ITEM.finditer(data))
    if found:
        one = chance.choice(found)
        data[one.start() : one.end()] = one[0] * chance.choice((0, 2, 2, 100))


_OF_XML: tuple[Change, ...] = (_value, _value, _value, _element, _element, _item)

_ANYWHERE = (
    b"", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\n\n\n", b" " * 500,
    "\u202e\u2028æ\u0301🌉".encode(),
    b"-1", b"0", b"1e309", b"99999999999999999999", b"NaN", b"00:99:99", b"2026-02-31", b"../../etc/passwd",
    b"&amp;amp;", b"&#0;", b"&#x110000;", b"]]>", b"<![CDATA[", b"<!--", b"-->",
    b"<a " + b"b='c' " * 300 + b">",
    b"<x>" * 40, b"[" * 300, b"{{", b"file:///etc/passwd", b"http://[::1", b"https://\xc3\xa5.example/ %zz",
    b"javascript:alert(1)", "Å".encode("latin-1"),
)  # fmt: skip

# ---------------------------------------------------------------- targets


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

    def nothing_there(url: str) -> bytes:
        raise NoAnswer("verify-unreachable", f"nobody is at {url[:80]}")

    show = feed.read(reading.read_all(data, "feed.xml", nothing_there), "feed.xml", base_url="https://e.org/")
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

    html = chance.choice((None, True, False))
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

TARGETS: dict[str, Callable[[], Target]] = {
    "check": lambda: Target(_feeds, _feed_words(), _check, _OF_XML),
    "feeds": lambda: Target(_feeds, _feed_words(), _import_feed, _OF_XML),
    "pages": lambda: Target(_pages, _PAGE_WORDS, _import_page),
}


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz_feeds", description=__doc__.splitlines()[0])
    parser.add_argument("targets", nargs="+", choices=sorted(TARGETS), metavar="TARGET")
    parser.add_argument("-n", type=int, default=100_000, help="inputs a target (default: 100000)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, default=Path("build/fuzz"), help="where inputs at fault go")
    asked = parser.parse_args(arguments)
    failed = False
    for name in asked.targets:
        result = run(TARGETS[name](), asked.n, asked.seed)
        print(
            f"{name}: {result.inputs} inputs, {result.refused} refused, slowest {result.slowest_s:.2f} s, "
            f"peak {result.peak_mb:.0f} MB, {len(result.faults)} faults"
        )
        for number, (data, said) in enumerate(_distinct(result.faults)):
            asked.keep.mkdir(parents=True, exist_ok=True)
            kept = asked.keep / f"{name}-{number}"
            kept.write_bytes(data)
            print(f"--- {kept}\n{said}")
        failed = failed or bool(result.faults) or result.peak_mb > MOST_MB
    return int(failed)


def _distinct(faults: Sequence[tuple[bytes, str]]) -> Iterator[tuple[bytes, str]]:
    """Of faults that end alike the first."""
    known: set[str] = set()
    for data, said in faults:
        ends = said.strip().splitlines()[-1][:60]
        if ends not in known:
            known.add(ends)
            yield data, said


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
