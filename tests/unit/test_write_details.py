"""Details of writes that decide without I/O: what a key stands for, tags, groups of errors, what is remembered."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from pasqal_client import Batch, Job, OutcomeUnknownError, WriteDepartureError
from pasqal_client._writes.addition import Addition
from pasqal_client._writes.completion import CompletedBatch
from pasqal_client._writes.own_tags import SubmissionKey, callers_tags
from pasqal_client._writes.plan import Step
from pasqal_client._writes.write import Write, write_of
from pasqal_core_api.models import BatchAnswer
from unit.answers import answer_of, attach_write

BATCH = UUID("7c9e6679-7425-40de-944b-e07fc1f90ae7")


def content_of(*jobs: dict[str, Any]) -> str:
    body: Any = {"project_id": str(BATCH), "jobs": [*jobs], "open": False}
    return SubmissionKey.of("k", body).content_tag


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ({"variables": {"omega": 3}}, {"variables": {"omega": 3.0}}, True),
        ({"variables": {"omega": 0.0}}, {"variables": {"omega": -0.0}}, True),
        ({"variables": {"omega": 3}}, {"variables": {"omega": 3.5}}, False),
        ({"variables": {"omega": 3}}, {"variables": {"omega": [3]}}, False),
        ({"variables": {"omega": 1}}, {"variables": {"omega": True}}, False),
        ({"sequence": '{"a": 1, "b": 2}'}, {"sequence": '{"b":2,"a":1}'}, True),
        ({"sequence": "not JSON"}, {"sequence": "not  JSON"}, False),
    ],
)
def test_a_key_stands_for_what_is_run(
    one: dict[str, Any], other: dict[str, Any], is_same: bool
) -> None:
    """How numbers and serialised sequences are written does not count, also in a job."""
    assert (content_of(one) == content_of(other)) is is_same


def test_the_advice_on_tags_fits_what_was_given() -> None:
    """A text goes into a list; None does not. A tag is no longer than the filter for tags takes."""
    with pytest.raises(ValueError, match=r"got 'scan'; give \['scan'\]"):
        callers_tags("scan")
    with pytest.raises(ValueError, match="got None$"):
        callers_tags(None)
    with pytest.raises(ValueError, match="is too long: at most 200 characters"):
        callers_tags(["a" * 201])


def test_the_write_of_a_group_is_found_if_there_is_one() -> None:
    """Of several, nobody can tell which one is meant."""
    with (
        pytest.raises(OutcomeUnknownError) as caught,
        attach_write(Step({}, Write("complete_batch", CompletedBatch(BATCH), BATCH))),
    ):
        raise OutcomeUnknownError("?")
    another = OutcomeUnknownError("?")
    another.write = caught.value.write
    ended = KeyError()
    # A group may be in a group, and errors in it may have led to each other.
    ended.__context__ = group = ExceptionGroup("", [caught.value, KeyError()])
    for error in (group, ExceptionGroup("", [group, ended]), ended):
        assert write_of(error).batch_id == BATCH
    with pytest.raises(ValueError, match=r"or several are: give one of its \.exceptions"):
        write_of(ExceptionGroup("", [caught.value, another]))


def test_added_jobs_that_cannot_be_told_were_added() -> None:
    """The error says so, and resolves."""
    jobs = [{"id": str(uuid4()), "runs": 5, "creation_order": n} for n in range(2)]
    adding = Addition(Batch.from_dict({"id": str(BATCH), "jobs": []}), [{"runs": 5}], None)
    adding.take_baseline([], proven=True)
    (step,) = adding.steps()
    adding.take(step, answer_of(BatchAnswer, {"data": {"id": str(BATCH), "jobs": jobs}}))
    with pytest.raises(WriteDepartureError, match="carried out all the same") as caught:
        _ = adding.result().added
    assert write_of(caught.value).carried_out
    assert all(isinstance(job, Job) for job in adding.result().jobs)
