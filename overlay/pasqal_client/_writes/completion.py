"""Completing a batch: one request, whose answer is the batch, and which the batch shows afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve, frozen

from .._checks import uuid_of
from .._states import is_terminal_batch, says_open
from .batch_answers import batch_in, find_batch
from .effect import Reading, Verdict
from .plan import Step
from .write import Write

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from uuid import UUID

    from pasqal_core_api.models import Batch

    from .answer import Answer


@frozen
class CompletedBatch:
    """The effect of completing a batch: it is closed.

    Attributes:
        batch_id: the batch.
    """

    batch_id: UUID

    @property
    def reading(self) -> Reading:
        """The batch, of whichever project."""
        return Reading.of_batches([self.batch_id])

    def judge(self, items: Sequence[Batch]) -> Verdict:
        """Judge by the batch as it is now; see `Effect`."""
        batch = find_batch(items, self.batch_id)
        if batch is None:
            return Verdict("cannot tell", f"batch {self.batch_id} is not visible")
        is_open = says_open(batch)
        if is_open is None:
            advice = "complete it again: a ConflictError means that it was complete"
            reason = f"the batch does not say whether it is open; {advice}"
            return Verdict("cannot tell", reason, batch=batch)
        if is_open:
            return Verdict("did not happen", "the batch is still open", batch=batch)
        return Verdict("happened", "the batch is complete", batch=batch, is_final=True)


class Completion:
    """The completion of a batch.

    Args:
        batch_id: the id of the batch.

    Raises:
        ValueError: the id is not a UUID.
    """

    def __init__(self, batch_id: UUID | str) -> None:
        self._batch_id = uuid_of("batch_id", batch_id)
        self._write = Write("complete_batch", CompletedBatch(self._batch_id), self._batch_id)
        self._batch: Batch

    def steps(self) -> Iterator[Step]:
        """The one request; see `Plan`."""
        yield Step({"batch_id": self._batch_id}, self._write)

    def take(self, step: Step, answer: Answer) -> Write:
        """Take the answer; see `Plan`."""
        self._batch = batch_in(answer, self._batch_id)
        if says_open(self._batch) and not is_terminal_batch(self._batch):
            # A batch that stays open holds its device.
            raise answer.unknown_outcome(f"the answer shows batch {self._batch_id} as still open")
        return evolve(step.write, carried_out=True, batch=self._batch)

    def result(self) -> Batch:
        """The batch as it now stands."""
        return self._batch
