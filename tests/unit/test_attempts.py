"""An attempt knows which limit it ran into, and tells the listings what the service asked for."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from pasqal_client import RateLimitError, RetryPolicy
from pasqal_client._http.attempts import Attempts
from pasqal_client._http.error_context import ErrorContext
from pasqal_client._http.hooks import Observer
from pasqal_client._http.outcomes import FailedAttempt, OverdueError, judge_answer
from pasqal_client._http.retry import Failure
from pasqal_client._http.throttle import CURRENT, PAUSE, Window
from pasqal_client._http.transport.deadline import requests_until
from pasqal_client._settings.config import Settings

URL = "https://lab.example"


def attempts_with(method: str = "GET", **settings: Any) -> Attempts:
    """The attempts at a request, of which the first one has begun."""
    attempts = Attempts(
        httpx.Request(method, URL),
        ErrorContext(method, "/", changes=method != "GET"),
        Settings(base_url=URL, region="custom", **settings),
        Observer(str),
        reports_sending=True,
    )
    attempts.begin_attempt()
    return attempts


def rejected(retry_after: float | None) -> FailedAttempt:
    return FailedAttempt(RateLimitError("slowly", status=429), Failure("status", 429, retry_after))


@pytest.fixture
def window() -> Iterator[Window]:
    """The window of the listing for which requests are made."""
    made = Window(8)
    before = CURRENT.set(made)
    yield made
    CURRENT.reset(before)


@pytest.mark.parametrize(("longest", "asked"), [(60.0, 50.0), (300.0, 120.0), (3600.0, 3000.0)])
def test_the_listings_pause_as_long_as_the_request_itself(
    window: Window, longest: float, asked: float
) -> None:
    """After a 429 nothing new starts until its Retry-After has passed, whatever the policy's longest is."""
    attempts = attempts_with(deadline=7200, retry=RetryPolicy(longest_retry_after=longest))
    pause = attempts.pause_or_raise(rejected(asked))
    assert asked <= pause <= asked + 0.25
    assert window.pause(time.monotonic()) == pytest.approx(pause, abs=1)


@pytest.mark.parametrize(("longest", "asked"), [(60.0, 61.0), (0.0, 50.0), (300.0, 86_400.0)])
def test_a_pause_for_which_the_request_does_not_wait_holds_up_no_listing(
    window: Window, longest: float, asked: float
) -> None:
    """Only the request that received it fails; listings that begin meanwhile ask for themselves."""
    attempts = attempts_with(retry=RetryPolicy(longest_retry_after=longest))
    with pytest.raises(RateLimitError, match="the service asks to wait"):
        attempts.pause_or_raise(rejected(asked))
    assert 0 < window.pause(time.monotonic()) <= PAUSE


@pytest.mark.parametrize(
    ("url", "peer"),
    [
        ("https://lab.example/core", "lab.example:443"),
        ("http://127.0.0.1:8123", "127.0.0.1:8123"),
        ("http://[::1]:8123", "[::1]:8123"),
        ("odd://lab.example", "lab.example:0"),
    ],
)
def test_an_error_has_the_address_where_no_connection_was_opened(url: str, peer: str) -> None:
    """A connection that was kept open, or a transport of the caller's, does not say where it leads."""
    attempts = Attempts(
        httpx.Request("GET", url),
        ErrorContext("GET", "/", changes=False),
        Settings(base_url=url, region="custom"),
        Observer(str),
        reports_sending=True,
    )
    attempts.begin_attempt()
    failed = attempts.break_off(httpx.ReadError("cut"))
    assert failed.error.reason == f"the connection to {peer} broke: ReadError: cut"


def test_the_last_attempt_slows_the_listings_down_too(window: Window) -> None:
    """The request ends because its attempts are used up, but the service asked all of them to wait."""
    attempts = attempts_with(retry=RetryPolicy(attempts=1))
    with pytest.raises(RateLimitError):
        attempts.pause_or_raise(rejected(20.0))
    assert window.pause(time.monotonic()) == pytest.approx(20.0, abs=1)


@pytest.mark.parametrize(
    ("left", "settings", "limit"),
    [
        (2.0, {"timeout": 10}, "the 2 s that were left"),
        (None, {"timeout": 10, "deadline": 3}, "the deadline of 3 s"),
        (None, {"timeout": 0.5}, "2.5 s, 5 times the timeout"),
    ],
)
def test_an_error_names_the_limit_that_applies(
    left: float | None, settings: dict[str, Any], limit: str
) -> None:
    """A request of a wait may have less time than the settings allow, and its error says how much that was."""
    ends = None if left is None else time.monotonic() + left
    with requests_until(ends):
        attempts = attempts_with(**settings)
        attempts.begin_sending()
    failed = attempts.break_off(OverdueError())
    assert f"within {limit} (attempt 1)" in failed.error.reason


def test_a_request_that_comes_too_late_had_no_time_left() -> None:
    """Whoever waits for very many jobs in very little time may get no request out."""
    with requests_until(time.monotonic() - 1):
        attempts = attempts_with()
        with pytest.raises(OverdueError):
            attempts.begin_sending()
    failed = attempts.break_off(OverdueError())
    assert "could not be sent within the 0 s that were left" in failed.error.reason


@pytest.mark.parametrize(
    ("attempt", "retry_after", "why"),
    [
        (5, None, "; gave up after 5 attempts"),
        (5, 0.1, "; gave up after 5 attempts; the service asks to wait 0.1 s"),
        (2, 90.0, "; the service asks to wait 90 s, and longest_retry_after is 60 s"),
        (2, 50.0, r"; the service asks to wait 50 s, and (20|19\.\d+) s are left"),
    ],
)
def test_an_error_says_why_it_was_the_last(
    attempt: int, retry_after: float | None, why: str
) -> None:
    """Attempts that are used up, a Retry-After above the policy's longest and one above the deadline are told apart."""
    attempts = attempts_with(deadline=20)
    for _ in range(attempt - 1):
        attempts.begin_attempt()
    with pytest.raises(RateLimitError) as caught:
        attempts.pause_or_raise(rejected(retry_after))
    assert re.fullmatch(f"slowly{why}", caught.value.reason)
    assert caught.value.args == (caught.value.reason,)


@pytest.mark.parametrize(("method", "status"), [("GET", 404), ("PATCH", 500)])
def test_nothing_is_added_to_an_error_that_is_never_repeated(method: str, status: int) -> None:
    """Neither the pause that the service asks for nor the attempts before it are why it ends."""
    attempts = attempts_with(method)
    for _ in range(4):
        attempts.begin_attempt()
    context = ErrorContext(method, "/", changes=method != "GET")
    headers = {"retry-after": "7"}
    failed = judge_answer(status, headers, b'{"message": "No"}', context)
    assert isinstance(failed, FailedAttempt)
    reason = failed.error.reason
    with pytest.raises(type(failed.error)) as caught:
        attempts.pause_or_raise(failed)
    assert caught.value.reason == reason
