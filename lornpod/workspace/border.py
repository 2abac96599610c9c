"""Authored fields, checked and explained: one table for reading, editors' schemas, templates and reference.

A model per file and per mapping inside it. The description of a field is what its author reads, in
``lornpod new``, in the editor and in the reference page; its first example is a line that can be copied.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, TypeAlias, TypeVar, get_args
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import CoreSchema, ErrorDetails, PydanticCustomError, core_schema

from ..errors import Finding
from ..messages import later, tr
from ..model import Category, Lines
from . import apple_categories, values
from .values import Mistake, shown
from .yaml12 import Real, Whole

JsonSchema: TypeAlias = dict[str, Any]
EntryKind = TypeVar("EntryKind", bound="Entry")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a value's meaning rests on beside itself: the zone of dates, the folder of file names.

    Without a folder nobody looks whether files exist.
    """

    zone: ZoneInfo
    folder: Path | None


# ---------------------------------------------------------------- kinds of value


def refusal(mistake: Mistake) -> PydanticCustomError:
    said = {"message": mistake.message, "hint": mistake.hint, "field": mistake.field}
    return PydanticCustomError("mistake", "{message}", said)


def reads(function: Callable[[object], object]) -> BeforeValidator:
    def validate(value: object) -> object:
        try:
            return function(value)
        except Mistake as mistake:
            raise refusal(mistake) from None

    return BeforeValidator(validate)


def reads_in(function: Callable[[object, Surroundings], object]) -> BeforeValidator:
    def validate(value: object, info: ValidationInfo) -> object:
        assert isinstance(info.context, Surroundings)  # noqa: S101 - check() gives it
        try:
            return function(value, info.context)
        except Mistake as mistake:
            raise refusal(mistake) from None

    return BeforeValidator(validate)


def kind(json_type: str, title: str, **more: object) -> WithJsonSchema:
    """The schema of a scalar; its title is the name of the kind in the reference."""
    return WithJsonSchema({"type": json_type, "title": title, **more})


@dataclass(frozen=True)
class OneOrMany:
    """A list, or its only item without the dash. *separator* splits a text into items."""

    separator: str = ""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._listed, handler(source))

    def _listed(self, value: object) -> object:
        if isinstance(value, str) and self.separator:
            return [part for part in value.split(self.separator) if part.strip()]
        return value if isinstance(value, list | tuple) else [value]

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchema:
        listed = handler(schema)
        return {"anyOf": [listed["items"], listed]}


NONE = "none"  # in place of a file: there shall be none
_FILE_HINT = later("put the file into the folder and write its name")
_LEAVING = re.compile(r"^[/~]|^.:|[\\\0]")


def reference(value: object, near: Surroundings) -> str:
    """A web address, or the name of a file that exists in the folder."""
    said = values.line(value)
    return values.web_address(said) if values.is_web_address(said) else file_name(said, near)


def file_name(value: object, near: Surroundings) -> str:
    """The name of a file that exists in the folder or below."""
    said = values.line(value)
    if values.is_web_address(said):
        raise Mistake(tr("{said} is an address, not a file", said=shown(said)), tr(_FILE_HINT))
    if _LEAVING.search(said) or ".." in said.split("/"):
        raise Mistake(tr("{said} leaves the folder", said=shown(said)), tr(_FILE_HINT))
    if near.folder and not os.path.isfile(near.folder / said):  # noqa: PTH113 - never raises, whatever the name
        near_names = get_close_matches(said, _names_in(near.folder), n=1)
        hint = (
            tr("did you mean {near_names}?", near_names=near_names[0])
            if near_names
            else tr("put the file there, or remove the line")
        )
        raise Mistake(tr("there is no file {said}", said=shown(said)), hint)
    return said


def _sound_file(value: object, near: Surroundings) -> str:
    """The name of a file that exists in the folder or below; or ``none``."""
    said = values.line(value)
    return said if said == NONE else file_name(said, near)


def _names_in(folder: Path) -> list[str]:
    return sorted(entry.name for entry in os.scandir(folder)) if folder.is_dir() else []


def _quote_text(value: object) -> str:
    said = values.unquoted(values.text(value))
    return values.text(said)


