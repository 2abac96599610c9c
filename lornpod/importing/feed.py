"""A feed as another host writes it -> the network, the show and the cases that it states.

What the workspace has no field for is not dropped: it is named, and stays in the XML that is kept beside
each case.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, TypeVar, cast
from uuid import uuid5

from .. import workspace
from ..errors import Finding, Level
from ..feeds.reading import Item, Tag, Whole, guid, is_web
from ..messages import tr
from ..model import (
    PODCAST_GUID_NAMESPACE,
    Case,
    Category,
    Chapter,
    EpisodeType,
    Feed,
    Network,
    Person,
    Place,
    Soundbite,
    podcast_guid,
    shortened,
    slug,
)
from ..text.reading import fit_for_xml, one_line
from ..text.times import milliseconds
from ..workspace import values
from ..workspace.values import Mistake
from . import addresses, dates, lines, namespace, own_notes

_SUMMARY_BYTES = 4000

Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True)
class Remote:
    """A file that the feed names. ``length_bytes`` is the feed's word, None where it gives none."""

    url: str
    media_type: str = ""
    language: str = ""
    length_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Episode:
    """One item. ``case`` has no id yet; ``tags`` and ``xml`` are the item as the feed had it.

    ``duration_ms`` is the feed's word.
    """

    case: Case
    xml: bytes
    sound: Remote | None = None
    duration_ms: int | None = None
    transcripts: tuple[Remote, ...] = ()
    chapters: Remote | None = None
    tags: tuple[Tag, ...] = ()


@dataclass(frozen=True, slots=True)
class Show:
    """A feed as authored files state it; episodes from the oldest to the newest. ``tags`` and ``xml`` are
    its channel as it was."""

    network: Network
    feed: Feed
    episodes: tuple[Episode, ...]
    tags: tuple[Tag, ...]
    findings: tuple[Finding, ...]
    xml: bytes = b""


def read(whole: Whole, where: str, *, url: str = "", base_url: str) -> Show:
    """What the feed *whole* states. *url* is its address; *base_url* where it will be published from now."""
    base = url or _own(whole.tags) or next((tag.text for tag in whole.tags if tag.name == "link"), "")
    base = base if is_web(base) else ""
    channel = Tags(addresses.absolute(whole.tags, base), where)
    feed, network = _show(channel, url, base_url)
    items = [replace(item, tags=addresses.absolute(item.tags, base)) for item in whole.items]
    read_items = _episodes(items, where, network, _people(channel))
    episodes = sorted(
        read_items.episodes, key=lambda one: one.case.published or datetime.min.replace(tzinfo=UTC)
    )
    findings = (*channel.findings, *read_items.findings)
    return Show(network, feed, tuple(episodes), tuple(channel.tags), findings, whole.xml)


# ---------------------------------------------------------------- tags


@dataclass(slots=True)
class Tags:
    """The tags of a channel or an item, and what is to be said of them."""

    tags: Sequence[Tag]
    where: str
    findings: list[Finding] = field(default_factory=list)

    def named(self, *names: str) -> list[Tag]:
        """All tags of these names, in the order of the feed."""
        return [tag for tag in self.tags if tag.name in names]

    def text(self, *names: str) -> str:
        """What the first tag of the first name that says something says."""
        said = {name: [tag.text for tag in self.named(name) if tag.text] for name in names}
        return next((texts[0] for texts in said.values() if texts), "")

    def value(self, tag: Tag, said: str, reads: Callable[[str], Kind]) -> Kind | None:
        """*said* as *reads* understands it; None where it cannot, which is told."""
        if not said.strip():
            return None
        try:
            return reads(said)
        except Mistake as mistake:
            self.warn(tr("{name}: {message}; left out", name=tag.name, message=mistake.message))
            return None

    def accepted(self, tag: Tag, name: str, said: object) -> Any:
        """What the field *name* of an authored file makes of *said*; None where it refuses it, which is
        told."""
        try:
            return workspace.accepted(name, said)
        except Mistake as mistake:
            self.warn(tr("{name}: {message}; left out", name=tag.name, message=mistake.message))
            return None

    def read(self, name: str, reads: Callable[[str], Kind]) -> Kind | None:
        """The value of the first tag *name* that can be read."""
        found = (self.value(tag, tag.text, reads) for tag in self.named(name))
        return next((value for value in found if value is not None), None)

    def warn(self, message: str, hint: str = "", level: Level = Level.WARNING) -> None:
        self.findings.append(Finding("feed-value", message, self.where, hint=hint, level=level))


