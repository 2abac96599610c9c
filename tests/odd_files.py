"""MP3s as they come in, and what calls itself MP3: each with how it is made and what is expected of it.

    python -m tests.odd_files FOLDER

writes them all: a second and a half of speech-like sound, in all kinds of streams, between all kinds of tags.
"""

from __future__ import annotations

import io
import random
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mutagen import id3
from mutagen.apev2 import APEv2

from lornpod.audio.ffmpeg import ffmpeg

from . import tools
from .workspaces import write_wav

SECONDS = 1.5
TOLERANCE_MS = 80  # as encoders pad


@dataclass(frozen=True)
class Made:
    """A file, and the part of its bytes that is sound and that no edit of tags may change."""

    data: bytes
    sound: bytes


@dataclass(frozen=True)
class Odd:
    """An odd file. ``duration_ms`` is what probe says; None where it refuses it, in the words *refused*.

    ``untagged`` is what tagging says where it refuses; ``title`` what the tag says before; ``remarks`` the
    codes of what `tags show` remarks on.
    """

    name: str
    make: Callable[[], Made]
    duration_ms: float | None = SECONDS * 1000
    codec: str = "mp3"
    rate_hz: int = 44100
    refused: str = ""
    untagged: str = ""
    title: str = ""
    remarks: frozenset[str] = frozenset()
    unreadable: bool = False


ODD: list[Odd] = []


def odd(**expected: Any) -> Callable[[Callable[[], Made]], Callable[[], Made]]:
    """Adds the file that the function makes, under the function's name."""

    def added(make: Callable[[], Made]) -> Callable[[], Made]:
        expected.setdefault("name", make.__name__.replace("_", "-"))
        ODD.append(Odd(make=make, **expected))
        return make

    return added


def says(*codes: str) -> frozenset[str]:
    return frozenset(codes)


NO_SOUND = "no sound"
NO_MPEG = "no MPEG audio"

# ---------------------------------------------------------------- what they are made of


def encoded(*options: str, suffix: str = ".mp3", seconds: float = SECONDS) -> bytes:
    """The speech-like sound as ffmpeg writes it with *options*."""
    with TemporaryDirectory() as folder:
        wav, target = write_wav(Path(folder) / "in.wav", seconds, 16000), Path(folder) / f"out{suffix}"
        plain = ["-id3v2_version", "0", "-write_id3v1", "0"] if suffix == ".mp3" else []
        command = [ffmpeg(), "-v", "error", "-i", str(wav), *plain, "-bitexact", *options, str(target)]
        subprocess.run(command, check=True)
        return target.read_bytes()


def by_lame(*options: str) -> bytes:
    lame = tools.program("lame")
    with TemporaryDirectory() as folder:
        wav, target = write_wav(Path(folder) / "in.wav", SECONDS, 44100), Path(folder) / "out.mp3"
        subprocess.run([lame, "--quiet", *options, str(wav), str(target)], check=True)
        return target.read_bytes()


def by_sox(*options: str) -> bytes:
    sox = tools.program("sox")
    with TemporaryDirectory() as folder:
        wav, target = write_wav(Path(folder) / "in.wav", SECONDS, 44100), Path(folder) / "out.mp3"
        subprocess.run([sox, str(wav), *options, str(target)], check=True)
        return target.read_bytes()


@cache
def sound() -> bytes:
    return encoded("-ar", "44100", "-b:a", "64k")


@cache
def bare() -> bytes:
    """The sound without the encoder's header frame."""
    return encoded("-ar", "44100", "-b:a", "64k", "-write_xing", "0")


@cache
def even() -> bytes:
    """The sound in frames of 192 bytes each, without the encoder's header frame."""
    return encoded("-ar", "48000", "-b:a", "64k", "-write_xing", "0")


def noise(length: int, seed: int = 1) -> bytes:
    """Bytes of which none begins a frame."""
    return random.Random(seed).randbytes(length).replace(b"\xff", b"\xfe")


