"""Streams 100,000 jobs from a sandbox in another process, and prints how the memory of this one grows meanwhile.

    python benchmarks/streaming.py [JOBS]

It judges nothing. Memory is the resident set of this process, from `/proc`; on other systems the peak.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from pasqal_client import PasqalClient
from pasqal_client.sandbox import Sandbox

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

BATCH = 10_000


def serve(jobs: int, pipe: Connection) -> None:
    """Run a sandbox with so many jobs until the other end hangs up."""
    with Sandbox() as sandbox:
        for _ in range(0, jobs, BATCH):
            sandbox.add_batch(jobs=[{}] * min(BATCH, jobs))
        pipe.send((sandbox.base_url, sandbox.token))
        pipe.recv()


def resident() -> int:
    """Bytes of memory that this process has."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * resource.getpagesize()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def stream(base_url: str, token: str) -> None:
    """Read all jobs, dropping them, and print the growth."""
    with PasqalClient(base_url=base_url, token=token) as client:
        began, start = time.perf_counter(), 0
        for number, _ in enumerate(client.jobs.list(order_by="created_at"), 1):
            if number == BATCH:
                start = resident()
            if number % BATCH == 0:
                grown = resident() - start
                print(f"{number:>8} jobs  {time.perf_counter() - began:6.1f} s  {resident() / 2**20:6.1f} MiB", end="")
                print(f"  {grown / (number - BATCH):+6.1f} B a job" if number > BATCH else "")


def main(jobs: int) -> None:
    """Run the benchmark."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(target=serve, args=(jobs, theirs), daemon=True)
    server.start()
    stream(*ours.recv())
    ours.send("stop")
    server.join()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