Line = Annotated[str, reads(values.line), kind("string", "text")]
Text = Annotated[str, reads(values.text), kind("string", "text")]
QuoteText = Annotated[str, reads(_quote_text), kind("string", "text")]
Truth = Annotated[bool, reads(values.truth), kind("boolean", "true or false")]
Count = Annotated[int, reads(values.count), kind("integer", "whole number", minimum=1)]
LoudnessLufs = Annotated[
    float, reads(values.decibels(-70, -5)), kind("number", "number", minimum=-70, maximum=-5)
]
TruePeakDbtp = Annotated[
    float, reads(values.decibels(-9, 0)), kind("number", "number", minimum=-9, maximum=0)
]
WebAddress = Annotated[str, reads(values.web_address), kind("string", "web address", pattern="^https?://")]
Address = Annotated[
    str, reads(values.address), kind("string", "web or mailto address", pattern="^(https?://|mailto:)")
]
BaseAddress = Annotated[str, reads(values.base_address), kind("string", "web address", pattern="^https?://")]
CaseAddress = Annotated[
    str, reads(values.case_address), kind("string", "web address with {id}", pattern=r"^https?://.*\{id\}")
]
Email = Annotated[str, reads(values.email), kind("string", "e-mail address", format="email")]
Guid = Annotated[str, reads(values.uuid), kind("string", "UUID", format="uuid")]
Language = Annotated[str, reads(values.language), kind("string", "language tag (BCP 47)", minLength=2)]
Zone = Annotated[str, reads(values.time_zone), kind("string", "time zone")]
Country = Annotated[str, reads(values.country), kind("string", "country code", pattern="^[A-Za-z]{2}$")]
Geo = Annotated[str, reads(values.geo), kind("string", "geo URI or latitude,longitude")]
Osm = Annotated[str, reads(values.osm), kind("string", "id in OpenStreetMap", pattern="^[NWRnwr][0-9]+")]
CategoryName = Annotated[
    Category,
    reads(values.category),
    kind("string", "category", enum=[*apple_categories.CHOICES]),
]
Reference = Annotated[str, reads_in(reference), kind("string", "file name or web address")]
FileName = Annotated[str, reads_in(file_name), kind("string", "file name")]
SoundFile = Annotated[str, reads_in(_sound_file), kind("string", "file name, or none")]
TimesOf = Annotated[Literal["recording", "finished"], reads(values.word("recording", "finished"))]
CodecName = Annotated[Literal["opus", "aac"], reads(values.word("opus", "aac"))]
# Neither codec sounds good below these, nor better above them, for speech and music in stereo.
_RENDITION_KBPS = (16, 24, 32, 40, 48, 64, 80, 96, 112, 128, 160, 192, 256)
RenditionKbps = Annotated[
    int, reads(values.one_of(*_RENDITION_KBPS)), kind("integer", "kbit/s", enum=[*_RENDITION_KBPS])
]
LevelLu = Annotated[float, reads(values.decibels(-30, 10)), kind("number", "number", minimum=-30, maximum=10)]
Time = Annotated[
    int,
    reads(values.time_ms),
    WithJsonSchema(
        {
            "title": "time",
            "anyOf": [
                {"type": "string", "pattern": r"^([0-9]{1,3}:)?[0-9]{1,4}:[0-5][0-9]([.,][0-9]+)?$"},
                {"type": "number", "minimum": 0},
            ],
        }
    ),
]
When = Annotated[
    Any,
    reads_in(lambda value, near: values.instant(value, near.zone)),
    WithJsonSchema({"title": "date, or date and time", "type": ["string", "integer"]}),
]
CaseNumber = Annotated[
    int,
    reads(values.case_number),
    WithJsonSchema(
        {"title": "number", "type": ["integer", "string"], "pattern": "^#?([A-Za-z]{1,8}-?)?[0-9]{1,9}$"}
    ),
]
# MPEG-1 Layer III (ISO/IEC 11172-3, 2.4.2.3).
_BITRATES_KBPS = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
Bitrate = Annotated[
    int, reads(values.one_of(*_BITRATES_KBPS)), kind("integer", "kbit/s", enum=[*_BITRATES_KBPS])
]
SampleRate = Annotated[
    int, reads(values.one_of(44100, 48000)), WithJsonSchema({"type": "integer", "enum": [44100, 48000]})
]
Colour = Annotated[str, reads(values.colour), kind("string", "colour", pattern="^#[0-9A-Fa-f]{3,6}$")]
Cards = Annotated[Literal["share", "episode", "none"], reads(values.word("share", "episode", "none"))]
Channels = Annotated[Literal["keep", "mono", "stereo"], reads(values.word("keep", "mono", "stereo"))]
Addressing = Annotated[Literal["auto", "path", "virtual"], reads(values.word("auto", "path", "virtual"))]
ShowType = Annotated[Literal["episodic", "serial"], reads(values.word("episodic", "serial"))]
EpisodeKind = Annotated[Literal["full", "trailer", "bonus"], reads(values.word("full", "trailer", "bonus"))]
_SHORT, _PHRASE = values.SHORT_CHARS, values.PHRASE_CHARS
Short = Annotated[str, reads(values.at_most(_SHORT)), kind("string", "text", maxLength=_SHORT)]
Phrase = Annotated[str, reads(values.at_most(_PHRASE)), kind("string", "text", maxLength=_PHRASE)]
PlaceRel = Annotated[
    str,
    reads(values.word("subject", "creator")),
    kind("string", "subject or creator", enum=["subject", "creator"]),
]
EpisodeNumber = Annotated[
    int | float, reads(values.episode_number), kind("number", "number", exclusiveMinimum=0)
]
Several = Annotated[list[Line], OneOrMany()]
Categories = Annotated[list[CategoryName], OneOrMany()]


