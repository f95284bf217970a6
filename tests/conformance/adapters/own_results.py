"""What a call returned, in the form of the protocol."""

from __future__ import annotations

import json
from typing import Any

from pasqal_client import (
    AddedJobs,
    Batch,
    BatchStatusReport,
    CancelBatchesReceipt,
    CancelReceipt,
    Device,
    Job,
    JobOutcome,
    JobResult,
    Page,
    PasqalError,
    WaitResult,
)

ONLY_READ = ("batches.get", "batches.cancel")
"""The calls that return a batch, of which its id is enough."""


def page_of(made: Any) -> dict[str, Any]:
    """The place of a page in the whole list, if a page was returned."""
    if not isinstance(made, Page):
        return {}
    return {"page": {name: getattr(made, name) for name in ("total", "start", "end")}}


def result_of(call: str, made: Any) -> Any:
    """What was returned: ids, a number, a state, or what a write did."""
    if isinstance(made, Batch) and call not in ONLY_READ:
        return written(made, getattr(made, "jobs", None))
    if isinstance(made, AddedJobs):
        return written(made.batch, made.added)
    if isinstance(made, CancelReceipt):
        return {"jobs": len(made.jobs), "errors": by_text(made.errors)}
    if isinstance(made, CancelBatchesReceipt):
        return {"batches": len(made.batches), "errors": by_text(made.errors)}
    if isinstance(made, WaitResult):
        return {"counts": by_text(made.counts), "failed": [*map(str, made.failed_ids)]}
    if call == "jobs.statuses":
        return sorted([str(name), str(status)] for name, status in made.items())
    if call == "devices.specs":
        return sorted(made) if isinstance(made, dict) else made
    if isinstance(made, Page | list | tuple):
        return [plain(entry) for entry in made]
    return plain(made)


def plain(made: Any) -> Any:
    """One thing as the protocol shows it."""
    if isinstance(made, Job | Batch):
        return text_of(made, "id")
    if isinstance(made, Device):
        return text_of(made, "device_type")
    if isinstance(made, BatchStatusReport):
        return text_of(made, "status")
    if isinstance(made, JobResult):
        return made.counter
    if isinstance(made, JobOutcome):
        counter = made.result.counter if made.result else None
        error = type(made.error).__name__ if made.error else None
        return [str(made.job_id), counter, error]
    return made if isinstance(made, int) or made is None else str(made)


def written(batch: Batch, jobs: Any) -> dict[str, Any]:
    """A batch after a write, and its jobs, or those that were added."""
    ordered = sorted(jobs or (), key=lambda job: getattr(job, "creation_order", None) or 0)
    return {"batch": text_of(batch, "id"), "jobs": [text_of(job, "id") for job in ordered]}


def by_text(values: dict[Any, Any]) -> dict[str, Any]:
    """Values by ids or states as text."""
    return {str(name): value for name, value in values.items()}


def text_of(model: Any, name: str) -> str | None:
    """A field as text; None if the answer has nothing usable there."""
    value = getattr(model, name, None)
    return None if value is None else str(value)


def error_fields(error: PasqalError) -> dict[str, Any]:
    """What an error says."""
    mistakes = [
        mistake.to_dict()
        for mistake in getattr(error, "errors", None) or ()
        if hasattr(mistake, "to_dict")
    ]
    fields = {
        name: getattr(error, name, None)
        for name in ("status", "reason", "retry_after", "request_id")
    }
    shown = [
        str(error),
        repr(error),
        *map(str, fields.values()),
        json.dumps(mistakes, ensure_ascii=False),
    ]
    return {
        "class": type(error).__name__,
        **fields,
        "errors": mistakes,
        "everything": " ".join(shown),
    }
