"""Draws a timeline as SVG: one text without scripts, and without anything from elsewhere."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from attrs import frozen

from ..safe_text import one_line
from ..state_colours import TONES, Tone
from .axis import facts, ticks
from .layout import QUEUED, RAN, UNCLEAR

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .layout import Bar, Row, Timeline

MARK: Final = "<!-- pasqal jobs timeline -->"
"""Tells our files from those of others; it is among the first characters."""
LABELLED: Final = 80
"""More rows than these are drawn close together, without labels."""
MOST: Final = 1000
"""More rows than these are not drawn."""
FONTS: Final = 'ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace'

_WIDTH: Final = 1200
_EDGE: Final = 20
# The width of a character at 12 px in the widest of the fonts: nothing here can measure text.
_CHARACTER: Final = 7.4
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

# Each is readable on its background. There is none for jobs that wait: they have not run, and
# only bars of jobs that did have the colour of a state.
_LIGHT: Final = {
    Tone.GOOD: "#2e7d32",
    Tone.BAD: "#c62828",
    Tone.BUSY: "#0277bd",
    Tone.DROPPED: "#6d6d6d",
    Tone.OTHER: "#7b1fa2",
}
_DARK: Final = {
    Tone.GOOD: "#66bb6a",
    Tone.BAD: "#ff6b62",
    Tone.BUSY: "#4fc3f7",
    Tone.DROPPED: "#a8a8a8",
    Tone.OTHER: "#ce93d8",
}
_COLOURED: Final = {status: tone for status, tone in TONES.items() if tone in _LIGHT}


def _colours(
    back: str,
    text: str,
    faint: str,
    grid: str,
    queue: str,
    tones: dict[Tone, str],
) -> str:
    classes = {f"s-{status}": tones[tone] for status, tone in _COLOURED.items()}
    classes["s-other"] = tones[Tone.OTHER]
    fills = [f".{name} {{ fill: {colour} }}" for name, colour in classes.items()]
    return (
        f".back {{ fill: {back} }} text {{ fill: {text} }} .faint {{ fill: {faint} }} "
        f".grid {{ stroke: {grid} }} .queued {{ fill: {queue} }} "
        f".unclear {{ fill: none; stroke: {faint} }} {' '.join(fills)}"
    )


# Without variables of CSS: programs that show pictures do not all know them.
_STYLE: Final = f"""\
<style>
text {{ font: 12px {FONTS} }}
.title {{ font-size: 17px; font-weight: bold }} .tick {{ text-anchor: middle }}
.unclear {{ stroke-dasharray: 3 2 }} .shown:hover {{ opacity: 0.6 }}
{_colours("#ffffff", "#1d2127", "#5b6470", "#e1e5ea", "#b4bfcc", _LIGHT)}
@media (prefers-color-scheme: dark) {{
{_colours("#14171c", "#e8eaed", "#9aa4b1", "#2b313a", "#4d5866", _DARK)}
}}
</style>"""

_HEAD: Final = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" \
viewBox="0 0 {width:g} {height:g}" role="img">
{mark}
<title>{title}: {summary}</title>
{style}
<rect class="back" width="{width:g}" height="{height:g}"/>
<text class="title" x="{edge}" y="32">{title}</text>
<text class="faint" x="{edge}" y="54">{summary} in {span}</text>"""
_NOTE: Final = '<text class="faint" x="{edge}" y="{y:g}">{note}</text>'
_KEY: Final = """\
<rect class="{style}" x="{x:g}" y="68" width="22" height="10" rx="2"/>
<text x="{text_x:g}" y="77">{name}</text>"""
_OPEN_KEY: Final = """\
<path class="queued" d="M{x:g} 68l10 5l-10 5z"/>
<text x="{text_x:g}" y="77">has not ended</text>"""
_TICK: Final = """\
<line class="grid" x1="{x:.1f}" y1="{line_top}" x2="{x:.1f}" y2="{bottom:g}"/>
<text class="tick faint" x="{text_x:.1f}" y="{text_y}">{label}</text>"""
_ROW: Final = """\
<g class="shown"><title>{id} {status}
{facts}</title>"""
_LABEL: Final = """\
<text x="{edge}" y="{y:g}">{id}</text>
<text class="{style}" x="{x:.1f}" y="{y:g}">{status}</text>"""
_NO_BARS: Final = '<text class="faint" x="{x:g}" y="{y:g}">no time is known</text>'
_BAR: Final = """\
<rect class="{style}" x="{x:.1f}" y="{y:g}" width="{width:.1f}" height="{height:g}"/>"""
_ARROW: Final = """\
<path class="{style}" d="M{begin:.1f} {top:g}H{neck:.1f}L{tip:.1f} {middle:g}L{neck:.1f} {bottom:g}H{begin:.1f}z"/>"""


