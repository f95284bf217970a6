"""What one attempt at a request came to: a decoded answer or a failure, decided without any I/O.

Both connections, sync and async, hand the bytes that they received, or the exception that stopped
them, to this module and act on what it returns.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .._display import beginning_of, printable_without_secrets
from ..errors import (
    APIConnectionError,
    APIError,
    DeadlineError,
    ResponseError,
    ResultNotSavedError,
    UntrustedError,
)
from .compression import UnpackingError
from .error_bodies import outcome_unknown, status_error, withheld
from .file_storage import RestartError, StorageError
from .json_text import parse
from .redaction import SecretDict
from .retry import Failure, FailureKind, may_have_happened
from .transport.library import httpx

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._display import Clean
    from .error_context import ErrorContext

SUCCESSES: Final = frozenset({200})
"""The statuses that the contract documents as a success; every other one is an error."""

_TIMEOUTS: Final = frozenset({504, 522, 524})
"""The statuses by which a gateway says that the service did not answer in time."""

LARGEST_BODY: Final = 256 * 2**20
"""Bytes; a larger body is rejected."""

_LONGEST_BEGINNING: Final = 80

# The number of an error of the operating system; the words follow.
_ERRNO: Final = re.compile(r"^\[Errno -?\d+\] ")

# With these, the attempt failed before the request was sent, as far as one can trust a transport
# that reports nothing more.
_UNSENT: Final = (
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


class AttemptFacts(NamedTuple):
    """What is known of an attempt when it breaks off.

    Attributes:
        number: which attempt at the request it is, from 1.
        is_sent: whether the request was sent, at least in part; None if the transport does not
            report that.
        is_answered: whether the headers of an answer came.
        is_overdue: whether the time of the attempt is used up.
        limit: the time limit that applies, in words.
        certificate_problem: what is wrong with the service's certificate; None if it did not fail
            verification.
        is_without_tls: whether the other side does not speak TLS where that was expected.
        peer: host and port that the connection leads to, or was to.
    """

    number: int = 1
    is_sent: bool | None = None
    is_answered: bool = False
    is_overdue: bool = False
    limit: str = ""
    certificate_problem: str | None = None
    is_without_tls: bool = False
    peer: str = "the service"


class FailedAttempt(NamedTuple):
    """An attempt that failed.

    Attributes:
        error: what to raise unless the request is repeated.
        failure: what decides whether it is repeated.
    """

    error: APIError
    failure: Failure


def judge_answer(
    status: int, headers: Mapping[str, str], body: bytes, context: ErrorContext
) -> dict[str, Any] | FailedAttempt:
    """Judge a complete answer: the decoded body if it is a success, else a failure.

    Args:
        status: the HTTP status; any number.
        headers: the headers, by lower-case name.
        body: the whole body.
        context: what errors report about the request.
    """
    context.learn(body)
    if status not in SUCCESSES:
        return _error_answer(status, headers, body, context)
    content = decode(body, context.clean)
    if isinstance(content, str):
        return _unreadable_success(status, headers, body, context, content)
    # The service reports some errors inside of a 200.
    if content.get("status") in ("fail", "error"):
        return _error_answer(_status_inside(content), headers, body, context)
    if context.asks_for_token:
        return SecretDict(content)
    # Every write answers with what it made or changed. An answer without that settles nothing.
    if context.changes and content.get("data") is None:
        answered = context.answered(headers)
        return FailedAttempt(
            outcome_unknown(answered, "the answer holds no data", status), Failure("broken")
        )
    return content


def _unreadable_success(
    status: int, headers: Mapping[str, str], body: bytes, context: ErrorContext, content: str
) -> FailedAttempt:
    """The failure of a success whose body is not a JSON object; `content` says what it is."""
    context = context.answered(headers)
    if context.asks_for_token:
        content = withheld(headers, body, context)
    reason = f"expected a JSON object, got {content}"
    error: APIError
    if context.changes:
        error = outcome_unknown(context, reason, status)
    else:
        error = context.error(ResponseError, reason, status=status)
    return FailedAttempt(error, Failure("broken"))


def rejected_file(
    status: int, headers: Mapping[str, str], body: bytes, context: ErrorContext
) -> FailedAttempt:
    """The failure of an answer that is not the file that was wanted. Arguments are those of `judge_answer`."""
    if not 200 <= status <= 299:
        return _error_answer(status, headers, body, context)
    reason = f"expected the whole file, got an answer with status {status}"
    error = context.answered(headers).error(ResponseError, reason)
    return FailedAttempt(error, Failure("broken"))


def _error_answer(
    status: int, headers: Mapping[str, str], body: bytes, context: ErrorContext
) -> FailedAttempt:
    error = status_error(status, headers, body, context)
    failure = Failure("status", status, error.retry_after)
    if context.changes and may_have_happened(failure):
        unknown = outcome_unknown(context.answered(headers), error.reason, status)
        unknown.timed_out = status in _TIMEOUTS
        return FailedAttempt(unknown, failure)
    return FailedAttempt(error, failure)


def _status_inside(content: dict[str, Any]) -> int:
    """The status of an error that came inside a 200; 500 where it does not say."""
    code = content.get("code")
    if isinstance(code, str) and re.fullmatch(r"[0-9]{3}", code):
        code = int(code)
    if isinstance(code, int) and 400 <= code <= 599:
        return code
    return 500


def judge_exception(
    exception: Exception, context: ErrorContext, facts: AttemptFacts
) -> FailedAttempt:
    """Judge an exception on the way; the result holds neither the request nor its headers.

    Args:
        exception: what stopped the attempt, of whatever class: transports of a caller's own raise
            what they like.
        context: what errors report about the request.
        facts: how far the attempt had come.
    """
    failure = Failure(_kind_of_failure(exception, facts))
    kind, reason = _class_and_reason(exception, facts, context)
    if context.changes and may_have_happened(failure):
        error = outcome_unknown(context, reason, None)
        error.timed_out = issubclass(kind, TimeoutError)
        return FailedAttempt(error, failure)
    return FailedAttempt(context.error(kind, reason), failure)


def _kind_of_failure(exception: Exception, facts: AttemptFacts) -> FailureKind:
    if facts.certificate_problem is not None or facts.is_without_tls:
        return "untrusted"
    if isinstance(exception, StorageError):
        return "local"
    is_unsent = facts.is_sent is False
    if facts.is_sent is None:
        is_unsent = isinstance(exception, _UNSENT)
    if is_unsent:
        return "unsent"
    return "broken"


def _class_and_reason(
    exception: Exception, facts: AttemptFacts, context: ErrorContext
) -> tuple[type[APIError], str]:
    """The class of the error for an exception on the way, and its reason."""
    if facts.certificate_problem is not None:
        return UntrustedError, (
            f"the certificate failed verification: {facts.certificate_problem}; to trust another authority, "
            "name the file of its certificates in SSL_CERT_FILE (REQUESTS_CA_BUNDLE is not read)"
        )
    if isinstance(exception, TooLargeError):
        return ResponseError, f"the body is larger than {LARGEST_BODY // 2**20} MiB"
    if isinstance(exception, UnpackingError | RestartError):
        return ResponseError, str(exception)
    if isinstance(exception, StorageError):
        return ResultNotSavedError, str(exception)
    if isinstance(exception, httpx.TimeoutException | OverdueError | TimeoutError):
        kind, what = _lateness(exception, facts)
        return kind, f"{what} within {facts.limit} (attempt {facts.number})"
    if isinstance(exception, httpx.ProxyError):
        # Beyond the status, its text is what the proxy says, which may be its password.
        status = str(exception)[:3]
        return APIConnectionError, f"the proxy did not let it through ({status})"
    kind = APIConnectionError
    if facts.is_answered and not isinstance(exception, httpx.HTTPError | OSError):
        kind = ResponseError
    return kind, _what_broke(exception, facts, context)


def _what_broke(exception: Exception, facts: AttemptFacts, context: ErrorContext) -> str:
    """What an exception means, with its name or text where that can be shown."""
    text = _ERRNO.sub("", str(exception))
    # Some libraries quote what they could not read, and that may be the token that was granted.
    is_quotable = not context.asks_for_token or facts.is_sent is False
    if isinstance(exception, httpx.ConnectError) and text and is_quotable:
        if facts.is_without_tls:
            text += "; it does not speak TLS: the address may need http:// or another port"
        return f"no connection to {facts.peer}: {text}"
    what = type(exception).__name__
    if text and is_quotable:
        what = f"{what}: {text}"
    if isinstance(exception, httpx.NetworkError | httpx.RemoteProtocolError):
        return f"the connection to {facts.peer} broke: {what}"
    return what


def _lateness(exception: Exception, facts: AttemptFacts) -> tuple[type[APIError], str]:
    """The class of the error for what did not come in time, and what that was."""
    if facts.is_overdue and facts.is_sent is False:
        return DeadlineError, "the request could not be sent"
    if isinstance(exception, httpx.ConnectTimeout):
        return APIConnectionError, f"there was no connection to {facts.peer}"
    if isinstance(exception, httpx.PoolTimeout):
        return DeadlineError, "no connection of the pool became free"
    if facts.is_answered:
        return DeadlineError, "the answer was not complete"
    return DeadlineError, "there was no answer"


def decode(body: bytes, clean: Clean) -> dict[str, Any] | str:
    """The JSON object in a body; if there is none, text that says what is there instead.

    Args:
        body: the whole body.
        clean: masks the secrets in a text, before it is cut.
    """
    try:
        content = parse(body)
    except RecursionError:
        return "JSON that is nested too deeply"
    except ValueError:
        content = None
    if isinstance(content, dict):
        return content
    return _other_body(body, clean)


def _other_body(body: bytes, clean: Clean) -> str:
    beginning = printable_without_secrets(beginning_of(body), clean, _LONGEST_BEGINNING)
    if not beginning:
        return "an empty body"
    if beginning.startswith("<"):
        return f"a page of HTML: {beginning}"
    return f"this: {beginning}"
