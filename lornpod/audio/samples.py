"""Sound as samples, handed on some tenths of a second at a time, whatever its length."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np

from . import wav
from .ffmpeg import Running, running, source
from .peaks import Block

_SECONDS = 0.5


def layout(channels: int) -> str:
    """The filter that makes 32-bit floats of mono or stereo."""
    return f"aformat=sample_fmts=flt:channel_layouts={'mono' if channels == 1 else 'stereo'}"


def raw(rate_hz: int, channels: int) -> list[str]:
    """The arguments that read samples from another program."""
    return ["-f", "f32le", "-ar", str(rate_hz), "-ac", str(channels), "-i", "pipe:0"]


def blocks(program: Running, rate_hz: int, channels: int) -> Iterator[Block]:
    """What *program* writes, as samples."""
    size = 4 * channels * int(rate_hz * _SECONDS)
    while data := program.stdout.read(size):
        yield np.frombuffer(data[: len(data) - len(data) % (4 * channels)], "<f4").reshape(-1, channels)


def every(number: int) -> bool:  # noqa: ARG001
    """That each block is wanted."""
    return True


def decoded(
    path: Path, rate_hz: int, channels: int, where: str, wanted: Callable[[int], bool] = every
) -> Iterator[Block]:
    """The sound in *path* at this rate, in so many channels: of its blocks, those whose number is *wanted*.

    Raises MediaError where ffmpeg complains; it is not asked for plain samples in a WAV.
    """
    plain = wav.pcm(path)
    if plain is not None and (plain.rate_hz, plain.channels) == (rate_hz, channels):
        yield from plain.blocks(int(rate_hz * _SECONDS), wanted)
        return
    chain = f"{layout(channels)},aresample={rate_hz}"
    arguments = [*source(path), "-v", "error", "-map", "0:a:0", "-af", chain, "-f", "f32le", "pipe:1"]
    with running(arguments, where=where) as program:
        for number, block in enumerate(blocks(program, rate_hz, channels)):
            if wanted(number):
                yield block
        program.said()


class Reader:
    """Reads blocks as a file is read: so many samples at a time."""

    def __init__(self, found: Iterator[Block], channels: int) -> None:
        self._found = found
        self._rest = np.zeros((0, channels), np.float32)

    def read(self, length: int) -> Block:
        """The next *length* samples, or what is left."""
        parts: list[Block] = []
        while length > 0:
            if not len(self._rest):
                following = next(self._found, None)
                if following is None:
                    break
                self._rest = following
            parts.append(self._rest[:length])
            self._rest = self._rest[length:]
            length -= len(parts[-1])
        return parts[0] if len(parts) == 1 else np.concatenate([*parts, self._rest[:0]])

    def skip(self, length: int) -> None:
        """Pass over *length* samples."""
        while length > 0 and (passed := len(self.read(min(length, 1 << 15)))):
            length -= passed


def written(found: Iterable[Block], program: Running) -> int:
    """Feed *program* with samples until it has enough; how many there were."""
    count = 0

    def bytes_of() -> Iterator[memoryview]:
        nonlocal count
        for block in found:
            count += len(block)
            yield np.ascontiguousarray(block).data

    program.feed(bytes_of())
    return count
