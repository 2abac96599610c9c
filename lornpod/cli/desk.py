"""What every command starts from: the workspace as read, the store, the clock and who publishes."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import click

from ..errors import Finding, InputError, Level, LornpodError, errors_in
from ..messages import tr
from ..terminal import Terminal

if TYPE_CHECKING:
    from ..model import Network
    from ..publish.press import Press
    from ..publish.site import Pages
    from ..publish.stores import Store
    from ..release.maker import Maker
    from ..workspace import Workspace


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a command is run, and the terminal that it talks to."""

    directory: str
    terminal: Terminal

    @property
    def root(self) -> Path:
        from .. import workspace

        start = Path(self.directory)
        if not start.is_dir():
            raise LornpodError(
                tr("no such folder"), self.directory, tr("give --workspace a folder that exists")
            )
        return workspace.find_root(start)

    def read(self, only: Sequence[str] | None, place: Place) -> Workspace:
        """The workspace with the cases in *only* (None: all), and the store that the user chose."""
        from .. import workspace

        read = workspace.recall(self.root, only)
        return replace(read, network=place.applied_to(read.network))

    def stop_at_errors(self, findings: Sequence[Any]) -> None:
        """Show *findings*; raise InputError when any of them is an error."""
        errors = errors_in(findings)
        self.terminal.findings(finding for finding in findings if finding not in errors)
        if errors:
            raise InputError(errors)


@dataclass(frozen=True, slots=True)
class Place:
    """Where to publish, when it is not where lornpod.yaml says."""

    store: str | None
    base_url: str | None

    def applied_to(self, network: Network) -> Network:
        base_url = self.base_url or network.base_url
        if not base_url.startswith(("http://", "https://")):
            raise click.UsageError(
                tr("--base-url: {base_url!r} is no address; write https://…/", base_url=base_url)
            )
        return replace(network, store=self.store or network.store, base_url=base_url.rstrip("/") + "/")


def place_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options ``--store`` and ``--base-url``, which a command passes on to :class:`Place`."""
    command = click.option(
        "--base-url",
        envvar="LORNPOD_BASE_URL",
        metavar="URL",
        help="The store's address for apps, instead of lornpod.yaml's. [env: LORNPOD_BASE_URL]",
    )(command)
    return click.option(
        "--store",
        envvar="LORNPOD_STORE",
        metavar="STORE",
        help="A folder or s3://bucket/prefix, instead of lornpod.yaml's. [env: LORNPOD_STORE]",
    )(command)


force_option = click.option(
    "--force", is_flag=True, help="Do what is risky too: let episodes leave a feed, change much of one."
)


def open_store(network: Network, root: Path) -> Store:
    from ..publish import stores

    return stores.open_store(network.store, root=root, s3=network.s3)


def press_of(
    read: Workspace, store: Store, instant: datetime | None = None, *, telling: Desk | None = None
) -> Press:
    """The press of the workspace's feeds and pages, with the cover of each, as of *instant*: now.

    Hubs are told of changed feeds where *telling* hears of those that don't answer.
    """
    from ..publish.press import Press
    from ..release.pictures import cover_of, shown

    feeds, instant = [file.feed for file in read.feeds], instant or now()
    covers = {feed.slug: cover_of(feed, read.network, read.root) for feed in feeds}
    site: Pages | None = None
    if read.network.site:
        from ..publish.site import Pages

        site = Pages(store, read.network, feeds, covers, instant, read.root / "pages")
    ready = shown(read.network, feeds, read.root)
    return Press(
        store,
        ready.network,
        ready.feeds,
        covers,
        instant,
        site,
        ready.pictures,
        partial(_announce, telling, read.network) if telling is not None else None,
    )


def _announce(desk: Desk, network: Network, slugs: Sequence[str]) -> None:
    """Tell the network's hubs, and Podping where LORNPOD_PODPING_KEY is set, of the feeds that changed."""
    podping_key = os.environ.get("LORNPOD_PODPING_KEY", "")
    if network.hubs or podping_key:
        from ..publish import hubs

        addresses = [network.feed_url(slug) for slug in slugs]
        desk.terminal.findings(hubs.announce(addresses, network.hubs, podping_key))


