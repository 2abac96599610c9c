"""A show into a workspace: what is there already is left alone, so that a run can be repeated and goes on."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from .. import workspace
from ..errors import Finding, InputError, Level, LornpodError, errors_in
from ..events import Advanced, Finished, Notify, Started, silent
from ..messages import tr, trn
from ..model import Case, CaseFolder, Chapter, Feed, Network, Where
from ..text import chapters as chapter_text
from ..text import transcripts
from ..text.times import clock
from ..text.turns import render_text
from ..webclient import Client, NoAnswer
from ..workspace import values
from . import losses, source
from .download import BUSY, download, forget_part, recording_in
from .feed import Episode, Remote, Show, or_nothing
from .pictures import Pictures

ITEM_FILE = "feed-item.xml"
_ID = re.compile(r"E([0-9]{1,9})", re.IGNORECASE)
# No file can have such a name on Windows, whatever its suffix.
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])\Z")
_TEXT_BYTES = 20_000_000
# In the order in which a case is best served; HTML and plain text carry no times.
_TIMED = {
    "text/vtt": ".vtt",
    "application/x-subrip": ".srt",
    "application/srt": ".srt",
    "text/srt": ".srt",
    "application/json": ".json",
}
_UNTIMED = ("text/html", "text/plain")


@dataclass(slots=True)
class Outcome:
    """What came of an import.

    ``uncarried`` counts, by the name of what is lost, the episodes that had it; ``of_show`` and ``anew`` are
    those of :class:`~lornpod.importing.losses.Losses`.
    """

    written: list[str] = field(default_factory=list)
    known: int = 0
    downloaded: int = 0
    uncarried: Counter[str] = field(default_factory=Counter)
    of_show: tuple[str, ...] = ()
    anew: tuple[str, ...] = ()
    findings: list[Finding] = field(default_factory=list)
    moved_to: str = ""

    def warn(self, code: str, message: str, where: str, hint: str = "") -> None:
        self.findings.append(Finding(code, message, where, hint=hint, level=Level.WARNING))


def carry(
    show: Show,
    root: Path,
    client: Client,
    *,
    media: bool = False,
    moved: bool = False,
    notify: Notify = silent,
) -> Outcome:
    """Write *show* into the workspace at *root*, made where there is none, and with *media* its sound and
    pictures.

    *moved*: the feed's file says that the show is found at its new address from now (itunes:new-feed-url).

    Episodes are known by their guids. Transcripts and chapters are got by *client*. What fails for one
    episode is told and stops no other; raises LornpodError where the workspace cannot be used.
    """
    outcome = Outcome(findings=list(show.findings))
    network = _network(show, root, outcome)
    feed = _feed(show, root, outcome)
    theme = next(iter(feed.where.theme), "")
    lost = losses.of(show, network, feed)
    outcome.of_show, outcome.anew = lost.of_show, lost.anew
    outcome.uncarried.update(name for names in lost.of_episodes for name in names)
    if moved:
        outcome.moved_to = _moved(show, root)
    pictures = Pictures(root, client)
    if media:
        pictures.of_show(_feed_file(show, root), show.feed.artwork)
    known = {folder.case.guid: folder for folder in workspace.read(root).cases if folder.case.guid}
    free, task = _free_ids(root), tr("episodes")
    notify(Started(task, len(show.episodes)))
    for episode in show.episodes:
        folder = known.get(episode.case.guid or "")
        case_id = folder.case.id if folder else ""
        try:
            if folder is None:
                case_id = next(free)
                _write_episode(episode, case_id, theme, network, root, client, outcome)
            else:
                outcome.known += 1
                _add_transcripts(episode, case_id, network, root, client, outcome)
                _add_chapters(episode, folder, client, outcome)
            if media:
                pictures.of_case(case_id, episode.case.image, show.feed.artwork)
            if media and episode.sound is not None:
                _fetch_sound(
                    episode.sound, root / workspace.CASES / case_id, case_id, client, notify, outcome
                )
        except LornpodError as error:
            if isinstance(error, NoAnswer) and error.code == BUSY:
                media = False  # whoever asks on is locked out
                outcome.warn(
                    "feed-busy",
                    tr("the other recordings were not asked for"),
                    case_id,
                    tr("run this again later"),
                )
            outcome.findings.append(
                Finding("feed-episode", error.message, error.where or case_id, hint=error.hint)
            )
        notify(Advanced(task, 1))
    notify(Finished(task, str(len(show.episodes))))
    outcome.written += pictures.written
    outcome.findings += pictures.findings
    if pictures.left:
        said = trn(
            "{count} picture of people and chapters stays at the old host",
            "{count} pictures of people and chapters stay at the old host",
            pictures.left,
        )
        outcome.warn("feed-picture", said, "", tr("put them into the folders before you leave it"))
    return outcome


def _feed_file(show: Show, root: Path) -> str:
    read = workspace.read(root, ())
    return next(one for one in read.feeds if _is_same(one.feed, show.feed)).lines.file


def _free_ids(root: Path) -> Iterator[str]:
    """Ids after the last of an episode, but those of folders that hold what somebody else put there."""
    number = max(
        (int(found[1]) for one in workspace.case_ids(root) if (found := _ID.fullmatch(one))), default=0
    )
    while True:
        number += 1
        folder = root / workspace.CASES / f"E{number:04d}"
        if not os.path.lexists(folder) or _is_unfinished(folder):
            yield folder.name


def _is_unfinished(folder: Path) -> bool:
    """Whether *folder* is what a run left that was killed while it wrote an episode: case.md comes last."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    names = {path.name for path in folder.iterdir()}
    seen = {name for name in names if not name.startswith(".")}
    ours = all(name == ITEM_FILE or name.startswith("transcript.") for name in seen)
    return ours and (ITEM_FILE in seen or not seen)


