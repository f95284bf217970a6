"""What a shell completes after an option. The enumerations are open, so other values are accepted as well."""

from __future__ import annotations


def complete_statuses(incomplete: str) -> list[str]:
    """The states of a job."""
    from .. import JobStatus

    return _in_typed_case([str(value) for value in JobStatus], incomplete)


def complete_origins(incomplete: str) -> list[str]:
    """The channels through which jobs are submitted."""
    from .. import JobOrigin

    return _in_typed_case([str(value) for value in JobOrigin], incomplete)


def complete_sort_keys(incomplete: str) -> list[str]:
    """The fields of a job."""
    from pasqal_core_runtime.model import fields_of

    from .. import Job

    return [field.name for field in fields_of(Job)]


def complete_regions(incomplete: str) -> list[str]:
    """The regions."""
    from .._settings import config

    return list(config.REGIONS)


def _in_typed_case(values: list[str], incomplete: str) -> list[str]:
    if incomplete.islower():
        return [value.lower() for value in values]
    return values
