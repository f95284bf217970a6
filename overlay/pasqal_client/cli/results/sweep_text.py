"""A sweep as a table: a line for each value of the variable, a column for each bitstring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ..display.safe_text import one_line
from ..display.tables import Column, table
from .histogram import bits_text
from .sweep import share_of

if TYPE_CHECKING:
    from .sweep import Sweep

_LONGEST: Final = 16
"""Characters of a bitstring that is the heading of its column; longer ones have numbers."""


def draw_table(sweep: Sweep) -> str:
    """The table, and what its numbers stand for."""
    steps = sweep.steps
    columns = [Column(one_line(sweep.variable), [step.text for step in steps], right=True)]
    if sweep.has_repeats:
        columns.append(Column("jobs", [str(len(step.samples)) for step in steps], right=True))
    titles = _titles(sweep)
    for rank, (bits, title) in enumerate(zip(sweep.bitstrings, titles, strict=True), 1):
        shares = [share_of(bits, step.samples).text for step in steps]
        columns.append(Column(title, shares, rank=rank, right=True))
    return table(columns) + _legend(sweep, titles)


def _titles(sweep: Sweep) -> list[str]:
    titles = [bits_text(bits) for bits in sweep.bitstrings]
    if max(map(len, titles)) <= _LONGEST:
        return titles
    return [f"#{number}" for number in range(1, len(titles) + 1)]


def _legend(sweep: Sweep, titles: list[str]) -> str:
    lines = ""
    for title, bits in zip(titles, sweep.bitstrings, strict=True):
        if title.startswith("#"):
            lines += f"{title:>3} is {bits_text(bits)}\n"
    return lines
