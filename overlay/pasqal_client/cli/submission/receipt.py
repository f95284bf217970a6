"""Prints what came of a submission."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..display.output import batch_writer, emit_json, job_writer
from ..failures import guard_receipt
from ..options import Format

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ... import Batch, Job
    from ..options import Shape


def print_batch(batch: Batch, shape: Shape) -> None:
    """Print a batch that was created."""
    with guard_receipt():
        if shape.output in (Format.JSON, Format.JSONL) and not shape.quiet:
            emit_json(batch.to_dict(), shape)
            return
        writer = batch_writer(shape)
        writer.write([batch])
        writer.close()


def print_jobs(jobs: Sequence[Job], shape: Shape) -> None:
    """Print jobs that were added."""
    with guard_receipt():
        writer = job_writer(shape)
        writer.write(jobs)
        writer.close()
