"""What can be said about a write afterwards follows from what was requested and from the jobs as they are now."""

from __future__ import annotations

import asyncio
import copy
import pickle
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve

from pasqal_client import Batch, CancelReceipt, Job, JobStatus, Write
from pasqal_client._contract.seen_departures import Departures
from pasqal_client._listing.filters import JOB_FILTERS
from pasqal_client._writes.batch_answers import batch_in
from pasqal_client._writes.completion import CompletedBatch, Completion
from pasqal_client._writes.effect import Reading
from pasqal_client._writes.job_filters import keywords_of
from pasqal_client._writes.jobs_cancellation import JobsCancellation, JobsCancelRequest
from pasqal_client._writes.jobs_cancellation_effect import CancelledJobs
from pasqal_client._writes.plan import Step
from pasqal_client._writes.resolution import Evidence, Inquiry, Resolution
from pasqal_client._writes.write import Progress, write_of
from pasqal_client.errors import (
    CancelRefusedError,
    NotFoundError,
    OutcomeUnknownError,
    WriteDepartureError,
)
from pasqal_core_api.models import BatchAnswer, CancelledJobsAnswer
from unit.answers import PATH, answer_of, attach_write

BATCH = uuid.UUID("7c9e6679-7425-40de-944b-e07fc1f90ae7")
OTHER = uuid.UUID("0c7f6a50-4f46-4b39-9c4a-7e36c0ab6ed5")
A, B = uuid.UUID(int=1), uuid.UUID(int=2)
BASE = "http://127.0.0.1:9"


def job(
    status: str | None, start: int | None = None, end: int | None = None, updated: int = 1
) -> Job:
    """A job; the times are hours of one day."""
    hours = {"start_timestamp": start, "end_timestamp": end, "updated_at": updated}
    times = {
        name: None if hour is None else f"2026-10-01T{hour:02}:00:00Z"
        for name, hour in hours.items()
    }
    return Job.from_dict({"id": str(uuid.uuid4()), "status": status, **times})


def write(**filters: Any) -> Write:
    query = JOB_FILTERS.query(filters) or {}
    return Write("cancel_jobs", CancelledJobs(BATCH, query), BATCH, query)


def completion(batch: uuid.UUID = BATCH) -> Write:
    return Write("complete_batch", CompletedBatch(batch), batch)


def resolution(about: Write, items: Any, *, proven: bool = True) -> Resolution:
    """What one look says."""
    inquiry = Inquiry(about, 0, 0.0)
    if not inquiry.is_over:
        inquiry.take(Evidence(tuple(items), proven=proven), 0.0, account="")
    assert inquiry.is_over
    return inquiry.resolution


AT_5 = job("CANCELED", end=5)


