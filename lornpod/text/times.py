"""Times as people, captions and JSON write them."""

from __future__ import annotations

import math
import re

MAX_MS = 1000 * 3600 * 1000  # a thousand hours: later than any recording, and safe in every format


def clock(ms: int, *, millis: bool = False, hours: bool = True) -> str:
    """*ms* as ``00:12:30``, with *millis* as ``00:12:30.250``; a part of a second is cut off, not rounded.

    Without *hours* they are left out while they are nought: ``12:30``. Negative times count as nought.
    """
    seconds, rest = divmod(max(ms, 0), 1000)
    minutes, seconds = divmod(seconds, 60)
    whole, minutes = divmod(minutes, 60)
    said = (
        f"{minutes:02}:{seconds:02}" if whole == 0 and not hours else f"{whole:02}:{minutes:02}:{seconds:02}"
    )
    return f"{said}.{rest:03}" if millis else said


def seconds(ms: int) -> int | float:
    """*ms* as a JSON number of seconds that reads back to the same millisecond."""
    return ms // 1000 if ms % 1000 == 0 else ms / 1000


def milliseconds(value: object) -> int | None:
    """A number of seconds out of JSON, or such a number in a string, in ms; None when it is no time."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        time_s = float(value)
    except (ValueError, OverflowError):
        return None
    return round(time_s * 1000) if math.isfinite(time_s) and 0 <= time_s * 1000 <= MAX_MS else None


_CLOCK = re.compile(r"\s*(?:(?:(\d{1,4}):)?(\d{1,4}):)?(\d{1,9})(?:[.,](\d{0,9}))?s?\s*\Z")


def time_of(text: str) -> int | None:
    """Milliseconds of ``HH:MM:SS.mmm``, ``MM:SS`` or ``SS``, comma or point; None when it is no time.

    Minutes may pass 59 where there are no hours, seconds where there are no minutes.
    """
    found = _CLOCK.match(text)
    if found is None:
        return None
    hours, minutes, whole, fraction = found.groups()
    if (hours and int(minutes) > 59) or (minutes and int(whole) > 59):
        return None
    time_s = (int(hours or 0) * 60 + int(minutes or 0)) * 60 + int(whole)
    time_ms = time_s * 1000 + round(int(f"{fraction or 0:0<9}") / 1_000_000)
    return time_ms if time_ms <= MAX_MS else None
