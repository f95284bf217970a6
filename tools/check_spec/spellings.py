"""Finds what a reader of OpenAPI 3.1 passes over without a word, and says how it is written.

Most of it is what OpenAPI 3.0 or an older JSON Schema wrote, such as `nullable: true`; the rest is
mistyped. A schema may hold any keyword, so that no other check would object: the rule would
silently not hold.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

from .places import Contract, Schema, parts, schemas

if TYPE_CHECKING:
    from collections.abc import Iterator

KEYWORDS: Final = frozenset(
    {
        "$id",
        "$schema",
        "$ref",
        "$anchor",
        "$dynamicRef",
        "$dynamicAnchor",
        "$vocabulary",
        "$comment",
        "$defs",
        "allOf",
        "anyOf",
        "oneOf",
        "not",
        "if",
        "then",
        "else",
        "dependentSchemas",
        "dependentRequired",
        "type",
        "enum",
        "const",
        "format",
        "pattern",
        "minLength",
        "maxLength",
        "multipleOf",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "properties",
        "patternProperties",
        "additionalProperties",
        "unevaluatedProperties",
        "propertyNames",
        "required",
        "minProperties",
        "maxProperties",
        "items",
        "prefixItems",
        "unevaluatedItems",
        "contains",
        "minContains",
        "maxContains",
        "minItems",
        "maxItems",
        "uniqueItems",
        "title",
        "description",
        "default",
        "deprecated",
        "readOnly",
        "writeOnly",
        "examples",
        "contentEncoding",
        "contentMediaType",
        "contentSchema",
        "discriminator",
        "example",
        "externalDocs",
        "xml",
    }
)
"""What a schema of OpenAPI 3.1 can say, besides names that start with `x-`."""

TYPES: Final = ("array", "boolean", "integer", "null", "number", "object", "string")

_INSTEAD: Final = {
    "additionalItems": "`items` next to `prefixItems`",
    "definitions": "`$defs`, or the components of the contract,",
    "dependencies": "`dependentRequired` or `dependentSchemas`",
    "divisibleBy": "`multipleOf`",
    "extends": "`allOf`",
    "id": "`$id`",
    "$recursiveAnchor": "`$dynamicAnchor`",
    "$recursiveRef": "`$dynamicRef`",
}
"""What older versions wrote, with what is written now."""


def passed_over(contract: Contract) -> Iterator[str]:
    """What would silently say nothing."""
    for where, schema in schemas(contract, "#"):
        for place, part in parts(where, schema):
            yield from _keywords(place, part)
            yield from _types(place, part)
            yield from _exclusive_bounds(place, part)


def _keywords(where: str, schema: Schema) -> Iterator[str]:
    for keyword in map(str, schema):
        if keyword == "nullable":
            right = _nullable(schema)
            yield f"{where}/nullable: is of OpenAPI 3.0 and says nothing in 3.1; {right} would be right"
        elif keyword in _INSTEAD:
            right = _INSTEAD[keyword]
            yield f"{where}/{keyword}: is of an older version and says nothing in 3.1; {right} would be right"
        elif keyword not in KEYWORDS and not keyword.startswith("x-"):
            right = _meant(keyword)
            yield f"{where}/{keyword}: is not a keyword of a schema; {right} would be right"


def _nullable(schema: Schema) -> str:
    """How 3.1 writes what a schema says with `nullable`."""
    if schema["nullable"] is not True:
        return "to leave it out"
    if "type" in schema:
        kinds = [str(kind) for kind in _several(schema["type"])]
        # A list that has null already would have it twice.
        named = dict.fromkeys([*kinds, '"null"'])
        right = f"`type: [{', '.join(named)}]`"
        if "enum" in schema:
            right += ", and null among the values of `enum`,"
        return right
    if schema.keys() & {"$ref", "allOf", "anyOf", "oneOf"}:
        return '`anyOf` with what is there now and `type: "null"` as its entries'
    return "to leave it out, as null is admitted where no type is named,"


def _meant(keyword: str) -> str:
    # What looks like no keyword is meant as one of the maintainer's own.
    close = get_close_matches(keyword, KEYWORDS, n=1, cutoff=0.75)
    if close:
        return f"`{close[0]}`"
    return f"`x-{keyword}`"


def _types(where: str, schema: Schema) -> Iterator[str]:
    for kind in _several(schema.get("type", [])):
        if kind is None:
            yield f'{where}/type: null without quotes is not text; "null" would be right'
        elif isinstance(kind, str) and kind not in TYPES:
            close = get_close_matches(kind, TYPES, n=1)
            if not close:
                close = [f"one of {', '.join(TYPES)}"]
            yield f"{where}/type: {kind!r} is not a type; {close[0]} would be right"


def _several(kinds: Any) -> list[Any]:
    if isinstance(kinds, list):
        return kinds
    return [kinds]


def _exclusive_bounds(where: str, schema: Schema) -> Iterator[str]:
    for inclusive, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(schema.get(exclusive), bool):
            right = "to leave it out"
            if schema[exclusive]:
                right = f"`{exclusive}: {schema.get(inclusive, 0)}` in place of `{inclusive}`"
            yield f"{where}/{exclusive}: is a number in 3.1, the bound itself; {right} would be right"
