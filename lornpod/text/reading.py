"""What every reader of transcripts shares: bytes to text, text to one line, cues put in order."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise

from ..errors import Level
from ..messages import later, tr
from ..model import Anchor, Cue, Word


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to tell about one line of the input, or with line 0 about all of it."""

    code: str
    message: str
    line: int = 0
    hint: str = ""
    field: str = ""
    level: Level = Level.WARNING


@dataclass(frozen=True, slots=True)
class Spoken:
    """A cue and the line where it stands (0: unknown). Without an end it lasts to the next."""

    cue: Cue
    line: int = 0


@dataclass(slots=True)
class Parsed:
    """What a parser found, in the order of the input. ``language`` is what the input says of itself.

    ``anchors`` are places in untimed text whose times it tells.
    """

    spoken: list[Spoken] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    language: str = ""


# ---------------------------------------------------------------- bytes and characters

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NO_TEXT = {
    b"PK\x03\x04": later("a Word or OpenDocument file"),
    b"\xd0\xcf\x11\xe0": later("an old Word file"),
    b"%PDF": later("a PDF"),
    b"{\\rtf": later("an RTF file"),
}


class NotText(Exception):
    """The bytes are no text; the message says what they are."""


def decode(data: bytes) -> tuple[str, list[Remark]]:
    """The text of *data* with plain line ends. Raises NotText for other kinds of file."""
    for signature, what in _NO_TEXT.items():
        if data.startswith(signature):
            raise NotText(tr(what))
    text, remarks = _decoded(data)
    if "\x00" in text:
        raise NotText(tr("a binary file"))
    return text.replace("\r\n", "\n").replace("\r", "\n"), remarks


def _decoded(data: bytes) -> tuple[str, list[Remark]]:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace"), []
    if encoding := _utf_16_without_mark(data[:200]):
        return data.decode(encoding, "replace"), []
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        remark = Remark(
            "transcript-encoding",
            tr("not UTF-8, read as Windows-1252 (Latin-1)"),
            line,
            tr("save it as UTF-8"),
        )
        return data.decode("cp1252" if not _NOT_CP1252 & set(data) else "latin-1"), [remark]


def _utf_16_without_mark(head: bytes) -> str:
    """The byte order of UTF-16, told by the noughts in every other byte of Latin letters."""
    even, odd, enough = head[::2].count(0), head[1::2].count(0), 0.35 * len(head)
    if odd > enough and not even:
        return "utf-16-le"
    return "utf-16-be" if even > enough and not odd else ""


_NOT_CP1252 = {0x81, 0x8D, 0x8F, 0x90, 0x9D}

_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1b\x7f\u200b\u2060\ufeff\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_GAP = re.compile("\\s{2,}|[^\\S\xa0\u2007\u202f]")


_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def fit_for_xml(text: str) -> str:
    """*text* without the characters that no feed can hold (XML 1.0, 2.2)."""
    return _NOT_XML.sub("", text)


def one_line(text: str) -> str:
    """*text* as one line: single spaces, no invisible characters. A no-break space inside stays."""
    if text.isprintable() and "  " not in text:  # as most are: no other white space, nothing invisible
        return text.strip()
    return _GAP.sub(" ", _SURROGATE.sub("\ufffd", _INVISIBLE.sub("", text))).strip()


def name_line(text: str) -> str:
    """A name as one line with plain spaces."""
    return " ".join(one_line(text).split())


# ---------------------------------------------------------------- time


