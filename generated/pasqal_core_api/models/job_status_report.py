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
    from ..models.job_status import JobStatus


@frozen(init=False, eq=False, repr=False)
class JobStatusReport(Model):
    """The state of a job.

    Attributes:
        id: The job's own id.
        status: The state of a job.
    """

    id: UUID
    status: JobStatus

    @staticmethod
    def _describe() -> tuple[Field, ...]:
        """How each field is read: its names here and on the wire, its reader, its default."""
        from ..models.job_status import JobStatus  # noqa: PLC0415

        return (
            Field("id", "id", readers.uuid, required=True),
            Field("status", "status", readers.enumeration(JobStatus), required=True),
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
        self.__class__ = cls
        done: Self = self
        return done
