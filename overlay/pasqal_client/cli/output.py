"""Writes results: a table for people, or data for programs. Ids are never cut."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import sys
from typing import IO, TYPE_CHECKING, Any, Final, Generic, NamedTuple, TypeVar

from .column_widths import GAP, Need, aligned, fitted
from .field_text import UNKNOWN, cell, plain, zone
from .options import Format
from .safe_text import one_line
from .streams import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rich.console import Console

    from .. import Job
    from .options import Shape

T = TypeVar("T")

_RESET: Final = "\x1b[0m"

STYLES: Final = {
    "DONE": "green",
    "ERROR": "bold red",
    "RUNNING": "cyan",
    "PENDING": "yellow",
    "CANCELED": "dim",
}


class Column(NamedTuple):
    """A column of a table.

    Attributes:
        title: its heading.
        cells: its texts.
        rank: when it is let in if there is not room for all; see `fitting.Need`.
        wraps: whether its texts may be broken into lines.
        right: whether they stand to the right.
    """

    title: str
    cells: Sequence[str]
    rank: int = 0
    wraps: bool = False
    right: bool = False


def console_for(
    stream: IO[str], *, width: int | None = None, into: IO[str] | None = None
) -> Console:
    """Rich for a stream: with colours on a terminal only, and not where NO_COLOR is set.

    Args:
        stream: the stream.
        width: how wide it is; None to find out.
        into: what to write into instead; Rich has its own ideas about what to do when a stream
            breaks.
    """
    from rich.console import Console

    coloured = (
        stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )
    return Console(
        file=into or stream,
        width=width,
        force_terminal=stream.isatty(),
        color_system="auto" if coloured else None,
        highlight=False,
        markup=False,
        emoji=False,
    )


def room() -> int | None:
    """How wide a table may be; without a terminal as wide as it likes, unless COLUMNS says otherwise."""
    if sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdecimal():
        return shutil.get_terminal_size().columns
    return None


def table(columns: Sequence[Column]) -> str:
    """The text of a table that fits the terminal; columns without any content are left out."""
    filled = [
        column
        for column in columns
        if column.rank == 0 or any(text != "-" for text in column.cells)
    ]
    width = room()
    return _lines(filled) if width is None else _drawn(filled, width)


def _lines(columns: Sequence[Column]) -> str:
    """A line for each row, whole."""
    from rich.cells import cell_len

    padded = []
    for column in columns:
        texts = [column.title, *column.cells]
        lengths = [cell_len(text) for text in texts]
        width = aligned(lengths)
        blanks = [" " * max(0, width - length) for length in lengths]
        padded.append(
            [f"{b}{t}" if column.right else f"{t}{b}" for t, b in zip(texts, blanks, strict=True)]
        )
    return "".join(f"{(' ' * GAP).join(row).rstrip(' ')}\n" for row in zip(*padded, strict=True))


def _drawn(filled: Sequence[Column], room: int) -> str:
    """In that width, and with colours where these are wanted."""
    from rich.cells import cell_len
    from rich.table import Table
    from rich.text import Text

    needs = [Need(c.rank, max(map(cell_len, [c.title, *c.cells])), c.wraps) for c in filled]
    widths = fitted(needs, room)
    drawn = Table(box=None, padding=(0, GAP, 0, 0), pad_edge=False, header_style="bold")
    for place, width in widths.items():
        column = filled[place]
        drawn.add_column(
            Text(column.title),
            width=width,
            no_wrap=not column.wraps,
            overflow="fold",
            justify="right" if column.right else "left",
        )
    for row in zip(*(filled[place].cells for place in widths), strict=True):
        drawn.add_row(*(Text(text, style=STYLES.get(text, "")) for text in row))
    text = io.StringIO()
    console_for(sys.stdout, width=sum(widths.values()) + GAP * len(widths), into=text).print(drawn)
    return "".join(f"{_bare(line)}\n" for line in text.getvalue().splitlines())


def _bare(line: str) -> str:
    """A line without blanks at its end, also where a style ends after them."""
    bare = line.rstrip(" ")
    return bare.removesuffix(_RESET).rstrip(" ") + _RESET if bare.endswith(_RESET) else bare


def job_columns(jobs: Sequence[Job]) -> list[Column]:
    """The columns of a table of jobs."""
    times = zone(jobs)

    def column(
        title: str, name: str, rank: int, *, wraps: bool = False, right: bool = False
    ) -> Column:
        return Column(title, [cell(job, name) for job in jobs], rank, wraps, right)

    return [
        column("id", "id", 0),
        column("status", "status", 1),
        column(f"created ({times})", "created_at", 2),
        column("runs", "runs", 3, right=True),
        column(f"started ({times})", "start_timestamp", 6),
        column(f"ended ({times})", "end_timestamp", 7),
        column("batch", "batch_id", 5),
        column("errors", "errors", 4, wraps=True),
    ]


def count_columns(title: str, rows: Sequence[dict[str, Any]]) -> list[Column]:
    """The columns of a table of counts."""
    return [
        Column(title, [one_line(row[title]) for row in rows]),
        Column("jobs", [str(row["jobs"]) for row in rows], right=True),
    ]


def message_columns(rows: Sequence[dict[str, Any]]) -> list[Column]:
    """The columns of a table of error messages."""
    return [
        Column("jobs", [str(row["jobs"]) for row in rows], right=True),
        Column("message", [row["message"] for row in rows], 1, wraps=True),
        Column("example", [row["example"] for row in rows]),
    ]


def block(lines: Sequence[tuple[str, str]]) -> str:
    """Names and values in two columns, one below the other."""
    width = max(len(name) for name, _ in lines) + GAP
    indent = "\n" + " " * width
    return "".join(f"{name:<{width}}{text.replace(chr(10), indent)}\n" for name, text in lines)


class Writer(Generic[T]):
    """Writes records as they come where the format allows that, the others at the end.

    Args:
        shape: how to write.
        raw: a record as data.
        name: the id of a record.
        columns: the columns of the table.
        fields: the columns of CSV.
    """

    def __init__(
        self,
        shape: Shape,
        *,
        raw: Callable[[T], dict[str, Any]],
        name: Callable[[T], str],
        columns: Callable[[Sequence[T]], list[Column]],
        fields: Sequence[str],
    ) -> None:
        self._shape = shape
        self._raw = raw
        self._name = name
        self._columns = columns
        self._fields = fields
        self._held: list[T] = []
        self.count = 0

    @property
    def streams(self) -> bool:
        """Whether records are written as they come."""
        return self._shape.quiet or self._shape.output in (Format.JSONL, Format.CSV)

    @property
    def is_data(self) -> bool:
        """Whether it is programs that read it."""
        return self._shape.quiet or self._shape.output is not Format.TABLE

    def write(self, records: Iterable[T]) -> None:
        """Write some records."""
        records = list(records)
        if self._shape.quiet:
            text = "".join(f"{self._name(record)}\n" for record in records)
        elif self._shape.output is Format.JSONL:
            text = "".join(f"{json.dumps(self._raw(record))}\n" for record in records)
        elif self._shape.output is Format.CSV:
            text = self._csv(records)
        else:
            text = ""
            self._held.extend(records)
        self.count += len(records)
        emit(text)

    def close(self) -> None:
        """Write what is left to be written."""
        if self._shape.quiet or self._shape.output is Format.JSONL:
            return
        if self._shape.output is Format.JSON:
            emit(f"{json.dumps([self._raw(record) for record in self._held], indent=2)}\n")
        elif self._shape.output is Format.CSV:
            emit("" if self.count else self._csv([]))
        elif self._held:
            emit(table(self._columns(self._held)))

    def _csv(self, records: Sequence[T]) -> str:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        if not self.count:
            writer.writerow(self._fields)
        writer.writerows(
            [plain(self._raw(record).get(name)) for name in self._fields] for record in records
        )
        return text.getvalue()


def job_writer(shape: Shape) -> Writer[Job]:
    """Writes jobs; as data exactly as they were received."""
    from .. import Job

    return Writer(
        shape,
        raw=lambda job: job.to_dict(),
        name=lambda job: cell(job, "id"),
        columns=job_columns,
        fields=[field.wire for field in Job.describe()],
    )


def row_writer(
    shape: Shape,
    name: str,
    columns: Callable[[Sequence[dict[str, Any]]], list[Column]],
    fields: str,
) -> Writer[dict[str, Any]]:
    """Writes records that are dictionaries.

    Args:
        shape: how to write.
        name: the field that -q prints.
        columns: the columns of the table.
        fields: the fields, separated by blanks.
    """
    return Writer(
        shape,
        raw=dict,
        name=lambda row: plain(row.get(name, UNKNOWN)),
        columns=columns,
        fields=fields.split(),
    )


def on_terminal() -> bool:
    """Whether somebody sees stdout."""
    return sys.stdout.isatty()


def remark(line: str, *, below_table: bool) -> None:
    """Say something about the results: below a table on a terminal, else on stderr."""
    if line and below_table and on_terminal():
        emit(f"{one_line(line)}\n")
    elif line:
        say(line)


def emit(text: str) -> None:
    """Write to stdout, at once."""
    if text:
        sys.stdout.write(text)
        sys.stdout.flush()


def emit_json(data: dict[str, Any], shape: Shape) -> None:
    """Write one object as JSON: in one line as jsonl, else indented."""
    emit(f"{json.dumps(data, default=str, indent=None if shape.output is Format.JSONL else 2)}\n")
