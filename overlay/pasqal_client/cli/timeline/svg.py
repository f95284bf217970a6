"""Draws a timeline as SVG, or as a page with it: one text without scripts, and without anything from elsewhere."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from ..safe_text import one_line
from .layout import QUEUED, RAN, UNCLEAR, ticks, told

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .layout import Bar, Row, Timeline

MARK: Final = "<!-- pasqal jobs timeline -->"
"""Tells files of ours from those of others; it is among the first characters."""
LABELLED: Final = 80
"""More rows than these are drawn close together, without labels."""
MOST: Final = 1000
"""More rows than these are not drawn."""

_WIDTH: Final = 1200
_EDGE: Final = 20
_CHARACTER: Final = 7.4  # of the monospaced fonts at 12 px, the widest
_SPACING: Final = 18
_TIGHT: Final = 5
_TOP: Final = 116
_TICK_ROOM: Final = 90

# The states have their colours, all others one; each is readable on the background, light or dark.
_LIGHT: Final = {
    "DONE": "#2e7d32",
    "ERROR": "#c62828",
    "RUNNING": "#0277bd",
    "CANCELED": "#6d6d6d",
    "": "#7b1fa2",
}
_DARK: Final = {
    "DONE": "#66bb6a",
    "ERROR": "#ff6b62",
    "RUNNING": "#4fc3f7",
    "CANCELED": "#a8a8a8",
    "": "#ce93d8",
}
_NAMES: Final = {QUEUED: "queueing", UNCLEAR: "not known"}


def _colours(
    back: str, text: str, faint: str, grid: str, queue: str, states: dict[str, str]
) -> str:
    chosen = " ".join(
        f".s-{name or 'other'} {{ fill: {colour} }}" for name, colour in states.items()
    )
    return (
        f".back {{ fill: {back} }} text {{ fill: {text} }} .faint {{ fill: {faint} }} "
        f".grid {{ stroke: {grid} }} .queued {{ fill: {queue} }} .unclear {{ fill: none; stroke: {faint} }} {chosen}"
    )


_STYLE: Final = f"""\
<style>
text {{ font: 12px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace }}
.title {{ font-size: 17px; font-weight: bold }} .tick {{ text-anchor: middle }}
.unclear {{ stroke-dasharray: 3 2 }} .shown:hover {{ opacity: 0.6 }}
{_colours("#ffffff", "#1d2127", "#5b6470", "#e1e5ea", "#b4bfcc", _LIGHT)}
@media (prefers-color-scheme: dark) {{
{_colours("#14171c", "#e8eaed", "#9aa4b1", "#2b313a", "#4d5866", _DARK)}
}}
</style>"""


def svg(drawn: Timeline) -> str:
    """The timeline as a file."""
    return "\n".join(_svg(drawn)) + "\n"


def html(drawn: Timeline) -> str:
    """The timeline as a page, with a table of the jobs below it."""
    title = _text(f"{drawn.title}: timeline")
    heads = [
        "id",
        "status",
        *(f"{name} ({drawn.zone_name})" for name in ("created", "started", "ended")),
    ]
    head = "".join(f"<th>{_text(name)}</th>" for name in [*heads, "queued", "ran"])
    return "\n".join(
        [
            "<!doctype html>",
            MARK,
            '<html lang="en"><head><meta charset="utf-8">',
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
            f'<meta name="viewport" content="width=device-width"><title>{title}</title>',
            _PAGE_STYLE,
            "</head><body>",
            *_svg(drawn),
            f"<table><thead><tr>{head}</tr></thead><tbody>",
            *(_table_row(drawn, row) for row in drawn.rows[:MOST]),
            "</tbody></table>",
            "</body></html>",
            "",
        ]
    )


_PAGE_STYLE: Final = """\
<style>
:root { color-scheme: light dark }
body { margin: 0; background: #ffffff; color: #1d2127 }
body, table { font: 12px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace }
svg { display: block; max-width: 100%; height: auto }
table { border-collapse: collapse; margin: 0 20px 20px }
th, td { padding: 2px 16px 2px 0; text-align: left; white-space: nowrap }
@media (prefers-color-scheme: dark) { body { background: #14171c; color: #e8eaed } }
</style>"""


def _table_row(drawn: Timeline, row: Row) -> str:
    texts = [row.id, row.status, *(text for _, text in told(drawn, row))]
    return f"<tr>{''.join(f'<td>{_text(text)}</td>' for text in texts)}</tr>"


def _text(text: str) -> str:
    return escape(one_line(text))


def _svg(drawn: Timeline) -> Iterable[str]:
    rows = drawn.rows[:MOST]
    labelled = len(rows) <= LABELLED
    spacing = _SPACING if labelled else _TIGHT
    left = _EDGE + (_label_width(rows) if labelled else 0)
    right = max(_WIDTH, left + 600) - _EDGE
    bottom = _TOP + spacing * len(rows)
    notes = _notes(drawn, labelled=labelled)
    height = bottom + 24 + 18 * len(notes)
    size = (
        f'width="{right + _EDGE:g}" height="{height:g}" viewBox="0 0 {right + _EDGE:g} {height:g}"'
    )
    yield f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">'
    yield MARK
    yield f"<title>{_text(drawn.title)}: {_text(drawn.counted)}</title>"
    yield _STYLE
    yield f'<rect class="back" width="{right + _EDGE:g}" height="{height:g}"/>'
    yield f'<text class="title" x="{_EDGE}" y="32">{_text(drawn.title)}</text>'
    yield f'<text class="faint" x="{_EDGE}" y="54">{_text(f"{drawn.counted} in {drawn.span}")}</text>'
    yield from _legend(drawn)
    yield from _axis(drawn, left, right, bottom)
    for number, row in enumerate(rows):
        yield from _row(
            drawn, row, _TOP + spacing * number, spacing, left, right, labelled=labelled
        )
    for number, note in enumerate(notes):
        yield f'<text class="faint" x="{_EDGE}" y="{bottom + 24 + 18 * number:g}">{_text(note)}</text>'
    yield "</svg>"


def _label_width(rows: Sequence[Row]) -> float:
    return _CHARACTER * (_widest(row.id for row in rows) + _widest(row.status for row in rows) + 4)


def _widest(texts: Iterable[str]) -> int:
    return max((len(text) for text in texts), default=0)


def _notes(drawn: Timeline, *, labelled: bool) -> list[str]:
    notes = []
    if len(drawn.rows) > MOST:
        notes.append(f"The first {MOST} of {len(drawn.rows)} jobs are drawn.")
    if not labelled:
        notes.append("Point at a row for its id; there are too many rows for labels.")
    return notes


def _legend(drawn: Timeline) -> Iterable[str]:
    x = float(_EDGE)
    entries = [
        (_class(kind, status), _NAMES.get(kind, f"ran, {status}")) for kind, status in drawn.kinds
    ]
    for style, name in entries:
        shown = name if style != "s-RUNNING" else "running"
        yield f'<rect class="{style}" x="{x:g}" y="68" width="22" height="10" rx="2"/>'
        yield f'<text x="{x + 28:g}" y="77">{_text(shown)}</text>'
        x += 28 + _CHARACTER * len(shown) + 20
    if drawn.is_open:
        yield f'<path class="queued" d="M{x:g} 68l10 5l-10 5z"/>'
        yield f'<text x="{x + 16:g}" y="77">has not ended</text>'


def _class(kind: str, status: str) -> str:
    if kind == RAN:
        return f"s-{status}" if status in _LIGHT else "s-other"
    return kind


def _axis(drawn: Timeline, left: float, right: float, bottom: float) -> Iterable[str]:
    for tick in ticks(drawn, max(2, int((right - left) / _TICK_ROOM))):
        x = left + tick.share * (right - left)
        yield f'<line class="grid" x1="{x:.1f}" y1="{_TOP - 6}" x2="{x:.1f}" y2="{bottom:g}"/>'
        half = len(tick.label) * _CHARACTER / 2
        at = min(max(x, left + half), right + _EDGE - half)
        yield f'<text class="tick faint" x="{at:.1f}" y="{_TOP - 12}">{_text(tick.label)}</text>'


def _row(
    drawn: Timeline,
    row: Row,
    y: float,
    spacing: float,
    left: float,
    right: float,
    *,
    labelled: bool,
) -> Iterable[str]:
    told_of = "\n".join(f"{name} {_text(text)}" for name, text in told(drawn, row))
    yield f'<g class="shown"><title>{_text(row.id)} {_text(row.status)}\n{told_of}</title>'
    if labelled:
        status = left - _CHARACTER * (len(row.status) + 2)
        yield f'<text x="{_EDGE}" y="{y + 13:g}">{_text(row.id)}</text>'
        colour = f"s-{row.status}" if row.status in _LIGHT else ""
        yield f'<text class="{colour}" x="{status:.1f}" y="{y + 13:g}">{_text(row.status)}</text>'
        if not row.bars:
            yield f'<text class="faint" x="{left:g}" y="{y + 13:g}">no time is known</text>'
    for bar in row.bars:
        yield _bar(drawn, bar, row.status, y, spacing, left, right)
    yield "</g>"


def _bar(
    drawn: Timeline, bar: Bar, status: str, y: float, spacing: float, left: float, right: float
) -> str:
    begin, end = (
        left + drawn.share(time) * (right - left) for time in (bar.begin, bar.end or drawn.end)
    )
    gap = 1.0 if spacing == _TIGHT else 3.0 if bar.kind == RAN else 5.0
    high = spacing - 2 * gap
    style = _class(bar.kind, status)
    if bar.end is None:  # an arrow
        tip, top = min(high / 2, (end - begin) / 2), y + gap
        return (
            f'<path class="{style}" d="M{begin:.1f} {top:g}H{end - tip:.1f}L{end:.1f} {top + high / 2:g}'
            f'L{end - tip:.1f} {top + high:g}H{begin:.1f}z"/>'
        )
    width = max(1.0, end - begin) if bar.kind != UNCLEAR else max(6.0, end - begin)
    begin = min(begin, right - width)
    return f'<rect class="{style}" x="{begin:.1f}" y="{y + gap:g}" width="{width:.1f}" height="{high:g}"/>'
