"""The fields behind the tags of the podcast namespace, and with them the three authored files whole."""

from __future__ import annotations

import re
from typing import Annotated, ClassVar, Literal

from pydantic import Field, WithJsonSchema, model_validator

from ..messages import tr
from ..model import PUBLISHER, RELATED, is_list
from . import podcast_taxonomy, values
from .border import (
    Address,
    CaseEntry,
    Count,
    Entry,
    FeedEntry,
    Guid,
    Language,
    Line,
    LinkEntry,
    NetworkEntry,
    OneOrMany,
    PersonEntry,
    Phrase,
    PlaceEntry,
    Reference,
    Short,
    Text,
    Time,
    Truth,
    WebAddress,
    When,
    kind,
    reads,
    reads_in,
    refusal,
)
from .values import Mistake

# ---------------------------------------------------------------- kinds of value

LongText = Annotated[str, reads(values.long_text), kind("string", "text", maxLength=4000)]
Uri = Annotated[str, reads(values.uri), kind("string", "address of any scheme")]
MediaType = Annotated[str, reads(values.media_type), kind("string", "media type", pattern="^[a-z]+/")]
Server = Annotated[str, reads(values.server), kind("string", "server's name")]
Integrity = Annotated[str, reads(values.integrity), kind("string", "integrity value")]
Recurrence = Annotated[str, reads(values.recurrence), kind("string", "rule of recurrence", pattern="FREQ=")]
AspectRatio = Annotated[
    str, reads(values.aspect_ratio), kind("string", "aspect ratio", pattern=r"^[0-9.]+([/:][0-9]+)?$")
]
Tokens = Annotated[str, reads(values.tokens), kind("string", "words", maxLength=128)]
Service = Annotated[str, reads(values.service), kind("string", "platform's slug", maxLength=32)]
Role = Annotated[str, reads(values.role), kind("string", "role", enum=[*podcast_taxonomy.ROLES])]
Group = Annotated[
    str,
    reads(values.word(*podcast_taxonomy.GROUPS)),
    kind("string", "group", enum=[*podcast_taxonomy.GROUPS]),
]
Decimal = Annotated[
    str, reads(values.decimal), WithJsonSchema({"title": "decimal number", "type": ["number", "string"]})
]
Bytes = Annotated[int, reads(values.whole(1, 10**15)), kind("integer", "bytes", minimum=1)]
Pixels = Annotated[int, reads(values.whole(1, 100_000)), kind("integer", "pixels", minimum=1)]
BitsPerSecond = Annotated[int, reads(values.whole(1, 10**10)), kind("integer", "bit/s", minimum=1)]
Percentage = Annotated[int, reads(values.whole(0, 100)), kind("integer", "per cent", minimum=0, maximum=100)]
Shares = Annotated[int, reads(values.whole(0, 10**6)), kind("integer", "shares", minimum=0)]
Priority = Annotated[int, reads(values.whole(0, 10**6)), kind("integer", "whole number", minimum=0)]
Episodes = Annotated[int, reads(values.whole(10, 10_000)), kind("integer", "episodes", minimum=10)]
Megabytes = Annotated[float, reads(values.megabytes), kind("number", "megabytes", minimum=0.1)]
Status = Annotated[Literal["pending", "live", "ended"], reads(values.word("pending", "live", "ended"))]
_KINDS = ("podcast", "music", "video", "film", "audiobook", "newsletter", "blog", "publisher", "course")
MEDIUMS = (*_KINDS, *(f"{name}L" for name in _KINDS), "mixed")
Medium = Annotated[str, reads(values.word(*MEDIUMS)), kind("string", "medium", enum=[*MEDIUMS])]
Slug = Annotated[
    str,
    reads_in(lambda value, _: values.line(value)),
    kind("string", f"slug of a feed, or {RELATED}"),
]


_ROUNDED = 0.02  # of a ratio, where pixels are whole


def _contradicts(message: str, hint: str, field: str = "") -> Exception:
    return refusal(Mistake(message, hint, field))


