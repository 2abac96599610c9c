"""What was published, seen as a podcast app sees it: over HTTP, from nothing but the public addresses.

Each feed is read and its answers are held against what apps and directories ask of a host (Apple's “A
Podcaster's Guide to RSS”, PSP-1, the podcast namespace); then each address that any feed names is asked
once. Whatever a server does becomes a finding.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import closing
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TypeVar
from urllib.parse import urlsplit

from ..art import images
from ..check import media
from ..errors import Finding, Level, LornpodError
from ..events import Advanced, Finished, Notify, Started, silent
from ..messages import tr
from ..model import is_list
from ..text import strict, transcripts
from ..webclient import Answer, Client, NoAnswer, OpenConnection, open_connection, split
from .reading import FeedReader, Kind, NotAFeed, Published

FEED_LIMIT_BYTES = 64_000_000
TEXT_LIMIT_BYTES = 8_000_000
_PICTURE_START_BYTES = 16
_COVERS = 200  # looked at in one feed
_SOUNDS = 1000
_COVER_LIMIT_BYTES = 20_000_000
_MANY_PAGES = 2000
_FEED_READERS = 4  # at once: a feed's addresses and its longest field are held in memory
_ORIGIN = "https://player.example"  # some web player, as a browser would name it

_FEED_TYPES = frozenset({"application/rss+xml", "application/xml", "text/xml"})
# Feed value -> what it may be served as besides itself.
_ALSO = {
    "application/json+chapters": frozenset({"application/json"}),
    "audio/x-m4a": frozenset({"audio/mp4", "audio/m4a"}),
    "audio/mp4": frozenset({"audio/x-m4a", "audio/m4a"}),
}
_TRANSCRIPT_TYPES = frozenset(
    {"text/vtt", "application/x-subrip", "application/json", "text/html", "text/plain"}
)
_CHAPTER_TYPES = frozenset({"application/json+chapters", "application/json"})
_MEDIA_TYPE = re.compile(r"(audio|video)/(?!mp3$)[\w.+-]+|application/(pdf|ogg)|application/epub\+zip")
_GUESSED = frozenset({"text/plain", "application/x-subrip"})  # without a charset readers guess
_SRT = re.compile(r"\s*\d+[ \t]*\r?\n\d{2,}:\d{2}:\d{2}[,.]\d{1,3}[ \t]*-->")
_PICTURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}

_REQUIRED = ("title", "description", "link", "language", "itunes:category", "itunes:explicit", "itunes:image")
_RECOMMENDED = ("itunes:author", "podcast:guid")
_ITEM_REQUIRED = ("title", "guid", "enclosure")

_NO_LENGTHS: Mapping[str, int] = {}


@dataclass(frozen=True, slots=True)
class FeedReport:
    """One feed: what it holds, and how many findings there are on it and on what it names."""

    url: str
    title: str
    episodes: int
    urls: int
    errors: int
    warnings: int


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked at and found. ``episodes`` and ``urls`` are distinct over all feeds."""

    feeds: int
    episodes: int
    urls: int
    requests: int
    findings: tuple[Finding, ...]
    per_feed: tuple[FeedReport, ...] = ()


def verify(
    feed_urls: Sequence[str],
    *,
    expected: Mapping[str, int] = _NO_LENGTHS,
    jobs: int = 16,
    notify: Notify = silent,
    open_connection: OpenConnection = open_connection,
) -> Report:
    """A report on the feeds at *feed_urls* and on everything that they name.

    *expected* has the length in bytes that a record says of an address. Up to *jobs* servers' answers
    are awaited at once; each address is asked once, however many feeds name it.
    """
    urls = tuple(dict.fromkeys(feed_urls))
    with closing(Client(open_connection)) as client:
        shows = _in_parallel(
            tr("reading feeds"), lambda url: _read_feed(client, url), urls, min(jobs, _FEED_READERS), notify
        )
        _compare(shows)
        named = _named(shows)
        found = _of_addresses(client, named, expected, jobs, notify)
        of_address = dict(zip(named, found, strict=True))
        return _report(shows, of_address, client.requests)