def draw_svg(timeline: Timeline) -> str:
    """The timeline as a picture."""
    return "\n".join(picture(timeline)) + "\n"


def safe(text: str) -> str:
    """A text that nothing in a picture or a page can take for markup."""
    return escape(one_line(text))


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
        return self.right + _EDGE

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
    left = float(_EDGE)
    if labelled:
        ids = max((len(row.id) for row in rows), default=0)
        states = max((len(row.status) for row in rows), default=0)
        left += _CHARACTER * (ids + states + 4)
    right = max(_WIDTH, left + _LEAST_ROOM) - _EDGE
    return _Frame(left, right, len(rows), labelled)


def picture(timeline: Timeline) -> Iterator[str]:
    """The lines of the picture."""
    rows = timeline.rows[:MOST]
    frame = _frame(rows)
    notes = _notes(timeline, frame)
    below = frame.bottom + 24
    yield _HEAD.format(
        width=frame.width,
        height=below + 18 * len(notes),
        mark=MARK,
        style=_STYLE,
        edge=_EDGE,
        title=safe(timeline.title),
        summary=safe(timeline.summary),
        span=safe(timeline.span),
    )
    yield from _legend(timeline)
    yield from _axis(timeline, frame)
    for number, row in enumerate(rows):
        yield from _row(timeline, row, frame.y(number), frame)
    for number, note in enumerate(notes):
        yield _NOTE.format(
            edge=_EDGE,
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
    x = float(_EDGE)
    for kind, status in timeline.kinds:
        name = _legend_name(kind, status)
        yield _KEY.format(
            style=_class(kind, status),
            x=x,
            text_x=x + 28,
            name=safe(name),
        )
        x += 28 + _CHARACTER * len(name) + 20
    if timeline.is_open:
        yield _OPEN_KEY.format(x=x, text_x=x + 16)


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
    if status in _COLOURED:
        return f"s-{status}"
    return "s-other"


def _axis(timeline: Timeline, frame: _Frame) -> Iterator[str]:
    room = frame.right - frame.left
    most = max(2, int(room / _TICK_ROOM))
    for tick in ticks(timeline, most):
        x = frame.x(tick.share)
        # Labels are centred, but for those that would begin left of the axis or leave the picture.
        half = len(tick.label) * _CHARACTER / 2
        text_x = max(x, frame.left + half)
        text_x = min(text_x, frame.width - half)
        yield _TICK.format(
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
    yield _ROW.format(
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
    style = ""
    if row.status in _COLOURED:
        style = f"s-{row.status}"
    yield _LABEL.format(
        edge=_EDGE,
        y=y,
        id=safe(row.id),
        style=style,
        x=frame.left - _CHARACTER * (len(row.status) + 2),
        status=safe(row.status),
    )
    if not row.bars:
        yield _NO_BARS.format(x=frame.left, y=y)


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
    return _BAR.format(
        style=style,
        x=min(begin, frame.right - width),
        y=top,
        width=width,
        height=height,
    )


def _arrow(style: str, begin: float, end: float, top: int, height: int) -> str:
    """A bar that goes on; what is shorter than a tip is all tip."""
    tip = min(height / 2, (end - begin) / 2)
    return _ARROW.format(
        style=style,
        begin=begin,
        neck=end - tip,
        tip=end,
        top=top,
        middle=top + height / 2,
        bottom=top + height,
    )