# ---------------------------------------------------------------- mappings


class LicenseEntry(Entry):
    """A licence: its slug, or a mapping."""

    shorthand: ClassVar[str] = "id"
    id: Phrase = Field(description="The SPDX-like slug.", examples=["cc-by-4.0"])
    href: WebAddress = Field(
        "", description="Its text.", examples=["https://creativecommons.org/licenses/by/4.0/"]
    )


class ShortLinkEntry(LinkEntry):
    """A link whose title apps show."""

    title: Phrase = Field(description="What apps show.", examples=["Support us"])


class CreditEntry(Entry):
    """Somebody who is neither host nor guest."""

    name: Phrase = Field(description="Full name.", examples=["Ida Berg"])
    role: Role = Field(description="What they did: a role of the Podcast Taxonomy.", examples=["producer"])
    group: Group = Field("", description="Its group, where several have the role.", examples=["writing"])
    img: Reference = Field("", description="A portrait: a file, or an address.", examples=["ida.jpg"])
    href: Address = Field("", description="A page about them.", examples=["https://example.org/ida"])

    @model_validator(mode="after")
    def _in_its_group(self) -> CreditEntry:
        if self.group and self.role not in podcast_taxonomy.GROUPS[self.group]:
            right = podcast_taxonomy.group_of(self.role)
            raise _contradicts(
                tr("'{role}' is no role of the group '{group}'", role=self.role, group=self.group),
                tr("write group: {right}", right=right),
            )
        return self


class TxtEntry(Entry):
    """Free text for machines: a text, or a mapping."""

    shorthand: ClassVar[str] = "text"
    text: LongText = Field(description="The text.", examples=["S6lpp-7ZCn8-dZfGc-OoyaG"])
    purpose: Phrase = Field(
        "", description="What for: such as verify, applepodcastsverify or ai-content.", examples=["verify"]
    )

    @classmethod
    def unfold(cls, data: object) -> object:
        """`text: true`, which is what ai-content says."""
        if isinstance(data, dict) and isinstance(data.get("text"), bool):
            return {**data, "text": str(data["text"]).lower()}
        return data

    @model_validator(mode="after")
    def _says_what_it_is_for(self) -> TxtEntry:
        if self.purpose == "ai-content" and self.text not in ("true", "false"):
            raise _contradicts(tr("ai-content says true or false"), tr("write true or false"), "text")
        return self


class RemoteEntry(Entry):
    """Another feed, or one episode of it."""

    guid: Guid = Field(
        description="The podcast:guid of the feed.", examples=["917393e3-1b1e-5cef-ace4-edaa54e1f810"]
    )
    url: WebAddress = Field("", description="Its address.", examples=["https://example.org/feed.xml"])
    item: Text = Field("", description="The guid of an episode in it.", examples=["episode-12"])
    medium: Medium = Field("", description="Its medium. Default: podcast.", examples=["podcast"])
    title: Line = Field("", description="Its title.", examples=["The other show"])


class PublisherEntry(RemoteEntry):
    """The feed of a publisher."""

    medium: Annotated[str, reads(values.word(PUBLISHER)), kind("string", "medium", enum=[PUBLISHER])] = Field(
        PUBLISHER, description="Its medium: publisher, which is what makes it a proof.", examples=[PUBLISHER]
    )


class FrequencyEntry(Entry):
    """How often episodes come: a text, or a mapping."""

    shorthand: ClassVar[str] = "text"
    text: Phrase = Field(description="For people.", examples=["Every Monday"])
    rrule: Recurrence = Field(
        "", description="For programs: a rule of iCalendar (RFC 5545).", examples=["FREQ=WEEKLY;BYDAY=MO"]
    )
    start: When | None = Field(None, description="When it begins.", examples=["2026-03-02"])
    complete: Truth = Field(False, description="true says that no more episodes come.", examples=[False])

    @model_validator(mode="after")
    def _counts_from_somewhere(self) -> FrequencyEntry:
        if "COUNT=" in self.rrule and self.start is None:
            raise _contradicts(
                tr("a rule with COUNT says nothing without its start"), tr("add start: 2026-03-02"), "rrule"
            )
        # What a feed says of the start has a time, and so must UNTIL (RFC 5545, 3.3.10).
        if self.start is not None and re.search(r"UNTIL=[0-9-]*(?:;|$)", self.rrule):
            raise _contradicts(
                tr("UNTIL has no time, where the start has one"),
                tr("write UNTIL=2026-12-31T23:00:00Z"),
                "rrule",
            )
        return self


