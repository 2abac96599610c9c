"""Relative addresses of a feed, made whole: apps resolve them against where the feed lies (RFC 3986, 5)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urljoin

from ..feeds.reading import Tag

_ATTRIBUTES = frozenset({"url", "href", "img", "image", "feedUrl", "accountUrl"})
_TEXTS = frozenset({"link", "url", "comments", "itunes:image"})
_OF_HTML = frozenset({"description", "content:encoded", "itunes:summary", "googleplay:description"})
# A path, with no dot in its first part: that may be a host whose https:// was forgotten.
_RELATIVE = re.compile(r"(?://[^/]|/|\.\.?/|[^\s:/.?#]+/)[^\s]*\Z")
_IN_HTML = re.compile(r"""(<[^<>]*?\s(?:href|src)\s*=\s*)("[^"<>]*"|'[^'<>]*')""", re.IGNORECASE)


def absolute(tags: Iterable[Tag], base: str) -> tuple[Tag, ...]:
    """*tags* with the addresses that they give relative to *base*, which is absolute or empty."""
    return tuple(_tag(tag, base) for tag in tags) if base else tuple(tags)


def _tag(tag: Tag, base: str) -> Tag:
    attributes = {
        name: _joined(base, value) if name in _ATTRIBUTES else value for name, value in tag.attributes.items()
    }
    text = tag.text
    if tag.name in _TEXTS:
        text = _joined(base, text)
    elif tag.name in _OF_HTML and "<" in text:
        text = _IN_HTML.sub(lambda found: f"{found[1]}{_quoted(base, found[2])}", text)
    children = tuple(_tag(child, base) for child in tag.children)
    return replace(tag, attributes=attributes, text=text, children=children)


def _quoted(base: str, value: str) -> str:
    return f"{value[0]}{_joined(base, value[1:-1])}{value[-1]}"


def _joined(base: str, address: str) -> str:
    said = address.strip()
    if not _RELATIVE.match(said):
        return address
    try:
        return urljoin(base, said)
    except ValueError:
        return address
