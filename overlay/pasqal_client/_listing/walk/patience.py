"""How long a walk goes on while pages bring nothing new."""

from __future__ import annotations

from typing import Final

PATIENCE: Final = 18
"""After this many pages in a row that bring nothing new, the walk gives up."""
_PATIENCE_IN_MOTION: Final = 60
"""The same for a list whose total changes: what it brings may lie further on each time."""
_PATIENCE_IN_DOUBT: Final = 3
"""The same for a walk that gave up before: it proves nothing any more."""

DISJOINT: Final = "the pages do not join up"
_REPEATED: Final = "pages bring nothing new: the service may ignore the offset"


class Patience:
    """Counts the pages that bring nothing new.

    Attributes:
        why (str): what is to be doubted once the patience is at its end.
    """

    def __init__(self) -> None:
        self._most = PATIENCE
        self._barren = 0
        # Apart from the count, because pages that were asked for ahead may bring nothing for free.
        self._is_idle = False
        self.why = _REPEATED

    @property
    def is_over(self) -> bool:
        """Whether too many pages in a row brought nothing."""
        return self._barren > self._most

    @property
    def is_extended(self) -> bool:
        """Whether the list is known to move."""
        return self._most == _PATIENCE_IN_MOTION

    @property
    def is_ample(self) -> bool:
        """Whether pages bring something, so that it is worth asking for more of them ahead."""
        return self._barren <= 1 and not self._is_idle

    def extend(self) -> None:
        """The total has changed: the list moves."""
        if self._most == PATIENCE:
            self._most = _PATIENCE_IN_MOTION

    def shorten(self) -> None:
        """The walk has given up once."""
        self._most = _PATIENCE_IN_DOUBT

    def renew(self) -> None:
        """A page joined up, and brought something."""
        self._barren = 0
        self._is_idle = False
        self.why = _REPEATED

    def restart(self) -> None:
        """Count from 0 again, for the same reason."""
        self._barren = 0

    def spend(self) -> None:
        """A page brought nothing."""
        self._barren += 1

    def idle(self) -> None:
        """A page joined up, and brought nothing."""
        self._is_idle = True

    def spend_on_gap(self) -> None:
        """A page did not join up."""
        self._barren += 1
        self.why = DISJOINT
