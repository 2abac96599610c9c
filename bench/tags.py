"""Tags on an MP3 of 40 MB: lornpod against eyeD3, mid3v2 and ffmpeg; a new title against `cp`. In one run.

    python bench/tags.py [PAIRS]

*Full tags*: all texts, 14 chapters with links and a cover of 400 kB onto an MP3 that has no tag, each as a
program that starts anew, its modules compiled before. mid3v2 gets no chapters, for it has none; ffmpeg gets
them as metadata and copies the sound. lornpod and ffmpeg write a new file; eyeD3 and mid3v2 move the sound
within the one there is, which a crash destroys. lornpod waits for the disk and the others do not: what each
takes until its file is on the disk is shown beside. `cp` is shown for what a copy alone costs.

*A new title* on the file so tagged: lornpod's edit in place against `cp` of the whole file, both within
processes that run already (`cp` costs two milliseconds to start, Python many more), and against `mid3v2 -t`.
lornpod waits three times for the disk, and `cp` never: what that costs depends on the disk and on who else
writes to it, and is shown.

Figures are medians of pairs, each pair one after the other; CPU seconds are user and system together.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from statistics import median

from PIL import Image

from lornpod.audio import tags
from lornpod.audio.ffmpeg import ffmpeg
from lornpod.audio.tags import ChapterTag, Picture, Tags

_BYTES = 40_000_000
# An installed program has its modules compiled; with this variable, a checkout compiles them at every start.
_COMPILED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def cover() -> bytes:
    """A JPEG of about 400 kB."""
    file = BytesIO()
    noise = random.Random(4).randbytes(3 * 787 * 787)
    Image.frombytes("RGB", (787, 787), noise).save(file, "JPEG", quality=78)
    return file.getvalue()


_CHAPTERS = tuple(
    ChapterTag(
        n * 180_000, (n + 1) * 180_000, f"Kapittel {n + 1}: om å bygge broer", f"https://example.org/{n}"
    )
    for n in range(14)
)
FULL = Tags(
    title="Små skritt & store broer",
    artist="Kari Nordmann, Ola Vik",
    show="Lærerommet",
    publisher="Redaksjonen",
    track=901,
    length_ms=14 * 180_000,
    language="nb",
    summary="En samtale om å bygge. " * 20,
    quote="Vi bygger broer mens vi går på dem.",
    website="https://example.org/C0901",
    guid="5f0e7c1a-3d0b-4e36-9a55-1b6a2f0d9c11",
    cover=Picture(cover(), "image/jpeg"),
    chapters=_CHAPTERS,
    transcript="Kari Nordmann sier at vi bygger broer mens vi går på dem. " * 800,
)

OURS = """
import pickle, sys
from pathlib import Path
from lornpod.audio import tags
tags.write(Path(sys.argv[2]), pickle.loads(Path(sys.argv[1]).read_bytes()), Path(sys.argv[3]))
"""
EYED3 = """
import pickle, sys
from pathlib import Path
import eyed3
from eyed3.id3 import ID3_V2_3
full, path = pickle.loads(Path(sys.argv[1]).read_bytes()), sys.argv[2]
file = eyed3.load(path)
file.initTag(version=ID3_V2_3)
tag = file.tag
tag.title, tag.artist, tag.album, tag.album_artist = full.title, full.artist, full.show, full.publisher
tag.track_num = full.track
tag.comments.set(full.summary)
tag.lyrics.set(full.transcript)
tag.images.set(3, full.cover.data, full.cover.media_type)
for number, chapter in enumerate(full.chapters):
    made = tag.chapters.set(b"chp%d" % number, (chapter.start_ms, chapter.end_ms))
    made.title, made.user_url = chapter.title, chapter.href
tag.table_of_contents.set(b"toc", toplevel=True, child_ids=[b"chp%d" % n for n in range(len(full.chapters))])
tag.save(version=ID3_V2_3)
"""


def sound(folder: Path) -> Path:
    """An MP3 of 40 MB: a minute of noise at 128 kbit/s over and over."""
    minute = folder / "minute.mp3"
    noise = ["-f", "lavfi", "-i", "anoisesrc=d=60:c=pink:a=0.1"]
    plain = ["-b:a", "128k", "-write_xing", "0", "-id3v2_version", "0"]
    subprocess.run([ffmpeg(), "-v", "error", *noise, *plain, str(minute)], check=True)
    data, path = minute.read_bytes(), folder / "plain.mp3"
    path.write_bytes(data * (_BYTES // len(data) + 1))
    return path


def process(command: list[str], made: Path) -> tuple[float, float, float]:
    """Wall seconds of a program, and until the file that it *made* is on the disk, and its CPU seconds."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=_COMPILED)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    with made.open("rb+") as file:
        os.fsync(file.fileno())
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, time.perf_counter() - began, cpu


