"""The podcast namespace as another host writes it -> the fields that authored files have for it.

Each tag becomes what an author would write, and counts where that reads back; else it is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..model import shortened
from ..text.reading import one_line
from ..text.times import clock, milliseconds
from ..workspace.values import PHRASE_CHARS, Mistake
from . import dates

if TYPE_CHECKING:
    from ..feeds.reading import Tag
    from ..model import AlternateEnclosure, Picture, Place, Social
    from .feed import Tags

Mapped = Callable[["Tag"], object]


def shared(tags: Tags) -> dict[str, Any]:
    """The fields that a show and an episode both have."""
    return {
        "credits": _several(tags, "credits", "podcast:person", _credit, _is_credit),
        "funding": _several(tags, "funding", "podcast:funding", _funding),
        **_license(tags),
        "images": _images(tags),
        "other_places": _other_places(tags),
        "txt": _several(
            tags, "txt", "podcast:txt", lambda tag: _said(text=tag.text, purpose=tag.get("purpose"))
        ),
        "chat": _one(tags, "chat", "podcast:chat", _chat),
        "social": _posts(tags),
        "value": _one(tags, "value", "podcast:value", _value),
    }


def of_show(tags: Tags) -> dict[str, Any]:
    """The fields that a show alone has, beside :func:`shared`."""
    blocks = tags.named("podcast:block")
    return {
        "block_services": _services(tags, blocks, "block_services", "yes"),
        "allow_services": tuple(
            name
            for name in _services(tags, blocks, "allow_services", "no")
            if not any(tag.get("id").lower() == name and tag.text.lower() == "yes" for tag in blocks)
        ),
        "podping": _one(tags, "podping", "podcast:podping", _uses_podping),
        "update_frequency": _one(tags, "update_frequency", "podcast:updateFrequency", _frequency),
        "publisher": _publisher(tags),
        "podroll": _podroll(tags),
        "trailers": _several(tags, "trailers", "podcast:trailer", _trailer),
        "live": _several(tags, "live", "podcast:liveItem", _live),
    }


def remote_items(tags: Tags) -> tuple[Any, ...]:
    """What a list holds."""
    return _several(tags, "remote_items", "podcast:remoteItem", _remote)


def of_episode(tags: Tags) -> dict[str, Any]:
    """The fields that an episode alone has, beside :func:`shared`."""
    return {
        "alternates": _one_default(_several(tags, "alternates", "podcast:alternateEnclosure", _alternate)),
        "content_links": _several(tags, "content_links", "podcast:contentLink", _content_link),
    }


# ---------------------------------------------------------------- one tag after the other


def _several(
    tags: Tags, name: str, tag_name: str, mapped: Mapped, wanted: Callable[[Tag], bool] = bool
) -> tuple[Any, ...]:
    found: list[Any] = []
    for tag in tags.tags:
        if tag.name == tag_name and wanted(tag):
            value = tags.accepted(tag, name, [mapped(tag)])
            found.extend(value or ())
    return tuple(found)


def _one(tags: Tags, name: str, tag_name: str, mapped: Mapped) -> Any:
    """The value of the first tag that has one."""
    for tag in tags.tags:
        if tag.name == tag_name:
            value = tags.accepted(tag, name, mapped(tag))
            if value is not None:
                return value
    return None


def _said(**said: object) -> dict[str, object]:
    return {name: value for name, value in said.items() if value not in ("", None, [])}


def _true(tag: Tag, name: str) -> bool | None:
    return True if tag.get(name).lower() == "true" else None


def _role(tag: Tag) -> str:
    return tag.get("role").lower() or "host"


def _is_credit(tag: Tag) -> bool:
    """Hosts and guests are people of the case; whoever else took part is a credit."""
    group = tag.get("group").lower() or "cast"
    return not (group == "cast" and _role(tag) in ("host", "guest")) and bool(one_line(tag.text))


def _person(tag: Tag) -> dict[str, object]:
    return _said(name=_name(tag), img=tag.get("img"), href=tag.get("href"))


def _name(tag: Tag) -> str:
    return shortened(one_line(tag.text), PHRASE_CHARS)


def _credit(tag: Tag) -> dict[str, object]:
    return _said(
        name=_name(tag),
        role=tag.get("role").lower(),
        group=tag.get("group").lower(),
        img=tag.get("img"),
        href=tag.get("href"),
    )


def _funding(tag: Tag) -> dict[str, object]:
    return _said(title=one_line(tag.text) or tag.get("url")[:128], href=tag.get("url"))


def _license(tags: Tags) -> dict[str, Any]:
    for tag in tags.named("podcast:license"):
        slug = tags.accepted(tag, "license", one_line(tag.text))
        if slug:
            href = tags.accepted(tag, "license_href", tag.get("url")) if tag.get("url") else ""
            return {"license": slug, "license_href": href or ""}
    return {"license": "", "license_href": ""}


def _image(tag: Tag) -> dict[str, object]:
    return _said(
        href=tag.get("href"),
        alt=one_line(tag.get("alt")),
        aspect_ratio=tag.get("aspect-ratio"),
        width=tag.get("width"),
        height=tag.get("height"),
        type=tag.get("type"),
        purpose=tag.get("purpose"),
    )


def _txt(tag: Tag) -> dict[str, object]:
    return _said(text=tag.text, purpose=tag.get("purpose"))


def _uses_podping(tag: Tag) -> bool:
    return tag.get("usesPodping").lower() == "true"


def _chat(tag: Tag) -> dict[str, object]:
    return _said(
        server=tag.get("server"),
        protocol=tag.get("protocol"),
        account=tag.get("accountId"),
        space=tag.get("space"),
    )


def _social(tag: Tag) -> dict[str, object]:
    return _said(
        protocol=tag.get("protocol"),
        uri=tag.get("uri"),
        account=tag.get("accountId"),
        account_href=tag.get("accountUrl"),
        priority=tag.get("priority"),
    )


def _images(tags: Tags) -> tuple[Picture, ...]:
    """podcast:image, and what its forerunner podcast:images names besides."""
    found: tuple[Picture, ...] = _several(tags, "images", "podcast:image", _image)
    for tag in tags.tags:
        if tag.name == "podcast:images":
            known = {picture.href.replace(",", "%2C") for picture in found}  # a comma would end it there
            sizes = [one.split() for one in tag.get("srcset").split(",")]
            others = [
                _said(href=href, width=size.removesuffix("w"))
                for href, size in (one for one in sizes if len(one) == 2)
                if href not in known
            ]
            found = (*found, *(tags.accepted(tag, "images", others) or ()))
    return found


def _other_places(tags: Tags) -> tuple[Place, ...]:
    """Those after the first that has a name."""
    named = [tag for tag in tags.tags if tag.name == "podcast:location" and one_line(tag.text)]
    return _several(tags, "other_places", "podcast:location", _place, lambda tag: tag in named[1:])


def _place(tag: Tag) -> dict[str, object]:
    return _said(
        name=_name(tag),
        geo=tag.get("geo"),
        osm=tag.get("osm"),
        country=tag.get("country"),
        rel=tag.get("rel"),
    )


def _posts(tags: Tags) -> tuple[Social, ...]:
    """Where a feed names posts, its “disabled” says nothing."""
    found: tuple[Social, ...] = _several(tags, "social", "podcast:socialInteract", _social)
    return tuple(one for one in found if one.uri) or found[:1]


def _one_default(alternates: tuple[AlternateEnclosure, ...]) -> tuple[AlternateEnclosure, ...]:
    first = next((one for one in alternates if one.default), None)
    return tuple(one if one is first else replace(one, default=False) for one in alternates)


def _value(tag: Tag) -> dict[str, object]:
    splits = [_time_split(child) for child in tag.children if child.name == "podcast:valueTimeSplit"]
    return _said(
        type=tag.get("type"),
        method=tag.get("method"),
        suggested=tag.get("suggested"),
        recipients=_recipients(tag),
        time_splits=splits,
    )


def _time_split(tag: Tag) -> dict[str, object]:
    start_ms, duration_ms, remote_ms = (
        milliseconds(tag.get(name)) or 0 for name in ("startTime", "duration", "remoteStartTime")
    )
    remote = next((_remote(child) for child in tag.children if child.name == "podcast:remoteItem"), None)
    return _said(
        start=clock(start_ms, millis=True),
        end=clock(start_ms + duration_ms, millis=True),
        recipients=_recipients(tag),
        remote=remote,
        remote_start=clock(remote_ms, millis=True) if remote_ms else "",
        percentage=tag.get("remotePercentage"),
    )


def _recipients(tag: Tag) -> list[dict[str, object]]:
    return [
        _said(
            name=one_line(child.get("name")),
            type=child.get("type"),
            address=child.get("address"),
            split=child.get("split"),
            fee=_true(child, "fee"),
            custom_key=child.get("customKey"),
            custom_value=child.get("customValue"),
        )
        for child in tag.children
        if child.name == "podcast:valueRecipient"
    ]


def _services(tags: Tags, blocks: Iterable[Tag], name: str, said: str) -> tuple[str, ...]:
    services: list[str] = []
    for tag in blocks:
        if tag.get("id") and tag.text.lower() == said:
            services.extend(tags.accepted(tag, name, [tag.get("id")]) or ())
    return tuple(services)


def _frequency(tag: Tag) -> dict[str, object]:
    return _said(
        text=one_line(tag.text),
        rrule=tag.get("rrule"),
        start=tag.get("dtstart"),
        complete=_true(tag, "complete"),
    )


def _remote(tag: Tag) -> dict[str, object]:
    return _said(
        guid=tag.get("feedGuid"),
        url=tag.get("feedUrl"),
        item=tag.get("itemGuid"),
        medium=tag.get("medium"),
        title=one_line(tag.get("title")),
    )


def _publisher(tags: Tags) -> Any:
    for tag in tags.named("podcast:publisher"):
        named = [child for child in tag.children if child.name == "podcast:remoteItem"]
        if len(named) == 1:
            return tags.accepted(tag, "publisher", _remote(named[0]))
    return None


def _podroll(tags: Tags) -> tuple[Any, ...]:
    found: list[Any] = []
    for tag in tags.named("podcast:podroll"):
        for child in tag.children:
            if child.name == "podcast:remoteItem":
                found.extend(tags.accepted(tag, "podroll", [_remote(child)]) or ())
    return tuple(found)


def _moment(said: str) -> str:
    """As authors write an instant; nothing where it is none."""
    try:
        return dates.instant(said).isoformat()
    except Mistake:
        return ""


def _trailer(tag: Tag) -> dict[str, object]:
    return _said(
        title=one_line(tag.text),
        url=tag.get("url"),
        published=_moment(tag.get("pubdate")),
        length=tag.get("length") if tag.get("length").strip("0") else "",
        type=tag.get("type"),
        season=tag.get("season"),
    )


def _live(tag: Tag) -> dict[str, object]:
    inside = {child.name: child for child in tag.children}

    def text(name: str) -> str:
        return inside[name].text if name in inside else ""

    def of(name: str, attribute: str) -> str:
        return inside[name].get(attribute) if name in inside else ""

    def each(name: str, mapped: Mapped, wanted: Callable[[Tag], bool] = bool) -> list[object]:
        return [mapped(child) for child in tag.children if child.name == f"podcast:{name}" and wanted(child)]

    def first(name: str, mapped: Mapped) -> object:
        return next(iter(each(name, mapped)), None)

    def playing(role: str) -> list[object]:
        return each("person", _person, lambda child: not _is_credit(child) and _role(child) == role)

    return _said(
        title=one_line(text("title")),
        guid=text("guid"),
        status=tag.get("status"),
        start=tag.get("start"),
        end=tag.get("end"),
        url=of("enclosure", "url"),
        type=of("enclosure", "type"),
        description=text("description"),
        href=text("link"),
        image=of("itunes:image", "href"),
        links=each("contentLink", _content_link),
        hosts=playing("host"),
        guests=playing("guest"),
        credits=each("person", _credit, _is_credit),
        place=each("location", _place),
        license=first("license", lambda child: _said(id=one_line(child.text), href=child.get("url"))),
        funding=each("funding", _funding),
        images=each("image", _image),
        alternates=each("alternateEnclosure", _alternate),
        txt=each("txt", _txt),
        chat=first("chat", _chat),
        social=each("socialInteract", _social),
        value=first("value", _value),
    )


def _alternate(tag: Tag) -> dict[str, object]:
    sources = [
        _said(uri=child.get("uri"), type=child.get("contentType"))
        for child in tag.children
        if child.name == "podcast:source"
    ]
    integrity = (_integrity(child) for child in tag.children if child.name == "podcast:integrity")
    return _said(
        type=tag.get("type"),
        sources=sources,
        length=tag.get("length"),
        bitrate=tag.get("bitrate").partition(".")[0],
        height=tag.get("height"),
        language=tag.get("lang"),
        title=one_line(tag.get("title")),
        rel=tag.get("rel"),
        codecs=tag.get("codecs"),
        default=_true(tag, "default"),
        integrity=next(integrity, ""),
    )


def _integrity(tag: Tag) -> str:
    value = tag.get("value")
    if tag.get("type") == "pgp-signature" and not value.startswith("-----"):
        return f"-----BEGIN PGP SIGNATURE-----\n\n{value}\n-----END PGP SIGNATURE-----"
    return value


def _content_link(tag: Tag) -> dict[str, object]:
    return _said(title=one_line(tag.text) or tag.get("href")[:128], href=tag.get("href"))
