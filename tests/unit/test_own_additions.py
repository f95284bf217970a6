"""What a client knows of the jobs that it has added itself, and what that says of an addition whose answer is lost."""

from __future__ import annotations

import pickle
import uuid
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import pytest
from attrs import evolve

from pasqal_client import Batch, Job, OutcomeUnknownError
from pasqal_client._writes import own_additions
from pasqal_client._writes.addition import Addition
from pasqal_client._writes.completion import CompletedBatch
from pasqal_client._writes.effect import Verdict
from pasqal_client._writes.own_additions import OwnAdditions
from pasqal_client._writes.resolution import Resolution
from pasqal_core_api.models import BatchAnswer
from unit.answers import answer_of

BATCH = uuid.UUID("7c9e6679-7425-40de-944b-e07fc1f90ae7")


def uid(number: int) -> uuid.UUID:
    return uuid.UUID(int=number)


def payload(*numbers: int, **fields: Any) -> dict[str, Any]:
    """A batch whose jobs have these ids, all of them alike."""
    jobs = [{"id": str(uid(number)), "runs": 5, "creation_order": number} for number in numbers]
    return {"id": str(BATCH), "jobs": jobs, **fields}


def jobs_of(*numbers: int) -> list[Job]:
    return [*(Batch.from_dict(payload(*numbers)).jobs or ())]


def addition(*before: int, runs: Iterable[int] = (5,)) -> Addition:
    """An addition of jobs with these runs, to a batch that has those jobs."""
    made = Addition(BATCH, [{"runs": count} for count in runs], None)
    made.take_baseline(jobs_of(*before), proven=True)
    return made


def answer_to(adding: Addition, *numbers: int) -> None:
    """Answer an addition with the batch and these jobs."""
    (step,) = adding.steps()
    data = {**payload(*numbers), "id": str(adding.batch_id)}
    adding.take(step, answer_of(BatchAnswer, {"data": data}))


def succeed(known: OwnAdditions, adding: Addition, *numbers: int) -> None:
    """Add jobs; the answer is the batch with these jobs."""
    with known.adding(adding):
        answer_to(adding, *numbers)


def lose(known: OwnAdditions, adding: Addition, *, did_not_happen: bool = False) -> Addition:
    """Add jobs without an answer."""
    error = OutcomeUnknownError("lost")
    error.write = evolve(adding.write, did_not_happen=did_not_happen)
    with suppress(OutcomeUnknownError), known.adding(adding):
        raise error
    return adding


def told(known: OwnAdditions, lost: Addition, *numbers: int) -> Verdict:
    """What the jobs of the batch say of a lost addition, also after its error was pickled."""
    effect = pickle.loads(pickle.dumps(lost.effect))  # noqa: S301
    return known.completed(effect).judge(jobs_of(*numbers))


def test_a_batch_counts_as_current_until_jobs_are_added() -> None:
    """An older one, one without jobs, and any while it is unknown how many there are, do not."""
    known = OwnAdditions()
    one, two = (Batch.from_dict(payload(*range(1, size))) for size in (2, 3))
    assert known.is_current(one)
    assert not known.is_current(Batch.from_dict({"id": str(BATCH)}))
    assert not known.is_current(Batch.from_dict({"id": str(BATCH), "jobs": 7}))
    under_way = addition(1)
    with known.adding(under_way):
        succeed(known, addition(1), 1, 2)
        assert not known.is_current(two)
        answer_to(under_way, 1, 2)
    assert known.is_current(two)
    assert not known.is_current(one)
    succeed(known, addition(), 1)
    assert not known.is_current(one)


@pytest.mark.parametrize("is_rejected", [True, False])
def test_after_an_addition_that_may_have_happened_no_batch_is_current(is_rejected: bool) -> None:
    """After one that was rejected it is as before, unless another one is under way."""
    known, one = OwnAdditions(), Batch.from_dict(payload(1))
    under_way = addition()
    with known.adding(under_way):
        lose(known, addition(), did_not_happen=is_rejected)
        assert not known.is_current(one)
        answer_to(under_way, 1)
    assert known.is_current(one) is is_rejected


def test_of_too_many_batches_none_counts_as_current(monkeypatch: pytest.MonkeyPatch) -> None:
    """The memory stays small, those that are known are kept up to date, and nothing old is taken for new."""
    monkeypatch.setattr(own_additions, "_MOST_BATCHES", 1)
    known = OwnAdditions()
    succeed(known, addition(), 1)
    succeed(known, addition(1), 1, 2)
    succeed(known, Addition(uid(99), [{"runs": 5}], None), 7)
    assert not known.is_current(Batch.from_dict(payload(1, 2)))
    assert known._counts == {BATCH: 2}
    assert known._unsettled == {}


def test_a_batch_that_lacks_jobs_is_not_current() -> None:
    """It says itself how many it has."""
    known = OwnAdditions()
    for said, is_current in ((1, True), (2, False), (None, True)):
        batch = Batch.from_dict(payload(1, jobs_count=said))
        assert known.is_current(batch) is is_current


