from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from attrs import frozen

from .. import types as t

if TYPE_CHECKING:
    from ..models.batch_configuration import BatchConfiguration
    from ..models.batch_status import BatchStatus
    from ..models.job import Job
    from ..models.jobs_count_per_status import JobsCountPerStatus
    from ..models.queue_priority import QueuePriority


@frozen(init=False, eq=False, repr=False)
class Batch(t.Model):
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
        queue_priority: The queue of a batch, from the one that is served first to the one that is served last.
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
    def describe() -> tuple[t.Field, ...]:
        """How each field is read: Python name, wire name, reader, whether it is required, its default."""
        from ..models.batch_status import BatchStatus  # noqa: PLC0415
        from ..models.job import Job  # noqa: PLC0415
        from ..models.queue_priority import QueuePriority  # noqa: PLC0415

        return (
            t.Field("id", "id", t.uuid, required=True),
            t.Field("status", "status", t.enumeration(BatchStatus), required=True),
            t.Field("complete", "complete", t.boolean, required=True),
            t.Field("open", "open", t.boolean, required=True),
            t.Field("priority", "priority", t.integer, required=True),
            t.Field("device_type", "device_type", t.text, required=True),
            t.Field("user_id", "user_id", t.text, required=True),
            t.Field("project_id", "project_id", t.uuid, required=True),
            t.Field("created_at", "created_at", t.date_time, required=True),
            t.Field("updated_at", "updated_at", t.date_time, required=True),
            t.Field("sequence_builder", "sequence_builder", t.text, required=True),
            t.Field("jobs_count", "jobs_count", t.integer, required=True),
            t.Field("jobs_count_per_status", "jobs_count_per_status", t.mapping(t.anything), required=True),
            t.Field("tags", "tags", t.array(t.text), required=True),
            t.Field("queue_priority", "queue_priority", t.enumeration(QueuePriority), required=True),
            t.Field("parent_id", "parent_id", t.nullable(t.uuid)),
            t.Field("configuration", "configuration", t.nullable(t.mapping(t.anything))),
            t.Field("webhook", "webhook", t.nullable(t.text)),
            t.Field("start_datetime", "start_datetime", t.nullable(t.date_time)),
            t.Field("end_datetime", "end_datetime", t.nullable(t.date_time)),
            t.Field("jobs", "jobs", t.nullable(t.array(t.model(Job)))),
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
        value = payload["complete"]
        self.complete = value if type(value) is bool else t.surprise()
        value = payload["open"]
        self.open = value if type(value) is bool else t.surprise()
        value = payload["priority"]
        self.priority = value if type(value) is int else t.surprise()
        value = payload["device_type"]
        self.device_type = value if type(value) is str else t.surprise()
        value = payload["user_id"]
        self.user_id = value if type(value) is str else t.surprise()
        self.project_id = t.read_shared_uuid(payload, "project_id")
        value = payload["created_at"]
        self.created_at = t.read_time(value)
        value = payload["updated_at"]
        self.updated_at = t.read_time(value)
        value = payload["sequence_builder"]
        self.sequence_builder = value if type(value) is str else t.surprise()
        value = payload["jobs_count"]
        self.jobs_count = value if type(value) is int else t.surprise()
        value = payload["jobs_count_per_status"]
        if type(value) is not dict:  # one is copied when the field is first asked for
            self.jobs_count_per_status = t.surprise()
        value = payload["tags"]
        self.tags = read["tags"](value)
        value = payload["queue_priority"]
        self.queue_priority = read["queue_priority"](value)
        value = get("parent_id")
        self.parent_id = None if value is None else t.read_shared_uuid(payload, "parent_id")
        value = get("configuration")
        if type(value) is not dict:  # one is copied when the field is first asked for
            self.configuration = None if value is None else t.surprise()
        value = get("webhook")
        self.webhook = None if value is None else value if type(value) is str else t.surprise()
        value = get("start_datetime")
        self.start_datetime = None if value is None else t.read_time(value)
        value = get("end_datetime")
        self.end_datetime = None if value is None else t.read_time(value)
        value = get("jobs")
        self.jobs = None if value is None else read["jobs"](value)
        self.__class__ = cls
        done: Self = self
        return done
