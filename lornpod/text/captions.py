"""WebVTT and SubRip: read leniently, written so that the strictest reader takes them.

VTT is written without header text, notes, styles or cue settings, for some readers refuse the file or
lose its cues at the first of them; with hours always, for AntennaPod drops a file over one malformed
cue; and with a voice in every cue that has a speaker, so that a cue without one is the narrator's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import unescape
from itertools import accumulate, pairwise

from ..messages import tr
from ..model import Cue, Person, Transcript
from .reading import Parsed, Remark, Spoken, ends_sentence, name_line, one_line, share
from .times import clock
from .turns import Labels, Names, labels_of

# ---------------------------------------------------------------- reading

_STAMP = r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2})(?:[.,:](\d{1,9}))?"
_ARROW = "(?:-{1,3}>|–>|—>|→)"
_TIMING = re.compile(rf"\s*{_STAMP}\s*{_ARROW}\s*{_STAMP}(?:\s.*)?\Z")
_LIKE_TIMING = re.compile(rf"\d\s?{_ARROW}|{_ARROW}\s?\d")
_VTT_BLOCK = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|\Z)")


@dataclass(slots=True)
class _Block:
    """A cue as it stands in the file: its times and its lines of text."""

    line: int
    start_ms: int
    end_ms: int
    lines: list[str]


def is_vtt(text: str) -> bool:
    return text.lstrip("\ufeff \t\n").startswith("WEBVTT")


def is_srt(text: str) -> bool:
    return any(_TIMING.match(line) for line in text[:10_000].split("\n")[:100])


def parse_captions(text: str, people: Sequence[Person]) -> Parsed:
    """The cues of a VTT or SRT file.

    Speakers are taken from ``<v Name>``, else from ``Name: `` as in text with turns. A cue without a name
    is the last speaker's in files that name only changes: SRT, and VTT where no voice is named twice
    running.
    """
    parsed = Parsed()
    blocks = list(_blocks(text.split("\n"), parsed.remarks))
    voiced = [(block, _voices("\n".join(block.lines))) for block in blocks]
    if any(voice for _, pieces in voiced for voice, _ in pieces):
        named = _by_voice(voiced, people)
    else:
        lines = ((block.line, line) for block, pieces in voiced for _, said in pieces for line in said)
        labels = labels_of(lines, people)
        parsed.remarks += labels.remarks
        named = _by_label(voiced, labels)
    for block, said in named:
        parsed.spoken += _spoken(block, said)
    return parsed


def _blocks(lines: Sequence[str], remarks: list[Remark]) -> Iterator[_Block]:
    """The cues in the order of the file; what is no cue is skipped, and told when words may be lost."""
    block: _Block | None = None
    start = _after_header(lines)
    skipping = broken = False
    for number, line in enumerate(lines[start:], start + 1):
        following = lines[number] if number < len(lines) else ""
        if timing := _timing(line):
            if block:
                yield block
            block = _Block(number, *timing, lines=[])
            broken = skipping = False
        elif not line.strip():
            broken, skipping = True, False
        elif skipping or (_timing(following) and _is_identifier(line, block, broken=broken)):
            continue
        elif broken and _VTT_BLOCK.match(line):
            skipping = True
        elif (broken or block is None) and _LIKE_TIMING.search(line[:80]):
            remarks.append(_dropped(number, tr("“{line}” is no timing of a cue", line=line.strip()[:60])))
            skipping = True
        elif block is None:
            if not line.strip().isdigit():
                remarks.append(_dropped(number, tr("text before the first timing")))
                skipping = True
        elif not (broken and line.strip().isdigit() and not following.strip()):
            # After a blank line this is text that its writer meant for the same cue.
            block.lines.append(line)
    if block:
        yield block


def _after_header(lines: Sequence[str]) -> int:
    """How many lines the VTT header takes: up to a blank line or the first timing."""
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    if not lines or not lines[first].startswith("WEBVTT"):
        return 0
    return next(
        (
            index
            for index in range(first + 1, len(lines))
            if not lines[index].strip() or _timing(lines[index])
        ),
        len(lines),
    )


def _is_identifier(line: str, block: _Block | None, *, broken: bool) -> bool:
    """True for the line above a timing that names its cue: after a blank line, or a number after text."""
    return broken or block is None or (line.strip().isdigit() and bool(block.lines))


def _dropped(line: int, why: str) -> Remark:
    return Remark(
        "transcript-cue", tr("{why}; left out", why=why), line, tr("write 00:00:01.000 --> 00:00:02.500")
    )


def _timing(line: str) -> tuple[int, int] | None:
    found = _TIMING.match(line)
    if found is None:
        return None
    start_ms, end_ms = _ms(*found.groups()[:4]), _ms(*found.groups()[4:])
    return None if start_ms is None or end_ms is None else (start_ms, end_ms)


def _ms(hours: str | None, minutes: str, seconds: str, fraction: str | None) -> int | None:
    """Milliseconds; minutes may pass 59 where the file writes no hours."""
    if int(seconds) > 59 or (hours is not None and int(minutes) > 59):
        return None
    whole = (int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)
    return whole * 1000 + int(f"{fraction or 0:0<3}"[:3])


# ---------------------------------------------------------------- words and voices

_TAG = re.compile(
    r"<(?P<close>/?)(?P<name>v|c|i|b|u|s|em|strong|ruby|rt|lang|font|span|br)(?:\.[^\s<>]*)?"
    r"(?P<annotation>\s[^<>]*)?/?>|<[\d:.]+>|\{\\[^{}]*\}",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")

Piece = tuple[str, list[str]]  # a voice, or empty, and the lines said


def _voices(payload: str) -> list[Piece]:
    """The text of a cue by voice, without tags. What follows a closed voice is still that voice's."""
    pieces: list[tuple[str, list[str]]] = [("", [])]
    done = 0
    for tag in _TAG.finditer(payload):
        pieces[-1][1].append(payload[done : tag.start()])
        done = tag.end()
        if (tag["name"] or "").lower() == "v" and not tag["close"]:
            pieces.append((name_line(_unescaped(tag["annotation"] or "")), []))
        elif (tag["name"] or "").lower() == "br":
            pieces[-1][1].append("\n")
    pieces[-1][1].append(payload[done:])
    said = [(voice, _unescaped("".join(parts)).split("\n")) for voice, parts in pieces]
    return [(voice, lines) for voice, lines in said if any(one_line(line) for line in lines)]


