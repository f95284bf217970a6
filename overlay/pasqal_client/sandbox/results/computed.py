"""Results that were computed: what the file of a job holds then, and how it is kept."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

from pasqal_core_schemas import JobStatus

from ..devices.catalogue import is_emulator
from .made_up import list_shots

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from uuid import UUID

    from .files import DoneJob

SIMULATED = "simulated"
"""The key that says how the results of a job were computed."""
_NOT_SIMULATED = "not_simulated"
"""The key that says why they were made up instead."""
NOT_YET = "These results will be simulated when they are asked for."

# A sandbox may have been cleared while the results of one of its jobs were being computed.
_KEEP = "INSERT OR IGNORE INTO results SELECT id, ? FROM jobs WHERE id = ? AND status = ?"


def make_computed(job: DoneJob, answer: Mapping[str, Any], emulator_runs: int) -> dict[str, Any]:
    """What the file of a job holds.

    Args:
        job: the job.
        answer: the counts that were computed, or the reason why that cannot be done. It only happens
            to a job that was added as DONE: others with such a reason have failed.
        emulator_runs: how often an emulator runs a job that does not say it.
    """
    reason = answer.get("reason")
    if reason is not None:
        return {_NOT_SIMULATED: reason, **job.read(emulator_runs)}
    counter = answer["counter"]
    result: dict[str, Any] = {SIMULATED: answer["note"], "counter": counter}
    # The shots of a job are alike, so any order is as good as the one in which they would have come.
    # Nothing here is a secret.
    shots = list_shots(counter, Random(str(job.job_id)))  # noqa: S311
    if shots is not None:
        result["raw"] = shots
    if is_emulator(job.device_type):
        result["serialised_results"] = answer["serialised"]
    return result


def keep_computed(db: sqlite3.Connection, job_id: UUID, content: str) -> None:
    """Keep what was computed for a job, as JSON, unless it has a result."""
    db.execute(_KEEP, (content, str(job_id), JobStatus.DONE))
