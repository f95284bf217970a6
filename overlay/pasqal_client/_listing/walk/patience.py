"""How long a walk goes on while pages bring nothing new."""

from __future__ import annotations

from typing import Final

PATIENCE: Final = 18
"""After this many pages in a row that bring nothing new, the walk gives up."""
_PATIENCE_IN_MOTION: Final = 60
"""The same for a list whose total changes: what it brings may lie further on each time."""
_PATIENCE_IN_DOUBT: Final = 3
"""The same for a walk that gave up before: it no longer proves anything."""

DISJOINT: Final = "the pages do not join up"
_REPEATED: Final = "pages bring nothing new: the service may ignore the offset"


class Patience:
    """Counts the pages in a row that bring nothing new.

    Attributes:
        why (str): what is to be doubted once the patience is at its end.
    """

    def __init__(self) -> None:
        self._limit = PATIENCE
        self._barren = 0
        # Whether a page brought nothing since the last one that brought something. Apart from the
        # count, because pages that were requested ahead may bring nothing for free.
        self._is_idle = False
        self.why = _REPEATED

    @property
    def is_over(self) -> bool:
        """Whether too many pages in a row brought nothing."""
        return self._barren > self._limit

    @property
    def is_extended(self) -> bool:
        """Whether it is longer because the list is known to move."""
        return self._limit == _PATIENCE_IN_MOTION

    @property
    def is_ample(self) -> bool:
        """Whether pages bring something, so that it is worth requesting more of them ahead."""
        return self._barren <= 1 and not self._is_idle

    def note_new(self) -> None:
        """A page joined up, and brought something."""
        self._barren = 0
        self._is_idle = False
        self.why = _REPEATED

    def note_nothing_new(self, *, was_guessed: bool) -> None:
        """A page that does not lie beyond a gap brought nothing.

        Args:
            was_guessed: whether it was requested ahead. Such a page brings nothing whenever one
                before it brought more than expected, so it does not count.
        """
        self._is_idle = True
        if not was_guessed:
            self._barren += 1

    def note_gap(self) -> None:
        """A page did not join up."""
        self._barren += 1
        self.why = DISJOINT

    def note_movement(self) -> None:
        """The total has changed: the list moves."""
        if self._limit == PATIENCE:
            self._limit = _PATIENCE_IN_MOTION

    def restart(self, *, in_doubt: bool = False) -> None:
        """Count from 0 again.

        Args:
            in_doubt: whether the walk has given up, so that the patience is short from now on.
        """
        self._barren = 0
        if in_doubt:
            self._limit = _PATIENCE_IN_DOUBT
