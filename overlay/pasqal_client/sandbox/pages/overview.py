"""What is in the sandbox at the moment, for a person to look at.

Every question is answered by an index and has a bound, so the answer takes as long with a million
jobs as with a few: what is too much to be listed or counted is said to be more.
"""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from pasqal_core_schemas import JobStatus

from ..database.columns import BATCH, JOB, Columns, SqlValue
from ..refusals import UnknownBatchError

MOST_BATCHES = 50
"""How many batches are listed."""
MOST_JOBS = 100
"""How many jobs are listed."""

_COUNTED = 10_000
_COUNTED_IN_LIST = 1_000


class Count(NamedTuple):
    """A number, and whether it stands for more, because nobody counted on."""

    number: int
    more: bool = False


Counts = dict[JobStatus, Count]


@dataclass(frozen=True, slots=True)
class ListedBatch:
    """A batch by its fields, with its jobs counted by status; whether it is of a project without access."""

    fields: dict[str, Any]
    jobs: Counts
    foreign: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """The newest batches, or one of them; their running jobs and the newest others; how many there are in all."""

    now: datetime
    batches: list[ListedBatch]
    batches_in_all: int
    jobs: list[dict[str, Any]]
    jobs_in_all: Count
    statuses: Counts


def everything(db: sqlite3.Connection, now: datetime) -> Overview:
    """All batches and jobs, as far as the bounds go; a question for `Store.read`."""
    jobs = [
        *_jobs(db, "WHERE status = 'RUNNING' ORDER BY created_at DESC, number DESC"),
        *_jobs(db, "ORDER BY created_at DESC, number DESC"),
    ]
    return Overview(
        now,
        _batches(db, _COUNTED_IN_LIST, "ORDER BY number DESC LIMIT ?", MOST_BATCHES),
        _last_number(db, "batches"),
        _each_once(jobs),
        Count(_last_number(db, "jobs")),
        _counts(db, _COUNTED, "status = ?"),
    )


def one_batch(db: sqlite3.Connection, now: datetime, batch_id: UUID) -> Overview:
    """One batch and its jobs, as far as the bounds go; a question for `Store.read`.

    Raises:
        UnknownBatchError: There is no such batch.
    """
    key = str(batch_id)
    batches = _batches(db, _COUNTED, "WHERE id = ?", key)
    if not batches:
        raise UnknownBatchError(f"There is no batch {batch_id}.")
    jobs = [
        *_jobs(
            db,
            "WHERE batch_id = ? AND status = 'RUNNING' ORDER BY creation_order DESC, number DESC",
            key,
        ),
        *_jobs(db, "WHERE batch_id = ? ORDER BY creation_order DESC, number DESC", key),
    ]
    counts = batches[0].jobs
    total = Count(
        sum(count.number for count in counts.values()), any(count.more for count in counts.values())
    )
    return Overview(now, batches, 1, _each_once(jobs), total, counts)


def _some(columns: Columns, *names: str) -> Columns:
    return Columns(tuple(column for column in columns.columns if column.name in names))


_BATCH = _some(
    BATCH,
    "id",
    "status",
    "complete",
    "device_type",
    "queue_priority",
    "tags",
    "created_at",
    "start_datetime",
)
_JOB = _some(
    JOB,
    "id",
    "batch_id",
    "status",
    "progress",
    "runs",
    "created_at",
    "start_timestamp",
    "end_timestamp",
    "errors",
)
_FOREIGN = "(SELECT is_foreign FROM projects WHERE projects.id = project_id)"


def _batches(db: sqlite3.Connection, counted: int, rest: str, value: SqlValue) -> list[ListedBatch]:
    sql = f"SELECT {_FOREIGN}, {_BATCH.quoted} FROM batches {rest}"  # noqa: S608
    rows = db.execute(sql, (value,)).fetchall()
    return [
        ListedBatch(
            fields, _counts(db, counted, "batch_id = ? AND status = ?", fields["id"]), bool(foreign)
        )
        for foreign, fields in ((row[0], _BATCH.decode(row[1:])) for row in rows)
    ]


def _jobs(db: sqlite3.Connection, rest: str, *values: SqlValue) -> list[dict[str, Any]]:
    sql = f"SELECT {_JOB.quoted} FROM jobs {rest} LIMIT {MOST_JOBS}"  # noqa: S608
    return [_JOB.decode(row) for row in db.execute(sql, values)]


def _each_once(jobs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({job["id"]: job for job in jobs}.values())[:MOST_JOBS]


def _counts(db: sqlite3.Connection, most: int, condition: str, *values: SqlValue) -> Counts:
    sql = f"SELECT count(*) FROM (SELECT 1 FROM jobs WHERE {condition} LIMIT ?)"  # noqa: S608
    found = {
        status: db.execute(sql, (*values, status, most + 1)).fetchone()[0] for status in JobStatus
    }
    return {
        status: Count(min(number, most), number > most)
        for status, number in found.items()
        if number
    }


def _last_number(db: sqlite3.Connection, table: str) -> int:
    # The rows are numbered from 1 and deleted only all together, so there is no need to count them.
    (number,) = db.execute(f"SELECT coalesce(max(number), 0) FROM {table}").fetchone()  # noqa: S608
    return int(number)
