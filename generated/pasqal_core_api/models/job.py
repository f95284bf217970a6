from __future__ import annotations

import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from attrs import frozen

from .. import types as t

if TYPE_CHECKING:
    from ..models.job_status import JobStatus
    from ..models.job_variables import JobVariables


@frozen(init=False, eq=False, repr=False)
class Job(t.Model):
    """A job without its results.

    Attributes:
        id: The job's own id.
        status: The state of a job.
        runs: How many times the sequence is run (shots).
        batch_id: The batch that the job belongs to.
        project_id: The project that owns the job.
        created_at: When the service received the job.
        updated_at: When the job last changed.
        creation_order: The job's place in the order of creation.
        parent_id: The job's parent, if it has one.
        start_timestamp: When the QPU or emulator started the job; nothing before that.
        end_timestamp: When the job finished, failed or was cancelled; nothing before that.
        variables: The values of the sequence's variables for this job, by name.
        errors: What went wrong, if the job failed.
        progress: How far the execution has come, in percent.
        sequence: The serialised pulse sequence of the job.
        slurm_job_id: The job's id in SLURM, if it has one.
    """

    id: UUID
    status: JobStatus
    runs: int
    batch_id: UUID
    project_id: UUID
    created_at: datetime.datetime
    updated_at: datetime.datetime
    creation_order: int
    parent_id: UUID | None
    start_timestamp: datetime.datetime | None
    end_timestamp: datetime.datetime | None
    variables: JobVariables | None
    errors: list[str] | None
    progress: int | None
    sequence: str | None
    slurm_job_id: str | None

    @staticmethod
    def describe() -> tuple[t.Field, ...]:
        """How each field is read: Python name, wire name, reader, whether it is required, its default."""
        from ..models.job_status import JobStatus  # noqa: PLC0415

        return (
            t.Field("id", "id", t.uuid, required=True),
            t.Field("status", "status", t.enumeration(JobStatus), required=True),
            t.Field("runs", "runs", t.integer, required=True),
            t.Field("batch_id", "batch_id", t.uuid, required=True),
            t.Field("project_id", "project_id", t.uuid, required=True),
            t.Field("created_at", "created_at", t.date_time, required=True),
            t.Field("updated_at", "updated_at", t.date_time, required=True),
            t.Field("creation_order", "creation_order", t.integer, required=True),
            t.Field("parent_id", "parent_id", t.nullable(t.uuid)),
            t.Field("start_timestamp", "start_timestamp", t.nullable(t.date_time)),
            t.Field("end_timestamp", "end_timestamp", t.nullable(t.date_time)),
            t.Field("variables", "variables", t.nullable(t.mapping(t.anything))),
            t.Field("errors", "errors", t.nullable(t.array(t.text))),
            t.Field("progress", "progress", t.nullable(t.bounded(None, 100.0))),
            t.Field("sequence", "sequence", t.nullable(t.text)),
            t.Field("slurm_job_id", "slurm_job_id", t.nullable(t.text)),
        )
