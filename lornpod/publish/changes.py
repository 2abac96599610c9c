"""What becomes of a feed: item by item and field by field, and whether that is risky. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..errors import Finding
from ..feeds import rss
from ..messages import tr
from ..model import Feed

_MANY = 5  # items that change before a feed is asked about as a whole: small shows change often
_SHARE = 3  # and the part of it, one in so many


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field as it was and as it will be; empty where there is none."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class FeedChange:
    """How the feed *slug* changes: guids that come and go, and the fields of the items that stay.

    ``new`` is True where the store has no such feed yet. ``titles`` names every guid mentioned.
    """

    slug: str
    new: bool
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: Mapping[str, tuple[FieldChange, ...]]
    channel: tuple[FieldChange, ...]
    titles: Mapping[str, str]
    items_before: int = 0
    guid_risks: tuple[Finding, ...] = ()
    rolls: bool = False  # a limit lets the oldest go when a new one comes

    @property
    def risks(self) -> tuple[Finding, ...]:
        """What a publisher must mean before it is done: each is an error until it is forced."""
        return tuple(self._risks())

    def _risks(self) -> Iterator[Finding]:
        where = f"feeds/{self.slug}.xml"
        hint = tr("if you mean it, run this again with --force")
        yield from self.guid_risks
        if not self.rolls:
            for guid in self.removed:
                said = tr("“{titles}” would leave the feed", titles=self.titles.get(guid, guid))
                yield Finding("episode-leaves", said, where, hint=hint)
        touched = len(self.changed) + (0 if self.rolls else len(self.removed))
        if touched >= _MANY and touched * _SHARE > self.items_before:
            said = tr(
                "{touched} of {items_before} episodes would change",
                touched=touched,
                items_before=self.items_before,
            )
            yield Finding("feed-changes-much", said, where, hint=hint)


class _Changed(Mapping[str, tuple[FieldChange, ...]]):
    """What differs in each item, by guid; found out when it is asked for: of a whole network that takes its
    time, and to tell what is risky it is enough to count them."""

    def __init__(self, old: rss.Published, new: rss.Published, guids: Sequence[str]) -> None:
        self._old, self._new, self._guids = old, new, dict.fromkeys(guids)

    def __getitem__(self, guid: str) -> tuple[FieldChange, ...]:
        if guid not in self._guids:
            raise KeyError(guid)
        return tuple(_differences(self._old.item(guid), self._new.item(guid)))

    def __iter__(self) -> Iterator[str]:
        return iter(self._guids)

    def __len__(self) -> int:
        return len(self._guids)


def feed_change(
    feed: Feed, before: Sequence[rss.Written] | None, after: Sequence[rss.Written]
) -> FeedChange | None:
    """What *after* changes in the feed that was *before* (None: there was none); None for nothing.

    Each is the feed's own document, then its archives, but for those that both have.
    """
    if before == after:
        return None
    had_items, has_items = _items(before or ()), _items(after)
    shared = had_items & has_items
    old, new = rss.Published(*(before or (b"",)), shared=shared), rss.Published(*after, shared=shared)
    had, has = set(old.guids), set(new.guids)
    stayed = [guid for guid in new.guids if guid in had and not old.same(guid, new)]
    added = tuple(guid for guid in new.guids if guid not in had)
    removed = tuple(guid for guid in old.guids if guid not in has)
    return FeedChange(
        slug=feed.slug,
        new=before is None,
        added=added,
        removed=removed,
        changed=_Changed(old, new, stayed),
        channel=tuple(_differences(old.channel, new.channel)) if before is not None else (),
        titles={
            **{guid: old.title(guid) for guid in removed},
            **{guid: new.title(guid) for guid in (*added, *stayed)},
        },
        items_before=len(shared) + len(old.guids),
        guid_risks=tuple(guid_moved(feed, old.podcast_guid, new.podcast_guid)),
        rolls=feed.limit is not None and bool(added),
    )


def _items(documents: Sequence[rss.Written]) -> frozenset[int]:
    """The identities of the items of *documents*: what was rendered of a stored feed has that one's own."""
    return frozenset(id(item) for one in documents if isinstance(one, rss.Document) for item in one.items)


def guid_moved(feed: Feed, old: str | None, new: str | None) -> Iterator[Finding]:
    """Directories take a feed with another podcast:guid for another show."""
    if old is not None and old != new:
        yield Finding(
            "feed-guid-moved",
            tr("podcast:guid would change from {old} to {new}", old=old, new=new),
            f"feeds/{feed.slug}.md",
            "guid",
            tr("write `guid: {old}` in its front matter", old=old),
        )


def _differences(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[FieldChange]:
    for name in dict.fromkeys((*old, *new)):
        if old.get(name, "") != new.get(name, ""):
            yield FieldChange(name, old.get(name, ""), new.get(name, ""))
