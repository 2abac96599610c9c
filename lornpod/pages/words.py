"""What pages say in each language, and how they write dates, lengths and times."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from ..model import quotation_marks

LANGUAGES = ("nb", "nn", "en")


@dataclass(frozen=True, slots=True)
class Words:
    """The messages of one language; each is an attribute, as templates ask for it."""

    language: str
    messages: Mapping[str, str]
    months: tuple[str, ...]

    def __getattr__(self, name: str) -> str:
        try:
            return self.messages[name]
        except KeyError:
            raise AttributeError(name) from None

    def date(self, instant: datetime, zone: str) -> str:
        """The day of *instant* in the time zone *zone*, as people write it."""
        day = instant.astimezone(ZoneInfo(zone))
        return self.messages["date"].format(day=day.day, month=self.months[day.month - 1], year=day.year)

    def length(self, duration_ms: int) -> str:
        """Whole minutes, at least one."""
        hours, minutes = divmod(max(1, round(duration_ms / 60_000)), 60)
        return self.messages["hours" if hours else "minutes"].format(h=hours, n=minutes)

    def cases(self, count: int) -> str:
        return self.messages["one_case" if count == 1 else "many_cases"].format(n=count)

    def decimal(self, number: str) -> str:
        return number if self.language == "en" else number.replace(".", ",")


@cache
def words(language: str) -> Words:
    """The messages for *language* (BCP 47); English where it is not one of ours."""
    primary = language.partition("-")[0].lower()
    known = "nb" if primary == "no" else primary
    name = known if known in LANGUAGES else "en"
    source = files(__package__).joinpath("messages", f"{name}.toml").read_text("utf-8")
    said = tomllib.loads(source)
    months = tuple(said.pop("months"))
    return Words(name, said, months)


def clock(ms: int) -> str:
    """*ms* as a listener writes it: ``0:27``, ``12:30``, ``1:02:03``."""
    minutes, seconds = divmod(max(ms, 0) // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def moment(ms: int) -> str:
    """*ms* to the millisecond, as addresses carry it: ``0:27``, ``12:30.25``."""
    return clock(ms) + fraction(ms)


def fraction(ms: int) -> str:
    """The part of a second in *ms*: ``.25``, or nothing."""
    return f".{ms % 1000:03}".rstrip("0").rstrip(".")


def quoted(text: str, language: str) -> str:
    """*text* in the quotation marks of *language*."""
    marks, _ = quotation_marks(language)
    return f"{marks[0]}{text.strip()}{marks[1]}"
