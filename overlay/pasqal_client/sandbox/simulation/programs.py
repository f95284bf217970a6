"""What jobs execute: the programs of jobs that are submitted, and of those that are kept."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

_OF_BATCH = """
SELECT coalesce(jobs.sequence, batches.sequence_builder), jobs.variables, batches.backend_configuration
FROM jobs JOIN batches ON batches.id = jobs.batch_id WHERE batches.id = ?
"""
_SHARED = "SELECT sequence_builder, backend_configuration FROM batches WHERE id = ?"


@dataclass(frozen=True, slots=True)
class Program:
    """What a job executes: all that its results follow from, but for its runs and chance.

    Attributes:
        sequence: the text of its sequence, or of that of its batch.
        variables: the values of its variables, as JSON with sorted keys.
        configuration: the text of the configuration of the emulator, if there is one.
    """

    sequence: str | None
    variables: str
    configuration: str | None

    @property
    def digest(self) -> bytes:
        """Something short that no other program has."""
        texts = (self.sequence, self.variables, self.configuration)
        return sha256(b"".join(map(_digest_text, texts))).digest()


# A thousand jobs share a sequence of a megabyte.
@lru_cache(maxsize=16)
def _digest_text(text: str | None) -> bytes:
    return sha256(json.dumps(text).encode()).digest()


def make_program(
    job: Mapping[str, Any], sequence: str | None, configuration: str | None
) -> Program:
    """The program of a job.

    Args:
        job: the job, by its fields on the wire.
        sequence: the sequence of its batch.
        configuration: the configuration of its batch.
    """
    own = job.get("sequence")
    if own is not None:
        sequence = own
    variables = json.dumps(job.get("variables") or {}, sort_keys=True, default=str)
    return Program(sequence, variables, configuration)


def make_programs(jobs: Iterable[Mapping[str, Any]], batch: Mapping[str, Any]) -> list[Program]:
    """The programs of jobs that are submitted with a batch, by the fields on the wire."""
    sequence, configuration = batch.get("sequence_builder"), batch.get("backend_configuration")
    return [make_program(job, sequence, configuration) for job in jobs]


def read_shared(db: sqlite3.Connection, _: datetime, batch_id: UUID) -> dict[str, Any]:
    """The fields of a batch that its jobs share, as far as it exists; a question for `Store.read`."""
    row = db.execute(_SHARED, (str(batch_id),)).fetchone()
    if row is None:
        return {}
    sequence, configuration = row
    return {"sequence_builder": sequence, "backend_configuration": configuration}


def read_programs(db: sqlite3.Connection, _: datetime, batch_id: UUID) -> list[Program]:
    """The programs of all jobs of a batch; a question for `Store.read`."""
    programs = []
    for sequence, variables, configuration in db.execute(_OF_BATCH, (str(batch_id),)):
        job = {"variables": json.loads(variables or "{}")}
        programs.append(make_program(job, sequence, configuration))
    return programs
