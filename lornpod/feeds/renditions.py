"""The renditions of an episode as its feed offers them, beside what its case names for itself."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace

from ..model import AlternateEnclosure, Artifact, Record, Source


def alternates(record: Record, url: Callable[[str], str]) -> Iterator[AlternateEnclosure]:
    """Every form of the episode: with renditions of ours, the MP3 first, as the default.

    Each with its integrity (W3C Subresource Integrity, 3.1), so that it may come from anywhere.
    """
    if record.renditions:
        sound = record.media.sound
        yield replace(_of(record.media.artifact, url, "MP3", "mp3", sound.bitrate_kbps), default=True)
    for one in record.renditions:
        yield _of(one.artifact, url, one.title, one.codecs, one.bitrate_kbps)
    yield from record.case.alternates


def _of(
    artifact: Artifact, url: Callable[[str], str], title: str, codecs: str, kbps: int
) -> AlternateEnclosure:
    return AlternateEnclosure(
        artifact.media_type,
        (Source(url(artifact.key)),),
        artifact.length_bytes,
        kbps * 1000 or None,
        title=title,
        codecs=codecs,
        integrity=f"sha256-{b64encode(bytes.fromhex(artifact.sha256)).decode()}",
    )
