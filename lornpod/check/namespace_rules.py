"""The podcast namespace as a table: where each tag stands, what it says, and which attributes it takes.

Of each tag two rules are made: ``podcast-<tag>`` for what makes apps pass over it (a wrong place, a missing
attribute, no value), and ``podcast-<tag>-value`` for a value that is none of those that the namespace knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from ..errors import Finding, Level
from ..messages import later, tr
from ..workspace import values
from ..workspace.podcast_taxonomy import GROUPS, ROLES
from .of_feeds import Entry, Findings, SeenFeed, at
from .registry import rule
from .shapes import ISO_3166, duration_s, is_address, is_rfc2822, meant, reads
from .sources import ANTENNAPOD, APPLE, NAMESPACE

if TYPE_CHECKING:
    from ..feeds.reading import Tag

Judge = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Value:
    """What a text or an attribute may hold: *fits* judges it, *be* says in words what it must be."""

    fits: Judge
    be: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """A tag of the namespace. ``within`` are the tags that may hold it; ``inside`` those it must hold."""

    name: str
    within: tuple[str, ...]
    why: str
    many: bool = False
    text: Value | None = None
    attributes: Mapping[str, Value] = field(default_factory=dict)
    inside: tuple[str, ...] = ()
    inside_most: int | None = None


# ---------------------------------------------------------------- what a value may be


def _pattern(pattern: str, be: str) -> Value:
    return Value(lambda said: re.fullmatch(pattern, said) is not None, be)


def _one_of(*words: str, caseless: bool = False) -> Value:
    known = {word.casefold() for word in words} if caseless else set(words)
    fits = (lambda said: said.casefold() in known) if caseless else (lambda said: said in known)
    shown = ", ".join(words) if len(words) < 12 else later("one of those that the namespace lists")
    return Value(fits, shown)


def _at_most(count: int) -> Value:
    return Value(lambda said: len(said) <= count, f"at most {count} characters")


def _needed(value: Value) -> Value:
    return Value(value.fits, value.be, required=True)


def _instant(said: str) -> bool:
    try:
        datetime.fromisoformat(said)
    except ValueError:
        return False
    return True


def _uri(said: str) -> bool:
    return re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:\S+", said) is not None


def _srcset(said: str) -> bool:
    return all(is_address(part.split()[0]) for part in re.split(r",\s+", said) if part.split())


ANY = Value(lambda _: True, later("anything"))
ADDRESS = Value(is_address, later("a whole web address, https://…"))
URI = Value(_uri, later("an address with its scheme"))
SRCSET = Value(_srcset, later("whole web addresses with their widths, https://… 1500w, https://… 600w"))
LINK = Value(lambda said: is_address(said) or reads(values.address, said), later("a web or mail address"))
YES_NO = _one_of("yes", "no", caseless=True)
TRUE_FALSE = _one_of("true", "false", caseless=True)
WHOLE = _pattern(r"[0-9]+", later("a whole number"))
DECIMAL = _pattern(
    r"[0-9]+(?:\.[0-9]+)?", later("a plain number such as 1234.5, without thousands separators")
)
UUID = _pattern(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", later("a UUID"))
MEDIA_TYPE = _pattern(r"[A-Za-z0-9.+-]+/[A-Za-z0-9.+-]+(?:\s*;.*)?", later("a media type such as audio/mpeg"))
LANGUAGE = Value(
    lambda said: "_" not in said and reads(values.language, said), later("a language tag such as nb or en-GB")
)
EMAIL = Value(lambda said: reads(values.email, said), later("an e-mail address"))
DATE = Value(is_rfc2822, later("an RFC 2822 date"))
MOMENT = Value(_instant, later("an ISO 8601 date or time"))
SHORT = _at_most(128)
GEO = Value(
    lambda said: said.startswith("geo:") and reads(values.geo, said),
    later("a geo URI such as geo:63.43,10.39 (RFC 5870)"),
)
OSM = _pattern(r"[NWR][0-9]+(?:#[0-9]+)?", later("N, W or R and digits, such as R406567"))
COUNTRY = Value(lambda said: said.upper() in ISO_3166, later("two letters (ISO 3166-1), such as NO"))
_MEDIA = ["podcast", "music", "video", "film", "audiobook", "newsletter", "blog", "publisher", "course"]
MEDIUM = _one_of(*_MEDIA, *(f"{name}L" for name in _MEDIA if name != "publisher"), "mixed")
RRULE = _pattern(
    r"(?:[A-Z]+=[A-Z0-9+,:-]+)(?:;[A-Z]+=[A-Z0-9+,:-]+)*;?",
    later("a recurrence rule such as FREQ=WEEKLY (RFC 5545)"),
)
SOCIAL = _one_of("disabled", "activitypub", "twitter", "lightning", "atproto", "hive", "matrix", "nostr")
RATIO = _pattern(r"[0-9.]+(?:\s*/\s*[0-9.]+)?", later("a ratio such as 16/9"))
_OTHER_SRT = ("application/srt", "text/srt")
TRANSCRIPT = Value(
    lambda said: (
        said.partition(";")[0].strip().lower()
        in ("text/vtt", "application/x-subrip", "application/json", "text/html", "text/plain", *_OTHER_SRT)
    ),
    later("text/vtt, application/x-subrip, application/json, text/html or text/plain"),
)
CHAPTERS = Value(
    lambda said: said.lower() in ("application/json+chapters", "application/json"),
    later("application/json+chapters"),
)

BOTH = ("channel", "item", "podcast:liveItem")
ITEM = ("item", "podcast:liveItem")

SHAPES: tuple[Shape, ...] = (
    Shape(
        "locked",
        ("channel",),
        "Other hosts ask it before they take a show over; only yes locks.",
        text=_needed(YES_NO),
        attributes={"owner": EMAIL},
    ),
    Shape(
        "guid",
        ("channel",),
        "Podrolls and publisher feeds name a show by it; what is no UUID names none.",
        text=_needed(UUID),
    ),
    Shape(
        "medium",
        ("channel",),
        "Apps choose how to play by it; an unknown medium is left out of their lists.",
        text=_needed(MEDIUM),
    ),
    Shape(
        "funding",
        BOTH,
        "Apps show it as a button: without an address it leads nowhere.",
        many=True,
        text=SHORT,
        attributes={"url": _needed(LINK)},
    ),
    Shape(
        "person",
        BOTH,
        "Apps list episodes by person; a person without a name is left out.",
        many=True,
        text=_needed(SHORT),
        attributes={
            "role": _one_of(*sorted(ROLES), caseless=True),
            "group": _one_of(*sorted(GROUPS), caseless=True),
            "img": ADDRESS,
            "href": LINK,
        },
    ),
    Shape(
        "location",
        BOTH,
        "Apps show and search the place; without a name there is nothing to show.",
        many=True,
        text=_needed(SHORT),
        attributes={"rel": _one_of("subject", "creator"), "geo": GEO, "osm": OSM, "country": COUNTRY},
    ),
    Shape(
        "license",
        BOTH,
        "Says what may be done with the episodes: an SPDX-like slug, or a name with url.",
        text=_needed(SHORT),
        attributes={"url": ADDRESS},
    ),
    Shape(
        "trailer",
        ("channel",),
        "Apps play it to newcomers; they need address and date to choose the newest.",
        many=True,
        text=_needed(SHORT),
        attributes={
            "url": _needed(ADDRESS),
            "pubdate": _needed(DATE),
            "length": WHOLE,
            "type": MEDIA_TYPE,
            "season": WHOLE,
        },
    ),
    Shape(
        "block",
        ("channel",),
        "Platforms leave a show out by it; what is neither yes nor no blocks nothing.",
        many=True,
        text=_needed(YES_NO),
        attributes={"id": _pattern("[a-z0-9_-]+", later("a service's slug"))},
    ),
    Shape(
        "txt",
        BOTH,
        "Platforms prove by it whose the feed is; they cut it at 4,000 characters.",
        many=True,
        text=_needed(_at_most(4000)),
        attributes={"purpose": SHORT},
    ),
    Shape(
        "podroll",
        ("channel",),
        "Apps recommend the shows in it: it needs one.",
        inside=("podcast:remoteItem",),
    ),
    Shape(
        "publisher",
        ("channel",),
        "The show's half of a two-way proof: exactly one remoteItem names the publisher's feed.",
        inside=("podcast:remoteItem",),
        inside_most=1,
    ),
    Shape(
        "remoteItem",
        ("channel", "podcast:podroll", "podcast:publisher", "podcast:valueTimeSplit"),
        "It names another show by its podcast:guid; without one it names none.",
        many=True,
        attributes={
            "feedGuid": _needed(UUID),
            "feedUrl": ADDRESS,
            "itemGuid": ANY,
            "medium": MEDIUM,
            "title": ANY,
            "feedImg": ADDRESS,
        },
    ),
    Shape(
        "updateFrequency",
        ("channel",),
        "Apps tell by it when to look for the next episode.",
        text=SHORT,
        attributes={"rrule": RRULE, "dtstart": MOMENT, "complete": TRUE_FALSE},
    ),
    Shape(
        "podping",
        ("channel",),
        "Says that changes are announced, so that nobody needs to poll.",
        attributes={"usesPodping": _needed(TRUE_FALSE)},
    ),
    Shape(
        "image",
        BOTH,
        "A picture of any shape for any use; without an address there is none.",
        many=True,
        attributes={
            "href": _needed(ADDRESS),
            "alt": ANY,
            "aspect-ratio": RATIO,
            "width": WHOLE,
            "height": WHOLE,
            "type": MEDIA_TYPE,
            "purpose": SHORT,
        },
    ),
    Shape(
        "images",
        BOTH,
        "The forerunner of podcast:image, which few apps still read.",
        attributes={"srcset": _needed(SRCSET)},
    ),
    Shape(
        "chat",
        BOTH,
        "Apps open the chat by server and protocol; one without the other opens nothing.",
        attributes={
            "server": _needed(ANY),
            "protocol": _needed(_one_of("irc", "xmpp", "nostr", "matrix")),
            "accountId": ANY,
            "space": ANY,
            "embedUrl": ADDRESS,
        },
    ),
    Shape(
        "socialInteract",
        BOTH,
        "Apps show the comments below the post at uri.",
        many=True,
        attributes={
            "protocol": _needed(SOCIAL),
            "uri": _needed(URI),
            "accountId": ANY,
            "accountUrl": ADDRESS,
            "priority": WHOLE,
        },
    ),
    Shape(
        "value",
        BOTH,
        "Apps pay the recipients in it; without one they pay nobody.",
        many=True,
        inside=("podcast:valueRecipient",),
        attributes={"type": _needed(ANY), "method": _needed(ANY), "suggested": DECIMAL},
    ),
    Shape(
        "valueRecipient",
        ("podcast:value", "podcast:valueTimeSplit"),
        "A share is paid to an address: without address or split nothing is.",
        many=True,
        attributes={
            "type": _needed(_one_of("node", "lnaddress", "wallet")),
            "address": _needed(ANY),
            "split": _needed(WHOLE),
            "name": ANY,
            "customKey": ANY,
            "customValue": ANY,
            "fee": TRUE_FALSE,
        },
    ),
    Shape(
        "valueTimeSplit",
        ("podcast:value",),
        "For a span of the episode others are paid: one remoteItem, or recipients.",
        many=True,
        inside=("podcast:remoteItem", "podcast:valueRecipient"),
        attributes={
            "startTime": _needed(DECIMAL),
            "duration": _needed(DECIMAL),
            "remotePercentage": WHOLE,
            "remoteStartTime": DECIMAL,
        },
    ),
    Shape(
        "transcript",
        ITEM,
        "Apps fetch it by url and choose by type; without either it is passed over.",
        many=True,
        attributes={
            "url": _needed(ADDRESS),
            "type": _needed(TRANSCRIPT),
            "language": LANGUAGE,
            "rel": _one_of("captions"),
        },
    ),
    Shape(
        "chapters",
        ITEM,
        "Apps fetch it by url, where type says JSON chapters.",
        attributes={"url": _needed(ADDRESS), "type": _needed(CHAPTERS)},
    ),
    Shape(
        "soundbite",
        ITEM,
        "Apps play the span; times are plain seconds: a thousands separator ends one.",
        many=True,
        text=SHORT,
        attributes={"startTime": _needed(DECIMAL), "duration": _needed(DECIMAL)},
    ),
    Shape(
        "season",
        ITEM,
        "Apps group episodes by its number.",
        text=_needed(_pattern("[0-9]+", later("a whole number"))),
        attributes={"name": SHORT},
    ),
    Shape(
        "episode",
        ITEM,
        "Apps sort by its number, a decimal.",
        text=_needed(DECIMAL),
        attributes={"display": _at_most(32)},
    ),
    Shape(
        "alternateEnclosure",
        ITEM,
        "The same episode in another form; it needs a type, and a source to fetch.",
        many=True,
        inside=("podcast:source",),
        attributes={
            "type": _needed(MEDIA_TYPE),
            "length": WHOLE,
            "bitrate": DECIMAL,
            "height": WHOLE,
            "lang": LANGUAGE,
            "title": _at_most(32),
            "rel": _at_most(32),
            "codecs": ANY,
            "default": TRUE_FALSE,
        },
    ),
    Shape(
        "source",
        ("podcast:alternateEnclosure",),
        "Where the other form is found.",
        many=True,
        attributes={"uri": _needed(URI), "contentType": MEDIA_TYPE},
    ),
    Shape(
        "integrity",
        ("podcast:alternateEnclosure",),
        "By it an app proves that the file is the one meant.",
        attributes={"type": _needed(_one_of("sri", "pgp-signature")), "value": _needed(ANY)},
    ),
    Shape(
        "contentLink",
        ITEM,
        "Where else the content is found, for apps that cannot play it.",
        many=True,
        text=ANY,
        attributes={"href": _needed(URI)},
    ),
    Shape(
        "liveItem",
        ("channel",),
        "A stream; apps show it by its state and time.",
        many=True,
        attributes={
            "status": _needed(_one_of("pending", "live", "ended")),
            "start": _needed(MOMENT),
            "end": MOMENT,
            "chat": ANY,
        },
    ),
)
_BY_NAME = {f"podcast:{shape.name}": shape for shape in SHAPES}
_NAMES = frozenset(shape.name for shape in SHAPES)

# ---------------------------------------------------------------- the rules of each tag


def _faults(shape: Shape, tag: Tag, holder: str) -> Findings:
    """Why apps would pass over *tag*."""
    if holder not in shape.within:
        yield at(
            tag,
            tr("stands in {holder}", holder=holder),
            tr("it belongs in {within}", within=tr(" or ").join(shape.within)),
        )
        return
    if shape.text is not None and shape.text.required and not tag.text:
        yield at(
            tag,
            tr("says nothing"),
            tr("write {be}", be=tr(shape.text.be)) if shape.text.be[:2] != "at" else tr("fill it in"),
        )
    disabled = tag.get("protocol") == "disabled"
    for name, value in shape.attributes.items():
        if value.required and not tag.get(name) and not (disabled and name == "uri"):
            spelled = next((one for one in tag.attributes if one.casefold() == name.casefold()), "")
            hint = (
                tr("write {name}, not {spelled}", name=name, spelled=spelled)
                if spelled and spelled != name
                else tr("write {name}, {be}", name=name, be=tr(value.be))
            )
            yield at(tag, tr("has no {name}", name=name), hint)
    held = [child for child in tag.children if child.name in shape.inside]
    if shape.inside and not held:
        yield at(tag, tr("holds no {inside}", inside=tr(" or ").join(shape.inside)))
    if shape.inside_most is not None and len(held) > shape.inside_most:
        yield at(
            tag,
            tr("holds {count} {inside}", count=len(held), inside=shape.inside[0]),
            tr("leave {inside_most}", inside_most=shape.inside_most),
        )


def _doubts(shape: Shape, tag: Tag, holder: str) -> Findings:
    """Values that are none of those that the namespace knows."""
    if holder not in shape.within:
        return
    if shape.text is not None and tag.text and not shape.text.fits(tag.text):
        yield at(tag, f"“{_short(tag.text)}”", tr("write {be}", be=tr(shape.text.be)))
    for name, value in shape.attributes.items():
        said = tag.get(name)
        if said and not value.fits(said):
            yield at(
                tag, tr("{name} is “{said}”", name=name, said=_short(said)), tr("write {be}", be=tr(value.be))
            )


def _short(said: str) -> str:
    return said if len(said) <= 60 else f"{said[:59]}…"


def _look(
    judge: Callable[[Shape, Tag, str], Findings], shape: Shape, entry: Entry, _: SeenFeed
) -> Iterator[Finding]:
    for tag, holder in entry.podcast.get(f"podcast:{shape.name}", ()):
        yield from judge(shape, tag, holder)


def _code(name: str) -> str:
    return "podcast-" + re.sub("[A-Z]", lambda found: f"-{found[0].lower()}", name)


def _attributes_of(shape: Shape) -> str:
    named = [f"{name}{'*' if value.required else ''}" for name, value in shape.attributes.items()]
    return f" Attributes: {', '.join(named)} (* required)." if named else ""


for _shape in SHAPES:
    _places = " or ".join(place.removeprefix("podcast:") for place in _shape.within)
    rule(
        _code(_shape.name), "entry", f"podcast:{_shape.name} is whole, in {_places}",
        source=NAMESPACE, why=_shape.why + _attributes_of(_shape),
        remedy="write what is missing, where it belongs",
    )(partial(_look, _faults, _shape))  # fmt: skip
    _judged = [_shape.text, *_shape.attributes.values()]
    if any(value is not None and value.fits is not ANY.fits for value in _judged):
        rule(
            f"{_code(_shape.name)}-value", "entry", f"podcast:{_shape.name} says what the namespace knows",
            Level.WARNING, source=NAMESPACE,
            why="A value of another form is passed over, or cut: " + _shape.why[:1].lower() + _shape.why[1:],
            remedy="write it as the namespace has it",
        )(partial(_look, _doubts, _shape))  # fmt: skip


# ---------------------------------------------------------------- rules of several tags


@rule(
    "podcast-once", "entry", "What a show or episode has one of stands once", Level.WARNING,
    source=NAMESPACE, remedy="leave one",
)  # fmt: skip
def podcast_once(entry: Entry, _: SeenFeed) -> Findings:
    """Some apps take the first of two, others the last."""
    for name, shape in _BY_NAME.items():
        if not shape.many:
            for tag in entry.all(name)[1:]:
                yield at(tag, tr("is there a second time"))


@rule(
    "podcast-unknown", "entry", "podcast: tags are the namespace's", Level.WARNING,
    source=NAMESPACE, remedy="see podcastindex.org/namespace/1.0",
)  # fmt: skip
def podcast_unknown(entry: Entry, _: SeenFeed) -> Findings:
    """A misspelt tag or attribute is passed over without a word; large and small letters count."""
    for tag, _holder in chain.from_iterable(entry.podcast.values()):
        shape = _BY_NAME.get(tag.name)
        if shape is None:
            yield at(
                tag,
                tr("is none of the namespace's tags"),
                meant(tag.name.partition(":")[2], _NAMES, "podcast:"),
            )
            continue
        known = frozenset(shape.attributes)
        for name in tag.attributes:
            required_as = next((one for one in known if one.casefold() == name.casefold()), "")
            told_already = required_as and shape.attributes[required_as].required
            if name not in known and ":" not in name and "{" not in name and not told_already:
                yield at(
                    tag, tr("has an attribute {name} that it does not know", name=name), meant(name, known)
                )


@rule(
    "podcast-license-url", "entry", "A licence of one's own has an address", Level.WARNING,
    source=NAMESPACE, remedy="write url, the address of its text",
)  # fmt: skip
def podcast_license_url(entry: Entry, _: SeenFeed) -> Findings:
    """Known licences are named by small letters; any other name says nothing without its text."""
    for tag in entry.all("podcast:license"):
        if tag.text and not tag.get("url") and not re.fullmatch(r"[a-z0-9][a-z0-9.+-]*", tag.text):
            yield at(tag, tr("“{text}” has no url", text=_short(tag.text)))


@rule(
    "podcast-publisher-medium", "entry", "A publisher is of medium publisher", Level.WARNING,
    source=NAMESPACE, remedy='write medium="publisher"',
)  # fmt: skip
def podcast_publisher_medium(entry: Entry, _: SeenFeed) -> Findings:
    """Apps follow the proof to a publisher feed alone."""
    for tag in entry.all("podcast:publisher"):
        for child in tag.children:
            if child.name == "podcast:remoteItem" and child.get("medium") != "publisher":
                yield at(
                    child,
                    tr("medium is “{medium}”", medium=child.get("medium"))
                    if child.get("medium")
                    else tr("has no medium"),
                )


@rule(
    "podcast-person-group", "entry", "A role is one of its group", Level.ADVICE,
    source=NAMESPACE, remedy="name the group that the role belongs to",
)  # fmt: skip
def podcast_person_group(entry: Entry, _: SeenFeed) -> Findings:
    """Without a group the role is one of the cast: an audio engineer is then none that apps know."""
    for tag in entry.all("podcast:person"):
        group, role = tag.get("group").casefold() or "cast", tag.get("role").casefold() or "host"
        if group in GROUPS and role in ROLES and role not in GROUPS[group]:
            right = next(name for name, roles in GROUPS.items() if role in roles)
            yield at(
                tag,
                tr("{role} is none of the group {group}", role=role, group=group),
                tr('write group="{right}"', right=right),
            )


@rule(
    "podcast-soundbite-length", "episode", "A soundbite lasts 15 to 120 seconds", Level.ADVICE,
    source=NAMESPACE, remedy="choose 15 to 120 seconds",
)  # fmt: skip
def podcast_soundbite_length(entry: Entry, _: SeenFeed) -> Findings:
    """So long is what apps like to play to show an episode by."""
    for tag in entry.all("podcast:soundbite"):
        said = tag.get("duration")
        if DECIMAL.fits(said) and not 15 <= float(said) <= 120:
            yield at(tag, tr("lasts {said:g} seconds", said=float(said)))


@rule(
    "podcast-soundbite-end", "episode", "Soundbites lie inside the episode", Level.WARNING,
    source=NAMESPACE, remedy="correct the time, or itunes:duration",
)  # fmt: skip
def podcast_soundbite_end(entry: Entry, _: SeenFeed) -> Findings:
    """An app that plays one from beyond the end plays nothing."""
    end_s = duration_s(entry.text("itunes:duration"))
    for tag in entry.all("podcast:soundbite"):
        start, duration = tag.get("startTime"), tag.get("duration")
        if (
            end_s
            and DECIMAL.fits(start)
            and DECIMAL.fits(duration)
            and float(start) + float(duration) > end_s + 1
        ):
            yield at(
                tag,
                tr(
                    "ends at {start:g} seconds, the episode at {end_s}",
                    start=float(start) + float(duration),
                    end_s=end_s,
                ),
            )


@rule(
    "podcast-transcript-srt", "episode", "SRT is called application/x-subrip", Level.ADVICE,
    source=NAMESPACE, remedy="write application/x-subrip",
)  # fmt: skip
def podcast_transcript_srt(entry: Entry, _: SeenFeed) -> Findings:
    """So the namespace names it; application/srt is older, and some apps know one of the two alone."""
    for tag in entry.all("podcast:transcript"):
        if tag.get("type").partition(";")[0].strip().lower() in _OTHER_SRT:
            yield at(tag, tr("type is “{type}”", type=tag.get("type")))


@rule(
    "podcast-transcript-language", "episode", "The episode's own language comes first", Level.ADVICE,
    source=ANTENNAPOD, remedy="put the transcript in the language spoken first",
)  # fmt: skip
def podcast_transcript_language(entry: Entry, seen: SeenFeed) -> Findings:
    """AntennaPod takes the first transcript of the best type, whatever its language."""
    spoken = seen.show.text("language").partition("-")[0].casefold()
    found = entry.all("podcast:transcript")
    languages = [(tag.get("language").partition("-")[0] or spoken).casefold() for tag in found]
    if spoken in languages and languages[0] != spoken:
        yield at(
            found[0],
            tr(
                "is in {language}, and the show in {show}",
                language=found[0].get("language"),
                show=seen.show.text("language"),
            ),
        )


@rule(
    "podcast-live-content-link", "entry", "A live item says where else it can be followed", Level.WARNING,
    source=NAMESPACE, remedy='write <podcast:contentLink href="https://…">',
)  # fmt: skip
def podcast_live_content_link(entry: Entry, _: SeenFeed) -> Findings:
    """The namespace requires a contentLink in it: most apps cannot play a stream, and open that page."""
    for tag in entry.all("podcast:liveItem"):
        if not any(child.name == "podcast:contentLink" for child in tag.children):
            yield at(tag, tr("holds no {inside}", inside="podcast:contentLink"))


@rule(
    "podcast-live-enclosure", "entry", "A live item has something to play", Level.WARNING,
    source=NAMESPACE, remedy="write an <enclosure>, and a podcast:alternateEnclosure",
)  # fmt: skip
def podcast_live_enclosure(entry: Entry, _: SeenFeed) -> Findings:
    """The namespace asks for an enclosure, which most apps can play, and advises an alternateEnclosure."""
    for tag in entry.all("podcast:liveItem"):
        if not any(child.name in ("enclosure", "podcast:alternateEnclosure") for child in tag.children):
            yield at(tag, tr("holds no {inside}", inside="enclosure"))


@rule(
    "podcast-update-frequency-start", "entry", "A rhythm that is counted has a beginning", Level.WARNING,
    source=NAMESPACE, remedy="write dtstart, the date of the first episode",
)  # fmt: skip
def podcast_update_frequency_start(entry: Entry, _: SeenFeed) -> Findings:
    """Where rrule has a COUNT, dtstart is required: nobody knows otherwise when the last one comes."""
    for tag in entry.all("podcast:updateFrequency"):
        if "COUNT=" in tag.get("rrule") and not tag.get("dtstart"):
            yield at(tag, tr("rrule counts, and there is no dtstart"))


@rule(
    "podcast-images-old", "entry", "podcast:images has become podcast:image", Level.ADVICE,
    source=NAMESPACE, remedy="write one podcast:image for each picture",
)  # fmt: skip
def podcast_images_old(entry: Entry, _: SeenFeed) -> Findings:
    """The namespace has deprecated it. Beside podcast:image it serves apps that know no other."""
    for tag in () if entry.all("podcast:image") else entry.all("podcast:images"):
        if tag.get("srcset") and SRCSET.fits(tag.get("srcset")):
            yield at(tag, tr("is deprecated"))


@rule(
    "podcast-txt-ai-content", "entry", "What is said of AI is true or false", Level.WARNING,
    source=NAMESPACE, remedy="write true or false",
)  # fmt: skip
def podcast_txt_ai_content(entry: Entry, _: SeenFeed) -> Findings:
    """podcast:txt of purpose ai-content says whether any of the programme was made by AI; apps read the two
    words alone."""
    for tag in entry.all("podcast:txt"):
        if tag.get("purpose").lower() == "ai-content" and tag.text.lower() not in ("true", "false"):
            yield at(tag, tr("“{text}” is neither true nor false", text=_short(tag.text)))


@rule(
    "apple-txt-verify", "entry", "A code that proves ownership is a code", Level.WARNING,
    source=APPLE, remedy="write the code that the directory gave",
)  # fmt: skip
def apple_txt_verify(entry: Entry, _: SeenFeed) -> Findings:
    """Directories look for the code alone in podcast:txt of purpose verify or applepodcastsverify."""
    for tag in entry.all("podcast:txt"):
        if tag.get("purpose") in ("verify", "applepodcastsverify") and re.search(r"\s", tag.text):
            yield at(tag, tr("has more than one word"))
