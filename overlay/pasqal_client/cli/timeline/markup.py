"""The markup and the colours of a timeline's picture: what never changes of it."""

from __future__ import annotations

from typing import Final

from ..display.state_colours import TONES, Tone

MARK: Final = "<!-- pasqal jobs timeline -->"
"""Tells our files from those of others; it is among the first characters."""
FONTS: Final = 'ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace'

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
COLOURED: Final = {status: tone for status, tone in TONES.items() if tone in _LIGHT}


def _colours(
    back: str,
    text: str,
    faint: str,
    grid: str,
    queue: str,
    tones: dict[Tone, str],
) -> str:
    classes = {f"s-{status}": tones[tone] for status, tone in COLOURED.items()}
    classes["s-other"] = tones[Tone.OTHER]
    fills = [f".{name} {{ fill: {colour} }}" for name, colour in classes.items()]
    return (
        f".back {{ fill: {back} }} text {{ fill: {text} }} .faint {{ fill: {faint} }} "
        f".grid {{ stroke: {grid} }} .queued {{ fill: {queue} }} "
        f".unclear {{ fill: none; stroke: {faint} }} {' '.join(fills)}"
    )


# Without variables of CSS: programs that show pictures do not all know them.
STYLE: Final = f"""\
<style>
text {{ font: 12px {FONTS} }}
.title {{ font-size: 17px; font-weight: bold }} .tick {{ text-anchor: middle }}
.unclear {{ stroke-dasharray: 3 2 }} .shown:hover {{ opacity: 0.6 }}
{_colours("#ffffff", "#1d2127", "#5b6470", "#e1e5ea", "#b4bfcc", _LIGHT)}
@media (prefers-color-scheme: dark) {{
{_colours("#14171c", "#e8eaed", "#9aa4b1", "#2b313a", "#4d5866", _DARK)}
}}
</style>"""

HEAD: Final = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" \
viewBox="0 0 {width:g} {height:g}" role="img">
{mark}
<title>{title}: {summary}</title>
{style}
<rect class="back" width="{width:g}" height="{height:g}"/>
<text class="title" x="{edge}" y="32">{title}</text>
<text class="faint" x="{edge}" y="54">{summary} in {span}</text>"""
NOTE: Final = '<text class="faint" x="{edge}" y="{y:g}">{note}</text>'
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
