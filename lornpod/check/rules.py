"""The rules. Each says in its docstring why it is there, and in each finding what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ..art import cards, images
from ..errors import Finding, Level, LornpodError, MissingTool
from ..messages import later, tr
from ..text import notes, quotes, transcripts
from ..text.times import clock
from .registry import Seen, rule
from .sources import APPLE, APPLE_ART, APPLE_CHAPTERS, HOUSE, ID3, NAMESPACE, PSP, RSS, SPOTIFY_OWNER

if TYPE_CHECKING:
    from pathlib import Path

    from ..model import CaseFolder, FeedFile, Lines, Person, Transcript
    from ..workspace import Workspace

_FEW_SAMPLES = 10  # at full scale: nobody hears them
_LONG_SILENCE_MS = 5000
_TELEPHONE_HZ = 16000
_TEXT_CHARS = 255  # PSP-1 and Apple: of every value that has no limit of its own
_DESCRIPTION_BYTES = 4000


def _at(lines: Lines, field: str, message: str, hint: str) -> Finding:
    """A finding whose code and level its rule fills in."""
    return Finding("", message, lines.where(field), field, hint)


# ---------------------------------------------------------------- sound


@rule(
    "audio-missing",
    "case",
    "A case that is to be published has a recording",
    source=RSS,
    remedy="put the recording beside case.md",
)
def audio_missing(folder: CaseFolder, seen: Seen) -> Iterator[Finding]:
    """An item without an enclosure is no episode to any app (RSS 2.0, enclosure; Apple: required)."""
    if folder.audio is None and folder.case.published is not None:
        yield _at(
            folder.lines,
            "",
            tr("no audio in the case's folder"),
            tr("put the recording beside case.md, or take `published` out to keep the case a draft"),
        )


@rule(
    "audio-unreadable",
    "case",
    "The recording is sound that can be read to its end",
    source=HOUSE,
    remedy="export the recording again",
)
def audio_unreadable(folder: CaseFolder, seen: Seen) -> Iterator[Finding]:
    """A file that is cut short or is no sound would be published as an episode that stops."""
    if folder.audio is not None:
        try:
            seen.probe(folder.audio, _name(folder.audio, seen))
        except MissingTool:
            return  # said when it is to be mastered
        except LornpodError as error:
            yield Finding("", error.message, error.where, "", error.hint)


@rule(
    "audio-clipped",
    "case",
    "The recording is not clipped",
    Level.WARNING,
    source=HOUSE,
    remedy="record with more headroom, or repair it before export",
)
def audio_clipped(folder: CaseFolder, seen: Seen) -> Iterator[Finding]:
    """What stands at full scale was louder than the machine could tell: it crackles, and no gain mends it.
    Known once the case was mastered."""
    clipped = _surveyed(folder, seen).get("clipped_samples", 0)
    if folder.audio is not None and clipped > _FEW_SAMPLES:
        said = tr("{clipped:,} samples stand at full scale", clipped=clipped)
        yield Finding(
            "", said, _name(folder.audio, seen), "", tr("turn the recorder down, or export it unclipped")
        )


@rule(
    "audio-channels",
    "case",
    "Both channels are heard, and not against each other",
    Level.WARNING,
    source=HOUSE,
    remedy="export it in mono, or turn one channel over",
)
def audio_channels(folder: CaseFolder, seen: Seen) -> Iterator[Finding]:
    """With one earplug half of the listeners hear nothing; out of phase, a phone's loudspeaker loses the
    voice. Known once the case was mastered."""
    said = _surveyed(folder, seen).get("stereo", "")
    if folder.audio is not None and said:
        alone = (
            tr("only one channel is heard") if said.endswith("only") else tr("the channels cancel each other")
        )
        hint = (
            tr("set `audio: {channels: mono}`, or export it in mono")
            if said.endswith("only")
            else (tr("turn one channel over and export it again"))
        )
        yield Finding("", f"{alone}: {said}", _name(folder.audio, seen), "", hint)


@rule(
    "audio-silence",
    "case",
    "The recording does not begin or end with long silence",
    Level.WARNING,
    source=HOUSE,
    remedy="set `audio: {trim_silence: true}`",
)
def audio_silence(folder: CaseFolder, seen: Seen) -> Iterator[Finding]:
    """Who hears nothing for some seconds takes the episode for broken. Known once the case was mastered."""
    found = _surveyed(folder, seen)
    if folder.audio is None or not found or folder.assembly.trim_silence:
        return
    head_ms, tail_ms = found["sound_ms"][0], found["duration_ms"] - found["sound_ms"][1]
    for where, silent_ms in (("begins", head_ms), ("ends", tail_ms)):
        if silent_ms > _LONG_SILENCE_MS:
            said = tr(
                "{where} with {silent_s:.0f} seconds of silence", where=where, silent_s=silent_ms / 1000
            )
            yield Finding("", said, _name(folder.audio, seen), "", tr("set `audio: {trim_silence: true}`"))


@rule(
    "audio-rate",
    "case",
    "The recording is better than a telephone's",
    Level.WARNING,
    source=HOUSE,
    remedy="ask for the original recording",
)
def audio_rate(folder: CaseFolder, seen: Seen) -> Iterator[Finding]:
    """Below 16,000 samples a second consonants are lost; there is usually a better original."""
    if folder.audio is None:
        return
    try:
        rate = seen.probe(folder.audio, _name(folder.audio, seen)).sample_rate_hz
    except LornpodError:
        return  # said by audio-unreadable
    if rate < _TELEPHONE_HZ:
        said = tr("it has {rate:,} samples a second", rate=rate)
        yield Finding("", said, _name(folder.audio, seen), "", tr("look for the original recording"))


# ---------------------------------------------------------------- chapters


@rule("chapter-order", "case", "Chapters ascend", source=ID3, remedy="put the chapters in order of time")
def chapter_order(folder: CaseFolder, seen: Seen) -> Iterator[Finding]:
    """Players jump by order; ID3 asks for an ordered table (ID3v2 Chapter Frame Addendum, CTOC)."""
    for index, (before, after) in enumerate(pairwise(folder.case.chapters), start=1):
        if after.start_ms <= before.start_ms:
            yield _at(
                folder.lines,
                f"chapters[{index}].start",
                tr(
                    "{start} does not come after {before_start_ms}, of “{title}”",
                    start=clock(after.start_ms),
                    before_start_ms=clock(before.start_ms),
                    title=before.title,
                ),
                tr("put the chapters in order of time"),
            )


@rule(
    "chapter-past-end",
    "case",
    "Chapters lie inside the recording",
    source=HOUSE,
    remedy="correct the time, or see whether this is the right recording",
)
def chapter_past_end(folder: CaseFolder, seen: Seen) -> Iterator[Finding]:
    """A chapter after the end cannot be reached, and some players then show none at all."""
    duration_ms = _duration_ms(folder, seen) if folder.case.chapters else None
    if duration_ms is None:
        return
    for index, chapter in enumerate(folder.case.chapters):
        last_ms = max(chapter.start_ms, (chapter.end_ms or 0) - 1)
        if last_ms >= duration_ms:
            field = f"chapters[{index}].{'start' if chapter.start_ms >= duration_ms else 'end'}"
            end = clock(duration_ms)
            yield _at(
                folder.lines,
                field,
                tr(
                    "“{title}” is at {last}, past the end of the recording at {end}",
                    title=chapter.title,
                    last=clock(last_ms),
                    end=end,
                ),
                tr("correct the time, or see whether this is the right recording"),
            )


@rule(
    "soundbite-span",
    "case",
    "Soundbites lie inside the recording",
    source=NAMESPACE,
    remedy="correct the time",
)
def soundbite_span(folder: CaseFolder, seen: Seen) -> Iterator[Finding]:
    """An app that plays one from beyond the end plays nothing (podcast namespace, soundbite)."""
    duration_ms = _duration_ms(folder, seen) if folder.case.soundbites else None
    if duration_ms is None:
        return
    for index, bite in enumerate(folder.case.soundbites):
        end_ms = bite.start_ms + bite.duration_ms
        if bite.duration_ms <= 0:
            said = tr(
                "ends at {end}, not after its start at {start}", end=clock(end_ms), start=clock(bite.start_ms)
            )
            yield _at(folder.lines, f"soundbites[{index}].end", said, tr("correct one of the two"))
        elif end_ms > duration_ms:
            said = tr(
                "ends at {end}, past the end of the recording at {duration}",
                end=clock(end_ms),
                duration=clock(duration_ms),
            )
            yield _at(folder.lines, f"soundbites[{index}].end", said, tr("correct the time"))


@rule(
    "soundbite-length",
    "case",
    "A soundbite lasts 15 to 120 seconds",
    Level.ADVICE,
    source=NAMESPACE,
    remedy="choose 15 to 120 seconds",
)
def soundbite_length(folder: CaseFolder, seen: Seen) -> Iterator[Finding]:
    """So long is what apps like to play (podcast namespace, soundbite)."""
    for index, bite in enumerate(folder.case.soundbites):
        if bite.duration_ms > 0 and not quotes.LEAST_MS <= bite.duration_ms <= quotes.MOST_MS:
            said = tr("lasts {duration_s:g} seconds", duration_s=bite.duration_ms / 1000)
            yield _at(folder.lines, f"soundbites[{index}]", said, tr("choose 15 to 120 seconds"))


@rule(
    "quote-not-said",
    "case",
    "The guest says the quote in the recording",
    Level.WARNING,
    source=HOUSE,
    remedy="take the quote from the transcript, or name who said it in `by`",
)
def quote_not_said(folder: CaseFolder, seen: Seen) -> Iterator[Finding]:
    """A quote is set on cards and in tags under the guest's name; the transcript should have it."""
    quote, case = folder.case.quote, folder.case
    if quote is None or not folder.transcripts:
        return
    scripts = [script for script, _ in transcripts_of(folder, seen) if script.cues]
    if scripts and not any(quotes.where_said(quote, case.quoted, script) for script in scripts):
        by = case.quoted or tr("a guest")
        said = tr("nobody is known to have said it: the transcript has nothing like it from {by}", by=by)
        hint = tr("take the quote from the transcript, or name who said it in `by`")
        yield _at(folder.lines, "quote", said, hint)


