"""What in the code stands for an item of the contract: found out by running the code, not by reading it."""

from __future__ import annotations

import inspect
from datetime import UTC, datetime
from importlib import import_module
from typing import Any, Final

from ledger_items import Contract, LedgerError, component, operations

CALLS: Final = {
    "get_jobs": ("jobs", "Jobs", "page"),
    "cancel_jobs": ("batches", "Batches", "cancel_jobs"),
    "complete_batch": ("batches", "Batches", "complete"),
}
"""The method of the client that makes one request of an operation: its module, which is its resource; class; name."""

_MARK: Final = "here"
_SAMPLES: Final[dict[str, Any]] = {"string": "0", "integer": 1, "boolean": True, "array": ["0"]}


def sample(contract: Contract, schema: dict[str, Any]) -> Any:
    """A value that a parameter may have, in the form that the generated code takes."""
    from pasqal_core_api import models

    kind = component(schema.get("items", schema))
    if kind:
        listed = contract["components"]["schemas"][kind]
        member = getattr(models, listed["title"], str)(listed["enum"][0])
        return [member] if schema.get("type") == "array" else member
    if schema.get("format") == "date-time":
        return datetime(2026, 1, 1, tzinfo=UTC)
    return _SAMPLES.get(schema.get("type", ""), "0")


def generated_argument(contract: Contract, operation_id: str, parameter: dict[str, Any]) -> str:
    """The argument of the generated operation that sends a parameter; empty text if none does."""
    _, path, operation = operations(contract)[operation_id]
    build = import_module(f"pasqal_core_api.api.{operation['tags'][0]}.{operation_id}")._get_kwargs
    arguments = inspect.signature(build).parameters.values()
    in_path = {one.name: "-" for one in arguments if one.kind is one.POSITIONAL_OR_KEYWORD}
    value, wire = sample(contract, parameter["schema"]), parameter["name"]
    if parameter["in"] == "path":
        place = path.split("/").index(f"{{{wire}}}")
        urls = {name: build(**{**in_path, name: _MARK})["url"] for name in in_path}
        return next((name for name, url in urls.items() if url.split("/")[place] == _MARK), "")

    def sends(argument: str) -> bool:
        try:
            sent = build(**in_path, **{argument: value}).get("params", {})
        except (AttributeError, TypeError):  # the argument takes values of another kind
            return False
        return bool(sent.get(wire) != build(**in_path).get("params", {}).get(wire))

    return next(
        (one.name for one in arguments if one.kind is one.KEYWORD_ONLY and sends(one.name)), ""
    )


def keyword(operation_id: str, parameter: dict[str, Any], argument: str) -> str:
    """The keyword, or the positional argument, by which the client reaches a generated argument; empty text if none."""
    from pasqal_client._listing.filters import JobFilters

    module, kind, method = CALLS[operation_id]
    reached = getattr(getattr(import_module(f"pasqal_client.{module}"), kind), method)
    arguments = inspect.signature(reached).parameters.values()
    if parameter["in"] == "path":
        return next(
            (
                one.name
                for one in arguments
                if one.kind is one.POSITIONAL_ONLY and one.name != "self"
            ),
            "",
        )
    filters = (
        JobFilters.__annotations__ if any(one.kind is one.VAR_KEYWORD for one in arguments) else {}
    )
    named = {one.name for one in arguments if one.kind is one.KEYWORD_ONLY} | set(filters)
    # The generator gives this ending to a query parameter that has nearly the name of a path
    # parameter.
    return next((name for name in (argument, argument.removesuffix("_query")) if name in named), "")


def in_a_query(contract: Contract, operation_id: str, parameter: dict[str, Any]) -> str:
    """What the sandbox makes of a query parameter: a condition, the order or the page; empty text for nothing.

    Raises:
        LedgerError: the sandbox asks for a parameter that the operation does not have.
    """
    from pasqal_client.sandbox.database import queries

    model: Any = {"get_jobs": queries.JobsQuery, "cancel_jobs": queries.CancelQuery}.get(
        operation_id
    )
    if model is None:
        return ""
    value = "runs" if parameter["name"] == "order_by" else sample(contract, parameter["schema"])
    value = [str(one) for one in value] if isinstance(value, list) else value
    asked, plain = model(**{parameter["name"]: value}), model()
    try:
        conditions = queries.filters(asked)
    except AttributeError as error:
        file = "overlay/pasqal_client/sandbox/database/queries.py"
        raise LedgerError(
            f"{file} asks {operation_id} for what is no parameter: {error}; adapt it there"
        ) from error
    if conditions or operation_id != "get_jobs":
        return f"`{conditions[0].sql}`" if conditions else ""
    if queries.ordering(asked) != queries.ordering(plain):
        return "`ORDER BY`"
    return "the page" if queries.window(asked) != queries.window(plain) else ""


def in_a_column(name: str, wire: str) -> str | None:
    """The column of the sandbox for a field of a job or a batch; empty text if it has none, None for other objects."""
    from pasqal_client.sandbox.database import columns

    tables = {
        "ProducedPartialJobResponse": ("jobs", columns.JOB_ANSWER),
        "ProducedBatchWithPartialJobsResponse": ("batches", columns.BATCH),
    }
    if name not in tables:
        return None
    table, known = tables[name]
    counted = "counted" if wire in columns.DERIVED else ""
    return f"`{table}.{wire}`" if wire in known.names else counted
