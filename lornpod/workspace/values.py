"""What authors write in one scalar, made into what it means: dates, times, addresses, numbers.

Each function takes a value as YAML gave it and returns what it stands for. It raises :class:`Mistake`
with a message for the author. No more than a scalar is known here; lines and paths are added outside.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import lru_cache
from importlib import resources
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from ..messages import later, tr
from ..model import Category
from . import apple_categories, podcast_taxonomy
from .place import printable
from .yaml12 import Real, Whole

Raw = object  # what YAML or a test may hold, before anything is known of it

MAX_TIME_MS = 100 * 3_600_000
SHORT_CHARS, PHRASE_CHARS = 32, 128  # podcast namespace 1.0: longer ones are cut by those who read feeds


class Mistake(Exception):
    """What is wrong with a value, and what to write instead; of a mapping, which *field* of it is meant."""

    def __init__(self, message: str, hint: str = "", field: str = "") -> None:
        super().__init__(message)
        self.message, self.hint, self.field = message, hint, field


def shown(value: Raw) -> str:
    """*value* for a message: as written, cut where it is long."""
    if isinstance(value, dict):
        return tr("a mapping")
    if isinstance(value, list):
        return tr("a list")
    if value is None:
        return "nothing"
    text = str(value).lower() if isinstance(value, bool) else str(getattr(value, "raw", value))
    text = printable(text)
    return f"'{text if len(text) <= 60 else text[:59] + '…'}'"


# ---------------------------------------------------------------- words


def text(value: Raw) -> str:
    """Text of one or more lines, without outer white space. Numbers are taken as they were written."""
    if isinstance(value, bool):
        raise Mistake(
            tr("{value} is true or false here, not a text", value=shown(value)), tr("put it in quotes")
        )
    if not isinstance(value, str | Whole | Real):
        raise Mistake(
            tr("{value} where a text belongs", value=shown(value)),
            tr("write one text; in quotes if it holds `: ` or `#`"),
        )
    said = (value if isinstance(value, str) else value.raw).strip()
    if not said:
        raise Mistake(tr("is empty"), tr("fill it in, or remove the line"))
    return said


def line(value: Raw) -> str:
    """Text of one line; line breaks become spaces."""
    return re.sub(r"[ \t\r\n]+", " ", text(value))


def truth(value: Raw) -> bool:
    if isinstance(value, bool):
        return value
    meant = {"yes": "true", "ja": "true", "on": "true", "no": "false", "nei": "false", "off": "false"}
    said = str(value).casefold()
    hint = tr("write {meant}", meant=meant[said]) if said in meant else tr("write true or false")
    raise Mistake(tr("{value} is neither true nor false", value=shown(value)), hint)


def count(value: Raw) -> int:
    """A whole number from 1."""
    said = str(getattr(value, "raw", value)).strip()
    if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,9}", said) or int(said) < 1:
        raise Mistake(
            tr("{value} is not a whole number from 1 up", value=shown(value)), tr("write digits only")
        )
    return int(said)


def decibels(lowest: float, highest: float) -> Callable[[Raw], float]:
    """What reads a number from *lowest* to *highest*."""

    def read(value: Raw) -> float:
        if isinstance(value, Whole | Real) and lowest <= value <= highest:
            return float(value)
        raise Mistake(
            tr(
                "{value} is not a number of decibels from {lowest:g} to {highest:g}",
                value=shown(value),
                lowest=lowest,
                highest=highest,
            ),
            tr("write a number without its unit"),
        )

    return read


def one_of(*choices: int) -> Callable[[Raw], int]:
    """What reads one of the whole numbers *choices*."""

    def read(value: Raw) -> int:
        if value in choices and not isinstance(value, bool):
            return int(str(value))
        raise Mistake(
            tr("{value} is none of {choices}", value=shown(value), choices=", ".join(map(str, choices))),
            tr("write one of them"),
        )

    return read


def word(*choices: str) -> Callable[[Raw], str]:
    """What reads one of the words *choices*."""

    def read(value: Raw) -> str:
        said = line(value)
        if said in choices:
            return said
        near = get_close_matches(said.lower(), choices, n=1)
        hint = tr("did you mean {near}?", near=near[0]) if near else tr("write one of them")
        raise Mistake(tr("{said} is none of {choices}", said=shown(said), choices=", ".join(choices)), hint)

    return read


def whole(lowest: int, highest: int) -> Callable[[Raw], int]:
    """What reads a whole number from *lowest* to *highest*."""

    def read(value: Raw) -> int:
        said = str(getattr(value, "raw", value)).strip()
        digits = not isinstance(value, bool) and re.fullmatch(r"[0-9]{1,18}", said)
        if digits and lowest <= int(said) <= highest:
            return int(said)
        wrong = tr(
            "{value} is not a whole number from {lowest:,} to {highest:,}",
            value=shown(value),
            lowest=lowest,
            highest=highest,
        )
        raise Mistake(wrong, tr("write digits only"))

    return read


def episode_number(value: Raw) -> int | float:
    """A number from 0 that may have a fraction (podcast namespace, episode)."""
    said = str(getattr(value, "raw", value)).strip()
    if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,4})?", said):
        raise Mistake(
            tr("{value} is not an episode's number", value=shown(value)), tr("write digits, such as 3 or 3.5")
        )
    if "." not in said and int(said) == 0:
        raise Mistake(
            tr("{value} is not a number above 0", value=shown(value)), tr("write 1, or take the line out")
        )
    return float(said) if "." in said else int(said)


def decimal(value: Raw) -> str:
    """A decimal number from 0, as it was written: of sums of money every digit counts."""
    said = str(getattr(value, "raw", value)).strip()
    if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,18})?", said):
        raise Mistake(
            tr("{value} is not a decimal number", value=shown(value)), tr("write such as 0.00000005000")
        )
    return said


def megabytes(value: Raw) -> float:
    if isinstance(value, Whole | Real) and 0.1 <= value <= 1000:
        return float(value)
    raise Mistake(
        tr("{value} is not a number of megabytes from 0.1 to 1000", value=shown(value)),
        tr("write a number, such as 10"),
    )


def at_most(characters: int) -> Callable[[Raw], str]:
    """What reads a line of at most so many characters."""

    def read(value: Raw) -> str:
        said = line(value)
        if len(said) > characters:
            raise Mistake(
                tr(
                    "has {count} characters, where apps take {characters}",
                    count=len(said),
                    characters=characters,
                ),
                tr("shorten it"),
            )
        return said

    return read


def long_text(value: Raw) -> str:
    """Text of at most 4,000 characters (podcast namespace, txt)."""
    said = text(value)
    if len(said) > 4000:
        raise Mistake(
            tr("has {count:,} characters, where apps take 4,000", count=len(said)), tr("shorten it")
        )
    return said


def case_number(value: Raw) -> int:
    """608 of ``608``, ``0608``, ``C0608`` or ``#C0608``."""
    found = re.fullmatch(r"#?(?:[A-Za-z]{1,8}-?)?([0-9]{1,9})", str(getattr(value, "raw", value)).strip())
    if isinstance(value, bool) or not found or int(found[1]) < 1:
        raise Mistake(
            tr("{value} is not a case number", value=shown(value)), tr("write digits, such as 608 or C0608")
        )
    return int(found[1])


