"""A researcher's evening, against the sandbox: what `make demo` runs.

The jobs of a lab are put into a sandbox that listens on this machine. Then the client does over real
HTTP what a researcher does at the end of a day: look at the jobs, find those that failed, cancel
those that should not run, close the batch, submit a new one for the night and read its results.
Everything that is printed comes from the answers.
"""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING

from pasqal_client import JobStatus, PasqalClient
from pasqal_client.sandbox import SEQUENCE, Sandbox, can_simulate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from pasqal_client import CancelReceipt, Job

FAILURES = [
    ["The laser lock was lost during the run."],
    ["The register could not be assembled after 10 attempts."],
    ["The sequence is longer than the device allows."],
]


def print_table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under headers, with numbers aligned right."""
    lines = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(headers, *lines, strict=True)]
    print_line(headers, widths)
    print_line(["-" * width for width in widths], widths)
    for line in lines:
        print_line(line, widths)
    print()


def print_line(cells: Sequence[str], widths: Sequence[int]) -> None:
    """Print one line of a table."""
    padded = []
    for cell, width in zip(cells, widths, strict=True):
        if cell.isdigit():
            padded.append(cell.rjust(width))
        else:
            padded.append(cell.ljust(width))
    print("  " + "  ".join(padded).rstrip())


def fill(sandbox: Sandbox) -> dict[str, UUID]:
    """Add four batches with 250 jobs in all states; returns the ids of the batches by their purpose."""
    draw = random.Random(7)  # noqa: S311  # the same lab every time
    plans = {
        "calibration": (60, ["DONE"] * 8 + ["ERROR"]),
        "Rabi scan": (80, ["DONE"] * 5 + ["ERROR", "RUNNING", "PENDING", "CANCELED"]),
        "adiabatic sweep": (70, ["PENDING"] * 4 + ["RUNNING", "DONE", "ERROR"]),
        "MIS benchmark": (40, ["PENDING"] * 3 + ["CANCELED"]),
    }
    batches = {}
    for purpose, (size, mix) in plans.items():
        jobs = []
        for status in [draw.choice(mix) for _ in range(size)]:
            job: dict[str, object] = {"status": status, "runs": draw.choice([100, 200, 500])}
            if status == "ERROR":
                job["errors"] = draw.choice(FAILURES)
            jobs.append(job)
        batches[purpose] = sandbox.add_batch(jobs=jobs, tags=[purpose]).id
    return batches


def print_overview(client: PasqalClient, names: dict[UUID, str]) -> None:
    """Print how many jobs each batch has in each state."""
    counts = {name: Counter[str]() for name in names.values()}
    for job in client.jobs.list():
        counts[names[job.batch_id]][job.status] += 1
    states = list(JobStatus)
    rows = []
    for name, counted in counts.items():
        rows.append([name, *(counted[state] for state in states), counted.total()])
    print_table(["batch", *states, "all"], rows)


def print_failures(jobs: Sequence[Job], names: dict[UUID, str]) -> None:
    """Print failed jobs: the newest ones in full, and how many failed for each reason."""
    rows = []
    for job in jobs[:5]:
        created = f"{job.created_at:%Y-%m-%d %H:%M}"
        rows.append([job.id, names[job.batch_id], job.runs, created, first_error(job)])
    print_table(["job", "batch", "runs", "created", "reason"], rows)
    reasons = Counter(map(first_error, jobs))
    rows = [[count, reason] for reason, count in reasons.most_common()]
    print_table(["failed", "reason"], rows)


def first_error(job: Job) -> str:
    """The reason why a job failed, as far as the service says."""
    # The service may leave `errors` out even where a job failed.
    return (job.errors or ["?"])[0]


def print_night(sandbox: Sandbox, client: PasqalClient) -> None:
    """Submit a scan, let the night pass, and print what was measured."""
    scan = [{"runs": 100}, {"runs": 200}, {"runs": 500}]
    for _ in range(2):
        batch = client.batches.create(
            SEQUENCE, jobs=scan, device_type="EMU_MPS", key="scan of the night"
        )
        print(f"Submitted under the key 'scan of the night': batch {batch.id}")
    print("It was there the second time, so nothing was submitted twice.\n")

    sandbox.advance("8h")
    counts = client.batches.wait(batch.id).counts
    print(
        f"In the morning: {counts[JobStatus.DONE]} jobs are done. What was measured most often:\n"
    )
    rows = []
    for outcome in client.jobs.results(batch_id=batch.id):
        if outcome.result is None:
            rows.append([outcome.job_id, 0, outcome.reason])
            continue
        best = [f"{bits}: {count}" for bits, count in outcome.result.top(3)]
        rows.append([outcome.job_id, outcome.result.shots, ", ".join(best)])
    print_table(["job", "shots", "bitstrings"], rows)
    if can_simulate():
        print("Pulser has simulated that.\n")
    else:
        print("The sandbox has made that up: Pulser, which could simulate it, is not installed.\n")


def print_receipt(receipt: CancelReceipt) -> None:
    """Print the outcome of a cancellation."""
    print(f"  cancelled {len(receipt.jobs)} jobs, refused {len(receipt.errors)}")
    for job_id, reason in receipt.errors.items():
        print(f"  refused   {job_id}: {reason}")
    print()


def main() -> None:
    """Run the demonstration."""
    with (
        Sandbox(simulate=can_simulate()) as sandbox,
        PasqalClient(
            token=sandbox.token, base_url=sandbox.base_url, project_id=sandbox.project_id
        ) as client,
    ):
        batches = fill(sandbox)
        names = {batch_id: purpose for purpose, batch_id in batches.items()}
        print(f"A sandbox listens on {sandbox.base_url}; it has {client.jobs.count()} jobs.\n")
        print_overview(client, names)

        errors = list(client.jobs.list(status="ERROR"))
        print(f"{len(errors)} jobs failed. The newest five, and how often each reason occurs:\n")
        print_failures(errors, names)

        batch_id = str(batches["adiabatic sweep"])
        pending = [job.id for job in client.jobs.list(status="PENDING", batch_id=batch_id)]
        finished = client.jobs.page(status="DONE", batch_id=batch_id, limit=1).items[0].id
        print(f"The adiabatic sweep has {len(pending)} pending jobs.")
        print("Cancelling them, and one job that is already done:\n")
        print_receipt(client.batches.cancel_jobs(batch_id, id=[*pending, finished]))

        batch = client.batches.complete(batch_id)
        print(f"Batch {batch.id} is complete: open is {batch.open}, its state is {batch.status}.\n")
        print_overview(client, names)
        print_night(sandbox, client)
        print(f"{len(sandbox.requests)} HTTP requests were sent, all of them to this machine.")


if __name__ == "__main__":
    main()
