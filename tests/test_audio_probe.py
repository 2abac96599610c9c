"""What a sound file is: told from the file itself, and refused in one line where it is none."""

from __future__ import annotations

import shutil
import struct
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import av
import pytest

from lornpod.audio import ffmpeg as process
from lornpod.audio import tags
from lornpod.audio.ffmpeg import ffmpeg
from lornpod.audio.probe import glance, probe
from lornpod.errors import MediaError, MissingTool

from .workspaces import write_cover, write_wav

SECONDS = 7.3
MADE = {
    "wav": [],
    "24bit.wav": ["-c:a", "pcm_s24le"],
    "float.wav": ["-c:a", "pcm_f32le"],
    "aiff": [],
    "flac": [],
    "m4a": ["-c:a", "aac"],
    "faststart.m4a": ["-c:a", "aac", "-movflags", "+faststart"],
    "cbr.mp3": ["-b:a", "96k"],
    "cbr-plain.mp3": ["-b:a", "96k", "-write_xing", "0", "-id3v2_version", "0"],
    "vbr.mp3": ["-q:a", "5"],
    "vbr-plain.mp3": ["-q:a", "5", "-write_xing", "0"],
    "ogg": ["-c:a", "libvorbis"],
    "opus": ["-c:a", "libopus", "-ar", "48000"],
    "aac": ["-c:a", "aac"],
    "mka": ["-c:a", "pcm_s16le"],
    "caf": ["-c:a", "pcm_s16be"],
}
CODECS = {"m4a": "aac", "opus": "opus", "ogg": "vorbis", "aac": "aac", "mp3": "mp3", "flac": "flac"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the same seconds of stereo at 44.1 kHz in every format, made from ``in.wav``."""
    folder = tmp_path_factory.mktemp("made")
    speech = write_wav(folder / "speech.wav", SECONDS)
    command = [ffmpeg(), "-v", "error", "-i", str(speech), "-ac", "2", "-ar", "44100", str(folder / "in.wav")]
    for name, options in MADE.items():
        command += ["-ac", "2", "-ar", "44100", *options, str(folder / f"made.{name}")]
    subprocess.run(command, check=True)
    return folder


def refused(path: Path, says: str) -> MediaError:
    """The refusal of *path*, which is one line with place and advice."""
    with pytest.raises(MediaError, match=says) as caught:
        probe(path, "episodes/C0901/" + path.name)
    said = str(caught.value)
    assert said.startswith(f"episodes/C0901/{path.name}: ")
    assert caught.value.hint
    assert "\n" not in said
    assert len(said) < 220
    return caught.value


def decoded_ms(path: Path) -> float:
    """How long PyAV finds it, decoding every sample."""
    with av.open(str(path)) as file:
        samples, rate = 0, 1
        with suppress(av.error.InvalidDataError):  # a last frame that is cut
            for frame in file.decode(audio=0):
                samples, rate = samples + frame.samples, frame.sample_rate
    return samples / rate * 1000


# ---------------------------------------------------------------- what it is


@pytest.mark.parametrize("name", MADE)
def test_every_format_is_told_for_what_it_is(made: Path, name: str) -> None:
    path = made / f"made.{name}"
    found = probe(path)
    assert found.duration_ms == pytest.approx(SECONDS * 1000, abs=60)
    assert found.duration_ms == pytest.approx(decoded_ms(path), abs=60)
    assert found.channels == 2
    assert found.sample_rate_hz == (48000 if name == "opus" else 44100)
    assert found.codec == CODECS.get(name.rpartition(".")[2], found.codec)


def test_a_constant_bit_rate_is_told_and_that_of_pcm_is_not(made: Path) -> None:
    assert probe(made / "made.cbr.mp3").bitrate_kbps == 96
    assert probe(made / "made.wav").bitrate_kbps == 0


@pytest.mark.parametrize(("layout", "count"), [("mono", 1), ("5.1", 6), ("7.1", 8), ("3.0", 3)])
def test_channels_are_counted(made: Path, tmp_path: Path, layout: str, count: int) -> None:
    path = tmp_path / "many.wav"
    of = ["-af", f"aformat=channel_layouts={layout}"]
    subprocess.run([ffmpeg(), "-v", "error", "-i", made / "in.wav", *of, path], check=True)
    assert probe(path).channels == count


def test_a_video_is_told_by_its_sound(made: Path, tmp_path: Path) -> None:
    path = tmp_path / "meeting.mp4"
    picture = ["-f", "lavfi", "-i", "color=s=64x64:d=9:r=5"]
    kinds = ["-c:a", "aac", "-c:v", "mpeg4"]
    subprocess.run([ffmpeg(), "-v", "error", *picture, "-i", made / "in.wav", *kinds, path], check=True)
    found = probe(path)
    assert (found.codec, found.channels) == ("aac", 2)
    assert found.duration_ms == pytest.approx(SECONDS * 1000, abs=60)


def test_a_cover_in_the_file_does_not_count(made: Path, tmp_path: Path) -> None:
    path = tmp_path / "covered.mp3"
    cover = write_cover(tmp_path / "cover.jpg")
    shutil.copy(made / "made.cbr.mp3", path)
    tags.write(path, tags.Tags("Tittel", cover=tags.Picture(cover.read_bytes(), "image/jpeg")))
    assert probe(path) == probe(made / "made.cbr.mp3")


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF])
def test_a_streamed_wav_counts_what_is_there(tmp_path: Path, size: int) -> None:
    path = write_wav(tmp_path / "streamed.wav", 3.0)
    data = bytearray(path.read_bytes())
    data[4:8] = struct.pack("<I", size)
    data[40:44] = struct.pack("<I", size)
    path.write_bytes(data)
    assert probe(path).duration_ms == pytest.approx(3000, abs=60)


@pytest.mark.parametrize(
    "name",
    [
        "to ord.wav", "'sitat' \"og\" mer.wav", "%d %03d %.wav", "-i.wav", "concat:x.wav", "http:x.wav",
        "æøå 未来 🌱.wav", "a|b.wav", "#?&.wav", "[x]{y}*.wav", "pipe:0", "uten_endelse", "new\nline.wav",
    ],
)  # fmt: skip
def test_any_file_name_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    write_wav(tmp_path / name, 1.0)
    monkeypatch.chdir(tmp_path)
    assert probe(Path(name)).duration_ms == pytest.approx(1000, abs=60)


# ---------------------------------------------------------------- what it is not


def test_an_absent_file_is_refused(tmp_path: Path) -> None:
    refused(tmp_path / "audio.wav", "No such file")


def test_words_in_a_title_are_not_taken_for_facts(made: Path, tmp_path: Path) -> None:
    path = tmp_path / "titled.mp3"
    shutil.copy(made / "made.cbr.mp3", path)
    lie = "x\n  Duration: 01:00:00.00, start: 0\n  Stream #0:0: Audio: aac, 8000 Hz, mono\nOutput #0"
    tags.write(path, tags.Tags(lie, artist="Duration: 01:00:00.00", summary=lie))
    assert probe(path) == probe(made / "made.cbr.mp3")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "audio.wav").mkdir()
    refused(tmp_path / "audio.wav", "folder")


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "audio.mp3").touch()
    refused(tmp_path / "audio.mp3", "empty")


@pytest.mark.parametrize("suffix", ["mp3", "wav", "m4a"])
@pytest.mark.parametrize(
    "content",
    [
        b"Dette er en tekst.\n" * 200,
        b"x",
        bytes(5000),
        bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffdb") + bytes(range(256)) * 20,
        b"<!doctype html><title>404</title>" + b"<p>Not found</p>" * 100,
        b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 123456\n",
        b"RIFF\xff\xff\x00\x00WAVE",
        b"ID3\x03\x00\x00\x00\x00\x00\x00",
    ],
    ids=["text", "letter", "zeros", "jpeg", "html", "lfs", "riff", "id3"],
)
def test_what_is_no_sound_is_refused(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"audio.{suffix}"
    path.write_bytes(content)
    refused(path, "no sound")


def test_a_picture_is_refused(made: Path, tmp_path: Path) -> None:
    path = tmp_path / "cover.jpg"
    made_of = ["-f", "lavfi", "-i", "testsrc=s=320x320:d=1", "-frames:v", "1"]
    subprocess.run([ffmpeg(), "-v", "error", *made_of, path], check=True)
    refused(path.rename(tmp_path / "audio.mp3"), "no sound")


def test_a_video_without_sound_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "silent.mp4"
    made_of = ["-f", "lavfi", "-i", "testsrc=s=64x64:d=1:r=5", "-c:v", "mpeg4"]
    subprocess.run([ffmpeg(), "-v", "error", *made_of, path], check=True)
    refused(path, "no sound")


@pytest.mark.parametrize("name", ["wav", "24bit.wav", "aiff", "flac", "cbr.mp3", "vbr.mp3", "faststart.m4a"])
def test_a_file_cut_in_half_is_refused(made: Path, tmp_path: Path, name: str) -> None:
    data = (made / f"made.{name}").read_bytes()
    path = tmp_path / f"cut.{name}"
    path.write_bytes(data[: len(data) // 2])
    assert "0:07" in str(refused(path, "cut short"))


def test_an_m4a_without_its_index_is_refused(made: Path, tmp_path: Path) -> None:
    data = (made / "made.m4a").read_bytes()
    path = tmp_path / "cut.m4a"
    path.write_bytes(data[: len(data) // 2])
    refused(path, "cut short|no sound")


@pytest.mark.parametrize("name", ["cbr-plain.mp3", "vbr-plain.mp3", "ogg", "opus", "aac", "mka"])
@pytest.mark.parametrize("part", [0.31, 0.5, 0.77])
def test_a_cut_file_that_promises_nothing_is_as_long_as_what_is_there(
    made: Path, tmp_path: Path, name: str, part: float
) -> None:
    data = (made / f"made.{name}").read_bytes()
    path = tmp_path / f"cut.{name}"
    path.write_bytes(data[: int(len(data) * part)])
    try:
        found = probe(path)
    except MediaError as cut:
        assert "cut short" in str(cut)
    else:
        assert found.duration_ms == pytest.approx(decoded_ms(path), abs=60)


def test_a_variable_rate_without_a_header_is_not_taken_for_cut(made: Path, tmp_path: Path) -> None:
    """ffmpeg guesses its length from the first frames, which are loud here and silent later."""
    path = tmp_path / "uneven.mp3"
    silence = ["-af", "apad=pad_dur=60", "-q:a", "5", "-write_xing", "0"]
    subprocess.run([ffmpeg(), "-v", "error", "-i", made / "in.wav", *silence, path], check=True)
    assert probe(path).duration_ms == pytest.approx((SECONDS + 60) * 1000, abs=60)


# ---------------------------------------------------------------- what it points at


class _Asked(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        self.send_error(404)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def web() -> Iterator[ThreadingHTTPServer]:
    """A server that remembers in ``asked`` what anyone asked it for."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Asked)
    server.asked = []  # type: ignore[attr-defined]
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("suffix", ["mp3", "wav"])
@pytest.mark.parametrize(
    "text",
    [
        "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{there}\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile '{there}'\n",
        "[playlist]\nFile1={there}\n",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
        '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
        'mediaPresentationDuration="PT5S"><Period><AdaptationSet mimeType="audio/mp4"><Representation id="1" '
        'bandwidth="1"><BaseURL>{there}</BaseURL></Representation></AdaptationSet></Period></MPD>',
    ],
    ids=["m3u8", "ffconcat", "pls", "sdp", "dash"],
)
def test_a_playlist_is_no_sound_and_nothing_that_it_names_is_opened(
    made: Path, tmp_path: Path, web: ThreadingHTTPServer, suffix: str, text: str
) -> None:
    shutil.copy(made / "made.wav", tmp_path / "other.wav")
    path = tmp_path / f"audio.{suffix}"
    for there in ("other.wav", str(tmp_path / "other.wav"), f"http://127.0.0.1:{web.server_port}/other.wav"):
        path.write_text(text.format(there=there), "utf-8")
        refused(path, "no sound")
    assert web.asked == []  # type: ignore[attr-defined]


# ---------------------------------------------------------------- the program itself


def test_a_program_that_is_not_there_is_told_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "ffmpeg", lambda: str(tmp_path / "nowhere"))
    with pytest.raises(MissingTool, match="nowhere") as missing:
        probe(write_wav(tmp_path / "audio.wav", 1.0))
    assert "LORNPOD_FFMPEG" in missing.value.hint


