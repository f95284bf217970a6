"""What a query asks for: the generated query models as the app reads them, and as SQL conditions.

Every value is bound, never written into the SQL text; column names come from the contract.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeAlias

from pydantic import BaseModel, field_validator
from pydantic_core import PydanticCustomError

from pasqal_core_schemas import (
    CancelBatchesRequest,
    CancelJobsParametersQuery,
    GetAllBatchesParametersQuery,
    GetJobsParametersQuery,
    OrderDirection,
    RebatchJobsParametersQuery,
)

from ..states import LIVE, RejectedBodyError
from .columns import JOB, Columns, SqlValue, to_microseconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_JobFilters: TypeAlias = (
    GetJobsParametersQuery | CancelJobsParametersQuery | RebatchJobsParametersQuery
)
_Ordered: TypeAlias = GetJobsParametersQuery | GetAllBatchesParametersQuery

_DEFAULT_LIMIT = int(GetJobsParametersQuery.model_fields["limit"].default)
_LARGEST = 2**63 - 1
_PRIME = 2**31 - 1
_SCATTER = 1_327_217_885  # about the golden section of the prime, so that neighbours part

# Filters with several values match a job that has any of them; all the filters have to match.
_ANY_OF = ("id", "batch_id", "project_id", "user_id", "status", "origin")
# SQLite keeps the statements for the next time, and one with thousands of question marks is large.
_FEW = 100
# UUIDs are kept in lower case, and a client may spell them in capitals.
_CASELESS = frozenset({"id", "batch_id", "project_id"})
_JOBS_OF_BATCH = "(SELECT count(*) FROM jobs WHERE batch_id = batches.id)"
_CREATED = {"start_date": "created_at >= ?", "end_date": "created_at <= ?"}
_BOUNDS = {
    "min_runs": "runs >= ?",
    "max_runs": "runs <= ?",
    "start_date": "start_timestamp >= ?",
    "end_date": "end_timestamp <= ?",
}
_BATCH_ANY_OF = ("id", "project_id", "user_id", "device_type", "status", "queue_priority")
_BATCH_BOUNDS = {
    "min_jobs": f"{_JOBS_OF_BATCH} >= ?",
    "max_jobs": f"{_JOBS_OF_BATCH} <= ?",
    "start_date": "start_datetime >= ?",
    "end_date": "end_datetime <= ?",
}
_CANCELLED_ANY_OF = ("project_id", "user_id", "device_type", "status", "queue_priority")
_HAS_ERRORS = "(errors IS NOT NULL AND errors <> '[]')"


class _Paged(Protocol):
    limit: int | None
    offset: int | None


class _DateTimes(BaseModel):
    # Pydantic would take 1700000000 as a time; in the contract a number is not a date-time.
    @field_validator("start_date", "end_date", mode="before", check_fields=False)
    @classmethod
    def _require_date(cls, value: object) -> object:
        if isinstance(value, str) and not re.match(r"\d{4}-\d\d-\d\d", value):
            raise PydanticCustomError(
                "datetime_parsing", "Input should be a date-time like 2026-10-12T08:00:00+00:00"
            )
        return value


class JobsQuery(_DateTimes, GetJobsParametersQuery):
    """The query parameters of the list."""


class CancelQuery(_DateTimes, CancelJobsParametersQuery):
    """The query parameters of a cancellation."""


class RebatchQuery(_DateTimes, RebatchJobsParametersQuery):
    """The query parameters of a rebatch."""


class BatchesQuery(_DateTimes, GetAllBatchesParametersQuery):
    """The query parameters of the list of batches."""


class CancelBatchesBody(_DateTimes, CancelBatchesRequest):
    """The body of a cancellation of batches."""


@dataclass(frozen=True, slots=True)
class QueryReading:
    """How a query is read where the service may differ from its documentation.

    Attributes:
        created_dates: `start_date` and `end_date` are about when a job was created.
        shuffle: a number from 1 on: ties come in an order that follows from it. If None, they keep
            the order of arrival.
        copied_tags: a rebatch copies the tags.
        ignored_tag: the filter `tag` does nothing.
        lag: how many microseconds after its creation a batch is listed.
    """

    created_dates: bool = False
    shuffle: int | None = None
    copied_tags: bool = False
    ignored_tag: bool = False
    lag: int = 0


AS_DOCUMENTED = QueryReading()


@dataclass(frozen=True, slots=True)
class Condition:
    """A piece of SQL that is true or false, and the values for its question marks."""

    sql: str
    values: tuple[SqlValue, ...] = ()


def all_of(conditions: Sequence[Condition]) -> Condition:
    """True where every condition is, also if there are none."""
    parts = []
    values: list[SqlValue] = []
    for condition in conditions:
        parts.append(condition.sql)
        values.extend(condition.values)
    sql = " AND ".join(parts) or "true"
    return Condition(sql, tuple(values))


def filters(
    query: _JobFilters | BatchesQuery, reading: QueryReading = AS_DOCUMENTED
) -> list[Condition]:
    """One condition for each filter that the query has."""
    if isinstance(query, BatchesQuery):
        return _match_batches(query, reading)
    return _match_jobs(query, reading)


def _match_jobs(query: _JobFilters, reading: QueryReading) -> list[Condition]:
    conditions = [*_match_lists(query, _ANY_OF), *_match_bounds(query, _BOUNDS, reading)]
    if query.id__starts_with is not None:
        conditions.append(_match_start(query.id__starts_with))
    if query.errors is True:
        conditions.append(Condition(_HAS_ERRORS))
    if query.errors is False:
        conditions.append(Condition(f"NOT {_HAS_ERRORS}"))
    return conditions


def _match_batches(query: BatchesQuery, reading: QueryReading) -> list[Condition]:
    conditions = [
        *_match_lists(query, _BATCH_ANY_OF),
        *_match_bounds(query, _BATCH_BOUNDS, reading),
        *_match_flags(query, ("open", "complete")),
    ]
    if query.id__starts_with is not None:
        conditions.append(_match_start(query.id__starts_with))
    if query.tag is not None and not reading.ignored_tag:
        conditions.append(_match_tags([query.tag]))
    return conditions


def match_listed(now: int, reading: QueryReading) -> list[Condition]:
    """The condition that a batch is old enough to be listed; none if it is listed at once."""
    if not reading.lag:
        return []
    return [Condition("created_at <= ?", (now - reading.lag,))]


def match_cancelled(body: CancelBatchesBody) -> list[Condition]:
    """The conditions of a cancellation that names no ids.

    Raises:
        RejectedBodyError: it says nothing, or contradicts itself.
    """
    _check_cancelled(body)
    conditions = [*_match_lists(body, _CANCELLED_ANY_OF), *_match_flags(body, ("open",))]
    if body.start_date is not None:
        conditions.append(Condition(_CREATED["start_date"], (_to_number(body.start_date),)))
    if body.tags is not None:
        conditions.append(_match_tags(body.tags))
    return conditions


def _match_lists(query: BaseModel, names: Iterable[str]) -> Iterator[Condition]:
    """One condition for each of these filters that has values."""
    for name in names:
        values = getattr(query, name)
        if values is not None:
            yield _match_any(name, values)


def _match_bounds(
    query: BaseModel, bounds: Mapping[str, str], reading: QueryReading
) -> Iterator[Condition]:
    """One condition for each bound that the query has."""
    if reading.created_dates:
        bounds = {**bounds, **_CREATED}
    for name, sql in bounds.items():
        bound = getattr(query, name)
        if bound is not None:
            yield Condition(sql, (_to_number(bound),))


def _match_flags(query: BaseModel, names: Iterable[str]) -> Iterator[Condition]:
    """One condition for each of these filters that is true or false."""
    for name in names:
        flag = getattr(query, name)
        if flag is not None:
            yield Condition(f'"{name}" = ?', (int(flag),))


def _check_cancelled(body: CancelBatchesBody) -> None:
    given = body.model_fields_set & CancelBatchesRequest.model_fields.keys()
    if body.cancel_all:
        if len(given) > 1:
            raise RejectedBodyError("With cancel_all, nothing else can be given.")
    elif not given - {"cancel_all"}:
        raise RejectedBodyError("Give batch_ids, a filter, or cancel_all.")
    for status in body.status or ():
        if status not in LIVE:
            raise RejectedBodyError(
                f"Only PENDING and RUNNING batches can be cancelled, not {status}."
            )


def _match_tags(tags: Iterable[str]) -> Condition:
    """True for a batch that has any of the tags."""
    known = _match_any("value", tags)
    sql = f"EXISTS (SELECT 1 FROM json_each(tags) WHERE {known.sql})"  # noqa: S608
    return Condition(sql, known.values)


def ordering(query: _Ordered, reading: QueryReading = AS_DOCUMENTED, columns: Columns = JOB) -> str:
    """The ORDER BY terms: the field asked for, then the order of arrival, so that ties stay where they are.

    An item without a value sorts before those that have one.
    """
    column = query.order_by
    if column not in columns.names:
        # The contract takes any text here, so an unknown field is not a mistake.
        column = "created_at"
    direction = query.order_by_direction or OrderDirection.DESC
    ties = "number"
    if reading.shuffle is not None:
        ties = _shuffle(reading.shuffle)
    return f'"{column}" {direction}, {ties} {direction}'


def _shuffle(seed: int) -> str:
    # Multiplication by a factor permutes the numbers below a prime; another factor gives another
    # permutation.
    factor = seed * _SCATTER % _PRIME
    return f"number * {factor} % {_PRIME}"


def window(query: _Paged) -> tuple[int, int]:
    """The limit and the offset; a negative offset is read as 0."""
    return query.limit or _DEFAULT_LIMIT, max(query.offset or 0, 0)


def fit(number: int) -> int:
    """The number, or the nearest one that SQLite can hold."""
    return max(-_LARGEST, min(number, _LARGEST))


def _match_any(name: str, values: Iterable[str]) -> Condition:
    texts = [str(value) for value in values]
    if name in _CASELESS:
        texts = [text.lower() for text in texts]
    if len(texts) <= _FEW:
        marks = ", ".join("?" * len(texts))
        return Condition(f"{name} IN ({marks})", tuple(texts))
    return Condition(f"{name} IN (SELECT value FROM json_each(?))", (json.dumps(texts),))  # noqa: S608


def _match_start(prefix: str) -> Condition:
    # A range is a literal comparison that an index serves; nothing sorts after the last code point.
    prefix = prefix.lower()
    return Condition("id >= ? AND id < ?", (prefix, f"{prefix}\U0010ffff"))


def _to_number(value: int | datetime) -> int:
    if isinstance(value, datetime):
        return to_microseconds(value)
    return fit(value)