# ---------------------------------------------------------------- mappings


class Entry(BaseModel):
    """A mapping in an authored file. An empty value counts as absent."""

    # Built when first used: few runs read all three kinds of file.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    # The field that a bare text stands for, or "" where only a mapping will do.
    shorthand: ClassVar[str] = ""

    @classmethod
    def expand(cls, said: str) -> dict[str, object]:
        """What a bare text means."""
        return {cls.shorthand: said}

    @classmethod
    def unfold(cls, data: object) -> object:
        """What the author meant where YAML understood something else."""
        return data

    @model_validator(mode="before")
    @classmethod
    def _accept(cls, data: object) -> object:
        data = cls.unfold(data)
        if cls.shorthand and isinstance(data, str | Whole | Real):
            try:
                data = cls.expand(values.text(data))
            except Mistake as mistake:
                raise refusal(mistake) from None
        if isinstance(data, dict):
            return {key: value for key, value in data.items() if not is_blank(value)}
        return data

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchema:
        described = handler(schema)
        if cls.shorthand:
            whole = handler.resolve_ref_schema(described)
            mapping = dict(whole)
            whole.clear()
            whole |= {"anyOf": [{"type": "string", "title": "text"}, mapping]}
        return described


def is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip()) or value in ([], {})


class PersonEntry(Entry):
    """A person: a name, or a mapping."""

    shorthand: ClassVar[str] = "name"
    name: Phrase = Field(
        description="Full name, as transcripts and apps show it.", examples=["Kari Nordmann"]
    )
    role: Line = Field("", description="What the person does in life.", examples=["Head of department"])
    organisation: Line = Field("", description="Where the person works.", examples=["Fjordheim kommune"])
    img: Reference = Field(
        "", description="A portrait: a file beside this one, or an address.", examples=["kari.jpg"]
    )
    href: Address = Field(
        "", description="A page about the person.", examples=["https://example.org/kari-nordmann"]
    )


class PlaceEntry(Entry):
    """A place: a name, or a mapping."""

    shorthand: ClassVar[str] = "name"
    name: Phrase = Field(description="The place as people say it.", examples=["Trøndelag"])
    geo: Geo = Field("", description="Its position, latitude first.", examples=["geo:63.43,10.39"])
    osm: Osm = Field("", description="Its id in OpenStreetMap.", examples=["R406567"])
    country: Country = Field("", description="Its country, ISO 3166-1.", examples=["NO"])
    rel: PlaceRel = Field(
        "",
        description="subject when it is what is talked about, creator when it is where it was recorded.",
        examples=["subject"],
    )


class QuoteEntry(Entry):
    """A quote: a text, or a mapping."""

    shorthand: ClassVar[str] = "text"
    text: QuoteText = Field(
        description="The quote; outer quotation marks are taken off.",
        examples=["We build bridges while we walk."],
    )
    by: Line = Field("", description="Who said it. Default: the first guest.", examples=["Kari Nordmann"])


class QuizEntry(Entry):
    """A question to test oneself by."""

    question: Line = Field(description="What is asked.", examples=["Where did they begin to build?"])
    answers: Annotated[list[Line], OneOrMany()] = Field(
        description="What one can answer: two or more.", examples=[["At the near bank", "At the far bank"]]
    )
    right: Annotated[list[Count], OneOrMany()] = Field(
        description="Which answer is right, counted from 1; several in a list.", examples=[2]
    )
    why: Text = Field("", description="Said once it is answered.", examples=["There the rock was firm."])

    @model_validator(mode="after")
    def _answerable(self) -> QuizEntry:
        if len(self.answers) < 2:
            raise refusal(Mistake(tr("has one answer only"), tr("give two answers or more")))
        if max(self.right) > len(self.answers):
            said = tr(
                "there is no answer {right} among {count}", right=max(self.right), count=len(self.answers)
            )
            raise refusal(Mistake(said, tr("count the answers from 1")))
        return self


class LinkEntry(Entry):
    """A link with its title."""

    title: Line = Field(description="What the reader sees.", examples=["The book about bridges"])
    href: Address = Field(description="Where it leads.", examples=["https://example.org/book"])


class FurtherEntry(LinkEntry):
    """What to read or hear further: a title, or a mapping."""

    shorthand: ClassVar[str] = "title"
    href: Address = Field(
        "", description="Where it leads. Without: a title alone.", examples=["https://example.org/book"]
    )


