"""Finds what the generators and the templates make no model of, before they fail at it in words of their own."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from spec_places import Contract, Schema, followed, parts, schemas

if TYPE_CHECKING:
    from collections.abc import Iterator

CHOICES: Final = ("anyOf", "oneOf")
READ_FORMATS: Final = ("date-time", "uuid")
OF_PYDANTIC: Final = ("model_dump", "model_validate")
"""How names begin that pydantic keeps for itself."""


def unmakeable(contract: Contract) -> Iterator[str]:
    """Schemas of bodies that cannot become models."""
    for where, schema in schemas(contract, "#"):
        # Parameters and headers become arguments and text.
        if "/content/" in where or where.startswith("#/components/schemas/"):
            yield from _unmakeable(contract, where, schema)


def _unmakeable(contract: Contract, where: str, schema: Any) -> Iterator[str]:
    told = None
    for place, part in parts(where, schema):
        if told and place.startswith(f"{told}/"):
            continue
        values = _constants(contract, part)
        if values:
            told = place
            right = f"`enum: {json.dumps(values, ensure_ascii=False)}`"
            yield f"{place}: constants make no enumeration; {right} would be right"
            continue
        yield from _choice_of_objects(contract, place, part)
        yield from _enumeration(place, part)
        yield from _kind(contract, place, part)
        yield from _reserved_names(place, part)


def _constants(contract: Contract, schema: Schema) -> list[Any]:
    """The values of a constant, or of a choice between values of which at least one is a constant."""
    if "const" in schema:
        return [schema["const"]]
    choices = [followed(contract, "", choice)[1] for _, choice in _choices(schema)]
    lists = [_listed(choice) for choice in choices]
    if not all(lists) or not any("const" in choice for choice in choices):
        return []
    null = [None] if len(choices) < sum(len(schema.get(keyword, [])) for keyword in CHOICES) else []
    return [value for values in [*lists, null] for value in values]


def _listed(schema: Schema) -> list[Any]:
    values: list[Any] = [schema["const"]] if "const" in schema else schema.get("enum", [])
    return values


def _choices(schema: Schema) -> Iterator[tuple[str, Schema]]:
    """What a value can be, other than null, each with its name."""
    for choice in [choice for keyword in CHOICES for choice in schema.get(keyword, [])]:
        if isinstance(choice, dict) and choice.get("type") != "null":
            yield (
                str(choice.get("$ref") or choice.get("title") or "one without a name").split("/")[
                    -1
                ],
                choice,
            )


def _choice_of_objects(contract: Contract, where: str, schema: Schema) -> Iterator[str]:
    names = [name for name, choice in _choices(schema) if _is_object(contract, choice)]
    if len(names) > 1:
        yield (
            f"{where}: is a choice of several objects ({', '.join(names)}), and the models cannot tell which one came; "
            "one object that has the fields of all of them, those that some lack as optional ones, would be right"
        )


def _is_object(contract: Contract, schema: Any, passed: tuple[int, ...] = ()) -> bool:
    _, schema = followed(contract, "", schema)
    if not isinstance(schema, dict) or id(schema) in passed:
        return False
    inner = [choice for _, choice in _choices(schema)] + schema.get("allOf", [])
    is_one = "properties" in schema or "object" in _several(schema.get("type"))
    return is_one or any(_is_object(contract, other, (*passed, id(schema))) for other in inner)


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _enumeration(where: str, schema: Schema) -> Iterator[str]:
    values = [value for value in schema.get("enum", []) if value is not None]
    for value in values:
        if not isinstance(value, str):
            yield f"{where}/enum: {value!r} is no text, and no other values make an enumeration; a type would be right"
            return
    names = schema.get("x-enum-varnames", values)
    alike: dict[str, list[str]] = defaultdict(list)
    for name, value in zip(names, values, strict=False):
        alike[_member(name)].append(repr(value))
    for member, same in alike.items():
        if len(same) > 1:
            told = f"{' and '.join(same)} become the same member, {member}"
            yield f"{where}/enum: {told}; `x-enum-varnames` with a name for each value would be right"


def _member(name: str) -> str:
    """What a value of an enumeration is called; one that does not begin with a letter is numbered."""
    return re.sub(r"[\W_]+", "_", name).upper() if name[:1].isalpha() else name


def _kind(contract: Contract, where: str, schema: Schema) -> Iterator[str]:
    form = schema.get("format")
    if form is not None and form not in READ_FORMATS:
        right = f"{', '.join(READ_FORMATS)} or no format"
        yield f"{where}/format: the models have no reader for {form!r}; {right} would be right"
    if "array" in _several(schema.get("type")) and not schema.keys() & {"items", "prefixItems"}:
        yield f"{where}: has no items; `items: {{}}`, if they can be anything, would be right"
    if "properties" not in schema and _is_class(contract, schema.get("additionalProperties")):
        yield (
            f"{where}/additionalProperties: the models have no reader for a map of objects or enumerations; "
            "`{}`, for values that are read as they come, would be right"
        )


def _is_class(contract: Contract, schema: Any) -> bool:
    """Whether a class is made of a schema, or of one inside of it."""
    if not isinstance(schema, dict):
        return False
    _, schema = followed(contract, "", schema)
    inner = [*_choices(schema), ("", schema.get("items"))]
    return bool(schema.keys() & {"properties", "enum"}) or any(
        _is_class(contract, other) for _, other in inner
    )


def _reserved_names(where: str, schema: Schema) -> Iterator[str]:
    for name in schema.get("properties", {}):
        if name.startswith(OF_PYDANTIC):
            yield (
                f"{where}/properties/{name}: pydantic keeps names that begin with {' or '.join(OF_PYDANTIC)}; "
                "another name in Python, by `--aliases` among the SCHEMA_OPTIONS of tools/generate.py, would be right"
            )
