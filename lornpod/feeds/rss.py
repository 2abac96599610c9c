"""A feed's definition and its records as RSS 2.0: the same input gives the same bytes on any machine."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import TYPE_CHECKING, TypeAlias

from feedgen.version import version_full_str
from lxml import etree

from ..errors import Finding, Level
from ..messages import tr, trn
from ..model import MAX_MEGABYTES, Feed, Network, Record, archive_key, stated
from .channel import Channel, ChannelExtension, Paging, is_explicit
from .items import Inherited, Item, written
from .kin import Members, kin_of
from .namespaces import AROUND, ATOM, NAMESPACES, PODCAST, address, first, uri
from .select import Entry, entry_of

if TYPE_CHECKING:
    from feedgen.feed import FeedGenerator

MEDIA_TYPE = "application/rss+xml"
LIBRARIES = f"feedgen {version_full_str}, lxml {etree.__version__}"  # whose versions may show in a feed
_END = b"</channel></rss>"
_BATCH = 100  # episodes whose notes are left out together
_LEAST_BYTES = 1000  # of a short item, roughly; where so many cannot fit, none is looked at whole
_SHORT, _BRIEF = 1, 2  # levels of items
_TAIL = b"\n" + _END + b"\n"
_BETWEEN = b"\n<item>"  # nowhere else in what we write
_OURS = b"<?xml version='1.0' encoding='UTF-8'?>\n<rss xmlns:itunes="
_GUID = re.compile(rb'<guid isPermaLink="false">([^<]*)</guid>')
_TITLE = re.compile(rb"<item><title>(.*?)</title>", re.DOTALL)
_AROUND = AROUND.encode()


@dataclass(frozen=True, slots=True)
class Document:
    """An RSS document in parts: the channel, each item, the end. Items are shared between documents."""

    head: bytes
    items: tuple[bytes, ...]
    _sums: dict[str, str] = field(default_factory=dict, init=False, compare=False, repr=False)

    @property
    def pieces(self) -> tuple[bytes, ...]:
        """What the document is written in, one after another."""
        return (self.head, *chain.from_iterable(zip(repeat(b"\n"), self.items)), _TAIL)

    @property
    def data(self) -> bytes:
        return b"".join(self.pieces)

    @property
    def length_bytes(self) -> int:
        return len(self.head) + sum(len(item) + 1 for item in self.items) + len(_TAIL)

    def sum(self, algorithm: str) -> str:
        """The checksum of :attr:`data`, hexadecimal; *algorithm* as hashlib names it."""
        if algorithm not in self._sums:
            made = hashlib.new(algorithm, usedforsecurity=False)
            for piece in self.pieces:
                made.update(piece)
            self._sums[algorithm] = made.hexdigest()
        return self._sums[algorithm]


@dataclass(frozen=True, slots=True)
class Archive:
    """A page of a feed's older episodes: its key in the store, which holds its digest, and what it says."""

    key: str
    document: Document


@dataclass(frozen=True, slots=True)
class Cut:
    """How many of a feed's episodes, counted from the oldest, are *short*, and of these *brief*."""

    short: int = 0
    brief: int = 0

    def level(self, at: int, count: int) -> int:
        """That of the item *at* among *count*, the newest first."""
        return (at >= count - self.short) + (at >= count - self.brief)


@dataclass(frozen=True, slots=True)
class Edition:
    """A feed as it is published: the document that apps subscribe to, with the *shown* episodes, of which
    the oldest say less as *cut* says; and the archives that it leads to, the oldest first (RFC 5005, 4)."""

    current: Document
    shown: tuple[Entry, ...]
    cut: Cut = field(default_factory=Cut)
    archives: tuple[Archive, ...] = ()


Element: TypeAlias = "etree._Element"
Written = bytes | Document
RecordOf = Callable[[Entry], Record]


