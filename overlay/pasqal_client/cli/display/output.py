"""Writes results: a table for people, or data for programs."""

from __future__ import annotations

import csv
import io
import json
import sys
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ..options import Format
from ..streams import say
from .column_widths import GAP
from .columns import batch_columns, device_columns, job_columns, status_columns
from .field_text import UNKNOWN, cell, plain_text
from .safe_text import escape, one_line
from .tables import table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from ... import Batch, BatchStatusReport, Device, Job
    from ..options import Shape
    from .tables import Column

T = TypeVar("T")


def block(lines: Sequence[tuple[str, str]]) -> str:
    """Names and values in two columns, one below the other."""
    longest = max(len(name) for name, _ in lines)
    width = longest + GAP
    next_line = "\n" + " " * width
    rows = ""
    for name, text in lines:
        indented = text.replace("\n", next_line)
        rows += f"{name:<{width}}{indented}\n"
    return rows


class Writer(Generic[T]):
    """Writes records as they come where the format allows that, the others at the end.

    Args:
        shape: how to write.
        raw: a record as data.
        name: the id of a record.
        columns: the columns of the table.
        fields: the columns of CSV.

    Attributes:
        count: how many records were written.
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
        self.count: int = 0

    @property
    def streams(self) -> bool:
        """Whether records are written as they come."""
        return self._shape.quiet or self._shape.output in (Format.JSONL, Format.CSV)

    @property
    def is_data(self) -> bool:
        """Whether programs read what is written."""
        return self._shape.quiet or self._shape.output is not Format.TABLE

    def write(self, records: Iterable[T]) -> None:
        """Write some records."""
        records = list(records)
        if self.streams:
            emit(self._text(records))
        else:
            # A table needs all of them for its widths, and an array its end.
            self._held.extend(records)
        self.count += len(records)

    def _text(self, records: Sequence[T]) -> str:
        """Some records, in a format that is written as they come."""
        if self._shape.quiet:
            lines = [self._name(record) for record in records]
        elif self._shape.output is Format.JSONL:
            lines = [json.dumps(self._raw(record)) for record in records]
        else:
            return self._csv(records)
        return "".join(f"{line}\n" for line in lines)

    def close(self) -> None:
        """Write what is left to be written."""
        output = self._shape.output
        if self._shape.quiet or output is Format.JSONL:
            return
        if output is Format.CSV:
            # There is a heading even when there is nothing below it.
            if not self.count:
                emit(self._csv([]))
        elif output is Format.JSON:
            records = [self._raw(record) for record in self._held]
            emit(f"{json.dumps(records, indent=2)}\n")
        elif self._held:
            emit(table(self._columns(self._held)))

    def write_all(self, records: Iterable[T]) -> None:
        """Write all records that there are."""
        self.write(records)
        self.close()

    def _csv(self, records: Sequence[T]) -> str:
        """Some records as CSV, the first ones with the heading."""
        text = io.StringIO()
        # Programs of the shell take a carriage return for a part of the last field.
        writer = csv.writer(text, lineterminator="\n")
        if not self.count:
            writer.writerow(self._fields)
        for record in records:
            raw = self._raw(record)
            writer.writerow([plain_text(raw.get(name)) for name in self._fields])
        return text.getvalue()


def job_writer(shape: Shape) -> Writer[Job]:
    """A writer of jobs; as data they are exactly as they were received."""
    from ... import Job

    return _item_writer(shape, Job, "id", job_columns)


def batch_writer(shape: Shape) -> Writer[Batch]:
    """A writer of batches; as data they are exactly as they were received."""
    from ... import Batch

    return _item_writer(shape, Batch, "id", batch_columns)


def status_writer(shape: Shape) -> Writer[BatchStatusReport]:
    """A writer of the states of batches; as data they are exactly as they were received."""
    from ... import BatchStatusReport

    return _item_writer(shape, BatchStatusReport, "id", status_columns)


def device_writer(shape: Shape) -> Writer[Device]:
    """A writer of devices, which -q names by their types."""
    from ... import Device

    return _item_writer(shape, Device, "device_type", device_columns)


def _item_writer(
    shape: Shape, model: type, name: str, columns: Callable[[Sequence[Any]], list[Column]]
) -> Writer[Any]:
    from pasqal_core_runtime.model import fields_of

    return Writer(
        shape,
        raw=lambda item: item.to_dict(),
        name=lambda item: cell(item, name),
        columns=columns,
        fields=[field.wire for field in fields_of(model)],
    )


def row_writer(
    shape: Shape,
    name: str,
    columns: Callable[[Sequence[dict[str, Any]]], list[Column]],
    fields: str,
) -> Writer[dict[str, Any]]:
    """A writer of records that are dictionaries.

    Args:
        shape: how to write.
        name: the field that -q prints.
        columns: the columns of the table.
        fields: the fields, separated by blanks.
    """
    return Writer(
        shape,
        raw=dict,
        name=lambda row: plain_text(row.get(name, UNKNOWN)),
        columns=columns,
        fields=fields.split(),
    )


def print_in_full(
    items: Iterable[T], writer: Writer[T], lines_of: Callable[[T], Sequence[tuple[str, str]]]
) -> None:
    """Print each item with all of its fields where a table was wanted, else as data.

    Args:
        items: the items.
        writer: what writes them as data.
        lines_of: the fields of an item, as names and texts.
    """
    if writer.is_data:
        writer.write_all(items)
    else:
        emit("\n".join(block(lines_of(item)) for item in items))


def on_terminal() -> bool:
    """Whether a person reads stdout."""
    return sys.stdout.isatty()


def remark(line: str, *, below_table: bool) -> None:
    """Say something about the results: below a table on a terminal, else on stderr."""
    if not line:
        return
    if below_table and on_terminal():
        emit(f"{one_line(line)}\n")
    else:
        # Whatever else is on stdout is read by a program, which expects results only.
        say(line)


def emit(text: str) -> None:
    """Write to stdout, at once."""
    if text:
        sys.stdout.write(text)
        sys.stdout.flush()


def emit_json(data: dict[str, Any], shape: Shape) -> None:
    """Write one object as JSON: in one line as jsonl, else indented."""
    indent: int | None = 2
    if shape.output is Format.JSONL:
        indent = None
    text = json.dumps(data, default=str, indent=indent)
    emit(text + "\n")


def emit_document(document: Mapping[str, object]) -> None:
    """Write one object as JSON, whatever is asked for."""
    emit(json.dumps(document, indent=2) + "\n")


def emit_exactly(text: str) -> None:
    """Write a text of the service as it is for a program or a file, and what is safe to see of it on a terminal."""
    if on_terminal():
        text = escape(text, keep="\n\t")
    emit(text.removesuffix("\n") + "\n")
