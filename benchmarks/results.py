"""Measure how results are fetched: how long 250 jobs take, and how much memory 10,000 files need.

    python benchmarks/results.py [--jobs 250] [--latency 50] [--files 10000]

The sandbox runs in a process of its own, and answers each request after a latency in ms. This
process fetches, prints what it measures, and judges nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import multiprocessing
import resource
import sys
import tempfile
import time
from typing import TYPE_CHECKING

from pasqal_client import AsyncPasqalClient, PasqalClient
from pasqal_client.sandbox import Fault, Sandbox

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from uuid import UUID

CONCURRENCY = 8
BATCH = 1_000
# In these units ru_maxrss is: bytes on macOS, KiB elsewhere.
MEBIBYTE = 2**20 if sys.platform == "darwin" else 2**10


def serve(jobs: int, latency: float, pipe: Connection) -> None:
    """Fill a sandbox, say where it is, and serve until told to stop."""
    with Sandbox() as sandbox:
        if latency:
            for operation in ("get_jobs", "get_job_results_link", "result_file"):
                sandbox.add_fault(Fault(operation=operation, latency=latency))
        ids = []
        for begin in range(0, jobs, BATCH):
            count = min(BATCH, jobs - begin)
            batch = sandbox.add_batch({"status": "DONE"} for _ in range(count))
            ids += batch.job_ids
        pipe.send((sandbox.base_url, sandbox.token, ids))
        pipe.recv()


class Served:
    """A sandbox in a process of its own; use it in a `with` block."""

    def __init__(self, jobs: int, latency: float) -> None:
        self._pipe, other = multiprocessing.Pipe()
        self._process = multiprocessing.Process(target=serve, args=(jobs, latency, other))

    def __enter__(self) -> tuple[str, str, list[UUID]]:
        self._process.start()
        where: tuple[str, str, list[UUID]] = self._pipe.recv()
        return where

    def __exit__(self, *_: object) -> None:
        self._pipe.send(None)
        self._process.join()


def fetch(base_url: str, token: str, ids: list[UUID]) -> float:
    """Seconds that the sync client takes for the results of some jobs."""
    with PasqalClient(base_url=base_url, token=token) as client:
        begin = time.perf_counter()
        found = [outcome.result for outcome in client.jobs.results(ids=ids)]
        took = time.perf_counter() - begin
    assert None not in found
    return took


async def fetch_async(base_url: str, token: str, ids: list[UUID]) -> float:
    """The same of the async client."""
    async with AsyncPasqalClient(base_url=base_url, token=token) as client:
        begin = time.perf_counter()
        found = [outcome.result async for outcome in client.jobs.results(ids=ids)]
        took = time.perf_counter() - begin
    assert None not in found
    return took


def save(base_url: str, token: str, ids: list[UUID]) -> float:
    """Seconds that the sync client takes to save the results of some jobs to a folder."""
    with (
        tempfile.TemporaryDirectory() as folder,
        PasqalClient(base_url=base_url, token=token) as client,
    ):
        begin = time.perf_counter()
        saved = sum(1 for one in client.jobs.results(ids=ids, save_to=folder) if one.path)
        took = time.perf_counter() - begin
    assert saved == len(ids)
    return took


def peak() -> float:
    """The largest memory that this process has had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEBIBYTE


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=250)
    parser.add_argument("--latency", type=int, default=50)
    parser.add_argument("--files", type=int, default=10_000)
    given = parser.parse_args()
    latency = given.latency / 1000
    # Two for each job, and one for each page of jobs.
    limit = math.ceil(given.jobs / CONCURRENCY) * 2 * latency
    with Served(given.jobs, latency) as (base_url, token, ids):
        print(f"{given.jobs} jobs, {given.latency} ms a request, at least {limit:.2f} s")
        for name, took in (
            ("sync", fetch(base_url, token, ids)),
            ("async", asyncio.run(fetch_async(base_url, token, ids))),
        ):
            print(f"  {name}: {took:.2f} s, {took / limit:.2f} of that")
    with Served(given.files, 0) as (base_url, token, ids):
        for count in (given.files // 10, given.files):
            took = save(base_url, token, ids[:count])
            print(f"{count} files to a folder: {took:.1f} s, {peak():.0f} MiB at most")


if __name__ == "__main__":
    main()
