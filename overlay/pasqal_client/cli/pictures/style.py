"""The colours and fonts of pictures, light and dark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import frozen

from ..display.state_colours import TONES, Tone

if TYPE_CHECKING:
    from collections.abc import Callable

FONTS: Final = 'ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace'
WIDTH: Final = 1200
"""Pixels; a picture is wider only if something in it cannot be narrower."""
EDGE: Final = 20
"""Pixels around what is drawn."""
# Nothing here can measure text.
CHARACTER: Final = 7.4
"""The width of a character at 12 px in the widest of the fonts."""


@frozen
class Palette:
    """Colours that are readable on one background.

    Attributes:
        back: the background.
        text: text.
        faint: text that matters less.
        grid: lines behind what is drawn.
        pale: a surface that matters less.
        accent: a surface without a state.
        tones: what has a state.
    """

    back: str
    text: str
    faint: str
    grid: str
    pale: str
    accent: str
    tones: dict[Tone, str]


# What waits has no tone: it has not run, and only what did is drawn in the colour of a
# state.
LIGHT: Final = Palette(
    back="#ffffff",
    text="#1d2127",
    faint="#5b6470",
    grid="#e1e5ea",
    pale="#b4bfcc",
    accent="#3f51b5",
    tones={
        Tone.GOOD: "#2e7d32",
        Tone.BAD: "#c62828",
        Tone.BUSY: "#0277bd",
        Tone.DROPPED: "#6d6d6d",
        Tone.OTHER: "#7b1fa2",
    },
)
DARK: Final = Palette(
    back="#14171c",
    text="#e8eaed",
    faint="#9aa4b1",
    grid="#2b313a",
    pale="#4d5866",
    accent="#9fa8da",
    tones={
        Tone.GOOD: "#66bb6a",
        Tone.BAD: "#ff6b62",
        Tone.BUSY: "#4fc3f7",
        Tone.DROPPED: "#a8a8a8",
        Tone.OTHER: "#ce93d8",
    },
)
_COLOURED: Final = {status: tone for status, tone in TONES.items() if tone in LIGHT.tones}


def state_class(status: str) -> str:
    """The class that gives a text the colour of its state; empty for a state without one."""
    if status in _COLOURED:
        return f"s-{status}"
    return ""


def style_sheet(rules: str, colours: Callable[[Palette], str]) -> str:
    """The style of a picture.

    Args:
        rules: what this kind of picture has beside texts and titles.
        colours: its rules with colours.
    """
    # Without variables of CSS: programs that show pictures do not all know them.
    return f"""\
<style>
text {{ font: 12px {FONTS} }}
.title {{ font-size: 17px; font-weight: bold }} .tick {{ text-anchor: middle }}
.shown:hover {{ opacity: 0.6 }} {rules}
{_shared(LIGHT)} {colours(LIGHT)}
@media (prefers-color-scheme: dark) {{
{_shared(DARK)} {colours(DARK)}
}}
</style>"""


def _shared(palette: Palette) -> str:
    classes = {f"s-{status}": palette.tones[tone] for status, tone in _COLOURED.items()}
    classes["s-other"] = palette.tones[Tone.OTHER]
    fills = [f".{name} {{ fill: {colour} }}" for name, colour in classes.items()]
    return (
        f".back {{ fill: {palette.back} }} text {{ fill: {palette.text} }} "
        f".faint {{ fill: {palette.faint} }} .grid {{ stroke: {palette.grid} }} {' '.join(fills)}"
    )
