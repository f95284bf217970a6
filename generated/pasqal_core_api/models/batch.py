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
    from ..models.batch_configuration import BatchConfiguration
    from ..models.batch_status import BatchStatus
    from ..models.job import Job
    from ..models.jobs_count_per_status import JobsCountPerStatus
    from ..models.queue_priority import QueuePriority


@frozen(init=False, eq=False, repr=False)
class Batch(Model):
    """A batch, without the results of its jobs. What an operation does not answer with is absent.

    Attributes:
        id: The batch's own id.
        status: The state of a batch.
        open: Whether the batch still accepts jobs.
        device_type: The type of the QPU or emulator that the batch is for.
        user_id: Who created the batch.
        project_id: The project that owns the batch.
        created_at: When the service received the batch.
        updated_at: When the batch last changed.
        parent_id: The batch that this one repeats, if it was made by a rebatch.
        complete: Whether the batch was declared complete. The opposite of `open`, which replaces it.
        priority: The batch's numeric priority. `queue_priority` replaces it.
        sequence_builder: The serialised pulse sequence that the jobs share. Null if each job has its own;
            lists leave it out.
        jobs_count: How many jobs the batch has.
        jobs_count_per_status: How many jobs the batch has in each state.
        tags: Free labels of the batch, each once.
        configuration: The configuration of an emulator, if the batch has one. `backend_configuration`
            replaces it.
        backend_configuration: The serialised configuration of an emulator, if the batch has one.
        webhook: The batch's webhook, if it has one.
        start_datetime: When the batch started; nothing before that.
        end_datetime: When the batch ended; nothing before that.
        jobs: The jobs of the batch, in the order of their creation.
        job_ids: The ids of the jobs, in the order of their creation.
        queue_priority: The queue of the batch.
        device_status: The state of the device that the batch is for.
    """

    id: UUID
    status: BatchStatus
    open: bool
    device_type: str
    user_id: str
    project_id: UUID
    created_at: datetime.datetime
    updated_at: datetime.datetime
    parent_id: UUID | None
    complete: bool | None
    priority: int | None
    sequence_builder: str | None
    jobs_count: int | None
    jobs_count_per_status: JobsCountPerStatus | None
    tags: list[str] | None
    configuration: BatchConfiguration | None
    backend_configuration: str | None
    webhook: str | None
    start_datetime: datetime.datetime | None
    end_datetime: datetime.datetime | None
    jobs: list[Job] | None
    job_ids: list[UUID] | None
    queue_priority: QueuePriority | None
    device_status: str | None

    @staticmethod
    def _describe() -> tuple[Field, ...]:
        """How each field is read: its names here and on the wire, its reader, its default."""
        from ..models.batch_status import BatchStatus  # noqa: PLC0415
        from ..models.job import Job  # noqa: PLC0415
        from ..models.queue_priority import QueuePriority  # noqa: PLC0415

        return (
            Field("id", "id", readers.uuid, required=True),
            Field("status", "status", readers.enumeration(BatchStatus), required=True),
            Field("open", "open", readers.boolean, required=True),
            Field("device_type", "device_type", readers.text, required=True),
            Field("user_id", "user_id", readers.text, required=True),
            Field("project_id", "project_id", readers.uuid, required=True),
            Field("created_at", "created_at", readers.date_time, required=True),
            Field("updated_at", "updated_at", readers.date_time, required=True),
            Field("parent_id", "parent_id", readers.nullable(readers.uuid)),
            Field("complete", "complete", readers.nullable(readers.boolean)),
            Field("priority", "priority", readers.nullable(readers.integer)),
            Field("sequence_builder", "sequence_builder", readers.nullable(readers.text)),
            Field("jobs_count", "jobs_count", readers.nullable(readers.integer)),
            Field(
                "jobs_count_per_status",
                "jobs_count_per_status",
                readers.nullable(readers.mapping(readers.integer)),
            ),
            Field("tags", "tags", readers.nullable(readers.array(readers.text))),
            Field(
                "configuration",
                "configuration",
                readers.nullable(readers.mapping(readers.anything)),
            ),
            Field("backend_configuration", "backend_configuration", readers.nullable(readers.text)),
            Field("webhook", "webhook", readers.nullable(readers.text)),
            Field("start_datetime", "start_datetime", readers.nullable(readers.date_time)),
            Field("end_datetime", "end_datetime", readers.nullable(readers.date_time)),
            Field("jobs", "jobs", readers.nullable(readers.array(readers.model(Job)))),
            Field("job_ids", "job_ids", readers.nullable(readers.array(readers.uuid))),
            Field(
                "queue_priority",
                "queue_priority",
                readers.nullable(readers.enumeration(QueuePriority)),
            ),
            Field("device_status", "device_status", readers.nullable(readers.text)),
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
        value = payload["open"]
        if type(value) is not bool:
            raise NotAsPromisedError
        self.open = value
        value = payload["device_type"]
        if type(value) is not str:
            raise NotAsPromisedError
        self.device_type = value
        value = payload["user_id"]
        if type(value) is not str:
            raise NotAsPromisedError
        self.user_id = value
        self.project_id = read_shared_uuid(payload, "project_id")
        value = payload["created_at"]
        self.created_at = read_time(value)
        value = payload["updated_at"]
        self.updated_at = read_time(value)
        value = get("parent_id")
        self.parent_id = None if value is None else read_shared_uuid(payload, "parent_id")
        value = get("complete")
        if value is not None and type(value) is not bool:
            raise NotAsPromisedError
        self.complete = value
        value = get("priority")
        if value is not None and type(value) is not int:
            raise NotAsPromisedError
        self.priority = value
        value = get("sequence_builder")
        if value is not None and type(value) is not str:
            raise NotAsPromisedError
        self.sequence_builder = value
        value = get("jobs_count")
        if value is not None and type(value) is not int:
            raise NotAsPromisedError
        self.jobs_count = value
        value = get("jobs_count_per_status")
        self.jobs_count_per_status = None if value is None else read["jobs_count_per_status"](value)
        value = get("tags")
        self.tags = None if value is None else read["tags"](value)
        value = get("configuration")
        if value is None:
            self.configuration = None
        elif type(value) is not dict:  # one is copied when the field is first asked for
            raise NotAsPromisedError
        value = get("backend_configuration")
        if value is not None and type(value) is not str:
            raise NotAsPromisedError
        self.backend_configuration = value
        value = get("webhook")
        if value is not None and type(value) is not str:
            raise NotAsPromisedError
        self.webhook = value
        value = get("start_datetime")
        self.start_datetime = None if value is None else read_time(value)
        value = get("end_datetime")
        self.end_datetime = None if value is None else read_time(value)
        value = get("jobs")
        self.jobs = None if value is None else read["jobs"](value)
        value = get("job_ids")
        self.job_ids = None if value is None else read["job_ids"](value)
        value = get("queue_priority")
        self.queue_priority = None if value is None else read["queue_priority"](value)
        value = get("device_status")
        if value is not None and type(value) is not str:
            raise NotAsPromisedError
        self.device_status = value
        self.__class__ = cls
        done: Self = self
        return done