class Renderer:
    """Renders the *feeds* of one network. An episode in several feeds is made into an item once.

    Items may be given by :meth:`remember`, from a feed that was rendered before; *record_of* is asked for
    the others.
    """

    def __init__(
        self, network: Network, feeds: Sequence[Feed] = (), record_of: RecordOf | None = None
    ) -> None:
        self._network, self._feeds = network, feeds
        self._record_of = record_of or self._given
        self.members: Members = {}  # which cases each feed shows, for feeds that recommend by it
        self._items: dict[Inherited, dict[tuple[str, int], bytes]] = {}  # by the record's key and the level
        self._records: dict[str, Record] = {}

    def edition(self, feed: Feed, slots: Sequence[Entry], *, cover: str = "") -> Edition:
        """*feed* with the episodes of *slots* that are not withdrawn; *cover* is a reference.

        *slots* are newest first. A feed whose episodes fill two pages is cut from the oldest end: each
        archive has ``page_size`` slots, so that a new episode changes none of them, and a withdrawn one
        its own and, since each names the one before it, those after it.
        """
        size = stated(self._network, feed).page_size
        full = max(0, len(slots) // size - 1) if size else 0
        archives: list[Archive] = []
        for number in range(1, full + 1):
            assert size is not None  # noqa: S101 - there are no pages without it
            page = slots[len(slots) - number * size : len(slots) - (number - 1) * size]
            archives.append(self._archive(feed, number, _shown(page), cover, archives))
        newest = _shown(slots[: len(slots) - full * (size or 0)])[: feed.limit]
        paging = Paging(tuple(self._links(feed, archives)))
        current, cut = self._document(feed, newest, _shown(slots), cover, paging)
        return Edition(current, newest, cut, tuple(archives))

    def render(self, feed: Feed, records: Sequence[Record], *, cover: str = "") -> bytes:
        """The RSS of *feed* in one document, showing *records* in the order given."""
        # By identity: two publishers may have written different records of one case and number. The
        # records are kept, so that no other can come to have the id of one.
        self._records.update((str(id(record)), record) for record in records)
        entries = [entry_of(record, str(id(record))) for record in records]
        return self._document(feed, entries, entries, cover, Paging())[0].data

    def _given(self, entry: Entry) -> Record:
        return self._records[entry.key]

    def inherited(self, feed: Feed) -> Inherited:
        """What the items of *feed* have from it. Where it is the same, an item is too."""
        told = stated(self._network, feed)
        return Inherited(is_explicit(self._network, feed), told.hosts, told.credits)

    def made_of(self, feed: Feed, slots: Sequence[Entry], *, cover: str = "") -> object:
        """All that :meth:`edition` makes the feed of, records by their keys."""
        kin = kin_of(self._network, feed, self._feeds, self.members)
        return feed, cover, kin, [(entry.key, entry.withdrawn) for entry in slots]

    def remember(self, feed: Feed, keys: Sequence[str], cut: Cut, stored: Document) -> None:
        """Take the items of *stored*, which shows the records at *keys*, *cut* so, for items of *feed*."""
        if (count := len(stored.items)) == len(keys):
            made = self._items.setdefault(self.inherited(feed), {})
            for at, (key, item) in enumerate(zip(keys, stored.items, strict=True)):
                made.setdefault((key, cut.level(at, count)), item)

    # ------------------------------------------------------------ documents

    def _archive(
        self, feed: Feed, number: int, entries: Sequence[Entry], cover: str, before: Sequence[Archive]
    ) -> Archive:
        """Archive *number* of *feed*, after those *before* it. Its key has the digest of all but its own
        address."""
        url = uri(self._network.feed_url(feed.slug))
        links = (("current", url), *self._links(feed, before))
        nameless, _ = self._document(feed, entries, entries, cover, Paging(links, archive=True))
        digest = hashlib.sha256(nameless.data).hexdigest()[:8]
        key = archive_key(feed.slug, number, digest)
        named = Paging(links, archive=True, url=address(self._network, key))
        return Archive(key, self._document(feed, entries, entries, cover, named)[0])

    def _links(self, feed: Feed, archives: Sequence[Archive]) -> Iterator[tuple[str, str]]:
        """The way to the older pages, for readers of archives and for apps that follow “next” alike.

        Nothing leads to newer ones: an archive would have to change for it.
        """
        if archives:
            newest, oldest = (address(self._network, one.key) for one in (archives[-1], archives[0]))
            yield "first", uri(self._network.feed_url(feed.slug))
            yield "prev-archive", newest
            yield "next", newest
            yield "last", oldest

    def _document(
        self, feed: Feed, entries: Sequence[Entry], whole: Sequence[Entry], cover: str, paging: Paging
    ) -> tuple[Document, Cut]:
        """*entries* in the channel of *feed*, whose episodes are *whole*; and how they are cut."""
        channel = Channel(
            self._network,
            feed,
            cover,
            paging.url or uri(self._network.feed_url(feed.slug)),
            built=max((entry.appeared for entry in entries), default=None),
            trailers=[self._record_of(entry) for entry in whole if entry.trailer],
            kin=kin_of(self._network, feed, self._feeds, self.members),
            paging=paging,
        )
        text: bytes = self._channel(channel).rss_str()
        head, _, _ = text.rstrip().rpartition(_END)
        most_bytes = round(most_megabytes(self._network, feed) * 1_000_000)
        items, cut = self._fitted(entries, self.inherited(feed), most_bytes - len(head))
        return Document(head, tuple(items)), cut

    def _channel(self, channel: Channel) -> FeedGenerator:
        from feedgen.feed import FeedGenerator  # not needed where no feed changes

        network, feed = self._network, channel.feed
        title = first(feed.title, network.name, feed.slug)
        made = FeedGenerator()
        made.generator("lornpod")
        made.title(title)
        # The channel's link is the last that feedgen is given, whatever its rel.
        made.link(href=channel.url, rel="self", type=MEDIA_TYPE)
        made.link(href=channel.link, rel="alternate")
        made.description(first(feed.description, network.description, title))
        made.language(first(feed.language, network.language))
        made.copyright(first(feed.copyright, network.copyright) or None)
        if channel.cover:
            made.image(url=channel.address(channel.cover), title=title, link=channel.link)
        made.register_extension("lornpod", ChannelExtension, None)
        made.lornpod.channel = channel
        return made

    # ------------------------------------------------------------ items

    def _fitted(
        self, entries: Sequence[Entry], inherited: Inherited, most_bytes: int
    ) -> tuple[list[bytes], Cut]:
        """The items, of which the oldest are short where all would take more than *most_bytes*, and brief
        where all would even if they were short; and how many are.

        By the hundred, counted from the oldest: so a new episode rarely shortens another.
        """
        count, made = len(entries), self._items.setdefault(inherited, {})

        def item(at: int, level: int) -> bytes:
            known = (entries[at].key, level)
            if known not in made:
                its_own = Item(self._network, self._record_of(entries[at]), inherited)
                made[known] = written(its_own, level)
            return made[known]

        def fits(cut: Cut) -> bool:
            return sum(len(item(at, cut.level(at, count))) + 1 for at in range(count)) <= most_bytes

        def fewest(level: int) -> int:
            """How many must be of *level*, where the others are of the one above."""
            above = used = 0
            while above < count and used + (more := len(item(above, level - 1)) + 1) <= most_bytes:
                used, above = used + more, above + 1
            cut = min(count, -(-(count - above) // _BATCH) * _BATCH)
            while 0 < cut < count and not fits(Cut(cut) if level == _SHORT else Cut(count, cut)):
                cut = min(count, cut + _BATCH)
            return cut

        if count * _LEAST_BYTES > most_bytes and not fits(Cut(count)):
            cut = Cut(count, fewest(_BRIEF))
        else:
            cut = Cut(fewest(_SHORT))
            if cut.short == count and not fits(cut):
                cut = Cut(count, fewest(_BRIEF))
        return [item(at, cut.level(at, count)) for at in range(count)], cut


def most_megabytes(network: Network, feed: Feed) -> float:
    """How large *feed* may be."""
    return stated(network, feed).max_megabytes or MAX_MEGABYTES


def size_findings(network: Network, feed: Feed, edition: Edition, where: str) -> Iterator[Finding]:
    """What there is to say of the size of *edition*, authored at *where*: it stays larger than it may,
    although its episodes say as little as they can; or some say less, so that it fits."""
    most, length_bytes, cut = most_megabytes(network, feed), edition.current.length_bytes, edition.cut
    if length_bytes > most * 1_000_000:
        yield Finding(
            "feed-too-large",
            tr(
                "the feed would have {megabytes:.1f} MB, its episodes saying as little as they can, where it "
                "may have {most:g}",
                megabytes=length_bytes / 1_000_000,
                most=most,
            ),
            where,
            "max_megabytes",
            tr("set `page_size` or `limit`, write shorter summaries, or allow it more"),
            Level.WARNING,
        )
    elif cut.short:
        summaries = trn(
            "the oldest episode says no more than its summary, so that the feed stays under {most:g} MB",
            "the oldest {count} episodes say no more than their summaries, so that the feed stays under "
            "{most:g} MB",
            cut.short,
            most=most,
        )
        brief = trn(
            "no episode has its notes, and the oldest has a short summary and one transcript alone, so that "
            "the feed stays under {most:g} MB",
            "no episode has its notes, and the oldest {count} have short summaries and one transcript alone, "
            "so that the feed stays under {most:g} MB",
            cut.brief,
            most=most,
        )
        yield Finding(
            "feed-shortened",
            brief if cut.brief else summaries,
            where,
            "max_megabytes",
            tr("set `page_size` to keep all their notes, or allow it more"),
            Level.ADVICE,
        )


def _shown(slots: Sequence[Entry]) -> tuple[Entry, ...]:
    return tuple(entry for entry in slots if not entry.withdrawn)


def _serialized(item: Element) -> bytes:
    """*item* as it stands in a feed that declares :data:`NAMESPACES`."""
    around = etree.Element("rss", nsmap=NAMESPACES)
    around.append(item)
    data: bytes = etree.tostring(around, encoding="utf-8")
    return data[data.index(b">") + 1 : -len(b"</rss>")]


def render(network: Network, feed: Feed, records: Sequence[Record], *, cover: str = "") -> bytes:
    """One feed alone; see :meth:`Renderer.render`."""
    return Renderer(network).render(feed, records, cover=cover)


class Published:
    """A feed as it was published, to tell what another version changes; of what is no feed, nothing.

    Given by its own document and those of its archives. What we wrote is taken apart without reading all
    of it: most items of two versions are the same; those whose identities are *shared* are left out.
    """

    def __init__(self, feed: Written, *archives: Written, shared: Container[int] = ()) -> None:
        documents = [
            one if isinstance(one, Document) else Document(*parts_of(one)) for one in (feed, *archives)
        ]
        self._head = documents[0].head
        self._items: dict[str, bytes] = {}
        for document in documents:
            for item in document.items:
                if id(item) not in shared:
                    self._items.setdefault(_guid(item), item)

    @property
    def guids(self) -> tuple[str, ...]:
        """The guids of the items that are not left out, in order."""
        return tuple(self._items)

    @property
    def podcast_guid(self) -> str | None:
        """The podcast:guid that the feed is known by."""
        return guid_in(self._head)

    @property
    def channel(self) -> dict[str, str]:
        """Each field of the channel by name, and what it says."""
        channel = _channel_of(self._head + _END)
        return _fields(channel) if channel is not None else {}

    def item(self, guid: str) -> dict[str, str]:
        """Each field of an item by name, and what it says."""
        return _fields(_read_item(self._items[guid]))

    def title(self, guid: str) -> str:
        found = _TITLE.search(self._items[guid])
        if found and b"<" not in found[1] and b"&" not in found[1]:
            return found[1].decode()
        return _read_item(self._items[guid]).findtext("title") or ""

    def same(self, guid: str, other: Published) -> bool:
        """Whether both feeds have the same item under *guid*, to the letter."""
        ours, theirs = self._items[guid], other._items[guid]
        return ours == theirs or _canonical(ours) == _canonical(theirs)


def parts_of(feed_xml: bytes) -> tuple[bytes, tuple[bytes, ...]]:
    """A feed up to its first item, and its items; nothing of what is no feed."""
    if feed_xml.startswith(_OURS) and feed_xml.endswith(_TAIL):
        length = len(feed_xml) - len(_TAIL)
        starts = [found.start() for found in re.finditer(_BETWEEN, feed_xml)]
        spans = tuple(zip(starts, (*starts[1:], length), strict=False))
        if all(feed_xml.endswith(b"</item>", start, end) for start, end in spans):
            items = tuple(feed_xml[start + 1 : end] for start, end in spans)
            return feed_xml[: starts[0] if starts else length], items
    return _parts_of_others(feed_xml)


def _parts_of_others(feed_xml: bytes) -> tuple[bytes, tuple[bytes, ...]]:
    """The same of a feed that is written in another way than ours."""
    root = _parsed(feed_xml)
    channel = root.find("channel") if root is not None else None
    if root is None or channel is None:
        return b"", ()
    etree.strip_elements(root, etree.Entity, with_tail=False)  # left unresolved; nothing declares them now
    items = channel.findall("item")
    for item in items:
        channel.remove(item)
        item.tail = None
    channel.text, channel.tail = channel.text or "", None  # so that it is no empty element
    head, _, _ = etree.tostring(root, encoding="utf-8").rpartition(_END)
    return head, tuple(map(_serialized, items))


def _guid(item: bytes) -> str:
    found = _GUID.search(item)
    if found and b"&" not in found[1] and b"<" not in found[1]:
        return found[1].decode().strip()
    return (_read_item(item).findtext("guid") or "").strip()


def _canonical(item: bytes) -> bytes:
    """The same for all ways to write an item."""
    return bytes(etree.tostring(_read_item(item)))


def _read_item(item: bytes) -> Element:
    root = _parsed(_AROUND + item + b"</rss>")
    assert root is not None  # noqa: S101 - it was parsed, or written by us
    return root[0]


def guid_of(feed_xml: bytes) -> str | None:
    """The podcast:guid that *feed_xml* was published with; None where it has none or is no XML."""
    return guid_in(head_of(feed_xml))


def head_of(feed_xml: bytes) -> bytes:
    """What a feed says before its first item, without ends; nothing of what is no feed."""
    if feed_xml.startswith(_OURS) and feed_xml.endswith(_TAIL):
        return feed_xml.partition(_BETWEEN)[0].removesuffix(_TAIL)
    return _parts_of_others(feed_xml)[0]


def guid_in(head: bytes) -> str | None:
    """The same of a feed's head."""
    channel = _channel_of(head + _END)
    found = channel.findtext(f"{{{PODCAST}}}guid") if channel is not None else None
    return (found or "").strip() or None


def items_of(feed_xml: bytes) -> dict[str, dict[str, str]]:
    """The items of a feed by guid, in order: each field's name and what it says."""
    published = Published(feed_xml)
    return {guid: published.item(guid) for guid in published.guids}


def addresses_of(feed_xml: bytes) -> tuple[str, ...] | None:
    """Every value in a feed that may be an address; None for what is no feed."""
    root = _parsed(feed_xml)
    if root is None or root.tag != "rss":
        return None
    texts = (element.text or "" for element in root.iter() if isinstance(element.tag, str))
    values = (str(value) for element in root.iter() for value in element.attrib.values())
    return tuple(value.strip() for found in (texts, values) for value in found if "://" in value)


def archive_before(document: Written, slug: str) -> str:
    """The key of the archive that a document of the feed *slug* says came before it; empty for none."""
    head = document.head if isinstance(document, Document) else head_of(document)
    channel = _channel_of(head + _END)
    links = channel.findall(f"{{{ATOM}}}link") if channel is not None else []
    href = next((link.get("href") for link in links if link.get("rel") == "prev-archive"), None) or ""
    name = href.rpartition("/")[2]
    return f"feeds/{slug}/{name}" if name else ""


def _channel_of(feed_xml: bytes) -> Element | None:
    root = _parsed(feed_xml)
    return root.find("channel") if root is not None else None


def _fields(parent: Element) -> dict[str, str]:
    """What the children of *parent* say by name; several of one name a line each."""
    fields: dict[str, str] = {}
    for child in parent:
        if isinstance(child.tag, str) and child.tag != "item":
            name = etree.QName(child).localname
            full = f"{child.prefix}:{name}" if child.prefix else name
            fields[full] = f"{fields[full]}\n{_said(child)}" if full in fields else _said(child)
    return fields


def _said(element: Element) -> str:
    """The text and attributes of *element*, and what its children say, a line each."""
    attributes = " ".join(f'{name!s}="{value!s}"' for name, value in sorted(element.items()))
    own = " ".join(part for part in (element.text or "", f"[{attributes}]" if attributes else "") if part)
    return "\n".join((own, *(_said(child) for child in element if isinstance(child.tag, str)))).strip()


def _parsed(feed_xml: bytes) -> Element | None:
    """The root of *feed_xml*; no entity is expanded and nothing is fetched."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(feed_xml, parser)
    except etree.XMLSyntaxError:
        return None
