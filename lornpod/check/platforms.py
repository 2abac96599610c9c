"""What each platform makes of an episode: what it shows, shortens or loses, by its own rules.

Every row is a function of the item as a feed has it, and names where it is written what the platform does
with it: in its own documents, in its source, or where others have tried it out. Where nobody has written it
down, the row says so rather than guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from html import unescape
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from ..messages import later, tr
from ..text.times import clock
from .of_feeds import Entry
from .shapes import chapter_ms, duration_s, is_rfc2822
from .sources import (
    ADDRESSES,
    ANTENNAPOD,
    ANTENNAPOD_CHAPTERS,
    APPLE,
    APPLE_CHAPTERS,
    APPLE_TEXTS,
    CAST_NEWS,
    GPODDER,
    RENDERED,
    SPOTIFY,
    SPOTIFY_CHAPTERS,
    SPOTIFY_TEXTS,
    YOUTUBE,
    YOUTUBE_CHAPTERS,
    YOUTUBE_TEXTS,
)

if TYPE_CHECKING:
    from ..feeds.reading import Tag

Fate = Literal["kept", "shortened", "lost", "absent", "not documented"]
PLATFORMS = ("Apple", "Spotify", "AntennaPod", "gPodder", "YouTube")

_BYTES_DESCRIBED = 4000  # Apple
_TITLE_YOUTUBE, _DESCRIPTION_YOUTUBE = 100, 5000  # characters, bytes
_SHORTEST_YOUTUBE_S = 10
_OWN_CHAPTERS_AFTER_S = 600  # Apple makes chapters of its own for longer episodes without any


@dataclass(frozen=True, slots=True)
class Shown:
    """What becomes of *what* on *platform*: its fate, what is seen of it, and where that is written, by name
    and *address*."""

    platform: str
    what: str
    fate: Fate
    seen: str
    source: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Shelf:
    """An episode in its show, as platforms get them."""

    show: Entry
    episode: Entry


Look = Callable[[Shelf], "tuple[Fate, str]"]
_ROWS: list[tuple[str, str, str, Look]] = []


def _row(platform: str, what: str, source: str) -> Callable[[Look], Look]:
    def registered(look: Look) -> Look:
        _ROWS.append((platform, what, source, look))
        return look

    return registered


def preview(show: Entry, episode: Entry) -> tuple[Shown, ...]:
    """What every platform will make of *episode* of *show*, platform by platform."""
    shelf = Shelf(show, episode)
    shown = [
        Shown(platform, what, *look(shelf), source, ADDRESSES[source])
        for platform, what, source, look in _ROWS
    ]
    return tuple(sorted(shown, key=lambda one: PLATFORMS.index(one.platform)))


# ---------------------------------------------------------------- what several platforms do


def _title(*names: str, most: int | None = None) -> Look:
    def look(shelf: Shelf) -> tuple[Fate, str]:
        said = shelf.episode.text(*names)
        if not said:
            return "absent", tr("no title")
        if most is not None and len(said) > most:
            return "shortened", tr(
                "{said} ({count} characters, {most} shown)",
                said=_short(said[:most]),
                count=len(said),
                most=most,
            )
        return "kept", _short(said)

    return look


def _date(shelf: Shelf) -> tuple[Fate, str]:
    said = shelf.episode.text("pubDate")
    if not said:
        return "absent", tr("a draft has no date")
    if not is_rfc2822(said):
        return "lost", tr("{said} is no RFC 2822 date", said=said)
    return "kept", f"{parsedate_to_datetime(said):%Y-%m-%d %H:%M %z}"


def _duration(shelf: Shelf) -> tuple[Fate, str]:
    said = shelf.episode.text("itunes:duration")
    seconds = duration_s(said)
    if seconds is None:
        return (
            ("lost", tr("“{said}” is no duration", said=said))
            if said
            else ("absent", tr("until the file is there"))
        )
    return "kept", clock(seconds * 1000, hours=False)


def _explicit(shelf: Shelf) -> tuple[Fate, str]:
    said = (shelf.episode.text("itunes:explicit") or shelf.show.text("itunes:explicit")).lower()
    if said in ("true", "yes", "explicit"):
        return "kept", tr("marked explicit")
    return (
        ("kept", tr("not marked"))
        if said in ("false", "no", "clean")
        else ("lost", tr("“{said}” is not read", said=said))
    )


def _artwork(*names: str) -> Look:
    def look(shelf: Shelf) -> tuple[Fate, str]:
        own = [tag for tag in shelf.episode.tags if tag.name in names]
        if own:
            return "kept", own[-1].get("href") or own[-1].get("url")
        cover = next((tag.get("href") for tag in shelf.show.all("itunes:image")), "")
        return (
            ("kept", tr("the show's cover, {cover}", cover=cover)) if cover else ("absent", tr("no picture"))
        )

    return look


def _unread(name: str, said: str) -> Look:
    """The platform does not read the tags *name*."""

    def look(shelf: Shelf) -> tuple[Fate, str]:
        found = shelf.episode.all(name)
        return (
            ("lost", tr("{count} not read; {said}", count=len(found), said=tr(said)))
            if found
            else ("absent", tr("none"))
        )

    return look


def _undocumented(name: str, said: str) -> Look:
    """The platform's documents do not say what becomes of the tags *name*."""

    def look(shelf: Shelf) -> tuple[Fate, str]:
        return ("not documented", tr(said)) if shelf.episode.all(name) else ("absent", tr("none"))

    return look


