"""The rules of a feed as a whole, and of what its channel says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING
from uuid import uuid5

from ..errors import Finding, Level
from ..feeds.reading import NAMESPACES, OLD_PODCAST_NAMESPACE, usual_prefix
from ..messages import later, tr
from ..model import PODCAST_GUID_NAMESPACE
from ..workspace import apple_categories, values
from .of_feeds import Entry, Findings, SeenFeed, at
from .registry import rule
from .shapes import HTML_TAG, ISO_639_1, ISO_3166, TWO_LETTERS, is_address, reads
from .sources import APPLE, APPLE_FEEDS, HOUSE, NAMESPACE, PAGING, PSP, RSS, SPOTIFY, SPOTIFY_OWNER, XML

if TYPE_CHECKING:
    from ..feeds.reading import Tag

WARNING, ADVICE = Level.WARNING, Level.ADVICE

# ---------------------------------------------------------------- what the reader refuses


def _by_the_reader(*_: object) -> Findings:
    """Found while reading: there is nothing left to look at."""
    yield from ()


for _code, _title, _source, _why, _remedy in (
    (
        "rss-xml",
        "The feed is well-formed XML",
        XML,
        "One mistake in the XML, and apps see no feed at all: no new episode reaches anybody.",
        later("mend the XML at the place that is named"),
    ),
    (
        "rss-doctype",
        "The feed declares no document type",
        XML,
        "A document type can hold entities, by which a feed of a few lines fills a reader's memory or "
        "fetches files from its disk: careful readers refuse it.",
        later("leave the <!DOCTYPE> out"),
    ),
    (
        "rss-root",
        "The document is RSS with a channel",
        RSS,
        "Podcast apps read <rss> with one <channel>; Atom, HTML and error pages are no podcast to them.",
        later("look whether this is the feed's address"),
    ),
    (
        "rss-limit",
        "The feed is of a size that readers take",
        HOUSE,
        "Past some size, depth or number of tags readers stop: this one at 32 MB, 50,000 episodes and a "
        "million tags.",
        later("split it into pages (RFC 5005), or shorten the show notes"),
    ),
):
    rule(_code, "reader", _title, source=_source, why=_why, remedy=_remedy)(_by_the_reader)

# ---------------------------------------------------------------- the document


@rule(
    "rss-version", "document", "The feed says that it is RSS 2.0", WARNING,
    source=RSS, remedy='write <rss version="2.0" …>',
)  # fmt: skip
def rss_version(seen: SeenFeed) -> Findings:
    """The attribute is required; readers take other versions for formats without enclosures."""
    if seen.document.version != "2.0":
        said = tr("version is {version}", version=seen.document.version or tr("missing"))
        yield seen.show.lacks("version", said)


@rule(
    "rss-declaration", "document", "The XML declaration is the first of all",
    source=XML, remedy="take out the blank lines before <?xml, which a script or a plugin writes",
)  # fmt: skip
def rss_declaration(seen: SeenFeed) -> Findings:
    """XML 1.0, section 2.8, lets nothing stand before it: AntennaPod and browsers refuse such a feed."""
    if seen.document.begins_late:
        yield seen.show.lacks("xml", tr("blanks stand before the XML declaration"))


@rule(
    "psp-encoding", "document", "The feed is UTF-8",
    source=PSP, remedy="store it as UTF-8, and say so in the XML declaration",
)  # fmt: skip
def psp_encoding(seen: SeenFeed) -> Findings:
    """PSP-1 asks for UTF-8; parsers on phones know few other encodings, and show æ, ø and å as rubbish."""
    if seen.document.encoding.upper() not in ("UTF-8", "UTF8", "US-ASCII", "ASCII"):
        yield seen.show.lacks("encoding", tr("the feed is {encoding}", encoding=seen.document.encoding))


_OF_PSP = ("itunes", "podcast", "atom")
# Those of which apps read tags; others are spelled in several ways by those who made them.
_READ = (*_OF_PSP, "content", "psc", "media", "dc", "fh")


@rule(
    "psp-namespace", "document", "The namespaces itunes, podcast and atom are declared", WARNING,
    source=PSP, remedy="declare it at <rss>, exactly as PSP-1 spells it",
)  # fmt: skip
def psp_namespace(seen: SeenFeed) -> Findings:
    """PSP-1 requires the three at the start of the feed, and validators look for them there."""
    declared = {usual_prefix(uri) for uri in seen.document.namespaces.values()}
    declared |= set(seen.document.namespaces)  # with another address: rss-namespace-spelling
    for prefix in _OF_PSP:
        if prefix not in declared:
            yield seen.show.lacks(f"xmlns:{prefix}", tr("is not declared"))


@rule(
    "psp-namespace-content", "document", "The namespace content is declared where there is HTML", ADVICE,
    source=PSP, remedy='write xmlns:content="http://purl.org/rss/1.0/modules/content/" at <rss>',
)  # fmt: skip
def psp_namespace_content(seen: SeenFeed) -> Findings:
    """PSP-1 asks for it with HTML in descriptions; most apps show that all the same."""
    prefixes, uris = seen.document.namespaces.keys(), seen.document.namespaces.values()
    if "content" in prefixes or any(usual_prefix(uri) == "content" for uri in uris):
        return
    if any(HTML_TAG.search(entry.text("description")) for entry in (seen.show, *seen.episodes)):
        yield seen.show.lacks("xmlns:content", tr("is not declared, and descriptions hold HTML"))


@rule(
    "psp-prefix", "document", "Namespaces have their usual prefixes", WARNING,
    source=PSP, remedy="declare it with its usual prefix",
)  # fmt: skip
def psp_prefix(seen: SeenFeed) -> Findings:
    """To XML a prefix is free; PSP-1 has the declarations entered as shown, and AntennaPod reads no tag of a
    namespace under another (its SyndHandler)."""
    for usual in ("itunes", "podcast", "atom", "content", "psc", "media"):
        prefixes = [one for one, uri in seen.document.namespaces.items() if uri == NAMESPACES[usual]]
        if prefixes and not {usual, "", "sc" if usual == "psc" else usual}.intersection(prefixes):
            yield seen.show.lacks(
                f"xmlns:{prefixes[0]}", tr("is the namespace that apps know as {usual}", usual=usual)
            )


@rule(
    "rss-namespace-spelling", "document", "Namespaces are spelled as they are defined",
    source=XML, remedy="write it exactly so",
)  # fmt: skip
def rss_namespace_spelling(seen: SeenFeed) -> Findings:
    """Namespaces are compared letter by letter, http and https too: to an app, tags in a misspelt one are not
    there."""
    for prefix, uri in seen.document.namespaces.items():
        known = usual_prefix(uri)
        exact = NAMESPACES[known or prefix] if (known or prefix) in _READ else uri
        if uri not in (exact, OLD_PODCAST_NAMESPACE) and _has(seen, f"{known}:" if known else f"{{{uri}}}"):
            yield seen.show.lacks(
                f"xmlns:{prefix}", tr("is {uri}", uri=uri), tr("write {exact}", exact=exact)
            )


def _has(seen: SeenFeed, beginning: str) -> bool:
    """Whether the feed has tags whose names have this *beginning*."""
    return any(tag.name.startswith(beginning) for entry in (seen.show, *seen.episodes) for tag in entry.tags)


@rule(
    "podcast-namespace-old", "document", "The podcast namespace has its present address", WARNING,
    source=NAMESPACE, remedy="write https://podcastindex.org/namespace/1.0",
)  # fmt: skip
def podcast_namespace_old(seen: SeenFeed) -> Findings:
    """The address on GitHub was the first; PSP-1 has the present one, and apps that know that alone see none
    of its tags. gPodder still knows the first alone."""
    for prefix, uri in seen.document.namespaces.items():
        if uri == OLD_PODCAST_NAMESPACE:
            yield seen.show.lacks(f"xmlns:{prefix}", tr("is the namespace's old address"))


@rule(
    "rss-item-outside", "document", "Items stand in the one channel",
    source=RSS, remedy="move the items into the one <channel>",
)  # fmt: skip
def rss_item_outside(seen: SeenFeed) -> Findings:
    """RSS 2.0 has one channel, which holds its items; readers pass over those beside it, or in another."""
    for stray in seen.document.strays:
        yield at(
            stray, tr("is a second channel") if stray.name == "channel" else tr("stands outside the channel")
        )


@rule(
    "rss-size", "document", "A feed stays under 10 MB", ADVICE,
    source=HOUSE, remedy="set `limit`, page the feed (RFC 5005), or shorten the show notes",
)  # fmt: skip
def rss_size(seen: SeenFeed) -> Findings:
    """Apps fetch the whole feed at every change, over mobile networks too, and some stop at 10 MB."""
    if seen.document.length_bytes > 10_000_000:
        yield seen.show.lacks(
            "", tr("the feed has {length_mb:.1f} MB", length_mb=seen.document.length_bytes / 1_000_000)
        )


@rule(
    "spotify-empty", "document", "A feed has an episode",
    source=SPOTIFY, remedy="publish an episode before you hand the feed in",
)  # fmt: skip
def spotify_empty(seen: SeenFeed) -> Findings:
    """Spotify and Apple refuse a show without a single episode. Lists and publisher feeds need none."""
    medium = seen.show.text("podcast:medium")
    if not seen.episodes and medium not in ("publisher", "mixed") and not medium.endswith("L"):
        yield seen.show.lacks("item", tr("the feed has no episode"))


@rule(
    "rss-guid-twice", "document", "Each episode has a guid of its own",
    source=RSS, remedy="give each episode its own; never change those that are published",
)  # fmt: skip
def rss_guid_twice(seen: SeenFeed) -> Findings:
    """Apps know an episode by its guid: of two with one guid they show one."""
    yield from _twice(seen, lambda entry: entry.first("guid"), lambda tag: tag.text, later("guid"))


@rule(
    "apple-enclosure-twice", "document", "Each episode has a file of its own",
    source=APPLE_FEEDS, remedy="give each episode its own file",
)  # fmt: skip
def apple_enclosure_twice(seen: SeenFeed) -> Findings:
    """Apple passes over a second item with the same enclosure address."""
    yield from _twice(
        seen, lambda entry: entry.first("enclosure"), lambda tag: tag.get("url"), later("address")
    )


@rule(
    "apple-episode-number-twice", "document", "No two full episodes have one number", WARNING,
    source=HOUSE, remedy="give each episode of a season its own number",
)  # fmt: skip
def apple_episode_number_twice(seen: SeenFeed) -> Findings:
    """Apps sort a season by its numbers; of two alike they show either first."""
    known: dict[tuple[str, str], int] = {}
    for entry in seen.episodes:
        tag = entry.first("itunes:episode")
        if (
            tag is None
            or not tag.text.strip("0")
            or (entry.text("itunes:episodeType") or "full").lower() != "full"
        ):
            continue
        key = (entry.text("itunes:season"), tag.text)
        if key in known:
            of = tr(" of season {key}", key=key[0]) if key[0] else ""
            yield at(
                tag, tr("episode {text}{of} is item {known} already", text=tag.text, of=of, known=known[key])
            )
        known.setdefault(key, entry.number)


def _twice(
    seen: SeenFeed, find: Callable[[Entry], Tag | None], say: Callable[[Tag], str], what: str
) -> Findings:
    known: dict[str, int] = {}
    for entry in seen.episodes:
        tag = find(entry)
        said = say(tag) if tag is not None else ""
        if tag is not None and said:
            if said in known:
                yield at(
                    tag,
                    tr(
                        "item {number} has the {what} of item {known}: {said}",
                        number=entry.number,
                        what=tr(what),
                        known=known[said],
                        said=said,
                    ),
                )
            known.setdefault(said, entry.number)


# ---------------------------------------------------------------- what a channel must say


def _required(code: str, name: str, level: Level, source: str, why: str, remedy: str) -> None:
    """A rule that the channel says *name*."""

    def look(seen: SeenFeed) -> Findings:
        found = seen.show.all(*name.split("|"))
        if not any(tag.text or tag.attributes or tag.children for tag in found):
            tag = name.partition("|")[0]
            if found:
                yield at(found[0], tr("says nothing"))
            else:
                yield seen.show.lacks(tag, tr("the channel has no {tag}", tag=tag))

    said = name.partition("|")[0]
    rule(code, "document", f"A channel has {said}", level, source=source, why=why, remedy=remedy)(look)


_required(
    "rss-title", "title", Level.ERROR, RSS, "The name of the show: required by RSS and every directory.",
    later("write <title>"),
)  # fmt: skip
_required(
    "rss-link", "link", Level.ERROR, RSS, "The show's web page: required by RSS and PSP-1; apps link to it.",
    later("write <link> with the show's web page"),
)  # fmt: skip
_required(
    "rss-description", "description|itunes:summary", Level.ERROR, RSS,
    "What the show is about: required by RSS, Apple and PSP-1, shown by every app.",
    later("write <description>"),
)  # fmt: skip
_required(
    "apple-language", "language", Level.ERROR, APPLE,
    "Directories file a show under its language; Apple and PSP-1 require it.",
    later("write <language>, such as nb"),
)  # fmt: skip
_required(
    "apple-category", "itunes:category", Level.ERROR, APPLE,
    "Directories file a show by it: Apple and PSP-1 require itunes:category.",
    later("write one of Apple's categories"),
)  # fmt: skip
_required(
    "apple-explicit", "itunes:explicit", Level.ERROR, APPLE,
    "Apple and PSP-1 require it; without it a show is refused, or hidden where children listen.",
    later("write <itunes:explicit>false</itunes:explicit>, or true"),
)  # fmt: skip
_required(
    "apple-image", "itunes:image", Level.ERROR, APPLE,
    "The cover: Apple, Spotify and PSP-1 take no show without one.",
    later('write <itunes:image href="…"/>, square, 1400 to 3000 px, JPEG or PNG'),
)  # fmt: skip
_required(
    "apple-author", "itunes:author", Level.WARNING, APPLE,
    "Apple and Spotify show it under the show's title; Spotify requires it.", later("write <itunes:author>"),
)  # fmt: skip
_required(
    "podcast-guid-missing", "podcast:guid", Level.WARNING, PSP,
    "It is who the show is, whatever becomes of its address: podrolls, publisher feeds and value splits "
    "name it by that.",
    later("write <podcast:guid>; a UUIDv5 of the feed's first address, fixed for life"),
)  # fmt: skip
_required(
    "podcast-locked-missing", "podcast:locked", Level.ADVICE, PSP,
    "Says whether another host may take the show over; PSP-1 recommends it.",
    later("write <podcast:locked>yes</podcast:locked>"),
)  # fmt: skip


@rule(
    "psp-self", "document", "A feed says its own address", WARNING,
    source=PSP, remedy='write <atom:link rel="self" href="…" type="application/rss+xml"/>',
)  # fmt: skip
def psp_self(seen: SeenFeed) -> Findings:
    """PSP-1 and WebSub require exactly one atom:link rel="self": directories take it for the feed's address,
    and hubs for the topic to subscribe to."""
    found = _links(seen, "self")
    if not found:
        yield seen.show.lacks("atom:link", tr('the channel has no atom:link rel="self"'))
    for link in found[1:]:
        yield at(link, tr('is a second rel="self"'), tr("leave one, the address that apps should use"))


@rule(
    "psp-self-other", "document", "A feed is found where it says it is", WARNING,
    source=PSP, remedy="write the address that apps use, or have them use the other",
)  # fmt: skip
def psp_self_other(seen: SeenFeed) -> Findings:
    """Apps and directories move over to what rel="self" says: to somebody else's copy, or to nowhere."""
    for link in _links(seen, "self")[:1]:
        if seen.url and link.get("href") and link.get("href") not in (seen.url, seen.asked):
            yield at(
                link, tr("says {href}, and the feed was found at {url}", href=link.get("href"), url=seen.url)
            )


