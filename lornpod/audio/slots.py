"""A tag laid out so that one byte makes the old one the new one: an edit in place that is never half done.

What is edited often (titles, texts, chapters) has two slots of the same size; what is large (pictures,
transcripts) follows them once. A frame before the slots either ends before the first or reaches over it, and
its size, in which the two cases differ by one byte, says which slot readers see::

    ID3 header | switch | slot 1: frames, filler over slot 2 |         slot 2         | large frames | filler
    ID3 header | switch over slot 1                          | slot 2: frames, filler | large frames | filler

An edit writes the slot that nobody sees, switches, writes the other one likewise, and switches back: the
bytes are then those of a tag written anew. It waits for the disk before and after the first switch and before
the second, after which either slot says the same. Whatever ends it at any byte, a signal, a full disk or the
power, any reader finds the old tag or the new one, whole.

The switch and what fills room are XPAD frames: names with X are for experiments (id3v2.3.0, 3.3), and no
reader shows them. ffmpeg and eyeD3 show PRIV, and music-metadata warns of it and of zeros as padding.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from . import id3_bytes
from .id3_bytes import HEADER_BYTES

NAME, _OWNER = b"XPAD", b"lornpod\0"
_SLOT_1 = 2 * HEADER_BYTES + len(_OWNER) + 4  # where it begins: after the tag's header and the switch
_SWITCH_BYTES = _SLOT_1 - 2 * HEADER_BYTES  # of the switch without its header, reaching over nothing
_FILLER_BYTES = HEADER_BYTES + len(_OWNER)
_GROWTH_BYTES = 1024  # by which frames may grow and still fit: a title has 255 characters at most
_STEP_BYTES = 4096
# With these, the two sizes of the switch differ in one byte.
_SMALL_MOST, _LARGE_STEP, _LARGE_MOST = 60 << 10, 64 << 10, 255 << 16
_WASTE = 4  # a slot this many times too large is made anew
OFTEN_BYTES = _LARGE_MOST - _FILLER_BYTES - _GROWTH_BYTES
LONGEST_BYTES = (1 << 28) - 1 + HEADER_BYTES  # of a tag: its size has 28 bits


class Disk(Protocol):
    """What is needed of a file: it may read and write less than was asked."""

    def seek(self, offset: int, /) -> int: ...
    def read(self, size: int, /) -> bytes | None: ...
    def write(self, data: bytes, /) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Parts:
    """The frames of a tag: *often* what is edited often, *large* what is not worth having twice."""

    often: bytes
    large: bytes

    @property
    def slot_bytes(self) -> int:
        """How large its slots are when it is written anew."""
        return _stepped(len(self.often) + _FILLER_BYTES + _GROWTH_BYTES)

    @property
    def length_bytes(self) -> int:
        """How long the tag is when it is written anew."""
        return _length(self, self.slot_bytes)


def rendered(parts: Parts, slot_bytes: int = 0) -> bytes:
    """The whole tag, with slots of that size, or of one that lets the next edit fit.

    Its length is a multiple of 4,096: so file systems that share blocks can share those of the sound.
    """
    slot_bytes = slot_bytes or parts.slot_bytes
    length = _length(parts, slot_bytes)
    head = (
        id3_bytes.header(length)
        + _switch(1, slot_bytes)
        + _slot_1(parts.often, slot_bytes)
        + _filled(parts.often, slot_bytes)
    )
    return head + _filled(parts.large, length - len(head))


def edited(file: Disk, length_bytes: int, parts: Parts, sync: Callable[[], None]) -> bool | None:
    """Give the tag of *length_bytes* at the head of *file* other frames, in place; *sync* waits for the disk.

    True when it was edited, None when it said so already; False, and nothing is changed, when it is no tag
    of this layout, *parts* do not fit, or what is large differs.
    """
    found = _read(file, 0, length_bytes)
    size = int.from_bytes(found[_SLOT_1 - 4 : _SLOT_1])
    shown, slot_2, large = _shown(found, size), _SLOT_1 + size, _SLOT_1 + 2 * size
    if shown is None or size > _WASTE * parts.slot_bytes or len(parts.often) + _FILLER_BYTES > size:
        return False
    wanted = rendered(parts, size)
    if found == wanted:
        return None
    if found[:HEADER_BYTES] != wanted[:HEADER_BYTES] or found[large:] != wanted[large:]:
        return False
    if shown == 1:
        _write(file, slot_2, wanted[slot_2:large])
        sync()
        _write(file, *_switched(2, size))
        sync()
    _write(file, _SLOT_1, wanted[_SLOT_1:slot_2])
    sync()
    _write(file, *_switched(1, size))
    if shown == 2 and found[slot_2:large] != wanted[slot_2:large]:  # an edit had ended before its end
        sync()
        _write(file, slot_2, wanted[slot_2:large])
    return True


def room(tag: bytes) -> int | None:
    """By how many bytes the frames that are edited often can grow in place; None for another layout."""
    size = int.from_bytes(tag[_SLOT_1 - 4 : _SLOT_1])
    shown = _shown(tag, size)
    at = begins = _SLOT_1 + (size if shown == 2 else 0)
    while shown and tag[at : at + 4] != NAME and at < begins + size:
        at += HEADER_BYTES + int.from_bytes(tag[at + 4 : at + 8])
    return begins + size - _FILLER_BYTES - at if shown else None


def _length(parts: Parts, slot_bytes: int) -> int:
    return _stepped_to(_SLOT_1 + 2 * slot_bytes + len(parts.large) + _FILLER_BYTES, _STEP_BYTES)


def _shown(tag: bytes, slot_bytes: int) -> int | None:
    """Which slot of *tag* readers see; None where it is not laid out in such slots."""
    if not 0 < slot_bytes <= _LARGE_MOST or len(tag) < _SLOT_1 + 2 * slot_bytes:
        return None
    switch = tag[HEADER_BYTES:_SLOT_1]
    is_ours = tag[:6] == id3_bytes.header(HEADER_BYTES)[:6]
    return next((slot for slot in (1, 2) if is_ours and switch == _switch(slot, slot_bytes)), None)


def _switch(slot: int, slot_bytes: int) -> bytes:
    """The frame before the slots as it is when *slot* is seen."""
    reach = _SWITCH_BYTES + (slot_bytes if slot == 2 else 0)
    return NAME + reach.to_bytes(4) + b"\0\0" + _OWNER + slot_bytes.to_bytes(4)


def _switched(slot: int, slot_bytes: int) -> tuple[int, bytes]:
    """Where the one byte lies that says which slot is seen, and what it is for *slot*."""
    one, two = _switch(1, slot_bytes), _switch(2, slot_bytes)
    at = next(at for at in range(len(one)) if one[at] != two[at])
    return HEADER_BYTES + at, (one, two)[slot - 1][at : at + 1]


def _slot_1(often: bytes, slot_bytes: int) -> bytes:
    """The first slot, its filler reaching over the second."""
    return _filled(often, 2 * slot_bytes)[:slot_bytes]


def _filled(frames: bytes, length: int) -> bytes:
    """*frames*, and one that no reader shows over what is left of *length*."""
    left = length - len(frames) - HEADER_BYTES
    return frames + id3_bytes.frame(NAME.decode(), _OWNER.ljust(left, b"\0"))


def _stepped(length: int) -> int:
    stepped = _stepped_to(length, _STEP_BYTES)
    return stepped if stepped <= _SMALL_MOST else _stepped_to(length, _LARGE_STEP)


def _stepped_to(length: int, step: int) -> int:
    return -(-length // step) * step


def _read(file: Disk, at: int, length: int) -> bytes:
    file.seek(at)
    found = bytearray()
    while len(found) < length and (more := file.read(length - len(found))):
        found += more
    return bytes(found)


def _write(file: Disk, at: int, data: bytes) -> None:
    while data:
        file.seek(at)
        written = file.write(data)
        if not written:
            raise OSError(5, "the disk takes nothing")
        at, data = at + written, data[written:]
