"""A case page -> the case and its transcript. What the page does not say is left out, never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby, pairwise, zip_longest
from zoneinfo import ZoneInfo

from ..errors import Finding, Level, LornpodError
from ..messages import later, tr
from ..model import Case, Cue, Link, Network, Person, Place, Question, Quote, Transcript
from ..text import transcripts
from ..text.markdown import escaped
from ..text.reading import Remark
from ..text.turns import Names, parse_text, render_text
from ..workspace import case_text
from ..workspace.values import Mistake, case_number, instant, unquoted, web_address
from .lines import Document, Line
from .profiles import Profile

_SHORT_CHARS = 120  # of a name, a role or an organisation
_QUESTION_CHARS = 250


@dataclass(frozen=True, slots=True)
class Page:
    """What a case page says.

    ``missing`` names what it might say and does not; ``findings`` tell what was not recognised or is
    doubtful, by line. ``duration_ms`` is the page's word on the recording, which case.md has no field for.
    """

    case: Case
    transcript: Transcript | None
    duration_ms: int | None
    missing: tuple[str, ...]
    findings: tuple[Finding, ...]


def read(document: Document, profile: Profile, network: Network, where: str) -> Page:
    """The case on the page *document*, which *where* names in findings.

    Names of themes, perspectives and places come in the network's and the profile's spelling. Raises
    LornpodError where the page has no line that the profile knows case pages by.
    """
    sorted_out = _sorted(document.lines, profile)
    if sorted_out.heading is None:
        shown = tr(" or ").join(f"“{one}”" for one in profile.case.written)
        hint = tr("look whether it is the right page, or give another --profile")
        raise LornpodError(tr("no case page: no line such as {shown}", shown=shown), where, hint)
    return _Reading(sorted_out, sorted_out.heading, profile, network, where).page(document)


def files(page: Page, network: Network) -> dict[str, bytes]:
    """The authored files of *page* by name: case.md, and transcript.txt where there is one."""
    remarks = [f"Duration on the page: {_clock(page.duration_ms)}"] if page.duration_ms else []
    written = {"case.md": case_text(page.case, network, remarks).encode()}
    if page.transcript is not None:
        written["transcript.txt"] = _transcript_file(page.transcript)
    return written


def _transcript_file(transcript: Transcript) -> bytes:
    return f"{render_text(transcript)}\n".encode()


def _clock(time_ms: int) -> str:
    minutes, seconds = divmod(time_ms // 1000, 60)
    return (
        f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}" if minutes >= 60 else f"{minutes}:{seconds:02d}"
    )


# ---------------------------------------------------------------- which line belongs where


@dataclass(slots=True)
class _Sorted:
    """The lines of a page by what the profile's words make of them.

    ``head`` is what follows the case's heading until the first field, button or quote; ``body`` what
    stands outside of every part after that, None where a line that is passed over ends an answer. ``passed``
    are those that the profile, or the page's own markup, says are no part of a case.
    """

    heading: Line | None = None
    case_id: str = ""
    title: str = ""
    before: list[Line] = field(default_factory=list)
    head: list[Line] = field(default_factory=list)
    body: list[Line | None] = field(default_factory=list)
    fields: list[tuple[str, str, Line]] = field(default_factory=list)
    parts: dict[str, list[Line]] = field(default_factory=dict)
    passed: list[Line] = field(default_factory=list)


def _sorted(lines: Sequence[Line], profile: Profile) -> _Sorted:
    found = _Sorted()
    labels = {label.casefold(): name for name, said in profile.fields.items() for label in said}
    part, waiting = "", ""
    for line, following in zip_longest(lines, lines[1:]):
        if line.around:
            found.passed.append(line)
            continue
        if found.heading is None:
            if heading := profile.case.match(line.text):
                said = {name: value or "" for name, value in heading.groupdict().items()}
                found.heading, found.case_id, found.title = line, said.get("id", ""), said.get("title", "")
            else:
                (found.passed if profile.ignored.match(line.text) else found.before).append(line)
            continue
        begun, rest = _part(line, profile)
        if begun:
            part, waiting = begun, ""
            found.parts.setdefault(part, []).extend(rest)
            found.passed += [line] if part == "passed_over" else []
        elif part == "transcript":
            found.parts[part].append(line)
            part = "" if profile.closing.match(line.text) else part
            found.body.append(None)
        elif labelled := _field(line.text, labels):
            part, (waiting, value) = "", labelled
            if value:
                found.fields.append((waiting, value, line))
                waiting = ""
            found.body.append(None)
        elif profile.ignored.match(line.text):
            found.body.append(None)
            found.passed.append(line)
        elif waiting:
            found.fields.append((waiting, line.text, line))
            waiting = ""
        elif part and not (part in _LISTS and _is_answered(line, following)):
            found.parts[part].append(line)
        elif found.body or part:
            part = ""
            found.body.append(line)
        else:
            found.head.append(line)
            if unquoted(line.text) != line.text:
                found.body.append(None)
    found.passed += found.parts.get("passed_over", [])
    return found


_LISTS = frozenset({"learning_points", "links"})


def _is_answered(line: Line, following: Line | None) -> bool:
    """Whether a question and its answer begin at *line*, which ends a list: what a list names is shorter."""
    answered = following is not None and bool(_CLOSED_SENTENCE.search(following.text))
    return answered and _asks(line.text) and not line.item and not _asks(following.text if following else "")


def _part(line: Line, profile: Profile) -> tuple[str, list[Line]]:
    """The part that *line* begins, and what stands on the same line after a heading with a colon."""
    for name, patterns in profile.parts.items():
        if patterns.match(line.text):
            return name, []
        for heading in patterns.written:
            if heading.endswith(":") and line.text.casefold().startswith(heading.casefold()):
                rest = line.text[len(heading) :].strip()
                return name, [replace(line, text=rest, markdown=escaped(rest))]
    return "", []


def _field(text: str, labels: Mapping[str, str]) -> tuple[str, str] | None:
    label, colon, value = text.partition(":")
    name = labels.get(label.strip().casefold())
    return (name, value.strip()) if name and colon else None


# ---------------------------------------------------------------- what the lines say


@dataclass(slots=True)
class _Reading:
    """Reads one page; ``strange`` collects the lines that nobody made sense of."""

    sorted: _Sorted
    heading: Line
    profile: Profile
    network: Network
    where: str
    strange: list[Line] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def page(self, document: Document) -> Page:
        self.strange += self.sorted.before
        values = self._values()
        hosts = tuple(
            Person(name)
            for value, _ in values.get("host", ())
            for name in _split(value, self.profile.between_people)
        )
        spoken, remarks = self._transcript(hosts)
        title, introduction, guests, quote = self._head(values, {cue.speaker for cue in spoken} - {""})
        if spoken:
            # Now that the guests are known, their short names can be told.
            spoken, remarks = self._transcript((*guests, *hosts))
        questions = self._questions()
        case = Case(
            id=self._case_id(),
            title=title,
            language=self.profile.language or self.network.language,
            number=self._number(),
            published=self._published(values),
            themes=tuple(
                self._spelled(one, later("theme"), self.network.themes) for one in values.get("theme", ())
            ),
            perspective=next(
                (
                    self._spelled(one, later("perspective"), self.network.perspectives)
                    for one in values.get("perspective", ())
                ),
                "",
            ),
            guests=guests,
            hosts=hosts,
            place=self._place(values),
            quote=quote,
            introduction=introduction,
            questions=questions,
            learning_points=self._learning_points(),
            links=tuple(self._links()),
            related=self._related(),
            href=_address(document.href),
        )
        duration_ms = self._duration(values)
        transcript = Transcript(tuple(spoken), case.language) if spoken else None
        self.findings += remarks
        if transcript is not None:
            self._read_back(transcript, (*guests, *hosts))
        self._tell_strange()
        self._tell_passed(document.lines)
        self._tell_language(document.language, case.language)
        missing = tuple(_missing(case, transcript, duration_ms))
        if missing:
            hint = tr("add what you know to case.md")
            self._warn(
                "page-missing", tr("not on the page: {missing}", missing=", ".join(missing)), None, hint
            )
        return Page(case, transcript, duration_ms, missing, tuple(sorted(self.findings, key=_line_of)))

    def _warn(
        self, code: str, message: str, line: int | None, hint: str = "", level: Level = Level.WARNING
    ) -> None:
        where = f"{self.where}:{line}" if line else self.where
        self.findings.append(Finding(code, message, where, hint=hint, level=level))

    # ------------------------------------------------------------ the heading

    def _case_id(self) -> str:
        if not self.sorted.case_id:
            hint = tr("put {id} into `case` of the profile")
            raise LornpodError(tr("the heading of the page names no case"), self.where, hint)
        return self.sorted.case_id.upper()

    def _number(self) -> int | None:
        try:
            return case_number(self.sorted.case_id)
        except Mistake as mistake:
            self._warn(
                "page-value",
                tr("{message}; left out", message=mistake.message),
                self.heading.number,
                mistake.hint,
            )
            return None

    # ------------------------------------------------------------ fields

    def _values(self) -> dict[str, list[tuple[str, Line]]]:
        """The values of each field, each once. Only themes, hosts and guests may be several."""
        values: dict[str, list[tuple[str, Line]]] = {}
        for name, value, line in self.sorted.fields:
            known = values.setdefault(name, [])
            if value.casefold() in (one.casefold() for one, _ in known):
                continue
            if known and name not in ("theme", "host", "guest"):
                message = tr(
                    "a second {name}, “{value}”; the first is kept: “{known}”",
                    name=name,
                    value=value,
                    known=known[0][0],
                )
                self._warn("page-value", message, line.number, tr("correct it in case.md"))
            else:
                known.append((value, line))
        return values

    def _spelled(self, value: tuple[str, Line], what: str, known: Sequence[str]) -> str:
        """*value* as the network writes it."""
        said, line = value
        spelled = _as_in(said, known)
        if known and spelled not in known:
            hint = tr("add it to {what}s in lornpod.yaml, or correct it in case.md", what=what)
            self._warn(
                "page-value",
                tr("“{said}” is no {what} of the network", said=said, what=tr(what)),
                line.number,
                hint,
            )
        return spelled

    def _published(self, values: Mapping[str, list[tuple[str, Line]]]) -> datetime | None:
        for value, line in values.get("date", ()):
            try:
                return instant(self.profile.dates.iso(value), ZoneInfo(self.network.time_zone))
            except Mistake as mistake:
                self._warn(
                    "page-value",
                    tr("{message}; left out", message=mistake.message),
                    line.number,
                    tr("add `published:`"),
                )
        return None

    def _place(self, values: Mapping[str, list[tuple[str, Line]]]) -> Place | None:
        for value, line in values.get("place", ()):
            spelled = _as_in(value, self.profile.places)
            if spelled.isupper() and len(spelled) > 3:
                hint = tr("write it as people do, in case.md")
                self._warn(
                    "page-value",
                    tr("“{spelled}” is in capitals", spelled=spelled),
                    line.number,
                    hint,
                    Level.ADVICE,
                )
            return Place(spelled)
        return None

    def _duration(self, values: Mapping[str, list[tuple[str, Line]]]) -> int | None:
        for value, line in values.get("duration", ()):
            duration_ms = _duration_ms(value)
            if duration_ms is None:
                self._warn("page-value", tr("“{value}” is no duration; left out", value=value), line.number)
            return duration_ms
        return None

    # ------------------------------------------------------------ title, introduction, guests, quote

    def _head(
        self, values: Mapping[str, list[tuple[str, Line]]], speakers: set[str]
    ) -> tuple[str, str, tuple[Person, ...], Quote | None]:
        title, rest = self.sorted.title, list(self.sorted.head)
        if not title and not rest:
            raise LornpodError(
                tr("the page has no title below its heading"), self.where, tr("look at the page")
            )
        title = title or rest.pop(0).text
        quote = ""
        if rest and unquoted(rest[-1].text) != rest[-1].text:
            quote = unquoted(rest.pop().text)
        hosts = {value.casefold() for value, _ in values.get("host", ())}
        starts = [
            at
            for at, line in enumerate(rest)
            if line.text.casefold() not in hosts and _names_a_speaker(line.text, speakers)
        ] or self._by_position(rest)
        introduction = rest[: starts[0]] if starts else rest
        guests: list[Person] = []
        organisation = next((value for value, _ in values.get("organisation", ())), "")
        for start, end in pairwise([*starts, len(rest)]):
            block = rest[start:end]
            # The quote stands below the guest, with or without its marks.
            if end == len(rest) and not quote and len(block) > 1 and not _is_short(block[-1].text):
                quote = block.pop().text
            guests.append(_guest([line.text for line in block[:3]], organisation))
            guests += self._silent(block[3:])
        guests += (_described(value) for value, _ in values.get("guest", ()))
        people = self._employed(guests, values.get("organisation", []))
        return title, _markdown(introduction), people, Quote(quote) if quote else None

    def _silent(self, block: Sequence[Line]) -> Iterator[Person]:
        """Guests below one whom the transcript names, who say nothing: name, role, organisation."""
        threes = [block[at : at + 3] for at in range(0, len(block), 3)]
        if not all(len(one) == 3 and _is_full_name(one[0].text) and all(map(_fits, one)) for one in threes):
            self.strange += block
            return
        for one in threes:
            self._tell_position(one[0])
            yield Person(*(line.text for line in one))

    def _tell_position(self, line: Line) -> None:
        said = tr("“{text}” is read as the guest, by the place on the page alone", text=line.text)
        self._warn("page-guest", said, line.number, tr("look whether it is"), Level.ADVICE)

    def _by_position(self, rest: Sequence[Line]) -> list[int]:
        """Where guests begin, for a page whose transcript names none of them: short lines in threes."""
        last = len(rest)
        if last and not _is_short(rest[-1].text) and last > 1 and _is_short(rest[-2].text):
            last -= 1  # a quote without marks
        first = last
        while first and _is_short(rest[first - 1].text):
            first -= 1
        block = rest[first:last]
        if not block or not (len(block) < 3 or len(block) % 3 == 0) or not _is_full_name(block[0].text):
            return []
        self._tell_position(block[0])
        return list(range(first, last, 3))

    def _employed(
        self, guests: Sequence[Person], organisations: Sequence[tuple[str, Line]]
    ) -> tuple[Person, ...]:
        """*guests*, the only one with the page's organisation where it has none of its own."""
        for value, line in organisations:
            if len(guests) == 1 and not guests[0].organisation:
                return (replace(guests[0], organisation=value),)
            if value.casefold() not in (guest.organisation.casefold() for guest in guests):
                message = tr("the organisation “{value}” is no guest's, and is left out", value=value)
                self._warn("page-value", message, line.number, tr("add it to the guest in case.md"))
        return tuple(guests)

    # ------------------------------------------------------------ questions

    def _questions(self) -> tuple[Question, ...]:
        asked: list[tuple[Line, list[Line]]] = []
        answers: list[Line] | None = None
        headed = any(line is not None and line.heading and _asks(line.text) for line in self.sorted.body)
        for line in self.sorted.body:
            if line is None:
                answers = None
            elif _asks(line.text) and (line.heading or not headed):
                answers = []
                asked.append((line, answers))
            elif answers is None or line.heading:
                self.strange.append(line)
            else:
                answers.append(line)
        kept: dict[str, list[tuple[Line, list[Line]]]] = {}
        for question, said in asked:
            self._keep(question, said, kept.setdefault(question.text.casefold(), []))
        in_order = sorted((one for same in kept.values() for one in same), key=lambda one: one[0].number)
        for question, said in in_order:
            if not said:
                self._warn(
                    "page-question", tr("no answer to “{text}”", text=_cut(question.text)), question.number
                )
        return tuple(Question(question.markdown, _markdown(said)) for question, said in in_order)

    def _keep(self, question: Line, said: list[Line], same: list[tuple[Line, list[Line]]]) -> None:
        """Add a question to the *same* ones, unless one of them says it, or the beginning of it."""
        for at, (first, known) in enumerate(same):
            if _begins(said, known):
                return
            if _begins(known, said):
                same[at] = (first, said)
                return
        if same:
            message = tr("“{text}” stands again with another answer; both are kept", text=_cut(question.text))
            self._warn("page-question", message, question.number, tr("keep one in case.md"))
        same.append((question, said))

    # ------------------------------------------------------------ learning points, links, related cases

    def _learning_points(self) -> tuple[str, ...]:
        points: list[str] = []
        for line in self.sorted.parts.get("learning_points", ()):
            several = _split(line.text, self.profile.between_points)
            points += several
            if len(several) == 1 and not line.item and len(_RUN_TOGETHER.findall(line.text)) > 1:
                message = tr("this line may be several learning points run together; it is kept as one")
                self._warn("page-points", message, line.number, tr("divide it in case.md"), Level.ADVICE)
        return tuple(escaped(point) for point in dict.fromkeys(points))

    def _links(self) -> Iterator[Link]:
        for line in self.sorted.parts.get("links", ()):
            found = _ADDRESS.search(line.text)
            if len(line.links) == 1:
                yield Link(line.text, line.links[0].href)
            elif line.links:
                yield from line.links
            elif found:
                title = line.text.replace(found[0], "").strip(" :–—-()")
                yield Link(title or found[0], _address(found[0]))
            else:
                yield Link(line.text)

    def _related(self) -> tuple[str, ...]:
        """Ids of other cases. What else the page says of them stands in those cases."""
        ids: list[str] = []
        for line in self.sorted.parts.get("related", ()):
            if found := self.profile.reference.match(line.text):
                ids.append(found["id"].upper())
            else:
                (self.sorted.passed if ids else self.strange).append(line)
        return tuple(one for one in dict.fromkeys(ids) if one != self.sorted.case_id.upper())

    # ------------------------------------------------------------ transcript

    def _transcript(self, people: Sequence[Person]) -> tuple[list[Cue], list[Finding]]:
        rows: list[tuple[int, str]] = []
        for line in self.sorted.parts.get("transcript", ()):
            if rows and line.begins:
                rows.append((line.number, ""))
            narrated = self.profile.narrator.match(line.text) or self.profile.closing.match(line.text)
            if rows and narrated:
                rows.append((line.number, "---"))
            rows.append((line.number, line.text))
        parsed = parse_text("\n".join(text for _, text in rows), people)
        return [one.cue for one in parsed.spoken], [self._as_finding(one, rows) for one in parsed.remarks]

    def _read_back(self, transcript: Transcript, people: Sequence[Person]) -> None:
        """A warning where transcript.txt would be taken for another format: words can look like markup."""
        written = _transcript_file(transcript)
        again, _ = transcripts.parse(
            written, language=transcript.language, people=people, name="transcript.txt"
        )
        if again != transcript:
            message = tr("transcript.txt does not read back as the page has it: some words look like markup")
            self._warn(
                "page-transcript", message, None, tr("look through it, and take out what is no speech")
            )

    def _as_finding(self, remark: Remark, rows: Sequence[tuple[int, str]]) -> Finding:
        where = f"{self.where}:{rows[remark.line - 1][0]}" if remark.line else self.where
        return Finding(remark.code, remark.message, where, remark.field, remark.hint, remark.level)

    # ------------------------------------------------------------ what was not recognised

    def _tell_strange(self) -> None:
        """A warning for each run of lines that mean nothing to the profile."""
        strange = sorted(self.strange, key=lambda line: line.number)
        runs: list[list[Line]] = []
        for line in strange:
            if runs and line.number - runs[-1][-1].number <= _GAP_LINES:
                runs[-1].append(line)
            else:
                runs.append([line])
        for run in runs:
            first, last = run[0].number, run[-1].number
            which = (
                tr("lines {first} to {last} are", first=first, last=last)
                if last > first
                else tr("this line is")
            )
            message = tr(
                "{which} not recognised, and left out: “{text}”", which=which, text=_cut(run[0].text)
            )
            self._warn("page-unrecognised", message, first, tr("see whether the case misses it"))

    def _tell_passed(self, lines: Sequence[Line]) -> None:
        """One line of advice: what was passed over is told too, so that nothing is lost without a word."""
        passed = {line.number for line in self.sorted.passed}
        if passed:
            runs = ", ".join(_runs(passed, [line.number for line in lines]))
            said = tr("passed over as no part of a case: lines {lines}", lines=runs)
            hint = tr("correct `ignored` and `passed_over` of the profile where they are")
            self._warn("page-passed-over", said, None, hint, Level.ADVICE)

    def _tell_language(self, of_page: str, of_case: str) -> None:
        if of_page and of_page.partition("-")[0].lower() not in _SAME_LANGUAGE.get(of_case, {of_case}):
            said = tr(
                "the page is marked as “{of_page}”, and the case is “{of_case}”",
                of_page=of_page,
                of_case=of_case,
            )
            hint = tr("set `language:` in case.md, or in the profile, if the page is right")
            self._warn("page-language", said, None, hint, Level.ADVICE)


