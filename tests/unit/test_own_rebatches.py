"""What a process knows of its own rebatches, and what that says of one whose answer is lost."""

from __future__ import annotations

import pickle
import uuid
from contextlib import suppress

import pytest
from attrs import evolve

from pasqal_client import Batch, OutcomeUnknownError
from pasqal_client._writes import own_rebatches
from pasqal_client._writes.completion import CompletedBatch
from pasqal_client._writes.own_rebatches import OwnRebatches
from pasqal_client._writes.rebatch import Rebatch, RebatchRequest
from pasqal_client._writes.resolution import Resolution
from pasqal_core_api.models import BatchAnswer
from unit.answers import answer_of

BATCH = uuid.UUID("7c9e6679-7425-40de-944b-e07fc1f90ae7")


def children(*numbers: int) -> list[Batch]:
    return [
        Batch.from_dict({"id": str(uuid.UUID(int=one)), "parent_id": str(BATCH), "jobs": [{}]})
        for one in numbers
    ]


def rebatch(*before: int, batch_id: uuid.UUID = BATCH) -> Rebatch:
    """A rebatch of a batch that has these children."""
    made = Rebatch(RebatchRequest(batch_id, {}))
    made.take_baseline(children(*before), proven=True)
    return made


def succeed(known: OwnRebatches, making: Rebatch, number: int) -> None:
    """Make the child with this number."""
    with known.making(making):
        (step,) = making.steps()
        making.take(step, answer_of(BatchAnswer, {"data": children(number)[0].to_dict()}))


def lose(known: OwnRebatches, making: Rebatch, *, did_not_happen: bool = False) -> Rebatch:
    """Rebatch without an answer."""
    error = OutcomeUnknownError("lost")
    error.write = evolve(making.write, did_not_happen=did_not_happen)
    with suppress(OutcomeUnknownError), known.making(making):
        raise error
    return making


def told(known: OwnRebatches, lost: Rebatch, *numbers: int) -> str:
    """What the children say of a lost rebatch, also after its error was pickled."""
    effect = pickle.loads(pickle.dumps(lost.effect))  # noqa: S301
    return known.completed(effect).judge(children(*numbers)).outcome


def test_a_batch_that_another_rebatch_made_does_not_count() -> None:
    """Neither one that was made after the loss, nor one before that the list did not show."""
    known = OwnRebatches()
    succeed(known, rebatch(), 1)
    lost = lose(known, rebatch())
    succeed(known, rebatch(1), 2)
    assert told(known, lost, 1, 2) == "did not happen"
    assert told(known, lost, 1, 2, 3) == "happened"


def test_a_list_without_a_batch_that_is_known_to_be_there_tells_nothing() -> None:
    """It lags, so it may lack the lost one, too."""
    known = OwnRebatches()
    succeed(known, rebatch(), 1)
    assert told(known, lose(known, rebatch()), 2) == "cannot tell"


def test_a_rebatch_counts_until_it_is_settled() -> None:
    """Of two that are lost either may have made a new batch; one that was rejected has not."""
    known = OwnRebatches()
    lost, other = lose(known, rebatch()), lose(known, rebatch())
    lose(known, rebatch(), did_not_happen=True)
    assert told(known, lost, 1) == "cannot tell"
    known.settle(other.effect, Resolution("cannot tell", ""))
    assert told(known, lost, 1) == "cannot tell"
    known.settle(other.effect, Resolution("did not happen", ""))
    assert told(known, lost, 1) == "happened"
    known.settle(lost.effect, Resolution("happened", "", batch=children(1)[0]))
    assert told(known, other, 1) == "did not happen"


def test_the_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The batch that was repeated first is forgotten."""
    monkeypatch.setattr(own_rebatches, "_MOST_BATCHES", 1)
    known = OwnRebatches()
    lost = lose(known, rebatch())
    lose(known, rebatch())
    lose(known, rebatch(batch_id=uuid.UUID(int=9)))
    assert told(known, lost, 1) == "happened"


def test_other_writes_are_none_of_its_business() -> None:
    """Their effects stay as they are."""
    known, effect = OwnRebatches(), CompletedBatch(BATCH)
    known.settle(effect, Resolution("happened", ""))
    assert known.completed(effect) is effect