@rule(
    "rss-paging-rel", "document", "Pages are linked by the words of RFC 5005", ADVICE,
    source=PAGING, remedy='write rel="previous"',
)  # fmt: skip
def rss_paging_rel(seen: SeenFeed) -> Findings:
    """RFC 5005 calls the page before this one previous, not prev: from a later page there is no way back."""
    for link in _links(seen, "prev"):
        yield at(link, tr('rel="prev" is none of RFC 5005'))


@rule(
    "rss-paging-circle", "document", "A page does not follow itself",
    source=PAGING, remedy="let it name the following page, or nothing on the last",
)  # fmt: skip
def rss_paging_circle(seen: SeenFeed) -> Findings:
    """A reader that follows such pages goes round for ever, or gives the feed up."""
    own = {seen.url, *(link.get("href") for link in _links(seen, "self"))} - {""}
    for rel in ("next", "prev-archive"):
        for link in _links(seen, rel):
            if link.get("href") in own:
                yield at(link, tr("rel={rel} is this document itself", rel=rel))


@rule(
    "rss-archive", "document", "An archive page leads back to the feed", WARNING,
    source=PAGING, remedy='write <atom:link rel="current" href="…"/> with the feed\'s address',
)  # fmt: skip
def rss_archive(seen: SeenFeed) -> Findings:
    """Who comes upon an archive page must find the feed to subscribe to (RFC 5005, 4)."""
    archive = seen.show.first("fh:archive")
    if archive is not None and not _links(seen, "current"):
        yield at(archive, tr('there is no atom:link rel="current"'))