# ---------------------------------------------------------------- the show


def _show(channel: Tags, url: str, base_url: str) -> tuple[Feed, Network]:
    medium = channel.read("podcast:medium", values.word(*workspace.MEDIUMS)) or "podcast"
    title = one_line(channel.text("title", "itunes:title")) or "A podcast without a title"
    website = channel.read("link", values.web_address) or base_url
    own = _own(channel.tags) or url
    known = channel.read("podcast:guid", values.uuid) or (podcast_guid(own) if "://" in own else "")
    if not known:
        channel.warn(tr("no podcast:guid, and no address to make it of"), tr("set guid in the feed's file"))
    owner = {child.name: child.text for tag in channel.named("itunes:owner") for child in tag.children}
    categories = tuple(_categories(channel))
    explicit = channel.read("itunes:explicit", is_explicit)
    author = one_line(channel.text("itunes:author", "dc:creator"))
    artwork = _picture(channel)
    language = _language(channel)
    kind = channel.text("itunes:type").lower()
    copyright_line = one_line(channel.text("copyright", "dc:rights"))
    listed = namespace.remote_items(channel) if _is_list(medium) else ()
    feed = Feed(
        slug=slug(title) or "feed",
        title=title,
        # A row that begins with this would be a comment in the feed's file.
        description=_plain(channel.text("description", "itunes:summary", "itunes:subtitle")).replace(
            "<!--", "<! --"
        ),
        guid=known,
        author=author,
        categories=categories,
        artwork=artwork,
        type="serial" if kind == "serial" else "episodic",
        explicit=explicit,
        copyright=copyright_line,
        block=channel.text("itunes:block").lower() == "yes" or _blocked(channel),
        complete=channel.text("itunes:complete").lower() == "yes",
        medium="podcast" if _is_list(medium) and not listed else medium,
        itunes_title=_other_title(channel, title),
        locked=_locked(channel),
        hosts=_people(channel)["host"],
        place=_place(channel),
        remote_items=listed,
        **namespace.of_show(channel),
        **namespace.shared(channel),
    )
    if feed.is_list:  # which has nothing of its own to play
        feed = replace(feed, trailers=(), live=())
    _tell_of_move(channel, url)
    network = Network(
        name=title,
        website=website,
        base_url=base_url,
        guid=known or str(uuid5(PODCAST_GUID_NAMESPACE, title)),
        language=language,
        author=author,
        owner_name=one_line(owner.get("itunes:name", "")),
        owner_email=or_nothing(owner.get("itunes:email", ""), values.email),
        copyright=copyright_line,
        explicit=bool(explicit),
        categories=categories,
        artwork=artwork,
    )
    return feed, network


def _own(tags: Sequence[Tag]) -> str:
    """The address that the feed says it has."""
    links = (tag for tag in tags if tag.name == "atom:link" and tag.get("rel").lower() == "self")
    return next((tag.get("href") for tag in links), "")


def _language(channel: Tags) -> str:
    said = channel.read("language", values.language) or channel.read("dc:language", values.language)
    if not said:
        channel.warn(tr("the feed states no language; “nb” is assumed"), tr("correct it in lornpod.yaml"))
    return said or "nb"


def _locked(channel: Tags) -> bool | None:
    (tag, *_) = channel.named("podcast:locked") or [Tag("podcast:locked", {}, "")]
    if tag.text.lower() == "yes":
        owner = tr(" (ask {owner})", owner=one_line(tag.get("owner"))) if tag.get("owner") else ""
        hint = tr("import it only where the owner agrees{owner}", owner=owner)
        channel.warn(tr("the show is locked: its owner lets no other host take it over"), hint)
    return {"yes": True, "no": False}.get(tag.text.lower())


