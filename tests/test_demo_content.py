"""The demo at the root, and the example of a new workspace: small, whole, and true to their sound."""

from __future__ import annotations

import re
import string
from pathlib import Path

import av
import pytest
from PIL import Image

from lornpod import model, workspace
from lornpod.errors import errors_in
from lornpod.feeds.kin import kin_of
from lornpod.model import CaseFolder, FeedFile
from lornpod.text import transcripts

ROOT = Path(__file__).parent.parent
TEMPLATE = ROOT / "lornpod" / "workspace" / "template"

DEMO = workspace.read(ROOT)
CASES = pytest.mark.parametrize("folder", DEMO.cases, ids=lambda folder: folder.case.id)
FEEDS = pytest.mark.parametrize("file", DEMO.feeds, ids=lambda file: file.feed.slug)
FEEDS_ALONE = [file.feed for file in DEMO.feeds]
COVERS = [*sorted((ROOT / "artwork").glob("*.jpg")), TEMPLATE / "artwork" / "cover.jpg"]


def duration_ms(audio: Path) -> int:
    """What another reader than ours finds."""
    with av.open(str(audio)) as container:
        return int(sum(frame.samples * 1000 / frame.sample_rate for frame in container.decode(audio=0)))


def speech(folder: CaseFolder) -> model.Transcript:
    people = (*folder.case.hosts, *folder.case.guests)
    (path,) = folder.transcripts
    transcript, findings = transcripts.read(path, language=folder.case.language, people=people, where="")
    assert not findings
    return transcript


def words(text: str) -> list[str]:
    return text.casefold().translate(str.maketrans("", "", string.punctuation + "«»–")).split()


def bytes_of(*paths: Path) -> int:
    return sum(path.stat().st_size for path in paths)


# ---------------------------------------------------------------- authored files


def test_the_demo_is_read_without_complaint() -> None:
    assert not DEMO.findings
    assert [folder.case.id for folder in DEMO.cases] == ["C0901", "C0902", "C0903"]
    assert [file.feed.slug for file in DEMO.feeds] == [
        "alle",
        "baerekraft",
        "innovasjon-i-offentlig-sektor",
        "nettverket",
    ]


def test_a_new_workspace_is_read_without_errors(tmp_path: Path) -> None:
    workspace.init(tmp_path)
    fresh = workspace.read(tmp_path)
    assert not errors_in(fresh.findings)
    assert fresh.cases[0].audio is not None


@CASES
def test_every_case_belongs_to_a_theme_that_has_a_feed(folder: CaseFolder) -> None:
    selected = {theme for file in DEMO.feeds for theme in file.feed.where.theme}
    assert set(folder.case.themes) <= selected


@FEEDS
def test_a_feeds_guid_follows_from_its_address(file: FeedFile) -> None:
    assert file.feed.guid == model.podcast_guid(DEMO.network.feed_url(file.feed.slug))


@FEEDS
def test_every_feed_has_a_cover_of_its_own(file: FeedFile) -> None:
    assert [other.feed.artwork for other in DEMO.feeds].count(file.feed.artwork) == 1


def test_the_publisher_and_its_shows_name_each_other_and_shows_recommend_each_other() -> None:
    kin = {file.feed.slug: kin_of(DEMO.network, file.feed, FEEDS_ALONE, {}) for file in DEMO.feeds}
    (publisher,) = [file.feed for file in DEMO.feeds if file.feed.is_publisher]
    shows = {file.feed.slug: file.feed.guid for file in DEMO.feeds if file.feed is not publisher}
    assert {one.guid for one in kin[publisher.slug].listed} == set(shows.values())
    for slug in shows:
        named = kin[slug].publisher
        assert named is not None
        assert named.guid == publisher.guid
        assert {one.guid for one in kin[slug].podroll} == set(shows.values()) - {shows[slug]}


# ---------------------------------------------------------------- sound and words


@CASES
def test_an_episode_lasts_a_minute_or_two(folder: CaseFolder) -> None:
    assert folder.audio
    assert 60_000 <= duration_ms(folder.audio) <= 130_000


@CASES
def test_chapters_lie_inside_the_sound_in_order(folder: CaseFolder) -> None:
    assert folder.audio
    starts = [chapter.start_ms for chapter in folder.case.chapters]
    assert 4 <= len(starts) <= 6
    assert starts[0] == 0
    assert sorted(set(starts)) == starts
    assert starts[-1] < duration_ms(folder.audio)