@rule(
    "apple-owner", "document", "The owner's e-mail address is given", WARNING,
    source=SPOTIFY_OWNER, remedy="write <itunes:owner> with <itunes:email>",
)  # fmt: skip
def apple_owner(seen: SeenFeed) -> Findings:
    """Validators warn without itunes:owner, and YouTube and Spotify mail their codes there."""
    owner = seen.show.first("itunes:owner")
    email = next((child for child in owner.children if child.name == "itunes:email"), None) if owner else None
    if owner is None:
        yield seen.show.lacks("itunes:owner", tr("the channel has no itunes:owner"))
    elif email is None or not reads(values.email, email.text):
        yield at(
            owner,
            tr(
                "has no e-mail address that can be written to: {text}",
                text=email.text if email else tr("none"),
            ),
        )


@rule(
    "apple-category-unknown", "document", "Categories are Apple's, to the letter",
    source=APPLE, remedy="see podcasters.apple.com/support/1691",
)  # fmt: skip
def apple_category_unknown(seen: SeenFeed) -> Findings:
    """Apple compares them letter by letter, and files a show with another under nothing."""
    for tag in seen.show.all("itunes:category"):
        names = [tag.get("text")]
        names += [f"{names[0]} > {sub.get('text')}" for sub in tag.children if sub.name == "itunes:category"]
        for name in names if _is_category(names[0]) else names[:1]:
            if not _is_category(name):
                near = apple_categories.nearest(name)
                yield at(
                    tag,
                    tr("“{name}” is none of Apple's", name=name),
                    tr("did you mean {near}?", near=near) if near else "",
                )


