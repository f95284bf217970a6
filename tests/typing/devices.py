"""What a type checker knows about devices. This is only checked, never run."""

from __future__ import annotations

from typing import assert_type

from pasqal_client import (
    AsyncDeviceListing,
    AsyncDeviceQueue,
    AsyncPasqalClient,
    Batch,
    Device,
    DeviceAvailability,
    DeviceListing,
    DeviceQueue,
    DeviceTypeName,
    PasqalClient,
)


def sync_devices(client: PasqalClient) -> None:
    """The specification of one device is text, those of all are a dictionary."""
    assert_type(client.devices.list(device_type="FRESNEL", public=True), DeviceListing)
    assert_type(next(iter(client.devices.list())), Device)
    assert_type(client.devices.get(DeviceTypeName.FRESNEL).availability, DeviceAvailability)
    assert_type(client.devices.specs(), dict[str, str])
    assert_type(client.devices.specs("FRESNEL"), str)
    assert_type(client.devices.queue("FRESNEL"), DeviceQueue)
    assert_type(client.devices.queue("FRESNEL").position("…"), int | None)
    client.devices.list(status="UP")  # type: ignore[call-arg]


async def async_devices(client: AsyncPasqalClient) -> None:
    """The same once awaited; a listing and a queue are not awaited."""
    assert_type(client.devices.list(availability=["ACTIVE"]), AsyncDeviceListing)
    assert_type(await client.devices.get("FRESNEL"), Device)
    assert_type(await client.devices.specs(), dict[str, str])
    assert_type(await client.devices.specs("FRESNEL"), str)
    queue = client.devices.queue("FRESNEL")
    assert_type(queue, AsyncDeviceQueue)
    assert_type(await queue.position("…"), int | None)
    async for batch in queue:
        assert_type(batch, Batch)
