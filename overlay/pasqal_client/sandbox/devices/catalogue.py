"""The devices that the sandbox lists, and whether they are up.

Any other type of device takes batches and runs them, too, as if it were one more that is up; it is
only not listed.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from pasqal_core_schemas import DeviceAvailability

from ..checks import is_text, short_repr
from .specs import find_max_runs, find_name

if TYPE_CHECKING:
    from collections.abc import Mapping

_UP = "UP"
_EMULATOR = "EMU_"
_NAMESPACE = UUID("6a1f3a52-58a5-4f0e-9d7c-0c7a6f0f7c11")


@dataclass(frozen=True, slots=True)
class Device:
    """A QPU or an emulator.

    Attributes:
        device_type: its type, of which it is the only one.
        max_atom_num: how many atoms a register may have.
        description: what it is, in words.
        is_public: whether everybody may use it.
        status: "UP", or what keeps it from running anything.
        status_message: a message about that.
        availability: whether it takes batches: only one that is retired does not.
    """

    device_type: str
    max_atom_num: int
    description: str
    is_public: bool = True
    status: str = _UP
    status_message: str | None = None
    availability: DeviceAvailability = DeviceAvailability.ACTIVE

    @property
    def id(self) -> UUID:
        """Its id, the same in every sandbox."""
        return uuid5(_NAMESPACE, self.device_type)

    @property
    def is_emulator(self) -> bool:
        """Whether it is an emulator and not a QPU."""
        return is_emulator(self.device_type)

    def describe(self, average_queue_time: int) -> dict[str, object]:
        """The JSON object of an answer.

        Args:
            average_queue_time: how long the jobs of the last hour waited, in seconds.
        """
        channels = None
        if not self.is_emulator:
            channels = ["rydberg_global"]
        return {
            "id": str(self.id),
            "name": self.device_type,
            "device_type": self.device_type,
            "status": self.status,
            "average_queue_time": average_queue_time,
            "max_atom_num": self.max_atom_num,
            "is_emulator": self.is_emulator,
            "channels": channels,
            "status_message": self.status_message,
            "allowed_result_types": ["counter", "run"],
            "default_result_types": ["counter", "run"],
            "active": self.availability is DeviceAvailability.ACTIVE,
            "description": self.description,
            "bill_usage": not self.is_emulator,
            "availability": self.availability,
            "has_execution_logs": False,
        }


# From the oldest to the newest.
_DEVICES = (
    Device(
        "EMU_C",
        20,
        "An emulator of the first days.",
        status="DOWN",
        availability=DeviceAvailability.RETIRED,
    ),
    Device("EMU_FREE", 12, "An emulator of state vectors, free of charge."),
    Device("FRESNEL", 100, "A QPU of neutral atoms with a global channel."),
    Device("EMU_SV", 25, "An emulator of state vectors on a GPU."),
    Device("EMU_MPS", 60, "An emulator of matrix product states on a GPU."),
    Device("FRESNEL_CAN1", 100, "A QPU for a few projects.", is_public=False),
)


def is_emulator(device_type: str) -> bool:
    """Whether a type of device is that of an emulator, also if the catalogue has none of this type."""
    return device_type.startswith(_EMULATOR)


class Catalogue:
    """The devices of one sandbox, which may be changed while it answers.

    Args:
        specs: the specifications by device type.

    Attributes:
        specs: the same.
    """

    def __init__(self, specs: Mapping[str, str]) -> None:
        self.specs = specs
        self._types = {find_name(spec): device_type for device_type, spec in specs.items()}
        self._max_runs = {name: find_max_runs(spec) for name, spec in specs.items()}
        self._lock = threading.Lock()
        self.reset()

    @property
    def devices(self) -> list[Device]:
        """The devices, from the oldest to the newest."""
        return list(self._devices.values())

    @property
    def public_types(self) -> frozenset[str]:
        """The types of the devices that everybody may use."""
        return frozenset(device.device_type for device in self.devices if device.is_public)

    def reset(self) -> None:
        """Have the devices as they were at first."""
        self._devices = {device.device_type: device for device in _DEVICES}

    def change(
        self,
        device_type: str,
        *,
        status: str | None = None,
        availability: str | None = None,
        status_message: str | None = None,
    ) -> Device:
        """Let a device be in another state from now on; what is None stays, except the message.

        Returns:
            The device as it is then.

        Raises:
            ValueError: the catalogue has no such device, or it cannot be in that state.
        """
        changes: dict[str, object] = {"status_message": status_message}
        if status_message is not None and not is_text(status_message):
            raise ValueError(f"status_message is {short_repr(status_message)}, not text")
        if status is not None:
            changes["status"] = _check_status(status)
        if availability is not None:
            changes["availability"] = _parse_availability(availability)
        with self._lock:
            device = replace(self._require(device_type), **changes)  # type: ignore[arg-type]
            self._devices = {**self._devices, device_type: device}
        return device

    def is_up(self, device_type: str) -> bool:
        """Whether a device runs what waits for it."""
        device = self._devices.get(device_type)
        return device is None or device.status == _UP

    def takes_batches(self, device_type: str) -> bool:
        """Whether a device takes batches: one that is down does, and only one that is retired does not."""
        device = self._devices.get(device_type)
        return device is None or device.availability is not DeviceAvailability.RETIRED

    def find_type(self, name: str) -> str:
        """The type of the device that a sequence was written for, by the name of the device in it."""
        return self._types.get(name, name)

    def find_max_runs(self, device_type: str) -> int | None:
        """How many runs a device admits for a job, if its specification says so."""
        return self._max_runs.get(device_type)

    def _require(self, device_type: str) -> Device:
        # Anything may come over HTTP, and a list is not a key.
        device = None
        if isinstance(device_type, str):
            device = self._devices.get(device_type)
        if device is None:
            known = ", ".join(self._devices)
            raise ValueError(f"{short_repr(device_type)} is not a device; use one of {known}")
        return device


def _check_status(status: object) -> str:
    if not isinstance(status, str) or not is_text(status):
        raise ValueError(f"status is {short_repr(status)}, not text, such as 'UP' or 'DOWN'")
    return status


def _parse_availability(availability: object) -> DeviceAvailability:
    try:
        return DeviceAvailability(availability)  # type: ignore[arg-type]  # anything may have been given
    except ValueError as error:
        known = ", ".join(DeviceAvailability)
        raise ValueError(
            f"availability is {short_repr(availability)}; use one of {known}"
        ) from error
