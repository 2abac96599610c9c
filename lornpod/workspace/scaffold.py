"""New workspaces and new cases. What a field is for comes from the same table that checks it."""

from __future__ import annotations

import os
import re
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from uuid import uuid4

import yaml
from pydantic.fields import FieldInfo

from ..errors import LornpodError
from ..messages import tr
from . import values
from .namespace import FILES
from .place import CASES, NETWORK_FILE
from .reading import WORKING_TITLE
from .whole import check_case_id
from .yaml12 import UNWRITABLE, quoted

_TEMPLATE = Path(__file__).parent / "template"
# Under its own name, git and build tools would obey it here.
_RENAMED = {"gitignore": ".gitignore"}
_TEXTS = {".md", ".yaml", ".txt", ""}
_WIDTH = 96
_SAID_ELSEWHERE = {"theme"}  # a case's other spelling of themes


def init(target: Path, *, name: str = "My podcast") -> list[Path]:
    """The files of a new workspace in *target*, as far as they were not there: it publishes at once."""
    name = _checked_name(name)
    if os.path.exists(target / NETWORK_FILE):  # noqa: PTH110 - never raises
        raise LornpodError(
            tr("there is a {network_file} already", network_file=NETWORK_FILE),
            str(target),
            tr("choose another folder, or add a case with `lornpod new ID`"),
        )
    fill = {
        "name": quoted(name),
        "guid": str(uuid4()),
        "copyright": quoted(name),
    }
    return [path for path, content in _filled(target, fill) if _written(path, content)]


def _checked_name(name: str) -> str:
    try:
        said = values.line(name)
    except values.Mistake as mistake:
        raise LornpodError(
            tr("the name {message}", message=mistake.message), hint=tr("give it with --name")
        ) from None
    if UNWRITABLE.search(said):
        raise LornpodError(tr("the name holds a control character"), hint=tr("leave it out"))
    return said


def _filled(target: Path, fill: Mapping[str, str]) -> Iterator[tuple[Path, bytes]]:
    fill = {**fill, **_descriptions()}
    for source in sorted(_TEMPLATE.rglob("*")):
        if source.is_file():
            content = source.read_bytes()
            if source.suffix in _TEXTS:
                content = _with_values(content.decode(), fill).encode()
            place = source.relative_to(_TEMPLATE)
            yield target / place.with_name(_RENAMED.get(place.name, place.name)), content


def _descriptions() -> dict[str, str]:
    return {
        f"{kind}.{name}": str(about.description)
        for kind, model in FILES.items()
        for name, about in model.model_fields.items()
    }


def _with_values(text: str, fill: Mapping[str, str]) -> str:
    """*text* with each ``{{key}}`` filled in; comments that grow long go on in the next line."""
    return "\n".join(_with_value(row, fill) if "{{" in row else row for row in text.split("\n"))


def _with_value(row: str, fill: Mapping[str, str]) -> str:
    filled = re.sub(r"\{\{(.+?)\}\}", lambda key: fill[key[1]], row)
    return _comment(filled[2:]) if filled.startswith("# ") else filled


def _comment(text: str) -> str:
    return "\n".join(
        f"# {row}" for row in textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)
    )


def _written(path: Path, content: bytes) -> bool:
    """True when the file was made, False when there was one."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as stream:
            stream.write(content)
    except FileExistsError:
        if path.is_file():
            return False
        raise LornpodError(
            tr("a file stands where a folder belongs"), str(path.parent), tr("move it away")
        ) from None
    except OSError as error:
        raise cannot_write(path, error) from None
    return True


def cannot_write(path: Path, error: OSError) -> LornpodError:
    """What the file system's refusal of *path* means to the author."""
    reason = (error.strerror or str(error)).lower()
    return LornpodError(tr("cannot be written: {reason}", reason=reason), str(path), tr("check the folder"))


# ---------------------------------------------------------------- one case


def new_case(root: Path, case_id: str) -> Path:
    """A new case.md: a draft with every field explained. Its folder may hold the recording already."""
    check_case_id(case_id)
    alike = [path.name for path in (root / CASES).glob("*") if path.name.casefold() == case_id.casefold()]
    path = root / CASES / case_id / "case.md"
    if os.path.exists(path) or (alike and case_id not in alike):  # noqa: PTH110 - never raises
        where = f"{CASES}/{alike[0] if alike else case_id}"
        raise LornpodError(tr("there is such a case already"), where, tr("choose another id, or edit it"))
    if not _written(path, _case_text(case_id).encode()):
        raise LornpodError(tr("there is such a case already"), f"{CASES}/{case_id}", tr("choose another id"))
    return path


_CASE_HEAD = """\
---
# Only the title is needed. A line that begins with # is a comment: take the # and the space after it
# away from what you want to use, and remove what you do not need.
"""
_CASE_BODY = """\
---
<!-- Below this comment, write the introduction: what the episode is about, for those who choose what to
     hear. Then each question as a heading, with its answer under it:

     ## Who are you?

     I lead a small department.

     Comments such as this one are not published. -->
"""


def _case_text(case_id: str) -> str:
    given: dict[str, object] = {"title": WORKING_TITLE}
    digits = re.fullmatch(r"[A-Za-z]*-?0*([1-9][0-9]{0,8})", case_id)
    if digits:
        given["number"] = int(digits[1])
    rows = [
        _explained(name, about, given.get(name))
        for name, about in FILES["case"].model_fields.items()
        if name not in _SAID_ELSEWHERE
    ]
    return "\n".join((_CASE_HEAD, *rows, _CASE_BODY))


def _explained(name: str, about: FieldInfo, given: object) -> str:
    """A field under its explanation: with the value *given*, or an example as a comment."""
    example = (about.examples or [""])[0]
    lines = dumped({name: example if given is None else given}).splitlines()
    shown = lines if given is not None else [f"# {line}" for line in lines]
    return "\n".join((_comment(str(about.description)), *shown, ""))


class _Dumper(yaml.SafeDumper):
    """Writes list items indented below their key."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)


def dumped(data: object, *, width: int = 1000) -> str:
    """*data* as YAML in block style; long texts go on in the next line after *width* characters."""
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=width)
