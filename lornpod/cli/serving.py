"""The command that shows what there is in a browser and in apps: serve."""

from __future__ import annotations

import socket
import threading
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import InputError, LornpodError
from ..events import silent
from ..messages import tr
from .desk import Desk, Place, now, open_store, place_options, press_of

if TYPE_CHECKING:
    from ..publish.press import Press
    from ..publish.preview import Preview
    from ..publish.stores import FolderStore
    from ..release.maker import Maker
    from ..workspace import Workspace

_LOOK_S = 0.6  # how often authored files are looked at


@click.command()
@place_options
@click.option("--published", is_flag=True, help="Serve the store as it is: no drafts, nothing made.")
@click.option("--lan", is_flag=True, help="Let other devices of this network in, and show a QR code.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.pass_obj
def serve(
    desk: Desk, store: str | None, base_url: str | None, published: bool, lan: bool, host: str, port: int
) -> None:
    """Show site, feeds and episodes in a browser and to apps, until Ctrl-C.

    A preview of the workspace as it would be published, with drafts and cases whose date is to come,
    marked as such; pages load again when a file is saved. Sound is the finished one where there is, else
    the recording as it is. With --published the local store is served instead, as a good host does; apps
    find its episodes where `base_url` says, which should be the address that is served.
    """
    from ..publish.serve import FolderServer

    host = "0.0.0.0" if lan else host  # noqa: S104 - it is what --lan is for
    read = desk.read((), Place(store, base_url))
    folder = _published_folder(read) if published else read.root / "build" / "preview" / "store"
    try:
        server = FolderServer((host, port), folder, desk.terminal.say)
    except OSError as error:
        hint = tr("give another --port")
        raise LornpodError(
            tr("cannot listen: {strerror}", strerror=error.strerror), f"{host}:{port}", hint
        ) from None
    with server:
        port = server.server_address[1]
        address = base_url or f"http://{_own_address() if lan else host}:{port}/"
        if published:
            network = read.network
            _introduce(desk, read, network.base_url, lan=lan)
            desk.terminal.say(
                tr("serving {folder} at {address}; Ctrl-C ends", folder=folder, address=address)
            )
        else:
            preview = _preview(desk, Place(store, address), folder)
            _introduce(desk, _renewed(desk, preview) or read, address, lan=lan)
            server.preview = preview
            threading.Thread(target=_watch, args=(desk, preview), daemon=True).start()
            desk.terminal.say(tr("a preview, with drafts; saved files show at once; Ctrl-C ends"))
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            desk.terminal.say(tr("ended"))


def _published_folder(read: Workspace) -> Path:
    from ..publish.stores import FolderStore

    target = open_store(read.network, read.root)
    if not isinstance(target, FolderStore):
        hint = tr("it has a server of its own; give --store a folder, or leave out --published")
        raise LornpodError(tr("only a folder can be served"), target.address, hint)
    if not target.folder.is_dir():
        raise LornpodError(tr("nothing is published yet"), target.address, tr("run `lornpod publish` first"))
    return target.folder


def _introduce(desk: Desk, read: Workspace, base_url: str, *, lan: bool) -> None:
    """Where everything is found, and how a phone gets there."""
    for file in read.feeds:
        address = f"{base_url}feeds/{file.feed.slug}.xml"
        desk.terminal.say(f"{address}  {file.feed.title}")
    page = f"{base_url}index.html"
    if read.network.site:
        desk.terminal.say(f"{page}  {read.network.name}")
    if lan:
        from ..pages.linked import qr_lines

        for line in qr_lines(page):
            desk.terminal.say(line)


def _preview(desk: Desk, place: Place, folder: Path) -> Preview:
    from ..publish.preview import Preview
    from ..release.cache import Cache
    from ..release.maker import Maker

    def read() -> Workspace:
        found = desk.read(None, place)
        desk.terminal.findings(found.findings)
        return found

    def maker(found: Workspace) -> Maker:
        return Maker(found.root, found.network, found.feeds, Cache(folder.parent))

    def press(found: Workspace, store: FolderStore, instant: datetime) -> Press:
        return press_of(found, store, instant)

    return Preview(desk.root, folder, read, maker, press, now())


def _renewed(desk: Desk, preview: Preview) -> Workspace | None:
    """The workspace as it is shown from now on; None, and why is said, where it cannot be."""
    try:
        with desk.terminal.progress():
            read = preview.renew(desk.terminal.notify if preview.version == 0 else silent)
    except InputError as error:
        desk.terminal.findings(error.findings)
        return None
    except LornpodError as error:
        desk.terminal.complain(str(error))
        return None
    for one in preview.wrong:
        desk.terminal.complain(str(one))
    return read


def _watch(desk: Desk, preview: Preview) -> None:
    import time

    preview.moved()
    while True:
        time.sleep(_LOOK_S)
        if preview.moved() and _renewed(desk, preview):
            desk.terminal.say(tr("shown anew"))


def _own_address() -> str:
    """This machine's address in its network, as far as it can tell."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # nothing is sent: the system chooses from where it would go
            return str(probe.getsockname()[0])
        except OSError:
            return socket.gethostbyname(socket.gethostname())
