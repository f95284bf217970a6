# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

from __future__ import annotations

from typing import ClassVar

from pasqal_core_runtime.open_enum import OpenEnum


class DeviceAvailability(OpenEnum):
    """Whether a device takes batches. A device that is down takes them; one that is retired does not."""

    ACTIVE: ClassVar[DeviceAvailability]
    INACTIVE: ClassVar[DeviceAvailability]
    RETIRED: ClassVar[DeviceAvailability]


DeviceAvailability.declare(
    {
        "ACTIVE": "ACTIVE",
        "INACTIVE": "INACTIVE",
        "RETIRED": "RETIRED",
    }
)
