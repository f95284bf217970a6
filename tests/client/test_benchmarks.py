"""The benchmarks run; what they measure is not checked."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from official_environment import ROOT, UnavailableError, make_environment


def bench(*options: str | Path) -> str:
    """What the benchmarks print when they run at their smallest size."""
    # The coverage of the benchmarks should not count.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", *options],
        cwd=ROOT,
        env={**kept, "PYTHONPATH": str(ROOT / "tools")},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_they_measure_every_row_and_write_the_page(tmp_path: Path) -> None:
    """Every row has numbers, except the official client's, which is reported as left out."""
    bench("--no-official", "--docs", tmp_path)
    page = (tmp_path / "performance.md").read_text()
    rows = [
        "list",
        "list jobs by 10,000 ids",
        "results",
        "save",
        "submit",
        "wait",
        "decode one job",
        "decode one of",
        "create",
        "import",
        "first client",
        "first page",
        "memory",
        "`pasqal --help`",
        "stream",
        "collect",
    ]
    assert [row for row in rows if f"\n| {row}" not in page] == []
    assert "| 1,000 | 11 |" in page
    assert "| Plan and check the pages" in page
    assert "not measured: the official client is left out |" in page
    assert "$" not in page
    assert (tmp_path / "images" / "growth.svg").read_text().startswith("<svg")


@pytest.mark.official
def test_they_measure_the_official_client() -> None:
    """The official client runs in an environment of its own and gets its rows in the same run."""
    try:
        make_environment()
    except UnavailableError as error:
        pytest.skip(f"the official client cannot be installed: {error}")
    assert "x as fast as the official client" in bench("--only", "no-latency")
