"""What came of cancelling jobs or batches, as the caller gets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from pasqal_core_runtime.html_tables import html_block

from .._item_tables import counted, item_table, pair_table
from .._short_repr import short_repr
from ..errors import CancelRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from pasqal_core_api.models import Batch, Job


@frozen
class CancelReceipt:
    """What came of cancelling jobs.

    Attributes:
        jobs: the jobs that were cancelled, as they now stand; for a dry run, the jobs that match.
        errors: why others were not cancelled, by job id (text where the service's id is not a
            UUID).
        dry_run: whether this is what would match, and nothing was sent.
        request_id: the service's id of the request, for its support; of the last one if it took
            several. None if nothing was sent, or the service gave none.
    """

    jobs: tuple[Job, ...] = ()
    errors: dict[UUID | str, str] = field(factory=dict)
    dry_run: bool = False
    request_id: str | None = field(default=None, eq=False)

    __repr__ = short_repr

    def _repr_html_(self) -> str:
        return _html_of(self.jobs, self.errors, "job", dry_run=self.dry_run)

    def raise_for_errors(self) -> None:
        """Raise if a job was not cancelled.

        Raises:
            CancelRefusedError: it names the jobs and the service's reasons.
        """
        if self.errors:
            raise CancelRefusedError(self.errors)

    def __add__(self, other: CancelReceipt) -> CancelReceipt:
        """The receipt of both.

        Raises:
            ValueError: one is that of a dry run, the other is not.
        """
        _check_kinds(self.dry_run, other.dry_run)
        return CancelReceipt(
            self.jobs + other.jobs,
            self.errors | other.errors,
            self.dry_run,
            other.request_id or self.request_id,
        )


def joined(receipts: Iterable[CancelReceipt]) -> CancelReceipt:
    """The receipt of several requests; added one by one, those of many would be copied again and again."""
    jobs: list[Job] = []
    errors: dict[UUID | str, str] = {}
    request_id = None
    for receipt in receipts:
        jobs += receipt.jobs
        errors |= receipt.errors
        request_id = receipt.request_id or request_id
    return CancelReceipt(tuple(jobs), errors, request_id=request_id)


@frozen
class CancelBatchesReceipt:
    """What came of cancelling batches.

    Attributes:
        batches: the batches that were cancelled, as they now stand; for a dry run, the batches that
            would be.
        errors: why others were not cancelled, or for a dry run would not be, by batch id (text
            where the service's id is not a UUID).
        dry_run: whether this is what would be cancelled, and nothing was sent.
        request_id: the service's id of the request, for its support; of the last one if it took
            several. None if nothing was sent, or the service gave none.
    """

    batches: tuple[Batch, ...] = ()
    errors: dict[UUID | str, str] = field(factory=dict)
    dry_run: bool = False
    request_id: str | None = field(default=None, eq=False)

    __repr__ = short_repr

    def _repr_html_(self) -> str:
        return _html_of(self.batches, self.errors, "batch", dry_run=self.dry_run)

    def raise_for_errors(self) -> None:
        """Raise if a batch was not cancelled.

        Raises:
            CancelRefusedError: it names the batches and the service's reasons.
        """
        if self.errors:
            raise CancelRefusedError(self.errors, one="batch", many="batches")

    def __add__(self, other: CancelBatchesReceipt) -> CancelBatchesReceipt:
        """The receipt of both.

        Raises:
            ValueError: one is that of a dry run, the other is not.
        """
        _check_kinds(self.dry_run, other.dry_run)
        return CancelBatchesReceipt(
            self.batches + other.batches,
            self.errors | other.errors,
            self.dry_run,
            other.request_id or self.request_id,
        )


def _html_of(
    items: Sequence[Job | Batch], errors: Mapping[UUID | str, str], noun: str, *, dry_run: bool
) -> str:
    done = "cancelled"
    if dry_run:
        done = "would be cancelled"
    return html_block(
        f"{counted(len(items), noun)} {done}, {len(errors):,} not",
        item_table(items),
        pair_table(f"{noun} not cancelled", "reason", errors),
    )


def _check_kinds(one: bool, other: bool) -> None:
    if one is not other:
        raise ValueError("only one of the receipts is that of a dry run; keep them apart")
