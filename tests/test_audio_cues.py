"""Cue points in WAV files: another reader (wavinfo) finds them, and the sound stays."""

from __future__ import annotations

import wave
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wavinfo import WavInfoReader

from lornpod.audio import cues
from lornpod.audio.cues import CuePoint
from lornpod.errors import MediaError

from .workspaces import write_wav

TALK = (CuePoint(0, "Velkommen"), CuePoint(1234, "Broen «baklengs»", 2000), CuePoint(5001, "Slutt!"))


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_wav(tmp_path_factory.mktemp("wav") / "a.wav", 6.0, rate_hz=44_100)


def samples(path: Path) -> bytes:
    with wave.open(str(path)) as file:
        return bytes(file.readframes(file.getnframes()))


def test_another_reader_finds_the_cue_points_and_the_sound_is_the_same(sound: Path, tmp_path: Path) -> None:
    target = tmp_path / "b.wav"
    cues.write(sound, target, TALK)
    told = WavInfoReader(str(target), info_encoding="utf-8").cues
    found = [(cue.sample_offset, told.label_and_note(cue.name)[0]) for cue in told.cues]
    assert found == [(0, "Velkommen"), (54_419, "Broen «baklengs»"), (220_544, "Slutt!")]
    assert samples(target) == samples(sound)


@given(
    st.lists(
        st.builds(
            CuePoint,
            st.integers(0, 20 * 3_600_000),
            st.text(st.characters(exclude_categories=["C", "Z"]), max_size=9),
            st.none() | st.integers(1, 10_000),
        ),
        max_size=6,
        unique_by=lambda cue: cue.start_ms,
    )
)
@settings(max_examples=40)
def test_what_is_written_reads_back_the_same_to_the_millisecond(sound: Path, given: list[CuePoint]) -> None:
    target = sound.with_name("c.wav")
    cues.write(sound, target, given)
    assert cues.read(target) == tuple(sorted(given, key=lambda cue: cue.start_ms))


def test_cue_points_written_again_take_the_place_of_the_old(sound: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "b.wav", tmp_path / "c.wav"
    cues.write(sound, first, TALK)
    cues.write(first, second, TALK[1:])
    assert cues.read(second) == TALK[1:]
    cues.write(second, first, ())
    assert first.read_bytes() == sound.read_bytes()


def test_labels_of_windows_programs_are_read(sound: Path, tmp_path: Path) -> None:
    target = tmp_path / "b.wav"
    cues.write(sound, target, [CuePoint(10, "Blaaab")])
    target.write_bytes(target.read_bytes().replace(b"Blaaab", "Blåbær".encode("cp1252")))
    assert cues.read(target)[0].title == "Blåbær"


@pytest.mark.parametrize(
    "data",
    [b"", b"ID3", b"RIFF\x00\x00\x00\x00WAVE", b"RIFF\xff\xff\xff\xffWAVEfmt \x10\x00\x00\x00" + bytes(16)],
)
def test_what_is_no_wav_file_is_told_in_one_line(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(data)
    with pytest.raises(MediaError) as raised:
        cues.read(tmp_path / "a.wav")
    assert "\n" not in str(raised.value)


@given(st.lists(st.tuples(st.integers(0, 150), st.binary(max_size=8)), max_size=4))
def test_no_damage_breaks_the_reader(sound: Path, scraps: list[tuple[int, bytes]]) -> None:
    path = sound.with_name("d.wav")
    cues.write(write_wav(sound.with_name("e.wav"), 0.001), path, TALK)
    data = bytearray(path.read_bytes())
    for at, scrap in scraps:
        data[at : at + len(scrap)] = scrap
    path.write_bytes(bytes(data))
    with suppress(MediaError):
        cues.read(path)
