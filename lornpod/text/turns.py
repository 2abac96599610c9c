"""Text with speaker turns: who speaks, and plain text written the same way.

A turn begins with its speaker's name and a colon at the start of a line. A name is recognised when it
belongs to somebody known, or to somebody introduced by full name in the same text, or when it comes
back; so “Note: …” and “12:30” in what is said stay text. Each paragraph becomes a cue, and the
paragraphs that follow a turn's first are the same speaker's. A line of dashes ends a turn: what
follows without a name is the narrator's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from ..errors import Level
from ..messages import tr
from ..model import Anchor, Cue, Person, Transcript
from .reading import Parsed, Remark, Spoken, ends_sentence, joined, name_line, one_line
from .times import clock, time_of

# ---------------------------------------------------------------- names

_NAME_WORDS = 5
_PARTICLES = frozenset(
    {"af", "al", "and", "av", "bin", "da", "das", "de", "del", "della", "den", "der", "di", "dos", "du", "e"}
    | {"el", "ibn", "la", "le", "of", "og", "ten", "ter", "van", "vom", "von", "y", "zu", "zum", "zur"}
)
_WORD = re.compile(r"[^\W\d_][\w.'’-]*\Z")
# Words that head a remark more often than a turn, in Norwegian and English.
_NO_NAMES = frozenset(
    {"dato", "eks", "eksempel", "example", "fakta", "husk", "kilde", "konklusjon", "lenke", "link", "merk"}
    | {"merknad", "nb", "note", "obs", "oppsummering", "ps", "resultat", "source", "sted", "tema", "tips"}
)


class Names:
    """Whom short names stand for: the people of the case and everybody introduced by full name."""

    def __init__(self, people: Sequence[Person], labels: Iterable[str] = ()) -> None:
        self._people = list(dict.fromkeys(name for person in people if (name := name_line(person.name))))
        introduced = list(dict.fromkeys(self._as_person(label) for label in labels if len(label.split()) > 1))
        longest = [one for one in introduced if not any(_stands_for(one, other) for other in introduced)]
        self._full = list(dict.fromkeys([*self._people, *longest]))
        self._resolved: dict[str, str] = {}

    def _as_person(self, label: str) -> str:
        """The way the case writes the name *label*, where one person's and only one's name is meant."""
        fitting = [
            name
            for name in self._people
            if len(name.split()) > 1 and (_stands_for(label, name) or _stands_for(name, label))
        ]
        return fitting[0] if len(fitting) == 1 else label

    def candidates(self, label: str) -> list[str]:
        """The full names that *label* may stand for; its own alone when it is one itself."""
        own = [name for name in self._full if _key(name) == _key(label)]
        if own:
            return own[:1]
        as_person = self._as_person(label)
        if as_person != label:
            return [as_person]
        return [name for name in self._full if _stands_for(label, name)]

    def resolve(self, label: str) -> str:
        """The full name that *label* stands for, or *label* where there is none or no single one."""
        if label not in self._resolved:
            found = self.candidates(label)
            self._resolved[label] = found[0] if len(found) == 1 else label
        return self._resolved[label]

    def knows(self, label: str) -> bool:
        """True when *label* names one of the case's people, in short or in full."""
        return any(
            _key(name) == _key(label)
            or _stands_for(label, name)
            or (len(name.split()) > 1 and _stands_for(name, label))
            for name in self._people
        )


def _key(name: str) -> str:
    return name.replace(".", "").casefold()


def _stands_for(short: str, full: str) -> bool:
    """True when *short* leaves out words of *full* or shortens some of them to initials.

    “Kari”, “Nordmann”, “K. Nordmann” and “KAN” stand for “Kari Anne Nordmann”; “K.” does not.
    """
    brief, words = _key(short).split(), _key(full).split()
    if len(words) > 1 and short.isupper() and brief == ["".join(word[0] for word in words)]:
        return True
    if brief == words or len(brief) > len(words):
        return False
    if all(len(word) == 1 for word in brief):
        return False
    left = iter(words)
    return all(any(word == one or (len(word) == 1 and one[0] == word) for one in left) for word in brief)


