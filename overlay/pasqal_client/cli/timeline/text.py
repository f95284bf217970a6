"""Draws a timeline with characters, in the width of a terminal."""

from __future__ import annotations

import io
import sys
from itertools import groupby
from typing import TYPE_CHECKING, Final

from rich.text import Text

from ..column_widths import aligned
from ..output import STYLES, console_for
from .layout import QUEUED, RAN, UNCLEAR, ticks

if TYPE_CHECKING:
    from .layout import Row, Timeline

MOST: Final = 200
"""More rows than these are not drawn."""

_NARROWEST: Final = 24
"""Where there is less room than this beside the names, bars have lines of their own."""
_TICK_ROOM: Final = 8
_BLOCKS: Final = {QUEUED: "░", RAN: "█", UNCLEAR: "?", "open": "▶", "tick": "│"}
_ASCII: Final = {QUEUED: ".", RAN: "#", UNCLEAR: "?", "open": ">", "tick": "|"}


def text(drawn: Timeline, width: int) -> str:
    """The timeline in lines of a width; ids are not cut, so a line may be longer where the width is less than one."""
    encoding = (getattr(sys.stdout, "encoding", None) or "").lower()
    signs = _BLOCKS if "utf" in encoding else _ASCII
    rows = drawn.rows[:MOST]
    ids, states = aligned(len(row.id) for row in rows), aligned(len(row.status) for row in rows)
    names = ids + states + 4
    beside = width - names >= _NARROWEST
    room = width - names if beside else max(1, width)
    indent = " " * names if beside else ""
    lines = [Text(drawn.title, "bold"), Text(drawn.counted), Text(drawn.span)]
    lines.append(Text(indent + _axis(drawn, room, signs["tick"]).rstrip()))
    for row in rows:
        name = Text.assemble(
            f"{row.id:<{ids}}  ", (f"{row.status:<{states}}", STYLES.get(row.status, "")), "  "
        )
        bars = _bars(drawn, row, room, signs)
        lines += [name + bars] if beside else [name, bars]
    lines.append(Text(_legend(drawn, signs)))
    if len(drawn.rows) > MOST:
        lines.append(Text(f"and {len(drawn.rows) - MOST} more; -o timeline.svg draws up to 1000"))
    return _printed(lines)


def _printed(lines: list[Text]) -> str:
    into = io.StringIO()
    console = console_for(sys.stdout, width=max(1, *(line.cell_len for line in lines)), into=into)
    for line in lines:
        line.rstrip()
        console.print(line, soft_wrap=True)
    return into.getvalue()


def _axis(drawn: Timeline, width: int, sign: str) -> str:
    """As many ticks as there is room for."""
    lines = (
        _labels(drawn, width, sign, most) for most in range(max(1, width // _TICK_ROOM), 0, -1)
    )
    return next((line for line in lines if line), "")


def _labels(drawn: Timeline, width: int, sign: str, most: int) -> str:
    """Ticks with their labels to the right; nothing if there is not room for so many."""
    line = ""
    for tick in ticks(drawn, most):
        place, label = int(tick.share * (width - 1)), f"{sign}{tick.label}"
        if place < len(line):
            return ""
        if place + len(label) <= width:
            line = f"{line:<{place}}{label} "
    return line


def _bars(drawn: Timeline, row: Row, width: int, signs: dict[str, str]) -> Text:
    if not row.bars:
        return Text("no time is known")
    cells: list[tuple[str, str]] = [(" ", "")] * width
    for bar in row.bars:
        begin = min(width - 1, int(drawn.share(bar.begin) * width))
        end = max(begin + 1, round(drawn.share(bar.end or drawn.end) * width))
        style = (
            STYLES.get(row.status, "") if bar.kind == RAN else "dim" if bar.kind == QUEUED else ""
        )
        cells[begin:end] = [(signs[bar.kind], style)] * (min(end, width) - begin)
        if bar.end is None:
            cells[-1] = (signs["open"], style)
    runs = (
        (style, "".join(sign for sign, _ in run))
        for style, run in groupby(cells, key=lambda one: one[1])
    )
    return Text.assemble(*((drawn_signs, style) for style, drawn_signs in runs))


def _legend(drawn: Timeline, signs: dict[str, str]) -> str:
    names = {QUEUED: "queueing", RAN: "running", UNCLEAR: "not known"}
    parts = [
        f"{signs[kind]} {names[kind]}" for kind in dict.fromkeys(kind for kind, _ in drawn.kinds)
    ]
    if drawn.is_open:
        parts.append(f"{signs['open']} has not ended")
    return "  ".join(parts)