@rule(
    "apple-type", "document", "itunes:type is episodic or serial", WARNING,
    source=APPLE, remedy="write episodic or serial",
)  # fmt: skip
def apple_type(seen: SeenFeed) -> Findings:
    """Whether apps begin with the newest or the first episode hangs on it; other words count as episodic."""
    for tag in seen.show.all("itunes:type"):
        if tag.text.lower() not in ("episodic", "serial"):
            yield at(tag, tr("“{text}” is neither episodic nor serial", text=tag.text))


@rule(
    "apple-complete", "document", "itunes:complete is yes or absent", WARNING,
    source=APPLE, remedy="write yes, or leave it out",
)  # fmt: skip
def apple_complete(seen: SeenFeed) -> Findings:
    """Any other value is passed over (Apple; PSP-1): it says nothing."""
    for tag in seen.show.all("itunes:complete"):
        if tag.text.lower() not in ("yes", "no"):
            yield at(tag, tr("“{text}” says nothing", text=tag.text))


@rule(
    "apple-new-feed-url", "document", "itunes:new-feed-url is an address",
    source=APPLE, remedy="write the whole address, https://…",
)  # fmt: skip
def apple_new_feed_url(seen: SeenFeed) -> Findings:
    """It moves every subscriber: to a wrong address they are lost."""
    for tag in seen.show.all("itunes:new-feed-url"):
        if not is_address(tag.text):
            yield at(tag, tr("“{text}” is no web address", text=tag.text))


