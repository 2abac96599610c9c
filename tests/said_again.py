"""A feed's XML read back into the model, field by field, and what of a value a feed is to say."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeAlias, TypeVar

from lxml import etree

from lornpod.feeds.channel import author_of, is_explicit
from lornpod.feeds.kin import feed_guid
from lornpod.feeds.namespaces import NAMESPACES, uri
from lornpod.model import (
    AlternateEnclosure,
    Case,
    Category,
    Chapter,
    Chat,
    Credit,
    Feed,
    Frequency,
    Link,
    Live,
    Network,
    Person,
    Picture,
    Place,
    Recipient,
    Record,
    RemoteItem,
    Social,
    Soundbite,
    Source,
    TimeSplit,
    Trailer,
    Txt,
    Value,
    stated,
)

Element: TypeAlias = "etree._Element"
Kind = TypeVar("Kind")

# What a feed does not say, of those that have a place in it.
NOT_OF_A_FEED = {
    "slug", "where", "artwork", "colour", "limit", "page_size", "max_megabytes",
}  # fmt: skip
NOT_OF_AN_ITEM = {
    *("id", "number", "language", "themes", "perspective", "keywords"),
    *("quote", "introduction", "questions", "learning_points", "quiz", "quiz_href", "reflection", "links"),
    "related",
}

# ---------------------------------------------------------------- what is to be said


def is_xml(char: str) -> bool:
    return char in "\t\n\r" or " " <= char <= "\ud7ff" or "\ue000" <= char <= "\ufffd" or char >= "\U00010000"


def cleaned(said: str) -> str:
    """What XML can hold of *said*, without outer white space."""
    return "".join(filter(is_xml, said)).replace("\r\n", "\n").replace("\r", "\n").strip()


def cut(said: str, most: int = 128) -> str:
    """The same, cut at a word where it is longer, or within one that is longer itself."""
    whole = cleaned(said)
    if len(whole) <= most:
        return whole
    at_a_word = textwrap.shorten(whole, most, placeholder="…")
    words = " ".join(whole.split())
    return at_a_word if len(at_a_word) > most // 2 else words[: most - 1].rstrip() + "…"


_ADDRESSES = {
    (Person, "href"), (Credit, "href"), (Link, "href"), (RemoteItem, "url"), (Social, "uri"),
    (Social, "account_href"), (Source, "uri"), (Trailer, "url"), (Live, "url"), (Live, "href"),
    (Live, "license_href"), (Case, "license_href"), (Feed, "license_href"), (Feed, "link"),
    (Feed, "new_feed_url"), (Chapter, "href"), (Case, "href"),
}  # fmt: skip
_REFERENCES = {
    (Person, "img"), (Credit, "img"), (Picture, "href"), (Chapter, "img"), (Live, "image"), (Case, "image"),
}  # fmt: skip
_CUT = {
    (Person, "name"), (Credit, "name"), (Place, "name"), (Link, "title"), (Trailer, "title"),
    (Soundbite, "title"), (Frequency, "text"), (Live, "license"), (Case, "license"), (Feed, "license"),
}  # fmt: skip
_SIGNED = re.compile(r"-----BEGIN PGP SIGNATURE-----\s+(.*?)(\s=\S{4})?\s-----END.*", re.DOTALL)
_UNSAID = {(Person, "role"): "", (Person, "organisation"): "", (Chapter, "end_ms"): None}


def to_be_said(value: Any, network: Network) -> Any:
    """*value* as a feed of *network* is to say it."""
    if isinstance(value, tuple):
        return tuple(one for one in (to_be_said(part, network) for part in value) if _is_named(one))
    if isinstance(value, str):
        return cleaned(value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    return replace(value, **{one.name: _field(value, one.name, network) for one in fields(value)})


def _field(of: Any, name: str, network: Network) -> Any:
    key, said = (type(of), name), getattr(of, name)
    if key in _UNSAID:
        return _UNSAID[key]
    if key in _ADDRESSES:
        return uri(said)
    if key in _REFERENCES:
        return uri(network.url(said))
    if key in _CUT:
        return cut(said)
    if key == (AlternateEnclosure, "integrity") and said:
        signed = _SIGNED.fullmatch(said)
        return "pgp-signature " + "".join(signed[1].split()) if signed else f"sri {said}"
    if key == (Txt, "text"):
        return cleaned(said[:4000])
    if name == "place" and said is not None and not cut(said.name):
        return None
    return to_be_said(said, network)


def _is_named(one: object) -> bool:
    """People and places without a name are left out."""
    return not isinstance(one, Person | Credit | Place) or bool(one.name)


def licensed(of: Kind) -> Kind:
    """A licence without a name has no text."""
    return of if getattr(of, "license") else replace(of, license_href="")  # type: ignore[type-var] # noqa: B009


def _show(network: Network, feed: Feed) -> dict[str, Any]:
    """The fields of *feed* as its channel is to say them, with the network's where it is silent."""
    told = stated(network, feed)
    whole = replace(feed, **{one.name: getattr(told, one.name) for one in fields(told)})
    said = licensed(to_be_said(whole, network))
    said = replace(said, live=tuple(licensed(_placed(one)) for one in said.live))
    return {one.name: getattr(_placed(said), one.name) for one in fields(Feed)}


