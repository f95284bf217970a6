"""How the fields of the contract are kept in SQLite: one column a field, derived from the generated models.

No field is listed here, so one that the contract gains is stored and served without a change in
this module. Times are kept as microseconds since 1970 (they sort and compare as instants), objects
and lists as JSON text.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from sqlite3 import DataError
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, TypeAlias, get_args, get_origin

from pydantic import AwareDatetime
from pydantic_core import from_json

from pasqal_core_schemas import (
    JobOrigin,
    ProducedBatchWithPartialJobsResponse,
    ProducedPartialJobResponse,
)

from ..checks import short_repr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

SqlValue: TypeAlias = str | int | None

# Text with this few brackets cannot be nested too deeply to be read.
_FEW_BRACKETS = 100
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAIVE_EPOCH = _EPOCH.replace(tzinfo=None)
_MICROSECOND = timedelta(microseconds=1)


class StoredJob(ProducedPartialJobResponse):
    """A job with the two fields that filters are about and answers do not show."""

    origin: JobOrigin
    user_id: str


def to_microseconds(moment: datetime) -> int:
    """An aware time as microseconds since 1970; it does not overflow, whatever the offset."""
    return (moment - _EPOCH) // _MICROSECOND


def from_microseconds(number: int) -> datetime:
    """The UTC time that is this many microseconds after 1970."""
    return _EPOCH + number * _MICROSECOND


def to_wire(moment: datetime) -> str:
    """An aware time as the service spells it: UTC, with the offset +00:00."""
    return moment.astimezone(UTC).isoformat()


@dataclass(frozen=True, slots=True)
class Column:
    """One field.

    Attributes:
        name: its name in the contract, and in the table.
        declaration: its type in SQL.
        encode: makes the SQL value of the model's value.
        decode: makes the JSON value of the SQL value; None if that is the same.
    """

    name: str
    declaration: str
    encode: Callable[[Any], SqlValue]
    decode: Callable[[Any], object] | None


@dataclass(frozen=True)
class Columns:
    """Some fields in a fixed order."""

    columns: tuple[Column, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)

    @property
    def declarations(self) -> str:
        """What stands between the brackets of CREATE TABLE."""
        parts = [f'"{column.name}" {column.declaration}' for column in self.columns]
        return ", ".join(parts)

    @cached_property
    def quoted(self) -> str:
        """The names as SQL, where a field may be called like a keyword."""
        return ", ".join(f'"{name}"' for name in self.names)

    def encode(self, model: BaseModel) -> tuple[SqlValue, ...]:
        """The SQL values of a model's fields.

        Raises:
            ValueError: a value has no JSON form, or is too large to be kept.
        """
        values = vars(model)
        row: list[SqlValue] = []
        for name, encode in self._encoders:
            value = values[name]
            if value is None:
                row.append(None)
                continue
            try:
                row.append(encode(value))
            except (TypeError, ValueError, OverflowError, RecursionError) as error:
                raise ValueError(f"{name}: {error}") from error
        return tuple(row)

    def decode(self, row: Iterable[SqlValue]) -> dict[str, Any]:
        """The JSON object of one row.

        Raises:
            DataError: a value is not one that `encode` makes.
        """
        decoded: dict[str, Any] = dict(zip(self.names, row, strict=True))
        try:
            for name, decode in self._decoders:
                value = decoded[name]
                if value is not None:
                    decoded[name] = decode(value)
        except (TypeError, ValueError, OverflowError) as error:
            raise DataError(f"it is damaged (there is a {name} that cannot be read)") from error
        return decoded

    @cached_property
    def _encoders(self) -> list[tuple[str, Callable[[Any], SqlValue]]]:
        return [(column.name, column.encode) for column in self.columns]

    @cached_property
    def _decoders(self) -> list[tuple[str, Callable[[Any], object]]]:
        # Most fields are kept as they are sent, and a page has a thousand values.
        return [
            (column.name, column.decode) for column in self.columns if column.decode is not None
        ]


def _make_column(name: str, field: FieldInfo) -> Column:
    kind = _remove_none(field.annotation)
    null = ""
    # A field may be required and yet be null.
    if field.is_required() and kind is field.annotation:
        null = " NOT NULL"
    if kind is AwareDatetime:
        return Column(name, f"INTEGER{null}", _time_to_sql, _time_from_sql)
    if get_origin(kind) in (dict, list):
        return Column(name, f"TEXT{null}", _json_to_sql, from_json)
    if kind is bool:
        return Column(name, f"INTEGER{null}", int, bool)
    if kind is int:
        return Column(name, f"INTEGER{null}", _integer_to_sql, None)
    return Column(name, f"TEXT{null}", _text_to_sql, None)


def _integer_to_sql(number: int) -> int:
    if not -(2**63) <= number < 2**63:
        raise ValueError(f"{short_repr(number)} does not fit 64 bits")
    return number


def _text_to_sql(value: object) -> str:
    text = str(value)
    if not text.isascii():
        text.encode()  # half of a surrogate pair can be neither in a file nor in an answer
    return text


def _json_to_sql(value: object) -> str:
    text = _text_to_sql(json.dumps(value, allow_nan=False, ensure_ascii=False))
    if text.count("[") + text.count("{") > _FEW_BRACKETS:
        from_json(text)  # what is nested too deeply could be written, but never be read again
    return text


def _time_to_sql(moment: datetime) -> int:
    # In some zones a time of the first or last year is outside the years that UTC can name.
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return to_microseconds(moment)


@lru_cache(maxsize=2**14)
def _time_from_sql(number: int) -> str:
    # As to_wire spells it, in half the time. A page has hundreds of times, and clients that wait
    # read the same jobs again and again.
    return f"{(_NAIVE_EPOCH + number * _MICROSECOND).isoformat()}+00:00"


def _remove_none(annotation: Any) -> Any:
    """The type of a field's values, other than None."""
    if get_origin(annotation) is not UnionType:
        return annotation
    return next(kind for kind in get_args(annotation) if kind is not NoneType)


# What an answer says about a batch's jobs is counted when it is asked for, so that it never
# contradicts them.
DERIVED = frozenset({"job_ids", "jobs", "jobs_count", "jobs_count_per_status"})
"""The fields of a batch that are not kept."""


def _make_columns(fields: Mapping[str, FieldInfo]) -> Columns:
    columns = []
    for name, field in fields.items():
        if name not in DERIVED:
            columns.append(_make_column(name, field))
    return Columns(tuple(columns))


JOB = _make_columns(StoredJob.model_fields)
"""What is kept of a job."""
JOB_ANSWER = _make_columns(ProducedPartialJobResponse.model_fields)
"""What an answer shows of a job."""
BATCH = _make_columns(ProducedBatchWithPartialJobsResponse.model_fields)
"""What is kept of a batch."""


def _find_times(*tables: Columns) -> frozenset[str]:
    times = set()
    for table in tables:
        for column in table.columns:
            if column.decode is _time_from_sql:
                times.add(column.name)
    return frozenset(times)


TIMES = _find_times(JOB, BATCH)
"""The fields of jobs and batches that are times."""
