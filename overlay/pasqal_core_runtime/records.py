"""Records: what an object has as a flat dictionary, a row of a table for pandas, polars, pyarrow or csv."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from .open_enum import OpenEnum

if TYPE_CHECKING:
    from .model import Field, Model

Record = dict[str, Any]
"""A row: text, numbers, truth values, times in UTC and None, by column."""
Flatten = str | Iterable[str]
"""A field whose entries get columns of their own, such as `variables`; or some of them: `variables.omega`."""

_Entries = dict[str, list[str]]
_PLAIN: Final = frozenset({str, int, float, bool, type(None)})


def record_of(model: Model, fields: Iterable[Field], flatten: Flatten) -> Record:
    """The row of a model.

    Args:
        model: the model.
        fields: its fields.
        flatten: what gets columns of its own.

    Raises:
        TypeError: what gets columns of its own is neither a name nor a list of names.
        ValueError: the model has no such field, or something else than an object is in it.
    """
    wanted = _entries_of(flatten)
    record: Record = {}
    for field in fields:
        # What departed from the contract is missing from the model.
        value = getattr(model, field.name, None)
        if field.name in wanted:
            record.update(_flattened(field.name, value, wanted.pop(field.name)))
        else:
            record[field.name] = _plain(value)
    if wanted:
        unknown = ", ".join(map(repr, wanted))
        raise ValueError(f"flatten: a {type(model).__name__} has no field {unknown}")
    return record


def json_text(value: object) -> str | None:
    """A value as JSON text; None for none, and for one that is nested deeper than Python's stack."""
    if value is None:
        return None
    try:
        return json.dumps(value, ensure_ascii=False, default=_inner)
    except RecursionError:
        return None


def _entries_of(flatten: Flatten) -> _Entries:
    """The entries that are asked for, by field; none where all are."""
    if isinstance(flatten, str):
        flatten = [flatten]
    if not isinstance(flatten, Iterable):
        raise TypeError(
            f"flatten: expected the name of a field, such as 'variables', or a list of names, got {flatten!r}"
        )
    wanted: _Entries = {}
    for column in flatten:
        if not isinstance(column, str):
            raise ValueError(f"flatten: expected names of fields, got {column!r}")
        field, _, entry = column.partition(".")
        entries = wanted.setdefault(field, [])
        if entry:
            entries.append(entry)
    return wanted


def _flattened(name: str, value: object, entries: Iterable[str]) -> Record:
    if value is None:
        value = {}
    if not isinstance(value, dict):
        raise ValueError(f"flatten: {name} is a {type(value).__name__}, and has no entries")
    return {f"{name}.{entry}": _plain(value.get(entry)) for entry in entries or value}


def _plain(value: Any) -> Any:
    """A value as a cell of a table has it."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is datetime.datetime:
        return _in_utc(value)
    if kind is UUID or isinstance(value, OpenEnum):
        return str(value)
    return json_text(value)


def _in_utc(time: datetime.datetime) -> datetime.datetime:
    if time.tzinfo is datetime.UTC:
        return time
    try:
        # A column has one zone.
        return time.astimezone(datetime.UTC)
    except OverflowError:  # within hours of the first or the last moment that Python knows
        return time


def _inner(value: Any) -> object:
    """What stands in JSON for an object that is inside of another one."""
    if isinstance(value, UUID | datetime.datetime):
        return str(value)
    return value.to_dict()


__all__ = ["Flatten", "Record", "json_text", "record_of"]