_SAME_LANGUAGE = {"nb": {"nb", "no"}, "nn": {"nn", "no"}, "no": {"nb", "nn", "no"}}


def _runs(wanted: set[int], numbers: Iterable[int]) -> Iterator[str]:
    """Those of *numbers*, which rise, that are *wanted*; where no other stands between, as one: 3, 5–9."""
    for is_wanted, run in groupby(dict.fromkeys(numbers), wanted.__contains__):
        first, *rest = run
        if is_wanted:
            yield f"{first}–{rest[-1]}" if rest else str(first)


_GAP_LINES = 2
# A small letter, then a word in capitals: where one point ends and the next begins, or a name.
_RUN_TOGETHER = re.compile(r"(?<=[^\W\d_A-ZÆØÅ]) (?=[A-ZÆØÅ])")
_ADDRESS = re.compile(r"https?://[^\s<>\"“”«»]+[^\s<>\"“”«».,;:!?)]", re.IGNORECASE)
_SENTENCE_INSIDE = re.compile(r"[.!…][\"”»]?\s+[A-ZÆØÅ]")
_CLOSED_SENTENCE = re.compile(r"[.!?…:][\"”»’)]*\Z")
_MINUTES = re.compile(
    r"(?:(\d{1,2})\s*(?:t|h)\w*\.?(?:\s+(?:og|and))?\s*)?(\d{1,3})\s*min\w*\.?", re.IGNORECASE
)
_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d\d)")


