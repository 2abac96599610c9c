"""The workspace: authored files read into the model, and new ones written."""

from __future__ import annotations

from .explained import fields, schemas
from .reading import CASES, Workspace, case_ids, find_root, read
from .scaffold import init, new_case
from .writing import case_text, write_case

__all__ = [
    "CASES",
    "Workspace",
    "case_ids",
    "case_text",
    "fields",
    "find_root",
    "init",
    "new_case",
    "read",
    "schemas",
    "write_case",
]
