"""What the states of jobs and batches mean: pure rules, no storage."""

from collections.abc import Mapping

from pasqal_core_schemas import BatchStatus, JobStatus

FINISHED = frozenset({JobStatus.DONE, JobStatus.ERROR, JobStatus.CANCELED})
"""The states that a job does not leave; only the others can be cancelled."""

_EXECUTED = frozenset({JobStatus.RUNNING, JobStatus.DONE, JobStatus.ERROR})
_ENDED = frozenset(
    {BatchStatus.DONE, BatchStatus.CANCELED, BatchStatus.ERROR, BatchStatus.TIMED_OUT}
)
# These two come from elsewhere than the jobs, so what the jobs do does not end them.
_IMPOSED = frozenset({BatchStatus.PAUSED, BatchStatus.TIMED_OUT})


def batch_status(
    jobs: Mapping[JobStatus, int], *, complete: bool, before: BatchStatus = BatchStatus.PENDING
) -> BatchStatus:
    """The state of a batch that follows from its jobs.

    An open batch waits for more jobs: it is PENDING, or RUNNING from its first execution on. A
    complete one ends when its jobs have: CANCELED if all of them were cancelled, ERROR if some
    failed and none is done, else DONE.

    Args:
        jobs: How many jobs there are in each state.
        complete: Whether the batch was declared complete.
        before: The state until now.
    """
    if before in _IMPOSED or has_ended(before):
        return before
    present = {status for status, count in jobs.items() if count}
    if complete and present <= FINISHED:
        return _end_of(present)
    executed = before is BatchStatus.RUNNING or bool(present & _EXECUTED)
    return BatchStatus.RUNNING if executed else BatchStatus.PENDING


def has_ended(status: BatchStatus) -> bool:
    """Whether a batch in this state does nothing more."""
    return status in _ENDED


def _end_of(present: set[JobStatus]) -> BatchStatus:
    if present == {JobStatus.CANCELED}:
        return BatchStatus.CANCELED
    if JobStatus.ERROR in present and JobStatus.DONE not in present:
        return BatchStatus.ERROR
    return BatchStatus.DONE


def refusal(status: JobStatus) -> str:
    """Why a job in this state cannot be cancelled, as a sentence."""
    return f"Job is already {status} and cannot be cancelled."
