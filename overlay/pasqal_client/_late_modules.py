"""What is imported late: modules that only the async client needs, and names of rooms that few programs need.

Whoever needs one of the modules takes it from here and uses it as usual:

    from ._late_modules import asyncio

asyncio alone takes as long as starting the interpreter. An import in each function would do the
same, but there are too many of them to keep that up.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__all__ = ["anyio", "asyncio", "late_names"]


class _LateModule:
    """Stands for a module, and imports it when something in it is asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        # Not kept: tests replace what is in the module.
        return getattr(import_module(self._name), name)


def late_names(package: str, homes: Mapping[str, str]) -> Callable[[str], object]:
    """The `__getattr__` of a package whose names are imported when each is asked for.

    Args:
        package: the name of the package.
        homes: the names that each of its modules has, with a space between two.
    """
    home_of = {name: module for module, names in homes.items() for name in names.split()}

    def find(name: str) -> object:
        if name not in home_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        # Not kept: tests replace what is in the modules.
        return getattr(import_module(f"{package}.{home_of[name]}"), name)

    return find


if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Mapping

    import anyio
else:
    asyncio = _LateModule("asyncio")
    anyio = _LateModule("anyio")
