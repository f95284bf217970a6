"""The devices: they take the jobs from their queues and run them as time passes.

Each device type is one device that runs one job at a time: the next one is the first of the highest
queue priority. Jobs that came in as RUNNING go on side by side, and the queue waits for them. What
is left of each job is kept in the database, so a restart goes on where the last one stopped.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence

from pasqal_core_schemas import (
    BatchStatus,
    JobStatus,
    ProducedBatchWithPartialJobsResponse,
    ProducedPartialJobResponse,
    QueuePriority,
)

from .fate import Fate
from .states import FINISHED

_RANK = {priority: rank for rank, priority in enumerate(QueuePriority)}
_LIVE = frozenset({BatchStatus.PENDING, BatchStatus.RUNNING})
_ENQUEUE = """
INSERT INTO work SELECT number, batch_id, ?, status = 'RUNNING', ?, created_at, ?, ?, ?, ? FROM jobs WHERE id = ?
"""
# Compared with a number, because an index does not serve a bare truth value.
_FIRST_IN_QUEUE = """
SELECT number, batch_id FROM work WHERE device = ? AND running = 0 ORDER BY rank, created_at, number LIMIT 1
"""


class Devices:
    """All the devices of a sandbox, on its database; the caller holds the lock and the transaction."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._names = {name for (name,) in db.execute("SELECT DISTINCT device FROM work")}

    def enqueue(
        self,
        batch: ProducedBatchWithPartialJobsResponse,
        jobs: Sequence[ProducedPartialJobResponse],
        fates: Iterable[Fate | None],
    ) -> None:
        """Take in the jobs that are not finished. Those of a batch that is paused or has ended stay as they are.

        Raises:
            ValueError: A job has a fate, and nothing will become of it any more.
        """
        rows = []
        for place, (job, fate) in enumerate(zip(jobs, fates, strict=True)):
            if job.status not in FINISHED and batch.status in _LIVE:
                rows.append(
                    (
                        batch.device_type,
                        _RANK[batch.queue_priority],
                        *_work(job, fate or Fate()),
                        str(job.id),
                    )
                )
            elif fate is not None:
                raise ValueError(
                    f"jobs[{place}] is {job.status} in a batch that is {batch.status}: it can have no fate"
                )
        self._names.add(batch.device_type)
        self._db.executemany(_ENQUEUE, rows)

    def drop(self, job_ids: Iterable[str]) -> None:
        """Take out jobs, wherever they are."""
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
        for name in sorted(self._names):
            self._run_one(name, start, end, changed)
        return changed

    def _run_one(self, device: str, now: int, end: int, changed: dict[str, int]) -> None:
        while running := self._running(device) or self._start_next(device, now, changed):
            ended = [job for job in running if now + job[1] <= end]
            for number, remaining, batch_id in ended:
                self._end(number, now + remaining)
                changed[batch_id] = max(now + remaining, changed.get(batch_id, now))
            if len(ended) < len(running):
                sql = "UPDATE work SET remaining = remaining - ? WHERE device = ? AND running = 1"
                self._db.execute(sql, (end - now, device))
                break
            now += running[-1][1]
        else:
            self._names.discard(device)
        self._note_progress(device, end)

    def _running(self, device: str) -> list[tuple[int, int, str]]:
        sql = "SELECT number, remaining, batch_id FROM work WHERE device = ? AND running = 1 ORDER BY remaining, number"
        return self._db.execute(sql, (device,)).fetchall()

    def _start_next(
        self, device: str, now: int, changed: dict[str, int]
    ) -> list[tuple[int, int, str]]:
        first = self._db.execute(_FIRST_IN_QUEUE, (device,)).fetchone()
        if first is None:
            return []
        number, batch_id = first
        self._db.execute("UPDATE work SET running = true WHERE number = ?", (number,))
        self._db.execute(
            "UPDATE jobs SET status = ?, start_timestamp = ?, updated_at = ? WHERE number = ?",
            (JobStatus.RUNNING, now, now, number),
        )
        changed[batch_id] = max(now, changed.get(batch_id, now))
        return self._running(device)

    def _end(self, number: int, now: int) -> None:
        query = "SELECT outcome, reason FROM work WHERE number = ?"
        outcome, reason = self._db.execute(query, (number,)).fetchone()
        self._db.execute("DELETE FROM work WHERE number = ?", (number,))
        self._db.execute(
            "UPDATE jobs SET status = ?, end_timestamp = ?, updated_at = ?, errors = ?, progress = ? WHERE number = ?",
            (
                outcome,
                now,
                now,
                None if reason is None else json.dumps([reason]),
                100 if outcome == JobStatus.DONE else 99,
                number,
            ),
        )

    def _note_progress(self, device: str, now: int) -> None:
        sql = "SELECT (total - remaining) * 100.0 / total, number FROM work WHERE device = ? AND running = 1"
        for share, number in self._db.execute(sql, (device,)).fetchall():
            self._db.execute(
                "UPDATE jobs SET progress = ?, updated_at = ? WHERE number = ? AND progress IS NOT ?",
                (int(share), now, number, int(share)),
            )


def _work(job: ProducedPartialJobResponse, fate: Fate) -> tuple[int, int, str, str | None]:
    total = fate.length(job.runs)
    done = job.progress or 0 if job.status is JobStatus.RUNNING else 0
    return total - total * done // 100, total, str(fate.outcome), fate.reason
