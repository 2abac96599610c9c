"""Imports go in one direction: the tree stays a house with doors, not a knot."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "lornpod"

WORDS = {"model", "errors", "events", "messages"}
MAKERS = {"align", "workspace", "audio", "text", "art", "feeds", "pages", "webclient"}
# Each room, and the rooms besides the words that it may see. A room always sees itself.
ASSEMBLERS = {
    "check": MAKERS,
    "release": MAKERS,
    "importing": {"workspace", "text", "feeds", "webclient"},
    "publish": {"check", "release", "feeds", "pages", "workspace", "art", "text", "webclient"},
    "chapter_files": {"audio", "text"},
    "doctor": {"align", "audio", "publish", "webclient"},
    "terminal": set[str](),
    "memory": set[str](),
    "cli": MAKERS
    | {"chapter_files", "check", "doctor", "importing", "memory", "release", "publish", "terminal"},
}
# One outside library, one room.
LIBRARIES: dict[str, str | tuple[str, ...]] = {
    "boto3": ("publish/s3.py", "publish/sending.py", "publish/bucket.py"),
    "botocore": ("publish/s3.py", "publish/sending.py", "publish/bucket.py"),
    "mutagen": "audio/",
    "feedgen": "feeds/",
    "numpy": ("align/", "audio/"),
    "espeakng_loader": "align/",
    "faster_whisper": "align/",
    "pywhispercpp": "align/",
    "torchaudio": "align/",
    "whisperx": "align/",
    "pydub": "audio/",
    "imageio_ffmpeg": "audio/",
    "PIL": "art/",
    "uharfbuzz": "art/",
    "pyphen": "art/",
    "yaml": "workspace/",
    "pydantic": "workspace/",
    "msgspec": ("publish/records.py", "publish/proofs.py", "workspace/kept.py"),
    "markdown_it": "text/",
    "nh3": "text/",
    "rapidfuzz": "text/",
    "jinja2": "pages/",
    "segno": "pages/",
    "click": "cli/",
    "rich": ("terminal.py", "cli/"),
}


def imports_of(source: Path) -> set[str]:
    """Every module that *source* imports, absolute."""
    package = ("lornpod", *source.relative_to(PACKAGE).parent.parts)
    found: set[str] = set()
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                base = ".".join((*package[: len(package) - node.level + 1], base)).rstrip(".")
            found.update(f"{base}.{alias.name}" for alias in node.names)
    return found


def room_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if parts[0] == "lornpod" and len(parts) > 1 else None


SOURCES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_go_in_one_direction(source: Path) -> None:
    room = source.relative_to(PACKAGE).with_suffix("").parts[0]
    if room in ("__init__", "__main__"):
        return
    seen = {room_of(module) for module in imports_of(source)} - {None, room, "__version__"}
    if room in WORDS | MAKERS:
        assert seen <= WORDS
    else:
        assert seen <= WORDS | ASSEMBLERS[room]


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_each_library_lives_in_one_room(source: Path) -> None:
    place = source.relative_to(PACKAGE).as_posix()
    for module in imports_of(source):
        home = LIBRARIES.get(module.partition(".")[0])
        if home is not None:
            assert place.startswith(home), f"{place} imports {module}, which belongs in {home}"


@pytest.mark.parametrize("name", sorted(WORDS))
def test_the_words_need_the_standard_library_alone(name: str) -> None:
    outside = {module.partition(".")[0] for module in imports_of(PACKAGE / f"{name}.py")}
    assert outside <= set(sys.stdlib_module_names) | {"lornpod"}