@rule(
    "chapter-first",
    "case",
    "The first chapter starts at 00:00",
    Level.ADVICE,
    source=APPLE_CHAPTERS,
    remedy="add a chapter at 00:00",
)
def chapter_first(folder: CaseFolder, seen: Seen) -> Iterator[Finding]:
    """Apple takes a chapter list from the description only where it starts at 00:00:00."""
    if folder.case.chapters and folder.case.chapters[0].start_ms > 0:
        yield _at(
            folder.lines,
            "chapters[0].start",
            tr("the first chapter starts at {start}", start=clock(folder.case.chapters[0].start_ms)),
            tr("add a chapter at 00:00"),
        )


# ---------------------------------------------------------------- words


@rule(
    "chapter-title-length",
    "case",
    "A chapter's title has at most 255 characters",
    source=PSP,
    remedy="shorten it",
)
def chapter_title_length(folder: CaseFolder, seen: Seen) -> Iterator[Finding]:
    """No value of a feed has more (PSP-1), and apps show a line of it."""
    for index, chapter in enumerate(folder.case.chapters):
        yield from _too_long(folder.lines, f"chapters[{index}].title", chapter.title)


@rule("summary-length", "case", "A summary has at most 4,000 bytes", source=PSP, remedy="shorten it")
def summary_length(folder: CaseFolder, seen: Seen) -> Iterator[Finding]:
    """Apple and PSP-1 allow a description 4,000 bytes of UTF-8; æ, ø and å take two each."""
    yield from _too_many_bytes(folder.lines, "summary", folder.case.summary)