class PictureEntry(Entry):
    """A picture for some use: a file or an address, or a mapping."""

    shorthand: ClassVar[str] = "href"
    href: Reference = Field(description="The picture: a file, or an address.", examples=["banner.jpg"])
    alt: Line = Field("", description="What it shows, for who cannot see it.", examples=["A bridge at dawn"])
    aspect_ratio: AspectRatio = Field(
        "", description="Width by height. Default: the file's.", examples=["16/9"]
    )
    width: Pixels | None = Field(None, description="Default: the file's.", examples=[1920])
    height: Pixels | None = Field(None, description="Default: the file's.", examples=[1080])
    type: MediaType = Field(
        "", description="Its media type, where it is no JPEG or PNG.", examples=["video/mp4"]
    )
    purpose: Tokens = Field(
        "",
        description="What for, in one word or several: artwork, social, canvas, banner, publisher, circular, "
        "poster.",
        examples=["artwork social"],
    )

    @model_validator(mode="after")
    def _of_one_shape(self) -> PictureEntry:
        if self.aspect_ratio and self.width and self.height:
            across, _, down = self.aspect_ratio.partition("/")
            if abs(self.width * float(down) / (self.height * float(across)) - 1) > _ROUNDED:
                size = f"{self.width} × {self.height}"
                said = tr("{size} is not {ratio}", size=size, ratio=self.aspect_ratio)
                raise _contradicts(said, tr("correct one of the two"), "aspect_ratio")
        return self


class ChatEntry(Entry):
    """Where people talk while they listen."""

    server: Server = Field(description="The server's name.", examples=["irc.example.org"])
    protocol: Short = Field(description="Such as irc, xmpp, nostr or matrix.", examples=["irc"])
    account: Line = Field("", description="Your account there.", examples=["@laererommet"])
    space: Line = Field("", description="The room.", examples=["#laererommet"])


class SocialEntry(Entry):
    """The post below which comments belong."""

    protocol: Short = Field(
        description="Such as activitypub or bluesky; disabled wants no comments.", examples=["activitypub"]
    )
    uri: Uri = Field("", description="The post.", examples=["https://example.social/@laererommet/1"])
    account: Line = Field("", description="Whose post it is.", examples=["@laererommet"])
    account_href: WebAddress = Field(
        "", description="Their page.", examples=["https://example.social/@laererommet"]
    )
    priority: Priority | None = Field(None, description="The lowest is shown first.", examples=[1])

    @model_validator(mode="after")
    def _has_a_post(self) -> SocialEntry:
        if (self.protocol == "disabled") == bool(self.uri):
            said = tr("disabled has no post") if self.uri else tr("the post is missing")
            hint = tr("take uri out") if self.uri else tr("write uri: the post's address")
            raise _contradicts(said, hint, "uri" if self.uri else "protocol")
        return self


