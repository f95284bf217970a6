"""The devices: they take the jobs from their queues and run them as time passes.

Each device type is one device that runs one batch at a time, and its jobs one after the other. When
it is free, it takes the first batch of the highest queue priority. It stays reserved for a batch that
is open, until that has had nothing to run for too long. Any other open batch times out after the
same time, too, but keeps no device. Jobs that were added as RUNNING go on side by side, and the
queue waits for them. What is left of each job is kept in the database, so a restart goes on where
the last run stopped.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from pasqal_core_schemas import BatchStatus, JobStatus, QueuePriority

from .checks import check_count
from .clock import microseconds, parse_duration
from .database.columns import to_microseconds
from .database.rows import end_batch
from .fate import Fate
from .states import FINISHED, LIVE, ON_DEVICE

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Sequence

    from pasqal_core_schemas import ProducedBatchWithPartialJobsResponse, ProducedPartialJobResponse

    from .clock import Duration

    Foresee = Callable[
        [ProducedBatchWithPartialJobsResponse, ProducedPartialJobResponse], Fate | None
    ]

_FOREVER = 2**62
"""Microseconds that never pass."""

# The contract names the priorities from the highest to the lowest.
_RANK = {priority: rank for rank, priority in enumerate(QueuePriority)}
_ENQUEUE = """
INSERT INTO work SELECT number, batch_id, ?, status <> 'PENDING', ?, ?, ?, ?, ?, ? FROM jobs WHERE id = ?
"""
_RUNNING = "SELECT number, remaining, batch_id FROM work WHERE device = ? AND running = 1 ORDER BY remaining, number"
# Compared with a number, because an index does not serve a bare truth value.
_FIRST_IN_QUEUE = """
SELECT batch_id FROM work WHERE device = ? AND running = 0 ORDER BY rank, created_at, number LIMIT 1
"""
_NEXT_JOB = "SELECT number FROM work WHERE batch_id = ? AND running = 0 ORDER BY number LIMIT 1"
_RESERVE = "INSERT OR IGNORE INTO reservations VALUES (?, ?)"
_RESERVED = """
SELECT batch_id, open, status FROM reservations JOIN batches ON batches.id = batch_id WHERE device = ?
"""
_FREE = "DELETE FROM reservations WHERE batch_id = ?"
# A batch begins to idle when it is created without jobs, or when the last of its jobs ends.
_IDLE_SINCE = """
SELECT max(batches.created_at, coalesce(max(end_timestamp), batches.created_at)) FROM batches
LEFT JOIN jobs ON batch_id = batches.id WHERE batches.id = ?
"""
IDLE = """
SELECT id, device_type FROM batches WHERE open = 1 AND status IN ('PENDING', 'RUNNING') AND created_at <= ?
AND NOT EXISTS (SELECT 1 FROM work WHERE batch_id = batches.id)
"""
"""The query for the batches that have nothing to run, and were created early enough to have timed out."""
_START = "UPDATE jobs SET status = ?, start_timestamp = ?, updated_at = ? WHERE number = ?"
_END = """
UPDATE jobs SET status = ?, end_timestamp = ?, updated_at = ?, errors = ?, progress = ? WHERE number = ?
"""


class _RunningJob(NamedTuple):
    number: int
    remaining: int
    batch_id: str


@dataclass(frozen=True, slots=True)
class ExecutionRules:
    """How devices work where the service does not say.

    Attributes:
        emulator_runs: how often an emulator runs a job that does not say it.
        idle_timeout: how long an open batch may have nothing to run, in microseconds.
        foresee: what becomes of a job of a batch, if something is known of it.
        simulates: whether results are computed; else they are made up.
    """

    emulator_runs: int = 1000
    idle_timeout: int = 300_000_000
    foresee: Foresee = field(default=lambda _batch, _job: None, compare=False)
    simulates: bool = False


def make_execution_rules(emulator_runs: object, idle_timeout: Duration | None) -> ExecutionRules:
    """Check the rules as a user gives them.

    Args:
        emulator_runs: how often an emulator runs a job that does not say it.
        idle_timeout: how long an open batch may have nothing to run; forever if None.

    Raises:
        ValueError: one of them cannot be used.
    """
    runs = check_count("emulator_runs", emulator_runs)
    if runs < 1:
        raise ValueError("emulator_runs is 0: a job runs at least once")
    if idle_timeout is None:
        return ExecutionRules(runs, _FOREVER)
    try:
        length = parse_duration(idle_timeout)
    except ValueError as error:
        raise ValueError(f"idle_timeout: {error}") from error
    return ExecutionRules(runs, microseconds(length))


class Devices:
    """All the devices of a sandbox, on its database; the caller holds the lock and the transaction.

    Args:
        db: the database.
        rules: how they work.
        is_up: whether a device runs what waits for it.
    """

    def __init__(
        self, db: sqlite3.Connection, rules: ExecutionRules, is_up: Callable[[str], bool]
    ) -> None:
        self._db = db
        self._rules = rules
        self._is_up = is_up
        # Those with work: time passes with every request, and most devices have nothing to do.
        busy = "SELECT device FROM work UNION SELECT device FROM reservations"
        self._names = {name for (name,) in db.execute(busy)}
        self._free: set[str] = set()

    def enqueue(
        self,
        batch: ProducedBatchWithPartialJobsResponse,
        jobs: Sequence[ProducedPartialJobResponse],
        fates: Iterable[Fate | None],
    ) -> None:
        """Take in the jobs that are not finished. Those of a batch that is paused or has ended stay as they are.

        Raises:
            ValueError: a job has a fate, but it is finished or nothing moves in its batch.
        """
        device = batch.device_type
        rank = _RANK[batch.queue_priority or QueuePriority.MEDIUM]
        # The turn is that of the batch, whenever its jobs came.
        turn = to_microseconds(batch.created_at)
        rows = []
        for place, (job, fate) in enumerate(zip(jobs, fates, strict=True)):
            if job.status not in FINISHED and batch.status in LIVE:
                fate = fate or self._rules.foresee(batch, job)
                work = self._plan_work(job, fate or _default_fate(job))
                rows.append((device, rank, turn, *work, str(job.id)))
            elif fate is not None:
                raise ValueError(
                    f"jobs[{place}] is {job.status} in a batch that is {batch.status}: it cannot have a fate"
                )
        self._names.add(device)
        self._db.executemany(_ENQUEUE, rows)
        if batch.status is BatchStatus.RUNNING:
            self._db.execute(_RESERVE, (device, str(batch.id)))

    def drop(self, job_ids: Iterable[str]) -> None:
        """Take jobs out, whether they run or wait."""
        rows = [(job_id,) for job_id in job_ids]
        self._db.executemany(
            "DELETE FROM work WHERE number = (SELECT number FROM jobs WHERE id = ?)", rows
        )

    def run(self, start: int, end: int) -> dict[str, int]:
        """Let the devices work from one time to another, in microseconds since 1970.

        Returns:
            For each batch that timed out, or with a job that started or ended, when the last of that
            happened.
        """
        changed: dict[str, int] = {}
        self._free.clear()
        # Sorted, so that each run of a test does the same in the same order.
        for name in sorted(filter(self._is_up, self._names)):
            self._run_device(name, start, end, changed)
        # Those that keep a device were seen above, because the next batch follows at that moment.
        latest_creation = end - self._rules.idle_timeout
        for batch_id, device in self._db.execute(IDLE, (latest_creation,)).fetchall():
            if self._is_up(device):
                self._time_out(batch_id, start, end, changed)
        return changed

    def forget_free(self) -> None:
        """Forget the devices that the last run left without work, once what it did is certain to stay."""
        self._names -= self._free

    def _run_device(self, device: str, now: int, end: int, changed: dict[str, int]) -> None:
        while True:
            running = self._find_running(device) or self._start_next(device, now, changed)
            if not running:
                free = self._release(device, now, end, changed)
                if free is None:
                    break
                now = free
                continue
            ended = [job for job in running if now + job.remaining <= end]
            for job in ended:
                job_end = now + job.remaining
                self._end(job.number, job_end)
                _note_change(changed, job.batch_id, job_end)
            if len(ended) < len(running):
                sql = "UPDATE work SET remaining = remaining - ? WHERE device = ? AND running = 1"
                self._db.execute(sql, (end - now, device))
                break
            # The device is free for the next job when the last one of these has ended.
            now += running[-1].remaining
        self._note_progress(device, end)

    def _release(self, device: str, now: int, end: int, changed: dict[str, int]) -> int | None:
        """Give a device without a job to the next batch, if that can be; returns when it is free.

        A batch that is open keeps it until it has been idle for too long.
        """
        reserved = self._db.execute(_RESERVED, (device,)).fetchone()
        if reserved is None:
            # Nothing waits either, or a job would have been started.
            self._free.add(device)
            return None
        batch_id, is_open, status = reserved
        if is_open and status in LIVE:
            return self._time_out(batch_id, now, end, changed)
        self._db.execute(_FREE, (batch_id,))
        return now

    def _time_out(self, batch_id: str, now: int, end: int, changed: dict[str, int]) -> int | None:
        """Let a batch without anything to run time out, if that is due until the end; returns when it did."""
        (idle_since,) = self._db.execute(_IDLE_SINCE, (batch_id,)).fetchone()
        # On a device that was down, it may have been due before.
        moment: int = max(now, idle_since + self._rules.idle_timeout)
        if moment > end:
            return None
        end_batch(self._db, batch_id, BatchStatus.TIMED_OUT, moment)
        self._db.execute(_FREE, (batch_id,))
        _note_change(changed, batch_id, moment)
        return moment

    def _plan_work(
        self, job: ProducedPartialJobResponse, fate: Fate
    ) -> tuple[int, int, str, str | None]:
        """What is kept of the work on a job: the time left, the time in all, the outcome and its reason."""
        runs = job.runs
        if runs is None:
            runs = self._rules.emulator_runs
        total = fate.length(runs)
        done = 0
        if job.status in ON_DEVICE:
            done = job.progress or 0
        return total - total * done // 100, total, str(fate.outcome), fate.reason

    def _find_running(self, device: str) -> list[_RunningJob]:
        """The jobs that run on a device, the one that ends first before the others."""
        rows = self._db.execute(_RUNNING, (device,)).fetchall()
        return [_RunningJob(*row) for row in rows]

    def _start_next(self, device: str, now: int, changed: dict[str, int]) -> list[_RunningJob]:
        batch_id = self._find_batch(device)
        if batch_id is None:
            return []
        next_job = self._db.execute(_NEXT_JOB, (batch_id,)).fetchone()
        if next_job is None:
            return []
        (number,) = next_job
        self._db.execute("UPDATE work SET running = true WHERE number = ?", (number,))
        self._db.execute(_START, (JobStatus.RUNNING, now, now, number))
        _note_change(changed, batch_id, now)
        return self._find_running(device)

    def _find_batch(self, device: str) -> str | None:
        """The batch that a device is reserved for, or else the next one of its queue, which then gets it."""
        reserved = self._db.execute(_RESERVED, (device,)).fetchone()
        if reserved is not None:
            return str(reserved[0])
        first = self._db.execute(_FIRST_IN_QUEUE, (device,)).fetchone()
        if first is None:
            return None
        self._db.execute(_RESERVE, (device, first[0]))
        return str(first[0])

    def _end(self, number: int, now: int) -> None:
        query = "SELECT outcome, reason FROM work WHERE number = ?"
        outcome, reason = self._db.execute(query, (number,)).fetchone()
        self._db.execute("DELETE FROM work WHERE number = ?", (number,))
        errors = None
        if reason is not None:
            errors = json.dumps([reason])
        # What fails at its very end was not done.
        progress = 99
        if outcome == JobStatus.DONE:
            progress = 100
        self._db.execute(_END, (outcome, now, now, errors, progress, number))

    def _note_progress(self, device: str, now: int) -> None:
        sql = "SELECT (total - remaining) * 100.0 / total, number FROM work WHERE device = ? AND running = 1"
        for share, number in self._db.execute(sql, (device,)).fetchall():
            progress = int(share)
            # Only a whole percent more is a change of the job, and moves its updated_at.
            self._db.execute(
                "UPDATE jobs SET progress = ?, updated_at = ? WHERE number = ? AND progress IS NOT ?",
                (progress, now, number, progress),
            )


def _default_fate(job: ProducedPartialJobResponse) -> Fate:
    if job.status is JobStatus.CANCELING:
        return Fate(outcome=JobStatus.CANCELED)
    return Fate()


def _note_change(changed: dict[str, int], batch_id: str, moment: int) -> None:
    """Note when a batch changed, unless it has changed later."""
    latest = changed.get(batch_id, moment)
    changed[batch_id] = max(moment, latest)
