"""What `pasqal jobs watch` shows at a terminal: how the jobs stand, drawn in place, and never more than it can hold."""

from __future__ import annotations

import io
import sys
from collections import deque
from contextlib import contextmanager, redirect_stderr
from functools import partial
from math import ceil
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

from attrs import frozen
from rich.cells import cell_len
from rich.console import Group
from rich.live import Live
from rich.text import Text

from ..display.column_widths import fit_columns
from ..display.columns import field_column
from ..display.field_text import NONE, cell, value, zone_name
from ..display.safe_text import one_line
from ..display.tables import Column, console_for, rich_table, style_of
from ..display.words import many

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console, RenderableType
    from rich.table import Table

    from ... import Job

_BAR: Final = 10
"""Cells of the bar of a job."""
_WIDEST_BAR: Final = 40
"""Cells of the bar of all jobs."""
_MOST_PROGRESS: Final = 999
"""Percent; what is more is shown as this."""
_WRITES_KEPT: Final = 200
"""How many of the last writes to stderr are kept until the end."""
_LOOK_AT_SIZE: Final = 0.2
"""Seconds between two looks at the size of the terminal."""


@frozen
class View:
    """How the jobs stand.

    Attributes:
        title: which jobs these are.
        seen_at: when they were last seen.
        counts: how many are in each state.
        active: those that have not ended.
        trouble: why the last look failed; empty if it did not.
    """

    title: str
    seen_at: str
    counts: dict[str, int]
    active: Sequence[Job]
    trouble: str = ""


def render(view: View, console: Console) -> Group:
    """Make a view of at most as many lines as the console has."""
    width, height = console.size
    head: list[RenderableType] = [
        _line(view.title, "bold"),
        _overall(view, width, console.encoding),
        _counts(view),
        Text(""),
    ]
    tail: list[RenderableType] = []
    if view.trouble:
        tail.append(_line(view.trouble, "bold red"))
    # Only the console knows how many lines a part takes: it breaks those that are too long.
    used = 0
    for part in [*head, *tail]:
        used += len(console.render_lines(part))
    active = _active(view.active, width, height - used, console.encoding)
    return Group(*head, active, *tail)


def _line(text: str, style: str = "") -> Text:
    return Text(one_line(text), style, overflow="fold")


def bar(done: float, width: int, encoding: str) -> str:
    """A bar of which a share, from 0 to 1, is filled."""
    full = "#"
    rest = "-"
    if "utf" in encoding:
        full = "█"
        rest = "░"
    share = max(0.0, min(1.0, done))
    # Rounded down: only what is done has a full bar.
    filled = int(share * width)
    return full * filled + rest * (width - filled)


def _overall(view: View, width: int, encoding: str) -> Text:
    """How many jobs have ended, after a bar if there is room for one."""
    total = sum(view.counts.values())
    ended = total - len(view.active)
    summary = f"  {ended} of {total} ended, as of {view.seen_at}"
    room = width - len(summary)
    if room < _BAR:
        return Text(summary.strip())
    share = 0.0
    if total:
        share = ended / total
    line = Text()
    line.append(bar(share, min(room, _WIDEST_BAR), encoding), "green")
    line.append(summary)
    return line


def _counts(view: View) -> Text:
    if not view.counts:
        return Text("no job matches yet")
    line = Text()
    for status, number in view.counts.items():
        if line:
            line.append("  ")
        line.append(f"{number} {status}", style_of(status))
    return line


def _active(
    jobs: Sequence[Job],
    width: int,
    height: int,
    encoding: str,
) -> RenderableType:
    """The jobs that have not ended, as many as there is room for, and how many more there are."""
    if not jobs:
        return Text("")
    columns = _columns(jobs, encoding)
    # Ids are never cut: in a narrow terminal each takes several lines.
    id_width = cell_len(cell(jobs[0], "id"))
    lines = ceil(id_width / max(1, width))
    # One line is for the heading, and one more to say how many jobs do not fit.
    shown = max(0, height - 1) // lines
    if shown >= len(jobs):
        return _table(columns, width, len(jobs))
    shown = max(0, height - 2) // lines
    if not shown:
        return _line(many(len(jobs), "active job"))
    more = _line(f"and {len(jobs) - shown} more")
    return Group(_table(columns, width, shown), more)


