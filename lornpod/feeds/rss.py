"""A feed's definition and its records as RSS 2.0: the same input gives the same bytes on any machine."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator
from lxml import etree

from ..model import MAX_MEGABYTES, Feed, Network, Record, archive_key, stated
from .channel import Channel, ChannelExtension, Paging, is_explicit
from .items import ITEM, SHORT, Inherited, Item, ItemExtension
from .kin import Members, kin_of
from .namespaces import ATOM, NAMESPACES, PODCAST, Element, address, clean, first, uri

MEDIA_TYPE = "application/rss+xml"
_END = b"</channel></rss>"
_BATCH = 100  # episodes whose notes are left out together


@dataclass(frozen=True, slots=True)
class Archive:
    """A page of a feed's older episodes: its key in the store, which holds its digest, and its bytes."""

    key: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Edition:
    """A feed as it is published: the document that apps subscribe to, and the archives that it leads to,
    the oldest first (RFC 5005, 4)."""

    current: bytes
    archives: tuple[Archive, ...] = ()


class Renderer:
    """Renders the *feeds* of one network. An episode in several feeds is made into an item once."""

    def __init__(self, network: Network, feeds: Sequence[Feed] = ()) -> None:
        self._network, self._feeds = network, feeds
        self.members: Members = {}  # which cases each feed shows, for feeds that recommend by it
        # By identity: two publishers may have written different records of one case and number. The
        # record is kept beside its item, so that no other can come to have its id.
        self._items: dict[tuple[int, Inherited, bool], tuple[Record, bytes]] = {}

    def edition(self, feed: Feed, slots: Sequence[Record], *, cover: str = "") -> Edition:
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
        return Edition(self._document(feed, newest, _shown(slots), cover, paging), tuple(archives))

    def render(self, feed: Feed, records: Sequence[Record], *, cover: str = "") -> bytes:
        """The RSS of *feed* in one document, showing *records* in the order given."""
        return self._document(feed, records, records, cover, Paging())

    # ------------------------------------------------------------ documents

    def _archive(
        self, feed: Feed, number: int, records: Sequence[Record], cover: str, before: Sequence[Archive]
    ) -> Archive:
        """Archive *number* of *feed*, after those *before* it. Its key has the digest of all but its own
        address."""
        url = uri(self._network.feed_url(feed.slug))
        links = (("current", url), *self._links(feed, before))
        nameless = self._document(feed, records, records, cover, Paging(links, archive=True))
        digest = hashlib.sha256(nameless).hexdigest()[:8]
        key = archive_key(feed.slug, number, digest)
        named = Paging(links, archive=True, url=address(self._network, key))
        return Archive(key, self._document(feed, records, records, cover, named))

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
        self, feed: Feed, records: Sequence[Record], whole: Sequence[Record], cover: str, paging: Paging
    ) -> bytes:
        """*records* in the channel of *feed*, whose episodes are *whole*."""
        url = paging.url or uri(self._network.feed_url(feed.slug))
        channel = Channel(
            self._network,
            feed,
            cover,
            url,
            built=max(map(_appeared, records), default=None),
            trailers=[record for record in whole if record.case.episode_type == "trailer"],
            kin=kin_of(self._network, feed, self._feeds, self.members),
            paging=paging,
        )
        text: bytes = self._channel(channel).rss_str()
        head, _, _ = text.rstrip().rpartition(_END)
        told = stated(self._network, feed)
        most = round((told.max_megabytes or MAX_MEGABYTES) * 1_000_000) - len(head) - len(_END)
        inherited = Inherited(is_explicit(self._network, feed), told.hosts, told.credits)
        return b"\n".join((head, *self._fitted(records, inherited, most), _END + b"\n"))

    def _channel(self, channel: Channel) -> FeedGenerator:
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

    def _fitted(self, records: Sequence[Record], inherited: Inherited, most_bytes: int) -> list[bytes]:
        """The items, of which the oldest are short ones where all would take more than *most_bytes*.

        By the hundred, counted from the oldest: so a new episode rarely shortens another.
        """
        items = [self._item(record, inherited, short=False) for record in records]
        over = sum(map(len, items)) + len(items) - most_bytes
        oldest = len(items)
        while over > 0 and oldest > 0:
            newer = max(0, oldest - _BATCH + (len(items) - oldest) % _BATCH)
            for at in range(newer, oldest):
                short = self._item(records[at], inherited, short=True)
                over -= len(items[at]) - len(short)
                items[at] = short
            oldest = newer
        return items

    def _item(self, record: Record, inherited: Inherited, *, short: bool) -> bytes:
        known = (id(record), inherited, short)
        if known not in self._items:
            self._items[known] = (record, _serialized(self._entry(record, inherited, short).rss_entry()))
        return self._items[known][1]

    def _entry(self, record: Record, inherited: Inherited, short: bool) -> FeedEntry:
        item, media = Item(self._network, record, inherited), record.media.artifact
        entry = FeedEntry()
        entry.title(first(record.case.title, record.case.id))
        entry.link(href=uri(self._network.case_url(record.case)), rel="alternate")
        entry.guid(clean(record.guid), permalink=False)
        entry.description(clean(record.case.summary))
        if not short and (notes := clean(record.notes)):
            # CDATA cannot hold its own end: such notes are escaped instead, which says the same.
            entry.content(notes, type="html" if "]]>" in notes else "CDATA")
        entry.enclosure(item.url(media.key), str(media.length_bytes), media.media_type)
        entry.register_extension("lornpod", ItemExtension)
        entry.lornpod.item = item
        entry.lornpod.tags = SHORT if short else ITEM
        return entry


def _shown(slots: Sequence[Record]) -> Sequence[Record]:
    return [record for record in slots if not record.withdrawn]


def _appeared(record: Record) -> datetime:
    return max(record.recorded_at, record.case.published or record.recorded_at)


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

    Given by its own document and those of its archives.
    """

    def __init__(self, feed_xml: bytes, *archives: bytes) -> None:
        self._channel = _channel_of(feed_xml)
        channels = [self._channel, *map(_channel_of, archives)]
        items = [item for channel in channels if channel is not None for item in channel.findall("item")]
        self._items = {(item.findtext("guid") or "").strip(): item for item in items}

    @property
    def guids(self) -> tuple[str, ...]:
        """The guids of the items, in order."""
        return tuple(self._items)

    @property
    def podcast_guid(self) -> str | None:
        """The podcast:guid that the feed is known by."""
        found = self._channel.findtext(f"{{{PODCAST}}}guid") if self._channel is not None else None
        return (found or "").strip() or None

    @property
    def channel(self) -> dict[str, str]:
        """Each field of the channel by name, and what it says."""
        return _fields(self._channel) if self._channel is not None else {}

    def item(self, guid: str) -> dict[str, str]:
        """Each field of an item by name, and what it says."""
        return _fields(self._items[guid])

    def title(self, guid: str) -> str:
        return self._items[guid].findtext("title") or ""

    def same(self, guid: str, other: Published) -> bool:
        """Whether both feeds have the same item under *guid*, to the letter."""
        ours, theirs = self._items[guid], other._items[guid]
        return bool(etree.tostring(ours) == etree.tostring(theirs))


def guid_of(feed_xml: bytes) -> str | None:
    """The podcast:guid that *feed_xml* was published with; None where it has none or is no XML."""
    return Published(feed_xml).podcast_guid


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


def archive_before(feed_xml: bytes, slug: str) -> str:
    """The key of the archive that a document of the feed *slug* says came before it; empty for none."""
    head = feed_xml.partition(b"<item>")[0]
    if b'rel="prev-archive"' not in head:
        return ""
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