class ChapterEntry(Entry):
    """A chapter: `12:30 Title`, or a mapping."""

    shorthand: ClassVar[str] = "start"
    start: Time = Field(
        description="Where it begins: MM:SS, HH:MM:SS, or seconds as a number; a fraction may follow.",
        examples=["12:30"],
    )
    title: Line = Field(description="What it is about.", examples=["The bridge that was built backwards"])
    end: Time | None = Field(
        None, description="Where it ends. Default: where the next begins.", examples=["18:00"]
    )
    href: Address = Field(
        "", description="A page to open while it plays.", examples=["https://example.org/bridge"]
    )
    img: Reference = Field("", description="A picture to show while it plays.", examples=["bridge.jpg"])

    @classmethod
    def expand(cls, said: str) -> dict[str, object]:
        start, _, title = said.partition(" ")
        return {"start": start, "title": re.sub(r"^[-–—]\s+", "", title.strip())}

    @classmethod
    def unfold(cls, data: object) -> object:
        """What `12:30 Part 2: The bridge` means, of which YAML makes a mapping."""
        if isinstance(data, dict) and len(data) == 1:
            ((key, value),) = data.items()
            if clock := re.fullmatch(r"([0-9:.,]*[0-9]:[0-9.,]+)( .*)?", key):
                title = f"{clock[2]}: {getattr(value, 'raw', value)}" if clock[2] else value
                return cls.expand(f"{clock[1]} {title}")
        return data


class OwnerEntry(Entry):
    """Whom directories write to."""

    name: Line = Field("", description="The owner's name.", examples=["Editorial office"])
    email: Email = Field(
        "",
        description="Where YouTube and others send their verification code.",
        examples=["post@example.org"],
    )


class BitrateEntry(Entry):
    """kbit/s of the published MP3."""

    mono: Bitrate = Field(96, description="kbit/s in mono; Apple asks for 96 to 128.", examples=[96])
    stereo: Bitrate = Field(128, description="kbit/s in stereo; Apple asks for 128 to 256.", examples=[128])


class SoundbiteEntry(Entry):
    """A short span that shows what the episode is like."""

    start: Time = Field(description="Where it begins.", examples=["12:30"])
    end: Time = Field(description="Where it ends, 15 to 120 seconds later.", examples=["13:05"])
    title: Phrase = Field(
        "", description="What is said in it. Default: the episode's title.", examples=["On bridges"]
    )


class PieceEntry(Entry):
    """A sound before or after the recording: a file, `none`, or a mapping."""

    shorthand: ClassVar[str] = "file"
    file: SoundFile = Field(
        description="The sound, a file of at most three minutes; none where this case has none.",
        examples=["intro.wav"],
    )
    start: Time = Field(0, description="Where in the file it begins.", examples=["00:02"])
    end: Time | None = Field(
        None, description="Where in the file it ends. Default: at its end.", examples=["00:14"]
    )
    fade_in: Time = Field(0, description="Seconds that it fades in.", examples=[1])
    fade_out: Time = Field(0, description="Seconds that it fades out.", examples=[2.5])
    overlap: Time = Field(
        0,
        description="Seconds of it that lie over the recording, which begins earlier by them.",
        examples=[2],
    )
    crossfade: Truth = Field(
        False, description="true fades the recording in or out over the overlap.", examples=[True]
    )
    level: LevelLu = Field(
        0.0, description="How much louder than the speech, in LU; less than 0 is softer.", examples=[-3]
    )


class JingleEntry(PieceEntry):
    """A sound between parts of the recording: `12:30`, `12:30 jingle.wav`, or a mapping."""

    shorthand: ClassVar[str] = "at"
    at: Time = Field(description="Where it parts the recording.", examples=["12:30"])
    file: SoundFile = Field(
        "", description="The sound. Default: `jingle` in lornpod.yaml.", examples=["jingle.wav"]
    )

    @classmethod
    def expand(cls, said: str) -> dict[str, object]:
        at, _, file = said.partition(" ")
        return {"at": at, "file": file.strip()}


class RenditionEntry(Entry):
    """Another form of every episode: its codec, or a mapping."""

    shorthand: ClassVar[str] = "codec"
    codec: CodecName = Field(description="opus, or aac in an M4A.", examples=["opus"])
    bitrate: RenditionKbps | None = Field(
        None,
        description="kbit/s. Default: opus 32 mono and 64 stereo, aac 64 mono and 96 stereo.",
        examples=[64],
    )


class AudioEntry(Entry):
    """How recordings are mastered, and what every episode begins and ends with."""

    loudness: LoudnessLufs = Field(
        -16.0, description="Integrated loudness in LUFS; Apple asks for -16, give or take 1.", examples=[-16]
    )
    true_peak: TruePeakDbtp = Field(
        -1.0, description="Highest true peak in dBTP; Apple asks for -1 or less.", examples=[-1]
    )
    bitrate: BitrateEntry = Field(BitrateEntry.model_validate({}), description="kbit/s of the published MP3.")
    channels: Channels = Field(
        "keep", description="keep lets mono be mono and stereo be stereo.", examples=["keep"]
    )
    sample_rate: SampleRate = Field(44100, description="Samples a second: 44100 or 48000.", examples=[44100])
    intro: PieceEntry | None = Field(
        None,
        description="What every episode begins with, unless its case says otherwise.",
        examples=["artwork/intro.wav"],
    )
    outro: PieceEntry | None = Field(
        None,
        description="What every episode ends with, unless its case says otherwise.",
        examples=[{"file": "artwork/outro.wav", "fade_in": 1, "overlap": 3}],
    )
    jingle: PieceEntry | None = Field(
        None, description="The sound of jingles that name none.", examples=["artwork/jingle.wav"]
    )
    trim_silence: Truth = Field(
        False, description="true takes silence off the head and tail of recordings.", examples=[True]
    )
    renditions: Annotated[list[RenditionEntry], OneOrMany()] = Field(
        default_factory=list,
        description="Forms in which every episode is offered beside the MP3 (podcast:alternateEnclosure).",
        examples=[["opus", {"codec": "aac", "bitrate": 96}]],
    )


