"""What a wait tells its caller: its progress on the way, and how the jobs ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from pasqal_core_runtime.html_tables import html_block, html_table

from .._item_tables import counted, pair_table
from .._short_repr import short_repr
from ..errors import JobsFailedError

if TYPE_CHECKING:
    from uuid import UUID

    from pasqal_core_api.models import JobStatus


@frozen
class WaitProgress:
    """What a look has shown.

    Attributes:
        active: how many jobs have not ended.
        total: how many jobs are waited for, as of the last time they were read.
        elapsed: seconds since the wait began.
    """

    active: int
    total: int
    elapsed: float


@frozen
class WaitResult:
    """How the jobs ended.

    Attributes:
        counts: how many jobs ended in each state.
        failed_ids: the jobs that ended in ERROR.
    """

    counts: dict[JobStatus, int] = field(factory=dict)
    failed_ids: tuple[UUID, ...] = ()

    __repr__ = short_repr

    def _repr_html_(self) -> str:
        failed = zip(self.failed_ids)
        return html_block(
            f"{counted(sum(self.counts.values()), 'job')} ended",
            pair_table("status", "jobs", self.counts),
            html_table(["failed"], failed, len(self.failed_ids)),
        )

    def raise_for_failures(self) -> None:
        """Raise if a job failed.

        Raises:
            JobsFailedError: it names the jobs.
        """
        if self.failed_ids:
            raise JobsFailedError(self.failed_ids)
