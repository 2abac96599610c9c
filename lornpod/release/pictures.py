"""Pictures of the workspace as the store has them: under a digest, with their keys where files were named."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from math import gcd
from pathlib import Path
from typing import TypeVar

from ..art import images
from ..model import Case, CaseFolder, Content, Credit, Feed, Network, Person, Picture, slug
from .cache import sha256_of
from .shelf import Shelf, content


def cover_of(feed: Feed, network: Network, root: Path) -> str | Content:
    """The cover of *feed*: a picture of the workspace as an artifact, or the address of one, or empty."""
    reference = feed.artwork or network.artwork
    return picture_content(root / reference) if is_file_name(reference) else reference


@dataclass(frozen=True, slots=True)
class Shown:
    """A network and its feeds as they are published: the keys of their pictures in place of file names,
    and the pictures that this brings, by key."""

    network: Network
    feeds: tuple[Feed, ...]
    pictures: Mapping[str, Content]


def shown(network: Network, feeds: Iterable[Feed], root: Path) -> Shown:
    """*network* and *feeds* with every picture of the workspace at *root* made ready for the store.

    Raises MediaError for a picture that cannot be used.
    """
    pictures: dict[str, Content] = {}

    def stored(reference: str) -> str:
        if not is_file_name(reference):
            return reference
        picture = picture_content(root / reference)
        pictures[picture.artifact.key] = picture
        return picture.artifact.key

    kept = tuple(
        replace(
            feed,
            hosts=_portrayed(feed.hosts, stored),
            credits=_portrayed(feed.credits, stored),
            images=_measured(feed.images, root, stored),
            live=tuple(
                replace(
                    one,
                    image=stored(one.image),
                    hosts=_portrayed(one.hosts, stored),
                    guests=_portrayed(one.guests, stored),
                    credits=_portrayed(one.credits, stored),
                    images=_measured(one.images, root, stored),
                )
                for one in feed.live
            ),
        )
        for feed in feeds
    )
    whole = replace(
        network,
        hosts=_portrayed(network.hosts, stored),
        credits=_portrayed(network.credits, stored),
        images=_measured(network.images, root, stored),
    )
    return Shown(whole, kept, pictures)


def is_file_name(reference: str) -> bool:
    return bool(reference) and "://" not in reference


def picture_content(path: Path) -> Content:
    """The picture at *path* as it is stored, under its own name and digest."""
    source, media_type, suffix = images.for_store(path)
    digest = hashlib.sha256(source).hexdigest() if isinstance(source, bytes) else sha256_of(source)
    return content("image", f"art/{slug(path.stem) or 'picture'}", source, digest, media_type, suffix)


def with_stored_pictures(folder: CaseFolder, shelf: Shelf) -> Case:
    """The case with its picture files on the shelf, and their keys in place of their names."""

    def stored(reference: str) -> str:
        if not is_file_name(reference):
            return reference
        return shelf.add(picture_content(folder.folder / reference)).key

    case = folder.case
    return replace(
        case,
        image=stored(case.image),
        guests=_portrayed(case.guests, stored),
        hosts=_portrayed(case.hosts, stored),
        credits=_portrayed(case.credits, stored),
        images=_measured(case.images, folder.folder, stored),
        chapters=tuple(replace(chapter, img=stored(chapter.img)) for chapter in case.chapters),
    )


Portrayed = TypeVar("Portrayed", Person, Credit)


def _portrayed(people: Iterable[Portrayed], stored: Callable[[str], str]) -> tuple[Portrayed, ...]:
    return tuple(replace(person, img=stored(person.img)) for person in people)


def _measured(pictures: Iterable[Picture], folder: Path, stored: Callable[[str], str]) -> tuple[Picture, ...]:
    """The pictures as they are stored, with the sizes that their author left to the files."""
    return tuple(
        replace(_sized(picture, folder / picture.href), href=stored(picture.href))
        if is_file_name(picture.href)
        else picture
        for picture in pictures
    )


def _sized(picture: Picture, path: Path) -> Picture:
    facts = images.inspect(path)
    divisor = gcd(facts.width, facts.height)
    ratio = f"{facts.width // divisor}/{facts.height // divisor}"
    return replace(
        picture,
        width_px=picture.width_px or facts.width,
        height_px=picture.height_px or facts.height,
        aspect_ratio=picture.aspect_ratio or ratio,
    )
