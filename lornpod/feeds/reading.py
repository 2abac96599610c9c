"""A podcast's RSS as any host writes it -> what it says of the show and of each episode.

A feed is somebody else's text: it is read as a stream, declares no document type (so no entity is
expanded and nothing is fetched for it), and is refused past a size.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from lxml import etree

from ..errors import LornpodError

if TYPE_CHECKING:
    Element = etree._Element

MAX_BYTES = 32_000_000
_MAX_ITEMS = 50_000
_MAX_DEPTH = 30
_BLOCK_BYTES = 1 << 16  # libxml2 takes no more than 10 MB at once

# Namespaces by the prefix that people know them by; hosts spell them in several ways.
_PREFIXES = {
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "https://podcastindex.org/namespace/1.0": "podcast",
    "https://github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md": "podcast",
    "http://podlove.org/simple-chapters": "psc",
    "http://podlove.org/simple-chapters/": "psc",
    "http://www.w3.org/2005/atom": "atom",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/syndication/history/1.0": "fh",
    "http://search.yahoo.com/mrss/": "media",
    "http://search.yahoo.com/mrss": "media",
    "http://www.google.com/schemas/play-podcasts/1.0": "googleplay",
    "http://www.rawvoice.com/rawvoicerssmodule/": "rawvoice",
    "http://www.spotify.com/ns/rss": "spotify",
    "https://schema.acast.com/1.0/": "acast",
    "http://bitlove.org": "bitlove",
    "http://www.georss.org/georss": "georss",
    "http://purl.org/rss/1.0/modules/syndication/": "sy",
    "http://wellformedweb.org/commentapi/": "wfw",
    "http://purl.org/rss/1.0/modules/slash/": "slash",
}
_QUALIFIED = re.compile(r"\{([^}]*)\}(.*)")


@dataclass(frozen=True, slots=True)
class Tag:
    """One child of a channel or an item: ``itunes:duration``, its attributes, its text, its children."""

    name: str
    attributes: dict[str, str]
    text: str
    children: tuple[Tag, ...] = ()

    def get(self, name: str) -> str:
        return self.attributes.get(name, "").strip()


@dataclass(frozen=True, slots=True)
class Item:
    """An episode: its tags in order, and its XML as the feed had it."""

    tags: tuple[Tag, ...]
    xml: bytes


@dataclass(frozen=True, slots=True)
class Document:
    """One feed document: the channel's own tags, its items in order, the XML of the channel without them."""

    tags: tuple[Tag, ...]
    items: tuple[Item, ...]
    xml: bytes

    def link(self, rel: str) -> str:
        """Where the channel's ``atom:link`` of *rel* leads (RFC 5005), or nothing."""
        links = (tag for tag in self.tags if tag.name == "atom:link")
        return next((tag.get("href") for tag in links if tag.get("rel").lower() == rel), "")


class _Refused(LornpodError):
    """The feed cannot be used; what is wrong, without where."""


