"""When a wait looks again, and how many failed looks it tolerates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .._http.retry import is_transient
from ..errors import APIStatusError

if TYPE_CHECKING:
    from ..errors import APIError

_LONGEST_POLL: Final = 45.0
_GROWTH: Final = 1.5
_LEAST_SHARE: Final = 0.75
"""A pause lies between this share of its step and all of it, so that clients do not look in step."""
TOLERATED: Final = 5
"""This many looks in a row may fail for a transient reason, each after all its attempts. One more ends a wait that has
no timeout; one that has goes on to its end."""
LONGEST_RETRY_AFTER: Final = 3600.0
"""A service that asks for a longer pause, in seconds, ends a wait that has no timeout."""
_LEAST_GRACE: Final = 0.25
_MOST_GRACE: Final = 1.0
"""The last look begins at the end of the time at the latest. So that it can show something, it may then take a tenth of
that time, within these bounds, in seconds."""


class Pace:
    """When a wait looks again, and how many failed looks it tolerates.

    Args:
        poll: seconds before the second look.
        timeout: seconds for the whole wait; infinite without a limit.
        now: the time.

    Attributes:
        ends (float | None): when the last look has to be over; None without a limit.
        trouble (str): what was wrong with the last look; empty if nothing was.
    """

    def __init__(self, poll: float, timeout: float, now: float) -> None:
        self._began = now
        self.ends: float | None = None
        self.trouble = ""
        self._poll = poll
        self._last_start = now + timeout
        self._failures = 0
        self._asked_pause = 0.0
        if timeout != float("inf"):
            grace = max(_LEAST_GRACE, timeout / 10)
            self.ends = self._last_start + min(_MOST_GRACE, grace)

    def look_answered(self) -> None:
        """Take note of a look that was answered."""
        self.trouble = ""
        self._asked_pause = 0.0

    def look_succeeded(self) -> None:
        """Take note of a look that was of use: the count of failed looks starts again."""
        self._failures = 0

    def look_failed(self, error: APIError) -> None:
        """Take note of a look that failed.

        Raises:
            APIError: the same, if it is not transient, or if it is one too many for a wait that has
                no timeout.
        """
        self._failures += 1
        self._asked_pause = 0.0
        if isinstance(error, APIStatusError) and error.retry_after:
            self._asked_pause = error.retry_after
        is_too_much = self._failures > TOLERATED or self._asked_pause > LONGEST_RETRY_AFTER
        if not is_transient(error) or (is_too_much and self.ends is None):
            raise error
        self.trouble = str(error)

    def elapsed(self, now: float) -> float:
        """Seconds since the wait began."""
        return now - self._began

    def is_last(self, now: float) -> bool:
        """Whether no look follows one that was answered at this time, but for one that follows it up."""
        return now >= self._last_start

    def is_cut_off(self, now: float) -> bool:
        """Whether the time is up, even for a look that follows up the last one."""
        return self.ends is not None and now >= self.ends

    def pause(self, now: float, draw: float) -> float | None:
        """Return the seconds until the next look; None if the time is up.

        Args:
            now: the time.
            draw: a random number from 0 to 1; the pause lies between three quarters and all of its
                step.
        """
        left = self._last_start - now
        # Nothing more can be learnt in time if the service asks for a pause beyond the end.
        if left <= 0 or self._asked_pause > left:
            return None
        step = self._poll
        grown = min(_LONGEST_POLL, step * _GROWTH)
        # A caller's first pause may be above what pauses grow to; then it stays.
        self._poll = max(step, grown)
        jittered = step * (_LEAST_SHARE + draw * (1 - _LEAST_SHARE))
        pause = max(jittered, self._asked_pause)
        return min(left, pause)
