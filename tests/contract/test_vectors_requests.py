"""For every call of the vectors both clients send exactly what the vector says: the request line, byte for byte."""

from __future__ import annotations

import copy
import json
import re
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
    running,
)
from ledger.contract import operation_of, operations, parameters_in, steps
from ledger.items import Vector
from pasqal_client import (
    APIError,
    BatchStatus,
    DepartureError,
    DeviceAvailability,
    DeviceTypeName,
    JobOrigin,
    JobStatus,
    QueuePriority,
    ResultError,
)

NATIVE: dict[str, Any] = {
    **dict.fromkeys(("id", "batch_id", "project_id", "batch", "job_id", "ids"), UUID),
    **dict.fromkeys(("start_date", "end_date"), datetime.fromisoformat),
    "status": JobStatus,
    "origin": JobOrigin,
    "device_type": DeviceTypeName,
    "availability": DeviceAvailability,
    "queue_priority": QueuePriority,
}
"""The Python types of arguments that are text in the vectors."""


@pytest.fixture(scope="module", params=["sync", "async"])
def runner(request: pytest.FixtureRequest) -> Iterator[Runner]:
    """A server that has no jobs, and a client."""
    with running(request.param, "a-token-of-the-lab") as made:
        yield made


OF_BATCHES: dict[str, Any] = {**NATIVE, "status": BatchStatus}
"""The same for the methods that are about batches, not about their jobs."""


def types_of(call: str) -> dict[str, Any]:
    """The types of the arguments of a call."""
    about_batches = ("page", "list", "count", "cancel_many")
    resource, _, method = call.partition(".")
    return OF_BATCHES if resource == "batches" and method in about_batches else NATIVE


def native(types: dict[str, Any], name: str, value: Any) -> Any:
    """An argument in the types of the language: ids, times, members of enumerations, and generators for lists."""
    if isinstance(value, list):
        return (native(types, name, entry) for entry in value)
    return types[name](value) if name in types and isinstance(value, str) else value


def call(runner: Runner, case: Vector, arguments: dict[str, Any]) -> None:
    """Make the call of a case with a client of its own; a listing is read to its end."""
    runner.server.requests.clear()
    runner.answers = case.get("answers", {})
    client = runner.new_client(**case.get("settings", {}))
    try:
        # The answers have hardly anything in them, which is no concern of a case about requests.
        with suppress(APIError, DepartureError, ResultError):
            make_call(client, case["call"], arguments)
    finally:
        runner.close_client(client)


def lines(requests: list[dict[str, Any]]) -> list[str]:
    """The method, the target and the body of each request of a vector."""
    found = []
    for request in requests:
        mark = "?" if request["query"] else ""
        line = f"{request['method']} {PREFIX}{request['path']}{mark}{request['query']}"
        if "body" in request:
            body = without_patterns(request["body"], request.get("patterns", {}))
            line += f" {canonical(body)}"
        found.append(line)
    return found


def sent(requests: list[Request], patterns: dict[str, str]) -> list[str]:
    """The same three parts of requests as they arrived; a body has to say that it is JSON."""
    found = []
    for request in requests:
        line = f"{request.method} {request.target}"
        if body_of(request):
            assert request.headers["content-type"] == "application/json"
            body = without_patterns(json.loads(body_of(request)), patterns)
            line += f" {canonical(body)}"
        found.append(line)
    return found


def without_patterns(body: Any, patterns: dict[str, str]) -> Any:
    """A body with each text that matches its pattern replaced by the pattern."""
    changed = copy.deepcopy(body)
    for pointer, pattern in patterns.items():
        *above, last = steps(pointer)
        around = changed
        for step in above:
            around = around[int(step)] if isinstance(around, list) else around[step]
        place = int(last) if isinstance(around, list) else last
        if re.fullmatch(pattern, around[place]):
            around[place] = pattern
    return changed


def patterns_of(requests: list[dict[str, Any]]) -> dict[str, str]:
    """The patterns of the request of a vector that has some."""
    return next((request["patterns"] for request in requests if "patterns" in request), {})


@every("requests", having="requests")
@pytest.mark.parametrize("spelled", [lambda *given: given[-1], native], ids=["text", "native"])
def test_a_call_sends_what_its_vector_says(
    runner: Runner, case: Vector, spelled: Callable[[dict[str, Any], str, Any], Any]
) -> None:
    """All forms of the arguments lead to the same requests, bodies included, or to none if nothing can match."""
    arguments = dict(case["arguments"])
    # A generated function takes only one form of its arguments.
    if not is_generated(case["call"]):
        types = types_of(case["call"])
        arguments = {name: spelled(types, name, value) for name, value in arguments.items()}
    call(runner, case, arguments)
    method, _, _ = operations(CONTRACT)[case["operation"]]
    # The parts of a list are fetched together.
    in_order = sorted if method == "GET" else list
    patterns = patterns_of(case["requests"])
    assert in_order(sent(runner.server.requests, patterns)) == in_order(lines(case["requests"]))


@every("requests", having="refused")
def test_a_call_is_refused_as_its_vector_says(runner: Runner, case: Vector) -> None:
    """A wrong argument is reported before anything is sent."""
    with pytest.raises((ValueError, TypeError)):
        call(runner, case, dict(case["arguments"]))
    assert runner.server.requests == []


@every("requests")
def test_a_vector_keeps_to_the_contract(case: Vector) -> None:
    """Path, keys and body of each request are those of an operation, and none of the forbidden keys is in it."""
    named = []
    for request in case.get("requests", []):
        operation_id = operation_of(CONTRACT, request["method"], request["path"])
        assert operation_id, f"openapi.yaml has no {request['method']} {request['path']}"
        named.append(operation_id)
        _, _, operation = operations(CONTRACT)[operation_id]
        known = parameters_in(CONTRACT, operation_id, "query").keys()
        keys = {
            key for key, _ in parse_qsl(request["query"], strict_parsing=bool(request["query"]))
        }
        assert "requestBody" in operation or "body" not in request
        assert keys <= known
        assert not keys & set(case.get("without", []))
    assert case["operation"] in named or not named