def test_a_list_that_lags_behind_an_addition_has_not_all_jobs() -> None:
    """What it lacks would look as if it had been added later."""
    known = OwnAdditions()
    succeed(known, addition(1), 1, 2)
    assert not known.has_all(BATCH, jobs_of(1))
    assert known.has_all(BATCH, jobs_of(1, 2))


def test_the_jobs_of_a_later_addition_are_not_those_of_a_lost_one() -> None:
    """Although they are alike: the client has the answer that says whose they are."""
    known = OwnAdditions()
    lost = lose(known, addition(1))
    succeed(known, addition(1), 1, 2)
    assert told(known, lost, 1, 2).outcome == "did not happen"
    verdict = told(known, lost, 1, 2, 3)
    assert (verdict.outcome, [job.id for job in verdict.jobs]) == ("happened", [uid(3)])
    # A list that lacks what is known to be there may lack the others, too.
    assert told(known, lost, 1).outcome == "cannot tell"
    assert told(known, lost, 1, 3).outcome == "cannot tell"


def test_jobs_on_both_sides_of_others_are_not_one_addition() -> None:
    """Those of one addition stand next to each other."""
    known = OwnAdditions()
    lost = lose(known, addition(1, runs=(5, 5)))
    succeed(known, addition(1, 2), 1, 2, 3)
    assert told(known, lost, 1, 2, 3, 4).outcome == "cannot tell"


def test_one_addition_does_not_settle_two_that_are_lost() -> None:
    """Whose it is, nobody can tell; nor where it may be a part of the other, or another one is still under way."""
    known = OwnAdditions()
    first, second = (lose(known, addition(1)) for _ in range(2))
    assert [told(known, one, 1).outcome for one in (first, second)] == ["did not happen"] * 2
    assert [told(known, one, 1, 2).outcome for one in (first, second)] == ["cannot tell"] * 2
    part = lose(known, addition(1, 2, runs=(5, 5)))
    assert told(known, part, 1, 2, 3, 4).outcome == "cannot tell"


def test_what_was_there_before_an_addition_is_not_from_it() -> None:
    """So of two that are lost, the first one may still be settled; others that are not alike do not matter."""
    known = OwnAdditions()
    first, second = lose(known, addition(1)), lose(known, addition(1, 2))
    different = lose(known, addition(1, runs=(7,)))
    assert told(known, first, 1, 2).outcome == "happened"
    assert told(known, second, 1, 2).outcome == "did not happen"
    assert told(known, different, 1, 2).outcome == "cannot tell"


def test_an_addition_that_cannot_be_told_from_others_stays_among_those_that_may_have_added() -> (
    None
):
    """What is left when the others are known may be its own, and not those of a lost one."""
    known = OwnAdditions()
    lost = lose(known, addition(1))
    succeed(known, addition(1), 1, 2, 3)
    assert told(known, lost, 1, 2, 3).outcome == "cannot tell"
    succeed(known, addition(1), 1, 2)
    assert told(known, lost, 1, 2, 3).outcome == "cannot tell"


def test_an_addition_is_told_from_others_by_what_those_have_added() -> None:
    """Their answers may come first."""
    known = OwnAdditions()
    lost = lose(known, addition(1))
    succeed(known, addition(1), 1, 2)
    succeed(known, addition(1), 1, 2, 3)
    assert told(known, lost, 1, 2, 3).outcome == "did not happen"


@pytest.mark.parametrize(
    ("outcome", "jobs"), [("happened", jobs_of(2)), ("did not happen", []), ("cannot tell", [])]
)
def test_what_was_resolved_is_settled(outcome: Any, jobs: list[Job]) -> None:
    """Then it does not make the next one like it doubtful, and a batch from before is not current."""
    known = OwnAdditions()
    first = lose(known, addition(1))
    known.settle(first.effect, Resolution(outcome, "", tuple(jobs)))
    is_settled = outcome != "cannot tell"
    assert known.is_current(Batch.from_dict(payload(1))) is (outcome == "did not happen")
    assert known.is_current(Batch.from_dict(payload(1, 2))) is is_settled
    second = lose(known, addition(*range(1, 2 + len(jobs))))
    there = range(1, 3 + len(jobs))
    assert told(known, second, *there).outcome == ("happened" if is_settled else "cannot tell")
    known.settle(CompletedBatch(BATCH), Resolution("happened", ""))


def test_other_effects_are_as_they_were() -> None:
    """Only those that add jobs can be mistaken for each other."""
    effect = CompletedBatch(BATCH)
    assert OwnAdditions().completed(effect) is effect


def test_the_block_of_an_interrupted_addition_may_end_after_it_was_resolved() -> None:
    """Python ends it when it collects the garbage; nothing is unsettled then."""
    known = OwnAdditions()
    adding = addition(1)
    block = known.adding(adding)
    block.__enter__()
    answer_to(adding, 1, 2)
    known.settle(adding.effect, Resolution("happened", "", tuple(jobs_of(2))))
    block.__exit__(None, None, None)
    assert known.is_current(Batch.from_dict(payload(1, 2)))