# A quotation mark, and the marks that may close what it opens: English, Norwegian, German, Swedish.
_CLOSERS = {
    '"': '"', "'": "'", "“": "”", "„": "“”", "”": "”", "«": "»", "»": "«",
    "‘": "’", "‚": "‘’", "’": "’", "‹": "›", "›": "‹",
}  # fmt: skip
_APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")


def unquoted(said: str) -> str:
    """*said* without quotation marks around the whole of it. ``“A” and “B”`` keeps its own."""
    said = said.strip()
    while len(said) > 1 and _closes_only_at_the_end(_APOSTROPHE.sub("", said), _CLOSERS.get(said[0], "")):
        said = said[1:-1].strip()
    return said


def _closes_only_at_the_end(said: str, closers: str) -> bool:
    opener, inner = said[0], said[1:-1]
    if not closers or said[-1] not in closers:
        return False
    if opener in closers:
        return opener not in inner
    depth = 1
    for char in inner:
        depth += (char == opener) - (char in closers)
        if depth == 0:
            return False
    return depth == 1


def colour(value: Raw) -> str:
    """``#0f4c3f`` of that, in any case, or of ``#abc``."""
    said = line(value).lower()
    if re.fullmatch("#[0-9a-f]{3}", said):
        said = "#" + "".join(2 * digit for digit in said[1:])
    if not re.fullmatch("#[0-9a-f]{6}", said):
        raise Mistake(
            tr("{value} is not a colour", value=shown(value)),
            tr("write # and six hexadecimal digits, in quotes: '#0f4c3f'"),
        )
    return said


