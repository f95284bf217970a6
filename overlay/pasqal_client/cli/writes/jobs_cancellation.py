"""Cancels the jobs of a batch that match, or jobs that are named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import (
    BadRequestError,
    CancelReceipt,
    ConflictError,
    NotFoundError,
    PermissionDeniedError,
    UnprocessableError,
)
from ..._states import ended_otherwise
from ..._writes.receipt import joined
from ..display.field_text import cell
from ..display.output import job_writer
from ..display.progress import progress
from ..display.words import many
from ..failures import ExitCode
from ..named_items import pick_named, report_missing
from ..streams import say
from .preview import describe_matches, is_wanted, print_matches, say_first
from .receipt import print_done_on_failure, report_cancellation, report_part

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from ... import PasqalClient
    from ...jobs import Jobs
    from ..options import Consent, Shape

_REFUSALS: Final = (
    BadRequestError,
    PermissionDeniedError,
    NotFoundError,
    ConflictError,
    UnprocessableError,
)
"""What the service says of one job, so that others can be cancelled all the same."""


def cancel_matching(
    client: PasqalClient,
    batch: UUID,
    filters: dict[str, Any],
    shape: Shape,
    consent: Consent,
    *,
    everything: bool,
) -> ExitCode:
    """Cancel jobs of a batch; see `pasqal batches cancel-jobs`."""
    if consent.dry_run or not consent.yes:
        with progress("reading jobs"):
            preview = client.batches.cancel_jobs(batch, all=everything, dry_run=True, **filters)
        if consent.dry_run:
            return print_matches(preview.jobs, job_writer(shape), "job")
        say(f"{describe_matches(preview.jobs, 'job')} in batch {batch}")
        say_first(preview.jobs)
        if not preview.jobs:
            say("nothing was sent")
            return ExitCode.DONE
        if not is_wanted(f"Cancel {many(len(preview.jobs), 'job')}?"):
            return ExitCode.FAILED
    with print_done_on_failure(lambda write: _report_part(write.receipt, shape)):
        # With the filters, not with the ids that were shown: the service decides what matches now.
        receipt = client.batches.cancel_jobs(batch, all=everything, **filters)
    return report_cancellation("job", receipt.jobs, receipt.errors, shape)


def cancel_named(
    client: PasqalClient, ids: Sequence[UUID], shape: Shape, consent: Consent
) -> ExitCode:
    """Cancel jobs one by one; see `pasqal jobs cancel`."""
    missing: Sequence[UUID] = ()
    if consent.dry_run or not consent.yes:
        with progress("reading jobs"):
            listed = client.jobs.list(id=ids, project_id=None)
            jobs, missing = pick_named(ids, listed)
        code = report_missing(missing, len(ids), "job")
        if consent.dry_run:
            print_matches(jobs, job_writer(shape), "job")
            return code
        say(describe_matches(jobs, "job"))
        say_first(jobs)
        if not jobs:
            say("nothing was sent")
            return code
        if not is_wanted(f"Cancel {many(len(jobs), 'job')}?"):
            return ExitCode.FAILED
    gone = frozenset(missing)
    receipt = _cancel_each(client.jobs, [one for one in ids if one not in gone], shape)
    code = report_cancellation("job", receipt.jobs, receipt.errors, shape)
    return ExitCode.FAILED if missing else code


def _cancel_each(jobs: Jobs, ids: Sequence[UUID], shape: Shape) -> CancelReceipt:
    receipts = []
    begun = 0
    try:
        with progress("cancelling jobs") as update:
            for job_id in ids:
                update(begun, len(ids))
                begun += 1
                receipts.append(_cancel_one(jobs, job_id))
    except BaseException as error:
        # A strict client rejects an answer after the job was cancelled.
        write = getattr(error, "write", None)
        if write is not None:
            receipts.append(write.receipt)
        _report_part(joined(receipts), shape)
        if begun < len(ids):
            say(f"not sent: {many(len(ids) - begun, 'more request')}")
        raise
    return joined(receipts)


def _cancel_one(jobs: Jobs, job_id: UUID) -> CancelReceipt:
    try:
        job = jobs.cancel(job_id)
    except _REFUSALS as error:
        return CancelReceipt(errors={job_id: f"{error.headline()}{error.reason}"})
    if ended_otherwise(job):
        return CancelReceipt(errors={job_id: f"it had ended before: {cell(job, 'status')}"})
    return CancelReceipt((job,))


def _report_part(receipt: CancelReceipt, shape: Shape) -> None:
    report_part("job", receipt.jobs, receipt.errors, shape)
