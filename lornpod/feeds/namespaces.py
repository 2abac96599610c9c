"""The namespaces of feeds, and how values become elements that every reader takes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TypeAlias
from urllib.parse import quote

from ..model import Network, shortened

ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
PODCAST = "https://podcastindex.org/namespace/1.0"
ATOM = "http://www.w3.org/2005/Atom"
PSC = "http://podlove.org/simple-chapters"
DC = "http://purl.org/dc/elements/1.1/"
MEDIA = "http://search.yahoo.com/mrss/"
HISTORY = "http://purl.org/syndication/history/1.0"  # RFC 5005
CONTENT = "http://purl.org/rss/1.0/modules/content/"
NAMESPACES = {
    "itunes": ITUNES,
    "podcast": PODCAST,
    "psc": PSC,
    "dc": DC,
    "media": MEDIA,
    "fh": HISTORY,
    "atom": ATOM,
    "content": CONTENT,
}

# XML 1.0, 2.2: what is no Char cannot stand in a document, not even as a reference.
_NOT_XML = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

# XML 1.0, 2.11: a reader makes them line feeds, save where they are escaped, as in CDATA they cannot be.
_LINE_END = re.compile("\r\n?")
# RFC 3986, 2.2, and the percent sign of what is encoded already.
_URI_CHARS = "%:/?#[]@!$&'()*+,;="
_PLAIN = re.compile(r"[A-Za-z0-9._~:/?#@!$&'()*+,;=-]*")  # what needs no thought
_LONE_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
_MARKS = re.compile('[&<>"\n\t]')
_HOST = re.compile("(://(?:[^/?#@]*@)?)([^/?#@:]+)")

AROUND = "".join(("<rss", *(f' xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items()), ">"))
_PREFIXES = {"": ""} | {uri: f"{prefix}:" for prefix, uri in NAMESPACES.items()}

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Xml: TypeAlias = str  # elements, as they stand in a document that declares NAMESPACES


def clean(text: str) -> str:
    """*text* without what XML cannot hold and without outer white space, its lines ended by line feeds."""
    if not text.isprintable():  # which no text is that holds any of them
        text = _LINE_END.sub("\n", _NOT_XML.sub("", text))
    return text.strip()


def first(*texts: str) -> str:
    """The first of *texts* that says something, clean."""
    return next(filter(None, map(clean, texts)), "")


def uri(address: str) -> str:
    """*address* in ASCII (RFC 3987, 3.1), the host as DNS has it; what is percent-encoded stays as it is."""
    cleaned = clean(address)
    if _PLAIN.fullmatch(cleaned):
        return cleaned
    escaped = _LONE_PERCENT.sub("%25", _HOST.sub(_dns_name, cleaned, count=1))
    return quote(escaped, safe=_URI_CHARS)


def address(network: Network, reference: str) -> str:
    """The address of *reference*, as apps ask for it."""
    return uri(network.url(reference))


def _dns_name(found: re.Match[str]) -> str:
    before, host = found.groups()
    try:
        return before + (host if host.isascii() else host.encode("idna").decode("ascii"))
    except UnicodeError:
        return before + host


def rfc2822(instant: datetime) -> str:
    """*instant* as RSS dates are written, in UTC (RFC 2822, 3.3)."""
    at = instant.astimezone(UTC)
    return f"{_DAYS[at.weekday()]}, {at.day:02} {_MONTHS[at.month - 1]} {at.year:04} {at:%H:%M:%S} +0000"


def escaped(text: str) -> str:
    """*text*, which is clean, as it stands in an element."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def element(
    namespace: str, name: str, said: str = "", within: Iterable[Xml] = (), /, **attributes: str
) -> Xml:
    """An element with those of its *attributes* that are not empty; after its text, the elements *within*
    it."""
    tag = _PREFIXES[namespace] + name
    start = f"<{tag}"
    for attribute, value in attributes.items():
        # As clean and _quoted say; most values need neither, and a call costs as much as what it does.
        if value and (cleaned := value.strip() if value.isprintable() else clean(value)):
            start += f' {attribute}="{_quoted(cleaned) if _MARKS.search(cleaned) else cleaned}"'
    inner = escaped(clean(said)) if said else ""
    if within:
        inner += "".join(within)
    return f"{start}>{inner}</{tag}>" if inner else f"{start}/>"


def _quoted(value: str) -> str:
    """*value*, which is clean, as it stands in an attribute. Readers take a bare line end for a space (XML
    1.0, 3.3.3)."""
    return escaped(value).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")


def short(text: str, characters: int) -> str:
    """*text*, clean, and shortened where it has more than so many characters."""
    cleaned = clean(text)
    return shortened(cleaned, characters) if len(cleaned) > characters else cleaned


def boolean(value: bool) -> str:
    return "true" if value else "false"


def number(value: float | None) -> str:
    """*value* in decimal digits; nothing for None."""
    if isinstance(value, float):
        return f"{value:f}".rstrip("0").rstrip(".")
    return "" if value is None else str(value)


def seconds(ms: int) -> str:
    """*ms* in plain decimal seconds: a thousands separator would end the number."""
    return f"{ms / 1000:.3f}"


def iso(instant: datetime | None) -> str:
    """*instant* in UTC (ISO 8601); nothing for None."""
    return "" if instant is None else instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
