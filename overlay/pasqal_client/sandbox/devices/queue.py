"""What a device runs, what waits for it, and for how long. The caller holds the lock and the transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pasqal_core_schemas import BatchStatus, QueuePriority

if TYPE_CHECKING:
    import sqlite3

_HOUR = 3_600_000_000
_SECOND = 1_000_000
_MOST_STARTS = 1_000

# The contract names the priorities from the highest to the lowest.
_RANKS = " ".join(f"WHEN '{priority}' THEN {rank}" for rank, priority in enumerate(QueuePriority))
RANK = f"CASE queue_priority {_RANKS} END"
"""The place of a batch's priority, as SQL."""

# Whoever asks sees only what they have access to, also of a queue.
_VISIBLE = """
FROM batches WHERE device_type = ? AND status = ?
AND project_id NOT IN (SELECT id FROM projects WHERE is_foreign)
"""
_IN_TURN = f"ORDER BY {RANK}, created_at, number LIMIT ?"
_WAITS = """
SELECT device_type, avg(waited) FROM (
    SELECT batch_id, start_timestamp - created_at AS waited FROM jobs WHERE start_timestamp >= ?
    ORDER BY start_timestamp DESC LIMIT ?
) JOIN batches ON batches.id = batch_id GROUP BY device_type
"""


def read_waiting(db: sqlite3.Connection, device_type: str, limit: int, offset: int) -> list[str]:
    """The ids of the batches that wait for a device, the next one first."""
    sql = f"SELECT id {_VISIBLE} {_IN_TURN} OFFSET ?"
    rows = db.execute(sql, (device_type, BatchStatus.PENDING, limit, offset))
    return [batch_id for (batch_id,) in rows]


def count_waiting(db: sqlite3.Connection, device_type: str, most: int = -1) -> int:
    """How many batches wait for a device; counting stops at `most`, if that is not negative."""
    sql = f"SELECT count(*) FROM (SELECT 1 {_VISIBLE} LIMIT ?)"  # noqa: S608
    (count,) = db.execute(sql, (device_type, BatchStatus.PENDING, most)).fetchone()
    return int(count)


def read_running(db: sqlite3.Connection, device_type: str, most: int) -> list[str]:
    """The ids of the batches that a device runs."""
    sql = f"SELECT id {_VISIBLE} {_IN_TURN}"
    rows = db.execute(sql, (device_type, BatchStatus.RUNNING, most))
    return [batch_id for (batch_id,) in rows]


def average_waits(db: sqlite3.Connection, now: int) -> dict[str, int]:
    """How many seconds the jobs waited that started in the last hour, on average, by device type.

    Args:
        db: the database.
        now: the time, in microseconds since 1970.
    """
    rows = db.execute(_WAITS, (now - _HOUR, _MOST_STARTS))
    # A test may have given a start before the creation.
    return {device_type: max(int(waited), 0) // _SECOND for device_type, waited in rows}
