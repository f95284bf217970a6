"""What the states of jobs and batches mean, said once for writes, waits and the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from pasqal_core_api.models import BatchStatus, JobStatus

if TYPE_CHECKING:
    from pasqal_core_api.models import Job

CANCELING: Final = JobStatus("CANCELING")
"""A state that is not in the contract, although the service has it."""
ACTIVE: Final = frozenset({JobStatus.PENDING, JobStatus.RUNNING, CANCELING})
"""States that a job leaves by itself."""
TERMINAL: Final = frozenset({JobStatus.DONE, JobStatus.ERROR, JobStatus.CANCELED})
"""States that a job does not leave."""
_ACTIVE_BATCH: Final = frozenset(
    {BatchStatus.PENDING, BatchStatus.RUNNING, BatchStatus.PAUSED, BatchStatus.CANCELING}
)
"""States that a batch leaves by itself; like those of jobs, they are here to be known to the ledger."""
ENDED_BATCH: Final = frozenset(
    {BatchStatus.DONE, BatchStatus.CANCELED, BatchStatus.ERROR, BatchStatus.TIMED_OUT}
)
"""States that a batch does not leave."""
DEAD_BATCH: Final = ENDED_BATCH - {BatchStatus.DONE}
"""States in which a batch has ended without all its results."""
NO_STATUS: Final = JobStatus("(none)")
"""The state of a job that came without one."""

# Every version of the service can filter by these; jobs in other states are found only by reading all.
COUNTED_ACTIVE: Final = (JobStatus.PENDING, JobStatus.RUNNING)
COUNTED_ENDED: Final = tuple(sorted(TERMINAL))

UnknownStatus = Literal["error", "active", "terminal"]
"""How to treat unknown job states."""


def state_of(job: Job) -> JobStatus:
    """The state of a job; an unknown one if it came without."""
    return getattr(job, "status", NO_STATUS)


def is_known(status: JobStatus) -> bool:
    """Whether this version knows if a job leaves this state by itself."""
    return status in ACTIVE or status in TERMINAL


def is_active(status: JobStatus, unknown: str = "active") -> bool:
    """Whether a job in this state may still change by itself.

    Args:
        status: the state.
        unknown: how to treat an unknown state: `terminal`, or anything else for active.
    """
    if is_known(status):
        return status in ACTIVE
    return unknown != "terminal"
