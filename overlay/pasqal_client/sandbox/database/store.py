"""The state of the sandbox: batches and jobs in SQLite, and the three operations on them.

One connection behind one lock: an in-memory database then has the same content in every thread, and
each operation is one transaction that the others see whole or not at all.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel

from pasqal_core_schemas import BatchStatus, JobStatus, ProducedPartialJobResponse

from ..clock import Clock, microseconds
from ..execution import Devices
from ..fate import Fate
from ..plausible import AddedBatch
from ..refusals import CompleteBatchError, ForeignBatchError, UnknownBatchError
from ..states import FINISHED, batch_status, has_ended, refusal
from .columns import (
    BATCH,
    JOB,
    JOB_ANSWER,
    Columns,
    SqlValue,
    StoredJob,
    from_microseconds,
    to_microseconds,
    to_wire,
)
from .queries import (
    AS_THE_PAGES_SAY,
    CancelQuery,
    Condition,
    JobsQuery,
    Reading,
    all_of,
    filters,
    fit,
    ordering,
    window,
)
from .storage import connect, told

START = datetime(2026, 10, 12, 8, 0, tzinfo=UTC)
"""The time in an empty sandbox, unless it is given another. What is added moves it on, and so does the clock."""

_Answer = TypeVar("_Answer")

_LAST = to_microseconds(datetime.max.replace(tzinfo=UTC))

_VISIBLE = Condition("project_id NOT IN (SELECT id FROM projects WHERE is_foreign)")
_MOST_TOTALS = 1000
# What fails where nothing was asked for but what is kept.
_DAMAGE = (sqlite3.DatabaseError, ArithmeticError, LookupError, TypeError, ValueError)
_IN_CREATION_ORDER = "ORDER BY creation_order, number"


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the jobs that match, as JSON objects, and how many match in all."""

    jobs: list[dict[str, Any]]
    total: int


@dataclass(frozen=True, slots=True)
class Cancellation:
    """The jobs that were cancelled, as JSON objects, and by job id why others were not."""

    jobs: list[dict[str, Any]]
    errors: dict[str, str]


