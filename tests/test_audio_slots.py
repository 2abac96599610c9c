"""An edit in place: whatever ends it, wherever, the file holds the old tag or the new one, and its sound."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any, Self

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutagen import id3

from lornpod.audio import frames, id3_bytes, slots, tags
from lornpod.audio.tags import ChapterTag, Picture
from lornpod.errors import MediaError

from .test_audio_tags import FULL, JPEG, mp3, sound

__all__ = ["mp3", "sound"]  # fixtures

SOUND = b"\xff\xfb\x90\x64" + bytes(range(256)) * 8
LARGE = id3_bytes.picture(JPEG * 100, "image/jpeg", "Cover")
OLD = slots.Parts(id3_bytes.text("TIT2", "Gammel") + id3_bytes.text("TALB", "Sendingen"), LARGE)
NEW = slots.Parts(id3_bytes.text("TIT2", "Ny og mye lengre " * 20) + id3_bytes.text("TPE1", "Kari"), LARGE)
HUGE = slots.Parts(id3_bytes.text("TIT2", "x" * 40_000) + id3_bytes.text("TPE1", "Kari"), LARGE)
HUGER = slots.Parts(id3_bytes.text("TIT2", "y" * 40_100), LARGE)


class Cut(OSError):
    """The moment at which the disk is gone."""


class Disk:
    """A file in memory that ends after so many operations or bytes, and may take a write in small pieces."""

    def __init__(
        self, data: bytes, *, operations: int = 1 << 30, budget: int = 1 << 30, piece: int = 1 << 30
    ) -> None:
        self.file, self.operations, self.budget, self.piece = BytesIO(data), operations, budget, piece
        self.done = 0

    def _count(self) -> None:
        if self.done == self.operations:
            raise Cut(5, "Input/output error")
        self.done += 1

    def seek(self, offset: int, /) -> int:
        self._count()
        return self.file.seek(offset)

    def read(self, size: int, /) -> bytes:
        self._count()
        return self.file.read(min(size, self.piece))

    def write(self, data: bytes, /) -> int:
        self._count()
        taken = min(len(data), self.piece, self.budget)
        if not taken:
            raise Cut(28, "No space left on device")
        self.budget -= taken
        return self.file.write(data[:taken])

    def sync(self) -> None:
        self._count()


def seen(data: bytes) -> list[tuple[bytes, bytes]]:
    """The frames that a reader finds, but for those that say nothing, and the sound behind them."""
    assert data[:6] == b"ID3\x03\0\0"
    size = data[6] << 21 | data[7] << 14 | data[8] << 7 | data[9]
    at, found = 10, []
    while at < 10 + size:
        name, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8])
        assert name.isalnum()
        found.append((name, data[at + 10 : at + 10 + length]))
        at += 10 + length
    assert at == 10 + size
    return [*(frame for frame in found if frame[0] != b"XPAD"), (b"", data[at:])]


def file_of(parts: slots.Parts) -> bytes:
    return slots.rendered(parts) + SOUND


def edit(disk: Disk, old: slots.Parts, new: slots.Parts) -> bool | None:
    return slots.edited(disk, old.length_bytes, new, disk.sync)


def test_an_edit_shows_the_new_frames_and_the_sound_behind_them() -> None:
    disk = Disk(file_of(OLD))
    assert edit(disk, OLD, NEW) is True
    assert seen(disk.file.getvalue()) == seen(file_of(NEW))


def test_an_edited_tag_has_the_bytes_of_one_written_anew_and_nothing_of_the_old() -> None:
    disk = Disk(file_of(OLD))
    edit(disk, OLD, NEW)
    assert disk.file.getvalue() == file_of(NEW)
    assert edit(disk, OLD, NEW) is None


@pytest.mark.parametrize(("old", "new"), [(OLD, NEW), (NEW, OLD), (HUGE, HUGER)])
def test_an_edit_that_ends_at_the_nth_operation_leaves_the_old_tag_or_the_new(
    old: slots.Parts, new: slots.Parts
) -> None:
    assert old.length_bytes == new.length_bytes
    before, after = seen(file_of(old)), seen(file_of(new))
    outcomes = []
    for operations in range(1, 1000):
        disk = Disk(file_of(old), operations=operations)
        try:
            edit(disk, old, new)
        except Cut:
            found = seen(disk.file.getvalue())
            assert found in (before, after)
            outcomes.append(found == after)
            continue
        break
    assert disk.file.getvalue() == file_of(new)
    assert len(outcomes) == 12
    assert outcomes == sorted(outcomes), "once new, always new"
    assert {*outcomes} == {False, True}


@pytest.mark.parametrize(("old", "new"), [(OLD, NEW), (HUGE, HUGER)])
@pytest.mark.parametrize("piece", [1 << 30, 1000])
def test_an_edit_that_ends_at_any_byte_leaves_the_old_tag_or_the_new_and_goes_on_from_there(
    old: slots.Parts, new: slots.Parts, piece: int
) -> None:
    before, after = seen(file_of(old)), seen(file_of(new))
    whole = 2 * old.slot_bytes + 2
    ends = {*range(0, whole, whole // 700), *range(40), *range(whole - 9, whole)}
    ends |= {written + near for written in (old.slot_bytes, 2 * old.slot_bytes) for near in range(-2, 4)}
    for budget in sorted(end for end in ends if end < whole):
        disk = Disk(file_of(old), budget=budget, piece=piece)
        with pytest.raises(Cut):
            edit(disk, old, new)
        found = seen(disk.file.getvalue())
        assert found == (before if budget <= old.slot_bytes else after)
        again = Disk(disk.file.getvalue())
        assert edit(again, old, new) is not False
        assert again.file.getvalue() == file_of(new)


def epochs(old: slots.Parts, new: slots.Parts) -> list[list[tuple[int, bytes]]]:
    """What an edit writes, where, between one wait for the disk and the next."""
    written: list[list[tuple[int, bytes]]] = [[]]

    class Watched(Disk):
        def write(self, data: bytes, /) -> int:
            written[-1].append((self.file.tell(), data))
            return super().write(data)

        def sync(self) -> None:
            written.append([])

    disk = Watched(file_of(old))
    edit(disk, old, new)
    return written


@given(st.data())
def test_a_loss_of_power_that_keeps_any_sectors_of_what_was_not_awaited_leaves_the_old_tag_or_the_new(
    data: st.DataObject,
) -> None:
    made = epochs(OLD, NEW)
    lost = data.draw(st.integers(0, len(made) - 1))
    disk = bytearray(file_of(OLD))
    for at, written in (write for epoch in made[:lost] for write in epoch):
        disk[at : at + len(written)] = written
    for at, written in made[lost]:
        for sector in range(at // 512, (at + len(written) - 1) // 512 + 1):
            if data.draw(st.booleans()):
                first, last = max(at, sector * 512), min(at + len(written), (sector + 1) * 512)
                disk[first:last] = written[first - at : last - at]
    assert seen(bytes(disk)) in (seen(file_of(OLD)), seen(file_of(NEW)))


def test_every_switch_is_one_byte_between_two_waits_for_the_disk() -> None:
    for old, new in ((OLD, NEW), (HUGE, HUGER)):
        sizes = [[len(data) for _, data in epoch] for epoch in epochs(old, new)]
        slot = old.slot_bytes
        assert sizes == [[slot], [1], [slot], [1]]


@given(st.integers(0, 255 << 16).map(lambda size: size - 2 * 1024))
def test_slots_of_any_size_differ_by_one_byte_of_the_switch(often: int) -> None:
    size = slots.Parts(bytes(max(often, 0)), b"").slot_bytes
    ends, reaches = (12).to_bytes(4), (12 + size).to_bytes(4)
    assert sum(one != other for one, other in zip(ends, reaches, strict=True)) == 1
    assert size >= often + 1024


@pytest.mark.parametrize(
    "data",
    [
        b"ID3\x03\0\0" + bytes(4000),
        b"",
        file_of(OLD)[:2000],
        file_of(OLD).replace(b"lornpod\0", b"another\0", 1),
        file_of(OLD).replace(JPEG, JPEG[::-1], 1),
        file_of(OLD).replace(b"ID3\x03\0\0", b"ID3\x03\0\x80"),
    ],
    ids=["other", "empty", "cut", "owner", "picture", "unsynchronised"],
)
def test_a_tag_of_another_layout_is_left_alone(data: bytes) -> None:
    disk = Disk(data)
    assert edit(disk, OLD, NEW) is False
    assert disk.file.getvalue() == data


def test_what_does_not_fit_is_left_alone() -> None:
    disk = Disk(file_of(OLD))
    assert edit(disk, OLD, HUGE) is False
    assert slots.edited(Disk(file_of(HUGE)), HUGE.length_bytes, OLD, disk.sync) is False
    assert disk.file.getvalue() == file_of(OLD)


# ---------------------------------------------------------------- files


MANY = tuple(ChapterTag(n * 100, n * 100 + 100, f"Kapittel {n}") for n in range(14))
BIG = replace(FULL, cover=Picture(JPEG + bytes(400_000), "image/jpeg"), chapters=MANY)
EDITED = replace(BIG, title="En ny tittel " * 12)


def test_a_new_title_is_written_in_place_and_the_next_one_too(mp3: Path) -> None:
    assert tags.write(mp3, BIG) == "copied"
    inode, size = mp3.stat().st_ino, mp3.stat().st_size
    assert tags.write(mp3, BIG) == "kept"
    for title in ("Kort", "En ny tittel " * 20, "Kort igjen"):
        assert tags.write(mp3, replace(BIG, title=title)) == "in place"
        assert tags.read(mp3) == replace(BIG, title=title)
    assert (mp3.stat().st_ino, mp3.stat().st_size) == (inode, size)


def test_an_edit_in_place_gives_the_file_another_time(mp3: Path) -> None:
    times = set()
    for number in range(20):
        tags.write(mp3, replace(BIG, title=f"Tittel {number}"))
        times.add(mp3.stat().st_mtime_ns)
    assert len(times) == 20


def test_a_file_with_another_name_is_copied_so_that_the_other_one_stays(mp3: Path) -> None:
    tags.write(mp3, BIG)
    other = mp3.with_name("other.mp3")
    other.hardlink_to(mp3)
    assert tags.write(mp3, EDITED) == "copied"
    assert tags.read(other) == BIG
    assert tags.read(mp3) == EDITED


def test_a_file_that_may_not_be_written_is_replaced_as_its_folder_allows(mp3: Path) -> None:
    tags.write(mp3, BIG)
    mp3.chmod(0o400)
    tags.write(mp3, EDITED)
    assert tags.read(mp3) == EDITED
    assert mp3.stat().st_mode & 0o777 == 0o400


class Failing:
    """A real file of which the nth operation fails; a write before that takes half."""

    def __init__(self, file: Any, fail: Callable[[], None]) -> None:
        self._file, self._fail = file, fail

    def write(self, data: bytes) -> int:
        try:
            self._fail()
        except OSError:
            self._file.write(data[: len(data) // 2])
            raise
        return int(self._file.write(data[: max(1, len(data) // 2)]))

    def read(self, *size: int) -> bytes:
        self._fail()
        return bytes(self._file.read(*size))

    def seek(self, *to: int) -> int:
        self._fail()
        return int(self._file.seek(*to))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def test_a_disk_that_fails_at_the_nth_operation_is_told_in_one_line_and_the_file_is_whole(
    mp3: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tags.write(mp3, BIG)
    old, digest = mp3.read_bytes(), frames.audio_sha256(mp3)
    original_open, original_sync = Path.open, tags._sync
    outcomes = []
    for nth in range(1, 500):
        mp3.write_bytes(old)
        left = nth

        def fail() -> None:
            nonlocal left
            left -= 1
            if left == 0:
                raise OSError(28, "No space left on device")

        def opened(path: Path, mode: str = "r", *args: Any, **options: Any) -> Any:
            file = original_open(path, mode, *args, **options)
            return Failing(file, fail) if "+" in mode else file

        def synced(descriptor: int) -> None:
            fail()
            original_sync(descriptor)

        with monkeypatch.context() as patch:
            patch.setattr(Path, "open", opened)
            patch.setattr(tags, "_sync", synced)
            try:
                assert tags.write(mp3, EDITED) == "in place"
            except MediaError as refused:
                outcomes.append(str(refused))
        found = tags.read(mp3)
        assert found in (BIG, EDITED)
        assert frames.audio_sha256(mp3) == digest
        assert list(mp3.parent.iterdir()) == [mp3]
        if len(outcomes) < nth:
            assert found == EDITED
            break
    assert len(outcomes) > 30
    assert {said for said in outcomes if "\n" in said or "No space left" not in said} == set()


CHILD = """
import sys
from dataclasses import replace
from pathlib import Path
from lornpod.audio import tags
from tests.test_audio_slots import BIG
path, number = Path(sys.argv[1]), 0
tags.write(path, BIG)
print("go", flush=True)
while True:
    number += 1
    tags.write(path, replace(BIG, title=f"Tittel {number} " + "x" * (number % 200), track=number))
