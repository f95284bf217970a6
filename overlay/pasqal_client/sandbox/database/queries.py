"""What a query asks for: the generated query models as the app reads them, and as SQL conditions.

Every value is bound, never written into the SQL text; column names come from the contract.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from pydantic import BaseModel, field_validator
from pydantic_core import PydanticCustomError

from pasqal_core_schemas import CancelJobsParametersQuery, GetJobsParametersQuery, OrderDirection

from .columns import JOB, SqlValue, to_microseconds

JobFilters: TypeAlias = GetJobsParametersQuery | CancelJobsParametersQuery

_DEFAULT_LIMIT = int(GetJobsParametersQuery.model_fields["limit"].default)
_LARGEST = 2**63 - 1
_PRIME = 2**31 - 1
_SCATTER = 1_327_217_885  # about the golden section of the prime, so that neighbours part

_ANY_OF = ("id", "batch_id", "project_id", "user_id", "status", "origin")
# The statements are kept for the next time, and one with thousands of question marks is large.
_FEW = 100
# UUIDs are kept in lower case, and a client may spell them otherwise.
_CASELESS = frozenset({"id", "batch_id", "project_id"})
_CREATED = {"start_date": "created_at >= ?", "end_date": "created_at <= ?"}
_BOUNDS = {
    "min_runs": "runs >= ?",
    "max_runs": "runs <= ?",
    "start_date": "start_timestamp >= ?",
    "end_date": "end_timestamp <= ?",
}
_HAS_ERRORS = "(errors IS NOT NULL AND errors <> '[]')"


class _DateTimes(BaseModel):
    # The library would take 1700000000 as a time; in the contract a number is not a date-time.
    @field_validator("start_date", "end_date", mode="before", check_fields=False)
    @classmethod
    def _starts_with_a_date(cls, value: object) -> object:
        if isinstance(value, str) and not re.match(r"\d{4}-\d\d-\d\d", value):
            raise PydanticCustomError(
                "datetime_parsing", "Input should be a date-time like 2026-10-12T08:00:00+00:00"
            )
        return value


class JobsQuery(_DateTimes, GetJobsParametersQuery):
    """The query parameters of the list."""


class CancelQuery(_DateTimes, CancelJobsParametersQuery):
    """The query parameters of a cancellation."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a query is read where the service may do otherwise than its pages say.

    Attributes:
        created_dates: `start_date` and `end_date` are about when a job was created.
        shuffle: A number from 1 on: ties come in an order that follows from it. If None, they stay
            where they are.
    """

    created_dates: bool = False
    shuffle: int | None = None


AS_THE_PAGES_SAY = Reading()


@dataclass(frozen=True, slots=True)
class Condition:
    """A piece of SQL that is true or false, and the values for its question marks."""

    sql: str
    values: tuple[SqlValue, ...] = ()


def all_of(conditions: Sequence[Condition]) -> Condition:
    """True where every condition is, also where there is none."""
    sql = " AND ".join(condition.sql for condition in conditions)
    return Condition(
        sql or "true", tuple(value for condition in conditions for value in condition.values)
    )


def filters(query: JobFilters, reading: Reading = AS_THE_PAGES_SAY) -> list[Condition]:
    """One condition for each filter that the query has."""
    conditions = [
        _any_of(name, values) for name in _ANY_OF if (values := getattr(query, name)) is not None
    ]
    bounds = _BOUNDS | _CREATED if reading.created_dates else _BOUNDS
    conditions += [
        Condition(sql, (_number(value),))
        for name, sql in bounds.items()
        if (value := getattr(query, name)) is not None
    ]
    if query.id__starts_with is not None:
        conditions.append(_starts_with(query.id__starts_with.lower()))
    if query.errors is not None:
        conditions.append(Condition(_HAS_ERRORS if query.errors else f"NOT {_HAS_ERRORS}"))
    return conditions


def ordering(query: GetJobsParametersQuery, reading: Reading = AS_THE_PAGES_SAY) -> str:
    """The ORDER BY terms: the field asked for, then the order of arrival, so that ties stay where they are.

    A field that a job does not have counts as created_at. A job without a value sorts before those
    that have one.
    """
    column = query.order_by if query.order_by in JOB.names else "created_at"
    direction = query.order_by_direction or OrderDirection.DESC
    ties = "number" if reading.shuffle is None else _shuffled(reading.shuffle)
    return f'"{column}" {direction}, {ties} {direction}'


def _shuffled(seed: int) -> str:
    # Multiplication by a factor permutes the numbers below a prime; another factor, another
    # permutation.
    return f"number * {seed * _SCATTER % _PRIME} % {_PRIME}"


def window(query: GetJobsParametersQuery) -> tuple[int, int]:
    """The limit and the offset; a negative offset counts as 0."""
    return query.limit or _DEFAULT_LIMIT, max(query.offset or 0, 0)


def fit(number: int) -> int:
    """The number, or the nearest one that SQLite can hold."""
    return max(-_LARGEST, min(number, _LARGEST))


def _any_of(name: str, values: Iterable[str]) -> Condition:
    texts = tuple(str(value).lower() if name in _CASELESS else str(value) for value in values)
    if len(texts) <= _FEW:
        return Condition(f"{name} IN ({', '.join('?' * len(texts))})", texts)
    return Condition(f"{name} IN (SELECT value FROM json_each(?))", (json.dumps(texts),))  # noqa: S608


def _starts_with(prefix: str) -> Condition:
    # A range is a literal comparison that an index serves; nothing sorts behind the last code
    # point.
    return Condition("id >= ? AND id < ?", (prefix, f"{prefix}\U0010ffff"))


def _number(value: int | datetime) -> int:
    return to_microseconds(value) if isinstance(value, datetime) else fit(value)
