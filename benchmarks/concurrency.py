"""Measure what requests in flight gain, and what they cost where a service refuses more than it admits.

    PYTHONPATH=tools python -m benchmarks.concurrency [--jobs 10000] [--results 200] [--latency 50] [--runs 3]

It prints a table for lists, and one for results: in each cell the seconds, and how many requests
were refused with 429 and Retry-After. It judges nothing; docs/decisions/0006-concurrency.md does.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .lab import FULL, Lab, Runs, opened
from .report import markdown

if TYPE_CHECKING:
    from collections.abc import Callable

IN_FLIGHT: Final = (4, 8, 16, 32)
ADMITTED: Final = (32, 16, 8, 4)
ALL: Final = 0


def table(measure: Callable[[int, int], Runs]) -> str:
    """A row for each number of requests that the client has in flight, a column for each that the server admits."""
    head = ["in flight", "all admitted", *(f"{number} admitted" for number in ADMITTED)]
    rows = [head]
    for concurrency in IN_FLIGHT:
        cells = [cell(measure(concurrency, admitted)) for admitted in (ALL, *ADMITTED)]
        rows.append([str(concurrency), *cells])
    return markdown(rows)


def cell(runs: Runs) -> str:
    """The shortest time, as others use the machine, too, and the median of what was refused."""
    seconds = min(runs.sample("seconds").values)
    refused = runs.sample("refused").median
    return f"{seconds:.2f} s, {refused:.0f} refused"


def compare(lab: Lab, results: int) -> None:
    """Measure and print."""
    jobs, latency = lab.scale.jobs, lab.scale.latency

    def listed(concurrency: int, admitted: int) -> Runs:
        return lab.listing("sync", jobs, latency, concurrency=concurrency, admitted=admitted)

    def fetched(concurrency: int, admitted: int) -> Runs:
        return lab.results("sync", results, latency, concurrency=concurrency, admitted=admitted)

    print(f"list {jobs:,} jobs, {latency} ms per request\n\n{table(listed)}\n", flush=True)
    print(f"results of {results:,} jobs, {latency} ms per request\n\n{table(fetched)}")


def main() -> None:
    """Parse the arguments, measure, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--jobs", type=int, default=10_000)
    parser.add_argument("--results", type=int, default=200)
    parser.add_argument("--latency", type=int, default=50)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    scale = replace(
        FULL,
        jobs=given.jobs,
        latency=given.latency,
        many=max(given.jobs, given.results),
        growth=(),
        repeats=given.runs,
    )
    with tempfile.TemporaryDirectory() as folder, opened(scale, Path(folder)) as lab:
        compare(lab, given.results)


if __name__ == "__main__":
    main()
