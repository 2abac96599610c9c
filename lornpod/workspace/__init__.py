"""The workspace: authored files read into the model, and new ones written.

What is asked of it is imported then: to read authored files takes YAML and pydantic, and to recall what was
read takes neither.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from .place import CASES, NETWORK_FILE, Workspace, case_ids, find_root
from .whole import read, recall

if TYPE_CHECKING:
    from .editing import add_chapters
    from .explained import fields, schemas
    from .namespace import MEDIUMS
    from .reading import AUDIO_SUFFIXES
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
    "recall",
    "schemas",
    "write_case",
    "write_file",
]

_MODULES = {
    "editing": ("add_chapters",),
    "explained": ("fields", "schemas"),
    "namespace": ("MEDIUMS",),
    "reading": ("AUDIO_SUFFIXES",),
    "scaffold": ("init", "new_case"),
    "stating": ("accepted",),
    "writing": ("case_text", "feed_text", "network_text", "write_case", "write_file"),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)
