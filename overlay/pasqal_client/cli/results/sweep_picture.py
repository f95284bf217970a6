"""Draws a sweep as small multiples in SVG: a panel for each bitstring, its share against the variable."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from attrs import evolve, frozen

from ..pictures import page
from ..pictures.markup import HEAD, NOTE, safe
from ..pictures.style import CHARACTER, EDGE, WIDTH
from . import markup
from .histogram import bits_text, numbered
from .scale import Scale
from .sweep import share_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .summary import Summary
    from .sweep import Share, Step, Sweep

MOST_PANELS: Final = 60
"""More bitstrings than these are not drawn."""

_TOP: Final = 92
_BETWEEN: Final = 24
_LINE: Final = 16
_LEFT: Final = 44
"""Pixels for the labels of the vertical axis."""
_RIGHT: Final = 14
_PLOT: Final = 120
_BELOW: Final = 30
_COLUMNS: Final = 4
_MOST_TITLE_LINES: Final = 4
_LONGEST_TITLE: Final = 2000
"""Characters of a bitstring that show where the pointer rests on a dot."""
_MOST_DOTS: Final = 1000
"""With more jobs than these, there is a dot for each value only."""
_TICK_ROOM: Final = 60
_ROUND_SHARES: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)


@frozen
class _Frame:
    """How the panels stand.

    Attributes:
        columns: how many stand beside each other.
        title_lines: how many lines the longest bitstring has.
        tallest: the share at the top of each panel.
        scale: the axis of the variable.
    """

    columns: int
    title_lines: int
    tallest: float
    scale: Scale

    @property
    def panel(self) -> float:
        """How wide a panel is."""
        return (WIDTH - 2 * EDGE - (self.columns - 1) * _BETWEEN) / self.columns

    @property
    def characters(self) -> int:
        """How many characters a line of a panel holds."""
        return int(self.panel / CHARACTER)

    @property
    def head(self) -> int:
        """How high the bitstring above a panel is."""
        return _LINE * self.title_lines

    @property
    def height(self) -> int:
        """How high a panel is, with all that belongs to it."""
        return self.head + _PLOT + _BELOW + _BETWEEN

    def x(self, left: float, number: float) -> float:
        """Where a value of the variable is in a panel."""
        room = self.panel - _LEFT - _RIGHT
        return left + _LEFT + room * self.scale.place(number)

    def y(self, top: float, share: float) -> float:
        """Where a share is in a panel."""
        return top + self.head + _PLOT * (1 - share / self.tallest)


def draw_svg(summary: Summary, sweep: Sweep) -> str:
    """The picture."""
    return "\n".join(_picture(summary, sweep)) + "\n"


def _frame(sweep: Sweep) -> _Frame:
    columns = min(_COLUMNS, len(sweep.bitstrings))
    # That of single jobs, which is never less than that of several together.
    shares = [
        share_of(bits, [sample]).least for bits in sweep.bitstrings for sample in sweep.samples
    ]
    tallest = next(share for share in _ROUND_SHARES if max(shares) <= share)
    frame = _Frame(columns, 1, tallest, Scale.over([step.value for step in sweep.steps]))
    longest = max(len(bits_text(bits)) for bits in sweep.bitstrings)
    lines = math.ceil(longest / frame.characters)
    return evolve(frame, title_lines=min(lines, _MOST_TITLE_LINES))


def _picture(summary: Summary, sweep: Sweep) -> Iterator[str]:
    frame = _frame(sweep)
    rows = math.ceil(len(sweep.bitstrings) / frame.columns)
    notes = _notes(sweep)
    bottom = _TOP + rows * frame.height
    yield HEAD.format(
        width=WIDTH,
        height=bottom + _LINE * len(notes),
        mark=markup.MARK,
        style=markup.STYLE,
        edge=EDGE,
        title=safe(summary.title),
        summary=safe(f"{summary.text}, by {sweep.variable}"),
        line=safe(f"share of each bitstring against {sweep.variable}; {summary.text}"),
    )
    for number, bits in enumerate(sweep.bitstrings):
        row, column = divmod(number, frame.columns)
        left = EDGE + column * (frame.panel + _BETWEEN)
        yield from _panel(sweep, bits, left, _TOP + row * frame.height, frame)
    for number, note in enumerate(notes):
        yield NOTE.format(x=EDGE, y=bottom + _LINE * number, note=safe(note))
    yield "</svg>"


def _notes(sweep: Sweep) -> list[str]:
    notes = [*sweep.remarks]
    if sweep.rest:
        notes.append(sweep.rest)
    if sweep.has_repeats:
        notes.append(f"Several jobs have the same {sweep.variable}: pale dots are single jobs.")
    return notes


def _panel(sweep: Sweep, bits: str, left: float, top: int, frame: _Frame) -> Iterator[str]:
    for number, text in enumerate(_title_lines(bits_text(bits), frame)):
        line = top + _LINE * number - 4
        yield markup.TEXT.format(style="head", x=left, y=line, text=safe(text))
    yield from _axes(left, top, frame)
    points = []
    dots: list[str] = []
    for step in sweep.steps:
        share = share_of(bits, step.samples)
        x, y = frame.x(left, step.value), frame.y(top, share.least)
        points.append(f"{x:.1f},{y:.1f}")
        if len(sweep.samples) <= _MOST_DOTS:
            dots += _job_dots(bits, step, x, top, frame)
        dots += _dot(sweep.variable, bits, step, share, x, y)
    yield markup.LINE.format(points=" ".join(points))
    yield from dots


def _title_lines(text: str, frame: _Frame) -> list[str]:
    size = frame.characters
    lines = [text[start : start + size] for start in range(0, len(text), size)]
    if len(lines) > _MOST_TITLE_LINES:
        lines[_MOST_TITLE_LINES - 1] = lines[_MOST_TITLE_LINES - 1][:-1] + "…"
    return lines[:_MOST_TITLE_LINES]


def _axes(left: float, top: int, frame: _Frame) -> Iterator[str]:
    start, end = left + _LEFT, left + frame.panel - _RIGHT
    for share in (0, frame.tallest / 2, frame.tallest):
        y = frame.y(top, share)
        yield markup.GRID.format(x1=start, y1=y, x2=end, y2=y)
        label = f"{100 * share:g}%"
        yield markup.TEXT.format(style="number faint", x=start - 6, y=round(y + 4), text=label)
    bottom = frame.y(top, 0)
    most = max(2, int((end - start) / _TICK_ROOM))
    for tick in frame.scale.ticks(most):
        x = start + (end - start) * tick.place
        yield markup.GRID.format(x1=x, y1=bottom, x2=x, y2=bottom + 4)
        # Labels are centred, but for those that would leave the panel.
        half = len(tick.label) * CHARACTER / 2
        text_x = min(max(x, left + half), left + frame.panel - half)
        yield markup.TEXT.format(
            style="tick faint", x=text_x, y=round(bottom + 18), text=tick.label
        )


def _job_dots(bits: str, step: Step, x: float, top: int, frame: _Frame) -> Iterator[str]:
    """The jobs one by one, where several have the same value."""
    if len(step.samples) == 1:
        return
    for sample in step.samples:
        share = share_of(bits, [sample])
        yield markup.GROUP.format(title=safe(f"{sample.job_id}: {share.text}"))
        y = frame.y(top, share.least)
        yield markup.DOT.format(style="job", x=x, y=y, radius=3)
        yield "</g>"


def _dot(variable: str, bits: str, step: Step, share: Share, x: float, y: float) -> Iterator[str]:
    label = bits_text(bits)[:_LONGEST_TITLE]
    lines = [
        f"{label} at {variable} = {step.text}",
        f"{share.text} of {numbered(step.shots, 'shot')}",
        _jobs_text(step),
    ]
    yield markup.GROUP.format(title="\n".join(map(safe, lines)))
    yield markup.DOT.format(style="bar", x=x, y=y, radius=2.5)
    yield "</g>"


def _jobs_text(step: Step) -> str:
    if len(step.samples) == 1:
        return f"job {step.samples[0].job_id}"
    return numbered(len(step.samples), "job")


def draw_page(summary: Summary, sweep: Sweep) -> str:
    """A page with the picture and a table of the same shares."""
    headings = [sweep.variable, "jobs", "shots", *map(bits_text, sweep.bitstrings)]
    return page.draw_page(
        markup.MARK, summary.title, "results", _picture(summary, sweep), headings, _rows(sweep)
    )


def _rows(sweep: Sweep) -> Iterator[Sequence[str]]:
    for step in sweep.steps:
        shares = [share_of(bits, step.samples).text for bits in sweep.bitstrings]
        yield [step.text, f"{len(step.samples):,}", f"{step.shots:,}", *shares]
