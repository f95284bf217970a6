"""What an attempt came to is decided from the bytes, or the exception, alone."""

from __future__ import annotations

import json
import ssl
from typing import Any

import httpx
import pytest

from pasqal_client import answers, errors
from pasqal_client.answers import Attempt, Failure, OverdueError, TooLargeError, decode, interrupted, judge
from pasqal_client.compression import UnpackingError
from pasqal_client.reasons import Exchange

READ = Exchange.of("GET", "/api/v2/jobs", changes=False)
WRITE = Exchange.of("PATCH", "/api/v2/batches/b/complete", changes=True)
LATE = Attempt(limit="the timeout of 10 s")


def failure(result: Any) -> Failure:
    assert isinstance(result, Failure)
    return result


def test_a_documented_success_is_its_decoded_body() -> None:
    """Integers of any size stay exact."""
    assert judge(200, {}, b'{"data": [123456789012345678901234567890]}', READ) == {
        "data": [123456789012345678901234567890]
    }


@pytest.mark.parametrize("status", [201, 202, 204, 299, 302, 404, 520])
def test_what_is_no_documented_success_is_an_error(status: int) -> None:
    """The contract documents 200 and nothing else."""
    error = failure(judge(status, {}, b"{}", READ)).error
    assert isinstance(error, errors.APIStatusError)
    assert error.status == status


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "an empty body"),
        (b" \n", "an empty body"),
        (b"<html>Log in</html>", "a page of HTML: <html>Log in"),
        (b'{"data": [', 'this: {"data": ['),
        (b"[]", "this: []"),
        (b"null", "this: null"),
        (b'"text"', 'this: "text"'),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b"\xff\xff", "this: "),
    ],
)
@pytest.mark.parametrize("exchange", [READ, WRITE])
def test_a_body_that_cannot_be_understood_is_a_response_error(body: bytes, reason: str, exchange: Exchange) -> None:
    """The error shows how the body starts; the outcome of a write is unknown then."""
    failed = failure(judge(200, {"x-request-id": "r-1"}, body, exchange))
    assert type(failed.error) is (errors.OutcomeUnknownError if exchange is WRITE else errors.ResponseError)
    assert reason in failed.error.reason
    assert (failed.error.status, failed.error.request_id, failed.outcome.kind) == (200, "r-1", "broken")
    assert ("whether it took effect is not known" in failed.error.reason) is (exchange is WRITE)


def test_a_secret_at_the_start_of_a_body_is_masked_before_it_is_cut() -> None:
    """Cutting a text must not make a secret unrecognisable to what masks it."""
    shown = decode(b'["' + b"x" * 70 + b'secret-token-value"]', lambda text: text.replace("secret-token-value", "***"))
    assert isinstance(shown, str)
    assert "secret" not in shown


@pytest.mark.parametrize(
    ("envelope", "kind"),
    [
        ({"status": "fail", "code": "404", "message": "No such batch."}, errors.NotFoundError),
        ({"status": "error", "code": 503, "message": "Down."}, errors.ServerError),
        ({"status": "error", "message": "Oops."}, errors.ServerError),
        ({"status": "fail", "code": "200"}, errors.ServerError),
        ({"status": "fail", "code": "٤٠٤"}, errors.ServerError),
    ],
)
def test_an_error_envelope_inside_a_success_is_an_error(envelope: dict[str, Any], kind: type[Exception]) -> None:
    """The envelope's own verdict counts more than the status line."""
    assert type(failure(judge(200, {}, json.dumps(envelope).encode(), READ)).error) is kind


@pytest.mark.parametrize("status", [500, 502, 503, 504, 505, 520, 524, 561])
def test_a_write_that_a_gateway_gave_up_on_has_an_unknown_outcome(status: int) -> None:
    """For a read the same status is a plain failure."""
    error = failure(judge(status, {"x-request-id": "r-2"}, b"Bad gateway", WRITE)).error
    assert type(error) is errors.OutcomeUnknownError
    assert (error.status, error.request_id) == (status, "r-2")
    assert "not repeated" in error.reason
    assert type(failure(judge(status, {}, b"", READ)).error) is errors.ServerError


@pytest.mark.parametrize("status", [101, 201, 202, 204, 299, 999])
def test_a_write_that_succeeded_in_an_unknown_way_has_an_unknown_outcome(status: int) -> None:
    """The contract does not say what such an answer means, but a failure is not what it looks like."""
    error = failure(judge(status, {}, b"", WRITE)).error
    assert type(error) is errors.OutcomeUnknownError
    assert error.status == status


@pytest.mark.parametrize("exception", [httpx.ReadError("e" * 5_000, request=None), TooLargeError()])
def test_the_way_out_of_an_unknown_outcome_stays_in_sight(exception: Exception) -> None:
    """However long the cause is told, the text ends with what to do."""
    assert interrupted(exception, WRITE, LATE).error.reason.endswith("finds out what there is to find out")
    assert "finds out" in failure(judge(500, {}, b"x" * 9_000, WRITE)).error.reason


REQUEST = httpx.Request("GET", "http://x", headers={"Authorization": "Bearer hidden-token"})