def _blocked(channel: Tags) -> bool:
    """Whether podcast:block hides the show from all; those for one platform are fields of their own."""
    return any(tag.text.lower() == "yes" and not tag.get("id") for tag in channel.named("podcast:block"))


def _is_list(medium: str) -> bool:
    return medium == "mixed" or medium.endswith("L")


def _other_title(tags: Tags, title: str) -> str:
    """The title for Apple, where it is another."""
    said = one_line(tags.text("itunes:title"))
    return said if said != title else ""


def _tell_of_move(channel: Tags, url: str) -> None:
    """Of a feed that has moved, another may be the newer."""
    said = channel.text("itunes:new-feed-url")
    if said and said not in (url, _own(channel.tags)):  # many hosts let every feed say its own
        channel.warn(tr("the feed says that it has moved to {said}", said=said[:200]), tr("import that one"))


def _categories(channel: Tags) -> Iterable[Category]:
    for tag in channel.named("itunes:category"):
        subs = [child.get("text") for child in tag.children if child.name == "itunes:category"]
        for said in [f"{tag.get('text')} > {sub}" for sub in subs] or [tag.get("text")]:
            found = channel.value(tag, said, values.category)
            if found is not None:
                yield found


def _picture(tags: Tags) -> str:
    images = tags.named("itunes:image")
    found = (tags.value(tag, tag.get("href") or tag.text, values.web_address) for tag in images)
    picture = next(filter(None, found), None)
    shown = [
        child.text
        for tag in tags.tags
        if tag.name == "image"
        for child in tag.children
        if child.name == "url"
    ]
    return picture or next((or_nothing(url, values.web_address) for url in shown), "")


# ---------------------------------------------------------------- episodes


@dataclass(slots=True)
class _Episodes:
    episodes: list[Episode] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def _episodes(
    items: Sequence[Item], where: str, network: Network, people: Mapping[str, tuple[Person, ...]]
) -> _Episodes:
    read_items = _Episodes()
    known: Counter[str] = Counter()
    for number, item in enumerate(items, 1):
        tags = Tags(item.tags, f"{where}: item {number}")
        key = guid(item)
        known[key] += 1
        if not key:
            tags.warn(tr("neither guid nor enclosure: no episode; left out"))
        elif known[key] > 1:
            tags.warn(
                tr("the guid of an earlier item: {key}; left out", key=key), tr("apps show the first alone")
            )
        else:
            read_items.episodes.append(_episode(tags, item, key, network, people))
        read_items.findings += tags.findings
    return read_items


def _episode(
    tags: Tags, item: Item, key: str, network: Network, channel_people: Mapping[str, tuple[Person, ...]]
) -> Episode:
    title = one_line(tags.text("title")) or one_line(tags.text("itunes:title"))
    if not title:
        title = one_line(key) or "Episode without a title"
        tags.warn(tr("no title: the guid stands in for it"), tr("write one in case.md"))
    sound = _sound(tags)
    if sound is None:
        hint = tr("put the recording beside case.md, and add `published:`")
        tags.warn(tr("no enclosure: the case has no recording, and is a draft"), hint)
    shown, summary = _words(tags)
    own_people = _people(tags)
    people = own_people if any(own_people.values()) else channel_people
    explicit = tags.read("itunes:explicit", is_explicit)
    season = tags.read("podcast:season", values.count) or tags.read("itunes:season", values.count)
    episode = _episode_number(tags)
    case = Case(
        id="",
        title=title,
        language=network.language,
        published=_published(tags),
        guests=people["guest"],
        hosts=people["host"],
        place=_place(tags),
        chapters=tuple(_chapters(tags)),
        summary=summary,
        keywords=tuple(filter(None, (one_line(word) for word in tags.text("itunes:keywords").split(",")))),
        soundbites=tuple(_soundbites(tags)),
        season=season,
        season_name=_attribute(tags, "podcast:season", "name", values.PHRASE_CHARS) if season else "",
        episode=episode,
        episode_display=_attribute(tags, "podcast:episode", "display", values.SHORT_CHARS) if episode else "",
        itunes_title=_other_title(tags, title),
        block=tags.text("itunes:block").lower() == "yes",
        episode_type=_episode_type(tags),
        explicit=None if explicit == network.explicit else explicit,
        guid=key,
        href=tags.read("link", values.web_address) or "",
        image=_picture(tags),
        **namespace.of_episode(tags),
        **namespace.shared(tags),
    )
    shown, case = own_notes.without_lists(shown, case)
    return Episode(
        replace(case, introduction=_markdown(shown)),
        item.xml,
        sound,
        tags.read("itunes:duration", _duration_ms),
        tuple(_remotes(tags, "podcast:transcript")),
        next(_remotes(tags, "podcast:chapters"), None),
        item.tags,
    )


