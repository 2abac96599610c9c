"""Authored files -> the model: every field, every complaint with its place, nothing else ever raised."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lornpod.errors import InputError, Level, LornpodError, errors_in
from lornpod.model import (
    Assembly,
    AudioSettings,
    Case,
    CaseFolder,
    Category,
    Chapter,
    Feed,
    Link,
    Network,
    Person,
    Piece,
    Place,
    Question,
    Quote,
    Where,
    podcast_guid,
)
from lornpod.workspace import Workspace, case_ids, find_root, read

NETWORK = """\
name: Lærerommet
website: https://example.org
base_url: https://cdn.example.org/pod
guid: 5f0e7c1a-3d0b-4e36-9a55-1b6a2f0d9c11
"""


def write(root: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def case_md(front: str, body: str = "") -> str:
    return f"---\ntitle: Broen\n{front}\n---\n{body}"


def of_case(tmp_path: Path, text: str | bytes, **files: str) -> Workspace:
    """The workspace of one case with this case.md, and with *files* beside it ("_" stands for a dot)."""
    beside = {f"episodes/C0608/{name.replace('_', '.')}": content for name, content in files.items()}
    return read(write(tmp_path, {"lornpod.yaml": NETWORK, "episodes/C0608/case.md": text, **beside}))


def folder_of(tmp_path: Path, text: str | bytes, **files: str) -> CaseFolder:
    workspace = of_case(tmp_path, text, **files)
    assert not workspace.findings
    return workspace.cases[0]


def the_case(tmp_path: Path, text: str | bytes, **files: str) -> Case:
    return folder_of(tmp_path, text, **files).case


def complaints(workspace: Workspace) -> list[str]:
    return [str(finding) for finding in workspace.findings]


def network_of(tmp_path: Path, more: str) -> Network:
    return read(write(tmp_path, {"lornpod.yaml": NETWORK + more})).network


def network_complaints(tmp_path: Path, text: str | bytes) -> list[str]:
    write(tmp_path, {"lornpod.yaml": text})
    try:
        return complaints(read(tmp_path))
    except InputError as error:
        return [str(finding) for finding in error.findings]


# ---------------------------------------------------------------- the way to the workspace


def test_the_root_is_the_nearest_folder_upward(tmp_path: Path) -> None:
    write(tmp_path, {"lornpod.yaml": NETWORK, "episodes/C0608/case.md": case_md("")})
    assert find_root(tmp_path / "episodes" / "C0608") == tmp_path
    assert find_root(tmp_path / "lornpod.yaml") == tmp_path


def test_without_a_workspace_the_error_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(LornpodError, match="lornpod init") as caught:
        find_root(tmp_path)
    assert str(tmp_path) in str(caught.value)


def test_reading_where_there_is_no_network_file_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"lornpod\.yaml: cannot be read: no such file"):
        read(tmp_path)


# ---------------------------------------------------------------- lornpod.yaml


def test_every_field_of_the_network_reaches_the_model(tmp_path: Path) -> None:
    write(tmp_path, {"artwork/cover.jpg": "x", "artwork/ola.jpg": "x"})
    network = network_of(
        tmp_path,
        """\
