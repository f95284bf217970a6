"""Counts jobs by what answers say about them, or by what the service filters by."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from .. import JobStatus
from .._listing.filters import JOB_FILTERS
from .display.field_text import cell, value
from .display.progress import pages_of, progress
from .display.safe_text import one_line
from .streams import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .. import Job
    from ..jobs import Jobs

OTHER: Final = "(other)"
"""The row of the states that this version does not know."""

_FILTER: Final = {"status": "status", "batch": "batch_id", "user": "user_id"}

_Rows = list[tuple[str, int]]


def count_by(jobs: Jobs, by: str, filters: dict[str, Any]) -> _Rows:
    """How many jobs match, by their state, batch or user; a row of zero only for what was asked for by name."""
    name = _FILTER[by]
    if name in filters:
        # As the service is asked for them: states in upper case, each value once. An empty list
        # matches nothing, which `JOB_FILTERS.query` says with None.
        checked = JOB_FILTERS.query({name: filters[name]})
        values = checked[name] if checked else []
        return _count_each(jobs, name, values, filters)
    if by == "status":
        return _count_by_status(jobs, filters)
    found: Counter[str] = Counter()
    for page in pages_of(jobs.list(**filters)):
        found.update(cell(job, name) for job in page)
    return found.most_common()


def _count_each(jobs: Jobs, name: str, values: Sequence[str], filters: dict[str, Any]) -> _Rows:
    rows = []
    with progress("counting") as update:
        for done, one in enumerate(values):
            update(done, len(values))
            rows.append((str(one), jobs.count(**{**filters, name: one})))
    return rows


def _count_by_status(jobs: Jobs, filters: dict[str, Any]) -> _Rows:
    rows = _count_each(jobs, "status", list(JobStatus), filters)
    total = jobs.count(**filters)
    # Unknown states cannot be asked for by name; they are what the others leave of the total.
    rest = total - sum(number for _, number in rows)
    if rest < 0:
        say(f"note: jobs changed while they were counted; {total} match in total")
    rows.append((OTHER, rest))
    return [(name, number) for name, number in rows if number > 0]


def group_messages(jobs: Sequence[Job]) -> list[dict[str, Any]]:
    """The jobs' error messages, each with the number of jobs that have it and one of them, the most frequent first."""
    counts: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for job in jobs:
        # A job that has the same message twice counts once.
        for text in dict.fromkeys(map(one_line, _messages(job))):
            counts[text] += 1
            examples.setdefault(text, cell(job, "id"))
    return [
        {"jobs": number, "message": text, "example": examples[text]}
        for text, number in counts.most_common()
    ]


def _messages(job: Job) -> list[str]:
    """The error messages of a job; a text in their place if it has none, or if they departed from the contract."""
    given = value(job, "errors")
    if not given:
        return ["(none)"]
    return given if isinstance(given, list) else [str(given)]
