"""Measures the client against the official one and against what is possible, and prints what it measured.

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


def grown(lab: Lab, docs: Path | None) -> str:
    """The table of growth; its plot goes to the documentation."""
    seen = growth.grown(lab)
    if docs is not None:
        images = docs / "images"
        images.mkdir(parents=True, exist_ok=True)
        (images / "growth.svg").write_text(growth.plot(seen))
    return report.markdown(growth.table(seen))


def pieces(lab: Lab) -> str:
    """The table of the pieces."""
    try:
        return report.markdown(report.pieces(lab))
    except NotMeasured as reason:
        return f"Not measured: {reason}."


def everything(lab: Lab, docs: Path | None) -> None:
    """Measure all, print it, and write the page."""
    rows: list[tuple[str, ...]] = [report.HEAD]
    for name, measure in ROWS.items():
        print(f"measuring: {name}", flush=True)
        rows += map(report.row, measure(lab))
    parts = {"table": report.markdown(rows), "growth": grown(lab, docs), "pieces": pieces(lab)}
    print(report.machine(), *parts.values(), sep="\n\n")
    if docs is not None:
        scale = lab.scale
        figures = {"repeats": scale.repeats, "starts": scale.starts, "latency": scale.latency}
        told = {name: str(value) for name, value in figures.items()}
        page = report.document(
            machine=report.machine(), concurrency=str(CONCURRENCY), **told, **parts
        )
        (docs / "performance.md").write_text(page)


def one(lab: Lab, name: str) -> None:
    """Measure one row, or one table, and print it."""
    if name in ROWS:
        print(report.markdown([report.HEAD, *map(report.row, ROWS[name](lab))]))
    else:
        print(grown(lab, None) if name == "growth" else pieces(lab))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--quick", action="store_true", help="only see that it runs: the figures mean nothing"
    )
    parser.add_argument("--no-official", action="store_true", help="leave out the official client")
    parser.add_argument(
        "--only", choices=[*ROWS, "growth", "pieces"], metavar="ROW", help="%(choices)s"
    )
    parser.add_argument(
        "--docs", type=Path, help="the folder that gets performance.md; docs after a whole run"
    )
    given = parser.parse_args()
    docs = given.docs or (None if given.quick else HERE.parent / "docs")
    scale = QUICK if given.quick else FULL
    if given.no_official:
        scale = replace(scale, official="left out")
    with tempfile.TemporaryDirectory() as folder, opened(scale, Path(folder)) as lab:
        if given.only:
            one(lab, given.only)
        else:
            everything(lab, docs)


if __name__ == "__main__":
    main()
