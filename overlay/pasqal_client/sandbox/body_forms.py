"""Judges the form of a body where the generated models are milder than the contract.

They take null for every optional field, do not look for repeated entries, and let NaN pass.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError

from .operations import CONTRACT

if TYPE_CHECKING:
    from collections.abc import Iterator

    Place = tuple[str | int, ...]


def check_form(schema: str, body: Any) -> None:
    """Check a body that satisfies its model against a component of the contract.

    Raises:
        RequestValidationError: it has a null, a repetition or a number that the contract does not
            admit.
    """
    found = list(_find_mistakes({"$ref": f"#/components/schemas/{schema}"}, body, ("body",)))
    if found:
        raise RequestValidationError(found)


def _find_mistakes(schema: dict[str, Any], value: Any, place: Place) -> Iterator[dict[str, Any]]:
    schema = _follow(schema)
    if value is None:
        if not _admits_null(schema):
            yield _mistake(place, "null is not allowed here", "none_not_allowed", value)
        return
    if isinstance(value, float) and not math.isfinite(value):
        yield _mistake(place, "Input should be a finite number", "finite_number", str(value))
    elif isinstance(value, dict):
        fields = schema.get("properties", {})
        for name, entry in value.items():
            # What the contract does not know may be null.
            known = fields.get(name, {"type": ["null"]})
            yield from _find_mistakes(known, entry, (*place, name))
    elif isinstance(value, list):
        yield from _find_mistakes_in_list(schema, value, place)


def _find_mistakes_in_list(
    schema: dict[str, Any], value: list[Any], place: Place
) -> Iterator[dict[str, Any]]:
    entries = schema.get("items", {"type": ["null"]})
    for position, entry in enumerate(value):
        yield from _find_mistakes(entries, entry, (*place, position))
    if schema.get("uniqueItems") and len(set(map(json.dumps, value))) < len(value):
        yield _mistake(place, "Entries should not be repeated", "unique_items", value)


def _follow(schema: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref")
    if reference is None:
        return schema
    name = reference.rpartition("/")[2]
    component: dict[str, Any] = CONTRACT["components"]["schemas"][name]
    return component


def _admits_null(schema: dict[str, Any]) -> bool:
    kinds = schema.get("type", [])
    if "null" in kinds:
        return True
    return any(_admits_null(choice) for choice in schema.get("anyOf", []))


def _mistake(place: Place, text: str, kind: str, value: Any) -> dict[str, Any]:
    return {"loc": place, "msg": text, "type": kind, "input": value}
