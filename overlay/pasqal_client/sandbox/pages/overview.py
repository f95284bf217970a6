"""What is in the sandbox at the moment, for a person to look at.

Every question is answered by an index and has a bound, so the answer takes as long with a million
jobs as with a few: whatever exceeds a bound is shown as "more".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pasqal_core_schemas import JobStatus

from ..database.columns import BATCH, JOB, Columns, SqlValue
from ..devices.queue import count_waiting, read_running, read_waiting
from ..results.computed import NOT_YET
from ..results.files import find_counts, find_note, find_uncomputed, read_result
from ..states import UnknownBatchError, UnknownJobError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from ..devices.catalogue import Device

_MOST_BATCHES = 50
"""How many batches are listed."""
MOST_JOBS = 100
"""How many jobs are listed."""

# Counting costs a step for each job, and the page is loaded every two seconds.
_COUNTED = 10_000
_COUNTED_IN_LIST = 1_000
_MOST_IN_QUEUE = 3


@dataclass(frozen=True, slots=True)
class Count:
    """A number, and whether there are more, because counting stopped there."""

    number: int
    more: bool = False


Counts = dict[JobStatus, Count]


@dataclass(frozen=True, slots=True)
class ListedBatch:
    """A batch by its fields, with its jobs counted by status, and whether the token has no access to it."""

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


@dataclass(frozen=True, slots=True)
class ListedDevice:
    """A device with its queue.

    Attributes:
        device: the device.
        running: the ids of the batches that it runs, of which there may be several at first.
        waiting: how many batches wait for it.
        first: the ids of the next of them.
    """

    device: Device
    running: list[str]
    waiting: Count
    first: list[str]


@dataclass(frozen=True, slots=True)
class ShownJob:
    """A job by its fields, with its counts as far as it has results, and what is to be said of those."""

    now: datetime
    fields: dict[str, Any]
    counter: dict[str, int]
    note: str | None


def read_devices(
    db: sqlite3.Connection, _: datetime, devices: Iterable[Device]
) -> list[ListedDevice]:
    """The devices with their queues; a question for `Store.read`."""
    listed = []
    for device in devices:
        running = read_running(db, device.device_type, _MOST_IN_QUEUE)
        first = read_waiting(db, device.device_type, _MOST_IN_QUEUE, 0)
        number = count_waiting(db, device.device_type, _COUNTED_IN_LIST + 1)
        waiting = Count(min(number, _COUNTED_IN_LIST), number > _COUNTED_IN_LIST)
        listed.append(ListedDevice(device, running, waiting, first))
    return listed


def read_job(
    db: sqlite3.Connection, now: datetime, job_id: UUID, emulator_runs: int, *, simulates: bool
) -> ShownJob:
    """One job with its counts; a question for `Store.read`.

    Args:
        db: the database.
        now: the time.
        job_id: the job.
        emulator_runs: how often an emulator runs a job that does not say it.
        simulates: whether results are computed; nobody waits for that here.

    Raises:
        UnknownJobError: unknown job.
    """
    rows = _read_jobs(db, "WHERE id = ?", str(job_id))
    if not rows:
        raise UnknownJobError(f"Job {job_id} does not exist.")
    (sequence,) = db.execute("SELECT sequence FROM jobs WHERE id = ?", (str(job_id),)).fetchone()
    fields = {**rows[0], "sequence": sequence}
    if simulates and find_uncomputed(db, now, job_id) is not None:
        return ShownJob(now, fields, {}, NOT_YET)
    result = read_result(db, now, job_id, emulator_runs)
    return ShownJob(now, fields, find_counts(result), find_note(result))


def read_everything(db: sqlite3.Connection, now: datetime) -> Overview:
    """All batches and jobs, up to the bounds; a question for `Store.read`."""
    # Two queries, each along an index: one that sorts running jobs first would look at all of them.
    running = _read_jobs(db, "WHERE status = 'RUNNING' ORDER BY created_at DESC, number DESC")
    newest = _read_jobs(db, "ORDER BY created_at DESC, number DESC")
    return Overview(
        now=now,
        batches=_read_batches(db, _COUNTED_IN_LIST, "ORDER BY number DESC LIMIT ?", _MOST_BATCHES),
        batches_in_all=_read_last_number(db, "batches"),
        jobs=_merge_jobs(running, newest),
        jobs_in_all=Count(_read_last_number(db, "jobs")),
        statuses=_count_jobs(db, _COUNTED, "status = ?"),
    )


def read_batch(db: sqlite3.Connection, now: datetime, batch_id: UUID) -> Overview:
    """One batch and its jobs, up to the bounds; a question for `Store.read`.

    Raises:
        UnknownBatchError: unknown batch.
    """
    key = str(batch_id)
    batches = _read_batches(db, _COUNTED, "WHERE id = ?", key)
    if not batches:
        raise UnknownBatchError(f"Batch {batch_id} does not exist.")
    order = "ORDER BY creation_order DESC, number DESC"
    running = _read_jobs(db, f"WHERE batch_id = ? AND status = 'RUNNING' {order}", key)
    newest = _read_jobs(db, f"WHERE batch_id = ? {order}", key)
    counts = batches[0].jobs
    return Overview(
        now=now,
        batches=batches,
        batches_in_all=1,
        jobs=_merge_jobs(running, newest),
        jobs_in_all=_add_up(counts),
        statuses=counts,
    )


def _add_up(counts: Counts) -> Count:
    number = sum(count.number for count in counts.values())
    more = any(count.more for count in counts.values())
    return Count(number, more)


def _select_columns(columns: Columns, *names: str) -> Columns:
    return Columns(tuple(column for column in columns.columns if column.name in names))


_BATCH = _select_columns(
    BATCH,
    "id",
    "status",
    "complete",
    "device_type",
    "queue_priority",
    "tags",
    "created_at",
    "start_datetime",
    "sequence_builder",
)
_JOB = _select_columns(
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


def _read_batches(
    db: sqlite3.Connection, counted: int, rest: str, value: SqlValue
) -> list[ListedBatch]:
    sql = f"SELECT {_FOREIGN}, {_BATCH.quoted} FROM batches {rest}"  # noqa: S608
    batches = []
    # All rows first, because there is one more query for each of them.
    for foreign, *row in db.execute(sql, (value,)).fetchall():
        fields = _BATCH.decode(row)
        jobs = _count_jobs(db, counted, "batch_id = ? AND status = ?", fields["id"])
        batches.append(ListedBatch(fields, jobs, bool(foreign)))
    return batches


def _read_jobs(db: sqlite3.Connection, rest: str, *values: SqlValue) -> list[dict[str, Any]]:
    sql = f"SELECT {_JOB.quoted} FROM jobs {rest} LIMIT {MOST_JOBS}"  # noqa: S608
    return [_JOB.decode(row) for row in db.execute(sql, values)]


def _merge_jobs(
    running: list[dict[str, Any]], newest: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The running jobs, then the newest others."""
    jobs = {job["id"]: job for job in (*running, *newest)}
    return list(jobs.values())[:MOST_JOBS]


def _count_jobs(db: sqlite3.Connection, most: int, condition: str, *values: SqlValue) -> Counts:
    sql = f"SELECT count(*) FROM (SELECT 1 FROM jobs WHERE {condition} LIMIT ?)"  # noqa: S608
    counts = {}
    for status in JobStatus:
        # One more than is counted, to see whether there are more.
        (number,) = db.execute(sql, (*values, status, most + 1)).fetchone()
        if number:
            counts[status] = Count(min(number, most), number > most)
    return counts


def _read_last_number(db: sqlite3.Connection, table: str) -> int:
    # The rows are numbered from 1 and deleted only all together, so counting them is not needed.
    (number,) = db.execute(f"SELECT coalesce(max(number), 0) FROM {table}").fetchone()  # noqa: S608
    return int(number)
