"""Keeps the catalogues of messages: what the source says, merged into each .po and compiled to its .mo.

python docs/messages.py           write them
python docs/messages.py nn        the same, and begin a catalogue for another language
python docs/messages.py --check   leave with 1 where one is not up to date
"""

from __future__ import annotations

import ast
import inspect
import io
import re
import struct
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog
from babel.messages.pofile import read_po, write_po

from lornpod.messages import DOMAIN, FOLDER

PACKAGE = FOLDER.parent
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)  # no run changes a file that says the same


# Of click's own messages, which it looks up in the same catalogue, those that people meet.
_CLICK = (
    "Usage:", "Options", "Aborted!", "Show this message and exit.", "Show the version and exit.",
    "%(prog)s, version %(version)s", "default: {default}", "env var: {var}", "Error: {message}",
    "Try '{command} {option}' for help.", "Invalid value: {message}",
    "Invalid value for {param_hint}: {message}",
    "Missing argument", "Missing option", "Missing parameter", "Missing command.",
    "No such option {name!r}.", "No such option: {name}", "No such command {name!r}.",
    "Option {name!r} does not take a value.", "{value!r} is not a valid {number_type}.",
    "{value} is not in the range {range}.", "{name} {filename!r} does not exist.",
    "{name} {filename!r} is a file.", "{name} {filename!r} is a directory.",
    "{name} {filename!r} is not readable.", "Could not open file {filename!r}: {message}",
    "File", "Directory", "Path", "file", "directory", "path",
)  # fmt: skip
_CLICK_COUNTED = (
    ("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"),
    ("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."),
    ("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"),
    ("{value!r} is not {choice}.", "{value!r} is not one of {choices}."),
)


@dataclass(frozen=True, slots=True)
class Template:
    """A message of the source: *many* for those that count."""

    one: str
    many: str
    file: str
    line: int


def templates() -> list[Template]:
    """Every message of the source, in its order."""
    ours = [one for path in sorted(PACKAGE.rglob("*.py")) for one in _of_file(path)]
    clicks = [*((one, "") for one in _CLICK), *_CLICK_COUNTED]
    return [*ours, *(Template(one, many, "click", 0) for one, many in clicks)]


def _of_file(path: Path) -> Iterator[Template]:
    file, tree = path.relative_to(PACKAGE.parent).as_posix(), ast.parse(path.read_text("utf-8"))
    found = [*_of_calls(tree, file)]
    if "cli" in path.relative_to(PACKAGE).parts:
        found += _of_commands(tree, file)
    yield from sorted(found, key=lambda one: one.line)


def _of_calls(tree: ast.Module, file: str) -> Iterator[Template]:
    """What tr, trn and later are given, and the remedies of rules."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        said = [text for text in map(_text, call.args) if text]
        if name in ("tr", "later") and said:
            yield Template(said[0], "", file, call.lineno)
        elif name == "later_each" and call.args and isinstance(call.args[0], ast.Dict):
            for value in call.args[0].values:
                yield Template(_text(value), "", file, value.lineno)
        elif name == "trn":
            yield Template(said[0], said[1], file, call.lineno)
        if name in ("rule", "_of_its_own"):
            for keyword in call.keywords:
                if keyword.arg == "remedy" and (remedy := _text(keyword.value)):
                    yield Template(remedy, "", file, keyword.value.lineno)


def _of_commands(tree: ast.Module, file: str) -> Iterator[Template]:
    """The help of options, and of commands: a paragraph each."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in ("help", "purpose") and (said := _text(node.value)):
            yield Template(said, "", file, node.value.lineno)
        if isinstance(node, ast.FunctionDef) and _is_command(node):
            for said in paragraphs(ast.get_docstring(node, clean=False) or ""):
                yield Template(said, "", file, node.lineno)


def paragraphs(docstring: str) -> list[str]:
    """The paragraphs of *docstring*, as they stand in a catalogue."""
    return [part for part in inspect.cleandoc(docstring).split("\n\n") if part]


