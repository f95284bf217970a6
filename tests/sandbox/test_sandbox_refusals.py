"""Requests that are rejected, and the form in which the answers say so."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import httpx
import pytest

from pasqal_client.sandbox import Sandbox

UNKNOWN = f"/api/v2/batches/{UUID(int=1)}"
OPERATIONS = [
    ("GET", "/api/v2/jobs"),
    ("PATCH", f"{UNKNOWN}/cancel/jobs"),
    ("PATCH", f"{UNKNOWN}/complete"),
]


@pytest.fixture(scope="module")
def empty(connect: Callable[[Sandbox], httpx.Client]) -> Iterator[httpx.Client]:
    """A client of an empty sandbox."""
    with Sandbox() as sandbox:
        yield connect(sandbox)


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", "Basic d3Jvbmc=", "Bearer \xe9"])
def test_without_the_token_everything_is_unauthorized(
    empty: httpx.Client, method: str, path: str, header: str
) -> None:
    """The token is checked before the parameters, which are wrong here as well."""
    headers = {b"Authorization": header.encode("latin-1")}
    answer = empty.request(method, path, params={"status": "?", "limit": 0}, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    body = answer.json()
    assert body.pop("message")
    assert body == {"status": "fail", "code": "401", "data": None}


@pytest.mark.parametrize("operation", ["cancel/jobs", "complete"])
def test_an_unknown_batch_is_not_found(empty: httpx.Client, operation: str) -> None:
    """The answer names the batch."""
    answer = empty.patch(f"{UNKNOWN}/{operation}")
    assert answer.status_code == 404
    body = answer.json()
    assert UNKNOWN.rpartition("/")[2] in body.pop("message")
    assert body == {"status": "fail", "code": "404", "data": None}


@pytest.mark.parametrize("operation", ["cancel/jobs", "complete"])
def test_a_batch_of_a_foreign_project_is_forbidden(
    sandbox: Sandbox, http: httpx.Client, operation: str
) -> None:
    """The batch does not change."""
    batch = sandbox.add_batch([{}], foreign=True)
    for _ in range(2):
        answer = http.patch(f"/api/v2/batches/{batch.id}/{operation}")
        assert answer.status_code == 403
        assert answer.json()["code"] == "403"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/api/v2/nothing", 404), ("GET", "/api/v2/jobs/", 404), ("POST", "/api/v2/jobs", 405)],
)
def test_there_is_nothing_beside_the_contract(
    empty: httpx.Client, method: str, path: str, status: int
) -> None:
    """Other paths and other methods are rejected."""
    answer = empty.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (status, str(status))


def test_there_is_nothing_beside_the_service_prefix(empty: httpx.Client) -> None:
    """The paths of the contract come only after it."""
    assert empty.get(str(empty.base_url).replace("/core-fast", "/api/v2/jobs")).status_code == 404


@pytest.mark.parametrize(
    ("params", "loc"),
    [
        ({"limit": 0}, ["query", "limit"]),
        ({"limit": 101}, ["query", "limit"]),
        ({"limit": 10**30}, ["query", "limit"]),
        ({"limit": "many"}, ["query", "limit"]),
        ({"limit": ""}, ["query", "limit"]),
        ({"offset": "1.5"}, ["query", "offset"]),
        ({"order_by_direction": "UP"}, ["query", "order_by_direction"]),
        ({"min_runs": "few"}, ["query", "min_runs"]),
        ({"max_runs": "null"}, ["query", "max_runs"]),
        ({"errors": "perhaps"}, ["query", "errors"]),
        ({"status": ["DONE", "LOST"]}, ["query", "status", 1]),
        ({"status": "done"}, ["query", "status", 0]),
        ({"origin": ["MARS"]}, ["query", "origin", 0]),
        ({"start_date": "yesterday"}, ["query", "start_date"]),
        ({"start_date": "1700000000"}, ["query", "start_date"]),
        ({"end_date": "1700000000.5"}, ["query", "end_date"]),
        ({"end_date": "-1"}, ["query", "end_date"]),
        ({"start_date": "2026-10-12"}, ["query", "start_date"]),
        ({"end_date": "2026-10-12T08:00:00"}, ["query", "end_date"]),
        ({"end_date": "2026-02-30T08:00:00Z"}, ["query", "end_date"]),
        ({"start_date": ""}, ["query", "start_date"]),
    ],
)
def test_a_value_of_the_wrong_form_is_unprocessable(
    empty: httpx.Client, params: dict[str, Any], loc: list[str | int]
) -> None:
    """The answer says where, what and which kind, and nothing else."""
    answer = empty.get("/api/v2/jobs", params=params)
    assert answer.status_code == 422
    (fault,) = answer.json()["detail"]
    assert fault.pop("loc") == loc
    assert fault.keys() == {"msg", "type"}
    if "limit" not in params and "offset" not in params and "order_by_direction" not in params:
        assert empty.patch(f"{UNKNOWN}/cancel/jobs", params=params).json() == answer.json()


@pytest.mark.parametrize("operation", ["cancel/jobs", "complete"])
def test_what_is_not_an_id_in_the_path_is_unprocessable(
    empty: httpx.Client, operation: str
) -> None:
    """It is told apart from an unknown one."""
    answer = empty.patch(f"/api/v2/batches/no-id/{operation}")
    assert answer.status_code == 422
    assert [fault["loc"] for fault in answer.json()["detail"]] == [["path", "batch__id"]]


def test_an_id_with_a_line_break_in_it_is_unprocessable(empty: httpx.Client) -> None:
    """It is rejected like any other text that is not an id."""
    assert empty.patch("/api/v2/batches/no%0Aid/complete").status_code == 422


def test_every_mistake_is_told_at_once(empty: httpx.Client) -> None:
    """Mistakes in the path come first."""
    answer = empty.patch(
        "/api/v2/batches/x/cancel/jobs", params={"status": ["?", "!"], "errors": "?"}
    )
    locs = [fault["loc"] for fault in answer.json()["detail"]]
    assert locs == [
        ["path", "batch__id"],
        ["query", "status", 0],
        ["query", "status", 1],
        ["query", "errors"],
    ]
