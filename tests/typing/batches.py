"""What a type checker knows about reading batches and jobs. This is only checked, never run."""

from __future__ import annotations

from typing import Any, assert_type
from uuid import UUID

from pasqal_client import (
    AsyncBatchListing,
    AsyncPasqalClient,
    Batch,
    BatchListing,
    BatchStatus,
    BatchStatusReport,
    Job,
    JobOutcome,
    JobStatus,
    Page,
    PasqalClient,
    WaitResult,
)


def sync_reads(client: PasqalClient, one: UUID) -> None:
    """A listing, a page and a wait know what they give; filters and options are known by name."""
    assert_type(client.batches.list(status="RUNNING", tag="scan", open=True), BatchListing)
    assert_type(next(iter(client.batches.list(device_type=["FRESNEL"]))), Batch)
    assert_type(client.batches.page(limit=3, min_jobs=2), Page[Batch])
    rows = client.batches.page().records(flatten="jobs_count_per_status")
    assert_type(rows, list[dict[str, Any]])
    assert_type(next(client.batches.list().records()), dict[str, Any])
    assert_type(client.batches.count(project_id=None), int)
    assert_type(client.batches.get(one).job_ids, list[UUID] | None)
    assert_type(client.batches.status(str(one)), BatchStatusReport)
    assert_type(client.batches.status(str(one)).status, BatchStatus)
    assert_type(client.batches.wait(one, timeout=60, unknown_status="active"), WaitResult)
    assert_type(client.jobs.get(one), Job)
    assert_type(client.jobs.status(one), JobStatus)
    assert_type(client.jobs.statuses(one), dict[UUID, JobStatus])
    assert_type(client.jobs.wait(ids=one), WaitResult)
    assert_type(next(client.jobs.results(ids=str(one))), JobOutcome)
    assert_type(next(client.jobs.as_completed(ids=[one, str(one)])), Job)
    client.jobs.wait(ids=5)  # type: ignore[arg-type]
    client.batches.list(tags=["scan"])  # type: ignore[call-arg]
    client.batches.wait(one, batch_id=one)  # type: ignore[misc]


async def async_reads(client: AsyncPasqalClient, one: UUID) -> None:
    """The same once awaited; a listing is not awaited."""
    assert_type(client.batches.list(queue_priority="HIGH"), AsyncBatchListing)
    assert_type(await client.batches.page(), Page[Batch])
    assert_type(await client.batches.get(one), Batch)
    assert_type(await client.batches.wait(one, raise_on_failure=True), WaitResult)
    assert_type(await client.jobs.status(one), JobStatus)
    async for batch in client.batches.list():
        assert_type(batch.status, BatchStatus)
