"""When a failed request is sent again, and after which pause.

The policy is a frozen value and a pure function of (method, outcome, attempt): nothing is shared
between requests, so no request can spend the attempts of another. What must not be repeated is
decided here and nowhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from attrs import field, frozen

from .._checks import number, seconds
from ..errors import ConfigurationError

if TYPE_CHECKING:
    from attrs import Attribute

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
RETRIED: Final = frozenset({408, 425, 429, 500, 502, 503, 504, *range(520, 525)})


@frozen
class Outcome:
    """How an attempt failed.

    Attributes:
        kind: `status` (there was an answer), `unsent` (the connection never opened, or nothing was
            sent on it), `untrusted` (its certificate failed verification, so nothing was sent, and
            nothing will be) or `broken` (it broke, took too long, or its body made no sense).
        status: the HTTP status, for the kind `status`.
        retry_after: the pause in seconds that the service asked for.
    """

    kind: Literal["status", "unsent", "untrusted", "broken"]
    status: int | None = None
    retry_after: float | None = None


def is_write(method: str) -> bool:
    """Whether a request of this method changes something."""
    return method.upper() not in SAFE_METHODS


def may_have_happened(outcome: Outcome) -> bool:
    """Whether a write that failed like this may have changed something all the same."""
    status = outcome.status
    if status is None:
        return outcome.kind == "broken"
    if status == 503 and outcome.retry_after is not None:
        return False  # whoever asks to come back has not done it
    # Only 3xx and 4xx refuse a request. Others are a success that the contract does not know, no
    # final answer, or come from a service or a gateway that gave up on a request that may have
    # reached its goal.
    return not 300 <= status <= 499


def _count(_: object, attribute: Attribute[int], value: object) -> None:
    try:
        number(attribute.name, value, 1)
    except ValueError as error:
        raise ConfigurationError(str(error)) from None


def _seconds(_: object, attribute: Attribute[float], value: object) -> None:
    try:
        seconds(attribute.name, value, zero=True)
    except ValueError as error:
        raise ConfigurationError(str(error)) from None


@frozen
class RetryPolicy:
    """How often and how fast a failed request is sent again. Times are in seconds.

    Attributes:
        attempts: how often a request is sent at the most; 1 turns retries off.
        first_pause: the back-off before the second attempt; it doubles from attempt to attempt.
        longest_pause: the largest back-off.
        longest_retry_after: the largest Retry-After that is obeyed; a larger one ends the attempts
            at once.

    Raises:
        ConfigurationError: one of them is not a number, or out of its bounds.
    """

    attempts: int = field(default=5, validator=_count)
    first_pause: float = field(default=0.5, validator=_seconds)
    longest_pause: float = field(default=30.0, validator=_seconds)
    longest_retry_after: float = field(default=60.0, validator=_seconds)

    def pause(self, method: str, outcome: Outcome, attempt: int, draw: float) -> float | None:
        """The pause in seconds before the next attempt, or None if there must be none.

        Args:
            method: the HTTP method.
            outcome: how the attempt failed.
            attempt: its number, from 1.
            draw: a random number from 0 to 1. The back-off lies between half and all of its step;
                up to half a step is added to what Retry-After asks for, or all who were refused
                together would come back together.
        """
        if attempt >= self.attempts or not self._repeatable(method, outcome):
            return None
        step = min(self.longest_pause, self.first_pause * 2.0 ** min(attempt - 1, 60))
        if outcome.retry_after is None:
            return step * (0.5 + draw / 2)
        if outcome.retry_after > self.longest_retry_after:
            return None
        return outcome.retry_after + step * draw / 2

    def _repeatable(self, method: str, outcome: Outcome) -> bool:
        if outcome.kind in ("unsent", "untrusted"):
            return outcome.kind == "unsent"
        if not is_write(method):
            return outcome.kind == "broken" or outcome.status in RETRIED
        return outcome.status == 429 or (outcome.status == 503 and outcome.retry_after is not None)
