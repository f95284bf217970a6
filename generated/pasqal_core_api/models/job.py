# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from attrs import frozen
from pasqal_core_runtime import readers
from pasqal_core_runtime.departures import NotAsPromisedError
from pasqal_core_runtime.model import NONE_DEPARTED, Field, Model
from pasqal_core_runtime.times import read_time
from pasqal_core_runtime.uuids import read_shared_uuid, read_uuid

if TYPE_CHECKING:
    from ..models.job_status import JobStatus
    from ..models.job_variables import JobVariables


@frozen(init=False, eq=False, repr=False)
class Job(Model):
    """A job without its results.

    Attributes:
        id: The job's own id.
        status: The state of a job.
        runs: How many times the sequence is run (shots); null if the emulator chooses.
        batch_id: The batch that the job belongs to.
        project_id: The project that owns the job.
        created_at: When the service received the job.
        updated_at: When the job last changed.
        parent_id: The job that this one repeats, if it was made by a rebatch.
        start_timestamp: When the QPU or emulator started the job; nothing before that.
        end_timestamp: When the job finished, failed or was cancelled; nothing before that.
        variables: The values of the sequence's variables for this job, by name.
        errors: What went wrong, if the job failed.
        progress: How far the execution has come, in percent.
        sequence: The serialised pulse sequence of the job itself, if it has one. Lists may leave it
            out; an answer about a single job has it.
        creation_order: The job's place in the order of creation within its batch.
        slurm_job_id: The job's id in SLURM, if it has one.
    """

    id: UUID
    status: JobStatus
    runs: int | None
    batch_id: UUID
    project_id: UUID
    created_at: datetime.datetime
    updated_at: datetime.datetime
    parent_id: UUID | None
    start_timestamp: datetime.datetime | None
    end_timestamp: datetime.datetime | None
    variables: JobVariables | None
    errors: list[str] | None
    progress: int | None
    sequence: str | None
    creation_order: int | None
    slurm_job_id: str | None

    @staticmethod
    def _describe() -> tuple[Field, ...]:
        """How each field is read: its names here and on the wire, its reader, its default."""
        from ..models.job_status import JobStatus  # noqa: PLC0415

        return (
            Field("id", "id", readers.uuid, required=True),
            Field("status", "status", readers.enumeration(JobStatus), required=True),
            Field("runs", "runs", readers.nullable(readers.integer), required=True),
            Field("batch_id", "batch_id", readers.uuid, required=True),
            Field("project_id", "project_id", readers.uuid, required=True),
            Field("created_at", "created_at", readers.date_time, required=True),
            Field("updated_at", "updated_at", readers.date_time, required=True),
            Field("parent_id", "parent_id", readers.nullable(readers.uuid)),
            Field("start_timestamp", "start_timestamp", readers.nullable(readers.date_time)),
            Field("end_timestamp", "end_timestamp", readers.nullable(readers.date_time)),
            Field("variables", "variables", readers.nullable(readers.mapping(readers.anything))),
            Field("errors", "errors", readers.nullable(readers.array(readers.text))),
            Field("progress", "progress", readers.nullable(readers.bounded(None, 100))),
            Field("sequence", "sequence", readers.nullable(readers.text)),
            Field("creation_order", "creation_order", readers.nullable(readers.integer)),
            Field("slurm_job_id", "slurm_job_id", readers.nullable(readers.text)),
        )

    @classmethod
    def _read_exactly(cls, payload: Any) -> Self:
        """The first pass: everything is as promised, or one of `NOT_AS_PROMISED`."""
        if type(payload) is not dict:
            raise NotAsPromisedError
        decoding = cls._decoding or cls._make_decoding()
        get, read = payload.get, decoding.read
        self = decoding.draft()
        self._payload = payload
        self._departed = NONE_DEPARTED
        value = payload["id"]
        self.id = read_uuid(value)
        value = payload["status"]
        self.status = read["status"](value)
        value = payload["runs"]
        if value is not None and type(value) is not int:
            raise NotAsPromisedError
        self.runs = value
        self.batch_id = read_shared_uuid(payload, "batch_id")
        self.project_id = read_shared_uuid(payload, "project_id")
        value = payload["created_at"]
        self.created_at = read_time(value)
        value = payload["updated_at"]
        self.updated_at = read_time(value)
        value = get("parent_id")
        self.parent_id = None if value is None else read_shared_uuid(payload, "parent_id")
        value = get("start_timestamp")
        self.start_timestamp = None if value is None else read_time(value)
        value = get("end_timestamp")
        self.end_timestamp = None if value is None else read_time(value)
        value = get("variables")
        if value is None:
            self.variables = None
        elif type(value) is not dict:  # one is copied when the field is first asked for
            raise NotAsPromisedError
        value = get("errors")
        self.errors = None if value is None else read["errors"](value)
        value = get("progress")
        if value is not None and (type(value) is not int or value > 100):
            raise NotAsPromisedError
        self.progress = value
        value = get("sequence")
        if value is not None and type(value) is not str:
            raise NotAsPromisedError
        self.sequence = value
        value = get("creation_order")
        if value is not None and type(value) is not int:
            raise NotAsPromisedError
        self.creation_order = value
        value = get("slurm_job_id")
        if value is not None and type(value) is not str:
            raise NotAsPromisedError
        self.slurm_job_id = value
        self.__class__ = cls
        done: Self = self
        return done