@rule(
    "rss-language", "document", "The language is one of ISO 639", WARNING,
    source=APPLE, remedy="write such as nb, nn, no, en or en-GB",
)  # fmt: skip
def rss_language(seen: SeenFeed) -> Findings:
    """Apple takes the two-letter codes of ISO 639, with a country of ISO 3166 behind, and refuses a feed with
    another; apps choose voices and searches by it."""
    for tag in seen.show.all("language"):
        primary, _sep, rest = tag.text.partition("-")
        short = TWO_LETTERS.get(primary.lower())
        country = next((part for part in rest.split("-") if re.fullmatch("[A-Za-z]{2}", part)), "")
        if "_" in tag.text or not reads(values.language, tag.text):
            yield at(tag, tr("“{text}” is no language tag", text=tag.text))
        elif len(primary) == 2 and primary.lower() not in ISO_639_1:
            yield at(tag, tr("“{primary}” is no language of ISO 639-1", primary=primary))
        elif short:
            yield at(
                tag, tr("“{primary}” has three letters", primary=primary), tr("write {short}", short=short)
            )
        elif country and country.upper() not in ISO_3166:
            hint = tr("write {short}", short=f"{primary}-GB") if country.upper() == "UK" else ""
            yield at(tag, tr("“{country}” is no country of ISO 3166-1", country=country), hint)