def now() -> datetime:
    """The current second; SOURCE_DATE_EPOCH (reproducible-builds.org) sets it for reproducible runs."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        return datetime.fromtimestamp(int(epoch), UTC)
    except (ValueError, OverflowError, OSError):
        raise LornpodError(
            tr("SOURCE_DATE_EPOCH is {epoch!r}, not a number of seconds", epoch=epoch)
        ) from None


def publisher() -> str:
    """Who publishes, as records say it: LORNPOD_PUBLISHER, else the user and this machine's name."""
    given = os.environ.get("LORNPOD_PUBLISHER")
    if given is not None:
        return given
    import getpass
    import socket

    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        user = "unknown"
    return f"{user}@{socket.gethostname()}"


def looks_like_a_path(name: str) -> bool:
    """True for what cannot be a case's id."""
    return "/" in name or "." in name


class Row(Protocol):
    """A format in a registry."""

    @property
    def name(self) -> str: ...

    @property
    def suffixes(self) -> tuple[str, ...]: ...


AnyRow = TypeVar("AnyRow", bound=Row)


def format_for(rows: Sequence[AnyRow], name: str | None, target: str) -> AnyRow:
    """The format *name* of *rows*; without a name, the one that a file called *target* is of."""
    known = ", ".join(row.name for row in rows)
    if name is not None:
        found = next((row for row in rows if row.name == name.lower()), None)
        if found is None:
            raise click.UsageError(tr("--to: {name!r} is none of {known}", name=name, known=known))
        return found
    fitting = [(len(end), row) for row in rows for end in row.suffixes if target.lower().endswith(end)]
    if not fitting:
        raise click.UsageError(
            tr("the format of {target!r} is not known; give --to, one of {known}", target=target, known=known)
        )
    return max(fitting, key=lambda one: one[0])[1]


@contextmanager
def making(desk: Desk, read: Workspace) -> Iterator[Maker]:
    """What makes the releases of the workspace *read*; what it found out is kept afterwards."""
    from ..release.cache import Cache
    from ..release.maker import Maker

    cache = Cache(read.root / "build")
    try:
        yield Maker(read.root, read.network, read.feeds, cache, desk.terminal.notify)
    finally:
        cache.save()


def put(desk: Desk, target: str, data: bytes, *, force: bool) -> None:
    """Write *data* to the file *target*, whole or not at all, or to stdout for ``-``.

    Raises LornpodError where there is such a file and *force* is not given, or it cannot be written.
    """
    if target == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    path = Path(target)
    if path.exists() and not force:
        raise LornpodError(tr("is there already"), target, tr("give --force to write it anew"))
    import tempfile

    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        part = Path(name)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            part.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        reason = tr("cannot be written: {strerror}", strerror=(error.strerror or str(error)).lower())
        raise LornpodError(reason, target, tr("check the folder")) from None
    desk.terminal.say(tr("wrote {target}", target=target))


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Hold ``build/`` for one run: two that make the same files at once would spoil them for each other.

    Where the system has no file locks the run goes on without.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    folder = root / "build"
    folder.mkdir(exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            hint = tr("wait for it to end, then run this again")
            raise LornpodError(tr("another lornpod is at work in this workspace"), str(root), hint) from None
        yield


_LINES_A_CODE = 20  # one missing setting can be a finding on every address


def shortened(findings: Iterable[Finding]) -> Iterator[Finding]:
    """*findings*, but of each code only the first so many, and how many more there are."""
    seen: Counter[tuple[str, Level]] = Counter()
    for finding in findings:
        seen[finding.code, finding.level] += 1
        if seen[finding.code, finding.level] <= _LINES_A_CODE:
            yield finding
    for (code, level), count in seen.items():
        if count > _LINES_A_CODE:
            more = tr("{count} more like these ({code})", count=count - _LINES_A_CODE, code=code)
            yield Finding(code, more, hint=tr("--json lists them all"), level=level)
