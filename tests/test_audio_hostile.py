"""Files made to hurt: each is answered or refused in one line, soon, and in little memory."""

from __future__ import annotations

import time
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from lornpod.audio import contents, tags, wav
from lornpod.errors import MediaError

from . import fuzz_audio
from .odd_files import ape_v1, bare, frame, header, id3v1, sound
from .test_audio_tags import FULL


def nested(depth: int) -> bytes:
    chapters = b""
    for _ in range(depth):
        chapters = frame(b"CHAP", b"a\0" + bytes(16) + chapters)
    return header(3, 0, chapters) + sound()


def packed(length: int) -> bytes:
    """A title of so many zeros."""
    packing = zlib.compressobj()
    body = b"".join(packing.compress(bytes(1 << 20)) for _ in range(length >> 20)) + packing.flush()
    return frame(b"TIT2", length.to_bytes(4) + body, flags=b"\0\x80")


HOSTILE: dict[str, Callable[[], bytes]] = {
    "chapters in chapters": lambda: nested(2000),
    "thousands of tags at the head": lambda: header(3, 0, b"") * 20_000 + sound(),
    "thousands of tags at the tail": lambda: sound() + id3v1("x") * 10_000,
    "thousands of tags that count items": lambda: sound() + ape_v1("x") * 5000,
    "a table of itself": lambda: header(3, 0, frame(b"CTOC", b"a\0\3\1a\0")) + sound(),
    "thousands of chapters": lambda: header(3, 0, frame(b"CHAP", b"a\0" + bytes(16)) * 5000) + sound(),
    "syncs without frames": lambda: b"\xff\xfb\x90" * 300_000,
    "frames that never agree": lambda: b"\xff\xfb\x90\x64" * 300_000,
    "a byte after every frame": lambda: b"".join([bare()[:208] + b"x"] * 5000),
    "a WAV without end": lambda: b"RIFF\0\0\0\0WAVEfmt \0\0\0\0",
    "a WAV of empty chunks": lambda: b"RIFF\0\0\0\0WAVE" + b"fmt \0\0\0\0" * 50_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_answered_or_refused_soon(tmp_path: Path, name: str) -> None:
    path = tmp_path / "hostile.mp3"
    path.write_bytes(HOSTILE[name]())
    began = time.process_time()
    for work in (contents.read, tags.read, wav.promised_ms, wav.pcm, lambda path: tags.write(path, FULL)):
        try:
            work(path)
        except MediaError as refused:
            assert "\n" not in str(refused)
    assert time.process_time() - began < 5


@pytest.mark.parametrize("inside", [False, True])
def test_zeros_packed_a_thousandfold_are_not_unpacked(tmp_path: Path, inside: bool) -> None:
    path, title = tmp_path / "packed.mp3", packed(200 << 20)
    chapter = frame(b"CHAP", b"a\0" + bytes(16) + title)
    path.write_bytes(header(3, 0, chapter if inside else title) + sound())
    tracemalloc.start()
    try:
        found = tags.read(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found.title == ""
    assert peak < 20 << 20


def test_no_broken_file_brings_a_traceback_or_loses_sound(tmp_path: Path) -> None:
    assert [(number, said) for number, said, _ in fuzz_audio.failures(250, 1)] == []
