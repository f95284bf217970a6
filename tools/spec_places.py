"""Finds one's way in a contract: its schemas, operations, bodies and references.

Places are written as JSON pointers with readable slashes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

# What stands under these keys is data: a "$ref" in there would be text of a payload. A field or an
# example may have such a name.
DATA = ("value", "example", "default", "enum", "const")

# The keywords of a schema under which there are others.
HOLDING_ONE = (
    *("items", "additionalProperties", "not", "if", "then", "else"),
    *("contains", "propertyNames", "unevaluatedItems", "unevaluatedProperties", "contentSchema"),
)
HOLDING_SEVERAL = (
    *("properties", "allOf", "anyOf", "oneOf"),
    *("prefixItems", "patternProperties", "dependentSchemas", "$defs"),
)

Contract = dict[str, Any]
Schema = dict[str, Any]


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
        if key == "schema":
            yield f"{where}/schema", value
        elif key == "schemas" and where == "#/components":
            yield from ((f"{where}/schemas/{name}", schema) for name, schema in entries(value))
        elif key not in DATA:
            yield from schemas(value, f"{where}/{key}")


def parts(where: str, schema: Any) -> Iterator[tuple[str, dict[str, Any]]]:
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


def operations(contract: Contract) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each operation, named by its method and path."""
    for path, item in contract.get("paths", {}).items():
        for method in METHODS:
            if method in item:
                yield f"{method.upper()} {path}", item[method]


def bodies(contract: Contract) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each body of each response, with the place where the response is written."""
    for operation_at, operation in operations(contract):
        for status, listed in operation.get("responses", {}).items():
            where, response = followed(contract, f"{operation_at} {status}", listed)
            for kind, media in response.get("content", {}).items():
                yield f"{where} {kind}", media


def examples(media: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The examples of a body by name; a single `example` counts as one without a name."""
    single = {"example": {"value": media["example"]}} if "example" in media else {}
    return {**single, **media.get("examples", {})}


def followed(contract: Contract, where: str, node: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """A node, or what it refers to, with its place; references in a circle lead to nothing."""
    passed = []
    while isinstance(node, dict) and "$ref" in node and node["$ref"] not in passed:
        passed.append(where := node["$ref"])
        node = look_up(contract, where)
    return (where, {}) if "$ref" in (node or {}) else (where, node)


def look_up(contract: Contract, reference: str) -> Any:
    """What a reference leads to; None if nothing is there."""
    node: Any = contract
    for step in reference.removeprefix("#/").split("/"):
        node = dict(entries(node)).get(step.replace("~1", "/").replace("~0", "~"))
    return node
