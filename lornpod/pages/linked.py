"""What machines read on a page: schema.org data, the apps' own addresses, and a QR code."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from urllib.parse import quote

from markupsafe import Markup

from ..model import Artifact, Feed, Network, Person, Record, show_page_key

# Each app's own address to subscribe by; {bare} is the feed's without its scheme, {encoded} percent-encoded.
APPS = (
    ("Apple Podcasts", "podcast://{bare}"),
    ("Pocket Casts", "pktc://subscribe/{bare}"),
    ("Overcast", "overcast://x-callback-url/add?url={encoded}"),
    ("AntennaPod", "https://antennapod.org/deeplink/subscribe?url={encoded}"),
    ("Podcast Addict", "podcastaddict://{bare}"),
    ("Castro", "castros://subscribe/{bare}"),
    ("RSS", "{url}"),
)


def apps(feed_url: str) -> list[dict[str, str]]:
    """The name of each app and the address that opens the feed in it."""
    bare, encoded = feed_url.partition("://")[2], quote(feed_url, safe="")
    return [
        {"title": title, "href": form.format(url=feed_url, bare=bare, encoded=encoded)}
        for title, form in APPS
    ]


def qr(address: str, title: str) -> Markup:
    """A QR code (ISO/IEC 18004) of *address* as SVG to stand in a page."""
    import segno

    code = segno.make(address, error="m", micro=False)
    drawn = code.svg_inline(omitsize=True, border=2, svgclass=None, lineclass=None, title=title)
    return Markup(drawn.replace("<svg ", '<svg role="img" ', 1))  # noqa: S704 - segno escapes the title


def qr_lines(address: str) -> list[str]:
    """A QR code of *address* for a terminal: two rows of it in each line of half blocks, dark on light."""
    import segno

    rows = [
        [bool(cell) for cell in row]
        for row in segno.make(address, error="m", micro=False).matrix_iter(border=2)
    ]
    rows += [[False] * len(rows[0])] * (len(rows) % 2)
    light = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}
    return [
        "".join(light[upper, lower] for upper, lower in zip(above, below, strict=True))
        for above, below in zip(rows[::2], rows[1::2], strict=True)
    ]


def series(network: Network, feed: Feed, *, page: str, picture: str) -> dict[str, object]:
    """A show as schema.org PodcastSeries."""
    return {"@context": "https://schema.org", **_series(network, feed, page), **_image(picture)}


def _series(network: Network, feed: Feed, page: str) -> dict[str, object]:
    return _said(
        {
            "@type": "PodcastSeries",
            "name": feed.title or network.name,
            "description": feed.description or network.description,
            "url": page,
            "webFeed": network.feed_url(feed.slug),
            "inLanguage": feed.language or network.language,
            "publisher": _organisation(network),
        }
    )


def organisation(network: Network, *, page: str) -> dict[str, object]:
    """The network as schema.org WebSite."""
    return _said(
        {
            "@context": "https://schema.org",
            "@type": "WebSite",
            "name": network.name,
            "description": network.description,
            "url": page,
            "inLanguage": network.language,
            "publisher": _organisation(network),
        }
    )


def episode(
    network: Network, record: Record, feeds: Sequence[Feed], *, page: str, picture: str
) -> dict[str, object]:
    """A case as schema.org PodcastEpisode."""
    case, sound = record.case, record.media.sound
    parts = [
        _said(
            {
                "@type": "PodcastSeries",
                "name": feed.title or network.name,
                "url": network.url(show_page_key(feed.slug)),
                "webFeed": network.feed_url(feed.slug),
            }
        )
        for feed in feeds
    ]
    return _said(
        {
            "@context": "https://schema.org",
            "@type": "PodcastEpisode",
            "name": case.title,
            "description": case.summary,
            "url": page,
            "identifier": record.guid,
            "datePublished": case.published.astimezone(UTC).isoformat() if case.published else "",
            "timeRequired": _iso_duration(sound.duration_ms),
            "duration": _iso_duration(sound.duration_ms),
            "inLanguage": case.language,
            "episodeNumber": case.number,
            "keywords": ", ".join(case.keywords),
            "license": network.license_href,
            "associatedMedia": _media(network, record.media.artifact, sound.duration_ms),
            "partOfSeries": parts,
            "actor": [_person(person) for person in case.guests],
            "author": [_person(person) for person in case.hosts],
            **_image(picture),
        }
    )


def _media(network: Network, artifact: Artifact, duration_ms: int) -> dict[str, object]:
    return {
        "@type": "AudioObject",
        "contentUrl": network.url(artifact.key),
        "encodingFormat": artifact.media_type,
        "contentSize": str(artifact.length_bytes),
        "duration": _iso_duration(duration_ms),
    }


def _person(person: Person) -> dict[str, object]:
    works_for = {"@type": "Organization", "name": person.organisation} if person.organisation else None
    return _said(
        {
            "@type": "Person",
            "name": person.name,
            "jobTitle": person.role,
            "worksFor": works_for,
            "url": person.href,
        }
    )


def _organisation(network: Network) -> dict[str, object]:
    return {"@type": "Organization", "name": network.author or network.name, "url": network.website}


def _image(picture: str) -> dict[str, object]:
    return {"image": picture} if picture else {}


def _said(fields: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value not in ("", None, [], {})}


def _iso_duration(duration_ms: int) -> str:
    minutes, seconds = divmod(round(duration_ms / 1000), 60)
    return f"PT{minutes}M{seconds}S"
