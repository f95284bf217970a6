"""What was measured, as Markdown, for the screen and the documentation."""

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

from .lab import HERE, NotMeasured, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .lab import Lab
    from .rows import Row

HEAD: Final = ("what", "official client", "limit", "this project", "target")


def markdown(lines: Sequence[Sequence[str]]) -> str:
    """A table; the first line has its headings."""
    rows = [_markdown_row(line) for line in lines]
    rows.insert(1, "|" + "---|" * len(lines[0]))
    return "\n".join(rows)


def _markdown_row(cells: Sequence[str]) -> str:
    escaped = [cell.replace("|", "\\|") for cell in cells]
    return "| " + " | ".join(escaped) + " |"


def row(line: Row) -> tuple[str, ...]:
    """The cells of a row."""
    return line.what, line.official, line.limit, line.ours, line.wanted


def pieces(lab: Lab) -> list[list[str]]:
    """Have pytest-benchmark measure the pieces; the rows of their table, the headings first.

    Raises:
        NotMeasured: pytest-benchmark is not installed.
    """
    written = lab.folder / "pieces.json"
    # Without the options of the tests: with several workers, nothing would be measured.
    options = "--override-ini=addopts= -p no:schemathesis -p no:xdist -p no:cacheprovider"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--quiet",
        *options.split(),
        "-p",
        "benchmark",
        f"--benchmark-max-time={lab.scale.seconds}",
        f"--benchmark-storage=file://{lab.folder}",
        f"--benchmark-json={written}",
        "benchmarks/pieces.py",
    ]
    done = subprocess.run(
        command,
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
    rows = [["piece", "median", "middle half"]]
    for seen in json.loads(written.read_text())["benchmarks"]:
        what = seen["extra_info"]["what"].rstrip(".")
        median, low, high = (number(seen["stats"][name] * 1e6) for name in ("median", "q1", "q3"))
        rows.append([what, f"{median} µs", f"{low} to {high} µs"])
    return rows


def machine() -> str:
    """What the figures depend on; the machine is not named."""
    return (
        f"{_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}, "
        f"{platform.python_implementation()} {platform.python_version()}, httpx {version('httpx')}"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except FileNotFoundError:
        lines = []
    for line in lines:
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or "an unknown processor"


def document(**parts: str) -> str:
    """The page of the documentation."""
    tried = (HERE / "tried.md").read_text().strip()
    return Template((HERE / "performance.md").read_text()).substitute(parts, tried=tried)
