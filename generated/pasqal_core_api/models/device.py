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
    from ..models.device_availability import DeviceAvailability


@frozen(init=False, eq=False, repr=False)
class Device(Model):
    """A QPU or an emulator.

    Attributes:
        id: The device's own id.
        device_type: The type of the device.
        status: Whether the device runs jobs at the moment.
        is_emulator: Whether it is an emulator and not a QPU.
        availability: Whether a device takes batches. A device that is down takes them; one that is
            retired does not.
        name: The same as `device_type`, which replaces it.
        average_queue_time: How long a job waited on average, in the last hour, in seconds.
        max_atom_num: How many atoms a register may have.
        channels: The names of the channels.
        status_message: A message about the status.
        allowed_result_types: The kinds of results that can be asked for.
        default_result_types: The kinds of results that come without asking.
        active: Whether the device is in use. `availability` replaces it.
        description: What the device is, in words.
        bill_usage: Whether its use is billed.
        has_execution_logs: Whether there are logs of executions.
    """

    id: UUID
    device_type: str
    status: str
    is_emulator: bool
    availability: DeviceAvailability
    name: str | None
    average_queue_time: int | None
    max_atom_num: int | None
    channels: list[str] | None
    status_message: str | None
    allowed_result_types: list[str] | None
    default_result_types: list[str] | None
    active: bool | None
    description: str | None
    bill_usage: bool | None
    has_execution_logs: bool | None

    @staticmethod
    def _describe() -> tuple[Field, ...]:
        """How each field is read: its names here and on the wire, its reader, its default."""
        from ..models.device_availability import DeviceAvailability  # noqa: PLC0415

        return (
            Field("id", "id", readers.uuid, required=True),
            Field("device_type", "device_type", readers.text, required=True),
            Field("status", "status", readers.text, required=True),
            Field("is_emulator", "is_emulator", readers.boolean, required=True),
            Field(
                "availability",
                "availability",
                readers.enumeration(DeviceAvailability),
                required=True,
            ),
            Field("name", "name", readers.nullable(readers.text)),
            Field("average_queue_time", "average_queue_time", readers.nullable(readers.integer)),
            Field("max_atom_num", "max_atom_num", readers.nullable(readers.integer)),
            Field("channels", "channels", readers.nullable(readers.array(readers.text))),
            Field("status_message", "status_message", readers.nullable(readers.text)),
            Field(
                "allowed_result_types",
                "allowed_result_types",
                readers.nullable(readers.array(readers.text)),
            ),
            Field(
                "default_result_types",
                "default_result_types",
                readers.nullable(readers.array(readers.text)),
            ),
            Field("active", "active", readers.nullable(readers.boolean)),
            Field("description", "description", readers.nullable(readers.text)),
            Field("bill_usage", "bill_usage", readers.nullable(readers.boolean)),
            Field("has_execution_logs", "has_execution_logs", readers.nullable(readers.boolean)),
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
        value = payload["device_type"]
        if type(value) is not str:
            raise NotAsPromisedError
        self.device_type = value
        value = payload["status"]
        if type(value) is not str:
            raise NotAsPromisedError
        self.status = value
        value = payload["is_emulator"]
        if type(value) is not bool:
            raise NotAsPromisedError
        self.is_emulator = value
        value = payload["availability"]
        self.availability = read["availability"](value)
        value = get("name")
        if value is not None and type(value) is not str:
            raise NotAsPromisedError
        self.name = value
        value = get("average_queue_time")
        if value is not None and type(value) is not int:
            raise NotAsPromisedError
        self.average_queue_time = value
        value = get("max_atom_num")
        if value is not None and type(value) is not int:
            raise NotAsPromisedError
        self.max_atom_num = value
        value = get("channels")
        self.channels = None if value is None else read["channels"](value)
        value = get("status_message")
        if value is not None and type(value) is not str:
            raise NotAsPromisedError
        self.status_message = value
        value = get("allowed_result_types")
        self.allowed_result_types = None if value is None else read["allowed_result_types"](value)
        value = get("default_result_types")
        self.default_result_types = None if value is None else read["default_result_types"](value)
        value = get("active")
        if value is not None and type(value) is not bool:
            raise NotAsPromisedError
        self.active = value
        value = get("description")
        if value is not None and type(value) is not str:
            raise NotAsPromisedError
        self.description = value
        value = get("bill_usage")
        if value is not None and type(value) is not bool:
            raise NotAsPromisedError
        self.bill_usage = value
        value = get("has_execution_logs")
        if value is not None and type(value) is not bool:
            raise NotAsPromisedError
        self.has_execution_logs = value
        self.__class__ = cls
        done: Self = self
        return done
