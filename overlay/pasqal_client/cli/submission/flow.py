"""What the commands that submit do, step by step."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ..display.words import many
from ..failures import ExitCode
from ..results.report import print_results
from ..streams import say
from ..wait import report_failed, wait_with_progress
from ..writes.receipt import print_batch_on_failure, print_new_batch, print_new_jobs

if TYPE_CHECKING:
    from uuid import UUID

    from ... import Batch, PasqalClient
    from ..options import Shape
    from ..results.report import Target
    from .draft import BatchDraft, JobDraft
    from .stage import Stage


def create(client: PasqalClient, draft: BatchDraft, stage: Stage, shape: Shape) -> ExitCode:
    """Create a batch; see `pasqal batches create`."""
    with print_batch_on_failure(lambda made: print_new_batch(made, shape)):
        batch = _create(client, draft, stage)
    print_new_batch(batch, shape)
    return ExitCode.DONE


def _create(client: PasqalClient, draft: BatchDraft, stage: Stage) -> Batch:
    say(f"submitting {draft.summary}")
    batch = client.batches.create(draft.sequence, **draft.options)
    stage.batch_id = batch.id
    if stage.has_submitted:
        say(f"submitted as batch {batch.id}")
    else:
        say(f"batch {batch.id} was submitted under this key before; nothing was submitted now")
    return batch


def add_jobs(client: PasqalClient, batch: UUID, draft: JobDraft, shape: Shape) -> ExitCode:
    """Add jobs to a batch; see `pasqal batches add-jobs`."""
    say(f"adding {draft.size}, to batch {batch}")
    answer = client.batches.add_jobs(batch, draft.jobs, runs=draft.runs)
    added = answer.added
    say(f"{many(len(added), 'job')} added")
    print_new_jobs(added, shape)
    return ExitCode.DONE


def run(
    client: PasqalClient,
    draft: BatchDraft,
    stage: Stage,
    target: Target,
    **times: float | None,
) -> ExitCode:
    """Create a batch, wait for its jobs and print their results; see `pasqal run`.

    Args:
        client: the client.
        draft: the batch.
        stage: takes note of how far this comes.
        target: how to print the results.
        times: what `parse_times` returned.
    """
    batch = _create(client, draft, stage)
    wait = partial(client.batches.wait, batch.id)
    ended = wait_with_progress(wait, stage.unknown_status, **times)
    stage.has_ended = True
    total = sum(ended.counts.values())
    report_failed(ended.failed_ids, total)
    outcomes = client.jobs.results(batch_id=batch.id, save_to=target.folder)
    code = print_results(outcomes, target, total)
    return ExitCode.WAIT_FAILED if ended.failed_ids else code
