"""Reads stdin for whatever was given as `-`, once: for a second one nothing would be left."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final
from weakref import WeakSet

from .failures import UsageMistake

if TYPE_CHECKING:
    from typing import TextIO

READ_TWICE: Final = "- is given more than once, but stdin can be read only once"
_WAS_READ: Final[WeakSet[TextIO]] = WeakSet()


def read_stdin(most: int = -1) -> str:
    """What is on stdin.

    Args:
        most: how many characters are read at most; without it, all of them.

    Raises:
        UsageMistake: it was read before.
    """
    if sys.stdin in _WAS_READ:
        raise UsageMistake(READ_TWICE)
    _WAS_READ.add(sys.stdin)
    return sys.stdin.read(most)
