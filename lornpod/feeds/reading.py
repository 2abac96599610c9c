"""A podcast's RSS as any host writes it -> what it says of the show and of each episode, with lines.

A feed is somebody else's text: it is read block by block, declares no document type (so no entity is
expanded and nothing is fetched for it), and is refused past a size, a depth and a number of tags.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urljoin

from lxml import etree

from ..errors import LornpodError
from ..messages import tr

if TYPE_CHECKING:
    Element = etree._Element

MAX_BYTES = 32_000_000
_MAX_BYTES_OF_ALL = 100_000_000  # pages together: they are held in memory
_MAX_ITEMS = 50_000
_MAX_TAGS = 1_000_000
_MAX_TAGS_OF_ONE = 100_000  # of an episode, or of the show
_MAX_DEPTH = 30
_BLOCK_BYTES = 1 << 16  # libxml2 takes no more than 10 MB at once
_PROLOGUE_BYTES = 1 << 10
_XML_SPACE = " \t\r\n"

# By the prefix that people know them by.
NAMESPACES = {
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "psc": "http://podlove.org/simple-chapters",
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "fh": "http://purl.org/syndication/history/1.0",
    "media": "http://search.yahoo.com/mrss/",
    "googleplay": "http://www.google.com/schemas/play-podcasts/1.0",
    "rawvoice": "http://www.rawvoice.com/rawvoiceRssModule/",
    "spotify": "http://www.spotify.com/ns/rss",
    "acast": "https://schema.acast.com/1.0/",
    "bitlove": "http://bitlove.org",
    "georss": "http://www.georss.org/georss",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "wfw": "http://wellformedweb.org/CommentAPI/",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "anchor": "https://anchor.fm/xmlns",
    "blubrry": "https://blubrry.com/developer/rawvoice-rss/",
    "creativeCommons": "http://backend.userland.com/creativeCommonsRssModule",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "fireside": "http://fireside.fm/modules/rss/fireside",
    "fyyd": "https://fyyd.de/fyyd-ns/",
    "libsyn": "http://libsyn.com/rss-extension",
    "omny": "https://omny.fm/rss-extensions",
    "xhtml": "http://www.w3.org/1999/xhtml",
}
OLD_PODCAST_NAMESPACE = "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md"


def _folded(namespace: str) -> str:
    """Hosts spell them in several ways: letters large or small, http or https, a slash at the end or not."""
    return namespace.lower().partition("://")[2].rstrip("/")


_PREFIXES = {_folded(uri): prefix for prefix, uri in NAMESPACES.items()}
_PREFIXES[_folded(OLD_PODCAST_NAMESPACE)] = "podcast"
_WEB_PAGE = re.compile(rb"(?:<\?xml[^>]*>\s*)?<!doctype\s+html\b", re.IGNORECASE)
_QUALIFIED = re.compile(r"\{([^}]*)\}(.*)")


@dataclass(frozen=True, slots=True)
class Tag:
    """One child of a channel or an item: ``itunes:duration``, its attributes, its text, its children.

    ``text`` is without the outer white space that ``padded`` tells of.
    """

    name: str
    attributes: dict[str, str]
    text: str
    children: tuple[Tag, ...] = ()
    line: int = 0
    padded: bool = False

    def get(self, name: str) -> str:
        return self.attributes.get(name, "").strip()


@dataclass(frozen=True, slots=True)
class Item:
    """An episode: its tags in order, and its XML as the feed had it."""

    tags: tuple[Tag, ...]
    xml: bytes
    line: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """One feed document: the channel's own tags, its items in order, the XML of the channel without them.

    ``namespaces`` are those that the document's root declares, by prefix; ``strays`` the items that stand
    outside the channel, and further channels; ``begins_late`` whether blanks stand before
    the XML declaration.
    """

    tags: tuple[Tag, ...]
    items: tuple[Item, ...]
    xml: bytes
    version: str = ""
    encoding: str = ""
    namespaces: Mapping[str, str] = field(default_factory=dict)
    line: int = 0
    length_bytes: int = 0
    strays: tuple[Tag, ...] = ()
    begins_late: bool = False

    def link(self, rel: str) -> str:
        """Where the channel's ``atom:link`` of *rel* leads (RFC 5005), or nothing."""
        links = (tag for tag in self.tags if tag.name == "atom:link")
        return next((tag.get("href") for tag in links if tag.get("rel").lower() == rel), "")


