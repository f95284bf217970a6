"""Compare the speed and memory of the client with the official client and with what is possible, and print them.

    PYTHONPATH=tools python -m benchmarks [--quick] [--no-official] [--only ROW] [--docs FOLDER]

It judges nothing. A whole run writes docs/performance.md.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import replace
from pathlib import Path

from . import growth, report
from .lab import CONCURRENCY, FULL, HERE, QUICK, Lab, NotMeasured, opened
from .rows import ROWS


def growth_table(lab: Lab, docs: Path | None) -> str:
    """Measure growth and return its table; write the plot if there is a folder for it."""
    measured = growth.measure(lab)
    if docs is not None:
        images = docs / "images"
        images.mkdir(parents=True, exist_ok=True)
        (images / "growth.svg").write_text(growth.plot(measured))
    return report.markdown(growth.table(measured))


def pieces_table(lab: Lab) -> str:
    """Measure the pure pieces and return their table."""
    try:
        return report.markdown(report.pieces(lab))
    except NotMeasured as reason:
        return f"Not measured: {reason}."


def measure_all(lab: Lab, docs: Path | None) -> None:
    """Measure everything, print it, and write the page."""
    rows: list[tuple[str, ...]] = [report.HEAD]
    for name, measure in ROWS.items():
        print(f"measuring: {name}", flush=True)
        rows += map(report.row, measure(lab))
    parts = {
        "table": report.markdown(rows),
        "growth": growth_table(lab, docs),
        "pieces": pieces_table(lab),
    }
    print(report.machine(), *parts.values(), sep="\n\n")
    if docs is not None:
        page = report.document(
            machine=report.machine(),
            repeats=str(lab.scale.repeats),
            starts=str(lab.scale.starts),
            latency=str(lab.scale.latency),
            concurrency=str(CONCURRENCY),
            **parts,
        )
        (docs / "performance.md").write_text(page)


def measure_one(lab: Lab, name: str) -> None:
    """Measure one row, or one table, and print it."""
    if name == "growth":
        print(growth_table(lab, None))
    elif name == "pieces":
        print(pieces_table(lab))
    else:
        print(report.markdown([report.HEAD, *map(report.row, ROWS[name](lab))]))


def main() -> None:
    """Parse the arguments, measure, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--quick", action="store_true", help="only check that it runs: the figures mean nothing"
    )
    parser.add_argument("--no-official", action="store_true", help="leave out the official client")
    parser.add_argument(
        "--only", choices=[*ROWS, "growth", "pieces"], metavar="ROW", help="%(choices)s"
    )
    parser.add_argument(
        "--docs",
        type=Path,
        help="write performance.md to this folder (default: docs, unless --quick)",
    )
    given = parser.parse_args()
    scale = FULL
    docs: Path | None = HERE.parent / "docs"
    if given.quick:
        scale = QUICK
        # Figures that mean nothing must not replace those on the page.
        docs = None
    if given.docs is not None:
        docs = given.docs
    if given.no_official:
        scale = replace(scale, official="left out")
    with tempfile.TemporaryDirectory() as folder, opened(scale, Path(folder)) as lab:
        if given.only:
            measure_one(lab, given.only)
        else:
            measure_all(lab, docs)


if __name__ == "__main__":
    main()
