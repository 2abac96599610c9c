"""Memory that goes back to the system as soon as it is free."""

from __future__ import annotations

from contextlib import suppress

_MMAP_THRESHOLD = -3  # M_MMAP_THRESHOLD of malloc.h
_LARGE_BYTES = 1 << 20


def give_back() -> None:
    """Have glibc give back whatever is large when it is freed, which it else keeps once it has seen some: a
    decoded cover would weigh on the process to its end. Other systems are left as they are."""
    import ctypes

    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _LARGE_BYTES)
