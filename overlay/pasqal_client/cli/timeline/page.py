"""A page with the picture of a timeline and a table of the same jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..pictures import page
from .axis import facts
from .markup import MARK
from .svg import MOST, picture

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .layout import Timeline


def draw_page(timeline: Timeline) -> str:
    """The timeline as a page."""
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
    return page.draw_page(
        MARK, timeline.title, "timeline", picture(timeline), headings, _rows(timeline)
    )


def _rows(timeline: Timeline) -> Iterator[list[str]]:
    for row in timeline.rows[:MOST]:
        texts = [row.id, row.status]
        for _, text in facts(timeline, row):
            texts.append(text)
        yield texts
