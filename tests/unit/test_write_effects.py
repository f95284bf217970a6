"""What the jobs and the batches say afterwards about a write whose outcome is unknown."""

from __future__ import annotations

import pickle
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasqal_client import AddedJobs, Batch, DepartureError, Job, JobRequest
from pasqal_client._writes.added_jobs import matching_stretches, new_jobs
from pasqal_client._writes.addition import Addition, MoreJobs
from pasqal_client._writes.batches_cancellation import BatchesCancellation, BatchesCancelRequest
from pasqal_client._writes.batches_cancellation_effect import CancelledBatches
from pasqal_client._writes.effect import Effect, Reading
from pasqal_client._writes.rebatch import ChildBatch, Rebatch, RebatchRequest
from pasqal_client._writes.single_cancellation import Cancelled, JobCancellation
from pasqal_client._writes.tag_change import TagChange, TaggedBatch
from pasqal_core_api.models import BatchAnswer, JobAnswer
from unit.answers import answer_of

BATCH = uuid.UUID("7c9e6679-7425-40de-944b-e07fc1f90ae7")
OTHER = uuid.UUID("0c7f6a50-4f46-4b39-9c4a-7e36c0ab6ed5")
NOON = "2026-10-01T12:00:00Z"


def uid(number: int) -> uuid.UUID:
    return uuid.UUID(int=number)


def job(number: int, **fields: Any) -> Job:
    return Job.from_dict({"id": str(uid(number)), **fields})


def batch(number: int | None = None, **fields: Any) -> Batch:
    one = BATCH if number is None else uid(number)
    return Batch.from_dict({"id": str(one), **fields})


# Jobs that were added

FIVE: JobRequest = {"runs": 5}
MATCHES: list[tuple[dict[str, Any], JobRequest, bool]] = [
    ({"runs": 5}, FIVE, True),
    ({"runs": 6}, FIVE, False),
    ({"runs": None}, FIVE, True),
    ({}, FIVE, True),
    ({"runs": 1000}, {}, True),
    ({"variables": {"omega": 3}}, {"variables": {"omega": 3.0}}, True),
    ({"variables": {"omega": [3.0]}}, {"variables": {"omega": 3.0}}, True),
    ({"variables": {"omega": [3.0, 1]}}, {"variables": {"omega": 3.0}}, False),
    ({"variables": {"omega": 4}}, {"variables": {"omega": 3}}, False),
    ({"variables": {"delta": 3}}, {"variables": {"omega": 3}}, False),
    ({"variables": {}}, {"variables": {"omega": 3}}, False),
    ({"variables": None}, {"variables": {"omega": 3}}, True),
    ({"variables": {}}, {}, True),
    ({"variables": None}, {}, True),
    ({"variables": {"omega": 3}}, {}, False),
    ({"variables": 7}, {}, False),
    ({"sequence": "a"}, {"sequence": "a"}, True),
    ({"sequence": "b"}, {"sequence": "a"}, False),
    ({"sequence": '{"b":1,"a":2.0}'}, {"sequence": '{"a": 2, "b": 1}'}, True),
    ({"sequence": '{"a":[2]}'}, {"sequence": '{"a": 2}'}, False),
    ({"sequence": 7}, {"sequence": "7"}, False),
    ({"sequence": None}, {"sequence": "a"}, True),
    ({"sequence": "b"}, {}, True),
]


@pytest.mark.parametrize(("shown", "sent", "matches"), MATCHES)
def test_a_job_is_compared_as_far_as_it_shows_itself(
    shown: dict[str, Any], sent: JobRequest, matches: bool
) -> None:
    """What the answer leaves out contradicts nothing."""
    assert bool(matching_stretches([job(1, **shown)], [sent])) is matches


def test_new_jobs_are_sorted_where_they_show_their_order() -> None:
    """Else they keep the order of the answer; a job without an id is taken for a new one."""
    jobs = [job(1), job(3, creation_order=3), job(2, creation_order=2)]
    assert new_jobs(jobs, {uid(1)}) == [jobs[2], jobs[1]]
    jobs[1] = job(3)
    assert new_jobs(jobs, {uid(1)}) == jobs[1:]
    nameless = Job.from_dict({"runs": 5})
    assert new_jobs([nameless], {uid(1)}) == [nameless]


BEFORE = [job(1, runs=5, creation_order=1)]
TWO: tuple[JobRequest, ...] = (FIVE, {"runs": 6})


