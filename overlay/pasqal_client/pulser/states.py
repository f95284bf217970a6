"""Pulser's word for a state of a job or a batch. Its enumerations are closed, and those of the service are not."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Final, TypeVar

from .._display import printable

if TYPE_CHECKING:
    from enum import Enum

E = TypeVar("E", bound="Enum")

# What is being cancelled has not ended.
_STAND_INS: Final = {"CANCELING": "RUNNING"}
_FOR_UNKNOWN: Final = "PENDING"
_LONGEST: Final = 40


class StateReader:
    """Reads states as members of Pulser's enumerations, and warns of each unknown state once."""

    def __init__(self) -> None:
        self._warned: set[str] = set()

    def read(self, status: str, kind: type[E]) -> E:
        """The member for a state.

        Args:
            status: the state, as the service has it.
            kind: Pulser's enumeration.
        """
        name = _STAND_INS.get(status, status)
        if name in kind.__members__:
            return kind[name]
        if status not in self._warned:
            self._warned.add(status)
            shown = printable(status, _LONGEST)
            warnings.warn(
                f"Pulser has no {kind.__name__} {shown}; {_FOR_UNKNOWN} is reported in its place",
                stacklevel=2,
            )
        return kind[_FOR_UNKNOWN]