def media_of(
    feed: bytes,
    where: str,
    *,
    jobs: int = 16,
    notify: Notify = silent,
    open_connection: OpenConnection = open_connection,
) -> tuple[Finding, ...]:
    """What apps would find wrong with the addresses that *feed* names, and with the covers and the sound
    behind them; and, where *where* is the feed's own address, with how it is served.

    Of what the feed says nothing is said but that it cannot be read.
    """
    reader, show = FeedReader(), _Show(where)
    reader.take(feed)
    try:
        show.read = reader.close()
    except NotAFeed as failure:
        return (_error(failure.code, where, failure.message, failure.hint),)
    covers = dict.fromkeys(address.url for address in show.read.addresses if address.kind == "cover")
    sounds = dict.fromkeys(
        address.url
        for address in show.read.addresses
        if address.kind == "enclosure" and address.media_type == "audio/mpeg"
    )
    with closing(Client(open_connection)) as client:
        found = (
            [_gathered(where, _served(client, where))] if where.startswith(("http://", "https://")) else []
        )
        found += _of_addresses(client, _named([show]), {}, jobs, notify)
        found += _in_parallel(
            tr("looking at covers"),
            lambda url: list(_cover(client, url)),
            list(covers)[:_COVERS],
            jobs,
            notify,
        )
        found += _in_parallel(
            tr("listening"), lambda url: list(_mp3(client, url)), list(sounds)[:_SOUNDS], jobs, notify
        )
    return tuple(finding for some in found for finding in some)


def _served(client: Client, url: str) -> Iterator[Finding]:
    """How the server answers for the feed at *url*; that it cannot be had is told elsewhere."""
    yield from _plain_feed(url)
    answer = client.ask("GET", url, limit_bytes=FEED_LIMIT_BYTES, take=_unkept)
    if answer.status == 200:
        yield from _feed_headers(client, url, answer)


def _unkept(_: bytes) -> None:
    """The body was looked at before."""


def _cover(client: Client, url: str) -> Iterator[Finding]:
    """How the picture at *url* falls short as a cover; that it is not there is told elsewhere."""
    try:
        split(url)
        answer = client.ask("GET", url, limit_bytes=_COVER_LIMIT_BYTES)
    except NoAnswer:
        return
    if answer.status != 200 or not answer.body.startswith(tuple(_PICTURES)):
        return
    if not answer.whole:
        said = tr(
            "the cover has more than {cover_limit_mb} MB", cover_limit_mb=_COVER_LIMIT_BYTES // 1_000_000
        )
        yield Finding(
            "artwork-bytes", said, url, hint=tr("save it as a JPEG of lower quality"), level=Level.ADVICE
        )
        return
    with TemporaryDirectory() as folder:
        # By its own name: whether that fits the picture is one of the questions.
        path = Path(folder, f"cover{PurePosixPath(urlsplit(url).path).suffix[:8]}")
        path.write_bytes(answer.body)
        try:
            yield from images.cover_findings(images.inspect(path, url), url)
        except LornpodError as error:
            yield _error("verify-image", url, error.message, error.hint)


def _mp3(client: Client, url: str) -> Iterator[Finding]:
    """What the first frames of the MP3 at *url* tell; that it cannot be asked for is told elsewhere."""
    try:
        split(url)
        head = client.ask("GET", url, {"Range": "bytes=0-9"})
        start = media.tag_bytes(head.body)
        last = start + media.HEAD_BYTES - 1
        answer = client.ask("GET", url, {"Range": f"bytes={start}-{last}"}, limit_bytes=media.HEAD_BYTES)
    except NoAnswer:
        return
    if head.status == answer.status == 206:
        yield from media.mp3_findings(answer.body, url)


def look_at(client: Client, url: str, kind: Kind, media_type: str, length_bytes: int) -> list[Finding]:
    """What an app would find wrong with the one address *url*, of which a feed says all this."""
    named = _Named(url, kind, {media_type}, {str(length_bytes)})
    return _gathered(url, _address(client, named, length_bytes))


# ---------------------------------------------------------------- the work


