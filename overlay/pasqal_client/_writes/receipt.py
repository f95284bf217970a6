"""What came of cancelling jobs, as the caller gets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from ..errors import CancelRefusedError

if TYPE_CHECKING:
    from uuid import UUID

    from pasqal_core_api.models import Job


@frozen
class CancelReceipt:
    """What came of cancelling jobs.

    Attributes:
        jobs: the jobs that were cancelled, as they now stand; for a dry run, the jobs that match.
        errors: why others were not cancelled, by job id (text where the service's id is not a
            UUID).
        dry_run: whether this is what would match, and nothing was sent.
    """

    jobs: tuple[Job, ...] = ()
    errors: dict[UUID | str, str] = field(factory=dict)
    dry_run: bool = False

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
        if self.dry_run is not other.dry_run:
            raise ValueError("only one of the receipts is that of a dry run; keep them apart")
        return CancelReceipt(self.jobs + other.jobs, self.errors | other.errors, self.dry_run)