# ---------------------------------------------------------------- addresses and names of standards

_WEB = re.compile(r"https?://[^\s<>\"\\^`{|}]+", re.IGNORECASE)
_MAIL = re.compile(r"mailto:[^\s@<>\"]+@[^\s@<>\"]+\.[^\s@<>\"]+", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s@<>\",;]+@[^\s@<>\",;]+\.[^\s@<>\",;.]+")
# RFC 5646, 2.1, in the shape that apps accept: language, then script, region and variants.
_LANGUAGE = re.compile(
    r"[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*"
)
_GEO = re.compile(r"(?:geo:)?(-?\d{1,2}(?:\.\d+)?),\s*(-?\d{1,3}(?:\.\d+)?)((?:,-?\d+(?:\.\d+)?)?(?:;\S+)?)")


def web_address(value: Raw) -> str:
    """An http or https URL."""
    said = line(value)
    if _WEB.fullmatch(said) and _has_host(said):
        return said
    hint = (
        tr("write https://{said}", said=said)
        if re.match(r"[\w-]+(\.[\w-]+)+(/|$)", said)
        else tr("write https://…")
    )
    raise Mistake(tr("{said} is not a web address", said=shown(said)), hint)


def _has_host(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def is_web_address(said: str) -> bool:
    return bool(re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", said)) and not re.match(r"[A-Za-z]:[\\/]", said)


def address(value: Raw) -> str:
    """An http, https or mailto URL."""
    said = line(value)
    if _MAIL.fullmatch(said):
        return said
    if _EMAIL.fullmatch(said):
        raise Mistake(
            tr("{said} is not an address for a link", said=shown(said)), tr("write mailto:{said}", said=said)
        )
    return web_address(said)


def base_address(value: Raw) -> str:
    """A web address that others are built on: without query or fragment, ending in a slash."""
    said = web_address(value)
    if "?" in said or "#" in said:
        raise Mistake(tr("{said} has a ? or # in it", said=shown(said)), tr("write the address of a folder"))
    return said.rstrip("/") + "/"


def case_address(value: Raw) -> str:
    said = line(value)
    if said.count("{id}") != 1:
        raise Mistake(
            tr("{said} has no {{id}} in it", said=shown(said)),
            tr("write such as https://example.org/case/{id}"),
        )
    web_address(said.replace("{id}", "C0001"))
    return said


def is_email(said: str) -> bool:
    return _EMAIL.fullmatch(said) is not None


def email(value: Raw) -> str:
    said = line(value)
    if not is_email(said):
        raise Mistake(
            tr("{said} is not an e-mail address", said=shown(said)), tr("write such as post@example.org")
        )
    return said


def uuid(value: Raw) -> str:
    said = line(value)
    try:
        return str(UUID(said))
    except ValueError:
        hint = tr("write 8-4-4-4-12 hexadecimal digits; python -m uuid makes one")
        raise Mistake(tr("{said} is not a UUID", said=shown(said)), hint) from None


def language(value: Raw) -> str:
    """A BCP 47 tag."""
    said = line(value).replace("_", "-")
    if not _LANGUAGE.fullmatch(said):
        raise Mistake(
            tr("{said} is not a language tag", said=shown(said)), tr("write such as nb, nn, en or en-GB")
        )
    return said


def time_zone(value: Raw) -> str:
    """A name in the IANA time zone database."""
    said = line(value)
    try:
        ZoneInfo(said)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        close = get_close_matches(said, available_timezones(), n=1)
        raise Mistake(
            tr("{said} is not a time zone", said=shown(said)),
            tr("write {close}", close=close[0] if close else "Europe/Oslo"),
        ) from None
    return said


def category(value: Raw) -> Category:
    said = line(value)
    found = apple_categories.category(said)
    if found is None:
        near = apple_categories.nearest(said)
        hint = tr("did you mean {near}?", near=near) if near else tr("see podcasters.apple.com/support/1691")
        raise Mistake(tr("{said} is not a category of Apple Podcasts", said=shown(said)), hint)
    return found


def country(value: Raw) -> str:
    """The two letters of a country (ISO 3166-1)."""
    said = line(value).upper()
    if said not in _countries():
        hint = tr("write GB") if said == "UK" else tr("write two letters, such as NO")
        raise Mistake(tr("{value} is not a country code", value=shown(value)), hint)
    return said


@lru_cache(maxsize=1)
def _countries() -> frozenset[str]:
    """As the time zone database has them."""
    table = resources.files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text("utf-8")
    return frozenset(row[:2] for row in table.splitlines() if not row.startswith("#"))


def geo(value: Raw) -> str:
    """An RFC 5870 URI; bare coordinates are completed."""
    found = _GEO.fullmatch(line(value))
    if not found or abs(float(found[1])) > 90 or abs(float(found[2])) > 180:
        raise Mistake(
            tr("{value} is not a position", value=shown(value)),
            tr("write latitude and longitude: geo:63.43,10.39"),
        )
    return f"geo:{found[1]},{found[2]}{found[3]}"


def osm(value: Raw) -> str:
    said = line(value).upper()
    if not re.fullmatch(r"[NWR][0-9]+(#[0-9]+)?", said):
        raise Mistake(
            tr("{value} is not an OpenStreetMap id", value=shown(value)),
            tr("write N, W or R and digits, such as R406567"),
        )
    return said


# RFC 3986, 3.1: any scheme, so that ipfs: and magnet: can be written.
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"\\^`{|}]+")
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9][a-z0-9!#$&^_.+-]*")
_HOST_NAME = re.compile(r"[\w-]+(\.[\w-]+)*(:[0-9]{1,5})?")
# RFC 9580, 6.2.
_SIGNATURE = re.compile(
    r"-----BEGIN PGP SIGNATURE-----\n(?:.+\n)*\n(?:[A-Za-z0-9+/=]+\n)+-----END PGP SIGNATURE-----"
)
# W3C Subresource Integrity, 3.5.
_INTEGRITY = re.compile(r"sha(256-[A-Za-z0-9+/]{43}=|384-[A-Za-z0-9+/]{64}|512-[A-Za-z0-9+/]{86}==)")
_DAY = "(?:MO|TU|WE|TH|FR|SA|SU)"


def _listed(one: str) -> str:
    return f"{one}(?:,{one})*"


# RFC 5545, 3.3.10. The namespace writes UNTIL as ISO 8601 has it, with dashes and colons, iCalendar without.
_RULE_PARTS: dict[str, re.Pattern[str]] = {
    name: re.compile(pattern)
    for name, pattern in {
        "FREQ": "SECONDLY|MINUTELY|HOURLY|DAILY|WEEKLY|MONTHLY|YEARLY",
        "UNTIL": r"\d{4}-?\d\d-?\d\d(?:T\d\d:?\d\d:?\d\d(?:\.\d+)?Z?)?",
        "COUNT": "[1-9][0-9]{0,5}",
        "INTERVAL": "[1-9][0-9]{0,5}",
        "WKST": _DAY,
        "BYSECOND": _listed("(?:[1-5]?[0-9]|60)"),
        "BYMINUTE": _listed("[1-5]?[0-9]"),
        "BYHOUR": _listed("(?:1?[0-9]|2[0-3])"),
        "BYDAY": _listed(f"(?:[+-]?[1-9][0-9]?)?{_DAY}"),
        "BYMONTHDAY": _listed("[+-]?(?:[1-9]|[12][0-9]|3[01])"),
        "BYYEARDAY": _listed("[+-]?[1-9][0-9]{0,2}"),
        "BYWEEKNO": _listed("[+-]?(?:[1-9]|[1-4][0-9]|5[0-3])"),
        "BYMONTH": _listed("(?:[1-9]|1[0-2])"),
        "BYSETPOS": _listed("[+-]?[1-9][0-9]{0,2}"),
    }.items()
}


def uri(value: Raw) -> str:
    """An address of any scheme."""
    said = line(value)
    if not _URI.fullmatch(said):
        raise Mistake(
            tr("{said} is not an address", said=shown(said)),
            tr("write it whole, such as https://… or ipfs://…"),
        )
    return said


def media_type(value: Raw) -> str:
    said = line(value).lower()
    if said == "audio/mp3":
        raise Mistake(tr("'audio/mp3' is no media type"), tr("write audio/mpeg"))
    if not _MEDIA_TYPE.fullmatch(said):
        raise Mistake(
            tr("{value} is not a media type", value=shown(value)), tr("write such as video/mp4 or audio/opus")
        )
    return said


def server(value: Raw) -> str:
    """The name of a host, without scheme."""
    said = line(value)
    if not _HOST_NAME.fullmatch(said):
        raise Mistake(
            tr("{said} is not a server's name", said=shown(said)),
            tr("write it without https://, such as irc.example.org"),
        )
    return said


def integrity(value: Raw) -> str:
    """A Subresource Integrity value, or an armored PGP signature."""
    said = text(value)
    if _INTEGRITY.fullmatch(said) or _SIGNATURE.fullmatch(said):
        return said
    raise Mistake(
        tr("{said} is no integrity value", said=shown(said)),
        tr("write sha256-, sha384- or sha512- and the digest in base64"),
    )


def recurrence(value: Raw) -> str:
    """A recurrence rule of iCalendar (RFC 5545, 3.3.10)."""
    said = line(value).upper().removeprefix("RRULE:")
    parts = [part.partition("=") for part in said.split(";")]
    named = {name: meant for name, _, meant in parts}
    hint = tr("write such as FREQ=WEEKLY;BYDAY=MO")
    if "FREQ" not in named:
        raise Mistake(tr("{value} is no rule of recurrence", value=shown(value)), hint)
    for name, meant in named.items():
        if name not in _RULE_PARTS:
            raise Mistake(tr("{unknown} is no part of a rule of recurrence", unknown=shown(name)), hint)
        if not _RULE_PARTS[name].fullmatch(meant):
            said_wrong = tr("{meant} is no {name} of a rule of recurrence", meant=shown(meant), name=name)
            raise Mistake(said_wrong, hint)
    if len(named) < len(parts) or {"UNTIL", "COUNT"} <= named.keys():
        raise Mistake(
            tr("{value} says twice how long it goes on, or the same part twice", value=shown(value)), hint
        )
    return said


def aspect_ratio(value: Raw) -> str:
    """Width by height, such as 16/9; 16:9 is taken too."""
    said = re.sub(r"\s*[/:]\s*", "/", line(value))
    if not re.fullmatch(r"[1-9][0-9]{0,4}(\.[0-9]{1,4})?(/[1-9][0-9]{0,4})?", said):
        raise Mistake(
            tr("{value} is not an aspect ratio", value=shown(value)),
            tr("write width by height, such as 16/9"),
        )
    return said if "/" in said else f"{said}/1"


def tokens(value: Raw) -> str:
    """Words with one space between, in small letters; 128 characters at most."""
    return " ".join(dict.fromkeys(at_most(128)(value).lower().split()))


# Podcast namespace, serviceslugs.txt. New ones come: what is like none of these is taken.
_SERVICES = frozenset({
    "acast", "amazon", "anchor", "apple", "audible", "audioboom", "backtracks", "bitcoin", "blubrry",
    "buzzsprout", "captivate", "castopod", "castos", "facebook", "fireside", "fyyd", "google",
    "gpodder", "hypercatcher", "kasts", "libsyn", "mastodon", "megafono", "megaphone", "omnystudio",
    "overcast", "paypal", "pinecast", "podbean", "podcastaddict", "podcastguru", "podcastindex",
    "podcasts", "podchaser", "podcloud", "podfriend", "podiant", "podigee", "podnews", "podomatic",
    "podserve", "podverse", "redcircle", "relay", "resonaterecordings", "rss", "shoutengine",
    "simplecast", "slack", "soundcloud", "spotify", "spreaker", "tiktok", "transistor", "twitter",
    "whooshkaa", "youtube", "zencast",
})  # fmt: skip


def service(value: Raw) -> str:
    """The slug of a platform."""
    said = line(value).lower()
    near = [] if said in _SERVICES else get_close_matches(said, sorted(_SERVICES), n=1, cutoff=0.8)
    if near:
        hint = tr("did you mean {near}?", near=near[0])
        raise Mistake(tr("{value} is not a platform's slug", value=shown(value)), hint)
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,31}", said):
        raise Mistake(
            tr("{value} is not a platform's slug", value=shown(value)),
            tr("write such as spotify, apple or youtube"),
        )
    return said


