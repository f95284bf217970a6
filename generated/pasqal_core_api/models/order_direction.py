# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

from __future__ import annotations

from typing import ClassVar

from pasqal_core_runtime.open_enum import OpenEnum


class OrderDirection(OpenEnum):
    """The direction of a sort."""

    ASC: ClassVar[OrderDirection]
    DESC: ClassVar[OrderDirection]


OrderDirection.declare(
    {
        "ASC": "ASC",
        "DESC": "DESC",
    }
)