def _duration_ms(value: str) -> int | None:
    if found := _CLOCK.fullmatch(value):
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
    elif found := _MINUTES.fullmatch(value):
        hours, minutes, seconds = int(found[1] or 0), int(found[2]), 0
    else:
        return None
    return ((hours * 60 + minutes) * 60 + seconds) * 1000


def _split(value: str, separators: Iterable[str]) -> list[str]:
    parts = [value]
    for separator in separators:
        parts = [piece for part in parts for piece in part.split(separator)]
    return [part.strip() for part in parts if part.strip()]


def _as_in(said: str, known: Iterable[str]) -> str:
    return next((one for one in known if one.casefold() == said.casefold()), said)


def _address(href: str) -> str:
    try:
        return web_address(href)
    except Mistake:
        return ""


def _names_a_speaker(text: str, speakers: Iterable[str]) -> bool:
    names = Names([Person(text)])
    return _is_short(text) and any(names.knows(speaker) for speaker in speakers)


def _is_full_name(text: str) -> bool:
    from ..text.turns import labels_of

    return len(text.split()) > 1 and bool(labels_of([(1, f"{text}:")], ()).speakers)


def _is_short(text: str) -> bool:
    return len(text) <= _SHORT_CHARS and not _CLOSED_SENTENCE.search(text)


