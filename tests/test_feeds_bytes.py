"""A new version of lornpod, feedgen or lxml leaves feeds as they are, or this says so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from feedgen.entry import FeedEntry
from feedgen.ext.base import BaseEntryExtension
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from lornpod.feeds import items, rss
from lornpod.feeds.namespaces import AROUND, NAMESPACES, clean, first, uri
from lornpod.model import Chapter, Link, Person, Picture, Recipient, Record, Value

from . import builders as build

GOLDEN = Path(__file__).parent / "data" / "feed.xml"
RECORDS = [
    build.record(),
    build.record(
        guid="guid-2",
        case=build.case(id="C0902", title="]]> & «æøå»", season=1, episode=2),
        notes="<p>]]></p>",
    ),
]
NETWORK = build.network(hubs=("https://hub.example/",), case_href="https://example.org/case/{id}")


def test_a_feed_keeps_the_bytes_that_it_was_first_published_with() -> None:
    # Other bytes make every app of every subscriber fetch every feed of a network anew.
    assert rss.render(NETWORK, build.feed(), RECORDS, cover="art/cover-ff.jpg") == GOLDEN.read_bytes()


# ---------------------------------------------------------------- items are as feedgen writes them

OF_FEEDGEN = ("title", "link", "description", "content_encoded", "guid", "enclosure")


class Others(BaseEntryExtension):  # type: ignore[misc]
    """The tags that feedgen does not know, read from what we write and written by lxml."""

    item: items.Item

    def extend_rss(self, entry: Any) -> Any:
        tags = (tag for tag in items.ITEM if tag.__name__ not in OF_FEEDGEN)
        said = "".join(xml for tag in tags for xml in tag(self.item))
        entry.extend(etree.fromstring(f"{AROUND}{said}</rss>"))
        return entry


def by_feedgen(item: items.Item) -> bytes:
    record, media, entry = item.record, item.record.media.artifact, FeedEntry()
    entry.title(first(record.case.title, record.case.id))
    entry.link(href=uri(item.network.case_url(record.case)), rel="alternate")
    entry.guid(clean(record.guid), permalink=False)
    entry.description(clean(record.case.summary))
    if notes := clean(record.notes):
        entry.content(notes, type="html" if "]]>" in notes or "<item>" in notes else "CDATA")
    entry.enclosure(item.url(media.key), str(media.length_bytes), media.media_type)
    entry.register_extension("lornpod", Others)
    entry.lornpod.item = item
    around = etree.Element("rss", nsmap=NAMESPACES)
    around.append(entry.rss_entry())
    written: bytes = etree.tostring(around, encoding="utf-8")
    return written[written.index(b">") + 1 : -len(b"</rss>")]


def record_saying(text: str) -> Record:
    """A record with *text* wherever an author may write."""
    case = build.case(
        title=text,
        summary=text,
        season=1,
        season_name=text,
        episode=1.5,
        episode_display=text,
        hosts=(Person(text, href=text), build.OLA),
        guests=(Person(text, img=text),),
        images=(Picture("art/picture.jpg", alt=text, aspect_ratio="16/9"),),
        chapters=(Chapter(0, text, 1000, href=text, img=text),),
        funding=(Link(text, "https://example.org/?a=1&b=2"),),
        value=Value("lightning", "keysend", recipients=(Recipient("node", text, 1, text, fee=True),)),
    )
    return build.record(case=case, guid=text, notes=text)


@given(
    st.text(
        st.sampled_from("<>&\"' \t\r\n]\x00\x0b\x85\xa0\u2028\ufffeaåé😀;:/%?#=")
        | st.characters(codec="utf-8")
    )
)
@example("a]]>b & <item>")
@example("\"'\t\n<&>")
@example("&#13; &amp; &lt;")
def test_an_item_has_the_bytes_that_feedgen_would_write(text: str) -> None:
    record = record_saying(text)
    item = items.Item(NETWORK, record, items.Inherited(explicit=False))
    assert items.written(item) == by_feedgen(item)


def test_that_holds_for_what_is_left_out() -> None:
    bare = replace(build.case(), summary="", title="", hosts=(), guests=(), chapters=(), place=None)
    for record in (
        build.record(case=bare),
        build.record(case=bare, notes=""),
        build.record(notes=""),
        *RECORDS,
    ):
        for network in (NETWORK, build.network()):
            item = items.Item(network, record, items.Inherited(explicit=True, hosts=(build.KARI,)))
            assert items.written(item) == by_feedgen(item)