def _attribute(tags: Tags, name: str, attribute: str, most: int) -> str:
    said = next((one_line(tag.get(attribute)) for tag in tags.tags if tag.name == name), "")
    return shortened(said, most)


def _episode_number(tags: Tags) -> int | float | None:
    """The decimal of the namespace before Apple's whole number."""
    return tags.read("podcast:episode", values.episode_number) or tags.read("itunes:episode", values.count)


def _soundbites(tags: Tags) -> Iterator[Soundbite]:
    for tag in tags.named("podcast:soundbite"):
        start_ms, duration_ms = milliseconds(tag.get("startTime")), milliseconds(tag.get("duration"))
        if start_ms is None or not duration_ms or start_ms + duration_ms > values.MAX_TIME_MS:
            tags.warn(
                tr(
                    "{name}: '{starttime}', '{duration}' are no times; left out",
                    name=tag.name,
                    starttime=tag.get("startTime"),
                    duration=tag.get("duration"),
                )
            )
        else:
            yield Soundbite(start_ms, duration_ms, shortened(one_line(tag.text), values.PHRASE_CHARS))


def _sound(tags: Tags) -> Remote | None:
    """The first enclosure."""
    for tag in tags.tags:
        if tag.name == "enclosure":
            url = tags.value(tag, tag.get("url"), values.web_address)
            length = int(tag.get("length")) if re.fullmatch("[0-9]{1,15}", tag.get("length")) else 0
            return Remote(url, tag.get("type").lower(), "", length or None) if url else None
    return None


def _remotes(tags: Tags, name: str) -> Iterator[Remote]:
    for tag in tags.named(name):
        url = tags.value(tag, tag.get("url"), values.web_address)
        language = or_nothing(tag.get("language"), values.language)
        if url:
            yield Remote(url, tag.get("type").partition(";")[0].strip().lower(), language)


def _people(tags: Tags) -> dict[str, tuple[Person, ...]]:
    """Hosts and guests of podcast:person; who else took part is a credit."""
    people: dict[str, tuple[Person, ...]] = {"host": (), "guest": ()}
    for tag in tags.tags:
        role, group = tag.get("role").lower() or "host", tag.get("group").lower() or "cast"
        if tag.name == "podcast:person" and role in people and group == "cast" and one_line(tag.text):
            img = or_nothing(tag.get("img"), values.web_address)
            name = shortened(one_line(tag.text), values.PHRASE_CHARS)
            person = Person(name, img=img, href=or_nothing(tag.get("href"), values.address))
            people[role] = (*people[role], person)
    return people


def _place(tags: Tags) -> Place | None:
    for tag in tags.named("podcast:location"):
        if name := one_line(tag.text):
            return Place(
                shortened(name, values.PHRASE_CHARS),
                or_nothing(tag.get("geo"), values.geo),
                or_nothing(tag.get("osm"), values.osm),
                or_nothing(tag.get("country"), values.country),
                tag.get("rel") if tag.get("rel") in ("subject", "creator") else "",
            )
    return None


def _chapters(tags: Tags) -> Iterator[Chapter]:
    """Podlove Simple Chapters; those of podcast:chapters lie in a file of their own."""
    for tag in tags.named("psc:chapters"):
        for child in tag.children:
            start_ms = time_ms(child.get("start"))
            if start_ms is None:
                tags.warn(tr("psc:chapter: '{start}' is no time; left out", start=child.get("start")))
            elif title := one_line(child.get("title")):
                href = or_nothing(child.get("href"), values.address)
                yield Chapter(start_ms, title, None, href, or_nothing(child.get("image"), values.web_address))