class RecipientEntry(Entry):
    """Who gets a share."""

    name: Line = Field("", description="Who it is.", examples=["Lærerommet"])
    type: Short = Field(description="What the address is, such as node or lnaddress.", examples=["lnaddress"])
    address: Line = Field(description="Where it goes.", examples=["laererommet@example.org"])
    split: Shares = Field(description="How many shares.", examples=[95])
    fee: Truth = Field(
        False, description="true for a fee, taken before the others' shares.", examples=[False]
    )
    custom_key: Line = Field("", description="The name of a record sent along.", examples=["696969"])
    custom_value: Line = Field("", description="What it says.", examples=["abc"])

    @model_validator(mode="after")
    def _can_be_paid(self) -> RecipientEntry:
        if self.custom_value and not self.custom_key:
            raise _contradicts(
                tr("a value without a key"), tr("add custom_key, the record's name"), "custom_value"
            )
        if self.type == "lnaddress" and not values.is_email(self.address):
            said = tr("{address} is no Lightning address", address=values.shown(self.address))
            raise _contradicts(said, tr("write such as laererommet@example.org"), "address")
        return self


class TimeSplitEntry(Entry):
    """Who gets what is sent during a span of the episode."""

    start: Time = Field(description="Where it begins.", examples=["12:30"])
    end: Time = Field(description="Where it ends.", examples=["16:27"])
    recipients: Annotated[list[RecipientEntry], OneOrMany()] = Field(
        default_factory=list,
        description="Who gets it; or remote.",
        examples=[[{"type": "lnaddress", "address": "kari@example.org", "split": 100}]],
    )
    remote: RemoteEntry | None = Field(
        None,
        description="The feed or episode whose recipients get it.",
        examples=[{"guid": "917393e3-1b1e-5cef-ace4-edaa54e1f810", "item": "song-3"}],
    )
    remote_start: Time = Field(0, description="Where in that episode the span begins.", examples=["02:54"])
    percentage: Percentage | None = Field(
        None, description="How much of it they get, in per cent. Default: 100.", examples=[95]
    )

    @model_validator(mode="after")
    def _pays_somebody_for_some_time(self) -> TimeSplitEntry:
        if self.end <= self.start:
            raise _contradicts(tr("ends before it begins"), tr("correct one of the two"), "end")
        if bool(self.recipients) == bool(self.remote):
            said = tr("names recipients and a remote feed") if self.remote else tr("names nobody to pay")
            raise _contradicts(said, tr("write recipients, or remote"), "remote" if self.remote else "start")
        if not self.remote and (self.remote_start or self.percentage is not None):
            field = "remote_start" if self.remote_start else "percentage"
            raise _contradicts(tr("says nothing without remote"), tr("take it out"), field)
        _somebody_gets_a_share(self.recipients)
        return self


def _somebody_gets_a_share(recipients: list[RecipientEntry]) -> None:
    if recipients and not any(one.split for one in recipients):
        raise _contradicts(tr("nobody gets a share"), tr("give somebody a split above 0"), "recipients")


class ValueEntry(Entry):
    """How listeners can send money while they listen."""

    type: Short = Field("lightning", description="The currency or layer.", examples=["lightning"])
    method: Short = Field("keysend", description="keysend or lnaddress, for instance.", examples=["keysend"])
    suggested: Decimal = Field("", description="How much is suggested.", examples=["0.00000005000"])
    recipients: Annotated[list[RecipientEntry], OneOrMany()] = Field(
        description="Who gets it.",
        examples=[[{"type": "lnaddress", "address": "laererommet@example.org", "split": 100}]],
    )
    time_splits: Annotated[list[TimeSplitEntry], OneOrMany()] = Field(
        default_factory=list,
        description="Spans of an episode for which others are paid; of a case alone.",
        examples=[
            [{"start": "12:30", "end": "16:27", "remote": {"guid": "917393e3-1b1e-5cef-ace4-edaa54e1f810"}}]
        ],
    )

    @model_validator(mode="after")
    def _pays_somebody(self) -> ValueEntry:
        _somebody_gets_a_share(self.recipients)
        return self


class SourceEntry(Entry):
    """Where a file is to be had: an address, or a mapping."""

    shorthand: ClassVar[str] = "uri"
    uri: Uri = Field(description="The address.", examples=["https://video.example.org/608.mp4"])
    type: MediaType = Field(
        "",
        description="Its media type, where it is not the file's own.",
        examples=["application/x-bittorrent"],
    )


