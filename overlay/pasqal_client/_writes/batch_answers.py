"""The batch that an answer to a write is about, and one that a list has."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from pasqal_core_api.models import Batch

    from .answer import Answer


def batch_in(answer: Answer, batch_id: UUID) -> Batch:
    """Read the batch that the answer says was changed.

    Args:
        answer: the answer.
        batch_id: the batch that was asked for.

    Raises:
        OutcomeUnknownError: the answer holds no batch, or another one: it may be that of another
            request.
    """
    batch: Batch = answer.read_item("batch", batch_id)
    return batch


def new_batch_in(answer: Answer) -> Batch:
    """Read the batch that the answer says was made.

    Args:
        answer: the answer.

    Raises:
        OutcomeUnknownError: the answer holds no batch, or one without an id, with which nobody
            could do anything.
    """
    batch: Batch | None = answer.data
    if batch is None or not hasattr(batch, "id"):
        raise answer.unknown_outcome("the answer does not hold the new batch")
    return batch


def find_batch(batches: Sequence[Batch], batch_id: UUID) -> Batch | None:
    """The batch with this id; None if it is not among them."""
    for batch in batches:
        if getattr(batch, "id", None) == batch_id:
            return batch
    return None
