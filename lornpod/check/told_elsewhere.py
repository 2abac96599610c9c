"""The codes that other rooms tell, as rules: what reading authored files, pictures, transcripts and addresses
finds. Here they have their title, reason, source and remedy, so that they can be looked up and chosen."""

from __future__ import annotations

from collections.abc import Iterator

from ..errors import Finding, Level
from .registry import rule
from .sources import (
    APPLE,
    APPLE_ART,
    APPLE_AUDIO,
    APPLE_FEEDS,
    HOUSE,
    HTTP,
    MIXED,
    NAMESPACE,
    PAGING,
    PSP,
    RSS,
    SPOTIFY,
    WEBVTT,
    XML,
)

E, W, A = Level.ERROR, Level.WARNING, Level.ADVICE

# Code, level, title, reason, source, remedy.
Row = tuple[str, Level, str, str, str, str]

# Told by the reader of the workspace: where one is an error, nothing further was judged.
_AUTHORED: tuple[Row, ...] = (
    ("value", E, "A field holds what it can hold", "What cannot be read is not published, rather than guessed at.", HOUSE, "write it as docs/fields.md says"),
    ("missing", E, "What must be said is said", "Apps need it, and nobody but you knows it.", HOUSE, "write the field"),
    ("unknown-key", E, "Fields are known ones", "A misspelt field would be passed over without a word.", HOUSE, "see docs/fields.md"),
    ("yaml", E, "Front matter is YAML 1.2", "Read otherwise than it was meant, `no` becomes false and 12:30 a number.", HOUSE, "mend it at the place that is named"),
    ("encoding", E, "Authored files are UTF-8 text", "æ, ø and å of another encoding become other letters.", HOUSE, "save it as UTF-8"),
    ("unreadable", E, "Authored files can be read", "What the system does not hand out cannot be published.", HOUSE, "check the file and its rights"),
    ("character", W, "Texts hold characters that can be published", "XML cannot hold control characters: they are left out.", XML, "take it out of the text"),
    ("comment", E, "A comment that opens closes", "All below an open <!-- would be left out of what is published.", HOUSE, "close it with -->"),
    ("heading", E, "A heading says something", "A question without words is shown as an empty line.", HOUSE, "write the question"),
    ("slug", E, "A feed's file name can stand in an address", "It is the feed's address for life.", HOUSE, "use small letters a to z, digits and -"),
    ("case-id", E, "A folder's name can be a case's id", "It stands in addresses, on every system.", HOUSE, "use up to 64 letters A to Z, digits, - and _"),
    ("no-case", W, "A folder of episodes has its case.md", "Without it nothing of the folder is published.", HOUSE, "write it, or begin the folder's name with _"),
    ("same-number", E, "Each case has a number of its own", "Listeners and tags take two cases of one number for one.", HOUSE, "give each its own"),
    ("audio", E, "It is clear which recording is meant", "Of several, the wrong one would be published.", HOUSE, "name the right one in `audio:`"),
    ("apple-range", W, "Sound is made as Apple asks for it", "Apple asks for −16 LUFS, at most −1 dBTP, MP3 of 96 to 256 kbit/s.", APPLE_AUDIO, "write a value in the range"),
    ("network-guid", A, "The network's identity is written down", "Without `guid:` it hangs on base_url, which may change one day: every episode would be new.", HOUSE, "add the line that is named"),
)  # fmt: skip