class Store:
    """The batches and jobs of one sandbox. Every method may be called from any thread.

    Args:
        path: The file that keeps them; in memory if None.
        clock: How time passes; not at all if None.
        start: The time while it is empty.

    Raises:
        StorageError: The file is not a file of a sandbox, or cannot be used. Every method raises
            it, too, when what is kept cannot be read, or nothing more can be kept.
    """

    def __init__(
        self, path: Path | None = None, clock: Clock | None = None, start: datetime = START
    ) -> None:
        self._lock = threading.Lock()
        self._clock = clock or Clock(0, lambda: 0)
        self._start = start
        self._passed = 0
        self._totals: dict[bytes, int] = {}
        self._path = path
        self._db = connect(path)
        try:
            with self._telling(_DAMAGE):
                self._now = self._latest()
                self._devices = Devices(self._db)
        except BaseException:
            self._db.close()
            raise

    def close(self) -> None:
        """Close the database with what is due until now; one in memory is gone then."""
        with self._lock, closing(self._db), self._telling():
            self._pass_time()

    def clear(self) -> None:
        """Forget every batch, job and project; the time is that of an empty one again."""
        with self._transaction():
            for table in ("work", "jobs", "batches", "projects", "clock"):
                self._db.execute(f"DELETE FROM {table}")  # noqa: S608
            self._totals.clear()
            self._now = self._start
            self._devices = Devices(self._db)

    @property
    def now(self) -> datetime:
        """The time in the sandbox: that of the latest change and what passed since, whatever the wall clock says."""
        with self._transaction():
            return self._now

    def advance(self, by: timedelta) -> datetime:
        """Let time pass at once; the answer is the time then.

        Raises:
            ValueError: It would be after the last year that there is.
        """
        with self._transaction():
            if to_microseconds(self._now) + microseconds(by) > _LAST:
                raise ValueError(f"{by} from now is after the last year that there is.")
            self._clock.step(microseconds(by))
        return self.now

    def add(
        self, batch: AddedBatch, fates: Sequence[Fate | None], *, foreign: bool = False
    ) -> None:
        """Take in a batch with its jobs, and what will become of each of them.

        Raises:
            ValueError: A batch or job with such an id is there, a value cannot be kept, or the
                project is already known to be accessible (or not) to the token.
        """
        with self._transaction():
            self._register(batch.project_id, foreign=foreign)
            self._insert("batches", BATCH, [batch])
            self._take_in(batch, batch.jobs or [], fates)
            self._now = max(self._now, batch.updated_at)

    def extend(
        self,
        batch_id: UUID,
        make: Callable[[AddedBatch, datetime, int], list[StoredJob]],
        fates: Sequence[Fate | None],
    ) -> list[StoredJob]:
        """Take more jobs into a batch; `make` gets the batch, the time and the next creation order.

        Raises:
            ValueError: The batch is not there, complete or over, or its jobs cannot be kept.
        """
        key = str(batch_id)
        with self._transaction():
            sql = f"SELECT {BATCH.quoted} FROM batches WHERE id = ?"  # noqa: S608
            row = self._db.execute(sql, (key,)).fetchone()
            if row is None:
                raise UnknownBatchError(f"There is no batch {batch_id}.")
            batch = AddedBatch.model_validate(
                BATCH.decode(row) | {"jobs_count": 0, "jobs_count_per_status": {}}
            )
            if batch.complete or has_ended(batch.status):
                state = "complete" if batch.complete else batch.status
                raise CompleteBatchError(f"Batch {batch_id} is {state} and takes no more jobs.")
            (last,) = self._row(
                "SELECT coalesce(max(creation_order), 0) FROM jobs WHERE batch_id = ?", (key,)
            )
            jobs = make(batch, self._now, last + 1)
            self._take_in(batch, jobs, fates)
            self._settle(key, to_microseconds(self._now))
        return jobs

    def page(self, query: JobsQuery, reading: Reading = AS_THE_PAGES_SAY) -> Page:
        """The jobs that match, of the projects that the token has access to."""
        limit, offset = window(query)
        with self._transaction():
            condition = all_of([*self._visible(), *filters(query, reading)])
            total = self._total(condition)
            jobs = self._jobs(
                condition,
                f"ORDER BY {ordering(query, reading)} LIMIT ? OFFSET ?",
                (limit, fit(offset)),
            )
        return Page(jobs, total)

    def cancel(
        self, batch_id: UUID, query: CancelQuery, reading: Reading = AS_THE_PAGES_SAY
    ) -> Cancellation:
        """Cancel the jobs of a batch that match and can still be cancelled.

        Raises:
            RefusalError: The batch is not there or not accessible.
        """
        condition = all_of([Condition("batch_id = ?", (str(batch_id),)), *filters(query, reading)])
        with self._transaction():
            self._require(batch_id)
            matching = self._jobs(condition, _IN_CREATION_ORDER)
            refused = {
                job["id"]: refusal(job["status"]) for job in matching if job["status"] in FINISHED
            }
            change = {
                "status": JobStatus.CANCELED,
                "end_timestamp": to_wire(self._now),
                "updated_at": to_wire(self._now),
            }
            jobs = [{**job, **change} for job in matching if job["id"] not in refused]
            if jobs:
                self._mark_cancelled([job["id"] for job in jobs])
                self._settle(str(batch_id), to_microseconds(self._now))
        return Cancellation(jobs, refused)

    def cancel_newest(self, count: int) -> list[UUID]:
        """Cancel so many of the PENDING jobs that can be seen, the newest; the answer is their ids."""
        with self._transaction():
            pending = all_of([*self._visible(), Condition("status = ?", (JobStatus.PENDING,))])
            sql = f"SELECT id, batch_id FROM jobs WHERE {pending.sql} ORDER BY created_at DESC, number DESC LIMIT ?"  # noqa: S608
            found = self._db.execute(sql, (*pending.values, count)).fetchall()
            self._mark_cancelled([job_id for job_id, _ in found])
            for batch_id in {batch_id for _, batch_id in found}:
                self._settle(batch_id, to_microseconds(self._now))
        return [UUID(job_id) for job_id, _ in found]

    def complete(self, batch_id: UUID) -> dict[str, Any]:
        """Close a batch; the answer is the batch as a JSON object.

        Raises:
            RefusalError: The batch is not there, not accessible, or complete.
        """
        with self._transaction():
            self._require(batch_id)
            (complete,) = self._row("SELECT complete FROM batches WHERE id = ?", (str(batch_id),))
            if complete:
                raise CompleteBatchError(f"Batch {batch_id} is already complete.")
            self._db.execute(
                "UPDATE batches SET complete = true, open = false WHERE id = ?", (str(batch_id),)
            )
            self._settle(str(batch_id), to_microseconds(self._now))
            return self._batch(batch_id)

    def read(self, question: Callable[[sqlite3.Connection, datetime], _Answer]) -> _Answer:
        """The answer to a question that is none of the contract's, in one transaction.

        Args:
            question: Gets the database and the time. It changes nothing, and keeps nothing of the
                connection.
        """
        with self._transaction():
            return question(self._db, self._now)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock, self._telling():
            self._pass_time()
            with self._change():
                yield

    @contextmanager
    def _telling(
        self, kinds: tuple[type[Exception], ...] = (sqlite3.DatabaseError,)
    ) -> Iterator[None]:
        try:
            yield
        except kinds as error:
            raise told(self._path, error) from error

    @contextmanager
    def _change(self) -> Iterator[None]:
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            yield

    def _pass_time(self) -> None:
        """Do what has become due. A transaction of its own: an operation that is refused does not undo it."""
        elapsed = self._clock.elapsed
        if elapsed == self._passed:
            return
        start = to_microseconds(self._now)
        end = min(start + elapsed - self._passed, _LAST)
        with self._telling(_DAMAGE), self._change():
            changed = self._devices.run(start, end)
            for batch_id, moment in changed.items():
                self._settle(batch_id, moment)
            self._db.execute("INSERT OR REPLACE INTO clock VALUES (1, ?)", (end,))
        self._now, self._passed = from_microseconds(end), elapsed
        if changed:
            self._totals.clear()

    def _take_in(
        self,
        batch: AddedBatch,
        jobs: Sequence[ProducedPartialJobResponse],
        fates: Sequence[Fate | None],
    ) -> None:
        self._totals.clear()
        self._insert("jobs", JOB, jobs)
        self._devices.enqueue(batch, jobs, fates)
        self._now = max([self._now, *(job.updated_at for job in jobs)])

    def _insert(self, table: str, columns: Columns, models: Iterable[BaseModel]) -> None:
        marks = ", ".join("?" * len(columns.columns))
        sql = f"INSERT INTO {table} ({columns.quoted}) VALUES ({marks})"  # noqa: S608
        try:
            self._db.executemany(sql, map(columns.encode, models))
        except sqlite3.IntegrityError as error:
            raise ValueError(f"An id is taken: {error}") from error

    def _row(self, sql: str, values: tuple[SqlValue, ...] = ()) -> tuple[Any, ...]:
        row: tuple[Any, ...] | None = self._db.execute(sql, values).fetchone()
        if row is None:
            raise sqlite3.DataError("it is damaged (something is missing that was put in)")
        return row

    def _latest(self) -> datetime:
        changes = "SELECT updated_at FROM batches UNION ALL SELECT updated_at FROM jobs UNION ALL SELECT now FROM clock"
        (latest,) = self._row(f"SELECT max(updated_at) FROM ({changes})")  # noqa: S608
        return self._start if latest is None else from_microseconds(latest)

    def _visible(self) -> list[Condition]:
        # Where every project can be seen, looking would only make counting slow.
        foreign = self._db.execute("SELECT 1 FROM projects WHERE is_foreign LIMIT 1").fetchone()
        return [_VISIBLE] if foreign else []

    def _total(self, condition: Condition) -> int:
        """How many jobs match. Counted once for all pages of a list, as long as nothing changes."""
        # What is asked for may be long, and a thousand of it is kept.
        key = sha256(repr(condition).encode()).digest()
        if key not in self._totals:
            if len(self._totals) >= _MOST_TOTALS:
                self._totals.clear()
            sql = f"SELECT count(*) FROM jobs WHERE {condition.sql}"  # noqa: S608
            (self._totals[key],) = self._row(sql, condition.values)
        return self._totals[key]

    def _register(self, project_id: UUID, *, foreign: bool) -> None:
        self._db.execute("INSERT OR IGNORE INTO projects VALUES (?, ?)", (str(project_id), foreign))
        (known,) = self._row("SELECT is_foreign FROM projects WHERE id = ?", (str(project_id),))
        if bool(known) is not foreign:
            raise ValueError(
                f"The earlier batches of project {project_id} are {'' if known else 'not '}foreign."
            )

    def _require(self, batch_id: UUID) -> None:
        row = self._db.execute(
            "SELECT is_foreign FROM batches JOIN projects ON projects.id = project_id WHERE batches.id = ?",
            (str(batch_id),),
        ).fetchone()
        if row is None:
            raise UnknownBatchError(f"There is no batch {batch_id}.")
        if row[0]:
            raise ForeignBatchError(
                f"Batch {batch_id} belongs to a project that you have no access to."
            )

    def _jobs(
        self, condition: Condition, rest: str, values: tuple[SqlValue, ...] = ()
    ) -> list[dict[str, Any]]:
        sql = f"SELECT {JOB_ANSWER.quoted} FROM jobs WHERE {condition.sql} {rest}"  # noqa: S608
        return [
            JOB_ANSWER.decode(row) for row in self._db.execute(sql, (*condition.values, *values))
        ]

    def _counts(self, batch_id: str) -> dict[JobStatus, int]:
        sql = "SELECT status, count(*) FROM jobs WHERE batch_id = ? GROUP BY status ORDER BY min(number)"
        return {JobStatus(status): count for status, count in self._db.execute(sql, (batch_id,))}

    def _batch(self, batch_id: UUID) -> dict[str, Any]:
        key = (str(batch_id),)
        counts = self._counts(str(batch_id))
        row = self._row(f"SELECT {BATCH.quoted} FROM batches WHERE id = ?", key)  # noqa: S608
        return BATCH.decode(row) | {
            "jobs_count": sum(counts.values()),
            "jobs_count_per_status": counts,
            "jobs": self._jobs(Condition("batch_id = ?", key), _IN_CREATION_ORDER),
        }

    def _mark_cancelled(self, job_ids: list[str]) -> None:
        now = to_microseconds(self._now)
        self._totals.clear()
        self._devices.drop(job_ids)
        self._db.executemany(
            "UPDATE jobs SET status = ?, end_timestamp = ?, updated_at = ? WHERE id = ?",
            [(JobStatus.CANCELED, now, now, job_id) for job_id in job_ids],
        )

    def _settle(self, key: str, now: int) -> None:
        """Bring the batch's own fields into line with its jobs after a change at that time."""
        complete, before = self._row("SELECT complete, status FROM batches WHERE id = ?", (key,))
        status = batch_status(
            self._counts(key), complete=bool(complete), before=BatchStatus(before)
        )
        first, last = self._row(
            "SELECT min(start_timestamp), max(end_timestamp) FROM jobs WHERE batch_id = ?", (key,)
        )
        end = (now if last is None else last) if has_ended(status) else None
        self._db.execute(
            "UPDATE batches SET status = ?, updated_at = ?, start_datetime = coalesce(start_datetime, ?),"
            " end_datetime = coalesce(end_datetime, ?) WHERE id = ?",
            (status, now, first, end, key),
        )
