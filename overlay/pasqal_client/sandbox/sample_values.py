"""Sample values for whole batches and jobs: the fields that are given are checked and kept, the others are made up.

Nothing here reads the wall clock: the times that are made up follow from `now`, which the caller
gives.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

from pydantic import BaseModel, Field, ValidationError

from pasqal_core_schemas import (
    JobOrigin,
    JobsCountPerStatus,
    JobStatus,
    ProducedBatchWithPartialJobsResponse,
    QueuePriority,
)

from .checks import clip, short_repr
from .database.columns import BATCH, JOB, StoredJob
from .fate import FAILURE
from .states import FINISHED, STARTED, batch_status, complete_counts, has_ended

# Jobs come in one after the other, so that an order by time is the order of the list.
_STEP = timedelta(seconds=1)
_QUEUED = timedelta(seconds=60)
_DURATION = {
    JobStatus.DONE: timedelta(seconds=55),
    JobStatus.ERROR: timedelta(seconds=12),
    JobStatus.CANCELED: timedelta(seconds=30),
}
_PROGRESS = {JobStatus.RUNNING: 41, JobStatus.DONE: 100, JobStatus.ERROR: 22}
_SEQUENCE = '{"version":"1","name":"pulser-exported","device":"FRESNEL","operations":[]}'

_Model = TypeVar("_Model", bound=BaseModel)


class AddedBatch(ProducedBatchWithPartialJobsResponse):
    """A batch as it was when it was added: the fields of the contract, with its jobs and their ids."""

    job_ids: list[UUID] = Field(default_factory=list)
    """The ids of the jobs, in the order in which they were given."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id}, {self.status}, of {len(self.job_ids):,} jobs>"


def make_batch(
    jobs: Iterable[Mapping[str, object]],
    fields: Mapping[str, object],
    *,
    now: datetime,
    project_id: UUID,
    user_id: str,
) -> AddedBatch:
    """Make a whole batch from the fields that are given.

    Args:
        jobs: some fields of each job, by their names on the wire; `origin` and `user_id` too.
        fields: some fields of the batch, by their names on the wire.
        now: the time after which the batch comes in.
        project_id: the project, unless `fields` says otherwise.
        user_id: the user, unless `fields` or a job says otherwise.

    Raises:
        TypeError: unknown field.
        ValueError: a field cannot have that value.
    """
    _check_names("the batch", fields, BATCH.names)
    defaults = _batch_defaults(now + _STEP, project_id, user_id)
    batch = _validate(AddedBatch, "the batch", {**defaults, **fields})
    if "complete" not in fields:
        batch = batch.model_copy(update={"complete": _is_closed(batch, fields)})
    made = make_jobs(jobs, batch, after=batch.created_at)
    summary = _summarize_jobs(batch, made, given=fields)
    return batch.model_copy(update={"jobs": made, **summary})


def make_jobs(
    jobs: Iterable[Mapping[str, object]], batch: AddedBatch, *, after: datetime, first: int = 1
) -> list[StoredJob]:
    """Make whole jobs from the fields that are given.

    Args:
        jobs: some fields of each job.
        batch: the batch that they are in.
        after: the time after which they come in.
        first: the creation order of the first of them.

    Raises:
        TypeError: unknown field.
        ValueError: a field cannot have that value.
    """
    made = []
    for place, given in enumerate(jobs):
        created = after + (place + 1) * _STEP
        defaults = _job_defaults(batch, created, first + place)
        made.append(_make_job(f"jobs[{place}]", given, batch, defaults))
    return made


def _batch_defaults(created: datetime, project_id: UUID, user_id: str) -> dict[str, object]:
    return {
        "id": uuid4(),
        "status": "PENDING",
        "complete": False,
        "open": True,
        "priority": 10,
        "device_type": "FRESNEL",
        "user_id": user_id,
        "project_id": project_id,
        "created_at": created,
        "updated_at": created,
        "sequence_builder": _SEQUENCE,
        "jobs_count": 0,
        "jobs_count_per_status": {},
        "tags": [],
        "queue_priority": QueuePriority.MEDIUM,
    }


def _is_closed(batch: AddedBatch, given: Mapping[str, object]) -> bool:
    """Whether a batch takes no more jobs: because it is not open, or else because it has ended."""
    if "open" in given:
        return not batch.open
    return has_ended(batch.status)


