"""The columns of each kind of table."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ..._writes.own_tags import without_own
from .field_text import NONE, UNKNOWN, cell, lines, value, value_text, zone_name
from .safe_text import one_line
from .tables import Column
from .words import duration_text, tally

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ... import Batch, BatchStatusReport, Device, Job


def field_column(
    items: Sequence[object],
    title: str,
    name: str,
    rank: int,
    *,
    wraps: bool = False,
    right: bool = False,
) -> Column:
    """The column of a field; see `Column`."""
    return Column(
        title,
        [cell(item, name) for item in items],
        rank=rank,
        wraps=wraps,
        right=right,
    )


def job_columns(jobs: Sequence[Job]) -> list[Column]:
    """The columns of a table of jobs."""
    zone = zone_name(jobs)
    column = partial(field_column, jobs)
    # The order is that of reading; the rank says which are left out first in a narrow terminal.
    return [
        column("id", "id", 0),
        column("status", "status", 1),
        column(f"created ({zone})", "created_at", 2),
        column("runs", "runs", 3, right=True),
        column(f"started ({zone})", "start_timestamp", 6),
        column(f"ended ({zone})", "end_timestamp", 7),
        column("batch", "batch_id", 5),
        column("errors", "errors", 4, wraps=True),
    ]


def batch_columns(batches: Sequence[Batch]) -> list[Column]:
    """The columns of a table of batches."""
    zone = zone_name(batches)
    column = partial(field_column, batches)
    return [
        column("id", "id", 0),
        column("status", "status", 1),
        column(f"created ({zone})", "created_at", 2),
        column("jobs", "jobs_count", 3, right=True),
        column("device", "device_type", 4),
        Column("open", [_openness(batch) for batch in batches], rank=6),
        column(f"started ({zone})", "start_datetime", 7),
        column(f"ended ({zone})", "end_datetime", 8),
        Column("tags", [shown_tags(batch) for batch in batches], rank=5, wraps=True),
    ]


def _openness(batch: Batch) -> str:
    is_open = value(batch, "open")
    # Most batches are closed; what is not, stands out.
    return {True: "yes", False: NONE}.get(is_open, UNKNOWN)


def shown_tags(batch: Batch) -> str:
    """The tags of a batch without those that this client gives each of its batches."""
    tags = value(batch, "tags")
    if isinstance(tags, list):
        tags = without_own(tags)
    return value_text(tags)


def batch_lines(batch: Batch, list_jobs: str) -> list[tuple[str, str]]:
    """All that is known about a batch, field by field, but for its jobs: a batch may have thousands.

    Args:
        batch: the batch.
        list_jobs: the command that lists its jobs.
    """
    found = dict(lines(batch))
    if "jobs_count_per_status" in found:
        found["jobs_count_per_status"] = state_counts(batch)
    for name in ("jobs", "job_ids"):
        items = value(batch, name)
        if isinstance(items, list) and items:
            found[name] = f"{len(items)}; {list_jobs} lists them"
    return list(found.items())


def status_columns(reports: Sequence[BatchStatusReport]) -> list[Column]:
    """The columns of a table of the states of batches and their jobs."""
    return [
        field_column(reports, "id", "id", 0),
        field_column(reports, "status", "status", 1),
        Column("jobs", [state_counts(report) for report in reports], wraps=True),
    ]


def state_counts(item: Batch | BatchStatusReport) -> str:
    """How many jobs of a batch are in each state; states without a job are left out."""
    counts = value(item, "jobs_count_per_status")
    if not isinstance(counts, dict):
        return value_text(counts)
    return one_line(tally({status: number for status, number in counts.items() if number})) or NONE


def device_columns(devices: Sequence[Device]) -> list[Column]:
    """The columns of a table of devices."""
    column = partial(field_column, devices)
    return [
        column("type", "device_type", 0),
        column("availability", "availability", 1),
        column("status", "status", 2),
        Column("average wait", [_queue_time(device) for device in devices], rank=3, right=True),
        column("atoms", "max_atom_num", 6, right=True),
        Column("kind", [_kind(device) for device in devices], rank=5),
        column("message", "status_message", 4, wraps=True),
    ]


def device_lines(device: Device) -> list[tuple[str, str]]:
    """All that is known about a device, field by field."""
    found = dict(lines(device))
    if "average_queue_time" in found:
        found["average_queue_time"] = _queue_time(device)
    return list(found.items())


def _queue_time(device: Device) -> str:
    """How long a job waited on average in the last hour."""
    seconds = value(device, "average_queue_time")
    if isinstance(seconds, int):
        return duration_text(seconds)
    return value_text(seconds)


def _kind(device: Device) -> str:
    return {True: "emulator", False: "QPU"}.get(value(device, "is_emulator"), UNKNOWN)


def count_columns(title: str, rows: Sequence[dict[str, Any]]) -> list[Column]:
    """The columns of a table of counts."""
    return [
        Column(title, [one_line(row[title]) for row in rows]),
        _numbers("jobs", rows),
    ]


def message_columns(rows: Sequence[dict[str, Any]]) -> list[Column]:
    """The columns of a table of error messages."""
    return [
        _numbers("jobs", rows),
        Column(
            "message",
            [row["message"] for row in rows],
            rank=1,
            wraps=True,
        ),
        Column("example", [row["example"] for row in rows]),
    ]


def _numbers(title: str, rows: Sequence[dict[str, Any]]) -> Column:
    return Column(
        title,
        [str(row[title]) for row in rows],
        right=True,
    )
