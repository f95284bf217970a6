"""Results that were given with a job: what its file holds, or that it has none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from uuid import UUID

KEY = "result"
"""The key of a job that gives its result."""


class GivenResult:
    """What the file of a job holds, as JSON text; None if there is no file."""

    __slots__ = ("content",)

    def __init__(self, content: str | None) -> None:
        self.content = content


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
        rest.append(_remove_result(job))
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
        text = json.dumps(job[KEY], allow_nan=False, ensure_ascii=False)
        text.encode()
        # The page for a browser reads it again, and Python nests deeper than pydantic.
        from_json(text)
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"jobs[{place}]: result cannot be sent as JSON: {error}") from error
    return GivenResult(text)


def _remove_result(job: Any) -> Any:
    # Anything but a mapping is rejected later, together with wrong fields.
    if not isinstance(job, Mapping):
        return job
    return {name: value for name, value in job.items() if name != KEY}
