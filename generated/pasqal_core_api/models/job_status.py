# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

from __future__ import annotations

from typing import ClassVar

from pasqal_core_runtime.open_enum import OpenEnum


class JobStatus(OpenEnum):
    """The state of a job."""

    PENDING: ClassVar[JobStatus]
    RUNNING: ClassVar[JobStatus]
    DONE: ClassVar[JobStatus]
    ERROR: ClassVar[JobStatus]
    CANCELED: ClassVar[JobStatus]
    CANCELING: ClassVar[JobStatus]


JobStatus.declare(
    {
        "PENDING": "PENDING",
        "RUNNING": "RUNNING",
        "DONE": "DONE",
        "ERROR": "ERROR",
        "CANCELED": "CANCELED",
        "CANCELING": "CANCELING",
    }
)
