"""The workspace: authored files read into the model, and new ones written."""

from __future__ import annotations

from .editing import add_chapters
from .explained import fields, schemas
from .namespace import MEDIUMS
from .reading import AUDIO_SUFFIXES, CASES, NETWORK_FILE, Workspace, case_ids, find_root, read
from .scaffold import init, new_case
from .stating import accepted
from .writing import case_text, feed_text, network_text, write_case, write_file

__all__ = [
    "AUDIO_SUFFIXES",
    "CASES",
    "MEDIUMS",
    "NETWORK_FILE",
    "Workspace",
    "accepted",
    "add_chapters",
    "case_ids",
    "case_text",
    "feed_text",
    "fields",
    "find_root",
    "init",
    "network_text",
    "new_case",
    "read",
    "schemas",
    "write_case",
    "write_file",
]