def read(data: bytes, where: str) -> Document:
    """The feed in *data*. Raises LornpodError, in one line, for what is no RSS or cannot be trusted."""
    if len(data) > MAX_BYTES:
        raise LornpodError(
            f"larger than {MAX_BYTES // 1_000_000} MB", where, "give a feed in pages (RFC 5005)"
        )
    target = _Target()
    # huge_tree stays off: libxml2 then refuses texts and depths past its own limits too.
    parser = etree.XMLParser(
        target=cast("Any", target), no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        said = memoryview(data.lstrip())  # some hosts begin with an empty line, which XML forbids
        for start in range(0, max(len(said), 1), _BLOCK_BYTES):
            parser.feed(bytes(said[start : start + _BLOCK_BYTES]))
        parser.close()
        return target.document()
    except etree.XMLSyntaxError as error:
        reason = " ".join(str(error.msg).split())
        hint = "have the host mend the feed, or mend the file"
        raise LornpodError(f"not well-formed XML: {reason}", where, hint) from None
    except _Refused as refusal:
        refusal.where = where
        raise
    except (UnicodeError, LookupError, ValueError) as error:
        raise LornpodError(f"not XML: {error}", where, "look whether it is the feed") from None


class _Target:
    """Builds one item at a time (lxml's parser target interface); what is above it stays small."""

    def __init__(self) -> None:
        self._open: list[Element] = []
        self._items: list[Item] = []
        self._channel: Element | None = None

    def doctype(self, *_: object) -> None:
        hint = "a document type can hold entities, which feeds do not need: have it left out"
        raise _Refused("the feed declares a document type", hint=hint)

    def start(self, tag: str, attributes: dict[str, str], nsmap: dict[str, str] | None = None) -> None:
        if not self._open:
            if tag != "rss":
                raise _Refused(f"this is <{_name(tag)}>, not <rss>", hint="look at the feed's address")
            made = etree.Element(tag, dict(attributes), nsmap=nsmap or None)
        elif len(self._open) > _MAX_DEPTH:
            raise _Refused(f"more than {_MAX_DEPTH} elements inside each other", hint="look at the feed")
        else:
            made = etree.SubElement(self._open[-1], tag, dict(attributes), nsmap=nsmap or None)
        if len(self._open) == 1 and tag == "channel" and self._channel is None:
            self._channel = made
        self._open.append(made)

    def data(self, text: str) -> None:
        if len(self._open) < 3:  # between the tags of a channel stand line ends alone
            return
        parent = self._open[-1]
        if len(parent):
            parent[-1].tail = (parent[-1].tail or "") + text
        else:
            parent.text = (parent.text or "") + text

    def end(self, tag: str) -> None:
        done = self._open.pop()
        if tag == "item" and len(self._open) == 2 and self._open[1] is self._channel:
            self._items.append(Item(_tags(done), _xml(done)))
            self._open[1].remove(done)
            if len(self._items) > _MAX_ITEMS:
                raise _Refused(f"more than {_MAX_ITEMS:,} episodes in one feed")

    def comment(self, _: str) -> None:
        """Comments say nothing to apps."""

    def pi(self, *_: object) -> None:
        """Nor do processing instructions, such as a style sheet's."""

    def close(self) -> None:
        """lxml calls this after a failure too: what is missing then is no other failure."""

    def document(self) -> Document:
        if self._channel is None:
            raise _Refused("an <rss> without a <channel>", hint="look at the feed's address")
        return Document(_tags(self._channel), tuple(self._items), _xml(self._channel))


def _xml(element: Element) -> bytes:
    """*element* as a document of its own, with the namespaces that it uses."""
    alone = deepcopy(element)
    alone.tail = None
    etree.cleanup_namespaces(alone)
    return etree.tostring(alone, encoding="utf-8", xml_declaration=True) + b"\n"


def _tags(parent: Element) -> tuple[Tag, ...]:
    return tuple(_tag(child) for child in parent if isinstance(child.tag, str))


def _tag(element: Element) -> Tag:
    attributes = {_name(str(name)): str(value) for name, value in element.attrib.items()}
    # xhtml and the like: all words count, not those before the first child alone.
    text = "".join(map(str, element.itertext())) if len(element) else element.text or ""
    return Tag(_name(str(element.tag)), attributes, text.strip(), _tags(element))


def _name(tag: str) -> str:
    qualified = _QUALIFIED.match(tag)
    if not qualified:
        return tag
    namespace, name = qualified.groups()
    prefix = _PREFIXES.get(namespace) or _PREFIXES.get(namespace.lower())
    return f"{prefix}:{name}" if prefix else f"{{{namespace}}}{name}"


# ---------------------------------------------------------------- pages (RFC 5005)

_MAX_PAGES = 2000


@dataclass(slots=True)
class Whole:
    """All pages of a feed as one: the first page's channel, every item once, newest page first."""

    tags: tuple[Tag, ...]
    items: list[Item] = field(default_factory=list)
    xml: bytes = b""
    pages: int = 0


def read_all(data: bytes, where: str, fetch: Callable[[str], bytes]) -> Whole:
    """The feed in *data* with the pages that follow it (``next``, or ``prev-archive``), got by *fetch*.

    An item that comes on several pages counts where it comes first. Raises LornpodError for pages that
    lead in a circle.
    """
    document = read(data, where)
    whole = Whole(document.tags, xml=document.xml)
    seen: set[str] = {where}
    known: set[str] = set()
    for page in _pages(document, seen, fetch):
        whole.pages += 1
        for item in page.items:
            key = guid(item)
            if whole.pages == 1 or key not in known:
                whole.items.append(item)
            known.add(key)
    return whole


def _pages(document: Document, seen: set[str], fetch: Callable[[str], bytes]) -> Iterator[Document]:
    seen.add(document.link("self"))
    while True:
        yield document
        following = document.link("next") or document.link("prev-archive")
        if not following:
            return
        if following in seen:
            raise LornpodError("the pages of the feed lead in a circle", following, "have the host mend it")
        if len(seen) > _MAX_PAGES:
            raise LornpodError(f"the feed has more than {_MAX_PAGES} pages", following)
        seen.add(following)
        document = read(fetch(following), following)


def guid(item: Item) -> str:
    """What an item is known by: its guid, else the address of its sound, as apps have it (RSS 2.0)."""
    given = next((tag.text for tag in item.tags if tag.name == "guid" and tag.text), "")
    return given or next((tag.get("url") for tag in item.tags if tag.name == "enclosure"), "")
