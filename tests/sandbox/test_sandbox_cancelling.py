"""Cancelling the jobs of a batch."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from pasqal_client.sandbox import Sandbox
from pasqal_core_schemas import ProducedPartialJobResponse


def cancel(http: httpx.Client, batch: UUID, /, **params: str) -> dict[str, Any]:
    answer = http.patch(f"/api/v2/batches/{batch}/cancel/jobs", params=params).raise_for_status()
    data: dict[str, Any] = answer.json()["data"]
    return data


def test_waiting_and_running_jobs_are_cancelled(sandbox: Sandbox, http: httpx.Client) -> None:
    """The answer has them in their new state, in the order of their creation, and they keep it."""
    batch = sandbox.add_batch([{"status": "RUNNING"}, {}, {}])
    outcome = cancel(http, batch.id)
    assert outcome["errors"] == {}
    assert [job["id"] for job in outcome["jobs"]] == [str(job_id) for job_id in batch.job_ids]
    for job in outcome["jobs"]:
        assert job["status"] == "CANCELED"
        assert (
            job["end_timestamp"]
            == job["updated_at"]
            >= (job["start_timestamp"] or job["created_at"])
        )
        assert list(job) == list(ProducedPartialJobResponse.model_fields)
    assert [job["start_timestamp"] is None for job in outcome["jobs"]] == [False, True, True]
    listed = http.get(
        "/api/v2/jobs", params={"order_by": "creation_order", "order_by_direction": "ASC"}
    ).json()
    assert listed["data"] == outcome["jobs"]


@pytest.mark.parametrize("status", ["DONE", "ERROR", "CANCELED"])
def test_a_finished_job_is_an_error_inside_a_success(
    sandbox: Sandbox, http: httpx.Client, status: str
) -> None:
    """It keeps its state and does not stop the others."""
    batch = sandbox.add_batch([{"status": status}, {}])
    finished, waiting = map(str, batch.job_ids)
    before = http.get("/api/v2/jobs", params={"id": finished}).json()["data"]
    outcome = cancel(http, batch.id)
    assert outcome["errors"] == {finished: f"Job is already {status} and cannot be cancelled."}
    assert [job["id"] for job in outcome["jobs"]] == [waiting]
    assert http.get("/api/v2/jobs", params={"id": finished}).json()["data"] == before


def test_a_second_cancellation_fails_job_by_job(sandbox: Sandbox, http: httpx.Client) -> None:
    """The first one has finished the jobs."""
    batch = sandbox.add_batch([{}, {}])
    cancel(http, batch.id)
    outcome = cancel(http, batch.id)
    assert outcome["jobs"] == []
    assert set(outcome["errors"]) == {str(job_id) for job_id in batch.job_ids}


def test_jobs_that_do_not_match_are_left_alone(sandbox: Sandbox, http: httpx.Client) -> None:
    """They are neither cancelled nor among the errors, and jobs of other batches are untouched."""
    batch, other = (
        sandbox.add_batch([{"runs": 1}, {"runs": 2}, {"status": "DONE"}]),
        sandbox.add_batch([{"runs": 1}]),
    )
    outcome = cancel(http, batch.id, max_runs="1")
    assert [job["runs"] for job in outcome["jobs"]] == [1]
    assert outcome["errors"] == {}
    cancelled = http.get("/api/v2/jobs", params={"status": "CANCELED"}).json()["data"]
    assert [job["id"] for job in cancelled] == [str(batch.job_ids[0])]
    assert cancel(http, batch.id, batch_id=str(other.id)) == {"jobs": [], "errors": {}}


def test_an_empty_batch_can_be_cancelled(sandbox: Sandbox, http: httpx.Client) -> None:
    """The cancellation succeeds and changes nothing."""
    assert cancel(http, sandbox.add_batch().id) == {"jobs": [], "errors": {}}


def test_the_jobs_of_a_complete_batch_can_be_cancelled(
    sandbox: Sandbox, http: httpx.Client
) -> None:
    """The batch takes no more jobs, but those that it has are still waiting."""
    batch = sandbox.add_batch([{}], complete=True)
    assert len(cancel(http, batch.id)["jobs"]) == 1


def test_the_envelope_is_that_of_the_list(sandbox: Sandbox, http: httpx.Client) -> None:
    """The service sends these fields though the contract does not name them here."""
    body = http.patch(f"/api/v2/batches/{sandbox.add_batch().id}/cancel/jobs").json()
    assert {name: body[name] for name in ("status", "message", "code")} == {
        "status": "success",
        "message": "OK.",
        "code": "200",
    }
