"""Submitting: new batches, more jobs for an open one until it is closed, and jobs of a closed one once more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from pasqal_core_schemas import (
    BatchStatus,
    JobOrigin,
    JobStatus,
    ProducedBatchWithPartialJobsResponse,
    QueuePriority,
)

from ..states import LIVE, CompleteBatchError, ForeignProjectError, OpenBatchError
from ..submission_rules import reject_jobs
from .columns import BATCH, StoredJob
from .queries import AS_DOCUMENTED, Condition, QueryReading, all_of, filters
from .rows import (
    IN_CREATION_ORDER,
    fetch_row,
    find_batch,
    insert,
    is_foreign,
    read_batch,
    read_jobs,
    register_project,
    require_access,
    settle_batch,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from ..submission_rules import SubmissionRules
    from .queries import RebatchQuery
    from .session import Session

_PRIORITY = 10
# What a rebatch takes over from a batch, and from a job.
_SHARED = (
    "device_type",
    "sequence_builder",
    "configuration",
    "backend_configuration",
    "webhook",
    "queue_priority",
    "priority",
    "project_id",
    "user_id",
)
_REPEATED = ("runs", "variables", "sequence")


def create_batch(
    session: Session, fields: Mapping[str, Any], rules: SubmissionRules, user_id: str
) -> dict[str, Any]:
    """Create a batch with its jobs.

    Args:
        session: the transaction.
        fields: the body of the request, which has the right form.
        rules: what it has to keep besides.
        user_id: who submits it.

    Returns:
        The new batch with its jobs, as a JSON object.

    Raises:
        StateError: a rule is broken, or the project is not accessible.
    """
    project = str(fields["project_id"])
    if is_foreign(session.db, project):
        raise ForeignProjectError(f"You are not a member of project {project}.")
    # `complete` is the deprecated name of the opposite of `open`.
    is_open = fields.get("open", not fields.get("complete", True))
    jobs = fields.get("jobs", [])
    if not jobs and not is_open:
        raise reject_jobs("A batch that is not open needs at least one job.")
    shared = fields.get("sequence_builder")
    texts = [shared, *(job.get("sequence") for job in jobs)]
    device = rules.choose_device(fields.get("device_type") or fields.get("emulator"), texts)
    rules.check_jobs(jobs, shared, device)
    kept = {
        "sequence_builder": shared,
        "device_type": device,
        "tags": fields.get("tags", []),
        "configuration": fields.get("configuration"),
        "backend_configuration": fields.get("backend_configuration"),
        "webhook": fields.get("webhook"),
        "project_id": project,
        "user_id": user_id,
        "queue_priority": QueuePriority.MEDIUM,
        "priority": _PRIORITY,
    }
    return _insert_batch(session, kept, jobs, is_open=is_open)


def add_jobs(
    session: Session, batch_id: UUID, jobs: Sequence[Mapping[str, Any]], rules: SubmissionRules
) -> dict[str, Any]:
    """Add jobs to a batch that is open.

    Returns:
        The batch with all of its jobs, as a JSON object.

    Raises:
        StateError: the batch is not open or not accessible, or a rule is broken.
    """
    key = str(batch_id)
    require_access(session.db, key)
    fields = find_batch(session.db, key)
    if not fields["open"]:
        raise CompleteBatchError(f"Batch {batch_id} is not open and takes no more jobs.")
    if fields["status"] not in LIVE:
        raise CompleteBatchError(f"Batch {batch_id} is {fields['status']} and takes no more jobs.")
    sql = "SELECT count(*), coalesce(max(creation_order), 0) FROM jobs WHERE batch_id = ?"
    count, last = fetch_row(session.db, sql, (key,))
    rules.check_jobs(jobs, fields["sequence_builder"], fields["device_type"], before=count)
    batch = ProducedBatchWithPartialJobsResponse.model_validate(fields)
    _insert_jobs(session, batch, jobs, first=last + 1)
    settle_batch(session.db, key, session.moment)
    return read_batch(session.db, key)


def complete_batch(session: Session, batch_id: UUID) -> dict[str, Any]:
    """Close a batch: no more jobs can be added, and it ends when its jobs have ended.

    Returns:
        The batch with its jobs, as a JSON object.

    Raises:
        StateError: the batch does not exist, is not accessible, or is complete.
    """
    key = str(batch_id)
    require_access(session.db, key)
    if find_batch(session.db, key)["complete"]:
        raise CompleteBatchError(f"Batch {batch_id} is already complete.")
    session.db.execute("UPDATE batches SET complete = true, open = false WHERE id = ?", (key,))
    settle_batch(session.db, key, session.moment)
    return read_batch(session.db, key)


def rebatch(
    session: Session,
    batch_id: UUID,
    query: RebatchQuery,
    rules: SubmissionRules,
    reading: QueryReading = AS_DOCUMENTED,
) -> dict[str, Any]:
    """Copy the jobs of a closed batch that match into a new one.

    Returns:
        The new batch with its jobs, as a JSON object.

    Raises:
        StateError: the batch is open or not accessible, no job matches, or the device takes no
            batches.
    """
    key = str(batch_id)
    require_access(session.db, key)
    source = find_batch(session.db, key)
    if source["open"]:
        raise OpenBatchError(f"Batch {batch_id} is open; close it before its jobs are repeated.")
    rules.check_device(source["device_type"])
    condition = all_of([Condition("batch_id = ?", (key,)), *filters(query, reading)])
    found = read_jobs(session.db, condition, IN_CREATION_ORDER)
    if not found:
        raise reject_jobs(f"No job of batch {batch_id} matches.")
    jobs = []
    for job in found:
        repeated = {name: job[name] for name in _REPEATED}
        jobs.append(repeated | {"parent_id": job["id"]})
    kept = {name: source[name] for name in _SHARED} | {"parent_id": key, "tags": []}
    if reading.copied_tags:
        kept["tags"] = source["tags"]
    return _insert_batch(session, kept, jobs, is_open=False)


def _insert_batch(
    session: Session,
    fields: Mapping[str, Any],
    jobs: Sequence[Mapping[str, Any]],
    *,
    is_open: bool,
) -> dict[str, Any]:
    batch = ProducedBatchWithPartialJobsResponse.model_validate(
        {
            "id": uuid4(),
            "status": BatchStatus.PENDING,
            "open": is_open,
            "complete": not is_open,
            "created_at": session.now,
            "updated_at": session.now,
            **fields,
        }
    )
    register_project(session.db, str(batch.project_id), foreign=False)
    insert(session.db, "batches", BATCH, [batch])
    _insert_jobs(session, batch, jobs, first=1)
    return read_batch(session.db, str(batch.id))


def _insert_jobs(
    session: Session,
    batch: ProducedBatchWithPartialJobsResponse,
    jobs: Sequence[Mapping[str, Any]],
    *,
    first: int,
) -> None:
    made = []
    for order, job in enumerate(jobs, first):
        fields = {
            "id": uuid4(),
            "status": JobStatus.PENDING,
            "runs": job.get("runs"),
            "variables": job.get("variables"),
            "sequence": job.get("sequence"),
            "parent_id": job.get("parent_id"),
            "batch_id": batch.id,
            "project_id": batch.project_id,
            "user_id": batch.user_id,
            "origin": JobOrigin.CLIENT,
            "created_at": session.now,
            "updated_at": session.now,
            "progress": 0,
            "creation_order": order,
        }
        made.append(StoredJob.model_validate(fields))
    session.take_in(batch, made, [None] * len(made))