@rule(
    "theme-unknown",
    "case",
    "Every theme is one of the network's",
    source=HOUSE,
    remedy="correct it, or add it to `themes:` in lornpod.yaml",
)
def theme_unknown(folder: CaseFolder, seen: Seen) -> Iterator[Finding]:
    """A misspelt theme leaves the episode out of the feed it was meant for, silently."""
    known = seen.workspace.network.themes
    for index, theme in enumerate(folder.case.themes):
        yield from _unknown(
            folder.lines, _indexed(folder.lines, "themes", index), later("theme"), theme, known
        )


@rule(
    "perspective-unknown",
    "case",
    "The perspective is one of the network's",
    source=HOUSE,
    remedy="correct it, or add it to `perspectives:` in lornpod.yaml",
)
def perspective_unknown(folder: CaseFolder, seen: Seen) -> Iterator[Finding]:
    """A misspelt perspective leaves the episode out of the feed it was meant for, silently."""
    if folder.case.perspective:
        known = seen.workspace.network.perspectives
        yield from _unknown(folder.lines, "perspective", later("perspective"), folder.case.perspective, known)


@rule(
    "guest-missing",
    "case",
    "An interview names its guest",
    Level.WARNING,
    source=NAMESPACE,
    remedy="add `guests:`",
)
def guest_missing(folder: CaseFolder, seen: Seen) -> Iterator[Finding]:
    """Apps list episodes by person, and the transcript's short names are completed from the guests."""
    if not folder.case.guests:
        yield _at(folder.lines, "guests", tr("no guest is named"), tr("add `guests:`"))


