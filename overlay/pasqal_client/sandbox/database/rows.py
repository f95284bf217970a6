"""Rows of the tables, read and written. The caller holds the lock and the transaction."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING, Any

from pasqal_core_schemas import BatchStatus, JobStatus

from ..states import (
    ForeignBatchError,
    UnknownBatchError,
    UnknownJobError,
    batch_status,
    complete_counts,
    has_ended,
)
from .columns import BATCH, JOB_ANSWER, Columns, SqlValue, from_microseconds
from .queries import Condition

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from pydantic import BaseModel

VISIBLE = Condition("project_id NOT IN (SELECT id FROM projects WHERE is_foreign)")
"""What the token has access to."""

IN_CREATION_ORDER = "ORDER BY creation_order, number"
"""The order of the jobs of a batch."""

_CHANGES = """
SELECT updated_at FROM batches UNION ALL SELECT updated_at FROM jobs UNION ALL SELECT now FROM clock
"""
_END = """
UPDATE batches SET status = ?, open = false, complete = true, end_datetime = ?, updated_at = ? WHERE id = ?
"""
_SETTLE = """
UPDATE batches SET status = ?, updated_at = ?, start_datetime = coalesce(start_datetime, ?),
end_datetime = coalesce(end_datetime, ?) WHERE id = ?
"""


def fetch_row(db: sqlite3.Connection, sql: str, values: tuple[SqlValue, ...] = ()) -> Any:
    """Fetch a row that has to be there, as a tuple.

    Raises:
        DataError: it is missing, so the file is damaged.
    """
    row = db.execute(sql, values).fetchone()
    if row is None:
        raise sqlite3.DataError("it is damaged (something is missing that was put in)")
    return row


def read_jobs(
    db: sqlite3.Connection, condition: Condition, rest: str, values: tuple[SqlValue, ...] = ()
) -> list[dict[str, Any]]:
    """Read the jobs that match, as JSON objects.

    Args:
        db: the database.
        condition: which jobs.
        rest: what follows the condition in SQL: their order, and how many.
        values: the values for the question marks in it.
    """
    sql = f"SELECT {JOB_ANSWER.quoted} FROM jobs WHERE {condition.sql} {rest}"  # noqa: S608
    rows = db.execute(sql, (*condition.values, *values))
    return [JOB_ANSWER.decode(row) for row in rows]


def count_jobs(db: sqlite3.Connection, condition: Condition) -> int:
    """Count the jobs that match."""
    sql = f"SELECT count(*) FROM jobs WHERE {condition.sql}"  # noqa: S608
    (count,) = fetch_row(db, sql, condition.values)
    return int(count)


def find_batch(db: sqlite3.Connection, batch_id: str) -> dict[str, Any]:
    """Find a batch by its id, without what is counted from its jobs.

    Raises:
        UnknownBatchError: the batch does not exist.
    """
    sql = f"SELECT {BATCH.quoted} FROM batches WHERE id = ?"  # noqa: S608
    row = db.execute(sql, (batch_id,)).fetchone()
    if row is None:
        raise _unknown_batch(batch_id)
    return BATCH.decode(row)


def find_job(db: sqlite3.Connection, job_id: str) -> dict[str, Any]:
    """Find a job by its id, which has to be there."""
    (job,) = read_jobs(db, Condition("id = ?", (job_id,)), "")
    return job


def read_counted_batch(db: sqlite3.Connection, batch_id: str) -> dict[str, Any]:
    """Read a batch with what is counted from its jobs, but without them."""
    counts = _count_by_status(db, batch_id)
    return find_batch(db, batch_id) | {
        "jobs_count": sum(counts.values()),
        "jobs_count_per_status": complete_counts(counts),
    }


def read_batch(db: sqlite3.Connection, batch_id: str) -> dict[str, Any]:
    """Read a batch with its jobs, as the JSON object of an answer."""
    jobs = read_jobs(db, Condition("batch_id = ?", (batch_id,)), IN_CREATION_ORDER)
    return read_counted_batch(db, batch_id) | {"jobs": jobs}


def read_plain_batch(db: sqlite3.Connection, batch_id: str) -> dict[str, Any]:
    """Read a batch with the ids of its jobs instead of the jobs."""
    sql = f"SELECT id FROM jobs WHERE batch_id = ? {IN_CREATION_ORDER}"  # noqa: S608
    ids = [job_id for (job_id,) in db.execute(sql, (batch_id,))]
    return read_counted_batch(db, batch_id) | {"job_ids": ids}


def read_plain_batches(db: sqlite3.Connection, ids: Iterable[str]) -> list[dict[str, Any]]:
    """Read several batches as `read_plain_batch` does, but without their sequences, as lists show them."""
    batches = [read_plain_batch(db, batch_id) for batch_id in ids]
    for batch in batches:
        del batch["sequence_builder"]
    return batches


def insert(
    db: sqlite3.Connection, table: str, columns: Columns, models: Iterable[BaseModel]
) -> None:
    """Insert models into a table.

    Raises:
        ValueError: one of their ids is taken, or a value cannot be kept.
    """
    marks = ", ".join("?" * len(columns.columns))
    sql = f"INSERT INTO {table} ({columns.quoted}) VALUES ({marks})"  # noqa: S608
    try:
        db.executemany(sql, map(columns.encode, models))
    except sqlite3.IntegrityError as error:
        raise ValueError(f"An id is taken: {error}") from error


def register_project(db: sqlite3.Connection, project_id: str, *, foreign: bool) -> None:
    """Note whether the token has access to a project, if that is not known yet.

    Raises:
        ValueError: the contrary is known.
    """
    db.execute("INSERT OR IGNORE INTO projects VALUES (?, ?)", (project_id, foreign))
    (known,) = fetch_row(db, "SELECT is_foreign FROM projects WHERE id = ?", (project_id,))
    if known and not foreign:
        raise ValueError(f"The earlier batches of project {project_id} are foreign.")
    if foreign and not known:
        raise ValueError(f"The earlier batches of project {project_id} are not foreign.")


def require_access(db: sqlite3.Connection, batch_id: str) -> None:
    """Check that a batch exists and that the token has access to it.

    Raises:
        StateError: it does not exist, or is not accessible.
    """
    sql = "SELECT is_foreign FROM batches JOIN projects ON projects.id = project_id WHERE batches.id = ?"
    row = db.execute(sql, (batch_id,)).fetchone()
    if row is None:
        raise _unknown_batch(batch_id)
    (is_foreign,) = row
    if is_foreign:
        raise ForeignBatchError(
            f"Batch {batch_id} belongs to a project that you have no access to."
        )


def is_foreign(db: sqlite3.Connection, project_id: str) -> bool:
    """Whether the token is known to have no access to a project."""
    sql = "SELECT is_foreign FROM projects WHERE id = ?"
    row = db.execute(sql, (project_id,)).fetchone()
    return row is not None and bool(row[0])


def require_access_to_job(db: sqlite3.Connection, job_id: str) -> str:
    """Check that a job exists and that the token has access to it; returns the id of its batch.

    Raises:
        StateError: it does not exist, or is not accessible.
    """
    row = db.execute("SELECT batch_id FROM jobs WHERE id = ?", (job_id,)).fetchone()
    if row is None:
        raise UnknownJobError(f"Job {job_id} does not exist.")
    (batch_id,) = row
    require_access(db, batch_id)
    return str(batch_id)


def set_tags(db: sqlite3.Connection, batch_id: str, tags: list[str], now: int) -> dict[str, Any]:
    """Replace the tags of a batch; returns it with its jobs.

    Raises:
        StateError: the batch does not exist or is not accessible.
    """
    require_access(db, batch_id)
    text = json.dumps(tags, ensure_ascii=False)
    db.execute("UPDATE batches SET tags = ?, updated_at = ? WHERE id = ?", (text, now, batch_id))
    return read_batch(db, batch_id)


def end_batch(db: sqlite3.Connection, batch_id: str, status: BatchStatus, now: int) -> None:
    """Close a batch and give it a final state, whatever its jobs are doing."""
    db.execute(_END, (status, now, now, batch_id))


def settle_batch(db: sqlite3.Connection, batch_id: str, now: int) -> None:
    """Bring a batch's own fields into line with its jobs, after a change at that time."""
    complete, before = fetch_row(
        db, "SELECT complete, status FROM batches WHERE id = ?", (batch_id,)
    )
    counts = _count_by_status(db, batch_id)
    status = batch_status(counts, complete=bool(complete), before=BatchStatus(before))
    first, last = fetch_row(
        db,
        "SELECT min(start_timestamp), max(end_timestamp) FROM jobs WHERE batch_id = ?",
        (batch_id,),
    )
    end = None
    if has_ended(status):
        # A batch without jobs ends when it is completed.
        end = now if last is None else last
    db.execute(_SETTLE, (status, now, first, end, batch_id))


def find_latest_change(db: sqlite3.Connection) -> datetime | None:
    """The time of the latest change of anything; None if nothing has been put in."""
    (latest,) = fetch_row(db, f"SELECT max(updated_at) FROM ({_CHANGES})")  # noqa: S608
    if latest is None:
        return None
    return from_microseconds(latest)


def _count_by_status(db: sqlite3.Connection, batch_id: str) -> dict[JobStatus, int]:
    sql = (
        "SELECT status, count(*) FROM jobs WHERE batch_id = ? GROUP BY status ORDER BY min(number)"
    )
    return {JobStatus(status): count for status, count in db.execute(sql, (batch_id,))}


def _unknown_batch(batch_id: str) -> UnknownBatchError:
    return UnknownBatchError(f"Batch {batch_id} does not exist.")
