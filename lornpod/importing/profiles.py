"""Page profiles: by which words a site's case pages say what is what. Data, in TOML."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

from ..errors import Finding, InputError, LornpodError
from ..messages import tr

FieldName = Literal["duration", "theme", "organisation", "perspective", "date", "place", "host", "guest"]
Part = Literal["learning_points", "links", "related", "transcript", "passed_over"]

_SHIPPED = Path(__file__).parent / "page_profiles"
_WILD = {
    r"\*": ".*",
    r"\{id\}": r"(?P<id>[A-Za-z]{0,8}-?[0-9]{1,9})",
    r"\{title\}": r"(?P<title>.+)",
    r"\{number\}": r"[0-9]+(?:[.,:][0-9]+)*",
}
_OF_DATE = {
    "YYYY": r"(?P<year>[0-9]{4})",
    "YY": r"(?P<year>[0-9]{2})",
    "MONTH": r"(?P<name>[^\W\d_]+)",
    "MM": r"(?P<month>[0-9]{2})",
    "M": r"(?P<month>[0-9]{1,2})",
    "DD": r"(?P<day>[0-9]{2})",
    "D": r"(?P<day>[0-9]{1,2})",
}
_DATE_PART = re.compile("|".join(_OF_DATE))


@dataclass(frozen=True, slots=True)
class Patterns:
    """Ways to write one thing. ``*`` is any text, ``{id}`` a case's id, ``{title}`` its title, ``{number}`` a
    number."""

    written: tuple[str, ...] = ()
    compiled: tuple[re.Pattern[str], ...] = ()

    @classmethod
    def of(cls, written: Sequence[str]) -> Patterns:
        return cls(tuple(written), tuple(map(_compiled, written)))

    def match(self, line: str) -> re.Match[str] | None:
        """The first pattern that is all of *line*; letters' case does not count."""
        return next((found for one in self.compiled if (found := one.fullmatch(line))), None)


@dataclass(frozen=True, slots=True)
class Dates:
    """How days are written, such as ``D.M.YYYY`` or ``D. MONTH YYYY``; *months* are twelve names."""

    compiled: tuple[re.Pattern[str], ...] = ()
    months: tuple[str, ...] = ()

    @classmethod
    def of(cls, written: Sequence[str], months: Sequence[str]) -> Dates:
        return cls(tuple(map(_compiled_date, written)), tuple(month.casefold() for month in months))

    def iso(self, said: str) -> str:
        """The day *said* as YYYY-MM-DD; *said* itself where it is none of the ways."""
        for found in (one.fullmatch(said) for one in self.compiled):
            parts = found.groupdict() if found else {}
            name = (parts.get("name") or "").casefold()
            month = self.months.index(name) + 1 if name in self.months else int(parts.get("month") or 0)
            if month and parts.get("year") and parts.get("day"):
                year = int(parts["year"]) + (2000 if len(parts["year"]) == 2 else 0)
                with suppress(ValueError):
                    return date(year, month, int(parts["day"])).isoformat()
        return said


def _compiled_date(written: str) -> re.Pattern[str]:
    parts = _DATE_PART.split(written)
    names = _DATE_PART.findall(written)
    said = "".join(
        re.escape(part) + _OF_DATE.get(name, "") for part, name in zip(parts, [*names, ""], strict=True)
    )
    return re.compile(said, re.IGNORECASE)


_NOTHING = Patterns()


