"""Writes the reference pages beside this file from the tables in the code.

python docs/generate.py          write them
python docs/generate.py --check  leave with 1 where one is not up to date
"""

from __future__ import annotations

import sys
from pathlib import Path

from lornpod import check, workspace
from lornpod.chapter_files import HOLDERS
from lornpod.check import sources
from lornpod.cli import EXIT_CODES
from lornpod.text.transcripts import FORMATS

HERE = Path(__file__).parent
_FILES = {"network": "lornpod.yaml", "feed": "feeds/&lt;slug&gt;.md", "case": "episodes/&lt;case&gt;/case.md"}


def table(headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [headings, tuple("---" for _ in headings), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def fields() -> str:
    """Every key of the authored files."""
    parts = ["# The fields of authored files\n"]
    for kind, rows in workspace.fields().items():
        parts.append(f"## {_FILES[kind]}\n")
        lines = [(f"`{name}`", of, meaning) for name, of, meaning in rows]
        parts.append(table(("field", "value", "meaning"), lines))
    return "\n".join(parts)


# Which kinds of subject a heading of the rules' page stands for.
_PARTS = {
    "The workspace: `lornpod check`": ("network", "feed", "case", "authored", "found", "ignored"),
    "A feed: `lornpod check-feed`, and `lornpod check` of what would be published": (
        "reader",
        "document",
        "entry",
        "episode",
        "feeds",
    ),
    "Addresses: `lornpod verify`, `lornpod check-feed --media`": ("address",),
}
_INTRODUCTION = """\
# The rules

Errors stop a publish, warnings and advice are shown. `--select` and `--ignore` choose rules by their codes,
or by how these begin: `--select apple` takes all of Apple's. What you live with is written down in
`lornpod.yaml`, with its reason, for everything or for one file or folder:

```yaml
check:
  ignore:
    - {code: guest-missing, reason: Narrated cases have no guest, where: episodes/C0901}
```

An entry without a reason ignores nothing and is told, as is one that takes nothing.

`--json`, or `--format json`, prints one array with an object for each finding, and nothing else on stdout:
`[]` for none. Its keys, all of them always there and all of them texts:

| key | what it is |
| --- | --- |
| `code` | a code of this page; what programs go by |
| `level` | `error`, `warning` or `advice` |
| `where` | the file, from the workspace's folder, or the address; with `:` and the line, if any |
| `field` | what of it: `chapters[3].start` of a file, `item[12].enclosure` of a feed; or nothing |
| `message` | what is wrong, in the user's language |
| `hint` | what to do, likewise, or nothing |

`--format github` prints workflow commands, which GitHub shows at the lines of a pull request: errors as
`error`, warnings as `warning`, advice as `notice`.

Both commands leave with 1 when there is an error, with 0 when there are warnings and advice alone, and with
2 for a code that no rule has.

"""


def rule_page() -> str:
    """Every rule, by what it judges."""
    parts = [_INTRODUCTION]
    for heading, kinds in _PARTS.items():
        rows = [
            (f"`{one.code}`", one.level.value, one.title, one.why, one.source, one.remedy)
            for one in check.all_rules()
            if one.of in kinds
        ]
        cells = [tuple(cell.replace("<", "&lt;") for cell in row) for row in rows]
        columns = ("code", "level", "rule", "why", "source", "what to do")
        parts.append(f"## {heading}\n\n{table(columns, cells)}\n")
    used = {one.source for one in check.all_rules()}
    rows = [(name, url) for name, url in sources.ADDRESSES.items() if url and name in used]
    named = "".join(f"- {name}: <{url}>\n" for name, url in rows)
    parts.append(f"## Sources\n\n{named}")
    return "".join(parts)


def formats() -> str:
    """The formats of transcripts and chapters, and exit codes."""
    rows = [
        (
            f"`{row.name}`",
            row.title,
            ", ".join(f"`{end}`" for end in row.suffixes),
            row.media_type,
            carried(times=row.timed, speakers=row.speakers, words=row.words),
            "yes" if row.published else "",
        )
        for row in FORMATS
    ]
    holders = [
        (
            f"`{one.name}`",
            one.title,
            ", ".join(f"`{end}`" for end in one.suffixes),
            carried(ends="end" in one.keeps, links="href" in one.keeps, pictures="img" in one.keeps),
            "a second" if one.step_ms == 1000 else "a millisecond",
            one.written,
        )
        for one in HOLDERS
    ]
    codes = [(str(code), meaning) for code, meaning in EXIT_CODES.items()]
    return (
        "# Formats and exit codes\n\n## Transcripts\n\n"
        "All are read, as `transcript.*` beside case.md or by `lornpod transcript`, and written by "
        "`lornpod transcript convert`. An episode is published in those of the last column.\n\n"
        + table(("format", "what it is", "files", "media type", "carries", "published"), rows)
        + "\n## Chapters\n\n"
        "All are read by `lornpod chapters`, and told by their content more than by their names.\n\n"
        + table(("format", "what it is", "files", "carries", "times to", "written by"), holders)
        + "\n## Exit codes\n\n"
        + table(("code", "meaning"), codes)
    )


def carried(**what: bool) -> str:
    return ", ".join(name for name, is_carried in what.items() if is_carried)


PAGES = {"fields.md": fields, "rules.md": rule_page, "formats.md": formats}


def main() -> int:
    stale = [name for name, page in PAGES.items() if not fresh(name, page())]
    if "--check" in sys.argv:
        print("\n".join(f"docs/{name} is not up to date; run python docs/generate.py" for name in stale))
        return bool(stale)
    for name in stale:
        (HERE / name).write_text(PAGES[name](), "utf-8")
    return 0


def fresh(name: str, text: str) -> bool:
    path = HERE / name
    return path.exists() and path.read_text("utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
