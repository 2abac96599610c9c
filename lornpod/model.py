"""What flows through lornpod, from the authored files to the store. Standard library only.

Words: a *case* is an episode as its author wrote it; a *record* is one version of one published
episode; an *artifact* is one immutable object in the store. A *reference* (``img``, ``image``) is
an absolute URL, a file name relative to the file that names it (authored side), or a key in the
store (published side); :meth:`Network.url` turns the last into an address.
Times are integers in milliseconds from the start of the finished audio; those of a case as it was
authored count from where its :class:`Assembly` says, and a :class:`Timeline` leads from one to the other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from textwrap import shorten
from typing import Literal
from urllib.parse import quote as percent_encode
from uuid import UUID, uuid5

from .errors import Finding

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# ---------------------------------------------------------------- people, places, words


@dataclass(frozen=True, slots=True)
class Person:
    """A host, guest or other voice. ``role`` is what they do in life (“Prosjektleder”)."""

    name: str
    role: str = ""
    organisation: str = ""
    img: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case was recorded or what it is about (podcast:location): *geo* as RFC 5870 URI,
    *osm* as OpenStreetMap id such as ``R406567``, *country* as ISO 3166-1 alpha-2. ``rel`` is
    “subject”, “creator”, or empty where the author did not say."""

    name: str
    geo: str = ""
    osm: str = ""
    country: str = ""
    rel: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """The guest quote, without outer quotation marks; *by* is empty for the first guest."""

    text: str
    by: str = ""

    @property
    def title(self) -> str:
        """Its words as the title of the soundbite that has it: at most 128 characters (podcast namespace)."""
        return shortened(self.text, 128)


_QUOTATION_MARKS = {
    "nb": ("«»", "‘’"), "nn": ("«»", "‘’"), "no": ("«»", "‘’"), "da": ("»«", "›‹"), "sv": ("””", "’’"),
    "fi": ("””", "’’"), "de": ("„“", "‚‘"), "fr": ("«»", "“”"),
}  # fmt: skip


def quotation_marks(language: str) -> tuple[str, str]:
    """The quotation marks of *language* (BCP 47), and those for a quote within a quote: two letters each."""
    return _QUOTATION_MARKS.get(language.partition("-")[0].lower(), ("“”", "‘’"))


