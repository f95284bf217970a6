"""What one attempt at a request came to: a decoded answer or a failure, decided without any I/O.

Both connections, sync and async, hand the bytes that they received, or the exception that stopped them, to this module
and act on what it returns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import httpx
from attrs import frozen

from .errors import (
    APIConnectionError,
    APIError,
    DeadlineError,
    OutcomeUnknownError,
    ResponseError,
)
from .parsing import parse
from .reasons import LONGEST_CAUSE, LONGEST_TEXT, outcome_unknown, request_id, shown, status_error, withheld
from .redaction import SecretDict
from .retry import Outcome, may_have_happened

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .reasons import Exchange

SUCCESSES: Final = frozenset({200})
"""The statuses that the contract documents as a success; every other one is an error."""

LARGEST_BODY: Final = 256 * 2**20
"""Bytes; a larger body is refused."""

# The attempt failed before the request was sent.
UNSENT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)


class TooLargeError(Exception):
    """A body is larger than `LARGEST_BODY`."""


class OverdueError(Exception):
    """An attempt took longer than it may."""


@frozen
class Failure:
    """An attempt that failed: the error to raise unless it is repeated, and the outcome that decides about that."""

    error: APIError
    outcome: Outcome


def judge(status: int, headers: Mapping[str, str], body: bytes, exchange: Exchange) -> dict[str, Any] | Failure:
    """Tell what a complete answer is: the decoded body of a success, or a failure.

    Args:
        status: the HTTP status; any number.
        headers: the headers, by lower-case name.
        body: the whole body.
        exchange: the request.
    """
    exchange.learn(body)
    if status not in SUCCESSES:
        return _refused(status, headers, body, exchange)
    content = decode(body, exchange.clean)
    if isinstance(content, str):
        got = withheld(headers, body, exchange) if exchange.grants else content
        reason, trace = f"expected a JSON object, got {got}", request_id(headers, exchange.clean)
        if exchange.changes:
            return Failure(_unknown(exchange, reason, status, trace), Outcome("broken"))
        error = exchange.error(ResponseError, reason, status=status, request_id=trace)
        return Failure(error, Outcome("broken"))
    if content.get("status") in ("fail", "error"):
        return _refused(_status_inside(content), headers, body, exchange)
    return SecretDict(content) if exchange.grants else content


def _refused(status: int, headers: Mapping[str, str], body: bytes, exchange: Exchange) -> Failure:
    error = status_error(status, headers, body, exchange)
    outcome = Outcome("status", status, error.retry_after)
    if exchange.changes and may_have_happened(outcome):
        return Failure(_unknown(exchange, error.reason, status, error.request_id), outcome)
    return Failure(error, outcome)


def _status_inside(content: dict[str, Any]) -> int:
    """The status of an error that came inside a 200; 500 where it does not say."""
    code = content.get("code")
    status = int(code) if isinstance(code, str) and code.isascii() and code.isdigit() and len(code) == 3 else code
    return status if isinstance(status, int) and 400 <= status <= 599 else 500


def interrupted(exception: Exception, exchange: Exchange, timeout: float | None) -> Failure:
    """Tell what an exception on the way means; it holds no reference to the request or its headers.

    Args:
        exception: what stopped the attempt.
        exchange: the request.
        timeout: seconds, for the text.
    """
    outcome = Outcome("unsent" if isinstance(exception, UNSENT) else "broken")
    kind: type[APIError] = APIConnectionError
    reason = f"{type(exception).__name__}: {exception}" if str(exception) else type(exception).__name__
    if isinstance(exception, httpx.ConnectTimeout):
        reason = f"no connection within {timeout} s"
    elif isinstance(exception, httpx.PoolTimeout):
        kind, reason = DeadlineError, f"no connection of the pool was free within {timeout} s"
    elif isinstance(exception, httpx.TimeoutException):
        kind, reason = DeadlineError, f"no answer within {timeout} s"
    elif isinstance(exception, OverdueError | TimeoutError):
        kind, reason = DeadlineError, "the answer was not complete in time"
    elif isinstance(exception, TooLargeError):
        kind, reason = ResponseError, f"the body is larger than {LARGEST_BODY // 2**20} MiB"
    if exchange.changes and may_have_happened(outcome):
        return Failure(_unknown(exchange, reason, None, None), outcome)
    return Failure(exchange.error(kind, reason), outcome)


def _unknown(exchange: Exchange, reason: str, status: int | None, request: str | None) -> OutcomeUnknownError:
    cause = exchange.shown(reason, LONGEST_CAUSE)
    return exchange.error(OutcomeUnknownError, outcome_unknown(cause), status=status, request_id=request)


def decode(body: bytes, clean: Callable[[str], str] = str) -> dict[str, Any] | str:
    """The JSON object in a body; text that says what is there instead if there is none.

    Args:
        body: the whole body.
        clean: takes secrets out of a text, before it is cut.
    """
    try:
        content = parse(body)
    except RecursionError:
        return "JSON that is nested too deeply"
    except ValueError:
        content = None
    if isinstance(content, dict):
        return content
    start = shown(body[:LONGEST_TEXT].decode("utf-8", "replace"), clean, 80)
    return f"{'a page of HTML' if start.startswith('<') else 'this'}: {start}" if start else "an empty body"
