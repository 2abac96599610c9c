"""A case folder becomes a release; what has not changed is not made again."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from lornpod import workspace
from lornpod.audio import frames, master, tags
from lornpod.errors import InputError, MediaError
from lornpod.model import Record, Release
from lornpod.release.cache import Cache
from lornpod.release.maker import Maker

from .workspaces import CASE, write_cover
from .workspaces import workspace as made_workspace

Make = Callable[..., Release]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return made_workspace(tmp_path / "ws")


@pytest.fixture
def make(root: Path) -> Make:
    def release(known: Record | None = None) -> Release:
        read = workspace.read(root)
        (folder,) = read.cases
        cache = Cache(root / "build")
        try:
            return Maker(root, read.network, read.feeds, cache).make(folder, known)
        finally:
            cache.save()

    return release


@pytest.fixture
def mastered(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Every source that was mastered."""
    seen: list[Path] = []
    real = master.master

    def noted(source: Path, *arguments: object, **named: object) -> master.Mastered:
        seen.append(source)
        return real(source, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(master, "master", noted)
    return seen


def change(root: Path, old: str, new: str) -> None:
    path = root / "episodes/C0901/case.md"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


def episode(release: Release) -> Path:
    (path,) = [one.source for one in release.contents if one.artifact.kind == "media"]
    assert isinstance(path, Path)
    return path


def test_the_record_names_what_the_release_brings(make: Make) -> None:
    release = make()
    assert {one.key for one in release.record.artifacts} == {one.artifact.key for one in release.contents}
    for content in release.contents:
        source = content.source
        length = len(source) if isinstance(source, bytes) else source.stat().st_size
        assert content.artifact.length_bytes == length
        assert content.artifact.sha256[:12] in content.artifact.key


def test_two_machines_make_the_same_record_but_for_the_sound(make: Make, root: Path) -> None:
    one = make()
    (root / "build").rename(root / "elsewhere")
    other = make()
    assert replace(one.record, media=other.record.media) == other.record
    assert one.record.media.recipe == other.record.media.recipe


def test_the_tag_tells_what_the_case_says(make: Make) -> None:
    told = tags.read(episode(make()))
    assert told.title == "Små skritt & store broer"
    assert told.artist == "Kari Nordmann, Ola Vik"
    assert told.show == "Lærerommet"
    assert told.quote == "Vi bygger broer mens vi går på dem."
    assert told.quote_by == "Kari Nordmann"
    assert told.track == 901
    assert told.theme == "Innovasjon i offentlig sektor"
    assert told.feed_url == "https://cdn.example.org/pod/feeds/innovasjon.xml"
    assert told.guid
    assert "Kari Nordmann: Takk." in told.transcript
    assert [chapter.title for chapter in told.chapters] == ["Velkommen", "Broen"]
    assert told.chapters[-1].end_ms == told.length_ms
    assert told.cover is not None


def test_an_untouched_case_takes_its_sound_from_the_record_without_any_cache(
    make: Make, root: Path, mastered: list[Path]
) -> None:
    first = make()
    (root / "build").rename(root / "elsewhere")
    again = make(first.record)
    assert again.record == first.record
    assert len(mastered) == 1
    assert not [one for one in again.contents if one.artifact.kind == "media"]


def test_a_new_title_tags_anew_and_masters_nothing(make: Make, root: Path, mastered: list[Path]) -> None:
    first = make()
    sound = frames.audio_sha256(episode(first))
    change(root, "Små skritt", "Store skritt")
    second = make(first.record)
    assert len(mastered) == 1
    assert frames.audio_sha256(episode(second)) == sound
    assert tags.read(episode(second)).title == "Store skritt & store broer"
    assert second.record.media.artifact.sha256 != first.record.media.artifact.sha256
    assert second.record.guid == first.record.guid


def test_a_new_cover_reaches_the_tag(make: Make, root: Path) -> None:
    first = make()
    before = tags.read(episode(first)).cover
    write_cover(root / "artwork/cover.jpg", colour=(200, 40, 40))
    second = make(first.record)
    assert tags.read(episode(second)).cover != before


def test_a_new_recording_is_mastered(make: Make, root: Path, mastered: list[Path]) -> None:
    from .workspaces import write_wav

    first = make()
    write_wav(root / "episodes/C0901/audio.wav", 5.0)
    second = make(first.record)
    assert len(mastered) == 2
    assert second.record.media.sound.duration_ms == pytest.approx(5000, abs=60)


def test_new_settings_master_anew(make: Make, root: Path, mastered: list[Path]) -> None:
    make()
    path = root / "lornpod.yaml"
    path.write_text(path.read_text("utf-8") + "audio: {bitrate: {mono: 128}}\n", "utf-8")
    second = make()
    assert len(mastered) == 2
    assert second.record.media.sound.bitrate_kbps == 128


def test_a_run_that_broke_off_while_tagging_is_made_good(
    make: Make, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = make()
    change(root, "Små skritt", "Store skritt")
    with monkeypatch.context() as broken:
        real = tags.write

        def cut(path: Path, told: tags.Tags) -> None:
            real(path, told)
            raise KeyboardInterrupt

        broken.setattr(tags, "write", cut)
        with pytest.raises(KeyboardInterrupt):
            make()
    change(root, "Store skritt", "Små skritt")
    again = make()
    assert tags.read(episode(again)).title == "Små skritt & store broer"
    assert again.record.media.artifact.sha256 == first.record.media.artifact.sha256


def test_the_source_recording_is_never_touched(make: Make, root: Path) -> None:
    source = root / "episodes/C0901/audio.wav"
    before = source.read_bytes(), source.stat().st_mtime_ns
    make()
    assert (source.read_bytes(), source.stat().st_mtime_ns) == before


def test_untimed_words_become_html_and_text(make: Make) -> None:
    kinds = [one.media_type for one in make().record.transcripts]
    assert kinds == ["text/html", "text/plain"]


def test_timed_words_become_every_format_and_the_edited_text_stays_what_people_read(
    make: Make, root: Path
) -> None:
    vtt = "WEBVTT\n\n00:00:00.500 --> 00:00:02.000\n<v Kari Nordmann>Vi bygger\n"
    (root / "episodes/C0901/transcript.vtt").write_text(vtt, "utf-8")
    release = make()
    texts = {
        one.artifact.media_type: one.source for one in release.contents if one.artifact.kind == "transcript"
    }
    assert list(texts) == [
        "text/vtt",
        "application/x-subrip",
        "application/json",
        "text/html",
        "text/plain",
    ]
    assert b"<v Kari Nordmann>Vi bygger" in bytes(texts["text/vtt"])
    assert "mens vi går på dem" in bytes(texts["text/plain"]).decode()


def test_timed_words_go_into_the_tag_with_their_times_and_the_name_of_a_new_speaker(
    make: Make, root: Path
) -> None:
    assert tags.read(episode(make())).lines == ()
    vtt = "WEBVTT\n\n00:00:00.500 --> 00:00:02.000\n<v Kari Nordmann>Vi bygger\n"
    vtt += "\n00:00:02.500 --> 00:00:03.000\n<v Kari Nordmann>broer\n"
    (root / "episodes/C0901/transcript.vtt").write_text(vtt, "utf-8")
    told = tags.read(episode(make()))
    assert told.lines == (tags.Line(500, "Kari Nordmann: Vi bygger"), tags.Line(2500, "broer"))
    assert "mens vi går på dem" in told.transcript


def test_a_transcript_in_another_language_says_so(make: Make, root: Path) -> None:
    (root / "episodes/C0901/transcript.en.txt").write_text("Kari Nordmann: Hello.\n", "utf-8")
    languages = [one.language for one in make().record.transcripts]
    assert sorted(set(languages)) == ["en", "no"]


def test_pictures_go_to_the_store_under_their_digests(make: Make, root: Path) -> None:
    write_cover(root / "episodes/C0901/kari.jpg", 300)
    change(root, "{name: Kari Nordmann,", "{name: Kari Nordmann, img: kari.jpg,")
    release = make()
    (guest,) = release.record.case.guests
    (picture,) = release.record.images
    assert guest.img == picture.key
    assert guest.img.startswith("art/kari-")


def test_a_portrait_of_the_networks_people_is_found_beside_lornpod_yaml(make: Make, root: Path) -> None:
    write_cover(root / "artwork/ola.jpg", 300)
    path = root / "lornpod.yaml"
    path.write_text(path.read_text("utf-8") + "people: [{name: Ola Vik, img: artwork/ola.jpg}]\n", "utf-8")
    (host,) = make().record.case.hosts
    assert host.img.startswith("art/ola-")


def test_chapters_have_the_same_times_in_tag_record_and_json(make: Make) -> None:
    release = make()
    (data,) = [one.source for one in release.contents if one.artifact.kind == "chapters"]
    listed = json.loads(bytes(data))["chapters"]
    from_tag = [chapter.start_ms for chapter in tags.read(episode(release)).chapters]
    from_record = [chapter.start_ms for chapter in release.record.case.chapters]
    assert [round(one["startTime"] * 1000) for one in listed] == from_tag == from_record == [0, 3000]


def test_an_authors_guid_is_kept_and_a_published_one_goes_before_it(make: Make, root: Path) -> None:
    change(root, "number: 901", "number: 901\nguid: https://old.example.org/?p=901")
    first = make()
    assert first.record.guid == "https://old.example.org/?p=901"
    assert make(replace(first.record, guid="published")).record.guid == "published"


def test_a_case_without_audio_cannot_be_made(make: Make, root: Path) -> None:
    (root / "episodes/C0901/audio.wav").unlink()
    with pytest.raises(MediaError, match="no audio"):
        make()


def test_a_transcript_that_cannot_be_read_stops_the_case(make: Make, root: Path) -> None:
    (root / "episodes/C0901/transcript.txt").write_bytes(b"")
    with pytest.raises(InputError, match=r"transcript\.txt"):
        make()


def test_a_damaged_cache_is_as_good_as_none(make: Make, root: Path) -> None:
    first = make()
    (root / "build/facts.json").write_text("{broken", "utf-8")
    (root / "build/C0901/episode.json").write_text("[]", "utf-8")
    assert make().record.case == first.record.case


def test_the_case_is_the_one_that_was_written(make: Make) -> None:
    assert CASE.count("broer") == 3
    record = make().record
    assert record.case.summary == "Kari Nordmann forteller om broer."
    assert "<strong>broer</strong>" in record.notes


# ---------------------------------------------------------------- cards


def test_a_case_gets_a_card_to_share_it_by(make: Make) -> None:
    made = make()
    (card,) = made.record.cards
    (content,) = [one for one in made.contents if one.artifact == card.artifact]
    assert (card.shape, card.width_px, card.height_px) == ("wide", 1600, 900)
    assert isinstance(content.source, bytes)
    assert content.source.startswith(b"\xff\xd8")
    assert card.artifact in made.record.artifacts
    assert made.record.case.image == ""


def test_a_card_is_set_anew_only_when_what_it_says_changes(make: Make, root: Path) -> None:
    first = make()
    change(root, "Jeg leder", "Jeg styrer")
    second = make(first.record)
    assert second.record.cards == first.record.cards
    assert first.record.cards[0].artifact not in [one.artifact for one in second.contents]
    change(root, "mens vi går", "mens vi løper")
    assert make(second.record).record.cards[0].artifact != first.record.cards[0].artifact


def test_a_card_becomes_the_episodes_picture_where_the_network_wants_it(make: Make, root: Path) -> None:
    before = make()
    settings = root / "lornpod.yaml"
    settings.write_text(settings.read_text("utf-8") + "cards: episode\n", "utf-8")
    made = make(before.record)
    square = made.record.card("square")
    assert square is not None
    assert made.record.case.image == square.artifact.key
    assert made.record.media == before.record.media, "another card makes no other sound file"
    settings.write_text(settings.read_text("utf-8").replace("cards: episode", "cards: none"), "utf-8")
    assert make(made.record).record.cards == ()


def test_letters_that_no_typeface_has_cost_the_card_and_not_the_case(make: Make, root: Path) -> None:
    change(root, "Vi bygger broer", "漢字 og broer")
    assert make().record.cards == ()


def test_a_cover_named_after_its_feed_is_its_cover(root: Path) -> None:
    write_cover(root / "artwork/innovasjon.jpg")
    feeds = {file.feed.slug: file.feed.artwork for file in workspace.read(root, ()).feeds}
    assert feeds == {"alle": "", "innovasjon": "artwork/innovasjon.jpg"}


def test_the_wide_card_is_the_episodes_picture_in_16_to_9(make: Make) -> None:
    record = make().record
    (picture,) = record.case.images
    assert picture.href == record.cards[0].artifact.key
    assert (picture.aspect_ratio, picture.width_px, picture.height_px) == ("16/9", 1600, 900)
    assert picture.alt == "Vi bygger broer mens vi går på dem."


def test_the_sizes_beside_a_cover_are_further_pictures_of_its_feed(root: Path) -> None:
    for end in ("", "-1400", "-wide"):
        write_cover(root / f"artwork/alle{end}.jpg")
    (feed, _) = (file.feed for file in workspace.read(root, ()).feeds)
    assert [(one.href, one.purpose) for one in feed.images] == [
        ("artwork/alle-1400.jpg", "artwork"),
        ("artwork/alle-wide.jpg", "social"),
    ]