class AlternateEntry(Entry):
    """Another form of the episode, elsewhere: film, another codec."""

    type: MediaType = Field(description="Its media type.", examples=["video/mp4"])
    sources: Annotated[list[SourceEntry], OneOrMany()] = Field(
        description="Where it is to be had.", examples=[["https://video.example.org/608.mp4"]]
    )
    length: Bytes | None = Field(None, description="Its length in bytes.", examples=[734003200])
    bitrate: BitsPerSecond | None = Field(None, description="Bits a second.", examples=[2500000])
    height: Pixels | None = Field(None, description="The film's height in pixels.", examples=[1080])
    language: Language = Field("", description="Its language.", examples=["nb"])
    title: Short = Field("", description="What apps call it.", examples=["Film"])
    rel: Short = Field("", description="What it belongs to, where it is something else.", examples=["film"])
    codecs: Line = Field("", description="Its codecs (RFC 6381).", examples=["avc1.64001f, mp4a.40.2"])
    default: Truth = Field(
        False, description="true for the same file as the episode's own.", examples=[False]
    )
    integrity: Integrity = Field(
        "",
        description="sha384- and the digest in base64 (Subresource Integrity), or a PGP signature.",
        examples=["sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="],
    )


class TrailerEntry(Entry):
    """A trailer that is no case of the workspace."""

    title: Phrase = Field(description="Its title.", examples=["What Lærerommet is"])
    url: WebAddress = Field(description="Where it is.", examples=["https://example.org/trailer.mp3"])
    published: When = Field(description="When it appeared.", examples=["2026-01-05"])
    length: Bytes | None = Field(None, description="Its length in bytes.", examples=[1440000])
    type: MediaType = Field("", description="Its media type.", examples=["audio/mpeg"])
    season: Count | None = Field(None, description="The season that it is for.", examples=[1])


# ---------------------------------------------------------------- what files have in common


class SharedEntry(Entry):
    """What a network, a show and an episode can all state."""

    credits: Annotated[list[CreditEntry], OneOrMany()] = Field(
        default_factory=list,
        description="Who else took part, with a role of the Podcast Taxonomy.",
        examples=[[{"name": "Ida Berg", "role": "producer"}]],
    )
    funding: Annotated[list[ShortLinkEntry], OneOrMany()] = Field(
        default_factory=list,
        description="Where listeners can give money.",
        examples=[[{"title": "Support us", "href": "https://example.org/support"}]],
    )
    license: LicenseEntry | None = Field(
        None, description="The licence of the episodes: a slug, or a mapping.", examples=["cc-by-4.0"]
    )
    license_href: WebAddress = Field(
        "",
        description="The licence's text, where license is a slug.",
        examples=["https://creativecommons.org/licenses/by/4.0/"],
    )
    images: Annotated[list[PictureEntry], OneOrMany()] = Field(
        default_factory=list,
        description="Further pictures, each for some use; one of 16/9 is the video thumbnail.",
        examples=[[{"href": "https://example.org/banner.jpg", "aspect_ratio": "16/9"}]],
    )
    txt: Annotated[list[TxtEntry], OneOrMany()] = Field(
        default_factory=list,
        description="Texts for machines, such as a directory's proof of ownership.",
        examples=[[{"purpose": "verify", "text": "S6lpp-7ZCn8-dZfGc-OoyaG"}]],
    )
    chat: ChatEntry | None = Field(
        None,
        description="Where people talk while they listen.",
        examples=[{"server": "irc.example.org", "protocol": "irc", "space": "#laererommet"}],
    )
    social: Annotated[list[SocialEntry], OneOrMany()] = Field(
        default_factory=list,
        description="The posts below which comments belong.",
        examples=[[{"protocol": "activitypub", "uri": "https://example.social/@laererommet/1"}]],
    )
    value: ValueEntry | None = Field(
        None,
        description="How listeners can send money while they listen.",
        examples=[
            {"recipients": [{"type": "lnaddress", "address": "laererommet@example.org", "split": 100}]}
        ],
    )

    @model_validator(mode="after")
    def _wants_comments_or_none(self) -> SharedEntry:
        disabled = [at for at, one in enumerate(self.social) if one.protocol == "disabled"]
        if disabled and len(self.social) > 1:
            said, hint = tr("disabled stands beside other posts"), tr("keep it alone, or take it out")
            raise _contradicts(said, hint, f"social[{disabled[0]}].protocol")
        return self

    @model_validator(mode="after")
    def _has_one_text_of_its_licence(self) -> SharedEntry:
        if self.license and self.license.href and self.license_href:
            said, hint = tr("the licence's text is named twice"), tr("keep href below license")
            raise _contradicts(said, hint, "license_href")
        return self