@dataclass(slots=True)
class _Show:
    """A feed while it is looked at; ``read`` is empty where it could not be read."""

    url: str
    read: Published = field(default_factory=Published)
    findings: list[Finding] = field(default_factory=list)


@dataclass(slots=True)
class _Named:
    """An address and all that feeds say of it."""

    url: str
    kind: Kind
    types: set[str] = field(default_factory=set)
    lengths: set[str] = field(default_factory=set)


_T = TypeVar("_T")
_R = TypeVar("_R")


def _in_parallel(
    task: str, work: Callable[[_T], _R], given: Sequence[_T], jobs: int, notify: Notify
) -> list[_R]:
    """The result of *work* on each of *given*, in their order."""
    notify(Started(task, len(given)))
    pool = ThreadPoolExecutor(max(1, min(jobs, len(given))))
    try:
        futures: list[Future[_R]] = [pool.submit(work, one) for one in given]
        for future in as_completed(futures):
            future.result()
            notify(Advanced(task, 1))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    notify(Finished(task, f"{len(given)}"))
    return [future.result() for future in futures]


def _named(shows: Iterable[_Show]) -> dict[str, _Named]:
    """Every address that any feed names, once, with what all feeds say of it."""
    named: dict[str, _Named] = {}
    for show in shows:
        for address in show.read.addresses:
            one = named.setdefault(address.url, _Named(address.url, address.kind))
            if address.kind == "cover" and one.kind == "image":
                one.kind = "cover"  # which asks more of it
            if address.kind == one.kind:
                one.types.add(address.media_type.strip().lower())
                one.lengths.add(address.length.strip())
    return named


def _of_addresses(
    client: Client, named: Mapping[str, _Named], expected: Mapping[str, int], jobs: int, notify: Notify
) -> list[list[Finding]]:
    """What is found of each of *named*, in their order."""
    return _in_parallel(
        tr("asking addresses"),
        lambda one: _gathered(one.url, _address(client, one, expected.get(one.url))),
        list(named.values()),
        jobs,
        notify,
    )


def _report(shows: Sequence[_Show], of_address: Mapping[str, Sequence[Finding]], requests: int) -> Report:
    findings = [finding for show in shows for finding in show.findings]
    findings += [finding for found in of_address.values() for finding in found]
    episodes = {episode.guid or episode.title for show in shows for episode in show.read.episodes}
    per_feed = tuple(_feed_report(show, of_address) for show in shows)
    return Report(len(shows), len(episodes), len(of_address), requests, tuple(findings), per_feed)


def _feed_report(show: _Show, of_address: Mapping[str, Sequence[Finding]]) -> FeedReport:
    urls = {address.url for address in show.read.addresses}
    levels = Counter(finding.level for finding in show.findings)
    levels.update(finding.level for url in urls for finding in of_address[url])
    return FeedReport(
        _printable(show.url),
        _printable(show.read.title),
        len(show.read.episodes),
        len(urls),
        levels[Level.ERROR],
        levels[Level.WARNING],
    )


# ---------------------------------------------------------------- findings


def _error(code: str, url: str, message: str, hint: str = "", *, field: str = "") -> Finding:
    """A finding on *url*. What a server or feed says may hold anything: it is made fit for a terminal."""
    return Finding(code, _printable(message), _printable(url, 500), _printable(field), _printable(hint))


def _warning(code: str, url: str, message: str, hint: str = "") -> Finding:
    error = _error(code, url, message, hint)
    return Finding(error.code, error.message, error.where, hint=error.hint, level=Level.WARNING)


def _printable(text: str, most: int = 300) -> str:
    """*text* on one line, without what could steer a terminal."""
    short = text if len(text) <= most else text[: most - 1] + "…"
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in short)


def _gathered(url: str, check: Iterator[Finding]) -> list[Finding]:
    """What *check* finds, up to where the server fails it."""
    found: list[Finding] = []
    try:
        found.extend(check)
    except (NoAnswer, NotAFeed) as failure:
        found.append(_error(failure.code, url, failure.message, failure.hint))
    return found