def time_ms(said: str) -> int | None:
    """Normal Play Time: seconds, or a clock, each with a fraction or not (RFC 2326, 3.6)."""
    plain = milliseconds(said)
    if plain is not None:
        return plain if plain <= values.MAX_TIME_MS else None
    try:
        return values.time_ms(said)
    except Mistake:
        return None


def _duration_ms(said: str) -> int:
    duration_ms = time_ms(said)
    if duration_ms is None:
        raise Mistake(tr("{said} is no duration", said=values.shown(said)))
    return duration_ms


def _published(tags: Tags) -> datetime | None:
    return tags.read("pubDate", dates.instant) or tags.read("dc:date", dates.instant)


def is_explicit(said: str) -> bool:
    meant = {"true": True, "yes": True, "explicit": True, "false": False, "no": False, "clean": False}
    if said.strip().lower() not in meant:
        raise Mistake(tr("{said} is neither true nor false", said=values.shown(said)))
    return meant[said.strip().lower()]


def _episode_type(tags: Tags) -> EpisodeType:
    said = tags.text("itunes:episodeType").lower()
    return cast("EpisodeType", said) if said in ("trailer", "bonus") else "full"


def or_nothing(said: str, reads: Callable[[str], str]) -> str:
    """*said* as *reads* understands it; nothing where it does not."""
    try:
        return reads(said) if said.strip() else ""
    except Mistake:
        return ""


# ---------------------------------------------------------------- words

_MARKUP = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)[^<>]*>")
_REFERENCE = re.compile(r"&(?:#[0-9]+|#[xX][0-9A-Fa-f]+|[A-Za-z]+);")
_ANY_TAG = re.compile(r"(<[^<>]*>)")
# HTML that Markdown says as well. The rest stays HTML, which case.md may hold.
_SIMPLE = frozenset({"p", "br", "a", "ul", "li", "div", "span"})


def _words(tags: Tags) -> tuple[str, str]:
    """What an item says of the episode, HTML or plain text, and its summary, plain text."""
    notes = tags.text("content:encoded")
    brief = tags.text("description", "itunes:summary", "itunes:subtitle")
    whole = notes or brief
    summary = _plain(brief) if notes else ""
    if summary == _plain(notes) or len(summary.encode()) > _SUMMARY_BYTES:
        summary = ""
    return whole, summary


def _markdown(said: str) -> str:
    """*said*, HTML or plain text, as the Markdown of a case: no line of it is a heading of its own."""
    said = fit_for_xml(said)
    used = {tag.lower() for tag in _MARKUP.findall(said)}
    if used - _SIMPLE:
        # On one line it is one block of HTML to Markdown, to its end (CommonMark 0.31, 4.6).
        if "pre" in used:
            parts = _ANY_TAG.split(said.replace("\r\n", "\n").replace("\r", "\n"))
            parts[::2] = [words.replace("\n", "&#10;") for words in parts[::2]]
            return f"<div>{''.join(parts).replace(chr(10), ' ')}</div>"
        return f"<div>{' '.join(said.split())}</div>"
    written: list[str] = []
    before: lines.Line | None = None
    for line in lines.read(said.encode(), "", html=is_html(said)).lines:
        if before is not None:
            joint = "\n" if line.item and before.item else "\n\n" if line.begins else "\\\n"
            written.append(joint)
        written.append(f"- {line.markdown}" if line.item else line.markdown)
        before = line
    return "".join(written)


def is_html(said: str) -> bool:
    return bool(_MARKUP.search(said) or _REFERENCE.search(said))


def _plain(said: str) -> str:
    """The words of *said*, paragraphs apart by blank lines."""
    read_lines = lines.read(fit_for_xml(said).encode(), "", html=is_html(said)).lines
    return "".join(
        f"{'' if at == 0 else chr(10) * (2 if line.begins else 1)}{line.text}"
        for at, line in enumerate(read_lines)
    )
