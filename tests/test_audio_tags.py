"""The tag of an episode: what is written is what players and other readers find, and the sound stays."""

from __future__ import annotations

import errno
import io
import os
import subprocess
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Self

import av
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutagen import id3
from mutagen.apev2 import APEv2
from mutagen.mp3 import MP3

from lornpod.audio import frames, tags
from lornpod.audio.ffmpeg import ffmpeg
from lornpod.audio.tags import ChapterTag, Picture, Tags
from lornpod.errors import MediaError

from .workspaces import write_wav

JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
FULL = Tags(
    title="Små skritt & store broer",
    artist="Kari Nordmann, Ola Vik",
    show="Lærerommet",
    publisher="Redaksjonen",
    theme="Innovasjon i offentlig sektor",
    track=901,
    published=datetime(2026, 3, 2, 5, 30, tzinfo=UTC),
    length_ms=6000,
    language="nb",
    summary="En samtale om å bygge.",
    quote="Vi bygger broer mens vi går på dem.",
    quote_by="Kari Nordmann",
    website="https://example.org/C0901",
    feed_url="https://cdn.example.org/pod/feeds/innovasjon.xml",
    guid="5f0e7c1a-3d0b-4e36-9a55-1b6a2f0d9c11",
    category="Education",
    keywords=("broer", "læring"),
    copyright="Redaksjonen 2026",
    cover=Picture(JPEG, "image/jpeg"),
    chapters=(
        ChapterTag(0, 3000, "Velkommen"),
        ChapterTag(3000, 6000, "Broen", "https://example.org/broen", Picture(PNG, "image/png")),
    ),
    transcript="Ola Vik: Hei.\n\nKari Nordmann: Takk.",
)

characters = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])
words = st.text(characters, max_size=40)
urls = st.builds("https://example.org/{}".format, st.text("abcz019-_/.?=&%", max_size=20))
pictures = st.builds(
    Picture, st.binary(max_size=300).map(JPEG.__add__), st.sampled_from(["image/jpeg", "image/png"])
)
keyword = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=10)


@st.composite
def chapter_lists(draw: st.DrawFn) -> tuple[ChapterTag, ...]:
    times = sorted(draw(st.sets(st.integers(0, 2**32 - 2), max_size=9)))
    spans = zip(times, [*times[1:], 2**32 - 2], strict=False)
    link = st.just("") | urls
    return tuple(
        ChapterTag(start, end, draw(words), draw(link), draw(st.none() | pictures)) for start, end in spans
    )


