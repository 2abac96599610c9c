"""Dates as feeds have them."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from ..messages import tr
from ..workspace import values
from ..workspace.values import Mistake


def instant(said: str) -> datetime:
    """RFC 2822 as RSS has it, or ISO 8601 as some write it; without a zone it is taken for UTC."""
    for reads in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = reads(said)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            moment = moment.astimezone(UTC)
        except (ValueError, TypeError, OverflowError, IndexError):
            continue
        if 1900 < moment.year < 2199:
            return moment
    raise Mistake(tr("{said} is not a date", said=values.shown(said)))
