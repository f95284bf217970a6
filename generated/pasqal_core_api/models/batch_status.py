# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

from __future__ import annotations

from typing import ClassVar

from pasqal_core_runtime.open_enum import OpenEnum


class BatchStatus(OpenEnum):
    """The state of a batch."""

    PENDING: ClassVar[BatchStatus]
    RUNNING: ClassVar[BatchStatus]
    DONE: ClassVar[BatchStatus]
    CANCELED: ClassVar[BatchStatus]
    TIMED_OUT: ClassVar[BatchStatus]
    ERROR: ClassVar[BatchStatus]
    PAUSED: ClassVar[BatchStatus]
    CANCELING: ClassVar[BatchStatus]


BatchStatus.declare(
    {
        "PENDING": "PENDING",
        "RUNNING": "RUNNING",
        "DONE": "DONE",
        "CANCELED": "CANCELED",
        "TIMED_OUT": "TIMED_OUT",
        "ERROR": "ERROR",
        "PAUSED": "PAUSED",
        "CANCELING": "CANCELING",
    }
)