def metadata(folder: Path) -> Path:
    """The same tags as ffmpeg takes them."""
    path = folder / "metadata.txt"
    lines = [";FFMETADATA1", f"title={FULL.title}", f"artist={FULL.artist}", f"album={FULL.show}"]
    lines += [f"comment={FULL.summary}", f"track={FULL.track}", f"lyrics={FULL.transcript}"]
    for chapter in FULL.chapters:
        lines += ["[CHAPTER]", "TIMEBASE=1/1000", f"START={chapter.start_ms}", f"END={chapter.end_ms}"]
        lines += [f"title={chapter.title}"]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def full_tags(folder: Path, plain: Path, pairs: int) -> Path:
    import pickle

    pickled, front, target = folder / "full.pickle", folder / "cover.jpg", folder / "tagged.mp3"
    pickled.write_bytes(pickle.dumps(FULL))
    front.write_bytes(cover())
    there = folder / "there.mp3"
    python = [sys.executable, "-c"]
    texts = ["-t", FULL.title, "-a", FULL.artist, "-A", FULL.show, "-T", "901", "-c", FULL.summary]
    commands = {
        "lornpod": [*python, OURS, str(pickled), str(plain), str(target)],
        "eyeD3": [*python, EYED3, str(pickled), str(there)],
        "mid3v2, no chapters": [
            str(Path(sys.executable).with_name("mid3v2")), *texts, "--USLT", FULL.transcript,
            "-p", f"{front}:Cover:3:image/jpeg", str(there),
        ],
        "ffmpeg -c copy": [
            ffmpeg(), "-y", "-v", "error", "-i", str(plain), "-i", str(metadata(folder)), "-i", str(front),
            "-map", "0:a", "-map", "2:v", "-map_metadata", "1", "-map_chapters", "1", "-c", "copy",
            "-id3v2_version", "3", "-disposition:v", "attached_pic", str(folder / "peer.mp3"),
        ],
        "cp": ["cp", str(plain), str(folder / "copy.mp3")],
    }  # fmt: skip
    files = dict(zip(commands, (target, there, there, folder / "peer.mp3", folder / "copy.mp3"), strict=True))
    taken: dict[str, list[tuple[float, float, float]]] = {name: [] for name in commands}
    for number in range(pairs + 1):
        for name, command in commands.items():
            shutil.copyfile(plain, there)
            for made in {*files.values()} - {there}:
                made.unlink(missing_ok=True)
            os.sync()
            figures = process(command, files[name])
            if number:  # the first run of all compiles what it imports
                taken[name].append(figures)
    size = f"{plain.stat().st_size / 1e6:.0f} MB"
    print(f"full tags, {size}, {pairs} runs   wall s  to disk s   CPU s     times lornpod")
    ours = taken["lornpod"]
    for name, each in taken.items():
        ratios = [median(one[of] / own[of] for one, own in zip(each, ours, strict=True)) for of in range(3)]
        wall, disk, cpu = (median(one[of] for one in each) for of in range(3))
        times = " ".join(f"{ratio:6.2f}" for ratio in ratios)
        print(f"  {name:26} {wall:7.3f} {disk:9.3f} {cpu:8.3f}   {times}")
    tags.write(plain, FULL, target)
    return target


def new_title(folder: Path, tagged: Path, pairs: int) -> None:
    ours, waited, cp, cp_to_disk, peer = [], [], [], [], []
    copy, theirs = folder / "copy.mp3", folder / "there.mp3"
    shutil.copyfile(tagged, theirs)
    mid3v2 = str(Path(sys.executable).with_name("mid3v2"))
    sync = tags._sync
    waits: list[float] = []

    def seconds(work: Callable[[], object]) -> float:
        began = time.perf_counter()
        work()
        return time.perf_counter() - began

    def copied_to_disk() -> None:
        with copy.open("rb+") as file:
            os.fsync(file.fileno())

    tags._sync = lambda descriptor: waits.append(seconds(lambda: sync(descriptor)))
    for number in range(pairs):
        edited = replace(FULL, title=f"Ny tittel {number} " * 3)
        copy.unlink(missing_ok=True)
        os.sync()
        cp.append(seconds(lambda: subprocess.run(["cp", tagged, copy], check=True)))
        cp_to_disk.append(cp[-1] + seconds(copied_to_disk))
        os.sync()
        waits.clear()
        ours.append(seconds(lambda edited=edited: tags.write(tagged, edited)))  # type: ignore[misc]
        waited.append(sum(waits))
        peer.append(process([mid3v2, "-t", edited.title, str(theirs)], theirs)[0])

    def ratio(found: list[float], other: list[float]) -> float:
        return median(one / two for one, two in zip(found, other, strict=True))

    print(f"a new title, {pairs} pairs")
    disk = f"{median(waited) * 1000:.2f} of it for the disk"
    print(f"  lornpod, in place      {median(ours) * 1000:8.2f} ms    {disk}")
    print(f"  cp                     {median(cp) * 1000:8.2f} ms    lornpod / cp {ratio(ours, cp):.3f}")
    print(f"  cp, until on the disk  {median(cp_to_disk) * 1000:8.2f} ms    {ratio(ours, cp_to_disk):.3f}")
    print(f"  mid3v2, as a program   {median(peer) * 1000:8.2f} ms")


def main() -> None:
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    with tempfile.TemporaryDirectory(dir=".") as name:
        folder = Path(name)
        tagged = full_tags(folder, sound(folder), pairs)
        new_title(folder, tagged, 3 * pairs)


if __name__ == "__main__":
    main()
