"""`pasqal jobs timeline`: where a timeline is drawn to, and what must not be lost there."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..exit_codes import CommandError, UsageMistake
from ..output import emit, room
from ..prompts import confirm, somebody_is_there
from ..safe_text import many
from ..streams import say
from ..times import parse_time
from .layout import YEARS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ... import Job
    from .layout import Timeline

SUFFIXES: Final = {".svg": "svg", ".html": "html", ".htm": "html"}
WIDTH: Final = 120
"""Columns where there is no terminal."""
_LOOKED_AT: Final = 1000
"""Characters of a file in which our mark has to be."""


def checked(output: str | None, *, force: bool) -> Path | None:
    """The file to write, after everything that forbids it; None for the terminal.

    Raises:
        UsageMistake: its name does not tell what to write, or it exists and nobody can be asked.
        CommandError: it exists, and the person wants to keep it.
    """
    if output is None:
        return None
    path = Path(output)
    if path.suffix.lower() not in SUFFIXES:
        raise UsageMistake(f"-o {output}: what is it to be?", "end the name in .svg or .html")
    if force or not path.exists() or _is_timeline(path):
        return path
    if not somebody_is_there():
        raise UsageMistake(
            f"{output} exists and is not a timeline",
            "say --force to overwrite it, or take another name",
        )
    if not confirm(f"{output} exists and is not a timeline. Overwrite it?"):
        raise CommandError(f"{output} was kept")
    return path


def _is_timeline(path: Path) -> bool:
    from .svg import MARK

    with path.open(encoding="utf-8", errors="replace") as opened:
        return MARK in opened.read(_LOOKED_AT)


def present(now: str | None) -> datetime:
    """What to take for the present time.

    Raises:
        UsageMistake: no timeline reaches that far.
    """
    current = datetime.now().astimezone()
    if now is None:
        return current
    time = parse_time("--now", now, current)
    if time.year not in YEARS:
        raise UsageMistake(f"--now: a timeline does not reach the year {time.year}")
    return time


def draw(drawn: Timeline, path: Path | None) -> None:
    """Draw a timeline into a file, or on stdout."""
    if path is None:
        from .text import text

        emit(text(drawn, room() or WIDTH))
        return
    from . import svg

    made = svg.svg(drawn) if SUFFIXES[path.suffix.lower()] == "svg" else svg.html(drawn)
    path.write_text(made, encoding="utf-8")
    say(f"{path}: {many(len(drawn.rows), 'job')}")


def title(batches: Sequence[object], jobs: Sequence[Job]) -> str:
    """Which jobs these are."""
    return f"Batch {batches[0]}" if len(batches) == 1 else f"{many(len(jobs), 'job')}"