class LiveEntry(SharedEntry):
    """A stream that is to come, is on, or was."""

    title: Line = Field(description="Its title.", examples=["Live from Arendal"])
    guid: Text = Field(description="Its guid; another one is another stream.", examples=["live-2026-08-12"])
    status: Status = Field(description="pending, live or ended.", examples=["pending"])
    start: When = Field(description="When it is to begin.", examples=["2026-08-12 12:00"])
    end: When | None = Field(None, description="When it is to end.", examples=["2026-08-12 13:00"])
    url: WebAddress = Field(description="The stream.", examples=["https://stream.example.org/live.mp3"])
    type: MediaType = Field("audio/mpeg", description="Its media type.", examples=["audio/mpeg"])
    description: Text = Field("", description="What it is about.", examples=["On bridges."])
    href: WebAddress = Field("", description="Its page.", examples=["https://example.org/live"])
    image: Reference = Field("", description="Its picture.", examples=["artwork/live.jpg"])
    links: Annotated[list[ShortLinkEntry], OneOrMany()] = Field(
        description="Where else it can be seen or heard; at least one.",
        examples=[[{"title": "On our site", "href": "https://example.org/live"}]],
    )
    hosts: Annotated[list[PersonEntry], OneOrMany()] = Field(
        default_factory=list, description="Who asks. Default: the show's hosts.", examples=[["Ola Vik"]]
    )
    guests: Annotated[list[PersonEntry], OneOrMany()] = Field(
        default_factory=list, description="Who is interviewed.", examples=[["Kari Nordmann"]]
    )
    place: Annotated[list[PlaceEntry], OneOrMany()] = Field(
        default_factory=list, description="Where it takes place, or what it is about.", examples=["Arendal"]
    )
    alternates: Annotated[list[AlternateEntry], OneOrMany()] = Field(
        default_factory=list,
        description="Other forms of the stream, such as with pictures.",
        examples=[[{"type": "application/x-mpegurl", "sources": ["https://stream.example.org/live.m3u8"]}]],
    )

    @model_validator(mode="after")
    def _ends_later(self) -> LiveEntry:
        if self.end is not None and self.end <= self.start:
            raise _contradicts(tr("ends before it begins"), tr("correct one of the two"), "end")
        _one_default(self.alternates)
        _no_moments(self.value)
        return self


def _one_default(alternates: list[AlternateEntry]) -> None:
    defaults = [at for at, one in enumerate(alternates) if one.default]
    if len(defaults) > 1:
        hint = tr("keep one; further places of the same file are its sources")
        raise _contradicts(tr("is a second default"), hint, f"alternates[{defaults[1]}].default")


def _no_moments(value: ValueEntry | None) -> None:
    if value is not None and value.time_splits:
        said, hint = tr("only an episode has moments"), tr("write it in a case")
        raise _contradicts(said, hint, "value.time_splits")


