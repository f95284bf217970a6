"""Which columns of a table fit into a width, and how wide each is: a function of numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

GAP: Final = 2
"""Blanks between two columns."""

NARROWEST: Final = 24
"""A column that wraps is left out rather than made narrower than this, or than its text."""

WIDEST: Final = 120
"""Where there is no bound, texts that are longer are not aligned with others: they would make every line as long."""


class Need(NamedTuple):
    """What a column needs.

    Attributes:
        rank: the order in which columns are let in; one of rank 0 is always there, at its full
            width.
        width: how wide its widest cell is.
        wraps: whether its cells may be broken into lines.
    """

    rank: int
    width: int
    wraps: bool = False


def fitted(needs: Sequence[Need], room: int) -> dict[int, int]:
    """The widths of the columns that fit, by their position.

    Args:
        needs: the columns, from left to right.
        room: the width of the terminal.
    """
    widths: dict[int, int] = {}
    used = -GAP
    for place, need in sorted(enumerate(needs), key=lambda entry: entry[1].rank):
        least = min(need.width, NARROWEST) if need.wraps else need.width
        if need.rank == 0 or used + GAP + least <= room:
            widths[place] = least
            used += GAP + least
    for place in [place for place in widths if needs[place].wraps]:
        more = min(needs[place].width - widths[place], max(0, room - used))
        widths[place] += more
        used += more
    return dict(sorted(widths.items()))


def aligned(lengths: Iterable[int]) -> int:
    """How wide a column is where there is no bound: as wide as its widest text, but for those beyond `WIDEST`."""
    return max((length for length in lengths if length <= WIDEST), default=0)
