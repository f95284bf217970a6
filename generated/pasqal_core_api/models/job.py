from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, Self
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
            t.Field("progress", "progress", t.nullable(t.bounded(None, 100))),
            t.Field("sequence", "sequence", t.nullable(t.text)),
            t.Field("slurm_job_id", "slurm_job_id", t.nullable(t.text)),
        )

    @classmethod
    def exact(cls, payload: Any) -> Self:
        """The first pass: everything is as promised, or one of `t.SURPRISES`."""
        if type(payload) is not dict:
            raise t.Surprise
        plan = cls._plan or cls._prepare()
        get, read = payload.get, plan.read
        self = plan.draft()
        self._payload = payload
        self._departed = t.NONE_DEPARTED
        value = payload["id"]
        self.id = t.read_uuid(value)
        value = payload["status"]
        self.status = read["status"](value)
        value = payload["runs"]
        self.runs = value if type(value) is int else t.surprise()
        self.batch_id = t.read_shared_uuid(payload, "batch_id")
        self.project_id = t.read_shared_uuid(payload, "project_id")
        value = payload["created_at"]
        self.created_at = t.read_time(value)
        value = payload["updated_at"]
        self.updated_at = t.read_time(value)
        value = payload["creation_order"]
        self.creation_order = value if type(value) is int else t.surprise()
        value = get("parent_id")
        self.parent_id = None if value is None else t.read_shared_uuid(payload, "parent_id")
        value = get("start_timestamp")
        self.start_timestamp = None if value is None else t.read_time(value)
        value = get("end_timestamp")
        self.end_timestamp = None if value is None else t.read_time(value)
        value = get("variables")
        if type(value) is not dict:  # one is copied when the field is first asked for
            self.variables = None if value is None else t.surprise()
        value = get("errors")
        self.errors = None if value is None else read["errors"](value)
        value = get("progress")
        self.progress = None if value is None else value if type(value) is int and value <= 100 else t.surprise()
        value = get("sequence")
        self.sequence = None if value is None else value if type(value) is str else t.surprise()
        value = get("slurm_job_id")
        self.slurm_job_id = None if value is None else value if type(value) is str else t.surprise()
        self.__class__ = cls
        done: Self = self
        return done