@rule(
    "html-unsafe",
    "case",
    "Show notes hold no scripts",
    Level.WARNING,
    source=APPLE,
    remedy="take it out of the text",
)
def html_unsafe(folder: CaseFolder, seen: Seen) -> Iterator[Finding]:
    """Apps drop scripts, styles and event handlers, or drop the whole text; they are taken out."""
    parts = (folder.case.introduction, *(question.answer for question in folder.case.questions))
    if any(notes.unsafe(part) for part in parts):
        yield _at(
            folder.lines,
            "",
            tr("the text holds a script or other active HTML, which is left out of what is published"),
            tr("take it out of the text"),
        )


@rule(
    "transcript-unreadable",
    "case",
    "The transcript can be read",
    source=HOUSE,
    remedy="mend the file, or export it again",
)
def transcript_unreadable(folder: CaseFolder, seen: Seen) -> Iterator[Finding]:
    """What cannot be read cannot be published; what was mended while reading is worth a look."""
    for _, said in transcripts_of(folder, seen):
        yield from said


@rule(
    "card-letters",
    "case",
    "The words of the case can be set on a card",
    Level.WARNING,
    remedy="write it in Latin, Greek, Cyrillic or emoji",
)
def card_letters(folder: CaseFolder, seen: Seen) -> Iterator[Finding]:
    """Typefaces have Latin, Greek, Cyrillic and emoji; without the others the case has no card to share."""
    case, network = folder.case, seen.workspace.network
    field = "quote" if case.quote else "title"
    said = cards.Said(case.quote.text if case.quote else case.title, case.quoted, network=network.name)
    missing = cards.unknown(said) if network.cards != "none" else ""
    if missing:
        hint = tr("write it in letters that it has, or share the case without a card")
        yield _at(
            folder.lines,
            field,
            tr("no typeface has {missing}: no card is set", missing=" ".join(missing[:8])),
            hint,
        )


# ---------------------------------------------------------------- feeds and the network


