"""For every call of the vectors both clients send exactly what the vector says: the request line, byte for byte."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

import pytest

from client.scripted import Request
from contract.derived import CONTRACT
from contract.vector_runner import (
    PREFIX,
    Runner,
    body_of,
    canonical,
    every,
    is_generated,
    make_call,
    path_pattern,
    running,
)
from ledger.contract import operations, parameters_in
from ledger.items import Vector
from pasqal_client import JobOrigin, JobStatus, NotFoundError

NATIVE: dict[str, Any] = {
    **dict.fromkeys(("id", "batch_id", "project_id", "batch", "job_id", "ids"), UUID),
    **dict.fromkeys(("start_date", "end_date"), datetime.fromisoformat),
    "status": JobStatus,
    "origin": JobOrigin,
}
"""The Python types of arguments that are text in the vectors."""


@pytest.fixture(scope="module", params=["sync", "async"])
def runner(request: pytest.FixtureRequest) -> Iterator[Runner]:
    """A server that has no jobs, and a client."""
    with running(request.param, "a-token-of-the-lab") as made:
        yield made


def native(name: str, value: Any) -> Any:
    """An argument in the types of the language: ids, times, members of enumerations, and generators for lists."""
    if isinstance(value, list):
        return (native(name, entry) for entry in value)
    return NATIVE[name](value) if name in NATIVE and isinstance(value, str) else value


def call(runner: Runner, case: Vector, arguments: dict[str, Any]) -> None:
    """Make the call of a case; a listing is read to its end."""
    with suppress(NotFoundError):  # the server has nothing
        make_call(runner.client(**case.get("settings", {})), case["call"], arguments)


def lines(requests: list[dict[str, Any]]) -> list[str]:
    """The method, the target and the body of each request of a vector."""
    found = []
    for request in requests:
        mark = "?" if request["query"] else ""
        line = f"{request['method']} {PREFIX}{request['path']}{mark}{request['query']}"
        if "body" in request:
            line += f" {canonical(request['body'])}"
        found.append(line)
    return found


def sent(requests: list[Request]) -> list[str]:
    """The same three parts of requests as they arrived; a body has to say that it is JSON."""
    found = []
    for request in requests:
        line = f"{request.method} {request.target}"
        if body_of(request):
            assert request.headers["content-type"] == "application/json"
            line += f" {canonical(json.loads(body_of(request)))}"
        found.append(line)
    return found


@every("requests", having="requests")
@pytest.mark.parametrize("spelled", [lambda _, value: value, native], ids=["text", "native"])
def test_a_call_sends_what_its_vector_says(
    runner: Runner, case: Vector, spelled: Callable[[str, Any], Any]
) -> None:
    """All forms of the arguments lead to the same requests, bodies included, or to none if nothing can match."""
    runner.server.requests.clear()
    arguments = dict(case["arguments"])
    # A generated function takes only one form of its arguments.
    if not is_generated(case["call"]):
        arguments = {name: spelled(name, value) for name, value in arguments.items()}
    call(runner, case, arguments)
    method, _, _ = operations(CONTRACT)[case["operation"]]
    # The parts of a list are fetched together.
    in_order = sorted if method == "GET" else list
    assert in_order(sent(runner.server.requests)) == in_order(lines(case["requests"]))


@every("requests", having="refused")
def test_a_call_is_refused_as_its_vector_says(runner: Runner, case: Vector) -> None:
    """A wrong argument is reported before anything is sent."""
    runner.server.requests.clear()
    with pytest.raises((ValueError, TypeError)):
        call(runner, case, dict(case["arguments"]))
    assert runner.server.requests == []


@every("requests")
def test_a_vector_keeps_to_the_contract(case: Vector) -> None:
    """Method, path and every key are those of its operation, and none of the forbidden keys is in it."""
    method, template, operation = operations(CONTRACT)[case["operation"]]
    known = parameters_in(CONTRACT, case["operation"], "query").keys()
    for request in case.get("requests", []):
        keys = {
            key for key, _ in parse_qsl(request["query"], strict_parsing=bool(request["query"]))
        }
        assert request["method"] == method
        assert path_pattern(template).fullmatch(request["path"])
        assert "requestBody" in operation or "body" not in request
        assert keys <= known
        assert not keys & set(case.get("without", []))
