"""What a cancellation of jobs is to bring about, and what the jobs say about that afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import field, frozen

from pasqal_core_api.models import JobStatus

from .._states import ACTIVE, TERMINAL, is_cancelled, is_known, state_of
from .cancelled_items import time_of_last
from .effect import Reading, Verdict
from .job_filters import batches_within

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from pasqal_core_api.models import Job

    from .._listing.filter_table import Query

# A cancellation, or time, changes what these filters look at.
_VOLATILE: Final = frozenset({"status", "errors", "end_date"})


@frozen
class CancelledJobs:
    """The effect of cancelling jobs: every job that matched is cancelled, or had ended before.

    Attributes:
        batch_id: the batch.
        filters: the filters of the request.
    """

    batch_id: UUID
    filters: Query = field(factory=dict)

    @property
    def reading(self) -> Reading:
        """All jobs that the request may have changed."""
        lasting = {name: self.filters[name] for name in self.filters.keys() - _VOLATILE}
        batches = batches_within(self.batch_id, lasting)
        # The write may have been about jobs of any project.
        return Reading("jobs", {"project_id": None, **lasting, "batch_id": batches})

    def judge(self, items: Sequence[Job]) -> Verdict:
        """Judge by the jobs as they are now; see `Effect`."""
        jobs = tuple(items)
        if not batches_within(self.batch_id, self.filters):
            reason = "the filter batch_id leaves no job that this write could affect"
            return Verdict("did not happen", reason, is_final=True)
        if not jobs:
            return Verdict("cannot tell", "no job that this write could affect is visible")
        wanted = self._wanted_states()
        if wanted <= TERMINAL:
            reason = "jobs in the states that this write asks for cannot be cancelled"
            return Verdict("did not happen", reason, jobs, is_final=True)
        cancelled = []
        others = []
        for job in jobs:
            if is_cancelled(job):
                cancelled.append(job)
            else:
                others.append(job)
        # A list that lags lacks the newest jobs; where ids are named, that shows.
        is_absence = len(jobs) < len(set(self.filters.get("id", ())))
        if not cancelled:
            reason = _none_is_cancelled(len(jobs))
            return Verdict("did not happen", reason, jobs, is_absence=is_absence)
        last = time_of_last(cancelled, "end_timestamp")
        escaped = [job for job in others if _may_have_escaped(job, wanted, last)]
        done = f"{_jobs_are(cancelled)} cancelled"
        if not escaped:
            reason = f"{done}, and no other was left to cancel then"
            return Verdict("happened", reason, jobs, is_absence=is_absence)
        left = f"{_jobs_are(escaped)} not, and may have been meant"
        return Verdict("cannot tell", f"{done}, perhaps by another request; {left}", jobs)

    def _wanted_states(self) -> frozenset[JobStatus]:
        """The states of the jobs that the request is about."""
        status = self.filters.get("status")
        if status is None:
            return ACTIVE
        return frozenset(status)


def _none_is_cancelled(number: int) -> str:
    if number == 1:
        return "the one job this write could affect is not cancelled"
    return f"none of the {number} jobs this write could affect is cancelled"


def _may_have_escaped(job: Job, wanted: frozenset[JobStatus], last: datetime | None) -> bool:
    """Whether a job that is not cancelled was perhaps in a wanted state after the last cancellation.

    If no such job exists, every job that the write could have cancelled is accounted for.

    Args:
        job: a job that is not cancelled.
        wanted: the states of the jobs that the write was about.
        last: when the last job was cancelled; None if that is not known.
    """
    state = state_of(job)
    # Nothing is known about an unknown state, not even whether a job in it can be cancelled.
    if not is_known(state):
        return True
    if state in ACTIVE and state in wanted:
        return True
    # Pending is the first state, so such a job was never in a wanted one.
    if state == JobStatus.PENDING:
        return False
    # Jobs leave only active states.
    if wanted.isdisjoint(ACTIVE):
        return False
    left = _time_of_leaving(job, wanted)
    return left is None or last is None or left > last


def _time_of_leaving(job: Job, wanted: frozenset[JobStatus]) -> datetime | None:
    """When a job left the wanted states, which are active; None if it does not say."""
    end: datetime | None = getattr(job, "end_timestamp", None)
    if JobStatus.RUNNING in wanted:
        return end
    start: datetime | None = getattr(job, "start_timestamp", None)
    if start is None:
        # A job can end without ever having started.
        return end
    return start


def _jobs_are(jobs: Sequence[Job]) -> str:
    if len(jobs) == 1:
        return "1 job is"
    return f"{len(jobs)} jobs are"
