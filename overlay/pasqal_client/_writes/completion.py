"""Completing a batch: one request, whose answer is the batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from .._checks import uuid_of
from .plan import Step
from .write import Write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from pasqal_core_api.models import Batch

    from .answer import Answer


class Completion:
    """The completion of a batch.

    Args:
        batch: the id of the batch.

    Raises:
        ValueError: the id is not a UUID.
    """

    def __init__(self, batch: UUID | str) -> None:
        self._write = Write("complete_batch", uuid_of("batch", batch))
        self._batch: Batch

    def steps(self) -> Iterator[Step]:
        """The one request; see `Plan`."""
        yield Step({"batch_id": self._write.batch_id}, self._write)

    def take(self, step: Step, answer: Answer) -> Write:
        """Take the answer; see `Plan`."""
        self._batch = batch_in(answer, step.write.batch_id)
        return evolve(step.write, carried_out=True, batch=self._batch)

    def result(self) -> Batch:
        """The batch as it now stands."""
        return self._batch


def batch_in(answer: Answer, batch_id: UUID) -> Batch:
    """Read the batch that the answer says was changed.

    Args:
        answer: the answer.
        batch_id: the batch that was asked for.

    Raises:
        OutcomeUnknownError: the answer holds no batch, or another one: it may be that of another
            request.
    """
    batch: Batch | None = answer.data
    if batch is None:
        raise answer.unknown_outcome("the answer does not hold the batch")
    # One without an id is odd, but does not say that it is another.
    if getattr(batch, "id", batch_id) != batch_id:
        raise answer.unknown_outcome(f"the answer is about batch {batch.id}")
    return batch