class Refused(LornpodError):
    """The feed cannot be used; ``code`` says why, as the rule of that name."""

    def __init__(self, code: str, message: str, hint: str = "", line: int = 0) -> None:
        super().__init__(message, hint=hint)
        self.code, self.line = code, line


def read(data: bytes, where: str, *, keep_xml: bool = True) -> Document:
    """The feed in *data*. Raises Refused, in one line, for what is no RSS or cannot be trusted.

    Without *keep_xml* no XML is kept of channel and items.
    """
    try:
        return _read(data, keep_xml)
    except etree.XMLSyntaxError as error:
        reason = " ".join(str(error.msg).split())
        refusal = Refused(
            "rss-xml", tr("not well-formed XML: {reason}", reason=reason), _remedy(reason), error.lineno or 0
        )
    except Refused as error:
        refusal = error
    except (UnicodeError, LookupError, ValueError) as error:
        refusal = Refused("rss-xml", tr("not XML: {error}", error=error), tr("look whether it is the feed"))
    refusal.where = where
    raise refusal


def _remedy(reason: str) -> str:
    """What to do about what libxml2 says, by its words."""
    if "encoding" in reason:
        return tr("store it in the encoding that it says, which should be UTF-8")
    if reason.startswith("Entity"):
        return tr("write the character itself, or its number such as &#160;")
    if reason.startswith("Namespace prefix"):
        return tr("declare the namespace at <rss>")
    return tr("have the host mend the feed, or mend the file")


