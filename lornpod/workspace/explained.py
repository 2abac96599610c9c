"""The table of fields as others want it: JSON Schemas for editors, rows for a reference page."""

from __future__ import annotations

from collections.abc import Iterator
from types import NoneType
from typing import Any, cast

from .border import JsonSchema
from .namespace import FILES

_TITLES = {"network": "lornpod.yaml", "feed": "feeds/<slug>.md", "case": "episodes/<id>/case.md"}


def schemas() -> dict[str, dict[str, object]]:
    """JSON Schemas (2020-12) of lornpod.yaml and of the front matter of feeds and cases, for editors."""
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return {
        kind: dialect | _tidied(model.model_json_schema()) | {"title": _TITLES[kind]}
        for kind, model in FILES.items()
    }


def _tidied(schema: Any) -> Any:
    """*schema* without what is true of the models only: null for absent, empty defaults."""
    if isinstance(schema, list):
        return [_tidied(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    tidy = {
        key: value if key in ("examples", "enum") else _tidied(value)
        for key, value in schema.items()
        if not _is_made_up(key, value)
    }
    if "default" in tidy and (isinstance(tidy["default"], dict | list | NoneType) or tidy["default"] == ""):
        del tidy["default"]
    if "anyOf" in tidy:
        kinds = [kind for kind in tidy.pop("anyOf") if kind != {"type": "null"}]
        tidy = {**kinds[0], **tidy} if len(kinds) == 1 else {"anyOf": kinds, **tidy}
    return tidy


def _is_made_up(key: str, value: Any) -> bool:
    """Titles that pydantic makes of names; ours are lower case."""
    return key == "title" and isinstance(value, str) and value[:1].isupper() and value != "UUID"


def fields() -> dict[str, list[tuple[str, str, str]]]:
    """For each kind of file: path, type and description of every field, such as ``chapters[].start``."""
    return {kind: list(_rows(schema, schema.get("$defs", {}), "")) for kind, schema in _schemas().items()}


def _schemas() -> dict[str, JsonSchema]:
    return cast("dict[str, JsonSchema]", schemas())


def _rows(schema: JsonSchema, definitions: JsonSchema, prefix: str) -> Iterator[tuple[str, str, str]]:
    for name, one in schema["properties"].items():
        required = ", required" if name in schema.get("required", ()) else ""
        about = one if "description" in one else _resolved(one, definitions)
        yield f"{prefix}{name}", _spoken(one, definitions) + required, about["description"]
        many, inner = _mapping_in(one, definitions)
        if inner:
            yield from _rows(inner, definitions, f"{prefix}{name}{'[]' if many else ''}.")


def _mapping_in(schema: JsonSchema, definitions: JsonSchema) -> tuple[bool, JsonSchema | None]:
    """Whether a field holds a list, and the mapping that it or its items are."""
    if "$ref" in schema:
        return _mapping_in(_resolved(schema, definitions), definitions)
    if "properties" in schema:
        return False, schema
    if "items" in schema:
        return True, _mapping_in(schema["items"], definitions)[1]
    found = [_mapping_in(part, definitions) for part in schema.get("anyOf", ())]
    return any(many for many, _ in found), next((inner for _, inner in found if inner), None)


def _resolved(schema: JsonSchema, definitions: JsonSchema) -> JsonSchema:
    return cast("JsonSchema", definitions[schema["$ref"].rpartition("/")[2]])


def _spoken(schema: JsonSchema, definitions: JsonSchema) -> str:
    """A schema in words: ``text or list of text``."""
    if "$ref" in schema:
        return _spoken(_resolved(schema, definitions), definitions)
    if "properties" in schema:
        return "mapping"
    if "items" in schema:
        return f"list of {_spoken(schema['items'], definitions)}"
    if "title" in schema:
        return str(schema["title"])
    if "enum" in schema:
        return " or ".join(map(str, schema["enum"]))
    one, *more = schema["anyOf"]
    if more == [{"items": one, "type": "array"}]:
        return f"{_spoken(one, definitions)}, or a list of them"
    return " or ".join(dict.fromkeys(_spoken(part, definitions) for part in schema["anyOf"]))
