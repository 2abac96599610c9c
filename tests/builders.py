"""Small sound values to build tests from; each takes changes as keywords."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from lornpod.model import (
    Artifact,
    Case,
    Category,
    Chapter,
    Feed,
    Loudness,
    Media,
    Network,
    Person,
    Picture,
    Place,
    Question,
    Quote,
    Record,
    Sound,
    Where,
    default_guid,
)

KARI = Person("Kari Nordmann", "Fagleder", "Fjordheim kommune", href="https://example.org/kari")
OLA = Person("Ola Vik")


def network(**changes: Any) -> Network:
    return replace(
        Network(
            name="Lærerommet",
            website="https://example.org/",
            base_url="https://cdn.example.org/pod/",
            guid="5f0e7c1a-3d0b-4e36-9a55-1b6a2f0d9c11",
            description="Samtaler om å lære.",
            author="Lærerommet",
            owner_name="Redaksjonen",
            owner_email="post@example.org",
            categories=(Category("Education", "Courses"),),
            artwork="artwork/cover.jpg",
        ),
        **changes,
    )


def feed(**changes: Any) -> Feed:
    return replace(
        Feed(
            slug="offentlig-innovasjon",
            title="Innovasjon i offentlig sektor",
            description="Samtaler om å fornye det offentlige.",
            where=Where(theme=("Innovasjon i offentlig sektor",)),
        ),
        **changes,
    )


def case(**changes: Any) -> Case:
    return replace(
        Case(
            id="C0901",
            number=901,
            title="Små skritt & store broer",
            language="nb",
            published=datetime(2026, 3, 2, 5, 0, tzinfo=UTC),
            themes=("Innovasjon i offentlig sektor",),
            perspective="Offentlig sektor",
            guests=(KARI,),
            hosts=(OLA,),
            place=Place("Trøndelag", geo="geo:63.43,10.39", country="NO"),
            quote=Quote("Vi bygger broer mens vi går på dem."),
            chapters=(
                Chapter(0, "Velkommen", 30_000),
                Chapter(30_000, "Broen som ble bygd baklengs", 75_250, href="https://example.org/bro"),
                Chapter(75_250, "Veien videre", 90_000),
            ),
            summary="Kari Nordmann forteller om broer.",
            introduction="Kari Nordmann forteller om **broer**.",
            questions=(Question("Hvem er du?", "Jeg leder et *lite* fagmiljø."),),
        ),
        **changes,
    )


def where(**conditions: tuple[str, ...]) -> Where:
    return replace(Where(), **conditions)


def picture(**changes: Any) -> Picture:
    return replace(Picture("art/picture.jpg"), **changes)


def artifact(**changes: Any) -> Artifact:
    return replace(
        Artifact(
            "media",
            "media/C0901/c0901-sma-skritt-1f3a9c02ab34.mp3",
            "audio/mpeg",
            1_440_000,
            "1f3a9c02ab34" + "0" * 52,
        ),
        **changes,
    )


def record(**changes: Any) -> Record:
    its_case = changes.pop("case", None) or case()
    return replace(
        Record(
            number=1,
            guid=default_guid(network(), its_case.id),
            case=its_case,
            media=Media(
                artifact(),
                Sound(90_000, "mp3", 44100, 2, 128),
                Loudness(-16.0, 5.1, -1.4),
                recipe="r1",
            ),
            recorded_at=datetime(2026, 3, 2, 4, 0, tzinfo=UTC),
            by="kari@studio",
            notes="<p>Kari Nordmann forteller om <strong>broer</strong>.</p>",
            transcripts=(
                artifact(
                    kind="transcript", key="text/C0901/c0901-aa.vtt", media_type="text/vtt", language="nb"
                ),
                artifact(
                    kind="transcript", key="text/C0901/c0901-bb.html", media_type="text/html", language="nb"
                ),
            ),
            chapters=artifact(
                kind="chapters", key="chapters/C0901/c0901-cc.json", media_type="application/json+chapters"
            ),
        ),
        **changes,
    )
