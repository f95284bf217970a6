"""Jobs as callers give them: checked before anything is sent, and copied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, TypeGuard

from pasqal_core_api.models import Job, JobRequest

from .._checks import entries, malformed, number
from .._display import quoted, some_ids
from .json_copy import json_copy
from .texts import serialised

if TYPE_CHECKING:
    from collections.abc import Sequence

_KNOWN: Final = tuple(JobRequest.__annotations__)
_FEWEST_RUNS: Final = 1


def job_requests(jobs: object, runs: object = None) -> list[JobRequest]:
    """The jobs as they are sent.

    Args:
        jobs: the jobs, each a mapping with `runs`, `variables`, `sequence`, or some of them. They
            are read once, and nothing of the result is theirs.
        runs: the runs of jobs that do not say how many.

    Raises:
        TypeError: a sequence is neither text nor an object with `to_abstract_repr()`.
        ValueError: a job is malformed; the message says which one, and where.
    """
    default = None
    if runs is not None:
        default = _runs("runs", runs)
    # It is iterable, too, and gives the names of its columns.
    if type(jobs).__name__ == "DataFrame":
        raise ValueError("jobs: expected a list of dicts, got a DataFrame; give its rows as dicts")
    expected = 'a list of jobs such as [{"runs": 100}]'
    given = entries("jobs", jobs, expected, one=Mapping)
    return [_job_request(f"jobs[{n}]", job, default) for n, job in enumerate(given)]


def without_sequence(jobs: Sequence[JobRequest]) -> list[int]:
    """The positions of the jobs that have no sequence of their own."""
    return [position for position, job in enumerate(jobs) if "sequence" not in job]


def positions_in_words(positions: Sequence[int]) -> str:
    """Positions of jobs as a message lists them: `jobs[0], jobs[3]`."""
    return some_ids(f"jobs[{position}]" for position in positions)


def _runs(name: str, value: Any) -> int:
    if isinstance(value, float):
        problem = "is not an integer; a column of a table that has gaps holds floats: fill the gaps, and use int(…)"
        raise malformed(name, value, problem)
    return number(name, value, _FEWEST_RUNS)


def _job_request(name: str, job: Any, default_runs: int | None) -> JobRequest:
    if isinstance(job, Job):
        raise ValueError(
            f"{name}: expected a dict, got a Job; to run jobs of a batch again, use batches.rebatch"
        )
    if not _is_mapping(job):
        raise ValueError(f'{name}: expected a dict such as {{"runs": 100}}, got {quoted(job)}')
    _check_names(name, job)
    request: JobRequest = {}
    runs = job.get("runs")
    if runs is not None:
        request["runs"] = _runs(f"{name}.runs", runs)
    elif default_runs is not None:
        request["runs"] = default_runs
    variables = _variables(f"{name}.variables", job.get("variables"))
    if variables:
        request["variables"] = variables
    sequence = job.get("sequence")
    if sequence is not None:
        request["sequence"] = serialised(f"{name}.sequence", sequence)
    if "sequence" in request and "variables" in request:
        raise ValueError(
            f"{name}: it has a sequence of its own and variables; variables are for the sequence of the batch"
        )
    return request


def _is_mapping(value: object) -> TypeGuard[Mapping[Any, Any]]:
    # To ask a dictionary whether it is a Mapping takes longer than to copy it.
    return type(value) is dict or isinstance(value, Mapping)


def _check_names(name: str, job: Mapping[Any, object]) -> None:
    for key in job:
        if key not in _KNOWN:
            known = ", ".join(_KNOWN)
            raise ValueError(f"{name}: {quoted(key)} is unknown; a job has {known}")


def _variables(name: str, variables: object) -> dict[str, Any]:
    if variables is None:
        return {}
    if not _is_mapping(variables):
        raise ValueError(
            f'{name}: expected a dict such as {{"omega": 3.1}}, got {quoted(variables)}'
        )
    copied: dict[str, Any] = json_copy(name, variables)
    return copied
