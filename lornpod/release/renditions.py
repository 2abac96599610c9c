"""The renditions that a network asks for, beside the MP3: known from before, dressed anew, or encoded."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..audio import master, renditions
from ..audio.tags import Tags
from ..model import Assembly, AudioSettings, Media, Rendition, RenditionSettings
from .cache import Cache, read_json, write_json
from .shelf import Shelf


@dataclass(frozen=True, slots=True)
class Sounding:
    """A case's sound as it can be had once more. ``episode`` masters it where it must be, and ``tags`` are
    made only when something is to be tagged."""

    source: Path
    settings: AudioSettings
    assembly: Assembly
    where: str
    episode: Callable[[], Path]
    tags: Callable[[], Tags]


def made(
    wanted: Sequence[RenditionSettings],
    sounding: Sounding,
    media: Media,
    known: Sequence[Rendition],
    shelf: Shelf,
    cache: Cache,
) -> tuple[Rendition, ...]:
    """Each rendition that is *wanted* of the episode whose MP3 is *media*; those of *known* that are still
    right are taken over. Raises MediaError, MissingTool."""
    before = {one.recipe: one for one in known}
    found = []
    for one in wanted:
        form = renditions.FORMS[one.codec]
        kbps = one.bitrate_kbps or form.kbps[min(media.sound.channels, 2) - 1]
        recipe = hashlib.sha256(f"{media.recipe} {one.codec} {kbps} {renditions.METHOD}".encode()).hexdigest()
        if recipe in before:
            found.append(before[recipe])
            continue
        dressed = _dressed(sounding, one, kbps)
        sha256 = cache.sha256(dressed)
        stored = shelf.put("media", "media", dressed, form.media_type, form.suffix, sha256=sha256)
        found.append(Rendition(stored, form.codecs, form.title, kbps, recipe))
    return tuple(found)


def _dressed(sounding: Sounding, wanted: RenditionSettings, kbps: int) -> Path:
    """The rendition with its tags. The bare one beside it stays: a new title needs no new encoding."""
    episode = sounding.episode()
    state = read_json(episode.with_suffix(".json"))
    form = renditions.FORMS[wanted.codec]
    bare, target = (episode.with_name(f"{name}{form.suffix}") for name in ("bare", "episode"))
    note, made_of = bare.with_suffix(f"{form.suffix}.json"), {"mastering": state["mastering"], "kbps": kbps}
    if read_json(note) != made_of or not bare.exists():
        note.unlink(missing_ok=True)
        finished = master.from_json(state)
        with master.again(
            sounding.source, sounding.settings, sounding.assembly, finished, sounding.where
        ) as samples:
            renditions.encode(samples, bare, wanted.codec, kbps, sounding.where)
        write_json(note, made_of)
    renditions.dress(bare, target, wanted.codec, sounding.tags(), sounding.where)
    return target
