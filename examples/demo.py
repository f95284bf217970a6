"""The main job against the embedded sandbox: what `make demo` runs.

A lab's worth of jobs is put into a sandbox that listens on this machine. Then the client does over
real HTTP what a researcher does at the end of a day: look at what is there, find what failed,
cancel what should not run, close the batch. Everything that is printed comes from the answers.
"""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING

from pasqal_client import JobStatus, PasqalClient
from pasqal_client.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from pasqal_client import CancelReceipt, Job

FAILURES = [
    ["The laser lock was lost during the run."],
    ["The register could not be assembled after 10 attempts."],
    ["The sequence is longer than the device allows."],
]


def table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under headers, numbers to the right."""
    lines = [list(headers), *([str(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for number, line in enumerate(lines):
        cells = [
            c.rjust(w) if c.isdigit() else c.ljust(w) for c, w in zip(line, widths, strict=True)
        ]
        print("  " + "  ".join(cells).rstrip())
        if number == 0:
            print("  " + "  ".join("-" * width for width in widths))
    print()


def fill(sandbox: Sandbox) -> dict[str, UUID]:
    """Put in four batches with 250 jobs in all states; returns the batches' ids by what they are for."""
    draw = random.Random(7)  # noqa: S311  # the same lab every time
    plans = {
        "calibration": (60, ["DONE"] * 8 + ["ERROR"]),
        "Rabi scan": (80, ["DONE"] * 5 + ["ERROR", "RUNNING", "PENDING", "CANCELED"]),
        "adiabatic sweep": (70, ["PENDING"] * 4 + ["RUNNING", "DONE", "ERROR"]),
        "MIS benchmark": (40, ["PENDING"] * 3 + ["CANCELED"]),
    }
    batches = {}
    for purpose, (size, mix) in plans.items():
        states = [draw.choice(mix) for _ in range(size)]
        jobs = [
            {
                "status": s,
                "runs": draw.choice([100, 200, 500]),
                **({"errors": draw.choice(FAILURES)} if s == "ERROR" else {}),
            }
            for s in states
        ]
        batches[purpose] = sandbox.add_batch(jobs=jobs, tags=[purpose]).id
    return batches


def overview(client: PasqalClient, names: dict[UUID, str]) -> None:
    """Print how many jobs each batch has in each state."""
    counts = {name: Counter[str]() for name in names.values()}
    for job in client.jobs.list():
        counts[names[job.batch_id]][job.status] += 1
    states = list(JobStatus)
    rows = [
        [name, *(counted[state] for state in states), counted.total()]
        for name, counted in counts.items()
    ]
    table(["batch", *states, "all"], rows)


def failed(jobs: Sequence[Job], names: dict[UUID, str]) -> None:
    """Print failed jobs: the newest ones in full, all of them by reason."""
    rows = [
        [
            job.id,
            names[job.batch_id],
            job.runs,
            f"{job.created_at:%Y-%m-%d %H:%M}",
            (job.errors or ["?"])[0],
        ]
        for job in jobs[:5]
    ]
    table(["job", "batch", "runs", "created", "reason"], rows)
    reasons = Counter((job.errors or ["?"])[0] for job in jobs)
    table(["failed", "reason"], [[count, reason] for reason, count in reasons.most_common()])


def cancelled(receipt: CancelReceipt) -> None:
    """Print what came of a cancellation."""
    print(f"  cancelled {len(receipt.jobs)} jobs, refused {len(receipt.errors)}")
    for job_id, reason in receipt.errors.items():
        print(f"  refused   {job_id}: {reason}")
    print()


def main() -> None:
    """Run the demonstration."""
    with (
        Sandbox() as sandbox,
        PasqalClient(token=sandbox.token, base_url=sandbox.base_url) as client,
    ):
        batches = fill(sandbox)
        names = {batch_id: purpose for purpose, batch_id in batches.items()}
        print(f"A sandbox listens on {sandbox.base_url}; {client.jobs.count()} jobs are in it.\n")
        overview(client, names)

        errors = list(client.jobs.list(status="ERROR"))
        print(f"{len(errors)} jobs failed. The newest five, and the reasons of all:\n")
        failed(errors, names)

        batch_id = str(batches["adiabatic sweep"])
        pending = [job.id for job in client.jobs.list(status="PENDING", batch_id=batch_id)]
        finished = client.jobs.page(status="DONE", batch_id=batch_id, limit=1).items[0].id
        print(
            f"The adiabatic sweep has {len(pending)} pending jobs. Cancelling them, and one that is done already:\n"
        )
        cancelled(client.batches.cancel_jobs(batch_id, id=[*pending, finished]))

        batch = client.batches.complete(batch_id)
        print(f"Batch {batch.id} is complete: open is {batch.open}, its state is {batch.status}.\n")
        overview(client, names)
        print(f"{len(sandbox.requests)} HTTP requests were made, all of them to this machine.")


if __name__ == "__main__":
    main()
