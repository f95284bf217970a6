"""Jobs in a file of JSON lines: in each line an object with `runs`, `variables` and `sequence`, or some of them."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from ..._display import quoted
from ..failures import UsageMistake
from .csv_jobs import WrittenJob

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


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


def _object_of(place: str, pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON.

    Raises:
        UsageMistake: a name is there twice; Python itself would take the last value.
    """
    made: dict[str, Any] = {}
    for name, given in pairs:
        if name in made:
            raise UsageMistake(f"{place}: {quoted(name)} is there twice in one object")
        made[name] = given
    return made


def _job_of(line: str, place: str) -> dict[str, Any]:
    try:
        job = json.loads(line, object_pairs_hook=partial(_object_of, place))
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