def _unescaped(text: str) -> str:
    return _ENTITY.sub(lambda entity: unescape(entity[0]), text)


Named = tuple[_Block, list[tuple[str, str]]]  # a cue, and who says what in it


def _by_voice(voiced: Sequence[tuple[_Block, list[Piece]]], people: Sequence[Person]) -> Iterator[Named]:
    names = Names(people)
    in_turn = [voice for _, pieces in voiced for voice, _ in pieces]
    changes_only = not any(one and one == other for one, other in pairwise(in_turn))
    speaker = ""
    for block, pieces in voiced:
        said = []
        for voice, lines in pieces:
            speaker = names.resolve(voice) if voice else speaker if changes_only else ""
            said.append((speaker, one_line("\n".join(lines))))
        yield block, said


def _by_label(voiced: Sequence[tuple[_Block, list[Piece]]], labels: Labels) -> Iterator[Named]:
    speaker = ""
    for block, pieces in voiced:
        said: list[tuple[str, str]] = []
        for line in (line for _, lines in pieces for line in lines):
            labelled = labels.split(line)
            if labelled:
                speaker, line = labelled
            if said and not labelled:
                said[-1] = (speaker, f"{said[-1][1]}\n{line}")
            else:
                said.append((speaker, line))
        yield block, [(who, one_line(words)) for who, words in said]


