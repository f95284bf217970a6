"""Counts jobs by something that answers tell, or that the service filters by."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from .. import JobStatus
from .._listing.filters import query
from .field_text import cell, value
from .filter_values import say
from .progress import pages_of, progress
from .safe_text import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .. import Job
    from ..jobs import Jobs

OTHER: Final = "(other)"
"""States that are not known here."""

_FILTER: Final = {"status": "status", "batch": "batch_id", "user": "user_id"}

Rows = list[tuple[str, int]]


def counted(jobs: Jobs, by: str, filters: dict[str, Any]) -> Rows:
    """How many jobs match, by their state, batch or user; those of which there are none are left out, unless named."""
    name = _FILTER[by]
    if name in filters:
        return _each(jobs, name, (query({name: filters[name]}) or {name: []})[name], filters)
    if by == "status":
        return _by_status(jobs, filters)
    walked = Counter(cell(job, name) for page in pages_of(jobs.list(**filters)) for job in page)
    return walked.most_common()


def _each(jobs: Jobs, name: str, values: Sequence[str], filters: dict[str, Any]) -> Rows:
    rows = []
    with progress("counting") as tell:
        for done, one in enumerate(values):
            tell(done, len(values))
            rows.append((str(one), jobs.count(**{**filters, name: one})))
    return rows


def _by_status(jobs: Jobs, filters: dict[str, Any]) -> Rows:
    rows = _each(jobs, "status", list(JobStatus), filters)
    total = jobs.count(**filters)
    rest = total - sum(number for _, number in rows)
    if rest < 0:
        say(f"note: jobs changed while they were counted; {total} match in all")
    return [row for row in [*rows, (OTHER, rest)] if row[1] > 0]


def messages(jobs: Sequence[Job]) -> list[dict[str, Any]]:
    """The jobs' error messages with how many jobs have them, the most frequent first, and one of these jobs."""
    counts: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for job in jobs:
        given = value(job, "errors")
        texts = (
            given if isinstance(given, list) and given else ["(none)" if not given else str(given)]
        )
        for text in dict.fromkeys(map(one_line, texts)):
            counts[text] += 1
            examples.setdefault(text, cell(job, "id"))
    return [
        {"jobs": number, "message": text, "example": examples[text]}
        for text, number in counts.most_common()
    ]