def _read(data: bytes, keep_xml: bool) -> Document:
    if len(data) > MAX_BYTES:
        said = tr("larger than {max_mb} MB", max_mb=MAX_BYTES // 1_000_000)
        raise Refused("rss-limit", said, tr("give a feed in pages (RFC 5005)"))
    body = data.lstrip()  # some hosts begin with an empty line, which XML forbids
    skipped = data[: len(data) - len(body)].count(b"\n")
    if _WEB_PAGE.match(body[:_PROLOGUE_BYTES]):
        raise Refused("rss-root", tr("this is a web page, not a feed"), tr("look at the feed's address"))
    _refuse_document_type(body)
    # huge_tree stays off: libxml2 then refuses texts and depths past its own limits too.
    parser = etree.XMLPullParser(
        events=("start", "end"),
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    reader = _Reader(keep_xml, skipped)
    events = cast("Iterator[tuple[str, Element]]", parser.read_events())
    try:
        for block in _blocks(body, _BLOCK_BYTES):
            parser.feed(block)
            reader.take(events)
        parser.close()
    except etree.XMLSyntaxError:
        reader.take(events)  # what is refused before it broke off is the better reason
        raise
    reader.take(events)
    return reader.document(len(data), begins_late=len(body) < len(data) and body.startswith(b"<?xml"))


class _Prologue:
    """Hears of a document type, and of the first tag, before which it stands (lxml's parser targets)."""

    def __init__(self) -> None:
        self.over = False

    def doctype(self, *_: object) -> None:
        hint = tr("a document type can hold entities, which feeds do not need: have it left out")
        raise Refused("rss-doctype", tr("the feed declares a document type"), hint)

    def start(self, *_: object) -> None:
        self.over = True

    def close(self) -> None:
        """Nothing is built."""


def _refuse_document_type(body: bytes) -> None:
    """Raise Refused before anything that a document type declares is made use of."""
    prologue = _Prologue()
    parser = etree.XMLParser(
        target=cast("Any", prologue), no_network=True, load_dtd=False, huge_tree=False, resolve_entities=False
    )
    for block in _blocks(body, _PROLOGUE_BYTES):
        parser.feed(block)
        if prologue.over:
            return


def _blocks(body: bytes, size: int) -> Iterator[bytes]:
    return (body[start : start + size] for start in range(0, max(len(body), 1), size))


class _Reader:
    """Takes one item out of the tree at a time; what is above it stays small."""

    def __init__(self, keep_xml: bool, skipped_lines: int) -> None:
        self._keep_xml, self._skipped = keep_xml, skipped_lines
        self._depth = self._count = self._of_one = 0
        self._root: Element | None = None
        self._channel: Element | None = None
        self._items: list[Item] = []
        self._strays: list[Tag] = []

    def take(self, events: Iterator[tuple[str, Element]]) -> None:
        for event, element in events:
            if event == "start":
                self._start(element)
            else:
                self._end(element)

    def _start(self, element: Element) -> None:
        self._depth += 1
        self._count += 1
        self._of_one += 1
        if self._depth == 1:
            if element.tag != "rss":
                said = tr("this is <{tag}>, not <rss>", tag=_name(str(element.tag)))
                raise Refused("rss-root", said, tr("look at the feed's address"), self._line(element))
            self._root = element
        elif self._depth > _MAX_DEPTH:
            said = tr("more than {max_depth} elements inside each other", max_depth=_MAX_DEPTH)
            raise Refused("rss-limit", said, tr("look at the feed"), self._line(element))
        elif self._depth == 2 and element.tag == "channel" and self._channel is None:
            self._channel = element
        if self._count > _MAX_TAGS or self._of_one > _MAX_TAGS_OF_ONE:
            most = _MAX_TAGS if self._count > _MAX_TAGS else _MAX_TAGS_OF_ONE
            of = tr("in one feed") if self._count > _MAX_TAGS else tr("in one episode or show")
            raise Refused(
                "rss-limit",
                tr("more than {most:,} tags {of}", most=most, of=of),
                tr("look at the feed"),
                self._line(element),
            )

    def _end(self, element: Element) -> None:
        self._depth -= 1
        parent = element.getparent()
        if element.tag == "item" and self._depth == 2 and parent is not None and parent is self._channel:
            xml = _xml(element) if self._keep_xml else b""
            self._items.append(Item(self._tags(element), xml, self._line(element)))
            parent.remove(element)
            self._of_one = 0
            if len(self._items) > _MAX_ITEMS:
                raise Refused(
                    "rss-limit", tr("more than {max_items:,} episodes in one feed", max_items=_MAX_ITEMS)
                )
        elif self._depth == 1 and element.tag in ("item", "channel") and element is not self._channel:
            self._strays.append(self._tag(element))

    def document(self, length_bytes: int, *, begins_late: bool) -> Document:
        root, channel = self._root, self._channel
        if channel is None or root is None:
            raise Refused("rss-root", tr("an <rss> without a <channel>"), tr("look at the feed's address"))
        for between in channel:  # between the tags of a channel stand line ends alone
            between.tail = None
        channel.text = None
        return Document(
            self._tags(channel),
            tuple(self._items),
            _xml(channel) if self._keep_xml else b"",
            str(root.get("version", "")),
            str(root.getroottree().docinfo.encoding or "UTF-8"),
            {prefix or "": uri for prefix, uri in root.nsmap.items()},
            self._line(root),
            length_bytes,
            tuple(self._strays),
            begins_late,
        )

    def _tags(self, parent: Element) -> tuple[Tag, ...]:
        return tuple(self._tag(child) for child in parent if isinstance(child.tag, str))

    def _tag(self, element: Element) -> Tag:
        attributes = {_name(str(name)): str(value) for name, value in element.attrib.items()}
        # xhtml and the like: all words count, not those before the first child alone.
        text = "".join(map(str, element.itertext())) if len(element) else element.text or ""
        children = tuple(self._inner(child) for child in element) if len(element) else ()
        name, said = _name(str(element.tag)), text.strip()
        return Tag(name, attributes, said, children, self._line(element), text.strip(_XML_SPACE) != text)

    def _inner(self, element: Element) -> Tag:
        """A tag inside a tag: its own text alone, so that no depth multiplies a long one."""
        attributes = {_name(str(name)): str(value) for name, value in element.attrib.items()}
        children = tuple(self._inner(child) for child in element) if len(element) else ()
        return Tag(
            _name(str(element.tag)), attributes, (element.text or "").strip(), children, self._line(element)
        )

    def _line(self, element: Element) -> int:
        return int(cast("Any", element.sourceline) or 0) + self._skipped


def _xml(element: Element) -> bytes:
    """*element* as a document of its own, with the namespaces that it uses."""
    alone = deepcopy(element)
    alone.tail = None
    etree.cleanup_namespaces(alone)
    return etree.tostring(alone, encoding="utf-8", xml_declaration=True) + b"\n"


def is_web(address: str) -> bool:
    """Whether *address* leads to the web: what a feed names is never read from this machine's files."""
    return address.lower().startswith(("http://", "https://"))


def usual_prefix(namespace: str) -> str:
    """The prefix that people know *namespace* by, however it is spelled; nothing for others."""
    return _PREFIXES.get(_folded(namespace), "")


@lru_cache(maxsize=4096)
def _name(tag: str) -> str:
    qualified = _QUALIFIED.match(tag)
    if not qualified:
        return tag
    namespace, name = qualified.groups()
    prefix = usual_prefix(namespace)
    return f"{prefix}:{name}" if prefix else f"{{{namespace}}}{name}"


# ---------------------------------------------------------------- pages (RFC 5005)

MAX_PAGES = 2000


@dataclass(slots=True)
class Whole:
    """All pages of a feed as one: the first page's channel, every item once, newest page first."""

    tags: tuple[Tag, ...]
    items: list[Item] = field(default_factory=list)
    xml: bytes = b""
    pages: int = 0
    length_bytes: int = 0


def read_all(data: bytes, where: str, fetch: Callable[[str], bytes]) -> Whole:
    """The feed in *data* with the pages that follow it (``next``, or ``prev-archive``), got by *fetch*.

    An item that comes on several pages counts where it comes first. Raises LornpodError for pages that
    lead in a circle, or are too large together.
    """
    document = read(data, where)
    whole = Whole(document.tags, xml=document.xml)
    seen: set[str] = {where}
    known: set[str] = set()
    for page in _pages(document, where, seen, fetch):
        whole.pages += 1
        whole.length_bytes += page.length_bytes
        if whole.length_bytes > _MAX_BYTES_OF_ALL:
            said = tr("its pages are larger than {max_mb} MB together", max_mb=_MAX_BYTES_OF_ALL // 1_000_000)
            raise LornpodError(said, where, tr("look at the feed"))
        for item in page.items:
            key = guid(item)
            if whole.pages == 1 or key not in known:
                whole.items.append(item)
            known.add(key)
    return whole


def _pages(
    document: Document, where: str, seen: set[str], fetch: Callable[[str], bytes]
) -> Iterator[Document]:
    seen.add(document.link("self"))
    while True:
        yield document
        following = document.link("next") or document.link("prev-archive")
        if not following:
            return
        following = where = _from(where, following)
        if following in seen:
            raise LornpodError(
                tr("the pages of the feed lead in a circle"), following, tr("have the host mend it")
            )
        if len(seen) > MAX_PAGES:
            raise LornpodError(tr("the feed has more than {max_pages} pages", max_pages=MAX_PAGES), following)
        seen.add(following)
        document = read(fetch(following), following)


def _from(where: str, address: str) -> str:
    """*address*, which the page at *where* gives; what cannot be an address stays as it is."""
    try:
        return urljoin(where, address) if is_web(where) else address
    except ValueError:
        return address


def guid(item: Item) -> str:
    """What an item is known by: its guid, else the address of its sound, as apps have it (RSS 2.0)."""
    given = next((tag.text for tag in item.tags if tag.name == "guid" and tag.text), "")
    return given or next((tag.get("url") for tag in item.tags if tag.name == "enclosure"), "")
