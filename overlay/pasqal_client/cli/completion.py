"""What a shell completes after an option. The enumerations are open, so other values are accepted as well."""

from __future__ import annotations


def complete_statuses(incomplete: str) -> list[str]:
    """The states of a job."""
    from .. import JobStatus

    return _in_typed_case([str(value) for value in JobStatus], incomplete)


def complete_batch_statuses(incomplete: str) -> list[str]:
    """The states of a batch."""
    from .. import BatchStatus

    return _in_typed_case([str(value) for value in BatchStatus], incomplete)


def complete_device_types(incomplete: str) -> list[str]:
    """The types of devices."""
    from .. import DeviceTypeName

    return _in_typed_case([str(value) for value in DeviceTypeName], incomplete)


def complete_availabilities(incomplete: str) -> list[str]:
    """The availabilities of devices."""
    from .. import DeviceAvailability

    return _in_typed_case([str(value) for value in DeviceAvailability], incomplete)


def complete_queues(incomplete: str) -> list[str]:
    """The priorities of queues."""
    from .. import QueuePriority

    return _in_typed_case([str(value) for value in QueuePriority], incomplete)


def complete_origins(incomplete: str) -> list[str]:
    """The channels through which jobs are submitted."""
    from .. import JobOrigin

    return _in_typed_case([str(value) for value in JobOrigin], incomplete)


def complete_sort_keys(incomplete: str) -> list[str]:
    """The fields of a job."""
    from .. import Job

    return _fields_of(Job)


def complete_batch_sort_keys(incomplete: str) -> list[str]:
    """The fields of a batch."""
    from .. import Batch

    return _fields_of(Batch)


def complete_device_sort_keys(incomplete: str) -> list[str]:
    """The fields of a device, and when it was created, which no answer shows."""
    from .. import Device

    return ["created_at", *_fields_of(Device)]


def complete_regions(incomplete: str) -> list[str]:
    """The regions."""
    from .._settings import config

    return list(config.REGIONS)


def _fields_of(model: type) -> list[str]:
    from pasqal_core_runtime.model import fields_of

    return [field.name for field in fields_of(model)]


def _in_typed_case(values: list[str], incomplete: str) -> list[str]:
    if incomplete.islower():
        return [value.lower() for value in values]
    return values