@pytest.mark.parametrize(
    ("filters", "jobs", "outcome"),
    [
        # Writes to the whole batch, or to jobs that are pending or running.
        ({}, [], "cannot tell"),
        ({}, [AT_5], "happened"),
        ({}, [job("CANCELING", updated=5)], "happened"),
        ({}, [AT_5, job("DONE", 1, 4)], "happened"),
        ({}, [AT_5, job("ERROR", None, 5)], "happened"),
        ({}, [AT_5, job("DONE", 1, 6)], "cannot tell"),
        ({}, [AT_5, job("DONE", 1, None)], "cannot tell"),
        ({}, [AT_5, job("PENDING")], "cannot tell"),
        ({}, [AT_5, job("RUNNING", 1)], "cannot tell"),
        ({}, [AT_5, job("LEVITATING")], "cannot tell"),
        ({}, [AT_5, job(None)], "cannot tell"),
        ({}, [job("PENDING"), job("DONE", 1, 2)], "did not happen"),
        ({}, [job("DONE", 1, 2)], "did not happen"),
        ({}, [job("LEVITATING")], "did not happen"),
        ({"status": ["PENDING", "RUNNING"]}, [AT_5, job("DONE", 1, 4)], "happened"),
        ({"status": ["PENDING", "RUNNING"]}, [AT_5, job("DONE", 1, 6)], "cannot tell"),
        # Only pending jobs: what had started before was not meant.
        ({"status": "PENDING"}, [AT_5, job("RUNNING", 4)], "happened"),
        ({"status": "PENDING"}, [AT_5, job("RUNNING", 6)], "cannot tell"),
        ({"status": "PENDING"}, [AT_5, job("RUNNING")], "cannot tell"),
        ({"status": "PENDING"}, [AT_5, job("DONE", 4, 9)], "happened"),
        ({"status": "PENDING"}, [AT_5, job("ERROR", None, 4)], "happened"),
        ({"status": "PENDING"}, [AT_5, job("DONE", 6, 9)], "cannot tell"),
        ({"status": "PENDING"}, [AT_5, job("PENDING")], "cannot tell"),
        ({"status": "PENDING"}, [job("RUNNING", 6)], "did not happen"),
        # Only running jobs: what is pending was not meant.
        ({"status": "RUNNING"}, [AT_5, job("PENDING")], "happened"),
        ({"status": "RUNNING"}, [AT_5, job("RUNNING", 1)], "cannot tell"),
        ({"status": "RUNNING"}, [AT_5, job("DONE", 1, 6)], "cannot tell"),
        # Neither pending nor running jobs.
        ({"status": "DONE"}, [AT_5, job("PENDING")], "did not happen"),
        ({"status": "LEVITATING"}, [AT_5, job("PENDING"), job("DONE", 1, 9)], "happened"),
        ({"status": "LEVITATING"}, [AT_5, job("LEVITATING")], "cannot tell"),
    ],
)
def test_the_outcome_follows_from_the_jobs_alone(
    filters: dict[str, Any], jobs: list[Job], outcome: str
) -> None:
    """A cancellation happened if no job is left for it, and did not happen if no job is cancelled."""
    told = resolution(write(**filters), jobs, proven=True)
    assert (told.outcome, told.jobs) == (outcome, tuple(jobs))
    assert told.reason
    doubted = resolution(write(**filters), jobs, proven=False)
    # Jobs that have ended cannot be cancelled, however many there are.
    assert doubted.outcome == ("did not happen" if filters == {"status": "DONE"} else "cannot tell")


def test_a_canceled_job_without_times_proves_nothing_about_others() -> None:
    """It is unknown when it was cancelled, so jobs that ended may have ended before that."""
    timeless = Job.from_dict({"id": str(uuid.uuid4()), "status": "CANCELED"})
    assert resolution(write(), [timeless], proven=True).outcome == "happened"
    assert resolution(write(), [timeless, job("DONE", 1, 2)], proven=True).outcome == "cannot tell"


def test_reading_back_omits_filters_that_the_write_changes() -> None:
    """A cancelled job no longer matches `status=PENDING`."""
    one = str(uuid.uuid4())

    def reading_of(about: Write) -> dict[str, Any]:
        assert about.effect.reading.items == "jobs"
        return about.effect.reading.filters

    filters = {
        "id": [one],
        "status": "PENDING",
        "errors": False,
        "end_date": "2026-10-01T10:00:00Z",
        "min_runs": 3,
    }
    assert reading_of(write(**filters)) == {
        "project_id": None,
        "id": [one],
        "min_runs": 3,
        "batch_id": [str(BATCH)],
    }
    assert reading_of(write(project_id=one, batch_id=[one, BATCH])) == {
        "project_id": [one],
        "batch_id": [str(BATCH)],
    }
    assert reading_of(write(batch_id=one))["batch_id"] == []
    assert completion().effect.reading == Reading(
        "batches", {"id": [str(BATCH)], "project_id": None}
    )


def test_a_request_keeps_the_batch_of_the_path_apart_from_the_filter() -> None:
    """The generated operation has a name for each, and both reach the service."""
    filters = {"batch_id": [BATCH], "status": "done"}
    request = JobsCancelRequest.of(str(BATCH), filters, BASE, everything=False)
    (part,) = request.parts
    assert keywords_of(BATCH, part) == {
        "batch_id_path": BATCH,
        "batch_id_query": [str(BATCH)],
        "status": [JobStatus.DONE],
    }


def test_what_a_preview_lists_does_not_depend_on_how_the_write_is_split() -> None:
    """The filters of all parts together are the filters that were given."""
    ids = [str(uuid.uuid4()) for _ in range(300)]
    request = JobsCancelRequest.of(BATCH, {"id": ids, "min_runs": 2}, BASE, everything=False)
    assert len(request.parts) == 4
    assert request.dry_run_filters() == {
        "project_id": None,
        "id": ids,
        "min_runs": 2,
        "batch_id": [str(BATCH)],
    }
    nothing = JobsCancelRequest.of(BATCH, {"id": []}, BASE, everything=True)
    assert (nothing.parts, nothing.dry_run_filters()["batch_id"]) == ((), [])


