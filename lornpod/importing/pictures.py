"""Pictures from the host that had them, put beside what they show: a closed account takes its own along."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from .. import workspace
from ..errors import Finding, Level, LornpodError
from ..messages import tr
from ..webclient import Client
from ..workspace.writing import replace_file
from . import source

_MAX_BYTES = 20_000_000
_KINDS = {b"\xff\xd8\xff": ".jpg", b"\x89PNG\r\n\x1a\n": ".png"}
_IMG = re.compile(r"(?m)^\s+(?:- )?img: ['\"]?https?://")


@dataclass(slots=True)
class Pictures:
    """Gets each picture once, and lets authored files name it instead of its address.

    ``left`` counts those of people and chapters, which stay where they are.
    """

    root: Path
    client: Client
    findings: list[Finding] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    left: int = 0
    _known: dict[str, Path] = field(default_factory=dict)
    _refused: set[str] = field(default_factory=set)

    def of_show(self, feed_file: str, url: str) -> None:
        """The cover at *url*, wherever the network's and the show's file name it."""
        for name in (workspace.NETWORK_FILE, feed_file):
            self._named(self.root / name, "artwork", url, self.root, f"artwork/{Path(feed_file).stem}")

    def of_case(self, case_id: str, url: str, cover: str) -> None:
        """The picture at *url* into the case's folder; none where it is the *cover*, which stands for it."""
        folder = self.root / workspace.CASES / case_id
        path = folder / "case.md"
        self.left += len(_IMG.findall(path.read_text("utf-8")))
        self._named(path, "image", url, folder, "" if url == cover else "image")

    def _named(self, path: Path, key: str, url: str, base: Path, stem: str) -> None:
        """Put the picture's name, *stem* in *base*, in the place of its address; without a stem, nothing."""
        before = path.read_bytes()
        row = re.search(rf"(?m)^{key}: (['\"]?){re.escape(url)}\1[ \t]*\n", before.decode("utf-8"))
        if not url or row is None:
            return
        picture = self._fetched(url, base, stem) if stem else None
        if picture is None and stem:
            return
        line = f"{key}: {picture.relative_to(base).as_posix()}\n" if picture else ""
        replace_file(path, before, before.decode("utf-8").replace(row[0], line, 1).encode())

    def _fetched(self, url: str, base: Path, stem: str) -> Path | None:
        known = self._known.get(url)
        if known is not None and known.is_relative_to(base):
            return known
        if url in self._refused:
            return None
        try:
            data = known.read_bytes() if known else self._asked(url)
        except LornpodError as error:
            self._refuse(url, tr("a picture did not come: {message}", message=error.message), error.hint)
            return None
        suffix = next((end for start, end in _KINDS.items() if data.startswith(start)), "")
        if not suffix:
            self._refuse(url, tr("a picture is neither JPEG nor PNG, and stays where it is"))
            return None
        names = (base / f"{stem}{f'-{at}' if at > 1 else ''}{suffix}" for at in count(1))
        path = next(one for one in names if not one.exists() or one.read_bytes() == data)
        if not path.exists():
            workspace.write_file(self.root, path.relative_to(self.root).as_posix(), data)
            self.written.append(path.relative_to(self.root).as_posix())
        self._known[url] = path
        return path

    def _asked(self, url: str) -> bytes:
        return source.read(url, self.client, limit_bytes=_MAX_BYTES).data

    def _refuse(self, url: str, message: str, hint: str = "") -> None:
        self._refused.add(url)
        self.findings.append(Finding("feed-picture", message, url, hint=hint, level=Level.WARNING))
