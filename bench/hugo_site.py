"""The bench's network as a Hugo site: the same texts, and templates that write the same feeds.

Every case is an HTML page with its notes as they are (no Markdown to render), every theme and perspective
a term with a feed. An item is rendered once and cached for the other feeds, as a good Hugo site does.
Pages and everything else that is no feed are turned off.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from lornpod.feeds.items import _clock as clock
from lornpod.feeds.namespaces import NAMESPACES, rfc2822
from lornpod.model import Record

CDN = "https://cdn.example.org/"
_CONFIG = """\
baseURL = "https://cdn.example.org/"
locale = "nb"
title = "alle"
disableKinds = ["taxonomy", "section", "sitemap", "robotsTXT", "404"]
[taxonomies]
theme = "themes"
perspective = "perspectives"
[outputs]
home = ["rss"]
term = ["rss"]
page = []
[outputFormats.rss]
baseName = "feed"
[services.rss]
limit = -1
[security]
allowContent = [".*"]
"""
_DECLARATION = '{{ printf "<?xml version=\\"1.0\\" encoding=\\"UTF-8\\"?>" | safeHTML }}\n'
_FEED = (
    _DECLARATION
    + "<rss "
    + " ".join(f'xmlns:{prefix}="{address}"' for prefix, address in NAMESPACES.items())
    + """ version="2.0"><channel>
<title>{{ .Title }}</title>
<link>https://example.org/</link>
<description>Samtaler.</description>
{{ with .OutputFormats.Get "rss" -}}
<atom:link href="{{ .Permalink }}" rel="self" type="application/rss+xml"/>
{{ end -}}
<generator>hugo</generator>
<language>nb</language>
{{ with (index .RegularPages.ByDate.Reverse 0) -}}
<lastBuildDate>{{ .Date.Format "Mon, 02 Jan 2006 15:04:05 -0700" }}</lastBuildDate>
{{ end -}}
<image><url>https://example.org/cover.jpg</url><title>{{ .Title }}</title><link>https://example.org/</link></image>
<itunes:author>Nettverk</itunes:author>
<itunes:image href="https://example.org/cover.jpg"/>
<itunes:category text="Education"/>
<itunes:explicit>false</itunes:explicit>
<itunes:type>episodic</itunes:type>
<podcast:guid>{{ .Params.guid }}</podcast:guid>
<podcast:locked>yes</podcast:locked>
<podcast:medium>podcast</podcast:medium>
{{ $pages := .RegularPages }}{{ if .IsHome }}{{ $pages = site.RegularPages }}{{ end -}}
{{ range $pages.ByDate.Reverse }}{{ partialCached "item.xml" . .File.Path }}{{ end -}}
</channel></rss>
"""
)
_ITEM = """\
<item><title>{{ .Title }}</title>
<link>https://example.org/</link>
<description>{{ .Params.summary }}</description>
<content:encoded>{{ printf "<![CDATA[%s]]>" .RawContent | safeHTML }}</content:encoded>
<guid isPermaLink="false">{{ .Params.guid }}</guid>
<enclosure url="{{ .Params.media.url }}" length="{{ .Params.media.length }}" type="audio/mpeg"/>
<pubDate>{{ .Params.pubdate }}</pubDate>
{{ range .Params.hosts }}<dc:creator>{{ . }}</dc:creator>{{ end }}
<itunes:duration>{{ .Params.duration }}</itunes:duration>
<itunes:explicit>false</itunes:explicit>
<itunes:episodeType>full</itunes:episodeType>
{{ range .Params.hosts }}<podcast:person role="host" group="cast">{{ . }}</podcast:person>{{ end }}
{{ range .Params.guests }}<podcast:person role="guest" group="cast">{{ . }}</podcast:person>{{ end }}
<podcast:location>{{ .Params.place }}</podcast:location>
{{ range .Params.transcripts -}}
<podcast:transcript url="{{ .url }}" type="{{ .type }}" language="nb"{{ with .rel }} rel="{{ . }}"{{ end }}/>
{{ end -}}
<podcast:chapters url="{{ .Params.chapters_url }}" type="application/json+chapters"/>
<psc:chapters version="1.2">
{{ range .Params.chapters }}<psc:chapter start="{{ .start }}" title="{{ .title }}"/>{{ end }}
</psc:chapters></item>
"""


def write(root: Path, network: Sequence[Record]) -> None:
    """The site of *network* in the folder *root*."""
    for name, text in {
        "hugo.toml": _CONFIG,
        "layouts/home.rss.xml": _FEED,
        "layouts/term.rss.xml": _FEED,
        "layouts/_partials/item.xml": _ITEM,
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    (root / "content/cases").mkdir(parents=True)
    for record in network:
        write_case(root, record)


def write_case(root: Path, record: Record) -> None:
    case, media = record.case, record.media
    captions = ("text/vtt", "application/x-subrip")
    front = {
        "title": case.title,
        "date": case.published and case.published.isoformat(),
        "pubdate": case.published and rfc2822(case.published),
        "themes": list(case.themes),
        "perspectives": [case.perspective],
        "summary": case.summary,
        "guid": record.guid,
        "media": {"url": CDN + media.artifact.key, "length": media.artifact.length_bytes},
        "duration": media.sound.duration_ms // 1000,
        "hosts": [person.name for person in case.hosts],
        "guests": [person.name for person in case.guests],
        "place": case.place.name if case.place else "",
        "transcripts": [
            {
                "url": CDN + one.key,
                "type": one.media_type,
                "rel": "captions" if one.media_type in captions else "",
            }
            for one in record.transcripts
        ],
        "chapters_url": CDN + record.chapters.key if record.chapters else "",
        "chapters": [{"start": clock(one.start_ms), "title": one.title} for one in case.chapters],
    }
    text = f"{json.dumps(front, ensure_ascii=False, indent=1)}\n\n{record.notes}\n"
    (root / f"content/cases/{case.id.lower()}.html").write_text(text, "utf-8")