def _network(show: Show, root: Path, outcome: Outcome) -> Network:
    if not (root / workspace.NETWORK_FILE).exists():
        remarks = ["Made of a feed. base_url: write where your store will be found, before you publish."]
        text = workspace.network_text(show.network, remarks)
        workspace.write_file(root, workspace.NETWORK_FILE, text.encode())
        outcome.written.append(workspace.NETWORK_FILE)
    return workspace.read(root, ()).network


def _feed(show: Show, root: Path, outcome: Outcome) -> Feed:
    """The show's own feed; beside others it selects its cases by a theme, which is the show's title."""
    read = workspace.read(root, ())
    same = [file.feed for file in read.feeds if _is_same(file.feed, show.feed)]
    if same:
        return same[0]
    alone = not read.feeds and not workspace.case_ids(root)
    theme = "" if alone else show.feed.title
    feed = replace(
        show.feed,
        where=Where(theme=(theme,) if theme else ()),
        link=_unless(read.network.website, show.network.website),
        language=_unless(read.network.language, show.network.language),
    )
    slug = _free_slug(feed, {file.feed.slug.casefold() for file in read.feeds})
    name = f"feeds/{slug}.md"
    workspace.write_file(root, f"feeds/{slug}.channel.xml", show.xml, force=True)
    workspace.write_file(root, name, workspace.feed_text(feed).encode())
    outcome.written.append(name)
    if theme and read.network.themes and theme not in read.network.themes:
        outcome.warn(
            "feed-theme",
            tr("the theme “{theme}” is none of the network's", theme=theme),
            name,
            tr("add it to themes"),
        )
    return feed


def _is_same(known: Feed, feed: Feed) -> bool:
    """Whether *known* is of the show that *feed* is of; a show without a guid is known by its title."""
    return known.guid == feed.guid if feed.guid else known.title == feed.title and not known.guid


def _unless(of_network: str, own: str) -> str:
    """*own*, unless it is the network's anyway."""
    return "" if own == of_network else own


_LOCAL = re.compile(r"https?://(localhost|127\.|\[::1\])", re.IGNORECASE)


