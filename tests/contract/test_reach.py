"""Every operation and every parameter of the contract is reached by the client and by the sandbox.

These tests compare the contract with the code of today, and say what to do where they differ. The
ledger says the same, and more, without failing: see the last lines of `make generate`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from contract.derived import CONTRACT
from ledger.client import (
    BESIDES,
    filters_of,
    keyword_place,
    missing_methods,
    sent_items,
    source_of,
)
from ledger.contract import ROOT, operations, parameters
from ledger.sandbox import in_a_query, missing_handler, query_place
from operation_table import HERE, TABLE
from pasqal_client.cli import options
from pasqal_client.sandbox.app import SUCCESSES

if TYPE_CHECKING:
    from pathlib import Path

OPERATIONS = operations(CONTRACT)
every_operation = pytest.mark.parametrize("operation_id", OPERATIONS)


def query_parameters(operation_id: str) -> dict[str, dict[str, Any]]:
    """The query parameters of an operation, by name."""
    _, _, operation = OPERATIONS[operation_id]
    listed = [parameter for _, parameter in parameters(CONTRACT, operation)]
    return {parameter["name"]: parameter for parameter in listed if parameter["in"] == "query"}


@cache
def sent(operation_id: str) -> dict[tuple[str, ...], str]:
    """What the client sends of an operation, each with its keyword; empty where the method sends it by itself."""
    return sent_items(CONTRACT, ROOT, operation_id, TABLE[operation_id])


@every_operation
def test_the_clients_have_a_method_for_each_operation(operation_id: str) -> None:
    """The table of operations names the method, and both clients have it."""
    assert operation_id in TABLE, f"add {operation_id} to TABLE in {HERE}"
    missing = missing_methods(TABLE[operation_id])
    assert not missing, f"{operation_id}: {'; '.join(missing)}"


@every_operation
def test_a_page_says_where_an_operation_is_known_from(root: Path, operation_id: str) -> None:
    """Users read there which operations may change without notice, and how each is reached."""
    page = (root / "docs" / "operations.md").read_text(encoding="utf-8")
    method, path, operation = OPERATIONS[operation_id]
    token = ", no token" if operation.get("security") == [] else ""
    begin = f"| `{operation_id}` | `{method} {path}` | {operation['x-source']}{token} | "
    rows = [line for line in page.splitlines() if line.startswith(begin)]
    assert rows, f"docs/operations.md: add a row that begins with {begin}"
    if operation_id not in TABLE:
        pytest.skip("the method comes first")
    reach = TABLE[operation_id]
    folder = operation["tags"][0]
    reached = f"api.{folder}.{reach.method}" if reach.is_generated else f"client.{reach.resource}."
    assert rows[0].startswith(f"{begin}`{reached}")


@every_operation
def test_the_sandbox_serves_each_operation(operation_id: str) -> None:
    """The handler has the name of the operation."""
    missing = missing_handler(operation_id)
    assert not missing, f"{operation_id}: {missing}"


def test_nothing_is_left_of_an_operation_that_is_gone() -> None:
    """Neither a line of the table nor a handler of the sandbox."""
    gone = sorted((TABLE.keys() | SUCCESSES.keys()) - OPERATIONS.keys())
    assert not gone, (
        f"openapi.yaml has no {', '.join(gone)}: take it out of {HERE}, the client and the sandbox"
    )


@every_operation
def test_the_client_has_a_keyword_for_each_filter(operation_id: str) -> None:
    """A new filter has to be added to the table of readers and to the typed dictionary of its list."""
    if operation_id not in TABLE or missing_methods(TABLE[operation_id]):
        pytest.skip("the method comes first")
    missing = {
        name for name in query_parameters(operation_id) if ("query", name) not in sent(operation_id)
    }
    assert not missing, (
        f"no keyword for {missing}: add it to {keyword_place(TABLE[operation_id], min(missing))}; then to FILTERS in "
        f"{source_of(options.options)}, to {query_place(operation_id)} and to a case"
    )


def test_each_keyword_is_a_filter_of_the_contract() -> None:
    """A keyword that no operation accepts would be sent in vain."""
    known: dict[Any, set[str]] = {}
    for operation_id, reach in TABLE.items():
        if operation_id not in OPERATIONS or missing_methods(reach):
            continue
        filters = filters_of(reach)
        if filters is not None:
            reached = known.setdefault(filters, set())
            reached.update(sent(operation_id).values())
    for filters, reached in known.items():
        gone = filters.__annotations__.keys() - reached
        assert not gone, (
            f"no operation has {set(gone)} any more: take it out of {filters.__name__} and READERS in "
            f"{source_of(filters)}"
        )


@every_operation
def test_the_sandbox_filters_by_each_filter(operation_id: str) -> None:
    """A sandbox that ignores a filter would list, or cancel, every job."""
    if missing_handler(operation_id):
        pytest.skip("the handler comes first")
    for name, parameter in query_parameters(operation_id).items():
        made = in_a_query(CONTRACT, operation_id, parameter)
        place = query_place(operation_id)
        assert made, f"{place} does nothing with {name}: add a condition there"
        # Conditions are pieces of SQL, or the handler's; order and page are not.
        assert (name in BESIDES) == (made in ("`ORDER BY`", "the order", "the page")), name
