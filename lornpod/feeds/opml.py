"""All shows of a network as one list that podcast apps import (OPML 2.0)."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from ..model import Feed, Network, show_page_key
from .namespaces import address, clean, element, first, uri

OPML = "feeds.opml"
MEDIA_TYPE = "text/x-opml"


def render(network: Network, feeds: Sequence[Feed]) -> bytes:
    """The list of *feeds*, but for those that are hidden and those that only list others."""
    root = element("", "opml")
    root.set("version", "2.0")
    head, body = element("", "head"), element("", "body")
    head.append(element("", "title", network.name))
    root.extend((head, body))
    for feed in feeds:
        if not (feed.block or feed.is_list):
            title = first(feed.title, network.name, feed.slug)
            page = address(network, show_page_key(feed.slug)) if network.site else uri(network.website)
            body.append(
                element(
                    "",
                    "outline",
                    type="rss",
                    text=title,
                    title=title,
                    description=clean(feed.description),
                    xmlUrl=uri(network.feed_url(feed.slug)),
                    htmlUrl=uri(feed.link) or page,
                )
            )
    data: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return data
