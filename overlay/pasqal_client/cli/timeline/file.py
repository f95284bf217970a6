"""`pasqal jobs timeline`: where a timeline is drawn to, and what must not be lost there."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..display.output import emit
from ..display.tables import available_width
from ..display.words import many
from ..failures import CommandError, UsageMistake
from ..prompts import confirm, somebody_is_there
from ..streams import say
from ..times import parse_time
from .layout import YEARS
from .markup import MARK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ... import Job
    from .layout import Timeline

_PICTURE: Final = ".svg"
_PAGES: Final = (".html", ".htm")
_WIDTH: Final = 120
"""Columns without a terminal."""
_LOOKED_AT: Final = 1000
"""Characters of a file in which our mark has to be."""


def check_file(output: str | None, *, force: bool) -> Path | None:
    """The file to write, if nothing forbids that; None for the terminal.

    Raises:
        UsageMistake: the type of the file is unknown, or it exists and nobody can be asked.
        CommandError: it exists, and the person wants to keep it.
    """
    if output is None:
        return None
    path = Path(output)
    if path.suffix.lower() not in (_PICTURE, *_PAGES):
        raise UsageMistake(
            f"-o {output}: unknown type of file",
            "use a name that ends in .svg or .html",
        )
    # A timeline can be drawn again; whatever else stands there may be somebody's work.
    if force or not path.exists() or _is_timeline(path):
        return path
    taken = f"{output} exists and is not a timeline"
    if not somebody_is_there():
        raise UsageMistake(taken, "use --force to overwrite it, or choose another name")
    if not confirm(f"{taken}. Overwrite it?"):
        raise CommandError(f"{output} was kept")
    return path


def _is_timeline(path: Path) -> bool:
    with path.open(encoding="utf-8", errors="replace") as opened:
        return MARK in opened.read(_LOOKED_AT)


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

        emit(draw_text(timeline, available_width() or _WIDTH))
        return
    if path.suffix.lower() == _PICTURE:
        from .svg import draw_svg

        drawn = draw_svg(timeline)
    else:
        from .page import draw_page

        drawn = draw_page(timeline)
    path.write_text(drawn, encoding="utf-8")
    say(f"{path}: {many(len(timeline.rows), 'job')}")


def title(batches: Sequence[object], jobs: Sequence[Job]) -> str:
    """Which jobs these are."""
    if len(batches) == 1:
        return f"Batch {batches[0]}"
    return many(len(jobs), "job")
