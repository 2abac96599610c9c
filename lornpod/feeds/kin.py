"""What the feeds of a network say of each other: publisher, recommendations, lists. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from ..model import RELATED, Feed, Network, RemoteItem, Where, podcast_guid, stated
from .namespaces import first, uri

_RELATED = 5  # feeds at most that are recommended by themselves

Members = Mapping[str, AbstractSet[str]]  # the ids of the cases that each feed shows, by slug


@dataclass(frozen=True)
class Kin:
    """The feeds that a feed names: its publisher's, those it recommends, those that it lists."""

    publisher: RemoteItem | None = None
    podroll: tuple[RemoteItem, ...] = ()
    listed: tuple[RemoteItem, ...] = ()


def feed_guid(network: Network, feed: Feed) -> str:
    """The podcast:guid of *feed*: over the address that apps have, so that no spelling of the network's
    host moves it."""
    return first(feed.guid, podcast_guid(uri(network.feed_url(feed.slug))))


def kin_of(network: Network, feed: Feed, feeds: Sequence[Feed], members: Members) -> Kin:
    """What *feed* says of the others among *feeds*. *members* is asked only where it recommends those
    with most cases in common.

    A feed that is hidden from directories names no publisher of this network and is named by none.
    """
    publisher = next((one for one in feeds if one.is_publisher), None)
    if feed.is_publisher:
        return Kin(listed=tuple(as_remote(network, one) for one in feeds if _is_public(one)))
    others = [one for one in feeds if one.slug != feed.slug and _is_public(one)]
    told = stated(network, feed)
    own = as_remote(network, publisher) if publisher is not None and _is_public(feed) else None
    podroll = _recommended(network, feed, told.podroll, others, members)
    return Kin(own or told.publisher, tuple(dict.fromkeys(podroll)), feed.remote_items)


def as_remote(network: Network, feed: Feed) -> RemoteItem:
    """*feed* as others name it."""
    address, title = uri(network.feed_url(feed.slug)), first(feed.title, network.name, feed.slug)
    return RemoteItem(feed_guid(network, feed), address, medium=feed.medium, title=title)


def _is_public(feed: Feed) -> bool:
    return not feed.block and not feed.is_publisher


def _recommended(
    network: Network,
    feed: Feed,
    podroll: Sequence[RemoteItem | str],
    others: Sequence[Feed],
    members: Members,
) -> Iterator[RemoteItem]:
    by_slug = {one.slug: one for one in others}
    for entry in podroll:
        if isinstance(entry, RemoteItem):
            yield entry
        elif entry == RELATED:
            yield from (as_remote(network, one) for one in _related(feed, others, members))
        elif entry in by_slug:
            yield as_remote(network, by_slug[entry])


def _related(feed: Feed, others: Sequence[Feed], members: Members) -> list[Feed]:
    """Those with most cases in common, by the share of what both have; never one that takes all cases."""
    own = members.get(feed.slug, frozenset())

    def kinship(other: Feed) -> float:
        theirs = members.get(other.slug, frozenset())
        return len(own & theirs) / (len(own | theirs) or 1)

    near = [other for other in others if other.where != Where() and kinship(other) > 0]
    return sorted(near, key=lambda other: (-kinship(other), other.slug))[:_RELATED]
