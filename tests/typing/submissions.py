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
    CreateOptions,
    Job,
    JobRequest,
    KeyConflictError,
    OpenBatch,
    OpenOptions,
    PasqalClient,
    PollOptions,
    Resolution,
    WaitOptions,
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


class FromPulser:
    """A sequence of Pulser, whose method takes more than is given here."""

    def to_abstract_repr(self, seq_name: str = "exported", **defaults: Any) -> str:
        """Serialise it."""
        return f"{seq_name} {defaults}"


class FromNumpy:
    """An integer of numpy, which is not an int."""

    def __index__(self) -> int:
        """The integer."""
        return 5


def arguments(client: PasqalClient) -> None:
    """What would be rejected before it is sent is rejected here, and what is accepted is accepted here, too."""
    client.batches.create(FromPulser(), runs=FromNumpy(), backend_configuration=FromPulser())
    client.batches.create(None, jobs=[{"runs": FromNumpy(), "sequence": FromPulser()}])
    client.batches.create(5)  # type: ignore[arg-type]
    client.batches.create([{"runs": 5}])  # type: ignore[arg-type]
    client.batches.create("{}", runs="5")  # type: ignore[arg-type]
    client.batches.create("{}", jobs={"runs": 5})  # type: ignore[dict-item]
    client.batches.create("{}", jobs=[5])  # type: ignore[list-item]
    client.batches.create("{}", runs=5, backend_configuration={"a": 1})  # type: ignore[arg-type]
    typed: list[JobRequest] = [{"rns": 5}]  # type: ignore[typeddict-unknown-key]
    client.batches.add_jobs(UUID(int=0), typed, runs=FromNumpy())


def options(client: PasqalClient, shared: OpenOptions, patient: WaitOptions) -> None:
    """Options may be kept in a dictionary that a checker knows."""
    client.batches.create("{}", **shared)
    client.batches.wait(UUID(int=0), **patient)
    everything: CreateOptions = {"open": True, "runs": 5}
    client.batches.create("{}", **everything)
    polled: PollOptions = {"timeout": 60, "unknown_status": "active"}
    client.jobs.as_completed(ids=UUID(int=0), **polled)


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
