"""Measure jobs on their way to a Parquet file: how many in a second, how much memory, and what asking the file takes.

    python benchmarks/tables.py [--jobs 1000000]

The sandbox runs in a process of its own. Another one lists its jobs and writes them as docs/tables.md
does, in an environment with pyarrow and DuckDB. This process starts both, prints what they measure,
and judges nothing.
"""

from __future__ import annotations

import argparse
import itertools
import json
import multiprocessing
import resource
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from multiprocessing.connection import Connection

ROOT = Path(__file__).parents[1]
PATHS = [str(ROOT / name) for name in ("overlay", "generated", "tools")]
BATCH = 1_000
GROUP = 20_000
STATES = ("DONE", "ERROR", "PENDING", "CANCELED", "DONE")
# In these units ru_maxrss is: bytes on macOS, KiB elsewhere.
MEBIBYTE = 2**20 if sys.platform == "darwin" else 2**10
QUESTION = """
SELECT status, count(*) AS jobs, median("variables.omega") AS omega FROM '{path}' GROUP BY status
"""


def serve(jobs: int, pipe: Connection) -> None:
    """Fill a sandbox, say where it is, and serve until told to stop."""
    from pasqal_client.sandbox import Sandbox

    with Sandbox() as sandbox:
        for begin in range(0, jobs, BATCH):
            count = min(BATCH, jobs - begin)
            sandbox.add_batch(
                {"status": STATES[n % 5], "runs": n % 100, "variables": {"omega": n / BATCH}}
                for n in range(count)
            )
        pipe.send((sandbox.base_url, sandbox.token))
        pipe.recv()


def save(rows: Iterable[Mapping[str, Any]], path: str) -> None:
    """Write rows to a Parquet file, a group at a time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema(
        {
            "id": pa.string(),
            "batch_id": pa.string(),
            "status": pa.string(),
            "runs": pa.int64(),
            "created_at": pa.timestamp("us", "UTC"),
            "end_timestamp": pa.timestamp("us", "UTC"),
            "errors": pa.string(),
            "variables.omega": pa.float64(),
        }
    )
    rows = iter(rows)
    with pq.ParquetWriter(path, schema) as writer:
        while part := list(itertools.islice(rows, GROUP)):
            writer.write_table(pa.Table.from_pylist(part, schema=schema))


def measure(base_url: str, token: str, jobs: int) -> dict[str, float]:
    """What writing that many jobs takes, and asking the file; the memory is the most of this process."""
    import duckdb

    from pasqal_client import PasqalClient

    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/jobs.parquet"
        with PasqalClient(base_url=base_url, token=token) as client:
            begin = time.perf_counter()
            listing = client.jobs.list(max_items=jobs)
            save(listing.records(flatten=["variables.omega"]), path)
            took = time.perf_counter() - begin
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEBIBYTE
        begin = time.perf_counter()
        rows = duckdb.sql(QUESTION.format(path=path)).fetchall()
        asked = time.perf_counter() - begin
        size = Path(path).stat().st_size / 1e6
    return {
        "jobs": sum(count for _, count, _ in rows),
        "seconds": took,
        "peak": peak,
        "size": size,
        "asked": asked,
    }


def run(python: Path, *arguments: object) -> dict[str, float]:
    """What another process measures, in the environment with the libraries."""
    program = (
        f"import runpy, sys; sys.path += {[*PATHS, sysconfig.get_path('purelib')]}; "
        f"runpy.run_path({__file__!r}, run_name='__main__')"
    )
    done = subprocess.run(
        [python, "-I", "-c", program, "--measure", *map(str, arguments)],
        stdout=subprocess.PIPE,
        check=True,
    )
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def compare(jobs: int) -> None:
    """Measure a tenth of the jobs, and all of them, and print both."""
    from official_environment import (
        FRAMES_CONSTRAINTS,
        FRAMES_FOLDER,
        UnavailableError,
        make_environment,
    )

    try:
        folder = make_environment(FRAMES_FOLDER, FRAMES_CONSTRAINTS)
    except UnavailableError as error:
        print(f"jobs to Parquet: not measured: pyarrow cannot be installed: {error}")
        return
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(jobs, theirs))
    server.start()
    base_url, token = ours.recv()
    for count in (jobs // 10, jobs):
        seen = run(folder / "bin/python", base_url, token, count)
        print(
            f"{seen['jobs']:,.0f} jobs to Parquet: {seen['seconds']:.1f} s, "
            f"{seen['jobs'] / seen['seconds']:,.0f} a second, {seen['peak']:.0f} MiB at most, "
            f"{seen['size']:.0f} MB of file; DuckDB counts them in {1000 * seen['asked']:.0f} ms"
        )
    ours.send(None)
    server.join()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=1_000_000)
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        base_url, token, jobs = given.measure
        print(json.dumps(measure(base_url, token, int(jobs))))
    else:
        compare(given.jobs)


if __name__ == "__main__":
    main()