class CaseAudioEntry(Entry):
    """A case's sound: the recording's file name, or a mapping."""

    shorthand: ClassVar[str] = "file"
    file: FileName = Field(
        "", description="The recording, where there are several in the folder.", examples=["audio.wav"]
    )
    intro: PieceEntry | None = Field(
        None, description="What it begins with, or none. Default: the network's.", examples=["none"]
    )
    outro: PieceEntry | None = Field(
        None, description="What it ends with, or none. Default: the network's.", examples=["none"]
    )
    jingles: Annotated[list[JingleEntry], OneOrMany()] = Field(
        default_factory=list, description="What parts it, and where.", examples=[["12:30"]]
    )
    trim_silence: Truth | None = Field(
        None,
        description="true takes silence off its head and tail. Default: the network's.",
        examples=[True],
    )
    times: TimesOf = Field(
        "recording",
        description="What the times of chapters, soundbites, jingles and transcripts count from: the "
        "recording as it lies in the folder, or the finished episode, intro and all.",
        examples=["finished"],
    )


class TranscriptsEntry(Entry):
    """How transcripts are made and timed."""

    aligner: Literal["espeak", "whisperx", "torchaudio", "none"] = Field(
        "espeak",
        description="What times hand-edited text by the sound: eSpeak NG, which needs no model, or another "
        "that is installed (docs/aligning.md).",
        examples=["none"],
    )
    recogniser: Literal["none", "faster-whisper", "pywhispercpp", "whisper-cli"] = Field(
        "none",
        description="What writes down the words of a case that has no transcript.",
        examples=["faster-whisper"],
    )
    model: Line = Field(
        "",
        description="The model that the recogniser loads: a file or folder, as seen from lornpod.yaml.",
        examples=["models/nb-whisper-small"],
    )


class S3Entry(Entry):
    """Where an S3-compatible store is. Keys and secrets never stand here."""

    endpoint: WebAddress = Field(
        "", description="The server, where it is not Amazon's.", examples=["https://s3.example.org"]
    )
    region: Line = Field("", description="The region.", examples=["eu-north-1"])
    profile: Line = Field("", description="The profile in ~/.aws that has the keys.", examples=["podcast"])
    addressing: Addressing | None = Field(
        None, description="How bucket names stand in addresses.", examples=["path"]
    )
    conditional: Truth = Field(
        False,
        description="Whether the server's conditional puts are atomic, as `lornpod doctor` finds out.",
        examples=["true"],
    )


class IgnoredEntry(Entry):
    """Findings that the network lives with."""

    code: Line = Field(
        description="The rule's code, or how several begin, such as apple-.", examples=["guest-missing"]
    )
    reason: Line = Field(
        "", description="Why. Without it nothing is ignored.", examples=["Narrated cases have no guest."]
    )
    where: Line = Field(
        "", description="A file or folder; elsewhere it counts all the same.", examples=["episodes/C0901"]
    )


class CheckEntry(Entry):
    """What the checks pass over."""

    ignore: Annotated[list[IgnoredEntry], OneOrMany()] = Field(
        default_factory=list,
        description="Findings that you live with, each with its reason.",
        examples=[[{"code": "guest-missing", "reason": "Narrated cases have no guest."}]],
    )


class WhereEntry(Entry):
    """Which cases a feed takes: those that meet every condition."""

    theme: Several = Field(
        default_factory=list, description="Cases of one of these themes.", examples=["Innovation"]
    )
    perspective: Several = Field(
        default_factory=list, description="Cases of one of these perspectives.", examples=["Research"]
    )
    host: Several = Field(
        default_factory=list, description="Cases with one of these hosts.", examples=["Ola Vik"]
    )
    guest: Several = Field(
        default_factory=list, description="Cases with one of these guests.", examples=["Kari Nordmann"]
    )
    language: Annotated[list[Language], OneOrMany()] = Field(
        default_factory=list, description="Cases in one of these languages.", examples=["nb"]
    )


# ---------------------------------------------------------------- files


