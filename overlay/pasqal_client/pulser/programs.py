"""The sequences that are submitted: measured at their end, and checked against the jobs that run them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pulser import Sequence
from pulser.backend.remote import RemoteConnection

from .job_params import QUBITS, checked_jobs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pasqal_core_api.models import JobRequest


def measured(sequence: Sequence) -> Sequence:
    """The sequence with a measurement at its end.

    Raises:
        ValueError: it has none, and what would be measured cannot be told.
    """
    return RemoteConnection._add_measurement_to_sequence(sequence)


def text_of(sequence: Sequence) -> str:
    """What tells sequences apart; they were checked before."""
    text: str = sequence.to_abstract_repr(skip_validation=True)
    return text


def is_fixed(sequence: Sequence) -> bool:
    """Whether a sequence needs no values to be run."""
    return not (sequence.is_parametrized() or sequence.is_register_mappable())


def jobs_for(sequence: Sequence, job_params: Iterable[Any]) -> list[JobRequest]:
    """The jobs as they are sent: the sequence can be built for each of them that has none of its own.

    Args:
        sequence: the sequence.
        job_params: the jobs.

    Raises:
        TypeError: a sequence is neither text nor an object with `to_abstract_repr()`.
        ValueError: a job is malformed, or its variables are not those of the sequence.
        Exception: what Pulser raises where it cannot build the sequence; a note says for which job.
    """
    given = [_with_measurement(job) for job in job_params]
    jobs = checked_jobs(given, _variable_names(sequence))
    if is_fixed(sequence):
        return jobs
    for position, job in enumerate(jobs):
        if "sequence" in job:
            continue
        try:
            sequence.build(**(job.get("variables") or {}))
        except Exception as error:
            error.add_note(f"This is about jobs[{position}].")
            raise
    return jobs


def _with_measurement(job: Any) -> Any:
    """A job whose own sequence, if it has one, is measured at its end."""
    if not isinstance(job, Mapping) or not isinstance(job.get("sequence"), Sequence):
        return job
    return {**job, "sequence": measured(job["sequence"])}


def _variable_names(sequence: Sequence) -> set[str]:
    names = set(sequence.declared_variables)
    if sequence.is_register_mappable():
        names.add(QUBITS)
    return names
