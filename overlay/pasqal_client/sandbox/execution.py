"""The devices: they take the jobs from their queues and run them as time passes.

Each device type is one device that runs one job at a time: the next one is the first of the highest
queue priority. Jobs that came in as RUNNING go on side by side, and the queue waits for them. What
is left of each job is kept in the database, so a restart goes on where the last run stopped.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from pasqal_core_schemas import BatchStatus, JobStatus, QueuePriority

from .fate import Fate
from .states import FINISHED

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Sequence

    from pasqal_core_schemas import ProducedBatchWithPartialJobsResponse, ProducedPartialJobResponse

# The contract names the priorities from the highest to the lowest.
_RANK = {priority: rank for rank, priority in enumerate(QueuePriority)}
_LIVE = frozenset({BatchStatus.PENDING, BatchStatus.RUNNING})
_ENQUEUE = """
INSERT INTO work SELECT number, batch_id, ?, status = 'RUNNING', ?, created_at, ?, ?, ?, ? FROM jobs WHERE id = ?
"""
_RUNNING = "SELECT number, remaining, batch_id FROM work WHERE device = ? AND running = 1 ORDER BY remaining, number"
# Compared with a number, because an index does not serve a bare truth value.
_FIRST_IN_QUEUE = """
SELECT number, batch_id FROM work WHERE device = ? AND running = 0 ORDER BY rank, created_at, number LIMIT 1
"""
_START = "UPDATE jobs SET status = ?, start_timestamp = ?, updated_at = ? WHERE number = ?"
_END = """
UPDATE jobs SET status = ?, end_timestamp = ?, updated_at = ?, errors = ?, progress = ? WHERE number = ?
"""


class _RunningJob(NamedTuple):
    number: int
    remaining: int
    batch_id: str


class Devices:
    """All the devices of a sandbox, on its database; the caller holds the lock and the transaction.

    Args:
        db: the database.
        is_up: whether a device runs what waits for it.
    """

    def __init__(self, db: sqlite3.Connection, is_up: Callable[[str], bool]) -> None:
        self._db = db
        self._is_up = is_up
        # Those with work: time passes with every request, and most devices have nothing to do.
        self._names = {name for (name,) in db.execute("SELECT DISTINCT device FROM work")}

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
        rank = _RANK[batch.queue_priority]
        rows = []
        for place, (job, fate) in enumerate(zip(jobs, fates, strict=True)):
            if job.status not in FINISHED and batch.status in _LIVE:
                work = _plan_work(job, fate or Fate())
                rows.append((device, rank, *work, str(job.id)))
            elif fate is not None:
                raise ValueError(
                    f"jobs[{place}] is {job.status} in a batch that is {batch.status}: it cannot have a fate"
                )
        self._names.add(device)
        self._db.executemany(_ENQUEUE, rows)

    def drop(self, job_ids: Iterable[str]) -> None:
        """Take jobs out, whether they run or wait."""
        rows = [(job_id,) for job_id in job_ids]
        self._db.executemany(
            "DELETE FROM work WHERE number = (SELECT number FROM jobs WHERE id = ?)", rows
        )

    def run(self, start: int, end: int) -> dict[str, int]:
        """Let the devices work from one time to another, in microseconds since 1970.

        Returns:
            For each batch with a job that started or ended, when the last one did.
        """
        changed: dict[str, int] = {}
        # Sorted, so that each run of a test does the same in the same order.
        for name in sorted(filter(self._is_up, self._names)):
            self._run_device(name, start, end, changed)
        return changed

    def _run_device(self, device: str, now: int, end: int, changed: dict[str, int]) -> None:
        while True:
            running = self._find_running(device) or self._start_next(device, now, changed)
            if not running:
                self._names.discard(device)
                break
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

    def _find_running(self, device: str) -> list[_RunningJob]:
        """The jobs that run on a device, the one that ends first before the others."""
        rows = self._db.execute(_RUNNING, (device,)).fetchall()
        return [_RunningJob(*row) for row in rows]

    def _start_next(self, device: str, now: int, changed: dict[str, int]) -> list[_RunningJob]:
        first = self._db.execute(_FIRST_IN_QUEUE, (device,)).fetchone()
        if first is None:
            return []
        number, batch_id = first
        self._db.execute("UPDATE work SET running = true WHERE number = ?", (number,))
        self._db.execute(_START, (JobStatus.RUNNING, now, now, number))
        _note_change(changed, batch_id, now)
        return self._find_running(device)

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


def _note_change(changed: dict[str, int], batch_id: str, moment: int) -> None:
    """Note when a batch changed, unless it has changed later."""
    latest = changed.get(batch_id, moment)
    changed[batch_id] = max(moment, latest)


def _plan_work(job: ProducedPartialJobResponse, fate: Fate) -> tuple[int, int, str, str | None]:
    """What is kept of the work on a job: the time left, the time in all, the outcome and its reason."""
    total = fate.length(job.runs)
    done = 0
    if job.status is JobStatus.RUNNING:
        done = job.progress or 0
    return total - total * done // 100, total, str(fate.outcome), fate.reason
