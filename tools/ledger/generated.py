"""What of the generated code stands for an item of a contract: found out by running it, not by reading it."""

from __future__ import annotations

import inspect
import re
from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from check_spec.places import (
    Contract,
    Node,
    Schema,
    examples,
    followed,
)

from .contract import (
    body_of,
    component,
    operations,
    parameters_in,
    resolved,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_MARK: Final = "here"
_SAMPLES: Final[Mapping[str, Any]] = {
    "string": "0",
    "integer": 1,
    "number": 1.5,
    "boolean": True,
}


# ---------------------------------------------------------------------------------------------------------------------
# Samples


def sample(contract: Contract, schema: Schema) -> Any:
    """A value that a parameter may have, in the form that the generated code takes."""
    from pasqal_core_api import models

    if schema.get("type") == "array":
        return [sample(contract, schema.get("items", {}))]
    listed = resolved(contract, schema)
    if "enum" in listed:
        kind = getattr(models, listed.get("title", ""), str)
        return kind(listed["enum"][0])
    if listed.get("format") == "uuid":
        return UUID(int=0)
    if listed.get("format") == "date-time":
        return datetime(
            2026,
            1,
            1,
            tzinfo=UTC,
        )
    return _SAMPLES.get(_type_of(listed), "0")


def _type_of(schema: Schema) -> str:
    """The type of a schema, without null."""
    kinds = schema.get("type", "")
    if isinstance(kinds, list):
        kinds = next((kind for kind in kinds if kind != "null"), "")
    return str(kinds)


def body_sample(contract: Contract, operation_id: str) -> Any:
    """A JSON body that an operation may send: its first example, or else one made from its schema."""
    media = body_of(contract, operation_id)
    for listed in examples(media).values():
        _, example = followed(contract, "", listed)
        if "value" in example:
            return example["value"]
    return json_sample(contract, media.get("schema", {}))


def json_sample(contract: Contract, schema: Schema) -> Any:
    """A JSON value of a schema, with no more in it than is required."""
    schema = resolved(contract, schema)
    kind = _type_of(schema)
    if "properties" in schema or kind == "object":
        fields = schema.get("properties", {})
        required = schema.get("required", [])
        return {name: json_sample(contract, fields.get(name, {})) for name in required}
    if kind == "array":
        return [json_sample(contract, schema.get("items", {}))]
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("format") == "uuid":
        return str(UUID(int=0))
    if schema.get("format") == "date-time":
        return "2026-01-01T00:00:00+00:00"
    return _SAMPLES.get(kind, "0")


def sample_values(contract: Contract, schema: Schema) -> list[Any]:
    """JSON values that something may have: each of an enumeration, some for each field, one or two for others."""
    schema = resolved(contract, schema)
    kind = _type_of(schema)
    if kind == "array":
        return [[value] for value in sample_values(contract, schema.get("items", {}))]
    found = list(schema.get("enum", ()))
    for name, field in schema.get("properties", {}).items():
        found += [{name: value} for value in sample_values(contract, field)]
    if found:
        return found
    if kind == "boolean":
        return [True, False]
    if kind == "object":
        return [{"key": 1}]
    if kind == "string" and schema.get("format") != "date-time":
        return _texts(schema)
    return [json_sample(contract, schema)]


def _texts(schema: Schema) -> list[str]:
    """Texts that something may have; ids also where the contract asks for any text, as the client may want one."""
    ids = [str(UUID(int=1)), str(UUID(int=2))]
    if schema.get("format") == "uuid":
        return ids
    return ["0", ids[0]]


# ---------------------------------------------------------------------------------------------------------------------
# Generated operations


def generated_operation(contract: Contract, operation_id: str) -> Any:
    """The generated module of an operation."""
    _, _, operation = operations(contract)[operation_id]
    folder = operation["tags"][0].replace(" ", "_").replace("-", "_").lower()
    return import_module(f"pasqal_core_api.api.{folder}.{operation_id}")


def required_arguments(contract: Contract, operation_id: str) -> dict[str, Any]:
    """Arguments with which a generated operation can be called: those that it cannot do without."""
    build = generated_operation(contract, operation_id)._get_kwargs
    given: dict[str, Any] = {}
    places = iter(parameters_in(contract, operation_id, "path").values())
    queries = parameters_in(contract, operation_id, "query")
    for name, argument in inspect.signature(build).parameters.items():
        if argument.default is not inspect.Parameter.empty:
            continue
        if argument.kind is not argument.KEYWORD_ONLY:
            given[name] = sample(contract, next(places, {}))
        elif name == "body":
            given[name] = _typed_body(contract, operation_id)
        else:
            given[name] = sample(contract, queries.get(name, {}))
    return given


def _typed_body(contract: Contract, operation_id: str) -> Any:
    """A sample of a body, as the generated code takes it."""
    from pasqal_core_api import models

    value = body_sample(contract, operation_id)
    schema = body_of(contract, operation_id).get("schema", {})
    title = resolved(contract, schema).get("title", component(schema))
    kind: Any = getattr(models, title, None)
    # A typed dictionary is sent as it is; a class has to be made first.
    if hasattr(kind, "from_dict"):
        return kind.from_dict(value)
    return value


def generated_argument(
    contract: Contract,
    operation_id: str,
    parameter: Node,
) -> str:
    """The argument of the generated operation that sends a parameter; empty text if none does."""
    build = generated_operation(contract, operation_id)._get_kwargs
    given = required_arguments(contract, operation_id)
    if parameter["in"] == "path":
        _, template, _ = operations(contract)[operation_id]
        return _argument_of_place(
            build,
            given,
            template,
            parameter["name"],
        )
    value = sample(contract, parameter["schema"])
    for argument in inspect.signature(build).parameters.values():
        if argument.kind is not argument.KEYWORD_ONLY or argument.name == "body":
            continue
        if _sends(
            build,
            given,
            argument.name,
            value,
            parameter,
        ):
            return argument.name
    return ""


def _argument_of_place(
    build: Callable[..., Any],
    given: dict[str, Any],
    template: str,
    wire: str,
) -> str:
    """The argument that a generated operation writes into a place of the path."""
    before, after = (re.escape(part) for part in template.split(f"{{{wire}}}", 1))
    others = re.compile(r"\\\{\w+\\\}")
    wanted = re.compile(others.sub("[^/]*", before) + _MARK + others.sub("[^/]*", after))
    for name in given:
        if name == "body":
            continue
        url = build(**{**given, name: _MARK})["url"]
        if wanted.fullmatch(url):
            return name
    return ""


def _sends(
    build: Callable[..., Any],
    given: dict[str, Any],
    argument: str,
    value: Any,
    parameter: Node,
) -> bool:
    """Whether a parameter is sent otherwise with an argument than without."""
    from pasqal_core_runtime.response import UNSET

    part = {"query": "params", "header": "headers", "cookie": "cookies"}[parameter["in"]]
    wire = parameter["name"]
    sent = _built(build, {**given, argument: value}, part)
    if sent is None or wire not in sent:
        return False
    unsent = _built(build, {**given, argument: UNSET}, part)
    if unsent is None:  # a required argument of a kind that cannot be left out
        return bool(argument == wire)
    return bool(sent[wire] != unsent.get(wire))


def _built(
    build: Callable[..., Any],
    given: dict[str, Any],
    part: str,
) -> dict[str, Any] | None:
    """A part of the request that a generated operation makes; None if an argument is of another kind."""
    try:
        found: dict[str, Any] = build(**given).get(part, {})
    except (AttributeError, TypeError):
        return None
    return found