@pytest.mark.parametrize(
    ("before", "runs", "outcome"),
    [
        ({uid(1)}, [], "did not happen"),
        ({uid(1)}, [5, 6], "happened"),
        ({uid(1)}, [5, 5, 6], "happened"),
        ({uid(1)}, [5, 6, 7], "happened"),
        ({uid(1)}, [6, 5], "cannot tell"),
        ({uid(1)}, [5], "cannot tell"),
        ({uid(1)}, [5, 6, 5, 6], "cannot tell"),
        ({uid(1)}, [5, 7, 6], "cannot tell"),
        ({uid(1), uid(99)}, [5, 6], "cannot tell"),
        (None, [5, 6], "cannot tell"),
        (set(), [6], "happened"),
    ],
)
def test_the_jobs_show_whether_some_were_added(
    before: set[uuid.UUID] | None, runs: list[int], outcome: str
) -> None:
    """Jobs one after the other, as they were sent, that were not there before."""
    jobs = [job(n + 2, runs=count, creation_order=n + 2) for n, count in enumerate(runs)]
    effect = MoreJobs(BATCH, TWO, None if before is None else frozenset(before))
    told = effect.judge([*jobs, *BEFORE])
    assert told.outcome == outcome
    if outcome == "happened":
        assert [one.runs for one in told.jobs] == [5, 6]


RUNS = st.lists(st.integers(1, 3), max_size=3)


@given(
    others=st.lists(RUNS, max_size=3),
    ours=st.lists(st.integers(1, 3), min_size=1, max_size=3),
    place=st.integers(0, 3),
    is_there=st.booleans(),
)
def test_what_the_jobs_show_is_never_a_lie(
    others: list[list[int]], ours: list[int], place: int, is_there: bool
) -> None:
    """Whoever else adds jobs, before or after: what happened is never denied, and what is said to be there is there."""
    groups = [*others]
    if is_there:
        groups.insert(place, ours)
    runs = [count for group in groups for count in group]
    jobs = [job(n + 2, runs=count, creation_order=n + 2) for n, count in enumerate(runs)]
    sent = tuple(JobRequest(runs=count) for count in ours)
    told = MoreJobs(BATCH, sent, frozenset({uid(1)})).judge([*BEFORE, *jobs])
    if is_there:
        assert told.outcome != "did not happen"
    if told.outcome == "happened":
        assert [one.runs for one in told.jobs] == ours
        assert not {one.id for one in told.jobs} & {uid(1)}


def test_reading_what_was_added_raises_where_it_cannot_be_known() -> None:
    """No jobs are like those that were sent, or several are."""
    none = AddedJobs(batch(), (*BEFORE, job(2, runs=9)), TWO, frozenset({uid(1)}))
    with pytest.raises(DepartureError, match=r"^data\.jobs: expected .*, got none like these"):
        none.added  # noqa: B018
    assert AddedJobs(batch()).added == ()


@pytest.mark.parametrize(
    ("jobs", "proven", "before"),
    [
        (BEFORE, True, frozenset({uid(1)})),
        (BEFORE, False, None),
        ([*BEFORE, Job.from_dict({})], True, None),
    ],
)
def test_a_baseline_that_may_lack_jobs_is_none(jobs: Any, proven: bool, before: Any) -> None:
    """A job that was there and was not seen would look like a new one."""
    plan = Addition(BATCH, [FIVE], None)
    plan.take_baseline(jobs, proven=proven)
    (step,) = plan.steps()
    effect: Any = step.write.effect
    assert effect.before == before
    assert step.keywords == {"batch_id": BATCH, "body": [FIVE]}


# Batches that repeat another


def child(number: int, parent: uuid.UUID | None = BATCH) -> Batch:
    return batch(number, parent_id=parent and str(parent))


@pytest.mark.parametrize(
    ("before", "batches", "outcome"),
    [
        ((), [], "did not happen"),
        ((), [batch(1), child(2, OTHER), batch()], "did not happen"),
        ((), [child(1)], "happened"),
        ((), [batch(3), child(1)], "happened"),
        ((1,), [child(1)], "did not happen"),
        ((1,), [child(2), child(1)], "happened"),
        ((1,), [child(3), child(2), child(1)], "cannot tell"),
        (None, [], "did not happen"),
        (None, [child(1)], "cannot tell"),
    ],
)
def test_a_new_child_shows_that_a_batch_was_repeated(
    before: tuple[int, ...] | None, batches: list[Batch], outcome: str
) -> None:
    """One that was there before, or repeats another batch, shows nothing."""
    known = None if before is None else frozenset(map(uid, before))
    told = ChildBatch(BATCH, OTHER, None, known).judge(batches)
    assert told.outcome == outcome
    assert (told.batch is not None) is (outcome == "happened")