def _chapters_of(text: str, *, shortest_s: int = 0) -> list[int] | None:
    """The times that *text* lists where they make chapters: three or more, ascending, the first at nought."""
    listed = _listed(text)
    ascend = all(after - before >= max(1, shortest_s) for before, after in pairwise(listed))
    return listed if len(listed) >= 3 and listed[0] == 0 and ascend else None


# ---------------------------------------------------------------- Apple

_row("Apple", later("title"), APPLE)(_title("itunes:title", "title", most=255))


@_row("Apple", later("description"), APPLE)
def _apple_description(shelf: Shelf) -> tuple[Fate, str]:
    """4,000 bytes; of HTML p, ol, ul, li and a. The guide names description alone."""
    said = shelf.episode.text("description", "content:encoded")
    return _described(said, _bytes, _BYTES_DESCRIBED, later("bytes"), {"p", "ol", "ul", "li", "a", "br"})


_row("Apple", later("artwork"), APPLE)(_artwork("itunes:image"))


@_row("Apple", later("chapters"), APPLE_CHAPTERS)
def _apple_chapters(shelf: Shelf) -> tuple[Fate, str]:
    """A list in the description from 00:00:00 with three or more, podcast:chapters, or ID3 and MP4."""
    episode = shelf.episode
    if episode.all("podcast:chapters"):
        return "kept", tr("{episode}from podcast:chapters", episode=_chapter_count(episode))
    if listed := _chapters_of(episode.text("description", "content:encoded")):
        return "kept", tr("{count} from the list in the description", count=len(listed))
    if (duration_s(episode.text("itunes:duration")) or 0) > _OWN_CHAPTERS_AFTER_S:
        return "absent", tr("those in the file, else Apple makes its own")
    return "absent", tr("those in the file, else none")


@_row("Apple", later("transcript"), APPLE_TEXTS)
def _apple_transcript(shelf: Shelf) -> tuple[Fate, str]:
    """VTT or SRT; names of speakers from VTT's <v Name> alone."""
    best = _first_of(shelf.episode, ("text/vtt", "application/x-subrip", "application/srt"))
    if best is None:
        other = tr("its own by machine")
        return (
            ("lost", tr("no VTT or SRT: {other}", other=other))
            if _texts(shelf.episode)
            else ("absent", other)
        )
    names = tr("with speakers") if "vtt" in best.get("type") else tr("without speakers' names: SRT")
    return "kept", f"{best.get('type')}, {names}"


_NOT_NAMED = later("the guide names no such tag; credit people in the description")
_row("Apple", later("people"), APPLE)(_undocumented("podcast:person", _NOT_NAMED))
_row("Apple", later("soundbites"), APPLE)(
    _undocumented("podcast:soundbite", later("the guide names no such tag"))
)
_row("Apple", later("date"), APPLE)(_date)
_row("Apple", later("explicit"), APPLE)(_explicit)
_row("Apple", later("duration"), APPLE)(_duration)


@_row("Apple", later("number"), APPLE)
def _apple_number(shelf: Shelf) -> tuple[Fate, str]:
    """Whole numbers from 1 in itunes:season and itunes:episode."""
    episode = shelf.episode
    numbers = (("season", episode.text("itunes:season")), ("episode", episode.text("itunes:episode")))
    parts = [f"{word} {said}" for word, said in numbers if re.fullmatch("0*[1-9][0-9]*", said)]
    if parts:
        return "kept", ", ".join(parts)
    decimal = episode.text("podcast:episode")
    return (
        ("lost", tr("{decimal}: whole numbers alone", decimal=decimal)) if decimal else ("absent", tr("none"))
    )


