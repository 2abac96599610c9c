"""A feed's definition and its records as RSS 2.0: the same input gives the same bytes on any machine."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator
from lxml import etree

from ..model import Feed, Network, Record
from .namespaces import (
    PODCAST,
    Channel,
    ChannelExtension,
    Element,
    Item,
    ItemExtension,
    address,
    clean,
    first,
    uri,
)

MEDIA_TYPE = "application/rss+xml"


class Renderer:
    """Renders the feeds of one network. An episode in several feeds is made into an item once."""

    def __init__(self, network: Network) -> None:
        self._network = network
        # By identity: two publishers may have written different records of one case and number. The
        # record is kept beside its item, so that no other can come to have its id.
        self._items: dict[int, tuple[Record, Element]] = {}

    def render(self, feed: Feed, records: Sequence[Record], *, cover: str = "") -> bytes:
        """The RSS of *feed*, showing *records* in the order given; *cover* is a reference to its picture."""
        generator = self._channel(feed, records, cover)
        for record in records:
            generator.add_entry(_Made(self._item(record)), order="append")
        text: bytes = generator.rss_str()
        return text.rstrip() + b"\n"

    def _channel(self, feed: Feed, records: Sequence[Record], cover: str) -> FeedGenerator:
        network, channel = self._network, Channel(self._network, feed, tuple(records), cover)
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
        if cover:
            made.image(url=address(network, cover), title=title, link=channel.link)
        made.register_extension("lornpod", ChannelExtension, None)
        made.lornpod.channel = channel
        return made

    def _item(self, record: Record) -> Element:
        if id(record) not in self._items:
            self._items[id(record)] = (record, self._entry(record).rss_entry())
        return self._items[id(record)][1]

    def _entry(self, record: Record) -> FeedEntry:
        item, media = Item(self._network, record), record.media.artifact
        entry = FeedEntry()
        entry.title(first(record.case.title, record.case.id))
        entry.link(href=uri(self._network.case_url(record.case)), rel="alternate")
        entry.guid(clean(record.guid), permalink=False)
        entry.description(clean(record.case.summary))
        if notes := clean(record.notes):
            # CDATA cannot hold its own end: such notes are escaped instead, which says the same.
            entry.content(notes, type="html" if "]]>" in notes else "CDATA")
        entry.enclosure(item.url(media.key), str(media.length_bytes), media.media_type)
        entry.register_extension("lornpod", ItemExtension)
        entry.lornpod.item = item
        return entry


class _Made(FeedEntry):  # type: ignore[misc]
    """An entry whose item is made already; every feed gets a copy of its own."""

    def __init__(self, item: Element) -> None:
        super().__init__()
        self._made = item

    def rss_entry(self, extensions: bool = True) -> Element:  # noqa: ARG002 - feedgen's signature
        return deepcopy(self._made)


def render(network: Network, feed: Feed, records: Sequence[Record], *, cover: str = "") -> bytes:
    """One feed alone; see :meth:`Renderer.render`."""
    return Renderer(network).render(feed, records, cover=cover)


class Published:
    """A feed as it was published, to tell what another version changes; of what is no feed, nothing."""

    def __init__(self, feed_xml: bytes) -> None:
        root = _parsed(feed_xml)
        self._channel = root.find("channel") if root is not None else None
        items = self._channel.findall("item") if self._channel is not None else []
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
