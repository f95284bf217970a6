"""How the fields of the contract are kept in SQLite: one column a field, derived from the generated models.

No field is listed here, so one that the contract gains is stored and served without a change in
this module. Times are kept as microseconds since 1970 (they sort and compare as instants), objects
and lists as JSON text.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from sqlite3 import DataError
from types import NoneType, UnionType
from typing import Any, TypeAlias, get_args, get_origin

from pydantic import AwareDatetime, BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import from_json

from pasqal_core_schemas import (
    JobOrigin,
    ProducedBatchWithPartialJobsResponse,
    ProducedPartialJobResponse,
)

from ..checks import shown

SqlValue: TypeAlias = str | int | None

_SURELY_SHALLOW = 100
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAIVE_EPOCH = _EPOCH.replace(tzinfo=None)
_MICROSECOND = timedelta(microseconds=1)


class StoredJob(ProducedPartialJobResponse):
    """A job with the two fields that the filters see and the answers do not show."""

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
    """One field: its name, its SQL type, the way there (from a model), and the way back (to JSON) if it is one."""

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
        return ", ".join(f'"{column.name}" {column.declaration}' for column in self.columns)

    @cached_property
    def quoted(self) -> str:
        """The names as SQL, where a field may be called like a keyword."""
        return ", ".join(f'"{name}"' for name in self.names)

    def encode(self, model: BaseModel) -> tuple[SqlValue, ...]:
        """The SQL values of a model's fields.

        Raises:
            ValueError: A value has no JSON form, or is too large to be kept.
        """
        values = vars(model)
        row: list[SqlValue] = []
        for name, encode in self._encoders:
            value = values[name]
            try:
                row.append(None if value is None else encode(value))
            except (TypeError, ValueError, OverflowError, RecursionError) as error:
                raise ValueError(f"{name}: {error}") from error
        return tuple(row)

    def decode(self, row: Iterable[SqlValue]) -> dict[str, Any]:
        """The JSON object of one row.

        Raises:
            DataError: There is a value that was never kept like that.
        """
        decoded: dict[str, Any] = dict(zip(self.names, row, strict=True))
        try:
            for name, decode in self._decoders:
                if decoded[name] is not None:
                    decoded[name] = decode(decoded[name])
        except (TypeError, ValueError, OverflowError) as error:
            raise DataError(f"it is damaged (there is a {name} that cannot be read)") from error
        return decoded

    @cached_property
    def _encoders(self) -> list[tuple[str, Callable[[Any], SqlValue]]]:
        return [(column.name, column.encode) for column in self.columns]

    @cached_property
    def _decoders(self) -> list[tuple[str, Callable[[Any], object]]]:
        return [
            (column.name, column.decode) for column in self.columns if column.decode is not None
        ]


def _column(name: str, field: FieldInfo) -> Column:
    kind = _without_none(field.annotation)
    null = " NOT NULL" if field.is_required() else ""
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
        raise ValueError(f"{shown(number)} does not fit 64 bits")
    return number


def _text_to_sql(value: object) -> str:
    text = str(value)
    if not text.isascii():
        text.encode()  # half of a surrogate pair has no place in a file, nor in an answer
    return text


def _json_to_sql(value: object) -> str:
    text = _text_to_sql(json.dumps(value, allow_nan=False, ensure_ascii=False))
    if text.count("[") + text.count("{") > _SURELY_SHALLOW:
        from_json(text)  # what is nested too deeply could be written, and never be read again
    return text


def _time_to_sql(moment: datetime) -> int:
    # In some zones a time of the first or last year is outside the years that UTC can name.
    return to_microseconds(moment if moment.tzinfo is UTC else moment.astimezone(UTC))


@lru_cache(maxsize=2**14)
def _time_from_sql(number: int) -> str:
    # As to_wire spells it, in half the time. A page has hundreds of them, and many jobs are read
    # again and again.
    return f"{(_NAIVE_EPOCH + number * _MICROSECOND).isoformat()}+00:00"


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) is not UnionType:
        return annotation
    return next(kind for kind in get_args(annotation) if kind is not NoneType)


def _columns(fields: Mapping[str, FieldInfo]) -> Columns:
    return Columns(tuple(_column(name, field) for name, field in fields.items()))


# What an answer tells of a batch's jobs is counted when it is asked for, and so never contradicts
# them.
DERIVED = frozenset({"jobs", "jobs_count", "jobs_count_per_status"})

JOB = _columns(StoredJob.model_fields)
JOB_ANSWER = _columns(ProducedPartialJobResponse.model_fields)
BATCH = _columns(
    {n: f for n, f in ProducedBatchWithPartialJobsResponse.model_fields.items() if n not in DERIVED}
)

TIMES = frozenset(
    column.name for column in (*JOB.columns, *BATCH.columns) if column.decode is _time_from_sql
)
"""The fields of jobs and batches that are times."""