description: Samtaler.
language: nn
time_zone: America/New_York
store: s3://bucket/pod
author: Redaksjonen
owner: {name: Ola Vik, email: post@example.org}
copyright: 2026 Lærerommet
license: {id: cc-by-4.0, href: https://creativecommons.org/licenses/by/4.0/}
explicit: true
categories: [Education > Courses, Technology]
artwork: artwork/cover.jpg
case_href: https://example.org/case/{id}
locked: false
funding: [{title: Støtt oss, href: https://example.org/gi}]
people:
  - {name: Ola Vik, role: Vert, organisation: Lærerommet, img: artwork/ola.jpg, href: https://example.org/ola}
  - Kari Nordmann
themes: [Innovasjon, Bærekraft]
perspectives: Forskning
audio: {loudness: -16.5, true_peak: -1.5, bitrate: {mono: 112, stereo: 192}, channels: mono,
  sample_rate: 48000}
s3: {endpoint: https://s3.example.org, region: eu-north-1, profile: pod, addressing: path}
""",
    )
    assert network == Network(
        name="Lærerommet",
        website="https://example.org",
        base_url="https://cdn.example.org/pod/",
        guid="5f0e7c1a-3d0b-4e36-9a55-1b6a2f0d9c11",
        language="nn",
        time_zone="America/New_York",
        store="s3://bucket/pod",
        description="Samtaler.",
        author="Redaksjonen",
        owner_name="Ola Vik",
        owner_email="post@example.org",
        copyright="2026 Lærerommet",
        license="cc-by-4.0",
        license_href="https://creativecommons.org/licenses/by/4.0/",
        explicit=True,
        categories=(Category("Education", "Courses"), Category("Technology")),
        artwork="artwork/cover.jpg",
        case_href="https://example.org/case/{id}",
        locked=False,
        funding=(Link("Støtt oss", "https://example.org/gi"),),
        people=(
            Person("Ola Vik", "Vert", "Lærerommet", "artwork/ola.jpg", "https://example.org/ola"),
            Person("Kari Nordmann"),
        ),
        themes=("Innovasjon", "Bærekraft"),
        perspectives=("Forskning",),
        audio=AudioSettings(-16.5, -1.5, 112, 192, "mono", 48000),
        s3={
            "endpoint": "https://s3.example.org",
            "region": "eu-north-1",
            "profile": "pod",
            "addressing": "path",
        },
    )


def test_what_the_network_leaves_out_is_the_model_s_default(tmp_path: Path) -> None:
    assert network_of(tmp_path, "") == Network(
        "Lærerommet",
        "https://example.org",
        "https://cdn.example.org/pod/",
        "5f0e7c1a-3d0b-4e36-9a55-1b6a2f0d9c11",
    )


def test_a_licence_may_be_a_slug_with_its_address_beside(tmp_path: Path) -> None:
    network = network_of(tmp_path, "license: cc0-1.0\nlicense_href: https://example.org/cc0\n")
    assert (network.license, network.license_href) == ("cc0-1.0", "https://example.org/cc0")


def test_without_a_guid_the_network_has_that_of_its_address_and_is_told(tmp_path: Path) -> None:
    write(tmp_path, {"lornpod.yaml": NETWORK.replace("guid: 5f0e7c1a-3d0b-4e36-9a55-1b6a2f0d9c11\n", "")})
    workspace = read(tmp_path)
    assert workspace.network.guid == podcast_guid("https://cdn.example.org/pod")
    (advice,) = workspace.findings
    assert advice.level is Level.ADVICE
    assert workspace.network.guid in advice.hint


def test_all_mistakes_of_the_network_come_together_in_order(tmp_path: Path) -> None:
    text = """\
name: Lærerommet
websit: https://example.org
base_url: ftp://cdn.example.org/?q
guid: C0608
time_zone: Oslo
explicit: no
categories: [Education > Kurs]
owner: {mail: post@example.org}
artwork: ../cover.jpg
audio:
  bitrate: {mono: 100}
  sample_rate: 22050
  loudness: loud
s3: {endpoint: https://s3.example.org, secret: x}
people:
  - {role: Vert}
case_href: https://example.org/case
"""
    assert network_complaints(tmp_path, text) == [
        "lornpod.yaml: website: is missing or empty; write website: https://example.org/",
        "lornpod.yaml:2: websit: is no field here; did you mean website?",
        "lornpod.yaml:3: base_url: 'ftp://cdn.example.org/?q' is not a web address; write https://…",
        "lornpod.yaml:4: guid: 'C0608' is not a UUID; "
        "write 8-4-4-4-12 hexadecimal digits; python -m uuid makes one",
        "lornpod.yaml:5: time_zone: 'Oslo' is not a time zone; write Europe/Oslo",
        "lornpod.yaml:6: explicit: 'no' is neither true nor false; write false",
        "lornpod.yaml:7: categories[0]: 'Education > Kurs' is not a category of Apple Podcasts; "
        "did you mean Education > Courses?",
        "lornpod.yaml:8: owner.mail: is no field here; did you mean email?",
        "lornpod.yaml:9: artwork: '../cover.jpg' leaves the folder; "
        "put the file into the folder and write its name",
        "lornpod.yaml:11: audio.bitrate.mono: '100' is none of "
        "32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320; write one of them",
        "lornpod.yaml:12: audio.sample_rate: '22050' is none of 44100, 48000; write one of them",
        "lornpod.yaml:13: audio.loudness: 'loud' is not a number of decibels from -70 to -5; "
        "write a number without its unit",
        "lornpod.yaml:14: s3.secret: is no field here; known are endpoint, region, profile, addressing, "
        "conditional",
        "lornpod.yaml:16: people[0].name: is missing or empty; write name: Kari Nordmann",
        "lornpod.yaml:17: case_href: 'https://example.org/case' has no {id} in it; "
        "write such as https://example.org/case/{id}",
    ]


def test_what_apple_asks_otherwise_is_a_warning(tmp_path: Path) -> None:
    more = "audio: {bitrate: {mono: 64, stereo: 320}, loudness: -23, true_peak: 0}\n"
    workspace = read(write(tmp_path, {"lornpod.yaml": NETWORK + more}))
    assert [finding.level for finding in workspace.findings] == [Level.WARNING] * 4
    assert "audio.bitrate.mono: 64 kbit/s is outside" in str(workspace.findings[0])


def test_an_absent_cover_is_an_error_but_the_network_can_be_used(tmp_path: Path) -> None:
    workspace = read(write(tmp_path, {"lornpod.yaml": NETWORK + "artwork: cover.jpg\n", "cover.png": "x"}))
    assert complaints(workspace) == [
        "lornpod.yaml:5: artwork: there is no file 'cover.jpg'; did you mean cover.png?"
    ]
    assert errors_in(workspace.findings)


def test_an_unusable_network_still_tells_of_all_other_files(tmp_path: Path) -> None:
    files = {
        "lornpod.yaml": "name: x\nnmae: y\n",
        "feeds/a.md": "---\ntitel: A\n---\n",
        "episodes/C0608/case.md": case_md("number: x"),
    }
    with pytest.raises(InputError) as caught:
        read(write(tmp_path, files))
    text = str(caught.value)
    for place in ("lornpod.yaml:2: nmae", "feeds/a.md:2: titel", "episodes/C0608/case.md:3: number"):
        assert place in text


@pytest.mark.parametrize(
    "content", [b"", b"   \n", b"- a\n", b"text", b"a: [", b"\xff\xfea\0", b"name: \xe6\n"]
)
def test_a_file_that_is_no_network_is_an_input_error(tmp_path: Path, content: bytes) -> None:
    (first, *_) = network_complaints(tmp_path, content)
    assert first.startswith("lornpod.yaml:1: ")


# ---------------------------------------------------------------- feeds


def test_every_field_of_a_feed_reaches_the_model(tmp_path: Path) -> None:
    feed = """\
---
title: Innovasjon
where:
  theme: [Innovasjon, Fornying]
  perspective: Forskning
  host: Ola Vik
  guest: [Kari Nordmann]
  language: no
guid: 917393E3-1b1e-5cef-ace4-edaa54e1f810
link: https://example.org/innovasjon
language: nb
author: Redaksjonen
categories: Education > Courses
artwork: artwork/x.jpg
type: serial
explicit: false
copyright: 2026
new_feed_url: https://example.org/ny.xml
block: true
complete: true
limit: 50
---

Samtaler om **fornying**.

For alle.
"""
    files = {"lornpod.yaml": NETWORK, "feeds/innovasjon-2.md": feed, "artwork/x.jpg": "x"}
    workspace = read(write(tmp_path, files))
    assert not workspace.findings
    assert workspace.feeds[0].feed == Feed(
        slug="innovasjon-2",
        title="Innovasjon",
        description="Samtaler om **fornying**.\n\nFor alle.",
        where=Where(("Innovasjon", "Fornying"), ("Forskning",), ("Ola Vik",), ("Kari Nordmann",), ("no",)),
        guid="917393e3-1b1e-5cef-ace4-edaa54e1f810",
        link="https://example.org/innovasjon",
        language="nb",
        author="Redaksjonen",
        categories=(Category("Education", "Courses"),),
        artwork="artwork/x.jpg",
        type="serial",
        explicit=False,
        copyright="2026",
        new_feed_url="https://example.org/ny.xml",
        block=True,
        complete=True,
        limit=50,
    )


def test_feeds_come_by_slug_and_those_with_errors_are_left_out(tmp_path: Path) -> None:
    feeds = {f"feeds/{slug}.md": "---\ntitle: A\n---\n" for slug in ("b", "a", "c-1")}
    files = {
        "lornpod.yaml": NETWORK,
        **feeds,
        "feeds/Å.md": "---\ntitle: A\n---\n",
        "feeds/d.md": "---\ntitle: A\ntype: weekly\nwhere: Innovasjon\n---\n",
        "feeds/_draft.md": "",
        "feeds/notes.txt": "",
    }
    workspace = read(write(tmp_path, files))
    assert [file.feed.slug for file in workspace.feeds] == ["a", "b", "c-1"]
    assert complaints(workspace) == [
        "feeds/d.md:3: type: 'weekly' is none of episodic, serial; write one of them",
        "feeds/d.md:4: where: 'Innovasjon' where a mapping belongs; "
        "write fields below it: theme, perspective, host, guest, language",
        "feeds/Å.md: 'Å' cannot stand in a feed's address; "
        "rename it: small letters a to z, digits and -, such as innovation.md",
    ]


# ---------------------------------------------------------------- cases


def test_every_field_of_a_case_reaches_the_model(tmp_path: Path) -> None:
    text = """\
---
number: C0608
title: Broen som ble bygd baklengs
published: 200204
themes: [Innovasjon, Bærekraft]
perspective: Offentlig sektor
guests:
  - name: Kari Nordmann
    role: Fagleder
    organisation: Fjordheim kommune
    img: bilder/kari.jpg
    href: https://example.org/kari
hosts: Ola Vik
place: {name: Trøndelag, geo: "63.43, 10.39", osm: r406567, country: no}
language: no
quote: {text: “Vi bygger.”, by: Kari}
chapters:
  - {start: "00:00", title: Velkommen}
  - 12:30 Broen
  - {start: 1:02:03.5, title: Slutt, end: 3800, href: https://example.org/slutt, img: slutt.png}
summary: >
  Om broer,
  kort.
learning_points: [Å begynne, 12]
links: [{title: Boken, href: mailto:bok@example.org}]
keywords: broer, kommune
season: 2
episode: 3
episode_type: bonus
explicit: true
guid: https://gammel.example.org/?p=608
href: https://example.org/608
image: https://example.org/608.jpg
---

Kari Nordmann forteller.

Andre avsnitt.

## Hvem er du? ##

Jeg leder.

### Mer

```
## ikke en overskrift
```

## Hva nå?
Alt.
"""
    beside = {"bilder/kari.jpg": "x", "slutt_png": "x"}
    assert the_case(tmp_path, text, **beside) == Case(
        id="C0608",
        title="Broen som ble bygd baklengs",
        language="no",
        number=608,
        published=datetime(2020, 2, 4, 5, tzinfo=UTC),
        themes=("Innovasjon", "Bærekraft"),
        perspective="Offentlig sektor",
        guests=(
            Person(
                "Kari Nordmann",
                "Fagleder",
                "Fjordheim kommune",
                "bilder/kari.jpg",
                "https://example.org/kari",
            ),
        ),
        hosts=(Person("Ola Vik"),),
        place=Place("Trøndelag", "geo:63.43,10.39", "R406567", "NO"),
        quote=Quote("Vi bygger.", "Kari"),
        chapters=(
            Chapter(0, "Velkommen"),
            Chapter(750_000, "Broen"),
            Chapter(3_723_500, "Slutt", 3_800_000, "https://example.org/slutt", "slutt.png"),
        ),
        summary="Om broer, kort.",
        introduction="Kari Nordmann forteller.\n\nAndre avsnitt.",
        questions=(
            Question("Hvem er du?", "Jeg leder.\n\n### Mer\n\n```\n## ikke en overskrift\n```"),
            Question("Hva nå?", "Alt."),
        ),
        learning_points=("Å begynne", "12"),
        links=(Link("Boken", "mailto:bok@example.org"),),
        keywords=("broer", "kommune"),
        season=2,
        episode=3,
        episode_type="bonus",
        explicit=True,
        guid="https://gammel.example.org/?p=608",
        href="https://example.org/608",
        image="https://example.org/608.jpg",
    )


def test_a_title_is_enough_for_a_draft(tmp_path: Path) -> None:
    assert the_case(tmp_path, "---\ntitle: 1984\n---\n") == Case("C0608", "1984", "nb")


def test_empty_fields_count_as_left_out(tmp_path: Path) -> None:
    front = "themes:\nquote:\nchapters: []\nplace: ''\nexplicit:\nnumber:\nguests:"
    assert the_case(tmp_path, case_md(front)) == Case("C0608", "Broen", "nb")


def test_chapters_may_be_written_in_one_line(tmp_path: Path) -> None:
    front = """chapters:
  - 00:00 Velkommen
  - 01:30.5 - Broen
  - 1:02:03 Del 2: Veien
  - 75:00: Slutt
  - "80:00 – Takk: ha det"
"""
    assert the_case(tmp_path, case_md(front)).chapters == (
        Chapter(0, "Velkommen"),
        Chapter(90_500, "Broen"),
        Chapter(3_723_000, "Del 2: Veien"),
        Chapter(4_500_000, "Slutt"),
        Chapter(4_800_000, "Takk: ha det"),
    )


def test_theme_is_another_word_for_themes(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, case_md("theme: Innovasjon, kort sagt"))
    assert folder.case.themes == ("Innovasjon, kort sagt",)
    assert folder.lines.where("themes") == "episodes/C0608/case.md:3"
    both = of_case(tmp_path, case_md("theme: A\nthemes: [B]"))
    assert complaints(both) == [
        "episodes/C0608/case.md:3: theme: theme and themes are both given; keep themes"
    ]


def test_a_bare_name_is_completed_from_the_network(tmp_path: Path) -> None:
    people = "people: [{name: Ola Vik, role: Vert, img: artwork/ola.jpg, href: https://example.org/ola}]\n"
    text = case_md("hosts: [ola vik]\nguests: [{name: Ola Vik, role: Gjest}, Kari Nordmann]")
    files = {"lornpod.yaml": NETWORK + people, "artwork/ola.jpg": "x", "episodes/C0608/case.md": text}
    folder = read(write(tmp_path, files)).cases[0]
    (host,), guests = folder.case.hosts, folder.case.guests
    assert (host.name, host.role, host.href) == ("Ola Vik", "Vert", "https://example.org/ola")
    assert (folder.folder / host.img).resolve() == (tmp_path / "artwork/ola.jpg").resolve()
    assert guests == (Person("Ola Vik", "Gjest"), Person("Kari Nordmann"))


def test_dates_without_a_zone_are_the_network_s(tmp_path: Path) -> None:
    files = {
        "lornpod.yaml": NETWORK + "time_zone: Asia/Tokyo\n",
        "episodes/C0608/case.md": case_md("published: 2026-03-02"),
    }
    assert read(write(tmp_path, files)).cases[0].case.published == datetime(2026, 3, 1, 21, tzinfo=UTC)


def test_all_mistakes_of_a_case_come_together_in_order(tmp_path: Path) -> None:
    text = """\
---
titel: Broen
number: sixty
published: 2026-02-30
chapters:
  - {start: "00:00", title: Velkommen}
  - {start: "12:99", title: Broen}
  - {start: "13:00"}
  - [14:00, Slutt]
  - 15:00
language: norsk
href: javascript:alert(1)
image: borte.jpg
explicit: nei
guests: [{navn: Kari}]
episode: 0
place: {name: X, geo: nowhere}
links: [[Boken]]
title: 'En
  lang'
title: To
---
Tekst

##
"""
    where = "episodes/C0608/case.md"
    workspace = of_case(tmp_path, text)
    assert not workspace.cases
    assert complaints(workspace) == [
        f"{where}:2: titel: is no field here; did you mean title?",
        f"{where}:3: number: 'sixty' is not a case number; write digits, such as 608 or C0608",
        f"{where}:4: published: '2026-02-30' does not exist in the calendar; "
        "write 2026-03-02 or 2026-03-02 06:30",
        f"{where}:7: chapters[1].start: '12:99' is not a time; write MM:SS or HH:MM:SS",
        f"{where}:8: chapters[2].title: is missing or empty; "
        "write title: The bridge that was built backwards",
        f"{where}:9: chapters[3]: a list where a mapping belongs; "
        "write fields below it: start, title, end, href, img",
        f"{where}:10: chapters[4].title: is missing or empty; "
        "write title: The bridge that was built backwards",
        f"{where}:11: language: 'norsk' is not a language tag; write such as nb, nn, en or en-GB",
        f"{where}:12: href: 'javascript:alert(1)' is not a web address; write https://…",
        f"{where}:13: image: there is no file 'borte.jpg'; put the file there, or remove the line",
        f"{where}:14: explicit: 'nei' is neither true nor false; write false",
        f"{where}:15: guests[0].name: is missing or empty; write name: Kari Nordmann",
        f"{where}:15: guests[0].navn: is no field here; known are name, role, organisation, img, href",
        f"{where}:16: episode: '0' is not a number above 0; write 1, or take the line out",
        f"{where}:17: place[0].geo: 'nowhere' is not a position; "
        "write latitude and longitude: geo:63.43,10.39",
        f"{where}:18: links[0]: a list where a mapping belongs; write fields below it: title, href",
        f"{where}:21: title: stands twice, first in line 19; keep one",
        f"{where}:25: a heading without text; write the question",
    ]


@pytest.mark.parametrize(
    "said", ["../C0001/kari.jpg", "/etc/passwd", "a/../../x.jpg", "C:\\x.jpg", "~/x.jpg"]
)
@pytest.mark.parametrize("field", ["image: {}", "audio: {}", "guests: [{{name: K, img: '{}'}}]"])
def test_file_names_never_leave_the_case_s_folder(tmp_path: Path, said: str, field: str) -> None:
    (complaint,) = complaints(of_case(tmp_path, case_md(field.format(said))))
    assert complaint.startswith("episodes/C0608/case.md:3: ")
    assert "leaves the folder" in complaint


def test_an_absent_file_names_the_nearest_there_is(tmp_path: Path) -> None:
    workspace = of_case(tmp_path, case_md("image: cover.jpg"), cover_jpeg="x")
    assert complaints(workspace) == [
        "episodes/C0608/case.md:3: image: there is no file 'cover.jpg'; did you mean cover.jpeg?"
    ]


# ---------------------------------------------------------------- files beside the case


@pytest.mark.parametrize("name", ["lyd.wav", "X.MP3", "a b.flac", "audio.m4a", "v.mkv.opus"])
def test_the_only_recording_in_the_folder_is_the_case_s(tmp_path: Path, name: str) -> None:
    write(tmp_path, {f"episodes/C0608/{name}": "x", "episodes/C0608/._other.wav": "x"})
    assert folder_of(tmp_path, case_md("")).audio == tmp_path / "episodes/C0608" / name


def test_of_several_recordings_one_has_to_be_named(tmp_path: Path) -> None:
    workspace = of_case(tmp_path, case_md(""), a_wav="x", b_mp3="x")
    assert complaints(workspace) == [
        "episodes/C0608/case.md: audio: several recordings: a.wav, b.mp3; name the right one: audio: a.wav"
    ]
    named = of_case(tmp_path, case_md("audio: b.mp3"))
    assert not named.findings
    assert named.cases[0].audio == tmp_path / "episodes/C0608/b.mp3"


def test_without_a_recording_there_is_none(tmp_path: Path) -> None:
    assert folder_of(tmp_path, case_md(""), notes_txt="x").audio is None


@pytest.mark.parametrize("said", ["https://example.org/a.mp3", "notes.txt", "borte.wav"])
def test_a_recording_is_a_sound_file_in_the_folder(tmp_path: Path, said: str) -> None:
    (complaint,) = complaints(of_case(tmp_path, case_md(f"audio: {said}"), notes_txt="x"))
    assert complaint.startswith("episodes/C0608/case.md:3: audio")


# ---------------------------------------------------------------- what goes before and after the recording

EVERY_EPISODE = (
    "audio: {intro: intro.wav, outro: {file: outro.wav, overlap: 2, fade_in: 0.5}, jingle: j.wav}\n"
)


def assembled(tmp_path: Path, front: str, **files: str) -> Assembly:
    write(tmp_path, {"lornpod.yaml": NETWORK + EVERY_EPISODE, "intro.wav": "", "outro.wav": "", "j.wav": ""})
    beside = {f"episodes/C0608/{name.replace('_', '.')}": content for name, content in files.items()}
    workspace = read(write(tmp_path, {"episodes/C0608/case.md": case_md(front), **beside}))
    assert not workspace.findings
    return workspace.cases[0].assembly


def test_every_case_has_the_networks_intro_and_outro(tmp_path: Path) -> None:
    found = assembled(tmp_path, "")
    assert found.intro == Piece(tmp_path / "intro.wav")
    assert found.outro == Piece(tmp_path / "outro.wav", fade_in_ms=500, overlap_ms=2000)
    assert not found.trim_silence
    assert found.times == "recording"


def test_a_case_has_its_own_or_none(tmp_path: Path) -> None:
    front = "audio: {intro: none, outro: {file: a.wav, level: -3}, trim_silence: true, times: finished}"
    found = assembled(tmp_path, front, a_wav="x", b_wav="x")
    assert found.intro is None
    assert found.outro == Piece(tmp_path / "episodes/C0608/a.wav", level_lu=-3)
    assert found.trim_silence
    assert found.times == "finished"


def test_a_jingle_is_a_time_and_perhaps_a_sound(tmp_path: Path) -> None:
    front = 'audio: {jingles: ["20:00", 12:30 a.wav, {at: "05:00", file: b.wav, overlap: 1}]}'
    found = assembled(tmp_path, front, a_wav="x", b_wav="x", c_wav="x")
    folder = tmp_path / "episodes/C0608"
    assert [(jingle.at_ms, jingle.piece.file) for jingle in found.jingles] == [
        (300_000, folder / "b.wav"),
        (750_000, folder / "a.wav"),
        (1_200_000, tmp_path / "j.wav"),
    ]


def test_what_is_wrong_with_pieces_is_told_with_its_line(tmp_path: Path) -> None:
    front = "audio:\n  intro: {file: a.wav, start: 5, end: 4}\n  jingles:\n    - 01:00\n"
    (ends, silent) = complaints(of_case(tmp_path, case_md(front), a_wav="x", b_wav="x"))
    assert ends.startswith("episodes/C0608/case.md:4: audio.intro: ends before it begins")
    assert silent.startswith("episodes/C0608/case.md:6: audio.jingles[0]: a jingle without a sound")


def test_an_absent_intro_of_the_network_is_told_once(tmp_path: Path) -> None:
    (complaint,) = network_complaints(tmp_path, NETWORK + "audio:\n  intro: borte.wav\n")
    assert "audio.intro: there is no file 'borte.wav'" in complaint


def test_transcripts_are_known_by_their_name(tmp_path: Path) -> None:
    names = ("transcript.txt", "transcript.vtt", "Transcript.en.srt", "transcript.json", "transcript.docx")
    others = ("transcript.pdf", "old-transcript.txt", "transcript", "notes.md")
    write(tmp_path, {f"episodes/C0608/{name}": "x" for name in names + others})
    folder = folder_of(tmp_path, case_md(""))
    assert {path.name for path in folder.transcripts} == set(names)


# ---------------------------------------------------------------- Markdown and the file around it


def test_comments_in_the_text_are_not_published(tmp_path: Path) -> None:
    comment, code = "<!-- spør Kari\n\n## Ikke en overskrift\n-->\n", "```\n<!-- kode -->\n```\n"
    body = f"{comment}Inn.\n\n## Hva?\n\nSvar.\n<!-- x -->\n\n{code}"
    case = the_case(tmp_path, case_md("", body))
    assert case.introduction == "Inn."
    assert case.questions == (Question("Hva?", "Svar.\n\n\n```\n<!-- kode -->\n```"),)


def test_headings_in_code_are_text(tmp_path: Path) -> None:
    body = "~~~~ md\n## a\n~~~\n## b\n~~~~\n    ## c\n##d\n# e\n  ## Hva?\t\nSvar"
    case = the_case(tmp_path, case_md("", body))
    assert case.introduction == "~~~~ md\n## a\n~~~\n## b\n~~~~\n    ## c\n##d\n# e"
    assert case.questions == (Question("Hva?", "Svar"),)


def test_questions_know_their_line(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, case_md("", "\nInn.\n\n## En?\n\n## To?\n"))
    where = "episodes/C0608/case.md"
    assert folder.lines.where("introduction") == f"{where}:6"
    assert [folder.lines.where(f"questions[{at}].answer") for at in (0, 1)] == [f"{where}:8", f"{where}:10"]


@pytest.mark.parametrize("ends", ["\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_windows_files_read_as_others_do(tmp_path: Path, ends: str, mark: bytes) -> None:
    text = case_md("number: 608\nquote: |\n  En.\n  To.", "Inn.\n\n## Hva?\n\nSvar.\nMer.\n")
    plain = folder_of(tmp_path, text)
    other = folder_of(tmp_path, mark + text.replace("\n", ends).encode())
    assert other == plain


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"", 1, "the file is empty"),
        (b"\n\n", 1, "the file is empty"),
        (b"title: x\n", 1, "no front matter; begin the file with a line ---"),
        (b"\n# Broen\n", 2, "no front matter"),
        (b"---\ntitle: x\n\n## Hva?\n", 1, "the front matter never ends; put a line ---"),
        (b"---\ntitle: x\nquote: bl\xe5\n---\n", 3, "not UTF-8 (byte 0xE5); save the file as UTF-8"),
        (b"\xff\xfe-\0-\0-\0", 1, "UTF-16; save it as UTF-8"),
        (b"---\n- a\n---\n", 2, "no `key: value` lines"),
        (b"---\njust text\n---\n", 2, "no `key: value` lines"),
        (b"---\ntitle: x\nplace:\n\tname: y\n---\n", 4, "a tab in the indentation; use spaces"),
        (b"---\ntitle: Foo: bar\n---\n", 2, "put the whole value in quotes"),
        (b"---\ntitle: x\n---\nInn\n\x0cside\n", 5, "control character that no feed can hold (U+000C)"),
        (b"---\ntitle: x\n---\nInn\n<!-- glemt\n## Hva?\n", 5, "a comment opens here and never closes"),
        (b"---\n---\n", 0, "title: is missing or empty"),
        (b"---\ntitle: x\n---\n" + b"a" * 8_000_001, 1, "larger than 8 MB"),
    ],
)
def test_files_that_are_none_are_told_with_their_line(
    tmp_path: Path, content: bytes, line: int, words: str
) -> None:
    workspace = of_case(tmp_path, content)
    (complaint,) = complaints(workspace)
    assert complaint.startswith(f"episodes/C0608/case.md{f':{line}' if line else ''}: ")
    assert words in complaint
    assert not workspace.cases


# ---------------------------------------------------------------- many cases


def many(tmp_path: Path, **fronts: str) -> Path:
    files = {f"episodes/{name}/case.md": case_md(front) for name, front in fronts.items()}
    return write(tmp_path, {"lornpod.yaml": NETWORK, **files})


def test_only_those_asked_for_are_read(tmp_path: Path) -> None:
    many(tmp_path, C0003="", C0001="", C0002="number: x")
    assert [case.case.id for case in read(tmp_path).cases] == ["C0001", "C0003"]
    some = read(tmp_path, only=["C0003", "C0001", "C0003"])
    assert [case.case.id for case in some.cases] == ["C0001", "C0003"]
    assert not some.findings
    assert case_ids(tmp_path) == ("C0001", "C0002", "C0003")


def test_for_feeds_alone_no_case_is_opened(tmp_path: Path) -> None:
    many(tmp_path, C0001="number: x")
    workspace = read(tmp_path, only=())
    assert (workspace.cases, workspace.findings) == ((), ())


def test_a_workspace_without_cases_and_feeds_is_one(tmp_path: Path) -> None:
    workspace = read(write(tmp_path, {"lornpod.yaml": NETWORK}))
    assert (workspace.cases, workspace.feeds, workspace.findings) == ((), (), ())


@pytest.mark.parametrize(
    "case_id", ["..", "../x", "a/b", "a\\b", "", ".", "C 1", "-x", "æ", "a" * 65, "C1\n", "/etc"]
)
def test_unsafe_ids_are_refused_in_one_line(tmp_path: Path, case_id: str) -> None:
    (complaint,) = complaints(read(many(tmp_path, C0001=""), only=[case_id]))
    assert "cannot be a case's id" in complaint
    assert "\n" not in complaint


def test_an_unknown_id_names_the_nearest(tmp_path: Path) -> None:
    workspace = read(many(tmp_path, C0608="", B1=""), only=["c0608", "X"])
    assert complaints(workspace) == [
        "episodes/c0608: there is no such case; did you mean C0608?",
        "episodes/X: there is no such case; `lornpod new X` makes it",
    ]


def test_two_cases_with_one_number_are_both_told(tmp_path: Path) -> None:
    workspace = read(many(tmp_path, A="number: 608", B="published: 260302\nnumber: C0608", C="number: 7"))
    assert [case.case.id for case in workspace.cases] == ["C"]
    assert complaints(workspace) == [
        "episodes/A/case.md:3: number: 608 is the number of episodes/B/case.md:4 too; give each its own",
        "episodes/B/case.md:4: number: 608 is the number of episodes/A/case.md:3 too; give each its own",
    ]


def test_ids_that_differ_in_capitals_only_are_told(tmp_path: Path) -> None:
    many(tmp_path, C0001="")
    if (tmp_path / "episodes/c0001").exists():
        pytest.skip("this file system takes them for one itself")
    workspace = read(many(tmp_path, c0001=""))
    assert not workspace.cases
    assert complaints(workspace)[0] == (
        "episodes/C0001: differs from episodes/c0001 only in capital letters; rename one of them"
    )


def test_folders_that_are_no_cases_are_told(tmp_path: Path) -> None:
    many(tmp_path, C0001="", **{"C 2": ""})
    write(tmp_path, {"episodes/C0003/audio.wav": "x", "episodes/_old/case.md": "", "episodes/.git/x": ""})
    workspace = read(tmp_path)
    assert [(finding.where, finding.level) for finding in workspace.findings] == [
        ("episodes/C 2", Level.ERROR),
        ("episodes/C0003", Level.WARNING),
    ]
    assert case_ids(tmp_path) == ("C0001",)


def test_names_that_are_no_text_are_told_in_one_printable_line(tmp_path: Path) -> None:
    many(tmp_path, C0001="")
    names = (b"a\nb", b"\xe6", b"C0001/x\xe6.wav", b"C0001/y\n.wav")
    try:
        for path in (tmp_path / "episodes" / os.fsdecode(name) for name in names):
            if path.suffix:
                path.write_bytes(b"x")
            else:
                path.mkdir()
    except OSError:
        pytest.skip("this file system has no such names")
    said = complaints(read(tmp_path))
    assert len(said) == 3
    assert not [line for line in said if "\n" in line or not line.encode()]


def test_findings_come_in_the_order_of_the_files(tmp_path: Path) -> None:
    many(tmp_path, B="number: x", A="y: 1\nx: 1")
    write(
        tmp_path, {"lornpod.yaml": NETWORK + "artwork: x.jpg\n", "feeds/z.md": "---\n---\n", "feeds/y.md": ""}
    )
    places = [finding.where for finding in read(tmp_path).findings]
    assert places == [
        "lornpod.yaml:5",
        "feeds/y.md:1",
        "feeds/z.md",
        "episodes/A/case.md:3",
        "episodes/A/case.md:4",
        "episodes/B/case.md:3",
    ]


def test_the_working_title_cannot_be_published(tmp_path: Path) -> None:
    text = "---\ntitle: Working title\npublished: 2026-03-02\n---\n"
    assert "still the working title" in complaints(of_case(tmp_path, text))[0]


# ---------------------------------------------------------------- whatever lies there

FRAGMENTS = st.sampled_from(
    [
        "---\n",
        "title: ",
        "x\n",
        "- ",
        "chapters:\n",
        "  - start: ",
        "12:30",
        "[",
        "{",
        "\t",
        "'",
        '"',
        "&a ",
        "*a",
        "\n",
        ": ",
        "#",
        "## ",
        "```\n",
        "<!--",
        "guests: ",
        "published: ",
        "\ufeff",
        "\x00",
        "é",
        "null",
        "~",
        "!!int ",
        "explicit: no\n",
        "quote: >\n",
        "  ",
        "0608",
        "image: ",
        "audio: ",
        "where: ",
        "audio:\n  bitrate: ",
    ]
)
NONSENSE = st.binary(max_size=80) | st.lists(FRAGMENTS, max_size=25).map(
    lambda parts: "".join(parts).encode()
)
FUZZING = settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


@FUZZING
@given(NONSENSE)
def test_no_content_of_a_case_or_feed_stops_the_reader(tmp_path: Path, content: bytes) -> None:
    for text in (content, b"---\n" + content, b"---\ntitle: x\n" + content + b"\n---\n" + content):
        write(tmp_path, {"lornpod.yaml": NETWORK, "episodes/C1/case.md": text, "feeds/a.md": text})
        workspace = read(tmp_path)
        assert len(workspace.cases) == 1 or errors_in(workspace.findings)
        assert all(finding.message and "\n" not in str(finding) for finding in workspace.findings)


@FUZZING
@given(NONSENSE)
def test_no_content_of_the_network_raises_anything_but_its_findings(tmp_path: Path, content: bytes) -> None:
    for text in (content, NETWORK.encode() + content):
        write(tmp_path, {"lornpod.yaml": text})
        try:
            name = read(tmp_path).network.name
        except InputError as error:
            name = str(error)
        assert name
