"""The methods under which a path of a contract can have an operation."""

from __future__ import annotations

from typing import Final

METHODS: Final = (
    "get",
    "put",
    "post",
    "delete",
    "options",
    "head",
    "patch",
    "trace",
)