class NetworkEntry(Entry):
    """lornpod.yaml: what all shows of a publisher have in common."""

    name: Line = Field(description="What the network is called.", examples=["Lærerommet"])
    website: WebAddress = Field(description="The network's own site.", examples=["https://example.org/"])
    base_url: BaseAddress = Field(
        description="Where listeners find what is published: the public address of the store.",
        examples=["https://cdn.example.org/podcast/"],
    )
    guid: Guid | None = Field(
        None,
        description="The network's identity; every episode's guid grows out of it. Never change it. "
        "Default: made from base_url.",
        examples=["5f0e7c1a-3d0b-4e36-9a55-1b6a2f0d9c11"],
    )
    description: Text = Field(
        "", description="What the network is.", examples=["Conversations about learning."]
    )
    language: Language = Field(
        "nb",
        description="Language of feeds and cases that name none: nb (bokmål), nn (nynorsk), en, en-GB.",
        examples=["nb"],
    )
    time_zone: Zone = Field(
        "Europe/Oslo", description="The time zone of dates without one.", examples=["Europe/Oslo"]
    )
    store: Line = Field(
        "public",
        description="Where to publish: a folder, or s3://bucket/prefix.",
        examples=["s3://my-bucket/podcast"],
    )
    s3: S3Entry = Field(
        S3Entry.model_validate({}), description="Where the S3-compatible server is. Keys never stand here."
    )
    author: Line = Field(
        "", description="The author that apps show. Default: the name.", examples=["Lærerommet"]
    )
    owner: OwnerEntry = Field(OwnerEntry.model_validate({}), description="Whom directories write to.")
    copyright: Line = Field("", description="Who holds the copyright.", examples=["Lærerommet"])
    explicit: Truth = Field(
        False,
        description="true when the shows are not for children, unless they say otherwise.",
        examples=[False],
    )
    categories: Categories = Field(
        default_factory=list,
        description="Apple's categories, for feeds that name none. Only the first counts there.",
        examples=[["Education > Courses"]],
    )
    artwork: Reference = Field(
        "",
        description="The cover of feeds that name none: square, 1400 to 3000 pixels, JPEG or PNG.",
        examples=["artwork/cover.jpg"],
    )
    case_href: CaseAddress = Field(
        "",
        description="Where each case's page is on your site. Default: the page that lornpod publishes.",
        examples=["https://example.org/case/{id}"],
    )
    site: Truth = Field(
        True,
        description="true publishes web pages beside the feeds: for each case, each show, and a front page.",
        examples=[True],
    )
    people: Annotated[list[PersonEntry], OneOrMany()] = Field(
        default_factory=list,
        description="People who recur. A case that gives only the name gets the rest from here.",
        examples=[[{"name": "Ola Vik", "role": "Host", "organisation": "Lærerommet"}]],
    )
    hubs: Annotated[list[WebAddress], OneOrMany()] = Field(
        default_factory=list,
        description="WebSub hubs that are told when a feed has changed.",
        examples=[["https://pubsubhubbub.appspot.com/"]],
    )
    themes: Several = Field(
        default_factory=list,
        description="The themes that cases may have. Without the list, all.",
        examples=[["Innovation"]],
    )
    perspectives: Several = Field(
        default_factory=list,
        description="The perspectives that cases may have. Without the list, all.",
        examples=[["Research"]],
    )
    audio: AudioEntry = Field(AudioEntry.model_validate({}), description="How recordings are mastered.")
    transcripts: TranscriptsEntry = Field(
        TranscriptsEntry.model_validate({}), description="How transcripts are made and timed."
    )
    check: CheckEntry = Field(CheckEntry.model_validate({}), description="What `lornpod check` passes over.")
    cards: Cards = Field(
        "share",
        description="share sets each case's quote on a card to share it by; episode makes it the picture of "
        "episodes that have none, too; none sets no cards.",
        examples=["share"],
    )
    colour: Colour = Field(
        "",
        description="The hue of cards and drawn covers. Default: one for each show.",
        examples=["#0f4c3f"],
    )


