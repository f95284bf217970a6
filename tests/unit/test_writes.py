"""What can be told of a write afterwards is a function of what it was asked to do and of the jobs as they are."""

from __future__ import annotations

import copy
import pickle
import uuid
from typing import Any

import pytest

from pasqal_client import CancelReceipt, Job, JobStatus, Write
from pasqal_client.errors import CancelRefusedError, OutcomeUnknownError
from pasqal_client.filters import query
from pasqal_client.writes import CancelRequest, noted, read_back, resolution, write_of

BATCH = uuid.UUID("7c9e6679-7425-40de-944b-e07fc1f90ae7")
BASE = "http://127.0.0.1:9"


def job(status: str | None, start: int | None = None, end: int | None = None, updated: int = 1) -> Job:
    """A job; the times are hours of one day."""
    hours = {"start_timestamp": start, "end_timestamp": end, "updated_at": updated}
    times = {name: None if hour is None else f"2026-10-01T{hour:02}:00:00Z" for name, hour in hours.items()}
    return Job.from_dict({"id": str(uuid.uuid4()), "status": status, **times})


def write(**filters: Any) -> Write:
    return Write("cancel_jobs", BATCH, query(filters) or {})


AT_5 = job("CANCELED", end=5)


@pytest.mark.parametrize(
    ("filters", "jobs", "outcome"),
    [
        # All of the batch, or jobs that are pending or running.
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
        # Only pending ones: what had started before was not meant.
        ({"status": "PENDING"}, [AT_5, job("RUNNING", 4)], "happened"),
        ({"status": "PENDING"}, [AT_5, job("RUNNING", 6)], "cannot tell"),
        ({"status": "PENDING"}, [AT_5, job("RUNNING")], "cannot tell"),
        ({"status": "PENDING"}, [AT_5, job("DONE", 4, 9)], "happened"),
        ({"status": "PENDING"}, [AT_5, job("ERROR", None, 4)], "happened"),
        ({"status": "PENDING"}, [AT_5, job("DONE", 6, 9)], "cannot tell"),
        ({"status": "PENDING"}, [AT_5, job("PENDING")], "cannot tell"),
        ({"status": "PENDING"}, [job("RUNNING", 6)], "did not happen"),
        # Only running ones: what is pending was not meant.
        ({"status": "RUNNING"}, [AT_5, job("PENDING")], "happened"),
        ({"status": "RUNNING"}, [AT_5, job("RUNNING", 1)], "cannot tell"),
        ({"status": "RUNNING"}, [AT_5, job("DONE", 1, 6)], "cannot tell"),
        # Neither.
        ({"status": "DONE"}, [AT_5, job("PENDING")], "did not happen"),
        ({"status": "LEVITATING"}, [AT_5, job("PENDING"), job("DONE", 1, 9)], "happened"),
        ({"status": "LEVITATING"}, [AT_5, job("LEVITATING")], "cannot tell"),
    ],
)
def test_the_jobs_tell_no_more_than_they_can(filters: dict[str, Any], jobs: list[Job], outcome: str) -> None:
    """It happened if nothing is left that it could have been about; it did not if nothing is cancelled."""
    told = resolution(write(**filters), jobs, proven=True)
    assert (told.outcome, told.jobs) == (outcome, tuple(jobs))
    assert told.reason
    assert resolution(write(**filters), jobs, proven=False).outcome == "cannot tell"


def test_a_cancelled_job_without_times_settles_nothing_but_itself() -> None:
    """When it was cancelled is not known, so neither is what ended before."""
    timeless = Job.from_dict({"id": str(uuid.uuid4()), "status": "CANCELED"})
    assert resolution(write(), [timeless], proven=True).outcome == "happened"
    assert resolution(write(), [timeless, job("DONE", 1, 2)], proven=True).outcome == "cannot tell"


def test_what_the_write_itself_changes_is_not_asked_for_when_reading_back() -> None:
    """A job that was cancelled does not match `status=PENDING` any more."""
    one = str(uuid.uuid4())
    filters = {"id": [one], "status": "PENDING", "errors": False, "end_date": "2026-10-01T10:00:00Z", "min_runs": 3}
    assert read_back(write(**filters)) == {"project_id": None, "id": [one], "min_runs": 3, "batch_id": [str(BATCH)]}
    assert read_back(write(project_id=one, batch_id=[one, BATCH])) == {"project_id": [one], "batch_id": [str(BATCH)]}
    assert read_back(write(batch_id=one))["batch_id"] == []
    assert read_back(Write("complete_batch", BATCH)) == {"id": []}


def test_a_request_keeps_the_batch_of_the_path_apart_from_the_filter() -> None:
    """The generated operation names them differently."""
    filters = {"batch_id": [BATCH], "status": "done"}
    request = CancelRequest.of(str(BATCH), filters, BASE, everything=False, dry_run=False)
    (part,) = request.parts
    assert request.keywords(part) == {
        "batch_id_path": BATCH,
        "batch_id_query": [str(BATCH)],
        "status": [JobStatus.DONE],
    }


def test_what_a_preview_lists_does_not_depend_on_how_the_write_is_split() -> None:
    """The filters of all parts together are the filters that were given."""
    ids = [str(uuid.uuid4()) for _ in range(300)]
    request = CancelRequest.of(BATCH, {"id": ids, "min_runs": 2}, BASE, everything=False, dry_run=True)
    assert len(request.parts) == 4
    assert request.listed() == {"project_id": None, "id": ids, "min_runs": 2, "batch_id": [str(BATCH)]}
    nothing = CancelRequest.of(BATCH, {"id": []}, BASE, everything=True, dry_run=True)
    assert (nothing.parts, nothing.listed()["batch_id"]) == ((), [])


def test_receipts_add_up() -> None:
    """The jobs in order, and every reason."""
    one, two = job("CANCELED"), job("CANCELED")
    both = CancelReceipt((one,), {"a": "x"}) + CancelReceipt((two,), {"b": "y"})
    assert both == CancelReceipt((one, two), {"a": "x", "b": "y"})
    with pytest.raises(CancelRefusedError, match="2 jobs were not cancelled: a: x; b: y"):
        both.raise_for_errors()


def test_whatever_goes_wrong_carries_the_write() -> None:
    """An error of ours, a mistake, an interruption: all tell how far it came, and pickle with it."""
    about = Write("cancel_jobs", BATCH, {"id": ["x"]}, CancelReceipt((job("CANCELED"),)), ({"id": ["y"]},))
    for error in (OutcomeUnknownError("?", status=500), RuntimeError("closed"), KeyboardInterrupt()):
        with pytest.raises(type(error)) as caught, noted(about, done=1):
            raise error
        for again in (caught.value, pickle.loads(pickle.dumps(caught.value)), copy.deepcopy(caught.value)):  # noqa: S301
            assert write_of(again) == about
            assert again.__notes__ == [
                "This was request 2 of 3 of one call; jobs cancelled before: 1. "
                "The error's `write` has what is done (receipt), what failed (filters) and what was not sent (unsent)."
            ]


def test_a_single_request_needs_no_note() -> None:
    """Where nothing else was to be done, there is nothing to say."""
    with pytest.raises(KeyError) as caught, noted(Write("complete_batch", BATCH)):
        raise KeyError
    assert not hasattr(caught.value, "__notes__")
    with noted(Write("complete_batch", BATCH)):
        pass


def test_an_error_that_is_none_of_a_write_has_nothing_to_tell() -> None:
    """It says so."""
    with pytest.raises(ValueError, match="KeyError is not the error of a write"):
        write_of(KeyError())