def role(value: Raw) -> str:
    """A role of the Podcast Taxonomy."""
    said = line(value).lower()
    if said not in podcast_taxonomy.ROLES:
        near = get_close_matches(said, podcast_taxonomy.ROLES, n=1, cutoff=0.5)
        hint = (
            tr("did you mean {near}?", near=near[0])
            if near
            else tr("such as producer or audio editor; see podcasttaxonomy.com")
        )
        raise Mistake(tr("{value} is no role of the Podcast Taxonomy", value=shown(value)), hint)
    return said


# ---------------------------------------------------------------- times

_CLOCK = re.compile(r"(?:([0-9]{1,3}):)?([0-9]{1,4}):([0-9]{2})(?:[.,]([0-9]{1,9}))?")
_CLOCK_HINT = later("write MM:SS or HH:MM:SS")


def time_ms(value: Raw) -> int:
    """Milliseconds of ``MM:SS``, ``HH:MM:SS``, each with a fraction or not, or a number of seconds."""
    if isinstance(value, Whole | Real):
        return _seconds(value)
    said = line(value)
    found = _CLOCK.fullmatch(said)
    if not found or int(found[3]) > 59 or (found[1] and int(found[2]) > 59):
        raise Mistake(tr("{value} is not a time", value=shown(value)), tr(_CLOCK_HINT))
    whole_s = (int(found[1] or 0) * 60 + int(found[2])) * 60 + int(found[3])
    return _within_reason(whole_s * 1000 + round(float(f"0.{found[4] or 0}") * 1000), value)