@rule(
    "feed-cover",
    "feed",
    "A feed has a cover that Apple takes",
    source=APPLE_ART,
    remedy="set `artwork:` to a square JPEG or PNG of 1400 to 3000 px",
)
def feed_cover(file: FeedFile, seen: Seen) -> Iterator[Finding]:
    """Apple requires a square JPEG or PNG of 1400 to 3000 px, RGB without alpha."""
    own, shared = file.feed.artwork, seen.workspace.network.artwork
    reference = own or shared
    lines = file.lines if own else seen.workspace.network_lines
    where = lines.where("artwork")
    if not reference:
        hint = tr("`lornpod artwork make` draws one; or set `artwork:` here or in lornpod.yaml")
        yield _at(file.lines, "", tr("the feed has no cover"), hint)
    elif "://" not in reference and own:
        yield from _cover(seen.workspace.root / reference, where)


@rule(
    "network-cover",
    "network",
    "The network's cover is one that Apple takes",
    source=APPLE_ART,
    remedy="export it as a square JPEG or PNG of 1400 to 3000 px",
)
def network_cover(workspace: Workspace, seen: Seen) -> Iterator[Finding]:
    """Apple requires a square JPEG or PNG of 1400 to 3000 px, RGB without alpha."""
    reference = workspace.network.artwork
    if reference and "://" not in reference:
        yield from _cover(workspace.root / reference, workspace.network_lines.where("artwork"))


@rule(
    "episode-cover",
    "case",
    "An episode's own cover is one that Apple takes",
    source=APPLE_ART,
    remedy="export it as a square JPEG or PNG of 1400 to 3000 px",
)
def episode_cover(folder: CaseFolder, seen: Seen) -> Iterator[Finding]:
    """itunes:image of an item follows the same rules as a show's cover (Apple)."""
    reference = folder.case.image
    if reference and "://" not in reference:
        yield from _cover(folder.folder / reference, folder.lines.where("image"))


@rule(
    "feed-description-missing",
    "feed",
    "A feed says what it is about",
    source=APPLE,
    remedy="write it below the front matter, or set `description:` in lornpod.yaml",
)
def feed_description_missing(file: FeedFile, seen: Seen) -> Iterator[Finding]:
    """Apple and PSP-1 require a description of the show."""
    if not (file.feed.description or seen.workspace.network.description):
        hint = tr("write it below the front matter, or set `description:` in lornpod.yaml")
        yield _at(file.lines, "", tr("the feed has no description"), hint)


@rule("feed-category-missing", "feed", "A feed has a category", source=APPLE, remedy="set `categories:`")
def feed_category_missing(file: FeedFile, seen: Seen) -> Iterator[Finding]:
    """Directories file a show by it: Apple and PSP-1 require itunes:category."""
    if not (file.feed.categories or seen.workspace.network.categories):
        hint = tr("set `categories:` here or in lornpod.yaml, such as [Education > Courses]")
        yield _at(file.lines, "", tr("the feed has no category"), hint)


@rule(
    "feed-where-unknown",
    "feed",
    "A feed selects a theme and perspective that exist",
    source=HOUSE,
    remedy="correct it, or add it to lornpod.yaml",
)
def feed_where_unknown(file: FeedFile, seen: Seen) -> Iterator[Finding]:
    """A feed that selects a misspelt theme stays empty, silently."""
    network, where = seen.workspace.network, file.feed.where
    for theme in where.theme:
        yield from _unknown(file.lines, "where.theme", later("theme"), theme, network.themes)
    for perspective in where.perspective:
        yield from _unknown(
            file.lines, "where.perspective", later("perspective"), perspective, network.perspectives
        )


@rule(
    "owner-missing",
    "network",
    "The network gives an owner's e-mail address",
    Level.WARNING,
    source=SPOTIFY_OWNER,
    remedy="set `owner: {name: …, email: …}`",
)
def owner_missing(workspace: Workspace, seen: Seen) -> Iterator[Finding]:
    """Validators warn without itunes:owner, and YouTube mails its verification code there."""
    if not workspace.network.owner_email:
        hint = tr("set `owner: {name: …, email: …}`")
        yield _at(workspace.network_lines, "", tr("no owner e-mail address"), hint)


