"""What is wrong with a workspace or a feed beyond what its reader says: rules as data, and their runs.

A rule is one decorated function that yields findings; its docstring is its reason. The reader of the
workspace has complained of its own before: of what is missing, unknown or malformed.
"""

from __future__ import annotations

from .choice import Choice, is_authored, unknown
from .of_feeds import FeedChecker, feed_findings
from .of_workspace import case_preview, workspace_findings
from .registry import RULES, Rule, all_rules

__all__ = [
    "RULES",
    "Choice",
    "FeedChecker",
    "Rule",
    "all_rules",
    "case_preview",
    "feed_findings",
    "is_authored",
    "unknown",
    "workspace_findings",
]
