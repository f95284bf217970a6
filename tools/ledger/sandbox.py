"""What of the sandbox stands for an item of a contract: found out by running its code, like the rest."""

from __future__ import annotations

import ast
import inspect
import sys
from functools import cache
from typing import TYPE_CHECKING, Any, Final, get_type_hints

from http_methods import METHODS

from .client import BESIDES, source_of
from .contract import LedgerError, parameters_in
from .generated import sample

if TYPE_CHECKING:
    from check_spec.places import Contract, Node, Schema

CONDITIONS: Final = "filters"
"""The function that makes conditions of a query."""

WINDOW: Final = frozenset({"limit", "offset"})

_SORT_KEYS: Final = ("runs", "updated_at", "status")
"""Fields that a list may be sorted by, other than the one it is sorted by anyway."""


@cache
def served() -> dict[str, Node]:
    """What the sandbox says of each operation that it serves, by the operationId."""
    from pasqal_client.sandbox.app import create_api

    document = create_api().openapi()
    found = {}
    for item in document["paths"].values():
        for method in METHODS:
            if method in item:
                found[item[method]["operationId"]] = item[method]
    return found


def handler(operation_id: str) -> Any:
    """The handler of an operation: the method that is named like it; None if there is none."""
    from pasqal_client.sandbox import app

    for kind in vars(app).values():
        if inspect.isclass(kind) and operation_id in vars(kind):
            return getattr(kind, operation_id)
    return None


def missing_handler(operation_id: str) -> str:
    """What the sandbox lacks to serve an operation, with the place where it belongs; empty if nothing."""
    from pasqal_client.sandbox import handlers

    if operation_id in served():
        return ""
    needed = "a handler of that name, and the model of its answer in `successes`,"
    place = source_of(handlers).rpartition("/")[0]
    return f"the sandbox does not serve it; add {needed} to the handlers of its topic in {place}"


def query_model(operation_id: str) -> Any:
    """The model of the query that the handler of an operation takes; None if it takes none."""
    from pydantic import BaseModel

    handled = handler(operation_id)
    if handled is None:
        return None
    for name, kind in get_type_hints(handled).items():
        if name == "query" and issubclass(kind, BaseModel):
            return kind
    return None


def query_place(operation_id: str) -> str:
    """Where the sandbox judges the query of an operation."""
    model = query_model(operation_id)
    if model is None and handler(operation_id) is None:
        return "its handler in the sandbox"
    if model is None:
        return f"the handler in {source_of(handler(operation_id))}"
    return source_of(model)


def in_a_query(
    contract: Contract,
    operation_id: str,
    parameter: Node,
) -> str:
    """What the sandbox makes of a query parameter: a condition, the order or the page; empty text for nothing.

    The functions that make it of a query are those of the module that has the query's model:
    `filters`, `ordering` and `window`. What is not in a table has no conditions; there the
    handler looks at the query itself.

    Raises:
        LedgerError: the sandbox asks for a parameter that the operation does not have.
    """
    model = query_model(operation_id)
    if model is None:
        return ""
    module = sys.modules[model.__module__]
    if not hasattr(module, CONDITIONS):
        return _in_a_handler(operation_id, parameter["name"])
    needed = _required(contract, operation_id, model)
    plain = model(**needed)
    for value in _values(parameter["name"], contract, parameter["schema"]):
        asked = model(**{**needed, parameter["name"]: value})
        conditions = _conditions(module, asked, operation_id)
        if conditions:
            return f"`{conditions[0].sql}`"
        if _differ(
            module,
            "ordering",
            "order_by",
            asked,
            plain,
        ):
            return "`ORDER BY`"
        if _differ(
            module,
            "window",
            "limit",
            asked,
            plain,
        ):
            return "the page"
    return ""


def _in_a_handler(operation_id: str, name: str) -> str:
    """What the module of a handler does with a query parameter that it reads by itself; empty text for nothing."""
    module = sys.modules[handler(operation_id).__module__]
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if _reads(node, name):
            return "the order" if name in BESIDES else "the handler"
        if name in WINDOW and _calls_window(node):
            return "the page"
    return ""


def _reads(node: ast.AST, name: str) -> bool:
    """Whether code reads a parameter from a query."""
    if not isinstance(node, ast.Attribute) or node.attr != name:
        return False
    return isinstance(node.value, ast.Name) and node.value.id == "query"


def _calls_window(node: ast.AST) -> bool:
    """Whether code cuts a list into pages."""
    if not isinstance(node, ast.Call):
        return False
    return isinstance(node.func, ast.Name) and node.func.id == "window"


def _required(
    contract: Contract,
    operation_id: str,
    model: Any,
) -> Node:
    """Values of the parameters that a query cannot do without."""
    found = {}
    for name, schema in parameters_in(contract, operation_id, "query").items():
        field = model.model_fields.get(name)
        if field is not None and field.is_required():
            found[name] = _values(name, contract, schema)[0]
    return found


def _values(
    name: str,
    contract: Contract,
    schema: Schema,
) -> list[Any]:
    """Values of a query parameter, as they come over the wire."""
    if name == "order_by":
        return [*_SORT_KEYS]
    value = sample(contract, schema)
    if isinstance(value, list):
        value = [str(one) for one in value]
    return [value]


def _conditions(
    module: Any,
    asked: Any,
    operation_id: str,
) -> list[Any]:
    try:
        found: list[Any] = getattr(module, CONDITIONS)(asked)
    except AttributeError as error:
        file = source_of(type(asked))
        raise LedgerError(
            f"{file} asks {operation_id} for something other than a parameter: {error}; adapt it there"
        ) from error
    return found


def _differ(
    module: Any,
    function: str,
    needed: str,
    asked: Any,
    plain: Any,
) -> bool:
    """Whether a function makes something else of what is asked than of nothing, for a query that has the field."""
    if needed not in type(asked).model_fields or not hasattr(module, function):
        return False
    read = getattr(module, function)
    return bool(read(asked) != read(plain))


def in_a_column(name: str, wire: str) -> str | None:
    """The column of the sandbox for a field of a job or a batch; empty if it has none, None for other objects."""
    from pasqal_client.sandbox.database import columns

    tables = {
        "ProducedPartialJobResponse": ("jobs", columns.JOB_ANSWER),
        "ProducedBatchWithPartialJobsResponse": ("batches", columns.BATCH),
    }
    if name not in tables:
        return None
    table, known = tables[name]
    if wire in known.names:
        return f"`{table}.{wire}`"
    return "counted" if wire in columns.DERIVED else ""


def column_place() -> str:
    """Where the sandbox says which fields it keeps."""
    from pasqal_client.sandbox.database import columns

    return source_of(columns)