def share(start_ms: int, end_ms: int, weights: Sequence[int]) -> list[tuple[int, int]]:
    """[start_ms, end_ms) cut into adjoining parts in proportion to *weights*, which are positive."""
    bounds, done, total = [start_ms], 0, sum(weights)
    for weight in weights:
        done += weight
        bounds.append(start_ms + (end_ms - start_ms) * done // total)
    return list(pairwise(bounds))


_MS_PER_CHAR = 65  # speech of some 15 characters a second, where a cue has no end of its own
_OVERLAP_MS = 250  # less is rounding, and mended without a word


def in_order(spoken: Sequence[Spoken]) -> tuple[list[Cue], list[Remark]]:
    """The cues in time, none overlapping another, each at least a millisecond long, none empty.

    What starts together shares its time by characters; what overlaps ends where the next starts.
    """
    remarks: list[Remark] = []
    late = [one.line for before, one in pairwise(spoken) if _start(one) < _start(before)]
    _remark(remarks, "transcript-order", late, tr("out of order, sorted by time"))
    groups = [list(group) for _, group in groupby(sorted(spoken, key=_start), key=_start)]
    overlapping: list[int] = []
    backwards: list[int] = []
    cues: list[Cue] = []
    for group, following in zip(groups, [*groups[1:], None], strict=False):
        start_ms, next_ms = _start(group[0]), _start(following[0]) if following else None
        ends = [one.cue.end_ms for one in group if one.cue.end_ms is not None]
        backwards += [one.line for one in group if one.cue.end_ms is not None and one.cue.end_ms <= start_ms]
        if next_ms is not None and ends and max(ends) - next_ms > _OVERLAP_MS:
            overlapping.append(group[0].line)
        cues += _share_group([one.cue for one in group], start_ms, max(ends, default=0), next_ms)
    _remark(remarks, "transcript-overlap", overlapping, tr("overlapping the next, cut at its start"))
    _remark(
        remarks, "transcript-times", backwards, tr("ending before they start, given a length by their words")
    )
    return _apart(cues), remarks


def _start(one: Spoken) -> int:
    return one.cue.start_ms or 0


def _remark(remarks: list[Remark], code: str, lines: Sequence[int], what: str) -> None:
    if lines:
        many = tr("{count} cues", count=len(lines)) if len(lines) > 1 else tr("a cue")
        remarks.append(Remark(code, f"{many} {what}", lines[0], tr("check the times")))


def _share_group(group: Sequence[Cue], start_ms: int, end_ms: int, next_ms: int | None) -> Iterable[Cue]:
    """Cues that start together, one after the other. The same words twice are said once."""
    if len(group) == 1 and start_ms < end_ms and (next_ms is None or end_ms <= next_ms):
        return group
    return _shared(group, start_ms, end_ms, next_ms)


def _shared(group: Sequence[Cue], start_ms: int, end_ms: int, next_ms: int | None) -> Iterable[Cue]:
    said = list(dict.fromkeys((cue.speaker, cue.text) for cue in group))
    if end_ms <= start_ms:
        end_ms = start_ms + max(1000, sum(len(text) for _, text in said) * _MS_PER_CHAR)
    if next_ms is not None:
        end_ms = min(end_ms, next_ms)
    spans = share(start_ms, end_ms, [len(text) for _, text in said])
    words = group[0].words if len(group) == 1 else ()
    for (speaker, text), (first_ms, last_ms) in zip(said, spans, strict=True):
        yield Cue(text, speaker, first_ms, last_ms, words)


def _apart(cues: Iterable[Cue]) -> list[Cue]:
    apart: list[Cue] = []
    free_ms = 0
    for cue in cues:
        start_ms = max(cue.start_ms or 0, free_ms)
        free_ms = max(cue.end_ms or 0, start_ms + 1)
        if (start_ms, free_ms) == (cue.start_ms, cue.end_ms) and not cue.words:
            apart.append(cue)
            continue
        words = tuple(_within(word, start_ms, free_ms) for word in cue.words)
        apart.append(replace(cue, start_ms=start_ms, end_ms=free_ms, words=words))
    return apart


def _within(word: Word, start_ms: int, end_ms: int) -> Word:
    """*word* as far as it lies in its cue, which others may have cut."""
    if start_ms <= word.start_ms and word.end_ms <= end_ms:
        return word
    return replace(
        word,
        start_ms=min(max(word.start_ms, start_ms), end_ms),
        end_ms=min(max(word.end_ms, start_ms), end_ms),
    )


# ---------------------------------------------------------------- sentences

_SENTENCE_END = re.compile("[.!?…][\"'”’»)\\]]*\\Z")
_CUE_CHARS = 120
_PAUSE_MS = 1200


def ends_sentence(text: str) -> bool:
    return _SENTENCE_END.search(text[-8:]) is not None


def joined(first: Cue, second: Cue) -> Cue:
    """Two cues of one speaker as one, with the times of words where both have them."""
    words = first.words + second.words if first.words and second.words else ()
    return replace(first, text=f"{first.text} {second.text}", end_ms=second.end_ms, words=words)


def joined_words(cues: Sequence[Cue]) -> list[Cue]:
    """Phrases, where the input times single words (speech recognition); other cues as they are.

    A phrase ends with a sentence, at a pause of 1.2 s, with the speaker, or at 120 characters.
    """
    if len(cues) < 10 or sum(" " not in cue.text for cue in cues) < 0.8 * len(cues):
        return list(cues)
    phrases: list[Cue] = []
    for cue in map(_as_word, cues):
        last = phrases[-1] if phrases else None
        if (
            last is None
            or last.speaker != cue.speaker
            or ends_sentence(last.text)
            or (cue.start_ms or 0) - (last.end_ms or 0) > _PAUSE_MS
            or len(last.text) + len(cue.text) >= _CUE_CHARS
        ):
            phrases.append(cue)
        else:
            phrases[-1] = joined(last, cue)
    return phrases


def _as_word(cue: Cue) -> Cue:
    """*cue* with its own time as that of its word, if it is one word."""
    single = not cue.words and len(cue.text.split()) == 1
    return replace(cue, words=(Word(cue.text, cue.start_ms or 0, cue.end_ms or 0),)) if single else cue