def _summarize_jobs(
    batch: AddedBatch, jobs: list[StoredJob], *, given: Mapping[str, object]
) -> dict[str, object]:
    """The fields of a batch that follow from its jobs, except those that were given."""
    counts = Counter(job.status for job in jobs)
    status = batch.status
    if "status" not in given:
        status = batch_status(counts, complete=batch.complete)
    created = batch.created_at
    if "created_at" not in given:
        created = min([created, *(job.created_at for job in jobs)])
    updated = max([created, *(job.updated_at for job in jobs)])
    ended = None
    if has_ended(status):
        ended = max(_select_known(job.end_timestamp for job in jobs), default=updated)
    made_up = {
        "status": status,
        "open": not batch.complete,
        "created_at": created,
        "updated_at": updated,
        "start_datetime": min(_select_known(job.start_timestamp for job in jobs), default=None),
        "end_datetime": ended,
    }
    return {
        "jobs_count": len(jobs),
        "job_ids": [job.id for job in jobs],
        "jobs_count_per_status": JobsCountPerStatus.model_validate(complete_counts(counts)),
        **_leave_out(made_up, given),
    }


def _make_job(
    where: str, given: object, batch: AddedBatch, defaults: Mapping[str, object]
) -> StoredJob:
    if not isinstance(given, Mapping):
        raise TypeError(f"{where} is {short_repr(given)}, not a mapping of job fields")
    _check_names(where, given, JOB.names)
    job = _validate(StoredJob, where, {**defaults, **given})
    if (job.batch_id, job.project_id) != (batch.id, batch.project_id):
        raise ValueError(f"{where}: batch_id and project_id are those of the batch")
    if job.runs is not None and job.runs < 0:
        raise ValueError(f"{where}: runs is {short_repr(job.runs)}, which is negative")
    made_up = {**_make_timeline(job, given), **_make_outcome(job)}
    return job.model_copy(update=_leave_out(made_up, given))


def _job_defaults(batch: AddedBatch, created: datetime, order: int) -> dict[str, object]:
    return {
        "id": uuid4(),
        "status": JobStatus.PENDING,
        "runs": 100,
        "batch_id": batch.id,
        "project_id": batch.project_id,
        "variables": {},
        "origin": JobOrigin.CLIENT,
        "user_id": batch.user_id,
        "created_at": created,
        "updated_at": created,
        "creation_order": order,
    }


def _make_timeline(job: StoredJob, given: Mapping[str, object]) -> dict[str, datetime | None]:
    """Times that fit the state of the job and the times that were given: created, then started, then ended."""
    latest_creation = _find_latest_creation(job, given)
    created = job.created_at
    if "created_at" not in given:
        created = min(created, latest_creation)
    start = job.start_timestamp
    end = job.end_timestamp
    if start is None and job.status in STARTED:
        start = created + _QUEUED
        if end is not None:
            start = min(start, end)
    if end is None and job.status in FINISHED:
        # A job that was cancelled in the queue has no start.
        end = (start or created) + _DURATION[job.status]
    return {
        "created_at": created,
        "start_timestamp": start,
        "end_timestamp": end,
        "updated_at": max(_select_known((created, start, end))),
    }


def _find_latest_creation(job: StoredJob, given: Mapping[str, object]) -> datetime:
    """When a job was created at the latest, so that it was queued before whatever is given happened."""
    later = [job.start_timestamp, job.end_timestamp]
    if "updated_at" in given:
        later.append(job.updated_at)
    return min((time - _QUEUED for time in _select_known(later)), default=job.created_at)


def _make_outcome(job: StoredJob) -> dict[str, object]:
    errors = None
    if job.status is JobStatus.ERROR:
        errors = [FAILURE]
    return {"progress": _PROGRESS.get(job.status, 0), "errors": errors}


def _select_known(times: Iterable[datetime | None]) -> list[datetime]:
    return [time for time in times if time is not None]


def _leave_out(fields: Mapping[str, object], given: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if name not in given}


def _check_names(where: str, given: Mapping[str, object], allowed: Iterable[str]) -> None:
    unknown = [_spell_name(name) for name in given if name not in allowed]
    if unknown:
        names = clip(", ".join(sorted(unknown)))
        raise TypeError(f"{where} has no field {names}; the fields are {', '.join(allowed)}")


def _spell_name(name: object) -> str:
    # Keys of a dictionary may be anything, and only text can be sorted and joined.
    if isinstance(name, str):
        return name
    return short_repr(name)


def _validate(model: type[_Model], where: str, values: dict[str, Any]) -> _Model:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        mistakes = []
        for mistake in error.errors():
            field = ".".join(map(str, mistake["loc"]))
            mistakes.append(f"{field}: {mistake['msg']}, not {short_repr(mistake['input'])}")
        raise ValueError(f"{where} cannot have that: {clip('; '.join(mistakes))}") from error
