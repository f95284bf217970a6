"""Tables for people, and what stdout can show: as wide as the terminal, or in whole lines. Ids are never cut."""

from __future__ import annotations

import io
import os
import shutil
import sys
from itertools import islice
from typing import IO, TYPE_CHECKING, Final

from attrs import frozen

from .column_widths import GAP, Need, aligned_width, fit_columns
from .field_text import NONE
from .state_colours import Tone, tone_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Literal

    from rich.console import Console
    from rich.table import Table

_RESET: Final = "\x1b[0m"
_DRAWING_WIDTH: Final = 120
"""Columns of a drawing where nothing says how many there are."""

_STYLES: Final = {
    Tone.GOOD: "green",
    Tone.BAD: "bold red",
    Tone.BUSY: "cyan",
    Tone.WAITING: "yellow",
    Tone.DROPPED: "dim",
    Tone.OTHER: "",
}


@frozen
class Column:
    """A column of a table.

    Attributes:
        title: its heading.
        cells: its texts.
        rank: when it gets room if there is not enough for all; see `column_widths.Need`.
        wraps: whether its texts may be broken into lines.
        right: whether they are aligned to the right.
    """

    title: str
    cells: Sequence[str]
    rank: int = 0
    wraps: bool = False
    right: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether no cell has any content."""
        return all(text == NONE for text in self.cells)

    @property
    def need(self) -> Need:
        """What the column needs to be shown."""
        from rich.cells import cell_len

        texts = [self.title, *self.cells]
        return Need(
            rank=self.rank,
            width=max(cell_len(text) for text in texts),
            wraps=self.wraps,
        )

    @property
    def justify(self) -> Literal["left", "right"]:
        """The same as `right`, in the words of Rich."""
        if self.right:
            return "right"
        return "left"


def style_of(text: str) -> str:
    """The style of a cell on a terminal: what is the name of a state has the colour of the state."""
    return _STYLES[tone_of(text)]


def console_for(
    stream: IO[str],
    *,
    width: int | None = None,
    into: IO[str] | None = None,
) -> Console:
    """Rich for a stream: with colours on a terminal only, and not where NO_COLOR is set.

    Args:
        stream: the stream.
        width: how wide it is; None to find out.
        into: what to write into instead; Rich has its own ideas about what to do when a stream
            breaks.
    """
    from rich.console import Console

    is_terminal = stream.isatty()
    colours: Literal["auto"] | None = None
    # With NO_COLOR, Rich itself would leave out colours only, and go on writing bold and dim.
    if is_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb":
        colours = "auto"
    return Console(
        file=into or stream,
        width=width,
        force_terminal=is_terminal,
        color_system=colours,
        highlight=False,
        markup=False,
        emoji=False,
    )


def _available_width() -> int | None:
    """How wide a table may be; None for any width, without a terminal and without COLUMNS."""
    if sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdecimal():
        return shutil.get_terminal_size().columns
    return None


def drawing_width() -> int:
    """How wide a drawing with characters is."""
    return _available_width() or _DRAWING_WIDTH


def has_blocks() -> bool:
    """Whether stdout can show block characters."""
    # Programs may have replaced stdout by a stream without an encoding, or with None.
    encoding = getattr(sys.stdout, "encoding", None) or ""
    return "utf" in encoding.lower()


def table(columns: Sequence[Column]) -> str:
    """The text of a table that fits the terminal; columns without any content are left out."""
    filled = [column for column in columns if column.rank == 0 or not column.is_empty]
    width = _available_width()
    # Not with Rich: it wraps every cell, which takes long where a text is long, and here none is cut.
    if width is None:
        return _whole_lines(filled)
    return _fit_table(filled, width)


def _whole_lines(columns: Sequence[Column]) -> str:
    """A line for each row, however wide."""
    padded = [_pad(column) for column in columns]
    gap = " " * GAP
    lines = []
    for row in zip(*padded, strict=True):
        line = gap.join(row)
        lines.append(line.rstrip(" ") + "\n")
    return "".join(lines)


def _pad(column: Column) -> list[str]:
    """The texts of a column, the heading first, padded to one width."""
    from rich.cells import cell_len

    texts = [column.title, *column.cells]
    lengths = [cell_len(text) for text in texts]
    width = aligned_width(lengths)
    padded = []
    for text, length in zip(texts, lengths, strict=True):
        blanks = " " * (width - length)
        if column.right:
            padded.append(blanks + text)
        else:
            padded.append(text + blanks)
    return padded


def _fit_table(columns: Sequence[Column], room: int) -> str:
    """The table in that width, with colours where these are wanted."""
    widths = fit_columns([column.need for column in columns], room)
    shown = [columns[place] for place in widths]
    # As wide as the table, not as the terminal: Rich would narrow what does not fit, ids included.
    width = sum(widths.values()) + GAP * len(widths)
    into = io.StringIO()
    console = console_for(
        sys.stdout,
        width=width,
        into=into,
    )
    console.print(rich_table(shown, widths.values()))
    lines = into.getvalue().splitlines()
    return "".join(_strip_end(line) + "\n" for line in lines)


def rich_table(
    columns: Sequence[Column],
    widths: Iterable[int],
    most: int | None = None,
) -> Table:
    """A table for Rich; texts that are wider than their column are folded.

    Args:
        columns: the columns.
        widths: the width of each.
        most: how many rows are shown at most.
    """
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=None, padding=(0, GAP, 0, 0), pad_edge=False, header_style="bold")
    for column, width in zip(columns, widths, strict=True):
        title = Text(column.title)
        grid.add_column(title, width=width, overflow="fold", justify=column.justify)
    rows = zip(*(column.cells for column in columns), strict=True)
    for row in islice(rows, most):
        grid.add_row(*(Text(text, style_of(text)) for text in row))
    return grid


def _strip_end(line: str) -> str:
    """A line without blanks at its end, even if a style ends after them."""
    bare = line.rstrip(" ")
    if not bare.endswith(_RESET):
        return bare
    return bare.removesuffix(_RESET).rstrip(" ") + _RESET
