"""What all tests share: the programs that they start are not measured, and hear Ctrl-C."""

from __future__ import annotations

import os
import signal
from importlib.util import find_spec

import pytest

# These run in environments of their own; client/test_with_pulser.py and test_with_frames.py start them.
collect_ignore = []
for folder, needed in (("with_pulser", "pulser"), ("with_frames", "polars")):
    if find_spec(needed) is None:
        collect_ignore.append(folder)


def pytest_configure(config: pytest.Config) -> None:
    """Prepare the process that runs tests for the programs that they start."""
    # Coverage would slow each of them down, and be among the modules that a test counts.
    starts_workers = config.getoption("numprocesses", None) and not hasattr(config, "workerinput")
    if not starts_workers:
        os.environ.pop("COVERAGE_PROCESS_CONFIG", None)
    # Where a shell started the tests in the background, their programs would be deaf to Ctrl-C.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


# A test of half a minute that begins last leaves the other workers without work.
LONGEST = (
    "test_rehearsals.py",
    "test_benchmarks.py",
    "test_schemathesis.py",
    "test_with_frames.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the longest tests begin first."""
    items.sort(key=lambda item: item.path.name not in LONGEST)
