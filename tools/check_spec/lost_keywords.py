"""Finds what a schema of a body says and the generators do not read.

They pass over it without a word: a field would be missing, or any value would be let through. What
only narrows the values, such as a bound or a pattern, is not lost: it changes no type, and the
models check none of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from .places import Contract, Schema, entries, followed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_CHOICES: Final = ("anyOf", "oneOf")
_OBJECT: Final = ("properties", "required", "additionalProperties")
_SHAPES: Final[tuple[str, ...]] = (
    "$ref",
    "allOf",
    *_CHOICES,
    *_OBJECT,
    "items",
    "prefixItems",
    "enum",
    "format",
)
"""The keywords that say which values there are, besides `type`."""

_NEVER_READ: Final = {
    "patternProperties": "`additionalProperties` with a schema for every key",
    "unevaluatedProperties": "`additionalProperties`",
    "unevaluatedItems": "`items`",
    "dependentSchemas": "optional fields, and a sentence in the description,",
    "dependentRequired": "optional fields, and a sentence in the description,",
    "if": "optional fields, and a sentence in the description,",
    "not": "what is admitted, or a sentence in the description,",
    "$defs": "the components of the contract",
    "$dynamicRef": "`$ref`",
}
"""Keywords that no generator makes anything of, with what would be right."""

_TYPE_OF: Final = {
    "items": "array",
    "prefixItems": "array",
    "additionalProperties": "object",
    "format": "string",
}
"""Keywords that are read only if the schema names this type."""

_READ_BESIDE: Final[dict[str, tuple[str, ...]]] = {
    "$ref": (),
    "one reference": (),
    "a choice": (),
    "`allOf`": _OBJECT,
}
"""Which other keywords that shape a value are read in a schema that is made of others, by what it is made of."""

_READ_OF_ENTRIES: Final = ("properties", "required")
"""Which of the keywords that shape a value are read in an entry of `allOf`."""

_WITHOUT_CHOICE: Final = (
    "one schema with all the fields, optional ones if they may be absent, without the choice,"
)
_ENTRY_OF_ALL_OF: Final = re.compile(r"/allOf/\d+$")
_COMPONENT: Final = re.compile(r"^#/components/schemas/[^/]+$")


def lost_keywords(contract: Contract, where: str, schema: Schema) -> Iterator[str]:
    """What is lost of one schema, with what would be right."""
    for keyword, right in _NEVER_READ.items():
        if keyword in schema:
            yield f"{where}/{keyword}: the generators do not read it; {right} would be right"
    made_of = _made_of(schema)
    if made_of:
        yield from _lost_beside(where, schema, made_of)
    else:
        yield from _lost_without_type(where, schema)
    if made_of in ("", "`allOf`"):
        yield from _lost_entries(contract, where, schema)
        yield from _undeclared(contract, where, schema)
        yield from _other_keys(where, schema)
    if _is_made_of_itself(contract, where, schema):
        wrong = "is made of itself, and no type can be named for it"
        yield f"{where}: {wrong}; an object with a field that leads back to it would be right"


def _made_of(schema: Schema) -> str:
    """What decides on the form of a schema that is made of others; empty for any other one."""
    if "$ref" in schema:
        return "$ref"
    alternatives = _listed(schema, _CHOICES)
    together = _listed(schema, ("allOf",))
    [first, *others] = [*together, *alternatives] or [None]
    # A single reference is taken for the schema itself, whatever the keyword.
    if isinstance(first, dict) and "$ref" in first and not others:
        return "one reference"
    if alternatives:
        return "a choice"
    if together:
        return "`allOf`"
    return ""


def _listed(schema: Schema, keywords: Iterable[str]) -> list[Any]:
    found: list[Any] = []
    for keyword in keywords:
        found += schema.get(keyword, [])
    return found


# ---------------------------------------------------------------------------------------------------------------------
# Schemas that are made of others


def _lost_beside(where: str, schema: Schema, made_of: str) -> Iterator[str]:
    lost = _unread_keywords(schema, made_of)
    if lost:
        right = _instead(made_of, lost)
        label = "`$ref`" if made_of == "$ref" else made_of
        yield f"{where}: {_quoted(lost)} beside {label} would be lost; {right} would be right"


def _unread_keywords(schema: Schema, made_of: str) -> list[str]:
    read = {_deciding(schema, made_of), *_READ_BESIDE[made_of]}
    lost = [key for key in _SHAPES if key in schema and key not in read]
    if isinstance(schema.get("type"), list):
        lost.append("type")
    if made_of == "$ref" and "default" in schema:
        lost.append("default")
    return lost


def _deciding(schema: Schema, made_of: str) -> str:
    """The keyword by which a schema is made of others."""
    if made_of == "$ref":
        return made_of
    # `allOf` comes last: beside a choice it is what is lost.
    deciding = [key for key in (*_CHOICES, "allOf") if schema.get(key)]
    return deciding[0]


def _instead(made_of: str, lost: list[str]) -> str:
    if made_of == "a choice":
        is_object = any(keyword in _OBJECT for keyword in lost)
        return _WITHOUT_CHOICE if is_object else "to say it in the entries of the choice"
    if lost == ["default"]:
        return "`allOf` with the reference as its only entry, beside `default`,"
    if lost == ["type"]:
        return '`anyOf` with what is there now and `type: "null"` as its entries'
    if made_of == "`allOf`":
        return "a schema that says all of it without `allOf`"
    return f"`allOf` with two entries, the reference and a schema with {_quoted(lost)},"


def _lost_entries(contract: Contract, where: str, schema: Schema) -> Iterator[str]:
    """What is lost of the entries of `allOf`, of which only the fields are read."""
    for number, entry in entries(schema.get("allOf", [])):
        place = f"{where}/allOf/{number}"
        if "$ref" in entry:
            yield from _without_fields(contract, place, entry)
            continue
        lost = [key for key in _SHAPES if key in entry and key not in _READ_OF_ENTRIES]
        kind = entry.get("type", "object")
        if kind != "object":
            lost.append("type")
        if lost:
            right = "a component of its own, or fields only,"
            yield f"{place}: {_quoted(lost)} would be lost; {right} would be right"


def _without_fields(contract: Contract, place: str, entry: Schema) -> Iterator[str]:
    if _fields(contract, entry):
        return
    wrong = "refers to what has no fields, and nothing else is read of an entry"
    right = "a field that holds it"
    yield f"{place}: {wrong}; {right} would be right"


def _quoted(keywords: list[str]) -> str:
    return " and ".join(f"`{keyword}`" for keyword in keywords)


# ---------------------------------------------------------------------------------------------------------------------
# Schemas of their own


def _lost_without_type(where: str, schema: Schema) -> Iterator[str]:
    types = _types(schema)
    for keyword, kind in _TYPE_OF.items():
        if keyword in schema and kind not in types:
            wrong = f"is not read without the type {kind}"
            yield f"{where}/{keyword}: {wrong}; `type: {kind}` would be right"
    if "properties" in schema and types and "object" not in types:
        wrong = "is not read beside another type than object"
        yield f"{where}/properties: {wrong}; `type: object` would be right"


def _types(schema: Schema) -> list[str]:
    types = schema.get("type", [])
    if isinstance(types, str):
        types = [types]
    # An object needs to name no type if it has fields.
    if not types and "properties" in schema:
        return ["object"]
    return list(types)


def _undeclared(contract: Contract, where: str, schema: Schema) -> Iterator[str]:
    """Fields that are required and declared nowhere."""
    # What an entry of `allOf` requires may be a field of another one; the whole is checked.
    if _ENTRY_OF_ALL_OF.search(where):
        return
    required = list(schema.get("required", []))
    for entry in schema.get("allOf", []):
        required += entry.get("required", [])
    declared = _fields(contract, schema)
    missing = [repr(name) for name in required if name not in declared]
    if missing:
        listed = ", ".join(dict.fromkeys(missing))
        right = "an entry in `properties` would be right"
        yield f"{where}/required: {listed} would be lost, as no field of this name is declared; {right}"


def _fields(contract: Contract, schema: Schema, passed: tuple[int, ...] = ()) -> set[str]:
    """The names of the fields of an object, also of those that it is made of."""
    _, schema = followed(contract, "", schema)
    found = set(schema.get("properties", {}))
    if id(schema) in passed:
        return found
    for entry in schema.get("allOf", []):
        found |= _fields(contract, entry, (*passed, id(schema)))
    return found


def _other_keys(where: str, schema: Schema) -> Iterator[str]:
    others = schema.get("additionalProperties")
    has_fields = "properties" in schema or "allOf" in schema
    # Without a rule in it, it admits what is admitted anyway.
    if has_fields and isinstance(others, dict) and others:
        wrong = "the schema of other keys would be lost, as there are fields"
        right = "a field that holds the other keys, or `additionalProperties: true`, would be right"
        yield f"{where}/additionalProperties: {wrong}; {right}"


# ---------------------------------------------------------------------------------------------------------------------
# Schemas without an end


def _is_made_of_itself(contract: Contract, where: str, schema: Schema) -> bool:
    """Whether a map, an array or a choice contains itself without an object with fields between."""
    # Only what has a name can contain itself.
    if not _COMPONENT.search(where):
        return False
    passed: set[str] = set()
    waiting = list(_inside(contract, where, schema))
    while waiting:
        place, inner = waiting.pop()
        if place == where:
            return True
        if place not in passed:
            passed.add(place)
            waiting += _inside(contract, place, inner)
    return False


def _inside(contract: Contract, where: str, schema: Schema) -> Iterator[tuple[str, Schema]]:
    """The schemas that have to be known to name the type of one."""
    # The name of a class is enough for an object with fields.
    if "properties" in schema or len(schema.get("allOf", [])) > 1:
        return
    for keyword in ("items", "additionalProperties"):
        inner = schema.get(keyword)
        if isinstance(inner, dict):
            yield followed(contract, f"{where}/{keyword}", inner)
    for keyword in ("prefixItems", *_CHOICES, "allOf"):
        for number, inner in entries(schema.get(keyword)):
            if isinstance(inner, dict):
                yield followed(contract, f"{where}/{keyword}/{number}", inner)
