"""The typed view of an answer, in the form of the protocol."""

from __future__ import annotations

import ast
import json
import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from client.driver import Driver, call_generated
from conformance.adapters.own_arguments import CONTRACT
from json_pointers import steps
from ledger.generated import generated_operation, required_arguments
from pasqal_core_api import models
from pasqal_core_runtime.departures import Departure
from pasqal_core_runtime.errors import DepartureError
from pasqal_core_runtime.model import Model, fields_of
from pasqal_core_runtime.open_enum import OpenEnum

UNSET = object()
PLAIN = (str, int, float, bool, list, dict, type(None))


def read_view(
    client: Any, arguments: dict[str, Any], ask: list[str], *, strict: bool
) -> dict[str, Any]:
    """What a client makes of an answer, or of a file: what is asked for, the departures, and the JSON again."""
    own = client.target if isinstance(client, Driver) else client
    found: list[Departure] = []
    if not strict:
        # The client counts departures by kind; here each place is wanted.
        own.api.on_departure = found.append
    if "schema" in arguments:
        read = own.api.read(getattr(models, arguments["schema"]), json.loads(arguments["body"]))
    else:
        operation = arguments["operation"]
        module = generated_operation(CONTRACT, operation)
        given = required_arguments(CONTRACT, operation)
        read = call_generated(client, module, **given).parsed
    return {
        "shows": {pointer: view(read, pointer) for pointer in ask},
        "departures": [pointer_of(departure.path) for departure in found],
        "given_back": json.dumps(given_back(read)),
    }


def given_back(read: Any) -> Any:
    """The received JSON, taken from the object that was made of it."""
    if isinstance(read, list):
        return [given_back(entry) for entry in read]
    return read.to_dict() if isinstance(read, Model) else read


def view(model: Any, pointer: str) -> Any:
    """The value at a place of a model."""
    *above, last = steps(pointer)
    around: Any = model
    for step in above:
        around = member(around, step)
    received = not isinstance(around, Model) or last in around.to_dict()
    return shown(member(around, last), received)


def member(tree: Any, step: str) -> Any:
    """A field of a model by its wire name, or an entry of an array or a mapping."""
    if isinstance(tree, Model):
        name = next(field.name for field in fields_of(tree) if field.wire == step)
        try:
            return getattr(tree, name)
        except DepartureError:
            return UNSET
    return tree[int(step)] if isinstance(tree, list) else tree[step]


def shown(value: Any, received: bool) -> Any:
    """A typed value in the form of the protocol."""
    if value is UNSET:
        return {"unset": True}
    if not received:
        return {"absent": value}
    if value is None:
        return {"null": True}
    if isinstance(value, UUID):
        return {"uuid": str(value)}
    if isinstance(value, datetime):
        return {"time": f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"}
    if isinstance(value, OpenEnum):
        return {"enum": value.value, "known": value.is_known}
    if isinstance(value, list) and not all(type(entry) in PLAIN for entry in value):
        return {"size": len(value)}
    if type(value) is int:
        return {"integer": str(value)}
    return {"value": given_back(value)}


def pointer_of(path: str) -> str:
    """The JSON pointer of a departure's path, which has positions and keys of maps in brackets."""
    found = re.findall(r"\.?([^.\[\]]+)|\[('[^']*'|\d+)\]", path)
    return "".join(f"/{name or ast.literal_eval(entry)}" for name, entry in found)
