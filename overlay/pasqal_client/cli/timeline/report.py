"""`pasqal jobs timeline`: up to when jobs are drawn, under which title, and where."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ..display.output import emit
from ..display.tables import drawing_width
from ..display.words import many
from ..failures import UsageMistake
from ..pictures.file import write_file
from ..streams import say
from ..times import parse_time
from .layout import YEARS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ... import Job
    from .layout import Timeline


def read_now(now: str | None) -> datetime:
    """The time up to which jobs that have not ended are drawn.

    Raises:
        UsageMistake: no timeline reaches that far.
    """
    current = datetime.now().astimezone()
    if now is None:
        return current
    time = parse_time("--now", now, current)
    if time.year not in YEARS:
        raise UsageMistake(
            f"--now: a timeline cannot reach the year {time.year}",
            f"use a year from {YEARS[0]} to {YEARS[-1]}",
        )
    return time


def draw(timeline: Timeline, path: Path | None) -> None:
    """Draw a timeline into a file, or on stdout."""
    # Each way of drawing is imported where it is used: Rich takes longer to load than a file to write.
    if path is None:
        from .text import draw_text

        emit(draw_text(timeline, drawing_width()))
        return
    from .page import draw_page
    from .svg import draw_svg

    write_file(path, lambda: draw_svg(timeline), lambda: draw_page(timeline))
    say(f"{path}: {many(len(timeline.rows), 'job')}")


def title(batches: Sequence[object], jobs: Sequence[Job]) -> str:
    """Which jobs these are."""
    if len(batches) == 1:
        return f"Batch {batches[0]}"
    return many(len(jobs), "job")