_FOUND: tuple[Row, ...] = (
    ("artwork-square", E, "A cover is square", "Apple takes no other, and apps cut or squeeze it.", APPLE_ART, "crop it"),
    ("artwork-size", E, "A cover has 1400 to 3000 pixels", "Apple takes no smaller and no larger ones.", APPLE_ART, "export it at 3000 × 3000 px"),
    ("artwork-bytes", A, "A cover has at most 512 kB", "Hosts keep to it by custom; apps on slow networks show a larger one late.", HOUSE, "save it as a JPEG of lower quality"),
    ("artwork-format", W, "A cover is JPEG or PNG, and named so", "Apple takes no other, and asks for the extension that matches.", APPLE_ART, "save it as JPEG or PNG"),
    ("artwork-mode", W, "A cover is RGB", "Apple takes RGB alone; others look wrong on screens.", APPLE_ART, "export it in sRGB"),
    ("artwork-alpha", W, "A cover has no transparency", "Apple takes none; apps put black or white behind.", APPLE_ART, "export it without an alpha channel"),
    ("transcript-speaker", A, "A speaker's name is one of the case's people", "Apps show names as the transcript writes them.", HOUSE, "write the name as in case.md"),
    ("transcript-anchor", W, "Times that an author wrote into a transcript can be", "One that cannot be is left out, and the words lie where they are heard.", HOUSE, "correct the time"),
    ("transcript-cue", W, "Every cue can be read", "AntennaPod drops the whole file for one that it cannot.", HOUSE, "mend the cue"),
    ("transcript-encoding", W, "A transcript is UTF-8", "æ, ø and å of another encoding become other letters.", WEBVTT, "save it as UTF-8"),
    ("transcript-format", W, "A transcript is of the format that its name says", "Readers go by the name.", HOUSE, "name it by what it is"),
    ("transcript-order", W, "Cues ascend", "Players that jump by time show the wrong words.", WEBVTT, "put them in order of time"),
    ("transcript-overlap", W, "Cues do not overlap", "Players show one of two, or both in a heap.", HOUSE, "correct the times"),
    ("transcript-strict", W, "A transcript is as strict apps read it", "Header texts, notes, styles and settings make some readers refuse the file.", HOUSE, "write plain cues"),
    ("transcript-times", W, "A cue ends after it begins", "Players never show it.", WEBVTT, "correct the times"),
    ("chapters-json", E, "JSON chapters can be read", "Apps drop all chapters for one that they cannot read.", NAMESPACE, "give a JSON Chapters 1.2 document"),
    ("feed-too-large", W, "A feed has no more megabytes than it may", "Some apps stop at 10 MB; all fetch the whole feed at every change.", HOUSE, "set `page_size` or `limit`, or write shorter summaries"),
    ("feed-shortened", A, "All episodes of a feed keep their notes", "Where the feed would grow too large, the oldest say no more than their summaries, or less. Told by `lornpod plan`.", HOUSE, "set `page_size` to keep all their notes"),
)  # fmt: skip

