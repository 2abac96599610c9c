"""The HTTP headers that objects are stored with."""

from __future__ import annotations

IMMUTABLE = "public, max-age=31536000, immutable"  # names that hold a hash
CHANGING = "public, max-age=300"  # feeds: podcast apps and YouTube poll every five minutes or slower

RSS = "application/rss+xml"
# Text whose reader would otherwise guess the encoding. JSON is UTF-8 by definition (RFC 8259, 8.1).
_TEXTUAL = {RSS, "application/x-subrip"}


def content_type(media_type: str) -> str:
    """The Content-Type header for an object of *media_type*."""
    if media_type.startswith("text/") or media_type in _TEXTUAL:
        return f"{media_type}; charset=utf-8"
    return media_type