# ---------------------------------------------------------------- labels

_ANCHOR = re.compile(r"\[(\d{1,3}:\d\d(?::\d\d)?(?:[.,]\d{1,3})?)\]")
_STAMP = r"[\[(]?\d{1,3}:\d\d(?::\d\d)?(?:[.,]\d{1,3})?[\])]?"
_LABEL = re.compile(
    rf"(?P<before>{_STAMP}\s{{0,3}}[-–]?\s{{0,3}})?(?:\*\*|__)?(?P<name>[^\s:;,()\[\]<>*][^:;,()\[\]<>*\n]{{0,60}})"
    rf"(?P<after>\s{{0,3}}{_STAMP})?(?:,\s[^:\n]{{1,60}}|\s{{0,3}}[(\[][^()\[\]\n]{{1,80}}[)\]])?"
    r"(?:\*\*|__)?\s?(?P<colon>:?)(?:\*\*|__)?(?=\s|\Z)"
)


@dataclass(frozen=True, slots=True)
class _Label:
    """What looks like a label: a name at the start of a line, and the words that follow it."""

    name: str
    rest: str
    stamped: bool


def _label(line: str) -> _Label | None:
    found = _LABEL.match(line)
    if found is None:
        return None
    stamped = bool(found["after"]) or (bool(found["before"]) and not _ANCHOR.match(found["before"]))
    rest = line[found.end() :].strip()
    # Without a colon only “Kari Nordmann 00:12:30”, alone on its line, is a label.
    if not found["colon"] and (rest or not found["after"]):
        return None
    name = name_line(found["name"])
    return _Label(name, rest, stamped) if _is_name(name) else None


def _is_name(name: str) -> bool:
    """True for one to five words, capitalised but for particles; a number may end it (“Taler 2”)."""
    words = name.split()
    if len(words) > 1 and words[-1].isdigit() and len(words[-1]) < 3:
        words.pop()
    if not 1 <= len(words) <= _NAME_WORDS or not all(map(_WORD.match, words)):
        return False
    capitals = [word for word in words if word[0].isupper() or word[:2] in ("d'", "d’")]
    others = [word for word in words if word not in capitals]
    return bool(capitals) and all(word in _PARTICLES for word in others)


_MAX_LABELS = 100  # more voices than an episode has; they are all compared with each other


@dataclass(slots=True)
class Labels:
    """Which names in a text are speakers, and whom they stand for."""

    speakers: dict[str, str] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)

    def split(self, line: str) -> tuple[str, str] | None:
        """The speaker's full name and the words after the label; None when *line* has no label."""
        label = _label(line.strip())
        speaker = self.speakers.get(_key(label.name)) if label else None
        return (speaker, label.rest) if label and speaker else None


def labels_of(lines: Iterable[tuple[int, str]], people: Sequence[Person]) -> Labels:
    """The speakers among the labels of numbered *lines*, with a remark on each doubtful one."""
    written: dict[str, str] = {}
    first_line: dict[str, int] = {}
    count: Counter[str] = Counter()
    stamped: list[int] = []
    for number, line in lines:
        if label := _label(line.strip()):
            key = _key(label.name)
            written.setdefault(key, label.name)
            first_line.setdefault(key, number)
            count[key] += 1
            if label.stamped:
                stamped.append(number)
    written = {key: written[key] for key, _ in count.most_common(_MAX_LABELS)}
    labels = Labels()
    known = Names(people)
    turns = sum(count[key] for key in written if known.knows(written[key]))
    # Where the case's own people carry the talk, a stranger must come back oftener to be one.
    enough = 3 if turns > 1 else 2
    sure = {
        key
        for key, name in written.items()
        if known.knows(name) or (count[key] >= enough and key not in _NO_NAMES)
    }
    names = Names(people, (name for key, name in written.items() if key in sure or len(name.split()) > 1))
    sure |= {key for key, name in written.items() if len(name.split()) == 1 and names.candidates(name)}
    for key, name in written.items():
        at = first_line[key]
        if key in sure or any(_stands_for(written[other], name) for other in sure if other != key):
            labels.speakers[key] = _resolved(name, at, names, labels.remarks)
        else:
            _doubt(key, name, at, sure, written, names, labels)
    if stamped and labels.speakers:
        message = tr("the times in the text are left out")
        labels.remarks.append(
            Remark(
                "transcript-times", message, stamped[0], tr("write [12:30] where words are to be at a time")
            )
        )
    return labels