def _wrong_status(url: str, answer: Answer, asked: str = "GET") -> Finding:
    hint = {
        401: tr("let everybody read it, without signing in"),
        403: tr("let everybody read it: the bucket's or CDN's policy forbids it"),
        404: tr("`lornpod publish --repair`, and see that base_url is where the store is served"),
        410: tr("`lornpod publish --repair`, and see that base_url is where the store is served"),
    }.get(answer.status, tr("look at the server"))
    return _error(
        "verify-status",
        url,
        tr("{asked} is answered with status {status}, not 200", asked=asked, status=answer.status),
        hint,
    )


# ---------------------------------------------------------------- a feed


def _read_feed(client: Client, url: str) -> _Show:
    show = _Show(url)
    show.findings += _gathered(url, _feed(client, show))
    return show


def _feed(client: Client, show: _Show) -> Iterator[Finding]:
    """All about the feed alone; its answer first, then what it says."""
    yield from _plain_feed(show.url)
    reader = FeedReader()
    answer = client.ask("GET", show.url, limit_bytes=FEED_LIMIT_BYTES, take=reader.take)
    if answer.status != 200:
        yield _wrong_status(show.url, answer)
        return
    yield from _feed_headers(client, show.url, answer)
    if not answer.whole:
        hint = tr("set `page_size` in the feed's file")
        said = tr("the feed is longer than {feed_limit_mb} MB", feed_limit_mb=FEED_LIMIT_BYTES // 1_000_000)
        yield _error("verify-too-large", show.url, said, hint)
        return
    show.read = reader.close()
    yield from _archives(client, show)
    yield from _feed_content(show.url, show.read)


def _plain_feed(url: str) -> Iterator[Finding]:
    (scheme, host, _), _ = split(url)
    if scheme == "http" and not _loopback(host):
        hint = tr("serve it over https and set base_url to that")
        yield _warning("verify-plain-http", url, tr("the feed is plain http"), hint)


def _archives(client: Client, show: _Show) -> Iterator[Finding]:
    """All about the pages that the feed leads to; their episodes become the show's."""
    seen = {show.url}
    url = show.read.older
    while url:
        if url in seen or len(seen) > _MANY_PAGES:
            yield _error("verify-archive", url, tr("the pages of the feed never end"), tr("renew the feeds"))
            return
        seen.add(url)
        reader = FeedReader()
        answer = client.ask("GET", url, limit_bytes=FEED_LIMIT_BYTES, take=reader.take)
        if answer.status != 200:
            yield _wrong_status(url, answer)
            return
        if answer.media_type not in _FEED_TYPES:
            said = tr(
                "the page's Content-Type is {media_type}", media_type=answer.media_type or tr("missing")
            )
            yield _error("verify-feed-type", url, said, tr("store it as application/rss+xml; charset=utf-8"))
        page = reader.close()
        if page.guid != show.read.guid:
            said = tr(
                "its podcast:guid is {guid}, and the feed's {read_guid}",
                guid=page.guid or tr("missing"),
                read_guid=show.read.guid,
            )
            yield _error("verify-archive", url, said, tr("publish the feed again"))
        show.read.episodes += page.episodes
        show.read.addresses += page.addresses
        url = page.older


def _feed_headers(client: Client, url: str, answer: Answer) -> Iterator[Finding]:
    if answer.media_type not in _FEED_TYPES:
        said = tr("the feed's Content-Type is {media_type}", media_type=answer.media_type or tr("missing"))
        yield _error("verify-feed-type", url, said, tr("store it as application/rss+xml; charset=utf-8"))
    yield from _charset(url, answer)
    yield from _downgrade(url, answer)
    conditions = {
        name: answer.headers[known]
        for name, known in (("If-None-Match", "etag"), ("If-Modified-Since", "last-modified"))
        if known in answer.headers
    }
    if not conditions:
        said = tr("neither ETag nor Last-Modified: every app downloads the whole feed at every look")
        yield _warning("verify-validator", url, said, tr("let the server send an ETag"))
        return
    again = client.ask("GET", url, conditions)
    if again.status != 304:
        said = tr(
            "asked whether it changed ({conditions}), it answers {status}, not 304",
            conditions=tr(" and ").join(conditions),
            status=again.status,
        )
        yield _warning(
            "verify-conditional", url, said, tr("let the server or CDN answer conditional requests")
        )


def _feed_content(url: str, read: Published) -> Iterator[Finding]:
    if url not in read.self_links:
        said = tr(
            "its atom:link rel=self is {self_links}", self_links=", ".join(read.self_links) or tr("missing")
        )
        yield _error("verify-self-link", url, said, tr("set base_url to the address that apps use"))
    hint = tr("fill it in the feed's file or lornpod.yaml")
    for name in _REQUIRED:
        if name not in read.fields:
            yield _error("verify-channel", url, tr("the channel has no {name}", name=name), hint, field=name)
    for name in _RECOMMENDED:
        if name not in read.fields:
            yield _warning("verify-channel", url, tr("the channel has no {name}", name=name), hint)
    if not read.episodes and not is_list(read.medium):
        yield _warning(
            "verify-empty", url, tr("the feed has no episodes: directories refuse it"), tr("publish one")
        )
    yield from _items(url, read)
    plain = [address.url for address in read.addresses if is_plain(address.url)]
    if plain and not is_plain(url):
        said = tr(
            "{count} of its addresses are plain http, such as {plain}", count=len(plain), plain=plain[0]
        )
        yield _warning("verify-plain-http", url, said, tr("serve them over https"))


def _items(url: str, read: Published) -> Iterator[Finding]:
    for number, episode in enumerate(read.episodes, start=1):
        missing = [name for name in _ITEM_REQUIRED if name not in episode.fields]
        if missing:
            said = tr(
                "item {number} (“{title}”) has no {missing}",
                number=number,
                title=episode.title or episode.guid,
                missing=", ".join(missing),
            )
            yield _error("verify-item", url, said, tr("publish the feed again"))
    for guid, count in Counter(episode.guid for episode in read.episodes if episode.guid).items():
        if count > 1:
            said = tr("{count} episodes have the guid {guid}: apps show one of them", count=count, guid=guid)
            yield _error("verify-guid", url, said, tr("give each case a guid of its own"))
    enclosures = Counter(address for episode in read.episodes for address in episode.enclosures)
    for enclosure, count in enclosures.items():
        if count > 1:
            said = tr(
                "{count} episodes have the enclosure {enclosure}: Apple takes the first only",
                count=count,
                enclosure=enclosure,
            )
            yield _error("verify-enclosure-twice", url, said, tr("give each case audio of its own"))


def _compare(shows: Sequence[_Show]) -> None:
    """Note what is wrong between feeds: one podcast:guid for several, one episode with several guids."""
    first_with: dict[str, str] = {}
    episode_with: dict[str, tuple[str, str]] = {}
    for show in shows:
        guid = show.read.guid.lower()
        other = first_with.setdefault(guid, show.url) if guid else show.url
        if other != show.url:
            said = tr("its podcast:guid is that of {other}: to apps they are one podcast", other=other)
            hint = tr("take `guid` out of one feed's file")
            show.findings.append(_error("verify-podcast-guid", show.url, said, hint))
        for episode in show.read.episodes:
            for enclosure in episode.enclosures:
                known, feed = episode_with.setdefault(enclosure, (episode.guid, show.url))
                if feed != show.url and known != episode.guid:
                    said = tr(
                        "“{title}” has the guid {guid}, and {known} in {feed}",
                        title=episode.title,
                        guid=episode.guid,
                        known=known,
                        feed=feed,
                    )
                    hint = tr("publish all feeds again")
                    show.findings.append(_warning("verify-guid", show.url, said, hint))


# ---------------------------------------------------------------- an address in a feed


def _address(client: Client, named: _Named, recorded: int | None) -> Iterator[Finding]:
    """All about one address. *recorded* is the length in bytes that its record says."""
    split(named.url)
    if named.kind == "enclosure":
        yield from _enclosure(client, named, recorded)
    elif named.kind in ("cover", "image"):
        yield from _picture(client, named, recorded)
    else:
        yield from _text(client, named, recorded)


def _enclosure(client: Client, named: _Named, recorded: int | None) -> Iterator[Finding]:
    url = named.url
    for declared in sorted(named.types):
        if not _MEDIA_TYPE.fullmatch(declared):
            hint = tr("write audio/mpeg for MP3")
            yield _error(
                "verify-type",
                url,
                tr("the feed says type {declared!r}, which apps don't know", declared=declared),
                hint,
            )
    head = client.ask("HEAD", url)
    if head.status != 200:
        yield _wrong_status(url, head, "HEAD")
        if head.status in (404, 410):
            return
    else:
        yield from _media_headers(url, head, named, recorded)
    yield from _ranges(client, url, head)


def _media_headers(url: str, head: Answer, named: _Named, recorded: int | None) -> Iterator[Finding]:
    yield from _downgrade(url, head)
    yield from _served_type(url, head, named.types)
    if head.length_bytes is None:
        said = tr("HEAD does not tell its length")
        yield _error("verify-length", url, said, tr("let the server send Content-Length"))
    else:
        yield from _lengths(url, head.length_bytes, named.lengths, recorded)
    if head.headers.get("content-encoding", "identity").strip().lower() != "identity":
        said = tr(
            "it is packed as {headers}: ranges and lengths don't fit",
            headers=head.headers["content-encoding"],
        )
        yield _error(
            "verify-encoding", url, said, tr("store audio without Content-Encoding, don't compress it")
        )
    if head.headers.get("accept-ranges", "").strip().lower() != "bytes":
        said = tr(
            "Accept-Ranges is {accept_ranges}: some players won't seek",
            accept_ranges=head.headers.get("accept-ranges", "missing"),
        )
        yield _warning("verify-accept-ranges", url, said, tr("let the server send Accept-Ranges: bytes"))


def _lengths(url: str, served: int, declared: Iterable[str], recorded: int | None) -> Iterator[Finding]:
    for said in sorted(declared):
        if said != str(served):
            message = tr("it is {served} bytes, the feed says length={said!r}", served=served, said=said)
            yield _error("verify-length", url, message, tr("`lornpod publish --repair`"))
    if recorded is not None and recorded != served:
        message = tr("it is {served} bytes, its record says {recorded}", served=served, recorded=recorded)
        yield _error(
            "verify-length",
            url,
            message,
            tr("it was changed or cut in the store: `lornpod publish --repair`"),
        )


def _ranges(client: Client, url: str, head: Answer) -> Iterator[Finding]:
    """The first two bytes, two in the middle and the last one, as players ask for them when they seek."""
    length = head.length_bytes if head.status == 200 else None
    spans = [(0, 1)]
    if length is not None and length > 4:
        spans += [(length // 2, length // 2 + 1), (length - 1, length - 1)]
    for first, last in spans:
        said = _range_fault(client, url, first, last, length)
        if said:
            hint = tr("let the server or CDN answer byte ranges (RFC 9110, 14)")
            yield _error(
                "verify-range",
                url,
                tr("asked for bytes={first}-{last}, it {said}", first=first, last=last, said=said),
                hint,
            )
            return


def _range_fault(client: Client, url: str, first: int, last: int, length: int | None) -> str:
    """What is wrong with the answer to a range; empty for nothing."""
    answer = client.ask("GET", url, {"Range": f"bytes={first}-{last}"})
    if answer.status != 206:
        return tr("answers {status}, not 206", status=answer.status)
    told = answer.headers.get("content-range", "")
    match = re.fullmatch(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)", told.strip(), re.IGNORECASE)
    if match is None or (int(match[1]), int(match[2])) != (first, last):
        return tr("answers with Content-Range {told}", told=told or tr("missing"))
    if length is not None and match[3] not in ("*", str(length)):
        return tr("answers with Content-Range {told}, and HEAD with {length} bytes", told=told, length=length)
    if len(answer.body) != last - first + 1 or not answer.whole:
        return tr("sends {count} bytes", count=len(answer.body))
    return ""


def _text(client: Client, named: _Named, recorded: int | None) -> Iterator[Finding]:
    """A transcript or chapters file: read whole, as a web player on another site would."""
    url, kind = named.url, named.kind
    known = _TRANSCRIPT_TYPES if kind == "transcript" else _CHAPTER_TYPES
    for declared in sorted(named.types - known):
        said = tr(
            "the feed says type {declared!r}, which is none of a {kind} file", declared=declared, kind=kind
        )
        yield _error("verify-type", url, said, tr("write one of {known}", known=", ".join(sorted(known))))
    answer = client.ask("GET", url, {"Origin": _ORIGIN}, limit_bytes=TEXT_LIMIT_BYTES)
    if answer.status != 200:
        yield _wrong_status(url, answer)
        return
    yield from _downgrade(url, answer)
    yield from _served_type(url, answer, named.types)
    yield from _charset(url, answer)
    if answer.headers.get("access-control-allow-origin", "").strip() not in ("*", _ORIGIN):
        hint = tr("let the bucket or CDN send Access-Control-Allow-Origin: * (a CORS rule with GET and HEAD)")
        yield _error("verify-cors", url, tr("no CORS header: players on the web can't read it"), hint)
    if not answer.whole:
        said = tr("it is longer than {text_limit_mb} MB", text_limit_mb=TEXT_LIMIT_BYTES // 1_000_000)
        yield _error("verify-too-large", url, said, tr("look at what was uploaded"))
        return
    if recorded is not None and "content-encoding" not in answer.headers:
        yield from _lengths(url, len(answer.body), (), recorded)
    for declared in sorted(named.types & known):
        said = _text_fault(kind, declared, answer.body)
        if said:
            yield _error(f"verify-{kind}", url, said, tr("`lornpod publish --repair CASE`"))
        elif kind == "transcript":
            yield from _strict(declared, answer.body, url)
        else:
            yield from _chapter_doubts(answer.body, url)


def _strict(media_type: str, body: bytes, url: str) -> Iterator[Finding]:
    """What strict apps would refuse or lose of a transcript of *media_type*."""
    rows = (row for row in transcripts.FORMATS if row.published and row.media_type == media_type)
    for row in rows:
        for one in strict.findings(body, row, url):
            yield replace(one, message=_printable(one.message), hint=tr("mend the file"))


def _chapter_doubts(body: bytes, url: str) -> Iterator[Finding]:
    """What a JSON chapters file, which can be read, says that apps cannot show."""
    before = -1.0
    for number, entry in enumerate(json.loads(body.decode("utf-8-sig"))["chapters"], start=1):
        said = ""
        if entry["startTime"] < before:
            said = tr("number {number} starts before the one before it", number=number)
        before = max(before, entry["startTime"])
        for name in ("img", "url"):
            if entry.get(name) and not str(entry[name]).lower().startswith(("http://", "https://")):
                said = tr("{name} of number {number} is no web address", name=name, number=number)
        place = entry.get("location")
        if place and not (isinstance(place, dict) and place.get("name") and place.get("geo")):
            said = tr("location of number {number} has no name and geo", number=number)
        if said:
            yield _warning("verify-chapters-value", url, said, tr("write it as JSON Chapters 1.2 has it"))
            return


def _text_fault(kind: Kind, media_type: str, body: bytes) -> str:
    """What is wrong with the content of a transcript or chapters file; empty for nothing."""
    try:
        text = body.decode("utf-8-sig")
        parsed = json.loads(text) if "json" in media_type else None
    except UnicodeDecodeError:
        return tr("it is not UTF-8")
    except (ValueError, RecursionError) as error:
        return tr("it is not JSON: {error}", error=error)
    if parsed is not None or "json" in media_type:
        return _json_fault(parsed, "chapters" if kind == "chapters" else "segments")
    if media_type == "text/vtt" and not re.match(r"WEBVTT([ \t\r\n]|$)", text):
        return tr("it does not begin with WEBVTT")
    if media_type == "application/x-subrip" and not _SRT.match(text):
        return tr("it does not begin with a numbered SRT cue")
    return "" if text.strip() else tr("it is empty")


def _json_fault(parsed: object, name: str) -> str:
    """*parsed* must hold a list called *name* whose entries have a startTime in seconds."""
    entries = parsed.get(name) if isinstance(parsed, dict) else None
    if not isinstance(entries, list) or not isinstance(parsed, dict) or "version" not in parsed:
        return tr("it is JSON without a version and a list of {name}", name=name)
    for number, entry in enumerate(entries, start=1):
        start = entry.get("startTime") if isinstance(entry, dict) else None
        if not isinstance(start, int | float) or isinstance(start, bool):
            return tr("number {number} of its {name} has no startTime in seconds", number=number, name=name)
    return ""


def _picture(client: Client, named: _Named, recorded: int | None) -> Iterator[Finding]:
    """A cover or another picture, by its first bytes."""
    url = named.url
    answer = client.ask("GET", url, {"Range": f"bytes=0-{_PICTURE_START_BYTES - 1}"})
    if answer.status not in (200, 206):
        yield _wrong_status(url, answer)
        return
    yield from _downgrade(url, answer)
    length = _picture_length(answer)
    if recorded is not None and length is not None:
        yield from _lengths(url, length, (), recorded)
    if named.kind == "cover" and (head := client.ask("HEAD", url)).status != 200:
        said = tr("{asked} is answered with status {status}, not 200", asked="HEAD", status=head.status)
        yield _warning("verify-head", url, said, tr("let the server answer HEAD"))
    kind = next((kind for start, kind in _PICTURES.items() if answer.body.startswith(start)), "")
    if named.kind == "cover" and not kind:
        yield _error(
            "verify-image", url, tr("the cover is neither JPEG nor PNG"), tr("publish a JPEG or PNG cover")
        )
    elif kind and answer.media_type != kind:
        said = tr(
            "its Content-Type is {media_type}, and it is {kind}",
            media_type=answer.media_type or tr("missing"),
            kind=kind,
        )
        yield _error("verify-type", url, said, tr("store it with Content-Type {kind}", kind=kind))
    elif not answer.media_type.startswith("image/"):
        said = tr(
            "its Content-Type is {media_type}, which is no picture",
            media_type=answer.media_type or tr("missing"),
        )
        yield _error("verify-type", url, said, tr("store it with its image type"))


def _picture_length(answer: Answer) -> int | None:
    if answer.status == 200:
        return answer.length_bytes
    total = answer.headers.get("content-range", "").rpartition("/")[2]
    return int(total) if re.fullmatch(r"[0-9]{1,18}", total) else None


# ---------------------------------------------------------------- what several checks ask


def _served_type(url: str, answer: Answer, declared: Iterable[str]) -> Iterator[Finding]:
    for said in sorted(declared):
        if answer.media_type != said and answer.media_type not in _ALSO.get(said, ()):
            message = tr(
                "its Content-Type is {media_type}, the feed says {said!r}",
                media_type=answer.media_type or tr("missing"),
                said=said,
            )
            yield _error("verify-type", url, message, tr("store it with Content-Type {said}", said=said))


def _charset(url: str, answer: Answer) -> Iterator[Finding]:
    """UTF-8 must not be contradicted, and where readers would guess, be said."""
    if answer.charset not in ("", "utf-8", "utf8"):
        hint = tr("store it with Content-Type {media_type}; charset=utf-8", media_type=answer.media_type)
        yield _error(
            "verify-charset",
            url,
            tr("it is served as {charset}, not as UTF-8", charset=answer.charset),
            hint,
        )
    elif not answer.charset and answer.media_type in _GUESSED:
        hint = tr("store it with Content-Type {media_type}; charset=utf-8", media_type=answer.media_type)
        yield _warning(
            "verify-charset", url, tr("no charset is said: readers guess, and æ, ø, å break"), hint
        )


def _downgrade(url: str, answer: Answer) -> Iterator[Finding]:
    """https that leads to http: iOS and browsers refuse to follow."""
    if not url.startswith("https://"):
        return
    plain = [step for step in (*answer.redirects, answer.url) if is_plain(step)]
    if plain:
        said = tr("it redirects from https to {plain}: iPhones and browsers refuse that", plain=plain[0])
        yield _error("verify-redirects", url, said, tr("let it redirect to https"))


def is_plain(url: str) -> bool:
    """Whether *url* is http to a machine other than this one."""
    try:
        (scheme, host, _), _ = split(url)
    except NoAnswer:
        return False
    return scheme == "http" and not _loopback(host)


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
