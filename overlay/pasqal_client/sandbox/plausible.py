"""Batches and jobs as a test wants them: what is given is checked and kept, the rest is filled in plausibly.

Nothing here reads the wall clock: the times that are made up follow from `now`, a time that the
caller keeps.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

from pydantic import BaseModel, ValidationError

from pasqal_core_schemas import (
    JobOrigin,
    JobStatus,
    ProducedBatchWithPartialJobsResponse,
    QueuePriority,
)

from .checks import clipped, shown
from .database.columns import BATCH, JOB, StoredJob
from .states import FINISHED, batch_status, has_ended

_STEP = timedelta(seconds=1)
_QUEUED = timedelta(seconds=60)
_DURATION = {
    JobStatus.DONE: timedelta(seconds=55),
    JobStatus.ERROR: timedelta(seconds=12),
    JobStatus.CANCELED: timedelta(seconds=30),
}
_STARTED = frozenset({JobStatus.RUNNING, JobStatus.DONE, JobStatus.ERROR})
_PROGRESS = {JobStatus.RUNNING: 41, JobStatus.DONE: 100, JobStatus.ERROR: 22}
_SEQUENCE = '{"version":"1","name":"pulser-exported","device":"FRESNEL","operations":[]}'

_Model = TypeVar("_Model", bound=BaseModel)


class AddedBatch(ProducedBatchWithPartialJobsResponse):
    """A batch as it stood when it was added: the fields of the contract, with its jobs."""

    @property
    def job_ids(self) -> list[UUID]:
        """The ids of the jobs, in the order in which they were given."""
        return [job.id for job in self.jobs or ()]


def plausible_batch(
    jobs: Iterable[Mapping[str, object]],
    fields: Mapping[str, object],
    *,
    now: datetime,
    project_id: UUID,
    user_id: str,
) -> AddedBatch:
    """A whole batch from whatever is given of it.

    Args:
        jobs: Some fields of each job, by their names on the wire; `origin` and `user_id` too.
        fields: Some fields of the batch, by their names on the wire.
        now: The time after which the batch comes in.
        project_id: The project, unless `fields` says otherwise.
        user_id: The user, unless `fields` or a job says otherwise.

    Raises:
        TypeError: There is no such field.
        ValueError: A field cannot have that value.
    """
    _check_names("the batch", fields, BATCH.names)
    batch = _checked(
        AddedBatch, "the batch", {**_batch_defaults(now + _STEP, project_id, user_id), **fields}
    )
    made = plausible_jobs(jobs, batch, after=batch.created_at)
    return batch.model_copy(update={"jobs": made, **_summary(batch, made, given=fields)})


def plausible_jobs(
    jobs: Iterable[Mapping[str, object]], batch: AddedBatch, *, after: datetime, first: int = 1
) -> list[StoredJob]:
    """Whole jobs of a batch from whatever is given of them.

    Args:
        jobs: Some fields of each job.
        batch: The batch that they are in.
        after: The time after which they come in.
        first: The creation order of the first of them.

    Raises:
        TypeError: There is no such field.
        ValueError: A field cannot have that value.
    """
    return [
        _plausible_job(
            f"jobs[{place}]",
            given,
            batch,
            {"created_at": after + (place + 1) * _STEP, "creation_order": first + place},
        )
        for place, given in enumerate(jobs)
    ]


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


def _summary(
    batch: AddedBatch, jobs: list[StoredJob], *, given: Mapping[str, object]
) -> dict[str, object]:
    counts = Counter(job.status for job in jobs)
    status = batch.status if "status" in given else batch_status(counts, complete=batch.complete)
    starts = [job.start_timestamp for job in jobs if job.start_timestamp]
    ends = [job.end_timestamp for job in jobs if job.end_timestamp]
    created = (
        batch.created_at
        if "created_at" in given
        else min([batch.created_at, *(job.created_at for job in jobs)])
    )
    updated = max([created, *(job.updated_at for job in jobs)])
    made_up = {
        "status": status,
        "open": not batch.complete,
        "created_at": created,
        "updated_at": updated,
        "start_datetime": min(starts, default=None),
        "end_datetime": max(ends, default=updated) if has_ended(status) else None,
    }
    return {
        "jobs_count": len(jobs),
        "jobs_count_per_status": {status.value: count for status, count in counts.items()},
        **{name: value for name, value in made_up.items() if name not in given},
    }


def _plausible_job(
    where: str, given: object, batch: AddedBatch, place: Mapping[str, object]
) -> StoredJob:
    if not isinstance(given, Mapping):
        raise TypeError(f"{where} is {shown(given)}, not a mapping of job fields")
    _check_names(where, given, JOB.names)
    job = _checked(
        StoredJob,
        where,
        {"updated_at": place["created_at"], **_job_defaults(batch), **place, **given},
    )
    if (job.batch_id, job.project_id) != (batch.id, batch.project_id):
        raise ValueError(f"{where}: batch_id and project_id are those of the batch")
    if job.runs < 0:
        raise ValueError(f"{where}: runs is {shown(job.runs)}, which is less than none")
    made_up = {**_timeline(job, given), **_outcome(job)}
    return job.model_copy(
        update={name: value for name, value in made_up.items() if name not in given}
    )


def _job_defaults(batch: AddedBatch) -> dict[str, object]:
    return {
        "id": uuid4(),
        "status": JobStatus.PENDING,
        "runs": 100,
        "batch_id": batch.id,
        "project_id": batch.project_id,
        "variables": {},
        "origin": JobOrigin.CLIENT,
        "user_id": batch.user_id,
    }


def _timeline(job: StoredJob, given: Mapping[str, object]) -> dict[str, datetime | None]:
    """Times that fit the state of the job and the times that were given: created, then started, then ended."""
    later = [
        job.start_timestamp,
        job.end_timestamp,
        job.updated_at if "updated_at" in given else None,
    ]
    latest_creation = min((time - _QUEUED for time in later if time), default=job.created_at)
    created = job.created_at if "created_at" in given else min(job.created_at, latest_creation)
    start, end = job.start_timestamp, job.end_timestamp
    if start is None and job.status in _STARTED:
        start = min(created + _QUEUED, end or created + _QUEUED)
    if end is None and job.status in FINISHED:
        end = (start or created) + _DURATION[job.status]
    updated = max(time for time in (created, start, end) if time)
    return {
        "created_at": created,
        "start_timestamp": start,
        "end_timestamp": end,
        "updated_at": updated,
    }


def _outcome(job: StoredJob) -> dict[str, object]:
    failed = job.status is JobStatus.ERROR
    return {
        "progress": _PROGRESS.get(job.status, 0),
        "errors": ["The laser lock was lost and the run was stopped."] if failed else None,
    }


def _check_names(where: str, given: Mapping[str, object], allowed: Iterable[str]) -> None:
    unknown = sorted(
        name if isinstance(name, str) else shown(name) for name in given if name not in allowed
    )
    if unknown:
        raise TypeError(
            f"{where} has no field {clipped(', '.join(unknown))}; the fields are {', '.join(allowed)}"
        )


def _checked(model: type[_Model], where: str, values: dict[str, Any]) -> _Model:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        faults = (
            f"{'.'.join(map(str, f['loc']))}: {f['msg']}, not {shown(f['input'])}"
            for f in error.errors()
        )
        raise ValueError(f"{where} cannot have that: {clipped('; '.join(faults))}") from error
