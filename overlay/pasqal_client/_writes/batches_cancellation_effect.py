"""What a cancellation of several batches is to bring about, and what the batches say about that afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from .._states import ended_otherwise, is_cancelled
from .cancelled_items import time_of_last
from .effect import Reading, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from pasqal_core_api.models import Batch


@frozen
class CancelledBatches:
    """The effect of cancelling batches: each is cancelled, or had ended before.

    Attributes:
        ids: the batches that were named, or those that matched before it was sent; None if these
            are not known.
        are_named: whether the cancellation is about these batches alone. One by filters is about
            those, too, that were made after the list was read.
    """

    ids: tuple[str, ...] | None
    are_named: bool = True

    @property
    def reading(self) -> Reading:
        """The batches, of whichever project."""
        return Reading.of_batches(self.ids or ())

    def judge(self, items: Sequence[Batch]) -> Verdict:
        """Judge by the states that they are in now; see `Effect`."""
        if self.ids is None:
            reason = "which batches matched before is not known"
            return Verdict("cannot tell", reason, is_final=True)
        if not self.ids:
            reason = "no batch that matched could be cancelled before it was sent"
            return Verdict("cannot tell", reason, is_final=True)
        # A service that ignores the filter must not add others.
        ids = frozenset(self.ids)
        batches = [batch for batch in items if str(getattr(batch, "id", "")) in ids]
        if not batches:
            return Verdict("cannot tell", "no batch that this write could affect is visible")
        cancelled = list(filter(is_cancelled, batches))
        how_many = (
            f"cancelled: {len(cancelled)} of {len(batches)} batches that this write could affect"
        )
        if self._lacks(batches):
            how_many += f"; not visible: {len(ids) - len(batches)}"
        if not cancelled:
            return self._judge_uncancelled(batches, how_many)
        last = time_of_last(cancelled, "end_datetime")
        if any(_may_have_escaped(batch, last) for batch in batches):
            return Verdict("cannot tell", f"{how_many}, and others could be cancelled, too")
        return Verdict("happened", how_many, is_absence=self._lacks(batches))

    def _judge_uncancelled(self, batches: Sequence[Batch], how_many: str) -> Verdict:
        """Judge by batches of which none is cancelled."""
        have_ended = list(filter(ended_otherwise, batches))
        is_final = len(have_ended) == len(set(self.ids or ()))
        if is_final and not self.are_named:
            reason = (
                "the batches that matched before it was sent have ended by themselves; whether it "
                "cancelled others, which matched later, is not known"
            )
            return Verdict("cannot tell", reason, is_final=True)
        return Verdict(
            "did not happen", how_many, is_final=is_final, is_absence=self._lacks(batches)
        )

    def _lacks(self, batches: Sequence[Batch]) -> bool:
        """Whether batches that it is about are not among those that were read."""
        return len(batches) < len(set(self.ids or ()))


def _may_have_escaped(batch: Batch, last: datetime | None) -> bool:
    """Whether a batch could perhaps still have been cancelled after the last cancellation."""
    if is_cancelled(batch):
        return False
    if not ended_otherwise(batch):
        return True
    end: datetime | None = getattr(batch, "end_datetime", None)
    return end is None or last is None or end > last
