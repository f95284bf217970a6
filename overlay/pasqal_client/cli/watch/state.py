"""The jobs that are watched, as they were last seen, and what has changed since: no I/O."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from attrs import frozen

from ..._states import CANCELING, is_active, is_known, state_of
from ...errors import UnknownStatusError
from ..display.field_text import value
from ..display.safe_text import one_line
from ..display.words import many

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from ... import Job, JobStatus

# Running jobs first, then those that are about to end, then those that come next.
_ORDER: Final = {"RUNNING": 0, CANCELING: 1}
_LAST: Final = len(_ORDER)
_LATE: Final = datetime.max.replace(tzinfo=UTC)


@frozen
class Change:
    """A job that is in another state than before.

    Attributes:
        id: the job.
        before: its state when it was last seen; empty if it is new.
        after: its state now.
    """

    id: UUID
    before: str
    after: str


class WatchedJobs:
    """The jobs that are watched, each as it was last seen.

    Args:
        unknown: how to treat unknown states: `error`, `active` or `terminal`.
    """

    def __init__(self, unknown: str) -> None:
        self._unknown = unknown
        self._jobs: dict[UUID, Job] = {}

    def __len__(self) -> int:
        return len(self._jobs)

    @property
    def total_text(self) -> str:
        """How many jobs there are, in words."""
        return many(len(self), "job")

    def update(self, jobs: Iterable[Job]) -> list[Change]:
        """Take the jobs that a look has shown; returns what has changed.

        Raises:
            UnknownStatusError: a job is in an unknown state, and these are treated as an error.
        """
        changes = []
        for job in jobs:
            change = self._replace(job)
            if change is not None:
                changes.append(change)
        if self._unknown == "error":
            self._raise_if_unknown()
        return changes

    def _replace(self, job: Job) -> Change | None:
        known = self._jobs.get(job.id)
        self._jobs[job.id] = job
        after = state_of(job)
        before = ""
        if known is not None:
            before = state_of(known)
            if before == after:
                return None
        return Change(
            id=job.id,
            before=one_line(before),
            after=one_line(after),
        )

    def _raise_if_unknown(self) -> None:
        statuses = self.statuses
        unknown = {one: statuses[one] for one in statuses if not is_known(statuses[one])}
        if unknown:
            raise UnknownStatusError(unknown)

    @property
    def statuses(self) -> dict[UUID, JobStatus]:
        """The state of each job."""
        return {one: state_of(job) for one, job in self._jobs.items()}

    @property
    def active(self) -> list[Job]:
        """The jobs that have not ended: those that run, then those that wait, the oldest first."""
        jobs = self._jobs.values()
        active = [job for job in jobs if is_active(state_of(job), self._unknown)]
        return sorted(active, key=_rank)

    @property
    def counts(self) -> dict[str, int]:
        """How many jobs are in each state, in words for people."""
        # What the service sends as a state is any text: two that look alike are counted together.
        words = Counter(one_line(status) for status in self.statuses.values())
        return dict(sorted(words.items()))

    @property
    def failed(self) -> list[UUID]:
        """The jobs that ended in ERROR."""
        return [one for one, status in self.statuses.items() if status == "ERROR"]


def _rank(job: Job) -> tuple[int, datetime, str]:
    place = _ORDER.get(state_of(job), _LAST)
    created = value(job, "created_at")
    # A time that departed from the contract, or is missing, is text here, or None.
    if not isinstance(created, datetime):
        created = _LATE
    return place, created, str(job.id)
