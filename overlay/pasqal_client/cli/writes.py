"""The writes: what they would do is shown, the person asked, and what came of it told."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, Final

from .counts import counted
from .exit_codes import Code, receipt
from .field_text import cell
from .filter_values import say
from .options import Format
from .output import Column, emit, emit_json, job_writer, table
from .progress import progress
from .prompts import confirmed
from .safe_text import clean, many

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from .. import CancelReceipt, Job, PasqalClient
    from .options import Shape

SHOWN: Final = 10
"""How many ids are shown before the question."""


def cancel(
    client: PasqalClient,
    batch: UUID,
    filters: dict[str, Any],
    shape: Shape,
    *,
    everything: bool,
    dry_run: bool,
    yes: bool,
) -> Code:
    """Cancel jobs; see `pasqal batches cancel-jobs`."""
    if dry_run or not yes:
        with progress("reading jobs"):
            plan = client.batches.cancel_jobs(batch, all=everything, dry_run=True, **filters)
        if dry_run:
            return _tell_plan(plan, shape)
        say(f"{_matching(plan.jobs)} in batch {batch}")
        for job in plan.jobs[:SHOWN]:
            say(f"  {cell(job, 'id')}  {cell(job, 'status')}")
        if len(plan.jobs) > SHOWN:
            say(f"  … and {len(plan.jobs) - SHOWN} more; --dry-run lists them all")
        if not plan.jobs:
            say("nothing was sent")
            return Code.DONE
        if not confirmed(f"Cancel {many(len(plan.jobs), 'job')}?"):
            return _declined()
    done = client.batches.cancel_jobs(batch, all=everything, **filters)
    with receipt():
        _write_receipt(done, shape)
    _tell_refusals(done)
    return Code.FAILED if done.errors else Code.DONE


def _declined() -> Code:
    say("nothing was sent")
    return Code.FAILED


def _tell_plan(plan: CancelReceipt, shape: Shape) -> Code:
    writer = job_writer(shape)
    writer.write(plan.jobs)
    writer.close()
    say(f"{_matching(plan.jobs)}; nothing was sent")
    return Code.DONE


def _write_receipt(done: CancelReceipt, shape: Shape) -> None:
    if shape.output in (Format.JSON, Format.JSONL) and not shape.quiet:
        refused = {str(job): reason for job, reason in done.errors.items()}
        emit_json({"cancelled": [job.to_dict() for job in done.jobs], "refused": refused}, shape)
    else:
        writer = job_writer(shape)
        writer.write(done.jobs)
        writer.close()


def _tell_refusals(done: CancelReceipt) -> None:
    say(f"{many(len(done.jobs), 'job')} cancelled, {len(done.errors)} refused")
    reasons: defaultdict[str, list[str]] = defaultdict(list)
    for job, reason in done.errors.items():
        reasons[reason].append(str(job))
    for reason, jobs in reasons.items():
        say(f"refused: {reason}")
        for one in jobs:
            say(f"  {one}")


def complete(client: PasqalClient, batch: UUID, shape: Shape, *, yes: bool) -> Code:
    """Complete a batch; see `pasqal batches complete`."""
    if not yes:
        rows = counted(client.jobs, "status", {"batch_id": [str(batch)], "project_id": None})
        states = ", ".join(f"{number} {status}" for status, number in rows)
        say(
            f"batch {batch} has {states or 'no jobs that can be seen'}; complete, it takes no more jobs"
        )
        if not confirmed("Complete it?"):
            return _declined()
    done = client.batches.complete(batch)
    with receipt():
        if shape.quiet:
            emit(f"{batch}\n")
        elif shape.output in (Format.JSON, Format.JSONL):
            emit_json(done.to_dict(), shape)
        else:
            _tell_batch(batch, cell(done, "status"), shape)
    return Code.DONE


def _tell_batch(batch: UUID, status: str, shape: Shape) -> None:
    if shape.output is Format.CSV:
        emit(f"batch,status\n{batch},{clean(status)}\n")
    else:
        emit(table([Column("batch", [str(batch)]), Column("status", [status])]))


def _matching(jobs: Sequence[Job]) -> str:
    states = Counter(cell(job, "status") for job in jobs)
    told = ", ".join(f"{number} {status}" for status, number in states.most_common())
    verb = "matches" if len(jobs) == 1 else "match"
    return f"{many(len(jobs), 'job')} {verb} ({told})" if jobs else "no job matches"
