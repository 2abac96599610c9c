"""The rules of what both the channel and its episodes say: dates, links, pictures, words."""

from __future__ import annotations

import re
from datetime import UTC, date
from email.utils import parsedate_to_datetime

from ..errors import Level
from ..messages import tr
from .of_feeds import Entry, Findings, SeenFeed, at
from .registry import rule
from .shapes import HTML_TAG, is_address, is_rfc2822, meant, suffix
from .sources import APPLE, APPLE_FEEDS, CAST_NEWS, DATES, HOUSE, MIXED, PROFILE, PSP, RSS

WARNING, ADVICE = Level.WARNING, Level.ADVICE

_TEXT_CHARS = 255  # PSP-1 and Apple: of every value that has no limit of its own
_DESCRIPTION_BYTES = 4000

_OLD_EXPLICIT = ("yes", "no", "clean", "explicit")
_ZONE = re.compile(r"(?:[+-]\d{4}|GMT|UTC?|Z|[ECMP][SD]T)\s*(?:\([^)]*\))?\s*$")
_LOOPBACK = re.compile(r"http://(?:localhost|127\.|\[::1\])", re.IGNORECASE)
_MARKUP = re.compile(
    r"</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>]*)?/?>|&(?:amp|lt|gt|quot|apos|nbsp|#\d+|#x[0-9A-Fa-f]+);"
)
# What æøåéü and typographic marks become when their UTF-8 is read as Latin-1 or Windows-1252.
# A Ã at the end of a word in capitals is Portuguese.
_MOJIBAKE = re.compile(
    "(?<![A-ZÀ-Þ])Ã[\u00a0-\u00bf\u0080-\u009f\u2020\u2026\u02dc]|Ã[\u00a0-\u00bf\u0080-\u009f\u2020\u2026\u02dc](?=[a-zß-ÿ])"
    "|â€[\u0153\u009d\u2122\u02dc\u0093\u0094\u201c\u201d]"
)
_RELATIVE = re.compile(
    r"<(?:a\s(?:[^<>]*\s)?href|img\s(?:[^<>]*\s)?src)\s*=\s*(?:\"(?![A-Za-z][A-Za-z0-9+.-]*:|#|//|\")[^\"<>]*\""
    r"|'(?![A-Za-z][A-Za-z0-9+.-]*:|#|//|')[^'<>]*')",
    re.IGNORECASE,
)
_ACTIVE = re.compile(
    r"<\s*(?:script|iframe|object|embed|form|style)\b|\son[a-z]{3,20}\s*=\s*[\"']|javascript:", re.IGNORECASE
)


@rule(
    "rss-date", "entry", "Dates are written as RFC 2822 has them",
    source=DATES, remedy="write such as Mon, 02 Mar 2026 05:00:00 +0000",
)  # fmt: skip
def rss_date(entry: Entry, _: SeenFeed) -> Findings:
    """RSS and Apple read no other form: an episode with 2026-03-02 has no date to them."""
    for tag in entry.all("pubDate", "lastBuildDate"):
        if not is_rfc2822(tag.text):
            yield at(tag, tr("“{text}” is no RFC 2822 date", text=tag.text))


@rule(
    "rss-date-zone", "entry", "Dates have a time zone", WARNING,
    source=DATES, remedy="write the zone as +0100, or GMT",
)  # fmt: skip
def rss_date_zone(entry: Entry, _: SeenFeed) -> Findings:
    """RFC 2822 knows offsets and GMT; CET or nothing is read as UTC, hours off."""
    for tag in entry.all("pubDate", "lastBuildDate"):
        if is_rfc2822(tag.text) and not _ZONE.search(tag.text):
            yield at(tag, tr("“{text}” has no zone that readers know", text=tag.text))


@rule(
    "rss-date-future", "entry", "Dates have come", ADVICE,
    source=RSS, remedy="publish the episode when its time has come",
)  # fmt: skip
def rss_date_future(entry: Entry, seen: SeenFeed) -> Findings:
    """Some readers hide an episode until its date (RSS), others pin it on top till then."""
    for tag in entry.all("pubDate"):
        if seen.now is not None and is_rfc2822(tag.text):
            moment = parsedate_to_datetime(tag.text)
            if (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) > seen.now:
                yield at(tag, tr("{text} is to come", text=tag.text))


_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@rule(
    "rss-date-weekday", "entry", "A date names the day of the week that it is", WARNING,
    source=DATES, remedy="correct one of the two, or leave the day of the week out",
)  # fmt: skip
def rss_date_weekday(entry: Entry, _: SeenFeed) -> Findings:
    """RFC 2822, 3.3: the day of the week must be the date's. Strict readers have no date otherwise."""
    for tag in entry.all("pubDate", "lastBuildDate"):
        said = tag.text[:3].lower()
        if said in _WEEKDAYS and is_rfc2822(tag.text):
            right = parsedate_to_datetime(tag.text).weekday()
            if said != _WEEKDAYS[right]:
                yield at(tag, tr("“{text}” is a {right}", text=tag.text, right=_WEEKDAYS[right].capitalize()))


