"""What a write is to bring about, and how to see afterwards whether that is there.

A write whose outcome is unknown is never sent again to find out. Its effect says what to read, and
what that shows; reading is up to the resource, sync or async.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, Self

from attrs import field, frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from uuid import UUID

    from pasqal_core_api.models import Batch, Job

    from .._listing.filter_table import Query

Outcome = Literal["happened", "did not happen", "cannot tell"]


@frozen
class Reading:
    """The list that shows whether a write took effect.

    Attributes:
        items: what is listed.
        filters: the filters of the list, as callers give them.
        ordering: how the list is sorted, as callers say it; with `since`, as it is by default.
        since: what was created earlier, if that is known, need not be read.
    """

    items: Literal["jobs", "batches"]
    filters: Query = field(factory=dict)
    ordering: Query = field(factory=dict)
    since: datetime | None = None

    @classmethod
    def of_batches(cls, ids: Iterable[UUID | str]) -> Self:
        """The batches with these ids, of whichever project."""
        return cls("batches", {"id": [str(each) for each in ids], "project_id": None})

    @classmethod
    def of_jobs(cls, ids: Iterable[UUID | str]) -> Self:
        """The jobs with these ids, of whichever project."""
        return cls("jobs", {"id": [str(each) for each in ids], "project_id": None})

    @classmethod
    def of_jobs_in(cls, batch_id: UUID) -> Self:
        """The jobs of a batch, of whichever project, in the order of their creation."""
        filters = {"batch_id": [str(batch_id)], "project_id": None}
        return cls("jobs", filters, {"order_by": "creation_order", "order_by_direction": "ASC"})

    def is_over_at(self, item: Batch | Job) -> bool:
        """Whether an item of the list, which has the newest first, is older than what is looked for."""
        created: datetime | None = getattr(item, "created_at", None)
        if self.since is None or created is None:
            return False
        return created < self.since


class Verdict(NamedTuple):
    """What one look shows.

    Attributes:
        outcome: whether the write took effect, if the list lacks nothing.
        reason: the facts.
        jobs: the jobs that it could affect, or that it added.
        batch: the batch that it made or changed.
        is_final: whether neither another look nor what this one lacks can change it.
        is_absence: whether it rests on something that is not there, and would not be there either
            for an account that may see less. What is not there may also be late: another look can show it.
    """

    outcome: Outcome
    reason: str
    jobs: tuple[Job, ...] = ()
    batch: Batch | None = None
    is_final: bool = False
    is_absence: bool = False


class Effect(Protocol):
    """What a write is to bring about. It travels with errors, so it has to pickle."""

    @property
    def reading(self) -> Reading:
        """What to read."""

    def judge(self, items: Sequence[Any]) -> Verdict:
        """Judge by the items that were read.

        Args:
            items: everything on the list, in its order; some may be missing.
        """