# ---------------------------------------------------------------- Spotify

_row("Spotify", later("title"), SPOTIFY)(_title("title"))


@_row("Spotify", later("description"), RENDERED)
def _spotify_description(shelf: Shelf) -> tuple[Fate, str]:
    """Paragraphs, links, lists and headings; bold and italic are not shown as such."""
    said = shelf.episode.text("description", "content:encoded")
    kept = {"p", "br", "a", "ol", "ul", "li", "h1", "h2", "h3"}
    return _described(said, _bytes, None, later("bytes"), kept)


_row("Spotify", later("artwork"), SPOTIFY)(_artwork("itunes:image"))


@_row("Spotify", later("chapters"), SPOTIFY_CHAPTERS)
def _spotify_chapters(shelf: Shelf) -> tuple[Fate, str]:
    """Podlove Simple Chapters, or a list in the description: three or more, ascending, from 00:00."""
    count = len(_psc(shelf.episode))
    if count:
        return "kept", tr("{count} from Podlove Simple Chapters", count=count)
    if listed := _chapters_of(shelf.episode.text("description", "content:encoded")):
        return "kept", tr("{count} from the times in the description", count=len(listed))
    return (
        ("lost", tr("podcast:chapters is not read"))
        if shelf.episode.all("podcast:chapters")
        else ("absent", tr("none"))
    )


_row("Spotify", later("transcript"), SPOTIFY_TEXTS)(
    _undocumented(
        "podcast:transcript", later("Spotify makes its own by machine; a VTT or SRT can be uploaded there")
    )
)
_row("Spotify", later("people"), SPOTIFY)(
    _undocumented("podcast:person", later("name them in the description"))
)
_row("Spotify", later("soundbites"), SPOTIFY)(
    _undocumented("podcast:soundbite", later("make clips there by hand"))
)
_row("Spotify", later("date"), SPOTIFY)(_date)
_row("Spotify", later("explicit"), SPOTIFY)(_explicit)
_row("Spotify", later("duration"), SPOTIFY)(_duration)


@_row("Spotify", later("sound"), SPOTIFY)
def _spotify_sound(shelf: Shelf) -> tuple[Fate, str]:
    """Hosts the sound itself: a file that is replaced at the same address stays the old one there."""
    enclosure = shelf.episode.first("enclosure")
    length = enclosure.get("length") if enclosure is not None else ""
    if re.fullmatch("[0-9]{1,15}", length) and int(length) > 200_000_000:
        return "lost", tr("{length_mb:.0f} MB, where 200 MB are taken", length_mb=int(length) / 1_000_000)
    return "kept", tr("copied once; a later file needs a new address")


# ---------------------------------------------------------------- AntennaPod

_row("AntennaPod", later("title"), ANTENNAPOD)(_title("title"))


@_row("AntennaPod", later("description"), ANTENNAPOD)
def _antennapod_description(shelf: Shelf) -> tuple[Fate, str]:
    """The longest of content:encoded, description and itunes:summary, all HTML."""
    said = max(
        (shelf.episode.text(name) for name in ("content:encoded", "description", "itunes:summary")), key=len
    )
    return _described(said, len, None, later("characters"), None)


_row("AntennaPod", later("artwork"), ANTENNAPOD)(_artwork("itunes:image", "media:thumbnail"))


@_row("AntennaPod", later("chapters"), ANTENNAPOD_CHAPTERS)
def _antennapod_chapters(shelf: Shelf) -> tuple[Fate, str]:
    """Of Podlove Simple Chapters, those in the file and JSON the longest list; lists of one length are merged
    where their times are within a second. JSON's times are read in whole seconds."""
    sources = [
        name
        for name, tag in (("JSON", "podcast:chapters"), ("Podlove", "psc:chapters"))
        if shelf.episode.all(tag)
    ]
    if not sources:
        return "absent", tr("those in the file, else none")
    said = tr(
        "{episode}from {sources}, or the file's where it has more",
        episode=_chapter_count(shelf.episode),
        sources=tr(" and ").join(sources),
    )
    lost = [tag.get("start") for tag in _psc(shelf.episode) if ":" not in tag.get("start")]
    if any(chapter_ms(start) for start in lost):
        return "shortened", tr("{said}; {start} is read as 00:00", said=said, start=lost[-1])
    return "kept", said