@pytest.mark.parametrize(
    ("batches", "proven", "before"),
    [
        ([child(1), batch(2)], True, frozenset({uid(1)})),
        ([], True, frozenset()),
        ([child(1)], False, None),
        ([Batch.from_dict({"parent_id": str(BATCH)})], True, None),
    ],
)
def test_children_before_a_rebatch_are_its_baseline(
    batches: list[Batch], proven: bool, before: Any
) -> None:
    """It is none where some may have been missed."""
    plan = Rebatch(RebatchRequest(BATCH, {}))
    noon = datetime(2026, 10, 1, 12, tzinfo=UTC)
    source = batch(project_id=str(OTHER), created_at=NOON)
    assert plan.baseline(source) == Reading("batches", {"project_id": [str(OTHER)]}, since=noon)
    plan.take_baseline(batches, proven=proven)
    (step,) = plan.steps()
    assert step.write.effect == ChildBatch(BATCH, OTHER, noon, before)


def test_a_batch_that_does_not_say_where_it_is_is_looked_for_everywhere() -> None:
    """Then all batches are read, of whichever project and age."""
    reading = Rebatch(RebatchRequest(BATCH, {})).baseline(batch())
    assert reading == Reading("batches", {"project_id": None})
    assert not reading.is_over_at(batch(created_at=NOON))


def test_reading_ends_at_what_is_older() -> None:
    """What was made at the same moment, or does not say when, is still read."""
    reading = Reading("batches", since=datetime(2026, 10, 1, 12, tzinfo=UTC))
    assert reading.is_over_at(batch(created_at="2026-10-01T11:59:59Z"))
    assert not reading.is_over_at(batch(created_at=NOON))
    assert not reading.is_over_at(batch())


# Tags


@pytest.mark.parametrize(
    ("batches", "outcome"),
    [
        ([], "cannot tell"),
        ([batch(1, tags=["a", "b"])], "cannot tell"),
        ([batch()], "cannot tell"),
        ([batch(tags=None)], "cannot tell"),
        ([batch(tags=7)], "cannot tell"),
        ([batch(tags=["b", "a"])], "happened"),
        ([batch(tags=["a"])], "did not happen"),
        ([batch(tags=[])], "did not happen"),
    ],
)
def test_the_tags_show_whether_they_were_set(batches: list[Batch], outcome: str) -> None:
    """Their order means nothing."""
    assert TaggedBatch(BATCH, frozenset({"a", "b"})).judge(batches).outcome == outcome


OWN = "pasqal-client:x"


@pytest.mark.parametrize(
    ("tags", "keep_own", "there", "sent"),
    [
        (["a"], True, {"tags": [OWN, "old"]}, ["a", OWN]),
        (["a"], True, {"tags": None}, ["a"]),
        (["a"], True, {"tags": []}, ["a"]),
        (["a"], False, {"tags": [OWN]}, ["a"]),
        ([OWN, "a"], True, {"tags": [OWN]}, [OWN, "a"]),
        ([OWN, "a"], False, {"tags": [OWN]}, [OWN, "a"]),
    ],
)
def test_own_tags_are_kept_unless_they_are_given_up(
    tags: list[str], keep_own: bool, there: Any, sent: list[str]
) -> None:
    """Each is sent once, after those of the caller."""
    plan = TagChange(BATCH, tags, keep_own)
    plan.take_baseline(batch(**there))
    (step,) = plan.steps()
    assert step.keywords == {"batch_id": BATCH, "body": sent}
    plan.take(step, answer_of(BatchAnswer, {"data": {"id": str(BATCH)}}))
    assert plan.result().id == BATCH


@pytest.mark.parametrize("there", [{}, {"tags": 7}])
@pytest.mark.parametrize(("tags", "keep_own"), [(["a"], True), ([OWN], False)])
def test_tags_that_are_not_shown_cannot_be_kept(tags: Any, keep_own: bool, there: Any) -> None:
    """The departure says where they should be."""
    with pytest.raises(DepartureError, match="tags"):
        TagChange(BATCH, tags, keep_own).take_baseline(batch(**there))


# Cancelling


