from __future__ import annotations

from typing import ClassVar

from ..types import OpenEnum


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
