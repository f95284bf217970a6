"""Both clients turn every bad answer of the vectors into the error that the vector says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from contract.derived import CONTRACT
from contract.vector_runner import Runner, every, make_call, operation_for, running
from ledger.contract import operations
from ledger.items import VECTORS, Vector, read_vectors
from pasqal_client import APIError, RetryPolicy, errors
from pasqal_client._http.error_context import ErrorContext
from pasqal_client._http.outcomes import FailedAttempt, judge_answer
from pasqal_client._http.retry import is_write


def call(runner: Runner, operation: str) -> Any:
    """Make the call of the file for an operation."""
    calls = read_vectors()["errors"]["calls"]
    advice = f"no call of {operation}: add one to `calls` of {VECTORS}/errors.json"
    assert operation in calls, advice
    made = calls[operation]
    runner.answers = made.get("answers", {})
    client = runner.client(**made.get("settings", {}))
    return make_call(client, made["call"], made["arguments"])


@pytest.fixture(scope="module", params=["sync", "async"])
def runner(request: pytest.FixtureRequest) -> Iterator[Runner]:
    """A server that gives the answer of the case, and a client with the token of the file."""
    with running(request.param, read_vectors()["errors"]["token"]) as made:
        yield made


def positions(text: str, parts: list[str]) -> list[int]:
    """The position of each part in a text; -1 if it is missing."""
    return [text.find(part) for part in parts]


@every("errors")
def test_an_answer_becomes_the_error_of_its_vector(runner: Runner, case: Vector) -> None:
    """Class, fields and text are those of the vector, and the request of the operation is sent once."""
    runner.answer_as(case)
    runner.server.requests.clear()
    with pytest.raises(APIError) as caught:
        call(runner, case["operation"])
    error, expected = caught.value, case["expect"]
    mistakes = [mistake.to_dict() for mistake in getattr(error, "errors", ())]
    assert type(error).__name__ == expected["class"]
    assert (error.status, error.request_id) == (expected["status"], expected["request_id"])
    assert getattr(error, "retry_after", None) == expected["retry_after"]
    assert mistakes == expected.get("errors", [])
    found = positions(error.reason, expected["reason"])
    assert -1 not in found, error.reason
    assert found == sorted(found), error.reason
    everything = (
        f"{error} {error.reason} {error.request_id} {json.dumps(mistakes, ensure_ascii=False)}"
    )
    assert [text for text in case.get("hides", []) if text in everything] == []
    sent = [operation_for(request) for request in runner.server.requests]
    assert sent.count(case["operation"]) == 1


@every("errors")
def test_a_request_is_sent_again_where_its_vector_says(case: Vector) -> None:
    """The default policy sends it again after a first attempt that failed like this."""
    method, path, _ = operations(CONTRACT)[case["operation"]]
    headers = {name.lower(): value for name, value in case["headers"].items()}
    context = ErrorContext(method, path, changes=is_write(method))
    judged = judge_answer(case["status"], headers, case["body"].encode(), context)
    again = (
        isinstance(judged, FailedAttempt)
        and RetryPolicy().pause(judged.failure, 1, 0.5, changes=is_write(method)) is not None
    )
    assert again is case["repeated"]


def test_every_class_has_its_vector() -> None:
    """Each class that an answer can become is shown, on a read or on a write."""
    shown = {case["expect"]["class"] for case in read_vectors()["errors"]["cases"]}
    classes = [*errors.BY_STATUS.values(), *map(errors.class_for, (500, 418))]
    assert {kind.__name__ for kind in classes} | {"ResponseError", "OutcomeUnknownError"} == shown
