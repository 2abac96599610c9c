"""Whatever network, feed and case say stands in the feed, and can be read there again, field by field."""

from __future__ import annotations

import random
from dataclasses import fields, replace
from typing import Any
from xml.parsers import expat

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from lornpod.feeds import rss
from lornpod.feeds.namespaces import NAMESPACES, uri
from lornpod.model import Case, Feed, Network, Record

from . import builders as build
from .said_again import (
    NOT_OF_A_FEED,
    NOT_OF_AN_ITEM,
    Element,
    Said,
    cleaned,
    cut,
    item_wanted,
    show_wanted,
)
from .whole import ADDRESSES, Whole

NASTY = [
    "]]>", "<![CDATA[", "&amp;", "&amp;amp;", "&#0;", "&", "<b>", "</title>", "<item>", "</item>", "\n<item>",
    "</channel></rss>", "<!--", "<?xml", "\r\n", "\r", "\t", "\x00", "\x0b", "\x7f", "\x85", "\u2028",
    "\ufeff", "\ufffe", "\ud83d", "😀", "👨‍👩‍👧‍👦", "å", "a\u030a", '"', "'", "%", "%20", "\u202eשלום\u202c",
    "مرحبا بالعالم", "日本語の題名" * 30, "ord " * 2000, "x" * 5000, " ", "\u00a0", "\u200b",
]  # fmt: skip
ANYTHING = st.lists(
    st.sampled_from(NASTY) | st.text(st.characters(exclude_categories=()), max_size=8), max_size=5
).map("".join)


class Anything(Whole):
    """Draws values whose words may be anything, of any length."""

    __slots__ = ()

    def short(self) -> str:
        return self.line()

    def phrase(self) -> str:
        return self.line()

    def text(self) -> str:
        return self.line()

    def markdown(self) -> str:
        return self.line()

    def address(self) -> str:
        return self.one(*ADDRESSES, f"https://example.org/{self.line()}")


def rendered(network: Network, feed: Feed, *records: Record) -> bytes:
    return rss.render(network, feed, records, cover="art/cover.jpg")


@settings(max_examples=150)
@given(st.lists(ANYTHING, min_size=1, max_size=10), st.integers(0, 2**32))
@example(["a ]]> b", "<item>", "\n<item>"], 1)
@example(["日本語の題名" * 30], 2)
def test_what_a_network_a_feed_and_a_case_say_stands_in_the_feed_field_by_field(
    lines: list[str], seed: int
) -> None:
    made = Anything(random.Random(seed), lines)
    # Where a feed would grow too large its episodes say less, which is another matter.
    network = replace(made.network(), max_megabytes=1000.0)
    feed = replace(made.feed(), max_megabytes=1000.0)
    records = [] if feed.is_list else [record_of(made, number) for number in range(2)]
    data = rendered(network, feed, *records)
    channel = etree.fromstring(data)[0]
    assert expat.ParserCreate().Parse(data, True)  # which is another parser than ours
    said = Said()
    shown, wanted = said.show(channel), show_wanted(network, feed, records)
    assert set(shown) | NOT_OF_A_FEED == {one.name for one in fields(Feed)}
    for name, value in shown.items():
        assert value == wanted[name], name
    items = channel.findall("item")
    assert len(items) == len(records) == len(rss.Published(data).guids)
    for item, record in zip(items, records, strict=True):
        episode, wanted = said.episode(item), item_wanted(network, feed, record)
        assert set(episode) | NOT_OF_AN_ITEM == {one.name for one in fields(Case)}
        for name, value in episode.items():
            assert value == wanted[name], name
        notes = item.findtext("content:encoded", namespaces=NAMESPACES)
        assert (notes or "") == (cleaned(record.notes) if cleaned(record.case.summary) else "")
        made_of_it(said, network, record, item, episode)
    made_of_all(said, network, feed, channel)
    assert said.unasked(channel) == set()


def made_of_all(said: Said, network: Network, feed: Feed, channel: Element) -> None:
    """What a channel says that nobody states in its file."""
    (locked,) = channel.findall("podcast:locked", NAMESPACES)
    assert said.of(locked, "owner") == network.owner_email
    (cover,) = channel.findall("itunes:image", NAMESPACES)
    assert said.of(cover, "href") == channel.findtext("image/url") == uri(network.url("art/cover.jpg"))
    links = channel.findall("atom:link", NAMESPACES)
    own = uri(network.feed_url(feed.slug))
    assert sorted(tuple(said.of(one, name) for name in ("rel", "href", "type")) for one in links) == [
        *(("hub", uri(hub), "") for hub in sorted(network.hubs)),
        ("self", own, rss.MEDIA_TYPE),
    ]


def made_of_it(said: Said, network: Network, record: Record, item: Element, episode: dict[str, Any]) -> None:
    """What an item says of its media and in the words of older namespaces."""
    (guid,) = item.findall("guid")
    assert said.of(guid, "isPermaLink") == "false"
    media = record.media.artifact
    (enclosure,) = item.findall("enclosure")
    assert [said.of(enclosure, name) for name in ("url", "length", "type")] == [
        uri(network.url(media.key)), str(media.length_bytes), media.media_type
    ]  # fmt: skip
    assert item.findtext("itunes:duration", namespaces=NAMESPACES) == "90"
    transcripts = item.findall("podcast:transcript", NAMESPACES)
    assert [
        tuple(said.of(one, name) for name in ("url", "type", "language", "rel")) for one in transcripts
    ] == [
        (uri(network.url(one.key)), one.media_type, one.language, "captions" if "vtt" in one.key else "")
        for one in record.transcripts
    ]
    (chapters,) = item.findall("podcast:chapters", NAMESPACES)
    assert record.chapters is not None
    assert said.of(chapters, "url") == uri(network.url(record.chapters.key))
    assert said.of(chapters, "type") == record.chapters.media_type
    for simple in item.findall("psc:chapters", NAMESPACES):
        assert said.of(simple, "version") == "1.2"
    creators = [one.text for one in item.findall("dc:creator", NAMESPACES)]
    if record.case.hosts:
        assert list(map(cut, map(str, creators))) == [one.name for one in episode["hosts"]]
    shown = {(episode["image"], "", "")} | {
        (one.href, str(one.width_px or ""), str(one.height_px or "")) for one in episode["images"]
    }
    for one in item.findall("media:thumbnail", NAMESPACES):
        assert tuple(said.of(one, name) for name in ("url", "width", "height")) in shown


def record_of(made: Whole, number: int) -> Record:
    case = replace(made.case(), id=f"C{number}", published=made.moment())
    return build.record(case=case, guid=f"{number} {made.line()}", notes=made.line())


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("ord " * 40, ("ord " * 32).rstrip() + "…"),
        ("x" * 129, "x" * 127 + "…"),
        ("日本語の題名" * 30, ("日本語の題名" * 30)[:127] + "…"),
        (f"Om {'x' * 200}", f"Om {'x' * 124}…"),
        ("x" * 128, "x" * 128),
    ],
)
def test_a_text_that_is_too_long_is_cut_at_a_word_and_never_to_nothing(said: str, shown: str) -> None:
    live = Whole(random.Random(1), ("x",)).live()
    feed = build.feed(live=(replace(live, links=(replace(live.links[0], title=said),)),))
    channel = etree.fromstring(rendered(build.network(), feed))[0]
    assert channel.findtext("podcast:liveItem/podcast:contentLink", namespaces=NAMESPACES) == shown
    assert len(shown) <= 128
