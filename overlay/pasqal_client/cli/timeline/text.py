"""Draws a timeline with characters, in the width of a terminal."""

from __future__ import annotations

import io
import sys
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from attrs import frozen
from rich.text import Text

from ..display.column_widths import aligned_width
from ..display.tables import console_for, has_blocks, style_of
from .axis import ticks
from .layout import QUEUED, RAN, UNCLEAR
from .svg import MOST as MOST_IN_PICTURE

if TYPE_CHECKING:
    from .layout import Row, Timeline

MOST: Final = 200
"""More rows than these are not drawn."""

_NARROWEST: Final = 24
"""Where there is less room than this beside the names, bars have lines of their own."""
_TICK_ROOM: Final = 8
_NAMES: Final = {QUEUED: "queueing", RAN: "running", UNCLEAR: "unknown"}


class _Cell(NamedTuple):
    sign: str
    style: str


@frozen
class _Signs:
    """The characters to draw with.

    Attributes:
        bars: of a bar, by its kind.
        arrow: at the end of a bar that has not ended.
        tick: on the axis.
    """

    bars: dict[str, str]
    arrow: str
    tick: str


_BLOCKS: Final = _Signs({QUEUED: "░", RAN: "█", UNCLEAR: "?"}, "▶", "│")
_ASCII: Final = _Signs({QUEUED: ".", RAN: "#", UNCLEAR: "?"}, ">", "|")


def draw_text(timeline: Timeline, width: int) -> str:
    """The timeline in lines of a width; ids are not cut, so a line may be longer where the width is less than one."""
    signs = _ASCII
    if has_blocks():
        signs = _BLOCKS
    rows = timeline.rows[:MOST]
    ids = aligned_width(len(row.id) for row in rows)
    states = aligned_width(len(row.status) for row in rows)
    names = ids + states + 4
    beside = width - names >= _NARROWEST
    room = max(1, width)
    indent = ""
    if beside:
        room = width - names
        indent = " " * names
    axis = _axis(timeline, room, signs.tick)
    lines = [
        Text(timeline.title, "bold"),
        Text(timeline.summary),
        Text(timeline.span),
        Text(indent + axis.rstrip()),
    ]
    for row in rows:
        name = Text(f"{row.id:<{ids}}  ")
        name.append(f"{row.status:<{states}}", style_of(row.status))
        name.append("  ")
        bars = _bars(timeline, row, room, signs)
        if beside:
            lines.append(name + bars)
        else:
            lines += [name, bars]
    lines.append(Text(_legend(timeline, signs)))
    more = len(timeline.rows) - len(rows)
    if more:
        lines.append(Text(f"and {more} more; -o timeline.svg draws up to {MOST_IN_PICTURE}"))
    return _print(lines)


def _print(lines: list[Text]) -> str:
    into = io.StringIO()
    # As wide as the longest line: Rich would wrap it in a narrower one, and an id is not to be cut.
    width = max(line.cell_len for line in lines)
    console = console_for(sys.stdout, width=max(1, width), into=into)
    for line in lines:
        line.rstrip()
        console.print(line, soft_wrap=True)
    return into.getvalue()


def _axis(timeline: Timeline, width: int, sign: str) -> str:
    """As many ticks as there is room for."""
    # How long the labels are follows from how many ticks there are, so this can only be tried.
    for most in range(width // _TICK_ROOM, 1, -1):
        line = _labels(timeline, width, sign, most)
        if line:
            return line
    return _labels(timeline, width, sign, 1)


def _labels(timeline: Timeline, width: int, sign: str, most: int) -> str:
    """Ticks with their labels to the right; empty if there is not enough room for them."""
    line = ""
    for tick in ticks(timeline, most):
        place = int(tick.share * (width - 1))
        label = sign + tick.label
        if place < len(line):
            return ""
        if place + len(label) <= width:
            line = f"{line:<{place}}{label} "
    return line


def _bars(timeline: Timeline, row: Row, width: int, signs: _Signs) -> Text:
    if not row.bars:
        return Text("no time is known")
    cells = [_Cell(" ", "")] * width
    for bar in row.bars:
        style = _style(bar.kind, row.status)
        # Even the shortest bar has a cell, and even one at the end of the axis is on it.
        begin = int(timeline.share(bar.begin) * width)
        begin = min(begin, width - 1)
        end = round(timeline.share(bar.end or timeline.end) * width)
        end = min(max(end, begin + 1), width)
        cells[begin:end] = [_Cell(signs.bars[bar.kind], style)] * (end - begin)
        if bar.end is None:
            cells[-1] = _Cell(signs.arrow, style)
    made = Text()
    for style, run in groupby(cells, key=lambda cell: cell.style):
        made.append("".join(cell.sign for cell in run), style)
    return made


def _style(kind: str, status: str) -> str:
    if kind == RAN:
        return style_of(status)
    if kind == QUEUED:
        return "dim"
    return ""


def _legend(timeline: Timeline, signs: _Signs) -> str:
    # Here a bar that ran is only once in the legend, not once for each state.
    kinds = dict.fromkeys(kind for kind, _ in timeline.kinds)
    parts = [f"{signs.bars[kind]} {_NAMES[kind]}" for kind in kinds]
    if timeline.is_open:
        parts.append(f"{signs.arrow} has not ended")
    return "  ".join(parts)
