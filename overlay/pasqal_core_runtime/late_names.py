"""Names of a package that are imported when each is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def late_names(package: str, homes: Mapping[str, str]) -> Callable[[str], object]:
    """The `__getattr__` of a package whose names are imported late.

    It has to be hidden from type checkers, which would take any other name for one that it finds.

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


__all__ = ["late_names"]
