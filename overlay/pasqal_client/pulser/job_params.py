"""The jobs that a Pulser program submits, checked against the variables of the sequence that they share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from .._display import quoted
from .._writes.job_requests import job_requests

if TYPE_CHECKING:
    from collections.abc import Collection

    from pasqal_core_api.models import JobRequest

QUBITS = "qubits"
"""The variable that maps the atoms of a register to traps."""

_ANY_QUBITS: Final = {"q0": 0, "q1": 3}


def checked_jobs(job_params: Any, variables: Collection[str]) -> list[JobRequest]:
    """The jobs as they are sent.

    Args:
        job_params: the jobs, as `job_requests` takes them.
        variables: the names of the variables that the sequence has.

    Raises:
        TypeError: a sequence is neither text nor an object with `to_abstract_repr()`.
        ValueError: a job is malformed, or its variables are not those of the sequence; the message
            says which job, and where.
    """
    jobs = job_requests(job_params)
    for position, job in enumerate(jobs):
        if "sequence" not in job:
            place = f"jobs[{position}].variables"
            given = job.get("variables") or {}
            _check_names(place, given, variables)
            _check_qubits(place, given.get(QUBITS, _ANY_QUBITS))
    return jobs


def _check_qubits(place: str, given: object) -> None:
    """To Pulser an empty mapping is none, so that it would find nothing wrong."""
    if not given or not isinstance(given, Mapping):
        raise ValueError(
            f"{place}.{QUBITS}: expected a trap for each atom such as {_ANY_QUBITS}, got {quoted(given)}"
        )


def _check_names(place: str, given: Collection[str], declared: Collection[str]) -> None:
    has = "none"
    if declared:
        has = ", ".join(sorted(declared))
    for name in given:
        if name not in declared:
            raise ValueError(f"{place}: {quoted(name)} is unknown; the sequence has {has}")
    missing = sorted(set(declared) - set(given))
    if missing:
        raise ValueError(f"{place}: there is no value for {', '.join(missing)}")
