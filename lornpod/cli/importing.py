"""Commands that make authored files of what was published elsewhere: import page, import feed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import LornpodError, errors_in
from ..messages import tr, trn
from .desk import Desk

if TYPE_CHECKING:
    from ..importing.carry import Outcome
    from ..importing.page import Page
    from ..importing.profiles import Profile
    from ..model import Network
    from ..webclient import Client


@click.group("import")
def import_() -> None:
    """Make authored files of what was published elsewhere."""


@import_.command()
@click.argument("sources", nargs=-1, required=True, metavar="FILE|URL...")
@click.option(
    "--profile",
    default="lorn",
    show_default=True,
    metavar="NAME|FILE",
    help="How the pages are written: a profile that lornpod ships, or a TOML file.",
)
@click.option("--dry-run", is_flag=True, help="Print what would be written, and write nothing.")
@click.option("--force", is_flag=True, help="Write case.md and transcript.txt anew where they are there.")
@click.option("--allow-private", is_flag=True, help="Ask servers inside private networks too.")
@click.option("--json", "as_json", is_flag=True, help="Print what was read of each page as JSON.")
@click.pass_obj
def page(
    desk: Desk,
    sources: tuple[str, ...],
    profile: str,
    dry_run: bool,
    force: bool,
    allow_private: bool,
    as_json: bool,
) -> None:
    """Make episodes/ID/case.md and transcript.txt of case pages, as text or HTML.

    What a page does not say is left out and named; what is not recognised is told by its line. Nothing
    is made up. A page that cannot be used does not stop the others.
    """
    from .. import workspace
    from ..importing import profiles

    root = desk.root
    network = workspace.read(root, ()).network
    pages = _Pages(desk, profiles.load(profile), network, [])
    for source, read, files in pages.read(sources, allow_private=allow_private):
        try:
            written = (
                [root / workspace.CASES / read.case.id / name for name in files]
                if dry_run
                else workspace.write_case(root, read.case.id, files, force=force)
            )
        except LornpodError as error:
            pages.failed(error)
            continue
        pages.count += 1
        names = [path.relative_to(root).as_posix() for path in written]
        if as_json:
            pages.told.append(_as_json(source, read, names))
        elif dry_run:
            for name, data in zip(names, files.values(), strict=True):
                desk.terminal.result(f"==> {name} <==\n{data.decode()}")
        else:
            for name in names:
                desk.terminal.result(name)
    pages.end(as_json=as_json, written=not dry_run)


@import_.command()
@click.argument("source", metavar="FILE|URL")
@click.argument("directory", metavar="[DIR]", required=False)
@click.option(
    "--media", is_flag=True, help="Download recordings and pictures too; a broken run is gone on with."
)
@click.option(
    "--base-url",
    default="http://localhost:8000/",
    show_default=True,
    metavar="URL",
    help="Where a new workspace's store will be found.",
)
@click.option(
    "--new-feed-url",
    "moved",
    is_flag=True,
    help="Let the feed say its new address, and tell what the old host must say.",
)
@click.option("--allow-private", is_flag=True, help="Ask servers inside private networks too.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_obj
def feed(
    desk: Desk,
    source: str,
    directory: str | None,
    media: bool,
    base_url: str,
    moved: bool,
    allow_private: bool,
    as_json: bool,
) -> None:
    """Make a workspace of an existing podcast's RSS, in DIR, or add the show to the workspace there.

    Every guid and date stays. Episodes that are there already, by their guids, are left alone, so the
    command can be run again. What case.md cannot state stays in feed-item.xml beside it, and is reported.
    """
    from ..feeds import reading
    from ..importing import carry
    from ..importing import feed as feeds
    from ..importing import source as anywhere

    root = Path(directory or desk.directory)
    with closing(_client(allow_private)) as client, desk.terminal.progress():

        def fetch(url: str) -> anywhere.Source:
            return anywhere.read(url, client, limit_bytes=reading.MAX_BYTES)

        first = fetch(source)
        whole = reading.read_all(first.data, first.url or source, lambda url: fetch(anywhere.web(url)).data)
        show = feeds.read(whole, source, url=first.url, base_url=base_url.rstrip("/") + "/")
        outcome = carry.carry(show, root, client, media=media, moved=moved, notify=desk.terminal.notify)
    desk.terminal.findings(outcome.findings)
    if as_json:
        desk.terminal.json(
            {
                "episodes": len(show.episodes),
                "written": outcome.written,
                "known": outcome.known,
                "downloaded": outcome.downloaded,
                "uncarried": dict(outcome.uncarried),
                "of_show": list(outcome.of_show),
                "anew": list(outcome.anew),
                "moved_to": outcome.moved_to,
                "findings": [one.as_json() for one in outcome.findings],
            }
        )
    else:
        _report(desk, outcome, len(show.episodes), media=media)
    if errors_in(outcome.findings):
        raise click.exceptions.Exit(1)


def _report(desk: Desk, outcome: Outcome, count: int, *, media: bool) -> None:
    cases = sum(name.endswith("/case.md") for name in outcome.written)
    desk.terminal.result(
        trn(
            "{count} episode in the feed: {cases} written, {known} there already, recordings downloaded: "
            "{downloaded}",
            "{count} episodes in the feed: {cases} written, {known} there already, recordings downloaded: "
            "{downloaded}",
            count,
            cases=cases,
            known=outcome.known,
            downloaded=outcome.downloaded,
        )
    )
    rows = [{"not carried": name, "episodes": number} for name, number in outcome.uncarried.most_common()]
    rows += [{"not carried": name, "episodes": None} for name in outcome.of_show]
    desk.terminal.table(rows, empty=tr("nothing was left out"))
    if outcome.moved_to:
        desk.terminal.result(tr("new address: {address}", address=outcome.moved_to))
        said = tr("at the old host, redirect there (301), or say it in the feed")
        tag = f"<itunes:new-feed-url>{outcome.moved_to}</itunes:new-feed-url>"
        desk.terminal.say(
            tr("publish first; then, {said}: {tag}; keep both for four weeks or more", said=said, tag=tag)
        )
    if outcome.anew:
        desk.terminal.say(tr("the feed gets its own: {names}", names=", ".join(outcome.anew)))
    if rows:
        desk.terminal.say(tr("it stays in feed-item.xml beside each case and in feeds/*.channel.xml"))
    if media:
        desk.terminal.say(tr("next: look at base_url in lornpod.yaml, then: lornpod check"))
    else:
        desk.terminal.say(tr("next: the same with --media, which downloads recordings and pictures"))


@dataclass(slots=True)
class _Pages:
    """A run over many pages: what was read, and how it ends."""

    desk: Desk
    profile: Profile
    network: Network
    told: list[dict[str, Any]]
    exit_code: int = 0
    count: int = 0

    def read(
        self, sources: Sequence[str], *, allow_private: bool
    ) -> Iterator[tuple[str, Page, dict[str, bytes]]]:
        """Each page that can be used, with its files; its findings are said."""
        from ..importing import lines
        from ..importing import page as pages
        from ..importing import source as anywhere

        known: dict[str, str] = {}
        with closing(_client(allow_private)) as client:
            for wanted in sources:
                try:
                    source = anywhere.read(wanted, client, limit_bytes=lines.MAX_BYTES)
                    document = lines.read(
                        source.data, wanted, html=source.html, charset=source.charset, url=source.url
                    )
                    read = pages.read(document, self.profile, self.network, wanted)
                    case_id = read.case.id
                    if known.setdefault(case_id.casefold(), wanted) != wanted:
                        raise LornpodError(
                            tr(
                                "{case_id} again, as in {known}",
                                case_id=case_id,
                                known=known[case_id.casefold()],
                            ),
                            wanted,
                        )
                except LornpodError as error:
                    self.failed(error)
                    continue
                self.desk.terminal.findings(read.findings)
                yield wanted, read, pages.files(read, self.network)

    def failed(self, error: LornpodError) -> None:
        self.desk.terminal.complain(str(error))
        self.exit_code = max(self.exit_code, error.exit_code)

    def end(self, *, as_json: bool, written: bool) -> None:
        if as_json:
            self.desk.terminal.json(self.told)
        elif self.count and written:
            self.desk.terminal.say(tr("next: put each recording beside its case.md, then: lornpod check"))
        if self.exit_code:
            raise click.exceptions.Exit(self.exit_code)


def _client(allow_private: bool) -> Client:
    from ..webclient import Client, open_connection, open_public_connection

    # Hosts slow down whoever asks for hundreds of files in a row.
    return Client(open_connection if allow_private else open_public_connection, max_wait_s=60)


def _as_json(source: str, read: Page, names: Sequence[str]) -> dict[str, Any]:
    return {
        "source": source,
        "id": read.case.id,
        "files": list(names),
        "missing": list(read.missing),
        "duration_ms": read.duration_ms,
        "case": asdict(read.case),
        "findings": [one.as_json() for one in read.findings],
        "errors": len(errors_in(read.findings)),
    }
