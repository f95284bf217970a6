"""Ids that are given more than once: their jobs are fetched once, and each place in the list has its outcome."""

from __future__ import annotations

from collections import Counter, deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from .outcome import JobOutcome


class Repeats:
    """Hands outcomes out as often as their ids were given.

    Args:
        given: the ids as they were given; none if a batch says which jobs are meant.
        as_completed: hand an outcome out all its times at once, and not in the order of the ids.
    """

    def __init__(self, given: Sequence[UUID] = (), *, as_completed: bool = False) -> None:
        self._as_completed = as_completed
        self._left: Counter[UUID | None] = Counter(given)
        self._has_any = len(self._left) < len(given)
        self._turns = deque(given)
        self._kept: dict[UUID | None, JobOutcome] = {}

    def with_repetitions(self, outcomes: Iterable[JobOutcome]) -> list[JobOutcome]:
        """The outcomes that are to be handed out now.

        Args:
            outcomes: those that come next, one for each id.
        """
        if not self._has_any:
            return [*outcomes]
        ready = []
        for outcome in outcomes:
            if self._as_completed:
                ready += [outcome] * self._left[outcome.job_id]
            else:
                self._kept[outcome.job_id] = outcome
                ready += self._whose_turn_it_is()
        return ready

    def _whose_turn_it_is(self) -> list[JobOutcome]:
        ready = []
        while self._turns and self._turns[0] in self._kept:
            job_id = self._turns.popleft()
            ready.append(self._kept[job_id])
            self._left[job_id] -= 1
            if not self._left[job_id]:
                del self._kept[job_id]
        return ready
