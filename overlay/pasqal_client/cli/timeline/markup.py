"""The markup and the colours of a timeline's picture: what never changes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ..pictures.file import Kind
from ..pictures.style import style_sheet

if TYPE_CHECKING:
    from ..pictures.style import Palette

MARK: Final = "<!-- pasqal jobs timeline -->"
KIND: Final = Kind("a timeline", MARK)


def _colours(palette: Palette) -> str:
    return f".queued {{ fill: {palette.pale} }} .unclear {{ fill: none; stroke: {palette.faint} }}"


STYLE: Final = style_sheet(".unclear { stroke-dasharray: 3 2 }", _colours)

KEY: Final = """\
<rect class="{style}" x="{x:g}" y="68" width="22" height="10" rx="2"/>
<text x="{text_x:g}" y="77">{name}</text>"""
OPEN_KEY: Final = """\
<path class="queued" d="M{x:g} 68l10 5l-10 5z"/>
<text x="{text_x:g}" y="77">has not ended</text>"""
TICK: Final = """\
<line class="grid" x1="{x:.1f}" y1="{line_top}" x2="{x:.1f}" y2="{bottom:g}"/>
<text class="tick faint" x="{text_x:.1f}" y="{text_y}">{label}</text>"""
ROW: Final = """\
<g class="shown"><title>{id} {status}
{facts}</title>"""
LABEL: Final = """\
<text x="{edge}" y="{y:g}">{id}</text>
<text class="{style}" x="{x:.1f}" y="{y:g}">{status}</text>"""
NO_BARS: Final = '<text class="faint" x="{x:g}" y="{y:g}">no time is known</text>'
BAR: Final = """\
<rect class="{style}" x="{x:.1f}" y="{y:g}" width="{width:.1f}" height="{height:g}"/>"""
ARROW: Final = """\
<path class="{style}" d="M{begin:.1f} {top:g}H{neck:.1f}L{tip:.1f} {middle:g}L{neck:.1f} {bottom:g}H{begin:.1f}z"/>"""