@pytest.mark.parametrize(
    ("status", "outcome", "is_final"),
    [
        ("CANCELED", "happened", True),
        ("CANCELING", "happened", True),
        ("DONE", "did not happen", True),
        ("ERROR", "did not happen", True),
        ("PENDING", "did not happen", False),
        ("RUNNING", "did not happen", False),
        ("PAUSED", "did not happen", False),
        ("LEVITATING", "cannot tell", False),
        (None, "cannot tell", False),
    ],
)
def test_the_state_shows_whether_it_was_cancelled(
    status: str | None, outcome: str, is_final: bool
) -> None:
    """What has ended otherwise cannot be cancelled any more, however late the request comes."""
    one_job, one_batch = job(1, status=status), batch(1, status=status)
    for what, item in (("job", one_job), ("batch", one_batch)):
        told = Cancelled(what, uid(1)).judge([batch(2, status="CANCELED"), item])  # type: ignore[arg-type]
        assert (told.outcome, told.is_final) == (outcome, is_final)
        assert item in (*told.jobs, told.batch)
        assert Cancelled(what, uid(3)).judge([item]).outcome == "cannot tell"  # type: ignore[arg-type]


def test_a_cancelled_job_without_an_id_is_taken() -> None:
    """It is odd, but does not say that it is another."""
    plan = JobCancellation(uid(1))
    (step,) = plan.steps()
    done = plan.take(step, answer_of(JobAnswer, {"data": {"status": "CANCELED"}}))
    assert done.receipt.jobs == (plan.result(),)


EARLY, LATE = "2026-10-01T10:00:00Z", "2026-10-01T14:00:00Z"
AT_NOON = {"status": "CANCELED", "end_datetime": NOON}


@pytest.mark.parametrize(
    ("ids", "states", "outcome", "is_final"),
    [
        (None, [AT_NOON], "cannot tell", True),
        ((), [AT_NOON], "cannot tell", True),
        ((1, 2), [], "cannot tell", False),
        ((8, 9), [AT_NOON], "cannot tell", False),
        ((1,), [AT_NOON], "happened", False),
        ((1, 2), [AT_NOON, AT_NOON], "happened", False),
        ((1,), [{"status": "CANCELING", "updated_at": NOON}], "happened", False),
        # The second is somebody else's.
        ((1,), [AT_NOON, {"status": "PENDING"}], "happened", False),
        ((1, 2), [AT_NOON, {"status": "PENDING"}], "cannot tell", False),
        ((1, 2), [AT_NOON, {"status": "LEVITATING"}], "cannot tell", False),
        ((1, 2), [AT_NOON, {"status": "DONE", "end_datetime": EARLY}], "happened", False),
        ((1, 2), [AT_NOON, {"status": "DONE", "end_datetime": LATE}], "cannot tell", False),
        ((1, 2), [AT_NOON, {"status": "DONE"}], "cannot tell", False),
        (
            (1, 2),
            [{"status": "CANCELED"}, {"status": "DONE", "end_datetime": EARLY}],
            "cannot tell",
            False,
        ),
        (
            (1, 2),
            [
                {"status": "CANCELING", "updated_at": NOON},
                {"status": "ERROR", "end_datetime": EARLY},
            ],
            "happened",
            False,
        ),
        ((1, 2), [{"status": "PENDING"}, {"status": "DONE"}], "did not happen", False),
        ((1, 2), [{"status": "ERROR"}, {"status": "DONE"}], "did not happen", True),
        ((1, 2), [{"status": "DONE"}], "did not happen", False),
    ],
)
def test_the_states_show_whether_batches_were_cancelled(
    ids: tuple[int, ...] | None, states: list[dict[str, Any]], outcome: str, is_final: bool
) -> None:
    """All of them are cancelled, or had ended before the last was."""
    named = None if ids is None else tuple(str(uid(one)) for one in ids)
    batches = [batch(number, **state) for number, state in enumerate(states, start=1)]
    told = CancelledBatches(named).judge(batches)
    assert (told.outcome, told.is_final) == (outcome, is_final)


def test_a_cancellation_by_filters_may_be_about_batches_that_came_later() -> None:
    """That those of the list have ended by themselves says nothing about them; one that has not, does."""
    effect = CancelledBatches((str(uid(1)), str(uid(2))), are_named=False)
    done, waiting = batch(1, status="DONE"), batch(2, status="PENDING")
    assert effect.judge([done, waiting]).outcome == "did not happen"
    told = effect.judge([done, batch(2, status="ERROR")])
    assert (told.outcome, told.is_final) == ("cannot tell", True)
    assert told.reason == (
        "the batches that matched before it was sent have ended by themselves; whether it cancelled "
        "others, which matched later, is not known"
    )


