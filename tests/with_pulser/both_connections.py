"""A script that was written for the official connection: it knows nothing of whose connection it gets."""

from __future__ import annotations

from typing import Any

from pulser.backend import QPUBackend


def histogram(results: Any) -> list[dict[str, int]]:
    """The counts of each job."""
    return [dict(sorted(one.final_bitstrings.items())) for one in results]


def submit_and_wait(connection: Any, parametrized: Any) -> Any:
    """Two jobs of a parametrized sequence."""
    jobs = [
        {"runs": 100, "variables": {"omega": 3.1, "t": 400}},
        {"runs": 60, "variables": {"omega": 1.5, "t": 200}},
    ]
    return QPUBackend(parametrized, connection).run(jobs, wait=True)


def loop(connection: Any, parametrized: Any) -> list[Any]:
    """Three steps in an open batch, each of which follows from the one before."""
    backend = QPUBackend(parametrized, connection)
    omega = 1.0
    steps = []
    with backend.open_batch():
        for _ in range(3):
            jobs = [{"runs": 50, "variables": {"omega": omega, "t": 400}}]
            steps.append(backend.run(jobs, wait=True))
            omega += steps[-1][0].final_bitstrings.get("00", 0) / 50
    return steps
