"""What was measured, as Markdown: on the screen and in the documentation."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Final

from .lab import HERE, NotMeasured, Sample

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .lab import Lab
    from .rows import Row

HEAD: Final = ("what", "official client", "limit", "this project", "wanted")


def markdown(lines: Sequence[Sequence[str]]) -> str:
    """A table; the first line is its head."""
    head, *rest = (
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines
    )
    return "\n".join([head, "|" + "---|" * len(lines[0]), *rest])


def row(line: Row) -> tuple[str, ...]:
    """The cells of a row."""
    return line.what, line.official, line.limit, line.ours, line.wanted


def pieces(lab: Lab) -> list[list[str]]:
    """What pytest-benchmark measures, with its head.

    Raises:
        NotMeasured: pytest-benchmark is not installed.
    """
    written = lab.folder / "pieces.json"
    # None of the options that the tests have: with several workers, nothing would be measured.
    options = [
        "--override-ini=addopts=",
        "-p",
        "no:schemathesis",
        "-p",
        "no:xdist",
        "-p",
        "no:cacheprovider",
    ]
    options += ["-p", "benchmark", f"--benchmark-max-time={lab.scale.seconds}"]
    where = [f"--benchmark-storage=file://{lab.folder}", f"--benchmark-json={written}"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--quiet", *options, *where, "benchmarks/pieces.py"],
        cwd=HERE.parent,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
        capture_output=True,
        text=True,
        check=False,
    )
    if "No module named" in done.stderr and "benchmark" in done.stderr:
        raise NotMeasured("pytest-benchmark is not installed")
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return [
        ["piece", "median", "middle half"],
        *map(_piece, json.loads(written.read_text())["benchmarks"]),
    ]


def _piece(seen: dict[str, dict[str, float]]) -> list[str]:
    stats = seen["stats"]
    median, low, high = (Sample((stats[name],)).text("µs", 1e6) for name in ("median", "q1", "q3"))
    return [
        str(seen["extra_info"]["what"]).rstrip("."),
        median,
        f"{low.removesuffix(' µs')} to {high}",
    ]


def machine() -> str:
    """What the figures depend on, without names."""
    return (
        f"{_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}, "
        f"{platform.python_implementation()} {platform.python_version()}, httpx {version('httpx')}"
    )


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    lines = told.read_text().splitlines() if told.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return next(iter(names), platform.processor() or "a processor that does not say its name")


def document(**parts: str) -> str:
    """The page of the documentation."""
    tried = (HERE / "tried.md").read_text().strip()
    return Template((HERE / "performance.md").read_text()).substitute(parts, tried=tried)
