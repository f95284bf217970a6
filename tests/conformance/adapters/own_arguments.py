"""Arguments of a case, in the types that the client's own methods and the generated functions take."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID

import pasqal_core_schemas
from ledger.contract import parameters_in, resolved
from ledger.generated import generated_argument, generated_operation
from pasqal_client import (
    BatchStatus,
    DeviceAvailability,
    DeviceTypeName,
    JobOrigin,
    JobStatus,
    QueuePriority,
)
from pasqal_core_api import models

CONTRACT: Any = json.loads((files(pasqal_core_schemas) / "contract.json").read_bytes())

NATIVE: dict[str, Any] = {
    **dict.fromkeys(("id", "batch_id", "project_id", "batch", "job_id", "ids"), UUID),
    **dict.fromkeys(("start_date", "end_date"), datetime.fromisoformat),
    "status": JobStatus,
    "origin": JobOrigin,
    "device_type": DeviceTypeName,
    "availability": DeviceAvailability,
    "queue_priority": QueuePriority,
}
"""The Python types of arguments that are text in the cases."""

OF_BATCHES: dict[str, Any] = {**NATIVE, "status": BatchStatus}
"""The same for the methods that are about batches, not about their jobs."""

ABOUT_BATCHES = ("batches.page", "batches.list", "batches.count", "batches.cancel_many")


def native_arguments(call: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a method, each in the type of Python."""
    types = OF_BATCHES if call in ABOUT_BATCHES else NATIVE
    return {name: native(types, name, value) for name, value in arguments.items()}


def native(types: dict[str, Any], name: str, value: Any) -> Any:
    """An argument as an id, a time, or a member of an enumeration; a list as a generator."""
    if isinstance(value, list):
        return (native(types, name, entry) for entry in value)
    if name in types and isinstance(value, str):
        return types[name](value)
    return value


@cache
def known_parameters(operation: str) -> dict[str, tuple[str, dict[str, Any]]]:
    """The argument of a generated function, and the schema, of each parameter, by its name on the wire."""
    found = {}
    for place in ("path", "query"):
        for wire, schema in parameters_in(CONTRACT, operation, place).items():
            parameter = {"name": wire, "in": place, "schema": schema}
            found[wire] = (generated_argument(CONTRACT, operation, parameter), schema)
    return found


def generated_arguments(operation: str, arguments: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """The module of a generated function, and its arguments; they are named as on the wire, or `body`."""
    known = known_parameters(operation)
    given = {}
    for wire, value in arguments.items():
        if wire == "body":
            given[wire] = value
            continue
        name, schema = known[wire]
        given[name] = typed(schema, value)
    return generated_operation(CONTRACT, operation), given


def typed(schema: dict[str, Any], value: Any) -> Any:
    """An argument in the type that a generated function takes: an id, a time, or a member of an enumeration."""
    schema = resolved(CONTRACT, schema)
    if isinstance(value, list):
        return [typed(schema["items"], entry) for entry in value]
    if "enum" in schema:
        return getattr(models, schema["title"])(value)
    if schema.get("format") == "uuid":
        return UUID(value)
    if schema.get("format") == "date-time":
        return datetime.fromisoformat(value)
    return value
