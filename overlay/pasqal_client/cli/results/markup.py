"""The markup and the colours of pictures of results: what never changes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ..pictures.file import Kind
from ..pictures.style import style_sheet

if TYPE_CHECKING:
    from ..pictures.style import Palette

MARK: Final = "<!-- pasqal jobs results -->"
KIND: Final = Kind("a picture of results", MARK)


def _colours(palette: Palette) -> str:
    return (
        f".bar {{ fill: {palette.accent} }} .line {{ stroke: {palette.accent} }} "
        f".job {{ fill: {palette.pale} }}"
    )


STYLE: Final = style_sheet(
    ".head { font-weight: bold } .number { text-anchor: end } "
    ".line { fill: none; stroke-width: 1.5 }",
    _colours,
)

GROUP: Final = '<g class="shown"><title>{title}</title>'
TEXT: Final = '<text class="{style}" x="{x:.1f}" y="{y:g}">{text}</text>'
BAR: Final = '<rect class="bar" x="{x:.1f}" y="{y:g}" width="{width:.1f}" height="11"/>'
GRID: Final = '<line class="grid" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'
LINE: Final = '<polyline class="line" points="{points}"/>'
DOT: Final = '<circle class="{style}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}"/>'
