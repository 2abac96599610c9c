"""One authored file -> the model: lornpod.yaml, a feed's, a case's. No mistake stops the reading."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from zoneinfo import ZoneInfo

from ..errors import Finding, Level, errors_in
from ..messages import tr
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
    RemoteItem,
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
from .place import CASES, FEEDS, NETWORK_FILE, Shows, case_file, feed_files, in_order, listing, printable
from .source import MAX_BYTES, Sections, Source, read_markdown, read_yaml, sections
from .values import Mistake, shown

WORKING_TITLE = "Working title"

AUDIO_SUFFIXES = frozenset(
    (".wav", ".flac", ".m4a", ".mp3", ".opus", ".ogg", ".aac", ".aif", ".aiff", ".wma", ".mp4", ".mka")
)
_TRANSCRIPT = re.compile(r"transcript\.(?:.*\.)?(?:txt|md|vtt|webvtt|srt|json|html?|docx|odt)", re.IGNORECASE)
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]*")


# Where lornpod.yaml is wrong, the other files are read all the same: their mistakes are told too.
_STAND_IN = Network("?", "", "https://example.org/", "00000000-0000-0000-0000-000000000000")


def read_shows(root: Path) -> Shows:
    """The network at *root* and its feeds."""
    network, network_lines, findings = _network(root)
    feeds, complaints = _feeds(root, network or _STAND_IN, network_lines)
    return Shows(network, network_lines, tuple(feeds), (*findings, *complaints))


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
        return None, source.lines, in_order(findings)
    network = _as_network(entry, root)
    absent = (*_absent_files(network, root, source.lines), *_absent_sounds(entry.audio, root, source.lines))
    doubts = (*absent, *_doubts(network, entry, source.lines))
    return network, source.lines, in_order([*findings, *doubts])


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


def _feeds(root: Path, network: Network, lines: Lines) -> tuple[list[FeedFile], list[Finding]]:
    feeds, findings = list[FeedFile](), list[Finding]()
    for path in (files := feed_files(root)):
        feed, complaints = _feed(root, path, network)
        findings += complaints
        feeds += [feed] if feed else []
    slugs = {path.stem for path in files}
    recommended = [
        (network.podroll, lines, ""),
        *((one.feed.podroll, one.lines, one.feed.slug) for one in feeds),
    ]
    between = (*_between(feeds, network), *_of_podrolls(recommended, feeds, slugs))
    return feeds, [*findings, *between]


def _between(feeds: Sequence[FeedFile], network: Network) -> Iterator[Finding]:
    """What is wrong between feeds: two of what can be one, half of what is whole."""
    publishers = [file for file in feeds if file.feed.is_publisher]
    for file in publishers[1:]:
        said = tr("{file} is the publisher's feed already", file=publishers[0].lines.file)
        yield Finding("value", said, file.lines.where("medium"), "medium", tr("keep one of them"))
    for file in feeds:
        if file.feed.license_href and not (file.feed.license or network.license):
            said = tr("says nothing without {field}", field="license")
            hint = tr("add {field}, or take it out", field="license")
            yield Finding("value", said, file.lines.where("license_href"), "license_href", hint)
    if publishers and network.publisher:
        said = tr("{network_file} names a publisher elsewhere", network_file=NETWORK_FILE)
        yield Finding("value", said, publishers[0].lines.where("medium"), "medium", tr("keep one of them"))


def _of_podrolls(
    podrolls: Iterable[tuple[Sequence[RemoteItem | str], Lines, str]],
    feeds: Sequence[FeedFile],
    slugs: set[str],
) -> Iterator[Finding]:
    """Shows that cannot be recommended: that are not there, are the same, or are listed nowhere. Each podroll
    with the lines of its file, and its feed's slug, empty for the network's."""
    unlisted = {file.feed.slug for file in feeds if file.feed.block or file.feed.is_publisher}
    for podroll, lines, own in podrolls:
        for at, name in enumerate(podroll):
            where = lines.where(f"podroll[{at}]")
            if not isinstance(name, str) or name == RELATED:
                continue
            if name not in slugs or name == own:
                yield _no_such_show(name, where, slugs)
            elif name in unlisted:
                said = tr("{name} is listed nowhere: it is hidden, or the publisher's", name=shown(name))
                yield Finding("value", said, where, "podroll", tr("take it out"))


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
    findings = in_order([*findings, *complaints])
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


class CaseReader:
    """Reads cases of one network, one id at a time."""

    def __init__(self, root: Path, network: Network | None) -> None:
        network = network or _STAND_IN
        self.root, self.network = root, network
        self.zone = ZoneInfo(network.time_zone)
        # Their pictures are named from the workspace, a case's own from its folder.
        self.people = stating.People(
            replace(person, img=_from_case_folder(person.img)) for person in network.people
        )

    def __call__(self, case_id: str) -> tuple[CaseFolder | None, list[Finding]]:
        path = case_file(self.root, case_id)
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
    names = sorted(entry.name for entry in listing(folder) if entry.is_file())
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
