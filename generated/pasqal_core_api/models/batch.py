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
    """A batch with its jobs, without their results.

    Attributes:
        id: The batch's own id.
        status: The state of a batch.
        complete: Whether the batch was declared complete.
        open: Whether the batch still accepts jobs.
        priority: The batch's numeric priority.
        device_type: The QPU or emulator that the batch is for.
        user_id: Who created the batch.
        project_id: The project that owns the batch.
        created_at: When the service received the batch.
        updated_at: When the batch last changed.
        sequence_builder: The serialised pulse sequence that the jobs share.
        jobs_count: How many jobs the batch has.
        jobs_count_per_status: How many jobs the batch has in each state.
        tags: Free labels of the batch.
        queue_priority: The queue of a batch, from the one that is served first to the one that is served
            last.
        parent_id: The batch's parent, if it has one.
        configuration: The batch's configuration, if it has one.
        webhook: The batch's webhook, if it has one.
        start_datetime: When the batch started; nothing before that.
        end_datetime: When the batch ended; nothing before that.
        jobs: The jobs of the batch.
    """

    id: UUID
    status: BatchStatus
    complete: bool
    open: bool
    priority: int
    device_type: str
    user_id: str
    project_id: UUID
    created_at: datetime.datetime
    updated_at: datetime.datetime
    sequence_builder: str
    jobs_count: int
    jobs_count_per_status: JobsCountPerStatus
    tags: list[str]
    queue_priority: QueuePriority
    parent_id: UUID | None
    configuration: BatchConfiguration | None
    webhook: str | None
    start_datetime: datetime.datetime | None
    end_datetime: datetime.datetime | None
    jobs: list[Job] | None

    @staticmethod
    def _describe() -> tuple[Field, ...]:
        """How each field is read: its names here and on the wire, its reader, its default."""
        from ..models.batch_status import BatchStatus  # noqa: PLC0415
        from ..models.job import Job  # noqa: PLC0415
        from ..models.queue_priority import QueuePriority  # noqa: PLC0415

        return (
            Field("id", "id", readers.uuid, required=True),
            Field("status", "status", readers.enumeration(BatchStatus), required=True),
            Field("complete", "complete", readers.boolean, required=True),
            Field("open", "open", readers.boolean, required=True),
            Field("priority", "priority", readers.integer, required=True),
            Field("device_type", "device_type", readers.text, required=True),
            Field("user_id", "user_id", readers.text, required=True),
            Field("project_id", "project_id", readers.uuid, required=True),
            Field("created_at", "created_at", readers.date_time, required=True),
            Field("updated_at", "updated_at", readers.date_time, required=True),
            Field("sequence_builder", "sequence_builder", readers.text, required=True),
            Field("jobs_count", "jobs_count", readers.integer, required=True),
            Field(
                "jobs_count_per_status",
                "jobs_count_per_status",
                readers.mapping(readers.anything),
                required=True,
            ),
            Field("tags", "tags", readers.array(readers.text), required=True),
            Field(
                "queue_priority",
                "queue_priority",
                readers.enumeration(QueuePriority),
                required=True,
            ),
            Field("parent_id", "parent_id", readers.nullable(readers.uuid)),
            Field(
                "configuration",
                "configuration",
                readers.nullable(readers.mapping(readers.anything)),
            ),
            Field("webhook", "webhook", readers.nullable(readers.text)),
            Field("start_datetime", "start_datetime", readers.nullable(readers.date_time)),
            Field("end_datetime", "end_datetime", readers.nullable(readers.date_time)),
            Field("jobs", "jobs", readers.nullable(readers.array(readers.model(Job)))),
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
        value = payload["complete"]
        if type(value) is not bool:
            raise NotAsPromisedError
        self.complete = value
        value = payload["open"]
        if type(value) is not bool:
            raise NotAsPromisedError
        self.open = value
        value = payload["priority"]
        if type(value) is not int:
            raise NotAsPromisedError
        self.priority = value
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
        value = payload["sequence_builder"]
        if type(value) is not str:
            raise NotAsPromisedError
        self.sequence_builder = value
        value = payload["jobs_count"]
        if type(value) is not int:
            raise NotAsPromisedError
        self.jobs_count = value
        value = payload["jobs_count_per_status"]
        if type(value) is not dict:  # one is copied when the field is first asked for
            raise NotAsPromisedError
        value = payload["tags"]
        self.tags = read["tags"](value)
        value = payload["queue_priority"]
        self.queue_priority = read["queue_priority"](value)
        value = get("parent_id")
        self.parent_id = None if value is None else read_shared_uuid(payload, "parent_id")
        value = get("configuration")
        if value is None:
            self.configuration = None
        elif type(value) is not dict:  # one is copied when the field is first asked for
            raise NotAsPromisedError
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
        self.__class__ = cls
        done: Self = self
        return done