def _columns(jobs: Sequence[Job], encoding: str) -> list[Column]:
    """The columns that have any content; the ids come first, always."""
    zone = zone_name(jobs)
    progress = [_progress(job, encoding) for job in jobs]
    column = partial(field_column, jobs)
    columns = [
        column("id", "id", 0),
        column("status", "status", 1),
        Column("progress", progress, 2),
        column(f"started ({zone})", "start_timestamp", 3),
        column(f"created ({zone})", "created_at", 4),
        column("runs", "runs", 5, right=True),
        column("batch", "batch_id", 6),
    ]
    return [one for one in columns if one.rank == 0 or not one.is_empty]


def _progress(job: Job, encoding: str) -> str:
    progress = value(job, "progress")
    # Before it runs, a job has not made any, whatever the service says.
    if cell(job, "status") == "PENDING":
        return NONE
    if not isinstance(progress, int | float):
        return NONE
    percent = max(0, min(_MOST_PROGRESS, progress))
    return f"{bar(percent / 100, _BAR, encoding)} {percent:>3.0f}%"


def _table(columns: Sequence[Column], width: int, rows: int) -> Table:
    # The widths are those that all jobs need, so that columns stay where they are when jobs end.
    widths = fit_columns([column.need for column in columns], width)
    shown = [columns[place] for place in widths]
    narrowed = [min(wide, width) for wide in widths.values()]
    return rich_table(shown, narrowed, rows)


class Display:
    """A terminal on which views are shown, each in the place of the one before; its size may change."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live: Live | None = None
        self._view = View("", "", {}, ())
        self._size = console.size

    def show(self, view: View) -> None:
        """Show a view."""
        self._view = view
        if self._live is not None:
            self._live.refresh()

    @contextmanager
    def session(self) -> Iterator[None]:
        """Take the terminal, and give it back as it was."""
        # The other screen of the terminal: what is drawn there is not shifted by lines that wrap at
        # another width.
        self._live = Live(
            get_renderable=self._render,
            console=self._console,
            screen=True,
            auto_refresh=False,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        with (
            _hold_back_stderr(),
            self._live,
            self._follow_size(self._live),
        ):
            yield

    def _render(self) -> Group:
        self._size = self._console.size
        return render(self._view, self._console)

    @contextmanager
    def _follow_size(self, live: Live) -> Iterator[None]:
        """Draw the view again whenever the terminal has another size."""
        over = Event()

        def follow() -> None:
            while not over.wait(_LOOK_AT_SIZE):
                if self._console.size != self._size:
                    live.refresh()

        thread = Thread(target=follow, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def display() -> Display:
    """The display for stdout."""
    return Display(console_for(sys.stdout))


def can_draw() -> bool:
    """Whether stdout is a terminal that can be drawn on."""
    console = console_for(sys.stdout)
    return console.is_terminal and not console.is_dumb_terminal


class _LastTexts(io.TextIOBase):
    """Keeps the last texts that are written."""

    def __init__(self) -> None:
        self.texts: deque[str] = deque(maxlen=_WRITES_KEPT)

    def write(self, text: str) -> int:
        self.texts.append(text)
        return len(text)


@contextmanager
def _hold_back_stderr() -> Iterator[None]:
    """Keep what goes to stderr, such as warnings, and write it once the display is closed."""
    # What goes into a file does not disturb the display, and may be read at once.
    if not sys.stderr.isatty():
        yield
        return
    kept = _LastTexts()
    try:
        with redirect_stderr(kept):
            yield
    finally:
        sys.stderr.write("".join(kept.texts))