def _compiled(pattern: str) -> re.Pattern[str]:
    said = re.escape(" ".join(pattern.split())).replace(r"\ ", r"\s")
    for wild, meaning in _WILD.items():
        said = said.replace(wild, meaning)
    return re.compile(said, re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Profile:
    """How the pages of one site are written."""

    name: str
    case: Patterns
    reference: Patterns = _NOTHING
    ignored: Patterns = _NOTHING
    narrator: Patterns = _NOTHING
    closing: Patterns = _NOTHING
    dates: Dates = field(default_factory=Dates)
    between_people: tuple[str, ...] = ()
    between_points: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    language: str = ""
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    parts: Mapping[str, Patterns] = field(default_factory=dict)


def names() -> tuple[str, ...]:
    """The profiles that lornpod ships."""
    return tuple(sorted(path.stem for path in _SHIPPED.glob("*.toml")))


def load(wanted: str) -> Profile:
    """The shipped profile *wanted*, or the one in the TOML file of that name.

    A file with ``based_on = "lorn"`` takes from there what it does not say itself. Raises InputError
    for what cannot be used.
    """
    path = _SHIPPED / f"{wanted}.toml" if wanted in names() else Path(wanted)
    if not path.is_file():
        raise LornpodError(
            tr("there is no page profile {wanted!r}", wanted=wanted),
            hint=tr("use {names} or give a TOML file", names=", ".join(names())),
        )
    return _profile(path.stem, _whole(_read(path, wanted), wanted), wanted)


def _whole(data: dict[str, Any], where: str) -> dict[str, Any]:
    """*data* with what it takes from the shipped profile that it is based on."""
    base = data.pop("based_on", "")
    if not base:
        return data
    if base not in names():
        raise LornpodError(
            tr("there is no page profile {base!r}", base=base),
            where,
            tr("use {names}", names=", ".join(names())),
        )
    return _merged(_whole(_read(_SHIPPED / f"{base}.toml", base), base), data)


def _read(path: Path, where: str) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LornpodError(tr("not TOML: {error}", error=error), where, tr("mend the file")) from None
    except OSError as error:
        raise LornpodError(
            tr("cannot be read: {strerror}", strerror=error.strerror or error), where, tr("check the file")
        ) from None


def _merged(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    tables = {key: {**base[key], **own[key]} for key in ("fields", "parts") if key in base and _has(own, key)}
    return {**base, **own, **tables}


def _has(data: Mapping[str, Any], key: str) -> bool:
    return isinstance(data.get(key), dict)


_TABLES: Mapping[str, tuple[str, ...]] = {"fields": get_args(FieldName), "parts": get_args(Part)}


def _profile(name: str, data: Mapping[str, Any], where: str) -> Profile:
    if findings := list(_mistakes(data, where)):
        raise InputError(findings)
    return Profile(
        name,
        case=Patterns.of(data["case"]),
        reference=Patterns.of(data.get("reference", ())),
        ignored=Patterns.of(data.get("ignored", ())),
        narrator=Patterns.of(data.get("narrator", ())),
        closing=Patterns.of(data.get("closing", ())),
        dates=Dates.of(data.get("dates", ()), data.get("months", ())),
        between_people=tuple(data.get("between_people", ())),
        between_points=tuple(data.get("between_points", ())),
        places=tuple(data.get("places", ())),
        language=data.get("language", ""),
        fields={key: tuple(said) for key, said in data.get("fields", {}).items()},
        parts={key: Patterns.of(said) for key, said in data.get("parts", {}).items()},
    )


def _mistakes(data: Mapping[str, Any], where: str) -> Iterator[Finding]:
    known = [*(one.name for one in fields(Profile) if one.name != "name"), "months"]
    for key, value in data.items():
        if key not in known:
            yield _mistake(
                tr("is no key of a profile"), key, where, tr("known are {known}", known=", ".join(known))
            )
        elif key in _TABLES:
            yield from _table_mistakes(key, value, where)
        elif not (isinstance(value, str) if key == "language" else _is_texts(value)):
            yield _mistake(tr("is not a list of texts"), key, where, tr('write such as ["…", "…"]'))
    yield from _date_mistakes(data, where)
    if not data.get("case"):
        yield _mistake(
            tr("is missing"), "case", where, tr('write the line that a page begins with: ["Case #{id}"]')
        )


def _date_mistakes(data: Mapping[str, Any], where: str) -> Iterator[Finding]:
    months = data.get("months", ())
    if _is_texts(months) and len(months) != 12:
        yield _mistake(tr("are not twelve names"), "months", where, tr("name them from January to December"))
    for written in data.get("dates", ()) if _is_texts(data.get("dates")) else ():
        parts = [name[0] if name != "MONTH" else "M" for name in _DATE_PART.findall(written)]
        if sorted(parts) != ["D", "M", "Y"]:
            said = tr("“{written}” does not say where day, month and year stand, each once", written=written)
            yield _mistake(said, "dates", where, tr("write such as D.M.YYYY or D. MONTH YYYY"))


def _table_mistakes(key: str, table: object, where: str) -> Iterator[Finding]:
    if not isinstance(table, dict):
        yield _mistake(tr("is not a table"), key, where, tr("write [{key}] and its keys below", key=key))
        return
    for name, value in table.items():
        if name not in _TABLES[key]:
            yield _mistake(
                tr("is no key here"),
                f"{key}.{name}",
                where,
                tr("known are {tables}", tables=", ".join(_TABLES[key])),
            )
        elif not _is_texts(value):
            yield _mistake(
                tr("is not a list of texts"), f"{key}.{name}", where, tr('write such as ["…", "…"]')
            )


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and one.strip() for one in value)


def _mistake(message: str, key: str, where: str, hint: str) -> Finding:
    return Finding("profile", message, where, key, hint)
