"""The state of the sandbox: batches and jobs in SQLite, the operations on them, and the time.

One connection behind one lock: an in-memory database then has the same content in every thread, and
each operation is one transaction that the others see whole or not at all.
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from pasqal_core_schemas import JobStatus

from ..clock import Clock, microseconds
from ..execution import Devices, ExecutionRules
from ..results.kept import keep_results
from ..sample_values import AddedBatch
from ..states import CompleteBatchError, StateError, has_ended
from .columns import BATCH, JOB, StoredJob, from_microseconds, to_microseconds
from .queries import (
    AS_DOCUMENTED,
    BatchesQuery,
    Condition,
    JobsQuery,
    QueryReading,
    all_of,
    filters,
    fit,
    match_listed,
    ordering,
    window,
)
from .rows import (
    VISIBLE,
    count_jobs,
    fetch_row,
    find_batch,
    find_latest_change,
    insert,
    read_jobs,
    read_plain_batches,
    register_project,
    settle_batch,
)
from .session import Session
from .sqlite_file import connect, make_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from pasqal_core_schemas import (
        ProducedBatchWithPartialJobsResponse,
        ProducedPartialJobResponse,
    )

    from ..fate import Fate
    from ..results.kept import GivenResult

START = datetime(2026, 10, 12, 8, 0, tzinfo=UTC)
"""The time in an empty sandbox, unless it is given another. What is added moves it on, and so does the clock."""

_Answer = TypeVar("_Answer")

_LAST = to_microseconds(datetime.max.replace(tzinfo=UTC))

_MOST_TOTALS = 1000
_TABLES = ("results", "reservations", "work", "jobs", "batches", "projects", "clock")
# Where nothing but the content of the file is read, any of these means that it is damaged.
_DAMAGE = (sqlite3.DatabaseError, ArithmeticError, LookupError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the jobs or batches that match, as JSON objects, and how many match in all."""

    items: list[dict[str, Any]]
    total: int