class PodrollEntry(RemoteEntry):
    """A feed to recommend: the slug of one of this network's, `related`, or a mapping."""

    shorthand: ClassVar[str] = "slug"
    slug: Slug = Field("", description=f"One of this network's feeds, or {RELATED}.", examples=["innovation"])
    guid: Guid = Field(
        "", description="The podcast:guid of another.", examples=["917393e3-1b1e-5cef-ace4-edaa54e1f810"]
    )

    @model_validator(mode="after")
    def _names_a_feed(self) -> PodrollEntry:
        if bool(self.slug) == bool(self.guid):
            hint = tr("write the slug of a feed of yours, or the guid and url of another")
            raise _contradicts(tr("names no feed") if not self.slug else tr("names two feeds"), hint)
        return self


class StatedEntry(SharedEntry):
    """What a network states for all its shows, and a show for itself."""

    locked: Truth | None = Field(
        None, description="true forbids other hosts to import the feed. Default: true.", examples=[True]
    )
    hosts: Annotated[list[PersonEntry], OneOrMany()] = Field(
        default_factory=list,
        description="The show's hosts; those of a case that names none.",
        examples=[["Ola Vik"]],
    )
    place: Annotated[list[PlaceEntry], OneOrMany()] = Field(
        default_factory=list,
        description="What the show is about, or where it is made; several in a list.",
        examples=["Trøndelag"],
    )
    block_services: Annotated[list[Service], OneOrMany(",")] = Field(
        default_factory=list,
        description="Platforms that must not show it, by their slugs.",
        examples=[["google"]],
    )
    allow_services: Annotated[list[Service], OneOrMany(",")] = Field(
        default_factory=list,
        description="Platforms that may show it although it is blocked.",
        examples=[["spotify"]],
    )
    podping: Truth | None = Field(
        None, description="true says that changes are announced by Podping.", examples=[True]
    )
    update_frequency: FrequencyEntry | None = Field(
        None,
        description="How often episodes come: a text, or a mapping.",
        examples=[{"text": "Every Monday", "rrule": "FREQ=WEEKLY;BYDAY=MO"}],
    )
    publisher: PublisherEntry | None = Field(
        None,
        description="The feed of a publisher elsewhere. A feed of medium publisher here needs no word.",
        examples=[
            {"guid": "917393e3-1b1e-5cef-ace4-edaa54e1f810", "url": "https://example.org/publisher.xml"}
        ],
    )
    podroll: Annotated[list[PodrollEntry], OneOrMany()] = Field(
        default_factory=list,
        description="Shows to recommend: slugs of this network's feeds, feeds elsewhere, or "
        f"{RELATED} for those of this network that have most cases in common.",
        examples=[[RELATED]],
    )
    page_size: Episodes | None = Field(
        None,
        description="A feed of twice as many episodes or more is cut: the oldest go into archives of so many "
        "(RFC 5005). Default: never cut; Apple and Spotify read no archives.",
        examples=[500],
    )
    max_megabytes: Megabytes | None = Field(
        None,
        description="Where a feed would be larger, its oldest episodes keep summaries only, or less. "
        "Default: 10.",
        examples=[10],
    )

    @model_validator(mode="after")
    def _makes_up_its_mind(self) -> StatedEntry:
        both = [at for at, name in enumerate(self.allow_services) if name in self.block_services]
        if both:
            name = self.allow_services[both[0]]
            said = tr("{name} is blocked and allowed", name=values.shown(name))
            raise _contradicts(said, tr("keep it in one of the lists"), f"allow_services[{both[0]}]")
        _no_moments(self.value)
        return self


# ---------------------------------------------------------------- the files


class NetworkFile(StatedEntry, NetworkEntry):
    """lornpod.yaml: what all shows of a publisher have in common."""

    @model_validator(mode="after")
    def _names_its_licence(self) -> NetworkFile:
        if self.license_href and self.license is None:
            said = tr("says nothing without {field}", field="license")
            raise _contradicts(said, tr("add {field}, or take it out", field="license"), "license_href")
        return self


