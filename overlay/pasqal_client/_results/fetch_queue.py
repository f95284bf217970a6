"""Which jobs come next, and in which order their outcomes are handed out.

The jobs themselves are read on the way, a group at a time, so that memory does not grow with their
number: reading the next group is one of the errands.
"""

from __future__ import annotations

import heapq
from collections import deque
from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen

from .lateness import Late

if TYPE_CHECKING:
    from .outcome import JobOutcome
    from .repeats import Repeats
    from .result_fetch import ResultFetch

# Jobs that are begun, for each request that may be under way, before the outcome of the first one is
# there: so one slow file does not keep the others from coming in.
_JOBS_AHEAD: Final = 4


@frozen(order=True)
class Errand:
    """Something to do: to fetch the results of a job, or to read the next group of jobs.

    Attributes:
        number: the place of the job among all jobs; -1 for the next group.
        fetch: the fetch; None for the next group.
    """

    number: int
    fetch: ResultFetch | None = field(default=None, eq=False, order=False)


_NEXT_GROUP: Final = Errand(-1)


class FetchQueue:
    """What is to be done next for the results of many jobs.

    Args:
        concurrency: how many requests may be under way.
        as_completed: hand the outcomes out as they come, and not in order.
        repeats: hands them out again for ids that were given again.
    """

    def __init__(self, concurrency: int, repeats: Repeats, *, as_completed: bool) -> None:
        self._as_completed = as_completed
        self._repeats = repeats
        self._ahead = _JOBS_AHEAD * concurrency
        self._fresh: deque[Errand] = deque()
        self._late: list[tuple[float, Errand]] = []
        self._arrived: dict[int, JobOutcome] = {}
        self._numbered = 0
        self._handed_out = 0
        self._is_reading = False
        self._is_read = False
        self._failure: Exception | None = None

    @property
    def is_over(self) -> bool:
        """Whether every job has been handed out."""
        return self._is_read and self._handed_out == self._numbered

    def next(self, now: float) -> Errand | None:
        """What to start now; None if there is nothing.

        Args:
            now: what time it is, by `time.monotonic`.
        """
        if self._wants_group():
            self._is_reading = True
            return _NEXT_GROUP
        if self._late and self._late[0][0] <= now:
            return heapq.heappop(self._late)[1]
        if self._fresh and self._may_start(self._fresh[0]):
            return self._fresh.popleft()
        return None

    def due(self) -> float | None:
        """When a late file has to be asked for again; None if none has."""
        if self._late:
            return self._late[0][0]
        return None

    def _wants_group(self) -> bool:
        is_idle = not self._is_reading and not self._is_read
        return is_idle and len(self._fresh) < self._ahead

    def _may_start(self, errand: Errand) -> bool:
        # What arrives before its turn is kept until then.
        return self._as_completed or errand.number < self._handed_out + self._ahead

    def take(self, errand: Errand, brought: Any) -> list[JobOutcome]:
        """Take what came of an errand.

        Args:
            errand: the errand.
            brought: for a job, its outcome, or that it is late; else the next group of jobs, None
                after the last one, or the error that ended the reading.

        Returns:
            The outcomes that are to be handed out now.
        """
        if errand.fetch is not None:
            return self._repeats.with_repetitions(self._take_job(errand, brought))
        self._is_reading = False
        if brought is None or isinstance(brought, Exception):
            self._is_read = True
            self._failure = brought
            return []
        for fetch in brought:
            self._fresh.append(Errand(self._numbered, fetch))
            self._numbered += 1
        return []

    def raise_failure(self) -> None:
        """Raise the error that ended the reading of jobs, if one did: only now that all others are handed out."""
        if self._failure is not None:
            raise self._failure

    def _take_job(self, errand: Errand, found: JobOutcome | Late) -> list[JobOutcome]:
        if isinstance(found, Late):
            heapq.heappush(self._late, (found.due, errand))
            return []
        if self._as_completed:
            self._handed_out += 1
            return [found]
        self._arrived[errand.number] = found
        ready = []
        while self._handed_out in self._arrived:
            outcome = self._arrived.pop(self._handed_out)
            ready.append(outcome)
            self._handed_out += 1
        return ready
