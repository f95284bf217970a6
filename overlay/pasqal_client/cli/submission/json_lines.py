"""Jobs in a file of JSON lines: in each line an object with `runs`, `variables` and `sequence`, or some of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..failures import UsageMistake
from .csv_jobs import WrittenJob

if TYPE_CHECKING:
    from collections.abc import Iterator


def read_json_lines(text: str, file: str) -> Iterator[WrittenJob]:
    """The jobs of a file of JSON lines.

    Args:
        text: what is in it.
        file: what it is called in messages.

    Raises:
        UsageMistake: a line is not a job.
    """
    # Not by splitlines: a text in JSON may hold what that takes for the end of a line.
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield WrittenJob(number, _job_of(line, f"line {number} of {file}"))


def _job_of(line: str, place: str) -> dict[str, Any]:
    try:
        job = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UsageMistake(f"{place}: not JSON: {error}") from None
    if not isinstance(job, dict):
        raise UsageMistake(
            f'{place}: not an object such as {{"runs": 100}}',
            "a file of JSON lines has one job in each line",
        )
    if not isinstance(job.get("sequence"), str | None):
        raise UsageMistake(f"{place}: sequence: not text", "give the serialised sequence as text")
    return job
