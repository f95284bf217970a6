"""Jobs in a CSV file: a line for each, with a column for each variable, and one for the runs.

A spreadsheet writes more than that: a mark at the beginning, semicolons where commas are decimal
points, empty lines and columns at the end.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ..._display import quoted
from ..failures import UsageMistake
from .variable_values import parse_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_RUNS: Final = "runs"
_DELIMITERS: Final = ",;\t"


class WrittenJob(NamedTuple):
    """A job as it was written down.

    Attributes:
        line: the line of the file.
        job: the job, as `batches.create` takes it.
    """

    line: int
    job: dict[str, Any]


def read_csv(text: str, file: str) -> Iterator[WrittenJob]:
    """The jobs of a CSV file.

    Args:
        text: what is in it.
        file: what it is called in messages.

    Raises:
        UsageMistake: something in it is malformed; the message says where.
    """
    rows = _rows_of(text, file)
    heading = next(rows, None)
    if heading is None:
        return
    names = _names_in(heading.cells, f"line {heading.line} of {file}")
    for row in rows:
        place = f"line {row.line} of {file}"
        yield WrittenJob(row.line, _job_of(row.cells, names, place))


class _Row(NamedTuple):
    line: int
    cells: list[str]


def _rows_of(text: str, file: str) -> Iterator[_Row]:
    """The lines that are not empty."""
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=_delimiter_of(text), skipinitialspace=True, strict=True)
    line = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise UsageMistake(f"line {line} of {file}: {error}") from None
        if cells is None:
            return
        stripped = [cell.strip() for cell in cells]
        if any(stripped):
            yield _Row(line, stripped)
        # A cell in quotes may go on in the next line.
        line = reader.line_num + 1


def _delimiter_of(text: str) -> str:
    """What separates the columns, by the first line that is not empty."""
    heading = text.lstrip("\r\n").partition("\n")[0]
    return max(_DELIMITERS, key=heading.count)


def _names_in(heading: Sequence[str], place: str) -> list[str]:
    """The names of the columns.

    Raises:
        UsageMistake: two columns have the same one.
    """
    seen: set[str] = set()
    for name in heading:
        if name and name in seen:
            raise UsageMistake(f"{place}: the column {quoted(name)} is there twice")
        seen.add(name)
    return list(heading)


def _job_of(cells: Sequence[str], names: Sequence[str], place: str) -> dict[str, Any]:
    if len(cells) != len(names):
        raise UsageMistake(
            f"{place}: expected {len(names)} cells, as in the heading, got {len(cells)}",
            'a list needs quotes: "[1.5, 2]"',
        )
    job: dict[str, Any] = {}
    variables: dict[str, Any] = {}
    for name, cell in zip(names, cells, strict=True):
        if name == _RUNS:
            # Without a number, --runs says how many.
            if cell:
                job[_RUNS] = _value_of(cell, name, place)
        elif name:
            variables[name] = _value_of(cell, name, place)
        elif cell:
            raise UsageMistake(f"{place}: {quoted(cell)} stands in a column without a name")
    if variables:
        job["variables"] = variables
    return job


def _value_of(cell: str, name: str, place: str) -> Any:
    try:
        return parse_value(cell)
    except ValueError as error:
        hint = ""
        if name == "sequence":
            hint = "a job with a sequence of its own goes into a .jsonl file"
        raise UsageMistake(f"{place}, column {name}: {error}", hint) from None