# What an answer says


def receipt_of(data: Any, departures: Departures | None = None, **filters: Any) -> CancelReceipt:
    request = JobsCancelRequest.of(BATCH, filters, BASE, everything=True)
    answer = answer_of(CancelledJobsAnswer, {"data": data}, departures)
    return request.read_answer(request.parts[0], answer)


def cancelled(one: uuid.UUID | None = A, batch: Any = BATCH, **fields: Any) -> dict[str, Any]:
    return {"id": str(one), "batch_id": str(batch), "status": "CANCELED", **fields}


FOREIGN: list[tuple[dict[str, Any], Any, str]] = [
    ({}, {"jobs": [cancelled(batch=OTHER)], "errors": {}}, f"a job of batch {OTHER}"),
    ({}, {"jobs": [cancelled(), cancelled(B, OTHER)], "errors": {}}, f"a job of batch {OTHER}"),
    ({"batch_id": OTHER}, {"jobs": [cancelled()], "errors": {}}, f"a job of batch {BATCH}"),
    (
        {"project_id": A},
        {"jobs": [cancelled(project_id=str(B))], "errors": {}},
        f"a job of project {B}",
    ),
    ({"id": [A]}, {"jobs": [cancelled(B)], "errors": {}}, f"job {B}"),
    ({"id": [A]}, {"jobs": [cancelled(A), cancelled(B)], "errors": {}}, f"job {B}"),
    ({"id": [A]}, {"jobs": [], "errors": {str(B): "It has ended."}}, f"job {B}"),
    ({"id_starts_with": "0000000000000001"}, {"jobs": [cancelled(A)], "errors": {}}, f"job {A}"),
    ({"id_starts_with": "7"}, {"jobs": [], "errors": {str(A): "It has ended."}}, f"job {A}"),
]


@pytest.mark.parametrize(("filters", "data", "what"), FOREIGN)
def test_an_answer_about_something_else_leaves_the_outcome_unknown(
    filters: dict[str, Any], data: Any, what: str
) -> None:
    """It may be the answer to another request."""
    with pytest.raises(
        OutcomeUnknownError, match=f"the answer is about {what}, which was not asked for"
    ) as caught:
        receipt_of(data, **filters)
    told = caught.value
    assert (told.status, told.path, told.request_id) == (200, PATH, "r-9")


OURS: list[tuple[dict[str, Any], Any]] = [
    ({"id": [A, B]}, {"jobs": [cancelled(A)], "errors": {str(B): "It has ended."}}),
    (
        {"id": [A, B]},
        {"jobs": [cancelled(A)], "errors": {str(B).upper(): "It has ended.", "no id": "odd"}},
    ),
    ({"id_starts_with": "00000000-0000-0"}, {"jobs": [cancelled(A)], "errors": {}}),
    ({"id_starts_with": "000000000000"}, {"jobs": [cancelled(A)], "errors": {}}),
    (
        {"batch_id": [OTHER, BATCH], "project_id": B},
        {"jobs": [cancelled(project_id=str(B))], "errors": {}},
    ),
    ({}, {"jobs": [{"status": "CANCELED"}, {}], "errors": {}}),
    ({"id": [A]}, {"jobs": [7, cancelled(A)], "errors": 7}),
    ({"id": [A]}, {"jobs": [cancelled(A)]}),
]


@pytest.mark.parametrize(("filters", "data"), OURS)
def test_an_odd_answer_is_read_as_far_as_possible(filters: dict[str, Any], data: Any) -> None:
    """A job that does not name its batch does not contradict the request."""
    receipt = receipt_of(data, **filters)
    assert [job.to_dict() for job in receipt.jobs] == [job for job in data["jobs"] if job != 7]
    reasons = data.get("errors") or {}
    assert list(receipt.errors.values()) == (list(reasons.values()) if reasons != 7 else [])


@pytest.mark.parametrize(
    "data", [{"jobs": [], "errors": {}}, {"jobs": []}, {"jobs": [], "errors": None}]
)
def test_an_empty_list_of_jobs_is_an_answer(data: Any) -> None:
    """An empty receipt has a known outcome: nothing matched."""
    assert receipt_of(data, id=[A]) == CancelReceipt()