class FeedEntry(Entry):
    """feeds/<slug>.md: one show. The text below the front matter is its description."""

    title: Line = Field(description="What the show is called.", examples=["Innovation in the public sector"])
    where: WhereEntry = Field(
        WhereEntry.model_validate({}),
        description="Which cases it takes: those that meet every condition. Without, all.",
        examples=[{"theme": "Innovation"}],
    )
    guid: Guid | None = Field(
        None,
        description="The show's identity (podcast:guid), for a show that had one elsewhere.",
        examples=["917393e3-1b1e-5cef-ace4-edaa54e1f810"],
    )
    link: WebAddress = Field(
        "",
        description="The show's page. Default: the network's.",
        examples=["https://example.org/innovation"],
    )
    language: Language = Field(
        "", description="The show's language. Default: the network's.", examples=["nb"]
    )
    author: Line = Field("", description="Its author. Default: the network's.", examples=["Lærerommet"])
    categories: Categories = Field(
        default_factory=list,
        description="Apple's categories; only the first counts there.",
        examples=[["Education > Courses"]],
    )
    artwork: Reference = Field(
        "",
        description="Its cover, from the workspace's folder: square, 1400 to 3000 pixels, JPEG or PNG. "
        "Default: artwork/<slug>.jpg where that is, else the network's.",
        examples=["artwork/innovation.jpg"],
    )
    type: ShowType = Field(
        "episodic", description="episodic (newest first) or serial (in order).", examples=["episodic"]
    )
    explicit: Truth | None = Field(
        None, description="true when it is not for children. Default: the network's.", examples=[False]
    )
    copyright: Line = Field(
        "", description="Who holds its copyright. Default: as the network says.", examples=["Lærerommet"]
    )
    new_feed_url: WebAddress = Field(
        "", description="Where the show has moved to.", examples=["https://example.org/new.xml"]
    )
    block: Truth = Field(False, description="true hides the show from directories.", examples=[False])
    complete: Truth = Field(False, description="true says that no more episodes come.", examples=[False])
    limit: Count | None = Field(
        None, description="Only so many of the newest episodes. Default: all.", examples=[300]
    )
    colour: Colour = Field(
        "",
        description="The hue of its drawn cover and its cases' cards. Default: the network's.",
        examples=["#0f4c3f"],
    )


class CaseEntry(Entry):
    """episodes/<id>/case.md: one episode.

    The text below the front matter is its introduction; each `## ` heading is a question, with the
    answer below it.
    """

    title: Line = Field(
        description="The episode's title, without its number or the show's name.",
        examples=["The bridge that was built backwards"],
    )
    number: CaseNumber | None = Field(None, description="The case's number: 608 or C0608.", examples=[608])
    published: When | None = Field(
        None,
        description="When it appears: 2026-03-02 (06:00 in the network's time zone), 2026-03-02 14:30, "
        "with a zone of its own, or 260302. Without it the case is a draft.",
        examples=["2026-03-02 06:00"],
    )
    themes: Several = Field(
        default_factory=list, description="Its themes; feeds select by them.", examples=[["Innovation"]]
    )
    theme: Several = Field(
        default_factory=list,
        description="The same as themes, for a case that has one.",
        examples=["Innovation"],
    )
    perspective: Line = Field("", description="From where the guest looks at it.", examples=["Research"])
    guests: Annotated[list[PersonEntry], OneOrMany()] = Field(
        default_factory=list,
        description="Who is interviewed. A bare name is completed from people in lornpod.yaml.",
        examples=[
            [{"name": "Kari Nordmann", "role": "Head of department", "organisation": "Fjordheim kommune"}]
        ],
    )
    hosts: Annotated[list[PersonEntry], OneOrMany()] = Field(
        default_factory=list,
        description="Who asks. A bare name is completed from people in lornpod.yaml.",
        examples=[["Ola Vik"]],
    )
    place: Annotated[list[PlaceEntry], OneOrMany()] = Field(
        default_factory=list,
        description="Where it was recorded, or what it is about; several in a list.",
        examples=["Trøndelag"],
    )
    language: Language = Field(
        "", description="The language spoken. Default: the network's.", examples=["nb"]
    )
    quote: QuoteEntry | None = Field(
        None,
        description="What the guest said best. Goes into the tags and the show notes.",
        examples=["We build bridges while we walk."],
    )
    chapters: Annotated[list[ChapterEntry], OneOrMany()] = Field(
        default_factory=list,
        description="Each as `12:30 Title`, or with start, title, end, href and img. "
        "Times are those of the recording, unless `audio: {times: finished}` says otherwise.",
        examples=[["00:00 Welcome", "12:30 The bridge that was built backwards"]],
    )
    soundbites: Annotated[list[SoundbiteEntry], OneOrMany()] = Field(
        default_factory=list,
        description="Spans for apps to show the episode by. Default: where the guest quote is said, "
        "when a transcript with times has it.",
        examples=[[{"start": "12:30", "end": "13:05", "title": "On bridges"}]],
    )
    summary: Text = Field(
        "",
        description="What the episode is about, in plain text. Default: the introduction.",
        examples=["Kari Nordmann on what bridges teach us."],
    )
    learning_points: Several = Field(
        default_factory=list,
        description="What the listener will learn.",
        examples=[["How to begin at the other bank"]],
    )
    quiz: Annotated[list[QuizEntry], OneOrMany()] = Field(
        default_factory=list,
        description="Questions to test oneself by, on the case's page. Answers never leave the browser.",
        examples=[
            [{"question": "Where did they begin?", "answers": ["At the near bank", "Far off"], "right": 2}]
        ],
    )
    quiz_href: WebAddress = Field(
        "",
        description="A quiz elsewhere; page and show notes link to it.",
        examples=["https://example.org/quiz/608"],
    )
    reflection: Several = Field(
        default_factory=list,
        description="Questions to think or talk about afterwards, made to be printed.",
        examples=[["What could you begin at the far bank?"]],
    )
    links: Annotated[list[FurtherEntry], OneOrMany()] = Field(
        default_factory=list,
        description="Where to read more: links, or titles alone.",
        examples=[[{"title": "The book about bridges", "href": "https://example.org/book"}]],
    )
    related: Several = Field(
        default_factory=list, description="Cases that are akin to it, by their ids.", examples=[["C0607"]]
    )
    keywords: Annotated[list[Line], OneOrMany(",")] = Field(
        default_factory=list,
        description="Search words, as a list or with commas between.",
        examples=[["bridges", "public sector"]],
    )
    season: Count | None = Field(None, description="The season, for serial shows.", examples=[1])
    season_name: Phrase = Field(
        "", description="The season's name, where it has one.", examples=["The bridges"]
    )
    episode: EpisodeNumber | None = Field(
        None,
        description="The number within the season. One with a fraction, such as 3.5, Apple does not take.",
        examples=[3],
    )
    episode_display: Short = Field(
        "", description="What apps show in place of the number.", examples=["Ch. 3"]
    )
    episode_type: EpisodeKind = Field("full", description="full, trailer or bonus.", examples=["full"])
    explicit: Truth | None = Field(
        None, description="true when it is not for children. Default: the show's.", examples=[False]
    )
    guid: Text | None = Field(
        None,
        description="Only for an episode that was published elsewhere before: its guid there, to the letter.",
        examples=["https://old.example.org/?p=608"],
    )
    href: WebAddress = Field(
        "",
        description="The case's own page. Default: from case_href in lornpod.yaml.",
        examples=["https://example.org/case/608"],
    )
    image: Reference = Field(
        "",
        description="The episode's picture: a file beside this one, or an address.",
        examples=["cover.jpg"],
    )
    audio: CaseAudioEntry = Field(
        CaseAudioEntry.model_validate({}),
        description="The recording, where there are several in the folder; or a mapping that also says what "
        "goes before and after it.",
        examples=["audio.wav"],
    )


