"""The frame of a page with a picture and a table, without scripts or anything from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .markup import safe
from .style import DARK, FONTS, LIGHT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_STYLE: Final = f"""\
<style>
:root {{ color-scheme: light dark }}
body {{ margin: 0; background: {LIGHT.back}; color: {LIGHT.text} }}
body, table {{ font: 12px {FONTS} }}
svg {{ display: block; max-width: 100%; height: auto }}
table {{ border-collapse: collapse; margin: 0 20px 20px }}
th, td {{ padding: 2px 16px 2px 0; text-align: left; white-space: nowrap }}
@media (prefers-color-scheme: dark) {{ body {{ background: {DARK.back}; color: {DARK.text} }} }}
</style>"""

# The policy keeps a browser from loading or running anything, should a text ever get past `safe`.
_HEAD: Final = """\
<!doctype html>
{mark}
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width"><title>{title}: {kind}</title>
{style}
</head><body>"""
_END: Final = """\
</tbody></table>
</body></html>
"""


def draw_page(
    mark: str,
    title: str,
    kind: str,
    picture: Iterable[str],
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
) -> str:
    """A page.

    Args:
        mark: what tells our files from those of others.
        title: what the page is about.
        kind: what it shows of that.
        picture: the lines of the picture.
        headings: the headings of the table.
        rows: its rows.
    """
    lines = [
        _HEAD.format(
            mark=mark,
            title=safe(title),
            kind=kind,
            style=_STYLE,
        ),
        *picture,
        *_table(headings, rows),
        _END,
    ]
    return "\n".join(lines)


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"<table><thead><tr>{_cells('th', headings)}</tr></thead><tbody>"
    for texts in rows:
        yield f"<tr>{_cells('td', texts)}</tr>"


def _cells(tag: str, texts: Sequence[str]) -> str:
    return "".join(f"<{tag}>{safe(text)}</{tag}>" for text in texts)
