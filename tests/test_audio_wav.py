"""Plain samples are read from a WAV as ffmpeg decodes them; all else is left to ffmpeg."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lornpod.audio import samples, wav
from lornpod.audio.ffmpeg import running, source
from lornpod.audio.peaks import Block

from .test_audio_master import RATE_HZ, converted, voice
from .test_audio_master import wav as written


def by_ffmpeg(path: Path, channels: int) -> Block:
    layout = samples.layout(channels)
    with running([*source(path), "-af", layout, "-f", "f32le", "pipe:1"], where="") as program:
        found = list(samples.blocks(program, RATE_HZ, channels))
        program.said()
    return np.concatenate(found)


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize(
    ("codec", "kind"), [("pcm_s16le", "i2"), ("pcm_s24le", "i3"), ("pcm_s32le", "i4"), ("pcm_f32le", "f4")]
)
def test_samples_are_read_as_ffmpeg_decodes_them(
    tmp_path: Path, codec: str, kind: str, channels: int
) -> None:
    recording = written(tmp_path / "a.wav", [voice(1.3), voice(1.3, seed=2)][:channels])
    path = converted(recording, tmp_path / "b.wav", "-c:a", codec)
    found = wav.pcm(path)
    assert found is not None
    assert (found.kind, found.rate_hz, found.channels) == (kind, RATE_HZ, channels)
    read = np.concatenate(list(samples.decoded(path, RATE_HZ, channels, "")))
    assert np.array_equal(read, by_ffmpeg(path, channels))


def test_blocks_that_are_not_wanted_are_passed_over(tmp_path: Path) -> None:
    path = written(tmp_path / "a.wav", [voice(3.2)])
    flac = converted(path, tmp_path / "a.flac")
    for each in (path, flac):
        whole = list(samples.decoded(each, RATE_HZ, 1, ""))
        some = list(samples.decoded(each, RATE_HZ, 1, "", lambda number: number % 3 == 1))
        assert [len(block) for block in whole] == [8000] * 6 + [3200]
        assert [block.tobytes() for block in some] == [whole[at].tobytes() for at in (1, 4)]


def test_what_is_not_plain_is_left_to_ffmpeg(tmp_path: Path) -> None:
    recording = written(tmp_path / "a.wav", [voice(1)] * 2)
    data = recording.read_bytes()
    deep = converted(recording, tmp_path / "s24.wav", "-c:a", "pcm_s24le").read_bytes()
    assert deep[20:22] == b"\xfe\xff"
    odd = {
        "eight-bits": converted(recording, tmp_path / "u8.wav", "-c:a", "pcm_u8").read_bytes(),
        "adpcm": converted(recording, tmp_path / "ms.wav", "-c:a", "adpcm_ms").read_bytes(),
        "surround": converted(recording, tmp_path / "6.wav", "-ac", "6").read_bytes(),
        "other-speakers": deep[:40] + b"\x30\0\0\0" + deep[44:],
        "cut": data[:-1000],
        "streamed": data[:40] + b"\xff\xff\xff\xff" + data[44:],
        "dts": data[:44] + b"\xfe\x7f\x01\x80" + data[48:],
        "no-data": data[:36],
        "mp3": b"ID3\x03\0\0",
    }
    for name, content in odd.items():
        path = tmp_path / f"{name}.odd"
        path.write_bytes(content)
        assert wav.pcm(path) is None, name
