"""What the states of jobs and batches mean, said once for writes, waits and the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from pasqal_core_api.models import BatchStatus, JobStatus

if TYPE_CHECKING:
    from pasqal_core_api.models import Batch, BatchStatusReport, Job

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
_TERMINAL_BATCH: Final = frozenset(
    {BatchStatus.DONE, BatchStatus.CANCELED, BatchStatus.ERROR, BatchStatus.TIMED_OUT}
)
"""States that a batch does not leave."""
_DEAD_BATCH: Final = _TERMINAL_BATCH - {BatchStatus.DONE}
"""States in which a batch has ended without all its results."""
# Every version of the service can filter by these; jobs in other states are found only by reading all.
COUNTED_ACTIVE: Final = (JobStatus.PENDING, JobStatus.RUNNING)
COUNTED_ENDED: Final = tuple(sorted(TERMINAL))

CANCELLABLE_BATCH: Final = (BatchStatus.PENDING, BatchStatus.RUNNING)
"""States by which the service can be asked to cancel batches."""
LIVE_BATCH: Final = (*CANCELLABLE_BATCH, BatchStatus.PAUSED)
"""States in which a batch can be cancelled, as far as is known."""
# Of jobs and batches alike: their states are text.
_CANCELLED: Final[frozenset[str]] = frozenset({"CANCELED", "CANCELING"})
_ENDED_OTHERWISE: Final[frozenset[str]] = frozenset({*_TERMINAL_BATCH, *TERMINAL}) - _CANCELLED
_LIVE: Final[frozenset[str]] = frozenset({*LIVE_BATCH, *COUNTED_ACTIVE})
NO_STATUS: Final = JobStatus("(none)")
"""The state of a job that came without one."""

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


def is_cancelled(item: Batch | Job) -> bool:
    """Whether a batch or a job was cancelled, or is about to be."""
    return _text_of(item) in _CANCELLED


def ended_otherwise(item: Batch | Job) -> bool:
    """Whether a batch or a job has ended without being cancelled."""
    return _text_of(item) in _ENDED_OTHERWISE


def has_ended(item: Batch | Job) -> bool:
    """Whether there is nothing left to cancel in a batch or a job."""
    return is_cancelled(item) or ended_otherwise(item)


def is_live(item: Batch | Job) -> bool:
    """Whether a batch or a job is in a state in which it can be cancelled."""
    return _text_of(item) in _LIVE


def is_terminal_batch(batch: Batch | BatchStatusReport) -> bool:
    """Whether a batch is in a state that it does not leave."""
    return _text_of(batch) in _TERMINAL_BATCH


def is_dead(batch: Batch) -> bool:
    """Whether a batch has ended without all its results."""
    return _text_of(batch) in _DEAD_BATCH


def says_open(batch: Batch) -> bool | None:
    """Whether a batch still accepts jobs; None if it does not say."""
    is_open: bool | None = getattr(batch, "open", None)
    if is_open is not None:
        return is_open
    is_complete: bool | None = getattr(batch, "complete", None)
    if is_complete is None:
        return None
    return not is_complete


def _text_of(item: Batch | BatchStatusReport | Job) -> str:
    """The state as text; empty if there is none."""
    status: str = getattr(item, "status", "")
    return status
