"""Plain words as Markdown that shows them as they are."""

from __future__ import annotations

import re

from .reading import one_line

# What CommonMark 0.31 would take for markup: anywhere, at the end of a heading, at the start of a line.
_ANYWHERE = re.compile(r"[\\`*<\[\]]|&(?=#?\w{1,32};)|(?<![^\W_])_|_(?![^\W_])|(?<=\s)#(?=#*\Z)")
_AT_START = re.compile(r"#(?=#{0,5}(?:\s|\Z))|>|[+-](?=\s|\Z)|~(?=~~)|=(?==*\Z)|-(?=-+\Z)")
_NUMBERED = re.compile(r"([0-9]{1,9})(?=[.)](?:\s|\Z))")


def escaped(plain: str) -> str:
    """*plain* as one line of Markdown; what is written in it like markup stays what it is."""
    said = _ANYWHERE.sub(_with_backslash, one_line(plain))
    if found := _NUMBERED.match(said):
        return f"{found[0]}\\{said[found.end() :]}"
    return f"\\{said}" if _AT_START.match(said) else said


def _with_backslash(mark: re.Match[str]) -> str:
    return f"\\{mark[0]}"


def link(title: str, href: str) -> str:
    """A Markdown link; *title* is plain words."""
    address = re.sub(r"[<>\s]", "", href)
    return f"[{escaped(title)}](<{address}>)"
