"""What of the client stands for an item of a contract: found out by running the code, not by reading it."""

from __future__ import annotations

import inspect
import re
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from ledger_contract import (
    body_of,
    component,
    operations,
    parameters_in,
    resolved,
)
from spec_places import Contract, Node, Schema, examples, followed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from operation_table import Reach

CLIENTS: Final = ("PasqalClient", "AsyncPasqalClient")

_MARK: Final = "here"
_SAMPLES: Final[Mapping[str, Any]] = {
    "string": "0",
    "integer": 1,
    "number": 1.5,
    "boolean": True,
}


def source_of(thing: Any) -> str:
    """The file of this repository in which something is written, wherever that has moved to."""
    module = inspect.getmodule(thing)
    path = inspect.getsourcefile(module) if module is not None else None
    if module is None or path is None:
        return "overlay/"
    package = import_module(module.__name__.partition(".")[0])
    folder = Path(next(iter(getattr(package, "__path__", [path])))).parents[1]
    return Path(path).relative_to(folder).as_posix()


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
    if listed.get("format") == "date-time":
        return datetime(2026, 1, 1, tzinfo=UTC)
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
            given[name] = _in_path(contract, next(places, {}))
        elif name == "body":
            given[name] = _typed_body(contract, operation_id)
        else:
            given[name] = sample(contract, queries.get(name, {}))
    return given


def _in_path(contract: Contract, schema: Schema) -> Any:
    """A value for a place in a path."""
    if schema.get("format") == "uuid":
        return UUID(int=0)
    return sample(contract, schema)


def _typed_body(contract: Contract, operation_id: str) -> Any:
    """A sample of a body, as the generated code takes it."""
    from pasqal_core_api import models

    value = body_sample(contract, operation_id)
    schema = body_of(contract, operation_id).get("schema", {})
    title = resolved(contract, schema).get("title", component(schema))
    kind = getattr(models, title, None)
    # A typed dictionary is sent as it is; a class has to be made first.
    if hasattr(kind, "from_dict"):
        return kind.from_dict(value)
    return value


def generated_argument(contract: Contract, operation_id: str, parameter: Node) -> str:
    """The argument of the generated operation that sends a parameter; empty text if none does."""
    build = generated_operation(contract, operation_id)._get_kwargs
    given = required_arguments(contract, operation_id)
    if parameter["in"] == "path":
        _, template, _ = operations(contract)[operation_id]
        return _argument_of_place(build, given, template, parameter["name"])
    value = sample(contract, parameter["schema"])
    for argument in inspect.signature(build).parameters.values():
        if argument.kind is not argument.KEYWORD_ONLY or argument.name == "body":
            continue
        if _sends(build, given, argument.name, value, parameter):
            return argument.name
    return ""


def _argument_of_place(
    build: Callable[..., Any], given: dict[str, Any], template: str, wire: str
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
    from pasqal_core_api.types import UNSET

    part = {"query": "params", "header": "headers", "cookie": "cookies"}[parameter["in"]]
    wire = parameter["name"]
    sent = _built(build, {**given, argument: value}, part)
    if sent is None or wire not in sent:
        return False
    unsent = _built(build, {**given, argument: UNSET}, part)
    if unsent is None:  # a required argument of a kind that cannot be left out
        return argument == wire
    return bool(sent[wire] != unsent.get(wire))


def _built(build: Callable[..., Any], given: dict[str, Any], part: str) -> dict[str, Any] | None:
    """A part of the request that a generated operation makes; None if an argument is of another kind."""
    try:
        found: dict[str, Any] = build(**given).get(part, {})
    except (AttributeError, TypeError):
        return None
    return found


# ---------------------------------------------------------------------------------------------------------------------
# Methods of the client


def resource_class(client: str, resource: str) -> Any:
    """The class of a resource of one of the clients; None if there is none."""
    import pasqal_client

    whole = getattr(pasqal_client, client)
    prefix = client.removesuffix("PasqalClient")
    name = prefix + resource.title().replace("_", "")
    return getattr(sys.modules[whole.__module__], name, None)


def missing_methods(reach: Reach) -> list[str]:
    """What the two clients lack to have the method of an operation, with the place where it belongs."""
    import pasqal_client

    found = []
    for client in CLIENTS:
        kind = resource_class(client, reach.resource)
        if kind is None:
            file = source_of(getattr(pasqal_client, client))
            found.append(f"{client} has no {reach.resource}; add the resource to {file}")
        elif not hasattr(kind, reach.method):
            found.append(
                f"{client} has no {reach.call}; add it to {kind.__name__} in {source_of(kind)}"
            )
    return found


def method_of(reach: Reach) -> Any:
    """The method of the sync client that makes one request of an operation."""
    return getattr(resource_class(CLIENTS[0], reach.resource), reach.method)


def filters_of(reach: Reach) -> Any:
    """The typed dictionary of the filters that a method takes as keywords; None if it takes none.

    It is what the method's `**filters` are annotated with: `Unpack[JobFilters]`.
    """
    method = inspect.unwrap(method_of(reach))
    for argument in inspect.signature(method).parameters.values():
        if argument.kind is argument.VAR_KEYWORD:
            named = re.search(r"Unpack\[(\w+)\]", str(argument.annotation))
            return _named(named[1], method) if named else None
    return None


def _named(name: str, method: Any) -> Any:
    """What a name means in the module of a method, or, if only a type checker imports it there, in the package."""
    if name in method.__globals__:
        return method.__globals__[name]
    package = method.__module__.partition(".")[0]
    for module in [*sys.modules]:
        if module.partition(".")[0] == package and hasattr(sys.modules[module], name):
            return getattr(sys.modules[module], name)
    return None


def keyword(
    contract: Contract, operation_id: str, reach: Reach, parameter: Node, argument: str
) -> str:
    """The keyword, or the positional argument, by which the client reaches a generated argument; empty if none."""
    arguments = inspect.signature(method_of(reach)).parameters.values()
    if parameter["in"] == "path":
        names = [one.name for one in arguments if one.kind is one.POSITIONAL_ONLY]
        names = [name for name in names if name != "self"]
        place = [*parameters_in(contract, operation_id, "path")].index(parameter["name"])
        return next(iter(names[place : place + 1]), "")
    named = {one.name for one in arguments if one.kind is not one.POSITIONAL_ONLY}
    named |= getattr(filters_of(reach), "__annotations__", {}).keys()
    # The generator changes a name that a path parameter nearly has, and one that Python has.
    for name in (argument, argument.removesuffix("_query"), argument.removesuffix("_")):
        if name and name in named:
            return name
    return ""


def keyword_place(reach: Reach) -> str:
    """Where a keyword for a parameter that the client does not reach belongs."""
    filters = filters_of(reach)
    if filters is None:
        method = method_of(reach)
        return f"the arguments of {method.__qualname__} in {source_of(method)}"
    return f"READERS and {filters.__name__} in {source_of(filters)}"
