"""Draws histograms with characters, in the width of a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final, NamedTuple

from ..display.column_widths import GAP, aligned_width
from ..display.output import on_terminal
from ..display.tables import console_for, has_blocks, style_of
from .histogram import share_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .histogram import Histogram

    Paint = Callable[[str, str], str]

_NARROWEST: Final = 12
"""Where there is less room than this beside the bitstrings, the bars have lines of their own."""
_WIDEST: Final = 60
_EIGHTHS: Final = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")
_BAR_STYLE: Final = "cyan"


class _Line(NamedTuple):
    """What stands in front of a bar, and how long the bar is, from 0 to 1."""

    label: str
    numbers: str
    length: float


def painter() -> Paint:
    """What gives a text a style, where stdout is a terminal with colours."""
    # Not a console of Rich: thousands of lines would take it seconds.
    if not on_terminal() or console_for(sys.stdout).color_system is None:
        return _leave_plain
    from rich.color import ColorSystem
    from rich.style import Style

    def paint(text: str, style: str) -> str:
        return Style.parse(style).render(text, color_system=ColorSystem.STANDARD)

    return paint


def _leave_plain(text: str, _style: str) -> str:
    return text


def draw_text(histogram: Histogram, width: int, paint: Paint) -> str:
    """A histogram in lines of a width; ids and bitstrings are not cut, so a line may be longer."""
    lines = [
        f"{paint(histogram.job_id, 'bold')}  {paint(histogram.status, style_of(histogram.status))}",
        histogram.facts,
    ]
    if histogram.variables:
        lines.append(histogram.variables)
    lines += _bar_lines(_lines(histogram), width, paint)
    if histogram.rest:
        lines.append(histogram.rest)
    return "".join(f"{line}\n" for line in lines)


def _lines(histogram: Histogram) -> list[_Line]:
    tallest = histogram.tallest
    counts = [f"{bar.count:,}" for bar in histogram.bars]
    width = max(map(len, counts), default=0)
    lines = []
    for bar, count in zip(histogram.bars, counts, strict=True):
        length = 0.0
        if bar.count:
            length = bar.share / tallest
        numbers = f"{count:>{width}}  {share_text(bar.share):>6}"
        lines.append(_Line(bar.label, numbers, length))
    return lines


def _bar_lines(lines: list[_Line], width: int, paint: Paint) -> Iterator[str]:
    """Bitstring, count, share and bar; in two lines where one has no room for them."""
    draw = _draw_signs
    if has_blocks():
        draw = _draw_blocks
    gap = " " * GAP
    labels = aligned_width(len(line.label) for line in lines)
    numbers = max((len(line.numbers) for line in lines), default=0)
    room = width - labels - numbers - 2 * GAP
    beside = room >= _NARROWEST
    if not beside:
        room = max(1, width - numbers - 2 * GAP)
    room = min(room, _WIDEST)
    for line in lines:
        bar = paint(draw(line.length, room), _BAR_STYLE)
        if beside:
            yield f"{line.label:<{labels}}{gap}{line.numbers}{gap}{bar}".rstrip()
        else:
            yield line.label
            yield f"{gap}{line.numbers}{gap}{bar}".rstrip()


def _draw_blocks(length: float, room: int) -> str:
    eighths = round(length * room * 8)
    # Even the rarest has a bar.
    if length:
        eighths = max(1, eighths)
    whole, part = divmod(eighths, 8)
    return "█" * whole + _EIGHTHS[part]


def _draw_signs(length: float, room: int) -> str:
    signs = round(length * room)
    if length:
        signs = max(1, signs)
    return "#" * signs
