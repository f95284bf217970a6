"""Results that were given with a job: what its file holds, or that it has none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..checks import dump_json
from ..fate import remove_field

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from uuid import UUID

KEY = "result"
"""The key of a job that gives its result."""


class GivenResult:
    """What the file of a job holds, as JSON text; None without a file."""

    __slots__ = ("content",)

    def __init__(self, content: str | None) -> None:
        self.content: str | None = content


def separate_results(
    jobs: Iterable[Any],
) -> tuple[list[Any], list[GivenResult | None]]:
    """Split jobs from their results; the result is None where a job has none.

    Raises:
        ValueError: a result cannot be sent as JSON.
    """
    rest = []
    results = []
    for place, job in enumerate(jobs):
        results.append(_find_result(place, job))
        rest.append(remove_field(job, KEY))
    return rest, results


def keep_results(
    db: sqlite3.Connection, job_ids: Iterable[UUID], results: Iterable[GivenResult | None]
) -> None:
    """Keep what was given for jobs; there are fewer results than jobs if none were given at all."""
    rows = []
    for job_id, result in zip(job_ids, results, strict=False):
        if result is not None:
            rows.append((str(job_id), result.content))
    db.executemany("INSERT INTO results VALUES (?, ?)", rows)


def _find_result(place: int, job: Any) -> GivenResult | None:
    if not isinstance(job, Mapping) or KEY not in job:
        return None
    if job[KEY] is None:
        return GivenResult(None)
    try:
        return GivenResult(dump_json(job[KEY]))
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"jobs[{place}]: result cannot be sent as JSON: {error}") from error
