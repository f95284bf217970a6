"""Batches from their submission to their end, against a sandbox: time, requests and bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from pasqal_client.sandbox import Fate, Fault, Sandbox
from pasqal_client.sandbox.sample_sequences import SEQUENCE

from .lab import Runs

if TYPE_CHECKING:
    from .lab import Lab

_LATE: Final = ("create_batch", "get_batch", "get_batch_status", "get_jobs")
_FAST: Final = 1e6
"""So many seconds pass in a second that a job has ended when it is first looked at."""


def submitted(lab: Lab, client: str, jobs: int) -> Runs:
    """Submit a batch and wait for it, several times.

    Raises:
        NotMeasured: the official client is not available.
    """
    latency = lab.scale.latency / 1000
    faults = [Fault(operation=operation, latency=latency) for operation in _LATE]
    seen = []
    with Sandbox(speed=_FAST, faults=faults) as sandbox:
        for turn in range(-lab.scale.warms, lab.scale.repeats):
            sandbox.clear_requests()
            given = {"sequence": SEQUENCE, "jobs": jobs}
            run = _work(lab, sandbox, f"{client}_submission", given)
            if turn >= 0:
                seen.append(run)
    return Runs(tuple(seen))


def waited(lab: Lab, client: str, jobs: int, seconds: int) -> Runs:
    """Wait for a batch whose jobs end one after the other; no pause takes real time.

    Raises:
        NotMeasured: the official client is not available.
    """
    with Sandbox() as sandbox:
        fate = Fate(duration=seconds / jobs)
        batch = sandbox.add_batch({"status": "PENDING", "fate": fate} for _ in range(jobs))
        given = {"batch_id": str(batch.id), "host": urlsplit(sandbox.base_url).netloc}
        return Runs((_work(lab, sandbox, f"{client}_wait", given),))


def _work(lab: Lab, sandbox: Sandbox, do: str, given: dict[str, Any]) -> dict[str, Any]:
    """What a process has seen, with how many requests it took, and how many of them for jobs."""
    seen = lab.work(
        do=do,
        base_url=sandbox.base_url,
        token=sandbox.token,
        project_id=str(sandbox.project_id),
        **given,
    )
    paths = [request.path for request in sandbox.requests]
    listed = sum(1 for path in paths if path.endswith("/jobs"))
    return {**seen, "requests": len(paths), "listed": listed}
