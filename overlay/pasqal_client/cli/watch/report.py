"""Where a watch is shown: on a terminal's screen, or as a line for each change."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import TYPE_CHECKING

from ..display.columns import count_columns
from ..display.output import emit, on_terminal
from ..display.safe_text import one_line
from ..display.tables import table
from ..display.words import tally
from ..streams import say
from . import screen
from .screen import Display, View

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .state import Change, WatchedJobs


def report_for(jobs: WatchedJobs, title: str, interval: float) -> ScreenReport | LineReport:
    """A report for what stdout is.

    Args:
        jobs: the jobs that are watched.
        title: which jobs these are, in words that follow their number.
        interval: seconds between two looks.
    """
    if on_terminal() and screen.can_draw():
        return ScreenReport(jobs, title, interval)
    return LineReport(jobs)


class ScreenReport:
    """Shows how the jobs stand on a terminal, always in the same place."""

    def __init__(self, jobs: WatchedJobs, title: str, interval: float) -> None:
        self._jobs = jobs
        self._title = title
        self._interval = interval
        self._display: Display = screen.display()
        self._seen_at = ""

    def session(self) -> AbstractContextManager[None]:
        """Take the terminal for as long as something is shown."""
        return self._display.session()

    def show_changes(self, _changes: Sequence[Change]) -> None:
        """Show how the jobs stand now."""
        self._seen_at = f"{datetime.now().astimezone():%H:%M:%S}"
        self._show("")

    def show_trouble(self, trouble: str) -> None:
        """Show why a look failed, below how the jobs stood before."""
        self._show(trouble)

    def show_end(self) -> None:
        """Print the final numbers, below whatever was on the terminal before."""
        rows = []
        for status, number in self._jobs.counts.items():
            rows.append({"status": status, "jobs": number})
        emit(table(count_columns("status", rows)))

    def _show(self, trouble: str) -> None:
        title = f"{self._jobs.total_text} {self._title}".strip()
        view = View(
            title=f"{title}, every {self._interval:g} s; Ctrl-C ends it",
            seen_at=self._seen_at,
            counts=self._jobs.counts,
            active=self._jobs.active,
            trouble=trouble,
        )
        self._display.show(view)


class LineReport:
    """Writes a line for each change."""

    def __init__(self, jobs: WatchedJobs) -> None:
        self._jobs = jobs
        self._has_begun = False

    def session(self) -> AbstractContextManager[None]:
        """Do nothing: lines leave everything as it is."""
        return nullcontext()

    def show_changes(self, changes: Sequence[Change]) -> None:
        """Write the numbers at first, then what has changed."""
        if not self._has_begun:
            # At the beginning every job is new: a line for each would say nothing.
            self._has_begun = True
            self._write_numbers()
            return
        now = _now()
        text = ""
        for change in changes:
            before = change.before or "(new)"
            text += f"{now} {change.id} {before} -> {change.after}\n"
        # All at once: what reads the lines sees a look whole, or nothing of it.
        emit(text)

    def show_trouble(self, trouble: str) -> None:
        """Say why a look failed."""
        say(one_line(f"pasqal: {trouble}"))

    def show_end(self) -> None:
        """Write the numbers."""
        self._write_numbers()

    def _write_numbers(self) -> None:
        numbers = "no job matches"
        if self._jobs:
            numbers = f"{self._jobs.total_text}: {tally(self._jobs.counts)}"
        emit(f"{_now()} {numbers}\n")


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
