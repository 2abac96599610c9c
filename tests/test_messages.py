"""Messages: every one is in the catalogue, and said in the language that the environment asks for."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
import shutil
import string
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from lornpod import messages
from lornpod.messages import Message, figures, later, speaking, tr, trn, wanted

from .workspaces import CASE, Run

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "lornpod"
SOURCES = sorted(PACKAGE.rglob("*.py"))
LANGUAGES = sorted(path.parts[-3] for path in messages.FOLDER.glob("*/LC_MESSAGES/lornpod.po"))


# ---------------------------------------------------------------- which language


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "nb_NO.UTF-8"}, "nb"),
        ({"LANG": "nb"}, "nb"),
        ({"LANG": "no_NO.ISO-8859-1"}, "nb"),
        ({"LANG": "nn_NO.UTF-8"}, "nb"),
        ({"LANG": "nb_NO.UTF-8@euro"}, "nb"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "nb_NO.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "nb_NO.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "nb_NO.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, "en"),
        ({"LANG": "C", "LC_MESSAGES": "nb_NO.UTF-8"}, "nb"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "nb_NO.UTF-8", "LC_MESSAGES": "en_GB"}, "nb"),
        ({"LANG": "nb_NO.UTF-8", "LC_ALL": ""}, "nb"),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "sv:nb:en"}, "nb"),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "en:nb"}, "en"),
        ({"LANG": "nb_NO.UTF-8", "LANGUAGE": "sv:da"}, "nb"),
        ({"LANG": "C", "LANGUAGE": "nb"}, "en"),
        ({"LANGUAGE": "nb"}, "en"),
        ({"LANG": "POSIX", "LANGUAGE": "nb"}, "en"),
        ({"LANG": "../../nb"}, "en"),
    ],
)
def test_the_language_is_chosen_as_posix_and_gettext_do(environment: dict[str, str], language: str) -> None:
    assert wanted(environment) == language


def test_english_is_what_stands_in_the_source() -> None:
    assert tr("wrote {path}", path="a") == "wrote a"
    assert [trn("{count} feed", "{count} feeds", count) for count in (0, 1, 2)] == [
        "0 feeds",
        "1 feed",
        "2 feeds",
    ]
    assert tr("set `categories: {}`") == "set `categories: {}`"


def test_a_message_is_said_in_the_language_of_its_run() -> None:
    kept = Message(later("wrote {path}"), {"path": "a"})
    with speaking("nb"):
        assert tr("wrote {path}", path="a") == str(kept) == "skrev a"
        assert [trn("{count} feed", "{count} feeds", count) for count in (0, 1, 2)] == [
            "0 feeder",
            "1 feed",
            "2 feeder",
        ]
        with speaking("en"):
            assert str(kept) == "wrote a"
        assert str(kept) == "skrev a"
    assert str(kept) == "wrote a"


def test_what_a_catalogue_lacks_is_said_in_english() -> None:
    with speaking("nb"):
        assert tr("never {said} by anybody", said="told") == "never told by anybody"
        assert tr("") == ""


def test_a_language_without_a_catalogue_is_english() -> None:
    with speaking("tlh"):
        assert tr("wrote {path}", path="a") == "wrote a"


# ---------------------------------------------------------------- the catalogues


@pytest.fixture(scope="module")
def catalogues() -> ModuleType:
    """docs/messages.py, which needs Babel to read the .po files."""
    pytest.importorskip("babel")
    spec = importlib.util.spec_from_file_location("catalogues", ROOT / "docs" / "messages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where dataclasses look for it
    spec.loader.exec_module(module)
    return module


def test_catalogues_are_up_to_date_and_compiled(catalogues: ModuleType) -> None:
    said = subprocess.run(
        [sys.executable, ROOT / "docs" / "messages.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (said.returncode, said.stdout.strip()) == (0, "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated(catalogues: ModuleType, language: str) -> None:
    path = messages.FOLDER / language / "LC_MESSAGES" / "lornpod.po"
    lacking = [one.id for one in catalogues.merged(path, language) if one.id and not _is_said(one.string)]
    fuzzy = [one.id for one in catalogues.merged(path, language) if one.id and one.fuzzy]
    assert (lacking, fuzzy) == ([], [])


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_have_the_placeholders_of_their_templates(catalogues: ModuleType, language: str) -> None:
    path = messages.FOLDER / language / "LC_MESSAGES" / "lornpod.po"
    for message in catalogues.merged(path, language):
        if not message.id or not _is_filled(message.id):
            continue
        templates = (message.id,) if isinstance(message.id, str) else message.id
        said = (message.string,) if isinstance(message.string, str) else message.string
        allowed = {tuple(_placeholders(one)) for one in templates}
        for one in said:
            assert tuple(_placeholders(one)) in allowed, one
    for one in messages.FOLDER.glob(f"{language}/LC_MESSAGES/*"):
        assert one.suffix in (".po", ".mo")


def _is_filled(template: object) -> bool:
    """Whether *template* is one of str.format: others have braces that mean themselves."""
    try:
        return any(name for one in _all(template) for _, name, _, _ in string.Formatter().parse(one))
    except ValueError:
        return False


def _placeholders(template: str) -> list[tuple[str, str, str]]:
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError:
        return []
    return sorted((name, spec or "", how or "") for _, name, spec, how in parts if name)


def _all(said: object) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else tuple(said) if isinstance(said, list | tuple) else ()


def _is_said(said: object) -> bool:
    return bool(_all(said)) and all(_all(said))


# ---------------------------------------------------------------- the source

# Where words go to people: of each function, which of its arguments, by place and by name.
_SINKS: dict[str, tuple[tuple[int, ...], tuple[str, ...]]] = {
    "Finding": ((1, 4), ("message", "hint")),
    **dict.fromkeys(
        ("LornpodError", "MediaError", "StoreError", "NotInStore", "MissingTool"),
        ((0, 2), ("message", "hint")),
    ),
    **dict.fromkeys(("UsageError", "BadParameter", "ClickException"), ((0,), ("message",))),
    "Mistake": ((0, 1), ("hint",)),
    "Remark": ((1, 3), ("message", "hint")),
    "NoAnswer": ((1, 2), ("message", "hint")),
    "Diagnosis": ((1, 2), ("said", "hint")),
    "NotText": ((0,), ()),
    "Refused": ((1, 2), ()),
    "NotAFeed": ((1, 2), ()),
    "_Unreadable": ((0, 2), ()),
    "at": ((1, 2), ()),
    "_at": ((2, 3), ()),
    "lacks": ((1, 2), ()),
    "say": ((0,), ()),
    "complain": ((0, 1), ()),
    "result": ((0,), ()),
    "heading": ((0,), ()),
    "fact": ((0, 1), ()),
    "table": ((), ("empty",)),
    "Finished": ((0, 1), ("note",)),
    "Started": ((0,), ()),
    "Advanced": ((0,), ()),
    "Doubt": ((1,), ("reason",)),
    "_error": ((2, 3), ()),
    "_warn": ((1, 3), ()),
    "_unread": ((1,), ()),
    "_complain": ((3, 4), ()),
    "_unusable": ((1, 4), ()),
    "_nothing": ((2, 3), ()),
    **dict.fromkeys(("left_out", "_dropped", "_none"), ((1,), ())),
    **dict.fromkeys(("_contradicts", "advice", "refused", "_in_parallel", "_send"), ((0, 1), ())),
}
_WORD = re.compile(r"[^\W\d_]{2}")


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_words_go_to_people_but_by_the_catalogue(source: Path) -> None:
    tree = ast.parse(source.read_text("utf-8"))
    raw = [f"{source.name}:{node.lineno}: {ast.unparse(node)}" for node in _untranslated(tree)]
    assert raw == [], "give each to tr, trn or later of lornpod.messages"


def _untranslated(tree: ast.AST) -> Iterator[ast.expr]:
    for scope in (one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)):
        assigned: dict[str, list[ast.expr]] = {}
        for node in ast.walk(scope):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        assigned.setdefault(target.id, []).append(node.value)
        for call in (one for one in ast.walk(scope) if isinstance(one, ast.Call)):
            for given in _given(call):
                for value in assigned.get(given.id, [given]) if isinstance(given, ast.Name) else [given]:
                    yield from _raw(value)


def _given(call: ast.Call) -> Iterator[ast.expr]:
    """The arguments of *call* that people read."""
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    places, names = _SINKS.get(name, ((), ()))
    yield from (argument for place, argument in enumerate(call.args) if place in places)
    yield from (one.value for one in call.keywords if one.arg in names)


def _raw(node: ast.expr) -> Iterator[ast.expr]:
    """What in *node* are words that stand there as they are."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str) and _WORD.search(node.value):
            yield node
    elif isinstance(node, ast.JoinedStr):
        words = "".join(str(one.value) for one in node.values if isinstance(one, ast.Constant))
        if _WORD.search(words):
            yield node
    elif isinstance(node, ast.IfExp):
        yield from (*_raw(node.body), *_raw(node.orelse))
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from _raw(value)
    elif isinstance(node, ast.BinOp):
        yield from (*_raw(node.left), *_raw(node.right))


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_messages_are_literal_and_looked_up_when_they_are_said(source: Path) -> None:
    """Not while a module is read: its language is not chosen then."""
    tree = ast.parse(source.read_text("utf-8"))
    inside = {
        id(node)
        for scope in ast.walk(tree)
        if isinstance(scope, ast.FunctionDef | ast.Lambda)
        for part in (scope.body if isinstance(scope.body, list) else [scope.body])
        for node in ast.walk(part)
    }
    for call in (one for one in ast.walk(tree) if isinstance(one, ast.Call)):
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        if name in ("tr", "trn"):
            assert id(call) in inside, f"line {call.lineno}: this is said while the module is imported"
        if name in ("tr", "trn", "later"):
            assert not any(isinstance(one, ast.JoinedStr) for one in call.args), f"line {call.lineno}"
        if name == "trn":
            assert all(isinstance(one, ast.Constant) for one in call.args[:2]), f"line {call.lineno}"


