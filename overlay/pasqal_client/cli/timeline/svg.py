"""Draws a timeline as SVG: one text without scripts, and without anything from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import frozen

from ..pictures.markup import HEAD, NOTE, safe
from ..pictures.style import CHARACTER, EDGE, WIDTH, state_class
from . import markup
from .axis import facts, ticks
from .layout import QUEUED, RAN, UNCLEAR

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .layout import Bar, Row, Timeline

LABELLED: Final = 80
"""More rows than these are drawn close together, without labels."""
MOST: Final = 1000
"""More rows than these are not drawn."""

_SPACING: Final = 18
_TIGHT: Final = 5
_TOP: Final = 116
_TICK_ROOM: Final = 90
_LEAST_ROOM: Final = 600
"""Pixels that bars have at least, however wide the labels are."""

_GAPS: Final = {QUEUED: 5, RAN: 3, UNCLEAR: 5}
"""Pixels above and below a bar in a labelled row."""
_LEAST_WIDTHS: Final = {QUEUED: 1.0, RAN: 1.0, UNCLEAR: 6.0}
"""Pixels; an unclear bar has to show that it is dashed."""
_NAMES: Final = {QUEUED: "queueing", UNCLEAR: "unknown"}


def draw_svg(timeline: Timeline) -> str:
    """The timeline as a picture."""
    return "\n".join(picture(timeline)) + "\n"


@frozen
class _Frame:
    """Where things are in a picture, in pixels.

    Attributes:
        left: where the axis begins.
        right: where it ends.
        rows: how many rows there are.
        labelled: whether they have labels.
    """

    left: float
    right: float
    rows: int
    labelled: bool

    @property
    def spacing(self) -> int:
        """From row to row."""
        if self.labelled:
            return _SPACING
        return _TIGHT

    @property
    def width(self) -> float:
        """Of the whole picture."""
        return self.right + EDGE

    @property
    def bottom(self) -> int:
        """Where the last row ends."""
        return self.y(self.rows)

    def y(self, number: int) -> int:
        """Where a row begins."""
        return _TOP + self.spacing * number

    def x(self, share: float) -> float:
        """A place on the axis, from 0 to 1."""
        return self.left + share * (self.right - self.left)

    def gap(self, kind: str) -> int:
        """Above and below a bar."""
        if self.labelled:
            return _GAPS[kind]
        return 1


def _frame(rows: Sequence[Row]) -> _Frame:
    labelled = len(rows) <= LABELLED
    left = float(EDGE)
    if labelled:
        ids = max((len(row.id) for row in rows), default=0)
        states = max((len(row.status) for row in rows), default=0)
        left += CHARACTER * (ids + states + 4)
    right = max(WIDTH, left + _LEAST_ROOM) - EDGE
    return _Frame(left, right, len(rows), labelled)


def picture(timeline: Timeline) -> Iterator[str]:
    """The lines of the picture."""
    rows = timeline.rows[:MOST]
    frame = _frame(rows)
    notes = _notes(timeline, frame)
    below = frame.bottom + 24
    yield HEAD.format(
        width=frame.width,
        height=below + 18 * len(notes),
        mark=markup.MARK,
        style=markup.STYLE,
        edge=EDGE,
        title=safe(timeline.title),
        summary=safe(timeline.summary),
        line=safe(f"{timeline.summary} in {timeline.span}"),
    )
    yield from _legend(timeline)
    yield from _axis(timeline, frame)
    for number, row in enumerate(rows):
        yield from _row(timeline, row, frame.y(number), frame)
    for number, note in enumerate(notes):
        yield NOTE.format(
            x=EDGE,
            y=below + 18 * number,
            note=safe(note),
        )
    yield "</svg>"


def _notes(timeline: Timeline, frame: _Frame) -> list[str]:
    notes = []
    total = len(timeline.rows)
    if total > MOST:
        notes.append(f"The first {MOST} of {total} jobs are drawn.")
    if not frame.labelled:
        notes.append("Point at a row for its id; there are too many rows for labels.")
    return notes


def _legend(timeline: Timeline) -> Iterator[str]:
    x = float(EDGE)
    for kind, status in timeline.kinds:
        name = _legend_name(kind, status)
        yield markup.KEY.format(
            style=_class(kind, status),
            x=x,
            text_x=x + 28,
            name=safe(name),
        )
        x += 28 + CHARACTER * len(name) + 20
    if timeline.is_open:
        yield markup.OPEN_KEY.format(x=x, text_x=x + 16)


def _legend_name(kind: str, status: str) -> str:
    if kind != RAN:
        return _NAMES[kind]
    if status == "RUNNING":
        return "running"
    return f"ran, {status}"


def _class(kind: str, status: str) -> str:
    """The class of a bar, which gives it its colour."""
    if kind != RAN:
        return kind
    return state_class(status) or "s-other"


def _axis(timeline: Timeline, frame: _Frame) -> Iterator[str]:
    room = frame.right - frame.left
    most = max(2, int(room / _TICK_ROOM))
    for tick in ticks(timeline, most):
        x = frame.x(tick.share)
        # Labels are centred, but for those that would begin left of the axis or leave the picture.
        half = len(tick.label) * CHARACTER / 2
        text_x = max(x, frame.left + half)
        text_x = min(text_x, frame.width - half)
        yield markup.TICK.format(
            x=x,
            line_top=_TOP - 6,
            bottom=frame.bottom,
            text_x=text_x,
            text_y=_TOP - 12,
            label=safe(tick.label),
        )


def _row(timeline: Timeline, row: Row, y: int, frame: _Frame) -> Iterator[str]:
    # Shown where the pointer rests on the row; without labels, the only place for the id.
    lines = [f"{name} {safe(text)}" for name, text in facts(timeline, row)]
    yield markup.ROW.format(
        id=safe(row.id),
        status=safe(row.status),
        facts="\n".join(lines),
    )
    if frame.labelled:
        yield from _row_label(row, y + 13, frame)
    for bar in row.bars:
        yield _bar(timeline, bar, row.status, y, frame)
    yield "</g>"


def _row_label(row: Row, y: int, frame: _Frame) -> Iterator[str]:
    yield markup.LABEL.format(
        edge=EDGE,
        y=y,
        id=safe(row.id),
        style=state_class(row.status),
        x=frame.left - CHARACTER * (len(row.status) + 2),
        status=safe(row.status),
    )
    if not row.bars:
        yield markup.NO_BARS.format(x=frame.left, y=y)


def _bar(timeline: Timeline, bar: Bar, status: str, y: int, frame: _Frame) -> str:
    begin = frame.x(timeline.share(bar.begin))
    end = frame.x(timeline.share(bar.end or timeline.end))
    gap = frame.gap(bar.kind)
    top = y + gap
    height = frame.spacing - 2 * gap
    style = _class(bar.kind, status)
    if bar.end is None:
        return _arrow(style, begin, end, top, height)
    width = max(_LEAST_WIDTHS[bar.kind], end - begin)
    # A short bar at the end of the axis grows to the left, or it would leave the picture.
    return markup.BAR.format(
        style=style,
        x=min(begin, frame.right - width),
        y=top,
        width=width,
        height=height,
    )


def _arrow(style: str, begin: float, end: float, top: int, height: int) -> str:
    """A bar that goes on; what is shorter than a tip is all tip."""
    tip = min(height / 2, (end - begin) / 2)
    return markup.ARROW.format(
        style=style,
        begin=begin,
        neck=end - tip,
        tip=end,
        top=top,
        middle=top + height / 2,
        bottom=top + height,
    )
