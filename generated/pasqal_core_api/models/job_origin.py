# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

from __future__ import annotations

from typing import ClassVar

from pasqal_core_runtime.open_enum import OpenEnum


class JobOrigin(OpenEnum):
    """The channel through which a job came in."""

    CLIENT: ClassVar[JobOrigin]
    AZURE: ClassVar[JobOrigin]
    OVH: ClassVar[JobOrigin]
    UNKNOWN: ClassVar[JobOrigin]


JobOrigin.declare(
    {
        "CLIENT": "CLIENT",
        "AZURE": "AZURE",
        "OVH": "OVH",
        "UNKNOWN": "UNKNOWN",
    }
)
