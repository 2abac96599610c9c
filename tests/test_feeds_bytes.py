"""A new version of lornpod, feedgen or lxml leaves feeds as they are, or this says so."""

from __future__ import annotations

from pathlib import Path

from lornpod.feeds import rss

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


def test_a_feed_keeps_the_bytes_that_it_was_first_published_with() -> None:
    # Other bytes make every app of every subscriber fetch every feed of a network anew.
    network = build.network(hubs=("https://hub.example/",), case_href="https://example.org/case/{id}")
    assert rss.render(network, build.feed(), RECORDS, cover="art/cover-ff.jpg") == GOLDEN.read_bytes()
