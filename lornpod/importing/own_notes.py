"""Show notes that lornpod wrote, without the lists at their end that it would add to them again."""

from __future__ import annotations

import re
from dataclasses import replace

from ..model import Case, Person
from ..text import notes

_BETWEEN = re.compile(r"(?<!&amp)(?<!&lt)(?<!&gt)(?<!&quot); ")  # no reference's own semicolon
_MOST_CHARS = 120  # of a role or an organisation; what is longer was meant otherwise


def without_lists(said: str, case: Case) -> tuple[str, Case]:
    """*said* without the chapters, guests and hosts of *case* that it ends with, to the letter; and *case*
    with its people as these lists describe them."""
    if "<p><strong>" not in said:
        return said, case
    words = notes.phrases(case.language)
    for heading, people in (("host", case.hosts), ("guest", case.guests)):
        either = f"{re.escape(words[heading])}|{re.escape(words[f'{heading}s'])}"
        found = re.search(rf"\n?<p><strong>(?:{either}):</strong> ([^\n]*)</p>\Z", said)
        described = _described(found[1], people) if found else None
        if found and described is None:
            return said, case
        if found and described:
            said = said[: found.start()]
            case = replace(case, hosts=described) if heading == "host" else replace(case, guests=described)
    chapters = notes.show_notes(replace(_bare(case), chapters=case.chapters), case.chapters, url=str)
    return (said.removesuffix(chapters).rstrip("\n") if chapters else said), case


def _described(said: str, people: tuple[Person, ...]) -> tuple[Person, ...] | None:
    """*people* with what *said* adds to their names; None where it is not of them."""
    parts = _BETWEEN.split(said)
    if len(parts) != len(people):
        return None
    described: list[Person] = []
    for part, person in zip(parts, people, strict=True):
        name = _introduced(person)
        rest = part[len(name) :]
        if not part.startswith(name) or (rest and not rest.startswith(", ")):
            return None
        role, _, organisation = notes.text(rest.removeprefix(", ")).rpartition(", ")
        if max(len(role), len(organisation)) > _MOST_CHARS:
            return None
        # Of one alone nobody knows which it is; both are shown alike.
        described.append(
            replace(person, role=role or organisation, organisation=organisation if role else "")
        )
    return tuple(described)


def _introduced(person: Person) -> str:
    alone = notes.show_notes(replace(_bare(Case("", "", "en")), guests=(person,)), (), url=str)
    return alone.partition(":</strong> ")[2].removesuffix("</p>")


def _bare(case: Case) -> Case:
    return Case(case.id, case.title, case.language)
