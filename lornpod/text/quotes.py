"""Outer quotation marks, as each language writes them."""

from __future__ import annotations

# By primary language subtag (BCP 47); other languages take the English marks.
_MARKS = {
    "nb": "«»",
    "nn": "«»",
    "no": "«»",
    "da": "»«",
    "de": "„“",
    "fi": "””",
    "sv": "””",
}
_PAIRS = {"«»", "»«", "„“", "“”", "””", '""'}


def quoted(text: str, language: str) -> str:
    """*text* in the quotation marks of *language* (BCP 47); marks that already enclose it give way."""
    marks = _MARKS.get(language.partition("-")[0].lower(), "“”")
    return marks[0] + _unquoted(text.strip()) + marks[1]


def _unquoted(text: str) -> str:
    """*text* without its outer marks, where the first and the last mark are one pair and not two quotes."""
    inner = text[1:-1]
    enclosed = len(text) > 1 and text[0] + text[-1] in _PAIRS and not {text[0], text[-1]} & set(inner)
    return inner.strip() if enclosed else text
