"""All shows of a network as one list that podcast apps import (OPML 2.0)."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from ..model import Feed, Network, show_page_key
from .namespaces import address, clean, first, uri

OPML = "feeds.opml"
MEDIA_TYPE = "text/x-opml"


def render(network: Network, feeds: Sequence[Feed]) -> bytes:
    """The list of *feeds*, but for those that are hidden and those that only list others."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = clean(network.name)
    body = etree.SubElement(root, "body")
    for feed in feeds:
        if not (feed.block or feed.is_list):
            title = first(feed.title, network.name, feed.slug)
            page = address(network, show_page_key(feed.slug)) if network.site else uri(network.website)
            said = {
                "type": "rss",
                "text": title,
                "title": title,
                "description": clean(feed.description),
                "xmlUrl": uri(network.feed_url(feed.slug)),
                "htmlUrl": uri(feed.link) or page,
            }
            etree.SubElement(body, "outline", {name: value for name, value in said.items() if value})
    data: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return data
