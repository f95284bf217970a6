"""Which sequence a job ran: that of its batch, or one of its own, which lists of jobs need not show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from pasqal_core_api.models import Job, JobRequest

    from .._results.outcome import JobOutcome


@frozen
class SequenceTexts:
    """The sequences of the jobs of a batch, serialised.

    Attributes:
        shared: that of the batch; None if it has none.
        own: those that jobs have in its place, by the id of the job.
    """

    shared: str | None = None
    own: Mapping[str, str] = field(factory=dict)

    def of(self, job: Job) -> str | None:
        """The sequence that a job ran; None if it is not known."""
        shown: str | None = getattr(job, "sequence", None)
        if shown is not None:
            return shown
        return self.own.get(str(job.id), self.shared)


def texts_of_submission(
    shared: str, job_ids: Sequence[str], jobs: Sequence[JobRequest]
) -> SequenceTexts | None:
    """The sequences that submitted jobs run; None if it cannot be told which job is which.

    Args:
        shared: the sequence of the batch.
        job_ids: the ids of the jobs.
        jobs: the jobs as they were sent.
    """
    if len(job_ids) != len(jobs):
        return None
    own = {}
    for job_id, job in zip(job_ids, jobs, strict=True):
        sequence = job.get("sequence")
        if sequence is not None:
            own[job_id] = sequence
    return SequenceTexts(shared, own)


def in_need_of_one(outcomes: Iterable[JobOutcome]) -> list[Job]:
    """The jobs whose results are bare counts, which do not say to which atoms they belong."""
    jobs = []
    for outcome in outcomes:
        result = outcome.result
        if outcome.job is not None and result is not None and result.serialised is None:
            jobs.append(outcome.job)
    return jobs


def to_read_in_full(jobs: Iterable[Job], shared: str | None) -> list[UUID]:
    """The ids of those jobs that may have a sequence of their own without showing it.

    Args:
        jobs: the jobs, as a list has them.
        shared: the sequence of their batch.
    """
    return [job.id for job in jobs if _may_hide_one(job, shared)]


def _may_hide_one(job: Job, shared: str | None) -> bool:
    if getattr(job, "sequence", None) is not None:
        return False
    # A job with variables runs the sequence of its batch: the service rejects one that has both.
    return shared is None or not getattr(job, "variables", None)