class FeedFile(StatedEntry, FeedEntry):
    """feeds/<slug>.md: one show. The text below the front matter is its description."""

    medium: Medium = Field(
        "podcast",
        description="What it holds. publisher lists this network's feeds; podcastL and the like list others.",
        examples=["podcast"],
    )
    itunes_title: Line = Field(
        "", description="The title for Apple alone, where it is another.", examples=["Bridges"]
    )
    remote_items: Annotated[list[RemoteEntry], OneOrMany()] = Field(
        default_factory=list,
        description="The feeds or episodes that a list holds.",
        examples=[[{"guid": "917393e3-1b1e-5cef-ace4-edaa54e1f810", "url": "https://example.org/feed.xml"}]],
    )
    trailers: Annotated[list[TrailerEntry], OneOrMany()] = Field(
        default_factory=list,
        description="Trailers beside its cases of episode_type trailer.",
        examples=[
            [
                {
                    "title": "What Lærerommet is",
                    "url": "https://example.org/trailer.mp3",
                    "published": "2026-01-05",
                }
            ]
        ],
    )
    live: Annotated[list[LiveEntry], OneOrMany()] = Field(
        default_factory=list,
        description="Streams to come, on the air, or ended.",
        examples=[
            [
                {
                    "title": "Live from Arendal",
                    "guid": "live-2026-08-12",
                    "status": "pending",
                    "start": "2026-08-12 12:00",
                    "url": "https://stream.example.org/live.mp3",
                    "links": [{"title": "On our site", "href": "https://example.org/live"}],
                }
            ]
        ],
    )

    @model_validator(mode="after")
    def _cut_once(self) -> FeedFile:
        if self.limit and self.page_size:
            raise _contradicts(tr("limit and page_size are both given"), tr("keep one of them"), "page_size")
        return self

    @model_validator(mode="after")
    def _lists_or_shows(self) -> FeedFile:
        lists = is_list(self.medium)
        if lists and (
            self.limit or self.page_size or self.trailers or self.live or any(dict(self.where).values())
        ):
            raise _contradicts(
                tr("a feed of medium {medium} has no episodes of its own", medium=self.medium),
                tr("take where, limit, page_size, trailers and live out"),
                "medium",
            )
        if lists and self.medium != PUBLISHER and not self.remote_items:
            raise _contradicts(tr("lists nothing"), tr("write remote_items"), "medium")
        if self.remote_items and (not lists or self.medium == PUBLISHER):
            hint = (
                tr("write such as medium: podcastL")
                if not lists
                else tr("it lists this network's feeds by itself")
            )
            raise _contradicts(tr("remote_items belong in a list"), hint, "remote_items")
        return self


class CaseFile(SharedEntry, CaseEntry):
    """episodes/<id>/case.md: one episode.

    The text below the front matter is its introduction; each `## ` heading is a question, with the
    answer below it.
    """

    alternates: Annotated[list[AlternateEntry], OneOrMany()] = Field(
        default_factory=list,
        description="Other forms of the episode, elsewhere, such as a film of the talk.",
        examples=[[{"type": "video/mp4", "sources": ["https://video.example.org/608.mp4"]}]],
    )
    content_links: Annotated[list[ShortLinkEntry], OneOrMany()] = Field(
        default_factory=list,
        description="Where else the episode can be played, such as its film on YouTube.",
        examples=[[{"title": "On YouTube", "href": "https://youtube.com/watch?v=608"}]],
    )
    itunes_title: Line = Field(
        "", description="The title for Apple alone, where it is another.", examples=["Bridges"]
    )
    block: Truth = Field(False, description="true hides the episode from directories.", examples=[False])

    @model_validator(mode="after")
    def _says_no_half(self) -> CaseFile:
        for name, of in (
            ("season_name", "season"),
            ("episode_display", "episode"),
            ("license_href", "license"),
        ):
            if getattr(self, name) and getattr(self, of) is None:
                said = tr("says nothing without {field}", field=of)
                raise _contradicts(said, tr("add {field}, or take it out", field=of), name)
        _one_default(self.alternates)
        return self


FILES: dict[str, type[Entry]] = {"network": NetworkFile, "feed": FeedFile, "case": CaseFile}