# ---------------------------------------------------------------- checking


def check(
    model: type[EntryKind], data: object, lines: Lines, near: Surroundings
) -> tuple[EntryKind | None, list[Finding]]:
    """*data* as *model*, or None with everything that is wrong with it."""
    try:
        return model.model_validate(data, context=near), []
    except ValidationError as error:
        return None, [_finding(each, model, lines) for each in error.errors(include_url=False)]


def _finding(error: ErrorDetails, model: type[Entry], lines: Lines) -> Finding:
    of_mapping = error.get("ctx", {}).get("field")
    path = _path((*error["loc"], of_mapping) if of_mapping else error["loc"])
    code, message, hint = _words(error, model)
    return Finding(code, message, lines.where(path), path, hint)


def _words(error: ErrorDetails, model: type[Entry]) -> tuple[str, str, str]:
    """Code, message and hint."""
    loc, value = error["loc"], error["input"]
    match error["type"]:
        case "mistake":
            return "value", error["ctx"]["message"], error["ctx"]["hint"]
        case "missing":
            examples = _holder(model, loc).model_fields[str(loc[-1])].examples or ["…"]
            return (
                "missing",
                tr("is missing or empty"),
                tr("write {loc}: {examples}", loc=loc[-1], examples=examples[0]),
            )
        case "extra_forbidden":
            return (
                "unknown-key",
                tr("is no field here"),
                _meant(str(loc[-1]), list(_holder(model, loc).model_fields)),
            )
        case "model_type" | "model_attributes_type":
            known = ", ".join(_holder(model, (*loc, "")).model_fields)
            return (
                "value",
                tr("{value} where a mapping belongs", value=shown(value)),
                tr("write fields below it: {known}", known=known),
            )
        case _:
            return (
                "value",
                tr("{value} cannot be read", value=shown(value)),
                error["msg"][:1].lower() + error["msg"][1:],
            )


def _meant(key: str, known: list[str]) -> str:
    key = key.lower().replace("-", "_").replace(" ", "_")
    near = get_close_matches(key, known, n=1) or [name for name in known if key and name.startswith(key[:4])]
    return (
        tr("did you mean {near}?", near=near[0]) if near else tr("known are {known}", known=", ".join(known))
    )


def _path(loc: tuple[int | str, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc).removeprefix(".")


def _holder(model: type[Entry], loc: tuple[int | str, ...]) -> type[Entry]:
    """The model of the mapping whose key is the last of *loc*."""
    for part in loc[:-1]:
        if isinstance(part, str) and part in model.model_fields:
            model = _entry_in(model.model_fields[part].annotation) or model
    return model


def _entry_in(annotation: object) -> type[Entry] | None:
    """The model inside an annotation such as ``list[PersonEntry]``."""
    if isinstance(annotation, type) and issubclass(annotation, Entry):
        return annotation
    return next((found for part in get_args(annotation) if (found := _entry_in(part))), None)
