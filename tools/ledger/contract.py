"""Finds what the ledger asks of a contract: its operations, their parameters, bodies and answers, and its schemas."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from check_spec.places import Contract, Node, Placed, Schema, followed, references
from http_methods import METHODS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).resolve().parents[2]
JSON: Final = "application/json"
SUCCESS: Final = "200"

Operation = tuple[str, str, Node]
"""The method, the path and the description of an operation."""


class LedgerError(Exception):
    """Something that the ledger is made from is missing; the text says what to do."""


def operations(contract: Contract) -> dict[str, Operation]:
    """Method, path and description of each operation, by its operationId."""
    found = {}
    for path, item in contract["paths"].items():
        for method in METHODS:
            if method in item:
                found[item[method]["operationId"]] = (method.upper(), path, item[method])
    return found


def path_pattern(template: str) -> re.Pattern[str]:
    """A pattern that matches the path of an operation; its groups are what stands in the places."""
    escaped = re.escape(template)
    pattern = re.sub(r"\\\{\w+\\\}", "([^/]+)", escaped)
    return re.compile(pattern)


def operation_of(
    contract: Contract,
    method: str,
    path: str,
) -> str:
    """The operation that a request is for; empty if the contract has none.

    The one with the fewest places in its path wins.
    """
    fitting = {}
    for operation_id, (known, template, _) in operations(contract).items():
        pattern = path_pattern(template)
        if known == method and pattern.fullmatch(path):
            fitting[operation_id] = template.count("{")
    return min(fitting, key=fitting.__getitem__, default="")


def parameters(contract: Contract, operation: Node) -> Iterator[Placed]:
    """Each parameter of an operation, with its place in the contract."""
    for listed in operation.get("parameters", []):
        yield followed(contract, "at the operation", listed)


def parameters_in(
    contract: Contract,
    operation_id: str,
    where: str,
) -> dict[str, Schema]:
    """The schemas of the parameters of an operation that stand in the path, in the query, …, by their names."""
    _, _, operation = operations(contract)[operation_id]
    found = {}
    for _, parameter in parameters(contract, operation):
        if parameter["in"] == where:
            found[parameter["name"]] = parameter["schema"]
    return found


def body_of(contract: Contract, operation_id: str) -> Node:
    """The JSON body that an operation sends, with its schema and examples; empty if it sends none."""
    _, _, operation = operations(contract)[operation_id]
    _, body = followed(contract, "", operation.get("requestBody", {}))
    media: Node = body.get("content", {}).get(JSON, {})
    return media


def answer_schema(
    contract: Contract,
    operation_id: str,
    status: str = SUCCESS,
) -> Schema:
    """The schema of an answer, as it is referred to; empty if the answer can be anything."""
    _, _, operation = operations(contract)[operation_id]
    _, response = followed(contract, "", operation["responses"].get(status, {}))
    schema: Schema = response.get("content", {}).get(JSON, {}).get("schema", {})
    return schema


def component(schema: Schema) -> str:
    """The name of the component that a schema refers to, also as one of several choices; empty if to none."""
    for choice in [schema, *schema.get("anyOf", [])]:
        if "$ref" in choice:
            return str(choice["$ref"]).rsplit("/", 1)[1]
    return ""


def resolved(contract: Contract, schema: Schema) -> Schema:
    """The component that a schema refers to, or the schema itself."""
    name = component(schema)
    if name:
        schema = contract["components"]["schemas"][name]
    return schema


# ---------------------------------------------------------------------------------------------------------------------
# Fields


def field_at(
    contract: Contract,
    schema: Schema,
    path: list[str],
) -> tuple[str, str]:
    """The component and the field that a path ends at; the field is empty for what is inside of one."""
    name = field = ""
    for step in path:
        name = component(schema) or name
        inside = resolved(contract, schema)
        if "properties" in inside:
            field = step
            schema = inside["properties"].get(step, {})
        else:
            field = ""
            schema = inside.get("items", {})
    return name, field


def entries_in(value: Any) -> Iterator[tuple[list[str], Any]]:
    """Each entry of a JSON value, after the path to it."""
    entries: Any = ()
    if isinstance(value, dict):
        entries = value.items()
    elif isinstance(value, list):
        entries = enumerate(value)
    for step, inner in entries:
        yield [str(step)], inner
        for further, innermost in entries_in(inner):
            yield [str(step), *further], innermost


# ---------------------------------------------------------------------------------------------------------------------
# Where a schema is used


def case_files(contract: Contract) -> dict[str, str]:
    """The file whose cases can cover the fields of a schema, by the name of the component.

    That follows from where the schema is used: in a success, in a request, or only in other answers.
    """
    successes: list[Any] = []
    requests: list[Any] = []
    failures: list[Any] = []
    for operation_id, (_, _, operation) in operations(contract).items():
        successes.append(answer_schema(contract, operation_id))
        requests.append(body_of(contract, operation_id))
        statuses = operation["responses"]
        failures += [answer_schema(contract, operation_id, status) for status in statuses]
    # What is in answers and in requests is easier to cover by an answer.
    files = dict.fromkeys(contract["components"]["schemas"], "answers")
    files |= dict.fromkeys(reachable(contract, failures), "errors")
    files |= dict.fromkeys(reachable(contract, requests), "requests")
    files |= dict.fromkeys(reachable(contract, successes), "answers")
    return files


def reachable(contract: Contract, nodes: list[Any]) -> set[str]:
    """The names of the components that some nodes refer to, directly or through others."""
    found: set[str] = set()
    waiting = [*nodes]
    while waiting:
        for _, target in references(waiting.pop(), ""):
            name = target.removeprefix("#/components/schemas/")
            schema = contract["components"]["schemas"].get(name)
            if schema is not None and name not in found:
                found.add(name)
                waiting.append(schema)
    return found