def tag(title: str, version: int = 3, *frames: Any, encoding: int = 1, padding: int = 100) -> bytes:
    """An ID3v2 tag as mutagen writes it."""
    made, file = id3.ID3(), io.BytesIO()
    for frame in (id3.TIT2(encoding=encoding, text=title), *frames):
        made.add(frame)
    made.save(file, v1=0, v2_version=version, padding=lambda _: padding)
    return file.getvalue()


def syncsafe(size: int) -> bytes:
    return bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))


def header(version: int, flags: int, body: bytes) -> bytes:
    return b"ID3" + bytes([version, 0, flags]) + syncsafe(len(body)) + body


def frame(name: bytes, body: bytes, *, flags: bytes = b"\0\0", safe: bool = False) -> bytes:
    return name + (syncsafe(len(body)) if safe else len(body).to_bytes(4)) + flags + body


def title_frame(title: str, **options: Any) -> bytes:
    return frame(b"TIT2", b"\0" + title.encode("latin-1"), **options)


def id3v1(title: str) -> bytes:
    return b"TAG" + title.encode("latin-1").ljust(124, b"\0") + b"\xff"


def ape(title: str) -> bytes:
    made, file = APEv2(), io.BytesIO()
    made["Title"] = title
    made.save(file)
    return file.getvalue()


def lyrics3(text: str) -> bytes:
    body = f"LYRICSBEGINLYR{len(text):05d}{text}".encode("latin-1")
    return body + f"{len(body):06d}LYRICS200".encode()


def around(before: bytes, heart: bytes, after: bytes = b"") -> Made:
    return Made(before + heart + after, heart)


# ---------------------------------------------------------------- streams


def stream(name: str, make: Callable[[], bytes], **expected: Any) -> None:
    def made() -> Made:
        return around(b"", make())

    ODD.append(Odd(name, made, **expected))


stream("plain", sound)
stream("no-xing-cbr", bare)
stream(
    "no-xing-vbr",
    lambda: encoded("-ar", "44100", "-q:a", "6", "-write_xing", "0"),
    remarks=says("audio-vbr"),
)
stream("stereo-320-48khz", lambda: encoded("-ar", "48000", "-ac", "2", "-b:a", "320k"), rate_hz=48000)
for rate in (8000, 11025, 16000, 22050, 24000, 32000):

    def at_rate(rate: int = rate) -> bytes:
        return encoded("-ar", str(rate), "-b:a", "24k" if rate < 32000 else "48k")

    stream(f"rate-{rate}", at_rate, rate_hz=rate)
stream("lame-cbr-joint", lambda: by_lame("-b", "128", "-m", "j"))
stream("lame-vbr", lambda: by_lame("-V", "5"))
stream("lame-abr", lambda: by_lame("--abr", "96"))
stream("lame-checksums", lambda: by_lame("-p", "-b", "96"))
stream("lame-no-header", lambda: by_lame("-t", "-b", "96"))
stream("sox", lambda: by_sox("-C", "64"))
stream("layer-2", lambda: encoded("-ar", "44100", "-c:a", "mp2", "-b:a", "64k", suffix=".mp2"), codec="mp2")
stream(
    "free-format",
    lambda: by_lame("--freeformat", "-b", "100", "-t"),
    duration_ms=None,
    refused=NO_SOUND,
    untagged=NO_MPEG,
    unreadable=True,
)


@odd(remarks=says("audio-junk"))
def noise_before() -> Made:
    return around(b"", noise(3000) + sound())


@odd(remarks=says("audio-junk"))
def zeros_before() -> Made:
    return around(b"", bytes(65536) + sound())


@odd(rate_hz=48000, remarks=says("audio-damaged"))
def noise_within() -> Made:
    at = 192 * 30
    return around(b"", even()[:at] + noise(700) + even()[at:])


@odd(remarks=says("audio-damaged"))
def zeros_behind() -> Made:
    return around(b"", sound() + bytes(100_000))


@odd(remarks=says("audio-cut"))
def last_frame_cut() -> Made:
    return around(b"", bare()[:-77])