@rule(
    "rss-ttl", "document", "ttl is a number of minutes", WARNING,
    source=RSS, remedy="write whole minutes, such as 60, or leave it out",
)  # fmt: skip
def rss_ttl(seen: SeenFeed) -> Findings:
    """So long readers may keep the feed before they ask again; what is no number says nothing."""
    for tag in seen.show.all("ttl"):
        if not re.fullmatch("[0-9]{1,6}", tag.text):
            yield at(tag, tr("“{text}” is no whole number", text=tag.text))


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@rule(
    "rss-skip", "document", "Hours and days to skip are hours and days", WARNING,
    source=RSS, remedy="write hours from 0 to 23 in GMT, days as Monday to Sunday, or leave it out",
)  # fmt: skip
def rss_skip(seen: SeenFeed) -> Findings:
    """Readers leave the feed alone at these times; what is neither is passed over."""
    for tag in seen.show.all("skipHours", "skipDays"):
        for child in tag.children:
            if child.name == "hour" and not re.fullmatch("(?:[01]?[0-9]|2[0-3])", child.text):
                yield at(child, tr("“{text}” is no hour", text=child.text))
            if child.name == "day" and child.text not in _DAYS:
                yield at(child, tr("“{text}” is no day", text=child.text))


@rule(
    "spotify-country", "document", "spotify:countryOfOrigin lists countries", WARNING,
    source=SPOTIFY, remedy="write codes of ISO 3166-1 with blanks between them, such as no se dk",
)  # fmt: skip
def spotify_country(seen: SeenFeed) -> Findings:
    """Spotify shows the podcast first where it is from; it knows countries by their two letters."""
    for tag in seen.show.all("spotify:countryOfOrigin"):
        for said in tag.text.split():
            if said.upper() not in ISO_3166 and said.lower() != "global":
                yield at(tag, tr("“{country}” is no country of ISO 3166-1", country=said))


@rule(
    "spotify-limit", "document", "spotify:limit tells how many episodes are shown", WARNING,
    source=SPOTIFY, remedy='write <spotify:limit recentCount="10"/>, or leave it out',
)  # fmt: skip
def spotify_limit(seen: SeenFeed) -> Findings:
    """Spotify shows so many of the newest episodes; what is no number from 1 limits nothing."""
    for tag in seen.show.all("spotify:limit"):
        if not re.fullmatch("0*[1-9][0-9]*", tag.get("recentCount")):
            yield at(tag, tr("recentCount is “{count}”", count=tag.get("recentCount")))


@rule(
    "podcast-list", "document", "A list holds remoteItems, and no items of its own", WARNING,
    source=NAMESPACE, remedy="name each show by a podcast:remoteItem, or take another podcast:medium",
)  # fmt: skip
def podcast_list(seen: SeenFeed) -> Findings:
    """A feed of a list medium (podcastL, musicL, mixed) points to other feeds and holds nothing else; a
    publisher's feed points to its shows: without a remoteItem it points to nothing."""
    for tag in seen.show.all("podcast:medium"):
        is_listing = tag.text == "mixed" or tag.text.endswith("L")
        if (is_listing or tag.text == "publisher") and not seen.show.all("podcast:remoteItem"):
            yield at(tag, tr("is {medium}, and there is no podcast:remoteItem", medium=tag.text))
        elif is_listing and seen.episodes:
            yield at(tag, tr("is {medium}, and there are items", medium=tag.text))


@rule(
    "rss-image", "document", "An <image> has url, title and link", WARNING,
    source=RSS, remedy="write all three; title and link as those of the channel",
)  # fmt: skip
def rss_image(seen: SeenFeed) -> Findings:
    """RSS requires the three; some readers drop a picture without them."""
    for tag in seen.show.all("image"):
        said = {child.name for child in tag.children if child.text}
        missing = [name for name in ("url", "title", "link") if name not in said]
        if missing:
            yield at(tag, tr("has no {missing}", missing=", ".join(missing)))