# ---------------------------------------------------------------- commands


@pytest.fixture
def norwegian(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "nb_NO.UTF-8")


@pytest.mark.usefixtures("norwegian")
def test_mistakes_are_told_in_norwegian(root: Path, run: Run) -> None:
    case = root / "episodes/C0901/case.md"
    wrong = CASE.replace("published: 260302", "published: i går").replace("number: 901", "numer: 901")
    case.write_text(wrong, "utf-8")
    code, out, err = run("check")
    assert code == 1
    assert re.search(r"^nivå +kode +hvor +funn", out.strip(), re.MULTILINE)
    row = r"^ *feil +value +episodes/C0901/case.md:4 +published: 'i går' er ingen dato; skriv 2026-03-02"
    assert re.search(row, out, re.MULTILINE)
    assert "er ikke noe felt her; mente du number?" in out
    assert err.endswith("\n2 feil, 0 advarsler, 1 råd\n")
    code, _, err = run("publish")
    assert (code, err.splitlines()[-1].split(":")[0]) == (1, "feil")


@pytest.mark.usefixtures("norwegian")
def test_json_keeps_its_keys_codes_levels_and_states(root: Path, run: Run) -> None:
    case = root / "episodes/C0901/case.md"
    case.write_text(CASE.replace("published: 260302", "published: i går"), "utf-8")
    code, out, _ = run("check", "--json")
    (error,) = (one for one in json.loads(out) if one["level"] == "error")
    assert (code, error["code"], error["field"]) == (1, "value", "published")
    assert "er ingen dato" in error["message"]
    _, out, _ = run("status", "--json")
    assert json.loads(out)[0]["state"] == "not readable"


