"""Modules that only the async client needs. A program without it never imports them.

Whoever needs one takes it from here and uses it as usual:

    from ._late_modules import asyncio

asyncio alone takes as long as starting the interpreter. An import in each function would do the
same, but there are too many of them to keep that up.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__all__ = ["anyio", "asyncio"]


class _LateModule:
    """Stands for a module, and imports it when something in it is asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        # Not kept: tests replace what is in the module.
        return getattr(import_module(self._name), name)


if TYPE_CHECKING:
    import asyncio

    import anyio
else:
    asyncio = _LateModule("asyncio")
    anyio = _LateModule("anyio")
