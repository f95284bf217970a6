# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from attrs import frozen
from pasqal_core_runtime import readers
from pasqal_core_runtime.departures import NotAsPromisedError
from pasqal_core_runtime.model import NONE_DEPARTED, Field, Model
from pasqal_core_runtime.uuids import read_uuid

if TYPE_CHECKING:
    from ..models.batch_status import BatchStatus
    from ..models.jobs_count_per_status import JobsCountPerStatus


@frozen(init=False, eq=False, repr=False)
class BatchStatusReport(Model):
    """The state of a batch.

    Attributes:
        id: The batch's own id.
        status: The state of a batch.
        jobs_count_per_status: How many jobs there are in each state.
    """

    id: UUID
    status: BatchStatus
    jobs_count_per_status: JobsCountPerStatus

    @staticmethod
    def _describe() -> tuple[Field, ...]:
        """How each field is read: its names here and on the wire, its reader, its default."""
        from ..models.batch_status import BatchStatus  # noqa: PLC0415

        return (
            Field("id", "id", readers.uuid, required=True),
            Field("status", "status", readers.enumeration(BatchStatus), required=True),
            Field(
                "jobs_count_per_status",
                "jobs_count_per_status",
                readers.mapping(readers.integer),
                required=True,
            ),
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
        value = payload["jobs_count_per_status"]
        self.jobs_count_per_status = read["jobs_count_per_status"](value)
        self.__class__ = cls
        done: Self = self
        return done
