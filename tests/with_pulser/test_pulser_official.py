"""The same script on the official connection and on ours: the same jobs, bitstrings and states, with fewer requests."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from pulser import Sequence
from pulser.backend.remote import BatchStatus, JobStatus

from pasqal_client import Batch
from pasqal_client.pulser import PasqalConnection, RemoteMPSBackend
from pasqal_client.sandbox import Sandbox
from pasqal_client.sandbox.database import submission
from with_pulser.both_connections import histogram, loop, submit_and_wait
from with_pulser.conftest import fast

pasqal_cloud = pytest.importorskip("pasqal_cloud")
official_session = pytest.importorskip("sandbox.official_session")

# What the official connection makes of counts.
pytestmark = pytest.mark.filterwarnings("ignore:The 'SampledResult' class:DeprecationWarning")

Connect = Callable[..., PasqalConnection]


@pytest.fixture(autouse=True)
def same_ids(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let sandboxes give the same ids, from which made-up counts follow; to be called before each."""

    def begin() -> None:
        numbers = random.Random(7)
        monkeypatch.setattr(
            submission, "uuid4", lambda: UUID(int=numbers.getrandbits(128), version=4)
        )

    return begin


def official(sandbox: Sandbox, connect: Connect) -> Any:
    """The official connection."""
    given = {
        name: getattr(sandbox, name)
        for name in ("base_url", "token_url", "username", "password", "project_id")
    }
    connection = pasqal_cloud.PasqalCloudConnection.__new__(pasqal_cloud.PasqalCloudConnection)
    connection.cloud_client = official_session.connect(
        {**given, "project_id": str(sandbox.project_id)}
    )
    return connection


def ours(sandbox: Sandbox, connect: Connect) -> Any:
    """Our connection."""
    return connect(sandbox)


def seen(connection: Any, sequence: Sequence, sandbox: Sandbox) -> dict[str, Any]:
    """What the script shows of what it gets."""
    results = submit_and_wait(connection, sequence)
    requests = [one for one in sandbox.requests if one.path != "/oauth/token"]
    steps = loop(connection, sequence)
    progress = connection._query_job_progress(results.batch_id)
    return {
        "requests": len(requests),
        "order": results.job_ids,
        "counts": histogram(results),
        "atoms": [one.atom_order for one in results],
        "status": results.get_batch_status(),
        "jobs": {job_id: status for job_id, (status, _) in progress.items()},
        "available": list(results.get_available_results()),
        "steps": [(step.batch_id, step.job_ids, histogram(step)) for step in steps],
        "end": steps[-1].get_batch_status(),
    }


def test_a_script_for_the_official_connection_runs_on_ours(
    connect: Connect, parametrized: Sequence, same_ids: Callable[[], None]
) -> None:
    """Order, bitstrings and states are equal; it takes 4 requests to submit and wait, and not 8."""
    found = []
    for make in (official, ours):
        same_ids()
        with fast() as sandbox:
            found.append(seen(make(sandbox, connect), parametrized, sandbox))
    theirs, own = found
    assert (theirs.pop("requests"), own.pop("requests")) == (8, 4)
    assert theirs == own
    assert [sum(counts.values()) for counts in own["counts"]] == [100, 60]
    assert (own["status"], own["end"]) == (BatchStatus.DONE, BatchStatus.DONE)
    assert set(own["jobs"].values()) == {JobStatus.DONE}
    assert len({batch_id for batch_id, *_ in own["steps"]}) == 1


def test_either_reads_what_the_other_has_submitted(
    sandbox: Sandbox, connect: Connect, parametrized: Sequence
) -> None:
    """By the id of the batch."""
    connection, cloud = connect(sandbox), official(sandbox, connect)
    first = submit_and_wait(connection, parametrized)
    second = submit_and_wait(cloud, parametrized)
    for results in (first, second):
        read = [one.get_results(results.batch_id) for one in (connection, cloud)]
        assert histogram(read[0]) == histogram(read[1]) == histogram(results)
        assert read[0].job_ids == read[1].job_ids == results.job_ids


def without_uuids(batch: Batch) -> str:
    """The configuration of a batch without the ids of its observables, which are random."""
    return re.sub(r'"uuid": "[0-9a-f-]+"', "", batch.backend_configuration or "")


@pytest.mark.parametrize("name", ["RemoteMPSBackend", "RemoteSVBackend", "RemoteEmuFreeBackend"])
def test_the_official_backends_run_on_it(
    sandbox: Sandbox, connection: PasqalConnection, rabi: Sequence, name: str
) -> None:
    """And they submit what ours do."""
    from pasqal_cloud import backends

    import pasqal_client.pulser as own

    batches = []
    for module in (backends, own):
        results = getattr(module, name)(rabi, connection).run(wait=True)
        assert results[0].atom_order == ("q0", "q1")
        batches.append(connection.client.batches.get(results.batch_id))
    theirs, ours = batches
    assert without_uuids(theirs) == without_uuids(ours)
    assert theirs.device_type == ours.device_type
    assert ("Infinity" in without_uuids(ours)) is (name == RemoteMPSBackend.__name__)