@pytest.mark.parametrize(
    "data",
    [
        {"errors": {}},
        {"jobs": None, "errors": {}},
        {"jobs": 7, "errors": {}},
        {"jobs": {}, "errors": {str(A): "It has ended."}},
        {"jobs": [7, "x"], "errors": {}},
        {"jobs": [None], "errors": {}},
        {"jobs": [], "errors": "It has ended."},
        {"jobs": [], "errors": {str(A): None}},
        {},
    ],
)
def test_an_answer_that_cannot_be_read_is_not_an_empty_receipt(data: Any) -> None:
    """The outcome is unknown, and the departures are reported all the same."""
    departures = Departures(str)
    with pytest.raises(OutcomeUnknownError, match="the answer does not hold the cancelled jobs"):
        receipt_of(data, departures, id=[A])
    assert len(departures) > 0


def test_a_completion_answers_with_the_batch_that_was_meant() -> None:
    """Another batch is the answer to another request; one without an id is reported as a departure."""
    assert batch_in(answer_of(BatchAnswer, {"data": {"id": str(BATCH)}}), BATCH).id == BATCH
    departures = Departures(str)
    assert isinstance(
        batch_in(answer_of(BatchAnswer, {"data": {"id": 7}}, departures), BATCH), Batch
    )
    assert any(seen.first.path == "data.id" for seen in departures)
    with pytest.raises(OutcomeUnknownError, match=f"the answer is about batch {OTHER}") as caught:
        batch_in(answer_of(BatchAnswer, {"data": {"id": str(OTHER)}}), BATCH)
    assert (caught.value.path, caught.value.request_id) == (PATH, "r-9")
    for body in ({}, {"data": None}, {"data": 7}):
        with pytest.raises(OutcomeUnknownError, match="the answer does not hold the batch"):
            batch_in(answer_of(BatchAnswer, body), BATCH)


def test_a_strict_client_gets_the_write_with_the_departure() -> None:
    """The error has the first departure and the write, counts all departures, and pickles."""
    departures, about = (
        Departures(str),
        evolve(write(), carried_out=True, unsent=({"id": ["x"]},)),
    )
    answer = answer_of(
        CancelledJobsAnswer, {"data": {"jobs": [7, 8], "errors": 9}}, departures, strict=True
    )
    with pytest.raises(
        WriteDepartureError, match=r"^data.jobs\[0\]: .*The request was carried out all the same"
    ) as caught:
        answer.raise_if_strict(about)
    assert sum(seen.count for seen in departures) == 3
    for again in (
        caught.value,
        pickle.loads(pickle.dumps(caught.value)),  # noqa: S301
        copy.deepcopy(caught.value),
    ):
        assert (write_of(again), again.departure.path) == (about, "data.jobs[0]")
        assert "1 more of the same call was not sent" in str(again)
    answer_of(
        CancelledJobsAnswer, {"data": {"jobs": [], "errors": {}}}, strict=True
    ).raise_if_strict(about)


def test_an_unknown_outcome_is_raised_by_a_strict_client_too() -> None:
    """The departure is only the cause of the unknown outcome."""
    answer = answer_of(BatchAnswer, {"data": 7}, strict=True)
    with pytest.raises(OutcomeUnknownError, match="does not hold the batch") as caught:
        batch_in(answer, BATCH)
    assert caught.value.__cause__ is answer.rejected is not None


@pytest.mark.parametrize("about", [write(), completion()])
def test_a_confirmed_write_is_not_read_back(about: Write) -> None:
    """The service said what it did; only the form of its answer was rejected."""
    batch = Batch.from_dict({"id": str(BATCH)})
    inquiry = Inquiry(evolve(about, carried_out=True, batch=batch), 5, 0.0)
    assert inquiry.is_over
    assert (inquiry.resolution.outcome, inquiry.resolution.batch) == ("happened", batch)


@pytest.mark.parametrize("about", [write(), completion()])
def test_a_rejected_write_is_not_read_back(about: Write) -> None:
    """The service said that it did not do it, or was never asked."""
    inquiry = Inquiry(evolve(about, did_not_happen=True), 5, 0.0)
    assert inquiry.is_over
    assert inquiry.resolution.outcome == "did not happen"


