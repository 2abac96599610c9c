"""What a published feed says and which addresses it names, read as a stream.

A feed is somebody else's text: nothing is fetched for it, no entity is expanded, and what is kept of it
does not grow with the length of its descriptions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from lxml import etree

from ..errors import LornpodError
from ..feeds.namespaces import ITUNES, PODCAST, PSC
from ..messages import tr

ATOM = "http://www.w3.org/2005/Atom"
_TEXT_CHARACTERS = 2000  # as much of a value as anything here needs
_MANY = 200_000  # episodes or addresses: no podcast has so many, and each is kept

Kind = Literal["enclosure", "transcript", "chapters", "cover", "image"]


class NotAFeed(LornpodError):
    """What was read is no feed that apps can use; ``code`` says why."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.code = code


@dataclass(frozen=True, slots=True)
class Address:
    """An address and what the feed says of it: ``media_type`` and, of an enclosure, ``length``."""

    kind: Kind
    url: str
    media_type: str = ""
    length: str = ""


@dataclass(slots=True)
class Episode:
    """An item: the names of its fields that are not empty (``itunes:duration``), and its enclosures."""

    guid: str = ""
    title: str = ""
    fields: set[str] = field(default_factory=set)
    enclosures: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Published:
    """A feed as it was read: the channel's own fields, its items, and every address that they name.

    ``older`` is where its archives begin (RFC 5005), or empty.
    """

    title: str = ""
    guid: str = ""
    medium: str = ""
    older: str = ""
    self_links: list[str] = field(default_factory=list)
    fields: set[str] = field(default_factory=set)
    episodes: list[Episode] = field(default_factory=list)
    addresses: list[Address] = field(default_factory=list)


class FeedReader:
    """Takes the bytes of a feed as they come; :meth:`close` gives what they say, or raises NotAFeed."""

    def __init__(self) -> None:
        target = cast("etree.ParserTarget", _Target())
        # Entities are refused with the document type that would declare them. To leave them unresolved
        # would hand every “&” in an attribute to the target as “&#38;” (libxml2's SAX interface).
        self._parser = etree.XMLParser(target=target, no_network=True, load_dtd=False, huge_tree=False)
        self._failure: NotAFeed | None = None

    def take(self, block: bytes) -> None:
        if self._failure is None:
            self._failure = _failure(lambda: self._parser.feed(block))

    def close(self) -> Published:
        read: list[Published] = []
        failure = self._failure or _failure(lambda: read.append(cast("Published", self._parser.close())))
        if failure is not None:
            raise failure
        return read[0]


def _failure(parse: Callable[[], None]) -> NotAFeed | None:
    """Why *parse* failed; None where it did not."""
    try:
        parse()
    except etree.XMLSyntaxError as error:
        return NotAFeed(
            "verify-xml", tr("it is not well-formed XML: {msg}", msg=error.msg), tr("publish the feed again")
        )
    except NotAFeed as failure:
        return failure
    return None


# ---------------------------------------------------------------- which tags name an address


def _enclosure(tag: Mapping[str, str]) -> Address:
    return Address("enclosure", tag.get("url", ""), tag.get("type", ""), tag.get("length", ""))


def _transcript(tag: Mapping[str, str]) -> Address:
    return Address("transcript", tag.get("url", ""), tag.get("type", ""))


def _chapters(tag: Mapping[str, str]) -> Address:
    return Address("chapters", tag.get("url", ""), tag.get("type", ""))


_ADDRESSES: Mapping[str, Callable[[Mapping[str, str]], Address]] = {
    "enclosure": _enclosure,
    f"{{{PODCAST}}}transcript": _transcript,
    f"{{{PODCAST}}}chapters": _chapters,
    f"{{{ITUNES}}}image": lambda tag: Address("cover", tag.get("href", "")),
    f"{{{PODCAST}}}image": lambda tag: Address("image", tag.get("href", "")),
    f"{{{PODCAST}}}person": lambda tag: Address("image", tag.get("img", "")),
    f"{{{PSC}}}chapter": lambda tag: Address("image", tag.get("image", "")),
}
_OPTIONAL = frozenset({f"{{{PODCAST}}}person", f"{{{PSC}}}chapter"})  # most have no picture
_PREFIXES = {f"{{{ITUNES}}}": "itunes:", f"{{{PODCAST}}}": "podcast:", f"{{{ATOM}}}": "atom:"}


