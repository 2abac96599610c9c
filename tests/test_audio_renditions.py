"""Opus and AAC beside the MP3: the same sound, with chapters and cover that other programs read."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from lornpod import cli
from lornpod.audio import contents, master, renditions
from lornpod.audio.tags import ChapterTag, Picture, Tags
from lornpod.errors import MediaError
from lornpod.model import Assembly, AudioSettings, Codec

from . import tools
from .test_audio_master import heard_loudness, voice, wav

CODECS: tuple[Codec, ...] = ("opus", "aac")
SETTINGS = AudioSettings()


def cover() -> Picture:
    data = BytesIO()
    Image.new("RGB", (300, 300), (200, 40, 40)).save(data, "JPEG")
    return Picture(data.getvalue(), "image/jpeg")


TAGS = Tags(
    "Små skritt 🌉 & <b>broer</b>",
    artist="Kari Nordmann",
    show="Lærerommet",
    track=901,
    summary="Om broer.",
    feed_url="https://example.org/feed.xml",
    guid="guid-901",
    keywords=("broer", "vei"),
    cover=cover(),
    chapters=(
        ChapterTag(0, 2_500, "Velkommen = start; #1\\"),
        ChapterTag(2_500, 4_000, "橋 og é", href="https://example.org/bro"),
        ChapterTag(4_000, 6_000, "t" * 130),
    ),
    transcript="Ola: Hei.\n\nKari: Takk.",
)


@pytest.fixture(scope="module", params=CODECS)
def rendition(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Codec, Path]:
    """A mastered episode in another codec, with all its tags."""
    folder = tmp_path_factory.mktemp(request.param)
    source = wav(folder / "audio.wav", [voice(6), voice(6, seed=2)])
    made = master.master(source, folder / "episode.mp3", SETTINGS, task="x")
    form = renditions.FORMS[request.param]
    bare, target = folder / f"bare{form.suffix}", folder / f"episode{form.suffix}"
    with master.again(source, SETTINGS, Assembly(), made, "audio.wav") as samples:
        renditions.encode(samples, bare, request.param, 64, "audio.wav")
    renditions.dress(bare, target, request.param, TAGS, "audio.wav")
    return request.param, target


def probed(path: Path) -> dict[str, Any]:
    command = ["-v", "error", "-show_format", "-show_streams", "-show_chapters", "-of", "json", str(path)]
    run = subprocess.run([tools.program("ffprobe"), *command], check=True, capture_output=True)
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def test_another_program_reads_codec_length_and_chapters(rendition: tuple[Codec, Path]) -> None:
    codec, path = rendition
    found = probed(path)
    sound = next(stream for stream in found["streams"] if stream["codec_type"] == "audio")
    assert sound["codec_name"] == codec
    assert sound["channels"] == 2
    assert float(found["format"]["duration"]) == pytest.approx(6, abs=0.1)
    starts = [round(float(chapter["start_time"]), 3) for chapter in found["chapters"]]
    assert starts == [0, 2.5, 4.0]
    assert [chapter["tags"]["title"].rstrip() for chapter in found["chapters"]] == [
        chapter.title for chapter in TAGS.chapters
    ]


def test_it_says_what_it_is_and_shows_its_cover(rendition: tuple[Codec, Path]) -> None:
    found = probed(rendition[1])
    said = {key.lower(): value for key, value in found["format"].get("tags", {}).items()}
    for stream in found["streams"]:
        said |= {key.lower(): value for key, value in stream.get("tags", {}).items()}
    assert (said["artist"], said["album"]) == ("Kari Nordmann", "Lærerommet")
    titles = [
        tags.get("title", tags.get("TITLE"))
        for tags in (found["format"].get("tags", {}), *(one.get("tags", {}) for one in found["streams"]))
    ]
    assert TAGS.title in titles
    pictures = [one for one in found["streams"] if one["disposition"]["attached_pic"]]
    assert [(one["width"], one["height"]) for one in pictures] == [(300, 300)]


def test_show_tells_programs_texts_chapters_and_pictures(
    rendition: tuple[Codec, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    codec, path = rendition
    assert cli.run(["tags", "show", "--json", str(path)]) == 0
    found = json.loads(capsys.readouterr().out)
    said = {frame["id"]: frame["text"] for frame in found["frames"]}
    names = {"opus": ("TITLE", "LYRICS", "TRACKNUMBER"), "aac": ("©nam", "©lyr", "trkn")}[codec]
    assert [said[name] for name in names] == [TAGS.title, TAGS.transcript, "901"]
    assert [(one["start_ms"], one["title"].rstrip(" "), one["href"]) for one in found["chapters"]] == [
        (one.start_ms, one.title, one.href if codec == "opus" else "") for one in TAGS.chapters
    ]
    assert [one["end_ms"] for one in found["chapters"]] == [2_500, 4_000, pytest.approx(6_000, abs=60)]
    (picture,) = found["pictures"]
    assert (picture["kind"], picture["width_px"], picture["media_type"]) == ("front cover", 300, "image/jpeg")
    assert found["audio"]["codec"] == {"opus": "Opus", "aac": "AAC LC (mp4a.40.2)"}[codec]
    assert found["audio"]["duration_ms"] == pytest.approx(6000, abs=60)
    assert found["audio"]["channels"] == 2
    (tag,) = found["tags"]
    data = path.read_bytes()[tag["at"] : tag["at"] + tag["length_bytes"]]
    assert TAGS.title.encode() in data


def test_show_tells_people_texts_and_chapters(
    rendition: tuple[Codec, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["tags", "show", str(rendition[1])]) == 0
    shown = capsys.readouterr().out
    for word in (TAGS.title, "橋 og é", "00:00:02.500", "image/jpeg", "300 × 300", "kbit/s", "description"):
        assert word in shown


def test_a_damaged_rendition_is_shown_or_refused_in_one_line(
    rendition: tuple[Codec, Path], tmp_path: Path
) -> None:
    data, path = rendition[1].read_bytes(), tmp_path / "broken"
    for number in range(400):
        chance = random.Random(number)
        broken = bytearray(data[: chance.choice((len(data), chance.randrange(20, len(data))))])
        for _ in range(chance.choice((1, 3, 20))):
            at = chance.randrange(4, chance.choice((600, 9000, len(broken) + 4)))
            broken[at : at + chance.choice((1, 4))] = chance.choice(
                (b"\xff" * 4, b"\0" * 4, chance.randbytes(4))
            )
        path.write_bytes(broken)
        try:
            contents.read(path)
        except MediaError as refused:
            assert "\n" not in str(refused)


def test_it_is_as_loud_as_the_mp3(rendition: tuple[Codec, Path]) -> None:
    loudness, peak = heard_loudness(rendition[1])
    assert loudness == pytest.approx(SETTINGS.loudness_lufs, abs=0.5)
    assert peak <= SETTINGS.true_peak_dbtp + 0.5


def test_the_same_comes_out_as_the_same_bytes(rendition: tuple[Codec, Path], tmp_path: Path) -> None:
    codec, path = rendition
    again = tmp_path / path.name
    renditions.dress(path.with_name(f"bare{path.suffix}"), again, codec, TAGS, "x")
    assert again.read_bytes() == path.read_bytes()


# ---------------------------------------------------------------- published

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    from .workspaces import NETWORK, workspace

    root = workspace(tmp_path / "ws")
    asked = "audio: {renditions: [opus, {codec: aac, bitrate: 48}]}\n"
    (root / "lornpod.yaml").write_text(NETWORK + asked, "utf-8")
    return root


@pytest.fixture
def run(root: Path, capfd: pytest.CaptureFixture[str]) -> Run:
    from lornpod import cli

    def command(*arguments: str) -> tuple[int, str, str]:
        code = cli.run(["-C", str(root), *arguments])
        out, err = capfd.readouterr()
        return code, out, err

    return command


def test_a_feed_offers_every_form_with_its_integrity(root: Path, run: Run) -> None:
    import base64
    import hashlib

    from lxml import etree

    from .test_feeds_rss import NS, complaints

    code, _, err = run("publish")
    assert code == 0, err
    channel = etree.parse(root / "public/feeds/alle.xml").getroot()[0]
    assert complaints(channel)[0] == []
    forms = channel.findall("item/podcast:alternateEnclosure", NS)
    assert [(form.get("type"), form.get("codecs"), form.get("bitrate")) for form in forms] == [
        ("audio/mpeg", "mp3", "96000"), ("audio/ogg", "opus", "32000"), ("audio/mp4", "mp4a.40.2", "48000"),
    ]  # fmt: skip
    assert [form.get("default") for form in forms] == ["true", None, None]
    for form in forms:
        source, integrity = form.find("podcast:source", NS), form.find("podcast:integrity", NS)
        assert source is not None
        assert integrity is not None
        path = root / "public" / str(source.get("uri")).removeprefix("https://cdn.example.org/pod/")
        digest = base64.b64encode(hashlib.sha256(path.read_bytes()).digest()).decode()
        assert integrity.attrib == {"type": "sri", "value": f"sha256-{digest}"}
        assert int(str(form.get("length"))) == path.stat().st_size


def test_the_second_publish_makes_nothing_and_a_new_title_encodes_nothing(
    root: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from .workspaces import CASE

    assert run("publish")[0] == 0
    encoded: list[Codec] = []
    encode = renditions.encode

    def counted(*given: Any) -> None:
        encoded.append(given[2])
        encode(*given)

    monkeypatch.setattr(renditions, "encode", counted)
    assert "nothing to do" in run("publish")[2]
    (root / "episodes/C0901/case.md").write_text(CASE.replace("Små skritt", "Store skritt"), "utf-8")
    assert run("publish")[0] == 0
    assert encoded == []
    new = [path for path in (root / "public/media/C0901").iterdir() if "store-skritt" in path.name]
    assert sorted(path.suffix for path in new) == [".m4a", ".mp3", ".opus"]
    assert all(b"Store skritt" in path.read_bytes() for path in new if path.suffix != ".mp3")


def test_verify_asks_every_form_as_apps_do(root: Path, run: Run) -> None:
    from lornpod.publish.reading import FeedReader

    assert run("publish")[0] == 0
    reader = FeedReader()
    reader.take((root / "public/feeds/alle.xml").read_bytes())
    asked = [address for address in reader.close().addresses if address.kind == "enclosure"]
    assert [(one.media_type, one.url.rpartition(".")[2]) for one in asked] == [
        ("audio/mpeg", "mp3"),
        ("audio/mpeg", "mp3"),
        ("audio/ogg", "opus"),
        ("audio/mp4", "m4a"),
    ]
    for one in asked:
        path = root / "public" / one.url.removeprefix("https://cdn.example.org/pod/")
        assert int(one.length) == path.stat().st_size
