"""Open batches with nothing to run, and jobs that are being cancelled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from pasqal_client.sandbox import Fate, Sandbox

if TYPE_CHECKING:
    import httpx

    from sandbox.conftest import Connect

FIVE_MINUTES = timedelta(minutes=5)


def read(http: httpx.Client, batch_id: object) -> dict[str, Any]:
    """The batch as it is now."""
    answer = http.get(f"/api/v2/batches/{batch_id}").raise_for_status()
    data: dict[str, Any] = answer.json()["data"]
    return data


def end(http: httpx.Client, batch_id: object) -> datetime:
    """When the batch timed out."""
    batch = read(http, batch_id)
    assert (batch["status"], batch["open"], batch["complete"]) == ("TIMED_OUT", False, True)
    assert batch["updated_at"] == batch["end_datetime"]
    return datetime.fromisoformat(batch["end_datetime"])


def statuses(http: httpx.Client, batch_id: object) -> list[str]:
    """The states of its jobs."""
    answer = http.get("/api/v2/jobs", params={"batch_id": str(batch_id)}).raise_for_status()
    return [job["status"] for job in answer.json()["data"]]


@pytest.mark.parametrize("step", ["1s", "1h"])
def test_an_open_batch_that_never_gets_a_job_times_out(
    sandbox: Sandbox, http: httpx.Client, step: str
) -> None:
    """Rule 16: it keeps no device meanwhile, and new tags do not count as work."""
    empty = sandbox.add_batch(device_type="EMU_FREE")
    created = sandbox.now
    other = sandbox.add_batch([{"runs": 10}], device_type="EMU_FREE", complete=True)
    sandbox.advance("4m")
    assert read(http, other.id)["status"] == "DONE"
    assert read(http, empty.id)["status"] == "PENDING"
    http.patch(f"/api/v1/batches/{empty.id}/tags", json=["new"]).raise_for_status()
    while sandbox.now < created + FIVE_MINUTES:
        sandbox.advance(step)
    assert end(http, empty.id) == created + FIVE_MINUTES


def test_a_batch_idles_from_when_its_last_job_was_cancelled(
    sandbox: Sandbox, http: httpx.Client
) -> None:
    """Rule 16: also if it never had the device."""
    batch = sandbox.add_batch([{}, {}])
    sandbox.advance(0)
    http.patch(f"/api/v2/batches/{batch.id}/cancel/jobs").raise_for_status()
    cancelled = sandbox.now
    sandbox.advance("299s")
    assert read(http, batch.id)["status"] == "PENDING"
    sandbox.advance("1h")
    assert end(http, batch.id) == cancelled + FIVE_MINUTES


def test_each_batch_that_idles_times_out_at_its_own_time(
    sandbox: Sandbox, http: httpx.Client
) -> None:
    """Rule 16: not only the one that has the device, and none before now."""
    past = {"status": "DONE", "end_timestamp": "2026-10-01T00:00:00+00:00"}
    first = sandbox.add_batch([{"status": "DONE"}])
    began = sandbox.now
    second = sandbox.add_batch([{"status": "DONE"}])
    moment = sandbox.now
    long_ago = sandbox.add_batch([past], created_at="2026-10-01T00:00:00+00:00")
    before = sandbox.now
    sandbox.advance("1h")
    assert end(http, first.id) == began + FIVE_MINUTES
    assert end(http, second.id) == moment + FIVE_MINUTES
    assert end(http, long_ago.id) == before


def test_no_batch_of_a_device_that_is_down_times_out(sandbox: Sandbox, http: httpx.Client) -> None:
    """Rule 16: neither the one that has the device nor an empty one; when it is up again, the next one follows."""
    empty, batch = sandbox.add_batch(), sandbox.add_batch([{"runs": 10}])
    other = sandbox.add_batch([{"runs": 10}])
    sandbox.advance(6)
    sandbox.set_device("FRESNEL", status="DOWN")
    sandbox.advance("1h")
    assert read(http, empty.id)["status"] == "PENDING"
    sandbox.set_device("FRESNEL", status="UP")
    up = sandbox.now
    sandbox.advance(1)
    assert [end(http, batch.id), end(http, empty.id)] == [up, up]
    assert statuses(http, other.id) == ["RUNNING"]


def test_a_batch_that_is_paused_takes_no_jobs(sandbox: Sandbox, http: httpx.Client) -> None:
    """Rule 15: it is open, but neither PENDING nor RUNNING."""
    batch = sandbox.add_batch([{}], status="PAUSED")
    answer = http.post(f"/api/v2/batches/{batch.id}/jobs", json=[{"runs": 1}])
    assert answer.status_code == 409
    assert answer.json()["message"] == f"Batch {batch.id} is PAUSED and takes no more jobs."


def test_a_job_that_is_being_cancelled_is_cancelled_in_the_end(
    sandbox: Sandbox, http: httpx.Client
) -> None:
    """Rule 18: the device works on it for as long as its runs take, or as its fate says."""
    batch = sandbox.add_batch(
        [{"status": "CANCELING", "runs": 50}, {"status": "CANCELING", "fate": Fate("1m", "DONE")}]
    )
    assert batch.status == "RUNNING"
    sandbox.advance(9)
    assert statuses(http, batch.id) == ["CANCELING"] * 2
    sandbox.advance(1)
    assert sorted(statuses(http, batch.id)) == ["CANCELED", "CANCELING"]
    sandbox.advance("1m")
    assert sorted(statuses(http, batch.id)) == ["CANCELED", "DONE"]


@pytest.mark.parametrize(("running", "status"), [(True, 200), (False, 409)])
def test_what_is_being_cancelled_is_like_what_runs(
    connect: Connect, running: bool, status: int
) -> None:
    """Rule 18: with `cancel_running`, it is cancelled at once."""
    with Sandbox(cancel_running=running) as sandbox:
        batch = sandbox.add_batch([{"status": "CANCELING"}])
        answer = connect(sandbox).patch(f"/api/v2/jobs/{batch.job_ids[0]}/cancel")
        assert answer.status_code == status


def test_the_errors_name_the_batches_as_they_were_named(http: httpx.Client) -> None:
    """Rule 21: in capitals, too, and also what is not an id at all."""
    missing = ["9C4C7B91-2F11-4809-96FD-9A502E5E4DB0", "Nonsense"]
    answer = http.patch("/api/v1/batches/cancel", json={"batch_ids": missing})
    assert list(answer.json()["data"]["errors"]) == missing


def test_a_batch_idles_in_any_year(connect: Connect) -> None:
    """Rule 16: times before 1970 are negative numbers in the database."""
    with Sandbox(start=datetime(1960, 1, 1, tzinfo=UTC)) as sandbox:
        batch = sandbox.add_batch()
        created = sandbox.now
        sandbox.advance("1h")
        assert end(connect(sandbox), batch.id) == created + FIVE_MINUTES
