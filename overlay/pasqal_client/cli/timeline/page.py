"""A page with the picture of a timeline and a table of the same jobs, without scripts or anything from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .axis import facts
from .markup import FONTS, MARK
from .svg import MOST, picture, safe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .layout import Timeline

_STYLE: Final = f"""\
<style>
:root {{ color-scheme: light dark }}
body {{ margin: 0; background: #ffffff; color: #1d2127 }}
body, table {{ font: 12px {FONTS} }}
svg {{ display: block; max-width: 100%; height: auto }}
table {{ border-collapse: collapse; margin: 0 20px 20px }}
th, td {{ padding: 2px 16px 2px 0; text-align: left; white-space: nowrap }}
@media (prefers-color-scheme: dark) {{ body {{ background: #14171c; color: #e8eaed }} }}
</style>"""

# The policy keeps a browser from loading or running anything, should a text ever get past `safe`.
_HEAD: Final = """\
<!doctype html>
{mark}
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width"><title>{title}: timeline</title>
{style}
</head><body>"""
_END: Final = """\
</tbody></table>
</body></html>
"""


def draw_page(timeline: Timeline) -> str:
    """The timeline as a page."""
    return "\n".join(_lines(timeline))


def _lines(timeline: Timeline) -> Iterator[str]:
    yield _HEAD.format(
        mark=MARK,
        title=safe(timeline.title),
        style=_STYLE,
    )
    yield from picture(timeline)
    zone = timeline.zone_name
    headings = [
        "id",
        "status",
        f"created ({zone})",
        f"started ({zone})",
        f"ended ({zone})",
        "queued",
        "ran",
    ]
    yield f"<table><thead><tr>{_cells('th', headings)}</tr></thead><tbody>"
    for row in timeline.rows[:MOST]:
        texts = [row.id, row.status]
        for _, text in facts(timeline, row):
            texts.append(text)
        yield f"<tr>{_cells('td', texts)}</tr>"
    yield _END


def _cells(tag: str, texts: list[str]) -> str:
    return "".join(f"<{tag}>{safe(text)}</{tag}>" for text in texts)
