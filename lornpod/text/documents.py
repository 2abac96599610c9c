"""Transcripts as an HTML document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape, unescape

from ..model import Cue, Person, Transcript
from .reading import Parsed, Spoken, name_line, one_line
from .times import clock
from .turns import Names, paragraphs, parse_text

_HTML = re.compile(r"<(?:!doctype|html|head|body|cite|time|p|div|article)[\s>]", re.IGNORECASE)
_LANGUAGE = re.compile(
    r"<html\s[^<>]*?lang\s?=\s?[\"']?([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3})\b", re.IGNORECASE
)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_HTML_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)(?![a-zA-Z0-9])[^<>]*>|<![^<>]*>")
_UNSPOKEN = frozenset({"head", "script", "style", "time", "title"})
_INLINE = frozenset(
    {"a", "abbr", "b", "cite", "code", "em", "i", "mark", "q", "s", "small", "span", "strong", "sub", "sup"}
    | {"time", "u"}
)


def is_html(text: str) -> bool:
    return _HTML.search(text[:1000]) is not None


def parse_html(text: str, people: Sequence[Person]) -> Parsed:
    """The paragraphs of an HTML transcript; each ``cite`` names the speaker until the next.

    Times are left out: they say where a paragraph starts, not where its sentences do. Without a
    ``cite`` the text is read as turns with names.
    """
    paragraphs_said = list(_paragraphs(text))
    tagged = _LANGUAGE.search(text[:5000])
    language = tagged[1] if tagged else ""
    if not any(cited for cited, _ in paragraphs_said):
        read = parse_text("\n\n".join(words for _, words in paragraphs_said), people)
        read.language = language
        return read
    names, parsed, speaker = Names(people), Parsed(language=language), ""
    for cited, words in paragraphs_said:
        if cited is not None:
            speaker = names.resolve(cited) if cited else ""
        if words:
            parsed.spoken.append(Spoken(Cue(words, speaker)))
    return parsed


def _paragraphs(text: str) -> Iterator[tuple[str | None, str]]:
    """Every block of text, with the name that a ``cite`` before it gives; None where there is none."""
    cited: str | None = None
    words: list[str] = []
    hidden: list[str] = []
    name: list[str] | None = None
    done = 0
    source = _COMMENT.sub("", text)
    for tag in [*_HTML_TAG.finditer(source), None]:
        said = unescape(source[done : tag.start() if tag else len(source)])
        done = tag.end() if tag else done
        if name is not None:
            name.append(said)
        elif not hidden:
            words.append(said)
        element, closing = ((tag[2] or "").lower(), bool(tag[1])) if tag else ("", False)
        if element in _UNSPOKEN:
            hidden = [] if closing else [element]
        elif element == "cite" and closing and name is not None:
            cited, name = name_line("".join(name)).rstrip(": "), None
        elif element == "br":
            words.append("\n")
        if (element == "cite" and not closing) or element not in _INLINE | {"br"}:
            if spoken := one_line("".join(words)):
                yield cited, spoken
                cited = None
            words.clear()
        if element == "cite" and not closing:
            name = []


def render_html(transcript: Transcript, title: str) -> str:
    """An HTML document of ``cite``, ``time`` and ``p``, all direct children of ``body``.

    ``cite`` comes where the speaker changes; an empty one where the narrator takes over.
    """
    blocks = []
    speaker = ""
    for paragraph in paragraphs(transcript):
        if paragraph.speaker != speaker:
            speaker = paragraph.speaker
            blocks.append(f"<cite>{_text(speaker)}:</cite>" if speaker else "<cite></cite>")
        if transcript.timed:
            blocks.append(f"<time>{clock(paragraph.start_ms or 0)}</time>")
        blocks.append(f"<p>{_text(paragraph.text)}</p>")
    body = "\n".join(blocks)
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(transcript.language)}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{_text(title)}</title>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _text(text: str) -> str:
    return escape(one_line(text), quote=False)
