"""Whether a request is sent again follows from how it failed, how often it was sent, and whether it is a write."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from pasqal_client import ConfigurationError, errors
from pasqal_client._http.retry import (
    Failure,
    RetryPolicy,
    is_transient,
    is_write,
    may_have_happened,
)

POLICY = RetryPolicy()
BROKEN, UNSENT = Failure("broken"), Failure("unsent")


def status(code: int, retry_after: float | None = None) -> Failure:
    return Failure("status", code, retry_after)


@pytest.mark.parametrize("code", [408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524])
def test_a_read_is_repeated_after_a_transient_failure(code: int) -> None:
    """Reading changes nothing, so it is repeated wherever that may help."""
    assert POLICY.pause(status(code), 1, 1.0, changes=False) == 0.5


@pytest.mark.parametrize("code", [299, 301, 400, 401, 403, 404, 409, 422, 501, 505, 525, 561])
def test_a_read_is_not_repeated_after_a_lasting_failure(code: int) -> None:
    """An answer that would be the same again is not asked for again."""
    assert POLICY.pause(status(code), 1, 1.0, changes=False) is None


@pytest.mark.parametrize("outcome", [BROKEN, UNSENT])
def test_a_read_is_repeated_after_a_broken_connection(outcome: Failure) -> None:
    """A read is repeated whichever moment the connection failed at."""
    assert POLICY.pause(outcome, 1, 1.0, changes=False) == 0.5


@pytest.mark.parametrize(
    ("outcome", "repeated"),
    [
        (UNSENT, True),
        (status(429), True),
        (status(503, 2.0), True),
        (status(503), False),
        (BROKEN, False),
        *(
            (status(code), False)
            for code in (202, 204, 400, 408, 409, 425, 500, 502, 504, 520, 524)
        ),
    ],
)
def test_a_write_is_repeated_only_where_it_cannot_have_happened(
    outcome: Failure, repeated: bool
) -> None:
    """A write is repeated only if it never went out, or if the service asked for that."""
    assert (POLICY.pause(outcome, 1, 1.0, changes=True) is not None) is repeated


@pytest.mark.parametrize(
    ("outcome", "unknown"), [(BROKEN, True), (UNSENT, False), (status(429), False)]
)
def test_a_broken_write_may_have_happened(outcome: Failure, unknown: bool) -> None:
    """Only a connection that never opened, or a clear refusal, rules that out."""
    assert may_have_happened(outcome) is unknown


@pytest.mark.parametrize(
    ("code", "unknown"),
    [
        *(
            (code, True)
            for code in (101, 202, 299, 301, 303, 304, 308, 500, 502, 503, 504, 505, 520, 561, 999)
        ),
        *((code, False) for code in (400, 408, 409, 425, 429, 499)),
    ],
)
def test_what_does_not_reject_a_write_leaves_its_outcome_unknown(code: int, unknown: bool) -> None:
    """Only 4xx says that nothing happened; a redirect may lead to what was made."""
    assert may_have_happened(status(code)) is unknown


def test_the_back_off_doubles_up_to_a_limit() -> None:
    """The steps are half a second, then twice as long each time, and at most thirty seconds."""
    patient = RetryPolicy(attempts=10_000)
    steps = [
        patient.pause(BROKEN, attempt, 1.0, changes=False) for attempt in (1, 2, 3, 4, 7, 8, 2_000)
    ]
    assert steps == [0.5, 1, 2, 4, 30, 30, 30]


@pytest.mark.parametrize(("draw", "pause"), [(0.0, 2.0), (0.5, 3.0), (1.0, 4.0)])
def test_the_jitter_lies_between_half_and_all_of_the_step(draw: float, pause: float) -> None:
    """Clients that failed together do not come back together."""
    assert POLICY.pause(BROKEN, 4, draw, changes=False) == pause


def test_the_number_of_attempts_is_limited() -> None:
    """The fifth attempt is the last."""
    assert POLICY.pause(BROKEN, 4, 1.0, changes=False) is not None
    assert POLICY.pause(BROKEN, 5, 1.0, changes=False) is None


@pytest.mark.parametrize(
    ("asked", "pause"), [(0.0, 0.0), (1.5, 1.5), (60.0, 60.0), (60.5, None), (86_400.0, None)]
)
def test_retry_after_is_obeyed_up_to_a_limit(asked: float, pause: float | None) -> None:
    """The service knows best when to come back, unless that takes too long for a caller who is waiting."""
    assert POLICY.pause(status(429, asked), 1, 0.0, changes=False) == pause


def test_clients_refused_together_do_not_come_back_together() -> None:
    """Up to half a step of the back-off is added to Retry-After, more with each attempt."""
    refused = status(429, 2.0)
    assert [POLICY.pause(refused, attempt, 1.0, changes=True) for attempt in (1, 2, 3)] == [
        2.25,
        2.5,
        3.0,
    ]
    assert POLICY.pause(refused, 3, 0.25, changes=True) == 2.25


@pytest.mark.parametrize("changes", [False, True])
def test_a_failed_certificate_is_not_tried_again(changes: bool) -> None:
    """It would fail in the same way a second later, and nothing was sent."""
    untrusted = Failure("untrusted")
    assert POLICY.pause(untrusted, 1, 1.0, changes=changes) is None
    assert not may_have_happened(untrusted)


@pytest.mark.parametrize(
    ("error", "transient"),
    [
        (errors.RateLimitError("x", status=429), True),
        (errors.ServerError("x", status=503), True),
        (errors.ServerError("x", status=501), False),
        (errors.NotFoundError("x", status=404), False),
        (errors.APIConnectionError("x"), True),
        (errors.UntrustedError("x"), False),
        (errors.DeadlineError("x"), True),
        (errors.ResponseError("x"), True),
        (errors.APIError("x"), False),
        (errors.ConfigurationError("x"), False),
        (ValueError("x"), False),
    ],
    ids=repr,
)
def test_an_error_is_transient_if_a_later_read_may_succeed(
    error: Exception, transient: bool
) -> None:
    """Whoever reads again and again goes on after such an error, and stops at any other."""
    assert is_transient(error) is transient


@pytest.mark.parametrize("method", ["GET", "head", "OPTIONS"])
def test_safe_methods_are_not_writes(method: str) -> None:
    """HTTP defines which methods are safe."""
    assert not is_write(method)
    assert is_write("PATCH")
    assert is_write("DELETE")


@pytest.mark.parametrize(
    "wrong", ["3", None, True, 0, -1, 1.5, float("nan"), float("inf"), [5], "x" * 2**20]
)
def test_the_number_of_attempts_is_an_integer(wrong: Any) -> None:
    """A wrong policy raises where it is made, and the error says what would be right."""
    with pytest.raises(
        ConfigurationError,
        match=r"^attempts: .* (is not an integer|is out of bounds; it must be at least 1)$",
    ) as caught:
        RetryPolicy(attempts=wrong)
    assert len(str(caught.value)) < 150


@pytest.mark.parametrize("name", ["first_pause", "longest_pause", "longest_retry_after"])
@pytest.mark.parametrize(
    "wrong", ["3", None, True, -0.1, float("nan"), float("inf"), 1e12, [5], "x" * 2**20]
)
def test_pauses_are_finite_numbers_of_seconds(name: str, wrong: Any) -> None:
    """A caller waits for each pause, so an infinite one is rejected."""
    with pytest.raises(
        ConfigurationError, match=rf"^{name}: .* is not a number of seconds of at least 0"
    ) as caught:
        RetryPolicy(**{name: wrong})
    assert len(str(caught.value)) < 180


def test_integers_and_zero_are_valid_pauses() -> None:
    """A pause may be an integer, and zero turns it off."""
    policy = RetryPolicy(attempts=2, first_pause=0, longest_pause=1, longest_retry_after=0)
    assert policy.pause(BROKEN, 1, 1.0, changes=False) == 0


def test_a_pause_of_another_library_becomes_a_float() -> None:
    """Such as one of numpy, which counts as a real number and is no `float`."""
    half: Any = Fraction(1, 2)
    for policy in (RetryPolicy(first_pause=half), RetryPolicy(first_pause=1, longest_pause=half)):
        pause = policy.pause(BROKEN, 1, 1.0, changes=False)
        assert (pause, type(pause)) == (0.5, float)


def test_a_number_of_attempts_of_another_library_becomes_an_integer() -> None:
    """It may have nothing but `__index__`, and attempts are compared with it."""

    class Three:
        def __index__(self) -> int:
            return 3

    assert RetryPolicy(attempts=Three()).attempts == 3  # type: ignore[arg-type]
