"""Runs jobs of a batch again, in a new batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..display.field_text import UNKNOWN, cell, value
from ..display.output import job_writer
from ..display.progress import progress
from ..display.words import describe_jobs, many
from ..failures import ExitCode
from ..streams import say
from .preview import describe_matches, is_wanted, print_matches, say_first
from .receipt import print_batch_on_failure, print_new_batch

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from ... import Batch, Job, PasqalClient
    from ..options import Consent, Shape


def repeat_jobs(
    client: PasqalClient,
    batch_id: UUID,
    filters: dict[str, Any],
    shape: Shape,
    consent: Consent,
    *,
    everything: bool,
) -> ExitCode:
    """Run jobs of a batch again; see `pasqal batches rebatch`."""
    if filters.get("id") == []:
        say("no job matches: there is nothing to submit")
        return ExitCode.FAILED
    if consent.dry_run or not consent.yes:
        with progress("reading jobs"):
            source = client.batches.get(batch_id)
            # A cancellation has the same filters, and its dry run lists what they leave of a batch.
            preview = client.batches.cancel_jobs(batch_id, all=everything, dry_run=True, **filters)
        jobs = preview.jobs
        if consent.dry_run:
            print_matches(jobs, job_writer(shape), "job")
        else:
            say(f"{describe_matches(jobs, 'job')} in batch {batch_id}")
            say_first(jobs)
        if not jobs:
            say("there is nothing to submit")
            return ExitCode.FAILED
        _say_size(jobs, source, "to submit")
        _warn_of_open(source)
        if consent.dry_run:
            return ExitCode.DONE
        if not is_wanted(f"Run {many(len(jobs), 'job')} again, in a new batch?"):
            return ExitCode.FAILED
    with print_batch_on_failure(lambda made: _print(made, shape)):
        # With the filters, not with the ids that were shown: the service decides what matches now.
        batch = client.batches.rebatch(batch_id, all=everything, **filters)
    _print(batch, shape)
    return ExitCode.DONE


def _warn_of_open(batch: Batch) -> None:
    if value(batch, "open") is True:
        say("the batch is open: the service does not run its jobs again before it is complete")


def _say_size(jobs: Sequence[Job], batch: Batch, what: str) -> None:
    """Say how much is submitted, for which device and in which project."""
    runs = [value(job, "runs") for job in jobs]
    size = describe_jobs(runs)
    say(f"{what}: {size}, for {cell(batch, 'device_type')}, in project {cell(batch, 'project_id')}")


def _print(batch: Batch, shape: Shape) -> None:
    print_new_batch(batch, shape)
    jobs = value(batch, "jobs")
    # The batch was made, even if its answer came without the jobs.
    if jobs and jobs != UNKNOWN:
        _say_size(jobs, batch, "submitted")
