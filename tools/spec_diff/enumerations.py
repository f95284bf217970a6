"""The values that schemas name: lists of values, constants, and choices that do nothing but name values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .parts import DOCUMENTATION, Facts, canonical

if TYPE_CHECKING:
    from collections.abc import Iterable

Schema = dict[str, Any]
Schemas = list[Schema]

# What an alternative has that does nothing but name its values.
NAMING = DOCUMENTATION | {"type", "enum", "const"}
JSON_TYPES = {
    bool: "boolean",
    int: "integer",
    float: "integer",
    list: "array",
    dict: "object",
}


def named_values(schema: Schema) -> list[Any]:
    """The values that a schema names."""
    if "const" in schema:
        return [schema["const"]]
    return [*schema.get("enum", [])]


def all_values(schemas: Iterable[Schema]) -> list[Any]:
    """The values that any of these schemas names."""
    values = []
    for schema in schemas:
        values += named_values(schema)
    return values


def only_names_values(schema: Schema) -> bool:
    """Whether a schema does nothing but name values."""
    return bool(named_values(schema)) and schema.keys() <= NAMING


def are_distinct(constants: Iterable[Schema]) -> bool:
    """Whether no value is named twice."""
    seen: set[str] = set()
    for value in all_values(constants):
        text = canonical(value)
        if text in seen:
            return False
        seen.add(text)
    return True


def value_lists(schemas: Schemas, choices: list[Schemas]) -> list[list[Any]]:
    """The list of values that each schema and each choice names, if it names any."""
    # A list without values is a list, too: it admits no value.
    naming = [schema for schema in schemas if schema.keys() & {"enum", "const"}]
    lists = [named_values(schema) for schema in naming]
    lists += [all_values(constants) for constants in choices]
    return lists


def shared_values(lists: list[list[Any]], types: frozenset[str]) -> list[Any] | None:
    """The values of these types that are in all lists; None if there are no lists.

    Null is not among them, as the fact `nullable` reports it.
    """
    if not lists:
        return None
    # The first list decides on the order, which is the one that people read.
    shared, *others = lists
    for values in others:
        # As text, since True equals 1 in Python and not in JSON.
        texts = [canonical(value) for value in values]
        shared = [value for value in shared if canonical(value) in texts]
    return [value for value in shared if json_type(value) in types]


def describe_values(constants: Iterable[Schema]) -> Facts:
    """What the alternatives of choices say to people about their values."""
    described = {}
    for constant in constants:
        texts = {name: text for name, text in constant.items() if name in DOCUMENTATION}
        if texts:
            described[canonical(named_values(constant))] = texts
    if not described:
        return {}
    return {"values description": canonical(described)}


def json_type(value: Any) -> str:
    """The JSON type of a value; what only YAML has, such as a date, is text."""
    if value is None:
        return "null"
    # JSON does not tell 1.0 from 1.
    if isinstance(value, float) and not value.is_integer():
        return "number"
    return JSON_TYPES.get(type(value), "string")