class _Target:
    """Hears of each tag (lxml's parser target interface). No tree is built."""

    def __init__(self) -> None:
        self._read = Published()
        self._path: list[str] = []
        self._text: list[str] = []
        self._length = 0
        self._form: Mapping[str, str] = {}  # the alternate enclosure whose sources come

    def doctype(self, *_: object) -> None:
        hint = tr("leave the <!DOCTYPE> out: it can hold entities, and parsers refuse it")
        raise NotAFeed("verify-doctype", tr("the feed declares a document type"), hint)

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._path.append(tag)
        self._text, self._length = [], 0
        if len(self._path) == 1 and tag != "rss":
            raise NotAFeed(
                "verify-not-rss", tr("this is <{tag}>, not <rss>", tag=tag), tr("look at the feed's address")
            )
        if len(self._path) == 3 and tag == "item":
            self._read.episodes.append(Episode())
        if any(attributes.get(name) for name in ("href", "url", "text")):
            self._keep(tag, "")
        if tag == f"{{{ATOM}}}link" and len(self._path) == 3:
            self._link(attributes.get("rel", ""), attributes.get("href", ""))
        self._name_address(tag, attributes)
        if max(len(self._read.episodes), len(self._read.addresses)) > _MANY:
            raise NotAFeed(
                "verify-too-large", tr("it has more than {many:,} episodes or addresses", many=_MANY)
            )

    def _link(self, rel: str, href: str) -> None:
        if rel == "self":
            self._read.self_links.append(href)
        if rel == "prev-archive" or (rel == "next" and not self._read.older):
            self._read.older = href

    def _name_address(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == f"{{{PODCAST}}}alternateEnclosure":
            self._form = attributes
        elif tag == f"{{{PODCAST}}}source" and attributes.get("uri", "").lower().startswith("http"):
            kind, length = (
                attributes.get("contentType") or self._form.get("type", ""),
                self._form.get("length", ""),
            )
            self._read.addresses.append(Address("enclosure", attributes["uri"], kind, length))
        if tag not in _ADDRESSES:
            return
        address = _ADDRESSES[tag](attributes)
        if address.url or tag not in _OPTIONAL:
            self._read.addresses.append(address)
        if tag == "enclosure" and self._in_item(4):
            self._read.episodes[-1].enclosures.append(address.url)

    def data(self, text: str) -> None:
        if self._length < _TEXT_CHARACTERS:
            self._text.append(text[:_TEXT_CHARACTERS])
            self._length += len(text)

    def end(self, tag: str) -> None:
        said = "".join(self._text).strip()
        if said:
            self._keep(tag, said)
        self._path.pop()
        self._text, self._length = [], 0

    def _keep(self, tag: str, said: str) -> None:
        """Note a field that is not empty, of the channel or of the newest item."""
        name = _name(tag)
        if self._in_item(4):
            episode = self._read.episodes[-1]
            episode.fields.add(name)
            episode.guid = said if name == "guid" else episode.guid
            episode.title = said if name == "title" else episode.title
        elif len(self._path) == 3 and self._path[1] == "channel":
            self._read.fields.add(name)
            self._read.title = said if name == "title" else self._read.title
            self._read.guid = said if name == "podcast:guid" else self._read.guid
            self._read.medium = said if name == "podcast:medium" else self._read.medium
        elif self._path[1:] == ["channel", "image", "url"]:
            self._read.addresses.append(Address("cover", said))

    def _in_item(self, depth: int) -> bool:
        return len(self._path) == depth and self._path[1:3] == ["channel", "item"]

    def close(self) -> Any:
        return self._read


def _name(tag: str) -> str:
    """*tag* as people write it, with the usual prefix of its namespace."""
    for namespace, prefix in _PREFIXES.items():
        if tag.startswith(namespace):
            return prefix + tag.removeprefix(namespace)
    return tag