"""


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
def test_a_process_killed_at_any_moment_leaves_a_whole_file(mp3: Path) -> None:
    digest, chance, edited = frames.audio_sha256(mp3), random.Random(4), 0
    for _ in range(8):
        with subprocess.Popen(
            [sys.executable, "-c", CHILD, str(mp3)], stdout=subprocess.PIPE, cwd=Path(__file__).parent.parent
        ) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == b"go\n"
            time.sleep(chance.uniform(0, 0.05))
            child.send_signal(signal.SIGKILL)
        found = tags.read(mp3)
        number = found.track or 0
        edited += number > 0 and number != BIG.track
        title = f"Tittel {number} " + "x" * (number % 200)
        assert found in (BIG, replace(BIG, title=title, track=number))
        assert frames.audio_sha256(mp3) == digest
        assert list(mp3.parent.iterdir()) == [mp3]
    assert edited > 3


@given(st.lists(st.integers(1, 300), min_size=1, max_size=6))
def test_slots_are_the_same_to_mutagen(lengths: list[int]) -> None:
    disk = Disk(file_of(OLD))
    for length in lengths:
        parts = slots.Parts(id3_bytes.text("TIT2", "t" * length), LARGE)
        edit(disk, OLD, parts)
        found = id3.ID3(BytesIO(disk.file.getvalue()))
        assert str(found["TIT2"]) == "t" * length
        assert found.getall("APIC")[0].data == JPEG * 100