minutes = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)).map(
    lambda at: at.replace(second=0, microsecond=0)
)
all_tags = st.builds(
    Tags,
    title=words,
    artist=words,
    show=words,
    publisher=words,
    theme=words,
    track=st.none() | st.integers(0, 10**6),
    published=st.none() | minutes,
    length_ms=st.integers(0, 10**8),
    language=st.sampled_from(["", "nb", "nn", "no", "en", "se", "de", "zh"]),
    summary=words,
    quote=words,
    quote_by=words,
    website=st.just("") | urls,
    feed_url=st.just("") | urls,
    guid=words,
    category=words,
    keywords=st.lists(keyword, max_size=4).map(tuple),
    copyright=words,
    cover=st.none() | pictures,
    chapters=chapter_lists(),
    transcript=words,
)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An MP3 of some seconds with no tag at all."""
    folder = tmp_path_factory.mktemp("sound")
    wav, mp3 = write_wav(folder / "speech.wav", 4.0), folder / "speech.mp3"
    plain = ["-id3v2_version", "0", "-write_id3v1", "0", "-b:a", "48k"]
    subprocess.run([ffmpeg(), "-v", "error", "-i", wav, *plain, mp3], check=True)
    return mp3


@pytest.fixture
def mp3(sound: Path, tmp_path: Path) -> Path:
    path = tmp_path / "episode.mp3"
    path.write_bytes(sound.read_bytes())
    return path


def raw(path: Path) -> Any:
    """The tag as mutagen finds it, untranslated."""
    return id3.ID3(path, translate=False)


def ffmetadata(path: Path) -> str:
    """What ffmpeg finds in the tag."""
    command = [ffmpeg(), "-v", "error", "-copyts", "-i", str(path), "-f", "ffmetadata", "-"]
    done = subprocess.run(command, check=True, capture_output=True)
    assert not done.stderr
    return done.stdout.decode()


# ---------------------------------------------------------------- laws


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(written=all_tags)
def test_what_is_written_is_read_again(
    sound: Path, tmp_path_factory: pytest.TempPathFactory, written: Tags
) -> None:
    path = tmp_path_factory.getbasetemp() / "law.mp3"
    tags.write(sound, written, path)
    assert tags.read(path) == written


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(edits=st.lists(all_tags, min_size=1, max_size=4))
def test_no_sequence_of_edits_touches_the_sound(
    sound: Path, tmp_path_factory: pytest.TempPathFactory, edits: list[Tags]
) -> None:
    path = tmp_path_factory.getbasetemp() / "edited.mp3"
    path.write_bytes(sound.read_bytes())
    for edit in edits:
        tags.write(path, edit)
    assert path.read_bytes().endswith(sound.read_bytes())
    assert frames.audio_sha256(path) == frames.audio_sha256(sound)


def test_writing_twice_gives_the_same_bytes(mp3: Path) -> None:
    tags.write(mp3, FULL)
    once = mp3.read_bytes()
    tags.write(mp3, FULL)
    assert mp3.read_bytes() == once


def test_an_edit_leaves_nothing_of_the_tag_before(mp3: Path) -> None:
    tags.write(mp3, FULL)
    tags.write(mp3, Tags("Ny"))
    assert tags.read(mp3) == Tags("Ny")


def test_equal_tags_have_equal_digests_and_different_ones_do_not() -> None:
    again = replace(FULL, cover=Picture(bytes(JPEG), "image/jpeg"))
    assert tags.digest(again) == tags.digest(FULL)
    assert tags.digest(replace(FULL, cover=Picture(PNG, "image/jpeg"))) != tags.digest(FULL)
    assert tags.digest(replace(FULL, keywords=("broer, læring",))) != tags.digest(FULL)


# ---------------------------------------------------------------- what was there before


def id3_block(title: str, version: int) -> bytes:
    tag = id3.ID3()
    tag.add(id3.TIT2(encoding=1, text=title))
    file = io.BytesIO()
    tag.save(file, v1=0, v2_version=version, padding=lambda _: 100)
    return file.getvalue()


def id3v1(title: str) -> bytes:
    return b"TAG" + title.encode("latin-1").ljust(124, b"\0") + b"\xff"


def ape(path: Path, title: str) -> None:
    tag = APEv2()
    tag["Title"] = title
    tag.save(path)


def lyrics3(text: str) -> bytes:
    body = f"LYRICSBEGINLYR{len(text):05d}{text}".encode("latin-1")
    return body + f"{len(body):06d}LYRICS200".encode()


@pytest.mark.parametrize(
    "ending", ["ape, v1", "v1", "ape", "lyrics, v1", "ape, lyrics, v1", "v1+, v1", "3di"]
)
def test_every_older_tag_goes_and_the_sound_stays(sound: Path, tmp_path: Path, ending: str) -> None:
    path = tmp_path / "old.mp3"
    path.write_bytes(id3_block("Første", 4) + id3_block("Andre", 3) + sound.read_bytes())
    for part in ending.split(", "):
        match part:
            case "ape":
                ape(path, "Gammel")
            case "v1":
                path.write_bytes(path.read_bytes() + id3v1("Gammel"))
            case "v1+":
                path.write_bytes(path.read_bytes() + b"TAG+Gammel".ljust(227, b"\0"))
            case "lyrics":
                path.write_bytes(path.read_bytes() + lyrics3("Gammel sang"))
            case "3di":
                appended = bytearray(id3_block("Gammel", 4))
                appended[5] |= 0x10
                path.write_bytes(path.read_bytes() + appended + b"3DI" + appended[3:10])
    tags.write(path, FULL)
    assert path.read_bytes().endswith(sound.read_bytes())
    assert "Gammel" not in str(tags.read(path))
    assert tags.read(path) == FULL
    for old in (b"Gammel", "Første".encode("utf-16-le"), "Andre".encode("utf-16-le")):
        assert old not in path.read_bytes()


def test_a_tag_that_promises_more_than_there_is_is_no_sound(tmp_path: Path) -> None:
    path = tmp_path / "broken.mp3"
    path.write_bytes(b"ID3\x03\x00\x00\x7f\x7f\x7f\x7f" + bytes(500))
    with pytest.raises(MediaError, match="no MPEG audio to tag") as refused:
        tags.write(path, FULL)
    assert refused.value.where == str(path)
    assert refused.value.hint


def test_an_absent_file_is_refused_in_one_line(tmp_path: Path) -> None:
    absent = tmp_path / "absent.mp3"
    for attempt in (lambda: tags.write(absent, FULL), lambda: tags.read(absent)):
        with pytest.raises(MediaError) as refused:
            attempt()
        assert "\n" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_a_file_without_a_tag_reads_as_an_empty_one(mp3: Path) -> None:
    assert tags.read(mp3) == Tags("")


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(at=st.integers(0, 4000), noise=st.binary(min_size=1, max_size=12))
def test_a_broken_tag_is_read_or_refused_but_never_a_crash(
    sound: Path, tmp_path_factory: pytest.TempPathFactory, at: int, noise: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "noise.mp3"
    tags.write(sound, FULL, path)
    data = bytearray(path.read_bytes())
    data[at : at + len(noise)] = noise
    path.write_bytes(data)
    with suppress(MediaError):
        tags.read(path)


def test_a_tag_of_other_software_in_version_4_is_read(sound: Path, tmp_path: Path) -> None:
    path = tmp_path / "other.mp3"
    tag = id3.ID3()
    for frame in (
        id3.TIT2(encoding=3, text="Tittel"),
        id3.TRCK(encoding=3, text="7/20"),
        id3.TDRC(encoding=3, text="2024-05-06T07:08:09"),
        id3.TLAN(encoding=3, text="nob"),
        id3.COMM(encoding=3, lang="nob", desc="", text="Om saken"),
        id3.CHAP(
            element_id="b", start_time=2000, end_time=4000, sub_frames=[id3.TIT2(encoding=3, text="To")]
        ),
        id3.CHAP(element_id="a", start_time=0, end_time=2000, sub_frames=[id3.TIT2(encoding=3, text="En")]),
    ):
        tag.add(frame)
    path.write_bytes(sound.read_bytes())
    tag.save(path, v2_version=4)
    found = tags.read(path)
    assert (found.title, found.track, found.language, found.summary) == ("Tittel", 7, "nb", "Om saken")
    assert found.published == datetime(2024, 5, 6, 7, 8, tzinfo=UTC)
    assert [chapter.title for chapter in found.chapters] == ["En", "To"]


# ---------------------------------------------------------------- what readers find


def test_the_version_is_2_3(mp3: Path) -> None:
    tags.write(mp3, FULL)
    assert mp3.read_bytes()[:5] == b"ID3\x03\x00"
    assert raw(mp3).version == (2, 3, 0)


def test_every_frame_stands_under_the_name_that_players_read(mp3: Path) -> None:
    tags.write(mp3, FULL)
    tag = raw(mp3)
    expected = {
        "TIT2": FULL.title,
        "TPE1": FULL.artist,
        "TALB": FULL.show,
        "TPE2": FULL.publisher,
        "TPUB": FULL.publisher,
        "TCON": "Podcast",
        "TIT1": FULL.theme,
        "TRCK": "901",
        "TYER": "2026",
        "TDAT": "0203",
        "TIME": "0530",
        "TLEN": "6000",
        "TLAN": "nob",
        "TCOP": FULL.copyright,
        "TDES": FULL.summary,
        "TGID": FULL.guid,
        "TCAT": "Education",
        "TKWD": "broer, læring",
        "TXXX:QUOTE": FULL.quote,
        "TXXX:QUOTE_BY": FULL.quote_by,
        "TXXX:THEME": FULL.theme,
        "USLT::nob": FULL.transcript,
        "COMM::nob": f"«{FULL.quote}» – {FULL.quote_by}\n\n{FULL.summary}",
        "WXXX:": FULL.website,
    }
    assert {name: str(tag[name]) for name in expected} == expected
    assert tag["PCST"].value == 1
    assert (
        b"WFED" + (1 + len(FULL.feed_url)).to_bytes(4) + b"\0\0\0" + FULL.feed_url.encode()
        in mp3.read_bytes()
    )


def test_the_cover_is_the_front_cover(mp3: Path) -> None:
    tags.write(mp3, FULL)
    (cover,) = raw(mp3).getall("APIC")
    assert (int(cover.type), cover.mime, cover.data) == (3, "image/jpeg", JPEG)


def test_the_time_is_that_of_the_instant_whatever_its_zone(mp3: Path) -> None:
    oslo = timezone(timedelta(hours=2))
    tags.write(mp3, Tags("Tittel", published=datetime(2026, 7, 1, 0, 30, tzinfo=oslo)))
    assert tags.read(mp3).published == datetime(2026, 6, 30, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "title",
    [
        "Å" * 130,
        "Bærekraft 🌱👩‍🔬 og 未来の学び",
        "cafe\u0301 na\u0308r A\u030angstro\u0308m",
        "<b>R&D</b> &amp; &lt;b&gt;",
        "AC/DC; fem\u00adti",
    ],
)
def test_a_title_reaches_every_reader_as_it_was_written(mp3: Path, title: str) -> None:
    tags.write(mp3, Tags(title, chapters=(ChapterTag(0, 2000, title), ChapterTag(2000, 4000, "Slutt"))))
    with av.open(str(mp3)) as file:
        assert file.metadata.get("title", "") == title
        chapters = file.chapters()
    assert chapters[0]["metadata"].get("title", "") == title
    assert [chapter.title for chapter in tags.read(mp3).chapters] == [title, "Slutt"]


def test_an_empty_title_is_no_frame_and_reads_as_empty(mp3: Path) -> None:
    empty = Tags("", chapters=(ChapterTag(0, 2000, ""), ChapterTag(2000, 4000, "Slutt")))
    tags.write(mp3, empty)
    assert "TIT2" not in raw(mp3)
    assert tags.read(mp3) == empty


def test_an_address_with_letters_beyond_ascii_is_written_as_a_uri(mp3: Path) -> None:
    tags.write(mp3, Tags("Tittel", website="https://example.org/læring/未来?q=å%20b#ø"))
    assert raw(mp3)["WXXX:"].url == "https://example.org/l%C3%A6ring/%E6%9C%AA%E6%9D%A5?q=%C3%A5%20b#%C3%B8"


def test_what_no_tag_can_hold_is_left_out(mp3: Path) -> None:
    tags.write(mp3, Tags("En\x00 to\ud800", transcript="a\x00b\nc"))
    assert tags.read(mp3) == Tags("En to", transcript="ab\nc")


@pytest.mark.parametrize("language", ["nb-NO", "NB"])
def test_a_language_is_known_by_its_first_part(language: str) -> None:
    assert tags.iso639_2(language) == "nob"


def test_a_language_that_is_no_code_is_unknown() -> None:
    assert [tags.iso639_2(name) for name in ("", "æøå", "x-klingon", "smj")] == ["und", "und", "und", "smj"]


# ---------------------------------------------------------------- chapters


def many(count: int) -> tuple[ChapterTag, ...]:
    """Chapters of a second each, with titles of all lengths, so that size says nothing of order."""
    return tuple(
        ChapterTag(n * 1000, (n + 1) * 1000, f"Kapittel {n} " + "x" * (97 * n % 150)) for n in range(count)
    )


def top_table(tag: Any) -> Any:
    (top,) = [frame for frame in tag.getall("CTOC") if frame.flags & id3.CTOCFlags.TOP_LEVEL]
    return top


@pytest.mark.parametrize("count", [1, 2, 255, 256, 300, 700])
def test_every_chapter_is_listed_in_order_below_one_top_level_table(mp3: Path, count: int) -> None:
    tags.write(mp3, Tags("Mange", chapters=many(count)))
    tag = raw(mp3)
    tables = {frame.element_id: frame for frame in tag.getall("CTOC")}
    assert all(0 < len(table.child_element_ids) <= 255 for table in tables.values())
    assert all(table.flags & id3.CTOCFlags.ORDERED for table in tables.values())

    def below(name: str) -> list[str]:
        if name not in tables:
            return [name]
        return [leaf for child in tables[name].child_element_ids for leaf in below(child)]

    starts = [tag[f"CHAP:{name}"].start_time for name in below(top_table(tag).element_id)]
    assert starts == [n * 1000 for n in range(count)]


def test_no_chapters_leave_no_table(mp3: Path) -> None:
    tags.write(mp3, Tags("Uten"))
    assert not raw(mp3).getall("CTOC")


@pytest.mark.parametrize("count", [1, 3, 300])
def test_ffmpeg_reads_every_chapter(mp3: Path, count: int) -> None:
    tags.write(mp3, Tags("Mange", chapters=many(count)))
    said = ffmetadata(mp3).split("[CHAPTER]\n")[1:]
    fields = [dict(line.split("=", 1) for line in part.splitlines() if "=" in line) for part in said]
    assert [(f["START"], f["END"], f["title"]) for f in fields] == [
        (str(c.start_ms), str(c.end_ms), c.title) for c in many(count)
    ]


def test_pyav_reads_chapters_with_pictures_and_links(mp3: Path) -> None:
    tags.write(mp3, FULL)
    with av.open(str(mp3)) as file:
        found = [(c["start"], c["end"], c["metadata"]["title"]) for c in file.chapters()]
    assert found == [(0, 3000, "Velkommen"), (3000, 6000, "Broen")]


def test_chapters_lie_in_the_file_in_the_order_of_time(mp3: Path) -> None:
    tags.write(mp3, Tags("Mange", chapters=many(40)))
    data = mp3.read_bytes()
    places = [data.index(f"Kapittel {n} ".encode("utf-16-le")) for n in range(40)]
    assert places == sorted(places)


def test_players_find_the_same_length_with_the_tag_as_without(mp3: Path) -> None:
    before = MP3(mp3).info.length
    tags.write(mp3, FULL)
    assert MP3(mp3).info.length == pytest.approx(before, abs=0.001)


# ---------------------------------------------------------------- whole or not at all


class Broken(OSError):
    """The disk, as it fails in these tests."""


class FailingAt:
    """Counts the operations that change a disk and fails at the nth."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, nth: int, *, shares: bool) -> None:
        self.left = nth
        original_copy = os.copy_file_range
        original_open, original_replace, original_fsync = Path.open, Path.replace, os.fsync

        def opened(path: Path, mode: str = "r", *args: Any, **options: Any) -> Any:
            file = original_open(path, mode, *args, **options)
            return _Written(file, self) if "w" in mode else file

        def replaced(path: Path, target: Path) -> Path:
            self.count()
            return original_replace(path, target)

        def synced(descriptor: int) -> None:
            self.count()
            original_fsync(descriptor)

        def copied(source: int, target: int, count: int, at: int) -> int:
            if not shares:
                raise OSError(errno.EOPNOTSUPP, "Operation not supported")
            self.count()
            return original_copy(source, target, min(count, 4096), at)

        monkeypatch.setattr(os, "copy_file_range", copied)
        monkeypatch.setattr(Path, "open", opened)
        monkeypatch.setattr(Path, "replace", replaced)
        monkeypatch.setattr(os, "fsync", synced)

    def count(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise Broken(28, "No space left on device")


class _Written:
    """A file whose writes count, and reach the disk in halves when they fail."""

    def __init__(self, file: Any, failing: FailingAt) -> None:
        self._file, self._failing = file, failing

    def write(self, data: bytes) -> int:
        try:
            self._failing.count()
        except Broken:
            self._file.write(data[: len(data) // 2])
            raise
        return int(self._file.write(data))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


@pytest.mark.skipif(not hasattr(os, "copy_file_range"), reason="Linux alone copies by itself")
@pytest.mark.parametrize("shares", [True, False])
def test_a_disk_that_fails_leaves_the_old_file_or_the_new_and_nothing_else(
    mp3: Path, monkeypatch: pytest.MonkeyPatch, shares: bool
) -> None:
    monkeypatch.setattr(frames, "_BLOCK_BYTES", 4096)
    old = mp3.read_bytes()
    outcomes = []
    for nth in range(1, 50):
        with monkeypatch.context() as patch:
            failing = FailingAt(patch, nth, shares=shares)
            try:
                tags.write(mp3, FULL)
            except MediaError as refused:
                outcomes.append(str(refused))
        assert list(mp3.parent.iterdir()) == [mp3]
        if len(outcomes) == nth:
            assert mp3.read_bytes() == old
            continue
        assert failing.left > 0
        assert tags.read(mp3) == FULL
        break
    assert len(outcomes) >= 8
    assert all("cannot be written (No space left on device)" in said for said in outcomes)


def test_the_rights_of_the_file_stay(mp3: Path) -> None:
    mp3.chmod(0o640)
    tags.write(mp3, FULL)
    assert mp3.stat().st_mode & 0o777 == 0o640