def _moved(show: Show, root: Path) -> str:
    """The show's address from now on, which its file then says; what else the file says stays as it is.

    Raises LornpodError where that is an address of this machine, which no app could follow.
    """
    read = workspace.read(root, ())
    file = next(one for one in read.feeds if _is_same(one.feed, show.feed))
    address = read.network.feed_url(file.feed.slug)
    if _LOCAL.match(address):
        hint = tr("give --base-url, or set base_url in lornpod.yaml, to where apps will read the feed")
        raise LornpodError(tr("{address} is on this machine alone", address=address), file.lines.file, hint)
    if file.feed.new_feed_url != address:
        said = (root / file.lines.file).read_text("utf-8")
        head, _, rest = re.sub(r"(?m)^new_feed_url:.*\n", "", said, count=1).partition("\n")
        text = f"{head}\nnew_feed_url: {address}\n{rest}"
        workspace.write_file(root, file.lines.file, text.encode(), force=True)
    return address


def _free_slug(feed: Feed, taken: set[str]) -> str:
    first = f"{feed.slug}-feed" if _DEVICES.match(feed.slug) else feed.slug
    candidates = (first if number == 1 else f"{first}-{number}" for number in range(1, 10_000))
    return next(slug for slug in candidates if slug not in taken)


def _write_episode(
    episode: Episode,
    case_id: str,
    theme: str,
    network: Network,
    root: Path,
    client: Client,
    outcome: Outcome,
) -> None:
    case = replace(episode.case, id=case_id, themes=(theme,) if theme else ())
    if episode.sound is None:
        case = replace(case, published=None)  # a draft: without a recording it cannot be published
    if not case.chapters and episode.chapters is not None:
        case = replace(case, chapters=_chapters(episode.chapters, case_id, client, outcome))
    scripts = _transcripts(episode.transcripts, case, client, outcome)
    text = workspace.case_text(case, network, list(_remarks(episode)))
    files = {ITEM_FILE: episode.xml, **scripts, "case.md": text.encode()}  # who has a case.md is whole
    folder = root / workspace.CASES / case_id
    unfinished = folder.is_dir()
    for name in files:  # on their way to their names when the run was killed
        for left in folder.glob(f".{name}-*"):
            left.unlink()
    written = workspace.write_case(root, case_id, files, force=unfinished)
    outcome.written += [path.relative_to(root).as_posix() for path in written]


def _add_transcripts(
    episode: Episode, case_id: str, network: Network, root: Path, client: Client, outcome: Outcome
) -> None:
    """What an earlier run could not get."""
    folder = root / workspace.CASES / case_id
    if not episode.transcripts or any(folder.glob("transcript.*")):
        return
    case = replace(episode.case, id=case_id, language=episode.case.language or network.language)
    for name, data in _transcripts(episode.transcripts, case, client, outcome).items():
        path = workspace.write_file(root, f"{workspace.CASES}/{case_id}/{name}", data)
        outcome.written.append(path.relative_to(root).as_posix())


def _add_chapters(episode: Episode, folder: CaseFolder, client: Client, outcome: Outcome) -> None:
    """What an earlier run could not get."""
    if episode.chapters is None or folder.case.chapters or episode.case.chapters:
        return
    if chapters := _chapters(episode.chapters, folder.case.id, client, outcome):
        workspace.add_chapters(folder, chapters)


def _remarks(episode: Episode) -> Iterator[str]:
    if episode.sound is None and episode.case.published is not None:
        yield f"Published in the feed: {episode.case.published.isoformat()}"
    if episode.duration_ms is not None:
        yield f"Duration in the feed: {clock(episode.duration_ms)}"
    if episode.sound is not None:
        size = f", {episode.sound.length_bytes} bytes" if episode.sound.length_bytes else ""
        yield f"Sound in the feed: {episode.sound.url}{size}"


# ---------------------------------------------------------------- what lies beside the feed