@CASES
def test_the_quote_is_said_by_the_guest(folder: CaseFolder) -> None:
    assert folder.case.quote
    guest = folder.case.guests[0].name
    said = " ".join(cue.text for cue in speech(folder).cues if cue.speaker == guest)
    assert " ".join(words(folder.case.quote.text)) in " ".join(words(said))


@CASES
def test_host_guest_and_narrator_speak(folder: CaseFolder) -> None:
    named = {person.name for person in (*folder.case.hosts, *folder.case.guests)}
    assert {cue.speaker for cue in speech(folder).cues} == {*named, ""}


def test_timed_cues_lie_where_there_is_sound() -> None:
    """The pauses between cues are silent, and no cue is."""
    (folder,) = [folder for folder in DEMO.cases if speech(folder).timed]
    assert folder.audio
    loudness = levels(folder.audio)
    cues = speech(folder).cues
    for cue, after in zip(cues, (*cues[1:], None), strict=True):
        assert cue.start_ms is not None
        assert cue.end_ms is not None
        assert max(loudness[cue.start_ms // 10 : cue.start_ms // 10 + 20]) > 0.02, cue.text
        assert max(loudness[cue.end_ms // 10 - 20 : cue.end_ms // 10]) > 0.02, cue.text
        # An MP3 rings a frame (24 ms) beyond what was recorded.
        pause = loudness[
            cue.end_ms // 10 + 5 : after.start_ms // 10 - 5 if after and after.start_ms else None
        ]
        assert max(pause) < 0.01, cue.text


def test_later_chapters_begin_with_a_timed_turn_of_the_host() -> None:
    (folder,) = [folder for folder in DEMO.cases if speech(folder).timed]
    turns = {cue.start_ms for cue in speech(folder).cues if cue.speaker == folder.case.hosts[0].name}
    assert {chapter.start_ms for chapter in folder.case.chapters[1:]} <= turns


@CASES
def test_every_later_chapter_begins_after_a_pause(folder: CaseFolder) -> None:
    assert folder.audio
    loudness = levels(folder.audio)
    loudest = max(loudness)
    for chapter in folder.case.chapters[1:]:
        at = chapter.start_ms // 10
        assert max(loudness[at - 28 : at - 4]) < loudest / 50, chapter.title
        assert max(loudness[at : at + 20]) > loudest / 10, chapter.title


def levels(audio: Path) -> list[float]:
    """The peak of every 10 ms, full scale 1."""
    with av.open(str(audio)) as container:
        mono = av.AudioResampler(format="flt", layout="mono", rate=8000)
        samples = [
            sample
            for frame in container.decode(audio=0)
            for resampled in mono.resample(frame)
            for sample in memoryview(bytes(resampled.planes[0])[: resampled.samples * 4]).cast("f")
        ]
    return [max(map(abs, samples[at : at + 80])) for at in range(0, len(samples), 80)]


def test_the_recordings_differ_as_sources_do() -> None:
    assert {folder.audio.suffix for folder in DEMO.cases if folder.audio} == {".flac", ".mp3"}
    loudest = [max(levels(folder.audio)) for folder in DEMO.cases if folder.audio]
    assert max(loudest) > 5 * min(loudest)


# ---------------------------------------------------------------- pictures


@pytest.mark.parametrize("cover", COVERS, ids=lambda path: path.stem)
def test_a_cover_is_what_apple_prefers(cover: Path) -> None:
    with Image.open(cover) as image:
        assert (image.size, image.format, image.mode) == ((3000, 3000), "JPEG", "RGB")
        assert not image.has_transparency_data
        assert image.info["dpi"] == (72, 72)


def test_no_two_covers_are_alike() -> None:
    assert len({cover.read_bytes() for cover in COVERS}) == len(COVERS)


# ---------------------------------------------------------------- size


def test_the_demo_stays_small() -> None:
    assert bytes_of(*(folder.audio for folder in DEMO.cases if folder.audio)) < 1_600_000
    assert all(bytes_of(cover) < 200_000 for cover in COVERS)
    assert bytes_of(ROOT / "episodes" / "C0901" / "guest.jpg") < 60_000


def test_the_example_of_a_new_workspace_stays_small() -> None:
    assert bytes_of(TEMPLATE / "artwork" / "cover.jpg") < 120_000
    assert bytes_of(TEMPLATE / "episodes" / "0001" / "audio.mp3") < 60_000


# ---------------------------------------------------------------- nobody real


@CASES
def test_every_address_is_reserved_for_examples(folder: CaseFolder) -> None:
    authored = (folder.folder / "case.md").read_text("utf-8")
    assert set(re.findall(r"https?://([^/\s)]+)", authored)) == {"example.org"}