@rule(
    "rss-date-year", "entry", "Years have four digits", ADVICE,
    source=RSS, remedy="write the whole year",
)  # fmt: skip
def rss_date_year(entry: Entry, _: SeenFeed) -> Findings:
    """RSS takes two, and prefers four; readers guess the century."""
    for tag in entry.all("pubDate", "lastBuildDate"):
        if is_rfc2822(tag.text) and re.search(r"[A-Za-z]\s+\d{2}\s+\d{2}:", tag.text):
            yield at(tag, tr("“{text}” has a year of two digits", text=tag.text))


@rule(
    "rss-date-epoch", "entry", "Dates are not where clocks begin", WARNING,
    source=HOUSE, remedy="write the day on which it was published",
)  # fmt: skip
def rss_date_epoch(entry: Entry, _: SeenFeed) -> Findings:
    """1 January 1970 stands where a program had no date: apps put the episode last of all."""
    for tag in entry.all("pubDate", "lastBuildDate"):
        if is_rfc2822(tag.text) and parsedate_to_datetime(tag.text).date() == date(1970, 1, 1):
            yield at(tag, tr("is {text}", text=tag.text))


_ONCE = (
    "title", "link", "description", "language", "copyright", "pubDate", "lastBuildDate", "guid", "generator",
    "itunes:title", "itunes:author", "itunes:duration", "itunes:explicit", "itunes:image", "itunes:episode",
    "itunes:season", "itunes:episodeType", "itunes:type", "itunes:owner", "itunes:new-feed-url",
    "itunes:block", "itunes:complete", "content:encoded", "psc:chapters",
)  # fmt: skip


@rule(
    "rss-once", "entry", "What can be said once is said once", WARNING,
    source=PROFILE, remedy="leave one",
)  # fmt: skip
def rss_once(entry: Entry, _: SeenFeed) -> Findings:
    """Of two titles or dates some readers take the first, others the last."""
    for name in _ONCE:
        for tag in entry.all(name)[1:]:
            yield at(tag, tr("is there a second time"))


@rule(
    "rss-address", "entry", "Links are web addresses", WARNING,
    source=RSS, remedy="write the whole address, https://…",
)  # fmt: skip
def rss_address(entry: Entry, _: SeenFeed) -> Findings:
    """Apps know no page that a link could be relative to: a tap on it does nothing."""
    for tag in entry.all("link"):
        if tag.text and not is_address(tag.text):
            yield at(tag, tr("“{text}” is no web address", text=tag.text))
    for tag in entry.all("atom:link"):
        if not is_address(tag.get("href")):
            yield at(tag, tr("href is “{href}”, no web address", href=tag.get("href")))


@rule(
    "apple-image-address", "entry", "A picture is named by href, with a web address",
    source=APPLE, remedy='write <itunes:image href="https://…"/>',
)  # fmt: skip
def apple_image_address(entry: Entry, _: SeenFeed) -> Findings:
    """Readers look at href alone; a relative address leads nowhere."""
    for tag in entry.all("itunes:image"):
        says_nothing = not (tag.attributes or tag.text or entry.number)  # of a channel: apple-image's
        if not says_nothing and not is_address(tag.get("href")):
            yield at(
                tag, tr("href is “{href}”", href=tag.get("href")) if tag.get("href") else tr("has no href")
            )


@rule(
    "apple-image-suffix", "entry", "A picture's address ends in .jpg or .png", WARNING,
    source=APPLE, remedy="name the file by what it is, .jpg or .png",
)  # fmt: skip
def apple_image_suffix(entry: Entry, _: SeenFeed) -> Findings:
    """Apple and PSP-1 ask for JPEG or PNG with the extension that matches."""
    for tag in entry.all("itunes:image"):
        if is_address(tag.get("href")) and suffix(tag.get("href")) not in (".jpg", ".jpeg", ".png"):
            yield at(tag, tr("ends in {href}", href=suffix(tag.get("href")) or tr("no extension")))


@rule(
    "youtube-thumbnail", "entry", "media:thumbnail has an address", WARNING,
    source=CAST_NEWS, remedy='write <media:thumbnail url="https://…"/>, 16:9',
)  # fmt: skip
def youtube_thumbnail(entry: Entry, _: SeenFeed) -> Findings:
    """YouTube takes its wide picture from there."""
    for tag in entry.all("media:thumbnail"):
        if not is_address(tag.get("url")):
            yield at(tag, tr("url is “{url}”, no web address", url=tag.get("url")))