def _is_command(function: ast.FunctionDef) -> bool:
    return any(re.search(r"\b(command|group)\b", ast.unparse(one)) for one in function.decorator_list)


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


# ---------------------------------------------------------------- catalogues


def merged(path: Path, language: str) -> Catalog:
    """The catalogue at *path* with all that the source says, and nothing that it does not say any more."""
    known = read_po(io.BytesIO(path.read_bytes()), language) if path.is_file() else Catalog(language)
    catalogue = Catalog(
        language, project="lornpod", fuzzy=False, charset="utf-8",
        header_comment="# Messages of lornpod: msgstr is written by hand, all else by docs/messages.py.",
    )  # fmt: skip
    for one in templates():
        key = (one.one, one.many) if one.many else one.one
        said = known.get(one.one)
        # No line numbers: they would make a difference of every change.
        catalogue.add(
            key, said.string if said else None, locations=[(one.file, None)], flags=said.flags if said else ()
        )
    for message in catalogue:
        message.flags.discard("python-brace-format")
        message.flags.discard("python-format")
    return catalogue


def written(catalogue: Catalog) -> tuple[bytes, bytes]:
    """*catalogue* as .po and as .mo, the same bytes each time."""
    catalogue.revision_date = catalogue.creation_date = _NEVER
    po = io.BytesIO()
    write_po(po, catalogue, width=100, omit_header=False, sort_by_file=False)
    text = re.sub(
        rb'^"(?:POT-Creation|PO-Revision|Last-Trans|Generated|Report|Language-Team)[^\n]*\n',
        b"",
        po.getvalue(),
        flags=re.MULTILINE,
    )
    return text, compiled(catalogue)


def compiled(catalogue: Catalog) -> bytes:
    """*catalogue* as .mo (gettext manual, The Format of GNU MO Files): what is translated, by msgid."""
    head = f"Content-Type: text/plain; charset=UTF-8\nPlural-Forms: {catalogue.plural_forms}\n"
    said = {b"": head.encode()}
    for message in catalogue:
        if message.id and not message.fuzzy and all(_all(message.string)):
            said["\0".join(_all(message.id)).encode()] = "\0".join(_all(message.string)).encode()
    pairs = sorted(said.items())
    at = 28 + 16 * len(pairs)
    index, texts = [b"", b""], b""
    for side in (0, 1):
        for pair in pairs:
            index[side] += struct.pack("<2I", len(pair[side]), at + len(texts))
            texts += pair[side] + b"\0"
    header = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, at)
    return header + index[0] + index[1] + texts


def stale(languages: list[str]) -> list[Path]:
    """The files of *languages* that are not as the source has them; written anew unless --check is given."""
    found = []
    for language in languages:
        po = FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po"
        for path, data in zip((po, po.with_suffix(".mo")), written(merged(po, language)), strict=True):
            if not path.is_file() or path.read_bytes() != data:
                found.append(path)
                if "--check" not in sys.argv:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(data)
    return found


def main() -> int:
    known = [path.parts[-3] for path in sorted(FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))]
    named = [one for one in sys.argv[1:] if not one.startswith("-")]
    found = stale([*known, *(one for one in named if one not in known)])
    if "--check" in sys.argv:
        print(
            "\n".join(
                f"{path.relative_to(PACKAGE.parent)} is not up to date; run make messages" for path in found
            )
        )
        return bool(found)
    for language in (*known, *named):
        path = FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po"
        lacking = [
            one for one in merged(path, language) if one.id and not (one.string and all(_all(one.string)))
        ]
        print(f"{language}: {len(templates())} places, {len(lacking)} messages not translated")
    return 0


def _all(said: str | Sequence[str] | None) -> tuple[str, ...]:
    """The forms of a message that counts, or the one of all others."""
    return (said,) if isinstance(said, str) else tuple(said or ("",))


if __name__ == "__main__":
    sys.exit(main())