@dataclass(frozen=True, slots=True)
class Link:
    """Where to read more; ``href`` is empty for what is named only, such as a book."""

    title: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A ``##`` heading of case.md and the Markdown below it."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class QuizQuestion:
    """A question to test oneself by: *right* are the indices, from 0, of those *answers* that are."""

    question: str
    answers: tuple[str, ...]
    right: tuple[int, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A half-open span [start_ms, end_ms). ``end_ms`` None: until the next chapter or the end."""

    start_ms: int
    title: str
    end_ms: int | None = None
    href: str = ""
    img: str = ""


@dataclass(frozen=True, slots=True)
class Soundbite:
    """A short span of an episode to show it by (podcast:soundbite); 15 to 120 seconds are advised."""

    start_ms: int
    duration_ms: int
    title: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a cue, with the punctuation that hangs on it, and when it is said."""

    text: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Cue:
    """Words of one speaker. Without times it is a turn of an untimed transcript.

    ``speaker`` is a full name, or empty for a voice that nobody named (the narrator). ``words`` are those
    of the text, one for each that white space divides, where each one's time is known; else empty.
    """

    text: str
    speaker: str = ""
    start_ms: int | None = None
    end_ms: int | None = None
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place in an untimed transcript whose time the editor knows: before word *word* of cue *cue*."""

    cue: int
    word: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class Transcript:
    """The words of an episode in order. ``language`` is a BCP 47 tag.

    ``anchors`` are in the order of the words, and of time; they are no part of what is shown.
    """

    cues: tuple[Cue, ...]
    language: str
    anchors: tuple[Anchor, ...] = ()

    @property
    def timed(self) -> bool:
        """True when every cue has both times."""
        return bool(self.cues) and all(
            cue.start_ms is not None and cue.end_ms is not None for cue in self.cues
        )


# ---------------------------------------------------------------- what the podcast namespace has besides
# Podcast namespace 1.0, a tag a class. A picture or portrait (``img``, ``href`` of a Picture) is a reference.


@dataclass(frozen=True, slots=True)
class Credit:
    """Somebody who made the episode or the show, beside hosts and guests (podcast:person).

    ``role`` and ``group`` are the Podcast Taxonomy's, in small letters.
    """

    name: str
    role: str
    group: str
    img: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Txt:
    """Free text for machines to find (podcast:txt), such as a proof of ownership."""

    text: str
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class RemoteItem:
    """Another feed, known by its podcast:guid, or with ``item`` the guid of one episode in it."""

    guid: str
    url: str = ""
    item: str = ""
    medium: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often episodes come (podcast:updateFrequency): ``rrule`` as RFC 5545, 3.3.10."""

    text: str
    rrule: str = ""
    start: datetime | None = None
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture for some use (podcast:image). ``aspect_ratio`` as “16/9”; ``purpose`` are words with
    spaces between. What is None or empty nobody said."""

    href: str
    alt: str = ""
    aspect_ratio: str = ""
    width_px: int | None = None
    height_px: int | None = None
    media_type: str = ""
    purpose: str = ""

    @property
    def ratio(self) -> float:
        """Width by height; square where nobody said, as the namespace has it."""
        if self.aspect_ratio:
            across, _, down = self.aspect_ratio.partition("/")
            return float(across) / float(down or 1)
        return self.width_px / self.height_px if self.width_px and self.height_px else 1.0


@dataclass(frozen=True, slots=True)
class Chat:
    """Where people talk while they listen (podcast:chat)."""

    server: str
    protocol: str
    account: str = ""
    space: str = ""


@dataclass(frozen=True, slots=True)
class Social:
    """The post below which comments belong (podcast:socialInteract). ``uri`` is empty for “disabled”."""

    protocol: str
    uri: str = ""
    account: str = ""
    account_href: str = ""
    priority: int | None = None


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets ``split`` shares of what listeners send (podcast:valueRecipient)."""

    type: str
    address: str
    split: int
    name: str = ""
    fee: bool = False
    custom_key: str = ""
    custom_value: str = ""


@dataclass(frozen=True, slots=True)
class TimeSplit:
    """Who gets what listeners send during a span of the episode (podcast:valueTimeSplit): *recipients*, or
    ``percentage`` of it (None: all) those of the feed or episode *remote* as at its ``remote_start_ms``.
    """

    start_ms: int
    duration_ms: int
    recipients: tuple[Recipient, ...] = ()
    remote: RemoteItem | None = None
    remote_start_ms: int = 0
    percentage: int | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """How listeners can send money (podcast:value). ``suggested`` is a decimal, as it was written."""

    type: str
    method: str
    recipients: tuple[Recipient, ...]
    suggested: str = ""
    time_splits: tuple[TimeSplit, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Where an alternate enclosure is to be had; any scheme. ``media_type`` where it is not the file's."""

    uri: str
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class AlternateEnclosure:
    """Another form of an episode (podcast:alternateEnclosure): film, another codec, a smaller file.

    ``integrity`` is a Subresource Integrity value (“sha384-…”) or an armored PGP signature.
    """

    media_type: str
    sources: tuple[Source, ...]
    length_bytes: int | None = None
    bitrate_bps: int | None = None
    height_px: int | None = None
    language: str = ""
    title: str = ""
    rel: str = ""
    codecs: str = ""
    default: bool = False
    integrity: str = ""


@dataclass(frozen=True, slots=True)
class Trailer:
    """A trailer of a show, wherever it lies (podcast:trailer)."""

    title: str
    url: str
    published: datetime
    length_bytes: int | None = None
    media_type: str = ""
    season: int | None = None


@dataclass(frozen=True, slots=True)
class Live:
    """A stream, as it is to come, is on, or was (podcast:liveItem). ``links`` are where else it can be
    seen or heard. It says of itself what an episode can; where it names no people, the show's are there."""

    title: str
    guid: str
    status: Literal["pending", "live", "ended"]
    start: datetime
    url: str
    media_type: str
    end: datetime | None = None
    description: str = ""
    href: str = ""
    image: str = ""
    links: tuple[Link, ...] = ()
    hosts: tuple[Person, ...] = ()
    guests: tuple[Person, ...] = ()
    place: Place | None = None
    other_places: tuple[Place, ...] = ()
    alternates: tuple[AlternateEnclosure, ...] = ()
    credits: tuple[Credit, ...] = ()
    funding: tuple[Link, ...] = ()
    license: str = ""
    license_href: str = ""
    images: tuple[Picture, ...] = ()
    txt: tuple[Txt, ...] = ()
    chat: Chat | None = None
    social: tuple[Social, ...] = ()
    value: Value | None = None


# ---------------------------------------------------------------- the case, as authored

EpisodeType = Literal["full", "trailer", "bonus"]


@dataclass(frozen=True, slots=True)
class Case:
    """One episode as its author wrote it.

    ``published`` is an instant with a time zone; None is a draft. ``introduction`` and answers are
    Markdown. ``explicit`` and ``guid`` are None where the author left them to the show or the network.
    ``related`` are ids of other cases; ``other_places`` come after ``place``. ``episode`` may be a decimal;
    ``content_links`` are where else the episode can be played. ``block`` hides it from directories.
    """

    id: str
    title: str
    language: str
    number: int | None = None
    published: datetime | None = None
    themes: tuple[str, ...] = ()
    perspective: str = ""
    guests: tuple[Person, ...] = ()
    hosts: tuple[Person, ...] = ()
    place: Place | None = None
    other_places: tuple[Place, ...] = ()
    quote: Quote | None = None
    chapters: tuple[Chapter, ...] = ()
    soundbites: tuple[Soundbite, ...] = ()
    summary: str = ""
    introduction: str = ""
    questions: tuple[Question, ...] = ()
    learning_points: tuple[str, ...] = ()
    quiz: tuple[QuizQuestion, ...] = ()
    quiz_href: str = ""
    reflection: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    related: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    season: int | None = None
    season_name: str = ""
    episode: int | float | None = None
    episode_display: str = ""
    episode_type: EpisodeType = "full"
    itunes_title: str = ""
    block: bool = False
    explicit: bool | None = None
    guid: str | None = None
    href: str = ""
    image: str = ""
    credits: tuple[Credit, ...] = ()
    images: tuple[Picture, ...] = ()
    alternates: tuple[AlternateEnclosure, ...] = ()
    content_links: tuple[Link, ...] = ()
    funding: tuple[Link, ...] = ()
    license: str = ""
    license_href: str = ""
    txt: tuple[Txt, ...] = ()
    chat: Chat | None = None
    social: tuple[Social, ...] = ()
    value: Value | None = None

    @property
    def quoted(self) -> str:
        """Who says the quote: whom it names, else the first guest; empty where there is neither."""
        if self.quote is None:
            return ""
        return self.quote.by or (self.guests[0].name if self.guests else "")

    @property
    def quote_at_ms(self) -> int | None:
        """Where the quote is heard: the start of the soundbite under its words; None where there is none."""
        titled = (bite for bite in self.soundbites if self.quote and bite.title == self.quote.title)
        return next((bite.start_ms for bite in titled), None)


# ---------------------------------------------------------------- sound


@dataclass(frozen=True, slots=True)
class AudioSettings:
    """How episodes are mastered.

    Defaults are Apple's: −16 LUFS integrated, true peak at most −1 dBTP, MP3 of 96 kbit/s mono or
    128 kbit/s stereo at 44.1 kHz. ``channels`` "keep" lets mono be mono and stereo be stereo.
    """

    loudness_lufs: float = -16.0
    true_peak_dbtp: float = -1.0
    bitrate_mono_kbps: int = 96
    bitrate_stereo_kbps: int = 128
    channels: Literal["keep", "mono", "stereo"] = "keep"
    sample_rate_hz: int = 44100


@dataclass(frozen=True, slots=True)
class TranscriptSettings:
    """How transcripts come by their times, and cases without one by their words.

    ``aligner`` and ``recogniser`` are names of rows in :mod:`lornpod.align.engines`, or "none"; ``model`` is
    a file, a folder or a name that the recogniser, or an aligner that has need of one, loads.
    """

    aligner: str = "espeak"
    recogniser: str = "none"
    model: str = ""


@dataclass(frozen=True, slots=True)
class Sound:
    """What a sound file is. ``bitrate_kbps`` is the average, 0 where it means nothing (PCM)."""

    duration_ms: int
    codec: str
    sample_rate_hz: int
    channels: int
    bitrate_kbps: int = 0


@dataclass(frozen=True, slots=True)
class Loudness:
    """EBU R128: integrated loudness, loudness range (EBU Tech 3342) and true peak (ITU-R BS.1770).

    Silence measures as −70 LUFS integrated, the absolute gate.
    """

    integrated_lufs: float
    range_lu: float
    true_peak_dbtp: float


@dataclass(frozen=True, slots=True)
class Piece:
    """A short sound that goes before, after or between what was recorded: music, a greeting, a jingle.

    Of ``file`` the part [start_ms, end_ms) is played (``end_ms`` None: to its end), ``level_lu`` louder
    or softer than the speech. ``overlap_ms`` of it lie over the recording; with ``crossfade`` the
    recording fades in or out over them.
    """

    file: Path
    start_ms: int = 0
    end_ms: int | None = None
    fade_in_ms: int = 0
    fade_out_ms: int = 0
    overlap_ms: int = 0
    crossfade: bool = False
    level_lu: float = 0.0


@dataclass(frozen=True, slots=True)
class Jingle:
    """A piece that parts the recording at ``at_ms``."""

    at_ms: int
    piece: Piece


@dataclass(frozen=True, slots=True)
class Assembly:
    """What an episode is put together from, beside its recording.

    ``jingle`` is the sound of jingles that name none. ``trim_silence`` takes silence off the recording's
    head and tail. ``times`` says what all authored times count from: the start of the recording as it lies
    in the folder, or of the finished audio.
    """

    intro: Piece | None = None
    outro: Piece | None = None
    jingles: tuple[Jingle, ...] = ()
    jingle: Piece | None = None
    trim_silence: bool = False
    times: Literal["recording", "finished"] = "recording"

    @property
    def pieces(self) -> tuple[Piece, ...]:
        around = (self.intro, *(jingle.piece for jingle in self.jingles), self.outro)
        return tuple(piece for piece in around if piece is not None)


@dataclass(frozen=True, slots=True)
class Stretch:
    """What the recording has in [start_ms, end_ms) begins at ``at_ms`` of the finished audio."""

    start_ms: int
    end_ms: int
    at_ms: int

    @property
    def until_ms(self) -> int:
        """Where it ends in the finished audio."""
        return self.at_ms + self.end_ms - self.start_ms


@dataclass(frozen=True, slots=True)
class Timeline:
    """Where the recording lies in the finished audio, in order. Without stretches it *is* the finished audio.

    What lies between them, before the first and after the last is intro, jingles and outro.
    """

    stretches: tuple[Stretch, ...] = ()

    def finished_ms(self, recorded_ms: int, *, end: bool = False) -> int:
        """Where the moment *recorded_ms* of the recording is in the finished audio.

        What was trimmed away is at the nearest moment that is left. Where a jingle parts the recording,
        what begins there begins after it, and what ends there (*end*) ends before it.
        """
        if not self.stretches:
            return recorded_ms
        after = [one for one in self.stretches if one.start_ms < recorded_ms + (not end)]
        stretch = after[-1] if after else self.stretches[0]
        return stretch.at_ms + min(max(recorded_ms, stretch.start_ms), stretch.end_ms) - stretch.start_ms

    def recorded_ms(self, finished_ms: int) -> int:
        """The moment of the recording that is heard at *finished_ms*, or the nearest to it there is."""
        if not self.stretches:
            return finished_ms
        before = [one for one in self.stretches if one.at_ms <= finished_ms]
        stretch = before[-1] if before else self.stretches[0]
        return min(max(finished_ms, stretch.at_ms), stretch.until_ms) - stretch.at_ms + stretch.start_ms

    def spoken_ms(self, duration_ms: int) -> tuple[tuple[int, int], ...]:
        """The spans of the finished audio, of *duration_ms*, that the recording fills."""
        if not self.stretches:
            return ((0, duration_ms),)
        return tuple((one.at_ms, one.until_ms) for one in self.stretches)


# ---------------------------------------------------------------- what is published

Codec = Literal["opus", "aac"]


@dataclass(frozen=True, slots=True)
class RenditionSettings:
    """Another form in which every episode is wanted; 0 kbit/s for what suits speech in this codec."""

    codec: Codec
    bitrate_kbps: int = 0


ArtifactKind = Literal["media", "transcript", "chapters", "image"]


@dataclass(frozen=True, slots=True)
class Artifact:
    """One immutable object in the store; its key holds the start of its SHA-256 (hexadecimal)."""

    kind: ArtifactKind
    key: str
    media_type: str
    length_bytes: int
    sha256: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Media:
    """The episode's sound in the store and what an app or a reader wants to know of it.

    ``recipe`` is the digest of what it was made from: source, settings and tags. Where it has not
    changed, nobody needs to make the file again, on any machine. ``timeline`` says where the recording
    lies in it. ``loudness`` is None where it was published on a machine without ffmpeg.
    """

    artifact: Artifact
    sound: Sound
    loudness: Loudness | None
    recipe: str = ""
    timeline: Timeline = field(default_factory=Timeline)


CardShape = Literal["square", "wide", "tall"]


@dataclass(frozen=True, slots=True)
class Card:
    """The case's quote, or its title, set as a picture: *wide* (16:9) to share it by, *square* for apps.

    ``recipe`` is the digest of what it was drawn from, as that of :class:`Media`.
    """

    shape: CardShape
    artifact: Artifact
    width_px: int
    height_px: int
    recipe: str = ""


@dataclass(frozen=True, slots=True)
class Rendition:
    """The episode in another codec (podcast:alternateEnclosure). ``codecs`` is as RFC 6381 has it; ``recipe``
    as in :class:`Media`."""

    artifact: Artifact
    codecs: str
    title: str
    bitrate_kbps: int
    recipe: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One version of one published episode: all that feeds and pages are made of.

    ``number`` counts from 1 within a case. ``case`` holds the references as store keys or URLs and
    its chapters with both times. ``case.summary`` is filled and plain text; ``notes`` are the
    show notes as safe HTML. ``by`` is who published. Withdrawn records keep their content, so
    that an episode can come back.
    """

    number: int
    guid: str
    case: Case
    media: Media
    recorded_at: datetime
    by: str = ""
    withdrawn: bool = False
    notes: str = ""
    transcripts: tuple[Artifact, ...] = ()
    chapters: Artifact | None = None
    images: tuple[Artifact, ...] = ()
    cards: tuple[Card, ...] = ()
    renditions: tuple[Rendition, ...] = ()

    @property
    def artifacts(self) -> Iterator[Artifact]:
        """Every object that this record names."""
        yield self.media.artifact
        yield from (rendition.artifact for rendition in self.renditions)
        yield from self.transcripts
        if self.chapters is not None:
            yield self.chapters
        yield from self.images
        yield from (card.artifact for card in self.cards)

    def card(self, shape: CardShape) -> Card | None:
        """The card of that *shape*, where the record has one."""
        return next((card for card in self.cards if card.shape == shape), None)

    def says_the_same_as(self, other: Record) -> bool:
        """True when the two differ in nothing but number, time and publisher."""
        return replace(self, number=other.number, recorded_at=other.recorded_at, by=other.by) == other


@dataclass(frozen=True, slots=True)
class Content:
    """An artifact and the bytes behind it: in memory when small, a file otherwise."""

    artifact: Artifact
    source: bytes | Path


@dataclass(frozen=True, slots=True)
class Release:
    """An episode ready to be published: the record as it would be, and the bytes that it needs.

    ``record`` has number 0 and the time EPOCH until it is written. ``contents`` may leave out
    artifacts that an earlier record of the case already names. ``remarks`` are what its maker has to say.
    """

    record: Record
    contents: tuple[Content, ...]
    remarks: tuple[Finding, ...] = ()


# ---------------------------------------------------------------- the network and its feeds

# Source: Podcast namespace, podcast:guid (github.com/Podcastindex-org/podcast-namespace).
PODCAST_GUID_NAMESPACE = UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")


def podcast_guid(feed_url: str) -> str:
    """The podcast:guid that a feed first published at *feed_url* has for life.

    UUIDv5 over the address without its scheme and without trailing slashes.
    """
    return str(uuid5(PODCAST_GUID_NAMESPACE, feed_url.partition("://")[2].rstrip("/")))


@dataclass(frozen=True, slots=True)
class Category:
    """An Apple Podcasts category, case-exact, with its subcategory where it has one."""

    name: str
    sub: str = ""


@dataclass(frozen=True, slots=True)
class Where:
    """Which cases a feed takes: those that meet every condition; an empty one takes all.

    Each condition is a set of alternatives, compared without regard to case and outer white space.
    """

    theme: tuple[str, ...] = ()
    perspective: tuple[str, ...] = ()
    host: tuple[str, ...] = ()
    guest: tuple[str, ...] = ()
    language: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What a network can state for all its shows, and a feed for itself; empty or None: nothing said.

    ``podroll`` holds feeds elsewhere, slugs of the network's own, and :data:`RELATED` for those that have
    most cases in common. ``page_size``: a longer feed is cut into archives of so many episodes (RFC 5005);
    ``max_megabytes``: the oldest episodes say less where a feed would grow larger.
    """

    locked: bool | None = None
    funding: tuple[Link, ...] = ()
    license: str = ""
    license_href: str = ""
    hosts: tuple[Person, ...] = ()
    credits: tuple[Credit, ...] = ()
    place: Place | None = None
    other_places: tuple[Place, ...] = ()
    images: tuple[Picture, ...] = ()
    txt: tuple[Txt, ...] = ()
    block_services: tuple[str, ...] = ()
    allow_services: tuple[str, ...] = ()
    podping: bool | None = None
    update_frequency: Frequency | None = None
    chat: Chat | None = None
    social: tuple[Social, ...] = ()
    value: Value | None = None
    publisher: RemoteItem | None = None
    podroll: tuple[RemoteItem | str, ...] = ()
    page_size: int | None = None
    max_megabytes: float | None = None


RELATED = "related"
MAX_MEGABYTES = 10.0


@dataclass(frozen=True, slots=True)
class Ignored:
    """Findings that the network lives with, for a *reason*: of a rule's code or the beginning of one, where
    *where* (a file or folder) is not empty there alone."""

    code: str
    reason: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Network(Stated):
    """What all shows of a publisher have in common. ``base_url`` ends in a slash.

    ``case_href`` is the address of a case's page with ``{id}`` in it, or empty; ``site`` says whether
    lornpod publishes pages of its own. ``artwork`` is the
    cover of feeds that name none, relative to the workspace. ``hubs`` are addresses of WebSub hubs.
    ``people`` completes a host or guest whom a case gives by name only.
    """

    name: str
    website: str
    base_url: str
    guid: str
    language: str = "nb"
    time_zone: str = "Europe/Oslo"
    store: str = "public"
    description: str = ""
    author: str = ""
    owner_name: str = ""
    owner_email: str = ""
    copyright: str = ""
    explicit: bool = False
    categories: tuple[Category, ...] = ()
    artwork: str = ""
    case_href: str = ""
    site: bool = True
    hubs: tuple[str, ...] = ()
    people: tuple[Person, ...] = ()
    themes: tuple[str, ...] = ()
    perspectives: tuple[str, ...] = ()
    audio: AudioSettings = field(default_factory=AudioSettings)
    renditions: tuple[RenditionSettings, ...] = ()
    assembly: Assembly = field(default_factory=Assembly)
    transcripts: TranscriptSettings = field(default_factory=TranscriptSettings)
    ignored: tuple[Ignored, ...] = ()
    s3: Mapping[str, str] = field(default_factory=dict)
    cards: Literal["share", "episode", "none"] = "share"
    colour: str = ""

    def url(self, reference: str) -> str:
        """The address of a reference: an absolute URL as it is, a store key below ``base_url``."""
        if "://" in reference or not reference:
            return reference
        return self.base_url + percent_encode(reference)

    def feed_url(self, slug: str) -> str:
        return self.url(feed_key(slug))

    def case_url(self, case: Case) -> str:
        """Where a reader finds *case* on the web: its own page, the one we publish, or the network's site."""
        elsewhere = case.href or self.case_href.replace("{id}", percent_encode(case.id))
        return elsewhere or (self.url(case_page_key(case.id)) if self.site else self.website)


@dataclass(frozen=True, slots=True)
class Feed(Stated):
    """One show: what its channel says and which cases it takes. ``description`` is plain text.

    Empty fields fall back to the network's. ``limit`` keeps the newest so many, None all. ``remote_items``
    are what a list, such as medium “podcastL”, holds.
    """

    slug: str
    title: str
    description: str = ""
    where: Where = field(default_factory=Where)
    guid: str = ""
    link: str = ""
    language: str = ""
    author: str = ""
    categories: tuple[Category, ...] = ()
    artwork: str = ""
    type: Literal["episodic", "serial"] = "episodic"
    explicit: bool | None = None
    copyright: str = ""
    new_feed_url: str = ""
    block: bool = False
    complete: bool = False
    limit: int | None = None
    colour: str = ""
    medium: str = "podcast"
    itunes_title: str = ""
    remote_items: tuple[RemoteItem, ...] = ()
    trailers: tuple[Trailer, ...] = ()
    live: tuple[Live, ...] = ()

    @property
    def is_publisher(self) -> bool:
        """True for the feed that lists the network's shows."""
        return self.medium == PUBLISHER

    @property
    def is_list(self) -> bool:
        """True for a feed of other feeds, which has no episodes of its own."""
        return is_list(self.medium)


PUBLISHER = "publisher"


def is_list(medium: str) -> bool:
    """True for the media whose feeds hold other feeds (podcast namespace, medium)."""
    return medium in (PUBLISHER, "mixed") or medium.endswith("L")


def stated(network: Network, feed: Feed) -> Stated:
    """What *feed* states, and the network where the feed says nothing."""
    said = {one.name: getattr(feed, one.name) for one in fields(Stated)}
    for name, value in said.items():
        if value is None or value == "" or value == ():
            said[name] = getattr(network, name)
    if feed.license:
        said["license_href"] = feed.license_href  # the text of another licence would belie it
    if feed.place is not None:
        said["other_places"] = feed.other_places
    return Stated(**said)


def shortened(text: str, characters: int) -> str:
    """*text* cut at a word, with an ellipsis, where it has more than so many characters; within a word where
    none ends in the latter half, as in texts that write none apart."""
    words = " ".join(text.split())
    cut = shorten(words, characters, placeholder="…")
    return cut if len(cut) > characters // 2 or cut == words else words[: characters - 1].rstrip() + "…"


def folded(value: str) -> str:
    """*value* for comparing themes, perspectives and names: without regard to case and white space, as
    Unicode compares without case (3.13, D145). macOS writes å as two characters, others as one."""
    decomposed = unicodedata.normalize("NFD", unicodedata.normalize("NFD", value).casefold())
    return " ".join(decomposed.split())


_NAME_CHARS = 60
# Letters that decomposition leaves alone, as Norwegians and neighbours spell them in addresses.
_SPELLED = str.maketrans({"æ": "ae", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "ł": "l", "œ": "oe"})


def slug(title: str) -> str:
    """*title* in lower-case ASCII letters, digits and hyphens, at most 60 characters; may be empty.

    Apple asks for ASCII letters and digits in the addresses of media.
    """
    letters = unicodedata.normalize("NFKD", title.lower().translate(_SPELLED))
    plain = letters.encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain)
    name = ""
    for word in words:
        if len(name) + len(word) + 1 > _NAME_CHARS:
            break
        name = f"{name}-{word}" if name else word
    return name or "-".join(words)[:_NAME_CHARS]


def feed_key(slug: str) -> str:
    """Where in the store the feed *slug* lies."""
    return f"feeds/{slug}.xml"


def archive_key(slug: str, number: int, digest: str) -> str:
    """Where an archive of the feed *slug* lies; *number* counts from the oldest."""
    return f"feeds/{slug}/{number:04d}-{digest}.xml"


# Pages are named in full: not every store answers a folder's address with its index.html.


def case_page_key(case_id: str) -> str:
    """Where in the store the page of a case lies."""
    return f"cases/{case_id}/index.html"


def show_page_key(slug: str) -> str:
    """Where in the store the page of the feed *slug* lies."""
    return f"shows/{slug}/index.html"


def topic_page_key(slug: str) -> str:
    """Where in the store the page of a theme or perspective lies that no feed is for."""
    return f"topics/{slug}/index.html"


# ---------------------------------------------------------------- the workspace, as read


@dataclass(frozen=True, slots=True)
class Lines:
    """Where in an authored file each field stands, so that later complaints can point there.

    ``file`` is relative to the workspace; ``of`` maps ``chapters[3].start`` to a line from 1.
    """

    file: str
    of: Mapping[str, int] = field(default_factory=dict)

    def where(self, path: str = "") -> str:
        """``file:line`` of the field *path*, or of the nearest thing that holds it."""
        while path:
            if path in self.of:
                return f"{self.file}:{self.of[path]}"
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self.file


@dataclass(frozen=True, slots=True)
class CaseFolder:
    """A case and the files beside it. ``case.image`` and other references are names in *folder*, and its
    times are those that ``assembly.times`` says."""

    case: Case
    folder: Path
    lines: Lines
    audio: Path | None = None
    transcripts: tuple[Path, ...] = ()
    assembly: Assembly = field(default_factory=Assembly)


@dataclass(frozen=True, slots=True)
class FeedFile:
    feed: Feed
    lines: Lines


def default_guid(network: Network, case_id: str) -> str:
    """The guid that a case gets with its first record, the same from any two publishers."""
    return str(uuid5(UUID(network.guid), case_id))
