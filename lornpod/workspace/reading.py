"""Authored files -> the model. No mistake stops the reading: the findings of all files come together."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from zoneinfo import ZoneInfo

from ..errors import Finding, InputError, Level, LornpodError, errors_in
from ..messages import later, tr
from ..model import (
    RELATED,
    AudioSettings,
    Case,
    CaseFolder,
    Chapter,
    Feed,
    FeedFile,
    Ignored,
    Lines,
    Network,
    Picture,
    QuizQuestion,
    Quote,
    RenditionSettings,
    Soundbite,
    TranscriptSettings,
    Where,
    podcast_guid,
)
from . import assembly, namespace, stating
from .border import (
    NONE,
    AudioEntry,
    EntryKind,
    Surroundings,
    WhereEntry,
    check,
    file_name,
    reference,
)
from .place import FEEDS, NETWORK_FILE, Workspace, feed_files
from .source import MAX_BYTES, Sections, Source, read_markdown, read_yaml, sections
from .values import Mistake, printable, shown

CASES = "episodes"
WORKING_TITLE = "Working title"

AUDIO_SUFFIXES = frozenset(
    (".wav", ".flac", ".m4a", ".mp3", ".opus", ".ogg", ".aac", ".aif", ".aiff", ".wma", ".mp4", ".mka")
)
_TRANSCRIPT = re.compile(r"transcript\.(?:.*\.)?(?:txt|md|vtt|webvtt|srt|json|html?|docx|odt)", re.IGNORECASE)
_CASE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]*")
_CASE_ID_HINT = later("use up to 64 letters A to Z, digits, - and _, such as C0608")


def read(root: Path, only: Sequence[str] | None = None) -> Workspace:
    """The workspace at *root* with the cases whose ids are in *only*: None for all, () for none.

    Raises InputError, with the findings of all files, when lornpod.yaml itself cannot be used.
    """
    network, network_lines, findings = _network(root)
    # Where lornpod.yaml is wrong, the other files are read all the same: their mistakes are told too.
    stand_in = network or Network("?", "", "https://example.org/", "00000000-0000-0000-0000-000000000000")
    feeds, feed_findings = _feeds(root, stand_in)
    cases, case_findings = _cases(root, stand_in, only)
    findings += feed_findings + case_findings
    if network is None:
        raise InputError(findings)
    return Workspace(root, network, network_lines, tuple(feeds), tuple(cases), tuple(findings))


def case_ids(root: Path) -> tuple[str, ...]:
    """The ids of all cases, whether they can be read or not, sorted."""
    return tuple(name for name in _folders(root) if _CASE_ID.fullmatch(name) and _has_case(root, name))


def check_case_id(case_id: str) -> str:
    """*case_id*, when it can name a folder on any machine; raises LornpodError otherwise."""
    if not _CASE_ID.fullmatch(case_id):
        raise LornpodError(
            tr("{case_id} cannot be a case's id", case_id=shown(case_id)), hint=tr(_CASE_ID_HINT)
        )
    return case_id


def _case_file(root: Path, case_id: str) -> Path:
    return root / CASES / case_id / "case.md"


def _has_case(root: Path, name: str) -> bool:
    return os.path.isfile(_case_file(root, name))  # noqa: PTH113 - never raises


def _folders(root: Path) -> list[str]:
    """The names of the folders in episodes/, but for hidden ones."""
    if not os.path.isdir(root / CASES):  # noqa: PTH112 - never raises
        return []
    return sorted(entry.name for entry in _listing(root / CASES) if entry.name[0] != "_" and entry.is_dir())


def _listing(folder: Path) -> list[os.DirEntry[str]]:
    """What lies in *folder*, but for hidden files. Raises LornpodError when nobody may look."""
    try:
        with os.scandir(folder) as entries:
            return [entry for entry in entries if entry.name[0] != "."]
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise LornpodError(
            tr("cannot be read: {reason}", reason=reason), printable(str(folder)), tr("check the folder")
        ) from None


def _content(path: Path, file: str) -> tuple[bytes, list[Finding]]:
    """The bytes of *path*, as many as the reader takes, or why there are none."""
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1), []
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        return b"", [
            Finding(
                "unreadable", tr("cannot be read: {reason}", reason=reason), file, hint=tr("check the file")
            )
        ]


def _in_order(findings: Iterable[Finding]) -> list[Finding]:
    """The findings of one file by line."""

    def line(finding: Finding) -> int:
        digits = finding.where.rpartition(":")[2]
        return int(digits) if digits.isdigit() else 0

    return sorted(findings, key=line)


def _checked(
    model: type[EntryKind], source: Source, near: Surroundings
) -> tuple[EntryKind | None, list[Finding]]:
    """The front matter as *model*, or None when anything in the file is an error."""
    if source.data is None:
        return None, list(source.findings)
    entry, findings = check(model, source.data, source.lines, near)
    findings = [*source.findings, *findings]
    return None if errors_in(findings) else entry, findings


# ---------------------------------------------------------------- lornpod.yaml


def _network(root: Path) -> tuple[Network | None, Lines, list[Finding]]:
    content, findings = _content(root / NETWORK_FILE, NETWORK_FILE)
    if findings:
        return None, Lines(NETWORK_FILE), findings
    source = read_yaml(content, NETWORK_FILE)
    entry, findings = _checked(namespace.NetworkFile, source, Surroundings(ZoneInfo("UTC"), None))
    if entry is None:
        return None, source.lines, _in_order(findings)
    network = _as_network(entry, root)
    absent = (*_absent_files(network, root, source.lines), *_absent_sounds(entry.audio, root, source.lines))
    doubts = (*absent, *_doubts(network, entry, source.lines))
    return network, source.lines, _in_order([*findings, *doubts])


def _as_network(entry: namespace.NetworkFile, root: Path) -> Network:
    return Network(
        name=entry.name,
        website=entry.website,
        base_url=entry.base_url,
        guid=entry.guid or podcast_guid(entry.base_url),
        language=entry.language,
        time_zone=entry.time_zone,
        store=entry.store,
        description=entry.description,
        author=entry.author,
        owner_name=entry.owner.name,
        owner_email=entry.owner.email,
        copyright=entry.copyright,
        explicit=entry.explicit,
        categories=tuple(entry.categories),
        artwork=entry.artwork,
        case_href=entry.case_href,
        site=entry.site,
        hubs=tuple(entry.hubs),
        people=stating.people(entry.people),
        themes=tuple(entry.themes),
        perspectives=tuple(entry.perspectives),
        audio=_audio_settings(entry.audio),
        assembly=assembly.of_network(entry.audio, root),
        renditions=tuple(RenditionSettings(one.codec, one.bitrate or 0) for one in entry.audio.renditions),
        transcripts=TranscriptSettings(
            entry.transcripts.aligner, entry.transcripts.recogniser, entry.transcripts.model
        ),
        ignored=tuple(Ignored(one.code, one.reason, one.where) for one in entry.check.ignore),
        cards=entry.cards,
        colour=entry.colour,
        s3={key: "true" if value is True else value for key, value in entry.s3 if value},
        **stating.in_common(entry, stating.People(stating.people(entry.people))),
    )


def _audio_settings(entry: AudioEntry) -> AudioSettings:
    return AudioSettings(
        loudness_lufs=entry.loudness,
        true_peak_dbtp=entry.true_peak,
        bitrate_mono_kbps=entry.bitrate.mono,
        bitrate_stereo_kbps=entry.bitrate.stereo,
        channels=entry.channels,
        sample_rate_hz=entry.sample_rate,
    )


def _absent_files(network: Network, root: Path, lines: Lines) -> Iterator[Finding]:
    """An error for each picture that is not there; the rest of the file can be used without it."""
    near = Surroundings(ZoneInfo("UTC"), root)
    people = [(f"people[{at}].img", person.img) for at, person in enumerate(network.people)]
    people += [(f"hosts[{at}].img", person.img) for at, person in enumerate(network.hosts)]
    people += [(f"credits[{at}].img", person.img) for at, person in enumerate(network.credits)]
    pictures = ((f"images[{at}].href", picture.href) for at, picture in enumerate(network.images))
    for field, said in (("artwork", network.artwork), *people, *pictures):
        try:
            reference(said or "https://example.org/", near)
        except Mistake as mistake:
            yield Finding("value", mistake.message, lines.where(field), field, mistake.hint)


def _absent_sounds(entry: AudioEntry, root: Path, lines: Lines) -> Iterator[Finding]:
    """An error for each piece of every episode that is not there."""
    near = Surroundings(ZoneInfo("UTC"), root)
    for name, piece in (("intro", entry.intro), ("outro", entry.outro), ("jingle", entry.jingle)):
        try:
            if piece is not None and piece.file != NONE:
                file_name(piece.file, near)
        except Mistake as mistake:
            field = f"audio.{name}"
            yield Finding("value", mistake.message, lines.where(field), field, mistake.hint)


def _doubts(network: Network, entry: namespace.NetworkFile, lines: Lines) -> Iterator[Finding]:
    """Warnings of what Apple Podcasts asks otherwise, and of what cannot be mended later."""
    audio = network.audio
    ranges = (
        ("audio.bitrate.mono", audio.bitrate_mono_kbps, 96, 128, "kbit/s"),
        ("audio.bitrate.stereo", audio.bitrate_stereo_kbps, 128, 256, "kbit/s"),
        ("audio.loudness", audio.loudness_lufs, -17, -15, "LUFS"),
        ("audio.true_peak", audio.true_peak_dbtp, -9, -1, "dBTP"),
    )
    for field, value, lowest, highest, unit in ranges:
        if not lowest <= value <= highest:
            yield Finding(
                "apple-range",
                tr("{value:g} {unit} is outside what Apple Podcasts asks for", value=value, unit=unit),
                lines.where(field),
                field,
                tr("write {lowest} to {highest}", lowest=lowest, highest=highest),
                Level.WARNING,
            )
    if not entry.guid:
        yield Finding(
            "network-guid",
            tr("no guid: identities hang on base_url, which may change one day"),
            lines.where("base_url"),
            hint=tr("add the line guid: {guid}", guid=network.guid),
            level=Level.ADVICE,
        )


# ---------------------------------------------------------------- feeds


def _feeds(root: Path, network: Network) -> tuple[list[FeedFile], list[Finding]]:
    feeds, findings = list[FeedFile](), list[Finding]()
    for path in (files := feed_files(root)):
        feed, complaints = _feed(root, path, network)
        findings += complaints
        feeds += [feed] if feed else []
    return feeds, [*findings, *_between(feeds, network, {path.stem for path in files})]


def _between(feeds: Sequence[FeedFile], network: Network, slugs: set[str]) -> Iterator[Finding]:
    """What is wrong between feeds: one that is not there, two of what can be one."""
    publishers = [file for file in feeds if file.feed.is_publisher]
    for file in publishers[1:]:
        said = tr("{file} is the publisher's feed already", file=publishers[0].lines.file)
        yield Finding("value", said, file.lines.where("medium"), "medium", tr("keep one of them"))
    for file in feeds:
        for at, name in enumerate(file.feed.podroll):
            unknown = isinstance(name, str) and name != RELATED and name not in slugs
            if isinstance(name, str) and (unknown or name == file.feed.slug):
                yield _no_such_show(name, file.lines.where(f"podroll[{at}]"), slugs)
        if file.feed.license_href and not (file.feed.license or network.license):
            said = tr("says nothing without {field}", field="license")
            hint = tr("add {field}, or take it out", field="license")
            yield Finding("value", said, file.lines.where("license_href"), "license_href", hint)
    if publishers and network.publisher:
        said = tr("{network_file} names a publisher elsewhere", network_file=NETWORK_FILE)
        yield Finding("value", said, publishers[0].lines.where("medium"), "medium", tr("keep one of them"))


def _no_such_show(name: str, where: str, slugs: set[str]) -> Finding:
    near = get_close_matches(name, sorted(slugs | {RELATED}), n=1)
    hint = (
        tr("did you mean {near}?", near=near[0])
        if near
        else tr("known are {slugs}", slugs=", ".join(sorted(slugs | {RELATED})))
    )
    return Finding(
        "value", tr("{name} is no other feed of this network", name=shown(name)), where, "podroll", hint
    )


def _feed(root: Path, path: Path, network: Network) -> tuple[FeedFile | None, list[Finding]]:
    file = f"{FEEDS}/{printable(path.name)}"
    content, findings = _content(path, file)
    if findings:
        return None, findings
    if not _SLUG.fullmatch(path.stem):
        hint = tr("rename it: small letters a to z, digits and -, such as innovation.md")
        findings.append(
            Finding(
                "slug", tr("{stem} cannot stand in a feed's address", stem=shown(path.stem)), file, hint=hint
            )
        )
    source = read_markdown(content, file)
    entry, complaints = _checked(namespace.FeedFile, source, Surroundings(ZoneInfo(network.time_zone), root))
    findings = _in_order([*findings, *complaints])
    if entry is None or errors_in(findings):
        return None, findings
    feed = _as_feed(path.stem, entry, source.body.strip(), stating.People(network.people))
    own = f"artwork/{feed.slug}.jpg"
    if not feed.artwork and (root / own).is_file():
        beside = (("-1400", "artwork"), ("-wide", "social"))
        pictures = ((f"artwork/{feed.slug}{end}.jpg", purpose) for end, purpose in beside)
        found = tuple(Picture(name, purpose=purpose) for name, purpose in pictures if (root / name).is_file())
        feed = replace(feed, artwork=own, images=feed.images or found)
    return FeedFile(feed, source.lines), findings


def _as_feed(slug: str, entry: namespace.FeedFile, description: str, known: stating.People) -> Feed:
    return Feed(
        slug=slug,
        title=entry.title,
        description=description,
        where=_where(entry.where),
        guid=entry.guid or "",
        link=entry.link,
        language=entry.language,
        author=entry.author,
        categories=tuple(entry.categories),
        artwork=entry.artwork,
        type=entry.type,
        explicit=entry.explicit,
        copyright=entry.copyright,
        new_feed_url=entry.new_feed_url,
        block=entry.block,
        complete=entry.complete,
        limit=entry.limit,
        colour=entry.colour,
        medium=entry.medium,
        itunes_title=entry.itunes_title,
        remote_items=stating.remote_items(entry.remote_items),
        trailers=stating.trailers(entry.trailers),
        live=stating.live(entry.live, known),
        **stating.in_common(entry, known),
    )


def _where(entry: WhereEntry) -> Where:
    return Where(
        tuple(entry.theme),
        tuple(entry.perspective),
        tuple(entry.host),
        tuple(entry.guest),
        tuple(entry.language),
    )


# ---------------------------------------------------------------- cases


def _cases(
    root: Path, network: Network, only: Sequence[str] | None
) -> tuple[list[CaseFolder], list[Finding]]:
    if only is not None and not only:
        return [], []
    folders = _folders(root)
    wanted, findings = _chosen(root, folders, only)
    read_one = _CaseReader(root, network)
    read = {case_id: read_one(case_id) for case_id in wanted}
    cases = [case for case, _ in read.values() if case]
    complaints = {case_id: found for case_id, (_, found) in read.items()}
    for case_id, finding in (*_same_numbers(cases), *_same_names(wanted, folders)):
        complaints[case_id].append(finding)
    for case_id in wanted:
        findings += _in_order(complaints[case_id])
    return [case for case in cases if not errors_in(complaints[case.case.id])], findings


def _chosen(root: Path, folders: list[str], only: Sequence[str] | None) -> tuple[list[str], list[Finding]]:
    """The ids to read, sorted, and what is wrong with the names."""
    if only is None:
        chosen, findings = list[str](), list[Finding]()
        for name in folders:
            complaint = _folder_complaint(root, name)
            findings += [complaint] if complaint else []
            chosen += [] if complaint else [name]
        return chosen, findings
    known = case_ids(root)
    unknown = [case_id for case_id in dict.fromkeys(only) if case_id not in known]
    return sorted(set(only) - set(unknown)), [_unknown_case(case_id, known) for case_id in unknown]


def _folder_complaint(root: Path, name: str) -> Finding | None:
    where = f"{CASES}/{printable(name)}"
    if not _has_case(root, name):
        hint = tr("write one (`lornpod new` shows how), or remove the folder")
        return Finding("no-case", tr("no case.md in this folder"), where, hint=hint, level=Level.WARNING)
    if not _CASE_ID.fullmatch(name):
        hint = tr("rename the folder: {case_id_hint}", case_id_hint=tr(_CASE_ID_HINT))
        return Finding("case-id", tr("{name} cannot be a case's id", name=shown(name)), where, hint=hint)
    return None


def _unknown_case(case_id: str, known: tuple[str, ...]) -> Finding:
    if not _CASE_ID.fullmatch(case_id):
        return Finding(
            "case-id", tr("{case_id} cannot be a case's id", case_id=shown(case_id)), hint=tr(_CASE_ID_HINT)
        )
    folded = {name.casefold(): name for name in known}
    near = get_close_matches(case_id.casefold(), folded, n=1)
    hint = (
        tr("did you mean {folded}?", folded=folded[near[0]])
        if near
        else tr("`lornpod new {case_id}` makes it", case_id=case_id)
    )
    return Finding("no-case", tr("there is no such case"), f"{CASES}/{case_id}", hint=hint)


def _same_numbers(cases: list[CaseFolder]) -> Iterator[tuple[str, Finding]]:
    bearers: dict[int, list[CaseFolder]] = {}
    for case in cases:
        if case.case.number is not None:
            bearers.setdefault(case.case.number, []).append(case)
    for number, same in bearers.items():
        for case in same if len(same) > 1 else ():
            others = ", ".join(other.lines.where("number") for other in same if other is not case)
            message, where = (
                tr("{number} is the number of {others} too", number=number, others=others),
                case.lines.where("number"),
            )
            yield case.case.id, Finding("same-number", message, where, "number", tr("give each its own"))


def _same_names(wanted: list[str], folders: list[str]) -> Iterator[tuple[str, Finding]]:
    """Ids that Windows and macOS take for one."""
    alike: dict[str, list[str]] = {}
    for name in folders:
        alike.setdefault(name.casefold(), []).append(name)
    for case_id in wanted:
        for other in alike[case_id.casefold()]:
            if other != case_id:
                message = tr("differs from {cases}/{other} only in capital letters", cases=CASES, other=other)
                yield (
                    case_id,
                    Finding("case-id", message, f"{CASES}/{case_id}", hint=tr("rename one of them")),
                )


class _CaseReader:
    """Reads cases of one network, one id at a time."""

    def __init__(self, root: Path, network: Network) -> None:
        self.root, self.network = root, network
        self.zone = ZoneInfo(network.time_zone)
        # Their pictures are named from the workspace, a case's own from its folder.
        self.people = stating.People(
            replace(person, img=_from_case_folder(person.img)) for person in network.people
        )

    def __call__(self, case_id: str) -> tuple[CaseFolder | None, list[Finding]]:
        path = _case_file(self.root, case_id)
        file = f"{CASES}/{case_id}/{path.name}"
        content, findings = _content(path, file)
        if findings:
            return None, findings
        source = read_markdown(content, file)
        entry, findings = _checked(namespace.CaseFile, source, Surroundings(self.zone, path.parent))
        body = sections(source.body, source.body_line)
        lines = _with_sections(source.lines, body)
        findings += _empty_headings(body, lines)
        if entry is None:
            return None, findings
        assembled = assembly.of_case(entry.audio, path.parent, self.network.assembly)
        others = {piece.file.name for piece in assembled.pieces if piece.file.parent == path.parent}
        audio, transcripts, complaints = _files(path.parent, entry.audio.file, lines, others)
        findings += [*complaints, *_contradictions(entry, lines, self.network)]
        findings += assembly.mistakes(entry.audio, self.network.assembly, lines)
        case = self._as_case(case_id, entry, body)
        return CaseFolder(case, path.parent, lines, audio, transcripts, assembled), findings

    def _as_case(self, case_id: str, entry: namespace.CaseFile, body: Sections) -> Case:
        return Case(
            id=case_id,
            title=entry.title,
            language=entry.language or self.network.language,
            number=entry.number,
            published=entry.published,
            themes=tuple(entry.themes or entry.theme),
            perspective=entry.perspective,
            guests=self.people.completed(entry.guests),
            hosts=self.people.completed(entry.hosts),
            **stating.places(entry.place),
            quote=Quote(**dict(entry.quote)) if entry.quote else None,
            chapters=tuple(
                Chapter(chapter.start, chapter.title, chapter.end, chapter.href, chapter.img)
                for chapter in entry.chapters
            ),
            soundbites=tuple(
                Soundbite(bite.start, bite.end - bite.start, bite.title) for bite in entry.soundbites
            ),
            summary=entry.summary,
            introduction=body.introduction,
            questions=body.questions,
            learning_points=tuple(entry.learning_points),
            quiz=tuple(
                QuizQuestion(one.question, tuple(one.answers), tuple(at - 1 for at in one.right), one.why)
                for one in entry.quiz
            ),
            quiz_href=entry.quiz_href,
            reflection=tuple(entry.reflection),
            links=stating.links(entry.links),
            related=tuple(entry.related),
            keywords=tuple(entry.keywords),
            season=entry.season,
            season_name=entry.season_name,
            episode=entry.episode,
            episode_display=entry.episode_display,
            episode_type=entry.episode_type,
            itunes_title=entry.itunes_title,
            block=entry.block,
            explicit=entry.explicit,
            guid=entry.guid,
            href=entry.href,
            image=entry.image,
            alternates=stating.alternates(entry.alternates),
            content_links=stating.links(entry.content_links),
            **stating.shared(entry),
        )


def _from_case_folder(reference: str) -> str:
    return f"../../{reference}" if reference and "://" not in reference else reference


def _with_sections(lines: Lines, body: Sections) -> Lines:
    """*lines* with those of the body, and of ``themes`` where its other name was used."""
    of = dict(lines.of)
    if "theme" in of:
        of.setdefault("themes", of["theme"])
    of["introduction"] = body.introduction_line
    of.update((f"questions[{at}]", line) for at, line in enumerate(body.question_lines))
    return replace(lines, of=of)


def _empty_headings(body: Sections, lines: Lines) -> Iterator[Finding]:
    for at, question in enumerate(body.questions):
        if not question.question:
            field = f"questions[{at}]"
            yield Finding(
                "heading", tr("a heading without text"), lines.where(field), hint=tr("write the question")
            )


def _contradictions(entry: namespace.CaseFile, lines: Lines, network: Network) -> Iterator[Finding]:
    if entry.theme and entry.themes:
        where = lines.where("theme")
        yield Finding("value", tr("theme and themes are both given"), where, "theme", tr("keep themes"))
    if entry.title == WORKING_TITLE and entry.published:
        hint = tr("write the episode's own, or take published out")
        yield Finding("value", tr("still the working title"), lines.where("title"), "title", hint)
    for at, other in enumerate(entry.alternates):
        if other.default and network.renditions:
            said = tr("is a second default: beside its renditions the MP3 is it")
            field = f"alternates[{at}].default"
            yield Finding("value", said, lines.where(field), field, tr("take default out"))


def _files(
    folder: Path, named: str, lines: Lines, others: Collection[str]
) -> tuple[Path | None, tuple[Path, ...], list[Finding]]:
    """The recording and the transcripts in a case's folder; *others* are sounds that are no recording."""
    names = sorted(entry.name for entry in _listing(folder) if entry.is_file())
    transcripts = tuple(folder / name for name in names if _TRANSCRIPT.fullmatch(name))
    found = [name for name in names if _suffix(name) in AUDIO_SUFFIXES and name not in others]
    sounds = [named] if named else found
    findings = list[Finding]()
    if named and _suffix(named) not in AUDIO_SUFFIXES:
        hint = tr("use one of {audio_suffixes}", audio_suffixes=", ".join(sorted(AUDIO_SUFFIXES)))
        findings = [
            Finding(
                "value", tr("'{named}' is no recording", named=named), lines.where("audio"), "audio", hint
            )
        ]
    elif len(sounds) > 1:
        message = tr("several recordings: {sounds}", sounds=printable(", ".join(sounds)))
        findings = [
            Finding(
                "audio",
                message,
                lines.where(),
                "audio",
                tr("name the right one: audio: {sounds}", sounds=printable(sounds[0])),
            )
        ]
    return (folder / sounds[0] if sounds else None), transcripts, findings


def _suffix(name: str) -> str:
    return os.path.splitext(name)[1].lower()  # noqa: PTH122 - a Path for each of many names takes longer
