"""Whole values of the model, as authors can state them: every field of every class is somewhere."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar, get_args, get_type_hints
from uuid import UUID

from lornpod.model import (
    PUBLISHER,
    RELATED,
    AlternateEnclosure,
    Assembly,
    AudioSettings,
    Case,
    Category,
    Chapter,
    Chat,
    Credit,
    Feed,
    Frequency,
    Ignored,
    Link,
    Live,
    Network,
    Person,
    Picture,
    Piece,
    Place,
    Question,
    QuizQuestion,
    Quote,
    Recipient,
    RemoteItem,
    RenditionSettings,
    Social,
    Soundbite,
    Source,
    TimeSplit,
    Trailer,
    TranscriptSettings,
    Txt,
    Value,
    Where,
)
from lornpod.text.markdown import escaped
from lornpod.workspace.podcast_taxonomy import GROUPS
from lornpod.workspace.values import unquoted

ADDRESSES = (
    "https://example.org/a",
    "https://example.org/b?c=d&e=%C3%A6#f",
    "https://blåbær.example:8080/på vei".replace(" ", "%20"),
    "http://example.org/100%25,5;6",
)
URIS = (*ADDRESSES, "ipfs://QmdwGqd3d2gFPGeJNLLC", "magnet:?xt=urn:btih:abc", "nostr:note1qq")
SRI = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
PGP = "-----BEGIN PGP SIGNATURE-----\n\niQEzBAABCAAdFiEE\n=abcd\n-----END PGP SIGNATURE-----"
# Width, height and ratio that do not contradict each other.
SHAPES = (("", None, None), ("16/9", 1920, 1080), ("1/1", 3000, None), ("", 512, None), ("1.9/1", 1200, 630))
HOURS_100_MS = 100 * 3_600_000

Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True)
class Whole:
    """Draws values by *chance*; their words are of *lines*, each a text of one line that says something."""

    chance: random.Random
    lines: Sequence[str]

    # ------------------------------------------------------------ leaves

    def one(self, *choices: Kind) -> Kind:
        return self.chance.choice(choices)

    def maybe(self, make: Callable[[], Kind], otherwise: Any = "") -> Any:
        """What *make* makes, two times in three."""
        return make() if self.chance.random() < 2 / 3 else otherwise

    def many(self, make: Callable[[], Kind], most: int = 3) -> tuple[Kind, ...]:
        return tuple(make() for _ in range(self.chance.randrange(most + 1)))

    def line(self) -> str:
        return self.chance.choice(self.lines)

    def short(self) -> str:
        return self.line()[:32].strip() or "x"

    def phrase(self) -> str:
        return self.line()[:128].strip() or "x"

    def word(self) -> str:
        return "".join(self.chance.choices("abcdefgh", k=6))

    def text(self) -> str:
        return "\n".join(self.line() for _ in range(self.chance.randrange(1, 4)))

    def markdown(self) -> str:
        """Words that Markdown shows as they are."""
        return escaped(self.line())

    def unquoted(self) -> str:
        said = self.line()
        return said if unquoted(said) == said else self.word()

    def address(self) -> str:
        return self.one(*ADDRESSES)

    def guid(self) -> str:
        return str(UUID(int=self.chance.getrandbits(128)))

    def moment(self) -> datetime:
        return datetime(2001, 1, 1, tzinfo=UTC) + timedelta(seconds=self.chance.randrange(3_000_000_000))

    def count(self, most: int = 10**6) -> int:
        return self.chance.randrange(1, most)

    def span(self) -> tuple[int, int]:
        """A start and a duration in milliseconds."""
        start_ms = self.one(0, self.chance.randrange(HOURS_100_MS // 2))
        return start_ms, self.chance.randrange(1, HOURS_100_MS // 2)

    def language(self) -> str:
        return self.one("nb", "nn", "en-GB", "zh-Hant")

    def categories(self) -> tuple[Category, ...]:
        return self.one((), (Category("Technology"),), (Category("Education", "Courses"), Category("News")))

    # ------------------------------------------------------------ what the namespace has

    def person(self) -> Person:
        return Person(
            self.phrase(),
            self.maybe(self.line),
            self.maybe(self.line),
            self.maybe(self.address),
            self.maybe(lambda: self.one(*ADDRESSES, "mailto:kari@example.org")),
        )

    def credit(self) -> Credit:
        group = self.one(*GROUPS)
        role = self.one(*(role for role in GROUPS[group] if role not in ("host", "guest")))
        return Credit(self.phrase(), role, group, self.maybe(self.address), self.maybe(self.address))

    def place(self) -> Place:
        return Place(
            self.phrase(),
            self.one("", "geo:63.43,10.39", "geo:-33.9,18.4,25;u=10"),
            self.one("", "R406567", "N1#2"),
            self.one("", "NO", "GB"),
            self.one("", "subject", "creator"),
        )

    def places(self) -> dict[str, Any]:
        found = self.many(self.place)
        return {"place": found[0] if found else None, "other_places": found[1:]}

    def link(self) -> Link:
        return Link(self.phrase(), self.address())

    def txt(self) -> Txt:
        return self.one(Txt(self.text(), self.maybe(self.phrase)), Txt("true", "ai-content"))

    def remote(self) -> RemoteItem:
        return RemoteItem(
            self.guid(),
            self.maybe(self.address),
            self.maybe(self.line),
            self.one("", "podcast", "music"),
            self.maybe(self.line),
        )

    def frequency(self) -> Frequency:
        rule = self.one("", "FREQ=WEEKLY;BYDAY=MO", "FREQ=DAILY;COUNT=3", "FREQ=YEARLY;BYDAY=+4TH;BYMONTH=11")
        start = self.moment() if "COUNT" in rule else self.maybe(self.moment, None)
        return Frequency(self.phrase(), rule, start, self.one(True, False))

    def picture(self) -> Picture:
        ratio, width_px, height_px = self.one(*SHAPES)
        return Picture(
            self.address(),
            self.maybe(self.line),
            ratio,
            width_px,
            height_px,
            self.one("", "image/webp", "video/mp4"),
            self.one("", "artwork social", "apple/showcase-hero"),
        )

    def chat(self) -> Chat:
        return Chat(
            self.one("irc.example.org", "relay.example:8443"),
            self.one("irc", "nostr", self.short()),
            self.maybe(self.line),
            self.maybe(self.line),
        )

    def posts(self) -> tuple[Social, ...]:
        posts = self.many(
            lambda: Social(
                self.one("activitypub", "atproto"),
                self.one(*URIS),
                self.maybe(self.line),
                self.maybe(self.address),
                self.one(None, 0, 1, 7),
            )
        )
        return posts or self.one((), (Social("disabled"),))

    def recipient(self) -> Recipient:
        kind, address = self.one(("node", "02d5c1"), ("lnaddress", "kari@example.org"), ("wallet", "0xab"))
        key = self.maybe(self.line)
        return Recipient(
            kind,
            address,
            self.count(),
            self.maybe(self.line),
            self.one(True, False),
            key,
            self.maybe(self.line) if key else "",
        )

    def recipients(self) -> tuple[Recipient, ...]:
        return (self.recipient(), *self.many(self.recipient, 2))

    def time_split(self) -> TimeSplit:
        if self.chance.random() < 0.5:
            return TimeSplit(*self.span(), self.recipients())
        start_ms = self.one(0, self.span()[0])
        return TimeSplit(*self.span(), (), self.remote(), start_ms, self.one(None, 0, 95, 100))

    def value(self, *, moments: bool = False) -> Value:
        return Value(
            self.one("lightning", "bitcoin"),
            self.one("keysend", "lnaddress", "amp"),
            self.recipients(),
            self.one("", "0.00000005000", "1"),
            self.many(self.time_split) if moments else (),
        )

    def alternate(self) -> AlternateEnclosure:
        def source() -> Source:
            return Source(self.one(*URIS), self.one("", "application/x-bittorrent"))

        return AlternateEnclosure(
            self.one("video/mp4", "audio/opus", "application/x-mpegurl"),
            (source(), *self.many(source, 2)),
            self.maybe(self.count, None),
            self.maybe(self.count, None),
            self.one(None, 720, 2160),
            self.one("", "nb", "en-GB"),
            self.maybe(self.short),
            self.maybe(self.short),
            self.maybe(self.line),
            integrity=self.one("", SRI, PGP),
        )

    def alternates(self) -> tuple[AlternateEnclosure, ...]:
        found = self.many(self.alternate)
        return tuple(replace(one, default=at == 0 and self.one(True, False)) for at, one in enumerate(found))

    def trailer(self) -> Trailer:
        return Trailer(
            self.phrase(),
            self.address(),
            self.moment(),
            self.maybe(self.count, None),
            self.one("", "audio/mpeg"),
            self.one(None, 1, 12),
        )

    def shared(self, *, moments: bool = False, licensed: bool = False) -> dict[str, Any]:
        """The fields that networks, feeds, streams and cases have."""
        licence = self.phrase() if licensed else self.maybe(self.phrase)
        return {
            "credits": self.many(self.credit),
            "funding": self.many(self.link),
            "license": licence,
            "license_href": self.maybe(self.address) if licence else "",
            "images": self.many(self.picture),
            "txt": self.many(self.txt),
            "chat": self.maybe(self.chat, None),
            "social": self.posts(),
            "value": self.maybe(lambda: self.value(moments=moments), None),
            **self.places(),
        }

    def live(self) -> Live:
        start = self.moment()
        return Live(
            title=self.line(),
            guid=self.line(),
            status=self.one("pending", "live", "ended"),
            start=start,
            url=self.address(),
            media_type=self.one("audio/mpeg", "video/mp4"),
            end=self.one(None, start + timedelta(hours=1)),
            description=self.maybe(self.text),
            href=self.maybe(self.address),
            image=self.maybe(self.address),
            links=(self.link(), *self.many(self.link, 1)),
            hosts=self.many(self.person, 1),
            guests=self.many(self.person, 2),
            alternates=self.alternates(),
            **self.shared(),
        )

    # ------------------------------------------------------------ network, feed, case

    def stated(self) -> dict[str, Any]:
        blocked = self.one((), ("google",), ("google", "amazon"))
        return {
            "locked": self.one(None, True, False),
            "hosts": self.many(self.person),
            "block_services": blocked,
            "allow_services": self.one((), ("spotify", "apple")),
            "podping": self.one(None, True, False),
            "publisher": self.maybe(lambda: replace(self.remote(), medium=PUBLISHER), None),
            "update_frequency": self.maybe(self.frequency, None),
            "podroll": self.many(lambda: self.one(RELATED, replace(self.remote(), item=""))),
            "page_size": self.one(None, 10, 500),
            "max_megabytes": self.one(None, 0.5, 8.0),
            **self.shared(),
        }

    def piece(self, name: str) -> Piece:
        start_ms = self.one(0, 2_000, 2_250)
        return self.one(
            Piece(Path(name)),
            Piece(
                Path(name), start_ms, self.one(None, 14_000), 1_000, 2_500, 500, self.one(True, False), -3.5
            ),
        )

    def network(self) -> Network:
        return Network(
            name=self.line(),
            website=self.address(),
            base_url=self.one("https://cdn.example.org/pod/", "https://blåbær.example/på/"),
            guid=self.guid(),
            language=self.language(),
            time_zone=self.one("Europe/Oslo", "America/New_York"),
            store=self.one("public", "s3://lorn/pod"),
            description=self.maybe(self.text),
            author=self.maybe(self.line),
            owner_name=self.maybe(self.line),
            owner_email=self.one("", "post@example.org"),
            copyright=self.maybe(self.line),
            explicit=self.one(True, False),
            categories=self.categories(),
            artwork=self.maybe(self.address),
            case_href=self.one("", "https://example.org/case/{id}"),
            site=self.one(True, False),
            hubs=self.one((), ("https://hub.example/", "https://annen.example/?a=1&b=2")),
            # Of names that nobody else has here: others of such a name would be completed by them.
            people=self.many(lambda: replace(self.person(), name=f"{self.word()} ({self.word()})")),
            themes=tuple({one.casefold(): one for one in self.many(self.line)}.values()),
            perspectives=tuple({one.casefold(): one for one in self.many(self.line)}.values()),
            audio=AudioSettings(
                self.one(-16.0, -16.5),
                self.one(-1.0, -1.5),
                self.one(96, 112),
                self.one(128, 192),
                self.one("keep", "mono", "stereo"),
                self.one(44100, 48000),
            ),
            renditions=self.one((), (RenditionSettings("opus"), RenditionSettings("aac", 96))),
            assembly=Assembly(
                intro=self.maybe(lambda: self.piece("intro.wav"), None),
                outro=self.maybe(lambda: self.piece("lyd/outro.wav"), None),
                jingle=self.maybe(lambda: self.piece("jingle.wav"), None),
                trim_silence=self.one(True, False),
            ),
            transcripts=TranscriptSettings(
                self.one("espeak", "none"), self.one("none", "faster-whisper"), self.one("", "models/small")
            ),
            ignored=self.many(lambda: Ignored("guest-missing", self.line(), self.one("", "episodes/C1")), 2),
            s3=self.one({}, {"endpoint": "https://s3.example.org", "region": "eu", "conditional": "true"}),
            cards=self.one("share", "episode", "none"),
            colour=self.one("", "#0f4c3f"),
            **self.stated(),
        )

    def feed(self, slug: str = "alle") -> Feed:
        stated = self.stated()
        if stated["license_href"] and not stated["license"]:
            stated["license_href"] = ""
        made = Feed(
            slug=slug,
            title=self.line(),
            description=self.maybe(self.markdown),
            guid=self.maybe(self.guid),
            link=self.maybe(self.address),
            language=self.maybe(self.language),
            author=self.maybe(self.line),
            categories=self.categories(),
            artwork=self.maybe(self.address),
            type=self.one("episodic", "serial"),
            explicit=self.one(None, True, False),
            copyright=self.maybe(self.line),
            new_feed_url=self.maybe(self.address),
            block=self.one(True, False),
            complete=self.one(True, False),
            colour=self.one("", "#0f4c3f"),
            itunes_title=self.maybe(self.line),
            **stated,
        )
        if self.chance.random() < 0.2:  # a list of others
            remotes = (self.remote(), *self.many(self.remote))
            return replace(made, medium=self.one("podcastL", "mixed"), remote_items=remotes, page_size=None)
        return replace(
            made,
            medium=self.one("podcast", "music", "course"),
            where=Where(
                self.many(self.line, 2),
                self.many(self.line, 1),
                self.many(self.line, 1),
                self.many(self.line, 1),
                self.one((), ("nb", "en")),
            ),
            limit=None if made.page_size else self.one(None, 300),
            trailers=self.many(self.trailer),
            live=self.many(self.live, 2),
        )

    def quiz(self) -> QuizQuestion:
        answers = tuple(self.line() for _ in range(self.chance.randrange(2, 5)))
        right = tuple(sorted(self.chance.sample(range(len(answers)), self.chance.randrange(1, len(answers)))))
        return QuizQuestion(self.line(), answers, right, self.maybe(self.text))

    def chapter(self) -> Chapter:
        start_ms, duration_ms = self.span()
        return Chapter(
            start_ms,
            self.line(),
            self.one(None, start_ms + duration_ms),
            self.maybe(self.address),
            self.maybe(self.address),
        )

    def case(self, case_id: str = "C0901") -> Case:
        season, episode = self.one(None, 1, 12), self.one(None, 1, 3.5, 100.25)
        return Case(
            id=case_id,
            title=self.line(),
            language=self.language(),
            number=self.one(None, self.count()),
            published=self.one(None, self.moment()),
            themes=self.many(self.line),
            perspective=self.maybe(self.line),
            guests=self.many(self.person),
            hosts=self.many(self.person, 2),
            quote=self.maybe(lambda: Quote(self.unquoted(), self.maybe(self.line)), None),
            chapters=self.many(self.chapter),
            soundbites=self.many(lambda: Soundbite(*self.span(), self.maybe(self.phrase))),
            summary=self.maybe(self.text),
            introduction=self.maybe(self.markdown),
            questions=self.many(lambda: Question(self.markdown(), self.maybe(self.markdown))),
            learning_points=self.many(self.line),
            quiz=self.many(self.quiz, 2),
            quiz_href=self.maybe(self.address),
            reflection=self.many(self.line),
            links=self.many(lambda: Link(self.line(), self.maybe(self.address))),
            related=self.one((), ("C0001", "37")),
            keywords=self.many(self.line),
            season=season,
            season_name=self.maybe(self.phrase) if season else "",
            episode=episode,
            episode_display=self.maybe(self.short) if episode else "",
            episode_type=self.one("full", "trailer", "bonus"),
            itunes_title=self.maybe(self.line),
            block=self.one(True, False),
            explicit=self.one(None, True, False),
            guid=self.one(None, self.line()),
            href=self.maybe(self.address),
            image=self.maybe(self.address),
            alternates=self.alternates(),
            content_links=self.many(self.link),
            **self.shared(moments=True),
        )


# ---------------------------------------------------------------- what of the model is there


def fields_within(kind: type) -> set[tuple[str, str]]:
    """The name of each class that a *kind* can hold, itself too, with each of its fields."""
    seen: dict[type, None] = {}

    def visit(hint: object) -> None:
        for part in get_args(hint):
            visit(part)
        if isinstance(hint, type) and is_dataclass(hint) and hint not in seen:
            seen[hint] = None
            for inner in get_type_hints(hint).values():
                visit(inner)

    visit(kind)
    return {(one.__name__, field.name) for one in seen for field in fields(one)}


def said_in(value: object) -> Iterator[tuple[str, str]]:
    """Each class and field within *value* that says something else than it does by itself."""
    if isinstance(value, tuple | list):
        for part in value:
            yield from said_in(part)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            held = getattr(value, field.name)
            usual = field.default if field.default is not MISSING else None
            if field.default_factory is not MISSING:
                usual = field.default_factory()
            if held != usual and held not in ("", None, (), {}, MappingProxyType({})):
                yield type(value).__name__, field.name
            yield from said_in(held)