def _told(run: Run, *commands: str) -> str:
    said = [run(*command.split()) for command in commands]
    assert [code for code, _, _ in said] == [0] * len(said)
    return "\n".join(f"{out}\n{err}" for _, out, err in said)


@pytest.mark.usefixtures("norwegian")
def test_a_publish_is_told_in_norwegian(run: Run) -> None:
    told = _told(run, "status", "plan", "publish", "publish", "status", "history C0901", "unpublish C0901")
    for said in (
        "1 ikke publisert",
        "+ post 1 for C0901  ny",
        "C0901: mastret, ",
        "publiserte C0901, versjon 1",
        "feeder skrevet: ",
        "ingenting å gjøre: alt er publisert slik det står",
        "publisert, v1",
        "C0901 er trukket tilbake, versjon 2",
    ):
        assert said in told
    assert re.search(r"case +tittel +dato +lengde +lyd +LUFS +transkripsjon +kapitler +funn +publisert", told)
    assert re.search(r"versjon +tittel +når +av +tilstand +gjelder", told)


def test_the_same_is_told_in_english(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, said in {"LC_ALL": "", "LANG": "C", "LANGUAGE": "nb"}.items():
        monkeypatch.setenv(name, said)
    told = _told(run, "status", "plan", "publish", "publish", "unpublish C0901")
    for said in (
        "1 not published",
        "+ record 1 of C0901  new",
        "C0901: mastered, ",
        "published C0901, version 1",
        "feeds written: ",
        "nothing to do: everything is published as it stands",
        "C0901 is withdrawn, version 2",
    ):
        assert said in told


def test_help_and_a_wrong_command_line_are_told_in_norwegian(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    english = run("publish", "--help")[1]
    monkeypatch.setenv("LC_ALL", "nb_NO.UTF-8")
    _, out, _ = run("--help")
    assert out.startswith("Bruk: lornpod")
    assert "Publiser caser og forny feedene som viser dem." in out
    assert "Avslutningskoder:" in out
    _, out, _ = run("publish", "--help")
    assert "Legg på nytt det lageret har mistet" in out
    code, _, err = run("publisj")
    assert (code, err.splitlines()[-1]) == (2, "Feil: Kommandoen 'publisj' finnes ikke. Mente du «publish»?")
    monkeypatch.setenv("LC_ALL", "C")
    assert run("publish", "--help")[1] == english


def test_no_language_of_messages_reaches_the_store(
    root: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Feeds, records, pages and all files have the same bytes, whoever publishes."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780000000")
    stores: dict[str, dict[str, bytes]] = {}
    for language in ("C", "nb_NO.UTF-8"):
        monkeypatch.setenv("LC_ALL", language)
        shutil.rmtree(root / "build", ignore_errors=True)
        store = root.parent / language
        assert run("publish", "--store", str(store))[0] == 0
        assert run("unpublish", "C0901", "--store", str(store))[0] == 0
        assert run("rollback", "C0901", "--store", str(store))[0] == 0
        # What a folder's own note of its feeds says of their files, such as times, is not published.
        files = (path for path in store.rglob("*") if path.is_file() and path.name != "feeds.json.gz")
        stores[language] = {path.relative_to(store).as_posix(): path.read_bytes() for path in files}
    english, norwegian = stores.values()
    assert len(english) > 10
    assert english == norwegian


def test_numbers_are_written_as_the_language_writes_them() -> None:
    assert figures("1,234.5") == tr("{length:,.1f}", length=1234.5) == "1,234.5"
    with speaking("nb"):
        assert figures("1,234.5") == tr("{length:,.1f}", length=1234.5) == "1\N{NO-BREAK SPACE}234,5"
        assert tr("write {lowest}", lowest=0.5) == "write 0.5"  # in a file, as YAML has it