def _fetched(remote: Remote, client: Client) -> bytes:
    return source.read(remote.url, client, limit_bytes=_TEXT_BYTES).data


def _chapters(remote: Remote, case_id: str, client: Client, outcome: Outcome) -> tuple[Chapter, ...]:
    """The chapters in the file that *remote* names; those without a title are no chapters to a case."""
    try:
        read = chapter_text.parse_json(_fetched(remote, client))
    except InputError as error:
        outcome.warn(
            "feed-chapters",
            tr("the chapters cannot be read: {message}", message=error.findings[0].message),
            remote.url,
        )
        return ()
    except LornpodError as error:
        outcome.warn(
            "feed-chapters",
            tr("the chapters did not come: {message}", message=error.message),
            remote.url,
            error.hint,
        )
        return ()
    titled = [chapter for chapter in read if chapter.title and chapter.start_ms <= values.MAX_TIME_MS]
    if len(titled) < len(read):
        outcome.warn(
            "feed-chapters",
            tr("{count} chapters without a title are left out", count=len(read) - len(titled)),
            case_id,
        )
    return tuple(
        replace(
            chapter,
            title=" ".join(chapter.title.split()),
            href=or_nothing(chapter.href, values.address),
            img=or_nothing(chapter.img, values.web_address),
        )
        for chapter in titled
    )


def _transcripts(
    remotes: Sequence[Remote], case: Case, client: Client, outcome: Outcome
) -> Mapping[str, bytes]:
    """The best transcript in each language, by file name: the first with times, else one without."""
    files: dict[str, bytes] = {}
    for language in dict.fromkeys(remote.language or case.language for remote in remotes):
        own = [remote for remote in remotes if (remote.language or case.language) == language]
        order = [*_TIMED, *_UNTIMED]
        for remote in sorted(
            (one for one in own if one.media_type in order), key=lambda one: order.index(one.media_type)
        ):
            if found := _transcript(remote, language, case, client, outcome):
                suffix, data = found
                part = "" if language == case.language else f".{language}"
                files[f"transcript{part}{suffix}"] = data
                break
    unknown = [remote.media_type for remote in remotes if remote.media_type not in {*_TIMED, *_UNTIMED}]
    for media_type in dict.fromkeys(unknown):
        outcome.warn(
            "feed-transcript",
            tr("a transcript of the type '{media_type}' is left out", media_type=media_type),
            case.id,
        )
    return files


def _transcript(
    remote: Remote, language: str, case: Case, client: Client, outcome: Outcome
) -> tuple[str, bytes] | None:
    try:
        data = _fetched(remote, client)
    except LornpodError as error:
        outcome.warn(
            "feed-transcript",
            tr("a transcript did not come: {message}", message=error.message),
            remote.url,
            error.hint,
        )
        return None
    suffix = _TIMED.get(remote.media_type, ".html" if remote.media_type == "text/html" else ".txt")
    people = (*case.hosts, *case.guests)
    read, said = transcripts.parse(data, language=language, people=people, name=f"transcript{suffix}")
    if errors_in(said):
        outcome.warn(
            "feed-transcript",
            tr("a transcript cannot be read: {message}", message=said[-1].message),
            remote.url,
        )
        return None
    if suffix in _TIMED.values():
        return suffix, data
    return ".txt", f"{render_text(read)}\n".encode()


def _fetch_sound(
    sound: Remote, folder: Path, case_id: str, client: Client, notify: Notify, outcome: Outcome
) -> None:
    if recording_in(folder) is not None:
        forget_part(folder)
        return
    path = download(client, sound.url, folder, media_type=sound.media_type, task=case_id, notify=notify)
    outcome.downloaded += 1
    size = path.stat().st_size
    if sound.length_bytes and size != sound.length_bytes:
        message = tr(
            "the recording has {size} bytes, and {length_bytes} by the feed",
            size=size,
            length_bytes=sound.length_bytes,
        )
        outcome.warn("feed-size", message, case_id, tr("listen to it: hosts insert advertisements"))
