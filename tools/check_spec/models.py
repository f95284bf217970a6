"""Finds what the generators and the templates make no model of, before they fail at it in words of their own."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from generator.schema_reach import reach_of_answers, reach_of_requests

from .lost_keywords import lost_keywords
from .places import (
    Contract,
    Schema,
    followed,
    parts,
    schemas,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

CHOICES: Final = ("anyOf", "oneOf")
READ_FORMATS: Final = ("date-time", "uuid")
OF_PYDANTIC: Final = ("model_dump", "model_validate")
"""How names begin that pydantic keeps for itself."""


def unmakeable(contract: Contract) -> Iterator[str]:
    """Schemas of bodies that cannot become models."""
    # What is only sent becomes dictionaries, of which a union can be made.
    sent = reach_of_requests(contract).places - reach_of_answers(contract).places
    for where, schema in schemas(contract, "#"):
        # Parameters and headers become arguments and text.
        if "/content/" in where or where.startswith("#/components/schemas/"):
            yield from _unmakeable(contract, where, schema, sent)


def _unmakeable(
    contract: Contract,
    where: str,
    schema: Any,
    sent: set[str],
) -> Iterator[str]:
    reported = None
    for place, part in parts(where, schema):
        # The parts of what has been reported would be reported once more.
        if reported is not None and place.startswith(f"{reported}/"):
            continue
        values = _constants(contract, part)
        if values:
            reported = place
            listed = json.dumps(values, ensure_ascii=False)
            right = f"`enum: {listed}` would be right"
            yield f"{place}: constants make no enumeration; {right}"
            continue
        if place not in sent:
            yield from _choice_of_objects(contract, place, part)
        yield from _enumeration(place, part)
        yield from _format(place, part)
        yield from _entries(place, part)
        yield from _reserved_names(place, part)
        lost = list(lost_keywords(contract, place, part))
        if lost:
            reported = place
            yield from lost


# ---------------------------------------------------------------------------------------------------------------------
# Constants and enumerations


def _constants(contract: Contract, schema: Schema) -> list[Any]:
    """The values of a constant, or of a choice between values of which at least one is a constant."""
    if "const" in schema:
        return [schema["const"]]
    values: list[Any] = []
    has_constant = False
    for _, choice in _choices(schema):
        _, target = followed(contract, "", choice)
        listed = _listed(target)
        if not listed:
            return []
        has_constant = has_constant or "const" in target
        values += listed
    if not has_constant:
        return []
    if _admits_null(schema):
        values.append(None)
    return values


def _listed(schema: Schema) -> list[Any]:
    """The values that a schema lists."""
    if "const" in schema:
        return [schema["const"]]
    values: list[Any] = schema.get("enum", [])
    return values


def _enumeration(where: str, schema: Schema) -> Iterator[str]:
    values = [value for value in schema.get("enum", []) if value is not None]
    for value in values:
        if not isinstance(value, str):
            wrong = f"{value!r} is not text, and no other values make an enumeration"
            yield f"{where}/enum: {wrong}; a type would be right"
            return
    names = schema.get("x-enum-varnames", values)
    alike: dict[str, list[str]] = defaultdict(list)
    for name, value in zip(names, values, strict=False):
        alike[_member(name)].append(repr(value))
    for member, same in alike.items():
        if len(same) > 1:
            wrong = f"{' and '.join(same)} become the same member, {member}"
            right = "`x-enum-varnames` with a name for each value would be right"
            yield f"{where}/enum: {wrong}; {right}"


def _member(name: str) -> str:
    """What a value of an enumeration is called."""
    # One that does not begin with a letter is numbered, and so is never like another.
    if not name[:1].isalpha():
        return name
    return re.sub(r"[\W_]+", "_", name).upper()


# ---------------------------------------------------------------------------------------------------------------------
# Choices


def _choices(schema: Schema) -> Iterator[tuple[str, Schema]]:
    """What a value can be, other than null, each with its name."""
    for choice in _all_choices(schema):
        if isinstance(choice, dict) and choice.get("type") != "null":
            name = choice.get("$ref") or choice.get("title") or "one without a name"
            yield str(name).split("/")[-1], choice


def _all_choices(schema: Schema) -> list[Any]:
    found: list[Any] = []
    for keyword in CHOICES:
        found += schema.get(keyword, [])
    return found


def _admits_null(schema: Schema) -> bool:
    """Whether null is among the choices."""
    return {"type": "null"} in _all_choices(schema)


def _choice_of_objects(
    contract: Contract,
    where: str,
    schema: Schema,
) -> Iterator[str]:
    names = [name for name, choice in _choices(schema) if _is_object(contract, choice)]
    if len(names) > 1:
        listed = ", ".join(names)
        yield (
            f"{where}: is a choice of several objects ({listed}), and the models cannot tell which one came; "
            "one object that has the fields of all of them, those that some lack as optional ones, would be right"
        )


def _is_object(
    contract: Contract,
    schema: Any,
    passed: tuple[int, ...] = (),
) -> bool:
    """Whether a schema is one of an object, also by what it is made of."""
    _, schema = followed(contract, "", schema)
    # A schema may be made of itself.
    if not isinstance(schema, dict) or id(schema) in passed:
        return False
    if "properties" in schema or "object" in _several(schema.get("type")):
        return True
    inner = [choice for _, choice in _choices(schema)]
    inner += schema.get("allOf", [])
    passed = (*passed, id(schema))
    return any(_is_object(contract, other, passed) for other in inner)


def _several(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return [value]


# ---------------------------------------------------------------------------------------------------------------------
# What else no reader exists for


def _format(where: str, schema: Schema) -> Iterator[str]:
    form = schema.get("format")
    if form is not None and form not in READ_FORMATS:
        listed = ", ".join(READ_FORMATS)
        right = f"{listed} or no format would be right"
        yield f"{where}/format: the models have no reader for {form!r}; {right}"


def _entries(where: str, schema: Schema) -> Iterator[str]:
    """Arrays of entries that nothing is known of."""
    is_array = "array" in _several(schema.get("type"))
    if is_array and "items" not in schema and "prefixItems" not in schema:
        right = "`items: {}`, if they can be anything, would be right"
        yield f"{where}: has no items; {right}"


def _reserved_names(where: str, schema: Schema) -> Iterator[str]:
    for name in schema.get("properties", {}):
        if name.startswith(OF_PYDANTIC):
            kept = " or ".join(OF_PYDANTIC)
            wrong = f"pydantic keeps names that begin with {kept}"
            right = "another name in Python, by `--aliases` among the SCHEMA_OPTIONS of tools/generate.py"
            yield f"{where}/properties/{name}: {wrong}; {right}, would be right"
