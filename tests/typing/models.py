"""What a type checker knows about the models. This is only checked, never run; superfluous ignores are errors."""

from __future__ import annotations

import datetime
from typing import Any, assert_type
from uuid import UUID

from pasqal_core_api import models
from pasqal_core_api.models import (
    Batch,
    BatchAnswer,
    BatchConfiguration,
    BatchStatus,
    CancelErrors,
    CancelledJobs,
    CancelledJobsAnswer,
    HTTPValidationError,
    Job,
    JobPage,
    JobStatus,
    JobVariables,
    Pagination,
    QueuePriority,
    ResponseStatus,
    ValidationError,
)
from pasqal_core_runtime.departures import Departure


def a_job(job: Job) -> None:
    """Required fields have their type, optional ones may be None, and nothing else is possible."""
    assert_type(job.id, UUID)
    assert_type(job.status, JobStatus)
    assert_type(job.runs, int | None)
    assert_type(job.batch_id, UUID)
    assert_type(job.created_at, datetime.datetime)
    assert_type(job.creation_order, int | None)
    assert_type(job.record(flatten=["variables.omega"]), dict[str, Any])
    assert_type(job.parent_id, UUID | None)
    assert_type(job.start_timestamp, datetime.datetime | None)
    assert_type(job.variables, dict[str, Any] | None)
    assert_type(job.errors, list[str] | None)
    assert_type(job.progress, int | None)
    assert_type(job.sequence, str | None)


def a_batch(batch: Batch) -> None:
    """Fields named like builtins keep their names."""
    assert_type(batch.status, BatchStatus)
    assert_type(batch.open, bool)
    assert_type(batch.tags, list[str] | None)
    assert_type(batch.jobs_count_per_status, dict[str, int] | None)
    assert_type(batch.configuration, dict[str, Any] | None)
    assert_type(batch.queue_priority, QueuePriority | None)
    assert_type(batch.jobs, list[Job] | None)


def answers(
    page: JobPage, batch: BatchAnswer, cancelled: CancelledJobsAnswer, invalid: HTTPValidationError
) -> None:
    """The fields of an answer are models."""
    assert_type(page.data, list[Job])
    assert_type(page.pagination, Pagination)
    assert_type(page.status, ResponseStatus | None)
    assert_type(page.code, str | None)
    assert_type(batch.data, Batch | None)
    assert_type(cancelled.data, CancelledJobs | None)
    assert_type(invalid.detail, list[ValidationError] | None)


def outcomes(outcome: CancelledJobs, mistake: ValidationError) -> None:
    """A map has the type of its values, and a list of a union that of its items."""
    assert_type(outcome.errors, dict[str, str])
    assert_type(mistake.loc, list[str | int])
    assert_type(mistake.type, str)


def aliases(
    variables: JobVariables, configuration: BatchConfiguration, errors: CancelErrors
) -> None:
    """An object without declared fields is a plain dict."""
    assert_type(variables, dict[str, Any])
    assert_type(configuration, dict[str, Any])
    assert_type(errors, dict[str, str])


def reading(payload: dict[str, Any]) -> None:
    """A model is read from a dict, and `to_dict` returns one."""
    assert_type(Job.from_dict(payload), Job)
    assert_type(Job.from_dict(payload, strict=True).to_dict(), dict[str, Any])
    assert_type(Job.from_dict(payload).departures, tuple[Departure, ...])


def mistakes(job: Job, page: JobPage) -> None:
    """Whatever would fail at run time fails when it is checked."""
    _ = job.start_timestmp  # type: ignore[attr-defined]
    _ = page.data[0].identifier  # type: ignore[attr-defined]
    _ = job.start_timestamp.isoformat()  # type: ignore[union-attr]
    job.runs = 1  # type: ignore[misc]
    Job(id=job.id)  # type: ignore[arg-type]
    _ = models.Jobs  # type: ignore[attr-defined]


def statuses(job: Job) -> None:
    """An enumeration is text, its members have its type, and any text can be a value."""
    assert_type(JobStatus.DONE, JobStatus)
    assert_type(JobStatus("NEW"), JobStatus)
    assert_type(job.status.value, str)
    assert_type(job.status.name, str)
    assert_type(job.status.is_known, bool)
    assert_type(list(JobStatus), list[JobStatus])
    assert_type(len(JobStatus), int)
    text: str = job.status
    assert_type({JobStatus.DONE: 1}[job.status], int)
    _ = JobStatus.DNOE  # type: ignore[attr-defined]
    del text


def the_known_statuses_are_not_all(status: JobStatus) -> int:
    """A checker demands a default case in a match, because the service may add a value tomorrow."""
    match status:
        case JobStatus.DONE | JobStatus.ERROR | JobStatus.CANCELED:
            return 1
        case JobStatus.PENDING | JobStatus.RUNNING:
            return 0
        case _:
            return -1
