"""A preview: the whole workspace published into a throwaway folder, with what is not to be published yet.

Drafts and cases with a date to come are shown and say what they are in their titles. Nothing is mastered: a
case without finished sound has its recording as it is, or a second of silence.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import LornpodError
from ..events import Advanced, Finished, Notify, Started, silent
from ..messages import later
from ..model import Release
from ..pages.words import words
from . import apply, records
from .seals import AUTHORED
from .stores import Advance, FolderStore, unheard

if TYPE_CHECKING:
    from ..model import Case, CaseFolder, Network
    from ..release.maker import Maker
    from ..workspace import Workspace
    from .press import Press

FAR = datetime(2200, 1, 1, tzinfo=UTC)  # when everything is due
_BY = "preview"


class LinkingStore(FolderStore):
    """A folder that takes files as links where it can: a preview copies no recordings."""

    def put(
        self,
        key: str,
        source: bytes | Path,
        *,
        media_type: str,
        cache_control: str,
        advanced: Advance = unheard,
    ) -> None:
        target = self.folder / key
        if isinstance(source, Path) and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(source.resolve(), target)
                return
            except OSError:
                pass  # another disk, or none that links
        super().put(key, source, media_type=media_type, cache_control=cache_control, advanced=advanced)


@dataclass(slots=True)
class Preview:
    """The preview of the workspace at *root* in *folder*, which is its own to delete.

    *read* gives the workspace as it is now, *maker* and *press* are made for it; *began* dates drafts.
    ``version`` counts the times that something changed; ``wrong`` is why cases could not be shown as they
    are now.
    """

    root: Path
    folder: Path
    read: Callable[[], Workspace]
    maker: Callable[[Workspace], Maker]
    press: Callable[[Workspace, FolderStore, datetime], Press]
    began: datetime
    version: int = 0
    wrong: list[LornpodError] = field(default_factory=list)
    _seen: dict[str, tuple[int, int]] = field(default_factory=dict)

    def moved(self) -> bool:
        """Whether an authored file has changed since this was last asked."""
        now = dict(_stamps(self.root))
        changed, self._seen = now != self._seen, now
        return changed

    def renew(self, notify: Notify = silent) -> Workspace:
        """Show the workspace as it is now. Raises LornpodError where it cannot be read; what was shown
        before stays."""
        read = self.read()
        store = LinkingStore(self.folder)
        known = records.load(store)
        if known.latest.keys() - {folder.case.id for folder in read.cases}:
            shutil.rmtree(self.folder)  # a case is gone: what lists it must be made anew
            known = records.load(store)
        maker = self.maker(read)
        prints = maker.fingerprints(read.cases)
        releases: list[Release] = []
        self.wrong = []
        task = later("cases")
        notify(Started(task, len(read.cases)))
        for folder in read.cases:
            case_id = folder.case.id
            notify(Advanced(task, 1))
            standing = maker.cache.settled(case_id) == (prints[case_id], known.keys.get(case_id))
            if standing and prints[case_id]:
                releases.append(Release(known.latest[case_id], ()))
                continue
            shown = replace(folder, case=shown_as(folder, read.network, self.began))
            try:
                releases.append(maker.sketch(shown, known.latest.get(case_id)))
            except LornpodError as error:
                self.wrong.append(error)
                del prints[case_id]  # to be tried again, whether or not its files have moved
        notify(Finished(task))
        outcome = apply.publish(
            self.press(read, store, FAR), releases, known, by=_BY, force=True, notify=notify
        )
        for case_id, key in outcome.keys.items():
            if case_id in prints:
                maker.cache.settle(case_id, prints[case_id], key)
        maker.cache.save()
        self.version += 1
        return read


def shown_as(folder: CaseFolder, network: Network, began: datetime) -> Case:
    """The case of *folder* with a title that says if it is a draft or has a date to come."""
    case, say = folder.case, words(network.language)
    if case.published is None:
        return replace(case, published=began, title=f"{say.draft}: {case.title}")
    if case.published > began:
        day = say.date(case.published, network.time_zone)
        return replace(case, title=f"{say.scheduled.format(date=day)}: {case.title}")
    return case


def _stamps(root: Path) -> Iterator[tuple[str, tuple[int, int]]]:
    """Every authored file with its size and time."""
    waiting = [root / name for name in AUTHORED]
    while waiting:
        path = waiting.pop()
        try:
            if path.is_dir():
                waiting += [Path(entry.path) for entry in os.scandir(path) if entry.name[0] != "."]
            elif path.exists():
                stat = path.stat()
                yield str(path), (stat.st_size, stat.st_mtime_ns)
        except OSError:
            continue  # it is just being replaced; the next look tells