@pytest.mark.parametrize(
    ("batches", "outcome"),
    [
        ([], "cannot tell"),
        ([{"id": str(OTHER), "open": False}], "cannot tell"),
        ([{"id": str(BATCH)}], "cannot tell"),
        ([{"id": str(BATCH), "open": 7}], "cannot tell"),
        ([{"id": str(BATCH), "open": True}], "did not happen"),
        ([{"id": str(BATCH), "open": False}], "happened"),
        ([{"id": str(BATCH), "complete": True}], "happened"),
        ([{"id": str(BATCH), "complete": False}], "did not happen"),
    ],
)
def test_the_batch_shows_whether_it_was_completed(batches: list[Any], outcome: str) -> None:
    """A batch that is not open was completed; one that does not say is not taken for either."""
    read = [Batch.from_dict(batch) for batch in batches]
    told = resolution(completion(), read)
    assert told.outcome == outcome
    assert told.batch in (*read, None)


def test_a_change_is_looked_for_until_it_is_there() -> None:
    """The pauses double, the last look begins when the time is up, and what is there ends the search."""
    is_open = Batch.from_dict({"id": str(BATCH), "open": True})
    is_complete = Batch.from_dict({"id": str(BATCH), "open": False})
    inquiry = Inquiry(completion(), 5, 100.0)
    moments = []
    now = 100.0
    while not inquiry.is_over:
        now += inquiry.pause(now)
        moments.append(now - 100)
        inquiry.take(Evidence((is_open,), proven=True), now, account="")
    assert (moments, inquiry.resolution.outcome) == ([0, 0.5, 1.5, 3.5, 5], "did not happen")
    again = Inquiry(completion(), 5, 100.0)
    again.take(Evidence(trouble="no"), 100.0, account="")
    looked_on = not again.is_over
    # What is there needs no proof.
    again.take(Evidence((is_complete,), proven=False), 100.5, account="")
    assert (looked_on, again.is_over) == (True, True)
    assert (again.resolution.outcome, again.resolution.batch) == ("happened", is_complete)


def test_a_list_that_cannot_be_read_tells_nothing() -> None:
    """The resolution says why."""
    inquiry = Inquiry(completion(), 0, 0.0)
    inquiry.take(Evidence(trouble="503 Service Unavailable: busy"), 0.0, account="")
    assert inquiry.is_over
    reason = "reading the batches back failed: 503 Service Unavailable: busy"
    assert inquiry.resolution == Resolution("cannot tell", reason)


@pytest.mark.parametrize("wrong", [-1, "5", True, float("nan")])
def test_the_time_to_settle_is_checked(wrong: Any) -> None:
    """It is a number of seconds."""
    with pytest.raises(ValueError, match="settle: .* is not a number of seconds of at least 0"):
        Inquiry(completion(), wrong, 0.0)


# What is sent


def test_a_cancellation_takes_a_step_per_part() -> None:
    """Each step knows the receipts of the earlier ones and what has not been sent yet."""
    ids = [uuid.uuid4() for _ in range(150)]
    plan = JobsCancellation(JobsCancelRequest.of(BATCH, {"id": ids}, BASE, everything=False))
    writes = []
    for number, step in enumerate(plan.steps()):
        assert (step.done, len(step.write.receipt.jobs)) == (number, number)
        data = {"jobs": [cancelled(uuid.UUID(step.write.filters["id"][0]))], "errors": {}}
        writes.append(plan.take(step, answer_of(CancelledJobsAnswer, {"data": data})))
    assert [(write.carried_out, len(write.unsent)) for write in writes] == [(True, 1), (True, 0)]
    assert plan.result() == writes[-1].receipt
    assert [job.id for job in plan.result().jobs] == [ids[0], uuid.UUID(writes[1].filters["id"][0])]


def test_a_completion_takes_one_step() -> None:
    """The step returns the batch, which is all there is to know about the write."""
    plan = Completion(str(BATCH))
    (step,) = plan.steps()
    assert (step.keywords, step.write) == ({"batch_id": BATCH}, completion())
    done = plan.take(step, answer_of(BatchAnswer, {"data": {"id": str(BATCH)}}))
    assert (done.carried_out, done.batch) == (True, plan.result())


# What is known of a write that failed


def test_receipts_are_merged() -> None:
    """The merged receipt has the jobs in order and every reason."""
    one, two = job("CANCELED"), job("CANCELED")
    both = CancelReceipt((one,), {"a": "x"}) + CancelReceipt((two,), {"b": "y"})
    assert both == CancelReceipt((one, two), {"a": "x", "b": "y"})
    with pytest.raises(CancelRefusedError, match="2 jobs were not cancelled: a: x; b: y"):
        both.raise_for_errors()