# Told where addresses are asked: `lornpod verify`, and `check-feed --media`.
_ASKED: tuple[Row, ...] = (
    ("feed-unreachable", E, "The feed can be had", "What cannot be fetched cannot be judged, nor subscribed to.", HTTP, "look at the address in a browser"),
    ("verify-unreachable", E, "The server can be reached", "Apps get nothing: no feed, no sound.", HTTP, "look at the server and its DNS"),
    ("verify-not-asked", E, "The server answers at last", "It was left alone after several failures.", HTTP, "ask again when the server is there"),
    ("verify-timeout", E, "The server answers in time", "Apps wait some seconds, no more.", HTTP, "look at the server"),
    ("verify-cut-off", E, "Answers come whole", "An episode that breaks off is played to where it breaks.", HTTP, "look at the server"),
    ("verify-http", E, "The answer is HTTP", "Apps understand nothing else.", HTTP, "look at the server"),
    ("verify-status", E, "What a feed names is there for everybody", "Apps sign in nowhere: anything but 200 is nothing to them.", HTTP, "let everybody read it"),
    ("verify-redirects", E, "Redirects lead there", "Circles, long ways and ways from https to http are given up.", HTTP, "let it redirect once"),
    ("verify-certificate", E, "The certificate is valid", "Apps refuse servers that cannot prove who they are.", HTTP, "renew it, with its whole chain"),
    ("verify-tls", E, "https works", "Apps cannot connect, and say that the feed is gone.", HTTP, "look at the server"),
    ("verify-url", E, "An address can be asked", "Spaces and other letters than ASCII must be encoded.", HTTP, "percent-encode it"),
    ("verify-encoding", E, "Bodies are packed as they say, sound not at all", "Lengths and ranges of packed sound do not fit.", HTTP, "store it without Content-Encoding"),
    ("verify-type", E, "The server says the type that the feed says", "Players go by one or the other.", HTTP, "store it with its Content-Type"),
    ("verify-length", E, "The file is as long as the feed says", "Apps show wrong progress, or ask past the end.", RSS, "write the length in bytes"),
    ("verify-range", E, "Byte ranges are answered", "Without them nobody can seek or resume; Apple requires them.", APPLE_FEEDS, "let the server answer byte ranges"),
    ("verify-accept-ranges", W, "Byte ranges are offered", "Some players seek only where Accept-Ranges says that they may.", HTTP, "send Accept-Ranges: bytes"),
    ("verify-cors", E, "Web players may read transcripts and chapters", "Browsers withhold them without Access-Control-Allow-Origin.", NAMESPACE, "send Access-Control-Allow-Origin: *"),
    ("verify-charset", W, "Text says its charset", "Where nothing is said readers guess, and æ, ø and å break.", HTTP, "store it with charset=utf-8"),
    ("verify-too-large", E, "Text files are of a size that is read", "Apps stop reading what is longer.", HOUSE, "look at what was uploaded"),
    ("verify-transcript", E, "A transcript is of the format that it says", "AntennaPod drops the whole file for one bad cue.", HOUSE, "publish it again"),
    ("verify-chapters", E, "A chapters file is JSON chapters", "Apps drop all chapters for one that they cannot read.", NAMESPACE, "publish it again"),
    ("verify-chapters-value", W, "A chapters file says what apps can show", "Chapters are taken to ascend; pictures and links need whole addresses, places a name and geo (JSON Chapters 1.2).", NAMESPACE, "write it as JSON Chapters 1.2 has it"),
    ("verify-head", W, "A cover's server answers HEAD", "Apple and PSP-1 ask for it: directories look by HEAD whether a cover has changed.", APPLE_FEEDS, "let the server answer HEAD"),
    ("verify-image", E, "A cover is JPEG or PNG", "Apple takes no other.", APPLE_ART, "publish a JPEG or PNG"),
    ("verify-feed-type", E, "A feed is served as XML", "Browsers and some readers do not take it for a feed.", HOUSE, "store it as application/rss+xml"),
    ("verify-validator", W, "A feed has an ETag or a date", "Without, every app downloads the whole feed at every look.", HTTP, "let the server send an ETag"),
    ("verify-conditional", W, "An unchanged feed is answered by 304", "Without, every app downloads the whole feed at every look.", HTTP, "answer conditional requests"),
    ("web-private", E, "Addresses are public", "Nobody outside reaches a server in a private network; check-feed asks none unless told to.", HTTP, "serve it publicly, or give --allow-private if you trust it"),
    ("verify-plain-http", W, "Addresses are https", "iOS and browsers refuse plain http in many places.", MIXED, "serve it over https"),
    ("verify-xml", E, "The published feed is well-formed", "One mistake in the XML, and apps see no feed at all.", XML, "publish the feed again"),
    ("verify-doctype", E, "The published feed declares no document type", "Careful readers refuse it.", XML, "leave the <!DOCTYPE> out"),
    ("verify-not-rss", E, "The published feed is RSS", "Apps read <rss>, and neither Atom nor web pages.", RSS, "look at the feed's address"),
    ("verify-self-link", E, "The published feed says its own address", "Directories move over to what it says.", PSP, "set base_url to the address that apps use"),
    ("verify-archive", E, "The published archives are of one feed and end", "Readers go round for ever, or find another show's episodes.", PAGING, "publish the feed again"),
    ("verify-channel", E, "The published channel says what it must", "Directories refuse it, or file it under nothing.", APPLE, "fill it in"),
    ("verify-empty", W, "The published feed has an episode", "Directories refuse a show without one.", SPOTIFY, "publish one"),
    ("verify-item", E, "Published episodes have title, guid and enclosure", "Without them an item is no episode.", APPLE_FEEDS, "publish the feed again"),
    ("verify-guid", E, "Published guids are distinct", "Of two episodes with one guid apps show one.", RSS, "give each case its own"),
    ("verify-enclosure-twice", E, "Published episodes have files of their own", "Apple passes over a second item with one address.", APPLE_FEEDS, "give each case audio of its own"),
    ("verify-podcast-guid", E, "Published feeds have podcast:guids of their own", "To apps two of one guid are one podcast.", NAMESPACE, "take `guid` out of one feed's file"),
)  # fmt: skip


def _told_there(*_: object) -> Iterator[Finding]:
    yield from ()


for _of, _rows in (("authored", _AUTHORED), ("found", _FOUND), ("address", _ASKED)):
    for _code, _level, _title, _why, _source, _remedy in _rows:
        rule(_code, _of, _title, _level, why=_why, source=_source, remedy=_remedy)(_told_there)