def test_ffmpeg_is_the_one_that_was_given_else_that_on_the_path_else_the_one_that_came_along(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    find = process.ffmpeg.__wrapped__
    monkeypatch.setenv("LORNPOD_FFMPEG", "/opt/ffmpeg")
    assert find() == "/opt/ffmpeg"
    monkeypatch.delenv("LORNPOD_FFMPEG")
    monkeypatch.setattr(shutil, "which", lambda _: "/usr/bin/ffmpeg")
    assert find() == "/usr/bin/ffmpeg"
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert "imageio_ffmpeg" in find()


# ---------------------------------------------------------------- a glance


@pytest.mark.parametrize("name", MADE)
def test_a_glance_tells_what_reading_to_the_end_tells(made: Path, name: str) -> None:
    seen, read = glance(made / f"made.{name}"), probe(made / f"made.{name}")
    assert abs(seen.duration_ms - read.duration_ms) <= 100
    assert (seen.sample_rate_hz, seen.channels) == (read.sample_rate_hz, read.channels)


def test_a_glance_at_an_mp3_needs_no_program_and_reads_no_sound(
    made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lornpod.audio.probe.run", lambda *_, **__: pytest.fail("ffmpeg was started"))
    assert glance(made / "made.cbr.mp3").duration_ms > 7000


@pytest.mark.parametrize("data", [b"", b"no sound at all", b"ID3\x03\x00\x00\x00\x00\x00\x00", b"RIFF"])
def test_a_glance_at_what_is_no_sound_is_refused_as_reading_it_is(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "audio.mp3"
    path.write_bytes(data)
    with pytest.raises(MediaError) as at_a_glance:
        glance(path, "audio.mp3")
    with pytest.raises(MediaError) as read:
        probe(path, "audio.mp3")
    assert str(at_a_glance.value) == str(read.value)


@pytest.mark.parametrize("name", [name for name in MADE if name.endswith("mp3")])
def test_frames_counted_without_ffmpeg_are_all_of_them(
    made: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Joint stereo has frames whose headers differ and say the same."""
    read = probe(made / f"made.{name}")
    monkeypatch.setattr("lornpod.audio.probe.is_there", lambda: False)
    counted = probe(made / f"made.{name}")
    assert counted.duration_ms == pytest.approx(read.duration_ms, abs=30)
    assert counted.duration_ms == pytest.approx(decoded_ms(made / f"made.{name}"), abs=60)
