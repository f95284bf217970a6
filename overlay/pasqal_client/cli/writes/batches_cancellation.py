"""Cancels one batch, or several that are named or match."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..._states import ended_otherwise
from ..display.columns import state_counts
from ..display.field_text import cell
from ..display.output import batch_writer, status_writer
from ..display.progress import progress
from ..display.words import many
from ..failures import ExitCode
from ..streams import say
from .preview import describe_matches, is_wanted, print_matches, say_first
from .receipt import (
    print_batch_on_failure,
    print_done_on_failure,
    report_cancellation,
    report_part,
    say_refused,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from uuid import UUID

    from ... import Batch, CancelBatchesReceipt, PasqalClient
    from ...batches import Batches
    from ..options import Consent, Shape


def cancel_one(client: PasqalClient, batch_id: UUID, shape: Shape, consent: Consent) -> ExitCode:
    """Cancel a batch; see `pasqal batches cancel`."""
    if consent.dry_run or not consent.yes:
        report = client.batches.status(batch_id)
        what = f"batch {batch_id} is {cell(report, 'status')}, its jobs: {state_counts(report)}"
        if consent.dry_run:
            status_writer(shape).write_all([report])
            say(f"{what}; nothing was sent")
            return ExitCode.DONE
        say(what)
        if not is_wanted("Cancel it with all of its jobs?"):
            return ExitCode.FAILED
    with print_batch_on_failure(lambda batch: _report_batch(batch_id, batch, shape)):
        batch = client.batches.cancel(batch_id)
    return _report_batch(batch_id, batch, shape)


def _report_batch(batch_id: UUID, batch: Batch, shape: Shape) -> ExitCode:
    if ended_otherwise(batch):
        reason = f"it had ended before: {cell(batch, 'status')}"
        return report_cancellation("batch", (), {batch_id: reason}, shape)
    return report_cancellation("batch", (batch,), {}, shape)


def cancel_many(
    client: PasqalClient,
    ids: Sequence[UUID] | None,
    filters: dict[str, Any],
    shape: Shape,
    consent: Consent,
    *,
    everything: bool,
) -> ExitCode:
    """Cancel several batches; see `pasqal batches cancel-many`.

    Args:
        client: the client.
        ids: the batches that are named; None for those that match.
        filters: the filters; none beside ids.
        shape: how to print.
        consent: whether to change anything, and to ask.
        everything: whether all batches may be cancelled.
    """
    if consent.dry_run or not consent.yes:
        with progress("reading batches"):
            batches, refused = _preview(client.batches, ids, filters, everything=everything)
        if consent.dry_run:
            print_matches(batches, batch_writer(shape), "batch")
            return say_refused(refused, "would be refused")
        say(f"{describe_matches(batches, 'batch')}{_projects_of(batches)}")
        say_first(batches, with_jobs=True)
        code = say_refused(refused, "would be refused")
        if not batches:
            say("nothing was sent")
            return code
        if not is_wanted(f"Cancel {many(len(batches), 'batch')} with all jobs?"):
            return ExitCode.FAILED
    with print_done_on_failure(lambda write: _report_part(write.batches_receipt, shape)):
        # With what was typed, not with what was shown: the service decides what matches now.
        receipt = client.batches.cancel_many(ids, all=everything, **filters)
    return report_cancellation("batch", receipt.batches, receipt.errors, shape)


def _projects_of(batches: Sequence[Batch]) -> str:
    """In which project they are: without a configured one, --all means those of all projects."""
    projects = {cell(batch, "project_id") for batch in batches}
    if len(projects) > 1:
        return f" in {len(projects)} projects"
    return "".join(f" in project {project}" for project in projects)


def _preview(
    batches: Batches, ids: Sequence[UUID] | None, filters: dict[str, Any], *, everything: bool
) -> tuple[list[Batch], dict[UUID | str, str]]:
    """The batches that would be cancelled, and by id why others would not be."""
    found = {}
    refused: dict[UUID | str, str] = {}
    for part in _tag_by_tag(filters):
        preview = batches.cancel_many(ids, all=everything, dry_run=True, **part)
        found.update({cell(batch, "id"): batch for batch in preview.batches})
        refused |= preview.errors
    return list(found.values()), refused


def _tag_by_tag(filters: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The filters in parts that the service can list: it lists the batches with one tag, but cancels those with any."""
    tags = filters.get("tags", ())
    if len(tags) < 2:
        yield filters
        return
    for tag in tags:
        yield {**filters, "tags": [tag]}


def _report_part(receipt: CancelBatchesReceipt | None, shape: Shape) -> None:
    if receipt is not None:
        report_part("batch", receipt.batches, receipt.errors, shape)
