"""The writes: shows what they would do, asks, and says what came of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from .counts import count_by
from .display.field_text import cell
from .display.output import emit, emit_json, job_writer
from .display.progress import progress
from .display.safe_text import escape
from .display.tables import Column, table
from .display.words import many, tally
from .failures import ExitCode, guard_receipt
from .options import Format
from .prompts import confirm
from .streams import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from uuid import UUID

    from .. import Batch, CancelReceipt, Job, PasqalClient, Write
    from .options import Shape

_SHOWN: Final = 10
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
) -> ExitCode:
    """Cancel jobs; see `pasqal batches cancel-jobs`."""
    if dry_run or not yes:
        with progress("reading jobs"):
            preview = client.batches.cancel_jobs(batch, all=everything, dry_run=True, **filters)
        if dry_run:
            return _print_preview(preview, shape)
        _say_preview(preview, batch)
        if not preview.jobs:
            say("nothing was sent")
            return ExitCode.DONE
        if not confirm(f"Cancel {many(len(preview.jobs), 'job')}?"):
            return _decline()
    with _print_what_was_done(lambda write: _print_cancelled(write.receipt, shape)):
        # With the filters, not with the ids that were shown: the service decides what matches now.
        receipt = client.batches.cancel_jobs(batch, all=everything, **filters)
    with guard_receipt():
        _print_receipt(receipt, shape)
    _say_refusals(receipt)
    return ExitCode.FAILED if receipt.errors else ExitCode.DONE


@contextmanager
def _print_what_was_done(print_done: Callable[[Write], None]) -> Iterator[None]:
    """Print what is known to be done of a write that fails in the block: the error tells only of the rest."""
    try:
        yield
    except BaseException as error:
        write = getattr(error, "write", None)
        if write is not None:
            print_done(write)
        raise


def _print_cancelled(receipt: CancelReceipt, shape: Shape) -> None:
    """Print the receipt of a write that failed, if any of its requests was carried out."""
    if receipt.jobs or receipt.errors:
        with guard_receipt():
            _print_receipt(receipt, shape)
        _say_refusals(receipt)


def _print_preview(preview: CancelReceipt, shape: Shape) -> ExitCode:
    writer = job_writer(shape)
    writer.write(preview.jobs)
    writer.close()
    say(f"{_describe_matches(preview.jobs)}; nothing was sent")
    return ExitCode.DONE


def _say_preview(preview: CancelReceipt, batch: UUID) -> None:
    say(f"{_describe_matches(preview.jobs)} in batch {batch}")
    for job in preview.jobs[:_SHOWN]:
        say(f"  {cell(job, 'id')}  {cell(job, 'status')}")
    if len(preview.jobs) > _SHOWN:
        say(f"  … and {len(preview.jobs) - _SHOWN} more; --dry-run lists them all")


def _describe_matches(jobs: Sequence[Job]) -> str:
    if not jobs:
        return "no job matches"
    states = Counter(cell(job, "status") for job in jobs)
    listed = tally(dict(states.most_common()))
    verb = "matches" if len(jobs) == 1 else "match"
    return f"{many(len(jobs), 'job')} {verb} ({listed})"


def _decline() -> ExitCode:
    say("nothing was sent")
    # What was asked for did not happen, so a script must not go on as if it had.
    return ExitCode.FAILED


def _print_receipt(receipt: CancelReceipt, shape: Shape) -> None:
    if shape.output in (Format.JSON, Format.JSONL) and not shape.quiet:
        cancelled = [job.to_dict() for job in receipt.jobs]
        refused = {str(job): reason for job, reason in receipt.errors.items()}
        emit_json({"cancelled": cancelled, "refused": refused}, shape)
        return
    writer = job_writer(shape)
    writer.write(receipt.jobs)
    writer.close()


def _say_refusals(receipt: CancelReceipt) -> None:
    say(f"{many(len(receipt.jobs), 'job')} cancelled, {len(receipt.errors)} refused")
    # Hundreds of jobs are often refused for one and the same reason.
    reasons: defaultdict[str, list[str]] = defaultdict(list)
    for job, reason in receipt.errors.items():
        reasons[reason].append(str(job))
    for reason, jobs in reasons.items():
        say(f"refused: {reason}")
        for one in jobs:
            say(f"  {one}")


def complete(client: PasqalClient, batch: UUID, shape: Shape, *, yes: bool) -> ExitCode:
    """Complete a batch; see `pasqal batches complete`."""
    if not yes:
        # The batch may be of any project, whatever the default one is.
        rows = count_by(client.jobs, "status", {"batch_id": [str(batch)], "project_id": None})
        states = tally(dict(rows)) or "no visible jobs"
        say(f"batch {batch} has {states}; once complete, it accepts no further jobs")
        if not confirm("Complete it?"):
            return _decline()
    with _print_what_was_done(lambda write: _print_completed(batch, write, shape)):
        completed = client.batches.complete(batch)
    with guard_receipt():
        _print_batch(batch, completed, shape)
    return ExitCode.DONE


def _print_completed(batch: UUID, write: Write, shape: Shape) -> None:
    """Print the batch of a write that failed, if it was carried out and the batch could be read."""
    if write.batch is not None:
        with guard_receipt():
            _print_batch(batch, write.batch, shape)


def _print_batch(batch: UUID, completed: Batch, shape: Shape) -> None:
    # The id is the one that was given: the answer may lack it.
    if shape.quiet:
        emit(f"{batch}\n")
        return
    if shape.output in (Format.JSON, Format.JSONL):
        emit_json(completed.to_dict(), shape)
        return
    status = cell(completed, "status")
    if shape.output is Format.CSV:
        emit(f"batch,status\n{batch},{escape(status)}\n")
    else:
        emit(table([Column("batch", [str(batch)]), Column("status", [status])]))
