"""Every parameter of the contract is reached: by a keyword of the client, and by the sandbox."""

from __future__ import annotations

from typing import Any

import pytest

from pasqal_client._listing.filters import READERS
from pasqal_client.sandbox.database.queries import CancelQuery, JobsQuery, filters

PAGING = {"order_by", "order_by_direction", "limit", "offset"}
KEYWORDS = {"id__starts_with": "id_starts_with"}
VALUES: dict[str, Any] = {
    "string": "00000000",
    "integer": 1,
    "boolean": True,
    "array": ["x"],
    "date-time": "2026-11-01T00:00:00+00:00",
}


def resolved(contract: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        reference, node = node["$ref"], contract
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]
    return node


def query_parameters(contract: dict[str, Any], path: str, method: str) -> dict[str, dict[str, Any]]:
    """The query parameters of an operation, by name."""
    listed = (
        resolved(contract, parameter) for parameter in contract["paths"][path][method]["parameters"]
    )
    return {
        parameter["name"]: parameter["schema"] for parameter in listed if parameter["in"] == "query"
    }


OPERATIONS = [
    ("/api/v2/jobs", "get", JobsQuery),
    ("/api/v2/batches/{batch__id}/cancel/jobs", "patch", CancelQuery),
]


def filters_of(contract: dict[str, Any], path: str, method: str) -> set[str]:
    """The keywords of the filters that an operation has."""
    return {
        KEYWORDS.get(name, name)
        for name in query_parameters(contract, path, method).keys() - PAGING
    }


@pytest.mark.parametrize(("path", "method", "model"), OPERATIONS)
def test_the_client_has_a_keyword_for_each_filter(
    contract: dict[str, Any], path: str, method: str, model: type[Any]
) -> None:
    """A filter that the contract gets has to be added to `filters.READERS` and `filters.JobFilters`."""
    missing = filters_of(contract, path, method) - set(READERS)
    assert not missing, (
        f"no keyword for {missing}: add it to READERS and JobFilters in pasqal_client/_listing/filters.py"
    )


def test_each_keyword_is_a_filter_of_the_contract(contract: dict[str, Any]) -> None:
    """What no operation takes any more is no keyword."""
    gone = set(READERS).difference(
        *(filters_of(contract, path, method) for path, method, _ in OPERATIONS)
    )
    assert not gone, (
        f"no operation has {gone} any more: take it out of pasqal_client/_listing/filters.py"
    )


@pytest.mark.parametrize(("path", "method", "model"), OPERATIONS)
def test_the_sandbox_filters_by_each_filter(
    contract: dict[str, Any], path: str, method: str, model: type[Any]
) -> None:
    """A filter that the sandbox takes without filtering by it would list, or cancel, everything."""
    for name, schema in query_parameters(contract, path, method).items():
        if name in PAGING:
            continue
        value = VALUES[schema.get("format", schema["type"])]
        if schema["type"] == "array" and "$ref" in schema["items"]:
            value = resolved(contract, schema["items"])["enum"][:1]
        assert len(filters(model(**{name: value}))) == 1, (
            f"sandbox/database/queries.py does nothing with {name}"
        )