@rule(
    "apple-https", "entry", "Addresses are https", ADVICE,
    source=MIXED, remedy="serve it over https",
)  # fmt: skip
def apple_https(entry: Entry, _: SeenFeed) -> Findings:
    """iOS and browsers refuse plain http in many places, and anybody on the way can change it."""
    for tag in entry.all("enclosure", "itunes:image", "podcast:transcript", "podcast:chapters"):
        address = tag.get("url") or tag.get("href")
        if address.lower().startswith("http://") and not _LOOPBACK.match(address):
            yield at(tag, tr("{address} is plain http", address=address[:100]))


@rule(
    "apple-explicit-value", "entry", "itunes:explicit is true or false",
    source=APPLE, remedy="write true or false",
)  # fmt: skip
def apple_explicit_value(entry: Entry, _: SeenFeed) -> Findings:
    """Any other word is passed over, and a show without the value is refused."""
    for tag in entry.all("itunes:explicit"):
        if tag.text and tag.text.lower() not in ("true", "false", *_OLD_EXPLICIT):
            yield at(tag, tr("“{text}” is neither true nor false", text=tag.text))


@rule(
    "apple-explicit-old", "entry", "itunes:explicit has its present values", WARNING,
    source=APPLE, remedy="write true or false",
)  # fmt: skip
def apple_explicit_old(entry: Entry, _: SeenFeed) -> Findings:
    """yes, no and clean are the old values; PSP-1 takes true and false alone."""
    for tag in entry.all("itunes:explicit"):
        if tag.text.lower() in _OLD_EXPLICIT:
            meant = "true" if tag.text.lower() in ("yes", "explicit") else "false"
            yield at(tag, tr("“{text}” is an old value", text=tag.text), tr("write {meant}", meant=meant))


@rule(
    "apple-block", "entry", "itunes:block is Yes or absent", WARNING,
    source=APPLE, remedy="write Yes to hide it, or leave it out",
)  # fmt: skip
def apple_block(entry: Entry, _: SeenFeed) -> Findings:
    """Any other value is passed over: what was to be hidden is shown."""
    for tag in entry.all("itunes:block"):
        if tag.text.lower() not in ("yes", "no"):
            yield at(tag, tr("“{text}” hides nothing", text=tag.text))


_ITUNES_TAGS = frozenset({
    "author", "block", "category", "complete", "duration", "email", "episode", "episodeType",
    "explicit", "image", "isClosedCaptioned", "keywords", "name", "new-feed-url", "order", "owner",
    "season", "subtitle", "summary", "title", "type", "applepodcastsverify",
})  # fmt: skip


@rule(
    "apple-tag-unknown", "entry", "itunes: tags are Apple's", WARNING,
    source=APPLE_FEEDS, remedy="see Apple's list of tags",
)  # fmt: skip
def apple_tag_unknown(entry: Entry, _: SeenFeed) -> Findings:
    """A misspelt tag is passed over without a word; large and small letters count."""
    for tag in entry.tags:
        prefix, _sep, name = tag.name.partition(":")
        if prefix == "itunes" and name not in _ITUNES_TAGS:
            yield at(tag, tr("is none of Apple's tags"), meant(name, _ITUNES_TAGS, "itunes:"))


@rule(
    "apple-keywords", "entry", "itunes:keywords is history", ADVICE,
    source=APPLE, remedy="leave it out",
)  # fmt: skip
def apple_keywords(entry: Entry, _: SeenFeed) -> Findings:
    """Apple's guide has no keywords any more; it warns that a show with lists of them may be removed."""
    for tag in entry.all("itunes:keywords"):
        if tag.text:
            yield at(tag, tr("is none of Apple's tags any more"))


# ---------------------------------------------------------------- words

_SHORT = ("title", "itunes:title", "itunes:author", "copyright", "guid")
_LONG = ("description", "itunes:summary", "content:encoded")
_WORDY = (*_LONG, "itunes:subtitle", "itunes:keywords")  # a blank at their ends is seen by nobody


@rule(
    "psp-length", "entry", "Values have at most 255 characters",
    source=PSP, remedy="shorten it",
)  # fmt: skip
def psp_length(entry: Entry, _: SeenFeed) -> Findings:
    """PSP-1 and Apple cut or refuse longer ones."""
    for tag in entry.all(*_SHORT):
        if len(tag.text) > _TEXT_CHARS:
            yield at(
                tag,
                tr(
                    "{count} characters, where apps take {text_chars}",
                    count=len(tag.text),
                    text_chars=_TEXT_CHARS,
                ),
            )


