# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

from __future__ import annotations

from typing import ClassVar

from pasqal_core_runtime.open_enum import OpenEnum


class QueuePriority(OpenEnum):
    """The queue of a batch, from the one that is served first to the one that is served last."""

    CRITICAL: ClassVar[QueuePriority]
    HIGH: ClassVar[QueuePriority]
    MEDIUM: ClassVar[QueuePriority]
    LOW: ClassVar[QueuePriority]
    FREE: ClassVar[QueuePriority]


QueuePriority.declare(
    {
        "CRITICAL": "CRITICAL",
        "HIGH": "HIGH",
        "MEDIUM": "MEDIUM",
        "LOW": "LOW",
        "FREE": "FREE",
    }
)