def _fits(line: Line) -> bool:
    return _is_short(line.text)


def _described(said: str) -> Person:
    """A guest on one line: name, role and organisation, with commas between."""
    return Person(*(part.strip() for part in said.split(",", 2)))


def _guest(lines: Sequence[str], organisation: str) -> Person:
    name, *about = lines
    if len(about) == 1 and about[0].casefold() == organisation.casefold():
        return Person(name, organisation=about[0])
    return Person(name, *about)


def _asks(text: str) -> bool:
    """True for a question that stands alone: one sentence, not too long for a heading."""
    alone = text.rstrip('"”»’ ').endswith("?") and len(text) <= _QUESTION_CHARS
    return alone and not _SENTENCE_INSIDE.search(text)


def _begins(part: Sequence[Line], whole: Sequence[Line]) -> bool:
    """True when *part* says what *whole* begins with; an ellipsis may end what was cut."""
    said, known = (" ".join(line.text for line in lines) for lines in (part, whole))
    return known.startswith((said, re.sub(r"\s*(?:…|\.\.\.)\Z", "", said)))


def _markdown(lines: Sequence[Line]) -> str:
    """*lines* as Markdown paragraphs; what HTML lists is a list."""
    said: list[str] = []
    for before, line in zip([None, *lines], lines, strict=False):
        if before is not None:
            said.append("\n\n" if line.begins and not (line.item and before.item) else "\n")
        said.append(f"- {line.markdown}" if line.item else line.markdown)
    return "".join(said)


def _cut(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


def _line_of(finding: Finding) -> int:
    digits = finding.where.rpartition(":")[2]
    return int(digits) if digits.isdigit() else 0


def _missing(case: Case, transcript: Transcript | None, duration_ms: int | None) -> Iterator[str]:
    said: Mapping[str, object] = {
        "introduction": case.introduction,
        "guest": case.guests,
        "role": all(guest.role for guest in case.guests),
        "organisation": all(guest.organisation for guest in case.guests),
        "quote": case.quote,
        "duration": duration_ms,
        "questions": case.questions,
        "theme": case.themes,
        "perspective": case.perspective,
        "date": case.published,
        "place": case.place,
        "host": case.hosts,
        tr("learning points"): case.learning_points,
        tr("more learning"): case.links,
        tr("related cases"): case.related,
        "transcript": transcript,
    }
    return (name for name, value in said.items() if not value)
