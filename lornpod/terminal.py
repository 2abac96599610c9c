"""What a person sees: progress and tables, findings and errors. Results on stdout, the rest on stderr.

On a terminal work shows as bars; piped, as one plain line where a task ends. Nothing else in
lornpod knows of colours or widths.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .errors import Finding, Level
from .events import Advanced, Event, Finished, Started
from .messages import figures, later, tr

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID
    from rich.text import Text

_LEVELS = {Level.ERROR: later("error"), Level.WARNING: later("warning"), Level.ADVICE: later("advice")}
_COLOURS = {Level.ERROR: "red", Level.WARNING: "yellow", Level.ADVICE: "cyan"}

# The headings of tables, for the catalogue: rows are kept by them, also for programs.
_HEADINGS = frozenset(
    {
        later("case"),
        later("title"),
        later("date"),
        later("length"),
        later("audio"),
        later("transcript"),
        later("chapters"),
        later("findings"),
        later("published"),
        later("level"),
        later("code"),
        later("where"),
        later("finding"),
        later("version"),
        later("when"),
        later("by"),
        later("state"),
        later("counts"),
        later("media"),
        later("feed"),
        later("episodes"),
        later("errors"),
        later("warnings"),
        later("picture"),
        later("size"),
        later("format"),
        later("colours"),
        later("verdict"),
        later("file"),
        later("shape"),
        later("lines"),
        later("contrast"),
        later("source"),
        later("cues"),
        later("timed"),
        later("speakers"),
        later("start"),
        later("turn"),
        later("said"),
        later("likeness"),
        later("lead"),
        later("platform"),
        later("what"),
        later("fate"),
        later("what is seen"),
        later("not carried"),
        later("LUFS before"),
        later("after"),
        later("gain"),
        later("limited"),
        later("clipped"),
        later("silence"),
        later("channels"),
        later("fact"),
        later("value"),
        later("frame"),
        later("of"),
        later("text"),
        later("from"),
        later("to"),
        later("link"),
        later("kind"),
        later("type"),
        later("bytes"),
        later("tag"),
        later("at"),
        later("facts"),
    }
)


@dataclass(frozen=True, slots=True)
class Coloured:
    """A text in a colour, for where there are colours."""

    text: str
    colour: str

    def __str__(self) -> str:
        return self.text


_NO_CONTROLS = {7: None, 8: None, 11: None, 12: None, 13: None}
_EIGHTHS = " ▁▂▃▄▅▆▇█"
_WAVE_ROWS = 5
_TURNS = ("cyan", "magenta")  # the colours of chapters, in turn
_LEAST_WORDS = 40  # characters a line, for a finding's words beside its place


class Terminal:
    """One run's conversation with its user. ``notify`` may be called from any thread."""

    def __init__(self, *, quiet: bool = False) -> None:
        self.quiet = quiet
        self.remarks: list[tuple[str, str, str]] = []  # text, label and colour, also of those left out
        self.complaints = 0
        self._progress: Progress | None = None
        self._bars: dict[str, TaskID] = {}
        self._began: dict[str, float] = {}
        self._lock = threading.Lock()

    # ------------------------------------------------------------ results

    def result(self, text: str = "") -> None:
        """A line of the answer, on stdout, as it is."""
        sys.stdout.write(text + "\n")

    def json(self, value: object) -> None:
        """*value* as JSON on stdout, for programs."""
        self.result(json.dumps(value, ensure_ascii=False, indent=2, default=str))

    def table(self, rows: Sequence[Mapping[str, object]], *, empty: str, folding: str = "title") -> None:
        """*rows* as a table with the keys of the first as headings; *empty* is said of none.

        The column *folding* is the one whose text may be long.
        """
        if not rows:
            self.result(empty)
            return
        from rich.box import SIMPLE_HEAD
        from rich.table import Table

        table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
        for heading in rows[0]:
            figures = all(isinstance(row[heading], int | float | None) for row in rows)
            table.add_column(
                _heading(heading), justify="right" if figures else "left", no_wrap=heading != folding
            )
        for row in rows:
            table.add_row(*map(_cell, row.values()))
        self._console(sys.stdout).print(table)

    @property
    def width(self) -> int:
        """How many characters stand in a line of stdout; 80 where it is piped."""
        return self._console(sys.stdout).width if sys.stdout.isatty() else 80

    def heading(self, text: str) -> None:
        """The title of an answer, on stdout."""
        from rich.text import Text

        self._console(sys.stdout).print(Text(text, "bold"), soft_wrap=True)

    def fact(self, name: str, said: object) -> None:
        """A name and what it is, on stdout."""
        from rich.text import Text

        colour = said.colour if isinstance(said, Coloured) else ""
        line = Text.assemble((f"{name:11} ", "dim"), (str(said), colour))
        self._console(sys.stdout).print(line, soft_wrap=True)

    def waveform(self, levels: Sequence[float], starts: Sequence[float] = ()) -> None:
        """*levels*, 0 to 1, as bars on stdout, a character each; *starts* are where chapters begin, in parts
        of the whole: each has a colour other than the one before it, and a mark below."""
        from rich.text import Text

        loudest = max(levels, default=0) or 1.0
        heights = [round((level / loudest) ** 0.7 * 8 * _WAVE_ROWS) for level in levels]
        firsts = [min(len(levels) - 1, int(start * len(levels))) for start in starts]
        turns = [_TURNS[max(0, sum(first <= at for first in firsts) - 1) % 2] for at in range(len(levels))]
        console = self._console(sys.stdout)
        for row in range(_WAVE_ROWS - 1, -1, -1):
            cells = [_EIGHTHS[min(8, max(0, height - 8 * row))] for height in heights]
            console.print(Text.assemble(*zip(cells, turns, strict=True)), soft_wrap=True)
        marks = [" "] * len(levels)
        for number, first in enumerate(firsts):
            for at, digit in enumerate(str(number + 1)):
                if first + at < len(marks):
                    marks[first + at] = digit
        if firsts:
            console.print(Text("".join(marks).rstrip(), "dim"), soft_wrap=True)

    def chapter(self, number: int, start: str, title: str) -> None:
        """A chapter below its waveform, in its colour; *number* from 0."""
        from rich.text import Text

        turn = (f"{number + 1:>3} ", _TURNS[number % 2])
        self._console(sys.stdout).print(Text.assemble(turn, (f"{start:>7}  ", "dim"), title), soft_wrap=True)

    def finding_table(self, findings: Sequence[Finding]) -> None:
        """*findings* as a table on stdout, the errors first; nothing of none. Where a table leaves too little
        room for their words, each has lines of its own."""
        if not findings:
            return
        from rich.box import SIMPLE_HEAD
        from rich.padding import Padding
        from rich.table import Table
        from rich.text import Text

        console = self._console(sys.stdout)
        before = [f"{tr(_LEVELS[one.level])}   {one.code}   {one.where}   " for one in findings]
        narrow = console.width - max(map(len, before)) < _LEAST_WORDS
        table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
        for heading, folds in (("level", False), ("code", False), ("where", False), ("finding", True)):
            table.add_column(_heading(heading), no_wrap=not folds, overflow="fold")
        for finding in sorted(findings, key=lambda one: list(Level).index(one.level)):
            said = ": ".join(part for part in (finding.field, finding.message) if part)
            level = Text(tr(_LEVELS[finding.level]), _COLOURS[finding.level])
            words = Text(f"{said}; {finding.hint}".rstrip("; "))
            if narrow:
                console.print(
                    Text.assemble(level, " ", finding.code, " ", (finding.where, "dim")), soft_wrap=True
                )
                console.print(Padding(words, (0, 0, 0, 4)))
            else:
                table.add_row(level, Text(finding.code), Text(finding.where), words)
        if not narrow:
            console.print(table)

    def verdicts(self, rows: Iterable[tuple[str, str, str, Level | None]]) -> None:
        """What was found of each subject, on stdout, with a mark, and the remedy below it."""
        from rich.text import Text

        console = self._console(sys.stdout)
        for subject, said, remedy, level in rows:
            mark, colour = (tr(_LEVELS[level]), _COLOURS[level]) if level else (tr("ok"), "green")
            console.print(
                Text.assemble((f"{mark:8}", f"bold {colour}"), f"{subject:12}", said), soft_wrap=True
            )
            if remedy:
                console.print(Text(f"{'':20}{remedy}"), soft_wrap=True)

    # ------------------------------------------------------------ talk

    def say(self, text: str) -> None:
        """A remark on stderr, left out when quiet."""
        self.remark(text)

    def remark(self, text: str, label: str = "", colour: str = "") -> None:
        """A remark with a coloured label, left out when quiet."""
        self.remarks.append((text, label, colour))
        if not self.quiet:
            self._line(text, label, colour)

    def complain(self, text: str, label: str = later("error"), colour: str = "red") -> None:
        """What must be read even when quiet."""
        self.complaints += 1
        self._line(text, label, colour)

    def findings(self, findings: Iterable[Finding]) -> None:
        """Each finding on a line of its own: errors always, the others unless quiet."""
        for finding in findings:
            tell = self.complain if finding.level is Level.ERROR else self.remark
            tell(str(finding), _LEVELS[finding.level], _COLOURS[finding.level])

    def _line(self, text: str, label: str = "", colour: str = "") -> None:
        if self._progress is None and not (sys.stderr.isatty() or "FORCE_COLOR" in os.environ):
            plain = f"{tr(label)}: {text}" if label else text
            with self._lock:
                sys.stderr.write(plain.translate(_NO_CONTROLS) + "\n")  # what rich leaves out too
            return
        from rich.text import Text

        line = Text.assemble((f"{tr(label)}: ", f"bold {colour}"), text) if label else Text(text)
        console = self._progress.console if self._progress is not None else self._console(sys.stderr)
        with self._lock:
            console.print(line, soft_wrap=True)

    def _console(self, stream: Any) -> Console:
        from rich.console import Console

        # Piped, a table is as wide as it is: whoever reads it there has no window to fit.
        return Console(file=stream, highlight=False, width=None if stream.isatty() else 1000)

    # ------------------------------------------------------------ progress

    @contextmanager
    def progress(self) -> Iterator[None]:
        """Bars for what is notified inside, where stderr is a terminal."""
        if self.quiet or not sys.stderr.isatty():
            yield
            return
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            TextColumn("{task.fields[amount]}"),
            TimeRemainingColumn(),
            console=self._console(sys.stderr),
            transient=True,
        )
        with bars:
            self._progress = bars
            try:
                yield
            finally:
                self._progress = None
                self._bars.clear()

    def notify(self, event: Event) -> None:
        """Show an event of the work; quiet says nothing."""
        if self.quiet:
            return
        if isinstance(event, Started):
            self._start(event)
        elif isinstance(event, Advanced):
            self._advance(event)
        else:
            self._finish(event)

    def _start(self, event: Started) -> None:
        with self._lock:
            self._began[event.task] = time.monotonic()
            if self._progress is not None:
                self._bars[event.task] = self._progress.add_task(
                    tr(event.task), total=event.total, amount="", unit=event.unit
                )

    def _advance(self, event: Advanced) -> None:
        with self._lock:
            bar = self._bars.get(event.task)
            if self._progress is None or bar is None:
                return
            self._progress.advance(bar, event.by)
            task = self._progress.tasks[self._progress.task_ids.index(bar)]
            amount = _amount(task.completed, task.total, task.fields["unit"])
            if task.fields["unit"] == "bytes" and task.speed:
                amount += f", {bytes_text(task.speed)}/s"
            self._progress.update(bar, amount=amount)

    def _finish(self, event: Finished) -> None:
        with self._lock:
            took = time.monotonic() - self._began.pop(event.task, time.monotonic())
            bar = self._bars.pop(event.task, None)
            if self._progress is not None and bar is not None:
                self._progress.remove_task(bar)
        note = f": {event.note}" if event.note else ""
        task = tr(event.task)
        self._line(f"{task}{note} ({figures(f'{took:.1f}')} s)" if took >= 0.1 else f"{task}{note}")


def _heading(name: str) -> str:
    return tr(name) if name in _HEADINGS else name


def _cell(value: object) -> Text:
    from rich.text import Text

    said = "" if value is None else figures(str(value)) if isinstance(value, float) else str(value)
    return Text(said, value.colour if isinstance(value, Coloured) else "")


def _amount(done: float, total: float | None, unit: str) -> str:
    """How far a task has come, in the words of its unit."""
    if unit == "bytes":
        return (
            tr("{done} of {total}", done=bytes_text(done), total=bytes_text(total))
            if total
            else bytes_text(done)
        )
    if unit == "seconds":
        return (
            tr("{done} of {total}", done=_minutes(done), total=_minutes(total)) if total else _minutes(done)
        )
    return tr("{done:.0f} of {total:.0f}", done=done, total=total) if total else f"{done:.0f}"


def bytes_text(count: float) -> str:
    """*count* bytes for people, in SI units: 812 B, 41.2 kB, 3.4 MB."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000 or unit == "GB":
            return f"{count:.0f} {unit}" if unit == "B" else f"{figures(f'{count:.1f}')} {unit}"
        count /= 1000
    raise AssertionError


def _minutes(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
