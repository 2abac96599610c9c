"""The rules of an episode: its file, its date, its numbers, its chapters."""

from __future__ import annotations

import re

from ..errors import Level
from ..messages import tr
from .of_feeds import Entry, Findings, SeenFeed, at
from .registry import rule
from .shapes import chapter_ms, duration_s, is_address, suffix
from .sources import (
    ANTENNAPOD,
    APPLE,
    APPLE_CHAPTERS,
    APPLE_FEEDS,
    APPLE_TEXTS,
    HOUSE,
    PROFILE,
    PSC,
    PSP,
    RSS,
    SPOTIFY,
)

WARNING, ADVICE = Level.WARNING, Level.ADVICE

_NUMBERED = re.compile(
    r"(?:#\s?(\d+)\b|(?:ep(?:isode)?|episode|del|nr)\.?\s*#?(\d+)\b|s\d+\s?e(\d+)\b|(\d{1,4})\s?[:.–|-]\s)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
# No part of it takes what another could begin with: else a long run of lines takes the square of its time.
_LISTED_TIME = re.compile(
    r"(?:^|\n|<br ?/?>|<li>|<p>)[^\S\n]*(?:<a[^<>]*>)?([(\[]?\d{1,2}:\d{2}(?::\d{2})?)\b"
)


@rule(
    "rss-item-title", "episode", "An episode has a title",
    source=APPLE, remedy="write <title>",
)  # fmt: skip
def rss_item_title(entry: Entry, _: SeenFeed) -> Findings:
    """Apple and PSP-1 require it; without one apps show a blank row, or nothing."""
    if not entry.title:
        yield entry.lacks("title", tr("the episode has no title"))


@rule(
    "rss-guid", "episode", "An episode has a guid",
    source=APPLE_FEEDS, remedy="write <guid isPermaLink=\"false\"> with something that never changes",
)  # fmt: skip
def rss_guid(entry: Entry, _: SeenFeed) -> Findings:
    """Without it apps go by the file's address: when that moves, listeners get every episode anew."""
    if not entry.text("guid"):
        yield entry.lacks("guid", tr("the episode has no guid"))


@rule(
    "rss-guid-permalink", "episode", "A guid that is no address says so", WARNING,
    source=RSS, remedy='write isPermaLink="false"',
)  # fmt: skip
def rss_guid_permalink(entry: Entry, _: SeenFeed) -> Findings:
    """Without isPermaLink="false" a guid is an address that readers open in a browser (RSS 2.0)."""
    for tag in entry.all("guid"):
        permalink = tag.get("isPermaLink").lower()
        if tag.text and permalink != "false" and not is_address(tag.text):
            yield at(tag, tr("“{text}” is no address, and isPermaLink is not false", text=tag.text[:80]))


@rule(
    "rss-enclosure", "episode", "An episode has an enclosure",
    source=RSS, remedy='write <enclosure url="…" length="…" type="audio/mpeg"/>',
)  # fmt: skip
def rss_enclosure(entry: Entry, _: SeenFeed) -> Findings:
    """An item without an enclosure is no episode to any app (RSS 2.0, enclosure; Apple: required)."""
    if not entry.all("enclosure"):
        yield entry.lacks("enclosure", tr("the episode has no enclosure"))


@rule(
    "rss-enclosure-several", "episode", "An episode has one enclosure", WARNING,
    source=PROFILE, remedy="leave one; offer others by podcast:alternateEnclosure",
)  # fmt: skip
def rss_enclosure_several(entry: Entry, _: SeenFeed) -> Findings:
    """Some apps take the first, some the last, and Apple one of them."""
    for tag in entry.all("enclosure")[1:]:
        yield at(tag, tr("is a further enclosure"))


@rule(
    "rss-enclosure-url", "episode", "An enclosure has an address",
    source=RSS, remedy="write the whole address, https://…",
)  # fmt: skip
def rss_enclosure_url(entry: Entry, _: SeenFeed) -> Findings:
    """RSS: http, and absolute; apps know no folder that it could be relative to."""
    for tag in entry.all("enclosure"):
        if not is_address(tag.get("url")):
            yield at(
                tag,
                tr("url is “{url}”, no web address", url=tag.get("url"))
                if tag.get("url")
                else tr("has no url"),
            )


@rule(
    "rss-enclosure-length", "episode", "An enclosure tells its length in bytes",
    source=RSS, remedy="write the file's size in bytes",
)  # fmt: skip
def rss_enclosure_length(entry: Entry, _: SeenFeed) -> Findings:
    """RSS and Apple require it; apps show progress and the space that is needed by it."""
    for tag in entry.all("enclosure"):
        if not re.fullmatch(r"[0-9]+", tag.get("length")):
            said = (
                tr("length is “{length}”, no number", length=tag.get("length"))
                if tag.get("length")
                else tr("has no length")
            )
            yield at(tag, said)


@rule(
    "apple-enclosure-empty", "episode", "An enclosure is not empty", WARNING,
    source=APPLE, remedy="write the file's size in bytes",
)  # fmt: skip
def apple_enclosure_empty(entry: Entry, _: SeenFeed) -> Findings:
    """A length of 0 is written where nobody knew it; apps then show no progress, and some fetch nothing."""
    for tag in entry.all("enclosure"):
        if re.fullmatch(r"0+", tag.get("length")):
            yield at(tag, tr("length is 0"))


@rule(
    "rss-enclosure-length-odd", "episode", "An enclosure's length fits its duration", ADVICE,
    source=HOUSE, remedy="write the file's size in bytes, and the duration in seconds",
)  # fmt: skip
def rss_enclosure_length_odd(entry: Entry, _: SeenFeed) -> Findings:
    """Sound of less than 4 or more than 3,000 kbit/s is none: one of them is in other units, or guessed."""
    seconds = duration_s(entry.text("itunes:duration"))
    for tag in entry.all("enclosure"):
        length = int(tag.get("length")) if re.fullmatch("[0-9]{1,15}", tag.get("length")) else 0
        if length and seconds and tag.get("type").lower().startswith("audio/"):
            kbps = length * 8 / seconds / 1000
            if not 4 <= kbps <= 3000:
                yield at(
                    tag,
                    tr(
                        "{length:,} bytes for {seconds:,} seconds are {kbps:,.1f} kbit/s",
                        length=length,
                        seconds=seconds,
                        kbps=kbps,
                    ),
                )


@rule(
    "rss-enclosure-type", "episode", "An enclosure tells its type",
    source=RSS, remedy="write audio/mpeg for MP3",
)  # fmt: skip
def rss_enclosure_type(entry: Entry, _: SeenFeed) -> Findings:
    """RSS and Apple require it; apps leave out what they do not know to be sound."""
    for tag in entry.all("enclosure"):
        if not re.fullmatch(r"[A-Za-z0-9.+-]+/[A-Za-z0-9.+-]+", tag.get("type").partition(";")[0].strip()):
            yield at(
                tag, tr("type is “{type}”", type=tag.get("type")) if tag.get("type") else tr("has no type")
            )


_TYPES_BY_SUFFIX = {
    ".mp3": ("audio/mpeg",),
    ".m4a": ("audio/x-m4a", "audio/m4a", "audio/mp4"),
    ".mp4": ("video/mp4", "audio/mp4"),
    ".m4v": ("video/x-m4v", "video/m4v"),
    ".mov": ("video/quicktime",),
    ".pdf": ("application/pdf",),
}
_TAKEN_TYPES = frozenset(said for types in _TYPES_BY_SUFFIX.values() for said in types)


@rule(
    "apple-enclosure-type", "episode", "An enclosure is of a type that Apple takes", WARNING,
    source=APPLE, remedy="write audio/mpeg for MP3, audio/x-m4a for M4A",
)  # fmt: skip
def apple_enclosure_type(entry: Entry, _: SeenFeed) -> Findings:
    """Apple takes MP3, M4A, MP4, M4V, MOV and PDF, by the names that it and PSP-1 list; audio/mp3 is none."""
    for tag in entry.all("enclosure"):
        said = tag.get("type").partition(";")[0].strip().lower()
        if "/" in said and said not in _TAKEN_TYPES:
            yield at(tag, tr("{said} is no type that Apple or PSP-1 lists", said=said))


@rule(
    "apple-enclosure-suffix", "episode", "An enclosure's address ends as its type does", WARNING,
    source=APPLE, remedy="name the file by what it is, such as episode.mp3",
)  # fmt: skip
def apple_enclosure_suffix(entry: Entry, _: SeenFeed) -> Findings:
    """Apple asks for a file extension that matches; players on the desktop go by it alone."""
    for tag in entry.all("enclosure"):
        said, ending = tag.get("type").partition(";")[0].strip().lower(), suffix(tag.get("url"))
        if said in _TAKEN_TYPES and is_address(tag.get("url")):
            fit = _TYPES_BY_SUFFIX.get(ending, ())
            if said not in fit:
                yield at(tag, tr("{ending}, and type {said}", ending=ending or tr("no extension"), said=said))


@rule(
    "apple-enclosure-ascii", "episode", "An enclosure's address is plain ASCII", WARNING,
    source=APPLE_FEEDS, remedy="percent-encode it, or name the file in letters and digits",
)  # fmt: skip
def apple_enclosure_ascii(entry: Entry, _: SeenFeed) -> Findings:
    """Apple asks for letters and digits; apps encode anything else in ways of their own, or not at all."""
    for tag in entry.all("enclosure"):
        if not tag.get("url").isascii():
            yield at(tag, tr("{url} has other characters", url=tag.get("url")))


@rule(
    "spotify-size", "episode", "Sound has at most 200 MB", WARNING,
    source=SPOTIFY, remedy="encode it at 96 to 128 kbit/s",
)  # fmt: skip
def spotify_size(entry: Entry, _: SeenFeed) -> Findings:
    """Spotify takes sound up to about 200 MB, and passes over what is larger."""
    for tag in entry.all("enclosure"):
        length = int(tag.get("length")) if re.fullmatch("[0-9]{1,15}", tag.get("length")) else 0
        if tag.get("type").lower().startswith("audio/") and length > 200_000_000:
            yield at(tag, tr("{length_mb:.0f} MB", length_mb=length / 1_000_000))


@rule(
    "apple-pubdate", "episode", "An episode has a date", WARNING,
    source=SPOTIFY, remedy="write <pubDate>Mon, 02 Mar 2026 05:00:00 +0000</pubDate>",
)  # fmt: skip
def apple_pubdate(entry: Entry, _: SeenFeed) -> Findings:
    """Apps sort by it, and Spotify requires it; without one an episode is first or last of all."""
    if not entry.text("pubDate", "dc:date"):
        yield entry.lacks("pubDate", tr("the episode has no pubDate"))


@rule(
    "rss-item-description", "episode", "An episode says what it is about", ADVICE,
    source=PSP, remedy="write <description>",
)  # fmt: skip
def rss_item_description(entry: Entry, _: SeenFeed) -> Findings:
    """PSP-1 recommends it; apps search it, and show it under the title."""
    if not entry.text("description", "content:encoded", "itunes:summary"):
        yield entry.lacks("description", tr("the episode has no description"))


@rule(
    "apple-duration", "episode", "An episode tells its duration", ADVICE,
    source=APPLE, remedy="write <itunes:duration> in whole seconds",
)  # fmt: skip
def apple_duration(entry: Entry, _: SeenFeed) -> Findings:
    """Apps show it before anything is downloaded; Apple and PSP-1 recommend it."""
    if not entry.all("itunes:duration"):
        yield entry.lacks("itunes:duration", tr("the episode has no itunes:duration"))


@rule(
    "apple-duration-value", "episode", "A duration is a number of seconds, or a clock",
    source=APPLE, remedy="write whole seconds, such as 1834",
)  # fmt: skip
def apple_duration_value(entry: Entry, _: SeenFeed) -> Findings:
    """What is neither is shown as nothing, or as 00:00."""
    for tag in entry.all("itunes:duration"):
        if duration_s(tag.text) is None:
            yield at(tag, tr("“{text}” is no duration", text=tag.text))


@rule(
    "apple-duration-zero", "episode", "A duration is longer than nothing", WARNING,
    source=HOUSE, remedy="write whole seconds, such as 1834, or leave it out",
)  # fmt: skip
def apple_duration_zero(entry: Entry, _: SeenFeed) -> Findings:
    """0 is written where nobody knew it; apps show it, or hide the episode among those that were heard."""
    for tag in entry.all("itunes:duration"):
        if duration_s(tag.text) == 0:
            yield at(tag, tr("is {text}", text=tag.text))


@rule(
    "apple-duration-seconds", "episode", "A duration is in whole seconds", ADVICE,
    source=APPLE, remedy="write whole seconds, such as 1834",
)  # fmt: skip
def apple_duration_seconds(entry: Entry, _: SeenFeed) -> Findings:
    """Apple recommends seconds; of 12:30 some apps make hours and minutes."""
    for tag in entry.all("itunes:duration"):
        if duration_s(tag.text) and not tag.text.isdigit():
            what = tr("a clock") if ":" in tag.text else tr("no whole number")
            yield at(tag, tr("“{text}” is {what}", text=tag.text, what=what))


@rule(
    "apple-episode-type", "episode", "itunes:episodeType is full, trailer or bonus", WARNING,
    source=APPLE, remedy="write full, trailer or bonus",
)  # fmt: skip
def apple_episode_type(entry: Entry, _: SeenFeed) -> Findings:
    """Other words count as full: a trailer is then the newest episode."""
    for tag in entry.all("itunes:episodeType"):
        if tag.text.lower() not in ("full", "trailer", "bonus"):
            yield at(tag, tr("“{text}” is none of full, trailer, bonus", text=tag.text))


@rule(
    "apple-number", "episode", "itunes:episode and itunes:season are whole numbers from 1", WARNING,
    source=APPLE, remedy="write digits alone, from 1",
)  # fmt: skip
def apple_number(entry: Entry, _: SeenFeed) -> Findings:
    """Apple takes non-zero whole numbers; it passes over others, and the order of a season with them."""
    for tag in entry.all("itunes:episode", "itunes:season"):
        if not re.fullmatch(r"0*[1-9][0-9]*", tag.text):
            yield at(tag, tr("“{text}” is no whole number from 1", text=tag.text))


@rule(
    "apple-serial", "episode", "Episodes of a serial show are numbered", WARNING,
    source=APPLE, remedy="write <itunes:episode>",
)  # fmt: skip
def apple_serial(entry: Entry, seen: SeenFeed) -> Findings:
    """Apple requires numbers where itunes:type is serial: the order of listening hangs on them."""
    serial = seen.show.text("itunes:type").lower() == "serial"
    full = (entry.text("itunes:episodeType") or "full").lower() == "full"
    if serial and full and not entry.text("itunes:episode"):
        yield entry.lacks("itunes:episode", tr("a full episode of a serial show without a number"))


@rule(
    "apple-title-number", "episode", "A title has no number in front", ADVICE,
    source=APPLE, remedy="put the number into itunes:episode",
)  # fmt: skip
def apple_title_number(entry: Entry, _: SeenFeed) -> Findings:
    """Apps show the number from itunes:episode beside the title: it stands there twice (Apple; PSP-1)."""
    tag = entry.first("itunes:title", "title")
    found = _NUMBERED.match(tag.text) if tag is not None else None
    if tag is None or found is None:
        return
    said, number = next(one for one in found.groups() if one), entry.text("itunes:episode")
    other = number.isdigit() and said.lstrip("0") != number.lstrip(
        "0"
    )  # such as “7: et eventyr” of episode 12
    if not other and not (found[4] and _YEAR.fullmatch(said) and said != number):
        yield at(tag, tr("begins with the episode's number"))


@rule(
    "apple-title-show", "episode", "A title does not repeat the show's name", ADVICE,
    source=APPLE, remedy="leave the show's name out",
)  # fmt: skip
def apple_title_show(entry: Entry, seen: SeenFeed) -> Findings:
    """Apps show the show's name above the title, and cut the title where the line ends."""
    tag, show = entry.first("itunes:title", "title"), seen.show.title.casefold()
    said = tag.text.casefold() if tag is not None else ""
    separated = any(said.startswith(f"{show}{mark}") for mark in (":", " –", " -", " |", "|", ","))
    if (
        tag is not None
        and len(show) > 2
        and (separated or said.endswith((f"| {show}", f"– {show}", f"- {show}")))
    ):
        yield at(tag, tr("has the show's name in it"))


@rule(
    "apple-transcript-type", "episode", "A transcript comes as VTT or SRT", ADVICE,
    source=APPLE_TEXTS, remedy="add a podcast:transcript of type text/vtt",
)  # fmt: skip
def apple_transcript_type(entry: Entry, _: SeenFeed) -> Findings:
    """Apple reads no other; without one it makes its own by machine."""
    found = entry.all("podcast:transcript")
    types = {tag.get("type").partition(";")[0].strip().lower() for tag in found}
    if found and not types & {"text/vtt", "application/x-subrip", "application/srt", "text/srt"}:
        yield at(found[0], tr("is neither VTT nor SRT, nor is another of the episode"))


@rule(
    "apple-chapters-list", "episode", "A list of chapters in the description starts at 00:00", ADVICE,
    source=APPLE_CHAPTERS, remedy="begin the list with 00:00",
)  # fmt: skip
def apple_chapters_list(entry: Entry, _: SeenFeed) -> Findings:
    """Apple and YouTube take chapters from a description where there are three, the first at 00:00."""
    tag = entry.first("description", "content:encoded")
    if tag is None or entry.all("podcast:chapters", "psc:chapters"):
        return
    times = _LISTED_TIME.findall(tag.text)
    if len(times) >= 3 and times[0].lstrip("([").strip("0:"):
        yield at(tag, tr("lists times, from {times}", times=times[0]))


@rule(
    "psc-chapters", "episode", "Chapters have a time and a title",
    source=PSC, remedy="write start as HH:MM:SS.mmm, and a title",
)  # fmt: skip
def psc_chapters(entry: Entry, _: SeenFeed) -> Findings:
    """Apps drop all chapters of an episode for one that they cannot read."""
    for tag in entry.all("psc:chapters"):
        if not tag.children:
            yield at(tag, tr("holds no chapter"))
        for chapter in tag.children:
            if chapter_ms(chapter.get("start")) is None:
                yield at(chapter, tr("start is “{start}”, no time", start=chapter.get("start")))
            elif not chapter.get("title"):
                yield at(chapter, tr("has no title"))


@rule(
    "psc-clock", "episode", "Chapters' times are clocks", ADVICE,
    source=ANTENNAPOD, remedy="write HH:MM:SS.mmm",
)  # fmt: skip
def psc_clock(entry: Entry, _: SeenFeed) -> Findings:
    """Plain seconds are allowed (Normal Play Time), and AntennaPod reads each as 00:00 (its DateUtils)."""
    for tag in entry.all("psc:chapters"):
        for chapter in tag.children:
            if chapter_ms(chapter.get("start")) and ":" not in chapter.get("start"):
                yield at(chapter, tr("start is {start}, in seconds", start=chapter.get("start")))


@rule(
    "psc-order", "episode", "Chapters ascend", WARNING,
    source=PSC, remedy="put the chapters in order of time",
)  # fmt: skip
def psc_order(entry: Entry, _: SeenFeed) -> Findings:
    """Players jump by order: a chapter out of it cannot be reached."""
    for tag in entry.all("psc:chapters"):
        before = -1
        for chapter in tag.children:
            start_ms = chapter_ms(chapter.get("start"))
            if start_ms is not None and start_ms <= before:
                yield at(chapter, tr("{start} comes after a later chapter", start=chapter.get("start")))
            before = max(before, -1 if start_ms is None else start_ms)


@rule(
    "psc-past-end", "episode", "Chapters lie inside the episode", WARNING,
    source=HOUSE, remedy="correct the time, or itunes:duration",
)  # fmt: skip
def psc_past_end(entry: Entry, _: SeenFeed) -> Findings:
    """A chapter after the end cannot be reached, and some players then show none at all."""
    end_s = duration_s(entry.text("itunes:duration"))
    for tag in entry.all("psc:chapters"):
        for chapter in tag.children:
            start_ms = chapter_ms(chapter.get("start"))
            if end_s and start_ms is not None and start_ms >= (end_s + 1) * 1000:
                yield at(
                    chapter,
                    tr("{start} is past the end at {end_s} seconds", start=chapter.get("start"), end_s=end_s),
                )