def _resolved(name: str, line: int, names: Names, remarks: list[Remark]) -> str:
    found = names.candidates(name)
    if len(found) > 1:
        message = tr("“{name}” may be {found}, and stays as written", name=name, found=tr(" or ").join(found))
        remarks.append(Remark("transcript-speaker", message, line, tr("write the full name at each turn")))
    return found[0] if len(found) == 1 else name


def _doubt(
    key: str, name: str, line: int, sure: set[str], written: dict[str, str], names: Names, labels: Labels
) -> None:
    """Decide on a label that comes once or twice and belongs to nobody known."""
    from difflib import get_close_matches

    close = get_close_matches(key, sure, n=1, cutoff=0.8)
    if close:
        labels.speakers[key] = names.resolve(written[close[0]])
        message = tr("“{name}” is read as {speakers}", name=name, speakers=labels.speakers[key])
        labels.remarks.append(Remark("transcript-speaker", message, line, tr("correct the name")))
    elif len(name.split()) > 1:
        labels.speakers[key] = name
        message = tr("“{name}” is read as a speaker, and is no host or guest of the case", name=name)
        labels.remarks.append(
            Remark("transcript-speaker", message, line, tr("add them to `guests:` or `hosts:`"))
        )
    elif sure and key not in _NO_NAMES:
        message = tr("“{name}:” is read as text, not as a speaker", name=name)
        hint = tr("write the speaker's full name, or add them to `guests:`, if it is one")
        labels.remarks.append(Remark("transcript-speaker", message, line, hint, level=Level.ADVICE))


# ---------------------------------------------------------------- text

_HEADING = re.compile(r"#{1,6}\s")
_CLOSING_TURNS = 4


def parse_text(text: str, people: Sequence[Person]) -> Parsed:
    """The turns of a hand-edited text, one cue a paragraph; Markdown headings are left out.

    A time in square brackets, “[12:30]”, is an anchor: it tells when the words after it are said.
    Where every turn but the last is one paragraph, further paragraphs after the last are taken for the
    narrator's closing words.
    """
    lines = list(enumerate(text.split("\n"), 1))
    labels = labels_of(lines, people)
    turns = list(_turns(lines, labels))
    parsed = Parsed(remarks=labels.remarks)
    labelled = [turn for turn in turns if turn.speaker]
    if turns and labelled and turns[-1] is labelled[-1]:
        *others, last = labelled
        paragraphs = [turn.paragraphs for turn in others]
        if (
            len(labelled) >= _CLOSING_TURNS
            and len(last.paragraphs) > 1
            and all(len(p) < 2 for p in paragraphs)
        ):
            closing = last.paragraphs[1:]
            del last.paragraphs[1:]
            turns.append(_Turn("", closing))
            if turns[0].speaker:
                message = tr(
                    "the closing words are read as the narrator's, not {speaker}'s", speaker=last.speaker
                )
                hint = tr("write “{speaker}:” before the paragraph if they are", speaker=last.speaker)
                parsed.remarks.append(
                    Remark("transcript-speaker", message, closing[0][0], hint, level=Level.ADVICE)
                )
    for turn in turns:
        for number, words in turn.paragraphs:
            _add_paragraph(parsed, turn.speaker, number, words)
    return parsed


def _add_paragraph(parsed: Parsed, speaker: str, line: int, words: str) -> None:
    """The paragraph as a cue, its anchors apart from it."""
    said: list[str] = []
    count, done = 0, 0
    for found in _ANCHOR.finditer(words):
        at_ms = time_of(found[1])
        before = words[done : found.start()]
        said.append(before)
        count, done = count + len(before.split()), found.end()
        last_ms = parsed.anchors[-1].at_ms if parsed.anchors else -1
        if at_ms is None:
            _left_out(parsed, line, found[0], tr("is no time"), tr("write it as [12:30]"))
        elif at_ms <= last_ms:
            _left_out(
                parsed,
                line,
                found[0],
                tr("is not after [{last}]", last=clock(last_ms)),
                tr("correct one of the two"),
            )
        else:
            parsed.anchors.append(Anchor(len(parsed.spoken), count, at_ms))
    text = one_line(" ".join([*said, words[done:]]))
    if text:
        parsed.spoken.append(Spoken(Cue(text, speaker), line))


