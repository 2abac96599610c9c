"""Chapters put into a case.md: every byte that is not theirs stays."""

from __future__ import annotations

from difflib import ndiff
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lornpod import workspace
from lornpod.errors import LornpodError
from lornpod.model import CaseFolder, Chapter

from .workspaces import NETWORK

HEAD = "---\ntitle: Små skritt   # arbeidstittel\nquote: >-\n  Vi bygger\n  # broer.\n"
TAIL = "# siste ord\nsummary: 'Om  broer'\n---\nTekst.\n\n## Hvem er du?\n\nEn *leder*.  \n"
NEW = (Chapter(60_000, "Hvem er du?"), Chapter(200_500, "Hva: er #1?", href="https://example.org/"))


def case_in(root: Path, text: str | bytes) -> CaseFolder:
    (root / "episodes/C0901").mkdir(parents=True, exist_ok=True)
    (root / "lornpod.yaml").write_text(NETWORK, "utf-8")
    (root / "artwork").mkdir(exist_ok=True)
    (root / "artwork/cover.jpg").touch()
    data = text.encode() if isinstance(text, str) else text
    (root / "episodes/C0901/case.md").write_bytes(data)
    read = workspace.read(root, ["C0901"])
    assert read.cases, read.findings
    return read.cases[0]


def edited(root: Path, text: str | bytes, *chapters: Chapter, anew: bool = False) -> tuple[str, CaseFolder]:
    """The file after the edit, and the case as it is then read."""
    folder = case_in(root, text)
    path = workspace.add_chapters(folder, chapters or NEW, anew=anew)
    after = path.read_bytes()
    return after.decode(), case_in(root, after)


def changes(before: str, after: str) -> tuple[list[str], list[str]]:
    """The lines that went and those that came."""
    told = list(ndiff(before.splitlines(), after.splitlines()))
    return [one[2:] for one in told if one[:2] == "- "], [one[2:] for one in told if one[:2] == "+ "]


def test_a_case_without_chapters_gets_them_where_the_template_has_them(tmp_path: Path) -> None:
    after, case = edited(tmp_path, HEAD + TAIL)
    assert after == HEAD + (
        "chapters:\n  - 00:01:00 Hvem er du?\n  - start: '00:03:20.500'\n    title: 'Hva: er #1?'\n"
        "    href: https://example.org/\n"
    ) + TAIL  # fmt: skip
    assert case.case.chapters == NEW


BLOCK = HEAD + (
    "chapters:  # alle\n  # innledningen\n  - 00:00 Velkommen   # kort\n  # etter jingelen\n"
    "  - {start: 02:00, title: Broen}\n  - start: 05:00\n    title: |\n      Veien\n  # mer her?\n\n"
) + TAIL  # fmt: skip


def test_new_chapters_come_between_those_that_are_there_and_every_comment_stays(tmp_path: Path) -> None:
    after, case = edited(tmp_path, BLOCK, *NEW, Chapter(400_000, "Slutt"))
    gone, came = changes(BLOCK, after)
    assert gone == []
    assert came[0] == "  - 00:01:00 Hvem er du?"
    assert [one.title for one in case.case.chapters] == [
        "Velkommen", "Hvem er du?", "Broen", "Hva: er #1?", "Veien", "Slutt",
    ]  # fmt: skip
    rows = after.splitlines()
    assert rows.index("  - 00:01:00 Hvem er du?") + 1 == rows.index("  # etter jingelen")


@pytest.mark.parametrize(
    "chapters",
    ["chapters: [00:00 Velkommen, 02:00 Broen]\n", "chapters:\n", "chapters: []  # kommer\n",
     "chapters: 00:00 Velkommen\n", "chapters:\n- 00:00 Velkommen\n- 02:00 Broen\n"]
)  # fmt: skip
def test_chapters_written_in_other_ways_are_added_to(chapters: str, tmp_path: Path) -> None:
    before = case_in(tmp_path, HEAD + chapters + TAIL).case.chapters
    after, case = edited(tmp_path, HEAD + chapters + TAIL)
    assert case.case.chapters == tuple(sorted([*before, *NEW], key=lambda one: one.start_ms))
    assert after.startswith(HEAD)
    assert after.endswith(TAIL)
    assert ("# kommer" in after) == ("# kommer" in chapters)


def test_line_ends_and_byte_order_mark_stay(tmp_path: Path) -> None:
    before = b"\xef\xbb\xbf" + BLOCK.replace("\n", "\r\n").encode()
    after, _ = edited(tmp_path, before)
    assert after.startswith("\ufeff---\r\n")
    assert after.count("\n") == after.count("\r\n")


def test_chapters_in_place_of_those_that_are_there(tmp_path: Path) -> None:
    plain = HEAD + "chapters:\n  - 00:00 Velkommen\n  - 02:00 Broen\n" + TAIL
    after, case = edited(tmp_path, plain, anew=True)
    assert case.case.chapters == NEW
    assert (after.startswith(HEAD), after.endswith(TAIL)) == (True, True)


def test_a_comment_is_never_lost(tmp_path: Path) -> None:
    folder = case_in(tmp_path, BLOCK)
    with pytest.raises(LornpodError, match="comment"):
        workspace.add_chapters(folder, NEW, anew=True)
    assert (folder.folder / "case.md").read_text("utf-8") == BLOCK


titles = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=8)
chapters = st.lists(
    st.builds(Chapter, st.integers(0, 10**7), titles.map("Om {} – “mer”".format)),
    min_size=1,
    max_size=5,
    unique_by=lambda one: one.start_ms,
)


@settings(max_examples=40)
@given(chapters, st.sampled_from([HEAD + TAIL, BLOCK]))
def test_what_is_put_in_is_read_back_and_nothing_else_changes(
    tmp_path_factory: pytest.TempPathFactory, new: list[Chapter], text: str
) -> None:
    root = tmp_path_factory.mktemp("ws")
    before = case_in(root, text).case
    after, case = edited(root, text, *new)
    assert changes(text, after)[0] == []
    assert case.case.chapters == tuple(sorted([*before.chapters, *new], key=lambda one: one.start_ms))
