"""What the states of jobs and batches mean, and the errors of what they do not allow: pure rules, no storage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pasqal_core_schemas import BatchStatus, JobStatus

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FINISHED = frozenset({JobStatus.DONE, JobStatus.ERROR, JobStatus.CANCELED})
"""The states that a job does not leave; only jobs in the others can be cancelled."""
ON_DEVICE = frozenset({JobStatus.RUNNING, JobStatus.CANCELING})
"""The states of a job that a device works on; CANCELING is only that of jobs that were added so."""
STARTED = frozenset({*ON_DEVICE, JobStatus.DONE, JobStatus.ERROR})
"""The states that only a job which has run is in; a cancelled one may have run, too."""
LIVE = frozenset({BatchStatus.PENDING, BatchStatus.RUNNING})
"""The states of a batch in which its jobs run, and in which it takes more of them if it is open."""

_LISTED = (
    JobStatus.PENDING,
    JobStatus.RUNNING,
    JobStatus.DONE,
    JobStatus.CANCELED,
    JobStatus.ERROR,
)
_ENDED = frozenset(
    {BatchStatus.DONE, BatchStatus.CANCELED, BatchStatus.ERROR, BatchStatus.TIMED_OUT}
)
# These do not follow from the jobs, so what the jobs do does not end them.
_IMPOSED = frozenset({BatchStatus.PAUSED, BatchStatus.CANCELING, BatchStatus.TIMED_OUT})


class StateError(ValueError):
    """An operation that the state of the sandbox does not allow; the text says why."""


class UnknownBatchError(StateError):
    """The batch does not exist."""


class UnknownJobError(StateError):
    """The job does not exist."""


class ForeignBatchError(StateError):
    """The batch belongs to a project that the token has no access to."""


class ForeignProjectError(StateError):
    """The token has no access to the project of a new batch."""


class RejectedBodyError(StateError):
    """A body breaks a rule beyond its form.

    Attributes:
        mistakes: the mistakes one by one, with `loc`, `msg` and `type`; none if the text is all.
    """

    def __init__(self, reason: str, mistakes: Sequence[Mapping[str, object]] = ()) -> None:
        super().__init__(reason)
        self.mistakes: list[Mapping[str, object]] = [*mistakes]


class CompleteBatchError(StateError):
    """The batch was declared complete before, or has ended."""


class OpenBatchError(StateError):
    """The batch is open, and has to be closed before."""


class FinishedError(StateError):
    """A batch or a job has ended, or has gone too far, and cannot be cancelled."""


def batch_status(
    jobs: Mapping[JobStatus, int],
    *,
    complete: bool | None,
    before: BatchStatus = BatchStatus.PENDING,
) -> BatchStatus:
    """The state of a batch that follows from its jobs.

    An open batch waits for more jobs: it is PENDING, or RUNNING from its first execution on. A
    complete one ends when its jobs have: CANCELED if all of them were cancelled, ERROR if some
    failed and none is done, else DONE.

    Args:
        jobs: how many jobs there are in each state.
        complete: whether the batch was declared complete.
        before: the state until now.
    """
    if before in _IMPOSED or has_ended(before):
        return before
    present = {status for status, count in jobs.items() if count}
    if complete and present <= FINISHED:
        return _find_end(present)
    # Its state until now matters, too: the only job that has run may be cancelled by now.
    if before is BatchStatus.RUNNING or present & STARTED:
        return BatchStatus.RUNNING
    return BatchStatus.PENDING


def has_ended(status: BatchStatus) -> bool:
    """Whether a batch in this state does nothing more."""
    return status in _ENDED


def _find_end(present: set[JobStatus]) -> BatchStatus:
    if present == {JobStatus.CANCELED}:
        return BatchStatus.CANCELED
    if JobStatus.ERROR in present and JobStatus.DONE not in present:
        return BatchStatus.ERROR
    return BatchStatus.DONE


def cancel_error(what: str, status: str) -> str:
    """Why a job or a batch in this state cannot be cancelled, as the service words it."""
    return f"{what} is already {status} and cannot be cancelled."


def complete_counts(counts: Mapping[JobStatus, int]) -> dict[str, int]:
    """How many jobs are in each state: zero where there are none, as the official client needs it.

    A state that its users have never heard of is listed only if there is a job in it.
    """
    every = {str(status): counts.get(status, 0) for status in _LISTED}
    return every | {str(status): count for status, count in counts.items()}
