# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

from __future__ import annotations

from typing import ClassVar

from pasqal_core_runtime.open_enum import OpenEnum


class ResponseStatus(OpenEnum):
    """The outcome of a request as one word."""

    SUCCESS: ClassVar[ResponseStatus]
    FAIL: ClassVar[ResponseStatus]
    ERROR: ClassVar[ResponseStatus]


ResponseStatus.declare(
    {
        "SUCCESS": "success",
        "FAIL": "fail",
        "ERROR": "error",
    }
)
