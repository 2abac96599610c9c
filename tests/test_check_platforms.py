"""What platforms make of an episode is told by their rules, and of gPodder as its own parser reads."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import podcastparser
import pytest

from lornpod import cli
from lornpod.check.of_feeds import seen_of
from lornpod.check.platforms import PLATFORMS, Shown, preview
from lornpod.check.sources import ADDRESSES
from lornpod.feeds import reading

from . import corpus, workspaces


def shown(edits: Any = ()) -> dict[tuple[str, str], Shown]:
    seen = seen_of(reading.read(corpus.text(edits), "f", keep_xml=False))
    return {(one.platform, one.what): one for one in preview(seen.show, seen.episodes[0])}


OWN_PICTURE = '<itunes:image href="https://example.org/vind.jpg"/>'
EXPLICIT = ("false</itunes:explicit>\n<itunes:image", "true</itunes:explicit>\n<itunes:image")
NO_DATE = ("02 Mar 2026 05:00:00 +0000</pubDate>\n<desc", "31 Feb 2026</pubDate>\n<desc")
JSON = corpus.VTT.replace("text/vtt", "application/json").replace("vind.vtt", "vind.json")
SRT = corpus.VTT.replace("text/vtt", "application/x-subrip").replace('"nb"', '"en"')
HTML = corpus.VTT.replace("text/vtt", "text/html")
BOLD = ("<description>Om vind.", "<description>&lt;p&gt;Om &lt;strong&gt;vind&lt;/strong&gt;.&lt;/p&gt;")
LATE = ("<description>Om vind.", "<description>00:10 Hei\n00:20 Vind\n00:40 Hade")
SHORT = ("<description>Om vind.", "<description>00:00 Hei\n00:05 Vind\n00:40 Hade")
BACK = ("<description>Om vind.", "<description>00:00 Hei\n00:40 Vind\n00:20 Hade")
CHARSET = corpus.VTT.replace('vtt" ', 'vtt; charset=utf-8" ')
WIDE = corpus.episode('<media:thumbnail url="https://example.org/w.jpg"/>')
NO_CHAPTERS = ('<podcast:chapters url="https://example.org/vind.json" type="application/json+chapters"/>', "")
TIMES = ("<description>Om vind.", "<description>00:00 Hei\n00:20 Vind\n00:40 Hade")


@pytest.mark.parametrize(
    ("platform", "what", "edits", "fate", "seen"),
    [
        ("Apple", "transcript", (), "kept", "text/vtt, with speakers"),
        ("Apple", "transcript", (corpus.VTT, JSON), "lost", "no VTT or SRT"),
        ("Apple", "transcript", (corpus.VTT, JSON + SRT), "kept", "without speakers' names"),
        ("AntennaPod", "transcript", (corpus.VTT, SRT + corpus.VTT), "kept", "text/vtt, nb"),
        ("AntennaPod", "transcript", (corpus.VTT, corpus.VTT + SRT + JSON), "kept", "application/json"),
        ("AntennaPod", "transcript", (corpus.VTT, HTML), "lost", "no JSON, VTT or SRT"),
        ("Spotify", "chapters", (), "kept", "2 from Podlove"),
        ("Spotify", "chapters", ("@no-psc", ""), "lost", "podcast:chapters is not read"),
        ("gPodder", "chapters", (), "kept", "2 from Podlove"),
        ("gPodder", "chapters", ('"00:00:30.000"', '"00:00:30.500"'), "shortened", "whole seconds"),
        ("YouTube", "chapters", (), "lost", "list their times"),
        ("YouTube", "chapters", TIMES, "kept", "3 from the times"),
        ("YouTube", "title", (corpus.TITLE, f"<title>{'ø' * 101}</title>"), "shortened", "100 shown"),
        ("Apple", "title", (corpus.TITLE, f"<title>{'ø' * 101}</title>"), "kept", "øøø"),
        ("Apple", "title", corpus.episode("<itunes:title>Kort</itunes:title>"), "kept", "Kort"),
        ("AntennaPod", "title", corpus.episode("<itunes:title>Kort</itunes:title>"), "kept", "Vind på brua"),
        ("Apple", "description", (), "kept", "8 bytes"),
        ("Apple", "description", BOLD, "shortened", "without <strong>"),
        ("Apple", "chapters", (("@no-psc", ""), NO_CHAPTERS, LATE), "absent", "those in the file"),
        ("Apple", "chapters", (("@no-psc", ""), NO_CHAPTERS, TIMES), "kept", "3 from the list"),
        ("Spotify", "description", BOLD, "shortened", "without <strong>"),
        ("Spotify", "chapters", (("@no-psc", ""), TIMES), "kept", "3 from the times"),
        ("Spotify", "chapters", (("@no-psc", ""), LATE), "lost", "podcast:chapters is not read"),
        ("Spotify", "chapters", (("@no-psc", ""), BACK), "lost", "podcast:chapters is not read"),
        ("Spotify", "transcript", (), "not documented", "by machine"),
        ("YouTube", "chapters", SHORT, "lost", "list their times"),
        ("YouTube", "title", (corpus.TITLE, "<title>1 &lt; 2</title>"), "lost", "< is not taken"),
        ("YouTube", "description", ("Om vind.", "ø" * 2_501), "shortened", "5,000 of 5,002 bytes"),
        ("YouTube", "date", (), "not documented", ""),
        ("AntennaPod", "chapters", ('"00:00:30.000"', '"30.5"'), "shortened", "30.5 is read as 00:00"),
        ("AntennaPod", "transcript", (corpus.VTT, CHARSET), "lost", "no JSON"),
        ("AntennaPod", "artwork", WIDE, "kept", "vind.jpg"),
        ("AntennaPod", "description", (), "kept", "characters"),
        ("Apple", "people", (), "not documented", "names no such tag"),
        ("AntennaPod", "people", (), "lost", "2 not read"),
        ("Apple", "explicit", EXPLICIT, "kept", "marked explicit"),
        ("Apple", "artwork", (), "kept", "vind.jpg"),
        ("Apple", "artwork", (OWN_PICTURE, ""), "kept", "the show's cover"),
        ("Apple", "date", NO_DATE, "lost", "no RFC 2822 date"),
        ("Apple", "duration", (), "kept", "01:30"),
        ("Spotify", "sound", ('length="1440000"', 'length="240000000"'), "lost", "240 MB"),
        ("YouTube", "explicit", (), "not documented", ""),
    ],
)  # fmt: skip
def test_a_platform_keeps_shortens_or_loses_by_its_own_rules(
    platform: str, what: str, edits: Any, fate: str, seen: str
) -> None:
    row = shown(edits)[platform, what]
    assert row.fate == fate
    assert seen in row.seen
    assert row.address == ADDRESSES[row.source]


@pytest.mark.parametrize("edits", [(), ("@no-psc", ""), ('"00:00:30.000"', '"00:00:30.500"')])
def test_gpodders_row_says_what_its_parser_reads(edits: Any) -> None:
    read = podcastparser.parse("https://example.org/feed.xml", io.BytesIO(corpus.text(edits)))
    episode = next(one for one in read["episodes"] if one["guid"] == "b-2")
    rows = shown(edits)
    count = len(episode.get("chapters", ()))
    assert rows["gPodder", "chapters"].seen.startswith(f"{count} ") is bool(count)
    assert (rows["gPodder", "transcript"].fate == "kept") is bool(episode.get("transcript_url"))
    assert (rows["gPodder", "people"].fate == "kept") is bool(episode.get("persons"))
    assert rows["gPodder", "title"].seen == episode["title"]
    assert episode["total_time"] == 90
    assert rows["gPodder", "duration"].seen == "01:30"


def test_every_platform_has_every_row_that_is_asked_for() -> None:
    rows = shown()
    wanted = (
        "title",
        "description",
        "artwork",
        "chapters",
        "transcript",
        "people",
        "soundbites",
        "date",
        "explicit",
    )
    assert {(platform, what) for platform in PLATFORMS for what in wanted} <= set(rows)  # fmt: skip


def test_a_draft_can_be_looked_at_before_it_is_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = workspaces.workspace(tmp_path)
    case = root / "episodes/C0901/case.md"
    case.write_text(case.read_text("utf-8").replace("published: 260302\n", ""), "utf-8")
    monkeypatch.chdir(root)
    assert cli.run(["preview-platforms", "C0901", "--json"]) == 0
    rows = {(row["platform"], row["what"]): row for row in json.loads(capsys.readouterr().out)}
    assert rows["Apple", "title"]["seen"] == "Små skritt & store broer"
    assert rows["Apple", "date"]["fate"] == "absent"
    assert rows["Apple", "duration"]["seen"] == "00:06"
    assert rows["Apple", "transcript"]["fate"] == "lost"
    assert not (root / "public").exists()
    assert cli.run(["preview-platforms", "C0901", "--feed", "none"]) == 1
    assert "it is in alle, innovasjon" in capsys.readouterr().err
    settings = root / "lornpod.yaml"
    settings.write_text(settings.read_text("utf-8").replace("aligner: none", "aligner: espeak"), "utf-8")
    assert cli.run(["preview-platforms", "C0901"]) == 0
    out = capsys.readouterr().out
    assert "AntennaPod" in out
    assert "text/vtt, with speakers" in out  # a publish times the text
    for source, address in {(row["source"], row["address"]) for row in rows.values()}:
        assert f"{source}: {address}" in out