def _spoken(block: _Block, said: Iterable[tuple[str, str]]) -> Iterator[Spoken]:
    """The cues of one block; several voices share its time by what they say."""
    voices = [(who, words) for who, words in said if words]
    if not voices:
        return
    if len(voices) == 1 or block.end_ms - block.start_ms < len(voices):
        spans = [(block.start_ms, block.end_ms)] * len(voices)
    else:
        spans = share(block.start_ms, block.end_ms, [len(words) for _, words in voices])
    for (who, words), (start_ms, end_ms) in zip(voices, spans, strict=True):
        yield Spoken(Cue(words, who, start_ms, end_ms), block.line)


# ---------------------------------------------------------------- writing

VTT_CHARS = 65  # a line, as the podcast namespace advises
SRT_CHARS = 32
_LINES = 2


def render_vtt(transcript: Transcript) -> str:
    """WebVTT: at most two lines of 65 characters a cue, longer cues divided."""
    blocks = ["WEBVTT"]
    for cue in transcript.cues:
        voice = f"<v {_vtt_escape(name_line(cue.speaker))}>" if cue.speaker else ""
        for card, lines in _cards(cue, _words(cue.text), VTT_CHARS):
            said = _vtt_escape("\n".join(lines))
            blocks.append(f"{_span(card, '.')}\n{voice}{said}")
    return "\n\n".join(blocks) + "\n"


def _vtt_escape(text: str) -> str:
    """Text in which no ``-->`` and no tag can be seen (WebVTT, 4.2.2 and 6.4)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def render_srt(transcript: Transcript) -> str:
    """SubRip: at most two lines of 32 characters a card, and ``Name: `` where the speaker changes."""
    cards: list[str] = []
    speaker = ""
    for cue in transcript.cues:
        # The name is one word, so that it is never torn.
        label = [f"{name_line(cue.speaker)}:"] if cue.speaker not in ("", speaker) else []
        speaker = cue.speaker or speaker
        for card, lines in _cards(cue, [*label, *_words(cue.text)], SRT_CHARS):
            said = _srt_safe("\n".join(lines))
            cards.append(f"{len(cards) + 1}\n{_span(card, ',')}\n{said}\n")
    return "\n".join(cards)


def _srt_safe(text: str) -> str:
    """Text that no reader takes for a timing or for markup: SubRip has no escapes."""
    untagged = _TAG.sub(lambda tag: tag[0].translate(_LIKE_BRACKETS), text)
    return untagged.replace("-->", "→")


_LIKE_BRACKETS = str.maketrans("<>{}", "‹›()")


def _words(text: str) -> list[str]:
    return one_line(text).split(" ")


def _span(cue: Cue, point: str) -> str:
    start_ms = cue.start_ms or 0
    end_ms = max(cue.end_ms or 0, start_ms + 1)
    return f"{clock(start_ms, millis=True)} --> {clock(end_ms, millis=True)}".replace(".", point)


def _cards(cue: Cue, words: Sequence[str], chars: int) -> Iterator[tuple[Cue, list[str]]]:
    """*cue* as it fits on cards of two lines, each with its own words' time, or its share by characters."""
    start_ms, end_ms = cue.start_ms or 0, cue.end_ms or 0
    cards = list(_divided(words, chars))
    if end_ms - start_ms < len(cards):
        cards = [list(words)]
    spans = _by_words(cue, cards) or share(
        start_ms, end_ms, [sum(len(word) + 1 for word in card) for card in cards]
    )
    for card, (first_ms, last_ms) in zip(cards, spans, strict=True):
        yield replace(cue, start_ms=first_ms, end_ms=last_ms), _balanced(card, chars)