@rule(
    "psp-description-length", "entry", "A description has at most 4,000 bytes",
    source=PSP, remedy="shorten it; content:encoded may be longer",
)  # fmt: skip
def psp_description_length(entry: Entry, _: SeenFeed) -> Findings:
    """Apple and PSP-1 allow a description 4,000 bytes of UTF-8; æ, ø and å take two each."""
    for tag in entry.all("description", "itunes:summary"):
        length = len(tag.text.encode())
        if length > _DESCRIPTION_BYTES:
            yield at(
                tag,
                tr(
                    "{length:,} bytes, where apps take {description_bytes:,}",
                    length=length,
                    description_bytes=_DESCRIPTION_BYTES,
                ),
            )


@rule(
    "psp-whitespace", "entry", "Values have no outer white space", WARNING,
    source=PSP, remedy="take the blanks and line ends out",
)  # fmt: skip
def psp_whitespace(entry: Entry, _: SeenFeed) -> Findings:
    """PSP-1; a guid with a blank is another guid to some apps, and a true with a line end is not true."""
    for tag in entry.tags:
        prefix = tag.name.rpartition(":")[0]
        counts = prefix in ("", "itunes", "podcast") and tag.name not in _WORDY
        if counts and tag.padded and tag.text and not tag.children:
            yield at(tag, tr("has white space around its value"))


@rule(
    "text-markup", "entry", "Titles and names are plain text", WARNING,
    source=PROFILE, remedy="write the words alone; & as &amp;amp;, once",
)  # fmt: skip
def text_markup(entry: Entry, _: SeenFeed) -> Findings:
    """Apps show tags and references in them as they are: “Fish &amp;amp; chips”, “<b>New</b>”."""
    for tag in entry.all("title", "itunes:title", "itunes:author", "podcast:person", "dc:creator"):
        if found := _MARKUP.search(tag.text):
            yield at(tag, tr("has {found} in it", found=found[0]))


@rule(
    "text-escaped-twice", "entry", "Descriptions are escaped once", WARNING,
    source=PROFILE, remedy="escape it once, or use CDATA",
)  # fmt: skip
def text_escaped_twice(entry: Entry, _: SeenFeed) -> Findings:
    """Apps unescape once: what is left over is shown as &amp;lt;p&amp;gt;."""
    for tag in entry.all(*_LONG):
        if found := re.search(
            r"&(?:amp;){1,3}(?:amp|lt|gt|quot|nbsp|#\d+);|&lt;/?(?:p|br|a|ul|li|b|i|strong|em)\b", tag.text
        ):
            yield at(tag, tr("has {found} in it", found=found[0]))


@rule(
    "text-mojibake", "entry", "Letters are what they were", WARNING,
    source=HOUSE, remedy="read the text as UTF-8 where it comes from",
)  # fmt: skip
def text_mojibake(entry: Entry, _: SeenFeed) -> Findings:
    """UTF-8 that was read as Latin-1 on its way: “SÃ¸r” for “Sør”."""
    for tag in entry.all(*_SHORT, *_LONG, "itunes:subtitle", "dc:creator", "podcast:person"):
        if found := _MOJIBAKE.search(tag.text):
            yield at(tag, tr("has {found} in it", found=found[0]))


@rule(
    "text-relative-link", "entry", "Links in texts are whole addresses", WARNING,
    source=PROFILE, remedy="write the whole address, https://…",
)  # fmt: skip
def text_relative_link(entry: Entry, _: SeenFeed) -> Findings:
    """Apps know no page that a link or picture in a description could be relative to: it leads nowhere."""
    for tag in entry.all(*_LONG):
        if found := _RELATIVE.search(tag.text):
            yield at(tag, tr("has {found} in it", found=found[0][:100]))


@rule(
    "text-script", "entry", "Texts hold no scripts", WARNING,
    source=APPLE, remedy="take it out",
)  # fmt: skip
def text_script(entry: Entry, _: SeenFeed) -> Findings:
    """Apps drop scripts, frames and event handlers, or drop the whole text."""
    for tag in entry.all(*_LONG):
        if found := _ACTIVE.search(tag.text):
            yield at(tag, tr("has {found} in it", found=found[0].strip()))


_SIMPLE = {"p", "ol", "ul", "li", "a", "br", "b", "i", "strong", "em"}


@rule(
    "apple-html", "entry", "A description holds simple HTML alone", ADVICE,
    source=PSP, remedy="put other HTML into content:encoded",
)  # fmt: skip
def apple_html(entry: Entry, _: SeenFeed) -> Findings:
    """Apple keeps p, ol, ul, li and a, and shows the words of any other tag without it; PSP-1 adds b, i,
    strong and em."""
    for tag in entry.all("description"):
        others = sorted({name.lower() for name in HTML_TAG.findall(tag.text)} - _SIMPLE)
        if others:
            yield at(tag, tr("has <{others}> in it", others=">, <".join(others[:5])))