@rule(
    "psp-copyright", "document", "The copyright line is the holder's name", ADVICE,
    source=PSP, remedy="write the name alone",
)  # fmt: skip
def psp_copyright(seen: SeenFeed) -> Findings:
    """PSP-1: without the word Copyright and the sign, which apps put there themselves, and without a year."""
    for tag in seen.show.all("copyright"):
        if re.search(r"©|\(c\)|copyright|℗|\b(?:19|20)\d\d\b", tag.text, re.IGNORECASE):
            yield at(tag, tr("“{text}” has the word, the sign or a year in it", text=tag.text[:60]))


@rule(
    "podcast-guid-scheme", "document", "podcast:guid is made of the address without its scheme", WARNING,
    source=NAMESPACE, remedy="where the show is new, make it of the address without https://; else leave it",
)  # fmt: skip
def podcast_guid_scheme(seen: SeenFeed) -> Findings:
    """The namespace strips scheme and trailing slashes first: made otherwise, it is none that others find."""
    addresses = {seen.url, *(link.get("href") for link in _links(seen, "self"))} - {""}
    wrong = {str(uuid5(PODCAST_GUID_NAMESPACE, one)) for one in addresses}
    for tag in seen.show.all("podcast:guid"):
        if tag.text.lower() in wrong:
            yield at(tag, tr("is made of the address with its scheme"))


def _links(seen: SeenFeed, rel: str) -> list[Tag]:
    return [tag for tag in seen.show.all("atom:link") if tag.get("rel").lower() == rel]


def _is_category(said: str) -> bool:
    return said in apple_categories.CHOICES


@rule(
    "rss-order", "document", "The channel speaks before its items", ADVICE,
    source=HOUSE, remedy="write the channel's own tags first, then liveItems, then items",
)  # fmt: skip
def rss_order(seen: SeenFeed) -> Findings:
    """Readers that stop early miss what comes later; feedparser takes a liveItem's title for the show's."""
    first_item = seen.episodes[0].line if seen.episodes else None
    titled = False
    for tag in seen.show.tags:
        titled = titled or tag.name == "title"
        if tag.name == "podcast:liveItem":
            if not titled and seen.show.all("title"):
                yield at(tag, tr("comes before the channel's title"))
        elif first_item is not None and tag.line > first_item:
            yield at(tag, tr("comes after the first item"))


@rule(
    "psp-recommended", "document", "Episodes have what PSP-1 recommends", ADVICE,
    source=PSP, remedy="let them say it",
)  # fmt: skip
def psp_recommended(seen: SeenFeed) -> Findings:
    """A link, a picture, explicit and a transcript each make an episode easier to find, show and read."""
    for name in ("link", "itunes:image", "itunes:explicit", "podcast:transcript"):
        lacking = sum(not entry.all(name) for entry in seen.episodes)
        if lacking:
            yield seen.show.lacks(
                f"item.{name}",
                tr("{lacking} of {count} episodes have none", lacking=lacking, count=len(seen.episodes)),
            )


# ---------------------------------------------------------------- several feeds

Feeds = Sequence[tuple[str, SeenFeed]]
Placed = Iterator[tuple[str, Finding]]  # with the feed that it is on


def _of_its_own(
    code: str, level: Level, what: str, name: str, why: str, say: Callable[[SeenFeed], str]
) -> None:
    """A rule that no two feeds share what *say* says of them: told once of all that do, at the second."""

    def look(feeds: Feeds) -> Placed:
        alike: dict[str, list[tuple[str, SeenFeed]]] = {}
        for where, seen in feeds:
            group = alike.setdefault(say(seen), [])
            if not any(_pages_of_one(seen, other) for _, other in group):
                group.append((where, seen))
        for said, group in alike.items():
            if said and len(group) > 1:
                (first, _), (where, seen), *more = group
                also = tr(", and of {count} more", count=len(more)) if more else ""
                tag, message = seen.show.first(name), tr("is that of {first}{also}", first=first, also=also)
                yield where, at(tag, message) if tag else seen.show.lacks(name, message)

    remedy = tr("give each feed its own")
    source = NAMESPACE if name.startswith("podcast:") else HOUSE
    rule(code, "feeds", f"Each feed has {what} of its own", level, source=source, why=why, remedy=remedy)(
        look
    )