def cards_between(cues: Iterable[Cue], start_ms: int, end_ms: int, chars: int) -> Iterator[Cue]:
    """What is said from *start_ms* to *end_ms*, on cards of two lines of *chars* characters, each with its
    time from *start_ms* on; a card is left out that lies outside for the most part."""
    for cue in cues:
        if cue.start_ms is None or cue.end_ms is None or cue.end_ms <= start_ms or cue.start_ms >= end_ms:
            continue
        for card, lines in _cards(cue, _words(cue.text), chars):
            first_ms, last_ms = card.start_ms or 0, card.end_ms or 0
            if min(last_ms, end_ms) - max(first_ms, start_ms) > (last_ms - first_ms) / 2:
                from_ms, to_ms = max(first_ms, start_ms) - start_ms, min(last_ms, end_ms) - start_ms
                yield Cue(" ".join(lines), cue.speaker, from_ms, to_ms)


def _by_words(cue: Cue, cards: Sequence[Sequence[str]]) -> list[tuple[int, int]]:
    """The time of each card by the times of its words; none where they are unknown or a card takes none."""
    label = sum(map(len, cards)) - len(cue.words)  # a name before the first word
    if not cue.words or label not in (0, 1):
        return []
    ends = [count - label for count in accumulate(map(len, cards))]
    starts = [cue.words[end].start_ms for end in ends[:-1]]
    edges = [cue.start_ms or 0]
    for end, start_ms in zip(ends[:-1], starts, strict=True):
        edges += [cue.words[end - 1].end_ms, start_ms]
    edges.append(cue.end_ms or 0)
    spans = list(zip(edges[::2], edges[1::2], strict=True))
    return spans if edges == sorted(edges) and all(first < last for first, last in spans) else []


def _divided(words: Sequence[str], chars: int) -> Iterator[list[str]]:
    """*words* on cards of two lines: few cards, cut after sentences and commas where possible, none short.

    The cheapest division, found from the end (as Knuth and Plass break paragraphs into lines).
    """
    count = len(words)
    length = [len(word) for word in words]
    if sum(length) + count - 1 <= chars:
        yield list(words)
        return
    cut_cost = [_cut_cost(word) for word in words[:-1]] + [0.0]
    cost, following = [0.0] * (count + 1), [count] * (count + 1)
    for first in range(count - 1, -1, -1):
        line = filled = length[first]
        lines, last = 1, first + 1
        best = cost[last] + cut_cost[first] + _short(filled, chars)
        following[first] = last
        while last < count:
            word = length[last]
            line += word + 1
            if line > chars:
                lines, line = lines + 1, word
                if lines > _LINES:
                    break
            filled += word + 1
            last += 1
            there = cost[last] + cut_cost[last - 1] + _short(filled, chars)
            if there < best:
                best, following[first] = there, last
        cost[first] = best + 1
    first = 0
    while first < count:
        yield list(words[first : following[first]])
        first = following[first]


def _short(filled: int, chars: int) -> float:
    """How badly a card of so many characters looks, in cards."""
    room = max(_LINES * chars - filled, 0) / (_LINES * chars)
    return 0.5 * room * room


def _cut_cost(word: str) -> float:
    """How badly a card ends with *word*, in cards."""
    if ends_sentence(word):
        return 0.0
    if word.endswith(":"):
        return 1.5  # a name, or what announces the next words
    return 0.3 if word[-1:] in ",;–—" else 0.6


def _balanced(words: Sequence[str], chars: int) -> list[str]:
    """One line, or the two most even ones that fit; more only where the words do not fit in two."""
    whole = " ".join(words)
    if len(whole) <= chars or len(words) == 1:
        return [whole]
    cuts = range(1, len(words)) if len(whole) <= 2 * chars + 1 else ()
    halves = ((" ".join(words[:cut]), " ".join(words[cut:])) for cut in cuts)
    fitting = [[upper, lower] for upper, lower in halves if len(upper) <= chars and len(lower) <= chars]
    if fitting:
        return min(fitting, key=lambda pair: abs(len(pair[0]) - len(pair[1])))
    lines = [words[0]]
    for word in words[1:]:
        if len(lines[-1]) + 1 + len(word) <= chars:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
