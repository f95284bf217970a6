"""The markup that all pictures share."""

from __future__ import annotations

from html import escape
from typing import Final

from ..display.safe_text import one_line

HEAD: Final = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" \
viewBox="0 0 {width:g} {height:g}" role="img">
{mark}
<title>{title}: {summary}</title>
{style}
<rect class="back" width="{width:g}" height="{height:g}"/>
<text class="title" x="{edge}" y="32">{title}</text>
<text class="faint" x="{edge}" y="54">{line}</text>"""
NOTE: Final = '<text class="faint" x="{x:g}" y="{y:g}">{note}</text>'


def safe(text: str) -> str:
    """A text that nothing in a picture or a page can take for markup."""
    return escape(one_line(text))