def _case(network: Network, case: Case) -> dict[str, Any]:
    said = licensed(_placed(to_be_said(case, network)))
    return {one.name: getattr(said, one.name) for one in fields(Case)}


def _placed(of: Any) -> Any:
    """The first place that has a name is the first."""
    found = tuple(one for one in (of.place, *of.other_places) if one is not None)
    return replace(of, place=found[0] if found else None, other_places=found[1:])


def show_wanted(network: Network, feed: Feed, records: Sequence[Record]) -> dict[str, Any]:
    """What *feed* is to say, and what its network says where it is silent."""
    wanted = _show(network, feed)
    told = stated(network, feed)
    title = cleaned(feed.title) or cleaned(network.name) or feed.slug
    frequency = wanted["update_frequency"]
    if frequency is not None:
        frequency = replace(frequency, complete=frequency.complete or feed.complete)
    trailers = [one for one in records if one.case.episode_type == "trailer"]
    own = wanted["trailers"]
    remotes = tuple(dict.fromkeys(one for one in told.podroll if isinstance(one, RemoteItem)))
    return wanted | {
        "publisher": to_be_said(told.publisher, network),
        "podroll": to_be_said(remotes, network),
        "title": title,
        "description": cleaned(feed.description) or cleaned(network.description) or title,
        "link": uri(feed.link) or uri(network.website),
        "language": cleaned(feed.language) or cleaned(network.language),
        "copyright": cleaned(feed.copyright) or cleaned(network.copyright),
        "author": author_of(network, feed),
        "categories": feed.categories or network.categories,
        "explicit": is_explicit(network, feed),
        "guid": feed_guid(network, feed),
        "locked": told.locked is not False,
        "update_frequency": frequency,
        "trailers": (*(_trailer(network, one) for one in trailers), *own),
    }


def _trailer(network: Network, record: Record) -> Any:
    case, media = record.case, record.media.artifact
    assert case.published is not None
    title = cut(cleaned(case.title) or case.id)
    return Trailer(
        title, uri(network.url(media.key)), case.published, media.length_bytes, "audio/mpeg", case.season
    )


def item_wanted(network: Network, feed: Feed, record: Record) -> dict[str, Any]:
    """What the item of *record* is to say, with what it has from its show."""
    case = record.case
    inherited = _show(network, feed)
    wanted = _case(network, case)
    names = case.hosts or case.guests or case.credits
    return wanted | {
        "title": wanted["title"] or case.id,
        "guid": cleaned(record.guid),
        "href": uri(network.case_url(case)),
        "summary": wanted["summary"] or cleaned(record.notes),
        "explicit": is_explicit(network, feed) if case.explicit is None else case.explicit,
        "hosts": (wanted["hosts"] if case.hosts else inherited["hosts"]) if names else (),
        "credits": (wanted["credits"] if case.credits else inherited["credits"]) if names else (),
        "season_name": wanted["season_name"] if case.season else "",
        "episode_display": wanted["episode_display"] if case.episode else "",
    }


# ---------------------------------------------------------------- what is said


def _all(parent: Element, path: str, read: Callable[[Element], Kind]) -> tuple[Kind, ...]:
    return tuple(read(one) for one in parent.findall(path, NAMESPACES))


