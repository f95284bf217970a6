"""Which columns of a table fit into a width, and how wide each is: a function of numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

GAP: Final = 2
"""Blanks between two columns."""

NARROWEST: Final = 24
"""A column that wraps is left out rather than made narrower than this, or than its text."""

_WIDEST: Final = 120
"""Without a limit on the width, longer texts are not aligned with others: every line would become as long."""


@frozen
class Need:
    """What a column needs.

    Attributes:
        rank: the order in which columns get room; one of rank 0 is always shown, at its full
            width.
        width: how wide its widest cell is.
        wraps: whether its cells may be broken into lines.
    """

    rank: int
    width: int
    wraps: bool = False

    @property
    def least(self) -> int:
        """The least width that will do."""
        if self.wraps:
            return min(self.width, NARROWEST)
        return self.width


def fit_columns(needs: Sequence[Need], room: int) -> dict[int, int]:
    """The widths of the columns that fit, by their position.

    Args:
        needs: the columns, from left to right.
        room: the width of the terminal.
    """
    ranked = sorted(enumerate(needs), key=lambda entry: entry[1].rank)
    widths: dict[int, int] = {}
    # The first column has no gap before it.
    used = -GAP
    for place, need in ranked:
        used_with_it = used + GAP + need.least
        if need.rank == 0 or used_with_it <= room:
            widths[place] = need.least
            used = used_with_it
    # Only after every column had its chance does the rest of the room go to those that wrap.
    for place, width in widths.items():
        wanted = needs[place].width - width
        left = room - used
        more = max(0, min(wanted, left))
        widths[place] += more
        used += more
    return dict(sorted(widths.items()))


def aligned_width(lengths: Iterable[int]) -> int:
    """The width of a column without a limit: that of its widest text, except texts beyond `_WIDEST`."""
    return max((length for length in lengths if length <= _WIDEST), default=0)
