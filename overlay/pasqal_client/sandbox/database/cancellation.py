"""Cancelling: jobs of a batch, a job, a batch, and several batches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pasqal_core_schemas import BatchStatus, JobStatus

from ..states import FINISHED, ON_DEVICE, FinishedError, StateError, cancel_error, has_ended
from .columns import to_wire
from .queries import (
    AS_DOCUMENTED,
    CancelBatchesBody,
    CancelQuery,
    Condition,
    QueryReading,
    all_of,
    filters,
    match_cancelled,
)
from .rows import (
    IN_CREATION_ORDER,
    VISIBLE,
    end_batch,
    find_batch,
    find_job,
    read_batch,
    read_jobs,
    read_plain_batches,
    require_access,
    require_access_to_job,
    settle_batch,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from .session import Session

_ALIVE = Condition(
    f"status IN ('{BatchStatus.PENDING}', '{BatchStatus.RUNNING}', '{BatchStatus.PAUSED}')"
)


@dataclass(frozen=True, slots=True)
class _Cancellation:
    """What was cancelled, as JSON objects, and by id why others were not."""

    cancelled: list[dict[str, Any]]
    errors: dict[str, str]


@dataclass(frozen=True, slots=True)
class CancelRules:
    """What can be cancelled.

    Attributes:
        running: whether a job that runs can still be cancelled; else only one that waits.
    """

    running: bool = True

    def find_obstacle(self, status: str) -> str | None:
        """Why a job in that state cannot be cancelled; None if it can."""
        if status in FINISHED or (status in ON_DEVICE and not self.running):
            return cancel_error("Job", status)
        return None


def cancel_jobs(
    session: Session,
    batch_id: UUID,
    query: CancelQuery,
    rules: CancelRules,
    reading: QueryReading = AS_DOCUMENTED,
) -> _Cancellation:
    """Cancel the jobs of a batch that match and can still be cancelled.

    Raises:
        StateError: the batch does not exist or is not accessible.
    """
    key = str(batch_id)
    require_access(session.db, key)
    condition = all_of([Condition("batch_id = ?", (key,)), *filters(query, reading)])
    found = read_jobs(session.db, condition, IN_CREATION_ORDER)
    outcome = _cancel(session, found, rules)
    # A batch of which nothing is cancelled does not change, and its updated_at stays.
    if outcome.cancelled:
        settle_batch(session.db, key, session.moment)
    return outcome


def cancel_job(session: Session, job_id: UUID, rules: CancelRules) -> dict[str, Any]:
    """Cancel a job; returns it as a JSON object.

    Raises:
        StateError: it does not exist, is not accessible, or cannot be cancelled.
    """
    key = str(job_id)
    batch_id = require_access_to_job(session.db, key)
    outcome = _cancel(session, [find_job(session.db, key)], rules)
    for reason in outcome.errors.values():
        raise FinishedError(reason)
    settle_batch(session.db, batch_id, session.moment)
    return find_job(session.db, key)


def cancel_batch(session: Session, batch_id: UUID, rules: CancelRules) -> dict[str, Any]:
    """Cancel a batch with the jobs that can still be cancelled; returns it with its jobs.

    Raises:
        StateError: it does not exist, is not accessible, or has ended.
    """
    key = str(batch_id)
    _cancel_batch(session, key, rules)
    return read_batch(session.db, key)


def cancel_batches(session: Session, body: CancelBatchesBody, rules: CancelRules) -> _Cancellation:
    """Cancel the batches with the ids in a body, or else those that match its filters.

    One that does not exist, is not accessible or has ended stays as it is, and the outcome says
    why.
    """
    ids = _find_batches(session, body)
    cancelled = []
    errors = {}
    for given in ids:
        # UUIDs are kept in lower case; the errors name them as they came.
        key = given.lower()
        try:
            _cancel_batch(session, key, rules)
        except StateError as error:
            errors[given] = str(error)
        else:
            cancelled.append(key)
    return _Cancellation(read_plain_batches(session.db, cancelled), errors)


def _cancel(session: Session, found: Iterable[dict[str, Any]], rules: CancelRules) -> _Cancellation:
    now = to_wire(session.now)
    change = {"status": JobStatus.CANCELED, "end_timestamp": now, "updated_at": now}
    cancelled = []
    errors = {}
    for job in found:
        obstacle = rules.find_obstacle(job["status"])
        if obstacle is None:
            cancelled.append(job | change)
        else:
            errors[job["id"]] = obstacle
    if cancelled:
        session.mark_cancelled([job["id"] for job in cancelled])
    return _Cancellation(cancelled, errors)


def _cancel_batch(session: Session, key: str, rules: CancelRules) -> None:
    require_access(session.db, key)
    status = find_batch(session.db, key)["status"]
    if has_ended(BatchStatus(status)):
        raise FinishedError(cancel_error("Batch", status))
    jobs = read_jobs(session.db, Condition("batch_id = ?", (key,)), IN_CREATION_ORDER)
    _cancel(session, jobs, rules)
    end_batch(session.db, key, BatchStatus.CANCELED, session.moment)
    settle_batch(session.db, key, session.moment)


def _find_batches(session: Session, body: CancelBatchesBody) -> list[str]:
    """The ids of the batches that a body is about, oldest first; those that it names come as it names them."""
    if body.batch_ids is not None:
        return list(dict.fromkeys(body.batch_ids))
    condition = all_of([_ALIVE, VISIBLE, *match_cancelled(body)])
    sql = f"SELECT id FROM batches WHERE {condition.sql} ORDER BY number"  # noqa: S608
    return [key for (key,) in session.db.execute(sql, condition.values)]
