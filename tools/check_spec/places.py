"""Finds the parts of a contract: its schemas, operations, bodies and references.

Places are written as JSON pointers with readable slashes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from http_methods import METHODS
from json_pointers import steps_of_reference

if TYPE_CHECKING:
    from collections.abc import Iterator

# What stands under these keys is data: a "$ref" in there would be text of a payload. A field or an
# example may have such a name.
DATA = (
    "value",
    "example",
    "default",
    "enum",
    "const",
)

# The keywords of a schema under which there are others.
HOLDING_ONE = (
    "items",
    "additionalProperties",
    "not",
    "if",
    "then",
    "else",
    "contains",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
    "contentSchema",
)
HOLDING_SEVERAL = (
    "properties",
    "allOf",
    "anyOf",
    "oneOf",
    "prefixItems",
    "patternProperties",
    "dependentSchemas",
    "$defs",
)

Contract = dict[str, Any]
Schema = dict[str, Any]
Node = dict[str, Any]
"""A part of a contract: an operation, a parameter, a body, an answer, a field."""

Placed = tuple[str, Node]
"""The place of a part of a contract, and the part."""


def references(node: Any, where: str) -> Iterator[tuple[str, str]]:
    """Each `$ref` below a node, with its place."""
    for key, value in entries(node):
        if key == "$ref" and isinstance(value, str):
            yield where, value
        elif key not in DATA or where.endswith(("/properties", "/examples")):
            yield from references(value, f"{where}/{key}")


def schemas(node: Any, where: str) -> Iterator[tuple[str, Any]]:
    """Each schema that is written down below a node, without those inside of another one."""
    for key, value in entries(node):
        place = f"{where}/{key}"
        if key == "schema":
            yield place, value
        elif place == "#/components/schemas":
            for name, schema in entries(value):
                yield f"{place}/{name}", schema
        elif key not in DATA:
            yield from schemas(value, place)


def parts(where: str, schema: Any) -> Iterator[Placed]:
    """A schema and the schemas inside of it."""
    if not isinstance(schema, dict):
        return
    yield where, schema
    for key in HOLDING_ONE:
        yield from parts(f"{where}/{key}", schema.get(key))
    for key in HOLDING_SEVERAL:
        for name, inner in entries(schema.get(key)):
            yield from parts(f"{where}/{key}/{name}", inner)


def entries(node: Any) -> Iterator[tuple[Any, Any]]:
    """The entries of an object or an array; nothing otherwise."""
    if isinstance(node, dict):
        yield from node.items()
    elif isinstance(node, list):
        yield from enumerate(node)


def operations(contract: Contract) -> Iterator[Placed]:
    """Each operation, named by its method and path."""
    for path, item in contract.get("paths", {}).items():
        for method in METHODS:
            if method in item:
                yield f"{method.upper()} {path}", item[method]


def bodies(contract: Contract) -> Iterator[Placed]:
    """Each body of each request and each response, with the place where it is written."""
    for operation_at, operation in operations(contract):
        if "requestBody" in operation:
            yield from _media(contract, f"{operation_at} request", operation["requestBody"])
        for status, listed in operation.get("responses", {}).items():
            yield from _media(contract, f"{operation_at} {status}", listed)


def _media(contract: Contract, where: str, listed: Node) -> Iterator[Placed]:
    """The bodies of a request or a response, one for each kind of content."""
    place, node = followed(contract, where, listed)
    for kind, media in node.get("content", {}).items():
        yield f"{place} {kind}", media


def examples(media: Node) -> dict[str, Node]:
    """The examples of a body by name; a single `example` counts as one without a name."""
    found = {}
    if "example" in media:
        found["example"] = {"value": media["example"]}
    found.update(media.get("examples", {}))
    return found


def followed(contract: Contract, where: str, node: Node) -> Placed:
    """A node, or what it refers to, with its place; references in a circle lead to nothing."""
    passed = []
    while isinstance(node, dict) and "$ref" in node and node["$ref"] not in passed:
        where = node["$ref"]
        passed.append(where)
        node = look_up(contract, where)
    if node is not None and "$ref" in node:
        return where, {}
    return where, node


def look_up(contract: Contract, reference: str) -> Any:
    """What a reference leads to; None if nothing is there."""
    node: Any = contract
    for step in steps_of_reference(reference):
        node = dict(entries(node)).get(step)
    return node
