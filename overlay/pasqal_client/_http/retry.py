"""When a failed request is sent again, and after which pause.

The policy is a frozen value and a pure function of (failure, attempt, whether the request is a
write): nothing is shared between requests, so no request can spend the attempts of another. What
must not be repeated is decided here, but for one case: a request that is rejected with 401, write
or not, is sent once more with a newer token (`_auth/token_auth.py`). A 401 rejects a request, so a
write that got one has not happened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from attrs import field, frozen

from .._checks import checked_setting, number, seconds
from ..errors import (
    APIConnectionError,
    APIStatusError,
    DeadlineError,
    ResponseError,
    UntrustedError,
)

if TYPE_CHECKING:
    from attrs import Attribute

_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
# Cloudflare's, about a service that it cannot reach or understand.
_CLOUDFLARE: Final = range(520, 525)
_RETRIED: Final = frozenset({408, 425, 429, 500, 502, 503, 504, *_CLOUDFLARE})

# 2 to the power of this is far beyond every longest pause, and still a float.
_MOST_DOUBLINGS: Final = 60


FailureKind = Literal[
    # There was an answer.
    "status",
    # The connection never opened, or nothing was sent on it.
    "unsent",
    # The service's certificate failed verification, or it does not speak TLS: nothing was sent, and
    # nothing will be.
    "untrusted",
    # What was received cannot be stored on this machine.
    "local",
    # The connection broke, took too long, or the body made no sense.
    "broken",
]


class Failure(NamedTuple):
    """How an attempt failed, as far as it matters for the next one.

    Attributes:
        kind: how.
        status: the HTTP status, for the kind `status`.
        retry_after: the pause in seconds that the service asked for.
    """

    kind: FailureKind
    status: int | None = None
    retry_after: float | None = None


def is_write(method: str) -> bool:
    """Whether a request of this method changes something."""
    return method.upper() not in _SAFE_METHODS


def may_have_happened(failure: Failure) -> bool:
    """Whether a write that failed like this may have taken effect all the same."""
    status = failure.status
    if status is None:
        return failure.kind == "broken"
    if status == 503 and failure.retry_after is not None:
        # A service that asks to come back has not done it.
        return False
    # Only 4xx rejects a request. A redirect may lead to what was made; any other status is a success
    # that the contract does not know, not a final answer, or comes from a gateway that gave up on a
    # request which may have reached the service.
    return not 400 <= status <= 499


def may_be_repeated(failure: Failure, *, changes: bool) -> bool:
    """Whether a request that failed like this may be sent again."""
    if failure.kind == "unsent":
        return True
    if failure.kind in ("untrusted", "local"):
        return False
    if not changes:
        return failure.kind == "broken" or failure.status in _RETRIED
    if failure.status == 429:
        return True
    # See `may_have_happened`: without Retry-After, a 503 may come from a gateway.
    return failure.status == 503 and failure.retry_after is not None


def is_transient(error: Exception) -> bool:
    """Whether a read that failed like this, after all its attempts, may succeed if it is made again later."""
    if isinstance(error, APIStatusError):
        return error.status in _RETRIED
    # It is a connection error, but the certificate will be the same next time.
    if isinstance(error, UntrustedError):
        return False
    return isinstance(error, APIConnectionError | DeadlineError | ResponseError)


def _checked_attempts(value: int) -> int:
    # An integer of another library may know how to become one, and nothing else.
    return checked_setting(number, "attempts", value, least=1)


def _check_seconds(_: object, attribute: Attribute[float], value: object) -> None:
    checked_setting(seconds, attribute.name, value, zero=True)


@frozen
class RetryPolicy:
    """How often and how fast a failed request is sent again. Times are in seconds.

    Attributes:
        attempts (int): how often a request is sent at most; 1 turns retries off.
        first_pause (float): the back-off before the second attempt; it doubles with every attempt.
        longest_pause (float): the largest back-off.
        longest_retry_after (float): the largest Retry-After that is obeyed; a larger one ends the
            attempts at once.

    Raises:
        ConfigurationError: one of them is not a number, or out of bounds.
    """

    attempts: int = field(default=5, converter=_checked_attempts)
    first_pause: float = field(default=0.5, validator=_check_seconds)
    longest_pause: float = field(default=30.0, validator=_check_seconds)
    longest_retry_after: float = field(default=60.0, validator=_check_seconds)

    def pause(self, failure: Failure, attempt: int, draw: float, *, changes: bool) -> float | None:
        """The pause in seconds before the next attempt; None if there must be none.

        Args:
            failure: how the attempt failed.
            attempt: its number, from 1.
            draw: a random number from 0 to 1, for jitter. The back-off lies between half and all
                of its step; up to half a step is added to what Retry-After asks for, or all who
                were rejected together would come back together.
            changes: whether the request changes something.
        """
        if attempt >= self.attempts or not may_be_repeated(failure, changes=changes):
            return None
        step = back_off(attempt, self.first_pause, self.longest_pause)
        if failure.retry_after is None:
            return step * (0.5 + draw / 2)
        if not self.obeys(failure.retry_after):
            return None
        return failure.retry_after + step * draw / 2

    def obeys(self, retry_after: float) -> bool:
        """Whether a pause that the service asks for, in seconds, is short enough to wait for."""
        return retry_after <= self.longest_retry_after


def back_off(attempt: int, first: float, longest: float) -> float:
    """Seconds until the next attempt, twice as many each time, before any jitter.

    Args:
        attempt: the number of the last one, from 1.
        first: the seconds after the first one.
        longest: the most seconds.
    """
    doublings = min(attempt - 1, _MOST_DOUBLINGS)
    # A setting may be a number of another library, which `time.sleep` does not know.
    return float(min(longest, first * 2.0**doublings))
