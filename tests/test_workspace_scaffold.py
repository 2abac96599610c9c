"""New workspaces and cases, and the table of fields behind them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lornpod.errors import LornpodError
from lornpod.workspace import case_ids, fields, init, new_case, read, schemas
from lornpod.workspace.namespace import FILES
from lornpod.workspace.yaml12 import UNWRITABLE, parse

jsonschema: Any = pytest.importorskip("jsonschema")


def front_matter(path: Path) -> Any:
    text = path.read_text("utf-8")
    return parse(text.split("---\n")[1] if path.suffix == ".md" else text, path.name).data


def test_a_new_workspace_reads_without_a_complaint(tmp_path: Path) -> None:
    init(tmp_path, name="Lærerommet")
    workspace = read(tmp_path)
    assert not workspace.findings
    assert workspace.network.name == "Lærerommet"
    assert UUID(workspace.network.guid).version == 4
    (feed,), (case,) = workspace.feeds, workspace.cases
    assert feed.feed.title == "Lærerommet"
    assert case.case.published is not None
    assert case.audio is not None


def test_no_placeholder_is_left(tmp_path: Path) -> None:
    written = init(tmp_path)
    texts = [path.read_text("utf-8") for path in written if path.suffix in (".md", ".yaml", "")]
    assert len(texts) == 4
    assert not [text for text in texts if "{{" in text]
    assert tmp_path / ".gitignore" in written


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20))
def test_any_name_is_kept_or_refused(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    target = tmp_path_factory.mktemp("new")
    try:
        init(target, name=name)
    except LornpodError:
        assert UNWRITABLE.search(name) or not name.strip()
    else:
        assert read(target, only=()).network.name == re.sub(r"[ \t\r\n]+", " ", name.strip())


def test_two_new_workspaces_have_two_identities(tmp_path: Path) -> None:
    guids = set()
    for name in ("a", "b"):
        init(tmp_path / name)
        guids.add(read(tmp_path / name).network.guid)
    assert len(guids) == 2


def test_a_workspace_is_never_made_over_another(tmp_path: Path) -> None:
    init(tmp_path, name="First")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(LornpodError, match=r"there is a lornpod.yaml already.*lornpod new"):
        init(tmp_path, name="Second")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_files_that_are_there_stay_as_they_are(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("mine")
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds/all.md").write_text("mine too")
    written = init(tmp_path)
    assert (tmp_path / ".gitignore").read_text() == "mine"
    assert (tmp_path / "feeds/all.md").read_text() == "mine too"
    assert {path.name for path in written}.isdisjoint({".gitignore", "all.md"})


def test_a_file_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "pod").write_text("a file")
    with pytest.raises(LornpodError):
        init(tmp_path / "pod")


# ---------------------------------------------------------------- a new case


@pytest.fixture(name="root")
def _root(tmp_path: Path) -> Path:
    init(tmp_path)
    return tmp_path


def test_a_new_case_is_a_draft_that_reads_without_a_complaint(root: Path) -> None:
    path = new_case(root, "C0701")
    assert path == root / "episodes/C0701/case.md"
    workspace = read(root, only=["C0701"])
    assert not [finding for finding in workspace.findings if "C0701" in finding.where]
    case = workspace.cases[0].case
    assert (case.published, case.number, case.introduction, case.questions) == (None, 701, "", ())


def test_an_id_without_digits_gives_no_number(root: Path) -> None:
    new_case(root, "pilot")
    assert read(root, only=["pilot"]).cases[0].case.number is None


def test_a_new_case_explains_every_field(root: Path) -> None:
    text = new_case(root, "C0701").read_text("utf-8")
    prose = " ".join(text.replace("\n# ", " ").split())
    for name, about in FILES["case"].model_fields.items():
        if name != "theme":
            assert str(about.description) in prose
            assert re.search(rf"^(# )?{name}:", text, re.MULTILINE), name


def test_every_example_of_a_new_case_can_be_used_as_it_stands(root: Path) -> None:
    path = new_case(root, "C0701")
    text = path.read_text("utf-8")
    path.write_text(re.sub(r"^# (?=(\w+:( |$)|  ))", "", text, flags=re.MULTILINE), "utf-8")
    for name in ("cover.jpg", "audio.wav"):
        (path.parent / name).write_bytes(b"x")
    path.write_text(path.read_text("utf-8").replace("Working title", "Broen"), "utf-8")
    workspace = read(root, only=["C0701"])
    assert not [finding for finding in workspace.findings if "C0701" in finding.where]
    case = workspace.cases[0].case
    assert case.chapters
    assert case.guests
    assert case.links
    assert case.guid


def test_a_case_may_be_made_around_a_recording(root: Path) -> None:
    (root / "episodes/C0701").mkdir()
    (root / "episodes/C0701/take.wav").write_bytes(b"x")
    new_case(root, "C0701")
    assert "C0701" in case_ids(root)


@pytest.mark.parametrize("case_id", ["0001", "C0700", "c0700"])
def test_a_case_is_never_made_over_another(root: Path, case_id: str) -> None:
    new_case(root, "C0700")
    with pytest.raises(LornpodError, match="there is such a case already"):
        new_case(root, case_id)


@pytest.mark.parametrize("case_id", ["..", "../x", "a/b", "a\\b", "", "/x", "C 1", "a" * 65])
def test_unsafe_ids_make_nothing(root: Path, case_id: str) -> None:
    before = set(root.rglob("*"))
    with pytest.raises(LornpodError, match="cannot be a case's id"):
        new_case(root, case_id)
    assert set(root.rglob("*")) == before


# ---------------------------------------------------------------- schemas and reference


@pytest.mark.parametrize("kind", ["network", "feed", "case"])
def test_the_schemas_are_schemas(kind: str) -> None:
    schema = schemas()[kind]
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_editors_accept_what_is_accepted_here(root: Path) -> None:
    files = {"network": "lornpod.yaml", "feed": "feeds/all.md", "case": "episodes/0001/case.md"}
    for kind, name in files.items():
        jsonschema.validate(front_matter(root / name), schemas()[kind])


@pytest.mark.parametrize("kind", ["network", "feed", "case"])
def test_every_example_fits_its_schema(kind: str) -> None:
    properties: Any = schemas()[kind]["properties"]
    definitions = schemas()[kind].get("$defs", {})
    for name, one in properties.items():
        for example in one.get("examples", ()):
            jsonschema.validate({name: example}, {"properties": {name: one}, "$defs": definitions})


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("case", {"title": "x", "titel": "y"}),
        ("case", {}),
        ("case", {"title": "x", "chapters": [{"start": "12:99", "title": "y"}]}),
        ("case", {"title": "x", "explicit": "no"}),
        ("feed", {"title": "x", "type": "weekly"}),
        ("feed", {"title": "x", "categories": ["Education > Kurs"]}),
        ("network", {"name": "x", "website": "https://x.org", "base_url": "ftp://x.org"}),
    ],
)
def test_editors_refuse_what_is_refused_here(kind: str, wrong: dict[str, object]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, schemas()[kind])


@pytest.mark.parametrize(
    "right",
    [
        {
            "title": "x",
            "themes": "a",
            "guests": "Kari",
            "quote": "q",
            "place": "Oslo",
            "chapters": ["00:00 a"],
        },
        {"title": "x", "themes": ["a"], "guests": ["Kari", {"name": "Ola"}], "quote": {"text": "q"}},
        {"title": "x", "published": 260302, "number": "C0608", "chapters": [{"start": 0.5, "title": "a"}]},
    ],
)
def test_editors_accept_short_and_long_forms(right: dict[str, object]) -> None:
    jsonschema.validate(right, schemas()["case"])


def test_every_field_is_described_with_its_type() -> None:
    rows = fields()
    assert set(rows) == {"network", "feed", "case"}
    names = {kind: [name for name, _, _ in table] for kind, table in rows.items()}
    assert {"owner.email", "audio.bitrate.mono", "people[].img", "s3.endpoint"} <= set(names["network"])
    assert {"where.theme", "limit"} <= set(names["feed"])
    assert {"title", "chapters[].start", "quote.by", "guests[].name"} <= set(names["case"])
    for name, kind, description in (row for table in rows.values() for row in table):
        assert kind, name
        assert description.endswith("."), name
    assert ("title", "text, required") in [row[:2] for row in rows["case"]]
