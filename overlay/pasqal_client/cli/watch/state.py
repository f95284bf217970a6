"""The jobs that are watched, as they were last seen, and what has changed since: no I/O."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from ..._states import is_active, is_known, state_of
from ...errors import UnknownStatusError
from ..field_text import value
from ..safe_text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from ... import Job, JobStatus

# Running jobs first, then those that come next.
_FIRST: Final = ("RUNNING", "CANCELING")
_LATE: Final = datetime.max.replace(tzinfo=UTC)


class Change(NamedTuple):
    """A job that is in another state than before.

    Attributes:
        id: the job.
        before: its state when it was last seen; empty if it is new.
        after: its state now.
    """

    id: UUID
    before: str
    after: str


class Watched:
    """The jobs that are watched.

    Args:
        unknown: what a state counts as that is not known: `error`, `active` or `terminal`.
    """

    def __init__(self, unknown: str) -> None:
        self._unknown = unknown
        self._jobs: dict[UUID, Job] = {}

    def __len__(self) -> int:
        return len(self._jobs)

    def saw(self, jobs: Iterable[Job]) -> list[Change]:
        """Take what a look has shown; returns what has changed.

        Raises:
            UnknownStatusError: a job is in a state that is not known, and it was not said what that
                counts as.
        """
        changes = []
        for job in jobs:
            before = self._jobs.get(job.id)
            if before is None or state_of(before) != state_of(job):
                known = "" if before is None else one_line(state_of(before))
                changes.append(Change(job.id, known, one_line(state_of(job))))
            self._jobs[job.id] = job
        unknown = {one: status for one, status in self.statuses.items() if not is_known(status)}
        if unknown and self._unknown == "error":
            raise UnknownStatusError(unknown)
        return changes

    @property
    def statuses(self) -> dict[UUID, JobStatus]:
        """The state of each job."""
        return {one: state_of(job) for one, job in self._jobs.items()}

    @property
    def active(self) -> Sequence[Job]:
        """The jobs that have not ended: those that run, then those that wait, the first ones first."""
        return sorted(
            (job for job in self._jobs.values() if self._is_active(state_of(job))), key=_rank
        )

    @property
    def counts(self) -> dict[str, int]:
        """How many jobs are in each state, as words for people."""
        return dict(sorted(Counter(one_line(status) for status in self.statuses.values()).items()))

    @property
    def failed(self) -> list[UUID]:
        """The jobs that ended in ERROR."""
        return [one for one, status in self.statuses.items() if status == "ERROR"]

    def _is_active(self, status: JobStatus) -> bool:
        return is_active(status, self._unknown)


def _rank(job: Job) -> tuple[int, datetime, str]:
    status, created = str(state_of(job)), value(job, "created_at")
    place = _FIRST.index(status) if status in _FIRST else len(_FIRST)
    return place, created if isinstance(created, datetime) else _LATE, str(job.id)
