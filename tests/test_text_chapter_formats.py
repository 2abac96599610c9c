"""Every format of chapters: lenient in, strict out, and nothing lost that it can carry.

ffmpeg is the independent reader of ffmpeg's metadata, feedparser of Podlove's chapters.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lornpod.audio.ffmpeg import ffmpeg
from lornpod.errors import Level
from lornpod.model import Chapter
from lornpod.text import chapters

from . import tools
from .workspaces import write_wav

ROWS = {row.name: row for row in chapters.FORMATS}
HOUR_MS = 3_600_000
TALK = (
    Chapter(0, "Velkommen", 30_000, "https://example.org/?a=1&b=2"),
    Chapter(30_250, "Broen «baklengs» & æøå; #1 = best", 75_000, img="https://example.org/bro.jpg"),
    Chapter(HOUR_MS + 1, "Veien videre"),
)


def carried(given: tuple[Chapter, ...], row: chapters.Format) -> tuple[Chapter, ...]:
    """*given* as far as *row* carries it."""
    return tuple(
        Chapter(
            one.start_ms // row.step_ms * row.step_ms,
            one.title,
            one.end_ms if "end" in row.keeps else None,
            one.href if "href" in row.keeps else "",
            one.img if "img" in row.keeps else "",
        )
        for one in given
    )


# A title that begins with a dash or a time, or ends with an address, is a line's form in some formats.
letters = st.characters(exclude_categories=["C", "Z"])
titles = st.lists(st.text(letters, min_size=1, max_size=6), max_size=4).map(
    lambda words: " ".join(["Om", *words, "mer"])
)
links = st.sampled_from(["", "https://example.org/a?b=c&d=%20", "http://example.org/ø"])


@st.composite
def lists(draw: st.DrawFn) -> tuple[Chapter, ...]:
    """Chapters by time; one has an end before the next, or none."""
    starts = sorted(draw(st.sets(st.integers(0, 20 * HOUR_MS), min_size=1, max_size=6)))
    made = []
    for start_ms, following in zip(starts, [*starts[1:], 30 * HOUR_MS], strict=True):
        room = following - start_ms
        end_ms = draw(st.none() | st.integers(start_ms + 1, following - 1)) if room > 2 else None
        made.append(Chapter(start_ms, draw(titles), end_ms, draw(links), draw(links)))
    return tuple(made)


@pytest.mark.parametrize("row", chapters.FORMATS, ids=lambda row: row.name)
@given(lists())
def test_what_a_format_can_carry_reads_back_the_same(row: chapters.Format, made: tuple[Chapter, ...]) -> None:
    if row.step_ms > 1:  # two in one second would be one
        made = tuple(replace(one, start_ms=one.start_ms + index * 1000) for index, one in enumerate(made))
    data = chapters.render(made, row, title="En = tittel")
    assert chapters.parse(data) == (carried(made, row), ())


@pytest.mark.parametrize("row", chapters.FORMATS, ids=lambda row: row.name)
def test_every_format_is_known_by_its_content(row: chapters.Format) -> None:
    assert chapters.detect(chapters.render(TALK, row, title="T")) == row


def test_what_is_lost_is_named() -> None:
    told = {row.name: chapters.lost(TALK, row.keeps, row.step_ms) for row in chapters.FORMATS}
    assert told["json"] == ()
    assert told["psc"] == ("ends",)
    assert told["youtube"] == ("ends", "links", "pictures", "parts of seconds")


# ---------------------------------------------------------------- as programs and people write them

_XMP = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Adobe XMP Core 5.6"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:xmpDM="http://ns.adobe.com/xmp/1.0/DynamicMedia/"><xmpDM:Tracks><rdf:Bag>
 <rdf:li><rdf:Description xmpDM:trackName="CD Track Markers" xmpDM:trackType="Track"
  xmpDM:frameRate="f44100"/></rdf:li>
 <rdf:li><rdf:Description xmpDM:trackName="CuePoint Markers" xmpDM:trackType="Cue" xmpDM:frameRate="f44100">
 <xmpDM:markers><rdf:Seq>
  <rdf:li xmpDM:startTime="0" xmpDM:name="Velkommen"/>
  <rdf:li rdf:parseType="Resource"><xmpDM:startTime>1334025</xmpDM:startTime><xmpDM:name>Broen</xmpDM:name>
  </rdf:li></rdf:Seq></xmpDM:markers></rdf:Description></rdf:li>
</rdf:Bag></xmpDM:Tracks></rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""
_PSC_IN_FEED = """<?xml version="1.0" encoding="ISO-8859-1"?>
<rss xmlns:psc="http://podlove.org/simple-chapters"><channel><item>
<psc:chapters version="1.2"><psc:chapter start="0" title="Velkommen"/>
<psc:chapter start="30.25" title="Broen"/></psc:chapters></item></channel></rss>"""


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("00:00 Velkommen\n00:30.250 Broen", "youtube"),
        ("Kapitler:\n\n- 0:00 Velkommen\n- 0:30.25 Broen\n\nTakk for at du lytter!", "youtube"),
        ("(0:00) Velkommen\n(00:30,25) - Broen", "youtube"),
        ("1. [00:00:00] Velkommen\n2. [00:00:30.250] Broen", "youtube"),
        ("00:00 – Velkommen\r\n00:30.250 – Broen\r\n", "youtube"),
        ("\ufeff00:00:00.000 Velkommen\n00:00:30.250 Broen\n", "mp4chaps"),
        ("0.000000\t0.000000\tVelkommen\n\\\t100.0\t200.0\n30.250000\t30.250000\tBroen\n", "audacity"),
        ("0,000000\t0,000000\tVelkommen\n30,250000\t30,250000\tBroen\n", "audacity"),
        (";FFMETADATA1\ntitle=x\n\n[STREAM]\nlanguage=nb\n[CHAPTER]\nSTART=0\nEND=30250000000\ntitle=Vel\\\n"
         "kommen\n[CHAPTER]\nTIMEBASE=1/44100\nSTART=1334025\nEND=1334025\ntitle=Broen\n", "ffmetadata"),
        ("Name\tStart\tDuration\tTime Format\tType\tDescription\nVelkommen\t0:00.000\t0:00.000\tdecimal\t"
         "Cue\t\nBroen\t0:30.250\t0:00.000\tdecimal\tCue\t\n", "audition"),
        ("#,Name,Start,End,Length,Color\nM1,Velkommen,0:00.000,,,\nM2,Broen,0:30.250,,,FF0000\n", "reaper"),
        ("#,Name,Start\nM1,Velkommen,0\nM2,Broen,30.25\n", "reaper"),
        (_XMP, "xmp"),
        (_PSC_IN_FEED, "psc"),
        ('<chapters><chapter start="00:00" title="Velkommen"/><chapter start="00:00:30.250" title="Broen"/>'
         "</chapters>", "psc"),
        ('{"version":"1.2.0","chapters":[{"startTime":0,"title":"Velkommen"},{"startTime":"30.25",'
         '"title":"Broen"},{"startTime":31,"toc":false,"img":"x"}]}', "json"),
    ],
)  # fmt: skip
def test_chapters_are_read_however_they_are_written(text: str, name: str) -> None:
    found, findings = chapters.parse(text.encode())
    said = [(one.start_ms, one.title.replace(" ", ""), one.end_ms, one.href) for one in found]
    assert said == [(0, "Velkommen", None, ""), (30_250, "Broen", None, "")]
    assert all(finding.level is not Level.ERROR for finding in findings)
    row = chapters.detect(text.encode())
    assert row is not None
    assert row.name == name


def test_what_is_no_chapter_is_left_out_and_told_by_its_line() -> None:
    found, (bad_time, other) = chapters.parse(b"00:00 A\n00:71:00 B\nhei\n01:00 C", where="c.txt")
    assert [one.title for one in found] == ["A", "C"]
    assert (bad_time.where, other.where) == ("c.txt:2", "c.txt:3")


def test_chapters_out_of_order_are_sorted_and_told() -> None:
    found, (told,) = chapters.parse(b"01:00 B\n00:00 A\n")
    assert ([one.title for one in found], told.code) == (["A", "B"], "chapters-order")


def test_latin_1_is_read_and_told() -> None:
    found, (told,) = chapters.parse("00:00 Blåbær\n01:00 Søt".encode("latin-1"))
    assert (found[0].title, told.code) == ("Blåbær", "transcript-encoding")


@pytest.mark.parametrize(
    "data",
    [b"", b"hei", b"PK\x03\x04", b"{", b'{"chapters":5}', b"<psc:chapters", b"<chapters/>", b"\x00\x01",
     b'<!DOCTYPE a [<!ENTITY b "c">]><chapters><chapter start="0" title="&b;"/></chapters>',
     b"#,Name,Start\nM1,A,1.1.00\n", b"Name\tStart\tDuration\n" + b'"' * 200_000]
)  # fmt: skip
def test_what_holds_no_chapters_is_an_error_in_one_line(data: bytes) -> None:
    found, findings = chapters.parse(data, where="c", name="c.json")
    assert found == ()
    assert findings[-1].level is Level.ERROR
    assert "\n" not in str(findings[-1])


# ---------------------------------------------------------------- read by others


def test_ffmpeg_reads_its_own_metadata_as_we_write_it(tmp_path: Path) -> None:
    talk = (*TALK[:2], replace(TALK[2], end_ms=HOUR_MS + 9000))
    meta = tmp_path / "c.ffmetadata"
    meta.write_bytes(chapters.render(talk, ROWS["ffmetadata"], title="Tittel; #1"))
    sound, target = write_wav(tmp_path / "a.wav", 1.0), tmp_path / "out.mka"
    subprocess.run(
        [ffmpeg(), "-v", "error", "-i", sound, "-i", meta, "-map_chapters", "1", "-map", "0", target],
        check=True,
    )
    asked = [tools.program("ffprobe"), "-v", "error", "-show_chapters", "-of", "json", str(target)]
    told = json.loads(subprocess.run(asked, check=True, capture_output=True).stdout)
    seen = [
        (round(float(one["start_time"]) * 1000), round(float(one["end_time"]) * 1000), one["tags"]["title"])
        for one in told["chapters"]
    ]
    assert seen == [(one.start_ms, one.end_ms, one.title) for one in talk]


def test_doubts_say_what_apps_would_not_take() -> None:
    told = [str(one) for one in chapters.doubts((Chapter(0, "A", 9000), Chapter(5000, "")), "c")]
    assert any("3 or more" in one for one in told)
    assert any("less than 10 seconds" in one for one in told)
    assert any("no title at 00:00:05" in one for one in told)
    assert any("ends after the next begins" in one for one in told)
    assert list(chapters.doubts(TALK, "c")) == []