@odd(remarks=says("audio-cut", "tag-old"))
def last_frame_cut_before_an_old_tag() -> Made:
    return around(b"", bare()[:-77], id3v1("Gammel"))


@odd(duration_ms=None, refused="cut short", remarks=says("audio-short"))
def half_an_upload() -> Made:
    whole = encoded("-ar", "44100", "-b:a", "64k", seconds=4.0)
    return around(b"", whole[: len(whole) // 2])


@odd(duration_ms=2 * SECONDS * 1000 + 30, remarks=says("audio-damaged"))
def two_files_in_one() -> Made:
    return around(b"", sound() + tag("Andre") + sound())


@odd(duration_ms=20 * 3600 * 1000, rate_hz=8000)
def twenty_hours() -> Made:
    quiet = encoded("-ar", "8000", "-b:a", "8k", "-write_xing", "0")
    return around(b"", quiet[72 * 4 : 72 * 5] * (20 * 3600 * 8000 // 576))


@odd(duration_ms=48, rate_hz=48000)
def two_frames() -> Made:
    return around(b"", even()[: 192 * 2])


@odd(rate_hz=48000)
def vbri() -> Made:
    said = b"VBRI" + (1).to_bytes(2) + bytes(4) + len(even()).to_bytes(4) + (len(even()) // 192).to_bytes(4)
    return around(b"", even()[:4] + bytes(32) + said.ljust(192 - 36, b"\0") + even())


# ---------------------------------------------------------------- tags at the head


for version in (3, 4):

    def with_tag(version: int = version) -> Made:
        return around(tag("Tittel på norsk 🌱", version), sound())

    odd(name=f"id3v2.{version}", title="Tittel på norsk 🌱")(with_tag)


@odd(name="id3v2.2", title="Gammel")
def id3v2_2() -> Made:
    body = b"TT2" + (7).to_bytes(3) + b"\0Gammel" + bytes(50)
    return around(header(2, 0, body), sound())


@odd(title="Høyt og lavt \u00ff\u00e0")
def unsynchronised_v2_3() -> Made:
    body = title_frame("Høyt og lavt \u00ff\u00e0") + bytes(20)
    return around(header(3, 0x80, body.replace(b"\xff", b"\xff\0")), sound())


@odd(title="Høyt \u00ff\u00e0")
def unsynchronised_v2_4() -> Made:
    text = b"\0" + "Høyt \u00ff\u00e0".encode("latin-1").replace(b"\xff", b"\xff\0")
    body = frame(b"TIT2", text, flags=b"\0\x02", safe=True) + bytes(20)
    return around(header(4, 0x80, body), sound())


@odd(title="Utvidet")
def extended_header_v2_3() -> Made:
    extended = (6).to_bytes(4) + b"\0\0" + (20).to_bytes(4)
    return around(header(3, 0x40, extended + title_frame("Utvidet") + bytes(20)), sound())


@odd(title="Utvidet")
def extended_header_v2_4() -> Made:
    frames = title_frame("Utvidet", safe=True)
    crc = zlib.crc32(frames)
    said = b"\x05" + bytes([crc >> 28, *syncsafe(crc & 0xFFFFFFF)])
    extended = syncsafe(4 + 1 + 1 + len(said)) + b"\x01\x20" + said
    return around(header(4, 0x40, extended + frames + bytes(20)), sound())


@odd(title="Første", remarks=says("tag-several"))
def two_tags() -> Made:
    return around(tag("Første", 4) + tag("Andre", 3), sound())


@odd(title="Første", remarks=says("tag-several"))
def three_tags_and_ape() -> Made:
    return around(tag("Første", 3) + tag("Andre", 4) + ape_at_head("Tredje") + tag("Fjerde", 3), sound())


def ape_at_head(title: str) -> bytes:
    return ape(title)


@odd(title="Med bunn")
def footer() -> Made:
    body = title_frame("Med bunn", safe=True)
    head = header(4, 0x10, body)
    return around(head + b"3DI" + head[3:10], sound())


@odd(title="Stort bilde")
def large_picture() -> Made:
    picture = id3.APIC(encoding=0, mime="image/png", type=3, desc="", data=noise(3_000_000))
    return around(tag("Stort bilde", 3, picture), sound())


@odd(title="Luft")
def a_megabyte_of_padding() -> Made:
    return around(tag("Luft", padding=1 << 20), sound())


@odd(title="Pakket")
def compressed_frame() -> Made:
    text = b"\0Pakket"
    body = len(text).to_bytes(4) + zlib.compress(text)
    return around(header(3, 0, frame(b"TIT2", body, flags=b"\0\x80") + bytes(20)), sound())


@odd()
def encrypted_frame() -> Made:
    body = frame(b"TIT2", b"\x01" + noise(30), flags=b"\0\x40")
    return around(header(3, 0, body + bytes(20)), sound())


@odd(title="Stor")
def v2_4_with_the_sizes_of_v2_3() -> Made:
    # As iTunes wrote frames of 128 bytes and more.
    body = title_frame("Stor") + frame(b"TXXX", b"\0navn\0" + b"x" * 300) + frame(b"TALB", b"\0Serien")
    return around(header(4, 0, body + bytes(20)), sound())


@odd(title="Hel")
def frame_longer_than_its_tag() -> Made:
    body = title_frame("Hel") + b"TALB" + (60_000).to_bytes(4) + b"\0\0" + b"\0Serien"
    return around(header(3, 0, body), sound())


@odd(title="Kapitler", remarks=says("chapters-unlisted"))
def chapters_without_a_table() -> Made:
    chapter = id3.CHAP(
        element_id="a", start_time=0, end_time=900, sub_frames=[id3.TIT2(encoding=1, text="En")]
    )
    return around(tag("Kapitler", 3, chapter), sound())


@odd(title="Kapitler", remarks=says("chapters-v2.4"))
def long_chapters_in_v2_4() -> Made:
    long = [id3.TIT2(encoding=3, text="x" * 130)]
    chapter = id3.CHAP(element_id="a", start_time=0, end_time=900, sub_frames=long)
    flags = id3.CTOCFlags.TOP_LEVEL | id3.CTOCFlags.ORDERED
    table = id3.CTOC(element_id="toc", flags=flags, child_element_ids=["a"], sub_frames=[])
    return around(tag("Kapitler", 4, chapter, table), sound())


@odd(title="Omslag", remarks=says("cover-type"))
def cover_of_another_type() -> Made:
    picture = id3.APIC(encoding=0, mime="image/jpeg", type=2, desc="", data=noise(300))
    return around(tag("Omslag", 3, picture), sound())


@odd(title="b\u0301landing <b>&amp;</b> 未来")
def letters_of_all_kinds() -> Made:
    return around(tag("b\u0301landing <b>&amp;</b> 未来", 4, encoding=2), sound())


@odd(remarks=says("tag-broken"))
def tag_of_an_unknown_version() -> Made:
    return around(header(9, 0, title_frame("Fremtid") + bytes(20)), sound())


# ---------------------------------------------------------------- tags at the tail


def tail(name: str, make: Callable[[], bytes]) -> None:
    def made() -> Made:
        return around(b"", sound(), make())

    ODD.append(Odd(name, made, remarks=says("tag-old")))


tail("id3v1", lambda: id3v1("Gammel"))
tail("id3v1-enhanced", lambda: b"TAG+Gammel".ljust(227, b"\0") + id3v1("Gammel"))
tail("two-id3v1", lambda: id3v1("Gammel") + id3v1("Eldre"))
tail("ape", lambda: ape("Gammel"))
tail("ape-and-id3v1", lambda: ape("Gammel") + id3v1("Gammel"))
tail("ape-of-version-1", lambda: ape_v1("Gammel"))
tail("lyrics3-and-id3v1", lambda: lyrics3("Gammel sang") + id3v1("Gammel"))
tail("ape-lyrics3-id3v1", lambda: ape("Gammel") + lyrics3("Gammel sang") + id3v1("Gammel"))
tail("id3v2.4-at-the-tail", lambda: appended("Gammel"))


def ape_v1(title: str) -> bytes:
    item = len(title).to_bytes(4, "little") + bytes(4) + b"Title\0" + title.encode()
    numbers = (1000, len(item) + 32, 1, 0)
    return item + b"APETAGEX" + b"".join(n.to_bytes(4, "little") for n in numbers) + bytes(8)


def appended(title: str) -> bytes:
    head = header(4, 0x10, title_frame(title, safe=True))
    return head + b"3DI" + head[3:10]


@odd(remarks=says("audio-damaged"))
def ape_that_promises_more_than_there_is() -> Made:
    broken = bytearray(ape_v1("Gammel"))
    broken[-20:-16] = b"\xff\xff\xff\x7f"
    return around(b"", sound() + broken)


@odd(remarks=says("audio-damaged"))
def lyrics_without_a_beginning() -> Made:
    return around(b"", sound() + b"000300LYRICS200")


@odd(remarks=says("audio-damaged"))
def half_an_id3v1() -> Made:
    return around(b"", sound() + id3v1("Gammel")[:90])


# ---------------------------------------------------------------- what is no MP3


def no_mp3(name: str, make: Callable[[], bytes], **expected: Any) -> None:
    def made() -> Made:
        data = make()
        return Made(data, data)

    expected = {"duration_ms": None, "refused": NO_SOUND, "untagged": NO_MPEG, "unreadable": True, **expected}
    ODD.append(Odd(name, made, **expected))


no_mp3("empty", lambda: b"", refused="the file is empty")
no_mp3("text", lambda: b"Dette er ikke lyd.\n" * 50)
no_mp3("web-page", lambda: b"<!DOCTYPE html><html><title>404</title></html>\n" * 20)
no_mp3("noise", lambda: noise(50_000))
no_mp3("zeros", lambda: bytes(50_000))
no_mp3("syncs", lambda: b"\xff\xfb" * 20_000)
no_mp3("jpeg", lambda: bytes.fromhex("ffd8ffe000104a46494600010100000100010000") + noise(20_000))
no_mp3(
    "tag-alone",
    lambda: tag("Bare tittel"),
    title="Bare tittel",
    unreadable=False,
    remarks=says("audio-absent"),
)
no_mp3(
    "tag-longer-than-the-file",
    lambda: b"ID3\x03\0\0\x7f\x7f\x7f\x7f" + sound(),
    unreadable=False,
    remarks=says("audio-absent", "tag-broken"),
)
READABLE: dict[str, Any] = {"duration_ms": SECONDS * 1000, "refused": ""}
no_mp3("wav", lambda: encoded("-ar", "44100", suffix=".wav"), **READABLE, codec="pcm_s16le")
no_mp3("mp3-in-wav", lambda: encoded("-ar", "44100", "-c:a", "libmp3lame", suffix=".wav"), **READABLE)
no_mp3(
    "m4a",
    lambda: encoded("-ar", "44100", "-c:a", "aac", suffix=".m4a"),
    **READABLE,
    codec="aac",
    unreadable=False,
)
no_mp3("aac", lambda: encoded("-ar", "44100", "-c:a", "aac", suffix=".aac"), **READABLE, codec="aac")
no_mp3("ogg", lambda: encoded("-ar", "44100", "-c:a", "libvorbis", suffix=".ogg"), **READABLE, codec="vorbis")
no_mp3(
    "flac-behind-a-tag",
    lambda: tag("Merkelig") + encoded("-ar", "44100", suffix=".flac"),
    **READABLE,
    codec="flac",
    title="Merkelig",
    unreadable=False,
    remarks=says("audio-absent"),
)


def write_all(folder: Path) -> Iterator[Path]:
    for one in ODD:
        path = folder / f"{one.name}.mp3"
        path.write_bytes(one.make().data)
        yield path


if __name__ == "__main__":
    into = Path(sys.argv[1])
    into.mkdir(parents=True, exist_ok=True)
    print(f"{len(list(write_all(into)))} files in {into}")