_of_its_own(
    "feed-shared-guid", Level.ERROR, "a podcast:guid", "podcast:guid",
    "To apps two feeds of one podcast:guid are one podcast: one of them is not listed.",
    lambda seen: seen.show.text("podcast:guid").lower(),
)  # fmt: skip
_of_its_own(
    "feed-shared-title", WARNING, "a title", "title",
    "Directories take two feeds of one title for one show, or for a copy of it.",
    lambda seen: seen.show.text("title").casefold(),
)  # fmt: skip
_of_its_own(
    "feed-shared-description", WARNING, "a description", "description",
    "Whoever searches sees the same words twice, and cannot tell which show is for them.",
    lambda seen: seen.show.text("description").casefold(),
)  # fmt: skip
_of_its_own(
    "feed-shared-cover", ADVICE, "a cover", "itunes:image",
    "In an app's list the cover is what a show is known by.",
    lambda seen: next((tag.get("href") for tag in seen.show.all("itunes:image")), ""),
)  # fmt: skip


@rule(
    "feed-guid-differs", "feeds", "One episode has one guid in every feed", WARNING,
    source=RSS, remedy="give it the guid that it was first published with, in every feed",
)  # fmt: skip
def feed_guid_differs(feeds: Feeds) -> Placed:
    """Who subscribes to two feeds of a network gets the episode twice where its guids differ."""
    known: dict[str, tuple[str, str]] = {}
    for where, seen in feeds:
        for entry in seen.episodes:
            url, guid = _file_of(entry), entry.text("guid")
            other, there = known.setdefault(url, (guid, where))
            tag = entry.first("guid", "enclosure")
            if url and tag is not None and other != guid and there != where:
                yield where, at(tag, tr("{guid} is {other} in {there}", guid=guid, other=other, there=there))


@rule(
    "podcast-publisher-one-way", "feeds", "A publisher and its shows name each other", WARNING,
    source=NAMESPACE, remedy="let the publisher's feed list the show, and the show name that feed",
)  # fmt: skip
def podcast_publisher_one_way(feeds: Feeds) -> Placed:
    """Only both ways are a proof: anybody can list a show, or call a publisher theirs."""
    shows = {
        seen.show.text("podcast:guid").lower(): (where, seen.show)
        for where, seen in feeds
        if not seen.show.first("fh:archive")
    }
    for guid, (where, show) in shows.items():
        if show.text("podcast:medium") == "publisher":
            for item in show.all("podcast:remoteItem"):
                listed = shows.get(item.get("feedGuid").lower())
                if listed and guid not in _publishers_of(listed[1]):
                    yield (
                        listed[0],
                        listed[1].lacks(
                            "podcast:publisher", tr("does not name {where}, which lists it", where=where)
                        ),
                    )
        for named in _publishers_of(show):
            publisher = shows.get(named)
            items = publisher[1].all("podcast:remoteItem") if publisher else []
            if publisher and guid not in {item.get("feedGuid").lower() for item in items}:
                yield (
                    where,
                    show.lacks(
                        "podcast:publisher",
                        tr("names {publisher}, which does not list it", publisher=publisher[0]),
                    ),
                )


def _publishers_of(show: Entry) -> set[str]:
    return {child.get("feedGuid").lower() for tag in show.all("podcast:publisher") for child in tag.children}


def _file_of(entry: Entry) -> str:
    enclosure = entry.first("enclosure")
    return enclosure.get("url") if enclosure is not None else ""


def _pages_of_one(one: SeenFeed, other: SeenFeed) -> bool:
    """Whether the two may be pages of one feed: one leads to the other, or both to a third; or an archive."""
    own = [{seen.url, *(link.get("href") for link in _links(seen, "self"))} - {""} for seen in (one, other)]
    rels = ("next", "previous", "prev", "prev-archive", "next-archive", "current", "first", "last")
    led = [{link.get("href") for rel in rels for link in _links(seen, rel)} for seen in (one, other)]
    archives = any(seen.show.first("fh:archive") for seen in (one, other))
    return bool(archives or own[0] & led[1] or own[1] & led[0] or led[0] & led[1])
