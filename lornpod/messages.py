"""The words that lornpod says to people, in their language: GNU gettext's catalogues with named placeholders.

Messages stand in the source in English, each as one literal template with named placeholders; a catalogue
(``locale/<language>/LC_MESSAGES/lornpod.po``, and the ``.mo`` compiled of it) has them in another language,
and what it lacks is said in English. What is published and what programs read (keys, codes, levels) is never
asked of here: its language is the network's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from string import Formatter
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from gettext import NullTranslations

DOMAIN = "lornpod"
FOLDER = Path(__file__).parent / "locale"

_KINDRED = {"no": "nb", "nn": "nb"}  # where a language has no catalogue of its own

_Key = TypeVar("_Key")

_chosen: NullTranslations | None = None  # None says everything in English
_language = "en"


def tr(template: str, /, **values: object) -> str:
    """*template* in the language of this run, with *values* in the places of their names (str.format).

    Without values the template is taken as it is, braces too.
    """
    said = template if _chosen is None or not template else _chosen.gettext(template)
    return _filled(said, values) if values else said


def trn(one: str, many: str, count: int, /, **values: object) -> str:
    """*one* or *many* as the language counts *count*, which both may name as ``{count}``."""
    in_english = one if count == 1 else many
    said = in_english if _chosen is None else _chosen.ngettext(one, many, count)
    return _filled(said, {"count": count, **values})


def figures(number: str) -> str:
    """*number*, as Python writes numbers, as the language does: 1,234.5 or 1 234,5."""
    if _chosen is None:
        return number
    pattern = tr("1,234.5")
    return number.translate({ord(","): pattern[1:-5], ord("."): pattern[-2]})


def _filled(template: str, values: Mapping[str, object]) -> str:
    """*template* with *values*; numbers that it gives a format are written as the language does."""
    return template.format(**values) if _chosen is None else _Figures().vformat(template, (), values)


class _Figures(Formatter):
    def format_field(self, value: object, format_spec: str) -> str:
        said = format(value, format_spec)
        return figures(said) if format_spec and isinstance(value, int | float) else said


class Message:
    """What is said later, in the language of whoever asks then: for what is kept between runs."""

    __slots__ = ("template", "values")

    def __init__(self, template: str, values: Mapping[str, object] = MappingProxyType({})) -> None:
        self.template, self.values = template, values

    def __str__(self) -> str:
        return tr(self.template, **self.values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and (self.template, self.values) == (other.template, other.values)

    def __hash__(self) -> int:
        return hash(self.template)


def later(template: str) -> str:
    """*template* as it is: marks for the catalogue what :func:`tr` is given when it is shown."""
    return template


def later_each(table: Mapping[_Key, str]) -> Mapping[_Key, str]:
    """*table* as it is: its values are for the catalogue, as :func:`later` marks one."""
    return table


def wanted(environment: Mapping[str, str]) -> str:
    """The language of messages that *environment* asks for and a catalogue has; "en" for all others.

    POSIX's order: LC_ALL, LC_MESSAGES, LANG, the first that is set and not empty. LANGUAGE, a list by
    preference, goes before them, as gettext reads it: not where they say C or POSIX.
    """
    locale = next(filter(None, map(environment.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "C")
    if _bare(locale) in ("C", "POSIX"):
        return "en"
    for one in (*environment.get("LANGUAGE", "").split(":"), locale):
        primary = _bare(one).partition("_")[0].lower()
        if primary == "en":
            return "en"
        for language in (primary, _KINDRED.get(primary, "")):
            if language.isalpha() and _catalogue(language).is_file():
                return language
    return "en"


def language() -> str:
    """The language that messages are said in now."""
    return _language


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say messages in *language* inside; in English where it has no catalogue.

    What a library asks of gettext's own domain, as click does, is looked up there too.
    """
    global _chosen, _language
    before, _chosen = (_chosen, _language), _read(language)
    _language = language if _chosen is not None else "en"
    domain = _let_libraries_ask(DOMAIN) if _chosen is not None else ""
    try:
        yield
    finally:
        _chosen, _language = before
        if domain:
            _let_libraries_ask(domain)


def _let_libraries_ask(domain: str) -> str:
    """Make *domain* the one that gettext is asked of without a name; the one before."""
    import gettext

    before = gettext.textdomain()
    gettext.bindtextdomain(DOMAIN, FOLDER)
    gettext.textdomain(domain)
    return before


def _bare(locale: str) -> str:
    """*locale* without its encoding and its modifier: nb_NO of nb_NO.UTF-8@euro."""
    return locale.partition("@")[0].partition(".")[0]


def _catalogue(language: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.mo"


@cache
def _read(language: str) -> NullTranslations | None:
    path = _catalogue(language)
    if not path.is_file():
        return None
    from gettext import GNUTranslations

    with path.open("rb") as file:
        return GNUTranslations(file)
