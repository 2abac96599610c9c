"""What authors stated in the fields of :mod:`.namespace`, as the model has it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from ..model import (
    AlternateEnclosure,
    Chat,
    Credit,
    Frequency,
    Link,
    Live,
    Person,
    Picture,
    Place,
    Recipient,
    RemoteItem,
    Social,
    Source,
    TimeSplit,
    Trailer,
    Txt,
    Value,
)
from . import podcast_taxonomy
from .border import Entry, LinkEntry, PersonEntry, PlaceEntry, Surroundings
from .namespace import (
    AlternateEntry,
    ChatEntry,
    LicenseEntry,
    LiveEntry,
    PodrollEntry,
    RecipientEntry,
    RemoteEntry,
    SharedEntry,
    ShortLinkEntry,
    StatedEntry,
    TrailerEntry,
    ValueEntry,
)
from .values import Mistake


class People:
    """Completes people whom an author gives by name alone, from those that the network knows."""

    def __init__(self, known: Iterable[Person]) -> None:
        self._known = {person.name.casefold(): person for person in known}

    def completed(self, entries: Iterable[PersonEntry]) -> tuple[Person, ...]:
        return tuple(
            self._known.get(person.name.casefold(), person) if person == Person(person.name) else person
            for person in people(entries)
        )


def people(entries: Iterable[PersonEntry]) -> tuple[Person, ...]:
    return tuple(
        Person(entry.name, entry.role, entry.organisation, entry.img, entry.href) for entry in entries
    )


def links(entries: Iterable[LinkEntry]) -> tuple[Link, ...]:
    return tuple(Link(entry.title, entry.href) for entry in entries)


def places(entries: Iterable[PlaceEntry]) -> dict[str, Any]:
    """The fields ``place`` and ``other_places``."""
    found = tuple(Place(**dict(entry)) for entry in entries)
    return {"place": found[0] if found else None, "other_places": found[1:]}


def shared(entry: SharedEntry) -> dict[str, Any]:
    """The fields that a network, a feed and a case all have."""
    return {
        "credits": tuple(
            Credit(one.name, one.role, one.group or podcast_taxonomy.group_of(one.role), one.img, one.href)
            for one in entry.credits
        ),
        "funding": links(entry.funding),
        "license": entry.license.id if entry.license else "",
        "license_href": entry.license_href or _license_href(entry.license),
        "images": tuple(
            Picture(one.href, one.alt, one.aspect_ratio, one.width, one.height, one.type, one.purpose)
            for one in entry.images
        ),
        "txt": tuple(Txt(one.text, one.purpose) for one in entry.txt),
        "chat": _chat(entry.chat),
        "social": tuple(Social(**dict(one)) for one in entry.social),
        "value": _value(entry.value),
    }


def in_common(entry: StatedEntry, known: People) -> dict[str, Any]:
    """The fields of :class:`lornpod.model.Stated`."""
    frequency = entry.update_frequency
    return {
        **shared(entry),
        "locked": entry.locked,
        "hosts": known.completed(entry.hosts),
        **places(entry.place),
        "block_services": tuple(entry.block_services),
        "allow_services": tuple(entry.allow_services),
        "podping": entry.podping,
        "update_frequency": Frequency(**dict(frequency)) if frequency else None,
        "publisher": _remote(entry.publisher) if entry.publisher else None,
        "podroll": tuple(_recommended(one) for one in entry.podroll),
        "page_size": entry.page_size,
        "max_megabytes": entry.max_megabytes,
    }


def remote_items(entries: Iterable[RemoteEntry]) -> tuple[RemoteItem, ...]:
    return tuple(map(_remote, entries))


def trailers(entries: Iterable[TrailerEntry]) -> tuple[Trailer, ...]:
    return tuple(
        Trailer(one.title, one.url, one.published, one.length, one.type, one.season) for one in entries
    )


def live(entries: Iterable[LiveEntry], known: People) -> tuple[Live, ...]:
    return tuple(
        Live(
            title=one.title,
            guid=one.guid,
            status=one.status,
            start=one.start,
            url=one.url,
            media_type=one.type,
            end=one.end,
            description=one.description,
            href=one.href,
            image=one.image,
            links=links(one.links),
            hosts=known.completed(one.hosts),
            guests=known.completed(one.guests),
            **places(one.place),
            alternates=alternates(one.alternates),
            **shared(one),
        )
        for one in entries
    )


def alternates(entries: Iterable[AlternateEntry]) -> tuple[AlternateEnclosure, ...]:
    return tuple(
        AlternateEnclosure(
            media_type=one.type,
            sources=tuple(Source(source.uri, source.type) for source in one.sources),
            length_bytes=one.length,
            bitrate_bps=one.bitrate,
            height_px=one.height,
            language=one.language,
            title=one.title,
            rel=one.rel,
            codecs=one.codecs,
            default=one.default,
            integrity=one.integrity,
        )
        for one in entries
    )


def _license_href(entry: LicenseEntry | None) -> str:
    return entry.href if entry else ""


def _chat(entry: ChatEntry | None) -> Chat | None:
    return Chat(**dict(entry)) if entry else None


def _value(entry: ValueEntry | None) -> Value | None:
    if entry is None:
        return None
    splits = tuple(
        TimeSplit(
            one.start,
            one.end - one.start,
            _recipients(one.recipients),
            _remote(one.remote) if one.remote else None,
            one.remote_start,
            one.percentage,
        )
        for one in entry.time_splits
    )
    return Value(entry.type, entry.method, _recipients(entry.recipients), entry.suggested, splits)


def _recipients(entries: Iterable[RecipientEntry]) -> tuple[Recipient, ...]:
    return tuple(Recipient(**dict(one)) for one in entries)


def _remote(entry: RemoteEntry) -> RemoteItem:
    return RemoteItem(entry.guid, entry.url, entry.item, entry.medium, entry.title)


def _recommended(entry: PodrollEntry) -> RemoteItem | str:
    return entry.slug or _remote(entry)


# ---------------------------------------------------------------- values from elsewhere

_NEAR = Surroundings(ZoneInfo("UTC"), None)
_SHARED = ("credits", "funding", "license", "license_href", "images", "txt", "chat", "social", "value")
_LISTS: dict[str, tuple[type[Entry], Callable[[Any], Any]]] = {
    "other_places": (PlaceEntry, lambda entries: tuple(Place(**dict(one)) for one in entries)),
    "alternates": (AlternateEntry, alternates),
    "content_links": (ShortLinkEntry, links),
    "remote_items": (RemoteEntry, remote_items),
    "trailers": (TrailerEntry, trailers),
    "live": (LiveEntry, lambda entries: live(entries, People(()))),
}


def accepted(name: str, value: object) -> Any:
    """What the field *name* holds, as the model has it, where an author writes *value*.

    For those who make authored files: what is returned reads back. Raises Mistake.
    """
    try:
        if name in _LISTS:
            kind, convert = _LISTS[name]
            assert isinstance(value, list)  # noqa: S101 - the caller's to see to
            return convert([kind.model_validate(one, context=_NEAR) for one in value])
        if name in _SHARED:
            return shared(SharedEntry.model_validate({name: value}, context=_NEAR))[name]
        return in_common(StatedEntry.model_validate({name: value}, context=_NEAR), People(()))[name]
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise Mistake(str(first.get("ctx", {}).get("message") or first["msg"])) from None