class Store:
    """The batches and jobs of one sandbox. Every method may be called from any thread.

    Args:
        path: the file that keeps them; in memory if None.
        clock: how time passes; not at all if None.
        start: the time while it is empty.
        rules: how devices work.
        is_up: whether a device runs what waits for it; any device does if None.

    Raises:
        StorageError: the file is not a file of a sandbox, or cannot be used. Every method raises
            it, too, when the database cannot be read or written.
    """

    def __init__(
        self,
        path: Path | None = None,
        clock: Clock | None = None,
        start: datetime = START,
        rules: ExecutionRules | None = None,
        is_up: Callable[[str], bool] | None = None,
    ) -> None:
        self._lock = threading.Lock()
        self._clock = clock or Clock(0, lambda: 0)
        self._start = start
        self._rules = rules or ExecutionRules()
        self._is_up = is_up or (lambda _: True)
        self._passed = 0
        self._totals: dict[bytes, int] = {}
        self._path = path
        self._db = connect(path)
        try:
            with self._translate_errors(_DAMAGE):
                self._now = find_latest_change(self._db) or start
                self._devices = Devices(self._db, self._rules, self._is_up)
        except BaseException:
            self._db.close()
            raise

    def close(self) -> None:
        """Close the database with what is due until now; one in memory is gone then."""
        with self._lock, closing(self._db), self._translate_errors():
            self._pass_time()

    def clear(self) -> None:
        """Forget every batch, job and project; the time is that of an empty one again."""
        with self._lock, self._translate_errors():
            # What has become due is forgotten, too, and need not be done.
            with self._write():
                for table in _TABLES:
                    self._db.execute(f"DELETE FROM {table}")  # noqa: S608
            self._totals.clear()
            self._passed = self._clock.elapsed
            self._now = self._start
            self._devices = Devices(self._db, self._rules, self._is_up)

    @property
    def emulator_runs(self) -> int:
        """How often an emulator runs a job that does not say it."""
        return self._rules.emulator_runs

    @property
    def simulates(self) -> bool:
        """Whether results are computed; else they are made up."""
        return self._rules.simulates

    @property
    def now(self) -> datetime:
        """The time in the sandbox: that of the latest change and what passed since, whatever the wall clock says."""
        with self._transaction():
            return self._now

    def advance(self, by: timedelta) -> datetime:
        """Let time pass at once; returns the time then.

        Raises:
            ValueError: it would be after the last year that can be represented.
        """
        step = microseconds(by)
        with self._transaction():
            if self._now_in_microseconds + step > _LAST:
                raise ValueError(f"{by} from now is after the last year that can be represented")
            self._clock.step(step)
        return self.now

    def add(
        self,
        batch: AddedBatch,
        fates: Sequence[Fate | None],
        results: Iterable[GivenResult | None] = (),
        *,
        foreign: bool = False,
    ) -> None:
        """Add a batch with its jobs, what will become of each of them, and the results that were given.

        Raises:
            ValueError: an id is taken, a value cannot be kept, or the project is already known to
                be accessible (or not) to the token.
        """
        with self._transaction():
            register_project(self._db, str(batch.project_id), foreign=foreign)
            insert(self._db, "batches", BATCH, [batch])
            self._take_in(batch, batch.jobs or [], fates)
            keep_results(self._db, [job.id for job in batch.jobs or []], results)
            self._now = max(self._now, batch.updated_at)

    def extend(
        self,
        batch_id: UUID,
        make: Callable[[AddedBatch, datetime, int], list[StoredJob]],
        fates: Sequence[Fate | None],
        results: Iterable[GivenResult | None] = (),
    ) -> list[StoredJob]:
        """Add more jobs to a batch; `make` gets the batch, the time and the next creation order.

        Raises:
            ValueError: the batch does not exist, is complete or has ended, or its jobs cannot be
                kept.
        """
        key = str(batch_id)
        with self._transaction():
            fields = find_batch(self._db, key)
            # The counts are those of an answer, and are not needed here.
            batch = AddedBatch.model_validate(
                fields | {"jobs_count": 0, "jobs_count_per_status": {}}
            )
            if batch.complete:
                raise CompleteBatchError(f"Batch {batch_id} is complete and takes no more jobs.")
            if has_ended(batch.status):
                raise CompleteBatchError(
                    f"Batch {batch_id} is {batch.status} and takes no more jobs."
                )
            sql = "SELECT coalesce(max(creation_order), 0) FROM jobs WHERE batch_id = ?"
            (last,) = fetch_row(self._db, sql, (key,))
            jobs = make(batch, self._now, last + 1)
            self._take_in(batch, jobs, fates)
            keep_results(self._db, [job.id for job in jobs], results)
            settle_batch(self._db, key, self._now_in_microseconds)
        return jobs

    def page(self, query: JobsQuery, reading: QueryReading = AS_DOCUMENTED) -> Page:
        """The jobs that match, of the projects that the token has access to."""
        limit, offset = window(query)
        rest = f"ORDER BY {ordering(query, reading)} LIMIT ? OFFSET ?"
        with self._checked_transaction():
            condition = all_of([*self._visibility(), *filters(query, reading)])
            total = self._find_total(condition)
            jobs = read_jobs(self._db, condition, rest, (limit, fit(offset)))
        return Page(jobs, total)

    def cancel_newest(self, count: int) -> list[UUID]:
        """Cancel this many of the PENDING jobs that are visible, the newest; returns their ids."""
        with self._checked_transaction():
            pending = Condition("status = ?", (JobStatus.PENDING,))
            condition = all_of([*self._visibility(), pending])
            sql = (
                f"SELECT id, batch_id FROM jobs WHERE {condition.sql}"  # noqa: S608
                " ORDER BY created_at DESC, number DESC LIMIT ?"
            )
            found = self._db.execute(sql, (*condition.values, count)).fetchall()
            self._mark_cancelled([job_id for job_id, _ in found])
            for batch_id in {batch_id for _, batch_id in found}:
                settle_batch(self._db, batch_id, self._now_in_microseconds)
        return [UUID(job_id) for job_id, _ in found]

    def page_of_batches(self, query: BatchesQuery, reading: QueryReading = AS_DOCUMENTED) -> Page:
        """The batches that match, of the projects that the token has access to."""
        limit, offset = window(query)
        with self._checked_transaction():
            listed = match_listed(self._now_in_microseconds, reading)
            condition = all_of([*self._visibility(), *listed, *filters(query, reading)])
            (total,) = fetch_row(
                self._db,
                f"SELECT count(*) FROM batches WHERE {condition.sql}",  # noqa: S608
                condition.values,
            )
            sql = (
                f"SELECT id FROM batches WHERE {condition.sql}"  # noqa: S608
                f" ORDER BY {ordering(query, reading, BATCH)} LIMIT ? OFFSET ?"
            )
            found = self._db.execute(sql, (*condition.values, limit, fit(offset))).fetchall()
            return Page(read_plain_batches(self._db, [key for (key,) in found]), total)

    def write(self, change: Callable[[Session], _Answer]) -> _Answer:
        """Change something, in one transaction.

        Args:
            change: gets the transaction. What it raises undoes what it did.
        """
        with self._checked_transaction():
            return change(Session(self._db, self._now, self._take_in, self._mark_cancelled))

    def read(self, question: Callable[[sqlite3.Connection, datetime], _Answer]) -> _Answer:
        """Answer a question that is not one of the contract's, in one transaction.

        Args:
            question: gets the database and the time. It changes nothing, and keeps nothing of the
                connection.
        """
        with self._checked_transaction():
            return question(self._db, self._now)

    @property
    def _now_in_microseconds(self) -> int:
        return to_microseconds(self._now)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock, self._translate_errors():
            self._pass_time()
            with self._write():
                yield

    @contextmanager
    def _checked_transaction(self) -> Iterator[None]:
        """A transaction with nothing but values that were checked, beside those in the database."""
        with self._transaction():
            try:
                yield
            except StateError:
                raise
            except _DAMAGE as error:
                # Nobody else writes to the memory: there, it is a mistake of the sandbox.
                if self._path is None:
                    raise
                raise make_error(self._path, error) from error

    @contextmanager
    def _translate_errors(
        self, kinds: tuple[type[Exception], ...] = (sqlite3.DatabaseError,)
    ) -> Iterator[None]:
        try:
            yield
        except kinds as error:
            raise make_error(self._path, error) from error

    @contextmanager
    def _write(self) -> Iterator[None]:
        # The connection commits at the end, or rolls back, but does not begin by itself.
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            yield

    def _pass_time(self) -> None:
        """Do what has become due since the last time."""
        elapsed = self._clock.elapsed
        if elapsed == self._passed:
            return
        start = self._now_in_microseconds
        end = min(start + elapsed - self._passed, _LAST)
        # A transaction of its own: an operation that is rejected must not undo the passing of time.
        with self._translate_errors(_DAMAGE), self._write():
            changed = self._devices.run(start, end)
            for batch_id, moment in changed.items():
                settle_batch(self._db, batch_id, moment)
            self._db.execute("INSERT OR REPLACE INTO clock VALUES (1, ?)", (end,))
        # Not before: if the file cannot be written, the next request does all of it again.
        self._devices.forget_free()
        self._now = from_microseconds(end)
        self._passed = elapsed
        if changed:
            self._totals.clear()

    def _take_in(
        self,
        batch: ProducedBatchWithPartialJobsResponse,
        jobs: Sequence[ProducedPartialJobResponse],
        fates: Sequence[Fate | None],
    ) -> None:
        self._totals.clear()
        insert(self._db, "jobs", JOB, jobs)
        self._devices.enqueue(batch, jobs, fates)
        self._now = max([self._now, *(job.updated_at for job in jobs)])

    def _visibility(self) -> list[Condition]:
        # Where the token has access to every project, the condition would only make counting slow.
        foreign = self._db.execute("SELECT 1 FROM projects WHERE is_foreign LIMIT 1").fetchone()
        if foreign is None:
            return []
        return [VISIBLE]

    def _find_total(self, condition: Condition) -> int:
        """How many jobs match."""
        # Counting reads every job that matches, a page only its own. So a walk through all pages of
        # a list counts once, and again only after something has changed.
        key = sha256(repr(condition).encode()).digest()  # a condition may have thousands of ids
        if key not in self._totals:
            if len(self._totals) >= _MOST_TOTALS:
                self._totals.clear()
            self._totals[key] = count_jobs(self._db, condition)
        return self._totals[key]

    def _mark_cancelled(self, job_ids: Sequence[str]) -> None:
        now = self._now_in_microseconds
        self._totals.clear()
        self._devices.drop(job_ids)
        self._db.executemany(
            "UPDATE jobs SET status = ?, end_timestamp = ?, updated_at = ? WHERE id = ?",
            [(JobStatus.CANCELED, now, now, job_id) for job_id in job_ids],
        )