def _one(parent: Element, path: str, read: Callable[[Element], Kind]) -> Kind | None:
    found = _all(parent, path, read)
    assert len(found) <= 1, f"{path} stands {len(found)} times"
    return found[0] if found else None


def _words(element: Element) -> str:
    return element.text or ""


def _text(parent: Element, path: str) -> str:
    return _one(parent, path, _words) or ""


def _moment(said: str | None) -> datetime | None:
    return datetime.fromisoformat(said) if said else None


def _number(said: str | None) -> int | None:
    return int(said) if said else None


def _decimal(said: str) -> int | float | None:
    return (float(said) if "." in said else int(said)) if said else None


def _ms(said: str | None) -> int:
    return round(float(said or 0) * 1000)


class Said:
    """Reads elements. Every attribute that an element has must be asked for."""

    def __init__(self) -> None:
        self.asked: dict[Element, set[str]] = {}

    def of(self, element: Element, name: str) -> str:
        self.asked.setdefault(element, set()).add(name)
        return str(element.get(name, ""))

    def unasked(self, root: Element) -> set[tuple[str, str]]:
        """What stands in the feed and nobody read."""
        return {
            (str(element.tag), str(name))
            for element in root.iter()
            for name in element.attrib
            if name not in self.asked.get(element, ())
        }

    # ------------------------------------------------------------ tags of channel and item

    def people(self, parent: Element) -> dict[str, Any]:
        hosts: list[Person] = []
        guests: list[Person] = []
        credits_: list[Credit] = []
        for one in parent.findall("podcast:person", NAMESPACES):
            role, group = self.of(one, "role"), self.of(one, "group")
            said = (_words(one), self.of(one, "img"), self.of(one, "href"))
            if group == "cast" and role in ("host", "guest"):
                (hosts if role == "host" else guests).append(Person(said[0], img=said[1], href=said[2]))
            else:
                credits_.append(Credit(said[0], role, group, said[1], said[2]))
        return {"hosts": tuple(hosts), "guests": tuple(guests), "credits": tuple(credits_)}

    def place(self, one: Element) -> Place:
        named = (self.of(one, name) for name in ("geo", "osm", "country", "rel"))
        return Place(_words(one), *named)

    def funding(self, one: Element) -> Link:
        return Link(_words(one), self.of(one, "url"))

    def content_link(self, one: Element) -> Link:
        return Link(_words(one), self.of(one, "href"))

    def picture(self, one: Element) -> Picture:
        return Picture(
            self.of(one, "href"),
            self.of(one, "alt"),
            self.of(one, "aspect-ratio"),
            _number(self.of(one, "width")),
            _number(self.of(one, "height")),
            self.of(one, "type"),
            self.of(one, "purpose"),
        )

    def txt(self, one: Element) -> Txt:
        return Txt(_words(one), self.of(one, "purpose"))

    def chat(self, one: Element) -> Chat:
        return Chat(*(self.of(one, name) for name in ("server", "protocol", "accountId", "space")))

    def social(self, one: Element) -> Social:
        return Social(
            self.of(one, "protocol"),
            self.of(one, "uri"),
            self.of(one, "accountId"),
            self.of(one, "accountUrl"),
            _number(self.of(one, "priority")),
        )

    def recipient(self, one: Element) -> Recipient:
        return Recipient(
            self.of(one, "type"),
            self.of(one, "address"),
            int(self.of(one, "split")),
            self.of(one, "name"),
            self.of(one, "fee") == "true",
            self.of(one, "customKey"),
            self.of(one, "customValue"),
        )

    def remote(self, one: Element) -> RemoteItem:
        said = (self.of(one, name) for name in ("feedGuid", "feedUrl", "itemGuid", "medium", "title"))
        return RemoteItem(*said)

    def split(self, one: Element) -> TimeSplit:
        return TimeSplit(
            _ms(self.of(one, "startTime")),
            _ms(self.of(one, "duration")),
            _all(one, "podcast:valueRecipient", self.recipient),
            _one(one, "podcast:remoteItem", self.remote),
            _ms(self.of(one, "remoteStartTime")),
            _number(self.of(one, "remotePercentage")),
        )

    def value(self, one: Element) -> Value:
        return Value(
            self.of(one, "type"),
            self.of(one, "method"),
            _all(one, "podcast:valueRecipient", self.recipient),
            self.of(one, "suggested"),
            _all(one, "podcast:valueTimeSplit", self.split),
        )

    def alternate(self, one: Element) -> AlternateEnclosure:
        def source(of: Element) -> Source:
            return Source(self.of(of, "uri"), self.of(of, "contentType"))

        def integrity(of: Element) -> str:
            kind, value = self.of(of, "type"), self.of(of, "value")
            return f"{kind} {value}"

        return AlternateEnclosure(
            self.of(one, "type"),
            _all(one, "podcast:source", source),
            _number(self.of(one, "length")),
            _number(self.of(one, "bitrate")),
            _number(self.of(one, "height")),
            self.of(one, "lang"),
            self.of(one, "title"),
            self.of(one, "rel"),
            self.of(one, "codecs"),
            self.of(one, "default") == "true",
            _one(one, "podcast:integrity", integrity) or "",
        )

    def shared(self, parent: Element) -> dict[str, Any]:
        """What networks, feeds, streams and cases have."""
        places = _all(parent, "podcast:location", self.place)
        licence = parent.find("podcast:license", NAMESPACES)
        pictures = _all(parent, "podcast:image", self.picture)
        self._srcset(parent, pictures)
        return {
            "credits": self.people(parent)["credits"],
            "hosts": self.people(parent)["hosts"],
            "place": places[0] if places else None,
            "other_places": places[1:],
            "funding": _all(parent, "podcast:funding", self.funding),
            "license": _text(parent, "podcast:license"),
            "license_href": self.of(licence, "url") if licence is not None else "",
            "images": pictures,
            "txt": _all(parent, "podcast:txt", self.txt),
            "chat": _one(parent, "podcast:chat", self.chat),
            "social": _all(parent, "podcast:socialInteract", self.social),
            "value": _one(parent, "podcast:value", self.value),
        }

    def _srcset(self, parent: Element, pictures: Iterable[Picture]) -> None:
        """podcast:images names the square pictures among *pictures* whose width is known."""
        still = (one for one in pictures if "video" not in one.media_type)
        square = [one for one in still if one.width_px and one.ratio == 1]
        said = ", ".join(f"{one.href.replace(',', '%2C')} {one.width_px}w" for one in square)
        found = _one(parent, "podcast:images", lambda one: self.of(one, "srcset"))
        assert (found or "") == said

    # ------------------------------------------------------------ the channel

    def trailer(self, one: Element) -> Trailer:
        return Trailer(
            _words(one),
            self.of(one, "url"),
            parsedate_to_datetime(self.of(one, "pubdate")),
            _number(self.of(one, "length")),
            self.of(one, "type"),
            _number(self.of(one, "season")),
        )

    def frequency(self, one: Element) -> Frequency:
        start, complete = _moment(self.of(one, "dtstart")), self.of(one, "complete") == "true"
        return Frequency(_words(one), self.of(one, "rrule"), start, complete)

    def live(self, one: Element) -> Live:
        (enclosure,) = one.findall("enclosure")
        (guid,) = one.findall("guid")
        assert self.of(guid, "isPermaLink") == "false"
        assert self.of(enclosure, "length") == "0"
        start = _moment(self.of(one, "start"))
        assert start is not None
        return Live(
            title=_text(one, "title"),
            guid=_words(guid),
            status=self.of(one, "status"),  # type: ignore[arg-type]
            start=start,
            url=self.of(enclosure, "url"),
            media_type=self.of(enclosure, "type"),
            end=_moment(self.of(one, "end")),
            description=_text(one, "description"),
            href=_text(one, "link"),
            image=_one(one, "itunes:image", lambda image: self.of(image, "href")) or "",
            links=_all(one, "podcast:contentLink", self.content_link),
            guests=self.people(one)["guests"],
            alternates=_all(one, "podcast:alternateEnclosure", self.alternate),
            **self.shared(one),
        )

    def category(self, one: Element) -> Category:
        return Category(
            self.of(one, "text"), _one(one, "itunes:category", lambda sub: self.of(sub, "text")) or ""
        )

    def show(self, channel: Element) -> dict[str, Any]:
        """The fields of a feed, but for :data:`NOT_OF_A_FEED`."""
        blocked = [(_words(one), self.of(one, "id")) for one in channel.findall("podcast:block", NAMESPACES)]
        podping = _one(channel, "podcast:podping", lambda one: self.of(one, "usesPodping"))
        hidden = _text(channel, "itunes:block") == "Yes"
        assert (("yes", "") in blocked) == hidden
        return {
            "title": _text(channel, "title"),
            "link": _text(channel, "link"),
            "description": _text(channel, "description"),
            "language": _text(channel, "language"),
            "copyright": _text(channel, "copyright"),
            "author": _text(channel, "itunes:author"),
            "itunes_title": _text(channel, "itunes:title"),
            "categories": _all(channel, "itunes:category", self.category),
            "explicit": _text(channel, "itunes:explicit") == "true",
            "type": _text(channel, "itunes:type"),
            "new_feed_url": _text(channel, "itunes:new-feed-url"),
            "block": hidden,
            "complete": _text(channel, "itunes:complete") == "Yes",
            "guid": _text(channel, "podcast:guid"),
            "medium": _text(channel, "podcast:medium"),
            "locked": _text(channel, "podcast:locked") == "yes",
            "block_services": tuple(name for said, name in blocked if said == "yes" and name),
            "allow_services": tuple(name for said, name in blocked if said == "no"),
            "podping": None if podping is None else podping == "true",
            "update_frequency": _one(channel, "podcast:updateFrequency", self.frequency),
            "remote_items": _all(channel, "podcast:remoteItem", self.remote),
            "publisher": _one(channel, "podcast:publisher/podcast:remoteItem", self.remote),
            "podroll": _all(channel, "podcast:podroll/podcast:remoteItem", self.remote),
            "trailers": _all(channel, "podcast:trailer", self.trailer),
            "live": _all(channel, "podcast:liveItem", self.live),
            **self.shared(channel),
        }

    # ------------------------------------------------------------ the item

    def chapter(self, one: Element) -> Chapter:
        hours, minutes, seconds = self.of(one, "start").split(":")
        start_ms = (int(hours) * 60 + int(minutes)) * 60_000 + _ms(seconds)
        return Chapter(start_ms, self.of(one, "title"), href=self.of(one, "href"), img=self.of(one, "image"))

    def soundbite(self, one: Element) -> Soundbite:
        return Soundbite(_ms(self.of(one, "startTime")), _ms(self.of(one, "duration")), _words(one))

    def episode(self, item: Element) -> dict[str, Any]:
        """The fields of a case, but for :data:`NOT_OF_AN_ITEM`."""
        season = item.find("podcast:season", NAMESPACES)
        episode = item.find("podcast:episode", NAMESPACES)
        number = _decimal(_text(item, "podcast:episode"))
        assert _text(item, "itunes:season") == _text(item, "podcast:season")
        assert _text(item, "itunes:episode") == (str(number) if isinstance(number, int) else "")
        published = _text(item, "pubDate")
        return {
            "title": _text(item, "title"),
            "guid": _text(item, "guid"),
            "href": _text(item, "link"),
            "summary": _text(item, "description"),
            "published": parsedate_to_datetime(published) if published else None,
            "image": _one(item, "itunes:image", lambda one: self.of(one, "href")) or "",
            "explicit": _text(item, "itunes:explicit") == "true",
            "itunes_title": _text(item, "itunes:title"),
            "block": _text(item, "itunes:block") == "Yes",
            "episode_type": _text(item, "itunes:episodeType"),
            "season": _number(_text(item, "podcast:season")),
            "season_name": self.of(season, "name") if season is not None else "",
            "episode": number,
            "episode_display": self.of(episode, "display") if episode is not None else "",
            "guests": self.people(item)["guests"],
            "alternates": _all(item, "podcast:alternateEnclosure", self.alternate),
            "content_links": _all(item, "podcast:contentLink", self.content_link),
            "chapters": _all(item, "psc:chapters/psc:chapter", self.chapter),
            "soundbites": _all(item, "podcast:soundbite", self.soundbite),
            **self.shared(item),
        }