def _seconds(value: Whole | Real) -> int:
    if value < 0:
        raise Mistake(tr("{value} is before the beginning", value=shown(value)), tr("write 00:00 or later"))
    if not value < MAX_TIME_MS:  # infinity and "not a number" too
        raise Mistake(tr("{value} is not a time", value=shown(value)), tr(_CLOCK_HINT))
    return _within_reason(round(value * 1000), value)


def _within_reason(time: int, value: Raw) -> int:
    if time > MAX_TIME_MS:
        raise Mistake(tr("{value} is more than 100 hours", value=shown(value)), tr(_CLOCK_HINT))
    return time


_COMPACT_DATE = re.compile(r"((?:[0-9]{2})?[0-9]{2})([0-9]{2})([0-9]{2})")
_DATE = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[Tt ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,6})?)?)(?: ?([Zz]|[+-][0-9]{2}(?::?[0-9]{2})?))?)?"
)
_WHEN_HINT = later("write 2026-03-02 or 2026-03-02 06:30")


def instant(value: Raw, zone: ZoneInfo) -> datetime:
    """The moment that *value* names, in UTC. A date alone means 06:00 in *zone*.

    Also takes YYMMDD and YYYYMMDD, as text or as the number that YAML makes of them.
    """
    said = line(value)
    compact, dated = _COMPACT_DATE.fullmatch(said), _DATE.fullmatch(said)
    if compact:
        year = compact[1] if len(compact[1]) == 4 else f"20{compact[1]}"
        iso = f"{year}-{compact[2]}-{compact[3]}T06:00"
    elif dated:
        offset = (dated[3] or "").upper()
        iso = f"{dated[1]}T{(dated[2] or '06:00').replace(',', '.')}{offset}"
    else:
        raise Mistake(tr("{value} is not a date", value=shown(value)), tr(_WHEN_HINT))
    try:
        read = datetime.fromisoformat(iso)
    except ValueError:
        raise Mistake(
            tr("{value} does not exist in the calendar", value=shown(value)), tr(_WHEN_HINT)
        ) from None
    if not 1900 <= read.year <= 2199:
        raise Mistake(tr("the year of {value} cannot be meant", value=shown(value)), tr(_WHEN_HINT))
    return read.astimezone(UTC) if read.tzinfo else _local(read, zone, value)


def _local(read: datetime, zone: ZoneInfo, value: Raw) -> datetime:
    moment = read.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != read:
        raise Mistake(
            tr("{value} is skipped by the clocks of {key}", value=shown(value), key=zone.key),
            tr("write an hour later"),
        )
    return moment