@_row("AntennaPod", later("transcript"), ANTENNAPOD)
def _antennapod_transcript(shelf: Shelf) -> tuple[Fate, str]:
    """JSON, then VTT, then SRT, the first of the best type, whatever its language. Types are compared to the
    letter: one with a charset is none."""
    srt = ("application/x-subrip", "application/srt", "application/srr")
    known = [
        tag for tag in _texts(shelf.episode) if tag.get("type") in ("application/json", "text/vtt", *srt)
    ]
    ranked = sorted(known, key=lambda tag: 2 if tag.get("type") in srt else tag.get("type") == "text/vtt")
    best = next(iter(ranked), None)
    if best is None:
        return ("lost", tr("no JSON, VTT or SRT")) if _texts(shelf.episode) else ("absent", tr("none"))
    return "kept", f"{best.get('type')}{', ' + best.get('language') if best.get('language') else ''}"


_row("AntennaPod", later("people"), ANTENNAPOD)(_unread("podcast:person", later("name them in the notes")))
_row("AntennaPod", later("soundbites"), ANTENNAPOD)(_unread("podcast:soundbite", later("it has no clips")))
_row("AntennaPod", later("date"), ANTENNAPOD)(_date)
_row("AntennaPod", later("explicit"), ANTENNAPOD)(_unread("itunes:explicit", later("it marks nothing")))
_row("AntennaPod", later("duration"), ANTENNAPOD)(_duration)


@_row("AntennaPod", later("funding"), ANTENNAPOD)
def _antennapod_funding(shelf: Shelf) -> tuple[Fate, str]:
    """podcast:funding of the channel, as buttons."""
    found = shelf.show.all("podcast:funding")
    return (
        ("kept", ", ".join(tag.text or tag.get("url") for tag in found)) if found else ("absent", tr("none"))
    )


# ---------------------------------------------------------------- gPodder

_row("gPodder", later("title"), GPODDER)(_title("title"))


@_row("gPodder", later("description"), GPODDER)
def _gpodder_description(shelf: Shelf) -> tuple[Fate, str]:
    """content:encoded as HTML, description as text."""
    said = shelf.episode.text("content:encoded", "description")
    return _described(said, len, None, later("characters"), None)


_row("gPodder", later("artwork"), GPODDER)(_artwork("itunes:image", "media:thumbnail"))


@_row("gPodder", later("chapters"), GPODDER)
def _gpodder_chapters(shelf: Shelf) -> tuple[Fate, str]:
    """Podlove Simple Chapters, in whole seconds; the podcast namespace under its old address alone."""
    starts = [chapter_ms(tag.get("start")) or 0 for tag in _psc(shelf.episode)]
    if any(start % 1000 for start in starts):
        return "shortened", tr("{count} from Podlove Simple Chapters, in whole seconds", count=len(starts))
    if starts:
        return "kept", tr("{count} from Podlove Simple Chapters", count=len(starts))
    return (
        ("lost", tr("podcast:chapters is not read"))
        if shelf.episode.all("podcast:chapters")
        else ("absent", tr("none"))
    )


_OLD_ADDRESS = later("the namespace is known under its old address alone")
_row("gPodder", later("transcript"), GPODDER)(_unread("podcast:transcript", _OLD_ADDRESS))
_row("gPodder", later("people"), GPODDER)(_unread("podcast:person", _OLD_ADDRESS))
_row("gPodder", later("soundbites"), GPODDER)(_unread("podcast:soundbite", later("it has no clips")))
_row("gPodder", later("date"), GPODDER)(_date)
_row("gPodder", later("explicit"), GPODDER)(_explicit)
_row("gPodder", later("duration"), GPODDER)(_duration)


# ---------------------------------------------------------------- YouTube


@_row("YouTube", later("title"), YOUTUBE_TEXTS)
def _youtube_title(shelf: Shelf) -> tuple[Fate, str]:
    """At most 100 characters, without < and >."""
    if found := re.search("[<>]", shelf.episode.text("title")):
        return "lost", tr("{sign} is not taken in a title", sign=found[0])
    return _title("title", most=_TITLE_YOUTUBE)(shelf)


@_row("YouTube", later("description"), YOUTUBE_TEXTS)
def _youtube_description(shelf: Shelf) -> tuple[Fate, str]:
    """Plain text of at most 5,000 bytes."""
    said = _plain(shelf.episode.text("description", "content:encoded"))
    return _described(said, _bytes, _DESCRIPTION_YOUTUBE, later("bytes"), None)