def _left_out(parsed: Parsed, line: int, anchor: str, why: str, hint: str) -> None:
    parsed.remarks.append(
        Remark("transcript-anchor", tr("{anchor} {why}; left out", anchor=anchor, why=why), line, hint)
    )


@dataclass(slots=True)
class _Turn:
    """What one speaker says in one go: paragraphs with the lines where they begin."""

    speaker: str
    paragraphs: list[tuple[int, str]] = field(default_factory=list)


def _turns(lines: Iterable[tuple[int, str]], labels: Labels) -> Iterator[_Turn]:
    turn = _Turn("")
    paragraph: list[str] = []
    begun = 0

    def end_paragraph() -> None:
        if words := one_line("\n".join(paragraph)):
            turn.paragraphs.append((begun, words))
        paragraph.clear()

    for number, line in lines:
        labelled = labels.split(line)
        if labelled or _is_rule(line):
            end_paragraph()
            if turn.paragraphs:
                yield turn
            turn = _Turn(labelled[0] if labelled else "")
            anchor = _ANCHOR.match(line.strip())
            line = labelled[1] if labelled else ""
            if labelled and anchor:
                line = f"{anchor[0]} {line}"
            if not line:
                continue
        if not line.strip() or _HEADING.match(line):
            end_paragraph()
            continue
        if not paragraph:
            begun = number
        paragraph.append(line)
    end_paragraph()
    if turn.paragraphs:
        yield turn


def _is_rule(line: str) -> bool:
    marks = "".join(line.split())
    return len(marks) > 2 and len(set(marks)) == 1 and marks[0] in "-*_–—"


# ---------------------------------------------------------------- writing

_PARAGRAPH_CHARS = 450


def paragraphs(transcript: Transcript) -> list[Cue]:
    """The transcript as people read it. Untimed cues are paragraphs already; timed ones are put together,
    turn by turn, into paragraphs of some 450 characters that end with a sentence where one ends."""
    if not transcript.timed:
        return list(transcript.cues)
    whole: list[Cue] = []
    for cue in transcript.cues:
        last = whole[-1] if whole else None
        full = (
            last is not None
            and len(last.text) >= _PARAGRAPH_CHARS
            and (ends_sentence(last.text) or len(last.text) >= 2 * _PARAGRAPH_CHARS)
        )
        if last is None or full or last.speaker != cue.speaker:
            whole.append(cue)
        else:
            whole[-1] = joined(last, cue)
    return whole


def blocks(transcript: Transcript) -> list[tuple[str, str]]:
    """Paragraphs, each with the name that is to be written before it, or none, as :func:`parse_text` reads
    them.

    A name is repeated where a paragraph without it would be read as another's, and at each paragraph of
    the last turn. Words of the narrator after somebody else's follow a line of dashes.
    """
    turns = [(who, list(cues)) for who, cues in groupby(paragraphs(transcript), key=lambda cue: cue.speaker)]
    written: list[tuple[str, str]] = []
    for number, (who, cues) in enumerate(turns, 1):
        if not who and written:
            written.append(("", "---"))
        for index, cue in enumerate(cues):
            needed = index == 0 or number == len(turns) or _label(cue.text) or _is_aside(cue.text)
            written.append((who if needed else "", cue.text))
    return written


def render_text(transcript: Transcript) -> str:
    """Paragraphs apart by blank lines, with ``Name: `` where :func:`blocks` has a name."""
    return "\n\n".join(f"{who}: {text}" if who else text for who, text in blocks(transcript))


def _is_aside(text: str) -> bool:
    return bool(_HEADING.match(text)) or _is_rule(text)
