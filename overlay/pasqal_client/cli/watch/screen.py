"""What `pasqal jobs watch` shows at a terminal: how the jobs stand, drawn in place, and never more than it can hold."""

from __future__ import annotations

import io
import sys
from collections import deque
from contextlib import contextmanager, redirect_stderr
from math import ceil
from threading import Event, Thread
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.cells import cell_len
from rich.console import Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from ..column_widths import GAP, Need, fitted
from ..field_text import NONE, cell, value, zone
from ..output import STYLES, Column, console_for
from ..safe_text import many, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console, RenderableType

    from ... import Job

BAR: Final = 10
"""Cells of the bar of a job."""
WIDEST_BAR: Final = 40
"""Cells of the bar of them all."""
MOST_PROGRESS: Final = 999
"""Percent; what is more is shown as this."""
LINES_KEPT: Final = 200
"""How much of what was said meanwhile is said again at the end."""
_LOOK_AT_SIZE: Final = 0.2


class View(NamedTuple):
    """How the jobs stand.

    Attributes:
        title: which jobs these are.
        at: when they were last seen.
        counts: how many are in each state.
        active: those that have not ended.
        trouble: why the last look failed; empty if it did not.
    """

    title: str
    at: str
    counts: dict[str, int]
    active: Sequence[Job]
    trouble: str = ""


def drawn(view: View, console: Console) -> Group:
    """A view in no more lines than the console has."""
    width, height = console.size
    parts: list[RenderableType] = [
        _line(view.title, "bold"),
        _overall(view, width, console.encoding),
        _counts(view),
        Text(""),
    ]
    tail = [_line(view.trouble, "bold red")] if view.trouble else []
    used = sum(len(console.render_lines(part)) for part in [*parts, *tail])
    parts.append(_active(view.active, width, height - used, console.encoding))
    return Group(*parts, *tail)


def _line(text: str, style: str = "") -> Text:
    return Text(one_line(text), style, overflow="fold")


def bar(done: float, width: int, encoding: str) -> str:
    """A bar of which a share, from 0 to 1, is filled."""
    full, rest = ("█", "░") if "utf" in encoding else ("#", "-")
    filled = int(max(0.0, min(1.0, done)) * width)
    return full * filled + rest * (width - filled)


def _overall(view: View, width: int, encoding: str) -> Text:
    total = sum(view.counts.values())
    ended = total - len(view.active)
    said = f"  {ended} of {total} ended, as of {view.at}"
    room = min(WIDEST_BAR, width - len(said))
    shown = bar(ended / total if total else 0, room, encoding) if room >= BAR else ""
    return Text.assemble((shown, "green"), said if shown else said.strip())


def _counts(view: View) -> Text:
    parts = [
        (f"{number} {status}", STYLES.get(status, "")) for status, number in view.counts.items()
    ]
    return (
        Text("  ").join(Text(text, style) for text, style in parts)
        if parts
        else Text("no job matches yet")
    )


def _active(jobs: Sequence[Job], width: int, height: int, encoding: str) -> RenderableType:
    """The jobs that have not ended, as many as there is room for, and how many more there are."""
    if not jobs:
        return Text("")
    columns = _columns(jobs, encoding)
    lines = ceil(cell_len(columns[0].cells[0]) / max(1, width))
    room = max(0, height - 1) // lines
    shown = len(jobs) if len(jobs) <= room else max(0, (height - 2) // lines)
    parts: list[RenderableType] = [_table(columns, width, shown)] if shown else []
    if shown < len(jobs):
        more = len(jobs) - shown
        parts.append(_line(f"and {more} more" if shown else many(more, "active job")))
    return Group(*parts)


def _columns(jobs: Sequence[Job], encoding: str) -> list[Column]:
    times = zone(jobs)

    def column(title: str, name: str, rank: int, *, right: bool = False) -> Column:
        return Column(title, [cell(job, name) for job in jobs], rank, right=right)

    columns = [
        column("id", "id", 0),
        column("status", "status", 1),
        Column("progress", [_progress(job, encoding) for job in jobs], 2),
        column(f"started ({times})", "start_timestamp", 3),
        column(f"created ({times})", "created_at", 4),
        column("runs", "runs", 5, right=True),
        column("batch", "batch_id", 6),
    ]
    return [one for one in columns if one.rank == 0 or any(text != NONE for text in one.cells)]


def _progress(job: Job, encoding: str) -> str:
    progress = value(job, "progress")
    if cell(job, "status") == "PENDING" or not isinstance(progress, int | float):
        return NONE
    shown = max(0, min(MOST_PROGRESS, progress))
    return f"{bar(shown / 100, BAR, encoding)} {shown:>3.0f}%"


def _table(columns: Sequence[Column], width: int, rows: int) -> Table:
    needs = [Need(one.rank, max(map(cell_len, [one.title, *one.cells]))) for one in columns]
    widths = fitted(needs, width)
    table = Table(box=None, padding=(0, GAP, 0, 0), pad_edge=False, header_style="bold")
    for place, wide in widths.items():
        table.add_column(
            Text(columns[place].title),
            width=min(wide, width),
            overflow="fold",
            justify="right" if columns[place].right else "left",
        )
    for row in list(zip(*(columns[place].cells for place in widths), strict=True))[:rows]:
        table.add_row(*(Text(text, style=STYLES.get(text, "")) for text in row))
    return table


class Display:
    """A terminal on which views are shown, each in the place of the one before; also after it has another size."""

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
    def shown(self) -> Iterator[None]:
        """Take the terminal, and give it back as it was."""
        # The other screen of the terminal: what is drawn there is not shifted by lines that wrap at
        # another width.
        with (
            _said_later(),
            Live(
                get_renderable=self._drawn,
                console=self._console,
                screen=True,
                auto_refresh=False,
                redirect_stdout=False,
                redirect_stderr=False,
            ) as self._live,
            self._following(self._live),
        ):
            yield

    def _drawn(self) -> Group:
        self._size = self._console.size
        return drawn(self._view, self._console)

    @contextmanager
    def _following(self, live: Live) -> Iterator[None]:
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
    """The terminal that stdout is."""
    return Display(console_for(sys.stdout))


def is_possible() -> bool:
    """Whether stdout is a terminal that can be drawn on."""
    console = console_for(sys.stdout)
    return console.is_terminal and not console.is_dumb_terminal


class _Kept(io.TextIOBase):
    """Keeps the last lines that are written."""

    def __init__(self) -> None:
        self.parts: deque[str] = deque(maxlen=LINES_KEPT)

    def write(self, text: str) -> int:
        self.parts.append(text)
        return len(text)


@contextmanager
def _said_later() -> Iterator[None]:
    """What is said on a terminal meanwhile, such as warnings, is said when the display has gone."""
    if not sys.stderr.isatty():
        yield
        return
    kept = _Kept()
    try:
        with redirect_stderr(kept):
            yield
    finally:
        sys.stderr.write("".join(kept.parts))
