"""Drafts: how a read-only object is filled at the speed of plain assignments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def draft_class(kind: type) -> Callable[[], Any]:
    """A writable twin of a read-only class.

    Its objects are filled first; then `draft.__class__ = kind` makes them what they are to be.
    """
    # object.__setattr__ for each slot takes four times as long. Without slots of its own, the twin
    # has the same layout, and only then does Python let an object change its class.
    members = {
        "__slots__": (),
        "__init__": object.__init__,
        "__setattr__": object.__setattr__,
        "__delattr__": object.__delattr__,
    }
    return type(kind.__name__, (kind,), members)


__all__ = ["draft_class"]