@pytest.mark.parametrize("state", [AT_NOON, {"status": "PENDING"}, {"status": "DONE"}])
def test_batches_that_are_not_visible_leave_a_doubt(state: dict[str, Any]) -> None:
    """Whether those that are visible are cancelled or not: the rest may be late, or visible to others only."""
    told = CancelledBatches((str(uid(1)), str(uid(2)))).judge([batch(1, **state)])
    assert told.is_absence
    assert told.reason.endswith("; not visible: 1")
    assert not CancelledBatches((str(uid(1)),)).judge([batch(1, **state)]).is_absence


@pytest.mark.parametrize(
    ("batches", "proven", "ids"),
    [
        ([batch(1, status="PENDING"), batch(2, status="DONE")], True, (str(uid(1)),)),
        ([batch(1, status="PENDING")], False, None),
        ([Batch.from_dict({"status": "PENDING"})], True, None),
        ([], True, ()),
    ],
)
def test_batches_that_match_before_a_cancellation_are_its_baseline(
    batches: list[Batch], proven: bool, ids: Any
) -> None:
    """It is none where some may have been missed."""
    plan = BatchesCancellation(BatchesCancelRequest.of(None, {}, None, everything=True))
    plan.take_baseline(batches, proven=proven)
    (step,) = plan.steps()
    assert step.write.effect == CancelledBatches(ids, are_named=False)


@pytest.mark.parametrize(
    ("filters", "fields", "may_match"),
    [
        ({}, {}, True),
        ({}, {"status": "PAUSED"}, True),
        ({}, {"status": "LEVITATING"}, True),
        ({}, {"status": "CANCELING"}, False),
        ({}, {"status": "TIMED_OUT"}, False),
        ({"tags": "a"}, {"tags": ["b"]}, False),
        ({"tags": "a"}, {"tags": ["a", "b"]}, True),
        ({"tags": ["a", "b"]}, {"tags": ["b"]}, True),
        ({"tags": "a"}, {}, True),
        ({"start_date": NOON}, {"created_at": NOON}, True),
        ({"start_date": NOON}, {"created_at": EARLY}, False),
        ({"start_date": NOON}, {}, True),
    ],
)
def test_what_a_batch_does_not_show_rules_nothing_out(
    filters: dict[str, Any], fields: dict[str, Any], may_match: bool
) -> None:
    """A dry run shows rather one too many than one too few."""
    request = BatchesCancelRequest.of(None, filters, None, everything=True)
    assert request.may_match(batch(1, **fields)) is may_match


def test_the_body_says_times_as_text() -> None:
    """The list has another meaning of the date, so it is not asked for it."""
    filters = {
        "start_date": "2026-10-01T14:00:00+02:00",
        "tags": ["a", "b"],
        "device_type": "fresnel",
    }
    request = BatchesCancelRequest.of(None, filters, OTHER, everything=False)
    assert request.body() == {
        "start_date": "2026-10-01T14:00:00+02:00",
        "tags": ["a", "b"],
        "device_type": ["FRESNEL"],
        "project_id": [str(OTHER)],
    }
    assert request.reading == Reading(
        "batches",
        {
            "project_id": [str(OTHER)],
            "device_type": ["FRESNEL"],
            "status": ["PENDING", "RUNNING", "PAUSED"],
        },
    )


EFFECTS: list[Effect] = [
    MoreJobs(BATCH, TWO, frozenset({uid(1)})),
    ChildBatch(BATCH, OTHER, datetime(2026, 10, 1, tzinfo=UTC), frozenset()),
    TaggedBatch(BATCH, frozenset({"a"})),
    Cancelled("job", BATCH),
    CancelledBatches((str(BATCH),)),
]


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: type(effect).__name__)
def test_an_effect_travels_with_its_error(effect: Effect) -> None:
    """It pickles, and still says what to read, whatever the client's project is."""
    again = pickle.loads(pickle.dumps(effect))  # noqa: S301
    assert again == effect
    assert "project_id" in again.reading.filters


def test_jobs_are_read_in_the_order_of_their_creation() -> None:
    """Where they do not show it, the order of the list has to do."""
    assert Reading.of_jobs_in(BATCH).ordering["order_by"] == "creation_order"