def test_a_merged_receipt_says_whether_it_is_that_of_a_dry_run() -> None:
    """What would be cancelled is not mixed with what was cancelled."""
    planned = CancelReceipt((job("PENDING"),), dry_run=True)
    assert (planned + planned).dry_run
    with pytest.raises(ValueError, match="only one of the receipts is that of a dry run"):
        planned + CancelReceipt()


def test_any_error_carries_the_write() -> None:
    """An error of ours, a bug or an interruption has the write with its progress, also after pickling."""
    about = evolve(
        write(id=str(OTHER)),
        receipt=CancelReceipt((job("CANCELED"),)),
        unsent=({"id": ["y"]},),
    )
    late = OutcomeUnknownError("no answer")
    late.timed_out = True
    # A caller who stopped waiting does not know whether the service is still working on it.
    advice = "call client.batches.resolve(error) to check"
    open_note = f"A write was under way: it may or may not have taken effect; {advice}."
    endings: list[tuple[BaseException, dict[str, Any], list[str]]] = [
        (OutcomeUnknownError("?", status=500), {}, []),
        (NotFoundError("?", status=404), {"did_not_happen": True}, []),
        (late, {"may_still_happen": True}, []),
        (RuntimeError("closed"), {"may_still_happen": True}, [open_note]),
        (KeyboardInterrupt(), {"may_still_happen": True}, [open_note]),
    ]
    for error, known, notes in endings:
        with pytest.raises(type(error)) as caught, attach_write(Step({}, about, done=1)):
            raise error
        for again in (
            caught.value,
            pickle.loads(pickle.dumps(caught.value)),  # noqa: S301
            copy.deepcopy(caught.value),
        ):
            assert write_of(again) == evolve(about, **known)
            assert (advice in str(again)) is isinstance(error, OutcomeUnknownError)
            assert again.__notes__ == [
                *notes,
                "This was request 2 of 3 of one call; jobs cancelled before: 1. "
                "The error's `write` has what is done (receipt), what failed (filters) and what was not sent (unsent).",
            ]


@pytest.mark.parametrize(
    ("filters", "jobs", "outcome"),
    [
        ({}, [job("PENDING")], "cannot tell"),
        (
            {"status": "DONE"},
            [job("PENDING")],
            "did not happen",
        ),  # a request for ended jobs cannot cancel any, however late it takes effect
        ({}, [job("CANCELED", 1, 2)], "happened"),
    ],
)
def test_a_write_that_nobody_waited_for_may_still_happen(
    filters: dict[str, Any], jobs: list[Job], outcome: str
) -> None:
    """That no job is cancelled yet proves nothing while the service may still be working."""
    told = resolution(evolve(write(**filters), may_still_happen=True), jobs)
    assert told.outcome == outcome
    assert ("so far" in told.reason) is (outcome == "cannot tell")


def test_the_reason_says_how_many_jobs_were_looked_at() -> None:
    """The wording fits one job and several."""
    reasons = [resolution(write(), [job("DONE", 1, 2)] * n, proven=True).reason for n in range(3)]
    assert reasons == [
        "no job that this write could affect is visible",
        "the one job this write could affect is not cancelled",
        "none of the 2 jobs this write could affect is cancelled",
    ]


def test_a_job_that_was_named_may_be_late() -> None:
    """That the others are cancelled settles nothing before the time to settle is over."""
    late = job("PENDING")
    cancelled = job("CANCELED", 1, 2)
    inquiry = Inquiry(write(id=[cancelled.id, late.id]), 5, 0.0)
    inquiry.take(Evidence((cancelled,), proven=True), 0.0, account="")
    assert not inquiry.is_over
    inquiry.take(Evidence((cancelled, late), proven=True), 1.0, account="")
    assert inquiry.resolution.outcome == "cannot tell"
    inquiry.take(Evidence((cancelled,), proven=True), 5.0, account="")
    assert (inquiry.is_over, inquiry.resolution.outcome) == (True, "happened")
    told = Inquiry(write(id=[cancelled.id]), 5, 0.0)
    told.take(Evidence((cancelled,), proven=True), 0.0, account="")
    assert (told.is_over, told.resolution.outcome) == (True, "happened")


