"""What would be published of authored files, as far as that can be told without making it.

A draft has the words, people and times of what a publish would make; of the files that come of it (sound,
transcripts, pictures) it has addresses of the right form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ..feeds import rss, select
from ..model import (
    EPOCH,
    Artifact,
    ArtifactKind,
    Feed,
    Loudness,
    Media,
    Network,
    Person,
    Record,
    Sound,
    default_guid,
)
from ..text import chapters as chapter_text
from ..text import notes, transcripts

if TYPE_CHECKING:
    from ..model import CaseFolder, Transcript

UNDATED = datetime(2000, 1, 1, tzinfo=UTC)  # stands in for the date of a draft
_BYTES_A_MS = 16  # of MP3 at 128 kbit/s

# Where what a tag says is authored: in case.md, and in a feed's file or lornpod.yaml.
_OF_BOTH = {
    "title": "title",
    "itunes:title": "itunes_title",
    "itunes:explicit": "explicit",
    "podcast:location": "place",
    "podcast:funding": "funding",
    "podcast:license": "license",
    "podcast:txt": "txt",
    "podcast:image": "images",
    "podcast:value": "value",
    "podcast:valueRecipient": "value",
    "podcast:chat": "chat",
    "podcast:socialInteract": "social",
}
OF_CASE: Mapping[str, str] = {
    "description": "summary",
    "content:encoded": "",
    "link": "href",
    "guid": "guid",
    "pubDate": "published",
    "itunes:image": "image",
    "media:thumbnail": "images",
    "itunes:season": "season",
    "podcast:season": "season_name",
    "itunes:episode": "episode",
    "podcast:episode": "episode_display",
    "podcast:person": "guests",
    "podcast:soundbite": "soundbites",
    "podcast:chapters": "chapters",
    "psc:chapters": "chapters",
    "psc:chapter": "chapters",
    **_OF_BOTH,
    "podcast:alternateEnclosure": "alternates",
    "podcast:contentLink": "content_links",
}
OF_FEED: Mapping[str, str] = {
    "description": "description",
    "link": "link",
    "language": "language",
    "copyright": "copyright",
    "itunes:author": "author",
    "itunes:image": "artwork",
    "itunes:category": "categories",
    "itunes:type": "type",
    "itunes:owner": "owner",
    "itunes:new-feed-url": "new_feed_url",
    "podcast:guid": "guid",
    "podcast:medium": "medium",
    "podcast:person": "hosts",
    **_OF_BOTH,
    "podcast:trailer": "trailers",
    "podcast:podroll": "podroll",
    "podcast:publisher": "publisher",
    "podcast:updateFrequency": "update_frequency",
    "podcast:liveItem": "live",
    "podcast:locked": "locked",
}


def record_of(
    folder: CaseFolder, network: Network, scripts: Sequence[Transcript], sound: Sound | None
) -> Record:
    """The record that a publish of *folder* would write, with stand-ins for the files; *sound* is None
    where there is no recording to ask."""
    case_id, heard = folder.case.id, sound or Sound(1000, "mp3", 44100, 2)
    case = replace(
        folder.case,
        published=folder.case.published or UNDATED,
        chapters=chapter_text.complete(folder.case.chapters, heard.duration_ms),
        summary=notes.summary(folder.case),
        image=picture_name(folder.case.image),
        guests=_portrayed(folder.case.guests),
        hosts=_portrayed(folder.case.hosts),
    )
    texts = tuple(
        _artifact("transcript", f"text/{case_id}/{case_id}{one.suffixes[0]}", one.media_type, script.language)
        for script in scripts
        for one in _formats(script, scripts, folder, network)
    )
    listed = _artifact("chapters", f"chapters/{case_id}/{case_id}.json", chapter_text.MEDIA_TYPE)
    length = max(1, heard.duration_ms * _BYTES_A_MS)
    media = replace(_artifact("media", f"media/{case_id}/{case_id}.mp3", "audio/mpeg"), length_bytes=length)
    return Record(
        number=1,
        guid=folder.case.guid or default_guid(network, case_id),
        case=case,
        media=Media(media, heard, Loudness(-16.0, 0.0, -1.0)),
        recorded_at=EPOCH,
        notes=notes.show_notes(case, case.chapters, url=network.url),
        transcripts=texts,
        chapters=listed if case.chapters else None,
    )


def feed_of(network: Network, feed: Feed, feeds: Sequence[Feed], records: Sequence[Record]) -> bytes:
    """The RSS of *feed* with those of *records* that it takes."""
    taken = [] if feed.is_list else [one for one in records if select.matches(feed.where, one.case)]
    cover = picture_name(feed.artwork or network.artwork)
    return rss.Renderer(network, feeds).render(feed, taken, cover=cover)


def _formats(
    script: Transcript, scripts: Sequence[Transcript], folder: CaseFolder, network: Network
) -> tuple[transcripts.Format, ...]:
    """The formats that *script*, one of *scripts*, will be published in, with the times to come."""
    timed = any(other.timed and other.language == script.language for other in scripts)
    aligned = folder.audio is not None and network.transcripts.aligner != "none"
    if aligned and not timed and transcripts.awaits_times(script, folder.case):
        return tuple(row for row in transcripts.FORMATS if row.published)
    return transcripts.outputs(script)


def edition_of(network: Network, feed: Feed, feeds: Sequence[Feed], records: Sequence[Record]) -> rss.Edition:
    """*feed* as it would be published when all *records* are due, with its limit and its archives."""
    known = {str(at): record for at, record in enumerate(records)}
    entries = [select.entry_of(record, key) for key, record in known.items()]
    renderer = rss.Renderer(network, feeds, lambda entry: known[entry.key])
    slots = select.slots(feed, entries, datetime.max.replace(tzinfo=UTC))
    return renderer.edition(feed, slots, cover=picture_name(feed.artwork or network.artwork))


def picture_name(reference: str) -> str:
    """*reference* as it would stand in a feed: addresses as they are, files as a key in the store."""
    if not reference or "://" in reference:
        return reference
    path = PurePosixPath(reference)
    return f"art/{path.stem}{'.png' if path.suffix.lower() == '.png' else '.jpg'}"


def _portrayed(people: Sequence[Person]) -> tuple[Person, ...]:
    return tuple(replace(person, img=picture_name(person.img)) for person in people)


def _artifact(kind: ArtifactKind, key: str, media_type: str, language: str = "") -> Artifact:
    return Artifact(kind, key, media_type, 0, "0" * 64, language)
