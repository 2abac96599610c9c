"""The site of a network of 1,500 cases of 42 minutes: `lornpod feeds` against Hugo, on the same texts.

    python bench/pages.py [CASES]

lornpod starts as a fresh process with the store's records and transcripts and no page (cold), then with
one more case, then with nothing to do; the feeds were written before, so that pages alone are measured.
Hugo gets the same cases as Markdown with the transcript in the front matter, and templates of the same
pages: a case with every cue of its transcript, a list per theme, a front page. It writes no linked data,
no QR codes and no neighbours of a case; its second run has one more case and its own cache.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from feeds import WORDS, generated, put, timed, write_workspace
from lornpod.model import Cue, Record, Transcript
from lornpod.publish.stores import FolderStore
from lornpod.text import transcripts

_CUES = 42 * 60 // 4


def spoken(number: int) -> tuple[Cue, ...]:
    """Ten words every four seconds, the speaker changing every fifth time."""
    return tuple(
        Cue(
            " ".join(WORDS[(number + at * 7 + place) % len(WORDS)] for place in range(10)).capitalize() + ".",
            ("Kari Nordmann", f"Gjest {number}")[at // 5 % 2],
            at * 4_000,
            at * 4_000 + 3_900,
        )
        for at in range(_CUES)
    )


def stored(store: FolderStore, record: Record) -> Record:
    """*record* in the store, and its transcript with times."""
    case_id, number = record.case.id, record.case.number or 0
    row = next(row for row in transcripts.FORMATS if row.name == "json")
    data = transcripts.render(Transcript(spoken(number), "nb"), row, title="")
    text = replace(record.transcripts[0], key=f"text/{case_id}/x.json", media_type=row.media_type)
    store.put(text.key, data, media_type=row.media_type, cache_control="")
    whole = replace(record, transcripts=(text,))
    put(store, whole)
    return whole


# ---------------------------------------------------------------- the peer

_CASE = """<!DOCTYPE html><html lang="nb"><head><meta charset="utf-8"><title>{{ .Title }}</title></head><body>
<h1>{{ .Title }}</h1><p>{{ .Params.guest }}</p><time>{{ .Date.Format "2006-01-02" }}</time>
<audio controls src="{{ .Params.audio }}"></audio>
<ol>{{ range .Params.chapters }}<li><a href="#t={{ .start }}">{{ .title }}</a></li>{{ end }}</ol>
<blockquote>{{ .Params.quote }}</blockquote>{{ .Content }}
{{ range .Params.cues }}<span data-t="{{ .t }}"><b>{{ .who }}</b> {{ .said }}</span> {{ end }}</body></html>
"""
_LIST = """<!DOCTYPE html><html lang="nb"><head><meta charset="utf-8"><title>{{ .Title }}</title></head><body>
<h1>{{ .Title }}</h1><ul>{{ range first 120 .Pages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a>
{{ .Params.guest }} <time>{{ .Date.Format "2006-01-02" }}</time></li>{{ end }}</ul></body></html>
"""
_FRONT = _LIST.replace("first 120 .Pages", "first 12 .Site.RegularPages")


def write_peer(root: Path, records: list[Record]) -> None:
    (root / "layouts/_default").mkdir(parents=True)
    (root / "content/cases").mkdir(parents=True)
    (root / "config.json").write_text(
        '{"baseURL": "https://cdn.example.org/", "title": "Nettverk", "disableKinds": ["RSS"],'
        ' "taxonomies": {"theme": "themes", "perspective": "perspectives"}}'
    )
    for name, layout in (("single", _CASE), ("list", _LIST), ("taxonomy", _LIST), ("terms", _LIST)):
        (root / f"layouts/_default/{name}.html").write_text(layout)
    (root / "layouts/index.html").write_text(_FRONT)
    for record in records:
        add_to_peer(root, record)


def add_to_peer(root: Path, record: Record) -> None:
    case = record.case
    front = {
        "title": case.title,
        "date": case.published.isoformat() if case.published else "",
        "themes": case.themes,
        "perspectives": [case.perspective],
        "guest": case.guests[0].name,
        "audio": record.media.artifact.key,
        "quote": case.quote.text if case.quote else "",
        "chapters": [{"start": one.start_ms / 1000, "title": one.title} for one in case.chapters],
        "cues": [
            {"t": (cue.start_ms or 0) / 1000, "who": cue.speaker, "said": cue.text}
            for cue in spoken(case.number or 0)
        ],
    }
    body = "\n\n".join((case.introduction, *_asked(record)))
    (root / f"content/cases/{case.id}.md").write_text(f"{json.dumps(front)}\n\n{body}\n", "utf-8")


def _asked(record: Record) -> Iterator[str]:
    for question in record.case.questions:
        yield f"## {question.question}\n\n{question.answer}"


# ---------------------------------------------------------------- both


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1500
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_workspace(root)
        settings = root / "lornpod.yaml"
        without = f"{settings.read_text('utf-8')}case_href: {_OWN}\n"
        with_pages = without.replace("site: false", "site: true")
        settings.write_text(without, "utf-8")
        store = FolderStore(root / "public")
        *cases, last = generated(count + 1)
        cases = [stored(store, record) for record in cases]
        ours = [sys.executable, "-m", "lornpod", "-q", "-C", str(root), "feeds", "--force"]
        timed(ours)
        settings.write_text(with_pages, "utf-8")
        figures = {"lornpod, every page": timed(ours)}
        settings.write_text(without, "utf-8")
        stored(store, last)
        timed(ours)  # the feeds alone
        settings.write_text(with_pages, "utf-8")
        figures["lornpod, one more case"] = timed(ours)
        figures["lornpod, nothing to do"] = timed(ours)
        if shutil.which("hugo"):
            write_peer(root / "peer", cases)
            hugo = ["hugo", "--quiet", "--source", str(root / "peer")]
            figures["hugo, every page"] = timed(hugo)
            add_to_peer(root / "peer", last)
            figures["hugo, one more case"] = timed(hugo)
        pages = list((root / "public").glob("cases/*/index.html"))
        size = sum(path.stat().st_size for path in pages)
        print(f"{len(pages)} cases, {size / 1e6:.0f} MB of pages")
        for name, (_, seconds, megabytes) in figures.items():
            print(f"{name:24} {seconds:6.2f} s  {megabytes:5.0f} MB")


# Where links in feeds lead with pages or without: so the feeds are the same in both runs.
_OWN = "https://example.org/{id}"

if __name__ == "__main__":
    main()
