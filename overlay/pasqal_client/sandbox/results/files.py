"""The file of a job: what was given for it, or results that are made up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json

from pasqal_core_schemas import JobStatus

from ..devices.catalogue import is_emulator
from ..sequence_text import read_sequence
from .computed import SIMULATED
from .made_up import DEFAULT_ATOMS, MADE_UP, NOTE, make_result

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

_DONE_JOB = """
SELECT jobs.runs, jobs.variables, coalesce(jobs.sequence, batches.sequence_builder), batches.device_type,
    batches.backend_configuration, results.job_id IS NOT NULL, results.content
FROM jobs JOIN batches ON batches.id = jobs.batch_id LEFT JOIN results ON results.job_id = jobs.id
WHERE jobs.id = ? AND jobs.status = ?
"""
_NEWEST_DONE = """
SELECT id FROM jobs WHERE batch_id = (SELECT batch_id FROM jobs WHERE id = ?) AND status = ?
ORDER BY number DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class DoneJob:
    """A job whose results can be asked for.

    Attributes:
        job_id: the job.
        runs: how many runs it has; None if the emulator chooses.
        variables: the values of its variables, as JSON.
        sequence: its sequence, or that of its batch.
        device_type: the type of the device that ran it.
        configuration: the configuration of the emulator, as text.
        is_given: whether something was given or computed for its result.
        content: what that is, as JSON; None for no result at all.
    """

    job_id: UUID
    runs: int | None
    variables: str | None
    sequence: str | None
    device_type: str
    configuration: str | None
    is_given: bool
    content: str | None

    @property
    def has_result(self) -> bool:
        """Whether there is a file."""
        return not self.is_given or self.content is not None

    def read(self, emulator_runs: int) -> Any:
        """What the file holds, as decoded JSON; None without a file."""
        if not self.has_result:
            return None
        if self.content is not None:
            return from_json(self.content)
        runs = self.runs
        if runs is None:
            runs = emulator_runs
        return make_result(
            self.job_id,
            runs,
            find_atoms(self.sequence, from_json(self.variables or "{}")),
            serialised=is_emulator(self.device_type),
        )


def find_atoms(sequence: str | None, variables: Mapping[str, Any]) -> Sequence[str]:
    """The names of the atoms that are measured: those that are mapped, if the register is mapped at run time."""
    known = read_sequence(sequence)
    if known is None or not known.atoms:
        return DEFAULT_ATOMS
    mapped = variables.get("qubits")
    if known.is_mappable and isinstance(mapped, dict):
        return [name for name in known.atoms if name in mapped] or known.atoms
    return known.atoms


def has_result(db: sqlite3.Connection, job_id: UUID) -> bool:
    """Whether there is a file for a job: it is DONE, and was not given as one without results."""
    job = _find_done_job(db, job_id)
    return job is not None and job.has_result


def find_uncomputed(db: sqlite3.Connection, _: datetime, job_id: UUID) -> DoneJob | None:
    """The job if it is DONE, and nothing was given or computed for its result; a question for `Store.read`."""
    job = _find_done_job(db, job_id)
    if job is None or job.is_given:
        return None
    return job


def is_newest_done(db: sqlite3.Connection, job_id: UUID) -> bool:
    """Whether a job is the newest of the DONE jobs of its batch."""
    newest = db.execute(_NEWEST_DONE, (str(job_id), JobStatus.DONE)).fetchone()
    return newest is not None and newest[0] == str(job_id)


def read_result(db: sqlite3.Connection, _: datetime, job_id: UUID, emulator_runs: int) -> Any:
    """What the file of a job holds, as decoded JSON; None without a file.

    Args:
        db: the database.
        job_id: the job.
        emulator_runs: how often an emulator runs a job that does not say it.
    """
    job = _find_done_job(db, job_id)
    if job is None:
        return None
    return job.read(emulator_runs)


def find_counts(result: Any) -> dict[str, int]:
    """How often each bitstring was measured, as far as a result says."""
    # A test may have given anything.
    if not isinstance(result, dict) or not isinstance(result.get("counter"), dict):
        return {}
    counter = result["counter"]
    return {outcome: count for outcome, count in counter.items() if isinstance(count, int)}


def find_note(result: Any) -> str | None:
    """What a result says of itself if it comes from here: that it was made up, or how it was simulated."""
    if not isinstance(result, dict):
        return None
    if result.get(MADE_UP) == NOTE:
        return NOTE
    note = result.get(SIMULATED)
    if isinstance(note, str):
        return note
    return None


def _find_done_job(db: sqlite3.Connection, job_id: UUID) -> DoneJob | None:
    row = db.execute(_DONE_JOB, (str(job_id), JobStatus.DONE)).fetchone()
    if row is None:
        return None
    return DoneJob(job_id, *row)
