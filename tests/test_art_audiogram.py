"""An audiogram: words while they are spoken, a waveform that fills, and a film that players take."""

from __future__ import annotations

import json
import subprocess
import wave
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from lornpod.art import audiogram
from lornpod.art.audiogram import SIZES, Caption
from lornpod.art.cards import Said
from lornpod.audio.film import film
from lornpod.audio.levels import levels
from lornpod.errors import LornpodError, MediaError

from . import tools

SAID = Said("Vi bygger broer.", "Kari Nordmann", "Fagleder", "Innovasjon", "Lærerommet")
CAPTIONS = (Caption("Vi bygger broer", 0, 400), Caption("mens vi går på dem.", 600, 1000))
LEVELS = tuple((at % 7) / 7 for at in range(audiogram.BARS))


def pictures(shape: str = "square", captions: tuple[Caption, ...] = CAPTIONS) -> list[Image.Image]:
    made = audiogram.frames(SAID, shape, None, captions, LEVELS, 1000, 10)
    return [Image.frombytes("RGB", SIZES[shape], data) for data in made]


def changed(one: Image.Image, other: Image.Image) -> tuple[int, int, int, int]:
    return ImageChops.difference(one, other).getbbox() or (0, 0, 0, 0)


def sound(path: Path, seconds: float = 1.0) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\x00\x20" * int(8000 * seconds))
    return path


@pytest.mark.parametrize("shape", SIZES)
def test_there_is_a_picture_for_every_moment_and_words_stay_inside(shape: str) -> None:
    made = pictures(shape)
    assert len(made) == 10
    left, top, right, bottom = changed(made[2], made[5])  # with words, and without
    width, height = SIZES[shape]
    assert left > width * 0.02
    assert top > height * 0.1
    assert right < width * 0.95
    assert bottom < height * 0.95


def test_words_come_and_go_with_their_time() -> None:
    made = pictures()
    middle = SIZES["square"][1] * 6 // 10
    assert changed(made[1], made[2])[1] > middle, "only the waveform moves while the words stand"
    assert changed(made[3], made[4])[1] < middle
    assert changed(made[5], made[6])[1] < middle


def test_the_waveform_fills_from_the_left() -> None:
    made = pictures(captions=(Caption("Hei", 0, 1000),))
    edges = [changed(made[0], one)[2] for one in made[1:]]
    assert edges == sorted(edges)
    assert edges[-1] > SIZES["square"][0] * 0.75


def test_without_captions_it_shows_the_quote() -> None:
    assert changed(pictures(captions=())[0], pictures(captions=(Caption(" ", 0, 1000),))[0]) != (0, 0, 0, 0)


def test_letters_that_no_typeface_has_are_told_before_anything_is_drawn() -> None:
    with pytest.raises(LornpodError, match="漢"):
        next(audiogram.frames(SAID, "wide", None, (Caption("漢", 0, 9),), LEVELS, 1000, 10))


def test_a_film_has_pictures_and_sound_that_any_player_takes(tmp_path: Path) -> None:
    blank = bytes(320 * 180 * 3)
    target = tmp_path / "film.mp4"
    film(
        (blank for _ in range(50)), (320, 180), sound(tmp_path / "a.wav", 2), target, title="Å", artist="Kari"
    )
    said = subprocess.run(
        [tools.program("ffprobe"), "-v", "error", "-of", "json", "-show_streams", "-show_format", target],
        capture_output=True,
        check=True,
    ).stdout
    told = json.loads(said)
    video, audio = told["streams"]
    assert (video["codec_name"], video["pix_fmt"], video["width"], video["height"]) == (
        "h264",
        "yuv420p",
        320,
        180,
    )
    assert (audio["codec_name"], told["format"]["tags"]["title"]) == ("aac", "Å")
    assert float(told["format"]["duration"]) == pytest.approx(2, abs=0.1)
    data = target.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat"), "its index comes first, so that it plays while it loads"


def test_what_is_no_sound_makes_no_film(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"no sound")
    with pytest.raises(MediaError):
        film(iter([bytes(12)] * 9999), (2, 2), tmp_path / "a.wav", tmp_path / "film.mp4", title="", artist="")
    assert [path.name for path in tmp_path.iterdir()] == ["a.wav"]


def test_levels_tell_loud_from_quiet(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        for loud in (0x4000, 0x1000):
            wave_once = loud.to_bytes(2, "little") * 8 + (65536 - loud).to_bytes(2, "little") * 8
            file.writeframes(wave_once * 500)
    first, second = levels(tmp_path / "a.wav", 2)
    assert first > 2 * second > 0
    assert len(levels(tmp_path / "a.wav", 84)) == 84
