"""The tags that a channel and an item both can have, one small function each.

Source: podcast namespace 1.0. References become addresses by the function *url*.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from ..model import (
    AlternateEnclosure,
    Chat,
    Credit,
    Link,
    Person,
    Picture,
    Place,
    Recipient,
    RemoteItem,
    Social,
    TimeSplit,
    Txt,
    Value,
)
from .namespaces import MEDIA, PODCAST, Xml, boolean, clean, element, number, seconds, short, uri

Url = Callable[[str], str]
_LONG, _TEXT = 128, 4000  # characters that the namespace allows


def persons(
    hosts: Iterable[Person], guests: Iterable[Person], others: Iterable[Credit], url: Url
) -> Iterator[Xml]:
    """podcast:person; whoever has no name is left out, since the name cannot be blank."""
    for role, people in (("host", hosts), ("guest", guests)):
        for person in people:
            yield from _person(person, role, "cast", url)
    for credit in others:
        yield from _person(credit, credit.role, credit.group, url)


def _person(person: Person | Credit, role: str, group: str, url: Url) -> Iterator[Xml]:
    name = short(person.name, _LONG)
    if name:
        href = uri(person.href)
        yield element(PODCAST, "person", name, role=role, group=group, img=url(person.img), href=href)


def location(place: Place | None, others: Iterable[Place]) -> Iterator[Xml]:
    """podcast:location; one without a name is left out, since the name cannot be blank."""
    for one in (place, *others):
        if one is not None and (name := short(one.name, _LONG)):
            yield element(
                PODCAST, "location", name, rel=one.rel, geo=one.geo, osm=one.osm, country=one.country
            )


def funding(links: Iterable[Link]) -> Iterator[Xml]:
    for link in links:
        yield element(PODCAST, "funding", short(link.title, _LONG), url=uri(link.href))


def license_tag(slug: str, href: str) -> Iterator[Xml]:
    if clean(slug):
        yield element(PODCAST, "license", short(slug, _LONG), url=uri(href))


def txt(texts: Iterable[Txt]) -> Iterator[Xml]:
    for one in texts:
        yield element(PODCAST, "txt", one.text[:_TEXT], purpose=one.purpose)


def images(pictures: Sequence[Picture], url: Url) -> Iterator[Xml]:
    """podcast:image of each; and of the square ones whose width is known podcast:images, its forerunner, for
    apps that know no other."""
    for picture in pictures:
        said = {
            "href": url(picture.href),
            "alt": picture.alt,
            "aspect-ratio": picture.aspect_ratio,
            "width": number(picture.width_px),
            "height": number(picture.height_px),
            "type": picture.media_type,
            "purpose": picture.purpose,
        }
        yield element(PODCAST, "image", **said)
    square = [one for one in pictures if one.width_px and one.ratio == 1 and not _moves(one)]
    if square:  # a comma would end an address
        srcset = ", ".join(f"{url(one.href).replace(',', '%2C')} {one.width_px}w" for one in square)
        yield element(PODCAST, "images", srcset=srcset)


def thumbnail(pictures: Iterable[Picture], otherwise: str, url: Url) -> Iterator[Xml]:
    """media:thumbnail, as YouTube reads it: the picture that is nearest to 16:9, where one is wide."""
    wide = [picture for picture in pictures if picture.ratio > 1 and not _moves(picture)]
    best = min(wide, key=lambda picture: abs(picture.ratio - 16 / 9), default=None)
    if best is not None:
        width, height = number(best.width_px), number(best.height_px)
        yield element(MEDIA, "thumbnail", url=url(best.href), width=width, height=height)
    elif otherwise:
        yield element(MEDIA, "thumbnail", url=url(otherwise))


def _moves(picture: Picture) -> bool:
    return picture.media_type.startswith("video/")


def chat(of: Chat | None) -> Iterator[Xml]:
    if of is not None:
        yield element(
            PODCAST, "chat", server=of.server, protocol=of.protocol, accountId=of.account, space=of.space
        )


def social(posts: Iterable[Social]) -> Iterator[Xml]:
    for post in posts:
        yield element(
            PODCAST,
            "socialInteract",
            protocol=post.protocol,
            uri=uri(post.uri),
            accountId=post.account,
            accountUrl=uri(post.account_href),
            priority=number(post.priority),
        )


def value(of: Value | None) -> Iterator[Xml]:
    if of is not None:
        within = (*_recipients(of.recipients), *map(_time_split, of.time_splits))
        yield element(PODCAST, "value", "", within, type=of.type, method=of.method, suggested=of.suggested)


def _recipients(recipients: Iterable[Recipient]) -> Iterator[Xml]:
    for one in recipients:
        yield element(
            PODCAST,
            "valueRecipient",
            name=one.name,
            type=one.type,
            address=one.address,
            split=number(one.split),
            customKey=one.custom_key,
            customValue=one.custom_value,
            fee=boolean(True) if one.fee else "",
        )


def _time_split(of: TimeSplit) -> Xml:
    """A remote item, or recipients: never both."""
    within = remote_items([of.remote]) if of.remote is not None else _recipients(of.recipients)
    return element(
        PODCAST,
        "valueTimeSplit",
        "",
        within,
        startTime=seconds(of.start_ms),
        duration=seconds(of.duration_ms),
        remoteStartTime=seconds(of.remote_start_ms) if of.remote_start_ms else "",
        remotePercentage=number(of.percentage),
    )


def remote_items(items: Iterable[RemoteItem]) -> Iterator[Xml]:
    for one in items:
        yield element(
            PODCAST,
            "remoteItem",
            medium=one.medium,
            feedGuid=one.guid,
            feedUrl=uri(one.url),
            itemGuid=one.item,
            title=one.title,
        )


def alternate_enclosures(others: Iterable[AlternateEnclosure]) -> Iterator[Xml]:
    for other in others:
        sources = (
            element(PODCAST, "source", uri=uri(source.uri), contentType=source.media_type)
            for source in other.sources
        )
        yield element(
            PODCAST,
            "alternateEnclosure",
            "",
            (*sources, *_integrity(other)),
            type=other.media_type,
            length=number(other.length_bytes),
            bitrate=number(other.bitrate_bps),
            height=number(other.height_px),
            lang=other.language,
            title=other.title,
            rel=other.rel,
            codecs=other.codecs,
            default=boolean(True) if other.default else "",
        )


def _integrity(of: AlternateEnclosure) -> Iterator[Xml]:
    if of.integrity.startswith("-----"):
        yield element(PODCAST, "integrity", type="pgp-signature", value=_unarmored(of.integrity))
    elif of.integrity:
        yield element(PODCAST, "integrity", type="sri", value=of.integrity)


def _unarmored(signature: str) -> str:
    """The base64 of an armored PGP signature, without headers and checksum (RFC 9580, 6.2)."""
    rows = [row.strip() for row in signature.strip().splitlines()[1:-1]]
    body = rows[rows.index("") + 1 :] if "" in rows else rows
    return "".join(row for row in body if not row.startswith("="))


def content_links(links: Iterable[Link]) -> Iterator[Xml]:
    for link in links:
        yield element(PODCAST, "contentLink", short(link.title, _LONG), href=uri(link.href))
