"""Each rule fires on its fault, points at its line, and is silent on a sound workspace."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lornpod import check
from lornpod.check import workspace_findings
from lornpod.errors import Finding, Level, MediaError
from lornpod.model import CaseFolder, Chapter, FeedFile, Ignored, Lines, Network, Sound, Where
from lornpod.workspace import Workspace

from . import builders
from .workspaces import write_cover, write_wav

SIX_SECONDS = Sound(6_000, "pcm_s16le", 16000, 1)


def probe(path: Path, where: str) -> Sound:
    if path.suffix == ".mp3":
        raise MediaError("the file is cut short", where, "export it again")
    return SIX_SECONDS


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "episodes/C0901").mkdir(parents=True)
    write_wav(tmp_path / "episodes/C0901/audio.wav", 0.1)
    write_cover(tmp_path / "artwork/cover.jpg")
    return tmp_path


def sound_case(**changes: Any) -> Any:
    chapters = (Chapter(0, "Velkommen"), Chapter(3_000, "Broen"))
    return builders.case(**{"chapters": chapters, **changes})


def findings(
    root: Path,
    *,
    case: Any = None,
    audio: str | None = "audio.wav",
    transcripts: tuple[str, ...] = (),
    network: Network | None = None,
    feeds: tuple[FeedFile, ...] | None = None,
) -> list[Finding]:
    folder = root / "episodes/C0901"
    lines = Lines("episodes/C0901/case.md", {"chapters": 8, "chapters[1].start": 10, "title": 3, "themes": 5})
    made = CaseFolder(
        case or sound_case(),
        folder,
        lines,
        folder / audio if audio else None,
        tuple(folder / name for name in transcripts),
    )
    its_network = network or builders.network(
        themes=("Innovasjon i offentlig sektor",), perspectives=("Offentlig sektor",)
    )
    its_feeds = (
        feeds if feeds is not None else (FeedFile(builders.feed(), Lines("feeds/x.md", {"title": 2})),)
    )
    read = Workspace(root, its_network, Lines("lornpod.yaml", {"artwork": 9}), its_feeds, (made,), ())
    return list(workspace_findings(read, probe))


def codes(found: list[Finding]) -> list[str]:
    return [finding.code for finding in found]


def test_a_sound_workspace_has_no_findings(root: Path) -> None:
    assert findings(root) == []


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("chapter-order", {"chapters": (Chapter(0, "a"), Chapter(2_000, "b"), Chapter(2_000, "c"))}),
        ("chapter-past-end", {"chapters": (Chapter(0, "a"), Chapter(6_000, "b"))}),
        ("chapter-past-end", {"chapters": (Chapter(0, "a"), Chapter(5_000, "b", 6_100))}),
        ("chapter-first", {"chapters": (Chapter(1, "a"),)}),
        ("chapter-title-length", {"chapters": (Chapter(0, "x" * 256),)}),
        ("psp-length", {"title": "x" * 256}),
        ("summary-length", {"summary": "ø" * 2001}),
        ("theme-unknown", {"themes": ("Inovasjon i offentlig sektor",)}),
        ("perspective-unknown", {"perspective": "Gründer"}),
        ("guest-missing", {"guests": ()}),
        ("html-unsafe", {"introduction": "Hei <script>alert(1)</script>"}),
    ],
)
def test_a_faulty_case_gets_the_one_finding_it_deserves(
    root: Path, code: str, changes: dict[str, Any]
) -> None:
    assert codes(findings(root, case=sound_case(**changes))) == [code]


@pytest.mark.parametrize(
    "changes",
    [
        {"chapters": (Chapter(0, "a"), Chapter(5_999, "b"))},
        {"chapters": (Chapter(0, "a", 6_000),)},
        {"title": "x" * 255},
        {"summary": "ø" * 2000},
        {"themes": (" innovasjon i OFFENTLIG sektor ",)},
    ],
)
def test_a_case_at_the_limit_is_sound(root: Path, changes: dict[str, Any]) -> None:
    assert findings(root, case=sound_case(**changes)) == []


def test_a_published_case_needs_audio_and_a_draft_does_not(root: Path) -> None:
    assert codes(findings(root, audio=None)) == ["audio-missing"]
    assert findings(root, audio=None, case=sound_case(published=None)) == []


def test_a_broken_recording_is_told_once(root: Path) -> None:
    assert codes(findings(root, audio="cut.mp3")) == ["audio-unreadable"]


def test_a_finding_points_at_its_line_and_says_what_to_do(root: Path) -> None:
    (finding,) = findings(root, case=sound_case(chapters=(Chapter(0, "a"), Chapter(750_000, "b"))))
    assert finding.where == "episodes/C0901/case.md:10"
    assert "00:12:30" in finding.message
    assert "00:00:06" in finding.message
    assert finding.hint


def test_a_misspelt_theme_suggests_the_right_one(root: Path) -> None:
    (finding,) = findings(root, case=sound_case(themes=("Inovasjon i ofentlig sektor",)))
    assert "Innovasjon i offentlig sektor" in finding.hint


def test_a_cover_that_apple_refuses_is_an_error_where_it_is_named(root: Path) -> None:
    write_cover(root / "artwork/cover.jpg", 1399)
    (finding,) = findings(root)
    assert (finding.where, finding.level) == ("lornpod.yaml:9", Level.ERROR)
    assert "1399" in finding.message


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("psp-length", {"title": "x" * 256}),
        ("psp-description-length", {"description": "ø" * 2001}),
        ("feed-where-unknown", {"where": Where(theme=("Ukjent",))}),
    ],
)
def test_a_faulty_feed_gets_the_one_finding_it_deserves(
    root: Path, code: str, changes: dict[str, Any]
) -> None:
    feeds = (FeedFile(builders.feed(**changes), Lines("feeds/x.md")),)
    assert codes(findings(root, feeds=feeds)) == [code]


def test_a_feed_needs_cover_description_and_category_from_itself_or_the_network(root: Path) -> None:
    bare = builders.network(artwork="", description="", categories=())
    feeds = (FeedFile(builders.feed(description=""), Lines("feeds/x.md")),)
    found = codes(findings(root, network=bare, feeds=feeds))
    assert sorted(found) == ["feed-category-missing", "feed-cover", "feed-description-missing"]


def test_a_feed_that_no_shortening_fits_is_told_where_its_size_is_set(root: Path) -> None:
    lines = Lines("feeds/x.md", {"max_megabytes": 7})
    small = FeedFile(builders.feed(max_megabytes=0.002), lines)
    (finding,) = findings(root, feeds=(small,))
    assert (finding.code, finding.level, finding.where) == ("feed-too-large", Level.WARNING, "feeds/x.md:7")
    assert "0.002" in finding.message
    assert findings(root, feeds=(FeedFile(builders.feed(max_megabytes=0.1), lines),)) == []


def test_a_feed_is_as_large_as_what_its_limit_and_its_archives_leave(root: Path) -> None:
    def found(**changes: Any) -> list[str]:
        cases = [replace(sound_case(), id=f"C{at:04d}", number=at, title=f"Bro {at}") for at in range(1, 41)]
        folder, lines = root / "episodes/C0901", Lines("episodes/C0901/case.md")
        made = tuple(CaseFolder(case, folder, lines, folder / "audio.wav", ()) for case in cases)
        feeds = (FeedFile(builders.feed(max_megabytes=0.03, **changes), Lines("feeds/x.md")),)
        network = builders.network()
        read = Workspace(root, network, Lines("lornpod.yaml"), feeds, made, ())
        return codes(list(workspace_findings(read, probe)))

    assert "feed-too-large" in found()
    assert found(limit=5) == []
    assert found(page_size=5) == []


def test_what_feeds_share_is_told_of_the_later_one(root: Path) -> None:
    one = FeedFile(builders.feed(guid="9b024349-ccf0-5f69-a609-6b82873eab3c"), Lines("feeds/a.md"))
    two = FeedFile(replace(one.feed, slug="zz"), Lines("feeds/zz.md", {"guid": 4}))
    found = findings(root, feeds=(one, two))
    assert sorted(codes(found)) == [
        "feed-shared-cover",
        "feed-shared-description",
        "feed-shared-guid",
        "feed-shared-title",
    ]
    assert {finding.where for finding in found if finding.field == "guid"} == {"feeds/zz.md:4"}


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("apple-title-number", {"title": "#608 Vind"}),
        ("apple-title-show", {"title": "Innovasjon i offentlig sektor: Vind"}),
        ("text-markup", {"title": "Vind <b>og</b> vann"}),
        ("text-mojibake", {"title": "Vind pÃ¥ brua"}),
    ],
)
def test_rules_of_feeds_hold_for_what_would_be_published(
    root: Path, code: str, changes: dict[str, Any]
) -> None:
    found = findings(root, case=sound_case(**changes))
    assert codes(found) == [code]
    assert (found[0].where, found[0].field) == ("episodes/C0901/case.md:3", "title")


def test_every_rule_has_a_code_of_its_own() -> None:
    rules = check.all_rules()
    assert len({rule.code for rule in rules}) == len(rules)


# ---------------------------------------------------------------- what the network lives with


def ignoring(root: Path, *ignored: Ignored, whole: bool = True) -> list[Finding]:
    network = builders.network(ignored=ignored)
    lines = Lines("lornpod.yaml", {"check.ignore[0]": 12, "check.ignore[1]": 13})
    folder = root / "episodes/C0901"
    case = CaseFolder(
        sound_case(guests=()), folder, Lines("episodes/C0901/case.md"), folder / "audio.wav", ()
    )
    feeds = (FeedFile(builders.feed(), Lines("feeds/x.md")),)
    read = Workspace(root, network, lines, feeds, (case,), ())
    return list(workspace_findings(read, probe, whole=whole))


@pytest.mark.parametrize(
    "ignored",
    [
        Ignored("guest-missing", "narrated"),
        Ignored("guest", "narrated", "episodes"),
        Ignored("guest-", "narrated", "episodes/C0901/"),
        Ignored("guest-missing", "narrated", "episodes/C0901/case.md"),
    ],
)
def test_what_is_ignored_for_a_reason_is_not_told(root: Path, ignored: Ignored) -> None:
    assert codes(ignoring(root, ignored)) == []


def test_an_ignore_without_a_reason_ignores_nothing_and_is_told(root: Path) -> None:
    found = ignoring(root, Ignored("guest-missing"))
    assert codes(found) == ["guest-missing", "ignore-reason"]
    assert found[1].where == "lornpod.yaml:12"


def test_an_ignore_that_takes_nothing_is_told_where_all_was_looked_at(root: Path) -> None:
    elsewhere = Ignored("guest-missing", "narrated", "episodes/C09")
    assert codes(ignoring(root, elsewhere)) == ["guest-missing", "ignore-unused"]
    assert codes(ignoring(root, elsewhere, whole=False)) == ["guest-missing"]


def test_a_misspelt_code_in_an_ignore_is_told_with_the_right_one(root: Path) -> None:
    found = ignoring(root, Ignored("guest-mising", "narrated"))
    assert codes(found) == ["guest-missing", "ignore-unknown"]
    assert "guest-missing" in found[1].hint
