"""Files that somebody made to hurt: a hundred thousand broken headers, and no traceback, no hang, no harm.

    python -m tests.fuzz_audio [COUNT] [SEED]

Each input is a small MP3, WAV, M4A or Opus file with tags, of which bytes were changed, cut, repeated or put
in. What reads sound files must answer or refuse it in one line, within a second; what tags them must leave
the sound behind the tag as it was. Inputs that fail are kept in fuzz-failures/ under their seed.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from lornpod.audio import contents, frames, tags, wav
from lornpod.errors import MediaError

from .odd_files import ODD, bare, encoded
from .test_audio_tags import FULL

_SLOW_S = 1.0
_LONG = 40_000  # bytes of a seed that are used: what is broken lies at its ends
_TOKENS = (
    b"ID3\x03\0\0", b"ID3\x04\0\xf0", b"\xff\xfb\x90\x64", b"\xff\xe3\x18\xc4", b"APETAGEX", b"LYRICS200",
    b"TAG", b"TAG+", b"3DI", b"LYRICSBEGIN", b"CHAP", b"CTOC", b"APIC", b"SYLT", b"USLT", b"TXXX", b"XPAD",
    b"Xing", b"Info", b"VBRI", b"RIFF", b"WAVEfmt ", b"data", b"\0" * 8, b"\xff" * 8, b"\x7f\x7f\x7f\x7f",
    b"\0\0\0\0", b"\x80\0\0\0", b"\xff\xff\xff\xff", b"\0\0\x01\0", b"lornpod\0",
)  # fmt: skip


def seeds() -> list[bytes]:
    """What is broken: the odd files, cut to their two ends, and a WAV."""
    small = [one.make().data for one in ODD if one.name not in ("twenty-hours", "large-picture")]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "full.mp3"
        path.write_bytes(bare())
        tags.write(path, FULL)
        small.append(path.read_bytes())
    small.append(encoded("-ar", "8000", suffix=".wav"))
    small.append(encoded("-metadata", "title=Broer", suffix=".m4a"))
    small.append(encoded("-c:a", "libopus", "-metadata", "CHAPTER000=00:00:00.000", suffix=".opus"))
    halves = (data if len(data) <= _LONG else data[: _LONG // 2] + data[-_LONG // 2 :] for data in small)
    return [data for data in halves if data]


def mutated(data: bytes, chance: random.Random) -> bytes:
    """*data* with one to eight things done to it, most of them near its ends."""
    broken = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        if not broken:
            break
        at = _place(len(broken), chance)
        match chance.randrange(7):
            case 0:
                broken[at] = chance.randrange(256)
            case 1:
                broken[at] ^= 1 << chance.randrange(8)
            case 2:
                token = chance.choice(_TOKENS)
                broken[at : at + len(token)] = token
            case 3:
                broken[at:at] = chance.choice(_TOKENS)
            case 4:
                del broken[at : at + chance.choice((1, 4, 10, 100, 5000))]
            case 5:
                piece = broken[at : at + chance.choice((4, 10, 128, 418))]
                broken[at:at] = piece * chance.choice((1, 2, 50))
            case 6:
                size = chance.choice((1, 2, 4))
                broken[at : at + size] = chance.randbytes(size)
    return bytes(broken)


def _place(length: int, chance: random.Random) -> int:
    near = min(length, chance.choice((12, 64, 512, 20_000)))
    return chance.randrange(near) if chance.random() < 0.7 else length - 1 - chance.randrange(near)


_READERS: tuple[tuple[str, Callable[[Path], object]], ...] = (
    ("show", contents.read),
    ("read", tags.read),
    ("promised", wav.promised_ms),
    ("pcm", wav.pcm),
)


def tried(data: bytes, path: Path) -> str:
    """What went wrong with *data*; empty where nothing did."""
    path.write_bytes(data)
    began = time.process_time()
    for name, work in (
        ("show", contents.read),
        ("read", tags.read),
        ("wav", wav.promised_ms),
        ("pcm", wav.pcm),
    ):
        if said := _refused(name, work, path):
            return said
    with path.open("rb") as file:
        lie = frames.layout(file)
    if said := _refused("write", lambda path: tags.write(path, FULL), path):
        return said
    after = path.read_bytes()
    if after != data:
        with path.open("rb") as file:
            new = frames.layout(file)
        if after[new.start :] != data[lie.start : lie.end]:
            return "write: the sound is not the same"
        if tags.read(path) != FULL:
            return "write: the tag is not what was written"
    took = time.process_time() - began
    return f"took {took:.1f} s" if took > _SLOW_S else ""


def _refused(name: str, work: Callable[[Path], object], path: Path) -> str:
    try:
        work(path)
    except MediaError as error:
        return f"{name}: {error} has several lines" if "\n" in str(error) else ""
    except Exception as error:  # noqa: BLE001 - what is looked for
        return f"{name}: {error!r}"
    return ""


def failures(count: int, seed: int) -> Iterator[tuple[int, str, bytes]]:
    """Number, complaint and bytes of each input of *count* that fails."""
    sources = seeds()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "fuzzed.mp3"
        for number in range(seed, seed + count):
            chance = random.Random(number)
            data = mutated(chance.choice(sources), chance)
            if said := tried(data, path):
                yield number, said, data
            path.unlink(missing_ok=True)


def main() -> int:
    count, seed = (int(text) for text in (*sys.argv[1:3], *("100000", "1")[len(sys.argv[1:3]) :]))
    kept, failed = Path("fuzz-failures"), 0
    for number, said, data in failures(count, seed):
        failed += 1
        kept.mkdir(exist_ok=True)
        (kept / f"{number}.mp3").write_bytes(data)
        print(f"{number}: {said}", flush=True)
    print(f"{count} inputs, {failed} failures")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
