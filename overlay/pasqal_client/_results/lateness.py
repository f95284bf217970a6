"""How long a file that should be there, and is not, is waited for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from attrs import frozen

from .._http.retry import back_off

if TYPE_CHECKING:
    from pasqal_core_api.models import Job

    from ..errors import PasqalError

_LONGEST_DELAY: Final = 60.0
"""Seconds after the end of a job in which its file may still be on its way."""
_FIRST_PAUSE: Final = 0.5
"""Seconds until a late file is asked for again; each further pause is twice as long."""
_LONGEST_PAUSE: Final = 5.0


@frozen
class Late:
    """A file is not there yet.

    Attributes:
        due: when to ask for it again, by `time.monotonic`.
        error: why the result is missing, if the wait for it is over.
    """

    due: float
    error: PasqalError


class Allowance:
    """How long one call waits for late files, all of them together.

    Args:
        now: when the call began, by `time.monotonic`.
    """

    def __init__(self, now: float) -> None:
        self._ends = now + _LONGEST_DELAY

    def ends_for(self, job: Job | None, date: datetime | None, now: float) -> float:
        """When the file of a job is not waited for any longer, by `time.monotonic`.

        Args:
            job: the job.
            date: what time it is for the service, as its clock and ours may differ; None if it did
                not say.
            now: the same moment by `time.monotonic`.
        """
        ended: datetime | None = getattr(job, "end_timestamp", None)
        if ended is None:
            return self._ends
        age = (date or datetime.now(UTC)) - ended
        return min(self._ends, now + _LONGEST_DELAY - age.total_seconds())


def pause_before(attempt: int, now: float, ends: float) -> float | None:
    """Seconds until a late file is asked for again; None if it is not waited for any longer.

    Args:
        attempt: how often it was asked for.
        now: what time it is.
        ends: when it is not waited for any longer.
    """
    if now >= ends:
        return None
    step = back_off(attempt, _FIRST_PAUSE, _LONGEST_PAUSE)
    # A last look at the very end.
    return min(step, ends - now)
