"""What reading the jobs back says about a write whose outcome was unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from attrs import frozen

from pasqal_core_api.models import JobStatus

from .._states import ACTIVE, CANCELING, TERMINAL, is_known, state_of
from .cancellation import batches_within

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from pasqal_core_api.models import Job

    from .write import Write

_CANCELLED: Final = frozenset({JobStatus.CANCELED, CANCELING})

# A cancellation, or time, changes what these filters look at.
_VOLATILE: Final = frozenset({"status", "errors", "end_date"})

Outcome = Literal["happened", "did not happen", "cannot tell"]


@frozen
class Resolution:
    """What reading the jobs back says about a write whose outcome was unknown.

    It holds for the moment of reading: a slow service may still carry out what it was sent. It does
    not say who cancelled a job, only that the job is cancelled.

    Attributes:
        outcome: `happened`: every job that the write was to cancel is cancelled, or had ended
            before the last cancellation; or the service had said that it did it, and a strict
            client rejected the form of its answer. `did not happen`: no job that it was to cancel
            is cancelled, and the request has come to its end: after a timeout, or an interruption,
            the service may still carry it out. Otherwise `cannot tell`.
        reason: the facts.
        jobs: the jobs that were read back: those that the write could affect.
    """

    outcome: Outcome
    reason: str
    jobs: tuple[Job, ...] = ()


def filters_to_read_back(write: Write) -> dict[str, Any]:
    """The filters that list all jobs that a write may have changed; they match nothing if reading jobs cannot tell."""
    if write.operation != "cancel_jobs" or write.carried_out:
        return {"id": []}
    lasting = {name: write.filters[name] for name in write.filters.keys() - _VOLATILE}
    batches = batches_within(write.batch_id, lasting)
    # The write may have been about jobs of any project.
    return {"project_id": None, **lasting, "batch_id": batches}


def resolution(write: Write, jobs: Sequence[Job], *, proven: bool) -> Resolution:
    """Judge a write by the jobs that were read back.

    Args:
        write: the write.
        jobs: all jobs that it may have changed.
        proven: whether none of them is missing.
    """
    if write.carried_out:
        reason = "the service answered that it did this; the error's `write` has what is known"
        return Resolution("happened", reason)
    if write.operation != "cancel_jobs":
        reason = "jobs do not show whether their batch is complete; complete it again: a ConflictError means it was"
        return Resolution("cannot tell", reason)
    outcome, reason = _verdict(jobs, write)
    if not proven:
        outcome = "cannot tell"
        reason = f"{reason}; and the list may lack jobs"
    return Resolution(outcome, reason, tuple(jobs))


def _verdict(jobs: Sequence[Job], write: Write) -> tuple[Outcome, str]:
    """Judge a cancellation by a list that lacks no job."""
    if not jobs:
        return "cannot tell", "no job that this write could affect is visible"
    wanted = _wanted_states(write)
    if wanted <= TERMINAL:
        return "did not happen", "jobs in the states that this write asks for cannot be cancelled"
    cancelled = []
    others = []
    for job in jobs:
        is_cancelled = state_of(job) in _CANCELLED
        if is_cancelled:
            cancelled.append(job)
        else:
            others.append(job)
    if not cancelled:
        return _verdict_on_none(len(jobs), write)
    last = _time_of_last(cancelled)
    escaped = [job for job in others if _may_have_escaped(job, wanted, last)]
    done = f"{_jobs_are(cancelled)} cancelled"
    if not escaped:
        return "happened", f"{done}, and no other was left to cancel then"
    left = f"{_jobs_are(escaped)} not, and may have been meant"
    return "cannot tell", f"{done}, perhaps by another request; {left}"


def _verdict_on_none(number: int, write: Write) -> tuple[Outcome, str]:
    """Judge a cancellation after which no job is cancelled."""
    if number == 1:
        reason = "the one job this write could affect is not cancelled"
    else:
        reason = f"none of the {number} jobs this write could affect is cancelled"
    if not write.may_still_happen:
        return "did not happen", reason
    doubt = "the answer was not waited for, so the service may still carry it out"
    return "cannot tell", f"{reason} so far; {doubt}"


def _wanted_states(write: Write) -> frozenset[JobStatus]:
    """The states of the jobs that a cancellation is about."""
    status = write.filters.get("status")
    if status is None:
        return ACTIVE
    return frozenset(status)


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


def _time_of_last(cancelled: list[Job]) -> datetime | None:
    """When the last of these jobs was cancelled; None if no job says."""
    times = []
    for job in cancelled:
        time = getattr(job, "end_timestamp", None)
        if time is None:
            # The service sets no end while it is still cancelling.
            time = getattr(job, "updated_at", None)
        if time is not None:
            times.append(time)
    return max(times, default=None)


def _jobs_are(jobs: Sequence[Job]) -> str:
    if len(jobs) == 1:
        return "1 job is"
    return f"{len(jobs)} jobs are"