@_row("YouTube", later("artwork"), CAST_NEWS)
def _youtube_artwork(shelf: Shelf) -> tuple[Fate, str]:
    """A still picture makes the video: media:thumbnail where there is one, else the cover."""
    wide = shelf.episode.first("media:thumbnail")
    return ("kept", wide.get("url")) if wide is not None else _artwork("itunes:image")(shelf)


@_row("YouTube", later("chapters"), YOUTUBE_CHAPTERS)
def _youtube_chapters(shelf: Shelf) -> tuple[Fate, str]:
    """Times in the description: three or more, ascending, from 00:00, each of ten seconds or more."""
    text = shelf.episode.text("description", "content:encoded")
    if listed := _chapters_of(text, shortest_s=_SHORTEST_YOUTUBE_S):
        return "kept", tr("{count} from the times in the description", count=len(listed))
    has = shelf.episode.all("podcast:chapters", "psc:chapters")
    return ("lost", tr("list their times in the summary, from 00:00")) if has else ("absent", tr("none"))


_row("YouTube", later("transcript"), YOUTUBE)(
    _undocumented("podcast:transcript", later("YouTube makes its own by machine"))
)
_row("YouTube", later("people"), YOUTUBE)(_undocumented("podcast:person", later("name them in the summary")))
_row("YouTube", later("soundbites"), YOUTUBE)(_undocumented("podcast:soundbite", later("cut Shorts by hand")))
_row("YouTube", later("date"), YOUTUBE)(
    _undocumented("pubDate", later("older episodes may bear the day on which YouTube took them over"))
)
_row("YouTube", later("explicit"), YOUTUBE)(_undocumented("itunes:explicit", later("say it in Studio")))


@_row("YouTube", later("changes"), YOUTUBE)
def _youtube_changes(_: Shelf) -> tuple[Fate, str]:
    """Takes an episode over once, within minutes."""
    return "lost", tr("later edits are not taken over: mend them in Studio")


# ---------------------------------------------------------------- what is in an item

_TIME = re.compile(r"(?:^|\n|<li>|<p>|<br ?/?>)\s*[(\[]?((?:\d{1,2}:)?\d{1,2}:\d{2})\b")
_TAG = re.compile(r"<([A-Za-z][A-Za-z0-9]*)(?:\s[^<>]*)?/?>")


def _described(
    said: str, measure: Callable[[str], int], most: int | None, unit: str, kept: set[str] | None
) -> tuple[Fate, str]:
    """A description's fate where at *most* so many *unit* and the tags *kept* are shown; None: all."""
    if not said:
        return "absent", tr("no description")
    length = measure(said)
    dropped = sorted({name.lower() for name in _TAG.findall(said)} - kept) if kept is not None else []
    loss = tr("; without <{dropped}>", dropped=">, <".join(dropped)) if dropped else ""
    if most is not None and length > most:
        return "shortened", tr(
            "{most:,} of {length:,} {unit}{loss}", most=most, length=length, unit=tr(unit), loss=loss
        )
    return ("shortened" if dropped else "kept"), tr(
        "{length:,} {unit}{loss}", length=length, unit=tr(unit), loss=loss
    )


def _bytes(said: str) -> int:
    return len(said.encode())


def _plain(said: str) -> str:
    return unescape(re.sub(r"<[^<>]*>", "", said)).strip()


def _listed(said: str) -> list[int]:
    """The times that a text lists at the beginnings of its lines, in seconds."""
    found = (duration_s(time) for time in _TIME.findall(said))
    return [time for time in found if time is not None]


def _psc(episode: Entry) -> Sequence[Tag]:
    return [chapter for tag in episode.all("psc:chapters") for chapter in tag.children]


def _chapter_count(episode: Entry) -> str:
    count = len(_psc(episode))
    return f"{count} " if count else ""


def _texts(episode: Entry) -> list[Tag]:
    return episode.all("podcast:transcript")


def _first_of(episode: Entry, order: Sequence[str]) -> Tag | None:
    """The first transcript of the first type in *order* that there is."""
    for wanted in order:
        for tag in _texts(episode):
            if tag.get("type").partition(";")[0].strip().lower() == wanted:
                return tag
    return None


def _short(said: str) -> str:
    return said if len(said) <= 70 else f"{said[:69]}…"
