"""Artifacts get their names here: what they belong to, what they are called, and what they hold."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from ..model import Artifact, ArtifactKind, Content, slug

if TYPE_CHECKING:
    from pathlib import Path

_DIGEST_CHARS = 12  # 48 bits: no two files of one case collide by chance


def content(
    kind: ArtifactKind,
    stem: str,
    source: bytes | Path,
    sha256: str,
    media_type: str,
    suffix: str,
    language: str = "",
) -> Content:
    """*source* as an artifact whose key is ``<stem>-<digest><suffix>``: another content, another key."""
    length = len(source) if isinstance(source, bytes) else source.stat().st_size
    key = f"{stem}-{sha256[:_DIGEST_CHARS]}{suffix}"
    return Content(Artifact(kind, key, media_type, length, sha256, language), source)


class Shelf:
    """The artifacts of one case, as they are made."""

    def __init__(self, case_id: str, title: str) -> None:
        self._case_id = case_id
        self._name = "-".join(part for part in (slug(case_id), slug(title)) if part)
        self.contents: list[Content] = []

    def put(
        self,
        kind: ArtifactKind,
        room: str,
        source: bytes | Path,
        media_type: str,
        suffix: str,
        *,
        sha256: str = "",
        language: str = "",
    ) -> Artifact:
        """The artifact for *source*, in the folder *room* of the store. A file's *sha256* is given."""
        name = f"{self._name}-{slug(language)}" if language else self._name
        digest = hashlib.sha256(source).hexdigest() if isinstance(source, bytes) else sha256
        made = content(kind, f"{room}/{self._case_id}/{name}", source, digest, media_type, suffix, language)
        return self.add(made)

    def add(self, made: Content) -> Artifact:
        """The artifact of *made*, taken once however often it is added."""
        if made not in self.contents:
            self.contents.append(made)
        return made.artifact
