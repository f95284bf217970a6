"""What a type checker says of submitting: it knows the arguments, the jobs in a dictionary, and what comes back.

Nothing here runs: `make types` checks it, and an ignore that is not needed is an error, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_type
from uuid import UUID

from pasqal_client import (
    AsyncOpenBatch,
    AsyncPasqalClient,
    Batch,
    Job,
    JobRequest,
    KeyConflictError,
    OpenBatch,
    PasqalClient,
    Resolution,
)


def create(client: PasqalClient, error: KeyConflictError, loaded: list[Mapping[str, Any]]) -> None:
    """Jobs may be written out, typed, or come from elsewhere."""
    jobs: list[JobRequest] = [{"runs": 500, "variables": {"omega": 3.1}}]
    written = client.batches.create(
        "{}",
        jobs=[{"runs": 500, "variables": {"omega": 3.1, "t": [1, 2]}}, {}],
        device_type="FRESNEL",
        tags=["scan"],
        key="scan-2026-11-01",
        on_dead="submit",
    )
    assert_type(written, Batch)
    client.batches.create(sequence="{}", jobs=jobs, project_id=UUID(int=0))
    client.batches.create("{}", jobs=iter(loaded), submission_tag=False)
    client.batches.create("{}", runs=5, on_dead="ignore")  # type: ignore[arg-type]
    client.batches.create("{}", deivce_type="FRESNEL")  # type: ignore[call-arg]
    client.batches.open("{}", open=False)  # type: ignore[call-arg]
    assert_type(client.batches.resolve(error), Resolution)
    assert_type(error.batch, Batch)


def open_one(client: PasqalClient) -> None:
    """The block has the batch."""
    with client.batches.open("{}", device_type="EMU_FREE") as run:
        assert_type(run, OpenBatch)
        assert_type(run.add([{"runs": 5}]), tuple[Job, ...])
        assert_type(run.id, UUID)


async def open_another(client: AsyncPasqalClient) -> None:
    """The twin is awaited."""
    assert_type(await client.batches.create("{}", runs=5), Batch)
    async with client.batches.open("{}", device_type="EMU_FREE") as run:
        assert_type(run, AsyncOpenBatch)
        assert_type(await run.add([{"runs": 5}]), tuple[Job, ...])
