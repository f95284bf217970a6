"""Judges the form of a body where the generated models are milder than the contract.

They take null for every optional field, "5" and true for a number and a number for a time, do not
look for repeated entries, and let pass what no answer can repeat: NaN, half of a surrogate pair, and
lists in lists without end. So the body is judged as it came, and not as its model has read it.
"""

# No `from __future__ import annotations` here: FastAPI reads the annotations of `read_content`.

import json
import math
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, TypeAlias

from fastapi import Request
from fastapi.exceptions import RequestValidationError

from .checks import is_text
from .operations import CONTRACT

_Schema: TypeAlias = dict[str, Any]
_Place: TypeAlias = tuple[str | int, ...]

# Far more than any sequence or variable needs, and less than what SQLite's rows are read with.
_DEEPEST = 100
# What the contract says nothing about may be anything; null has to be named, or it is a mistake.
_ANYTHING: _Schema = {"type": ["null"]}
_MOST_ENTRIES = 100_000
# A body may have as many mistakes as it has bytes.
_MOST_MISTAKES = 100
_MISTAKE_FIELDS = ("loc", "msg", "type")


async def read_content(request: Request) -> Any:
    """The body of a request as it came; None if it is not JSON, which is rejected elsewhere.

    Raises:
        RequestValidationError: it has a list that is too long.
    """
    try:
        content = await request.json()
    except (ValueError, RecursionError):
        return None
    _check_lengths(content)
    return content


def _check_lengths(content: Any) -> None:
    # FastAPI asks for this before it has the body read by its model, which takes a minute for as many
    # entries as fit into a body, and meanwhile nobody is answered.
    values = [content]
    if isinstance(content, dict):
        values = list(content.values())
    for value in values:
        if isinstance(value, list) and len(value) > _MOST_ENTRIES:
            text = f"Lists should have at most {_MOST_ENTRIES:,} entries"
            raise RequestValidationError([_mistake(("body",), text, "too_long")])


def check_form(schema: str, content: Any) -> None:
    """Check the content of a body that satisfies its model against a component of the contract.

    Raises:
        RequestValidationError: it has something that the contract does not admit, or that cannot be
            kept.
    """
    mistakes = _find_mistakes({"$ref": f"#/components/schemas/{schema}"}, content, ("body",))
    found = list(islice(mistakes, _MOST_MISTAKES))
    if found:
        raise RequestValidationError(found)


def list_mistakes(error: RequestValidationError) -> list[dict[str, Any]]:
    """The first hundred mistakes of a request as an answer names them: without the input, which may be large."""
    mistakes = error.errors()[:_MOST_MISTAKES]
    return [{name: mistake[name] for name in _MISTAKE_FIELDS} for mistake in mistakes]


def _find_mistakes(schema: _Schema, value: Any, place: _Place) -> Iterator[dict[str, Any]]:
    schema = _follow(schema)
    if value is None:
        if not _admits_null(schema):
            yield _mistake(place, "null is not allowed here", "none_not_allowed")
    elif len(place) > _DEEPEST:
        yield _mistake(place[:2], "Input should not be nested so deeply", "recursion_loop")
    elif isinstance(value, dict):
        yield from _find_mistakes_in_object(schema, value, place)
    elif isinstance(value, list):
        yield from _find_mistakes_in_list(schema, value, place)
    else:
        yield from _find_mistakes_in_scalar(schema, value, place)


def _find_mistakes_in_object(
    schema: _Schema, value: dict[str, Any], place: _Place
) -> Iterator[dict[str, Any]]:
    fields = schema.get("properties", {})
    for name, entry in value.items():
        if is_text(name):
            yield from _find_mistakes(fields.get(name, _ANYTHING), entry, (*place, name))
        else:
            yield _mistake(place, "Names should be valid text", "string_unicode")


def _find_mistakes_in_list(
    schema: _Schema, value: list[Any], place: _Place
) -> Iterator[dict[str, Any]]:
    entries = schema.get("items", _ANYTHING)
    for position, entry in enumerate(value):
        yield from _find_mistakes(entries, entry, (*place, position))
    if schema.get("uniqueItems") and len(set(map(json.dumps, value))) < len(value):
        yield _mistake(place, "Entries should not be repeated", "unique_items")


def _find_mistakes_in_scalar(
    schema: _Schema, value: Any, place: _Place
) -> Iterator[dict[str, Any]]:
    if isinstance(value, str) and not is_text(value):
        yield _mistake(place, "Input should be valid text", "string_unicode")
        return
    if isinstance(value, float) and not math.isfinite(value):
        yield _mistake(place, "Input should be a finite number", "finite_number")
        return
    admitted = schema.get("type", ())
    for kind, (fits, text, name) in _STRICT.items():
        if kind in admitted and not fits(value):
            yield _mistake(place, text, name)


def _is_number(value: Any) -> bool:
    # True is a number only to Python.
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: Any) -> bool:
    # Whether a number with a point is a whole one is left to the models.
    return _is_number(value) and value < 2**63


def _is_string(value: Any) -> bool:
    # A date-time is text, although a model also takes a number for one.
    return isinstance(value, str)


def _is_boolean(value: Any) -> bool:
    return isinstance(value, bool)


# What the models would convert, by the type in the contract: how it is judged, and what the answer says.
_STRICT: Mapping[str, tuple[Callable[[Any], bool], str, str]] = {
    "boolean": (_is_boolean, "Input should be true or false", "bool_type"),
    "integer": (_is_whole, "Input should be a whole number of at most 64 bits", "int_type"),
    "number": (_is_number, "Input should be a number", "number_type"),
    "string": (_is_string, "Input should be text", "string_type"),
}


def _follow(schema: _Schema) -> _Schema:
    reference = schema.get("$ref")
    if reference is None:
        return schema
    name = reference.rpartition("/")[2]
    component: _Schema = CONTRACT["components"]["schemas"][name]
    return component


def _admits_null(schema: _Schema) -> bool:
    if "null" in schema.get("type", ()):
        return True
    return any(_admits_null(choice) for choice in schema.get("anyOf", ()))


def _mistake(place: _Place, text: str, kind: str) -> dict[str, Any]:
    return {"loc": place, "msg": text, "type": kind}