@pytest.mark.parametrize("state", ["DONE", "CANCELED"])
def test_a_job_that_was_named_may_be_visible_to_the_account_that_sent_it_alone(state: str) -> None:
    """What the others are says nothing about it, whether they are cancelled or not."""
    seen, unseen = job(state, 1, 2), job("PENDING")
    told = {}
    for account in ("", "another"):
        inquiry = Inquiry(write(id=[seen.id, unseen.id]), 0, 0.0)
        inquiry.take(Evidence((seen,), proven=True), 0.0, account=account)
        told[account] = inquiry.resolution.outcome
    own = "happened" if state == "CANCELED" else "did not happen"
    assert told == {"": own, "another": "cannot tell"}


def test_the_account_is_watched_from_the_beginning_of_each_request() -> None:
    """Other threads may get tokens of another account before it fails."""
    watched: list[str] = []

    def watch() -> Callable[[], str]:
        watched.append(f"account {len(watched)}")
        return watched[-1].upper

    progress = Progress(BASE, watch)
    assert not watched
    for number in range(2):
        progress.begin(Step({}, completion()))
        assert len(watched) == number + 1
        error = OutcomeUnknownError("?")
        progress.attach_to(error)
        assert write_of(error).account == f"ACCOUNT {number}"


def test_a_single_request_needs_no_note() -> None:
    """A note about the rest of a call would say nothing if the call has one request."""
    with pytest.raises(NotFoundError) as caught, attach_write(Step({}, completion())):
        raise NotFoundError("?", status=404)
    assert not hasattr(caught.value, "__notes__")
    with attach_write(Step({}, completion())):
        pass


def failed_with(
    error: BaseException,
    *,
    cause: BaseException | None = None,
    context: BaseException | None = None,
) -> Any:
    error.__cause__, error.__context__ = cause, context
    return error


def of_a_write(batch: uuid.UUID) -> OutcomeUnknownError:
    with (
        pytest.raises(OutcomeUnknownError) as caught,
        attach_write(Step({}, completion(batch))),
    ):
        raise OutcomeUnknownError("?")
    return caught.value


def test_the_error_of_a_write_is_found_from_what_came_of_it() -> None:
    """A raised cause is searched before the context, however many errors lie between."""
    here, there = of_a_write(BATCH), of_a_write(OTHER)
    deep = failed_with(
        KeyError(),
        context=failed_with(TimeoutError(), cause=failed_with(KeyboardInterrupt(), cause=here)),
    )
    assert write_of(deep).batch_id == BATCH
    assert write_of(failed_with(KeyError(), cause=here, context=there)).batch_id == BATCH
    assert write_of(failed_with(KeyError(), cause=ValueError(), context=there)).batch_id == OTHER
    assert write_of(failed_with(of_a_write(BATCH), cause=there)).batch_id == BATCH


def test_a_cycle_of_errors_is_searched_once() -> None:
    """Errors may refer to each other in a cycle, and the search still ends."""
    one, two = KeyError(), ValueError()
    failed_with(one, cause=two, context=one)
    failed_with(two, context=one)
    with pytest.raises(
        ValueError, match="KeyError is not the error of a write, nor did one lead to it"
    ):
        write_of(one)


@pytest.mark.parametrize("limit", ["timeout", "wait_for"])
def test_asyncio_timeouts_keep_the_write(limit: str) -> None:
    """asyncio raises a TimeoutError of its own, which leads to the write by its context."""

    async def write() -> None:
        with attach_write(Step({}, completion())):
            await asyncio.Event().wait()

    async def limited() -> None:
        if limit == "wait_for":
            await asyncio.wait_for(write(), 0.001)
        async with asyncio.timeout(0.001):
            await write()

    with pytest.raises(TimeoutError) as caught:
        asyncio.run(limited())
    assert write_of(caught.value).batch_id == BATCH


class Writer(Exception):  # noqa: N818
    """A foreign exception with a `write` that is not a write."""

    write = print


def test_an_error_without_a_write_cannot_be_resolved() -> None:
    """The error says that it neither belongs to a write nor was caused by one."""
    for error in (KeyError(), Writer(), failed_with(Writer(), cause=OutcomeUnknownError("?"))):
        with pytest.raises(ValueError, match=f"{type(error).__name__} is not the error of a write"):
            write_of(error)


@pytest.mark.parametrize("wrong", ["x", None, OutcomeUnknownError, completion(), "x" * 10**6])
def test_what_is_not_an_exception_is_rejected(wrong: Any) -> None:
    """The error says what would be right, and cuts a long value."""
    with pytest.raises(
        ValueError, match="is not an exception; give the one that the write raised"
    ) as caught:
        write_of(wrong)
    assert len(str(caught.value)) < 150
