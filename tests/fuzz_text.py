"""Readers of transcripts and chapters to be fuzzed: a good input of each, and what holds of what is read."""

from __future__ import annotations

import io
import random
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from lornpod import chapter_files
from lornpod.audio import cues
from lornpod.model import Chapter, Cue, Person, Transcript, Word
from lornpod.text import chapters, strict, transcripts

from .workspaces import write_wav


@dataclass(frozen=True, slots=True)
class Reader:
    """What reads one input, and a good one to damage."""

    name: str
    seed: bytes
    read: Callable[[bytes, random.Random], object]


# What formats are made of, and what their readers trip over.
SCRAPS = tuple(
    scrap.encode("utf-8", "surrogatepass")
    for scrap in (
        "-->", "<v Kari>", "<v ", "</v>", "<", ">", "&amp;", "&#x110000;", "&", "\n", "\n\n", "\r\n", "\r",
        "WEBVTT\n\n", "NOTE\n", "STYLE\n", "00:00:01.000 --> 00:00:02.000\n", "00:01,5 --> 00:99:00,1",
        "99:99:99.999", "1e999", "-1", "NaN", "null", "true", "{", "}", "[", "]", '"', "\\", ":", ",", ";",
        "=", "#", "\t", " ", "\xa0", "\u2028", "\x00", "\ud800", "\ufeff", "é", "😀", "Kari:", "Ola Vik (x):",
        "[00:12:30]", "<p>", "</p>", "<cite>", "<!--", "<!DOCTYPE a [<!ENTITY b 'c'>]>", "&b;", "<![CDATA[",
        "<?xml version='1.0'?>", "[CHAPTER]\n", "TIMEBASE=1/0\n", "0", "9" * 30, "A" * 70, "(" * 40,
        "<a " * 40, "{" * 60, "[" * 60, '"' * 40, "-", "f44100", "f0", "1.1.00",
    )
)  # fmt: skip


_PEOPLE = (Person("Kari Nordmann"), Person("Ola Vik"))


def _words(text: str, start_ms: int) -> tuple[Word, ...]:
    return tuple(
        Word(word, start_ms + 200 * index, start_ms + 200 * index + 190)
        for index, word in enumerate(text.split())
    )


_SAID = ("Hei, og velkommen & takk.", "Vi bygger broer, mens vi går på dem: «alltid».", "Ja <da>?", "Æ ø å")
_TALK = Transcript(
    tuple(
        Cue(text, who, 4000 * n, 4000 * n + 3900, _words(text, 4000 * n))
        for n, (text, who) in enumerate(zip(_SAID, ("", "Kari Nordmann", "Ola Vik", "Ola Vik"), strict=True))
    ),
    "nb",
)
_CHAPTERS = (
    Chapter(0, "Velkommen", 30_000, "https://example.org/?a=1&b=2", "https://example.org/a.jpg"),
    Chapter(30_250, "Broen «baklengs»; #1 = best"),
    Chapter(3_600_001, "Veien\\videre", 3_700_000),
)


def read_transcript(name: str) -> Callable[[bytes, random.Random], None]:
    """What reads a file called *name*, and sees whether what is promised of transcripts holds."""

    def read(data: bytes, chance: random.Random) -> None:
        transcript, findings = transcripts.parse(data, people=_PEOPLE, where=name, name=name)
        for finding in findings:
            assert "\n" not in str(finding)
        row = transcripts.detect(data, name)
        if row is not None:
            strict.findings(data, row, name)
        assert transcript.cues or findings
        spans = [(cue.start_ms or 0, cue.end_ms or 0) for cue in transcript.cues if transcript.timed]
        assert all(start_ms < end_ms for start_ms, end_ms in spans)
        assert all(before[1] <= after[0] for before, after in pairwise(spans))
        for cue in transcript.cues:
            assert cue.text == cue.text.strip() != ""
            assert not cue.words or [word.text for word in cue.words] == cue.text.split()
        # To write all formats takes longer than to read one.
        written = transcripts.FORMATS if transcript.cues and chance.random() < 0.1 else ()
        for one in written:
            if transcript.timed or not one.timed:
                transcripts.render(transcript, one, title=name)

    return read


def read_chapters(name: str) -> Callable[[bytes, random.Random], None]:
    """The same for chapters."""

    def read(data: bytes, _: random.Random) -> None:
        found, findings = chapters.parse(data, where=name, name=name)
        for finding in (*findings, *chapters.doubts(found, name)):
            assert "\n" not in str(finding)
        assert found or findings
        assert [one.start_ms for one in found] == sorted(one.start_ms for one in found)
        for row in chapters.FORMATS:
            chapters.render(found, row, title=name)

    return read


def read_file(name: str, read: Callable[[Path], object]) -> Callable[[bytes, random.Random], None]:
    """What reads a file by its path."""

    def through_a_file(data: bytes, _: random.Random) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_bytes(data)
            read(path)

    return through_a_file


def _repacked(document: bytes, part: str) -> tuple[bytes, Callable[[bytes], bytes]]:
    """*part* of the archive *document*, and what puts another in its place."""
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}

    def packed(data: bytes) -> bytes:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                archive.writestr(name, data if name == part else content)
        return file.getvalue()

    return parts[part], packed


def _readers() -> Iterator[Reader]:
    """Every format; of documents both the archive and the text inside it."""
    for row in transcripts.FORMATS:
        seed = transcripts.render(_TALK, row, title="Tittel")
        yield Reader(row.name, seed, read_transcript(f"t{row.suffixes[0]}"))
    for name, part in (("docx", "word/document.xml"), ("odt", "content.xml")):
        row = next(row for row in transcripts.FORMATS if row.name == name)
        inside, packed = _repacked(transcripts.render(_TALK, row, title="Tittel"), part)
        yield Reader(f"{name}-xml", inside, _inside(packed, read_transcript(f"t.{name}")))
    for chapter_row in chapters.FORMATS:
        made = chapters.render(_CHAPTERS, chapter_row, title="Tittel")
        yield Reader(f"chapters-{chapter_row.name}", made, read_chapters(f"c{chapter_row.suffixes[0]}"))
    yield Reader("chapters-wav", _wav(), read_file("c.wav", _read_cues))


def _inside(
    packed: Callable[[bytes], bytes], read: Callable[[bytes, random.Random], None]
) -> Callable[[bytes, random.Random], None]:
    return lambda data, chance: read(packed(data), chance)


def _read_cues(path: Path) -> None:
    chapter_files.read(path, path.name)


def _wav() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        sound, marked = write_wav(Path(folder) / "a.wav", 0.001), Path(folder) / "b.wav"
        cues.write(sound, marked, [cues.CuePoint(0, "Velkommen"), cues.CuePoint(1, "Broen", 4)])
        return marked.read_bytes()


READERS: tuple[Reader, ...] = tuple(_readers())