# ---------------------------------------------------------------- what several rules say


def _name(path: Path, seen: Seen) -> str:
    return path.relative_to(seen.workspace.root).as_posix()


def _surveyed(folder: CaseFolder, seen: Seen) -> Mapping[str, Any]:
    """What was found of the recording when it was mastered, as it is now; empty where it was not."""
    return (folder.audio and seen.surveyed(folder.audio)) or {}


def _duration_ms(folder: CaseFolder, seen: Seen) -> int | None:
    """How long what authored times count in lasts; None where there is no recording or none that can be read,
    and for a finished episode, whose length is not known before it is made."""
    if folder.audio is None or folder.assembly.times == "finished":
        return None
    try:
        return seen.probe(folder.audio, _name(folder.audio, seen)).duration_ms
    except LornpodError:
        return None  # said by audio-unreadable


def transcripts_of(folder: CaseFolder, seen: Seen) -> Iterator[tuple[Transcript, tuple[Finding, ...]]]:
    """Each transcript of the case, with what there is to say about it."""
    people = (*folder.case.hosts, *folder.case.guests)
    for path in folder.transcripts:
        changed_ns = path.stat().st_mtime_ns if path.exists() else 0
        language = transcripts.language_of(path.name, folder.case.language)
        yield _transcript(path, changed_ns, language, people, _name(path, seen))


@lru_cache(maxsize=64)  # several rules look at a case's transcripts, one after the other
def _transcript(
    path: Path, changed_ns: int, language: str, people: tuple[Person, ...], where: str
) -> tuple[Transcript, tuple[Finding, ...]]:
    """The transcript as it was at *changed_ns*."""
    return transcripts.read(path, language=language, people=people, where=where)


def _indexed(lines: Lines, name: str, index: int) -> str:
    """``themes[2]``, or ``themes`` where the author wrote one value instead of a list."""
    return f"{name}[{index}]" if f"{name}[{index}]" in lines.of else name


def _too_long(lines: Lines, field: str, value: str, chars: int = _TEXT_CHARS) -> Iterator[Finding]:
    if len(value) > chars:
        yield _at(
            lines,
            field,
            tr("{count} characters, where apps take {chars}", count=len(value), chars=chars),
            tr("shorten it"),
        )


def _too_many_bytes(lines: Lines, field: str, value: str) -> Iterator[Finding]:
    length = len(value.encode())
    if length > _DESCRIPTION_BYTES:
        yield _at(
            lines,
            field,
            tr(
                "{length:,} bytes, where apps take {description_bytes:,}",
                length=length,
                description_bytes=_DESCRIPTION_BYTES,
            ),
            tr("shorten it"),
        )


def _unknown(lines: Lines, field: str, kind: str, value: str, known: tuple[str, ...]) -> Iterator[Finding]:
    """Where the network lists its themes or perspectives, *value* is one of them, whatever its case."""
    from difflib import get_close_matches

    folded = {name.strip().casefold(): name for name in known}
    if known and value.strip().casefold() not in folded:
        close = get_close_matches(value.strip().casefold(), folded, n=1)
        hint = (
            tr("did you mean “{folded}”?", folded=folded[close[0]])
            if close
            else tr("add it to `{kind}s:` in lornpod.yaml", kind=kind)
        )
        yield _at(
            lines, field, tr("“{value}” is not a {kind} of this network", value=value, kind=tr(kind)), hint
        )


def _cover(path: Path, where: str) -> Iterator[Finding]:
    try:
        yield from images.cover_findings(images.inspect(path, where), where)
    except LornpodError as error:
        yield Finding("", error.message, error.where, "", error.hint)