@pytest.mark.parametrize(
    ("exception", "kind", "outcome"),
    [
        (httpx.ConnectError("refused", request=REQUEST), errors.APIConnectionError, "unsent"),
        (httpx.ConnectTimeout("", request=REQUEST), errors.APIConnectionError, "unsent"),
        (httpx.PoolTimeout("", request=REQUEST), errors.DeadlineError, "unsent"),
        (httpx.ReadTimeout("", request=REQUEST), errors.DeadlineError, "broken"),
        (httpx.WriteTimeout("", request=REQUEST), errors.DeadlineError, "broken"),
        (httpx.ReadError("reset", request=REQUEST), errors.APIConnectionError, "broken"),
        (httpx.RemoteProtocolError("cut", request=REQUEST), errors.APIConnectionError, "broken"),
        (ssl.SSLError("bad record"), errors.APIConnectionError, "broken"),
        (KeyError("what a caller's transport may raise"), errors.APIConnectionError, "broken"),
        (UnpackingError("no gzip"), errors.ResponseError, "broken"),
        (OverdueError(), errors.DeadlineError, "broken"),
        (TimeoutError(), errors.DeadlineError, "broken"),
        (TooLargeError(), errors.ResponseError, "broken"),
    ],
)
def test_an_interruption_becomes_a_typed_error(exception: Exception, kind: type[Exception], outcome: str) -> None:
    """A read that was interrupted has an error of its kind; a write has one only if it was never sent."""
    read, write = interrupted(exception, READ, LATE), interrupted(exception, WRITE, LATE)
    assert (type(read.error), read.outcome.kind) == (kind, outcome)
    assert type(write.error) is (kind if outcome == "unsent" else errors.OutcomeUnknownError)
    assert "hidden-token" not in repr(vars(read.error)) + str(read.error)
    assert read.error.__cause__ is None


TIMEOUT, DEADLINE = "the timeout of 10 s", "the deadline of 1 s"


@pytest.mark.parametrize(
    ("exception", "attempt", "reason"),
    [
        (httpx.ConnectTimeout(""), Attempt(2, None, limit=TIMEOUT), "there was no connection within"),
        (httpx.PoolTimeout(""), Attempt(2, False, limit=TIMEOUT), "no connection of the pool became free within"),
        (httpx.ReadTimeout(""), Attempt(2, True, limit=TIMEOUT), "there was no answer within"),
        (httpx.ReadTimeout(""), Attempt(2, True, True, limit=TIMEOUT), "the answer was not complete within"),
        (httpx.ConnectTimeout(""), Attempt(2, False, False, True, DEADLINE), "the request could not be sent within"),
        (OverdueError(), Attempt(2, False, False, True, DEADLINE), "the request could not be sent within"),
        (TimeoutError(), Attempt(2, True, False, True, DEADLINE), "there was no answer within"),
        (OverdueError(), Attempt(2, True, True, True, DEADLINE), "the answer was not complete within"),
    ],
)
def test_a_late_answer_names_the_limit_that_struck(exception: Exception, attempt: Attempt, reason: str) -> None:
    """What was missing, which of the two times it was, and how often it was tried."""
    assert interrupted(exception, READ, attempt).error.reason == f"{reason} {attempt.limit} (attempt 2)"


@pytest.mark.parametrize("exception", [OverdueError(), TimeoutError(), httpx.ReadError("reset"), ssl.SSLError("alert")])
@pytest.mark.parametrize(("is_out", "outcome"), [(False, "unsent"), (True, "broken"), (None, "broken")])
def test_a_write_that_is_known_not_to_have_gone_out_is_no_unknown_outcome(
    exception: Exception, is_out: bool | None, outcome: str
) -> None:
    """The transport tells whether it was sent; one that does not tell may have sent it."""
    failed = interrupted(exception, WRITE, Attempt(1, is_out, limit=TIMEOUT))
    assert failed.outcome.kind == outcome
    assert isinstance(failed.error, errors.OutcomeUnknownError) is (outcome == "broken")


def test_what_breaks_in_an_answer_that_came_is_the_answers_fault() -> None:
    """An exception of any class, while an answer is read, is not taken for a broken connection."""
    attempt = Attempt(1, True, True, limit=TIMEOUT)
    assert type(interrupted(ValueError("odd"), READ, attempt).error) is errors.ResponseError
    assert type(interrupted(httpx.ReadError("reset"), READ, attempt).error) is errors.APIConnectionError
    assert type(interrupted(ValueError("odd"), WRITE, attempt).error) is errors.OutcomeUnknownError


def test_a_certificate_that_failed_verification_says_what_to_do() -> None:
    """Nothing was sent, and it would fail again."""
    failed = interrupted(httpx.ConnectError("as ssl tells it"), WRITE, Attempt(untrusted="self-signed certificate"))
    assert (type(failed.error), failed.outcome.kind) == (errors.APIConnectionError, "untrusted")
    assert "self-signed certificate" in failed.error.reason
    assert "SSL_CERT_FILE" in failed.error.reason


def test_the_contract_documents_no_other_success() -> None:
    """An operation with another success would be refused by the connection: this fails when the contract has one."""
    from pathlib import Path

    from ruamel.yaml import YAML

    contract = YAML(typ="safe").load(Path(__file__).parents[2] / "openapi.yaml")
    statuses = {
        status
        for path in contract["paths"].values()
        for operation in path.values()
        for status in operation["responses"]
    }
    assert {int(status) for status in statuses if status.startswith("2")} == answers.SUCCESSES
