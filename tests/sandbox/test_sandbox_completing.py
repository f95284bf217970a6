"""Completing a batch, and what becomes of its state."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from pasqal_client.sandbox import Sandbox


def complete(http: httpx.Client, batch_id: UUID) -> dict[str, Any]:
    data: dict[str, Any] = (
        http.patch(f"/api/v2/batches/{batch_id}/complete").raise_for_status().json()["data"]
    )
    return data


def test_a_completed_batch_is_closed(sandbox: Sandbox, http: httpx.Client) -> None:
    """The answer has its jobs, in the order of their creation, and what is counted from them."""
    batch = sandbox.add_batch([{"status": "DONE"}, {"status": "RUNNING"}, {}, {}], tags=["night"])
    assert (batch.open, batch.complete) == (True, False)
    answer = complete(http, batch.id)
    assert (answer["open"], answer["complete"], answer["status"]) == (False, True, "RUNNING")
    assert [job["id"] for job in answer["jobs"]] == [str(job_id) for job_id in batch.job_ids]
    assert answer["jobs_count"] == 4
    counts = {"PENDING": 2, "RUNNING": 1, "DONE": 1, "CANCELED": 0, "ERROR": 0}
    assert answer["jobs_count_per_status"] == counts
    assert answer["start_datetime"] == min(job["start_timestamp"] for job in answer["jobs"][:2])
    assert answer["end_datetime"] is None
    assert answer["tags"] == ["night"]


def test_completing_twice_is_a_conflict(sandbox: Sandbox, http: httpx.Client) -> None:
    """It does not matter whether it was completed here or added as complete."""
    batch = sandbox.add_batch()
    complete(http, batch.id)
    for batch_id in (batch.id, sandbox.add_batch(complete=True).id):
        answer = http.patch(f"/api/v2/batches/{batch_id}/complete")
        assert answer.status_code == 409
        assert answer.json() == {
            "status": "fail",
            "message": f"Batch {batch_id} is already complete.",
            "code": "409",
            "data": None,
        }


@pytest.mark.parametrize(
    ("jobs", "expected"),
    [
        ([], "DONE"),
        (["DONE", "DONE"], "DONE"),
        (["DONE", "ERROR", "CANCELED"], "DONE"),
        (["ERROR", "CANCELED"], "ERROR"),
        (["CANCELED", "CANCELED"], "CANCELED"),
        (["PENDING", "CANCELED"], "PENDING"),
        (["PENDING", "DONE"], "RUNNING"),
        (["RUNNING"], "RUNNING"),
    ],
)
def test_the_state_of_a_complete_batch_follows_from_its_jobs(
    sandbox: Sandbox, http: httpx.Client, jobs: list[str], expected: str
) -> None:
    """It ends, and has an end time, when its jobs have ended."""
    batch = sandbox.add_batch([{"status": status} for status in jobs])
    assert batch.status in ("PENDING", "RUNNING")
    answer = complete(http, batch.id)
    assert answer["status"] == expected
    assert (answer["end_datetime"] is None) == (expected in ("PENDING", "RUNNING"))
    assert (
        sandbox.add_batch([{"status": status} for status in jobs], complete=True).status == expected
    )


def test_cancelling_the_last_job_ends_a_complete_batch(
    sandbox: Sandbox, http: httpx.Client
) -> None:
    """An open batch does not end, because it waits for more jobs."""
    done, open_ = sandbox.add_batch([{"status": "DONE"}, {}]), sandbox.add_batch([{}])
    complete(http, done.id)
    for batch in (done, open_):
        http.patch(f"/api/v2/batches/{batch.id}/cancel/jobs").raise_for_status()
    assert complete(http, open_.id)["status"] == "CANCELED"


@pytest.mark.parametrize("status", ["PAUSED", "TIMED_OUT"])
def test_a_state_that_no_job_explains_stays(
    sandbox: Sandbox, http: httpx.Client, status: str
) -> None:
    """The batch is closed although its state does not change."""
    batch = sandbox.add_batch([{}], status=status, complete=False)
    answer = complete(http, batch.id)
    assert (answer["status"], answer["complete"]) == (status, True)


def test_optional_fields_are_null_or_what_was_given(sandbox: Sandbox, http: httpx.Client) -> None:
    """A field without a value is sent as null, not left out."""
    bare = complete(http, sandbox.add_batch([{}]).id)
    for name in ("parent_id", "configuration", "webhook", "start_datetime", "end_datetime"):
        assert bare[name] is None
    fields: dict[str, Any] = {
        "configuration": {"dt": 10.0, "extra": {"deep": [1, "a", None]}},
        "webhook": "https://lab.example/hook",
        "device_type": "EMU_MPS",
        "queue_priority": "FREE",
        "parent_id": "9c4c7b91-2f11-4809-96fd-9a502e5e4db0",
    }
    answer = complete(http, sandbox.add_batch([{}], **fields).id)
    assert {name: answer[name] for name in fields} == fields
