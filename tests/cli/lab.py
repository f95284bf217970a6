"""The jobs in the sandbox of these tests, with fixed ids and times: the help, docs/cli.md and tests name them."""

from __future__ import annotations

from uuid import UUID

from pasqal_client.sandbox import Sandbox

NIGHT = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
"""A batch with jobs in every state."""
SCAN = "3b241101-e2bb-4255-8caf-4136c566a962"
"""A batch whose jobs have all ended."""
PROJECT = "f67a73f9-1da3-4124-974d-72e2bc80841b"
USER = "auth0|6350d1aa"

STATES = [
    "DONE",
    "DONE",
    "ERROR",
    "ERROR",
    "ERROR",
    "CANCELED",
    "RUNNING",
    "PENDING",
    "PENDING",
    "PENDING",
    "PENDING",
]
REASONS = [
    "The laser lock was lost.",
    "The register could not be assembled after 10 attempts.",
    "The laser lock was lost.",
]


def night(number: int) -> str:
    """The id of a job of the night batch, counted from 1."""
    return f"0190f3a2-0000-4000-8000-{number:012x}"


def scan(number: int) -> str:
    """The id of a job of the scan batch, counted from 1."""
    return f"0190e7c4-0000-4000-8000-{number:012x}"


def fill(sandbox: Sandbox) -> None:
    """Add the 36 jobs of the lab."""
    sandbox.add_batch(
        [{"id": UUID(scan(n + 1)), "status": "DONE", "runs": 200} for n in range(25)],
        id=UUID(SCAN),
        complete=True,
    )
    reasons = iter(REASONS)
    jobs = [
        {
            "id": UUID(night(n + 1)),
            "status": state,
            "runs": 500,
            "user_id": USER,
            **({"errors": [next(reasons)]} if state == "ERROR" else {}),
        }
        for n, state in enumerate(STATES)
    ]
    sandbox.add_batch(jobs, id=UUID(NIGHT), user_id=USER)
