"""The operations on devices: the lists, the specifications, and the queues."""

# No `from __future__ import annotations` here: FastAPI reads the annotations of the handlers when
# they are added, so what they name has to be imported for real.

from datetime import datetime
from functools import partial
from operator import itemgetter
from sqlite3 import Connection
from typing import Annotated, Any, ClassVar, TypeAlias

from fastapi import HTTPException, Query
from fastapi.responses import Response
from pydantic import BaseModel

from pasqal_core_schemas import (
    DeviceTypeName,
    GetDevicesParametersQuery,
    GetPublicDevicesParametersQuery,
    GetQueueParametersQuery,
    NonPaginatedResponseDeviceSpec,
    NonPaginatedResponseDeviceSpecs,
    NonPaginatedResponsePublicDeviceSpecs,
    OrderDirection,
    PaginatedResponseDeviceResponse,
    PaginatedResponseProducedBatchResponse,
)

from ..answers import Answers
from ..database.columns import to_microseconds
from ..database.queries import fit, window
from ..database.rows import read_counted_batch
from ..database.store import Store
from ..devices.catalogue import Catalogue, Device
from ..devices.queue import average_waits, count_waiting, read_waiting

# What a batch in a queue does not show.
_LEFT_OUT = ("complete", "priority", "sequence_builder", "webhook")
_SORTABLE = ("device_type", "name", "status", "availability", "max_atom_num", "average_queue_time")
_DevicesQuery: TypeAlias = GetPublicDevicesParametersQuery | GetDevicesParametersQuery


class DeviceHandlers:
    """The handlers, named as the operations of the contract."""

    # What a success of each operation has to satisfy.
    successes: ClassVar[dict[str, type[BaseModel]]] = {
        "get_public_devices": PaginatedResponseDeviceResponse,
        "get_devices": PaginatedResponseDeviceResponse,
        "get_device_specs": NonPaginatedResponseDeviceSpecs,
        "get_public_device_specs": NonPaginatedResponsePublicDeviceSpecs,
        "get_device_spec": NonPaginatedResponseDeviceSpec,
        "get_queue": PaginatedResponseProducedBatchResponse,
    }

    def __init__(self, store: Store, catalogue: Catalogue, answers: Answers) -> None:
        self._store = store
        self._catalogue = catalogue
        self._answers = answers

    async def get_public_devices(
        self, query: Annotated[GetPublicDevicesParametersQuery, Query()]
    ) -> Response:
        """List the devices that everybody may use."""
        devices = [device for device in self._catalogue.devices if device.is_public]
        return self._list_devices("get_public_devices", devices, query)

    async def get_devices(self, query: Annotated[GetDevicesParametersQuery, Query()]) -> Response:
        """List the devices, private ones included."""
        return self._list_devices("get_devices", self._catalogue.devices, query)

    async def get_device_specs(self) -> Response:
        """Answer with the specifications by device type."""
        return self._answers.succeed(
            self.successes["get_device_specs"], data=dict(self._catalogue.specs)
        )

    async def get_public_device_specs(self) -> Response:
        """Answer with the specifications of the public devices."""
        public = self._catalogue.public_types
        data = []
        for device_type, text in self._catalogue.specs.items():
            if device_type in public:
                data.append({"device_type": device_type, "specs": text})
        return self._answers.succeed(self.successes["get_public_device_specs"], data=data)

    async def get_device_spec(self, device_type: DeviceTypeName) -> Response:
        """Answer with the specification of one device."""
        text = self._catalogue.specs.get(device_type)
        if text is None:
            raise HTTPException(404, f"Device {device_type} has no specifications.")
        data = {"device_type": device_type, "specs": text}
        return self._answers.succeed(self.successes["get_device_spec"], data=data)

    async def get_queue(
        self, dt_name: DeviceTypeName, query: Annotated[GetQueueParametersQuery, Query()]
    ) -> Response:
        """List the batches that wait for a device."""
        limit, offset = window(query)
        question = partial(_read_queue, device_type=dt_name, limit=limit, offset=fit(offset))
        batches, total = self._store.read(question)
        return self._answers.succeed_page(self.successes["get_queue"], batches, total, offset)

    def _list_devices(
        self, operation: str, devices: list[Device], query: _DevicesQuery
    ) -> Response:
        waits = self._store.read(_read_waits)
        found = [
            device.describe(waits.get(device.device_type, 0))
            for device in devices
            if _matches(device, query)
        ]
        # The catalogue has them in the order of their creation, which is how they are sorted
        # unless something else is asked for that all of them have.
        if query.order_by in _SORTABLE:
            found.sort(key=itemgetter(query.order_by))
        if query.order_by_direction is not OrderDirection.ASC:
            found.reverse()
        limit, offset = window(query)
        model = self.successes[operation]
        page = found[offset : offset + limit]
        return self._answers.succeed_page(model, page, len(found), offset)


def _read_waits(db: Connection, now: datetime) -> dict[str, int]:
    return average_waits(db, to_microseconds(now))


def _read_queue(
    db: Connection, _: datetime, *, device_type: str, limit: int, offset: int
) -> tuple[list[dict[str, Any]], int]:
    """The batches of a page of a queue, and how many there are in all."""
    batches = []
    for batch_id in read_waiting(db, device_type, limit, offset):
        batch = read_counted_batch(db, batch_id)
        for name in _LEFT_OUT:
            del batch[name]
        batches.append(batch)
    return batches, count_waiting(db, device_type)


def _matches(device: Device, query: _DevicesQuery) -> bool:
    """Whether a device has one of the values of each filter."""
    if query.device_type is not None and device.device_type not in query.device_type:
        return False
    if query.availability is not None and device.availability not in query.availability:
        return False
    return query.public is None or query.public == device.is_public
