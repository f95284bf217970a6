"""What one attempt at a request came to: a decoded answer or a failure, decided without any I/O.

Both connections, sync and async, hand the bytes that they received, or the exception that stopped
them, to this module and act on what it returns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import httpx
from attrs import frozen

from ..errors import (
    APIConnectionError,
    APIError,
    DeadlineError,
    OutcomeUnknownError,
    ResponseError,
    UntrustedError,
)
from .compression import UnpackingError
from .error_bodies import (
    LONGEST_CAUSE,
    LONGEST_TEXT,
    outcome_unknown,
    request_id,
    shown,
    status_error,
    withheld,
)
from .json_text import parse
from .redaction import SecretDict
from .retry import Outcome, may_have_happened

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .error_bodies import Exchange

SUCCESSES: Final = frozenset({200})
"""The statuses that the contract documents as a success; every other one is an error."""

TIMEOUTS: Final = frozenset({504, 522, 524})
"""The statuses by which a gateway says that the service did not answer in time."""

LARGEST_BODY: Final = 256 * 2**20
"""Bytes; a larger body is refused."""

# The attempt failed before the request was sent, as far as a transport that tells no more can be
# trusted.
UNSENT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


class TooLargeError(Exception):
    """A body is larger than `LARGEST_BODY`."""


class OverdueError(Exception):
    """An attempt took longer than it may."""


@frozen
class Attempt:
    """What is known of an attempt when it breaks off.

    Attributes:
        number: which attempt at the request it is, from 1.
        is_out: whether the request was sent, at least in part; None if the transport does not tell.
        is_answered: whether the headers of an answer came.
        is_overdue: whether the time of the attempt is used up.
        limit: the time that counts, in words.
        untrusted: what is wrong with the service's certificate; None if it did not fail
            verification.
    """

    number: int = 1
    is_out: bool | None = None
    is_answered: bool = False
    is_overdue: bool = False
    limit: str = ""
    untrusted: str | None = None


@frozen
class Failure:
    """An attempt that failed: the error to raise unless it is repeated, and the outcome that decides about that."""

    error: APIError
    outcome: Outcome


def judge(
    status: int, headers: Mapping[str, str], body: bytes, exchange: Exchange
) -> dict[str, Any] | Failure:
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
        unknown = _unknown(exchange, error.reason, status, error.request_id)
        unknown.timed_out = status in TIMEOUTS
        return Failure(unknown, outcome)
    return Failure(error, outcome)


def _status_inside(content: dict[str, Any]) -> int:
    """The status of an error that came inside a 200; 500 where it does not say."""
    code = content.get("code")
    status = (
        int(code)
        if isinstance(code, str) and code.isascii() and code.isdigit() and len(code) == 3
        else code
    )
    return status if isinstance(status, int) and 400 <= status <= 599 else 500


def interrupted(exception: Exception, exchange: Exchange, attempt: Attempt) -> Failure:
    """Tell what an exception on the way means; it holds no reference to the request or its headers.

    Args:
        exception: what stopped the attempt, of whatever class: transports of a caller's own raise
            what they like.
        exchange: the request.
        attempt: how far it had come.
    """
    outcome = Outcome(_kind_of(exception, attempt))
    kind, reason = _told(exception, attempt, exchange)
    if exchange.changes and may_have_happened(outcome):
        error = _unknown(exchange, reason, None, None)
        error.timed_out = issubclass(kind, TimeoutError)
        return Failure(error, outcome)
    return Failure(exchange.error(kind, reason), outcome)


def _kind_of(exception: Exception, attempt: Attempt) -> Literal["unsent", "untrusted", "broken"]:
    if attempt.untrusted is not None:
        return "untrusted"
    if attempt.is_out is None:
        return "unsent" if isinstance(exception, UNSENT) else "broken"
    return "broken" if attempt.is_out else "unsent"


def _told(exception: Exception, attempt: Attempt, exchange: Exchange) -> tuple[type[APIError], str]:
    """The class of the error for an exception on the way, and its reason."""
    if attempt.untrusted is not None:
        return UntrustedError, (
            f"the certificate failed verification: {attempt.untrusted}; where another authority is to be trusted, "
            "name the file of its certificates in SSL_CERT_FILE (REQUESTS_CA_BUNDLE is not read)"
        )
    if isinstance(exception, TooLargeError):
        return ResponseError, f"the body is larger than {LARGEST_BODY // 2**20} MiB"
    if isinstance(exception, UnpackingError):
        return ResponseError, str(exception)
    if isinstance(exception, httpx.TimeoutException | OverdueError | TimeoutError):
        kind, what = _late(exception, attempt)
        return kind, f"{what} within {attempt.limit} (attempt {attempt.number})"
    if isinstance(exception, httpx.ProxyError):
        # Its text is what the proxy says, which may be its password.
        return APIConnectionError, f"the proxy did not let it through ({str(exception)[:3]})"
    if attempt.is_answered and not isinstance(exception, httpx.HTTPError | OSError):
        return ResponseError, _quoted(exception, attempt, exchange)
    return APIConnectionError, _quoted(exception, attempt, exchange)


def _quoted(exception: Exception, attempt: Attempt, exchange: Exchange) -> str:
    """The name of an exception, with what it says where that can be shown."""
    reason = type(exception).__name__
    # Some libraries quote what they could not read, and that may be the token that was granted.
    is_quotable = not exchange.grants or attempt.is_out is False
    if str(exception) and is_quotable:
        reason = f"{reason}: {exception}"
    return reason


def _late(exception: Exception, attempt: Attempt) -> tuple[type[APIError], str]:
    """What did not come in time."""
    if attempt.is_overdue and attempt.is_out is False:
        return DeadlineError, "the request could not be sent"
    if isinstance(exception, httpx.ConnectTimeout):
        return APIConnectionError, "there was no connection"
    if isinstance(exception, httpx.PoolTimeout):
        return DeadlineError, "no connection of the pool became free"
    if attempt.is_answered:
        return DeadlineError, "the answer was not complete"
    return DeadlineError, "there was no answer"


def _unknown(
    exchange: Exchange, reason: str, status: int | None, request: str | None
) -> OutcomeUnknownError:
    cause = exchange.shown(reason, LONGEST_CAUSE)
    return exchange.error(
        OutcomeUnknownError, outcome_unknown(cause), status=status, request_id=request
    )


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
    return (
        f"{'a page of HTML' if start.startswith('<') else 'this'}: {start}"
        if start
        else "an empty body"
    )
