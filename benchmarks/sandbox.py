"""Measure the sandbox: a million jobs, filtered pages, requests per second on one core, and memory.

    python benchmarks/sandbox.py [--jobs 1000000] [--requests 100000]

The sandbox runs in a process of its own, on one core where the system lets a process choose; this
process sends the requests, prints what it measures, and judges nothing.
"""

from __future__ import annotations

import argparse
import http.client
import multiprocessing
import os
import platform
import statistics
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from pasqal_client.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Mapping
    from multiprocessing.connection import Connection

BATCH = 1_000
STATES = ("DONE", "ERROR", "PENDING", "CANCELED", "DONE")
CONNECTIONS = 4
FILTERS: tuple[dict[str, object], ...] = (
    {},
    {"status": "ERROR"},
    {"batch_id": ""},
    {"id": ""},
    {"status": "PENDING", "min_runs": 50},
    {"start_date": "2026-10-20T00:00:00Z"},
    {"errors": "true"},
    {"order_by": "runs"},
)


def serve(jobs: int, db: Path | None, pipe: Connection) -> None:
    """Fill a sandbox, report how long that took, and serve until told to stop."""
    pin(0)
    with Sandbox(db=db) as sandbox:
        begin = time.perf_counter()
        for _ in range(0, jobs, BATCH):
            batch = sandbox.add_batch(
                {"status": STATES[n % 5], "runs": n % 100} for n in range(min(BATCH, jobs))
            )
        took = time.perf_counter() - begin
        pipe.send((took, sandbox.base_url, sandbox.token, str(batch.id), str(batch.job_ids[0])))
        pipe.recv()


def pin(core: int) -> None:
    """Stay on one core, where the system allows that."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core % (os.cpu_count() or 1)})


class Client:
    """One connection that requests pages and does not check them."""

    def __init__(self, base_url: str, token: str) -> None:
        self._path = urlsplit(base_url).path
        self._connection = http.client.HTTPConnection(urlsplit(base_url).netloc)
        self._headers = {"Authorization": f"Bearer {token}"}

    def get(self, query: Mapping[str, object]) -> int:
        """Send one request; returns how many bytes the answer has."""
        self._connection.request(
            "GET", f"{self._path}/api/v2/jobs?{urlencode(query)}", headers=self._headers
        )
        answer = self._connection.getresponse()
        if answer.status != http.client.OK:
            raise RuntimeError(f"{answer.status}: {answer.read()!r}")
        return len(answer.read())


def resident(pid: int) -> float:
    """The resident set of a process, in MB; nan without /proc."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return float("nan")
    sizes = [line.split()[1] for line in lines if line.startswith("VmRSS:")]
    return int(sizes[0]) / 1024


def measure_rate(base_url: str, token: str, limit: int, requests: int) -> float:
    """Measure how many pages of `limit` jobs are answered per second, over a few connections."""
    each = requests // CONNECTIONS

    def work() -> None:
        client = Client(base_url, token)
        for _ in range(each):
            client.get({"limit": limit})

    threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return each * CONNECTIONS / (time.perf_counter() - begin)


def measure_pages(jobs: int, db: Path | None) -> None:
    """Measure loading and filtered pages, for a sandbox in memory or on a file, and print the figures."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(target=serve, args=(jobs, db, theirs))
    server.start()
    took, base_url, token, batch_id, job_id = ours.recv()
    print("\nin memory" if db is None else "\non a file")
    print(f"{jobs:,} jobs loaded in {took:.1f} s ({jobs / took:,.0f} per second)")
    client = Client(base_url, token)
    ids = {"batch_id": batch_id, "id": job_id}
    for filters in FILTERS:
        query = {name: value or ids[name] for name, value in filters.items()}
        times = []
        for _ in range(20):
            begin = time.perf_counter()
            client.get({**query, "limit": 20})
            times.append((time.perf_counter() - begin) * 1000)
        text = " ".join(f"{name}={value}" for name, value in query.items()) or "no filter"
        spread = f"{min(times):.1f} to {max(times):.1f}"
        print(f"a page of 20, {text}: {statistics.median(times):.1f} ms ({spread})")
    ours.send(None)
    server.join()


def measure_load(requests: int) -> None:
    """Measure how many requests per second one core answers, and how memory grows, and print it."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(target=serve, args=(10_000, None, theirs))
    server.start()
    _, base_url, token, *_ = ours.recv()
    print("\n10,000 jobs in memory, the sandbox on one core")
    for limit in (1, 20, 100):
        print(
            f"pages of {limit}: {measure_rate(base_url, token, limit, 4_000):,.0f} requests per second"
        )
    before = resident(server.pid or 0)
    quarter = requests // 4
    for part in range(1, 5):
        measure_rate(base_url, token, 20, quarter)
        now = resident(server.pid or 0)
        print(f"after {quarter * part:,} more requests: {now:.1f} MB ({now - before:+.1f} MB)")
    ours.send(None)
    server.join()


def main() -> None:
    """Parse the arguments, measure, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--jobs", type=int, default=1_000_000)
    parser.add_argument("--requests", type=int, default=100_000)
    given = parser.parse_args()
    pin(1)
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores")
    measure_load(given.requests)
    measure_pages(given.jobs, None)
    with tempfile.TemporaryDirectory() as folder:
        measure_pages(given.jobs, Path(folder) / "sandbox.db")


if __name__ == "__main__":
    main()
